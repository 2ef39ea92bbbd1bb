"""A fork server: a process that has imported what others need, and becomes them when it is asked.

Importing takes a crawl longer than its work where nothing is new. The server does it once. It has
one thread, no event loop, no open file but its channel, and reads no configuration, so that a copy
of it is as good as a process that has just been started. `main` is the server. `ForkClient` is how
another process asks it. A process that was forked may fork in its turn, by a server of its own that
is copied before it does anything else: see `beside`.

The design is that of `multiprocessing.forkserver` in Python's library, which cannot tell what a
child has used, bound it, or follow an installation that was upgraded. Linux only. `is_here` tells
whether it can be had.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TextIO

from .patterns import compile_all

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_NAME = 15
_MOST_BYTES = 60_000  # of a message; a socket of this kind takes some 200,000
_MOST_FILES = 4
_ANSWERS_WITHIN = 120.0  # seconds, its imports among them; a busy host takes long over them
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from hubwatch.fork_server import main; main(int(sys.argv[2]))"
)
_TASKS = Path("/proc/self/task")  # the threads of this process, Python's or not
is_here = sys.platform == "linux" and hasattr(os, "fork")
"""Whether this system can fork as is needed here."""


@dataclass(frozen=True, slots=True)
class Preload:
    """What a fork server has ready.

    `entry` is what its children call, `module:function`, with a list of words. `modules` are
    imported beforehand; of `module:function` the function is called, too, so that what it keeps is
    there. Where `inner` is an entry, too, each child gets a server `beside` it whose
    children call that. While it runs the files of `packages`, and the folders in which installed
    ones lie, are as they were when it began. Else it forks no more, since its children would be of
    another version than the files they open.
    """

    entry: str
    modules: tuple[str, ...] = ()
    inner: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForkedEnd:
    """How a forked process ended. `returncode` is its exit code, or minus the number of the signal
    that ended it, as in `subprocess`. `cpu` is in seconds, `peak` in bytes of resident memory, both
    with those of its own children that it waited for."""

    returncode: int
    cpu: float
    peak: int


class ForkError(OSError):
    """The server did not fork: it is gone, its files have changed, or the system refused."""


class ForkClient:
    """A fork server as another process sees it. Messages are sent and heard without waiting, but
    where a method says so.

    `begun` are the answers to what was asked, in that order: a process id, or None for a refusal.
    `ends` says how processes ended, by process id. Whoever has read one may take it out.
    `is_refusing` tells that the files of its packages have changed, `is_gone` that it has ended.
    """

    def __init__(
        self, channel: socket.socket, pid: int, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        channel.setblocking(False)
        self._channel, self.pid, self._process = channel, pid, process
        self.begun: deque[int | None] = deque()
        self.ends: dict[int, ForkedEnd] = {}
        self.is_refusing = self.is_gone = False

    @classmethod
    def start(cls, preload: Preload) -> ForkClient:
        """Start a server. It imports while we go on. Raise OSError where no process can be
        started."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _CODE, path, str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        wanted = [preload.entry, preload.modules, preload.inner, preload.packages]
        ours.sendall(json.dumps(wanted).encode())
        return cls(ours, process.pid, process)

    def fileno(self) -> int:
        """The channel: it can be read when there is something to hear."""
        return self._channel.fileno()

    def ask(self, words: Sequence[str], files: Mapping[int, int], memory: int = 0) -> None:
        """Ask for a process that calls the entry with `words`. `files` gives the numbers under
        which it is to have our file descriptors. It may reserve `memory` bytes of data more than
        the server has, 0 for as many as it likes. Raise ForkError."""
        message = json.dumps([list(words), list(files), memory]).encode()
        if len(message) > _MOST_BYTES or len(files) > _MOST_FILES:
            raise ForkError("that is more than a fork server takes")
        try:
            socket.send_fds(self._channel, [message], list(files.values()))
        except OSError as error:
            raise ForkError(f"the fork server cannot be asked: {error.strerror}") from None

    def hear(self) -> None:
        """Take in everything that it has said."""
        while not self.is_gone:
            try:
                said = self._channel.recv(_MOST_BYTES)
            except BlockingIOError:
                return
            except OSError:
                said = b""
            if not said:
                self.is_gone = True
                return
            word, *values = json.loads(said)
            if word == "ended":
                pid, code, cpu, peak = values
                self.ends[pid] = ForkedEnd(code, cpu, peak)
            else:
                self.is_refusing |= word == "changed"
                self.begun.append(values[0] if word == "began" else None)

    def fork(self, words: Sequence[str], files: Mapping[int, int], memory: int = 0) -> int:
        """Ask for a process, and wait for it. Return its process id. Raise ForkError."""
        self.ask(words, files, memory)
        until = time.monotonic() + _ANSWERS_WITHIN
        while not self.begun and self._waited(until):
            pass
        pid = self.begun.popleft() if self.begun else None
        if pid is None:
            raise ForkError("the fork server did not fork")
        return pid

    def wait(self, pid: int, seconds: float) -> ForkedEnd | None:
        """How a process ended, or None if it has not within `seconds`. A server that is gone takes
        its processes with it: by SIGKILL."""
        until = time.monotonic() + seconds
        while pid not in self.ends and self._waited(until):
            pass
        if pid not in self.ends and self.is_gone:
            return ForkedEnd(-signal.SIGKILL, 0.0, 0)
        return self.ends.pop(pid, None)

    def _waited(self, until: float) -> bool:
        """Wait until there is something to hear, and hear it. False when that is in vain."""
        left = until - time.monotonic()
        if self.is_gone or left <= 0:
            return False
        select.select([self._channel], [], [], left)
        self.hear()
        return True

    def close(self) -> None:
        """End the server, and with it whatever it has forked that still runs."""
        self.is_gone = True
        self._channel.close()
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            if self._process is not None:
                self._process.wait()
            else:
                os.waitpid(self.pid, 0)  # what it used counts as ours then


_beside: ForkClient | None = None


def beside() -> ForkClient | None:
    """The server that was copied from this process before it did anything, or None."""
    return _beside if _beside is not None and not _beside.is_gone else None


def copy_beside(entry: str, modules: Sequence[str] = ()) -> None:
    """Fork a server from this process, which ends with it and is found by `beside`. Its children
    call `entry`. It imports `modules` when it is first asked for one: most are never asked.

    Nothing is done where there is such a server already, where it cannot be had, or where this
    process has more than one thread, of which a copy would have one. To be called before files are
    opened that nobody else may hold open.
    """
    global _beside  # noqa: PLW0603 - it is one for a process
    if not is_here or beside() is not None or len([*_TASKS.iterdir()]) > 1:
        return
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for stream in (sys.stdout, sys.stderr):  # what is still to be written is written once
        stream.flush()
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:  # whoever needs children starts new processes
        ours.close()
        theirs.close()
        return
    if pid:
        theirs.close()
        _beside = ForkClient(ours, pid)
        return
    code: int | None = 1
    try:
        ours.close()
        _die_with(parent)
        _replace(0, os.O_RDONLY)
        for number in (1, 2):  # who reads what our parent says waits for the last of its writers
            _replace(number, os.O_WRONLY)
        request = _served(theirs, (), modules)
        code = _called(entry, request.words)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code or 0)  # what our parent was about to do is no business of ours


# The server's side.


@dataclass(frozen=True, slots=True)
class _Request:
    words: list[str]
    memory: int


def main(parent: int) -> None:
    """Serve the socket that is standard input until `parent` closes it or dies. In each process
    that is forked: call the entry, and end as it says."""
    channel = socket.socket(fileno=os.dup(0))
    _replace(0, os.O_RDONLY)
    entry, modules, inner, packages = json.loads(channel.recv(_MOST_BYTES))
    _die_with(parent)
    _load(modules)
    request = _served(channel, tuple(packages))
    if inner:
        copy_beside(inner)
    raise SystemExit(_called(entry, request.words))


def _load(modules: Sequence[str]) -> None:
    for name in modules:
        module, _, function = name.partition(":")
        imported = import_module(module)
        if function:
            getattr(imported, function)()
    compile_all()
    gc.collect()
    gc.freeze()  # no collection in a child writes to these objects, so their pages stay shared


def _called(entry: str, words: list[str]) -> int | None:
    module, _, name = entry.partition(":")
    answer: int | None = getattr(import_module(module), name)(words)
    return answer


def _served(
    channel: socket.socket, packages: tuple[str, ...], modules: Sequence[str] = ()
) -> _Request:
    """Fork whatever is asked for. Return in the forked processes alone, with what each was asked.
    `modules` are imported before the first. The server ends here."""
    seen = _fingerprint(packages)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    server = os.getpid()
    while True:
        ready, _, _ = select.select([channel.fileno(), woken], [], [])
        if woken in ready:
            with suppress(BlockingIOError):
                os.read(woken, _MOST_BYTES)
        _reap(channel)
        if channel.fileno() not in ready:
            continue
        message, files, _, _ = socket.recv_fds(channel, _MOST_BYTES, _MOST_FILES)
        if not message:
            os._exit(0)
        words, numbers, memory = json.loads(message)
        if modules:
            _load(modules)
            modules = ()
        pid = None
        if packages and _fingerprint(packages) != seen:
            _say(channel, "changed")
        else:
            try:
                pid = os.fork()
            except OSError as error:
                _say(channel, "refused", error.strerror)
        if pid == 0:
            channel.close()
            signal.set_wakeup_fd(-1)
            os.close(woken)
            os.close(wake)
            _begin(server, dict(zip(numbers, files, strict=True)), memory, words)
            return _Request(words, memory)
        for each in files:
            os.close(each)
        if pid is not None:
            _say(channel, "began", pid)


def _say(channel: socket.socket, *values: object) -> None:
    try:
        channel.sendall(json.dumps(values).encode())
    except OSError:  # nobody is there any more
        os._exit(0)


def _reap(channel: socket.socket) -> None:
    """Tell of each process that has ended."""
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        code = os.waitstatus_to_exitcode(status)
        _say(channel, "ended", pid, code, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _begin(server: int, files: Mapping[int, int], memory: int, words: list[str]) -> None:
    """What was the server becomes a process like one that was just started: a session and signals
    of its own, the files it was given, a bound on its memory, and no life without the server."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    _die_with(server)
    kept = {number: os.dup(each) for number, each in files.items()}
    for each in files.values():
        os.close(each)
    for number, each in kept.items():
        if each != number:
            os.dup2(each, number)
            os.close(each)
        else:
            os.set_inheritable(number, True)
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = _data() + memory
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), _stream(1), _stream(2)  # noqa: SIM115
    ctypes.CDLL(None).prctl(_PR_SET_NAME, " ".join(["hubwatch", *words[-1:]]).encode()[:15])
    gc.enable()


def _stream(number: int) -> TextIO:
    """A stream to another file than before, as the interpreter makes it at its start: it has looked
    at the file that was there, and a pipe is no device."""
    is_error = number == 2
    old = sys.stderr if is_error else sys.stdout
    return open(
        number,
        "w",
        encoding=old.encoding if old else "utf-8",
        errors=old.errors if old else "backslashreplace",
        buffering=1 if is_error or os.isatty(number) else -1,
        closefd=False,
    )


def _die_with(parent: int) -> None:
    """Have the kernel end us with our parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _replace(number: int, flags: int) -> None:
    """Have nothing behind a file descriptor any more."""
    nothing = os.open(os.devnull, flags)
    os.dup2(nothing, number)
    os.close(nothing)


def _data() -> int:
    """Bytes of data that this process has reserved: what RLIMIT_DATA counts."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[5]
    return int(pages) * resource.getpagesize()


def _fingerprint(packages: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    """How the files of these packages look that were imported, and the folders in which installed
    packages lie."""
    files = [
        str(getattr(module, "__file__", None) or "")
        for name, module in tuple(sys.modules.items())
        if name.partition(".")[0] in packages
    ]
    folders = [each for each in sys.path if each.endswith("-packages")]
    found = []
    for path in (*files, *folders):
        try:
            looks = Path(path).stat()
        except OSError:
            found.append((path, 0, 0))
        else:
            found.append((path, looks.st_mtime_ns, looks.st_size))
    return tuple(sorted(found))

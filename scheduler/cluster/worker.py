"""A node's work: take a ticket, crawl or read in a child, bring back the answer.

A worker that cannot reach Redis, or whose beat does not get there, ends its crawl before the centre
counts it as gone: so no host is asked by two at a time.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.attempts import CRAWL

from ..child import MEMORY, RESERVED
from ..events import note, warn
from ..jobs import Clock
from .beat import first_line
from .link import Consumer, LinkError, WorkerLink
from .tickets import RedisServer, Ticket, read_ticket

_WRAPPER = str(Path(__file__).parent.with_name("exec_wrapper.py"))
_LOOK = 1.0  # seconds between two looks at a crawl under way
_GRACE = 10.0  # seconds that a crawl has to end by itself
_PUTS = 5  # times an answer is brought before it is given up
_SAID = 64 * 1024  # bytes of what a crawl says that are looked at
_FENCE = 2 / 3  # of the silence after which the centre counts a worker as gone


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """A node: of which place, what it is called, how it reaches Redis, how often it beats, the
    command line of `hubwatch` up to its command, where it works, and the memory of a crawl."""

    place: str
    node: str
    server: RedisServer
    beat: timedelta
    command: tuple[str, ...]
    folder: Path
    clock: Clock
    memory: int = MEMORY


class Beating:
    """The process that beats, and when Redis last took a beat."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings, self._doing, self._lock = settings, "", threading.Lock()
        self._heard_at = time.monotonic()
        self._process: subprocess.Popen[str] | None = None
        self._begin()

    @property
    def silent_for(self) -> float:
        """Seconds since a beat got through."""
        return time.monotonic() - self._heard_at

    def do(self, attempt: str) -> None:
        """From now on that is what the node does. Empty: nothing."""
        with self._lock:
            self._doing = attempt
            self._say(f"{attempt}\n")

    def keep(self) -> None:
        """Begin again where the process has ended."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                warn("beat", ended=self._process.returncode)
                self._begin()

    def close(self) -> None:
        """End it."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
            process.kill()
            process.wait()

    def _begin(self) -> None:
        of, every = self._settings, self._settings.beat.total_seconds()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scheduler.cluster.beat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._process = process
        threading.Thread(target=self._hear, args=(process,), daemon=True).start()
        self._say(first_line(of.server, of.place, of.node, every) + "\n")
        if self._doing:
            self._say(f"{self._doing}\n")

    def _say(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _hear(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for _ in process.stdout:
            self._heard_at = time.monotonic()


class NodeWorker:
    """Does one ticket at a time."""

    def __init__(self, settings: WorkerSettings, beating: Beating, stop: threading.Event) -> None:
        self._of, self._beating, self._stop = settings, beating, stop
        self._link = WorkerLink(settings.server, settings.place)

    def do(self, said: dict[str, object]) -> None:
        """What a message asks for. Whatever happens, the message is done with: the centre delivers
        again, nobody else."""
        try:
            ticket = read_ticket(said)
        except ValueError as error:
            warn("refused", ticket=error)
            return
        if self._stop.is_set():
            return
        try:
            if not self._link.take(ticket, self._of.node):
                note("left", attempt=ticket.name, reason="it is taken or over")
                return
            self._beating.do(ticket.name)
            data = self._link.slice_of(ticket)
            if data is None:
                note("left", attempt=ticket.name, reason="its slice is not there")
                return
            self._crawl(ticket, data)
        except LinkError as error:
            warn("lost", attempt=ticket.name, reason=error)
        finally:
            self._beating.do("")

    def _crawl(self, ticket: Ticket, data: bytes) -> None:
        note("began", attempt=ticket.name, bytes=len(data))
        began = time.monotonic()
        with TemporaryDirectory(prefix="crawl-", dir=self._of.folder) as name:
            folder = Path(name)
            (folder / "slice").write_bytes(data)
            reason = self._child(ticket, folder)
            answer = folder / "answer"
            if not reason:
                reason = _unfinished(folder, answer, ticket)
            value = answer.read_bytes() if not reason else b""
        seconds = round(time.monotonic() - began, 1)
        self._bring(ticket, value, reason)
        log = warn if reason else note
        log("ended", attempt=ticket.name, seconds=seconds, bytes=len(value), reason=reason or "-")

    def _bring(self, ticket: Ticket, value: bytes, reason: str) -> None:
        for left in reversed(range(_PUTS)):
            try:
                if reason:
                    self._link.fail(ticket, reason)
                else:
                    self._link.put(ticket, value)
                return
            except LinkError:
                if not left:
                    raise
                self._stop.wait(2.0)

    def _child(self, ticket: Ticket, folder: Path) -> str:
        """Crawl or read in a child with a process group of its own. Why it was cut off, or not."""
        reads = ("slice", "read") if ticket.work != CRAWL else ("crawl", "--slice")
        words = (*reads, str(folder / "slice"), "--answer", str(folder / "answer"))
        command = (*self._of.command, *words, "--json")
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            bound = str(RESERVED * self._of.memory)
            process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-I", "-S", _WRAPPER, str(os.getpid()), bound, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        until = time.monotonic() + ticket.left(self._of.clock())
        reached, reason = time.monotonic(), ""
        while not reason:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
                break
            self._beating.keep()
            try:
                if self._link.is_cancelled(ticket):
                    reason = "the centre gave it up"
                reached = time.monotonic()
            except LinkError:
                pass
            now = time.monotonic()
            if now >= until:
                reason = "stopped at its deadline"
            elif max(now - reached, self._beating.silent_for) > _FENCE * ticket.silence:
                reason = "Redis was not reached for too long"
            elif self._stop.is_set():
                reason = "the worker was stopped"
        _end(process, is_cut=bool(reason))
        return reason


def _end(process: subprocess.Popen[bytes], *, is_cut: bool) -> None:
    if is_cut:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    # Whoever is left of its group goes now, whether or not the leader has ended by itself.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _unfinished(folder: Path, answer: Path, ticket: Ticket) -> str:
    """Why what the crawl left is no answer to bring. Empty where it is."""
    said = _end_of(folder / "out").splitlines()
    try:
        found = json.loads(said[-1]) if said else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("finished") is not True or not answer.is_file():
        lines = [line for line in _end_of(folder / "err").splitlines() if line.strip()]
        return f"it was not finished: {lines[-1][:300] if lines else 'it said nothing'}"
    size = answer.stat().st_size
    if size > ticket.answer_bytes:
        return f"the answer has {size} bytes; {ticket.answer_bytes} are the most"
    return ""


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SAID))
        return file.read(_SAID).decode("utf-8", "replace")


class _Library(logging.Handler):
    """What the library says, in a line of ours: a place without a centre fills no log with
    tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        error = record.exc_info[1] if record.exc_info else None
        warn("queue", said=" ".join(record.getMessage().split()), error=error or "-")


def serve(settings: WorkerSettings) -> int:
    """Work until SIGTERM or SIGINT. Return 0. What is under way then is given up, and said so."""
    library = logging.getLogger("dramatiq")
    library.propagate = False
    library.addHandler(_Library(logging.WARNING))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    beating = Beating(settings)
    worker = NodeWorker(settings, beating, stop)
    consumer = Consumer(settings.server, settings.place, worker.do)
    note("started", place=settings.place, node=settings.node)
    consumer.start()
    try:
        while not stop.wait(_LOOK):
            beating.keep()
    finally:
        consumer.stop(_GRACE * 2)
        beating.close()
    note("stopped", place=settings.place, node=settings.node)
    return 0

"""The worker's side: take a call, do it within the bounds, answer. End when nobody asks any more.

Knows nothing of what it calls.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from .faults import CallBounds, described, raised
from .protocol import SharedValues, packed, receive, unpacked

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 1.0
_OBJECTS = 20_000
"""So many new objects, before garbage is looked for. A page leaves a hundred to a thousand."""
READY, DONE, OUT_OF_MEMORY, BROKEN = "ready", "done", "memory", "broken"
"""What a worker says first in a message."""
_NO_MEMORY = packed((OUT_OF_MEMORY, None))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a worker gets at first: its parent's process id, what each call may use, and which
    modules to import beforehand."""

    parent: int
    bounds: CallBounds
    modules: tuple[str, ...]


class _Alone(Exception):
    """The parent has gone, or wants nothing more."""


def serve_forked(words: list[str]) -> None:
    """The same in a process that was forked, with the number of `trail` for a command line."""
    main(int(words[0]))


def main(trail: int) -> None:
    """Serve the socket that is standard input until it is closed. What is known of a crash is
    written to the file descriptor `trail`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which closes us
    faulthandler.enable(trail)
    channel = socket.socket(fileno=0)
    with contextlib.suppress(_Alone):
        try:
            _serve(channel)
        except _Alone:
            return
        except MemoryError:
            _say(channel, _NO_MEMORY)
        except BaseException as error:
            # Whatever it is, it is no fault of the call, and the parent can tell it only from us.
            _say(channel, packed((BROKEN, described(error))))


def _serve(channel: socket.socket) -> None:
    terms: Terms = unpacked(_heard(channel))
    _tie_to(terms.parent)
    for name in terms.modules:
        import_module(name)
    # To look for garbage among what stays for good, or among the few thousand objects of a page
    # that is being read, takes a fifteenth of the time of reading.
    gc.freeze()
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    _bound_memory(terms.bounds.memory)
    _say(channel, packed((READY, None)))
    known = SharedValues()
    while True:
        call, refs, news = unpacked(_heard(channel))
        known.learn(refs, news)
        answer = _bounded(call, known.resolve(refs), terms.bounds)
        _say(channel, answer)
        if answer is _NO_MEMORY:
            return  # what is left of us is not to be trusted


def _bounded(call: Any, args: tuple[Any, ...], bounds: CallBounds) -> bytes:
    """The answer to a call. The kernel ends us where it takes too long, in the middle of C code,
    too. Both timers run during the call only, and are no business of processes it starts."""
    signal.setitimer(signal.ITIMER_PROF, bounds.cpu)
    # The parent cuts at the deadline; if it is gone, the kernel does it a little later.
    signal.setitimer(signal.ITIMER_REAL, bounds.wall + _GRACE_SECONDS)
    try:
        return packed((DONE, call(*args)))
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:
        return packed((DONE, raised(error)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _heard(channel: socket.socket) -> bytearray:
    try:
        return receive(channel)
    except (EOFError, OSError):
        raise _Alone from None


def _say(channel: socket.socket, message: bytes) -> None:
    try:
        channel.sendall(message)
    except OSError:
        raise _Alone from None


def _tie_to(parent: int) -> None:
    """Have the kernel end us with our parent, even in the middle of a call that never ends; and by
    the timers, whatever our parent does with their signals."""
    timers = (signal.SIGALRM, signal.SIGPROF)
    for number in timers:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, timers)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise _Alone


def _bound_memory(most: int) -> None:
    """At most `most` bytes beyond what the imports took."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
        taken = int(pages) * resource.getpagesize()
    except OSError:  # no Linux: an estimate
        taken = 256 * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (taken + most, taken + most))

"""The worker's side: take a call, do it within the bounds, answer; end when nobody asks any more.

Knows nothing of what it calls.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from .frames import packed, receive

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 1.0
_MOST_KNOWN = 64


@dataclass(frozen=True, slots=True)
class Terms:
    """What a worker may use: seconds for one call, bytes of memory; what it imports beforehand."""

    parent: int
    seconds: float
    memory: int
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands in a message for a value that was sent before."""

    key: int


class Known:
    """The values that both ends of a channel know, the same ones in the same order: the latest few.

    A key is the value's identity in the parent, who keeps it alive as long as it is known.
    """

    def __init__(self) -> None:
        self._values: dict[int, Any] = {}

    def refer(self, value: Any, news: dict[int, Any]) -> Ref:
        """What to send instead of a value; it is put into `news` if it is not known there yet."""
        key = id(value)
        if key not in self._values:
            news[key] = value
            self.learn({key: value})
        return Ref(key)

    def learn(self, news: dict[int, Any]) -> None:
        """Remember more values, and forget the oldest beyond the most that are kept."""
        self._values.update(news)
        while len(self._values) > _MOST_KNOWN:
            del self._values[next(iter(self._values))]

    def resolve(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments that were meant."""
        return tuple(self._values[arg.key] if isinstance(arg, Ref) else arg for arg in args)


def main() -> None:
    """Serve the socket that is standard input until it is closed."""
    channel = socket.socket(fileno=0)
    terms: Terms = receive(channel)
    _tie_to(terms.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which closes us
    for name in terms.modules:
        import_module(name)
    _bound_memory(terms.memory)
    with contextlib.suppress(EOFError, OSError):
        channel.sendall(packed(("ready", None)))
        known = Known()
        while True:
            call, args, news = receive(channel)
            known.learn(news)
            # The parent cuts at the deadline; if it is gone, the kernel does it a little later.
            signal.setitimer(signal.ITIMER_REAL, terms.seconds + _GRACE_SECONDS)
            answer = _answer(call, known.resolve(args))
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.sendall(answer)
            if answer is _NO_MEMORY:
                return  # what is left of us is not to be trusted


_NO_MEMORY = packed(("memory", ""))


def _answer(call: Any, args: tuple[Any, ...]) -> bytes:
    try:
        return packed(("done", call(*args)))
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:
        return packed(("failed", f"{type(error).__name__}: {error}"[:300]))


def _tie_to(parent: int) -> None:
    """Have the kernel end us with our parent, even in the middle of a call that never ends."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def _bound_memory(most: int) -> None:
    """At most `most` bytes beyond what the imports took."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
        taken = int(pages) * resource.getpagesize()
    except OSError:  # no Linux: an estimate
        taken = 256 * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (taken + most, taken + most))

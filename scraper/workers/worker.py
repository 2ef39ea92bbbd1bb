"""One worker process as its parent sees it: calls are sent ahead, answers come in their order.

The time of a call begins when the worker can begin with it. Which worker gets which call, and what
becomes of those that a dead one has not answered, is decided in `pool`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from .child import Known, Terms
from .frames import HEAD, packed, unpacked

T = TypeVar("T")

_START_SECONDS = 60.0
_PIECE = 256 * 1024
_LATE_SECONDS = 0.1
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from scraper.workers.child import main; main()"
)
READY, TIMEOUT, GONE = "ready", "timeout", "gone"


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    value: Any


def shared(value: T) -> T:
    """An argument that many calls have in common: each worker is sent this very object once."""
    return cast(T, _Shared(value))


@dataclass(slots=True, eq=False)
class Call:
    """A call that waits for its answer: a word (`done`, `failed`, `memory`, or that of an end)
    and a value."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    answer: asyncio.Future[tuple[str, Any]] = field(repr=False)

    def settle(self, word: str, value: Any = None) -> None:
        """Answer it, unless nobody wants to know any more."""
        if not self.answer.done():
            self.answer.set_result((word, value))


class Worker:
    """A process and the socket to it. `asked` are the calls it has; the first one is under way.

    `told` is called with each word it says: `ready`, `done`, `failed`; and once, with `memory`,
    `timeout` or `gone`, when it can take no more. The first call has been answered then.
    """

    def __init__(self, terms: Terms, told: Callable[[Worker, str], None]) -> None:
        self.asked: deque[Call] = deque()
        self._terms, self._told = terms, told
        self._known = Known()
        self._loop = asyncio.get_running_loop()
        self._inbox, self._outbox = bytearray(), bytearray()
        ours, theirs = socket.socketpair()
        with theirs:
            path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _CODE, path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._channel = ours
        self._loop.add_reader(ours, self._hear)
        self._is_ready = self._has_ended = False
        self._timer = self._loop.call_later(_START_SECONDS, self._end_as, GONE)
        self._send(packed(terms))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, call: Call) -> None:
        """Send a call; its answer is told to itself. Raises what pickling it raises."""
        news: dict[int, Any] = {}
        args = tuple(
            self._known.refer(arg.value, news) if isinstance(arg, _Shared) else arg
            for arg in call.args
        )
        message = packed((call.function, args, news))
        self.asked.append(call)
        if len(self.asked) == 1 and self._is_ready:
            self._begin()
        self._send(message)

    def end(self) -> None:
        """Kill it and leave no zombie."""
        if not self._has_ended:
            self._has_ended = True
            self._timer.cancel()
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._channel.close()
            self._process.kill()
            self._process.wait()

    def _send(self, message: bytes) -> None:
        waits = bool(self._outbox)
        self._outbox += message
        if not waits:
            self._speak()
            if self._outbox:
                self._loop.add_writer(self._channel, self._speak)

    def _speak(self) -> None:
        try:
            del self._outbox[: self._channel.send(self._outbox)]
        except BlockingIOError:
            return
        except OSError:  # the reader hears of it, too
            self._outbox.clear()
        if not self._outbox:
            self._loop.remove_writer(self._channel)

    def _hear(self) -> None:
        try:
            piece = self._channel.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._end_as(GONE)
            return
        self._inbox += piece
        while not self._has_ended and (body := self._next()) is not None:
            self._answer(*unpacked(body))

    def _next(self) -> bytearray | None:
        if len(self._inbox) < HEAD.size:
            return None
        end = HEAD.size + HEAD.unpack_from(self._inbox)[0]
        if len(self._inbox) < end:
            return None
        body = self._inbox[HEAD.size : end]
        del self._inbox[:end]
        return body

    def _answer(self, word: str, value: Any) -> None:
        self._timer.cancel()
        if word == READY:
            self._is_ready = True
        else:
            self.asked.popleft().settle(word, value)
        if self.asked:
            self._begin()
        self._told(self, word)

    def _begin(self) -> None:
        """The first call's time begins now."""
        until = self._loop.time() + self._terms.seconds
        self._timer = self._loop.call_at(until, self._overdue, until)

    def _overdue(self, until: float) -> None:
        if self._loop.time() - until > _LATE_SECONDS:
            # We were late ourselves; the answer may lie here, so look at what has come first.
            until = self._loop.time() + _LATE_SECONDS
            self._timer = self._loop.call_at(until, self._overdue, until)
            return
        self._end_as(TIMEOUT)

    def _end_as(self, word: str) -> None:
        self.end()
        if self.asked:
            self.asked.popleft().settle(word)
        self._told(self, word)

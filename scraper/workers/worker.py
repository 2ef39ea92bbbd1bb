"""One worker process as its parent sees it: calls are sent ahead, answers come in their order.

The time of a call begins when the worker can begin with it. Which worker gets which call, and what
becomes of those that a dead one has not answered, is decided in `pool`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .child import BROKEN, FAILED, MEMORY, READY, Terms
from .ends import End, How
from .fault import failed
from .frames import HEAD, packed, unpacked
from .known import SharedValues

_START_SECONDS = 60.0
_EXIT_SECONDS = 2.0
"""A process can be waited for a moment after its channel is closed."""
_PIECE = 256 * 1024
_TRAIL = 64 * 1024
"""Bytes: as much as a pipe holds."""
_LATE_SECONDS = 0.1
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from scraper.workers.child import main; main(int(sys.argv[2]))"
)


@dataclass(slots=True, eq=False)
class Call:
    """A call that waits for its answer: what it returned, or a fault.

    `is_tried_again` tells whether the death of a worker is taken for the call's fault only when
    it happens again; `died` is how a worker ended with it before.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    answer: asyncio.Future[Any] = field(repr=False)
    is_tried_again: bool = True
    died: End | None = None

    @property
    def name(self) -> str:
        """The function it calls."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def settle(self, value: Any) -> None:
        """Answer it, unless nobody wants to know any more."""
        if not self.answer.done():
            self.answer.set_result(value)


class Worker:
    """A process and the socket to it. `asked` are the calls it has; the first one is under way.

    `heard` is called when it has become ready, and with each answer, which the call has been told
    by then. `ended` is called once, when it can take no more; the calls are as they were.
    """

    def __init__(
        self,
        terms: Terms,
        heard: Callable[[Worker], None],
        ended: Callable[[Worker, End], None],
    ) -> None:
        """Raises OSError where no process can be started."""
        self.asked: deque[Call] = deque()
        self._terms, self._heard, self._ended = terms, heard, ended
        self._known = SharedValues()
        self._loop = asyncio.get_running_loop()
        self._inbox, self._outbox = bytearray(), bytearray()
        self._channel, self._trail, self._process = _start()
        self._loop.add_reader(self._channel, self._hear)
        self._is_ready = self._has_ended = False
        self._timer = self._loop.call_later(_START_SECONDS, self._end_as, End(How.UNREADY))
        self._send(packed(terms))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, call: Call) -> None:
        """Send a call; its answer is told to itself. Raises what pickling it raises, and has not
        sent anything then."""
        refs, news = self._known.refer(call.args)
        message = packed((call.function, refs, news))
        self._known.learn(refs, news)
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
            os.close(self._trail)

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
            self._end_as(self._gone())
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
        if word == MEMORY:
            self._end_as(End(How.MEMORY))
            return
        if word == BROKEN:
            what, trace = value
            self._end_as(End(How.BROKEN, what=what, trace=trace))
            return
        if word == READY:
            self._is_ready = True
        else:
            self.asked.popleft().settle(failed(*value) if word == FAILED else value)
        if self.asked:
            self._begin()
        self._heard(self)

    def _begin(self) -> None:
        """The first call's time begins now."""
        until = self._loop.time() + self._terms.bounds.wall
        self._timer = self._loop.call_at(until, self._overdue, until)

    def _overdue(self, until: float) -> None:
        if self._loop.time() - until > _LATE_SECONDS:
            # We were late ourselves; the answer may lie here, so look at what has come first.
            until = self._loop.time() + _LATE_SECONDS
            self._timer = self._loop.call_at(until, self._overdue, until)
            return
        self._end_as(End(How.WALL))

    def _gone(self) -> End:
        """How it ended by itself; to be asked before it is ended by us."""
        try:
            code = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            return End(How.BROKEN, what="it closed its channel and went on")
        try:
            trail = os.read(self._trail, _TRAIL)
        except BlockingIOError:  # nothing was written, and somebody else holds the other end
            trail = b""
        return End.of(code, trail.decode("utf-8", "replace"))

    def _end_as(self, end: End) -> None:
        self.end()
        self._ended(self, end)


def _start() -> tuple[socket.socket, int, subprocess.Popen[bytes]]:
    """A process, the channel to it, and where it leaves what is known of its crash."""
    ours, theirs = socket.socketpair()
    trail, end = os.pipe()
    os.set_blocking(trail, False)
    os.set_blocking(end, False)  # what does not fit is lost; a crash must not wait for a reader
    path = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", _CODE, path, str(end)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(end,),
        )
    except OSError:
        ours.close()
        os.close(trail)
        raise
    finally:
        theirs.close()
        os.close(end)
    ours.setblocking(False)
    return ours, trail, process

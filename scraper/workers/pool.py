"""A few worker processes, started when first needed, and the calls that are waiting for one.

A call that takes too long or too much memory ends as a value, together with its worker; the calls
behind it get a fresh one. Pebble's pool can do the same, but needs threads beside an event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from storage.types import Outcome

from .child import Terms
from .worker import GONE, READY, TIMEOUT, Call, Worker

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""For one call."""
MEMORY = 512 * 1024 * 1024
"""Bytes, beyond what the modules take."""
_AHEAD = 2
"""Calls a worker has at a time: the next one lies ready when it is done with one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no result: `timeout`, `too_big`, or `unsupported` where the call broke."""

    outcome: Outcome
    reason: str
    trace: str = field(default="", compare=False)


def failed(error: object) -> Fault:
    """The fault of a call that broke: a bug of ours, which must not end more than one page."""
    what = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error)
    return Fault(Outcome.UNSUPPORTED, f"the reader failed: {what}"[:300])


class Workers:
    """At most `count` workers. To be used in one event loop, and closed there."""

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        count: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self.count = count or min(2, os.cpu_count() or 1)
        self._terms = Terms(os.getpid(), seconds, memory, tuple(modules))
        self._workers: list[Worker] = []
        self._waiting: deque[Call] = deque()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are running now."""
        return tuple(worker.pid for worker in self._workers)

    def start(self) -> None:
        """Start them all now, so that they are ready when they are needed."""
        while len(self._workers) < self.count:
            self._workers.append(Worker(self._terms, self._told))

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Fault:
        """What a module's function returns in a worker, or why it could not be had.

        An argument that many calls have in common may be given as `shared(it)`.
        """
        answer: asyncio.Future[tuple[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(Call(call, args, answer))
        self._hand_out()
        result: T | Fault = self._judged(*await answer)
        return result

    def _hand_out(self) -> None:
        """Give what is waiting to whoever has least to do."""
        while self._waiting:
            least = min(self._workers, key=lambda each: len(each.asked), default=None)
            if (least is None or least.asked) and len(self._workers) < self.count:
                least = Worker(self._terms, self._told)
                self._workers.append(least)
            if least is None or len(least.asked) >= _AHEAD:
                return
            call = self._waiting.popleft()
            if not call.answer.done():  # else whoever asked has gone
                self._hand(call, least)

    def _hand(self, call: Call, worker: Worker) -> None:
        try:
            worker.ask(call)
        except Exception as error:  # what cannot be pickled; the asker's bug
            call.answer.set_exception(error)
            self._told(worker, GONE)

    def _told(self, worker: Worker, word: str) -> None:
        if word in (GONE, TIMEOUT, "memory"):  # what is left of it is not to be trusted
            worker.end()
            self._workers.remove(worker)
            self._waiting.extendleft(reversed(worker.asked))
        if word != READY:
            self._hand_out()

    def _judged(self, word: str, value: Any) -> Any:
        if word == TIMEOUT:
            return Fault(Outcome.TIMEOUT, f"not read within {self._terms.seconds:g} s")
        if word == GONE:
            reason = "the process that read it ended, most likely for memory"
            return Fault(Outcome.TOO_BIG, reason)
        if word == "memory":
            mib = self._terms.memory // 2**20
            return Fault(Outcome.TOO_BIG, f"needs more than {mib} MiB to be read")
        if word == "failed":
            return failed(value)
        return value

    def close(self) -> None:
        """End all workers, and with them what they were asked."""
        calls = [*(call for worker in self._workers for call in worker.asked), *self._waiting]
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        self._waiting.clear()
        for call in calls:
            call.settle(GONE)

"""A few worker processes, started when first needed, and the calls that are waiting for one.

A call that takes too long or too much memory ends as a value, together with its worker; the calls
behind it get a fresh one. A call with which a worker dies is asked once more, alone; see `ends`.
Pebble's pool can do the same, but needs threads beside an event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from storage.types import Outcome

from .child import Terms
from .ends import CallBounds, End, fault_of
from .fault import CallFault as CallFault
from .worker import Call, Worker

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""Of CPU time, for one call: the same on an idle host and on a busy one."""
PATIENCE = 12
"""By the clock a call may take so many times as long: only what sleeps or hangs does."""
MEMORY = 512 * 1024 * 1024
"""Bytes, beyond what the modules take."""
_AHEAD = 2
"""Calls a worker has at a time: the next one lies ready when it is done with one."""


class Workers:
    """At most `count` workers, for calls of so many seconds of CPU time and bytes of memory. To be
    used in one event loop, and closed there."""

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        count: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self.count = count or min(2, os.cpu_count() or 1)
        self._bounds = CallBounds(seconds, PATIENCE * seconds, memory)
        self._terms = Terms(os.getpid(), self._bounds, tuple(modules))
        self._workers: list[Worker] = []
        self._waiting: deque[Call] = deque()
        self._suspects: deque[Call] = deque()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are running now."""
        return tuple(worker.pid for worker in self._workers)

    def start(self) -> None:
        """Start them all now, so that they are ready when they are needed. Raises OSError where
        no process can be started."""
        while len(self._workers) < self.count:
            self._fresh()

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | CallFault:
        """What a module's function returns in a worker, or why it could not be had.

        An argument that many calls have in common may be given as `shared(it)`. Raises what
        pickling the call raises.
        """
        return await self._ask(call, args, is_tried_again=True)

    async def ask_once(
        self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | CallFault:
        """The same without a second try, for what will be asked again in parts."""
        return await self._ask(call, args, is_tried_again=False)

    async def _ask(
        self, call: Callable[..., T], args: tuple[object, ...], *, is_tried_again: bool
    ) -> T | CallFault:
        answer: asyncio.Future[T | CallFault] = asyncio.get_running_loop().create_future()
        self._waiting.append(Call(call, args, answer, is_tried_again))
        self._hand_out()
        return await answer

    def _hand_out(self) -> None:
        """Give each suspect a fresh worker of its own, and what is waiting to whoever has least
        to do."""
        try:
            while self._suspects and len(self._workers) < self.count:
                self._hand(self._suspects.popleft(), self._fresh())
            while self._waiting and (worker := self._least()) is not None:
                self._hand(self._waiting.popleft(), worker)
        except OSError as error:
            if not self._workers:  # else it is tried again when one of them answers
                why = f"no process can be started to read it: {error}"
                self._settle_all(CallFault(Outcome.FAILED, why))

    def _least(self) -> Worker | None:
        """The worker to be given the next call, if any has room for it."""
        open_ones = [each for each in self._workers if not _has_suspect(each)]
        least = min(open_ones, key=lambda each: len(each.asked), default=None)
        if (least is None or least.asked) and len(self._workers) < self.count:
            return self._fresh()
        return least if least is not None and len(least.asked) < _AHEAD else None

    def _fresh(self) -> Worker:
        worker = Worker(self._terms, self._heard, self._ended)
        self._workers.append(worker)
        return worker

    def _hand(self, call: Call, worker: Worker) -> None:
        if call.answer.done():  # whoever asked has gone
            return
        try:
            worker.ask(call)
        except Exception as error:  # what cannot be pickled; the asker's bug
            call.answer.set_exception(error)

    def _heard(self, worker: Worker) -> None:
        self._hand_out()

    def _ended(self, worker: Worker, end: End) -> None:
        self._workers.remove(worker)
        if worker.asked:
            call = worker.asked.popleft()
            self._waiting.extendleft(reversed(worker.asked))
            if call.is_tried_again and call.died is None and not end.is_final:
                call.died = end
                self._suspects.append(call)
            else:
                call.settle(fault_of(call.name, end, call.died, self._bounds))
        self._hand_out()

    def close(self) -> None:
        """End all workers, and with them what they were asked."""
        for worker in self._workers:
            worker.end()
            self._waiting.extend(worker.asked)
        self._workers.clear()
        self._settle_all(CallFault(Outcome.INTERRUPTED, "the reading was ended"))

    def _settle_all(self, fault: CallFault) -> None:
        for call in (*self._suspects, *self._waiting):
            call.settle(fault)
        self._suspects.clear()
        self._waiting.clear()


def _has_suspect(worker: Worker) -> bool:
    return bool(worker.asked) and worker.asked[0].died is not None

"""Keeping services running: commands that do not end by themselves, such as the review page.

Each is a child like any other, without a slot and a deadline: when it ends it is started anew, at
once after a long life, later and later after short ones. Not here: the life of one child (`child`),
what is a service and what is not (the plan says).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from .child import ChildEnd, run_child
from .events import note, warn
from .jobs import Limits, Service

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds before a service that ended is started anew: from the first on they double to the
longest, and begin again after it ran for longer than that."""


class Services:
    """Those that are to run now. Belongs to one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: dict[Service, _Kept] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def down(self) -> tuple[str, ...]:
        """The names of those that do not run now, since they ended and wait to be started anew."""
        return tuple(service.name for service, kept in self._kept.items() if kept.is_down)

    @property
    def all(self) -> tuple[Service, ...]:
        """What is kept running."""
        return tuple(self._kept)

    def take(self, services: Sequence[Service]) -> None:
        """Keep these running, and no others. One whose command changed is stopped, and started with
        the new one when it has ended, since both may want the same port."""
        leaving = {
            old.name: self._kept.pop(old) for old in tuple(self._kept) if old not in services
        }
        for kept in leaving.values():
            kept.stop.set()
        for service in services:
            if service not in self._kept:
                self._kept[service] = self._begun(service, leaving.get(service.name))

    def _begun(self, service: Service, before: _Kept | None) -> _Kept:
        kept = _Kept(service, self._limits, before)
        self._tasks.add(kept.task)
        kept.task.add_done_callback(self._tasks.discard)
        return kept

    async def close(self) -> None:
        """Stop all, and wait until they have ended."""
        for kept in self._kept.values():
            kept.stop.set()
        if self._tasks:
            await asyncio.wait(list(self._tasks))


class _Kept:
    """One service with the task that keeps it running until `stop`."""

    def __init__(self, service: Service, limits: Limits, before: _Kept | None) -> None:
        self.stop = asyncio.Event()
        self.is_down = False
        self._service, self._limits, self._before = service, limits, before
        self.task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        if self._before is not None:
            await asyncio.wait([self._before.task])
            self._before = None
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            note("serves", service=self._service.name)
            end = await self._life()
            if self.stop.is_set():
                break
            pause = FIRST_PAUSE if end.seconds > LONGEST_PAUSE else pause
            reason = end.reason or "it ended by itself"
            warn("fell", service=self._service.name, reason=reason, again_in=f"{pause:.0f}s")
            self.is_down = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)
            self.is_down = False
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _life(self) -> ChildEnd:
        limits = self._limits
        return await run_child(
            self._service.command, timedelta.max, self.stop, limits.drain, limits.memory
        )

"""Telling people what the archive cannot: that it takes nothing any more, or that telling fails.

All else that people are told goes through the archive (`health`), and so does starting whoever
tells it. Nothing of what is said here is kept: a daemon that begins anew says it anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from storage.types import Outcome

from .child import Start, run_child, spawn
from .events import note, warn
from .jobs import Limits

PATIENCE = 600.0
"""Seconds that a trouble lasts before people are told of it, and between two tries."""
AGAIN = 24 * 3600.0
"""Seconds after which they are told again."""
_DEADLINE = timedelta(minutes=8)


class Trouble(StrEnum):
    """What people would not hear of otherwise. The value begins the sentence that tells it."""

    ARCHIVE = "the daemon does nothing, since the archive takes nothing"
    ALERTS = "nobody is told what is amiss, since that fails"


@dataclass(slots=True)
class _Ongoing:
    since: float
    reason: str
    next_at: float
    is_announced: bool = False


class Emergency:
    """The troubles that last, and who is told of them: `command` is run with the text behind it."""

    def __init__(
        self,
        command: tuple[str, ...],
        limits: Limits,
        start: Start = spawn,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command, self._limits, self._start, self._steady = command, limits, start, steady
        self._ongoing: dict[Trouble, _Ongoing] = {}
        self._over: list[Trouble] = []  # what people were told of, and do not know to be over
        self._task: asyncio.Task[None] | None = None

    def hear(self, trouble: Trouble, reason: str) -> None:
        """It is so for that reason. Without one it is not."""
        now = self._steady()
        if reason:
            begun = _Ongoing(now, reason, now + PATIENCE)
            self._ongoing.setdefault(trouble, begun).reason = reason
        elif (ended := self._ongoing.pop(trouble, None)) is not None and ended.is_announced:
            self._over.append(trouble)

    def attend(self, stop: asyncio.Event) -> None:
        """Tell what is to be told by now, in a task of its own. What does not arrive is told again
        later."""
        if self._task is not None and not self._task.done():
            return
        now = self._steady()
        if self._over or any(each.next_at <= now for each in self._ongoing.values()):
            self._task = asyncio.create_task(self._announce(now, stop))

    async def close(self) -> None:
        """Wait for what is under way, which `stop` has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _announce(self, now: float, stop: asyncio.Event) -> None:
        for trouble in tuple(self._over):
            self._over.remove(trouble)
            await self._say(f"over: {trouble}", stop)
        for trouble, ongoing in tuple(self._ongoing.items()):
            if ongoing.next_at <= now:
                ongoing.next_at = now + PATIENCE
                minutes = (now - ongoing.since) / 60
                if await self._say(f"{trouble}, for {minutes:.0f} min: {ongoing.reason}", stop):
                    ongoing.next_at, ongoing.is_announced = now + AGAIN, True
                    if self._ongoing.get(trouble) is not ongoing:  # it ended meanwhile
                        self._over.append(trouble)

    async def _say(self, text: str, stop: asyncio.Event) -> bool:
        end = await run_child(
            (*self._command, text),
            _DEADLINE,
            stop,
            self._limits.drain,
            self._limits.memory,
            start=self._start,
        )
        if end.outcome is Outcome.OK:
            note("told", text=text)
        else:
            warn("told_nobody", text=text, reason=end.reason)
        return end.outcome is Outcome.OK

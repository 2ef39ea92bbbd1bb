"""The alarm clock: says when a job may be due. The only module that knows APScheduler.

It keeps no record and starts nothing: the ledger decides what an alarm means, so one that comes
twice, late or not at all (a suspended machine, a clock set by hand) changes only how soon we look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from .jobs import Job
from .schedules import Schedule


class ScheduleTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """One of our schedules as APScheduler asks for it."""

    __slots__ = ("_schedule",)

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next instant due after both. What lies between is the ledger's to account for."""
        return self._schedule.next_after(max(previous, now) if previous else now)


class AlarmClock:
    """Calls `rang` with a job's name at each of its instants, within a running event loop, which
    it must not keep waiting."""

    def __init__(self, rang: Callable[[str], None]) -> None:
        self._rang = rang
        self._set: dict[str, Schedule] = {}
        # Its own habit of announcing each alarm would drown our one line per outcome.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        # Rings at once, within the event loop: of a ring that waits for its turn, and is cancelled
        # by a stop meanwhile, APScheduler says that it failed.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": DebugExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def set(self, jobs: Sequence[Job]) -> None:
        """Ring for these jobs and no others. Alarms that stay the same are left alone."""
        wanted = {job.name: job.schedule for job in jobs}
        for name in self._set.keys() - wanted.keys():
            self._scheduler.remove_job(name)
        for name, schedule in wanted.items():
            if self._set.get(name) != schedule:
                self._scheduler.add_job(
                    self._rang, ScheduleTrigger(schedule), [name], id=name, replace_existing=True
                )
        self._set = wanted

    def wake(self) -> None:
        """Compare with the time of day now: its timer does not see a clock that was set."""
        self._scheduler.wakeup()

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)

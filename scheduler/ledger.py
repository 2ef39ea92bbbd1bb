"""The record of slots: what was due, what ran, what was skipped and why. It is the truth.

A slot's row is written before its time comes, so whatever kills us, the archive says what was owed.
Not here: waiting for the time to come (`clock`), and running what is due (`daemon`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from storage.archive import Archive
from storage.slots import CHANGED, REMOVED, Slot, SlotState
from storage.transaction import Transaction
from storage.types import Outcome

from .child import ChildEnd, JobResult
from .jobs import Due, Job
from .schedules import Moment, Schedule

EXTRA = ""  # what planned a slot that is of no schedule
# Bounds of what is put on record after a long time off; what ran does not depend on them.
_LOOK_BACK = timedelta(days=31)
_MOST_MISSED = 500
_NEARBY = 50  # newest slots of a job that have come; the last of its schedule is among them
_MANY = 5000  # newest slots of all jobs: what is planned is among the first
_MAKE_UPS = 3  # restarts in a row that may repeat an interrupted job


@dataclass(frozen=True, slots=True)
class PlannedSlots:
    """The state of one job's slots at a moment: the one to fill now, if any, when the next is due,
    how many were skipped to get here, since when the job waits for its turn."""

    job: Job
    due: Slot | None
    next_at: datetime
    skipped: int = 0
    since: datetime | None = None


def missed(schedule: Schedule, last: datetime, now: datetime) -> tuple[datetime, ...]:
    """The instants due after `last` up to and including `now`, of the last 31 days and 500 at
    most, oldest first."""
    found: deque[datetime] = deque(maxlen=_MOST_MISSED)
    due = schedule.next_after(max(last, now - _LOOK_BACK))
    while due <= now:
        found.append(due)
        due = schedule.next_after(due)
    return tuple(found)


class Ledger:
    """The slots of one archive, for the one daemon that holds its lock.

    Every method writes one short transaction, or takes part in that of `together`, and raises
    StorageError if that is not possible.
    """

    def __init__(self, store: Archive) -> None:
        self._store = store
        self._open: Transaction | None = None

    @contextmanager
    def together(self) -> Iterator[Transaction]:
        """What is done within is kept together or not at all."""
        if self._open is not None:
            yield self._open
            return
        with self._store.writing() as tx:
            self._open = tx
            try:
                yield tx
            finally:
                self._open = None

    def recover(self, jobs: Sequence[Job], now: datetime) -> int:
        """Begin after a predecessor: what it left claimed was interrupted, and what was
        interrupted is made up for now, unless that has been tried three times in a row. What it
        planned for other jobs is skipped. Returns how many slots it had left claimed."""
        gone = {slot.job for slot in self._store.slots.select(limit=_MANY, is_open=True)}
        self.drop(gone - {job.name for job in jobs}, now)
        with self.together() as tx:
            closed = tx.slots.close_claimed(now, "the daemon ended before the job did")
            for job in jobs:
                past = self._store.slots.select(job.name, _MAKE_UPS + 1, until=now)
                if 0 < _interrupted(past) <= _MAKE_UPS:
                    tx.slots.repeat(past[0].id, now)
        return closed

    def plan(self, job: Job, now: datetime, why: str) -> PlannedSlots:
        """Bring a job's slots up to `now`: plan what was due meanwhile and what is due next, keep
        the newest that is due and skip the others, with `why` as the reason."""
        with self.together() as tx:
            next_at = self._plan_ahead(tx, job, now)
            newest = next(
                iter(self._store.slots.select(job.name, 1, until=now, is_open=True)), None
            )
            if newest is None:
                return PlannedSlots(job, None, next_at)
            skipped = tx.slots.skip_all(job.name, newest.due_at, now, why, newest.id)
            return PlannedSlots(job, newest, next_at, skipped, self._store.slots.turn_of(newest))

    def _plan_ahead(self, tx: Transaction, job: Job, now: datetime) -> datetime:
        tx.slots.reopen(job.name, now)
        for slot in self._store.slots.select(job.name, _MANY, after=now, is_open=True):
            if not _is_of(slot, job.schedule):
                tx.slots.skip(slot.id, now, CHANGED)
        next_at = job.schedule.next_after(now)
        for due in (*missed(job.schedule, self._last(job, now), now), next_at):
            for moment in job.schedule.moments_at(due):
                _plan_one(tx, job, moment, now)
        return next_at

    def _last(self, job: Job, now: datetime) -> datetime:
        """Up to when slots of this schedule are on record. A new schedule has no past."""
        for many in (1, _NEARBY):
            for slot in self._store.slots.select(job.name, many, until=now):
                if _is_of(slot, job.schedule):
                    return slot.due_at
        return now

    def skip(self, slot: Slot, now: datetime, reason: str) -> None:
        """A slot that is due will not run."""
        with self.together() as tx:
            tx.slots.skip(slot.id, now, reason)

    def hurry(self, job: Job, now: datetime) -> bool:
        """Plan an extra slot of a job, due now. False if one is due already."""
        if self._store.slots.select(job.name, 1, until=now, is_open=True):
            return False
        with self.together() as tx:
            tx.slots.plan(job.name, now, EXTRA, now)
        return True

    def hurry_new(self, jobs: Iterable[Job], now: datetime) -> int:
        """Plan a slot due now for each source among these that was never crawled and whose turn
        never came: nobody is to wait for the first of an interval. Return how many."""
        mine = {job.name: job for job in jobs if job.is_of_source}
        fresh = [
            mine[each.source_id]
            for each in self._store.sources.last_crawls(mine)
            if each.ended_at is None
        ]
        untried = [job for job in fresh if not self._store.slots.select(job.name, 1, until=now)]
        with self.together():
            return sum(self.hurry(job, now) for job in untried)

    def drop(self, names: Iterable[str], now: datetime) -> int:
        """Jobs that are no longer wanted: skip what was planned for them. Return how many."""
        for_ever = datetime.max.replace(tzinfo=now.tzinfo)
        with self.together() as tx:
            return sum(tx.slots.skip_all(name, for_ever, now, REMOVED) for name in names)

    def claim(self, batch: Sequence[Due], now: datetime) -> tuple[Due, ...]:
        """Take the slots of a batch. Those that are no longer due are left out."""
        with self.together() as tx:
            return tuple(each for each in batch if tx.slots.claim(each.slot.id, now))

    def end(self, ended: Sequence[JobResult], now: datetime) -> None:
        """Write down how claimed slots ended, and plan another try where one is to be."""
        with self.together() as tx:
            for each in ended:
                tx.slots.end(each.due.slot.id, now, each.outcome, each.reason)
                if each.again:
                    tx.slots.repeat(each.due.slot.id, now)

    def close_runs(self, end: ChildEnd, began: datetime, now: datetime) -> int:
        """A child that ended before its runs did leaves none of them open. How many it had."""
        outcome = end.outcome if end.outcome in _CUT_SHORT else Outcome.KILLED
        with self.together() as tx:
            return tx.runs.close_killed(
                end.pid, began, now, outcome, end.reason or "its process ended"
            )


_CUT_SHORT = (Outcome.KILLED, Outcome.TIMEOUT, Outcome.INTERRUPTED)


def _plan_one(tx: Transaction, job: Job, moment: Moment, now: datetime) -> None:
    if not moment.nominal:
        tx.slots.plan(job.name, moment.due_at, job.schedule.hash, now)
        return
    slot = Slot(0, job.name, moment.due_at, SlotState.DUE, day=moment.day, nominal=moment.nominal)
    tx.slots.plan_named(slot, job.schedule.hash, now)


def _is_of(slot: Slot, schedule: Schedule) -> bool:
    """Whether the schedule names this slot. What makes up for another is nobody's."""
    if slot.repeats is not None:
        return False
    if slot.schedule == schedule.hash:
        return True
    moments = schedule.moments_at(slot.due_at)
    # Slots of before they had names are known by their instant.
    return any((each.day, each.nominal) == (slot.day, slot.nominal) for each in moments) or (
        bool(moments) and not slot.nominal
    )


def _interrupted(past: Sequence[Slot]) -> int:
    """How many of the newest slots in a row ended interrupted, none if one is still to run."""
    return len(list(takewhile(lambda slot: slot.outcome == Outcome.INTERRUPTED, past)))

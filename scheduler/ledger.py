"""The record of slots: what was due, what ran, what was skipped and why. It is the truth.

A slot's row is written before its time comes; so whatever kills us, the archive says what was owed.
Not here: waiting for the time to come (`clock`), and running what is due (`daemon`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from storage.records import Slot
from storage.store import Store
from storage.types import Outcome
from storage.write_slots import Transaction

from .jobs import Due, Job
from .results import Result
from .schedule import Schedule

DUE = "due"
# Bounds of what is put on record after a long time off; what ran does not depend on them.
_LOOK_BACK = timedelta(days=31)
_MOST_MISSED = 500
_NEARBY = 50  # newest slots of a job that have come; only the newest open one will run
_MANY = 5000  # newest slots of all jobs: what is planned is among the first
_MAKE_UPS = 3  # restarts in a row that may repeat an interrupted job


@dataclass(frozen=True, slots=True)
class Settled:
    """The state of one job's slots at a moment: the one to fill now, if any; when the next is due;
    how many were skipped to get here."""

    job: Job
    due: Slot | None
    next_at: datetime
    skipped: int = 0


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

    Every method writes one short transaction and raises StorageError if that is not possible.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def recover(self, jobs: Sequence[Job], now: datetime) -> int:
        """Begin after a predecessor: what it left claimed was interrupted, and what was
        interrupted is made up for now, unless that has been tried three times in a row; what it
        planned for other jobs is skipped. Returns how many slots it had left claimed."""
        gone = {slot.job for slot in self._store.slots(limit=_MANY) if _is_open(slot)}
        self.drop(gone - {job.name for job in jobs}, now)
        with self._store.writing() as tx:
            closed = tx.close_claimed(now, "the daemon ended before the job did")
            for job in jobs:
                past = self._past(job, now)
                if 0 < _interrupted(past) <= _MAKE_UPS:
                    tx.plan_slot(job.name, now.replace(microsecond=0), job.schedule.hash, now)
        return closed

    def settle(self, job: Job, now: datetime, why: str) -> Settled:
        """Bring a job's slots up to `now`: plan what was due meanwhile and what is due next, keep
        the newest that is due and skip the others, with `why` as the reason."""
        with self._store.writing() as tx:
            self._plan(tx, job, now)
            open_now = [each for each in self._past(job, now) if _is_open(each)]
            if not open_now:
                return Settled(job, None, job.schedule.next_after(now))
            skipped = tx.skip_slots(job.name, open_now[0].due_at, now, why)
            return Settled(job, open_now[0], job.schedule.next_after(now), skipped)

    def _plan(self, tx: Transaction, job: Job, now: datetime) -> None:
        tx.reopen_slots(job.name, now)
        for slot in self._store.slots(job.name, _MANY, after=now):
            if _is_open(slot) and not job.schedule.is_due_at(slot.due_at):
                tx.skip_slot(slot.id, now, "the schedule changed")
        past = self._past(job, now)
        last = next((each.due_at for each in past if job.schedule.is_due_at(each.due_at)), now)
        for due in (*missed(job.schedule, last, now), job.schedule.next_after(now)):
            tx.plan_slot(job.name, due, job.schedule.hash, now)

    def skip(self, slot: Slot, now: datetime, reason: str) -> None:
        """A slot that is due will not run."""
        with self._store.writing() as tx:
            tx.skip_slot(slot.id, now, reason)

    def drop(self, names: Iterable[str], now: datetime) -> int:
        """Jobs that are no longer wanted: skip what was planned for them; returns how many."""
        with self._store.writing() as tx:
            return sum(
                tx.skip_slots(name, datetime.max.replace(tzinfo=now.tzinfo), now, "job removed")
                for name in names
            )

    def claim(self, batch: Sequence[Due], now: datetime) -> tuple[Due, ...]:
        """Take the slots of a batch; those that are no longer due are left out."""
        with self._store.writing() as tx:
            return tuple(each for each in batch if tx.claim_slot(each.slot.id, now))

    def end(self, ended: Sequence[Result], now: datetime) -> None:
        """Write down how claimed slots ended."""
        with self._store.writing() as tx:
            for each in ended:
                tx.end_slot(each.due.slot.id, now, each.outcome, each.reason)

    def _past(self, job: Job, now: datetime) -> tuple[Slot, ...]:
        return self._store.slots(job.name, _NEARBY, until=now)


def _is_open(slot: Slot) -> bool:
    return slot.state == DUE


def _interrupted(past: Sequence[Slot]) -> int:
    """How many of the newest slots in a row ended interrupted; none if one is still to run."""
    return len(list(takewhile(lambda slot: slot.outcome == Outcome.INTERRUPTED, past)))

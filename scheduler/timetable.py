"""What `hubwatch timetable` shows: when each job runs next, and how its last slot went.

`timetable` and `upcoming` are pure. `outlook` asks the archive for what they need.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.slots import Slot, SlotState

from .jobs import Job, Reason, SkipRule, skip_nothing
from .skip_rules import every_rule

_RAN = (SlotState.CLAIMED, SlotState.DONE)
_NONE: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """One job. Instants are aware, in UTC.

    `last_due_at`, `last_outcome`, `last_reason` and `late` (start minus due) are of the newest slot
    that was started. `last_outcome` is `running` while it runs. `pending_at` is when the oldest
    slot that still waits was due, `skipped` how many of the given slots were skipped since the last
    one that ran. `held` says why the job would not run now. `failures` is how often it failed in a
    row, up to now.
    """

    job: str
    schedule: str
    zone: str
    next_at: datetime
    last_due_at: datetime | None = None
    last_outcome: str = ""
    last_reason: str = ""
    late: timedelta | None = None
    pending_at: datetime | None = None
    skipped: int = 0
    held: Reason | None = None
    failures: int = 0


def timetable(
    jobs: Sequence[Job],
    slots: Iterable[Slot],
    now: datetime,
    skip: SkipRule = skip_nothing,
    failures: Mapping[str, int] = _NONE,
) -> tuple[TimetableRow, ...]:
    """One row a job, the next to fire first. `slots` in any order. A few newest of each job do.
    `failures` in a row by the job's name."""
    known: dict[str, list[Slot]] = {job.name: [] for job in jobs}
    for slot in slots:
        if slot.job in known:
            known[slot.job].append(slot)
    rows = (
        replace(
            _row(job, known[job.name], now, skip(job.name, now)),
            failures=failures.get(job.name, 0),
        )
        for job in jobs
    )
    return tuple(sorted(rows, key=lambda row: (row.next_at, row.job)))


@dataclass(frozen=True, slots=True)
class Fire:
    """A moment to come at which a job is due. `held` says why it would not run."""

    job: str
    at: datetime
    held: Reason | None = None


def upcoming(
    jobs: Sequence[Job], now: datetime, until: datetime, skip: SkipRule = skip_nothing
) -> Iterator[Fire]:
    """What is due after `now` up to `until`, in order of time, held by what is known now."""
    for at, name in heapq.merge(*(_fires(job, now, until) for job in jobs)):
        yield Fire(name, at, skip(name, at))


def _fires(job: Job, now: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    while (now := job.schedule.next_after(now)) <= until:
        yield now, job.name


def _row(job: Job, slots: list[Slot], now: datetime, held: Reason | None) -> TimetableRow:
    last = max((each for each in slots if each.state in _RAN), key=_due, default=None)
    pending = min((each for each in slots if _is_pending(each, now)), key=_due, default=None)
    skipped = [each for each in slots if each.state == SlotState.SKIPPED]
    return TimetableRow(
        job=job.name,
        schedule=job.schedule.text,
        zone=job.schedule.zone,
        next_at=job.schedule.next_after(now),
        last_due_at=last.due_at if last else None,
        last_outcome=_outcome(last) if last else "",
        last_reason=last.reason if last else "",
        late=last.started_at - last.due_at if last and last.started_at else None,
        pending_at=pending.due_at if pending else None,
        skipped=sum(1 for each in skipped if last is None or each.due_at > last.due_at),
        held=held,
    )


def _due(slot: Slot) -> datetime:
    return slot.due_at


def _is_pending(slot: Slot, now: datetime) -> bool:
    return slot.state == SlotState.DUE and slot.due_at <= now


def _outcome(slot: Slot) -> str:
    return slot.outcome if slot.state == SlotState.DONE else "running"


# The timetable as an archive knows it: its slots, and all that holds its jobs back now.

_SLOTS = 20
"""Of a job; enough to find the last one that ran."""


def outlook(store: Archive, jobs: Sequence[Job], now: datetime) -> tuple[TimetableRow, ...]:
    """One row a job, the next to fire first. `now` is aware."""
    slots = [slot for job in jobs for slot in store.slots.select(job.name, _SLOTS)]
    skip = every_rule(store, {job.name: job for job in jobs}.get)
    return timetable(jobs, slots, now, skip, _failures(store, jobs, now))


def _failures(store: Archive, jobs: Sequence[Job], now: datetime) -> dict[str, int]:
    """How often each failed in a row: a source by its crawls, by hand too. Others by slots."""
    crawls = store.sources.last_crawls(job.name for job in jobs if job.is_of_source)
    pasts = store.slots.histories((job.name for job in jobs if not job.is_of_source), now)
    of_others = {past.job: past.failures for past in pasts}
    return {each.source_id: each.failures for each in crawls} | of_others

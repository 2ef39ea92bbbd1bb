"""Slots of the timetable: each planned moment of each job, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned moment of one job: due → claimed → done or skipped with a reason.

    `day` (2026-03-01) and `nominal` (07:30) are set where people named a time of day: they are then
    its identity, in the zone of the schedule; else `due_at` is. `repeats` is the slot it makes up
    for, which began and did not come to its end; `schedule` the hash of what planned it.
    """

    id: int
    job: str
    due_at: datetime
    state: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    day: str = ""
    nominal: str = ""
    repeats: int | None = None
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """How a job of the timetable went. `failures` are how often it failed in a row, up to now:
    `failed`, `timeout` or `killed`; being interrupted or skipped neither counts nor ends the row.

    `last` is the newest slot that came to an end, `last_ok` the newest that worked (`partial`
    did), `failed` the newest few of the failures, the newest first. `failing_since` is when the
    first of them was due, `first_due_at` when the oldest slot on record was, or will be.
    """

    job: str
    last: Slot | None = None
    last_ok: Slot | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failed: tuple[Slot, ...] = ()
    first_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Slots of one job, due within a period, that nothing was run for: how many, the first and the
    last, and why (`state` is `skipped`, or `due` for what still waits)."""

    job: str
    state: str
    reason: str
    slots: int
    first_due_at: datetime
    last_due_at: datetime

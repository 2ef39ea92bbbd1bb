"""The ledger of slots: each planned moment of each job, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from .database import Connection, Row, marks, stamp, unstamp, unstamp_or_none
from .types import Outcome


class SlotState(StrEnum):
    """How far a slot has come: it waits, a child has it, it ran, or it will not run."""

    DUE = "due"
    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned moment of one job: due → claimed → done or skipped with a reason.

    `day` (2026-03-01) and `nominal` (07:30) are set where people named a time of day: they are then
    its identity, in the zone of the schedule, else `due_at` is. `repeats` is the slot it makes up
    for, which began and did not come to its end, `schedule` the hash of what planned it.
    """

    id: int
    job: str
    due_at: datetime
    state: SlotState
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
    `failed`, `timeout` or `killed`. Being interrupted or skipped neither counts nor ends the row.

    `last` is the newest slot that came to an end, `last_ok` the newest that worked (`partial`
    did), `failed` the newest few of the failures, the newest first. `failing_since` is when the
    first of them was due, `first_due_at` when the oldest slot on record was, or will be.
    `waits_since` is when the oldest slot was due that has not begun, those for which there was no
    room before the next among them. None where none is due, and while one runs.
    """

    job: str
    last: Slot | None = None
    last_ok: Slot | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failed: tuple[Slot, ...] = ()
    first_due_at: datetime | None = None
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Slots of one job, due within a period, that nothing was run for: how many, the first and the
    last, and why (`state` is `skipped`, or `due` for what still waits)."""

    job: str
    state: SlotState
    reason: str
    slots: int
    first_due_at: datetime
    last_due_at: datetime


CHANGED, REMOVED = "the schedule changed", "job removed"
"""Why slots were skipped that nobody misses."""
NO_GAPS = (CHANGED, REMOVED)
NO_ROOM = "no room in time"
"""Why a slot was skipped that waited until the next was due."""
CAUGHT_UP = "caught up"
"""Why a slot was skipped that was due while nobody was there to fill it."""
_FAILURES = (Outcome.FAILED, Outcome.TIMEOUT, Outcome.KILLED)
_SAYS_NOTHING = (Outcome.INTERRUPTED,)
_SHOWN = 3


def _words(*outcomes: Outcome) -> str:
    return ", ".join(f"'{each.value}'" for each in outcomes)


_OF_JOB = "FROM slots INDEXED BY slots_of_job WHERE job = ? AND due_at <= ? AND state = 'done'"
_ORDER = "ORDER BY due_at DESC, id DESC LIMIT ?"
_WORKED = f"SELECT * {_OF_JOB} AND outcome NOT IN ({_words(*_FAILURES, *_SAYS_NOTHING)}) {_ORDER}"
_BROKE = f"{_OF_JOB} AND outcome IN ({_words(*_FAILURES)}) AND (due_at, id) > (?, ?)"


_WAITS = (
    "SELECT * FROM slots WHERE job = ? AND due_at <= ? AND state = 'due' ORDER BY due_at LIMIT 1"
)
_BEGAN = (
    "SELECT * FROM slots INDEXED BY slots_of_job WHERE job = ? AND due_at <= ? "
    "AND state IN ('done', 'claimed') ORDER BY due_at DESC, id DESC LIMIT 1"
)
_WAITED = (
    "SELECT min(due_at) FROM slots INDEXED BY slots_of_job WHERE job = ? AND due_at > ? "
    "AND due_at <= ? AND (state = 'due' OR state = 'skipped' AND reason IN (?, ?))"
)


class SlotQueries:
    """The questions about the ledger of slots."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def select(
        self,
        job: str | None = None,
        limit: int = 200,
        after: datetime | None = None,
        until: datetime | None = None,
        *,
        is_open: bool = False,
    ) -> tuple[Slot, ...]:
        """Slots of the timetable, of one job or all, due after and until then, the latest first.
        Where `is_open`, those that have neither begun nor been skipped."""
        asked = {
            "job = ?": job,
            "due_at > ?": stamp(after) if after else None,
            "due_at <= ?": stamp(until) if until else None,
        }
        wanted = {condition: value for condition, value in asked.items() if value}
        conditions = ["state = 'due'"] * is_open + list(wanted)
        where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
        found = self._db.query(
            f"SELECT * FROM slots {where}ORDER BY due_at DESC, id DESC LIMIT ?",
            [*wanted.values(), limit],
        )
        return tuple(slot_of(row) for row in found)

    def unfilled(self, since: datetime, until: datetime) -> tuple[Unfilled, ...]:
        """The slots due within the period (`until` excluded) that were skipped or still wait, by
        job and reason, in order of time."""
        found = self._db.query(
            "SELECT job, state, reason, count(*) AS n, min(due_at) AS first, max(due_at) AS last "
            "FROM slots WHERE due_at >= ? AND due_at < ? AND state IN ('skipped', 'due') "
            "GROUP BY job, state, reason ORDER BY first, job",
            [stamp(since), stamp(until)],
        )
        return tuple(
            Unfilled(
                row["job"],
                SlotState(row["state"]),
                row["reason"],
                row["n"],
                unstamp(row["first"]),
                unstamp(row["last"]),
            )
            for row in found
        )

    def due_between(self, moments: Sequence[datetime]) -> tuple[frozenset[str], ...]:
        """For each of these moments (aware, in order) and the next: the jobs that were due between
        the two. Not those whose slots went because the timetable changed."""
        sql = (
            "SELECT DISTINCT job FROM slots INDEXED BY slots_by_due WHERE due_at >= ? AND "
            f"due_at < ? AND NOT (state = 'skipped' AND reason IN ({marks(NO_GAPS)}))"
        )
        return tuple(
            frozenset(
                row["job"] for row in self._db.query(sql, [stamp(since), stamp(until), *NO_GAPS])
            )
            for since, until in pairwise(moments)
        )

    def known_until(self, jobs: Sequence[str], now: datetime) -> dict[str, datetime]:
        """Up to when it is known of each of these jobs whether it was due: its last slot, which may
        still come, or its last crawl up to `now`. Those without either are left out: nobody planned
        or crawled them yet."""
        slot = "SELECT max(s.due_at) FROM slots s INDEXED BY slots_of_job WHERE s.job = j.value"
        crawl = (
            "SELECT r.started_at FROM runs r INDEXED BY runs_by_source WHERE r.source_id = j.value "
            "AND r.kind = 'crawl' AND r.started_at <= ? ORDER BY r.id DESC LIMIT 1"
        )
        sql = (
            f"SELECT j.value AS job, max(coalesce(({slot}), ''), coalesce(({crawl}), '')) AS until "
            "FROM json_each(?) j"
        )
        found = self._db.query(sql, [stamp(now), json.dumps(list(jobs))])
        return {row["job"]: unstamp(row["until"]) for row in found if row["until"]}

    def histories(self, jobs: Iterable[str], until: datetime) -> tuple[Past, ...]:
        """How each of these jobs went up to then, in their order, also one that never ran. What a
        clock that ran ahead has left on record for later says nothing yet."""
        return tuple(self._past(job, stamp(until)) for job in jobs)

    def _past(self, job: str, until: str) -> Past:
        worked = self._slot(_WORKED, job, until, 1)
        failures, since, failed = self._failures(job, until, worked)
        return Past(
            job=job,
            last=self._slot(f"SELECT * {_OF_JOB} {_ORDER}", job, until, 1),
            last_ok=worked,
            failures=failures,
            failing_since=since,
            failed=failed,
            first_due_at=self._first_due(job),
            waits_since=self._waits_since(job, until),
        )

    def _waits_since(self, job: str, until: str) -> datetime | None:
        runs = "SELECT 1 FROM slots WHERE job = ? AND state = 'claimed' LIMIT 1"
        if self._db.execute(runs, [job]).fetchone():
            return None
        due = self._slot(_WAITS, job, until)
        if due is None:
            return None
        return self._waited(due, NO_ROOM)

    def turn_of(self, due: Slot) -> datetime:
        """Since when the job of this slot, which is due, waits for its turn: when the oldest slot
        was due for which there was no room, or nobody there, since one of its slots began."""
        return self._waited(due, NO_ROOM, CAUGHT_UP) or due.due_at

    def _waited(self, due: Slot, reason: str, other: str = "") -> datetime | None:
        at = stamp(due.due_at)
        began = self._slot(_BEGAN, due.job, at)
        after = stamp(began.due_at) if began else ""
        first = self._db.execute(_WAITED, [due.job, after, at, reason, other]).fetchone()[0]
        return unstamp_or_none(first)

    def _slot(self, sql: str, *parameters: object) -> Slot | None:
        return next((slot_of(row) for row in self._db.query(sql, list(parameters))), None)

    def _failures(
        self, job: str, until: str, worked: Slot | None
    ) -> tuple[int, datetime | None, tuple[Slot, ...]]:
        """How many failed since, when the first of them was due, and the newest few."""
        after = (stamp(worked.due_at), worked.id) if worked else ("", 0)
        told = f"SELECT count(*), min(due_at) {_BROKE}"
        count, since = self._db.execute(told, [job, until, *after]).fetchone()
        if not count:
            return 0, None, ()
        found = self._db.query(f"SELECT * {_BROKE} {_ORDER}", [job, until, *after, _SHOWN])
        return count, unstamp_or_none(since), tuple(slot_of(row) for row in found)

    def _first_due(self, job: str) -> datetime | None:
        sql = "SELECT min(due_at) FROM slots INDEXED BY slots_of_job WHERE job = ?"
        return unstamp_or_none(self._db.execute(sql, [job]).fetchone()[0])


def slot_of(row: Row) -> Slot:
    """A row of `slots`."""
    return Slot(
        id=row["id"],
        job=row["job"],
        due_at=unstamp(row["due_at"]),
        state=SlotState(row["state"]),
        started_at=unstamp_or_none(row["started_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=row["outcome"],
        reason=row["reason"],
        day=row["day"],
        nominal=row["nominal"],
        repeats=row["repeats"],
        schedule=row["schedule"],
    )


class SlotWrites:
    """The part of a transaction that keeps slots."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def plan(self, job: str, due_at: datetime, schedule: str, now: datetime) -> Slot:
        """Plan a slot that is known by its instant. Planning it again gives the same one, whatever
        has become of it."""
        self._db.execute(
            "INSERT OR IGNORE INTO slots (job, due_at, schedule, state, planned_at) "
            "VALUES (?, ?, ?, 'due', ?)",
            [job, stamp(due_at), schedule, stamp(now)],
        )
        where = "job = ? AND due_at = ? AND nominal = ''"
        found = self._db.query(f"SELECT * FROM slots WHERE {where}", [job, stamp(due_at)])
        return slot_of(next(iter(found)))

    def plan_named(self, slot: Slot, schedule: str, now: datetime) -> None:
        """Plan a slot that is known by its local date and time (`id` and `state` do not count).

        One that is there already, and has not begun, takes the new instant: the zone, or what is
        known of its clock changes, is another now. One that has begun is had for that date.
        """
        at, name = stamp(slot.due_at), [slot.job, slot.day, slot.nominal]
        self._db.execute(
            "UPDATE OR IGNORE slots SET day = ?2, nominal = ?3 WHERE job = ?1 AND due_at = ?4 "
            "AND nominal = '' AND repeats IS NULL AND state = 'due'",
            [*name, at],
        )
        self._db.execute(
            "INSERT INTO slots (job, day, nominal, due_at, schedule, state, planned_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, 'due', ?6) "
            "ON CONFLICT (job, day, nominal) WHERE nominal <> '' DO UPDATE SET "
            "due_at = excluded.due_at, schedule = excluded.schedule, state = 'due', "
            "ended_at = NULL, reason = '' WHERE due_at <> excluded.due_at AND "
            "(state = 'due' OR state = 'skipped' AND excluded.due_at > excluded.planned_at)",
            [*name, at, schedule, stamp(now)],
        )

    def repeat(self, slot_id: int, now: datetime) -> bool:
        """Plan another try of a slot that did not come to its end, due now. False if that instant
        is taken."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO slots (job, due_at, schedule, state, planned_at, repeats) "
            "SELECT job, ?1, schedule, 'due', ?1, id FROM slots WHERE id = ?2",
            [stamp(now), slot_id],
        )
        return bool(cursor.rowcount)

    def claim(self, slot_id: int, now: datetime) -> bool:
        """Take a slot that is due. False if somebody was faster or it is over."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'claimed', started_at = ? WHERE id = ? AND state = 'due'",
            [stamp(now), slot_id],
        )
        return bool(cursor.rowcount)

    def end(self, slot_id: int, now: datetime, outcome: str, reason: str = "") -> None:
        """A claimed slot is done."""
        self._db.execute(
            "UPDATE slots SET state = 'done', ended_at = ?, outcome = ?, reason = ? "
            "WHERE id = ? AND state = 'claimed'",
            [stamp(now), outcome, reason, slot_id],
        )

    def skip(self, slot_id: int, now: datetime, reason: str) -> None:
        """A slot that was due will not run, and why."""
        self._db.execute(
            "UPDATE slots SET state = 'skipped', ended_at = ?, reason = ? "
            "WHERE id = ? AND state = 'due'",
            [stamp(now), reason, slot_id],
        )

    def skip_all(
        self, job: str, until: datetime, now: datetime, reason: str, keep: int | None = None
    ) -> int:
        """Skip every slot of a job due up to then, but the one to `keep`. Return how many."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'skipped', ended_at = ?, reason = ? "
            "WHERE job = ? AND state = 'due' AND due_at <= ? AND id IS NOT ?",
            [stamp(now), reason, job, stamp(until), keep],
        )
        return int(cursor.rowcount)

    def reopen(self, job: str, after: datetime) -> int:
        """Slots skipped though their time has not come, by a clock that ran ahead, are due again.
        Return how many."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'due', ended_at = NULL, reason = '' "
            "WHERE job = ? AND state = 'skipped' AND due_at > ?",
            [job, stamp(after)],
        )
        return int(cursor.rowcount)

    def close_claimed(self, now: datetime, reason: str) -> int:
        """End the slots that a dead daemon had claimed. The caller holds the daemon's lock."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'done', ended_at = ?, outcome = 'interrupted', reason = ? "
            "WHERE state = 'claimed'",
            [stamp(now), reason],
        )
        return int(cursor.rowcount)

"""Selecting what was due and what became of it: the slots, and how each job went.

How a job went is found by walking the index of its slots from the newest back to its last success,
so it is cheap enough to be asked every minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..statements import Row
from ..types import Outcome
from .records import Past, Slot, Unfilled

_FAILURES = (Outcome.FAILED, Outcome.TIMEOUT, Outcome.KILLED)
_SAYS_NOTHING = (Outcome.INTERRUPTED,)
_SHOWN = 3


def _words(*outcomes: Outcome) -> str:
    return ", ".join(f"'{each.value}'" for each in outcomes)


_OF_JOB = "FROM slots INDEXED BY slots_of_job WHERE job = ? AND due_at <= ? AND state = 'done'"
_ORDER = "ORDER BY due_at DESC, id DESC LIMIT ?"
_WORKED = f"SELECT * {_OF_JOB} AND outcome NOT IN ({_words(*_FAILURES, *_SAYS_NOTHING)}) {_ORDER}"
_BROKE = f"{_OF_JOB} AND outcome IN ({_words(*_FAILURES)}) AND (due_at, id) > (?, ?)"


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
        """Slots of the timetable, of one job or all, due after and until then, the latest first;
        where `is_open`, those that have neither begun nor been skipped."""
        condition = "state = 'due'" if is_open else "1"
        asked = {
            "job = ?": job,
            "due_at > ?": stamp(after) if after else None,
            "due_at <= ?": stamp(until) if until else None,
        }
        wanted = {condition: value for condition, value in asked.items() if value}
        where = " AND ".join((condition, *wanted))
        found = self._db.query(
            f"SELECT * FROM slots WHERE {where} ORDER BY due_at DESC, id DESC LIMIT ?",
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
                row["state"],
                row["reason"],
                row["n"],
                unstamp(row["first"]),
                unstamp(row["last"]),
            )
            for row in found
        )

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
        )

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
        state=row["state"],
        started_at=unstamp_or_none(row["started_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=row["outcome"],
        reason=row["reason"],
        day=row["day"],
        nominal=row["nominal"],
        repeats=row["repeats"],
        schedule=row["schedule"],
    )

"""Selecting from the timetable's record: slots, and what was not run."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp, unstamp
from .records import Slot, Unfilled
from .rows import slot_of


class SlotQueries:
    """The part of the store that answers what was due, and what became of it."""

    _db: Connection

    def slots(
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

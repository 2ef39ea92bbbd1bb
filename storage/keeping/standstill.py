"""The standstill of a whole installation: nothing is crawled until a person says so, or a date.

A restored archive begins with one, so that a copy never crawls or reports beside the original. The
pause of one source is its own state, kept elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none


@dataclass(frozen=True, slots=True)
class Standstill:
    """Since when nothing runs, why, who said so, and until when (None: until somebody resumes)."""

    since: datetime
    reason: str
    person: str
    until: datetime | None = None


class StandstillQueries:
    """The question that the store answers."""

    _db: Connection

    def standstill(self, now: datetime) -> Standstill | None:
        """The standstill that is in force; None if there is none."""
        for row in self._db.query("SELECT * FROM standstill"):
            until = unstamp_or_none(row["until"])
            if until is None or until > now:
                return Standstill(unstamp(row["since"]), row["reason"], row["person"], until)
        return None


class StandstillWrites:
    """The part of a transaction that begins and ends it."""

    _db: Connection

    def stand_still(self, standstill: Standstill) -> None:
        """Let nothing run from now on; takes the place of an earlier standstill."""
        self._db.execute(
            "INSERT OR REPLACE INTO standstill VALUES (1, ?, ?, ?, ?)",
            [
                stamp(standstill.since),
                stamp(standstill.until) if standstill.until else None,
                standstill.reason,
                standstill.person,
            ],
        )

    def go_on(self) -> bool:
        """End the standstill; False if there was none."""
        return bool(self._db.execute("DELETE FROM standstill").rowcount)

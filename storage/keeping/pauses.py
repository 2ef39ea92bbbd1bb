"""Jobs that rest until a date because a person said so: sources, and entries of the timetable.

The standstill of a whole installation is another matter (`standstill`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..driver import Connection
from ..stamps import stamp, unstamp


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that rests until then: why, and who said so. A source's job has the source's id."""

    job: str
    until: datetime
    reason: str
    person: str


class PauseQueries:
    """The question that the store answers."""

    _db: Connection

    def pauses(self, now: datetime) -> dict[str, Pause]:
        """The jobs that rest at that time, by name."""
        found = self._db.query("SELECT * FROM pauses WHERE until > ? ORDER BY job", [stamp(now)])
        return {
            row["job"]: Pause(row["job"], unstamp(row["until"]), row["reason"], row["person"])
            for row in found
        }


class PauseWrites:
    """The part of a transaction that begins and ends a rest."""

    _db: Connection

    def pause(self, job: str, until: datetime, reason: str, person: str) -> None:
        """Let a job rest until then; a pause that it has already is replaced."""
        self._db.execute(
            "INSERT INTO pauses VALUES (?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET "
            "until = excluded.until, reason = excluded.reason, person = excluded.person",
            [job, stamp(until), reason, person],
        )

    def resume(self, job: str) -> None:
        """End the pause of a job, if it has one."""
        self._db.execute("DELETE FROM pauses WHERE job = ?", [job])

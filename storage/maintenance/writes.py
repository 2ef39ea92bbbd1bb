"""Writing what backups were made, and what rests because a person said so."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp
from .records import Backup, GlobalPause


class MaintenanceWrites:
    """The part of a transaction that keeps backups and pauses."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record_backup(self, made: Backup) -> None:
        """A backup was made, verified and put in its place."""
        self._db.execute(
            "INSERT INTO backups (made_at, path, size) VALUES (?, ?, ?)",
            [stamp(made.made_at), str(made.path), made.size],
        )

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

    def pause_all(self, standstill: GlobalPause) -> None:
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

    def resume_all(self) -> bool:
        """End the standstill; False if there was none."""
        return bool(self._db.execute("DELETE FROM standstill").rowcount)

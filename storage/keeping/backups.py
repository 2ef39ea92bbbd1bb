"""The backups that were made of this archive, as far as it knows: a row each, nothing of the file.

A backup does not hold its own row, which is written once the file is in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..driver import Connection
from ..stamps import stamp, unstamp


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified backup: the moment that it holds (aware), where its file was put (absolute), and
    how many bytes that had."""

    made_at: datetime
    path: Path
    size: int


class BackupQueries:
    """The question that the store answers."""

    _db: Connection

    def last_backup(self, until: datetime) -> Backup | None:
        """The newest backup on record that was made by then; its file may be gone since."""
        found = self._db.query(
            "SELECT * FROM backups WHERE made_at <= ? ORDER BY made_at DESC, id DESC LIMIT 1",
            [stamp(until)],
        )
        row = next(iter(found), None)
        return Backup(unstamp(row["made_at"]), Path(row["path"]), row["size"]) if row else None


class BackupWrites:
    """The part of a transaction that records a backup."""

    _db: Connection

    def note_backup(self, made: Backup) -> None:
        """A backup was made, verified and put in its place."""
        self._db.execute(
            "INSERT INTO backups (made_at, path, size) VALUES (?, ?, ?)",
            [stamp(made.made_at), str(made.path), made.size],
        )

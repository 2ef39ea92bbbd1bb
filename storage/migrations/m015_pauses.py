"""Any job of the timetable may rest, not only a source: pauses have a table of their own."""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STEPS = (
    "CREATE TABLE pauses (job TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL, "
    "person TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO pauses SELECT id, paused_until, pause_reason, paused_by FROM sources "
    "WHERE paused_until IS NOT NULL",
    "ALTER TABLE sources DROP COLUMN paused_until",
    "ALTER TABLE sources DROP COLUMN pause_reason",
    "ALTER TABLE sources DROP COLUMN paused_by",
)


@MIGRATIONS()
def m015_pauses(db: Database) -> None:
    """The table `pauses`, instead of three columns of `sources`."""
    for step in _STEPS:
        db.execute(step)

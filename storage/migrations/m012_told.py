"""Versions say when they were told as news; decisions say after which event they were made.

Versions from before were told when they were seen, if they were news; decisions from before came
after no event that is known.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STEPS = (
    "ALTER TABLE revisions ADD COLUMN told_at TEXT",
    "ALTER TABLE decisions ADD COLUMN seq INTEGER NOT NULL DEFAULT 0",
    "UPDATE revisions SET told_at = seen_at WHERE number > 1 AND weight = 'material' AND held = ''",
    "CREATE INDEX revisions_by_told ON revisions(told_at) WHERE told_at IS NOT NULL",
)


@MIGRATIONS()
def m012_told(db: Database) -> None:
    """A column of `revisions` with its index, and one of `decisions`."""
    for step in _STEPS:
        db.execute(step)

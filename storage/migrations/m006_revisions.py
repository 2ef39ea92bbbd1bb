"""Versions say whether they matter, what changed, and why one was held back from news.

Versions from before were all told as changed; they stay what they were.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_COLUMNS = (
    "revisions ADD COLUMN weight TEXT NOT NULL DEFAULT ''",
    "revisions ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]'",
    "revisions ADD COLUMN summary TEXT NOT NULL DEFAULT ''",
    "revisions ADD COLUMN back_to INTEGER",
    "revisions ADD COLUMN times INTEGER NOT NULL DEFAULT 1",
    "revisions ADD COLUMN held TEXT NOT NULL DEFAULT ''",
    "articles ADD COLUMN streak INTEGER NOT NULL DEFAULT 0",
    "runs ADD COLUMN cosmetic INTEGER NOT NULL DEFAULT 0",
)


@MIGRATIONS()
def m006_revisions(db: Database) -> None:
    """Columns of `revisions`, `articles` and `runs`; an index of what a run changed."""
    for column in _COLUMNS:
        db.execute(f"ALTER TABLE {column}")
    db.execute("UPDATE revisions SET weight = 'material' WHERE number > 1")
    db.execute("CREATE INDEX revisions_by_run ON revisions(run_id) WHERE number > 1")

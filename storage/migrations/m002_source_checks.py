"""What a check of a portal came to, a row a source."""

from __future__ import annotations

from sqlite_utils import Database

CHECKS = """
CREATE TABLE source_checks (
  source_id TEXT PRIMARY KEY, verdict TEXT NOT NULL, evidence TEXT NOT NULL, newest TEXT,
  moved_to TEXT NOT NULL, checked_at TEXT NOT NULL, round TEXT NOT NULL
) STRICT;
"""


def m002_source_checks(db: Database) -> None:
    """The table of verdicts."""
    db.executescript(CHECKS)

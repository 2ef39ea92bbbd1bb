"""What goes to workers of other places through the queue: each attempt, and what became of it."""

from __future__ import annotations

from sqlite_utils import Database

# Written before anything is sent: a centre that is killed finds what it meant to do.
_TABLES = (
    """
CREATE TABLE remote_attempts (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, attempt INTEGER NOT NULL, source_id TEXT NOT NULL,
  place TEXT NOT NULL, state TEXT NOT NULL, planned_at TEXT NOT NULL, deadline TEXT NOT NULL,
  sent_at TEXT, message TEXT NOT NULL DEFAULT '', node TEXT NOT NULL DEFAULT '',
  ended_at TEXT, reason TEXT NOT NULL DEFAULT '', UNIQUE (job, attempt)
) STRICT
""",
    "CREATE INDEX remote_attempts_open ON remote_attempts(source_id) WHERE state <> 'cleared'",
    "CREATE INDEX remote_attempts_ended ON remote_attempts(ended_at)",
)


def m022_remote_attempts(db: Database) -> None:
    """One table."""
    for sql in _TABLES:
        db.execute(sql)

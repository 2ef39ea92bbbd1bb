"""Reading again on other machines: which jobs there are, how far each is, and which answers were no
readings of ours."""

from __future__ import annotations

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE remote_attempts ADD COLUMN work TEXT NOT NULL DEFAULT 'crawl'",
    """
CREATE TABLE reading_jobs (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, work TEXT NOT NULL, place TEXT NOT NULL,
  rules TEXT NOT NULL, began_at TEXT NOT NULL, moved_at TEXT NOT NULL, ended_at TEXT,
  total INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, here INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL DEFAULT 0
) STRICT
""",
    "CREATE INDEX reading_jobs_open ON reading_jobs(place) WHERE ended_at IS NULL",
    """
CREATE TABLE reading_refusals (
  id INTEGER PRIMARY KEY, work TEXT NOT NULL, place TEXT NOT NULL, node TEXT NOT NULL,
  attempt TEXT NOT NULL, at TEXT NOT NULL, bytes INTEGER NOT NULL, reason TEXT NOT NULL
) STRICT
""",
)


def m025_readings(db: Database) -> None:
    """Two tables, and what an attempt is for."""
    for sql in _STATEMENTS:
        db.execute(sql)

"""Slices: what was handed out to be crawled elsewhere, and the answers that came back."""

from __future__ import annotations

from sqlite_utils import Database

# An answer is kept also where it was not applied. `slice_id` is null where it names no slice of
# ours.
_TABLES = (
    """
CREATE TABLE slices (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, attempt INTEGER NOT NULL,
  source_id TEXT NOT NULL REFERENCES sources(id), place TEXT NOT NULL, sha256 TEXT NOT NULL,
  cut_at TEXT NOT NULL, held_until TEXT, state TEXT NOT NULL, ended_at TEXT,
  reason TEXT NOT NULL DEFAULT '', run_id INTEGER REFERENCES runs(id), UNIQUE (job, attempt)
) STRICT
""",
    "CREATE INDEX slices_by_source ON slices(source_id)",
    "CREATE INDEX slices_out ON slices(state) WHERE state = 'out'",
    "CREATE INDEX slices_by_run ON slices(run_id) WHERE run_id IS NOT NULL",
    """
CREATE TABLE slice_hosts (
  slice_id INTEGER NOT NULL REFERENCES slices(id), host TEXT NOT NULL,
  PRIMARY KEY (slice_id, host)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE slice_answers (
  id INTEGER PRIMARY KEY, slice_id INTEGER REFERENCES slices(id), source_id TEXT NOT NULL,
  sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, came_at TEXT NOT NULL, state TEXT NOT NULL,
  reason TEXT NOT NULL, node TEXT NOT NULL, exchanges INTEGER NOT NULL, unused INTEGER NOT NULL
) STRICT
""",
    "CREATE INDEX slice_answers_by_slice ON slice_answers(slice_id)",
    "CREATE INDEX slice_answers_by_state ON slice_answers(state, came_at)",
)


def m019_slices(db: Database) -> None:
    """Three tables."""
    for sql in _TABLES:
        db.execute(sql)

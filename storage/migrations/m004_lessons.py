"""What the pages of a source taught, and an index of the versions that are held back.

A lesson that people forgot stays, with who did it and when, so that it does not come back by
itself.
`learned` says how many articles a source had when it was last learned from.
"""

from __future__ import annotations

from sqlite_utils import Database

_LESSONS = """
CREATE TABLE lessons (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id), kind TEXT NOT NULL,
  field TEXT NOT NULL, value TEXT NOT NULL, evidence TEXT NOT NULL, pages INTEGER NOT NULL,
  learned_at TEXT NOT NULL, forgotten_at TEXT, forgotten_by TEXT NOT NULL DEFAULT '',
  UNIQUE (source_id, kind, field, value)
) STRICT;
CREATE TABLE learned (
  source_id TEXT PRIMARY KEY REFERENCES sources(id), pages INTEGER NOT NULL, at TEXT NOT NULL,
  reader_version INTEGER NOT NULL
) STRICT;
CREATE INDEX revisions_held ON revisions(article_id) WHERE held <> '';
"""


def m004_lessons(db: Database) -> None:
    """Two tables and an index."""
    db.executescript(_LESSONS)

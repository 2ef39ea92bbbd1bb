"""Searches that people keep as tabs, with the newest article when each was looked at last."""

from __future__ import annotations

from sqlite_utils import Database

_SEARCHES = """
CREATE TABLE saved_searches (
  id INTEGER PRIMARY KEY, person TEXT NOT NULL REFERENCES people(name), name TEXT NOT NULL,
  query TEXT NOT NULL, seen_article INTEGER NOT NULL, looked_at TEXT NOT NULL,
  UNIQUE (person, name)
) STRICT
"""


def m011_saved_searches(db: Database) -> None:
    """One table."""
    db.execute(_SEARCHES)

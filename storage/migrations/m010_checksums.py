"""Checksums of the rows of all tables, how far scrubs are, and what they found.

What an archive holds when it gets them is summed up as it is then: what had rotted before is not
known. `rot` keeps a row for each item that differed, also after it was mended.
"""

from __future__ import annotations

from sqlite_utils import Database

_CHECKSUMS = """
CREATE TABLE checksums (
  name TEXT NOT NULL, part INTEGER NOT NULL, rows INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (name, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE scrubs (
  id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, step TEXT NOT NULL,
  part INTEGER NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL, seconds REAL NOT NULL
) STRICT;
CREATE TABLE rot (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, part INTEGER NOT NULL, what TEXT NOT NULL,
  found_at TEXT NOT NULL, scrub_id INTEGER NOT NULL REFERENCES scrubs(id), mended_at TEXT,
  mended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX rot_standing ON rot(name, part) WHERE mended_at IS NULL;
CREATE INDEX rot_by_scrub ON rot(scrub_id);
"""


def m010_checksums(db: Database) -> None:
    """Three tables."""
    for statement in filter(str.strip, _CHECKSUMS.split(";")):
        db.execute(statement)

"""What raised inside a crawl, with its traceback; which backups were made.

A bug is one row for each thing it happened to, however often: the article, file, list, row, part of
an article, robots file or run (`thing`) at an address. `place` is where in the program it was
raised.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STEPS = (
    """
CREATE TABLE bugs (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
  run_id INTEGER NOT NULL REFERENCES runs(id), thing TEXT NOT NULL, url TEXT NOT NULL,
  place TEXT NOT NULL, error TEXT NOT NULL, traceback TEXT NOT NULL,
  first_at TEXT NOT NULL, last_at TEXT NOT NULL, times INTEGER NOT NULL
) STRICT
""",
    "CREATE UNIQUE INDEX bugs_by_thing ON bugs(source_id, thing, url, place)",
    """
CREATE TABLE backups (
  id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL
) STRICT
""",
)


@MIGRATIONS()
def m018_bugs(db: Database) -> None:
    """Two tables; of the time before nothing is known."""
    for step in _STEPS:
        db.execute(step)

"""What people add by hand: who asked for what, when, and what came of it.

That an article was added by hand follows from its first run, so that it cannot be there without
its origin.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STEPS = (
    """
CREATE TABLE additions (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, url_key TEXT NOT NULL, person TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, run_id INTEGER REFERENCES runs(id),
  ended_at TEXT, outcome TEXT, reason TEXT NOT NULL DEFAULT '',
  article_id INTEGER REFERENCES articles(id)
) STRICT
""",
    "CREATE UNIQUE INDEX additions_by_run ON additions(run_id) WHERE run_id IS NOT NULL",
    "CREATE INDEX additions_waiting ON additions(url_key) WHERE ended_at IS NULL",
)


@MIGRATIONS()
def m013_additions(db: Database) -> None:
    """One table with its indexes; nothing was added by hand before."""
    for step in _STEPS:
        db.execute(step)

"""What grows for years is looked up and dropped without reading all of it.

`samples` refers to no body any more: who drops a body drops exactly its samples, and to prove that
none is left SQLite would have to read them all.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_STEPS = (
    "CREATE TABLE new_samples (hash INTEGER NOT NULL, body_id INTEGER NOT NULL, "
    "PRIMARY KEY (hash, body_id)) STRICT, WITHOUT ROWID",
    "INSERT INTO new_samples SELECT hash, body_id FROM samples ORDER BY hash, body_id",
    "DROP TABLE samples",
    "ALTER TABLE new_samples RENAME TO samples",
    "CREATE INDEX links_by_other ON links(other_id)",
    "CREATE INDEX articles_by_source_sight ON articles(source_id, first_seen_at)",
    "CREATE INDEX list_sights_latest ON list_sights(source_id, last_run_id, id)",
    "CREATE INDEX runs_by_start ON runs(started_at)",
    "CREATE INDEX decisions_on_stories ON decisions(id) WHERE verb IN ('merge', 'split')",
    # A word that was taken back of a story that had joined another was never looked at.
    "INSERT OR IGNORE INTO queue_due SELECT coalesce(s.joined_to, s.id) FROM decisions d "
    "JOIN stories s ON s.id = d.story_id WHERE d.undone_at IS NOT NULL",
)


@MIGRATIONS()
def m016_growth(db: Database) -> None:
    """`samples` without a foreign key, five indexes, and the queue as it should be."""
    for step in _STEPS:
        db.execute(step)

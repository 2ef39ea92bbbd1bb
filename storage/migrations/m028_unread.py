"""How many addresses a source has listed that were never read is kept with it: a search says so,
and counts nothing for that."""

from __future__ import annotations

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN unread INTEGER NOT NULL DEFAULT 0",
    """
UPDATE sources SET unread = (SELECT count(DISTINCT l.url_key)
  FROM listings l JOIN runs r ON r.id = l.first_run_id AND r.kind = 'crawl'
  WHERE l.source_id = sources.id
    AND NOT EXISTS (SELECT 1 FROM articles a
      WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
    AND NOT EXISTS (SELECT 1 FROM aliases a
      WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
    AND NOT EXISTS (SELECT 1 FROM quarantine q
      WHERE q.source_id = l.source_id AND q.url_key = l.url_key))
""",
)


def m028_unread(db: Database) -> None:
    """One column more, counted once for what is there."""
    for statement in _STATEMENTS:
        db.execute(statement)

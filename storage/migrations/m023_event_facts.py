"""Events as facts: of what kind a fact is, where an event was, and what people say is right."""

from __future__ import annotations

from sqlite_utils import Database

_COLUMNS = (
    "ALTER TABLE facts ADD COLUMN kind TEXT NOT NULL DEFAULT 'figure'",
    "ALTER TABLE facts ADD COLUMN place_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE fact_reviews ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE fact_reviews ADD COLUMN day TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE fact_reviews ADD COLUMN named_place TEXT NOT NULL DEFAULT ''",
    "UPDATE facts SET kind = 'deadline' WHERE day <> ''",
)


def m023_event_facts(db: Database) -> None:
    """Five columns. Whatever has a day so far is a deadline."""
    for sql in _COLUMNS:
        db.execute(sql)

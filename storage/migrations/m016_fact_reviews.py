"""What people said of facts can be taken back: when, and by whom."""

from __future__ import annotations

from sqlite_utils import Database


def m016_fact_reviews(db: Database) -> None:
    """Two columns."""
    db.execute("ALTER TABLE fact_reviews ADD COLUMN undone_at TEXT")
    db.execute("ALTER TABLE fact_reviews ADD COLUMN undone_by TEXT NOT NULL DEFAULT ''")

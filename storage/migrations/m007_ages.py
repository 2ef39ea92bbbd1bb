"""Which rows of lists say how long ago something was, in place of its day."""

from __future__ import annotations

from sqlite_utils import Database


def m007_ages(db: Database) -> None:
    """A column."""
    db.execute("ALTER TABLE listings ADD COLUMN by_age INTEGER NOT NULL DEFAULT 0")

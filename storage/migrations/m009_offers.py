"""What a portal offers in place of entries that bring nothing, as a check found it."""

from __future__ import annotations

from sqlite_utils import Database


def m009_offers(db: Database) -> None:
    """A column."""
    db.execute("ALTER TABLE source_checks ADD COLUMN offer TEXT NOT NULL DEFAULT ''")

"""How many items an entry says that it has, and how many of them were read."""

from __future__ import annotations

from sqlite_utils import Database


def m008_stated(db: Database) -> None:
    """Two columns."""
    for name in ("stated", "had"):
        db.execute(f"ALTER TABLE entry_reads ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")

"""Readings keep every date a page shows, who published it and who edited it.

Readings from before have none of it until their pages are read again.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS


@MIGRATIONS()
def m002_dossiers(db: Database) -> None:
    """Three columns of `readings`; empty for what was read before."""
    for column in ("dates BLOB", "publisher TEXT", "editor TEXT"):
        db.execute(f"ALTER TABLE readings ADD COLUMN {column}")

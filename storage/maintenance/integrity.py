"""Whether an archive is sound: its pages, its references, its text indexes. Mends nothing."""

from __future__ import annotations

from hubwatch.errors import StorageError

from ..driver import Connection
from ..search.drift import drifts


def faults(db: Connection) -> tuple[str, ...]:
    """What is wrong with an archive open for writing; empty is good. Takes long for a large one.

    Works for every schema. Raises StorageError if it cannot be looked at.
    """
    keys = db.execute("PRAGMA foreign_key_check").fetchall()
    found = [f"foreign key: {tuple(row)}" for row in keys]
    return (*_page_faults(db), *found, *(f"text index: {each}" for each in drifts(db)))


def _page_faults(db: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    except StorageError as error:  # some faults of a text index end the look itself
        return [str(error)]
    return [] if found == ["ok"] else found

"""Whether an archive is sound: its pages, its references, its text indexes. Mends nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ..driver import Connection
from ..errors import StorageError

_INDEXES = ("shadows_fts", "file_texts_fts")


def faults(db: Connection) -> tuple[str, ...]:
    """What is wrong with an archive open for writing; empty is good. Takes long for a large one.

    Works for every schema. Raises StorageError if it cannot be looked at.
    """
    keys = db.execute("PRAGMA foreign_key_check").fetchall()
    found = [f"foreign key: {tuple(row)}" for row in keys]
    return (*_page_faults(db), *found, *_index_faults(db))


def _page_faults(db: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    except StorageError as error:  # some faults of a text index end the look itself
        return [str(error)]
    return [] if found == ["ok"] else found


def _index_faults(db: Connection) -> Iterator[str]:
    """FTS5 compares an index with its content only when rank is 1, and only if it may write."""
    there = {row["name"] for row in db.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for index in _INDEXES:
        if index not in there:  # an archive from before there were files
            continue
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
        except StorageError as error:
            yield f"text index: {error}"
        finally:
            db.rollback()

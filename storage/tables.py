"""Making the tables, and bringing those of older archives up to date, with sqlite-utils.

`migrations` has one module for each state of the tables; which there are, in order, is
`schema.NAMES`. Until 0.1.0 is tagged there is one, which may change; from then on those that were
released never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from .driver import APPLICATION_ID, Connection, is_empty, told
from .migrations.registry import MIGRATIONS
from .schema import NAMES, SHAPE, check, check_current, pending

_MODULES = {name: import_module(f".migrations.{name}", __package__) for name in NAMES}
"""Importing them is what registers them, in that order; so nobody else imports one."""

SEARCH: str = _MODULES["m001_archive"].SEARCH
FILE_SEARCH: str = _MODULES["m001_archive"].FILE_SEARCH
"""What makes the indexes of texts, of articles and of files; to make them again."""


class TablesConnection(Connection, Database):
    """A connection that may write: with what sqlite-utils makes and changes tables by."""

    def __init__(self, connection: Any, path: Path) -> None:
        Connection.__init__(self, connection, path)
        Database.__init__(self, connection, execute_plugins=False)


def make(db: Connection, path: Path) -> None:
    """Make the tables of an empty file. Raises like `schema.check_current`."""
    if is_empty(db):
        with told(path), _locked(db) as tables:
            if is_empty(db):  # another process may have been faster
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SHAPE}")
                MIGRATIONS.apply(tables)
    check_current(db, path)


def migrate(db: Connection, path: Path) -> None:
    """Bring a file up to date, whole or not at all; for `hubwatch upgrade` and nobody else.

    Raises NewerSchema or StorageError if it is not ours to write.
    """
    check(db, path)
    if not pending(db):
        return
    with told(path), _locked(db) as tables:
        MIGRATIONS.apply(tables)


def writable(db: Connection) -> TablesConnection:
    """The same connection, which was opened for writing."""
    assert isinstance(db, TablesConnection), "opened for reading"
    return db


@contextmanager
def _locked(db: Connection) -> Iterator[TablesConnection]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield writable(db)
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise

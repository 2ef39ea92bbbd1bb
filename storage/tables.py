"""Making the tables, and bringing those of older archives up to date, with sqlite-utils.

`migrations` has one module for each change of the tables, which is loaded where it is made. Which
there are, in order, is `database.NAMES`. Until 0.1.0 is tagged they may change. From then on those
that were released never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from .database import (
    APPLICATION_ID,
    MIGRATION_SET,
    NAMES,
    SHAPE,
    Connection,
    check,
    check_current,
    is_empty,
    pending,
    translate_errors,
)
from .maintenance import sum_all


def _module(name: str) -> Any:
    return import_module(f".migrations.{name}", __package__)


def _change(name: str) -> Callable[[Database], None]:
    def made(db: Database) -> None:
        getattr(_module(name), name)(db)

    return made


MIGRATIONS = Migrations(MIGRATION_SET)
for _name in NAMES:
    MIGRATIONS(name=_name)(_change(_name))


def make(db: Connection, path: Path) -> None:
    """Make the tables of an empty file. Raises like `database.check_current`."""
    if is_empty(db):
        with translate_errors(path), _locked(db):
            if is_empty(db):  # another process may have been faster
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SHAPE}")
                MIGRATIONS.apply(_utils(db))
                sum_all(db)
    check_current(db, path)


def migrate(db: Connection, path: Path) -> None:
    """Bring a file up to date, whole or not at all. For `hubwatch archive upgrade` and nobody else.

    Raises NewerSchema or StorageError if it is not ours to write.
    """
    check(db, path)
    if not pending(db):
        return
    with translate_errors(path), _locked(db):
        MIGRATIONS.apply(_utils(db))
        sum_all(db)


def remake_search(db: Connection) -> None:
    """Drop the text index of articles, with its words, and make it again, empty."""
    db.execute("DROP TABLE IF EXISTS articles_fts")
    db.execute("DROP TABLE IF EXISTS article_words")
    _utils(db).executescript(_module("m001_archive").SEARCH)


def remake_file_search(db: Connection) -> None:
    """Drop the text index of files, without its words, and make it again, empty."""
    db.execute("DROP TABLE IF EXISTS file_texts_fts")
    _utils(db).executescript(_module("m001_archive").FILE_SEARCH)


def remake_samples(db: Connection) -> None:
    """Drop the index of samples, and make it again from the sketches of all texts."""
    db.execute("DROP TABLE IF EXISTS samples_fts")
    _module("m015_samples").make_samples(_utils(db))


def _utils(db: Connection) -> Database:
    """What sqlite-utils makes and changes tables by, on the same connection."""
    return Database(db.conn, execute_plugins=False)


@contextmanager
def _locked(db: Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise

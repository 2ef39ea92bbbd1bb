"""A whole copy of an archive while others write to it, and making a copy an archive again.

The copy is what one read transaction sees, so nobody waits for it. It has no free pages and needs
no -wal beside it. Where copies are kept, and what goes with them, is not decided here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hubwatch.errors import NoArchive, StorageError

from . import database, maintenance, scrub
from .database import Access, Connection, translate_errors

Report = Callable[[int, int], None]
"""Is told how many bytes are done, and of about how many."""
_STEPS = 20_000  # of SQLite's machine between two reports: some milliseconds


@dataclass(frozen=True, slots=True)
class Facts:
    """What an archive is and holds, by which a copy is known: its latest change of the tables, and
    figures. `last_event` is the number of the newest event, 0 if there is none."""

    schema: str
    articles: int
    stories: int
    snapshots: int
    runs: int
    last_event: int


def size_of(path: Path) -> int:
    """How many bytes a copy would have, about: the pages in use. Raises StorageError."""
    with _reading(path) as db:
        page, pages, free = (
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "page_count", "freelist_count")
        )
    return int(page * (pages - free))


def pending(path: Path) -> tuple[str, ...]:
    """The changes of the tables that an archive lacks. Raises NoArchive, NewerSchema,
    StorageError."""
    with _reading(path) as db:
        return database.pending(db)


def copy_archive(source: Path, target: Path, report: Report) -> None:
    """Copy an archive of any schema into `target`, which is missing or empty.

    One read transaction of SQLite's VACUUM INTO: writers go on meanwhile, only the -wal grows by
    what they write. Raises NoArchive, NewerSchema or StorageError.
    """
    whole = size_of(source)
    with _reading(source) as db:
        db.execute("PRAGMA query_only = OFF")  # it takes the new file for the old one
        connection: Any = db.conn

        def on_progress() -> None:
            report(min(target.stat().st_size if target.exists() else 0, whole), whole)

        connection.set_progress_handler(on_progress, _STEPS)
        try:
            with translate_errors(target):
                connection.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(target)])
        except database.sqlite3.IntegrityError as error:  # rows that agree with no index any more
            raise StorageError(f"{source}: {error}; {database.DAMAGED}") from error
        finally:
            connection.set_progress_handler(None, _STEPS)
    report(whole, whole)


def look_over(path: Path) -> Facts:
    """Look at every page, every reference and the text indexes of an archive of any schema.

    Raises StorageError for the first thing that is wrong, NewerSchema.
    """
    database.refuse_cut(path)
    with _opened(path, Access.WRITE) as db:
        database.check(db, path)
        for fault in maintenance.integrity_check(db):
            raise StorageError(f"{path}: {' '.join(fault.split())}")
        return _facts(db)


def look_deep(path: Path, now: datetime, report: Report) -> tuple[scrub.RottenItem, ...]:
    """Compare everything in an archive with what it was when it was written, and return what
    differs, found `now` (aware).

    Of one from before there were checksums, what has others: archived pages, frozen files, search
    words. Raises StorageError.
    """
    whole = path.stat().st_size
    found: list[scrub.RottenItem] = []
    done = 0
    with _opened(path, Access.WRITE) as db:
        for looked in scrub.parts(db):
            found += (scrub.item_of(db, rot, now) for rot in looked.found)
            done += looked.size
            report(min(done, whole), whole)
    report(whole, whole)
    return tuple(found)


def make_archive(path: Path) -> None:
    """Give a copy the journal that an archive has. Raises StorageError."""
    with _opened(path, Access.WRITE) as db:
        db.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    if not path.is_file():
        raise NoArchive("%(path)s: there is no archive", path=path)
    database.refuse_cut(path)
    with _opened(path, Access.READ) as db:
        database.check(db, path)
        yield db


@contextmanager
def _opened(path: Path, access: Access) -> Iterator[Connection]:
    db = database.connect(path, access)
    try:
        yield db
    finally:
        db.close()


def _facts(db: Connection) -> Facts:
    def count(sql: str) -> int:
        return int(db.execute(sql).fetchone()[0] or 0)

    return Facts(
        schema=database.applied(db)[-1],
        articles=count("SELECT count(*) FROM articles"),
        stories=count("SELECT count(*) FROM stories WHERE joined_to IS NULL"),
        snapshots=count("SELECT count(*) FROM snapshots"),
        runs=count("SELECT count(*) FROM runs"),
        last_event=count("SELECT max(seq) FROM events"),
    )

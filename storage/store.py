"""The archive: one SQLite file, opened for reading or for writing.

Reads answer from `select_articles` and `select_crawls`; every write happens in `writing`, one short
transaction that locks first. No network and no parsing in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from . import driver, schema
from .driver import Access, told
from .errors import NoArchive, StorageError
from .select_crawls import CrawlQueries
from .types import Recheck
from .write_slots import Transaction


class Store(CrawlQueries):
    """An open archive. Use `create`, `open` or `open_readonly`, and close it (or `with`)."""

    def __init__(self, database: Database, path: Path) -> None:
        self._db = database
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Store:
        """Open an archive for writing and make it if there is none. Raises StorageError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path.parent}: {error.strerror}") from error
        return cls._ready(driver.connect(path, Access.CREATE), path)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open an archive for writing. Raises NoArchive, NewerSchema or StorageError."""
        _must_exist(path)
        return cls._ready(driver.connect(path, Access.WRITE), path)

    @classmethod
    def open_readonly(cls, path: Path) -> Store:
        """Open an archive for reading only. Raises NoArchive, NewerSchema or StorageError."""
        _must_exist(path)
        database = driver.connect(path, Access.READ)
        try:
            schema.check(database, path)
        except BaseException:
            database.close()
            raise
        return cls(database, path)

    @classmethod
    def _ready(cls, database: Database, path: Path) -> Store:
        try:
            schema.migrate(database, path)
        except BaseException:
            database.close()
            raise
        return cls(database, path)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One short transaction that locks first: what it reads stays true until it commits.

        Raises StorageError if the lock cannot be had in time or the disk does not take it; nothing
        of the transaction is kept then.
        """
        with told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._db)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    def vanished(self, run_id: int, limit: int) -> tuple[Recheck, ...]:
        """`Transaction.vanished`, in a transaction of its own, at the run's own start."""
        started = next(run for run in self.runs(1000) if run.id == run_id).started_at
        with self.writing() as tx:
            return tx.vanished(run_id, started, limit)

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file: pages, foreign keys, and the text index. Empty is good."""
        with told(self.path):
            found = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check").fetchall()]
            found = [] if found == ["ok"] else found
            found += [
                f"foreign key: {tuple(row)}"
                for row in self._db.execute("PRAGMA foreign_key_check").fetchall()
            ]
        return tuple(found + self._index_faults())

    def _index_faults(self) -> list[str]:
        # FTS5 compares the index with its content only when rank is 1.
        try:
            with self.writing() as tx:
                tx.check_index()
        except StorageError as error:
            return [f"text index: {error}"]
        return []

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise NoArchive(f"{path}: there is no archive; `hubwatch init` makes one")

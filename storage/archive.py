"""An archive that is open: one SQLite file, and how it is opened to be read.

Knows no question. `finder` has those of a search, `store` all of them, and writes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from . import damage, driver, schema
from .driver import Access, Connection
from .errors import NoArchive


class Archive:
    """An open archive. Use `open_readonly`, and close it (or `with`)."""

    def __init__(self, database: Connection, path: Path) -> None:
        self._db = database
        self.path = path

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """Open an archive for reading only. Raises NoArchive, NewerSchema, OlderSchema or
        StorageError."""
        must_exist(path)
        return cls._ready(path, Access.READ, schema.check_current)

    @classmethod
    def _ready(
        cls, path: Path, access: Access, prepare: Callable[[Connection, Path], None]
    ) -> Self:
        damage.refuse_cut(path)
        database = driver.connect(path, access)
        try:
            if access is not Access.READ:
                damage.refuse_faulty(database, path)
            prepare(database, path)
        except BaseException:
            database.close()
            raise
        return cls(database, path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def must_exist(path: Path) -> None:
    """Raise NoArchive if there is no such file."""
    if not path.is_file():
        raise NoArchive(f"{path}: there is no archive; `hubwatch init` makes one")

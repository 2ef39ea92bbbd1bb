"""The SQLite driver: which build is used, how a connection is opened, how its errors are told.

sqlite-utils picks pysqlite3 by itself where it is installed; the whole process then uses that one
build and never mixes it with the standard module.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlite_utils.utils
from sqlite_utils import Database

from .errors import StorageError

sqlite3: Any = vars(sqlite_utils.utils)["sqlite3"]
"""The very module that sqlite-utils chose."""

BUSY_SECONDS = 30.0
PAGE_SIZE = 16384
APPLICATION_ID = 0x48554257  # "HUBW"


class Access(Enum):
    """What a connection may do."""

    READ = "ro"
    WRITE = "rw"
    CREATE = "rwc"


def version() -> str:
    """The SQLite build in use, for `doctor` and bug reports."""
    return f"SQLite {sqlite3.sqlite_version} ({sqlite3.__name__})"


def connect(path: Path, access: Access) -> Database:
    """Open a connection in driver autocommit mode (we say BEGIN ourselves).

    Raises StorageError if the file cannot be opened.
    """
    uri = f"file:{quote(str(path.absolute()))}?mode={access.value}"
    with told(path):
        connection: Any = sqlite3.connect(
            uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        database = _Told(connection, path)
        if access is Access.CREATE and _is_new(connection):
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        if access is Access.READ:
            connection.execute("PRAGMA query_only = ON")
        return database


class _Told(Database):
    """A connection whose errors are told as ours, for reads and writes alike."""

    def __init__(self, connection: Any, path: Path) -> None:
        self._told_path = path
        super().__init__(connection, execute_plugins=False)

    def execute(self, sql: str, parameters: Any = None) -> Any:
        with told(self._told_path):
            return super().execute(sql, parameters)

    def query(self, sql: str, params: Any = None) -> Generator[dict[Any, Any], None, None]:
        with told(self._told_path):
            found = list(super().query(sql, params))
        return (row for row in found)


def _is_new(connection: Any) -> bool:
    return not connection.execute("PRAGMA page_count").fetchone()[0]


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell SQLite's errors as one line that names the archive; let our own bugs through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: {error}{_advice(str(error))}") from error
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{path}: {error}; is it a Hubwatch archive?") from error


def _advice(message: str) -> str:
    if "locked" in message:
        return "; another process is writing, try again or wait longer"
    if "full" in message or "disk I/O" in message:
        return "; free some space on that disk"
    if "readonly" in message or "read-only" in message:
        return "; check the permissions of the file and its folder"
    return ""

"""The checks when an archive is opened: is the file ours, is it up to date, is it damaged.

Looks, and makes none of the changes of the tables. `tables` makes them. What the tables mean is in
docs/archive.md.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

from hubwatch.errors import NewerSchema, OlderSchema, StorageError

from .database import (
    APPLICATION_ID,
    DAMAGED,
    Connection,
    beside,
    has_bytes,
    in_use,
    is_empty,
    sqlite3,
    translate_errors,
)

MIGRATION_SET = "hubwatch"
NAMES = ["m001_archive"]
"""Every change of the tables there is, in order: each a module in `migrations` and the function in
it. Those that were released never change."""

SHAPE = 0x333298BB
"""What an archive keeps as its `user_version`: a checksum of what `m001_archive` makes. Until 0.1.0
is tagged that may change, and an archive from before has the same name and other tables."""

_APPLIED = "_sqlite_migrations"  # sqlite-utils keeps them there
_STRANGE = "not a Hubwatch archive, and left as it is; --db or the configuration may name another"
_DRAFT = (
    "made by a Hubwatch from before 0.1.0 with other tables, no upgrade leads from there; move it "
    "away, and `hubwatch init` makes a new one"
)
_MAKES = "`hubwatch init` makes one"
_EMPTY = "not a Hubwatch archive, it holds nothing (put a backup in its place if it once did)"


def applied(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file has, in the order in which they were made."""
    if not db.execute(f"SELECT 1 FROM sqlite_master WHERE name = '{_APPLIED}'").fetchone():
        return ()
    sql = f"SELECT name FROM {_APPLIED} WHERE migration_set = ? ORDER BY rowid"
    return tuple(row[0] for row in db.execute(sql, [MIGRATION_SET]).fetchall())


def pending(db: Connection) -> tuple[str, ...]:
    """The changes of the tables that a file lacks, in order."""
    there = applied(db)
    return tuple(name for name in NAMES if name not in there)


def check_current(db: Connection, path: Path) -> None:
    """Refuse what is not ours to use as it is. Writes nothing. Raises as `check`, OlderSchema."""
    check(db, path)
    if pending(db):
        raise OlderSchema(
            f"{path}: written by an older Hubwatch; `hubwatch upgrade` brings it up to date"
        )


def check(db: Connection, path: Path) -> None:
    """Refuse what is not an archive, and what a newer Hubwatch wrote. Writes nothing."""
    with translate_errors(path):
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StorageError(f"{path}: {_STRANGE if not is_empty(db) else f'{_EMPTY}; {_MAKES}'}")
        there = applied(db)
        shape = db.execute("PRAGMA user_version").fetchone()[0]
    if there and shape != SHAPE:
        raise StorageError(f"{path}: {_DRAFT}")
    strange = sorted(set(there) - set(NAMES))
    if strange:
        raise NewerSchema(
            f"{path}: written by a newer Hubwatch ({', '.join(strange)}); upgrade this one"
        )
    if not there:
        raise StorageError(f"{path}: {_EMPTY}; {_MAKES}")


# Damage that shows when an archive is opened: a file that was cut, a lost -wal, faulty pages.

LOOK_SECONDS = 0.1
"""So long is looked for faulty pages at the start: enough for all of a small archive, and for a
good part of a large one."""

_MAGIC = b"SQLite format 3\x00"
_HEAD = 100
_SHM_BYTES = 136
_STEPS = 2000


def refuse_cut(path: Path) -> None:
    """Raise StorageError if the file is shorter than it says, or if its -wal was taken away.

    Reads the headers of SQLite's file format (sections 1.3 of "Database File Format" and 2.1 of
    "WAL-mode File Format") without SQLite, which would begin by writing. Only where this process
    has the file not open yet: closing it a second way would give up SQLite's locks.
    """
    if not has_bytes(path) or in_use(path) or has_bytes(beside(path, "-wal")):
        return  # with a WAL, the file may lag behind; SQLite knows
    lost = _lost_pages(beside(path, "-shm"))
    if lost and not beside(path, "-wal").exists():
        raise StorageError(
            f"{path}: its -wal is missing, which held {lost} pages that were not yet in the file; "
            "put it back beside the file, or put a backup in its place"
        )
    # Looked at twice: between two glances another process may have written.
    if _missing_bytes(path) and not has_bytes(beside(path, "-wal")):
        missing = _missing_bytes(path)
        if missing:
            raise StorageError(f"{path}: {missing:,} bytes are missing at its end; {DAMAGED}")


def _missing_bytes(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, 2)
    if len(head) < _HEAD:
        return _HEAD - len(head)
    if not head.startswith(_MAGIC):
        return 0  # SQLite will say that this is no database
    (page,) = struct.unpack(">H", head[16:18])
    changes, pages = struct.unpack(">II", head[24:32])
    (valid_for,) = struct.unpack(">I", head[92:96])
    expected = pages * (65536 if page == 1 else page) if changes == valid_for else 0
    return int(max(0, expected - size))


def _lost_pages(shm: Path) -> int:
    """How many pages were in the WAL and not in the file when the -shm was last written."""
    try:
        with shm.open("rb") as file:
            head = file.read(_SHM_BYTES)
    except OSError:
        return 0
    if len(head) < _SHM_BYTES or head[:48] != head[48:96] or not head[12]:
        return 0
    (frames,) = struct.unpack("=I", head[16:20])
    (moved,) = struct.unpack("=I", head[96:100])
    return int(max(0, frames - moved))


def refuse_faulty(db: Connection, path: Path) -> None:
    """Raise StorageError if pages are faulty, as far as that shows in `LOOK_SECONDS`.

    An index of texts that drifted is no reason to refuse: it can be made again.
    """
    until = time.monotonic() + LOOK_SECONDS
    connection: Any = db.conn
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        with translate_errors(path):
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)").fetchall()]
    except StorageError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError) and time.monotonic() > until:
            return
        raise
    finally:
        connection.set_progress_handler(None, _STEPS)
    faults = [fault for fault in found if fault != "ok" and "fts" not in fault.lower()]
    if faults:
        raise StorageError(f"{path}: {' '.join(faults[0].split())}; {DAMAGED}")

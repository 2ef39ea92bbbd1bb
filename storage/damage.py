"""Damage that shows when an archive is opened: a file that was cut, a lost -wal, faulty pages.

Looks and refuses; writes and mends nothing. What takes longer to find is `Store.integrity`'s.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

from hubwatch.errors import StorageError

from .driver import DAMAGED, Connection, beside, has_bytes, in_use, sqlite3, told

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
        with told(path):
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

"""What this machine gives: SQLite, disk, clock, permissions, and who holds the daemon's lock.

Looks and changes nothing; the moment is passed in.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hubwatch.locks import Lock
from storage import driver
from storage.archive import Archive

from ..config import Config
from ..text import amount
from .check import Check, fault, ok, warning

_SOUND = (3, 51, 3)
"""Before it SQLite had a rare fault with several connections writing and checkpointing."""
_FEW_DAYS, _ENOUGH_DAYS = 14, 90
_AHEAD = timedelta(minutes=5)
_OTHERS_WRITE = stat.S_IWOTH


def look_at_machine(
    archive: Path, store: Archive | None, config: Config, now: datetime
) -> Iterator[Check]:
    """Everything that does not depend on what the configuration says of sources."""
    yield sqlite_build(driver.version())
    yield _daemon(archive)
    yield _clock(store, config.zone, now)
    free = shutil.disk_usage(_folder(archive)).free
    yield disk(store, archive, free, config.free_space, now)
    yield from _permissions(archive)


def sqlite_build(version: str) -> Check:
    """Whether the SQLite in use, `SQLite 3.51.3 (pysqlite3)`, is past a fault that matters."""
    number = tuple(int(part) for part in version.split()[1].split("."))
    if number >= _SOUND:
        return ok("sqlite", version)
    wanted = ".".join(map(str, _SOUND))
    told = f"{version}: before {wanted} a rare fault may harm an archive under several writers"
    return warning("sqlite", told, "pip install 'pysqlite3>=0.6.1', which brings its own")


def _daemon(archive: Path) -> Check:
    lock = Lock(archive, "daemon")
    if lock.is_free():
        remedy = "systemctl start hubwatch, or `hubwatch run`; nothing to do if crawls are typed"
        return warning("daemon", "no daemon serves this archive", remedy)
    return ok("daemon", f"{lock.holder() or 'a daemon'} serves this archive")


def _clock(store: Archive | None, zone: str, now: datetime) -> Check:
    latest = store.runs.written_until() if store else None
    here = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} in {zone}"
    if latest is not None and latest > now + _AHEAD:
        told = f"it is {here}, and the archive was written until {latest:%Y-%m-%d %H:%M} UTC"
        return fault(
            "clock", told, "set this machine's clock; timedatectl shows whether it is kept"
        )
    return ok("clock", here)


def disk(store: Archive | None, archive: Path, free: int, floor: int, now: datetime) -> Check:
    """How much is free, how long that lasts at the pace so far; below `floor` no crawl begins."""
    size = archive.stat().st_size if archive.is_file() else 0
    since = store.runs.written_since() if store else None
    days = (now - since) / timedelta(days=1) if since else 0.0
    told = f"{amount(free)} free, the archive has {amount(size)}"
    remedy = "free some space, move the archive to a larger disk, or prune it: `hubwatch prune`"
    if days < 1:
        return ok("disk", told) if free >= floor else fault("disk", told, remedy)
    left = free / max(size / days, 1.0)
    told += f": at the pace so far enough for {left:,.0f} days"
    if left < _FEW_DAYS or free < floor:
        return fault("disk", told, remedy)
    return ok("disk", told) if left >= _ENOUGH_DAYS else warning("disk", told, remedy)


def _permissions(archive: Path) -> Iterator[Check]:
    if not archive.exists():
        return
    closed = [path for path in (archive, _folder(archive)) if not os.access(path, os.W_OK)]
    if closed:
        told = f"{closed[0]} cannot be written by this user"
        yield fault("permissions", told, f"run as its owner, or: chown it; {_owner(closed[0])}")
        return
    opened = [path for path in _own(archive) if path.stat().st_mode & _OTHERS_WRITE]
    if opened:
        told = f"everybody may write {opened[0]}"
        yield warning("permissions", told, f"chmod o-w {opened[0]}")
        return
    yield ok("permissions", f"{archive} can be written by this user, and not by everybody")


def _own(archive: Path) -> list[Path]:
    beside = (archive.with_name(f"{archive.name}{ending}") for ending in ("-wal", "-shm", ".locks"))
    return [archive, *(path for path in beside if path.exists())]


def _owner(path: Path) -> str:
    return f"its owner has the number {path.stat().st_uid}"


def _folder(archive: Path) -> Path:
    """The archive's folder, or the nearest there is above it."""
    folder = archive.absolute().parent
    while not folder.is_dir():
        folder = folder.parent
    return folder

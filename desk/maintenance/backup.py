"""Making a backup: a sound copy of the archive and everything that was set up, in one file.

Everything may go on meanwhile. How the file is made up is `bundle`'s business, putting it back is
`restore`'s.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from hubwatch.errors import BackupError, SourceError, StorageError
from scraper.sources.cases import FOLDER as CASES
from storage import database
from storage.archive import Archive
from storage.backups import Facts, Report, copy_archive, look_over, size_of
from storage.maintenance import Backup

from ..config import Config, original_of
from ..files import beside, place_of, put_in_place
from ..practice.portal import sources_folder
from . import backup_file
from .backup_file import BackupFile, BackupRole, BundleItem, Manifest

Stages = Callable[[str], Report]
"""Gives what to report of a stage of that name."""
_PRIVATE = 0o600
_NAME = re.compile(r"hubwatch-\d{4}-\d{2}-\d{2}T\d{6}Z\.zip")


def name_at(now: datetime) -> str:
    """What a backup is called that is made now: in the order of their names they were made."""
    return f"hubwatch-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.zip"


def make_backup(
    archive: Path,
    config: Config,
    target: Path,
    now: datetime,
    stages: Stages,
    config_snapshot: Path | None = None,
) -> Manifest:
    """Make one verified backup: whole at its place, or what was there before stays.

    Where the configuration was read from a copy (`config_snapshot`), people's own files are taken
    all the same from where they lie.

    Raises BackupError, HubwatchError where it cannot be written, StorageError where the archive
    cannot be read or is faulty.
    """
    items = tuple(_items(config, config_snapshot))
    place = _place(target)
    _need_room(place, size_of(archive))

    def describe(files: tuple[BackupFile, ...]) -> Manifest:
        return Manifest(
            now, program_version(), database.version(), socket.gethostname(), facts, files
        )

    with beside(place) as copy:
        copy_archive(archive, copy, stages("copying"))
        facts = _checked_copy(archive, copy)
        with beside(place) as written:
            made = backup_file.write(written, copy, archive, items, describe, stages("packing"))
            with Path(os.devnull).open("wb") as nowhere:
                backup_file.compare(written, nowhere, stages("comparing"))
            put_in_place(written, place, _PRIVATE)
    return made


def record(archive: Path, target: Path, made: Manifest) -> None:
    """Let the archive know of a backup that is at its place. Raises StorageError, OlderSchema."""
    place = Path(os.path.realpath(target))
    with Archive.open(archive) as store, store.writing() as tx:
        tx.maintenance.record_backup(Backup(made.made_at, place, place.stat().st_size))


def verify(path: Path, stages: Stages) -> Manifest:
    """Look a backup over as a restore would: hashes, pages, references, text indexes.

    Unpacks it beside itself, or where that may not be written, in the folder for temporary files.
    Raises BackupError that says what is wrong, NewerSchema.
    """
    backup_file.read_manifest(path)
    folder = path.absolute().parent
    place = folder if os.access(folder, os.W_OK) else Path(_temporary())
    with beside(place / path.name) as scratch:
        return backup_file.unpack(path, scratch, stages("comparing"))[0]


def rotate(folder: Path, keep: int, archive: Path) -> tuple[Path, ...]:
    """Remove all but the `keep` newest backups of this archive that were named by `name_at`.
    Return which. What is no backup, or one of another archive, is left alone."""
    ours = [path for path in sorted(folder.iterdir()) if _is_of(path, archive)]
    old = ours[:-keep]
    for path in old:
        path.unlink(missing_ok=True)
    return tuple(old)


def program_version() -> str:
    """The version of this program. `source` where it is not installed."""
    try:
        return metadata.version("hubwatch")
    except metadata.PackageNotFoundError:
        return "source"


def _is_of(path: Path, archive: Path) -> bool:
    if not _NAME.fullmatch(path.name):
        return False
    try:
        return backup_file.read_manifest(path).archive.path == str(archive.absolute())
    except BackupError:
        return False


def _checked_copy(archive: Path, copy: Path) -> Facts:
    try:
        return look_over(copy)
    except StorageError as error:
        reason = str(error).removeprefix(f"{copy}: ")
        raise BackupError(f"{archive}: is faulty and not backed up: {reason}") from error


def _place(target: Path) -> Path:
    """Where the file itself goes. A stream cannot be looked over before it is in place."""
    try:
        place = place_of(target)
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror}") from None
    if place is None:
        raise BackupError(f"{target}: is a device or pipe; a backup needs a file, name one")
    return place


def _need_room(target: Path, size: int) -> None:
    """The copy and, packed, the backup are there at once."""
    folder = target.absolute().parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}") from None
    need = size + size // 2
    if free < need:
        raise BackupError(
            f"{folder}: {free >> 20} MiB are free, a backup needs about {need >> 20} MiB "
            "while it is made; free some space, or name another disk"
        )


def _items(config: Config, config_snapshot: Path | None) -> Iterator[BundleItem]:
    if config.path is None:
        return
    home = config.path.absolute().parent
    yield _item(BackupRole.CONFIGURATION, config.path, home)
    for folder in (original_of(config_snapshot, each) for each in config.sources):
        if folder.resolve() == sources_folder().resolve():  # the practice portal's: our own
            continue
        if not folder.is_dir():
            raise SourceError(f"{folder}: there is no such folder of sources")
        for path in _definitions(folder):
            yield _item(BackupRole.SOURCE, path, home)
    if config.watchlist is not None:
        yield _item(BackupRole.WATCHLIST, original_of(config_snapshot, config.watchlist), home)
    for path in sorted(config.templates.rglob("*")) if config.templates else ():
        if path.is_file() and not path.name.startswith("."):
            yield _item(BackupRole.TEMPLATE, path, home)


def _definitions(folder: Path) -> list[Path]:
    """The sources and templates of a folder, and the cases recorded for them."""
    found = [*folder.glob("*.toml"), *folder.glob("templates/*.toml")]
    found += [path for path in folder.glob(f"{CASES}/**/*") if path.is_file()]
    return sorted(path for path in found if not path.name.startswith("."))


def _item(role: BackupRole, path: Path, home: Path) -> BundleItem:
    place = Path(os.path.normpath(path.absolute()))
    inside = place.relative_to(home).as_posix() if place.is_relative_to(home) else ""
    return BundleItem(role, place, inside)


def _temporary() -> str:
    import tempfile

    return tempfile.gettempdir()

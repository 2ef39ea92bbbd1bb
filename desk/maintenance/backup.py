"""Backups: a verified copy of the archive and everything that was set up, in one file.

Everything may go on while one is made. The file is a ZIP of the archive's copy, the files that go
with it and a manifest, so that any program that unpacks ZIP can read it. Putting it back is the
business of `backup restore`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import IO, Any

from hubwatch.errors import BackupError, NewerSchema, StorageError
from hubwatch.patterns import lazy_pattern
from scraper.sources.cases import FOLDER as CASES
from scraper.sources.load import require_folder
from storage import database
from storage.archive import Archive
from storage.backups import Facts, Report, copy_archive, look_deep, look_over, size_of
from storage.maintenance import Backup
from storage.scrub import RottenItem

from .. import _
from ..config import Config, original_of
from ..files import beside, is_ours, place_of, put_in_place

_PRIVATE = 0o600
_NAME = lazy_pattern(r"hubwatch-\d{4}-\d{2}-\d{2}T\d{6}Z\.zip")


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
            now, program_version(), database.version(), socket.gethostname(), facts, files, rot
        )

    with beside(place) as copy:
        copy_archive(archive, copy, stages("copying"))
        facts = _checked_copy(archive, copy)
        rot = len(look_deep(copy, now, stages("scrubbing")))
        with beside(place) as written:
            made = write_backup(written, copy, archive, items, describe, stages("packing"))
            with Path(os.devnull).open("wb") as nowhere:
                compare_backup(written, nowhere, stages("comparing"))
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
    read_manifest(path)
    with _scratch(path) as scratch:
        return unpack(path, scratch, stages("comparing"))[0]


def compare_last(last: Backup, stages: Stages) -> None:
    """Look whether the last backup on record lies where it was made, and can be read as it was
    written. Raises BackupError."""
    try:
        size = last.path.stat().st_size
        if size != last.size:
            raise BackupError(
                _(
                    "%(path)s: has %(size)s bytes, and had %(before)s when it was made",
                    path=last.path,
                    size=size,
                    before=last.size,
                )
            )
        with Path(os.devnull).open("wb") as nowhere:
            compare_backup(last.path, nowhere, stages("comparing"))
    except FileNotFoundError:
        raise BackupError(_("%(path)s: is not there any more", path=last.path)) from None
    except OSError as error:
        raise BackupError(f"{last.path}: {error.strerror}") from None


def _scratch(path: Path) -> AbstractContextManager[Path]:
    folder = path.absolute().parent
    place = folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())
    return beside(place / path.name)


def verify_deep(
    path: Path, now: datetime, stages: Stages
) -> tuple[Manifest, tuple[RottenItem, ...]]:
    """The same, and compare everything in its archive with what it was when it was written. Return
    what differs. Raises like `verify`."""
    read_manifest(path)
    with _scratch(path) as scratch:
        manifest = unpack(path, scratch, stages("comparing"))[0]
        return manifest, look_deep(scratch, now, stages("scrubbing"))


def rotate(folder: Path, keep: int, archive: Path, now: datetime) -> tuple[Path, ...]:
    """Remove all but the `keep` newest backups of this archive that were named by `name_at`.
    Return which. What is no backup, or one of another archive, is left alone. One that is named
    after a moment to come was made by a clock that ran ahead, and goes before the others.

    While the newest one holds anything that is not what it was, none goes: an older one may be the
    last in which that is sound."""
    latest = name_at(now)
    ours = [path for path in folder.iterdir() if _is_of(path, archive)]
    ours.sort(key=lambda path: (path.name <= latest, path.name))
    old = ours[:-keep] if ours and not read_manifest(ours[-1]).rot else []
    for path in old:
        path.unlink(missing_ok=True)
    return tuple(old)


def rotated_beside(path: Path, archive: Path) -> tuple[Path, ...]:
    """The backups of an archive in the folder of a file that were named by `name_at`."""
    folder = path.parent
    return tuple(p for p in folder.iterdir() if _is_of(p, archive)) if folder.is_dir() else ()


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
        return read_manifest(path).archive.path == str(archive.absolute())
    except BackupError:
        return False


def _checked_copy(archive: Path, copy: Path) -> Facts:
    try:
        return look_over(copy)
    except StorageError as error:
        reason = str(error).removeprefix(f"{copy}: ")
        raise BackupError(
            _(
                "%(archive)s: is faulty and not backed up: %(reason)s",
                archive=archive,
                reason=reason,
            )
        ) from error


def _place(target: Path) -> Path:
    """Where the file itself goes. A stream cannot be looked over before it is in place."""
    try:
        place = place_of(target)
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror}") from None
    if place is None:
        raise BackupError(
            _("%(target)s: is a device or pipe; a backup needs a file, name one", target=target)
        )
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
            _(
                "%(folder)s: %(free)s MiB are free, a backup needs about %(need)s MiB while "
                "it is made; free some space, or name another disk",
                folder=folder,
                free=free >> 20,
                need=need >> 20,
            )
        )


def _items(config: Config, config_snapshot: Path | None) -> Iterator[BundleItem]:
    if config.path is None:
        return
    home = config.path.absolute().parent
    yield _item(BackupRole.CONFIGURATION, config.path, home)
    for folder in (original_of(config_snapshot, each) for each in config.sources):
        if is_ours(folder):
            continue
        _refuse_unreadable(require_folder(folder))
        for path in _definitions(folder):
            yield _item(BackupRole.SOURCE, path, home)
    if config.watchlist is not None:
        yield _item(BackupRole.WATCHLIST, original_of(config_snapshot, config.watchlist), home)
    if config.templates is not None:
        _refuse_unreadable(config.templates)
    for path in sorted(config.templates.rglob("*")) if config.templates else ():
        if path.is_file() and not path.name.startswith("."):
            yield _item(BackupRole.TEMPLATE, path, home)
    if config.word_template is not None and config.word_template.is_file():
        yield _item(BackupRole.TEMPLATE, config.word_template, home)


def _refuse_unreadable(folder: Path) -> None:
    """Raise BackupError for a folder within it that cannot be read: what it holds would be missing,
    and nobody would know."""

    def refuse(error: OSError) -> None:
        if isinstance(error, PermissionError):
            raise BackupError(
                _(
                    "%(path)s: cannot be read: %(why)s; check the permissions of that folder",
                    path=error.filename,
                    why=error.strerror,
                )
            )

    for _folder in os.walk(folder, onerror=refuse):
        pass


def _definitions(folder: Path) -> list[Path]:
    """The sources and templates of a folder, and the cases recorded for them."""
    found = [*folder.glob("*.toml"), *folder.glob("templates/*.toml")]
    found += [path for path in folder.glob(f"{CASES}/**/*") if path.is_file()]
    return sorted(path for path in found if not path.name.startswith("."))


def _item(role: BackupRole, path: Path, home: Path) -> BundleItem:
    place = Path(os.path.normpath(path.absolute()))
    inside = place.relative_to(home).as_posix() if place.is_relative_to(home) else ""
    return BundleItem(role, place, inside)


# The manifest: by which Hubwatch, when, of what, and a hash of every file.

FORMAT = 1
NAME = "manifest.json"
_SHA256 = lazy_pattern(r"[0-9a-f]{64}")


class BackupRole(StrEnum):
    """What a file of a backup is."""

    ARCHIVE = "archive"
    CONFIGURATION = "configuration"
    SOURCE = "source"
    WATCHLIST = "watchlist"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file of a backup.

    `name` is its name there. `path` where it lay, absolute. `inside` where that was within the
    folder of the configuration, empty for what lay elsewhere. `size` in bytes.
    """

    name: str
    role: BackupRole
    path: str
    inside: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup as a whole. `hubwatch` and `sqlite` are the versions that made it. `rot` is how many
    items of the archive were not what they had been when they were written."""

    made_at: datetime
    hubwatch: str
    sqlite: str
    host: str
    facts: Facts
    files: tuple[BackupFile, ...]
    rot: int = 0

    @property
    def archive(self) -> BackupFile:
        """The copy of the archive."""
        return self.of(BackupRole.ARCHIVE)[0]

    def of(self, role: BackupRole) -> tuple[BackupFile, ...]:
        """The files of one role."""
        return tuple(kept for kept in self.files if kept.role is role)

    def to_json(self) -> str:
        """As it is kept in the backup."""
        data = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def manifest_of(text: str) -> Manifest:
    """The inverse of `to_json`. Raises ValueError that says what is wrong."""
    data = json.loads(text)
    if not isinstance(data, dict) or "format" not in data:
        raise ValueError(_("has no format"))
    if data["format"] != FORMAT:
        raise ValueError(
            _(
                "has the format %(data)s, and this Hubwatch knows %(known)s",
                data=data["format"],
                known=FORMAT,
            )
        )
    try:
        manifest = Manifest(
            made_at=datetime.fromisoformat(data["made_at"]),
            hubwatch=str(data["hubwatch"]),
            sqlite=str(data["sqlite"]),
            host=str(data["host"]),
            facts=Facts(**data["facts"]),
            files=tuple(_kept(each) for each in data["files"]),
            rot=int(data.get("rot", 0)),
        )
    except (TypeError, LookupError) as error:
        raise ValueError(_("lacks something: %(error)s", error=error)) from None
    if len(manifest.of(BackupRole.ARCHIVE)) != 1 or len(manifest.of(BackupRole.CONFIGURATION)) > 1:
        raise ValueError(_("does not name one archive, and one configuration at most"))
    return manifest


def _kept(data: dict[str, Any]) -> BackupFile:
    kept = BackupFile(**{**data, "role": BackupRole(data["role"])})
    inside, path = PurePosixPath(kept.inside), PurePosixPath(kept.path)
    if inside.is_absolute() or ".." in inside.parts or not path.is_absolute():
        raise ValueError(
            _("names a place that it must not: %(inside)s", inside=kept.inside or kept.path)
        )
    if not _SHA256.fullmatch(kept.sha256) or kept.size < 0:
        raise ValueError(_("has no hash of %(name)s", name=kept.name))
    return kept


# The file: a ZIP that any program unpacks.

ARCHIVE = "archive.db"
LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of a file beside the archive: definitions and the pages of recorded cases are small."""
_CHUNK = 1024 * 1024
_LEVEL = 1
"""Of deflate: higher ones take twice the time for a thirtieth of the size."""


@dataclass(frozen=True, slots=True)
class BundleItem:
    """A file that goes with the archive, as it lies on the disk."""

    role: BackupRole
    path: Path
    inside: str


def write_backup(
    target: Path,
    copy: Path,
    archive: Path,
    items: Sequence[BundleItem],
    describe: Callable[[tuple[BackupFile, ...]], Manifest],
    report: Report,
) -> Manifest:
    """Write the backup of an archive, of which `copy` is a sound copy, to `target`.

    Raises OSError, BackupError for a file that cannot be read.
    """
    with zipfile.ZipFile(
        target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL, strict_timestamps=False
    ) as bundle:
        files = [_add_archive(bundle, copy, archive, report)]
        for number, item in enumerate(items, 1):
            name = f"{item.role}/{number}/{item.path.name}"
            files.append(_add(bundle, name, item, _read(item.path)))
        made = describe(tuple(files))
        bundle.writestr(NAME, made.to_json())
    return made


def _add_archive(bundle: zipfile.ZipFile, copy: Path, archive: Path, report: Report) -> BackupFile:
    digest, done, total = hashlib.sha256(), 0, copy.stat().st_size
    with copy.open("rb") as data, bundle.open(ARCHIVE, "w", force_zip64=True) as out:
        while chunk := data.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
            done += len(chunk)
            report(done, total)
    place = str(archive.absolute())
    return BackupFile(ARCHIVE, BackupRole.ARCHIVE, place, "", done, digest.hexdigest())


def _add(bundle: zipfile.ZipFile, name: str, item: BundleItem, data: bytes) -> BackupFile:
    bundle.writestr(name, data)
    digest = hashlib.sha256(data).hexdigest()
    return BackupFile(name, item.role, str(item.path.absolute()), item.inside, len(data), digest)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BackupError(
            _(
                "%(path)s: cannot be read for the backup: %(strerror)s",
                path=path,
                strerror=error.strerror,
            )
        ) from None
    if len(data) > LARGEST_FILE:
        raise BackupError(
            _(
                "%(path)s: is larger than %(most)s MiB, no definition is",
                path=path,
                most=LARGEST_FILE >> 20,
            )
        )
    return data


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself. Raises BackupError for what is no backup, or a newer one."""
    with _opened(path) as bundle:
        return _manifest(bundle, path)


def read_file(path: Path, kept: BackupFile) -> bytes:
    """One of the files beside the archive. Raises BackupError."""
    with _opened(path) as bundle:
        return _small(bundle, kept, path)


def unpack(path: Path, scratch: Path, report: Report) -> tuple[Manifest, dict[str, bytes]]:
    """Compare everything in a backup with its manifest, and look its archive over.

    The archive is unpacked into `scratch` and left there. The other files are returned by their
    names. Raises BackupError that says what is wrong, OSError where `scratch` cannot be written.
    """
    with scratch.open("wb") as out:
        manifest, files = compare_backup(path, out, report)
    _check_archive(path, scratch, manifest)
    return manifest, files


def compare_backup(path: Path, out: IO[bytes], report: Report) -> tuple[Manifest, dict[str, bytes]]:
    """The same without looking the archive over. Its bytes go to `out`. Raises BackupError."""
    with _opened(path) as bundle:
        manifest = _manifest(bundle, path)
        there = bundle.namelist()
        listed = {kept.name for kept in manifest.files} | {NAME}
        if sorted(there) != sorted(listed):
            odd = ", ".join(sorted(set(there) ^ listed)) or _("a name twice")
            raise BackupError(
                _("%(path)s: does not hold what its manifest says: %(odd)s", path=path, odd=odd)
            )
        beside = [kept for kept in manifest.files if kept.role is not BackupRole.ARCHIVE]
        files = {kept.name: _small(bundle, kept, path) for kept in beside}
        _copy(bundle, manifest.archive, path, out, report)
    return manifest, files


def _check_archive(path: Path, scratch: Path, manifest: Manifest) -> None:
    try:
        facts = look_over(scratch)
    except NewerSchema:
        raise
    except StorageError as error:
        reason = str(error).removeprefix(f"{scratch}: ")
        raise BackupError(
            _("%(path)s: its archive is faulty: %(reason)s", path=path, reason=reason)
        ) from error
    if facts != manifest.facts:
        raise BackupError(
            _("%(path)s: its archive is not the one that its manifest tells of", path=path)
        )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except FileNotFoundError:
        raise BackupError(_("%(path)s: there is no such file", path=path)) from None
    except PermissionError:
        raise BackupError(_("%(path)s: may not be read by you", path=path)) from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise BackupError(
            _("%(path)s: is damaged, or no backup: %(error)s", path=path, error=error)
        ) from None


def _manifest(bundle: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        return manifest_of(bundle.read(NAME).decode("utf-8"))
    except KeyError:
        raise BackupError(
            _("%(path)s: is no backup of Hubwatch, it has no manifest", path=path)
        ) from None
    except ValueError as error:
        raise BackupError(_("%(path)s: its manifest %(error)s", path=path, error=error)) from None


def _small(bundle: zipfile.ZipFile, kept: BackupFile, path: Path) -> bytes:
    with _member(bundle, kept, path) as data:
        content = data.read(LARGEST_FILE + 1)
    _compare(kept, len(content), hashlib.sha256(content).hexdigest(), path)
    return content


def _copy(
    bundle: zipfile.ZipFile, kept: BackupFile, path: Path, out: IO[bytes], report: Report
) -> None:
    digest, done = hashlib.sha256(), 0
    with _member(bundle, kept, path) as data:
        while done <= kept.size and (chunk := data.read(_CHUNK)):
            digest.update(chunk)
            out.write(chunk)
            done += len(chunk)
            report(min(done, kept.size), kept.size)
    _compare(kept, done, digest.hexdigest(), path)


def _member(bundle: zipfile.ZipFile, kept: BackupFile, path: Path) -> IO[bytes]:
    try:
        return bundle.open(kept.name)
    except KeyError:
        raise BackupError(_("%(path)s: lacks %(name)s", path=path, name=kept.name)) from None


def _compare(kept: BackupFile, size: int, sha256: str, path: Path) -> None:
    if (size, sha256) != (kept.size, kept.sha256):
        raise BackupError(
            _(
                "%(path)s: %(name)s is not what it was when the backup was made",
                path=path,
                name=kept.name,
            )
        )


Stages = Callable[[str], Report]
"""Gives what to report of a stage of that name."""

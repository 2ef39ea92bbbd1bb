"""The file that a backup is: a ZIP of the archive's copy, the files that go with it, a manifest.

Any program that unpacks ZIP can read one. Knows no configuration and restores nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import IO, Any

from hubwatch.errors import BackupError, NewerSchema, StorageError
from storage.backups import Facts, Report, look_over

# The manifest: by which Hubwatch, when, of what, and a hash of every file.

FORMAT = 1
NAME = "manifest.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
    """A backup as a whole. `hubwatch` and `sqlite` are the versions that made it."""

    made_at: datetime
    hubwatch: str
    sqlite: str
    host: str
    facts: Facts
    files: tuple[BackupFile, ...]

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


def from_json(text: str) -> Manifest:
    """The inverse of `to_json`. Raises ValueError that says what is wrong."""
    data = json.loads(text)
    if not isinstance(data, dict) or "format" not in data:
        raise ValueError("has no format")
    if data["format"] != FORMAT:
        raise ValueError(f"has the format {data['format']}, and this Hubwatch knows {FORMAT}")
    try:
        manifest = Manifest(
            made_at=datetime.fromisoformat(data["made_at"]),
            hubwatch=str(data["hubwatch"]),
            sqlite=str(data["sqlite"]),
            host=str(data["host"]),
            facts=Facts(**data["facts"]),
            files=tuple(_kept(each) for each in data["files"]),
        )
    except (TypeError, LookupError) as error:
        raise ValueError(f"lacks something: {error}") from None
    if len(manifest.of(BackupRole.ARCHIVE)) != 1 or len(manifest.of(BackupRole.CONFIGURATION)) > 1:
        raise ValueError("does not name one archive, and one configuration at most")
    return manifest


def _kept(data: dict[str, Any]) -> BackupFile:
    kept = BackupFile(**{**data, "role": BackupRole(data["role"])})
    inside, path = PurePosixPath(kept.inside), PurePosixPath(kept.path)
    if inside.is_absolute() or ".." in inside.parts or not path.is_absolute():
        raise ValueError(f"names a place that it must not: {kept.inside or kept.path}")
    if not _SHA256.fullmatch(kept.sha256) or kept.size < 0:
        raise ValueError(f"has no hash of {kept.name}")
    return kept


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


def write(
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
        raise BackupError(f"{path}: cannot be read for the backup: {error.strerror}") from None
    if len(data) > LARGEST_FILE:
        raise BackupError(f"{path}: is larger than {LARGEST_FILE >> 20} MiB, no definition is")
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
        manifest, files = compare(path, out, report)
    _check_archive(path, scratch, manifest)
    return manifest, files


def compare(path: Path, out: IO[bytes], report: Report) -> tuple[Manifest, dict[str, bytes]]:
    """The same without looking the archive over. Its bytes go to `out`. Raises BackupError."""
    with _opened(path) as bundle:
        manifest = _manifest(bundle, path)
        there = bundle.namelist()
        listed = {kept.name for kept in manifest.files} | {NAME}
        if sorted(there) != sorted(listed):
            odd = ", ".join(sorted(set(there) ^ listed)) or "a name twice"
            raise BackupError(f"{path}: does not hold what its manifest says: {odd}")
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
        raise BackupError(f"{path}: its archive is faulty: {reason}") from error
    if facts != manifest.facts:
        raise BackupError(f"{path}: its archive is not the one that its manifest tells of")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except FileNotFoundError:
        raise BackupError(f"{path}: there is no such file") from None
    except PermissionError:
        raise BackupError(f"{path}: may not be read by you") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise BackupError(f"{path}: is damaged, or no backup: {error}") from None


def _manifest(bundle: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        return from_json(bundle.read(NAME).decode("utf-8"))
    except KeyError:
        raise BackupError(f"{path}: is no backup of Hubwatch, it has no manifest") from None
    except ValueError as error:
        raise BackupError(f"{path}: its manifest {error}") from None


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
        raise BackupError(f"{path}: lacks {kept.name}") from None


def _compare(kept: BackupFile, size: int, sha256: str, path: Path) -> None:
    if (size, sha256) != (kept.size, kept.sha256):
        raise BackupError(f"{path}: {kept.name} is not what it was when the backup was made")

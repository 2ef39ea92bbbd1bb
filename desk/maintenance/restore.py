"""Putting a backup back: on an empty host, or in the place of what is there, which is set aside.

Everything is looked over before anything is written, and the archive comes last: if it is there,
all is. It begins paused. Asks nobody, and changes no place that was named. A configuration that is
put elsewhere names the archive that was put elsewhere with it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import time
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from hubwatch.errors import BackupError, Busy, ConfigError
from hubwatch.locks import Lock, held
from hubwatch.ownership import give_as_root
from hubwatch.patterns import lazy_pattern
from storage import backups
from storage.archive import upgrade_archive
from storage.maintenance import Backup, GlobalPause

from .. import _, ngettext
from ..config_edit import edited
from ..files import beside, make_folder, put_in_place, write_atomically
from .backup import BackupFile, BackupRole, Manifest, Stages, read_file, read_manifest, unpack

_MODE = 0o640
_BIG = BackupRole.ARCHIVE


class Present(Enum):
    """What is done about files that are in the way."""

    REFUSE = "refuse"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things shall go. None: where they lay when the backup was made."""

    config: Path | None = None
    archive: Path | None = None


class Fate(Enum):
    """What is to become of one file."""

    WRITE = "written"
    SAME = "is there already"
    IN_THE_WAY = "set aside"


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """One file of the backup and its place here. `aside` is where what lay there went."""

    kept: BackupFile
    path: Path
    fate: Fate
    aside: Path | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to. `changes` are those of the tables that an older backup lacked."""

    manifest: Manifest
    targets: tuple[RestoreTarget, ...]
    changes: tuple[str, ...]

    @property
    def archive(self) -> Path:
        """Where the archive is now."""
        return next(t.path for t in self.targets if t.kept.role is BackupRole.ARCHIVE)

    @property
    def config(self) -> Path | None:
        """Where the configuration is now, if there was one."""
        found = (t.path for t in self.targets if t.kept.role is BackupRole.CONFIGURATION)
        return next(found, None)


def restore(
    backup: Path, places: Places, present: Present, now: datetime, stages: Stages
) -> Restored:
    """Verify a backup and put everything in it in its place. The archive begins paused.

    Raises BackupError where it is damaged, or something is in the way and shall not be set aside,
    NewerSchema, Busy if somebody works on the archive that is in the way, and HubwatchError where a
    place cannot be written.
    """
    manifest = read_manifest(backup)
    config = _config_place(manifest, places)
    archive = _archive_place(backup, manifest, places, config)
    make_folder(archive.parent)
    _need_room(archive, manifest)
    files = {k.name: read_file(backup, k) for k in manifest.files if k.role is not _BIG}
    if config is not None and places.archive is not None:
        _lead_to(archive, manifest.of(BackupRole.CONFIGURATION)[0], files, config)
    targets = _targets(manifest, files, config, archive, _suffix(now))
    _refuse(targets, present)
    with beside(archive) as scratch:
        unpack(backup, scratch, stages("comparing"))
        changes = _prepare(scratch, backup, manifest, now)
        with stopped(archive, None, timedelta()):
            for target in targets:
                if target.fate is not Fate.SAME:
                    _set_aside(target)
                    _put(target, files, scratch)
    _own(Lock(archive, "daemon").path.parent)
    return Restored(manifest, targets, changes)


def _config_place(manifest: Manifest, places: Places) -> Path | None:
    kept = next(iter(manifest.of(BackupRole.CONFIGURATION)), None)
    return None if kept is None else (places.config or Path(kept.path)).absolute()


def _archive_place(backup: Path, manifest: Manifest, places: Places, config: Path | None) -> Path:
    """As named, or where the restored configuration says, or where it lay."""
    if places.archive is not None:
        return places.archive.absolute()
    said = _configured(backup, manifest) if config else None
    if config is not None and said is not None:
        return Path(os.path.normpath(config.parent / Path(said).expanduser()))
    return Path(manifest.archive.path)


def _lead_to(archive: Path, kept: BackupFile, files: dict[str, bytes], config: Path) -> None:
    """Have the configuration name the archive beside which it is put: else a command that is given
    it alone would act on the archive that was backed up. One that lies there as it was backed up is
    that archive's, and stays."""
    with suppress(OSError):
        if config.read_bytes() == files[kept.name]:
            return

    def name(tables: MutableMapping[str, Any]) -> None:
        tables["archive"] = str(archive)

    with suppress(ConfigError, UnicodeDecodeError):  # one that cannot be read leads nowhere
        text = files[kept.name].decode("utf-8-sig")
        files[kept.name] = edited(config, text, name).encode()


def _configured(backup: Path, manifest: Manifest) -> str | None:
    text = read_file(backup, manifest.of(BackupRole.CONFIGURATION)[0])
    try:
        said = tomllib.loads(text.decode("utf-8-sig")).get("archive")
    except ValueError:
        return None
    return said if isinstance(said, str) else None


def _targets(
    manifest: Manifest, files: Mapping[str, bytes], config: Path | None, archive: Path, suffix: str
) -> tuple[RestoreTarget, ...]:
    """In the order of writing: the archive last."""
    found = []
    for kept in manifest.files:
        path = archive if kept.role is BackupRole.ARCHIVE else _place(kept, config)
        fate = _fate(path, files.get(kept.name))
        aside = path.with_name(path.name + suffix) if fate is Fate.IN_THE_WAY else None
        found.append(RestoreTarget(kept, path, fate, aside))
    return tuple(sorted(found, key=lambda target: target.kept.role is BackupRole.ARCHIVE))


def _place(kept: BackupFile, config: Path | None) -> Path:
    """Beside the configuration what lay beside it, all else where it lay."""
    if kept.role is BackupRole.CONFIGURATION and config is not None:
        return config
    return config.parent / kept.inside if config and kept.inside else Path(kept.path)


def _fate(path: Path, content: bytes | None) -> Fate:
    if not (path.exists() or path.is_symlink()):
        return Fate.WRITE
    with suppress(OSError):
        if content is not None and path.is_file() and path.read_bytes() == content:
            return Fate.SAME
    return Fate.IN_THE_WAY


def _refuse(targets: tuple[RestoreTarget, ...], present: Present) -> None:
    in_the_way = [target.path for target in targets if target.fate is Fate.IN_THE_WAY]
    if in_the_way and present is Present.REFUSE:
        named = ", ".join(map(str, in_the_way[:3])) + (", …" if len(in_the_way) > 3 else "")
        raise BackupError(
            ngettext(
                "%(names)s: is there already and would be replaced; --replace sets aside what is "
                "there, --config and --db name other places",
                "%(names)s: are there already and would be replaced; --replace sets aside what is "
                "there, --config and --db name other places",
                len(in_the_way),
                names=named,
            )
        )


def _prepare(scratch: Path, backup: Path, manifest: Manifest, now: datetime) -> tuple[str, ...]:
    """Bring the unpacked copy up to date, let it know of the backup that it comes from, and let it
    begin paused: the backup stays as it is."""
    changes = backups.pending(scratch)
    backups.make_archive(scratch)
    reason = f"restored from {backup.name}, made {manifest.made_at:%Y-%m-%d %H:%M} UTC"
    with upgrade_archive(scratch) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(now, reason, "hubwatch backup restore"))
        # A backup does not hold its own row; this one was just verified.
        tx.maintenance.record_backup(
            Backup(manifest.made_at, backup.resolve(), backup.stat().st_size)
        )
    return changes


def _set_aside(target: RestoreTarget) -> None:
    if target.aside is None:
        return
    for ending in ("-wal", "-shm", ""):
        found = target.path.with_name(target.path.name + ending)
        if found.exists() or found.is_symlink():
            found.rename(target.aside.with_name(target.aside.name + ending))


def _put(target: RestoreTarget, files: Mapping[str, bytes], scratch: Path) -> None:
    if target.kept.role is BackupRole.ARCHIVE:
        put_in_place(scratch, target.path, _MODE)
    else:
        make_folder(target.path.parent)
        write_atomically(target.path, files[target.kept.name])
    _own(target.path)


def _own(path: Path) -> None:
    """Give what root made to whom its folder belongs."""
    if path.exists():
        give_as_root((path, *(path.iterdir() if path.is_dir() else ())), path.parent)


def _need_room(archive: Path, manifest: Manifest) -> None:
    need, free = manifest.archive.size, shutil.disk_usage(archive.parent).free
    if free < need:
        raise BackupError(
            _(
                "%(parent)s: %(free)s MiB are free, the archive needs %(need)s MiB",
                parent=archive.parent,
                free=free >> 20,
                need=need >> 20,
            )
        )


def _suffix(now: datetime) -> str:
    return f".before-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"


# Making sure that nobody works on an archive: stopping its daemon, waiting for the rest.

PATIENCE = timedelta(seconds=90)
"""A daemon needs 20 s to stop at most, beside what the archive makes it wait."""
_POLL_SECONDS = 0.1
_UNIT = lazy_pattern(r"/([^/]+\.service)(?:/|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RunningDaemon:
    """A daemon that runs: who it is, and how it is started again, in words of the shell."""

    pid: int
    start: str


def find_daemon(archive: Path) -> RunningDaemon | None:
    """The daemon of an archive. None if none runs, or it cannot be seen from here."""
    pid = Lock(archive, "daemon").pid()
    return None if pid is None else RunningDaemon(pid, _start_of(pid))


@contextmanager
def stopped(
    archive: Path, daemon: RunningDaemon | None, patience: timedelta = PATIENCE
) -> Iterator[None]:
    """Nobody works on the archive while the block lasts: a daemon is stopped (SIGTERM) and kept
    from starting, crawls and imports are waited for.

    Raises Busy that names who does not end in time, or may not be stopped.
    """
    lock = Lock(archive, "daemon")
    deadline = time.monotonic() + patience.total_seconds()
    if daemon is not None:
        _ask_to_stop(daemon)
    with lock.acquire(patience if daemon else timedelta(), "hubwatch archive upgrade or restore"):
        while others := [each for each in held(archive) if each.name != lock.name]:
            if time.monotonic() >= deadline:
                who = ", ".join(
                    _("%(name)s by %(holder)s", name=each.name, holder=each.holder())
                    for each in others
                )
                raise Busy(
                    _(
                        "%(archive)s: is in use: %(who)s; wait for it to end, or end it",
                        archive=archive,
                        who=who,
                    )
                )
            time.sleep(_POLL_SECONDS)
        yield


def _ask_to_stop(daemon: RunningDaemon) -> None:
    try:
        os.kill(daemon.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Busy(
            _(
                "the daemon (pid %(pid)s) belongs to somebody else and goes on; stop it first",
                pid=daemon.pid,
            )
        ) from None


def _start_of(pid: int) -> str:
    """By the unit of systemd that a process belongs to, or else by its own command line."""
    unit = _UNIT.search(_read(pid, "cgroup"))
    if unit and not unit[1].startswith(("user@", "session")):
        return f"systemctl start {unit[1].removesuffix('.service')}"
    words = _read(pid, "cmdline").rstrip("\0").split("\0")
    return shlex.join(words) if words != [""] else "hubwatch run"


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

"""Bringing an archive up to this program's tables: backed up first, stopped, changed, looked over.

Only this and restoring change the tables of an archive. Every other command refuses an older one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hubwatch.errors import BackupError, StorageError
from storage import backups
from storage.archive import upgrade_archive

from .. import _
from ..config import Config
from ..files import make_folder
from .backup import Stages, make_backup, record, verify_deep
from .restore import find_daemon, stopped

_NAMED = 5
Report = Callable[[str, str], None]
"""Called at each step: its name, and what came of it."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade came to. `changes` is empty where there was nothing to do. `start` says how
    the daemon that was stopped is started again, empty if none was."""

    changes: tuple[str, ...]
    backup: Path | None = None
    start: str = ""
    stories_are_due: bool = False


def upgrade(
    archive: Path, config: Config, backup: Path, now: datetime, stages: Stages, report: Report
) -> Upgraded:
    """Upgrade an archive. `backup` is the file that the backup made before goes to, its folder is
    made.

    What fails leaves the archive as it was. Raises NewerSchema, StorageError, BackupError, Busy,
    HubwatchError where the folder cannot be made.
    """
    changes = backups.pending(archive)
    if not changes:
        return Upgraded(())
    report("changes", ", ".join(changes))
    _need_room(archive)
    make_folder(backup.absolute().parent)
    made = make_backup(archive, config, backup, now, stages)
    if made.rot:  # what is summed up anew would count as sound
        rot = [item.rot for item in verify_deep(backup, now, stages)[1]]
        backup.unlink()
        raise BackupError(
            _(
                "%(archive)s: not as it was written, in %(rot)s places (%(places)s); the Hubwatch "
                "that wrote it mends them before the upgrade: `archive scrub`, `archive mend`. "
                "Nothing was changed, and no backup is kept",
                archive=archive,
                rot=made.rot,
                places=", ".join(f"{each.name} {each.part}: {each.how}" for each in rot[:_NAMED]),
            )
        )
    report("backup", str(backup))
    _need_room(archive)  # the backup may have taken it
    daemon = find_daemon(archive)
    with stopped(archive, daemon):
        if daemon:
            report("stopped", _("the daemon, pid %(pid)s", pid=daemon.pid))
        with upgrade_archive(archive) as store:
            report(
                "changed",
                _("%(archive)s has %(changes)s now", archive=archive, changes=changes[-1]),
            )
            faults = store.maintenance.integrity()
            due = store.maintenance.stories_are_due()
    if faults:
        raise StorageError(
            _(
                "%(archive)s: after the upgrade: %(split)s; put the backup back: hubwatch "
                "backup restore --replace %(backup)s",
                archive=archive,
                split=" ".join(faults[0].split()),
                backup=backup,
            )
        )
    report("checked", _("pages, references and text index are in order"))
    record(archive, backup, made)  # only now: its table may be one of those that are new
    return Upgraded(changes, backup, daemon.start if daemon else "", due)


def _need_room(archive: Path) -> None:
    """A change may write every table anew, beside the old one."""
    size, free = backups.size_of(archive), shutil.disk_usage(archive.absolute().parent).free
    if free < size:
        raise BackupError(
            _(
                "%(parent)s: %(free)s MiB are free, the upgrade may need %(size)s MiB beside "
                "the archive; free some space",
                parent=archive.absolute().parent,
                free=free >> 20,
                size=size >> 20,
            )
        )

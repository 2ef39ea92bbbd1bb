"""What a backup says of itself: by which Hubwatch, when, of what, and a hash of every file in it.

Values and their JSON; opens no file. docs/operation.md tells people what is in a backup.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from storage.maintenance.copies import Facts

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

    `name` is its name there; `path` where it lay, absolute; `inside` where that was within the
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
        told = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> Manifest:
    """The inverse of `to_json`. Raises ValueError that says what is wrong."""
    told = json.loads(text)
    if not isinstance(told, dict) or "format" not in told:
        raise ValueError("has no format")
    if told["format"] != FORMAT:
        raise ValueError(f"has the format {told['format']}, and this Hubwatch knows {FORMAT}")
    try:
        manifest = Manifest(
            made_at=datetime.fromisoformat(told["made_at"]),
            hubwatch=str(told["hubwatch"]),
            sqlite=str(told["sqlite"]),
            host=str(told["host"]),
            facts=Facts(**told["facts"]),
            files=tuple(_kept(each) for each in told["files"]),
        )
    except (TypeError, LookupError) as error:
        raise ValueError(f"lacks something: {error}") from None
    if len(manifest.of(BackupRole.ARCHIVE)) != 1 or len(manifest.of(BackupRole.CONFIGURATION)) > 1:
        raise ValueError("does not name one archive, and one configuration at most")
    return manifest


def _kept(told: dict[str, Any]) -> BackupFile:
    kept = BackupFile(**{**told, "role": BackupRole(told["role"])})
    inside, path = PurePosixPath(kept.inside), PurePosixPath(kept.path)
    if inside.is_absolute() or ".." in inside.parts or not path.is_absolute():
        raise ValueError(f"names a place that it must not: {kept.inside or kept.path}")
    if not _SHA256.fullmatch(kept.sha256) or kept.size < 0:
        raise ValueError(f"has no hash of {kept.name}")
    return kept

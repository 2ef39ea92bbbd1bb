"""What maintenance keeps on record: backups, pauses, and the archive at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..types import When


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified backup: the moment that it holds (aware), where its file was put (absolute), and
    how many bytes that had."""

    made_at: datetime
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that rests until then: why, and who said so. A source's job has the source's id."""

    job: str
    until: datetime
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class GlobalPause:
    """Since when nothing runs, why, who said so, and until when (None: until somebody resumes)."""

    since: datetime
    reason: str
    person: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The archive at a glance, for people who found nothing: what is it, how new is it?"""

    path: str
    articles: int
    stories: int
    newest: When | None = None
    newest_title: str = ""

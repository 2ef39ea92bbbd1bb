"""A look at the health of the configured sources and of this machine. What is looked at is the
scheduler's business."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from datetime import datetime

from scheduler.health.disk import judge_disk
from scheduler.health.inspection import Inspection, inspect
from scheduler.jobs import Job
from scraper.sources.model import Source
from storage.archive import Archive

from ..config import Config


def look(
    store: Archive, config: Config, sources: Sequence[Source], jobs: Sequence[Job], now: datetime
) -> Inspection:
    """Judge these sources, these jobs of the timetable and this machine's disk, and keep their
    incidents in step: those of other sources and jobs are over. Raises StorageError."""
    watched = [source.id for source in sources]
    free = shutil.disk_usage(store.path.absolute().parent).free
    disk = tuple(judge_disk(free, config.free_space))
    return inspect(store, watched, now, jobs=jobs, also=disk, remind=config.alerts.remind)


def look_at_some(
    store: Archive,
    config: Config,
    sources: Sequence[Source],
    now: datetime,
    only: Collection[str],
) -> Inspection:
    """Judge `only` some of these sources and keep their incidents in step. Raises StorageError."""
    watched = [source.id for source in sources]
    return inspect(store, watched, now, only=only, remind=config.alerts.remind)

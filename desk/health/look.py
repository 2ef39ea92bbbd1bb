"""A look at the health of the configured sources. What is looked at is the scheduler's business."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from datetime import datetime

from scheduler.health.disk import judge_disk
from scheduler.health.inspection import Inspection, inspect
from scraper.sources.model import Source
from storage.store import Store

from ..config import Config


def look(
    store: Store,
    config: Config,
    sources: Sequence[Source],
    now: datetime,
    only: Collection[str] | None = None,
) -> Inspection:
    """Judge these sources and this machine's disk, or `only` some of the sources, and keep their
    incidents in step. Raises StorageError."""
    watched = [source.id for source in sources]
    free = shutil.disk_usage(store.path.absolute().parent).free
    disk = tuple(judge_disk(free, config.free_space)) if only is None else ()
    return inspect(store, watched, now, only=only, also=disk, remind=config.alerts.remind)

"""A look at the health of the configured sources. What is looked at is the scheduler's business."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from scheduler.health.inspection import Inspection, inspect
from scraper.sources.model import Source
from storage.store import Store


def look(
    store: Store,
    sources: Sequence[Source],
    now: datetime,
    remind: timedelta,
    only: Collection[str] | None = None,
) -> Inspection:
    """Judge these sources, or `only` some of them, and keep their incidents in step. Raises
    StorageError."""
    watched = [source.id for source in sources]
    return inspect(store, watched, now, only=only, remind=remind)

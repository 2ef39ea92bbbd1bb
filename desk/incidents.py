"""Incidents: judging the configured sources and this machine now, and the rows that a list lost.

The rules by which they are judged are the scheduler's.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hubwatch.errors import ConfigError
from scheduler.health.inspection import Inspection, inspect
from scheduler.health.operations import LOOKED_BACK, judge_disk, judge_filling, judge_source_files
from scheduler.jobs import Job
from scraper.parsing.lists.read import row_block
from scraper.sources.load import Catalogue, FileFault
from scraper.sources.model import Entry, EntryKind, Source
from storage.archive import Archive
from storage.incidents import Incident, Kind
from storage.lists import ListObservation
from storage.maintenance import DiskReading

from . import _
from .config import Config


def judge_all(
    store: Archive,
    config: Config,
    sources: Sequence[Source],
    jobs: Sequence[Job],
    now: datetime,
    faults: Iterable[FileFault],
) -> Inspection:
    """Judge these sources, these jobs of the timetable, this machine's disk and the files of
    sources that have `faults`, and keep their incidents in step: those of other sources, jobs and
    files are over. How much is free on the disk goes on record. Raises StorageError."""
    watched = [source.id for source in sources]
    free = shutil.disk_usage(store.path.absolute().parent).free
    files = judge_source_files({fault.path: fault.text for fault in faults})
    before = store.maintenance.disk_readings(now - LOOKED_BACK, now)
    with store.writing() as tx:
        tx.maintenance.note_disk(DiskReading(now, free), now - LOOKED_BACK)
    filling = judge_filling(before, free, config.free_space, now)
    also = (*judge_disk(free, config.free_space), *filling, *files)
    return inspect(store, watched, now, jobs=jobs, also=also, remind=config.alerts.remind)


def judge_some(
    store: Archive,
    config: Config,
    watched: Sequence[str],
    now: datetime,
    only: Collection[str],
) -> Inspection:
    """Judge `only` some of the sources that are watched and keep their incidents in step. Raises
    StorageError."""
    return inspect(store, watched, now, only=only, remind=config.alerts.remind)


# The rows' place in a list page before and after an incident, from the archived pages.

_OF_LISTS = (Kind.LAYOUT_CHANGED, Kind.LIST_EMPTY, Kind.FEWER_ROWS)
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class RowBlock:
    """`when` is `before` or `now`. `html` may be empty: then there is no row to be found."""

    when: str
    snapshot_id: int
    html: str


def row_blocks(store: Archive, catalogue: Catalogue, incident: Incident) -> tuple[RowBlock, ...]:
    """Before and after, as far as both pages are archived. None for incidents that are not about
    the rows of an HTML list, and for sources that are no longer defined."""
    finding = incident.finding
    if finding.kind not in _OF_LISTS:
        return ()
    try:
        source = catalogue.get(finding.source_id)
    except ConfigError:
        return ()
    entry = next((each for each in source.entries if each.url == finding.place), None)
    if entry is None or entry.kind is not EntryKind.LIST:
        return ()
    observations = [
        each
        for each in store.lists.observations(source.id, _LOOKED_AT)
        if each.seen.list_url == entry.url and each.seen.snapshot_id
    ]
    until = incident.closed_at or incident.last_seen_at
    after = next((s for s in observations if s.first_at <= until and not s.seen.rows), None)
    if after is None:
        after = next((s for s in observations if s.first_at <= until), None)
    before = next(
        (s for s in observations if after and s.first_at < after.first_at and s.seen.rows), None
    )
    found = (("before", before), ("now", after))
    return tuple(_blocks(store, source, entry, found))


def _blocks(
    store: Archive,
    source: Source,
    entry: Entry,
    found: Iterable[tuple[str, ListObservation | None]],
) -> Iterable[RowBlock]:
    for when, observation in found:
        if observation is not None and observation.seen.snapshot_id is not None:
            capture = store.pages.snapshot(observation.seen.snapshot_id)
            html = row_block(capture, entry, source.links)
            yield RowBlock(
                when, observation.seen.snapshot_id, html or _("(nothing that looks like a row)")
            )

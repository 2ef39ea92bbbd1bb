"""The rows' place in a list page before and after an incident, from the archived pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hubwatch.errors import ConfigError
from scraper.pages.row_block import row_block
from scraper.sources.load import Catalogue
from scraper.sources.model import Entry, EntryKind, Source
from storage.archive import Archive
from storage.incidents.records import Incident, Kind
from storage.lists.records import ListObservation

_OF_LISTS = (Kind.LAYOUT_CHANGED, Kind.LIST_EMPTY, Kind.FEWER_ROWS)
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class RowBlock:
    """`when` is `before` or `now`; `html` may be empty: then there is no row to be found."""

    when: str
    snapshot_id: int
    html: str


def row_blocks(store: Archive, catalogue: Catalogue, incident: Incident) -> tuple[RowBlock, ...]:
    """Before and after, as far as both pages are archived; none for incidents that are not about
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
    sights = [
        each
        for each in store.lists.observations(source.id, _LOOKED_AT)
        if each.seen.list_url == entry.url and each.seen.snapshot_id
    ]
    until = incident.closed_at or incident.last_seen_at
    after = next((s for s in sights if s.first_at <= until and not s.seen.rows), None)
    if after is None:
        after = next((s for s in sights if s.first_at <= until), None)
    before = next(
        (s for s in sights if after and s.first_at < after.first_at and s.seen.rows), None
    )
    found = (("before", before), ("now", after))
    return tuple(_blocks(store, source, entry, found))


def _blocks(
    store: Archive,
    source: Source,
    entry: Entry,
    found: Iterable[tuple[str, ListObservation | None]],
) -> Iterable[RowBlock]:
    for when, sight in found:
        if sight is not None and sight.seen.snapshot_id is not None:
            capture = store.pages.snapshot(sight.seen.snapshot_id)
            html = row_block(capture, entry, source.links)
            yield RowBlock(when, sight.seen.snapshot_id, html or "(nothing that looks like a row)")

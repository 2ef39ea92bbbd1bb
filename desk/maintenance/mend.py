"""Mending what a scrub found: from the texts, from backups, from the portals, or as it stands.

Nothing is believed that is not proven: what a backup or a portal has is taken only if it is, by the
checksum that the archive kept, what had been written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from hubwatch.errors import HubwatchError
from scraper.crawl.probe import Probe
from scraper.crawl.request import CrawlRequest
from scraper.sources.model import Source
from storage import backups
from storage.archive import Archive, upgrade_archive
from storage.runs import FetchKind
from storage.scrub import DERIVED, PAGES, RottenItem

from .. import _
from ..files import beside
from .backup import Stages, rotated_beside, unpack

Fetch = Callable[[str, str], bytes | None]
"""Asks a source (its id) for an address: the bytes of the page, None where it cannot be had."""
_BYTES = ("blobs.data",)


def mend(
    store: Archive,
    files: Sequence[Path],
    fetch: Fetch | None,
    clock: Callable[[], datetime],
    stages: Stages,
    report: Callable[[str], None],
) -> None:
    """Mend what is on record as not sound: take it from the backups `files`, in their order, then
    from the portals, and make again what follows from the rest. `report` is told of a backup that
    cannot be used and of a page that a portal has no more, or has otherwise: nothing is overwritten
    by other bytes. What is left is still on record. Raises StorageError."""
    for path in files:
        if not _kept_elsewhere(store.maintenance.scrubs.rot()):
            break
        try:
            with beside(store.path) as scratch:
                _unpack(path, scratch, stages)
                with upgrade_archive(scratch) as sound:
                    store.maintenance.scrubs.mend_from(sound, path.name, clock)
        except HubwatchError as error:
            report(str(error))
    if fetch is not None:
        for item in _pages(store.maintenance.scrubs.rot()):
            body = fetch(item.source, item.url)
            if body is None:
                report(_("%(url)s: its portal does not have it", url=item.url))
                continue
            store.maintenance.scrubs.mend_bytes(item.rot.part, body, clock)
            if item.rot in [left.rot for left in store.maintenance.scrubs.rot()]:
                report(
                    _(
                        "%(url)s: its portal has other bytes by now, which cannot stand for those "
                        "that were archived; a crawl keeps them as a version of their own",
                        url=item.url,
                    )
                )
    store.maintenance.scrubs.mend_from_texts(clock)  # the texts may be others by now


def _kept_elsewhere(items: Iterable[RottenItem]) -> bool:
    return any(item.rot.name not in (*DERIVED, PAGES) for item in items)


def _unpack(path: Path, scratch: Path, stages: Stages) -> None:
    unpack(path, scratch, stages("comparing"))
    backups.make_archive(scratch)


def _pages(items: Iterable[RottenItem]) -> list[RottenItem]:
    return [item for item in items if item.rot.name in _BYTES and item.url and item.source]


def pages_of_portals(
    sources: Mapping[str, Source], request: Callable[[Source], CrawlRequest], archive: Path
) -> Fetch:
    """What asks the portals, one page at a time, as a crawl does."""

    def fetch(source_id: str, url: str) -> bytes | None:
        source = sources.get(source_id)
        if source is None:
            return None
        with Probe(source, request(source), archive) as probe:
            (found,) = probe.fetch([url], FetchKind.ARTICLE)
        return found.capture.body if found.capture is not None else None

    return fetch


def known_backups(store: Archive, now: datetime) -> tuple[Path, ...]:
    """The backups of an archive that can be found: those on record, and those that lie beside
    them. The newest first."""
    last = store.maintenance.last_backup(now)
    if last is None:
        return ()
    found = set(rotated_beside(last.path, store.path))
    if last.path.is_file():
        found.add(last.path)
    return tuple(sorted(found, key=lambda path: path.name, reverse=True))

"""What a back-fill would take, judged from the archive alone: nothing is fetched for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from storage.archive import Archive
from storage.types import Capture

from ...pages.lists import read_list
from ...sources.model import Entry, EntryKind, PagingKind, Source
from .place import BackfillPlace


@dataclass(frozen=True, slots=True)
class Estimate:
    """`pages_read` list pages are known, `pages_named` are named by the pagers (None: they do not
    say how many there are), with `a_page` articles each; `articles` are kept already, published
    `oldest` to `newest`. The last three are what is to come, None where nothing tells."""

    source_id: str
    since: date
    pages_read: int
    pages_named: int | None
    a_page: float
    articles: int
    oldest: date | None
    newest: date | None
    new_articles: int | None
    requests: int | None
    seconds: float | None


def estimate(store: Archive, source: Source, since: date, place: BackfillPlace) -> Estimate:
    """How much there is to fetch back to `since`, from where `place` says."""
    lists = [entry for entry in source.entries if entry.kind is EntryKind.LIST]
    listed = [store.lists.pages(source.id, entry.url) for entry in lists]
    read, rows = sum(map(len, listed)), sum(sum(pages.values()) for pages in listed)
    a_page = rows / read if read else 0.0
    named = [_named(store, source, entry) for entry in lists]
    pages_named = sum(filter(None, named)) if named and None not in named else None
    days = [when.day for when in store.articles.published_dates(source.id)]
    oldest, newest = (days[0], days[-1]) if days else (None, None)
    missing = _missing(days, since)
    if missing is not None and pages_named is not None:
        missing = min(missing, max(0, round(pages_named * a_page) - len(days)))
    done = sum(spot.number for spot in place.spots.values())
    requests = _requests(missing, len(days), a_page, pages_named, done)
    if place.conclusion(source, since):  # what the rates would have it does not matter any more
        missing = requests = 0
    delay = source.politeness.delay / timedelta(seconds=1)
    seconds = requests * delay if requests is not None else None
    return Estimate(
        source.id,
        since,
        read,
        pages_named,
        a_page,
        len(days),
        oldest,
        newest,
        missing,
        requests,
        seconds,
    )


def _named(store: Archive, source: Source, entry: Entry) -> int | None:
    """How many pages a list has, where its first page says so."""
    if entry.paging.kind is PagingKind.NONE:
        return 1
    capture = store.pages.last_capture(source.id, entry.url)
    if capture is None or entry.paging.kind is not PagingKind.SCRIPT:
        return None
    return _pager_total(capture, entry, source)


def _pager_total(capture: Capture, entry: Entry, source: Source) -> int:
    return 1 + len(read_list(capture, entry, source.links, source.zone).more)


def _missing(days: list[date], since: date) -> int | None:
    """As many a day as are known already, for the days before the oldest known one."""
    if not days or days[0] == days[-1]:
        return None
    rate = len(days) / ((days[-1] - days[0]).days + 1)
    return ceil(rate * max(0, (days[0] - since).days))


def _requests(
    missing: int | None, known: int, a_page: float, pages_named: int | None, done: int
) -> int | None:
    """Articles to fetch and list pages to walk, but for those that were walked before."""
    if missing is None or not a_page:
        return None
    pages = ceil((missing + known) / a_page)
    if pages_named is not None:
        pages = min(pages, pages_named)
    return missing + max(1, pages - done)

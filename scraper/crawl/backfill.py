"""A back-fill as a row of short runs: how far it has come, and what the rest would take.

How one slice walks its lists is in `spiders.backfill`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path

from storage.archive import Archive
from storage.runs import Run, RunKind
from storage.types import WORKED, Capture

from ..parsing.lists.read import read_list
from ..sources.model import Entry, EntryKind, PagingKind, Source
from .request import Back, CrawlEvent, CrawlRequest


@dataclass(frozen=True, slots=True)
class Spot:
    """The last page of a list that was dealt with to its end: its address, and which it is.

    `oldest` is the oldest day met so far. `reached` the day the list was followed back to. `ends`
    says that there is no page after this one.
    """

    page: str
    number: int
    oldest: date | None = None
    reached: date | None = None
    ends: bool = False

    def is_done(self, since: date) -> bool:
        """Whether there is nothing more to find back to this day."""
        return self.ends or (self.reached is not None and self.reached <= since)

    def aged(self, days: list[date]) -> Spot:
        """The same, having met these days too."""
        return replace(self, oldest=min(filter(None, [self.oldest, *days]), default=None))


@dataclass(frozen=True, slots=True)
class BackfillPlace:
    """The spots of a source, by the address of the entry. An entry without one was not begun."""

    spots: Mapping[str, Spot]

    @classmethod
    def from_text(cls, text: str) -> BackfillPlace:
        """The inverse of `text`. Nowhere for a text that is no place."""
        try:
            kept = json.loads(text)["entries"]
            return cls({url: _spot(fields) for url, fields in kept.items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls({})

    @property
    def text(self) -> str:
        """As the archive keeps it. Empty for nowhere."""
        if not self.spots:
            return ""
        kept = {url: asdict(spot) for url, spot in self.spots.items()}
        return json.dumps({"entries": kept}, default=date.isoformat, ensure_ascii=False)

    def at(self, entry_url: str, spot: Spot) -> BackfillPlace:
        """The place with one list further on."""
        return BackfillPlace({**self.spots, entry_url: spot})

    def conclusion(self, source: Source, since: date) -> str:
        """How the back-fill of this source ended. Empty as long as a list is left to follow."""
        spots = [self.spots.get(entry.url) for entry in source.entries]
        done = [spot for spot in spots if spot is not None and spot.is_done(since)]
        if len(done) < len(spots) or not done:
            return ""
        if any(not spot.ends for spot in done):
            return f"reached {since}"
        last = max(done, key=lambda spot: spot.number)
        oldest = min(filter(None, (spot.oldest for spot in done)), default=None)
        if oldest is not None and oldest < since:
            return f"reached {since}"
        return f"the portal ends at page {last.number} (oldest {oldest or 'unknown'})"


def _spot(fields: Mapping[str, object]) -> Spot:
    number = fields["number"]
    if not isinstance(number, int):
        raise ValueError(f"{number!r} is no page number")
    return Spot(
        str(fields["page"]),
        number,
        _day(fields.get("oldest")),
        _day(fields.get("reached")),
        bool(fields.get("ends")),
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


# What a back-fill would take, judged from the archive alone


@dataclass(frozen=True, slots=True)
class Estimate:
    """`pages_read` list pages are known, `pages_named` are named by the pagers (None: they do not
    say how many there are), with `a_page` articles each. `articles` are kept already, published
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


# Slices, with the host free for others between any two of them

_PAUSE_SECONDS = 0.6
"""Longer than a waiting crawl takes to look again (`run`)."""
_PATIENCE = 3
"""So many slices may bring nothing."""
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a back-fill came to: its slices, and how it ended. `conclusion` is empty if there is
    something left, `reason` then says why it stopped."""

    runs: tuple[Run, ...]
    conclusion: str
    reason: str = ""

    def total(self, figure: str) -> int:
        """One of the words of `Counts`, over all slices."""
        return sum(getattr(run.counts, figure) for run in self.runs)


def last_place(store: Archive, source_id: str) -> BackfillPlace:
    """Where the last back-fill of a source stopped. Nowhere if there was none."""
    runs = store.runs.latest(_LOOKED_AT, source_id, RunKind.BACKFILL)
    return next(
        (BackfillPlace.from_text(run.cursor) for run in runs if run.cursor), BackfillPlace({})
    )


def backfill(
    source: Source,
    store_path: Path,
    request: CrawlRequest,
    since: date,
    report: Callable[[CrawlEvent], None],
    *,
    start: BackfillPlace,
    most: int | None = None,
) -> Backfilled:
    """Fetch what a source published since that day, slice after slice, at most so many.

    `request.wait` is how long a slice waits for a crawl of the same host. Ends early when told to
    stop, when the portal fails, and when slices bring nothing. Raises StorageError as `crawl`.
    """
    from .run import crawl

    place, runs, idle = start, list[Run](), 0
    while not (conclusion := place.conclusion(source, since)):
        if most is not None and len(runs) >= most:
            return Backfilled(tuple(runs), "", f"{most} slices done; the next call goes on")
        if runs:
            time.sleep(_PAUSE_SECONDS)
        made = crawl([source], store_path, replace(request, back=Back(since, place.text)), report)
        if not made:
            return Backfilled(tuple(runs), "", "told to stop")
        (run,) = made
        runs.append(run)
        after = BackfillPlace.from_text(run.cursor)
        idle = 0 if after != place or run.counts.new else idle + 1
        place = after
        if run.outcome not in WORKED or idle >= _PATIENCE:
            return Backfilled(tuple(runs), place.conclusion(source, since), run.reason)
    return Backfilled(tuple(runs), conclusion)

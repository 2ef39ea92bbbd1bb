"""A back-fill as a row of short runs: how far it has come, and what the rest would take.

How one slice walks its lists is in `spiders.backfill`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path

from storage.archive import Archive
from storage.runs import Run, RunKind
from storage.types import WORKED

from ..parsing.lists.read import read_any, read_list
from ..sources.model import Entry, EntryKind, PagingKind, Source
from .request import Back, CrawlEvent, CrawlRequest


@dataclass(frozen=True, slots=True)
class Spot:
    """The last page of a list that was dealt with to its end: its address, and which it is.

    `oldest` is the oldest day met so far. `reached` the day the list was followed back to. `ends`
    says that there is no page after this one whose address is known, `unread` why the list goes on
    nevertheless: its pager is run by a script, say.
    """

    page: str
    number: int
    oldest: date | None = None
    reached: date | None = None
    ends: bool = False
    unread: str = ""

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
        unread = next((spot.unread for spot in done if spot.unread), "")
        oldest = min(filter(None, (spot.oldest for spot in done)), default=None)
        if oldest is not None and oldest < since:
            return f"reached {since}"
        if unread:
            return (
                f"no address leads on from page {last.number} (oldest {oldest or 'unknown'}), "
                f"and the list goes on: {unread}"
            )
        return f"the portal ends at page {last.number} (oldest {oldest or 'unknown'})"

    @property
    def read_again(self) -> BackfillPlace:
        """The place without the lists of which it is not known how they go on: a later call looks
        again whether they say so now."""
        return BackfillPlace({url: spot for url, spot in self.spots.items() if not spot.unread})


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
        str(fields.get("unread") or ""),
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


# What a back-fill would take, judged from the archive alone


@dataclass(frozen=True, slots=True)
class Estimate:
    """`pages_read` list pages are known, `pages_named` are named by the pagers (None: they do not
    say how many there are), with `a_page` articles each. `articles` are kept already, published
    `oldest` to `newest`. The last five are what is to come, None where nothing tells: about
    `new_articles`, between `new_least` and `new_most`."""

    source_id: str
    since: date
    pages_read: int
    pages_named: int | None
    a_page: float
    articles: int
    oldest: date | None
    newest: date | None
    new_articles: int | None
    new_least: int | None
    new_most: int | None
    requests: int | None
    seconds: float | None


def estimate(store: Archive, source: Source, since: date, place: BackfillPlace) -> Estimate:
    """How much there is to fetch back to `since`, from where `place` says.

    What lists have shown and nobody fetched is counted. Before the oldest of what is known it goes
    on as often as there: taken as a whole, and in its older and its newer half, which differ where
    a portal published by fits and starts. It is never more than the pagers have room for.
    """
    lists = [entry for entry in source.entries if entry.kind is EntryKind.LIST]
    listed = [store.lists.pages(source.id, entry.url) for entry in lists]
    read, rows = sum(map(len, listed)), sum(sum(pages.values()) for pages in listed)
    a_page = rows / read if read else 0.0
    named = [_named(store, source, entry) for entry in lists]
    pages_named = sum(filter(None, named)) if named and None not in named else None
    kept = [when.day for when in store.articles.published_dates(source.id)]
    owed = store.lists.unfetched_days(source.id)
    known = sorted([*kept, *(day for day in owed if day)])
    listed_since = sum(1 for day in owed if day is None or day >= since)
    if place.conclusion(source, since):  # what the rates would have it does not matter any more
        guesses = [0, 0, 0]
    else:
        room = None
        if pages_named is not None:
            room = max(0, round(pages_named * a_page) - len(kept) - len(owed))
        further = (_further(rate, known, since, room) for rate in _rates(known))
        guesses = [listed_since + more for more in further]
    requests = None
    if guesses and a_page:
        done = sum(spot.number for spot in place.spots.values())
        requests = _requests(guesses[0], len(kept), a_page, pages_named, done)
    delay = source.politeness.delay / timedelta(seconds=1)
    return Estimate(
        source.id,
        since,
        read,
        pages_named,
        a_page,
        len(kept),
        kept[0] if kept else None,
        kept[-1] if kept else None,
        guesses[0] if guesses else None,
        min(guesses, default=None),
        max(guesses, default=None),
        requests,
        requests * delay if requests is not None else None,
    )


def _named(store: Archive, source: Source, entry: Entry) -> int | None:
    """How many pages a list has, where its first page says so."""
    if entry.paging.kind is PagingKind.NONE:
        return 1
    capture = store.pages.sound_capture(source.id, entry.url)
    if capture is None:
        return None
    if entry.paging.kind is PagingKind.SCRIPT:
        return 1 + len(read_list(capture, entry, source.links, source.zone).more)
    return read_any(capture, source.zone, entry.rows).pager.total or None


def _rates(known: Sequence[date]) -> Iterator[float]:
    """Articles a day: of all known days in order, of the older half, of the newer half."""
    if known and known[0] != known[-1]:
        half = len(known) // 2
        for days in (known, known[: half + 1], known[half:]):
            yield len(days) / ((days[-1] - days[0]).days + 1)


def _further(rate: float, known: Sequence[date], since: date, room: int | None) -> int:
    """How many articles there are before the oldest known day, at that rate."""
    found = ceil(rate * max(0, (known[0] - since).days))
    return found if room is None else min(found, room)


def _requests(missing: int, known: int, a_page: float, pages_named: int | None, done: int) -> int:
    """Articles to fetch and list pages to walk, but for those that were walked before."""
    if not missing and done:
        return 0
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

    place, runs, idle = start.read_again, list[Run](), 0
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

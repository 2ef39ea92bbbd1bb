"""One slice of a back-fill: the lists of a source, page after page beyond the window of a crawl.

Uses a crawl's own way with lists, articles and bounds, and asks for nothing twice: known articles
are not fetched again. Between two requests it looks whether a crawl wants the host, and gives way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hubwatch.locks import Lock
from storage.database import Durability
from storage.lists import ListRow
from storage.runs import Run
from storage.types import Outcome, Precision, When
from storage.urls import key_of

from ..crawl.backfill import BackfillPlace, Spot
from ..crawl.context import CrawlContext
from ..items import Process
from ..parsing.lists.dated_archives import shows_again
from ..parsing.types import page_number
from ..sources.links import hosts_of
from ..sources.model import Entry, EntryKind, Source
from .articles import Articles
from .fetch import Fetcher
from .lists import Lists, goes_on, not_there, place_of
from .source import SourceCrawl, SourceWork

_NO_WINDOW = 10_000
"""So many pages a list may have at most."""
_AT_LEAST = 5
"""Requests a slice makes before it gives way, or two crawls in turn would stop it for ever."""
_ENDS = (Outcome.GONE, Outcome.EMPTY, Outcome.LAYOUT_CHANGED)


class BackfillCrawl:
    """What one slice does at one source. Its cursor is a `BackfillPlace`, kept after every list
    page."""

    def __init__(self, source: Source, run: Run, context: CrawlContext) -> None:
        self._work = SourceWork(without_window(source), run, context, self._must_stop)
        self.source = self._work.source
        self.run = run
        self.tally = self._work.tally
        self._context = context
        back = context.request.back
        assert back is not None  # a crawl is another class
        self._since = back.since
        self._place = BackfillPlace.from_text(back.cursor)
        self._asked = 0
        self._again = 0  # pages that are walked again before anything new comes
        self._keep_place(self._place)

    async def walk(self, fetcher: Fetcher, process: Process) -> None:
        """Follow each list from where it was left, until it is old enough, ends, or a bound is
        reached. That is noted in the tally."""
        articles = self._work.articles(fetcher, process)
        lists = self._work.lists(fetcher, _ENDS)
        for entry in self.source.entries:
            spot = self._place.spots.get(entry.url)
            if (spot is None or not spot.is_done(self._since)) and not self.tally.bound:
                whole = entry.kind is EntryKind.SITEMAP
                walk = self._scan if whole else self._follow
                await self._work.part(walk(entry, spot or Spot(entry.url, 0), lists, articles))
        self.tally.note = self._place.conclusion(self.source, self._since) or self.tally.note

    async def _follow(self, entry: Entry, spot: Spot, lists: Lists, articles: Articles) -> None:
        """A list or feed. The page it was left at is read again: rows have moved down since. Where
        the pages are sent by forms, each by that of the page before it, all of them are."""
        url, number = spot.page, max(spot.number, 1)
        if page_number(url):
            url, number = entry.url, 1
            self._again = spot.number
        visited, before, named = set[str](), set[frozenset[str]](), tuple[str, ...]()
        while not self._must_stop(url):
            visited.add(place_of(url))
            page, queue = await lists.turn(entry, url, number)
            if lists.fault:
                return
            rows = frozenset(key_of(row.url) for row in page.rows) if page else frozenset()
            if page is not None and rows in before and page_number(url) == 2:
                self.tally.remark(f"{entry.url}: its form brings the first page again")
                return
            repeats = rows in before and not shows_again(url)  # a month may be the first page's
            if (
                repeats
                and number == 2
                and page is not None
                and _after(named or page.more, url, visited)
            ):
                repeats = False  # where a script counts from, only the pages tell
            if page is None or repeats:  # some portals show their last page for ever
                unread = not_there(entry, url, number) if page is None else ""
                self._keep_spot(entry, replace(spot, ends=True, unread=unread))
                return
            before.add(rows)
            if self._says_old(page.rows):
                # The spot stays: who goes further back one day finds these articles after it.
                self._keep_spot(entry, replace(spot, reached=self._since).aged(_listed(page.rows)))
                return
            await self._work.each(articles, queue)
            if self.tally.bound:
                return
            days, after = self._days(page.rows), _after(page.more, url, visited)
            if not after and not named and url != entry.url and not page_number(url):
                named = await self._named(lists, entry)
            named = page.more or named
            after = after or (_after(named, url, visited) if url in named else "")
            reached = self._since if days and max(days) < self._since else None
            unread = "" if after else goes_on(page)
            here = Spot(url, number, spot.oldest, reached, ends=not after, unread=unread).aged(days)
            if number >= spot.number or here.is_done(self._since):
                spot = here
                self._keep_spot(entry, spot)
            if reached or not after:
                return
            url, number = after, number + 1

    async def _named(self, lists: Lists, entry: Entry) -> tuple[str, ...]:
        """The pages that a list's own page names: what its script gets for them names none."""
        if self._must_stop(entry.url):
            return ()
        first, _ = await lists.turn(entry, entry.url, 1)
        return first.more if first is not None else ()

    async def _scan(self, entry: Entry, spot: Spot, lists: Lists, articles: Articles) -> None:
        """A sitemap, always whole: its parts come in any order. What it dates itself as too old is
        left out, and then it is not done for who goes further back; nor is it for anybody while a
        part cannot be had."""
        ahead, visited, skipped, lacks = deque([entry.url]), set[str](), 0, False
        while ahead and not self._must_stop(ahead[0]):
            url = ahead.popleft()
            visited.add(place_of(url))
            page, queue = await lists.turn(entry, url, len(visited))
            if page is None:
                lacks |= bool(lists.fault)
                continue
            young = self._young(queue, page.rows)
            skipped += len(queue) - len(young)
            await self._work.each(articles, young)
            spot = replace(spot, page=url, number=len(visited)).aged(self._days(page.rows))
            ahead.extend(each for each in page.more if place_of(each) not in visited)
        if not self.tally.bound and not lacks:
            reached = self._since if skipped else None
            self._keep_spot(entry, replace(spot, reached=reached, ends=not skipped))

    def _says_old(self, rows: Sequence[ListRow]) -> bool:
        """Whether the page itself dates all its rows, and all too old."""
        days = _listed(rows)
        return 0 < len(rows) == len(days) and max(days) < self._since

    def _young(self, queue: deque[str], rows: Sequence[ListRow]) -> deque[str]:
        """What is queued of a sitemap, without that of which it says itself that it is too old."""
        old = {row.url for row in rows if row.published and _last_day(row.published) < self._since}
        return deque(url for url in queue if url not in old)

    def _days(self, rows: Sequence[ListRow]) -> list[date]:
        """When the articles of a page were published, by the list or else by themselves. What has
        no date does not count."""
        found = [row.published or self._published(row.url) for row in rows]
        return [_last_day(when) for when in found if when is not None]

    def _published(self, url: str) -> When | None:
        known = self._context.store.pages.known(self.source.id, url)
        article = self._context.store.articles.get(known.article_id) if known else None
        return article.published if article else None

    def _keep_spot(self, entry: Entry, spot: Spot) -> None:
        self._keep_place(self._place.at(entry.url, spot))
        with self._context.store.writing(Durability.LATER) as tx:
            tx.runs.record_cursor(self.run.id, self._place.text)

    def _keep_place(self, place: BackfillPlace) -> None:
        # However the run ends, what ends it takes the cursor from here.
        self._place = place
        self.tally.position = self.tally.cursor = place.text

    def _must_stop(self, url: str) -> bool:
        self._asked += 1
        budget = self._work.budget
        spent = budget.spent() or budget.circuit_open(url) or self._gives_way()
        if spent:
            self.tally.stop(spent)
        return bool(spent)

    def _gives_way(self) -> str:
        if self._asked <= _AT_LEAST + self._again:
            return ""
        archive = self._context.store.path
        for host in sorted(hosts_of(self.source)):
            if Lock(archive, f"host-{host}").is_wanted():
                return f"gave way to a crawl of {host}"
        return ""


AnyCrawl = SourceCrawl | BackfillCrawl
"""What a run does at a source: a crawl of its lists, or a slice of a back-fill."""


def without_window(source: Source) -> Source:
    """The source, its lists followed as far as they go."""
    entries = tuple(
        replace(entry, paging=replace(entry.paging, max_pages=_NO_WINDOW))
        for entry in source.entries
    )
    return replace(source, entries=entries)


def _after(more: Sequence[str], url: str, visited: set[str]) -> str:
    """The page after this one, of those that are named. Empty if there is none."""
    if url in more:  # a pager that always names all pages
        more = more[more.index(url) + 1 :]
    return next((each for each in more if place_of(each) not in visited), "")


def _listed(rows: Sequence[ListRow]) -> list[date]:
    """The days that a page gives its rows."""
    return [_last_day(row.published) for row in rows if row.published]


def _last_day(when: When) -> date:
    """The last day that a date may mean."""
    if when.precision is not Precision.MONTH:
        return when.day
    return (when.day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

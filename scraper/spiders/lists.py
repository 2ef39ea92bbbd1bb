"""The lists of a source: fetched or found unchanged, every row put on record, unknown ones queued.

Pages of a list are followed while they show something new, and always so far back that an article
put in late is found. What is on the articles' own pages is not looked at here.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from hubwatch.errors import StorageError
from storage.database import Durability, batches
from storage.lists import GOES_ON, ListRow, ListSeen
from storage.pages import Validator
from storage.rechecks import Recheck
from storage.runs import FetchKind, Run
from storage.sources import FEW_DATES, LONG_PAST, MOST_OF_A_LIST
from storage.transaction import Transaction
from storage.types import Capture, Outcome, Thing, When
from storage.urls import is_address, key_of

from ..crawl.context import CrawlContext
from ..crawl.request import ListRead
from ..middlewares.fetch_result import FetchResult
from ..parsing.lists.dated_archives import shows_again
from ..parsing.page_kinds import went_home
from ..parsing.types import POSTED, ListPage, PageForm, page_number
from ..sources.links import Refusal, is_article
from ..sources.model import Entry, EntryKind, PagingKind, Source
from .fetch import Fetcher, validator_of
from .tally import Budget, Tally

T = TypeVar("T")
AT_A_TIME = 2_000
"""So many rows of a page are dealt with in one go. Then others have their turn."""


def list_seen(
    entry: Entry, url: str, fetched: FetchResult, page: ListPage, rows: Mapping[str, ListRow]
) -> ListSeen:
    """A list page that came and was read, and its rows, if there are any, by their keys."""
    dates = sorted(
        (row.published for row in rows.values() if row.published), key=lambda when: when.sort_key
    )
    return ListSeen(
        entry_url=entry.url,
        list_url=url,
        outcome=page.outcome,
        reason=page.reason,
        rows=len(rows),
        dated=len(dates),
        titled=sum(bool(row.title) for row in rows.values()),
        newest=dates[-1].iso if dates else None,
        oldest=dates[0].iso if dates else None,
        digest=_digest(rows),
        validator=_version(fetched),
        unchanged=fetched.outcome is Outcome.UNCHANGED,
        refused=sum(row.why not in (Refusal.DENIED, Refusal.HOST) for row in page.refused),
        alike=sum(row.alike for row in page.refused),
    )


def place_of(url: str) -> str:
    """By what a walk tells the pages of a list apart: the key of an address, and which page it is
    of a list whose pages are sent by forms."""
    number = page_number(url)
    return f"{key_of(url)}#page={number}" if number else key_of(url)


def goes_on(page: ListPage) -> str:
    """Why a page is not the end of its list though no address of a further one is known. Empty
    where it is the end, or names further pages."""
    on = not page.more and page.reason.startswith(GOES_ON)
    return page.reason.removeprefix(GOES_ON).lstrip(": ") if on else ""


def not_there(entry: Entry, url: str, number: int) -> str:
    """Why a list does not end where its second page brings nothing: its first named that page.
    Empty where the pages are counted by a rule, and the list may well end."""
    is_named = number == 2 and entry.paging.kind is not PagingKind.PATTERN
    return f"its first page names {url}, and no rows are there" if is_named else ""


def has_slid(before: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether the rows that end a page stand on the next one above rows that are new, by their
    keys: others came in above them while the list was walked. What both pages end with stands
    beside the list, and a page that shows all of the one before is a longer one."""
    beside = 0
    while beside < min(len(before), len(keys)) and before[-1 - beside] == keys[-1 - beside]:
        beside += 1
    above, below = before[: len(before) - beside], keys[: len(keys) - beside]
    if not above or above[-1] not in below:
        return False
    place, same = below.index(above[-1]), 1
    while same <= min(place, len(above) - 1) and above[-1 - same] == below[place - same]:
        same += 1
    following = below[place + 1 : place + 2]
    return same < len(above) and bool(following) and following[0] not in above


def list_lost(entry: Entry, url: str, fetched: FetchResult) -> ListSeen:
    """A list page that could not be had."""
    return ListSeen(entry.url, url, fetched.outcome, fetched.reason)


async def _by_and_by(values: Sequence[T]) -> AsyncIterator[list[T]]:
    """The values, so many at a time that no other site waits long. One empty part if there are
    none."""
    for number, some in enumerate([*batches(values, AT_A_TIME)] or [[]]):
        if number:
            await asyncio.sleep(0)  # others run in the same event loop
        yield some


def _digest(rows: Mapping[str, ListRow]) -> str:
    """Stands for the rows in their order: addresses and titles, not the dates beside them, which
    some portals write as "3 hours ago"."""
    text = "\n".join(f"{key} {row.title}" for key, row in rows.items())
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _joined(reason: str, note: str) -> str:
    return "; ".join(filter(None, (reason, note)))


def _version(fetched: FetchResult) -> str:
    """What the server called this version of the page."""
    if fetched.capture is None:
        return ""
    named = (fetched.capture.header("etag"), fetched.capture.header("last-modified"))
    return "|".join(name or "" for name in named) if any(named) else ""


LOOK_BACK = 2
"""So many pages of a list are looked at in every run: articles may appear late and further down."""
WHOLE_EVERY = timedelta(days=1)
"""Once in so long every page that an entry's rule allows is read, whatever is known already: an
article may be dated back."""
_MARGIN = 0.75
"""So much of a pause is long enough: what is to be read once a day is due on the next morning."""
DEEP_PAGES = 20
"""So many pages of a list are read then, beyond the window as long as they show known articles, and
at most a fourth of what a run may fetch."""
MOST_ROWS = 50_000
"""So many rows of one page are put on record: as many as a sitemap may hold by its protocol."""
_SITEMAP_TIMES = 5
"""A sitemap may be so many times as large as a page: 50 MiB by its protocol, where a page may have
10 MiB."""
_ALL = 10**6
_MOST_EMPTY = 3
"""So many pages in a row may list nothing, as those of days on which nothing came."""
_WORKED = (Outcome.OK, Outcome.PARTIAL)


@dataclass(slots=True)
class _Deep:
    """A page beyond the window of its list: what earlier pages `listed`, and whether it `ends` what
    is known."""

    listed: set[str]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """How far one entry was read: so many pages, `whole` where these are all that its rule allows,
    `ended` where it has no more."""

    pages: int
    whole: bool = False
    ended: bool = False


class Lists:
    """Walks the entry points of one source for one run.

    `reappeared` collects articles that are marked gone and stand on a list nevertheless. `fault`
    says why the page that was turned to last could not be used. `ends` are outcomes that, of a page
    after the first, mean the list has ended, whatever its pager is.
    """

    def __init__(
        self,
        source: Source,
        run: Run,
        context: CrawlContext,
        fetcher: Fetcher,
        tally: Tally,
        budget: Budget,
        ends: Collection[Outcome] = (),
    ) -> None:
        self._source = source
        self._run = run
        self._context = context
        self._fetcher = fetcher
        self._tally = tally
        self._budget = budget
        self._ends = ends
        self._queue: dict[str, str] = {}
        self._dates: dict[str, list[When]] = {}
        self._rows: dict[str, int] = {}
        self._stated: dict[str, int] = {}
        self._items: dict[str, int] = {}
        self._gone = context.store.pages.gone(source.id)
        self._deep: _Deep | None = None
        self._keys: Sequence[str] = ()
        self._slid = False
        self._forms: dict[str, PageForm] = {}
        self.reappeared: list[Recheck] = []
        self.fault = ""

    async def walk(self, validators: Mapping[str, Validator], *, thorough: bool) -> deque[str]:
        """Read all entries. Returns the addresses to fetch, in the order they were listed.

        `thorough`: follow every page the paging rules allow, whatever is known already.
        """
        readings = self._context.store.lists.witnesses.readings(self._source.id)
        before = {each.entry_url: each.read_at for each in readings}
        self._forget_former(before)
        for entry in self._source.entries:
            read_at = before.get(entry.url)
            if not thorough and not self._is_over(read_at, entry.every):
                continue
            is_due = thorough or self._is_over(read_at, max(entry.every, WHOLE_EVERY))
            extent = Extent(0)
            self._slid = False
            try:
                extent = await self._entry(entry, validators, _ALL if is_due else LOOK_BACK)
                if self._slid and not self._must_stop(entry.url):
                    await self._page(entry, entry.url, None, 1, again=True)
            except Exception as error:
                self._record_failure(entry, entry.url, error, 1)
            if is_due and extent.whole:
                self._record_extent(entry, extent)
            self._remark_on_age(entry)
        return self.queued

    def _is_over(self, last: datetime | None, pause: timedelta) -> bool:
        """Whether so long a pause is over, but for a little. A moment to come, as where a clock was
        set back, holds nobody up."""
        now = self._context.now()
        return last is None or last > now or now - last >= _MARGIN * pause

    def _forget_former(self, readings: Collection[str]) -> None:
        """Forget when entries were read that the source no longer has."""
        entries = {entry.url for entry in self._source.entries}
        if any(url not in entries for url in readings):
            with self._context.store.writing(Durability.LATER) as tx:
                tx.lists.witnesses.forget_entries(self._source.id, entries, self._context.now())

    def _record_extent(self, entry: Entry, extent: Extent) -> None:
        with self._context.store.writing(Durability.LATER) as tx:
            tx.lists.witnesses.record_reading(
                self._run.id,
                entry.url,
                entry.kind.value,
                pages=extent.pages,
                ended=extent.ended,
                now=self._context.now(),
                stated=self._stated.get(entry.url, 0),
                had=self._items.get(entry.url, 0),
            )

    async def turn(self, entry: Entry, url: str, number: int) -> tuple[ListPage | None, deque[str]]:
        """Read one page of a list, the `number`-th. Return the page (None if there is none to use)
        and the addresses on it that are not known yet."""
        self.fault = ""
        page, _ = await self._page(entry, url, None, number)
        queue = self.queued
        self._queue.clear()
        return page, queue

    def _remark_on_age(self, entry: Entry) -> None:
        """Say of a list at first contact that its newest item is years old."""
        dates = self._dates.get(entry.url, [])
        rows = self._rows.get(entry.url, 0)
        if not self._run.baseline or len(dates) < max(MOST_OF_A_LIST * rows, FEW_DATES):
            return
        newest = max(dates, key=lambda when: when.sort_key)
        if self._context.now().date() - newest.day > LONG_PAST:
            self._tally.remark(f"{entry.url}: its newest item is of {newest.iso[:10]}")

    @property
    def queued(self) -> deque[str]:
        """The addresses to fetch that were found so far, in the order they were listed."""
        return deque(self._queue.values())

    async def _entry(
        self, entry: Entry, validators: Mapping[str, Validator], look_back: int
    ) -> Extent:
        ahead, visited, fresh = deque([entry.url]), set[str](), 0
        listed = set[str]()
        lacks = unread = False
        empty = most = 0
        deepest = min(DEEP_PAGES, self._source.bounds.pages // 4)
        may_go_deep = look_back >= _ALL and not self._run.baseline
        while ahead:
            url = ahead.popleft()
            if place_of(url) in visited:
                continue
            if self._must_stop(url):
                return Extent(len(visited))
            if entry.kind is EntryKind.SITEMAP and self._is_enough(len(visited)):
                self._tally.stop(f"{1 + len(ahead)} parts of the sitemap are not read")
                return Extent(len(visited))
            # Articles nobody has seen, so deep, came while nobody watched: on to known ones. Of a
            # first crawl they are older ones, which is a back-fill's business.
            on = fresh and not self._run.baseline
            at_end = len(visited) >= entry.paging.max_pages and not on
            at_end = at_end and entry.kind is not EntryKind.SITEMAP
            if at_end and not (may_go_deep and len(visited) < deepest):
                self._window_ends(url, len(visited), fresh)
                return Extent(len(visited), whole=True)
            visited.add(place_of(url))
            self.fault = ""
            asked = entry if len(visited) < entry.paging.max_pages else self._beyond(entry)
            self._deep = _Deep(listed) if at_end else None
            before = self._keys if len(visited) > 1 else ()
            try:
                page, fresh = await self._page(asked, url, validators.get(url), len(visited))
            finally:
                deep, self._deep = self._deep, None
            if deep is not None and deep.ends:
                return Extent(len(visited), whole=not self.fault)
            lacks |= bool(self.fault) or (
                entry.kind is EntryKind.SITEMAP
                and page is not None
                and page.outcome is Outcome.PARTIAL
            )
            if entry.kind is not EntryKind.SITEMAP:  # its parts come in any order
                known, pinned = len(listed), most // 2 if not empty else 0
                if page is not None and not shows_again(url):
                    self._slid |= has_slid(before, self._keys)
                repeats = page is not None and self._repeats(
                    page, listed, url, len(visited), pinned, on=bool(ahead)
                )
                most = max(most, len(self._keys))
                if page is None or repeats:
                    # The first page again in answer to its form says nothing of the list's end.
                    ended = not (page_number(url) == 2 and page is not None)
                    lost = "" if page is not None else not_there(entry, url, len(visited))
                    if lost and not self.fault:
                        self._tally.remark(lost)
                        ended = False
                    return Extent(len(visited), whole=not lacks, ended=ended)
                empty = 0 if len(listed) > known or len(visited) == 1 else empty + 1
                if empty > _MOST_EMPTY:
                    return Extent(len(visited), whole=not lacks, ended=not unread)
                if len(visited) == 1 and not page.rows:
                    look_back += 1  # it lists its archives alone
                if len(visited) >= look_back and not fresh and page.more and page.rows:
                    return Extent(len(visited))
            if page is not None:
                unread |= bool(goes_on(page))
                ahead.extend(more for more in page.more if place_of(more) not in visited)
        return Extent(len(visited), whole=not lacks, ended=not unread)

    def _beyond(self, entry: Entry) -> Entry:
        """The entry with its window moved on, so that a pager that is counted goes on as well."""
        pages = entry.paging.max_pages + self._source.bounds.pages
        return replace(entry, paging=replace(entry.paging, max_pages=pages))

    def _is_enough(self, parts: int) -> bool:
        """Whether a run has read enough parts of a sitemap: its articles need requests too."""
        bounds = self._source.bounds
        return parts > bounds.pages // 2 or len(self._queue) >= bounds.links

    def _repeats(
        self, page: ListPage, listed: set[str], url: str, number: int, pinned: int, *, on: bool
    ) -> bool:
        """Whether the pages before it listed all of this page's articles, so that paging leads
        nowhere, which is noted; `listed` grows. Up to `pinned` of them may stand on every page, and
        be all that an empty one shows."""
        if not page.rows or not listed.issuperset(self._keys):
            listed.update(self._keys)
            return False
        if len(self._keys) <= pinned and (on or page.more):
            return False
        if shows_again(url):  # the list's first page may show all of its newest month
            return False
        if number == 2 and on and not page_number(url):
            return False  # where a script counts from, only the pages tell
        self._tally.remark(f"the list repeats itself from {url} on")
        return True

    async def _page(
        self,
        entry: Entry,
        url: str,
        validator: Validator | None,
        number: int,
        *,
        again: bool = False,
    ) -> tuple[ListPage | None, int]:
        """Fetch and read one page: the page (None if there is none to use) and how much is new.
        `again`: its items were counted before."""
        try:
            return await self._read(entry, url, validator, number, again=again)
        except Exception as error:
            return self._record_failure(entry, url, error, number)

    def _record_failure(
        self, entry: Entry, url: str, error: BaseException, number: int
    ) -> tuple[ListPage | None, int]:
        """Something of ours broke at a list page: it is a list that could not be had. Raises
        StorageError if it is the archive that refused."""
        fault = self._context.record_failure(self._source.id, Thing.LIST, url, error)
        self._note_failure(entry, url, self._fetcher.broken(url, entry.fetch_kind, fault))
        return self._missing(entry, url, fault.outcome, fault.reason, number)

    async def _read(
        self, entry: Entry, url: str, validator: Validator | None, number: int, *, again: bool
    ) -> tuple[ListPage | None, int]:
        self._budget.begin()
        fetched, capture = await self._fetch(url, entry.fetch_kind, validator)
        self._budget.note(fetched)
        if capture is None:
            self._note_failure(entry, url, fetched)
            return self._missing(entry, url, fetched.outcome, fetched.reason, number)
        page = await self._context.readers.read_rows(capture, entry, self._source)
        if capture.rendering is not None and capture.rendering.note:
            page = replace(page, reason=_joined(page.reason, capture.rendering.note))
        if entry.kind is EntryKind.LIST and went_home(capture):
            outcome = Outcome.GONE if number == 1 else Outcome.EMPTY
            page = ListPage(outcome, reason="leads to the front page")
        self._keep_form(url, page.form)
        self._tally.refused.update(row.url for row in page.refused)
        self._tally.alike.update(row.url for row in page.refused if row.alike)
        if page.outcome is Outcome.EMPTY and number > 1 and page.more:
            page = replace(page, outcome=Outcome.OK, reason="")  # a day on which nothing came
        if page.outcome not in _WORKED:
            await self._record(entry, url, fetched, page, {})
            return self._missing(entry, url, page.outcome, page.reason, number)
        rows = await self._usable(page.rows)
        known = await self._known(rows)
        if self._deep is not None:
            rows = self._among_known(rows, known, self._deep)
        new = await self._record(entry, url, fetched, page, rows)
        unknown = self._enqueue(rows, known)
        self._keys = tuple(rows)
        if self._deep is not None:
            new = unknown = 0  # what was put in late leads no further
        if not again:
            self._note_dates(entry, rows.values())
            self._items[entry.url] = self._items.get(entry.url, 0) + page.items
        self._stated[entry.url] = max(self._stated.get(entry.url, 0), page.stated)
        self._tally.lists_read += 1
        self._context.report(
            ListRead(self._source.id, url, fetched.outcome, len(rows), new, page.reason)
        )
        return replace(page, rows=tuple(rows.values())), new + unknown

    async def _known(self, rows: Mapping[str, ListRow]) -> set[str]:
        """The keys of those rows whose addresses need no fetch."""
        pages, now, known = self._context.store.pages, self._context.now(), set[str]()
        async for some in _by_and_by([*rows]):
            urls = pages.known_urls(self._source.id, [rows[key].url for key in some], now)
            known.update(key for key in some if rows[key].url in urls)
        return known

    def _among_known(
        self, rows: Mapping[str, ListRow], known: Collection[str], deep: _Deep
    ) -> dict[str, ListRow]:
        """The rows of a page beyond the window up to the last that is known. What stands above it
        was put in late. What stands below was never looked at, and is a back-fill's business. Known
        rows that earlier pages showed as well stand on every page, and say nothing."""
        keys = [*rows]
        places = [at for at, key in enumerate(keys) if key in known and key not in deep.listed]
        end = places[-1] + 1 if places else 0
        deep.ends = any(key not in known for key in keys[end:]) or not places
        return {key: rows[key] for key in keys[:end]}

    def _note_dates(self, entry: Entry, rows: Collection[ListRow]) -> None:
        dates = self._dates.setdefault(entry.url, [])
        dates += [row.published for row in rows if row.published]
        self._rows[entry.url] = self._rows.get(entry.url, 0) + len(rows)

    async def _fetch(
        self, url: str, kind: FetchKind, validator: Validator | None
    ) -> tuple[FetchResult, Capture | None]:
        """The page as it is now: as fetched, or as archived if it has not changed since."""
        form = self._forms.get(url)
        if form is not None:
            fetched = await self._fetcher.fetch(url, kind, form=form)
            return fetched, fetched.capture if fetched.outcome is Outcome.OK else None
        is_sitemap = kind is FetchKind.SITEMAP
        most = _SITEMAP_TIMES * self._source.bounds.page_bytes if is_sitemap else None
        fetched = await self._fetcher.fetch(url, kind, validator, most_bytes=most)
        if fetched.outcome is Outcome.UNCHANGED:
            kept = self._context.store.pages.sound_capture(self._source.id, url)
            if kept is not None:
                return fetched, kept
            fetched = await self._fetcher.fetch(url, kind, most_bytes=most)
        return fetched, fetched.capture if fetched.outcome is Outcome.OK else None

    def _keep_form(self, url: str, form: PageForm | None) -> None:
        """Have the form at hand that asks for the page after this one. The cookies of a walk grow
        from page to page."""
        before = self._forms.pop(url, None)
        if form is not None:
            cookies = {**dict(before.cookies if before else ()), **dict(form.cookies)}
            self._forms[form.address] = replace(form, cookies=tuple(cookies.items()))

    def _missing(
        self, entry: Entry, url: str, outcome: Outcome, reason: str, number: int
    ) -> tuple[ListPage | None, int]:
        # Behind the last page of a list there is often a page without rows; there is nothing at all
        # only where we counted the pages ourselves, not where the portal named this one.
        # A form is named by the portal, too, and the first that is sent has to bring something.
        ends = set(self._ends) if not page_number(url) else set()
        if entry.kind is not EntryKind.SITEMAP and page_number(url) != 2:
            ends |= {Outcome.EMPTY, Outcome.LAYOUT_CHANGED}
            if entry.paging.kind is PagingKind.PATTERN:
                ends.add(Outcome.GONE)
        if self._deep is not None:
            # Beyond the window everything was looked at before: it is tried again the next day.
            self._deep.ends = True
            if outcome not in ends:
                self._tally.remark(f"{url} could not be read: {reason or outcome}")
            return None, 0
        if number == 1 or outcome not in ends:
            self.fault = reason or outcome
            described = f"{url}: {reason}" if reason else url
            self._tally.fail_list(outcome, described, url if number > 1 else "")
            self._context.report(ListRead(self._source.id, url, outcome, reason=reason))
        return None, 0

    async def _usable(self, rows: Sequence[ListRow]) -> dict[str, ListRow]:
        """The rows that lead to articles, each address once, by their keys, bounded."""
        usable: dict[str, ListRow] = {}
        async for some in _by_and_by(rows):
            for row in some:
                try:
                    if is_article(row.url, self._source.links) and is_address(row.url):
                        usable.setdefault(key_of(row.url), row)
                except Exception as error:
                    self._context.record_failure(self._source.id, Thing.ROW, row.url, error)
                if len(usable) >= MOST_ROWS:
                    return usable
        return usable

    async def _record(
        self,
        entry: Entry,
        url: str,
        fetched: FetchResult,
        page: ListPage,
        rows: Mapping[str, ListRow],
    ) -> int:
        """Put page, rows and validator on record: the page with its first rows, then further rows,
        with the last of them how it looked. How many rows were never listed before."""
        now, broken = self._context.now(), list[tuple[ListRow, Exception]]()
        seen = list_seen(entry, url, fetched, page, rows)
        snapshot_id: int | None = None
        done = fresh = noted = 0
        async for some in _by_and_by([*rows.values()]):
            with self._context.store.writing(Durability.LATER) as tx:
                if not done:
                    snapshot_id = self._record_page(tx, entry, url, fetched, page, broken)
                noted += tx.lists.witnesses.note_changes(
                    self._run.id, entry.url, some, now, before=noted
                )
                fresh += self._see(tx, entry, url, some, broken)
                done += len(some)
                if done == len(rows):
                    seen = replace(seen, fresh=fresh, snapshot_id=snapshot_id)
                    tx.lists.record(self._run.id, seen, now)
        for row, error in broken:
            self._context.record_failure(self._source.id, Thing.ROW, row.url, error)
        return fresh

    def _record_page(
        self,
        tx: Transaction,
        entry: Entry,
        url: str,
        fetched: FetchResult,
        page: ListPage,
        broken: list[tuple[ListRow, Exception]],
    ) -> int | None:
        """Put on record that a page was fetched, and its rows that are no articles. Returns under
        which number the page is kept, None where it is not."""
        now, snapshot_id = self._context.now(), None
        if fetched.outcome is Outcome.OK and fetched.capture is not None:
            kind = entry.fetch_kind
            snapshot_id = tx.pages.keep(self._source.id, fetched.capture, kind)
            # What a form brings is never asked for conditionally.
            posted = page_number(url) or url.endswith(POSTED)
            validator = None if posted else validator_of(fetched.capture, now)
            # What was cut off on its way is asked for again, whatever its validator says.
            if validator is not None and page.outcome is Outcome.OK:
                tx.pages.remember_validator(self._source.id, validator, snapshot_id)
        outcome = None if fetched.outcome is Outcome.UNCHANGED else page.outcome
        self._fetcher.log(tx, fetched, outcome=outcome, reason=page.reason, snapshot_id=snapshot_id)
        off_site = (row for row in page.off_site if is_address(row.url))
        kept = list(islice(off_site, self._source.bounds.links))
        self._see(tx, entry, url, kept, broken)
        tx.lists.witnesses.record_refused(self._run.id, entry.url, url, page.refused, now)
        return snapshot_id

    def _see(
        self,
        tx: Transaction,
        entry: Entry,
        url: str,
        rows: Sequence[ListRow],
        broken: list[tuple[ListRow, Exception]],
    ) -> int:
        """Put rows on record, all at once. Where that breaks, one by one without those that break,
        which are put into `broken`. Returns how many were never listed before."""
        now, fresh = self._context.now(), 0
        try:
            with tx.savepoint():
                return tx.lists.record_rows(self._run.id, entry.url, url, rows, now)
        except StorageError:
            raise
        except Exception as error:
            if len(rows) <= 1:
                broken += [(row, error) for row in rows]
                return 0
        for row in rows:
            fresh += self._see(tx, entry, url, [row], broken)
        return fresh

    def _note_failure(self, entry: Entry, url: str, fetched: FetchResult) -> None:
        """Put on record that a list could not be had. Its further pages may well not exist."""
        if url == entry.url:
            with self._context.store.writing(Durability.LATER) as tx:
                tx.lists.record(self._run.id, list_lost(entry, url, fetched), self._context.now())

    def _enqueue(self, rows: Mapping[str, ListRow], known: Collection[str]) -> int:
        """Queue what is unknown. How many addresses that adds."""
        self._tally.add_listed(rows)
        self._tally.unchanged.update(key for key in rows if key in known)
        self._note_reappeared(rows.keys())
        before = len(self._queue)
        for key, row in rows.items():
            if key in known or key in self._queue:
                continue
            if len(self._queue) >= self._source.bounds.links:
                self._tally.position = row.url
                self._tally.stop(f"{self._source.bounds.links} links queued")
                break
            self._queue[key] = row.url
        self._context.readers.warm_up(len(self._queue))
        return len(self._queue) - before

    def _note_reappeared(self, keys: Collection[str]) -> None:
        for key in keys & self._gone.keys():
            self.reappeared.append(self._gone.pop(key))

    def _must_stop(self, url: str) -> bool:
        self._tally.position = url
        spent = self._budget.spent() or self._budget.circuit_open(url)
        if spent:
            self._tally.stop(spent)
        return bool(spent)

    def _window_ends(self, url: str, pages: int, fresh: int) -> None:
        """The look window of a first crawl ends while the list goes on: older articles are a
        back-fill's business."""
        if fresh:
            self._tally.remark(f"the list goes on after {pages} pages")
            self._tally.cursor = self._tally.cursor or url

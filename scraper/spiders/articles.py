"""The articles of a source: fetched, and sent through the pipelines, which read and keep them.

One page's trouble ends with that page: it is counted, put on record, and the crawl goes on. What a
known article that is asked for again must hear is decided in `rechecks`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakValueDictionary

from scrapy.exceptions import DropItem

from hubwatch.errors import DamagedBytes
from storage.database import Durability
from storage.runs import FetchKind
from storage.transaction import Transaction
from storage.types import Capture, Change, Known, Outcome, Part, Reading, Thing
from storage.urls import key_of, moved, same_but_for_one

from ..crawl.context import CrawlContext
from ..crawl.request import ArticleDone
from ..items import ArticleItem, FetchedPage, IngestResult, KeptPage, Process, Resolve
from ..middlewares.fetch_result import FetchResult
from ..parsing.article_pages import MAX_PARTS, is_part, join_parts, rules_of_parts
from ..pipelines.read import Read, load_pages, prepare
from ..sources.links import is_article, is_own_article
from ..sources.model import Source
from ..workers.readers import unread
from .fetch import Fetcher, validator_of
from .tally import Budget, Tally

# The further pages of an article that goes over several


@dataclass(frozen=True, slots=True)
class _Had:
    """A further page: what is on record of it, and how it reads."""

    part: Part
    reading: Reading


class FurtherPages:
    """Completes articles, for one run."""

    def __init__(
        self, source: Source, context: CrawlContext, fetcher: Fetcher, budget: Budget | None
    ) -> None:
        self._source = source
        self._context = context
        self._fetcher = fetcher
        self._budget = budget

    async def complete(self, read: Read, known: Known | None) -> Read:
        """The article with all its pages. What is `known` of it helps to ask for them."""
        article = read.reading.article
        if article is None:
            return read
        source = self._of_parts(read.reading)
        kept = {key_of(part.url): part for part in (known.parts if known else ())}
        had: list[_Had] = []
        waiting, seen = [*read.reading.more_pages], {key_of(article.url)}
        while waiting and len(had) < MAX_PARTS - 1:
            url = waiting.pop(0)
            is_one = is_part(url, article.url) or not article.body  # its text stands elsewhere
            if key_of(url) in seen or not is_one:
                continue
            seen.add(key_of(url))
            page = await self._isolated(kept.get(key_of(url), Part(url)), source)
            if page.reading.article and page.reading.article.body == article.body:
                waiting.clear()  # the server gives the first page for any number
                break
            had.append(page)
            waiting += [each for each in page.reading.more_pages if key_of(each) not in seen]
        left = any(key_of(url) not in seen and is_part(url, article.url) for url in waiting)
        return self._joined(read, had, f"more than {MAX_PARTS} pages" if left else "")

    def as_kept(self, fetched: FetchResult, known: Known) -> FetchResult:
        """An answer "not modified" as if it had brought the page that is kept: there are further
        pages to ask for."""
        assert known.snapshot_id is not None  # only what was fetched has further pages
        capture = self._context.store.pages.snapshot(known.snapshot_id)
        return replace(fetched, outcome=Outcome.OK, capture=capture)

    async def read_kept(self, known: Known) -> KeptPage | None:
        """The kept pages of an article, as today's rules read them. None if there are none, or
        they are damaged."""
        if known.snapshot_id is None:
            return None
        try:
            pages = load_pages(self._context.store, self._source.id, known.snapshot_id, known.parts)
        except DamagedBytes:  # the page as it is now stands by itself
            return None
        first = await self._context.readers.read_again(pages.first, self._source, pages.row)
        source = self._of_parts(first)
        readings = [
            await self._context.readers.read_again(each, source) if each else None
            for _, each in pages.others
        ]
        addresses = [url for url, _ in pages.others]
        return KeptPage(known.snapshot_id, join_parts(first, readings, addresses))

    def _joined(self, read: Read, had: list[_Had], left_out: str) -> Read:
        first = replace(read.reading, more_pages=())
        parts = tuple(page.part for page in had)
        readings = [page.reading for page in had]
        joined = join_parts(first, readings, [part.url for part in parts], left_out)
        if joined.article is None or not had:
            return replace(read, reading=first)
        prepared = prepare(joined.article, self._context.watchlist)
        return replace(read, reading=joined, prepared=prepared, parts=parts)

    async def _isolated(self, part: Part, source: Source) -> _Had:
        """One further page. Where something of ours breaks at it, the article lacks it."""
        try:
            return await self._page(part, source)
        except Exception as error:
            fault = self._context.record_failure(self._source.id, Thing.PART, part.url, error)
            return _Had(part, unread(fault.outcome, fault.reason))

    async def _page(self, part: Part, source: Source) -> _Had:
        """One further page as it is now. As it was, where it cannot be had now."""
        fetched, why = await self._fetch(part)
        if fetched is None:
            return await self._as_kept(part, why, source)
        if fetched.outcome is Outcome.UNCHANGED:
            with self._context.store.writing(Durability.LATER) as tx:
                self._fetcher.log(tx, fetched)
            return await self._as_kept(part, why, source)
        capture = fetched.capture
        assert capture is not None  # it was answered
        if moved(capture.url, capture.final_url):
            reading = unread(Outcome.SOFT_404, f"redirects to {capture.final_url}")
        else:
            reading = await self._context.readers.read_again(capture, source)
        now, usable = self._context.now(), reading.article is not None
        with self._context.store.writing(Durability.LATER) as tx:
            kept = None
            if usable:
                kept = tx.pages.keep(self._source.id, capture, FetchKind.ARTICLE)
                validator = validator_of(capture, now)
                if validator is not None:
                    tx.pages.remember_validator(self._source.id, validator, kept)
            self._fetcher.log(
                tx, fetched, outcome=reading.outcome, reason=reading.reason, snapshot_id=kept
            )
        if not usable:
            return await self._as_kept(part, reading, source)
        return _Had(Part(part.url, kept), reading)

    async def _fetch(self, part: Part) -> tuple[FetchResult | None, Reading]:
        """What came. None, and the reading of a page that is not there, if nothing did."""
        trouble = ""
        if self._budget is not None:
            trouble = self._budget.spent() or self._budget.circuit_open(part.url)
        if trouble:
            return None, unread(Outcome.PARTIAL, f"not asked for: {trouble}")
        validator = None
        if part.snapshot_id is not None:
            validator = self._context.store.pages.validators(self._source.id).get(part.url)
        if self._budget is not None:
            self._budget.begin()
        fetched = await self._fetcher.fetch(part.url, FetchKind.ARTICLE, validator)
        if self._budget is not None:
            self._budget.note(fetched)
        missing = unread(fetched.outcome, fetched.reason)
        usable = fetched.outcome in (Outcome.OK, Outcome.UNCHANGED)
        return (fetched if usable else None), missing

    async def _as_kept(self, part: Part, missing: Reading, source: Source) -> _Had:
        if part.snapshot_id is None:
            return _Had(part, missing)
        capture = self._context.store.pages.snapshot(part.snapshot_id)
        return _Had(part, await self._context.readers.read_again(capture, source))

    def _of_parts(self, first: Reading) -> Source:
        return replace(self._source, fields=rules_of_parts(first, self._source.fields))


@dataclass(slots=True)
class _Forward:
    """An address that redirects, for now, to an article: `kept` if that was not known before,
    `alone` as long as no other address does the same."""

    fetched: FetchResult
    read: Read
    kept: bool
    alone: bool = True


class HeldBack(DropItem):
    """The crawl keeps nothing of this page, or not now. What there is to record has been."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")


class Articles:
    """Deals with single article pages for one run. Whoever had some fetched calls
    `resolve_forwards`."""

    def __init__(
        self,
        source: Source,
        run_id: int,
        context: CrawlContext,
        fetcher: Fetcher,
        process: Process,
        tally: Tally,
        budget: Budget | None = None,
    ) -> None:
        self._source = source
        self._process = process
        self._run_id = run_id
        self._context = context
        self.fetcher = fetcher
        self.tally = tally
        self.pages = FurtherPages(source, context, fetcher, budget)
        self._early: dict[str, FetchResult] = {}
        self._claims = asyncio.Lock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._forwards: dict[str, _Forward] = {}

    async def fetch_new(self, url: str) -> FetchResult:
        """Fetch an address that is not known yet and keep what it says."""
        if key_of(url) in self._early:
            return self._early.pop(key_of(url))
        fetched = await self.fetcher.fetch(url, FetchKind.ARTICLE)
        if not self._was_had(fetched):
            return fetched
        item = self.item_of(fetched, self._resolve)
        # Of two addresses of one page, asked for at once, the second is to meet the first.
        async with self._turns.setdefault(key_of(url).partition("?")[0], asyncio.Lock()):
            await self.keep(item)
        return item.fetched or fetched

    async def resolve_forwards(self) -> None:
        """Deal with the addresses that forwarded for now to an article, each to one of its own: now
        that they were alone with it, the article is known by them too, if it was known before."""
        forwards = tuple(self._forwards.values())
        self._forwards.clear()
        for forward in forwards:
            if forward.alone and not forward.kept:
                try:
                    await self.keep(self.item_of(forward.fetched, read=forward.read))
                except Exception as error:
                    self.record_failure(forward.fetched.url, error)

    def item_of(
        self,
        fetched: FetchResult,
        resolve: Resolve | None = None,
        read: Read | None = None,
    ) -> ArticleItem:
        """The item of an answer. The article is then known by the addresses that led to it too. Not
        read is what needs no reading: what is gone, or no article of ours."""
        capture = fetched.capture
        assert capture is not None  # only answers are kept
        return ArticleItem(
            capture,
            self._source,
            self._run_id,
            fetched,
            read or self._without_reading(fetched, capture),
            (capture.url, capture.final_url),
            resolve=resolve,
            record=partial(self._log_kept, fetched),
        )

    async def keep(self, item: ArticleItem) -> None:
        """Send an item through the pipelines, and count and report what came of it. Raises what
        was raised there."""
        result, fetched = await self._send(item), item.fetched
        if result is None or item.page is None or fetched is None:
            return
        reading = item.page.reading
        if fetched.outcome is Outcome.OK:
            self.tally.fetched += 1
        self.done(fetched, reading.outcome, result.applied.change, reading.reason)

    async def keep_target(self, fetched: FetchResult, read: Read) -> None:
        """Keep the article that another one's address redirects to, as an article of its own. The
        attempt itself is not put on record here."""
        item = replace(self.item_of(fetched, read=read), joined=(), record=None)
        result = await self._send(item)
        self.tally.fetched += 1
        reading = read.reading
        if reading.article is not None and result is not None:
            key = key_of(reading.article.url)
            self.tally.count(key, result.applied.change, reading.outcome)

    async def _send(self, item: ArticleItem) -> IngestResult | None:
        """What the pipelines made of an item. None if it was held back, or dropped by a pipeline of
        somebody's own, which then is on record."""
        try:
            with self._context.writes.coming():
                await self._process(item)
        except HeldBack:
            return None
        except DropItem as drop:
            if item.result is None:
                self._drop(item, drop)
                return None
        if item.result is None:
            raise RuntimeError("the pipelines let an item through and did not keep it")
        return item.result

    def _drop(self, item: ArticleItem, drop: DropItem) -> None:
        """Put on record that a pipeline would not have a page, which is no failure."""
        fetched = item.fetched
        assert fetched is not None  # where items of a crawl come from
        reading = unread(Outcome.DROPPED, " ".join(f"dropped by a pipeline: {drop}".split())[:300])
        self.log(fetched, reading)
        self.tally.dropped += 1
        done = ArticleDone(self._source.id, fetched.url, reading.outcome, None, reading.reason)
        self._context.report(done)

    async def _resolve(self, item: ArticleItem) -> None:
        """Say where a page that was read belongs."""
        await self._complete_or_hold(item)
        assert item.read is not None  # it was read just now
        item.read = await self._at_its_own_address(item.read)
        await self._resolve_forward(item)

    async def _resolve_claimed(self, item: ArticleItem) -> None:
        """The same for a page that another one names as its own: it is where it was asked for."""
        if item.fetched is not None:
            self._early[key_of(item.fetched.url)] = item.fetched
        await self._complete_or_hold(item)
        await self._resolve_forward(item)

    async def _complete_or_hold(self, item: ArticleItem) -> None:
        """Join an article with its further pages. Hold back a page that refuses readers, or that
        nothing could be started to read, which is on record then."""
        assert item.fetched is not None
        assert item.read is not None  # it was read just now
        reading = item.read.reading
        if reading.outcome in (Outcome.BLOCKED, Outcome.BUSY):
            self.log(item.fetched, reading)
            self.failed(item.fetched, reading.outcome, reading.reason)
            item.fetched = replace(item.fetched, outcome=reading.outcome, reason=reading.reason)
            raise HeldBack(reading.reason)
        item.read = await self.complete(item.read)

    async def complete(self, read: Read) -> Read:
        """An article with its further pages, where it has any."""
        if read.reading.article is None or not read.reading.more_pages:
            return read
        return await self.pages.complete(read, self.known(read.reading.article.url))

    async def _resolve_forward(self, item: ArticleItem) -> None:
        """Let a page through, unless several addresses forward to it, which then is no article of
        theirs. A redirect for now does not join two addresses by itself."""
        fetched, read = item.fetched, item.read
        assert fetched is not None
        assert read is not None  # it was read just now
        article = read.reading.article
        if article is None or not fetched.temporary or not moved(fetched.url, article.url):
            return
        forward = self._forwards.get(key_of(article.url))
        if forward is None:
            kept = self.known(article.url) is None
            self._forwards[key_of(article.url)] = _Forward(fetched, read, kept)
            if not kept:
                raise HeldBack(f"forwards to {article.url}")
            item.joined = ()
            return
        elsewhere = Read(unread(Outcome.SOFT_404, f"redirects to {article.url}, as others do"))
        alone, forward.alone = forward.alone, False
        if alone and forward.kept:
            before = self.item_of(forward.fetched, read=elsewhere)
            await self._send(replace(before, joined=(), record=None))
            self.tally.count(key_of(forward.fetched.url), Change.QUARANTINED, Outcome.SOFT_404)
        elif alone:
            await self.keep(self.item_of(forward.fetched, read=elsewhere))
        item.read = elsewhere

    def _was_had(self, fetched: FetchResult) -> bool:
        """Whether there is an answer to read. What could not be had is counted and reported."""
        if fetched.outcome in (Outcome.OK, Outcome.GONE):
            return True
        self.failed(fetched, fetched.outcome, fetched.reason)
        return False

    async def _at_its_own_address(self, read: Read) -> Read:
        """The reading under the address that the page itself calls its own, once it is proven that
        the same stands there. A claim alone proves nothing."""
        article = read.reading.article
        claimed = (article and article.canonical_url) or ""
        if article is None:
            return read
        path, _, query = key_of(article.url).partition("?")
        if query or path in self.tally.queried:
            self._context.writes.commit()  # the other one may have come just now
        there = self._context.store.pages.contents_at(self._source.id, path)
        twin = same_but_for_one(article.url, there, read.content_hash) if there else ""
        if twin and self.known(article.url) is None:
            return read.at(twin)
        if not is_article(claimed, self._source.links):
            return read
        if not moved(article.url, claimed):
            return read
        known = self.known(claimed)
        if known is None and key_of(claimed) in self.tally.listed:
            known = await self._fetch_claimed(claimed)
        if known is None or known.content_hash != read.content_hash:
            return read
        return read.at(known.url)

    async def _fetch_claimed(self, url: str) -> Known | None:
        """Fetch the page that another one names as the article's own before its turn, and keep it.

        Only listed ones are: they would come anyway, and others cannot be met twice.
        """
        async with self._claims:
            known = self.known(url)
            if known is None and key_of(url) not in self._early:
                fetched = await self.fetcher.fetch(url, FetchKind.ARTICLE)
                if self._was_had(fetched):
                    item = self.item_of(fetched, self._resolve_claimed)
                    await self.keep(item)
                    fetched = item.fetched or fetched
                self._early[key_of(url)] = fetched
            return known or self.known(url)

    def _without_reading(self, fetched: FetchResult, capture: Capture) -> Read | None:
        """What an answer is without being read. None for one that has to be."""
        if fetched.outcome is Outcome.GONE:
            return Read(unread(Outcome.GONE, fetched.reason))
        elsewhere = moved(capture.url, capture.final_url)
        if elsewhere and not is_own_article(capture.final_url, self._source):
            reason = f"redirects to {capture.final_url}, no article"
            return Read(unread(Outcome.SOFT_404, reason))
        return None

    async def read_as_it_is(self, capture: Capture) -> Reading:
        """What a page says, wherever it came from."""
        return await self._context.readers.read_again(capture, self._source)

    def known(self, url: str) -> Known | None:
        """What the archive knows of an address, with all that came before."""
        self._context.writes.commit()
        return self._context.store.pages.known(self._source.id, url)

    def _log_kept(
        self, fetched: FetchResult, tx: Transaction, page: FetchedPage, kept: IngestResult
    ) -> None:
        now, reading = self._context.now(), page.reading
        validator = validator_of(fetched.capture, now) if fetched.capture else None
        if fetched.outcome is Outcome.OK:  # a failed attempt is on record already
            self.fetcher.log(
                tx,
                fetched,
                outcome=reading.outcome,
                reason=reading.reason,
                snapshot_id=kept.snapshot_id,
            )
        if kept.applied.article_id is not None and validator is not None:
            tx.pages.remember_validator(self._source.id, validator, kept.snapshot_id)

    def unchanged(self, fetched: FetchResult, article_id: int) -> None:
        """The server says that a known article has not changed."""
        with self._context.store.writing(Durability.LATER) as tx:
            self.fetcher.log(tx, fetched)
            tx.articles.mark_unchanged(article_id, self._context.now())
        self.done(fetched, Outcome.UNCHANGED, None, "")

    def gone(self, fetched: FetchResult, article_id: int, reading: Reading) -> None:
        """A known article is not there any more."""
        with self._context.store.writing(Durability.LATER) as tx:
            change = tx.articles.mark_gone(
                article_id,
                run_id=self._run_id,
                now=self._context.now(),
                outcome=reading.outcome,
                evidence=reading.reason,
            )
        self.done(fetched, reading.outcome, change, reading.reason)

    def log(self, fetched: FetchResult, reading: Reading) -> None:
        """Put an attempt on record, by what its reading came to."""
        with self._context.store.writing(Durability.LATER) as tx:
            self.fetcher.log(tx, fetched, outcome=reading.outcome, reason=reading.reason)

    def record_failure(self, url: str, error: BaseException) -> None:
        """Something of ours broke at a page: keep that, count the page as failed, and go on.
        Raises StorageError if it is the archive that refused."""
        fault = self._context.record_failure(self._source.id, Thing.ARTICLE, url, error)
        fetched = self.fetcher.broken(url, FetchKind.ARTICLE, fault)
        self.failed(fetched, fault.outcome, fault.reason)

    def failed(self, fetched: FetchResult, outcome: Outcome, reason: str) -> None:
        """Count and report a page that could not be had."""
        self.tally.fail(outcome, reason)
        self._context.report(ArticleDone(self._source.id, fetched.url, outcome, None, reason))

    def done(
        self, fetched: FetchResult, outcome: Outcome, change: Change | None, reason: str
    ) -> None:
        """Count and report what became of a page."""
        self.tally.count(key_of(fetched.url), change, outcome)
        self._context.report(ArticleDone(self._source.id, fetched.url, outcome, change, reason))

"""The four item pipelines: read → grade → decide → archive.

A spider of ours awaits each item through them (`engine.scraper.start_itemproc_async`). One of
somebody else's yields an `ArticleItem`. Other items pass untouched. Pipelines of one's own may
stand between `grade` and `decide`: what they drop is not kept, and the crawl records that.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from hubwatch.errors import Busy, HubwatchError
from storage.archive import Archive
from storage.transaction import Transaction
from storage.types import Change

from ..archives.ingest import Homes, ImportTally, Runs, definition_of, importing
from ..archives.jsonl import record_as_read
from ..configuration import archive_path
from ..crawl.context import LOGGER, CrawlContext
from ..crawl.project import catalogue_of, config_of, request_of, resolver_of
from ..items import ArticleItem, IngestResult, Plan
from ..middlewares.throttle import HostThrottle
from ..relevance.watchlist import load_watchlist
from .decide import plan_ingest
from .grade import grade
from .read import row_of, taught

# Articles that a spider of somebody else's brings: kept as an import, source by source


_POLL_SECONDS = 0.5


class Guests:
    """The archive, open for what one foreign spider brings, until it is closed. Raises ConfigError,
    StorageError where it cannot be."""

    def __init__(self, crawler: Crawler) -> None:
        config = config_of(crawler.settings)
        watchlist = load_watchlist(config.watchlist)
        request = request_of(config, lambda: watchlist)
        catalogue = catalogue_of(config)
        named = crawler.settings.get("HUBWATCH_ARCHIVE")
        store = Archive.create(Path(named)) if named else Archive.open(archive_path(None, config))
        self.context = CrawlContext(
            store, request, lambda event: None, HostThrottle(request.hosts), resolver_of(request)
        )
        self._crawler = crawler
        self._homes = Homes(catalogue, store.sources.refs())
        self._open = ExitStack()
        self._open.callback(self.context.close)
        self._beginning = asyncio.Lock()
        self._begun: tuple[Runs, ImportTally] | None = None
        self._closing: asyncio.Future[None] | None = None

    async def begin(self) -> None:
        """Begin to keep, with the first item: one import goes on at a time, and another one is
        waited for as long as a crawl waits for its host. Raises DropItem for every item, and has
        the spider closed, where that is in vain."""
        async with self._beginning:
            if self._begun is None and self._closing is None:
                try:
                    self._begun = await self._wait_for_turn()
                except HubwatchError as error:
                    LOGGER.error("%s: nothing is kept", error)
                    closed = self._crawler.engine.close_spider_async(reason="refused")
                    self._closing = asyncio.ensure_future(closed)
        if self._begun is None:
            raise DropItem("nothing is kept", log_level="DEBUG")

    async def _wait_for_turn(self) -> tuple[Runs, ImportTally]:
        """Have the import to oneself, asking for no more pages meanwhile. Raises Busy,
        StorageError."""
        name = self._crawler.spider.name if self._crawler.spider else "scrapy"
        store, request, engine = self.context.store, self.context.request, self._crawler.engine
        until = time.monotonic() + request.wait.total_seconds()
        was_paused = engine.paused
        engine.pause()
        try:
            while True:
                try:
                    turn = importing(store, request.clock, f"the spider {name}")
                    return self._open.enter_context(turn)
                except Busy:
                    if time.monotonic() >= until:
                        raise
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            if not was_paused:
                engine.unpause()

    def adopt(self, item: ArticleItem) -> None:
        """Give an item the source it belongs to, and that source's run."""
        if item.source is None:
            home = self._homes.of_address(item.capture.final_url)
            runs, tally = self._under_way
            runs.begin([home])
            tally.figures["read"] += 1
            item.source = taught(self.context.store, definition_of(home))
            item.run_id = runs.id_of(home.ref.id)

    def count(self, item: ArticleItem) -> None:
        """Count what became of an item."""
        if item.source is not None and item.result is not None:
            change = item.result.applied.change
            is_edit = change in (Change.BACK, Change.COSMETIC)
            word = Change.CHANGED if is_edit else change
            runs, tally = self._under_way
            tally.count(runs, item.source.id, word)

    @property
    def _under_way(self) -> tuple[Runs, ImportTally]:
        assert self._begun is not None  # no item comes further before
        return self._begun

    def close(self) -> None:
        """End the runs and close the archive."""
        self._open.close()


_GUESTS: WeakKeyDictionary[Crawler, Guests] = WeakKeyDictionary()


def guests_of(crawler: Crawler) -> Guests:
    """Those of a crawler, made when its spider opens and closed when its engine stops."""
    found = _GUESTS.get(crawler)
    if found is None:
        found = _GUESTS[crawler] = Guests(crawler)
        crawler.signals.connect(found.close, signals.engine_stopped, weak=False)
    return found


class ReadPipeline:
    """Has the page read, in a worker mostly. Then `resolve` says where it belongs.

    Where what somebody else's spider brings cannot be kept, it is closed before it asks.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReadPipeline:
        return cls(crawler)

    def open_spider(self) -> None:
        """Scrapy's call before the first request."""
        if _is_foreign(self._crawler) and _is_crawl(self._crawler):
            try:
                guests_of(self._crawler)
            except HubwatchError as error:
                LOGGER.error("%s", error)
                raise CloseSpider("refused") from None

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleItem):
            return item
        if item.flaw:
            raise DropItem(f"no proof of what stands there now: the answer is {item.flaw}")
        if _is_foreign(self._crawler):
            await guests_of(self._crawler).begin()
        context = _context_for(self._crawler, item)
        if item.read is None:
            assert item.source is not None  # its sender's, or given to it as a guest
            base = context.base_of(item.source.id)
            row = row_of(context.store, item.source.id, item.capture)
            item.read = await context.readers.read_page(item.capture, item.source, base, row)
        if item.resolve is not None:
            await item.resolve(item)
        return item


class GradePipeline:
    """Says why the article is here, by the watchlist, where the worker has not said it already."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GradePipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, ArticleItem):
            context = _context_for(self._crawler, item)
            item.page = grade(item.as_page(), context.watchlist)
        return item


class DecidePipeline:
    """Compares the article with what the archive knows: new, changed, the same, or set aside."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecidePipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, ArticleItem):
            context = _context_for(self._crawler, item)
            assert item.page is not None  # it was graded
            assert item.run_id is not None  # its sender's, or given to it as a guest
            item.plan = plan_ingest(context.store, item.page, run_id=item.run_id, now=context.now())
        return item


class ArchivePipeline:
    """Carries that out, the pages of a moment in one transaction, and hands on the article as the
    record that is exported. A page that was set aside has none: it is kept and then dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleItem):
            return item
        context = _context_for(self._crawler, item)
        item.result = await context.writes.do(_write_of(item))
        _count_guest(self._crawler, item)
        assert item.page is not None  # it was graded
        reading = item.page.reading
        if reading.article is None:
            raise DropItem(f"set aside: {reading.outcome}: {reading.reason}", log_level="INFO")
        return record_as_read(reading.article, reading.outcome)


def _write_of(item: ArticleItem) -> Plan:
    plan, page, record = item.plan, item.page, item.record
    assert plan is not None  # it was decided on
    assert page is not None  # it was graded

    def write(tx: Transaction) -> IngestResult:
        result = plan(tx)
        if record is not None:
            record(tx, page, result)
        return result

    return write


def _context_for(crawler: Crawler, item: ArticleItem) -> CrawlContext:
    """What the crawl of the item rests on. For a foreign spider's, which gets its source here, the
    archive that keeps what guests bring."""
    spider: Any = crawler.spider
    found: CrawlContext | None = getattr(spider, "context", None)
    if found is not None:
        return found

    guests = guests_of(crawler)
    guests.adopt(item)
    return guests.context


def _count_guest(crawler: Crawler, item: ArticleItem) -> None:
    if getattr(crawler.spider, "context", None) is None:
        guests_of(crawler).count(item)


def _is_foreign(crawler: Crawler) -> bool:
    """Whether the spider is somebody else's: ours carry a context, once they crawl."""
    return not hasattr(crawler.spider, "context")


def _is_crawl(crawler: Crawler) -> bool:
    """Whether the spider goes its own way. `scrapy shell`, `fetch`, `check` and `parse` only borrow
    it, with another beginning, and keep nothing as a rule."""
    spider: Any = crawler.spider
    start: str = type(spider).start.__module__
    return crawler.crawling and not start.startswith("scrapy.commands.")

"""The four item pipelines: read → grade → decide → archive.

A spider of ours awaits each item through them (`engine.scraper.start_itemproc_async`); one of
somebody else's yields an `ArticleItem`. Other items pass untouched. Pipelines of one's own may
stand between `grade` and `decide`: what they drop is not kept, and the crawl records that.
"""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from storage.transaction import Transaction

from ..archives.record import record_as_read
from ..crawl.context import CrawlContext
from ..items import ArticleItem, IngestResult, Plan
from .grade import grade
from .plan import plan_ingest


class ReadPipeline:
    """Has the page read, in a worker mostly; then `resolve` says where it belongs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReadPipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleItem):
            return item
        context = _context_for(self._crawler, item)
        if item.read is None:
            assert item.source is not None  # its sender's, or given to it as a guest
            base = context.base_of(item.source.id)
            item.read = await context.readers.read_page(item.capture, item.source, base)
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
            item.page = grade(item.as_page(), context.request.watchlist)
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
    """What the crawl of the item rests on; for a foreign spider's, which gets its source here, the
    archive that keeps what guests bring."""
    spider: Any = crawler.spider
    found: CrawlContext | None = getattr(spider, "context", None)
    if found is not None:
        return found
    from .guests import guests_of  # a crawl of ours has none

    guests = guests_of(crawler)
    guests.adopt(item)
    return guests.context


def _count_guest(crawler: Crawler, item: ArticleItem) -> None:
    if getattr(crawler.spider, "context", None) is None:
        from .guests import guests_of

        guests_of(crawler).count(item)

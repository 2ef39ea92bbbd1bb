"""Crawling sources: one process, one crawler a source, each with its own run row and deadline.

The one entrance to this folder. It does not decide which sources, when, or where the archive is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

# First of all: what it does on import takes the longer, the more has been imported before.
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.crawler import Crawler

from storage.archive import Archive
from storage.runs.records import Run

from ..middlewares.resolver import GuardedResolver
from ..middlewares.throttle import HostThrottle
from ..sources.links import authority_of
from ..sources.model import Source
from ..spiders.source import SourceCrawl
from ..spiders.spider import SourceSpider, interrupt, spider_class_for
from .context import CrawlContext
from .project import project_settings
from .reactor import Interrupts, reactor_loop
from .request import CrawlEvent, CrawlRequest, ToldToStop
from .runs import SourceRuns, WalkEnd, refuse_while_paused


def crawl(
    sources: Sequence[Source],
    store_path: Path,
    request: CrawlRequest,
    report: Callable[[CrawlEvent], None],
) -> tuple[Run, ...]:
    """Crawl these sources and return their finished runs, in the order given.

    What goes wrong at a source ends as the outcome of its run; SIGINT and SIGTERM end all runs as
    `interrupted`, and `report` is told of it. Raises StorageError (NoArchive, OlderSchema,
    NewerSchema) if the archive cannot be opened; if it cannot be written, after all sources have
    ended. Raises ValueError for a `page` that is no http(s) address, Paused if the whole
    installation stands still. May be called again in the same process, from the same thread.
    """
    if request.page is not None:
        authority_of(request.page)
    loop = reactor_loop()
    for noisy in ("scrapy", "twisted", "protego"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    with Archive.open(store_path) as store:
        refuse_while_paused(store, request)
        return loop.run_until_complete(_crawl(sources, store, request, report))


async def _crawl(
    sources: Sequence[Source],
    store: Archive,
    request: CrawlRequest,
    report: Callable[[CrawlEvent], None],
) -> tuple[Run, ...]:
    resolver = GuardedResolver(request.hosts, intranet=request.intranet)
    resolver.install_on_reactor()
    context = CrawlContext(store, request, report, HostThrottle(request.hosts), resolver)
    with Interrupts(lambda number: report(ToldToStop(number))) as interrupts:
        walker = _Walker(context, interrupts)
        crawls = SourceRuns(context, lambda: interrupts.stopped, walker.walk)
        distinct = {source.id: source for source in sources}
        tasks = [asyncio.ensure_future(crawls.one(source)) for source in distinct.values()]
        try:
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            runs = [crawls.run_of(*each) for each in zip(distinct.values(), ended, strict=True)]
        finally:
            await _cancel_rest(tasks)
            context.readers.close()
            context.files.close()
    if crawls.unwritten is not None:
        raise crawls.unwritten
    return tuple(run for run in runs if run is not None)


async def _cancel_rest(tasks: Sequence[asyncio.Future[Run | None]]) -> None:
    """Leave nothing behind in the loop: an exception in one crawl must not strand the others."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*tasks, *rest, return_exceptions=True)


class _Walker:
    """Walks each source with a crawler of its own."""

    def __init__(self, context: CrawlContext, interrupts: Interrupts) -> None:
        self._context = context
        self._interrupts = interrupts

    async def walk(self, crawl: SourceCrawl) -> WalkEnd:
        """Carry out one crawl."""
        spider_class = spider_class_for(crawl.source, self._context.request)
        crawler = Crawler(spider_class, project_settings())
        error: BaseException | None = None
        with self._interrupts.watching(lambda: interrupt(crawler)):
            try:
                await crawler.crawl_async(crawl=crawl, context=self._context)
            except Exception as failure:
                error = failure
        spider = crawler.spider
        if not isinstance(spider, SourceSpider):
            raise error or RuntimeError("Scrapy made no spider")
        if error is None and not (spider.was_begun or spider.interrupted or spider.error):
            error = RuntimeError("Scrapy did not begin the crawl")
        return WalkEnd(error or spider.error, spider.interrupted)

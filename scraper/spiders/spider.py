"""The spider of one source: a crawl, run on Scrapy's engine and inside its time bound.

Scrapy downloads. The order of things is the crawl's. Requests therefore never pass Scrapy's
scheduler: each is awaited where it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings

from hubwatch.errors import ConfigError, HubwatchError

from ..archives.jsonl import record_as_read
from ..crawl.context import CrawlContext
from ..crawl.request import CrawlRequest
from ..items import ArticleItem, capture_of
from ..middlewares.route import Route, route_of
from ..sources.links import authority_of, hosts_of
from ..sources.model import Source
from .backfill import AnyCrawl
from .fetch import Fetcher

if TYPE_CHECKING:
    from ..crawl.run import WalkEnd


class SourceSpider(Spider):
    """Crawls the source of its class. `spider_class_for` makes one for each.

    `hubwatch crawl` hands in a crawl that it has begun, and looks afterwards at `error`, which
    holds what broke it, and `interrupted`, whether it was cut. Without one (`scrapy crawl ID`) the
    spider begins the run itself, by the configuration. `-a page=URL` crawls that page alone.
    """

    name = "source"
    source: ClassVar[Source]
    request: ClassVar[CrawlRequest]

    def __init__(
        self,
        crawl: AnyCrawl | None = None,
        context: CrawlContext | None = None,
        page: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.fetcher: Fetcher | None = None
        self.error: BaseException | None = None
        self.interrupted = False
        self._crawl = crawl
        self._page = page
        self._walking: asyncio.Task[None] | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Add what is this source's own: bounds, headers, hosts, the route to it."""
        super().update_settings(settings)
        route = route_of(cls.source, cls.request)
        settings.setdict(source_settings(cls.source, cls.request.agent, route), "spider")
        exchanges = cls.request.exchanges
        if exchanges is not None:
            name = "RecordingHandler" if exchanges.merging is None else "AnsweringHandler"
            handler = f"scraper.middlewares.exchanges.{name}"
            handlers = dict.fromkeys(("http", "https"), handler)
            settings.set("DOWNLOAD_HANDLERS", handlers, "spider")

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry point: do the crawl. There is nothing to schedule."""
        if self._crawl is None:
            await self._run_alone()
            return
        try:
            await self._bounded_walk(self._crawl)
        except Exception as error:  # Scrapy would log it, and end the crawl as if it was done
            self.error = error
        if False:  # what makes this an asynchronous generator, as Scrapy wants it
            yield

    def parse(self, response: Response, **kwargs: Any) -> Iterator[dict[str, Any]]:
        """Read an article's page by the source's rules, keeping nothing (`scrapy parse`)."""
        from ..parsing.article import read_article  # a crawl has its pages read beside it

        capture = capture_of(response.url, response, self.request.clock())
        reading = read_article(capture, self.source.fields, self.source.id)
        if reading.article is None:
            outcome = str(reading.outcome)
            yield {"outcome": outcome, "reason": reading.reason, "url": response.url}
        else:
            yield record_as_read(reading.article, reading.outcome)

    @property
    def was_begun(self) -> bool:
        """Whether the crawl was begun at all."""
        return self._walking is not None

    def interrupt(self) -> None:
        """End the crawl now, with what it has."""
        self.interrupted = True
        if self._walking is not None:
            self._walking.cancel()

    async def _run_alone(self) -> None:
        """Begin a run as `hubwatch crawl` does, walk, and end it."""
        from ..crawl.project import config_of, open_context
        from ..crawl.run import SourceRuns, refuse_while_paused

        try:
            config = config_of(self.settings)
            request = replace(self.request, page=_address(self._page))
            self.context = open_context(config, request, [self.source])
            try:
                refuse_while_paused(self.context.store, self.context.request)
                runs = SourceRuns(self.context, lambda: self.interrupted, self._walk_alone)
                run = await runs.one(self.source)
            finally:
                await self.context.chromium.close()
                self.context.close()
        except HubwatchError as error:
            self.logger.error("%s", error)
            raise CloseSpider("refused") from None
        if runs.unwritten is not None:
            self.logger.error("%s", runs.unwritten)
            raise CloseSpider("storage_error")
        if run is not None:
            self.crawler.stats.set_value("hubwatch/run", run.id)
            self.crawler.stats.set_value("hubwatch/outcome", str(run.outcome))

    async def _walk_alone(self, crawl: AnyCrawl) -> WalkEnd:
        from ..crawl.run import WalkEnd

        try:
            await self._bounded_walk(crawl)
        except asyncio.CancelledError:  # Scrapy was told to stop
            self.interrupt()
            if self._walking is not None:
                await asyncio.wait({self._walking})
        except Exception as error:
            self.error = error
        return WalkEnd(self.error, self.interrupted)

    async def _process(self, item: ArticleItem) -> None:
        """Await an item's way through the pipelines. What Scrapy tells of by a signal only, an
        error or a drop, is raised."""
        response = item.fetched.response if item.fetched else None
        await self.crawler.engine.scraper.start_itemproc_async(item, response=response)
        if item.error is not None:
            raise item.error

    def _note_error(self, item: Any, failure: Any) -> None:
        if isinstance(item, ArticleItem) and isinstance(failure.value, Exception):
            item.error = failure.value

    def _note_drop(self, item: Any, exception: Exception) -> None:
        if isinstance(item, ArticleItem):
            item.error = exception

    async def _download(self, request: Request) -> Response:
        return await self.crawler.engine.download_async(request)

    async def _bounded_walk(self, crawl: AnyCrawl) -> None:
        if self.interrupted:
            return
        assert self.context is not None  # who has a crawl has one
        self.fetcher = Fetcher(self._download, crawl.run, self.context, crawl.source)
        self.crawler.signals.connect(self._note_error, signals.item_error)
        self.crawler.signals.connect(self._note_drop, signals.item_dropped)
        bound = crawl.source.bounds.duration
        self._walking = asyncio.ensure_future(crawl.walk(self.fetcher, self._process))
        done, _ = await asyncio.wait({self._walking}, timeout=bound.total_seconds())
        if not done:
            crawl.tally.run_out_of_time(f"the time bound of {bound} was reached")
            self._walking.cancel()
            await asyncio.wait({self._walking})
        if not self._walking.cancelled():
            self.error = _single(self._walking.exception())


def spider_class_for(
    source: Source, request: CrawlRequest, methods: Mapping[str, Any] | None = None
) -> type[SourceSpider]:
    """A spider class for one source, which is asked as `request` says."""
    words = "".join(word.capitalize() for word in source.id.split("-"))
    body = {"name": source.id, "source": source, "request": request, **(methods or {})}
    return type(f"{words}Spider", (SourceSpider,), body)


def source_settings(source: Source, agent: str, route: Route) -> dict[str, Any]:
    """The settings in which a source differs from the project's."""
    return {
        "USER_AGENT": agent,
        "DOWNLOAD_MAXSIZE": source.bounds.page_bytes,
        "DOWNLOAD_TIMEOUT": source.bounds.page_timeout.total_seconds(),
        "REDIRECT_MAX_TIMES": source.bounds.redirects,
        "HUBWATCH_HOSTS": hosts_of(source),
        "HUBWATCH_ROUTE": route,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5" if source.language == "zh" else "en",
        },
    }


def interrupt(crawler: Crawler) -> None:
    """End the crawl of a crawler now."""
    if isinstance(crawler.spider, SourceSpider):
        crawler.spider.interrupt()


def _address(page: str | None) -> str | None:
    """The address of a page that somebody typed. Raises ConfigError for what is none."""
    if page is not None:
        try:
            authority_of(page)
        except ValueError as error:
            raise ConfigError(f"page: {error}") from None
    return page


def _single(error: BaseException | None) -> BaseException | None:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error

"""The spider of one source: a crawl, run on Scrapy's engine and inside its time bound.

Scrapy downloads; the order of things is the crawl's. Requests therefore never pass Scrapy's
scheduler: each is awaited where it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from ..crawl.context import CrawlContext
from ..middlewares.fetch_result import FetchResult
from .fetch import Fetcher
from .source import SourceCrawl


class SourceSpider(Spider):
    """Runs one crawl. Afterwards `error` holds what broke it, `interrupted` whether it was cut."""

    name = "hubwatch"

    def __init__(self, crawl: SourceCrawl, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.error: BaseException | None = None
        self.interrupted = False
        self._crawl = crawl
        self._fetcher = Fetcher(self._download, crawl.run, context)
        self._walk: asyncio.Task[None] | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry point: do the crawl; there is nothing to schedule."""
        try:
            await self._bounded_walk()
        except Exception as error:  # Scrapy would log it, and end the crawl as if it was done
            self.error = error
        if False:  # what makes this an asynchronous generator, as Scrapy wants it
            yield

    @property
    def was_begun(self) -> bool:
        """Whether the crawl was begun at all."""
        return self._walk is not None

    @property
    def source_id(self) -> str:
        """Whose crawl it runs."""
        return self._crawl.source.id

    def interrupt(self) -> None:
        """End the crawl now, with what it has."""
        self.interrupted = True
        if self._walk is not None:
            self._walk.cancel()

    async def fetch_robots(self, url: str) -> FetchResult:
        """Fetch a robots file for the middleware that asks before every request."""
        return await self._fetcher.fetch_robots(url)

    async def _download(self, request: Request) -> Response:
        return await self.crawler.engine.download_async(request)

    async def _bounded_walk(self) -> None:
        if self.interrupted:
            return
        bound = self._crawl.source.bounds.duration
        self._walk = asyncio.ensure_future(self._crawl.walk(self._fetcher))
        done, _ = await asyncio.wait({self._walk}, timeout=bound.total_seconds())
        if not done:
            self._crawl.tally.run_out_of_time(f"the time bound of {bound} was reached")
            self._walk.cancel()
            await asyncio.wait({self._walk})
        if not self._walk.cancelled():
            self.error = _single(self._walk.exception())


def _single(error: BaseException | None) -> BaseException | None:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error

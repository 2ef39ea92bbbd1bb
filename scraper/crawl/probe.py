"""Looking at a portal without keeping anything: single addresses, by the crawl's own way.

Robots rules, address guard, pauses, host leases and bounds are those of a crawl. What is fetched
goes into an archive of its own that is thrown away. What the pages mean is the caller's business.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from hubwatch.errors import Busy, FetchError
from storage.archive import Archive
from storage.runs import FetchKind, Run, RunKind

from ..items import Process
from ..middlewares.fetch_result import FetchResult
from ..middlewares.resolver import GuardedResolver
from ..middlewares.robots import RobotsRules
from ..middlewares.route import route_of
from ..middlewares.throttle import HostThrottle
from ..sources.links import authority_of, hosts_of
from ..sources.model import Source
from ..spiders.fetch import Fetcher
from ..spiders.spider import SourceSpider, interrupt, spider_class_for
from ..spiders.tally import Tally
from .context import CrawlContext
from .project import project_settings
from .request import AGENT, CrawlRequest
from .run import Interrupts, Leases, reactor_loop


@dataclass(slots=True)
class _ProbeRun:
    """What the spider runs in place of a crawl: the addresses, one after the other."""

    source: Source
    run: Run
    urls: Sequence[str]
    kind: FetchKind
    tally: Tally = field(default_factory=Tally)
    found: list[FetchResult] = field(default_factory=list)

    async def walk(self, fetcher: Fetcher, process: Process) -> None:
        for url in self.urls:
            self.found.append(await fetcher.fetch(url, self.kind))


class Probe:
    """A look at the hosts of one source, as long as the block lasts.

    `archive` is where leases are held and the waits that servers asked for are known. It is not
    written. Raises Busy on entering if a host is being crawled.
    """

    def __init__(self, source: Source, request: CrawlRequest, archive: Path | None = None) -> None:
        self._source = source
        self._request = request
        self._archive = archive
        self._hosts: set[str] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="hubwatch-look-")
        self._leases = Leases(archive) if archive and archive.exists() else None

    def __enter__(self) -> Probe:
        for noisy in ("scrapy", "twisted", "protego"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)
        self._loop = reactor_loop()
        store = Archive.create(Path(self._folder.name) / "look.db")
        resolver = GuardedResolver(self._request.hosts, intranet=self._request.intranet)
        throttle = HostThrottle(self._request.hosts)
        self._context = CrawlContext(store, self._request, lambda event: None, throttle, resolver)
        now = self._request.clock()
        with store.writing() as tx:
            tx.sources.register(self._source.ref, now)
            self._run = tx.runs.start(self._source.id, now, kind=RunKind.PAGE)
        try:
            self._enter_hosts(hosts_of(self._source))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._leases is not None:
            self._leases.release(self._hosts)
        self._context.readers.close()
        self._context.files.close()
        self._context.store.close()
        self._folder.cleanup()

    def fetch(
        self, urls: Sequence[str], kind: FetchKind = FetchKind.LIST
    ) -> tuple[FetchResult, ...]:
        """Ask for these addresses, one after the other. What fails is an outcome.

        Redirects are followed on the source's hosts and those of the addresses. Raises Busy,
        KeyboardInterrupt if told to stop.
        """
        self._enter_hosts({authority_of(url) for url in urls})
        run = _ProbeRun(self._source, self._run, urls, kind)
        self._loop.run_until_complete(self._go(run))
        return tuple(run.found)

    def may_fetch(self, url: str) -> str:
        """Why robots.txt forbids this address. Empty if it does not, or was not asked yet."""
        kept = self._rules(url)
        if kept is None:
            return ""
        if kept.denial is not None:
            return kept.denial.reason
        allowed = kept.rules is None or kept.rules.can_fetch(url, AGENT)
        return "" if allowed else "robots.txt disallows this address"

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots file of this address's origin names, if it was read."""
        kept = self._rules(url)
        return tuple(kept.rules.sitemaps) if kept and kept.rules else ()

    def _rules(self, url: str) -> RobotsRules | None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        return self._context.robots.get((origin, route_of(self._source, self._request)))

    def _enter_hosts(self, hosts: frozenset[str] | set[str]) -> None:
        fresh = set(hosts) - self._hosts
        if self._leases is not None:
            in_the_way = self._leases.try_hold(fresh, f"look {self._source.id}")
            if in_the_way:
                raise Busy(f"{in_the_way}; try again when it is done")
        self._hosts |= fresh
        for authority in fresh:
            host = authority.partition(":")[0]
            self._context.waits[host] = self._asked_wait(host)
            if host not in self._request.hosts:
                self._context.throttle.ask_pause(host, self._source.politeness.delay)

    def _asked_wait(self, host: str) -> datetime | None:
        """Until when the host asked to be left alone in a crawl."""
        if self._leases is None or self._archive is None:
            return None
        with Archive.open_readonly(self._archive) as store:
            return store.sources.host_not_before(host)

    async def _go(self, run: _ProbeRun) -> None:
        self._context.resolver.install_on_reactor()
        hosts = tuple(self._hosts | {_sister(host) for host in self._hosts})
        source = replace(run.source, links=replace(run.source.links, hosts=hosts))
        crawler = Crawler(spider_class_for(source, self._request), project_settings())
        with Interrupts() as interrupts, interrupts.watching(lambda: interrupt(crawler)):
            await crawler.crawl_async(crawl=run, context=self._context)
        spider = crawler.spider
        assert isinstance(spider, SourceSpider)
        if spider.interrupted:
            raise KeyboardInterrupt
        if spider.error is not None:
            raise spider.error
        if len(run.found) < len(run.urls):
            raise FetchError(f"{run.urls[len(run.found)]}: {run.tally.bound}")


def _sister(host: str) -> str:
    """The host with `www.`, or without."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"

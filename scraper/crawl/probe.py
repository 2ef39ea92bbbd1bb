"""Looking at portals without keeping anything: single addresses, by the crawl's own way.

`Probe` looks at one portal, `look_at_each` at many, side by side over hosts. Robots rules, address
guard, pauses, host leases and bounds are those of a crawl. What is fetched goes into an archive of
its own that is thrown away. What the pages mean is the caller's business.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar, cast
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from hubwatch.errors import Busy, FetchError
from storage.archive import Archive
from storage.runs import FetchKind, Run, RunKind

from ..items import Process
from ..middlewares.fetch_result import FetchResult
from ..middlewares.resolver import GuardedResolver
from ..middlewares.robots import RobotsRules
from ..middlewares.route import Route, route_of
from ..middlewares.throttle import HostThrottle
from ..parsing.types import PageForm
from ..sources.links import authority_of, entry_hosts, hosts_of
from ..sources.model import Source
from ..spiders.fetch import Fetcher
from ..spiders.spider import SourceSpider, interrupt, spider_class_for
from ..spiders.tally import Tally
from .context import CrawlContext
from .memory import FetchMemory
from .project import crawl_settings
from .request import AGENT, CrawlRequest
from .run import Interrupts, Leases, reactor_loop, refuse_while_paused


@dataclass(slots=True)
class _ProbeRun:
    """What the spider runs in place of a crawl: the addresses, one after the other."""

    source: Source
    run: Run
    urls: Sequence[str]
    kind: FetchKind
    form: PageForm | None = None
    tally: Tally = field(default_factory=Tally)
    found: list[FetchResult] = field(default_factory=list)

    async def walk(self, fetcher: Fetcher, process: Process) -> None:
        for url in self.urls:
            self.found.append(await fetcher.fetch(url, self.kind, form=self.form))


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
        self._loop.run_until_complete(self._context.close_browser())
        self._context.readers.close()
        self._context.files.close()
        self._context.store.close()
        self._folder.cleanup()

    def fetch(
        self,
        urls: Sequence[str],
        kind: FetchKind = FetchKind.LIST,
        form: PageForm | None = None,
    ) -> tuple[FetchResult, ...]:
        """Ask for these addresses, one after the other, or send the form whose address this is.
        What fails is an outcome.

        Redirects are followed on the source's hosts and those of the addresses. Raises Busy,
        KeyboardInterrupt if told to stop.
        """
        self._enter_hosts({authority_of(url) for url in urls})
        run = _ProbeRun(self._source, self._run, urls, kind, form)
        self._loop.run_until_complete(self._go(run))
        return tuple(run.found)

    def may_fetch(self, url: str) -> str:
        """Why robots.txt forbids this address. Empty if it does not, or was not asked yet."""
        return _denial(self._rules(url), url)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots file of this address's origin names, if it was read."""
        return _sitemaps(self._rules(url))

    def _rules(self, url: str) -> RobotsRules | None:
        return _rules_in(self._context, url, route_of(self._source, self._request))

    def _enter_hosts(self, hosts: frozenset[str] | set[str]) -> None:
        fresh = set(hosts) - self._hosts
        if self._leases is not None:
            in_the_way = self._leases.try_hold(fresh, f"look {self._source.id}")
            if in_the_way:
                raise Busy("%(holder)s; try again when it is done", holder=in_the_way)
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
        crawler = Crawler(spider_class_for(source, self._request), crawl_settings())
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


# Many portals, side by side.

AT_ONCE = 12
"""So many hosts are looked at at the same time."""
_LONGEST = timedelta(minutes=5)
_POLL_SECONDS = 0.2

T = TypeVar("T")


class PortalLook:
    """The portal of one source, asked from a thread beside the loop that carries the crawl."""

    def __init__(
        self, source: Source, request: CrawlRequest, context: CrawlContext, fetcher: Fetcher
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._route = route_of(source, request)
        self._context = context
        self._fetcher = fetcher
        self._asking: set[Future[FetchResult]] = set()
        self._over = False

    def fetch(
        self,
        urls: Sequence[str],
        kind: FetchKind = FetchKind.LIST,
        form: PageForm | None = None,
    ) -> tuple[FetchResult, ...]:
        """Ask for these addresses, one after the other, or send the form whose address this is.
        What fails is an outcome. Raises CancelledError once the look is over."""
        return tuple(self._one(url, kind, form) for url in urls)

    def may_fetch(self, url: str) -> str:
        """Why robots.txt forbids this address. Empty if it does not, or was not asked yet."""
        return _denial(_rules_in(self._context, url, self._route), url)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots file of this address's origin names, if it was read."""
        return _sitemaps(_rules_in(self._context, url, self._route))

    def end(self) -> None:
        """Let nothing more be asked for."""
        self._over = True
        for each in tuple(self._asking):
            each.cancel()

    def _one(self, url: str, kind: FetchKind, form: PageForm | None) -> FetchResult:
        if self._over:
            raise CancelledError
        fetching = self._fetcher.fetch(url, kind, form=form)
        asked = asyncio.run_coroutine_threadsafe(fetching, self._loop)
        self._asking.add(asked)
        try:
            return asked.result()
        finally:
            self._asking.discard(asked)


@dataclass(slots=True)
class _LookRun(Generic[T]):
    """What the spider runs in place of a crawl: somebody's look, in a thread of its own, so that
    reading the pages of one portal holds up no other."""

    source: Source
    run: Run
    request: CrawlRequest
    context: CrawlContext
    look: Callable[[Source, PortalLook], T]
    tally: Tally = field(default_factory=Tally)
    found: list[T] = field(default_factory=list)

    async def walk(self, fetcher: Fetcher, process: Process) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        portal = PortalLook(self.source, self.request, self.context, fetcher)

        def finish(value: T | None, error: BaseException | None) -> None:
            if done.done():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(cast(T, value))

        def work() -> None:
            value, error = None, None
            try:
                value = self.look(self.source, portal)
            except BaseException as problem:  # goes on where the look is awaited
                error = problem
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(finish, value, error)

        # A thread that hangs in a page must not keep the program from ending.
        Thread(target=work, daemon=True, name=f"look-{self.source.id}").start()
        try:
            self.found.append(await done)
        finally:
            portal.end()


def look_at_each(
    sources: Sequence[Source],
    request: CrawlRequest,
    archive: Path | None,
    memory: FetchMemory | None,
    look: Callable[[Source, PortalLook], T],
    done: Callable[[Source, T | Exception], None],
) -> None:
    """Let `look` look at the portal of each source, and tell `done` what it returned or raised.

    Several hosts are asked at a time, each in its turn and with its pauses. `look` runs in a
    thread, `done` in this one. Redirects are followed on a source's own hosts alone. `archive` is
    where leases are held and the waits that servers asked for are known. Raises Paused if the whole
    installation stands still, KeyboardInterrupt if told to stop.
    """
    for noisy in ("scrapy", "twisted", "protego"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    loop = reactor_loop()
    with ExitStack() as open_files:
        folder = open_files.enter_context(tempfile.TemporaryDirectory(prefix="hubwatch-look-"))
        store = open_files.enter_context(Archive.create(Path(folder) / "look.db"))
        kept = None
        if archive is not None and archive.exists():
            kept = open_files.enter_context(Archive.open_readonly(archive))
            refuse_while_paused(kept, request)
        resolver = GuardedResolver(request.hosts, intranet=request.intranet)
        context = CrawlContext(
            store, request, lambda event: None, HostThrottle(request.hosts), resolver
        )
        context.memory = memory
        context.not_before = kept.sources.host_not_before if kept is not None else None
        looks = _Looks(context, look, done, Leases(archive) if kept and archive else None)
        try:
            loop.run_until_complete(looks.all(sources))
        finally:
            loop.run_until_complete(context.close_browser())
            context.readers.close()
            context.files.close()


class _Looks(Generic[T]):
    """The looks of one call: which may begin, and what came of each."""

    def __init__(
        self,
        context: CrawlContext,
        look: Callable[[Source, PortalLook], T],
        done: Callable[[Source, T | Exception], None],
        leases: Leases | None,
    ) -> None:
        self._context = context
        self._look = look
        self._done = done
        self._leases = leases
        self._places = asyncio.Semaphore(AT_ONCE)

    async def all(self, sources: Sequence[Source]) -> None:
        """Look at all of them. Sources that begin on one host come one after the other."""
        self._context.resolver.install_on_reactor()
        chains: dict[str, list[Source]] = {}
        for source in sources:
            chains.setdefault(min(entry_hosts(source)), []).append(source)
        longest_first = sorted(chains.values(), key=len, reverse=True)
        with Interrupts() as self._interrupts:
            await asyncio.gather(*(self._chain(chain) for chain in longest_first))
            if self._interrupts.stopped:
                raise KeyboardInterrupt

    async def _chain(self, chain: Sequence[Source]) -> None:
        async with self._places:
            for source in chain:
                if not self._interrupts.stopped:
                    found = await self._one(source)
                    if found is not None:
                        self._done(source, found)

    async def _one(self, source: Source) -> T | Exception | None:
        """What the look returned or raised. None if we were told to stop meanwhile."""
        hosts = hosts_of(source)
        try:
            await self._hold(source, hosts)
        except Busy as busy:
            return busy
        try:
            return await self._walk(source)
        except Exception as error:  # of this source alone: the others go on
            return error
        finally:
            if self._leases is not None:
                self._leases.release(hosts)

    async def _hold(self, source: Source, hosts: frozenset[str]) -> None:
        """Take the leases of these hosts. Raises Busy if others do not give them back in time."""
        wait = self._context.request.wait.total_seconds()
        give_up_at = time.monotonic() + wait
        while self._leases is not None:
            in_the_way = self._leases.try_hold(hosts, f"look {source.id}")
            if not in_the_way:
                return
            if time.monotonic() >= give_up_at or self._interrupts.stopped:
                raise Busy("%(holder)s; try again when it is done", holder=in_the_way)
            await asyncio.sleep(_POLL_SECONDS)

    async def _walk(self, source: Source) -> T | Exception | None:
        context = self._context
        with context.store.writing() as tx:
            tx.sources.register(source.ref, context.now())
            run = tx.runs.start(source.id, context.now(), kind=RunKind.PAGE)
        for host in {authority.partition(":")[0] for authority in hosts_of(source)}:
            if host not in context.request.hosts:
                context.throttle.ask_pause(host, source.politeness.delay)
        bounded = replace(source.bounds, duration=min(_LONGEST, source.bounds.duration))
        bound = replace(source, bounds=bounded)
        walk = _LookRun(bound, run, context.request, context, self._look)
        crawler = Crawler(spider_class_for(bound, context.request), crawl_settings())
        with self._interrupts.watching(lambda: interrupt(crawler)):
            await crawler.crawl_async(crawl=walk, context=context)
        spider = crawler.spider
        if isinstance(spider, SourceSpider) and spider.interrupted:
            return None
        if walk.found:
            return walk.found[0]
        error = spider.error if isinstance(spider, SourceSpider) else None
        return error if isinstance(error, Exception) else FetchError(f"{walk.tally.bound}")


def _rules_in(context: CrawlContext, url: str, route: Route) -> RobotsRules | None:
    parts = urlsplit(url)
    return context.robots.get((f"{parts.scheme}://{parts.netloc.lower()}", route))


def _denial(kept: RobotsRules | None, url: str) -> str:
    if kept is None:
        return ""
    if kept.denial is not None:
        return kept.denial.reason
    allowed = kept.rules is None or kept.rules.can_fetch(url, AGENT)
    return "" if allowed else "robots.txt disallows this address"


def _sitemaps(kept: RobotsRules | None) -> tuple[str, ...]:
    return tuple(kept.rules.sitemaps) if kept and kept.rules else ()

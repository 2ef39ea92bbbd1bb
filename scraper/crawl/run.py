"""Crawling sources: one process, one crawler a source, each with its own run row and deadline.

The one entrance to this folder. A run holds leases on its hosts. Which sources are crawled, when,
and where the archive is, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from scrapy.crawler import Crawler
from twisted.internet import asyncioreactor

from hubwatch.errors import Paused, StorageError
from hubwatch.locks import Lock
from storage.archive import Archive
from storage.database import Durability
from storage.runs import Counts, Run, RunKind
from storage.types import Outcome, Thing

from ..bugs import storage_error
from ..middlewares.resolver import GuardedResolver
from ..middlewares.route import route_of
from ..middlewares.throttle import HostThrottle
from ..pipelines.read import taught
from ..sources.links import authority_of, hosts_of
from ..sources.model import Source
from ..spiders.backfill import AnyCrawl, BackfillCrawl
from ..spiders.source import SourceCrawl
from ..spiders.spider import SourceSpider, interrupt, spider_class_for
from ..spiders.tally import Ending
from .context import LOGGER, CrawlContext, crawled, event
from .project import crawl_settings
from .request import (
    Awaited,
    CrawlEvent,
    CrawlRequest,
    RunFinished,
    SourceStarted,
    StopRequested,
)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@cache
def reactor_loop() -> asyncio.AbstractEventLoop:
    """The loop that carries the reactor, made at the first call."""
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a Twisted reactor is installed already; crawl in a process of its own")
    loop = asyncio.new_event_loop()
    install: Callable[[asyncio.AbstractEventLoop], None] = asyncioreactor.install
    install(loop)
    return loop


class Interrupts:
    """Hears SIGINT and SIGTERM while it is entered, and tells those who watch.

    `on_signal` gets the number of each signal.
    """

    def __init__(self, on_signal: Callable[[int], None] = lambda number: None) -> None:
        self.stopped = False
        self._on_signal = on_signal
        self._watchers: list[Callable[[], None]] = []
        self._before: dict[signal.Signals, Any] = {}

    @contextmanager
    def watching(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` if a signal comes inside the block."""
        self._watchers.append(stop)
        try:
            yield
        finally:
            self._watchers.remove(stop)

    def __enter__(self) -> Interrupts:
        # Only the main thread may; elsewhere whoever runs the thread deals with signals.
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                self._before[number] = signal.getsignal(number)
                loop.add_signal_handler(number, self._hear, number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, before or signal.SIG_DFL)

    def _hear(self, number: int) -> None:
        self.stopped = True
        self._on_signal(number)
        for stop in tuple(self._watchers):
            stop()


# Leases on hosts, of lists and of articles: at any time one process crawls a host


class Leases:
    """The host leases that this process holds, with how many of its sources use each."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._locks: dict[str, Lock] = {}
        self._users: dict[str, int] = {}

    def try_hold(self, hosts: Collection[str], holder: str) -> str:
        """Hold all these hosts, or none. Returns who is in the way, or nothing."""
        taken: list[str] = []
        for host in sorted(hosts):
            in_the_way = self._try_one(host, holder)
            if in_the_way:
                self.release(taken)
                return in_the_way
            taken.append(host)
        return ""

    def ask(self, hosts: Collection[str]) -> None:
        """Ask whoever holds these hosts to give way, if it is something that can."""
        for host in hosts:
            Lock(self._archive, f"host-{host}").ask()

    def release(self, hosts: Collection[str]) -> None:
        """Give back what `try_hold` took."""
        for host in hosts:
            self._users[host] -= 1
            if not self._users[host]:
                self._locks.pop(host).release()

    def _try_one(self, host: str, holder: str) -> str:
        if host not in self._locks:
            lock = Lock(self._archive, f"host-{host}")
            if not lock.try_acquire(holder):
                return f"{host} is being crawled by {lock.holder() or 'another process'}"
            self._locks[host] = lock
        self._users[host] = self._users.get(host, 0) + 1
        return ""


# The runs of a process: leases, run rows, outcomes. Who starts a crawl does not matter here

AT_ONCE = 8
"""So many sources are crawled at the same time."""
_POLL_SECONDS = 0.2


def refuse_while_paused(store: Archive, request: CrawlRequest) -> None:
    """Raises Paused if the whole installation stands still."""
    found = store.maintenance.global_pause(request.clock())
    if found is not None:
        since = _local(found.since, request.zone)
        said = {"path": store.path, "since": since, "zone": request.zone, "why": found.reason}
        if found.until is None:
            raise Paused("%(path)s: everything is paused since %(since)s %(zone)s: %(why)s", **said)
        raise Paused(
            "%(path)s: everything is paused since %(since)s until %(until)s %(zone)s: %(why)s",
            until=_local(found.until, request.zone),
            **said,
        )


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class WalkEnd:
    """How a walk ended: what broke it, if anything, and whether it was cut short."""

    error: BaseException | None = None
    interrupted: bool = False


Walk = Callable[[AnyCrawl], Awaitable[WalkEnd]]


@dataclass(slots=True)
class _Attempt:
    """A source that is waiting for its hosts."""

    source: Source
    hosts: frozenset[str]
    give_up_at: float | None = None
    was_reported: bool = False


class SourceRuns:
    """The runs of one process: who may start, and what each comes to. `walk` carries a crawl out on
    Scrapy's engine, `is_stopping` says whether somebody told us to end."""

    def __init__(self, context: CrawlContext, is_stopping: Callable[[], bool], walk: Walk) -> None:
        self._context = context
        self._is_stopping = is_stopping
        self._walk = walk
        self._leases = Leases(context.store.path)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._open: dict[str, Run] = {}
        self.unwritten: StorageError | None = None  # the first thing that could not be kept

    def run_of(self, source: Source, ended: Run | BaseException | None) -> Run | None:
        """The run that a crawl came to, also where something broke around it."""
        if isinstance(ended, Exception):
            return self._broken_off(source, ended)
        if isinstance(ended, BaseException):
            raise ended
        return ended

    async def one(self, source: Source) -> Run | None:
        """Crawl one source as soon as there is a place and its hosts are free. None if we were
        told to stop before that."""
        attempt = _Attempt(source, self._hosts(source))
        while not self._is_stopping():
            async with self._places:
                try:
                    run = await self._try(attempt)
                except StorageError as error:
                    # The run's row may stay open; the next crawl of the source will close it.
                    self._note_refusal(source, error)
                    return None
                except Exception as error:  # of this source alone; the others go on
                    return self._broken_off(source, error)
            if run is not None:
                return run
            await asyncio.sleep(_POLL_SECONDS)
        return None

    def _hosts(self, source: Source) -> frozenset[str]:
        page = self._context.request.page
        return hosts_of(source) | ({authority_of(page)} if page else frozenset())

    async def _try(self, attempt: _Attempt) -> Run | None:
        """The finished run. None if the hosts are not free yet."""
        if self._is_stopping():
            return None
        source = attempt.source
        if shortage := self._context.space.shortage():
            return self._not_begun(source, Outcome.NO_SPACE, shortage)
        kind = self._context.request.kind
        in_the_way = self._leases.try_hold(attempt.hosts, f"{kind} {source.id}")
        if not in_the_way:
            try:
                in_the_way = self._held_elsewhere(attempt.hosts)
                if not in_the_way:
                    return await self._crawl(source)
            finally:
                self._leases.release(attempt.hosts)
        if kind != RunKind.BACKFILL:
            self._leases.ask(attempt.hosts)
        wait = self._context.request.wait.total_seconds()
        attempt.give_up_at = attempt.give_up_at or time.monotonic() + wait
        if time.monotonic() < attempt.give_up_at:
            if not attempt.was_reported:
                attempt.was_reported = True
                LOGGER.info("%s", event("hosts_awaited", source=source.id, reason=in_the_way))
                self._context.report(Awaited(source.id, in_the_way))
            return None
        return self._not_begun(source, Outcome.BUSY, in_the_way)

    def _held_elsewhere(self, hosts: Collection[str]) -> str:
        """For which slice one of these hosts is held, in words. Empty where none is, or it is that
        slice which is merged."""
        context, merging = self._context, self._context.request.merging
        now = merging.at if merging is not None else context.now()
        held = context.store.sources.slices.holder(hosts, now)
        if held is None or held.held_until is None:
            return ""
        if merging is not None and merging.ticket.id == held.id:
            return ""
        until = _local(held.held_until, context.request.zone)
        return f"its host is held for the slice {held.job} until {until} {context.request.zone}"

    async def _crawl(self, source: Source) -> Run:
        of_kind = SourceCrawl if self._context.request.back is None else BackfillCrawl
        run = self._begin(source)
        crawl = of_kind(taught(self._context.store, source), run, self._context)
        return self._finish(crawl, await self._walk(crawl))

    def _begin(self, source: Source) -> Run:
        context, now = self._context, self._context.now()
        with context.store.writing(Durability.LATER) as tx:
            tx.sources.register(source.ref, now)
            tx.runs.close_orphans(source.id, now)
            run = tx.runs.start(source.id, now, kind=context.request.kind)
            if context.request.addition is not None:
                tx.additions.begin(context.request.addition, run.id)
            if context.request.merging is not None:
                context.request.merging.begin(tx, run.id)
                context.certificates.update(context.request.merging.certificates(source))
        self._open[source.id] = run
        for host in {authority.partition(":")[0] for authority in hosts_of(source)}:
            if host not in context.request.hosts:
                context.throttle.ask_pause(host, source.politeness.delay)
        context.report(SourceStarted(source.id, run.id))
        return run

    def _finish(self, crawl: AnyCrawl, end: WalkEnd) -> Run:
        tally, error = crawl.tally, end.error
        ending = tally.ending()
        if error is not None:
            if storage := storage_error(error):
                reason = f"could not be kept: {storage}"
                self._note_refusal(crawl.source, storage)
            else:
                reason = self._context.record_failure(crawl.source.id, Thing.RUN, "", error).reason
            ending = Ending(Outcome.INTERRUPTED, " ".join(reason.split())[:300], tally.position)
        elif end.interrupted:
            ending = Ending(Outcome.INTERRUPTED, "told to stop", tally.position)
        trust = route_of(crawl.source, self._context.request).note(self._context.now().date())
        reasons = tuple((word.value, count) for word, count in tally.reasons.most_common())
        with self._context.store.writing() as tx:
            while self._context.certificates:
                tx.sources.record_certificate(
                    *self._context.certificates.popitem(), self._context.now()
                )
            run = tx.runs.finish(
                crawl.run.id,
                self._context.now(),
                ending.outcome,
                tally.counts(),
                reason="; ".join(filter(None, (ending.reason, trust))),
                reasons=reasons,
                cursor=ending.cursor,
            )
            merging = self._context.request.merging
            if merging is not None and error is None and not end.interrupted:
                merging.end(tx)
        self._open.pop(crawl.source.id, None)
        return self._report(run)

    def _broken_off(self, source: Source, error: Exception) -> Run | None:
        """End the run of a source at which something of ours broke outside of its crawl. None if
        the archive does not take that."""
        now, kind = self._context.now(), self._context.request.kind
        try:
            with self._context.store.writing() as tx:
                tx.sources.register(source.ref, now)
                run = self._open.pop(source.id, None) or tx.runs.start(source.id, now, kind=kind)
            reason = self._context.record_failure(source.id, Thing.RUN, "", error).reason
            with self._context.store.writing() as tx:
                run = tx.runs.finish(run.id, now, Outcome.INTERRUPTED, Counts(), reason=reason)
        except StorageError as refusal:
            self._note_refusal(source, refusal)
            return None
        except Exception:  # not even that: the next crawl of the source closes the run
            LOGGER.exception("%s", event("crawl_failed", source=source.id, reason=error))
            return None
        return self._report(run)

    def _note_refusal(self, source: Source, error: StorageError) -> None:
        """Note that the archive did not take what a source had to say."""
        if self.unwritten is None:
            self.unwritten = error
        LOGGER.error("%s", event("storage_error", source=source.id, reason=error))

    def _not_begun(self, source: Source, outcome: Outcome, reason: str) -> Run:
        now = self._context.now()
        with self._context.store.writing() as tx:
            tx.sources.register(source.ref, now)
            run = tx.runs.start(source.id, now, kind=self._context.request.kind)
            run = tx.runs.finish(run.id, now, outcome, Counts(), reason=reason)
        return self._report(run)

    def _report(self, run: Run) -> Run:
        LOGGER.info("%s", crawled(run))
        self._context.report(RunFinished(run))
        return run


# First of all: what it does on import takes the longer, the more has been imported before.


def crawl(
    sources: Sequence[Source],
    archive: Path | Archive,
    request: CrawlRequest,
    report: Callable[[CrawlEvent], None],
) -> tuple[Run, ...]:
    """Crawl these sources and return their finished runs, in the order given. An archive that is
    open for writing stays open.

    What goes wrong at a source ends as the outcome of its run. SIGINT and SIGTERM end all runs as
    `interrupted`, and `report` is told of it. Raises StorageError (NoArchive, OlderSchema,
    NewerSchema) if the archive cannot be opened. If it cannot be written, after all sources have
    ended. Raises ValueError for a `page` that is no http(s) address, Paused if the whole
    installation stands still. May be called again in the same process, from the same thread.
    """
    if request.page is not None:
        authority_of(request.page)
    loop = reactor_loop()
    for noisy in ("scrapy", "twisted", "protego"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    with Archive.open(archive) if isinstance(archive, Path) else nullcontext(archive) as store:
        refuse_while_paused(store, request)
        before = store.on_wait
        store.on_wait = lambda writer: _report_wait(store.path, writer, report)
        try:
            return loop.run_until_complete(_crawl(sources, store, request, report))
        finally:
            store.on_wait = before


def _report_wait(path: Path, writer: str, report: Callable[[CrawlEvent], None]) -> None:
    writer = writer or "another process"
    LOGGER.info("%s", event("archive_awaited", path=path, writer=writer))
    report(Awaited("", f"{path} is being written by {writer}"))


async def _crawl(
    sources: Sequence[Source],
    store: Archive,
    request: CrawlRequest,
    report: Callable[[CrawlEvent], None],
) -> tuple[Run, ...]:
    resolver = GuardedResolver(request.hosts, intranet=request.intranet)
    resolver.install_on_reactor()
    context = CrawlContext(store, request, report, HostThrottle(request.hosts), resolver)
    with Interrupts(lambda number: report(StopRequested(number))) as interrupts:
        walker = _Walker(context, interrupts)
        crawls = SourceRuns(context, lambda: interrupts.stopped, walker.walk)
        distinct = {source.id: source for source in sources}
        tasks = [asyncio.ensure_future(crawls.one(source)) for source in distinct.values()]
        try:
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            runs = [crawls.run_of(*each) for each in zip(distinct.values(), ended, strict=True)]
        finally:
            try:
                await context.close_browser()
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

    async def walk(self, crawl: AnyCrawl) -> WalkEnd:
        """Carry out one crawl."""
        spider_class = spider_class_for(crawl.source, self._context.request)
        crawler = Crawler(spider_class, crawl_settings())
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

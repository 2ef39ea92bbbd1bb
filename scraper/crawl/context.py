"""What all sources of one crawl share: the archive, the request, turns, robots rules, waits.

A value that is handed around. It knows no source. Pages of one moment are written together, in one
transaction, and each outcome is one past-tense line to the logger `hubwatch.scraper`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from hubwatch.log_line import LogLine
from storage.archive import Archive
from storage.database import Durability
from storage.packing import Base
from storage.runs import Fetch, FetchKind, Run
from storage.transaction import Transaction
from storage.types import Outcome, Thing

from ..bugs import error_of, place_of, storage_error, trace_of
from ..middlewares.chromium import Chromium
from ..middlewares.fetch_result import Fault, refused
from ..middlewares.throttle import HostThrottle, is_asked_for
from ..space import EXHAUSTED, Space, is_exhaustion
from ..workers.readers import FileReaders, Readers
from .request import CrawlEvent, CrawlRequest

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ..middlewares.resolver import GuardedResolver
    from ..middlewares.robots import RobotsRules
    from ..middlewares.route import Route
    from ..relevance.watchlist import Watchlist
    from ..spiders.fetch import Fetcher
    from .memory import FetchMemory

LOGGER = logging.getLogger("hubwatch.scraper")


def event(word: str, **values: object) -> LogLine:
    """`word key=value …`."""
    return LogLine(word, values)


def crawled(run: Run) -> LogLine:
    """The line of a finished run."""
    counts = run.counts
    return event(
        "crawled",
        source=run.source_id,
        run=run.id,
        outcome=run.outcome or "",
        listed=counts.listed,
        fetched=counts.fetched,
        unchanged=counts.unchanged,
        new=counts.new,
        changed=counts.changed,
        cosmetic=counts.cosmetic,
        gone=counts.gone,
        quarantined=counts.quarantined,
        failed=counts.failed,
        seconds=run.seconds,
        reason=run.reason,
    )


def fetched(run_id: int, fetch: Fetch) -> LogLine:
    """The line of a finished attempt at one address."""
    return event(
        "fetched",
        run=run_id,
        kind=fetch.kind,
        outcome=fetch.outcome,
        status=fetch.status or "",
        bytes=fetch.size,
        seconds=fetch.seconds,
        url=fetch.url,
        reason=fetch.reason,
    )


# What a crawl writes, put together

T = TypeVar("T")

_SECONDS, _LONGEST = 0.06, 0.24
"""So long a write waits for others to join it, and at most while others are on their way. The pages
of a transaction mostly change the same blocks of the file, each commit writes out every block that
changed, and makes another part of each text index that is merged with others later."""
_MOST = 32
"""Writes in one transaction: others who want to write wait for it."""


@dataclass(slots=True, eq=False)
class _Write:
    write: Callable[[Transaction], Any]
    done: asyncio.Future[Any]


class Writes:
    """The writes of one process that are waiting for their commit, in their order."""

    def __init__(self, store: Archive) -> None:
        self._store = store
        self._waiting: list[_Write] = []
        self._coming = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Within, something is made ready that will be written, if nothing goes wrong: others may
        wait for it."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def do(self, write: Callable[[Transaction], T]) -> T:
        """Carry out a write and return once it is committed. Raises StorageError, and what the
        write itself raises. A write may be called twice: once more if it shared the transaction
        with one that failed."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(write, done))
        try:
            if len(self._waiting) == 1:  # whoever comes first waits for the others, and commits
                await self._others(done)
            if not done.done() and (len(self._waiting) >= _MOST or self._waiting[0].done is done):
                self.commit()
        except asyncio.CancelledError:
            done.cancel()
            self.commit()  # who waits for us to commit must not wait for ever
            raise
        except Exception as error:
            self._one_by_one(self._taken(), error)
        return await done

    async def _others(self, done: asyncio.Future[Any]) -> None:
        """Wait until there is nothing to wait for, or what came first is done with."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _LONGEST
        await asyncio.wait({done}, timeout=_SECONDS)
        while not done.done() and len(self._waiting) < self._coming and loop.time() < end:
            await asyncio.wait({done}, timeout=_SECONDS)

    def commit(self) -> None:
        """Commit what is waiting now. Who asks the archive next sees it."""
        batch = self._taken()
        try:
            if batch:
                self._commit(batch)
        except Exception as error:
            self._one_by_one(batch, error)

    def _taken(self) -> list[_Write]:
        """What is waiting, which then waits no longer. Whoever was cancelled is not told, so it
        need not be kept either."""
        batch = [each for each in self._waiting if not each.done.done()]
        self._waiting = []
        return batch

    def _one_by_one(self, batch: list[_Write], error: Exception) -> None:
        """Commit each write alone, after all together failed. What fails alone is told of it."""
        LOGGER.warning("%s", event("repeated", writes=len(batch), error=repr(error)))
        for each in batch:
            try:
                self._commit([each])
            except Exception as own:
                each.done.set_exception(own)

    def _commit(self, batch: list[_Write]) -> None:
        with self._store.writing(Durability.LATER) as tx:
            results = [each.write(tx) for each in batch]
        for each, result in zip(batch, results, strict=True):
            each.done.set_result(result)


@dataclass(slots=True)
class CrawlContext:
    """Shared by every crawler of the process while one call of `crawl` lasts.

    `robots` holds the rules of each origin (scheme, host and port) by the route to it, `waits`
    until when a host asked to be left alone, `certificates` until when that of a host is valid,
    where that is not on record yet. `not_before` answers in place of the archive until when a host
    asked to be left alone. `memory` holds what was asked for before a check was cut off.
    """

    store: Archive
    request: CrawlRequest
    report: Callable[[CrawlEvent], None]
    throttle: HostThrottle
    resolver: GuardedResolver
    space: Space = field(init=False)
    readers: Readers = field(init=False)
    writes: Writes = field(init=False)
    files: FileReaders = field(init=False)
    browser: Chromium | None = None
    robots: dict[tuple[str, Route], RobotsRules] = field(default_factory=dict)
    waits: dict[str, datetime | None] = field(default_factory=dict)
    bases: dict[str, Base | None] = field(default_factory=dict)
    certificates: dict[str, datetime] = field(default_factory=dict)
    not_before: Callable[[str], datetime | None] | None = None
    memory: FetchMemory | None = None

    def __post_init__(self) -> None:
        self.space = Space(self.store.path, self.request.free_space)
        self.readers = Readers(self.request.watchlist, self.record_bug)
        self.files = FileReaders(self.record_bug)
        self.writes = Writes(self.store)

    @property
    def watchlist(self) -> Watchlist | None:
        """By what articles are graded, None where they are not."""
        load = self.request.watchlist
        return load() if load is not None else None

    @property
    def chromium(self) -> Chromium:
        """The browser that renders pages, made when the first one needs it."""
        if self.browser is None:
            self.browser = Chromium()
        return self.browser

    async def close_browser(self) -> None:
        """End the browser, if one was made. What breaks at that is logged: it costs no page."""
        if self.browser is None:
            return
        try:
            await self.browser.close()
        except Exception:
            LOGGER.exception("%s", event("browser_not_closed"))

    def now(self) -> datetime:
        """The instant it is for this crawl."""
        return self.request.clock()

    def wait_of(self, host: str) -> datetime | None:
        """Until when this host asked to be left alone, if that is still to come, within a day."""
        if host not in self.waits:
            self.waits[host] = (self.not_before or self.store.sources.host_not_before)(host)
        until = self.waits[host]
        return until if until is not None and is_asked_for(until, self.now()) else None

    def ask_wait(self, host: str, until: datetime, reason: str) -> None:
        """Leave a host alone until then, in this run and in later ones. What was asked for while
        this was under way is not cut short."""
        if (self.wait_of(host) or until) > until:
            return
        self.waits[host] = until
        with self.store.writing(Durability.LATER) as tx:
            tx.sources.set_not_before(host, until, reason)

    def record_failure(self, source_id: str, thing: Thing, url: str, error: BaseException) -> Fault:
        """Keep what was raised at one thing of a source, so that it costs nothing else. What to
        say of it: `failed`, or `busy` where something could not be opened, which is no bug and not
        kept. Raises StorageError if it is the archive that refused."""
        refusal = storage_error(error)
        if refusal is not None:
            raise refusal
        if is_exhaustion(error):
            return Fault(Outcome.BUSY, EXHAUSTED)
        trace = trace_of(error)
        self.record_bug(source_id, thing, url, trace)
        return Fault(Outcome.FAILED, f"internal error: {error_of(trace)}")

    def record_bug(self, source_id: str, thing: Thing, url: str, trace: str) -> None:
        """Put on record that something of ours broke, by its traceback. Raises StorageError."""
        place, error = place_of(trace), error_of(trace)
        word = "crawl_failed" if thing is Thing.RUN else "item_failed"
        LOGGER.error("%s\n%s", event(word, source=source_id, thing=thing, url=url, at=place), trace)
        with self.store.writing(Durability.LATER) as tx:
            tx.incidents.record_bug(
                source_id,
                thing,
                url,
                place=place,
                error=error,
                traceback=trace,
                now=self.now(),
            )

    def close(self) -> None:
        """End the workers and close the archive."""
        self.readers.close()
        self.files.close()
        self.store.close()

    def base_of(self, source_id: str) -> Base | None:
        """What the articles' pages of a source are packed against."""
        if self.bases.get(source_id) is None:
            self.bases[source_id] = self.store.pages.packing_base(source_id, FetchKind.ARTICLE)
        return self.bases[source_id]

    def raise_if_refused(self, host: str) -> None:
        """Raise the fault of a host whose addresses were all refused, or what broke at its name."""
        broken = self.resolver.broken.pop(host.lower(), None)
        if broken is not None:
            raise broken
        reason = self.resolver.refusals.pop(host.lower(), None)
        if reason is not None:
            raise refused(reason)


def context_of(crawler: Crawler) -> CrawlContext:
    """How Scrapy's parts get at ours: the context that a crawler's spider carries while it crawls a
    source, else one without a run."""
    spider: Any = crawler.spider
    found: CrawlContext | None = getattr(spider, "context", None)
    if found is not None:
        return found
    from .project import scratch_of

    return scratch_of(crawler).context


def fetcher_of(crawler: Crawler) -> Fetcher:
    """Who fetches robots files for the requests of a crawler."""
    spider: Any = crawler.spider
    found: Fetcher | None = getattr(spider, "fetcher", None)
    if found is not None:
        return found
    from .project import scratch_of

    return scratch_of(crawler).fetcher

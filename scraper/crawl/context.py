"""What all sources of one crawl share: the archive, the request, turns, robots rules, waits.

A value that is handed around; it knows no source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage.archive import Archive
from storage.packing import Base
from storage.runs.records import FetchKind
from storage.sources.records import Thing

from ..bugs import error_of, place_of, storage_error, trace_of
from ..files.readers import FileReaders
from ..middlewares.fault import refused
from ..middlewares.throttle import HostThrottle
from ..workers.readers import Readers
from .log import LOGGER, event
from .request import CrawlEvent, CrawlRequest
from .space import Space
from .writes import Writes

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ..middlewares.resolver import GuardedResolver
    from ..middlewares.robots import RobotsRules
    from ..middlewares.route import Route
    from ..spiders.fetch import Fetcher


@dataclass(slots=True)
class CrawlContext:
    """Shared by every crawler of the process while one call of `crawl` lasts.

    `robots` holds the rules of each origin (scheme, host and port) by the route to it, `waits`
    until when a host asked to be left alone, `certificates` until when that of a host is valid,
    where that is not on record yet. `not_before` answers in place of the archive until when a host
    asked to be left alone.
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
    robots: dict[tuple[str, Route], RobotsRules] = field(default_factory=dict)
    waits: dict[str, datetime | None] = field(default_factory=dict)
    bases: dict[str, Base | None] = field(default_factory=dict)
    certificates: dict[str, datetime] = field(default_factory=dict)
    not_before: Callable[[str], datetime | None] | None = None

    def __post_init__(self) -> None:
        self.space = Space(self.store.path, self.request.free_space)
        self.readers = Readers(self.request.watchlist, self.record_bug)
        self.files = FileReaders(self.record_bug)
        self.writes = Writes(self.store)

    def now(self) -> datetime:
        """The instant it is for this crawl."""
        return self.request.clock()

    def wait_of(self, host: str) -> datetime | None:
        """Until when this host asked to be left alone, if that is still to come."""
        if host not in self.waits:
            self.waits[host] = (self.not_before or self.store.sources.host_not_before)(host)
        until = self.waits[host]
        return until if until is not None and until > self.now() else None

    def ask_wait(self, host: str, until: datetime, reason: str) -> None:
        """Leave a host alone until then, in this run and in later ones."""
        self.waits[host] = until
        with self.store.writing() as tx:
            tx.sources.set_not_before(host, until, reason)

    def record_failure(self, source_id: str, thing: Thing, url: str, error: BaseException) -> str:
        """Keep what was raised at one thing of a source, so that it costs nothing else; the reason
        to give for it. Raises StorageError if it is the archive that refused."""
        refusal = storage_error(error)
        if refusal is not None:
            raise refusal
        trace = trace_of(error)
        self.record_bug(source_id, thing, url, trace)
        return f"internal error: {error_of(trace)}"

    def record_bug(self, source_id: str, thing: Thing, url: str, trace: str) -> None:
        """Put on record that something of ours broke, by its traceback. Raises StorageError."""
        place, error = place_of(trace), error_of(trace)
        word = "crawl_failed" if thing is Thing.RUN else "item_failed"
        LOGGER.error("%s\n%s", event(word, source=source_id, thing=thing, url=url, at=place), trace)
        with self.store.writing() as tx:
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
    from .scratch import scratch_of

    return scratch_of(crawler).context


def fetcher_of(crawler: Crawler) -> Fetcher:
    """Who fetches robots files for the requests of a crawler."""
    spider: Any = crawler.spider
    found: Fetcher | None = getattr(spider, "fetcher", None)
    if found is not None:
        return found
    from .scratch import scratch_of

    return scratch_of(crawler).fetcher

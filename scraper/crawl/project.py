"""What Scrapy's own commands rest on: the configuration that `hubwatch` would use, as a request.

The setting `HUBWATCH_CONFIG` names the file, else it is looked for as everywhere. The clock is the
machine's: Scrapy's command line is an edge of the house, like `hubwatch`'s.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.settings import BaseSettings, Settings

from hubwatch.errors import NoArchive
from storage.archive import Archive
from storage.runs import RunKind
from storage.sources import SourceRef

from ..configuration import CrawlConfig, archive_path, load_crawl_config
from ..middlewares.resolver import GuardedResolver
from ..middlewares.throttle import HostThrottle
from ..relevance.watchlist import LoadWatchlist, load_watchlist
from ..sources.load import Catalogue, load_usable
from ..sources.model import Politeness, Source
from ..spiders.fetch import Fetcher
from .context import CrawlContext
from .request import CrawlRequest, contact_for

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


_WAIT = timedelta(seconds=30)
"""So long a crawl waits for a host that another process is crawling, as in `hubwatch crawl`."""


def crawl_settings() -> Settings:
    """The settings of the project, as `scrapy` itself would load them, without what answers for
    portals when their sources are checked by it."""
    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    settings["DOWNLOADER_MIDDLEWARES_BASE"].pop("scraper.contracts.RecordedCaseMiddleware")
    return settings


def config_of(settings: BaseSettings) -> CrawlConfig:
    """The configuration in use. Raises ConfigError."""
    named = settings.get("HUBWATCH_CONFIG")
    return load_crawl_config(Path(named) if named else None)


def catalogue_of(config: CrawlConfig) -> Catalogue:
    """All sources, shipped and own, without those whose files cannot be used. Raises SourceError
    where a folder of sources is not there."""
    return load_usable(config.sources)


def request_of(config: CrawlConfig, watchlist: LoadWatchlist | None = None) -> CrawlRequest:
    """How to ask portals. Only who keeps articles needs a watchlist."""
    return CrawlRequest.of(config, _now, _WAIT, watchlist)


def open_context(
    config: CrawlConfig, request: CrawlRequest, sources: Sequence[Source]
) -> CrawlContext:
    """What a crawl of these sources rests on, with the archive open for writing.

    Raises ConfigError, NoArchive, OlderSchema, NewerSchema, StorageError."""
    watchlist = load_watchlist(config.watchlist)
    request = replace(
        request,
        contact=contact_for(request.contact, request.hosts, sources, config.path),
        watchlist=lambda: watchlist,
    )
    store = Archive.open(archive_path(None, config))
    return CrawlContext(
        store, request, lambda event: None, HostThrottle(request.hosts), resolver_of(request)
    )


def resolver_of(request: CrawlRequest) -> GuardedResolver:
    """The resolver that guards this process. Installed now if Scrapy was told to use another."""
    from twisted.internet import reactor

    installed: Any = getattr(reactor, "nameResolver", None)
    if isinstance(installed, GuardedResolver):
        return installed
    resolver = GuardedResolver(request.hosts, intranet=request.intranet)
    resolver.install_on_reactor()
    return resolver


def _now() -> datetime:
    return datetime.now(UTC)


# What a request rests on that belongs to no run: one of `scrapy shell`, `fetch`, `check`

SOURCE = SourceRef("scratch", "scratch", "", "", "UTC")


@dataclass(slots=True)
class Scratch:
    """A context without a run, and who fetches robots files in it."""

    context: CrawlContext
    fetcher: Fetcher
    folder: tempfile.TemporaryDirectory[str]

    def close(self) -> None:
        """Throw it away."""
        self.context.close()
        self.folder.cleanup()


_SCRATCHES: WeakKeyDictionary[Crawler, Scratch] = WeakKeyDictionary()


def scratch_of(crawler: Crawler) -> Scratch:
    """The scratch of a crawler, made when it is first asked for and gone when its engine stops.
    Raises ConfigError."""
    found = _SCRATCHES.get(crawler)
    if found is None:
        found = _SCRATCHES[crawler] = _make(crawler)
        crawler.signals.connect(found.close, signals.engine_stopped, weak=False)
    return found


def _make(crawler: Crawler) -> Scratch:
    config = config_of(crawler.settings)
    request = request_of(config)
    folder = tempfile.TemporaryDirectory(prefix="hubwatch-scratch-")
    store = Archive.create(Path(folder.name) / "scratch.db")
    context = CrawlContext(
        store,
        request,
        lambda event: None,
        HostThrottle(request.hosts, Politeness().delay),
        resolver_of(request),
        not_before=_Waits(config).of,
    )
    with store.writing() as tx:
        tx.sources.register(SOURCE, context.now())
        run = tx.runs.start(SOURCE.id, context.now(), kind=RunKind.PAGE)
    return Scratch(context, Fetcher(crawler.engine.download_async, run, context), folder)


class _Waits:
    """Until when hosts asked to be left alone in a crawl, by the archive that is configured."""

    def __init__(self, config: CrawlConfig) -> None:
        self._config = config

    def of(self, host: str) -> datetime | None:
        """That of one host. None where it did not ask, or there is no archive."""
        try:
            with Archive.open_readonly(archive_path(None, self._config)) as store:
                return store.sources.host_not_before(host)
        except NoArchive:
            return None

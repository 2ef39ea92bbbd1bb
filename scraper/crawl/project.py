"""What Scrapy's own commands rest on: the configuration that `hubwatch` would use, as a request.

The setting `HUBWATCH_CONFIG` names the file, else it is looked for as everywhere. The clock is the
machine's: Scrapy's command line is an edge of the house, like `hubwatch`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings, Settings

from storage.archive import Archive

from ..configuration import CrawlConfig, archive_path, load_crawl_config
from ..middlewares.resolver import GuardedResolver
from ..middlewares.throttle import HostThrottle
from ..relevance.topics import Watchlist
from ..relevance.watchlist import load_watchlist
from ..sources.load import Catalogue, load_catalogue
from ..sources.model import Source
from .context import CrawlContext
from .request import CrawlRequest, contact_for

_WAIT = timedelta(seconds=30)
"""So long a crawl waits for a host that another process is crawling, as in `hubwatch crawl`."""


def project_settings() -> Settings:
    """The settings of the project, as `scrapy` itself would load them."""
    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    return settings


def config_of(settings: BaseSettings) -> CrawlConfig:
    """The configuration in use. Raises ConfigError."""
    named = settings.get("HUBWATCH_CONFIG")
    return load_crawl_config(Path(named) if named else None)


def catalogue_of(config: CrawlConfig) -> Catalogue:
    """All sources, shipped and own. Raises SourceError."""
    return load_catalogue(config.sources)


def request_of(config: CrawlConfig, watchlist: Watchlist | None = None) -> CrawlRequest:
    """How to ask portals; only who keeps articles needs a watchlist."""
    return CrawlRequest.of(config, _now, _WAIT, watchlist)


def open_context(
    config: CrawlConfig, request: CrawlRequest, sources: Sequence[Source]
) -> CrawlContext:
    """What a crawl of these sources rests on, with the archive open for writing.

    Raises ConfigError, NoArchive, OlderSchema, NewerSchema, StorageError."""
    request = replace(
        request,
        contact=contact_for(request.contact, request.hosts, sources, config.path),
        watchlist=load_watchlist(config.watchlist),
    )
    store = Archive.open(archive_path(None, config))
    return CrawlContext(
        store, request, lambda event: None, HostThrottle(request.hosts), resolver_of(request)
    )


def resolver_of(request: CrawlRequest) -> GuardedResolver:
    """The resolver that guards this process; installed now if Scrapy was told to use another."""
    from twisted.internet import reactor

    installed: Any = getattr(reactor, "nameResolver", None)
    if isinstance(installed, GuardedResolver):
        return installed
    resolver = GuardedResolver(request.hosts, intranet=request.intranet)
    resolver.install_on_reactor()
    return resolver


def _now() -> datetime:
    return datetime.now(UTC)

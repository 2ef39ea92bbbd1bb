"""Articles that a spider of somebody else's brings: kept as an import, source by source.

The archive is that of the setting `HUBWATCH_ARCHIVE` (made if it is missing), else the configured
one. A page belongs to the source that takes its address, else to one named after its host.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy import signals

from storage.archive import Archive
from storage.types import Change

from ..archives.bring import importing
from ..archives.homes import Homes, definition_of
from ..configuration import archive_path
from ..crawl.context import CrawlContext
from ..crawl.project import catalogue_of, config_of, request_of, resolver_of
from ..items import ArticleItem
from ..middlewares.throttle import HostThrottle
from ..relevance.watchlist import load_watchlist

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Guests:
    """The archive, open for what one foreign spider brings, until it is closed. Raises ConfigError,
    NoArchive, Busy, StorageError."""

    def __init__(self, crawler: Crawler) -> None:
        config = config_of(crawler.settings)
        request = request_of(config, load_watchlist(config.watchlist))
        named = crawler.settings.get("HUBWATCH_ARCHIVE")
        store = Archive.create(Path(named)) if named else Archive.open(archive_path(None, config))
        self.context = CrawlContext(
            store, request, lambda event: None, HostThrottle(request.hosts), resolver_of(request)
        )
        self._homes = Homes(catalogue_of(config), store.sources.refs())
        self._open = ExitStack()
        self._open.callback(self.context.close)
        name = crawler.spider.name if crawler.spider else "scrapy"
        origin = f"the spider {name}"
        self._runs, self._brought = self._open.enter_context(
            importing(store, request.clock, origin)
        )

    def adopt(self, item: ArticleItem) -> None:
        """Give an item the source it belongs to, and that source's run."""
        if item.source is None:
            home = self._homes.of_address(item.capture.final_url)
            self._runs.begin([home])
            self._brought.figures["read"] += 1
            item.source, item.run_id = definition_of(home), self._runs.id_of(home.ref.id)

    def count(self, item: ArticleItem) -> None:
        """Count what became of an item."""
        if item.source is not None and item.result is not None:
            change = item.result.applied.change
            is_edit = change in (Change.BACK, Change.COSMETIC)
            word = Change.CHANGED if is_edit else change
            self._brought.count(self._runs, item.source.id, word)

    def close(self) -> None:
        """End the runs and close the archive."""
        self._open.close()


_GUESTS: WeakKeyDictionary[Crawler, Guests] = WeakKeyDictionary()


def guests_of(crawler: Crawler) -> Guests:
    """Those of a crawler, made with its first item and closed when its engine stops."""
    found = _GUESTS.get(crawler)
    if found is None:
        found = _GUESTS[crawler] = Guests(crawler)
        crawler.signals.connect(found.close, signals.engine_stopped, weak=False)
    return found

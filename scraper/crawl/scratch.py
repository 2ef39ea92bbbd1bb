"""What a request rests on that belongs to no run: one of `scrapy shell`, `fetch`, `check`, or of a
spider of somebody else's.

Guard, robots rules, throttle and bounds are those of a crawl. What is fetched on the way (robots
files) is put on record in an archive of its own that is thrown away.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy import signals

from hubwatch.errors import NoArchive
from storage.archive import Archive
from storage.sources.records import SourceRef

from ..configuration import CrawlConfig, archive_path
from ..middlewares.throttle import HostThrottle
from ..sources.model import Politeness
from ..spiders.fetch import Fetcher
from .context import CrawlContext
from .project import config_of, request_of, resolver_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

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
        run = tx.runs.start(SOURCE.id, context.now(), kind="page")
    return Scratch(context, Fetcher(crawler.engine.download_async, run, context), folder)


class _Waits:
    """Until when hosts asked to be left alone in a crawl, by the archive that is configured."""

    def __init__(self, config: CrawlConfig) -> None:
        self._config = config

    def of(self, host: str) -> datetime | None:
        """That of one host; None where it did not ask, or there is no archive."""
        try:
            with Archive.open_readonly(archive_path(None, self._config)) as store:
                return store.sources.host_not_before(host)
        except NoArchive:
            return None

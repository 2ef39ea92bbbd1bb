"""Where a crawl has its pages read: beside the downloader, bounded, never in silence.

A page that cannot be read within its bounds is a reading without an article, which says why. What
is read and how is decided in `scraper.pages`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from storage.types import Capture, Outcome, Reading

from ..pages.article import read_article
from ..pages.feeds import read_feed
from ..pages.lists import read_list
from ..pages.sitemaps import read_sitemap
from ..pages.types import ListPage
from ..pages.version import READER_VERSION
from ..sources.model import Entry, EntryKind, Source
from ..workers.here import bounded, is_possible
from ..workers.pool import Fault, Workers

T = TypeVar("T")
P1 = TypeVar("P1")
P2 = TypeVar("P2")

_FEW = 40
_SMALL = 256 * 1024
_MODULES = ("scraper.crawl.reading",)


class Readers:
    """Has pages read: the first few small ones here, all others in worker processes.

    Most crawls find a handful of new pages; to start a worker takes as long as reading some sixty.
    Small ones only, since a parser cannot be cut in this process, and takes no second for them.
    """

    def __init__(self) -> None:
        self._workers = Workers(_MODULES)
        self._read = 0

    async def read_page(self, capture: Capture, source: Source) -> Reading:
        """Read an article's page."""
        found = await self._call(read_article, capture, source.fields, source.id)
        return unread(found.outcome, found.reason) if isinstance(found, Fault) else found

    async def read_rows(self, capture: Capture, entry: Entry, source: Source) -> ListPage:
        """Read a list page, feed or sitemap."""
        found = await self._call(rows_of, capture, entry, source)
        return ListPage(found.outcome, found.reason) if isinstance(found, Fault) else found

    async def _call(
        self, call: Callable[[Capture, P1, P2], T], capture: Capture, first: P1, second: P2
    ) -> T | Fault:
        self._read += 1
        if self._read <= _FEW and len(capture.body) <= _SMALL and is_possible():
            return bounded(call, capture, first, second)
        return await self._workers.ask(call, capture, first, second)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()


def rows_of(capture: Capture, entry: Entry, source: Source) -> ListPage:
    """Read a list page, feed or sitemap, here and now."""
    if entry.kind is EntryKind.FEED:
        return read_feed(capture, source.links, source.zone)
    if entry.kind is EntryKind.SITEMAP:
        return read_sitemap(capture, source.links, source.zone)
    return read_list(capture, entry, source.links, source.zone)


def unread(outcome: Outcome, reason: str) -> Reading:
    """The reading of a page that is none, by what the server did: not there, or another page."""
    return Reading(outcome, reason, READER_VERSION)

"""The one place where a crawl has pages read, so that workers beside it can take over.

What is read and how is decided in `scraper.pages`.
"""

from __future__ import annotations

from storage.types import Capture, Outcome, Reading

from ..pages.article import read_article
from ..pages.feeds import read_feed
from ..pages.lists import read_list
from ..pages.sitemaps import read_sitemap
from ..pages.types import ListPage
from ..pages.version import READER_VERSION
from ..sources.model import Entry, EntryKind, Source


async def read_page(capture: Capture, source: Source) -> Reading:
    """Read an article's page."""
    return read_article(capture, source.fields, source.id)


async def read_rows(capture: Capture, entry: Entry, source: Source) -> ListPage:
    """Read a list page, feed or sitemap."""
    if entry.kind is EntryKind.FEED:
        return read_feed(capture, source.links, source.zone)
    if entry.kind is EntryKind.SITEMAP:
        return read_sitemap(capture, source.links, source.zone)
    return read_list(capture, entry, source.links, source.zone)


def unread(outcome: Outcome, reason: str) -> Reading:
    """The reading of a page that is none, by what the server did: not there, or another page."""
    return Reading(outcome, reason, READER_VERSION)

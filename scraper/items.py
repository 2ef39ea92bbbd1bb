"""What flows: a fetched page, and the article that the pipelines make of it.

Plain values, without Scrapy: imports, WARC files and the quarantine send them through the same
stages as a crawl does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.packing import PackedBody
from storage.transaction import Transaction
from storage.types import Applied, Capture, Part, Reading
from storage.urls import key_of

from .pipelines.read import Prepared, Read
from .sources.model import Source

if TYPE_CHECKING:
    from scrapy.http import Response

    from .middlewares.fetch_result import FetchResult


def capture_of(url: str, response: Response, at: datetime) -> Capture:
    """An answer as it is archived. `url` is the address that was asked for."""
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Capture(url, response.url, at, response.status, headers, response.body)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The archived page of a known article, as today's rules read it."""

    snapshot_id: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it arrives: what was fetched, how it reads, further addresses that led to it.

    `prepared` is what follows from the article, from a caller that has made it already. `before`
    the kept page it will be compared with, from one that has read that. `body` the capture's body,
    packed. `parts` the further pages of the article, kept already.
    """

    source: Source
    capture: Capture
    reading: Reading
    aliases: tuple[str, ...] = ()
    before: KeptPage | None = None
    prepared: Prepared | None = None
    body: PackedBody | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a page, and the snapshot that proves it (None if it said nothing new)."""

    applied: Applied
    snapshot_id: int | None


Process = Callable[["ArticleItem"], Awaitable[None]]
"""Sends an item through the pipelines. Raises what was raised on the way, a DropItem too."""
Resolve = Callable[["ArticleItem"], Awaitable[None]]
Record = Callable[[Transaction, FetchedPage, IngestResult], None]
Plan = Callable[[Transaction], IngestResult]
"""What is to be done inside the lock. May be called again if its transaction is rolled back."""


_NO_WHOLE_PAGE = frozenset({"cached", "dataloss", "download_stopped"})
"""Flags by which Scrapy says that an answer was kept from before, or is not all of one."""


@dataclass(slots=True, eq=False, repr=False)
class ArticleItem:
    """An article's page on its way through the pipelines. Each stage fills in its part.

    Who sends it says what came (`fetched`, or the `capture` alone) and, where there is one, of
    which source and run it is. `resolve` is called once it has been read: it says at which address
    the article is at home, and may hold the item back by a DropItem. `joined` are the addresses by
    which the article is then known too, where they are not its own. `before` is what was kept, if
    it has been read again. `record` writes what belongs into the same transaction. `result` is what
    came of it, `error` what was raised on the way. What has a `flaw` is dropped.
    """

    capture: Capture
    source: Source | None = None
    run_id: int | None = None
    fetched: FetchResult | None = None
    read: Read | None = None
    joined: tuple[str, ...] = ()
    before: KeptPage | None = None
    resolve: Resolve | None = None
    record: Record | None = None
    page: FetchedPage | None = None
    plan: Plan | None = None
    result: IngestResult | None = None
    error: Exception | None = None
    flaw: str = ""

    @classmethod
    def of(cls, response: Response, at: datetime) -> ArticleItem:
        """The item of an answer that a spider of one's own got at that moment (aware). One out of
        a cache, or cut off, proves nothing of that moment."""
        asked = response.request.url if response.request is not None else response.url
        flags = sorted(_NO_WHOLE_PAGE.intersection(response.flags))
        return cls(capture_of(asked, response, at), flaw=", ".join(flags))

    def __repr__(self) -> str:
        """A short one: logs show the items that were dropped, and are no place for whole pages."""
        source = self.source.id if self.source is not None else None
        return f"<ArticleItem {self.capture.url} source={source}>"

    def as_page(self) -> FetchedPage:
        """The page as the later stages take it. Must have been read, and have a source."""
        read, source = self.read, self.source
        assert read is not None
        assert source is not None
        own = key_of(read.reading.article.url) if read.reading.article else ""
        return FetchedPage(
            source,
            self.capture,
            read.reading,
            tuple(dict.fromkeys(url for url in self.joined if own and key_of(url) != own)),
            self.before,
            read.prepared,
            read.body,
            read.parts,
        )

"""The articles of a source: fetched, read, handed to the archive.

One page's trouble ends with that page: it is counted, put on record, and the crawl goes on. What a
known article that is asked for again must hear is decided in `rechecks`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from storage.crawls.records import FetchKind
from storage.health.records import Thing
from storage.transaction import Transaction
from storage.types import Capture, Change, Known, Outcome, Reading
from storage.urls import key_of

from ..crawl.context import CrawlContext
from ..crawl.request import ArticleDone
from ..middlewares.fetch_result import FetchResult
from ..pipelines.archive import FetchedPage, IngestResult, KeptPage, prepare_ingest
from ..pipelines.read import Read
from ..sources.links import is_article
from ..sources.model import Source
from ..workers.readers import unread
from .addresses import is_own_article, moved
from .budget import Budget
from .fetch import Fetcher, validator_of
from .parts import FurtherPages
from .tally import Tally


@dataclass(slots=True)
class _Forward:
    """An address that redirects, for now, to an article: `kept` if that was not known before,
    `alone` as long as no other address does the same."""

    fetched: FetchResult
    read: Read
    kept: bool
    alone: bool = True


class Articles:
    """Deals with single article pages for one run. Whoever had some fetched calls
    `resolve_forwards`."""

    def __init__(
        self,
        source: Source,
        run_id: int,
        context: CrawlContext,
        fetcher: Fetcher,
        tally: Tally,
        budget: Budget | None = None,
    ) -> None:
        self._source = source
        self._run_id = run_id
        self._context = context
        self.fetcher = fetcher
        self.tally = tally
        self.pages = FurtherPages(source, context, fetcher, budget)
        self._early: dict[str, FetchResult] = {}
        self._claims = asyncio.Lock()
        self._forwards: dict[str, _Forward] = {}

    async def fetch_new(self, url: str) -> FetchResult:
        """Fetch an address that is not known yet and keep what it says."""
        if key_of(url) in self._early:
            return self._early.pop(key_of(url))
        fetched, read = await self._fetch_and_read(url)
        if read is not None:
            await self._arrive(fetched, await self._at_its_own_address(read))
        return fetched

    async def resolve_forwards(self) -> None:
        """Deal with the addresses that forwarded for now to an article, each to one of its own: now
        that they were alone with it, the article is known by them too, if it was known before."""
        forwards = tuple(self._forwards.values())
        self._forwards.clear()
        for forward in forwards:
            if forward.alone and not forward.kept:
                try:
                    await self.keep(forward.fetched, forward.read)
                except Exception as error:
                    self.record_failure(forward.fetched.url, error)

    async def _arrive(self, fetched: FetchResult, read: Read) -> None:
        """Keep what came, unless several addresses forward to it, which then is no article of
        theirs. A redirect for now does not join two addresses by itself."""
        article = read.reading.article
        if article is None or not fetched.temporary or not moved(fetched.url, article.url):
            await self.keep(fetched, read)
            return
        forward = self._forwards.get(key_of(article.url))
        if forward is None:
            kept = self.known(article.url) is None
            self._forwards[key_of(article.url)] = _Forward(fetched, read, kept)
            if kept:
                await self.keep(fetched, read, joined=())
            return
        elsewhere = Read(unread(Outcome.SOFT_404, f"redirects to {article.url}, as others do"))
        alone, forward.alone = forward.alone, False
        if alone and forward.kept:
            await self._context.writes.do(self._prepare_ingest(forward.fetched, elsewhere, ()))
            self.tally.count(key_of(forward.fetched.url), Change.QUARANTINED, Outcome.SOFT_404)
        elif alone:
            await self.keep(forward.fetched, elsewhere)
        await self.keep(fetched, elsewhere)

    async def _fetch_and_read(self, url: str) -> tuple[FetchResult, Read | None]:
        """What came, and how it reads; None if it could not be had, which then is on record."""
        fetched = await self.fetcher.fetch(url, FetchKind.ARTICLE)
        if fetched.outcome not in (Outcome.OK, Outcome.GONE):
            self.failed(fetched, fetched.outcome, fetched.reason)
            return fetched, None
        read = await self.read(fetched)
        reading = read.reading
        if reading.outcome is Outcome.BLOCKED:
            self.log(fetched, reading)
            self.failed(fetched, reading.outcome, reading.reason)
            return replace(fetched, outcome=Outcome.BLOCKED), None
        return fetched, read

    async def _at_its_own_address(self, read: Read) -> Read:
        """The reading under the address that the page itself calls its own, once it is proven that
        the same stands there; a claim alone proves nothing."""
        article = read.reading.article
        claimed = (article and article.canonical_url) or ""
        if article is None or not is_article(claimed, self._source.links):
            return read
        if not moved(article.url, claimed):
            return read
        known = self.known(claimed)
        if known is None and key_of(claimed) in self.tally.listed:
            known = await self._fetch_claimed(claimed)
        if known is None or known.content_hash != read.content_hash:
            return read
        return read.at(known.url)

    async def _fetch_claimed(self, url: str) -> Known | None:
        """Fetch the page that another one names as the article's own before its turn, and keep it.

        Only listed ones are: they would come anyway, and others cannot be met twice.
        """
        async with self._claims:
            known = self.known(url)
            if known is None and key_of(url) not in self._early:
                fetched, read = await self._fetch_and_read(url)
                self._early[key_of(url)] = fetched
                if read is not None:
                    await self._arrive(fetched, read)
            return known or self.known(url)

    async def read(self, fetched: FetchResult) -> Read:
        """What the page says, or that it is not the page that was asked for."""
        capture = fetched.capture
        if fetched.outcome is Outcome.GONE or capture is None:
            return Read(unread(Outcome.GONE, fetched.reason))
        elsewhere = moved(capture.url, capture.final_url)
        if elsewhere and not is_own_article(capture.final_url, self._source):
            reason = f"redirects to {capture.final_url}, no article"
            return Read(unread(Outcome.SOFT_404, reason))
        base = self._context.base_of(self._source.id)
        read = await self._context.readers.read_page(capture, self._source, base)
        if read.reading.article is None or not read.reading.more_pages:
            return read
        return await self.pages.complete(read, self.known(read.reading.article.url))

    async def read_as_it_is(self, capture: Capture) -> Reading:
        """What a page says, wherever it came from."""
        return await self._context.readers.read_again(capture, self._source)

    def known(self, url: str) -> Known | None:
        """What the archive knows of an address, with all that came before."""
        self._context.writes.commit()
        return self._context.store.known(self._source.id, url)

    async def keep(
        self,
        fetched: FetchResult,
        read: Read,
        joined: tuple[str, ...] | None = None,
        before: KeptPage | None = None,
    ) -> None:
        """Hand what came to the archive. The article is then known by the addresses `joined` too;
        by default those that led to it. `before` is what was kept, if it has been read again."""
        capture = fetched.capture
        assert capture is not None  # only answers are read
        aliases = (capture.url, capture.final_url) if joined is None else joined
        reading, ingest = read.reading, self._prepare_ingest(fetched, read, aliases, before)

        def write(tx: Transaction) -> IngestResult:
            kept = ingest(tx)
            self._log_kept(tx, fetched, reading, kept)
            return kept

        kept = await self._context.writes.do(write)
        if fetched.outcome is Outcome.OK:
            self.tally.fetched += 1
        self.done(fetched, reading.outcome, kept.applied.change, reading.reason)

    async def keep_target(self, fetched: FetchResult, read: Read) -> None:
        """Keep the article that another one's address redirects to, as an article of its own. The
        attempt itself is not put on record here."""
        kept = await self._context.writes.do(self._prepare_ingest(fetched, read, ()))
        self.tally.fetched += 1
        reading = read.reading
        if reading.article is not None:
            key = key_of(reading.article.url)
            self.tally.count(key, kept.applied.change, reading.outcome)

    def _prepare_ingest(
        self,
        fetched: FetchResult,
        read: Read,
        addresses: tuple[str, ...],
        before: KeptPage | None = None,
    ) -> Callable[[Transaction], IngestResult]:
        assert fetched.capture is not None
        aliases = _aliases(read.reading, *addresses)
        return prepare_ingest(
            self._context.store,
            FetchedPage(
                self._source,
                fetched.capture,
                read.reading,
                aliases,
                before,
                read.prepared,
                read.body,
                read.parts,
            ),
            run_id=self._run_id,
            now=self._context.now(),
            watchlist=self._context.request.watchlist,
        )

    def _log_kept(
        self, tx: Transaction, fetched: FetchResult, reading: Reading, kept: IngestResult
    ) -> None:
        now = self._context.now()
        validator = validator_of(fetched.capture, now) if fetched.capture else None
        if fetched.outcome is Outcome.OK:  # a failed attempt is on record already
            self.fetcher.log(
                tx,
                fetched,
                outcome=reading.outcome,
                reason=reading.reason,
                snapshot_id=kept.snapshot_id,
            )
        if kept.applied.article_id is not None and validator is not None:
            tx.remember_validator(self._source.id, validator, kept.snapshot_id)

    def unchanged(self, fetched: FetchResult, article_id: int) -> None:
        """The server says that a known article has not changed."""
        with self._context.store.writing() as tx:
            self.fetcher.log(tx, fetched)
            tx.still(article_id, self._context.now())
        self.done(fetched, Outcome.UNCHANGED, None, "")

    def gone(self, fetched: FetchResult, article_id: int, reading: Reading) -> None:
        """A known article is not there any more."""
        with self._context.store.writing() as tx:
            change = tx.mark_gone(
                article_id,
                run_id=self._run_id,
                now=self._context.now(),
                outcome=reading.outcome,
                evidence=reading.reason,
            )
        self.done(fetched, reading.outcome, change, reading.reason)

    def log(self, fetched: FetchResult, reading: Reading) -> None:
        """Put an attempt on record, by what its reading came to."""
        with self._context.store.writing() as tx:
            self.fetcher.log(tx, fetched, outcome=reading.outcome, reason=reading.reason)

    def record_failure(self, url: str, error: BaseException) -> None:
        """Something of ours broke at a page: keep that, count the page as failed, and go on.
        Raises StorageError if it is the archive that refused."""
        reason = self._context.record_failure(self._source.id, Thing.ARTICLE, url, error)
        self.failed(self.fetcher.broken(url, FetchKind.ARTICLE, reason), Outcome.FAILED, reason)

    def failed(self, fetched: FetchResult, outcome: Outcome, reason: str) -> None:
        """Count and report a page that could not be had."""
        self.tally.fail(outcome)
        self._context.report(ArticleDone(self._source.id, fetched.url, outcome, None, reason))

    def done(
        self, fetched: FetchResult, outcome: Outcome, change: Change | None, reason: str
    ) -> None:
        """Count and report what became of a page."""
        self.tally.count(key_of(fetched.url), change, outcome)
        self._context.report(ArticleDone(self._source.id, fetched.url, outcome, change, reason))


def _aliases(reading: Reading, *addresses: str) -> tuple[str, ...]:
    """The addresses that led to the article and are not its own."""
    if reading.article is None:
        return ()
    own = key_of(reading.article.url)
    return tuple(dict.fromkeys(url for url in addresses if key_of(url) != own))

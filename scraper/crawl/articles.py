"""The articles of a source: fetched, read, handed to the archive.

One page's trouble ends with that page: it is counted, put on record, and the visit goes on. What a
known article that is asked for again must hear is decided in `rechecks`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from storage.records import FetchKind
from storage.types import Capture, Change, Known, Outcome, Reading
from storage.urls import key_of

from ..decide import content_hash
from ..intake import Arrival, Kept, KeptPage, take
from ..sources.links import is_article
from ..sources.model import Source
from .addresses import is_own_article, moved
from .commons import Commons
from .reading import unread
from .request import ArticleDone
from .tally import Tally
from .wire.fetch import Fetcher, validator_of
from .wire.fetched import Fetched


@dataclass(slots=True)
class _Forward:
    """An address that redirects, for now, to an article: `kept` if that was not known before,
    `alone` as long as no other address does the same."""

    fetched: Fetched
    reading: Reading
    kept: bool
    alone: bool = True


class Articles:
    """Deals with single article pages for one run. Whoever had some fetched calls `settle`."""

    def __init__(
        self, source: Source, run_id: int, commons: Commons, fetcher: Fetcher, tally: Tally
    ) -> None:
        self._source = source
        self._run_id = run_id
        self._commons = commons
        self.fetcher = fetcher
        self.tally = tally
        self._early: dict[str, Fetched] = {}
        self._claims = asyncio.Lock()
        self._forwards: dict[str, _Forward] = {}

    async def fetch_new(self, url: str) -> Fetched:
        """Fetch an address that is not known yet and keep what it says."""
        if key_of(url) in self._early:
            return self._early.pop(key_of(url))
        fetched, reading = await self._fetch_and_read(url)
        if reading is not None:
            self._arrive(fetched, await self._at_its_own_address(reading))
        return fetched

    def settle(self) -> None:
        """Deal with the addresses that forwarded for now to an article, each to one of its own: now
        that they were alone with it, the article is known by them too, if it was known before."""
        for forward in self._forwards.values():
            if forward.alone and not forward.kept:
                self.keep(forward.fetched, forward.reading)
        self._forwards.clear()

    def _arrive(self, fetched: Fetched, reading: Reading) -> None:
        """Keep what came, unless several addresses forward to it, which then is no article of
        theirs. A redirect for now does not join two addresses by itself."""
        article = reading.article
        if article is None or not fetched.temporary or not moved(fetched.url, article.url):
            self.keep(fetched, reading)
            return
        forward = self._forwards.get(key_of(article.url))
        if forward is None:
            kept = self.known(article.url) is None
            if kept:
                self.keep(fetched, reading, joined=())
            self._forwards[key_of(article.url)] = _Forward(fetched, reading, kept)
            return
        elsewhere = unread(Outcome.SOFT_404, f"redirects to {article.url}, as others do")
        if forward.alone and forward.kept:
            self._take(forward.fetched, elsewhere, ())
            self.tally.settle(key_of(forward.fetched.url), Change.QUARANTINED, Outcome.SOFT_404)
        elif forward.alone:
            self.keep(forward.fetched, elsewhere)
        forward.alone = False
        self.keep(fetched, elsewhere)

    async def _fetch_and_read(self, url: str) -> tuple[Fetched, Reading | None]:
        """What came, and how it reads; None if it could not be had, which then is on record."""
        fetched = await self.fetcher.fetch(url, FetchKind.ARTICLE)
        if fetched.outcome not in (Outcome.OK, Outcome.GONE):
            self.failed(fetched, fetched.outcome, fetched.reason)
            return fetched, None
        reading = await self.read(fetched)
        if reading.outcome is Outcome.BLOCKED:
            self.log(fetched, reading)
            self.failed(fetched, reading.outcome, reading.reason)
            return replace(fetched, outcome=Outcome.BLOCKED), None
        return fetched, reading

    async def _at_its_own_address(self, reading: Reading) -> Reading:
        """The reading under the address that the page itself calls its own, once it is proven that
        the same stands there; a claim alone proves nothing."""
        article = reading.article
        claimed = (article and article.canonical_url) or ""
        if article is None or not is_article(claimed, self._source.links):
            return reading
        if not moved(article.url, claimed):
            return reading
        known = self._commons.store.known(self._source.id, claimed)
        if known is None and key_of(claimed) in self.tally.listed:
            known = await self._fetch_claimed(claimed)
        if known is None or known.content_hash != content_hash(article):
            return reading
        return replace(reading, article=replace(article, url=known.url))

    async def _fetch_claimed(self, url: str) -> Known | None:
        """Fetch the page that another one names as the article's own before its turn, and keep it.

        Only listed ones are: they would come anyway, and others cannot be met twice.
        """
        async with self._claims:
            known = self._commons.store.known(self._source.id, url)
            if known is None and key_of(url) not in self._early:
                fetched, reading = await self._fetch_and_read(url)
                self._early[key_of(url)] = fetched
                if reading is not None:
                    self._arrive(fetched, reading)
            return known or self._commons.store.known(self._source.id, url)

    async def read(self, fetched: Fetched) -> Reading:
        """What the page says, or that it is not the page that was asked for."""
        capture = fetched.capture
        if fetched.outcome is Outcome.GONE or capture is None:
            return unread(Outcome.GONE, fetched.reason)
        elsewhere = moved(capture.url, capture.final_url)
        if elsewhere and not is_own_article(capture.final_url, self._source):
            return unread(Outcome.SOFT_404, f"redirects to {capture.final_url}, no article")
        return await self.read_as_it_is(capture)

    async def read_as_it_is(self, capture: Capture) -> Reading:
        """What a page says, wherever it came from."""
        return await self._commons.readers.read_page(capture, self._source)

    async def read_kept(self, known: Known) -> KeptPage | None:
        """The kept page of an article, as today's rules read it; None if there is none."""
        if known.snapshot_id is None:
            return None
        capture = self._commons.store.snapshot(known.snapshot_id)
        return KeptPage(known.snapshot_id, await self.read_as_it_is(capture))

    def known(self, url: str) -> Known | None:
        """What the archive knows of an address."""
        return self._commons.store.known(self._source.id, url)

    def keep(
        self,
        fetched: Fetched,
        reading: Reading,
        joined: tuple[str, ...] | None = None,
        before: KeptPage | None = None,
    ) -> None:
        """Hand what came to the archive. The article is then known by the addresses `joined` too;
        by default those that led to it. `before` is what was kept, if it has been read again."""
        capture = fetched.capture
        assert capture is not None  # only answers are read
        aliases = (capture.url, capture.final_url) if joined is None else joined
        kept = self._take(fetched, reading, aliases, before)
        self._log_kept(fetched, reading, kept)
        if fetched.outcome is Outcome.OK:
            self.tally.fetched += 1
        self.done(fetched, reading.outcome, kept.applied.change, reading.reason)

    def keep_target(self, fetched: Fetched, reading: Reading) -> None:
        """Keep the article that another one's address redirects to, as an article of its own. The
        attempt itself is not put on record here."""
        kept = self._take(fetched, reading, ())
        self.tally.fetched += 1
        if reading.article is not None:
            key = key_of(reading.article.url)
            self.tally.settle(key, kept.applied.change, reading.outcome)

    def _take(
        self,
        fetched: Fetched,
        reading: Reading,
        addresses: tuple[str, ...],
        before: KeptPage | None = None,
    ) -> Kept:
        assert fetched.capture is not None
        aliases = _aliases(reading, *addresses)
        return take(
            self._commons.store,
            Arrival(self._source, fetched.capture, reading, aliases, before),
            run_id=self._run_id,
            now=self._commons.now(),
            watchlist=self._commons.request.watchlist,
        )

    def _log_kept(self, fetched: Fetched, reading: Reading, kept: Kept) -> None:
        now = self._commons.now()
        validator = validator_of(fetched.capture, now) if fetched.capture else None
        with self._commons.store.writing() as tx:
            if fetched.outcome is Outcome.OK:  # a failed attempt is on record already
                self.fetcher.log(
                    tx,
                    fetched,
                    outcome=reading.outcome,
                    reason=reading.reason,
                    snapshot_id=kept.snapshot_id,
                )
            if kept.applied.article_id is not None:
                tx.checked(kept.applied.article_id, now)
                if validator is not None:
                    tx.remember_validator(self._source.id, validator, kept.snapshot_id)

    def unchanged(self, fetched: Fetched, article_id: int) -> None:
        """The server says that a known article has not changed."""
        with self._commons.store.writing() as tx:
            self.fetcher.log(tx, fetched)
            tx.checked(article_id, self._commons.now())
        self.done(fetched, Outcome.UNCHANGED, None, "")

    def gone(self, fetched: Fetched, article_id: int, reading: Reading) -> None:
        """A known article is not there any more."""
        with self._commons.store.writing() as tx:
            change = tx.mark_gone(
                article_id,
                run_id=self._run_id,
                now=self._commons.now(),
                outcome=reading.outcome,
                evidence=reading.reason,
            )
        self.done(fetched, reading.outcome, change, reading.reason)

    def log(self, fetched: Fetched, reading: Reading) -> None:
        """Put an attempt on record, by what its reading came to."""
        with self._commons.store.writing() as tx:
            self.fetcher.log(tx, fetched, outcome=reading.outcome, reason=reading.reason)

    def failed(self, fetched: Fetched, outcome: Outcome, reason: str) -> None:
        """Count and report a page that could not be had."""
        self.tally.fail(outcome)
        self._commons.report(ArticleDone(self._source.id, fetched.url, outcome, None, reason))

    def done(self, fetched: Fetched, outcome: Outcome, change: Change | None, reason: str) -> None:
        """Count and report what became of a page."""
        self.tally.settle(key_of(fetched.url), change, outcome)
        self._commons.report(ArticleDone(self._source.id, fetched.url, outcome, change, reason))


def _aliases(reading: Reading, *addresses: str) -> tuple[str, ...]:
    """The addresses that led to the article and are not its own."""
    if reading.article is None:
        return ()
    own = key_of(reading.article.url)
    return tuple(dict.fromkeys(url for url in addresses if key_of(url) != own))

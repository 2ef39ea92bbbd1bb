"""The articles of a source: fetched, read, handed to the archive; known ones asked for again.

One page's trouble ends with that page: it is counted, put on record, and the visit goes on.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

from storage.records import FetchKind, Recheck, Validator
from storage.types import Change, Known, Outcome, Reading
from storage.urls import url_key

from ..decide import content_hash
from ..intake import Arrival, Kept, take
from ..sources.links import is_article
from ..sources.model import Source
from .commons import Commons
from .reading import unread
from .request import ArticleDone
from .tally import Tally
from .wire.fetch import Fetcher, validator_of
from .wire.fetched import Fetched

_NOT_THERE = (Outcome.GONE, Outcome.SOFT_404)


class Articles:
    """Deals with single article pages for one run."""

    def __init__(
        self, source: Source, run_id: int, commons: Commons, fetcher: Fetcher, tally: Tally
    ) -> None:
        self._source = source
        self._run_id = run_id
        self._commons = commons
        self._fetcher = fetcher
        self._tally = tally
        self._early: dict[str, Fetched] = {}
        self._claims = asyncio.Lock()

    async def fetch_new(self, url: str) -> Fetched:
        """Fetch an address that is not known yet and keep what it says."""
        if _key(url) in self._early:
            return self._early.pop(_key(url))
        fetched, reading = await self._fetch_and_read(url)
        if reading is not None:
            self._keep(fetched, await self._at_its_own_address(reading))
        return fetched

    async def _fetch_and_read(self, url: str) -> tuple[Fetched, Reading | None]:
        """What came, and how it reads; None if it could not be had, which then is on record."""
        fetched = await self._fetcher.fetch(url, FetchKind.ARTICLE)
        if fetched.outcome not in (Outcome.OK, Outcome.GONE):
            self._failed(fetched, fetched.outcome, fetched.reason)
            return fetched, None
        reading = await self._read(fetched)
        if reading.outcome is Outcome.BLOCKED:
            self._log(fetched, reading)
            self._failed(fetched, reading.outcome, reading.reason)
            return replace(fetched, outcome=Outcome.BLOCKED), None
        return fetched, reading

    async def _at_its_own_address(self, reading: Reading) -> Reading:
        """The reading under the address that the page itself calls its own, once it is proven that
        the same stands there; a claim alone proves nothing."""
        article = reading.article
        claimed = (article and article.canonical_url) or ""
        if article is None or not is_article(claimed, self._source.links):
            return reading
        if not _moved(article.url, claimed):
            return reading
        known = self._commons.store.known(self._source.id, claimed)
        if known is None and _key(claimed) in self._tally.listed:
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
            if known is None and _key(url) not in self._early:
                fetched, reading = await self._fetch_and_read(url)
                self._early[_key(url)] = fetched
                if reading is not None:
                    self._keep(fetched, reading)
            return known or self._commons.store.known(self._source.id, url)

    async def fetch_again(self, recheck: Recheck, validator: Validator | None) -> Fetched:
        """Ask whether a known article still says what it said, and that it is still there."""
        fetched = await self._fetcher.fetch(recheck.url, FetchKind.ARTICLE, validator)
        if fetched.outcome is Outcome.UNCHANGED:
            self._unchanged(fetched, recheck)
        elif fetched.outcome not in (Outcome.OK, Outcome.GONE):
            self._failed(fetched, fetched.outcome, fetched.reason)
        else:
            reading = await self._read(fetched)
            if reading.outcome in _NOT_THERE:
                self._gone(fetched, recheck, reading)
            elif reading.article is None:
                self._log(fetched, reading)
                self._failed(fetched, reading.outcome, reading.reason)
            else:
                article = replace(reading.article, url=recheck.url)
                self._keep(fetched, replace(reading, article=article))
        return fetched

    async def _read(self, fetched: Fetched) -> Reading:
        """What the page says, or that it is not the page that was asked for."""
        capture = fetched.capture
        if fetched.outcome is Outcome.GONE or capture is None:
            return unread(Outcome.GONE, fetched.reason)
        moved = _moved(capture.url, capture.final_url)
        if moved and not self._is_own_article(capture.final_url):
            return unread(Outcome.SOFT_404, f"redirects to {capture.final_url}, no article")
        return await self._commons.readers.read_page(capture, self._source)

    def _is_own_article(self, url: str) -> bool:
        at_home = urlsplit(url).path in ("", "/") or not _moved(url, self._source.home)
        is_entry = any(not _moved(url, entry.url) for entry in self._source.entries)
        return not at_home and not is_entry and is_article(url, self._source.links)

    def _keep(self, fetched: Fetched, reading: Reading) -> None:
        capture = fetched.capture
        assert capture is not None  # only answers are read
        now = self._commons.now()
        aliases = _aliases(reading, capture.url, capture.final_url)
        kept = take(
            self._commons.store,
            Arrival(self._source, capture, reading, aliases),
            run_id=self._run_id,
            now=now,
            watchlist=self._commons.request.watchlist,
        )
        self._log_kept(fetched, reading, kept)
        if fetched.outcome is Outcome.OK:
            self._tally.fetched += 1
        self._done(fetched, reading.outcome, kept.applied.change, reading.reason)

    def _log_kept(self, fetched: Fetched, reading: Reading, kept: Kept) -> None:
        now = self._commons.now()
        validator = validator_of(fetched.capture, now) if fetched.capture else None
        with self._commons.store.writing() as tx:
            if fetched.outcome is Outcome.OK:  # a failed attempt is on record already
                self._fetcher.log(
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

    def _unchanged(self, fetched: Fetched, recheck: Recheck) -> None:
        with self._commons.store.writing() as tx:
            self._fetcher.log(tx, fetched)
            tx.checked(recheck.article_id, self._commons.now())
        self._done(fetched, Outcome.UNCHANGED, None, "")

    def _gone(self, fetched: Fetched, recheck: Recheck, reading: Reading) -> None:
        now = self._commons.now()
        with self._commons.store.writing() as tx:
            if fetched.outcome is Outcome.OK:
                self._fetcher.log(tx, fetched, outcome=reading.outcome, reason=reading.reason)
            change = tx.mark_gone(
                recheck.article_id,
                run_id=self._run_id,
                now=now,
                outcome=reading.outcome,
                evidence=reading.reason,
            )
        self._done(fetched, reading.outcome, change, reading.reason)

    def _log(self, fetched: Fetched, reading: Reading) -> None:
        with self._commons.store.writing() as tx:
            self._fetcher.log(tx, fetched, outcome=reading.outcome, reason=reading.reason)

    def _failed(self, fetched: Fetched, outcome: Outcome, reason: str) -> None:
        self._tally.fail(outcome)
        self._commons.report(ArticleDone(self._source.id, fetched.url, outcome, None, reason))

    def _done(self, fetched: Fetched, outcome: Outcome, change: Change | None, reason: str) -> None:
        self._tally.settle(_key(fetched.url), change, outcome)
        self._commons.report(ArticleDone(self._source.id, fetched.url, outcome, change, reason))


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url


def _moved(asked: str, final: str) -> bool:
    return _key(asked) != _key(final)


def _aliases(reading: Reading, *addresses: str) -> tuple[str, ...]:
    """The addresses that led to the article and are not its own."""
    if reading.article is None:
        return ()
    own = _key(reading.article.url)
    return tuple(dict.fromkeys(url for url in addresses if _key(url) != own))

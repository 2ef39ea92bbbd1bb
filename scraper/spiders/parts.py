"""The further pages of an article that goes over several: fetched, read, joined with the first.

A page that cannot be had now leaves the article `partial`, unless the archive has it from before.
Which addresses are such pages, and how pages become one article, is decided in `pages.parts`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from storage.runs.records import FetchKind
from storage.sources.records import Thing
from storage.types import Known, Outcome, Part, Reading
from storage.urls import key_of

from ..crawl.context import CrawlContext
from ..items import KeptPage
from ..middlewares.fetch_result import FetchResult
from ..pages.parts import MAX_PARTS, is_part, join_parts
from ..pipelines.read import Read, prepare
from ..pipelines.reread import load_pages
from ..sources.model import Source
from ..workers.readers import unread
from .addresses import moved
from .budget import Budget
from .fetch import Fetcher, validator_of


@dataclass(frozen=True, slots=True)
class _Had:
    """A further page: what is on record of it, and how it reads."""

    part: Part
    reading: Reading


class FurtherPages:
    """Completes articles, for one run."""

    def __init__(
        self, source: Source, context: CrawlContext, fetcher: Fetcher, budget: Budget | None
    ) -> None:
        self._source = source
        self._context = context
        self._fetcher = fetcher
        self._budget = budget

    async def complete(self, read: Read, known: Known | None) -> Read:
        """The article with all its pages; what is `known` of it helps to ask for them."""
        article = read.reading.article
        if article is None:
            return read
        kept = {key_of(part.url): part for part in (known.parts if known else ())}
        had: list[_Had] = []
        waiting, seen = [*read.reading.more_pages], {key_of(article.url)}
        while waiting and len(had) < MAX_PARTS - 1:
            url = waiting.pop(0)
            if key_of(url) in seen or not is_part(url, article.url):
                continue
            seen.add(key_of(url))
            page = await self._isolated(kept.get(key_of(url), Part(url)))
            if page.reading.article and page.reading.article.body == article.body:
                waiting.clear()  # the server gives the first page for any number
                break
            had.append(page)
            waiting += [each for each in page.reading.more_pages if key_of(each) not in seen]
        left = any(key_of(url) not in seen and is_part(url, article.url) for url in waiting)
        return self._joined(read, had, f"more than {MAX_PARTS} pages" if left else "")

    def as_kept(self, fetched: FetchResult, known: Known) -> FetchResult:
        """An answer "not modified" as if it had brought the page that is kept: there are further
        pages to ask for."""
        assert known.snapshot_id is not None  # only what was fetched has further pages
        capture = self._context.store.pages.snapshot(known.snapshot_id)
        return replace(fetched, outcome=Outcome.OK, capture=capture)

    async def read_kept(self, known: Known) -> KeptPage | None:
        """The kept pages of an article, as today's rules read them; None if there are none."""
        if known.snapshot_id is None:
            return None
        pages = load_pages(self._context.store, known.snapshot_id, known.parts)
        readings = [
            await self._context.readers.read_again(each, self._source) if each else None
            for each in (pages.first, *(capture for _, capture in pages.others))
        ]
        assert readings[0] is not None  # there is a first page
        addresses = [url for url, _ in pages.others]
        return KeptPage(known.snapshot_id, join_parts(readings[0], readings[1:], addresses))

    def _joined(self, read: Read, had: list[_Had], left_out: str) -> Read:
        first = replace(read.reading, more_pages=())
        parts = tuple(page.part for page in had)
        readings = [page.reading for page in had]
        joined = join_parts(first, readings, [part.url for part in parts], left_out)
        if joined.article is None or not had:
            return replace(read, reading=first)
        prepared = prepare(joined.article, self._context.request.watchlist)
        return replace(read, reading=joined, prepared=prepared, parts=parts)

    async def _isolated(self, part: Part) -> _Had:
        """One further page; where something of ours breaks at it, the article lacks it."""
        try:
            return await self._page(part)
        except Exception as error:
            reason = self._context.record_failure(self._source.id, Thing.PART, part.url, error)
            return _Had(part, unread(Outcome.FAILED, reason))

    async def _page(self, part: Part) -> _Had:
        """One further page as it is now; as it was, where it cannot be had now."""
        fetched, why = await self._fetch(part)
        if fetched is None:
            return await self._as_kept(part, why)
        if fetched.outcome is Outcome.UNCHANGED:
            with self._context.store.writing() as tx:
                self._fetcher.log(tx, fetched)
            return await self._as_kept(part, why)
        capture = fetched.capture
        assert capture is not None  # it was answered
        if moved(capture.url, capture.final_url):
            reading = unread(Outcome.SOFT_404, f"redirects to {capture.final_url}")
        else:
            reading = await self._context.readers.read_again(capture, self._source)
        now, usable = self._context.now(), reading.article is not None
        with self._context.store.writing() as tx:
            kept = None
            if usable:
                kept = tx.pages.keep(self._source.id, capture, FetchKind.ARTICLE)
                validator = validator_of(capture, now)
                if validator is not None:
                    tx.pages.remember_validator(self._source.id, validator, kept)
            self._fetcher.log(
                tx, fetched, outcome=reading.outcome, reason=reading.reason, snapshot_id=kept
            )
        if not usable:
            return await self._as_kept(part, reading)
        return _Had(Part(part.url, kept), reading)

    async def _fetch(self, part: Part) -> tuple[FetchResult | None, Reading]:
        """What came; None, and the reading of a page that is not there, if nothing did."""
        trouble = ""
        if self._budget is not None:
            trouble = self._budget.spent() or self._budget.circuit_open(part.url)
        if trouble:
            return None, unread(Outcome.PARTIAL, f"not asked for: {trouble}")
        validator = None
        if part.snapshot_id is not None:
            validator = self._context.store.pages.validators(self._source.id).get(part.url)
        if self._budget is not None:
            self._budget.begin()
        fetched = await self._fetcher.fetch(part.url, FetchKind.ARTICLE, validator)
        if self._budget is not None:
            self._budget.note(fetched)
        missing = unread(fetched.outcome, fetched.reason)
        usable = fetched.outcome in (Outcome.OK, Outcome.UNCHANGED)
        return (fetched if usable else None), missing

    async def _as_kept(self, part: Part, missing: Reading) -> _Had:
        if part.snapshot_id is None:
            return _Had(part, missing)
        capture = self._context.store.pages.snapshot(part.snapshot_id)
        return _Had(part, await self._context.readers.read_again(capture, self._source))

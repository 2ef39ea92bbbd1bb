"""The one door into the archive: a page that was read becomes an intent and is applied.

Matching happens before the lock; inside it only what must be true at once: known → decide → apply.
A crawl, a typed address and an import come through here alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from storage.crawls.records import FetchKind
from storage.packing import PackedBody
from storage.store import Store
from storage.transaction import Transaction
from storage.types import Applied, ArticleData, Capture, Known, Part, Reading, Revise, Touch

from ..hashes import body_hash, content_hash
from ..pages.parts import join_parts
from ..sources.model import Source
from .decide import decide
from .read import Prepared, prepare
from .reread import load_pages, read_pages

if TYPE_CHECKING:
    from storage.articles.history import Revision

    from ..relevance.topics import Watchlist
    from ..revisions.classify import ChangeSummary


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The archived page of a known article, as today's rules read it."""

    snapshot_id: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it arrives: what was fetched, how it reads, further addresses that led to it.

    `prepared` is what follows from the article, from a caller that has made it already; `before`
    the kept page it will be compared with, from one that has read that; `body` the capture's body,
    packed; `parts` the further pages of the article, kept already.
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
    """What became of an page, and the snapshot that proves it (None if it said nothing new)."""

    applied: Applied
    snapshot_id: int | None


def ingest(
    store: Store, page: FetchedPage, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> IngestResult:
    """Keep what an page says, in one write transaction. Raises StorageError."""
    keep = prepare_ingest(store, page, run_id=run_id, now=now, watchlist=watchlist)
    with store.writing() as tx:
        return keep(tx)


def prepare_ingest(
    store: Store, page: FetchedPage, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> Callable[[Transaction], IngestResult]:
    """Do what must be done before the lock; what is returned is what must be done inside it, and
    may be done again if its transaction is rolled back."""
    page = _mark_missing_pages(page)
    article = page.reading.article
    prepared = (page.prepared or prepare(article, watchlist)) if article else None
    url = article.url if article else page.capture.url
    known_before = store.known(page.source.id, url)
    previous = _previous(store, page, prepared, known_before)
    edit = _edit(store, page, previous, known_before)

    def keep(tx: Transaction) -> IngestResult:
        known = _rebase_on_current_rules(tx, tx.known(page.source.id, url), previous, now)
        intent = decide(page.reading, known, url, prepared.hashes if prepared else None)
        if isinstance(intent, Revise) and edit is not None:
            intent = edit.of(intent)
        snapshot_id = None
        if not isinstance(intent, Touch):
            snapshot_id = tx.keep_capture(
                page.source.id, page.capture, FetchKind.ARTICLE, page.body
            )
        applied = tx.apply(
            intent,
            source_id=page.source.id,
            run_id=run_id,
            now=now,
            snapshot_id=snapshot_id,
            aliases=page.aliases,
            columns=prepared.columns if prepared else None,
        )
        if applied.article_id is not None and (page.parts or (known and known.parts)):
            tx.keep_parts(applied.article_id, page.parts)
        _keep_matches(tx, applied, intent, prepared)
        return IngestResult(applied, snapshot_id)

    return keep


def _mark_missing_pages(page: FetchedPage) -> FetchedPage:
    """One page of an article whose further pages nobody fetched: they are owed from now on."""
    further = page.reading.more_pages
    if page.reading.article is None or not further:
        return page
    reading = join_parts(page.reading, [None] * len(further), further)
    return replace(page, reading=reading, prepared=None, parts=tuple(map(Part, further)))


@dataclass(frozen=True, slots=True)
class _Previous:
    """The kept page of a known article, as today's rules read it."""

    known: Known
    reading: Reading
    article: ArticleData


def _previous(
    store: Store, page: FetchedPage, prepared: Prepared | None, known: Known | None
) -> _Previous | None:
    """Read the kept page again where a comparison needs it: the new page differs from it."""
    if known is None or known.snapshot_id is None or prepared is None:
        return None
    if known.content_hash == prepared.hashes.content:
        return None
    if page.before is not None and page.before.snapshot_id == known.snapshot_id:
        reading = page.before.reading
    else:
        pages = load_pages(store, known.snapshot_id, known.parts)
        reading = read_pages(pages, page.source.fields, page.source.id)
    return _Previous(known, reading, reading.article) if reading.article else None


def _edit(
    store: Store, page: FetchedPage, previous: _Previous | None, known: Known | None
) -> ChangeSummary | None:
    """What changed, where the page is known: against the kept page, or what was imported of it."""
    article = page.reading.article
    if article is None:
        return None
    before: ArticleData | Revision
    if previous is not None:
        before = previous.article
    elif known is None or known.snapshot_id is not None:
        return None
    else:
        before = store.revisions(known.article_id)[-1]
    from ..revisions.classify import classify_change  # few pages have changed

    return classify_change(before, article)


def _rebase_on_current_rules(
    tx: Transaction, known: Known | None, previous: _Previous | None, now: datetime
) -> Known | None:
    """A better rule is no edit, be it the reader's, the template's or the hash's: first bring the
    kept page up to today's rules, then compare."""
    if known is None or previous is None or known.snapshot_id != previous.known.snapshot_id:
        return known
    content = content_hash(previous.article)
    if content == known.content_hash:
        return known
    tx.reread(
        known.article_id,
        known.revision,
        previous.reading,
        snapshot_id=previous.known.snapshot_id or 0,
        content_hash=content,
        body_hash=body_hash(previous.article),
        now=now,
    )
    return replace(known, content_hash=content)


def _keep_matches(
    tx: Transaction,
    applied: Applied,
    intent: object,
    prepared: Prepared | None,
) -> None:
    if applied.article_id is None or prepared is None or isinstance(intent, Touch):
        return
    if prepared.relevance is not None:
        tx.set_relevance(applied.article_id, prepared.relevance)

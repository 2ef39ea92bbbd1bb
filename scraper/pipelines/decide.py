"""The third stage: compare what was read with what is known, and say what the archive shall do.

`decide` is pure: new, changed or the same. `storage` carries the result out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from storage.archive import Archive
from storage.runs import FetchKind
from storage.transaction import Transaction
from storage.types import (
    Applied,
    ArticleData,
    Insert,
    Intent,
    Known,
    Outcome,
    Quarantine,
    Reading,
    Revise,
    Touch,
)

from ..hashes import Hashes, body_hash, content_hash, hashes_of
from ..items import FetchedPage, IngestResult, Plan
from .read import Prepared, load_pages, read_pages

if TYPE_CHECKING:
    from storage.revisions import Revision

    from ..revisions import ChangeSummary


_USABLE = (Outcome.OK, Outcome.PARTIAL)


def decide(reading: Reading, known: Known | None, url: str, hashes: Hashes | None = None) -> Intent:
    """What the archive shall do with this reading of the page at `url`. `hashes` are those of its
    article where they have been made already."""
    article = reading.article
    if article is None or reading.outcome not in _USABLE:
        return Quarantine(url, reading)
    hashes = hashes or hashes_of(article)
    content, body = hashes.content, hashes.body
    if known is None:
        return Insert(reading, content, body)
    if known.content_hash == content:
        return Touch(known.article_id)
    return Revise(known.article_id, reading, content, body)


def plan_ingest(store: Archive, page: FetchedPage, *, run_id: int, now: datetime) -> Plan:
    """Do what must be done before the lock for a page that has been graded. What is returned is
    what must be done inside it, and may be done again if its transaction is rolled back."""
    article, prepared = page.reading.article, page.prepared
    url = article.url if article else page.capture.url
    known_before = store.pages.known(page.source.id, url)
    previous = _previous(store, page, prepared, known_before)
    edit = _edit(store, page, previous, known_before)

    def keep(tx: Transaction) -> IngestResult:
        known = rebase_on_current_rules(
            tx, tx.archive.pages.known(page.source.id, url), previous, now
        )
        intent = decide(page.reading, known, url, prepared.hashes if prepared else None)
        if isinstance(intent, Revise) and edit is not None:
            intent = edit.of(intent)
        snapshot_id = None
        if not isinstance(intent, Touch):
            snapshot_id = tx.pages.keep(page.source.id, page.capture, FetchKind.ARTICLE, page.body)
        applied = tx.articles.apply(
            intent,
            source_id=page.source.id,
            run_id=run_id,
            now=now,
            snapshot_id=snapshot_id,
            aliases=page.aliases,
            columns=prepared.columns if prepared else None,
        )
        if applied.article_id is not None and (page.parts or (known and known.parts)):
            tx.articles.keep_parts(applied.article_id, page.parts)
        _keep_matches(tx, applied, intent, prepared)
        return IngestResult(applied, snapshot_id)

    return keep


@dataclass(frozen=True, slots=True)
class _Previous:
    """The kept page of a known article, as today's rules read it."""

    known: Known
    reading: Reading
    article: ArticleData


def _previous(
    store: Archive, page: FetchedPage, prepared: Prepared | None, known: Known | None
) -> _Previous | None:
    """Read the kept page again where a comparison needs it: the new page differs from it."""
    if known is None or known.snapshot_id is None or prepared is None:
        return None
    if known.content_hash == prepared.hashes.content:
        return None
    if page.before is not None and page.before.snapshot_id == known.snapshot_id:
        reading = page.before.reading
    else:
        pages = load_pages(store, page.source.id, known.snapshot_id, known.parts)
        reading = read_pages(pages, page.source.fields, page.source.id)
    return _Previous(known, reading, reading.article) if reading.article else None


def _edit(
    store: Archive, page: FetchedPage, previous: _Previous | None, known: Known | None
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
        before = store.revisions.of(known.article_id)[-1]
    from ..revisions import classify_change

    return classify_change(before, article)


def rebase_on_current_rules(
    tx: Transaction, known: Known | None, previous: _Previous | None, now: datetime
) -> Known | None:
    """A better rule is no edit, be it the reader's, the template's or the hash's: first bring the
    kept page up to today's rules, then compare."""
    if known is None or previous is None or known.snapshot_id != previous.known.snapshot_id:
        return known
    content = content_hash(previous.article)
    if content == known.content_hash:
        return known
    tx.articles.reread(
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
        tx.relevance.replace(applied.article_id, prepared.relevance)

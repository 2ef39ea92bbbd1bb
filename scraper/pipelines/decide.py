"""The third stage: compare what was read with what is known, and say what the archive shall do.

`decide` is pure: new, changed or the same. `storage` carries the result out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from storage.archive import Archive
from storage.runs import FetchKind
from storage.stories.texts import compare, units
from storage.transaction import Transaction
from storage.types import (
    Applied,
    ArticleData,
    DateKind,
    FieldStatus,
    Insert,
    Intent,
    Known,
    Origin,
    Outcome,
    Precision,
    Quarantine,
    Reading,
    Revise,
    Touch,
)

from ..hashes import Hashes, body_hash, content_hash, hashes_of
from ..items import FetchedPage, IngestResult, Plan
from ..parsing.types import AGED
from ..parsing.version import FACTS_VERSION
from .read import Prepared, load_pages, prepare, read_pages

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
    if known.held_hash == content:
        return Touch(known.article_id, as_held=True)
    return Revise(known.article_id, reading, content, body)


def plan_ingest(store: Archive, page: FetchedPage, *, run_id: int, now: datetime) -> Plan:
    """Do what must be done before the lock for a page that has been graded. What is returned is
    what must be done inside it, and may be done again if its transaction is rolled back."""
    article, prepared = page.reading.article, page.prepared
    url = article.url if article else page.capture.url
    known_before = store.pages.known(page.source.id, url)
    previous = _previous(store, page, prepared, known_before)
    before = _before(store, page, previous, known_before)
    page = _with_known_time(page, before)
    prepared = page.prepared
    edit = _edit(before, page)
    lost = _lost(store, before, page, known_before)

    def keep(tx: Transaction) -> IngestResult:
        known = rebase_on_current_rules(
            tx, tx.archive.pages.known(page.source.id, url), previous, now
        )
        intent = decide(page.reading, known, url, prepared.hashes if prepared else None)
        if isinstance(intent, Revise) and edit is not None:
            intent = replace(edit.of(intent), lost=lost)
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
        has_parts = page.parts or (known and known.parts)
        if applied.article_id is not None and applied.shown and has_parts:
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


def _before(
    store: Archive, page: FetchedPage, previous: _Previous | None, known: Known | None
) -> ArticleData | Revision | None:
    """What is known of an article, to be compared with what its page says now: the kept page, or
    what was imported of it. None where there is nothing to compare."""
    if page.reading.article is None:
        return None
    if previous is not None:
        return previous.article
    if known is None or known.snapshot_id is not None:
        return None
    versions = store.revisions.of(known.article_id)
    return next(each for each in versions if each.number == known.revision)


def _with_known_time(page: FetchedPage, before: ArticleData | Revision | None) -> FetchedPage:
    """The page, its published date as exact as it was known: a portal that leaves out the time of
    the same day takes nothing back. Nor does one that says how long ago it was, which is counted
    from each fetch anew."""
    article, prepared = page.reading.article, page.prepared
    known = before.published if before is not None else None
    if article is None or article.published is None or known is None or prepared is None:
        return page
    now = article.published
    is_same_day = now.day == known.day and now.precision is Precision.DAY
    if now == known or not (_is_from_age(article) or is_same_day):
        return page
    if is_same_day and known.precision is now.precision:
        return page
    article = replace(article, published=known)
    kept = prepared
    prepared = replace(prepare(article, None), relevance=kept.relevance, facts=kept.facts)
    return replace(page, reading=replace(page.reading, article=article), prepared=prepared)


def _edit(before: ArticleData | Revision | None, page: FetchedPage) -> ChangeSummary | None:
    """What changed, where the page is known."""
    if before is None or page.reading.article is None:
        return None
    from ..revisions import classify_change

    return classify_change(before, page.reading.article)


def _lost(
    store: Archive, before: ArticleData | Revision | None, page: FetchedPage, known: Known | None
) -> tuple[str, ...]:
    """The fields that a known page had and has no more: its date, or a title of its own, or all of
    them, where it shows another page."""
    article = page.reading.article
    if before is None or article is None or known is None:
        return ()
    if _is_another_page(before, article):
        return "published", "title", "body"
    lost = ["published"] if _lacks_date(before, article) else []
    if article.title != before.title:
        ask = store.revisions.titled_alike
        others = ask(page.source.id, known.article_id, article.title)
        if others and not ask(page.source.id, known.article_id, before.title):
            lost.append("title")
    return tuple(lost)


_IN_COMMON = 0.1


def _is_another_page(before: ArticleData | Revision, after: ArticleData) -> bool:
    """Whether nothing of what was known is left on a page: it says that the site is being worked
    on, for one. Another title, no day of its own where it had one, and none of the text."""
    had_day = before.published is not None and not _is_from(before, *_NOT_ITS_OWN)
    has_day = after.published is not None and not _is_from(after, *_NOT_ITS_OWN)
    if not had_day or has_day or after.title == before.title:
        return False
    if before.body.strip() == after.body.strip():
        return False  # a picture or a file is all that it has, or ever had
    found = compare(units(before.body), units(after.body))
    return max(found.one, found.other) < _IN_COMMON


_NOT_ITS_OWN = (Origin.LIST, Origin.FEED, Origin.URL)
"""Whence a page without a day has one all the same."""


def _lacks_date(before: ArticleData | Revision, after: ArticleData) -> bool:
    """Whether there was a date, and now there is none, or only the day that a list has."""
    if before.published is None or after.published is None:
        return before.published is not None
    return _is_from(after, Origin.LIST) and not _is_from(before, Origin.LIST)


def _is_from_age(article: ArticleData) -> bool:
    return any(
        clue.kind is DateKind.PUBLISHED and clue.rule == AGED and clue.status is FieldStatus.CHOSEN
        for clue in article.dates
    )


def _is_from(article: ArticleData | Revision, *origins: Origin) -> bool:
    return isinstance(article, ArticleData) and any(
        clue.kind is DateKind.PUBLISHED
        and clue.origin in origins
        and clue.status is FieldStatus.CHOSEN
        for clue in article.dates
    )


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
    if not applied.shown or isinstance(intent, Touch):
        return
    if applied.article_id is None or prepared is None:
        return
    if prepared.relevance is not None:
        tx.relevance.replace(applied.article_id, prepared.relevance)
    if prepared.facts is not None:
        tx.articles.facts.replace(applied.article_id, prepared.facts, FACTS_VERSION)

"""Pages that were set aside, read again with today's rules.

A page that now says something comes in through the door every page comes through. One that still
does not stays as it is. No network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hubwatch.locks import Lock
from scraper.items import FetchedPage
from scraper.parsing.article import read_article
from scraper.pipelines.archive import ingest
from scraper.pipelines.read import row_of, taught
from scraper.relevance.watchlist import Watchlist
from scraper.sources.links import is_own_article
from scraper.sources.model import Source
from storage.archive import Archive
from storage.pages import Quarantined
from storage.runs import Counts, RunKind
from storage.types import Capture, Outcome, Reading
from storage.urls import moved, url_key

from . import _

_PAGE = (200, 203)


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of one page: the article where the gap closed, else why it is still set aside."""

    item: Quarantined
    article_id: int | None = None
    title: str = ""
    outcome: Outcome | None = None
    reason: str = ""


def read_again(
    store: Archive,
    source: Source,
    items: Iterable[Quarantined],
    clock: Callable[[], datetime],
    watchlist: Watchlist,
) -> tuple[Retried, ...]:
    """Read the archived pages of a source again, as a run of its own. One process at a time does.
    Raises Busy, StorageError."""
    done: list[Retried] = []
    with Lock(store.path, RunKind.RETRY).acquire(timedelta(), f"reread quarantine {source.id}"):
        with store.writing() as tx:
            tx.runs.close_all(RunKind.RETRY, clock())
            run = tx.runs.start(source.id, clock(), kind=RunKind.RETRY)
        outcome = Outcome.INTERRUPTED
        try:
            for item in items:
                done.append(_read_again(store, source, item, run.id, clock(), watchlist))
            outcome = Outcome.OK
        finally:
            with store.writing() as tx:
                tx.runs.finish(run.id, clock(), outcome, _counts(done))
    return tuple(done)


def _read_again(
    store: Archive,
    source: Source,
    item: Quarantined,
    run_id: int,
    now: datetime,
    watchlist: Watchlist,
) -> Retried:
    if item.snapshot_id is None:
        return Retried(
            item, None, "", item.outcome, _("%(reason)s; no page was archived", reason=item.reason)
        )
    capture = store.pages.snapshot(item.snapshot_id)
    reading = _reading_of(store, capture, source)
    if reading is None:
        return Retried(item, None, "", item.outcome, item.reason)
    if reading.article is None:
        return Retried(item, None, "", reading.outcome, reading.reason)
    page = FetchedPage(source, capture, reading, (item.url, capture.final_url))
    kept = ingest(store, page, run_id=run_id, now=now, watchlist=watchlist)
    if kept.applied.article_id is None:
        return Retried(item, None, "", reading.outcome, reading.reason)
    with store.writing() as tx:
        tx.pages.release(source.id, item.url)
    return Retried(item, kept.applied.article_id, reading.article.title, reading.outcome)


def reads_today(store: Archive, source: Source, item: Quarantined) -> bool:
    """Whether today's rules read an article from the archived bytes of a page, so that nobody has
    to ask for it again. Raises StorageError."""
    if item.snapshot_id is None:
        return False
    reading = _reading_of(store, store.pages.snapshot(item.snapshot_id), source)
    return reading is not None and reading.article is not None


def _reading_of(store: Archive, capture: Capture, source: Source) -> Reading | None:
    """What today's rules read. None where the answer was no page of the source at all, which
    reading cannot mend."""
    if capture.status not in _PAGE or _led_elsewhere(capture, source):
        return None
    fields = taught(store, source).fields
    return read_article(capture, fields, source.id, row_of(store, source.id, capture))


def _led_elsewhere(capture: Capture, source: Source) -> bool:
    """Whether the server sent us to a page that is no article: reading cannot mend that."""
    elsewhere = moved(capture.url, capture.final_url)
    return elsewhere and not is_own_article(capture.final_url, source)


def _counts(done: Sequence[Retried]) -> Counts:
    closed = sum(each.article_id is not None for each in done)
    return Counts(new=closed, quarantined=len(done) - closed)


def after_fetch(store: Archive, item: Quarantined, reason: str) -> Retried:
    """What the archive says of a page after it was fetched again. `reason` is how its run ended."""
    known = store.pages.known(item.source_id, item.url)
    article = store.articles.get(known.article_id) if known else None
    if article is not None:
        return Retried(item, article.id, article.title, Outcome.OK)
    key = url_key(item.url)
    for still in store.pages.quarantined(None, item.source_id):
        if url_key(still.url) == key and still.tries > item.tries:
            return Retried(item, None, "", still.outcome, still.reason)
    return Retried(item, None, "", None, reason)

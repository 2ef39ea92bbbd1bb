"""The one door into the archive: a page that was read becomes an intent and is applied.

Matching happens before the lock; inside it only what must be true at once: known → decide → apply.
A crawl, a typed address and an import come through here alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.records import FetchKind
from storage.store import Store
from storage.types import Applied, ArticleData, Capture, Known, Match, Reading, Revise, Touch
from storage.write_slots import Transaction

from .decide import body_hash, changed_fields, content_hash, decide
from .pages.article import read_article
from .relevance.match import match
from .relevance.watchlist import Watchlist
from .sources.model import Source


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The archived page of a known article, as today's rules read it."""

    snapshot_id: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page as it arrives: what was fetched, how it reads, further addresses that led to it.

    `before` is the kept page it will be compared with, from a caller that has read it already.
    """

    source: Source
    capture: Capture
    reading: Reading
    aliases: tuple[str, ...] = ()
    before: KeptPage | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an arrival, and the snapshot that proves it (None if it said nothing new)."""

    applied: Applied
    snapshot_id: int | None


def take(
    store: Store, arrival: Arrival, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> Kept:
    """Keep what an arrival says, in one write transaction. Raises StorageError."""
    article = arrival.reading.article
    found = match(article, watchlist) if article and watchlist else ()
    url = article.url if article else arrival.capture.url
    previous = _previous(store, arrival, url)
    with store.writing() as tx:
        known = _in_step(tx, tx.known(arrival.source.id, url), previous, now)
        intent = decide(arrival.reading, known, url)
        if isinstance(intent, Revise) and previous and article:
            intent = replace(intent, changed=changed_fields(previous.article, article))
        snapshot_id = None
        if not isinstance(intent, Touch):
            snapshot_id = tx.keep_capture(arrival.source.id, arrival.capture, FetchKind.ARTICLE)
        applied = tx.apply(
            intent,
            source_id=arrival.source.id,
            run_id=run_id,
            now=now,
            snapshot_id=snapshot_id,
            aliases=arrival.aliases,
        )
        _keep_matches(tx, applied, intent, found, watchlist)
    return Kept(applied, snapshot_id)


@dataclass(frozen=True, slots=True)
class _Previous:
    """The kept page of a known article, as today's rules read it."""

    known: Known
    reading: Reading
    article: ArticleData


def _previous(store: Store, arrival: Arrival, url: str) -> _Previous | None:
    """Read the kept page again where a comparison needs it: the new page differs from it."""
    known = store.known(arrival.source.id, url)
    article = arrival.reading.article
    if known is None or known.snapshot_id is None or article is None:
        return None
    if known.content_hash == content_hash(article):
        return None
    if arrival.before is not None and arrival.before.snapshot_id == known.snapshot_id:
        reading = arrival.before.reading
    else:
        capture = store.snapshot(known.snapshot_id)
        reading = read_article(capture, arrival.source.fields, arrival.source.id)
    return _Previous(known, reading, reading.article) if reading.article else None


def _in_step(
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
    found: Sequence[Match],
    watchlist: Watchlist | None,
) -> None:
    if applied.article_id is not None and watchlist and not isinstance(intent, Touch):
        tx.set_matches(applied.article_id, found, watchlist.version)

"""The one door into the archive: a page that was read becomes an intent and is applied.

Matching happens before the lock; inside it only what must be true at once: known → decide → apply.
A crawl, a typed address and an import come through here alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from storage.archive import Archive
from storage.packing import PackedBody
from storage.runs.records import FetchKind
from storage.transaction import Transaction
from storage.types import Applied, ArticleData, Capture, Known, Part, Reading, Revise, Touch

from .decide import decide
from .hashes import body_hash, content_hash
from .pages.parts import join_parts
from .prepare import Prepared, prepare
from .sources.model import Source
from .whole import load_pages, read_pages

if TYPE_CHECKING:
    from storage.revisions.records import Revision

    from .relevance.topics import Watchlist
    from .weigh import Weighed


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The archived page of a known article, as today's rules read it."""

    snapshot_id: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Arrival:
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
class Kept:
    """What became of an arrival, and the snapshot that proves it (None if it said nothing new)."""

    applied: Applied
    snapshot_id: int | None


def take(
    store: Archive, arrival: Arrival, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> Kept:
    """Keep what an arrival says, in one write transaction. Raises StorageError."""
    keep = taking(store, arrival, run_id=run_id, now=now, watchlist=watchlist)
    with store.writing() as tx:
        return keep(tx)


def taking(
    store: Archive, arrival: Arrival, *, run_id: int, now: datetime, watchlist: Watchlist | None
) -> Callable[[Transaction], Kept]:
    """Do what must be done before the lock; what is returned is what must be done inside it, and
    may be done again if its transaction is rolled back."""
    arrival = _told_apart(arrival)
    article = arrival.reading.article
    prepared = (arrival.prepared or prepare(article, watchlist)) if article else None
    url = article.url if article else arrival.capture.url
    known_before = store.pages.known(arrival.source.id, url)
    previous = _previous(store, arrival, prepared, known_before)
    edit = _edit(store, arrival, previous, known_before)

    def keep(tx: Transaction) -> Kept:
        known = _in_step(tx, tx.archive.pages.known(arrival.source.id, url), previous, now)
        intent = decide(arrival.reading, known, url, prepared.hashes if prepared else None)
        if isinstance(intent, Revise) and edit is not None:
            intent = edit.of(intent)
        snapshot_id = None
        if not isinstance(intent, Touch):
            snapshot_id = tx.pages.keep(
                arrival.source.id, arrival.capture, FetchKind.ARTICLE, arrival.body
            )
        applied = tx.articles.apply(
            intent,
            source_id=arrival.source.id,
            run_id=run_id,
            now=now,
            snapshot_id=snapshot_id,
            aliases=arrival.aliases,
            columns=prepared.columns if prepared else None,
        )
        if applied.article_id is not None and (arrival.parts or (known and known.parts)):
            tx.articles.keep_parts(applied.article_id, arrival.parts)
        _keep_matches(tx, applied, intent, prepared)
        return Kept(applied, snapshot_id)

    return keep


def _told_apart(arrival: Arrival) -> Arrival:
    """One page of an article whose further pages nobody fetched: they are owed from now on."""
    further = arrival.reading.more_pages
    if arrival.reading.article is None or not further:
        return arrival
    reading = join_parts(arrival.reading, [None] * len(further), further)
    return replace(arrival, reading=reading, prepared=None, parts=tuple(map(Part, further)))


@dataclass(frozen=True, slots=True)
class _Previous:
    """The kept page of a known article, as today's rules read it."""

    known: Known
    reading: Reading
    article: ArticleData


def _previous(
    store: Archive, arrival: Arrival, prepared: Prepared | None, known: Known | None
) -> _Previous | None:
    """Read the kept page again where a comparison needs it: the new page differs from it."""
    if known is None or known.snapshot_id is None or prepared is None:
        return None
    if known.content_hash == prepared.hashes.content:
        return None
    if arrival.before is not None and arrival.before.snapshot_id == known.snapshot_id:
        reading = arrival.before.reading
    else:
        pages = load_pages(store, known.snapshot_id, known.parts)
        reading = read_pages(pages, arrival.source.fields, arrival.source.id)
    return _Previous(known, reading, reading.article) if reading.article else None


def _edit(
    store: Archive, arrival: Arrival, previous: _Previous | None, known: Known | None
) -> Weighed | None:
    """What changed, where the page is known: against the kept page, or what was imported of it."""
    article = arrival.reading.article
    if article is None:
        return None
    before: ArticleData | Revision
    if previous is not None:
        before = previous.article
    elif known is None or known.snapshot_id is not None:
        return None
    else:
        before = store.revisions.of(known.article_id)[-1]
    from .weigh import weigh  # few pages have changed

    return weigh(before, article)


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

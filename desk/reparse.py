"""Reading the archived pages again with today's rules: what would change, and changing it.

Adds readings, never revisions or events: the page is the same, only we read it better. No network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.decide import body_hash, content_hash
from scraper.pages.article import read_article
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from scraper.sources.load import Catalogue
from storage.store import Store
from storage.types import Article, ArticleData, Readable, Reading, Revision, When


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it is kept and as it reads today."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rereading:
    """One archived page read again. `fault` says why it could not be; the kept reading stays
    then."""

    item: Readable
    url: str
    changes: tuple[FieldChange, ...] = ()
    reading: Reading | None = None
    fault: str = ""
    current: bool = False


def reread(
    store: Store, catalogue: Catalogue, source_ids: Sequence[str] = ()
) -> Iterator[Rereading]:
    """Read every archived article page of these sources (or all) again. Changes nothing."""
    for item in store.readable(source_ids):
        article = store.article(item.article_id)
        if article is not None:
            yield _reread(store, catalogue, item, article)


def _reread(store: Store, catalogue: Catalogue, item: Readable, article: Article) -> Rereading:
    source = catalogue.sources.get(item.source_id)
    if source is None:
        return Rereading(item, article.url, fault=f"there is no source {item.source_id} any more")
    reading = read_article(store.snapshot(item.snapshot_id), source.fields, source.id)
    if reading.article is None:
        return Rereading(item, article.url, fault=f"{reading.outcome}: {reading.reason}")
    current = item.revision == article.revisions
    if current:
        pairs = _fields(article, reading.article, source.language)
    else:
        revision = next(r for r in store.revisions(article.id) if r.number == item.revision)
        pairs = _fields_of_old(revision, reading.article)
    changes = tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)
    return Rereading(item, article.url, changes, reading, current=current)


def apply(store: Store, found: Rereading, now: datetime, watchlist: Watchlist) -> None:
    """Keep a changed reading, and match a current one again. Raises StorageError."""
    reading, item = found.reading, found.item
    if reading is None or reading.article is None or not found.changes:
        return
    matches = match(reading.article, watchlist)
    with store.writing() as tx:
        tx.reread(
            item.article_id,
            item.revision,
            reading,
            snapshot_id=item.snapshot_id,
            content_hash=content_hash(reading.article),
            body_hash=body_hash(reading.article),
            now=now,
        )
        if found.current:
            tx.set_matches(item.article_id, matches, watchlist.version)


def _fields(old: Article, new: ArticleData, language: str) -> Iterator[tuple[str, str, str]]:
    yield "title", old.title, new.title
    yield "published", _iso(old.published), _iso(new.published)
    yield "updated", _iso(old.updated), _iso(new.updated)
    yield "source", old.source or "", new.source or ""
    yield "author", old.author or "", new.author or ""
    yield "language", old.language, new.language or language
    yield "body", old.body, new.body
    yield "html", old.html, new.html
    yield "images", _urls(old), _urls(new)
    yield "attachments", _files(old), _files(new)


def _fields_of_old(old: Revision, new: ArticleData) -> Iterator[tuple[str, str, str]]:
    yield "title", old.title, new.title
    yield "published", _iso(old.published), _iso(new.published)
    yield "body", old.body, new.body


def _iso(when: When | None) -> str:
    return when.iso if when else ""


def _urls(article: Article | ArticleData) -> str:
    return " ".join(image.url for image in article.images)


def _files(article: Article | ArticleData) -> str:
    return " ".join(file.url for file in article.attachments)

"""Applies a watchlist to the whole archive without a crawl: it makes no news.

Resumable: each article keeps which version of the watchlist saw it, and those that this one has
seen are left alone. Loads neither pages nor parsers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from storage.archive import Archive
from storage.relevance.queries import Text
from storage.types import ArticleData

_AT_ONCE = 200
"""Articles in one transaction: some tenth of a second, so that a crawl beside it need not wait."""


def rematch(store: Archive, watchlist: Watchlist) -> Iterator[int]:
    """Match every article that this watchlist has not seen; yields how many were done at a time.

    Raises StorageError.
    """
    texts = store.relevance.texts(unseen_by=watchlist.version)
    while batch := list(islice(texts, _AT_ONCE)):
        _keep(store, batch, watchlist)
        yield len(batch)


def _keep(store: Archive, batch: Iterable[Text], watchlist: Watchlist) -> None:
    found = [(text, match(as_article(text), watchlist)) for text in batch]
    with store.writing() as tx:
        for text, relevance in found:
            if tx.relevance.reads_as(
                text
            ):  # a crawl may have brought a newer version since we looked
                tx.relevance.replace(text.article_id, relevance)


def as_article(text: Text) -> ArticleData:
    """An archived text in the shape that is matched."""
    return ArticleData(text.url, text.source_id, text.title, text.body, published=text.published)

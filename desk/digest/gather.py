"""Select from the archive what an edition needs. Decides nothing about its contents."""

from __future__ import annotations

from collections.abc import Iterator

from storage.store import Store
from storage.types import Change
from storage.views import Article, Event, Order, Query

from .model import Edition, Material

_TOUCHED = frozenset({Change.CHANGED, Change.GONE, Change.BACK})


def gather(store: Store, edition: Edition) -> Material:
    """What the archive holds for the edition. Raises StorageError if it cannot be read."""
    period = edition.period
    seen = store.select(
        Query(
            topics=edition.topics,
            seen_since=period.since,
            seen_until=period.until,
            order=Order.NEWEST,
            limit=None,
        )
    )
    return Material(
        seen=seen,
        touched=tuple(_touched(store, edition)),
        runs=store.runs_between(period.since, period.until),
        states=store.source_states(),
    )


def _is_held(event: Event) -> bool:
    """Whether a change was taken for no news: too many at once, or one of a page that always
    changes."""
    return event.change is Change.CHANGED and event.baseline


def _touched(store: Store, edition: Edition) -> Iterator[Article]:
    period = edition.period
    ids = {
        event.article_id
        for event in store.events()
        if event.change in _TOUCHED and period.holds(event.at) and not _is_held(event)
    }
    for article_id in sorted(ids):
        article = store.article(article_id)
        if article is not None and article.first_seen_at < period.since:
            yield article

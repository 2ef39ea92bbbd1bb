"""Select from the archive what an edition needs. Decides nothing about its contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from storage.archive import Archive
from storage.articles.records import Article, Order, Query
from storage.revisions.records import Event
from storage.sources.records import SourceRef
from storage.types import Change

from .material import Material
from .model import Edition, Scope

TOUCHED = frozenset({Change.CHANGED, Change.GONE, Change.BACK})


def gather(store: Archive, edition: Edition, enabled: Sequence[SourceRef]) -> Material:
    """What the archive holds for the edition, where these sources are to be scanned. Raises
    StorageError if it cannot be read."""
    period = edition.period
    seen = store.articles.select(
        Query(
            topics=edition.topics,
            seen_since=period.since,
            seen_until=period.until,
            order=Order.NEWEST,
            limit=None,
        )
    )
    before = store.revisions.last_seq(period.since)
    events = [event for event in store.revisions.events(before) if period.holds(event.at)]
    touched = tuple(_touched(store, edition, events))
    stories = sorted({article.story_id for article in (*seen, *touched)})
    return Material(
        seen=seen,
        touched=touched,
        runs=store.runs.between(period.since, period.until),
        states=store.sources.states(),
        enabled=tuple(enabled),
        edits=store.edits.reported_between(period.since, period.until),
        returns={event.article_id: event.at for event in events if event.change is Change.BACK},
        verdicts=store.decisions.verdicts(stories),
        unfilled=store.slots.unfilled(period.since, period.until),
        for_review=for_review(store, edition, seen),
    )


def for_review(store: Archive, edition: Edition, seen: Iterable[Article]) -> frozenset[int]:
    """The articles that come into the queue of the desk, where only what people accept counts."""
    if edition.scope is not Scope.ACCEPTED:
        return frozenset()
    return store.queue.arriving([article.id for article in seen])


def is_news(event: Event) -> bool:
    """Whether something happened to a story that is to be told. Not a change that was held back:
    too many at once, or one of a page that always changes."""
    is_held = event.change is Change.CHANGED and event.baseline
    return event.change in TOUCHED and not is_held


def _touched(store: Archive, edition: Edition, events: Iterable[Event]) -> Iterator[Article]:
    period = edition.period
    ids = {event.article_id for event in events if is_news(event)}
    for article in store.articles.get_many(sorted(ids)):
        if article.first_seen_at < period.since:
            yield article

"""What a digest of everything since the last issue is made of: by the order of events, no clock.

Each story is news in exactly one issue of a selection. What an earlier issue left for later, or
left out because it was rejected, is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.articles.history import Event
from storage.articles.views import Article
from storage.crawls.records import SourceRef
from storage.digests.records import TOLD, DigestHead
from storage.review.decisions import State
from storage.store import Store
from storage.types import Change

from .gather import TOUCHED, is_held
from .model import Edition, Material, Period

_MOMENT = timedelta(milliseconds=1)  # the archive's instants are as fine as that


@dataclass(frozen=True, slots=True)
class Span:
    """The events after `after_seq` up to `upto_seq`, told as a period by the clock."""

    after_seq: int
    upto_seq: int
    since: datetime
    until: datetime


def span_since(
    store: Store, selection: str, now: datetime, first_since: datetime
) -> tuple[Span, DigestHead | None]:
    """From the last issue of a selection to the last event there is; where there is no issue yet
    from `first_since`. Also which issue that was."""
    last = store.last_issue(selection)
    if last is not None:
        return Span(last.upto_seq, store.last_seq(), last.until, max(now, last.until)), last
    return Span(store.last_seq(first_since), store.last_seq(), first_since, now), None


def gather_since(
    store: Store, edition: Edition, span: Span, enabled: Sequence[SourceRef]
) -> Material:
    """What the archive holds for an edition of the events of a span, where these sources are to be
    scanned."""
    events = [event for event in store.events(span.after_seq) if event.seq <= span.upto_seq]
    fresh = store.articles(_ids(events, {Change.NEW}))
    news = [event for event in events if event.change in TOUCHED and not is_held(event)]
    touched = store.articles(sorted({event.article_id for event in news}))
    left = _left(store, edition)
    stories = sorted({article.story_id for article in (*fresh, *touched, *left)})
    told_in = _told_in(store, edition, stories)
    window = _window(edition.period, events)
    return Material(
        seen=_once(article for article in (*fresh, *left) if article.story_id not in told_in),
        touched=_once(touched),
        runs=store.runs_between(span.since, span.until),
        states=store.source_states(),
        enabled=tuple(enabled),
        edits=store.told_between(window.since, window.until),
        returns={event.article_id: event.at for event in events if event.change is Change.BACK},
        verdicts=store.verdicts(stories),
        window=window,
        held_over=_held_over(store, edition),
        told_in=told_in,
    )


def _ids(events: Iterable[Event], changes: set[Change]) -> list[int]:
    return sorted({event.article_id for event in events if event.change in changes})


def _once(articles: Iterable[Article]) -> tuple[Article, ...]:
    return tuple({article.id: article for article in articles}.values())


def _left(store: Store, edition: Edition) -> list[Article]:
    """The stories that wait since an earlier issue. A rejected one is looked at again only when it
    is no longer rejected."""
    held = store.held_over(edition.selection)
    verdicts = store.verdicts(sorted({each.story_id for each in held}))
    wanted = [
        each.article_id
        for each in held
        if each.story_id not in verdicts or verdicts[each.story_id].state is not State.REJECTED
    ]
    return list(store.articles(sorted(set(wanted))))


def _held_over(store: Store, edition: Edition) -> dict[int, int]:
    return {each.story_id: each.digest for each in reversed(store.held_over(edition.selection))}


def _told_in(store: Store, edition: Edition, stories: Sequence[int]) -> dict[int, int]:
    """The first issue that told each story, as news or as an update, or had it trimmed."""
    found = store.told_of(edition.selection, stories)
    return {each.story_id: each.digest for each in reversed(found) if each.role in TOLD}


def _window(period: Period, events: Sequence[Event]) -> Period:
    """The time in which the events happened by their own clock, which may have been set."""
    moments = [event.at for event in events]
    since = min([period.since, *moments])
    until = max([period.until, *(moment + _MOMENT for moment in moments)])
    return Period(since, until, period.zone)

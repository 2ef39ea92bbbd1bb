"""What a digest of everything since the last issue is made of: by the order of events, no clock.

Each story is news in exactly one issue of a selection. What an earlier issue left for later, or
left out because it was rejected, is looked at again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.articles.history import Event
from storage.articles.views import Article
from storage.digests.records import TOLD, DigestHead
from storage.review.decisions import State
from storage.store import Store
from storage.types import Change

from .gather import TOUCHED, is_news
from .model import Edition, Material
from .owed import owed


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


def gather_since(store: Store, edition: Edition, span: Span) -> Material:
    """What the archive holds for an edition of the events of a span."""
    events = [event for event in store.events(span.after_seq) if event.seq <= span.upto_seq]
    fresh = store.articles(_ids(events, {Change.NEW}))
    touched = store.articles(_ids([each for each in events if is_news(each)], TOUCHED))
    held, left = _held(store, edition)
    stories = sorted({article.story_id for article in (*fresh, *touched, *left)})
    told_in = _told_in(store, edition, stories)
    window = edition.period.with_all(event.at for event in events)
    late = owed(store, {s: d for s, d in held.items() if s in told_in}, span.upto_seq, window)
    return Material(
        seen=_once(article for article in (*fresh, *left) if article.story_id not in told_in),
        touched=_once((*touched, *late.articles)),
        runs=store.runs_between(span.since, span.until),
        states=store.source_states(),
        edits=(*store.told_between(window.since, window.until), *late.edits),
        returns={e.article_id: e.at for e in (*late.events, *events) if e.change is Change.BACK},
        verdicts=store.verdicts(stories),
        window=window,
        windows=late.windows,
        held_over=held,
        told_in=told_in,
    )


def _ids(events: Iterable[Event], changes: Collection[Change]) -> list[int]:
    return sorted({event.article_id for event in events if event.change in changes})


def _once(articles: Iterable[Article]) -> tuple[Article, ...]:
    return tuple({article.id: article for article in articles}.values())


def _held(store: Store, edition: Edition) -> tuple[dict[int, int], list[Article]]:
    """The stories that wait since an earlier issue, with the first that left them, and the articles
    it left. A rejected one is looked at again only when it is no longer rejected."""
    held = store.held_over(edition.selection)
    verdicts = store.verdicts(sorted({each.story_id for each in held}))
    wanted = [
        each
        for each in held
        if each.story_id not in verdicts or verdicts[each.story_id].state is not State.REJECTED
    ]
    first = {each.story_id: each.digest for each in reversed(wanted)}
    return first, list(store.articles(sorted({each.article_id for each in wanted})))


def _told_in(store: Store, edition: Edition, stories: Sequence[int]) -> dict[int, int]:
    """The first issue that told each story, as news or as an update, or had it trimmed."""
    found = store.told_of(edition.selection, stories)
    return {each.story_id: each.digest for each in reversed(found) if each.role in TOLD}

"""What of the archive an edition needs: of a period, or of everything since the last issue.

Decides nothing about the contents. A digest since the last issue goes by the order of events and
asks no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from storage.archive import Archive
from storage.articles.records import Article, Edit, Order, Query
from storage.decisions import State
from storage.digests import PUBLISHED, ArticleRole, DigestHead, PublishedItem
from storage.revisions import Event
from storage.sources import SourceRef
from storage.types import Change

from ..text import one_line
from .model import Edition, EventReport, Material, Period, Scope

TOUCHED = frozenset({Change.CHANGED, Change.GONE, Change.BACK})


def gather(store: Archive, edition: Edition, enabled: Sequence[SourceRef]) -> Material:
    """What the archive holds for the edition, where these sources are to be scanned. Raises
    StorageError if it cannot be read."""
    period = edition.period
    found = store.articles.select(
        Query(
            topics=edition.topics,
            seen_since=period.since,
            seen_until=period.until,
            order=Order.NEWEST,
            limit=None,
        )
    )
    known = _known_before(store, edition, found)
    seen = _as_baseline(store, (one for one in found if one.story_id not in known))
    before = store.revisions.last_seq(period.since)
    events = [event for event in store.revisions.events(before) if period.contains(event.at)]
    touched = tuple(_touched(store, edition, events))
    stories = sorted({article.story_id for article in (*seen, *touched)})
    return Material(
        seen=seen,
        touched=touched,
        crawled=store.runs.crawled(period.since, period.until),
        states=store.sources.states(counted=False),
        enabled=tuple(enabled),
        edits=store.edits.reported_between(period.since, period.until),
        returns={event.article_id: event.at for event in events if event.change is Change.BACK},
        verdicts=store.decisions.verdicts(stories),
        unfilled=store.slots.unfilled(period.since, period.until),
        for_review=for_review(store, edition, seen),
        reports=event_reports(store, stories, None),
        file_texts=file_texts(store, (*seen, *touched)),
        known_until=store.slots.known_until([each.id for each in enabled], period.until),
    )


_READ = 2_000


def file_texts(store: Archive, articles: Iterable[Article]) -> dict[int, str]:
    """How the first file that could be read begins, by article, of those whose page has no text."""
    found: dict[int, str] = {}
    for article in articles:
        for file in () if article.body.strip() else store.attachments.of(article.id):
            if file.characters and article.id not in found:
                found[article.id] = store.attachments.text(file.file_id)[:_READ]
    return found


_REPORTS = 6
"""So many other stories of an event are named with an item."""


def event_reports(
    store: Archive, stories: Sequence[int], selection: str | None
) -> dict[int, tuple[EventReport, ...]]:
    """The other stories of the events of these, by story, without those that people rejected. With
    a selection each says which issue of that published it."""
    around = store.stories.events.around(stories)
    numbers = sorted({each for told in around.values() for each in told})
    verdicts = store.decisions.verdicts(numbers)
    leads = store.stories.leads(numbers)
    articles = {one.id: one for one in store.articles.get_many(sorted(leads.values()))}
    issues: dict[int, int] = {}
    if selection is not None:
        published = store.digests.published_items(selection, numbers)
        issues = {
            each.story_id: each.digest for each in reversed(published) if each.role in PUBLISHED
        }
    reports = {
        story: _report(articles[article], issues.get(story))
        for story, article in leads.items()
        if article in articles
        and (story not in verdicts or verdicts[story].state is not State.REJECTED)
    }
    return {
        story: tuple(reports[each] for each in told if each != story and each in reports)[:_REPORTS]
        for story, told in around.items()
    }


def _report(article: Article, issue: int | None) -> EventReport:
    return EventReport(
        story_id=article.story_id,
        article_id=article.id,
        title=one_line(article.title, _TITLE),
        url=article.url,
        publisher=one_line(article.source_name),
        language=article.language,
        published=article.published,
        issue=issue,
    )


_TITLE = 500


def for_review(store: Archive, edition: Edition, seen: Iterable[Article]) -> frozenset[int]:
    """The articles that come into the queue of the desk, where only what people accept counts."""
    if edition.scope is not Scope.ACCEPTED:
        return frozenset()
    return store.queue.arriving([article.id for article in seen])


def news_of(store: Archive, events: Iterable[Event]) -> list[Event]:
    """Those of these events that are to be reported. That a page is gone is none where its text
    was moved to another address of its source."""
    found = [event for event in events if is_news(event)]
    gone = store.articles.get_many(_ids(found, {Change.GONE}))
    moved = {article.id for article in gone if article.stands_at}
    return [one for one in found if one.change is not Change.GONE or one.article_id not in moved]


def is_news(event: Event) -> bool:
    """Whether something happened to a story that is to be reported. Not a change that was held
    back: too many at once, or one of a page that always changes."""
    is_held = event.change is Change.CHANGED and event.baseline
    return event.change in TOUCHED and not is_held


def _as_baseline(store: Archive, found: Iterable[Article]) -> tuple[Article, ...]:
    """These articles, where those count as brought by a first crawl whose text it had brought at
    another address of their source: a move, or a relaunch, makes no news."""
    articles = tuple(found)
    again = store.articles.repeats_of_baseline([one.id for one in articles])
    return tuple(replace(one, baseline=one.baseline or one.id in again) for one in articles)


def _touched(store: Archive, edition: Edition, events: Iterable[Event]) -> Iterator[Article]:
    """What happened within the period to stories known before it, or came as no news within it:
    the edit of an article of a first crawl is the first that anybody hears of it."""
    ids = {event.article_id for event in news_of(store, events)}
    articles = store.articles.get_many(sorted(ids))
    known = _known_before(store, edition, articles)
    for article in articles:
        if article.story_id in known or article.baseline:
            yield article


def _known_before(store: Archive, edition: Edition, articles: Iterable[Article]) -> set[int]:
    """The stories of these that were news before the period, by an article that the edition could
    have told: not one of a first crawl, nor of other topics."""
    stories = sorted({article.story_id for article in articles})
    first = store.articles.first_news(stories, edition.topics)
    return {story for story, at in first.items() if at < edition.period.since}


# What happened to published stories since an issue left it for later.


@dataclass(slots=True)
class PendingStories:
    """The articles of these stories, what happened to them, and by story the time it is about."""

    articles: list[Article] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    windows: dict[int, Period] = field(default_factory=dict)


def pending(
    store: Archive, left_by: Mapping[int, int], upto_seq: int, now: Period
) -> PendingStories:
    """What is pending of stories, each with the issue that left it. `now` is the time that the
    edition is about anyway. Stories to which nothing happened are left out."""
    found = PendingStories()
    for story, number in left_by.items():
        head = store.digests.get(number)
        articles = store.articles.of_story(story)
        events = news_of(
            store,
            (
                event
                for article in articles
                for event in store.revisions.events_of(article.id)
                if head is not None and head.after_seq < event.seq <= upto_seq
            ),
        )
        if head is not None and events:
            found.articles += articles
            found.events += events
            found.edits += [
                each for each in store.edits.of_story(story) if not now.contains(each.reported_at)
            ]
            found.windows[story] = now.with_all([head.since, *(event.at for event in events)])
    return found


# Everything since the last issue.


@dataclass(frozen=True, slots=True)
class Span:
    """The events after `after_seq` up to `upto_seq`, as a period by the clock. A page on which
    somebody accepts a story may have been opened before, but not before `seen_seq`."""

    after_seq: int
    upto_seq: int
    since: datetime
    until: datetime
    seen_seq: int = 0


def span_since(
    store: Archive, selection: str, now: datetime, first_since: datetime
) -> tuple[Span, DigestHead | None]:
    """From the last issue of a selection to the last event there is. Where there is no issue yet
    from `first_since`. Also which issue that was."""
    last = store.digests.last_issue(selection)
    if last is not None:
        seen, until = store.digests.began(selection, last.upto_seq), max(now, last.until)
        return Span(last.upto_seq, store.revisions.last_seq(), last.until, until, seen), last
    first = store.revisions.last_seq(first_since)
    return Span(first, store.revisions.last_seq(), first_since, now, first), None


def gather_since(
    store: Archive, edition: Edition, span: Span, enabled: Sequence[SourceRef]
) -> Material:
    """What the archive holds for an edition of the events of a span, where these sources are to be
    scanned."""
    events = [
        event for event in store.revisions.events(span.after_seq) if event.seq <= span.upto_seq
    ]
    fresh = _as_baseline(store, store.articles.get_many(_ids(events, {Change.NEW})))
    touched = store.articles.get_many(_ids(news_of(store, events), TOUCHED))
    parted = store.stories.parted()
    left, chosen = _left(store, edition, parted), _chosen(store, edition, span)
    found = (*fresh, *left.articles, *chosen)
    stories = sorted({article.story_id for article in (*found, *touched)})
    first_issues = _first_issues(store, edition, stories, parted)
    window = edition.period.with_all(event.at for event in events)
    updates = {
        a.story_id: left.left_by[a.story_id] for a in left.articles if a.story_id in first_issues
    }
    late = pending(store, updates, span.upto_seq, window)
    seen = _once(each for each in found if each.story_id not in first_issues)
    touched = _once((*touched, *late.articles))
    return Material(
        seen=seen,
        touched=touched,
        crawled=store.runs.crawled(
            max(span.since, edition.period.since), min(span.until, edition.period.until)
        ),
        states=store.sources.states(counted=False),
        enabled=tuple(enabled),
        edits=(*store.edits.reported_between(window.since, window.until), *late.edits),
        returns={e.article_id: e.at for e in (*late.events, *events) if e.change is Change.BACK},
        verdicts=store.decisions.verdicts(stories),
        window=window,
        windows=late.windows,
        held_over=left.left_by,
        waiting=len(left.waiting.difference(stories)),
        first_issues=first_issues,
        for_review=for_review(store, edition, fresh) | {each.id for each in chosen},
        copies=tuple(each.id for each in fresh if each.story_id in first_issues),
        reports=event_reports(store, stories, edition.selection),
        file_texts=file_texts(store, (*seen, *touched)),
        known_until=store.slots.known_until([each.id for each in enabled], span.until),
    )


def _chosen(store: Archive, edition: Edition, span: Span) -> list[Article]:
    """What people accepted since the last issue, however long ago it came in: where only that
    counts, it is news by their word."""
    if edition.scope is not Scope.ACCEPTED:
        return []
    stories = store.decisions.accepted_since(span.seen_seq)
    return [article for story in stories for article in store.articles.of_story(story)]


def _ids(events: Iterable[Event], changes: Collection[Change]) -> list[int]:
    return sorted({event.article_id for event in events if event.change in changes})


def _once(articles: Iterable[Article]) -> tuple[Article, ...]:
    return tuple({article.id: article for article in articles}.values())


@dataclass(frozen=True, slots=True)
class _Left:
    """What earlier issues left that is to be looked at again: its articles, and by story the first
    issue that left it. `waiting` are stories that go on waiting without a look."""

    articles: tuple[Article, ...]
    left_by: dict[int, int]
    waiting: frozenset[int]


def _left(store: Archive, edition: Edition, parted: Sequence[int]) -> _Left:
    held = store.digests.held_over(edition.selection)
    held_back = (*held, *_came_apart(store, edition, parted))
    verdicts = store.decisions.verdicts(sorted({each.story_id for each in held_back}))
    states = {story: verdict.state for story, verdict in verdicts.items()}
    again = {each.story_id for each in held_back if _is_wanted(states.get(each.story_id), edition)}
    waiting = {
        each.story_id for each in held_back if states.get(each.story_id) is not State.REJECTED
    }
    return _Left(
        store.articles.get_many(
            sorted({each.article_id for each in held_back if each.story_id in again})
        ),
        {each.story_id: each.digest for each in reversed(held)},
        frozenset(waiting - again),
    )


def _is_wanted(state: State | None, edition: Edition) -> bool:
    """Whether a story that was left is looked at again: not as long as it is rejected, or nobody
    has accepted it where only that counts."""
    if edition.scope is Scope.ACCEPTED:
        return state is State.ACCEPTED
    return state is not State.REJECTED


def _came_apart(store: Archive, edition: Edition, parted: Sequence[int]) -> list[PublishedItem]:
    """The copies of what was published that are stories of their own since people took them
    apart."""
    said = store.digests.published_items(edition.selection, parted)
    published = {each.story_id for each in said if each.role in PUBLISHED}
    return [
        each for each in said if each.role is ArticleRole.COPY and each.story_id not in published
    ]


def _first_issues(
    store: Archive, edition: Edition, stories: Sequence[int], parted: Collection[int]
) -> dict[int, int]:
    """The first issue that published each story, as news or as an update, or had it trimmed. A
    copy was published with its story, also where that goes on without the article that led it. It
    was not if people say that it is another story."""
    found = store.digests.published_items(edition.selection, stories)
    return {
        each.story_id: each.digest
        for each in reversed(found)
        if each.role in PUBLISHED or (each.role is ArticleRole.COPY and each.story_id not in parted)
    }

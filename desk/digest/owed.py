"""What is owed of stories that were told: what happened to them since an issue left that for later,
or out because they were rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.archive import Archive
from storage.articles.records import Article, Edit
from storage.revisions.records import Event

from .gather import is_news
from .model import Period


@dataclass(slots=True)
class Owed:
    """The articles of these stories, what happened to them, and by story the time to tell of."""

    articles: list[Article] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    windows: dict[int, Period] = field(default_factory=dict)


def owed(store: Archive, left_by: Mapping[int, int], upto_seq: int, now: Period) -> Owed:
    """What is owed of stories, each with the issue that left it; `now` is the time that is told of
    anyway. Nothing of those to which nothing happened."""
    found = Owed()
    for story, number in left_by.items():
        head = store.digests.get(number)
        articles = store.articles.of_story(story)
        events = [
            event
            for article in articles
            for event in store.revisions.events_of(article.id)
            if head is not None and head.after_seq < event.seq <= upto_seq and is_news(event)
        ]
        if head is not None and events:
            found.articles += articles
            found.events += events
            found.edits += [
                each for each in store.edits.of_story(story) if not now.holds(each.told_at)
            ]
            found.windows[story] = now.with_all([head.since, *(event.at for event in events)])
    return found

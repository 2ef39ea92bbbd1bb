"""The event that several stories tell, as a JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.events.lexicon import shared_words

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.stories.queries import EventDecision, EventLink, Story


@dataclass(frozen=True, slots=True)
class EventFile:
    """Everything that is known of an event."""

    number: int
    stories: tuple[Story, ...]
    links: tuple[EventLink, ...]
    decisions: tuple[EventDecision, ...]


def ties(store: Archive, link: EventLink) -> tuple[str, ...]:
    """What two articles of an event share, as both say it. Raise StorageError."""
    found = link.evidence
    articles = store.articles.get_many([link.article_id, link.other_id])
    texts = {each.id: f"{each.title}\n{each.body}" for each in articles}
    one, other = (texts.get(each, "") for each in (link.article_id, link.other_id))
    words = shared_words(one, other, found["subjects"])
    return (*found["days"], *found["figures"], *found["names"], *words)


def known_event(store: Archive, story: int) -> EventFile | None:
    """The event of a story, or None where there is no such story. Raise StorageError."""
    head = store.stories.heads([story]).get(story)
    if head is None:
        return None
    numbers = store.stories.events.stories_of(head)
    files = [file for each in numbers if (file := store.stories.file(each)) is not None]
    stories = tuple(file.story for file in files)
    articles = {place.id for each in stories for place in each.publications}
    said = tuple(one for one in store.stories.events.decisions() if articles & set(one.articles))
    return EventFile(numbers[0], stories, store.stories.events.links_between(numbers), said)


_TOLD_BY: JsonDocument[Story] = JsonDocument(
    Member("id", "integer", "number of the story", lambda s: s.id),
    Member("title", "text", "the headline of its lead", lambda s: s.lead.title),
    Member("source", "text", "id of the source of its lead", lambda s: s.lead.source_id),
    Member("published", "date or null", "when its lead was published", lambda s: s.lead.published),
)  # fmt: skip


_LINK: JsonDocument[EventLink] = JsonDocument(
    Member("article", "integer", "an article of the event", lambda k: k.article_id),
    Member("other", "integer", "another that is tied to it", lambda k: k.other_id),
    Member("across", "boolean", "they are in different languages", lambda k: k.across),
    Member("strength", "number", "what all that they share weighs; from 4.2 on it may tie two, in "
        "one language from 7.5 on", lambda k: k.strength),
    Member("days", "list", "the days that both name (MM-DD)", lambda k: [*k.evidence["days"]]),
    Member("figures", "list", "the figures of the one that the other has, rounded or not",
        lambda k: [*k.evidence["figures"]]),
    Member("names", "list", "names in both, romanised", lambda k: [*k.evidence["names"]]),
    Member("subjects", "list", "what both may be about by their words, in Chinese",
        lambda k: [*k.evidence["subjects"]]),
    Member("against", "list", "what speaks against it: `day`, `ordinal` or `act`",
        lambda k: [*k.evidence["against"]]),
)  # fmt: skip


_SAID: JsonDocument[EventDecision] = JsonDocument(
    Member("id", "integer", "its number, for `--undo`", lambda d: d.id),
    Member("together", "boolean", "they tell one event, or the first another than the rest",
        lambda d: d.together),
    Member("articles", "list", "the leads of the stories it was said of", lambda d: d.articles),
    Member("by", "text", "who said so", lambda d: d.person),
    Member("at", "moment", "when", lambda d: d.at),
    Member("why", "text", "the reason, may be empty", lambda d: d.why),
    Member("undone", "moment or null", "when it was taken back; null: it stands",
        lambda d: d.undone_at),
    Member("undone_by", "text or null", "who took it back", lambda d: d.undone_by or None),
)  # fmt: skip


EVENT: JsonDocument[EventFile] = JsonDocument(
    Member("event", "integer", "the lowest number of its stories", lambda e: e.number),
    parts("stories", "the stories that tell it, in order of numbers", lambda e: e.stories,
        _TOLD_BY),
    parts("links", "what ties them, the strongest first", lambda e: e.links, _LINK),
    parts("decisions", "what people said of it, the latest first", lambda e: e.decisions, _SAID),
    commands=("stories event --json", "stories link --json", "stories unlink --json"),
    about="One event. How it is found: [events.md](events.md).",
)  # fmt: skip

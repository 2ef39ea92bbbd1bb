"""What other stories tell of the event of a story, what ties them, and what people say of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from storage.archive import Archive
from storage.stories.queries import EventDecision, EventLink, Publication

from ..documents.events import ties
from ..text import one_line
from .request import RequestContext, number_of

_MOST = 6
"""So many other stories of an event are shown."""


@dataclass(frozen=True, slots=True)
class OtherStory:
    """Another story of the event: `lead` had it first, `ties` is what both share."""

    number: int
    lead: Publication
    ties: tuple[str, ...]


def other_stories(store: Archive, story: int) -> tuple[OtherStory, ...]:
    """The other stories of the event of a story, in order of numbers."""
    numbers = store.stories.events.stories_of(story)
    files = {each: store.stories.file(each) for each in numbers[: _MOST + 1]}
    if files.get(story) is None or len(files) < 2:
        return ()
    found = {each: file.story for each, file in files.items() if file is not None}
    links = store.stories.events.links_between(numbers)
    own = {place.id for place in found[story].publications}
    return tuple(
        OtherStory(
            each,
            other.lead,
            _ties(store, own, {place.id for place in other.publications}, links),
        )
        for each, other in found.items()
        if each != story
    )


@dataclass(frozen=True, slots=True)
class SaidOfEvents:
    """What a person said: that these stories tell one event, or two. `other` is a story of it."""

    decision: EventDecision
    other: int


def said_of_events(store: Archive, story: int) -> tuple[SaidOfEvents, ...]:
    """What people said of the event of a story that stands, the latest first."""
    file = store.stories.file(story)
    if file is None:
        return ()
    mine = {place.id for place in file.story.publications}
    said = [
        (one, next((each for each in one.articles if each not in mine), 0))
        for one in store.stories.events.decisions()
        if one.undone_at is None and mine & set(one.articles)
    ]
    stories = store.stories.of_articles([article for _, article in said if article])
    return tuple(SaidOfEvents(one, stories.get(article, 0)) for one, article in said)


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """What was typed for the other story, and why that is none."""

    other: str
    message: str


def change(visit: RequestContext) -> Response | RefusedLink:
    """Say that another story tells the same event, or another one, or take that back. Fields:
    `story`, `do` (`link`, `unlink` or `undo`), `other`, `why`, of an undo `decision`."""
    story, act = number_of(str(visit.form.get("story", ""))), str(visit.form.get("do", ""))
    typed = one_line(str(visit.form.get("other", "")), 200)
    other = number_of(typed.rstrip("/").rpartition("/")[2])  # a number, or the page of a story
    if act == "undo":
        number = number_of(str(visit.form.get("decision", "")))
        try:
            with visit.desk.writing() as store, store.writing() as tx:
                tx.stories.events.undo(number, person=visit.person.name, now=visit.now)
        except LookupError:
            return RefusedLink("", visit.words("That was taken back already."))
        return _after(visit, story, act, other, 0)
    if act not in ("link", "unlink"):
        return visit.missing(visit.words("Choose a story first."))
    with visit.desk.writing() as store, store.writing() as tx:
        heads = tx.archive.stories.heads([story, other])
        if other not in heads or story not in heads:
            return RefusedLink(typed, visit.words("There is no story of that number."))
        if heads[story] == heads[other]:
            return RefusedLink(typed, visit.words("That is this story itself."))
        leads = tx.archive.stories.leads([*heads.values()])
        made = tx.stories.events.say(
            together=act == "link",
            articles=[leads[heads[each]] for each in (story, other)],
            person=visit.person.name,
            why=visit.why,
            now=visit.now,
        )
    return _after(visit, story, act, heads[other], made)


def _after(visit: RequestContext, story: int, act: str, other: int, made: int) -> Response:
    told = urlencode({"event": act, "other": other, "made": made})
    return visit.back(f"/story/{story}?{told}")


@dataclass(frozen=True, slots=True)
class JustSaidOfEvent:
    """What was just said, of which other story, and the number that takes it back, or 0."""

    act: str
    other: int
    decision: int


def event_just_said(visit: RequestContext) -> JustSaidOfEvent | None:
    """What the address says was just said of the event, or None."""
    query = visit.request.query_params
    act = query.get("event", "")
    if act not in ("link", "unlink", "undo"):
        return None
    numbers = (number_of(query.get(name, "")) for name in ("other", "made"))
    return JustSaidOfEvent(act, *numbers)


def _ties(
    store: Archive, own: set[int], others: set[int], links: tuple[EventLink, ...]
) -> tuple[str, ...]:
    for link in links:
        two = {link.article_id, link.other_id}
        if two & own and two & others:
            return ties(store, link)
    return ()

"""A story as one card: what a reviewer sees of it before opening it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.relevance.watchlist import Watchlist
from storage.archive import Archive
from storage.articles.records import Article
from storage.decisions.records import Decision, State, Verb, Verdict, last_word
from storage.relevance.records import PlaceRole, Relevance
from storage.types import Grade

from ..digest.model import Quote
from ..digest.quotes import quote

_ALSO = 6


@dataclass(frozen=True, slots=True)
class Card:
    """One story, told by its lead. `quote` is the sentence that made it match, `places` those it is
    about, by name; `marks` are the stars, tags and notes that stand."""

    story_id: int
    lead: Article
    arrived_at: datetime
    verdict: Verdict
    grade: Grade | None
    topics: tuple[str, ...]
    places: tuple[str, ...]
    quote: Quote | None
    marks: tuple[Decision, ...] = ()

    @property
    def also_at(self) -> Sequence[object]:
        """The first few of its other addresses."""
        return self.lead.also_at[:_ALSO]

    @property
    def more(self) -> int:
        """How many more addresses it has."""
        return max(0, len(self.lead.also_at) - _ALSO)

    def last_word(self, person: str) -> int:
        """The number of what this person said of it last, which can be taken back; 0 if nothing."""
        return last_word((*self.verdict.decisions, *self.marks), person)

    @property
    def state(self) -> State:
        """What people's words come to."""
        return self.verdict.state


def cards(
    store: Archive,
    watchlist: Watchlist,
    told: Iterable[tuple[int, int, datetime | None]],
    language: str,
) -> tuple[Card, ...]:
    """Cards of stories: (story, lead, arrival) each; without an arrival, the lead's first sight."""
    stories = list(told)
    leads = {one.id: one for one in store.articles.get_many([lead for _, lead, _ in stories])}
    found = store.relevance.of_many(list(leads))
    numbers = [story for story, _, _ in stories]
    verdicts, said = store.decisions.verdicts(numbers), store.decisions.standing_of(numbers)
    return tuple(
        _card(
            leads[lead],
            arrived or leads[lead].first_seen_at,
            found.get(lead),
            verdicts.get(story, Verdict(State.OPEN)),
            said.get(story, ()),
            watchlist,
            language,
        )
        for story, lead, arrived in stories
        if lead in leads
    )


def _card(
    lead: Article,
    arrived: datetime,
    found: Relevance | None,
    verdict: Verdict,
    said: Sequence[Decision],
    watchlist: Watchlist,
    language: str,
) -> Card:
    watched = [one for one in lead.matches if one.topic in watchlist.watched]
    places = watchlist.gazetteer.places
    return Card(
        story_id=lead.story_id,
        lead=lead,
        arrived_at=arrived,
        verdict=verdict,
        grade=found.grade(watchlist.watched) if found else None,
        topics=tuple(
            watchlist.topics[one.topic].label(language)
            for one in (found.scores if found else ())
            if one.topic in watchlist.topics and watchlist.topics[one.topic].watched
        ),
        places=tuple(
            places[one.place].label(language)
            for one in (found.places if found else ())
            if one.role is PlaceRole.ABOUT and one.place in places
        ),
        quote=quote(watched, lead.title),
        marks=tuple(one for one in said if one.verb in (Verb.STAR, Verb.TAG, Verb.NOTE)),
    )

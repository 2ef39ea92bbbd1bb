"""A story as one card: what a reviewer sees of it before opening it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.relevance.topics import Watchlist
from storage.decisions import Decision, State, Verb, Verdict, Which
from storage.relevance import Role
from storage.store import Store
from storage.types import Grade
from storage.views import Article

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

    @property
    def state(self) -> State:
        """What people's words come to."""
        return self.verdict.state


def cards(
    store: Store,
    watchlist: Watchlist,
    told: Iterable[tuple[int, int, datetime]],
    language: str,
) -> tuple[Card, ...]:
    """Cards of stories: (story, lead, arrival) each."""
    stories = list(told)
    leads = {one.id: one for one in store.articles([lead for _, lead, _ in stories])}
    verdicts = store.verdicts([story for story, _, _ in stories])
    return tuple(
        _card(store, watchlist, leads[lead], arrived, verdicts.get(story), language)
        for story, lead, arrived in stories
        if lead in leads
    )


def _card(
    store: Store,
    watchlist: Watchlist,
    lead: Article,
    arrived: datetime,
    verdict: Verdict | None,
    language: str,
) -> Card:
    found = store.relevance(lead.id)
    watched = [one for one in lead.matches if one.topic in watchlist.watched]
    places = watchlist.gazetteer.places
    return Card(
        story_id=lead.story_id,
        lead=lead,
        arrived_at=arrived,
        verdict=verdict or Verdict(State.OPEN),
        grade=found.grade(watchlist.watched) if found else None,
        topics=tuple(
            watchlist.topics[one.topic].label(language)
            for one in (found.scores if found else ())
            if one.topic in watchlist.topics and watchlist.topics[one.topic].watched
        ),
        places=tuple(
            places[one.place].label(language)
            for one in (found.places if found else ())
            if one.role is Role.ABOUT and one.place in places
        ),
        quote=quote(watched, lead.title),
        marks=tuple(
            one
            for one in store.decisions(lead.story_id, Which.STANDING)
            if one.verb in (Verb.STAR, Verb.TAG, Verb.NOTE)
        ),
    )

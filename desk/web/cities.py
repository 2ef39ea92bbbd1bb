"""A city: its latest stories with their events and figures, and what people confirmed as series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from storage.articles.records import Article, Order, Per, Query
from storage.facts import FIGURE, FactQuery, KeptFact

from .. import sentences
from ..digest.drafts import figure_from, once_each
from ..digest.formats.templates import said_in
from ..digest.model import DigestFigure
from ..digest.wording import quantity, unit_of
from ..documents.facts import unrejected
from ..drawing import SeriesPoint, series_svg
from ..messages import Translator
from .request import RequestContext

_STORIES, _FACTS, _SERIES, _FEWEST, _MOST, _EVENTS = 40, 1000, 12, 3, 24, 6


@dataclass(frozen=True, slots=True)
class CityReport:
    """Another story of an event, told by its number and its lead."""

    story_id: int
    lead: Article

    @property
    def language(self) -> str:
        """That of its lead, as `zh`."""
        return self.lead.language[:2]


@dataclass(frozen=True, slots=True)
class CityStory:
    """A story on the timeline of a city, the newest of its event: its lead, the other stories of
    the event, the figures of one of them that people confirmed (its own where it has any), how many
    of its own are proposed, and the events that its lead tells, in order of time, which may be
    proposals."""

    number: int
    lead: Article
    others: tuple[CityReport, ...]
    figures: tuple[DigestFigure, ...]
    proposed: int
    events: tuple[DigestFigure, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One thing at three times or more, as people confirmed it: what it is, the picture, and the
    figures in order of time."""

    title: str
    svg: Markup
    facts: tuple[tuple[KeptFact, DigestFigure], ...]


def city(visit: RequestContext) -> Response:
    """The page of a city, by its name as its sources have it."""
    name = str(visit.request.path_params["name"])
    known = {ref.city.casefold(): ref.city for ref in visit.store.sources.refs().values()}
    found = known.get(name.casefold(), "")
    if not found:
        return visit.missing(visit.words("No source of that city was ever crawled."))
    query = Query(cities=(found,), order=Order.NEWEST, limit=_STORIES, per=Per.STORY)
    named = sentences.cities(visit.words, visit.desk.watchlist).get(found, found)
    values = {
        "title": named,
        "stories": _stories(visit, query),
        "series": _series(visit, found),
        "wording": said_in(visit.words),
        "search": f"/search?{urlencode({'city': found, 'by': 'newest'})}",
        "most": _STORIES,
    }
    return visit.page("city.html.j2", values)


def _stories(visit: RequestContext, query: Query) -> tuple[CityStory, ...]:
    store = visit.store
    hits = store.articles.hits(query)
    events = store.stories.events.around([story for _, story in hits])
    told = store.stories.leads(sorted({one for event in events.values() for one in event}))
    told.update({story: lead for lead, story in hits})
    leads = {one.id: one for one in store.articles.get_many(sorted(set(told.values())))}
    facts: dict[int, list[KeptFact]] = {}
    for one in store.articles.facts.of_articles(sorted(leads)):
        facts.setdefault(one.article_id, []).append(one)
    found: list[CityStory] = []
    seen: set[int] = set()
    for lead, story in hits:
        if lead not in leads or story in seen:
            continue
        reports = [one for one in events.get(story, ()) if one != story and told.get(one) in leads]
        seen.update(reports)
        found.append(
            _story(
                story,
                leads[lead],
                tuple(CityReport(one, leads[told[one]]) for one in reports),
                facts,
            )
        )
    return tuple(found)


def _story(
    number: int,
    lead: Article,
    others: tuple[CityReport, ...],
    facts: Mapping[int, Sequence[KeptFact]],
) -> CityStory:
    each = [
        tuple(figure_from(one) for one in once_each(facts.get(article, ())) if one.event is None)
        for article in (lead.id, *(one.lead.id for one in others))
    ]
    confirmed = [tuple(one for one in some if not one.is_proposal) for some in each]
    proposed = sum(not one.verdict for one in each[0])
    told = (figure_from(one) for one in once_each(unrejected(facts.get(lead.id, ()))) if one.event)
    events = tuple(sorted(told, key=lambda one: one.day))[:_EVENTS]
    return CityStory(number, lead, others, next(filter(None, confirmed), ()), proposed, events)


def _series(visit: RequestContext, name: str) -> tuple[Series, ...]:
    """What was confirmed of one thing at three times or more: same object, unit, place and kind of
    figure. Of one time the figure that was published last counts."""
    facts = visit.store.articles.facts.find(
        FactQuery((name,), reviewed=True, limit=_FACTS, kinds=(FIGURE,))
    )
    groups: dict[tuple[str, ...], dict[str, tuple[KeptFact, DigestFigure]]] = {}
    for one in facts:
        shown = figure_from(one)
        if shown.low is None or shown.low != shown.high or not _is_time(shown.as_of):
            continue
        kind = shown.modifier if shown.modifier in ("target", "growth") else ""
        thing = (shown.object.casefold(), shown.unit, shown.place.casefold(), kind)
        groups.setdefault(thing, {}).setdefault(shown.as_of, (one, shown))
    drawn = [
        _drawn([found[when] for when in sorted(found)][-_MOST:], visit.words)
        for found in groups.values()
        if len(found) >= _FEWEST
    ]
    return tuple(drawn[:_SERIES])


def _is_time(text: str) -> bool:
    """Whether a text is a year, a month or a day (ISO 8601)."""
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return text[:4].isdecimal() and len(text) in (4, 7, 10)


def _drawn(facts: Sequence[tuple[KeptFact, DigestFigure]], words: Translator) -> Series:
    points = [
        SeriesPoint(one.as_of, one.low or 0.0, quantity(one.low or 0.0, words), _address(kept))
        for kept, one in facts
    ]
    last = facts[-1][1]
    details = words(", ").join(filter(None, (last.place, unit_of(last, words))))
    title = words("%(name)s (%(what)s)", name=last.object, what=details) if details else last.object
    return Series(title, series_svg(points), tuple(facts))


def _address(kept: KeptFact) -> str:
    return f"/story/{kept.story_id}#figures"

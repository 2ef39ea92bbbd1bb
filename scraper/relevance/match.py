"""Which watched topics an article belongs to, how strongly, and by which words.

Pure: the same article and watchlist always give the same matches. Places are offsets in the title
or body as they stand in the article. Does not read pages and keeps nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from storage.types import ArticleData, Grade, Match

from .finder import Found
from .sentences import sentence_at
from .watchlist import Name, Topic, Watchlist, context_key, name_key

TITLE, BODY = "title", "body"
_STRENGTH = {Grade.CORE: 0, Grade.RELATED: 1, Grade.MENTION: 2}


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name of a topic found in a field."""

    topic: Topic
    name: Name
    form: str
    field: str
    start: int
    end: int


class _Places:
    """Where topics and contexts stand: (whose, field) → starts in order."""

    __slots__ = ("_starts",)

    def __init__(self) -> None:
        self._starts: dict[tuple[str, str], list[int]] = {}

    def add(self, whose: str, field: str, start: int) -> None:
        insort(self._starts.setdefault((whose, field), []), start)

    def anywhere(self, whose: str) -> bool:
        return (whose, TITLE) in self._starts or (whose, BODY) in self._starts

    def in_title(self, whose: str) -> bool:
        return (whose, TITLE) in self._starts

    def within(self, whose: str, field: str, low: int, high: int) -> bool:
        starts = self._starts.get((whose, field), [])
        index = bisect_left(starts, low)
        return index < len(starts) and starts[index] <= high


def match(article: ArticleData, watchlist: Watchlist) -> tuple[Match, ...]:
    """The watched names in an article, strongest first, one a topic, spelling and field.

    A name beside what its `core_near` asks for is core: within `near` characters, or one of the
    two in the title and the other in title or lead.
    """
    hits, places = _look(article, watchlist)
    plain = [hit for hit in hits if not hit.name.requires]
    _mark(plain, places)
    ambiguous = [hit for hit in hits if any(places.anywhere(who) for who in hit.name.requires)]
    _mark(ambiguous, places)
    qualified = plain + ambiguous
    graded = [(_grade(hit, places, watchlist), hit) for hit in qualified]
    order = list(watchlist.topics)
    graded.sort(key=lambda item: _rank(item[0], item[1], order))
    return tuple(_evidence(graded, article))


def best(matches: Iterable[Match]) -> Match | None:
    """The strongest match, the first among equals; None where there is none."""
    return min(matches, key=lambda one: _STRENGTH[one.grade], default=None)


def _look(article: ArticleData, watchlist: Watchlist) -> tuple[list[_Hit], _Places]:
    places = _Places()
    contexts = {context_key(name): name for name in watchlist.contexts}
    names = {
        name_key(topic.id, number): (topic, name)
        for topic in watchlist.topics.values()
        for number, name in enumerate(topic.names)
    }
    hits: list[_Hit] = []
    for field, text in ((TITLE, article.title), (BODY, article.body)):
        found = watchlist.finder.find(text)
        for one in found:
            if one.phrase.key in contexts:
                places.add(contexts[one.phrase.key], field, one.start)
        own = [(*names[one.phrase.key], one) for one in found if one.phrase.key in names]
        hits += (
            _Hit(topic, name, one.phrase.text, field, one.start, one.end)
            for topic, name, one in _without_yielding(own)
        )
    return hits, places


def _without_yielding(
    found: Sequence[tuple[Topic, Name, Found]],
) -> Iterator[tuple[Topic, Name, Found]]:
    """Leave out names that overlap one of a topic theirs gives way to (`hub city` in `logistics
    hub city`), or stand inside a longer one of their own topic."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for topic, _, one in found:
        spans.setdefault(topic.id, []).append((one.start, one.end))
    for places in spans.values():
        places.sort()
    for topic, name, one in found:
        others = (span for other in topic.gives_way_to for span in _around(spans.get(other), one))
        if any(start < one.end and one.start < end for start, end in others):
            continue
        if not any(_inside(one, span) for span in _around(spans[topic.id], one)):
            yield topic, name, one


def _inside(one: Found, span: tuple[int, int]) -> bool:
    return span != (one.start, one.end) and span[0] <= one.start and one.end <= span[1]


def _around(spans: list[tuple[int, int]] | None, one: Found) -> list[tuple[int, int]]:
    """The spans that may overlap: they are in order of start, so neighbours are enough."""
    if not spans:
        return []
    index = bisect_left(spans, (one.start, 0))
    return spans[max(0, index - 4) : index + 4]


def _mark(hits: Iterable[_Hit], places: _Places) -> None:
    for hit in hits:
        places.add(hit.topic.id, hit.field, hit.start)


def _grade(hit: _Hit, places: _Places, watchlist: Watchlist) -> Grade:
    if any(_beside(hit, whose, places, watchlist) for whose in hit.name.core_near):
        return Grade.CORE
    if hit.field == TITLE:
        return hit.topic.in_title
    return hit.topic.in_lead if hit.start < watchlist.lead else hit.topic.in_body


def _beside(hit: _Hit, whose: str, places: _Places, watchlist: Watchlist) -> bool:
    near, lead = watchlist.near, watchlist.lead
    if places.within(whose, hit.field, hit.start - near, hit.start + near):
        return True
    if hit.field == TITLE:
        return places.within(whose, BODY, 0, lead)
    return hit.start <= lead and places.in_title(whose)


def _rank(grade: Grade, hit: _Hit, order: Sequence[str]) -> tuple[int, int, bool, int, str]:
    return (
        _STRENGTH[grade],
        order.index(hit.topic.id),
        hit.field != TITLE,
        hit.start,
        hit.form,
    )


def _evidence(graded: Iterable[tuple[Grade, _Hit]], article: ArticleData) -> Iterator[Match]:
    seen: set[tuple[str, str, str]] = set()
    for grade, hit in graded:
        key = (hit.topic.id, hit.form, hit.field)
        if key in seen:
            continue
        seen.add(key)
        text = article.title if hit.field == TITLE else article.body
        yield Match(
            topic=hit.topic.id,
            grade=grade,
            phrase=text[hit.start : hit.end],
            field=hit.field,
            start=hit.start,
            sentence=sentence_at(text, hit.start, hit.end),
        )

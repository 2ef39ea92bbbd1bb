"""Which watched topics an article belongs to, how strongly, by which words; and where it is about.

Pure: the same article and watchlist always give the same matches. Places are offsets in the title
or body as they stand in the article. Does not read pages and keeps nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.relevance import STRENGTH, Part, Relevance, Score
from storage.types import ArticleData, Match

from .finder import Found
from .sentences import sentence_at
from .standing import BODY, TITLE, Standing
from .topics import (
    BESIDE_POINTS,
    RELATED_POINTS,
    Name,
    Topic,
    Watchlist,
    context_key,
    grade_of,
    name_key,
)
from .where import locate

_AGAIN_POINTS, _AGAIN_MOST = 0.5, 2.0
"""For each further sentence that names a topic, and at most: never enough for the next grade."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name of a topic found in a field."""

    topic: Topic
    name: Name
    form: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Graded:
    """A hit with the parts of its score."""

    hit: _Hit
    parts: tuple[Part, ...]

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)


def match(article: ArticleData, watchlist: Watchlist) -> Relevance:
    """What a watchlist finds in an article: matches, the strongest first, one a topic, spelling and
    field; a score for each topic, with its parts; and the places.

    A name beside what its `core_near` asks for is core: within so many characters, or one of the
    two in the title and the other in title or lead.
    """
    found = {
        TITLE: watchlist.finder.find(article.title),
        BODY: watchlist.finder.find(article.body),
    }
    standing = Standing(article.title, article.body, watchlist.lead)
    hits = _counted(found, watchlist, standing, article)
    graded = [_graded(hit, standing, watchlist) for hit in hits]
    order = {topic: number for number, topic in enumerate(watchlist.topics)}
    graded.sort(key=lambda one: _rank(one, order))
    return Relevance(
        watchlist=watchlist.version,
        matches=tuple(_evidence(graded, article)),
        scores=tuple(_scores(graded, order)),
        places=locate(found, watchlist.gazetteer, watchlist.lead),
    )


def best(matches: Iterable[Match]) -> Match | None:
    """The strongest match, the first among equals; None where there is none."""
    return min(matches, key=lambda one: STRENGTH[one.grade], default=None)


def _counted(
    found: Mapping[str, Sequence[Found]],
    watchlist: Watchlist,
    standing: Standing,
    article: ArticleData,
) -> list[_Hit]:
    """The hits that count. Those without conditions stand first, so that others can lean on
    them."""
    hits = list(_hits(found, watchlist, standing))
    day = article.published.day if article.published else None
    hits = [hit for hit in hits if _was_in_use(hit.name, day)]
    plain = [hit for hit in hits if not hit.name.requires and not hit.name.excludes]
    _mark(plain, standing)
    others = [
        hit
        for hit in hits
        if (hit.name.requires or hit.name.excludes)
        and not standing.failing(hit.name.requires, hit.field, hit.start, hit.end)
        and standing.holding(hit.name.excludes, hit.field, hit.start, hit.end) is None
    ]
    _mark(others, standing)
    return plain + others


def _was_in_use(name: Name, published: date | None) -> bool:
    return published is None or name.valid_from is None or published >= name.valid_from


def _hits(
    found: Mapping[str, Sequence[Found]], watchlist: Watchlist, standing: Standing
) -> Iterator[_Hit]:
    contexts = {context_key(name): name for name in watchlist.contexts}
    names = {
        name_key(topic.id, number): (topic, name)
        for topic in watchlist.topics.values()
        for number, name in enumerate(topic.names)
    }
    for field, items in found.items():
        for one in items:
            if one.phrase.key in contexts:
                standing.add(contexts[one.phrase.key], field, one.start)
        own = [(*names[one.phrase.key], one) for one in items if one.phrase.key in names]
        for topic, name, one in _without_yielding(own):
            yield _Hit(topic, name, one.phrase.text, field, one.start, one.end)


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


def _mark(hits: Iterable[_Hit], standing: Standing) -> None:
    for hit in hits:
        standing.add(hit.topic.id, hit.field, hit.start)


def _graded(hit: _Hit, standing: Standing, watchlist: Watchlist) -> _Graded:
    parts = [_place_part(hit, watchlist)]
    at = (hit.field, hit.start, hit.end)
    beside = standing.holding(hit.name.core_when, *at)
    if beside is not None:
        what = standing.whose(beside, *at) or "its context"
        parts.append(Part(BESIDE_POINTS, f"beside {what}"))
    weak = standing.holding(hit.name.weakens, *at)
    points = sum(part.points for part in parts)
    if weak is not None and points > RELATED_POINTS:
        what = standing.whose(weak, *at) or "its context"
        parts.append(Part(RELATED_POINTS - points, f"weakened by {what}"))
    return _Graded(hit, tuple(parts))


def _place_part(hit: _Hit, watchlist: Watchlist) -> Part:
    weights = hit.topic.weights
    if hit.field == TITLE:
        return Part(weights.title, "in the title")
    if hit.start < watchlist.lead:
        return Part(weights.lead, "in the lead")
    return Part(weights.body, "in the body")


def _rank(one: _Graded, order: Mapping[str, int]) -> tuple[int, int, bool, int, str]:
    hit = one.hit
    return (
        STRENGTH[grade_of(one.points)],
        order[hit.topic.id],
        hit.field != TITLE,
        hit.start,
        hit.form,
    )


def _scores(graded: Sequence[_Graded], order: Mapping[str, int]) -> Iterator[Score]:
    """One score a topic: its best hit, and a little for being named again."""
    by_topic: dict[str, list[_Graded]] = {}
    for one in graded:
        by_topic.setdefault(one.hit.topic.id, []).append(one)
    for topic in sorted(by_topic, key=order.__getitem__):
        ones = by_topic[topic]
        top = max(ones, key=lambda one: one.points)
        more = min(_AGAIN_MOST, _AGAIN_POINTS * (len(ones) - 1))
        again = (Part(more, f"named {len(ones)} times"),) if more else ()
        parts = (*top.parts, *again)
        yield Score(topic, grade_of(top.points), sum(part.points for part in parts), parts)


def _evidence(graded: Iterable[_Graded], article: ArticleData) -> Iterator[Match]:
    seen: set[tuple[str, str, str]] = set()
    for one in graded:
        hit = one.hit
        key = (hit.topic.id, hit.form, hit.field)
        if key in seen:
            continue
        seen.add(key)
        text = article.title if hit.field == TITLE else article.body
        yield Match(
            topic=hit.topic.id,
            grade=grade_of(one.points),
            phrase=text[hit.start : hit.end],
            field=hit.field,
            start=hit.start,
            sentence=sentence_at(text, hit.start, hit.end),
        )

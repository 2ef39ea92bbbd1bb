"""Which watched topics an article belongs to, how strongly, by which words; and where it is about.

Pure: the same article and watchlist always give the same matches. Places are offsets in the title
or body as they stand in the article. Does not read pages and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storage.relevance.records import (
    AGAIN,
    BESIDE,
    IN_BODY,
    IN_FIRST,
    IN_LEAD,
    IN_TITLE,
    ITS_CONTEXT,
    KEPT_UP,
    STRENGTH,
    UNHINDERED,
    WEAKENED,
    WEAKENED_AT_FIRST,
    Relevance,
    Score,
    ScorePart,
)
from storage.types import ArticleData, Match

from .hits import PhraseHit, counted
from .sentences import sentence_at
from .standing import BODY, TITLE, ContextIndex
from .topics import BESIDE_POINTS, CORE_POINTS, RELATED_POINTS, Watchlist, grade_of
from .where import locate

_AGAIN_POINTS, _AGAIN_MOST = 0.5, 2.0
"""For each further sentence that names a topic, and at most: never enough for the next grade."""
_KEPT_UP_POINTS, _KEPT_UP_SENTENCES = 5.0, 3
"""For a text that opens with something else and speaks of the subject in so many sentences."""


@dataclass(frozen=True, slots=True)
class _Graded:
    """A hit with the parts of its score; `weak` says what weakens it, if anything."""

    hit: PhraseHit
    parts: tuple[ScorePart, ...]
    weak: str = ""

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)


def match(article: ArticleData, watchlist: Watchlist) -> Relevance:
    """What a watchlist finds in an article: matches, the strongest first, one a topic, spelling and
    field; a score for each topic, with its parts; and the places.

    A name beside what its `core_near` asks for is worth more: within so many characters, or one of
    the two in the title and the other in title or lead. Where the first naming is weakened ("was
    not selected"), all are.
    """
    found = {
        TITLE: watchlist.finder.find(article.title),
        BODY: watchlist.finder.find(article.body),
    }
    if not found[TITLE] and not found[BODY]:
        return Relevance(watchlist=watchlist.version)
    standing = ContextIndex(article.title, article.body, watchlist.lead)
    hits = counted(found, watchlist, standing, article)
    graded = _as_a_whole([_graded(hit, standing) for hit in hits], standing)
    order = {topic: number for number, topic in enumerate(watchlist.topics)}
    graded.sort(key=lambda one: _rank(one, order))
    return Relevance(
        watchlist=watchlist.version,
        matches=tuple(_evidence(graded, article)),
        scores=tuple(_scores(graded, order)),
        places=locate(found, watchlist.gazetteer, standing.opening.lead),
    )


def best(matches: Iterable[Match]) -> Match | None:
    """The strongest match, the first among equals; None where there is none."""
    return min(matches, key=lambda one: STRENGTH[one.grade], default=None)


def _graded(hit: PhraseHit, standing: ContextIndex) -> _Graded:
    parts = [_place_part(hit, standing)]
    at = (hit.field, hit.start, hit.end)
    beside = standing.holding(hit.name.core_when, *at)
    if beside is not None:
        what = standing.whose(beside, *at)
        parts.append(ScorePart(BESIDE_POINTS, BESIDE if what else UNHINDERED, what))
    weak = standing.holding(hit.name.weakens, *at)
    graded = _Graded(hit, tuple(parts))
    if weak is None:
        return graded
    return _weakened(graded, standing.whose(weak, *at) or ITS_CONTEXT)


def _weakened(one: _Graded, what: str, kind: str = WEAKENED) -> _Graded:
    """At most related."""
    parts = one.parts
    if one.points > RELATED_POINTS:
        parts = (*parts, ScorePart(RELATED_POINTS - one.points, kind, what))
    return _Graded(one.hit, parts, what)


def _place_part(hit: PhraseHit, standing: ContextIndex) -> ScorePart:
    weights = hit.topic.weights
    if hit.field == TITLE:
        return ScorePart(weights.title, IN_TITLE)
    if hit.start < standing.opening.first:
        return ScorePart(weights.first, IN_FIRST)
    if hit.start < standing.opening.lead:
        return ScorePart(weights.lead, IN_LEAD)
    return ScorePart(weights.body, IN_BODY)


def _as_a_whole(graded: list[_Graded], standing: ContextIndex) -> list[_Graded]:
    """What the text as a whole adds to each naming, or takes away."""
    watched = [one for one in graded if one.hit.topic.watched]
    if not watched:
        return graded
    what = _opens_weak(watched, standing)
    if what:
        return [
            _weakened(one, what, WEAKENED_AT_FIRST)
            if one.hit.topic.watched and not one.weak
            else one
            for one in graded
        ]
    return _kept_up(graded, watched, standing)


def _opens_weak(watched: Sequence[_Graded], standing: ContextIndex) -> str:
    """What weakens the first naming in the body, or those in a title that is all there is; a title
    that names the subject itself, weakened by nothing, settles it."""
    title = [one for one in watched if one.hit.field == TITLE]
    body = sorted((one for one in watched if one.hit.field != TITLE), key=lambda one: one.hit.start)
    if title and all(one.weak for one in title):
        return title[0].weak
    settled = any(one.parts[0].points >= CORE_POINTS for one in title) and not standing.asks()
    return body[0].weak if body and not settled else ""


def _kept_up(
    graded: list[_Graded], watched: Sequence[_Graded], standing: ContextIndex
) -> list[_Graded]:
    """More for names beside their context where several paragraphs name the subject."""
    body = [one for one in watched if one.hit.field == BODY and not one.weak]
    if len(body) < _KEPT_UP_SENTENCES:
        return graded
    sentences = {standing.sentence(BODY, one.hit.start, one.hit.end) for one in body}
    paragraphs = {standing.paragraph(BODY, one.hit.start, one.hit.end) for one in body}
    if len(sentences) < _KEPT_UP_SENTENCES or len(paragraphs) < 2:
        return graded
    part = ScorePart(_KEPT_UP_POINTS, KEPT_UP, str(len(sentences)))
    return [
        replace(one, parts=(*one.parts, part))
        if one in body and len(one.parts) > 1 and one.points < CORE_POINTS
        else one
        for one in graded
    ]


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
        again = (ScorePart(more, AGAIN, str(len(ones))),) if more else ()
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

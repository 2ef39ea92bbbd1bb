"""Which names of topics stand in an article and count there: in use on that day, not part of a
longer name, with what they require and without what they exclude. Gives no grades.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.types import ArticleData

from .finder import FoundPhrase
from .standing import ContextIndex
from .topics import Name, Topic, Watchlist


@dataclass(frozen=True, slots=True)
class PhraseHit:
    """A name of a topic found in a field."""

    topic: Topic
    name: Name
    form: str
    field: str
    start: int
    end: int


def counted(
    found: Mapping[str, Sequence[FoundPhrase]],
    watchlist: Watchlist,
    standing: ContextIndex,
    article: ArticleData,
) -> list[PhraseHit]:
    """The hits that count. Those that lean on no other topic stand first; the rest may lean on
    them, and on one another, however long the chain."""
    hits = list(_hits(found, watchlist, standing))
    day = article.published.day if article.published else None
    waiting = [hit for hit in hits if _was_in_use(hit.name, day)]
    kept: list[PhraseHit] = []
    is_first = True
    while waiting:
        asked = [hit for hit in waiting if not (is_first and _leans(hit, watchlist))]
        passed = [hit for hit in asked if _holds(hit, standing)]
        if not passed and not is_first:
            break
        _mark(passed, standing)
        kept += passed
        done = set(map(id, passed))
        waiting = [hit for hit in waiting if id(hit) not in done]
        is_first = False
    return kept


def _leans(hit: PhraseHit, watchlist: Watchlist) -> bool:
    """Whether it depends on what else is found, beyond contexts."""
    asked = (*hit.name.requires, *hit.name.excludes)
    return any(word in watchlist.topics for one in asked for word in one.words)


def _holds(hit: PhraseHit, standing: ContextIndex) -> bool:
    at = (hit.field, hit.start, hit.end)
    if standing.failing(hit.name.requires, *at):
        return False
    return standing.holding(hit.name.excludes, *at) is None


def _was_in_use(name: Name, published: date | None) -> bool:
    return published is None or name.valid_from is None or published >= name.valid_from


def _hits(
    found: Mapping[str, Sequence[FoundPhrase]], watchlist: Watchlist, standing: ContextIndex
) -> Iterator[PhraseHit]:
    for field, items in found.items():
        contexts: list[FoundPhrase] = []
        own: list[tuple[Topic, Name, FoundPhrase]] = []
        for one in items:
            key = one.phrase.key
            if key in watchlist.named:
                own.append((*watchlist.named[key], one))
            elif key in watchlist.told:
                contexts.append(one)
        for one in _longest(contexts):
            standing.add(watchlist.told[one.phrase.key], field, one.start)
        for topic, name, one in _without_yielding(own):
            yield PhraseHit(topic, name, one.phrase.text, field, one.start, one.end)


def _longest(contexts: Sequence[FoundPhrase]) -> Iterator[FoundPhrase]:
    """Contexts in their order, without those inside a longer one: `not surprising` may be listed
    so that the `not` in it is none."""
    reached = start = -1
    for one in contexts:
        if one.end > reached or (one.start, one.end) == (start, reached):
            start, reached = one.start, one.end
            yield one


def _without_yielding(
    found: Sequence[tuple[Topic, Name, FoundPhrase]],
) -> Iterator[tuple[Topic, Name, FoundPhrase]]:
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


def _inside(one: FoundPhrase, span: tuple[int, int]) -> bool:
    return span != (one.start, one.end) and span[0] <= one.start and one.end <= span[1]


def _around(spans: list[tuple[int, int]] | None, one: FoundPhrase) -> list[tuple[int, int]]:
    """The spans that may overlap: they are in order of start, so neighbours are enough."""
    if not spans:
        return []
    index = bisect_left(spans, (one.start, 0))
    return spans[max(0, index - 4) : index + 4]


def _mark(hits: Iterable[PhraseHit], standing: ContextIndex) -> None:
    for hit in hits:
        standing.add(hit.topic.id, hit.field, hit.start)

"""Which watched topics an article belongs to, how strongly, by which words; and where it is about.

Pure: the same article and watchlist always give the same matches. Places are offsets in the title
or body as they stand in the article. Does not read pages and keeps nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.relevance import (
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
    PlaceFound,
    PlaceRole,
    Relevance,
    Score,
    ScorePart,
)
from storage.types import ArticleData, Grade, Match

from .aboutness import (
    CLAUSE_END,
    SENTENCE_END,
    Named,
    Surroundings,
    boilerplate,
    outside,
    parts,
    signs,
)
from .finder import FoundPhrase
from .places import EXCEPTION_KEY, Gazetteer, PlaceName, place_key
from .watchlist import (
    BESIDE_POINTS,
    CORE_POINTS,
    RELATED_POINTS,
    ContextRule,
    Name,
    Subject,
    Topic,
    TopicKind,
    Watchlist,
    Within,
    dismissed_key,
    grade_of,
    name_key,
)

# Sentences, clauses, paragraphs and the opening of a text, told by marks and line ends alone

LONGEST = 400
_FIRST = 100
_HAN = lazy_pattern("[\u3400-\u9fff]+")


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence that holds `text[start:end]`, at most about 400 characters: longer ones are cut
    around the phrase and marked with `…`."""
    left, right = sentence_span(text, start, end)
    return _cut(text, left, right, start, end)


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds `text[start:end]` begins and ends. At most 1,600 characters
    away on either side."""
    ceiling = min(len(text), end + 4 * LONGEST)
    after = SENTENCE_END.search(text, end, ceiling)
    return _sentence_start(text, start), after.end() if after else ceiling


def _sentence_start(text: str, start: int) -> int:
    for reach in (LONGEST // 2, 4 * LONGEST):  # most sentences begin near by
        floor = max(0, start - reach)
        left = _last_end(SENTENCE_END, text, floor, start)
        if left > floor:
            break
    return left


def _last_end(pattern: re.Pattern[str], text: str, floor: int, stop: int) -> int:
    for one in pattern.finditer(text, floor, stop):
        floor = one.end()
    return floor


def paragraph_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the paragraph that holds `text[start:end]` begins and ends."""
    left = text.rfind("\n\n", 0, start)
    right = text.find("\n\n", end)
    return (0 if left < 0 else left + 2), (len(text) if right < 0 else right)


def clause_start(text: str, place: int, floor: int) -> int:
    """Where the clause that holds a place begins, not before `floor`."""
    return _last_end(CLAUSE_END, text, max(0, floor), place)


class Opening(NamedTuple):
    """Up to where the first sentence and the lead of a text go, in characters."""

    first: int
    lead: int


def opening_of(text: str, lead: int) -> Opening:
    """How far the opening of a text goes. A Han character counts double, for it says as much.

    The first sentence goes on until there are 100 characters of it: `Good news!` says nothing yet.
    The lead is the first `lead` characters, but of a short text no more than half or two sentences.
    """
    beginning = text[:lead]
    han = 0 if beginning.isascii() else sum(map(len, _HAN.findall(beginning)))
    dense = 1 + han / max(1, len(beginning))
    most = int(lead / dense)
    first = min(most, _sentence_end(text, int(_FIRST / dense)))
    second = _sentence_end(text, first)
    return Opening(first, min(most, max(second, len(text) // 2)))


def _sentence_end(text: str, place: int) -> int:
    """Where the sentence ends that goes on after `place`."""
    after = SENTENCE_END.search(text, max(0, place))
    return after.end() if after else len(text)


def _cut(text: str, left: int, right: int, start: int, end: int) -> str:
    if right - left <= LONGEST:
        return text[left:right].strip()
    room = max(0, (LONGEST - (end - start)) // 2)
    first, last = max(left, start - room), min(right, end + room)
    head = "…" if first > left else ""
    tail = "…" if last < right else ""
    return f"{head}{text[first:last].strip()}{tail}"


# Where contexts and topics stand in an article, and whether a name's conditions hold there

TITLE, BODY = "title", "body"


_LONGEST_SPELT = 120
_CAPITALISED = lazy_pattern(r"\b[A-Z]")


class ContextIndex:
    """Where contexts and topics stand: (whose, field) → starts in order; and the texts. `opening`
    is that of the body."""

    __slots__ = ("_sentences", "_starts", "_texts", "opening")

    def __init__(self, title: str, body: str, lead: int) -> None:
        self._texts = {TITLE: title, BODY: body}
        self.opening = opening_of(body, lead)
        self._starts: dict[tuple[str, str], list[int]] = {}
        self._sentences: dict[tuple[str, int, int], tuple[int, int]] = {}

    def add(self, whose: str, field: str, start: int) -> None:
        """Something of that context or topic stands there."""
        insort(self._starts.setdefault((whose, field), []), start)

    def sentence(self, field: str, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends."""
        place = (field, start, end)
        if place not in self._sentences:
            self._sentences[place] = sentence_span(self._texts[field], start, end)
        return self._sentences[place]

    def paragraph(self, field: str, start: int, end: int) -> tuple[int, int]:
        """Where the paragraph around a place begins and ends."""
        return paragraph_span(self._texts[field], start, end)

    def starts(self, words: Iterable[str], field: str) -> list[int]:
        """Where any of these stand in a field, in order."""
        return sorted(start for word in words for start in self._starts.get((word, field), ()))

    def written(self, field: str, start: int, end: int) -> str:
        """What stands in a place."""
        return self._texts[field][start:end]

    def spelt_out(self, initials: str) -> Iterator[tuple[str, int, int]]:
        """Where the words stand that begin with these letters, before the letters in brackets."""
        for field, text in self._texts.items():
            at = text.find(f"({initials})")
            while at >= 0:
                begin = max(0, at - _LONGEST_SPELT)
                first = [one.start() for one in _CAPITALISED.finditer(text, begin, at)]
                first = first[-len(initials) :]
                if "".join(text[one] for one in first) == initials:
                    yield field, first[0], at
                at = text.find(f"({initials})", at + 1)

    def asks(self) -> bool:
        """Whether the title is a question."""
        return self._texts[TITLE].rstrip("”’\"' ").endswith(("?", "？"))

    def failing(self, conditions: Sequence[ContextRule], field: str, start: int, end: int) -> bool:
        """Whether there are conditions and none of them holds around that place."""
        return bool(conditions) and self.holding(conditions, field, start, end) is None

    def holding(
        self, conditions: Sequence[ContextRule], field: str, start: int, end: int
    ) -> ContextRule | None:
        """The first condition that holds around a place, or None."""
        for condition in conditions:
            if self._holds(condition, field, start, end):
                return condition
        return None

    def whose(self, condition: ContextRule, field: str, start: int, end: int) -> str:
        """Which word of a condition is there. Empty where it holds for what is not."""
        for word in (*condition.all, *condition.any):
            if self._stands(word, condition, field, start, end):
                return word
        return ""

    def _holds(self, condition: ContextRule, field: str, start: int, end: int) -> bool:
        def stands(word: str) -> bool:
            return self._stands(word, condition, field, start, end)

        return (
            all(map(stands, condition.all))
            and (not condition.any or any(map(stands, condition.any)))
            and not any(map(stands, condition.none))
        )

    def _stands(self, word: str, condition: ContextRule, field: str, start: int, end: int) -> bool:
        match condition.within:
            case Within.ARTICLE:
                return (word, TITLE) in self._starts or (word, BODY) in self._starts
            case Within.SENTENCE:
                return self._between(word, field, *self.sentence(field, start, end))
            case Within.PARAGRAPH:
                return self._between(word, field, *self.paragraph(field, start, end))
            case Within.TITLE:
                return (word, TITLE) in self._starts
            case Within.NEAR:
                return self._beside(word, field, start, condition.near)
            case Within.BEFORE:
                low = clause_start(self._texts[field], start, start - condition.near)
                return self._between(word, field, low, start)

    def _beside(self, word: str, field: str, start: int, near: int) -> bool:
        """Within so many characters. A title stands beside the whole lead."""
        if self._between(word, field, start - near, start + near + 1):
            return True
        if field == TITLE:
            return self._between(word, BODY, 0, self.opening.lead)
        return start < self.opening.lead and (word, TITLE) in self._starts

    def _between(self, word: str, field: str, low: int, high: int) -> bool:
        starts = self._starts.get((word, field), [])
        index = bisect_left(starts, low)
        return index < len(starts) and starts[index] < high


# Which names of topics stand in an article and count there


class PhraseHit(NamedTuple):
    """A name of a topic found in a field."""

    topic: Topic
    name: Name
    form: str
    field: str
    start: int
    end: int


def counting_hits(
    found: Mapping[str, Sequence[FoundPhrase]],
    watchlist: Watchlist,
    standing: ContextIndex,
    article: ArticleData,
) -> list[PhraseHit]:
    """The hits that count. Those that lean on no other topic stand first. The rest may lean on
    them, and on one another, however long the chain."""
    hits = list(_hits(found, watchlist, standing))
    others = frozenset(_short_for_others(hits, standing))
    hits = [hit for hit in hits if standing.written(*hit[3:]) not in others]
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


def _short_for_others(hits: Sequence[PhraseHit], standing: ContextIndex) -> Iterator[str]:
    """The initials among some names that the article spells out as something else: the Centre for
    Alloy Studies and Testing (CAST)."""
    for initials in {standing.written(*hit[3:]) for hit in hits}:
        if initials.isascii() and initials.isalpha() and initials.isupper():
            spelt = [*standing.spelt_out(initials)]
            if spelt and not any(
                hit.field == field and start <= hit.start < end
                for hit in hits
                for field, start, end in spelt
            ):
                yield initials


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
    if not any(one.phrase.key in watchlist.named for items in found.values() for one in items):
        return
    for field, items in found.items():
        contexts: list[FoundPhrase] = []
        own: list[tuple[Topic, Name, FoundPhrase]] = []
        for one in items:
            key = one.phrase.key
            if key in watchlist.named:
                own.append((*watchlist.named[key], one))
            elif key in watchlist.context_by_key:
                contexts.append(one)
        for one in _longest(contexts):
            standing.add(watchlist.context_by_key[one.phrase.key], field, one.start)
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
        others = [span for other in topic.gives_way_to for span in _around(spans.get(other), one)]
        if any(start < one.end and one.start < end for start, end in others):
            continue
        own = spans[topic.id]
        if len(own) == 1 or not any(_inside(one, span) for span in _around(own, one)):
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


# Places: what an article is about, and what it mentions

_OFTEN = 3
"""So many mentions make an article about the place that it names most."""


class _Spot(NamedTuple):
    """A place in the text where one or several places may be named."""

    field: str
    start: int
    end: int
    names: tuple[PlaceName, ...]


class _Named(NamedTuple):
    """A spot, decided."""

    spot: _Spot
    place: str
    why: str


def locate(
    found: Mapping[str, Sequence[FoundPhrase]], gazetteer: Gazetteer, lead: int
) -> tuple[PlaceFound, ...]:
    """The places of an article from what was found in each field: those it is about first, each
    in the order of first mention. `lead` is the number of characters that count as the lead."""
    spots = _all_spots(found, gazetteer)
    if not spots:
        return ()
    sure = {spot.names[0].place for spot in spots if _is_sure(spot)}
    provinces = {gazetteer.places[place].province for place in sure} | sure
    named = [one for spot in spots if (one := _decided(spot, sure, provinces, gazetteer))]
    return _as_found(named, gazetteer, lead)


def _all_spots(found: Mapping[str, Sequence[FoundPhrase]], gazetteer: Gazetteer) -> list[_Spot]:
    return [
        spot for field, items in found.items() for spot in _spots(field, items, gazetteer.names)
    ]


def _spots(
    field: str, items: Sequence[FoundPhrase], names: Mapping[tuple[str, str], PlaceName]
) -> Iterator[_Spot]:
    """Where places are named, without what stands inside a longer name or an exception."""
    own = [one for one in items if one.phrase.key.startswith(EXCEPTION_KEY)]
    if not own:
        return
    reached = -1
    at: dict[tuple[int, int], list[PlaceName]] = {}
    for one in sorted(own, key=lambda one: (one.start, -one.end)):
        if one.end <= reached and (one.start, one.end) not in at:
            continue
        if one.start < reached and (one.start, one.end) not in at:
            continue  # overlapping: the one that begins first counts
        reached = one.end
        at.setdefault((one.start, one.end), [])
        if one.phrase.key != EXCEPTION_KEY:
            place = one.phrase.key.removeprefix(place_key(""))
            at[one.start, one.end].append(names[one.phrase.text, place])
    for (start, end), found in at.items():
        if found:
            yield _Spot(field, start, end, tuple(found))


def _is_sure(spot: _Spot) -> bool:
    return len(spot.names) == 1 and not spot.names[0].weak


def _decided(
    spot: _Spot, sure: set[str], provinces: set[str], gazetteer: Gazetteer
) -> _Named | None:
    if _is_sure(spot):
        only = spot.names[0]
        what = f"{only.form} is part of it" if only.part else "named"
        return _Named(spot, only.place, what)
    places = list(dict.fromkeys(name.place for name in spot.names))
    elsewhere = [place for place in places if place in sure]
    if len(elsewhere) == 1:
        return _Named(spot, elsewhere[0], "named in full elsewhere")
    beside = [place for place in places if gazetteer.places[place].province in provinces - {""}]
    if len(beside) == 1:
        province = gazetteer.places[gazetteer.places[beside[0]].province].en
        return _Named(spot, beside[0], f"{province} is named")
    usual = gazetteer.usually.get(spot.names[0].form)
    if usual is not None and not all(name.weak for name in spot.names):
        return _Named(spot, usual, "what the name usually means")
    return None


def _as_found(named: Sequence[_Named], gazetteer: Gazetteer, lead: int) -> tuple[PlaceFound, ...]:
    times = Counter(one.place for one in named)
    first: dict[str, _Named] = {}
    for one in named:
        first.setdefault(one.place, one)
    about = set(_about(named, times, gazetteer, lead))
    found = [
        PlaceFound(
            place=place,
            role=PlaceRole.ABOUT if place in about else PlaceRole.MENTIONED,
            phrase=one.spot.names[0].form,
            field=one.spot.field,
            start=one.spot.start,
            times=times[place],
            why=one.why,
        )
        for place, one in first.items()
    ]
    return tuple(sorted(found, key=lambda place: place.role is not PlaceRole.ABOUT))


def _about(
    named: Sequence[_Named], times: Counter[str], gazetteer: Gazetteer, lead: int
) -> Iterable[str]:
    """Those in the title. Else those of the lead that are named again or alone. Else the one that
    is named most. A province only where no city of it is."""
    in_title = {one.place for one in named if one.spot.field == "title"}
    in_lead = {one.place for one in named if one.spot.field != "title" and one.spot.start < lead}
    cities = {place for place in times if gazetteer.places[place].is_city}
    chosen = in_title or {
        place for place in in_lead if times[place] > 1 or (place in cities and len(cities) == 1)
    }
    if not chosen and times:
        most, count = times.most_common(1)[0]
        chosen = {most} if count >= _OFTEN or len(times) == 1 else set()
    covered = {gazetteer.places[place].province for place in chosen}
    return (place for place in chosen if place not in covered)


_AGAIN_POINTS, _AGAIN_MOST = 0.5, 2.0
"""For each further sentence that names a topic, and at most: never enough for the next grade."""
_KEPT_UP_POINTS, _KEPT_UP_SENTENCES = 5.0, 3
"""For a text that opens with something else and speaks of the subject in so many sentences."""


@dataclass(frozen=True, slots=True)
class _Graded:
    """A hit with the parts of its score. `weak` says what weakens it, if anything, and `whole`
    whether they are of the text as a whole, so that being named again is among them."""

    hit: PhraseHit
    parts: tuple[ScorePart, ...]
    points: float
    grade: Grade
    weak: str = ""
    whole: bool = False


def _as_graded(hit: PhraseHit, parts: tuple[ScorePart, ...], weak: str = "") -> _Graded:
    points = round(sum(part.points for part in parts), 1)
    return _Graded(hit, parts, points, grade_of(points), weak)


def match(article: ArticleData, watchlist: Watchlist) -> Relevance:
    """What a watchlist finds in an article: matches, the strongest first, one a topic, spelling and
    field. A score for each topic, with its parts; and the places.

    A name beside what its `core_near` asks for is worth more: within so many characters, or one of
    the two in the title and the other in title or lead. Where the first naming is weakened ("was
    not selected"), all are.
    """
    read = _read(article, watchlist)
    if read is None:
        return Relevance(watchlist=watchlist.version)
    standing = read.index
    together = {topic for subject in watchlist.subjects for topic in subject.topics}
    alone = [hit for hit in read.hits if hit.topic.id not in together]
    every = (_graded(hit, standing) for hit in alone)
    worth = [one for one in every if one.points or not _may_be_nothing(one)]
    graded = _as_a_whole(worth, standing)
    for subject, named, around in _named_subjects(article, watchlist, read):
        made = parts(subject, [one for _, one in named], around)
        points = round(sum(part.points for part in made), 1)
        grade = grade_of(points)
        graded += [_Graded(hit, made, points, grade, whole=True) for hit, _ in named]
    order = {topic: number for number, topic in enumerate(watchlist.topics)}
    graded.sort(key=lambda one: _rank(one, order))
    return Relevance(
        watchlist=watchlist.version,
        matches=tuple(_evidence(graded, article)),
        scores=tuple(_scores(graded, order)),
        places=locate(read.found, watchlist.gazetteer, standing.opening.lead),
    )


def _may_be_nothing(one: _Graded) -> bool:
    """Whether a watchlist says that a name is worth nothing where this one stands."""
    return len(one.parts) == 1 and not one.parts[0].points


def signs_of(article: ArticleData, watchlist: Watchlist) -> dict[str, dict[str, float]]:
    """The signs that an article is about a subject, by the subject's id, for those it names: what
    points are learned from."""
    read = _read(article, watchlist)
    if read is None:
        return {}
    return {
        subject.id: {
            sign.name: sign.value for sign in signs(subject, [one for _, one in named], around)
        }
        for subject, named, around in _named_subjects(article, watchlist, read)
    }


@dataclass(frozen=True, slots=True)
class _Read:
    """An article with what was found in it, and the names that count."""

    found: Mapping[str, Sequence[FoundPhrase]]
    index: ContextIndex
    hits: Sequence[PhraseHit]
    apart: Sequence[tuple[int, int]]


def _read(article: ArticleData, watchlist: Watchlist) -> _Read | None:
    found = {
        TITLE: watchlist.finder.find(article.title),
        BODY: watchlist.finder.find(article.body),
    }
    if not found[TITLE] and not found[BODY]:
        return None
    apart = _boilerplate(found[BODY], article.body, watchlist)
    if apart:
        found[BODY] = outside(found[BODY], apart)
    if watchlist.dismissed and dismissal(found, watchlist):
        found = {field: list(_unwatched(items, watchlist)) for field, items in found.items()}
    standing = ContextIndex(article.title, article.body, watchlist.lead)
    return _Read(found, standing, counting_hits(found, watchlist, standing, article), apart)


def dismissal(
    found: Mapping[str, Sequence[FoundPhrase]], watchlist: Watchlist
) -> tuple[str, str] | None:
    """The reason for which a text is dismissed and the phrase that says so, if it is."""
    reasons = {dismissed_key(reason): reason for reason in watchlist.dismissed}
    every = (one.phrase for items in found.values() for one in items)
    return next(((reasons[one.key], one.text) for one in every if one.key in reasons), None)


def _unwatched(items: Iterable[FoundPhrase], watchlist: Watchlist) -> Iterator[FoundPhrase]:
    """What was found, without the names of watched topics."""
    for one in items:
        named = watchlist.named.get(one.phrase.key)
        if named is None or not named[0].watched:
            yield one


def _named_subjects(
    article: ArticleData, watchlist: Watchlist, read: _Read
) -> Iterator[tuple[Subject, list[tuple[PhraseHit, Named]], Surroundings]]:
    """The subjects that an article names, with their namings."""
    for subject in watchlist.subjects:
        own = [hit for hit in read.hits if hit.topic.id in subject.topics]
        if own:
            named = [(hit, _naming(hit, read.index)) for hit in own]
            yield subject, named, _surroundings(subject, article, watchlist, read)


def _naming(hit: PhraseHit, standing: ContextIndex) -> Named:
    at = (hit.field, hit.start, hit.end)
    beside = standing.holding(hit.name.core_when, *at)
    weak = standing.holding(hit.name.weakens, *at)
    return Named(
        *at,
        beside=standing.whose(beside, *at) if beside else None,
        weak=standing.whose(weak, *at) or ITS_CONTEXT if weak else "",
    )


def _boilerplate(
    items: Sequence[FoundPhrase], body: str, watchlist: Watchlist
) -> list[tuple[int, int]]:
    """What is no text in a body that names a watched topic."""
    named = (watchlist.named.get(one.phrase.key) for one in items)
    return boilerplate(body) if any(one and one[0].watched for one in named) else []


def _surroundings(
    subject: Subject, article: ArticleData, watchlist: Watchlist, read: _Read
) -> Surroundings:
    """What else stands in an article that names a subject."""
    places = watchlist.gazetteer.places
    spots = [
        spot
        for spot in _all_spots(read.found, watchlist.gazetteer)
        if any(places[name.place].is_city for name in spot.names)
    ]

    def starts(field: str) -> dict[str, list[int]]:
        standing = read.index
        cities = [spot.start for spot in spots if spot.field == field]
        return {
            "work": standing.starts(subject.work, field),
            "aside": standing.starts(subject.asides, field),
            "namesake": standing.starts(subject.namesakes, field),
            "genre": standing.starts(subject.genres, field),
            "organisation": standing.starts(subject.organisations, field),
            "wide": standing.starts(subject.wide, field),
            "city": cities,
            "place": sorted((*cities, *standing.starts(subject.local, field))),
        }

    others = (hit.topic for hit in read.hits if hit.field == TITLE)
    return Surroundings(
        title=article.title,
        body=article.body,
        lead=read.index.opening.lead,
        boilerplate=tuple(read.apart),
        in_title=starts(TITLE),
        in_body=starts(BODY),
        other=next((topic.id for topic in others if topic.kind is TopicKind.OTHER), ""),
    )


def _graded(hit: PhraseHit, standing: ContextIndex) -> _Graded:
    parts = [_place_part(hit, standing)]
    at = (hit.field, hit.start, hit.end)
    beside = standing.holding(hit.name.core_when, *at)
    if beside is not None:
        what = standing.whose(beside, *at)
        parts.append(ScorePart(BESIDE_POINTS, BESIDE if what else UNHINDERED, what))
    weak = standing.holding(hit.name.weakens, *at)
    graded = _as_graded(hit, tuple(parts))
    if weak is None:
        return graded
    return _weakened(graded, standing.whose(weak, *at) or ITS_CONTEXT)


def _weakened(one: _Graded, what: str, kind: str = WEAKENED) -> _Graded:
    """At most related."""
    parts = one.parts
    if one.points > RELATED_POINTS:
        parts = (*parts, ScorePart(RELATED_POINTS - one.points, kind, what))
    return _as_graded(one.hit, parts, what)


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
    """What weakens the first naming in the body, or those in a title that is all there is. A title
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
        _as_graded(one.hit, (*one.parts, part), one.weak)
        if one in body and len(one.parts) > 1 and one.points < CORE_POINTS
        else one
        for one in graded
    ]


def _rank(one: _Graded, order: Mapping[str, int]) -> tuple[int, int, bool, int, str]:
    hit = one.hit
    return (
        STRENGTH[one.grade],
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
        more = 0.0 if top.whole else min(_AGAIN_MOST, _AGAIN_POINTS * (len(ones) - 1))
        again = (ScorePart(more, AGAIN, str(len(ones))),) if more else ()
        parts = (*top.parts, *again)
        points = round(sum(part.points for part in parts), 1)
        yield Score(topic, top.grade, points, parts)


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
            grade=one.grade,
            phrase=text[hit.start : hit.end],
            field=hit.field,
            start=hit.start,
            sentence=sentence_at(text, hit.start, hit.end),
        )


# Names that stand in a text and count for nothing there, with what they lack

_MOST = 10


@dataclass(frozen=True, slots=True)
class Unmet:
    """A name found: the words as printed, where, and why they do not count."""

    topic: str
    phrase: str
    field: str
    sentence: str
    why: str


def unmet(article: ArticleData, watchlist: Watchlist, counted: Sequence[str]) -> tuple[Unmet, ...]:
    """Names of watched topics in a text, those of the topics that `counted` left out. Each spelling
    once, ten at most."""
    found: dict[tuple[str, str], Unmet] = {}
    hits = {
        TITLE: watchlist.finder.find(article.title),
        BODY: watchlist.finder.find(article.body),
    }
    away = dismissal(hits, watchlist)
    for field, text in ((TITLE, article.title), (BODY, article.body)):
        for one in _unmet(article, field, text, watchlist, counted):
            why = f"is dismissed with {away[1]}: {away[0]}" if away else one.why
            found.setdefault((one.topic, one.phrase), replace(one, why=why))
    return tuple(found.values())[:_MOST]


def _unmet(
    article: ArticleData, field: str, text: str, watchlist: Watchlist, counted: Sequence[str]
) -> Iterator[Unmet]:
    names = {
        name_key(topic.id, number): (topic, name)
        for topic in watchlist.topics.values()
        for number, name in enumerate(topic.names)
    }
    hits = [one for one in watchlist.finder.find(text) if one.phrase.key in names]
    for one in hits:
        topic, name = names[one.phrase.key]
        if topic.watched and topic.id not in counted:
            others = [other for other in hits if other is not one]
            above = [names[other.phrase.key][0].id for other in others if _overlap(one, other)]
            why = _early(article, name) or _given_way(topic, above) or _lacking(name)
            sentence = sentence_at(text, one.start, one.end)
            yield Unmet(topic.id, text[one.start : one.end], field, sentence, why)


def _overlap(one: FoundPhrase, other: FoundPhrase) -> bool:
    return one.start < other.end and other.start < one.end


def _early(article: ArticleData, name: Name) -> str:
    day = article.published.day if article.published else None
    if day is None or name.valid_from is None or day >= name.valid_from:
        return ""
    return f"is not that name before {name.valid_from}"


def _given_way(topic: Topic, above: Sequence[str]) -> str:
    other = next((one for one in above if one in topic.gives_way_to), "")
    return f"is part of a name of {other} there" if other else ""


def _lacking(name: Name) -> str:
    lacks = [f"needs {_described(condition)}" for condition in name.requires]
    lacks += [f"does not count with {_described(condition)}" for condition in name.excludes]
    return ", or ".join(lacks) or "is part of a longer name there"


def _described(condition: ContextRule) -> str:
    words = [
        *([" and ".join(condition.all)] if condition.all else []),
        *([" or ".join(condition.any)] if condition.any else []),
        *([f"not {' nor '.join(condition.none)}"] if condition.none else []),
    ]
    where = {
        Within.ARTICLE: "",
        Within.PARAGRAPH: " in the same paragraph",
        Within.SENTENCE: " in the same sentence",
        Within.TITLE: " in the title",
        Within.NEAR: f" within {condition.near} characters",
        Within.BEFORE: f" within {condition.near} characters before it",
    }[condition.within]
    return f"{', and '.join(words)}{where}"

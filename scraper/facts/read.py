"""Reads the facts of one text: sentence by sentence, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hubwatch.patterns import lazy_pattern
from storage.facts import ArticleFacts, Deadline, Figure, Modifier
from storage.text import has_eastern, simplify

from .as_of import Times
from .chinese import find_chinese
from .denied import denied_in, is_denied_next, is_within
from .english import Anchors, find_english
from .found import FoundFigure, FoundTime, Sentences
from .happenings import happenings_of
from .names import NamedActors, actors_of
from .units import SHARES

LONGEST, MOST_SENTENCES, MOST_FIGURES = 60_000, 600, 400
"""So many characters, sentences with a number and figures of a text are looked at."""

_LONGEST_SENTENCE = 1500
_HAN_RUN = lazy_pattern("[\u3400-\u9fff]+")
_HAN_NUMBER = lazy_pattern("[一二两三四五六七八九十百千万亿半廿卅卌]")
_NARROW = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0x21 + i) not in ",;:!?()"} | {
    "\u3000": " ",
    "○": "〇",
}
_WIDE = lazy_pattern(f"[{''.join(_NARROW)}]")


def _plain(text: str) -> str:
    """A text with simplified characters and half-width digits and letters; as long as it was."""
    if not has_eastern(text):
        return text
    text = simplify(text)
    for one in set(_WIDE.findall(text)):
        text = text.replace(one, _NARROW[one])
    return text


def facts_of(text: str, title: str = "", published: date | None = None) -> ArticleFacts:
    """Return the figures, deadlines, events and actors of a text. Places in the result are
    places in `text`. Without `published`, days without a year stay unknown."""
    raw = text[:LONGEST]
    plain = _plain(raw)
    anchors, actors, sentences = Anchors(plain), actors_of(plain, title), Sentences(plain)
    read = _facts(raw, plain, anchors, sentences, actors, published)
    events = tuple(happenings_of(raw, plain, anchors.low, sentences, actors, published))
    return replace(read, events=events) if events else read


def figures_of(text: str, published: date | None = None) -> tuple[Figure, ...]:
    """Return the figures of a text without their places, which are most of the work where texts
    have few figures."""
    raw = text[:LONGEST]
    plain = _plain(raw)
    return _facts(raw, plain, Anchors(plain), Sentences(plain), NamedActors(), published).figures


def _facts(
    raw: str,
    plain: str,
    anchors: Anchors,
    sentences: Sentences,
    actors: NamedActors,
    published: date | None,
) -> ArticleFacts:
    figures: list[Figure] = []
    deadlines: list[Deadline] = []
    topic = period = ""
    for begin, end in _counting_sentences(plain, anchors, sentences):
        if len(figures) >= MOST_FIGURES:
            break
        stretch = plain[begin:end]
        is_chinese = _is_chinese(stretch)
        found = tuple(
            find_chinese(stretch, published)
            if is_chinese
            else find_english(
                stretch, begin, published, topic, anchors, plain[max(0, begin - 300) : begin]
            )
        )
        if not found:
            continue
        denied = denied_in(stretch, is_han=is_chinese)
        if is_denied_next(plain[end : end + 120], is_han=is_chinese):
            continue
        sentence = _Sentence(raw, stretch, begin, actors)
        times = Times(found, stretch, is_han=is_chinese)
        for one in found:
            if denied and is_within(one.start, denied):
                continue
            if isinstance(one, FoundTime):
                if one.is_limit:
                    deadlines.append(sentence.deadline(one))
            elif len(figures) < MOST_FIGURES:
                as_of = times.of(one)
                if not as_of and one.unit.name in SHARES and one.modifier is not Modifier.TARGET:
                    as_of = period
                figures.append(sentence.figure(one, as_of))
                topic = one.object or topic
        named = (one for one in found if isinstance(one, FoundTime) and not one.is_limit)
        period = next((one.day for one in named if len(one.day) == 4), period)
    return ArticleFacts(tuple(figures), tuple(deadlines), actors.found)


class _Sentence:
    """A sentence that something was found in; `plain` is as it was read."""

    def __init__(self, text: str, plain: str, begin: int, actors: NamedActors) -> None:
        end = begin + len(plain)
        whole = text[begin:end]
        self._whole, self._plain = whole, plain
        self._begin = begin
        self._text = whole.strip()
        self._first = begin + len(whole) - len(whole.lstrip())
        self._actors = actors

    def figure(self, found: FoundFigure, as_of: str) -> Figure:
        """What was found, with its sentence, place and time."""
        return Figure(
            low=found.low,
            high=found.high,
            unit=found.unit.name,
            factor=found.unit.factor,
            base=found.unit.base,
            modifier=found.modifier,
            object=self._as_written(found.object),
            place=self._place(self._begin + found.start),
            as_of=as_of,
            is_cumulative=found.is_cumulative,
            sentence=self._text,
            begin=self._first,
            start=self._begin + found.start,
            end=self._begin + found.end,
        )

    def deadline(self, found: FoundTime) -> Deadline:
        """What was found, with its sentence and place."""
        return Deadline(
            day=found.day,
            modifier=Modifier.EXACT,
            object=self._as_written(found.object),
            place=self._place(self._begin + found.start),
            sentence=self._text,
            begin=self._first,
            start=self._begin + found.start,
            end=self._begin + found.end,
        )

    def _as_written(self, phrase: str) -> str:
        """A phrase of the sentence in the characters of the text, which may be traditional ones."""
        if self._plain == self._whole:
            return phrase
        at = self._plain.find(phrase)
        return self._whole[at : at + len(phrase)] if at >= 0 else phrase

    def _place(self, at: int) -> str:
        return self._actors.place_of(at, self._begin, self._plain)


def _counting_sentences(
    text: str, anchors: Anchors, sentences: Sentences
) -> Iterator[tuple[int, int]]:
    """The sentences that a number stands in. Where none stands, no sentence is looked for."""
    place, length = 0, len(text)
    han = -1 if has_eastern(text) else length
    for _ in range(MOST_SENTENCES):
        if han < place:
            number = _HAN_NUMBER.search(text, place)
            han = number.start() if number else length
        at = min(anchors.counting_from(place), han)
        if at >= length:
            return
        begin, place = sentences.around(place, at)
        if place - begin > 3:
            yield from _cut(begin, place)


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST_SENTENCE:
        yield start, start + _LONGEST_SENTENCE
        start += _LONGEST_SENTENCE
    yield start, end


def _is_chinese(stretch: str) -> bool:
    if stretch.isascii():
        return False
    rest = _HAN_RUN.sub("", stretch)
    if 4 * len(rest) < 3 * len(stretch):
        return True
    letters = sum(map(str.isalpha, rest))  # 增长5%~6%。 has more digits and signs than words
    return letters < 3 * (len(stretch) - len(rest))

"""Events that a text tells: what was signed, launched, selected, held or published as a list, with
its day and place. What is negated, supposed, habitual or without a day is none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.facts import EventKind, Happening

from ..relevance.finder import WordLists
from .chinese_events import CHINESE_AGAIN, CHINESE_EVENT_CUES, HAN_BREAK, find_chinese_events
from .denied import denied_in, is_denied_next, is_within
from .english_events import BREAK, ENGLISH_AGAIN, ENGLISH_EVENT_CUES, find_english_events
from .found import FoundEvent, Sentences
from .names import NamedActors, NamedPlace
from .patterns import words
from .tense import Tense, chinese_tense
from .when import ENGLISH_DAY_CUES, EventDay, chinese_days, english_days

MOST = 100
"""So many events of a text are kept."""
_LONGEST, _MOST_WORDS = 750, 20
"""So far around its first word a sentence is looked at, and so many of its words."""
_REACH = 800
"""So many characters back may stand the event that `at the meeting` speaks of."""


_CUES = WordLists(ENGLISH_EVENT_CUES, CHINESE_EVENT_CUES, ENGLISH_DAY_CUES)


def happenings_of(
    raw: str,
    plain: str,
    low: str,
    sentences: Sentences,
    actors: NamedActors,
    published: date | None,
) -> Iterator[Happening]:
    """The events that a text tells, in its order, each once. `plain` is the text with simplified
    characters, `low` that in small letters, `raw` as written: all three of one length."""
    english, han, cues = _CUES.starts(low)
    found: list[Happening] = []
    for is_han, starts in ((False, english), (True, han)):
        last: Happening | None = None
        at = end = 0
        while at < len(starts) and len(found) <= MOST:
            begin, end = sentences.around(end, starts[at])
            begin = max(begin, starts[at] - _LONGEST)
            end = min(end, begin + 2 * _LONGEST)
            first = at
            at = bisect_left(starts, end, at)
            sentence = plain[begin:end]
            if is_han:
                days = chinese_days(sentence)
            else:
                near = cues[bisect_left(cues, begin) : bisect_left(cues, end)]
                days = english_days(sentence, [one - begin for one in near])
            again = (CHINESE_AGAIN if is_han else ENGLISH_AGAIN).search(sentence) if last else None
            if not days and again is None:
                continue
            inside = [one - begin for one in starts[first:at][:_MOST_WORDS]]
            told = list(
                find_chinese_events(sentence, inside, days)
                if is_han
                else find_english_events(sentence, inside)
            )
            if told and (denied := denied_in(sentence, is_han=is_han)):
                told = [one for one in told if not is_within(one.start, denied)]
            if told and not is_denied_next(plain[end : end + 120], is_han=is_han):
                read = _Sentence(raw, begin, end, sentence, days, again, is_han, published, actors)
                for one in read.happenings(told, last):
                    last = one
                    found.append(one)
    found.sort(key=lambda one: one.start)
    return _once_each(found)


class _Sentence(NamedTuple):
    """A sentence that tells events: where it begins and ends in its text, as it is read, its days,
    and what in it speaks of the event before."""

    raw: str
    begin: int
    end: int
    sentence: str
    days: Sequence[EventDay]
    again: re.Match[str] | None
    is_han: bool
    published: date | None
    actors: NamedActors

    def happenings(self, told: Sequence[FoundEvent], last: Happening | None) -> Iterator[Happening]:
        """What is told as events, where the day of each is known; `last` is the one told before."""
        begin, sentence = self.begin, self.sentence
        whole = self.raw[begin : self.end]
        first = begin + len(whole) - len(whole.lstrip())
        for one in told:
            when = self._when(one, told, last)
            if when is None:
                continue
            day, until, place = when
            object_ = one.object
            if object_ and sentence != whole and (at := sentence.find(object_)) >= 0:
                object_ = whole[at : at + len(object_)]  # in the characters of the text
            is_later = self.published is not None and day > self.published.isoformat()
            last = Happening(
                kind=one.kind,
                day=day,
                until=until,
                is_ahead=one.is_planned or is_later,
                object=object_,
                place=place.name if place else "",
                place_id=place.id if place else "",
                sentence=whole.strip(),
                begin=first,
                start=begin + one.start,
                end=begin + one.end,
            )
            yield last

    def _when(
        self, one: FoundEvent, told: Sequence[FoundEvent], last: Happening | None
    ) -> tuple[str, str, NamedPlace | None] | None:
        """The first and last day of what is told, and its place."""
        day = _day_for(one, told, self.days, self.sentence, is_han=self.is_han)
        if day is not None:
            begin, until = day.resolve(self.published, self._tense(one, day))
            return (begin, until, self._place(one, anywhere=True)) if begin else None
        if self.again is None or last is None or self.begin - last.end > _REACH:
            return None
        if self.is_han and self.again.start() > one.start:
            return None
        known = NamedPlace(last.place_id, last.place, 0, 0) if last.place else None
        return last.day, last.until, self._place(one, anywhere=False) or known

    def _tense(self, one: FoundEvent, day: EventDay) -> Tense:
        """How the day of an event is spoken of. A Chinese verb alone does not say it, an English
        one does."""
        if one.is_planned:
            return Tense.AHEAD
        if not self.is_han:
            return Tense.LIKELY_AHEAD if one.is_present else Tense.BEHIND
        tense = chinese_tense(self.sentence, day.start, day.end)
        return tense if tense in (Tense.BEHIND, Tense.LIKELY_BEHIND) else Tense.OPEN

    def _place(self, one: FoundEvent, *, anywhere: bool) -> NamedPlace | None:
        """The place of what is told: one in or at which it was, else the last named before it in
        its sentence, else the next in it, else `anywhere` the last before that, else that of the
        title."""
        begin, end, at = self.begin, self.end, self.begin + one.start
        places = self.actors.places
        inside = [each for each in places if begin <= each.start and each.end <= end]
        named = self._named_place(one, inside)
        if named is not None:
            return named
        lead = _IN_HAN if self.is_han else _IN
        stood = [each for each in inside if lead.search(self.sentence[: each.start - begin][-12:])]
        if stood:
            return min(stood, key=lambda each: abs(each.start - at))
        if inside:
            before = [each for each in inside if each.start < at]
            return before[-1] if before else inside[0]
        if not anywhere:
            return None
        earlier = [each for each in places if each.start < begin]
        return earlier[-1] if earlier else self.actors.titled

    def _named_place(self, one: FoundEvent, inside: Sequence[NamedPlace]) -> NamedPlace | None:
        """The place of what is told that the gazetteer does not have: 在榕江县举行 behind the name
        of a province. It has no identity."""
        if self.is_han:
            found = _AT_HAN.search(self.sentence, max(0, one.start - 24), one.start)
            while found and (inner := _AT_HAN.search(self.sentence, found.start() + 1, one.start)):
                found = inner
            name = found and _HAN_PLACE.match(self.sentence, *found.span("name"))
        else:
            found = _AT.match(self.sentence, one.end)
            name = found and _PLACE.fullmatch(self.sentence, *found.span("name"))
        if found is None or name is None:
            return None
        first, last = (self.begin + at for at in found.span("name"))
        if any(each.start < last and first < each.end for each in inside):
            return None
        end = self.begin + name.end()
        return NamedPlace("", self.raw[first:end], first, end)


def _day_for(
    one: FoundEvent,
    told: Sequence[FoundEvent],
    days: Sequence[EventDay],
    sentence: str,
    *,
    is_han: bool,
) -> EventDay | None:
    """The day of what is told: in Chinese the last named before it, in English the nearest one that
    no other event stands between."""
    usable = [
        day
        for day in days
        if day.suits(one.kind is EventKind.LAUNCH) and not (one.is_founding and day.is_year)
    ]
    before = [day for day in usable if day.end <= one.start]
    after = [day for day in usable if day.start >= one.end]
    if is_han:
        precise = [day for day in before if not day.is_vague]
        if precise or before:
            return (precise or before)[-1]
        stop = HAN_BREAK.search(sentence, one.end)
        limit = stop.start() if stop else len(sentence)
        return next((day for day in after if day.start < limit + 1), None)
    others = [each.start for each in told if each is not one]

    def is_parted(day: EventDay) -> bool:
        low, high = (day.end, one.start) if day.end <= one.start else (one.end, day.start)
        return any(low <= other < high for other in others)

    near = [day for day in (*before[-1:], *after[:1]) if not is_parted(day)]
    if near:
        exact = [day for day in near if not day.is_vague] or near
        return min(
            exact,
            key=lambda day: (
                one.start - day.end + 30 if day.end <= one.start else day.start - one.end
            ),
        )
    if before or not after:
        return before[-1] if before else None
    between = sentence[one.end : after[0].start]  # signed one and launched another on that day
    return after[0] if _SHARED.search(between) and not BREAK.search(between) else None


_SHARED = lazy_pattern(r"\band\b")
_AT_HAN = lazy_pattern(
    "[在于](?P<name>[\u4e00-\u9fff]{2,12}?)(?:正式|成功|隆重|盛大|联合|共同|顺利|圆满|集中|如期)*$"
)
_HAN_PLACE = lazy_pattern(
    "(?![全本我该各此多两一]|[县市省]内|城乡|[^市县区镇乡村]{0,3}(?:社区|景区|园区|校区|市区|城区|灾区|小区))"
    "(?:[\u4e00-\u9fff]{2,6}?(?:自治[州县]|新区|[市县区州旗镇乡村])(?![长委政人])"
    "|(?<=在)[\u4e00-\u9fff]{1,2}(?:(?<![这那夜城村家馆市县校店厂场屋])里"
    "|[^场园馆校厅上下线内中地里间心楼院店厂站港城所会室部堂台国外球日年月底末午前后省市晚夜天初旬山江河海湖岸边旁门口"
    "路街桥区])$)"
)
"""A county or town, or a name of two or three characters that is no hall, square or time."""
_AT = lazy_pattern(
    r"(?:\s[a-z]+ly)?\sin\s(?P<name>(?:[A-Z][a-z'’-]+\s?){1,3}(?<=\w)(?:\s(?:county|district|city|town"
    r"|township|village))?)\b"
)
_PLACE = lazy_pattern(
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Spring|Summer|Autumn|Winter|Parliament|Congress|English|Chinese|Mandarin|French|Russian"
    r"|Japanese|German|Hall|Room)\b).*"
)
_IN_HAN = lazy_pattern("[在于赴]$|落[户地]$")
_IN = lazy_pattern(r"\b(?:in|at|from)\s(?:the\s|downtown\s|central\s)?$")


def _once_each(found: Sequence[Happening]) -> Iterator[Happening]:
    """Without what tells an event once more: of the same kind and day, and in words that it shares
    with what was told before."""
    kept: list[Happening] = []
    for one in found:
        if not any(_is_same(one, other) for other in kept):
            kept.append(one)
            if len(kept) >= MOST:
                break
    return iter(kept)


def _is_same(one: Happening, other: Happening) -> bool:
    if (one.kind, one.day) != (other.kind, other.day):
        return False
    mine, theirs = _pieces(one.object), _pieces(other.object)
    least = min(len(mine), len(theirs))
    return not least or 2 * len(mine & theirs) >= least


def _pieces(text: str) -> set[str]:
    low = text.lower()
    han = _HAN.findall(low)
    pairs = {a + b for a, b in pairwise(han)}
    return pairs | {word for word in _WORDS.findall(low) if word not in _LITTLE}


_HAN, _WORDS = lazy_pattern("[\u3400-\u9fff]"), lazy_pattern(r"[a-z]{3,}|\d+")
_LITTLE = frozenset(words("the and for with its was were of"))

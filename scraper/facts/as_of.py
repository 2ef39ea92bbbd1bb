"""Which of the times that a sentence names a figure is of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter

from hubwatch.patterns import lazy_pattern

from .found import FoundFigure, FoundTime
from .patterns import either, phrases
from .units import SHARES


class Times:
    """The times that one sentence names, and which of them its figures are of. What `found` has of
    it is in the order of the text."""

    def __init__(
        self, found: Sequence[FoundFigure | FoundTime], sentence: str, *, is_han: bool
    ) -> None:
        self._sentence, self._is_han = sentence, is_han
        self._numbers = [one for one in found if isinstance(one, FoundFigure)]
        self._times = [
            one
            for one in found
            if isinstance(one, FoundTime) and (not one.is_limit or len(one.day) == 4)
        ]

    def of(self, figure: FoundFigure) -> str:
        """The time that a figure is of, empty where that is not known: the last one named before
        it, else in English the next. That of what it is compared with is not its own."""
        if not self._times:
            return ""
        time = self._han(figure) if self._is_han else self._english(figure)
        return time.day if time else ""

    def _is_number_between(self, begin: int, end: int) -> bool:
        at = bisect_left(self._numbers, begin, key=_start)
        return at < len(self._numbers) and self._numbers[at].start < end

    def _is_compared(self, figure: FoundFigure) -> bool:
        at = figure.start
        nearest = max(0, at - _LONGEST_CURRENCY)
        while at > nearest and not self._sentence[at - 1].isspace():
            at -= 1
        return _COMPARED.search(self._sentence[max(0, at - 80) : at]) is not None

    # In English

    @cached_property
    def _free(self) -> list[FoundTime]:
        """Those that are not of what something is compared with."""
        taken = {id(self._own(one)) for one in self._numbers if self._is_compared(one)}
        return [one for one in self._times if id(one) not in taken]

    def _own(self, figure: FoundFigure) -> FoundTime | None:
        """The time right behind a figure, as in `60 routes in 2019`."""
        at = bisect_left(self._times, figure.end, key=_start)
        time = self._times[at] if at < len(self._times) else None
        if not time or time.start - figure.end > _BEHIND:
            return None
        if self._is_number_between(figure.end, time.start):
            return None
        between = self._sentence[figure.end : time.start]
        is_own = _OWN.fullmatch(between) and not _COMPARES.search(between)
        return time if is_own else None

    def _english(self, figure: FoundFigure) -> FoundTime | None:
        own = self._own(figure)
        if self._is_compared(figure):
            return own
        free = self._free
        if before := bisect_right(free, figure.start, key=_end):
            last = free[before - 1]
            is_parted = own and _PARTED.search(self._sentence, last.end, figure.start)
            return own if is_parted else last
        at = bisect_left(free, figure.end, key=_start)
        if at == len(free):
            return None
        time = free[at]
        between = self._is_number_between(figure.end, time.start)
        is_other = between and (time.leads or time.is_limit)
        if is_other or _COMPARES.search(self._sentence, figure.end, time.start):
            return None
        return time

    # In Chinese

    def _han(self, figure: FoundFigure) -> FoundTime | None:
        sentence = self._sentence
        if _HAN_COMPARED.search(sentence[max(0, figure.start - 20) : figure.start]):
            return None  # 比去年的30万吨
        before = bisect_right(self._times, figure.start, key=_end)
        for time in reversed(self._times[max(0, before - _MOST_PASSED) : before]):
            between = sentence[time.end : figure.start]
            if figure.unit.name in (*SHARES, "times") and _HAN_LEVEL.fullmatch(between):
                continue  # 2019年的六成
            is_of_other = between.startswith("的") or sentence.endswith("由", 0, time.start)
            if (
                is_of_other
                and _HAN_CAME.search(between[-_LONGEST_CAME:])
                and self._is_number_between(time.end, figure.start)
            ):
                continue  # 由2015年的1200人增加到3400人
            return time
        return None


_LONGEST_CURRENCY, _BEHIND = 24, 120
"""So many characters may stand before a figure without a space, and between it and its own time."""
_MOST_PASSED, _LONGEST_CAME = 8, 8
_start, _end = attrgetter("start"), attrgetter("end")
_DIRECTION = either("""
    rising growing increasing climbing falling dropping shrinking expanding going declining rise
    grow increase climb fall drop shrink expand reach
""")
_COMPARES = lazy_pattern(
    rf"\b(?:against|compared|versus|vs|than|instead\sof|(?:up|down)\sfrom|as\s[a-z]+\sas|{_DIRECTION}"
    r"|(?:and|but)\s(?:it\s|they\s)?(?:plans?|aims?|will|hopes?|expects?|wants?|is\sto|are\sto)"
    r"|after|before|since|while|whereas)\b|[;:—]|,\s(?:and|but|which|who|where|when)\b"
)
"""What parts a figure from a time behind it that is not its own."""
_PARTED = lazy_pattern(r"[;:—]|\b(?:and|but|while|whereas|after|before|which)\s")
_COMPARED = lazy_pattern(
    r"\b(?:against|compared\s(?:with|to)|versus|vs\.?|(?:than|times)\s(?:the|its|their)|instead\sof"
    r"|(?:up|down|rising|grew|grown|rose|risen|increased?|increasing|climbed|fell|fallen|falling|dropped"
    r"|declined|cut|raised|reduced|lifted|expanded|went|changed|brought|took|extended|shortened)"
    r"(?:\s(?:[^.;,]|[.,]\d){1,40})?\sfrom)\s(?:(?:just|only|about|around|some|nearly|over|almost|a|the)\s){0,2}$"
)
"""What stands before a figure that another one is compared with."""
_OWN = lazy_pattern(
    phrases(r"""
        [^,.;:]{0,60}\b(?:in|during|at|as\sof|of|on)\s|[^,.;:]{0,30}\s|\s?\(
    """)
)

_HAN_CAME = lazy_pattern("[增升降减涨跌加长高展大少低落缩到][到至为]了?[约近超过]{0,2}$")
_HAN_COMPARED = lazy_pattern(
    "[比较与](?:去年|上年|前年|(?:19|20)[0-9]{2}年)(?:[^，。；0-9]{0,4}的|同期)[约近超过不到]{0,3}$"
)
_HAN_LEVEL = lazy_pattern("(?:[同全][期年]|水平)?的[约近超过不到]{0,3}")

"""Which of the times that a sentence names a figure is of."""

from __future__ import annotations

from collections.abc import Sequence

from hubwatch.patterns import lazy_pattern

from .found import FoundFigure, FoundTime
from .patterns import either, phrases
from .units import SHARES

Found = FoundFigure | FoundTime


def time_of(figure: FoundFigure, found: Sequence[Found], sentence: str, *, is_han: bool) -> str:
    """The time that a figure is of, empty where that is not known: the last one named before it,
    else in English the next. That of what it is compared with is not its own."""
    times = [
        one
        for one in found
        if isinstance(one, FoundTime) and (not one.is_limit or len(one.day) == 4)
    ]
    if not times:
        return ""
    numbers = [one for one in found if isinstance(one, FoundFigure)]
    time = (_han_time if is_han else _english_time)(figure, times, numbers, sentence)
    return time.day if time else ""


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


def _is_compared(figure: FoundFigure, sentence: str) -> bool:
    at = figure.start
    while at and not sentence[at - 1].isspace():  # its currency
        at -= 1
    return _COMPARED.search(sentence[max(0, at - 80) : at]) is not None


def _own_time(
    figure: FoundFigure, times: Sequence[FoundTime], numbers: Sequence[FoundFigure], sentence: str
) -> FoundTime | None:
    """The time right behind a figure, as in `60 routes in 2019`."""
    time = next((one for one in times if one.start >= figure.end), None)
    if time is None or any(figure.end <= one.start < time.start for one in numbers):
        return None
    between = sentence[figure.end : time.start]
    is_own = _OWN.fullmatch(between) and not _COMPARES.search(between)
    return time if is_own else None


def _english_time(
    figure: FoundFigure, times: Sequence[FoundTime], numbers: Sequence[FoundFigure], sentence: str
) -> FoundTime | None:
    own = _own_time(figure, times, numbers, sentence)
    if _is_compared(figure, sentence):
        return own
    taken = [
        _own_time(one, times, numbers, sentence) for one in numbers if _is_compared(one, sentence)
    ]
    free = [one for one in times if not any(one is other for other in taken)]
    before = [one for one in free if one.end <= figure.start]
    if before:
        is_parted = _PARTED.search(sentence, before[-1].end, figure.start) is not None
        return own if own and is_parted else before[-1]
    for time in free:
        if time.start >= figure.end:
            between = any(figure.end <= one.start < time.start for one in numbers)
            is_other = between and (time.leads or time.is_limit)
            return None if is_other or _COMPARES.search(sentence, figure.end, time.start) else time
    return None


_HAN_CAME = lazy_pattern("[增升降减涨跌加长高展大少低落缩到][到至为]了?[约近超过]{0,2}$")
_HAN_COMPARED = lazy_pattern(
    "[比较与](?:去年|上年|前年|(?:19|20)[0-9]{2}年)(?:[^，。；0-9]{0,4}的|同期)[约近超过不到]{0,3}$"
)
_HAN_LEVEL = lazy_pattern("(?:[同全][期年]|水平)?的[约近超过不到]{0,3}")


def _han_time(
    figure: FoundFigure, times: Sequence[FoundTime], numbers: Sequence[FoundFigure], sentence: str
) -> FoundTime | None:
    if _HAN_COMPARED.search(sentence[max(0, figure.start - 20) : figure.start]):
        return None  # 比去年的30万吨
    before = [one for one in times if one.end <= figure.start]
    for time in reversed(before):
        between = sentence[time.end : figure.start]
        if figure.unit.name in (*SHARES, "times") and _HAN_LEVEL.fullmatch(between):
            continue  # 2019年的六成
        is_of_other = between.startswith("的") or sentence.endswith("由", 0, time.start)
        if (
            is_of_other
            and _HAN_CAME.search(between)
            and any(time.end <= one.start < figure.start for one in numbers)
        ):
            continue  # 由2015年的1200人增加到3400人
        return time
    return None

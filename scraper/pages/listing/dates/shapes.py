"""How lists write days that are no full date by themselves: short years, none, odd orders.

Patterns only; which order of day and month a list uses is agreed on in `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_TRIPLE = re.compile(
    r"(?<![\d/.-])(\d\d?)\s?([-/.])\s?(\d\d?)\s?\2\s?((?:19|20)\d\d|\d\d)(?![\d/-])"
)
_GLUED = re.compile(
    rf"(?<![\da-z])(\d\d?)[-\s]?{_NAME}[-\s,.']{{0,2}}((?:19|20)?\d\d)(?![\d:])", re.I
)
_SPLIT_DAY = re.compile(
    r"(?<!\d)(\d\d?)日?\s{1,3}((?:19|20)\d\d)\s?[-/.年]\s?(\d\d?)月?(?![\d/.-])"
)
_SPLIT_YEAR = re.compile(
    r"(?<![\d/.-])(\d\d?)\s?[-/.月]\s?(\d\d?)日?\s{1,3}((?:19|20)\d\d)年?(?![\d/.:-])"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?\s{1,3}(\d\d?)\s?[-/.月]\s?(\d\d?)日?(?![\d/.:-])"
)
_DAY_NAME_YEAR = re.compile(
    rf"(?<!\d)(\d\d?)\s{{1,3}}((?:19|20)\d\d)[-,\s]{{1,3}}{_NAME}(?![a-z])", re.I
)
_MONTH_DAY = re.compile(r"(?<![\d/.:-])(\d\d?)\s?(?:[-/.]|月)\s?(\d\d?)日?(?![\d/.:%-])")
_NAMED = re.compile(
    rf"(?<![a-z]){_NAME}\.?\s{{1,3}}(\d\d?)(?:st|nd|rd|th)?(?![\d:])(?!\s?,?\s?\d{{4}})", re.I
)
_NAMED_AFTER = re.compile(rf"(?<!\d)(\d\d?)\s{{0,3}}{_NAME}(?![a-z])(?!\.?,?\s?\d{{4}})", re.I)

Reading = Callable[[str], Iterator[tuple[int, int, int, int, int]]]
"""Start, end, year (0: none), month, day."""


def _triples(order: str, long: bool) -> Reading:
    """a/b/c in the order that is named, with a long or a short year."""

    def read(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
        for match in _TRIPLE.finditer(plain):
            numbers = int(match[1]), int(match[3]), int(match[4])
            if (len(match[4]) == 4) is long:
                named = dict(zip(order, numbers, strict=True))
                yield *match.span(), named["y"], named["m"], named["d"]

    return read


def _named(pattern: re.Pattern[str], order: str) -> Reading:
    def read(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
        for match in pattern.finditer(plain):
            named = dict(zip(order, match.groups(), strict=True))
            month = named["m"].lower()
            number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else int(month)
            yield *match.span(), int(named.get("y", 0)), number, int(named["d"])

    return read


def _month_day(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
    """A bare 3-15 within a sentence is a score or a range; 03-15 at its head or end is a date."""
    text = plain.strip(" []()|\t")
    shift = plain.find(text) if text else 0
    for match in _MONTH_DAY.finditer(text):
        leads = match.start() == 0 and len(match[1]) == len(match[2]) == 2
        if leads or match.end() >= len(text):
            yield match.start() + shift, match.end() + shift, 0, int(match[1]), int(match[2])


SHAPES: tuple[tuple[str, Reading], ...] = (
    ("day year-month", _named(_SPLIT_DAY, "dym")),
    ("month-day year", _named(_SPLIT_YEAR, "mdy")),
    ("year month-day", _named(_YEAR_FIRST, "ymd")),
    ("day year month", _named(_DAY_NAME_YEAR, "dym")),
    ("day name year", _named(_GLUED, "dmy")),
    ("m/d/yyyy", _triples("mdy", long=True)),
    ("d/m/yyyy", _triples("dmy", long=True)),
    ("yy-mm-dd", _triples("ymd", long=False)),
    ("m/d/yy", _triples("mdy", long=False)),
    ("d/m/yy", _triples("dmy", long=False)),
    ("month day", _named(_NAMED, "md")),
    ("day month", _named(_NAMED_AFTER, "dm")),
    ("mm-dd", _month_day),
)


def order_of(written: str) -> str:
    """13/5/2026 shows how 3/5/2026 is meant."""
    match = _TRIPLE.match(written)
    if match is None or len(match[4]) < 4 or match[1] == match[3]:
        return "full"
    return "d/m/yyyy" if int(match[1]) > 12 else "m/d/yyyy"

"""Dates in the text of an article: candidates for when the thing it tells of took place.

`on Aug 5`, `8月5日` have no year. Theirs is the one nearest to the published date. Nothing here
becomes the published date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hubwatch.patterns import lazy_pattern
from storage.text import english_month, han_pattern
from storage.types import DateClue, DateKind, Origin, Precision, When

from ..text import narrow
from .in_text import EARLIEST, find_dates

_SEARCHED = 2_000
_MOST = 5
_NAME = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_ANY_NAME = lazy_pattern("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_HAN_DAY = han_pattern(r"(?<![\d年.])(\d\d?)月(\d\d?)[日号]")
_NAME_DAY = lazy_pattern(rf"(?<![A-Za-z]){_NAME}\s{{1,3}}(\d\d?)(?:st|nd|rd|th)?(?![\d:%])")
_DAY_NAME = lazy_pattern(rf"(?<![\d:.])(\d\d?)(?:st|nd|rd|th)?\s{{1,3}}{_NAME}(?![A-Za-z])")
# Each part begins with one character: such a pattern skips a text for any of them at once.
_YEAR = lazy_pattern(r"1\d\d\d|2\d\d\d|１[０-９]{3}|２[０-９]{3}|〇|零|○")


def read_events(text: str, zone: str, published: When | None) -> tuple[DateClue, ...]:
    """The first dates in the first 2,000 characters of a text, at most five, in their order."""
    head = text[:_SEARCHED]
    seen: set[date] = set()
    clues: list[DateClue] = []
    for start, end, day, rule in sorted(_found(head, zone, published)):
        if day in seen or not day >= EARLIEST or len(clues) == _MOST:
            continue
        seen.add(day)
        raw = " ".join(head[max(0, start - 40) : end + 40].split())
        when = When(day, Precision.DAY, zone)
        clues.append(DateClue(DateKind.EVENT, when, Origin.VISIBLE, rule, raw))
    return tuple(clues)


def _found(head: str, zone: str, published: When | None) -> Iterator[tuple[int, int, date, str]]:
    taken = []
    plain = narrow(head)
    for found in find_dates(plain, zone) if _YEAR.search(head) else ():
        taken.append((found.start, found.end))
        yield found.start, found.end, found.when.day, "in the text"
    if published is None:
        return
    for start, end, month, day in _short(plain):
        if any(first < end and start < last for first, last in taken):
            continue
        whole = _nearest(month, day, published.day)
        if whole is not None:
            yield start, end, whole, "in the text, year of the published date"


def _short(head: str) -> Iterator[tuple[int, int, int, int]]:
    """Days without a year: start, end, month, day."""
    for match in _HAN_DAY.finditer(head) if "月" in head else ():
        yield *match.span(), int(match[1]), int(match[2])
    if _ANY_NAME.search(head) is None:  # found or not in a twentieth of the time
        return
    for match in _NAME_DAY.finditer(head):
        yield *match.span(), english_month(match[1]), int(match[2])
    for match in _DAY_NAME.finditer(head):
        yield *match.span(), english_month(match[2]), int(match[1])


def _nearest(month: int, day: int, published: date) -> date | None:
    """The day in the year that brings it nearest to the published one."""
    days = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return min(days, key=lambda each: abs(each - published), default=None)

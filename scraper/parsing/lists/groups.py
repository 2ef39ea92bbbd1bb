"""Rows that stand in groups by month or year: what a group's heading says of their dates.

A row then has a day alone, a day without its year, or nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Precision, When

from ..dates.in_text import common_year, han_number, month_number, zone_named
from ..text import narrow
from ..types import FoundRow
from .outline import Outline, ShownLine, outline_of_soup

_YEAR = r"((?:19|20)\d\d)"
_WORD = r"([^\W\d_]{3,12})\.?"
_COUNT = r"(?:\s?[(\[]\d{1,5}[)\]]?)?"
_HEADINGS = (
    (lazy_pattern(rf"{_WORD},?\s(?:de |del |d['’])?{_YEAR}{_COUNT}"), "my"),
    (lazy_pattern(rf"{_YEAR},?\s{_WORD}{_COUNT}"), "ym"),
    (lazy_pattern(rf"{_YEAR}\s?年\s?(\d\d?)\s?月(?:份|分?(?:の[^\W\d_]{{2,12}})?)?{_COUNT}"), "ym"),
    (lazy_pattern(rf"{_YEAR}\s?년\s?(\d\d?)\s?월{_COUNT}"), "ym"),
    (lazy_pattern(rf"{_YEAR}\s?[-/.]\s?(\d\d?){_COUNT}"), "ym"),
    (lazy_pattern(rf"(\d\d?)\s?[-/.]\s?{_YEAR}{_COUNT}"), "my"),
    (lazy_pattern(rf"(?:[^\W\d_]{{3,5}} )?{_YEAR}\s?[年년]?度?{_COUNT}", re.I), "y"),
    (lazy_pattern(rf"{_WORD}{_COUNT}"), "m"),
    (lazy_pattern(rf"(\d\d?|[一二三四五六七八九十]{{1,3}})\s?[月월](?:份)?{_COUNT}"), "m"),
)  # fmt: skip
"""What a heading over a group says, the surest form first: `y` is its year, `m` its month."""
_WEEKDAY = r"(?:[^\W\d_]{2,10}[.,]?\s{1,3})?"
_DAY = han_pattern(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|日|号|일)?(?:[,\s]{{1,3}}[^\W\d_]{{2,10}})?", re.I
)
_PUNCTUATION = " \t()[]【】（）:：.,;|·•–—-/"
_LONGEST = 40
_BEFORE_FIRST = 60
_MOST_LINES = 6_000
_MOST_PIECES = 4
_NEAR_BEHIND = 3
_ENOUGH = 0.6
_SORTED = 0.8


@dataclass(slots=True)
class _Group:
    """The heading that a row stands under: `at` which text it is, 0 for what it does not say."""

    at: int = -1
    year: int = 0
    month: int = 0


def dated_by_groups(
    rows: Sequence[FoundRow], outline: Outline, zone: str, now: datetime
) -> list[FoundRow]:
    """The rows, with what the headings of their groups say of those that have no date, or none with
    a year. `outline` is that of the page as a fast tree, `now` (aware) when it was fetched."""
    open_rows = [row for row in rows if _is_open(row)]
    if 2 * len(open_rows) < len(rows) or len(open_rows) < 2 or outline.root is None:
        return list(rows)
    if not _groups_of(open_rows, outline):
        return list(rows)
    read, _ = outline_of_soup(outline, outline.root)
    groups = _groups_of(open_rows, read)
    today = now.astimezone(zone_named(zone) or UTC).date()
    found = _days(open_rows, groups, read, zone, today) or _months(open_rows, groups, zone, today)
    by_url = {row.url: row for row in found}
    return [by_url.get(row.url, row) for row in rows]


def _is_open(row: FoundRow) -> bool:
    return row.published is None or row.dated_by in ("yearless", "address")


def _groups_of(rows: Sequence[FoundRow], outline: Outline) -> list[_Group]:
    """The group of each row. None where no heading of a month or a year stands over them."""
    starts = sorted(row.at for row in rows)
    groups: dict[int, _Group] = {}
    year, month, at = 0, 0, -1
    todo = 0
    first = max(0, starts[0] - _BEFORE_FIRST)
    for number, line in enumerate(outline.parts(first, starts[-1] + 1)):
        while todo < len(starts) and starts[todo] <= line.start:
            groups[starts[todo]] = _Group(at, year, month)
            todo += 1
        if number > _MOST_LINES or todo >= len(starts):
            break
        said = None if line.linked else _heading(line.text)
        if said is not None:
            year = said[0] or year
            month, at = said[1], line.start
    found = [groups.get(row.at, _Group()) for row in rows]
    known = sum(group.at >= 0 for group in found)
    return found if known >= _ENOUGH * len(rows) else []


def _heading(text: str) -> tuple[int, int] | None:
    """The year and the month that a line says and nothing else, 0 for the one it leaves out."""
    if len(text) > _LONGEST:
        return None
    plain = _REIGN.sub(_common_year, narrow(text)).strip(_PUNCTUATION)
    for pattern, order in _HEADINGS:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        said = dict(zip(order, match.groups(), strict=False))
        year = int(said.get("y", 0))
        month = _month(said["m"], text.strip()) if "m" in said else 0
        if "m" in said and not month:
            continue
        return year, month
    return None


_REIGN = han_pattern(r"(令和|平成|昭和|民[國国])\s?(元|\d{1,3})\s?年")


def _common_year(match: re.Match[str]) -> str:
    return f"{common_year(match[1], match[2])}年"


def _month(written: str, whole: str) -> int:
    if written.isdecimal():
        number = int(written)
    else:
        number = han_number(written) or month_number(written, whole)
    return number if 0 < number <= 12 else 0


def _days(
    rows: Sequence[FoundRow], groups: Sequence[_Group], outline: Outline, zone: str, today: date
) -> list[FoundRow]:
    """The rows with the day that each has in the month of its group, or with the year of it. None
    where few have one, or where the days stand in no order."""
    best: list[FoundRow] = []
    for numbers in (_before(rows, groups, outline), _behind(rows, outline)):
        found: list[FoundRow] = []
        in_group: dict[int, list[date]] = {}
        for row, group, number in zip(rows, groups, numbers, strict=True):
            day = _day_of(row, group, number, today)
            if day is not None:
                in_group.setdefault(group.at, []).append(day)
                when = When(day, Precision.DAY, zone)
                found.append(replace(row, published=when, dated_by="heading"))
        ordered = sum(_is_sorted(days) for days in in_group.values())
        if ordered >= _SORTED * len(in_group) and len(found) > len(best):
            best = found
    return best if len(best) >= _ENOUGH * len(rows) else []


def _day_of(row: FoundRow, group: _Group, number: int, today: date) -> date | None:
    if row.published is not None and row.dated_by == "yearless":
        known = row.published.day
        return _date(group.year, known.month, known.day, today) if group.year else None
    return _date(group.year, group.month, number, today) if group.month and number else None


def _before(rows: Sequence[FoundRow], groups: Sequence[_Group], outline: Outline) -> Iterator[int]:
    """The day before each row's link, 0 for none: behind the row above it and its heading."""
    last = 0
    for row, group in zip(rows, groups, strict=True):
        lines = list(outline.parts(max(last, group.at + 1), row.at))[-_MOST_PIECES:]
        yield next((number for line in reversed(lines) if (number := _number(line))), 0)
        last = row.at


def _behind(rows: Sequence[FoundRow], outline: Outline) -> Iterator[int]:
    """The day right behind each row's link, 0 for none."""
    for row in rows:
        at = bisect_right(outline.links, row.at, key=lambda link: link.start) - 1
        end = outline.links[at].end if at >= 0 else row.at
        stop = min(end + _NEAR_BEHIND, len(outline.texts))
        lines = islice(outline.parts(min(end, stop), stop), 1)
        yield next((number for line in lines if (number := _number(line))), 0)


def _number(line: ShownLine) -> int:
    if line.linked or len(line.text) > _LONGEST:
        return 0
    match = _DAY.fullmatch(narrow(line.text).strip(_PUNCTUATION))
    return int(match[1]) if match is not None and 0 < int(match[1]) <= 31 else 0


def _date(year: int, month: int, day: int, today: date) -> date | None:
    """The day, of the latest year that is not to come where none is said."""
    years = [year] if year else [today.year, today.year - 1]
    for each in years:
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if found <= today + timedelta(days=1):
            return found
    return None


def _is_sorted(days: Sequence[date]) -> bool:
    falls = sum(above > below for above, below in pairwise(days))
    rises = sum(above < below for above, below in pairwise(days))
    return min(falls, rises) <= len(days) // 5


def _months(
    rows: Sequence[FoundRow], groups: Sequence[_Group], zone: str, today: date
) -> list[FoundRow]:
    """The rows with the month of their group, where several groups say one."""
    months = {(group.year, group.month) for group in groups if group.year and group.month}
    if len(months) < 2:
        return []
    found = []
    for row, group in zip(rows, groups, strict=True):
        if row.published is None and group.year and group.month:
            day = date(group.year, group.month, 1)
            if day <= today:
                when = When(day, Precision.MONTH, zone)
                found.append(replace(row, published=when, dated_by="heading"))
    return found

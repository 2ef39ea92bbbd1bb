"""Dates of list rows: the full shapes, and those that leave out the year or shorten it.

A missing year is the latest one that does not put the row into the future of the fetch.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from storage.types import Precision, When

from ..fields.dates import find_dates, is_plausible, zone_or_default
from ..text import narrow

_MAX_TEXT = 600
_SHORT_YEAR = re.compile(r"(?<![\d/.-])(\d\d)([-/.])(\d\d?)\2(\d\d?)(?![\d/.-])")
_MONTH_DAY = re.compile(r"(?<![\d/.:-])(\d\d?)\s?(?:[-/.]|月)\s?(\d\d?)日?(?![\d/.:%-])")
_SPLIT_DAY = re.compile(r"(?<!\d)(\d\d?)\s{1,3}((?:19|20)\d\d)\s?[-/.年]\s?(\d\d?)月?(?![\d/.-])")
_NAMED = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s{1,3}(\d\d?)(?!\d)(?!\s?,?\s?\d{4})",
    re.I,
)
_US = re.compile(r"(?<![\d/.-])(\d\d?)([/-])(\d\d?)\2((?:19|20)\d\d|\d\d)(?![\d/])")
_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def read_row_date(text: str, zone: str, now: datetime) -> When | None:
    """The date of a row's text: a full one at its head, else the last full one, else a short."""
    plain = narrow(text[-_MAX_TEXT:])
    dates = [found for found in find_dates(plain, zone) if is_plausible(found.when, now)]
    if dates:
        leads = not plain[: dates[0].start].strip(" [](){}|")
        return dates[0].when if leads else dates[-1].when
    day = _short(plain, now.astimezone(zone_or_default(zone)).date())
    return When(day, Precision.DAY, zone) if day is not None else None


def _short(plain: str, today: date) -> date | None:
    """Shapes that are dates only because they stand in a list row."""
    for match in _SPLIT_DAY.finditer(plain):
        day = _day(int(match[2]), int(match[3]), int(match[1]), today)
        if day is not None:
            return day
    for match in _US.finditer(plain):
        if match[2] == "/" or len(match[4]) == 4:
            year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
            day = _day(year, int(match[1]), int(match[3]), today) or _day(
                year, int(match[3]), int(match[1]), today
            )
            if day is not None:
                return day
    for match in _SHORT_YEAR.finditer(plain):
        day = _day(2000 + int(match[1]), int(match[3]), int(match[4]), today)
        if day is not None:
            return day
    return _yearless(plain, today)


def _yearless(plain: str, today: date) -> date | None:
    for match in _NAMED.finditer(plain):
        day = _latest(_NAMES.index(match[1].lower()) + 1, int(match[2]), today)
        if day is not None:
            return day
    text = plain.strip(" []()|\t")
    for match in _MONTH_DAY.finditer(text):
        # A bare 3-15 within a sentence is a score or a range; 03-15 at its head, or at its end,
        # is the date.
        leads = match.start() == 0 and len(match[1]) == len(match[2]) == 2
        if leads or match.end() >= len(text):
            day = _latest(int(match[1]), int(match[2]), today)
            if day is not None:
                return day
    return None


def _latest(month: int, day: int, today: date) -> date | None:
    """The day in this year, or in the last one where this year's is still to come."""
    for year in (today.year, today.year - 1, today.year - 2, today.year - 3):
        found = _day(year, month, day, today)
        if found is not None:
            return found
    return None


def _day(year: int, month: int, day: int, today: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if date(1990, 1, 1) <= found <= today + timedelta(days=1) else None

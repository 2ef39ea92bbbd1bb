"""What kind of day a date is where a source lives: weekday, holiday, make-up working day.

The only module that knows the `holidays` package. The country follows from the zone, by the table
that comes with the time zones (tzdata's `zone.tab`).
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any


class DayKind(IntEnum):
    """Kinds of days that differ in how much news they bring."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6
    HOLIDAY = 7


class Calendar:
    """The days of one country. Without a country there are weekdays only."""

    def __init__(self, country: str = "") -> None:
        self.country = country
        self._days: Any = None
        self._kinds: dict[date, DayKind] = {}
        if country:
            self._days = _days_of(country)

    def kind(self, day: date) -> DayKind:
        """What kind of day it is. A weekend day that makes up for a holiday is a weekday."""
        if day not in self._kinds:
            self._kinds[day] = self._kind(day)
        return self._kinds[day]

    def _kind(self, day: date) -> DayKind:
        weekday = DayKind(day.weekday())
        if self._days is None:
            return weekday
        if weekday in (DayKind.SATURDAY, DayKind.SUNDAY):
            return DayKind.FRIDAY if self._days.is_working_day(day) else weekday
        return DayKind.HOLIDAY if day in self._days else weekday


def _days_of(country: str) -> Any:
    """The holidays of a country, None where nobody knows them. Its module is loaded alone: asked
    by name, the package imports each of two hundred countries first (80 ms)."""
    with suppress(NotImplementedError):
        import holidays

        if "holidays.countries" not in sys.modules:
            folders = [str(Path(folder, "countries")) for folder in holidays.__path__]
            name = next(
                (name for name, codes in holidays.registry.COUNTRIES.items() if country in codes),
                "",
            )
            spec = PathFinder.find_spec(f"holidays.countries.{name}", folders)
            if spec is not None and spec.loader is not None:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
                return getattr(module, country)()
        return holidays.country_holidays(country)
    return None


@lru_cache(maxsize=256)
def calendar_of(zone: str) -> Calendar:
    """The calendar of the country a zone lies in."""
    return Calendar(country_of(zone))


def country_of(zone: str) -> str:
    """The ISO 3166 code of a zone's country, `CN` for `Asia/Shanghai`. Empty where there is none,
    as for `UTC`, or several."""
    return _countries().get(zone, "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    fields = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {columns[2]: columns[0] for columns in fields if len(columns) >= 3}

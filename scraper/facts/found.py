"""What is found in one sentence, before its place and time are known."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from storage.facts import Modifier

from .units import Unit


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure in a sentence. `start` and `end` are places in that."""

    low: float
    high: float
    unit: Unit
    modifier: Modifier
    object: str
    is_cumulative: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A date in a sentence: `day` is a year, a month or a day. `is_limit` says that it is a
    deadline, and `object` of what. One that `leads` says when the rest of its sentence holds."""

    day: str
    is_limit: bool
    leads: bool
    object: str
    start: int
    end: int

    def is_ahead(self, of: date) -> bool:
        """Whether it ends after a day, by a year at least where only a year is said."""
        if len(self.day) == 4:
            return int(self.day) > of.year
        return self.day[:10] > of.isoformat()[: len(self.day)]


def iso_day(year: int, month: int, day: int) -> str:
    """A day in ISO 8601. Empty where there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def last_day(year: int, month: int) -> str:
    """The last day of a month. Empty where there is no such month."""
    return iso_day(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else ""

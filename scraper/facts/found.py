"""What is found in one sentence, before its place and time are known."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from datetime import date
from functools import cached_property
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.facts import EventKind, Modifier

from .units import Unit


class FoundFigure(NamedTuple):
    """A figure in a sentence. `start` and `end` are places in that."""

    low: float
    high: float
    unit: Unit
    modifier: Modifier
    object: str
    is_cumulative: bool
    start: int
    end: int


class FoundTime(NamedTuple):
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


LONGEST_OBJECT = 120
"""So many characters of what an event was of are kept."""


class FoundEvent(NamedTuple):
    """An event that a sentence tells at one of its words, before its day and place are known.
    `is_planned` says that it is told as what will be, `is_founding` that it is one, which counts
    only where its day or month is told."""

    kind: EventKind
    object: str
    start: int
    end: int
    is_planned: bool
    is_present: bool = False
    is_founding: bool = False


def iso_day(year: int, month: int, day: int) -> str:
    """A day in ISO 8601. Empty where there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def last_day(year: int, month: int) -> str:
    """The last day of a month. Empty where there is no such month."""
    return iso_day(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else ""


# Where sentences end

_SHORT = (
    "No", "no", "Mr", "Ms", "Dr", "St", "vs", "Jr", "Mrs", "Inc", "Ltd", "Nos", "Fig", "Art", "est",
    "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Corp",
    "Prof", "approx", "U.S", "Gov", "Gen", "ext", "Ext", "vol", "Vol", "vols", "Vols", "pp", "p",
)  # fmt: skip
_SENTENCE_END = lazy_pattern(  # begins with what is rare, so that most places are done with at once
    r"[。！？；!?.\n](?:(?<=[。！？；!?])[”’\"』」）)]*|(?<=\n)|(?<=\.)(?<!\b[A-Z]\.)"
    + "".join(
        rf"(?<!\b(?:{'|'.join(re.escape(one) for one in _SHORT if len(one) == size)})\.)"
        for size in sorted({len(one) for one in _SHORT})
    )
    + r"[”’\"')]*(?=\s+[^\sa-z]|$))"
)


class Sentences:
    """Where the sentences of a text end, found by the first question."""

    def __init__(self, text: str) -> None:
        self._text = text

    def around(self, place: int, at: int) -> tuple[int, int]:
        """Where the sentence begins and ends that a character `at` is in, which ends none. It
        begins at `place` where none ends between."""
        starts, ends = self._found
        index = bisect_left(starts, at)
        begin = ends[index - 1] if index else 0
        return max(place, begin), ends[index] if index < len(ends) else len(self._text)

    @cached_property
    def _found(self) -> tuple[list[int], list[int]]:
        found = [one.span() for one in _SENTENCE_END.finditer(self._text)]
        return [start for start, _ in found], [end for _, end in found]

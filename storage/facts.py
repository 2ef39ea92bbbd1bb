"""What articles say as data: figures, deadlines, actors, and what happened when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Modifier(StrEnum):
    """How a figure is meant. The first that fits is kept, in this order."""

    TARGET = "target"
    GROWTH = "growth"
    OVER = "over"
    UNDER = "under"
    ABOUT = "about"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts.

    `low` and `high` are the value in `unit`; they differ where a range is given. Times `factor`
    they are in `base`: square metres, metres, kilograms, watts, or the unit itself. A decrease
    is negative. `object`, `place` and `sentence` are as written, `place` may be empty. `as_of` is
    a year, a month or a day (ISO 8601), or empty. `is_cumulative` says that it is a total since
    some day. `start` and `end` are where the figure stands in the text, `begin` is where its
    sentence begins.
    """

    low: float
    high: float
    unit: str
    factor: float
    base: str
    modifier: Modifier
    object: str
    place: str
    as_of: str
    is_cumulative: bool
    sentence: str
    begin: int
    start: int
    end: int

    @property
    def value(self) -> float | tuple[float, float]:
        """The value as printed, or both ends of a range."""
        return self.low if self.low == self.high else (self.low, self.high)

    @property
    def normalised(self) -> float | tuple[float, float]:
        """The value in the base unit, or both ends of a range."""
        low, high = rounded(self.low * self.factor), rounded(self.high * self.factor)
        return low if low == high else (low, high)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day or year until which something may or shall be done: `day` in ISO 8601."""

    day: str
    modifier: Modifier
    object: str
    place: str
    sentence: str
    begin: int
    start: int
    end: int


class ActorKind(StrEnum):
    """What an actor is."""

    PLACE = "place"
    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who or what is named: `id` is one for all its names in both languages, or empty where a name
    is in no list. `name` is as written first, `office` what a person is called by; `start` and
    `end` are where it stands first, `times` how often it is named."""

    kind: ActorKind
    id: str
    name: str
    office: str
    start: int
    end: int
    times: int


class HappeningKind(StrEnum):
    """What kind of thing happened."""

    SIGNING = "signing"
    LAUNCH = "launch"
    SELECTION = "selection"
    MEETING = "meeting"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened or will: `day` as far as the sentence says it (a year, a month or a
    day in ISO 8601, or empty), `place` as written or empty, and the words that say so."""

    kind: HappeningKind
    day: str
    place: str
    sentence: str
    begin: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """All that was found in one text, each kind in the order of the text."""

    figures: tuple[Figure, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    actors: tuple[Actor, ...] = ()
    happenings: tuple[Happening, ...] = ()


NO_FACTS = ArticleFacts()
"""Of a text that says none."""


def rounded(value: float) -> float:
    """Without what binary fractions add: 12 significant digits, whole numbers as integers."""
    value = float(f"{value:.12g}")
    return int(value) if value.is_integer() else value

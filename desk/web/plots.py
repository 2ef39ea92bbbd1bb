"""Figures as pictures: small bars a day, drawn as inline SVG. Heights tell, colours only please."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_STEP, _WIDTH, _HEIGHT = 5, 4, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a strip; `x` and `height` are in its units, a bar stands on its floor."""

    day: date
    count: int
    x: int
    height: int
    is_weekend: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """So many days in a row, the last one today, with `width` and `height` of the picture."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    total: int
    most: int

    @property
    def days(self) -> int:
        """How many days it shows."""
        return len(self.bars)


def days_until(now: datetime, zone: str, days: int) -> list[date]:
    """The last so many days, today last, as they are in a zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return [today - timedelta(days=ago) for ago in reversed(range(days))]


def strip(counts: Mapping[date, int], days: list[date], most: int | None = None) -> Strip:
    """The figures of these days as bars; `most` is the figure of the highest bar there could be,
    else the highest there is."""
    top = most or max((counts.get(day, 0) for day in days), default=0)
    bars = tuple(
        Bar(
            day=day,
            count=counts.get(day, 0),
            x=number * _STEP,
            height=_height(counts.get(day, 0), top),
            is_weekend=day.weekday() >= 5,
        )
        for number, day in enumerate(days)
    )
    return Strip(bars, len(days) * _STEP - _STEP + _WIDTH, _HEIGHT, sum(counts.values()), top)


def _height(count: int, top: int) -> int:
    """At least two units for anything at all: one item must be seen beside a hundred."""
    return max(2, round(_HEIGHT * count / top)) if count and top else 0

"""Runs: the latest, and what they brought day by day.

Figures of days are drawn as small bars in inline SVG. Heights tell, colours only please.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from .request import RequestContext

_STEP, _WIDTH, _HEIGHT = 5, 4, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a strip. `x` and `height` are in its units, a bar stands on its floor."""

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
    """The figures of these days as bars. `most` is the figure of the highest bar there could be,
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


_RUNS = 100
_COUNTED = 10_001
_SHORT, _PLACES = 28, 12


def runs(visit: RequestContext) -> Response:
    """The latest runs, of all sources or of one."""
    source = visit.request.query_params.get("source", "")[:200]
    found = visit.store.runs.latest(_RUNS, source or None)
    return visit.page(
        "runs.html.j2",
        {
            "title": visit.words("Runs"),
            "runs": found,
            "source": source,
            "count": visit.store.runs.count(source)
            if source
            else visit.store.runs.count_recent(_COUNTED),
            "counted": _COUNTED,
        },
    )


def days(visit: RequestContext) -> Response:
    """Items a day by city, and which source was read on which day."""
    zone, places = visit.desk.zone, visit.desk.watchlist.gazetteer.places
    since = visit.now - timedelta(days=_SHORT)
    shown = days_until(visit.now, zone, _SHORT)
    counted = visit.store.sources.places_by_day(since, zone)
    first = sorted(counted, key=lambda place: (-sum(counted[place].values()), place))[:_PLACES]
    most = max((max(counted[place].values()) for place in first), default=0)
    return visit.page(
        "days.html.j2",
        {
            "title": visit.words("By day"),
            "days": shown,
            "places": [
                (place, places[place].label(visit.words.tag), strip(counted[place], shown, most))
                for place in first
                if place in places
            ],
            "all_places": len(counted),
            "runs": visit.store.runs.by_day(since, zone),
            "sources": visit.store.sources.refs(),
        },
    )

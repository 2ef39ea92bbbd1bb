"""The hours and weekdays in which a schedule is in force, in one zone.

Not here: which instants are due within them (`schedule`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hubwatch.errors import ConfigError

_MINUTE = timedelta(minutes=1)
_DAY = 24 * 60
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {"weekdays": range(5), "weekends": range(5, 7)}
_HOURS = re.compile(
    r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?\s*(?:-|–|to)\s*"
    r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?\s*h?",
    re.IGNORECASE,
)
_FORMS = "write `only 06-23 h`, `only 06:30-23:00`, `on mon-fri` or `on sat, sun`"


@dataclass(frozen=True, slots=True)
class Window:
    """From minute `begin` of the day to before minute `end`, over midnight where that is not
    later, on `days` (Monday is 0), as clocks in `zone` (IANA) show them."""

    zone: str
    begin: int = 0
    end: int = _DAY
    days: frozenset[int] = frozenset(range(7))

    @property
    def length(self) -> timedelta:
        """How long it is open at a time, clock changes aside."""
        return ((self.end - self.begin) % _DAY or _DAY) * _MINUTE

    def holds(self, instant: datetime) -> bool:
        """Whether an instant (aware) falls within."""
        local = instant.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return local.weekday() in self.days and any(
            begin <= minute < end for begin, end in self._spans()
        )

    def holds_time(self, minute: int) -> bool:
        """Whether a time of day, in minutes, falls within on some day."""
        return any(begin <= minute < end for begin, end in self._spans())

    def opens_after(self, instant: datetime) -> datetime:
        """The first instant after this one (aware) at which it opens, in UTC."""
        zone = ZoneInfo(self.zone)
        today = instant.astimezone(zone).date()
        for passed in range(9):
            day = today + timedelta(days=passed)
            for begin, _ in self._spans() if day.weekday() in self.days else ():
                opening = datetime.combine(day, time(begin // 60, begin % 60), zone)
                # Of a time that clocks skip, one reading lies before the gap: early is harmless,
                # what is due then is asked for again.
                both = (opening.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
                if found := [at for at in both if at > instant]:
                    return min(found)
        raise AssertionError("every window opens within a week")

    def _spans(self) -> tuple[tuple[int, int], ...]:
        if self.begin < self.end:
            return ((self.begin, self.end),)
        return tuple(span for span in ((0, self.end), (self.begin, _DAY)) if span[0] < span[1])


def parse_window(hours: str, days: str, zone: str) -> Window:
    """What `only HOURS` and `on DAYS` say; an empty text says nothing. Raises ConfigError."""
    begin, end = _hours(hours) if hours else (0, _DAY)
    return Window(zone, begin, end, _days(days) if days else frozenset(range(7)))


def _hours(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"hours {text!r} are not understood: {_FORMS}")
    begin, end = (
        int(hour) * 60 + int(minute or 0) for hour, minute in (found.group(1, 2), found.group(3, 4))
    )
    if begin >= _DAY or end > _DAY or begin == end:
        raise ConfigError(f"hours {text!r} are no part of a day: {_FORMS}")
    return begin, end


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip()):
        first, dash, last = part.replace("–", "-").lower().partition("-")
        if not dash and first in _GROUPS:
            found.update(_GROUPS[first])
            continue
        begin = _day(first, text)
        length = (_day(last, text) - begin) % 7 if dash else 0
        found.update((begin + passed) % 7 for passed in range(length + 1))
    return frozenset(found)


def _day(word: str, text: str) -> int:
    for number, name in enumerate(_NAMES):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ConfigError(f"days {text!r} are not understood: {_FORMS}")

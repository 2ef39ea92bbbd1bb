"""The two kinds of rules: an interval in real time, and times that a clock on the wall shows.

Not here: windows, jitter and how people write all that (`schedule`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .wallclock import names_at, next_named, next_shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A slot to be: the instant it is due (UTC) and, where people named a time of day, the local
    date (2026-03-01) and that time (07:30), which are then its identity."""

    due_at: datetime
    day: str = ""
    nominal: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """`phase` plus whole multiples of `length` since 1970 in UTC, so that neither restarts nor
    clock changes move them."""

    length: timedelta
    phase: timedelta = timedelta()

    def after(self, instant: datetime) -> datetime:
        """The first instant after this one."""
        passed = (instant - _EPOCH - self.phase) // self.length
        return _EPOCH + self.phase + (passed + 1) * self.length

    def names_at(self, instant: datetime) -> tuple[tuple[str, str], ...]:
        """None: an interval is known by its instants."""
        return ()


@dataclass(frozen=True, slots=True)
class WallClock:
    """Cron expressions (five fields each), read in `zone`."""

    expressions: tuple[str, ...]
    zone: str

    def after(self, instant: datetime) -> datetime:
        """The first instant after this one. Raises ValueError if there is none."""
        zone = ZoneInfo(self.zone)
        found = [
            (next_shown if is_repeating(each) else next_named)(each, zone, instant)
            for each in self.expressions
        ]
        known = [each for each in found if each is not None]
        if not known:
            raise ValueError(f"{', '.join(self.expressions)!r} is never due again")
        return min(known)

    def names_at(self, instant: datetime) -> tuple[tuple[str, str], ...]:
        """The local dates and times that fall on this instant; none where it repeats within the
        hour or the day."""
        zone = ZoneInfo(self.zone)
        named = (each for each in self.expressions if not is_repeating(each))
        return tuple(sorted({name for each in named for name in names_at(each, zone, instant)}))


def is_repeating(expression: str) -> bool:
    """Whether a cron expression fires whenever the clock shows a match (cron(8) of Debian)."""
    minutes, hours, *_ = expression.split()
    return minutes.startswith("*") or hours.startswith("*")

"""When a job is due: what `every 30m`, `daily at 07:30, 19:30` and a cron expression mean.

Pure calendar: reads no clock, keeps no record of what ran and knows nothing of APScheduler.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from storage.errors import ConfigError

from .wallclock import next_named, next_shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LONGEST = timedelta(days=366)
# Phases fall on whole minutes where there is room, so that some of 300 sources come due together
# and share a child instead of paying for one interpreter each.
_COARSE_FROM = timedelta(minutes=10)
_FORMS = "write `every 30m` (s, m, h, d), `daily at 07:30, 19:30` or five cron fields"

_INTERVAL = re.compile(r"every\s+([0-9]{1,9})\s*([smhd])", re.IGNORECASE)
_DAILY = re.compile(r"daily\s+at\s+(.+)", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

_Step = Callable[[str, ZoneInfo, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule that names instants for ever.

    `length` is set for an interval, whose instants are `phase` plus whole multiples of it since
    1970 in UTC, so that neither restarts nor clock changes move them. `expressions` (cron, five
    fields each) are set otherwise and are read in `zone`; `phase` does not move those.
    """

    text: str
    zone: str
    length: timedelta | None = None
    expressions: tuple[str, ...] = ()
    phase: timedelta = timedelta()

    def next_after(self, instant: datetime) -> datetime:
        """The first due instant strictly after `instant` (aware), in UTC, on a whole second.

        Raises ValueError for an instant without a zone, or if nothing is ever due again.
        """
        if instant.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = instant.astimezone(UTC)
        if self.length is not None:
            passed = (instant - _EPOCH - self.phase) // self.length
            return _EPOCH + self.phase + (passed + 1) * self.length
        zone = ZoneInfo(self.zone)
        found = [_step(each)(each, zone, instant) for each in self.expressions]
        return min(_known(found, self.text))

    def is_due_at(self, instant: datetime) -> bool:
        """Whether `instant` is one of the instants this rule names."""
        return self.next_after(instant - timedelta(microseconds=1)) == instant

    def spread(self, name: str) -> Schedule:
        """The same rule for one job: an interval gets a phase derived from the job's name, the
        same on every machine and after every restart; times of day stay where people put them."""
        if self.length is None:
            return self
        grain = _UNITS["m"] if self.length >= _COARSE_FROM else _UNITS["s"]
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        return replace(self, phase=number % (self.length // grain) * grain)

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that change when the rule, its zone or its phase does."""
        said = f"{self.text}|{self.zone}|{self.phase.total_seconds():.0f}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def parse_schedule(text: str, zone: str) -> Schedule:
    """Read a schedule as people write it; `zone` is an IANA name such as `Asia/Shanghai`.

    A cron expression follows Debian's cron(8) where clocks change: with `*` at the beginning of
    its minutes or hours it fires whenever the clock shows a match, otherwise once for each local
    time. Raises ConfigError in one line.
    """
    said = " ".join(text.split())
    _check_zone(zone)
    if interval := _INTERVAL.fullmatch(said):
        return Schedule(said, zone, length=_length(said, *interval.groups()))
    if daily := _DAILY.fullmatch(said):
        return Schedule(said, zone, expressions=_daily(said, daily[1]))
    if len(said.split()) == 5:
        return Schedule(said, zone, expressions=(_cron(said),))
    raise ConfigError(f"schedule {_short(said)!r} is not understood: {_FORMS}")


def _length(said: str, number: str, unit: str) -> timedelta:
    if not 0 < int(number) <= _LONGEST // _UNITS[unit.lower()]:
        raise ConfigError(f"schedule {said!r}: an interval lies between 1 s and 366 d")
    return int(number) * _UNITS[unit.lower()]


def _daily(said: str, times: str) -> tuple[str, ...]:
    read = [_TIME.fullmatch(each.strip()) for each in times.split(",")]
    known = [(int(each[2]), int(each[1])) for each in read if each]
    if len(known) < len(read):
        raise ConfigError(f"schedule {_short(said)!r}: a time is 00:00 to 23:59; {_FORMS}")
    return tuple(f"{minute} {hour} * * *" for minute, hour in dict.fromkeys(known))


def _cron(said: str) -> str:
    try:
        next(CronSim(said, datetime(2024, 1, 1)))  # noqa: DTZ001 - only: is there any match
    except CronSimError as error:
        raise ConfigError(f"schedule {_short(said)!r}: {str(error).lower()}; {_FORMS}") from error
    except StopIteration:
        raise ConfigError(f"schedule {_short(said)!r} is never due; {_FORMS}") from None
    return said


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        raise ConfigError(f"zone {zone!r} is not known: use a name such as Asia/Shanghai") from None


def _step(expression: str) -> _Step:
    minutes, hours, *_ = expression.split()
    return next_shown if minutes.startswith("*") or hours.startswith("*") else next_named


def _known(found: list[datetime | None], text: str) -> list[datetime]:
    known = [each for each in found if each is not None]
    if not known:
        raise ValueError(f"schedule {text!r} is never due again")
    return known


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."

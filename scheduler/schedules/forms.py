"""How people write a schedule, and what is refused, in one line that says what to write.

    every 30m, only 06-23 h, on mon-fri, jitter 2m, in Asia/Shanghai

What a schedule means is `schedule`'s business.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from hubwatch.errors import ConfigError
from hubwatch.spans import SPAN, is_span, parse_span

from .rules import Interval, WallClock
from .schedule import Schedule
from .window import Window, parse_window

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=366)
_LONGEST_JITTER = timedelta(hours=6)
_FORMS = (
    "write `every 30m`, `daily at 07:30, 19:30`, `adaptive between 30m and 6h` or five cron fields"
)
_START = datetime(2024, 1, 1, tzinfo=UTC)

_CLAUSE = re.compile(r"(?:\s*[,;])?\s+(only|on|jitter|in)\s+", re.IGNORECASE)
_INTERVAL = re.compile(rf"every\s+({SPAN})", re.IGNORECASE)
_ADAPTIVE = re.compile(rf"adaptive\s+between\s+({SPAN})\s+and\s+({SPAN})", re.IGNORECASE)
_DAILY = re.compile(r"daily\s+at\s+(.+)", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def parse_schedule(text: str, zone: str) -> Schedule:
    """Read a schedule as people write it; `zone` is an IANA name such as `Asia/Shanghai`, in which
    times of day are meant unless the text says `in ZONE`.

    A cron expression follows Debian's cron(8) where clocks change: with `*` at the beginning of
    its minutes or hours it fires whenever the clock shows a match, otherwise once for each local
    time. Raises ConfigError in one line.
    """
    said = " ".join(text.split())
    head, *rest = _CLAUSE.split(said)
    clauses = _clauses(said, rest)
    zone = clauses.get("in", zone)
    _check_zone(zone)
    rule, longest = _rule(head, zone, said)
    jitter = _jitter(said, clauses["jitter"], rule) if "jitter" in clauses else timedelta()
    window = None
    if "only" in clauses or "on" in clauses:
        window = parse_window(clauses.get("only", ""), clauses.get("on", ""), zone)
    schedule = Schedule(said, zone, rule, window, jitter, longest=longest)
    if window:
        _check_window(schedule, window)
    return schedule


def _clauses(said: str, rest: list[str]) -> dict[str, str]:
    words = [word.lower() for word in rest[::2]]
    if twice := next((word for word in words if words.count(word) > 1), None):
        raise ConfigError(f"schedule {_short(said)!r}: `{twice}` is there twice")
    return dict(zip(words, (value.strip(" ,;") for value in rest[1::2]), strict=True))


def _rule(head: str, zone: str, said: str) -> tuple[Interval | WallClock, timedelta | None]:
    """The rule and, of an adaptive one, the longest time between two runs."""
    if interval := _INTERVAL.fullmatch(head):
        return Interval(_length(said, interval[1])), None
    if adaptive := _ADAPTIVE.fullmatch(head):
        shortest, longest = _length(said, adaptive[1]), _length(said, adaptive[2])
        if not shortest < longest:
            raise ConfigError(f"schedule {said!r}: the first span is to be the shorter one")
        return Interval(shortest), longest
    if daily := _DAILY.fullmatch(head):
        return WallClock(_daily(said, daily[1]), zone), None
    if len(head.split()) == 5:
        return WallClock((_cron(head),), zone), None
    raise ConfigError(f"schedule {_short(said)!r} is not understood: {_FORMS}")


def _length(said: str, text: str) -> timedelta:
    length = parse_span(text)
    if not _SHORTEST <= length <= _LONGEST:
        raise ConfigError(f"schedule {said!r}: an interval lies between 1 s and 366 d")
    return length


def _jitter(said: str, text: str, rule: Interval | WallClock) -> timedelta:
    jitter = parse_span(text) if is_span(text) else timedelta()
    longest = min(_LONGEST_JITTER, rule.length) if isinstance(rule, Interval) else _LONGEST_JITTER
    if not timedelta() < jitter <= longest:
        raise ConfigError(
            f"schedule {_short(said)!r}: jitter is a span such as 5m, at most the interval and 6 h"
        )
    return jitter


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


def _check_window(schedule: Schedule, window: Window) -> None:
    """Refuse what would never be due, or only where a phase happens to fall."""
    said, rule = _short(schedule.text), schedule.rule
    if isinstance(rule, Interval):
        if rule.length > window.length:
            hours = window.length / timedelta(hours=1)
            raise ConfigError(
                f"schedule {said!r}: an interval is at most as long as its window, {hours:g} h; "
                "or write `daily at 07:30`"
            )
        return
    for expression in rule.expressions:
        try:
            Schedule(
                expression, schedule.zone, WallClock((expression,), schedule.zone), window
            ).next_after(_START)
        except ValueError:
            minute, hour, *_ = expression.split()
            raise ConfigError(
                f"schedule {said!r}: what is due at hour {hour}, minute {minute} never falls in "
                "its window"
            ) from None


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        raise ConfigError(f"zone {zone!r} is not known: use a name such as Asia/Shanghai") from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."

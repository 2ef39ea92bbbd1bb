"""When a job is due: what `every 30m, only 06-23 h`, `daily at 07:30` and a cron expression mean.

Pure calendar: reads no clock, keeps no record of what ran and knows nothing of APScheduler.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from hubwatch.errors import ConfigError
from hubwatch.patterns import lazy_pattern
from hubwatch.spans import SPAN, is_span, parse_span
from storage.text import ENGLISH_WEEKDAYS

# Moments that a clock on the wall names: cron expressions and daily times in one zone.

_MINUTE = timedelta(minutes=1)
# More than any zone has ever put its clocks back by, date-line changes aside.
_LONGEST_REPEAT = timedelta(hours=3)


def next_named(expression: str, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """The first moment after `instant` for times of day: each local time that matches is one slot.

    A time that the clocks skip that day falls on the first instant after the gap. Of a doubled
    hour the first counts. None if there is no further one.
    """
    for local in _matches(expression, instant.astimezone(zone).replace(tzinfo=None)):
        moment = _resolved(local, zone)
        if moment > instant:
            return moment
    return None


def names_at(expression: str, zone: ZoneInfo, instant: datetime) -> tuple[tuple[str, str], ...]:
    """The local dates and times (`2026-03-01`, `07:30`) for which `next_named` gives this instant:
    one as a rule, several where clocks skip them, none where nothing matches."""
    local = instant.astimezone(zone)
    found = []
    for named in _matches(expression, local.replace(tzinfo=None) - _LONGEST_REPEAT - _MINUTE):
        if named > local.replace(tzinfo=None):
            break
        if _resolved(named, zone) == instant:
            found.append((named.date().isoformat(), f"{named:%H:%M}"))
    return tuple(found)


def next_shown(expression: str, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """The first moment after `instant` at which the clock shows a match, in either of two equal
    hours. A time that the clocks skip that day does not happen. None if there is no further one.
    """
    best: datetime | None = None
    for local in _matches(expression, _start(zone, instant)):
        first = local.replace(tzinfo=zone, fold=0)
        if not _exists(first):
            continue
        second = first.replace(fold=1).astimezone(UTC)
        if second > instant:
            best = min(best or second, second)
        if best and first.astimezone(UTC) > instant:
            return min(best, first.astimezone(UTC))
    return best


def _resolved(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant that a local time names: after the gap if it lies in one, the first of two."""
    moment = local.replace(tzinfo=zone)
    while not _exists(moment):
        moment += _MINUTE
    return moment.astimezone(UTC)


def _start(zone: ZoneInfo, instant: datetime) -> datetime:
    """Local time to search from: a little back when clocks change nearby, or a repeated hour that
    is still to come would lie behind us."""
    local = instant.astimezone(zone)
    around = (
        (instant - _LONGEST_REPEAT).astimezone(zone),
        (instant + _LONGEST_REPEAT).astimezone(zone),
    )
    if around[0].utcoffset() != around[1].utcoffset():
        return local.replace(tzinfo=None) - _LONGEST_REPEAT
    return local.replace(tzinfo=None)


def _matches(expression: str, local: datetime) -> Iterator[datetime]:
    return CronSim(expression, local.replace(fold=0))


def _exists(moment: datetime) -> bool:
    return moment.astimezone(UTC).astimezone(moment.tzinfo) == moment


# The two kinds of rules: an interval in real time, and times that a clock on the wall shows.

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
        """The local dates and times that fall on this instant, none where it repeats within the
        hour or the day."""
        zone = ZoneInfo(self.zone)
        named = (each for each in self.expressions if not is_repeating(each))
        return tuple(sorted({name for each in named for name in names_at(each, zone, instant)}))


def is_repeating(expression: str) -> bool:
    """Whether a cron expression fires whenever the clock shows a match (cron(8) of Debian)."""
    minutes, hours, *_ = expression.split()
    return minutes.startswith("*") or hours.startswith("*")


# The hours and weekdays in which a schedule is in force, in one zone.

_DAY = 24 * 60
_GROUPS = {"weekdays": range(5), "weekends": range(5, 7)}
_HOURS = lazy_pattern(
    r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?\s*(?:-|–|to)\s*"
    r"([01]?[0-9]|2[0-4])(?::([0-5][0-9]))?\s*h?",
    re.IGNORECASE,
)
_WINDOW_FORMS = "write `only 06-23 h`, `only 06:30-23:00`, `on mon-fri` or `on sat, sun`"


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
    """What `only HOURS` and `on DAYS` say. An empty text says nothing. Raises ConfigError."""
    begin, end = _hours(hours) if hours else (0, _DAY)
    return Window(zone, begin, end, _days(days) if days else frozenset(range(7)))


def _hours(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"hours {text!r} are not understood: {_WINDOW_FORMS}")
    begin, end = (
        int(hour) * 60 + int(minute or 0) for hour, minute in (found.group(1, 2), found.group(3, 4))
    )
    if begin >= _DAY or end > _DAY or begin == end:
        raise ConfigError(f"hours {text!r} are no part of a day: {_WINDOW_FORMS}")
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
    for number, name in enumerate(ENGLISH_WEEKDAYS):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ConfigError(f"days {text!r} are not understood: {_WINDOW_FORMS}")


_COARSE_FROM = timedelta(minutes=10)
"""Phases fall on whole minutes where there is room, so that some of 300 sources come due together
and share a child instead of paying for one interpreter each."""
_TICK = timedelta(microseconds=1)
_FAR = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule that names instants for ever, within a window if there is one.

    `jitter` is by how much at most a moment comes late: by how much exactly follows from `seed` and
    the moment, so that it is the same after a restart. One that would fall out of the window comes
    in time instead. `longest` is set for an adaptive one: of its moments those are left out, for at
    most so long, at which no news is expected (see `holds`).
    """

    text: str
    zone: str
    rule: Interval | WallClock
    window: Window | None = None
    jitter: timedelta = timedelta()
    seed: str = ""
    longest: timedelta | None = None

    def next_after(self, instant: datetime) -> datetime:
        """The first due instant strictly after `instant` (aware), in UTC, on a whole second.

        Raises ValueError for an instant without a zone, or if nothing is ever due again.
        """
        if instant.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = instant.astimezone(UTC)
        found = base = self._base_after(instant - self.jitter)
        best: datetime | None = None
        while best is None or base < best:
            found = self._shifted(base)
            if found > instant and (best is None or found < best):
                best = found
            if not self.jitter and best:
                break
            base = self._base_after(base)
        return best

    def moments_at(self, instant: datetime) -> tuple[Moment, ...]:
        """The slots that are due at exactly this instant: none, one, or several named times that
        fall together because clocks skip them."""
        found: dict[Moment, None] = {}
        base = self._base_after(instant.astimezone(UTC) - self.jitter - _TICK)
        while base <= instant:
            if self._shifted(base) == instant:
                names = self.rule.names_at(base) or (("", ""),)
                found |= dict.fromkeys(Moment(instant, day, time) for day, time in names)
            base = self._base_after(base)
        return tuple(found)

    def spread(self, name: str) -> Schedule:
        """The same rule for one job: an interval gets a phase derived from the job's name, the
        same on every machine and after every restart. Times of day stay where people put them,
        jitter aside."""
        seed = name if self.jitter else ""
        if not isinstance(self.rule, Interval):
            return replace(self, seed=seed)
        grain = timedelta(minutes=1) if self.rule.length >= _COARSE_FROM else timedelta(seconds=1)
        phase = _number(name) % (self.rule.length // grain) * grain
        return replace(self, rule=replace(self.rule, phase=phase), seed=seed)

    @property
    def phase(self) -> timedelta:
        """Where in its interval it is due. Nothing for times of day."""
        return self.rule.phase if isinstance(self.rule, Interval) else timedelta()

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that change when the rule, its zone or its phase does."""
        said = f"{self.text}|{self.zone}|{self.phase.total_seconds():.0f}"
        said += f"|{self.seed}" if self.seed else ""
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _base_after(self, instant: datetime) -> datetime:
        """The first instant after this one that rule and window name, jitter aside."""
        found = self.rule.after(instant)
        while self.window and not self.window.holds(found):
            if found - instant > _FAR:
                raise ValueError(f"schedule {self.text!r} is never due again")
            found = self.rule.after(self.window.opens_after(found) - _TICK)
        return found

    def _shifted(self, base: datetime) -> datetime:
        if not self.jitter:
            return base
        seconds = _number(f"{self.seed}|{base:%Y-%m-%dT%H:%M:%S}") % int(
            self.jitter.total_seconds()
        )
        late = base + timedelta(seconds=seconds)
        return base if self.window and not self.window.holds(late) else late


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


# How people write a schedule, and what is refused, in one line that says what to write.

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=366)
_LONGEST_JITTER = timedelta(hours=6)
_FORMS = (
    "write `every 30m`, `daily at 07:30, 19:30`, `adaptive between 30m and 6h` or five cron fields"
)
_START = datetime(2024, 1, 1, tzinfo=UTC)

_CLAUSE = lazy_pattern(r"(?:\s*[,;])?\s+(only|on|jitter|in)\s+", re.IGNORECASE)
_INTERVAL = lazy_pattern(rf"every\s+({SPAN})", re.IGNORECASE)
_ADAPTIVE = lazy_pattern(rf"adaptive\s+between\s+({SPAN})\s+and\s+({SPAN})", re.IGNORECASE)
_DAILY = lazy_pattern(r"daily\s+at\s+(.+)", re.IGNORECASE)
_TIME = lazy_pattern(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def parse_schedule(text: str, zone: str) -> Schedule:
    """Read a schedule as people write it. `zone` is an IANA name such as `Asia/Shanghai`, in which
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

"""The rhythm of a source, learned from when its news went out: when to worry, when to look again.

Pure functions over stored facts. Days are told apart by weekday, and by the public holidays of the
country that the source's zone lies in (with the working days that make up for them, as in China).
Within a day the hours have their share. Reads no clock and knows no schedule.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hubwatch.filled_message import FilledMessage, filled
from storage.sources import PublicationEvent

from .holidays import Calendar, DayKind, calendar_of

LEARNT_FROM = 8
"""So many different days with news are needed before anything is concluded."""
_WINDOW = timedelta(days=365)
_FORGETS = timedelta(days=180)
_SURE = -math.log(1e-4)
"""A silence this unlikely is worth a word, if the source was never as silent before."""
_BEFORE = 1.3
_UNLEARNT = timedelta(days=45)
_ONE_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)
_WEIGHTS = tuple(0.5 ** (timedelta(days=age) / _FORGETS) for age in range(_WINDOW.days + 3))
"""How much a day counts, by its age in days."""
_WEEKLY = 0.95
"""A day a week, as good as."""
_EVERY_DAY = 7
_WISHED = 0.5
"""Revisit when half an item is to be expected."""
_DAYTIME = tuple(float(8 <= hour < 19) + 0.05 for hour in range(24))


@dataclass(frozen=True, slots=True)
class Pace:
    """About so many `items` on a day with news, so many such `days` a week, or, where `days` is 0,
    one in so many days. Most of them between two hours of the day."""

    items: int
    days: int
    one_in: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What to expect of a source.

    `chance` is the chance that a day of a kind brings news, `hours` the share of each hour of a
    day (24, together 1), both in the source's zone. `patience` is how much expected news may fail
    to come before that is a silence. `days` with news were learnt from. With too few of them
    nothing is known (`learnt` is False), and only a very long silence counts.
    """

    zone: str
    chance: tuple[float, ...]
    hours: tuple[float, ...]
    items: float
    patience: float
    days: int

    @property
    def learnt(self) -> bool:
        """Whether enough was seen to conclude anything."""
        return self.days >= LEARNT_FROM

    def usual(self, day: date) -> float:
        """How many items a day brings on average, by what kind of day it is in the source's zone.
        0 where too little was seen."""
        chance = self.chance[calendar_of(self.zone).kind(day)]
        return self.items * chance if self.learnt else 0.0

    def silent_from(self, last: datetime) -> datetime:
        """The instant from which on it is a silence that nothing has come since `last`."""
        if not self.learnt:
            return last + _UNLEARNT
        return self._reached(last, self.patience, last + _LONGEST)

    def expected(self, since: datetime, until: datetime) -> float:
        """How much there is to be expected between two instants. 1 is about one day of news."""
        rates, kind = self._rates(), calendar_of(self.zone).kind
        pieces = _pieces(since, until, ZoneInfo(self.zone))
        return sum(rates[kind(day)] * self._share(begin, end) for day, begin, end in pieces)

    def _reached(self, since: datetime, wanted: float, latest: datetime) -> datetime:
        """The minute by which so much is to be expected after `since`, at most `latest`."""
        zone, total = ZoneInfo(self.zone), 0.0
        rates, kind = self._rates(), calendar_of(self.zone).kind
        for day, begin, end in _pieces(since, latest, zone):
            rate = rates[kind(day)]
            of_day = rate * self._share(begin, end)
            if total + of_day < wanted:
                total += of_day
                continue
            for hour in range(int(begin), 24):
                low, high = max(begin, hour), min(end, hour + 1)
                more = rate * self._share(low, high)
                if total + more < wanted - 1e-9:
                    total += more
                    continue
                at = low + (high - low) * min(1.0, (wanted - total) / more) if more else low
                start = datetime.combine(day, time(hour), zone).astimezone(UTC)
                return min(start + timedelta(minutes=math.ceil((at - hour) * 60)), latest)
        return latest

    def _rates(self) -> tuple[float, ...]:
        """How much a whole day of each kind brings (Poisson): its chance of any news, as a rate."""
        return tuple(-math.log(1 - min(chance, 0.99)) for chance in self.chance)

    def _share(self, begin: float, end: float) -> float:
        """The share of a day between two of its hours."""
        if (begin, end) == (0, 24):
            return 1.0
        return sum(
            self.hours[hour] * (min(end, hour + 1) - max(begin, hour))
            for hour in range(int(begin), math.ceil(end))
        )

    @property
    def pace(self) -> Pace:
        """What is told of it, in figures. Meant for what is learnt."""
        week = sum(self.chance[kind] for kind in range(7))
        begin, end = _busy_hours(self.hours)
        days = round(week) if week >= _WEEKLY else 0
        return Pace(max(1, round(self.items)), days, round(7 / max(week, 0.02)), begin, end)

    def describe(self) -> FilledMessage:
        """In words: `about 3 a day on 5 days a week, mostly 9-17 h`."""
        if not self.learnt:
            return filled(
                "not known yet (%(days)s of %(needed)s days with news)",
                days=self.days,
                needed=LEARNT_FROM,
            )
        pace = self.pace
        hours = {"begin": pace.begin, "end": pace.end}
        if pace.days == _EVERY_DAY:
            return filled(
                "about %(items)s a day, mostly %(begin)s-%(end)s h", items=pace.items, **hours
            )
        if pace.days > 1:
            return filled(
                "about %(items)s a day on %(days)s days a week, mostly %(begin)s-%(end)s h",
                items=pace.items,
                days=pace.days,
                **hours,
            )
        if pace.days:
            return filled(
                "about %(items)s a week, mostly %(begin)s-%(end)s h", items=pace.items, **hours
            )
        return filled(
            "about %(items)s every %(days)s days, mostly %(begin)s-%(end)s h",
            items=pace.items,
            days=pace.one_in,
            **hours,
        )


def learn(published: Sequence[PublicationEvent], zone: str, now: datetime) -> Rhythm:
    """The rhythm of what was published, in order, up to `now`.

    Older days count for less: half after half a year. Days before the first sighting say nothing.
    """
    local = ZoneInfo(zone)
    known = [
        (each.at.astimezone(local), each.exact)
        for each in published
        if now - _WINDOW <= each.at <= now
    ]
    days = Counter(at.date() for at, _ in known)
    calendar = calendar_of(zone)
    hours = _hours([at.hour for at, exact in known if exact])
    chance = _chances(days, calendar, now.astimezone(local).date())
    items = sum(days.values()) / len(days) if days else 0.0
    rhythm = Rhythm(zone, chance, hours, items, _SURE, len(days))
    longest = _longest_gap(rhythm, sorted(days))
    return Rhythm(zone, chance, hours, items, max(_SURE, _BEFORE * longest), len(days))


def next_visit(rhythm: Rhythm, last: datetime, low: timedelta, high: timedelta) -> datetime:
    """When to look again after a visit at `last`: as soon as news is likely enough, but no sooner
    than `low` and no later than `high` after it. Not learnt yet: a fixed time between the two."""
    if not rhythm.learnt:
        return last + min(high, max(low, (low + high) / 4))
    wish = _WISHED / max(rhythm.items, 1.0)
    return max(rhythm._reached(last, wish, last + high), last + low)


def rests_until(failures: int, ended: datetime, usual: timedelta, most: timedelta) -> datetime:
    """Until when a source rests that has failed `failures` times in a row, at last at `ended`: the
    usual time, twice that, four times … and never longer than `most`, so that none is given up."""
    if failures <= 1:
        return ended
    times: int = 2 ** min(failures - 1, 16)
    return ended + min(usual * (times - 1), most)


def _pieces(
    since: datetime, until: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, float, float]]:
    """The local days between two instants, each with the hours at which it begins and ends."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    day = first.date()
    while day <= last.date():
        begin = _hour_of(first) if day == first.date() else 0.0
        end = _hour_of(last) if day == last.date() else 24.0
        yield day, begin, end
        day += _ONE_DAY


def _hour_of(moment: datetime) -> float:
    return moment.hour + moment.minute / 60 + moment.second / 3600


def _hours(seen: Sequence[int]) -> tuple[float, ...]:
    """The share of each hour. Office hours are assumed as far as little is known."""
    counted = Counter(seen)
    usual = sum(_DAYTIME)
    weights = [counted[hour] + 6 * _DAYTIME[hour] / usual for hour in range(24)]
    return tuple(weight / sum(weights) for weight in weights)


def _chances(days: Counter[date], calendar: Calendar, today: date) -> tuple[float, ...]:
    """The chance of each kind of day. What is rare leans on what is common."""
    if not days:
        return (0.0,) * len(DayKind)
    active, of = [0.0] * len(DayKind), [0.0] * len(DayKind)
    day = min(days)
    while day < today:  # today is not over
        weight = _WEIGHTS[(today - day).days]
        kind = calendar.kind(day)
        of[kind] += weight
        active[kind] += weight * (day in days)
        day += _ONE_DAY
    overall = sum(active) / max(sum(of), 1.0)
    return tuple((a + overall) / (n + 1.0) for a, n in zip(active, of, strict=True))


def _longest_gap(rhythm: Rhythm, days: Sequence[date]) -> float:
    """The most that was ever expected between two days with news and did not come. The very
    longest of many is an exception, as a portal's move is, and does not count."""
    rates, kind = rhythm._rates(), calendar_of(rhythm.zone).kind
    gaps = sorted(
        sum(rates[kind(before + _ONE_DAY * n)] for n in range(1, (after - before).days))
        for before, after in pairwise(days)
        if after - before > _ONE_DAY
    )
    return gaps[-1 if len(gaps) < 20 else -2] if gaps else 0.0


def _busy_hours(hours: Sequence[float]) -> tuple[int, int]:
    """The shortest stretch of hours with four fifths of a day's news."""
    for length in range(1, 25):
        for begin in range(25 - length):
            if sum(hours[begin : begin + length]) >= 0.8:
                return begin, begin + length
    return 0, 24

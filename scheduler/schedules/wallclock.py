"""Moments that a clock on the wall names: cron expressions and daily times in one zone.

Not the place for intervals, which know no zone. cronsim does the calendar arithmetic on local
times without a zone; which instants those are is decided here, because stepping through the
instants themselves loses moments where clocks move by half an hour (Lord Howe Island) and can go
backwards when it starts in the second of two equal hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

_MINUTE = timedelta(minutes=1)
# More than any zone has ever put its clocks back by, date-line changes aside.
_LONGEST_REPEAT = timedelta(hours=3)


def next_named(expression: str, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """The first moment after `instant` for times of day: each local time that matches is one slot.

    A time that the clocks skip that day falls on the first instant after the gap; of a doubled
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
    hours; a time that the clocks skip that day does not happen. None if there is no further one.
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

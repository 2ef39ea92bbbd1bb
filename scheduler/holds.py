"""Why a job shall not run now: what people said, and what the archive says of its source, looked up
each time. So nothing of it is lost by a restart.

People read these reasons: their times are told in `zone`, an IANA name. It is named, since they
also stand in the log, whose own times are UTC, and for years in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.health.records import LastEnd
from storage.store import Store

from .jobs import Hold, Job, nothing_held
from .rhythm import learn, next_visit, rests_until
from .schedules.rules import Interval
from .schedules.schedule import Schedule

LONGEST_REST = timedelta(hours=6)
"""However often a source has failed, it is asked again so soon: none is ever given up."""


def all_of(
    store: Store, find: Callable[[str], Job | None], zone: str, more: Hold = nothing_held
) -> Hold:
    """Every reason that there is, those of `more` included. `find` knows the jobs by name."""
    return any_of(said(store, zone), more, by_rhythm(store, find, zone))


def said(store: Store, zone: str) -> Hold:
    """What people said: everything stands still, or this source rests."""
    return any_of(standing_still(store), resting(store, zone))


def resting(store: Store, zone: str) -> Hold:
    """Holds the jobs that people paused, until the time they said."""

    def hold(name: str, now: datetime) -> str:
        pause = store.pauses(now).get(name)
        if pause is None:
            return ""
        until = _local(pause.until, "%Y-%m-%d %H:%M", zone)
        return f"paused until {until} by {pause.person}: {pause.reason}"

    return hold


def standing_still(store: Store) -> Hold:
    """Holds everything while the whole installation stands still."""

    def hold(name: str, now: datetime) -> str:
        found = store.standstill(now)
        return f"everything is paused by {found.person}: {found.reason}" if found else ""

    return hold


def by_rhythm(store: Store, find: Callable[[str], Job | None], zone: str) -> Hold:
    """Holds a source on an interval that failed several times in a row, longer each time and six
    hours at most; and one on an adaptive schedule until news is likely. `find` knows the jobs."""

    def hold(name: str, now: datetime) -> str:
        job = find(name)
        if job is None or not isinstance(job.schedule.rule, Interval):
            return ""
        for end in store.last_ends([name]):
            rests = _rest(end, job.schedule.rule, now, zone)
            return rests or _wait(store, end, job.schedule, now, zone)
        return ""

    return hold


def _rest(end: LastEnd, rule: Interval, now: datetime, zone: str) -> str:
    if rule.length >= LONGEST_REST:
        return ""
    until = rests_until(end.failures, end.at, rule.length, LONGEST_REST)
    if now >= until:
        return ""
    return (
        f"rests until {_local(until, '%H:%M', zone)}, since it failed {end.failures} times in a row"
    )


def _wait(store: Store, end: LastEnd, schedule: Schedule, now: datetime, zone: str) -> str:
    rule = schedule.rule
    if schedule.longest is None or end.failures or not isinstance(rule, Interval):
        return ""
    rhythm = learn(store.published(end.source_id, now), schedule.zone, now)
    visit = next_visit(rhythm, end.at, rule.length, schedule.longest)
    if now + rule.length / 2 >= visit or now + rule.length > end.at + schedule.longest:
        return ""
    return f"no news is expected before {_local(visit, '%H:%M', zone)}"


def _local(moment: datetime, form: str, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):{form}} {zone}"


def any_of(*holds: Hold) -> Hold:
    """The first reason that one of these has."""

    def hold(name: str, now: datetime) -> str:
        return next(filter(None, (each(name, now) for each in holds)), "")

    return hold

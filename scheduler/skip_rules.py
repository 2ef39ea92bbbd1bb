"""Why a job shall not run now: what people said, and what the archive says of its source, looked up
each time. So nothing of it is lost by a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.sources import LastEnd, SourceCheck
from storage.types import is_ahead

from .jobs import Cause, Job, Reason, SkipRule
from .rhythm import learn, next_visit, rests_until
from .schedules import Interval, Schedule

LONGEST_REST = timedelta(hours=6)
"""However often a source has failed, it is asked again so soon: none is ever given up."""


def every_rule(store: Archive, find: Callable[[str], Job | None]) -> SkipRule:
    """Every reason that there is. `find` knows the jobs by name."""
    return _any_of(until_lifted(store), by_rhythm(store, find))


def until_lifted(store: Archive) -> SkipRule:
    """What holds until somebody does something, or until a day: pauses, and sources set aside."""
    return _any_of(paused(store), set_aside(store))


def paused(store: Archive) -> SkipRule:
    """What people said: everything stands still, or this source rests."""
    return _any_of(global_pause_rule(store), paused_jobs(store))


def paused_jobs(store: Archive) -> SkipRule:
    """Skip the jobs that people paused, until the time they said."""

    def rule(name: str, now: datetime) -> Reason | None:
        pause = store.maintenance.pauses(now).get(name)
        if pause is None:
            return None
        return Reason(Cause.PAUSE, pause.until, pause.person, pause.reason)

    return rule


def global_pause_rule(store: Archive) -> SkipRule:
    """Skip everything while the whole installation stands still."""

    def rule(name: str, now: datetime) -> Reason | None:
        found = store.maintenance.global_pause(now)
        if found is None:
            return None
        return Reason(Cause.GLOBAL_PAUSE, found.until, found.person, found.reason)

    return rule


def set_aside(store: Archive) -> SkipRule:
    """Skip the sources that the last check could not read, until they are mended or enabled."""

    def rule(name: str, now: datetime) -> Reason | None:
        check = store.sources.set_aside(name, now)
        return None if check is None else reason_of(check)

    return rule


def reason_of(check: SourceCheck) -> Reason:
    """Why a source is not crawled after a check that could not read it."""
    return Reason(Cause.CHECK, said=check.evidence, verdict=check.verdict, since=check.checked_at)


def by_rhythm(store: Archive, find: Callable[[str], Job | None]) -> SkipRule:
    """Skip a source on an interval that failed several times in a row, longer each time and six
    hours at most, and one on an adaptive schedule until news is likely. `find` knows the jobs.

    What ended while the clock ran ahead is no reason to wait."""

    def rule(name: str, now: datetime) -> Reason | None:
        job = find(name)
        if job is None or not isinstance(job.schedule.rule, Interval):
            return None
        for end in store.sources.last_ends([name]):
            if is_ahead(end.at, now):
                return None
            return _rest(end, job.schedule.rule, now) or _wait(store, end, job.schedule, now)
        return None

    return rule


def _rest(end: LastEnd, rule: Interval, now: datetime) -> Reason | None:
    if rule.length >= LONGEST_REST:
        return None
    until = rests_until(end.failures, end.at, rule.length, LONGEST_REST)
    return Reason(Cause.FAILURES, until, failures=end.failures) if now < until else None


def _wait(store: Archive, end: LastEnd, schedule: Schedule, now: datetime) -> Reason | None:
    rule = schedule.rule
    if schedule.longest is None or end.failures or not isinstance(rule, Interval):
        return None
    rhythm = learn(store.sources.published(end.source_id, now), schedule.zone, now)
    visit = next_visit(rhythm, end.at, rule.length, schedule.longest)
    if now + rule.length / 2 >= visit or now + rule.length > end.at + schedule.longest:
        return None
    return Reason(Cause.QUIET, visit)


def _any_of(*rules: SkipRule) -> SkipRule:
    """The first reason that one of these has."""

    def rule(name: str, now: datetime) -> Reason | None:
        return next(filter(None, (each(name, now) for each in rules)), None)

    return rule

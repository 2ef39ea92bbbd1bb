"""Why a job does not run now: failures that make it rest, no news that can be expected."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hubwatch.errors import ConfigError
from scheduler.jobs import Job, SkipRule
from scheduler.schedules import parse_schedule
from scheduler.skip_rules import LONGEST_REST, by_rhythm
from storage.archive import Archive
from storage.articles.records import Precision, When
from storage.runs import Counts
from storage.types import Outcome
from tests.support.make import NOW, SHANGHAI, SOURCE, insert

HOUR = timedelta(hours=1)


def holding(store: Archive, schedule: str) -> tuple[Job, SkipRule]:
    job = Job(SOURCE.id, ("true",), parse_schedule(schedule, SHANGHAI), HOUR)
    return job, by_rhythm(store, {SOURCE.id: job}.get)


def crawled(store: Archive, now: datetime, *outcomes: Outcome) -> None:
    """Crawls an hour apart, the last one now."""
    with store.writing() as tx:
        for number, outcome in enumerate(outcomes, 1 - len(outcomes)):
            run = tx.runs.start(SOURCE.id, now + number * HOUR)
            tx.runs.finish(run.id, now + number * HOUR, outcome, Counts())


def published(store: Archive, until: datetime) -> None:
    """An article at ten o'clock on each of sixty days."""
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, until - timedelta(days=61))
        for number in range(1, 61):
            at = until.replace(hour=2, minute=0) - timedelta(days=number)
            url = f"http://english.practice.test/2026/c_{number}.htm"
            when = When(at, Precision.MINUTE, SHANGHAI)
            fresh = insert(url=url, title=f"Story {number}", published=when)
            tx.articles.apply(fresh, source_id=SOURCE.id, run_id=run.id, now=at)
        tx.runs.finish(run.id, until - timedelta(days=61), Outcome.OK, Counts())


@pytest.mark.slow
def test_a_failing_source_rests_longer_each_time_and_is_never_given_up(store: Archive) -> None:
    _, hold = holding(store, "every 1h")
    rests = []
    for count in range(1, 12):
        crawled(store, NOW + count * timedelta(days=1), *[Outcome.HTTP_ERROR] * 1)
        now = NOW + count * timedelta(days=1)
        rest = timedelta(0)
        while hold(SOURCE.id, now + rest):
            rest += timedelta(minutes=1)
        rests.append(rest)
    assert rests[:4] == [timedelta(0), HOUR, 3 * HOUR, LONGEST_REST]
    assert set(rests[3:]) == {LONGEST_REST}
    crawled(store, NOW + timedelta(days=20), Outcome.OK)
    assert hold(SOURCE.id, NOW + timedelta(days=20)) is None


def test_a_rest_outlives_a_restart(archive: Path, store: Archive) -> None:
    crawled(store, NOW, *[Outcome.TIMEOUT] * 3)
    with Archive.open(archive) as another:
        _, hold = holding(another, "every 1h")
        until = (NOW + 3 * HOUR).astimezone(ZoneInfo(SHANGHAI))
        told = f"rests until {until:%H:%M} Asia/Shanghai, since it failed 3 times in a row"
        rests = hold(SOURCE.id, NOW + HOUR)
        assert rests and rests.describe(SHANGHAI) == told
        assert hold(SOURCE.id, NOW + 4 * HOUR) is None


@pytest.mark.parametrize("schedule", ["every 1h", "adaptive between 1h and 6h"])
@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.HTTP_ERROR])
def test_a_clock_that_ran_ahead_and_was_set_back_holds_no_source(
    store: Archive, schedule: str, outcome: Outcome
) -> None:
    published(store, NOW)
    crawled(store, NOW + timedelta(days=10), *[outcome] * 3)
    _, hold = holding(store, schedule)
    assert hold(SOURCE.id, NOW) is None
    crawled(store, NOW + HOUR, Outcome.TIMEOUT, Outcome.TIMEOUT)
    assert hold(SOURCE.id, NOW + HOUR)  # what failed by the right time rests


def test_two_clocks_that_differ_by_a_moment_let_a_failing_source_rest(store: Archive) -> None:
    crawled(store, NOW + timedelta(minutes=2), *[Outcome.TIMEOUT] * 3)
    _, hold = holding(store, "every 1h")
    assert hold(SOURCE.id, NOW)


@pytest.mark.parametrize("schedule", ["every 6h", "every 1d", "daily at 07:30"])
def test_what_is_rare_enough_needs_no_rest(store: Archive, schedule: str) -> None:
    crawled(store, NOW, *[Outcome.HTTP_ERROR] * 9)
    _, hold = holding(store, schedule)
    assert hold(SOURCE.id, NOW) is None


def test_what_is_no_source_is_not_held(store: Archive) -> None:
    job = Job("weekly-check", ("true",), parse_schedule("every 1h", "UTC"), HOUR)
    assert by_rhythm(store, {"weekly-check": job}.get)("weekly-check", NOW) is None


def test_an_adaptive_source_is_crawled_when_news_is_likely(store: Archive) -> None:
    published(store, NOW)
    _, hold = holding(store, "adaptive between 30m and 6h")
    evening = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # eleven at night there
    crawled(store, evening, Outcome.OK)
    waits = hold(SOURCE.id, evening + HOUR)
    assert waits
    told = waits.describe(SHANGHAI)
    found = re.fullmatch("no news is expected before ([0-9]{2}:[0-9]{2}) Asia/Shanghai", told)
    assert found
    assert "00:00" <= found[1] <= "10:00"  # there; in UTC it would be the afternoon before
    morning = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    crawled(store, morning, Outcome.OK)
    assert hold(SOURCE.id, morning + timedelta(minutes=30)) is None


@pytest.mark.parametrize("learnt", [True, False])
def test_an_adaptive_source_stays_within_its_bounds(store: Archive, learnt: bool) -> None:
    if learnt:
        published(store, NOW)
    job, hold = holding(store, "adaptive between 30m and 6h")
    now = last = NOW
    pauses = []
    crawled(store, NOW, Outcome.OK)
    while now < NOW + timedelta(days=3):
        now = job.schedule.next_after(now)
        if not hold(SOURCE.id, now):
            pauses.append(now - last)
            last = now
            crawled(store, now, Outcome.OK)
    assert max(pauses) <= timedelta(hours=6)
    assert min(pauses[1:]) >= timedelta(minutes=30)
    assert len(set(pauses[1:])) > 1 or not learnt


@pytest.mark.parametrize("text", ["adaptive between 6h and 30m", "adaptive between 1h and 1h"])
def test_the_shorter_span_comes_first(text: str) -> None:
    with pytest.raises(ConfigError, match="the shorter one"):
        parse_schedule(text, SHANGHAI)

"""Schedules: what the forms mean, and that no clock change drops or doubles a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import ConfigError
from scheduler.schedules import Moment, Schedule, parse_schedule
from tests.support.examples import examples

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Shanghai",
)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=4 * 365)).map(
    lambda passed: datetime(2024, 1, 1, tzinfo=UTC) + passed
)
SCHEDULES = st.builds(
    lambda text, zone, name: parse_schedule(text, zone).spread(name),
    st.sampled_from(
        (
            "every 2s",
            "every 30m",
            "every 7h",
            "every 3d",
            "daily at 00:00",
            "daily at 02:15, 02:45, 01:30, 23:59",
            "*/30 6-23 * * *",
            "*/30 * * * *",
            "*/20 3-5 * * *",
            "15 * * * *",
            "0 0 29 2 *",
            "30 1 * * MON",
        )
    ),
    st.sampled_from(ZONES),
    st.text(max_size=8),
)


def fires(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    """Every due instant from `start` (exclusive) to `end` (inclusive)."""
    found = []
    while (start := schedule.next_after(start)) <= end:
        found.append(start)
    return found


@given(SCHEDULES, INSTANTS)
def test_next_is_strictly_after_on_a_whole_second_in_utc(
    schedule: Schedule, instant: datetime
) -> None:
    due = schedule.next_after(instant)
    assert due > instant
    assert due.microsecond == 0
    assert due.tzinfo is UTC
    assert schedule.next_after(due - timedelta(microseconds=1)) == due


@given(SCHEDULES, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_next_is_monotone_and_skips_nothing(
    schedule: Schedule, instant: datetime, later: timedelta
) -> None:
    due = schedule.next_after(instant)
    further = schedule.next_after(instant + later)
    assert further >= due
    if instant + later < due:
        assert further == due


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "02:15", "02:30", "23:30"])
def test_a_daily_slot_comes_exactly_once_a_local_date(zone: str, at: str) -> None:
    here = ZoneInfo(zone)
    schedule = parse_schedule(f"daily at {at}", zone)
    start = datetime(2024, 1, 1, tzinfo=here) - timedelta(seconds=1)
    end = datetime(2028, 1, 1, tzinfo=here) - timedelta(seconds=1)
    dates = Counter(due.astimezone(here).date() for due in fires(schedule, start, end))
    assert set(dates.values()) == {1}
    assert len(dates) == (date(2028, 1, 1) - date(2024, 1, 1)).days


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_slot_keeps_its_time_except_where_the_clocks_skip_it(zone: str) -> None:
    here = ZoneInfo(zone)
    schedule = parse_schedule("daily at 02:15", zone)
    shown = Counter(
        due.astimezone(here).time()
        for due in fires(
            schedule, datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
        )
    )
    moved = {at: times for at, times in shown.items() if at != time(2, 15)}
    assert moved == {
        "America/New_York": {time(3, 0): 4},
        "Europe/Berlin": {time(3, 0): 4},
        "Australia/Lord_Howe": {time(2, 30): 4},
    }.get(zone, {})


@pytest.mark.parametrize(
    ("zone", "night", "expected"),
    [
        ("America/Santiago", "2024-09-07T12:00", "2024-09-08T01:00-03:00"),
        ("Africa/Cairo", "2024-04-25T12:00", "2024-04-26T01:00+03:00"),
    ],
)
def test_a_midnight_that_does_not_exist_falls_on_the_end_of_the_gap(
    zone: str, night: str, expected: str
) -> None:
    start = datetime.fromisoformat(night).replace(tzinfo=ZoneInfo(zone))
    assert parse_schedule("daily at 00:00", zone).next_after(start) == datetime.fromisoformat(
        expected
    )


def test_from_within_the_second_of_two_equal_hours_the_daily_time_is_over() -> None:
    zone = ZoneInfo("America/New_York")
    second = datetime(2024, 11, 3, 1, 10, tzinfo=zone, fold=1)
    due = parse_schedule("daily at 01:30", "America/New_York").next_after(second)
    assert due == datetime(2024, 11, 4, 1, 30, tzinfo=zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["*/30 * * * *", "*/30 3-5 * * *", "15 * * * *", "*/20 0-2 * * *"])
@pytest.mark.parametrize("year", [2024, 2027])
def test_a_repeating_cron_fires_whenever_the_clock_shows_a_match(
    zone: str, text: str, year: int
) -> None:
    here = ZoneInfo(zone)
    schedule = parse_schedule(text, zone)
    for start in _around_changes(here, year):
        minutes = [start + timedelta(minutes=each) for each in range(1, 26 * 60)]
        wanted = [each for each in minutes if _shows(text, each.astimezone(here))]
        assert fires(schedule, start, minutes[-1]) == wanted


def _around_changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """Starts of the days (UTC) around each change of the zone's offset in a year."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=each) for each in range(365)]
    return [
        day - timedelta(hours=1)
        for day, following in pairwise(days)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset()
    ]


def _shows(text: str, local: datetime) -> bool:
    minutes = {"*/30": {0, 30}, "15": {15}, "*/20": {0, 20, 40}}[text.split()[0]]
    hours = {"*": range(24), "3-5": range(3, 6), "0-2": range(3)}[text.split()[1]]
    return local.minute in minutes and local.hour in hours


@given(st.text(max_size=20))
def test_an_interval_has_one_phase_per_job_name(name: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    schedule = parse_schedule("every 30m", "Asia/Shanghai").spread(name)
    again = parse_schedule("every  30M", "Asia/Shanghai").spread(name)
    assert timedelta(0) <= schedule.phase < timedelta(minutes=30)
    found = fires(schedule, start, start + timedelta(hours=5))
    assert len(found) == 10
    assert {after - before for before, after in pairwise(found)} == {timedelta(minutes=30)}
    assert found == fires(again, start, start + timedelta(hours=5))


def test_three_hundred_sources_are_spread_over_the_interval_in_shareable_minutes() -> None:
    schedule = parse_schedule("every 1h", "UTC")
    phases = Counter(schedule.spread(f"source-{each}").phase for each in range(300))
    assert len(phases) > 50
    assert max(phases.values()) < 16
    assert all(phase % timedelta(minutes=1) == timedelta(0) for phase in phases)


def test_spreading_leaves_times_of_day_alone_and_changes_the_hash_of_intervals() -> None:
    daily = parse_schedule("daily at 07:30", "Asia/Shanghai")
    assert daily.spread("a") == daily
    interval = parse_schedule("every 1d", "Asia/Shanghai")
    assert interval.spread("a").hash != interval.spread("b").hash
    assert daily.hash != parse_schedule("daily at 07:30", "UTC").hash


@pytest.mark.parametrize(
    ("text", "zone", "says"),
    [
        ("hourly", "UTC", "every 30m"),
        ("every 0m", "UTC", "between 1 s and 366 d"),
        ("every 999999999d", "UTC", "between 1 s and 366 d"),
        ("every 5 fortnights", "UTC", "daily at 07:30"),
        ("daily at 24:00", "UTC", "00:00 to 23:59"),
        ("daily at 07:30,", "UTC", "00:00 to 23:59"),
        ("61 * * * *", "UTC", "bad minute"),
        ("0 0 31 2 *", "UTC", "bad day-of-month"),
        ("0 0 * * * *", "UTC", "not understood"),
        ("", "UTC", "not understood"),
        ("x" * 500, "UTC", "..."),
        ("every 30m", "Asia/Guiyang", "Asia/Guiyang"),
        ("every 30m", "", "not known"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(text: str, zone: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_schedule(text, zone)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=60))
@settings(max_examples=examples(300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        schedule = parse_schedule(text, "Asia/Shanghai")
    except ConfigError:
        return
    assert schedule.next_after(datetime(2026, 1, 1, tzinfo=UTC))


def test_an_instant_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_schedule("every 30m", "UTC").next_after(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "01:30", "02:15", "23:30"])
def test_row_46_a_daily_slot_has_each_local_date_once_for_its_name(zone: str, at: str) -> None:
    here = ZoneInfo(zone)
    schedule = parse_schedule(f"daily at {at}", zone)
    start = datetime(2024, 1, 1, tzinfo=here) - timedelta(seconds=1)
    end = datetime(2028, 1, 1, tzinfo=here) - timedelta(seconds=1)
    named = [
        (each.day, each.nominal)
        for due in fires(schedule, start, end)
        for each in schedule.moments_at(due)
    ]
    days = [date(2024, 1, 1) + timedelta(days=passed) for passed in range(4 * 365 + 1)]
    assert named == [(day.isoformat(), at) for day in days]


def test_two_times_in_one_gap_are_two_slots_of_one_instant() -> None:
    schedule = parse_schedule("daily at 02:15, 02:45, 03:00", "Europe/Berlin")
    night = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    due = schedule.next_after(night)
    assert due == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert [each.nominal for each in schedule.moments_at(due)] == ["02:15", "02:45", "03:00"]


def test_what_repeats_or_counts_real_time_is_known_by_its_instant() -> None:
    for text in ("*/30 * * * *", "every 30m", "15 * * * *"):
        schedule = parse_schedule(text, "Europe/Berlin")
        due = schedule.next_after(datetime(2026, 1, 1, tzinfo=UTC))
        assert schedule.moments_at(due) == (Moment(due),)
        assert schedule.moments_at(due + timedelta(seconds=1)) == ()


@pytest.mark.parametrize(
    ("text", "zone", "hours", "days"),
    [
        ("every 30m, only 06-23 h", "Asia/Shanghai", range(6, 23), range(7)),
        ("every 20m only 22-06 h on mon-fri", "Europe/Berlin", (22, 23, *range(6)), range(5)),
        ("every 1h on sat, sun", "America/New_York", range(24), (5, 6)),
        ("*/30 * * * *; only 06:00 to 23:00; on weekdays", "UTC", range(6, 23), range(5)),
        ("every 30m only 06–23 h in Africa/Cairo", "UTC", range(6, 23), range(7)),
    ],
)
@pytest.mark.parametrize("name", ["a", "guiyang-en", "zh-7"])
def test_within_its_window_a_schedule_misses_nothing_and_outside_it_rests(
    text: str, zone: str, hours: Collection[int], days: Collection[int], name: str
) -> None:
    schedule = parse_schedule(text, zone).spread(name)
    bare = replace(schedule, window=None)
    here = ZoneInfo(schedule.zone)
    start, end = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    wanted = [
        due
        for due in fires(bare, start, end)
        if due.astimezone(here).hour in hours and due.astimezone(here).weekday() in days
    ]
    assert wanted
    assert fires(schedule, start, end) == wanted


@given(
    st.sampled_from(
        (
            "every 30m jitter 10m",
            "every 1h, jitter 1h",
            "daily at 07:30, 19:30, jitter 20m",
            "*/10 6-8 * * *, jitter 15m",
            "every 30m, only 06-23 h, jitter 10m",
        )
    ),
    st.sampled_from(ZONES),
    st.text(max_size=8),
    INSTANTS,
)
@settings(max_examples=examples(60))
def test_jitter_comes_late_by_less_than_its_bound_and_the_same_each_time(
    text: str, zone: str, name: str, start: datetime
) -> None:
    schedule = parse_schedule(text, zone).spread(name)
    bare = replace(schedule, jitter=timedelta())
    end = start + timedelta(days=2)
    found = fires(schedule, start, end)
    assert found == fires(parse_schedule(text, zone).spread(name), start, end)
    bases = fires(bare, start - schedule.jitter, end)
    shifted = sorted({schedule._shifted(base) for base in bases})
    assert found == [due for due in shifted if start < due <= end]
    assert all(timedelta() <= schedule._shifted(b) - b < schedule.jitter for b in bases)
    if schedule.window:
        assert all(schedule.window.holds(due) for due in found)


def test_jitter_differs_between_jobs_and_days() -> None:
    schedule = parse_schedule("daily at 07:30, jitter 30m", "Asia/Shanghai")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = {
        due.astimezone(ZoneInfo("Asia/Shanghai")).time()
        for name in "abcde"
        for due in fires(schedule.spread(name), start, start + timedelta(days=5))
    }
    assert len(times) > 15
    assert schedule.spread("a").hash != schedule.spread("b").hash


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("every 30m only 06-06 h", "no part of a day"),
        ("every 30m only noon", "are not understood"),
        ("every 30m only 6-25 h", "are not understood"),
        ("every 30m on someday", "are not understood"),
        ("every 30m on mo", "are not understood"),
        ("every 30m only 6-8 h only 9-10 h", "`only` is there twice"),
        ("every 30m jitter 31m", "at most the interval"),
        ("daily at 07:30 jitter 7h", "6 h"),
        ("daily at 07:30 jitter a bit", "jitter is a span"),
        ("every 6h only 06-08 h", "at most as long as its window, 2 h"),
        ("every 2d on mon", "at most as long as its window, 24 h"),
        ("daily at 07:30, 05:00 only 06-23 h", "hour 5, minute 0 never falls"),
        ("0 3 * * * only 06-23 h", "hour 3, minute 0 never falls"),
        ("every 30m in Asia/Guiyang", "Asia/Guiyang"),
    ],
)
def test_windows_and_jitter_that_cannot_be_are_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_schedule(text, "UTC")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)

"""The rhythm of a source: what is learnt, when it is silent, when to look again."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.messages import translator
from scheduler.holidays import Calendar, DayKind, calendar_of, country_of
from scheduler.rhythm import learn, next_visit, rests_until
from storage.sources import PublicationEvent

ZONE = "Asia/Shanghai"
HERE = ZoneInfo(ZONE)


@pytest.mark.parametrize("country", ["CN", "DE", "TW", "US"])
def test_the_holidays_of_a_country_are_known_without_loading_those_of_all_others(
    monkeypatch: pytest.MonkeyPatch, country: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("holidays.countries")]:
        monkeypatch.delitem(sys.modules, name)
    calendar = Calendar(country)
    assert "holidays.countries" not in sys.modules
    whole, year = holidays.country_holidays(country), date(2026, 1, 1)
    for day in (year + timedelta(days=number) for number in range(365)):
        assert (calendar.kind(day) is DayKind.HOLIDAY) == (day in whole and day.weekday() < 5)


def test_a_country_whose_holidays_nobody_knows_has_weekdays_alone() -> None:
    assert Calendar("ZZ").kind(date(2026, 1, 1)) is DayKind.THURSDAY


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), HERE).astimezone(UTC)


def news(first: str, last: str, often: float = 1.0, weekend: float = 0.0) -> list[PublicationEvent]:
    """Articles at ten o'clock on so many of the working days, and of the free ones."""
    chance, found, day = random.Random(7), [], date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        free = calendar_of(ZONE).kind(day) > DayKind.FRIDAY
        if chance.random() < (weekend if free else often):
            found.append(PublicationEvent(at(day.isoformat()), exact=True))
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-13", DayKind.FRIDAY),
        ("2026-02-14", DayKind.FRIDAY),  # a Saturday on which people work, for the festival
        ("2026-02-15", DayKind.SUNDAY),
        ("2026-02-17", DayKind.HOLIDAY),  # Spring Festival
        ("2026-02-24", DayKind.TUESDAY),
        ("2026-10-01", DayKind.HOLIDAY),
    ],
)
def test_days_of_china(day: str, kind: DayKind) -> None:
    assert calendar_of(ZONE).kind(date.fromisoformat(day)) is kind


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Asia/Shanghai", "CN"), ("Europe/Berlin", "DE"), ("UTC", ""), ("Etc/GMT+3", "")],
)
def test_the_country_follows_from_the_zone(zone: str, country: str) -> None:
    assert country_of(zone) == country


def test_a_zone_without_a_country_has_weekdays() -> None:
    assert calendar_of("UTC").kind(date(2026, 1, 1)) is DayKind.THURSDAY


def test_holidays_are_no_silence_and_as_many_working_days_are() -> None:
    daily = learn(news("2025-06-01", "2026-02-13", 0.95), ZONE, at("2026-02-14"))
    over_the_festival = daily.silent_from(at("2026-02-13"))
    in_summer = daily.silent_from(at("2026-06-26"))
    assert over_the_festival > at("2026-02-24")
    assert at("2026-06-29") < in_summer < at("2026-07-04")


def test_the_rarer_the_longer() -> None:
    now, last = at("2026-02-14"), at("2026-02-12")
    limits = [
        learn(news("2025-06-01", "2026-02-12", often), ZONE, now).silent_from(last)
        for often in (0.95, 0.5, 0.15)
    ]
    assert limits == sorted(limits)
    assert limits[0] < last + timedelta(days=14) < last + timedelta(days=40) < limits[2]


def test_a_source_that_was_silent_before_may_be_so_again_but_once_is_no_habit() -> None:
    steady = news("2025-06-01", "2026-02-12")
    once = [each for each in steady if not at("2025-11-03", 0) < each.at < at("2025-11-29")]
    twice = [each for each in once if not at("2025-07-07", 0) < each.at < at("2025-08-01")]
    now, last = at("2026-02-14"), at("2026-06-02")
    limits = [learn(each, ZONE, now).silent_from(last) for each in (steady, once, twice)]
    assert limits[0] <= limits[1] < last + timedelta(days=8)
    assert last + timedelta(days=20) < limits[2]


def test_too_little_is_no_rhythm() -> None:
    little = learn(news("2026-02-02", "2026-02-10"), ZONE, at("2026-02-14"))
    assert not little.learnt
    assert "not known yet" in little.describe()
    assert little.silent_from(at("2026-02-10")) == at("2026-02-10") + timedelta(days=45)


def test_what_is_reported_of_it() -> None:
    weekdays = learn(news("2025-06-01", "2026-02-12"), ZONE, at("2026-02-13"))
    assert "5 days a week" in weekdays.describe()


@pytest.mark.parametrize(
    ("week", "items", "english", "chinese"),
    [
        (7, 1.2, "about 1 a day, mostly ", "每天约 1 则，多在"),
        (6.6, 4, "about 4 a day, mostly ", "每天约 4 则，多在"),
        (2, 1, "about 1 a day on 2 days a week, mostly ", "每周约 2 天有更新，每天约 1 则，多在"),
        (1, 1, "about 1 a week, mostly ", "每周约 1 则，多在"),
        (1.4, 3, "about 3 a week, mostly ", "每周约 3 则，多在"),
        (0.39, 2, "about 2 every 18 days, mostly ", "约每 18 天 2 则，多在"),
    ],
)
def test_a_rhythm_is_told_as_people_say_it(
    week: float, items: float, english: str, chinese: str
) -> None:
    learnt = learn(news("2025-06-01", "2026-02-12"), ZONE, at("2026-02-13"))
    found = replace(learnt, chance=(week / 7,) * len(learnt.chance), items=items).describe()
    assert found.startswith(english)
    assert translator("zh").sentence(found).startswith(chinese)


def test_crawls_again_when_news_is_likely() -> None:
    daily = learn(news("2025-06-01", "2026-02-12"), ZONE, at("2026-02-13"))
    low, high = timedelta(minutes=30), timedelta(hours=6)
    by_day = next_visit(daily, at("2026-03-04", 9), low, high) - at("2026-03-04", 9)
    by_night = next_visit(daily, at("2026-03-04", 23), low, high) - at("2026-03-04", 23)
    assert low <= by_day <= timedelta(hours=2)
    assert by_night == high


moments = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    st.lists(st.builds(PublicationEvent, moments, st.booleans()), max_size=40),
    moments,
    st.integers(1, 600),
    st.integers(1, 2000),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_a_visit_lies_within_its_bounds_and_a_silence_ahead(
    found: list[PublicationEvent], last: datetime, low: int, more: int, zone: str
) -> None:
    known = sorted(found, key=lambda each: each.at)
    rhythm = learn(known, zone, datetime(2026, 12, 31, tzinfo=UTC))
    least, most = timedelta(minutes=low), timedelta(minutes=low + more)
    assert last + least <= next_visit(rhythm, last, least, most) <= last + most
    assert last < rhythm.silent_from(last) <= last + timedelta(days=366)


@given(st.integers(0, 10_000), st.integers(1, 100_000))
def test_a_failing_source_rests_longer_and_never_for_ever(failures: int, minutes: int) -> None:
    ended, usual, most = at("2026-03-02"), timedelta(minutes=minutes), timedelta(days=1)
    rest = rests_until(failures, ended, usual, most) - ended
    more = rests_until(failures + 1, ended, usual, most) - ended
    assert timedelta(0) <= rest <= more <= most

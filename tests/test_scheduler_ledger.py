"""The ledger: nothing owed is forgotten, nothing runs twice, and each gap is on record."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.child import JobResult
from scheduler.jobs import Cause, Due, Job, Reason
from scheduler.ledger import Ledger, PlannedSlots, missed
from scheduler.schedules import parse_schedule
from scheduler.timetable import timetable
from storage.archive import Archive
from storage.slots import Slot
from storage.types import Outcome
from tests.support.examples import examples
from tests.support.make import NOW, later

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def job(schedule: str = "daily at 07:30", name: str = "guiyang-en") -> Job:
    return Job(name, ("true",), parse_schedule(schedule, "Asia/Shanghai"), MINUTE, (name,))


def states(store: Archive, name: str = "guiyang-en") -> list[tuple[str, str]]:
    """(state, outcome or reason) of a job's slots, the oldest first."""
    return [(each.state, each.outcome or each.reason) for each in store.slots.select(name)][::-1]


def ran(ledger: Ledger, planned: PlannedSlots, at: datetime, outcome: Outcome = Outcome.OK) -> bool:
    """Claim and end what is due; whether there was anything."""
    batch = ledger.claim([Due(planned.job, planned.due)], at) if planned.due else ()
    ledger.end([JobResult(due, outcome, "") for due in batch], at)
    return bool(batch)


def test_a_new_job_is_planned_and_not_yet_due(store: Archive) -> None:
    planned = Ledger(store).plan(job(), START, "caught up")
    assert planned.due is None
    assert planned.next_at == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert [each.due_at for each in store.slots.select()] == [planned.next_at]


def test_after_downtime_one_slot_runs_and_the_others_are_on_record(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    later = START + timedelta(days=4)
    planned = ledger.plan(job(), later, "caught up")
    assert planned.skipped == 3
    assert planned.due
    assert planned.due.due_at == datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert ran(ledger, planned, later)
    assert not ran(ledger, ledger.plan(job(), later + MINUTE, "caught up"), later + MINUTE)
    assert states(store) == [("skipped", "caught up")] * 3 + [("done", "ok"), ("due", "")]


def test_settling_twice_changes_nothing(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    first = ledger.plan(job(), START + timedelta(days=2), "caught up")
    before = store.slots.select()
    again = ledger.plan(job(), START + timedelta(days=2), "caught up")
    assert (again.due, again.next_at, again.skipped) == (first.due, first.next_at, 0)
    assert store.slots.select() == before


def test_a_slot_is_claimed_once(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    planned = ledger.plan(job(), START + timedelta(days=1), "caught up")
    assert ran(ledger, planned, START + timedelta(days=1))
    assert not ran(ledger, planned, START + timedelta(days=1))


def test_the_clock_going_back_doubles_nothing(store: Archive) -> None:
    ledger = Ledger(store)
    every = job("every 30m")
    ledger.plan(every, START, "caught up")
    times = [START + 31 * MINUTE, START + 62 * MINUTE, START + 20 * MINUTE, START + 63 * MINUTE]
    assert [ran(ledger, ledger.plan(every, at, "caught up"), at) for at in times] == [
        True,
        True,
        False,
        False,
    ]


def test_a_changed_schedule_skips_what_it_had_planned_and_invents_no_past(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job("daily at 07:30"), START, "caught up")
    planned = ledger.plan(job("every 30m"), START + timedelta(hours=2), "caught up")
    assert planned.due is None
    assert states(store) == [("due", ""), ("skipped", "the schedule changed")]


def test_what_was_pending_under_the_old_schedule_is_still_pending(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job("daily at 07:30"), START, "caught up")
    planned = ledger.plan(job("daily at 19:30"), START + timedelta(hours=13), "caught up")
    assert planned.due
    assert planned.due.due_at == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def test_a_long_time_off_is_bounded() -> None:
    schedule = job("every 30m").schedule
    found = missed(schedule, START, START + timedelta(days=1000))
    assert len(found) == 500
    assert START + timedelta(days=1000) - found[-1] < timedelta(minutes=30)


def test_what_a_dead_daemon_left_is_closed_and_caught_up_but_not_for_ever(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    now = START + timedelta(hours=12)
    runs = 0
    for restart in range(10):
        at = now + restart * MINUTE
        ledger.recover([job()], at)
        planned = ledger.plan(job(), at, "caught up")
        runs += len(ledger.claim([Due(job(), planned.due)], at)) if planned.due else 0
    assert runs == 4
    assert states(store) == [("done", "interrupted")] * 4 + [("due", "")]


def test_an_interrupted_job_that_was_caught_up_is_at_rest(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    now = START + timedelta(hours=12)
    ran(ledger, ledger.plan(job(), now, "caught up"), now, Outcome.INTERRUPTED)
    for restart in range(1, 4):
        ledger.recover([job()], now + restart * MINUTE)
        planned = ledger.plan(job(), now + restart * MINUTE, "caught up")
        assert ran(ledger, planned, now + restart * MINUTE) is (restart == 1)


def test_jobs_that_are_gone_are_not_pending(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(name="old"), START, "caught up")
    ledger.plan(job(name="older"), START, "caught up")
    assert ledger.drop(["older"], START) == 1
    ledger.recover([job()], START)
    assert states(store, "old") == states(store, "older") == [("skipped", "job removed")]


@given(
    st.sampled_from(["every 30m", "daily at 07:30, 19:30", "*/30 6-23 * * *"]),
    st.lists(st.integers(1, 3000), min_size=1, max_size=8),
)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pattern_of_downtime_leaves_no_hole_and_no_double(
    tmp_path: Path, schedule: str, gaps: list[int]
) -> None:
    path = tmp_path / "one.db"
    for each in tmp_path.glob("one.db*"):
        each.unlink()
    with Archive.create(path) as store:
        ledger, now, every = Ledger(store), START, job(schedule)
        ledger.plan(every, now, "caught up")
        for gap in gaps:
            now += gap * MINUTE
            ran(ledger, ledger.plan(every, now, "caught up"), now)
        slots = store.slots.select(limit=10_000)
    over = sorted(each.due_at for each in slots if each.state != "due")
    assert over == list(missed(every.schedule, START, now))
    assert Counter(each.state for each in slots)["due"] == 1


def test_the_timetable_shows_next_last_and_how_late(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    now = START + timedelta(days=3)
    planned = ledger.plan(job(), now, "caught up")
    owed = timetable([job()], store.slots.select(), now)[0]
    assert planned.due
    assert owed.pending_at == planned.due.due_at
    ran(ledger, planned, now, Outcome.PARTIAL)
    jobs = [job(), job("every 5m", "digest")]
    rests = Reason(Cause.PAUSE, now, "Ana", "it moves")
    rows = timetable(jobs, store.slots.select(), now, lambda *_: rests)
    assert [row.job for row in rows] == ["digest", "guiyang-en"]
    row = rows[1]
    assert (row.schedule, row.zone) == ("daily at 07:30", "Asia/Shanghai")
    assert row.next_at == planned.next_at
    assert (row.last_due_at, row.last_outcome) == (planned.due.due_at, "partial")
    assert row.late == now - planned.due.due_at
    assert (row.pending_at, row.skipped, row.held) == (None, 0, rests)
    assert rows[0].last_due_at is None


def test_a_running_job_is_shown_as_running() -> None:
    slot = Slot(1, "guiyang-en", START, "claimed", START + MINUTE)
    skipped = Slot(2, "guiyang-en", START + MINUTE, "skipped", None, START, "", "paused")
    row = timetable([job()], [skipped, slot], START + 2 * MINUTE)[0]
    assert (row.last_outcome, row.late, row.skipped) == ("running", MINUTE, 1)


def test_a_clock_that_was_ahead_for_a_moment_stops_nothing(store: Archive) -> None:
    """faults.md row 47: three days ahead for one look, then put right."""
    ledger, wrong, often = Ledger(store), START + timedelta(days=3), job("every 30m")
    ledger.plan(often, START, "caught up")
    assert ran(ledger, ledger.plan(often, wrong, "caught up"), wrong)
    moments = [START + n * 5 * MINUTE for n in range(1, 12 * 12)]
    runs = [ran(ledger, ledger.plan(often, now, "caught up"), now) for now in moments]
    assert sum(runs) == len(missed(often.schedule, START, moments[-1]))


def test_row_46_another_zone_does_not_give_a_date_its_slot_twice(store: Archive) -> None:
    """Had at 07:30 in Shanghai, the day's slot is had, wherever 07:30 lies after that."""
    ledger, now = Ledger(store), datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    ledger.plan(job(), START, "caught up")
    assert ran(ledger, ledger.plan(job(), now, "caught up"), now)
    moved = Job("guiyang-en", (), parse_schedule("daily at 07:30", "Europe/Berlin"), MINUTE)
    ledger.plan(moved, now, "caught up")
    evening = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    assert not ran(ledger, ledger.plan(moved, evening, "caught up"), evening)
    morning = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert ran(ledger, ledger.plan(moved, morning, "caught up"), morning)
    named = [(each.day, each.nominal, each.state) for each in store.slots.select("guiyang-en")][
        ::-1
    ]
    assert named == [
        ("2026-11-24", "07:30", "done"),
        ("2026-11-25", "07:30", "done"),
        ("2026-11-26", "07:30", "due"),
    ]


def test_a_slot_that_has_not_begun_follows_its_zone(store: Archive) -> None:
    ledger = Ledger(store)
    ledger.plan(job(), START, "caught up")
    moved = Job("guiyang-en", (), parse_schedule("daily at 07:30", "Europe/Berlin"), MINUTE)
    planned = ledger.plan(moved, START, "caught up")
    assert planned.next_at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert [(each.due_at, each.state) for each in store.slots.select()] == [
        (planned.next_at, "due")
    ]


def test_a_slot_planned_before_slots_had_names_gets_its_name(store: Archive) -> None:
    due = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with store.writing() as tx:
        tx.slots.plan("guiyang-en", due, "old", START)
    Ledger(store).plan(job(), START, "caught up")
    assert [(each.due_at, each.day, each.nominal) for each in store.slots.select()] == [
        (due, "2026-11-24", "07:30")
    ]


def test_two_times_in_one_gap_run_once_and_are_both_on_record(store: Archive) -> None:
    night = Job("n", (), parse_schedule("daily at 02:15, 02:45", "Europe/Berlin"), MINUTE)
    before, after = (datetime(2026, 3, 29, hour, 5, tzinfo=UTC) for hour in (0, 1))
    ledger = Ledger(store)
    ledger.plan(night, before, "caught up")
    planned = ledger.plan(night, after, "caught up")
    assert planned.skipped == 1
    assert ran(ledger, planned, after)
    found = [(each.nominal, each.state) for each in store.slots.select("n", until=after)]
    assert sorted(found) == [("02:15", "skipped"), ("02:45", "done")]


def test_what_is_tried_again_says_what_it_repeats(store: Archive) -> None:
    ledger, now = Ledger(store), START + timedelta(hours=12)
    ledger.plan(job(), START, "caught up")
    planned = ledger.plan(job(), now, "caught up")
    assert planned.due
    batch = ledger.claim([Due(job(), planned.due)], now)
    ledger.end([JobResult(batch[0], Outcome.KILLED, "with others", again=True)], now)
    again = ledger.plan(job(), now + MINUTE, "caught up").due
    assert again
    assert (again.repeats, again.due_at) == (planned.due.id, now)
    assert Due(job(), again).is_alone


def test_a_slot_is_planned_once_claimed_once_and_ends(store: Archive) -> None:
    with store.writing() as tx:
        slot = tx.slots.plan("crawl:a", NOW, "every 1m", NOW)
        assert tx.slots.plan("crawl:a", NOW, "every 1m", NOW).id == slot.id
        assert tx.slots.claim(slot.id, NOW)
        assert not tx.slots.claim(slot.id, NOW)
        tx.slots.end(slot.id, later(seconds=5), "ok")
        tx.slots.plan("crawl:a", later(minutes=1), "every 1m", NOW)
        assert tx.slots.skip_all("crawl:a", later(minutes=2), later(minutes=3), "caught up") == 1
    states = [(slot.state, slot.outcome, slot.reason) for slot in store.slots.select("crawl:a")]
    assert states == [("skipped", "", "caught up"), ("done", "ok", "")]

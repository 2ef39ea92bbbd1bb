"""Jobs of the timetable that fail, backups that grow old: judged, told, told at once, and over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.child import ChildEnd
from scheduler.daemon import inspector_of
from scheduler.dispatcher import Dispatcher
from scheduler.health.inspection import inspect, inspect_jobs
from scheduler.health.operations import judge_backups, judge_jobs, longest_pause
from scheduler.jobs import Job, Limits, Purpose, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.incidents import Finding, Incident, Kind, Severity
from storage.maintenance import Backup
from storage.slots import Past, Slot
from storage.types import Outcome
from tests.support.make import NOW, SHANGHAI, later

FAILURES = (Outcome.FAILED, Outcome.TIMEOUT, Outcome.KILLED)
TENTHS = timedelta(minutes=10)
OFTEN, DAILY = "every 10m", "daily at 03:10"


def job(
    name: str = "report", schedule: str = OFTEN, purpose: Purpose = Purpose.OTHER, hours: int = 4
) -> Job:
    rule = parse_schedule(schedule, SHANGHAI)
    deadline = timedelta(hours=hours)
    return Job(name, ("true",), rule, deadline, purpose=purpose, command_line=f"{name} --now")


BACKUP = job("backup", DAILY, Purpose.BACKUP)


def ran(
    store: Archive, job: Job, words: Iterable[str], step: timedelta = TENTHS, reason: str = "broke"
) -> datetime:
    """Slots of a job that ended so, one after the other from NOW on; `skipped` was not run. Returns
    when the next would be due."""
    due = NOW
    with store.writing() as tx:
        for word in words:
            slot = tx.slots.plan(job.name, due, job.schedule.hash, due)
            if word == "skipped":
                tx.slots.skip(slot.id, due, "paused")
            else:
                tx.slots.claim(slot.id, due)
                why = "" if word == Outcome.OK else reason
                tx.slots.end(slot.id, due + timedelta(seconds=5), word, why)
            due += step
    return due


EVER = datetime(2100, 1, 1, tzinfo=UTC)


def judged(store: Archive, *jobs: Job) -> list[Finding]:
    pasts = {past.job: past for past in store.slots.histories((each.name for each in jobs), EVER)}
    return list(judge_jobs(jobs, pasts))


@pytest.mark.parametrize("word", FAILURES)
def test_a_job_that_failed_twice_in_a_row_fails(store: Archive, word: Outcome) -> None:
    ran(store, job(), ["ok", word])
    assert judged(store, job()) == []
    ran(store, job("other"), ["ok", word, word])
    (found,) = judged(store, job(), job("other"))
    assert (found.kind, found.source_id, found.place) == (Kind.JOB_FAILING, "", "other")
    assert found.severity is Severity.WARNING
    assert found.message == "job other failed 2 times in a row, since 2026-03-02 04:10Z: broke"
    assert found.evidence == (
        f"due 2026-03-02 04:20Z {word}: broke",
        f"due 2026-03-02 04:10Z {word}: broke",
        "last success: 2026-03-02 04:00Z",
        "schedule: every 10m (Asia/Shanghai)",
    )
    assert found.commands == (
        "hubwatch other --now",
        "hubwatch timetable other",
        "hubwatch doctor",
    )


@pytest.mark.parametrize("schedule", [DAILY, "0 8 * * MON", "daily at 12:00, 18:30"])
def test_one_failure_is_enough_where_the_next_slot_is_far_away(
    store: Archive, schedule: str
) -> None:
    seldom = job("report", schedule)
    ran(store, seldom, ["failed"])
    (found,) = judged(store, seldom)
    assert found.message == "job report failed the last time, 2026-03-02 04:00Z: broke"
    assert "last success: never, as far as is on record" in found.evidence


@pytest.mark.parametrize(
    ("words", "failing"),
    [
        ("failed failed ok", False),
        ("failed failed partial", False),
        ("failed failed interrupted", True),
        ("failed interrupted failed", True),
        ("failed skipped failed", True),
        ("failed failed skipped skipped", True),
        ("failed interrupted", False),
        ("interrupted interrupted interrupted", False),
        ("", False),
    ],
)
def test_what_ends_a_row_of_failures_and_what_says_nothing(
    store: Archive, words: str, failing: bool
) -> None:
    ran(store, job(), words.split())
    assert bool(judged(store, job())) is failing


def test_a_job_that_makes_backups_is_critical_the_third_time(store: Archive) -> None:
    ran(store, BACKUP, ["failed", "failed"], timedelta(days=1))
    assert [each.severity for each in judged(store, BACKUP)] == [Severity.WARNING]
    with store.writing() as tx:
        slot = tx.slots.plan("backup", later(days=2), "", NOW)
        tx.slots.claim(slot.id, later(days=2))
        tx.slots.end(slot.id, later(days=2), "failed", "broke")
    assert [each.severity for each in judged(store, BACKUP)] == [Severity.CRITICAL]
    assert [each.severity for each in judged(store, job("backup"))] == [Severity.WARNING]


def test_three_failures_within_minutes_are_not_worse_than_two(store: Archive) -> None:
    ran(store, BACKUP, ["failed"] * 9)
    assert [each.severity for each in judged(store, BACKUP)] == [Severity.WARNING]


def test_crawls_have_incidents_of_their_own(store: Archive) -> None:
    ran(store, job(), ["failed"] * 5)
    crawl = Job("report", ("true",), job().schedule, TENTHS, group="crawl")
    assert judged(store, crawl) == []


WORDS = st.lists(
    st.sampled_from([*FAILURES, "ok", "partial", "interrupted", "skipped"]), max_size=12
)


@given(words=WORDS)
def test_the_ledger_counts_as_one_would_by_hand(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    with Archive.create(tmp_path_factory.mktemp("past") / "a.db") as store:
        ran(store, job(), words)
        (past,) = store.slots.histories(["report"], EVER)
    telling = [word for word in words[::-1] if word not in ("interrupted", "skipped")]
    row = list(takewhile(lambda word: word in FAILURES, telling))
    assert past.failures == len(row)
    assert [slot.outcome for slot in past.failed] == row[:3]
    assert bool(past.last_ok) == (len(row) < len(telling))
    assert (past.failing_since is None) == (not row)
    assert (past.first_due_at is None) == (not words)
    assert list(judge_jobs([job()], {"report": past})) != [] or len(row) < 2


# Backups


def copy(made_at: datetime = NOW) -> Backup:
    return Backup(made_at, Path("/backup/b.zip"), 10)


def old(
    now: datetime,
    recorded: Backup | None = None,
    past: Past | None = None,
    jobs: Sequence[Job] = (BACKUP,),
) -> list[Finding]:
    return list(judge_backups(jobs, {past.job: past} if past else {}, recorded, now))


def worked(at: datetime, first: datetime = NOW) -> Past:
    slot = Slot(1, "backup", at, "done", at, at, "ok")
    return Past("backup", slot, slot, first_due_at=first)


@pytest.mark.parametrize(
    ("schedule", "longest"),
    [
        (DAILY, timedelta(days=1)),
        ("daily at 03:10, on mon-fri", timedelta(days=3)),
        ("daily at 03:10, 21:10", timedelta(hours=18)),
        ("every 10m", TENTHS),
        ("0 3 1 * *", timedelta(days=31)),
    ],
)
def test_the_longest_pause_of_a_schedule(schedule: str, longest: timedelta) -> None:
    assert longest_pause(job("backup", schedule).schedule, NOW) == longest


def test_a_backup_is_old_after_twice_its_pause_and_the_deadline() -> None:
    made = worked(NOW)
    assert old(later(hours=52) - timedelta(seconds=1), None, made) == []
    (found,) = old(later(hours=52), None, made)
    assert (found.kind, found.severity, found.place) == (Kind.BACKUP_OLD, Severity.WARNING, "")
    assert found.message == "the last good backup is 2 days old, of 2026-03-02 04:00Z"
    assert found.commands[0] == "hubwatch backup --now"
    assert old(later(hours=52), copy(later(hours=30)), made) == []  # one by hand counts


def test_a_backup_that_was_never_made_counts_from_the_first_slot() -> None:
    past = Past("backup", first_due_at=NOW)
    assert old(later(hours=51), None, past) == []
    (found,) = old(later(hours=53), None, past)
    assert "no backup was ever made" in found.message


def test_a_new_job_has_its_own_turns_before_a_backup_is_old() -> None:
    before = copy(NOW - timedelta(days=20))
    assert old(NOW, before, Past("backup", first_due_at=later(hours=3))) == []
    assert old(later(days=1), before, Past("backup", first_due_at=NOW)) == []
    assert len(old(later(days=4), before, Past("backup", first_due_at=NOW))) == 1


def test_without_a_job_a_backup_is_old_after_thirty_days_and_none_is_no_incident() -> None:
    (found,) = old(later(days=31), copy(), jobs=())
    assert (found.severity, found.commands[0]) == (Severity.INFO, "hubwatch backup")
    assert old(later(days=30), copy(), jobs=()) == []
    assert old(later(days=400), None, jobs=()) == []
    assert old(later(days=400), None, jobs=(job(),)) == []


@given(
    last=st.integers(0, 200), age=st.integers(0, 400), more=st.integers(0, 100), row=st.booleans()
)
def test_a_newer_backup_is_never_older_and_time_never_makes_one_new(
    last: int, age: int, more: int, row: bool
) -> None:
    def found(made: int, at: int) -> bool:
        when = later(hours=made)
        return bool(old(later(hours=at), copy(when) if row else None, worked(when)))

    at = last + age
    if found(last, at):
        assert found(last, at + more)
    else:
        assert not found(min(last + more, at), at)


# What becomes of it


def kinds(incidents: Iterable[Incident]) -> list[tuple[Kind, str]]:
    return [(each.finding.kind, each.finding.place) for each in incidents]


def test_it_opens_once_and_closes_with_one_notice_each(store: Archive) -> None:
    now = ran(store, job(), ["failed", "failed"])
    notices = [inspect_jobs(store, [job()], now).notices for _ in range(3)]
    assert notices == [1, 0, 0]
    with store.writing() as tx:
        slot = tx.slots.plan("report", now, "", now)
        tx.slots.claim(slot.id, now)
        tx.slots.end(slot.id, now, "ok")
    assert inspect_jobs(store, [job()], now + TENTHS).notices == 1
    assert inspect_jobs(store, [job()], now + TENTHS).notices == 0
    (incident,) = store.incidents.latest()
    assert incident.closed_why == "over: it is not found any more"
    assert [each.what for each in store.incidents.notices_of(incident.id)] == ["opened", "closed"]


def test_it_closes_when_the_job_is_gone(store: Archive) -> None:
    now = ran(store, job(), ["failed", "failed"])
    inspect_jobs(store, [job()], now)
    inspect_jobs(store, [], now)
    (incident,) = store.incidents.latest()
    assert incident.closed_why == "the job is not on the timetable any more"


def test_an_inspection_closes_nothing_that_it_does_not_judge(store: Archive) -> None:
    now = ran(store, job(), ["failed", "failed"])
    disk = Finding(Kind.DISK, "", Severity.WARNING, "filling")
    with store.writing() as tx:
        tx.incidents.open(disk, now)
        tx.incidents.open(Finding(Kind.BLOCKED, "a", Severity.WARNING, "refused"), now)
        tx.incidents.open(Finding(Kind.NETWORK, "", Severity.CRITICAL, "none"), now)
    inspect_jobs(store, [job()], now)
    assert len(store.incidents.unresolved()) == 4
    inspect(store, [], now, only=())  # as a crawl does for its sources: jobs are not judged
    assert kinds(store.incidents.unresolved()) == [
        (Kind.JOB_FAILING, "report"),
        (Kind.BLOCKED, ""),
        (Kind.DISK, ""),
    ]
    inspect(store, [], now, jobs=[job()], also=[disk])
    assert set(kinds(store.incidents.unresolved())) == {
        (Kind.JOB_FAILING, "report"),
        (Kind.DISK, ""),
    }
    inspect(store, [], now)
    assert store.incidents.unresolved() == ()


# Told at once

BAD = ChildEnd(Outcome.FAILED, 1, (), 1.0, "exit code 1: no room")
GOOD = ChildEnd(Outcome.OK, 0, (), 1.0)
SECOND = timedelta(seconds=1)
TELLING = job("hubwatch.alerts", "every 1h", Purpose.ALERTS)


def lived(
    store: Archive, jobs: Sequence[Job], failing: Iterable[str], start: datetime, seconds: int
) -> list[tuple[int, str]]:
    """The jobs that began, and in which second, while those named fail each time."""
    dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing, inspector=inspector_of(store))
    dispatcher.begin(jobs, start)
    began = []
    for second in range(seconds):
        now = start + second * SECOND
        for batch in dispatcher.step(now):
            began += [(second, due.job.name) for due in batch]
            dispatcher.ended(batch, BAD if batch[0].job.name in failing else GOOD, now)
    return began


def started(began: Iterable[tuple[int, str]], name: str) -> list[int]:
    return [second for second, each in began if each == name]


def test_people_are_alerted_at_once_and_the_alerting_is_not_hurried_for_ever(
    store: Archive,
) -> None:
    often = job("report", "every 10s")
    start = TELLING.schedule.next_after(NOW) + timedelta(minutes=1)
    began = lived(store, [often, TELLING], ["report"], start, 600)
    second = started(began, "report")[1]
    assert started(began, TELLING.name) == [second + 1]
    assert kinds(store.incidents.unresolved()) == [(Kind.JOB_FAILING, "report")]
    extra = [slot for slot in store.slots.select(TELLING.name) if slot.state == "done"]
    assert [slot.schedule for slot in extra] == [""]


def test_an_alert_that_fails_does_not_hurry_itself_for_ever(store: Archive) -> None:
    often = job("report", "every 10s")
    start = TELLING.schedule.next_after(NOW) + timedelta(minutes=1)
    began = lived(store, [often, TELLING], ["report", TELLING.name], start, 3500)
    assert len(started(began, TELLING.name)) == 1
    began = lived(store, [often, TELLING], ["report", TELLING.name], start + 3600 * SECOND, 7200)
    # Each hour on its schedule, and once more when it was itself found to fail.
    assert len(started(began, TELLING.name)) <= 4
    assert (Kind.JOB_FAILING, TELLING.name) in kinds(store.incidents.unresolved())


def test_many_jobs_that_fail_and_work_by_turns_make_no_storm(store: Archive) -> None:
    jobs = [job(f"job-{number}", f"every {5 + number}s") for number in range(8)]
    start = TELLING.schedule.next_after(NOW) + timedelta(minutes=1)
    began: list[tuple[int, str]] = []
    for part in range(20):
        failing = [each.name for each in jobs] if part % 2 == 0 else []
        began += [
            (second + part * 60, name)
            for second, name in lived(
                store, [*jobs, TELLING], failing, start + part * 60 * SECOND, 60
            )
        ]
    told = started(began, TELLING.name)
    assert 2 <= len(told) <= 6  # all open, all close; what is back within a day stays open


def test_an_extra_slot_is_one_at_a_time_and_of_no_schedule(store: Archive) -> None:
    ledger = Ledger(store)
    hourly = job("hubwatch.alerts", "every 1h", Purpose.ALERTS)
    ledger.plan(hourly, NOW, "")
    assert ledger.hurry(hourly, later(minutes=1))
    assert not ledger.hurry(hourly, later(minutes=2))
    settled = ledger.plan(hourly, later(hours=3), "caught up")
    slots = [slot for slot in store.slots.select(hourly.name) if slot.due_at <= later(hours=3)]
    assert len(slots) == 4  # three of the schedule and the extra one
    assert settled.skipped == 3


@pytest.mark.parametrize(
    ("ahead", "now", "failures"),
    [(Outcome.OK, Outcome.FAILED, 3), (Outcome.FAILED, Outcome.OK, 0)],
)
def test_what_a_clock_ahead_has_left_for_later_says_nothing_yet(
    tmp_path: Path, ahead: Outcome, now: Outcome, failures: int
) -> None:
    """Neither a success nor a failure that is due in the future hides what happens now."""
    slots = [(timedelta(days=200), ahead), *((timedelta(hours=n), now) for n in range(3))]
    with Archive.create(tmp_path / "a.db") as store:
        with store.writing() as tx:
            for after, word in slots:
                slot = tx.slots.plan("report", NOW + after, "every 1h", NOW)
                tx.slots.claim(slot.id, NOW + after)
                tx.slots.end(slot.id, NOW + after, word)
        (past,) = store.slots.histories(["report"], NOW + timedelta(hours=4))
    assert past.failures == failures

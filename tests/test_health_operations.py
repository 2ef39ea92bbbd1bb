"""What goes wrong without a sound: jobs that wait, digests that do not arrive, a refused
configuration, a disk that fills, a clock that jumps. Each opens one incident, is told once on each
channel, is in the metrics, and closes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerting.config import Alerts, Channel
from desk.alerting.send import ChannelReport, Message, send
from desk.cli.alerts import _arrives
from desk.config import Config
from desk.delivery import DeliveryResult, DeliveryState
from desk.incidents import judge_all
from hubwatch.errors import ConfigError
from scheduler.child import ChildEnd
from scheduler.daemon import Daemon, MachineWatch, inspector_of
from scheduler.dispatcher import Dispatcher
from scheduler.health.inspection import Inspection, inspect, look_at_jobs
from scheduler.health.operations import judge_filling
from scheduler.jobs import Job, Limits, Purpose, skip_nothing
from scheduler.ledger import Ledger
from scheduler.monitoring import answers
from scheduler.schedules import parse_schedule
from scheduler.systemd import Notifier
from storage.archive import Archive
from storage.digests import DELIVERED, FAILED, OWED
from storage.incidents import Finding, Kind, Severity
from storage.maintenance import DiskReading, GlobalPause, MachineEvent
from storage.types import Outcome
from tests.support.make import NOW, SHANGHAI, SOURCE, later

HOURLY = Job("report", ("true",), parse_schedule("every 1h", "UTC"), timedelta(minutes=5))
JOBS = (HOURLY,)
GIGABYTE = 10**9


def issue(store: Archive, day: int, selection: str = "all") -> int:
    """An issue of a series, out on that day after NOW."""
    at = later(days=day).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    cursor = store._db.execute(
        "INSERT INTO digests (title, since, until, zone, selection, basis, after_seq, upto_seq, "
        "document, items, made_by, made_at, version, issued_by, issued_at, reason) VALUES "
        "('t', ?1, ?1, 'UTC', ?2, 'period', 0, 0, x'', 0, 'Ana', ?1, 1, 'Ana', ?1, '')",
        [at, selection],
    )
    return int(cursor.lastrowid)


def hand_on(
    store: Archive,
    digest: int,
    word: DeliveryState,
    state: str,
    now: datetime,
    target: str = "team",
) -> None:
    """One attempt to send an issue, which ended so."""
    with store.writing() as tx:
        owed = tx.deliveries.enqueue(digest, target, "mail", f"{digest}-{target}", now)
        attempt = tx.deliveries.begin_attempt(owed.id, now)
        tx.deliveries.end_attempt(
            attempt,
            sent=word,
            reason="" if state == DELIVERED else "no route to mail.example.org",
            state=state,
            next_at=None if state != OWED else now + timedelta(minutes=5),
            now=now,
        )


@dataclass
class Case:
    """One silent failure: how it begins, and how a good run ends it."""

    kind: Kind
    begin: Callable[[Archive], None]
    end: Callable[[Archive], None]
    free: int = 100 * GIGABYTE
    free_after: int = 100 * GIGABYTE


def _late(store: Archive) -> None:
    with store.writing() as tx:
        tx.slots.plan("report", NOW - timedelta(minutes=20), "x", NOW - timedelta(hours=1))


def _on_time(store: Archive) -> None:
    (slot,) = store.slots.select("report", is_open=True)
    with store.writing() as tx:
        tx.slots.claim(slot.id, NOW)
        tx.slots.end(slot.id, NOW, Outcome.OK)


def _undelivered(store: Archive) -> None:
    number = issue(store, 0)
    for _ in range(2):
        hand_on(store, number, DeliveryState.DELAYED, OWED, NOW - timedelta(hours=1))


def _delivered(store: Archive) -> None:
    hand_on(store, 1, DeliveryState.DELIVERED, DELIVERED, NOW)


def _refused(store: Archive) -> None:
    watch(store).rejected("hubwatch.toml: line 3: not a schedule")


def _accepted(store: Archive) -> None:
    known = watch(store)
    known.begin()


def _jumped(store: Archive) -> None:
    clock = Clock()
    known = watch(store, clock)
    known.compare()
    clock.now += timedelta(hours=5)
    assert known.compare()


def _worked(store: Archive) -> None:
    known = watch(store)
    known.begin()
    assert known.worked()


def _filling(store: Archive) -> None:
    with store.writing() as tx:
        for hour in range(5 * 24):
            at = NOW - timedelta(hours=hour)
            reading = DiskReading(at, 10 * GIGABYTE + hour * 100_000_000)
            tx.maintenance.note_disk(reading, NOW - timedelta(days=20))


def _pruned(store: Archive) -> None:
    pass


CASES = [
    Case(Kind.JOB_LATE, _late, _on_time),
    Case(Kind.DIGEST_UNSENT, _undelivered, _delivered),
    Case(Kind.CONFIG_REJECTED, _refused, _accepted),
    Case(Kind.CLOCK_JUMPED, _jumped, _worked),
    Case(Kind.DISK_FILLING, _filling, _pruned, free=10 * GIGABYTE),
]


@dataclass
class Clock:
    """A clock and the seconds that really passed."""

    now: datetime = NOW
    passed: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def steady(self) -> float:
        return self.passed


def watch(store: Archive, clock: Clock | None = None) -> MachineWatch:
    clock = clock or Clock()
    return MachineWatch(store, clock, clock.steady)


@dataclass
class Office:
    """An installation with two channels, and what they got."""

    store: Archive
    got: list[tuple[str, str]] = field(default_factory=list)
    free: int = 100 * GIGABYTE

    def look(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Inspection:
        """What the daemon's alerting job does each time."""
        usage = type("usage", (), {"free": self.free})
        monkeypatch.setattr("desk.incidents.shutil.disk_usage", lambda _: usage)
        found = judge_all(self.store, Config(sources=()), (), JOBS, now, ())
        channels = tuple(Channel(name, command=("true",)) for name in ("ops", "chat"))
        send(self.store, Alerts(channels), "UTC", now, self._take)
        return found

    def _take(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        self.got += [
            (channel.name, f"{each['kind']} {each['what']}") for each in message.document["notices"]
        ]
        return DeliveryResult(DeliveryState.DELIVERED)

    def metrics(self) -> str:
        idle = Dispatcher(Ledger(self.store), Limits(), skip_nothing)
        daemon = Daemon(lambda: (), idle, watch(self.store), Limits(), Notifier())
        return answers(self.store, daemon.condition, lambda: NOW)["/metrics"]().text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind.value)
def test_each_silent_failure_is_one_incident_told_once_that_closes_by_itself(
    store: Archive, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    office = Office(store, free=case.free)
    case.begin(store)
    for minutes in (1, 11, 21):
        office.look(later(minutes=minutes), monkeypatch)
    (open_now,) = store.incidents.unresolved()
    assert (open_now.finding.kind, open_now.finding.severity) == (case.kind, Severity.WARNING)
    assert open_now.finding.evidence
    assert office.got == [(name, f"{case.kind} opened") for name in ("ops", "chat")]
    assert f'kind="{case.kind}"' in office.metrics()
    office.free = case.free_after
    case.end(store)
    for minutes in (31, 41):
        office.look(later(minutes=minutes), monkeypatch)
    assert store.incidents.unresolved() == ()
    assert office.got[2:] == [(name, f"{case.kind} closed") for name in ("ops", "chat")]
    assert f'kind="{case.kind}"' not in office.metrics()
    assert len(store.incidents.latest()) == 1


def judged(store: Archive, now: datetime = NOW, jobs: tuple[Job, ...] = JOBS) -> list[Finding]:
    return list(look_at_jobs(store, jobs, now))


# Jobs that wait


@pytest.mark.parametrize(
    ("schedule", "patience"),
    [("every 10m", 15), ("every 2h", 30), ("daily at 03:10", 120), ("every 1h", 15)],
)
def test_a_job_is_late_after_a_part_of_its_pause(
    store: Archive, schedule: str, patience: int
) -> None:
    job = Job("report", ("true",), parse_schedule(schedule, SHANGHAI), timedelta(hours=1))
    due = job.schedule.next_after(NOW)
    with store.writing() as tx:
        tx.slots.plan("report", due, "x", NOW)
    on_time = due + timedelta(minutes=patience) - timedelta(seconds=1)
    assert judged(store, on_time, (job,)) == []
    (found,) = judged(store, due + timedelta(minutes=patience), (job,))
    assert (found.kind, found.place) == (Kind.JOB_LATE, "report")
    assert found.commands[0] == "hubwatch timetable report"


def test_what_is_paused_or_runs_is_not_late(store: Archive) -> None:
    _late(store)
    assert len(judged(store)) == 1
    with store.writing() as tx:
        tx.maintenance.pause("report", later(days=1), "holidays", "Ana")
    assert judged(store) == []
    with store.writing() as tx:
        tx.maintenance.resume("report")
        tx.maintenance.pause_all(GlobalPause(NOW, "restored", "restore"))
    assert judged(store) == []
    with store.writing() as tx:
        tx.maintenance.resume_all()
        running = tx.slots.plan("report", NOW - timedelta(hours=3), "x", NOW)
        tx.slots.claim(running.id, NOW - timedelta(hours=3))
    assert judged(store) == []  # its deadline ends it


def test_a_daemon_that_was_away_begins_what_waits_and_nobody_is_told(store: Archive) -> None:
    _late(store)
    dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing, inspector=inspector_of(store))
    dispatcher.begin(JOBS, NOW)
    (batch,) = dispatcher.step(NOW)
    assert batch[0].job.name == "report"
    assert store.incidents.latest() == ()


def test_who_tells_does_not_wait_for_work_that_hangs(store: Archive) -> None:
    telling = Job(
        "hubwatch.alerts",
        ("true",),
        parse_schedule("every 10m", "UTC"),
        timedelta(minutes=8),
        purpose=Purpose.ALERTS,
    )
    works = [
        Job(f"work-{n}", ("true",), parse_schedule("every 7m", "UTC"), timedelta(hours=9))
        for n in range(4)
    ]
    limits = Limits(children=2)
    dispatcher = Dispatcher(Ledger(store), limits, skip_nothing, inspector=inspector_of(store))
    dispatcher.begin([*works, telling], NOW)
    begun: list[tuple[int, str]] = []
    for minute in range(60):
        now = later(minutes=minute)
        for batch in dispatcher.step(now):
            begun.append((minute, batch[0].job.name))
            if batch[0].job.purpose is Purpose.ALERTS:
                dispatcher.ended(batch, ChildEnd(Outcome.OK, 0, (), 1.0), now)
    assert sum(name == telling.name for _, name in begun) >= 5
    assert sum(name != telling.name for _, name in begun) == 2
    kinds = {(each.finding.kind, each.finding.place) for each in store.incidents.unresolved()}
    late = {place for kind, place in kinds if kind is Kind.JOB_LATE}
    assert len(late) == 2 and late < {each.name for each in works}


# Digests that do not arrive


def test_an_issue_that_was_given_up_is_amiss_and_one_that_is_fresh_is_not(store: Archive) -> None:
    first, second = issue(store, -1), issue(store, -1, "b")
    hand_on(store, first, DeliveryState.REFUSED, FAILED, NOW)
    hand_on(store, second, DeliveryState.DELAYED, OWED, NOW)
    (found,) = judged(store)
    assert found.message == f"issue {first} was given up for team: no route to mail.example.org"
    assert found.commands[0] == f"hubwatch digest send {first} --to team"
    assert len(judged(store, later(hours=1))) == 2  # nobody tried again when it was time
    assert judged(store, later(days=32)) == []


def test_an_issue_that_nobody_sent_is_remarked_on_for_a_week(store: Archive) -> None:
    first = issue(store, 0)
    hand_on(store, first, DeliveryState.DELIVERED, DELIVERED, NOW)
    second = issue(store, 7)
    issue(store, 7, "another series")
    assert judged(store, later(days=7, hours=23)) == []
    (found,) = judged(store, later(days=8, hours=1))
    assert found.severity is Severity.INFO
    assert f"issue {second} of" in found.message
    assert judged(store, later(days=15)) == []
    hand_on(store, second, DeliveryState.DELIVERED, DELIVERED, later(days=8))
    assert judged(store, later(days=8, hours=1)) == []


@pytest.mark.parametrize(
    ("kind", "severity", "tries", "arrives"),
    [
        (None, None, 0, True),
        (None, None, 1, True),
        (None, None, 2, False),
        (Kind.DIGEST_UNSENT, Severity.WARNING, 0, False),
        (Kind.DIGEST_UNSENT, Severity.INFO, 0, True),
        (Kind.JOB_LATE, Severity.WARNING, 0, True),
    ],
)
def test_the_dead_mans_switch_hears_of_what_does_not_arrive(
    store: Archive, kind: Kind | None, severity: Severity | None, tries: int, arrives: bool
) -> None:
    if kind and severity:
        with store.writing() as tx:
            tx.incidents.open(Finding(kind, "", severity, "amiss"), NOW)
    found = Inspection(0, 0, 0, store.incidents.unresolved())
    assert _arrives(found, [ChannelReport("ops", tries=tries)]) is arrives


# The configuration on disk


def test_the_daemon_keeps_what_it_was_told_of_the_configuration(store: Archive) -> None:
    good = [HOURLY]
    faults = [""]

    def plan() -> list[Job]:
        if faults[0]:
            raise ConfigError(faults[0])
        return good

    dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing, inspector=inspector_of(store))
    daemon = Daemon(plan, dispatcher, watch(store), Limits(), Notifier())

    async def lived() -> list[set[str]]:
        seen = []
        for text in ("", "a.toml: x: wrong", "a.toml: x: wrong", "a.toml: y: wrong", ""):
            faults[0] = text
            daemon._hurry_plan()
            daemon._step()
            daemon._step()
            seen.append({each.finding.message for each in store.incidents.unresolved()})
            await asyncio.sleep(0)
        return seen

    none, first, again, other, over = asyncio.run(lived())
    assert none == over == set()
    assert first == again
    assert "a.toml: x: wrong" in next(iter(first))
    assert "a.toml: y: wrong" in next(iter(other))
    (incident,) = store.incidents.latest()
    assert [each.what for each in store.incidents.notices_of(incident.id)] == ["opened", "closed"]


# The disk


def readings(*free: float, step: float = 1.0) -> list[DiskReading]:
    """Free gigabytes, `step` days apart, the last so long before NOW."""
    count = len(free)
    return [
        DiskReading(NOW - timedelta(days=step * (count - place)), int(size * GIGABYTE))
        for place, size in enumerate(free)
    ]


def fills(past: list[DiskReading], free: float, floor: float = 0.5) -> list[Finding]:
    return list(judge_filling(past, int(free * GIGABYTE), int(floor * GIGABYTE), NOW))


def test_a_disk_that_will_be_full_within_two_weeks_is_told_of() -> None:
    (found,) = fills(readings(14, 13, 12, 11), 10)
    assert found.message.endswith("crawls will stop in 9 days")
    assert fills(readings(104, 103, 102, 101), 100) == []
    assert fills(readings(11, 11, 11, 11), 10.9) == []
    assert fills(readings(12, 11), 10) == []  # two days say nothing
    assert fills([], 10) == []
    assert fills(readings(4, 3, 2), 0.9) == []  # `disk` says that


def test_a_disk_that_fills_within_hours_is_told_of_at_once() -> None:
    (found,) = fills(readings(20, 18, 16, 14, step=2 / 24), 12)
    assert "12 hours" in found.message
    assert fills(readings(20, 18, step=2 / 24), 16) == []


def test_one_file_that_comes_and_goes_says_nothing() -> None:
    assert fills(readings(50, 50, 50, 10, 50, 50, 50), 50) == []
    assert fills(readings(50, 50, 50, 50, 50, 50, 50), 10) == []


@given(
    free=st.lists(st.integers(1, 10**6), min_size=1, max_size=200),
    now=st.integers(1, 10**6),
    step=st.floats(0.05, 2),
)
def test_a_disk_whose_room_never_shrinks_is_never_said_to_fill(
    free: list[int], now: int, step: float
) -> None:
    growing = sorted(each / 1000 for each in free)
    assert fills(readings(*growing, step=step), max(now / 1000, growing[-1])) == []


def test_the_readings_of_a_disk_are_one_an_hour_and_do_not_grow(store: Archive) -> None:
    with store.writing() as tx:
        for minutes in range(0, 60 * 24 * 20, 10):
            at = later(minutes=minutes)
            tx.maintenance.note_disk(DiskReading(at, minutes), at - timedelta(days=14))
    assert len(store.maintenance.disk_readings(NOW, later(days=99))) <= 14 * 24 + 1


# The clock


@pytest.mark.parametrize("jump", [-3 * 3600, 3 * 3600, 130, -130, 400 * 86400])
def test_a_clock_that_jumps_is_noticed_and_told_until_something_worked(
    store: Archive, jump: float
) -> None:
    clock = Clock()
    known = watch(store, clock)
    known.begin()
    for seconds in (0, 10, 10):
        clock.now += timedelta(seconds=seconds)
        clock.passed += seconds
        assert not known.compare()
    clock.now += timedelta(seconds=10 + jump)
    clock.passed += 10
    assert known.compare()
    clock.now += timedelta(seconds=10)
    clock.passed += 10
    assert not known.compare()
    (found,) = judged(store, clock.now)
    assert found.kind is Kind.CLOCK_JUMPED
    assert ("set back by" if jump < 0 else "set forward by") in found.message
    assert known.worked()
    assert not known.worked()
    assert judged(store, clock.now) == []


def test_sleep_and_small_corrections_are_no_jumps(store: Archive) -> None:
    clock = Clock()
    known = watch(store, clock)
    for seconds, off in ((10, 0), (10, 30), (10, -60), (8 * 3600, 100)):
        clock.now += timedelta(seconds=seconds + off)
        clock.passed += seconds
        assert not known.compare()


def test_a_machine_that_begins_with_a_clock_behind_its_archive_says_so(store: Archive) -> None:
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, later(days=2))
    assert run
    known = watch(store)
    known.begin()
    (found,) = judged(store)
    assert "set back by 2 days" in found.message
    assert store.maintenance.machine_events().keys() == {MachineEvent.CLOCK_JUMPED}


def test_what_was_seen_outlives_the_daemon_and_a_good_beginning_ends_a_refusal(
    tmp_path: Path,
) -> None:
    with Archive.create(tmp_path / "a.db") as store:
        watch(store).rejected("a.toml: wrong")
        _jumped(store)
    with Archive.open(tmp_path / "a.db") as store:
        assert len(judged(store)) == 2
        watch(store, Clock(now=datetime(2026, 3, 3, tzinfo=UTC))).begin()
        (found,) = judged(store)
        assert found.kind is Kind.CLOCK_JUMPED
        inspect(store, [], NOW)
        assert [each.finding.kind for each in store.incidents.unresolved()] == [Kind.CLOCK_JUMPED]

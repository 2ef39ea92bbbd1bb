"""What the daemon decides, driven by a clock that tests turn."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hubwatch.errors import StorageError
from scheduler.child import ChildEnd
from scheduler.dispatcher import Batch, Dispatcher
from scheduler.jobs import Job, Limits, SkipRule, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from scheduler.skip_rules import paused_jobs
from storage.archive import Archive
from storage.types import Outcome
from tests.support.make import SHANGHAI, SOURCE

START = datetime(2026, 11, 23, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOD = ChildEnd(Outcome.OK, 0, (), 1.0)


def job(name: str, schedule: str = "every 30m", group: str = "crawl") -> Job:
    rule = parse_schedule(schedule, "Asia/Shanghai")
    return Job(name, ("true",), rule, 10 * MINUTE, (name,), group)


def dispatcher_of(store: Archive, *jobs: Job, hold: SkipRule = skip_nothing) -> Dispatcher:
    dispatcher = Dispatcher(Ledger(store), Limits(), hold, SHANGHAI)
    dispatcher.begin(jobs, START)
    dispatcher.step(START)
    return dispatcher


def names(batches: list[Batch]) -> list[list[str]]:
    return [sorted(due.job.name for due in batch) for batch in batches]


def minutes(start: datetime, number: int) -> Iterator[datetime]:
    return (start + passed * MINUTE for passed in range(1, number + 1))


def test_row_47_a_clock_that_was_days_ahead_for_a_while_stops_and_doubles_nothing(
    store: Archive,
) -> None:
    often = job("a")
    dispatcher, began = dispatcher_of(store, often), 0
    ahead = START + timedelta(days=3)
    for now in (*minutes(START, 60), *minutes(ahead, 60), *minutes(START + 61 * MINUTE, 600)):
        for batch in dispatcher.step(now):
            began += 1
            dispatcher.ended(batch, GOOD, now + timedelta(seconds=1))
    slots = [slot for slot in store.slots.select("a", 10_000) if slot.state == "done"]
    assert began == len(slots) == len({slot.due_at for slot in slots})
    near = [slot for slot in slots if slot.due_at < START + timedelta(days=1)]
    assert len(near) == 661 // 30
    assert began - len(near) <= 3


def test_row_45_what_takes_longer_than_its_interval_starts_once_more(store: Archive) -> None:
    dispatcher = dispatcher_of(store, job("a"))
    batch = next(filter(None, map(dispatcher.step, minutes(START, 31))))[0]
    late = START + timedelta(hours=4)
    assert [dispatcher.step(now) for now in minutes(START + 31 * MINUTE, 200)] == [[]] * 200
    dispatcher.ended(batch, GOOD, late)
    assert names(dispatcher.step(late)) == [["a"]]
    assert names(dispatcher.step(late + MINUTE)) == []
    reasons = {slot.reason for slot in store.slots.select("a") if slot.state == "skipped"}
    assert reasons == {"the run before went on"}


def hungry(names: str, children: int = 2) -> tuple[list[Job], Limits]:
    """Jobs that each take a child to themselves, due together, and more than there is time for."""
    limits = Limits(children=children, batch=1)
    return [job(name, "every 5m", group="") for name in names], limits


@pytest.mark.parametrize("restart_every", [10_000, 17, 3])
def test_row_203_where_there_is_more_to_do_than_time_everyone_gets_its_turn(
    store: Archive, restart_every: int
) -> None:
    jobs, limits = hungry("abcdefgh")
    begun: Counter[str] = Counter()
    running: list[tuple[datetime, Batch]] = []
    dispatcher = Dispatcher(Ledger(store), limits, skip_nothing, SHANGHAI)
    dispatcher.begin(jobs, START)
    for number, now in enumerate(minutes(START, 600)):
        if number % restart_every == restart_every - 1 and not running:
            dispatcher = Dispatcher(Ledger(store), limits, skip_nothing, SHANGHAI)
            dispatcher.begin(jobs, now)
        for began, batch in [each for each in running if now - each[0] >= 4 * MINUTE]:
            dispatcher.ended(batch, GOOD, now)
            running.remove((began, batch))
        for batch in dispatcher.step(now):
            begun.update(due.job.name for due in batch)
            running.append((now, batch))
    assert set(begun) == set("abcdefgh")
    assert max(begun.values()) - min(begun.values()) <= max(begun.values()) // 4, begun


def test_a_pause_takes_effect_without_a_restart_and_ends_by_itself(store: Archive) -> None:
    dispatcher = dispatcher_of(store, job(SOURCE.id), hold=paused_jobs(store))
    until = START + timedelta(hours=2)
    with store.writing() as tx:
        tx.maintenance.pause(SOURCE.id, until, "the portal moves", "Ana")
    began = []
    for now in minutes(START, 240):
        for batch in dispatcher.step(now):
            began.append(now)
            dispatcher.ended(batch, GOOD, now)
    assert len(began) == 4
    assert min(began) >= until
    reasons = {slot.reason for slot in store.slots.select(SOURCE.id) if slot.state == "skipped"}
    assert reasons == {"paused until 2026-11-23 22:00 Asia/Shanghai by Ana: the portal moves"}


def test_row_52_what_cannot_be_claimed_whole_is_claimed_with_the_next_step(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = dispatcher_of(store, job("a", group=""), job("b", group=""))
    dispatcher.step(START)
    claim, asked = Ledger.claim, []

    def busy_the_second_time(ledger: Ledger, batch: Batch, now: datetime) -> Batch:
        asked.append(names([batch])[0])
        if len(asked) == 2:
            raise StorageError("another process is writing")
        return claim(ledger, batch, now)

    monkeypatch.setattr(Ledger, "claim", busy_the_second_time)
    later = START + timedelta(minutes=31)
    with pytest.raises(StorageError):
        dispatcher.step(later)
    assert {slot.state for slot in store.slots.select(until=later)} == {"due"}
    assert sorted(names(dispatcher.step(later + MINUTE))) == [["a"], ["b"]]
    assert asked == [["a"], ["b"], ["a"], ["b"]]


def test_row_50_the_runs_of_a_killed_child_are_closed_with_its_reason(store: Archive) -> None:
    dispatcher = dispatcher_of(store, job(SOURCE.id), job("b"))
    soon = START + 31 * MINUTE
    (batch,) = dispatcher.step(soon)
    with store.writing() as tx:
        tx.sources.register(SOURCE, soon)
        open_run = tx.runs.start(SOURCE.id, soon)
    told = (json.dumps({"source": "b", "outcome": "ok"}),)
    end = ChildEnd(Outcome.KILLED, -9, told, 2.0, "ended by SIGKILL", os.getpid())
    dispatcher.ended(batch, end, soon + timedelta(seconds=2))
    (run,) = store.runs.latest()
    assert (run.id, run.outcome, run.reason) == (open_run.id, Outcome.KILLED, "ended by SIGKILL")
    slots = {slot.job: slot for slot in store.slots.select() if slot.state == "done"}
    assert (slots["b"].outcome, slots[SOURCE.id].outcome) == ("ok", "killed")
    assert names(dispatcher.step(soon + timedelta(seconds=3))) == [[SOURCE.id]]


def test_what_the_archive_does_not_take_is_written_later_and_nothing_runs_twice(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = dispatcher_of(store, job("a"))
    soon = START + 31 * MINUTE
    (batch,) = dispatcher.step(soon)

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "end", full)
        dispatcher.ended(batch, GOOD, soon)
        assert dispatcher.unwritten == 1
        with pytest.raises(StorageError):
            dispatcher.step(soon + 40 * MINUTE)
    (again,) = dispatcher.step(soon + 41 * MINUTE)
    assert dispatcher.unwritten == 0
    assert again[0].slot.id != batch[0].slot.id
    states = [slot.state for slot in store.slots.select("a")]
    assert states == ["due", "claimed", "skipped", "done"]

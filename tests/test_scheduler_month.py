"""A month of the daemon's decisions, with outages, kills, clock changes and slow servers: no hole
and no double. `tests.support.month` says how; here it also has to notice what is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.jobs import Job
from storage.slots import Slot
from tests.support.month import START, World, check, jobs_of, month, quick_folder

Ledger = dict[str, list[Slot]]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Job, ...], World, Ledger]:
    """Twenty jobs over the weekend on which clocks go back in Santiago."""
    jobs = jobs_of(20)
    world, slots = month(tmp_path_factory.mktemp("month") / "a.db", jobs, 5, 3)
    return jobs, world, slots


@pytest.mark.slow
def test_row_44_45_some_days_leave_no_hole_no_double_and_no_overlap(
    short: tuple[tuple[Job, ...], World, Ledger],
) -> None:
    jobs, world, slots = short
    assert check(jobs, world, slots) == []
    assert world.outages
    assert world.until >= START + timedelta(days=5)


def _lose(slots: list[Slot]) -> None:
    del slots[len(slots) // 2]


def _double(slots: list[Slot]) -> None:
    slots.append(replace(slots[3], id=10**6, due_at=slots[3].due_at + timedelta(minutes=7)))


def _leave_open(slots: list[Slot]) -> None:
    slots[-1] = replace(slots[-1], state="claimed")


def _say_nothing(slots: list[Slot]) -> None:
    slots[-1] = replace(slots[-1], state="skipped", reason="")


def _claim_a_run(slots: list[Slot]) -> None:
    place = next(n for n, slot in enumerate(slots) if slot.state == "skipped")
    slots[place] = replace(slots[place], state="done", outcome="ok")


@pytest.mark.parametrize(
    "harm",
    [_lose, _double, _leave_open, _say_nothing, _claim_a_run],
    ids=lambda each: each.__name__,
)
def test_a_ledger_that_lies_is_found_out(
    short: tuple[tuple[Job, ...], World, Ledger], harm: Callable[[list[Slot]], None]
) -> None:
    jobs, world, slots = short
    name = next(n for n, own in slots.items() if any(s.state == "skipped" for s in own))
    harmed = {each: list(own) for each, own in slots.items()}
    harm(harmed[name])
    assert [fault for fault in check(jobs, world, harmed) if fault.startswith(name)]


@pytest.mark.long
def test_row_44_45_a_month_of_three_hundred_sources() -> None:
    import tempfile

    seed = random.randrange(10**6)
    jobs = jobs_of(300)
    with tempfile.TemporaryDirectory(dir=quick_folder()) as folder:
        world, slots = month(Path(folder, "month.db"), jobs, 30, seed)
    found = check(jobs, world, slots)
    assert found == [], f"again with `python -m tests.support.month --seed {seed}`"
    assert len(world.ran) > 30_000
    assert len(world.outages) > 2

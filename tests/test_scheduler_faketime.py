"""The daemon as a whole process whose time of day is somebody else's: libfaketime moves it."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.daemons import STEP, House, soon, stop

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not here: apt-get install faketime"),
]
NAMES = ("a", "b", "c")
#: Takes a while, so that the clock is set while it runs; libfaketime refuses Python's own sleep.
SCRIPT = STEP + "import select; say('begin'); select.select([], [], [], 2); say('end')"
LOOK = 13  # seconds after which the daemon has looked at the clock, come what may


class Clock:
    """The time of day that a daemon sees: the real one, moved."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.set("+0")
        self.environment = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",  # nobody can set that clock
        }

    def set(self, moved: str) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{moved}\n")
        draft.rename(self._file)


def hourly(house: House) -> None:
    house.plan(*({"name": name, "schedule": "every 1h", "script": SCRIPT} for name in NAMES))


def done(house: House) -> Counter[str]:
    return Counter(slot.job for slot in house.slots() if slot.state == "done")


def all_done(house: House, times: int) -> bool:
    return all(done(house)[name] >= times for name in NAMES)


def nothing_runs(house: House) -> bool:
    return not any(slot.state == "claimed" for slot in house.slots())


def check(house: House) -> None:
    """Each run has its slot and ended well, whatever the clock did to it; nothing twice."""
    slots = [slot for slot in house.slots() if slot.state == "done"]
    assert {slot.outcome for slot in slots} == {"ok"}
    assert len({(slot.job, slot.due_at) for slot in slots}) == len(slots)
    assert len(house.ran()) == 2 * len(slots)


def test_row_44_days_off_are_caught_up_once_and_the_slots_are_on_record(house: House) -> None:
    clock = Clock(house.path)
    hourly(house)
    first = house.start(environment=clock.environment)
    soon(lambda: len(house.slots()) == len(NAMES))
    stop(first)
    before = done(house)
    clock.set("+2d")
    second = house.start(environment=clock.environment)
    soon(lambda: all(done(house)[name] > before[name] for name in NAMES), 60)
    time.sleep(1)
    stop(second)
    check(house)
    for name in NAMES:
        assert done(house)[name] - before[name] == 1
        skipped = [slot for slot in house.slots(name) if slot.state == "skipped"]
        assert len(skipped) in (46, 47, 48)
        assert {slot.reason for slot in skipped} == {"caught up"}


def test_row_47_a_clock_that_is_set_makes_no_storm_and_doubles_nothing(house: House) -> None:
    clock = Clock(house.path)
    hourly(house)
    daemon = house.start(environment=clock.environment)
    soon(lambda: len(house.slots()) == len(NAMES))
    clock.set("+3d")
    soon(lambda: len(house.ran()) >= len(NAMES), 60)
    clock.set("+0")  # while some of them run
    time.sleep(LOOK)
    assert max(done(house).values()) <= 2  # one more only if the hour is over just now
    clock.set("+90m")
    soon(lambda: all_done(house, 2), 60)
    clock.set("-60m")
    time.sleep(LOOK)
    clock.set("+91m")
    time.sleep(LOOK)
    assert max(done(house).values()) <= 4
    soon(lambda: nothing_runs(house), 60)  # what is stopped is interrupted, and rightly says so
    stop(daemon)
    check(house)


def test_the_time_of_day_is_moved_at_all(house: House) -> None:
    """What the other tests stand on: the daemon writes down the moved time."""
    clock = Clock(house.path)
    clock.set("+3d")
    hourly(house)
    daemon = house.start(environment=clock.environment)
    soon(lambda: len(house.slots()) == len(NAMES))
    stop(daemon)
    now = datetime.now(UTC)
    assert all(slot.due_at > now + timedelta(days=2) for slot in house.slots())

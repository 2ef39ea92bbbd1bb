"""People hear, past the archive, that it takes nothing any more, or that nobody is told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.daemon import Daemon, MachineWatch
from scheduler.dispatcher import Dispatcher
from scheduler.emergency import AGAIN, PATIENCE, Emergency, Trouble
from scheduler.jobs import Job, Limits, Purpose, skip_nothing
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from scheduler.systemd import Notifier
from storage.archive import Archive
from tests.support.make import NOW

TELL = (sys.executable, "-c", "import sys; open('told', 'a').write(sys.argv[1] + '\\n')")
DEAF = (sys.executable, "-c", "raise SystemExit('nobody answers')")


class Hours:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "told"
    return lambda: path.read_text("utf-8").splitlines() if path.exists() else []


def test_what_lasts_is_told_once_a_day_and_when_it_is_over(
    hours: Hours, told: Callable[[], list[str]]
) -> None:
    async def lasts() -> None:
        emergency = Emergency(TELL, Limits(), steady=hours)

        async def after(seconds: float, reason: str) -> list[str]:
            hours.now += seconds
            emergency.hear(Trouble.ARCHIVE, reason)
            emergency.attend(asyncio.Event())
            await emergency.close()
            return told()

        assert await after(0, "disk full") == []
        assert await after(PATIENCE - 1, "disk full") == []
        assert await after(1, "") == []  # over before anybody was told
        assert await after(1, "disk full") == []
        assert await after(PATIENCE, "still full") == [f"{Trouble.ARCHIVE}, for 10 min: still full"]
        assert len(await after(AGAIN - 1, "still full")) == 1
        assert len(await after(1, "still full")) == 2
        assert (await after(1, ""))[2:] == [f"over: {Trouble.ARCHIVE}"]
        assert len(await after(AGAIN, "")) == 3

    asyncio.run(lasts())


def test_what_did_not_arrive_is_told_again(hours: Hours, told: Callable[[], list[str]]) -> None:
    async def lasts() -> None:
        emergency = Emergency(DEAF, Limits(), steady=hours)
        for tries in range(3):
            if tries == 2:
                emergency._command = TELL
            emergency.hear(Trouble.ALERTS, "exit code 1")
            emergency.attend(asyncio.Event())
            await emergency.close()
            hours.now += PATIENCE
        assert told() == [f"{Trouble.ALERTS}, for 20 min: exit code 1"]

    asyncio.run(lasts())


def moved_away(archive: Path) -> None:
    archive.rename(archive.with_suffix(".away"))


def replaced(archive: Path) -> None:
    archive.rename(archive.with_suffix(".away"))
    Archive.create(archive).close()


@pytest.mark.parametrize("lose", [moved_away, replaced])
def test_an_archive_that_is_another_file_now_is_not_written_to_and_people_are_told(
    store: Archive, hours: Hours, told: Callable[[], list[str]], lose: Callable[[Path], None]
) -> None:
    job = Job("a", TELL, parse_schedule("every 1h", "UTC"), timedelta(minutes=5), ("ran",))
    planned = [job]

    async def serve() -> None:
        dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing)
        watch = MachineWatch(store, lambda: NOW)
        daemon = Daemon(lambda: planned, dispatcher, watch, Limits(), Notifier({}))
        daemon.emergency = Emergency(TELL, Limits(), steady=hours)
        daemon._step()
        lose(store.path)
        planned.clear()
        daemon._hurry_plan()
        daemon._step()
        hours.now += PATIENCE
        daemon._step()
        await daemon.emergency.close()
        assert dispatcher.jobs == (job,)
        assert "another file" in daemon.condition().trouble

    asyncio.run(serve())
    (text,) = told()
    assert str(store.path) in text


@pytest.mark.parametrize("code", [0, 1, 3])
def test_people_are_told_when_telling_them_fails(
    store: Archive, hours: Hours, told: Callable[[], list[str]], code: int
) -> None:
    command = (sys.executable, "-c", f"raise SystemExit({code})")
    schedule = parse_schedule("every 10m", "UTC")
    job = Job("tell", command, schedule, timedelta(minutes=5), purpose=Purpose.ALERTS)

    async def serve() -> None:
        dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing)
        moments = iter([NOW + timedelta(minutes=20 * n) for n in range(99)])
        watch = MachineWatch(store, lambda: next(moments))
        daemon = Daemon(lambda: [job], dispatcher, watch, Limits(), Notifier({}))
        daemon.emergency = Emergency(TELL, Limits(), steady=hours)
        daemon._step()
        daemon._step()
        await asyncio.wait(list(daemon._children))
        hours.now += PATIENCE
        daemon._step()
        await asyncio.wait(list(daemon._children))
        await daemon.emergency.close()

    asyncio.run(serve())
    assert [text[: len(Trouble.ALERTS)] for text in told()] == [Trouble.ALERTS] * (code == 1)

"""The daemon as a real process: dispatcher, deadlines, stopping, crashing, coming back."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubwatch.locks import Lock
from storage.archive import Archive
from tests.support.daemons import STEP, House, soon, stop
from tests.support.processes import is_alive

QUICK = STEP + "say('begin'); say('end')"
NEVER = "daily at 03:00"


@pytest.mark.slow
def test_rounds_deadlines_overlap_and_a_clean_stop(house: House) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    slow = STEP + "say('begin'); time.sleep(1.4); say('end')"
    house.plan(
        {"name": "quick", "schedule": "every 1s", "script": QUICK},
        {"name": "slow", "schedule": "every 1s", "script": slow},
    )
    daemon = house.start()
    soon(lambda: len(house.ended("quick")) >= 2 and len(house.ended("slow")) >= 2)
    slow_lines = [line for line in house.ran() if line.startswith("slow")]
    assert slow_lines[:4] == ["slow begin", "slow end"] * 2
    house.plan(
        {"name": "hang", "schedule": "every 1s", "script": stubborn, "deadline": 0.4},
        {"name": "long", "schedule": "every 1s", "script": "import time; time.sleep(60)"},
    )
    daemon.send_signal(signal.SIGHUP)
    soon(lambda: house.ended("hang"))
    soon(lambda: "claimed" in {slot.state for slot in house.slots("long")})
    log = stop(daemon)
    assert house.ended("hang")[0] == "timeout"
    assert house.ended("long") == ["interrupted"]
    assert set(house.ended("quick")) == {"ok"}
    # Which of the two depends on whether it was waiting for a place or still running.
    reasons = {slot.reason for slot in house.slots("slow")}
    assert reasons & {"the run before went on", "no room in time"}
    assert "job removed" in {slot.reason for slot in house.slots("quick")}
    assert "ended job=quick outcome=ok due=" in log
    assert log.rstrip().splitlines()[-1].startswith("stopped ")
    assert "claimed" not in {slot.state for slot in house.slots()}


@pytest.mark.slow
def test_downtime_is_caught_up_once_in_one_child_and_a_restart_doubles_nothing(
    house: House,
) -> None:
    crawl = (
        "import json, sys; open('ran', 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "for each in sys.argv[1:]: print(json.dumps({'source': each, 'outcome': 'unchanged'}))"
    )
    names = ["a", "b", "c"]
    rows: list[dict[str, object]] = [
        {"name": name, "schedule": "every 10h", "script": crawl, "group": "crawl"}
        for name in [*names, "d"]
    ]
    house.plan(*rows)
    for row in rows:
        house.owe(str(row["name"]), "every 10h", timedelta(hours=40))
    with Archive.open(house.path / "hubwatch.db") as store, store.writing() as tx:
        tx.maintenance.pause("d", datetime(2100, 1, 1, tzinfo=UTC), "a test", "Ana")
    daemon = house.start()
    soon(lambda: all(house.ended(name) for name in names))
    stop(daemon)
    assert [sorted(line.split()) for line in house.ran()] == [names]
    again = house.start()
    lock = Lock(house.path / "hubwatch.db", "daemon")
    soon(lambda: lock.holder().startswith(f"pid {again.pid} "))
    time.sleep(0.7)
    stop(again, signal.SIGINT)
    assert len(house.ran()) == 1
    for name in names:
        states = Counter((slot.state, slot.outcome or slot.reason) for slot in house.slots(name))
        assert states == {("skipped", "caught up"): 3, ("done", "unchanged"): 1, ("due", ""): 1}
    reasons = Counter(slot.reason for slot in house.slots("d"))
    told = "paused until 2100-01-01 00:00 UTC by Ana: a test"
    assert reasons == {"caught up": 3, told: 1, "": 1}


@pytest.mark.slow
def test_a_killed_daemon_leaves_a_record_and_its_successor_makes_up_for_it(house: House) -> None:
    script = STEP + "first = not __import__('os').path.exists('ran'); say('begin'); "
    script += "time.sleep(60 if first else 0); say('end')"
    house.plan({"name": "daily", "schedule": NEVER, "script": script})
    house.owe("daily", NEVER, timedelta(days=1))
    daemon = house.start()
    soon(house.ran)
    daemon.kill()
    daemon.wait()
    assert [slot.state for slot in house.slots("daily")] == ["due", "claimed"]
    again = house.start()
    soon(lambda: len(house.ended("daily")) == 2)
    stop(again)
    assert house.ended("daily") == ["interrupted", "ok"]
    assert house.ran() == ["daily begin", "daily begin", "daily end"]


@pytest.mark.slow
def test_one_daemon_at_a_time_and_the_second_says_who(house: House) -> None:
    house.plan({"name": "a", "schedule": NEVER, "script": QUICK})
    daemon = house.start()
    soon(house.slots)
    second = house.start()
    message = second.communicate(timeout=10)[1]
    assert second.returncode == 1
    assert message.strip() == f"daemon is in use by pid {daemon.pid} (hubwatch run)"
    stop(daemon)


@pytest.mark.slow
def test_a_bad_plan_leaves_the_old_one_running(house: House) -> None:
    house.plan({"name": "a", "schedule": NEVER, "script": QUICK})
    daemon = house.start()
    soon(house.slots)
    (house.path / "jobs.json").write_text("{")
    daemon.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    house.plan({"name": "b", "schedule": "every 1s", "script": QUICK})
    daemon.send_signal(signal.SIGHUP)
    soon(lambda: house.ended("b"))
    log = stop(daemon)
    assert 'kept plan=old error="jobs.json: not JSON"' in log
    assert [slot.reason for slot in house.slots("a")] == ["job removed"]


def serving(word: str) -> str:
    """A service that leaves its process id in the file `pid` and says `word`."""
    leaves = "import os; open('pid', 'w').write(str(os.getpid()))"
    return f"{STEP}{leaves}; say({word!r}); time.sleep(60)"


@pytest.mark.slow
def test_a_service_is_kept_running_started_anew_and_stopped_with_the_daemon(house: House) -> None:
    house.plan({"name": "page", "serves": serving("old")})
    daemon = house.start()
    soon(lambda: house.ran() == ["page old"])
    os.kill(int((house.path / "pid").read_text()), signal.SIGKILL)
    soon(lambda: house.ran() == ["page old"] * 2)
    house.plan({"name": "page", "serves": serving("new")})
    daemon.send_signal(signal.SIGHUP)
    soon(lambda: house.ran()[2:] == ["page new"])
    last = int((house.path / "pid").read_text())
    log = stop(daemon)
    assert 'fell service=page reason="ended by SIGKILL" again_in=1s' in log
    assert log.count("serves service=page") == 3
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
    assert house.slots() == ()


@pytest.mark.slow
def test_a_service_dies_with_a_killed_daemon(house: House) -> None:
    house.plan({"name": "page", "serves": serving("up")})
    daemon = house.start()
    soon(house.ran)
    pid = int((house.path / "pid").read_text())
    daemon.kill()
    soon(lambda: not is_alive(pid))


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.parametrize("house", ["forked"], indirect=True)
@pytest.mark.skipif(sys.platform != "linux", reason="how much a process uses is read from /proc")
def test_row_51_five_hundred_runs_leave_memory_and_files_as_they_were(house: House) -> None:
    """Each in a child of its own, among them some that fail and some that hang."""
    hang = "import time; time.sleep(60)"
    house.plan(
        *({"name": f"quick-{n}", "schedule": "every 1s"} for n in range(12)),
        {"name": "bad", "schedule": "every 2s", "script": "raise SystemExit('no' * 10_000)"},
        {"name": "hang", "schedule": "every 5s", "script": hang, "deadline": 0.2},
    )
    daemon = house.start(children=8)

    def runs() -> int:
        with Archive.open_readonly(house.path / "hubwatch.db") as store:
            return sum(slot.state == "done" for slot in store.slots.select(limit=10_000))

    figures = []
    for wanted in (50, 500):
        soon(lambda wanted=wanted: runs() >= wanted, 300)  # type: ignore[misc]
        figures.append((_own_memory(daemon.pid), _open_files(daemon.pid)))
    stop(daemon)
    (memory, files), (memory_later, files_later) = figures
    assert memory_later < 1.1 * memory
    assert files_later <= files + 8  # those of the children of the moment


def _own_memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])


@pytest.mark.slow
def test_systemd_is_notified_when_it_serves_what_is_refused_and_when_it_ends(house: House) -> None:
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(house.path / "notify"))
        ear.settimeout(0.05)

        def hears(words: str) -> bool:
            with suppress(TimeoutError):
                heard.append(ear.recv(4096).decode())
            return any(words in each for each in heard)

        house.plan({"name": "a", "schedule": NEVER, "script": QUICK})
        told = {"NOTIFY_SOCKET": str(house.path / "notify"), "WATCHDOG_USEC": "1000000"}
        daemon = house.start(environment=told)
        soon(lambda: hears("READY=1\nSTATUS=1 jobs, 0 running"))
        soon(lambda: hears("WATCHDOG=1"))
        (house.path / "jobs.json").write_text("{")
        heard.clear()
        daemon.send_signal(signal.SIGHUP)
        soon(lambda: hears("RELOADING=1"))
        soon(lambda: hears("READY=1") and hears("old plan in force: jobs.json: not JSON"))
        daemon.send_signal(signal.SIGTERM)
        soon(lambda: hears("STOPPING=1"))
        daemon.wait(10)
    assert daemon.returncode == 0

"""Children: each ends in one outcome word, in time, and leaves nobody behind."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubwatch.fork_server import is_here
from scheduler.child import ChildEnd, Start, results, run_child, spawn
from scheduler.jobs import MIB, Due, Job, batches, command_of, deadline_of
from scheduler.preloaded import Preloaded
from scheduler.schedules import parse_schedule
from storage.slots import Slot
from storage.types import Outcome
from tests.support.paths import ROOT
from tests.support.processes import is_alive
from tests.support.scripts import PRELOAD, SCRIPT

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GRACE = timedelta(seconds=0.3)
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


class Runner:
    """Runs little Python scripts as children: as new processes, or forked ones."""

    def __init__(self, way: str) -> None:
        self.way = way

    def __call__(
        self,
        script: str,
        seconds: float = 20,
        stop_when: Callable[[], bool] | None = None,
        memory: int = 512 * MIB,
        heard: Callable[[str], None] | None = None,
    ) -> ChildEnd:
        """Run a script; stop it as soon as `stop_when` says so."""

        async def main() -> ChildEnd:
            stop = asyncio.Event()
            command = (*SCRIPT, script)
            lasts = timedelta(seconds=seconds)
            with self.starting() as start:
                child = asyncio.ensure_future(
                    run_child(command, lasts, stop, GRACE, memory, heard, start)
                )
                while stop_when and not child.done() and not stop.is_set():
                    await asyncio.sleep(0.02)
                    if stop_when():
                        stop.set()
                return await child

        return asyncio.run(main())

    @contextmanager
    def starting(self) -> Iterator[Start]:
        if self.way == "new":
            yield spawn
        else:
            preloaded = Preloaded(SCRIPT, PRELOAD)
            try:
                yield preloaded.start
            finally:
                preloaded.close()


@pytest.fixture(params=["new", "forked"])
def run(request: pytest.FixtureRequest) -> Runner:
    if request.param == "forked" and not is_here:
        pytest.skip("this system cannot fork as is needed")
    return Runner(request.param)


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds (a zombie has ended)."""
    for _ in range(100):
        if not is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_a_good_child_ends_ok_with_its_lines(run: Runner) -> None:
    end = run("print('one'); print('two')")
    assert (end.outcome, end.returncode, end.lines, end.reason) == (
        Outcome.OK,
        0,
        ("one", "two"),
        "",
    )
    assert 0 < end.seconds < 10


def test_a_failing_child_says_why_in_one_line(run: Runner) -> None:
    end = run("import sys; sys.exit('no such source\\nHAVE A LOOK\\n')")
    assert (end.outcome, end.reason) == (Outcome.FAILED, "exit code 1: HAVE A LOOK")
    assert run("raise SystemExit(3)").outcome is Outcome.PARTIAL


def test_what_a_child_says_on_standard_error_is_heard_line_by_line(run: Runner) -> None:
    heard: list[str] = []
    script = (
        "import sys, time; sys.stderr.write('asking for o'); sys.stderr.flush(); time.sleep(0.2); "
        "sys.stderr.write('ne\\nasking for two\\nhalf'); print('out')"
    )
    end = run(script, heard=heard.append)
    assert (end.outcome, heard) == (Outcome.OK, ["asking for one", "asking for two"])


def test_a_command_that_does_not_exist_fails_with_its_name(run: Runner) -> None:
    end = asyncio.run(run_child(("/no/such/command",), GRACE * 30, asyncio.Event(), GRACE))
    assert end.outcome is Outcome.FAILED
    assert "/no/such/command" in end.reason


def test_a_child_killed_by_others_is_killed(run: Runner) -> None:
    end = run("import os; os.kill(os.getpid(), 9)")
    assert (end.outcome, end.returncode, end.reason) == (Outcome.KILLED, -9, "ended by SIGKILL")


@pytest.mark.slow
def test_a_child_past_its_deadline_is_ended_even_if_it_will_not_hear(run: Runner) -> None:
    end = run("import time; time.sleep(60)", seconds=0.3)
    assert (end.outcome, end.returncode) == (Outcome.TIMEOUT, -signal.SIGTERM)
    end = run(STUBBORN + "time.sleep(60)", seconds=0.3)
    assert (end.outcome, end.returncode) == (Outcome.TIMEOUT, -signal.SIGKILL)
    assert end.seconds < 5


def test_a_stopped_child_is_ended_at_its_deadline(run: Runner) -> None:
    end = run("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", seconds=0.3)
    assert (end.outcome, end.returncode) == (Outcome.TIMEOUT, -signal.SIGKILL)


def test_a_child_that_is_asked_to_stop_keeps_what_it_said(run: Runner, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    end = run(
        "import time\nprint('begun', flush=True)\n"
        f"open({str(ready)!r}, 'w').close()\ntime.sleep(60)",
        stop_when=ready.exists,
    )
    assert (end.outcome, end.lines) == (Outcome.INTERRUPTED, ("begun",))


def test_a_child_that_finishes_when_asked_to_stop_has_done_its_work(
    run: Runner, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    end = run(
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        f"open({str(ready)!r}, 'w').close()\ntime.sleep(60)",
        stop_when=ready.exists,
    )
    assert end.outcome is Outcome.OK


def test_grandchildren_are_not_waited_for_and_do_not_survive(run: Runner) -> None:
    end = run(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid)"
    )
    assert end.outcome is Outcome.OK
    assert end.seconds < 5
    assert gone(int(end.lines[0]))


def test_a_flood_of_output_is_bounded_and_blocks_nobody(run: Runner) -> None:
    end = run(
        "import sys\nfor _ in range(3000): print('x' * 1000); print('y' * 1000, file=sys.stderr)"
    )
    assert end.outcome is Outcome.OK
    assert sum(map(len, end.lines)) <= 1024 * 1024


def test_children_die_with_a_killed_daemon(run: Runner, tmp_path: Path) -> None:
    script = """
import asyncio, sys
from datetime import timedelta
from scheduler.child import run_child
child = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
asyncio.run(run_child((sys.executable, "-c", child), timedelta(seconds=60), asyncio.Event()))
"""
    daemon = subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    pid = tmp_path / "pid"
    while not (pid.exists() and pid.read_text()):
        time.sleep(0.02)
    daemon.kill()
    daemon.wait()
    if sys.platform == "linux":
        assert gone(int(pid.read_text()))


@pytest.mark.slow
def test_files_and_children_do_not_pile_up(run: Runner) -> None:
    async def main() -> tuple[set[str], set[str]]:
        command, stop = (*SCRIPT, "print(1)"), asyncio.Event()
        with run.starting() as start:
            await run_child(command, GRACE * 30, stop, start=start)
            before = open_files()
            for _ in range(10):
                await run_child(command, GRACE * 30, stop, start=start)
            return before, open_files()

    before, after = asyncio.run(main())
    assert after - before == set()


def open_files() -> set[str]:
    """What this process has open, each by what it is, not by its number. What an earlier test has
    left to the garbage collector is closed first, as it may else be at any time."""
    gc.collect()
    return {str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}


def due(name: str, minute: int = 0, group: str = "crawl", command: str = "crawl") -> Due:
    schedule = parse_schedule("every 30m", "UTC")
    job = Job(name, (command, "--json"), schedule, timedelta(minutes=10), (name,), group)
    return Due(job, Slot(minute, name, START + timedelta(minutes=minute), "due"))


def test_jobs_of_a_group_share_a_child_the_longest_waiting_first() -> None:
    waiting = [due("late", 9), due("digest", 1, group=""), *(due(f"s{n}", n) for n in range(9))]
    found = batches(waiting, 8)
    assert [[each.job.name for each in batch] for batch in found] == [
        [f"s{n}" for n in range(8)],
        ["digest"],
        ["s8", "late"],
    ]
    assert command_of(found[2]) == ("crawl", "--json", "s8", "late")
    assert deadline_of(found[2]) == timedelta(minutes=20)


def test_other_commands_and_lonely_jobs_do_not_share() -> None:
    waiting = [due("a", group=""), due("b", group=""), due("c"), due("d", command="other")]
    assert [len(batch) for batch in batches(waiting, 8)] == [1, 1, 1, 1]


def test_each_job_of_a_batch_ends_by_its_own_line_or_else_as_the_child() -> None:
    lines = (
        json.dumps({"source": "a", "outcome": "ok"}),
        json.dumps({"source": "b", "outcome": "blocked", "reason": "403"}),
        json.dumps({"source": "c", "outcome": "no such word"}),
        "not json",
        "[1]",
        "[" * 100_000,
    )
    end = ChildEnd(Outcome.KILLED, -9, lines, 1.0, "ended by SIGKILL")
    found = results([due(name) for name in "abcd"], end)
    assert [(each.due.job.name, each.outcome, each.reason) for each in found] == [
        ("a", Outcome.OK, ""),
        ("b", Outcome.BLOCKED, "403"),
        ("c", Outcome.KILLED, "ended by SIGKILL, with others; runs again alone"),
        ("d", Outcome.KILLED, "ended by SIGKILL, with others; runs again alone"),
    ]
    assert [each.again for each in found] == [False, False, True, True]
    alone = results([due("d")], end)[0]
    assert (alone.outcome, alone.reason, alone.again) == (Outcome.KILLED, end.reason, False)


@pytest.mark.slow
def test_row_50_a_child_that_uses_too_much_memory_is_killed_and_says_so(run: Runner) -> None:
    """Slowly, as its own children, and in one burst."""
    slow = "import time; kept = []\nwhile True: kept.append(b'x' * 2**21); time.sleep(0.05)"
    burst = "kept = bytearray(2**30) * 4"
    inherited = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {slow!r}])"
    for script in (slow, burst, inherited):
        end = run(script, memory=64 * MIB)
        assert (end.outcome, end.reason) == (Outcome.KILLED, "out of memory: more than 64 MiB")
        assert end.seconds < 15


@pytest.mark.slow
def test_row_50_a_child_within_its_memory_is_left_alone(run: Runner) -> None:
    end = run("import time; kept = bytearray(2**20) * 24; time.sleep(1.3)", memory=64 * MIB)
    assert end.outcome is Outcome.OK


def test_row_50_each_of_a_killed_batch_is_tried_again_alone() -> None:
    slot = Slot(7, "b", START, "due", repeats=3)
    alone = Due(due("b").job, slot)
    assert batches([due("a"), alone, due("c")], 8) == [(due("a"), due("c")), (alone,)]


def test_what_leases_one_thing_shares_a_child_or_waits() -> None:
    def leasing(name: str, *leases: str, group: str = "crawl") -> Due:
        found = replace(due(name).job, leases=frozenset(leases), group=group)
        return replace(due(name), job=found)

    a, b, c = leasing("a", "x"), leasing("b", "x", "y"), leasing("c", "y", group="other")
    d, e = leasing("d", "z", group="other"), leasing("e", "z", "x")
    assert batches([a, b, c, d, e], 8) == [(a, b), (d,)]
    assert batches([a, b, d], 1) == [(a,), (d,)]
    assert batches([a, b, c], 8, frozenset({"x"})) == [(c,)]

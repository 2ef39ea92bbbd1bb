"""Worker processes: cut at the deadline, bounded in memory, and gone with their parent."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.workers.batch import each
from scraper.workers.here import bounded
from scraper.workers.pool import Fault, Workers
from storage.types import Outcome

ROOT = Path(__file__).parent.parent


def double(number: int) -> int:
    return 2 * number


def hang(seconds: float) -> None:
    time.sleep(seconds)


def backtrack(length: int) -> None:
    re.match(r"(a+)+$", "a" * length + "b")  # holds the GIL for hours


def hoard(mebibytes: int) -> int:
    return len(bytearray(mebibytes * 2**20))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise KeyError("nothing")


def pid() -> int:
    return os.getpid()


def with_workers(question: Callable[[Workers], Any], **bounds: Any) -> Any:
    async def ask() -> Any:
        workers = Workers(("tests.test_workers",), **bounds)
        try:
            return await question(workers)
        finally:
            workers.close()

    return asyncio.run(ask())


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_calls_are_answered_by_two_processes() -> None:
    async def question(workers: Workers) -> Any:
        answers = await asyncio.gather(*(workers.ask(double, n) for n in range(20)))
        return answers, len(workers.pids), await workers.ask(pid)

    answers, count, process = with_workers(question)
    assert answers == [2 * n for n in range(20)]
    assert count == min(2, os.cpu_count() or 1)
    assert process != os.getpid()
    assert wait_until(lambda: not is_alive(process))


def test_none_is_started_before_the_first_call() -> None:
    async def question(workers: Workers) -> Any:
        return workers.pids

    assert with_workers(question) == ()


@pytest.mark.slow
def test_a_call_is_cut_at_its_deadline_and_the_next_one_works() -> None:
    async def question(workers: Workers) -> Any:
        await workers.ask(double, 1)  # the start is not part of the time
        begin = time.monotonic()
        fault = await workers.ask(backtrack, 60)
        return fault, time.monotonic() - begin, await workers.ask(double, 4)

    fault, seconds, after = with_workers(question, seconds=0.5, count=1)
    assert fault == Fault(Outcome.TIMEOUT, "not read within 0.5 s")
    assert 0.4 < seconds < 3
    assert after == 8


def test_memory_is_bounded_and_said_so() -> None:
    async def question(workers: Workers) -> Any:
        return (
            await workers.ask(hoard, 20),
            await workers.ask(hoard, 500),
            await workers.ask(double, 4),
        )

    small, large, after = with_workers(question, memory=100 * 2**20, count=1)
    assert small == 20 * 2**20
    assert large == Fault(Outcome.TOO_BIG, "needs more than 100 MiB to be read")
    assert after == 8


def test_a_killed_worker_is_replaced() -> None:
    async def question(workers: Workers) -> Any:
        return await workers.ask(die), await workers.ask(double, 4)

    fault, after = with_workers(question, count=1)
    assert fault.outcome is Outcome.TOO_BIG
    assert after == 8


def test_a_bug_ends_one_call_only() -> None:
    async def question(workers: Workers) -> Any:
        first = await workers.ask(pid)
        return first, await workers.ask(fail), await workers.ask(pid)

    before, fault, after = with_workers(question, count=1)
    assert fault == Fault(Outcome.UNSUPPORTED, "the reader failed: KeyError: 'nothing'")
    assert before == after


PARENT = """
import asyncio, sys
from scraper.workers.pool import Workers
from tests.test_workers import backtrack, double
async def main():
    workers = Workers(("tests.test_workers",), seconds=120)
    await asyncio.gather(workers.ask(double, 1), workers.ask(double, 2))
    print(*workers.pids, flush=True)
    if sys.argv[1] == "busy":
        await asyncio.gather(workers.ask(backtrack, 60), workers.ask(backtrack, 60))
    await asyncio.sleep(120)
asyncio.run(main())
"""


def orphans_of(state: str) -> list[int]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, state], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert workers and all(map(is_alive, workers))
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return workers


@pytest.mark.slow
def test_idle_workers_die_with_a_killed_parent() -> None:
    workers = orphans_of("idle")
    assert wait_until(lambda: not any(map(is_alive, workers)))


def test_busy_workers_die_with_a_killed_parent() -> None:
    workers = orphans_of("busy")
    assert wait_until(lambda: not any(map(is_alive, workers)))


@pytest.mark.slow
def test_a_batch_keeps_its_order_and_passes_faults_on() -> None:
    found = list(each(double, range(50), ("tests.test_workers",)))
    assert found == [2 * n for n in range(50)]
    slow = list(each(hang, [0, 30, 0], ("tests.test_workers",), seconds=0.3))
    assert [isinstance(one, Fault) for one in slow] == [False, True, False]


def test_a_batch_left_early_leaves_nobody_behind() -> None:
    batch = each(_pid_of, range(100), ("tests.test_workers",))
    process = next(batch)
    batch.close()
    assert isinstance(process, int)
    assert wait_until(lambda: not is_alive(process))


def _pid_of(number: int) -> int:
    return os.getpid()


def test_a_call_in_this_process_is_cut_too(monkeypatch: Any) -> None:
    monkeypatch.setattr("scraper.workers.here.SECONDS", 0.2)
    begin = time.monotonic()
    assert bounded(backtrack, 60) == Fault(Outcome.TIMEOUT, "not read within 0.2 s")
    assert time.monotonic() - begin < 3
    assert bounded(double, 4) == 8
    assert bounded(fail) == Fault(Outcome.UNSUPPORTED, "the reader failed: KeyError: 'nothing'")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)

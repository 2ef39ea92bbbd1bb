"""Worker processes: cut at the deadline, bounded in memory, and gone with their parent."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import portal
from scraper.pipelines.read import LOADED
from scraper.space import EXHAUSTED
from scraper.workers.faults import CallFault
from scraper.workers.pool import Workers, bounded, each
from scraper.workers.protocol import HEAD, MOST_KNOWN, SharedValues, packed, shared, unpacked
from storage.types import Outcome
from tests.support.paths import ROOT
from tests.support.processes import is_alive
from tests.support.worker_tasks import (
    Numbered,
    Opening,
    Plain,
    Unwelcome,
    _pid_of,
    backtrack,
    burn,
    crash,
    die,
    die_once,
    die_or_crash,
    double,
    fail,
    first_of,
    hang,
    hang_once,
    hoard,
    hoard_once,
    pid,
    read_made,
    recurse,
    refused,
    seen_beside,
    told_of,
    trouble,
)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only CPU time ends a call, however busy this machine is with other tests."""
    monkeypatch.setattr("scraper.workers.pool.PATIENCE", 600)


def with_workers(question: Callable[[Workers], Any], **bounds: Any) -> Any:
    async def ask() -> Any:
        workers = Workers(("tests.support.worker_tasks",), **bounds)
        try:
            return await question(workers)
        finally:
            workers.close()

    return asyncio.run(ask())


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


@pytest.mark.parametrize("call", [refused, Opening], ids=["in the worker", "in its parent"])
def test_an_answer_that_cannot_be_had_ends_its_call_alone(call: Callable[[int], Any]) -> None:
    async def question(workers: Workers) -> Any:
        return await asyncio.wait_for(
            asyncio.gather(
                workers.ask(double, 1),
                workers.ask(call, errno.EMFILE),
                workers.ask(call, errno.EIO),
                workers.ask(double, 2),
            ),
            30,
        )

    one, exhausted, other, two = with_workers(question, count=1)
    assert (one, two) == (2, 4)
    assert exhausted == CallFault(Outcome.BUSY, EXHAUSTED)
    assert (other.outcome, exhausted.trace) == (Outcome.FAILED, "")
    assert other.reason == "the reader failed: OSError: [Errno 5] not opened"


def test_a_call_here_that_may_open_nothing_more_says_so() -> None:
    assert bounded(refused, errno.EMFILE) == CallFault(Outcome.BUSY, EXHAUSTED)


def test_none_is_started_before_the_first_call() -> None:
    async def question(workers: Workers) -> Any:
        return workers.pids

    assert with_workers(question) == ()


@pytest.mark.slow
def test_a_call_is_cut_at_its_deadline_and_the_next_one_works(patient: None) -> None:
    async def question(workers: Workers) -> Any:
        await workers.ask(double, 1)  # the start is not part of the time
        begin = time.monotonic()
        fault = await workers.ask(backtrack, 60)
        return fault, time.monotonic() - begin, await workers.ask(double, 4)

    fault, seconds, after = with_workers(question, seconds=0.5, count=1)
    assert fault == CallFault(Outcome.TIMEOUT, "not read within 0.5 s")
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
    assert large == CallFault(Outcome.TOO_BIG, "needs more than 100 MiB to be read")
    assert after == 8


def test_a_killed_worker_is_replaced() -> None:
    async def question(workers: Workers) -> Any:
        return await workers.ask(die), await workers.ask(double, 4)

    fault, after = with_workers(question, count=1)
    assert fault == CallFault(
        Outcome.TOO_BIG,
        "its process was killed by SIGKILL twice, most likely by the kernel for want of memory",
    )
    assert fault.trace == ""
    assert after == 8


def test_row_68_a_call_whose_worker_was_killed_is_asked_once_more_alone(tmp_path: Path) -> None:
    async def question(workers: Workers) -> Any:
        first = asyncio.create_task(workers.ask(die_once, tmp_path))
        return await asyncio.gather(first, *(workers.ask(seen_beside, n) for n in range(6)))

    first, *others = with_workers(question, count=1)
    _, asked = first
    assert asked == [None], "it was given others before it, or beside it"
    assert [n for _, n in others] == list(range(6))


def test_row_68_a_call_that_met_the_memory_of_others_is_answered(tmp_path: Path) -> None:
    async def question(workers: Workers) -> Any:
        return await asyncio.gather(workers.ask(hoard_once, tmp_path), workers.ask(double, 4))

    assert with_workers(question, count=1, memory=100 * 2**20) == [1, 8]


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (signal.SIGSEGV, "the reader crashed: SIGSEGV, alone, too"),
        (signal.SIGABRT, "the reader crashed: SIGABRT, alone, too"),
        (3, "the reader crashed: exit code 3, alone, too"),
    ],
)
def test_row_68_a_crash_is_reported_truthfully(end: int, told: str) -> None:
    async def question(workers: Workers) -> Any:
        return await workers.ask(crash, end), await workers.ask(double, 4)

    fault, after = with_workers(question, count=1)
    assert fault == CallFault(Outcome.FAILED, told)
    assert fault.trace.startswith(f"tests.support.worker_tasks.crash: {told}")
    assert ("in crash" in fault.trace) == isinstance(end, signal.Signals)
    assert after == 8


def test_row_68_an_end_of_another_kind_is_reported_with_the_one_before(tmp_path: Path) -> None:
    fault = with_workers(lambda workers: workers.ask(die_or_crash, tmp_path), count=1)
    assert fault == CallFault(Outcome.FAILED, "the reader crashed: SIGSEGV, alone; SIGKILL before")


def test_row_68_an_error_of_the_worker_itself_is_reported_as_such() -> None:
    async def question(workers: Workers) -> Any:
        return await workers.ask(double, Unwelcome()), await workers.ask(double, 4)  # type: ignore[arg-type]

    fault, after = with_workers(question, count=1)
    assert fault == CallFault(
        Outcome.FAILED, "the worker failed: KeyError: 'unwelcome', alone, too"
    )
    assert "_serve" in fault.trace and "KeyError: 'unwelcome'" in fault.trace
    assert after == 8


def test_row_68_a_worker_that_cannot_start_is_reported_as_such() -> None:
    async def question() -> Any:
        workers = Workers(("tests.no_such_module",), count=1)
        try:
            return await asyncio.gather(workers.ask(double, 1), workers.ask(double, 2))
        finally:
            workers.close()

    for fault in asyncio.run(question()):
        assert fault.outcome is Outcome.FAILED
        assert "the worker failed: ModuleNotFoundError" in fault.reason
        assert "import_module" in fault.trace


def test_what_cannot_be_sent_is_reported_to_the_caller_and_costs_nothing_else() -> None:
    async def question(workers: Workers) -> Any:
        common = object.__new__(Plain)
        with pytest.raises(Exception, match="pickle"):
            await workers.ask(first_of, shared(common), lambda: None)
        return await workers.ask(first_of, shared(common), 1), await workers.ask(pid)

    found, process = with_workers(question, count=1)
    assert isinstance(found, Plain)
    assert process


@pytest.mark.parametrize("sources", [33, 120, 300])
def test_row_67_no_call_suffers_from_how_much_others_have_in_common(sources: int) -> None:
    rules = [[f"fields of source {number}"] for number in range(sources)]
    names = [f"source-{number}" for number in range(sources)]
    watchlist = ["the same for all"]

    async def question(workers: Workers) -> Any:
        calls = (
            workers.ask(told_of, n, shared(rules[n]), shared(names[n]), shared(watchlist))
            for _ in range(2)
            for n in range(sources)
        )
        return await asyncio.gather(*calls), len(workers.pids)

    answers, count = with_workers(question)
    assert answers == [(n, rules[n], names[n], watchlist) for n in range(sources)] * 2
    assert count <= 2


def test_row_67_a_call_may_have_more_in_common_than_is_kept() -> None:
    values = [[number] for number in range(MOST_KNOWN + 20)]

    async def question(workers: Workers) -> Any:
        common: Any = [shared(value) for value in values]
        return await workers.ask(told_of, *common), await workers.ask(told_of, *common[:3])

    assert with_workers(question, count=1) == (tuple(values), tuple(values[:3]))


@given(st.data())
def test_row_67_both_ends_mean_the_same(data: st.DataObject) -> None:
    """Calls with more values than are kept; some values vanish, so that identities are given anew,
    and some calls cannot be sent."""
    most = data.draw(st.integers(1, 5))
    parent, child = SharedValues(most), SharedValues(most)
    fresh = count()
    values = [Numbered(next(fresh), "") for _ in range(9)]
    for _ in range(data.draw(st.integers(1, 25))):
        for slot in data.draw(st.sets(st.integers(0, 8), max_size=4)):
            values[slot] = Numbered(next(fresh), "")  # most likely where the last one was
        chosen = data.draw(st.lists(st.integers(0, 9), max_size=8))
        args = [shared(values[n]) if n < 9 else "plain" for n in chosen]
        refs, news = parent.refer(args)
        if data.draw(st.integers(0, 5)) == 0:
            continue  # it could not be pickled
        message = packed((refs, news))
        parent.learn(refs, news)
        sent, new = unpacked(message[HEAD.size :])
        child.learn(sent, new)
        meant = tuple(values[n] if n < 9 else "plain" for n in chosen)
        assert child.resolve(sent) == parent.resolve(refs) == meant
        assert list(child._values) == list(parent._values)
        assert len(parent._values) <= max(most, len({n for n in chosen if n < 9}))


@pytest.mark.slow
def test_row_69_a_call_that_sleeps_is_cut_by_the_clock_and_asked_once_more_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.workers.pool.PATIENCE", 4)

    async def question(workers: Workers) -> Any:
        return (
            await workers.ask(hang, 0.5),  # longer than its CPU time, which it does not use
            await workers.ask(hang_once, tmp_path),
            await workers.ask(hang, 600),
            await workers.ask(double, 4),
        )

    slept, twice, fault, after = with_workers(question, seconds=0.3, count=1)
    assert (slept, twice, after) == (None, 1, 8)
    assert fault == CallFault(
        Outcome.TIMEOUT,
        "not read within 1.2 s, though it used less than 0.3 s of CPU time, alone, too",
    )
    assert fault.trace == ""


def test_row_69_cpu_time_is_each_calls_own(patient: None) -> None:
    async def question(workers: Workers) -> Any:
        return [await workers.ask(burn, 0.2) for _ in range(5)], len(set(workers.pids))

    assert with_workers(question, seconds=0.5, count=1) == ([0] * 5, 1)


def test_row_69_cpu_time_is_bounded_though_our_signals_are_held_back(patient: None) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    handler = signal.signal(signal.SIGPROF, signal.SIG_IGN)
    try:
        fault = with_workers(lambda workers: workers.ask(backtrack, 60), seconds=0.3, count=1)
    finally:
        signal.signal(signal.SIGPROF, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert fault == CallFault(Outcome.TIMEOUT, "not read within 0.3 s")


class Dropping:
    """What raises in its finaliser is dropped by Python."""

    def __del__(self) -> None:
        work_for(0.6)


def work_for(seconds: float) -> None:
    """Of CPU time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def drop_in_a_finaliser() -> None:
    thing = [Dropping()]
    thing.clear()


def drop_in_a_callback_of_the_collector() -> None:
    def worked(phase: str, info: object) -> None:
        if phase == "start":
            work_for(0.6)

    gc.callbacks.append(worked)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(worked)


def drop_by_taking_all() -> None:
    with suppress(BaseException):
        work_for(0.6)


@pytest.mark.parametrize(
    "drop", [drop_in_a_finaliser, drop_in_a_callback_of_the_collector, drop_by_taking_all]
)
def test_a_deadline_that_is_lost_on_its_way_comes_again(
    drop: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.workers.pool.SECONDS", 0.3)
    dropped: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", dropped.append)

    def hang() -> str:
        drop()
        work_for(5)
        return "read for ever"

    assert bounded(hang) == CallFault(Outcome.TIMEOUT, "not read within 0.3 s")
    work_for(1.2)  # nothing is raised once the call has ended


def test_a_bug_ends_one_call_only() -> None:
    async def question(workers: Workers) -> Any:
        first = await workers.ask(pid)
        return first, await workers.ask(fail), await workers.ask(pid)

    before, fault, after = with_workers(question, count=1)
    assert fault == CallFault(Outcome.FAILED, "the reader failed: KeyError: 'nothing'")
    assert "in fail" in fault.trace and fault.trace.endswith("KeyError: 'nothing'\n")
    assert before == after


def test_a_trace_is_bounded_and_keeps_its_end() -> None:
    fault = with_workers(lambda workers: workers.ask(recurse, 200), count=1)
    assert len(fault.reason) <= 300
    assert len(fault.trace) == 8_000
    assert fault.trace.endswith("ValueError: the end\n")


PARENT = """
import asyncio, sys
from scraper.workers.pool import Workers
from tests.support.worker_tasks import backtrack, double
async def main():
    workers = Workers(("tests.support.worker_tasks",), seconds=120)
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
def test_a_batch_keeps_its_order_and_passes_faults_on(patient: None) -> None:
    found = list(each(double, range(50), ("tests.support.worker_tasks",)))
    assert found == [2 * n for n in range(50)]
    slow = list(each(burn, [0, 600, 0], ("tests.support.worker_tasks",), seconds=0.3))
    assert slow == [0, CallFault(Outcome.TIMEOUT, "not read within 0.3 s"), 0]


def test_a_batch_reports_each_that_failed_and_answers_the_others(tmp_path: Path) -> None:
    items = [(0, ""), (1, "fail"), (2, ""), (3, "crash"), (4, str(tmp_path)), *((5, ""),) * 8]
    found = list(each(trouble, items, ("tests.support.worker_tasks",), count=1))
    failed, crashed = found[1], found[3]
    assert [one for one in found if not isinstance(one, CallFault)] == [0, 2, 4, *[5] * 8]
    assert failed == CallFault(Outcome.FAILED, "the reader failed: KeyError: 'nothing'")
    assert crashed == CallFault(Outcome.FAILED, "the reader crashed: SIGSEGV, alone, too")
    assert isinstance(failed, CallFault) and "in fail" in failed.trace
    assert isinstance(crashed, CallFault) and "in crash" in crashed.trace


def test_a_batch_left_early_leaves_nobody_behind() -> None:
    batch = each(_pid_of, range(100), ("tests.support.worker_tasks",))
    process = next(batch)
    batch.close()
    assert isinstance(process, int)
    assert wait_until(lambda: not is_alive(process))


def test_a_call_in_this_process_is_cut_too(monkeypatch: Any) -> None:
    monkeypatch.setattr("scraper.workers.pool.SECONDS", 0.2)
    handlers = signal.getsignal(signal.SIGPROF), signal.getsignal(signal.SIGALRM)
    begin = time.monotonic()
    assert bounded(backtrack, 60) == CallFault(Outcome.TIMEOUT, "not read within 0.2 s")
    assert time.monotonic() - begin < 3
    assert bounded(double, 4) == 8
    fault = bounded(fail)
    assert fault == CallFault(Outcome.FAILED, "the reader failed: KeyError: 'nothing'")
    assert isinstance(fault, CallFault) and "in fail" in fault.trace
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert handlers == (signal.getsignal(signal.SIGPROF), signal.getsignal(signal.SIGALRM))


def test_row_69_a_call_in_this_process_that_sleeps_is_cut_by_the_clock(monkeypatch: Any) -> None:
    monkeypatch.setattr("scraper.workers.pool.SECONDS", 0.1)
    assert bounded(hang, 0.3) is None
    fault = bounded(hang, 30)
    assert fault == CallFault(
        Outcome.TIMEOUT, "not read within 1.2 s, though it used less than 0.1 s of CPU time"
    )


def test_row_69_what_other_threads_use_is_not_the_calls(monkeypatch: Any) -> None:
    monkeypatch.setattr("scraper.workers.pool.SECONDS", 0.2)
    done = threading.Event()
    other = threading.Thread(target=lambda: [burn(0.01) for _ in iter(done.is_set, True)])
    other.start()
    try:
        assert bounded(hang, 0.8) is None
    finally:
        done.set()
        other.join()


@pytest.mark.slow
def test_row_69_no_page_is_lost_beside_eight_busy_processes() -> None:
    """The first page of a worker takes some 1.3 s of CPU time, since it loads what it needs: more
    than five seconds by the clock on a host as busy as that."""
    pages = [(shape, number) for number in range(40) for shape in portal.SHAPES]

    async def read() -> list[Outcome | CallFault]:
        workers = Workers(("scraper.parsing.lists.read", "tests.support.worker_tasks", *LOADED))
        try:
            return await asyncio.gather(*(workers.ask(read_made, page) for page in pages))
        finally:
            workers.close()

    busy = f"import os\nwhile os.getppid() == {os.getpid()}: pass"  # it ends with us at the latest
    loops = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(8)]
    try:
        found = asyncio.run(read())
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    assert Counter(found) == {Outcome.OK: len(pages)}

"""One child process from start to end: deadline, memory, output, what its end means.

Which child starts when is decided in `dispatcher`. `exec_wrapper` is what a child runs first.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from storage.types import Outcome

from .jobs import MIB, Due, Job, Limits

# What a child says, read as it comes and kept within bounds.

_CHUNK = 64 * 1024


class Output:
    """A pipe from a child. `keep` is the part of everything said that is kept, such as
    `slice(-4096, None)`. The rest is read and forgotten, so that the child never blocks. `heard`
    is called with each whole line as it comes."""

    def __init__(self, keep: slice, heard: Callable[[str], None] | None = None) -> None:
        self._keep = keep
        self._heard, self._begun = heard, b""
        self._said = b""
        self._ended = asyncio.Event()
        self._source, self.target = os.pipe()
        os.set_blocking(self._source, False)
        asyncio.get_running_loop().add_reader(self._source, self._read)

    def started(self) -> None:
        """The child has its end of the pipe. Close ours, so that we see the end of what it says."""
        os.close(self.target)

    async def finish(self, seconds: float) -> str:
        """Everything kept, once the child's end is closed or after `seconds`. Closes the pipe."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        asyncio.get_running_loop().remove_reader(self._source)
        os.close(self._source)
        return self._said.decode("utf-8", "replace")

    def _read(self) -> None:
        chunk = os.read(self._source, _CHUNK)
        self._said = (self._said + chunk)[self._keep]
        if self._heard is not None:
            *lines, begun = (self._begun + chunk).split(b"\n")
            self._begun = begun[:_CHUNK]
            for line in lines:
                self._heard(line.decode("utf-8", "replace"))
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._source)
            self._ended.set()


# How much memory a child and its own children use, seen from outside.

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_LOOK_SECONDS = 1.0


async def exceeded(pid: int, limit: int) -> None:
    """Return as soon as a process and its descendants use more than `limit` bytes, else never."""
    while used(pid) <= limit or used(pid, _share) <= limit:
        await asyncio.sleep(_LOOK_SECONDS)


def used(pid: int, measure: Callable[[int], int] | None = None) -> int:
    """Bytes of memory that a process and its descendants use by `measure`: without one all that is
    not a file's, which is fast, and counts again in each what copies of one process share. 0 for
    one that is gone or where that is not known."""
    found = (measure or _own)(pid)
    return found + sum(used(child, measure) for child in children_of(pid))


def _share(pid: int) -> int:
    """A page that several processes share counts in each for its part (proc(5), Pss)."""
    try:
        rollup = (_PROC / str(pid) / "smaps_rollup").read_text()
        kibibytes = next(line for line in rollup.splitlines() if line.startswith("Pss_Anon:"))
        return int(kibibytes.split()[1]) * 1024
    except (OSError, ValueError, StopIteration):  # gone meanwhile, or an old kernel
        return _own(pid)


def _own(pid: int) -> int:
    try:
        _, resident, shared, *_ = (_PROC / str(pid) / "statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def children_of(pid: int) -> list[int]:
    """The process ids of what any thread of a process has started and not yet waited for; none of
    one that is gone or where the kernel does not tell (proc(5), children)."""
    found: list[int] = []
    with suppress(OSError):
        for task in (_PROC / str(pid) / "task").iterdir():
            with suppress(OSError):  # a thread that has ended meanwhile hides no other's
                found += map(int, (task / "children").read_text().split())
    return found


GRACE = timedelta(seconds=10)
MEMORY = Limits().memory
_WRAPPER = str(Path(__file__).with_name("exec_wrapper.py"))
_KEPT_LINES = slice(None, 1024 * 1024)  # bytes: some 4,000 runs of `crawl --json`
_KEPT_ERRORS = slice(-16 * 1024, None)  # bytes: the end tells why
_LAST_WORDS = 1.0  # seconds for output still in the pipe after the end
_PARTLY = 3  # exit code of a command that did part of its work
RESERVED = 2  # memory may be reserved beyond what is used; a burst hits this before we look


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How a child ended. `lines` is its standard output, `reason` one line for people. A negative
    `returncode` is the signal that ended it, None says it never started, and so does `pid` 0. `cpu`
    is in seconds, None where that is not known."""

    outcome: Outcome
    returncode: int | None
    lines: tuple[str, ...]
    seconds: float
    reason: str = ""
    pid: int = 0
    cpu: float | None = None


class Started(Protocol):
    """A process that was started, such as asyncio's."""

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its group and its session."""

    @property
    def returncode(self) -> int | None:
        """As in `subprocess`."""

    async def wait(self) -> int:
        """Its exit code, once it has ended."""

    def terminate(self) -> None:
        """Send SIGTERM. Raise ProcessLookupError where it has ended."""


Start = Callable[[tuple[str, ...], int, int, int], Awaitable[Started]]
"""Starts a command line in a session of its own, bound to so many bytes of memory, with these two
file descriptors as its standard output and error. Raises OSError."""


async def run_child(
    command: tuple[str, ...],
    deadline: timedelta,
    stop: asyncio.Event,
    grace: timedelta = GRACE,
    memory: int = MEMORY,
    heard: Callable[[str], None] | None = None,
    start: Start | None = None,
) -> ChildEnd:
    """Start `command` in a session of its own, as a new process or by `start`, and see it to its
    end.

    After `deadline`, or as soon as `stop` is set, it gets SIGTERM, and `grace` later its whole
    group SIGKILL. At once if it and its children use more than `memory` bytes. The clock is the
    monotonic one: setting the time of day cuts nobody short. `heard` gets each line of its standard
    error as it comes.
    """
    began = time.monotonic()
    said, complained = Output(_KEPT_LINES), Output(_KEPT_ERRORS, heard)
    try:
        process = await (start or spawn)(command, memory, said.target, complained.target)
    except OSError as error:
        process = None
        failure = f"{command[0]}: {error.strerror}"
    finally:
        said.started()
        complained.started()
    cause = await _see_out(process, deadline, stop, grace, memory) if process else None
    lines = tuple((await said.finish(_LAST_WORDS)).splitlines())
    errors = await complained.finish(_LAST_WORDS)
    seconds = time.monotonic() - began
    if process is None:
        return ChildEnd(Outcome.FAILED, None, (), seconds, failure)
    outcome, reason = _judge(process.returncode or 0, cause, errors, memory)
    cpu = getattr(process, "cpu", None)
    return ChildEnd(outcome, process.returncode, lines, seconds, reason, process.pid, cpu)


async def spawn(command: tuple[str, ...], memory: int, said: int, complained: int) -> Started:
    """Start a new process: a `Start`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        _WRAPPER,
        str(os.getpid()),
        str(RESERVED * memory),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=said,
        stderr=complained,
        start_new_session=True,
    )


async def _see_out(
    process: Started,
    deadline: timedelta,
    stop: asyncio.Event,
    grace: timedelta,
    memory: int,
) -> Outcome | None:
    """Wait for the end, hastening it where needed. Return why we did, or None."""
    ended = asyncio.ensure_future(process.wait())
    asked = asyncio.ensure_future(stop.wait())
    swollen = asyncio.ensure_future(exceeded(process.pid, memory))
    await asyncio.wait(
        {ended, asked, swollen},
        timeout=deadline.total_seconds(),
        return_when=asyncio.FIRST_COMPLETED,
    )
    cause = None
    if not ended.done():
        cause = Outcome.KILLED if swollen.done() else Outcome.TIMEOUT
        cause = Outcome.INTERRUPTED if asked.done() else cause
        if cause is not Outcome.KILLED:
            # Only the leader: it is to end its own workers after they have done their page.
            with suppress(ProcessLookupError):
                process.terminate()
            await asyncio.wait({ended}, timeout=grace.total_seconds())
    asked.cancel()
    swollen.cancel()
    # Whoever is left of its group goes now, whether or not the leader has ended by itself.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await ended
    return cause


def _judge(code: int, cause: Outcome | None, errors: str, memory: int) -> tuple[Outcome, str]:
    last = next((line for line in reversed(errors.splitlines()) if line.strip()), "").strip()
    if cause is Outcome.KILLED or (code > 0 and last.startswith("MemoryError")):
        return Outcome.KILLED, f"out of memory: more than {memory // MIB} MiB"
    if cause is Outcome.TIMEOUT:
        return Outcome.TIMEOUT, "stopped at its deadline"
    if cause is Outcome.INTERRUPTED and code != 0:
        return Outcome.INTERRUPTED, "the daemon was stopped"
    if code < 0:
        return Outcome.KILLED, f"ended by {_signal_name(-code)}"
    if code == 0:
        return Outcome.OK, ""
    reason = f"exit code {code}: {last[:300]}" if last else f"exit code {code}"
    return (Outcome.PARTIAL if code == _PARTLY else Outcome.FAILED), reason


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# What the end of a child means for each of the jobs that shared it.

RunReport = tuple[Outcome, str, int | None]  # outcome, reason, number of the run
_CUT_SHORT = (Outcome.KILLED, Outcome.TIMEOUT)


@dataclass(frozen=True, slots=True)
class JobResult:
    """How one job's slot ended. `again`: it is to be tried once more, by itself. `run` is the
    number of the crawl in the archive, where it said one."""

    due: Due
    outcome: Outcome
    reason: str
    again: bool = False
    run: int | None = None


def results(batch: Sequence[Due], end: ChildEnd) -> tuple[JobResult, ...]:
    """One result for each job of a batch."""
    reports = _reported_runs(end.lines)
    return tuple(_result(due, end, reports, len(batch) > 1) for due in batch)


def _result(due: Due, end: ChildEnd, reports: dict[str, RunReport], shared: bool) -> JobResult:
    if own := next((reports[name] for name in _names(due.job) if name in reports), None):
        return JobResult(due, own[0], own[1], run=own[2])
    if shared and end.outcome in _CUT_SHORT:
        return JobResult(
            due, end.outcome, f"{end.reason}, with others; runs again alone", again=True
        )
    return JobResult(due, end.outcome, end.reason)


def _names(job: Job) -> tuple[str, ...]:
    return (job.name, *job.arguments)


def _reported_runs(lines: Iterable[str]) -> dict[str, RunReport]:
    found: dict[str, RunReport] = {}
    for line in lines:
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                continue  # not such a line
            reason, run = str(row.get("reason", ""))[:300], row.get("run")
            number = run if isinstance(run, int) else None
            found[str(row["source"])] = Outcome(row["outcome"]), reason, number
        except (ValueError, TypeError, LookupError, RecursionError):
            continue  # not such a line
    return found

"""One child process from start to end: deadline, stopping, what it said, how it ended.

Not here: which child to start when, and what its end means for a slot (`daemon`, `results`).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from storage.types import Outcome

from ..limits import MIB, Limits
from .memory import exceeded
from .pipes import Output

GRACE = timedelta(seconds=10)
MEMORY = Limits().memory
_LEASH = str(Path(__file__).with_name("leash.py"))
_KEPT_LINES = slice(None, 1024 * 1024)  # bytes: some 4,000 runs of `crawl --json`
_KEPT_ERRORS = slice(-16 * 1024, None)  # bytes: the end tells why
_LAST_WORDS = 1.0  # seconds for output still in the pipe after the end
_PARTLY = 3  # exit code of a command that did part of its work
_RESERVED = 2  # memory may be reserved beyond what is used; a burst hits this before we look


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How a child ended. `lines` is its standard output, `reason` one line for people; a negative
    `returncode` is the signal that ended it, None says it never started, and so does `pid` 0."""

    outcome: Outcome
    returncode: int | None
    lines: tuple[str, ...]
    seconds: float
    reason: str = ""
    pid: int = 0


async def run_child(
    command: tuple[str, ...],
    deadline: timedelta,
    stop: asyncio.Event,
    grace: timedelta = GRACE,
    memory: int = MEMORY,
) -> ChildEnd:
    """Start `command` in a session of its own and see it to its end.

    After `deadline`, or as soon as `stop` is set, it gets SIGTERM, and `grace` later its whole
    group SIGKILL; at once if it and its children use more than `memory` bytes. The clock is the
    monotonic one: setting the time of day cuts nobody short.
    """
    began = time.monotonic()
    said, complained = Output(_KEPT_LINES), Output(_KEPT_ERRORS)
    try:
        process = await _start(command, memory, said, complained)
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
    return ChildEnd(outcome, process.returncode, lines, seconds, reason, process.pid)


async def _start(
    command: tuple[str, ...], memory: int, said: Output, complained: Output
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        _LEASH,
        str(os.getpid()),
        str(_RESERVED * memory),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=said.target,
        stderr=complained.target,
        start_new_session=True,
    )


async def _see_out(
    process: asyncio.subprocess.Process,
    deadline: timedelta,
    stop: asyncio.Event,
    grace: timedelta,
    memory: int,
) -> Outcome | None:
    """Wait for the end, hastening it where needed; returns why we did, or None."""
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

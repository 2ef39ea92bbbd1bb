"""Why a call has no result, and how a worker ended, as values that both ends know."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from enum import StrEnum

from storage.types import Outcome

from ..bugs import MOST_CHARACTERS, trace_of
from ..space import EXHAUSTED, is_exhaustion

_MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class CallFault:
    """Why there is no result: `timeout`, `too_big`, or `failed` where the call or its process
    broke. `busy` where this machine starts no process for it, which says nothing of the call.
    `interrupted` where nobody waits for it any more.

    `trace` is there exactly where something of ours broke: a traceback, or all that is known of a
    crash, in at most 8,000 characters. Two faults are the same whatever their traces.
    """

    outcome: Outcome
    reason: str
    trace: str = field(default="", compare=False)


def raised(error: BaseException) -> CallFault:
    """The fault of a call that raised: a bug of ours, which must not end more than one page; or
    `busy` where what it needed could not be opened, a module among it."""
    if is_exhaustion(error):
        return CallFault(Outcome.BUSY, EXHAUSTED)
    what, trace = described(error)
    return CallFault(Outcome.FAILED, f"the reader failed: {what}"[:_MOST_REASON], trace)


def described(error: BaseException) -> tuple[str, str]:
    """An exception in a line, and its traceback, of which the end is kept."""
    return f"{type(error).__name__}: {error}"[:_MOST_REASON], trace_of(error)


@dataclass(frozen=True, slots=True)
class CallBounds:
    """What one call may use: seconds of CPU time, seconds by the clock, bytes of memory."""

    cpu: float
    wall: float
    memory: int


class How(StrEnum):
    """How a worker ended, in words for people. `gone`: by a signal or an exit of its own."""

    CPU = "its bound of CPU time"
    WALL = "its bound of time"
    MEMORY = "its bound of memory"
    UNREADY = "a start that took too long"
    BROKEN = "an error of its own"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class End:
    """How a worker ended. `code` is its return code, negative for a signal, where it is `gone`.
    `what` and `trace` tell of the error it met, `trace` also of a crash."""

    how: How
    code: int = 0
    what: str = ""
    trace: str = ""

    @classmethod
    def of(cls, code: int, trace: str = "") -> End:
        """The end of a process that was not ended by its parent, from its return code."""
        if code == -signal.SIGPROF:
            return cls(How.CPU)
        if code == -signal.SIGALRM:  # the kernel was faster than a parent that was late
            return cls(How.WALL)
        return cls(How.GONE, code, trace=trace)

    def __str__(self) -> str:
        if self.how is not How.GONE:
            return self.how.value
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return signal.Signals(-self.code).name
        except ValueError:  # a real-time signal has no name
            return f"signal {-self.code}"

    @property
    def is_final(self) -> bool:
        """Whether the call is to blame without a second try: CPU time is its own alone."""
        return self.how is How.CPU


def fault_of(name: str, end: End, before: End | None, bounds: CallBounds) -> CallFault:
    """The fault of a call by the end of its worker. `before` is the end of an earlier one, if this
    one was given nothing else. `name` says which function it was."""
    alone = _alone(end, before)
    if end.how is How.CPU:
        return CallFault(Outcome.TIMEOUT, f"not read within {bounds.cpu:g} s")
    if end.how is How.WALL:
        return CallFault(Outcome.TIMEOUT, overdue(bounds.cpu, bounds.wall) + alone)
    if end.how is How.UNREADY:
        return CallFault(Outcome.TIMEOUT, f"no process was ready to read it in time{alone}")
    if end.how is How.MEMORY:
        mib = bounds.memory // 2**20
        return CallFault(Outcome.TOO_BIG, f"needs more than {mib} MiB to be read")
    if end.how is How.BROKEN:
        return CallFault(Outcome.FAILED, f"the worker failed: {end.what}{alone}", end.trace)
    if end.code == -signal.SIGKILL:
        twice = " twice" if str(before) == str(end) else alone
        why = "most likely by the kernel for want of memory"
        return CallFault(Outcome.TOO_BIG, f"its process was killed by SIGKILL{twice}, {why}")
    reason = f"the reader crashed: {end}{alone}"
    return CallFault(Outcome.FAILED, reason, f"{name}: {reason}\n{end.trace}"[:MOST_CHARACTERS])


def overdue(cpu: float, wall: float) -> str:
    """The reason of a call that slept or hung: it met the bound by the clock only."""
    return f"not read within {wall:g} s, though it used less than {cpu:g} s of CPU time"


def _alone(end: End, before: End | None) -> str:
    if before is None:
        return ""
    return ", alone, too" if str(before) == str(end) else f", alone; {before} before"

"""Why a call has no result, as a value; and what is told of an exception at both ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.types import Outcome

from ..bugs import trace_of

_MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class CallFault:
    """Why there is no result: `timeout`, `too_big`, or `failed` where the call or its process
    broke; `interrupted` where nobody waits for it any more.

    `trace` is there exactly where something of ours broke: a traceback, or all that is known of a
    crash, in at most 8,000 characters. Two faults are the same whatever their traces.
    """

    outcome: Outcome
    reason: str
    trace: str = field(default="", compare=False)


def failed(what: str, trace: str) -> CallFault:
    """The fault of a call that broke: a bug of ours, which must not end more than one page."""
    return CallFault(Outcome.FAILED, f"the reader failed: {what}"[:_MOST_REASON], trace)


def told(error: BaseException) -> tuple[str, str]:
    """An exception in a line, and its traceback, of which the end is kept."""
    return f"{type(error).__name__}: {error}"[:_MOST_REASON], trace_of(error)

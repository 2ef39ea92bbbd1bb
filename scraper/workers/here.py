"""A call in this very process, cut at its deadline: for the few small pages of most crawls.

Starting a worker takes as long as reading some sixty pages. Works in the main thread of a process
only, and cuts Python code and regular expressions, not a parser in the middle of its work; so it
is for input that no parser takes long for.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import ParamSpec, TypeVar

from storage.types import Outcome

from .pool import SECONDS, Fault, failed

P = ParamSpec("P")
T = TypeVar("T")


class _Overdue(BaseException):
    """Not an Exception, so that no reader takes it for a fault of the page."""


def is_possible() -> bool:
    """True in the main thread, which alone hears signals."""
    return threading.current_thread() is threading.main_thread()


def bounded(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Fault:
    """What the call returns, or the fault that it took more than five seconds."""
    before = signal.signal(signal.SIGALRM, _cut)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            return call(*args, **kwargs)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Overdue:
        return Fault(Outcome.TIMEOUT, f"not read within {SECONDS:g} s")
    except Exception as error:
        return failed(error)
    finally:
        signal.signal(signal.SIGALRM, before)


def _cut(number: int, frame: FrameType | None) -> None:
    raise _Overdue

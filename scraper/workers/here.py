"""A call in this very process, cut at its deadline: for the few small pages of most crawls.

Starting a worker takes as long as reading some sixty pages. Works in the main thread of a process
only, and cuts Python code and regular expressions, not a parser in the middle of its work; so it
is for input that no parser takes long for.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import ParamSpec, TypeVar

from storage.types import Outcome

from .ends import overdue
from .fault import CallFault, failed, told
from .pool import PATIENCE, SECONDS

P = ParamSpec("P")
T = TypeVar("T")


class _Overdue(BaseException):
    """Not an Exception, so that no reader takes it for a fault of the page."""


class _Timers:
    """The two timers of a call: CPU time of this thread, and time by the clock.

    Raises at most once, and never when disarmed: two signals may come at the same moment.
    """

    def __init__(self, seconds: float) -> None:
        self._cpu, self._wall = seconds, PATIENCE * seconds
        self._is_running = True
        self._began = time.thread_time()
        self._before = {
            signal.SIGPROF: signal.signal(signal.SIGPROF, self._cut),
            signal.SIGALRM: signal.signal(signal.SIGALRM, self._cut),
        }
        signal.setitimer(signal.ITIMER_PROF, self._cpu)
        signal.setitimer(signal.ITIMER_REAL, self._wall)

    def _cut(self, number: int, frame: FrameType | None) -> None:
        if not self._is_running:
            return
        left = self._cpu - (time.thread_time() - self._began)
        if number == signal.SIGPROF and left > 0:
            # The timer counts the whole process, whose other threads have worked, too.
            signal.setitimer(signal.ITIMER_PROF, left)
            return
        self._is_running = False
        raise _Overdue(
            f"not read within {self._cpu:g} s" if left <= 0 else overdue(self._cpu, self._wall)
        )

    def disarm(self) -> None:
        """Raise no more."""
        self._is_running = False

    def stop(self) -> None:
        """Stop both, and leave their signals as they were. To be called when they are disarmed."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)


def is_possible() -> bool:
    """True in the main thread, which alone hears signals."""
    return threading.current_thread() is threading.main_thread()


def bounded(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | CallFault:
    """What the call returns, or the fault that it took more than five seconds of CPU time or
    sixty by the clock, or broke."""
    timers = _Timers(SECONDS)
    try:
        try:
            return call(*args, **kwargs)
        finally:
            timers.disarm()  # a signal that comes before it has done so is caught below
    except _Overdue as cut:
        return CallFault(Outcome.TIMEOUT, str(cut))
    except MemoryError:
        return CallFault(Outcome.TOO_BIG, "there is no memory left to read it")
    except Exception as error:
        return failed(*told(error))
    finally:
        timers.stop()

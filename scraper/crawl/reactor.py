"""The process's event loop, Twisted's reactor on it, and the signals that end a crawl.

A reactor can be run once a process. It is never run here: the asyncio loop under it is, as often as
needed, which is enough for connections and timers.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any

from twisted.internet import asyncioreactor

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@cache
def reactor_loop() -> asyncio.AbstractEventLoop:
    """The loop that carries the reactor, made at the first call."""
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a Twisted reactor is installed already; crawl in a process of its own")
    loop = asyncio.new_event_loop()
    install: Callable[[asyncio.AbstractEventLoop], None] = asyncioreactor.install
    install(loop)
    return loop


class Interrupts:
    """Hears SIGINT and SIGTERM while it is entered, and tells those who watch.

    `on_signal` gets the number of each signal.
    """

    def __init__(self, on_signal: Callable[[int], None] = lambda number: None) -> None:
        self.stopped = False
        self._on_signal = on_signal
        self._watchers: list[Callable[[], None]] = []
        self._before: dict[signal.Signals, Any] = {}

    @contextmanager
    def watching(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` if a signal comes inside the block."""
        self._watchers.append(stop)
        try:
            yield
        finally:
            self._watchers.remove(stop)

    def __enter__(self) -> Interrupts:
        # Only the main thread may; elsewhere whoever runs the thread deals with signals.
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                self._before[number] = signal.getsignal(number)
                loop.add_signal_handler(number, self._hear, number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, before or signal.SIG_DFL)

    def _hear(self, number: int) -> None:
        self.stopped = True
        self._on_signal(number)
        for stop in tuple(self._watchers):
            stop()

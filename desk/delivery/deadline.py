"""A bound in seconds for a whole conversation, not for each silence in it: a server that sends a
byte now and then would otherwise keep us for ever."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Overtime:
    """Whether the bound was reached."""

    def __init__(self) -> None:
        self.reached = False


@contextmanager
def within(seconds: float, current: Callable[[], socket.socket | None]) -> Iterator[Overtime]:
    """Shut the `current` connection after so many seconds; who waits for it then gets an error."""
    overtime = Overtime()

    def shut() -> None:
        overtime.reached = True
        connection = current()
        with suppress(OSError):
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield overtime
    finally:
        timer.cancel()

"""Telling systemd how we are: sd_notify(3), a datagram to the socket it names. Elsewhere: silence.

Not here: what to tell when (`daemon`).
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress


class Notifier:
    """The socket in NOTIFY_SOCKET, if there is one."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        named = environ.get("NOTIFY_SOCKET", "")
        # A leading @ stands for the zero byte of Linux's abstract names.
        self._address = f"\0{named[1:]}" if named.startswith("@") else named
        self._watchdog = _seconds(environ)

    @property
    def every(self) -> float | None:
        """How often, in seconds, `alive` has to be said at least. None: nobody listens for it."""
        return self._watchdog / 2 if self._watchdog and self._address else None

    def ready(self, status: str) -> None:
        """We serve. Also after a reload."""
        self._send("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """The configuration is being taken up. `ready` follows."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self, status: str) -> None:
        """We are not stuck."""
        self._send("WATCHDOG=1", f"STATUS={status}")

    def stopping(self) -> None:
        """We end."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        text = "\n".join(" ".join(line.split()) for line in lines)
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.sendto(text.encode(), self._address)


def _seconds(environ: Mapping[str, str]) -> float:
    """The watchdog's bound, if it is meant for this process."""
    meant = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    with suppress(ValueError):
        return int(environ.get("WATCHDOG_USEC", "0")) / 1e6 if meant else 0.0
    return 0.0

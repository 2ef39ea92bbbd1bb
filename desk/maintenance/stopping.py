"""Making sure that nobody works on an archive: politely stopping its daemon, waiting for the rest.

Starts nothing again. It says how that is done.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hubwatch.errors import Busy
from hubwatch.locks import Lock, held

PATIENCE = timedelta(seconds=90)
"""A daemon needs 20 s to stop at most, beside what the archive makes it wait."""
_POLL_SECONDS = 0.1
_UNIT = re.compile(r"/([^/]+\.service)(?:/|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RunningDaemon:
    """A daemon that runs: who it is, and how it is started again, in words of the shell."""

    pid: int
    start: str


def find_daemon(archive: Path) -> RunningDaemon | None:
    """The daemon of an archive. None if none runs, or it cannot be seen from here."""
    pid = Lock(archive, "daemon").pid()
    return None if pid is None else RunningDaemon(pid, _start_of(pid))


@contextmanager
def stopped(
    archive: Path, daemon: RunningDaemon | None, patience: timedelta = PATIENCE
) -> Iterator[None]:
    """Nobody works on the archive while the block lasts: a daemon is stopped (SIGTERM) and kept
    from starting, crawls and imports are waited for.

    Raises Busy that names who does not end in time, or may not be stopped.
    """
    lock = Lock(archive, "daemon")
    deadline = time.monotonic() + patience.total_seconds()
    if daemon is not None:
        _ask_to_stop(daemon)
    with lock.acquire(patience if daemon else timedelta(), "hubwatch upgrade or restore"):
        while others := [each for each in held(archive) if each.name != lock.name]:
            if time.monotonic() >= deadline:
                who = ", ".join(f"{each.name} by {each.holder()}" for each in others)
                raise Busy(f"{archive}: is in use: {who}; wait for it to end, or end it")
            time.sleep(_POLL_SECONDS)
        yield


def _ask_to_stop(daemon: RunningDaemon) -> None:
    try:
        os.kill(daemon.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Busy(
            f"the daemon (pid {daemon.pid}) belongs to somebody else and goes on; stop it first"
        ) from None


def _start_of(pid: int) -> str:
    """By the unit of systemd that a process belongs to, or else by its own command line."""
    unit = _UNIT.search(_read(pid, "cgroup"))
    if unit and not unit[1].startswith(("user@", "session")):
        return f"systemctl start {unit[1].removesuffix('.service')}"
    words = _read(pid, "cmdline").rstrip("\0").split("\0")
    return shlex.join(words) if words != [""] else "hubwatch run"


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

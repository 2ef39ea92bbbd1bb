"""Locks that vanish with their holder: flock on files beside the archive.

Not for what must outlive a process. That is state in the archive. flock(2) is advisory, which is
enough among processes that all ask here.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from .errors import Busy, StorageError
from .log_line import log_warning
from .ownership import give_as_root

_POLL_SECONDS = 0.2
_GLANCE_SECONDS = 0.02
_SILENT_SECONDS = 1.0


def held(archive: Path) -> tuple[Lock, ...]:
    """The locks of an archive that somebody holds now: of hosts, imports, the daemon."""
    folder = archive.with_name(f"{archive.name}.locks")
    found = (Lock(archive, path.stem) for path in sorted(folder.glob("*.lock")))
    return tuple(lock for lock in found if not lock.is_free())


class Lock:
    """An exclusive lock of one name in one archive's folder of locks.

    The file stays after release (removing it would race). What counts is the kernel's lock on it.
    """

    def __init__(self, archive: Path, name: str) -> None:
        safe = re.sub(r"[^a-z0-9.-]", "_", name.lower())
        self.name = name
        self.path = archive.with_name(f"{archive.name}.locks") / f"{safe}.lock"
        self._descriptor: int | None = None
        self._trouble: str | None = None  # as it stands in the file, None while nothing does

    def try_acquire(self, holder: str) -> bool:
        """Take the lock if it is free. `holder` says to others who we are. Raises StorageError."""
        descriptor = self._opened()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor, self._trouble = descriptor, None
        # The lock is ours; a disk too full for our name takes nothing from it.
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            said = f"{os.getpid()} {holder}\n".encode("utf-8", "backslashreplace")
            os.pwrite(descriptor, said, 0)
            self._request.unlink(missing_ok=True)
        return True

    def _opened(self) -> int:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            give_as_root((self.path.parent, self.path), self.path.parent.parent)
            return descriptor
        except OSError as error:
            raise StorageError(
                "%(path)s: %(why)s; the lock cannot be taken", path=self.path, why=error.strerror
            ) from error

    def acquire(
        self, wait: timedelta, holder: str, on_wait: Callable[[str], None] | None = None
    ) -> Lock:
        """Take the lock, waiting at most `wait`, or the moment of somebody's glance (`is_free`).
        After a second `on_wait` is called once with who holds it; else that is logged. Raises
        Busy, naming the holder."""
        began = time.monotonic()
        deadline = began + max(wait.total_seconds(), _GLANCE_SECONDS)
        told = False
        while not self.try_acquire(holder):
            if not told and time.monotonic() - began >= _SILENT_SECONDS:
                told = True
                (on_wait or self._log_wait)(self.holder())
            if time.monotonic() >= deadline:
                who = self.holder()
                if who:
                    raise Busy("%(name)s is in use by %(holder)s", name=self.name, holder=who)
                raise Busy("%(name)s is in use by another process", name=self.name)
            time.sleep(min(_POLL_SECONDS, max(0.0, deadline - time.monotonic())))
        return self

    def _log_wait(self, holder: str) -> None:
        log_warning("lock_awaited", name=self.name, holder=holder or "another process")

    @property
    def _request(self) -> Path:
        return self.path.with_suffix(".wanted")

    def ask(self) -> None:
        """Say that somebody waits for the lock. A holder who can give way looks for it."""
        self._request.touch()

    def is_wanted(self) -> bool:
        """Whether somebody has asked for the lock since it was taken."""
        return self._request.exists()

    def beat(self, at: datetime, trouble: str = "") -> None:
        """Let others know that its holder got on with its work at that moment (aware), or what has
        kept it from that since the last time."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            if trouble != self._trouble:
                kept = os.fstat(self._descriptor).st_mtime
                first = os.pread(self._descriptor, 1000, 0).split(b"\n")[0] + b"\n"
                said = " ".join(trouble.split()).encode("utf-8", "backslashreplace") + b"\n"
                os.ftruncate(self._descriptor, os.pwrite(self._descriptor, first + said, 0))
                os.utime(self._descriptor, (kept, kept))
                self._trouble = trouble
            if not trouble:
                os.utime(self._descriptor, (at.timestamp(), at.timestamp()))

    def last_beat(self) -> tuple[datetime, str] | None:
        """When its holder last got on, and what has kept it from that since, as far as that is
        said. None where it never said that it does: a second line begins with the first time."""
        try:
            beat, (_, _, said) = self.path.stat(), self._text().partition("\n")
        except OSError:
            return None
        return (datetime.fromtimestamp(beat.st_mtime, UTC), said.strip()) if said else None

    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")  # it may be written just now

    def holder(self) -> str:
        """What the last holder said of itself, `pid 123 (holder)`. Empty if nobody ever did."""
        try:
            pid, _, who = self._text().partition("\n")[0].strip().partition(" ")
        except OSError:
            return ""
        return f"pid {pid} ({who})" if pid else ""

    def pid(self) -> int | None:
        """The process that holds the lock, as far as that can be proven here (Linux: it has the
        file open). None else."""
        try:
            pid = int(self._text().split()[0])
            ours = self.path.stat()
            for opened in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if os.path.samestat(opened.stat(), ours):
                        return pid
        except (OSError, ValueError, IndexError):
            return None
        return None

    def is_free(self) -> bool:
        """Whether nobody holds it now. To look means to share it for a moment, and whoever tries to
        take it just then has to try again, as `acquire` does."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def release(self) -> None:
        """Give the lock back. Harmless if it is not held."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

"""Whether the archive's disk has room for what a crawl or an import brings, and this process may
open what they need."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_SECONDS = 1.0
EXHAUSTED = (
    "this machine opens no more files and connections for Hubwatch: raise the limit "
    "(`ulimit -n`, or LimitNOFILE of its service)"
)


def is_exhaustion(error: BaseException) -> bool:
    """Whether something could not be opened since too much is open already."""
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def opens_nothing() -> bool:
    """Whether this process may open nothing more now."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return is_exhaustion(error)
    return False


class Space:
    """Looks at the disk of an archive, once a second at most. `floor` bytes are to stay free."""

    def __init__(
        self, archive: Path, floor: int, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._floor, self._tick = archive.absolute().parent, floor, tick
        self._looked_at = float("-inf")
        self._found = ""

    def shortage(self) -> str:
        """What is wrong, in words for people. Empty while there is room."""
        if self._tick() >= self._looked_at + _LOOK_SECONDS:
            self._looked_at = self._tick()
            self._found = self._look()
        return self._found

    def _look(self) -> str:
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError:  # what is really wrong, writing will say
            return ""
        if free >= self._floor:
            return ""
        return (
            f"{free // 10**6} MB are free on the disk of {self._folder}, less than the "
            f"{self._floor // 10**6} MB of limits.free_space"
        )

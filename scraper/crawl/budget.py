"""What a run may still spend: pages, memory, patience with a failing host."""

from __future__ import annotations

from pathlib import Path

from storage.types import Outcome

from ..sources.model import Bounds
from .wire.fetched import Fetched

MEMORY_BYTES = 512 * 1024 * 1024
_PATIENCE = 5
_HOST_TROUBLE = (Outcome.NET_ERROR, Outcome.TIMEOUT, Outcome.BLOCKED, Outcome.HTTP_ERROR)
_PAGE_BYTES = 4096


class Budget:
    """Counts what one run spends; `spent` says why it must stop, or nothing."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pages = 0
        self._failures = 0
        self._halted = ""

    def begin(self) -> None:
        """One more address is asked for."""
        self._pages += 1

    def note(self, fetched: Fetched) -> None:
        """What came of it."""
        in_trouble = fetched.outcome in _HOST_TROUBLE
        self._failures = self._failures + 1 if in_trouble else 0
        if fetched.halting:
            self._halted = fetched.reason

    def spent(self) -> str:
        """The bound that was reached, in words; empty while there is something left."""
        if self._halted:
            return self._halted
        if self._pages >= self._bounds.pages:
            return f"{self._bounds.pages} pages fetched"
        if self._failures >= _PATIENCE:
            return f"{self._failures} addresses in a row failed"
        if resident_bytes() > MEMORY_BYTES:
            return f"more than {MEMORY_BYTES >> 20} MiB of memory in use"
        return ""


def resident_bytes() -> int:
    """The memory this process has in use now; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * _PAGE_BYTES

"""What a run may still spend: pages, memory, disk, patience with each failing host."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from storage.types import Outcome

from ..crawl.space import Space
from ..middlewares.fetch_result import FetchResult
from ..sources.links import authority_of
from ..sources.model import Bounds

MEMORY_BYTES = 512 * 1024 * 1024
_PATIENCE = 5
"""So many addresses of a host in a row that could not be reached."""
_REFUSALS = 20
"""So many in a row that were reached and not given out: each may be that page's own trouble."""
_UNREACHED = (Outcome.NET_ERROR, Outcome.TIMEOUT)
_REFUSED = (Outcome.BLOCKED, Outcome.HTTP_ERROR)
_PAGE_BYTES = 4096
_LOOKED_EVERY = 16
"""Pages after which it is looked how much memory is in use: no page takes much of it."""


class Budget:
    """Counts what one run spends; `spent` says why it must stop, `circuit_open` why it must
    leave a host alone, or nothing."""

    def __init__(self, bounds: Bounds, space: Space) -> None:
        self._bounds = bounds
        self._space = space
        self._pages = 0
        self._memory_before = resident_bytes()
        self._unreached = Counter[str]()
        self._failed = Counter[str]()
        self._halted: dict[str, str] = {}

    def begin(self) -> None:
        """One more address is asked for."""
        self._pages += 1

    def note(self, fetched: FetchResult) -> None:
        """What came of it."""
        host = _host_of(fetched.url)
        unreached = fetched.outcome in _UNREACHED
        self._unreached[host] = self._unreached[host] + 1 if unreached else 0
        in_vain = unreached or fetched.outcome in _REFUSED
        self._failed[host] = self._failed[host] + 1 if in_vain else 0
        if fetched.halting:
            for url in filter(None, (fetched.url, fetched.final_url)):
                self._halted[_host_of(url)] = fetched.reason

    def spent(self) -> str:
        """The bound that was reached, in words; empty while there is something left."""
        if self._pages >= self._bounds.pages:
            return f"{self._bounds.pages} pages fetched"
        if self._pages % _LOOKED_EVERY == 0 and self._takes_too_much():
            return f"more than {MEMORY_BYTES >> 20} MiB of memory taken"
        return self._space.shortage()

    def _takes_too_much(self) -> bool:
        """What the process held before is not the run's doing."""
        return resident_bytes() - self._memory_before > MEMORY_BYTES

    def circuit_open(self, url: str) -> str:
        """Why this address's host is left alone for the rest of the run; empty if it is not."""
        host = _host_of(url)
        if host in self._halted:
            return self._halted[host]
        if self._unreached[host] >= _PATIENCE:
            return f"{self._unreached[host]} addresses in a row failed at {host}"
        if self._failed[host] >= _REFUSALS:
            return f"{self._failed[host]} addresses in a row failed at {host}"
        return ""


def _host_of(url: str) -> str:
    """The authority of an address; what is none has no host to lose patience with, and stands for
    itself."""
    try:
        return authority_of(url)
    except ValueError:
        return url


def resident_bytes() -> int:
    """The memory this process has in use now; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * _PAGE_BYTES

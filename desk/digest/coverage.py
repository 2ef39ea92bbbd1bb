"""How far a digest can be trusted to be complete: which sources were scanned, and how that went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.types import Outcome

from .left_out import LeftOut


@dataclass(frozen=True, slots=True)
class Scan:
    """What became of one source within the period. `outcome` is that of its last finished run
    (None: it was not scanned), `items` how many items of the digest it gave. `is_external`: nothing
    ever scans it, people or imports bring what is of it. `is_enabled`: it is one of those that are
    to be scanned."""

    source_id: str
    name: str
    city: str
    runs: int
    outcome: Outcome | None
    reason: str
    last_ok_at: datetime | None
    items: int
    is_external: bool = False
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the digest can be trusted to be complete. `older` counts articles that first crawls,
    back-fills and imports archived and that were not published within the period, `rejected`
    stories that people rejected, `waiting` those that are left for a later issue; `left_out` are
    crawls that were planned and not run."""

    scans: tuple[Scan, ...]
    older: int
    rejected: int = 0
    waiting: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @property
    def scanned(self) -> tuple[Scan, ...]:
        """Sources with at least one finished run."""
        return tuple(scan for scan in self.scans if scan.outcome is not None)

    @property
    def with_news(self) -> tuple[Scan, ...]:
        """Sources with a finished run that gave at least one item."""
        return tuple(scan for scan in self.scanned if scan.items)

    @property
    def elsewhere(self) -> tuple[Scan, ...]:
        """Sources that nothing scans, of which people or imports brought at least one item."""
        return tuple(scan for scan in self.scans if scan.items and _is_brought(scan))

    @property
    def beside(self) -> tuple[Scan, ...]:
        """Sources that are not enabled, and were scanned all the same or gave an item."""
        return tuple(s for s in self.scans if not s.is_enabled and not _is_brought(s))

    @property
    def partial(self) -> tuple[Scan, ...]:
        """Sources whose last run hit a bound or was interrupted, so that news may be missing."""
        return tuple(scan for scan in self.scans if scan.outcome in _INCOMPLETE)

    @property
    def failing(self) -> tuple[Scan, ...]:
        """Sources whose last run failed."""
        fine = {Outcome.OK, Outcome.UNCHANGED, *_INCOMPLETE}
        return tuple(scan for scan in self.scanned if scan.outcome not in fine)

    @property
    def gaps(self) -> tuple[Scan, ...]:
        """Sources without a finished run within the period, where there should have been one."""
        absent = (scan for scan in self.scans if scan.outcome is None)
        return tuple(scan for scan in absent if scan.is_enabled and not scan.is_external)


def _is_brought(scan: Scan) -> bool:
    return scan.is_external and scan.outcome is None


_INCOMPLETE = frozenset({Outcome.PARTIAL, Outcome.INTERRUPTED})

"""Runs and what they fetched, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..types import Outcome

RETRY = "retry"
"""The kind of a run that reads archived pages again which had been set aside."""
IMPORT = "import"
"""The kind of a run that takes over what others archived."""
BACKFILL = "backfill"
"""The kind of a run that fetches what is older than a source's first crawl."""
HAND = "hand"
"""The kind of a run that adds what a person asked for."""


class FetchKind(StrEnum):
    """What an address was fetched for."""

    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARTICLE = "article"
    FILE = "file"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One finished attempt to fetch one address, for the log of fetches."""

    url: str
    kind: FetchKind
    at: datetime
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    final_url: str = ""
    size: int = 0
    seconds: float = 0.0
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a run."""

    listed: int = 0
    fetched: int = 0
    unchanged: int = 0
    new: int = 0
    changed: int = 0
    quarantined: int = 0
    failed: int = 0
    gone: int = 0
    cosmetic: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source. `ended_at` and `outcome` are None while it runs.

    `kind` is `crawl`, for one typed address `page`, for what somebody adds `hand`; the others are
    the constants above. `reasons` holds what failed: (outcome word, how often). `cursor` says
    where to go on after a bound was hit.
    """

    id: int
    source_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    counts: Counts = Counts()
    reasons: tuple[tuple[str, int], ...] = ()
    cursor: str = ""
    baseline: bool = False
    kind: str = "crawl"

    @property
    def seconds(self) -> float:
        """How long it took; 0 while it runs."""
        return (self.ended_at - self.started_at) / timedelta(seconds=1) if self.ended_at else 0.0


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has no end yet, and the process that began it."""

    id: int
    source_id: str
    kind: str
    pid: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers that only grow."""

    runs: int
    fetches: int
    articles: int
    events: int

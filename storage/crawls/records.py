"""The values that tell how crawls go: sources, runs, fetches, list rows, slots.

Not what pages say (`types`), and not what people are shown of it (`views`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..types import Outcome, When

FIRST_REST = timedelta(hours=20)
LONGEST_REST = timedelta(days=14)


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
class ListRow:
    """One row of a list page, feed or sitemap, its address absolute."""

    url: str
    title: str = ""
    published: When | None = None
    summary: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server gave us to ask "has it changed?" with (RFC 9110, section 13)."""

    url: str
    etag: str | None
    last_modified: str | None
    checked_at: datetime


DEFAULT_RANK = 50
"""Of sources that say nothing about who goes first."""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """What the archive keeps of a source beside its articles."""

    id: str
    name: str
    city: str
    language: str
    zone: str
    rank: int = DEFAULT_RANK


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
    told in `write_runs`. `reasons` holds what failed: (outcome word, how often). `cursor` says
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
class Recheck:
    """A known article whose page should be asked for again."""

    article_id: int
    url: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the archive knows about how a source is doing. `last_run` is whatever was done last for
    it, an import too; `last_crawl` the last time that it was asked, with an answer."""

    source: SourceRef
    articles: int = 0
    newest: When | None = None
    last_run: Run | None = None
    last_crawl: Run | None = None
    last_ok_at: datetime | None = None
    baseline_done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page kept aside: why, since when, how often it was tried, and the bytes that prove it."""

    id: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime
    tries: int = 1
    reader_version: int = 0
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned moment of one job: due → claimed → done or skipped with a reason.

    `day` (2026-03-01) and `nominal` (07:30) are set where people named a time of day: they are then
    its identity, in the zone of the schedule; else `due_at` is. `repeats` is the slot it makes up
    for, which began and did not come to its end; `schedule` the hash of what planned it.
    """

    id: int
    job: str
    due_at: datetime
    state: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    day: str = ""
    nominal: str = ""
    repeats: int | None = None
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """How a job of the timetable went. `failures` are how often it failed in a row, up to now:
    `failed`, `timeout` or `killed`; being interrupted or skipped neither counts nor ends the row.

    `last` is the newest slot that came to an end, `last_ok` the newest that worked (`partial`
    did), `failed` the newest few of the failures, the newest first. `failing_since` is when the
    first of them was due, `first_due_at` when the oldest slot on record was, or will be.
    """

    job: str
    last: Slot | None = None
    last_ok: Slot | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failed: tuple[Slot, ...] = ()
    first_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Slots of one job, due within a period, that nothing was run for: how many, the first and the
    last, and why (`state` is `skipped`, or `due` for what still waits)."""

    job: str
    state: str
    reason: str
    slots: int
    first_due_at: datetime
    last_due_at: datetime


@dataclass(frozen=True, slots=True)
class Survey:
    """The archive at a glance, for people who found nothing: what is it, how new is it?"""

    path: str
    articles: int
    stories: int
    newest: When | None = None
    newest_title: str = ""


@dataclass(frozen=True, slots=True)
class Attempts:
    """In how many runs an address failed since it was last had, when it first and last did; in
    `absences` of them the server said that nothing is there."""

    tries: int
    first_at: datetime
    last_at: datetime
    absences: int = 0

    def rests(self, now: datetime) -> bool:
        """Whether it is too early to ask again: 20 hours, then twice as long each time, at most
        14 days."""
        doubled = min(self.tries - 1, 10)
        rest = min(FIRST_REST * (1 << doubled), LONGEST_REST)
        return now < self.last_at + rest

    def rests_listed(self, now: datetime) -> bool:
        """The same for what stands on a list all the while: it is asked for again when as long
        again has passed as it has failed so far, at most 14 days."""
        return now < self.last_at + min(self.last_at - self.first_at, LONGEST_REST)

"""What the archive knows of sources: who they are, and the facts their health is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..lists.records import ListObservation
from ..runs.records import Run
from ..types import Outcome, When

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


LONG_PAST = timedelta(days=400)
"""A list whose newest item is older may be one that is read yearly, but is hardly alive."""
MOST_OF_A_LIST, FEW_DATES = 0.5, 3
"""The age of a list is told by its dates where half of its rows have one, and three at least."""


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """The little of an article that tells whether its source is still read well."""

    article_id: int
    title: str
    published: When | None
    characters: int
    first_seen_at: datetime
    baseline: bool


@dataclass(frozen=True, slots=True)
class PublicationEvent:
    """When something went out, as well as is known: `exact` to the hour, else to the day."""

    at: datetime
    exact: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A run found a list on which nothing was known: what stood between its oldest row and the
    newest row of the visit before may have been missed. `met` counts rows known from before that
    were seen in that run or since; a gap that was met is filled."""

    entry_url: str
    run_id: int
    at: datetime
    oldest: str | None
    newest_before: str | None
    met: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Until when the certificate of a host is valid, as last seen."""

    host: str
    not_after: datetime
    seen_at: datetime


class Thing(StrEnum):
    """What a bug happened to."""

    ARTICLE = "article"
    PART = "part"
    FILE = "file"
    LIST = "list"
    ROW = "row"
    ROBOTS = "robots"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Bug:
    """Something of ours broke at one thing of a source. `url` is the thing's address (of a run
    none, of a row without one that of its list), `place` where in the program it was raised,
    `error` what, in one line. `run_id` is the latest run in which it happened, of `times` in all.
    """

    source_id: str
    run_id: int
    thing: Thing
    url: str
    place: str
    error: str
    traceback: str
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the archive knows of one source that tells how it is doing.

    `runs` are finished crawls, the newest first, those left out that say nothing of the source;
    `cut_off` are such ones since the newest of them. `sights` are of its lists, the newest first;
    `articles` the latest by first sight, the newest first; `published` when things went out, in
    order. `hosts` are those of its lists. `bugs` are those that nothing shows to be over,
    `entries_read` the lists that ever had rows.
    """

    source: SourceRef
    registered_at: datetime
    baseline_done_at: datetime | None = None
    paused_until: datetime | None = None
    pause_reason: str = ""
    runs: tuple[Run, ...] = ()
    cut_off: tuple[Run, ...] = ()
    sights: tuple[ListObservation, ...] = ()
    articles: tuple[ArticleFact, ...] = ()
    published: tuple[PublicationEvent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    hosts: tuple[str, ...] = ()
    bugs: tuple[Bug, ...] = ()
    entries_read: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LastEnd:
    """How the latest conclusive crawl of a source ended; `failing_since` is the end of the first
    of the `failures` crawls in a row that failed, None if it did not."""

    source_id: str
    host: str
    at: datetime
    outcome: Outcome
    reason: str
    failing_since: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the latest ended crawl of a source went, and its state; `outcome` is empty before."""

    source_id: str
    ended_at: datetime | None
    outcome: str
    seconds: float
    last_ok_at: datetime | None
    failures: int
    paused_until: datetime | None

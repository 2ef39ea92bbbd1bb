"""What a digest is: an edition (title, period, scope), its coverage, and its numbered items.

Plain values, ready to be rendered in any format; nothing here is escaped for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.decisions import State, Verdict
from storage.records import Run, SourceState, Unfilled
from storage.types import Grade, Outcome, When
from storage.views import Article, Edit

from .left_out import LeftOut


class Format(StrEnum):
    """What a digest can be rendered as."""

    HTML = "html"
    MD = "md"
    CSV = "csv"
    JSON = "json"


class Scope(StrEnum):
    """Which stories belong in: all, or those with a watched name of grade core or related."""

    ALL = "all"
    RELEVANT = "relevant"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` (inclusive) to `until` (exclusive), both aware; `zone` is the IANA name of the
    zone in which people read it."""

    since: datetime
    until: datetime
    zone: str

    def holds(self, moment: datetime | None) -> bool:
        """Whether an instant falls within."""
        return moment is not None and self.since <= moment < self.until

    def holds_day(self, when: When | None) -> bool:
        """Whether a published date falls on one of the period's days, in the period's zone."""
        if when is None:
            return False
        zone = ZoneInfo(self.zone)
        value = when.value
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        return self.since.astimezone(zone).date() <= day <= self.until.astimezone(zone).date()

    def local(self, moment: datetime) -> str:
        """An instant as people read it: `2024-06-03 08:00` in the period's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")

    @property
    def label(self) -> str:
        """`2024-06-03 08:00 to 2024-06-10 08:00, Asia/Shanghai`."""
        return f"{self.local(self.since)} to {self.local(self.until)}, {self.zone}"


@dataclass(frozen=True, slots=True)
class Edition:
    """What somebody asked for. `topics` restricts to those of the watchlist, if there are any;
    `watched` are the topics that make a story relevant (none named: every topic does)."""

    title: str
    period: Period
    scope: Scope = Scope.ALL
    topics: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What the archive holds for an edition.

    `seen`: articles first seen within the period. `touched`: known before, and changed, withdrawn
    or back within it. `runs`: started within it. `states`: every source the archive knows. `edits`:
    the material changes told within it. `returns`: when an article came back within it, by its id.
    `verdicts`: what people decided, by story. `unfilled`: what was planned in it and not run.
    """

    seen: tuple[Article, ...]
    touched: tuple[Article, ...]
    runs: tuple[Run, ...]
    states: tuple[SourceState, ...]
    edits: tuple[Edit, ...] = ()
    returns: Mapping[int, datetime] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    unfilled: tuple[Unfilled, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that made a story relevant, cut around the phrase that matched."""

    before: str
    phrase: str
    after: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.before}{self.phrase}{self.after}"


@dataclass(frozen=True, slots=True)
class Copy:
    """Another address at which a story stands."""

    url: str
    publisher: str
    published: When | None


@dataclass(frozen=True, slots=True)
class Update:
    """A material change of a story: when it was told, what changed, and at which address."""

    at: datetime
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One story. `issuer` is the source line as printed, `publisher` the portal that carries it.

    `updated_at`, `gone_at` and `back_at` are set if that happened within the period, `updates` are
    the changes that were told within it, in order. `state` is what people decided; `was_rejected`:
    they had, and it changed since.
    """

    number: int
    article_id: int
    story_id: int
    title: str
    language: str
    url: str
    city: str
    issuer: str
    publisher: str
    published: When | None
    first_seen_at: datetime
    grade: Grade | None
    topics: tuple[str, ...]
    quote: Quote | None
    also_at: tuple[Copy, ...]
    updated_at: datetime | None
    gone_at: datetime | None
    gone_evidence: str = ""
    back_at: datetime | None = None
    updates: tuple[Update, ...] = ()
    state: State = State.OPEN
    was_rejected: bool = False

    @property
    def marks_title(self) -> bool:
        """Whether the phrase stands in the title, so that no sentence needs to be printed."""
        return self.quote is not None and self.quote.phrase != "" and self.quote.text == self.title


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What became of one source within the period. `outcome` is that of its last finished run
    (None: it was not scanned), `items` how many items of the digest it gave."""

    source_id: str
    name: str
    city: str
    runs: int
    outcome: Outcome | None
    reason: str
    last_ok_at: datetime | None
    items: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the digest can be trusted to be complete. `older` counts articles that first crawls
    archived and that were not published within the period, `rejected` stories that people
    rejected; `left_out` are crawls that were planned and not run."""

    scans: tuple[Scan, ...]
    older: int
    rejected: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @property
    def scanned(self) -> tuple[Scan, ...]:
        """Sources with at least one finished run."""
        return tuple(scan for scan in self.scans if scan.outcome is not None)

    @property
    def with_news(self) -> tuple[Scan, ...]:
        """Sources that gave at least one item."""
        return tuple(scan for scan in self.scans if scan.items)

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
        """Sources without a finished run within the period."""
        return tuple(scan for scan in self.scans if scan.outcome is None)


_INCOMPLETE = frozenset({Outcome.PARTIAL, Outcome.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a renderer needs. `key` are the core items, `sections` the rest by city, `touched`
    the stories known before that changed or were withdrawn; each story occurs once."""

    edition: Edition
    coverage: Coverage
    key: tuple[Item, ...]
    sections: tuple[Section, ...]
    touched: tuple[Item, ...]

    @property
    def chapters(self) -> tuple[Section, ...]:
        """All sections in the order in which they are read, empty ones left out."""
        found = (
            Section("Key items", self.key),
            *self.sections,
            Section("Updated or withdrawn", self.touched),
        )
        return tuple(section for section in found if section.items)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of their numbers."""
        return tuple(item for section in self.chapters for item in section.items)

"""What a digest is: an edition (title, period, scope), its coverage, and its numbered items.

Plain values, ready to be rendered in any format; nothing here is escaped for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.decisions.records import State
from storage.digests.records import ArticleRole, Basis, DigestProof, DigestState
from storage.types import Grade, When

from .coverage import Coverage

_MOMENT = timedelta(milliseconds=1)  # the archive's instants are as fine as that


class Format(StrEnum):
    """What a digest can be rendered as."""

    HTML = "html"
    DOCX = "docx"
    MD = "md"
    TXT = "txt"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    ATOM = "atom"
    EML = "eml"


class Scope(StrEnum):
    """Which stories belong in: all, those with a watched name of grade core or related, or those
    that people accepted."""

    ALL = "all"
    RELEVANT = "relevant"
    ACCEPTED = "accepted"


class Grouping(StrEnum):
    """What the sections are: cities or topics."""

    CITY = "city"
    TOPIC = "topic"


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

    def with_all(self, moments: Iterable[datetime]) -> Period:
        """A period that holds these instants as well."""
        told = list(moments)
        since = min([self.since, *told])
        until = max([self.until, *(moment + _MOMENT for moment in told)])
        return Period(since, until, self.zone)

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
    grouping: Grouping = Grouping.CITY

    @property
    def selection(self) -> str:
        """What it is limited to, in words; issues with the same selection are a series."""
        topics = f"; {', '.join(sorted(self.topics))}" if self.topics else ""
        return f"{self.scope}{topics}"


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
    article_id: int = 0
    proof: DigestProof | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A material change of a story: when it was told, what changed, and at which address."""

    at: datetime
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One story. `issuer` is the source line as printed, `publisher` the portal that carries it.

    `updated_at`, `gone_at` and `back_at` are set if that happened within the period, `updates` are
    the changes that were told within it, in order. `state` is what people decided; `was_rejected`:
    they had, and it changed since. `is_late`: it was published long before the period, and found
    in it. `held_from` is the issue that left it for later, `told_in` the one that told it first.
    `articles` are all articles of the story, `proof` the archived page. `translation` (of the
    title) and `note` are an editor's own words. `added_by` added it by hand, at `added_at`.
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
    excerpt: str = ""
    is_late: bool = False
    held_from: int | None = None
    told_in: int | None = None
    articles: tuple[int, ...] = ()
    proof: DigestProof | None = None
    translation: str = ""
    note: str = ""
    added_by: str = ""
    added_at: datetime | None = None

    @property
    def marks_title(self) -> bool:
        """Whether the phrase stands in the title, so that no sentence needs to be printed."""
        return self.quote is not None and self.quote.phrase != "" and self.quote.text == self.title


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading."""

    heading: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who made a digest and when; `number` is its number in the archive, `state` whether it was
    issued. `corrects` is the number of the issue that it puts right, `reason` why; `after_seq`
    (exclusive) and `upto_seq` bound the events of the archive that it is about."""

    number: int
    state: DigestState
    basis: Basis
    made_by: str
    made_at: datetime
    after_seq: int
    upto_seq: int
    issued_by: str = ""
    issued_at: datetime | None = None
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A story that an editor took out of a draft: why, and under which heading it stood."""

    item: DigestItem
    role: ArticleRole
    heading: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a renderer needs. `key` are the core items, `sections` the rest, `touched` the
    stories known before that changed or were withdrawn; each story occurs once. A digest that is
    kept in the archive has an `imprint`; `left`, and the articles of `rejected` and `copies`, are
    not printed."""

    edition: Edition
    coverage: Coverage
    key: tuple[DigestItem, ...]
    sections: tuple[Section, ...]
    touched: tuple[DigestItem, ...]
    introduction: str = ""
    imprint: Imprint | None = None
    left: tuple[Left, ...] = ()
    rejected: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()

    @property
    def chapters(self) -> tuple[Section, ...]:
        """All sections in the order in which they are read, empty ones left out."""
        found = (
            Section(KEY, self.key),
            *self.sections,
            Section(TOUCHED, self.touched),
        )
        return tuple(section for section in found if section.items)

    @property
    def items(self) -> tuple[DigestItem, ...]:
        """All items in the order of their numbers."""
        return tuple(item for section in self.chapters for item in section.items)

    @property
    def disputed(self) -> tuple[DigestItem, ...]:
        """The items about which people differ."""
        return tuple(item for item in self.items if item.state is State.DISPUTED)


KEY, TOUCHED = "Key items", "Updated or withdrawn"
"""The headings of the first and the last chapter."""

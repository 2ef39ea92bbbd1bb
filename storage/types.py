"""The values that cross walls: what was fetched, read, decided and done.

One noun, four stages: `ArticleData` (read from a page) → `Known` (what the archive knows that
matters for the decision) → `Intent` (what the archive shall do) → `views.Article` (what people
see). How crawls go is told in `records`. Nothing here reads a clock, a file or the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Outcome(StrEnum):
    """How a fetch or a run ended. Each fetch and each run stores exactly one of these words."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    SOFT_404 = "soft_404"
    ROBOTS = "robots"
    TOO_BIG = "too_big"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"
    TIMEOUT = "timeout"
    NET_ERROR = "net_error"
    HTTP_ERROR = "http_error"
    LAYOUT_CHANGED = "layout_changed"
    REFUSED_ADDRESS = "refused_address"
    BUSY = "busy"
    GONE = "gone"
    UNSUPPORTED = "unsupported"
    INTERRUPTED = "interrupted"
    KILLED = "killed"
    FAILED = "failed"  # a command ended badly and had no better word


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class When:
    """A date as a page states it: value, precision and zone.

    `value` is an aware datetime for SECOND and MINUTE, a plain date for DAY and MONTH (the first
    of the month). `zone` is an IANA name such as `Asia/Shanghai`.
    """

    value: date | datetime
    precision: Precision
    zone: str

    def __post_init__(self) -> None:
        timed = isinstance(self.value, datetime)
        if timed != (self.precision in (Precision.SECOND, Precision.MINUTE)):
            raise ValueError(f"{self.value!r} does not have the precision {self.precision}")
        if isinstance(self.value, datetime) and self.value.tzinfo is None:
            raise ValueError("a time without a zone is not a When")

    @property
    def iso(self) -> str:
        """ISO 8601: `2023-08-05T09:30:00+08:00`, `2023-08-05`, or `2023-08`."""
        text = self.value.isoformat()
        return text[:7] if self.precision is Precision.MONTH else text

    @property
    def day(self) -> date:
        """The calendar day in the page's own zone."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(ZoneInfo(self.zone)).date()
        return self.value

    @property
    def sort_key(self) -> str:
        """UTC instant at which the stated period begins, `YYYY-MM-DDTHH:MM:SSZ`; sorts as text."""
        start = self.value
        if not isinstance(start, datetime):
            start = datetime.combine(start, time(), ZoneInfo(self.zone))
        return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @classmethod
    def from_iso(cls, iso: str, precision: str, zone: str) -> When:
        """The inverse of `iso`, as the archive stores it. Raises ValueError for other text."""
        exact = Precision(precision)
        if exact in (Precision.SECOND, Precision.MINUTE):
            return cls(datetime.fromisoformat(iso), exact, zone)
        return cls(date.fromisoformat(iso if len(iso) > 7 else f"{iso}-01"), exact, zone)


class Origin(StrEnum):
    """Where a field was read from."""

    TEMPLATE = "template"
    JSON_LD = "json-ld"
    META = "meta"
    VISIBLE = "visible line"
    URL = "url"
    FEED = "feed"
    LIST = "list"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one field came from: `rule` is the selector, meta name or pattern; `raw` the text."""

    field: str
    origin: Origin
    rule: str
    raw: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article's body, by absolute http(s) address."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the article links to; `kind` is the lower-case suffix without dot, such as `pdf`."""

    url: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ArticleData:
    """What one page says, as read. `body` is plain text, paragraphs separated by an empty line."""

    url: str
    source_id: str
    title: str
    body: str
    html: str = ""
    published: When | None = None
    updated: When | None = None
    source: str | None = None
    author: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one page: an outcome, its reason, and the article where there is one.

    `version` is the reader's version, `template` the id of the template used, `encoding` what the
    bytes were decoded as.
    """

    outcome: Outcome
    reason: str
    version: int
    encoding: str = ""
    template: str = ""
    article: ArticleData | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as received: the proof. `body` is after content decoding, `url` what was asked,
    `final_url` where redirects ended; `headers` in order, names lower-case."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Known:
    """The little the archive knows of an address that matters for the decision."""

    article_id: int
    url: str
    content_hash: str
    gone: bool
    reader_version: int = 0
    snapshot_id: int | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Insert:
    """Keep a new article."""

    reading: Reading
    content_hash: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Revise:
    """Keep a new revision of a known article. `changed` names the fields that differ."""

    article_id: int
    reading: Reading
    content_hash: str
    body_hash: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """The article was seen again and says the same."""

    article_id: int


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The page cannot be used; keep it aside with its reason."""

    url: str
    reading: Reading


Intent = Insert | Revise | Touch | Quarantine


class Change(StrEnum):
    """What `apply` did, and what an event tells."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an intent. `article_id` is None for a quarantined page."""

    change: Change
    article_id: int | None = None


class Grade(StrEnum):
    """How strongly an article belongs to a watched topic."""

    CORE = "core"
    RELATED = "related"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Match:
    """One watched name found in an article: `field` is `title` or `body`, `start` an offset in it,
    `sentence` the sentence around it as printed."""

    topic: str
    grade: Grade
    phrase: str
    field: str
    start: int
    sentence: str

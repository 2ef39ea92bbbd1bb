"""The values that cross walls: what was fetched, read, decided and kept.

One noun, four stages: `ArticleData` (read from a page) → `Known` (what the archive knows that
matters for the decision) → `Intent` (what the archive shall do) → `Article` (what people see).
Nothing here reads a clock, a file or the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
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


class FetchKind(StrEnum):
    """What an address was fetched for."""

    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARTICLE = "article"
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


@dataclass(frozen=True, slots=True)
class SourceRef:
    """What the archive keeps of a source beside its articles."""

    id: str
    name: str
    city: str
    language: str
    zone: str


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


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source. `ended_at` and `outcome` are None while it runs.

    `kind` is `crawl` or, for one typed address, `page`. `reasons` holds what failed: (outcome word,
    how often). `cursor` says where to go on after a bound was hit.
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
class Address:
    """One place where a story stands."""

    article_id: int
    url: str
    source_id: str
    source_name: str
    published: When | None


@dataclass(frozen=True, slots=True)
class Article:
    """What people see: one article as it stands now."""

    id: int
    story_id: int
    url: str
    source_id: str
    source_name: str
    city: str
    language: str
    title: str
    body: str
    html: str
    published: When | None
    updated: When | None
    source: str | None
    author: str | None
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    evidence: tuple[Evidence, ...]
    matches: tuple[Match, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime | None
    gone_at: datetime | None
    baseline: bool
    revisions: int
    also_at: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found by a search, with marked snippets (`[` … `]` around what matched)."""

    article: Article
    snippets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article's content; `changed` names the fields that differ from the one
    before, and is empty for the first."""

    number: int
    seen_at: datetime
    snapshot_id: int | None
    title: str
    body: str
    published: When | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readable:
    """A revision whose page can be read again: which article, which source, which snapshot."""

    article_id: int
    revision: int
    source_id: str
    snapshot_id: int
    content_hash: str
    reader_version: int


class Order(StrEnum):
    """How a selection is ordered."""

    RANKED = "ranked"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Query:
    """A selection of articles. Empty fields do not restrict.

    `since` and `until` bound the published date (unknown dates: first seen), `seen_since` and
    `seen_until` the time of first sight; all are aware, `until` exclusive. `words` is what a
    person typed: words, "quoted phrases", and `prefix*`.
    """

    words: str = ""
    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    order: Order = Order.RANKED
    limit: int | None = 50


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order it was recorded; `seq` only ever grows."""

    seq: int
    at: datetime
    change: Change
    article_id: int
    story_id: int
    run_id: int | None
    baseline: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A known article whose page should be asked for again."""

    article_id: int
    url: str
    first_seen_at: datetime
    last_checked_at: datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the archive knows about how a source is doing."""

    source: SourceRef
    articles: int = 0
    newest: When | None = None
    last_run: Run | None = None
    last_ok_at: datetime | None = None
    baseline_done_at: datetime | None = None
    paused_until: datetime | None = None
    pause_reason: str = ""
    failures: int = 0
    not_before: datetime | None = None


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
    """One planned moment of one job: due → claimed → done or skipped with a reason."""

    id: int
    job: str
    due_at: datetime
    state: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """The archive at a glance, for people who found nothing: what is it, how new is it?"""

    path: str
    articles: int
    stories: int
    newest: When | None = None
    newest_title: str = ""
    last_run_at: datetime | None = None
    sources: tuple[SourceState, ...] = field(default=())

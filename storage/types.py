"""The values that cross walls: what was fetched, read, decided and done.

One noun, four stages: `ArticleData` (read from a page) → `Known` (what the archive knows that
matters for the decision) → `Intent` (what the archive shall do) → `Article` (what people see).
Nothing here reads a clock, a file or the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .articles.records import Attachment as Attachment
from .articles.records import Confidence as Confidence
from .articles.records import DateClue as DateClue
from .articles.records import DateKind as DateKind
from .articles.records import Evidence as Evidence
from .articles.records import FieldStatus as FieldStatus
from .articles.records import Grade as Grade
from .articles.records import Held as Held
from .articles.records import Image as Image
from .articles.records import Match as Match
from .articles.records import Origin as Origin
from .articles.records import Part as Part
from .articles.records import Precision as Precision
from .articles.records import Weight as Weight
from .articles.records import When as When
from .articles.records import chosen


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
    NO_SPACE = "no_space"
    GONE = "gone"
    MOVED = "moved"  # a list that redirects to a host which is not the source's
    UNSUPPORTED = "unsupported"
    INTERRUPTED = "interrupted"
    KILLED = "killed"
    DROPPED = "dropped"  # a page that a pipeline of somebody's own would not have
    NOT_FETCHED = "not_fetched"  # where a slice was crawled, nobody asked for it
    FAILED = "failed"  # a command ended badly and had no better word


DEFAULT_RANK = 50
"""Of sources that say nothing about who goes first."""
WORKED = (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)
"""How a fetch or a run ends that did what it was for."""
WORKED_IN_SQL = "(" + ", ".join(f"'{each}'" for each in WORKED) + ")"


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
class ArticleData:
    """What one page says, as read. `body` is plain text, paragraphs separated by an empty line.

    `source` is whom the page names as the text's origin, `publisher` who runs the site. `dates` is
    every date of the page with its evidence.
    """

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
    publisher: str | None = None
    editor: str | None = None
    dates: tuple[DateClue, ...] = ()

    @property
    def written(self) -> When | None:
        """When the document was signed (成文日期), where the page says so."""
        return chosen(self.dates, DateKind.WRITTEN)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one page: an outcome, its reason, and the article where there is one.

    `version` is the reader's version, `template` the id of the template used, `encoding` what the
    bytes were decoded as. `more_pages` holds the addresses of the article's further pages, which
    this reading has nothing of.
    """

    outcome: Outcome
    reason: str
    version: int
    encoding: str = ""
    template: str = ""
    article: ArticleData | None = None
    more_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a page came about whose scripts ran in a browser: the bytes as `received`, with their
    content type, before any did; which browser; how many `requests` the page made of its own, how
    many bytes those brought, and how many seconds it all took. `note` says what the page was not
    given, empty where it got everything."""

    received: bytes
    content_type: str
    browser: str
    requests: int = 0
    size: int = 0
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as received: the proof. `body` is after content decoding, `url` what was asked,
    `final_url` where redirects ended, `headers` in order, names lower-case.

    Of a page that was rendered `body` is the document as the browser had it in the end (HTML in
    UTF-8), and `rendering` holds what the server sent.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    rendering: Rendering | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Known:
    """The little the archive knows of an address that matters for the decision. `held_hash` is that
    of the content of a later version that is held back and not shown, if there is one."""

    article_id: int
    url: str
    content_hash: str
    gone: bool
    reader_version: int = 0
    snapshot_id: int | None = None
    revision: int = 1
    parts: tuple[Part, ...] = ()
    held_hash: str = ""


@dataclass(frozen=True, slots=True)
class Insert:
    """Keep a new article."""

    reading: Reading
    content_hash: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Revise:
    """Keep a new revision of a known article. `changed` names the fields that differ, `kinds` and
    `summary` say for people what changed and from what to what. `lost` names fields that the page
    had and has no more."""

    article_id: int
    reading: Reading
    content_hash: str
    body_hash: str
    changed: tuple[str, ...] = ()
    weight: Weight = Weight.MATERIAL
    kinds: tuple[str, ...] = ()
    summary: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """The article was seen again and says the same: what is shown, or what a later version says
    that is held back and not shown (`as_held`)."""

    article_id: int
    as_held: bool = False


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The page cannot be used. Keep it aside with its reason."""

    url: str
    reading: Reading


Intent = Insert | Revise | Touch | Quarantine


class Change(StrEnum):
    """What `apply` did, and what an event tells."""

    NEW = "new"
    CHANGED = "changed"
    COSMETIC = "cosmetic"  # it changed in nothing that matters
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    GONE = "gone"
    BACK = "back"
    LEAD = "lead"  # another article leads a story: an earlier publication of it was found


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an intent. `article_id` is None for a quarantined page. `shown` is False for
    a version that is held back and not shown."""

    change: Change
    article_id: int | None = None
    shown: bool = True


class Thing(StrEnum):
    """What a bug happened to."""

    ARTICLE = "article"
    PART = "part"
    FILE = "file"
    LIST = "list"
    ROW = "row"
    ROBOTS = "robots"
    RUN = "run"


# Moments on record, by a clock that may have run ahead when they were written and was set back.

SKEW = timedelta(minutes=5)
"""So far two clocks may differ, or one be led back, without anything being wrong."""


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether what was done `at` that moment was done by a clock that ran ahead."""
    return at > now + SKEW


def lasts(at: datetime, span: timedelta, now: datetime) -> bool:
    """Whether less than `span` has passed since something was done. What was done by a clock that
    ran ahead does not last: when that was, nobody knows, and nothing waits for that day."""
    return now < at + span and not is_ahead(at, now)

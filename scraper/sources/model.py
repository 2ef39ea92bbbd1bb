"""What a source is: its entry points, its rules for links and fields, its manners and bounds.

Plain values, made by `scraper.sources.load` from TOML. Knows neither Scrapy nor BeautifulSoup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.runs import FetchKind
from storage.types import DEFAULT_RANK, SourceRef

if TYPE_CHECKING:
    from ..expressions import BoundedExpression

DEFAULT_ZONE = "Asia/Shanghai"
"""That of a source whose file names none."""
COUNTRYWIDE = "national"
"""What stands for a city where a portal is of a whole country, whichever that is."""


class EntryKind(StrEnum):
    """What kind of page an entry point is."""

    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    JSON = "json"


class PagingKind(StrEnum):
    """How the following pages of a list are found."""

    NONE = "none"
    PATTERN = "pattern"  # `news_{n}.html from 2`: addresses by counting
    NEXT = "next"  # the page's own "next" link
    SCRIPT = "script"  # `createPageHTML(54, 0, "index", "html")` or `totalPage: 54`
    FORM = "form"  # a form of the page, sent by POST: `__doPostBack`, a button, a call
    AUTO = "auto"  # whatever of these the page shows


@dataclass(frozen=True, slots=True)
class Paging:
    """How to go on in a list. `pattern` (relative to the entry) holds `{n}`, counted from
    `first`. `max_pages` bounds the list pages of one run."""

    kind: PagingKind = PagingKind.NONE
    pattern: str = ""
    first: int = 2
    max_pages: int = 5


@dataclass(frozen=True, slots=True)
class ListRules:
    """CSS selectors for list pages. Empty ones mean "every link that the link rule allows".

    For a JSON list these are dotted paths instead: `row` that of the items, the others within an
    item. `link` may be a template such as `/art/{id}.html`. Only they have `modified`, the path of
    the moment at which an item was last changed.
    """

    row: str = ""
    link: str = ""
    title: str = ""
    date: str = ""
    summary: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A list page, feed or sitemap where a crawl begins. It is read in every crawl, or where
    `every` is set by the first crawl after so long."""

    kind: EntryKind
    url: str
    paging: Paging = Paging()
    rows: ListRules = ListRules()
    every: timedelta = timedelta(0)

    @property
    def fetch_kind(self) -> FetchKind:
        """As what its pages are fetched and kept. JSON lists are lists."""
        return FetchKind.LIST if self.kind is EntryKind.JSON else FetchKind(self.kind.value)


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Which addresses are articles: the host must be in `hosts`, the path and query must match one
    of `allow` (all, if there are none) and none of `deny`. The shapes as somebody wrote them are
    kept for people. They decide nothing."""

    hosts: tuple[str, ...]
    allow: tuple[re.Pattern[str] | BoundedExpression, ...] = ()
    deny: tuple[re.Pattern[str] | BoundedExpression, ...] = ()
    allow_written: tuple[str, ...] = field(default=(), compare=False)
    deny_written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Taught:
    """What the archived pages of a source taught, for the reader: texts that stand on every page
    and are the site's, and by field the rules that find it, and those that never do."""

    constants: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    never: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRules:
    """How to read an article page: CSS selectors, tried in order. `meta[name=X]` reads `content`.

    `zone` is the IANA name of the zone of the times on the pages, empty where it is not known.
    `published`, `updated`, `source` and `author` select elements whose text is then parsed.
    `remove` is taken out of the body before it is read. `template` is the template's id, for the
    record. `older` are the layouts that pages had before, the latest first. Each of them ends
    with the day `until`, which these rules, the present ones, have not. `marks` are words in the
    markup or the address by which a family is told from others. They select nothing. `taught` is
    not written by anybody: it comes from the archive.
    """

    template: str = ""
    language: str = ""
    zone: str = ""
    title: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    site_names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    until: date | None = None
    older: tuple[FieldRules, ...] = ()
    taught: Taught = Taught()


@dataclass(frozen=True, slots=True)
class Politeness:
    """Manners towards one host: seconds between requests (a longer Crawl-delay wins)."""

    delay: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one run. Reaching one ends the run as `partial` with a place to go on from.

    Those of `render` are for one page in the browser: how long it may take, the waits for its
    host's turn among it, how many requests its scripts may make, and how many bytes may come of
    them and of the page.
    """

    pages: int = 200
    duration: timedelta = timedelta(minutes=10)
    links: int = 1000
    page_bytes: int = 10 * 1024 * 1024
    page_timeout: timedelta = timedelta(seconds=30)
    redirects: int = 5
    render_time: timedelta = timedelta(seconds=60)
    render_requests: int = 100
    render_bytes: int = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RecheckRules:
    """When known articles are asked for again: at these ages, so many a run at most."""

    after: tuple[timedelta, ...] = (
        timedelta(days=1),
        timedelta(days=3),
        timedelta(days=7),
        timedelta(days=30),
    )
    per_run: int = 40


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """Which files of articles are fetched: so many a run (0: none) and an article, up to so many
    bytes each, from the source's own hosts and these."""

    bytes: int = 10 * 1024 * 1024
    per_article: int = 10
    per_run: int = 40
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TlsException:
    """What is trusted of a source's certificates beside the usual, until (and with) that day.

    Either `ca_file`, a PEM file of further authorities, or `fingerprint`, the SHA-256 of the one
    server certificate that is taken as it is (64 lower-case hexadecimal digits).
    """

    until: date
    reason: str
    ca_file: str = ""
    fingerprint: str = ""


DIRECT = "direct"
"""A source's `proxy` that means none, whatever the installation uses."""


@dataclass(frozen=True, slots=True)
class Source:
    """One portal or section of one. `schedule` is opaque here: the scheduler parses it.

    `checked` is the day it was last tried live (None: never), `path` the file it came from.
    `proxy` is `http://host:port`, DIRECT, or empty for the installation's. `render`: the scripts of
    its lists and articles are run in a browser before they are read. Of publications at the
    same time that of the source with the lowest `rank` leads its story. `where` is the place of the
    cluster whose workers fetch it, empty for here. While that has none a crawl waits, or runs here,
    as `fallback` says.
    """

    id: str
    name: str
    city: str
    language: str
    zone: str
    home: str
    entries: tuple[Entry, ...]
    links: LinkRules
    fields: FieldRules
    schedule: str
    politeness: Politeness = Politeness()
    bounds: Bounds = Bounds()
    rechecks: RecheckRules = RecheckRules()
    attachments: AttachmentRules = AttachmentRules()
    tls: TlsException | None = None
    proxy: str = ""
    render: bool = False
    checked: date | None = None
    note: str = ""
    rank: int = DEFAULT_RANK
    path: str = ""
    where: str = ""
    fallback: str = "wait"

    @property
    def ref(self) -> SourceRef:
        """What the archive keeps of it."""
        return SourceRef(self.id, self.name, self.city, self.language, self.zone, self.rank)

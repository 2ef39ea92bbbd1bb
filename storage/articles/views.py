"""The values that people see and ask with: articles as kept, hits, changes, queries.

What happened to an article in full is `history`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .contents import Attachment, Held, Image, Match, Weight
from .evidence import DateClue, DateKind, Evidence, When, chosen


@dataclass(frozen=True, slots=True)
class Added:
    """That an article was added by hand: by whom, and when."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One place where a story stands."""

    article_id: int
    url: str
    source_id: str
    source_name: str
    published: When | None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What people see: one article as it stands now. `gone_at` and `gone_evidence`: it is no longer
    there; `delisted_at`: it is, and has left every list that named it; `added`:
    a person added it by hand."""

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
    publisher: str | None = None
    editor: str | None = None
    dates: tuple[DateClue, ...] = ()
    gone_evidence: str = ""
    delisted_at: datetime | None = None
    added: Added | None = None

    @property
    def written(self) -> When | None:
        """When the document was signed, where the page says so."""
        return chosen(self.dates, DateKind.WRITTEN)


@dataclass(frozen=True, slots=True)
class InFile:
    """A file in which a search found something, with a marked snippet."""

    url: str
    name: str
    kind: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found by a search, with marked snippets (`[` … `]` around what matched) of its own
    text, and those of its files that say some of the words."""

    article: Article
    snippets: tuple[str, ...] = ()
    in_files: tuple[InFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A version of an article as a change among others, its fields as in `Revision`."""

    article_id: int
    story_id: int
    source_id: str
    title: str
    url: str
    run_id: int | None
    number: int
    seen_at: datetime
    weight: Weight
    kinds: tuple[str, ...]
    summary: str
    back_to: int | None
    times: int
    held: Held
    told_at: datetime | None


class Order(StrEnum):
    """How a selection is ordered."""

    RANKED = "ranked"
    NEWEST = "newest"


class Per(StrEnum):
    """What a selection has once: each article, or each story, told by its first article that was
    found."""

    ARTICLE = "article"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class Query:
    """A selection of articles. Empty fields do not restrict.

    `since` and `until` bound the published date (unknown dates: first seen), `seen_since` and
    `seen_until` the time of first sight; all are aware, `until` exclusive. `words` is what a
    person typed: words, "quoted phrases", and `prefix*`. Ranked are the newest 5,000 hits at most.
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
    offset: int = 0
    per: Per = Per.ARTICLE

"""Rows of lists, and how list pages looked, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..types import Outcome, When


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list page, feed or sitemap, its address absolute."""

    url: str
    title: str = ""
    published: When | None = None
    summary: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class ListSeen:
    """What one visit of one list page came to, as it is put on record.

    `fresh` of the `rows` were never listed before, `dated` and `titled` have a date and a title;
    `newest` and `oldest` are ISO dates of rows. `digest` stands for the rows in their order,
    `validator` for what the server said the page's version is. `unchanged`: it answered "not
    modified", and the rows are those of the archived page.
    """

    entry_url: str
    list_url: str
    outcome: Outcome
    reason: str = ""
    rows: int = 0
    fresh: int = 0
    dated: int = 0
    titled: int = 0
    newest: str | None = None
    oldest: str | None = None
    digest: str = ""
    validator: str = ""
    unchanged: bool = False
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListObservation:
    """How a list page looked, for as many visits in a row as it looked the same: `times`, of which
    the server only said so in `believed`. `lied`: it had named the same version for other rows."""

    seen: ListSeen
    first_run_id: int
    first_at: datetime
    last_run_id: int
    last_at: datetime
    times: int
    believed: int = 0
    lied: bool = False


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list as it was last seen. `published` is what the list says, else its article,
    ISO; the archived list that shows it is `snapshot_id`, fetched at `fetched_at` (None where none
    is kept). `kinds` are those of the runs that saw it first and last."""

    source_id: str
    entry_url: str
    list_url: str
    url: str
    title: str
    published: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    kinds: tuple[str, str]
    snapshot_id: int | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """Around a day on one list: the nearest rows before and after it, how many rows are of that
    very day, and when a row of the list was last seen. A row's day is the one that the list gives
    it, else that of the article it leads to."""

    entry_url: str
    earlier: ListedRow | None
    later: ListedRow | None
    same_day: int
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class TitledRow:
    """A title in the archive: of an article, or of a row of a list (`article_id` is None where
    that led to no article)."""

    title: str
    source_id: str
    url: str
    url_key: str
    article_id: int | None

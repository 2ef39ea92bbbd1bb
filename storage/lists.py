"""What stood on lists, how list pages looked, and what the entries of a source show of each other.

Decides nothing about addresses: which of them an entry should show, the caller says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from .database import (
    Connection,
    Row,
    insert,
    insert_all,
    marks,
    maybe,
    stamp,
    unstamp,
    unstamp_or_none,
)
from .runs import find_run
from .text import all_forms, forms_glob, fts_text, has_eastern
from .types import Outcome, Precision, When, lasts
from .urls import url_key

GOES_ON = "the list goes on"
"""How the reason of a list begins that was read and has pages that no crawl gets to."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list page, feed or sitemap, its address absolute. `modified` is when the list
    says that its article was last changed. `by_age`: what it says of its day is how long ago that
    was, which is less exact and grows."""

    url: str
    title: str = ""
    published: When | None = None
    summary: str = ""
    position: int = 0
    modified: When | None = None
    by_age: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row of a list that the link rule refuses, and `why`, in a word. `alike`: its address is
    made like those of the articles beside it."""

    url: str
    title: str = ""
    why: str = ""
    alike: bool = False


@dataclass(frozen=True, slots=True)
class ListSeen:
    """What one visit of one list page came to, as it is put on record.

    `fresh` of the `rows` were never listed before, `dated` and `titled` have a date and a title,
    `newest` and `oldest` are ISO dates of rows. `digest` stands for the rows in their order,
    `validator` for what the server said the page's version is. `unchanged`: it answered "not
    modified", and the rows are those of the archived page. `refused` further rows were no articles
    by the link rule, on its own hosts and though nobody denies them; `alike` of them have addresses
    like those of articles.
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
    refused: int = 0
    alike: int = 0


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
    ISO. The archived list that shows it is `snapshot_id`, fetched at `fetched_at` (None where none
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


@dataclass(frozen=True, slots=True)
class RowWitness:
    """What the lists of a source say of the page at an address: the headlines of the rows that
    lead to it, and their days, those seen last first. How long ago it was counts where no row says
    the day."""

    titles: tuple[str, ...] = ()
    days: tuple[date, ...] = ()

    @classmethod
    def of(cls, row: ListRow) -> RowWitness:
        """What one row says."""
        when = row.published
        is_day = when is not None and when.precision is not Precision.MONTH
        return cls((row.title,) if row.title else (), (when.day,) if when and is_day else ())


_TERMS = 8
_CANDIDATES = 60
_MOST_WITNESSES = 10
_ISO = "2026-01-31"


class ListQueries:
    """The questions about lists and their rows. `witnesses` has those about what the entries of a
    source show of each other."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.witnesses = WitnessQueries(database)

    def observations(self, source_id: str, limit: int) -> tuple[ListObservation, ...]:
        """How the lists of a source looked, the latest first."""
        found = self._db.query(
            "SELECT * FROM list_sights WHERE source_id = ? ORDER BY last_run_id DESC, id DESC "
            "LIMIT ?",
            [source_id, limit],
        )
        return tuple(_observation(row) for row in found)

    def pages(self, source_id: str, entry_url: str) -> dict[str, int]:
        """How many rows were last seen on each list page of an entry, by its address."""
        found = self._db.query(
            "SELECT list_url, count(DISTINCT url_key) AS n FROM listings "
            "WHERE source_id = ? AND entry_url = ? GROUP BY list_url ORDER BY min(id)",
            [source_id, entry_url],
        )
        return {row["list_url"]: row["n"] for row in found}

    def unfetched_days(self, source_id: str) -> tuple[date | None, ...]:
        """The days that lists of a source give to rows which no article has, one an address. None
        for a row without a date."""
        found = self._db.query(
            "SELECT max(l.published) AS day FROM listings l WHERE l.source_id = :source "
            "AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.source_id = :source "
            "AND a.url_key = l.url_key) AND NOT EXISTS (SELECT 1 FROM aliases s "
            "JOIN articles a ON a.id = s.article_id WHERE s.url_key = l.url_key "
            "AND a.source_id = :source) GROUP BY l.url_key",
            {"source": source_id},
        )
        return tuple(date.fromisoformat(row["day"][:10]) if row["day"] else None for row in found)

    def listed_at(self, keys: Sequence[str]) -> tuple[ListedRow, ...]:
        """Every row of a list with one of these URL keys, of any source, the latest seen first."""
        sql = f"{_ROWS} WHERE l.source_id IN (SELECT id FROM sources) AND l.url_key IN "
        sql += f"({marks(keys)}) ORDER BY l.last_seen_at DESC, l.id"
        return tuple(self._proven(row) for row in list(self._db.query(sql, list(keys))))

    def witness(self, source_id: str, url: str) -> RowWitness | None:
        """What the lists of a source say of the page at an address. None if it is on none."""
        found = self._db.query(
            "SELECT title, published, by_age FROM listings WHERE source_id = ? AND url_key = ? "
            f"ORDER BY by_age, last_seen_at DESC, id DESC LIMIT {_MOST_WITNESSES}",
            [source_id, url_key(url)],
        )
        rows = list(found)
        dated = [row for row in rows if len(row["published"] or "") >= len(_ISO)]
        stated = [row for row in dated if not row["by_age"]]
        days = (row["published"][:10] for row in stated or dated)
        titles = (row["title"] for row in rows if row["title"])
        return (
            RowWitness(
                tuple(dict.fromkeys(titles)),
                tuple(dict.fromkeys(date.fromisoformat(day) for day in days)),
            )
            if rows
            else None
        )

    def brackets(self, source_id: str, day: date) -> tuple[Bracket, ...]:
        """What stands around a day on each list of a source, in the order of first sight, none for
        a source that was never crawled."""
        found = self._db.query(
            f"SELECT l.entry_url, max(l.last_seen_at) AS last, sum({_DAY} = ?) AS same "
            f"FROM listings l {_OF_ARTICLES} WHERE l.source_id = ? GROUP BY l.entry_url "
            "ORDER BY min(l.id)",
            [day.isoformat(), source_id],
        )
        return tuple(
            Bracket(
                row["entry_url"],
                self._beside(source_id, row["entry_url"], day, "<", "DESC"),
                self._beside(source_id, row["entry_url"], day, ">", "ASC"),
                row["same"] or 0,
                unstamp_or_none(row["last"]),
            )
            for row in list(found)
        )

    def with_words_of(self, title: str) -> tuple[TitledRow, ...]:
        """Articles, then rows of lists, whose titles share words with this one. Some dozens at
        most. How like each title is, the caller says."""
        terms = _terms(title)
        if not terms:
            return ()
        return tuple(
            TitledRow(row["title"], row["source_id"], row["url"], row["url_key"], row["article_id"])
            for row in (*self._articles_titled(terms), *self._rows_titled(terms))
        )

    def _articles_titled(self, terms: Sequence[str]) -> list[dict[str, Any]]:
        asked = " OR ".join(f'"{form}"' for term in terms for form in all_forms(term))
        sql = (
            "SELECT a.id AS article_id, a.source_id, a.url, a.url_key, r.title FROM "
            "(SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank "
            "LIMIT ?) f JOIN articles a ON a.id = f.id JOIN readings r ON r.id = a.reading_id"
        )
        return list(self._db.query(sql, [f"title : ({asked})", _CANDIDATES]))

    def _rows_titled(self, terms: Sequence[str]) -> list[dict[str, Any]]:
        # There is no index of the titles of lists: one look at each row.
        told = " + ".join(
            f"(l.title {'GLOB' if has_eastern(term) else 'LIKE'} ?)" for term in terms
        )
        sql = (
            f"SELECT a.id AS article_id, l.source_id, l.url, l.url_key, l.title, {told} AS hits "
            "FROM listings l LEFT JOIN articles a ON a.source_id = l.source_id "
            "AND a.url_key = l.url_key WHERE hits >= ? ORDER BY hits DESC, l.id DESC LIMIT ?"
        )
        like = [forms_glob(term) if has_eastern(term) else f"%{term}%" for term in terms]
        return list(self._db.query(sql, [*like, (len(terms) + 1) // 2, _CANDIDATES]))

    def _beside(
        self, source_id: str, entry_url: str, day: date, sign: str, order: str
    ) -> ListedRow | None:
        sql = (
            f"{_ROWS} WHERE l.source_id = ? AND l.entry_url = ? AND {_DAY} {sign} ? "
            f"ORDER BY {_DAY} {order}, l.last_seen_at DESC LIMIT 1"
        )
        found = list(self._db.query(sql, [source_id, entry_url, day.isoformat()]))
        return self._proven(found[0]) if found else None

    def _proven(self, row: Row) -> ListedRow:
        snapshot_id, fetched_at = self._list_proof(row)
        return ListedRow(
            source_id=row["source_id"],
            entry_url=row["entry_url"],
            list_url=row["list_url"],
            url=row["url"],
            title=row["title"],
            published=row["day"],
            first_seen_at=unstamp(row["first_seen_at"]),
            last_seen_at=unstamp(row["last_seen_at"]),
            kinds=(row["first_kind"], row["last_kind"]),
            snapshot_id=snapshot_id,
            fetched_at=fetched_at,
        )

    def page_of(self, observation: ListObservation) -> int | None:
        """The archived page of the latest of these visits, else the last one kept before it. None
        where none is kept."""
        source_id = maybe(
            self._db, "SELECT source_id FROM runs WHERE id = ?", [observation.last_run_id]
        )
        if source_id is None:
            return None
        visit = {
            **source_id,
            "list_url": observation.seen.list_url,
            "last_run_id": observation.last_run_id,
            "last_seen_at": stamp(observation.last_at),
        }
        return self._list_proof(visit)[0]

    def _list_proof(self, row: Row) -> tuple[int | None, datetime | None]:
        """The archived list that shows a row: of the run that saw it last, else the last one kept
        before that moment."""
        of_run = self._db.query(
            "SELECT snapshot_id, at FROM fetches WHERE run_id = ? AND url = ? "
            "AND snapshot_id IS NOT NULL ORDER BY id DESC LIMIT 1",
            [row["last_run_id"], row["list_url"]],
        )
        before = self._db.query(
            "SELECT id AS snapshot_id, fetched_at AS at FROM snapshots WHERE source_id = ? "
            "AND url = ? AND fetched_at <= ? ORDER BY id DESC LIMIT 1",
            [row["source_id"], row["list_url"], row["last_seen_at"]],
        )
        found = next(iter(of_run), None) or next(iter(before), None)
        return (found["snapshot_id"], unstamp(found["at"])) if found else (None, None)


def _observation(row: Any) -> ListObservation:
    seen = ListSeen(
        entry_url=row["entry_url"],
        list_url=row["list_url"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        rows=row["rows"],
        fresh=row["fresh"],
        dated=row["dated"],
        titled=row["titled"],
        newest=row["newest"],
        oldest=row["oldest"],
        digest=row["digest"],
        validator=row["validator"],
        unchanged=bool(row["believed"]),
        snapshot_id=row["snapshot_id"],
        refused=row["refused"],
        alike=row["alike"],
    )
    return ListObservation(
        seen=seen,
        first_run_id=row["first_run_id"],
        first_at=unstamp(row["first_at"]),
        last_run_id=row["last_run_id"],
        last_at=unstamp(row["last_at"]),
        times=row["times"],
        believed=row["believed"],
        lied=bool(row["lied"]),
    )


def _terms(title: str) -> list[str]:
    """A few words, or pairs of Han, spread over a title."""
    bare = "".join(one if one.isalnum() else " " for one in fts_text(title))
    words = list(dict.fromkeys(bare.split()))
    step = max(1, -(-len(words) // _TERMS))
    return words[::step]


_DAY = "substr(coalesce(l.published, t.published), 1, 10)"
_OF_ARTICLES = """
LEFT JOIN articles a ON a.source_id = l.source_id AND a.url_key = l.url_key
LEFT JOIN readings t ON t.id = a.reading_id
"""
_ROWS = f"""
SELECT l.*, coalesce(l.published, t.published) AS day, f.kind AS first_kind, r.kind AS last_kind
FROM listings l {_OF_ARTICLES}
JOIN runs f ON f.id = l.first_run_id JOIN runs r ON r.id = l.last_run_id
"""


class ListWrites:
    """The part of a transaction that keeps lists, and in `witnesses` what the entries of a source
    show of each other."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.witnesses = WitnessWrites(database)

    def record_rows(
        self, run_id: int, entry_url: str, list_url: str, found: Sequence[ListRow], now: datetime
    ) -> int:
        """Record every row of a list page. Return how many addresses were never listed before."""
        source_id, at = find_run(self._db, run_id).source_id, stamp(now)
        keys = [url_key(row.url) for row in found]
        fresh = set(keys).difference(self._listed(source_id, keys))
        insert_all(
            self._db,
            "listings",
            _LISTING,
            (
                (
                    source_id,
                    entry_url,
                    list_url,
                    row.url,
                    key,
                    row.title,
                    row.summary,
                    row.published.iso if row.published else None,
                    row.position,
                    at,
                    run_id,
                    at,
                    run_id,
                    row.modified.sort_key if row.modified else None,
                    row.by_age,
                )
                for row, key in zip(found, keys, strict=True)
            ),
            _LISTED_AGAIN,
        )
        return len(fresh)

    def _listed(self, source_id: str, keys: Sequence[str]) -> Iterator[str]:
        """Those of some URL keys that were listed before."""
        sql = (
            "SELECT value FROM json_each(?) WHERE EXISTS "
            "(SELECT 1 FROM listings WHERE source_id = ? AND url_key = value)"
        )
        for row in self._db.execute(sql, [json.dumps(keys), source_id]).fetchall():
            yield row[0]

    def record(self, run_id: int, seen: ListSeen, now: datetime) -> None:
        """Record a visit of a list page. Visits that saw the same thing share one row, so that
        lists on which nothing happens cost nothing."""
        source_id = find_run(self._db, run_id).source_id
        last = maybe(
            self._db,
            "SELECT * FROM list_sights WHERE source_id = ? AND list_url = ? "
            "ORDER BY id DESC LIMIT 1",
            [source_id, seen.list_url],
        )
        same = last and not seen.fresh and _looks(last) == _look(seen)
        if last and same:
            self._db.execute(
                "UPDATE list_sights SET last_run_id = ?, last_at = ?, times = times + 1, "
                "believed = believed + ?, validator = ? WHERE id = ?",
                [
                    run_id,
                    stamp(now),
                    int(seen.unchanged),
                    seen.validator or last["validator"],
                    last["id"],
                ],
            )
            return
        named = bool(last and seen.validator and last["validator"] == seen.validator)
        lied = named and seen.fresh > 0 and bool(last and last["believed"])
        insert(
            self._db,
            "list_sights",
            {
                "source_id": source_id,
                **_columns(seen),
                "believed": int(seen.unchanged),
                "lied": int(lied and not seen.unchanged),
                "snapshot_id": seen.snapshot_id,
                "first_run_id": run_id,
                "first_at": stamp(now),
                "last_run_id": run_id,
                "last_at": stamp(now),
                "times": 1,
            },
        )


_LISTING = (
    "source_id, entry_url, list_url, url, url_key, title, summary, published, position, "
    "first_seen_at, first_run_id, last_seen_at, last_run_id, modified, by_age"
)
# How long ago something was grows less exact: what was first said of its day stands, unless that is
# another by more than what such words leave open.
_LISTED_AGAIN = """
ON CONFLICT (source_id, entry_url, url_key, title) DO UPDATE
SET list_url = excluded.list_url, url = excluded.url, summary = excluded.summary,
  published = CASE WHEN excluded.by_age AND (
      (length(excluded.published) >= 10 AND abs(julianday(substr(published, 1, 10))
        - julianday(substr(excluded.published, 1, 10))) <= 1)
      OR (length(excluded.published) = 7 AND abs(julianday(substr(published, 1, 7) || '-15')
        - julianday(excluded.published || '-15')) <= 45))
    THEN published ELSE coalesce(excluded.published, published) END,
  by_age = CASE WHEN published IS NULL THEN excluded.by_age
    ELSE excluded.by_age AND by_age END, position = excluded.position,
  last_seen_at = excluded.last_seen_at, last_run_id = excluded.last_run_id, vanished_at = NULL,
  modified = coalesce(excluded.modified, modified)
"""


_LOOK = ("entry_url", "outcome", "reason", "rows", "digest", "refused", "alike")


def _looks(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in _LOOK)


def _look(seen: ListSeen) -> tuple[object, ...]:
    return tuple(_columns(seen)[name] for name in _LOOK)


def _columns(seen: ListSeen) -> dict[str, object]:
    return {
        "entry_url": seen.entry_url,
        "list_url": seen.list_url,
        "outcome": seen.outcome.value,
        "reason": seen.reason,
        "rows": seen.rows,
        "fresh": seen.fresh,
        "dated": seen.dated,
        "titled": seen.titled,
        "newest": seen.newest,
        "oldest": seen.oldest,
        "digest": seen.digest,
        "validator": seen.validator,
        "refused": seen.refused,
        "alike": seen.alike,
    }


# The entries of a source as witnesses of each other: when each was read whole, what one shows and
# another lacks, which rows the link rule refuses, and what lists say of articles that changed.

_LISTS = ("list", "json")


@dataclass(frozen=True, slots=True)
class EntryReading:
    """When an entry was last read whole, that is every page its rule allows: `pages` of them, and
    `ended` where it had no more. It showed `shown` of the `of_all` addresses that the entries of
    its source show. Of the `compared` ones that are younger than `since`, where it ends, it was
    `lacking` some, of which `unread` stand as links on its pages. `compared_at` is None until it
    was compared with the others. `stated` is how many items it said that it has (0: it did not
    say), `had` how many came on those pages."""

    entry_url: str
    kind: str
    read_at: datetime
    run_id: int
    pages: int
    ended: bool
    shown: int = 0
    of_all: int = 0
    since: str | None = None
    compared: int = 0
    lacking: int = 0
    unread: int = 0
    compared_at: datetime | None = None
    stated: int = 0
    had: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether it ended before it had brought all the items that it said it has."""
        return self.ended and self.stated > self.had

    @property
    def is_waiting(self) -> bool:
        """Whether it was read since it was last compared with the others."""
        return self.compared_at is None or self.compared_at < self.read_at

    @property
    def _is_short(self) -> bool:
        return self.kind in _LISTS and self.ended and 2 * self.shown < self.of_all

    def is_worse_than(self, before: EntryReading) -> bool:
        """Whether it shows less of what it should than it did before."""
        lacks = (self.lacking, self.unread) > (before.lacking, before.unread)
        cut = self.is_cut and not before.is_cut
        return lacks or cut or (self._is_short and not before._is_short)

    def describe(self) -> str:
        """What it shows less than the others, in words with its address. Empty for nothing."""
        parts = []
        if self.lacking:
            parts.append(
                f"lacks {self.lacking} of {self.compared} that the source's entries show since "
                f"{self.since}"
            )
        if self.unread:
            parts.append(f"{self.unread} of them stand on its pages and were not read as rows")
        if self._is_short:
            parts.append(f"ends after {self.shown} of {self.of_all} that the entries show")
        if self.is_cut:
            parts.append(f"says that it holds {self.stated}, and {self.had} were read")
        return f"{self.entry_url} {', '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address that an entry showed when it was last read whole, or since. `day` is what the list
    says, else its article."""

    url_key: str
    url: str
    title: str
    day: str | None
    first_run_id: int


class GapReason(StrEnum):
    """Why an entry lacks an address that it should show."""

    UNLISTED = "unlisted"  # it does not stand on its pages
    UNREAD = "unread"  # it does, and was not read as a row


@dataclass(frozen=True, slots=True)
class FoundGap:
    """An address that `entry_url` should show and does not, and which entry shows it."""

    entry_url: str
    shown_by: str
    address: ShownAddress
    reason: GapReason


@dataclass(frozen=True, slots=True)
class EntryGap:
    """A gap on record. It is open until the address was had, its entry shows it too, or none does
    any more; `closed_why` says which."""

    source_id: str
    entry_url: str
    shown_by: str
    url: str
    title: str
    day: str | None
    reason: GapReason
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None = None
    closed_why: str = ""


@dataclass(frozen=True, slots=True)
class RefusedListing:
    """A row that the link rule refuses, as it was last seen."""

    source_id: str
    entry_url: str
    list_url: str
    row: RefusedRow
    first_seen_at: datetime
    last_seen_at: datetime


class Signal(StrEnum):
    """What of a list's row says that its article changed."""

    TITLE = "title"
    SUMMARY = "summary"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A list tells that a known article changed, and nobody has looked yet."""

    id: int
    entry_url: str
    article_id: int
    url: str
    what: Signal
    before: str
    after: str


MOST_REFUSED = 500
"""So many refused rows of a source are kept, those made like articles first, then the latest."""
MOST_GAPS = 1_000
"""So many gaps of an entry are written by one run."""
_GAPS_KEPT = timedelta(days=90)
_CHANGES_KEPT = timedelta(days=90)
_LOOKED_BACK = 20
_DOUBTFUL = 10
_PROBES = 2
FIRST_REST = timedelta(days=1)
LONGEST_REST = timedelta(days=30)
_MOST_NOTED = 500


class WitnessQueries:
    """The questions about what entries show of each other."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def readings(self, source_id: str) -> tuple[EntryReading, ...]:
        """When each entry of a source was last read whole, in the order of first reading."""
        found = self._db.query(
            "SELECT * FROM entry_reads WHERE source_id = ? ORDER BY rowid", [source_id]
        )
        return tuple(_reading(row) for row in found)

    def shown(self, source_id: str, reading: EntryReading) -> tuple[ShownAddress, ...]:
        """What an entry showed when it was last read whole, or since, from its top on."""
        found = self._db.query(
            _SHOWN, {"source": source_id, "entry": reading.entry_url, "run": reading.run_id}
        )
        return tuple(
            ShownAddress(
                row["url_key"],
                row["url"],
                row["title"],
                row["day"],
                row["first_run_id"],
            )
            for row in found
        )

    def pages_read(self, source_id: str, reading: EntryReading) -> tuple[str, ...]:
        """The addresses of the pages of an entry that its last whole reading, or a later one, saw
        rows on."""
        found = self._db.query(
            "SELECT DISTINCT list_url FROM listings WHERE source_id = ? AND entry_url = ? "
            "AND last_run_id >= ?",
            [source_id, reading.entry_url, reading.run_id],
        )
        return tuple(row["list_url"] for row in found)

    def gaps(self, source_id: str, limit: int = 50) -> tuple[EntryGap, ...]:
        """The gaps of a source, open ones first, then the latest."""
        found = self._db.query(
            "SELECT * FROM entry_gaps WHERE source_id = ? "
            "ORDER BY closed_at IS NOT NULL, last_at DESC, id LIMIT ?",
            [source_id, limit],
        )
        return tuple(_gap(row) for row in found)

    def open_gaps(self, source_id: str) -> int:
        """How many gaps of a source are open."""
        sql = "SELECT count(*) FROM entry_gaps WHERE source_id = ? AND closed_at IS NULL"
        return int(self._db.execute(sql, [source_id]).fetchone()[0])

    def refused(self, source_id: str, limit: int = 50) -> tuple[RefusedListing, ...]:
        """Rows that the link rule of a source refuses: those made like articles first, then the
        latest seen."""
        found = self._db.query(
            "SELECT * FROM refused_rows WHERE source_id = ? "
            "ORDER BY alike DESC, why IN ('host', 'denied'), last_seen_at DESC, id DESC LIMIT ?",
            [source_id, limit],
        )
        return tuple(_refused(row) for row in found)

    def count_refused(self, source_id: str) -> int:
        """How many rows the link rule of a source refuses."""
        sql = "SELECT count(*) FROM refused_rows WHERE source_id = ?"
        return int(self._db.execute(sql, [source_id]).fetchone()[0])

    def listed_changes(self, source_id: str, now: datetime, limit: int) -> tuple[ListedChange, ...]:
        """What lists tell of known articles, to be looked at now: one change of an article, the
        latest told first.

        An article at which such a look found nothing new rests before it is looked at for that
        again: a day, then twice as long each time, at most 30 days. An entry whose word proved
        empty ten times of the last twenty, and never true, is given two looks a run.
        """
        found = list(self._db.query(_CHANGES, {"source": source_id}))
        chosen: dict[int, ListedChange] = {}
        probes: dict[tuple[str, str], int] = {}
        for row in found:
            key = (row["entry_url"], row["what"])
            if row["article_id"] in chosen or _rests(row, now):
                continue
            if key not in probes:
                probes[key] = _PROBES if self._is_empty_word(source_id, *key) else limit
            if probes[key] <= 0:
                continue
            probes[key] -= 1
            chosen[row["article_id"]] = ListedChange(
                row["id"],
                row["entry_url"],
                row["article_id"],
                row["url"],
                Signal(row["what"]),
                row["before"],
                row["after"],
            )
            if len(chosen) >= limit:
                break
        return tuple(chosen.values())

    def _is_empty_word(self, source_id: str, entry_url: str, what: str) -> bool:
        """Whether what an entry told lately in this way was never true."""
        found = [
            row["found"]
            for row in self._db.query(
                "SELECT found FROM listed_changes WHERE source_id = ? AND entry_url = ? "
                "AND asked_at IS NOT NULL AND what = ? AND found IN ('changed', 'unchanged') "
                "ORDER BY asked_at DESC, id DESC LIMIT ?",
                [source_id, entry_url, what, _LOOKED_BACK],
            )
        ]
        return len(found) >= _DOUBTFUL and "changed" not in found


def _rests(row: Row, now: datetime) -> bool:
    """Whether the article of a told change is left alone, since looking found nothing before."""
    in_vain, last = int(row["in_vain"]), row["last_in_vain"]
    if not in_vain or last is None:
        return False
    rest = min(FIRST_REST * (1 << min(in_vain - 1, 10)), LONGEST_REST)
    return lasts(unstamp(last), rest, now)


def _reading(row: Row) -> EntryReading:
    return EntryReading(
        entry_url=row["entry_url"],
        kind=row["kind"],
        read_at=unstamp(row["read_at"]),
        run_id=row["run_id"],
        pages=row["pages"],
        ended=bool(row["ended"]),
        shown=row["shown"],
        of_all=row["of_all"],
        since=row["since"],
        compared=row["compared"],
        lacking=row["lacking"],
        unread=row["unread"],
        compared_at=unstamp_or_none(row["compared_at"]),
        stated=row["stated"],
        had=row["had"],
    )


def _gap(row: Row) -> EntryGap:
    return EntryGap(
        source_id=row["source_id"],
        entry_url=row["entry_url"],
        shown_by=row["shown_by"],
        url=row["url"],
        title=row["title"],
        day=row["day"],
        reason=GapReason(row["reason"]),
        first_at=unstamp(row["first_at"]),
        last_at=unstamp(row["last_at"]),
        closed_at=unstamp_or_none(row["closed_at"]),
        closed_why=row["closed_why"],
    )


def _refused(row: Row) -> RefusedListing:
    return RefusedListing(
        source_id=row["source_id"],
        entry_url=row["entry_url"],
        list_url=row["list_url"],
        row=RefusedRow(row["url"], row["title"], row["why"], bool(row["alike"])),
        first_seen_at=unstamp(row["first_seen_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
    )


_SHOWN = """
SELECT l.url_key, min(l.url) AS url, max(l.title) AS title,
  min(l.first_run_id) AS first_run_id,
  max(substr(coalesce(l.published, t.published), 1, 10)) AS day, min(f.id) AS page
FROM listings l
LEFT JOIN articles a ON a.id = coalesce(
  (SELECT o.id FROM articles o WHERE o.source_id = l.source_id AND o.url_key = l.url_key),
  (SELECT n.article_id FROM aliases n WHERE n.source_id = l.source_id AND n.url_key = l.url_key))
LEFT JOIN readings t ON t.id = a.reading_id
LEFT JOIN (SELECT url, min(id) AS id FROM fetches WHERE run_id = :run GROUP BY url) f
  ON f.url = l.list_url
WHERE l.source_id = :source AND l.entry_url = :entry AND l.last_run_id >= :run
GROUP BY l.url_key ORDER BY page, min(l.position)
"""
# How often in a row, up to now, looking at an article because of a list found nothing new.
_CHANGES = """
WITH looks AS (
  SELECT article_id, max(CASE WHEN found = 'changed' THEN asked_at ELSE '' END) AS last_true
  FROM listed_changes WHERE source_id = :source AND found IN ('changed', 'unchanged')
  GROUP BY article_id
)
SELECT c.*, a.url,
  (SELECT count(*) FROM listed_changes v WHERE v.article_id = c.article_id
    AND v.found = 'unchanged' AND v.asked_at > coalesce(k.last_true, '')) AS in_vain,
  (SELECT max(v.asked_at) FROM listed_changes v WHERE v.article_id = c.article_id
    AND v.found = 'unchanged' AND v.asked_at > coalesce(k.last_true, '')) AS last_in_vain
FROM listed_changes c JOIN articles a ON a.id = c.article_id
LEFT JOIN looks k ON k.article_id = c.article_id
WHERE c.source_id = :source AND c.found = '' AND a.gone_at IS NULL
ORDER BY c.id DESC
"""


class WitnessWrites:
    """The part of a transaction that keeps what entries show of each other."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record_reading(
        self,
        run_id: int,
        entry_url: str,
        kind: str,
        *,
        pages: int,
        ended: int,
        now: datetime,
        stated: int = 0,
        had: int = 0,
    ) -> None:
        """Record that an entry was read whole in a run. `stated` and `had` are as in a reading."""
        self._db.execute(
            "INSERT INTO entry_reads (source_id, entry_url, kind, read_at, run_id, pages, ended, "
            "stated, had) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, entry_url) DO UPDATE SET "
            "kind = excluded.kind, read_at = excluded.read_at, run_id = excluded.run_id, "
            "pages = excluded.pages, ended = excluded.ended, stated = excluded.stated, "
            "had = excluded.had",
            [
                find_run(self._db, run_id).source_id,
                entry_url,
                kind,
                stamp(now),
                run_id,
                pages,
                ended,
                stated,
                had,
            ],
        )

    def forget_entries(self, source_id: str, entries: Collection[str], now: datetime) -> None:
        """Forget the readings of entries that are no longer among these, and close their gaps."""
        there = [row["entry_url"] for row in list(self._db.query(_ENTRIES, [source_id]))]
        for entry_url in there:
            if entry_url in entries:
                continue
            self._db.execute(
                "DELETE FROM entry_reads WHERE source_id = ? AND entry_url = ?",
                [source_id, entry_url],
            )
            self._db.execute(
                "UPDATE entry_gaps SET closed_at = ?, closed_why = 'no entry any more' "
                "WHERE source_id = ? AND entry_url = ? AND closed_at IS NULL",
                [stamp(now), source_id, entry_url],
            )

    def record_refused(
        self,
        run_id: int,
        entry_url: str,
        list_url: str,
        rows: Iterable[RefusedRow],
        now: datetime,
    ) -> None:
        """Keep the rows of a list page that the link rule refuses, as many as are kept of a
        source."""
        source_id, at = find_run(self._db, run_id).source_id, stamp(now)
        first = sorted(rows, key=lambda row: not row.alike)[:MOST_REFUSED]
        if not first:
            return
        insert_all(
            self._db,
            "refused_rows",
            "source_id, url, entry_url, list_url, title, why, alike, first_seen_at, first_run_id, "
            "last_seen_at, last_run_id",
            (
                (
                    source_id,
                    _well_formed(row.url),
                    entry_url,
                    list_url,
                    _well_formed(row.title),
                    row.why,
                    int(row.alike),
                    at,
                    run_id,
                    at,
                    run_id,
                )
                for row in first
            ),
            "ON CONFLICT (source_id, url) DO UPDATE SET entry_url = excluded.entry_url, "
            "list_url = excluded.list_url, title = excluded.title, why = excluded.why, "
            "alike = excluded.alike, last_seen_at = excluded.last_seen_at, "
            "last_run_id = excluded.last_run_id",
        )
        self._db.execute(
            "DELETE FROM refused_rows WHERE source_id = ?1 AND id IN (SELECT id FROM refused_rows "
            "WHERE source_id = ?1 "
            "ORDER BY alike DESC, why IN ('host', 'denied'), last_seen_at DESC, id DESC "
            "LIMIT -1 OFFSET ?2)",
            [source_id, MOST_REFUSED],
        )

    def record_gaps(
        self, run_id: int, compared: Sequence[EntryReading], gaps: Iterable[FoundGap], now: datetime
    ) -> None:
        """Keep what comparing the entries of a source came to."""
        source_id, at = find_run(self._db, run_id).source_id, stamp(now)
        for each in compared:
            self._db.execute(
                "UPDATE entry_reads SET shown = ?, of_all = ?, since = ?, compared = ?, "
                "lacking = ?, unread = ?, compared_at = ? WHERE source_id = ? AND entry_url = ?",
                [
                    each.shown,
                    each.of_all,
                    each.since,
                    each.compared,
                    each.lacking,
                    each.unread,
                    at,
                    source_id,
                    each.entry_url,
                ],
            )
        insert_all(
            self._db,
            "entry_gaps",
            "source_id, entry_url, url_key, url, shown_by, title, day, reason, first_at, "
            "first_run_id, last_at, last_run_id",
            (
                (
                    source_id,
                    gap.entry_url,
                    gap.address.url_key,
                    gap.address.url,
                    gap.shown_by,
                    gap.address.title,
                    gap.address.day,
                    gap.reason.value,
                    at,
                    run_id,
                    at,
                    run_id,
                )
                for gap in gaps
            ),
            "ON CONFLICT (source_id, entry_url, url_key) DO UPDATE SET url = excluded.url, "
            "shown_by = excluded.shown_by, title = excluded.title, day = excluded.day, "
            "reason = excluded.reason, last_at = excluded.last_at, "
            "last_run_id = excluded.last_run_id",
        )
        self._db.execute(
            "DELETE FROM entry_gaps WHERE source_id = ? AND closed_at IS NOT NULL AND last_at < ?",
            [source_id, stamp(now - _GAPS_KEPT)],
        )

    def close_gaps(self, source_id: str, now: datetime) -> int:
        """Close the gaps of a source whose address was had or set aside, is shown by the entry that
        lacked it, or by none any more. How many."""
        return int(self._db.execute(_CLOSE, {"source": source_id, "now": stamp(now)}).rowcount)

    def close_refused(self, source_id: str, urls: Sequence[str], now: datetime) -> None:
        """Close the gaps at these addresses: the link rule refuses them now."""
        if urls:
            self._db.execute(
                "UPDATE entry_gaps SET closed_at = ?, closed_why = 'refused' "
                f"WHERE source_id = ? AND closed_at IS NULL AND url IN ({marks(urls)})",
                [stamp(now), source_id, *urls],
            )

    def note_changes(
        self,
        run_id: int,
        entry_url: str,
        rows: Sequence[ListRow],
        now: datetime,
        *,
        before: int = 0,
    ) -> int:
        """Note what the rows of a list page tell of known articles, before the rows themselves are
        recorded. How many are noted. `before`: so many of other rows of the page are noted already,
        and of all no more than some hundreds are.

        Told is a headline that the entry never showed before, another summary than it showed
        last, and a moment of change that is later than the one before, or where there was none
        later than the last look at the article. A headline that the article itself has by now is
        no news.
        """
        source_id, at = find_run(self._db, run_id).source_id, stamp(now)
        by_key = {url_key(row.url): row for row in rows}
        shown = self._before(source_id, entry_url, by_key)
        told: list[tuple[object, ...]] = []
        for key, known in shown.items():
            found = _change_in(by_key[key], known, run_id, stamp(now + timedelta(days=1)))
            if found is not None and before + len(told) < _MOST_NOTED:
                what, was, is_now = found
                article_id = known[0]["article_id"]
                was, is_now = was[:500], _well_formed(is_now[:500])
                told.append((source_id, entry_url, article_id, what, was, is_now, at, run_id))
        if told:
            self._db.execute(
                "DELETE FROM listed_changes WHERE source_id = ? AND seen_at < ?",
                [source_id, stamp(now - _CHANGES_KEPT)],
            )
        insert_all(
            self._db,
            "listed_changes",
            "source_id, entry_url, article_id, what, before, after, seen_at, run_id",
            told,
            "ON CONFLICT (article_id, entry_url, what) WHERE found = '' DO UPDATE SET "
            "after = excluded.after, seen_at = excluded.seen_at, run_id = excluded.run_id",
        )
        return len(told)

    def _before(
        self, source_id: str, entry_url: str, by_key: Mapping[str, ListRow]
    ) -> dict[str, list[Row]]:
        """What an entry showed of those of these addresses that are articles, by URL key."""
        found: dict[str, list[Row]] = {}
        asked = [json.dumps(list(by_key)), source_id, entry_url]
        for row in self._db.query(_BEFORE, asked):
            found.setdefault(row["url_key"], []).append(row)
        return found

    def mark_looked(self, change: ListedChange, found: str, now: datetime) -> None:
        """Record that an article was looked at because of what a list told: `changed`, `unchanged`
        or `failed`. Whatever else was told of it before is dealt with by that."""
        self._db.execute(
            "UPDATE listed_changes SET asked_at = ?, found = ? WHERE id = ?",
            [stamp(now), found, change.id],
        )
        self._db.execute(
            "UPDATE listed_changes SET asked_at = ?, found = 'with another' "
            "WHERE article_id = ? AND found = '' AND id < ?",
            [stamp(now), change.article_id, change.id],
        )


def _change_in(
    row: ListRow, known: Sequence[Row], run_id: int, latest: str
) -> tuple[str, str, str] | None:
    """What a row tells of its article that the entry did not show before: the signal, what was and
    what is. None for nothing."""
    listed = [each for each in known if each["listed"]]
    modified = row.modified.sort_key if row.modified else ""
    if modified and modified[:19] <= latest:
        was = max((each["modified"] or "" for each in listed), default="")
        since = was or known[0]["last_checked_at"]
        if modified[:19] > since[:19]:
            return Signal.MODIFIED, was, modified
    earlier = [each for each in listed if each["last_run_id"] < run_id]
    if not earlier:
        return None
    title = _plain(row.title)
    titles = {_plain(each["title"]) for each in (*listed, {"title": known[0]["article_title"]})}
    if title and title not in titles:
        return Signal.TITLE, earlier[0]["title"], row.title
    same = next((each for each in earlier if _plain(each["title"]) == title), None)
    was = same["summary"] if same is not None else ""
    if was and row.summary and _plain(was) != _plain(row.summary):
        return Signal.SUMMARY, was, row.summary
    return None


def _well_formed(text: str) -> str:
    """Text that SQLite takes, whatever a page holds."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


_ENTRIES = "SELECT entry_url FROM entry_reads WHERE source_id = ?"
_BEFORE = """
SELECT k.value AS url_key, a.id AS article_id, a.last_checked_at, t.title AS article_title,
  l.id IS NOT NULL AS listed, l.title, l.summary, l.modified, l.last_run_id
FROM json_each(?1) k
JOIN articles a ON a.source_id = ?2 AND a.url_key = k.value AND a.gone_at IS NULL
JOIN readings t ON t.id = a.reading_id
LEFT JOIN listings l ON l.source_id = ?2 AND l.entry_url = ?3 AND l.url_key = k.value
ORDER BY l.last_run_id DESC, l.id DESC
"""
_CLOSE = """
UPDATE entry_gaps SET closed_at = :now, closed_why = (CASE
  WHEN EXISTS (SELECT 1 FROM articles a
    WHERE a.source_id = entry_gaps.source_id AND a.url_key = entry_gaps.url_key) THEN 'had'
  WHEN EXISTS (SELECT 1 FROM aliases n
    WHERE n.source_id = entry_gaps.source_id AND n.url_key = entry_gaps.url_key) THEN 'had'
  WHEN EXISTS (SELECT 1 FROM quarantine q
    WHERE q.source_id = entry_gaps.source_id AND q.url_key = entry_gaps.url_key) THEN 'set aside'
  WHEN EXISTS (SELECT 1 FROM entry_reads e JOIN listings l ON l.source_id = e.source_id
    AND l.entry_url = e.entry_url AND l.url_key = entry_gaps.url_key AND l.last_run_id >= e.run_id
    WHERE e.source_id = entry_gaps.source_id AND e.entry_url = entry_gaps.entry_url) THEN 'shown'
  ELSE 'in no entry' END)
WHERE source_id = :source AND closed_at IS NULL AND (
  EXISTS (SELECT 1 FROM articles a
    WHERE a.source_id = entry_gaps.source_id AND a.url_key = entry_gaps.url_key)
  OR EXISTS (SELECT 1 FROM aliases n
    WHERE n.source_id = entry_gaps.source_id AND n.url_key = entry_gaps.url_key)
  OR EXISTS (SELECT 1 FROM quarantine q
    WHERE q.source_id = entry_gaps.source_id AND q.url_key = entry_gaps.url_key)
  OR EXISTS (SELECT 1 FROM entry_reads e JOIN listings l ON l.source_id = e.source_id
    AND l.entry_url = e.entry_url AND l.url_key = entry_gaps.url_key AND l.last_run_id >= e.run_id
    WHERE e.source_id = entry_gaps.source_id AND e.entry_url = entry_gaps.entry_url)
  OR NOT EXISTS (SELECT 1 FROM entry_reads e JOIN listings l ON l.source_id = e.source_id
    AND l.entry_url = e.entry_url AND l.url_key = entry_gaps.url_key AND l.last_run_id >= e.run_id
    WHERE e.source_id = entry_gaps.source_id))
"""

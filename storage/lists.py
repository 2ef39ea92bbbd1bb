"""What stood on lists, and how list pages looked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from .text import fts_text
from .types import Outcome, Precision, When
from .urls import url_key

GOES_ON = "the list goes on"
"""How the reason of a list begins that was read and has pages that no crawl gets to."""


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

    `fresh` of the `rows` were never listed before, `dated` and `titled` have a date and a title,
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
    lead to it, and their days, those seen last first."""

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
    """The questions about lists and their rows."""

    def __init__(self, database: Connection) -> None:
        self._db = database

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
            "SELECT title, published FROM listings WHERE source_id = ? AND url_key = ? "
            f"ORDER BY last_seen_at DESC, id DESC LIMIT {_MOST_WITNESSES}",
            [source_id, url_key(url)],
        )
        rows = list(found)
        days = (row["published"][:10] for row in rows if len(row["published"] or "") >= len(_ISO))
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
        asked = " OR ".join(f'"{term}"' for term in terms)
        sql = (
            "SELECT a.id AS article_id, a.source_id, a.url, a.url_key, r.title FROM "
            "(SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank "
            "LIMIT ?) f JOIN articles a ON a.id = f.id JOIN readings r ON r.id = a.reading_id"
        )
        return list(self._db.query(sql, [f"title : ({asked})", _CANDIDATES]))

    def _rows_titled(self, terms: Sequence[str]) -> list[dict[str, Any]]:
        # There is no index of the titles of lists: one look at each row.
        told = " + ".join("(l.title LIKE ?)" for _ in terms)
        sql = (
            f"SELECT a.id AS article_id, l.source_id, l.url, l.url_key, l.title, {told} AS hits "
            "FROM listings l LEFT JOIN articles a ON a.source_id = l.source_id "
            "AND a.url_key = l.url_key WHERE hits >= ? ORDER BY hits DESC, l.id DESC LIMIT ?"
        )
        like = [f"%{term}%" for term in terms]
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
    """The part of a transaction that keeps lists."""

    def __init__(self, database: Connection) -> None:
        self._db = database

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
    "first_seen_at, first_run_id, last_seen_at, last_run_id"
)
_LISTED_AGAIN = """
ON CONFLICT (source_id, entry_url, url_key, title) DO UPDATE
SET list_url = excluded.list_url, url = excluded.url, summary = excluded.summary,
  published = excluded.published, position = excluded.position,
  last_seen_at = excluded.last_seen_at, last_run_id = excluded.last_run_id, vanished_at = NULL
"""


def _looks(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("entry_url", "outcome", "reason", "rows", "digest"))


def _look(seen: ListSeen) -> tuple[object, ...]:
    return (seen.entry_url, seen.outcome.value, seen.reason, seen.rows, seen.digest)


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
    }

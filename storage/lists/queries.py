"""Selecting what stood on lists and how they looked, and what proves why an address is here or is
not. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ..driver import Connection
from ..stamps import unstamp, unstamp_or_none
from ..statements import Row, marks
from ..text import shadow
from ..types import Outcome
from .records import Bracket, ListedRow, ListObservation, ListSeen, TitledRow

_TERMS = 8
_CANDIDATES = 60


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
        return tuple(_sight(row) for row in found)

    def pages(self, source_id: str, entry_url: str) -> dict[str, int]:
        """How many rows were last seen on each list page of an entry, by its address."""
        found = self._db.query(
            "SELECT list_url, count(DISTINCT url_key) AS n FROM listings "
            "WHERE source_id = ? AND entry_url = ? GROUP BY list_url ORDER BY min(id)",
            [source_id, entry_url],
        )
        return {row["list_url"]: row["n"] for row in found}

    def listed_at(self, keys: Sequence[str]) -> tuple[ListedRow, ...]:
        """Every row of a list with one of these URL keys, of any source, the latest seen first."""
        sql = f"{_ROWS} WHERE l.source_id IN (SELECT id FROM sources) AND l.url_key IN "
        sql += f"({marks(keys)}) ORDER BY l.last_seen_at DESC, l.id"
        return tuple(self._proven(row) for row in list(self._db.query(sql, list(keys))))

    def brackets(self, source_id: str, day: date) -> tuple[Bracket, ...]:
        """What stands around a day on each list of a source, in the order of first sight; none for
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
        """Articles, then rows of lists, whose titles share words with this one; some dozens at
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
            "(SELECT rowid AS id FROM shadows_fts WHERE shadows_fts MATCH ? ORDER BY rank LIMIT ?) "
            "f JOIN articles a ON a.id = f.id JOIN readings r ON r.id = a.reading_id"
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


def _sight(row: Any) -> ListObservation:
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
    bare = "".join(one if one.isalnum() else " " for one in shadow(title))
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

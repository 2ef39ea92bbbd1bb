"""Selecting why articles are here: what a watchlist found, and which articles one has not seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..articles import rows
from ..articles.known import KnownQueries
from ..stamps import stamp
from ..text import read_words
from ..types import Grade, When
from .records import STRENGTH, Part, PlaceFound, Relevance, Role, Score

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an article as it stands now: what a watchlist looks at."""

    article_id: int
    reading_id: int
    story_id: int
    source_id: str
    url: str
    title: str
    body: str
    published: When | None


class RelevanceQueries(KnownQueries):
    """The part of the store that answers why."""

    def relevance(self, article_id: int) -> Relevance | None:
        """What was found in an article; None where no watchlist has seen it."""
        return self.relevances([article_id]).get(article_id)

    def relevances(self, article_ids: Sequence[int]) -> dict[int, Relevance]:
        """What was found in each of these articles; none for those no watchlist has seen."""
        found: dict[int, Relevance] = {}
        for start in range(0, len(article_ids), _AT_A_TIME):
            part = list(article_ids[start : start + _AT_A_TIME])
            matches = self._grouped("matches", "id", part)
            scores = self._grouped("scores", "points DESC, topic", part)
            places = self._grouped("places", "role, place", part)
            for row in self._grouped("relevance", "article_id", part).values():
                article_id, watchlist = row[0]["article_id"], row[0]["watchlist"]
                found[article_id] = Relevance(
                    watchlist,
                    tuple(rows.match(one) for one in matches.get(article_id, ())),
                    tuple(_score(one) for one in scores.get(article_id, ())),
                    tuple(_place(one) for one in places.get(article_id, ())),
                )
        return found

    def _grouped(self, table: str, order: str, part: Sequence[int]) -> dict[int, list[rows.Row]]:
        """The rows of a table that belong to these articles, by article."""
        found: dict[int, list[rows.Row]] = {}
        sql = f"SELECT * FROM {table} WHERE article_id IN ({_marks(part)}) ORDER BY {order}"
        for row in self._db.query(sql, part):
            found.setdefault(row["article_id"], []).append(row)
        return found

    def grades(self, article_ids: Sequence[int], topics: Sequence[str]) -> dict[int, Grade]:
        """The strongest grade of each of these articles among these topics, where there is one."""
        found: dict[int, Grade] = {}
        sql = (
            f"SELECT article_id, grade FROM scores WHERE article_id IN ({_marks(article_ids)}) "
            f"AND topic IN ({_marks(topics)})"
        )
        for row in self._db.query(sql, [*article_ids, *topics]):
            grade = Grade(row["grade"])
            best = found.get(row["article_id"])
            if best is None or STRENGTH[grade] < STRENGTH[best]:
                found[row["article_id"]] = grade
        return found

    def unmatched(self, watchlist: str) -> int:
        """How many articles that version of a watchlist has not seen."""
        sql = f"SELECT count(*) AS n FROM articles a {_UNSEEN}"
        return int(next(iter(self._db.query(sql, {"watchlist": watchlist})))["n"])

    def count_texts(self, since: datetime | None = None) -> int:
        """How many articles there are, or dated (unknown dates: first seen) since a moment."""
        sql = "SELECT count(*) AS n FROM articles a WHERE :since IS NULL OR a.dated_at >= :since"
        moment = stamp(since) if since is not None else None
        return int(next(iter(self._db.query(sql, {"since": moment})))["n"])

    def texts(
        self, *, unseen_by: str | None = None, since: datetime | None = None
    ) -> Iterator[Text]:
        """The texts of all articles, or of those that a version of a watchlist has not seen, or
        dated (unknown dates: first seen) since a moment; a few in memory at a time."""
        where = _UNSEEN if unseen_by is not None else "WHERE 1"
        dated = "AND a.dated_at >= :since" if since is not None else ""
        last = 0
        while True:
            found = list(
                self._db.query(
                    f"{_TEXT} {where} {dated} AND a.id > :last ORDER BY a.id LIMIT {_AT_A_TIME}",
                    {
                        "watchlist": unseen_by,
                        "since": stamp(since) if since is not None else None,
                        "last": last,
                    },
                )
            )
            yield from map(_text, found)
            if len(found) < _AT_A_TIME:
                return
            last = found[-1]["id"]

    def texts_of(self, story_ids: Sequence[int]) -> Iterator[Text]:
        """The texts of all articles of these stories, a few stories at a time."""
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = story_ids[start : start + _AT_A_TIME]
            sql = f"{_TEXT} WHERE a.story_id IN ({_marks(part)}) ORDER BY a.story_id, a.id"
            yield from map(_text, list(self._db.query(sql, list(part))))

    def articles_with(self, phrase: str, most: int) -> int:
        """How many articles have these words, one after the other, in title or body; counts no
        further than `most`. A lone Han character is not looked for."""
        words = read_words(f'"{phrase}"')
        if not words.match:
            return 0
        sql = (
            "SELECT count(*) AS n FROM "
            "(SELECT 1 FROM shadows_fts WHERE shadows_fts MATCH ? LIMIT ?)"
        )
        return int(next(iter(self._db.query(sql, [words.match, most])))["n"])


def _score(row: rows.Row) -> Score:
    parts = tuple(Part(*part) for part in json.loads(row["parts"]))
    return Score(row["topic"], Grade(row["grade"]), row["points"], parts)


def _place(row: rows.Row) -> PlaceFound:
    return PlaceFound(
        row["place"],
        Role(row["role"]),
        row["phrase"],
        row["field"],
        row["start"],
        row["times"],
        row["why"],
    )


def _text(row: rows.Row) -> Text:
    return Text(
        row["id"],
        row["reading_id"],
        row["story_id"],
        row["source_id"],
        row["url"],
        row["title"],
        row["body"],
        rows.when(row, "published"),
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


_TEXT = """
SELECT a.id, a.reading_id, a.story_id, a.source_id, a.url, r.title, r.body, r.published,
  r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
"""
_UNSEEN = """
WHERE NOT EXISTS (
  SELECT 1 FROM relevance v WHERE v.article_id = a.id AND v.watchlist = :watchlist)
"""

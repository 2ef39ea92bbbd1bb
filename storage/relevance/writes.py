"""Writing why an article is here: what one watchlist found in it, in place of what another did."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..driver import Connection
from ..statements import insert_all, maybe
from .queries import Text
from .records import Relevance, ScorePart


def parts_json(parts: Iterable[ScorePart]) -> str:
    """The parts of a score as they are kept: `[points, kind]`, or `[points, kind, what]`."""
    told = [[one.points, one.kind, *([one.what] if one.what else [])] for one in parts]
    return json.dumps(told, ensure_ascii=False)


class RelevanceWrites:
    """The part of a transaction that keeps matches, scores and places."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def replace(self, article_id: int, found: Relevance) -> None:
        """Replace all that is known of an article's relevance."""
        again = self._db.execute(
            "UPDATE relevance SET watchlist = ? WHERE article_id = ?", [found.watchlist, article_id]
        )
        if again.rowcount:
            for table in ("matches", "scores", "places"):
                self._db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
        else:
            self._db.execute("INSERT INTO relevance VALUES (?, ?)", [article_id, found.watchlist])
        insert_all(
            self._db,
            "matches",
            _MATCH,
            (
                (
                    article_id,
                    found.watchlist,
                    one.topic,
                    one.grade.value,
                    one.phrase,
                    one.field,
                    one.start,
                    one.sentence,
                )
                for one in found.matches
            ),
        )
        insert_all(
            self._db,
            "scores",
            _SCORE,
            (
                (
                    article_id,
                    one.topic,
                    one.grade.value,
                    one.points,
                    parts_json(one.parts),
                )
                for one in found.scores
            ),
        )
        insert_all(
            self._db,
            "places",
            _PLACE,
            (
                (
                    article_id,
                    one.place,
                    one.role.value,
                    one.phrase,
                    one.field,
                    one.start,
                    one.times,
                    one.why,
                )
                for one in found.places
            ),
        )

    def reads_as(self, text: Text) -> bool:
        """Whether an article still has the reading that a text was taken from."""
        row = maybe(self._db, "SELECT reading_id FROM articles WHERE id = ?", [text.article_id])
        return row is not None and row["reading_id"] == text.reading_id


_MATCH = "article_id, watchlist, topic, grade, phrase, field, start, sentence"
_SCORE = "article_id, topic, grade, points, parts"
_PLACE = "article_id, place, role, phrase, field, start, times, why"

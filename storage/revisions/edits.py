"""Selecting what changed, among all articles or of some stories. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from ..articles.records import Edit, Held, Weight
from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..statements import Row, marks


class EditQueries:
    """The questions about changes."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(
        self,
        limit: int,
        *,
        weights: Sequence[Weight] = (),
        held: Sequence[Held] = (),
        sources: Sequence[str] = (),
    ) -> tuple[Edit, ...]:
        """The latest changes, the newest first. What is empty does not restrict; `held` leaves
        those that were held back for one of these reasons."""
        conditions = ["v.number > 1"]
        named = (("v.weight", weights), ("v.held", held), ("a.source_id", sources))
        conditions += [f"{column} IN ({marks(values)})" for column, values in named if values]
        found = self._db.query(
            f"{_EDITS} WHERE {' AND '.join(conditions)} ORDER BY v.seen_at DESC, v.id DESC LIMIT ?",
            [*(str(value) for _, values in named for value in values), limit],
        )
        return tuple(_edit(row) for row in found)

    def of_story(self, story_id: int) -> tuple[Edit, ...]:
        """Every change of the articles of a story, the earliest first."""
        found = self._db.query(
            f"{_EDITS} WHERE v.number > 1 AND a.story_id = ? {_IN_ORDER}", [story_id]
        )
        return tuple(_edit(row) for row in found)

    def last_reported(self, story_ids: Sequence[int]) -> dict[int, Edit]:
        """Of each of these stories the change that was told last; none for those without."""
        found: dict[int, Edit] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = story_ids[start : start + _AT_A_TIME]
            where = f"v.told_at IS NOT NULL AND a.story_id IN ({marks(part)})"
            for row in self._db.query(f"{_EDITS} WHERE {where} {_TOLD_IN_ORDER}", list(part)):
                found[row["story_id"]] = _edit(row)
        return found

    def reported_between(self, since: datetime, until: datetime) -> tuple[Edit, ...]:
        """The changes that were told in a period (`until` exclusive), in order."""
        found = self._db.query(
            f"{_EDITS} WHERE v.told_at >= ? AND v.told_at < ? {_TOLD_IN_ORDER}",
            [stamp(since), stamp(until)],
        )
        return tuple(_edit(row) for row in found)


_AT_A_TIME = 500
_EDITS = """
SELECT v.*, a.story_id, a.source_id, a.url, r.title FROM revisions v
JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id
"""
_IN_ORDER = "ORDER BY v.seen_at, v.id"
_TOLD_IN_ORDER = "ORDER BY v.told_at, v.id"


def _edit(row: Row) -> Edit:
    return Edit(
        article_id=row["article_id"],
        story_id=row["story_id"],
        source_id=row["source_id"],
        title=row["title"],
        url=row["url"],
        run_id=row["run_id"],
        number=row["number"],
        seen_at=unstamp(row["seen_at"]),
        weight=Weight(row["weight"]),
        kinds=tuple(json.loads(row["kinds"])),
        summary=row["summary"],
        back_to=row["back_to"],
        times=row["times"],
        held=Held(row["held"]),
        told_at=unstamp_or_none(row["told_at"]),
    )

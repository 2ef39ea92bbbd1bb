"""Selecting what changed: the versions of an article, the latest changes of all, the events."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from . import rows
from .stamps import unstamp
from .types import Attachment, Held, Weight
from .views import Edit, Event, Revision


class RevisionQueries:
    """The part of the store that answers what happened."""

    _db: Database

    def revisions(self, article_id: int) -> tuple[Revision, ...]:
        """Every version of an article, the first one first."""
        found = self._db.query(
            "SELECT v.number, v.seen_at, v.changed, v.weight, v.kinds, v.summary, v.back_to, "
            "v.times, v.held, r.* FROM revisions v JOIN readings r ON r.id = v.reading_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            [article_id],
        )
        return tuple(_revision(row) for row in found)

    def edits(
        self, limit: int, *, held: Sequence[Held] = (), sources: Sequence[str] = ()
    ) -> tuple[Edit, ...]:
        """The latest changes, the newest first: all of them, or those held back for one of these
        reasons; of these sources or of all."""
        conditions = ["v.number > 1"]
        if held:
            conditions.append(f"v.held IN ({_marks(held)})")
        if sources:
            conditions.append(f"a.source_id IN ({_marks(sources)})")
        found = self._db.query(
            "SELECT v.*, a.story_id, a.source_id, a.url, r.title FROM revisions v "
            "JOIN articles a ON a.id = v.article_id JOIN readings r ON r.id = v.reading_id "
            f"WHERE {' AND '.join(conditions)} ORDER BY v.seen_at DESC, v.id DESC LIMIT ?",
            [*(reason.value for reason in held), *sources, limit],
        )
        return tuple(_edit(row) for row in found)

    def events(self, after_seq: int = 0, limit: int | None = None) -> tuple[Event, ...]:
        """What happened after that event, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            [after_seq, -1 if limit is None else limit],
        )
        return tuple(rows.event(row) for row in found)

    def events_of(self, article_id: int) -> tuple[Event, ...]:
        """What happened to one article, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE article_id = ? ORDER BY seq", [article_id]
        )
        return tuple(rows.event(row) for row in found)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


def _revision(row: rows.Row) -> Revision:
    return Revision(
        number=row["number"],
        seen_at=unstamp(row["seen_at"]),
        snapshot_id=row["snapshot_id"],
        title=row["title"],
        body=row["body"],
        published=rows.when(row, "published"),
        changed=tuple(json.loads(row["changed"])),
        attachments=tuple(Attachment(**item) for item in json.loads(row["attachments"])),
        weight=Weight(row["weight"]) if row["weight"] else None,
        kinds=tuple(json.loads(row["kinds"])),
        summary=row["summary"],
        back_to=row["back_to"],
        times=row["times"],
        held=Held(row["held"]),
    )


def _edit(row: rows.Row) -> Edit:
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
    )

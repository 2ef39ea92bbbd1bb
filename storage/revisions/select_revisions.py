"""Selecting what changed: the versions of an article, the latest changes of all, the events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..articles import rows
from ..articles.history import Event, Readable, Revision
from ..articles.parts import PARTS, part_list
from ..crawls.rows import event_of
from ..driver import Connection
from ..search.select_hits import marks
from ..stamps import unstamp, unstamp_or_none
from ..types import Attachment, Held, Weight


class RevisionQueries:
    """The part of the store that answers what happened."""

    _db: Connection

    def revisions(self, article_id: int) -> tuple[Revision, ...]:
        """Every version of an article, the first one first."""
        found = self._db.query(
            "SELECT v.number, v.seen_at, v.changed, v.weight, v.kinds, v.summary, v.back_to, "
            "v.times, v.held, v.told_at, r.* "
            "FROM revisions v JOIN readings r ON r.id = v.reading_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            [article_id],
        )
        return tuple(_revision(row) for row in found)

    def events(self, after_seq: int = 0, limit: int | None = None) -> tuple[Event, ...]:
        """What happened after that event, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            [after_seq, -1 if limit is None else limit],
        )
        return tuple(event_of(row) for row in found)

    def events_of(self, article_id: int) -> tuple[Event, ...]:
        """What happened to one article, in order."""
        found = self._db.query(
            "SELECT * FROM events WHERE article_id = ? ORDER BY seq", [article_id]
        )
        return tuple(event_of(row) for row in found)

    def newest_page(self, source_id: str) -> int | None:
        """The number of the archived page from which the newest article of a source is read: the
        one published last, undated ones after all others. None if no page is archived."""
        found = self._db.query(
            "SELECT r.snapshot_id FROM articles a JOIN readings r ON r.id = a.reading_id "
            "WHERE a.source_id = ? AND r.snapshot_id IS NOT NULL "
            "ORDER BY r.published IS NULL, a.dated_at DESC, a.id DESC LIMIT 1",
            [source_id],
        )
        return next((int(row["snapshot_id"]) for row in found), None)

    def readable(self, source_ids: Sequence[str] = ()) -> Iterator[Readable]:
        """Every revision with an archived page, of these sources or of all, oldest first."""
        only = f"AND a.source_id IN ({marks(source_ids)})" if source_ids else ""
        sql = (
            "SELECT v.id, v.article_id, v.number, a.source_id, r.snapshot_id, r.content_hash, "
            f"r.reader_version, {PARTS} FROM revisions v JOIN articles a ON a.id = v.article_id "
            "JOIN readings r ON r.id = v.reading_id WHERE r.snapshot_id IS NOT NULL AND v.id > ? "
            f"{only} ORDER BY v.id LIMIT {_AT_A_TIME}"
        )
        last = 0
        while found := list(self._db.query(sql, [last, *source_ids])):
            last = found[-1]["id"]
            yield from map(_readable, found)


_AT_A_TIME = 200


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
        told_at=unstamp_or_none(row["told_at"]),
    )


def _readable(row: rows.Row) -> Readable:
    return Readable(
        row["article_id"],
        row["number"],
        row["source_id"],
        row["snapshot_id"],
        row["content_hash"],
        row["reader_version"],
        part_list(row["parts"]),
    )

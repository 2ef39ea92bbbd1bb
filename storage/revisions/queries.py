"""Selecting what happened: the versions of an article, and the events. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from ..articles import rows
from ..articles.parts import PARTS, part_list
from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..statements import Row, marks
from ..types import Attachment, Change, Held, Weight
from .records import Event, Readable, Revision


class RevisionQueries:
    """The questions about versions and events."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, article_id: int) -> tuple[Revision, ...]:
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

    def last_seq(self, before: datetime | None = None) -> int:
        """The number of the last event there is, or of the last one before the first that happened
        at that moment or later; 0 if none."""
        if before is not None:
            sql = "SELECT min(seq) - 1 AS seq FROM events WHERE at >= ?"
            found = next(iter(self._db.query(sql, [stamp(before)])))["seq"]
            if found is not None:
                return int(found)
        sql = "SELECT coalesce(max(seq), 0) AS seq FROM events"
        return int(next(iter(self._db.query(sql)))["seq"])

    def seqs_between(self, since: datetime, until: datetime) -> tuple[int, int]:
        """The events of a period, `until` exclusive: after which (exclusive) and up to which. Where
        the clock was set back in it they end before the first that is stamped before `since`: what
        comes after that is not all of the period."""
        after, last = self.last_seq(since), self.last_seq()
        sql = "SELECT min(seq) - 1 AS seq FROM events WHERE seq > ? AND (at < ? OR at >= ?)"
        first = next(iter(self._db.query(sql, [after, stamp(since), stamp(until)])))["seq"]
        return after, last if first is None else int(first)


_AT_A_TIME = 200


def _revision(row: Row) -> Revision:
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


def _readable(row: Row) -> Readable:
    return Readable(
        row["article_id"],
        row["number"],
        row["source_id"],
        row["snapshot_id"],
        row["content_hash"],
        row["reader_version"],
        part_list(row["parts"]),
    )


def event_of(row: Row) -> Event:
    """A row of `events`."""
    return Event(
        seq=row["seq"],
        at=unstamp(row["at"]),
        change=Change(row["change"]),
        article_id=row["article_id"],
        story_id=row["story_id"],
        run_id=row["run_id"],
        baseline=bool(row["baseline"]),
        detail=row["detail"],
    )

"""What the pages of a source taught: where its fields stand, and what stands on every page.

A lesson is undone by people alone, and then does not come back by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .database import Connection, Row, stamp, unstamp, unstamp_or_none


class LessonKind(StrEnum):
    """What a lesson says: a text is the site's and on every page, a place is where the field
    stands, a place never is, or a selector finds what a person corrected."""

    CONSTANT = "constant"
    PLACE = "place"
    NEVER = "never"
    SELECTOR = "selector"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `value` is a text, or the rule of a reader that names a place. `evidence` are
    lines that say what it rests on. `id` is 0 for one that is not kept yet."""

    kind: LessonKind
    field: str
    value: str
    evidence: tuple[str, ...] = ()
    pages: int = 0
    id: int = 0
    learned_at: datetime | None = None
    forgotten_at: datetime | None = None
    forgotten_by: str = ""


@dataclass(frozen=True, slots=True)
class LessonPage:
    """An article whose page may teach: the archived page, and title and day as people corrected
    them, if they did."""

    article_id: int
    snapshot_id: int
    title: str = ""
    day: str = ""
    person: str = ""


_MOST_CORRECTED = 20
_GROWN = 1.5


class LessonQueries:
    """The questions about lessons."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, source_id: str) -> tuple[Lesson, ...]:
        """The lessons of a source that count, by their numbers."""
        return tuple(each for each in self.all_of(source_id) if each.forgotten_at is None)

    def all_of(self, source_id: str) -> tuple[Lesson, ...]:
        """All of them, those that people undid as well."""
        sql = "SELECT * FROM lessons WHERE source_id = ? ORDER BY id"
        return tuple(_lesson(row) for row in self._db.query(sql, [source_id]))

    def is_due(self, source_id: str, least: int, reader_version: int) -> bool:
        """Whether there is more to learn from than the last time: so many pages at least, half as
        many again as there were, corrections, or another reader."""
        row = next(self._db.query(_COUNTS, [source_id]))
        if row["pages"] < least:
            return False
        grown = row["learned"] is None or row["pages"] >= _GROWN * row["learned"]
        return bool(grown or row["version"] != reader_version or row["corrected"])

    def pages(self, source_id: str, limit: int) -> tuple[LessonPage, ...]:
        """The articles to learn from: those that people corrected, then the latest."""
        corrected = self._db.query(_CORRECTED, [source_id, _MOST_CORRECTED])
        latest = self._db.query(_LATEST, [source_id, limit])
        found = {row["id"]: row for row in (*latest, *corrected)}
        return tuple(
            LessonPage(
                row["id"],
                row["snapshot_id"],
                row["title"] if row["title"] != row["old_title"] else "",
                (row["published"] or "")[:10] if row["published"] != row["old_published"] else "",
                row["person"] or "",
            )
            for row in found.values()
        )


class LessonWrites:
    """The part of a transaction that keeps lessons."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def keep(
        self,
        source_id: str,
        found: Sequence[Lesson],
        *,
        reader_version: int,
        now: datetime,
    ) -> int:
        """Keep what was learned of the pages of a source. Return how many lessons are new. What
        people undid stays undone."""
        new = 0
        for lesson in found:
            values = [source_id, lesson.kind.value, lesson.field, lesson.value]
            told = json.dumps(list(lesson.evidence), ensure_ascii=False)
            there = self._db.execute(
                "UPDATE lessons SET evidence = ?, pages = ? WHERE source_id = ? AND kind = ? "
                "AND field = ? AND value = ?",
                [told, lesson.pages, *values],
            )
            if not there.rowcount:
                self._db.execute(
                    "INSERT INTO lessons (source_id, kind, field, value, evidence, pages, "
                    "learned_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [*values, told, lesson.pages, stamp(now)],
                )
                new += 1
        self._db.execute(
            "INSERT OR REPLACE INTO learned VALUES (?1, (SELECT count(*) FROM articles "
            "WHERE source_id = ?1), ?2, ?3)",
            [source_id, stamp(now), reader_version],
        )
        return new

    def teach(self, source_id: str, lesson: Lesson, *, now: datetime) -> int:
        """Keep what a person's correction taught, also where it was undone before. Return its
        number."""
        values = [source_id, lesson.kind.value, lesson.field, lesson.value]
        told = json.dumps(list(lesson.evidence), ensure_ascii=False)
        self._db.execute(
            "INSERT INTO lessons (source_id, kind, field, value, evidence, pages, learned_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, kind, field, value) DO UPDATE "
            "SET evidence = excluded.evidence, pages = excluded.pages, "
            "learned_at = excluded.learned_at, forgotten_at = NULL, forgotten_by = ''",
            [*values, told, lesson.pages, stamp(now)],
        )
        sql = "SELECT id FROM lessons WHERE source_id = ? AND kind = ? AND field = ? AND value = ?"
        return int(next(self._db.query(sql, values))["id"])

    def forget(self, source_id: str, number: int | None, *, person: str, now: datetime) -> int:
        """Undo one lesson of a source, or all. Return how many. Raises LookupError for one that the
        source has not."""
        only = "AND id = ?" if number is not None else ""
        undone = self._db.execute(
            "UPDATE lessons SET forgotten_at = ?, forgotten_by = ? WHERE source_id = ? "
            f"AND forgotten_at IS NULL {only}",
            [stamp(now), person, source_id, *([number] if number is not None else [])],
        )
        if not undone.rowcount:
            which = "no lesson" if number is None else f"no lesson {number}"
            raise LookupError(f"{source_id} has {which} to forget")
        return int(undone.rowcount)


def _lesson(row: Row) -> Lesson:
    return Lesson(
        LessonKind(row["kind"]),
        row["field"],
        row["value"],
        tuple(json.loads(row["evidence"])),
        row["pages"],
        row["id"],
        unstamp(row["learned_at"]),
        unstamp_or_none(row["forgotten_at"]),
        row["forgotten_by"],
    )


_COUNTS = """
SELECT (SELECT count(*) FROM articles WHERE source_id = s.id) AS pages, l.pages AS learned,
  l.reader_version AS version, EXISTS (
    SELECT 1 FROM decisions d JOIN articles a ON a.id = d.article_id
    WHERE d.verb = 'correct' AND a.source_id = s.id AND d.at > l.at) AS corrected
FROM sources s LEFT JOIN learned l ON l.source_id = s.id WHERE s.id = ?
"""
_PAGES = """
SELECT a.id, o.snapshot_id, r.title, r.published, o.title AS old_title,
  o.published AS old_published, (
    SELECT d.person FROM decisions d WHERE d.article_id = a.id AND d.verb = 'correct'
    AND d.undone_at IS NULL ORDER BY d.id DESC LIMIT 1) AS person
FROM articles a JOIN readings r ON r.id = a.reading_id
JOIN readings o ON o.id = coalesce(r.corrects, r.id)
WHERE a.source_id = ? AND o.snapshot_id IS NOT NULL
"""
_LATEST = f"{_PAGES} ORDER BY a.first_seen_at DESC, a.id DESC LIMIT ?"
_CORRECTED = f"{_PAGES} AND r.corrects IS NOT NULL ORDER BY a.id DESC LIMIT ?"

"""Where reports in the archive contradict each other, and what people say of that.

`scraper` finds it. Here it is kept, and nothing is decided.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from .articles.records import when, zone_of
from .database import Connection, Row, insert, insert_all, maybe, stamp, unstamp, unstamp_or_none


class ContradictionVerdict(StrEnum):
    """What a person says of a contradiction: which of the two is right, that both are in their
    way, that it is none, or that it is one and nobody knows yet who is right."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"
    NONE = "none"
    OPEN = "open"


_FLIPPED = {
    ContradictionVerdict.FIRST: ContradictionVerdict.SECOND,
    ContradictionVerdict.SECOND: ContradictionVerdict.FIRST,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What one of the two says: the version of an article, its sentence, and the words that differ
    (`value`). `start` is where the sentence begins in the text, `place` and `length` are where the
    words that differ stand in the sentence, in characters."""

    article_id: int
    revision: int
    sentence: str
    value: str
    start: int
    place: int
    length: int


@dataclass(frozen=True, slots=True)
class FoundContradiction:
    """Two claims that contradict each other, that of whom said it first before the other's. `kind`
    is what differs: figure, date, rank, list, place, outcome or name, `strength` (0 to 1) how
    surely they are about one thing."""

    kind: str
    strength: float
    first: Claim
    second: Claim

    @property
    def key(self) -> int:
        """A number of kind and sentences, in whatever order these are."""
        parts = sorted((self.first.sentence, self.second.sentence))
        text = "\0".join((self.kind, *parts)).encode("utf-8", "replace")
        return int.from_bytes(blake2b(text, digest_size=6).digest(), "big")


@dataclass(frozen=True, slots=True)
class ClaimedBy:
    """The article of a claim, as that version reads. `day` is when it was published, else first
    seen, in its own zone. `snapshot_id` is its archived page, None if it has none, with the SHA-256
    of its bytes."""

    story_id: int
    source_id: str
    source_name: str
    city: str
    language: str
    url: str
    title: str
    day: date
    snapshot_id: int | None
    reading_id: int = 0
    archived_at: datetime | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a person said of a contradiction last. It stands until it is taken back."""

    id: int
    verdict: ContradictionVerdict
    person: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A contradiction in the archive, with what a person said of it. None: nobody did."""

    id: int
    found: FoundContradiction
    first: ClaimedBy
    second: ClaimedBy
    settlement: Settlement | None

    @property
    def is_open(self) -> bool:
        """Whether nobody said how it is to be settled."""
        return self.settlement is None or self.settlement.verdict is ContradictionVerdict.OPEN

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said that it is one. Only then it may be issued."""
        said = self.settlement
        return said is not None and said.verdict is not ContradictionVerdict.NONE

    @property
    def is_of_one_article(self) -> bool:
        """Whether it is between two versions of one article."""
        return self.found.first.article_id == self.found.second.article_id


@dataclass(frozen=True, slots=True)
class ContradictionQuery:
    """Which contradictions: of these cities, of these stories (None: of all), those that are
    settled, too; those of the latest reports first, or by their numbers, those `below` one."""

    cities: tuple[str, ...] = ()
    stories: tuple[int, ...] | None = None
    resolved: bool = False
    limit: int = 100
    below: int | None = None


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """A version of an article as it reads today."""

    number: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """An article that was compared with others, as it read then, and all that contradicts it."""

    article_id: int
    reading_id: int
    found: tuple[FoundContradiction, ...] = ()


class ContradictionQueries:
    """The questions about contradictions."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def find(self, query: ContradictionQuery) -> tuple[Contradiction, ...]:
        """The contradictions of a query, the latest reports first."""
        return tuple(map(_contradiction, self._db.query(*_find(query))))

    def get(self, number: int) -> Contradiction | None:
        """One of them, whatever was said of it."""
        row = maybe(self._db, f"{_KEPT} WHERE c.id = ?", [number])
        return _contradiction(row) if row is not None else None

    def open_ones(self, story_ids: Sequence[int]) -> dict[int, int]:
        """How many are open, of each of these stories that has any."""
        found: dict[int, int] = {}
        for one in self.find(ContradictionQuery(stories=tuple(story_ids), limit=-1)):
            for story in {one.first.story_id, one.second.story_id} & set(story_ids):
                found[story] = found.get(story, 0) + 1
        return found

    # What is to be compared

    def due(self, version: int, most: int) -> tuple[int, ...]:
        """Articles that were not compared since they read as they do, or by an older reader."""
        sql = (
            "SELECT article_id FROM (SELECT article_id FROM contradiction_due "
            "ORDER BY article_id LIMIT ?2) UNION SELECT article_id FROM (SELECT article_id "
            "FROM contradiction_readings WHERE version < ?1 LIMIT ?2) ORDER BY article_id LIMIT ?2"
        )
        return tuple(row[0] for row in self._db.execute(sql, [version, most]).fetchall())

    def waiting(self, version: int) -> int:
        """How many articles wait to be compared."""
        sql = (
            "SELECT (SELECT count(*) FROM contradiction_due) + (SELECT count(*) "
            "FROM contradiction_readings r WHERE version < ? AND NOT EXISTS "
            "(SELECT 1 FROM contradiction_due d WHERE d.article_id = r.article_id))"
        )
        return int(self._db.execute(sql, [version]).fetchone()[0])

    def numbers(self, article_ids: Sequence[int]) -> dict[int, int]:
        """The version in which each of these articles is shown."""
        sql = "SELECT id, revisions FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(sql, [json.dumps([*article_ids])]).fetchall())

    def partners(self, article_ids: Sequence[int]) -> dict[int, set[int]]:
        """Those of these articles that were found to contradict others, with these."""
        sql = (
            "SELECT c.article_id, c.other_id FROM json_each(?1) n "
            "JOIN contradictions c ON c.article_id = n.value WHERE c.other_id <> c.article_id "
            "UNION SELECT c.other_id, c.article_id FROM json_each(?1) n "
            "JOIN contradictions c ON c.other_id = n.value WHERE c.other_id <> c.article_id"
        )
        found: dict[int, set[int]] = {}
        for article, other in self._db.execute(sql, [json.dumps([*article_ids])]).fetchall():
            found.setdefault(article, set()).add(other)
        return found

    def versions(self, article_id: int, most: int) -> tuple[ReportVersion, ...]:
        """The first version of an article and the latest ones, at most so many, in their order.
        Those that are held back are left out, since such pages change at every visit."""
        sql = (
            "SELECT v.number, r.title, substr(r.body, 1, 8000) FROM revisions v "
            "JOIN readings r ON r.id = v.reading_id WHERE v.article_id = ? AND v.held = '' "
            "ORDER BY v.number = 1 DESC, v.number DESC LIMIT ?"
        )
        rows = self._db.execute(sql, [article_id, most]).fetchall()
        return tuple(ReportVersion(*row) for row in sorted(rows))


class ContradictionWrites:
    """The part of a transaction that keeps contradictions and what people say of them."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def keep(self, compared: Sequence[ComparedReport], version: int) -> None:
        """Put what was found in the place of all that was found of these articles before. What is
        the same keeps its number. Nothing is done of an article that reads otherwise by now."""
        wanted = json.dumps([one.article_id for one in compared])
        sql = "SELECT id, reading_id FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        now = dict(self._db.execute(sql, [wanted]).fetchall())
        same = [one for one in compared if now.get(one.article_id) == one.reading_id]
        numbers = {one.article_id for one in same}
        sql = (
            f"SELECT id, {_COLUMNS} FROM contradictions WHERE id IN (SELECT c.id "
            "FROM json_each(?1) n JOIN contradictions c ON c.article_id = n.value UNION "
            "SELECT c.id FROM json_each(?1) n JOIN contradictions c ON c.other_id = n.value)"
        )
        rows = self._db.execute(sql, [json.dumps([*numbers])]).fetchall()
        there = {tuple(row[1:]): row[0] for row in rows}
        wanted_rows = dict.fromkeys(_row(each) for one in same for each in one.found)
        gone = [there[each] for each in there.keys() - wanted_rows.keys()]
        self._db.conn.executemany("DELETE FROM contradictions WHERE id = ?", [(n,) for n in gone])
        new = [each for each in wanted_rows if each not in there]
        insert_all(self._db, "contradictions", _COLUMNS, new)
        self._db.conn.executemany(
            "DELETE FROM contradiction_due WHERE article_id = ?", [(n,) for n in numbers]
        )
        self._db.conn.executemany(
            "INSERT INTO contradiction_readings VALUES (?, ?) "
            "ON CONFLICT (article_id) DO UPDATE SET version = excluded.version",
            [(number, version) for number in numbers],
        )

    def say(
        self,
        one: Contradiction,
        verdict: ContradictionVerdict,
        *,
        person: str,
        why: str,
        now: datetime,
    ) -> int:
        """A person says how a contradiction is settled. It stays when the articles are read again,
        by their sentences. The last one said counts. Returns the number of the decision."""
        first, second = one.found.first, one.found.second
        values: dict[str, Any] = {
            "key": one.found.key,
            "kind": one.found.kind,
            "verdict": verdict.value,
            "article_id": first.article_id,
            "sentence": first.sentence,
            "place": first.place,
            "length": first.length,
            "other_id": second.article_id,
            "other_sentence": second.sentence,
            "other_place": second.place,
            "other_length": second.length,
            "person": person,
            "why": why,
            "at": stamp(now),
        }
        return insert(self._db, "contradiction_decisions", values)

    def undo(self, one: Contradiction, *, person: str, now: datetime) -> None:
        """Take back what was said of a contradiction last. What was said before counts again.
        Raises LookupError if nothing stands."""
        if one.settlement is None:
            raise LookupError(f"nobody said anything of contradiction {one.id} that stands")
        self._db.execute(
            "UPDATE contradiction_decisions SET undone_at = ?, undone_by = ? WHERE id = ?",
            [stamp(now), person, one.settlement.id],
        )


_COLUMNS = (
    "key, kind, strength, article_id, revision, sentence, value, start, place, length, "
    "other_id, other_revision, other_sentence, other_value, other_start, other_place, other_length"
)


def _row(found: FoundContradiction) -> tuple[Any, ...]:
    return (found.key, found.kind, found.strength, *_claim(found.first), *_claim(found.second))


def _claim(claim: Claim) -> tuple[Any, ...]:
    return (
        claim.article_id, claim.revision, claim.sentence, claim.value, claim.start, claim.place,
        claim.length,
    )  # fmt: skip


_STORY = "(SELECT story_id FROM articles WHERE id = x.{})"
_SAID = f"""
SELECT x.id FROM contradiction_decisions x
WHERE x.key = c.key AND x.kind = c.kind AND x.undone_at IS NULL
  AND {_STORY.format("article_id")} IN (a.story_id, o.story_id)
  AND {_STORY.format("other_id")} IN (a.story_id, o.story_id)
  AND CASE WHEN x.sentence = c.sentence
    THEN x.place < c.place + c.length AND c.place < x.place + x.length
      AND x.other_place < c.other_place + c.other_length
      AND c.other_place < x.other_place + x.other_length
    ELSE x.place < c.other_place + c.other_length AND c.other_place < x.place + x.length
      AND x.other_place < c.place + c.length AND c.place < x.other_place + x.other_length END
ORDER BY x.id DESC LIMIT 1
"""
"""What was said last of the same sentences of the same stories, where the same words differ."""


def _of(side: str, article: str, source: str, reading: str) -> str:
    return (
        f"{article}.story_id AS {side}_story, {article}.source_id AS {side}_source, "
        f"{source}.name AS {side}_name, {source}.city AS {side}_city, "
        f"coalesce({reading}.language, {source}.language) AS {side}_language, "
        f"{article}.url AS {side}_url, {reading}.title AS {side}_title, "
        f"{reading}.published AS {side}_published, {article}.first_seen_at AS {side}_seen, "
        f"{reading}.published_precision AS {side}_published_precision, "
        f"{reading}.published_zone AS {side}_published_zone, {source}.zone AS {side}_zone, "
        f"{reading}.snapshot_id AS {side}_snapshot, {reading}.id AS {side}_reading, "
        f"{side}_page.fetched_at AS {side}_at, {side}_blob.sha256 AS {side}_sha256"
    )


_KEPT = f"""
SELECT c.*, {_of("first", "a", "s", "r")}, {_of("second", "o", "p", "q")},
  d.id AS decision, d.verdict, d.person, d.why, d.at, d.sentence AS said_first
FROM contradictions c
JOIN articles a ON a.id = c.article_id JOIN articles o ON o.id = c.other_id
JOIN revisions v ON v.article_id = c.article_id AND v.number = c.revision
JOIN revisions w ON w.article_id = c.other_id AND w.number = c.other_revision
JOIN readings r ON r.id = v.reading_id JOIN readings q ON q.id = w.reading_id
JOIN sources s ON s.id = a.source_id JOIN sources p ON p.id = o.source_id
LEFT JOIN snapshots first_page ON first_page.id = r.snapshot_id
LEFT JOIN blobs first_blob ON first_blob.id = first_page.blob_id
LEFT JOIN snapshots second_page ON second_page.id = q.snapshot_id
LEFT JOIN blobs second_blob ON second_blob.id = second_page.blob_id
LEFT JOIN contradiction_decisions d ON d.id = ({_SAID})
"""


def _find(query: ContradictionQuery) -> tuple[str, list[Any]]:
    where, values = list[str](), list[Any]()
    if query.cities:
        cities = ", ".join("lower(?)" for _ in query.cities)
        where.append(f"(lower(s.city) IN ({cities}) OR lower(p.city) IN ({cities}))")
        values += [*query.cities, *query.cities]
    if query.stories is not None:
        of_stories = (
            "SELECT {0}.id FROM json_each(?) n JOIN articles m ON m.story_id = n.value "
            "JOIN contradictions {0} ON {0}.{1} = m.id"
        )
        where.append(
            f"c.id IN ({of_stories.format('f', 'article_id')} UNION "
            f"{of_stories.format('g', 'other_id')})"
        )
        values += [json.dumps([*query.stories])] * 2
    if not query.resolved:
        where.append("coalesce(d.verdict, 'open') = 'open'")
    order = "ORDER BY max(a.dated_at, o.dated_at) DESC, c.id DESC LIMIT ?"
    if query.below is not None:
        where.append("c.id < ?")
        values.append(query.below)
        order = "ORDER BY c.id DESC LIMIT ?"
    return f"{_KEPT} WHERE {' AND '.join(where) or 'TRUE'} {order}", [*values, query.limit]


def _contradiction(row: Row) -> Contradiction:
    found = FoundContradiction(
        row["kind"],
        row["strength"],
        Claim(
            row["article_id"], row["revision"], row["sentence"], row["value"], row["start"],
            row["place"], row["length"],
        ),
        Claim(
            row["other_id"], row["other_revision"], row["other_sentence"], row["other_value"],
            row["other_start"], row["other_place"], row["other_length"],
        ),
    )  # fmt: skip
    return Contradiction(row["id"], found, _by(row, "first"), _by(row, "second"), _settlement(row))


def _by(row: Row, side: str) -> ClaimedBy:
    return ClaimedBy(
        row[f"{side}_story"], row[f"{side}_source"], row[f"{side}_name"], row[f"{side}_city"] or "",
        row[f"{side}_language"] or "", row[f"{side}_url"], row[f"{side}_title"],
        _day(row, side), row[f"{side}_snapshot"], row[f"{side}_reading"],
        unstamp_or_none(row[f"{side}_at"]), row[f"{side}_sha256"] or "",
    )  # fmt: skip


def _day(row: Row, side: str) -> date:
    if published := when(row, f"{side}_published"):
        return published.day
    return unstamp(row[f"{side}_seen"]).astimezone(zone_of(row[f"{side}_zone"])).date()


def _settlement(row: Row) -> Settlement | None:
    if row["decision"] is None:
        return None
    verdict = ContradictionVerdict(row["verdict"])
    if row["said_first"] != row["sentence"]:
        verdict = _FLIPPED.get(verdict, verdict)
    return Settlement(row["decision"], verdict, row["person"], row["why"], unstamp(row["at"]))

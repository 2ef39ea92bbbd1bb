"""Stories: the articles of each, who leads, how copies were proven, and who said what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..articles import records
from ..database import Connection, Row, count, unstamp, unstamp_or_none
from ..decisions import Verb, Word, decode
from ..types import When
from .rules import Pair, pair


def apply_manual_links(db: Connection) -> None:
    """Make the ties from all words that stand."""
    ties: dict[Pair, tuple[bool, int]] = {}
    sql = (
        "SELECT id, verb, value FROM decisions WHERE verb IN ('merge', 'split') "
        "AND undone_at IS NULL ORDER BY id"
    )
    for decision_id, verb, value in db.execute(sql).fetchall():
        word = decode(Verb(verb), value)
        for one, other in _across(word.groups):
            ties.pop(pair(one, other), None)
            if verb == Verb.SPLIT:
                ties[pair(one, other)] = (False, decision_id)
        if verb == Verb.MERGE:
            for group in word.groups[1:]:
                ties[pair(word.groups[0][0], group[0])] = (True, decision_id)
    db.execute("DELETE FROM ties")
    db.conn.executemany(
        "INSERT INTO ties VALUES (?, ?, ?, ?)",
        [(*articles, together, decision) for articles, (together, decision) in ties.items()],
    )


def follow_lead(db: Connection, articles: Iterable[int]) -> None:
    """What was said of a story goes with the article that led it then: let it follow these, which
    may have been parted from others."""
    db.execute(_FOLLOW, [json.dumps([*articles])])


_FOLLOW = """
UPDATE decisions SET story_id = (SELECT story_id FROM articles WHERE id = decisions.article_id)
WHERE id IN (
  SELECT d.id FROM stories s JOIN decisions d ON d.story_id = s.id
  JOIN articles a ON a.id = d.article_id
  WHERE s.article_id IN (SELECT value FROM json_each(?))
    AND a.story_id <> coalesce(s.joined_to, s.id))
"""


def _across(groups: Sequence[Sequence[int]]) -> Iterator[Pair]:
    for place, group in enumerate(groups):
        for other in groups[place + 1 :]:
            yield from ((one, two) for one in group for two in other)


SAME_TEXT, COPY, PERSON = "same text", "copy", "person"
"""How an article is known to belong to its story."""


@dataclass(frozen=True, slots=True)
class Publication:
    """An article as a place of its story."""

    id: int
    url: str
    source_id: str
    source_name: str
    title: str
    published: When | None
    first_seen_at: datetime
    gone_at: datetime | None
    gone_evidence: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A story with all its publications, the lead first and the others in order of time."""

    id: int
    publications: tuple[Publication, ...]

    @property
    def lead(self) -> Publication:
        """Who had it first."""
        return self.publications[0]


@dataclass(frozen=True, slots=True)
class StoryProof:
    """Why an article belongs to its story: `how` it goes together with the article `of`, `share` of
    its text is in the other's and `other_share` of the other's in its own (0 to 1, both 0 for a
    person's word)."""

    article_id: int
    how: str
    of: int
    share: float
    other_share: float


@dataclass(frozen=True, slots=True)
class Said:
    """A person's word about a story, by the number it had then, `undone_at` None: it stands,
    `undone_by` empty: who took it back is not known."""

    id: int
    story_id: int
    word: Word
    person: str
    at: datetime
    undone_at: datetime | None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class StoryFile:
    """Everything that is known of a story. `asked` is the number that was asked for."""

    asked: int
    story: Story
    proofs: tuple[StoryProof, ...]
    said: tuple[Said, ...]


_AT_A_TIME = 500


class StoryQueries:
    """The questions about what belongs together."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(self, limit: int | None = None, *, least: int = 1) -> tuple[Story, ...]:
        """The stories with at least so many articles, that with the latest publication first."""
        found = self._db.query(
            "SELECT story_id FROM articles GROUP BY story_id HAVING count(*) >= ? "
            "ORDER BY max(dated_at) DESC, story_id DESC LIMIT ?",
            [least, -1 if limit is None else limit],
        )
        return tuple(self._story(row["story_id"]) for row in found)

    def count(self, *, least: int = 1) -> int:
        """How many stories have at least so many articles."""
        counted = "(SELECT 1 FROM articles GROUP BY story_id HAVING count(*) >= ?)"
        return count(self._db, counted, [least])

    def parted(self) -> tuple[int, ...]:
        """The stories of articles that people took apart: that they split, or of which they took
        back that they are one."""
        sql = (
            "SELECT verb, value FROM decisions WHERE verb IN ('merge', 'split') "
            "AND (verb = 'split') = (undone_at IS NULL) ORDER BY id"
        )
        words = [decode(Verb(row["verb"]), row["value"]) for row in self._db.query(sql)]
        articles = {article for word in words for group in word.groups for article in group}
        return tuple(sorted(set(self.of_articles(sorted(articles)).values())))

    def of_articles(self, article_ids: Sequence[int]) -> dict[int, int]:
        """The story in which each of these articles stands now."""
        sql = "SELECT a.id, a.story_id FROM json_each(?) w JOIN articles a ON a.id = w.value"
        found = self._db.query(sql, [json.dumps(list(article_ids))])
        return {row["id"]: row["story_id"] for row in found}

    def first_addresses(self, story_ids: Sequence[int]) -> dict[int, str]:
        """The address of the article of each of these stories that the archive had first. It stays
        the same whatever joins them."""
        sql = (
            "SELECT a.story_id, a.url FROM json_each(?) w JOIN articles a ON a.id = "
            "(SELECT min(id) FROM articles WHERE story_id = w.value)"
        )
        found = self._db.query(sql, [json.dumps(list(story_ids))])
        return {row["story_id"]: row["url"] for row in found}

    def file(self, number: int) -> StoryFile | None:
        """A story by its number, or by one that leads to it. None if there is none."""
        row = next(
            iter(self._db.query("SELECT id, joined_to FROM stories WHERE id = ?", [number])), None
        )
        if row is None:
            return None
        story = self._story(row["joined_to"] or row["id"])
        if not story.publications:
            return None
        ids = [publication.id for publication in story.publications]
        return StoryFile(number, story, tuple(self._proofs(ids)), self._said(ids))

    def _story(self, story_id: int) -> Story:
        found = self._db.query(
            "SELECT a.id, a.url, a.source_id, s.name, "
            "coalesce(nullif(r.title, ''), substr(r.body, 1, 60) || '…') AS title, "
            "r.published, r.published_precision, r.published_zone, "
            "a.first_seen_at, a.gone_at, a.gone_evidence FROM articles a "
            "JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id "
            "JOIN stories t ON t.id = a.story_id WHERE a.story_id = ? "
            "ORDER BY a.id <> coalesce(t.lead_id, t.article_id, a.id), a.dated_at, a.id",
            [story_id],
        )
        return Story(story_id, tuple(_publication(row) for row in found))

    def _proofs(self, ids: Sequence[int]) -> list[StoryProof]:
        """For each article but the lead the strongest proof that ties it to one before it, or else
        to any other."""
        found = self._evidence(ids)
        place = {article: number for number, article in enumerate(ids)}
        proofs = []
        for article in ids[1:]:
            mine = [proof for proof in found if proof.article_id == article]
            if mine:
                before = [proof for proof in mine if place[proof.of] < place[article]]
                proofs.append(max(before or mine, key=_strength))
        return proofs

    def _evidence(self, ids: Sequence[int]) -> list[StoryProof]:
        marks = ", ".join("?" * len(ids))
        found = []
        sql = (
            "SELECT t.article_id AS one, o.article_id AS other, l.share, l.other_share "
            "FROM tellings t JOIN links l ON l.body_id = t.body_id AND l.joins "
            "JOIN tellings o ON o.body_id = l.other_id "
            f"WHERE t.article_id IN ({marks}) AND o.article_id IN ({marks})"
        )
        for row in self._db.query(sql, [*ids, *ids]):
            if row["one"] != row["other"]:
                shares = row["share"], row["other_share"]
                found.append(StoryProof(row["one"], COPY, row["other"], *shares))
        sql = (
            "SELECT t.article_id AS one, o.article_id AS other FROM tellings t "
            "JOIN tellings o ON o.body_id = t.body_id AND o.article_id <> t.article_id "
            f"WHERE t.article_id IN ({marks}) AND o.article_id IN ({marks})"
        )
        for row in self._db.query(sql, [*ids, *ids]):
            found.append(StoryProof(row["one"], SAME_TEXT, row["other"], 1.0, 1.0))
        sql = f"SELECT article_id, other_id FROM ties WHERE together AND article_id IN ({marks})"
        for row in self._db.query(sql, [*ids]):
            if row["other_id"] in ids:
                found.append(StoryProof(row["article_id"], PERSON, row["other_id"], 0.0, 0.0))
                found.append(StoryProof(row["other_id"], PERSON, row["article_id"], 0.0, 0.0))
        return found

    def _said(self, ids: Sequence[int]) -> tuple[Said, ...]:
        """What people said that names one of these articles."""
        # As `decisions_on_stories` has it, or all of what was ever decided is read.
        found = self._db.query(
            f"SELECT * FROM decisions WHERE verb IN ('{Verb.MERGE}', '{Verb.SPLIT}') ORDER BY id"
        )
        said = (_said(row) for row in found)
        return tuple(one for one in said if any(set(group) & set(ids) for group in one.word.groups))

    def heads(self, story_ids: Sequence[int]) -> dict[int, int]:
        """The numbers that these stories go by now, which differ where one was joined to another,
        none for those that are not there."""
        found: dict[int, int] = {}
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            marks = ", ".join("?" * len(part))
            sql = f"SELECT id, coalesce(joined_to, id) AS head FROM stories WHERE id IN ({marks})"
            found |= {row["id"]: row["head"] for row in self._db.query(sql, part)}
        return found


def _strength(proof: StoryProof) -> tuple[int, float]:
    order = (PERSON, COPY, SAME_TEXT)
    return order.index(proof.how), proof.share + proof.other_share


def _publication(row: Row) -> Publication:
    return Publication(
        id=row["id"],
        url=row["url"],
        source_id=row["source_id"],
        source_name=row["name"],
        title=row["title"],
        published=records.when(row, "published"),
        first_seen_at=unstamp(row["first_seen_at"]),
        gone_at=unstamp_or_none(row["gone_at"]),
        gone_evidence=row["gone_evidence"] or "",
    )


def _said(row: dict[str, Any]) -> Said:
    return Said(
        id=row["id"],
        story_id=row["story_id"],
        word=decode(Verb(row["verb"]), row["value"]),
        person=row["person"],
        at=unstamp(row["at"]),
        undone_at=unstamp_or_none(row["undone_at"]),
        undone_by=row["undone_by"],
    )

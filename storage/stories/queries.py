"""Stories: the articles of each, who leads, how copies were proven, who said what, and which tell
one event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..articles import records
from ..contradictions import ContradictionQueries
from ..database import Connection, Row, count, rows_one_by_one, unstamp, unstamp_or_none
from ..decisions import Verb, Word, decode
from ..types import When
from .rules import Edge, Pair, pair, partition


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
    """An article as a place of its story. `stands_at` as of an `Address`."""

    id: int
    url: str
    source_id: str
    source_name: str
    title: str
    published: When | None
    first_seen_at: datetime
    gone_at: datetime | None
    gone_evidence: str = ""
    stands_at: str | None = None

    @property
    def withdrawn_at(self) -> datetime | None:
        """Since when its publisher has withdrawn it, which is not said of what was moved."""
        return None if self.stands_at else self.gone_at


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
# In the order of the index of dates, of which no more is read than is shown.
_LATEST = """
SELECT a.story_id FROM articles a WHERE ? = 1 OR (
  SELECT count(*) FROM articles o WHERE o.story_id = a.story_id) >= ?
ORDER BY a.dated_at DESC, a.story_id DESC
"""
_LEAD_FIRST = "ORDER BY a.id <> coalesce(t.lead_id, t.article_id, a.id), a.dated_at, a.id"
"""The articles (a) of a story (t), the one that leads it first."""


class StoryQueries:
    """The questions about what belongs together."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.events = EventQueries(database)
        self.contradictions = ContradictionQueries(database)

    def is_due(self, version: int) -> bool:
        """Whether there are articles whose event, or what contradicts them, was not looked for
        since they read as they do, or since those who compare were of an earlier version."""
        sql = "SELECT EXISTS (SELECT 1 FROM event_due)"
        return bool(self._db.execute(sql).fetchone()[0] or self.contradictions.due(version, 1))

    def latest(self, limit: int | None = None, *, least: int = 1) -> tuple[Story, ...]:
        """The stories with at least so many articles, that with the latest publication first."""
        rows = rows_one_by_one(self._db, _LATEST, [least, least])
        found: dict[int, None] = {}
        while limit is None or len(found) < limit:
            row = next(rows, None)
            if row is None:
                break
            found[row[0]] = None
        return tuple(self._story(number) for number in found)

    def numbered(self, limit: int, before: int | None = None) -> tuple[Story, ...]:
        """So many stories, those of the highest numbers first. `before`: of lower numbers only."""
        found = self._db.query(
            "SELECT DISTINCT story_id FROM articles WHERE ? IS NULL OR story_id < ? "
            "ORDER BY story_id DESC LIMIT ?",
            [before, before, limit],
        )
        return tuple(self._story(row["story_id"]) for row in found)

    def count(self, *, least: int = 1, most: int | None = None) -> int:
        """How many stories have at least so many articles. It is not counted beyond `most`."""
        counted = "(SELECT 1 FROM articles GROUP BY story_id HAVING count(*) >= ? LIMIT ?)"
        return count(self._db, counted, [least, -1 if most is None else most])

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

    def leads(self, story_ids: Sequence[int]) -> dict[int, int]:
        """The article that leads each of these stories, but those that were joined to others."""
        sql = (
            f"SELECT w.value, (SELECT a.id FROM articles a JOIN stories t ON t.id = a.story_id "
            f"WHERE a.story_id = w.value {_LEAD_FIRST} LIMIT 1) AS lead FROM json_each(?) w "
            "WHERE lead IS NOT NULL"
        )
        return dict(self._db.execute(sql, [json.dumps(list(story_ids))]).fetchall())

    def leads_of(self, article_ids: Sequence[int]) -> dict[int, int]:
        """The article that leads the story of each of these articles."""
        stories = self.of_articles(article_ids)
        leads = self.leads([*{*stories.values()}])
        return {number: leads[story] for number, story in stories.items()}

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
            f"a.first_seen_at, a.gone_at, a.gone_evidence, {records.STANDS_AT} FROM articles a "
            "JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id "
            f"JOIN stories t ON t.id = a.story_id WHERE a.story_id = ? {_LEAD_FIRST}",
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
        stands_at=row["stands_at"],
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


# Events: stories in two languages, or told anew in one, that tell the same thing that happened.
# Stories stay what they are. An event is what hangs together by links between their articles, which
# were found by what two reports share, and by what people say.

_ONE_STORY, _PEOPLE = 100.0, 50.0
_MOST = 400
"""So many more articles are looked at for the events of some."""


@dataclass(frozen=True, slots=True)
class DueReport:
    """An article whose event is to be found: what its reading of today says. `day` is when it was
    published, else first seen, `city` that of its source, or empty. `gathers`: its text holds
    several stories, and is none of them."""

    article_id: int
    reading_id: int
    source: str
    city: str
    language: str
    day: date
    title: str
    body: str
    gathers: bool = False


@dataclass(frozen=True, slots=True)
class EventLink:
    """Two articles that may tell one event. `across`: they are in different languages, `sure`: so
    much ties them that it counts by itself. One that is not sure counts where neither end has a
    better one. `evidence` is what they share, as a JSON object."""

    article_id: int
    other_id: int
    across: bool
    sure: bool
    strength: float
    evidence: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class EventDecision:
    """A person's word: the leads of two or more stories tell one event (`together`), or the first
    does not tell that of the others. `undone_at` None: it stands."""

    id: int
    together: bool
    articles: tuple[int, ...]
    person: str
    why: str
    at: datetime
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class BriefReport:
    """What is known of an article without reading it. `language` is that of its source, or
    empty."""

    source: str
    story_id: int
    language: str


Days = tuple[int, int]
"""The first and last of some days, as ordinals of the calendar."""
_SPAN, _SPAN_AT, _SPANS = 32, 28, 1 << 15
ANCHOR_PLACE, ANCHOR_FEATURE = 20, 23
"""So many bits of an anchor tell the place, and so many what that has of a report."""


def anchor_of(place: int, feature: int) -> int:
    """An anchor: by what a place has of a report others are found. The hashes of place and feature
    in one number, with room for the day."""
    of_place, of_feature = place % (1 << ANCHOR_PLACE), feature % (1 << ANCHOR_FEATURE)
    return of_place << (63 - ANCHOR_PLACE) | of_feature << 5


def _at(day: int) -> int:
    """What a day adds to an anchor: its span of days before the feature, its place in it behind."""
    return day // _SPAN % _SPANS << _SPAN_AT | day % _SPAN


def _spans(days: Days) -> Iterator[Days]:
    """What is added to an anchor for the first and last day of each span that some days touch."""
    first, last = days
    while first <= last:
        end = min(last, first - first % _SPAN + _SPAN - 1)
        yield _at(first), _at(end)
        first = end + 1


def pack_anchors(anchors: Iterable[int], day: int) -> bytes:
    """The keys of a report on a day (ordinal), as they are stored."""
    return b"".join((anchor + _at(day)).to_bytes(8, "big") for anchor in anchors)


def unpack_keys(packed: bytes) -> list[int]:
    """The keys of a report."""
    places = range(0, len(packed), 8)
    return [int.from_bytes(packed[place : place + 8], "big") for place in places]


def unpack_anchors(packed: bytes) -> tuple[tuple[int, ...], int]:
    """The anchors of a report, and its day."""
    keys = unpack_keys(packed)
    if not keys:
        return (), 0
    day = (keys[0] >> _SPAN_AT) % _SPANS * _SPAN + keys[0] % _SPAN
    return tuple(key - _at(day) for key in keys), day


_COUNTED = """
SELECT k.value, (SELECT count(*) FROM (SELECT 1 FROM event_anchors e
  WHERE e.key BETWEEN k.value + ?2 AND k.value + ?3 LIMIT ?4)) FROM json_each(?1) k
"""
_SHARING = """
SELECT k.value, e.article_id FROM json_each(?1) k
CROSS JOIN event_anchors e ON e.key BETWEEN k.value + ?2 AND k.value + ?3
"""


LOOKED_AGAIN = "events looked for again"
"""The entry of `versions` that holds up to which article events were looked for again."""


class EventQueries:
    """The questions about events."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of_stories(self, story_ids: Sequence[int]) -> dict[int, int]:
        """The event of each of these stories: the lowest number of the stories that tell it."""
        wanted = set(story_ids)
        articles = self._articles_of(wanted)
        if len(wanted) > _AT_A_TIME:
            around = set(articles) | set(self._linked())
        else:
            around = self._component(articles)
        return {s: e for s, e in self._group(around).items() if s in wanted} | {
            story: story for story in wanted - set(articles.values())
        }

    def stories_of(self, story_id: int) -> tuple[int, ...]:
        """The stories that tell the event of a story, itself with them, in order of numbers."""
        events = self._group(self._component(self._articles_of({story_id})))
        mine = events.get(story_id, story_id)
        return tuple(sorted({s for s, e in events.items() if e == mine} | {story_id}))

    def around(self, story_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Those of these stories whose event others tell, too → the stories that tell it, itself
        with them, in order of numbers."""
        wanted = set(story_ids)
        told: dict[int, set[int]] = {}
        events = self._group(self._component(self._articles_of(wanted)))
        for story, event in events.items():
            told.setdefault(event, set()).add(story)
        return {
            story: tuple(sorted(told[events[story]]))
            for story in sorted(wanted & set(events))
            if len(told[events[story]]) > 1
        }

    def links_between(self, story_ids: Sequence[int]) -> tuple[EventLink, ...]:
        """The links that count between the articles of these stories, the strongest first."""
        articles = self._articles_of(set(story_ids))
        found = [link for link in self._links(articles) if link.other_id in articles]
        return tuple(sorted(found, key=lambda link: (-link.strength, link.article_id)))

    def decisions(self) -> tuple[EventDecision, ...]:
        """What people said of events, the latest first."""
        rows = self._db.query("SELECT * FROM event_decisions ORDER BY id DESC")
        return tuple(_event_decision(row) for row in rows)

    def due(self, limit: int) -> tuple[DueReport, ...]:
        """Articles whose event was not looked for since they read as they do."""
        sql = "SELECT article_id FROM event_due ORDER BY article_id LIMIT ?"
        return self.reports([row[0] for row in self._db.execute(sql, [limit]).fetchall()])

    def unlooked(self) -> int:
        """How many articles `look_again` has not come to yet."""
        sql = (
            "SELECT count(*) FROM articles WHERE id > "
            "coalesce((SELECT CAST(version AS INTEGER) FROM versions WHERE what = ?), 0)"
        )
        return int(self._db.execute(sql, [LOOKED_AGAIN]).fetchone()[0])

    def reports(self, article_ids: Sequence[int]) -> tuple[DueReport, ...]:
        """These articles as they read today."""
        sql = f"{_REPORT} WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id"
        rows = self._db.execute(sql, [json.dumps([*article_ids])]).fetchall()
        return tuple(_due_report(row) for row in rows)

    def anchors(self, article_ids: Sequence[int]) -> dict[int, tuple[tuple[int, ...], int]]:
        """By what these articles are found, and the day (ordinal) under which."""
        sql = (
            "SELECT article_id, keys FROM event_reports "
            "WHERE article_id IN (SELECT value FROM json_each(?))"
        )
        rows = self._db.execute(sql, [json.dumps([*article_ids])]).fetchall()
        return {row[0]: unpack_anchors(row[1]) for row in rows}

    def counts(self, anchors: Sequence[int], days: Days, most: int) -> dict[int, int]:
        """How many articles of these days have each of these anchors. Of each span of days it is
        counted up to `most`. As many lookups as there are anchors, whatever the archive holds."""
        found = dict.fromkeys(anchors, 0)
        for first, last in _spans(days):
            rows = self._db.execute(_COUNTED, [json.dumps([*anchors]), first, last, most])
            for anchor, times in rows.fetchall():
                found[anchor] += times
        return found

    def sharing(self, anchors: Sequence[int], days: Days) -> list[tuple[int, int]]:
        """Each of these anchors with each article of these days that has it."""
        found: list[tuple[int, int]] = []
        for first, last in _spans(days):
            rows = self._db.execute(_SHARING, [json.dumps([*anchors]), first, last])
            found += rows.fetchall()
        return found

    def briefly(self, article_ids: Sequence[int]) -> dict[int, BriefReport]:
        """These articles without what they say."""
        sql = (
            "SELECT a.id, a.source_id, a.story_id, s.language FROM json_each(?) n "
            "JOIN articles a ON a.id = n.value JOIN sources s ON s.id = a.source_id"
        )
        rows = self._db.execute(sql, [json.dumps([*article_ids])]).fetchall()
        return {row[0]: BriefReport(row[1], row[2], row[3] or "") for row in rows}

    def _articles_of(self, stories: Iterable[int]) -> dict[int, int]:
        """Article → story."""
        sql = "SELECT a.id, a.story_id FROM json_each(?) s JOIN articles a ON a.story_id = s.value"
        return dict(self._db.execute(sql, [json.dumps([*stories])]).fetchall())

    def _linked(self) -> Iterator[int]:
        sql = "SELECT article_id FROM event_links WHERE joins"
        yield from (row[0] for row in self._db.execute(sql).fetchall())
        for decision in self.decisions():
            yield from decision.articles

    def _component(self, articles: Iterable[int]) -> set[int]:
        """What hangs together with these articles, whatever people hold apart."""
        found, new = set(articles), set(articles)
        most = len(found) + _MOST
        said = [decision.articles for decision in self.decisions() if decision.undone_at is None]
        while new and len(found) < most:
            sql = (
                "SELECT l.other_id FROM json_each(?1) n JOIN event_links l "
                "ON l.article_id = n.value AND l.joins "
                "UNION SELECT o.id FROM json_each(?1) n JOIN articles a ON a.id = n.value "
                "JOIN articles o ON o.story_id = a.story_id"
            )
            rows = self._db.execute(sql, [json.dumps([*new])]).fetchall()
            next_ones = {row[0] for row in rows}
            next_ones.update(one for each in said if new & set(each) for one in each)
            new = next_ones - found
            found |= new
        return found

    def _group(self, articles: Iterable[int]) -> dict[int, int]:
        """Story → event, of the stories of these articles."""
        sql = "SELECT a.id, a.story_id FROM json_each(?) w JOIN articles a ON a.id = w.value"
        stories = dict(self._db.execute(sql, [json.dumps([*articles])]).fetchall())
        first: dict[int, int] = {}
        edges = []
        for article, story in sorted(stories.items()):
            if first.setdefault(story, article) != article:
                edges.append(Edge(first[story], article, _ONE_STORY))
        sql = (
            "SELECT l.article_id, l.other_id, strength FROM json_each(?) n JOIN event_links l "
            "ON l.article_id = n.value AND l.other_id > n.value AND l.joins"
        )
        rows = self._db.execute(sql, [json.dumps([*stories])]).fetchall()
        edges += [Edge(*row) for row in rows if row[1] in stories]
        apart, together = self._said(stories)
        told = {pair(edge.one, edge.other) for edge in together}
        edges = [edge for edge in edges if pair(edge.one, edge.other) not in told] + together
        event: dict[int, int] = {}
        for group in partition(stories, edges, apart):
            number = min(stories[article] for article in group)
            event |= {stories[article]: number for article in group}
        return event

    def _said(self, stories: Mapping[int, int]) -> tuple[list[Pair], list[Edge]]:
        """What people hold apart and together, the later word about two articles counting."""
        said: dict[Pair, bool] = {}
        for decision in reversed(self.decisions()):
            if decision.undone_at is None:
                first, *others = decision.articles
                said |= {pair(first, other): decision.together for other in others}
        known = {two: together for two, together in said.items() if set(two) <= set(stories)}
        apart = [
            two
            for two, together in known.items()
            if not together and stories[two[0]] != stories[two[1]]
        ]
        return apart, [Edge(*two, _PEOPLE) for two, together in known.items() if together]

    def _links(self, articles: Iterable[int]) -> list[EventLink]:
        sql = (
            "SELECT l.article_id, l.other_id, across, sure, strength, evidence FROM json_each(?) n "
            "JOIN event_links l ON l.article_id = n.value AND l.other_id > n.value AND l.joins"
        )
        rows = self._db.execute(sql, [json.dumps([*articles])]).fetchall()
        return [EventLink(r[0], r[1], bool(r[2]), bool(r[3]), r[4], json.loads(r[5])) for r in rows]


_REPORT = (
    "SELECT a.id, a.reading_id, a.source_id, s.city, s.language, "
    "substr(coalesce(r.published_sort, a.first_seen_at), 1, 10), r.title, substr(r.body, 1, 8000), "
    "EXISTS (SELECT 1 FROM tellings t JOIN bodies b ON b.id = t.body_id "
    "WHERE t.article_id = a.id AND b.gathers) "
    "FROM articles a JOIN readings r ON r.id = a.reading_id JOIN sources s ON s.id = a.source_id"
)


def _due_report(row: Sequence[object]) -> DueReport:
    article_id, reading_id, source, city, language, day, title, body, gathers = row
    return DueReport(
        int(str(article_id)),
        int(str(reading_id)),
        str(source),
        str(city or ""),
        str(language or ""),
        date.fromisoformat(str(day)),
        str(title or ""),
        str(body or ""),
        bool(gathers),
    )


def _event_decision(row: Mapping[str, object]) -> EventDecision:
    undone = row["undone_at"]
    return EventDecision(
        int(str(row["id"])),
        bool(row["together"]),
        tuple(json.loads(str(row["articles"]))),
        str(row["person"]),
        str(row["why"]),
        unstamp(str(row["at"])),
        unstamp_or_none(str(undone) if undone else None),
        str(row["undone_by"]),
    )

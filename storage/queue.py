"""The queue of stories that wait for a person's word: which belong in it, and pages of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from .database import Connection, Row, stamp, unstamp
from .decisions import DecisionQueries, State, Verb, Verdict
from .relevance import STRENGTH, PlaceRole
from .types import Grade

NOT_GRADED = len(STRENGTH)
"""The strength of a story in which no watched name was found; smaller is stronger."""
NEWS_DAYS = 7
"""What a first crawl, a back-fill or an import brings is news if it was published so many days or
fewer before it was first seen."""
_AT_A_TIME = 400
_DUE = """
SELECT d.story_id, coalesce(s.joined_to, d.story_id) AS head
FROM queue_due d LEFT JOIN stories s ON s.id = d.story_id ORDER BY d.story_id DESC LIMIT ?
"""


class Key(StrEnum):
    """What a story of the queue can be found by. A place is one it is about, a language the primary
    subtag (RFC 5646), a mark the verb of a star or note."""

    TOPIC = "topic"
    PLACE = "place"
    SOURCE = "source"
    LANGUAGE = "language"
    TAG = "tag"
    MARKED = "marked"


def update(db: Connection, topics: Sequence[str], limit: int) -> int:
    """Look again at stories that something happened to, the latest ones first, `limit` at most.
    `topics` are those whose grades count. Returns how many are left."""
    while limit > 0:
        due = list(db.query(_DUE, [min(limit, _AT_A_TIME)]))
        if not due:
            return 0
        # What was said of a story that has joined another concerns that one.
        stories = {number for row in due for number in (row["story_id"], row["head"])}
        _process_dirty(db, DecisionQueries(db), topics, sorted(stories, reverse=True))
        limit -= len(due)
    return int(db.execute("SELECT count(*) FROM queue_due").fetchone()[0])


def note_changed_topics(db: Connection, topics: Sequence[str]) -> None:
    """Note every story for another look, if other topics count than the last time."""
    counting = " ".join(sorted(topics))
    row = next(iter(db.query("SELECT version FROM versions WHERE what = 'queue'")), None)
    if row is None or row["version"] != counting:
        db.execute("INSERT OR REPLACE INTO versions VALUES ('queue', ?)", [counting])
        if row is not None:
            db.execute("INSERT OR IGNORE INTO queue_due SELECT story_id FROM queue")


def _process_dirty(
    db: Connection, verdicts: DecisionQueries, topics: Sequence[str], due: Sequence[int]
) -> None:
    marks = ", ".join("?" * len(due))
    said = verdicts.verdicts(due)
    found = {row["story_id"]: row for row in db.query(_STORIES.format(marks), list(due))}
    strengths = _strengths(db, topics, list(found))
    kept: dict[int, _Place] = {}
    for story_id in due:
        row = found.get(story_id)
        verdict = said.get(story_id, Verdict(State.OPEN))
        if row is None or (row["arrived_at"] is None and not verdict.decisions):
            db.execute("DELETE FROM queue WHERE story_id = ?", [story_id])
            continue
        strength, points = strengths.get(story_id, (NOT_GRADED, 0.0))
        arrived_at, state = row["arrived_at"] or row["first_seen_at"], verdict.state.value
        place = (strength, points, row["language"])
        db.execute(_KEEP, [story_id, row["lead_id"], arrived_at, state, *place])
        kept[story_id] = (state, arrived_at, strength, points)
    _keep_keys(db, kept)
    db.execute(f"DELETE FROM queue_due WHERE story_id IN ({marks})", list(due))


def _strengths(
    db: Connection, topics: Sequence[str], stories: Sequence[int]
) -> dict[int, tuple[int, float]]:
    """Story → its strongest grade and the points of that, among these topics."""
    found: dict[int, tuple[int, float]] = {}
    grades = {grade.value: strength for grade, strength in STRENGTH.items()}
    sql = _SCORES.format(", ".join("?" * len(stories)), ", ".join("?" * len(topics)))
    for row in db.query(sql, [*stories, *topics]):
        mine = grades[row["grade"]], row["points"]
        best = found.get(row["story_id"], (NOT_GRADED, 0.0))
        found[row["story_id"]] = min(best, mine, key=lambda each: (each[0], -each[1]))
    return found


_Place = tuple[str, str, int, float]
"""State, arrival, strength and points of a story: where it stands in the queue."""


def _keep_keys(db: Connection, kept: Mapping[int, _Place]) -> None:
    """Bring the keys of these stories up to date. Those of a story that left went with it."""
    stories = list(kept)
    marks = ", ".join("?" * len(stories))
    before = set(db.execute(_KEPT_KEYS.format(marks), stories).fetchall())
    now = {
        (story_id, kind, id_, *kept[story_id])
        for kind, id_, story_id in db.execute(_KEYS.replace("{}", marks), stories * 5).fetchall()
        if id_
    }
    gone = [row[:3] for row in sorted(before - now)]
    db.conn.executemany("DELETE FROM queue_keys WHERE (story_id, kind, id) = (?, ?, ?)", gone)
    db.conn.executemany(_KEEP_KEY, sorted(now - before))


_KEPT_KEYS = """
SELECT story_id, kind, id, state, arrived_at, strength, points FROM queue_keys
WHERE story_id IN ({})
"""
_KEEP_KEY = """
INSERT INTO queue_keys (story_id, kind, id, state, arrived_at, strength, points)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_KEYS = f"""
SELECT '{Key.TOPIC}', x.topic, a.story_id FROM articles a JOIN scores x ON x.article_id = a.id
WHERE a.story_id IN ({{}})
UNION SELECT '{Key.PLACE}', x.place, a.story_id FROM articles a JOIN places x
ON x.article_id = a.id AND x.role = '{PlaceRole.ABOUT}' WHERE a.story_id IN ({{}})
UNION SELECT '{Key.SOURCE}', a.source_id, a.story_id FROM articles a WHERE a.story_id IN ({{}})
UNION SELECT '{Key.LANGUAGE}',
  substr(q.language, 1, instr(replace(q.language, '_', '-') || '-', '-') - 1), q.story_id
FROM queue q WHERE q.story_id IN ({{}})
UNION SELECT iif(d.verb = '{Verb.TAG}', '{Key.TAG}', '{Key.MARKED}'),
  iif(d.verb = '{Verb.TAG}', d.value, d.verb), coalesce(s.joined_to, s.id)
FROM (SELECT value AS head FROM json_each(json_array({{}}))) h
JOIN stories s ON s.id = h.head OR s.joined_to = h.head JOIN decisions d ON d.story_id = s.id
WHERE d.undone_at IS NULL AND d.verb IN ('{Verb.TAG}', '{Verb.STAR}', '{Verb.NOTE}')
"""
ARRIVES = f"(NOT a.baseline OR julianday(a.first_seen_at) - julianday(a.dated_at) <= {NEWS_DAYS})"
"""The condition that an article `a` was news when it was first seen."""
_STORIES = f"""
SELECT a.story_id, coalesce(s.lead_id, s.article_id, min(a.id)) AS lead_id,
  min(a.first_seen_at) AS first_seen_at,
  max(lower(coalesce(r.language, o.language))) AS language,
  min(CASE WHEN {ARRIVES} THEN a.first_seen_at
    WHEN a.changed_at IS NOT NULL THEN a.changed_at END) AS arrived_at
FROM articles a JOIN stories s ON s.id = a.story_id JOIN readings r ON r.id = a.reading_id
JOIN sources o ON o.id = a.source_id
WHERE a.story_id IN ({{}}) GROUP BY a.story_id
"""
_SCORES = """
SELECT a.story_id, c.grade, c.points FROM articles a JOIN scores c ON c.article_id = a.id
WHERE a.story_id IN ({}) AND c.topic IN ({})
"""
_KEEP = """
INSERT INTO queue VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  lead_id = excluded.lead_id, arrived_at = excluded.arrived_at, state = excluded.state,
  strength = excluded.strength, points = excluded.points, language = excluded.language
"""


_GRADES: Mapping[int, Grade] = {strength: grade for grade, strength in STRENGTH.items()}
_FEW = 5_000
"""So many stories of a grade or a period are fetched and sorted at most."""
_LOOKED_AT = 10_000
"""So many stories that have one key are looked at for another, for each page."""
_CHOICES = 100


class By(StrEnum):
    """How the queue is ordered: the latest arrival first, or the most relevant."""

    ARRIVAL = "arrival"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """A part of the queue. Empty fields do not restrict. `grades` holds None for stories without a
    grade, `language` is a primary subtag (RFC 5646), `marked` is `star` or `note`: what somebody
    said of them. `since` and `until` bound the arrival (aware, `until` exclusive). `after` is the
    place of the last story seen: a page begins behind it, however many have left since."""

    state: State = State.OPEN
    by: By = By.RELEVANCE
    grades: tuple[Grade | None, ...] = ()
    topic: str = ""
    place: str = ""
    source: str = ""
    language: str = ""
    tag: str = ""
    marked: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 40
    after: QueuePosition | None = None


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where a story stands in the queue, whatever is sorted before it: the strength of its grade
    (smaller is stronger), its points, its arrival (aware) and its number."""

    strength: int
    points: float
    arrived_at: datetime
    story_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story in the queue, told by its lead."""

    lead_id: int
    state: State
    position: QueuePosition

    @property
    def story_id(self) -> int:
        """Its number."""
        return self.position.story_id

    @property
    def arrived_at(self) -> datetime:
        """When it came into the queue."""
        return self.position.arrived_at

    @property
    def grade(self) -> Grade | None:
        """Its strongest grade, or None for a story in which no watched name was found."""
        return _GRADES.get(self.position.strength)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the stories of a state can be filtered by: its id, and how many of them have it."""

    id: str
    count: int


class QueueQueries:
    """The questions about what waits."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def page(self, filters: QueueFilter) -> tuple[Waiting, ...]:
        """A page of the queue."""
        found = self._db.query(*self._plan(filters).question(filters))
        return tuple(Waiting(row["lead_id"], State(row["state"]), _position(row)) for row in found)

    def among(self, filters: QueueFilter, stories: Iterable[int]) -> tuple[Waiting, ...]:
        """Those of these stories that pass a filter, on whatever page, in its order."""
        where, parameters = _where(replace(filters, after=None))
        keys = _keys(filters)
        having = "".join(f" AND {_HAVING}" for _ in keys)
        sql = (
            "SELECT q.* FROM json_each(?) w CROSS JOIN queue q ON q.story_id = w.value "
            f"WHERE {where}{having} ORDER BY {_ORDER[filters.by]}"
        )
        values = [json.dumps([*stories]), *parameters, *(each for key in keys for each in key)]
        return tuple(
            Waiting(row["lead_id"], State(row["state"]), _position(row))
            for row in self._db.query(sql, values)
        )

    def looked_up_to(self, filters: QueueFilter) -> QueuePosition | None:
        """The last story that a page so filtered looks at where it does not look at all of them:
        behind it another page goes on. None where it does."""
        plan = self._plan(filters)
        if not plan.others:
            return None
        row = next(iter(self._db.query(*plan.last_question(filters))), None)
        return _position(row) if row else None

    def counts(self) -> dict[tuple[State, Grade | None], int]:
        """How many stories there are in each state, of each grade. Kept, not counted."""
        return {
            (State(row["state"]), _GRADES.get(row["strength"])): row["n"]
            for row in self._db.query("SELECT * FROM queue_counts WHERE n > 0")
        }

    def count(self, filters: QueueFilter, most: int) -> int:
        """How many stories pass a filter, counted no further than `most`, and of those that have
        one of several keys among the first ten thousand."""
        bounded = replace(filters, limit=most, after=None)
        sql, parameters = self._plan(bounded).numbers(bounded)
        return int(self._db.execute(f"SELECT count(*) FROM ({sql})", parameters).fetchone()[0])

    def backlog(self) -> int:
        """How many stories something happened to that the queue has not taken in yet."""
        return int(self._db.execute("SELECT count(*) FROM queue_due").fetchone()[0])

    def choices(self, state: State) -> dict[str, tuple[Choice, ...]]:
        """What the stories of a state can be filtered by: topic, place, source, tag, language, the
        most frequent hundred of each. Counts are kept, not counted."""
        sql = (
            "SELECT id, n FROM queue_key_counts WHERE state = ? AND kind = ? AND n > 0 "
            f"ORDER BY n DESC, id LIMIT {_CHOICES}"
        )
        return {
            kind.value: tuple(
                Choice(row["id"], row["n"])
                for row in self._db.query(sql, [state.value, kind.value])
            )
            for kind in Key
            if kind is not Key.MARKED
        }

    def arriving(self, article_ids: Sequence[int]) -> frozenset[int]:
        """Those of these articles that bring their story into the queue."""
        sql = (
            "SELECT a.id FROM json_each(?) w JOIN articles a ON a.id = w.value "
            f"WHERE {ARRIVES} OR a.changed_at IS NOT NULL"
        )
        return frozenset(row["id"] for row in self._db.query(sql, [json.dumps(list(article_ids))]))

    def _plan(self, filters: QueueFilter) -> Plan:
        """From where to go through what a filter leaves: its rarest key, or the queue. Of that its
        grades or its period, if few stories have it."""
        keys = sorted(_keys(filters), key=lambda key: self._having(filters.state, *key))
        if keys:
            return Plan(filters.by, keys[0], tuple(keys[1:]))
        if filters.grades and self._number(filters) <= _FEW:
            return Plan(By.RELEVANCE)
        if (filters.since or filters.until) and self._arrived(filters) <= _FEW:
            return Plan(By.ARRIVAL)
        return Plan(filters.by)

    def _having(self, state: State, kind: str, id_: str) -> int:
        sql = "SELECT n FROM queue_key_counts WHERE state = ? AND kind = ? AND id = ?"
        return next((row["n"] for row in self._db.query(sql, [state.value, kind, id_])), 0)

    def _number(self, filters: QueueFilter) -> int:
        """How many stories of these grades are in that state."""
        return sum(
            number
            for (state, grade), number in self.counts().items()
            if state is filters.state and (not filters.grades or grade in filters.grades)
        )

    def _arrived(self, filters: QueueFilter) -> int:
        """How many stories of that state arrived in the period. Counts no further than to tell."""
        where, parameters = _where(replace(filters, grades=()))
        sql = f"SELECT count(*) FROM (SELECT 1 FROM queue q WHERE {where} LIMIT {_FEW + 1})"
        return int(self._db.execute(sql, parameters).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Plan:
    """How a filtered queue is gone through: in which order, by which key if any (kind and id), and
    the other keys that are looked up for each story."""

    along: By
    key: tuple[str, str] = ("", "")
    others: tuple[tuple[str, str], ...] = ()

    def question(self, filters: QueueFilter) -> tuple[str, list[Any]]:
        """The SQL of a page and its parameters."""
        sql, parameters = self.numbers(filters)
        sql = f"SELECT q.* FROM ({sql}) k CROSS JOIN queue q ON q.story_id = k.story_id"
        return f"{sql} ORDER BY {_ORDER[filters.by]}", parameters

    def numbers(self, filters: QueueFilter) -> tuple[str, list[Any]]:
        """The SQL of the numbers of the stories of a page, and its parameters."""
        order = _ORDER[filters.by]
        sql, parameters = self._candidates(filters)
        if self.others:
            sql = f"SELECT q.* FROM ({sql} LIMIT {_LOOKED_AT}) q WHERE "
            sql += f"{' AND '.join(_HAVING for _ in self.others)} ORDER BY {order}"
            parameters += [value for key in self.others for value in key]
        sql = f"SELECT q.story_id FROM ({sql}) q ORDER BY {order} LIMIT ?"
        return sql, [*parameters, filters.limit]

    def last_question(self, filters: QueueFilter) -> tuple[str, list[Any]]:
        """The SQL of the last story that a page looks at, if there are so many."""
        sql, parameters = self._candidates(filters)
        sql = f"SELECT q.story_id FROM ({sql} LIMIT 1 OFFSET {_LOOKED_AT - 1}) q"
        sql = f"SELECT q.* FROM ({sql}) k CROSS JOIN queue q ON q.story_id = k.story_id"
        return sql, parameters

    def _candidates(self, filters: QueueFilter) -> tuple[str, list[Any]]:
        where, parameters = _where(filters)
        table, index = ("queue_keys" if self.key[0] else "queue"), _INDEX[self.along]
        if self.key[0]:
            where, parameters = f"q.kind = ? AND q.id = ? AND {where}", [*self.key, *parameters]
        order = _ORDER[filters.by]
        sql = f"SELECT q.* FROM {table} q INDEXED BY {table}_{index} WHERE {where} ORDER BY {order}"
        return sql, parameters


def _position(row: Row) -> QueuePosition:
    arrived_at = unstamp(row["arrived_at"])
    return QueuePosition(row["strength"], row["points"], arrived_at, row["story_id"])


_INDEX = {By.ARRIVAL: "by_arrival", By.RELEVANCE: "by_strength"}
_ORDER = {
    By.ARRIVAL: "q.arrived_at DESC, q.story_id DESC",
    By.RELEVANCE: "q.strength, q.points DESC, q.arrived_at DESC, q.story_id DESC",
}
_LATER = "(q.arrived_at, q.story_id) < (?, ?)"
_WEAKER = f"q.strength >= ? AND (q.strength > ? OR q.points < ? OR (q.points = ? AND {_LATER}))"
_HAVING = (
    "EXISTS (SELECT 1 FROM queue_keys o WHERE o.story_id = q.story_id AND o.kind = ? AND o.id = ?)"
)


def _keys(filters: QueueFilter) -> list[tuple[str, str]]:
    """The keys that a story that passes has."""
    language = filters.language.lower().replace("_", "-").partition("-")[0]
    wanted = (
        (Key.TOPIC, filters.topic),
        (Key.PLACE, filters.place),
        (Key.SOURCE, filters.source),
        (Key.LANGUAGE, language),
        (Key.TAG, filters.tag),
        (Key.MARKED, filters.marked),
    )
    return [(kind.value, id_) for kind, id_ in wanted if id_]


def _where(filters: QueueFilter) -> tuple[str, list[Any]]:
    """What the queue itself says of a filter: state, grades, period."""
    conditions, parameters = ["q.state = ?"], [filters.state.value]

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if filters.grades:
        strengths = {NOT_GRADED if grade is None else STRENGTH[grade] for grade in filters.grades}
        low, high = min(strengths), max(strengths)
        if len(strengths) == high - low + 1:  # one range of the index, which is in order already
            add("q.strength BETWEEN ? AND ?", low, high)
        else:
            add(f"q.strength IN ({', '.join('?' * len(strengths))})", *strengths)
    if filters.since:
        add("q.arrived_at >= ?", stamp(filters.since))
    if filters.until:
        add("q.arrived_at < ?", stamp(filters.until))
    if filters.after:
        at = filters.after
        arrival = (stamp(at.arrived_at), at.story_id)
        if filters.by is By.ARRIVAL:
            add(_LATER, *arrival)
        else:
            add(_WEAKER, at.strength, at.strength, at.points, at.points, *arrival)
    return " AND ".join(conditions), parameters

"""Selecting from the queue of stories: a page of it, how many there are, what it can be cut by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from ..decisions import State, Verb
from ..relevance import STRENGTH, Role
from ..stamps import stamp, unstamp
from ..types import Grade
from .queue import NOT_GRADED

_GRADES: Mapping[int, Grade] = {strength: grade for grade, strength in STRENGTH.items()}


class By(StrEnum):
    """How the queue is ordered: the latest arrival first, or the most relevant."""

    ARRIVAL = "arrival"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the queue. Empty fields do not restrict; `grades` holds None for stories without a
    grade, `marked` is `star` or `note`: what somebody said of them. `since` and `until` bound the
    arrival (aware, `until` exclusive)."""

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
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story in the queue, told by its lead."""

    story_id: int
    lead_id: int
    arrived_at: datetime
    state: State
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the open queue can be cut by: its id, and how many stories have it."""

    id: str
    count: int


class QueueQueries:
    """The part of the store that answers what waits."""

    _db: Database

    def queue(self, cut: Cut) -> tuple[Waiting, ...]:
        """A page of the queue."""
        where, parameters = _where(cut)
        order = "" if cut.by is By.ARRIVAL else "q.strength, q.points DESC, "
        found = self._db.query(
            f"SELECT q.* FROM queue q WHERE {where} "
            f"ORDER BY {order}q.arrived_at DESC, q.story_id DESC LIMIT ? OFFSET ?",
            [*parameters, cut.limit, cut.offset],
        )
        return tuple(
            Waiting(
                story_id=row["story_id"],
                lead_id=row["lead_id"],
                arrived_at=unstamp(row["arrived_at"]),
                state=State(row["state"]),
                grade=_GRADES.get(row["strength"]),
            )
            for row in found
        )

    def queue_counts(self) -> dict[tuple[State, Grade | None], int]:
        """How many stories there are in each state, of each grade; kept, not counted."""
        return {
            (State(row["state"]), _GRADES.get(row["strength"])): row["n"]
            for row in self._db.query("SELECT * FROM queue_counts WHERE n > 0")
        }

    def queue_left(self) -> int:
        """How many stories something happened to that the queue has not taken in yet."""
        return int(self._db.execute("SELECT count(*) FROM queue_due").fetchone()[0])

    def queue_choices(self, state: State) -> dict[str, tuple[Choice, ...]]:
        """What the stories of a state can be cut by: topic, place, source, tag, language; the most
        frequent first, of the latest two thousand stories."""
        return {
            name: tuple(
                Choice(row["id"], row["n"])
                for row in self._db.query(_CHOICES.format(sql), [state.value])
                if row["id"]
            )
            for name, sql in _BY.items()
        }


def _where(cut: Cut) -> tuple[str, Sequence[Any]]:
    conditions, parameters = ["q.state = ?"], [cut.state.value]

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if cut.grades:
        strengths = [NOT_GRADED if grade is None else STRENGTH[grade] for grade in cut.grades]
        add(f"q.strength IN ({', '.join('?' * len(strengths))})", *strengths)
    if cut.topic:
        add(_WITH.format("scores", "topic", ""), cut.topic)
    if cut.place:
        add(_WITH.format("places", "place", f" AND x.role = '{Role.ABOUT}'"), cut.place)
    if cut.source:
        sql = "EXISTS (SELECT 1 FROM articles a WHERE a.story_id = q.story_id AND a.source_id = ?)"
        add(sql, cut.source)
    if cut.language:
        add("(q.language = ? OR q.language LIKE ? || '-%')", cut.language, cut.language)
    if cut.tag:
        add(_SAID_OF + " AND d.value = ?)", Verb.TAG.value, cut.tag)
    if cut.marked:
        add(_SAID_OF + ")", cut.marked)
    if cut.since:
        add("q.arrived_at >= ?", stamp(cut.since))
    if cut.until:
        add("q.arrived_at < ?", stamp(cut.until))
    return " AND ".join(conditions), parameters


_SAID_OF = (
    "q.story_id IN (SELECT coalesce(s.joined_to, s.id) FROM decisions d "
    "JOIN stories s ON s.id = d.story_id WHERE d.undone_at IS NULL AND d.verb = ?"
)
_WITH = (
    "EXISTS (SELECT 1 FROM articles a JOIN {0} x ON x.article_id = a.id "
    "WHERE a.story_id = q.story_id AND x.{1} = ?{2})"
)
_BY = {
    "topic": "SELECT DISTINCT q.story_id, x.topic AS id FROM latest q "
    "JOIN articles a ON a.story_id = q.story_id JOIN scores x ON x.article_id = a.id",
    "place": "SELECT DISTINCT q.story_id, x.place AS id FROM latest q "
    "JOIN articles a ON a.story_id = q.story_id JOIN places x ON x.article_id = a.id "
    f"AND x.role = '{Role.ABOUT}'",
    "source": "SELECT DISTINCT q.story_id, a.source_id AS id FROM latest q "
    "JOIN articles a ON a.story_id = q.story_id",
    "tag": "SELECT DISTINCT q.story_id, d.value AS id FROM decisions d "
    "JOIN stories s ON s.id = d.story_id JOIN latest q ON q.story_id = coalesce(s.joined_to, s.id) "
    f"WHERE d.undone_at IS NULL AND d.verb = '{Verb.TAG}'",
    "language": "SELECT q.story_id, substr(q.language, 1, 2) AS id FROM latest q",
}
_CHOICES = """
WITH latest AS (
  SELECT story_id, language FROM queue WHERE state = ? ORDER BY arrived_at DESC LIMIT 2000)
SELECT id, count(*) AS n FROM ({}) GROUP BY id ORDER BY n DESC, id
"""

"""Selecting pages of the queue by what its stories can be cut by. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..decisions.records import State
from ..driver import Connection
from ..relevance.records import STRENGTH
from ..stamps import stamp, unstamp
from ..types import Grade
from .update import ARRIVES, NOT_GRADED, Key

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
class Cut:
    """A part of the queue. Empty fields do not restrict; `grades` holds None for stories without a
    grade, `language` is a primary subtag (RFC 5646), `marked` is `star` or `note`: what somebody
    said of them. `since` and `until` bound the arrival (aware, `until` exclusive)."""

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
    """Something the stories of a state can be cut by: its id, and how many of them have it."""

    id: str
    count: int


class QueueQueries:
    """The questions about what waits."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def page(self, cut: Cut) -> tuple[Waiting, ...]:
        """A page of the queue."""
        found = self._db.query(*self._plan(cut).question(cut))
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

    def looked_at(self, cut: Cut) -> int | None:
        """How many stories a page of that cut looks at where it cannot look at all of them; None
        where it can."""
        plan = self._plan(cut)
        if not plan.others or self._having(cut.state, *plan.key) <= plan.looked_at(cut):
            return None
        return plan.looked_at(cut)

    def counts(self) -> dict[tuple[State, Grade | None], int]:
        """How many stories there are in each state, of each grade; kept, not counted."""
        return {
            (State(row["state"]), _GRADES.get(row["strength"])): row["n"]
            for row in self._db.query("SELECT * FROM queue_counts WHERE n > 0")
        }

    def backlog(self) -> int:
        """How many stories something happened to that the queue has not taken in yet."""
        return int(self._db.execute("SELECT count(*) FROM queue_due").fetchone()[0])

    def choices(self, state: State) -> dict[str, tuple[Choice, ...]]:
        """What the stories of a state can be cut by: topic, place, source, tag, language, the most
        frequent hundred of each; counts are kept, not counted."""
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

    def _plan(self, cut: Cut) -> Plan:
        """From where to go through a cut: its rarest key, or the queue; of that its grades or its
        period, if few stories have it."""
        keys = sorted(_keys(cut), key=lambda key: self._having(cut.state, *key))
        if keys:
            return Plan(cut.by, keys[0], tuple(keys[1:]))
        if cut.grades and self._number(cut) <= _FEW:
            return Plan(By.RELEVANCE)
        if (cut.since or cut.until) and self._arrived(cut) <= _FEW:
            return Plan(By.ARRIVAL)
        return Plan(cut.by)

    def _having(self, state: State, kind: str, id_: str) -> int:
        sql = "SELECT n FROM queue_key_counts WHERE state = ? AND kind = ? AND id = ?"
        return next((row["n"] for row in self._db.query(sql, [state.value, kind, id_])), 0)

    def _number(self, cut: Cut) -> int:
        """How many stories of these grades are in that state."""
        return sum(
            number
            for (state, grade), number in self.counts().items()
            if state is cut.state and (not cut.grades or grade in cut.grades)
        )

    def _arrived(self, cut: Cut) -> int:
        """How many stories of that state arrived in the period; counts no further than to tell."""
        where, parameters = _where(replace(cut, grades=()))
        sql = f"SELECT count(*) FROM (SELECT 1 FROM queue q WHERE {where} LIMIT {_FEW + 1})"
        return int(self._db.execute(sql, parameters).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Plan:
    """How a cut is gone through: in which order, by which key if any (kind and id), and the other
    keys that are looked up for each story."""

    along: By
    key: tuple[str, str] = ("", "")
    others: tuple[tuple[str, str], ...] = ()

    def looked_at(self, cut: Cut) -> int:
        """How many stories are looked at for a page, where not all are."""
        return _LOOKED_AT * (1 + cut.offset // max(1, cut.limit))

    def question(self, cut: Cut) -> tuple[str, list[Any]]:
        """The SQL of a page and its parameters."""
        where, parameters = _where(cut)
        table, index = ("queue_keys" if self.key[0] else "queue"), _INDEX[self.along]
        if self.key[0]:
            where, parameters = f"q.kind = ? AND q.id = ? AND {where}", [*self.key, *parameters]
        order = _ORDER[cut.by]
        sql = f"SELECT q.* FROM {table} q INDEXED BY {table}_{index} WHERE {where} ORDER BY {order}"
        if self.others:
            sql = f"SELECT q.* FROM ({sql} LIMIT {self.looked_at(cut)}) q WHERE "
            sql += f"{' AND '.join(_HAVING for _ in self.others)} ORDER BY {order}"
            parameters += [value for key in self.others for value in key]
        sql = f"SELECT q.story_id FROM ({sql}) q ORDER BY {order} LIMIT ? OFFSET ?"
        sql = f"SELECT q.* FROM ({sql}) k CROSS JOIN queue q ON q.story_id = k.story_id"
        return f"{sql} ORDER BY {order}", [*parameters, cut.limit, cut.offset]


_INDEX = {By.ARRIVAL: "by_arrival", By.RELEVANCE: "by_strength"}
_ORDER = {
    By.ARRIVAL: "q.arrived_at DESC, q.story_id DESC",
    By.RELEVANCE: "q.strength, q.points DESC, q.arrived_at DESC, q.story_id DESC",
}
_HAVING = (
    "EXISTS (SELECT 1 FROM queue_keys o WHERE o.story_id = q.story_id AND o.kind = ? AND o.id = ?)"
)


def _keys(cut: Cut) -> list[tuple[str, str]]:
    """The keys that a story of this cut has."""
    language = cut.language.lower().replace("_", "-").partition("-")[0]
    wanted = (
        (Key.TOPIC, cut.topic),
        (Key.PLACE, cut.place),
        (Key.SOURCE, cut.source),
        (Key.LANGUAGE, language),
        (Key.TAG, cut.tag),
        (Key.MARKED, cut.marked),
    )
    return [(kind.value, id_) for kind, id_ in wanted if id_]


def _where(cut: Cut) -> tuple[str, list[Any]]:
    """What the queue itself tells of a cut: state, grades, period."""
    conditions, parameters = ["q.state = ?"], [cut.state.value]

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if cut.grades:
        strengths = [NOT_GRADED if grade is None else STRENGTH[grade] for grade in cut.grades]
        add(f"q.strength IN ({', '.join('?' * len(strengths))})", *strengths)
    if cut.since:
        add("q.arrived_at >= ?", stamp(cut.since))
    if cut.until:
        add("q.arrived_at < ?", stamp(cut.until))
    return " AND ".join(conditions), parameters

"""What may go after a while, and what never does. docs/archive.md states the rule in words.

Only says which rows; removing them is `prune`'s business. What other tables point at is looked up
in the tables themselves, so that what is added later is kept without being named here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..driver import Connection
from ..stamps import stamp

LISTS = ("list", "feed", "sitemap", "robots")
PAGES = ("article", "file")
SHORTEST_FETCHES = timedelta(days=60)
"""The log of fetches is what repeated failures are counted from; see `storage.pages.pending`."""
LET_GO = {"fetches", "list_sights"}
"""Logs whose rows stay when the bytes they saw go."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what nothing rests on any more; None: for ever.

    `lists`: lists, feeds, sitemaps and robots files after a newer copy took their place. `pages`:
    the same of articles and files, if no version of an article was read from them. `readings`: what
    was read from a page before better rules read it again. `fetches`: the log of requests. `slots`:
    the timetable's ledger.
    """

    lists: timedelta | None = timedelta(days=90)
    pages: timedelta | None = timedelta(days=90)
    readings: timedelta | None = timedelta(days=90)
    fetches: timedelta | None = timedelta(days=400)
    slots: timedelta | None = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Going:
    """Rows of one table that may go: a condition over the alias `t`, with its parameters."""

    name: str
    table: str
    where: str
    parameters: tuple[object, ...]


Foreseen = Mapping[str, str]
"""Rows that are still there and count as gone: by table, a question for their ids."""
_NOTHING: Foreseen = {}


def going(
    db: Connection, rule: Retention, now: datetime, foreseen: Foreseen = _NOTHING
) -> tuple[Going, ...]:
    """What may go by that rule at that time, in the order in which it goes."""
    found = [
        _slots(rule.slots, now),
        _fetches(db, rule.fetches, now),
        _readings(db, rule.readings, now),
        _snapshots(db, "lists", LISTS, rule.lists, now, foreseen),
        _snapshots(db, "pages", PAGES, rule.pages, now, foreseen),
    ]
    return tuple(each for each in found if each is not None)


def unused_blobs(db: Connection, foreseen: Foreseen = _NOTHING) -> str:
    """The condition, over the alias `t`, for bytes that nothing is made of any more. The text of a
    file's bytes goes with them. The newest stay, so that no number is ever given twice."""
    rest = _unreferenced(db, "blobs", {"file_texts"}, foreseen)
    return f"t.id < (SELECT max(id) FROM blobs) AND {rest}"


def _slots(age: timedelta | None, now: datetime) -> Going | None:
    if age is None:
        return None
    return Going("slots", "slots", "t.state IN ('done', 'skipped') AND t.due_at < ?", _at(now, age))


def _fetches(db: Connection, age: timedelta | None, now: datetime) -> Going | None:
    if age is None:
        return None
    of_run = "SELECT id FROM runs WHERE source_id IN"
    where = f"t.at < ? AND {_no_incident(db, f't.run_id NOT IN ({of_run} (', '))')}"
    return Going("fetches", "fetches", where, _at(now, max(age, SHORTEST_FETCHES)))


def _readings(db: Connection, age: timedelta | None, now: datetime) -> Going | None:
    if age is None:
        return None
    where = (
        "t.id < (SELECT max(id) FROM readings) AND t.read_at < ? AND "
        f"{_unreferenced(db, 'readings', {'parts'})}"
    )
    return Going("readings", "readings", where, _at(now, age))


def _snapshots(
    db: Connection,
    name: str,
    kinds: Sequence[str],
    age: timedelta | None,
    now: datetime,
    foreseen: Foreseen,
) -> Going | None:
    """Those that a newer one of the same address replaced so long ago."""
    if age is None:
        return None
    marks = ", ".join("?" for _ in kinds)
    where = (
        f"t.kind IN ({marks}) AND EXISTS (SELECT 1 FROM snapshots n WHERE "
        "n.source_id = t.source_id AND n.url = t.url AND n.id > t.id AND n.fetched_at < ?) AND "
        f"{_no_incident(db, 't.source_id NOT IN (', ')')} AND "
        f"{_unreferenced(db, 'snapshots', LET_GO, foreseen)}"
    )
    return Going(name, "snapshots", where, (*kinds, *_at(now, age)))


def _at(now: datetime, age: timedelta) -> tuple[str]:
    return (stamp(now - age),)


def references(db: Connection, table: str) -> tuple[tuple[str, str], ...]:
    """Every (table, column) that points at the rows of a table."""
    names = [row["name"] for row in db.query(_TABLES)]
    return tuple(
        (name, row["from"])
        for name in names
        for row in db.query(f"SELECT * FROM pragma_foreign_key_list('{name}')")
        if row["table"] == table
    )


def _unreferenced(db: Connection, table: str, but: set[str], foreseen: Foreseen = _NOTHING) -> str:
    parts = []
    for name, column in references(db, table):
        if name not in but:
            there = f" AND {name}.id NOT IN ({foreseen[name]})" if name in foreseen else ""
            parts.append(f"NOT EXISTS (SELECT 1 FROM {name} WHERE {name}.{column} = t.id{there})")
    return " AND ".join(parts) or "1"


def _no_incident(db: Connection, before: str, after: str) -> str:
    """What an open incident cites is of its source: of that nothing goes while it is open."""
    if not any(row["name"] == "incidents" for row in db.query(_TABLES)):
        return "1"
    return f"{before}SELECT source_id FROM incidents WHERE closed_at IS NULL{after}"


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"

"""What may go after a while, what never does, and how it is removed.

docs/archive.md states the rule in words. What other tables point at is looked up in the tables
themselves, so that what is added later is kept without being named here. Removing is done in short
transactions that anything can come between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import text_index
from .database import Connection, stamp
from .packing import ALONE, Base, codec_against, pack, pack_body, unpack_proven

LISTS = ("list", "feed", "sitemap", "robots")
PAGES = ("article", "file")
SHORTEST_FETCHES = timedelta(days=60)
"""The log of fetches is what repeated failures are counted from; see `storage.rechecks`."""
LET_GO = {"fetches", "list_sights"}
"""Logs whose rows stay when the bytes they saw go."""
GO_ALONG = {"renderings"}
"""What says more of a snapshot, under its id, and goes with it."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what nothing rests on any more. None: for ever.

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
        f"{_unreferenced(db, 'snapshots', LET_GO | GO_ALONG, foreseen)}"
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


# Removing what may go, in short transactions that anything can come between; saying what would.

_SHARE = 1.0
"""After a turn others have as long as it took: who writes seldom meets the lock half the time."""
_LONGEST_BREATH = 0.5


@dataclass(frozen=True, slots=True)
class YieldingWriter:
    """Calling it gives a transaction that locks first. When it has ended there is a pause."""

    writing: Callable[[], AbstractContextManager[object]]

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """One short transaction."""
        began = time.monotonic()
        with self.writing():
            yield
        time.sleep(min(_LONGEST_BREATH, _SHARE * (time.monotonic() - began)))


Report = Callable[[str, int, int], None]
"""Is told what is being removed, how much of it was looked at, and of how much."""
_AT_A_TIME = 500  # numbers of rows; some of them are to go
_PAGES = 128  # of the file that are given back at a time: 2 MiB
_SIZES = {
    "readings": "title, body, html, evidence, dates",
    "snapshots": "url, final_url, headers",
    "fetches": "url, final_url, reason",
    "slots": "job, due_at, schedule, reason",
}
_ROW = 60  # bytes that a row takes beside its texts, about, with its place in indexes


@dataclass(frozen=True, slots=True)
class Share:
    """What of one kind goes, or went: so many rows, and about so many bytes."""

    name: str
    rows: int
    size: int


def would_go(db: Connection, rule: Retention, now: datetime) -> tuple[Share, ...]:
    """What `archive prune` would remove. Writes nothing."""
    foreseen = {} if rule.readings is None else {"readings": "SELECT id FROM gone_readings"}
    steps: list[str] = []
    given: list[object] = []
    shares = []
    for each in going(db, rule, now, foreseen):
        name = f"gone_{each.name}"
        steps.append(f"{name} AS MATERIALIZED (SELECT t.id FROM {each.table} t WHERE {each.where})")
        given += each.parameters
        sql = f"SELECT count(*), sum({_size(each.table)}) FROM {each.table} t"
        asked = f"{_with(steps)} {sql} WHERE t.id IN (SELECT id FROM {name})"
        rows, size = db.execute(asked, given).fetchone()
        shares.append(Share(each.name, rows, size or 0))
        if each.table == "snapshots":
            so_far = foreseen.get("snapshots")
            more = f"SELECT id FROM {name}"
            foreseen["snapshots"] = f"{so_far} UNION ALL {more}" if so_far else more
            foreseen.update(dict.fromkeys(_going_along(db), foreseen["snapshots"]))
    sql = f"SELECT count(*), sum(length(t.data)) FROM blobs t WHERE {unused_blobs(db, foreseen)}"
    rows, size = db.execute(f"{_with(steps)} {sql}", given).fetchone()
    return (*shares, Share("bytes", rows, size or 0))


def _with(steps: list[str]) -> str:
    return f"WITH {', '.join(steps)}" if steps else ""


def _size(table: str) -> str:
    sizes = (f"coalesce(length(CAST(t.{c} AS BLOB)), 0)" for c in _SIZES[table].split(", "))
    return f"{_ROW} + {' + '.join(sizes)}"


def prune(
    db: Connection, turns: YieldingWriter, rule: Retention, now: datetime, report: Report
) -> tuple[Share, ...]:
    """Remove what may go, and give the room back to the disk. Return what went.

    Raises StorageError. What is done by then is done.
    """
    shares = [_remove(db, turns, each, report) for each in going(db, rule, now)]
    shares.append(_remove_bytes(db, turns, report))
    _give_back(db, turns, report)
    return tuple(shares)


def _remove(db: Connection, turns: YieldingWriter, each: Going, report: Report) -> Share:
    rows = size = 0
    columns = _letting_go(db) if each.table == "snapshots" else ()
    along = _going_along(db) if each.table == "snapshots" else ()
    for low, high in _ranges(db, each.table, each.name, report):
        where = f"t.id BETWEEN ? AND ? AND {each.where}"
        given = [low, high, *each.parameters]
        if not db.execute(f"SELECT 1 FROM {each.table} t WHERE {where} LIMIT 1", given).fetchone():
            continue
        with turns():
            found = db.execute(
                f"SELECT t.id, {_size(each.table)} FROM {each.table} t WHERE {where}", given
            ).fetchall()
            for number, _ in found:
                if each.table == "readings":
                    db.execute("DELETE FROM parts WHERE reading_id = ?", [number])
                for table in along:
                    db.execute(f"DELETE FROM {table} WHERE id = ?", [number])
                for table, column in columns:
                    db.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", [number])
                db.execute(f"DELETE FROM {each.table} WHERE id = ?", [number])
        rows += len(found)
        size += sum(each_size for _, each_size in found)
    return Share(each.name, rows, size)


def _letting_go(db: Connection) -> tuple[tuple[str, str], ...]:
    """Where logs point at what goes."""
    return tuple(pair for pair in references(db, "snapshots") if pair[0] in LET_GO)


def _going_along(db: Connection) -> tuple[str, ...]:
    return tuple(name for name, _ in references(db, "snapshots") if name in GO_ALONG)


def _remove_bytes(db: Connection, turns: YieldingWriter, report: Report) -> Share:
    """First what is packed against others, then those others: of these no more depends by then than
    has to stay, and is packed anew."""
    rows = size = 0
    for kind in ("t.codec <> ?", "t.codec = ?"):
        where = f"t.id BETWEEN ? AND ? AND {kind} AND {unused_blobs(db)}"
        for low, high in _ranges(db, "blobs", "bytes", report):
            given = [low, high, ALONE]
            for (number,) in db.execute(_DEPENDED_ON.format(where), given).fetchall():
                _repack_dependents(db, turns, number)
            if not db.execute(f"SELECT 1 FROM blobs t WHERE {where} LIMIT 1", given).fetchone():
                continue
            with turns():
                found = db.execute(_REMOVABLE.format(where), given).fetchall()
                for number, _ in found:
                    text_index.forget_file(db, number)
                    db.execute("DELETE FROM file_texts WHERE blob_id = ?", [number])
                    db.execute("DELETE FROM blobs WHERE id = ?", [number])
            rows += len(found)
            size += sum(length for _, length in found)
    return Share("bytes", rows, size)


_DEPENDS = "EXISTS (SELECT 1 FROM blobs d WHERE d.codec = 'zstd:' || t.id)"
_DEPENDED_ON = f"SELECT t.id FROM blobs t WHERE {{}} AND {_DEPENDS}"
_REMOVABLE = f"SELECT t.id, length(t.data) FROM blobs t WHERE {{}} AND NOT {_DEPENDS}"
"""A crawl may have packed something against one of them since: that stays for this time."""


def _ranges(db: Connection, table: str, name: str, report: Report) -> Iterator[tuple[int, int]]:
    """The numbers of a table's rows, some at a time."""
    first, last = db.execute(f"SELECT min(id), max(id) FROM {table}").fetchone()
    for low in range(first or 0, (last or 0) + 1, _AT_A_TIME):
        report(name, low - (first or 0), (last or 0) + 1 - (first or 0))
        yield low, low + _AT_A_TIME - 1


def _give_back(db: Connection, turns: YieldingWriter, report: Report) -> None:
    whole = left = _free_pages(db)
    while left:
        report("room", whole - left, whole)
        with turns():
            db.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
        before, left = left, _free_pages(db)
        if left >= before:  # others use what we free; that is as good
            return


def _free_pages(db: Connection) -> int:
    return int(db.execute("PRAGMA freelist_count").fetchone()[0])


_PACKED_AT_A_TIME = 50


def _repack_dependents(db: Connection, turns: YieldingWriter, blob_id: int) -> int:
    """Pack everything that is packed against a blob against the newest of these. Return how many.

    May be interrupted: what is done is done. Raises StorageError, and DamagedBytes before
    anything is packed anew that is not what was archived.
    """
    old = codec_against(blob_id)
    base: Base | None = None
    body, done = b"", 0
    while found := db.execute(_PACKED_SO, [old, _PACKED_AT_A_TIME]).fetchall():
        # Only what is packed on its own has others packed against it.
        body = body or unpack_proven(*db.execute(_DATA, [blob_id]).fetchone())
        rows = []
        for number, digest, data in found:
            one = unpack_proven(digest, data, body)
            if base is None:
                base = Base(number, one)
                rows.append((ALONE, pack(one), number, old))
            else:
                packed = pack_body(one, base)
                rows.append((packed.codec, packed.data, number, old))
        with turns():
            for row in rows:
                db.execute(_PUT, row)
        done += len(rows)
    return done


_PACKED_SO = "SELECT id, sha256, data FROM blobs WHERE codec = ? ORDER BY id DESC LIMIT ?"
_DATA = "SELECT sha256, data FROM blobs WHERE id = ?"
_PUT = "UPDATE blobs SET codec = ?, data = ? WHERE id = ? AND codec = ?"

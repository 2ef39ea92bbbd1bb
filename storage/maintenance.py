"""The archive as a whole: its integrity, backups, pauses, what was seen of its machine, and making
parts of it again."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from hubwatch.errors import StorageError

from .articles import records
from .database import (
    Connection,
    applied,
    count,
    insert_all,
    readable,
    rows_one_by_one,
    stamp,
    translate_errors,
    unstamp,
    unstamp_or_none,
)
from .types import When

if TYPE_CHECKING:
    from .pruning import Retention, Share
    from .scrub import Scrubs
    from .transaction import Transaction


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified backup: the moment that it holds (aware), where its file was put (absolute), and
    how many bytes that had."""

    made_at: datetime
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that rests until then: why, and who said so. A source's job has the source's id."""

    job: str
    until: datetime
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class GlobalPause:
    """Since when nothing runs, why, who said so, and until when (None: until somebody resumes)."""

    since: datetime
    reason: str
    person: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The archive at a glance, for people who found nothing: what is it, how new is it?"""

    path: str
    articles: int
    stories: int
    newest: When | None = None
    newest_title: str = ""


class MachineEvent(StrEnum):
    """What the daemon sees of its machine and keeps for as long as it holds: the configuration on
    disk cannot be used, or the clock jumped and no crawl or job has worked since."""

    CONFIG_REJECTED = "config_rejected"
    CLOCK_JUMPED = "clock_jumped"


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """One of these: since when (aware), and what of it. The detail is the error's line, or the
    seconds by which the clock jumped, negative backwards."""

    kind: MachineEvent
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class DiskReading:
    """How many bytes were free on the archive's disk at a moment (aware)."""

    at: datetime
    free: int


# Whether an archive is sound: its pages, its references, its text indexes. Mends nothing.


def integrity_check(db: Connection) -> tuple[str, ...]:
    """What is wrong with an archive. Empty is good. Takes long for a large one.

    Works for every schema, and where the archive is open for reading. Raises StorageError if it
    cannot be looked at.
    """
    from . import text_index  # who only reads loads nothing that writes

    only_reads = db.execute("PRAGMA query_only").fetchone()[0]
    db.execute("PRAGMA query_only = OFF")  # each index is compared with one in temporary tables
    try:
        keys = db.execute("PRAGMA foreign_key_check").fetchall()
        found = [f"foreign key: {tuple(row)}" for row in keys]
        drifts = [f"text index: {each}" for each in text_index.drifts(db)]
        return (*_page_faults(db), *found, *drifts)
    finally:
        db.execute(f"PRAGMA query_only = {only_reads}")


def _page_faults(db: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    except StorageError as error:  # some faults of a text index end the look itself
        return [str(error)]
    return [] if found == ["ok"] else found


# Checksums of all rows, kept with every commit: what differs from them was changed by nobody.
# Pages of SQLite have none. Neighbouring rows of a table have one sum between them; of what stands
# for itself, such as a reading or a decision, each has its own.

_APART = frozenset({"blobs", "snapshots", "readings", "decisions", "digests", "digest_files"})
_TOGETHER = 64
_MASK = (1 << 48) - 1
"""A sum is one modulo 2 ** 48: in whatever order rows come and go, it is the same."""
_TOLD_OTHERWISE = {
    "article_words": "they follow from the texts",
    "event_anchors": "they follow from the keys in `event_reports`",
    "checksums": "these are they",
    "scrubs": "how far a scrub is",
    "rot": "what scrubs found",
    "samples": "of older archives alone; they follow from the sketches of the bodies",
}
_SUMMED_SINCE = {"event_reports": "m027_event_sums"}
"""Tables that were there before their rows had checksums, with the change that gave them some."""
_BESIDES = {"blobs": {"data"}, "digest_files": {"data"}}
"""Columns whose bytes are proven by the SHA-256 beside them, which is a part of the row."""
_OWN = """
SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_fts!_%' ESCAPE '!' ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class SummedTable:
    """A table whose rows have checksums. `columns` are SQL for its values, `{}` standing for the
    row, texts as their bytes: they may be none by the time they are looked at. `key` are the
    places of what a row is known by, among them, `span` how many neighbours have one sum (0: the
    rows are told apart by the key's own checksum)."""

    name: str
    columns: tuple[str, ...]
    key: tuple[int, ...]
    span: int

    def values(self, row: str) -> str:
        """All values of a row as SQL."""
        return ", ".join(column.format(row) for column in self.columns)

    def part(self, values: Sequence[Any]) -> int:
        """To which sum of its table a row belongs."""
        if self.span:
            return int(values[self.key[0]] or 0) // self.span
        return crc32(b"\0".join(bytes(values[place] or b"") for place in self.key)) % _TOGETHER


def summed_tables(db: Connection) -> tuple[SummedTable, ...]:
    """The tables whose rows have checksums, as they are in this archive, which may be an older
    one."""
    made = {*applied(db), ""}
    names = [
        row[0]
        for row in db.execute(_OWN).fetchall()
        if row[0] not in _TOLD_OTHERWISE and _SUMMED_SINCE.get(row[0], "") in made
    ]
    return tuple(_summed(db, name) for name in names)


def _summed(db: Connection, name: str) -> SummedTable:
    without = _BESIDES.get(name, set())
    found = [
        row
        for row in db.execute(f"PRAGMA main.table_info({name})").fetchall()
        if row[1] not in without
    ]
    columns = tuple(
        f'CAST({{}}."{row[1]}" AS BLOB)' if row[2] == "TEXT" else f'{{}}."{row[1]}"'
        for row in found
    )
    keys = sorted((row[5], place) for place, row in enumerate(found) if row[5])
    numbered = bool(keys) and found[keys[0][1]][2] == "INTEGER"
    span = (1 if name in _APART else _TOGETHER) if numbered else 0
    return SummedTable(name, columns, tuple(place for _, place in keys), span)


def checksum(values: Sequence[Any]) -> int:
    """Of a row: its numbers, bytes and nulls. The same on every machine and in every version."""
    # Format 2 of marshal knows no references and interns nothing, so equal rows are equal bytes.
    return int.from_bytes(blake2b(marshal.dumps(tuple(values), 2), digest_size=6).digest(), "big")


class Checksums:
    """What a connection writes, added up row by row, to be kept with the commit.

    Triggers of the connection, and of no other, call it. They are no part of the file: any SQLite
    reads and writes that, but what others write is told as rot.
    """

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._tables = summed_tables(database)
        self._changes: list[tuple[int, int, int, int]] = []
        connection: Any = database.conn
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA recursive_triggers = ON")  # or REPLACE deletes untold
        connection.create_function("summed", -1, self._note)
        connection.create_function("summed_anew", -1, self._note_change)
        # As one script: statements of their own would fill the driver's cache for good.
        connection.executescript("".join(self._triggers()))

    def _triggers(self) -> Iterator[str]:
        for number, table in enumerate(self._tables):
            new, old = table.values("new"), table.values("old")
            for event, call in (
                ("INSERT", f"summed({number}, 1, {new})"),
                ("DELETE", f"summed({number}, -1, {old})"),
                ("UPDATE", f"summed_anew({number}, {old}, {new})"),
            ):
                yield (
                    f"CREATE TEMP TRIGGER {table.name}_{event} AFTER {event} ON main.{table.name} "
                    f"BEGIN SELECT {call}; END;"
                )

    def _note(self, number: int, sign: int, *values: Any) -> None:
        part = self._tables[number].part(values)
        self._changes.append((number, part, sign, sign * checksum(values)))

    def _note_change(self, number: int, *values: Any) -> None:
        half = len(values) // 2
        old, new = values[:half], values[half:]
        table, before, after = self._tables[number], checksum(old), checksum(new)
        if before == after:
            return
        one, other = table.part(old), table.part(new)
        if one == other:
            self._changes.append((number, one, 0, after - before))
        else:
            self._changes += [(number, one, -1, -before), (number, other, 1, after)]

    def mark(self) -> int:
        """Where it stands, for `back_to`."""
        return len(self._changes)

    def back_to(self, mark: int) -> None:
        """Forget what was written since: it was rolled back."""
        del self._changes[mark:]

    def flush(self) -> None:
        """Keep the sums of what was written: the last thing before a commit."""
        if not self._changes:
            return
        sums: dict[tuple[int, int], tuple[int, int]] = {}
        for number, part, rows, change in self._changes:
            before = sums.get((number, part), (0, 0))
            sums[number, part] = before[0] + rows, before[1] + change
        self._changes.clear()
        connection: Any = self._db.conn
        connection.executemany(
            _ADD,
            [
                (self._tables[number].name, part, rows, change & _MASK)
                for (number, part), (rows, change) in sums.items()
            ],
        )
        keep_own_sums(self._db)
        gone = [key for key, (rows, _) in sums.items() if rows < 0]
        connection.executemany(
            "DELETE FROM checksums WHERE name = ? AND part = ? AND rows = 0 AND sum = 0",
            [(self._tables[number].name, part) for number, part in gone],
        )


_ADD = f"""
INSERT INTO checksums (name, part, rows, sum) VALUES (?, ?, ?, ?) ON CONFLICT (name, part)
DO UPDATE SET rows = rows + excluded.rows, sum = (sum + excluded.sum) & {_MASK}
"""


SCHEMA, NUMBERS = "sqlite_master", "sqlite_sequence"
"""SQLite's own tables, which have one sum each: what tables there are, the last numbers given."""
_OWN_ROWS = {
    SCHEMA: "SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite!_stat%' ESCAPE '!'",
    NUMBERS: "SELECT name, seq FROM main.sqlite_sequence",
}


def own_sum(db: Connection, name: str) -> tuple[int, int]:
    """How many rows a table of SQLite's own has, and their sum."""
    texts = [
        tuple(
            each.encode("utf-8", "surrogatepass") if isinstance(each, str) else each for each in row
        )
        for row in db.execute(_OWN_ROWS[name]).fetchall()
    ]
    return len(texts), sum(map(checksum, texts)) & _MASK


def keep_own_sums(db: Connection, *names: str) -> None:
    """Keep the sums of SQLite's own tables, as they are now: of the last numbers, or of these."""
    for name in names or (NUMBERS,):
        db.execute(_SET, [name, *own_sum(db, name)])


_SET = """
INSERT INTO checksums (name, part, rows, sum) VALUES (?, 0, ?, ?) ON CONFLICT (name, part)
DO UPDATE SET rows = excluded.rows, sum = excluded.sum WHERE sum <> excluded.sum
"""


@dataclass(slots=True)
class Sums:
    """What the rows of a table add up to: group of rows → how many it has, and their sum. `size`
    are the bytes of all."""

    parts: dict[int, tuple[int, int]] = field(default_factory=dict)
    size: int = 0


def sum_of(db: Connection, table: SummedTable, where: str = "1", given: Sequence[Any] = ()) -> Sums:
    """Add up the rows for which the condition, over the alias `t`, holds. Raises StorageError."""
    sums = Sums()
    sql = f"SELECT {table.values('t')} FROM main.{table.name} t WHERE {where}"
    for row in rows_one_by_one(db, sql, given):
        part = table.part(row)
        rows, total = sums.parts.get(part, (0, 0))
        sums.parts[part] = rows + 1, (total + checksum(row)) & _MASK
        sums.size += sum(len(value) if isinstance(value, bytes) else 8 for value in row)
    return sums


def sum_all(db: Connection) -> None:
    """Sum up everything as it is now, for an archive that has no checksums yet. To be called in a
    write transaction."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone():
        return  # the tables are those of a Hubwatch from before
    db.execute("DELETE FROM checksums")
    for table in summed_tables(db):
        sums = sum_of(db, table)
        insert_all(
            db,
            "checksums",
            "name, part, rows, sum",
            ((table.name, part, *both) for part, both in sums.parts.items()),
        )
    keep_own_sums(db, SCHEMA, NUMBERS)


class Maintenance:
    """The state of the archive as a whole, and what is done to all of it."""

    def __init__(
        self,
        database: Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[Transaction]],
    ) -> None:
        self._db = database
        self._path = path
        self._writing = writing

    def survey(self) -> Survey:
        """The archive at a glance."""

        newest = next(iter(self._db.query(_NEWEST)), None)
        return Survey(
            path=str(self._path),
            articles=count(self._db, "articles"),
            stories=count(self._db, "stories WHERE joined_to IS NULL"),
            newest=records.when(newest, "published") if newest else None,
            newest_title=newest["title"] if newest else "",
        )

    def last_backup(self, until: datetime) -> Backup | None:
        """The newest backup on record that was made by then. Its file may be gone since."""
        found = self._db.query(
            "SELECT * FROM backups WHERE made_at <= ? ORDER BY made_at DESC, id DESC LIMIT 1",
            [stamp(until)],
        )
        row = next(iter(found), None)
        return Backup(unstamp(row["made_at"]), Path(row["path"]), row["size"]) if row else None

    def machine_events(self) -> dict[MachineEvent, SeenEvent]:
        """What the daemon saw of its machine and what still holds."""
        return {
            kind: SeenEvent(kind, unstamp(row["at"]), row["detail"])
            for row in self._db.query("SELECT * FROM machine_events")
            if (kind := MachineEvent(row["kind"]))
        }

    def disk_readings(self, since: datetime, until: datetime) -> tuple[DiskReading, ...]:
        """The free bytes of the archive's disk from then to then, one reading an hour, the oldest
        first."""
        found = self._db.query(
            "SELECT at, free FROM disk_readings WHERE at >= ? AND at <= ? ORDER BY at",
            [stamp(since), stamp(until)],
        )
        return tuple(DiskReading(unstamp(row["at"]), row["free"]) for row in found)

    def pauses(self, now: datetime) -> dict[str, Pause]:
        """The jobs that rest at that time, by name."""
        found = self._db.query("SELECT * FROM pauses WHERE until > ? ORDER BY job", [stamp(now)])
        return {
            row["job"]: Pause(row["job"], unstamp(row["until"]), row["reason"], row["person"])
            for row in found
        }

    def global_pause(self, now: datetime) -> GlobalPause | None:
        """The pause of everything that is in force. None if there is none."""
        for row in self._db.query("SELECT * FROM standstill"):
            until = unstamp_or_none(row["until"])
            if until is None or until > now:
                return GlobalPause(unstamp(row["since"]), row["reason"], row["person"], until)
        return None

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file: pages, foreign keys, and the text index. Empty is good."""

        with translate_errors(self._path):
            return integrity_check(self._db)

    @cached_property
    def scrubs(self) -> Scrubs:
        """Comparing everything with what was written, and mending what differs."""
        from .scrub import Scrubs

        return Scrubs(self._db, self._writing, self.rebuild_index)

    def rebuild_index(self, report: Callable[[int, int], None]) -> int:
        """Make the text indexes again from the articles, whole or not at all: those of words, and
        that of samples. Return how many.

        `report` is told, now and then, how many are done and how many there are. Raises
        StorageError.
        """
        from . import tables, text_index

        with self._writing():
            tables.remake_search(self._db)
            tables.remake_file_search(self._db)
            tables.remake_samples(self._db)
            keep_own_sums(self._db, SCHEMA)
            return text_index.fill(self._db, report)

    def stories_are_due(self) -> bool:
        """Whether the stories were made by other rules than today's."""
        from .stories import writes

        return writes.is_due(self._db)

    def rebuild_stories(self, report: Callable[[int, int], None]) -> None:
        """Make every sketch, link and story again, a few at a time. Where it was interrupted it
        goes on with the next call. `report` is told how much is done, and of how much. Raises
        StorageError."""
        from .stories import writes

        more = True
        while more:
            with self._writing():
                more = writes.step(self._db, report)

    def update_queue(self, topics: Sequence[str], limit: int) -> int:
        """Take into the queue what happened to stories, so many at most, those that came last
        first. `topics` are those whose grades count. Returns how many are left. Raises
        StorageError."""
        from . import queue

        with self._writing():
            queue.note_changed_topics(self._db, topics)
            return queue.update(self._db, topics, limit)

    def would_go(self, rule: Retention, now: datetime) -> tuple[Share, ...]:
        """What `archive prune` would remove by that rule, by kind."""
        from . import pruning

        return pruning.would_go(self._db, rule, now)

    def prune(
        self, rule: Retention, now: datetime, report: Callable[[str, int, int], None]
    ) -> tuple[Share, ...]:
        """Remove what a rule lets go, in short transactions, and give the room back to the disk.

        What is shown, told, decided or cited stays with its proof. docs/archive.md has the rule.
        Interrupted, it goes on with the next call. Raises StorageError.
        """
        from . import pruning

        return pruning.prune(self._db, pruning.YieldingWriter(self._writing), rule, now, report)


_NEWEST = """
SELECT r.title, r.published, r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
ORDER BY a.dated_at DESC LIMIT 1
"""


class MaintenanceWrites:
    """The part of a transaction that keeps backups and pauses."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record_backup(self, made: Backup) -> None:
        """A backup was made, verified and put in its place."""
        self._db.execute(
            "INSERT INTO backups (made_at, path, size) VALUES (?, ?, ?)",
            [stamp(made.made_at), readable(made.path), made.size],
        )

    def note_event(self, kind: MachineEvent, at: datetime, detail: str) -> None:
        """The daemon saw this. What was seen of the same kind before is replaced."""
        self._db.execute(
            "INSERT OR REPLACE INTO machine_events (kind, at, detail) VALUES (?, ?, ?)",
            [kind.value, stamp(at), detail],
        )

    def end_event(self, kind: MachineEvent) -> bool:
        """It holds no longer. False if nothing of the kind was on record."""
        done = self._db.execute("DELETE FROM machine_events WHERE kind = ?", [kind.value])
        return bool(done.rowcount)

    def note_disk(self, reading: DiskReading, keep_since: datetime) -> None:
        """So much is free now. One reading an hour is kept, the latest; older ones go."""
        at = stamp(reading.at)
        self._db.execute(
            "INSERT OR REPLACE INTO disk_readings (hour, at, free) VALUES (?, ?, ?)",
            [at[:13], at, reading.free],
        )
        self._db.execute("DELETE FROM disk_readings WHERE at < ?", [stamp(keep_since)])

    def pause(self, job: str, until: datetime, reason: str, person: str) -> None:
        """Let a job rest until then. A pause that it has already is replaced."""
        self._db.execute(
            "INSERT INTO pauses VALUES (?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET "
            "until = excluded.until, reason = excluded.reason, person = excluded.person",
            [job, stamp(until), reason, person],
        )

    def resume(self, job: str) -> None:
        """End the pause of a job, if it has one."""
        self._db.execute("DELETE FROM pauses WHERE job = ?", [job])

    def pause_all(self, global_pause: GlobalPause) -> None:
        """Let nothing run from now on. Takes the place of an earlier standstill."""
        self._db.execute(
            "INSERT OR REPLACE INTO standstill VALUES (1, ?, ?, ?, ?)",
            [
                stamp(global_pause.since),
                stamp(global_pause.until) if global_pause.until else None,
                global_pause.reason,
                global_pause.person,
            ],
        )

    def resume_all(self) -> bool:
        """End the standstill. False if there was none."""
        return bool(self._db.execute("DELETE FROM standstill").rowcount)

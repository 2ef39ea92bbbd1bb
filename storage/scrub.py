"""Scrubbing: every row, archived page, frozen file, search word and index is compared with what it
was when it was written.

SQLite notices faults in how its pages are built. That a letter of a text is another now, only
checksums show; `maintenance` keeps them with every commit. Nothing is mended here but what follows
from the rest.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import zstandard

from hubwatch.errors import StorageError

from .database import Connection, applied, insert_all, rows_one_by_one, stamp, unstamp
from .maintenance import (
    NUMBERS,
    SCHEMA,
    SummedTable,
    integrity_check,
    keep_own_sums,
    own_sum,
    sum_of,
    summed_tables,
)
from .packing import ALONE, pack, unpack, unpack_text
from .stories.queries import unpack_keys
from .stories.texts import sample_words
from .text import fts_text

if TYPE_CHECKING:
    from .archive import Archive

AT_A_TIME = 4 * 1024 * 1024
"""Bytes that are looked at between two commits of how far it is, about."""
_ROWS = 256
_BYTES, _FILES = "blobs.data", "digest_files.data"
_WORDS, _FILE_WORDS, _SAMPLES = "article_words", "file_texts.words", "samples"
_REPORTS, _ANCHORS = "event_reports", "event_anchors"
_SINCE = {_SAMPLES: "m015_samples", _ANCHORS: "m027_event_sums"}
"""What is looked at only in archives that have this change: before, it was kept otherwise."""
DERIVED = frozenset({_WORDS, _FILE_WORDS, _SAMPLES, _ANCHORS})
"""What follows from the rest, so that it can be made again."""
PAGES = "pages"
"""The file itself: its pages, references and indexes."""


class Decay(StrEnum):
    """How an item differs from what was written."""

    DIFFERS = "differs"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Rot:
    """An item that is not what was written: its table (with a column, where only that was looked
    at), its number there, or that of its group of rows, and how it differs. A fault of the file's
    own structure has the table `pages`, and its text under `how`."""

    name: str
    part: int
    how: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A part of a scrub: in which step it was, where that goes on, how many items and bytes were
    looked at, and what was found."""

    step: str
    on: int
    items: int
    size: int
    found: tuple[Rot, ...] = ()


def steps(db: Connection) -> tuple[str, ...]:
    """What is looked at, in order."""
    rows = [table.name for table in _summed(db)]
    own = [SCHEMA, NUMBERS] if rows else []
    made = applied(db)
    kinds = [name for name in _KINDS if name not in _SINCE or _SINCE[name] in made]
    return (*own, *rows, *kinds, PAGES)


def parts(db: Connection, step: str = "", on: int = 0) -> Iterator[Looked]:
    """Look at everything, or at what is left from there. Each part is looked at as it is at one
    moment, and nobody is kept from writing meanwhile. Raises StorageError where the file cannot be
    read at all."""
    tables = {table.name: table for table in _summed(db)}
    order = steps(db)
    for name in order[order.index(step) if step in order else 0 :]:
        first = on if name == step else 0
        if name in (SCHEMA, NUMBERS):
            yield _own(db, name)
        elif name in tables:
            yield from _rows(db, tables[name], first)
        elif name == PAGES:
            yield _pages(db)
        else:
            yield from _each(db, name, first)


def _summed(db: Connection) -> tuple[SummedTable, ...]:
    """The tables that have checksums: none of an archive of an older Hubwatch."""
    there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone()
    return summed_tables(db) if there else ()


def _own(db: Connection, name: str) -> Looked:
    with _Moment(db):
        kept = db.execute("SELECT rows, sum FROM checksums WHERE name = ?", [name]).fetchone()
        there = own_sum(db, name)
    found = () if kept == there else (Rot(name, 0, Decay.DIFFERS),)
    return Looked(name, 1, there[0], 0, found)


class _Moment:
    """A read transaction: what is asked within is of one moment."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        """Begin."""
        self._db.execute("BEGIN")

    def __exit__(self, *error: object) -> None:
        self._db.rollback()


# The rows of tables, against their checksums.


def _rows(db: Connection, table: SummedTable, first: int) -> Iterator[Looked]:
    if not table.span:
        yield _compared(db, table, "1", (), "1", ())
        return
    last = _last(db, table)
    at, width = first, max(1, _ROWS // table.span)
    while at <= last:
        began, upto = at, at + width
        found = _compared(
            db,
            table,
            f"{_key(table)} >= ? AND {_key(table)} < ?",
            (began * table.span, upto * table.span),
            "part >= ? AND part < ?",
            (began, upto),
        )
        yield Looked(table.name, upto, found.items, found.size, found.found)
        at = upto
        if found.size:  # rows of some tables have kilobytes, those of others a few bytes
            width = max(1, min(width * 4, width * AT_A_TIME // found.size, 100_000))
        else:
            at = max(upto, _next(db, table, upto))
            width = min(width * 4, 1_000_000)


def _next(db: Connection, table: SummedTable, part: int) -> int:
    """The next group that has rows or should have some. A number may be far from the one before,
    as a bit of it may have turned over."""
    there = f"SELECT min({_key(table)}) FROM main.{table.name} t WHERE {_key(table)} >= ?"
    kept = "SELECT min(part) FROM checksums WHERE name = ? AND part >= ?"
    try:
        row = db.execute(there, [part * table.span]).fetchone()[0]
    except (StorageError, OverflowError):  # the look at its rows tells that
        return part
    should = db.execute(kept, [table.name, part]).fetchone()[0]
    groups = [each for each in (None if row is None else int(row) // table.span, should)
              if each is not None]  # fmt: skip
    return min(groups, default=part)


def _key(table: SummedTable) -> str:
    return table.columns[table.key[0]].format("t")


def _last(db: Connection, table: SummedTable) -> int:
    """The last group of rows, by the rows that are there and by those that should be."""
    there = f"SELECT max({_key(table)}) FROM main.{table.name} t"
    kept = "SELECT max(part) FROM checksums WHERE name = ?"
    try:
        newest = db.execute(there).fetchone()[0] or 0
    except StorageError:  # the look at its rows tells that
        newest = 0
    return max(int(newest) // table.span, db.execute(kept, [table.name]).fetchone()[0] or 0)


def _compared(
    db: Connection,
    table: SummedTable,
    rows: str,
    given: Sequence[int],
    parts: str,
    bounds: Sequence[int],
) -> Looked:
    """The rows for which a condition holds, against the sums of their groups."""
    sql = f"SELECT part, rows, sum FROM checksums WHERE name = ? AND {parts}"
    with _Moment(db):
        kept = {
            part: (count, total)
            for part, count, total in db.execute(sql, [table.name, *bounds]).fetchall()
            if count or total
        }
        try:
            sums = sum_of(db, table, rows, given)
        except (StorageError, ValueError, TypeError):
            # None of them can be told from the others by reading on.
            found = tuple(Rot(table.name, part, Decay.UNREADABLE) for part in kept)
            return Looked(table.name, 1, 0, 0, found or (Rot(table.name, 0, Decay.UNREADABLE),))
    there = sums.parts
    found = tuple(
        Rot(table.name, part, Decay.DIFFERS if part in there else Decay.MISSING)
        for part in sorted(kept.keys() | there.keys())
        if kept.get(part) != there.get(part)
    )
    return Looked(table.name, 1, sum(count for count, _ in there.values()), sums.size, found)


# What is proven by something else than the checksum of its row.


def _each(db: Connection, name: str, first: int) -> Iterator[Looked]:
    kind = _KINDS[name]
    at = first
    while numbers := db.execute(kind.numbers, [at, _ROWS]).fetchall():
        items = size = 0
        found: list[Rot] = []
        for (number,) in numbers:
            how, weight = kind.look(db, number)
            items, size, at = items + 1, size + weight, number + 1
            if how:
                found.append(Rot(name, number, how))
            if size >= AT_A_TIME:
                break
        yield Looked(name, at, items, size, tuple(found))


@dataclass(frozen=True, slots=True)
class _Kind:
    """Items that are looked at one by one: a question for their numbers from one on, and what says
    how one of them differs (empty: it does not), and how many bytes were looked at."""

    numbers: str
    look: Callable[[Connection, int], tuple[str, int]]


_UNREADABLE = (
    StorageError, ValueError, TypeError, LookupError, MemoryError, struct.error,
    zstandard.ZstdError,
)  # fmt: skip


def _looked(check: Callable[[Connection, int], tuple[bool, int]]) -> Any:
    def look_at(db: Connection, number: int) -> tuple[str, int]:
        try:
            with _Moment(db):
                sound, size = check(db, number)
        except _UNREADABLE:
            return Decay.UNREADABLE, 0
        return ("" if sound else Decay.DIFFERS), size

    return look_at


def _body(db: Connection, number: int) -> tuple[bool, int]:
    row = db.execute(_BLOB, [number]).fetchone()
    body = body_of(*row)
    return sha256(body).hexdigest() == row[0] and len(body) == row[2], len(body)


def body_of(digest: str, codec: str, size: int, data: bytes, base: bytes | None) -> bytes:
    """The bytes of a row of `blobs`. Raises ValueError or ZstdError where they cannot be had:
    a frame that says it is larger than it was is not believed."""
    if _says(data) != size:
        raise ValueError("it says that it has another size")
    if codec == ALONE:
        return unpack(data)
    if base is None:
        raise ValueError("what it was packed against is not there")
    return unpack(data, unpack(base))


def _says(data: bytes) -> int:
    return int(zstandard.get_frame_parameters(data).content_size)


def _digest_files(db: Connection, number: int) -> tuple[bool, int]:
    sound, whole = True, 0
    sql = "SELECT size, sha256, data FROM digest_files WHERE digest_id = ?"
    for size, digest, data in db.execute(sql, [number]).fetchall():
        whole += size
        sound = sound and _says(data) == size and sha256(unpack(data)).hexdigest() == digest
    return sound, whole


def _article_words(db: Connection, number: int) -> tuple[bool, int]:
    title, body, kept_title, kept_body = db.execute(_TEXT_AND_WORDS, [number]).fetchone()
    said = (_text(title), _text(body))
    words = (_text(kept_title), unpack_text(kept_body))
    return words == tuple(map(fts_text, said)), len(title) + len(body)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _file_words(db: Connection, number: int) -> tuple[bool, int]:
    sql = "SELECT text, words FROM file_texts WHERE id = ?"
    text, words = db.execute(sql, [number]).fetchone()
    said = unpack_text(text)
    return unpack_text(words) == fts_text(said), len(said)


def _samples(db: Connection, number: int) -> tuple[bool, int]:
    sketch = db.execute("SELECT sketch FROM bodies WHERE id = ?", [number]).fetchone()
    asked = sample_words(sketch[0]) if sketch else ""
    sql = "SELECT count(*) FROM samples_fts WHERE samples_fts MATCH ? AND rowid = ?"
    return not asked or bool(db.execute(sql, [asked, number]).fetchone()[0]), len(asked)


def _anchors(db: Connection, number: int) -> tuple[bool, int]:
    sql = "SELECT keys FROM event_reports WHERE article_id = ?"
    keys = unpack_keys(db.execute(sql, [number]).fetchone()[0])
    there = db.execute(_LAID, [json.dumps(keys), number]).fetchone()[0]
    return there == len(keys), 8 * len(keys)


_LAID = """
SELECT count(*) FROM json_each(?1) k
JOIN event_anchors e ON e.key = k.value AND e.article_id = ?2
"""
_BLOB_FROM = """
SELECT b.sha256, b.codec, b.size, b.data, base.data FROM blobs b
LEFT JOIN blobs base ON b.codec LIKE 'zstd:%' AND base.id = CAST(substr(b.codec, 6) AS INTEGER)
"""
_BLOB = f"{_BLOB_FROM} WHERE b.id = ?"
_TEXT_AND_WORDS = """
SELECT CAST(r.title AS BLOB), CAST(r.body AS BLOB), CAST(w.title AS BLOB), w.body
FROM articles a JOIN readings r ON r.id = a.reading_id
LEFT JOIN article_words w ON w.article_id = a.id WHERE a.id = ?
"""
_KINDS = {
    _BYTES: _Kind("SELECT id FROM blobs WHERE id >= ? ORDER BY id LIMIT ?", _looked(_body)),
    _FILES: _Kind(
        "SELECT DISTINCT digest_id FROM digest_files WHERE digest_id >= ? "
        "ORDER BY digest_id LIMIT ?",
        _looked(_digest_files),
    ),
    _WORDS: _Kind(
        "SELECT id FROM articles WHERE id >= ? ORDER BY id LIMIT ?", _looked(_article_words)
    ),
    _FILE_WORDS: _Kind(
        "SELECT id FROM file_texts WHERE id >= ? ORDER BY id LIMIT ?", _looked(_file_words)
    ),
    _SAMPLES: _Kind("SELECT id FROM bodies WHERE id >= ? ORDER BY id LIMIT ?", _looked(_samples)),
    _ANCHORS: _Kind(
        "SELECT article_id FROM event_reports WHERE article_id >= ? ORDER BY article_id LIMIT ?",
        _looked(_anchors),
    ),
}


# The file itself: its pages, references and indexes. Samples that no body has, and anchors that no
# report has, are told here, too.


def _pages(db: Connection) -> Looked:
    found = list(integrity_check(db))
    made = applied(db)
    for name, (sql, said) in _TOO_MANY.items():
        if _SINCE[name] not in made:
            continue
        try:
            with _Moment(db):
                if db.execute(sql).fetchone()[0]:
                    found.append(said)
        except _UNREADABLE as error:
            found.append(str(error))
    rot = tuple(
        Rot(PAGES, number, " ".join(str(fault).split())) for number, fault in enumerate(found, 1)
    )
    return Looked(PAGES, 1, 0, 0, rot)


_TOO_MANY = {
    _SAMPLES: (
        "SELECT (SELECT count(*) FROM samples_fts) > (SELECT count(*) FROM bodies)",
        "samples: some belong to no text",
    ),
    _ANCHORS: (
        "SELECT (SELECT count(*) FROM event_anchors) "
        "> (SELECT coalesce(sum(length(keys)), 0) / 8 FROM event_reports)",
        f"{_ANCHORS}: some belong to no report",
    ),
}


# A scrub: all of it, in the pace that is wanted, with how far it is on record.

_SAVE_EVERY = 2.0
"""Seconds: a scrub that is killed looks again at no more than that."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A scrub that has ended: when it began and ended (aware), how many items and bytes it looked
    at in how many seconds of work, and all that is not sound now. `resumed`: an earlier one had
    been cut off, and it went on from there."""

    started_at: datetime
    ended_at: datetime
    items: int
    size: int
    seconds: float
    resumed: bool
    rot: tuple[RottenItem, ...]


@dataclass(frozen=True, slots=True)
class RottenItem:
    """An item that is not what was written, since when that is known, and what rests on it: the
    address of its page and the id of its source, the numbers of stories and of issued digests."""

    rot: Rot
    found_at: datetime
    url: str = ""
    source: str = ""
    stories: tuple[int, ...] = ()
    digests: tuple[int, ...] = ()


Writing = Callable[[], AbstractContextManager[object]]


class Scrubs:
    """Comparing an archive with what was written, and mending what differs."""

    def __init__(
        self,
        database: Connection,
        writing: Writing,
        rebuild_index: Callable[[Callable[[int, int], None]], int],
    ) -> None:
        self._db = database
        self._writing = writing
        self._rebuild_index = rebuild_index

    def run(
        self, clock: Callable[[], datetime], report: Callable[[str, int, int], None], pace: int
    ) -> Scrubbed:
        """Compare everything with what was written, and put on record what differs. Goes on where
        an earlier one was cut off, also by a kill.

        `report` is told the step, and the items and bytes so far. `pace`: at most so many bytes a
        second, 0 for as fast as it goes. Raises StorageError.
        """
        place = _begin(self._db, self._writing, clock())
        resumed = bool(place.step)
        waiting: list[Rot] = []
        began = saved = time.monotonic()
        size = 0
        for looked in parts(self._db, place.step, place.on):
            place.step, place.on = looked.step, looked.on
            place.items, place.size = place.items + looked.items, place.size + looked.size
            size += looked.size
            waiting += looked.found
            report(place.step, place.items, place.size)
            now = time.monotonic()
            if waiting or now - saved > _SAVE_EVERY:
                place.seconds += now - saved
                saved = now
                with self._writing():
                    _save(self._db, place, waiting, clock())
                waiting.clear()
            if pace and (rest := size / pace - (time.monotonic() - began)) > 0:
                time.sleep(rest)
        place.seconds += time.monotonic() - saved
        with self._writing():
            _save(self._db, place, waiting, clock())
            _end(self._db, place, clock())
        return Scrubbed(
            place.started_at, clock(), place.items, place.size, place.seconds, resumed, self.rot()
        )

    def rot(self) -> tuple[RottenItem, ...]:
        """What is not as it was written and is not mended yet, in the order in which it was
        found."""
        sql = "SELECT name, part, what, found_at FROM rot WHERE mended_at IS NULL ORDER BY id"
        return tuple(
            item_of(self._db, Rot(name, part, what), unstamp(found_at))
            for name, part, what, found_at in self._db.execute(sql).fetchall()
        )

    def mend_from_texts(self, clock: Callable[[], datetime]) -> None:
        """Make again what is not sound and follows from the rest: search words, samples, anchors,
        indexes.
        Raises StorageError."""
        found = [item.rot for item in self.rot()]
        if any(map(_is_of_index, found)):
            self._rebuild_index(lambda done, of: None)
        if any({_ANCHORS, _REPORTS} & {rot.name, rot.how.partition(":")[0]} for rot in found):
            with self._writing():
                for rot in found:
                    if rot.name == _REPORTS:
                        _have_found_again(self._db, rot.part)
                _lay_anew(self._db)
        if any(rot.name == PAGES and "index" in rot.how for rot in found):
            with self._writing():
                self._db.execute("REINDEX")
        self._close_sound(clock, "the rest")

    def mend_from(self, sound: Archive, by: str, clock: Callable[[], datetime]) -> None:
        """Take what is not sound here from another archive, such as an unpacked backup, where it is
        there as it was written here. Raises StorageError."""
        for item in self.rot():
            with self._writing():
                put_back(self._db, sound._db, item.rot)
        self._close_sound(clock, by)

    def mend_bytes(self, number: int, body: bytes, clock: Callable[[], datetime]) -> None:
        """Write the bytes of an archived page again, which came from its portal, if they are what
        they were. Raises StorageError."""
        with self._writing():
            put_back_bytes(self._db, number, body)
        self._close_sound(clock, "its portal")

    def accept(self, person: str, clock: Callable[[], datetime]) -> None:
        """Take what nothing has as it was as it stands now. Bytes that do not unpack, and faults of
        the file, stay what they are. Raises StorageError."""
        for item in self.rot():
            with self._writing():
                _accept(self._db, item.rot)
        self._close_sound(clock, f"as it is, by {person}")
        self.mend_from_texts(clock)

    def _close_sound(self, clock: Callable[[], datetime], by: str) -> None:
        """Look again at what is on record as not sound, and close what is sound by now. `by` is
        what it was mended from."""
        found = [item.rot for item in self.rot()]
        again = {rot for rot in found if rot.name != PAGES and _still(self._db, rot)}
        of_file = {rot for rot in found if rot.name == PAGES}
        if of_file and _pages(self._db).found:
            again |= of_file
        with self._writing():
            for rot in found:
                if rot not in again:
                    self._db.execute(_MENDED, [stamp(clock()), by, rot.name, rot.part])


@dataclass(slots=True)
class _Place:
    """How far a scrub is."""

    id: int
    started_at: datetime
    step: str = ""
    on: int = 0
    items: int = 0
    size: int = 0
    seconds: float = 0.0


def _begin(db: Connection, writing: Writing, now: datetime) -> _Place:
    with writing():
        row = db.execute(_CUT_OFF).fetchone()
        if row is not None:
            return _Place(row[0], unstamp(row[1]), *row[2:])
        made = db.execute(
            "INSERT INTO scrubs (started_at, step, part, items, bytes, seconds) "
            "VALUES (?, '', 0, 0, 0, 0.0)",
            [stamp(now)],
        )
        return _Place(int(made.lastrowid or 0), now)


def _save(db: Connection, place: _Place, found: Iterable[Rot], now: datetime) -> None:
    db.execute(
        "UPDATE scrubs SET step = ?, part = ?, items = ?, bytes = ?, seconds = ? WHERE id = ?",
        [place.step, place.on, place.items, place.size, place.seconds, place.id],
    )
    for rot in found:
        db.execute(_FOUND, [rot.name, rot.part, rot.how, stamp(now), place.id])


def _end(db: Connection, place: _Place, now: datetime) -> None:
    """What an earlier scrub found and this one did not is sound again."""
    db.execute("UPDATE scrubs SET ended_at = ? WHERE id = ?", [stamp(now), place.id])
    db.execute(
        "UPDATE rot SET mended_at = ? WHERE mended_at IS NULL AND scrub_id <> ?",
        [stamp(now), place.id],
    )


_CUT_OFF = """
SELECT id, started_at, step, part, items, bytes, seconds FROM scrubs WHERE ended_at IS NULL
ORDER BY id DESC LIMIT 1
"""
_FOUND = """
INSERT INTO rot (name, part, what, found_at, scrub_id) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name, part) WHERE mended_at IS NULL
DO UPDATE SET what = excluded.what, scrub_id = excluded.scrub_id
"""


def item_of(db: Connection, rot: Rot, found_at: datetime) -> RottenItem:
    """What rests on an item that is not what was written."""
    asked = _RESTS.get(rot.name)
    if asked is None:
        return RottenItem(rot, found_at)
    try:
        url, stories, digests = (
            [row[0] for row in db.execute(sql, [rot.part]).fetchall()] for sql in asked
        )
    except StorageError:  # what is asked for may be as rotten
        return RottenItem(rot, found_at)
    page, _, source = str(url[0]).partition(" ") if url else ("", "", "")
    return RottenItem(rot, found_at, page, source, tuple(stories), tuple(digests))


_ONE = "SELECT ?1 WHERE 0"
_SNAPSHOTS = "(SELECT id FROM snapshots WHERE blob_id = ?1)"


def _of_pages(pages: str) -> tuple[str, str, str]:
    """What rests on archived pages: address, stories, digests."""
    return (
        f"SELECT url || ' ' || source_id FROM snapshots WHERE id IN {pages} "
        "ORDER BY id DESC LIMIT 1",
        "SELECT DISTINCT a.story_id FROM readings r JOIN revisions v ON v.reading_id = r.id "
        f"JOIN articles a ON a.id = v.article_id WHERE r.snapshot_id IN {pages} ORDER BY 1",
        f"SELECT DISTINCT digest_id FROM digest_proofs WHERE snapshot_id IN {pages} ORDER BY 1",
    )


_OF_ARTICLE = (
    "SELECT url || ' ' || source_id FROM articles WHERE id = ?1",
    "SELECT story_id FROM articles WHERE id = ?1",
    "SELECT DISTINCT digest_id FROM digest_articles WHERE article_id = ?1 ORDER BY 1",
)
_RESTS: dict[str, tuple[str, str, str]] = {
    "blobs": _of_pages(_SNAPSHOTS),
    _BYTES: _of_pages(_SNAPSHOTS),
    "snapshots": _of_pages("(?1)"),
    "readings": (
        "SELECT a.url || ' ' || a.source_id FROM revisions v "
        "JOIN articles a ON a.id = v.article_id WHERE v.reading_id = ?1 LIMIT 1",
        "SELECT a.story_id FROM revisions v JOIN articles a ON a.id = v.article_id "
        "WHERE v.reading_id = ?1 UNION SELECT story_id FROM articles WHERE reading_id = ?1",
        "SELECT DISTINCT digest_id FROM digest_proofs WHERE reading_id = ?1 ORDER BY 1",
    ),
    "decisions": (_ONE, "SELECT story_id FROM decisions WHERE id = ?1", _ONE),
    "digests": (_ONE, _ONE, "SELECT ?1"),
    _FILES: (_ONE, _ONE, "SELECT ?1"),
    _WORDS: _OF_ARTICLE,
}


# Mending: what follows from the rest is made again, other things come from where they are sound.


def _is_of_index(rot: Rot) -> bool:
    """Whether it is search words, samples, or an index of them."""
    of_index = any(word in rot.how for word in ("fts", "samples"))
    return rot.name in DERIVED or (rot.name == PAGES and of_index)


def _have_found_again(db: Connection, part: int) -> None:
    """Let the events of a group of articles be looked for again, by their texts: what is kept of
    these reports is not theirs, and no backup has it. To be called in a write transaction."""
    table = _table(db, _REPORTS)
    assert table is not None
    take_as_it_is(db, table, part)
    where, given = _group(table, part)
    db.execute(f"DELETE FROM event_reports AS t WHERE {where}", list(given))
    sql = "INSERT OR IGNORE INTO event_due SELECT id FROM articles WHERE id >= ? AND id < ?"
    db.execute(sql, list(given))


def _lay_anew(db: Connection) -> None:
    """Lay the anchors of all reports by their keys. To be called in a write transaction."""
    db.execute("DELETE FROM event_anchors")
    laid = (
        (key, number)
        for number, keys in rows_one_by_one(db, "SELECT article_id, keys FROM event_reports", ())
        for key in unpack_keys(keys)
    )
    insert_all(db, _ANCHORS, "key, article_id", laid, "ON CONFLICT DO NOTHING")


_MENDED = """
UPDATE rot SET mended_at = ?, mended_by = ? WHERE name = ? AND part = ? AND mended_at IS NULL
"""


def _still(db: Connection, rot: Rot) -> bool:
    """Whether an item is not sound, looked at again."""
    if rot.name in (SCHEMA, NUMBERS):
        return bool(_own(db, rot.name).found)
    if rot.name in _KINDS:
        there = db.execute(_KINDS[rot.name].numbers, [rot.part, 1]).fetchone()
        return bool(there and there[0] == rot.part and _KINDS[rot.name].look(db, rot.part)[0])
    table = _table(db, rot.name)
    return table is None or not _sound(db, table, rot.part, _kept_sum(db, rot))


def _table(db: Connection, name: str) -> SummedTable | None:
    return next((each for each in summed_tables(db) if each.name == name), None)


def _kept_sum(db: Connection, rot: Rot) -> tuple[int, int]:
    sql = "SELECT rows, sum FROM checksums WHERE name = ? AND part = ?"
    found = db.execute(sql, [rot.name, rot.part]).fetchone()
    return (found[0], found[1]) if found else (0, 0)


def _group(table: SummedTable, part: int) -> tuple[str, tuple[int, ...]]:
    """The condition, over the alias `t`, for the rows among which those of a group are."""
    if not table.span:
        return "1", ()
    key = _key(table)
    return f"{key} >= ? AND {key} < ?", (part * table.span, (part + 1) * table.span)


def _sound(db: Connection, table: SummedTable, part: int, kept: tuple[int, int]) -> bool:
    where, given = _group(table, part)
    try:
        return sum_of(db, table, where, given).parts.get(part, (0, 0)) == kept
    except _UNREADABLE:
        return False


def put_back(db: Connection, sound: Connection, rot: Rot) -> bool:
    """Take an item from another archive, if it is there as it was when it was written here: the
    checksum kept here says so. To be called in a write transaction. Raises StorageError."""
    if rot.name == _BYTES:
        row = db.execute("SELECT sha256 FROM blobs WHERE id = ?", [rot.part]).fetchone()
        found = sound.execute(f"{_BLOB_FROM} WHERE b.sha256 = ?", [row[0] if row else ""])
        there = found.fetchone()
        try:
            return there is not None and put_back_bytes(db, rot.part, body_of(*there))
        except _UNREADABLE:
            return False
    if rot.name == NUMBERS and own_sum(sound, NUMBERS) == _kept_sum(db, rot):
        for row in sound.execute("SELECT seq, name FROM sqlite_sequence").fetchall():
            db.execute("UPDATE main.sqlite_sequence SET seq = ? WHERE name = ?", list(row))
    name = rot.name.partition(".")[0]
    table = _table(db, name)
    if table is None or name in DERIVED:
        return False
    if rot.name == _FILES:
        part = rot.part // table.span
        sums = sum_of(db, table, *_group(table, part)).parts
        if sums.get(part) != _kept_sum(db, Rot(name, part, "")) or _each_look(sound, rot):
            return False
    else:
        part = rot.part
    if not _sound(sound, table, part, _kept_sum(db, Rot(name, part, ""))):
        return False
    _replace(db, sound, table, part)
    return True


def _each_look(db: Connection, rot: Rot) -> str:
    how: str = _KINDS[rot.name].look(db, rot.part)[0]
    return how


def put_back_bytes(db: Connection, number: int, body: bytes) -> bool:
    """Write the bytes of an archived page again, if they are what they were. To be called in a
    write transaction. Raises StorageError."""
    row = db.execute("SELECT sha256 FROM blobs WHERE id = ?", [number]).fetchone()
    if row is None or sha256(body).hexdigest() != row[0]:
        return False
    db.execute("UPDATE blobs SET codec = ?, data = ? WHERE id = ?", [ALONE, pack(body), number])
    return True


def _replace(db: Connection, sound: Connection, table: SummedTable, part: int) -> None:
    """Have the rows of a group here as they are there."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    where, given = _group(table, part)
    names = [row[1] for row in db.execute(f"PRAGMA main.table_info({table.name})").fetchall()]
    keys = [_names_of(table)[place] for place in table.key]
    columns = ", ".join(f't."{name}"' for name in names)
    rows = [
        row
        for row in sound.execute(
            f"SELECT {columns} FROM main.{table.name} t WHERE {where}", list(given)
        ).fetchall()
        if table.span or _part_of(table, names, keys, row) == part
    ]
    triggers = db.execute(_TRIGGERS, [table.name]).fetchall()
    for name, _ in triggers:  # what keeps a digest as it was issued would keep it as it rotted
        db.execute(f'DROP TRIGGER main."{name}"')
    take_as_it_is(db, table, part)
    places = [names.index(key) for key in keys]
    there = {tuple(row[place] for place in places) for row in rows}
    listed = ", ".join(f't."{key}"' for key in keys)
    for key in db.execute(
        f"SELECT {listed} FROM main.{table.name} t WHERE {where}", list(given)
    ).fetchall():
        if tuple(key) not in there and (table.span or _key_part(table, key) == part):
            match = " AND ".join(f'"{name}" IS ?' for name in keys)
            db.execute(f"DELETE FROM main.{table.name} WHERE {match}", list(key))
    named = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    kept = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    for row in rows:
        db.execute(
            f"INSERT INTO main.{table.name} ({named}) VALUES ({marks}) "
            f"ON CONFLICT ({', '.join(keys)}) DO {f'UPDATE SET {kept}' if kept else 'NOTHING'}",
            list(row),
        )
    for _, sql in triggers:
        db.execute(sql)


def _names_of(table: SummedTable) -> list[str]:
    return [column.partition('"')[2].partition('"')[0] for column in table.columns]


def _part_of(
    table: SummedTable, names: Sequence[str], keys: Sequence[str], row: Sequence[Any]
) -> int:
    return _key_part(table, [row[names.index(key)] for key in keys])


def _key_part(table: SummedTable, key: Sequence[Any]) -> int:
    values: list[Any] = [None] * (max(table.key) + 1)
    for place, value in zip(table.key, key, strict=True):
        values[place] = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return table.part(values)


def take_as_it_is(db: Connection, table: SummedTable, part: int) -> None:
    """Keep the sum of a group of rows as it is now. To be called in a write transaction."""
    where, given = _group(table, part)
    rows, total = sum_of(db, table, where, given).parts.get(part, (0, 0))
    db.execute(_TAKE, [table.name, part, rows, total])


def _accept(db: Connection, rot: Rot) -> bool:
    """Take an item as it stands now, once nothing has it as it was. False for what cannot be: bytes
    that do not unpack, faults of the file. To be called in a write transaction. Raises
    StorageError."""
    if rot.name in (SCHEMA, NUMBERS):
        keep_own_sums(db, rot.name)
        return True
    table = _table(db, rot.name)
    if table is None or rot.name in DERIVED:
        return False
    take_as_it_is(db, table, rot.part)
    return True


_TAKE = """
INSERT INTO checksums (name, part, rows, sum) VALUES (?, ?, ?, ?) ON CONFLICT (name, part)
DO UPDATE SET rows = excluded.rows, sum = excluded.sum
"""
_TRIGGERS = "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"

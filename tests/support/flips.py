"""Bits of an archive's file that turn over by themselves: each is told, or lies in unused space.

    python -m tests.support.flips --times 1000 [--seed N]

An archive of the practice portal, with decisions and an issue, is copied; one bit of the copy is
turned over; the copy is opened and scrubbed. A flip that nothing tells of must not change any row
of any table, and one that changes rows must be told of by the name of their table: that something
else is wrong says nothing of them. Prints a line for each that does, and for everything that ends
in another way than in one line; exit code 1 then.

Only of the text indexes themselves it is looked at what they answer instead, now and after all
their parts are merged: an index has bits that nothing reads.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk.config import Config
from desk.digest.drafts import Wanted, draft
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Format
from desk.maintenance.backup import make_backup
from hubwatch.errors import HubwatchError
from storage import database
from storage.archive import Archive
from storage.decisions import Field, Verb
from tests.support.make import SHANGHAI
from tests.support.paths import ROOT

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
REFUSED = "refused: "
_BACKED_UP = 10
"""Of every so many flips that are told, one is backed up, too."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit turned over: where, how that was told (empty: nothing told of it), and what is wrong
    with that (empty: nothing)."""

    number: int
    place: int
    bit: int
    told: str
    fault: str

    def line(self) -> str:
        """For people."""
        return f"{self.number:5d} byte {self.place} bit {self.bit}: {self.told or 'unused space'}"


class Flipping:
    """An archive, and copies of it with a bit turned over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sound = folder / "sound.db"
        make_sound(folder, self._sound)
        assert _told(self._sound) == ""
        self._rows, self._words = dump(self._sound), answers(self._sound, folder)
        for name in ("decisions", "digests", "digest_files", "readings", "checksums"):
            assert self._rows[name], name
        self.size = self._sound.stat().st_size

    def flip(self, number: int, place: int, bit: int) -> Flip:
        """Turn one bit over, look, and judge."""
        copy = self._folder / "flipped.db"
        for ending in ("", "-wal", "-shm"):
            database.beside(copy, ending).unlink(missing_ok=True)
        data = bytearray(self._sound.read_bytes())
        data[place] ^= 1 << bit
        copy.write_bytes(bytes(data))
        told = ""
        try:
            told = _told(copy)
            after = {} if told.startswith(REFUSED) else dump(copy)
            fault = judge(told, self._rows, after, lambda: self._answers_as_before(copy))
            if told and not fault and number % _BACKED_UP == 0:
                fault = self._backed_up(copy)
        except (
            database.sqlite3.DatabaseError,
            UnicodeDecodeError,
        ) as error:  # its rows cannot even be read
            fault = "" if told else f"nothing says that it cannot be read: {error}"
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        return Flip(number, place, bit, told, fault)

    def _answers_as_before(self, archive: Path) -> bool:
        return answers(archive, self._folder) == self._words

    def _backed_up(self, copy: Path) -> str:
        """Back up what is damaged: refused in one line, made and said to be so, or made of all rows
        as they were, where only an index is damaged."""
        target = self._folder / "flipped.zip"
        try:
            made = make_backup(copy, Config(), target, NOW, lambda stage: lambda done, of: None)
        except HubwatchError as error:
            return "" if "\n" not in str(error) else f"not one line: {error}"
        if made.rot:
            return ""
        with zipfile.ZipFile(target) as bundle:
            bundle.extract("archive.db", self._folder)
        unpacked = self._folder / "archive.db"
        left = dump(unpacked)
        sound = all(left[name] == rows for name, rows in self._rows.items() if not of_index(name))
        if not sound:
            return "a backup says that it is sound"
        return "" if self._answers_as_before(unpacked) else "a backup finds other texts"


Rows = dict[str, list[tuple[object, ...]]]
_DERIVED = frozenset(("event_anchors", "event_reports"))
_WORD = re.compile(r"\w+")


def of_index(name: str) -> bool:
    """Whether a table is a part of a text index, which holds nothing that is not said elsewhere."""
    return "_fts_" in name


def judge(told: str, before: Rows, after: Rows, answers_as_before: Callable[[], bool]) -> str:
    """What is wrong with what was told of a flip, by the rows before and after it. Empty: nothing.

    Whoever refuses the whole archive need not say which rows are others.
    """
    if "\n" in told:
        return "not one line"
    if told.startswith(REFUSED):
        return ""
    differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    items = told.split("; ")
    named = {item.partition(" ")[0].partition(".")[0] for item in items}
    # SQLite says where the order of a table is broken, and a scrub what has too many rows.
    named |= {name for name in _DERIVED if any(name in _WORD.findall(each) for each in items)}
    unsaid = {name for name in differ if not of_index(name)} - named
    if "checksums" in unsaid and told:  # it is told as the rows that have another sum then
        unsaid.remove("checksums")
    if not told and differ and not unsaid and not answers_as_before():
        unsaid = differ
    return f"nothing says that rows differ: {', '.join(sorted(unsaid))}" if unsaid else ""


def make_sound(folder: Path, archive: Path) -> None:
    """Two days of the practice portal, decisions, a correction, an issue."""
    for day in (1, 2):
        subprocess.run(
            [sys.executable, "-P", "-m", "hubwatch", "demo", "--day", str(day)],
            check=True,
            capture_output=True,
            cwd=folder,
            timeout=300,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    shutil.copy(folder / "hubwatch-demo" / "hubwatch.db", archive)
    with Archive.open(archive) as store, store.writing() as tx:
        numbers = store._db.execute(
            "SELECT min(story_id), max(story_id), min(id) FROM articles"
        ).fetchone()
        tx.decisions.decide(numbers[0], Verb.ACCEPT, person="Ana", now=NOW)
        tx.decisions.decide(numbers[1], Verb.REJECT, person="Li", now=NOW, value="off topic")
        tx.decisions.correct(numbers[2], Field.TITLE, "As it is called", person="Ana", now=NOW)
    with Archive.open(archive) as store:
        wanted = Wanted("Weekly", SHANGHAI, since=NOW - timedelta(days=3650), enabled=())
        drafted = draft(store, wanted, person="Ana", now=NOW)
        issue(store, drafted, PLAIN, person="Li", now=NOW, forms=(Format.HTML, Format.JSON))


def _told(archive: Path) -> str:
    """What opening and scrubbing it say, in one line. Empty: it is in order."""
    try:
        with Archive.open(archive) as store:
            done = store.maintenance.scrubs.run(lambda: NOW, lambda step, items, size: None, 0)
    except HubwatchError as error:
        return f"{REFUSED}{error}"
    return "; ".join(f"{item.rot.name} {item.rot.part} {item.rot.how}" for item in done.rot)


def dump(archive: Path) -> Rows:
    """Every row of every table, those of the text indexes and of SQLite itself as well; but how
    scrubs went, and by what SQLite guesses how to go about a question."""
    connection = database.sqlite3.connect(f"file:{archive}?mode=ro&immutable=1", uri=True)
    connection.text_factory = bytes
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRT%'"
        ).fetchall()
        rows = {
            name.decode(): sorted(connection.execute(f"SELECT * FROM {name.decode()}"), key=repr)
            for (name,) in names
            if name not in (b"scrubs", b"rot") and not name.startswith(b"sqlite_stat")
        }
        tables = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return rows | {"sqlite_master": sorted(tables, key=repr)}
    finally:
        connection.close()


Answers = list[tuple[object, ...]]


def answers(archive: Path, folder: Path) -> Answers:
    """Every word of the text indexes with its places, and where a search finds it: as the indexes
    are, and once more when their parts are merged."""
    copy = folder / "answers.db"
    connection, found = database.sqlite3.connect(copy), Answers()
    with closing(database.sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as source:
        source.backup(connection)
    try:
        for name in ("articles_fts", "file_texts_fts", "samples_fts"):
            connection.execute(
                f"CREATE VIRTUAL TABLE temp.{name}_v USING fts5vocab('main', '{name}', 'instance')"
            )
            for _ in range(2):
                rows = connection.execute(f"SELECT term, doc, col, offset FROM temp.{name}_v")
                entries = rows.fetchall()
                found += sorted(entries)
                for term in sorted({row[0] for row in entries}):
                    for way in ("ASC", "DESC"):
                        sql = f"SELECT rowid FROM {name} WHERE {name} MATCH ? ORDER BY rowid {way}"
                        found.append((term, *connection.execute(sql, [f'"{term}"']).fetchall()))
                connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
    finally:
        connection.close()
        for ending in ("", "-wal", "-shm"):
            database.beside(copy, ending).unlink(missing_ok=True)
    return found


def flip_many(folder: Path, times: int, seed: int) -> Iterator[Flip]:
    """Turn over so many bits, one at a time, each in a fresh copy."""
    ground, chance = Flipping(folder), random.Random(seed)
    for number in range(times):
        yield ground.flip(number, chance.randrange(ground.size), chance.randrange(8))


def main() -> int:
    """Flip as the command line says, print, and say how it went."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=1000)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    began, kinds, bad = time.monotonic(), Counter[str](), 0
    with tempfile.TemporaryDirectory(prefix="hubwatch-flips-") as folder:
        for flip in flip_many(Path(folder), chosen.times, chosen.seed):
            kinds[flip.told.split(" ")[0] or "unused space"] += 1
            bad += bool(flip.fault)
            if flip.fault:
                print(f"{flip.line()} FAULT {flip.fault}", flush=True)
    for kind, count in kinds.most_common():
        print(f"{count:6d} {kind}")
    print(f"{chosen.times} flips in {time.monotonic() - began:.0f} s: {bad} with faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

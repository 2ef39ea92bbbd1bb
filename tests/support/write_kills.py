"""Kills aimed between and inside the writes of everything that writes: nothing is lost, nothing is
twice, and the command run again ends as an undisturbed one does.

    python -m tests.support.write_kills --times 200 [--seed N] [--only import]

An undisturbed run says how many writes that are. Then the command kills itself at one of them.
Prints a line a kill; exit code 1 if anything was lost, doubled or not sound.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from typing import Any

from desk.maintenance.backup import verify_deep
from desk.practice.server import serve
from hubwatch.errors import HubwatchError
from storage import database
from storage.archive import Archive
from tests.support.desks import Client
from tests.support.killing import Kill, WriteKiller, kill_in, run
from tests.support.kills import ANCHOR, Ground, Picture, picture
from tests.support.paths import ROOT
from tests.support.servers import free_port

NOW = "2026-03-01T13:00:00+00:00"
LATER = "2027-06-01T13:00:00+00:00"
_LONGEST = 180.0
_UNTOUCHED = -1


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that writes: its command line, `{home}` standing for the folder of the
    installation; what makes the installation ready for it; when it is run; and the same command
    where it is run again, if that is another one."""

    name: str
    words: tuple[str, ...]
    ready: Callable[[Path], None] = lambda home: None
    now: str = NOW
    again: tuple[str, ...] = ()


@dataclass(slots=True)
class Holdings:
    """What an installation holds, free of ids and clocks."""

    picture: Picture
    rows: dict[str, Counter[tuple[Any, ...]]] = field(default_factory=dict)


_KEPT = {
    "decisions": "SELECT story_id, verb, value, person, undone_at IS NULL FROM decisions",
    "digests": "SELECT title, items, issued_by, discarded_at IS NULL FROM digests",
    "digest_files": "SELECT digest_id, format, size > 0 FROM digest_files",
    "scores": "SELECT a.url, s.topic, s.grade, s.points FROM scores s "
    "JOIN articles a ON a.id = s.article_id",
    "readings": "SELECT a.url, r.title, r.body, r.reader_version FROM articles a "
    "JOIN readings r ON r.id = a.reading_id",
    "pages": "SELECT kind, url FROM snapshots",
}


def holdings(archive: Path) -> Holdings:
    """Look at an archive, and scrub it. Raises HubwatchError."""
    seen = picture(archive)
    with Archive.open(archive) as store:
        rot = store.maintenance.scrubs.run(_moment, lambda *so_far: None, 0).rot
        assert rot == (), rot
        rows = {name: Counter(map(tuple, store._db.execute(sql))) for name, sql in _KEPT.items()}
    return Holdings(seen, rows)


def _moment() -> datetime:
    return datetime(2026, 3, 1, 14, tzinfo=UTC)


class Workshop:
    """An installation that is copied, and the operations that are killed in its copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.kinds = tuple(operation.name for operation in OPERATIONS)
        self._writes = WriteKiller(folder)
        self._base = folder / "base"
        self._base.mkdir()
        with serve(ANCHOR, 1) as served:
            self._config = Ground(folder, served).config
            self.run(self._base, ("crawl", "practice-en", "practice-feed", "--json"))
        with self._config.open("a", encoding="utf-8") as config:
            config.write('\n[retention]\nlists = "1d"\npages = "1d"\nfetches = "60d"\n')
        self._expected: dict[str, tuple[int, Holdings]] = {}
        self._first = Lock()

    def run(
        self,
        home: Path,
        words: Sequence[str],
        now: str = NOW,
        at: int = _UNTOUCHED,
    ) -> subprocess.CompletedProcess[str]:
        """A command on the installation at `home`, killed at that write (0: at none, and counted;
        fewer: left alone)."""
        command = self.start(home, words, now, at)
        out, err = command.communicate(timeout=_LONGEST)
        if at <= 0:
            assert command.returncode in (0, 1), (words, out, err)
            assert "Traceback" not in err, err
        return subprocess.CompletedProcess(words, command.returncode, out, err)

    def start(self, home: Path, words: Sequence[str], now: str, at: int) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        named = [word.replace("{home}", str(home)).replace("{name}", home.name) for word in words]
        library = {} if at == _UNTOUCHED else self._writes.at(at, home)
        return subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "hubwatch", "--config", str(self._config)),
                *("--db", str(home / "hubwatch.db"), "--now", now, *named),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **library,
            },
        )

    def kill(self, kind: str, number: int, chance: random.Random) -> Kill:
        """Kill an operation at one of its writes, look, run it again, and judge."""
        operation = next(each for each in OPERATIONS if each.name == kind)
        with self._first:
            writes, expected = self._undisturbed(operation)
        at = chance.randrange(2, max(3, writes))
        home = self._home(operation, f"{operation.name}-{at}-{chance.randrange(10**6)}")
        before = self._rows(home)
        if operation.name == "desk":
            killed, faults = self._desk(home, at)
        else:
            ended = self.run(home, operation.words, operation.now, at)
            killed, faults = ended.returncode == -signal.SIGKILL, []
        faults += self._left(home, before, operation)
        if operation.name == "desk":
            faults += self._desk(home, _UNTOUCHED)[1]
        else:
            self.run(home, operation.again or operation.words, operation.now)
        faults += self._differences(home, expected)
        if not faults:
            shutil.rmtree(home)
        how, effective = f"at write {at} of {writes}", killed and 1 < at < writes
        return Kill(number, kind, how, effective, tuple(faults))

    def _undisturbed(self, operation: Operation) -> tuple[int, Holdings]:
        if operation.name not in self._expected:
            home = self._home(operation, f"{operation.name}-undisturbed")
            if operation.name == "desk":
                self._desk(home, 0)
            else:
                self.run(home, operation.words, operation.now, 0)
            self._expected[operation.name] = self._writes.told(), holdings(home / "hubwatch.db")
        return self._expected[operation.name]

    def _home(self, operation: Operation, name: str) -> Path:
        home = self._folder / name
        shutil.copytree(self._base, home)
        operation.ready(home)
        return home

    def _desk(self, home: Path, at: int) -> tuple[bool, list[str]]:
        """Accept one story after the other at the desk, and what of that was acknowledged and is
        not there."""
        port = free_port()
        words = ("desk", "--listen", f"127.0.0.1:{port}", "--user", "Li")
        desk = self.start(home, words, NOW, at)
        client, accepted = Client(port), list[int]()
        until = time.monotonic() + 60
        while desk.poll() is None and time.monotonic() < until:
            with suppress(OSError, HTTPException):
                client.get("/")
                break
            time.sleep(0.1)
        for story in range(1, 9):
            with suppress(OSError, HTTPException):
                if client.post("/say", [("verb", "accept"), ("story", story)]).status == 303:
                    accepted.append(story)
        desk.send_signal(signal.SIGTERM)
        desk.communicate(timeout=_LONGEST)
        rows = self._rows(home).get("decisions", Counter())
        there = {row[0] for row in rows}
        faults = [f"acknowledged and lost: story {one}" for one in accepted if one not in there]
        return desk.returncode == -signal.SIGKILL, faults

    def _rows(self, home: Path) -> dict[str, Counter[tuple[Any, ...]]]:
        archive = home / "hubwatch.db"
        if not archive.exists():
            return {}
        connection = database.sqlite3.connect(archive)
        try:
            return {
                name: Counter(map(tuple, connection.execute(_KEPT[name])))
                for name in ("decisions", "digests")
            }
        finally:
            connection.close()

    def _left(self, home: Path, before: dict[str, Any], operation: Operation) -> list[str]:
        """What a kill did to what was there before, and to the file."""
        faults = []
        if before:
            after = self._rows(home)
            lost = {
                name for name in before if sum(after[name].values()) < sum(before[name].values())
            }
            faults += [f"lost by the kill: {name}" for name in sorted(lost)]
        for path in home.glob("*.zip"):
            try:
                if verify_deep(path, _moment(), lambda stage: lambda done, of: None)[1]:
                    faults.append(f"{path.name} is a backup that is not sound")
            except HubwatchError as error:
                faults.append(str(error))
        return faults

    def _differences(self, home: Path, expected: Holdings) -> list[str]:
        try:
            found = holdings(home / "hubwatch.db")
        except (HubwatchError, AssertionError) as error:
            return [f"not sound: {error}"]
        faults = list(found.picture.faults)
        if found.picture.open_runs:
            faults.append(f"{found.picture.open_runs} runs left open")
        for name in ("articles", "events", "stories", "listings", "snapshots", "files"):
            if getattr(found.picture, name) != getattr(expected.picture, name):
                faults.append(f"{name} are not those of an undisturbed run")
        faults += [
            f"{name} are not those of an undisturbed run: lacking "
            f"{list(rows - found.rows[name])[:2]}, too much {list(found.rows[name] - rows)[:2]}"
            for name, rows in expected.rows.items()
            if rows != found.rows[name]
        ]
        return faults


# What is made ready for each operation


def _lines(home: Path) -> None:
    lines = (
        {
            "url": f"http://old.example.org/2024-05/06/c_{number}.htm",
            "source_id": "old-portal",
            "title": f"What the town council said {number}",
            "published": f"2024-05-{number % 28 + 1:02}T09:30:00+08:00",
            "language": "en",
            "city": "Guiyang",
            "body": " ".join(f"word{number}x{place}" for place in range(90)),
        }
        for number in range(150)
    )
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (home.parent / "old.jsonl").write_text(text, encoding="utf-8")


def _draft(home: Path) -> None:
    words = ("digest", "draft", "--since", "2026-01-01", "--until", "2026-03-02", "--by", "Ana")
    _plain(home, words)


def _plain(home: Path, words: Sequence[str]) -> None:
    subprocess.run(
        [
            *(sys.executable, "-P", "-m", "hubwatch", "--db", str(home / "hubwatch.db")),
            *("--now", NOW, *words),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HUBWATCH_CONFIG": str(_config_of(home))},
    )


def _config_of(home: Path) -> Path:
    return home.parent / "hubwatch.toml"


def _older_readings(home: Path) -> None:
    with Archive.open(home / "hubwatch.db") as store, store.writing():
        store._db.execute("UPDATE readings SET reader_version = 1, title = title || '!'")


def _other_grades(home: Path) -> None:
    with Archive.open(home / "hubwatch.db") as store, store.writing():
        store._db.execute("UPDATE relevance SET watchlist = 'another'")
        store._db.execute("UPDATE scores SET points = points + 1")


def _backed_up(home: Path) -> None:
    _plain(home, ("backup", str(home.parent / f"{home.name}.zip")))
    (home / "hubwatch.db").unlink()


def _older_tables(home: Path) -> None:
    """Take back the latest changes of the tables, from the one with the checksums on."""
    connection = database.sqlite3.connect(home / "hubwatch.db")
    with connection:
        for name in ("rot", "scrubs", "checksums"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%_checksums'")
    connection.close()


OPERATIONS = (
    Operation("import", ("import", "{home}/../old.jsonl"), _lines),
    Operation("reparse", ("reread", "pages"), _older_readings),
    Operation("rematch", ("reread", "grades"), _other_grades),
    Operation("issue", ("digest", "issue", "1", "--by", "Ana"), _draft),
    Operation("backup", ("backup", "{home}/whole.zip")),
    Operation(
        "restore",
        ("backup", "restore", "{home}/../{name}.zip"),
        _backed_up,
        again=("backup", "restore", "{home}/../{name}.zip", "--replace"),
    ),
    Operation("prune", ("archive", "prune"), now=LATER),
    Operation("upgrade", ("archive", "upgrade", "--to", "{home}/before"), _older_tables),
    Operation("scrub", ("archive", "scrub")),
    Operation("desk", ("desk",)),
)


def kill_many(folder: Path, times: int, seed: int) -> Iterator[Kill]:
    """Kill so many operations effectively, each kind in its turn."""
    return kill_in(Workshop(folder), times, seed)


if __name__ == "__main__":
    sys.exit(run(__doc__, Workshop))

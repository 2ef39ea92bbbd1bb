"""Kills aimed between and inside the writes of everything that writes: nothing is lost, nothing is
twice, and the command run again ends as an undisturbed one does.

    python -m tests.support.write_kills --times 200 [--seed N] [--only import]

A library that is loaded before all others counts what a command does to the files of an
installation: writes, cuts, renames, removals, and syncs. An undisturbed run says how many that are.
Then the command kills itself at one of them, after half of its bytes where it is a write. A kill is
effective if it came after the first and before the last. Prints a line a kill; exit code 1 if
anything was lost, doubled or not sound.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from desk.maintenance.backup import verify_deep
from desk.practice.server import serve
from hubwatch.errors import HubwatchError
from storage import database
from storage.archive import Archive
from tests.support.desks import Client
from tests.support.kills import ANCHOR, Ground, Picture, picture
from tests.support.paths import ROOT
from tests.support.servers import free_port

NOW = "2026-03-01T13:00:00+00:00"
LATER = "2027-06-01T13:00:00+00:00"
_LONGEST = 180.0
_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <fcntl.h>
#include <unistd.h>

static long done;

static int is_watched(const char *place) {
  const char *watched = getenv("WRITE_KILL_WATCHED");
  return watched && !strncmp(place, watched, strlen(watched));
}

static int is_file_watched(int fd) {
  char link[64], place[PATH_MAX + 1];
  sprintf(link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, place, PATH_MAX);
  if (length < 0) return 0;
  place[length] = 0;
  return is_watched(place);
}

/* Whether this is the one to die at. */
static int is_the_one(void) {
  const char *at = getenv("WRITE_KILL_AT");
  return ++done == (at ? atol(at) : -1);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

__attribute__((destructor)) static void tell(void) {
  const char *place = getenv("WRITE_KILL_TOLD");
  FILE *out = place && done ? fopen(place, "a") : 0;
  if (out) { fprintf(out, "%ld\n", done); fclose(out); }
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2); die(); }
  return real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(pwrite64);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2, at); die(); }
  return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(pwrite);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2, at); die(); }
  return real(fd, data, size, at);
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd, size);
}

int fsync(int fd) {
  REAL(fsync);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd);
}

int rename(const char *old, const char *name) {
  REAL(rename);
  if (is_watched(name) && is_the_one()) die();
  return real(old, name);
}

int unlink(const char *name) {
  REAL(unlink);
  if (is_watched(name) && is_the_one()) die();
  return real(name);
}
"""


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


@dataclass(frozen=True, slots=True)
class WriteKill:
    """One kill: at which write, of how many, and what is wrong after it (empty: nothing)."""

    operation: str
    at: int
    of: int
    killed: bool
    faults: tuple[str, ...]

    @property
    def effective(self) -> bool:
        """Whether it came after the first write and before the last."""
        return self.killed and 1 < self.at < self.of

    def line(self) -> str:
        """For people."""
        verdict = "FAULT " + "; ".join(self.faults) if self.faults else "ok"
        return f"{self.operation:<8} at write {self.at} of {self.of} {verdict}"


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
        source, self._library = folder / "write_kill.c", folder / "write_kill.so"
        source.write_text(_SOURCE, encoding="utf-8")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", self._library, source, "-ldl"], check=True
        )
        self._base = folder / "base"
        self._base.mkdir()
        with serve(ANCHOR, 1) as served:
            self._config = Ground(folder, served).config
            self.run(self._base, ("crawl", "practice-en", "practice-feed", "--json"))
        with self._config.open("a", encoding="utf-8") as config:
            config.write('\n[retention]\nlists = "1d"\npages = "1d"\nfetches = "60d"\n')
        self._expected: dict[str, tuple[int, Holdings]] = {}

    def run(
        self,
        home: Path,
        words: Sequence[str],
        now: str = NOW,
        at: int = 0,
        told: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """A command on the installation at `home`, killed at that write (0: at none)."""
        command = self.start(home, words, now, at, told)
        out, err = command.communicate(timeout=_LONGEST)
        if not at:
            assert command.returncode in (0, 1), (words, out, err)
            assert "Traceback" not in err, err
        return subprocess.CompletedProcess(words, command.returncode, out, err)

    def start(
        self, home: Path, words: Sequence[str], now: str, at: int, told: Path | None
    ) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        named = [word.replace("{home}", str(home)).replace("{name}", home.name) for word in words]
        library = {"LD_PRELOAD": str(self._library)} if at or told else {}
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
                "WRITE_KILL_WATCHED": f"{home}/",
                "WRITE_KILL_AT": str(at),
                "WRITE_KILL_TOLD": str(told or ""),
            },
        )

    def kill(self, operation: Operation, chance: random.Random) -> WriteKill:
        """Kill an operation at one of its writes, look, run it again, and judge."""
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
            faults += self._desk(home, 0)[1]
        else:
            self.run(home, operation.again or operation.words, operation.now)
        faults += self._differences(home, expected)
        if not faults:
            shutil.rmtree(home)
        return WriteKill(operation.name, at, writes, killed, tuple(faults))

    def _undisturbed(self, operation: Operation) -> tuple[int, Holdings]:
        if operation.name not in self._expected:
            home = self._home(operation, f"{operation.name}-undisturbed")
            told = self._folder / f"{operation.name}.told"
            if operation.name == "desk":
                self._desk(home, 0, told)
            else:
                self.run(home, operation.words, operation.now, 0, told)
            writes = max(map(int, told.read_text().split()))
            self._expected[operation.name] = writes, holdings(home / "hubwatch.db")
        return self._expected[operation.name]

    def _home(self, operation: Operation, name: str) -> Path:
        home = self._folder / name
        shutil.copytree(self._base, home)
        operation.ready(home)
        return home

    def _desk(self, home: Path, at: int, told: Path | None = None) -> tuple[bool, list[str]]:
        """Accept one story after the other at the desk, and what of that was acknowledged and is
        not there."""
        port = free_port()
        words = ("desk", "--listen", f"127.0.0.1:{port}", "--user", "Li")
        desk = self.start(home, words, NOW, at, told)
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


def kill_many(folder: Path, times: int, seed: int, only: str = "") -> Iterator[WriteKill]:
    """Kill so many operations effectively, each kind in its turn."""
    shop, effective, number = Workshop(folder), 0, 0
    chosen = [each for each in OPERATIONS if not only or each.name == only]
    while effective < times and number < 3 * times + len(chosen):
        operation = chosen[number % len(chosen)]
        done = shop.kill(operation, random.Random(f"{seed}/{number}"))
        effective, number = effective + done.effective, number + 1
        yield done


def main() -> int:
    """Kill as the command line says, print, and say how it went."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=200, help="So many effective ones.")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--only", default="", choices=["", *(each.name for each in OPERATIONS)])
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    began, kills = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="hubwatch-kills-") as folder:
        for kill in kill_many(Path(folder), chosen.times, chosen.seed, chosen.only):
            kills.append(kill)
            print(kill.line(), flush=True)
    bad, effective = [k for k in kills if k.faults], [k for k in kills if k.effective]
    counted = ", ".join(
        f"{n} {what}" for what, n in Counter(k.operation for k in effective).items()
    )
    print(f"{len(effective)} of {len(kills)} kills effective ({counted})")
    print(f"{time.monotonic() - began:.0f} s: {len(bad)} with faults")
    return 1 if bad or len(effective) < chosen.times else 0


if __name__ == "__main__":
    sys.exit(main())

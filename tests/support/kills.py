"""Killing crawls of the practice portal, and looking from outside at what is left.

    python -m tests.support.kills --times 200 [--seed N] [--beside 2]

Each kill: a child `python -P -m hubwatch … crawl --all` kills itself between or inside its writes
(`tests.support.killing`), or at a point that it reaches (`tests.support.kill_points`), while others
read what it has committed; then one complete crawl. What
the archive holds after that must be what an undisturbed crawl would have left, and what was kept
before must not have been fetched again. Prints a line a kill; exit code 1 if anything was lost,
doubled or left open.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from desk.practice.portal import sources_folder, truth
from desk.practice.server import Served, serve
from hubwatch.errors import StorageError
from storage.archive import Archive
from tests.support.killing import Kill, WriteKiller, kill_in, run
from tests.support.paths import ROOT

ANCHOR = date(2026, 3, 1)
SOURCES = ("practice-en", "practice-en-jw", "practice-en-kjj", "practice-zh", "practice-feed")
LONGEST = 90.0
NONE: Mapping[str, str] = {}
WRITE = "write"
POINTS = ("fetched", "inside", "before commit", "after commit", "checkpoint", "torn write", "end")


@dataclass(frozen=True, slots=True)
class Picture:
    """What an archive holds, free of ids and clocks, so that two can be compared.

    `articles` has source and address → title, content, revisions and whether it is gone; `events`
    are counted; `stories` are the sets of addresses that are one story.
    """

    articles: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    stories: frozenset[frozenset[str]] = frozenset()
    listings: frozenset[tuple[str, ...]] = frozenset()
    snapshots: frozenset[tuple[str, ...]] = frozenset()
    files: frozenset[tuple[Any, ...]] = frozenset()
    outcomes: Counter[str] = field(default_factory=Counter)
    open_runs: int = 0
    faults: tuple[str, ...] = ()


def picture(archive: Path) -> Picture:
    """Look at an archive. Raises StorageError."""
    with Archive.open(archive) as store:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in store._db.execute(sql).fetchall()]

        stories: dict[int, set[str]] = {}
        for story, url in rows("SELECT story_id, url FROM articles"):
            stories.setdefault(story, set()).add(url)
        return Picture(
            {(row[0], row[1]): row[2:] for row in rows(_ARTICLES)},
            Counter((row[0], row[1]) for row in rows(_EVENTS)),
            frozenset(frozenset(urls) for urls in stories.values()),
            frozenset(rows("SELECT source_id, entry_url, url_key, title FROM listings")),
            frozenset(rows(_SNAPSHOTS)),
            frozenset(rows(_FILES)),
            Counter(row[0] for row in rows("SELECT coalesce(outcome, 'open') FROM runs")),
            rows("SELECT count(*) FROM runs WHERE ended_at IS NULL")[0][0],
            (*store.maintenance.integrity(), *_unindexed(rows), *_doubled(rows)),
        )


def _unindexed(rows: Any) -> Iterator[str]:
    (missing,) = rows(
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT rowid FROM article_words)"
    )
    if missing[0]:
        yield f"{missing[0]} articles are not in the index"


def _doubled(rows: Any) -> Iterator[str]:
    for sql in _UNIQUE:
        yield from (f"twice: {row}" for row in rows(sql))


_ARTICLES = """
SELECT a.source_id, a.url, r.title, r.content_hash, a.revisions, a.gone_at IS NOT NULL, a.baseline
FROM articles a JOIN readings r ON r.id = a.reading_id
"""
# Who led a story before its first publication was found depends on what was fetched first.
_EVENTS = (
    "SELECT e.change, a.url FROM events e JOIN articles a ON a.id = e.article_id "
    "WHERE e.change <> 'lead'"
)
_SNAPSHOTS = "SELECT s.source_id, s.url, b.sha256 FROM snapshots s JOIN blobs b ON b.id = s.blob_id"
_FILES = """
SELECT f.source_id, f.url, f.due, f.outcome, f.size, t.outcome, t.characters
FROM files f LEFT JOIN file_texts t ON t.blob_id = f.blob_id
"""
_UNIQUE = (
    "SELECT source_id, url_key FROM articles GROUP BY 1, 2 HAVING count(*) > 1",
    "SELECT url FROM articles GROUP BY 1 HAVING count(*) > 1",
    "SELECT article_id FROM events WHERE change = 'new' GROUP BY 1 HAVING count(*) > 1",
    "SELECT article_id, number FROM revisions GROUP BY 1, 2 HAVING count(*) > 1",
    "SELECT a.url FROM articles a WHERE a.revisions <> "
    "(SELECT count(*) FROM revisions v WHERE v.article_id = a.id)",
)


class Ground:
    """A folder with a configuration, the practice portal being served, archives that get killed."""

    def __init__(self, folder: Path, served: Served) -> None:
        self.folder = folder
        self.served = served
        self.config = folder / "hubwatch.toml"
        hosts = "\n".join(f'"{name}" = "{address}"' for name, address in served.hosts.items())
        self.config.write_text(
            f"sources = [{json.dumps(str(sources_folder()))}]\nenabled = {json.dumps(SOURCES)}\n"
            f"[network.hosts]\n{hosts}\n",
            encoding="utf-8",
        )

    def command(self, archive: Path, *crawl: str) -> list[str]:
        """The arguments of a crawl on the portal's day, after `python -P -m hubwatch`."""
        noon = datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day, 12, tzinfo=UTC)
        now = (noon + timedelta(days=self.served.day - 1)).isoformat()
        options = ("--config", str(self.config), "--db", str(archive), "--now", now)
        return [*options, "crawl", *(crawl or ("--all", "--json"))]

    def start(
        self, archive: Path, point: str = "", count: int = 0, library: Mapping[str, str] = NONE
    ) -> subprocess.Popen[str]:
        """A crawl, started as the daemon starts one; with a point, one that kills itself there;
        with a library, one that has it loaded."""
        module = (
            ["-m", "tests.support.kill_points", point, str(count)]
            if point
            else ["-P", "-m", "hubwatch"]
        )
        return child([*module, *self.command(archive)], library)

    def complete(self, archive: Path, library: Mapping[str, str] = NONE) -> None:
        """Crawl to the end. Raises AssertionError if that does not end well."""
        crawl = self.start(archive, library=library)
        out, err = crawl.communicate(timeout=LONGEST)
        assert crawl.returncode == 0, f"{crawl.returncode}: {out} {err}"
        assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["ok"] * len(SOURCES)


def child(arguments: Sequence[str], environment: Mapping[str, str] = NONE) -> subprocess.Popen[str]:
    """A Python child that finds our packages."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the portal: what to start from, what an undisturbed crawl leaves, and how many
    writes it takes (0: nobody counted)."""

    number: int
    before: Path | None
    at_first: Picture
    after: Picture
    writes: int


class Range:
    """Where kills happen: days 1 and 2 of the portal, crawled once undisturbed for comparison."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writes = WriteKiller(folder) if shutil.which("cc") else None
        self.kinds = tuple(
            kind for point in POINTS for kind in (*[WRITE] * (2 * bool(self._writes)), point)
        )
        first = folder / "undisturbed-1.db"
        second = folder / "undisturbed-2.db"
        self.days = [self._undisturbed(1, None, first), self._undisturbed(2, first, second)]
        self._check_truth()

    def kill(self, kind: str, number: int, chance: random.Random) -> Kill:
        """Kill one crawl, complete it, judge."""
        day = self.days[chance.random() < 0.3]
        archive = self._prepared(f"kill-{number}", day)
        with self._ground(archive.parent, day.number) as ground:
            if kind == WRITE:
                at = chance.randrange(2, max(3, day.writes))
                how, library = f"{at} of {day.writes}", self._library(at, archive)
                crawl = ground.start(archive, library=library)
            else:
                count = _when(kind, day, chance)
                how, crawl = str(count), ground.start(archive, kind, count)
            seen = _seen_until_it_ends(archive, crawl)
            faults: list[str] = []
            left = _left(archive, faults)
            asked = len(ground.served.log)
            after = self._completed(ground, archive)
            again = {f"http://{each.host}{each.path}" for each in ground.served.log[asked:]}
        faults += _judge(seen, left, after, day.after)
        kept = {url for _, url in left.articles.keys() - day.at_first.articles.keys()}
        faults += [f"fetched again: {url}" for url in sorted(kept & again)]
        if not faults:
            shutil.rmtree(archive.parent)
        figures = "seen={} left={} after={}".format(
            *map(len, (seen.articles, left.articles, after.articles))
        )
        is_killed = crawl.returncode < 0
        return Kill(number, kind, f"day {day.number} at {how} {figures}", is_killed, tuple(faults))

    def _library(self, at: int, archive: Path) -> Mapping[str, str]:
        return self._writes.at(at, archive.parent) if self._writes else NONE

    def _completed(self, ground: Ground, archive: Path) -> Picture:
        try:
            ground.complete(archive)
            return picture(archive)
        except (AssertionError, StorageError) as error:
            return Picture(faults=(f"the next crawl failed: {error}",))

    def _undisturbed(self, number: int, before: Path | None, archive: Path) -> Day:
        at_first = Picture()
        if before is not None:
            shutil.copy(before, archive)
            at_first = picture(archive)
        with self._ground(self._folder, number) as ground:
            ground.complete(archive, self._library(0, archive))
        writes = self._writes.told() if self._writes else 0
        return Day(number, before, at_first, picture(archive), writes)

    def _check_truth(self) -> None:
        """The undisturbed crawls themselves are judged by the portal's own answer book."""
        for day in self.days:
            there = {url for (_, url), row in day.after.articles.items() if not row[3]}
            assert there == {article.url for article in truth(ANCHOR, day.number).served()}
            assert day.after.faults == ()

    def _prepared(self, name: str, day: Day) -> Path:
        folder = self._folder / name
        folder.mkdir()
        if day.before is not None:
            shutil.copy(day.before, folder / "hubwatch.db")
        return folder / "hubwatch.db"

    @contextmanager
    def _ground(self, folder: Path, day: int) -> Iterator[Ground]:
        with serve(ANCHOR, day) as served:
            yield Ground(folder, served)


def _seen_until_it_ends(archive: Path, crawl: subprocess.Popen[str]) -> Picture:
    """The last that another process could read before a crawl ended: it was acknowledged."""
    seen = Picture()
    while crawl.poll() is None:
        now = _seen(archive)
        if crawl.poll() is None:
            seen = now
        time.sleep(0.02)
    _, err = crawl.communicate()
    assert crawl.returncode <= 0, err
    return seen


def _when(point: str, day: Day, chance: random.Random) -> int:
    """How often a point is reached before it kills; for writes, how large a file may get."""
    if point == "checkpoint":
        if day.before is None:
            return chance.randrange(50_000, 2_200_000)
        return day.before.stat().st_size + chance.randrange(150_000)
    if point == "torn write":
        return chance.randrange(50_000, 20_000_000 if day.before is None else 2_000_000)
    if point == "end":
        return chance.randrange(1, len(SOURCES) + 1)
    return chance.randrange(1, 100 if day.before is None else 8)


def _seen(archive: Path) -> Picture:
    """What another process can read at this moment, while the crawl goes on: it is acknowledged."""
    try:
        with Archive.open_readonly(archive) as store:
            found = {
                (row["source_id"], row["url"]): (row["title"],)
                for row in store._db.query(_ARTICLES)
            }
            return Picture(found)
    except StorageError:  # not there yet, or being made
        return Picture()


def _left(archive: Path, faults: list[str]) -> Picture:
    """What the kill left, looked at in a copy, before anything else touches it."""
    copy = archive.with_name("left.db")
    for ending in ("", "-wal"):
        part = archive.with_name(archive.name + ending)
        if part.exists():
            shutil.copy(part, copy.with_name(copy.name + ending))
    try:
        return picture(copy)
    except StorageError as error:
        if copy.exists() and "holds nothing" not in str(error):
            faults.append(f"after the kill: {error}")
        return Picture()


def _judge(seen: Picture, left: Picture, after: Picture, expected: Picture) -> Iterator[str]:
    yield from (f"left: {fault}" for fault in left.faults)
    yield from after.faults
    if lost := seen.articles.keys() - left.articles.keys():
        yield f"lost by the kill: {sorted(lost)}"
    for name in ("articles", "events"):
        if lost := set(getattr(left, name)) - set(getattr(after, name)):
            yield f"{name} lost by the next crawl: {sorted(lost)}"
    for name in ("articles", "events", "stories", "files"):
        here, there = getattr(after, name), getattr(expected, name)
        if here != there:
            yield f"{name} differ from an undisturbed crawl: {_difference(here, there)}"
    for name in ("listings", "snapshots"):  # after a kill, more pages of a list are read
        if missing := getattr(expected, name) - getattr(after, name):
            yield f"{name} missing: {sorted(missing)[:3]}"
    if after.open_runs:
        yield f"{after.open_runs} runs left open"
    if left.open_runs and after.outcomes["interrupted"] < left.open_runs:
        yield f"{left.open_runs} runs were cut, {after.outcomes['interrupted']} say so"


def _difference(here: Any, there: Any) -> str:
    one, other = _items(here), _items(there)
    return f"too much {list(one - other)[:3]}, missing {list(other - one)[:3]}"


def _items(value: Any) -> set[Any]:
    return set(value.items()) if hasattr(value, "items") else set(value)


def kill_many(folder: Path, times: int, seed: int, beside: int) -> Iterator[Kill]:
    """Kill so many crawls."""
    return kill_in(Range(folder), times, seed, beside)


if __name__ == "__main__":
    sys.exit(run(__doc__, Range))

"""Runs a part of the hostile world in a process, watches it, and says what should not have been."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hubwatch.reasons import is_internal
from storage.types import Outcome
from tests.support.paths import ROOT

from .files import BadFile
from .world import BadSite

CRAWL_SECONDS, CRAWL_BYTES = 400.0, 700_000_000
IMPORT_SECONDS, IMPORT_BYTES = 60.0, 300 * 1024 * 1024
SEARCH_SECONDS = 90.0
TURN_SECONDS = 3.0
"""Of CPU time, for one turn of the event loop of a crawl, while which nobody else has one."""
_LONGEST = 1800.0
Content = dict[str, list[tuple[str, ...]]]
"""By source: what a reader sees of its articles, and of its run."""


@dataclass(frozen=True, slots=True)
class Watched:
    """How a process ended: its code (None: it did not), what it printed, and the most bytes of
    memory that it alone had at a time."""

    code: int | None
    out: str
    most: int
    seconds: float


def watched(command: Sequence[str], text: str, seconds: float, folder: Path) -> Watched:
    """Run a command until it ends or has had so many seconds of CPU time, as long as on an idle
    machine; in the end by the clock, which tells what hangs."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(folder)}
    began, most = time.monotonic(), 0
    with (folder / "out.txt").open("w+") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out, text=True
        )
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        while process.poll() is None and _spent(process.pid) < seconds:
            if time.monotonic() - began > _LONGEST:
                break
            most = max(most, _resident(process.pid))
            time.sleep(0.05)
        if process.poll() is None:
            process.kill()
            process.wait()
            code = None
        else:
            code = process.returncode
        out.seek(0)
        return Watched(code, out.read()[-20_000:], most, time.monotonic() - began)


def _spent(pid: int) -> float:
    """Seconds of CPU time of a process."""
    try:
        fields = (Path("/proc") / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return 0.0
    user, system = fields.rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        pages = (Path("/proc") / str(pid) / "statm").read_text("ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def child(task: str, spec: object, seconds: float, folder: Path) -> Watched:
    """Have `tests.hostile.child` do a task."""
    command = [sys.executable, "-m", "tests.hostile.child", task]
    return watched(command, json.dumps(spec), seconds, folder)


def crawl(
    folder: Path, hosts: dict[str, str], sources: Sequence[tuple[str, str]]
) -> tuple[Watched, Path]:
    """Crawl these sources (name and kind of entry) at once into a new archive."""
    archive = folder / "world.db"
    for path in folder.glob("world.db*"):
        if path.is_file():
            path.unlink()
    spec = {"archive": str(archive), "hosts": hosts, "sources": sources}
    return child("crawl", spec, CRAWL_SECONDS, folder), archive


def content_of(archive: Path, prefix: str) -> Content:
    """What the sources of a prefix have in an archive."""
    found: Content = {}
    for name, *rest in _rows(
        archive,
        "SELECT source_id, url, title, body, published FROM articles JOIN readings ON "
        "readings.id = reading_id WHERE source_id LIKE ? ORDER BY url",
        f"{prefix}%",
    ):
        found.setdefault(str(name), []).append(tuple(map(str, rest)))
    for name, outcome in _rows(
        archive, "SELECT source_id, outcome FROM runs WHERE source_id LIKE ?", f"{prefix}%"
    ):
        found.setdefault(str(name), []).append(("run", str(outcome)))
    return found


def _rows(archive: Path, sql: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def wrongs_of_crawl(
    done: Watched, archive: Path, undisturbed: Content, bad: Sequence[BadSite]
) -> Iterator[str]:
    """Everything that should not have been."""
    if done.code != 0:
        yield f"the crawl ended with {done.code} after {done.seconds:.0f} s: {done.out[-800:]}"
        return
    if done.most > CRAWL_BYTES:
        yield f"the crawl had {done.most >> 20} MiB of memory"
    for seconds, whose in json.loads(done.out.splitlines()[-1])["longest"]:
        if seconds > TURN_SECONDS:
            yield f"every other site waited for {seconds:.1f} s of CPU time: {whose}"
    now = content_of(archive, "good")
    for name, expected in undisturbed.items():
        if now.get(name) != expected:
            yield f"{name} is not as in an undisturbed run: {_short(now.get(name), expected)}"
    by_name = {site.name: site for site in bad}
    words = set(Outcome)
    seen = set()
    for name, outcome, reason in _rows(archive, "SELECT source_id, outcome, reason FROM runs"):
        site = by_name.get(str(name))
        seen.add(str(name))
        if outcome not in words:
            yield f"{name}: its run has no outcome word but {outcome!r}"
        if site is None:
            continue
        if outcome not in ("ok", "unchanged") and not reason:
            yield f"{name} ({site.what}): {outcome} without a reason"
        if outcome in ("failed", "interrupted"):
            yield f"{name} ({site.what}): {outcome}: {reason}"
        if is_internal(str(reason)):
            yield f"{name} ({site.what}): the reason shows Python: {reason}"
        if site.words and outcome not in site.words:
            yield f"{name} ({site.what}): {outcome} ({reason}), not {'/'.join(sorted(site.words))}"
    sights = "SELECT group_concat(reason), max(rows) FROM list_sights WHERE source_id = ?"
    for site in bad:
        said, rows = _rows(archive, sights, site.name)[0]
        if site.says and site.says not in str(said):
            yield f"{site.name} ({site.what}): its list is not said to be {site.says}"
        if site.rows and site.rows != rows:
            yield f"{site.name} ({site.what}): {rows} rows of its list are read, not {site.rows}"
    for name in sorted({*by_name} - seen):
        yield f"{name} ({by_name[name].what}): no run is on record"
    told = "SELECT url, outcome, reason FROM "
    for url, outcome, reason in (
        *_rows(archive, f"{told} fetches"),
        *_rows(archive, f"{told} quarantine"),
        *_rows(archive, f"{told.replace('url', 'list_url')} list_sights"),
    ):
        if outcome not in words or outcome == "failed" or is_internal(str(reason or "")):
            yield f"{url}: {outcome}: {reason}"
    for name, url, trace in _rows(archive, "SELECT source_id, url, traceback FROM bugs"):
        what = by_name[str(name)].what if str(name) in by_name else ""
        yield f"{name} ({what}): a bug at {url}:\n{trace}"


def _short(found: object, expected: object) -> str:
    return f"{str(found)[:300]} … instead of {str(expected)[:300]}"


def wrongs_of_import(file: BadFile, folder: Path) -> Iterator[str]:
    """Import a file into a new archive, and say what should not have been."""
    path = folder / file.name
    packs = file.name.endswith(".gz") and not file.name.startswith("cut")
    with gzip.open(path, "wb", 1) if packs else path.open("wb") as out:
        for piece in file.pieces():
            out.write(piece)
    for old in folder.glob("import.db*"):
        if old.is_file():
            old.unlink()
    command = [sys.executable, "-m", "hubwatch", "--db", "import.db", "import", file.name]
    command += ["--source", "old-portal", "--new-source"]
    done = watched(command, "", IMPORT_SECONDS, folder)
    size = path.stat().st_size
    path.unlink()
    where = f"import of {file.name} ({size} bytes)"
    if done.code not in (0, 1, 3):
        yield f"{where} ended with {done.code} after {done.seconds:.0f} s: {done.out[-800:]}"
        return
    if done.most > IMPORT_BYTES:
        yield f"{where} had {done.most >> 20} MiB of memory"
    if "Traceback" in done.out or is_internal(done.out):
        yield f"{where} shows Python: {done.out[-800:]}"
    if not done.out.strip():
        yield f"{where} says nothing"
    urls = {url for (url,) in _rows(folder / "import.db", "SELECT url FROM articles")}
    lost = [n for n in file.whole if f"http://old.example.org/a/{n}.htm" not in urls]
    if lost:
        yield f"{where} lost the good records {lost}: {done.out[-400:]}"

"""How fast the desk answers with a large archive behind it, and how fast the command line starts.

    python -m benchmarks.desk [--articles 100000] [--folder /dev/shm/desk] [--rounds 15]
    python -m benchmarks.desk --articles 1000000 --folder /some/disk

The archive is made first (`benchmarks/bulk.py`): 8 KB and 2 ms an article, so 0.8 GB in three
minutes, or 8 GB in thirty-four. With `--folder` it is kept there and used again; without, it is
made in memory (/dev/shm, where there is one) and removed. `--check` has it looked over by
`Store.integrity` first, as `hubwatch doctor` does.

A request is a whole one: the real application, somebody signed in, from the address to the last
byte of the page, without a socket. Given are medians, by the clock and of CPU time; the latter is
judged, since the clock also tells what else the machine is busy with. Commands are started in turn
with a bare `python -c pass`, and given as multiples of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from starlette.types import ASGIApp, Message

from benchmarks import bulk
from desk.web.app import make_app
from desk.web.desk import AuthConfig, Desk
from desk.web.queue import written_position
from scraper.relevance.watchlist import (
    Watchlist,
    load_watchlist,
)
from scraper.sources.load import load_catalogue
from storage.archive import Archive, upgrade_archive
from storage.people import PersonRole, TokenKind
from storage.queue import By, QueueFilter

_HOST, _VISIT = "127.0.0.1:8420", "a visit that is long enough"
_PAGES = (
    ("queue, first page", "/", 50),
    ("queue, latest first", "/?by=arrival", 50),
    ("queue, behind 1,000 stories", "/?grade=all&after={relevance}", 50),
    ("queue, by arrival, behind 1,000", "/?grade=all&by=arrival&after={arrival}", 50),
    ("accepted", "/?state=accepted", 50),
    ("core", "/?grade=core", 50),
    ("no grade, latest first", "/?grade=none&by=arrival", 50),
    ("of a topic", "/?topic=hub-city", 50),
    ("of a place, latest first", "/?place=guiyang&by=arrival", 50),
    ("of a place and a topic", "/?place=guiyang&topic=hub-city", 50),
    ("of a source", "/?source=s7", 50),
    ("in Chinese", "/?language=zh", 50),
    ("with a star, rejected", "/?state=rejected&marked=star", 50),
    ("with a tag, accepted", "/?state=accepted&tag=tag3", 50),
    ("of a month", "/?since=2026-01-01&until=2026-01-31", 50),
    ("source, language, month", "/?source=s8&language=en&since=2026-01-01&until=2026-01-31", 50),
    ("source, grade, topic: nothing", "/?source=s8&grade=mention&topic=hub-city", 50),
    ("topic and language: nothing", "/?topic=hub-city&language=fr", 50),
    ("language and two topics' grade", "/?language=en&grade=none&topic=innovation-china", 50),
    ("newest first, a word of most", "/search?q=city&by=newest", 50),
    ("newest first, a rare word", "/search?q=laboratories&by=newest", 50),
    ("newest first, two words", "/search?q=city+market&by=newest", 50),
    ("newest first, page 25", "/search?q=city&by=newest&page=25", 50),
    ("newest first, Han", "/search?q=科技创新&by=newest", 50),
    ("newest first, one Han character", "/search?q=科&by=newest", 50),
    ("newest first, nowhere", "/search?q=zzzzqq&by=newest", 50),
    ("ranked, a word of most", "/search?q=city", 100),
    ("ranked, a rare word", "/search?q=laboratories", 100),
    ("ranked, two words", "/search?q=city+market", 100),
    ("ranked, Han", "/search?q=科技", 100),
    ("ranked, the beginning of a word", "/search?q=lab*", 100),
)
"""What is asked, and within how many milliseconds it should be answered."""


def app_of(archive: Path, watchlist: Watchlist) -> ASGIApp:
    """The desk of an archive, in which Ana has signed in."""
    with Archive.open(archive) as store, store.writing() as tx:
        tx.people.add("Ana", PersonRole.REVIEWER, bulk.NOW)
        tx._db.execute("DELETE FROM passes")  # those of an earlier run
        tx.people.issue_token("Ana", TokenKind.VISIT, _VISIT, bulk.NOW)
    auth = AuthConfig(hosts=frozenset({_HOST}), origins=frozenset({f"http://{_HOST}"}))
    catalogue = load_catalogue(())
    return make_app(Desk(archive, catalogue, watchlist, bulk.ZONE, lambda: bulk.NOW, auth))


async def asked(app: ASGIApp, address: str) -> tuple[int, bytes]:
    """One page: its status and its bytes."""
    path, _, query = address.partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    encoded = "&".join(
        f"{name}={value if value.isascii() else urlencode({'': value})[1:]}"
        for name, _, value in pairs
    )
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": encoded.encode(),
        "root_path": "",
        "scheme": "http",
        "headers": [
            (b"host", _HOST.encode()),
            (b"cookie", f"hubwatch-visit={_VISIT}".encode()),
            (b"accept-language", b"en"),
        ],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8420),
    }
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    return told[0]["status"], b"".join(each.get("body", b"") for each in told[1:])


def far_down(archive: Path) -> dict[str, str]:
    """The places of the thousandth stories of the queue, as an address names them, by order."""
    with Archive.open_readonly(archive) as store:
        found = {by: store.queue.page(QueueFilter(by=by, limit=1000)) for by in By}
    return {by.value: written_position(page[-1].position) for by, page in found.items() if page}


async def measure(app: ASGIApp, rounds: int, far: Mapping[str, str]) -> bool:
    """Ask for every page so often, in turn; print the medians. Whether all are quick enough, by
    CPU time. `far` is what `far_down` found."""
    clock: dict[str, list[float]] = {name: [] for name, _, _ in _PAGES}
    cpu: dict[str, list[float]] = {name: [] for name, _, _ in _PAGES}
    sizes: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, address, _ in _PAGES:
            begun, used = time.perf_counter(), time.process_time()
            status, page = await asked(app, address.format_map(far))
            spent = time.perf_counter() - begun, time.process_time() - used
            assert status == 200, (address, status, page[:300])
            sizes[name] = page.count(b'<li class="row"')
            if turn:  # the first of each loads what it needs
                clock[name].append(spent[0] * 1000)
                cpu[name].append(spent[1] * 1000)
    print(f"{'page':<34} {'to reach':>8} {'median':>8} {'worst':>8} {'CPU':>8}  stories")
    good = True
    for name, _, limit in _PAGES:
        used = statistics.median(cpu[name])
        good &= used <= limit
        print(
            f"{name:<34} {limit:>5} ms {statistics.median(clock[name]):>5.1f} ms "
            f"{max(clock[name]):>5.1f} ms {used:>5.1f} ms  {sizes[name]:>5}"
            + ("" if used <= limit else "  <-- too slow")
        )
    return good


_UNCOMPILED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


def starts(archive: Path, word: str, rounds: int) -> None:
    """How long commands take, as multiples of a bare interpreter started in turn with them; as
    installed, that is with the modules compiled."""
    hubwatch = str(Path(sys.executable).with_name("hubwatch"))
    compiled = {key: said for key, said in os.environ.items() if key not in _UNCOMPILED}
    with Archive.open_readonly(archive) as store:
        ((url,),) = store._db.execute("SELECT url FROM articles ORDER BY id LIMIT 1").fetchall()

    def asked(name: str, *words: str) -> tuple[str, list[str], float]:
        return f"hubwatch {name}", [hubwatch, "--db", str(archive), *words], 0.0

    often = (
        asked("quarantine", "quarantine"),
        asked("why ADDRESS", "why", url),
        asked("timetable", "timetable"),
        asked("show 1", "show", "1"),
        asked("digest", "digest"),
        asked("status", "status"),
    )
    commands = (
        ("python -c pass", [sys.executable, "-c", "pass"], 1.0),
        ("python -c 'import click'", [sys.executable, "-c", "import click"], 0.0),
        ("hubwatch --help", [hubwatch, "--help"], 4.0),
        ("hubwatch digest --help", [hubwatch, "digest", "--help"], 4.0),
        ("hubwatch search WORD", [hubwatch, "--db", str(archive), "search", word], 10.0),
        *often,
    )
    clock: dict[str, list[float]] = {name: [] for name, _, _ in commands}
    cpu: dict[str, list[float]] = {name: [] for name, _, _ in commands}
    for turn in range(rounds + 1):
        for name, command, _ in commands:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun = time.perf_counter()
            quiet = subprocess.DEVNULL
            subprocess.run(command, check=True, stdout=quiet, stderr=quiet, env=compiled)
            spent = time.perf_counter() - begun
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if not turn:  # the first of each compiles what it needs
                continue
            clock[name].append(spent)
            cpu[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"\n{'command':<34} {'to reach':>8} {'clock':>8} {'CPU':>8}   in multiples of the first")
    bare = commands[0][0]
    for name, _, limit in commands:
        by_clock = statistics.median(clock[name]) / statistics.median(clock[bare])
        by_cpu = statistics.median(cpu[name]) / statistics.median(cpu[bare])
        wanted = f"{limit:.0f}" if limit else ""
        took = f"{statistics.median(cpu[name]) * 1000:.0f} ms of CPU"
        print(f"{name:<34} {wanted:>8} {by_clock:>8.2f} {by_cpu:>8.2f}   {took}")
    search = statistics.median(cpu["hubwatch search WORD"])
    print(f"\n{'CPU ÷ that of a search':<34} {'to reach':>8}")
    for name, _, _ in often:
        print(f"{name:<34} {3:>8} {statistics.median(cpu[name]) / search:>8.2f}")


@contextmanager
def place(folder: Path | None) -> Iterator[Path]:
    """The folder that was named, or one in memory that is removed."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as made:
        yield Path(made)


def archive_in(folder: Path, articles: int, watchlist: Watchlist) -> Path:
    """The archive of that size in a folder, made if it is not there."""
    archive = folder / f"{articles}.db"
    if not archive.is_file():
        begun = time.perf_counter()
        unfinished = folder / f"{articles}.unfinished.db"
        for ending in ("", "-wal", "-shm"):
            Path(f"{unfinished}{ending}").unlink(missing_ok=True)
        bulk.make(unfinished, articles, watchlist, _every(articles // 10))
        unfinished.rename(archive)
        size = archive.stat().st_size
        took = time.perf_counter() - begun
        print(f"{articles:,} articles, {size / 1e9:.2f} GB, made in {took:.0f} s")
    with upgrade_archive(archive) as store:  # one that was kept may be older than today's tables
        while store.maintenance.update_queue(watchlist.watched, 20_000):
            pass
    return archive


def _every(step: int) -> Callable[[int], None]:
    def report(done: int) -> None:
        if done % max(step, 1) == 0:
            print(f"  {done:,} articles", file=sys.stderr)

    return report


def check(archive: Path) -> None:
    """Have the archive looked over."""
    with Archive.open(archive) as store:
        faults = store.maintenance.integrity()
        left = store.queue.backlog()
    print("archive:", "; ".join(faults) or "in order", f"(waiting for the queue: {left})")


def main(args: Sequence[str] | None = None) -> int:
    """Make, check, measure, print; 1 if a page was too slow."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--check", action="store_true")
    parser.add_argument(
        "--starts", nargs=2, metavar=("FILE", "WORD"), help="only how fast commands start"
    )
    options = parser.parse_args(args)
    if options.starts:
        starts(Path(options.starts[0]), options.starts[1], options.rounds)
        return 0
    watchlist = load_watchlist()
    with place(options.folder) as folder:
        archive = archive_in(folder, options.articles, watchlist)
        if options.check:
            check(archive)
        good = asyncio.run(measure(app_of(archive, watchlist), options.rounds, far_down(archive)))
        starts(archive, "laboratories", options.rounds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""How fast a crawl is, what it costs and what it leaves: one command, one table.

    python benchmarks/crawl.py [--pages 2000] [--pairs 5]

Every figure is taken in a process of its own against a portal on loopback in another one. Ours and
bare Scrapy, which only follows the same links, take turns, so that a busy machine is busy for both.
A peer goes along: Scrapy with trafilatura, which keeps what that reads in one table of SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import portal

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


def sources() -> list[Any]:
    """One source for each shape, polite to nobody: the portal is ours."""
    from scraper.sources.links import compile_link
    from scraper.sources.load import load_catalogue
    from scraper.sources.model import (
        Bounds,
        Entry,
        EntryKind,
        LinkRules,
        ListRules,
        Paging,
        PagingKind,
        Politeness,
        Source,
    )

    templates = load_catalogue().templates
    bounds = Bounds(pages=10**6, duration=timedelta(hours=1), links=10**6)
    made = []
    for shape, template in (("en", "chinadaily"), ("zh", "trs")):
        host = f"{shape}.bench.test"
        entry = Entry(
            EntryKind.LIST,
            f"http://{host}{portal.list_path(shape, 1)}",
            Paging(PagingKind.NEXT, max_pages=10**4),
            ListRules("ul.news li"),
        )
        made.append(
            Source(
                id=shape,
                name=shape,
                city="Guiyang",
                language=shape,
                zone="Asia/Shanghai",
                home=f"http://{host}/",
                entries=(entry,),
                links=LinkRules((host,), (compile_link("/{section}/{yyyy}-{mm}/{dd}/c_{id}.htm"),)),
                fields=templates[template].fields,
                schedule="every 1 h",
                politeness=Politeness(timedelta(0)),
                bounds=bounds,
            )
        )
    return made


def ours(port: str, archive: str) -> dict[str, float]:
    """The whole of Hubwatch: read, match, decide, store, archive. A second call is a revisit."""
    from scraper.crawl.request import CrawlRequest
    from scraper.crawl.run import crawl
    from scraper.relevance.watchlist import load_watchlist
    from storage.archive import Archive

    path = Path(archive)
    is_first = not path.exists()
    if is_first:
        Archive.create(path).close()
    hosts = {f"{shape}.bench.test": f"127.0.0.1:{port}" for shape in portal.SHAPES}
    now = NOW if is_first else NOW + timedelta(hours=2)
    request = CrawlRequest(
        "mailto:bench@example.org", lambda: now, hosts=hosts, watchlist=load_watchlist(None)
    )
    begin = time.perf_counter()
    runs = crawl(sources(), path, request, lambda event: None)
    seconds = time.perf_counter() - begin
    with Archive.open_readonly(path) as store:
        asked = [
            row
            for run in runs
            for row in store._db.query("SELECT kind FROM fetches WHERE run_id = ?", [run.id])
        ]
    return {
        "seconds": seconds,
        "new": sum(run.counts.new for run in runs),
        "bad": sum(run.counts.failed + run.counts.quarantined for run in runs),
        "requests": len(asked),
        "articles": sum(row["kind"] == "article" for row in asked),
    }


def bare(port: str, archive: str) -> dict[str, float]:
    """Scrapy alone, following the same links and throwing the pages away."""
    return _followed(port, lambda response: None)


def peer(port: str, archive: str) -> dict[str, float]:
    """Scrapy, trafilatura and SQLite, as one would write it in an hour."""
    import sqlite3

    from trafilatura import bare_extraction

    kept = sqlite3.connect(f"{archive}.peer")
    kept.execute("CREATE TABLE IF NOT EXISTS pages (url PRIMARY KEY, title, day, body)")

    def keep(response: Any) -> None:
        found = bare_extraction(response.text, url=response.url, with_metadata=True)
        said = (found.title, found.date, found.text) if found else (None, None, None)
        kept.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", (response.url, *said))

    found = _followed(port, keep)
    kept.commit()
    kept.close()
    return found


def _followed(port: str, take: Callable[[Any], None]) -> dict[str, float]:
    """Scrapy, which follows the links of the portal and has each page taken."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    seen = 0

    class Follower(scrapy.Spider):
        name = "bare"
        start_urls = tuple(
            f"http://127.0.0.1:{port}{portal.list_path(shape, 1)}" for shape in portal.SHAPES
        )

        def parse(self, response: Any) -> Iterator[Any]:
            yield from response.follow_all(css="ul.news a", callback=self.keep)
            yield from response.follow_all(css="a[rel=next]", callback=self.parse)

        def keep(self, response: Any) -> None:
            nonlocal seen
            seen += 1
            take(response)

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            "RETRY_ENABLED": False,
        }
    )
    process.crawl(Follower)
    begin = time.perf_counter()
    process.start()
    return {"seconds": time.perf_counter() - begin, "new": seen}


def reparse(processes: str, archive: str) -> dict[str, float]:
    """Everything archived, read again; in so many worker processes, 0 for none."""
    from desk.reparse import reread
    from scraper.sources.load import Catalogue
    from storage.archive import Archive

    catalogue = Catalogue({source.id: source for source in sources()}, {})
    with Archive.open_readonly(Path(archive)) as store:
        begin = time.perf_counter()
        found = list(reread(store, catalogue, processes=int(processes)))
        seconds = time.perf_counter() - begin
    return {"seconds": seconds, "new": len(found), "bad": sum(bool(one.fault) for one in found)}


ROLES: dict[str, Callable[[str, str], dict[str, float]]] = {
    "ours": ours,
    "bare": bare,
    "peer": peer,
    "reparse": reparse,
}


def play(role: str, first: str, archive: Path) -> dict[str, float]:
    """Run one role in a process of its own, watching the memory of it and all its children."""
    command = [sys.executable, str(Path(__file__).resolve()), "--role", role, first, str(archive)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_resident, _family(process.pid))))
        time.sleep(0.1)
    assert process.stdout is not None
    out = process.stdout.read()
    process.stdout.close()
    if process.returncode:
        raise SystemExit(f"{role} ended with {process.returncode}: {out}")
    figures: dict[str, float] = json.loads(out.splitlines()[-1])
    return {**figures, "peak": peak / 2**20}


def _family(pid: int) -> list[int]:
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for word in words for one in _family(int(word)))]


def _resident(pid: int) -> int:
    """Bytes of its own and its share of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextmanager
def serving(total: int) -> Iterator[str]:
    """The portal, in a process of its own; yields its port."""
    command = [sys.executable, "-m", "benchmarks.portal", str(total // len(portal.SHAPES))]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def measure(pages: int, pairs: int, folder: Path) -> list[tuple[str, str, str]]:
    """The table: what, target, measured."""
    ratios, firsts, checks, peers = [], [], [], []
    with serving(pages) as port:
        for number in range(pairs):
            archive = folder / f"{number}.db"
            first = play("ours", port, archive)
            check = play("bare", port, archive)
            peers.append(play("peer", port, archive))
            firsts.append(first)
            checks.append(check)
            ratios.append(check["seconds"] / first["seconds"])
            tell(f"pair {number + 1}: {rate(pages, first)} ours, {rate(pages, check)} bare Scrapy")
        files = [file for file in folder.glob("0.db*") if file.suffix != ".peer"]
        size = sum(file.stat().st_size for file in files)
        again = play("ours", port, folder / "0.db")
    alone = play("reparse", "0", folder / "0.db")
    both = play("reparse", "2", folder / "0.db")
    first = firsts[0]
    if first["new"] != pages or first["bad"]:
        raise SystemExit(f"not all pages were kept: {first}")
    cpu, bare_cpu, peer_cpu = (
        statistics.median(one["cpu"] for one in runs) for runs in (firsts, checks, peers)
    )
    times = statistics.median(
        ours["cpu"] / check["cpu"] for ours, check in zip(firsts, checks, strict=True)
    )
    peak = max(one["peak"] for one in firsts)
    return [
        ("pages/s, ours ÷ bare Scrapy, median", "≥ 0.6", f"{statistics.median(ratios):.2f}"),
        ("pages/s, ours, median", "", rate(pages, _middle(firsts))),
        ("CPU a page, all processes, ms", "", f"{1000 * cpu / pages:.1f}"),
        ("CPU a page, bare Scrapy, ms", "", f"{1000 * bare_cpu / pages:.1f}"),
        ("CPU a page, Scrapy + trafilatura + SQLite, ms", "", f"{1000 * peer_cpu / pages:.1f}"),
        ("CPU a page, all processes ÷ bare Scrapy's", "≤ 2.2", f"{times:.1f}"),
        ("unchanged revisit: article requests", "0", f"{again['articles']:.0f}"),
        ("unchanged revisit: requests", "≤ 5 %", share(again["requests"], first["requests"])),
        ("unchanged revisit: CPU", "≤ 5 %", share(again["cpu"], cpu)),
        ("peak memory, all processes, MiB", "≤ 400", f"{peak:.0f}"),
        ("archive, bytes a page", "≤ 16384", f"{size / pages:.0f}"),
        ("reparse, two processes ÷ one core", "≥ 1.5", f"{alone['seconds'] / both['seconds']:.2f}"),
        ("reparse, pages/s on two", "", rate(pages, both)),
    ]


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {"seconds": statistics.median(one["seconds"] for one in runs)}


def rate(pages: int, run: dict[str, float]) -> str:
    """Pages a second."""
    return f"{pages / run['seconds']:.0f}"


def share(part: float, whole: float) -> str:
    """A part as a percentage."""
    return f"{100 * part / whole:.1f} %"


def tell(line: str) -> None:
    """One line for whoever waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run one role, or measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000, help="articles on the portal (2000)")
    parser.add_argument("--pairs", type=int, default=5, help="turns of ours and bare Scrapy (5)")
    parser.add_argument("--role", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        role, first, archive = options.role
        figures = ROLES[role](first, archive)
        spent = [
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        figures["cpu"] = sum(one.ru_utime + one.ru_stime for one in spent)
        tell(json.dumps(figures))
        return
    tell(f"{options.pages} pages, {options.pairs} pairs, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for what, target, measured in measure(options.pages, options.pairs, Path(folder)):
            tell(f"{what:<47} {target:>9} {measured:>10}")


if __name__ == "__main__":
    main()

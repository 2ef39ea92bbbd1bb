"""How fast a crawl is, what it costs and what it leaves: one command, one table.

    python benchmarks/crawl.py [--pages 2000] [--pairs 5] [--peers-env FOLDER]

Every figure is taken in a process of its own against a portal on loopback in another one. Ours and
bare Scrapy, which only follows the same links, take turns, so that a busy machine is busy for both.
A peer goes along: Scrapy with trafilatura, which keeps what that reads in one table of SQLite.
With `--peers-env` so do newspaper4k, news-please and trafilatura's command, which are told the
addresses and keep nothing.
"""

from __future__ import annotations

import argparse
import compileall
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
from benchmarks.peers import prepare
from hubwatch.fork_server import ForkClient, beside

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
PEERS = {
    "newspaper4k": ("newspaper4k", "jieba"),
    "news-please": ("news-please",),
    "trafilatura": ("trafilatura",),
}
SOURCES = Path(__file__).with_name("sources")


def sources() -> list[Any]:
    """One source for each shape, polite to nobody: the portal is ours."""
    from scraper.sources.load import load_catalogue

    catalogue = load_catalogue([SOURCES])
    return [catalogue.get(shape) for shape in portal.SHAPES]


def ours(port: str, archive: str) -> dict[str, float]:
    """The whole of Hubwatch: read, match, decide, store, archive. A second call is a revisit."""
    from scraper.crawl.request import CrawlRequest
    from scraper.crawl.run import crawl
    from scraper.relevance.watchlist import load_watchlist
    from scraper.workers.readers import preload_readers
    from storage.archive import Archive

    preload_readers()
    path = Path(archive)
    is_first = not path.exists()
    if is_first:
        Archive.create(path).close()
    hosts = {f"{shape}.bench.test": f"127.0.0.1:{port}" for shape in portal.SHAPES}
    now = NOW if is_first else NOW + timedelta(hours=2)
    request = CrawlRequest(
        "mailto:bench@example.org", lambda: now, hosts=hosts, watchlist=load_watchlist
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


def command(port: str, archive: str) -> dict[str, float]:
    """The archive is crawled again by command line, with nothing new to find."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hubwatch", *_again(port, archive)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return {"new": done.returncode}


def forked(port: str, archive: str) -> dict[str, float]:
    """The same, as the daemon starts it: forked from what has everything imported."""
    from desk.cli.daemon import PRELOAD

    client = ForkClient.start(PRELOAD)
    end = client.wait(client.fork(_again(port, archive), {}), 60)
    client.close()
    if end is None or end.returncode:
        raise SystemExit(f"a forked crawl ended with {end}")
    return {"new": 0, "child": end.cpu}


def _again(port: str, archive: str) -> list[str]:
    """The words of a crawl some hours later."""
    hosts = (f'"{shape}.bench.test" = "127.0.0.1:{port}"' for shape in portal.SHAPES)
    config = Path(archive).with_name("revisit.toml")
    config.write_text(
        f"sources = [{json.dumps(str(SOURCES))}]\nenabled = {json.dumps(portal.SHAPES)}\n"
        'contact = "mailto:bench@example.org"\n[network.hosts]\n' + "\n".join(hosts) + "\n",
        encoding="utf-8",
    )
    later = (NOW + timedelta(hours=4)).isoformat()
    return ["--config", str(config), "--db", archive, "--now", later, "crawl", "--all", "--json"]


def lists(port: str, archive: str) -> dict[str, float]:
    """Scrapy alone, on the first list page of each shape and no further, by command line."""
    spider = Path(archive).with_name("lists.py")
    urls = [f"http://127.0.0.1:{port}{portal.list_path(shape, 1)}" for shape in portal.SHAPES]
    spider.write_text(
        "import scrapy\n\n\nclass Lists(scrapy.Spider):\n"
        f"    name, start_urls = 'lists', {urls!r}\n\n"
        "    def parse(self, response):\n"
        "        assert response.css('ul.news a::attr(href)').getall()\n",
        encoding="utf-8",
    )
    settings = ("LOG_ENABLED=0", "TELNETCONSOLE_ENABLED=0")
    asked = [word for each in settings for word in ("-s", each)]
    scrapy = [sys.executable, "-m", "scrapy", "runspider", *asked, str(spider)]
    # Where no scrapy.cfg lies, so that no settings of ours are taken.
    subprocess.run(scrapy, check=True, stdout=subprocess.DEVNULL, cwd=spider.parent)
    return {"new": 0}


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
    "command": command,
    "forked": forked,
    "lists": lists,
    "reparse": reparse,
}


def compile_ours() -> None:
    """Have the bytecode of the rooms at hand, as that of an installed program and of each peer is,
    also where the environment keeps Python from writing any."""
    for room in ("hubwatch", "storage", "scraper", "scheduler", "desk"):
        if not compileall.compile_dir(ROOT / room, quiet=1):
            raise SystemExit(f"{room} cannot be compiled")


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


def measure(
    pages: int, pairs: int, folder: Path, peers_env: Path | None
) -> Iterator[tuple[str, str, str]]:
    """The table: what, target, measured."""
    firsts, checks, peers = [], [], []
    with serving(pages) as port:
        for number in range(pairs):
            archive = folder / f"{number}.db"
            firsts.append(play("ours", port, archive))
            checks.append(play("bare", port, archive))
            peers.append(play("peer", port, archive))
            rates = rate(pages, firsts[-1]), rate(pages, checks[-1])
            tell(f"pair {number + 1}: {rates[0]} ours, {rates[1]} bare Scrapy")
        files = [file for file in folder.glob("0.db*") if file.suffix != ".peer"]
        size = sum(file.stat().st_size for file in files)
        again = play("ours", port, folder / "0.db")
        revisits = {
            role: statistics.median(
                play(role, port, folder / "0.db").get(of, 0.0) for _ in range(pairs)
            )
            for role, of in (("command", "cpu"), ("lists", "cpu"), ("forked", "child"))
        }
        others = list(_peers(pages, port, folder, peers_env)) if peers_env else []
    alone = play("reparse", "0", folder / "0.db")
    both = play("reparse", "2", folder / "0.db")
    first = firsts[0]
    if first["new"] != pages or first["bad"]:
        raise SystemExit(f"not all pages were kept: {first}")
    cpu, bare_cpu, peer_cpu = (
        statistics.median(one["cpu"] for one in runs) for runs in (firsts, checks, peers)
    )
    pairs_of = list(zip(firsts, checks, strict=True))
    faster = statistics.median(check["seconds"] / ours["seconds"] for ours, check in pairs_of)
    times = statistics.median(ours["cpu"] / check["cpu"] for ours, check in pairs_of)
    yield "pages/s, ours ÷ bare Scrapy, median", "≥ 0.85", f"{faster:.2f}"
    yield "pages/s, ours, median", "", rate(pages, _middle(firsts))
    yield "pages/s, bare Scrapy, median", "", rate(pages, _middle(checks))
    yield "CPU a page, all processes, ms", "", f"{1000 * cpu / pages:.1f}"
    yield "CPU a page, bare Scrapy, ms", "", f"{1000 * bare_cpu / pages:.1f}"
    yield "CPU a page, Scrapy + trafilatura + SQLite, ms", "", f"{1000 * peer_cpu / pages:.1f}"
    for name, spent in others:
        yield f"CPU a page, {name}, ms", "", spent
    yield "CPU a page, all processes ÷ bare Scrapy's", "≤ 2.2", f"{times:.1f}"
    yield "unchanged revisit: article requests", "0", f"{again['articles']:.0f}"
    yield "unchanged revisit: requests", "≤ 5 %", share(again["requests"], first["requests"])
    yield "unchanged revisit by command line: CPU, s", "next", f"{revisits['command']:.2f}"
    yield "scrapy runspider on the same lists: CPU, s", "", f"{revisits['lists']:.2f}"
    yield "unchanged revisit, forked: CPU, s", "≤ 0.45", f"{revisits['forked']:.2f}"
    yield "peak memory, all processes, MiB", "≤ 400", f"{max(one['peak'] for one in firsts):.0f}"
    yield "archive, bytes a page", "≤ 16384", f"{size / pages:.0f}"
    gain = alone["seconds"] / both["seconds"]
    yield "reread pages, two processes ÷ one core", "≥ 1.5", f"{gain:.2f}"
    yield "reread pages, pages/s on two", "≥ 330", rate(pages, both)


def _peers(pages: int, port: str, folder: Path, environment: Path) -> Iterator[tuple[str, str]]:
    """Other people's programs on the same articles: name, ms of CPU a page of all its processes."""
    urls = folder / "urls.txt"
    paths = (
        portal.path_of(shape, number)
        for shape in portal.SHAPES
        for number in range(pages // len(portal.SHAPES))
    )
    urls.write_text("\n".join(f"http://127.0.0.1:{port}{path}" for path in paths), "utf-8")
    for name in prepare(environment, tell, PEERS).names:
        place = folder / name
        place.mkdir()
        before = _children()
        script = Path(__file__).with_name("peer_crawls.py")
        done = subprocess.run(
            [environment / "bin" / "python", script, name, urls, place],
            capture_output=True,
            text=True,
            check=False,
        )
        spent = _children() - before
        if done.returncode:
            yield name, f"it failed: {(done.stderr.splitlines() or ['?'])[-1]}"
            continue
        read = int(done.stdout.split()[-1])
        tell(f"{name} has the texts of {read} of {pages} pages")
        yield name, f"{1000 * spent / pages:.1f}"


def _children() -> float:
    """Seconds of CPU that our children took that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
    parser.add_argument(
        "--peers-env", type=Path, help="peers are asked, too, in this environment, made if missing"
    )
    parser.add_argument("--role", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        role, first, archive = options.role
        figures = ROLES[role](first, archive)
        if (server := beside()) is not None:
            server.close()  # what it and its children used counts among ours
        spent = [
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        figures["cpu"] = sum(one.ru_utime + one.ru_stime for one in spent)
        tell(json.dumps(figures))
        return
    compile_ours()
    tell(f"{options.pages} pages, {options.pairs} pairs, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for what, target, measured in measure(
            options.pages, options.pairs, Path(folder), options.peers_env
        ):
            tell(f"{what:<47} {target:>9} {measured:>10}")


if __name__ == "__main__":
    main()

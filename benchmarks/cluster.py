"""What more workers bring: pages a second with 1, 2 and 4 of them, and what the centre pays a page.

    python -m benchmarks.cluster [--workers 1 2 4] [--towns 16] [--articles 6]

A Redis, a centre and so many workers at one place, each a process of its own. Every town is a host
that asks for a second between two requests and has a list and so many articles. A worker crawls one
source at a time, so politeness bounds it to a page a second: what is measured is whether handing
out, fetching back and merging keep up with that. The clock runs from the first request to the last
article in the archive. The CPU time of the centre is that of the daemon with all its children,
merges included; that of Redis and of the portals is left out. Needs a redis-server.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.clusters import DELAY, Cluster, cluster, soon
from tests.support.daemon_kills import _descendants

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Throughput:
    """One run: so many workers, pages (lists and articles) in so many seconds by the clock, and the
    CPU seconds of the centre and of all workers."""

    workers: int
    pages: int
    seconds: float
    centre: float
    elsewhere: float


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--towns", type=int, default=16)
    parser.add_argument("--articles", type=int, default=6)
    words = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}; {words.towns} hosts, {DELAY:g} s between two requests")
    print("workers  pages  seconds  pages/s  of the bound  centre ms/page  workers ms/page")
    for count in words.workers:
        one = _measure(count, words.towns, words.articles)
        rate = one.pages / one.seconds
        bound = count / DELAY
        print(
            f"{count:7d}  {one.pages:5d}  {one.seconds:7.1f}  {rate:7.2f}  {rate / bound:12.2f}"
            f"  {1000 * one.centre / one.pages:14.1f}  {1000 * one.elsewhere / one.pages:15.1f}",
            flush=True,
        )


def _measure(workers: int, towns: int, articles: int) -> Throughput:
    nodes = [("north", f"n{number}") for number in range(workers)]
    how = {"schedule": "every 12h", "jobs": 2 * workers, "places": ("north",)}
    with (
        tempfile.TemporaryDirectory(prefix="hubwatch-cluster-") as folder,
        cluster(Path(folder), towns, nodes=nodes, **how) as made,
    ):
        made.towns.articles = articles
        soon(lambda: made.towns.log, 120, made.logs)
        began = made.towns.log[0].at
        soon(lambda: _held(made) == towns * articles, 60 + 4 * towns * (articles + 2), made.logs)
        seconds = time.monotonic() - began
        pages = sum(asked.path != "/robots.txt" for asked in made.towns.log)
        assert made.centre is not None
        centre = _cpu(made.centre.pid)
        elsewhere = sum(_cpu(each.pid) for each in made.workers.values())
    return Throughput(workers, pages, seconds, centre, elsewhere)


def _held(made: Cluster) -> int:
    return int(made.rows("SELECT count(*) AS n FROM articles")[0]["n"])


def _cpu(pid: int) -> float:
    """CPU seconds of a process, of the children it waited for, and of those that live."""
    total = 0.0
    for each in (pid, *_descendants(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / _TICK
    return total


if __name__ == "__main__":
    main()

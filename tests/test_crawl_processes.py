"""Crawls beside each other: one crawl a host, signals, the same source twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.locks import Lock
from storage.store import Store
from storage.types import Outcome
from tests.crawling import Crawl, source
from tests.servers import Server, serving, silence

ROOT = Path(__file__).parent.parent
CHILD = """
import json, sys
from datetime import timedelta
from pathlib import Path
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from tests.crawling import source
from tests.make import NOW
path, hosts, name, wait = sys.argv[1:]
request = CrawlRequest(
    "mailto:test@example.org", lambda: NOW, timedelta(seconds=float(wait)), json.loads(hosts)
)
for run in crawl([source(name)], Path(path), request, lambda event: None):
    print(run.outcome, run.counts.new)
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def crawl(archive: Path, server: Server) -> Crawl:
    Store.create(archive).close()
    return Crawl(archive, server)


def _child(crawl: Crawl, name: str, wait: float = 0) -> subprocess.Popen[str]:
    arguments = [str(crawl.archive), json.dumps(crawl.server.hosts), name, str(wait)]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(server: Server, name: str, path: str) -> None:
    until = time.monotonic() + 20
    while path not in server.site(name).paths():
        assert time.monotonic() < until, "the child asked for nothing"
        time.sleep(0.02)


def _ended(child: subprocess.Popen[str]) -> tuple[str, str]:
    out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    return out.strip(), err


def test_a_host_in_use_is_busy_and_names_its_holder(server: Server, crawl: Crawl) -> None:
    site = server.site("leased.test")
    site.listing("/news.html", "/a/1.htm")
    with Lock(crawl.archive, "host-leased.test").acquire(timedelta(0), "crawl somebody"):
        began = time.monotonic()
        (run,) = crawl(source("leased"), wait=timedelta(seconds=0.5))
        assert 0.5 <= time.monotonic() - began < 3
    assert run.outcome is Outcome.BUSY
    assert "somebody" in run.reason
    assert site.hits == []


def test_a_busy_host_delays_nobody_else(server: Server, crawl: Crawl) -> None:
    site = server.site("free.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Free")
    server.site("leased.test")
    with Lock(crawl.archive, "host-leased.test").acquire(timedelta(0), "crawl somebody"):
        busy, free = crawl(source("leased"), source("free"), wait=timedelta(seconds=0.3))
    assert (busy.outcome, free.outcome) == (Outcome.BUSY, Outcome.OK)


def test_two_processes_take_turns_at_one_source(server: Server, crawl: Crawl) -> None:
    site = server.site("shared.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 9)])
    for number in range(1, 9):
        site.article(f"/a/{number}.htm", f"Shared {number}")
    children = [_child(crawl, "shared", wait=20) for _ in range(2)]
    assert sorted(_ended(child)[0] for child in children) == ["ok 0", "ok 8"]
    assert len(site.paths()) == 10
    assert crawl.table("SELECT count(*) FROM articles") == [(8,)]


def test_two_sources_on_one_host_in_one_process(server: Server, crawl: Crawl) -> None:
    site = server.site("common.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Common")
    runs = crawl(source("one", host="common.test"), source("two", host="common.test"))
    assert [run.outcome for run in runs] == [Outcome.OK, Outcome.OK]
    assert [hit.path for hit in site.hits].count("/robots.txt") == 1


def test_a_signal_ends_a_crawl_with_what_it_has(server: Server, crawl: Crawl) -> None:
    site = server.site("long.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 12)])
    site.article("/a/1.htm", "Had in time")
    for number in range(2, 12):
        site.answer(f"/a/{number}.htm", silence(10))
    child = _child(crawl, "long")
    _wait_for(server, "long.test", "/a/9.htm")
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    out, err = _ended(child)
    assert time.monotonic() - began < 5
    assert (out, err) == ("interrupted 1", "")
    assert crawl.table("SELECT outcome FROM runs") == [("interrupted",)]
    assert crawl.table("SELECT count(*) FROM articles") == [(1,)]


def test_a_killed_run_is_closed_by_the_next(server: Server, crawl: Crawl) -> None:
    site = server.site("killed.test")
    site.answer("/news.html", silence(10))
    child = _child(crawl, "killed")
    _wait_for(server, "killed.test", "/news.html")
    child.kill()
    child.communicate()
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Redone")
    (run,) = crawl(source("killed"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert crawl.table("SELECT outcome FROM runs ORDER BY id") == [("interrupted",), ("ok",)]

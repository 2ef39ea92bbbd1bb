"""Crawls beside each other: one crawl a host, signals, the same source twice."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from datetime import timedelta

import pytest

from hubwatch.locks import Lock
from storage.types import Outcome
from tests.support.crawling import Crawl, ended, source
from tests.support.servers import Server, silence


def _wait_for(server: Server, name: str, path: str) -> None:
    until = time.monotonic() + 20
    while path not in server.site(name).paths():
        assert time.monotonic() < until, "the child asked for nothing"
        time.sleep(0.02)


def test_row_48_a_host_in_use_is_busy_and_names_its_holder(server: Server, crawl: Crawl) -> None:
    site = server.site("leased.test")
    site.listing("/news.html", "/a/1.htm")
    with Lock(crawl.archive, "host-leased.test").acquire(timedelta(0), "crawl somebody"):
        began = time.monotonic()
        (run,) = crawl(source("leased"), wait=timedelta(seconds=0.5))
        assert 0.5 <= time.monotonic() - began < 3
    assert run.outcome is Outcome.BUSY
    assert "somebody" in run.reason
    assert site.hits == []


def test_row_48_a_crawl_that_waits_says_at_once_for_whom(
    server: Server, crawl: Crawl, caplog: pytest.LogCaptureFixture
) -> None:
    site = server.site("leased.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Waited for")
    caplog.set_level(logging.INFO, "hubwatch")
    held = Lock(crawl.archive, "host-leased.test").acquire(timedelta(0), "crawl somebody")

    def said() -> list[str]:
        lines = [each.getMessage() for each in caplog.records]
        return [line for line in lines if "awaited" in line]

    def release_when_said() -> None:
        until = time.monotonic() + 15
        while not said() and time.monotonic() < until:
            time.sleep(0.02)
        held.release()

    releases = threading.Thread(target=release_when_said)
    releases.start()
    (run,) = crawl(source("leased"), wait=timedelta(seconds=20))
    releases.join()
    assert run.outcome is Outcome.OK
    assert len(said()) == 1
    assert said()[0].startswith("hosts_awaited source=leased ")
    assert f"pid {os.getpid()} (crawl somebody)" in said()[0]


def test_row_48_a_busy_host_delays_nobody_else(server: Server, crawl: Crawl) -> None:
    site = server.site("free.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Free")
    server.site("leased.test")
    with Lock(crawl.archive, "host-leased.test").acquire(timedelta(0), "crawl somebody"):
        busy, free = crawl(source("leased"), source("free"), wait=timedelta(seconds=0.3))
    assert (busy.outcome, free.outcome) == (Outcome.BUSY, Outcome.OK)


@pytest.mark.slow
def test_row_48_two_processes_take_turns_at_one_source(server: Server, crawl: Crawl) -> None:
    site = server.site("shared.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 9)])
    for number in range(1, 9):
        site.article(f"/a/{number}.htm", f"Shared {number}")
    crawl()  # makes the archive
    children = [crawl.start_child("shared", wait=20) for _ in range(2)]
    assert sorted(ended(child)[0] for child in children) == ["ok 0", "ok 8"]
    assert len(site.paths()) == 10
    assert crawl.table("SELECT count(*) FROM articles") == [(8,)]


@pytest.mark.slow
def test_row_49_a_source_twice_in_one_process(server: Server, crawl: Crawl) -> None:
    site = server.site("twice.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Once")
    crawl()
    out, err = ended(crawl.start_child("twice", "twice", "twice"))
    assert (out.splitlines(), err) == (["ok 1", "ok 0", "ok 0"], "")
    assert site.paths() == ["/news.html", "/a/1.htm", "/news.html", "/news.html"]


def test_row_49_named_twice_is_crawled_once(server: Server, crawl: Crawl) -> None:
    site = server.site("twice.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Once")
    runs = crawl(source("twice"), source("twice"))
    assert [run.outcome for run in runs] == [Outcome.OK]
    assert site.paths() == ["/news.html", "/a/1.htm"]


def test_two_sources_on_one_host_in_one_process(server: Server, crawl: Crawl) -> None:
    site = server.site("common.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Common")
    runs = crawl(source("one", host="common.test"), source("two", host="common.test"))
    assert [run.outcome for run in runs] == [Outcome.OK, Outcome.OK]
    assert [hit.path for hit in site.hits].count("/robots.txt") == 1


@pytest.mark.slow
def test_a_signal_ends_a_crawl_with_what_it_has(server: Server, crawl: Crawl) -> None:
    site = server.site("long.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 12)])
    site.article("/a/1.htm", "Had in time")
    for number in range(2, 12):
        site.answer(f"/a/{number}.htm", silence(10))
    crawl()
    child = crawl.start_child("long")
    _wait_for(server, "long.test", "/a/9.htm")
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    out, err = ended(child)
    assert time.monotonic() - began < 5
    assert (out, err) == ("interrupted 1", "")
    assert crawl.table("SELECT outcome FROM runs") == [("interrupted",)]
    assert crawl.table("SELECT count(*) FROM articles") == [(1,)]


@pytest.mark.slow
def test_a_killed_run_is_closed_by_the_next(server: Server, crawl: Crawl) -> None:
    site = server.site("killed.test")
    site.answer("/news.html", silence(10))
    crawl()
    child = crawl.start_child("killed")
    _wait_for(server, "killed.test", "/news.html")
    child.kill()
    child.communicate()
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "Redone")
    (run,) = crawl(source("killed"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert crawl.table("SELECT outcome FROM runs ORDER BY id") == [("interrupted",), ("ok",)]

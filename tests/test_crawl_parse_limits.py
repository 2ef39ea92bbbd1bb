"""Pages that cannot be read within the bounds: kept apart with a reason, and the crawl goes on."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scraper.workers.faults import CallFault
from scraper.workers.pool import bounded
from scraper.workers.readers import Readers
from storage.types import Capture, Outcome, Reading
from tests.support.crawling import Crawl, source
from tests.support.make import reading
from tests.support.servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        site = server.site("news.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 5)])
        for number in range(1, 5):
            site.article(f"/a/{number}.htm", f"News number {number}")
        yield server


def broken(capture: Capture, *_: object) -> Reading:
    """Reads all pages but two: one takes for ever, one meets a bug."""
    if capture.url.endswith("/2.htm"):
        re.match(r"(a+)+$", "a" * 60 + "b")
    if capture.url.endswith("/3.htm"):
        raise KeyError("a bug")
    return reading()


def test_a_page_that_takes_too_long_ends_alone(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.parsing.article.read_article", broken)
    monkeypatch.setattr("scraper.workers.pool.SECONDS", 0.3)
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news"))
    assert crawl.outcomes() == {
        "/a/1.htm": "ok",
        "/a/2.htm": "timeout",
        "/a/3.htm": "failed",
        "/a/4.htm": "ok",
    }
    assert run.counts.quarantined == 2
    kept = crawl.table("SELECT outcome, reason FROM quarantine ORDER BY url")
    assert kept == [
        ("timeout", "not read within 0.3 s"),
        ("failed", "the reader failed: KeyError: 'a bug'"),
    ]


@pytest.mark.slow
def test_later_pages_are_read_by_workers_which_end_with_the_crawl(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.workers.readers._FEW", 1)
    seen: list[int] = []
    close = Readers.close

    def closing(readers: Readers) -> None:
        seen.extend(readers._workers.pids)
        close(readers)

    monkeypatch.setattr(Readers, "close", closing)
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)
    assert 1 <= len(seen) <= 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in seen)


def test_row_69_what_held_up_the_downloads_for_long_is_read_by_workers(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a page that is under way meets its deadline while others are read."""
    monkeypatch.setattr("scraper.workers.readers._SECONDS_HERE", 1e-6)
    read_here: list[object] = []

    def counted(*args: Any) -> Any:
        read_here.append(args)
        return bounded(*args)

    monkeypatch.setattr("scraper.workers.readers.bounded", counted)
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)
    assert len(read_here) == 1


@pytest.mark.parametrize("code", [errno.EMFILE, errno.EAGAIN])
def test_a_page_that_no_process_can_be_started_for_is_owed_and_not_kept_apart(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr("scraper.workers.readers._FEW", 1)
    crawl = Crawl(archive, server)
    with monkeypatch.context() as full:
        full.setattr("scraper.workers.pool._start", partial(_raise, OSError(code, "too many")))
        (run,) = crawl(source("news"))
    assert run.outcome is Outcome.BUSY
    assert ("`ulimit -n`" if code == errno.EMFILE else "no process can be started") in run.reason
    assert crawl.table("SELECT count(*) FROM quarantine") == [(0,)]
    assert crawl.table("SELECT kind FROM incidents") == []
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)


def _raise(error: Exception, *_: object) -> None:
    raise error


def test_a_crawl_of_few_pages_starts_no_worker(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> CallFault:
        raise AssertionError("a worker was asked")

    monkeypatch.setattr("scraper.workers.pool.Workers.ask", never)
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news"))
    assert run.counts.new == 4

"""Bounds of a run: time, and patience with a server that only fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.servers import (
    answer,
    article_html,
    in_turn,
    page,
    serving,
    silence,
)

OVER_EACH_CARRIER = True


def test_row_20_a_server_recovers_alone(archive: Path) -> None:
    with serving() as server:
        site = server.site("flaky.test")
        site.listing("/news.html", "/a/1.htm")
        article = page(article_html("At last"))
        site.answer("/a/1.htm", in_turn(answer(500), answer(502), article))
        (run,) = Crawl(archive, server)(source("flaky"))
        assert (run.outcome, run.counts.new) == (Outcome.OK, 1)


def test_a_host_that_only_fails_is_left_alone(archive: Path) -> None:
    with serving() as server:
        site = server.site("dying.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 61)])
        for number in range(1, 61):
            site.answer(f"/a/{number}.htm", answer(403))
        (run,) = Crawl(archive, server)(source("dying"))
        assert run.outcome is Outcome.BLOCKED
        assert len(site.paths()) < 30


@pytest.mark.slow
def test_the_time_bound_ends_a_run_with_what_it_has(archive: Path) -> None:
    with serving() as server:
        site = server.site("slow.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 10)])
        site.article("/a/1.htm", "Quick")
        for number in range(2, 10):
            site.answer(f"/a/{number}.htm", silence(5))
        bounds = replace(BOUNDS, duration=timedelta(seconds=1), page_timeout=timedelta(seconds=9))
        (run,) = Crawl(archive, server)(source("slow", bounds=bounds))
        assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 1)
        assert "time bound" in run.reason
        assert run.cursor


@pytest.mark.slow
def test_a_run_that_gets_nothing_in_time_is_a_timeout(archive: Path) -> None:
    with serving() as server:
        server.site("dead.test").answer("/news.html", silence(5))
        bounds = replace(BOUNDS, duration=timedelta(seconds=1), page_timeout=timedelta(seconds=9))
        (run,) = Crawl(archive, server)(source("dead", bounds=bounds))
        assert run.outcome is Outcome.TIMEOUT

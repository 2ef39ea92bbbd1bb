"""Known articles asked for again: unchanged, edited, gone, back, missing from their list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.relevance.watchlist import Watchlist, load_watchlist
from storage.types import Change, Outcome
from tests.support.crawling import Crawl, source
from tests.support.servers import Server, answer, redirect, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        site = server.site("news.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 6)])
        for number in range(1, 6):
            site.article(f"/a/{number}.htm", f"News number {number}")
        yield server


@pytest.fixture
def crawl(archive: Path, server: Server) -> Crawl:
    crawl = Crawl(archive, server)
    crawl(source("news"))
    server.site("news.test").hits.clear()
    crawl.now += timedelta(days=1, minutes=1)
    return crawl


def _events(crawl: Crawl, change: Change) -> int:
    return sum(
        event.change is change for event in crawl.ask(lambda store: store.revisions.events())
    )


def test_what_has_not_changed_costs_no_body(server: Server, crawl: Crawl) -> None:
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.fetched, run.counts.unchanged) == (Outcome.OK, 0, 5)
    assert len(server.site("news.test").paths()) == 6
    (run,) = crawl(source("news"))
    assert len(server.site("news.test").paths()) == 7  # asked again once a stage, not once a run


def test_a_watchlist_is_loaded_when_an_article_is_graded(server: Server, crawl: Crawl) -> None:
    loaded: list[Watchlist] = []

    def load() -> Watchlist:
        loaded.append(load_watchlist())
        return loaded[-1]

    crawl(source("news"), watchlist=load)
    assert not loaded
    site = server.site("news.test")
    site.listing("/news.html", "/a/6.htm")
    site.article("/a/6.htm", "News number 6")
    (run,) = crawl(source("news"), watchlist=load)
    assert run.counts.new == 1 and loaded


def test_what_forwards_to_the_home_page_is_gone(server: Server, crawl: Crawl) -> None:
    server.site("news.test").article("/", "Welcome")
    server.site("news.test").answer("/a/3.htm", redirect("/"))
    (run,) = crawl(source("news"))
    assert run.counts.gone == 1


def test_what_moves_is_the_same_article(server: Server, crawl: Crawl) -> None:
    site = server.site("news.test")
    site.answer("/a/3.htm", redirect("/a/33.htm", 301))
    site.article("/a/33.htm", "News number 3")
    (run,) = crawl(source("news"))
    assert (run.counts.new, run.counts.changed, run.counts.gone) == (0, 0, 0)
    assert crawl.table("SELECT count(*) FROM articles") == [(5,)]


def test_trouble_is_not_goneness(server: Server, crawl: Crawl) -> None:
    server.site("news.test").answer("/a/3.htm", answer(500))
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.gone, run.counts.failed) == (Outcome.PARTIAL, 0, 1)


def test_what_is_back_is_back(server: Server, crawl: Crawl) -> None:
    site = server.site("news.test")
    site.answer("/a/3.htm", answer(404))
    crawl(source("news"))
    (run,) = crawl(source("news"))
    assert run.counts.gone == 0  # told once
    site.article("/a/3.htm", "News number 3")
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.changed) == (Outcome.OK, 1)
    assert _events(crawl, Change.BACK) == 1

"""Addresses of pages that scripts make, what is kept of such pages, and a source that wants a
browser where there is none. What a browser does is in test_rendering.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archives.jsonl import record_as_read
from scraper.crawl.memory import FetchMemory
from scraper.middlewares import chromium
from scraper.middlewares.fetch_result import FetchResult
from scraper.parsing.article import read_article
from scraper.parsing.entries import rows_of
from scraper.sources.address_patterns import generalise
from scraper.sources.links import compile_link, is_article
from scraper.sources.model import LinkRules
from storage.archive import Archive
from storage.pruning import Retention
from storage.runs import FetchKind
from storage.types import Capture, Outcome, Rendering
from storage.urls import url_key, without_place
from tests.support.crawling import Crawl, source
from tests.support.make import NOW, SOURCE
from tests.support.servers import Server, article_html

ROUTED = LinkRules(("town.test",), (compile_link("/#/article/{id}"),))


def capture_of(html: str, *, url: str = "http://town.test/#/news", nonce: str = "") -> Capture:
    """A page as a browser had it in the end."""
    made = Rendering(b"<div id=app></div>", "text/html", "Chromium 150", 3, 900, 1.5, "a note")
    body = html.replace("</body>", f"<!-- {nonce} --></body>").encode()
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Capture(url, url, NOW, 200, headers, body, made)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://town.test/#/article/12", "http://town.test/#/article/12"),
        ("http://town.test/#!/article/12", "http://town.test/#!/article/12"),
        ("http://town.test/#!article=12", "http://town.test/#!article=12"),
        ("http://town.test/a#/list?page=2", "http://town.test/a#/list?page=2"),
        ("http://town.test/a#top", "http://town.test/a"),
        ("http://town.test/a#/", "http://town.test/a"),
        ("http://town.test/a#", "http://town.test/a"),
        ("http://town.test/a#:~:text=word", "http://town.test/a"),
        ("http://town.test/#/\u8d35\u9633", "http://town.test/#/%E8%B4%B5%E9%98%B3"),
    ],
)
def test_a_route_is_part_of_an_address_and_a_place_is_not(url: str, key: str) -> None:
    assert url_key(url) == url_key(key)
    assert ("#" in url_key(url)) is ("#" in key)
    assert url_key(url_key(url)) == url_key(url)
    assert ("#" in without_place(url)) is ("#" in key)


@given(st.text(max_size=40))
def test_any_fragment_has_a_key_that_stays(fragment: str) -> None:
    try:
        key = url_key(f"http://town.test/a#{fragment}")
    except ValueError:
        return
    assert url_key(key) == key


def test_a_shape_may_name_routes() -> None:
    assert is_article("http://town.test/#/article/7", ROUTED)
    assert is_article("http://town.test/#/article/7?from=list", ROUTED)
    assert not is_article("http://town.test/#/news", ROUTED)
    assert not is_article("http://town.test/", ROUTED)
    (shape,) = generalise([f"http://town.test/#/news/detail/{n}" for n in (7, 81, 920)])
    assert shape.text == "/#/news/detail/{id}"


LIST = (
    "<html><body><ul>"
    "<li><a href='#/article/1'>The first laboratory opened</a> <span>2026-02-01</span></li>"
    "<li><a href='/#/article/2'>The second laboratory opened</a> <span>2026-02-02</span></li>"
    "<li><a href='http://town.test/#/article/3'>The third one</a> <span>2026-02-03</span></li>"
    "<li><a href='#top'>To the top</a></li><li><a href='#/news'>News</a></li></ul></body></html>"
)


def test_only_rendered_pages_have_routes() -> None:
    town = source("town", links=ROUTED)
    entry = replace(town.entries[0], rows=replace(town.entries[0].rows, row=""))
    page = rows_of(capture_of(LIST), entry, town)
    assert [row.url for row in page.rows] == [f"http://town.test/#/article/{n}" for n in (1, 2, 3)]
    assert rows_of(replace(capture_of(LIST), rendering=None), entry, town).rows == ()


def test_what_a_rendered_page_was_made_of_is_kept_beside_it(store: Archive) -> None:
    first = capture_of(article_html("Story"), url="http://town.test/#/article/1")
    second = capture_of(article_html("Another"), url="http://town.test/#/article/2")
    with store.writing() as tx:
        numbers = [
            tx.pages.keep(SOURCE.id, each, FetchKind.ARTICLE) for each in (first, second, second)
        ]
    assert numbers[1] == numbers[2]
    assert [store.pages.snapshot(number) for number in numbers[:2]] == [first, second]
    # The shell of all pages is kept once.
    assert store._db.execute("SELECT count(*) FROM blobs").fetchone()[0] == 3
    assert store.pages.last_capture(SOURCE.id, first.url) == first


def test_what_a_rendered_page_was_made_of_goes_with_it(store: Archive) -> None:
    url = "http://town.test/#/news"
    with store.writing() as tx:
        for nonce in ("1", "2", "3"):
            at = NOW + timedelta(days=int(nonce))
            page = replace(capture_of(LIST, url=url, nonce=nonce), fetched_at=at)
            tx.pages.keep(SOURCE.id, page, FetchKind.LIST)
    after = NOW + timedelta(days=500)
    foreseen = {each.name: each.rows for each in store.maintenance.would_go(Retention(), after)}
    gone = {
        each.name: each.rows
        for each in store.maintenance.prune(Retention(), after, lambda *_: None)
    }
    assert gone["lists"] == foreseen["lists"] == 2
    assert store._db.execute("SELECT count(*) FROM renderings").fetchone()[0] == 1
    assert store._db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_rendered_page_is_read_again_from_what_is_kept() -> None:
    town = source("town", links=ROUTED)
    capture = capture_of(article_html("Story"), url="http://town.test/#/article/1")
    reading = read_article(capture, town.fields, town.id)
    assert reading.article is not None
    assert record_as_read(reading.article, reading.outcome)["url"] == capture.url


def test_a_check_that_is_taken_up_again_remembers_what_was_rendered(tmp_path) -> None:  # type: ignore[no-untyped-def]
    capture = capture_of(LIST)
    fetched = FetchResult(capture.url, FetchKind.LIST, NOW, Outcome.OK, "a note", capture)
    FetchMemory(tmp_path).remember(fetched)
    found = FetchMemory(tmp_path).recall(capture.url, FetchKind.LIST)
    assert found is not None
    assert found.capture == capture


def test_without_a_browser_a_source_that_wants_one_says_what_is_missing(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = server.site("town.test")
    monkeypatch.setattr(chromium, "find_spec", lambda name: None)
    (run,) = crawl(source("town", links=ROUTED, render=True))
    assert run.outcome == "unsupported"
    assert "pip install 'hubwatch[browser]'" in run.reason
    assert site.hits == []

"""What is one article and what is two: rows 39 to 42 of docs/faults.md."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scraper.sources.links import compile_link
from scraper.sources.model import LinkRules, TlsException
from storage.types import Change, Outcome
from tests.support.certificates import server as certificate
from tests.support.crawling import Crawl, source
from tests.support.make import NOW
from tests.support.servers import Server, Site, answer, article_html, page, redirect, serving

LINKS = LinkRules(
    ("main.test", "www.main.test", "m.main.test"), (compile_link("/[{section}/]{id}.htm[/]"),)
)
ONE = "http://main.test/a/1.htm"


def _claiming(title: str, canonical: str) -> str:
    link = f'<link rel=canonical href="{canonical}">'
    return article_html(title).replace("</head>", f"{link}</head>")


def _events(crawl: Crawl, change: Change) -> int:
    return sum(
        event.change is change for event in crawl.ask(lambda store: store.revisions.events())
    )


@pytest.mark.parametrize("first", ["own", "copies"])
def test_row_39_one_article_under_many_addresses(archive: Path, tmp_path: Path, first: str) -> None:
    identity = certificate("main.test", None)
    with serving(identity.context(tmp_path)) as server:
        site, www, m = (server.site(f"{name}main.test") for name in ("", "www.", "m."))
        copies = [
            "https://main.test/a/1.htm",
            "http://www.main.test/a/1.htm",
            "http://m.main.test/a/1.htm",
            f"{ONE}?utm_source=weixin&from=timeline",
            f"{ONE}#top",
            f"{ONE}/",
            "http://main.test/a/99.htm",
            "http://main.test/b/1.htm",
        ]
        site.listing("/news.html", *([ONE, *copies] if first == "own" else [*copies, ONE]))
        same = page(_claiming("One", ONE))
        for path in ("/a/1.htm", "/b/1.htm", "/a/1.htm?utm_source=weixin&from=timeline"):
            site.answer(path, same)
        m.answer("/a/1.htm", same)
        www.answer("/a/1.htm", redirect(ONE, 301))
        site.answer("/a/1.htm/", redirect("/a/1.htm", 301))
        site.answer("/a/99.htm", redirect("/a/1.htm", 301))
        digits = identity.fingerprint.lower().replace(":", "")
        tls = TlsException(NOW.date(), "test", fingerprint=digits)
        crawl, main = Crawl(archive, server), source("main", links=LINKS, tls=tls)
        (run,) = crawl(main)
        assert run.outcome is Outcome.OK
        assert run.counts.new == 1
        assert crawl.table("SELECT count(*) FROM articles WHERE gone_at IS NULL") == [(1,)]
        for url in [ONE, *copies]:
            (found,) = crawl.ask(lambda store, url=url: store.articles.at_url(url))
            assert found.title == "One"
        asked = len(site.paths())
        (run,) = crawl(main)
        assert (run.counts.new, run.counts.fetched) == (0, 0)
        assert len(site.paths()) == asked + 1


def test_row_39_a_claim_alone_proves_nothing(server: Server, crawl: Crawl) -> None:
    site = server.site("main.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm", "/a/3.htm")
    site.answer("/a/1.htm", page(article_html("One", "One says this and nothing else today.")))
    site.answer("/a/2.htm", page(_claiming("Two", ONE)))  # says something else
    site.answer("/a/3.htm", page(_claiming("Three", "http://main.test/a/404.htm")))
    (run,) = crawl(source("main", links=LINKS))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 3)
    assert sorted(site.paths()) == ["/a/1.htm", "/a/2.htm", "/a/3.htm", "/news.html"]


def test_row_39_proof_costs_no_request(server: Server, crawl: Crawl) -> None:
    site = server.site("main.test")
    site.listing("/news.html", "/b/1.htm", "/a/1.htm")
    for path in ("/a/1.htm", "/b/1.htm"):
        site.answer(path, page(_claiming("One", ONE)))
    (run,) = crawl(source("main", links=LINKS))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert sorted(site.paths()) == ["/a/1.htm", "/b/1.htm", "/news.html"]


def test_row_39_an_own_address_that_fails_is_counted_once(server: Server, crawl: Crawl) -> None:
    site = server.site("main.test")
    site.listing("/news.html", "/b/1.htm", "/c/1.htm", "/a/1.htm")
    for path in ("/b/1.htm", "/c/1.htm"):
        site.answer(path, page(_claiming(f"One {path}", ONE)))
    site.answer("/a/1.htm", answer(403))
    (run,) = crawl(source("main", links=LINKS))
    assert (run.outcome, run.counts.new, run.counts.failed) == (Outcome.PARTIAL, 2, 1)


def test_row_39_two_that_claim_each_other_stay_two(server: Server, crawl: Crawl) -> None:
    site = server.site("main.test")
    site.listing("/news.html", "/b/1.htm", "/a/1.htm")
    site.answer("/b/1.htm", page(_claiming("The first of two", ONE)))
    site.answer("/a/1.htm", page(_claiming("The second of two", "http://main.test/b/1.htm")))
    (run,) = crawl(source("main", links=LINKS))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 2)


def test_row_40_equal_titles_stay_two(server: Server, crawl: Crawl) -> None:
    site = server.site("weekly.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "Weekly notice", "Water is off on Monday in the eastern streets.")
    site.article("/a/2.htm", "Weekly notice", "Water is off on Friday in the western streets.")
    (run,) = crawl(source("weekly"))
    assert run.counts.new == 2
    assert crawl.table("SELECT count(DISTINCT story_id) FROM articles") == [(2,)]


def _known(server: Server, crawl: Crawl) -> Site:
    site = server.site("news.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 4)])
    for number in range(1, 4):
        site.article(f"/a/{number}.htm", f"News number {number}")
    crawl(source("news"))
    crawl.now += timedelta(days=1, minutes=1)
    return site


@pytest.mark.parametrize("field", ["title", "body"])
def test_row_41_an_edit_is_a_new_version_of_the_same(
    server: Server, crawl: Crawl, field: str
) -> None:
    site = _known(server, crawl)
    if field == "title":
        body = article_html("News number 2").replace("<h1>News", "<h1>Corrected: news")
        site.answer("/a/2.htm", page(body))
    else:
        site.article("/a/2.htm", "News number 2", "It is forty-one laboratories, not forty.")
    (run,) = crawl(source("news"))
    assert (run.counts.changed, run.counts.new) == (1, 0)
    assert _events(crawl, Change.CHANGED) == 1
    (article,) = crawl.ask(lambda store: store.articles.at_url("http://news.test/a/2.htm"))
    versions = crawl.ask(lambda store: store.revisions.of(article.id))
    assert [version.number for version in versions] in ([1, 2], [2, 1])
    assert article.changed_at == crawl.now
    assert {version.title for version in versions} >= {"News number 2"}


@pytest.mark.parametrize("status", [404, 410])
def test_row_42_what_is_gone_is_kept_and_marked(server: Server, crawl: Crawl, status: int) -> None:
    site = _known(server, crawl)
    site.answer("/a/3.htm", answer(status))
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.gone, run.counts.failed) == (Outcome.OK, 1, 0)
    (article,) = crawl.ask(lambda store: store.articles.at_url("http://news.test/a/3.htm"))
    assert (article.title, article.gone_at) == ("News number 3", crawl.now)
    assert _events(crawl, Change.GONE) == 1


def test_row_42_what_left_its_list_is_asked_for(server: Server, crawl: Crawl) -> None:
    site = server.site("list.test")
    paths = [f"/a/{number}.htm" for number in range(1, 6)]
    site.listing("/news.html", *paths)
    for number, path in enumerate(paths, 1):
        site.article(path, f"News number {number}", day=f"2026-02-2{9 - number}")
    crawl(source("list"))
    crawl.now += timedelta(minutes=10)
    site.listing("/news.html", paths[0], paths[3], paths[4])
    site.answer(paths[1], answer(404))
    site.hits.clear()
    (run,) = crawl(source("list"))
    assert (run.outcome, run.counts.gone) == (Outcome.OK, 1)
    assert sorted(site.paths()) == [*paths[1:3], "/news.html"]
    assert crawl.table("SELECT count(*) FROM articles") == [(5,)]


@pytest.mark.parametrize("name", ["rnd", "t", "_", "v", "cachebust"])
def test_a_parameter_against_caching_makes_no_further_articles(
    server: Server, crawl: Crawl, name: str
) -> None:
    site = server.site("busy.test")
    links = LinkRules(("busy.test",), (compile_link("/[{section}/]{any}.htm"),))
    for visit in range(1, 4):
        paths = [f"/a/{number}.htm?{name}={visit}{number}5" for number in range(1, 6)]
        paths += [f"/view.htm?id={number}&{name}=0.{visit}{number}" for number in range(1, 5)]
        for path in paths:
            site.article(path, f"Hub city {path.rpartition(name)[0]}")
        site.listing("/news.html", *paths)
        (run,) = crawl(source("busy", links=links))
        assert run.counts.new == (9 if visit == 1 else 0)
    assert crawl.table("SELECT count(*) FROM articles") == [(9,)]
    (found,) = crawl.ask(
        lambda store: store.articles.at_url(f"http://busy.test/a/1.htm?{name}=315")
    )
    assert found.title == "Hub city /a/1.htm?"


@pytest.mark.parametrize("order", [1, -1])
def test_row_270_an_address_with_and_without_the_way_back_is_one_article(
    server: Server, crawl: Crawl, order: int
) -> None:
    site = server.site("twice.test")
    links = LinkRules(("twice.test",), (compile_link("/content/id/{id}"),))
    paths = []
    for number in range(4101, 4113):
        both = [f"/content/id/{number}", f"/content/id/{number}?_portlet_redirect=%2Fweb%2Fnews"]
        for path in both:
            site.article(path, f"Hub city {number}")
        paths += both[::order]
    site.listing("/news.html", *paths)
    for _ in range(2):
        (run,) = crawl(source("twice", links=links))
        assert run.outcome is Outcome.OK
    assert crawl.table("SELECT count(*) FROM articles") == [(12,)]
    for path in paths:
        assert (
            len(crawl.ask(lambda store, at=path: store.articles.at_url(f"http://twice.test{at}")))
            == 1
        )


def test_a_parameter_that_tells_articles_apart_is_none_against_caching(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("busy.test")
    links = LinkRules(("busy.test",), (compile_link("/{any}.htm"),))
    paths = [f"/view.htm?t={number}" for number in range(1, 5)]
    paths += [f"/a/{number}.htm?v={version}" for number in (1, 2) for version in (1, 2)]
    for path in paths[:2]:
        site.article(path, "Same notice")  # equal, and two all the same
    for path in paths[2:]:
        site.article(path, f"Notice {path}")
    site.listing("/news.html", *paths)
    crawl(source("busy", links=links))
    assert crawl.table("SELECT count(*) FROM articles") == [(8,)]

"""Portals on a bad day: what is not lost, not believed, and not asked for again and again."""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.health.wording import proof_of
from scraper.middlewares.exceptions import fault_of
from scraper.sources.links import compile_link
from scraper.sources.model import (
    Entry,
    EntryKind,
    LinkRules,
    Paging,
    PagingKind,
    Politeness,
    RecheckRules,
)
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.rechecks import list_end
from storage.sources import SourceCheck, SourceVerdict
from storage.types import Change, Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.servers import Behaviour, Server, Site, answer, page, redirect, reset, reset_late

DAY = timedelta(days=1, minutes=1)
LOGIN = "<title>登录</title><form>用户名<input name=u><input type=password></form>"


def _site(server: Server, numbers: range, listed: range | None = None) -> Site:
    """Articles of these numbers, and a list of them or of some."""
    site = server.site("news.test")
    for number in numbers:
        site.article(f"/a/{number}.htm", f"News {number}", f"Text of number {number}. " * 30)
    site.listing("/news.html", *[f"/a/{number}.htm" for number in listed or numbers])
    return site


def _paths(crawl: Crawl, where: str = "1") -> list[str]:
    found = crawl.table(f"SELECT url FROM articles WHERE {where} ORDER BY id")
    return ["/" + url.split("/", 3)[3] for (url,) in found]


@pytest.fixture
def five(server: Server, crawl: Crawl) -> Site:
    """Five known articles, of an age to be asked for again."""
    site = _site(server, range(1, 6))
    crawl(source("news"))
    crawl.now += DAY
    site.hits.clear()
    return site


class _OpensNothing(list[Any]):
    """What a crawl reports. From the first of it on this process may open no further file."""

    def append(self, event: Any) -> None:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        super().append(event)


@contextmanager
def _exhausted(crawl: Crawl) -> Iterator[None]:
    before, events = resource.getrlimit(resource.RLIMIT_NOFILE), crawl.events
    crawl.events = _OpensNothing()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        crawl.events = events


@pytest.mark.parametrize("host", ["news.test", "nowhere.invalid"])
def test_a_machine_that_opens_no_more_connections_is_not_the_portals_fault(
    five: Site, crawl: Crawl, host: str
) -> None:
    news = source("news")
    if host != "news.test":  # its name is not resolved either: that takes a connection, too
        (entry,) = news.entries
        there = replace(entry, url=f"http://{host}/news.html")
        news = replace(news, entries=(there,))
    with _exhausted(crawl):
        (run,) = crawl(news)
    assert run.outcome is Outcome.BUSY
    assert "this machine opens no more files and connections" in run.reason
    assert "`ulimit -n`" in run.reason
    assert crawl.table("SELECT failures FROM sources") == [(0,)]
    assert crawl.table("SELECT kind FROM incidents") == []
    (run,) = crawl(source("news"))
    assert run.outcome is Outcome.OK
    assert five.hits


@pytest.mark.parametrize(
    "place",
    [
        "scraper.spiders.articles.Articles.item_of",
        "scraper.spiders.lists.key_of",
        "scraper.spiders.fetch.capture_of",
        "scraper.middlewares.robots.rules_of",
    ],
)
@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_what_cannot_be_opened_amid_a_crawl_is_no_failure_of_it(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch, place: str, code: int
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(code, "too many open files")

    _site(server, range(1, 6))
    with monkeypatch.context() as exhausted:
        exhausted.setattr(place, full)
        (run,) = crawl(source("news"))
    assert (run.outcome, {word for word, _ in run.reasons}) == (Outcome.BUSY, {"busy"})
    assert "`ulimit -n`" in run.reason
    assert crawl.table("SELECT failures FROM sources") == [(0,)]
    assert crawl.table("SELECT kind FROM incidents") == []
    crawl.now += DAY
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 5)


def test_a_connection_that_breaks_for_want_of_files_says_so() -> None:
    error = ConnectionError("broke off")
    error.__cause__ = OSError(errno.EMFILE, "Too many open files")
    assert fault_of(error).outcome is Outcome.BUSY


def _all(site: Site, behaviour: Behaviour) -> None:
    for number in range(1, 6):
        site.answer(f"/a/{number}.htm", behaviour)


# What is said to be gone


def test_without_a_list_nothing_is_gone(five: Site, crawl: Crawl) -> None:
    for path in ("/news.html", "/a/3.htm"):
        five.answer(path, answer(404))
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.gone) == (Outcome.PARTIAL, 0)
    assert _paths(crawl, "gone_at IS NOT NULL") == []


@pytest.mark.parametrize("path", ["/sso/login", "/welcome.html"])
def test_a_redirect_to_a_login_is_not_goneness(five: Site, crawl: Crawl, path: str) -> None:
    five.answer(path, page(LOGIN))
    five.answer("/a/3.htm", redirect(path))
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.gone) == (Outcome.PARTIAL, 0)
    assert run.reasons == (("blocked", 1),)


def test_a_login_page_is_not_goneness(five: Site, crawl: Crawl) -> None:
    five.answer("/a/3.htm", page(LOGIN))
    (run,) = crawl(source("news"))
    assert (run.counts.gone, run.reasons) == (0, (("blocked", 1),))


def test_most_gone_at_once_is_the_portals_fault(five: Site, crawl: Crawl) -> None:
    _all(five, answer(404))
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.gone) == (Outcome.PARTIAL, 0)
    assert "5 of 5" in run.reason
    five.hits.clear()
    (run,) = crawl(source("news"))
    assert five.paths() == ["/news.html"]  # they rest
    for _ in range(2):
        crawl.now += 2 * DAY
        (run,) = crawl(source("news"))
    assert run.counts.gone == 5  # said on three days it is believed


def test_what_was_gone_and_left_its_list_comes_back(five: Site, crawl: Crawl) -> None:
    five.answer("/a/5.htm", answer(404))
    crawl(source("news"))
    assert _paths(crawl, "gone_at IS NOT NULL") == ["/a/5.htm"]
    _site_again = [f"/a/{number}.htm" for number in range(1, 5)]
    five.listing("/news.html", *_site_again)
    five.article("/a/5.htm", "News 5", "Text of number 5. " * 30)
    crawl.now += timedelta(days=8)
    (run,) = crawl(source("news"))
    assert run.counts.changed == 1
    assert _paths(crawl, "gone_at IS NOT NULL") == []


# What could not be had


def test_what_failed_and_left_the_list_is_had_later(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 5), range(1, 3))
    crawl(source("news"))
    site.listing("/news.html", "/a/2.htm", "/a/3.htm", "/a/9.htm")
    for path in ("/a/3.htm", "/a/9.htm"):
        site.answer(path, answer(403))
    crawl(source("news"))
    site.article("/a/3.htm", "News 3", "Text of number 3. " * 30)
    site.listing("/news.html", "/a/4.htm")
    site.hits.clear()
    crawl(source("news"))
    assert "/a/3.htm" not in site.paths()  # it rests
    asked = []
    for _ in range(6):
        crawl.now += DAY
        site.hits.clear()
        crawl(source("news"))
        asked.append("/a/9.htm" in site.paths())
    assert "/a/3.htm" in _paths(crawl)
    assert asked == [True, False, True, False, False, False]  # a day, two days, four days


def _unread(crawl: Crawl) -> tuple[int, str]:
    """How many addresses a search says were listed and not read, and what the last crawl proves."""
    facts = crawl.ask(lambda store: store.sources.facts("news", crawl.now))
    assert facts is not None
    proof = proof_of(facts)
    basis = crawl.ask(lambda store: store.articles.basis())
    return basis.unread, proof.describe() if proof else ""


def test_what_a_search_rests_on_has_open_gaps_and_sources_set_aside(
    server: Server, crawl: Crawl
) -> None:
    _site(server, range(1, 8))
    crawl(source("news"))

    def basis() -> tuple[int, int]:
        found = crawl.ask(lambda store: store.articles.basis())
        return found.gaps, found.amiss

    def check(verdict: SourceVerdict) -> None:
        with Archive.open(crawl.archive) as store, store.writing() as tx:
            tx.sources.record_check(SourceCheck("news", verdict, "seen", crawl.now))

    assert basis() == (0, 0)
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        gap = tx.incidents.open(Finding(Kind.GAP, "news", Severity.WARNING, "gap"), crawl.now)
    assert basis() == (1, 1)
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        tx.incidents.close(gap.id, "over", crawl.now)
    assert basis() == (0, 0)
    crawl.now += DAY
    check(SourceVerdict.GONE)
    assert basis() == (0, 1)
    crawl.now += DAY
    crawl(source("news"))
    assert basis() == (0, 0)  # crawled well since
    for verdict in (SourceVerdict.HOLDS, SourceVerdict.GENERAL):
        crawl.now += DAY
        check(verdict)
        assert basis() == (0, 0)


def test_what_was_listed_and_never_read_is_said_until_it_is(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 8))
    site.answer("/robots.txt", page("User-agent: *\nDisallow: /a/5.htm\n"))
    site.answer("/a/6.htm", answer(500))
    site.answer("/a/7.htm", reset_late)
    crawl(source("news"))
    assert _unread(crawl) == (
        3,
        "1 list read, 7 rows, 7 listed for the first time, 3 listed, not read",
    )
    crawl.now += DAY
    crawl(source("news"))
    assert _unread(crawl) == (3, "1 list read, 7 rows, all known, 3 listed, not read")
    site.answer("/robots.txt", answer(404))
    for number in (5, 6, 7):
        site.article(f"/a/{number}.htm", f"News {number}", f"Text of number {number}. " * 30)
    crawl.now += 3 * DAY
    crawl(source("news"))
    assert _unread(crawl) == (0, "1 list read, 7 rows, all known")


def test_what_was_set_aside_and_left_the_list_is_had_later(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 3))
    site.answer("/a/2.htm", page("<html><body></body></html>"))
    crawl(source("news"))
    _site(server, range(1, 4), range(3, 4))
    crawl.now += DAY
    crawl(source("news"))
    assert sorted(_paths(crawl)) == ["/a/1.htm", "/a/2.htm", "/a/3.htm"]


def test_refused_articles_do_not_hide_good_ones(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 21))
    for number in range(1, 13):
        site.answer(f"/a/{number}.htm", answer(403))
    (run,) = crawl(source("news"))
    assert (run.counts.new, run.counts.failed) == (8, 12)
    site.hits.clear()
    site.article("/a/30.htm", "News 30")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in [*range(1, 13), 30]])
    crawl(source("news", bounds=replace(BOUNDS, pages=2)))
    assert site.paths() == ["/news.html", "/a/30.htm"]  # what failed comes last


def test_a_dead_host_stops_its_own_articles_only(server: Server, crawl: Crawl) -> None:
    dead = server.site("dead.test")
    site = _site(server, range(20, 26))
    links = [f"http://dead.test/a/{number}.htm" for number in range(1, 31)]
    site.listing("/news.html", *links, *[f"/a/{number}.htm" for number in range(20, 26)])
    for number in range(1, 31):
        dead.answer(f"/a/{number}.htm", reset)
    rules = LinkRules(("news.test", "dead.test"), (compile_link("/a/{id}.htm"),))
    (run,) = crawl(source("news", links=rules))
    assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 6)
    assert "dead.test" in run.reason
    assert len(set(dead.paths())) < 15


def test_a_refused_article_does_not_make_every_run_thorough(server: Server, crawl: Crawl) -> None:
    site = server.site("news.test")
    for number in range(1, 6):
        here, more = (f"/news_{each}.html" for each in (number, number + 1))
        links = [f"/a/{number}{each}.htm" for each in (1, 2)]
        for link in links:
            site.article(link, f"News {link}")
        first = "/news.html" if number == 1 else here
        site.listing(first, *links, more=more if number < 5 else "")
    site.answer("/a/11.htm", answer(403))
    crawl(source("news"))
    site.hits.clear()
    crawl(source("news"))
    assert [path for path in site.paths() if "news" in path] == ["/news.html", "/news_2.html"]


def test_a_recheck_that_fails_lets_others_through(five: Site, crawl: Crawl) -> None:
    for number in (4, 5):
        five.answer(f"/a/{number}.htm", answer(403))
    few = source("news", rechecks=RecheckRules(per_run=2))
    asked = set[str]()
    for _ in range(3):
        five.hits.clear()
        crawl(few)
        asked.update(five.paths())
    assert asked >= {f"/a/{number}.htm" for number in range(1, 6)}


# Sitemaps


def _sitemap(site: Site, path: str, *urls: str, kind: str = "url") -> None:
    tag = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    items = "".join(f"<{kind}><loc>http://news.test{url}</loc></{kind}>" for url in urls)
    body = f'<{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</{tag}>'
    site.answer(path, answer(200, body.encode(), Content_Type="application/xml"))


MAP = (Entry(EntryKind.SITEMAP, "http://news.test/sitemap.xml", Paging(PagingKind.NONE)),)


def test_a_sitemap_larger_than_the_bound_is_had_in_turns(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 31))
    _sitemap(site, "/sitemap.xml", *[f"/a/{number}.htm" for number in range(1, 31)])
    few = source("news", entries=MAP, bounds=replace(BOUNDS, links=20))
    (first,) = crawl(few)
    assert (first.outcome, first.counts.listed, first.counts.new) == (Outcome.PARTIAL, 30, 20)
    (second,) = crawl(few)
    assert (second.outcome, second.counts.new) == (Outcome.OK, 10)


def test_all_parts_of_a_sitemap_are_read_the_last_first(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 9))
    _sitemap(site, "/sitemap.xml", *[f"/s{part}.xml" for part in range(1, 9)], kind="sitemap")
    for part in range(1, 9):
        _sitemap(site, f"/s{part}.xml", f"/a/{part}.htm")
    (run,) = crawl(source("news", entries=MAP))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 8)
    assert site.paths()[:3] == ["/sitemap.xml", "/s8.xml", "/s7.xml"]


def test_parts_that_are_not_read_are_reported(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 9))
    _sitemap(site, "/sitemap.xml", *[f"/s{part}.xml" for part in range(1, 9)], kind="sitemap")
    for part in range(1, 9):
        _sitemap(site, f"/s{part}.xml", f"/a/{part}.htm")
    (run,) = crawl(source("news", entries=MAP, bounds=replace(BOUNDS, pages=8)))
    assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 3)
    assert "parts of the sitemap are not read" in run.reason
    assert run.cursor.endswith("/s4.xml")


# Redirects


def test_many_that_redirect_to_one_page_are_not_that_page(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 6))
    site.article("/a/99.htm", "Maintenance", "The site is being maintained. " * 20)
    _all(site, redirect("/a/99.htm", 302))
    (run,) = crawl(source("news"))
    assert run.counts.quarantined == 5
    assert crawl.table("SELECT * FROM aliases") == []
    _site(server, range(1, 6))
    crawl.now += DAY
    crawl(source("news"))
    assert sorted(_paths(crawl)) == [*[f"/a/{n}.htm" for n in range(1, 6)], "/a/99.htm"]


def test_a_redirect_for_now_joins_when_the_same_stands_there(server: Server, crawl: Crawl) -> None:
    site = _site(server, range(1, 2), range(5, 6))
    site.answer("/a/5.htm", redirect("/a/1.htm", 302))
    crawl(source("news"))
    assert crawl.table("SELECT * FROM aliases") == []
    crawl(source("news"))
    assert len(crawl.table("SELECT * FROM aliases")) == 1
    site.hits.clear()
    crawl(source("news"))
    assert site.paths() == ["/news.html"]


@pytest.mark.parametrize("status", [301, 302])
def test_an_address_that_leads_to_another_article_is_gone(
    five: Site, crawl: Crawl, status: int
) -> None:
    five.article("/a/9.htm", "Another one", "It says something else altogether. " * 20)
    five.answer("/a/3.htm", redirect("/a/9.htm", status))
    (run,) = crawl(source("news"))
    assert (run.counts.new, run.counts.gone, run.counts.changed) == (1, 1, 0)
    ((evidence,),) = crawl.table("SELECT gone_evidence FROM articles WHERE gone_at IS NOT NULL")
    assert "redirects to http://news.test/a/9.htm" in evidence
    assert crawl.table("SELECT * FROM aliases") == []
    changes = [event.change for event in crawl.ask(lambda store: store.revisions.events())]
    assert Change.CHANGED not in changes


# What left its list


def test_where_a_list_ends() -> None:
    assert list_end(["2026-03-05", "2026-03-04", "2026-03-03"]) == "2026-03-04"
    assert list_end(["2026-03-05", "2026-03-03"]) == "2026-03-03"
    assert list_end(["2020-01-01", "2026-03-05", "2026-03-04", "2026-03-03"]) == "2026-03-04"
    assert list_end(["2026-03-05", "2026-03-04", "2026-03-03", "2020-01-01"]) == "2026-03-03"
    assert list_end(["2026-03-03", "2026-03-04", "2026-03-05"]) == "2026-03-04"


def test_a_sticky_notice_does_not_make_old_rows_missing(server: Server, crawl: Crawl) -> None:
    site = server.site("news.test")
    for number in range(1, 11):
        site.article(f"/a/{number}.htm", f"News {number}", day=f"2026-02-{28 - number:02d}")
    site.article("/a/500.htm", "Sticky", day="2020-01-01")
    numbers = [500, *range(3, 11)]
    site.listing("/news.html", *[f"/a/{number}.htm" for number in numbers])
    crawl(source("news"))
    site.listing("/news.html", *[f"/a/{number}.htm" for number in [500, 1, 2, 3, 4]])
    site.hits.clear()
    crawl(source("news", politeness=Politeness(timedelta())))
    assert sorted(site.paths()) == ["/a/1.htm", "/a/2.htm", "/news.html"]

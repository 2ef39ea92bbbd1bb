"""Lists that lead astray: rows 35, 36 and 43 of docs/faults.md."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.sources.model import Entry, EntryKind, Paging, PagingKind
from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.effort import cpu
from tests.support.servers import Server, Site, answer, late, list_html

Trap = Callable[[Site], None]


def _same(site: Site, path: str, more: str) -> None:
    site.listing(path, "/a/1.htm", "/a/2.htm", more=more)


def _to_itself(site: Site) -> None:
    _same(site, "/news.html", "/news.html")


def _to_and_fro(site: Site) -> None:
    _same(site, "/news.html", "/news_2.html")
    site.listing("/news_2.html", "/a/3.htm", more="/news.html")


def _same_page_for_ever(site: Site) -> None:
    for number in range(40):
        _same(site, f"/news.html?page={number}" if number else "/news.html",
              f"/news.html?page={number + 1}")  # fmt: skip


def _deeper_and_deeper(site: Site) -> None:
    for depth in range(40):
        _same(site, f"/{'a/' * depth}news.html", "a/news.html")


def _session_ids(site: Site) -> None:
    _same(site, "/news.html", "/news.html?sid=0")
    for number in range(40):
        _same(site, f"/news.html?sid={number}", f"/news.html?sid={number + 1}")


def _new_every_time(site: Site, path: Callable[[int], str]) -> None:
    for number in range(40):
        here = path(number) if number else "/news.html"
        site.article(f"/a/{number}9.htm", f"Number {number}")
        site.listing(here, f"/a/{number}9.htm", more=path(number + 1))


def _endless_pages(site: Site) -> None:
    _new_every_time(site, lambda number: f"/news.html?page={number}")


def _calendar(site: Site) -> None:
    _new_every_time(site, lambda number: f"/calendar/2026/{number}/")


#: The trap, and how many list pages may be asked for; both in a first crawl, which follows most.
ENDED: dict[str, tuple[Trap, int]] = {
    "to-itself": (_to_itself, 1),
    "to-and-fro": (_to_and_fro, 2),
    "same-page": (_same_page_for_ever, 2),
    "deeper": (_deeper_and_deeper, 2),
    "session-ids": (_session_ids, 2),
}
BOUNDED: dict[str, Trap] = {"pages": _endless_pages, "calendar": _calendar}


def _lists(site: Site) -> list[str]:
    return [path for path in site.paths() if not path.startswith("/a/") or "news" in path]


@pytest.mark.parametrize("name", ENDED)
def test_row_35_paging_that_repeats_ends(server: Server, crawl: Crawl, name: str) -> None:
    trap, most = ENDED[name]
    site = server.site("loop.test")
    for number in (1, 2, 3):
        site.article(f"/a/{number}.htm", f"Number {number}")
    site.answer("/a/4.htm", answer(500))  # the run before failed: no list is cut short
    trap(site)
    many = source("loop", paging=Paging(PagingKind.NEXT, max_pages=30))
    (run,) = crawl(many)
    assert run.outcome is Outcome.OK
    assert len(_lists(site)) == most
    assert run.counts.listed in (2, 3)
    if name not in ("to-itself", "to-and-fro"):
        assert "repeats itself" in run.reason


def test_row_308_a_page_that_shows_only_what_is_pinned_does_not_end_its_list(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("pinned.test")
    for number in range(1, 13):
        site.article(f"/a/{number}.htm", f"Story of subject number {number}")

    pages = ((2, 3, 4, 5, 6), (), (7, 8, 9, 10, 11), (), (), (12,))
    for at, numbers in enumerate(pages, 1):
        links = (f"/a/{n}.htm" for n in (1, *numbers))
        more = f"/news_{at + 1}.html" if at < len(pages) else ""
        site.listing(f"/news_{at}.html" if at > 1 else "/news.html", *links, more=more)
    (run,) = crawl(source("pinned", paging=Paging(PagingKind.NEXT, max_pages=9)))
    assert run.counts.new == 11
    assert "repeats itself from http://pinned.test/news_5.html" in run.reason


@pytest.mark.parametrize("name", BOUNDED)
def test_row_35_endless_news_is_bounded_and_flagged(
    server: Server, crawl: Crawl, name: str
) -> None:
    site = server.site("endless.test")
    BOUNDED[name](site)
    (run,) = crawl(source("endless", paging=Paging(PagingKind.NEXT, max_pages=4)))
    assert len(_lists(site)) == 4
    assert "goes on" in run.reason
    assert run.cursor.startswith("http://endless.test/")


def test_row_35_counted_pages_that_never_end(server: Server, crawl: Crawl) -> None:
    site = server.site("counted.test")
    for number in range(60):
        _same(site, f"/news_{number}.html" if number else "/news.html", "")
    for number in (1, 2):
        site.article(f"/a/{number}.htm", f"Number {number}")
    counted = Paging(PagingKind.PATTERN, "news_{n}.html", 1, 50)
    (run,) = crawl(source("counted", paging=counted))
    # The second may be the first again where a script counts so; the third ends it.
    assert (run.outcome, len(_lists(site))) == (Outcome.OK, 3)


@pytest.mark.slow
def test_row_35_slow_paging_ends_by_time(server: Server, crawl: Crawl) -> None:
    site = server.site("slow.test")
    _endless_pages(site)
    for path, behaviour in list(site.routes.items()):
        site.answer(path, late(0.3, behaviour))
    bounds = replace(BOUNDS, duration=timedelta(seconds=1))
    began = time.monotonic()
    (run,) = crawl(source("slow", bounds=bounds, paging=Paging(PagingKind.NEXT, max_pages=30)))
    assert time.monotonic() - began < 3
    assert run.outcome is Outcome.PARTIAL
    assert "time bound" in run.reason


def test_row_35_sitemaps_that_name_each_other(server: Server, crawl: Crawl) -> None:
    site = server.site("maps.test")
    index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
    for here, there in (("a", "b"), ("b", "a")):
        nested = "".join(
            f"<sitemap><loc>http://maps.test/{name}.xml</loc></sitemap>" for name in (here, there)
        )
        body = index.format(nested).encode()
        site.answer(f"/{here}.xml", answer(200, body, Content_Type="application/xml"))
    entry = Entry(EntryKind.SITEMAP, "http://maps.test/a.xml")
    crawl(source("maps", entries=(entry,)))
    assert site.paths() == ["/a.xml", "/b.xml"]


def _cpu_seconds() -> float:
    """Of this process and of its workers that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


@pytest.mark.slow
def test_row_36_a_hundred_thousand_links(server: Server, crawl: Crawl) -> None:
    site = server.site("many.test")
    html = list_html(*[f"/a/{number}.htm" for number in range(100_000)])
    site.answer("/news.html", answer(200, html.encode(), Content_Type="text/html"))
    minutes = timedelta(
        minutes=3
    )  # half the list is read, in pieces, which is work for a busy host
    bounds = replace(BOUNDS, page_bytes=20_000_000, links=50, pages=3, duration=minutes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with cpu(_cpu_seconds) as spent:
        (run,) = crawl(source("many", bounds=bounds))
    # A good millisecond a row that is read: reader and crawl work side by side and hinder each
    # other where two processors are one. What grew with the square would take hours.
    assert spent.under(60), spent
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024
    assert run.outcome in (Outcome.PARTIAL, Outcome.GONE)
    assert 50 < run.counts.listed <= 50_000  # all are on record, so many are queued
    assert len(site.paths()) == 3


def test_row_43_an_article_put_in_late(server: Server, crawl: Crawl) -> None:
    site = server.site("late.test")
    for number in range(1, 4):
        paths = [f"/a/{number}1.htm", f"/a/{number}2.htm"]
        for path in paths:
            site.article(path, f"News {path}")
        here = "/news.html" if number == 1 else f"/news_{number}.html"
        site.listing(here, *paths, more=f"/news_{number + 1}.html" if number < 3 else "")
    crawl(source("late"))
    site.article("/a/99.htm", "Put in late", day="2026-01-05")
    site.listing("/news_2.html", "/a/21.htm", "/a/99.htm", "/a/22.htm", more="/news_3.html")
    (run,) = crawl(source("late"))
    assert run.counts.new == 1
    (found,) = crawl.ask(lambda store: store.articles.at_url("http://late.test/a/99.htm"))
    assert found.published is not None
    assert found.published.iso == "2026-01-05"

"""What is told of rows that a link rule refuses, of entries that differ, and of lists that are not
there any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.status import status
from scraper.sources.links import compile_link
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.types import Outcome
from tests.support.crawling import Crawl, incidents, publish, source
from tests.support.servers import Server, Site, answer, page

LINKS = LinkRules(("a.test",), (compile_link("/a/{id}.htm"),))


@pytest.fixture
def site(server: Server) -> Site:
    return server.site("a.test")


def mixed(site: Site, own: int, *others: str) -> None:
    """A list of so many articles, and of other addresses."""
    for n in range(1, own + 1):
        site.article(f"/a/{n}.htm", f"Story {n} of the year")
    urls = [*(f"/a/{n}.htm" for n in range(1, own + 1)), *others]
    rows = "".join(f'<li><a href="{url}">Story at {url} of the year</a></li>' for url in urls)
    site.answer("/news.html", page(f"<html><body><ul class=news>{rows}</ul></body></html>"))


def found(crawl: Crawl) -> dict[Kind, Finding]:
    return {each.kind: each for each in incidents(crawl)}


def test_rows_made_like_articles_are_an_incident_until_a_shape_takes_or_denies_them(
    crawl: Crawl, site: Site
) -> None:
    links = LinkRules(("a.test",), (compile_link("re:^/a/[0-9]{1,2}\\.htm$"),))
    mixed(site, 20, "/a/2026.htm")
    crawl(source("a", links=links))
    told = found(crawl)[Kind.REFUSED_ROWS]
    assert told.severity is Severity.WARNING
    assert (
        told.message == "http://a.test/news.html: 1 of 21 rows are refused, 1 of them with "
        "addresses like those of its articles"
    )
    assert any("http://a.test/a/2026.htm" in line for line in told.evidence)
    with Archive.open_readonly(crawl.archive) as store:
        (row,) = status(store, [source("a")], ["a"], crawl.now)
    assert row.word == "refused_rows"
    assert row.proof is not None
    assert row.proof.describe().endswith("1 more refused by the link rule")
    crawl.now += timedelta(hours=2)
    crawl(source("a", links=replace(links, deny=(compile_link("/a/2026.htm"),))))
    assert Kind.REFUSED_ROWS not in found(crawl)
    crawl.now += timedelta(hours=2)
    site.article("/a/2026.htm", "Story of the year")
    (run,) = crawl(source("a", links=LINKS))
    assert (run.counts.new, run.counts.refused) == (1, 0)
    assert Kind.REFUSED_ROWS not in found(crawl)


@pytest.mark.parametrize(("others", "many"), [(2, False), (5, True)])
def test_rows_of_other_kinds_are_an_incident_where_they_are_many(
    crawl: Crawl, site: Site, others: int, many: bool
) -> None:
    mixed(site, 15, *(f"/video/{n}" for n in range(others)))
    (run,) = crawl(source("a"))
    assert run.counts.refused == others
    assert (Kind.REFUSED_ROWS in found(crawl)) == many


def test_a_sitemap_of_everything_is_none(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, 3)
    urls = [*(f"/a/{n}.htm" for n in (1, 2, 3)), *(f"/tag/{n}/" for n in range(50))]
    locs = "".join(f"<url><loc>{site.url(url)}</loc></url>" for url in urls)
    site.answer("/map.xml", answer(200, f"<urlset>{locs}</urlset>".encode()))
    entry = Entry(EntryKind.SITEMAP, site.url("/map.xml"))
    (run,) = crawl(source("a", entries=(entry,)))
    assert (run.counts.new, run.counts.refused) == (3, 50)
    assert Kind.REFUSED_ROWS not in found(crawl)


def test_links_that_are_not_read_as_rows_are_told_by_the_other_entry(
    crawl: Crawl, site: Site
) -> None:
    publish(site, *range(1, 13))
    rows = "".join(
        f'<li class="{"odd" if n % 2 else "even"}"><a href="/a/{n}.htm">Story {n} of the year</a>'
        f"<i>2026-02-{n:02}</i></li>"
        for n in range(12, 0, -1)
    )
    site.answer("/news.html", page(f"<html><body><ul class=news>{rows}</ul></body></html>"))
    items = "".join(
        f"<item><title>Story {n}</title><link>{site.url(f'/a/{n}.htm')}</link>"
        f"<pubDate>{n} Feb 2026 08:00:00 GMT</pubDate></item>"
        for n in range(1, 13)
    )
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    site.answer("/feed.xml", answer(200, feed.encode()))
    entries = (
        Entry(EntryKind.LIST, site.url("/news.html"), rows=ListRules("ul.news li.odd")),
        Entry(EntryKind.FEED, site.url("/feed.xml")),
    )
    (run,) = crawl(source("a", entries=entries))
    assert run.counts.new == 12
    told = found(crawl)[Kind.ENTRIES_DIFFER]
    assert "are linked on its pages and were not read as rows" in told.message
    assert told.place == site.url("/news.html")
    crawl.now += timedelta(days=1)
    mended = replace(entries[0], rows=ListRules("ul.news li"))
    crawl(source("a", entries=(mended, entries[1])))
    assert Kind.ENTRIES_DIFFER not in found(crawl)


def test_the_first_404_of_a_list_is_told_at_once(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, 3)
    site.listing("/other.html", "/a/1.htm", "/a/2.htm")
    lists = tuple(Entry(EntryKind.LIST, site.url(path)) for path in ("/news.html", "/other.html"))
    crawl(source("a", entries=lists))
    assert found(crawl) == {}
    site.answer("/other.html", answer(404))
    crawl.now += timedelta(hours=2)
    (run,) = crawl(source("a", entries=lists))
    assert run.outcome is Outcome.PARTIAL
    gone = found(crawl)[Kind.GONE]
    assert "the list is not there any more: HTTP 404" in gone.message
    assert any(line.startswith("read last") for line in gone.evidence)
    site.listing("/other.html", "/a/1.htm", "/a/2.htm")
    crawl.now += timedelta(hours=2)
    crawl(source("a", entries=lists))
    assert found(crawl) == {}


def test_an_entry_that_is_read_rarely_stays_judged(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, 3)
    site.answer("/map.xml", answer(200, b"<urlset></urlset>"))
    lists = (
        Entry(EntryKind.LIST, site.url("/news.html")),
        Entry(EntryKind.SITEMAP, site.url("/map.xml"), every=timedelta(days=1)),
    )
    locs = "".join(f"<url><loc>{site.url(f'/a/{n}.htm')}</loc></url>" for n in (1, 2, 3))
    site.answer("/map.xml", answer(200, f"<urlset>{locs}</urlset>".encode()))
    crawl(source("a", entries=lists))
    site.answer("/map.xml", answer(404))
    crawl.now += timedelta(days=1)
    for _ in range(4):
        crawl(source("a", entries=lists))
        assert found(crawl)[Kind.GONE].place == site.url("/map.xml")
        crawl.now += timedelta(hours=2)


def test_the_first_404_of_the_only_list_is_told_once_and_at_once(crawl: Crawl, site: Site) -> None:
    publish(site, 1, 2, 3)
    crawl(source("a"))
    site.answer("/news.html", answer(404))
    crawl.now += timedelta(hours=2)
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.GONE
    assert [each.kind for each in incidents(crawl)] == [Kind.GONE]
    crawl.now += timedelta(hours=2)
    crawl(source("a"))
    assert [each.kind for each in incidents(crawl)] == [Kind.GONE]

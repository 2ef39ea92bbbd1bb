"""Lists that say how long ago an article was published, in place of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper.sources.model import Entry, EntryKind, ListRules, Paging, PagingKind, RecheckRules
from storage.types import Change
from tests.support.crawling import Crawl, source
from tests.support.servers import Server, page, serving

TEXT = "The city said on Monday that forty laboratories will open their doors to companies. "
UNDATED = (
    "<html><body><h1>News number {n} of the city</h1><div class=content><p>" + TEXT * 3 + "</p>"
    "</div></body></html>"
)
NEVER = RecheckRules((timedelta(days=300),), 40)
LIST = Entry(
    EntryKind.LIST, "http://a.test/news.html", Paging(PagingKind.NEXT), ListRules("ul.news li")
)
SITE = source("a", entries=(LIST,), rechecks=NEVER)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def show(server: Server, pages: Mapping[str, Mapping[int, str]]) -> None:
    """List pages, each with its articles and what it says of their age."""
    site = server.site("a.test")
    paths = list(pages)
    for at, (path, ages) in enumerate(pages.items()):
        rows = "".join(
            f"<li><a href='/a/{n}.htm'>News number {n} of the city</a><i>{age}</i></li>"
            for n, age in ages.items()
        )
        more = f"<a rel=next href='{paths[at + 1]}'>Next</a>" if at + 1 < len(paths) else ""
        site.answer(path, page(f"<html><body><ul class=news>{rows}</ul>{more}</body></html>"))
        for n in ages:
            site.answer(f"/a/{n}.htm", page(UNDATED.format(n=n)))


def published(crawl: Crawl) -> dict[str, str | None]:
    sql = "SELECT a.url, r.published FROM articles a JOIN readings r ON r.id = a.reading_id"
    return {url.rpartition("/")[2].removesuffix(".htm"): day for url, day in crawl.table(sql)}


def asked(server: Server) -> list[str]:
    return [path for path in server.site("a.test").paths() if path.startswith("/a/")]


def changed(crawl: Crawl) -> int:
    events = crawl.ask(lambda store: store.revisions.events())
    return sum(event.change is Change.CHANGED for event in events)


def test_an_age_gives_the_day_only_where_it_says_it(server: Server, archive: Path) -> None:
    ages = {
        1: "2 hours ago",
        2: "4 days ago",
        3: "3 weeks, 4 days ago",
        4: "2 weeks ago",
        5: "2 months, 1 week ago",
    }
    show(server, {"/news.html": ages})
    crawl = Crawl(archive, server)
    crawl(SITE)
    today = crawl.now.astimezone().date()
    days = published(crawl)
    assert (days["4"], days["5"]) == (None, None)
    exact = {"1": 0, "2": 4, "3": 25}
    for name, back in exact.items():
        day = date.fromisoformat((days[name] or "")[:10])
        assert abs((today - timedelta(days=back) - day).days) <= 1, name


def test_an_age_that_has_grown_is_no_change(server: Server, archive: Path) -> None:
    show(server, {"/news.html": {n: f"{n} days ago" for n in range(1, 6)}})
    crawl = Crawl(archive, server)
    site = replace(SITE, rechecks=RecheckRules((timedelta(days=1), timedelta(days=7)), 40))
    crawl(site)
    before = published(crawl)
    for days in (1, 2, 20):
        # A server counts whole days and weeks, and shows no more of them.
        show(server, {"/news.html": {n: _age(n + days + 1) for n in range(1, 6)}})
        crawl.now += timedelta(days=days - (0 if days == 1 else 1), hours=1)
        (run,) = crawl(site)
        assert run.counts.changed == 0
    assert published(crawl) == before
    assert changed(crawl) == 0
    assert crawl.table("SELECT count(*) FROM listed_changes") == [(0,)]


def _age(days: int) -> str:
    weeks, rest = divmod(days, 7)
    parts = [f"{weeks} weeks"] * bool(weeks) + [f"{rest} days"] * bool(rest)
    return f"{', '.join(parts)} ago"


def test_a_feed_that_says_the_day_wins_over_an_age(server: Server, archive: Path) -> None:
    show(server, {"/news.html": {1: "5 days ago", 2: "3 weeks, 2 days ago"}})
    feed = "".join(
        f"<item><title>News number {n} of the city</title><link>http://a.test/a/{n}.htm</link>"
        f"<pubDate>{day} Feb 2026 08:00:00 +0800</pubDate></item>"
        for n, day in ((1, 24), (2, 7))
    )
    xml = f"<?xml version='1.0'?><rss version='2.0'><channel><title>a</title>{feed}</channel></rss>"
    server.site("a.test").answer("/feed.xml", page(xml))
    crawl = Crawl(archive, server)
    crawl(replace(SITE, entries=(LIST, Entry(EntryKind.FEED, "http://a.test/feed.xml"))))
    days = published(crawl)
    assert [(days[n] or "")[:10] for n in ("1", "2")] == ["2026-02-24", "2026-02-07"]


def test_articles_without_a_day_are_not_missed_on_pages_that_were_not_read(
    server: Server, archive: Path
) -> None:
    """The first crawl reads all pages, the second one two: what stands further down is there."""
    numbers = iter(range(40, 0, -1))
    pages = {f"/news{n or ''}.html": {next(numbers): "" for _ in range(5)} for n in range(8)}
    show(server, pages)
    crawl = Crawl(archive, server)
    crawl(SITE)
    server.site("a.test").hits.clear()
    crawl.now += timedelta(hours=2)
    crawl(SITE)
    assert asked(server) == []


def test_an_article_without_a_day_that_left_its_list_is_asked_for(
    server: Server, archive: Path
) -> None:
    numbers = iter(range(40, 0, -1))
    pages = {f"/news{n or ''}.html": {next(numbers): "" for _ in range(5)} for n in range(8)}
    show(server, pages)
    crawl = Crawl(archive, server)
    crawl(SITE)
    server.site("a.test").hits.clear()
    crawl.now += timedelta(hours=2)
    del pages["/news.html"][38]
    show(server, pages)
    crawl(SITE)
    assert asked(server) == ["/a/38.htm"]

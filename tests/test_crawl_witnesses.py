"""The entries of a source as witnesses of each other: gaps between them, rows that the link rule
refuses, articles that were dated back, and what lists tell of articles that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.parsing.entries import rows_of
from scraper.sources.links import compile_link
from scraper.sources.model import (
    Entry,
    EntryKind,
    LinkRules,
    ListRules,
    Paging,
    PagingKind,
    RecheckRules,
    Source,
)
from scraper.spiders.source import SourceCrawl
from storage.archive import Archive
from storage.lists import FIRST_REST, EntryGap, EntryReading
from storage.types import Outcome
from tests.support.crawling import Crawl, source
from tests.support.make import capture
from tests.support.servers import Server, Site, answer, page

NEWS, MAP, FEED = "http://a.test/news.html", "http://a.test/map.xml", "http://a.test/feed.xml"
LIST = Entry(EntryKind.LIST, NEWS, Paging(PagingKind.NEXT), ListRules("ul.news li", summary="p"))
DAILY_MAP = Entry(EntryKind.SITEMAP, MAP, every=timedelta(days=1))
NEVER_AGAIN = RecheckRules((timedelta(days=300),), 40)


def several(*entries: Entry, **fields: object) -> Source:
    """A source with these entries, which asks for nothing again by age."""
    return source("a", **{"entries": entries, "rechecks": NEVER_AGAIN, **fields})


def listing(
    site: Site,
    rows: Sequence[tuple[int, str]],
    path: str = "/news.html",
    more: str = "",
    summary: str = "",
) -> None:
    """A list of articles with their days."""
    items = "".join(
        f'<li><a href="/a/{n}.htm">News number {n} of the city</a><i>{day}</i><p>{summary}</p></li>'
        for n, day in rows
    )
    following = f'<a class="next" href="{more}">Next</a>' if more else ""
    site.answer(path, page(f"<html><body><ul class=news>{items}</ul>{following}</body></html>"))


def sitemap(site: Site, numbers: Sequence[int], lastmod: str = "") -> None:
    """A sitemap of these articles."""
    when = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    urls = "".join(f"<url><loc>{site.url(f'/a/{n}.htm')}</loc>{when}</url>" for n in numbers)
    site.answer("/map.xml", answer(200, f"<urlset>{urls}</urlset>".encode()))


def articles(site: Site, *numbers: int) -> list[tuple[int, str]]:
    """Articles of consecutive days, the higher number the later, newest first."""
    rows = [(n, f"2026-02-{n:02}") for n in sorted(numbers, reverse=True)]
    for n, day in rows:
        site.article(f"/a/{n}.htm", f"News number {n} of the city", day=day)
    return rows


def gaps(crawl: Crawl) -> list[EntryGap]:
    return list(crawl.ask(lambda store: store.lists.witnesses.gaps("a")))


def reading(crawl: Crawl, url: str) -> EntryReading:
    found: Sequence[EntryReading] = crawl.ask(lambda store: store.lists.witnesses.readings("a"))
    return next(each for each in found if each.entry_url == url)


# When entries are read


def test_a_dear_entry_is_read_once_in_its_span_and_the_cheap_one_every_time(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    listing(site, articles(site, 1, 2, 3))
    sitemap(site, (1, 2, 3))
    both = several(LIST, DAILY_MAP)
    for hours in (0, 2, 4, 22, 24):
        site.hits.clear()
        (run,) = crawl(both)
        assert run.outcome is Outcome.OK
        assert ("/map.xml" in site.paths()) == (hours in (0, 22)), hours
        assert "/news.html" in site.paths()
        if hours:
            assert not any(path.startswith("/a/") for path in site.paths())
        crawl.now += timedelta(hours=18 if hours == 4 else 2)


def test_a_dear_entry_that_failed_is_asked_for_again_at_once(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    listing(site, articles(site, 1, 2, 3))
    site.answer("/map.xml", answer(500))
    both = several(LIST, DAILY_MAP)
    crawl(both)
    sitemap(site, (1, 2, 3))
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    crawl(both)
    assert "/map.xml" in site.paths()


def test_an_article_dated_back_to_a_far_page_is_found_by_the_next_whole_reading(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 25))

    def put(shown: Sequence[tuple[int, str]]) -> None:
        pages = [shown[at : at + 5] for at in range(0, len(shown), 5)]
        for at, some in enumerate(pages):
            more = f"/news_{at + 2}.html" if at + 1 < len(pages) else ""
            listing(site, some, f"/news_{at + 1}.html" if at else "/news.html", more)

    late = rows[21]
    put([row for row in rows if row != late])
    one = several(LIST)
    (run,) = crawl(one)
    assert (run.outcome, run.counts.new) == (Outcome.OK, 23)
    put(rows)  # it stands on page 5, where no daily look comes
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    (run,) = crawl(one)
    assert run.counts.new == 0
    assert site.paths() == ["/news.html", "/news_2.html"]
    crawl.now += timedelta(hours=20)
    (run,) = crawl(one)
    assert run.counts.new == 1


def paged(site: Site, shown: Sequence[tuple[int, str]], size: int, aside: str = "") -> None:
    """A list over as many pages as it takes, with links that stand beside it on each of them."""
    pages = [shown[at : at + size] for at in range(0, len(shown), size)]
    for at, some in enumerate(pages):
        more = f"/news_{at + 2}.html" if at + 1 < len(pages) else ""
        path = f"/news_{at + 1}.html" if at else "/news.html"
        items = "".join(
            f'<li><a href="/a/{n}.htm">News number {n} of the city</a><i>{day}</i></li>'
            for n, day in some
        )
        following = f'<a class="next" href="{more}">Next</a>' if more else ""
        site.answer(path, page(f"<body><ul class=news>{items}{aside}</ul>{following}</body>"))


def test_what_was_put_in_on_a_page_beyond_the_window_is_found_where_the_list_is_known(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 25))
    late = rows[20]
    paged(site, [row for row in rows if row != late], 2)
    wide = replace(LIST, paging=Paging(PagingKind.NEXT, max_pages=20))
    narrow = replace(LIST, paging=Paging(PagingKind.NEXT, max_pages=3))
    crawl(several(wide))  # as a back-fill would
    paged(site, rows, 2)  # on page 11
    crawl.now += timedelta(hours=20)
    site.hits.clear()
    (run,) = crawl(several(narrow))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert "/news_12.html" in site.paths()
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    crawl(several(narrow))
    assert site.paths() == ["/news.html", "/news_2.html"]


def test_a_far_page_that_cannot_be_had_is_tried_again_the_next_day(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 21))
    paged(site, rows, 2)
    crawl(several(replace(LIST, paging=Paging(PagingKind.NEXT, max_pages=20))))
    narrow = several(replace(LIST, paging=Paging(PagingKind.NEXT, max_pages=3)))
    site.answer("/news_6.html", answer(500))
    for hours, asked in ((24, True), (2, False), (22, True)):
        crawl.now += timedelta(hours=hours)
        site.hits.clear()
        (run,) = crawl(narrow)
        assert (run.outcome, "/news_6.html" in site.paths()) == (Outcome.OK, asked)
        assert ("news_6.html could not be read" in run.reason) == asked


def test_what_lies_beyond_the_window_and_was_never_looked_at_is_no_news(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 26))
    aside = '<li><a href="/a/24.htm">News number 24 of the city</a></li>'
    paged(site, rows[1:], 3, aside)
    narrow = several(replace(LIST, paging=Paging(PagingKind.NEXT, max_pages=3)))
    (run,) = crawl(narrow)
    assert run.counts.new == 9
    paged(site, rows, 3, aside)  # everything moves down by one
    for _ in range(3):
        crawl.now += timedelta(days=1)
        (run,) = crawl(narrow)
        assert run.counts.new == (1 if _ == 0 else 0)
    assert max(int(path[6:-5]) for path in site.paths() if path.startswith("/news_")) == 4
    assert crawl.table("SELECT count(*) FROM articles") == [(10,)]


# What one shows and the other lacks


def test_what_the_list_lacks_is_had_from_the_sitemap_and_on_record(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, [row for row in rows if row[0] not in (7, 9)])
    sitemap(site, range(1, 13))
    (run,) = crawl(several(LIST, DAILY_MAP))
    assert (run.outcome, run.counts.new, run.counts.gaps) == (Outcome.OK, 12, 2)
    assert "lacks 2 of 10 that the source's entries show since 2026-02-02" in run.reason
    found = gaps(crawl)
    assert {gap.url for gap in found} == {site.url("/a/7.htm"), site.url("/a/9.htm")}
    assert {(gap.entry_url, gap.shown_by, gap.reason) for gap in found} == {(NEWS, MAP, "unlisted")}
    assert {gap.closed_why for gap in found} == {"had"}
    assert (reading(crawl, NEWS).shown, reading(crawl, NEWS).of_all) == (10, 12)
    assert reading(crawl, MAP).lacking == 0
    crawl.now += timedelta(days=1)
    (run,) = crawl(several(LIST, DAILY_MAP))
    assert (run.counts.gaps, run.reason) == (2, "")  # no news of yesterday
    assert reading(crawl, NEWS).describe().startswith(f"{NEWS} lacks 2 of 10")


def test_a_gap_stays_open_until_its_address_is_had(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, [row for row in rows if row[0] != 7])
    items = "".join(
        f"<item><title>News number {n}</title><link>{site.url(f'/a/{n}.htm')}</link>"
        f"<pubDate>{n} Feb 2026 08:00:00 GMT</pubDate></item>"
        for n, _ in rows
    )
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    site.answer("/feed.xml", answer(200, feed.encode()))
    site.answer("/a/7.htm", answer(500))
    both = several(LIST, Entry(EntryKind.FEED, FEED))
    (run,) = crawl(both)
    assert run.counts.gaps == 1
    (gap,) = gaps(crawl)
    assert (gap.url, gap.closed_at) == (site.url("/a/7.htm"), None)
    assert crawl.ask(lambda store: store.lists.witnesses.open_gaps("a")) == 1
    articles(site, 7)
    crawl.now += timedelta(days=1)
    (run,) = crawl(both)
    assert run.counts.new == 1
    (gap,) = gaps(crawl)
    assert gap.closed_why == "had"


def test_a_gap_closes_when_no_entry_shows_its_address_any_more(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    shown = [row for row in rows if row[0] != 7]
    listing(site, shown)
    feed = Entry(EntryKind.JSON, "http://a.test/list.json")
    said = ",".join(
        f'{{"url": "/a/{n}.htm", "title": "News {n}", "date": "{day}"}}' for n, day in rows
    )
    site.answer("/list.json", answer(200, f"[{said}]".encode()))
    site.answer("/a/7.htm", answer(500))
    crawl(several(LIST, feed))
    said = ",".join(
        f'{{"url": "/a/{n}.htm", "title": "News {n}", "date": "{day}"}}' for n, day in shown
    )
    site.answer("/list.json", answer(200, f"[{said}]".encode()))
    crawl.now += timedelta(days=1)
    crawl(several(LIST, feed))
    (gap,) = gaps(crawl)
    assert gap.closed_why == "in no entry"


def test_a_gap_that_a_person_denies_is_over(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, [row for row in rows if row[0] != 7])
    said = ",".join(
        f'{{"url": "/a/{n}.htm", "title": "News {n}", "date": "{day}"}}' for n, day in rows
    )
    site.answer("/list.json", answer(200, f"[{said}]".encode()))
    site.answer("/a/7.htm", answer(500))
    both = several(LIST, Entry(EntryKind.JSON, "http://a.test/list.json"))
    crawl(both)
    crawl.now += timedelta(hours=2)
    links = LinkRules(("a.test",), both.links.allow, (compile_link("/a/7.htm"),))
    (run,) = crawl(replace(both, links=links))
    (gap,) = gaps(crawl)
    assert gap.closed_why == "refused"
    assert run.counts.refused == 1


def test_other_sections_and_other_times_are_no_gaps(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, rows[:5])  # where the list ends, nothing older is lacking
    for n in (50, 51):
        site.article(f"/notices/{n}.htm", f"Notice {n}", day="2026-02-11")
    sitemap(site, range(1, 13))
    urls = "".join(f"<url><loc>{site.url(f'/a/{n}.htm')}</loc></url>" for n in range(1, 13))
    more = "".join(f"<url><loc>{site.url(f'/notices/{n}.htm')}</loc></url>" for n in (50, 51))
    site.answer("/map.xml", answer(200, f"<urlset>{urls}{more}</urlset>".encode()))
    links = LinkRules(("a.test",), (compile_link("/{section}/{id}.htm"),))
    (run,) = crawl(several(LIST, DAILY_MAP, links=links))
    assert (run.counts.new, run.counts.gaps) == (14, 0)
    assert "ends after 5 of 12 that the entries show" in run.reason
    assert gaps(crawl) == []


def test_two_lists_say_nothing_against_each_other(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, rows[::2])
    listing(site, rows[1::2], "/other.html")
    other = replace(LIST, url="http://a.test/other.html")
    sitemap(site, range(1, 13))
    (run,) = crawl(several(LIST, other, DAILY_MAP))
    assert (run.counts.new, run.counts.gaps, run.reason) == (12, 0, "")


def test_an_entry_that_is_taken_out_leaves_no_open_gap(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, [row for row in rows if row[0] != 7])
    sitemap(site, range(1, 13))
    site.answer("/a/7.htm", answer(500))
    both = several(LIST, DAILY_MAP)
    crawl(both)
    crawl.now += timedelta(hours=2)
    crawl(several(DAILY_MAP))
    assert crawl.ask(lambda store: store.lists.witnesses.open_gaps("a")) == 0
    assert [each.entry_url for each in crawl.ask(lambda s: s.lists.witnesses.readings("a"))] == [
        MAP
    ]


# Rows that the link rule refuses

SHAPES = LinkRules(("a.test",), (compile_link("/{yyyy}/{mm}/{section}/"),))


def test_refused_rows_are_told_of_a_page_whose_menu_is_not(server: Server) -> None:
    rows = "".join(
        f"<li class=row><a href=/2026/01/the-story-{n}-of-all/>Story number {n}</a></li>"
        for n in range(1, 9)
    )
    html = (
        "<ul class=menu><li><a href=/about/>About the city</a><li><a href=/news/>News</a></ul>"
        f"<ul>{rows}<li class=row><a href=/2026/1/odd/>A month without its zero</a></li>"
        "<li class=row><a href=/video/12>A film about the bridge</a></li>"
        "<li class=row><a href=http://b.test/2026/01/x/>On another host it stands</a></li>"
        "<li class=pager><a href=/news/2/>Older stories</a></li></ul>"
    )
    entry = Entry(EntryKind.LIST, NEWS)
    shot = capture(html.encode(), url=NEWS, final_url=NEWS, headers=())
    read = rows_of(shot, entry, source("a", entries=(entry,), links=SHAPES))
    assert len(read.rows) == 8
    assert [(row.url, row.why, row.alike) for row in read.refused] == [
        ("http://a.test/2026/1/odd/", "shape", True),
        ("http://a.test/video/12", "shape", False),
        ("http://b.test/2026/01/x/", "host", False),
    ]


def test_boxes_of_a_page_are_no_refused_rows(server: Server) -> None:
    rows = "".join(
        f"<article class='post p{n}'><h2><a href=/2026/01/the-story-{n}-of-all/>Story {n}</a></h2>"
        f"<a href=/tag/{n}/>a tag of it</a><a href=/by/ana/>written by Ana</a></article>"
        for n in range(1, 9)
    )
    years = "".join(f"<li><a href=/{n}/>All of the year {n}</a></li>" for n in range(2010, 2026))
    html = (
        f"<main>{rows}<article class=post><a href=/news/2/>More stories</a></article></main><aside>"
        "<div class=box><h3>Read now</h3><a href=/2026/01/the-story-3-of-all/>Story 3</a></div>"
        f"<div class=box><h3>Archive</h3><ul>{years}</ul></div>"
        "<div class=box><a href=/subscribe/>Have it sent to you</a></div>"
        "<div class=box><a href=/about/>Who writes all of this</a></div></aside>"
    )
    entry = Entry(EntryKind.LIST, NEWS)
    shot = capture(html.encode(), url=NEWS, final_url=NEWS, headers=())
    read = rows_of(shot, entry, source("a", entries=(entry,), links=SHAPES))
    assert len(read.rows) == 8
    assert read.refused == ()


@pytest.mark.parametrize("length", [101, 180, 900])
def test_an_address_is_an_article_however_long_its_headline(length: int) -> None:
    for word in ("a", "%E8%B4%B5%E9%98%B3-"):
        slug = (word * length)[:length] if word == "a" else word * (length // 9)
        url = f"http://a.test/2026/01/{slug}/"
        entry = Entry(EntryKind.FEED, FEED)
        feed = f"<rss><channel><item><title>One</title><link>{url}</link></item></channel></rss>"
        shot = capture(feed.encode(), url=FEED, final_url=FEED, headers=())
        read = rows_of(shot, entry, source("a", entries=(entry,), links=SHAPES))
        assert [row.url for row in read.rows] == [url]


def test_refused_rows_are_counted_and_kept(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, 1, 2, 3)
    items = "".join(f'<li><a href="/a/{n}.htm">News number {n}</a></li>' for n, _ in rows)
    items += '<li><a href="/a/x4.htm">What is called otherwise</a></li>'
    items += '<li><a href="/a/5.pdf">A document to load</a></li>'
    site.answer("/news.html", page(f"<html><body><ul class=news>{items}</ul></body></html>"))
    for _ in range(2):
        (run,) = crawl(several(LIST))
        assert (run.outcome, run.counts.listed, run.counts.refused) == (Outcome.OK, 3, 2)
        crawl.now += timedelta(hours=2)
    kept = crawl.ask(lambda store: store.lists.witnesses.refused("a"))
    assert [(each.row.url, each.row.title, each.row.why) for each in kept] == [
        ("http://a.test/a/5.pdf", "A document to load", "file"),
        ("http://a.test/a/x4.htm", "What is called otherwise", "shape"),
    ]
    assert crawl.table("SELECT rows, refused, alike, times FROM list_sights") == [(3, 2, 0, 2)]


# What lists tell of articles that changed


def _changed(crawl: Crawl) -> list[tuple[str, str]]:
    return [
        (what, found)
        for what, found in crawl.table("SELECT what, found FROM listed_changes ORDER BY id")
    ]


def test_a_headline_that_changed_on_the_list_brings_the_article_again_at_once(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    for n in (1, 2, 3):
        site.article(f"/a/{n}.htm", f"News at /a/{n}.htm")
    site.listing("/news.html", "/a/3.htm", "/a/2.htm", "/a/1.htm")
    crawl(several(LIST))
    site.article("/a/2.htm", "Forty-one laboratories", text="Forty-one of them will open in May.")
    html = (
        '<ul class=news><li><a href="/a/3.htm">News at /a/3.htm</a></li><li><a href="/a/2.htm">'
        'Forty-one laboratories</a></li><li><a href="/a/1.htm">News at /a/1.htm</a></li></ul>'
    )
    site.answer("/news.html", page(html))
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    (run,) = crawl(several(LIST))
    assert run.counts.changed == 1
    assert site.paths() == ["/news.html", "/a/2.htm"]
    assert _changed(crawl) == [("title", "changed")]
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    crawl(several(LIST))
    assert site.paths() == ["/news.html"]


def test_summaries_that_change_with_every_visit_bring_articles_ever_more_rarely(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    rows = articles(site, 1, 2, 3)
    asked: list[int] = []
    for visit in range(30):
        listing(site, rows, summary=f"Read {visit} times until now.")
        site.hits.clear()
        crawl(several(LIST))
        asked.append(sum(path.startswith("/a/") for path in site.paths()))
        crawl.now += timedelta(hours=12)
    assert asked[:2] == [3, 3]  # the first crawl, and the first look
    assert sum(asked[2:]) <= 3 * 4  # after a day, two, four and eight


def test_an_entry_that_always_says_changed_is_looked_at_by_probes(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("a.test")
    listing(site, articles(site, *range(1, 25)))
    visits: list[int] = []
    for _ in range(6):
        sitemap(site, range(1, 25), lastmod=crawl.now.isoformat())
        site.hits.clear()
        crawl(several(LIST, DAILY_MAP))
        visits.append(sum(path.startswith("/a/") for path in site.paths()))
        crawl.now += timedelta(days=1)
    assert visits[0] == 24
    assert visits[1] <= 20
    assert max(visits[2:]) <= 2


@pytest.mark.parametrize("kind", ["feed", "sitemap", "json"])
def test_a_later_moment_of_change_brings_the_article_again(
    server: Server, crawl: Crawl, kind: str
) -> None:
    site = server.site("a.test")
    listing(site, articles(site, 1, 2, 3))

    def say(changed: str) -> Entry:
        if kind == "sitemap":
            urls = "".join(
                f"<url><loc>{site.url(f'/a/{n}.htm')}</loc><lastmod>"
                f"{changed if n == 2 else '2026-02-20T00:00:00Z'}</lastmod></url>"
                for n in (1, 2, 3)
            )
            site.answer("/map.xml", answer(200, f"<urlset>{urls}</urlset>".encode()))
            return Entry(EntryKind.SITEMAP, MAP)
        if kind == "feed":
            entries = "".join(
                f"<entry><title>News {n}</title><link href='/a/{n}.htm'/><published>2026-02-0{n}T"
                f"00:00:00Z</published><updated>{changed if n == 2 else '2026-02-20T00:00:00Z'}"
                "</updated></entry>"
                for n in (1, 2, 3)
            )
            feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"
            site.answer("/feed.xml", answer(200, feed.encode()))
            return Entry(EntryKind.FEED, FEED)
        items = ",".join(
            f'{{"link": "/a/{n}.htm", "title": {{"rendered": "News {n}"}}, '
            f'"date": "2026-02-0{n}T00:00:00", '
            f'"modified": "{changed if n == 2 else "2026-02-20T00:00:00"}"}}'
            for n in (1, 2, 3)
        )
        site.answer("/list.json", answer(200, f"[{items}]".encode()))
        rules = ListRules(link="link", title="title.rendered", date="date", modified="modified")
        return Entry(EntryKind.JSON, "http://a.test/list.json", rows=rules)

    entry = say("2026-02-20T00:00:00Z")
    crawl(several(LIST, entry))
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    crawl(several(LIST, entry))
    assert not any(path.startswith("/a/") for path in site.paths())
    site.article("/a/2.htm", "News number 2 of the city", text="It was put right: 42 of them.")
    say((crawl.now + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    crawl.now += timedelta(hours=2)
    (run,) = crawl(several(LIST, entry))
    assert run.counts.changed == 1
    assert _changed(crawl) == [("modified", "changed")]


def test_what_a_list_told_is_owed_until_somebody_has_looked(server: Server, crawl: Crawl) -> None:
    site = server.site("a.test")
    rows = articles(site, 1, 2, 3)
    listing(site, rows, summary="Before.")
    crawl(several(LIST))
    listing(site, rows, summary="Afterwards.")
    for n in (1, 2, 3):
        site.answer(f"/a/{n}.htm", answer(500))
    crawl.now += timedelta(hours=2)
    crawl(several(LIST))
    assert _changed(crawl) == [("summary", "")] * 3
    articles(site, 1, 2, 3)
    crawl.now += FIRST_REST
    crawl(several(LIST))
    assert _changed(crawl) == [("summary", "unchanged")] * 3


@pytest.mark.parametrize("when", ["before its entries are compared", "while it fetches"])
def test_a_crawl_that_is_killed_leaves_nothing_undone(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """A run without an end, as a kill leaves it: the next one reads all entries, and compares."""

    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    site = server.site("a.test")
    rows = articles(site, *range(1, 13))
    listing(site, [row for row in rows if row[0] != 7])
    sitemap(site, range(1, 13))
    both = several(LIST, DAILY_MAP)
    part = "_reconcile" if when.startswith("before") else "_fetch_all"
    with monkeypatch.context() as patched:
        patched.setattr(SourceCrawl, part, killed)
        crawl(both)
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        tx.archive._db.execute("UPDATE runs SET ended_at = NULL, outcome = NULL, reason = ''")
    assert gaps(crawl) == []
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    (run,) = crawl(both)
    assert run.outcome is Outcome.OK
    assert "/map.xml" in site.paths()
    assert [gap.closed_why for gap in gaps(crawl)] == ["had"]
    assert crawl.table("SELECT count(*) FROM articles") == [(12,)]

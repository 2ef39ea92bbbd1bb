"""Lists and their pages: what is followed, where it ends, what a second look costs."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.parsing.types import ListPage
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind
from scraper.spiders.lists import has_slid
from scraper.workers.readers import Readers
from storage.lists import ListRow
from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.effort import slowness
from tests.support.servers import (
    REDESIGN,
    Hit,
    Server,
    Site,
    answer,
    in_turn,
    list_html,
    page,
    redirect,
)


def _pages(site: Site, pages: int, each: int = 2) -> None:
    """A list of so many pages, each with its own articles."""
    for number in range(1, pages + 1):
        first = (number - 1) * each + 1
        links = [f"/a/{first + step}.htm" for step in range(each)]
        for link in links:
            site.article(link, f"News {link}")
        more = f"/news_{number + 1}.html" if number < pages else ""
        site.listing("/news.html" if number == 1 else f"/news_{number}.html", *links, more=more)


def _lists(site: Site) -> list[str]:
    found = [path for path in site.paths() if path.startswith("/news")]
    site.hits.clear()
    return found


def test_pages_are_followed_and_a_second_crawl_is_short(server: Server, crawl: Crawl) -> None:
    site = server.site("pages.test")
    _pages(site, 4)
    (run,) = crawl(source("pages"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 8)
    assert _lists(site) == ["/news.html", "/news_2.html", "/news_3.html", "/news_4.html"]
    (run,) = crawl(source("pages"))
    assert (run.outcome, run.counts.new, run.counts.fetched) == (Outcome.OK, 0, 0)
    assert _lists(site) == ["/news.html", "/news_2.html"]
    conditional = crawl.table("SELECT outcome FROM fetches WHERE run_id = 2")
    assert conditional.count(("unchanged",)) == 2


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
@pytest.mark.parametrize("shape", ["rss", "atom"])
def test_the_pages_of_a_feed_are_followed(
    server: Server, crawl: Crawl, shape: str, rel: str
) -> None:
    """RFC 5005: a feed says where its older entries are."""
    site = server.site("feeds.test")
    for number in range(1, 4):
        links = [f"/a/{2 * number + step}.htm" for step in (0, 1)]
        for link in links:
            site.article(link, f"News {link}")
        more = f"/feed.xml?page={number + 1}" if number < 3 else ""
        site.answer(f"/feed.xml?page={number}" if number > 1 else "/feed.xml", answer(
            200, _feed(shape, links, f'rel="{rel}" href="{more}"' if more else ""),
        ))  # fmt: skip
    feed = source("feeds", entries=(Entry(EntryKind.FEED, site.url("/feed.xml")),))
    (run,) = crawl(feed)
    assert (run.outcome, run.counts.new) == (Outcome.OK, 6)
    site.hits.clear()
    (run,) = crawl(feed)
    assert (run.counts.new, run.counts.fetched) == (0, 0)
    assert [path for path in site.paths() if "feed" in path] == ["/feed.xml", "/feed.xml?page=2"]
    (run,) = crawl(replace(feed, entries=(replace(feed.entries[0], paging=Paging(max_pages=1)),)))
    assert run.outcome is Outcome.OK


def _feed(shape: str, links: list[str], more: str) -> bytes:
    link = f'<link xmlns="http://www.w3.org/2005/Atom" {more}/>' if more else ""
    if shape == "atom":
        rows = "".join(
            f'<entry><id>{one}</id><title>News {one}</title><link href="{one}"/></entry>'
            for one in links
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>{link}{rows}</feed>'.encode()
    rows = "".join(f"<item><title>News {one}</title><link>{one}</link></item>" for one in links)
    return f'<rss version="2.0"><channel><title>f</title>{link}{rows}</channel></rss>'.encode()


def test_a_feed_that_goes_on_at_another_host_says_so(server: Server, crawl: Crawl) -> None:
    site = server.site("feeds.test")
    site.article("/a/1.htm", "News of the city")
    more = 'rel="next" href="http://elsewhere.test/feed.xml?from=26"'
    site.answer("/feed.xml", answer(200, _feed("rss", ["/a/1.htm"], more)))
    (run,) = crawl(source("feeds", entries=(Entry(EntryKind.FEED, site.url("/feed.xml")),)))
    assert run.counts.new == 1
    (sight,) = crawl.table("SELECT reason FROM list_sights")
    assert sight[0].startswith("the list goes on: http://elsewhere.test/feed.xml?from=26")


def test_what_a_bound_cut_off_is_had_in_the_next_run(server: Server, crawl: Crawl) -> None:
    site = server.site("bound.test")
    _pages(site, 4)
    few = source("bound", bounds=replace(BOUNDS, pages=6))
    (first,) = crawl(few)
    assert (first.outcome, first.counts.new) == (Outcome.PARTIAL, 2)
    assert first.cursor.startswith("http://bound.test/a/")
    for _ in range(3):
        (last,) = crawl(few)
    assert last.outcome is Outcome.PARTIAL or last.counts.new
    (done,) = crawl(source("bound"))
    assert done.outcome is Outcome.OK
    assert crawl.table("SELECT count(*) FROM articles") == [(8,)]


def test_a_window_full_of_news_is_gone_beyond(server: Server, crawl: Crawl) -> None:
    site = server.site("window.test")
    narrow = source("window", paging=Paging(PagingKind.NEXT, max_pages=2))
    _pages(site, 3, each=1)
    crawl(narrow)
    for number in (7, 8, 9):
        site.article(f"/a/{number}.htm", f"News {number}")
    site.listing("/news.html", "/a/7.htm", more="/news_2.html")
    site.listing("/news_2.html", "/a/8.htm", more="/news_3.html")
    site.listing("/news_3.html", "/a/9.htm")
    (run,) = crawl(narrow)
    assert (run.outcome, run.cursor, run.counts.new) == (Outcome.OK, "", 3)
    assert crawl(narrow)[0].outcome is Outcome.OK


def test_the_end_of_a_counted_list_may_be_missing(server: Server, crawl: Crawl) -> None:
    site = server.site("end.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "One")
    (run,) = crawl(source("end", paging=Paging(PagingKind.PATTERN, "news_{n}.html", 2, 5)))
    assert (run.outcome, run.counts.failed) == (Outcome.OK, 0)


@pytest.mark.parametrize("kind", [PagingKind.NEXT, PagingKind.SCRIPT])
def test_a_page_that_the_portal_names_must_be_there(
    server: Server, crawl: Crawl, kind: PagingKind
) -> None:
    site = server.site("end.test")
    html = list_html("/a/1.htm", more="/news_2.html")
    site.answer("/news.html", page(f'{html}<script>createPageHTML(4, 0, "news", "html")</script>'))
    site.article("/a/1.htm", "One")
    (run,) = crawl(source("end", paging=Paging(kind)))
    assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 1)
    assert "/news_" in run.reason
    assert "HTTP 404" in run.reason
    assert run.cursor.startswith("http://end.test/news_")


def test_row_37_a_redesigned_list_is_no_empty_success(server: Server, crawl: Crawl) -> None:
    site = server.site("new.test")
    _pages(site, 1)
    crawl(source("new"))
    site.answer("/news.html", page(REDESIGN))
    (run,) = crawl(source("new"))
    assert run.outcome is Outcome.LAYOUT_CHANGED
    assert crawl.table("SELECT count(*) FROM articles WHERE gone_at IS NULL") == [(2,)]


def test_spellings_of_one_address_are_one_article(server: Server, crawl: Crawl) -> None:
    site = server.site("spell.test")
    site.listing(
        "/news.html",
        "/a/1.htm",
        "/a/1.htm#top",
        "http://SPELL.test:80/a/1.htm",
        "/b/../a/1.htm",
        "/a/1.htm?utm_source=x",
    )
    site.article("/a/1.htm", "One")
    (run,) = crawl(source("spell"))
    assert (run.counts.listed, run.counts.fetched, run.counts.new) == (1, 1, 1)
    (run,) = crawl(source("spell"))
    assert (run.counts.fetched, run.counts.new) == (0, 0)


def test_an_address_that_forwards_is_known_by_both_names(server: Server, crawl: Crawl) -> None:
    site = server.site("forward.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.answer("/a/1.htm", redirect("/a/2.htm", 301))
    site.article("/a/2.htm", "Both")
    (run,) = crawl(source("forward"))
    assert crawl.table("SELECT count(*) FROM articles") == [(1,)]
    assert run.counts.new == 1
    site.hits.clear()
    (run,) = crawl(source("forward"))
    assert site.paths() == ["/news.html"]


def test_other_hosts_are_not_followed(server: Server, crawl: Crawl) -> None:
    site, other = server.site("own.test"), server.site("other.test")
    site.listing("/news.html", "/a/1.htm", "http://other.test/a/2.htm")
    site.article("/a/1.htm", "Own")
    (run,) = crawl(source("own"))
    assert (run.outcome, run.counts.listed) == (Outcome.OK, 1)
    assert other.hits == []


def test_row_21_a_lying_validator_is_not_believed_for_ever(server: Server, crawl: Crawl) -> None:
    site = server.site("liar.test")
    body = list_html("/a/1.htm").encode()
    site.answer("/news.html", answer(200, body, Content_Type="text/html", ETag='"same"'))
    site.article("/a/1.htm", "One")
    crawl(source("liar"))
    site.answer("/news.html", answer(304, ETag='"same"'))
    crawl.now += timedelta(days=1)
    assert crawl(source("liar"))[0].outcome is Outcome.OK
    fresh = list_html("/a/1.htm", "/a/2.htm").encode()
    site.article("/a/2.htm", "Two")
    site.answer("/news.html", answer(200, fresh, Content_Type="text/html", ETag='"same"'))
    crawl.now += timedelta(days=7)
    site.hits.clear()
    (run,) = crawl(source("liar"))
    assert "if-none-match" not in site.hits[1].headers
    assert run.counts.new == 1


def test_row_21_not_modified_without_a_question(server: Server, crawl: Crawl) -> None:
    server.site("odd.test").answer("/news.html", answer(304))
    (run,) = crawl(source("odd"))
    assert run.outcome is Outcome.HTTP_ERROR


def test_one_page_by_its_address(server: Server, crawl: Crawl) -> None:
    site = server.site("single.test")
    site.article("/a/7.htm", "Only this")
    (run,) = crawl(source("single"), page="http://single.test/a/7.htm")
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert site.paths() == ["/a/7.htm"]


def test_a_json_list_is_followed_by_its_page_parameter(server: Server, crawl: Crawl) -> None:
    site = server.site("api.test")
    for number in (1, 2, 3):
        items = [{"no": 10 * number + n, "name": f"News {number}{n}"} for n in range(2)]
        body = json.dumps({"data": {"rows": items if number < 3 else []}}).encode()
        site.answer(
            f"/api/list?pageNo={number}", answer(200, body, Content_Type="application/json")
        )
        for item in items:
            site.article(f"/a/{item['no']}.htm", str(item["name"]))
    rules = ListRules("data.rows", "/a/{no}.htm", "name")
    counted = Paging(PagingKind.PATTERN, "?pageNo={n}", 2, 5)
    entry = Entry(EntryKind.JSON, "http://api.test/api/list?pageNo=1", counted, rules)
    (run,) = crawl(source("api", entries=(entry,)))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)


def test_a_list_without_rules_is_found_by_its_looks(server: Server, crawl: Crawl) -> None:
    site = server.site("bare.test")
    rows = "".join(
        f"<li><a href=/a/{n}.htm>The story with the number {n}</a><i>2026-02-2{n}</i></li>"
        for n in range(4)
    )
    html = (
        f"<ul class=nav><li><a href=/one/>Home</a><li><a href=/two/>About</a></ul><ul>{rows}</ul>"
    )
    site.answer("/news.html", page(html))
    for n in range(4):
        site.article(f"/a/{n}.htm", f"The story with the number {n}")
    entry = Entry(EntryKind.LIST, "http://bare.test/news.html")
    (run,) = crawl(source("bare", entries=(entry,), links=LinkRules(("bare.test",))))
    assert (run.outcome, run.counts.listed, run.counts.new) == (Outcome.OK, 4, 4)


def test_a_sitemap_that_was_cut_off_is_asked_for_again(server: Server, crawl: Crawl) -> None:
    site = server.site("cut.test")
    locs = [f"<url><loc>http://cut.test/a/{n}.htm</loc></url>" for n in range(2)]
    for body, new in ((f"<urlset>{locs[0]}", 1), (f"<urlset>{''.join(locs)}</urlset>", 1)):
        site.answer("/map.xml", answer(200, body.encode(), ETag='"one"'))
        for n in range(2):
            site.article(f"/a/{n}.htm", f"Number {n}")
        entry = Entry(EntryKind.SITEMAP, "http://cut.test/map.xml")
        (run,) = crawl(source("cut", entries=(entry,)))
        assert run.counts.new == new
    assert site.paths().count("/map.xml") == 2


def test_no_site_waits_long_while_thousands_of_rows_are_taken_in(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scraper.events.catch_up  # noqa: F401  what is loaded is no matter of rows

    count, turns, run_one = 12_000, [0.0], asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run_one(handle)
        turns.append(time.thread_time() - began)

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    site = server.site("long.test")
    rows = tuple(ListRow(f"http://long.test/a/{n}.htm", position=n) for n in range(count))

    async def read(*_: object) -> ListPage:
        return ListPage(Outcome.OK, "", rows)

    monkeypatch.setattr(Readers, "read_rows", read)
    site.answer("/map.xml", answer(200, b"<urlset/>"))
    minute = timedelta(minutes=1)
    bounds = replace(BOUNDS, page_bytes=2**20, page_timeout=minute, duration=3 * minute, links=1)
    site.article("/a/0.htm", "The first story")
    entry = Entry(EntryKind.SITEMAP, "http://long.test/map.xml")
    for looks in (1, 2):
        (run,) = crawl(source("long", entries=(entry,), bounds=bounds))
        assert run.counts.listed == count
        seen = crawl.table("SELECT rows, fresh, times FROM list_sights ORDER BY id")
        assert seen == [(count, count, looks)]
        assert crawl.table("SELECT count(*), count(DISTINCT url_key) FROM listings") == [
            (count, count)
        ]
        assert 0 < max(turns) / slowness() < 1, "other sites wait for so many seconds"


@pytest.mark.slow
@pytest.mark.parametrize(
    "paging",
    [Paging(PagingKind.NEXT), Paging(PagingKind.PATTERN, "news_{n}.html", 2)],
    ids=["next", "counted"],
)
def test_row_44_what_came_while_nobody_watched_is_had_by_paging_on_to_known_rows(
    server: Server, crawl: Crawl, paging: Paging
) -> None:
    """Thirty articles in a gap, two a page: the pager is followed through all of it, and no
    further than the look beyond: once a day to page 20, as long as pages show known articles, else
    as far as `max_pages`."""
    site = server.site("gap.test")

    def publish(newest: int) -> None:
        last = (newest + 1) // 2
        for number in range(1, last + 1):
            first = newest - 2 * (number - 1)
            ids = [each for each in (first, first - 1) if each > 0]
            for each in ids:
                site.article(f"/a/{each}.htm", f"Story {each}")
            here = "/news.html" if number == 1 else f"/news_{number}.html"
            more = f"/news_{number + 1}.html" if number < last else ""
            site.listing(here, *(f"/a/{each}.htm" for each in ids), more=more)

    publish(40)
    (first,) = crawl(source("gap", paging=paging))
    assert first.counts.new == 10  # of a first crawl, the window
    publish(70)
    site.hits.clear()
    (run,) = crawl(source("gap", paging=paging))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 30)
    assert len([path for path in site.paths() if path.startswith("/news")]) == 20
    assert crawl.table("SELECT count(*) FROM articles") == [(40,)]
    site.hits.clear()
    (again,) = crawl(source("gap", paging=paging))
    assert again.counts.new == 0
    assert len([path for path in site.paths() if path.startswith("/news")]) == 2


def test_new_articles_are_fetched_once(server: Server, crawl: Crawl) -> None:
    site = server.site("plain.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "First")
    site.article("/a/2.htm", "Second")

    (first,) = crawl(source("plain"))

    assert (first.outcome, first.reason) == (Outcome.OK, "")
    assert (first.counts.listed, first.counts.fetched, first.counts.new) == (2, 2, 2)
    assert sorted(site.paths()) == ["/a/1.htm", "/a/2.htm", "/news.html"]

    site.hits.clear()
    (second,) = crawl(source("plain"))

    assert second.outcome is Outcome.OK
    assert (second.counts.new, second.counts.fetched, second.counts.unchanged) == (0, 0, 2)
    assert site.paths() == ["/news.html"]


MORE = (
    "<button id=more>Show older news</button><script>var n = 1; $('#more').click(function () {"
    " $.get('/more?page=' + n, add); n++; });</script>"
)


@pytest.mark.parametrize("first", (0, 1))
def test_row_215_pages_that_a_script_asks_for_are_read_whatever_it_counts_from(
    server: Server, crawl: Crawl, first: int
) -> None:
    site = server.site("script.test")
    rows = [[f"/a/{3 * n + k}.htm" for k in range(1, 4)] for n in range(3)]
    for link in (link for links in rows for link in links):
        site.article(link, f"News {link}")
    site.answer("/news.html", page(list_html(*rows[0]) + MORE))
    for number, links in enumerate(rows):
        site.answer(f"/more?page={number + first}", page(list_html(*links)))
    site.answer(f"/more?page={3 + first}", page("<ul class=news></ul>"))
    (run,) = crawl(source("script", paging=Paging(PagingKind.AUTO)))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 9)


def test_row_215_a_named_page_without_rows_is_said(server: Server, crawl: Crawl) -> None:
    site = server.site("hollow.test")
    site.article("/a/1.htm", "News 1")
    site.answer("/news.html", page(list_html("/a/1.htm") + MORE))
    site.answer("/more?page=1", answer(200, b'{"list": [{"id": 1, "title": "News"}]}'))
    (run,) = crawl(source("hollow", paging=Paging(PagingKind.AUTO)))
    assert "its first page names http://hollow.test/more?page=1, and no rows" in run.reason


def test_row_221_a_source_without_any_article_says_so_in_each_run(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("mute.test")
    links = [f"/a/{n}.htm" for n in range(1, 5)]
    site.listing("/news.html", *links)
    for link in links:
        site.answer(link, page("<html><body><p></p></body></html>"))
    for _ in range(3):
        (run,) = crawl(source("mute"))
        assert run.outcome is Outcome.LAYOUT_CHANGED
        assert run.reason.startswith("nothing usable")
    site.article("/a/5.htm", "News 5")
    site.listing("/news.html", "/a/5.htm", *links)
    assert [crawl(source("mute"))[0].outcome for _ in range(2)] == [Outcome.OK, Outcome.OK]


def _moving(site: Site, came: int, beside: tuple[str, ...] = (), last: int = 9) -> None:
    """A list of three articles a page, into which as many come at the head as its second page is
    asked for. `beside` stand beside it on every page."""
    numbers = [*range(last, 0, -1)]
    late = [*range(last + came, last, -1)]
    for number in (*numbers, *late):
        site.article(f"/a/{number}.htm", f"News {number}")
    for path in beside:
        site.article(path, f"Beside it {path}")

    def shows(connection: socket.socket, hit: Hit) -> None:
        if hit.path == "/news_2.html" and late:
            numbers[:0], late[:] = late, []
        at = int(hit.path.partition("_")[2].partition(".")[0] or 1)
        rows = [f"/a/{number}.htm" for number in numbers[3 * at - 3 : 3 * at]]
        more = f"/news_{at + 1}.html" if 3 * at < len(numbers) else ""
        html = list_html(*beside, *rows, more=more)
        answer(200, html.encode(), Content_Type="text/html")(connection, hit)

    for at in range(1, 8):
        site.answer("/news.html" if at == 1 else f"/news_{at}.html", shows)


@pytest.mark.parametrize("came", [1, 2])
@pytest.mark.parametrize("beside", [(), ("/a/90.htm", "/a/91.htm")])
def test_a_list_that_moves_while_it_is_walked_loses_nothing(
    server: Server, crawl: Crawl, came: int, beside: tuple[str, ...]
) -> None:
    site = server.site("moves.test")
    _moving(site, came, beside)
    (run,) = crawl(source("moves"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 9 + came + len(beside))
    assert _lists(site)[-1] == "/news.html"
    _moving(site, came, beside, last=20)  # and where it is known already
    (run,) = crawl(source("moves"))
    assert run.counts.new == 20 + came - 9 - came
    assert _lists(site)[-1] == "/news.html"
    crawl(source("moves"))
    assert _lists(site).count("/news.html") == 1


def test_a_list_that_stands_still_is_read_once(server: Server, crawl: Crawl) -> None:
    site = server.site("still.test")
    _moving(site, 0, ("/a/90.htm",))
    crawl(source("still"))
    assert _lists(site).count("/news.html") == 1


def test_what_cannot_be_read_again_is_said(server: Server, crawl: Crawl) -> None:
    site = server.site("moves.test")
    _moving(site, 1)
    site.answer("/news.html", in_turn(site.routes["/news.html"], answer(403)))
    (run,) = crawl(source("moves"))
    assert (run.outcome, "HTTP 403" in run.reason) == (Outcome.PARTIAL, True)


@pytest.mark.parametrize(
    ("before", "keys", "slid"),
    [
        ("abc", "cde", True),
        ("abc", "bcd", True),
        ("xabc", "xcde", True),  # x stands above both
        ("abcx", "cdex", True),
        ("xabcy", "xbcdy", True),
        ("uvxabc", "vwxcde", True),  # and what stands above them changes
        ("abc", "def", False),
        ("xabc", "xdef", False),
        ("abcx", "defx", False),
        ("abc", "abcdef", False),  # the next page shows all so far
        ("abc", "abc", False),
        ("abc", "dea", False),  # a row that is shown twice
        ("abc", "ade", False),
        ("", "abc", False),
        ("abc", "", False),
    ],
)
def test_a_slide_is_told_from_what_stands_beside(before: str, keys: str, slid: bool) -> None:
    assert has_slid(tuple(before), tuple(keys)) is slid

"""Lists that go on by a script alone, or by archives of months: followed where an address stands
there, said where none does, and taken for whole where what is counted is on the page."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from scraper.parsing.lists.pagination import pages_left, read_more, scrolling_pager, shown_pager
from scraper.parsing.page import Page
from scraper.parsing.types import Pager
from scraper.sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind

HOME = "http://www.practice.test"
URL = f"{HOME}/news/"
NOW = datetime(2026, 12, 2, tzinfo=UTC)
ROWS = [f"{HOME}/news/2026/11/{28 - n:02}/{n}.html" for n in range(10)]
LINKS = LinkRules(("www.practice.test",))
MORE = '<a href="javascript:void(0);" id="loadMore" data-page="1">加载更多</a>'
LAYPAGE = 'laypage.render({elem:"page",count:%s,limit:10,curr:1,jump:function(obj,first){if(!first){%s}}});'


def page(more: str, url: str = URL, before: str = "") -> Page:
    rows = "".join(
        f"<li><a href={row}>The council has met for the {n}th time</a>"
        for n, row in enumerate(ROWS)
    )
    nav = "<nav><a href=/>Home</a> <a href=/about/>About</a></nav>"
    return Page(
        f"<meta charset=utf-8><body>{nav}{before}<main><ul class=list>{rows}</ul>{more}</main>",
        url,
        NOW,
    )


def shown(more: str, url: str = URL, before: str = "") -> Pager:
    return shown_pager(page(more, url, before), set(ROWS))


def script(code: str) -> str:
    return f"<div id=page></div><script>{code}</script>"


@pytest.mark.parametrize(
    ("html", "words", "total"),
    [
        (MORE, 'its "加载更多" is run by a script', 0),
        ("<button class=btn>Load more</button>", 'its "Load more" is run by a script', 0),
        ("<div class=load-more><span>点击加载更多</span></div>", 'its "点击加载更多" is run by a script', 0),
        ("<input type=button value='Show more news'>", 'its "Show more news" is run by a script', 0),
        ("<button>Mehr laden</button>", 'its "Mehr laden" is run by a script', 0),
        ("<p>共38条</p><button>查看更多</button>", 'its "查看更多" is run by a script', 0),
        (script(LAYPAGE % (38, "load(obj.curr)")), "laypage: count 38, 10 a page", 4),
        (script("var total = parseInt('38');" + LAYPAGE % ("total", "load(obj.curr)")), "laypage: count 38, 10 a page", 4),
        (script('$("#page").pagination({totalData:38,showData:10,callback:load});'), "pagination: count 38, 10 a page", 4),
        (script('$("#page").pagination(38,{items_per_page:10,callback:load});'), "pagination: count 38, 10 a page", 4),
        (script('laypage({cont:"page",pages:7,jump:load});'), "laypage: 7 pages", 7),
        (script('$(window).scroll(function(){page++;$.post("/ajax",{page:page},add);});'), "a script brings more as one scrolls", 0),
    ],
)  # fmt: skip
def test_a_list_that_goes_on_by_a_script_alone_says_so(html: str, words: str, total: int) -> None:
    pager = shown(html)
    assert (pager.kind, pager.pages, pager.total) == ("unread", (), total)
    assert words in pager.why
    for kind in (PagingKind.NONE, PagingKind.AUTO, PagingKind.SCRIPT):
        entry = Entry(EntryKind.LIST, URL, Paging(kind))
        assert words in pages_left(page(html), entry, LINKS, set(ROWS))


@pytest.mark.parametrize(
    ("html", "pattern", "pages"),
    [
        (script(LAYPAGE % (38, 'location.href="/news/?page="+obj.curr;')), "/news/?page={n}", ["?page=2", "?page=3", "?page=4"]),
        (script('$("#page").pagination({totalData:38,showData:10,callback:function(api){location.href="?page="+api.getCurrent();}});'), "/news/?page={n}", ["?page=2", "?page=3", "?page=4"]),
        (script('kkpager.generPageHtml({pno:1,total:3,getLink:function(n){return "list_"+n+".html";}});'), "/news/list_{n}.html", ["list_2.html", "list_3.html"]),
        (script("laypage({pages:3,jump:function(e){location.href=`/news/list_${e.curr}.html`}});"), "/news/list_{n}.html", ["list_2.html", "list_3.html"]),
        (script('var page=1;$(window).scroll(function(){page++;$.get("/news/list_"+page+".inc",add);});'), "/news/list_{n}.inc", ["list_2.inc"]),
        (MORE + script('var page=1;$("#loadMore").click(function(){$.get("/news/more?page="+(page+1),add);});'), "/news/more?page={n}", ["more?page=2"]),
    ],
)  # fmt: skip
def test_an_address_that_the_script_puts_together_is_followed(
    html: str, pattern: str, pages: list[str]
) -> None:
    pager = shown(html)
    assert (pager.kind, pager.pattern, pager.first) == ("numbered", pattern, 2)
    assert [url.removeprefix(URL) for url in pager.pages] == pages
    entry = Entry(EntryKind.LIST, URL, Paging(PagingKind.AUTO))
    assert read_more(page(html), entry, LINKS) == pager.pages
    unled = Entry(EntryKind.LIST, URL, Paging(PagingKind.NONE))
    assert pager.why in pages_left(page(html), unled, LINKS, set(ROWS))


def test_pages_of_a_script_go_on_from_the_page_one_is_on() -> None:
    html = script(LAYPAGE % (38, 'location.href="/news/?page="+obj.curr;'))
    assert shown(html, f"{URL}?page=3").pages == (f"{URL}?page=4",)
    assert shown(html, f"{URL}?page=4").pages == ()
    assert shown(html, f"{URL}?page=4").kind != "unread"


@pytest.mark.parametrize(
    "html",
    [
        script('$("#page").pagination({totalData:38,showData:10,callback:function(){location.href="/other.test/"+x;}});'),
        script(LAYPAGE % (38, 'location.href="http://other.test/?page="+obj.curr;')),
        script(LAYPAGE % (38, '$.ajax({url:"/news/?page="+obj.curr,type:"post"});')),
        script('var page=0;$(window).scroll(function(){page++;$.get("/news/list_"+page+".inc",add);});'),
        script(LAYPAGE % (38, 'location.href="/news/?size="+size+"&page="+obj.curr;')),
    ],
)  # fmt: skip
def test_an_address_that_is_not_sure_is_not_made_up(html: str) -> None:
    assert (shown(html).kind, shown(html).pages) == ("unread", ())


@pytest.mark.parametrize(
    "html",
    [
        script(LAYPAGE % (10, "load(obj.curr)")),
        script('$("#page").pagination({totalPage:1,callback:load});'),
        f"<p>共10条</p>{MORE}",
        f"<p>10 results</p>{MORE}",
        "<p>Showing 1 to 10 of 10 results</p><button>Load more</button>",
        "<button data-total=10>Load more</button>",
        "<button data-total-pages=1>Load more</button>",
        "<button disabled>Load more</button>",
        "<div style='display:none'><button>Load more</button></div>",
    ],
)
def test_a_list_whose_count_is_on_the_page_is_whole(html: str) -> None:
    assert (shown(html).kind, shown(html).pages) == ("none", ())


@pytest.mark.parametrize(
    "box",
    [
        "<section class=comments><p>One</p><button>Load more</button></section>",
        "<div class=related><a href=/x/1.html>Another</a><button>Load more</button></div>",
        "<div class=videos-box><button>查看更多</button></div>",
        "<aside><a href=/x/1.html>A</a><button>Show more</button></aside>",
        "<div><h3>Notices</h3><ul><li><a href=/x/1.html>A</a><li><a href=/x/2.html>B</a></ul><button>Load more</button></div>",
        "<div><p>a</p><button>Show more</button></div><div><p>b</p><button>Show more</button></div>",
        "<a href='javascript:;'>更多</a>",
        "<script>$(window).scroll(function(){$('#top').show();});$.get('/hits',show);</script>",
    ],
)  # fmt: skip
def test_what_brings_more_of_something_else_is_no_pager_of_the_list(box: str) -> None:
    assert shown(box).kind == "none"


ARCHIVES = "<aside><h4>Archives</h4><ul>" + "".join(
    f"<li><a href=/news/2026/{month:02}/>{name} 2026</a></li>"
    for month, name in ((11, "November"), (10, "October"), (9, "September"))
) + "</ul></aside>"  # fmt: skip


def test_archives_of_months_are_pages_newest_first() -> None:
    pager = shown(ARCHIVES)
    assert [url.removeprefix(URL) for url in pager.pages] == ["2026/11/", "2026/10/", "2026/09/"]
    assert "November 2026" in pager.why
    assert shown(ARCHIVES, f"{URL}2026/10/").pages == (f"{URL}2026/09/",)
    assert shown(ARCHIVES, f"{URL}2026/09/").pages == ()
    more = "<div class=pager><a href=/news/2026/10/page/2/>Next</a></div>"
    assert shown(ARCHIVES + more, f"{URL}2026/10/").pages == (f"{URL}2026/10/page/2/",)
    assert shown(ARCHIVES, f"{URL}2026/10/page/2/").pages == (f"{URL}2026/09/",)


def test_archives_beside_a_list_with_a_pager_of_its_own_are_none() -> None:
    pager = shown(ARCHIVES + "<div class=pager><a href=?page=2>2</a> <a href=?page=3>3</a></div>")
    assert pager.pages == (f"{URL}?page=2", f"{URL}?page=3")
    assert shown(ARCHIVES, f"{URL}page/7/").pages == ()
    assert shown(ARCHIVES.replace("/news/", "/events/")).pages == ()
    reports = "".join(
        f"<li><a href=/news/2026/{m:02}/02/>The council met, {m}/2026</a>" for m in (3, 4, 5)
    )
    assert shown(reports).pages == ()


NEXT = '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"page":1,"totalPages":%d,"total":%d}}}</script>'


@pytest.mark.parametrize("url", (f"{HOME}/news", URL))
def test_pages_that_the_data_of_a_program_counts_have_no_made_up_names(url: str) -> None:
    pager = shown(NEXT % (3, 30), url)
    assert (pager.kind, pager.pages, pager.total) == ("unread", (), 3)
    assert "states 30 (3 pages), 10 read" in pager.why
    for kind in (PagingKind.SCRIPT, PagingKind.AUTO):
        entry = Entry(EntryKind.LIST, url, Paging(kind))
        assert read_more(page(NEXT % (3, 30), url), entry, LINKS) == ()
    assert shown(NEXT % (3, 300), url).kind == "none"  # it counts something else
    assert shown("<script>var totalPage = 3;</script>", f"{HOME}/news").pages == ()
    assert shown("<script>var totalPage = 3;</script>").next == f"{URL}index_1.html"


def test_a_script_that_the_page_loads_is_read_like_its_own() -> None:
    code = 'var page=1;$(window).scroll(function(){page++;$.get("/news/list_"+page+".inc",add);});'
    assert scrolling_pager(page(""), code).next == f"{URL}list_2.inc"
    assert scrolling_pager(page(""), "$(window).scroll(top);").kind == "none"


@pytest.mark.parametrize(
    "piece",
    ["laypage({", 'location.href="/a_"+', "<div>", "<button>Load more</button>", ".pagination({count:", "page++;$.get(", "{n:1,"],
)  # fmt: skip
def test_hostile_scripts_cost_what_their_length_is(piece: str) -> None:
    def cost(times: int) -> float:
        text = piece * times
        found = page(text if piece.startswith("<") else script(text))
        assert found.elements
        began = time.process_time()
        shown_pager(found, set(ROWS))
        return time.process_time() - began

    small = min(cost(6_000) for _ in range(3))
    assert min(cost(24_000) for _ in range(3)) < 12 * small + 0.2

"""Lists that go on by a script alone, or by archives of months: followed where an address stands
there, said where none does, and taken for whole where what is counted is on the page."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest

from scraper.parsing.lists.dated_archives import names_archive
from scraper.parsing.lists.pagination import (
    MAX_PAGES,
    pages_left,
    read_more,
    read_onward,
    scripted_pager,
    shown_pager,
)
from scraper.parsing.lists.read import read_list
from scraper.parsing.page import Page
from scraper.parsing.types import ListPage, Pager
from scraper.sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind
from tests.support.make import capture

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


FIRST_ALONE = {
    "chosen by a question": (LAYPAGE % (38, 'location.href=obj.curr==1?"index.html":"index_"+obj.curr+".html";'), "/news/index_{n}.html", 2),
    "in the middle": (LAYPAGE % (38, 'location.href="list"+(obj.curr>1?"_"+obj.curr:"")+".html";'), "/news/list_{n}.html", 2),
    "counted from nought": (LAYPAGE % (38, 'location.href=(obj.curr===1)?"./":`./index_${obj.curr - 1}.html`;'), "/news/index_{n}.html", 1),
    "given a name before": (LAYPAGE % (38, 'var u=obj.curr<=1?"a.html":"a_"+obj.curr+".html";location.href=u;'), "/news/a_{n}.html", 2),
}  # fmt: skip


@pytest.mark.parametrize("case", FIRST_ALONE)
def test_the_first_page_may_have_an_address_of_its_own(case: str) -> None:
    code, pattern, first = FIRST_ALONE[case]
    pager = shown(script(code))
    assert (pager.kind, pager.pattern, pager.first) == ("numbered", pattern, first)


def test_what_a_question_decides_that_is_not_of_the_page_is_not_guessed() -> None:
    code = LAYPAGE % (38, 'location.href=kind==1?"/a_"+obj.curr+".html":"/b_"+obj.curr+".html";')
    assert shown(script(code)).kind == "unread"


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('window.location="index"+(p>1?"_"+p:"")+".html";', "index_2.html"),
        ('var f=p==1?"index.html":"index_"+p+".html";window.location.href=f;', "index_2.html"),
        ('if(p==1){location.href="index.html";}else{location.href="index_"+(p-1)+".html";}', "index_1.html"),
        ('if(p<=1)location.href="index.html";else location.href="index_"+p+".html";', "index_2.html"),
        ('if(p!=1){location.href="index_"+p+".html";}else{location.href="index.html";}', "index_2.html"),
        ('if(p==1){location.href="a.html";}else if(p==2){location.href="b.html";}else{location.href="c.html";}', "b.html"),
    ],
)  # fmt: skip
def test_a_call_goes_where_its_number_decides(body: str, address: str) -> None:
    html = f"<a href='javascript:toPage(2)'>下一页</a>{script(f'function toPage(p){{{body}}}')}"
    assert shown(html).next == f"{URL}{address}"


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
    assert [url.removeprefix(URL) for url in pager.pages][: len(pages)] == pages
    assert len(pager.pages) == (len(pages) if len(pages) > 1 else MAX_PAGES - 1)
    entry = Entry(EntryKind.LIST, URL, Paging(PagingKind.AUTO))
    assert read_more(page(html), entry, LINKS, pager) == pager.pages
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
        script('var page=0;$(window).scroll(function(){$.get("/news/list_"+page+".inc",add);page++;});'),
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
    "button",
    [
        "<button data-total=3>Load more</button>",
        "<div id=more data-page=1 data-total=7>点击加载更多</div>",
        "<div data-count=9><a href='javascript:;' class=load-more>Más noticias</a></div>",
    ],
)
def test_a_total_below_the_rows_that_are_shown_counts_pages(button: str) -> None:
    assert shown(button).kind == "unread"


@pytest.mark.parametrize(
    ("button", "code"),
    [
        ("<button data-total=10>Load more</button>", '$.get("/news/list",{page:++page},add);'),
        (
            "<a id=more data-page=1 data-total=10 href='javascript:;'>点击加载更多</a>",
            'fetch("/news/list?page="+(page+1)).then(add);',
        ),
    ],
)
def test_a_total_of_as_many_as_are_shown_may_count_pages(button: str, code: str) -> None:
    found = shown(f"{button}<script>var page=1;{code}</script>")
    assert found.pages[:2] == (f"{URL}list?page=2", f"{URL}list?page=3")
    said = button.replace("data-total=10", "data-total-items=10")
    assert shown(f"{said}<script>var page=1;{code}</script>").pages == ()
    assert shown(f"<p>共10条</p>{button}<script>var page=1;{code}</script>").pages == ()


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (
            "const q={page:1,limit:10};$('#m').click(function(){q.page++;$.get('/news/more',q,add);});",
            "page=2&limit=10",
        ),
        (
            "var params={pageNo:1,pageSize:10};function on(){params.pageNo+=1;"
            "$.ajax({url:'/news/more',type:'get',data:params,success:add});}",
            "pageNo=2&pageSize=10",
        ),
        (
            "let query={current:0,size:10};const on=()=>{query.current++;"
            "axios.get('/news/more',{params:query}).then(add)};",
            "current=1&size=10",
        ),
    ],
)
def test_what_a_script_asks_for_may_stand_in_an_object_of_its_own(code: str, asked: str) -> None:
    button = "<button id=m>Show more</button><script>"
    assert shown(f"{button}{code}</script>").next == f"{URL}more?{asked}"
    still = code.replace("page++", "x").replace("pageNo+=1", "x").replace("current++", "x")
    assert shown(f"{button}{still}</script>").kind == "unread"


@pytest.mark.parametrize(
    ("button", "code"),
    [
        (
            "<a href='#' class=btn data-url=/news/more data-page=2>More stories</a>",
            "$('.btn').click(function(){var b=$(this);$.ajax({url:b.data('url'),data:{p:b.data('page')},"
            "success:function(r){$('ul').append(r.html);}});});",
        ),
        (
            "<div><a href='javascript:;' id=gd data-src=/news/more data-page=2>更多新闻</a></div>",
            "$('#gd').on('click',function(){$.getJSON($(this).data('src'),{p:$(this).data('page')},add)});",
        ),
    ],
)
def test_the_address_on_a_button_that_counts_is_its_script_s(button: str, code: str) -> None:
    found = shown(f"{button}<script>{code}</script>")
    assert found.pages[:2] == (f"{URL}more?p=2", f"{URL}more?p=3")
    assert shown(button).kind == "unread"


@pytest.mark.parametrize(
    "html",
    [
        "<button aria-label='Load more news'><svg></svg></button>",
        "<button>Load more</button></main><main><a href=/x/1.html>Other</a><button>Load more</button>",
    ],
)
def test_a_button_for_more_is_seen_by_its_label_and_beside_another_box_s(html: str) -> None:
    assert shown(html).kind == "unread"


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


@pytest.mark.parametrize(
    ("names", "address"),
    [
        (("November 2026", "October 2026"), ("november-2026/", "october-2026/")),
        (("Nov 2026 (3)", "Oct 2026 (12)"), ("2026/nov/", "2026/oct/")),
        (("novembre 2026", "ottobre 2026"), ("novembre2026.html", "ottobre2026.html")),
        (("2026年11月", "2026年10月"), ("202611.html", "202610.html")),
    ],
)
def test_archives_of_months_are_named_in_many_ways(
    names: tuple[str, ...], address: tuple[str, ...]
) -> None:
    links = "".join(
        f"<li><a href='/news/{link}'>{name}</a>"
        for name, link in zip(reversed(names), reversed(address), strict=True)
    )
    assert shown(f"<ul>{links}</ul>").pages == tuple(f"{URL}{each}" for each in address)
    assert shown(f"<ul>{links}</ul>", f"{URL}{address[0]}").pages == (f"{URL}{address[1]}",)
    other = links.replace("2026", "2026 in pictures, a review of what the city saw")
    assert shown(f"<ul>{other}</ul>").pages == ()


@pytest.mark.parametrize(
    "asked",
    [
        "?mo={m}&yr={y}",
        "?yr={y}&mo={m}",
        "index.php?year={y}&month={m:02}",
        "?section=4&archiveMonth={m}&archiveYear={y}",
        "?tx_news[monat]={m}&tx_news[jahr]={y}&id=7",
        "?mois={m}&annee={y}",
        "?m={y}{m:02}&cat=3",
        "?date={y}-{m:02}&view=list",
        "?nian={y}&yue={m}",
        "?month={name}&year={y}",
    ],
)
def test_archives_of_months_are_asked_for_in_a_query(asked: str) -> None:
    months = ((2026, 3), (2026, 2), (2026, 1), (2025, 12), (2025, 11))
    names = ("Mar", "Feb", "Jan", "Dec", "Nov")
    at = [f"{URL}{asked.format(y=y, m=m, name=n)}" for (y, m), n in zip(months, names, strict=True)]
    links = "".join(
        f"<li><a href='{url}'>{name} {y}</a> (3)"
        for url, name, (y, _) in zip(at, names, months, strict=True)
    )
    assert shown(f"<ul>{links}</ul>").pages == tuple(at)
    assert shown(f"<ul>{links}</ul>", at[2]).pages == (*at[3:],)
    assert shown(f"<ul>{links}</ul>", at[4]).pages == ()
    assert all(map(names_archive, at))
    further = f"{at[3]}&page=2"
    more = f"<div class=pager><a href='{further}'>Next</a></div>"
    assert shown(f"<ul>{links}</ul>{more}", at[3]).pages == (further,)
    assert shown(f"<ul>{links}</ul>".replace(URL, f"{HOME}/events/")).pages == ()


@pytest.mark.parametrize(
    "asked",
    [
        "?mo={}&yr=26",  # no year is written out
        "?id=2026&m={}",
        "?year=2026&q={}",
        "?page={}&year=2026",
        "?issue=2026{:02}&n=1",
        "?month={}&day=2026",
    ],
)
def test_other_numbers_in_a_query_are_no_month(asked: str) -> None:
    links = "".join(f"<li><a href='{URL}{asked.format(n)}'>Part {n}, 2026</a>" for n in (4, 3, 2))
    assert shown(f"<ul>{links}</ul>").pages == ()


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
    assert scripted_pager(page(""), set(ROWS), code).next == f"{URL}list_2.inc"
    assert scripted_pager(page(""), set(ROWS), "$(window).scroll(top);").kind == "none"


@pytest.mark.parametrize(
    "piece",
    ['$.get("/a",{page:n,k:v№,w:u№});', 'var v№="/x"+v№;location.href=v№+n;', "new Pagination({total:v№,pageSize:w№});", "laypage({", 'location.href="/a_"+', "location.href=n>1?n>1?", "function f(n){if(n==1){location=n>1?", "<div>", "<button>Load more</button>", ".pagination({count:", "page++;$.get(", "{n:1,", "new Pagination({total:", "total=1;pageSize=10;", '$.get("/a",{page:n,', "fetch(`/a?page=${", '"list_{page}.html",', "<button data-next='/x?page=2'>Older news</button>", "<i data-total=9 data-size=3></i>", "<a href=/n/2025>2025</a>", "<select onchange=\"location='/a/'+this.value+'.htm'\"><option value=202611>"],
)  # fmt: skip
def test_hostile_scripts_cost_what_their_length_is(piece: str) -> None:
    def cost(times: int) -> float:
        text = "".join(piece.replace("№", str(n)) for n in range(times))
        found = page(text if piece.startswith("<") else script(text))
        assert found.elements
        began = time.process_time()
        shown_pager(found, set(ROWS))
        return time.process_time() - began

    small = min(cost(6_000) for _ in range(3))
    assert min(cost(24_000) for _ in range(3)) < 12 * small + 0.2


COUNTS = "{total: 38, pageSize: 10, onChange: load}"


@pytest.mark.parametrize(
    "code",
    [
        f'new Pagination("#page", {COUNTS});',
        f"new Pagination({COUNTS});",
        "const total = 38, pageSize = 10; new Pagination({total, pageSize});",
        "new Pagination({total: 38, pageSize: 10});",
        f"$('#page').turner({COUNTS});",
        f"Turner.create(document.getElementById('page'), {COUNTS});",
        "var rowCount = 38, size = 10; initPager('#page');",
        "var config = {recordCount: 38, pageSize: 10};",
        "var pager = new Pager(); pager.render({total_records: '38', per_page: '10'});",
        "showPages({totalPage: Math.ceil(38/10), cur: 1});",
    ],
)  # fmt: skip
def test_a_pager_of_any_name_that_is_handed_counts_is_known(code: str) -> None:
    pager = shown(script(code))
    assert (pager.kind, pager.total) == ("unread", 4), pager.why
    whole = code.replace("38/10", "10/10").replace("38", "10")
    assert shown(script(whole)).kind == "none"


@pytest.mark.parametrize(
    "html",
    [
        "<div class=pager data-total=38 data-size=10></div>",
        "<el-pagination :total=38 :page-size=10></el-pagination>",
        "<div id=list data-total=38 data-limit=10></div>",
        "<input type=hidden id=totalPage value=4>",
        "<input type=hidden id=rowCount value=38><input type=hidden name=pageSize value=10>",
        "<input type=hidden id=rowCount value=38><div id=page></div><script>new Pager({total: $('#rowCount').val(), size: 10})</script>",
    ],
)  # fmt: skip
def test_what_an_element_counts_for_a_script_is_known(html: str) -> None:
    assert (shown(html).kind, shown(html).total) == ("unread", 4), shown(html).why


@pytest.mark.parametrize(
    "code",
    [
        "new CommentBox({total: 120, pageSize: 10});",
        "var chart = {total: 120, max: 500};",
        "new Counter({count: 38, duration: 10});",
        "var total = 38;",
    ],
)
def test_what_counts_something_else_is_no_pager(code: str) -> None:
    assert shown(script(code).replace("id=page", "id=other")).kind == "none"


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ('$.get("/api/list", {page: n, size: 10}, add)', "/api/list?page=2&size=10", "/api/list?page=3&size=10"),
        ('$.getJSON("/api/list?callback=?", {channel: "12", pageNo: n}, add)', "/api/list?callback=callback&channel=12&pageNo=2", "/api/list?callback=callback&channel=12&pageNo=3"),
        ('$.ajax({url: "/api/list", type: "get", data: {channel: cid, page: n + 1}, success: add})', "/api/list?channel=7&page=2", "/api/list?channel=7&page=3"),
        ('$.ajax({url: base + "list.do", data: "page=" + n})', "/api/list.do?page=2", "/api/list.do?page=3"),
        ("fetch(`/api/list?page=${n}&size=${size}`).then(add)", "/api/list?page=2&size=10", "/api/list?page=3&size=10"),
        ('fetch("/api/list?start=" + (n - 1) * size)', "/api/list?start=10", "/api/list?start=20"),
        ('axios.get("/api/list", {params: {offset: shown.length, limit: 10}})', "/api/list?offset=10&limit=10", "/api/list?offset=20&limit=10"),
        ('var x = new XMLHttpRequest(); x.open("GET", "/list_" + n + ".json"); x.send()', "/list_2.json", "/list_3.json"),
        ('location.search = "page=" + n', "/news/?page=2", "/news/?page=3"),
    ],
)  # fmt: skip
def test_the_address_that_is_asked_for_is_put_together(code: str, first: str, second: str) -> None:
    html = script(f'var cid = 7, size = 10, base = "/api/"; function load(n) {{ {code} }}')
    pager = shown(html + "<button id=more onclick='load(2)'>Show older news</button>")
    assert pager.pages[:2] == (HOME + first, HOME + second), pager.why


@pytest.mark.parametrize(
    "button",
    [
        "<button type=button>Show older news</button>",
        "<button class=btn>Earlier announcements</button>",
        "<a href='javascript:;'>Display the next 10</a>",
        "<a role=button>Afficher les actualités plus anciennes</a>",
        "<button>Ältere Meldungen zeigen</button>",
        "<button>Ещё 10 новостей</button>",
        "<button>過去の記事を表示</button>",
        "<button>이전 소식 더보기</button>",
        "<div class=load-more>查看往期新闻</div>",
        "<span data-page=2>更多</span>",
        "<button>Xem thêm tin cũ hơn</button>",
        "<button>عرض أخبار أقدم</button>",
    ],
)  # fmt: skip
def test_a_button_that_means_more_in_any_words_says_that_the_list_goes_on(button: str) -> None:
    assert shown(button).kind == "unread", shown(button).why


@pytest.mark.parametrize(
    "html",
    [
        "<button>Read more</button>",
        "<button class=cookie-more>Show more about cookies</button>",
        "<button>Learn more</button>",
        "<button>Subscribe</button>",
        "<a href='javascript:;' class=back>Back to top</a>",
        "<p>There is more to come, he said, and older news are kept in the town hall.</p>",
    ],
)
def test_a_button_that_means_something_else_says_nothing(html: str) -> None:
    assert shown(html).kind == "none", shown(html).why


@pytest.mark.parametrize(
    "html",
    [
        "<button data-next='/news/more?page=2'>Older</button>",
        "<button data-url='more?page=2' class=load-more>+</button>",
        "<div hx-get='/news/more?page=2' hx-trigger=revealed></div>",
        "<turbo-frame src='/news/more?page=2' loading=lazy></turbo-frame>",
    ],
)
def test_the_address_in_an_attribute_is_followed(html: str) -> None:
    if "+" in html:
        html = html.replace("+", "More")
    assert shown(html).pages[:2] == (f"{URL}more?page=2", f"{URL}more?page=3"), shown(html).why


@pytest.mark.parametrize("query", ["kind=4", "after="])
def test_an_address_in_an_attribute_without_a_mark_is_not_what_comes_next(query: str) -> None:
    html = f"<button data-url='/api/news?{query}' data-target='#rows'>Load more</button>"
    assert shown(html).kind == "unread"


def test_an_empty_place_that_a_script_fills_is_said() -> None:
    pager = shown("<div class=pagination></div><script>draw('.pagination');</script>")
    assert pager.kind == "unread"
    assert 'a script fills its "pagination"' in pager.why
    assert shown("<div class=pagination></div>").kind == "none"


@pytest.mark.parametrize(
    "html",
    [
        "<button data-next='/api/news?after=YzoxMA'>Show older news</button>",
        "<button data-url='/api/news?after=YzoxMA' data-target='#rows'>Voir plus</button>",
        "<div class=load-more data-source='/api/news?kind=4&cursor=YzoxMA'>Load more</div>",
    ],
)
def test_a_mark_that_a_button_names_is_followed(html: str) -> None:
    pager = shown(html)
    assert (pager.kind, len(pager.pages)) == ("next", 1)
    assert pager.next.endswith("=YzoxMA")


@pytest.mark.parametrize("hole", ("{page}", "{{page}}", "{0}", "__id__", "[page]", "%d", ":page"))
def test_a_template_of_addresses_is_filled(hole: str) -> None:
    code = f"new Pagination({{total: 38, pageSize: 10, url: 'list_{hole}.html'}});"
    assert shown(script(code)).pages[:2] == (f"{URL}list_2.html", f"{URL}list_3.html")


@pytest.mark.parametrize(
    "value",
    ("this.value", "this.options[this.selectedIndex].value", "this[this.selectedIndex].value"),
)
def test_a_choice_that_goes_somewhere_is_a_link(value: str) -> None:
    months = "<option value=202611>November 2026<option value=202610>October 2026"
    choice = f"<select onchange=\"location.href='/news/'+{value}+'.htm'\">{months}</select>"
    assert shown(choice).pages == (f"{URL}202611.htm", f"{URL}202610.htm")
    other = choice.replace("'.htm'", "suffix")
    assert shown(other).pages == ()


ENTRY = Entry(EntryKind.LIST, URL, Paging(PagingKind.AUTO))


def answer(text: str, url: str = f"{HOME}/api/news?after=YzoxMA", entry: Entry = ENTRY) -> ListPage:
    page = capture(text.encode(), url=url, final_url=url, fetched_at=NOW)
    return read_list(page, entry, LINKS, "UTC")


ITEMS = '[{"title": "The council has met again", "url": "/news/2026/10/01/77.html", "date": "2026-10-01"}]'
PIECE = "<li><a href='2026/10/01/77.html'>The council has met again</a> 2026-10-01</li><li><a href='2026/10/02/78.html'>The council has met at night</a> 2026-10-02</li>"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (f'{{"items": {ITEMS}, "next": "/api/news?after=YzoyMA"}}', "/api/news?after=YzoyMA"),
        (f'{{"items": {ITEMS}, "nextCursor": "YzoyMA"}}', "/api/news?after=YzoyMA"),
        (f'show({{"items": {ITEMS}, "next": null}})', ""),
        (json.dumps({"html": PIECE}), ""),
        (PIECE, ""),
        (f"$('#list').append({json.dumps(PIECE)});", ""),
    ],
)  # fmt: skip
def test_what_a_script_gets_for_a_page_is_read(text: str, more: str) -> None:
    found = answer(text)
    assert found.rows[0].url == f"{HOME}/news/2026/10/01/77.html"
    assert found.more == ((HOME + more,) if more else ())


def test_what_a_script_gets_without_addresses_has_that_of_the_shape() -> None:
    items = '{"list": [{"id": 4077, "title": "The council has met again"}, {"id": 4078, "title": "And again"}]}'
    links = LinkRules(LINKS.hosts, allow_written=("/news/{id}.html",))
    page = capture(items.encode(), url=f"{HOME}/api", final_url=f"{HOME}/api", fetched_at=NOW)
    found = read_list(page, ENTRY, links, "UTC")
    assert [row.url for row in found.rows] == [f"{HOME}/news/4077.html", f"{HOME}/news/4078.html"]


YEARS = "<ul class=tabs>" + "".join(
    f"<li><a href='{link}'>{year}</a>"
    for year, link in ((2026, "/news/"), (2025, "/news/archive/2025"), (2024, "/news/archive/2024"))
) + "</ul>"  # fmt: skip


def test_row_216_archives_of_years_follow_where_a_list_ends() -> None:
    def more(html: str, oldest: int, url: str = URL) -> tuple[str, ...]:
        return read_onward(page(html, url), ENTRY, LINKS, set(ROWS), oldest)[0]

    last = "<div class=pager><a href=/news/>1</a> <b>2</b></div>"
    end = f"{URL}?page=2"
    assert more(YEARS + last, 2026, end) == (f"{URL}archive/2025", f"{URL}archive/2024")
    assert more(YEARS + last, 2025, end) == (f"{URL}archive/2024",)
    assert more(YEARS + last, 2024, end) == more(YEARS + last, 0, end) == ()
    assert more(YEARS, 0) == (f"{URL}archive/2025", f"{URL}archive/2024")
    pager = "<div class=pager><a href='?page=2'>2</a> <a href='?page=3'>3</a></div>"
    assert more(YEARS + pager, 2026) == (f"{URL}?page=2", f"{URL}?page=3")


@pytest.mark.parametrize(
    ("title", "words", "address"),
    [
        ("記者発表資料", ("令和8年度記者発表資料", "令和7年度記者発表資料", "平成31年度記者発表資料"), ("r8/", "r7/", "h31/")),
        ("新聞稿", ("民國115年", "民國114年", "民國108年"), ("115.html", "114.html", "108.html")),
        ("ข่าว", ("2569", "2568", "2562"), ("?y=2569", "?y=2568", "?y=2562")),
        ("Press releases", ("Press releases 2026/27", "Press releases 2025/26", "Press releases 2019/20"), ("2026-27/", "2025-26/", "2019-20/")),
        ("Notizie", ("2026 (4)", "2025 (31)", "2019 (9)"), ("list.php?cat=91", "list.php?cat=77", "list.php?cat=12")),
    ],
)  # fmt: skip
def test_archives_of_years_are_pages_newest_first(
    title: str, words: tuple[str, ...], address: tuple[str, ...]
) -> None:
    links = "".join(
        f"<li><a href='/news/{link}'>{each}</a>" for each, link in zip(words, address, strict=True)
    )
    html = f"<h1>{title}</h1><ul>{''.join(reversed(links.split('<li>')))}</ul>"
    pager = shown(html)
    assert pager.pages == tuple(f"{URL}{each}" for each in address)
    assert pager.why.startswith(f"links to its years: {words[0].strip(')')}")
    assert shown(html, f"{URL}{address[1]}").pages == (f"{URL}{address[2]}",)


@pytest.mark.parametrize(
    "links",
    [
        "<a href=/news/budget/2026/>Budget 2026</a><a href=/news/budget/2025/>Budget 2025</a>",
        "<a href=/yearbook/2026/>2026</a><a href=/yearbook/2025/>2025</a>",
        "<a href=/newsletter/2026/>2026</a>",
        "<a href=http://other.test/news/2026/>2026</a><a href=http://other.test/news/2025/>2025</a>",
        "<a href=/news/1.html>2026</a><a href=/news/plan.html>2025</a>",
        "<a href=/news/x?id=1>March 2026</a><a href=/news/x?id=2>May 2025</a>",
    ],
)
def test_other_years_than_those_of_the_list_are_none(links: str) -> None:
    assert shown(links).pages == ()


@pytest.mark.parametrize(
    ("url", "link", "words"),
    [
        ("/Alerts.aspx", "Alerts.aspx?ARC=L", "View Archived News"),
        ("/news/", "/news/?status=archived", "Archive"),
        ("/news/", "/news/archive", "News archive"),
        ("/news", "/news-archive", "Past press releases"),
        ("/aktuelles.html", "/aktuelles/archiv.html", "Archiv"),
        ("/news/index.jsp", "list.jsp?type=history", "历史新闻"),
        ("/news/", "wangqi.html", "往期新聞"),
        ("/noticias/", "?vigencia=0", "Noticias anteriores"),
        ("/news/index.html", "kako/", "過去のお知らせ一覧"),
        ("/novosti/", "/novosti/arhiv/", "Архив новостей"),
        ("/", "/arquivo", "Arquivo de notícias"),  # right below the rows
    ],
)
def test_an_archive_of_the_list_follows_where_the_list_ends(
    url: str, link: str, words: str
) -> None:
    here = urljoin(HOME, url)
    there = urljoin(here, link)
    tag = f"<p><a href='{there}'>{words}</a></p>"
    assert shown(tag, here).pages == (there,)
    assert there in shown(tag, here).why
    assert shown(tag, there).pages == ()
    end = urljoin(here, "?page=3")
    last = "<div class=pager><a href='?page=1'>1</a> <a href='?page=2'>2</a> <b>3</b></div>"
    assert read_onward(page(tag + last, end), ENTRY, LINKS, set(ROWS))[0] == (there,)
    after = last.replace("<b>3</b>", "3 <a href='?page=4'>4</a>")
    assert read_onward(page(tag + after, end), ENTRY, LINKS, set(ROWS))[0] == (
        urljoin(here, "?page=4"),
    )


@pytest.mark.parametrize(
    "before",
    [
        "<a href=/archive/>Archive</a>",  # of the whole site
        "<a href=/minutes/?ARC=L>View archived minutes</a>",
        "<a href=/minutes/archive/>Archive</a>",
        "<a href=http://other.test/news/archive/>Archive</a>",
        "<a href=/news/?q=archive>Archive plan of the county</a>",
        "<a href=/news/>Archive</a>",
        "<a href=/newsletter/archive/>Archive</a>",
        f"<a href={ROWS[2]}>News archive</a>",
    ],
)
def test_other_archives_than_that_of_the_list_are_none(before: str) -> None:
    assert shown("", before=f"<header>{before}</header>").pages == ()


def test_row_216_a_paper_goes_on_by_its_pages_and_issues() -> None:
    heads = "<a href=/news/27/node_2.htm>上一期</a> <a href='#'>下一期</a>"
    assert shown(f"{heads}<a href=node_3.htm>下一版</a>").next == f"{URL}node_3.htm"
    assert shown(heads).next == f"{URL}27/node_2.htm"
    rows = "".join(
        f"<tr><td><a href=content_{n}_1.htm>市科协召开第{n}次工作会议部署试点建设</a></td></tr>"
        for n in range(4021, 4025)
    )
    paper = f"<body><table><tr><td>2026年11月28日 {heads}</td></tr></table><table>{rows}</table>"
    found = answer(paper, URL)
    assert [row.url[-18:] for row in found.rows] == [
        f"content_{n}_1.htm"[-18:] for n in range(4021, 4025)
    ]

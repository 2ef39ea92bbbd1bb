"""List pages: rows with and without selectors, their dates, and the way on."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import re

import pytest

from scraper.parsing.lists.read import read_list
from scraper.parsing.types import ListPage
from scraper.sources.links import compile_link
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind
from storage.types import Outcome
from tests.support.make import NOW, capture

URL = "http://www.practice.test/news/index.html"
LINKS = LinkRules(("www.practice.test",), (re.compile(r"/c_\d+\.htm$"),))


def read(
    html: str,
    rows: ListRules | None = None,
    paging: Paging | None = None,
    url: str = URL,
    links: LinkRules = LINKS,
) -> ListPage:
    entry = Entry(EntryKind.LIST, URL, paging or Paging(), rows or ListRules())
    shot = capture(html.encode(), url=url, final_url=url)
    return read_list(shot, entry, links, "Asia/Shanghai")


def dates(page: ListPage) -> list[str | None]:
    return [row.published.iso if row.published else None for row in page.rows]


def rows(*items: str) -> str:
    return (
        "<meta charset=utf-8><ul class=l>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    )


def test_rows_without_selectors() -> None:
    page = read(
        rows(
            "<a href=c_1.htm>First story of today</a><span>2026-02-28</span>",
            "<a href='/about.html'>About</a>",
        )
    )
    assert page.outcome is Outcome.OK
    assert [(r.url, r.title, r.position) for r in page.rows] == [
        ("http://www.practice.test/news/c_1.htm", "First story of today", 0)
    ]
    assert dates(page) == ["2026-02-28"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-02-28", "2026-02-28"),
        ("2026/02/28", "2026-02-28"),
        ("[2026-02-28]", "2026-02-28"),
        ("（2026-02-28）", "2026-02-28"),
        ("2026年2月8日", "2026-02-08"),
        ("2026.02.28", "2026-02-28"),
        ("[2026-02-28 10:20]", "2026-02-28T10:20:00+08:00"),
        ("02-28", "2026-02-28"),
        ("[12-31]", "2025-12-31"),
        ("03-02", "2026-03-02"),
        ("2月8日", "2026-02-08"),
        ("26-02-28", "2026-02-28"),
        ("28 2026-02", "2026-02-28"),
        ("Feb 28", "2026-02-28"),
        ("Feb 28, 2026", "2026-02-28"),
        ("28 February 2026", "2026-02-28"),
        ("发布时间：2026-02-28", "2026-02-28"),
        ("2031-01-01", None),
        ("3-15 teams", None),
        ("99 items", None),
        ("", None),
    ],
)
def test_dates_of_rows(text: str, iso: str | None) -> None:
    page = read(rows(f"<a href=c_1.htm>A story without numbers</a> <span>{text}</span>"))
    assert dates(page) == [iso]


def test_a_date_in_the_headline_is_not_the_date_of_the_row() -> None:
    page = read(rows("<a href=c_1.htm>Budget of 2024-01-01 published</a><i>2026-02-28</i>"))
    assert dates(page) == ["2026-02-28"]


def test_a_date_inside_the_link_is_not_the_title() -> None:
    page = read(rows("<a href=c_1.htm>Budget published <em>2026-02-28</em></a>"))
    assert [(r.title) for r in page.rows] == ["Budget published"]
    assert dates(page) == ["2026-02-28"]


def test_dates_after_or_before_the_links_of_a_flat_run() -> None:
    after = "<div><a href=c_1.htm>One story</a> 2026-02-01 <a href=c_2.htm>Two stories</a> 2026-02-02</div>"
    before = "<div>2026-02-01 <a href=c_1.htm>One story</a> 2026-02-02 <a href=c_2.htm>Two stories</a></div>"
    assert dates(read(after)) == dates(read(before)) == ["2026-02-01", "2026-02-02"]


def test_doubled_rows_keep_the_longer_title_and_every_fact() -> None:
    html = rows(
        "<a href=c_1.htm><img src=i.png></a>",
        "<a href=c_1.htm>A story that…</a>",
        "<a href='c_1.htm#top' title='A story that is told in full'>A story that…</a><b>2026-02-28</b>",
        "<a href=c_1.htm>[More]</a>",
    )
    page = read(html)
    assert [r.title for r in page.rows] == ["A story that is told in full"]
    assert dates(page) == ["2026-02-28"]


def test_selected_rows_with_summary_and_rows_that_leave() -> None:
    html = (
        "<meta charset=utf-8><div class=r><h3><a href=c_1.htm>Own story here</a></h3><p class=s>What it says.</p><i>2026-02-28</i></div>"
        "<div class=r><a href='http://mp.weixin.qq.com/s/x'>Elsewhere</a><i>2026-02-27</i></div><a href=c_9.htm>Not a row</a>"
    )  # fmt: skip
    page = read(html, ListRules(row=".r", link="a", date="i", summary=".s"))
    assert [(r.title, r.summary) for r in page.rows] == [("Own story here", "What it says.")]
    assert [r.url for r in page.off_site] == ["http://mp.weixin.qq.com/s/x"]


def test_a_list_that_was_cut_before_its_rows_says_so() -> None:
    page = read("<b>x</b>" * 40_000 + "<ul><li><a href='/a/1.htm'>One</a></ul>")
    assert page.outcome is Outcome.EMPTY
    assert "cut after" in page.reason


def test_a_redesigned_list_is_said() -> None:
    html = "<meta charset=utf-8>" + "<p><a href=c_1.htm>Some story that is still here</a></p>" * 9
    page = read(html, ListRules(row=".gone"))
    assert page.outcome is Outcome.LAYOUT_CHANGED
    assert ".gone" in page.reason


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        ("<p>No stories in this list at the moment, please come back.</p>", Outcome.EMPTY),
        ("", Outcome.EMPTY),
        ("<script>document.cookie='__jsl_clearance=1'</script>", Outcome.BLOCKED),
        ("<title>Page Not Found</title><p>Sorry</p>", Outcome.SOFT_404),
    ],
)
def test_lists_without_rows(html: str, outcome: Outcome) -> None:
    page = read(html)
    assert page.outcome is outcome
    assert page.reason


ROW = "<a href=c_1.htm>One story</a>"
COUNT = Paging(PagingKind.PATTERN, "news_{n}.html", 2, 4)


def test_paging_by_pattern_goes_on_from_where_it_is() -> None:
    base = "http://www.practice.test/news/news_"
    assert read(ROW, paging=COUNT).more == tuple(f"{base}{n}.html" for n in (2, 3, 4))
    assert read(ROW, paging=COUNT, url=f"{base}3.html").more == (f"{base}4.html",)
    assert read(ROW, paging=COUNT, url=f"{base}4.html").more == ()


@pytest.mark.parametrize(
    "link",
    [
        "<a rel=next href=p2.html>2</a>",
        "<a href=p2.html>下一页</a>",
        "<a href=p2.html>Next</a>",
        "<a href=p2.html>下一页&gt;</a>",
        "<a href=p2.html>&gt;</a>",
        "<a href=p2.html>»</a>",
        "<a class='btn next' href=p2.html></a>",
    ],
)
def test_paging_by_next(link: str) -> None:
    html = f"{ROW}<a href=index.html>&lt;</a><a href='javascript:go()'>Next</a>{link}<a href=p9.html>尾页</a>"
    page = read(f"<meta charset=utf-8>{html}", paging=Paging(PagingKind.NEXT))
    assert page.more == ("http://www.practice.test/news/p2.html",)


def test_next_to_itself_or_to_another_host_is_no_next() -> None:
    html = f"{ROW}<a href={URL}>Next</a><a rel=next href='http://evil.practice.test/2'>Next</a>"
    assert read(html, paging=Paging(PagingKind.NEXT)).more == ()


@pytest.mark.parametrize(
    ("script", "first", "count"),
    [
        ('createPageHTML(54, 0, "index", "html");', "index_1.html", 53),
        ("createPageHTML('page_div',4,1,'list','shtml',88);", "list_2.shtml", 3),
        ("createPageHTML('page_div',4,3,'list','shtml',88);", "list_4.shtml", 1),
        ('createPageHTML(4, 1, "index", "html");', "index_2.html", 3),
        ('createPageHTML(4, 1, "other", "html");', "other_2.html", 2),
        ("var totalPage: 3", "index_1.html", 2),
        ('{"totalPages":"3"}', "index_1.html", 2),
    ],
)
def test_paging_by_script(script: str, first: str, count: int) -> None:
    function = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}"
    page = read(f"{ROW}<script>{function}{script}</script>", paging=Paging(PagingKind.SCRIPT))
    assert page.more[0] == f"http://www.practice.test/news/{first}"
    assert len(page.more) == count


def test_records_in_cdata_are_rows() -> None:
    html = (
        '<meta charset=utf-8><script type="text/xml"><datastore><recordset><record><![CDATA[<li><a href="c_1.htm">One story</a>'
        "<span>2026-02-28</span></li>]]></record></recordset></datastore></script>"
    )  # fmt: skip
    page = read(html)
    assert [r.title for r in page.rows] == ["One story"]
    assert dates(page) == ["2026-02-28"]


@pytest.mark.parametrize(
    "record",
    [
        "<zeile><nr>{n}</nr><kopf><![CDATA[{t}]]></kopf><ort>/news/c_{n}.htm</ort><vom>2026-02-2{n}</vom></zeile>",
        "<hh bt='{t}' dz='/news/c_{n}.htm' rq='2026-02-2{n}'/>",
        "<row><bt>{t} &amp; more</bt><dz>/news/c_{n}.htm</dz><rq>2026-02-2{n}</rq></row>",
    ],
)
def test_records_of_xml_in_a_script_are_rows_whatever_they_are_called(record: str) -> None:
    titles = ("Harbour opens to small boats", "Two schools share a room", "Library hours grow")
    rows = "".join(record.format(n=n, t=title) for n, title in enumerate(titles))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><data><info>3</info><all>{rows}</all></data>'
    page = read(f'<meta charset=utf-8><script type="text/xml" id=x>{xml}</script><ul id=here></ul>')
    assert [r.title.removesuffix(" & more") for r in page.rows] == list(titles)
    assert dates(page) == ["2026-02-20", "2026-02-21", "2026-02-22"]


@pytest.mark.parametrize(
    "box", ["<table><tr>@<td valign=top>", "<div class=all><div class=row>@<div>"]
)
def test_the_table_that_lays_the_page_out_is_no_row(box: str) -> None:
    """On the last page of a list with few rows beside a box with more of them: the box's first link
    is of no day that stands in the list."""
    hot = "".join(
        f"<tr><td>·<a href=c_{n}.htm title='文章标题：{t}大会闭幕侧记&#13;&#10;作者：佚名&#13;&#10;更新时间：2026-2-{n}'>{t}…</a>"
        f"<font color=red>[{n}]</font>"
        for n, t in (
            (11, "污水处理厂通水"),
            (12, "外资企业座谈会"),
            (13, "道路绕行的公告"),
            (14, "园区冷链班列"),
        )
    )
    last = "".join(
        f"<tr><td>·<td><a href=c_{n}.htm>{t}</a><td align=right>1-{n}"
        for n, t in ((18, "职工篮球联赛决赛"), (13, "环评改革试点总结"))
    )
    frame = box.replace(
        "@",
        f"<td width=190><table>{hot}</table></td>"
        if "<tr>" in box
        else f"<div><table>{hot}</table></div>",
    )
    page = read(f"<meta charset=utf-8>{frame}<table>{last}</table>")
    found = {
        r.url.rpartition("/")[2]: (r.title, day)
        for r, day in zip(page.rows, dates(page), strict=True)
    }
    assert found["c_11.htm"] == ("污水处理厂通水大会闭幕侧记", None)
    assert found["c_18.htm"] == ("职工篮球联赛决赛", "2026-01-18")


def test_a_host_with_a_port_is_a_host() -> None:
    links = LinkRules(("127.0.0.1:8123",))
    url = "http://127.0.0.1:8123/news.html"
    entry = Entry(EntryKind.LIST, url, Paging(PagingKind.NEXT))
    html = b"<a href=/c_1.htm>One story</a><a rel=next href=news_2.html>2</a>"
    page = read_list(capture(html, url=url, final_url=url), entry, links, "Asia/Shanghai")
    assert page.more == ("http://127.0.0.1:8123/news_2.html",)
    assert page.rows[0].url == "http://127.0.0.1:8123/c_1.htm"


@pytest.mark.slow
def test_a_hundred_thousand_links_are_bounded() -> None:
    html = "".join(f"<a href=c_{n}.htm>s{n}</a>" for n in range(100_000))
    page = read(html)
    assert page.outcome is Outcome.PARTIAL
    assert 0 < len(page.rows) <= 5_000


@pytest.mark.parametrize(("count", "told"), [(0, 0), (2, 0), (4, 4)])
def test_a_page_beyond_the_last_one_refuses_no_rows(count: int, told: int) -> None:
    rows = "".join(
        f"<tr><td>{at}<td><a href='/old/{at}.html'>The council met about bridge {at}</a></tr>"
        for at in range(count)
    )
    html = (
        "<div class=top><span>2 March 2026</span> <a href=/rss>RSS</a></div>"
        "<ol class=crumbs><li><a href=/>Front page</a><li>Bulletins</ol>"
        f"<table><tr><th>No.<th>Title</tr>{rows}</table>"
    )
    links = LinkRules(("a.test",), (compile_link("/files/{id}.pdf"),), (), ("/files/{id}.pdf",))
    page = capture(html.encode(), url="http://a.test/list/9", final_url="http://a.test/list/9")
    found = read_list(page, Entry(EntryKind.LIST, "http://a.test/list"), links, "UTC")
    assert len([row for row in found.refused if "/old/" in row.url]) == told
    assert told or not found.refused


def test_rows_that_are_refused_are_told_in_the_order_of_the_page() -> None:
    """Not in that of addresses in memory, which differs from run to run."""
    boxes = "".join(
        f"<div><h3>Part {part}</h3><ul>"
        + "".join(
            f"<li><a href='/{'c_' if row < 2 else 'x_'}{part}{row}.htm'>Headline number {part}{row}</a></li>"
            for row in range(4)
        )
        + "</ul></div>"
        for part in range(1, 9)
    )
    found = read(f"<meta charset=utf-8><body>{boxes}</body>")
    assert len(found.rows) == 16
    wanted = [
        f"http://www.practice.test/x_{part}{row}.htm" for part in range(1, 9) for row in (2, 3)
    ]
    assert [row.url for row in found.refused] == wanted


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Read more about the {}", "the {}"),
        ("Continue reading “{}”", "{}"),
        ("Lire la suite de « {} »", "{}"),
        ("Leer más sobre {}", "{}"),
        ("Weiterlesen: {}", "{}"),
        ("Читать далее: {}", "{}"),
        ("阅读全文：{}", "{}"),
        ("Mehr zu Fuß und {}", "Mehr zu Fuß und {}"),
        ("More about you and {}", "More about you and {}"),
    ],
)
@pytest.mark.parametrize("is_headed", [False, True])
def test_a_link_that_leads_on_to_a_title_names_it(words: str, title: str, is_headed: bool) -> None:
    heading = "<h3>Bridge number {} is open</h3>" if is_headed else ""
    name = "Bridge number {} is open"
    found = read(
        rows(
            *(
                f"{heading.format(at)}<p>2026-03-0{at}</p>"
                f"<a href=c_{at}.htm>{words.format(name.format(at))}</a>"
                for at in range(1, 5)
            )
        )
    )
    is_said = words == title
    expected = name if is_headed and not is_said else title.format(name)
    assert [row.title for row in found.rows] == [expected.format(at) for at in range(1, 5)]


def test_row_278_today_in_the_head_of_a_page_is_no_day_of_its_rows() -> None:
    items = "".join(
        f"<div class=row><a href=/c_{n}.htm>The council opened school number {n} again</a></div>"
        for n in range(1, 6)
    )
    head = f"<div class=top><a href=/>Home</a> <span>{NOW:%d-%m-%Y} 14 C</span></div>"
    page = read(f"{head}<h1>News</h1><p>Filter</p>{items}")
    assert dates(page) == [None] * 5
    page = read(f"<h1>News</h1><div>2026-02-27</div>{items}")  # of the list, whatever day it is
    assert dates(page) == ["2026-02-27"] * 5


@pytest.mark.parametrize("written", ["04.Fev.2026", "04/Fev/2026", "04.Feb.2026", "4. Feb. 2026"])
def test_row_278_a_day_may_be_parted_by_points_from_the_name_of_its_month(written: str) -> None:
    items = [f"<a href=/c_{n}.htm>School number {n} opens</a> <i>{written}</i>" for n in range(4)]
    assert dates(read(rows(*items))) == ["2026-02-04"] * 4


@pytest.mark.parametrize("left", ["", "N", "News"])
def test_a_page_cut_within_a_row_under_headings_of_months_gives_the_others(left: str) -> None:
    html = (
        "<h2>March 2026</h2><ul><li class=r><a href=c_1.htm>First news of the city</a>"
        f"<i>28 May</i></li><li class=r><a href='c_2.htm'>{left}"
    )
    assert [row.title for row in read(html, ListRules(row=".r")).rows][:1] == [
        "First news of the city"
    ]

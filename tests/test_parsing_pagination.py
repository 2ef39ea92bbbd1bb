"""The way on that a list page shows, and that a source's rule counts."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from scraper.parsing.lists.pagination import MAX_PAGES, read_more, shown_pager
from scraper.parsing.lists.read import read_list
from scraper.parsing.page import Page
from scraper.parsing.types import ListPage, Pager
from scraper.sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind
from tests.support.make import capture

URL = "http://www.practice.test/news/index.html"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def shown(html: str, url: str = URL) -> Pager:
    return shown_pager(Page(f"<meta charset=utf-8><body>{html}", url, NOW))


def ends(pager: Pager) -> list[str]:
    return [url.rpartition("/")[2] for url in pager.pages]


def links(*pairs: tuple[str, str]) -> str:
    return "<div class=pager>" + " ".join(f"<a href='{h}'>{t}</a>" for t, h in pairs) + "</div>"


def test_a_script_counts_from_the_page_it_names() -> None:
    pager = shown('<script>createPageHTML(54, 0, "index", "html");</script>')
    assert (pager.kind, pager.total, len(pager.pages)) == ("script", 54, 53)
    assert pager.next == "http://www.practice.test/news/index_1.html"
    assert (pager.pattern, pager.first) == ("index_{n}.html", 1)
    later = shown(
        '<script>createPageHTML(54, 52, "index", "html");</script>', URL[:-5] + "_52.html"
    )
    assert ends(later) == ["index_53.html"]


@pytest.mark.parametrize(
    ("html", "kind", "pages", "total"),
    [
        (links(("1", "index.html"), ("2", "news_2.html"), ("3", "news_3.html")), "numbered", ["news_2.html", "news_3.html"], 3),
        (links(("2", "index_1.html"), ("3", "index_2.html"), ("4", "index_3.html")), "numbered", ["index_1.html", "index_2.html", "index_3.html"], 4),
        (links(("2", "?page=2"), ("3", "?page=3"), ("尾页", "?page=5")), "numbered", [f"index.html?page={n}" for n in (2, 3, 4, 5)], 5),
        (links(("2", "p_2.html"), ("3", "p_3.html")) .replace("</div>", "共<b>6</b>页</div>"), "numbered", [f"p_{n}.html" for n in range(2, 7)], 6),
        (links(("上一页", "index.html"), ("下一页", "p_2.html")), "next", ["p_2.html"], 0),
        (links(("Next", "p_2.html")) + "<div>Page 1 of 9</div>", "next", ["p_2.html"], 9),
        ("<ul class=pagination><li class=active>1</li><li><a href=?p=1>2</a></li><li><a href=?p=2>3</a></li></ul>", "numbered", ["index.html?p=1", "index.html?p=2"], 3),
        ("<script>var totalPage: 3;</script>", "script", ["index_1.html", "index_2.html"], 3),
        ("<p>Nothing here</p>", "none", [], 0),
        ("<table><tr><td><a href=14.html>14</a><a href=15.html>15</a></td></tr></table>", "none", [], 0),
    ],
)  # fmt: skip
def test_what_a_page_shows(html: str, kind: str, pages: list[str], total: int) -> None:
    pager = shown(html)
    assert (pager.kind, ends(pager), pager.total) == (kind, pages, total)
    assert pager.why


@pytest.mark.parametrize(
    ("html", "pages"),
    [
        ("<div id=Turn1>第1页/共2页 <a href='index.html?p=2'>[2]</a></div>", ["index.html?p=2"]),
        ("<p>Page 1 of 2 <a href='?p=2'>2</a></p>", ["index.html?p=2"]),
        ("<div class=foo><b>1</b> | <a href='?start=10'>2</a></div>", ["index.html?start=10"]),
        ("<ul><li><span>1</span></li><li><a href='index_2.html'>2</a></li></ul>", ["index_2.html"]),
    ],
)
def test_a_list_of_two_pages_needs_no_name_for_its_pager(html: str, pages: list[str]) -> None:
    assert ends(shown(html)) == pages


@pytest.mark.parametrize(
    "html",
    [
        "<p>See also our leaflets, part 1 and <a href='leaflet_2.html'>2</a></p>",
        "<h3><a href='/forum/t81.html'>Roads</a> <i>1</i> <a href='/forum/t81.html?p=2'>2</a></h3>",
        "<p><i>1</i> <a href='/weather/district/2'>2</a></p>",
    ],
)
def test_a_number_beside_other_words_or_elsewhere_is_no_pager(html: str) -> None:
    assert ends(shown(html)) == []


def test_numbered_pages_go_on_from_the_page_it_is() -> None:
    html = links(
        ("1", "news_1.html"), ("2", "news_2.html"), ("3", "news_3.html"), ("4", "news_4.html")
    )
    assert ends(shown(html, "http://www.practice.test/news/news_3.html")) == ["news_4.html"]
    assert ends(shown(html, "http://www.practice.test/news/news_4.html")) == []


def test_the_page_that_is_no_link_is_this_one() -> None:
    html = "<div class=pager><a href=?p=1>1</a><b>2</b><a href=?p=3>3</a><a href=?p=4>4</a></div>"
    assert ends(shown(html)) == ["index.html?p=3", "index.html?p=4"]
    last = "<ul class=pager><li><a href=?p=8>8</a></li><li><a href=?p=9>9</a></li><li>10</li></ul>"
    assert ends(shown(last)) == []


def numbers(*numbers: int, marked: int = 0, more: str = "") -> str:
    """A pager in which every number is a link, that of the page one is on too."""
    shown = "".join(
        f"<li{' class=active' if n == marked else ''}><a href=/news/page/{n}/>{n}</a></li>"
        for n in numbers
    )
    return f"<ol class=pagination>{shown}{more}</ol>"


GAP = "<li><span>…</span></li><li><a href=/news/page/12/>12</a></li>"


@pytest.mark.parametrize(
    ("html", "url", "first", "last"),
    [
        (numbers(1, 2, 3, marked=1, more=GAP), "/news/", 2, 12),
        (numbers(1, 2, 3, more=GAP), "/news/", 2, 12),
        (numbers(1, 2, 3, more=GAP), "/news/page/2/", 3, 12),
        (numbers(1, 2, 3, 4, 5, marked=3, more=GAP), "/news/", 4, 12),
        (numbers(1, 2, 3, more=f"{GAP}<li><a href=/news/page/2/>后一页 »</a></li>"), "/news/", 2, 12),
        (numbers(1, 2, 4, 5), "/news/", 4, 5),
        (numbers(1, 2, 3).replace("<a href=/news/page/1/>", "<a href=/news/ aria-current=page>"), "/news/", 2, 3),
        (numbers(1, 2, 3, more="<li>共<b>4</b>页</li>"), "/news/", 2, 4),
        ("<select>" + "".join(f"<option value=/news/page/{n}/>{n}</option>" for n in (1, 2, 3)) + "</select>", "/news/", 2, 3),
        ("<ul>" + "".join(f"<li class=page-item><div><a href=/news/page/{n}/>Page {n}</a></div></li>" for n in (2, 3)) + "</ul>", "/news/", 2, 3),
    ],
)  # fmt: skip
def test_the_page_one_is_on_may_be_a_link_like_the_others(
    html: str, url: str, first: int, last: int
) -> None:
    pager = shown(html, f"http://www.practice.test{url}")
    assert pager.kind == "numbered"
    assert pager.pages[0] == f"http://www.practice.test/news/page/{first}/"
    assert pager.pages[-1] == f"http://www.practice.test/news/page/{last}/"


def test_pages_may_be_counted_by_their_first_row() -> None:
    html = numbers(1, 2, 3, 4, marked=1)
    for n in (1, 2, 3, 4):
        html = html.replace(f"/news/page/{n}/", f"?start={20 * (n - 1)}")
    pager = shown(html)
    assert ends(pager) == [f"index.html?start={start}" for start in (20, 40, 60)]
    assert not pager.pattern
    later = shown(html, f"{URL}?start=20")
    assert ends(later) == [f"index.html?start={start}" for start in (40, 60)]


@pytest.mark.parametrize(
    "link",
    [
        "<a href=?page=2>Next 5 posts</a>",
        "<a href=?page=2>Older entries →</a>",
        "<nav><ul><li><a href=?page=2>⟩</a></li><li><a href=?page=7>⟫</a></li></ul></nav>",
        "<a href=?page=2>»</a>",
        "<a href=?page=2><img src=n.gif alt='Next page'></a>",
        "<a href=?page=2 aria-label='Go to next page'><svg></svg></a>",
        "<li class='pager__item--next'><a href=?page=2><i></i></a></li>",
        "<a href=?page=2>Load more</a>",
        "<a href=?page=2>更早的文章</a>",
        "<p><a href=/news/1.html>Next</a></p><a rel=next href=?page=2>2</a>",
    ],
)
def test_the_next_page_in_any_dress(link: str) -> None:
    assert ends(shown(link)) == ["index.html?page=2"]


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<p>A headline of the day <a href=/a/{n}>»</a></p>" for n in range(5)),
        "<div class=carousel><a href=/a/2 class=carousel-next>›</a></div>",
        "<h3>Notices <a href=/notices/>View more</a></h3>",
        "<table id=wp-calendar><tr><td><a href=/2026/3/1>1</a><td><a href=/2026/3/2>2</a></table>",
        "<p>Page 1 of 1</p>",
        "<p>共1页</p>",
        "<ul class=el-pager><li class='number active'>1</li></ul>",
        "<div class=swiper-pagination><span>1</span><span>2</span><span>3</span></div>",
        "<div class=pager><button disabled>下一页</button></div>",
        "<div class=pager><button class='btn is-disabled'>Next</button></div>",
        "<form><button>Next</button></form><ol><li>1</li><li>2</li></ol>",
        "<div class=pages><span>2019</span><span>2021</span></div>",
        "<p>The report has a total of 12 chapters, of which pages 3 to 9 of 40 speak of the town, "
        "and page 2 of 7 of its annex of the river and of those who live beside it.</p>",
    ],
)
def test_what_is_no_pager(html: str) -> None:
    assert shown(html).kind == "none"


@pytest.mark.parametrize(
    ("html", "total"),
    [
        ("<p>Page 1 of 102</p>", 102),
        ("<p>Page 1 / 3</p>", 3),
        ("<div>共12页</div>", 12),
        ("<div>第1页 共12页</div>", 12),
        ("<div>页次：1/12</div>", 12),
        ("<p>Displaying 1 - 25 of 340</p>", 14),
        ("<p>Showing 1 to 10 of 1,204 results</p>", 121),
        ("<div>共230条，每页20条</div>", 12),
        ("<a href='javascript:void(0)' onclick='go(2)'>下一页</a>", 0),
        ("<ul class=el-pager><li class='number active'>1</li><li class=number>2</li></ul>", 0),
        ("<ul class=ant-pagination><li><a rel=nofollow>1</a></li><li><a>2</a></li></ul>", 0),
        ("<nav aria-label=pages class=pagination><button>1</button><button>2</button></nav>", 0),
        ("<div class=pager><button disabled>上一页</button><button>下一页</button></div>", 0),
        ("<table><tr class=pager><td><a href=\"javascript:__doPostBack('g','Page$2')\">2</a><td><a href=\"javascript:__doPostBack('g','Page$3')\">3</a></table>", 0),
    ],
)  # fmt: skip
def test_a_way_on_without_an_address_is_said(html: str, total: int) -> None:
    pager = shown(html)
    assert (pager.kind, pager.pages, pager.total) == ("unread", (), total)
    assert "no " in pager.why


def test_records_that_a_script_asks_for_are_further_pages() -> None:
    records = "".join(
        f"<record><![CDATA[<li><a href=/a/{n}.html>{n}</a></li>]]></record>" for n in range(45)
    )
    script = (
        "$('#1').jpage({perPage: 15, totalrecord: 112, proxyUrl: '/module/proxy.jsp', "
        'parameters: "columnid=7&amp;path=/"});'
    )
    html = (
        f"<script type=text/xml><datastore>{records}</datastore></script><script>{script}</script>"
    )
    pager = shown(html)
    start = "http://www.practice.test/module/proxy.jsp?startrecord="
    assert pager.pages == (
        f"{start}46&endrecord=90&perpage=15&columnid=7&path=/",
        f"{start}91&endrecord=112&perpage=15&columnid=7&path=/",
    )
    entry = Entry(EntryKind.LIST, URL, Paging(PagingKind.NEXT))
    more = read_more(Page(html, URL, NOW), entry, LinkRules(("www.practice.test",)))
    assert more == pager.pages


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("", "ajaxParam:{col:1,path:'/',columnid:1229310001,unitid:6247186,webname:'澜江 市'},"),
        (
            '<nextgroup><![CDATA[<a href="/module/proxy.jsp?page=1&amp;col=1&amp;path=/'
            '&amp;columnid=1229310001&amp;unitid=6247186&amp;webname=澜江 市"></a>]]></nextgroup>',
            "",
        ),
    ],
)
def test_row_238_what_such_a_script_asks_along_may_be_an_object_or_stand_with_the_records(
    held: str, asked: str
) -> None:
    records = "".join(
        f"<record><![CDATA[<li><a href=/a/{n}.html>{n}</a></li>]]></record>" for n in range(24)
    )
    html = (
        f"<script type=text/xml><datastore>{held}{records}</datastore></script><script>"
        f"$('#1').jpage({{perPage:8, proxyUrl:'/module/proxy.jsp', {asked} totalRecord:45}});</script>"
    )
    (more,) = shown(html).pages
    assert dict(parse_qsl(urlsplit(more).query)) == {
        **{"startrecord": "25", "endrecord": "45", "perpage": "8", "col": "1", "path": "/"},
        **{"columnid": "1229310001", "unitid": "6247186", "webname": "澜江 市"},
    }


def _records(count: int, held: str = "") -> str:
    rows = "".join(
        f"<record><![CDATA[<li><a href=/a/{n}.html>{n}</a></li>]]></record>" for n in range(count)
    )
    return f"<script type=text/xml><datastore>{held}{rows}</datastore></script>"


NEXT_GROUP = (
    '<nextgroup><![CDATA[<a href="/module/proxy.jsp?page={n}&amp;webid=5&amp;columnid=7"></a>]]>'
    "</nextgroup>"
)


@pytest.mark.parametrize(
    ("held", "script", "numbers"),
    [
        (NEXT_GROUP.format(n=1), "new pager({totalRecord:40, rows:6});", [1, 2, 3]),
        (f"<totalrecord>31</totalrecord>{NEXT_GROUP.format(n=2)}", "", [2, 3]),
        (NEXT_GROUP.format(n=1), "", [1, 2]),  # nothing says how many: each leads on
        (f"<totalrecord>15</totalrecord>{NEXT_GROUP.format(n=1)}", "", []),
        ("", "new pager({totalRecord:40});", []),
    ],
)
def test_records_go_on_where_the_page_says_the_next_ones_are(
    held: str, script: str, numbers: list[int]
) -> None:
    html = f"{_records(15, held)}<script>{script}</script>"
    start = "http://www.practice.test/module/proxy.jsp?"
    pages = [f"{start}page={n}&webid=5&columnid=7" for n in numbers]
    assert list(shown(html).pages) == pages
    entry = Entry(EntryKind.LIST, URL, Paging(PagingKind.SCRIPT))
    links = LinkRules(("www.practice.test",))
    assert list(read_more(Page(html, URL, NOW), entry, links)) == pages


def test_numbers_of_the_list_are_no_page_numbers() -> None:
    rows = "".join(
        f"<li><div class=d><em>{n}</em><i>2026-08</i></div><a href=/a/{n}.html>A story of {n}</a></li>"
        for n in range(10, 20)
    )
    pager = "<div><a>1</a><a href=list_2.html>2</a><a href=list_3.html>3</a>…<a href=list_31.html>31</a></div>"
    pages = ends(shown(f"<ul>{rows}</ul>{pager}"))
    assert (pages[0], pages[-1], len(pages)) == ("list_2.html", "list_31.html", 30)


@pytest.mark.parametrize(
    "pager",
    [
        "<div id=pages><a>5条</a> <a href='?c=12&page=1'>上一页</a> <span>1</span> <a href='?c=12&page=1'>下一页</a></div>",
        "<p class=fenye><a href='?page=1'>首页</a><a href='?page=1'>上一页</a><a href='?page=1'>下一页</a><a href='?page=1'>尾页</a></p>",
        "<div class=pager><a href=list_1.html>Previous</a> <a href=list_1.html>Next</a></div>",
        "<div class=pager><a href='?p=1'>&lt;</a> <b>1</b> <a href='?p=1'>&gt;</a></div>",
    ],
)
def test_a_next_page_that_is_the_previous_one_as_well_is_none(pager: str) -> None:
    assert shown(pager).pages == ()


def test_a_next_page_beside_another_previous_one_is_one() -> None:
    pager = "<a href='?page=0'>上一页</a> <a href='?page=1'>下一页</a>"
    assert ends(shown(f"<div class=pager>{pager}</div>")) == ["index.html?page=1"]


def test_pages_without_end_are_bounded() -> None:
    assert (
        len(shown('<script>createPageHTML(99999, 0, "index", "html")</script>').pages) == MAX_PAGES
    )
    assert (
        len(shown(links(("2", "p_2.html"), ("3", "p_3.html"), ("末页", "p_9999.html"))).pages)
        == MAX_PAGES
    )


def test_a_source_may_leave_its_paging_to_the_page() -> None:
    page = Page(
        links(("2", "p_2.html"), ("3", "http://other.test/p_3.html"), ("下一页", "p_2.html")),
        URL,
        NOW,
    )
    entry = Entry(EntryKind.LIST, URL, Paging(PagingKind.AUTO))
    more = read_more(page, entry, LinkRules(("www.practice.test",)))
    assert more == ("http://www.practice.test/news/p_2.html",)


NEXT_WORDS = """下一页,次へ,次のページ,다음,다음페이지,Next,Older,Suivant,Page suivante
Suite des actualités,Actualités plus anciennes,Siguiente,Página siguiente,Entradas antiguas
Successiva,Pagina successiva,Avanti,Próxima,Página seguinte,Următoarea,Weiter,Nächste Seite
Ältere Beiträge,Volgende,Volgende pagina,Nästa,Neste,Næste side,Seuraava,Следующая
Следующая страница,Далее,Вперёд,Наступна,Далі,Następna,Następna strona,Další,Ďalšia,Következő
Επόμενη,Sonraki sayfa,Berikutnya,Halaman selanjutnya,Trang sau,Tiếp theo,التالي
الصفحة التالية"""


@pytest.mark.parametrize("word", NEXT_WORDS.replace("\n", ",").split(","))
def test_the_next_page_in_the_languages_of_news(word: str) -> None:
    pager = shown(f"<p><a href=/a/1>An article</a></p><a class=x href=/more/abc>{word} »</a>")
    assert (pager.kind, ends(pager)) == ("next", ["abc"])


@pytest.mark.parametrize(
    "line",
    ["Page 1 sur 12", "Seite 1 von 12", "Página 1 de 12", "Pagina 1 di 12", "Pagina 1 van 12",
     "Sida 1 av 12", "Страница 1 из 12", "Strona 1 z 12", "Strana 1 ze 12", "Sayfa 1 / 12",
     "Halaman 1 dari 12", "Trang 1 / 12", "صفحة 1 من 12", "1/12ページ", "1 / 12 페이지"],
)  # fmt: skip
def test_how_many_pages_there_are_in_the_languages_of_news(line: str) -> None:
    pager = shown(f"<p><a href=/a/1>An article</a></p><div>{line}</div>")
    assert (pager.kind, pager.total) == ("unread", 12)


@pytest.mark.parametrize(
    ("here", "current", "left"),
    [("", 0, [9, 18]), ("&debut=9", 9, [18]), ("&debut=18", 18, [])],
)
def test_row_249_pages_may_be_called_by_their_first_row(
    here: str, current: int, left: list[int]
) -> None:
    at = "http://www.practice.test/spip.php?rubrique4"
    items = "".join(
        f"<li>{each}</li>"
        if each == current
        else f"<li><a href='{at}{f'&debut={each}' if each else ''}'>{each}</a></li>"
        for each in (0, 9, 18)
    )
    pager = shown(f"<ul class=pagination>{items}</ul>", f"{at}{here}")
    assert list(pager.pages) == [f"{at}&debut={each}" for each in left]
    assert pager.total == 3


def test_page_numbers_that_have_something_in_common_are_page_numbers() -> None:
    pager = shown(links(("3", "p_3.html"), ("6", "p_6.html"), ("9", "p_9.html")))
    assert ends(pager)[:2] == ["p_2.html", "p_3.html"]


def test_row_276_pages_may_be_called_by_their_first_and_last_rows() -> None:
    pager = shown(
        "<div class=strlist>Strana: <b>1</b> <a href='/list.asp?k=10&stranka=1'>7-12</a> "
        "<a href='/list.asp?k=10&stranka=2'>13-16</a></div>"
    )
    assert ends(pager) == ["list.asp?k=10&stranka=1", "list.asp?k=10&stranka=2"]
    pager = shown(
        "<p><a href='?from=0'>1-20</a> <a href='?from=20'>21-40</a> <a href='?from=40'>41-47</a></p>"
    )
    assert ends(pager) == ["index.html?from=20", "index.html?from=40"]


@pytest.mark.parametrize("link", ["/news/(offset)/10", "?start=10", "/news/start:10", "?offset=10"])
def test_row_276_the_only_other_page_may_be_counted_by_its_first_row(link: str) -> None:
    pager = shown(f"<nav class=pagination><a aria-current=page>1</a> <a href='{link}'>2</a></nav>")
    assert len(pager.pages) == 1
    assert pager.pages[0].endswith(link)


@pytest.mark.parametrize("link", ["/news/mengine/2", "?page=2", "/news/page/2/", "index_2.html"])
def test_row_282_a_link_that_its_author_calls_load_more_leads_on_in_any_words(link: str) -> None:
    rows = "".join(
        f"<li><a href='/news/{n}-a-headline'>A headline of {n} words</a></li>" for n in "345"
    )
    more = f"<ul>{rows}</ul><div><a class='btn load-more' href='{link}'>Mbele kwa mbele</a></div>"
    assert [url.endswith(link) for url in shown(more).pages] == [True]
    # Those of several boxes are none's, nor is what leads elsewhere or back.
    other = "<a class='btn load-more' href='/events/more/2'>Mbele</a>"
    assert shown(more + other).pages == () or "events" not in shown(more + other).pages[0]
    back = "<a class='btn load-more' href='/news/index_1.html'>Nyuma</a>"
    assert shown(f"<ul>{rows}</ul>{back}", URL.replace("index", "index_2")).pages == ()


def test_terms_of_two_years_are_no_pages() -> None:
    years = "".join(f"<a href='/council/{y}'>{y}-{y + 1}</a> " for y in (2025, 2023, 2021))
    assert shown(f"<div class=pager>{years}</div>").pages == ()


WRITTEN = """<script>
var currentPage = {here}; // counted from 0
var prevPage = currentPage-1; var nextPage = currentPage+1; var countPage = 3;
document.write("共"+countPage+"页&nbsp;");
if(countPage>1&&currentPage!=0&&currentPage!=1)
    document.write("<a href=\\"index.html\\">首页</a><a href=\\"index"+"_" + prevPage + "."+"html\\">上一页</a>");
else if(countPage>1&&currentPage!=0&&currentPage==1)
    document.write("<a href=\\"index.html\\">首页</a><a href=\\"index.html\\">上一页</a>");
if(countPage>1&&currentPage!=(countPage-1))
    document.write("<a href=\\"index"+"_" + nextPage + "."+"html\\">下一页</a><a href=\\"index_" + (countPage-1) + ".html\\">尾页</a>");
</script>"""


@pytest.mark.parametrize(
    ("here", "wanted"),
    [(0, ["index_1.html", "index_2.html"]), (1, ["index_2.html"]), (2, [])],
)
def test_row_285_a_script_counts_its_pages_by_sums_and_conditions(
    here: int, wanted: list[str]
) -> None:
    url = URL if not here else URL.replace("index", f"index_{here}")
    page = list_page(WRITTEN.replace("{here}", str(here)), url)
    assert [each.rpartition("/")[2] for each in page.more] in (wanted, wanted[:1])


def test_row_285_what_counts_on_and_what_is_too_large_is_not_known() -> None:
    for script in (
        "var p=1; p++; document.write('<a href=\"p_'+p+'.html\">下一页</a>');",
        "var x=9; x=x+x+x+x;"
        + "x=x+x+x+x;" * 3000
        + "document.write('<a href=\"p_'+x+'.html\">下一页</a>');",
    ):
        assert list_page(f"<script>{script}</script>", URL).more == ()
    chain = "if(p==1){document.write('<a href=\"a_2.html\">下一页</a>')}else if(p==2){document.write('<b>')}else{document.write('<a href=\"c_9.html\">下一页</a>')}"
    (one,) = list_page(f"<script>var p=1;{chain}</script>", URL).more
    assert one.endswith("a_2.html")
    digits = f"<a class='load-more' href='?page=2&t={'9' * 5000}'>Mbele</a>"
    assert len(list_page(digits, URL).rows) == 5


def test_row_285_rows_that_a_script_writes_of_its_data_are_read_of_these() -> None:
    rows = ",".join(
        f'{{"title":"Headline number {n} of the day","url":"\\/news\\/2026-03\\/0{n}\\/c_{n}.shtml","time":"2026-03-0{n}"}}'
        for n in (1, 2, 3, 4)
    )
    script = (
        f"<script>var dataList=[{rows},];document.write('<ul><a href=\"/more/\">More</a>');"
        "for(var i=0;i<dataList.length;i++){if(!dataList[i])continue;document.write('<li><a href=\"'"
        "+dataList[i].url+'\" title=\"'+dataList[i].title+'\">'+dataList[i].title+'</a><span>'"
        "+dataList[i].time+'</span></li>');}document.write('</ul>');</script>"
    )
    page = list_page(script, URL)
    assert sorted(row.url.rpartition("/")[2] for row in page.rows) == [
        f"c_{n}.shtml" for n in (1, 2, 3, 4)
    ]


def list_page(markup: str, url: str) -> ListPage:
    received = capture(
        f"<meta charset=utf-8><body><h1>News</h1><ul>{ROWS}</ul>{markup}".encode()
        if "dataList" not in markup
        else f"<meta charset=utf-8><body><h1>News</h1>{markup}".encode(),
        url=url,
        final_url=url,
        fetched_at=NOW,
    )
    entry = Entry(EntryKind.LIST, url, Paging(PagingKind.AUTO))
    return read_list(received, entry, LinkRules(("www.practice.test",)), "Asia/Shanghai")


ROWS = "".join(
    f"<li><a href='/news/2026/0{n}/t2026030{n}_1{n}.html'>Headline number {n} of this day</a> "
    f"<i>2026-03-0{n}</i></li>"
    for n in (1, 2, 3, 4, 5)
)


MONTHS = "<a rel=prev href='?month=2026-02'>&laquo; 2026-02</a> <b>March 2026</b> <a rel=next href='?month=2026-04'>2026-04 &raquo;</a>"


@pytest.mark.parametrize(
    "calendar",
    [
        f"<div class=calendar>{MONTHS}</div>",
        f"<section><table id=wp-calendar><caption>{MONTHS}</caption><tr><td>1<td>2</table></section>",
        f"<div>{MONTHS}</div>",  # nobody names it, but its addresses ask for months
        "<div class=datepicker><a class=next href='/events/2026/04/'>Next</a></div>",
        "<div class='rili-box'><a href='?y=2026&m=02'>上一页</a><a href='?y=2026&m=04'>下一页</a></div>",
        "<nav class=month-nav><a href='?d=20260301'>&lt;</a><a href='?d=20260501'>&gt;</a></nav>",
        "<div><a rel=next href='?page=0&amp;date=2026-03-03'>Tomorrow</a></div>",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "pager",
    [
        "<ul class=pager__items><li class=is-active>1<li><a rel=next href='?page=1'>Next ›</a></ul>",
        "<p><a href='?page=1'>下一页</a></p>",
        "<p><a href='?page=1' rel=next>Older news</a></p>",
    ],
)  # fmt: skip
def test_a_calendar_beside_the_list_is_no_pager(calendar: str, pager: str) -> None:
    for html in (calendar + pager, pager + calendar):
        found = shown(html)
        assert found.next == "http://www.practice.test/news/index.html?page=1", found


@pytest.mark.parametrize(
    ("html", "end"),
    [
        (f"<div>{MONTHS}</div>", "index.html?month=2026-04"),  # nothing else leads on
        ("<a rel=next href='?date=2026-02-28'>Earlier</a>", "index.html?date=2026-02-28"),
        ("<div class='calendar-of-news pager'><a href='p_2.html'>Next</a></div>", "p_2.html"),
        ("<link rel=next href='?page=2'>", "index.html?page=2"),
        ("<div class=pagination><a rel=next href='?year=2025&page=2'>Next</a></div>", "index.html?year=2025&page=2"),
    ],
)  # fmt: skip
def test_a_pager_by_days_is_one_where_nothing_else_leads_on(html: str, end: str) -> None:
    assert shown(html).next.rpartition("/")[2] == end

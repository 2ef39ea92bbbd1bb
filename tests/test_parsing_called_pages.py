"""Pagers whose links are calls: read where the page says the address, told where it does not."""

from __future__ import annotations

import pytest

from scraper.parsing.lists.calls import rows_by_script
from scraper.parsing.lists.pagination import shown_pager
from scraper.parsing.lists.rows import found_rows
from scraper.parsing.page import Page
from scraper.parsing.types import Pager
from scraper.sources.model import ListRules
from tests.support.effort import cpu
from tests.support.make import NOW

URL = "http://www.practice.test/news/list.php?cat=3"
NUMBERS = (
    "<div class=pager><b>1</b> <a href='javascript:goPage(2)'>2</a> "
    "<a href='javascript:goPage(3)'>3</a> <a href='javascript:goPage(2)'>Next</a> "
    "<a href='javascript:goPage(9)'>Last</a></div>"
)
ONCLICK = NUMBERS.replace("href='javascript:", "href='#' onclick='return ")


def shown(html: str, url: str = URL) -> Pager:
    return shown_pager(Page(f"<html><body>{html}</body></html>", url, NOW))


def ends(pager: Pager) -> list[str]:
    return [page.removeprefix("http://www.practice.test/news/") for page in pager.pages]


SCRIPTS = {
    "a text and the number": "function goPage(n){ location.href = 'list.php?cat=3&page=' + n; }",
    "a name of its own": "var goPage = function(n) { var url = 'list.php?cat=3&page='; url += n; "
    "window.location = url; return false; }",
    "an arrow": "const goPage = (n) => { window.location.href = `list.php?cat=3&page=${n}`; }",
    "a call": "function goPage(page, size) { document.location.assign("
    '"list.php?cat=3&page=" + parseInt(page, 10)); }',
    "the path": "function goPage(n) { if (n < 1) { return; } location.href = location.pathname + "
    "'?cat=3&page=' + encodeURIComponent(n); }",
}


@pytest.mark.parametrize("links", [NUMBERS, ONCLICK])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_function_that_says_where_it_goes(kind: str, links: str) -> None:
    pager = shown(f"<script>{SCRIPTS[kind]}</script>{links}")
    assert ends(pager) == [f"list.php?cat=3&page={n}" for n in range(2, 10)]
    assert (pager.kind, pager.total) == ("numbered", 9)


def test_pages_may_be_counted_from_nought_or_by_their_first_row() -> None:
    less = shown(
        "<script>function goPage(n) { location = 'l_' + (n - 1) + '.html' }</script>" + NUMBERS
    )
    assert ends(less)[:2] == ["l_1.html", "l_2.html"]
    start = shown(
        "<script>function goPage(n) { location = 'l?start=' + (n-1)*20 }</script>" + NUMBERS
    )
    assert ends(start)[:2] == ["l?start=20", "l?start=40"]


FORM = (
    "<form name=f id=f {} action=list.php><input type=hidden name=cat value=3>"
    "<input type=hidden name=pageNo id=pn value=1><input type=submit name=go></form>"
)
FILLED = [
    "function goPage(n) { document.f.pageNo.value = n; document.f.submit(); }",
    "function goPage(n) { document.getElementById('pn').value = n; document.forms[0].submit(); }",
    "function goPage(n) { $('#pn').val(n); $('#f').submit(); return false; }",
    "function goPage(n) { $('input[name=pageNo]').val(n); $('#f').submit(); }",
]


@pytest.mark.parametrize("script", FILLED)
def test_a_form_that_is_sent_by_get_has_an_address(script: str) -> None:
    for method in ("", "method=get"):
        pager = shown(f"{FORM.format(method)}<script>{script}</script>{NUMBERS}")
        assert ends(pager) == [f"list.php?cat=3&pageNo={n}" for n in range(2, 10)]


def test_a_form_around_the_pager_that_says_get() -> None:
    form = FORM.format("method=get").replace("</form>", f"{NUMBERS}</form>")
    assert ends(shown(form))[0] == "list.php?cat=3&pageNo=2"


UNKNOWN = {
    "sent in the background": "<script>function goPage(n) { $.post('list.php', {page: n}, show); }"
    f"</script>{NUMBERS}",
    "elsewhere": "<script>function goPage(n) { location = 'http://other.test/?p=' + n }</script>"
    + NUMBERS,
    "of more than it gets": "<script>function goPage(n) { location = base + '?p=' + n }</script>"
    + NUMBERS,
    "in no script of the page": NUMBERS,
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_what_the_page_does_not_say_is_told_as_unread(kind: str) -> None:
    pager = shown(UNKNOWN[kind])
    assert (pager.kind, pager.pages) == ("unread", ())


def test_what_is_asked_for_in_the_background_is_followed() -> None:
    script = "<script>function goPage(n) { $.get('list.php?page=' + n, show); }</script>"
    assert ends(shown(f"{script}{NUMBERS}"))[:2] == ["list.php?page=2", "list.php?page=3"]


HOSTILE = {
    "names": "a=b,",
    "arrows": "a=(a,b,c,",
    "functions": "function f(a){",
    "braces": "f=function(){{{{",
    "texts": "var a='x'+",
    "fields": ".a.value=",
    "calls": "f(f(f(",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_stays_linear(kind: str) -> None:
    piece = HOSTILE[kind]
    script = piece * (390_000 // len(piece))
    with cpu() as spent:
        own = f"<script>function goPage(n) {{ {script[:4000]} }}</script>"
        shown(f"<script>{script}</script>{own}{NUMBERS}")
    assert spent.under(3), spent


@pytest.mark.parametrize("kind", HOSTILE)
def test_rows_that_are_calls_stay_linear(kind: str) -> None:
    piece = HOSTILE[kind]
    script = piece * (390_000 // len(piece))
    calls = "".join(
        f"<li onclick=\"show('{n}')\"><a onclick=\"show('{n}')\">A headline of many words {n}</a>"
        for n in range(3_000)
    )
    own = f"<script>function show(n) {{ if(n if( {script[:3900]} }}</script>"
    page = Page(f"<html><body><ul>{calls}</ul>{own}<script>{script}</script></body>", URL, NOW)
    with cpu() as spent:
        assert found_rows(page, ListRules(), "UTC") == []
        assert rows_by_script(page) in ("show('0')", "")
    assert spent.under(5), spent


def test_a_row_that_is_a_call_has_its_address_and_a_pager_has_none() -> None:
    script = "function show(n) { if (!n) { return false; } location.href = '/a/' + n + '.html'; }"
    rows = "".join(
        f"<li><a href=\"javascript:show('{n}')\">A headline of many words {n}</a> 2026-03-0{n}</li>"
        for n in range(1, 7)
    )
    pager = "<p><a href='javascript:show(1)'>1</a> <a href='javascript:show(2)'>Next</a></p>"
    page = Page(f"<html><body><ul>{rows}</ul>{pager}<script>{script}</script></body>", URL, NOW)
    found = found_rows(page, ListRules(), "UTC")
    assert [row.url for row in found] == [
        f"http://www.practice.test/a/{n}.html" for n in range(1, 7)
    ]
    assert rows_by_script(page) == ""


def test_row_240_rows_that_send_a_form_by_get_have_an_address_that_is_the_same_on_each_page() -> (
    None
):
    script = (
        "function fn_view(id) { document.frm.nttId.value = id; document.frm.action = '/view.do';"
        " document.frm.submit(); }"
    )
    rows = "".join(
        f"<tr><td><a href='#' onclick=\"fn_view('4{n}1')\">A headline of many words {n}</a>"
        f"<noscript><form action=/view.do><input type=hidden name=nttId value=4{n}1>"
        "</form></noscript></td>"
        f"<td>2026-03-0{n}</td></tr>"
        for n in range(1, 7)
    )
    for number in (1, 2):
        form = (
            "<form name=frm action=/list.do method=get><input type=hidden name=bbsId value=B1>"
            f"<input type=hidden name=nttId><input type=hidden name=pageIndex value={number}>"
            "<select name=cnd><option value=0>Title</select><input name=word value=tram></form>"
        )
        html = f"<html><body>{form}<table>{rows}</table><script>{script}</script></body></html>"
        found = found_rows(Page(html, URL, NOW), ListRules(), "UTC")
        assert [row.url for row in found] == [
            f"http://www.practice.test/view.do?bbsId=B1&nttId=4{n}1" for n in range(1, 7)
        ]
        posted = html.replace("method=get", "method=post")
        written = Page(posted.replace("'/view.do'", "'/insertReply.do'"), URL, NOW)
        assert "fn_view" in rows_by_script(written)


@pytest.mark.parametrize(
    "action", ["/view.do", "/bbs/selectBoardArticle.do", "/news/newsDetail.do", "/bbs_read.jsp"]
)
def test_rows_that_send_a_form_by_post_are_asked_for_by_their_name(action: str) -> None:
    script = (
        "function fn_open(no) { var f = document.listForm; f.nttId.value = no;"
        f" f.action = '{action}'; f.submit(); }}"
    )
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='#none' onclick=\"fn_open('9{n}'); return false;\">The tram"
        f" depot of ward {n} is handed over</a></td><td>2026.03.0{n}</td></tr>"
        for n in range(1, 7)
    )
    addresses = []
    for number in (1, 2):
        form = (
            "<form name=listForm method=post action=/list.do><input type=hidden name=nttId>"
            "<input type=hidden name=menuNo value=20><input type=hidden name=pageIndex"
            f" value={number}><input type=hidden name=_csrf value=x{number}y></form>"
        )
        html = f"<html><body>{form}<table>{rows}</table><script>{script}</script></body></html>"
        page = Page(html, URL, NOW)
        assert rows_by_script(page) == ""
        addresses.append([row.url for row in found_rows(page, ListRules(), "UTC")])
    assert addresses[0] == addresses[1]
    assert addresses[0] == [
        f"http://www.practice.test{action}?nttId=9{n}&menuNo=20" for n in range(1, 7)
    ]


def test_an_address_that_a_call_is_handed_is_where_it_leads() -> None:
    onward = (
        '<table class=paging><tr><td>1 - 15</td><td><a href="javascript:" onclick=\'javascript:'
        'RefreshPageTo(event, "\\u002fnews\\u002flist.aspx?Paged=TRUE\\u0026p_ID=362");'
        "javascript:return false;'><img src=/next.gif alt=Next></a></td></tr></table>"
    )
    pager = shown(onward)
    assert pager.pages == ("http://www.practice.test/news/list.aspx?Paged=TRUE&p_ID=362",)

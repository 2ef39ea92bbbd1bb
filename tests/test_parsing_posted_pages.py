"""Pagers that send a form by POST: what is sent for the next page, and which forms never are."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from scraper.parsing.lists.pagination import shown_pager
from scraper.parsing.page import Page
from scraper.parsing.types import PageForm, Pager
from scraper.spiders.fetch import _body_of
from tests.support.effort import cpu
from tests.support.make import NOW

URL = "http://www.practice.test/news/list.aspx?cat=3"
STATE = (
    "<input type=hidden name=__EVENTTARGET><input type=hidden name=__EVENTARGUMENT>"
    "<input type=hidden name=__VIEWSTATE value=abc/+=>"
)


def shown(html: str, url: str = URL) -> Pager:
    return shown_pager(Page(f"<html><body>{html}</body></html>", url, NOW))


def fields(pager: Pager) -> dict[str, str]:
    assert pager.form is not None, pager.why
    return dict(pager.form.fields)


def web_form(inner: str, more: str = "") -> str:
    return f"<form method=post action=list.aspx?cat=3 id=form1>{STATE}{more}{inner}</form>"


def back(target: str, argument: str, words: str) -> str:
    return f"<a href=\"javascript:__doPostBack('{target}','{argument}')\">{words}</a> "


def numbers(call: str, current: int, *listed: int) -> str:
    said = [f'<a href="javascript:{call.format(n)}">{n}</a> ' for n in listed]
    if current in listed:
        said[listed.index(current)] = f"<span>{current}</span> "
    return f"<div>{''.join(said)}</div>"


GRID = "__doPostBack('grid','Page${}')"
JAVA = (
    "<form name=f id=f {} action=list.do><input type=hidden name=cat value=3>"
    "<input type=hidden name=pageNo id=pn value=1></form>"
)
FILLED = {
    "by name": "function goPage(n) { document.f.pageNo.value = n; document.f.submit(); }",
    "by id": "function goPage(n) { document.getElementById('pn').value = n; "
    "document.forms[0].submit(); }",
    "by a library": "function goPage(n) { $('#pn').val(n); $('#f').submit(); return false; }",
    "in brackets": "function goPage(n) { document.forms['f']['pageNo'].value = n; "
    "document.forms['f'].submit(); }",
    "by its names": "const goPage = (n) => { document.getElementsByName('pageNo')[0].value = n; "
    "document.forms.f.requestSubmit(); }",
}


@pytest.mark.parametrize("script", FILLED.values(), ids=FILLED)
def test_a_function_fills_the_number_into_a_form(script: str) -> None:
    links = numbers("goPage({})", 1, 1, 2, 3)
    pager = shown(f"{JAVA.format('method=post')}<script>{script}</script>{links}")
    assert fields(pager) == {"cat": "3", "pageNo": "2"}
    assert (pager.kind, pager.total, pager.next) == ("form", 3, f"{URL}#page=2")
    assert pager.form is not None
    assert pager.form.action == "http://www.practice.test/news/list.do"


def test_a_function_may_say_where_and_how_and_what_comes_next() -> None:
    script = (
        "<script>function next() { var f = document.forms['f']; "
        "f.pageNo.value = parseInt(f.pageNo.value) + 1; f.action = 'more.do'; f.method = 'post'; "
        "f.submit(); }</script>"
    )
    pager = shown(JAVA.format("") + script + "<a href='#' onclick='next()'>Next</a>")
    assert fields(pager)["pageNo"] == "2"
    assert pager.form is not None
    assert pager.form.action == "http://www.practice.test/news/more.do"


def test_the_code_of_a_link_may_do_it_itself() -> None:
    code = "document.f.pageNo.value=2;document.f.submit();return false"
    pager = shown(JAVA.format("method=post") + f'<a href="#" onclick="{code}">下一页</a>')
    assert fields(pager)["pageNo"] == "2"


def test_where_nobody_shows_the_function_the_form_around_has_one_number() -> None:
    inner = numbers("toPage({})", 1, 1, 2, 3)
    pager = shown(JAVA.format("method=post").replace("</form>", f"{inner}</form>"))
    assert fields(pager) == {"cat": "3", "pageNo": "2"}


@pytest.mark.parametrize(("current", "listed", "wanted"), [
    (1, (1, 2, 3), "Page$2"),
    (2, (1, 2, 3), "Page$3"),
    (1, (1, 2), "Page$2"),
])  # fmt: skip
def test_a_grid_says_its_page_in_the_argument(
    current: int, listed: tuple[int, ...], wanted: str
) -> None:
    said = fields(shown(web_form(numbers(GRID, current, *listed))))
    assert (said["__EVENTTARGET"], said["__EVENTARGUMENT"]) == ("grid", wanted)
    assert said["__VIEWSTATE"] == "abc/+="


def test_the_last_page_of_a_grid_leads_nowhere() -> None:
    pager = shown(web_form(numbers(GRID, 3, 1, 2, 3)), f"{URL}#page=3")
    assert (pager.kind, pager.pages) == ("none", ())


def test_the_dots_behind_the_last_number_are_the_next_page() -> None:
    first = back("grid", "Page$10", "...")
    grid = f"<div>{first}{numbers(GRID, 20, *range(11, 21))}{back('grid', 'Page$21', '...')}</div>"
    assert fields(shown(web_form(grid), f"{URL}#page=20"))["__EVENTARGUMENT"] == "Page$21"
    old = "".join(back("dg$_ctl1$_ctl" + str(n), "", str(n + 1)) for n in range(9))
    old = f"<div>{old}<span>10</span> {back('dg$_ctl1$_ctl10', '', '...')}</div>"
    said = fields(shown(web_form(old), f"{URL}#page=10"))
    assert said["__EVENTTARGET"] == "dg$_ctl1$_ctl10"


def test_a_pager_may_count_its_links_and_not_its_pages() -> None:
    links = "".join(
        f"<span>{n}</span> " if n == 6 else back(f"pager$ctl01$ctl0{n - 6}", "", str(n))
        for n in range(6, 11)
    )
    said = fields(shown(web_form(f"<div>{links}</div>"), f"{URL}#page=6"))
    assert said["__EVENTTARGET"] == "pager$ctl01$ctl01"


def test_a_choice_posts_the_option_after_the_chosen_one() -> None:
    options = "<option value=1 selected>1<option value=2>2<option value=3>3"
    call = "javascript:setTimeout('__doPostBack(\\'ddl\\',\\'\\')', 0)"
    said = fields(shown(web_form(f'Page <select name=ddl onchange="{call}">{options}</select>')))
    assert (said["__EVENTTARGET"], said["ddl"]) == ("ddl", "2")


BUTTONS = {
    "by value": "<input type=submit name=act value='Next page'>",
    "by name": "<input type=submit name=next value='>>>'>",
    "by picture": "<input type=image name=next alt=Next src=n.gif>",
    "a button": "<button name=act value=fwd>下一页</button>",
    "a button of its kind": "<button type=submit name='ctl00$btnNext' value=1>&gt;</button>",
}


@pytest.mark.parametrize("button", BUTTONS.values(), ids=BUTTONS)
def test_a_button_is_sent_with_its_form_and_no_other_button(button: str) -> None:
    form = (
        "<form method=post><input name=p value=1><input type=submit name=search value=Go>{}</form>"
    )
    said = fields(shown(form.format(button)))
    assert "search" not in said
    assert len(said) == (3 if "picture" in button or "image" in button else 2)


def test_what_a_form_sends_is_what_stands_in_it() -> None:
    more = (
        "<input name=words placeholder=Search><textarea name=t>\n a\n b</textarea>"
        "<input type=checkbox name=c1><input type=checkbox name=c2 checked>"
        "<input type=radio name=r value=1><input type=radio name=r value=2 checked>"
        "<select name=s><option value=x>X<option value=y selected>Y</select>"
        "<select name=m multiple><option>A<option selected>B<option selected>C</select>"
        "<input name=off value=1 disabled><input value=nameless><input type=reset name=z value=1>"
    )
    pager = shown(web_form(numbers(GRID, 1, 1, 2), more))
    assert pager.form is not None
    sent = [pair for pair in pager.form.fields if not pair[0].startswith("__")]
    assert sent[:4] == [("words", ""), ("t", "\n a\n b"), ("c2", "on"), ("r", "2")]
    assert sent[4:] == [("s", "y"), ("m", "B"), ("m", "C")]


def test_what_is_sent_is_in_the_encoding_of_the_page() -> None:
    form = PageForm(URL, URL, (("q", "贵阳 & β\n"), ("p", "2")), "gb2312")
    assert parse_qs(_body_of(form).decode(), encoding="gb2312") == {
        "q": ["贵阳 & β\r\n"],
        "p": ["2"],
    }
    other = PageForm(URL, URL, (("q", "Ż"),), "gb2312")
    assert parse_qs(_body_of(other).decode()) == {"q": ["&#379;"]}


REFUSED = {
    "a password": (web_form(numbers(GRID, 1, 1, 2), "<input type=password name=pw>"), "password"),
    "a file": (web_form(numbers(GRID, 1, 1, 2), "<input type=file name=up>"), "a file"),
    "another site": (
        web_form(numbers(GRID, 1, 1, 2)).replace("list.aspx", "http://other.test/list.aspx"),
        "another site",
    ),
    "another port": (
        web_form(numbers(GRID, 1, 1, 2)).replace("list.aspx", "http://www.practice.test:81/l"),
        "another site",
    ),
    "in parts": (
        web_form(numbers(GRID, 1, 1, 2)).replace("<form", "<form enctype=multipart/form-data"),
        "multipart/form-data",
    ),
    "to sign in": (web_form(numbers(GRID, 1, 1, 2)).replace("form1", "loginForm"), "loginForm"),
    "to write": (web_form(numbers(GRID, 1, 1, 2)).replace("list.aspx", "comment.aspx"), "comment"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_may_not_be_sent_is_told_as_unread(kind: str) -> None:
    html, why = REFUSED[kind]
    pager = shown(html)
    assert (pager.kind, pager.form, pager.pages) == ("unread", None, ())
    assert why in pager.why


NO_PAGER = {
    "days of a calendar": "<table id=Calendar1>" + "".join(
        f"<td>{back('cal', str(9000 + n), str(n))}</td>" for n in range(1, 31)) + "</table>",
    "rows to choose": "".join(back("grid", f"Select${n}", f"Harbour {n}") for n in range(5)),
    "order of rows": "".join(back("grid", f"Sort${name}", name) for name in ("Date", "Title")),
    "a search": "<input name=q><input type=submit name=go value=Search>",
    "a slide": f"<div class=carousel>{back('slide', '', '&gt;&gt;')}</div>",
    "switched off": back("p", "", "Next").replace("<a ", "<a disabled "),
    "leaving": "<input type=submit value='Sign out'>",
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_PAGER)
def test_what_is_no_pager_sends_nothing(kind: str) -> None:
    assert shown(web_form(NO_PAGER[kind])).form is None


def test_an_address_is_taken_before_a_form() -> None:
    both = "<a href='list.aspx?cat=3&page=2'>2</a> <a href='list.aspx?cat=3&page=3'>3</a>"
    pager = shown(web_form(numbers(GRID, 1, 1, 2)) + f"<div class=pager>1 {both}</div>")
    assert (pager.kind, pager.form) == ("numbered", None)


@pytest.mark.parametrize("piece", [
    "<a onclick=\"__doPostBack('a','Page$2')\">2</a>",
    "<a onclick=\"f({'a':'a',\">2</a>",
    "<input type=submit name=next value=3>",
    "<select onchange=submit()><option>1<option>2",
    "<form method=post>",
    "<input name=a value=b>",
])  # fmt: skip
def test_it_stays_linear(piece: str) -> None:
    with cpu() as spent:
        for times in (4_000, 16_000):
            shown(f"<form method=post>{STATE}{piece * times}</form>")
    assert spent.under(8), spent

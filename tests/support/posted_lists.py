"""Lists whose further pages are asked for by forms sent by POST, as site programs build them.

Each is a site on the loopback server that keeps a state as its program does, and answers a form
that does not bring it as that program would: with an error, or with its first page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tests.support.servers import Behaviour, Hit, Site, head

EACH = 5
TOWNS = ("harbour", "mill", "quarry", "orchard", "ferry", "kiln", "market", "weir", "tannery")


@dataclass(frozen=True)
class Asked:
    """What a form brought: its fields, the cookies beside it."""

    fields: Mapping[str, str]
    cookies: str


@dataclass(frozen=True)
class PostedList:
    """How one program does it: the markup of a page of `total`, and which page a form asks for
    (0: it is refused)."""

    page: Callable[[int, int], str]
    asked: Callable[[Asked], int]
    cookie: str = ""
    refuses: int = 500


def title_of(number: int) -> str:
    town = TOWNS[number % len(TOWNS)]
    return f"The {town} of district {number} opens its {number + 3} workshops to visitors"


def rows_of(number: int) -> str:
    first = (number - 1) * EACH
    return "".join(
        f"<li><a href='/a/{at + 1}.htm'>{title_of(at)}</a> "
        f"<span class=day>2026-02-{28 - at % 28:02d}</span></li>"
        for at in range(first, first + EACH)
    )


def state_of(number: int) -> str:
    """A state that only the page itself can have given."""
    return hashlib.sha256(f"state of page {number}".encode()).hexdigest() * 3


def _frame(rows: str, around: str, before: str = "") -> str:
    return (
        f"<html lang=en><head><meta charset=utf-8><title>District news</title>{before}</head>"
        f"<body>{around.replace('{rows}', f'<ul class=news>{rows}</ul>')}</body></html>"
    )


def _of_state(field: str, asked: Asked, most: int = 500) -> int:
    """Which page gave a state. 0 where none did."""
    said = asked.fields.get(field, "")
    return next((number for number in range(1, most) if state_of(number) == said), 0)


# ASP.NET WebForms: a grid with numbers by tens, its dots, and a state for each page.


def _grid(number: int, total: int) -> str:
    tens = (number - 1) // 10 * 10
    numbers = range(tens + 1, min(tens + 10, total) + 1)
    call = "<td><a href=\"javascript:__doPostBack('ctl00$main$grid','Page${}')\">{}</a></td>"
    cells = call.format(tens, "...") if tens else ""
    cells += "".join(
        f"<td><span>{n}</span></td>" if n == number else call.format(n, n) for n in numbers
    )
    cells += call.format(tens + 11, "...") if tens + 10 < total else ""
    around = (
        "<form method='post' action='./list.aspx?cat=3' id='aspnetForm'>"
        "<input type='hidden' name='__EVENTTARGET' id='__EVENTTARGET' value=''>"
        "<input type='hidden' name='__EVENTARGUMENT' id='__EVENTARGUMENT' value=''>"
        f"<input type='hidden' name='__VIEWSTATE' value='{state_of(number)}'>"
        f"<input type='hidden' name='__EVENTVALIDATION' value='{state_of(number)[::-1]}'>"
        "<input name='ctl00$search' type='text' placeholder='Search'>"
        "<input type='submit' name='ctl00$go' value='Search'>"
        "<select name='ctl00$year'><option value='0' selected>All years</option>"
        "<option value='2026'>2026</option></select>{rows}"
        f"<table><tr><td><table><tr>{cells}</tr></table></td></tr></table></form>"
    )
    return _frame(rows_of(number), around)


def _grid_asked(asked: Asked) -> int:
    before = _of_state("__VIEWSTATE", asked)
    whole = asked.fields.get("__EVENTVALIDATION") == state_of(before)[::-1]
    searched = asked.fields.get("ctl00$search") == "" and "ctl00$go" not in asked.fields
    own = asked.fields.get("ctl00$year") == "0" and searched
    target = asked.fields.get("__EVENTTARGET") == "ctl00$main$grid"
    kind, _, number = asked.fields.get("__EVENTARGUMENT", "").partition("$")
    fits = before and whole and own and target and kind == "Page" and number.isdigit()
    # A grid knows the numbers it showed, and no others.
    tens = (before - 1) // 10 * 10
    return int(number) if fits and tens <= int(number) <= tens + 11 else 0


# WebForms with buttons of a pager that only knows the next one.


def _steps(number: int, total: int) -> str:
    off = " disabled='disabled'" if number == total else ""
    options = (
        "javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("
        "&quot;pager$lbtnNext&quot;, &quot;&quot;, true, &quot;&quot;, &quot;&quot;, false, true))"
    )
    around = (
        "<form method=post id=form1 action=list.aspx?cat=3>"
        f"<input type=hidden name=__VIEWSTATE value={state_of(number)}>"
        "<input type=hidden name=__EVENTTARGET><input type=hidden name=__EVENTARGUMENT>{rows}"
        f"<div>Page {number} of {total} <a href='{options}'{off}>Next</a></div></form>"
    )
    return _frame(rows_of(number), around)


def _steps_asked(asked: Asked) -> int:
    before = _of_state("__VIEWSTATE", asked)
    return before + 1 if before and asked.fields.get("__EVENTTARGET") == "pager$lbtnNext" else 0


# A Java portal: a function fills the number into the form of the search above, and sends it.


def _java(number: int, total: int) -> str:
    script = (
        "<script>function goPage(n) { var f = document.searchForm; f.pageNo.value = n; "
        "f.action = 'list.do'; f.submit(); }</script>"
    )
    links = "".join(
        f"<b>{n}</b> " if n == number else f"<a href='javascript:goPage({n})'>{n}</a> "
        for n in range(max(1, number - 2), min(total, number + 2) + 1)
    )
    around = (
        "<form name=searchForm method=post action=search.do><input type=hidden name=cat value=3>"
        "<input type=text name=words><input type=hidden name=pageNo value="
        f"{number}></form>{{rows}}<div class=pages>{links} 共{total}页</div>"
    )
    return _frame(rows_of(number), around, script)


def _java_asked(asked: Asked) -> int:
    fits = asked.fields.get("cat") == "3" and asked.fields.get("words") == ""
    return int(asked.fields.get("pageNo", "0")) if fits else 0


# Forms with a button each, and one whose button says which page by its name.


def _buttons(number: int, total: int) -> str:
    def form(to: int, words: str) -> str:
        return (
            "<form method=post action=''><input type=hidden name=token value="
            f"{state_of(number)[:20]}><input type=hidden name=page value={to}>"
            f"<input type=submit value='{words}'></form>"
        )

    before = form(number - 1, "« Newer") if number > 1 else ""
    after = form(number + 1, "Older »") if number < total else ""
    return _frame(rows_of(number), f"{{rows}}<div class=pager>{before}{after}</div>")


def _buttons_asked(asked: Asked) -> int:
    number = int(asked.fields.get("page", "0"))
    near = (number - 1, number + 1)
    tokens = {state_of(each)[:20] for each in near if each > 0}
    return number if asked.fields.get("token") in tokens else 0


def _named(number: int, total: int) -> str:
    off = "disabled" if number == total else ""
    around = (
        "<form method=post action=/list><input type=hidden name=at value="
        f"{number}>{{rows}}<input type=submit name=prev value=Back>"
        f"<input type=submit name=next value='Next page' {off}></form>"
    )
    return _frame(rows_of(number), around)


def _named_asked(asked: Asked) -> int:
    at = int(asked.fields.get("at", "0"))
    return at + 1 if at and "next" in asked.fields and "prev" not in asked.fields else 0


# JSF: command links, and a state that the server keeps for whoever brings its cookie.


def _faces(number: int, total: int) -> str:
    def link(n: int) -> str:
        call = (
            "mojarra.jsfcljs(document.getElementById(&#39;list&#39;),"
            f"{{&#39;list:page:{n}&#39;:&#39;list:page:{n}&#39;}},&#39;&#39;);return false"
        )
        return f'<a href="#" onclick="{call}">{n}</a> '

    links = "".join(f"<span>{n}</span> " if n == number else link(n) for n in range(1, total + 1))
    around = (
        "<form id=list name=list method=post action='/list.xhtml;jsessionid=A1' "
        "enctype='application/x-www-form-urlencoded'>"
        "<input type=hidden name=list value=list>{rows}"
        f"<div class=paginator>{links}</div><input type=hidden name=javax.faces.ViewState "
        f"value='{state_of(number)}'></form>"
    )
    return _frame(rows_of(number), around)


def _faces_asked(asked: Asked) -> int:
    before = _of_state("javax.faces.ViewState", asked)
    named = [name for name in asked.fields if name.startswith("list:page:")]
    fits = before and "JSESSIONID=A1" in asked.cookies and len(named) == 1
    return int(named[0].rpartition(":")[2]) if fits else 0


# A choice of pages that sends its form.


def _choice(number: int, total: int) -> str:
    options = "".join(
        f"<option value={n - 1}{' selected' if n == number else ''}>{n}</option>"
        for n in range(1, total + 1)
    )
    around = (
        "<form method=post action=/list>{rows}<input type=hidden name=key value="
        f"{state_of(number)[:12]}>Page <select name=sheet onchange='this.form.submit()'>{options}"
        f"</select> of {total}</form>"
    )
    return _frame(rows_of(number), around)


def _choice_asked(asked: Asked) -> int:
    number = int(asked.fields.get("sheet", "0")) + 1
    before = state_of(number - 1)[:12] if number > 1 else ""
    return number if asked.fields.get("key") == before else 0


KINDS = {
    "webforms grid": PostedList(_grid, _grid_asked),
    "webforms next": PostedList(_steps, _steps_asked, refuses=302),
    "java": PostedList(_java, _java_asked, refuses=200),
    "buttons": PostedList(_buttons, _buttons_asked),
    "named button": PostedList(_named, _named_asked, refuses=200),
    "jsf": PostedList(_faces, _faces_asked, cookie="JSESSIONID=A1; Path=/; HttpOnly"),
    "choice": PostedList(_choice, _choice_asked),
}


def posted_site(site: Site, kind: str, total: int, path: str = "/news.html") -> None:
    """A list of so many pages of that kind, with its articles."""
    made = KINDS[kind]
    behaviour = _behaviour(made, total)
    targets = ("/list.aspx?cat=3", "/list.do", "/search.do", "/list", "/list.xhtml;jsessionid=A1")
    for each in (path, *targets):
        site.answer(each, behaviour)
    for at in range(total * EACH):
        site.article(f"/a/{at + 1}.htm", title_of(at), day=f"2026-02-{28 - at % 28:02d}")


def _behaviour(made: PostedList, total: int) -> Behaviour:
    def behave(connection, hit: Hit) -> None:  # type: ignore[no-untyped-def]
        number = 1
        if hit.method == "POST":
            fields = parse_qsl(hit.body.decode(), keep_blank_values=True)
            asked = Asked(dict(fields), hit.headers.get("cookie", ""))
            number = made.asked(asked) if len(fields) == len(asked.fields) else 0
            if not number and made.refuses == 302:
                connection.sendall(head(302, 0, Location="/news.html"))
                return
            if not number and made.refuses == 500:
                connection.sendall(head(500, 0))
                return
        body = made.page(min(max(1, number), total), total).encode()
        headers = {"Content_Type": "text/html; charset=utf-8"}
        if made.cookie:
            headers["Set_Cookie"] = made.cookie
        connection.sendall(head(200, len(body), **headers) + body)

    return behave

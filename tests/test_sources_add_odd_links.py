"""`sources add` where rows are linked oddly: backslashes, session ids, calls of scripts, frames."""

# ruff: noqa: E501 - scripts are easier to read when they are not broken up
from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest

from desk.portals.lists import Listing, find_listing
from desk.portals.pages import SavedPages
from desk.portals.survey import Portal, SurveyOptions, survey
from hubwatch.errors import PageError
from scraper.parsing.lists.json_lists import read_json_list
from scraper.parsing.lists.read import read_list
from scraper.sources.links import is_article
from scraper.sources.load import load_catalogue
from scraper.sources.model import Entry, EntryKind
from storage.types import Capture
from tests.support.cli import CommandLine
from tests.support.make import capture
from tests.support.servers import Server, answer, article_html, page, serving

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")
HOME = "http://odd.test/"
LIST = "http://odd.test/news/"
TITLES = (
    "Council opens the harbour quarter to small boats",
    "Bus lanes on Mill Road are extended to the station",
    "Two schools share a new science laboratory",
    "Winter gritting plan is agreed by the wards",
    "Library hours are longer from the spring on",
    "Flood gates on the east bank pass their test",
)
DAYS = [date(2026, 2, 28) - timedelta(days=3 * at) for at in range(len(TITLES))]


def rows(link: str, titles: tuple[str, ...] = TITLES) -> str:
    """A dated list whose links are written like this: `{n}` a number, `{s}` a new session, `{t}`
    the title, `{d}` the day run together."""
    items = (
        "<li>" + link.format(n=900 + at, s=f"{7919 * (at + 3):032X}", t=title, d=f"{day:%Y%m%d}")
        + f"<span>{day}</span></li>"
        for at, (title, day) in enumerate(zip(titles, DAYS, strict=True))
    )  # fmt: skip
    return f"<ul class=list>{''.join(items)}</ul>"


def html(body: str, head: str = "") -> str:
    return f"<html lang=en><head><title>News - Odd</title>{head}</head><body>{body}</body></html>"


def got(text: str, url: str = LIST) -> Capture:
    """The page as it was fetched."""
    return capture(text.encode(), url=url, final_url=url)


def found(body: str) -> Listing:
    listing = find_listing(got(html(body)), "UTC")
    assert listing is not None
    return listing


def surveyed(pages: Mapping[str, str], url: str = LIST) -> Portal:
    saved = SavedPages({each: got(text, each) for each, text in pages.items()})
    templates = load_catalogue([]).templates
    return survey(url, saved, templates, SurveyOptions(zone="UTC"))


# Backslashes


@pytest.mark.parametrize(
    "href",
    [
        r"\news\view.do?id={n}",
        r"view.do?id={n}",
        r"..\news\view.do?id={n}",
        "\n   \\news\\view.do?id={n} ",
        r"http:\\odd.test\news\view.do?id={n}",
        r"\\odd.test\news\view.do?id={n}",
        r"http://odd.test\news/view.do?id={n}",
    ],
)
def test_backslashes_are_read_as_browsers_read_them(href: str) -> None:
    listing = found(rows(f'<a href="{href}">{{t}}</a>'))
    assert [row.url for row in listing.rows] == [f"{LIST}view.do?id={900 + n}" for n in range(6)]
    assert listing.allow == ("/news/view.do?id={id}",)


@pytest.mark.parametrize(
    "href",
    [
        r"//evil.test\@odd.test/{n}.html",
        "http://me@odd.test/{n}.html",
        "http://odd.test:0/{n}.html",
        "http://[odd.test/{n}.html",
        "/" + "x" * 2100 + "{n}",
        "view.html?a=\\{n}",
    ],
)
def test_no_row_however_bad_ends_the_survey(href: str) -> None:
    bad = rows(f'<a href="{href}">{{t}}</a>').replace("<li>", "<li class=row>")
    both = bad.replace("</ul>", "") + rows('<a href="/news/{n}.html">{t}</a>').partition(">")[2]
    find_listing(got(html(bad)), "UTC")
    listing = find_listing(got(html(both)), "UTC")
    assert listing is not None
    assert all(is_article(row.url, listing.links) for row in listing.rows)
    assert {row.url for row in listing.rows} >= {f"{LIST}{900 + at}.html" for at in range(6)}


@pytest.mark.parametrize(
    "href",
    ["%2e%2e/news/view.do?id={n}", "/x/.%2E/news/view.do?id={n}", "/ne\tws/vi\n\tew.do?id={n}"],
)
def test_row_304_escaped_dots_and_breaks_in_addresses_are_read_as_browsers_do(href: str) -> None:
    listing = found(rows(f'<a href="{href}">{{t}}</a>'))
    assert [row.url for row in listing.rows] == [f"{LIST}view.do?id={900 + n}" for n in range(6)]


# Rows that forward, pages that read as articles, files of data


def test_row_303_the_addresses_to_which_rows_forward_are_the_source_s() -> None:
    pages = {LIST: got(html(rows('<a href="/go?id={n}">{t}</a>')))}
    for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True)):
        there = f"{HOME}{day:%Y/%m}/{900 + at}.html"
        text = article_html(title, f"{day}")
        pages[f"{HOME}go?id={900 + at}"] = replace(
            got(text, f"{HOME}go?id={900 + at}"), final_url=there
        )
    portal = survey(
        LIST, SavedPages(pages), load_catalogue([]).templates, SurveyOptions(zone="UTC")
    )
    assert is_article(f"{HOME}2025/12/17.html", portal.listing.links)
    assert is_article(f"{HOME}go?id=17", portal.listing.links)
    assert not is_article(f"{HOME}about.html", portal.listing.links)


def test_row_305_a_list_whose_rows_read_as_a_text_is_a_list() -> None:
    teaser = "The council met on Monday and decided by nine votes to two, after a long debate."
    cells = "".join(
        f"<tr><td><a href=/news/{at}-{title.split()[0]}>{title}</a><br>{teaser}</td>"
        f"<td>{day}</td></tr>"
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    listed = html(f"<h1>Newsroom</h1><table>{cells}</table>")
    home = html(rows('<a href="/news/{n}-x">{t}</a>'))
    portal = surveyed({f"{LIST}list.aspx": listed, HOME: home}, f"{LIST}list.aspx")
    assert portal.listing.url == f"{LIST}list.aspx"


def test_row_306_a_file_of_data_that_a_list_names_is_read_as_well() -> None:
    more = [
        {"title": f"{title} again", "publishUrl": f"../news/{800 + at}.html",
         "publishTime": f"{day - timedelta(days=90)} 09:00:00"}
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]  # fmt: skip
    shown = [
        {"title": title, "publishUrl": f"../news/{900 + at}.html", "publishTime": f"{day} 09:00:00"}
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    box = '<div data="datasource:0a1b2c3d4e" datatype="ds" preview="ds_">'
    pages = {
        LIST: got(html(f"{box}{rows('<a href=/news/{n}.html>{t}</a>')}</div>")),
        f"{LIST}ds_0a1b2c3d4e.json": replace(
            got(json.dumps({"datasource": [*shown, *more]}), f"{LIST}ds_0a1b2c3d4e.json"),
            headers=(("content-type", "application/json"),),
        ),
    }
    portal = survey(
        LIST, SavedPages(pages), load_catalogue([]).templates, SurveyOptions(zone="UTC")
    )
    assert [(each.kind, each.url) for each in portal.entries] == [
        (EntryKind.LIST, LIST),
        (EntryKind.JSON, f"{LIST}ds_0a1b2c3d4e.json"),
    ]


# Session ids


@pytest.mark.parametrize("path", ["view.do;jsessionid={s}?id={n}", "a/{n}.html;JSESSIONID={s}.x1"])
def test_session_ids_are_no_part_of_a_shape(path: str) -> None:
    listing = found(rows(f'<a href="{path}">{{t}}</a>'))
    (shape,) = listing.allow
    assert shape in ("/news/view.do?id={id}", "/news/a/{id}.html")
    bare = LIST + path.replace(";jsessionid={s}", "").replace(";JSESSIONID={s}.x1", "")
    for url in (bare, LIST + path):
        assert is_article(url.format(n=77, s="0F" * 16), listing.links)


# Rows that are calls of scripts

OPENS = "function openArt(id, day) { window.open('/news/' + day + '/' + id + '.html'); }"
CALLS = (
    """<a href="javascript:void(0)" onclick="openArt('{n}','{d}')">{t}</a>""",
    """<a href="JavaScript:openArt({n}, '{d}')">{t}</a>""",
    """<a href="#" onclick="openArt('{n}','{d}');return false;">{t}</a>""",
    """<span onclick="openArt('{n}','{d}')">{t}</span>""",
)
PAGER = '<p class=page><a href="?p=1">1</a> <a href="?p=2">2</a> <a href="?p=3">3</a> ' \
        '<a href="?p=2">Next</a></p>'  # fmt: skip


@pytest.mark.parametrize("link", CALLS)
def test_rows_that_call_a_function_lead_where_it_says(link: str) -> None:
    listing = found(f"{rows(link)}{PAGER}<script>{OPENS}</script>")
    wanted = [f"{LIST}{day:%Y%m%d}/{900 + at}.html" for at, day in enumerate(DAYS)]
    assert [row.url for row in listing.rows] == wanted
    assert [row.title for row in listing.rows] == list(TITLES)
    assert listing.allow == ("/news/{yyyymmdd}/{id}.html",)


UNKNOWN = {
    "elsewhere": "",
    "two ways": "function openArt(id, day) { if (day > 1) { location = '/a/' + id; } "
    "else { location = '/b/' + id; } }",
    "one of two": "function openArt(id, day) { var u = '/a/' + id; if (day > 1) u = '/b/' + id; "
    "location.href = u; }",
    "a value of nobody": "function openArt(id, day) { location.href = ROOT + id; }",
    "given anew": "function openArt(id, day) { id = ids[id]; location.href = '/a/' + id; }",
    "always the same": "function openArt(id, day) { location.href = '/subscribe.html'; }",
}


@pytest.mark.parametrize("script", UNKNOWN.values(), ids=UNKNOWN)
def test_rows_whose_function_is_not_understood_are_told(script: str) -> None:
    text = html(f"{rows(CALLS[0])}{PAGER}<script>{script}</script>")
    assert find_listing(got(text), "UTC") is None
    with pytest.raises(PageError, match=r"run by a script, and where openArt\('90\d'"):
        surveyed({LIST: text})


def test_rows_by_script_are_told_beside_a_list_that_is_read() -> None:
    both = rows(CALLS[0]) + "<hr>" + rows('<a href="/news/{n}.html">{t}</a>', TITLES[::-1])
    portal = surveyed({LIST: html(both)})
    assert portal.listing.allow == ("/news/{id}.html",)
    assert any("run by a script" in each for each in portal.warnings)


@pytest.mark.parametrize("text", ["{n}", "Next", "Previous page", "»", "下一页", "第{n}页", "尾页"])
def test_links_of_a_pager_are_no_articles(text: str) -> None:
    links = "".join(
        f'<li><a href="?p={n}">{text.format(n=n)}</a> <i>2026-02-1{n}</i></li>' for n in range(1, 7)
    )
    assert find_listing(got(html(f"<ul>{links}</ul>")), "UTC") is None


# Frames

TOP = "<html><frameset rows='9,*'><frame src=top.htm><frame src='main.htm'></frameset></html>"


@pytest.mark.parametrize("kind", ["frameset", "iframe", "two deep", "behind a menu"])
def test_a_list_in_a_frame_is_found_and_its_address_told(kind: str) -> None:
    inner = "http://odd.test/news/list.htm"
    listed = html(rows('<a href="{n}.html">{t}</a>'))
    around = html("<h1>News</h1><iframe src='/news/list.htm'></iframe>")
    pages = {
        "frameset": {HOME: TOP.replace("main.htm", "news/list.htm")},
        "iframe": {HOME: around},
        "two deep": {HOME: TOP, f"{HOME}main.htm": around},
        "behind a menu": {HOME: TOP, f"{HOME}top.htm": html("<a href=news/list.htm>News</a>")},
    }[kind]
    portal = surveyed({**pages, inner: listed}, HOME)
    assert portal.listing.url == inner
    assert portal.entries[0].url == inner
    told = f"the list stands in a frame of {HOME}: its own address is taken, {inner}"
    assert told in portal.warnings


def test_frames_of_other_hosts_and_without_lists_are_not_taken() -> None:
    away = "http://other.test/list.htm"
    pages = {
        HOME: html(f"<iframe src={away}></iframe><iframe src=/weather.htm></iframe>"),
        away: html(rows('<a href="{n}.html">{t}</a>')),
        f"{HOME}weather.htm": html("<p>Sunny</p>"),
    }
    with pytest.raises(PageError, match=r"nor on http://odd\.test/weather\.htm;"):
        surveyed(pages, HOME)


def test_a_list_on_the_page_itself_is_preferred_to_a_frame() -> None:
    inner = f"{HOME}side.htm"
    pages = {
        LIST: html(rows('<a href="{n}.html">{t}</a>') + f"<iframe src={inner}></iframe>"),
        inner: html(rows('<a href="/side/{n}.html">{t}</a>')),
    }
    portal = surveyed(pages)
    assert portal.listing.url == LIST
    assert not any("frame" in each for each in portal.warnings)


# From nothing to a second crawl, over sockets


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as made:
        yield made


def add(hubwatch: CommandLine, server: Server, *rest: str) -> dict[str, object]:
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    text = f'archive = "hubwatch.db"\n[network.hosts]\n{hosts}\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    ended = hubwatch(*AT, "sources", "add", LIST, "--yes", "--id", "odd", *rest)
    assert ended.code == 0, ended.err
    return tomllib.loads(Path("sources/odd.toml").read_text("utf-8"))


@pytest.mark.slow
def test_a_list_of_calls_with_sessions_is_added_and_crawled_once(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("odd.test")
    opens = (
        r"function go(id, s) { location.href = '\\news\\view.do;jsessionid=' + s + '?id=' + id }"
    )
    link = """<a href="javascript:go('{n}','{s}')">{t}</a>"""
    site.answer("/news/", page(html(f"{rows(link)}<script>{opens}</script>")))
    for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True)):
        path = f"/news/view.do;jsessionid={7919 * (at + 3):032X}?id={900 + at}"
        site.answer(path, page(article_html(title, day=str(day))))
    written = add(hubwatch, server)
    assert written["links"] == {"hosts": ["odd.test"], "allow": ["/news/view.do?id={id}"]}
    hubwatch(*AT, "init")
    first = hubwatch(*AT, "crawl", "odd", "--json").json
    link = link.replace("{s}", "F0{s}")
    site.answer("/news/", page(html(f"{rows(link)}<script>{opens}</script>")))
    again = hubwatch(*AT, "crawl", "odd", "--json").json
    counts = [(run["new"], run["quarantined"], run["unchanged"]) for run in (first, again)]
    assert counts == [(6, 0, 0), (0, 0, 6)]


def test_a_guarded_address_is_seen_through_backslashes(
    hubwatch: CommandLine, server: Server
) -> None:
    site = server.site("odd.test")
    site.answer("/news/", answer(302, Location=r"http:\\127.0.0.1:9\news"))
    with pytest.raises(AssertionError, match=r"refus|not a public address"):
        add(hubwatch, server)


# Articles among the links of navigation


def test_a_page_with_a_text_of_its_own_denies_no_folder_though_its_side_bar_lists_articles() -> (
    None
):
    """Without a day that can be read, as where it says only when it was last changed."""
    folders = (
        "works/roads",
        "living/bins",
        "culture/museum",
        "works/water",
        "school/meals",
        "port/boats",
    )
    paths = [f"/{folder}/{900 + at}.html" for at, folder in enumerate(folders)]
    rows = "".join(
        f"<li><a href={path}>{title}</a><span>{day}</span></li>"
        for path, title, day in zip(paths[:4], TITLES, DAYS, strict=False)
    )
    ranking = "".join(f"<li><a href={path}>Most read {path[-8:-5]}</a></li>" for path in paths)
    side = f"<aside><h3>Most read</h3><ol>{ranking}</ol></aside>"
    text = "".join(
        f"<p>The council said on Monday that the {word} would be open again in the autumn, after"
        " works that took longer than was planned at first.</p>"
        for word in ("bridge", "market", "library", "harbour", "school", "garden", "museum", "tram")
    )
    article = html(f"{side}<main><h1>What is new</h1>{text}</main>")
    portal = surveyed({
        LIST: html(f"{side}<main><h1>News</h1><ul class=list>{rows}</ul></main>"),
        **{f"http://odd.test{path}": article for path in paths},
    })  # fmt: skip
    assert all(is_article(f"http://odd.test{path}", portal.listing.links) for path in paths)


def test_titles_with_kana_are_japanese() -> None:
    titles = tuple(f"川原地区の橋りょう補修工事に伴う断水のお知らせ{n}" for n in range(6))
    pages = {LIST: html(rows('<a href="/news/{n}.html">{t}</a>', titles))}
    portal = surveyed(pages)
    assert portal.language == "ja"


@pytest.mark.parametrize(
    "form",
    ["?tmpl=component&print=1", "?print=1", "/print", "?format=pdf", "?replytocom=4", "?do=print"],
)
def test_other_forms_of_an_article_are_no_articles(form: str) -> None:
    both = (
        f'<a href="/news/{{n}}-story">{{t}}</a> <a href="/news/{{n}}-story{form}">Print article</a>'
    )
    listing = found(rows(both))
    assert [row.url for row in listing.rows] == [f"{LIST}{900 + n}-story" for n in range(6)]
    again = read_list(got(html(rows(both))), Entry(EntryKind.LIST, LIST), listing.links, "UTC")
    assert [row.url for row in again.rows] == [row.url for row in listing.rows]


def test_a_list_that_links_to_itself_is_not_left_for_a_longer_one() -> None:
    """As the page of this year, whose menu leads to it, for that of last year."""
    menu = "<p><a href=../../index.html>Odd Association</a> <a href=/news/2026/>News</a></p>"
    old = rows('<a href="/news/2025/story-{n}.html">{t}</a>').replace("2026-", "2025-")
    new = rows('<a href="/news/2026/item-{n}.html">{t}</a>').replace("<li>", "<li>", 4)
    here = f"{LIST}2026/"
    portal = surveyed(
        {
            here: html(f"{menu}<h1>News 2026</h1>{new}<p><a href=/news/2025/>News 2025</a></p>"),
            f"{LIST}2025/": html(f"{menu}<h1>News 2025</h1>{old}{old.replace('story', 'more')}"),
            HOME: html(f"{menu}<h1>Welcome</h1>"),
        },
        here,
    )
    assert portal.listing.url == here


def test_a_page_whose_script_asks_for_numbered_files_is_watched_by_these() -> None:
    """And not another page of the portal with a few of its rows."""
    items = [
        {"TITLE": f"{title} {part}", "URL": f"{LIST}{part}0{at}.html", "DOCRELPUBTIME": str(day)}
        for part in (1, 2)
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    script = """
    var nowPage = 1; var pageName = "pushinfo_";
    function getList(page) {
      $.ajax({type: "GET", url: "./" + pageName + page + ".json", success: function(data) {
        $("#newslist").html(data); }});
    }
    getList(nowPage);
    """
    few = "".join(
        f"<li><a href={item['URL']}>{item['TITLE']}</a> {item['DOCRELPUBTIME']}</li>"
        for item in items[:3]
    )
    shell = f"<nav><a href=/>Home</a></nav><ul id=newslist></ul><script>{script}</script>"
    pages = {LIST: html(shell), HOME: html(f"<a href=/news/>News</a><ul>{few}</ul>")}
    saved = {each: got(text, each) for each, text in pages.items()}
    for part in (1, 2):
        url = f"{LIST}pushinfo_{part}.json"
        body = json.dumps(items[6 * (part - 1) : 6 * part]).encode()
        kind = (("content-type", "application/json"),)
        saved[url] = capture(body, url=url, final_url=url, headers=kind)
    templates = load_catalogue([]).templates
    portal = survey(LIST, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    (entry,) = portal.entries
    assert (entry.url, entry.paging) == (f"{LIST}pushinfo_1.json", "pushinfo_{n}.json from 2")


@pytest.mark.parametrize(
    "call", ('"/find.do?col=7&blatt="+k+"&je="+je', '"/find.do?col=7&blatt="+k')
)
def test_a_list_that_a_script_asks_for_is_read_on_by_whatever_name_its_pages_have(
    call: str,
) -> None:
    """As JSONP, with columns whose names nobody knows."""
    script = f"""
    var je = 3;
    function hole(k) {{ $.ajax({{url: {call}, dataType: "jsonp", jsonp: "ruf",
      success: function(r) {{ $("#zeilen").html(r); }} }}); }}
    hole(1);
    """
    shell = f"<nav><a href=/>Home</a></nav><ul id=zeilen></ul><script>{script}</script>"
    saved = {each: got(html(shell), each) for each in (LIST, HOME)}
    asked = "je=3" if "je=" in call else ""
    for part, start in ((1, 0), (2, 3)):
        items = [
            {"kopf": TITLES[at], "ort": f"/news/{part}0{at}.html", "vom": f"{DAYS[at]} 09:00:00.0"}
            for at in range(start, start + 3)
        ]
        data = {"stand": 200, "inhalt": {"zts": len(TITLES), "zeilen": items}}
        url = f"{HOME}find.do?col=7&blatt={part}{'&' if asked else ''}{asked}"
        kind = (("content-type", "application/javascript"),)
        body = f"ruf({json.dumps(data)});".encode()
        saved[url] = capture(body, url=url, final_url=url, headers=kind)
    templates = load_catalogue([]).templates
    portal = survey(LIST, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    (entry,) = portal.entries
    more = f"&{asked}" if asked else ""
    assert entry.url == f"{HOME}find.do?col=7&blatt=1{more}"
    assert entry.paging == f"?col=7&blatt={{n}}{more} from 2"
    assert portal.total == len(TITLES)


def part(of: int, *, column: int = 7, as_markup: bool = False) -> str:
    """The first, or second, three articles of a column as a program gets them."""
    listed = [
        (f"{TITLES[at]} {column}", f"/news/{column}/2026/90{at}.html", str(DAYS[at]))
        for at in range(3 * of, 3 * of + 3)
    ]
    if as_markup:
        return "".join(
            f"<li><a href={ort}>{kopf}</a><i>{vom}</i></li>" for kopf, ort, vom in listed
        )
    names = ("kopf", "ort", "vom")
    return json.dumps({"zeilen": [dict(zip(names, each, strict=True)) for each in listed]})


ASKED = {
    "sent along": ('var k=1;$.ajax({url:"/find.do",type:"get",data:{col:"7",blatt:k,je:3},dataType:"jsonp"});', "find.do?col=7&blatt={n}&je=3", 1, False),
    "counted from nought": ('function h(k){$.ajax({url:"/find.do?col=7&blatt="+k+"&je=3"});}h(0);', "find.do?col=7&blatt={n}&je=3", 0, False),
    "markup": ('function h(k){$("#zeilen").load("/ajax/list.jsp?col=7&blatt="+k);}h(1);', "ajax/list.jsp?col=7&blatt={n}", 1, True),
    "markup in data": ('function h(k){$.get("/api/unit?col=7&pageNo="+k,show);}h(1);', "api/unit?col=7&pageNo={n}", 1, False),
    "a column of the same number": ('function h(k){$.ajax({url:"/find.do?col=1&blatt="+k});}h(1);', "find.do?col=1&blatt={n}", 1, False),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_what_a_program_asks_for_is_the_list_however_it_asks(case: str) -> None:
    script, pattern, first, as_markup = ASKED[case]
    shell = f"<nav><a href=/>Home</a></nav><ul id=zeilen></ul><script>{script}</script>"
    saved = {each: got(html(shell), each) for each in (LIST, HOME)}
    for at in (0, 1):
        text = part(at, as_markup=as_markup or case == "markup in data")
        body = json.dumps({"data": {"html": f"<ul>{text}</ul>"}}) if "in data" in case else text
        url = HOME + pattern.replace("{n}", str(first + at))
        kind = (("content-type", "text/html" if as_markup else "application/json"),)
        saved[url] = capture(body.encode(), url=url, final_url=url, headers=kind)
    other = f"{HOME}find.do?col=2&blatt=1"
    saved[other] = capture(part(0, column=2).encode(), url=other, final_url=other,
                           headers=(("content-type", "application/json"),))  # fmt: skip
    templates = load_catalogue([]).templates
    portal = survey(LIST, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    (entry,) = portal.entries
    assert entry.url == HOME + pattern.replace("{n}", str(first))
    paging = entry.paging or (portal.pager.rule if portal.pager is not None else "")
    assert paging.partition("?")[2] == f"{pattern.partition('?')[2]} from {first + 1}" or (
        case == "markup in data" and paging == "auto"
    )


def _held(each: str) -> str:
    """The list of the page in a form for each row, as one row after another."""
    return "".join(
        each.format(t=title, a=f"2026/{900 + at}.html", d=day)
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )


HELD = {
    "a script of literals": ("", "<script src=/js/held.js></script>", "js/held.js", "application/javascript",
        "// made by hand\nvar held = [\n" + _held("{{id: 1, kopf: '{t}', href: '{a}', date: '{d:%Y/%m/%d}', hot: false}},\n") + "];\n"),
    "a script of JSON": ("", "<script src=held.js></script>", "news/held.js", "text/javascript",
        "window.data.held=[" + _held('{{"kopf":"{t}","url":"{a}","vom":"{d}"}},').rstrip(",") + "]"),
    "records of XML": ('$.ajax({url:"rows.xml",dataType:"xml",success:show});', "", "news/rows.xml", "text/xml",
        "<?xml version='1.0' encoding='utf-8'?><all total='6'>" + _held("<row><name><![CDATA[{t}]]></name><page>{a}</page><day>{d:%Y-%m-%d}</day></row>") + "</all>"),
    "attributes of XML": ("fetch('/data/rows.xml').then(show)", "", "data/rows.xml", "application/xml",
        "<?xml version='1.0'?>\n<list><part>" + _held('<it bt="{t}" dz="{a}" rq="{d}"/>') + "</part></list>"),
}  # fmt: skip


@pytest.mark.parametrize("case", HELD)
def test_a_list_in_a_file_of_data_that_is_no_json_is_read_and_its_addresses_are_the_pages(
    case: str,
) -> None:
    script, tags, path, kind, text = HELD[case]
    menu = "var menu=[" + _held('{{title:"Where {t} is",url:"/m/{a}"}},') + "];"
    shell = html(
        f"<ul id=zeilen></ul><script src=/menu.js></script>{tags}<script>{script}</script>"
    )
    saved = {each: got(shell, each) for each in (LIST, HOME)}
    data = HOME + path
    for url, body, said in ((data, text, kind), (f"{HOME}menu.js", menu, "text/javascript")):
        saved[url] = capture(
            body.encode(), url=url, final_url=url, headers=(("content-type", said),)
        )
    templates = load_catalogue([]).templates
    portal = survey(LIST, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    (entry,) = portal.entries
    assert (entry.kind, entry.url) == (EntryKind.JSON, data)
    read = read_json_list(
        saved[data], Entry(EntryKind.JSON, data, rows=entry.rules), portal.listing.links, "UTC"
    )
    assert [(row.url, row.title) for row in read.rows] == [
        (f"{LIST}2026/{900 + at}.html", title) for at, title in enumerate(TITLES)
    ]
    assert [row.published.day for row in read.rows if row.published] == DAYS


def test_a_list_that_a_program_brings_is_named_where_the_home_page_leads_to_another() -> None:
    script = 'function h(k){$.ajax({url:"/find.do?col=7&blatt="+k});}h(1);'
    shell = html(f"<ul id=zeilen></ul><script>{script}</script>")
    plain = html(rows("<a href='/news/{n}.html'>{t}</a>"))
    menu = "<nav><a href=/>Home</a> <a href=/news/>News</a> <a href=/reports/>Reports</a> <a href=/about/>About us</a></nav>"
    pages = {
        HOME: html(f"{menu}<p>Welcome.</p>"), LIST: shell, f"{HOME}reports/": plain,
        f"{HOME}about/": html("<p>Who we are.</p><div id=zeilen></div>"),
    }  # fmt: skip
    saved = {url: got(text, url) for url, text in pages.items()}
    asked = f"{HOME}find.do?col=7&blatt=1"
    saved[asked] = capture(part(0).encode(), url=asked, final_url=asked,
                           headers=(("content-type", "application/json"),))  # fmt: skip
    templates = load_catalogue([]).templates
    portal = survey(HOME, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    assert portal.listing.url == f"{HOME}reports/"
    told = [line for line in portal.warnings if "another list" in line]
    assert told == [f"{LIST}: a program brings it another list: add it by this address"]


def test_row_247_a_number_behind_a_word_in_the_query_names_an_article() -> None:
    listing = found(rows("<a href='/spip.php?article{n}'>{t}</a>"))
    assert listing.allow == ("/spip.php?article{id}",)
    assert is_article("http://odd.test/spip.php?article12", listing.links)
    assert not is_article("http://odd.test/spip.php?rubrique12", listing.links)


def test_row_248_rows_that_are_documents_are_articles() -> None:
    own = rows("<a href='/news/{n}.html'>{t}</a>")
    file = "<li><a href='/files/2026-03/{0}.pdf'>{1}</a><span>2026-02-27</span></li>"
    more = file.format("water", "What water costs from April on") + file.format(
        "air", "A year of cleaner air in the valley"
    )
    listing = found(own.replace("</ul>", f"{more}</ul>"))
    assert listing.documents == ("/files/{any}.pdf",)
    assert is_article("http://odd.test/files/2026-04/next.pdf", listing.links)


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>{at}<td>{n}/PR<td><a href='/Upload/2026/0{m}/PR-{n}.pdf'>{t}</a><td>{d}"
        "<td><a href='/Upload/2026/0{m}/PR-{n}.pdf'><i class=pdf></i></a></tr>",
        "<tr><td>{d}<td>{t}<td><a href='/docs/bulletin_{n}.docx'>Download</a> (120 KB)</tr>",
    ],
)
def test_a_list_whose_articles_are_all_files_is_one(row: str) -> None:
    lines = [
        row.format(at=at, n=900 - at, m=1 + at // 4, t=title, d=f"{day:%d/%m/%Y}")
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    listing = found(f"<table>{''.join(lines)}</table>")
    assert [each.title for each in listing.rows] == list(TITLES)
    assert [each.published.day for each in listing.rows if each.published] == DAYS
    assert all("{any}" in each or "{id}" in each for each in listing.allow)
    forms = "".join(f"<li><a href='/f/form{at}.pdf'>Form {at} for berths</a>" for at in range(6))
    assert find_listing(got(html(f"<ul>{forms}</ul>")), "UTC") is None


@pytest.mark.parametrize(
    ("lead", "card"),
    [
        ("<section class=hero><a href='{u}'><h2>{t}</h2></a><p>Read on</p><i>{d}</i></section>",
         "<article class=card><h3><a href='{u}'>{t}</a></h3><span>{d}</span></article>"),
        ("<div class=top><time>{d}</time><h1><a href='{u}'>{t}</a></h1></div>",
         "<li class=item><time>{d}</time><a href='{u}'>{t}</a></li>"),
    ],
)  # fmt: skip
def test_the_newest_article_in_a_card_above_the_list_is_one_of_its_rows(
    lead: str, card: str
) -> None:
    cards = [
        (card if at else lead).format(u=f"/{title.lower().replace(' ', '-')}", t=title, d=day)
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    menu = "".join(f"<a href=/{name}>{name.title()}</a>" for name in ("media", "about", "contact"))
    listing = surveyed({HOME: html(f"<nav>{menu}</nav>{''.join(cards)}")}, HOME).listing
    assert [row.title for row in listing.rows] == list(TITLES)
    read = read_list(
        got(html(f"<nav>{menu}</nav>{''.join(cards)}"), HOME),
        Entry(EntryKind.LIST, HOME, rows=listing.rules), listing.links, "UTC",
    )  # fmt: skip
    assert [row.title for row in read.rows] == list(TITLES)


@pytest.mark.parametrize("away", ["http://chat.test/s/{n}", "http://agency.test/w/read?id={n}"])
def test_a_host_to_which_rows_lead_away_is_named(away: str) -> None:
    own = rows("<a href=/news/item-{n}.html>{t}</a>").removesuffix("</ul>")
    there = rows(f"<a href={away}>Elsewhere: {{t}}</a>").removeprefix("<ul class=list>")
    few = "".join(there.split("<li>")[0:1] + [f"<li>{each}" for each in there.split("<li>")[1:3]])
    host = urljoin(away, "/").split("/")[2]
    assert any(f"lead to {host}" in told for told in surveyed({LIST: html(own + there)}).warnings)
    assert not any(
        "lead to" in told for told in surveyed({LIST: html(f"{own}{few}</ul>")}).warnings
    )


def test_files_beside_articles_are_no_rows() -> None:
    own = rows("<a href='/news/{n}.html'>{t}</a> <a href='/files/{n}.pdf'>PDF</a>")
    assert found(own).documents == ()


def test_row_256_an_address_may_be_written_in_escapes() -> None:
    folders = (
        "/новини/",
        "/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/",
        "/%d0%bd%d0%be%d0%b2%d0%b8%d0%bd%d0%b8/",
    )
    items = "".join(
        f"<li><a href='{folders[at % 3]}%D1%82{title[:9].lower().replace(' ', '-')}'>{title}</a>"
        f"<span>{day}</span></li>"
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    listing = found(f"<ul class=list>{items}</ul>")
    assert listing.allow == ("/новини/{section}",)
    for path in ("/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/a-1", "/новини/b-2"):
        assert is_article(f"http://odd.test{path}", listing.links)
    assert not is_article("http://odd.test/%D0%BE%D0%B1%D0%BB/a-1", listing.links)


@pytest.mark.parametrize(
    "named", ["Página A{0}: {1}", "Page {0} - {1}", "Seite A{0} | {1}", "第{0}版：{1}"]
)
def test_row_246_the_pages_of_a_paper_are_told_by_their_names(named: str) -> None:
    folder = "/edition/2026/03/02/"
    pages = "".join(
        f"<li><a href={folder}p{at}.html>{named.format(at, name)}</a></li>"
        for at, name in enumerate(("Portada", "Ciudad", "Deportes"), 1)
    )
    stories = "".join(
        f"<li><a href={folder}story-{at}.html>{title}</a></li>"
        for at, title in enumerate(TITLES[:2])
    )
    listing = find_listing(
        got(
            html(f"<ul>{pages}</ul><h2>Stories</h2><ul>{stories}</ul>"),
            f"{HOME}edition/2026/03/02/p1.html",
        ),
        "UTC",
    )
    assert listing is not None
    assert [row.title for row in listing.rows] == list(TITLES[:2])


@pytest.mark.parametrize(
    "words",
    [
        '<script>document.write(shown("{t}"))</script>',
        "<b><script>var kopf='{t}';document.write(kopf)</script></b>",
    ],
)
def test_words_that_a_script_writes_into_a_link_are_the_links(words: str) -> None:
    folder = "/edition/2026-02/28/"
    pages = "".join(
        f"<tr><td><a href={folder}node_{at}.htm>第{at:02}版：{name}</a></td></tr>"
        for at, name in enumerate(("要闻", "时政", "民生"), 1)
    )
    stories = "".join(
        f"<tr><td>·<a href={folder}content_{at}.htm><div>{words.format(t=title)}</div></a></td></tr>"
        for at, title in enumerate(TITLES[:3], 8)
    )
    head = f"<table><tr><td>2026年02月28日 星期六</td><td><a href={folder}node_2.htm>下一版</a> <a href=/edition/2026-02/27/node_1.htm>上一期</a></td></tr></table>"
    shell = html(f"{head}<table>{pages}</table><table>{stories}</table>")
    listing = find_listing(got(shell, f"{HOME}edition/2026-02/28/node_1.htm"), "UTC")
    assert listing is not None
    assert [row.title for row in listing.rows] == list(TITLES[:3])


@pytest.mark.parametrize(
    "bar",
    [
        "<div class=oben><span>今天是2026年3月2日 星期一</span><a href=/login>登录</a><a href=/wza>无障碍</a><a href=/old>适老模式</a></div>",
        "<p>Monday, 2 March 2026 | <a href=/signin>Sign in</a> | <a href=/contrast>Contrast</a> | <a href=/easy>Easy read</a></p>",
    ],
)
def test_the_links_beside_todays_date_are_no_list(bar: str) -> None:
    assert find_listing(got(html(f"{bar}<ul id=zeilen></ul><p>Footer.</p>")), "UTC") is None
    headlines = "".join(
        f"<li><a href=/news/{at}>{title}</a></li>" for at, title in enumerate(TITLES)
    )
    day = f"<h3>2 March 2026</h3><ul>{headlines}</ul>"
    listing = find_listing(got(html(f"<ul id=zeilen></ul>{day}")), "UTC")
    assert listing is not None
    assert len(listing.rows) == len(TITLES)


def _paged(box: str) -> dict[str, str]:
    """Three pages of a list, the last of them short, each with the same box beside its rows."""
    titles = [f"{title}, part {part}" for part in (1, 2, 3) for title in TITLES][:14]
    items = [
        f"<li><a href=/news/{900 - at}.html>{title}</a>"
        f"<span class=day>{date(2026, 2, 28) - timedelta(days=2 * at)}</span></li>"
        for at, title in enumerate(titles)
    ]
    pager = "".join(f"<a href=index_{number}.html>{number}</a> " for number in (2, 3))
    return {
        LIST + (f"index_{number}.html" if number > 1 else ""): html(
            f"<div class=main><ul class=list>{''.join(items[6 * number - 6 : 6 * number])}</ul>"
            f"<div class=pages>{pager}</div></div>{box}"
        )
        for number in (1, 2, 3)
    }


@pytest.mark.parametrize("dated", ["<em>{day}</em>", ""])
@pytest.mark.parametrize(
    ("name", "address"), [("box", "/notices/{n}.html"), ("sidebar", "/news/{n}.html")]
)
def test_row_273_a_box_beside_every_page_of_a_list_is_none_of_it(
    name: str, address: str, dated: str
) -> None:
    items = "".join(
        f"<li><a href={address.format(n=at)}>Notice on the works at the {what} bridge</a>"
        f"{dated.format(day=date(2026, 2, 20) - timedelta(days=at))}</li>"
        for at, what in enumerate(("north", "south", "east", "west", "old"), 11)
    )
    portal = surveyed(_paged(f"<div class={name}><h3>Notices</h3><ul>{items}</ul></div>"))
    listing = portal.listing
    assert listing is not None
    assert len(listing.rows) == 12
    rules = listing.rules
    read = read_list(got(_paged("")[LIST], LIST), Entry(EntryKind.LIST, LIST), listing.links, "UTC")
    assert len(read.rows) == 6
    with_box = got(_paged(f"<div class={name}><h3>Notices</h3><ul>{items}</ul></div>")[LIST], LIST)
    read = read_list(with_box, Entry(EntryKind.LIST, LIST, rows=rules), listing.links, "UTC")
    assert len(read.rows) == 6


def test_row_273_rows_that_are_pinned_on_every_page_stay() -> None:
    pinned = (
        "<ul class=list><li><a href=/news/77.html>The council explains its new waste plan</a>"
        "<span class=day>2025-11-03</span></li></ul>"
    )
    pages = {
        url: text.replace("<ul class=list>", f"{pinned}<ul class=list>")
        for url, text in _paged("").items()
    }
    listing = surveyed(pages).listing
    assert listing is not None
    assert "http://odd.test/news/77.html" in {row.url for row in listing.rows}


def test_row_274_a_row_that_is_a_document_has_its_title_in_a_cell_of_its_own() -> None:
    rows_ = "".join(
        f"<tr><td><a href=/press/story-{at}/>{title}</a></td><td>{day:%d/%m/%Y}</td>"
        f"<td><a href=/press/story-{at}/ class=view-more>View details</a></td></tr>"
        if at % 3 else
        f"<tr><td>{title}</td><td>{day:%d/%m/%Y}</td><td><span class=pdf><a "
        f"href=/uploads/2026/02/{at}.pdf>View (2 MB)</a></span></td></tr>"
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )  # fmt: skip
    menu = "<ul class=menu>" + "".join(
        f"<li><a href=/press/{name}/>{name.title()}</a></li>"
        for name in ("tenders", "forms", "maps")
    )
    body = f"{menu}</ul><table class=data><tr><th>Title<th>Date<th>File</tr>{rows_}</table>"
    listing = surveyed({LIST: html(body)}).listing
    assert listing is not None
    entry = Entry(EntryKind.LIST, LIST, rows=listing.rules)
    read = read_list(got(html(body), LIST), entry, listing.links, "UTC")
    titles = {row.title for row in read.rows}
    assert {TITLES[0], TITLES[3]} <= titles
    assert len(read.rows) == len(TITLES)


def test_row_273_a_card_above_the_rows_of_each_page_stays() -> None:
    items = "".join(
        f"<li><a href=/news/{at}.html>Notice on the works at the {what} bridge</a></li>"
        for at, what in enumerate(("north", "south", "east", "west", "old"), 11)
    )
    box = f"<div class=sidebar><h3>Most read</h3><ul>{items}</ul></div>"
    pages = {
        url: text.replace(
            "<ul class=list>",
            f"<div class=lead><h2><a href=/news/{950 + at}.html>The mayor opens fair {at} on "
            f"the green</a></h2><span class=day>2026-02-2{8 - at}</span></div><ul class=list>",
        )
        for at, (url, text) in enumerate(_paged(box).items())
    }
    listing = surveyed(pages).listing
    assert listing is not None
    entry = Entry(EntryKind.LIST, LIST, rows=listing.rules)
    read = read_list(got(pages[LIST], LIST), entry, listing.links, "UTC")
    urls = {row.url for row in read.rows}
    assert "http://odd.test/news/950.html" in urls
    assert len(urls - {f"http://odd.test/news/{at}.html" for at in range(11, 16)}) == 7


def test_row_273_menus_whose_addresses_are_made_like_articles_are_none() -> None:
    def wiki(page: str, titles: tuple[str, ...], first: int) -> str:
        menu = "".join(
            f"<li><a href=/wiki/{name}>{name.replace('_', ' ')}</a></li>"
            for name in ("Main_Page", "Instruments", "Calendar", "Data_archive", "Staff_and_guests")
        )
        items = "".join(
            f"<li>{date(2026, 3, 1) - timedelta(days=7 * (first + at)):%d %B %Y} - "
            f"<a href=/wiki/{title.replace(' ', '_')}>{title}</a></li>"
            for at, title in enumerate(titles)
        )
        also = "<p>See also <a href=/wiki/Rules_for_visitors_at_night>Rules for visitors</a></p>"
        ways = "<p><a href=/wiki/News>2026</a> <a href=/wiki/News/2025>News/2025</a></p>"
        text = f"{also if page == 'News' else ''}<ul>{items}</ul>{ways}"
        return html(f"<h1>{page}</h1><ul class=menu>{menu}</ul><div class=content>{text}</div>")

    more = tuple(f"{title} once more" for title in TITLES)
    here, there = "http://odd.test/wiki/News", "http://odd.test/wiki/News/2025"
    pages = {here: wiki("News", TITLES, 0), there: wiki("News 2025", more, 10)}
    listing = surveyed(pages, here).listing
    assert listing is not None
    entry = Entry(EntryKind.LIST, here, rows=listing.rules)
    read = read_list(got(pages[here], here), entry, listing.links, "UTC")
    assert [row.title for row in read.rows] == list(TITLES)


# Articles that open on the list's own page


FOLDED = {
    "an accordion": "<div class=card><div class=card-header><a class=collapsed data-toggle=collapse "
    "href='#c{n}'>{t}</a> <span>{d}</span></div><div id=c{n} class=collapse><p>{s}</p>"
    "<p><a href=/files/{n}.pdf>Annex 1: {t}.pdf</a></p></div></div>",
    "details": "<details><summary>{t} <time>{d}</time></summary><p>{s}</p>"
    "<p><a href=/files/{n}.docx>{t}, in full</a></p></details>",
    "a definition": "<dt onclick='tog(this)'>{t}<i>[{d}]</i></dt><dd style='display:none'><div>{s}"
    "</div><div><a href=/files/{n}.xlsx>附件：{t}.xlsx</a></div></dd>",
    "a button": "<h3><button aria-expanded=false aria-controls=p{n}>{t}</button></h3>"
    "<div id=p{n} hidden>{d} {s} <a href=/files/{n}.pdf>{t} (PDF)</a></div>",
}


@pytest.mark.parametrize("kind", FOLDED)
def test_articles_that_open_on_the_page_are_told_and_their_files_are_no_articles(kind: str) -> None:
    said = "The works begin on Monday and end before the winter; both lanes stay open meanwhile."
    folded = "".join(
        FOLDED[kind].format(n=900 + at, t=title, d=day, s=f"{said} {title}.")
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    with pytest.raises(PageError) as refused:
        surveyed({LIST: html(f"<h1>Notices</h1><div>{folded}</div>")})
    assert f"{len(TITLES)} articles open on the page itself" in str(refused.value)
    assert TITLES[0] in str(refused.value)


def test_lists_and_menus_that_are_folded_hide_no_article() -> None:
    link = "<a href=/d/{n}.html>{t}</a>"
    years = "".join(
        f"<details><summary>News of the year {year}</summary>"
        f"{rows(link.replace('{n}', f'{year}{{n}}'))}</details>"
        for year in (2026, 2025, 2024)
    )
    assert len(surveyed({LIST: html(f"<h1>News</h1>{years}")}).listing.rows) == 18
    asked = "".join(
        f"<details><summary>How do I ask for permit {n}?</summary><p>Fill in the form at the desk, "
        f"or <a href=/forms/{n}.pdf>print it</a> and send it to us by post at any time.</p></details>"
        for n in range(4)
    )
    assert len(surveyed({LIST: html(f"<h1>News</h1>{rows(link)}{asked}")}).listing.rows) == 6


# From a home page to its list, in any language


def welcomed(menu: str, count: int, link: str) -> str:
    """A home page with its menu and the newest few articles."""
    items = "".join(
        f"<li>{link.format(n=900 + at, t=title)}<span>{day}</span></li>"
        for at, (title, day) in enumerate(zip(TITLES[:count], DAYS, strict=False))
    )
    return html(f"<nav><a href=/>H</a> {menu}</nav><h1>Welcome</h1><ul>{items}</ul>")


@pytest.mark.parametrize(
    "named",
    [
        "Aktuality", "Aktualności", "Zprávy a oznámení", "Berita", "Siaran Pers", "Haberler",
        "Tin tức", "ข่าวประชาสัมพันธ์", "Νέα", "Новини", "חדשות", "Uutiset", "Hírek", "Vijesti",
        "समाचार", "Naujienos", "Pressemitteilungen", "Actualités", "Noticias",
    ],
)  # fmt: skip
def test_the_list_behind_a_home_page_is_found_whatever_its_language(named: str) -> None:
    others = "".join(f"<a href=/p{n}.html>Odd {n}</a>" for n in range(8))
    link = "<a href=/d/{n}.html>{t}</a>"
    pages = {
        HOME: welcomed(f"{others}<a href=/x/>{named}</a>", 3, link),
        f"{HOME}x/": html(rows(link)),
    }
    assert surveyed(pages, HOME).listing.url == f"{HOME}x/"


@pytest.mark.parametrize(
    "columns",
    [
        {
            "News": ("/news/", "<a href=/news/{n}-{s}.html>{t}</a>"),
            "Public notices": ("/notices/", "<a href=/notices/{n}/>{t}</a>"),
            "Press releases": ("/media/releases", "<a href=/media/releases/{n}>{t}</a>"),
        },
        {
            "图片新闻": ("/xw/tp/", "<a href=/xw/tp/t{d}_{n}.html>{t}</a>"),
            "通知公告": ("/gk/list.jsp?id=7", "<a href=/gk/show.jsp?aid={n}>{t}</a>"),
        },
    ],
)
def test_the_lists_of_which_a_home_page_shows_the_newest_few_are_all_entries(
    columns: dict[str, tuple[str, str]],
) -> None:
    pages, boxes = dict[str, str](), ""
    for at, (name, (where, link)) in enumerate(columns.items()):
        told = [f"{name}: {title.lower()} ({at})" for title in TITLES]
        listed = rows(link.replace("{n}", f"{at + 3}{{n}}"), tuple(told))
        few = "</li>".join(listed.split("</li>")[:3]) + "</li></ul>"
        boxes += f"<section><h2><a href='{where}'>{name}</a></h2>{few}</section>"
        pages[urljoin(HOME, where)] = html(f"<h1>{name}</h1>{listed}")
    menu = (
        "<nav><a href=/>Home</a> <a href=/updates/>Updates</a> <a href=/reports/>Reports</a></nav>"
    )
    pages[HOME] = html(f"{menu}<h1>Welcome</h1>{boxes}")
    other = "<a href=/old/{n}-{s}.html>{t}</a>"  # of which the home page shows none
    less = "</li>".join(rows(other).split("</li>")[:4])
    pages[f"{HOME}updates/"] = html(f"<h1>Updates</h1>{less}")
    portal = surveyed(pages, HOME)
    wanted = {urljoin(HOME, where) for where, _ in columns.values()}
    assert {entry.url for entry in portal.entries} == wanted
    newest = find_listing(got(pages[HOME], HOME), "UTC")
    assert newest is not None
    assert all(is_article(row.url, portal.listing.links) for row in newest.rows)
    assert not wanted & {url for url, _ in portal.others}
    (entry,) = surveyed(pages, f"{HOME}updates/").entries
    assert entry.url == f"{HOME}updates/"


@pytest.mark.parametrize("section", ["/qwx/", "/qwx"])
def test_the_folder_of_a_home_page_s_articles_is_where_their_list_is_looked_for(
    section: str,
) -> None:
    others = "".join(f"<a href=/p{n}.html>Odd {n}</a>" for n in range(8))
    link = "<a href=/qwx/{n}-item>{t}</a>"
    pages = {
        HOME: welcomed(f"{others}<a href={section}>Qwx ijk</a>", 3, link),
        urljoin(HOME, section): html(rows(link)),
    }
    assert surveyed(pages, HOME).listing.url == urljoin(HOME, section)


@pytest.mark.parametrize(
    ("home", "words", "section", "article"),
    [
        ("content/town/it/home.html", "Qwx ijk", "content/town/it/home/qwx.html",
         "content/town/it/home/qwx/item-{n}.html"),
        ("en/start.aspx", "Qwx ijk", "qwx.aspx", "qwx/item-{n}.aspx"),
        ("en/start", "View all", "en/qwx", "node/{n}"),
        ("it/benvenuti", "Tutti i comunicati", "it/qwx?tipo=4", "scheda-{n}"),
    ],
)  # fmt: skip
def test_the_list_of_a_front_page_deep_in_a_site_is_found(
    home: str, words: str, section: str, article: str
) -> None:
    others = "".join(f"<a href=/p{n}.html>Odd {n}</a>" for n in range(8))
    link = f"<a href=/{article}>{{t}}</a>"
    pages = {
        HOME + home: welcomed(f"{others}<a href='/{section}'>{words}</a>", 3, link),
        HOME + section: html(rows(link)),
    }
    assert surveyed(pages, HOME + home).listing.url == HOME + section


def test_a_section_that_lies_beside_its_articles_is_looked_at_for_their_list() -> None:
    titles = [title.lower().replace(" ", "-") for title in TITLES]
    listed = "".join(
        f"<li><a href=/web/unit/{name}>{title}</a><span>{day}</span></li>"
        for name, title, day in zip(titles, TITLES, DAYS, strict=True)
    )
    few = "".join(listed.partition("</li>")[:2]) + "".join(
        f"<li>{part}</li>" for part in listed.split("<li>")[2:4]
    )
    menu = "<nav><a href=/web/unit/aktualnosci>Aktualności</a> <a href=/web/unit/kontakt>Kontakt</a></nav>"
    pages = {
        HOME: html(f"{menu}<h1>Unit</h1><ul>{few}</ul>"),
        f"{HOME}web/unit/aktualnosci": html(f"{menu}<h2>Aktualności</h2><ul>{listed}</ul>"),
        f"{HOME}web/unit/kontakt": html(f"{menu}<p>Where we are.</p>"),
    }
    assert surveyed(pages, HOME).listing.url == f"{HOME}web/unit/aktualnosci"


@pytest.mark.parametrize(
    ("office", "section", "where"),
    [
        ("/web/unit", "Aktualności", "/web/unit/aktualnosci"),
        ("/dept/roads/", "News", "/dept/roads/n/"),
    ],
)
def test_the_front_page_of_an_office_leads_to_its_list(
    office: str, section: str, where: str
) -> None:
    link = f"<a href={office.rstrip('/')}/x/{{n}}>{{t}}</a>"
    menu = f"<a href=/>Portal</a> <a href={where}>{section}</a> <a href={office.rstrip('/')}/staff>Staff</a>"
    pages = {
        urljoin(HOME, office): welcomed(menu, 3, link),
        urljoin(HOME, where): html(f"<nav>{menu}</nav>{rows(link)}"),
        HOME: html("<h1>Portal</h1>"),
    }
    assert surveyed(pages, urljoin(HOME, office)).listing.url == urljoin(HOME, where)


@pytest.mark.parametrize(
    "words",
    ["Zobacz wszystkie", "Lihat semua", "Ver todas", "Voir tout", "See all", "Tümü", "Все новости"],
)
def test_what_is_called_all_leads_from_the_newest_few_to_their_list(words: str) -> None:
    others = "".join(f"<a href=/p{n}.html>Odd {n}</a>" for n in range(8))
    link = "<a href=/web/{n}x>{t}</a>"
    pages = {
        HOME: welcomed(f"{others}<a href=/web/qwx>Qwx</a>", 3, link) + f"<a href=/web/qwx>{words}</a>",
        f"{HOME}web/qwx": html(rows(link)),
    }  # fmt: skip
    assert surveyed(pages, HOME).listing.url == f"{HOME}web/qwx"


@pytest.mark.parametrize(
    "more", ["更多>>", "[更多]", "Show all", "Weitere Meldungen", "もっと見る"]
)
def test_a_frame_with_the_newest_few_leads_to_the_whole_list(more: str) -> None:
    link = "<a href=show.asp?id={n}>{t}</a>"
    few = rows(link).partition("<li>")
    teaser = few[0] + "".join(f"<li>{each}" for each in few[2].split("<li>")[:3]) + "</ul>"
    pages = {
        HOME: TOP,
        f"{HOME}top.htm": html("<a href=about.htm target=main>About</a>"),
        f"{HOME}main.htm": html(f"{teaser}<a href=list.asp?kind=1>{more}</a>"),
        f"{HOME}list.asp?kind=1": html(rows(link)),
    }
    assert surveyed(pages, HOME).listing.url == f"{HOME}list.asp?kind=1"


COLUMNS = ("harbour", "schools", "roads")


def topic(more: str, paged: str) -> dict[str, str]:
    """The pages of a topic whose columns show their newest few and have a page of their own each,
    which goes on with articles that the topic does not show."""
    here = f"{HOME}topic/"
    pages, boxes = {}, ""
    for at, name in enumerate(COLUMNS):
        link = f"<a href=/topic/{name}/2026{at}{{n}}.html>{name} {{t}}</a>"
        column = f"<h2>{name}</h2>{rows(link)}"
        boxes += f"<div class=box>{column}{more.format(name=name)}</div>"
        second = paged.format(name=name)
        pages[f"{here}{name}/"] = html(
            f"{column}<p>1 <a href={second}>2</a> <a href={second}>Next</a></p>"
        )
        later = [title + " in the second year" for title in TITLES]
        old = rows(link.replace("{n}", "7{n}"), tuple(later)).replace("2026-", "2025-")
        pages[urljoin(f"{here}{name}/", second)] = html(f"<h2>{name}</h2>{old}")
    return {here: html(boxes), **pages}


@pytest.mark.parametrize(
    ("more", "paged"),
    [
        ("<a href=./{name}/>更多 &gt;</a>", "index_2.html"),
        ("<a href=/topic/{name}/>All of {name}</a>", "?page=2"),
    ],
)
def test_the_columns_of_a_topic_are_entries_beside_it(more: str, paged: str) -> None:
    portal = surveyed(topic(more, paged), f"{HOME}topic/")
    assert [entry.url for entry in portal.entries] == [
        f"{HOME}topic/",
        *(f"{HOME}topic/{name}/" for name in COLUMNS),
    ]
    assert all(entry.paging != "none" and entry.every for entry in portal.entries[1:])
    assert all(
        is_article(f"{HOME}topic/{name}/202607{n}.html", portal.listing.links)
        for name, n in zip(COLUMNS, (900, 901, 902), strict=True)
    )


def test_what_a_section_lies_in_is_no_column_of_it() -> None:
    """Its breadcrumb leads to pages that show its newest, and those of others."""
    link = "<a href=/topic/x/{n}.html>{t}</a>"
    trail = "<p><a href=/>Home</a> &gt; <a href=/topic/>Topics</a> &gt; Here</p>"
    around = html(trail + rows(link) + rows("<a href=/topic/y/7{n}.html>{t} again</a>"))
    here = f"{HOME}topic/x/"
    pages = {here: html(trail + rows(link)), f"{HOME}topic/": around, HOME: around}
    assert [entry.url for entry in surveyed(pages, here).entries] == [here]


def test_a_page_of_another_section_is_no_column_however_it_is_called() -> None:
    """Its "more" leads to what it does not show."""
    link = "<a href=/topic/x/{n}.html>{t}</a>"
    others = rows("<a href=/photos/{n}.html>{t}</a>")
    pages = {
        f"{HOME}topic/": html(f"{rows(link)}<aside><a href=/photos/>More</a></aside>"),
        f"{HOME}photos/": html(others),
    }
    assert [entry.url for entry in surveyed(pages, f"{HOME}topic/").entries] == [f"{HOME}topic/"]


def test_a_link_that_is_called_news_goes_before_a_menu_of_many_that_have_the_word() -> None:
    many = "".join(f"<a href=/p{n}.html>Aktuality – {n}</a>" for n in range(8))
    link = "<a href=/d/{n}.html>{t}</a>"
    pages = {
        HOME: welcomed(f"{many}<a href=/x/>Aktuality</a>", 3, link),
        f"{HOME}x/": html(rows(link)),
    }
    assert surveyed(pages, HOME).listing.url == f"{HOME}x/"


def test_a_menu_that_stands_on_every_page_is_no_list_however_long() -> None:
    long = "".join(
        f"<li><a href=/{n}/page>Department number {n} of the city</a></li>" for n in range(100, 140)
    )
    menu = f"<ul>{long}</ul><a href=/flash>News Flash</a> <a href=/list>Notify me of all news</a>"
    link = "<a href=/flash?aid={n}>{t}</a>"
    pages = {
        HOME: welcomed(menu, 3, link),
        f"{HOME}flash": html(f"{menu}{rows(link)}"),
        f"{HOME}list": html(f"{menu}<h1>Notify me</h1>"),
    }
    assert surveyed(pages, HOME).listing.url == f"{HOME}flash"


def test_the_data_behind_a_section_is_taken_where_it_lists_the_home_page_s_articles() -> None:
    link = "<a href=/zpravy/2026/{n}/>{t}</a>"
    items = [
        {"nazev": title, "url": f"/zpravy/2026/{900 + at}/", "datum": str(day)}
        for at, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    shell = (
        '<div id=out data-zdroj="/zpravy/index.json"><p>…</p></div><noscript>JavaScript</noscript>'
    )
    texts = {
        HOME: welcomed("<a href=/zpravy/>Zprávy</a>", 3, link),
        f"{HOME}zpravy/": html(f"<nav><a href=/>H</a></nav><h1>Zprávy</h1>{shell}"),
    }
    saved = {url: got(text, url) for url, text in texts.items()}
    data = f"{HOME}zpravy/index.json"
    saved[data] = capture(json.dumps({"items": items}).encode(), url=data, final_url=data,
                          headers=(("content-type", "application/json"),))  # fmt: skip
    templates = load_catalogue([]).templates
    portal = survey(HOME, SavedPages(saved), templates, SurveyOptions(zone="UTC"))
    assert [(entry.kind, entry.url) for entry in portal.entries] == [(EntryKind.JSON, data)]
    assert len(portal.listing.rows) == len(TITLES)

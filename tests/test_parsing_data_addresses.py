"""Lists that a page asks for by an address in an attribute, and how such data go on."""

# ruff: noqa: E501 - markup is easier to read when it is not broken up
from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from desk.portals.lists import find_listing
from desk.portals.pages import SavedPages
from desk.portals.survey import SurveyOptions, survey
from scraper.parsing.lists.attribute_addresses import addresses_in_attributes
from scraper.parsing.lists.json_lists import pager_of, read_items
from scraper.parsing.lists.pagination import shown_pager
from scraper.parsing.lists.read import stated_next
from scraper.parsing.page import Page
from scraper.sources.load import load_catalogue
from scraper.sources.model import ListRules
from storage.types import Capture
from tests.support.make import capture

HOME = "http://data.test/news/"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
TITLES = [
    f"{what} in the {where} quarter"
    for where in ("harbour", "mill", "castle", "station")
    for what in ("New benches", "A longer tram", "Fewer lorries")
]
UNIT = "<script type=text/javascript parseType=bulidstatic url=/api/build/unit queryData=\"{'webId':'8fb3','tagId':'list','editType':'null'}\" paramJson='{\"pageNo\":1,\"pageSize\":4}'></script>"
SEARCH = '<div class=search-results data-properties=\'{"endpoint": "/sxa/search/results/", "v": "{D9FE}", "p": 4, "e": 0, "auto": true}\'></div>'
LIST = "<div class=newslist data-results-url=/content/en/news.results.json data-limit=4></div>"


def named(body: str) -> tuple[str, ...]:
    return addresses_in_attributes(Page(f"<html><body>{body}</body></html>", HOME, NOW))


@pytest.mark.parametrize(
    ("element", "path", "query"),
    [
        (
            UNIT,
            "/api/build/unit",
            {
                "webId": "8fb3",
                "tagId": "list",
                "editType": "null",
                "paramJson": '{"pageNo":1,"pageSize":4}',
            },
        ),
        (SEARCH, "/sxa/search/results/", {"v": "{D9FE}", "p": "4", "e": "0", "auto": "true"}),
        (LIST, "/content/en/news.results.json", {}),
    ],
)
def test_row_226_an_element_names_the_address_of_its_data(
    element: str, path: str, query: dict[str, str]
) -> None:
    (url,) = named(element)
    parts = urlsplit(url)
    assert (parts.netloc, parts.path, dict(parse_qsl(parts.query))) == ("data.test", path, query)


@pytest.mark.parametrize(
    "element",
    [
        "<div data-url=//other.test/list.json></div>",
        "<div data-url=/theme/list.js></div>",
        "<div data-comment-url=/api/comments/12></div>",
        "<script src=/api/list.json></script>",
        "<a href=/news/1.html data-url=/news/2.html>One</a>",
        "<div data-url='{{ url }}'></div>",
        '<div data-config=\'{"title": "News"}\'></div>',
    ],
)
def test_row_226_other_attributes_name_none(element: str) -> None:
    assert named(element) == ()


def item(at: int, title: str) -> dict[str, str]:
    return {
        "url": f"/art/2026/11/{28 - at:02}/art_7_{at}.html",
        "title": title,
        "date": f"2026-11-{28 - at:02}",
    }


def rows(kind: str, first: int) -> str:
    some = [item(at, title) for at, title in enumerate(TITLES)][first : first + 4]
    if kind == "unit":
        markup = "".join(
            f"<li><a href='{one['url']}'>{one['title']}</a><span>{one['date']}</span></li>"
            for one in some
        )
        return json.dumps({"success": True, "data": {"html": f"<ul>{markup}</ul>"}})
    if kind == "search":
        results = [
            {
                "Url": one["url"],
                "Name": None,
                "Html": f"<div><a href='{one['url']}'>{one['title']}</a><i>{one['date']}</i></div>",
            }
            for one in some
        ]
        return json.dumps({"Count": len(TITLES), "Results": results})
    return json.dumps({"total": len(TITLES), "offset": first, "results": some})


def address(kind: str, first: int) -> str:
    if kind == "unit":
        inner = json.dumps({"pageNo": 1 + first // 4, "pageSize": 4}, separators=(",", ":"))
        return f"http://data.test/api/build/unit?{urlencode({'webId': '8fb3', 'tagId': 'list', 'editType': 'null', 'paramJson': inner})}"
    if kind == "search":
        return f"http://data.test/sxa/search/results/?{urlencode({'v': '{D9FE}', 'p': 4, 'e': first, 'auto': 'true'})}"
    return f"http://data.test/content/en/news.results.json{f'?offset={first}' if first else ''}"


def got(text: str, url: str, kind: str = "application/json") -> Capture:
    return capture(text.encode(), url=url, final_url=url, headers=(("content-type", kind),))


@pytest.mark.parametrize(("kind", "element"), [("unit", UNIT), ("search", SEARCH), ("list", LIST)])
def test_row_226_a_list_behind_an_attribute_is_found_and_gone_on_with(
    kind: str, element: str
) -> None:
    around = f"<html><head><title>News - Data</title></head><body><h1>News</h1><nav><a href=/about/>About us</a></nav>{element}</body></html>"
    pages = {HOME: got(around, HOME, "text/html")}
    pages |= {
        address(kind, first): got(rows(kind, first), address(kind, first)) for first in (0, 4, 8)
    }
    portal = survey(
        HOME, SavedPages(pages), load_catalogue([]).templates, SurveyOptions(zone="Asia/Shanghai")
    )
    (entry,) = portal.entries
    assert entry.url == address(kind, 0)
    assert portal.pager is not None
    assert (portal.pager.rule, portal.pager.following) == ("auto", address(kind, 4))
    assert {row.title for row in portal.listing.rows} >= set(TITLES[:4])


def test_a_menu_under_each_of_its_headings_is_no_list() -> None:
    """Its entries have a number in their address, and the list beside them is filled by a script."""
    entries = [("Plan for 2030", "plan-2030"), ("How to reach our office", "office")]
    menu = "".join(
        f"<li><a href=/{part}/>{part}</a><ul>"
        + "".join(f"<li><a href=/{part}/{name}>{words}</a></li>" for words, name in entries)
        + "</ul></li>"
        for part in ("about", "work", "places", "water", "roads", "jobs", "press")
    )
    around = f"<html><body><ul>{menu}</ul><h1>News</h1>{LIST}</body></html>"
    pages = {HOME: got(around, HOME, "text/html")}
    pages |= {address("list", at): got(rows("list", at), address("list", at)) for at in (0, 4, 8)}
    portal = survey(HOME, SavedPages(pages), load_catalogue([]).templates, SurveyOptions())
    assert [entry.url for entry in portal.entries] == [address("list", 0)]


@pytest.mark.parametrize("kind", ["unit", "search", "list"])
def test_row_226_the_next_pages_are_those_that_bring_the_rest(kind: str) -> None:
    found = pager_of(json.loads(rows(kind, 0)), address(kind, 0), 4)
    assert found.next == address(kind, 4)
    if kind != "unit":  # which says of no end
        assert found.pages == (address(kind, 4), address(kind, 8))


def test_row_226_the_titles_of_results_stand_in_their_markup() -> None:
    listing = find_listing(got(rows("search", 0), address("search", 0)), "Asia/Shanghai")
    assert listing is not None
    assert [row.title for row in listing.rows] == TITLES[:4]


def test_row_226_a_place_in_a_store_is_asked_for_as_a_page() -> None:
    data = [
        {"path": f"/content/town/en/news/2026/story-{at}", "title": title}
        for at, title in enumerate(TITLES)
    ]
    found = read_items(got(json.dumps(data), HOME), ListRules(), "UTC")
    assert found.rows[0].url == "http://data.test/content/town/en/news/2026/story-0.html"


def test_row_227_an_address_in_a_call_may_be_written_for_a_script() -> None:
    listed = "".join(
        f"<tr><td class=v><a href=/art/2026/11/{28 - at:02}/art_7_{at}.html>{title}</a></td><td>2026-11-{28 - at:02}</td></tr>"
        for at, title in enumerate(TITLES)
    )
    onward = "<td id=next><a href='javascript:' onclick='RefreshPageTo(event, \"/news/?Paged=TRUE\\u0026p_ID=49\\u0026View={7C1D}\");return false;'><img src=/next.gif alt=Next></a></td>"
    page = Page(
        f"<html><body><table>{listed}</table><table class=paging><tr><td>1 - 12</td>{onward}</tr></table></body></html>",
        HOME,
        NOW,
    )
    assert shown_pager(page).next == "http://data.test/news/?Paged=TRUE&p_ID=49&View={7C1D}"


def test_row_227_the_data_of_a_page_name_its_next_one() -> None:
    items = [item(at, title) for at, title in enumerate(TITLES)]
    state = json.dumps(
        {"stories": {"body": {"items": items, "next": "/api/stories?cursor=c18"}}}
    ).replace('"', "&q;")
    page = Page(
        f"<html><body><h1>News</h1><script type='application/json'>{state}</script></body></html>",
        HOME,
        NOW,
    )
    assert stated_next(page) == ("http://data.test/api/stories?cursor=c18",)

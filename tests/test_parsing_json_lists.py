"""Lists that portals serve as JSON: by declared paths and by the names of their keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hubwatch.errors import SourceError
from scraper.parsing.lists.json_lists import read_json_list
from scraper.parsing.lists.read import read_any, read_list
from scraper.parsing.types import ListPage, ListReading
from scraper.sources.load import load_catalogue
from scraper.sources.model import Entry, EntryKind, LinkRules, ListRules, Paging, PagingKind
from storage.types import Outcome
from tests.support.make import capture

URL = "http://www.practice.test/api/list?channel=7&pageNo=1&pageSize=2"
LINKS = LinkRules(("www.practice.test",))
ITEMS = [
    {
        "id": 11,
        "title": "第一条新闻标题",
        "publishTime": "2026-02-28 09:30:00",
        "url": "/a/11.html",
    },
    {
        "id": 12,
        "title": "<em>第二条</em>新闻标题",
        "publishTime": 1772150400000,
        "url": "/a/12.html",
    },
]
DATA = {"code": 200, "data": {"total": 9, "list": ITEMS}}


def read(data: Any, rules: ListRules | None = None) -> ListPage:
    body = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    entry = Entry(EntryKind.JSON, URL, rows=rules or ListRules())
    shot = capture(body, url=URL, final_url=URL, headers=())
    return read_json_list(shot, entry, LINKS, "Asia/Shanghai")


def guess(data: Any, url: str = URL) -> ListReading:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return read_any(capture(body, url=url, final_url=url, headers=()), "Asia/Shanghai")


def test_declared_paths() -> None:
    rules = ListRules("data.list", "/art/{id}.html", "title", "publishTime")
    page = read(DATA, rules)
    assert [(row.url, row.title) for row in page.rows] == [
        ("http://www.practice.test/art/11.html", "第一条新闻标题"),
        ("http://www.practice.test/art/12.html", "第二条新闻标题"),
    ]
    assert [row.published.iso for row in page.rows if row.published] == [
        "2026-02-28T09:30:00+08:00",
        "2026-02-27T08:00:00+08:00",
    ]


@pytest.mark.parametrize(
    "data",
    [
        DATA,
        ITEMS,
        f"callback({json.dumps(DATA)});".encode(),
        {"docs": [{"fields": {"docTitle": i["title"], "docPubUrl": i["url"]}} for i in ITEMS]},
        {"rows": [{"caseName": i["title"], "files": [{"fileUrl": i["url"]}]} for i in ITEMS]},
    ],
)
def test_names_of_keys_decide_what_is_what(data: Any) -> None:
    reading = guess(data)
    assert reading.kind == "json"
    assert [row.url for row in reading.rows] == [
        "http://www.practice.test/a/11.html",
        "http://www.practice.test/a/12.html",
    ]
    assert reading.rows[0].title == "第一条新闻标题"


def test_pages_are_counted_up_to_the_stated_total() -> None:
    pager = guess(DATA).pager
    assert (pager.kind, pager.total, len(pager.pages)) == ("json", 5, 4)
    assert pager.next.endswith("?channel=7&pageNo=2&pageSize=2")


def test_markup_in_json_is_a_list_too() -> None:
    rows = "".join(
        f"<li><a href=/a/{n}.html>第{n}条新闻的标题</a><i>2026-02-2{n}</i></li>" for n in range(4)
    )
    reading = guess({"html": f"<ul>{rows}</ul>"})
    assert [row.published.iso for row in reading.rows if row.published][:1] == ["2026-02-20"]


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        ({"data": {"list": []}}, Outcome.EMPTY),
        ({"data": {}}, Outcome.LAYOUT_CHANGED),
        (b"<html><p>moved</p></html>", Outcome.LAYOUT_CHANGED),
        (b"[" * 100_000, Outcome.LAYOUT_CHANGED),
        (b"", Outcome.EMPTY),
        ({"data": {"list": [{"id": 1}, 7, None]}}, Outcome.EMPTY),
    ],
)
def test_what_is_no_list_says_so(data: Any, outcome: Outcome) -> None:
    page = read(data, ListRules("data.list", "url"))
    assert page.outcome is outcome
    assert page.reason


SOURCE = """id = "a-town"
name = "A Town"
city = "A Town"
language = "zh"
template = "generic"
home = "http://www.practice.test/"
schedule = "daily at 07:00"
[[entry]]
kind = "json"
url = "http://www.practice.test/api/list?pageNo=1&channel=7"
"""


def entry_of(folder: Path, keys: str) -> Entry:
    (folder / "a-town.toml").write_text(SOURCE + keys)
    return load_catalogue([folder]).get("a-town").entries[0]


def test_a_json_entry_in_a_file(tmp_path: Path) -> None:
    entry = entry_of(tmp_path, 'items = "data.list"\nlink = "/art/{id}.html"\npage = "pageNo"\n')
    assert (entry.kind, entry.rows.row, entry.rows.link) == (
        EntryKind.JSON,
        "data.list",
        "/art/{id}.html",
    )
    assert entry.paging.kind is PagingKind.PATTERN
    assert (entry.paging.pattern, entry.paging.first) == ("?channel=7&pageNo={n}", 2)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('items = "data list"', "keys with dots"),
        ('link = "/art/{id.html"', "keys in braces"),
        ('row = "li"', "items"),
        ('paging = "script"', "page parameter"),
        ('page = "p"\npaging = "?p={n} from 2"', "enough"),
    ],
)
def test_mistakes_in_a_json_entry_are_reported(tmp_path: Path, keys: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        entry_of(tmp_path, keys)


def test_only_json_entries_have_their_keys(tmp_path: Path) -> None:
    (tmp_path / "a-town.toml").write_text(SOURCE.replace('"json"', '"list"') + 'items = "a"\n')
    with pytest.raises(SourceError, match="items"):
        load_catalogue([tmp_path])


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (
            '<http://www.practice.test/api?page=2>; rel="next"',
            "http://www.practice.test/api?page=2",
        ),
        (
            '</api?page=1>; rel="prev", </api?page=3>; title=x; rel=next',
            "http://www.practice.test/api?page=3",
        ),
        ('</api?page=3>; rel="last next"', "http://www.practice.test/api?page=3"),
        ('<http://elsewhere.test/api?page=2>; rel="next"', ""),
        ('</api>; rel="nextish"', ""),
        ("<" * 9_000, ""),
        ("", ""),
    ],
)
def test_the_next_page_may_stand_in_a_header(header: str, wanted: str) -> None:
    entry = Entry(EntryKind.JSON, URL, Paging(PagingKind.NEXT))
    shot = capture(json.dumps(DATA).encode(), url=URL, final_url=URL, headers=(("link", header),))
    page = read_json_list(shot, entry, LINKS, "Asia/Shanghai")
    assert page.more == ((wanted,) if wanted else ())


@pytest.mark.parametrize(
    ("data", "headers", "stated"),
    [
        ({"total": 86, "rows": 3}, {}, 86),
        ({"data": {"totalCount": "86"}}, {}, 86),
        ({"data": {"page": {"totalElements": 86, "totalPages": 9}}}, {}, 86),
        ({"total": 2}, {}, 0),  # of pages, it may be
        ({"count": 86}, {}, 0),
        ({"views": {"deep": {"deeper": {"total": 86}}}}, {}, 0),
        ({"total": 10**12}, {}, 0),
        ({}, {"x-wp-total": "86", "x-wp-totalpages": "1"}, 86),
        ({}, {"x-total-count": "86"}, 86),
        ({}, {"x-wp-total": "many"}, 0),
    ],
)
def test_how_many_items_a_list_says_it_has(
    data: dict[str, object], headers: dict[str, str], stated: int
) -> None:
    items = [{"title": f"Story {n}", "url": f"/a/{n}.htm", "total": 4000} for n in range(3)]
    whole = {**data, "list": items}
    body = json.dumps(whole).encode()
    shot = capture(body, url=URL, final_url=URL, headers=tuple(headers.items()))
    page = read_json_list(shot, Entry(EntryKind.JSON, URL), LINKS, "UTC")
    assert (page.stated, page.items) == (stated, 3)


SHOWN = 4
STORIES = [
    f"{what} in the {where} quarter"
    for where in ("harbour", "mill", "castle", "station")
    for what in ("New benches", "A longer tram", "Fewer lorries")
]


def _held(name: Any, link: str = "", assigned: str = "") -> ListPage:
    """What is read of a page that shows the newest four stories of those that its data hold."""
    items = [
        {
            "title": title,
            **name(f"story-{at}"),
            "publishedAt": f"2026-02-{20 - at:02}T09:00:00Z",
            "externalUrl": "https://elsewhere.test/x" if at == 5 else None,
            "image": {"url": f"/media/{at}.jpg"},
        }
        for at, title in enumerate(STORIES)
    ]
    items.append(items[2])  # pinned and in its place
    data = json.dumps({"props": {"stories": items, "menu": [{"title": "Home", "id": "h"}]}})
    script = (
        f"<script>{assigned} = {data};</script>"
        if assigned
        else f"<script id=__DATA__ type=application/json>{data}</script>"
    )
    rows = "".join(
        f"<li><a href={(link or '/news/{}').format(f'story-{at}')}>{title}</a>"
        f" <time datetime=2026-02-{20 - at:02}>{20 - at} February</time></li>"
        for at, title in enumerate(STORIES[:SHOWN])
    )
    html = f"<html lang=en><body><h1>News</h1><ul>{rows}</ul>{script}</body></html>"
    entry = Entry(EntryKind.LIST, "http://s.test/news")
    page = capture(html.encode(), url=entry.url)
    return read_list(page, entry, LinkRules(("s.test",)), "UTC")


@pytest.mark.parametrize(
    ("name", "link", "assigned"),
    [
        (lambda name: {"slug": {"_type": "slug", "current": name}}, "", ""),
        (lambda name: {"slug": name}, "", ""),
        (lambda name: {"id": name}, "/news/detail?id={}", ""),
        (lambda name: {"url": f"/news/{name}"}, "", ""),
        (lambda name: {"slug": name}, "/news/{}.html", "window.__INITIAL_STATE__"),
    ],
)
def test_row_235_a_list_that_a_page_shows_the_beginning_of_and_holds_is_read_whole(
    name: Any, link: str, assigned: str
) -> None:
    page = _held(name, link, assigned)
    assert [row.title for row in page.rows][:SHOWN] == STORIES[:SHOWN]
    own = STORIES if "url" in name("x") else STORIES[:5] + STORIES[6:]
    assert [row.title for row in page.rows] == own
    assert all(row.published for row in page.rows)
    assert len({row.url for row in page.rows}) == len(own)


def test_row_235_data_of_another_list_add_nothing() -> None:
    page = _held(lambda name: {"url": f"/events/{name}"})
    assert [row.title for row in page.rows] == STORIES[:SHOWN]


@pytest.mark.parametrize(
    ("title", "link", "day"),
    [
        ("heading", "url", "published"),
        ("otsikko", "osoite", "julkaistu"),
        ("tytuł", "adres", "dzień"),
        ("t", "a", "d"),
        ("заголовок", "путь", "день"),
    ],
)
def test_row_250_the_keys_of_a_list_may_be_called_anything(title: str, link: str, day: str) -> None:
    items = [
        {
            "id": at,
            day: f"{at + 12}.2.2026",
            "sort": "Uutinen",
            title: f"Bridge number {at} is open",
            link: f"/n/{at}/",
        }
        for at in range(1, 6)
    ]
    data = json.dumps({"labels": {"all": "Kaikki"}, "items": items})
    found = read_any(capture(data.encode(), url="http://www.practice.test/data"), "UTC")
    assert [(row.url, row.title, row.published and row.published.iso) for row in found.rows] == [
        (f"http://www.practice.test/n/{at}/", f"Bridge number {at} is open", f"2026-02-{at + 12}")
        for at in range(1, 6)
    ]


def test_a_notice_that_names_a_day_heads_no_menu() -> None:
    items = [
        {
            "heading": f"Bridge number {at} is open",
            "url": f"/n/{at}/",
            "published": f"2026-03-0{at}",
        }
        for at in range(1, 6)
    ]
    menu = "".join(
        f"<li><a href=/{name}/>{name}</a></li>"
        for name in (
            "housing-and-environment",
            "schools-and-nurseries",
            "leisure-and-sport",
            "council-and-administration",
        )
    )
    html = (
        "<div class=bar><p>Parking meters are out of order on Friday 6 March 2026.</p></div>"
        f"<nav><ul>{menu}</ul></nav><main><div id=list></div>"
        f"<script type=application/json id=props>{json.dumps({'items': items})}</script></main>"
    )
    found = read_any(capture(html.encode(), url="http://www.practice.test/news/"), "UTC")
    assert [row.url for row in found.rows] == [
        f"http://www.practice.test/n/{at}/" for at in range(1, 6)
    ]

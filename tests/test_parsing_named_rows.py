"""Lists whose rows have no links: names of articles in a page's data, and choices of pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.parsing.lists.read import read_any, read_list, with_choices
from scraper.sources.links import compile_link
from scraper.sources.model import Entry, EntryKind, LinkRules
from storage.types import Outcome
from tests.support.effort import cpu
from tests.support.make import capture

URL = "http://www.practice.test/news"
TITLES = (
    "Harbour rail line takes its first freight wagons", "School kitchens turn to local growers",
    "Old cement works becomes a hall for young firms", "Night buses will reach the eastern valley",
    "Flood wall passes its first spring test", "Weavers of the hill villages show new patterns",
)  # fmt: skip


def slug(title: str) -> str:
    return "-".join(title.lower().split()[:4])


def read(html: str, url: str = URL) -> list[tuple[str, str, str]]:
    page = capture(f"<html lang=en><body>{html}</body></html>".encode(), url=url)
    found = read_any(page, "Asia/Shanghai")
    return [(row.url, row.title, row.published.iso if row.published else "") for row in found.rows]


def wanted(pattern: str) -> list[tuple[str, str, str]]:
    return [
        (pattern.format(slug=slug(title), id=4400 + at), title, f"2026-02-{20 - at}")
        for at, title in enumerate(TITLES)
    ]


def data(*names: str, inner: str = "") -> str:
    items: list[dict[str, Any]] = []
    for at, title in enumerate(TITLES):
        item = {"title": title, "publishedAt": f"2026-02-{20 - at}", "image": f"/media/{at}.jpg"}
        item |= {name: slug(title) if "lug" in name else 4400 + at for name in names}
        items.append({"id": 7000 + at, inner: item} if inner else item)
    whole = {"props": {"pageProps": {"posts": items, "menu": [{"title": "Home", "slug": "home"}]}}}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(whole)}</script>'


ONE = f"<main><a href='/news/2026/{slug(TITLES[2])}'>Read the lead</a></main>"


@pytest.mark.parametrize(
    ("names", "link", "pattern"),
    [
        (("slug",), ONE, "http://www.practice.test/news/2026/{slug}"),
        (("slug", "id"), "<a href='/a/4403.html'>More</a>", "http://www.practice.test/a/{id}.html"),
        (("articleId",), "<a href='view?id=4401&l=en'>Lead</a>",
         "http://www.practice.test/view?id={id}&l=en"),
        (("slug",), "<a href='/about'>About</a>", "http://www.practice.test/news/{slug}"),
    ],
)  # fmt: skip
def test_names_alone_get_the_address_of_one_that_is_linked(
    names: tuple[str, ...], link: str, pattern: str
) -> None:
    assert read(link + data(*names)) == wanted(pattern)
    if pattern.startswith("http://www.practice.test/news/2"):
        assert read(link + data(*names, inner="attributes")) == wanted(pattern)


def test_numbers_alone_are_no_address() -> None:
    assert read("<a href='/about'>About</a>" + data("articleId")) == []


def test_a_source_takes_them_where_its_rule_does() -> None:
    page = capture(f"<html><body>{ONE}{data('slug')}</body></html>".encode(), url=URL)
    for shape, count in (("/news/{yyyy}/{section}", 6), ("/other/{section}", 0)):
        links = LinkRules(("www.practice.test",), (compile_link(shape),))
        found = read_list(page, Entry(EntryKind.LIST, URL), links, "Asia/Shanghai")
        assert len(found.rows) == count


def choice(options: str) -> str:
    first = "<option value=''>Choose …</option>"
    return f"<form>Go to <select onchange='go(this)'>{first}{options}</select></form>"


def test_a_choice_of_pages_is_a_list() -> None:
    options = "".join(
        f"<option value='/press/{4400 + at}.html'>2026-02-{20 - at} {title}</option>"
        for at, title in enumerate(TITLES)
    )
    assert read(choice(options)) == wanted("http://www.practice.test/press/{id}.html")


def test_groups_of_a_choice_date_its_rows() -> None:
    options = "<optgroup label='February 2026'>" + "".join(
        f"<option value='/press/{4400 + at}.html'>{20 - at}: {title}"
        for at, title in enumerate(TITLES)
    )
    assert [each[0] for each in read(choice(options))] == [
        f"http://www.practice.test/press/{4400 + at}.html" for at in range(len(TITLES))
    ]


@pytest.mark.parametrize("options", [
    "<option value=1>2025<option value=2>2026<option value=3>2027",
    "<option value='/en/'>English<option value='/zh/'>中文<option value='/fr/'>Français",
    "".join(f"<option value='http://office{n}.test/'>Office {n}" for n in range(9)),
])  # fmt: skip
def test_other_choices_are_no_lists(options: str) -> None:
    page = capture(f"<html><body>{choice(options)}</body></html>".encode(), url=URL)
    assert read_any(page, "").outcome is not Outcome.OK


def test_a_source_takes_what_a_choice_holds_where_links_hold_less() -> None:
    options = "".join(
        f"<option value='/press/{4400 + at}.html'>{title}" for at, title in enumerate(TITLES)
    )
    html = f"<html><body><a href='/press/4400.html'>{TITLES[0]}</a>{choice(options)}</body></html>"
    links = LinkRules(("www.practice.test",), (compile_link("/press/{id}.html"),))
    found = read_list(capture(html.encode(), url=URL), Entry(EntryKind.LIST, URL), links, "")
    assert [row.title for row in found.rows] == list(TITLES)


@pytest.mark.parametrize(
    "piece", ["<option value='/a", "<option value='/a'>abcdefgh", "<optgroup label='a"]
)
def test_it_stays_linear(piece: str) -> None:
    with cpu() as spent:
        with_choices(piece * (1_000_000 // len(piece)))
    assert spent.under(2), spent

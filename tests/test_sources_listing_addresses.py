"""Addresses of pages that list others: which they are, and which shape keeps them out."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from scraper.sources.links import compile_link, target_of
from scraper.sources.listing_addresses import listing_shape, lists_others

LISTS = [
    "/tag/water/", "/tag/water.html", "/tags/", "/tags.html", "/blog/category/works/",
    "/category/7/",
    "/author/ana/", "/2025/04/",
    "/2025/04", "/2025/", "/2025/04/12/", "/blog/2025/11/", "/archives/",
    "/archives/2025/", "/archives/2025/04/", "/news/page/3/", "/?cat=3", "/index.php?tag=x",
    "/?s=water", "/?s=C919", "/?s=20261130",
    "/feeds/all.atom.xml", "/news/feed/", "/rss.xml", "/archive", "/search/water",
    "/list.php?cat=3&page=2", "/?author=1&paged=2", "/?q=water&start=20",
    "/%E6%A0%87%E7%AD%BE/x/", "/sitemap.xml",
]  # fmt: skip
ARTICLES = [
    "/2025/04/12/water-board/", "/2025/04/water-board.html", "/archives/12/", "/archives/120.html",
    "/archives/water-board/", "/category/works/2025/water-board.html", "/?p=12", "/news/2021.html",
    "/post/2021", "/art/2025/4/12/art_1_2.html", "/202504/t20250412_1.html", "/water-board/",
    "/news/categories-of-water", "/news/detail?id=12&s=1", "/", "", "/tagore-was-here.html",
    "/news/20250412.html", "/page/300.html", "/show/2025/04/12.html",
    "/Content.aspx?n=E04B8B2D3B7A9C11&s=CDBE9A3103B6F39A", "/show.php?cat=3&id=55",
    "/Content.aspx?n=3F2A07&sms=9D72E8&s=5A3C10",
    "/view.aspx?s=550e8400-e29b-41d4-a716-446655440000",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_page_that_lists_others_is_known_by_its_address(path: str) -> None:
    url = f"http://town.test{path}"
    assert lists_others(url)
    assert compile_link(listing_shape(url)).search(target_of(urlsplit(url)))


@pytest.mark.parametrize("path", ARTICLES)
def test_an_article_is_none_of_them(path: str) -> None:
    assert not lists_others(f"http://town.test{path}")


@pytest.mark.parametrize(
    "url", ["http://[", "x", "http://h/%zz/tag/%zz", "http://h/?" + "a=1&" * 99]
)
def test_what_is_no_address_is_none_of_them(url: str) -> None:
    lists_others(url)


def test_one_shape_keeps_all_of_a_kind_out() -> None:
    shape = compile_link(listing_shape("http://town.test/tag/water/"))
    assert shape.search("/tag/fire/")
    assert not shape.search("/tag/fire/2025/a-story.html")
    assert compile_link(listing_shape("http://town.test/2025/04/")).search("/2024/11/")

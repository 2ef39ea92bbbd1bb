"""The way on that a list page shows, and that a source's rule counts."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.parsing.lists.pagination import MAX_PAGES, read_more, shown_pager
from scraper.parsing.page import Page
from scraper.parsing.types import Pager
from scraper.sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind

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


def test_numbers_of_the_list_are_no_page_numbers() -> None:
    rows = "".join(
        f"<li><div class=d><em>{n}</em><i>2026-08</i></div><a href=/a/{n}.html>A story of {n}</a></li>"
        for n in range(10, 20)
    )
    pager = "<div><a>1</a><a href=list_2.html>2</a><a href=list_3.html>3</a>…<a href=list_31.html>31</a></div>"
    pages = ends(shown(f"<ul>{rows}</ul>{pager}"))
    assert (pages[0], pages[-1], len(pages)) == ("list_2.html", "list_31.html", 30)


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

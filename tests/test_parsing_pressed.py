"""Pagers whose numbers and buttons are no links: read where an element, a form or a script of the
page says the address, told where none does."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest

from scraper.parsing.lists.pagination import shown_pager
from scraper.parsing.page import Page
from scraper.parsing.types import Pager
from tests.support.make import NOW

URL = "http://www.practice.test/news/"
ROWS = [f"{URL}2026/harbour-story-{1000 + n}" for n in range(10)]


def shown(html: str, url: str = URL, head: str = "") -> Pager:
    rows = "".join(
        f"<li><span>2026-11-{28 - n}</span> <a href={row}>The harbour board has met for the {n}th time</a>"
        for n, row in enumerate(ROWS)
    )
    markup = f"<meta charset=utf-8>{head}<body><header><a href=/>Home</a></header><main><h1>News</h1><ul>{rows}</ul>{html}</main>"
    return shown_pager(Page(markup, url, NOW), ROWS)


def ends(pager: Pager, count: int = 2) -> list[str]:
    return [page.removeprefix("http://www.practice.test") for page in pager.pages[:count]]


@pytest.mark.parametrize(
    "pager",
    [
        "<div class=pages><span>1</span><span onclick=\"location.href='?page=2'\">2</span><span onclick=\"location.href='?page=3'\">3</span></div>",
        "<div class=pages><b>1</b> <a href=# onclick=\"window.location='?page=2';return false\">2</a> <a href=# onclick=\"window.location='?page=3'\">3</a></div>",
        "<ul class=pagination><li class=active>1</li><li data-href='?page=2'>2</li><li data-href='?page=3'>3</li></ul>",
        "<div class=pagination><button class=active>1</button><button data-url='/news/?page=2'>2</button><button data-url='/news/?page=3'>3</button></div>",
        "<form action=/news/><select name=page onchange='this.form.submit()'><option value=1 selected>1</option><option value=2>2</option><option value=3>3</option></select></form>",
        "<form action=/news/><button name=page value=1 disabled>1</button><button name=page value=2>2</button><button name=page value=3>3</button></form>",
        "<form><input type=submit name=page value=1><input type=submit name=page value=2><input type=submit name=page value=3></form>",
        "<nav><button wire:click=\"gotoPage(2, 'page')\">2</button><button wire:click=\"gotoPage(3, 'page')\">3</button><button wire:click=\"nextPage('page')\">Next</button></nav>",
    ],
)  # fmt: skip
def test_row_362_numbers_that_are_pressed_are_pages(pager: str) -> None:
    found = shown(pager)
    assert (found.kind, found.total) == ("numbered", 3)
    assert ends(found) == ["/news/?page=2", "/news/?page=3"]


@pytest.mark.parametrize(
    "pager",
    [
        "<button onclick=\"location.href='?page=2'\">Next page</button>",
        "<form action=/news/><input type=hidden name=page value=2><button>Next</button></form>",
        "<form action=/news/><input type=hidden name=page value=2><input type=submit value='Load more'></form>",
        "<button wire:click=\"nextPage('page')\">Next</button>",
        "<div class=pager><a href='?page=2'><img src=/img/arrow_right.gif></a></div>",
        "<a href='?page=2'><img src=/img/btn-next.png></a>",
    ],
)
def test_row_362_what_is_pressed_leads_to_the_next_page(pager: str) -> None:
    found = shown(pager)
    assert (found.kind, ends(found)) == ("next", ["/news/?page=2"])


def test_a_function_of_its_own_is_no_address() -> None:
    found = shown("<button class=load-more onclick=\"load('/news')\">Load more</button>")
    assert (found.kind, found.pages) == ("unread", ())


def test_row_362_a_form_goes_with_what_it_holds() -> None:
    found = shown(
        "<form action=list.php><input type=hidden name=cat value=7><input name=q value=''>"
        "<button name=pn value=2>2</button><button name=pn value=3>3</button></form>"
    )
    assert ends(found) == ["/news/list.php?cat=7&q=&pn=2", "/news/list.php?cat=7&q=&pn=3"]


@pytest.mark.parametrize(
    "address",
    ["?PAGEN_1={}", "?PAGEN_1={}&SIZEN_1=3", "?np={}", "?pagina={}", "?tx_news%5BcurrentPage%5D={}", "?_x_cur={}&_x_delta=3", "?cat=2&pgNo={}", "/news/page-{}/", "/news/{}/", "/news/;page{}", "/news/list_{}.html", "?page%5Bnumber%5D={}"],
)  # fmt: skip
@pytest.mark.parametrize("words", ["Show more", "Показать ещё"])
def test_row_362_a_button_for_more_may_hold_its_address_in_any_spelling(
    address: str, words: str
) -> None:
    found = shown(f"<div class='btn show_more' data-url='{address.format(2)}'>{words}</div>")
    known = Page("<p>", URL, NOW).link
    assert list(found.pages[:2]) == [known(address.format(2)), known(address.format(3))]


@pytest.mark.parametrize("address", ["?start=10", "?b_start:int=10", "?begin=10&type=3"])
def test_row_362_or_count_the_rows_that_are_shown(address: str) -> None:
    found = shown(f"<button class=more-news data-url='{address}'>Show more</button>")
    assert ends(found) == [f"/news/{address}", f"/news/{address.replace('10', '20')}"]


@pytest.mark.parametrize("address", ["/news/type/?cat=2&lang=3", "/item?id=2", "/news/?size=2"])
def test_what_counts_no_pages_is_told(address: str) -> None:
    found = shown(f"<button class=more-news data-url='{address}'>Show more</button>")
    assert (found.kind, found.pages) == ("unread", ())


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("data-infinite-url-value='/news?page=2'", ["/news?page=2", "/news?page=3"]),
        ("ic-get-from='/news?page=2'", ["/news?page=2", "/news?page=3"]),
    ],
)
def test_row_362_attributes_of_many_programs_hold_an_address(
    button: str, expected: list[str]
) -> None:
    assert ends(shown(f"<button class=load-more {button}>Load more</button>")) == expected


@pytest.mark.parametrize(
    "option",
    [
        "href:'?page={{number}}'",
        "hrefTextPrefix:'?page='",
        "urlTemplate:'/news/?page=__page__'",
        "pageUrl:'?page=%d'",
    ],
)
def test_row_362_a_call_may_be_handed_where_its_pages_are(option: str) -> None:
    found = shown(f"<ul id=pg></ul><script>$('#pg').drawPagination({{totalPages:12,{option}}})</script>")  # fmt: skip
    assert (found.total, ends(found)) == (12, ["/news/?page=2", "/news/?page=3"])


@pytest.mark.parametrize(
    "pager",
    [
        "<nav aria-label='pagination navigation'><ul><li><button aria-current=true aria-label='page 1'>1</button></li><li><button aria-label='Go to page 2'>2</button></li></ul></nav>",
        "<div class=more v-on:click=load>更多新闻</div>",
        "<a href='' ng-click='nextPage()'>Next</a>",
        "<button wire:click=loadMore>Load more</button>",
    ],
)
def test_row_362_what_only_a_program_knows_is_told(pager: str) -> None:
    found = shown(pager)
    assert (found.kind, found.pages) == ("unread", ())
    assert "no address is known" in found.why


@pytest.mark.parametrize(
    "other",
    [
        "<div class=slider><span data-href='/a?page=1'>1</span><span data-href='/a?page=2'>2</span><span data-href='/a?page=3'>3</span></div>",
        "<div class=dots><span data-url=/img/1.jpg>1</span><span data-url=/img/2.jpg>2</span><span data-url=/img/3.jpg>3</span></div>",
        "<table class=calendar><tr><td onclick=\"location.href='/day/1'\">1<td onclick=\"location.href='/day/2'\">2<td onclick=\"location.href='/day/3'\">3</table>",
        "<form action=/search/><input name=q><input type=hidden name=page value=1><button>Search</button></form>",
        "<form action=/login/><input type=hidden name=page value=2><button>Next</button></form>",
        "<form action=/news/><select name=size><option value=1>1</option><option value=2>2</option><option value=3>3</option></select></form>",
        "<span data-href='http://elsewhere.test/?page=2'>2</span><span data-href='http://elsewhere.test/?page=3'>3</span>",
    ],
)  # fmt: skip
def test_what_is_pressed_for_something_else_is_no_pager(other: str) -> None:
    found = shown(other)
    assert (found.kind, found.pages) == ("none", ())


def test_links_come_before_what_is_pressed() -> None:
    found = shown("<div class=pager><a href='?page=2'>2</a> <a href='?page=3'>3</a></div><span data-href='/x?p=2'>2</span><span data-href='/x?p=3'>3</span>")  # fmt: skip
    assert ends(found) == ["/news/?page=2", "/news/?page=3"]

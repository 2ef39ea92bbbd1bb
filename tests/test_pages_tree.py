"""The fast tree of a page: found by any selector, bounded, and no poorer than a soup of it all."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup

from scraper.pages.article import read_article
from scraper.pages.body.cut import cut_out
from scraper.pages.page import Page
from scraper.sources.model import FieldRules
from storage.types import Outcome
from tests.make import NOW, capture

MARKUP = """<html><head><title>T</title></head><body>
<div class="article wide" id="a"><h1 class="title">One</h1><p class="x">Two <b>bold</b></p></div>
<ul><li><a href="/1" title="t">First</a></li><li>No link</li><li><a href="/3">Third</a></li></ul>
<div id="b"><div class="article"><p>Four</p><p>Five</p></div><p>Six</p></div>
</body></html>"""
RULES = (
    "h1", ".article", "#a", "div.article", "div#b", ".article p", "#b .article p", "#b p",
    "body .article .x", ".wide .nothing", "li:has(a)", "li:has(a[title])", "p:nth-of-type(2)",
    "#b > p", "li:first-child a", "h1, li", "a[href='/3']", "a[href^='/']", "p:not(.x)",
    ":is(h1, b)", "DIV.article", ":nonsense(", "a[",
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_selector_finds_what_it_finds_in_a_soup(rule: str) -> None:
    page = Page(MARKUP, "http://x.test/", NOW)
    try:
        expected = [str(tag.get_text()) for tag in BeautifulSoup(MARKUP, "lxml").select(rule)]
    except Exception:
        expected = []
    assert ["".join(tag.itertext()) for tag in page.select(rule)] == expected
    assert b"data-hubwatch" not in page.markup.encode()
    assert all("data-hubwatch-at" not in tag.attrib for tag in page.tree.iter())


def test_lines_leave_out_what_nobody_sees_and_keep_what_follows_it() -> None:
    page = Page(
        "<body>a<script>no</script>b<div>c <i>d</i></div>e<p hidden>no</p>f"
        "<p style='display: none'>no</p>g<a href='/x'>link</a><select><option>no</option></select>",
        "http://x.test/",
        NOW,
    )
    assert [(line.text, line.linked) for line in page.lines] == [
        ("a b", 0),
        ("c d", 0),
        ("e", 0),
        ("f", 0),
        ("g link", 4),
    ]


def test_the_page_stays_whole_when_a_block_is_cut_out() -> None:
    page = Page(MARKUP, "http://x.test/", NOW)
    before = [tag.tag for tag in page.tree.iter()]
    block = cut_out(page.select("#b")[0], page, ("#b .article",))
    assert block.get_text(" ", strip=True) == "Six"
    assert [tag.tag for tag in page.tree.iter()] == before


@pytest.mark.parametrize(
    "filling",
    [
        "<div></i>" * 25_000,
        "<div><!x</div>" * 20_000,
        "<noscript>" + "<div>" * 30_000,
        "<iframe>" + "</div>" * 300 + "</iframe>" + "<div>" * 3_000,
    ],
    ids=["odd closers", "odd comments", "noscript", "iframe"],
)
def test_depth_that_hides_is_met_and_said(filling: str) -> None:
    text = "<title>A title that is long enough</title><div class='c'><p>Some text, of a length.</p>"
    start = time.perf_counter()
    found = read_article(capture((text + filling).encode()), FieldRules(body=(".c",)), "t")
    assert time.perf_counter() - start < 5
    assert found.outcome is Outcome.PARTIAL
    assert "deep" in found.reason

"""The fast tree of a page: found by any selector, bounded, and no poorer than a soup of it all."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scraper.parsing.article import read_article
from scraper.parsing.body.cut import cut_out
from scraper.parsing.page import Page
from scraper.parsing.text import MOST_FOLDED, clean_characters, clean_line, narrow, squeeze
from scraper.parsing.tree import MAX_DEPTH, line_text, parse
from scraper.sources.model import FieldRules
from storage.types import Outcome
from tests.support.effort import cpu
from tests.support.make import NOW, capture

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


def test_what_nests_too_deep_is_left_out_and_said() -> None:
    page = Page(f"<body>a{'<div>b' * (MAX_DEPTH + 5)}</body>", "http://x.test/", NOW)
    assert len(page.lines) == MAX_DEPTH + 1
    assert "deeper than 400" in page.cut
    assert max(len(list(tag.iterancestors())) for tag in page.tree.iter()) <= MAX_DEPTH + 2


def test_a_page_as_deep_as_is_followed_is_whole() -> None:
    page = Page(f"<body>a{'<div>b' * MAX_DEPTH}</body>", "http://x.test/", NOW)
    assert len(page.lines) == MAX_DEPTH + 1
    assert page.cut == ""


@pytest.mark.parametrize(
    "tag",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        "<p " + " ".join(f'a{n}=">"' for n in range(100_000)) + ">",
        "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">",
        "<p/" + "/".join(f"a{n}" for n in range(100_000)) + ">",
    ],
    ids=["plain", "quoted brackets", "no values", "slashes"],
)
def test_a_tag_with_very_many_attributes_is_cut_and_said(tag: str) -> None:
    with cpu() as spent:
        page = Page(f"<title>T</title><p>Text before.</p>{tag}", "http://x.test/", NOW)
        assert page.lines[0].text == "Text before."
    assert spent.under(1), spent
    assert "attributes" in page.cut


def test_much_script_and_one_long_attribute_are_no_reason_to_cut() -> None:
    settings = "&".join(f"k{n}={n}" for n in range(900))
    script = "".join(f'a["x{n}"]="y";' for n in range(20_000))
    markup = f"<body data-x='{settings}'><script>{script}</script><p>Text.</p></body>"
    page = Page(markup, "http://x.test/", NOW)
    assert page.cut == ""
    assert [line.text for line in page.lines] == ["Text."]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u200bb", "ab"),
        ("\u202eabc", "abc"),
        ("a\u3000\u3000b", "a b"),
        ("soft\u00adhyphen", "softhyphen"),
        ("贵\ufeff阳", "贵阳"),
        ("a\u2028b", "a b"),
        ("tag\U000e0041", "tag"),
        ("plain — “text”", "plain — “text”"),
    ],
)
def test_a_line_holds_nothing_that_no_reader_sees(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


@given(st.text(max_size=200))
def test_the_quick_way_of_cleaning_a_line_is_the_thorough_one(text: str) -> None:
    thorough = " ".join(clean_characters(text).split())
    assert "".join(clean_line(text).split()) == "".join(thorough.split())


@given(st.text(st.sampled_from(" \t\n\x1c\x85\u3000abİſΣß：市"), max_size=40))
def test_a_text_to_compare_is_the_same_by_the_quick_way(text: str) -> None:
    assert squeeze(text) == "".join(narrow(text).split()).casefold()
    assert len(squeeze(text)) <= MOST_FOLDED * len(text)


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
    with cpu() as spent:
        found = read_article(capture((text + filling).encode()), FieldRules(body=(".c",)), "t")
    assert spent.under(5), spent
    assert found.outcome is Outcome.PARTIAL
    assert "deep" in found.reason


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>One</p></body></html>\n<div>Two <a href='/2'>2</a></div>",
        "<html><body><p>One</p></body></html><html><body><div>Two</div></body></html>",
        "<html><head></head></HTML >  <body><p>One</p></body><div>Two</div>",
        "<html><body><p>One</p></html><p>Two",
        "<html><body><p>One</p><div>Two</div></body></html><!-- made in 0.2 s -->",
    ],
)
def test_what_stands_behind_the_end_of_a_document_is_read(markup: str) -> None:
    root, cut = parse(markup)
    assert cut == ""
    assert [word for word in line_text(root).split() if word in ("One", "Two")] == ["One", "Two"]


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("<table><tr><td><font>1<tr><td><font>2</font><tr><td>3</table>", "tr"),
        ("<table><tr><td><b>1<tr><td><i>2<tr><td><u>3</table>", "tr"),
        ("<ul><li><font>1<li><b>2<li>3</ul>", "li"),
        ("<dl><dt><b>1<dt><i>2<dt>3</dl>", "dt"),
        ("<table><tr><td><b>1<td><i>2<td>3</table>", "td"),
    ],
)
def test_row_271_what_nobody_closed_ends_where_the_next_begins(written: str, parted: str) -> None:
    root, _ = parse(f"<body>{written}</body>")
    tags = list(root.iter(parted))
    assert ["".join(tag.itertext()).strip() for tag in tags] == ["1", "2", "3"]
    assert len({tag.getparent() for tag in tags}) == 1


@pytest.mark.parametrize(
    "written",
    [
        "<ul><li>1<ul><li>2</li></ul></li><li>3</li></ul>",
        "<table><tr><td>1<table><tr><td>2</td></tr></table></td></tr></table>",
        "<dl><dt>1</dt><dd><dl><dt>2</dt></dl></dd></dl>",
    ],
)
def test_lists_and_tables_within_others_stay_there(written: str) -> None:
    root, _ = parse(f"<html><body>{written}</body></html>")
    assert etree.tostring(root).decode() == f"<html><body>{written}</body></html>"


_PIECES = "<li> </li> <ul> </ul> <b> </b> <tr> <td> <table> </table> <p> x"


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=30))
def test_no_text_is_lost_or_moved_by_parting(pieces: list[str]) -> None:
    markup = "".join(f"{piece}{at}" for at, piece in enumerate(pieces))
    root, _ = parse(f"<body>{markup}</body>")
    plain = etree.fromstring(f"<body>{markup}</body>".encode(), etree.HTMLParser(encoding="utf-8"))
    assert sorted("".join(root.itertext())) == sorted("".join(plain.itertext()))

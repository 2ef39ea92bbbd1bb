"""Fields and rows are read from soups: what stands in a soup is what comes out, and nothing of it
comes past the soup from the fast tree that found it."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from scraper.parsing import soup, tree
from scraper.parsing.article import read_article
from scraper.parsing.body.read import sanitise
from scraper.parsing.lists.read import read_any, read_list
from scraper.parsing.soup import LineReader, parsed_soup_of, soup_of, written
from scraper.parsing.text import clean_characters
from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules, ListRules
from storage.types import Outcome
from tests.support.examples import examples
from tests.support.make import capture

PAGE = "https://www.example.gov.cn/news/index.html"
ROWS = "".join(
    f'<li class="row"><a href="/found/2024/{n:03d}.html">Headline {n} from the tree</a>'
    f"<p>What the tree says of this row {n}, in some more words than a headline has.</p>"
    f'<span class="day">2024-03-{n:02d}</span></li>'
    for n in range(1, 13)
)
LIST = f"<html><body><div><h2>News</h2><ul>{ROWS}</ul></div><p>Footer</p></body></html>"
FLAT = "".join(
    f'<a href="/found/2024/{n:03d}.html">Headline {n} from the tree</a> 2024-03-{n:02d}<br>'
    for n in range(1, 13)
)
HEADED = "".join(
    f"<h4>{n} March 2024</h4><div><a href='/found/2024/{n:03d}.html'>Headline {n} from the tree"
    f"</a></div><div><a href='/found/2024/9{n:02d}.html'>Headline 9{n} from the tree</a></div>"
    for n in range(1, 8)
)
RECORDS = "".join(f"<record><![CDATA[{ROWS}]]></record>" for _ in range(1))


@pytest.fixture
def other_soup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Soups that say something other than the tree does: in texts and in attributes."""
    make_tag, make_text = soup._tag, soup._text

    def tag(*given: object) -> Tag:
        made = make_tag(*given)  # type: ignore[arg-type]
        for name, value in made.attrs.items():
            made.attrs[name] = _other(str(value))
        return made

    def text(given: str, *rest: object) -> object:
        return make_text(_other(given), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(soup, "_tag", tag)
    monkeypatch.setattr(soup, "_text", text)


def _other(text: str) -> str:
    return text.replace("tree", "soup").replace("2024", "2023").replace("/found/", "/read/")


def _check_rows(rows: object, least: int = 12) -> None:
    found = [row for row in rows if row.title]  # type: ignore[attr-defined]
    assert len(found) >= least
    for row in found:
        assert row.url.startswith("https://www.example.gov.cn/read/2023/")
        assert "from the soup" in row.title
        assert row.published is not None and row.published.day.year == 2023
        assert "tree" not in row.summary


LINKS = LinkRules(("www.example.gov.cn",))
ALLOWED = LinkRules(("www.example.gov.cn",), (re.compile(r"/(?:found|read)/"),))


@pytest.mark.usefixtures("other_soup")
@pytest.mark.parametrize("links", [LINKS, ALLOWED], ids=["found", "allowed"])
@pytest.mark.parametrize(
    "rules",
    [
        ListRules(),
        ListRules(row="li.row"),
        ListRules(row="li.row", title="a", date=".day", summary="p"),
        ListRules(row="li:has(a)", date=".day"),
    ],
    ids=["none", "row", "fields", "has"],
)
def test_rows_of_a_list_are_read_from_a_soup(rules: ListRules, links: LinkRules) -> None:
    page = read_list(
        capture(body=LIST.encode(), url=PAGE), Entry(EntryKind.LIST, PAGE, rows=rules), links, "UTC"
    )
    assert page.outcome is Outcome.OK
    _check_rows(page.rows)
    assert page.rows[0].summary.startswith("What the soup says")


@pytest.mark.usefixtures("other_soup")
@pytest.mark.parametrize("links", [LINKS, ALLOWED], ids=["found", "allowed"])
@pytest.mark.parametrize("body", [FLAT, HEADED, RECORDS], ids=["flat", "headed", "records"])
def test_dates_beside_and_above_rows_are_read_from_a_soup(body: str, links: LinkRules) -> None:
    html = f"<html><body><div>{body}</div></body></html>"
    page = read_list(
        capture(body=html.encode(), url=PAGE), Entry(EntryKind.LIST, PAGE), links, "UTC"
    )
    _check_rows(page.rows)


@pytest.mark.usefixtures("other_soup")
def test_rows_of_markup_in_json_are_read_from_a_soup() -> None:
    answer = capture(body=json.dumps({"code": 0, "html": f"<ul>{ROWS}</ul>"}).encode(), url=PAGE)
    _check_rows(read_any(answer, "UTC").rows)


@pytest.mark.usefixtures("other_soup")
def test_markup_in_the_values_of_json_is_read_from_a_soup() -> None:
    items = [
        {"url": f"/a/{n}.html", "title": f"<em>Headline {n}</em> from the <b>tree</b>", "date": 1}
        for n in range(3)
    ]
    rows = read_any(capture(body=json.dumps({"list": items}).encode(), url=PAGE), "UTC").rows
    assert [row.title for row in rows] == [f"Headline {n} from the soup" for n in range(3)]


ARTICLE = """<html><head><title>A long headline from the tree - Site</title>
<meta name="author" content="Tree Writer">
<link rel="canonical" href="/found/2024/1.html"></head><body>
<div><h1>A long headline from the tree</h1>
<p>Updated: 2024-03-05 Source: tree daily</p></div>
<div class="view"><p>The first sentence of an article, which is long enough to be one.</p>
<p>Another sentence follows it, and says about as much as the first one did before.</p></div>
</body></html>"""


@pytest.mark.usefixtures("other_soup")
def test_title_date_and_source_of_an_article_are_read_from_a_soup() -> None:
    article = read_article(capture(body=ARTICLE.encode(), url=PAGE), FieldRules(), "s").article
    assert article is not None
    assert article.title == "A long headline from the soup"
    assert article.published is not None and article.published.day.year == 2023
    assert article.source == "soup daily"
    assert article.canonical_url == "https://www.example.gov.cn/read/2023/1.html"


@pytest.mark.usefixtures("other_soup")
def test_fields_that_a_template_names_are_read_from_a_soup() -> None:
    html = ARTICLE.replace("<p>Updated", '<p class="info">Updated')
    rules = FieldRules(title=("h1",), published=(".info",), source=(".info",), template="t")
    article = read_article(capture(body=html.encode(), url=PAGE), rules, "s").article
    assert article is not None
    assert article.title == "A long headline from the soup"
    assert article.published is not None and article.published.day.year == 2023
    assert article.source == "soup daily"


def test_what_a_selector_names_is_read_even_where_nobody_sees_it() -> None:
    rules = FieldRules(title=("title",))
    article = read_article(capture(body=ARTICLE.encode(), url=PAGE), rules, "s").article
    assert article is not None
    assert article.title == "A long headline from the tree - Site"


def test_a_soup_has_the_elements_and_texts_of_its_block() -> None:
    root, _ = tree.parse(
        "<div id=a>one<!-- no --><b class='x y'>two</b>three<script>no</script>four<br>five"
        "<template><p>no</p></template><ul><li>six<ul><li>seven</ul></ul></div>after"
    )
    block = root.find(".//div")
    made = soup_of(block)
    assert made.root.decode() == (
        '<div id="a">one<b class="x y">two</b>threefour<br/>five<ul><li>six<ul><li>seven</li>'
        "</ul></li></ul></div>"
    )
    assert made.tag_of(block.find("b")).get_text() == "two"
    assert [tag.name for tag in made.root.find_all("li")] == ["li", "li"]
    assert made.tag_of(root.find(".//script")).get_text() == "no"  # a soup of its own


@pytest.mark.parametrize(
    "body",
    [
        LIST.replace("</li>", "").replace("</a>", ""),
        LIST.replace("<ul>", "<ul><template><li>").replace("</ul>", "</template><!-- </ul>"),
        LIST.replace("<ul>", "<![CDATA[<ul>").replace("<li", "<li <li"),
        "<div>" * 3_000 + ROWS,
        ROWS.replace('class="row"', 'class="row" =x "="'),
        "<a><b" + ROWS,
    ],
)
def test_malformed_lists_are_survived(body: str) -> None:
    for rules in (ListRules(), ListRules(row="li"), ListRules(link="a")):
        entry = Entry(EntryKind.LIST, PAGE, rows=rules)
        for links in (LINKS, ALLOWED):
            page = read_list(capture(body=body.encode(), url=PAGE), entry, links, "UTC")
            assert page.broken == ()
            assert page.outcome is not Outcome.UNSUPPORTED


def test_lists_of_lists_within_links_are_survived() -> None:
    outer = "".join(f"<article><div>{ROWS}</div></article>" for _ in range(3))
    for row in ("article", "article, div, li", "body", "a"):
        entry = Entry(EntryKind.LIST, PAGE, rows=ListRules(row=row))
        assert read_list(capture(body=outer.encode(), url=PAGE), entry, LINKS, "UTC").rows


def test_lines_of_one_element_are_read_each_for_itself() -> None:
    root, _ = tree.parse(
        "<body>first<div>inner</div>second<p>x</p>third <i>and</i> more<br></body>"
    )
    lines, _ = tree.walk_lines(root.find("body"), 100)
    reader = LineReader()
    assert [reader.read(line, lines) for line in lines] == [line.text for line in lines]
    assert [line.text for line in lines] == ["first", "inner", "second", "x", "third and more"]


# --- a block's soup without a second parse -----------------------------------------------------

_NAMES = ("div", "p", "a", "b", "ul", "li", "table", "tr", "td", "pre", "h2", "br", "img", "dd")
_TEXTS = st.text("ab<>&\"' \n\r\t\u3000\xa0\u200b\u2028贵阳", max_size=6)


def _element(
    name: str, text: str, tail: str, address: str, inner: list[etree._Element]
) -> etree._Element:
    element = etree.Element(name)
    element.tail = clean_xml(tail)
    if name in ("a", "img"):
        element.set("href" if name == "a" else "src", clean_xml(address))
    if name not in ("br", "img"):
        element.text = clean_xml(text)
        element.extend(inner)
    return element


def clean_xml(text: str) -> str:
    """What may stand in a tree."""
    return "".join(
        one for one in text if one.isprintable() or one in "\n\r\t\u3000\xa0\u2028\u200b"
    )


_ELEMENTS = st.recursive(
    st.builds(_element, st.sampled_from(_NAMES), _TEXTS, _TEXTS, _TEXTS, st.just([])),
    lambda inner: st.builds(
        _element, st.sampled_from(_NAMES), _TEXTS, _TEXTS, _TEXTS, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def _as_parsed(block: etree._Element) -> Tag:
    markup = clean_characters(etree.tostring(block, encoding="unicode", method="html"))
    body = BeautifulSoup(markup, "lxml", multi_valued_attributes=None).body
    assert body is not None
    return next(node for node in body.contents if isinstance(node, Tag))


@given(_ELEMENTS)
@settings(max_examples=examples(800))
def test_a_soup_without_a_parse_is_the_one_that_a_parser_makes(block: etree._Element) -> None:
    block.tail = None
    made = parsed_soup_of(block)
    if made is None:
        return
    parsed = _as_parsed(block)
    assert str(made) == str(parsed)
    assert [str(one) for one in made.descendants] == [str(one) for one in parsed.descendants]
    assert sanitise(written(made)) == sanitise(parsed.decode_contents())


@pytest.mark.parametrize(
    "markup",
    [
        "<div><p>one<ul><li>two</li></ul></p></div>",  # a list ends a paragraph
        "<ul><li></li>x</ul>",  # an empty item takes what follows it
        "<div><a>one<a>two</a></a></div>",
    ],
)
def test_what_a_parser_would_nest_in_another_way_is_left_to_it(markup: str) -> None:
    block = etree.fromstring(markup)
    made = parsed_soup_of(block)
    assert made is None or str(made) == str(_as_parsed(block))


def test_a_block_of_an_article_needs_no_second_parse() -> None:
    block = etree.fromstring(
        "<div><h2>Head</h2><p>One <a href='/a b'>link</a> and <b>more</b>.</p>"
        "<table><tr><td>1</td></tr></table><ul><li>x</li></ul><p><img src='/p.png'/></p></div>"
    )
    made = parsed_soup_of(block)
    assert made is not None
    assert str(made) == str(_as_parsed(block))
    assert 'href="/a%20b"' in str(made)

"""Nothing from a page is trusted: not as HTML, not as Markdown, not as a spreadsheet cell."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from desk.digest.build import build
from desk.digest.formats import render
from desk.digest.model import Digest, Edition, Format, Material
from desk.text import neutral, one_line, safe_link
from storage.types import Grade, Match
from tests.support.digest_checks import (
    csv_has_no_formula,
    html_holds_listed_markup_only,
    json_is_raw,
    markdown_links_to_http_only,
    markup,
)
from tests.support.digest_samples import FORMATS, PERIOD, article
from tests.support.examples import examples
from tests.support.hostile_digests import PAYLOADS, digests, hostile


@settings(max_examples=examples(150))
@given(digests())
def test_html_holds_no_element_attribute_or_scheme_outside_the_list(digest: Digest) -> None:
    html_holds_listed_markup_only(digest)


@settings(max_examples=examples(150))
@given(digests())
def test_markdown_holds_links_to_http_only_and_no_markup_of_others(digest: Digest) -> None:
    markdown_links_to_http_only(digest)


def _references(url: str) -> tuple[str, list[str]]:
    """The references of a digest of this address: as written, and the addresses they link to."""
    digest = build(Material((article(1, url=url),), (), {}, (), ()), Edition("Hub cities", PERIOD))
    text = render(digest, Format.MD).decode()
    written = text.partition("## References\n\n")[2].partition("\n\n## ")[0]
    tokens = MarkdownIt("commonmark").parse(written)
    links = [
        str(inner.attrs["href"])
        for token in tokens
        for inner in token.children or ()
        if inner.type == "link_open"
    ]
    return written, links


@pytest.mark.parametrize(
    "url",
    [
        "http://ok.test/art/t20261121_7636376.html",
        "http://ok.test/a_b_(c)/~d?e=1&copy=2#f!",
        "https://ok.test/x[1]$2^{3}",
    ],
)
def test_an_address_in_markdown_references_can_be_copied_and_followed(url: str) -> None:
    written, links = _references(url)
    assert f" <{url}>. " in f"{written} "
    (link,) = links
    assert unquote(link) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://ok.test/a><script>alert(1)</script>",
        "http://ok.test/a>[x](javascript:alert(1))",
        "http://ok.test/&#62;<b>",
        "http://user@ok.test/",
        "http://ok.test/a\u202ehtml.exe",
        "hand:1",
    ],
)
def test_an_address_that_is_none_stays_text_in_markdown_references(url: str) -> None:
    written, links = _references(url)
    assert links == []
    assert not re.search(r"(?<!\\)<", written)


@pytest.mark.parametrize(
    "url", ["http://ok.test/`a`", "http://ok.test/*a*|b", "http://ok.test/?a&lt;b&#106;c"]
)
def test_what_readers_of_markdown_take_differently_is_no_bare_address(url: str) -> None:
    written, links = _references(url)
    assert not re.search(r"(?<!\\|\()<", written)
    assert [unquote(link) for link in links] == [url]


@settings(max_examples=examples(150))
@given(digests())
def test_no_csv_cell_is_a_formula(digest: Digest) -> None:
    csv_has_no_formula(digest)


@settings(max_examples=examples(100))
@given(digests())
def test_json_is_the_raw_form(digest: Digest) -> None:
    json_is_raw(digest)


@given(st.text())
def test_neutralising_a_cell_can_be_undone(cell: str) -> None:
    assert neutral(cell).removeprefix("'") == cell
    assert not neutral(cell).startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(hostile)
def test_one_line_is_one_visible_line_and_stays_so(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert line.splitlines() in ([], [line])
    assert "\x1b" not in line
    line.encode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_link_is_offered_only_where_it_is_one(payload: str) -> None:
    link = safe_link(payload)
    assert link is None or (link == payload and urlsplit(link).hostname in ("ok.test", "a.test"))


def plain() -> Digest:
    held = article(
        1,
        title="贵阳入选“科创中国”创新枢纽城市",
        language="zh",
        source="贵阳市科协",
        matches=(Match("hub-city", Grade.CORE, "科创中国", "body", 4, "贵阳获批“科创中国”试点。"),),
    )
    return build(Material((held,), (), {}, (), ()), Edition("Hub cities", PERIOD))


def test_the_same_digest_gives_the_same_bytes() -> None:
    for form in FORMATS:
        assert render(plain(), form) == render(plain(), form)


def test_excel_gets_a_byte_order_mark_and_chinese_intact() -> None:
    data = render(plain(), Format.CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    assert "贵阳入选“科创中国”创新枢纽城市" in data.decode("utf-8-sig")
    assert data.endswith(b"\r\n")


def test_html_runs_nothing_and_fetches_nothing() -> None:
    tags = markup(plain()).tags
    policy = next(a["content"] for t, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in tags}
    assert "url(" not in render(plain(), Format.HTML).decode()
    assert "@import" not in render(plain(), Format.HTML).decode()


def test_titles_carry_their_language_and_phrases_their_mark() -> None:
    page = render(plain(), Format.HTML).decode()
    assert 'lang="zh-Hans">贵阳入选' in page
    assert "<mark>科创中国</mark>" in page
    assert "贵阳市科协" in page


def test_a_phrase_in_the_title_is_marked_there() -> None:
    match = Match("hub-city", Grade.CORE, "科创中国", "title", 5, "贵阳入选“科创中国”名单")
    held = article(1, title="贵阳入选“科创中国”名单", language="zh", matches=(match,))
    page = render(
        build(Material((held,), (), {}, (), ()), Edition("x", PERIOD)), Format.HTML
    ).decode()
    assert "贵阳入选“<mark>科创中国</mark>”名单</a>" in page
    assert page.count("<mark>") == 1


def test_template_text_in_a_page_stays_text() -> None:
    held = article(1, title="{{ 7*7 }} {% raw %}")
    page = render(
        build(Material((held,), (), {}, (), ()), Edition("x", PERIOD)), Format.HTML
    ).decode()
    assert "{{ 7*7 }} {% raw %}" in page


def test_a_digest_without_news_says_so() -> None:
    empty = build(Material((), (), {}, (), ()), Edition("Hub cities", PERIOD))
    assert "Nothing new in this period" in render(empty, Format.HTML).decode()
    assert "Nothing new in this period" in render(empty, Format.MD).decode()


def test_markdown_keeps_a_hundred_items_in_their_lists() -> None:
    matches = (Match("hub-city", Grade.RELATED, "hub city", "body", 0, "A hub city."),)
    seen = tuple(article(n, matches=matches) for n in range(1, 121))
    digest = build(Material(seen, (), {}, (), ()), Edition("x", PERIOD))
    parsed = MarkdownIt("commonmark").parse(render(digest, Format.MD).decode())
    assert sum(token.type == "ordered_list_open" for token in parsed) == 2
    assert sum(token.type == "bullet_list_open" for token in parsed) == 120

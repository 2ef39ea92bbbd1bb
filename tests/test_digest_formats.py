"""Nothing from a page is trusted: not as HTML, not as Markdown, not as a spreadsheet cell."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from desk.digest.build import build
from desk.digest.formats.as_csv import neutral, restored
from desk.digest.material import Material
from desk.digest.model import Digest, Edition, Format
from desk.digest.render import render
from desk.text import one_line, safe_link
from storage.articles.records import Address
from storage.runs.records import Run
from storage.sources.records import SourceRef as Ref
from storage.sources.records import SourceState
from storage.types import Grade, Match, Outcome, Precision, When
from tests.digest_samples import PERIOD, UNTIL, ZONE, article
from tests.examples import examples

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://a.test/\"onclick='x'",
    "http://user@evil.test/",
    "http://a.test/)[x](javascript:alert(1)",
    "![x](http://evil.test/x.png)",
    "[x]: javascript:alert(1)",
    "# heading\n\n---\n\n<b>raw</b>",
    "```\ncode",
    "&lt;b&gt; &#106;avascript:",
    "{{ 7*7 }} {% for x in y %} {# c #}",
    '=HYPERLINK("http://evil.test")',
    "\t=1+1",
    "＝cmd|'/C calc'!A0",
    "\u202egnp.exe",
    "\ud800lone\x00nul\x1b[31mred",
    "]]> --> <!--",
    "|a|b|\n|-|-|",
    "https://ok.test/?a=1&copy;=2",
    "http://[::1",
)
hostile = st.one_of(
    st.sampled_from(PAYLOADS),
    st.lists(st.sampled_from(PAYLOADS), max_size=3).map("".join),
    st.text(max_size=40),
)
ALLOWED = {
    "html": {"lang"},
    "head": set(),
    "meta": {"charset", "http-equiv", "content", "name"},
    "title": set(),
    "style": set(),
    "body": set(),
    "header": set(),
    "main": set(),
    "footer": set(),
    "nav": {"aria-label"},
    "section": {"id", "class"},
    "article": set(),
    "div": {"class"},
    "p": {"class", "lang"},
    "span": {"class", "lang", "aria-hidden"},
    "strong": {"class"},
    "mark": set(),
    "h1": set(),
    "h2": set(),
    "h3": set(),
    "ul": set(),
    "ol": {"start", "class"},
    "li": {"id"},
    "a": {"href", "rel", "target", "lang", "class", "aria-label"},
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"scope", "class"},
    "td": {"class"},
}


def digest_of(text: Callable[[], str], grade: Grade = Grade.CORE) -> Digest:
    """A digest of one item whose every text is one that `text` gives."""
    held = article(
        1,
        url=text(),
        source_name=text(),
        city=text(),
        language=text(),
        title=text(),
        source=text(),
        published=When(date(2024, 6, 5), Precision.DAY, ZONE),
        matches=(Match(text(), grade, text(), "body", 0, text()),),
        changed_at=UNTIL - timedelta(hours=1),
        also_at=(Address(2, text(), text(), text(), None),),
    )
    ref = Ref(held.source_id, text(), text(), "en", ZONE)
    run = Run(1, held.source_id, UNTIL - timedelta(hours=2), UNTIL, Outcome.BLOCKED, text())
    material = Material((held,), (), (run,), (SourceState(ref),), (ref,))
    return build(material, Edition(text(), PERIOD))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """A digest whose every text is hostile."""
    return digest_of(lambda: draw(hostile), draw(st.sampled_from(Grade)))


class Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def markup(digest: Digest) -> Markup:
    parsed = Markup()
    parsed.feed(render(digest, Format.HTML).decode())
    parsed.close()
    return parsed


@settings(max_examples=examples(150))
@given(digests())
def test_html_holds_no_element_attribute_or_scheme_outside_the_list(digest: Digest) -> None:
    for tag, attributes in markup(digest).tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        if "target" in attributes:  # beside the page that shows it, which it does not learn of
            assert attributes["target"] == "_blank"
            assert attributes["rel"] == "noopener noreferrer"
        href = attributes.get("href") or "#"
        assert href.startswith("#") or urlsplit(href).scheme in ("http", "https")


@settings(max_examples=examples(150))
@given(digests())
def test_markdown_holds_links_to_http_only_and_no_markup_of_others(digest: Digest) -> None:
    parsed = MarkdownIt("commonmark").parse(render(digest, Format.MD).decode())
    kinds = set()
    for token in parsed:
        for inner in (token, *(token.children or ())):
            kinds.add(inner.type)
            if inner.type == "link_open":
                assert urlsplit(str(inner.attrs["href"])).scheme in ("http", "https")
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block", "code_inline"}
    headings = [token for token in parsed if token.type == "heading_open"]
    assert len(headings) == 4 + len(digest.chapters)


def _references(url: str) -> tuple[str, list[str]]:
    """The references of a digest of this address: as written, and the addresses they link to."""
    digest = build(Material((article(1, url=url),), (), (), (), ()), Edition("Hub cities", PERIOD))
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
    text = render(digest, Format.CSV).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 1 + len(digest.items)
    for cell in rows[1]:
        assert not cell.strip().startswith(tuple("=+-@\t\r\n＝＋－＠"))
    title = rows[1][rows[0].index("title")]
    assert restored(title) == digest.items[0].title


@settings(max_examples=examples(100))
@given(digests())
def test_json_is_the_raw_form(digest: Digest) -> None:
    document = json.loads(render(digest, Format.JSON))
    (item,) = [item for section in document["sections"] for item in section["items"]]
    assert item["title"] == digest.items[0].title


@given(st.text())
def test_neutralising_a_cell_can_be_undone(cell: str) -> None:
    assert restored(neutral(cell)) == cell
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
    return build(Material((held,), (), (), (), ()), Edition("Hub cities", PERIOD))


def test_the_same_digest_gives_the_same_bytes() -> None:
    for form in Format:
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
        build(Material((held,), (), (), (), ()), Edition("x", PERIOD)), Format.HTML
    ).decode()
    assert "贵阳入选“<mark>科创中国</mark>”名单</a>" in page
    assert page.count("<mark>") == 1


def test_template_text_in_a_page_stays_text() -> None:
    held = article(1, title="{{ 7*7 }} {% raw %}")
    page = render(
        build(Material((held,), (), (), (), ()), Edition("x", PERIOD)), Format.HTML
    ).decode()
    assert "{{ 7*7 }} {% raw %}" in page


def test_a_digest_without_news_says_so() -> None:
    empty = build(Material((), (), (), (), ()), Edition("Hub cities", PERIOD))
    assert "Nothing new in this period" in render(empty, Format.HTML).decode()
    assert "Nothing new in this period" in render(empty, Format.MD).decode()


def test_markdown_keeps_a_hundred_items_in_their_lists() -> None:
    matches = (Match("hub-city", Grade.RELATED, "hub city", "body", 0, "A hub city."),)
    seen = tuple(article(n, matches=matches) for n in range(1, 121))
    digest = build(Material(seen, (), (), (), ()), Edition("x", PERIOD))
    parsed = MarkdownIt("commonmark").parse(render(digest, Format.MD).decode())
    assert sum(token.type == "ordered_list_open" for token in parsed) == 2
    assert sum(token.type == "bullet_list_open" for token in parsed) == 120

"""Every format is opened by something that is not ours, and says what it should; nothing hostile
runs in any of them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import docx
import feedparser
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.digest import edit as by
from desk.digest import wording
from desk.digest.formats import MEDIA_TYPES, render
from desk.digest.formats.as_csv import COLUMNS
from desk.digest.formats.as_text import wrapped
from desk.digest.model import PLAIN, Digest, DigestLanguage, DigestStyle, Format, Scope
from desk.text import width
from hubwatch.errors import ConfigError
from tests import catalogues
from tests.support.digest_checks import (
    ATOM,
    citation_is_one_line_and_one_paragraph,
    feed_links_to_http_only,
    mail,
    mail_holds_listed_markup_only,
    page_holds_listed_markup_only,
    subject_is_one_header_line,
    word_document_links_to_http_only,
    workbook_has_no_formula,
)
from tests.support.digest_samples import FORMATS, METADATA, PERIOD, SHA, sample
from tests.support.examples import examples
from tests.support.hostile_digests import edited


def data(form: Format, look: DigestStyle = PLAIN) -> bytes:
    return render(sample(), form, look)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_digest_is_the_same_bytes_and_names_itself(form: Format) -> None:
    assert data(form) == data(form)
    assert set(MEDIA_TYPES) == set(Format)


def test_word_opens_it_with_headings_links_fonts_and_languages() -> None:
    opened = docx.Document(io.BytesIO(data(Format.DOCX)))
    styles = [(p.style.name, p.text) for p in opened.paragraphs]
    assert ("Title", "Hub cities 枢纽城市") in styles
    assert ("Heading 1", "Key items") in styles
    heading = next(p for p in opened.paragraphs if "贵阳入选" in p.text)
    assert heading.style.name == "Heading 2"
    (link,) = heading.hyperlinks
    assert link.address == "http://english.practice.test/2024-06/05/c_1.htm"
    xml = heading._p.xml
    assert 'w:eastAsia="zh-CN"' in xml
    fonts = opened.styles["Normal"].element.rPr.rFonts
    assert fonts.get(docx.oxml.ns.qn("w:eastAsia")) == "SimSun"
    text = "\n".join(p.text for p in opened.paragraphs)
    for said in ("A note of the editor.", "Guiyang becomes", "Digest 12", "贵阳有新闻。"):
        assert said in text
    assert opened.core_properties.author == "Li"


def test_excel_opens_it_with_text_cells_and_links() -> None:
    book = openpyxl.load_workbook(io.BytesIO(data(Format.XLSX)))
    assert book.sheetnames == ["Items", "Sources", "About", "Figures"]
    rows = list(book["Items"].iter_rows())
    head = [cell.value for cell in rows[0]]
    title = {row[head.index("number")].value: row[head.index("title")] for row in rows[1:]}
    assert title[1].value == "贵阳入选“科创中国”创新枢纽城市"
    assert (title[2].value, title[2].data_type, title[2].quotePrefix) == ("=1+1 is two", "s", True)
    link = rows[1][head.index("url")].hyperlink
    assert link is not None
    assert link.target == "http://english.practice.test/2024-06/05/c_1.htm"
    assert [row[0].value for row in rows[1:]] == [1, 2, 3]


def test_a_feed_reader_opens_it_and_knows_the_story_again() -> None:
    feed = feedparser.parse(data(Format.ATOM))
    assert not feed.bozo
    assert feed.feed.title == "Hub cities 枢纽城市"
    first = feed.entries[0]
    assert first.title.startswith("贵阳入选")
    assert first.links[0].href == "http://english.practice.test/2024-06/05/c_1.htm"
    assert {link.rel for link in first.links} == {"alternate", "related"}
    later = replace(sample(), metadata=replace(METADATA, number=13))
    again = feedparser.parse(render(later, Format.ATOM))
    assert [entry.id for entry in again.entries] == [entry.id for entry in feed.entries]
    assert again.feed.id != feed.feed.id


def test_a_digest_that_is_no_issue_is_one_feed_however_often_it_is_written() -> None:
    def feed_id(**edition: object) -> str:
        changed = replace(sample().edition, **edition)  # type: ignore[arg-type]
        made = replace(sample(), metadata=None, edition=changed)
        return str(feedparser.parse(render(made, Format.ATOM)).feed.id)

    period = sample().edition.period
    day = timedelta(days=1)
    following = replace(period, since=period.since + day, until=period.until + day)
    assert feed_id() == feed_id(period=following)
    others = (
        {"title": "Another"},
        {"title": "枢纽城市周报"},
        {"topics": ("hub-city",)},
        {"scope": Scope.RELEVANT},
        {"language": DigestLanguage.ZH},
    )
    assert len({feed_id(), *(feed_id(**other) for other in others)}) == 1 + len(others)


def test_the_feed_has_what_the_standard_requires() -> None:
    """RFC 4287: id, title and updated in the feed and each entry, an author, an alternate link."""
    root = ElementTree.fromstring(data(Format.ATOM))
    for node in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1
        assert node.findall(f"{ATOM}author/{ATOM}name")
        updated = node.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", updated)
    ids = [node.text for node in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)


def test_a_mail_program_opens_it_as_a_draft() -> None:
    raw = data(Format.EML)
    message = mail(raw)
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == "Hub cities 枢纽城市, 2024-06-10 (digest 12)"
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    text, page = (part.get_content() for part in message.iter_parts())
    assert "贵阳入选“科创中国”创新枢纽城市" in text
    assert "贵阳入选“科创中国”创新枢纽城市" in page
    assert not re.search(r"<(svg|img|script|link|style|iframe)\b", page, re.I)
    assert "url(" not in page
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_plain_text_keeps_to_its_width_but_for_addresses() -> None:
    for line in data(Format.TXT).decode().splitlines():
        assert width(line) <= 76 or "://" in line or SHA in line


@given(
    text=st.text("，。、；：？！（）【】《》「」“”‘’…—％科创中国市协年12月abcd.,:()", max_size=400),
)
@settings(max_examples=150, deadline=None)
def test_no_line_of_plain_text_begins_with_a_mark_that_closes(text: str) -> None:
    lines = list(wrapped(text))
    assert "".join(lines) == text
    assert not [line for line in lines[1:] if line[0] in "，。、；：？！）】》」”’…—％.,:)"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字" * 37 + "协，市", ["字" * 37, "协，市"]),
        ("字" * 36 + "科（“创新”）", ["字" * 36 + "科", "（“创新”）"]),
        ("字" * 36 + "科技……市", ["字" * 36 + "科", "技……市"]),
        ("字" * 36 + "的Wi-Fi，市", ["字" * 36 + "的", "Wi-Fi，市"]),
    ],
)
def test_chinese_marks_stay_with_their_word(text: str, lines: list[str]) -> None:
    assert list(wrapped(text)) == lines


def test_a_table_program_opens_the_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(data(Format.CSV).decode("utf-8-sig"), newline="")))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["published"] == "2024-06-05"
    assert rows[0]["sha256"] == SHA
    assert rows[1]["title"] == "'=1+1 is two"
    assert rows[2]["withdrawn"] == "2024-06-10 09:00"


def test_nothing_links_to_the_desk_unless_others_reach_it() -> None:
    address = "https://desk.example.org/"
    for form in (Format.HTML, Format.ATOM, Format.EML):
        shown = render(sample(), form, DigestStyle(desk_address=address))
        assert address in str(mail(shown).get_body(("html",)) if form is Format.EML else shown) or (
            form is Format.EML
        )
        assert b"desk.example.org" not in render(sample(), form)


def test_a_citation_says_all_that_is_known_and_links_what_may_be_linked() -> None:
    cited = wording.cite_item(sample().items[0], PERIOD.zone)
    assert wording.plain(cited) == (
        "贵阳市科协: “贵阳入选“科创中国”创新枢纽城市”. [Guiyang becomes an innovation hub city]. "
        "Guiyang portal, 2024-06-05. http://english.practice.test/2024-06/05/c_1.htm. Archived "
        f"2024-06-09 12:00 (Asia/Shanghai), article 1, page 102, SHA-256 {SHA}."
    )
    assert '<a href="http://english.practice.test/2024-06/05/c_1.htm">' in wording.rich(cited)


@settings(max_examples=examples(60))
@given(edited())
def test_row_58_no_markup_of_others_in_a_page_with_an_editors_words(digest: Digest) -> None:
    page_holds_listed_markup_only(digest)


@settings(max_examples=examples(40))
@given(edited())
def test_row_58_no_markup_of_others_in_a_mail(digest: Digest) -> None:
    mail_holds_listed_markup_only(digest)


@settings(max_examples=examples(40))
@given(edited())
def test_row_58_a_feed_is_well_formed_and_links_to_http_only(digest: Digest) -> None:
    feed_links_to_http_only(digest)


@settings(max_examples=examples(15))
@given(edited())
def test_row_58_a_word_document_opens_and_links_to_http_only(digest: Digest) -> None:
    word_document_links_to_http_only(digest)


@settings(max_examples=examples(15))
@given(edited())
def test_row_59_no_cell_of_a_workbook_is_a_formula(digest: Digest) -> None:
    workbook_has_no_formula(digest)


@settings(max_examples=examples(40))
@given(edited())
def test_row_58_a_citation_is_one_line_and_one_paragraph(digest: Digest) -> None:
    citation_is_one_line_and_one_paragraph(digest)


@settings(max_examples=examples(40))
@given(edited())
def test_row_61_a_subject_is_one_header_line(digest: Digest) -> None:
    subject_is_one_header_line(digest)


def own(folder: Path, name: str, text: str) -> DigestStyle:
    (folder / name).write_text(text, encoding="utf-8")
    return DigestStyle(folder)


def test_a_template_of_ones_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    look = own(
        tmp_path,
        "digest.html.j2",
        "<h1>{{ edition.title }}</h1>{% for item in digest.items %}<p>{{ item.title }}{% endfor %}",
    )
    digest = by.titled(sample(), "<b>Bold</b> {{ 7*7 }}")
    page = render(digest, Format.HTML, look).decode()
    assert page.startswith("<h1>&lt;b&gt;Bold&lt;/b&gt; {{ 7*7 }}</h1><p>贵阳入选")
    assert b"Key items" in render(sample(), Format.MD, look)


def test_a_template_of_ones_own_may_build_on_ours(tmp_path: Path) -> None:
    look = own(
        tmp_path,
        "digest.html.j2",
        '{% extends "shipped/digest.html.j2" %}'
        "{% block style %}{{ super() }} h1 { color: #036 }{% endblock %}",
    )
    page = render(sample(), Format.HTML, look).decode()
    assert "h1 { color: #036 }\n</style>" in page.replace("#036 }</style>", "#036 }\n</style>")
    assert "贵阳入选" in page
    assert "Digest 12" in page


def test_a_template_for_markdown_escapes_by_itself(tmp_path: Path) -> None:
    look = own(tmp_path, "digest.md.j2", "# {{ edition.title }}\n")
    digest = by.titled(sample(), "*[x](javascript:1)*")
    assert render(digest, Format.MD, look) == rb"# \*\[x\](javascript:1)\*" + b"\n"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ digest.__init__.__globals__ }}",
        "{{ edition.period.local.__func__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../secret' %}",
        "{{ nobody.knows }}",
        "{% for %}",
        "{{ 1 // 0 }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ],
)
def test_row_60_a_template_stays_in_its_sandbox_and_its_fault_is_one_line(
    tmp_path: Path, text: str
) -> None:
    (tmp_path.parent / "secret").write_text("canary")
    look = own(tmp_path, "digest.html.j2", f"<p>\n{text}")
    with pytest.raises(ConfigError, match=r"digest\.html\.j2") as error:
        render(sample(), Format.HTML, look)
    assert "\n" not in str(error.value)
    assert "root:" not in str(error.value)


@settings(max_examples=examples(30))
@given(edited())
def test_row_60_data_is_never_a_template(digest: Digest) -> None:
    marked = by.titled(digest, "{{ 7919*7919 }} {% raw %} {# c #}")
    for form in (Format.HTML, Format.TXT, Format.MD, Format.EML):
        assert b"62710561" not in render(marked, form)
    assert "{{ 7919*7919 }} {% raw %} {# c #}" in render(marked, Format.TXT).decode()


@pytest.mark.parametrize("form", [Format.HTML, Format.MD, Format.TXT, Format.DOCX, Format.EML])
def test_what_people_read_can_be_in_chinese(form: Format) -> None:
    """What pages say, and what editors wrote, stays what it is."""
    english, chinese = (
        _readable(render(by.said_in(sample(), tag), form), form)
        for tag in (DigestLanguage.EN, DigestLanguage.ZH)
    )
    known = (str(one.id) for one in catalogues.read("zh"))
    ours = [text for text in known if " " in text.strip() and "%" not in text]
    assert [text for text in ours if text in english.replace("\n", " ")] != []
    assert [text for text in ours if text in chinese.replace("\n", " ")] == []
    for told in (
        "编制说明" if form is Format.DOCX else "参考文献",
        "编制说明",
        "时间为 Asia/Shanghai",
        "次抓取",
        "由系统自下列来源自动收集",
    ):
        assert told in chinese.replace("\n", ""), told
    assert "Guiyang becomes an innovation hub city" in chinese


def _readable(body: bytes, form: Format) -> str:
    if form is Format.DOCX:
        return "\n".join(each.text for each in docx.Document(io.BytesIO(body)).paragraphs)
    if form is Format.EML:
        page = mail(body).get_body(("html",))
        assert page is not None
        return str(page.get_content())
    return body.decode()


_COLUMNS_SO_FAR = (
    "number",
    "section",
    "city",
    "title",
    "issuer",
    "publisher",
    "published",
    "first_seen",
    "grade",
    "topics",
    "phrase",
    "sentence",
    "url",
    "also_at",
    "updated",
    "what_changed",
    "withdrawn",
    "state",
    "article_id",
    "story_id",
    "translation",
    "note",
    "excerpt",
    "flags",
    "archived",
    "archived_page",
    "sha256",
)


def test_columns_of_tables_stay_where_they_are() -> None:
    """People's scripts take them by name and by place. New ones come last."""
    assert COLUMNS[: len(_COLUMNS_SO_FAR)] == _COLUMNS_SO_FAR

"""Reading files: what they say, and a word with a reason where they say nothing."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.documents import kinds
from scraper.parsing.documents.kinds import MAX_UNPACKED, PICTURES, kind_of
from scraper.parsing.documents.read import read_file
from scraper.parsing.documents.text import MAX_CHARACTERS, join_lines
from scraper.workers.pool import Workers
from scraper.workers.readers import FileReaders
from storage.attachments import FileText
from storage.types import Outcome
from tests.support import documents, make

NOTICE = "贵阳市枢纽城市建设项目申报指南"
ENGLISH = "The city will support forty laboratories."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (documents.pdf(ENGLISH, font="ascii"), "pdf"),
        (documents.pdf(NOTICE), "pdf"),
        (documents.pdf(NOTICE, font="named"), "pdf"),
        (documents.encrypted_pdf(ENGLISH, ""), "pdf"),
        (documents.docx(NOTICE, ENGLISH), "docx"),
        (documents.xlsx((NOTICE, "95"), (ENGLISH, "47")), "xlsx"),
        (documents.pptx(ENGLISH, NOTICE), "pptx"),
        (documents.ofd(NOTICE), "ofd"),
        (documents.odt(NOTICE, ENGLISH), "odt"),
        (documents.odt(cells=((NOTICE, "95"),), kind="spreadsheet"), "ods"),
        (documents.odt(ENGLISH, kind="presentation"), "odp"),
    ],
    ids=[
        *("pdf", "pdf-han", "pdf-named-font", "pdf-empty-password", "docx", "xlsx", "pptx", "ofd"),
        *("odt", "ods", "odp"),
    ],
)
def test_the_text_of_a_document_is_read(body: bytes, kind: str) -> None:
    read = read_file(body, "bin")
    assert (read.outcome, read.reason, read.kind) == (Outcome.OK, "", kind)
    assert NOTICE in read.text or ENGLISH in read.text


def test_a_document_is_known_by_its_bytes_not_by_its_name() -> None:
    assert read_file(documents.docx(NOTICE), "pdf").kind == "docx"


@pytest.mark.parametrize(
    ("body", "suffix", "outcome", "reason"),
    [
        (documents.encrypted_pdf(ENGLISH, "secret"), "pdf", "unsupported", "password"),
        (documents.scan(3), "pdf", "unsupported", "most likely a scan (3 pages)"),
        (b"%PDF-1.7\n" + b"\x00garbage" * 99, "pdf", "unsupported", "damaged"),
        (documents.docx(NOTICE)[:-40], "docx", "unsupported", ""),
        (documents.docx(), "docx", "unsupported", "no text in it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "doc", "unsupported", "before 2007"),
        (documents.package({"a.txt": "x"}), "zip", "unsupported", "a ZIP archive"),
        (b"Rar!\x1a\x07\x00rest", "rar", "unsupported", "a RAR archive"),
        (b"{\\rtf1 x}", "rtf", "unsupported", "an RTF document"),
        (b"<!doctype html><title>404</title>", "pdf", "unsupported", "of no kind"),
        (b"  ", "pdf", "unsupported", "no bytes"),
    ],
)
def test_what_has_no_text_says_why(body: bytes, suffix: str, outcome: str, reason: str) -> None:
    read = read_file(body, suffix)
    assert (read.outcome, read.text) == (outcome, "")
    assert reason in read.reason
    assert read.reason


def test_plain_text_is_decoded() -> None:
    assert read_file(NOTICE.encode("gb18030"), "txt").text == NOTICE


def test_a_page_that_cannot_be_read_leaves_the_others() -> None:
    whole = documents.pdf("First page here", "Second page here", font="ascii")
    marker = b"6 0 obj\n<< /Length "  # the drawing of the second page
    broken = whole.replace(marker, b"6 0 obj\n<< /Nonsens ", 1).replace(
        b"/Filter /FlateDecode", b"/Filter /NoSuchCoding", 2
    )
    read = read_file(broken.replace(b"/NoSuchCoding", b"/FlateDecode", 1), "pdf")
    assert read.outcome is Outcome.PARTIAL
    assert "page 2 cannot be read" in read.reason
    assert read.text == "First page here"


def test_a_long_text_is_cut_and_says_so() -> None:
    read = read_file(documents.docx("字" * (MAX_CHARACTERS + 50)), "docx")
    assert read.outcome is Outcome.PARTIAL
    assert len(read.text) == MAX_CHARACTERS
    assert "cut after" in read.reason


BOMB = b"<x></x>" * 200_000


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that a small bomb reaches."""
    monkeypatch.setattr(kinds, "MAX_UNPACKED", 1_000_000)


@pytest.mark.slow
@pytest.mark.usefixtures("tight")
def test_a_package_that_unpacks_to_too_much_is_too_big() -> None:
    bomb = documents.package({"word/document.xml": b"<d>" + BOMB + b"</d>"})
    assert len(bomb) < 10_000
    assert read_file(bomb, "docx").outcome is Outcome.TOO_BIG


@pytest.mark.slow
@pytest.mark.usefixtures("tight")
def test_a_bound_that_is_reached_leaves_what_was_read_before() -> None:
    bomb = b"<d><p><t>begins</t></p>" + BOMB + b"</d>"
    read = read_file(documents.package({"word/document.xml": bomb}), "docx")
    assert (read.outcome, read.text) == (Outcome.PARTIAL, "begins")


def test_a_text_without_end_is_refused() -> None:
    bomb = documents.package({"word/document.xml": b"<d>" + b" " * (MAX_UNPACKED + 1) + b"</d>"})
    read = read_file(bomb, "docx")
    assert (read.outcome, read.text) == (Outcome.UNSUPPORTED, "")


def test_entities_are_never_resolved() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "boom">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    document = documents.docx("kept")
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        xml = packed.read("word/document.xml").decode()
    xml = xml.partition("?>\n")[2].replace("kept", "kept &e9; &f;")
    read = read_file(documents.package({"word/document.xml": bomb + xml}), "docx")
    assert "boom" not in read.text
    assert "root:" not in read.text


def test_the_cells_of_a_table_stay_apart_and_its_rows_on_lines() -> None:
    read = read_file(documents.docx("List", cells=(("a", "1"), ("b", "2"))), "docx")
    assert read.text.split() == ["List", "a", "1", "b", "2"]
    assert [line.split() for line in read.text.splitlines() if line][1:] == [["a", "1"], ["b", "2"]]


def test_lines_that_the_margin_broke_are_joined() -> None:
    lines = [
        "贵阳市将支持大数据与新材料产业，建设枢",
        "纽城市，投入九千五百万元用于四十七个",
        "项目。",
    ]
    page = "\n".join([*lines, "第二条"])
    assert join_lines(page).splitlines() == [
        "".join(lines),
        "第二条",
    ]
    english = "The city has been chosen as a hub of the pro-\ngramme this year and wants\nmore"
    assert join_lines(english).splitlines()[0].startswith("The city has been chosen as a hub")
    assert "programme" in join_lines(english)


def test_blanks_between_all_han_characters_mean_nothing() -> None:
    assert join_lines("贵 阳 市 科 学 技 术 局") == "贵阳市科学技术局"
    assert join_lines("姓名 单位 联系电话") == "姓名 单位 联系电话"


def test_an_open_document_says_what_stands_between_its_marks() -> None:
    """Parts in another type, blanks, breaks and cells; not what was deleted or remarked."""
    body = documents.odt(
        "The <text:span>forty</text:span> quays<text:s/>are <text:span>not <text:span>yet"
        "</text:span> all</text:span> open.",
        "First line<text:line-break/>second<office:annotation><text:p>Who says so?</text:p>"
        "</office:annotation> line",
        "<text:tracked-changes><text:p>A fifth quay.</text:p></text:tracked-changes>",
        cells=(("Quay", "Tons"), ("East", "1 <text:span>240</text:span>")),
    )
    said = ("The forty quays are not yet all open.", "First line\nsecond line")
    assert read_file(body, "odt").text == "\n\n".join((*said, "Quay Tons\nEast 1 240"))


MAKERS: list[Callable[[str], bytes]] = [
    documents.pdf,
    documents.docx,
    lambda text: documents.xlsx((text,)),
    documents.pptx,
    documents.ofd,
    documents.odt,
]


@given(st.sampled_from(MAKERS), st.data())
def test_no_damage_escapes_as_an_error(maker: Callable[[str], bytes], data: st.DataObject) -> None:
    body = bytearray(maker(NOTICE))
    for _ in range(data.draw(st.integers(1, 12))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])
    read = read_file(cut, "pdf")
    assert read.text or read.reason


@given(st.binary(max_size=3000))
def test_any_bytes_have_a_kind_and_an_end(body: bytes) -> None:
    assert kind_of(body) in {
        *(
            "pdf",
            "docx",
            "xlsx",
            "pptx",
            "odt",
            "ods",
            "odp",
            "ofd",
            "zip",
            "ole",
            "rar",
            "7z",
            "rtf",
            "html",
            "",
        ),
        *PICTURES,
    }
    assert read_file(body, "txt").outcome in Outcome


def test_a_file_that_takes_too_long_ends_as_a_value() -> None:
    slow = documents.package({"word/document.xml": b"<d>" + b"<x></x>" * 5_000_000 + b"</d>"})

    async def read(seconds: float) -> FileText:
        readers = FileReaders()
        readers._workers = Workers(("scraper.parsing.documents.read",), count=1, seconds=seconds)
        try:
            return await readers.read(make.capture(slow), "docx")
        finally:
            readers.close()

    assert asyncio.run(read(0.3)).outcome is Outcome.TIMEOUT

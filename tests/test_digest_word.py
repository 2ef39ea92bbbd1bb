"""The Word form of a digest: footnotes for citations, the office's own template, and the shipped
one after GB/T 9704."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from desk.digest.formats import render
from desk.digest.formats.word_template import template_bytes
from desk.digest.model import SHIPPED, Digest, DigestLanguage, DigestStyle, Format
from hubwatch.errors import ConfigError
from tests.support.big_digests import big_digest
from tests.support.cli import CommandLine
from tests.support.digest_samples import SHA, sample

DIGEST = big_digest(20, DigestLanguage.ZH)


def made(digest: Digest = DIGEST, template: Path | None = None) -> bytes:
    return render(digest, Format.DOCX, DigestStyle(word_template=template))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def footnotes(data: bytes) -> list[str]:
    found = re.findall(r"<w:footnote w:id.*?</w:footnote>", part(data, "word/footnotes.xml"), re.S)
    return ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", each)) for each in found]


def office(tmp_path: Path, change: Callable[[Any], None], name: str = "office.docx") -> Path:
    document = docx.Document()
    change(document)
    path = tmp_path / name
    document.save(path)
    return path


def test_each_item_has_its_citation_as_a_footnote() -> None:
    data = made(sample())
    notes = footnotes(data)
    assert len(notes) == len(sample().items)
    assert SHA in notes[0]
    assert "http://english.practice.test/2024-06/05/c_1.htm" in notes[0]
    body = part(data, "word/document.xml")
    assert re.findall(r'footnoteReference w:id="(\d+)"', body) == ["1", "2", "3"]
    assert "hyperlink" in part(data, "word/_rels/footnotes.xml.rels")


def test_the_pages_are_numbered_and_the_sources_begin_a_page() -> None:
    data = made()
    opened = docx.Document(io.BytesIO(data))
    assert round(opened.sections[0].page_width.mm) == 210
    assert "PAGE" in opened.sections[0].footer.paragraphs[0]._p.xml
    (sources,) = [p for p in opened.paragraphs if p.text == "来源"]
    assert "pageBreakBefore" in sources._p.xml
    assert sources.style.name == "Heading 1"


def test_an_offices_template_keeps_its_letterhead_and_lends_its_styles(tmp_path: Path) -> None:
    def letter(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Office of {{number}}"
        line = document.add_paragraph("Concerning ")
        line.add_run("{{ti").bold = True
        line.add_run("tle}} of {{日期}}")
        document.add_paragraph("{{digest}}")
        document.add_paragraph("With kind regards, {{签发人}}")
        document.styles["Heading 1"].font.size = Pt(33)

    opened = docx.Document(io.BytesIO(made(template=office(tmp_path, letter))))
    texts = [p.text for p in opened.paragraphs]
    assert texts[0] == "Concerning Hub cities 枢纽城市 of 2024年6月10日"
    assert texts[-1] == "With kind regards, Li"
    assert texts.index("重点") < texts.index("With kind regards, Li")
    assert texts.count("Hub cities 枢纽城市") == 0
    assert opened.sections[0].header.paragraphs[0].text == "Office of 12"
    assert opened.styles["Heading 1"].font.size == Pt(33)
    assert not any("{{" in text for text in texts)


def test_a_template_without_gaps_is_written_after_what_it_holds(tmp_path: Path) -> None:
    path = office(tmp_path, lambda document: document.add_paragraph("Our letterhead"))
    texts = [p.text for p in docx.Document(io.BytesIO(made(template=path))).paragraphs]
    assert texts[0] == "Our letterhead"
    assert texts.index("Hub cities 枢纽城市") < texts.index("重点")


def test_a_template_of_a_word_with_other_names_of_styles_and_none_at_all(tmp_path: Path) -> None:
    """Chinese Word gives styles numbers for ids; a bare template lacks most of them."""

    def renamed(document: Any) -> None:
        document.styles["Heading 1"].element.set(qn("w:styleId"), "1")
        for name in ("Heading 2", "Title"):
            document.styles[name].delete()

    path = office(tmp_path, renamed)
    opened = docx.Document(io.BytesIO(made(template=path)))
    heading = next(p for p in opened.paragraphs if p.text == "重点")
    assert heading._p.pPr.pStyle.val == "1"
    item = next(p for p in opened.paragraphs if p.text.startswith("1. "))
    assert item.style.name == "Heading 2"
    assert "outlineLvl" in item.style.element.xml


def test_footnotes_of_a_template_stay_and_ours_come_after_them(tmp_path: Path) -> None:
    path = tmp_path / "office.docx"
    path.write_bytes(made(sample()))
    data = made(sample(), path)
    assert len(footnotes(data)) == 6
    ids = re.findall(r'<w:footnote [^>]*w:id="(-?\d+)"', part(data, "word/footnotes.xml"))
    assert len(set(ids)) == len(ids)


def test_a_dotx_is_a_template_too(tmp_path: Path) -> None:
    source = office(tmp_path, lambda document: document.add_paragraph("Our letterhead"))
    path = tmp_path / "office.dotx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            kind = b"wordprocessingml.document.main+xml"
            new.writestr(name, old.read(name).replace(kind, kind.replace(b"document", b"template")))
    opened = docx.Document(io.BytesIO(made(template=path)))
    assert opened.paragraphs[0].text == "Our letterhead"


def _nested(document: Any) -> None:
    document.add_table(1, 1).cell(0, 0).text = "{{digest}}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda document: document.add_paragraph("{{telephone}}"), "nothing to fill"),
        (_nested, "a paragraph of its own"),
    ],
)
def test_a_template_that_cannot_be_filled_is_said_in_one_line(
    tmp_path: Path, change: Callable[[Any], None], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as error:
        made(template=office(tmp_path, change))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("data", [None, b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 an old .doc"])
def test_what_is_no_word_document_is_refused(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "office.docx"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"office\.docx"):
        made(template=path)


def test_the_shipped_template_keeps_the_measures_of_the_standard() -> None:
    """GB/T 9704-2012, 5.1 to 7.5: type area, 22 lines of 28 characters, sizes and faces."""
    opened = docx.Document(io.BytesIO(made(template=Path(SHIPPED))))
    section = opened.sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(each.mm, 1) for each in measures] == [210, 297, 37, 28]
    wide = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (round(wide / Mm(1), 1), round(high / Mm(1), 1)) == (156, 225)
    normal = opened.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert 22 <= high / normal.paragraph_format.line_spacing < 22.1
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 <= wide / Pt(1) / (16 + closer) < 28.2
    faces = {
        name: opened.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2")
    }
    assert faces == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert opened.settings.odd_and_even_pages_header_footer
    for footer in (section.footer, section.even_page_footer):
        assert re.sub(r"\s", "", footer.paragraphs[0].text) in ("——", "—1—")
    assert "E60012" in part(made(template=Path(SHIPPED)), "word/document.xml")
    texts = [p.text for p in opened.paragraphs]
    assert texts[:3] == ["Hub cities 枢纽城市", "摘报 12", "2024年6月3日至2024年6月10日"]


def test_the_template_is_written_and_the_configuration_checks_it(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "office.docx"
    assert hubwatch("digest", "template", "-o", path).code == 0
    assert path.read_bytes() == template_bytes()
    config = tmp_path / "hubwatch.toml"
    config.write_text('[digest]\nword_template = "office.docx"\n', encoding="utf-8")
    base = ("--config", config, "config", "check")
    assert "word_template" not in hubwatch(*base).err
    path.write_bytes(b"no")
    refused = hubwatch(*base)
    assert refused.code != 0
    assert "word_template" in refused.out + refused.err


def test_a_picture_stays_on_one_page_and_its_days_stand_above_each_part_of_it() -> None:
    xml = part(render(big_digest(12, DigestLanguage.BOTH), Format.DOCX), "word/document.xml")
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", xml, re.DOTALL)
    assert len(tables) == 2
    for each in tables:
        first, *rest = re.findall(r"<w:tr>.*?</w:tr>", each, re.DOTALL)
        assert "<w:tblHeader/>" in first
        assert not any("<w:tblHeader/>" in row for row in rest)
        for row in (first, *rest):
            assert row.count("<w:keepNext/>") == (0 if row is rest[-1] else row.count("<w:p>"))
        widths = [int(wide) for wide in re.findall(r'<w:tcW w:type="pct" w:w="(\d+)"/>', first)]
        assert widths[0] > max(widths[1:])
        assert sum(widths) <= 5000

"""Word templates: the office's own, its gaps filled, and the shipped one after GB/T 9704-2012, the
layout of official documents of Chinese party and government offices.

That has a type area of 156 by 225 mm with 22 lines of 28 characters. Fonts are named as offices
have them: a machine without them shows others in their place, and the lines stay where they are.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor

from hubwatch.errors import ConfigError
from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words

from ... import _
from ...text import one_line
from ..model import SHIPPED
from .package import files_of, pack

_ILLEGAL = lazy_pattern(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text on one line, without what XML 1.0 does not allow. Its blanks at both ends, which
    part it from its neighbours, are kept."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return _ILLEGAL.sub("", head + one_line(text) + tail)


def is_legal(text: str) -> bool:
    """Whether a text can stand in XML 1.0 as it is."""
    return _ILLEGAL.search(text) is None


# The template of an office: what it is opened as, and which gaps of it are filled.

_MOST_BYTES, _MOST_UNPACKED = 20 * 10**6, 200 * 10**6
_GAP = lazy_pattern(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")
_GAP_NAMES = {
    "标题": "title", "期号": "status", "编号": "number", "时段": "period", "日期": "date",
    "签发人": "issued_by", "条数": "cover", "正文": "digest", "机关": "office",
}  # fmt: skip
"""Gaps of a template may be named in Chinese, too."""
GAPS = frozenset(_GAP_NAMES.values())
_TEMPLATE_KIND = b"wordprocessingml.template.main+xml"
_DOCUMENT_KIND = b"wordprocessingml.document.main+xml"


def opened(path: Path) -> Any:
    """The template of that file (.docx or .dotx), or the shipped one by its name. Raise ConfigError
    where it cannot be used, one line."""
    if path.name == SHIPPED:
        return official_template()
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise ConfigError(_("%(path)s: a template has at most 20 MB", path=path))
        document = Document(io.BytesIO(_as_document(data)))
    except OSError as error:
        raise ConfigError(f"{path}: {in_words(error)}") from error
    except ConfigError:
        raise
    except Exception as error:  # what python-docx and lxml raise of a damaged file is many things
        raise ConfigError(
            _("%(path)s: this is no Word document (.docx or .dotx)", path=path)
        ) from error
    unknown = sorted(gaps_of(document) - GAPS)
    if "digest" in gaps_of(document) and place_of_digest(document) is None:
        raise ConfigError(
            _("%(path)s: {{digest}} stands in a paragraph of its own, in no table", path=path)
        )
    if unknown:
        raise ConfigError(
            _(
                "%(path)s: there is nothing to fill {{%(name)s}} with; known are %(names)s",
                path=path,
                name=unknown[0],
                names=", ".join(sorted(GAPS)),
            )
        )
    return document


def _as_document(data: bytes) -> bytes:
    """A template's package as that of a document: python-docx opens no other."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(each.file_size for each in package.infolist()) > _MOST_UNPACKED:
            raise ValueError
    files = [
        (name, held.replace(_TEMPLATE_KIND, _DOCUMENT_KIND) if name.startswith("[Con") else held)
        for name, held in files_of(data)
    ]
    return pack(files)


def _paragraphs(document: Any) -> Iterator[Any]:
    """Every paragraph of a template in which a gap may stand: of its text, its tables and text
    boxes, its headers and footers."""
    roots = [document.element.body]
    for relation in document.part.rels.values():
        if relation.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            roots.append(relation.target_part.element)
    for root in roots:
        yield from root.iter(qn("w:p"))


def _gap_names(text: str) -> set[str]:
    return {_GAP_NAMES.get(name, name) for name in _GAP.findall(text)}


def gaps_of(document: Any) -> frozenset[str]:
    """The names of the gaps that a template has."""
    return frozenset().union(*(_gap_names(_text_of(each)) for each in _paragraphs(document)))


def _texts(element: Any) -> list[Any]:
    """The texts of a paragraph's own, not those of a text box in it."""
    return [
        each
        for each in element.iter(qn("w:t"))
        if next(each.iterancestors(qn("w:p")), None) is element
    ]


def _text_of(element: Any) -> str:
    return "".join(each.text or "" for each in _texts(element))


def fill_gaps(document: Any, values: Mapping[str, str]) -> frozenset[str]:
    """Fill the gaps of a template, but for that of the digest itself. Word parts a text as it
    likes: a gap is found across its runs, and is filled in the face of the first of them. Return
    the names of the gaps."""
    named: set[str] = set()
    for element in list(_paragraphs(document)):
        text = _text_of(element)
        names = _gap_names(text)
        named |= names
        if not names or "digest" in names:
            continue
        filled = _GAP.sub(lambda gap: values[_GAP_NAMES.get(gap[1], gap[1])], text)
        first, *rest = _texts(element)
        first.text = legal(filled)
        first.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        for each in rest:
            each.text = ""
    return frozenset(named)


def place_of_digest(document: Any) -> Any:
    """The paragraph of a template's text in whose place the digest goes, or None."""
    for element in document.element.body.iterchildren(qn("w:p")):
        if "digest" in _gap_names(_text_of(element)):
            return element
    return None


def set_page_number(footer: Any, before: str, after: str, place: Any) -> None:
    """The number of the page at its foot, between these texts."""
    line = footer.paragraphs[0]
    line.alignment = place
    line.add_run(before)
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    line._p.append(parse_xml(field))
    line.add_run(after)


def set_fonts(style: Any, latin: str, han: str) -> None:
    """The fonts of a style: for Latin letters and figures, and for Han."""
    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), han)


# The shipped template.

_LATIN = "Times New Roman"
_TEXT, _TITLE, _FIRST, _SECOND = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
_NUMBERS = "宋体"
_RED = RGBColor(0xE6, 0x00, 0x12)
_SIZE = 16  # points: number three of the Chinese sizes
_PITCH = 579  # twentieths of a point: 225 mm by 22 lines
_CLOSER = -5  # twentieths of a point: 28 characters of 16 points are wider than 156 mm


def official_template() -> Any:
    """The template: the red head with the digest's title, its number below a red rule, the period
    as the heading, and the place of the text."""
    document = Document()
    _set_page(document)
    _set_styles(document.styles)
    body = document.element.body
    for element in list(body.iterchildren(qn("w:p"))):
        body.remove(element)
    head = document.add_paragraph("{{office}}")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paint(head, _TITLE, 36, _RED)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    number = document.add_paragraph("{{status}}")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.space_before = Pt(_SIZE)
    _rule(number)
    title = document.add_paragraph("{{period}}", style="Title")
    title.paragraph_format.space_before = Pt(2 * _SIZE)
    document.add_paragraph("{{cover}}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{digest}}")
    signed = document.add_paragraph("{{date}}")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    signed.paragraph_format.right_indent = Pt(4 * _SIZE)
    for each in (head, number, title, signed):
        _without_indent(each)
    return document


def template_bytes() -> bytes:
    """The template as a file."""
    out = io.BytesIO()
    official_template().save(out)
    return pack(files_of(out.getvalue()))


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(22)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(
        parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{_PITCH}"/>')
    )
    document.settings.odd_and_even_pages_header_footer = True
    for footer, place in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        set_page_number(footer, "— ", " —", place)
        line = footer.paragraphs[0]
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        _without_indent(line)
        for run in line.runs:
            _face(run, _NUMBERS, 14)
        for run in line._p.iter(qn("w:r")):
            if run.getparent().tag == qn("w:fldSimple"):
                run.insert(0, parse_xml(
                    f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{_NUMBERS}" w:hAnsi="{_NUMBERS}" '
                    f'w:eastAsia="{_NUMBERS}"/><w:sz w:val="28"/></w:rPr>'
                ))  # fmt: skip


def _set_styles(styles: Any) -> None:
    normal = styles["Normal"]
    set_fonts(normal, _LATIN, _TEXT)
    normal.font.size = Pt(_SIZE)
    form = normal.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_PITCH / 20)
    form.space_before = form.space_after = Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent(normal.element.get_or_add_pPr(), 200)
    closer = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{_CLOSER}"/>')
    normal.element.rPr.insert_element_before(
        closer, "w:w", "w:kern", "w:position", "w:sz", "w:lang"
    )
    styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    for name, font, size in (
        ("Title", _TITLE, 22),
        ("Heading 1", _FIRST, _SIZE),
        ("Heading 2", _SECOND, _SIZE),
    ):
        style = styles[name]
        set_fonts(style, _LATIN, font)
        style.font.size, style.font.bold = Pt(size), False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.keep_with_next = True
    title = styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    _indent(title.element.pPr, 0)


def _indent(properties: Any, hundredths: int) -> None:
    """The first line is indented by so many hundredths of a character."""
    old = properties.find(qn("w:ind"))
    if old is not None:
        properties.remove(old)
    made = properties._add_ind()
    made.set(qn("w:firstLineChars"), str(hundredths))
    made.set(qn("w:firstLine"), str(hundredths * _SIZE // 5))


def _without_indent(line: Any) -> None:
    made = line._p.get_or_add_pPr().get_or_add_ind()
    made.set(qn("w:firstLineChars"), "0")
    made.set(qn("w:firstLine"), "0")


def _rule(line: Any) -> None:
    """The red rule below the number of the document, 4 mm from it."""
    properties = line._p.get_or_add_pPr()
    border = (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="11" '
        'w:color="E60012"/></w:pBdr>'
    )
    properties.insert_element_before(
        parse_xml(border), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind",
        "w:jc", "w:rPr",
    )  # fmt: skip


def _paint(line: Any, font: str, size: float, colour: RGBColor) -> None:
    for run in line.runs:
        _face(run, font, size)
        run.font.color.rgb = colour


def _face(run: Any, font: str, size: float) -> None:
    run.font.name, run.font.size = font, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

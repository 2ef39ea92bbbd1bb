"""A digest as a Word document: real headings, real links, fonts and languages of East Asia.

Made with python-docx from its own empty document; the package is written again so that its bytes
depend on the digest alone.
"""

from __future__ import annotations

import io
import re
from datetime import UTC
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor

from ...text import one_line, safe_link
from .. import citation, wording
from ..language import office_tag
from ..look import Look
from ..model import Digest, Item
from .package import files_of, pack

_LATIN, _HAN = "Cambria", "SimSun"
_ACCENT, _SOFT = RGBColor(0x9A, 0x2B, 0x1E), RGBColor(0x63, 0x60, 0x5A)
_IS_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_ILLEGAL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_docx(digest: Digest, look: Look) -> bytes:
    """The document's bytes."""
    document = Document()
    _set_styles(document)
    _set_properties(document, digest)
    _write_head(document, digest)
    for section in digest.chapters:
        _paragraph(document, "Heading1", _legal(section.heading))
        for item in section.items:
            _write_item(document, item, digest)
    if not digest.items:
        document.add_paragraph("Nothing new in this period.")
    _write_references(document, digest)
    _write_sources(document, digest)
    _paragraph(document, "Heading1", "How this was made")
    for line in wording.made(digest):
        _paragraph(document, "Small", _legal(line))
    out = io.BytesIO()
    document.save(out)
    return pack(files_of(out.getvalue()))


def _write_head(document: Any, digest: Digest) -> None:
    edition = digest.edition
    standing = wording.standing(digest)
    if standing:
        _paragraph(document, "Small", _legal(standing))
    _run(_paragraph(document, "Title"), one_line(edition.title), "")
    limits = wording.scope(digest)
    told = edition.period.label + (f" ({limits})" if limits else "")
    _paragraph(document, "Small", _legal(told))
    if digest.imprint is not None and digest.imprint.corrects:
        corrected = f"This corrects digest {digest.imprint.corrects}: {digest.imprint.reason}"
        document.add_paragraph().add_run(_legal(one_line(corrected))).bold = True
    for paragraph in filter(None, digest.introduction.split("\n\n")):
        _run(document.add_paragraph(), paragraph, "")
    for line in wording.coverage(digest):
        _paragraph(document, "Small", _legal(line))


def _write_item(document: Any, item: Item, digest: Digest) -> None:
    period = digest.edition.period
    heading = _paragraph(document, "Heading2", f"{item.number}. ")
    _link(heading, item.url, item.title or one_line(item.url), item.language)
    if item.translation:
        _run(document.add_paragraph(), item.translation, "").italic = True
    told = (*wording.publishers(item), wording.day(item.published))
    by = _paragraph(document, "Small")
    _run(by, " · ".join(told), item.language)
    for flag in wording.flags(item, period):
        run = _run(by, f" · {flag}", "")
        run.bold, run.font.color.rgb = True, _ACCENT
    for paragraph in filter(None, item.note.split("\n\n")):
        note = document.add_paragraph()
        note.add_run("Note: ").bold = True
        _run(note, paragraph, "")
    _write_quote(document, item)
    for line in wording.updates(item, period):
        _run(_paragraph(document, "Small"), f"Updated since: {line}", item.language)
    for place in item.also_at:
        also = _paragraph(document, "Small", "Also at: ")
        _link(also, place.url, one_line(place.url), "")
        _run(also, f" ({wording.copy(place)})", "")


def _write_quote(document: Any, item: Item) -> None:
    quote = wording.said(item)
    if quote is None:
        return
    paragraph = document.add_paragraph()
    _run(paragraph, quote.before, item.language)
    if quote.phrase:
        _run(paragraph, quote.phrase, item.language).bold = True
    _run(paragraph, quote.after, item.language)


def _write_references(document: Any, digest: Digest) -> None:
    if not digest.items:
        return
    _paragraph(document, "Heading1", "References")
    for item in digest.items:
        cited = citation.cite_item(item, digest.edition.period.zone)
        address = one_line(cited.url) or "no address"
        before, _, after = citation.plain(cited).rpartition(one_line(cited.url) or ".")
        paragraph = _paragraph(document, "Small", f"{item.number}. ")
        _run(paragraph, before, item.language)
        _link(paragraph, item.url, address, "")
        _run(paragraph, after, "")


def _write_sources(document: Any, digest: Digest) -> None:
    if not digest.coverage.scans:
        return
    _paragraph(document, "Heading1", "Sources")
    scans = digest.coverage.scans
    rows = iter(document.add_table(len(scans) + 1, 5, "Table Grid").rows)
    heads = ("Source", "City", "Last run", "Runs", "Items")
    for cell, text in zip(next(rows).cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row, scan in zip(rows, scans, strict=True):
        told = (scan.name, scan.city, scan.outcome or "not scanned", scan.runs, scan.items)
        for cell, value in zip(row.cells, told, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = "Small"
            _run(paragraph, str(value), "")


def _paragraph(document: Any, style: str, text: str = "") -> Any:
    """A paragraph of a style named by its id: to look styles up by name takes most of the time."""
    paragraph = document.add_paragraph(text)
    paragraph._p.style = style
    return paragraph


def _run(paragraph: Any, text: str, language: str) -> Any:
    """A piece of text in its language. Word takes fonts and spelling of Han from what is noted
    here for East Asia."""
    run = paragraph.add_run(_legal(text))
    _note_language(run._r, text, language)
    return run


def _note_language(run: Any, text: str, language: str) -> None:
    tag = office_tag(language) or ("zh-CN" if _IS_HAN.search(text) else "en-US")
    noted = OxmlElement("w:lang")
    if tag.startswith(("zh", "ja", "ko")):
        noted.set(qn("w:eastAsia"), tag)
        noted.set(qn("w:val"), "en-US")
    else:
        noted.set(qn("w:val"), tag)
    run.get_or_add_rPr().append(noted)


def _link(paragraph: Any, url: str, label: str, language: str) -> None:
    """A real hyperlink where the address allows it, else only its text."""
    target = safe_link(url)
    if target is None or _ILLEGAL.search(target):
        _run(paragraph, label, language)
        return
    relation = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = _run(paragraph, label, language)
    run._r.style = "Hyperlink"
    link.append(run._r)
    paragraph._p.append(link)


def _set_styles(document: Any) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.size = Pt(11)
    _set_fonts(normal)
    for name in ("Title", "Heading 1", "Heading 2"):
        _set_fonts(styles[name])
        styles[name].font.color.rgb = RGBColor(0x1D, 0x1C, 0x1A)
    styles["Heading 1"].font.size, styles["Heading 2"].font.size = Pt(16), Pt(12)
    small = styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = normal
    small.font.size, small.font.color.rgb = Pt(9), _SOFT
    small.paragraph_format.space_after = Pt(3)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, _ACCENT


def _set_fonts(style: Any) -> None:
    style.font.name = _LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _HAN)


def _set_properties(document: Any, digest: Digest) -> None:
    imprint, properties = digest.imprint, document.core_properties
    made = imprint.made_at if imprint else digest.edition.period.until
    author = imprint.issued_by or imprint.made_by if imprint else "Hubwatch"
    properties.title = _legal(one_line(digest.edition.title, 200))
    properties.author = properties.last_modified_by = _legal(one_line(author, 200))
    properties.comments, properties.keywords = "", ""
    properties.created = properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    properties.revision, properties.language = 1, "en"


def _legal(text: str) -> str:
    """The text without what XML 1.0 does not allow; a line break stays none."""
    return _ILLEGAL.sub("", _kept(text))


def _kept(text: str) -> str:
    """The text with its blanks at both ends, which part it from its neighbours."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return head + one_line(text) + tail

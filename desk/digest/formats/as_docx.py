"""A digest as a Word document: real headings, real links, fonts and languages of East Asia.

Made with python-docx from its own empty document. Its text is put in as XML that is written here.
The package is written again so that its bytes depend on the digest alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Pt, RGBColor

from ...messages import Translator
from ...text import one_line, safe_link
from .. import wording
from ..model import Digest, DigestItem, DigestStyle
from ..wording import office_tag
from .package import files_of, pack

# Paragraphs, runs, links and tables as XML (ECMA-376, part 1, chapter 17).

_IS_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_ILLEGAL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BORDERED = "TableGrid"


def run(
    text: str, language: str | None = None, *, style: str = "", face: str = "", colour: str = ""
) -> str:
    """A piece of text. `language` is that of its page, empty for one that is not known, None for
    words of ours. Word takes fonts and spelling of Han from what is noted here for East Asia.
    `style` is the id of a character style, `face` `b` or `i` (bold, italic), `colour` RRGGBB."""
    shown = legal(text)
    properties = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties += f"<w:{face}/>" if face else ""
    properties += f'<w:color w:val="{colour}"/>' if colour else ""
    properties += _language(shown, language) if language is not None else ""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(shown)}</w:t></w:r>'


def _language(text: str, language: str) -> str:
    tag = office_tag(language) or ("zh-CN" if _IS_HAN.search(text) else "en-US")
    if tag.startswith(("zh", "ja", "ko")):
        return f'<w:lang w:val="en-US" w:eastAsia={quoteattr(tag)}/>'
    return f"<w:lang w:val={quoteattr(tag)}/>"


def link(relation: str, label: str, language: str) -> str:
    """A hyperlink to what the package knows by `relation`."""
    return f'<w:hyperlink r:id="{relation}">{run(label, language, style="Hyperlink")}</w:hyperlink>'


def paragraph(*runs: str, style: str = "") -> str:
    """A paragraph of these runs, in the style of that id."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    """A table of cells, each a paragraph or several. Widths of the columns are in twentieths of a
    point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join(f"<w:tr>{_cells(row, widths)}</w:tr>" for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{_BORDERED}"/><w:tblW w:type="auto" w:w="0"/>'
        '<w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" '
        f'w:noHBand="0" w:noVBand="1" w:val="04A0"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{lines}</w:tbl>"
    )


def _cells(row: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(row, widths, strict=True)
    )


def legal(text: str) -> str:
    """The text on one line, without what XML 1.0 does not allow. Its blanks at both ends, which
    part it from its neighbours, are kept."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return _ILLEGAL.sub("", head + one_line(text) + tail)


def is_legal(text: str) -> bool:
    """Whether a text can stand in XML 1.0 as it is."""
    return _ILLEGAL.search(text) is None


_LATIN, _HAN = "Cambria", "SimSun"
_ACCENT, _SOFT = "9A2B1E", RGBColor(0x63, 0x60, 0x5A)
_COLUMN = 1728  # twentieths of a point; five columns fill a line


def render_docx(digest: Digest, style: DigestStyle) -> bytes:
    """The document's bytes."""
    document = Document()
    _set_styles(document)
    _set_properties(document, digest)
    text = "".join(_body(digest, _Links(document), wording.words_of(digest)))
    body = document.element.body
    for element in parse_xml(f"<w:body {nsdecls('w', 'r')}>{text}</w:body>"):
        body.sectPr.addprevious(element)
    out = io.BytesIO()
    document.save(out)
    return pack(files_of(out.getvalue()))


class _Links:
    """The addresses that a document links to: each once, under a number of its own."""

    def __init__(self, document: Any) -> None:
        self._relations = document.part.rels
        self._known: dict[str, str] = {}

    def link(self, url: str, label: str, language: str) -> str:
        """A real hyperlink where the address allows it, else only its text."""
        target = safe_link(url)
        if target is None or not is_legal(target):
            return run(label, language)
        if target not in self._known:
            # python-docx looks through all the others for one like it.
            relation = self._known[target] = f"rIdLink{len(self._known) + 1}"
            kind = RELATIONSHIP_TYPE.HYPERLINK
            self._relations.add_relationship(kind, target, relation, is_external=True)
        return link(self._known[target], label, language)


def _body(digest: Digest, links: _Links, words: Translator) -> Iterator[str]:
    yield from _head(digest, words)
    for section in digest.chapters:
        yield paragraph(run(wording.heading(section.heading, digest, words)), style="Heading1")
        for item in section.items:
            yield from _item(item, digest, links, words)
    if not digest.items:
        yield paragraph(run(words("Nothing new in this period.")))
    yield from _references(digest, links, words)
    yield from _sources(digest, words)
    yield paragraph(run(words("How this was made")), style="Heading1")
    for line in wording.made(digest, words):
        yield paragraph(run(line), style="Small")


def _head(digest: Digest, words: Translator) -> Iterator[str]:
    edition = digest.edition
    status = wording.status(digest, words)
    if status:
        yield paragraph(run(status), style="Small")
    yield paragraph(run(edition.title, ""), style="Title")
    limits = wording.scope(digest, words)
    shown = wording.with_limits(wording.period_of(digest, words), limits, words)
    yield paragraph(run(shown), style="Small")
    correction = wording.correction(digest, words)
    if correction:
        yield paragraph(run(correction, face="b"))
    for part in filter(None, digest.introduction.split("\n\n")):
        yield paragraph(run(part, ""))
    for line in wording.coverage(digest, words):
        yield paragraph(run(line), style="Small")


def _item(item: DigestItem, digest: Digest, links: _Links, words: Translator) -> Iterator[str]:
    period, language = digest.edition.period, item.language
    title = links.link(item.url, item.title or one_line(item.url), language)
    yield paragraph(run(f"{item.number}. "), title, style="Heading2")
    if item.translation:
        yield paragraph(run(item.translation, "", face="i"))
    shown = (*wording.publishers(item), wording.day(item.published, words))
    flags = [
        run(f" · {flag}", "", face="b", colour=_ACCENT)
        for flag in wording.flags(item, period, words)
    ]
    yield paragraph(run(" · ".join(shown), language), *flags, style="Small")
    note = words.pgettext("digest", "Note:")
    for part in filter(None, item.note.split("\n\n")):
        yield paragraph(run(f"{note} ", face="b"), run(part, ""))
    quote = wording.said(item)
    if quote is not None:
        marked = [run(quote.phrase, language, face="b")] if quote.phrase else []
        yield paragraph(run(quote.before, language), *marked, run(quote.after, language))
    for line in wording.updates(item, period, words):
        yield paragraph(run(words("Updated since: %(what)s", what=line), language), style="Small")
    for place in item.also_at:
        there = links.link(place.url, one_line(place.url), "")
        copy = run(f" ({wording.copy(place, words)})", "")
        yield paragraph(run(f"{words('Also at:')} "), there, copy, style="Small")


def _references(digest: Digest, links: _Links, words: Translator) -> Iterator[str]:
    if not digest.items:
        return
    yield paragraph(run(words("References")), style="Heading1")
    for item in digest.items:
        cited = wording.cite_item(item, digest.edition.period.zone, words)
        address = one_line(cited.url) or words("no address")
        before, _, after = wording.plain(cited, words).rpartition(one_line(cited.url) or ".")
        yield paragraph(
            run(f"{item.number}. "),
            run(before, item.language),
            links.link(item.url, address, ""),
            run(after, ""),
            style="Small",
        )


def _sources(digest: Digest, words: Translator) -> Iterator[str]:
    scans = digest.coverage.scans
    if not scans:
        return
    yield paragraph(run(words("Sources")), style="Heading1")
    heads = (
        *(words("Source"), words("City"), words("Last run")),
        *(words.pgettext("number", "Runs"), words.pgettext("number", "Items")),
    )
    rows = [[paragraph(run(text, face="b")) for text in heads]]
    for scan in scans:
        city = wording.named(scan.city, digest, words)
        shown = (scan.name, city, wording.outcome_of(scan, words), scan.runs, scan.items)
        rows.append([paragraph(run(str(value), ""), style="Small") for value in shown])
    yield table(rows, [_COLUMN] * len(heads))


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
    hyperlink = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    hyperlink.font.underline = True
    hyperlink.font.color.rgb = RGBColor.from_string(_ACCENT)


def _set_fonts(style: Any) -> None:
    style.font.name = _LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _HAN)


def _set_properties(document: Any, digest: Digest) -> None:
    metadata, properties = digest.metadata, document.core_properties
    made = metadata.made_at if metadata else digest.edition.period.until
    author = metadata.issued_by or metadata.made_by if metadata else "Hubwatch"
    properties.title = legal(one_line(digest.edition.title, 200))
    properties.author = properties.last_modified_by = legal(one_line(author, 200))
    properties.comments, properties.keywords = "", ""
    properties.created = properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    properties.revision = 1
    properties.language = office_tag(wording.words_of(digest).html) or "en"

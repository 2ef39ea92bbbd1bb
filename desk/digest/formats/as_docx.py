"""A digest as a Word document: real headings, links and footnotes, in the office's own template.

Made with python-docx. Its text is put in as XML that is written here. The package is written again
so that its bytes depend on the digest and the template alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor

from hubwatch.patterns import lazy_pattern

from ...drawing import colours_of, table
from ...messages import Translator
from ...pictures import Picture
from ...text import one_line, safe_link, width
from .. import wording
from ..model import KEY, Digest, DigestItem, DigestStyle, Section
from ..wording import is_from_the_right, office_tag
from .package import files_of, pack
from .word_template import (
    fill_gaps,
    is_legal,
    legal,
    opened,
    place_of_digest,
    set_fonts,
    set_page_number,
)

# Paragraphs, runs, links and tables as XML (ECMA-376, part 1, chapter 17).

_IS_HAN = lazy_pattern(r"[\u2e80-\u9fff\uf900-\ufaff]")


def run(
    text: str, language: str | None = None, *, style: str = "", face: str = "", colour: str = ""
) -> str:
    """A piece of text. `language` is that of its page, empty for one that is not known, None for
    words of ours. Word takes fonts and spelling of Han from what is noted here for East Asia.
    `style` is the id of a character style, `face` `b` or `i` (bold, italic), `colour` RRGGBB."""
    shown = legal(text)
    properties = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties += _FULL_WIDTH if _is_of_east_asia(shown, language or "") else ""
    properties += f"<w:{face}/>" if face else ""
    properties += f'<w:color w:val="{colour}"/>' if colour else ""
    properties += "<w:rtl/>" if language and is_from_the_right(language) else ""
    properties += _language(shown, language) if language is not None else ""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(shown)}</w:t></w:r>'


def _beside_ours(language: str) -> str:
    """The language of a piece that mixes what a page says with dates and words of ours: none where
    it would turn them round."""
    return "" if is_from_the_right(language) else language


_FULL_WIDTH = '<w:rFonts w:hint="eastAsia"/>'
"""Quotation marks, dashes and dots, which both fonts have, are those of the font for East Asia."""


def _tag(text: str, language: str) -> str:
    return office_tag(language) or ("zh-CN" if _IS_HAN.search(text) else "en-US")


def _is_of_east_asia(text: str, language: str) -> bool:
    return _tag(text, language).startswith(("zh", "ja", "ko"))


def _language(text: str, language: str) -> str:
    tag = _tag(text, language)
    if _is_of_east_asia(text, language):
        return f'<w:lang w:val="en-US" w:eastAsia={quoteattr(tag)}/>'
    kind = "bidi" if is_from_the_right(language) else "val"
    return f"<w:lang w:{kind}={quoteattr(tag)}/>"


def link(relation: str, label: str, language: str, style: str) -> str:
    """A hyperlink to what the package knows by `relation`, in the character style of that id."""
    return f'<w:hyperlink r:id="{relation}">{run(label, language, style=style)}</w:hyperlink>'


def paragraph(*runs: str, style: str = "", more: str = "") -> str:
    """A paragraph of these runs, in the style of that id. `more` are further properties of it."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


_WITH_NEXT = "<w:keepNext/>"
"""A paragraph that stands on the page of the one after it."""


_LATIN, _HAN = "Cambria", "SimSun"
_ACCENT, _SOFT = "9A2B1E", RGBColor(0x63, 0x60, 0x5A)
_COLUMNS, _GREY = 14, "#63605a"
_NARROW, _BROAD, _A_LETTER, _A_NUMBER = 600, 1500, 62, 260
"""Widths in fiftieths of a percent of the page: of names, of a letter of theirs, of a number."""
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NAMES = {
    "title": "Title",
    "section": "Heading 1",
    "item": "Heading 2",
    "text": "Normal",
    "small": "Hubwatch Small",
    "footnote": "footnote text",
    "mark": "footnote reference",
    "link": "Hyperlink",
}
"""What our paragraphs and runs are to a document, and by which name its styles are known. The ids
of styles differ from one Word to another, and an office names what it likes."""


def render_docx(digest: Digest, style: DigestStyle) -> bytes:
    """The document's bytes: in the office's own template where there is one. Raise ConfigError for
    a template that cannot be used."""
    own = None if style.word_template is None else opened(style.word_template)
    document = Document() if own is None else own
    words = wording.words_of(digest)
    if own is None:
        _set_page(document)
    made = _Made(document, digest, words, is_ours=own is None)
    _set_properties(document, digest)
    gaps = _gaps(digest, words)
    named = fill_gaps(document, gaps)
    head = () if named & {"title", "office"} else _head(made)
    text = "".join((*head, *_body(made, named)))
    place = place_of_digest(document)
    body = document.element.body
    last = place if place is not None else body.sectPr
    for element in parse_xml(f"<w:body {nsdecls('w', 'r')}>{text}</w:body>"):
        last.addprevious(element) if last is not None else body.append(element)
    if place is not None:
        body.remove(place)
    made.notes.write(document)
    out = io.BytesIO()
    document.save(out)
    return pack(files_of(out.getvalue()))


class _Links:
    """The addresses that a part of a document links to: each once, under a number of its own."""

    def __init__(self, relations: Any, style: str) -> None:
        self._relations, self._style = relations, style
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
        return link(self._known[target], label, language, self._style)


class _Footnotes:
    """The footnotes of a document, after those that its template has."""

    def __init__(self, document: Any, styles: dict[str, str]) -> None:
        self._styles = styles
        self._part = _footnotes_of(document)
        root = parse_xml(self._part.blob)
        ids = (int(each.get(qn("w:id"), "0")) for each in root)
        self._first = self._next = max((*ids, 0)) + 1
        self._notes: list[str] = []
        self.links = _Links(self._part.rels, styles["link"])

    def add(self, *runs: str) -> str:
        """A footnote of these runs. Return the run that points to it."""
        mark = f'<w:rPr><w:rStyle w:val="{self._styles["mark"]}"/></w:rPr>'
        number = f"<w:r>{mark}<w:footnoteRef/></w:r>"
        note = paragraph(number, run(" "), *runs, style=self._styles["footnote"])
        self._notes.append(f'<w:footnote w:id="{self._next}">{note}</w:footnote>')
        self._next += 1
        return f'<w:r>{mark}<w:footnoteReference w:id="{self._next - 1}"/></w:r>'

    def write(self, document: Any) -> None:
        """Put them into the document."""
        root = parse_xml(self._part.blob)
        added = f"<w:footnotes {nsdecls('w', 'r')}>{''.join(self._notes)}</w:footnotes>"
        for each in parse_xml(added):
            root.append(each)
        self._part._blob = serialize_part_xml(root)


def _footnotes_of(document: Any) -> Any:
    """The part that holds a document's footnotes, made where there is none."""
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES and not relation.is_external:
            return relation.target_part
    line = '<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:r><w:{name}/></w:r></w:p></w:footnote>'
    separators = line.format(kind="separator", id=-1, name="separator") + line.format(
        kind="continuationSeparator", id=0, name="continuationSeparator"
    )
    blob = f"<w:footnotes {nsdecls('w', 'r')}>{separators}</w:footnotes>".encode()
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return part


class _Made:
    """What the paragraphs of a document are made from."""

    def __init__(self, document: Any, digest: Digest, words: Translator, *, is_ours: bool) -> None:
        self.digest, self.words = digest, words
        self.styles = _styles_of(document, is_ours=is_ours)
        self.notes = _Footnotes(document, self.styles)
        self.links = _Links(document.part.rels, self.styles["link"])

    def line(self, *runs: str, style: str = "text", language: str = "") -> str:
        """A paragraph of these runs, which begins at the right where its language does."""
        more = "<w:bidi/>" if language and is_from_the_right(language) else ""
        return paragraph(*runs, style="" if style == "text" else self.styles[style], more=more)


def _body(made: _Made, named: frozenset[str]) -> Iterator[str]:
    digest, words = made.digest, made.words
    correction = wording.correction(digest, words)
    if correction:
        yield made.line(run(correction, face="b"))
    for part in filter(None, digest.introduction.split("\n\n")):
        yield made.line(run(part, ""))
    if digest.front:
        yield from _section(made, Section(KEY, digest.front))
    elif not digest.items:
        yield made.line(run(wording.nothing(digest, words)))
    yield made.line(run(wording.coverage_line(digest, words)), style="small")
    for picture in digest.pictures:
        if picture.rows:
            yield from _picture(made, picture)
    for section in digest.inside:
        yield from _section(made, section)
    yield from _remarks(made, words("In doubt"), wording.doubts(digest, words))
    yield from _remarks(made, words("What we could not read"), wording.unread(digest, words))
    yield from _remarks(made, words("Why you get this"), wording.why(digest, words))
    yield from _annex(made)


def _picture(made: _Made, picture: Picture) -> Iterator[str]:
    """A picture as a table of shaded cells, its last columns where it has many. It stands on one
    page where there is room: a table that breaks has the days once more."""
    shown = table(picture, made.words, wording.city_names(made.digest))
    title, text = run(f"{shown.title}. ", face="b"), run(shown.summary, "")
    yield paragraph(title, text, style=made.styles["small"], more=_WITH_NEXT)
    days = [day[5:] for day in picture.days[-_COLUMNS:]]
    rows = [[("", "none", "")] + [(day, "none", _GREY) for day in days]]
    for name, cells in shown.rows:
        grounds = [(cell.text or "·", *colours_of(cell)) for cell in cells[-_COLUMNS:]]
        rows.append([(name, "none", ""), *grounds])
    widths = _widths([name for name, _ in shown.rows], len(days))
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    wide = '<w:tblW w:type="pct" w:w="5000"/><w:tblLayout w:type="fixed"/>'
    drawn = [
        _cells(
            made,
            row,
            widths,
            more="" if place else "<w:tblHeader/>",
            kept=_WITH_NEXT if place < len(rows) - 1 else "",
        )
        for place, row in enumerate(rows)
    ]
    inner = f"<w:tblPr>{wide}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(drawn)}"
    yield f"<w:tbl>{inner}</w:tbl>"
    yield made.line(style="small")


def _widths(names: Sequence[str], columns: int) -> list[int]:
    """How wide the column of names and each further one is, in fiftieths of a percent: names on one
    line where that leaves the others theirs."""
    widest = max(map(width, names), default=0)
    first = max(_NARROW, min(round(widest * _A_LETTER), 5000 - columns * _A_NUMBER, _BROAD))
    return [first, *([(5000 - first) // max(columns, 1)] * columns)]


def _cells(
    made: _Made,
    cells: Sequence[tuple[str, str, str]],
    widths: Sequence[int],
    *,
    more: str,
    kept: str,
) -> str:
    """A row of a table: text, ground and ink of each cell. `more` are properties of the row, `kept`
    those of its paragraphs."""
    inner = "".join(
        _cell(made, *each, wide, kept) for each, wide in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inner}</w:tr>"


def _cell(made: _Made, text: str, ground: str, ink: str, wide: int, kept: str) -> str:
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground[1:]}"/>'
    properties = f'<w:tcW w:type="pct" w:w="{wide}"/>' + (fill if ground != "none" else "")
    line = paragraph(run(text, colour=ink[1:]), style=made.styles["small"], more=kept)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{line}</w:tc>"


def _head(made: _Made) -> Iterator[str]:
    digest, words = made.digest, made.words
    status = wording.status(digest, words)
    if status:
        yield made.line(run(status), style="small")
    yield made.line(run(digest.edition.title, ""), style="title")
    limits = wording.scope(digest, words)
    shown = wording.with_limits(wording.period_of(digest, words), limits, words)
    yield made.line(run(shown), style="small")
    if cover := wording.cover(digest, words):
        yield made.line(run(cover, face="b"), style="small")


def _section(made: _Made, section: Section) -> Iterator[str]:
    heading = wording.heading(section.heading, made.digest, made.words)
    yield made.line(run(heading), style="section")
    for item in section.items:
        yield from _item(made, item)


def _item(made: _Made, item: DigestItem) -> Iterator[str]:
    words, language, period = made.words, item.language, made.digest.edition.period
    title = made.links.link(item.url, item.title or one_line(item.url), language)
    yield made.line(run(f"{item.number}. "), title, style="item", language=language)
    if item.translation:
        yield made.line(run(item.translation, "", face="i"))
    by, at = " · ".join(wording.publishers(item)), f" · {wording.day(item.published, words)}"
    flags = [
        run(f" · {flag}", "", face="b", colour=_ACCENT)
        for flag in wording.flags(item, period, words)
    ]
    names = run(by, language), run(at, "")
    yield made.line(*names, *flags, _cited(made, item), style="small")
    note = words.pgettext("digest", "Note:")
    for part in filter(None, item.note.split("\n\n")):
        yield made.line(run(f"{note} ", face="b"), run(part, ""))
    quote = wording.said(item)
    if quote is not None:
        marked = [run(quote.phrase, language, face="b")] if quote.phrase else []
        said = run(quote.before, language), *marked, run(quote.after, language)
        yield made.line(*said, language=language)
    if shown := wording.figures(item, words):
        yield made.line(run(f"{words('Figures:')} ", face="b"), run(shown, ""))
    for line in wording.proposals(item, words):
        yield made.line(run(line, "", face="i"), style="small")
    for line in wording.contradictions(item, period.zone, words):
        yield made.line(run(line, ""), style="small")
    for line in wording.updates(item, period, words):
        told = words("Updated since: %(what)s", what=line)
        yield made.line(run(told, _beside_ours(language)), style="small")
    for place in item.also_at:
        there = made.links.link(place.url, one_line(place.url), "")
        copy = run(words(" (%(what)s)", what=wording.copy(place, words)), "")
        yield made.line(run(f"{words('Also at:')} "), there, copy, style="small")
    for one in item.reported:
        there = made.links.link(one.url, one_line(one.title or one.url), one.language)
        by_whom = words("%(what)s:", what=wording.report(one, words))
        yield made.line(run(f"{by_whom} ", ""), there, style="small")


def _cited(made: _Made, item: DigestItem) -> str:
    """The citation of an item as a footnote. Return the run that points to it."""
    cited = wording.cite_item(item, made.digest.edition.period.zone, made.words)
    address = one_line(cited.url) or made.words("no address")
    before, _, after = wording.plain(cited, made.words).partition(one_line(cited.url) or "..")
    there = made.notes.links.link(item.url, address, "")
    return made.notes.add(run(before, _beside_ours(item.language)), there, run(after, ""))


def _remarks(made: _Made, heading: str, lines: Sequence[str]) -> Iterator[str]:
    """A heading and lines below it. Nothing where there are none."""
    if lines:
        yield made.line(run(heading), style="section")
    for line in lines:
        yield made.line(run(line, ""))


def _annex(made: _Made) -> Iterator[str]:
    """On a page of its own: the sources by city and state, and how the digest was made."""
    digest, words = made.digest, made.words
    heading = words("Sources") if digest.coverage.scans else words("How this was made")
    begins = f'<w:pPr><w:pStyle w:val="{made.styles["section"]}"/><w:pageBreakBefore/></w:pPr>'
    yield f"<w:p>{begins}{run(heading)}</w:p>"
    for city in wording.sources(digest, words):
        listed = (
            words("%(what)s: %(detail)s", what=state, detail=words("; ").join(names))
            for state, names in city.states
        )
        states = [run(f" · {each}", "") for each in listed]
        yield made.line(run(city.city, "", face="b"), *states, style="small")
    yield from _annex_of_figures(made)
    if digest.coverage.scans or wording.annex(digest):
        yield made.line(run(words("How this was made")), style="section")
    for line in (*wording.further(digest, words), *wording.made(digest, words)):
        yield made.line(run(line, ""), style="small")


def _annex_of_figures(made: _Made) -> Iterator[str]:
    """A table of the figures that people confirmed: item, figure, sentence and source of each."""
    digest, words = made.digest, made.words
    found = wording.annex(digest)
    if not found:
        return
    yield made.line(run(words("Figures")), style="section")
    names = ("number", "figure", "sentence", "source")
    heads = [run(words.term("digest_column", name), face="b") for name in names]
    rows = [_row(made, heads)]
    for item, figure in found:
        cited = wording.cite_figure(item, figure, digest.edition.period.zone, words)
        quote, spoken = wording.cut_quote(figure.quote), wording.spoken(item, figure)
        marked = run(quote.phrase, spoken, face="b")
        sentence = run(quote.before, spoken) + marked + run(quote.after, spoken)
        before, _, after = wording.plain(cited, words).partition(one_line(cited.url) or "..")
        there = made.links.link(cited.url, one_line(cited.url) or words("no address"), "")
        source = run(before, _beside_ours(spoken)) + there + run(after, "")
        said = run(wording.figure_of(figure, words), "")
        rows.append(_row(made, [run(str(item.number)), said, sentence, source]))
    shares = (300, 1200, 1750, 1750)
    grid = "".join(f'<w:gridCol w:w="{each * 2}"/>' for each in shares)
    line = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="DCD8CF"/>'
    borders = "".join(line.format(side=side) for side in ("top", "bottom", "insideH"))
    wide = '<w:tblW w:type="pct" w:w="5000"/>'
    properties = f"{wide}<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type='fixed'/>"
    inner = f"<w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}"
    yield f"<w:tbl>{inner}</w:tbl>"
    yield made.line(style="small")


def _row(made: _Made, cells: Sequence[str]) -> str:
    """A row of a table of texts."""
    inner = "".join(f"<w:tc>{made.line(cell, style='small')}</w:tc>" for cell in cells)
    return f"<w:tr>{inner}</w:tr>"


def _gaps(digest: Digest, words: Translator) -> dict[str, str]:
    """What the gaps of a template are filled with."""
    metadata, period = digest.metadata, digest.edition.period
    issued = metadata.issued_at or metadata.made_at if metadata else period.until
    return {
        "title": one_line(digest.edition.title),
        "office": one_line(digest.edition.title),
        "status": wording.status(digest, words),
        "number": str(metadata.number) if metadata else "",
        "period": wording.days_of(digest, words),
        "date": wording.date_of(issued, period, words),
        "issued_by": one_line(metadata.issued_by or metadata.made_by) if metadata else "",
        "cover": wording.cover(digest, words),
    }


# Styles and pages.


def _styles_of(document: Any, *, is_ours: bool) -> dict[str, str]:
    """The ids of the styles that a document has for what is ours. Those it lacks are added."""
    styles = document.styles
    if is_ours:
        _set_styles(styles)
    known = {each.name.casefold(): each for each in styles}
    return {
        use: (known.get(name.casefold()) or _added(styles, use, name)).style_id
        for use, name in _NAMES.items()
    }


def _added(styles: Any, use: str, name: str) -> Any:
    kind = WD_STYLE_TYPE.CHARACTER if use in ("mark", "link") else WD_STYLE_TYPE.PARAGRAPH
    made = styles.add_style(name, kind)
    normal = styles.default(WD_STYLE_TYPE.PARAGRAPH)
    if kind is WD_STYLE_TYPE.PARAGRAPH:
        made.base_style = normal
    match use:
        case "small" | "footnote":
            made.font.size = Pt(9)
            made.paragraph_format.space_after = Pt(2)
            made.paragraph_format.first_line_indent = Pt(0)
            made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            made.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
            # Small type does not stand on the grid that a layout may have for its text.
            made.element.pPr.find(qn("w:spacing")).addprevious(_off_grid())
        case "mark":
            made.font.superscript = True
        case "link":
            made.font.underline = True
            made.font.color.rgb = RGBColor.from_string(_ACCENT)
        case "title" | "section" | "item":
            made.font.bold = True
            made.font.size = Pt({"title": 22, "section": 16, "item": 12}[use])
            made.paragraph_format.keep_with_next = True
    if use in ("section", "item"):
        level = 0 if use == "section" else 1
        properties = made.element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))
    return made


def _off_grid() -> Any:
    return parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')


def _set_styles(styles: Any) -> None:
    """Our own look, where no office has one."""
    normal = styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.15
    set_fonts(normal, _LATIN, _HAN)
    for name, size, before in (("Title", 24, 0), ("Heading 1", 14, 12), ("Heading 2", 11.5, 7)):
        style = styles[name]
        set_fonts(style, _LATIN, _HAN)
        style.font.color.rgb = RGBColor(0x1D, 0x1C, 0x1A)
        style.font.size = Pt(size)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(2)
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    small = styles.add_style(_NAMES["small"], WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = normal
    small.font.size, small.font.color.rgb = Pt(9), _SOFT
    small.paragraph_format.space_after = Pt(2)


def _set_page(document: Any) -> None:
    """A4, and the number of each page at its foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(20)
    set_page_number(section.footer, "", "", WD_ALIGN_PARAGRAPH.CENTER)


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

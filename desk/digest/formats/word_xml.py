"""Paragraphs, runs, links and tables of a Word document as text (ECMA-376, part 1, chapter 17).

Written as text since building them element by element takes ten times as long. All that comes in is
escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from ...text import one_line
from ..language import office_tag

_IS_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_ILLEGAL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BORDERED = "TableGrid"


def run(
    text: str, language: str | None = None, *, style: str = "", face: str = "", colour: str = ""
) -> str:
    """A piece of text; `language` is that of its page, empty for one that is not known, None for
    words of ours. Word takes fonts and spelling of Han from what is noted here for East Asia.
    `style` is the id of a character style, `face` `b` or `i` (bold, italic), `colour` RRGGBB."""
    told = legal(text)
    properties = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties += f"<w:{face}/>" if face else ""
    properties += f'<w:color w:val="{colour}"/>' if colour else ""
    properties += _language(told, language) if language is not None else ""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(told)}</w:t></w:r>'


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
    """A table of cells, each a paragraph or several; widths of the columns are in twentieths of a
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
    """The text on one line, without what XML 1.0 does not allow; its blanks at both ends, which
    part it from its neighbours, are kept."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return _ILLEGAL.sub("", head + one_line(text) + tail)


def is_legal(text: str) -> bool:
    """Whether a text can stand in XML 1.0 as it is."""
    return _ILLEGAL.search(text) is None

"""The text of DOCX, XLSX and PPTX (ECMA-376), of ODT, ODS and ODP (ISO/IEC 26300) and of OFD
(GB/T 33190), in reading order.

Only words: no layout, no pictures, no formulas. Unpacking and its bounds are in `package`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.attachments import FileText
from storage.types import Outcome

from .kinds import Damaged, Package, TooBig
from .text import MAX_CHARACTERS, join_lines, text_of, unread

_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "tc": "\t", "tr": "\n", "tbl": "\n"}
"""What the end of an element of a text document stands for."""
_NUMBER = lazy_pattern(r"\d+")


def read_office(body: bytes, kind: str) -> FileText:
    """The text of a document of that kind."""
    pieces: list[str] = []
    missing, size = "", 0
    try:
        with Package(body) as package:
            for piece in _READERS[kind](package):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_CHARACTERS:
                    break
    except TooBig as error:
        missing = str(error)
        if not size:
            return unread(Outcome.TOO_BIG, missing, kind)
    except Damaged as error:
        missing = f"damaged: {error}"
        if not size:
            return unread(Outcome.UNSUPPORTED, missing, kind)
    return text_of("".join(pieces), kind, missing[:300])


def _document(package: Package) -> Iterator[str]:
    """DOCX: the text, then footnotes and endnotes."""
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in package.names():
            yield from _paragraphs(package, name)


def _paragraphs(package: Package, name: str) -> Iterator[str]:
    cells = skipped = 0
    for event, tag, element in package.events(name):
        step = 1 if event == "start" else -1
        if tag == "Fallback":  # the same once more, for programs that cannot show the first form
            skipped += step
        elif tag == "tc":
            cells += step
        if event == "start" or skipped:
            continue
        if tag == "t":
            yield element.text or ""
        elif tag == "p":
            yield " " if cells else "\n\n"
        elif tag in _BREAKS:
            yield _BREAKS[tag]


def _workbook(package: Package) -> Iterator[str]:
    """XLSX: the rows of each sheet, cells apart by tabs."""
    shared = _shared(package) if "xl/sharedStrings.xml" in package.names() else []
    for name in _numbered(package, re.compile(r"xl/worksheets/sheet\d+\.xml")):
        value = kind = ""
        for event, tag, element in package.events(name):
            if event == "start":
                if tag == "c":
                    value, kind = "", element.get("t", "")
            elif tag in ("v", "t"):
                value += element.text or ""
            elif tag == "c":
                text = _shared_text(value, shared) if kind == "s" else value
                yield f"{text}\t" if text else ""
            elif tag == "row":
                yield "\n"
        yield "\n"


def _shared(package: Package) -> list[str]:
    """The table of texts that cells point to, as far as a text may be long."""
    found: list[str] = []
    text, size = "", 0
    for event, tag, element in package.events("xl/sharedStrings.xml"):
        if event == "start":
            continue
        if tag == "t":
            text += element.text or ""
        elif tag == "si":
            found.append(text)
            size += len(text)
            text = ""
            if size > MAX_CHARACTERS:
                break
    return found


def _shared_text(value: str, shared: list[str]) -> str:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else -1
    return shared[number] if 0 <= number < len(shared) else ""


def _slides(package: Package) -> Iterator[str]:
    """PPTX: the text of each slide."""
    for name in _numbered(package, re.compile(r"ppt/slides/slide\d+\.xml")):
        for event, tag, element in package.events(name):
            if event == "end" and tag == "t":
                yield element.text or ""
            elif event == "end" and tag == "p":
                yield "\n"
        yield "\n"


_OPEN_BREAKS = {"s": " ", "tab": "\t", "line-break": "\n", "table-cell": "\t", "table-row": "\n",
                "table": "\n"}  # fmt: skip
_UNSAID = frozenset(("tracked-changes", "annotation", "forms"))
"""What was deleted, and what others remarked."""


def _open_document(package: Package) -> Iterator[str]:
    """ODT, ODS and ODP: paragraphs and headings, cells apart by tabs."""
    within = cells = skipped = 0
    for event, tag, element in package.events("content.xml"):
        is_start = event == "start"
        step = 1 if is_start else -1
        if within and not skipped:
            yield _text_at(element, is_start=is_start)
        if tag in _UNSAID:
            skipped += step
        elif tag == "table-cell":
            cells += step
        elif tag in ("p", "h"):
            within += step
        if is_start or skipped:
            continue
        if tag in ("p", "h"):
            yield " " if cells else "\n\n"
        elif tag in _OPEN_BREAKS:
            yield _OPEN_BREAKS[tag]


def _text_at(element: etree._Element, *, is_start: bool) -> str:
    """The text that stands right before a tag, where text and elements are mixed."""
    before = element.getprevious() if is_start else next(iter(element[-1:]), None)
    if before is not None:
        return before.tail or ""
    around = element.getparent() if is_start else element
    return (around.text or "") if around is not None else ""


def _pages(package: Package) -> Iterator[str]:
    """OFD: the lines of each page."""
    for name in _numbered(package, re.compile(r"Doc_\d+/Pages/Page_\d+/Content\.xml", re.I)):
        lines = [
            element.text or ""
            for event, tag, element in package.events(name)
            if event == "end" and tag == "TextCode"
        ]
        yield join_lines("\n".join(lines)) + "\n\n"


def _numbered(package: Package, pattern: re.Pattern[str]) -> list[str]:
    found = [name for name in package.names() if pattern.fullmatch(name)]
    return sorted(found, key=lambda name: [int(number) for number in _NUMBER.findall(name)])


_READERS: dict[str, Callable[[Package], Iterator[str]]] = {
    "docx": _document,
    "xlsx": _workbook,
    "pptx": _slides,
    "odt": _open_document,
    "ods": _open_document,
    "odp": _open_document,
    "ofd": _pages,
}

"""An element as paragraphs of plain text: blocks part them, tables stay readable.

Only reads; what is noise was taken out before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4.element import Tag

from ..lines import BLOCKS, UNSEEN, is_link, is_text, line_text, named
from ..text import clean_line

CELL = " | "
CAPTION = "data-caption"
"""Marks captions: they live with their images, the text goes on without them."""
_LONG_CELL = 300
_INDENT = re.compile(r"^(?:\u3000|[ \u00a0]{4,})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text (a line break inside stays one), and the element it begins in."""

    text: str
    tag: Tag
    linked: int


class _Builder:
    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.linked = 0

    def add(self, text: str, tag: Tag, links: int) -> None:
        if not self.pieces and not self.lines:
            self.tag = tag
        self.pieces.append(text)
        if links:
            self.linked += len(text.strip())

    def break_line(self) -> Iterator[Paragraph]:
        """A `<br>`: a new line; a second one, or an indent after it, a new paragraph."""
        raw = "".join(self.pieces)
        line = clean_line(raw)
        self.pieces = []
        indented = _INDENT.match(raw.lstrip("\r\n\t")) is not None
        if self.lines and (not line or indented):
            yield from self._flush()
        if line:
            self.lines.append(line)

    def end(self) -> Iterator[Paragraph]:
        yield from self.break_line()
        yield from self._flush()

    def _flush(self) -> Iterator[Paragraph]:
        if self.lines:
            yield Paragraph("\n".join(self.lines), self.tag, self.linked)
        self.lines, self.linked = [], 0


def read_paragraphs(root: Tag) -> list[Paragraph]:
    """The paragraphs of an element in order."""
    return list(_walk(root))


def _walk(root: Tag) -> Iterator[Paragraph]:
    builder = _Builder(root)
    stack: list[tuple[Tag, Iterator[object]]] = [(root, iter(root.contents))]
    links = 0
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            links -= is_link(tag)
            if tag.name in BLOCKS:
                yield from builder.end()
        elif isinstance(child, Tag):
            if child.name == "br":
                yield from builder.break_line()
                continue
            if child.name in BLOCKS:
                yield from builder.end()
            rows = _table_rows(child) if child.name == "table" else None
            if rows:
                yield Paragraph("\n".join(rows), child, 0)
            elif child.name not in UNSEEN and not child.has_attr(CAPTION):
                links += is_link(child)
                stack.append((child, iter(child.contents)))
        elif is_text(child):
            text = str(child)
            if child.parent is not None and child.parent.name == "pre":  # type: ignore[attr-defined]
                yield from _preformatted(builder, text, tag, links)
            elif text.strip():
                builder.add(text, tag, links)
            elif builder.pieces:
                builder.pieces.append(" ")
    yield from builder.end()


def _preformatted(builder: _Builder, text: str, tag: Tag, links: int) -> Iterator[Paragraph]:
    for line in text.split("\n"):
        builder.add(line or " ", tag, links)
        yield from builder.break_line()


def _table_rows(table: Tag) -> list[str] | None:
    """The rows of a table of data; None for one that only lays the page out."""
    if named(table, "table"):
        return None
    rows: list[str] = []
    wide = 0
    for row in named(table, "tr"):
        cells = [line_text(cell) for cell in named(row, "td", "th")]
        if any(len(cell) > _LONG_CELL for cell in cells):
            return None
        filled = [cell for cell in cells if cell]
        wide += len(filled) > 1
        if filled:
            rows.append(CELL.join(cells).strip(" |"))
    return rows if wide and len(rows) > 1 else None

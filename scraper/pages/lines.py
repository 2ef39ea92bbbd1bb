"""Visible text: the lines a person sees, and elements as one line.

Walks the tree without recursion, so that no page can exhaust the stack. Parses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4.element import Comment, NavigableString, PreformattedString, Tag

from .text import clean_line

BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main",
    "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "title", "tr", "ucapcontent", "ucaptitle", "ul", "iframe", "object",
    "textarea", "button",
])  # fmt: skip


UNSEEN = frozenset([
    "script", "style", "noscript", "template", "head", "title", "textarea", "select", "iframe",
    "svg",
])  # fmt: skip


_MAX_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line: its text, the element that holds its start, how much of it is link text."""

    text: str
    tag: Tag
    linked: int
    index: int


def is_link(tag: Tag) -> bool:
    """True for an anchor that leads somewhere; `<a name>` is a mark, not a link."""
    return tag.name == "a" and tag.has_attr("href")


def is_text(node: object) -> bool:
    """True for text a reader sees, false for comments, CDATA and declarations."""
    return isinstance(node, NavigableString) and not isinstance(node, Comment | PreformattedString)


def join_inline(pieces: Iterable[str]) -> str:
    """Pieces of neighbouring inline elements as one text.

    Words that only the markup kept apart (`<em>2023</em><em>08</em>`, a source and the date after
    it) stay apart: a blank goes between two ASCII word characters, none into Chinese.
    """
    out: list[str] = []
    last = ""
    for piece in pieces:
        if not piece:
            continue
        if last.isascii() and last.isalnum() and piece[0].isascii() and piece[0].isalnum():
            out.append(" ")
        out.append(piece)
        last = piece[-1]
    return "".join(out)


def line_text(tag: Tag) -> str:
    """All visible text of an element as one line; blocks and breaks become blanks."""
    return clean_line("".join(_pieces(tag)))


def spaced_text(tag: Tag) -> str:
    """Like `line_text`, with a blank between ASCII words that only markup parts."""
    return clean_line(join_inline(_pieces(tag)))


def _pieces(tag: Tag) -> list[str]:
    pieces: list[str] = []
    for node in tag.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS:
                pieces.append(" ")
        elif is_text(node) and (node.parent is None or node.parent.name not in UNSEEN):
            pieces.append(str(node))
    return pieces


class _LineBuilder:
    """Collects inline pieces until a block boundary ends the line."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.pieces: list[str] = []
        self.linked = 0
        self.count = 0

    def add(self, text: str, tag: Tag, in_link: int) -> None:
        if not self.pieces:
            self.tag = tag
        self.pieces.append(text)
        if in_link:
            self.linked += len(text.strip())

    def end(self) -> Iterator[Line]:
        text = clean_line(join_inline(self.pieces))[:_MAX_LINE]
        linked = self.linked
        self.pieces, self.linked = [], 0
        if text:
            yield Line(text, self.tag, linked, self.count)
            self.count += 1


def walk_lines(root: Tag) -> Iterator[Line]:
    """Depth first without recursion, so that no page can exhaust the stack."""
    builder = _LineBuilder(root)
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
            if child.name in BLOCKS:
                yield from builder.end()
            if child.name not in UNSEEN and not is_hidden(child):
                links += is_link(child)
                stack.append((child, iter(child.contents)))
        elif is_text(child):
            text = str(child)
            if text.strip():
                builder.add(text, tag, links)
            elif builder.pieces:
                builder.pieces.append(" ")
    yield from builder.end()


_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.I)


def is_hidden(tag: Tag) -> bool:
    """True where markup itself says that nobody sees it."""
    style = tag.get("style")
    if tag.has_attr("hidden"):
        return True
    return isinstance(style, str) and _HIDDEN.search(style[:500]) is not None

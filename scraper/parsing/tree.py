"""The whole page as a fast tree: visible lines, elements as one line, sizes.

One linear pass each, without recursion, so that no page can exhaust the stack. What becomes of the
article is read elsewhere, by BeautifulSoup, from the small part that this tree points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import dropwhile
from typing import Any, NamedTuple, TypeAlias

from lxml import etree

from hubwatch.patterns import lazy_pattern

from .text import clean_line

MAX_DEPTH = 400
"""How deep the elements of a page are followed. What is further down is left out, and said."""
MAX_LINE = 2_000
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
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
_HIDDEN = lazy_pattern(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.I)
_NO_TEXT = frozenset(("script", "style"))
_EMPTY = b"<html><body></body></html>"
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
"""No markup needs them, and some end a parser's reading."""
_DOCUMENT_END = lazy_pattern(rb"</html\s*>", re.I)
_ENDS = lazy_pattern(rb"</(?:html|body)\s*>", re.I)

Element: TypeAlias = Any
"""An element of the fast tree. lxml has no types. A plain one: HTML classes take longer."""


# Elements by what they are called.

# The elements of one attribute at a time: to ask each element for three takes twice as long.
_WITH_CLASS = etree.XPath("descendant-or-self::*/@class/..")
_WITH_ID = etree.XPath("descendant-or-self::*/@id/..")
_WITH_ITEM = etree.XPath("descendant-or-self::*/@itemprop/..")


@dataclass(frozen=True, slots=True)
class Names:
    """Elements by id, by class and by what microdata calls them, each in the order of the page."""

    ids: dict[str, list[Element]] = field(default_factory=dict)
    classes: dict[str, list[Element]] = field(default_factory=dict)
    items: dict[str, list[Element]] = field(default_factory=dict)

    def note(self, tag: Element) -> None:
        """Note the next element."""
        get = tag.get
        for kind, names in (
            (self.classes, get("class")),
            (self.items, get("itemprop")),
        ):
            for name in names.split() if names is not None else ():
                kind.setdefault(name, []).append(tag)
        name = get("id")
        if name is not None:
            self.ids.setdefault(name, []).append(tag)


NumberedNames = tuple[tuple[tuple[str, tuple[int, ...]], ...], ...]
"""The names in a part of a page: of ids, classes and items each name with the numbers of its
elements among all of the part."""


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A part of a page that is known already: all its elements, and those that are called by a
    name."""

    elements: list[Element]
    names: NumberedNames


def names_in(root: Element) -> Names:
    """Three looks at the named elements for all of them: the parser finds those in a fifth of the
    time that a walk through all elements takes."""
    found = Names()
    classes = found.classes
    split: dict[str, list[str]] = {}
    for tag in _WITH_CLASS(root):
        names = tag.get("class")
        each = split.get(names)
        if each is None:
            each = split[names] = names.split()
        for name in each:
            if name in classes:
                classes[name].append(tag)
            else:
                classes[name] = [tag]
    for tag in _WITH_ID(root):
        found.ids.setdefault(tag.get("id"), []).append(tag)
    for tag in _WITH_ITEM(root):
        for item in tag.get("itemprop").split():
            found.items.setdefault(item, []).append(tag)
    return found


def numbered_names(root: Element) -> NumberedNames:
    """The names in one part, with the numbers of their elements in its order."""
    numbers = {tag: at for at, tag in enumerate(root.iter())}
    names = names_in(root)
    return tuple(
        tuple((name, tuple(numbers[tag] for tag in tags)) for name, tags in kind.items())
        for kind in (names.ids, names.classes, names.items)
    )


def names_around(root: Element, parts: Mapping[Element, FoundPart]) -> Names:
    """The same as `names_in`, where the parts are most of a page: they are not looked through."""
    found = Names()
    kinds = (found.ids, found.classes, found.items)
    stack = [iter((root,))]
    while stack:
        for tag in stack[-1]:
            part = parts.get(tag)
            if part is not None:
                for kind, names in zip(kinds, part.names, strict=True):
                    for name, numbers in names:
                        tags = [part.elements[number] for number in numbers]
                        kind.setdefault(name, []).extend(tags)
                continue
            found.note(tag)
            if len(tag):
                stack.append(iter(tag))
                break
        else:
            stack.pop()
    return found


class VisibleLine(NamedTuple):
    """One visible line: its text, the element that holds its start, how much of it is link text.

    A tuple, since a page has hundreds and a frozen dataclass takes three times as long to make.
    """

    text: str
    tag: Element
    linked: int


def parse(markup: str) -> tuple[Element, str]:
    """The tree of a page, without comments, and what was cut from it in one line, mostly empty.

    `markup` must be within the bounds.
    """
    # libxml2 drops everything below a depth of 256 in silence; our own bound says so.
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    # Bytes, since a string that declares an encoding is refused.
    body = markup.encode("utf-8", "replace").translate(None, _CONTROLS)
    # libxml2 reads nothing behind </html>. A browser does (HTML, 13.2.6.4.22): templates that close
    # a page in their header, two documents in a row, a pager that was added at the end.
    end = _DOCUMENT_END.search(body)
    if end is not None and body[end.end() :].strip():
        body = _ENDS.sub(b"", body)
    try:
        root = etree.fromstring(body if body.strip() else _EMPTY, parser)
    except etree.XMLSyntaxError:  # nothing in it that an element could be made of
        root = None
    if root is None:
        return etree.fromstring(_EMPTY, etree.HTMLParser()), ""
    _begin_body(root)
    _unnest(root)
    last = parser.error_log.last_error
    too_deep = last is not None and "depth" in last.message
    return root, "cut where the parser met too deep a nesting" if too_deep else ""


_OF_HEAD = frozenset((
    "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style",
    "template", "title",
))  # fmt: skip


def _begin_body(root: Element) -> None:
    """Begin the body with the first element that no head holds (HTML, 13.2.6.4.4). libxml2 takes
    younger ones, `<main>` or `<site-header>`, into the head of a page without a `<body>` tag."""
    head = root.find("head")
    shown = () if head is None else [*dropwhile(lambda tag: tag.tag in _OF_HEAD, head)]
    if not shown:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    before, body.text = body.text, None
    body[:0] = shown
    shown[-1].tail = f"{shown[-1].tail or ''}{before or ''}" or None


_PARENTS = {
    "li": ("ul", "ol", "menu", "dir"),
    "tr": ("table", "tbody", "thead", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    "dt": ("dl",),
    "dd": ("dl",),
}
_KINDS = {"th": "td", "dd": "dt"}
_STOPS = frozenset((
    "ul", "ol", "menu", "dir", "dl", "table", "section", "article", "aside", "nav", "main",
    "header", "footer", "form", "fieldset", "blockquote", "figure", "details", "object",
    "template", "body", "html", "button", "center", "select",
))  # fmt: skip


def _unnest(root: Element) -> None:
    """Put an entry, a row or a cell that began before the one before it had ended behind that one,
    as a browser does (HTML, 13.2.6.4.7 and 13.2.6.4.15). An element for looks that nobody closed,
    such as `<font>`, makes libxml2 put all that follow into the first."""
    odd = [tag for tag in root.iter(*_PARENTS) if _has_odd_parent(tag)]
    within: dict[Element, Element] = {}
    last: dict[Element, Element] = {}
    known: dict[tuple[Element | None, str], Element | None] = {}
    for tag in odd:
        asked = tag.getparent(), _KINDS.get(tag.tag, tag.tag)
        if asked not in known:
            known[asked] = _unended(tag)
        around = known[asked]
        parent = tag.getparent()
        if around is None or parent is None:
            continue
        first = within.setdefault(tag, within.get(around, around))
        before: Element = last.get(first, first)
        rest = tag.tail
        if rest and (previous := tag.getprevious()) is not None:
            previous.tail = (previous.tail or "") + rest
        elif rest:
            parent.text = (parent.text or "") + rest
        tag.tail = None
        before.addnext(tag)
        last[first] = tag


def _has_odd_parent(tag: Element) -> bool:
    parent = tag.getparent()
    return parent is None or parent.tag not in _PARENTS[tag.tag]


def _unended(tag: Element) -> Element | None:
    """The entry, row or cell around another of its kind, with no list or table between them."""
    kind = _KINDS.get(tag.tag, tag.tag)
    for around in tag.iterancestors():
        if _KINDS.get(around.tag, around.tag) == kind:
            return around
        if around.tag in _STOPS:
            return None
    return None


def attribute(tag: Element, name: str) -> str:
    """An attribute. Empty where it is missing."""
    return tag.get(name) or ""


def names_of(tag: Element) -> str:
    """Class and id of an element, what its author calls it."""
    return f"{tag.get('class') or ''} {tag.get('id') or ''}"


def is_hidden(tag: Element) -> bool:
    """True where markup itself says that nobody sees it. A panel of tabs or of an accordion is
    shown by a click, and what is hidden until it is found (HTML, section 6.1) by a search."""
    style = tag.get("style")
    if style is not None and _HIDDEN.search(style[:500]) is not None:
        return True
    hidden = tag.get("hidden")
    if hidden is None:
        return False
    return hidden.strip().lower() != "until-found" and attribute(tag, "role") != "tabpanel"


def pieces(tag: Element, *, hidden: bool = True) -> Iterator[str]:
    """The text of an element piece by piece, scripts and styles left out, a blank for a block. With
    or without what is `hidden` in it."""
    if tag.text:
        yield tag.text
    skipped: Element | None = None
    for event, node in etree.iterwalk(tag, events=("start", "end")):
        if node is tag:
            continue
        name = node.tag
        if event == "start":
            if skipped is not None:
                continue
            if name in BLOCKS:
                yield " "
            if name in UNSEEN or (not hidden and is_hidden(node)):
                skipped = node
            elif node.text:
                yield node.text
        else:
            if node is skipped:
                skipped = None
            if skipped is None and node.tail:
                yield node.tail


def line_text(tag: Element) -> str:
    """All visible text of an element as one line. Blocks and breaks become blanks."""
    if not len(tag):
        return clean_line(tag.text or "")
    return clean_line("".join(pieces(tag)))


def spaced_text(tag: Element) -> str:
    """Like `line_text`, with a blank between ASCII words that only markup parts, and without what
    markup hides in the element."""
    if not len(tag):
        return clean_line(tag.text or "")
    return clean_line(join_inline(pieces(tag, hidden=False)))


def raw_text(tag: Element) -> str:
    """All text of an element as it stands there, a script's too."""
    return "".join(tag.itertext())


def text_size(tag: Element) -> int:
    """Characters of text in an element, white space and scripts apart."""
    total = len((tag.text or "").strip())
    for node in tag.iterdescendants():
        if node.text and node.tag not in _NO_TEXT:
            total += len(node.text.strip())
        if node.tail:
            total += len(node.tail.strip())
    return total


def has_text(tag: Element) -> bool:
    """Whether an element has any text, as `text_size` counts it: most say so at once."""
    if tag.text and not tag.text.isspace():
        return True
    return any(
        (node.text and node.tag not in _NO_TEXT and not node.text.isspace())
        or (node.tail and not node.tail.isspace())
        for node in tag.iterdescendants()
    )


def linked_size(tag: Element) -> int:
    """Characters of an element's text that belong to links."""
    return sum(text_size(link) for link in tag.iterdescendants("a"))


def has_ancestor(tag: Element, *names: str) -> bool:
    """True where one of these elements is around it."""
    return next(tag.iterancestors(*names), None) is not None


_made: Callable[[tuple[str, Element, int]], VisibleLine] = partial(tuple.__new__, VisibleLine)
"""A line of its parts: a named tuple's own way takes twice as long."""


def made_lines(
    texts: Iterable[str], tags: Iterable[Element], linked: Iterable[int]
) -> list[VisibleLine]:
    """The lines of these texts, the elements that they begin in, and how much of each is linked."""
    return list(map(_made, zip(texts, tags, linked, strict=True)))


class _LineBuilder:
    """Collects inline pieces until a block boundary ends the line."""

    def __init__(self, tag: Element) -> None:
        self.tag = tag
        self.lines: list[VisibleLine] = []
        self.pieces: list[str] = []
        self.linked = 0

    def add(self, text: str, tag: Element, in_link: int) -> None:
        pieces = self.pieces
        if text.isspace():
            if pieces:
                pieces.append(" ")
            return
        if not pieces:
            self.tag = tag
        pieces.append(text)
        if in_link:
            self.linked += len(text.strip())

    def end(self) -> None:
        """End the line. Only to be called where there are pieces."""
        pieces = self.pieces
        text = clean_line(pieces[0] if len(pieces) == 1 else join_inline(pieces))[:MAX_LINE]
        if text:
            self.lines.append(_made((text, self.tag, self.linked)))
        pieces.clear()
        self.linked = 0


_ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th", "er", "re", "e", "eme", "ste"))


def join_inline(pieces: Iterable[str]) -> str:
    """Pieces of neighbouring inline elements as one text.

    Words that only the markup kept apart (`<em>2023</em><em>08</em>`, a source and the date after
    it) stay apart: a blank goes between two ASCII word characters, none into Chinese,
    nor before the ending of an ordinal (`1<sup>er</sup>`).
    """
    out: list[str] = []
    last = ""
    for piece in pieces:
        if not piece:
            continue
        is_apart = last.isascii() and last.isalnum() and piece[0].isascii() and piece[0].isalnum()
        if is_apart and not (last.isdecimal() and piece.rstrip() in _ORDINAL_ENDS):
            out.append(" ")
        out.append(piece)
        last = piece[-1]
    return "".join(out)


Known = Callable[[Element, int], list[VisibleLine] | None]
"""Tells the lines of a block that stands so deep below the root, if it knows them."""
LEAST_CHILDREN = 4
"""Elements right inside a block from which on it is asked for."""


def walk_lines(
    root: Element, most: int, known: Known | None = None
) -> tuple[tuple[VisibleLine, ...], bool]:
    """What a person sees, line by line, at most `most` lines of 2,000 characters. Also whether
    elements were taken out of the tree because they nest too deep to be followed. `known` is asked
    for the lines of blocks of several elements, which then are not walked."""
    builder = _LineBuilder(root)
    add, end, pieces, lines = builder.add, builder.end, builder.pieces, builder.lines
    if root.text:
        add(root.text, root, 0)
    stack = [(root, iter(root), False)]
    links = 0
    deep: list[Element] = []
    while stack and len(lines) < most:
        parent, children, is_link = stack[-1]
        for node in children:
            name = node.tag
            is_block = name in BLOCKS
            if is_block and pieces:
                end()
            if name not in UNSEEN and not is_hidden(node):
                size = len(node)
                if known is not None and size >= LEAST_CHILDREN and is_block and not links:
                    there = known(node, len(stack))
                    if there is not None:
                        lines += there
                        if tail := node.tail:
                            add(tail, parent, 0)
                        continue
                leads = name == "a" and node.get("href") is not None
                text = node.text
                if text:
                    add(text, node, links + leads)
                if size:
                    if len(stack) < MAX_DEPTH:
                        links += leads
                        stack.append((node, iter(node), leads))
                        break
                    deep.append(node)
                if is_block and pieces:
                    end()
            tail = node.tail
            if tail:
                add(tail, parent, links)
        else:
            stack.pop()
            links -= is_link
            if pieces and parent.tag in BLOCKS:
                end()
            if stack and (tail := parent.tail):
                add(tail, stack[-1][0], links)
    if pieces:
        end()
    for node in deep:
        del node[:]
    return tuple(lines[:most]), bool(deep)

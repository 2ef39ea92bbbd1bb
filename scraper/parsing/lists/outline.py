"""A list page as a line of texts with the links in it: what stands where, in one linear pass.

Elements that hold no link leave only their text behind, so that what comes after has little to
look at. The outline of the fast tree finds the rows, the outline of a soup is what they are read
from: the same places have the same numbers in both. Judges nothing: which of it is a list is found
in `candidates`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from bs4.element import NavigableString, Tag

from hubwatch.patterns import lazy_pattern

from ..page import WHOLE_ADDRESS, Page
from ..soup import BlockSoup, soup_of
from ..text import clean_line
from ..tree import BLOCKS, UNSEEN, attribute, join_inline, line_text
from .calls import called_row
from .ways_on import is_way_on

AnyTag: TypeAlias = Any
"""An element of the fast tree, or a tag of a soup."""
MAX_LINKS = 10_000
"""Links of one page that are looked at."""
_CALLED = lazy_pattern(
    r"""(?:open|href|location|go|goto|link|jump|turn|view|detail|show)\w{0,20}\s{0,3}[=(]\s{0,3}["']([^"'\s<>]{4,500})["']""",
    re.I,
)
_QUOTED = lazy_pattern(
    r"""["']((?:https?://|/|\.{1,2}/)[^"'\s<>]{3,500}|[\w./-]{1,300}\.(?:s?html?|jsp|aspx?|php|do|pdf|docx?)(?:\?[^"'\s<>]{0,400})?)["']""",
    re.I,
)
_STATED = lazy_pattern(
    r"(?:https?://|/|\.{1,2}/|\?)[^\s\"'<>]{1,900}|(?<![\w./-])[\w./-]{1,300}\.(?:s?html?|jsp|aspx?|php|do|pdf|docx?)(?:[?#]\S{0,400})?",
    re.I,
)
_STATES = lazy_pattern(r"(?:data-|_|ng-|v-)?(?:[\w-]{0,20}[-_])?(?:href|url|link|uri)", re.I)
_LARGEST_ACTING = 300
"""Elements inside of one that is clicked as a whole."""
_ROW_LIKE = frozenset(("tr", "li", "div", "article", "section", "dl", "tbody", "table", "ul", "td"))
_FROM_ROOT = lazy_pattern(r"/(?!/)[\w./?=&%+,;:@!~()-]{0,1900}", re.A)
_VARIANT = lazy_pattern(
    r"\d+|\b(?:odd|even|first|last|alt|active|current|cur|on|selected|new|top|hot|noborder|no)\b"
)
_INDEX = lazy_pattern(r"(?<=/)(?:index|default)\.(?:s?html?|php|aspx?|jsp)$", re.I)
_SHORTEST_DATE, _DAY_ALONE, _LONGEST_DATE = 4, 5, 48
_SMALL = frozenset(("span", "time", "em", "i", "small", "font", "b", "strong", "label", "cite"))
_NAME_OF = {True: "name", False: "tag"}
_A_DATE = lazy_pattern(
    r"[\s\[(（【|-]{0,20}(?:[A-Za-z]{3,9}\.?,?\s{1,3})?"
    r"(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)"
    r"|[A-Za-z]{3,9}\.?[\s-]\d{1,2}(?:st|nd|rd|th)?,?[\s-]\d{4}|\d{1,2}[\s-][A-Za-z]{3,9}\.?,?[\s-]\d{4}"
    r"|(?:0\d|1[0-2])[-/](?:[0-2]\d|3[01])|\d{1,2}月\d{1,2}日)"
    r"(?:[\sT]{1,3}\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?)?[\s\])）】|-]*",
    re.I,
)
_MEDIA = frozenset(("source", "audio", "video"))
_NO_BLOCKS = frozenset(("a", "pre"))
"""What stands in them depends on what is around them."""


@dataclass(slots=True, eq=False)
class OutlineLink:
    """A link with its absolute address and the texts it covers, `start` to `end` (not included).

    `around`: it is a whole row that is clicked, and its texts are no link's words.
    """

    tag: AnyTag
    url: str
    start: int
    end: int = 0
    around: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """An element that holds links: those from `low` to `high`, and the texts `start` to `end`.

    `shape` numbers what is around it: equal numbers, equal tags and classes all the way up.
    """

    tag: AnyTag
    name: str
    start: int
    end: int
    low: int
    high: int
    kids: list[Node]
    shape: int = 0
    aside: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ShownLine:
    """One visible line or a part of it, where it starts, and how many of its characters belong to
    links."""

    text: str
    start: int
    tag: AnyTag
    linked: int


@dataclass(slots=True)
class Outline:
    """Texts in order, each with the number of its line, of its link (-1: none), and its element."""

    page: Page
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    tags: list[AnyTag] = field(default_factory=list)
    links: list[OutlineLink] = field(default_factory=list)
    root: Node | None = None
    known: dict[str, str] = field(default_factory=dict)
    """The addresses of links as they stand in the page, and what was made of them."""
    acting: dict[AnyTag, str] = field(default_factory=dict)
    """Elements that lead somewhere and are no links by their name, with their address."""

    def parts(self, start: int, end: int) -> Iterator[ShownLine]:
        """The visible lines between two texts, each parted where a link begins or ends. Fewer where
        the texts end before: a soup of broken markup may hold more of them than the fast tree."""
        at, end = start, min(end, len(self.lines))
        while at < end:
            line, owner, first = self.lines[at], self.owners[at], at
            while at < end and self.lines[at] == line and self.owners[at] == owner:
                if at > first and (self._is_date(at) or self._is_date(at - 1)):
                    break
                at += 1
            text = self._joined(first, at)
            if text:
                yield ShownLine(text, first, self.tags[first], len(text) if owner >= 0 else 0)

    def _is_date(self, at: int) -> bool:
        """Whether a text is a date in an element of its own, such as the `span` in a link. One of
        a day and month alone is a score or a range between other words."""
        text = self.texts[at]
        return (
            _SHORTEST_DATE <= len(text) <= _LONGEST_DATE
            and getattr(self.tags[at], _NAME_OF[isinstance(self.tags[at], Tag)]) in _SMALL
            and _A_DATE.fullmatch(text) is not None
            and (len(text) > _DAY_ALONE or not (self._goes_on(at) and self._goes_on(at - 1)))
        )

    def _goes_on(self, at: int) -> bool:
        """Whether the text behind this one stands in the same line and link."""
        return (
            0 <= at < len(self.texts) - 1
            and self.lines[at] == self.lines[at + 1]
            and self.owners[at] == self.owners[at + 1]
        )

    def shown(self, start: int, end: int) -> Iterator[ShownLine]:
        """The visible lines between two texts, links and all."""
        at = start
        while at < end:
            line, first = self.lines[at], at
            while at < end and self.lines[at] == line:
                at += 1
            text = self._joined(first, at)
            if text:
                linked = sum(
                    len(self.texts[place].strip())
                    for place in range(first, at)
                    if self.owners[place] >= 0
                )
                yield ShownLine(text, first, self.tags[first], linked)

    def _joined(self, first: int, end: int) -> str:
        if end - first == 1:
            return clean_line(self.texts[first])
        return clean_line(join_inline(self.texts[first:end]))

    def size(self, start: int, end: int) -> int:
        """Characters between two texts, about."""
        return sum(map(len, self.texts[start:end]))

    def text(self, start: int, end: int) -> str:
        """All of it as one line."""
        return " ".join(line.text for line in self.shown(start, end))

    def block_around(self, root: Node, rows: Sequence[Node], start: int, end: int) -> Node:
        """The smallest element around these rows and the texts `start` to `end`, outside of any
        link and of any text that keeps its line breaks."""
        low, high = min(row.low for row in rows), max(row.high for row in rows)
        ids = {id(row) for row in rows}
        node = root
        while id(node) not in ids:
            inner = next((
                kid for kid in node.kids
                if kid.start <= start and end <= kid.end
                and kid.low <= low and high <= kid.high
                and kid.name not in _NO_BLOCKS
            ), None)  # fmt: skip
            if inner is None:
                break
            node = inner
        return node

    def addresses(self, node: Node) -> list[str]:
        """The different addresses in a node, in order."""
        return list(dict.fromkeys(link.url for link in self.links[node.low : node.high]))


def outline_of(page: Page, usable: Callable[[str], bool]) -> Outline:
    """The outline of a page. Links whose address is not `usable` are mere text in it."""
    return _Walk(Outline(page), usable).run()


def outline_of_soup(found: Outline, block: Node) -> tuple[Outline, BlockSoup]:
    """A soup of one block of an outline, and the outline of that soup. What stands before the
    block is left empty, so that every place has the number that it has in `found`."""
    soup = soup_of(block.tag)
    outline = Outline(found.page, known=found.known)
    outline.texts = [""] * block.start
    outline.lines = [-1] * block.start
    outline.owners = [-1] * block.start
    outline.tags = [None] * block.start
    outline.links = [OutlineLink(None, "", 0)] * block.low
    tags = soup.tags
    outline.acting = {id(tags[tag]): raw for tag, raw in found.acting.items() if tag in tags}
    return _Walk(outline, lambda _url: True).run_soup(soup.root), soup


_NOT_ACTING = frozenset(
    (
        "body",
        "html",
        "form",
        "input",
        "select",
        "option",
        "img",
        "link",
        "script",
        "iframe",
    )
)


_PLAIN = frozenset(
    ("align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "colspan",
     "height", "href", "id", "lang", "name", "nowrap", "onclick", "rel", "role", "rowspan", "size",
     "src", "style", "target", "title", "type", "valign", "width")
)  # fmt: skip
"""What elements have most, and says nothing of where they lead."""


_ESCAPED = lazy_pattern(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
"""Characters as scripts write those that mean something in markup."""


def called_address(tag: AnyTag) -> str:
    """The address in what an element does when it is clicked, or in an attribute whose name says
    that it is one (`data-href`). Empty where there is none."""
    href = attribute(tag, "href")
    script = f"{href[:600] if href[:11].lower() == 'javascript:' else ''} "
    script += attribute(tag, "onclick")[:600]
    if len(script) > 1:
        found = _CALLED.search(script)
        if found is None or not ("/" in found[1] or "." in found[1] or found[1][0] == "?"):
            found = _QUOTED.search(script)
        if found is not None:
            return _ESCAPED.sub(lambda code: chr(int(code[1] or code[2], 16)), found[1])
    names = tag.attrs if isinstance(tag, Tag) else tag.attrib
    for name in names:
        if name not in _PLAIN and len(name) < 40 and _STATES.fullmatch(name):
            said = attribute(tag, name).strip()
            if _STATED.fullmatch(said[:1_000]):
                return said
    return ""


def _words_of(tag: AnyTag) -> str:
    return tag.get_text() if isinstance(tag, Tag) else line_text(tag)


class _Walk:
    """One pass over a tree or a soup, without recursion."""

    def __init__(self, outline: Outline, usable: Callable[[str], bool]) -> None:
        page = outline.page
        self.outline = outline
        self._usable = usable
        self._here = page.here
        self._folder = _INDEX.sub("", self._here)
        parts = urlsplit(page.base)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.hostname else ""
        self._line = 0
        self._link = -1
        self._around: Node | None = None
        self._reading = False
        self._preformatted = 0
        self._shapes: dict[tuple[int, str, str], int] = {}

    def run(self) -> Outline:
        outline = self.outline
        body = outline.page.tags("body")
        root = body[0] if body else outline.page.tree
        node = self._open(root, root.tag)
        self._add(root.text, root)
        stack = [(root, iter(root), node)]
        while stack:
            tag, children, node = stack[-1]
            for child in children:
                name = child.tag
                if name in UNSEEN or not isinstance(name, str):
                    self._add(child.tail, tag)
                    continue
                stack.append((child, iter(child), self._open(child, name)))
                self._add(child.text, child)
                break
            else:
                stack.pop()
                self._close(tag, node, stack[-1][2] if stack else None)
                if stack:
                    self._add(tag.tail, stack[-1][0])
        if node.high > node.low:
            outline.root = node
            self._name_shapes(node)
        return outline

    def run_soup(self, root: Tag) -> Outline:
        """The same of a soup."""
        self._reading = True
        stack = [(root, iter(root.contents), self._open(root, root.name))]
        while stack:
            tag, children, node = stack[-1]
            for child in children:
                if isinstance(child, Tag):
                    opened = self._open(child, child.name)
                    stack.append((child, iter(child.contents), opened))
                    break
                if isinstance(child, NavigableString):
                    self._add(str(child), tag)
            else:
                stack.pop()
                self._close(tag, node, stack[-1][2] if stack else None)
        return self.outline

    def _open(self, tag: AnyTag, name: str) -> Node:
        if name in BLOCKS:
            self._line += 1
        if name == "pre":
            self._preformatted += 1
        links = self.outline.links
        node = Node(tag, name, len(self.outline.texts), 0, len(links), 0, [])
        if self._link >= 0 or len(links) >= MAX_LINKS:
            return node
        if name == "a" or name in _MEDIA:
            url = self._address(tag, name)
            if url:
                links.append(OutlineLink(tag, url, node.start))
                if name == "a":
                    self._link = len(links) - 1
        elif self._reading or len(tag.attrib):
            url = self._usable_address(self._acts(tag, name))
            if url:
                around = name in _ROW_LIKE
                links.append(OutlineLink(tag, url, node.start, around=around))
                self._around = node if around else self._around
                if not around:
                    self._link = len(links) - 1
        return node

    def _called(self, tag: AnyTag) -> str:
        """Where a click on an element leads: by a function that the page shows, or as it stands
        there. A pager's call leads to no row."""
        page = self.outline.page
        if not (attribute(tag, "onclick") or attribute(tag, "href")):
            return called_address(tag)
        found = called_row(page, tag)
        return found if found and not is_way_on(_words_of(tag)) else called_address(tag)

    def _acts(self, tag: AnyTag, name: str) -> str:
        """Where an element that is no link leads, as it stands there: by what is called when it is
        clicked, or by an attribute that is called like one. Not where links are inside."""
        if self._reading:
            return self.outline.acting.get(id(tag), "")
        raw = self._called(tag) if self._around is None and name not in _NOT_ACTING else ""
        if not raw:
            return ""
        for number, inner in enumerate(tag.iter()):
            if number > _LARGEST_ACTING or (inner.tag == "a" and inner.get("href")):
                return ""
        self.outline.acting[tag] = raw
        return raw

    def _close(self, tag: AnyTag, node: Node, parent: Node | None) -> None:
        name = node.name
        node.end, node.high = len(self.outline.texts), len(self.outline.links)
        if node.high > node.low:
            first = self.outline.links[node.low]
            if first.tag is tag:
                first.end = node.end
                self._link = -1
            if self._around is node:
                self._around = None
            if parent is not None:
                parent.kids.append(node)
        if name in BLOCKS:
            self._line += 1
        if name == "pre":
            self._preformatted -= 1

    def _add(self, text: str | None, tag: AnyTag) -> None:
        if not text:
            return
        outline = self.outline
        if text.isspace() and not self._preformatted:
            if outline.texts and outline.lines[-1] == self._line:
                outline.texts[-1] += " "
            return
        pieces = text.split("\n") if self._preformatted else (text,)
        for number, piece in enumerate(pieces):
            self._line += bool(number)
            if piece and not piece.isspace():
                outline.texts.append(piece)
                outline.lines.append(self._line)
                outline.owners.append(self._link)
                outline.tags.append(tag)

    def _address(self, tag: AnyTag, name: str) -> str:
        """Where a link leads. Empty for marks, for this very page, and for what is not usable."""
        raw = attribute(tag, "href" if name == "a" else "src").strip()
        if raw.startswith("#") and self.outline.page.address(raw):
            return self._usable_address(raw)
        if raw[:1] == "#" or raw[:11].lower() == "javascript:" or (not raw and name == "a"):
            raw = self._called(tag) if name == "a" else ""
        return self._usable_address(raw)

    def _usable_address(self, raw: str) -> str:
        if not raw:
            return ""
        known = self.outline.known.get(raw)
        if known is None:
            known = self._absolute(raw)
            is_here = known == self._here or _INDEX.sub("", known) == self._folder
            if is_here or not known or not self._usable(known):
                known = ""
            self.outline.known[raw] = known
        return known

    def _absolute(self, raw: str) -> str:
        """The address without its fragment. Most are plain, and joining takes long."""
        if WHOLE_ADDRESS.fullmatch(raw):
            return raw
        if _FROM_ROOT.fullmatch(raw) and "/." not in raw and self._origin:
            return self._origin + raw
        return self.outline.page.address(raw)

    def _name_shapes(self, root: Node) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            for kid in node.kids:
                named = (tag_class := attribute(kid.tag, "class")) and _VARIANT.sub("", tag_class)
                key = (node.shape, kid.name, named)
                kid.shape = self._shapes.setdefault(key, len(self._shapes) + 1)
            stack.extend(node.kids)

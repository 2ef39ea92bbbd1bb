"""Soups of single blocks: what the fast tree found, as BeautifulSoup's objects, to be read.

Whatever becomes a field of an article or a row of a list is read from such a soup. It is made of
the elements that are parsed already: a second parse of the same block takes three times as long,
and a soup of the whole page twenty times as long as the fast tree. Elements and texts are those of
the tree, one for one, so that what was counted there has the same number here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from bs4.builder import HTMLTreeBuilder
from bs4.element import Comment, NavigableString, PreformattedString, Tag
from lxml import etree

from hubwatch.patterns import lazy_pattern

from .text import clean_characters, clean_line
from .tree import BLOCKS, MAX_LINE, UNSEEN, Element, VisibleLine, is_hidden, join_inline

# Elements of a soup as one line of text, and what parts text into lines at all.


def named(root: Tag, *names: str) -> list[Tag]:
    """The elements under `root` of these names, in order: `find_all` in half the time."""
    return [node for node in root.descendants if isinstance(node, Tag) and node.name in names]


def is_link(tag: Tag) -> bool:
    """True for an anchor that leads somewhere. `<a name>` is a mark, not a link."""
    return tag.name == "a" and tag.has_attr("href")


def is_text(node: object) -> bool:
    """True for text a reader sees, false for comments, CDATA and declarations."""
    return isinstance(node, NavigableString) and not isinstance(node, Comment | PreformattedString)


def line_text(tag: Tag) -> str:
    """All visible text of an element as one line. Blocks and breaks become blanks."""
    return clean_line("".join(_visible_pieces(tag)))


def _visible_pieces(tag: Tag) -> list[str]:
    pieces: list[str] = []
    for node in tag.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS:
                pieces.append(" ")
        elif is_text(node) and (node.parent is tag or _is_seen(node.parent)):
            pieces.append(str(node))
    return pieces


def _is_seen(parent: Tag | None) -> bool:
    return parent is None or parent.name not in UNSEEN


_NONE: frozenset[str] = frozenset()
_VOID = frozenset(HTMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS or ())


@dataclass(frozen=True, slots=True)
class BlockSoup:
    """The soup of one block, and which of its tags stands for which element of the fast tree."""

    root: Tag
    tags: dict[Element, Tag]

    def tag_of(self, element: Element) -> Tag:
        """The tag of an element of the block. Of any other element a soup of its own."""
        known = self.tags.get(element)
        return known if known is not None else soup_of(element).root


def soup_of(
    block: Element, without: frozenset[str] = UNSEEN, emptied: frozenset[str] = _NONE
) -> BlockSoup:
    """A soup of one element. Elements named in `without` are left out, those named in `emptied`
    keep their place and lose their content, and with them what is hidden."""
    root = _tag(block, None, None)
    tags: dict[Element, Tag] = {block: root}
    last: Tag | NavigableString = _text(block.text, root, root) if block.text else root
    stack = [(block, iter(block), root)]
    while stack:
        element, children, parent = stack[-1]
        for child in children:
            name = child.tag
            if name not in without and isinstance(name, str):
                last = tag = tags[child] = _tag(child, parent, last)
                if not emptied or not (name in emptied or is_hidden(child)):
                    if child.text:
                        last = _text(child.text, tag, last)
                    if len(child):
                        stack.append((child, iter(child), tag))
                        break
            if child.tail:
                last = _text(child.tail, parent, last)
        else:
            stack.pop()
            if stack and element.tail:
                last = _text(element.tail, stack[-1][2], last)
    return BlockSoup(root, tags)


# The same soup as a second parse of a block's markup would make, without that parse.

_PRESERVED = frozenset(("pre", "textarea"))
_ROOTS = frozenset(("html", "head", "body", "frameset", "frame", "noframes", "plaintext"))
_DEEPEST = 200
_SPACES = " \n\t\f\r"
_ADDRESS = lazy_pattern(r"[\w.!~*'()\"#$%&+,/:;<=>?@\[\\\]^`{|}-]*", re.A)
"""An address that is written as it stands: of any other, parts are escaped."""


def parsed_soup_of(block: Element) -> Tag | None:
    """What `BeautifulSoup` makes of the markup of a block, in a third of the time. None where a
    parser would nest its elements in another way than they are, as it does a list in a paragraph:
    then it has to be asked."""
    if block.tag in _ROOTS or not _nests("div", block.tag, _is_bare(block)):
        return None
    root = _parsed_tag(block, None, None)
    last: Tag | NavigableString = root
    if block.text:
        last = _parsed_text(block.text, root, root, block.tag in _PRESERVED) or last
    stack: list[tuple[Element, Iterator[Element], Tag, bool]] = [
        (block, iter(block), root, block.tag in _PRESERVED)
    ]
    while stack:
        element, children, parent, is_kept = stack[-1]
        for child in children:
            name = child.tag
            if not isinstance(name, str) or not _nests(element.tag, name, _is_bare(child)):
                return None
            last = tag = _parsed_tag(child, parent, last)
            inside = is_kept or name in _PRESERVED
            if child.text:
                last = _parsed_text(child.text, tag, last, inside) or last
            if len(child):
                stack.append((child, iter(child), tag, inside))
                if len(stack) > _DEEPEST:
                    return None
                break
            if child.tail:
                last = _parsed_text(child.tail, parent, last, is_kept) or last
        else:
            stack.pop()
            if stack and element.tail:
                _, _, around, is_around_kept = stack[-1]
                last = _parsed_text(element.tail, around, last, is_around_kept) or last
    return root


def _is_bare(element: Element) -> bool:
    return not element.text and not len(element)


def _parsed_tag(element: Element, parent: Tag | None, last: Tag | NavigableString | None) -> Tag:
    tag = _tag(element, parent, last)
    for name, value in element.attrib.items():
        if name in ("href", "src") and _ADDRESS.fullmatch(value) is None:
            tag[name] = _escaped(name, value)
        elif not value.isprintable():
            tag[name] = clean_characters(value)
    return tag


def _escaped(name: str, value: str) -> str:
    """An address as it is written into markup and read again."""
    link = etree.Element("img" if name == "src" else "a")
    link.set(name, value)
    markup = clean_characters(etree.tostring(link, encoding="unicode", method="html"))
    found = etree.fromstring(markup, _parser())
    return next((tag.get(name) or "" for tag in found.iter(link.tag)), "")


def _parsed_text(
    text: str, parent: Tag, last: Tag | NavigableString, is_kept: bool
) -> NavigableString | None:
    """A text without odd characters, and blanks between elements as one. None for nothing."""
    if not text.isprintable():
        text = clean_characters(text)
    if not text:
        return None
    if not is_kept and not text.strip(_SPACES):
        text = "\n" if "\n" in text else " "
    return _text(text, parent, last)


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8")


@lru_cache(maxsize=8192)
def _nests(around: str, name: str, is_bare: bool) -> bool:
    """Whether an element of this name is where it was once it is written into markup and read
    again: some close what they stand in, some take what follows them."""
    try:
        outer = etree.Element(around)
        inner = etree.SubElement(outer, name)
    except ValueError:  # a name that no element may be given
        return False
    inner.tail = "b"
    if not is_bare:
        inner.text = "a"
    markup = f"<div>{etree.tostring(outer, encoding='unicode', method='html')}</div>"
    tree = etree.fromstring(markup, _parser())
    found = tree.find(f"body/div/{around}") if tree is not None else None
    return found is not None and etree.tostring(found) == etree.tostring(outer)


def written(root: Tag) -> str:
    """What an element holds as markup: `decode_contents` in a third of the time."""
    out: list[str] = []
    stack = [(root, iter(root.contents))]
    while stack:
        tag, children = stack[-1]
        for child in children:
            if isinstance(child, Tag):
                said = "".join(
                    f' {name}="{_quoted(child.attrs[name])}"' for name in sorted(child.attrs)
                )
                if child.name in _VOID and not child.contents:
                    out.append(f"<{child.name}{said}/>")
                    continue
                out.append(f"<{child.name}{said}>")
                stack.append((child, iter(child.contents)))
                break
            if is_text(child):
                out.append(escape(str(child), quote=False))
        else:
            stack.pop()
            if stack:
                out.append(f"</{tag.name}>")
    return "".join(out)


def _quoted(value: object) -> str:
    said = " ".join(value) if isinstance(value, list) else str(value)
    return escape(said, quote=False).replace('"', "&quot;")


def own_text(element: Element) -> str:
    """All text right inside one element as it stands there, a script's too, read from its soup."""
    root = soup_of(element, _NONE).root
    return "".join(str(node) for node in root.descendants if isinstance(node, NavigableString))


def stated(element: Element, name: str) -> str:
    """An attribute of an element, read from a soup of the element alone. Empty where it is
    missing."""
    return attribute(_tag(element, None, None), name)


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one string. Empty where it is missing."""
    value = tag.get(name)
    if isinstance(value, str):
        return value
    return " ".join(value) if value else ""


def block_line(element: Element) -> str:
    """All visible text of an element as one line, read from its soup."""
    return line_text(soup_of(element).root)


def spaced_text(root: Tag) -> str:
    """All visible text of a soup as one line, a blank between ASCII words that only markup
    parts."""
    return clean_line(join_inline(_pieces(root)))


_APART = BLOCKS | UNSEEN


class LineReader:
    """Reads visible lines that the fast tree found from the soups of the blocks that hold them."""

    def __init__(self) -> None:
        self._blocks: dict[Element, tuple[BlockSoup, dict[int, list[_Line]]]] = {}

    def read(self, line: VisibleLine, among: tuple[VisibleLine, ...]) -> str:
        """The text of one of the lines of a page."""
        return self._find(line, among).text

    def read_fields(
        self, line: VisibleLine, among: tuple[VisibleLine, ...], is_label: Callable[[str], bool]
    ) -> str:
        """The same with a stroke where one field of it ends and the next begins, by its elements,
        and a blank behind what `is_label`, since its value follows."""
        return self._find(line, among).parted(is_label)

    def _find(self, line: VisibleLine, among: tuple[VisibleLine, ...]) -> _Line:
        block = line.tag
        while block.tag not in BLOCKS and (parent := block.getparent()) is not None:
            block = parent
        if block not in self._blocks:
            soup = soup_of(block, _NONE, _APART)
            starts: dict[int, list[_Line]] = {}
            for tag, found in _lines_of(soup.root):
                starts.setdefault(id(tag), []).append(found)
            self._blocks[block] = soup, starts
        soup, starts = self._blocks[block]
        lines = starts.get(id(soup.tags.get(line.tag)), [])
        for each in lines:
            if each.text == line.text:
                return each
        if len(lines) < 2:
            return lines[0] if lines else _Line(block_line(line.tag), ())
        same = [other for other in among if other.tag is line.tag]
        at = next(at for at, other in enumerate(same) if other is line)
        return lines[min(at, len(lines) - 1)]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    pieces: tuple[str, ...]

    def parted(self, is_label: Callable[[str], bool]) -> str:
        out: list[str] = []
        last: NavigableString | None = None
        for piece in self.pieces:
            if isinstance(piece, NavigableString):
                if last is not None:
                    out.append(_between(last, piece, is_label))
                last = piece
            out.append(piece)
        return clean_line(join_inline(out))[:MAX_LINE] if out else self.text


_TIME_OF_DAY = lazy_pattern(r"\d:[0-5]\d$")


def _between(last: NavigableString, piece: NavigableString, is_label: Callable[[str], bool]) -> str:
    """What parts two texts that nothing stands between: a stroke if they are of two fields of a
    line, which are elements side by side that do not say how a word looks, a blank behind a
    label."""
    before, behind = last.rstrip(), piece.lstrip()
    is_end = before[-1:].isalpha() or _TIME_OF_DAY.search(before[-5:]) is not None
    if not (is_end and behind[:1].isalpha()) or behind[0].islower():
        return ""
    around = [last, *last.parents]
    of_both = next((each for each in piece.parents if any(each is one for one in around)), None)
    sides = [
        next((each for each in (text, *text.parents) if each.parent is of_both), None)
        for text in (last, piece)
    ]
    if not all(isinstance(side, Tag) and side.name not in _LOOKS for side in sides):
        return ""
    said, other = (clean_line("".join(_pieces(side))) for side in sides if isinstance(side, Tag))
    is_word = _WORD.fullmatch(said) is not None
    if is_label(said):
        return " "
    if len(said) == 1 or len(other) == 1 or said.rpartition(" ")[2].islower():
        return ""  # a name letter by letter, `Ministry of`
    # `<span>Anna</span> <span>Miller</span>`
    is_piece = is_word and (said.islower() or _WORD.fullmatch(other) is not None)
    return "" if is_piece else " | "


_LOOKS = frozenset(("b", "strong", "font", "u", "mark", "sub", "sup", "big", "ins", "wbr"))
_WORD = lazy_pattern(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+[.']?")


def _lines_of(root: Tag) -> Iterator[tuple[Tag, _Line]]:
    """The lines of a block whose inner blocks are empty, each with the tag that it begins in."""
    pieces: list[str] = []
    start = root
    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS and pieces:
                yield from _ended(start, pieces)
        elif isinstance(node, NavigableString) and not node.isspace():
            if not pieces and node.parent is not None:
                start = node.parent
            pieces.append(node)
        elif pieces:
            pieces.append(" ")
    yield from _ended(start, pieces)


def _ended(start: Tag, pieces: list[str]) -> Iterator[tuple[Tag, _Line]]:
    text = clean_line(join_inline(pieces))[:MAX_LINE]
    if text:
        yield start, _Line(text, tuple(pieces))
    pieces.clear()


def _pieces(root: Tag) -> Iterator[str]:
    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS:
                yield " "
        elif isinstance(node, NavigableString):
            yield str(node)


def _tag(element: Element, parent: Tag | None, last: Tag | NavigableString | None) -> Tag:
    name = element.tag
    tag = Tag(name=name, parent=parent, previous=last, can_be_empty_element=name in _VOID)
    # All at once: each is a string already, and a tag looks at every value that it is given.
    tag.attrs.update(element.items())
    if parent is not None:
        parent.contents.append(tag)
    return tag


def _text(text: str, parent: Tag, last: Tag | NavigableString) -> NavigableString:
    string = NavigableString(text)
    string.setup(parent, last)
    parent.contents.append(string)
    return string

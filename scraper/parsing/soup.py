"""Soups of single blocks: what the fast tree found, as BeautifulSoup's objects, to be read.

Whatever becomes a field of an article or a row of a list is read from such a soup. It is made of
the elements that are parsed already: a second parse of the same block takes three times as long,
and a soup of the whole page twenty times as long as the fast tree. Elements and texts are those of
the tree, one for one, so that what was counted there has the same number here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bs4.element import Comment, NavigableString, PreformattedString, Tag

from .text import clean_line
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
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "wbr"))


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


class LineReader:
    """Reads visible lines that the fast tree found from the soups of the blocks that hold them."""

    def __init__(self) -> None:
        self._blocks: dict[Element, tuple[BlockSoup, dict[int, list[str]]]] = {}

    def read(self, line: VisibleLine, among: tuple[VisibleLine, ...]) -> str:
        """The text of one of the lines of a page."""
        block = line.tag
        while block.tag not in BLOCKS and (parent := block.getparent()) is not None:
            block = parent
        if block not in self._blocks:
            soup = soup_of(block, _NONE, BLOCKS | UNSEEN)
            starts: dict[int, list[str]] = {}
            for tag, text in _lines_of(soup.root):
                starts.setdefault(id(tag), []).append(text)
            self._blocks[block] = soup, starts
        soup, starts = self._blocks[block]
        texts = starts.get(id(soup.tags.get(line.tag)), [])
        if len(texts) < 2 or line.text in texts:
            return line.text if line.text in texts else next(iter(texts), block_line(line.tag))
        same = [other for other in among if other.tag is line.tag]
        at = next(at for at, other in enumerate(same) if other is line)
        return texts[min(at, len(texts) - 1)]


def _lines_of(root: Tag) -> Iterator[tuple[Tag, str]]:
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
            pieces.append(str(node))
        elif pieces:
            pieces.append(" ")
    yield from _ended(start, pieces)


def _ended(start: Tag, pieces: list[str]) -> Iterator[tuple[Tag, str]]:
    text = clean_line(join_inline(pieces))[:MAX_LINE]
    pieces.clear()
    if text:
        yield start, text


def _pieces(root: Tag) -> Iterator[str]:
    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS:
                yield " "
        elif isinstance(node, NavigableString):
            yield str(node)


def _tag(element: Element, parent: Tag | None, last: Tag | NavigableString | None) -> Tag:
    name = element.tag
    tag = Tag(
        name=name,
        attrs=element.attrib,
        parent=parent,
        previous=last,
        can_be_empty_element=name in _VOID,
    )
    if parent is not None:
        parent.contents.append(tag)
    return tag


def _text(text: str, parent: Tag, last: Tag | NavigableString) -> NavigableString:
    string = NavigableString(text)
    string.setup(parent, last)
    parent.contents.append(string)
    return string

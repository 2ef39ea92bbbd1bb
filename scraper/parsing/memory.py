"""What the reader remembers of a source's pages: the parts that stand on many of them unchanged.

A menu, a footer, a box of links: each is kept with its markup and the visible lines that it has. A
part is known by its whole markup and by nothing less, so what is remembered is what a reading would
find, and no page can change how another is read. A memory lives as long as its process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree

from .tree import (
    BLOCKS,
    LEAST_CHILDREN,
    MAX_DEPTH,
    Element,
    FoundPart,
    NumberedNames,
    VisibleLine,
    made_lines,
    numbered_names,
    walk_lines,
)

MOST_SOURCES = 32
"""Sources that are remembered at once. The one that was longest not asked for is forgotten."""
MOST_BYTES = 512 * 1024
"""Markup of all parts of one source."""
MOST_PARTS = 64
"""Parts of one source."""
CHECKED_EVERY = 20
"""So many pages, and one is read without the memory and compared with what it would have said."""
_LEAST_LINES = 3
_MOST_WRITTEN = 256 * 1024
"""Bytes of markup that are written to know the parts of one page."""
_FIRST, _RAREST = 4, 64
"""The first pages are learned from, but for the very first, which may be the only one; then every
second, fourth and so on to one of so many. What brings something new is followed by the next page:
menus differ from column to column."""
_MOST_SEEN = 1_024
_MOST_LOOKED_AT = 400
_MOST_LOOKS = 4 * MOST_PARTS
_CREDIT = 4
_MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one part: their texts, how much of each is of links, and the numbers of the
    elements that they begin in. `height` is how deep its elements nest, `names` what they are
    called."""

    texts: tuple[str, ...]
    linked: tuple[int, ...]
    elements: tuple[int, ...]
    height: int
    names: NumberedNames


_Look = tuple[str, int, str | None, str | None]
"""What a part is told by before its markup is written: name, number of children, class and id."""


@dataclass(slots=True)
class PageMemory:
    """The remembered parts of one source. `pages` is of how many pages they are asked, `remembered`
    how many lines came out of the memory, `lines` how many there were, and `disagreed` how often
    a page that was compared had other lines. `found` are the parts of the page that was walked
    last, by their elements."""

    pages: int = 0
    lines: int = 0
    remembered: int = 0
    disagreed: int = 0
    found: dict[Element, FoundPart] = field(default_factory=dict)
    _parts: OrderedDict[bytes, _Part] = field(default_factory=OrderedDict)
    _size: int = 0
    _looks: dict[_Look, int] = field(default_factory=dict)
    _seen: dict[int, None] = field(default_factory=dict)
    _left: int = 0
    _next: int = 2
    _apart: int = 1

    def walk(self, root: Element, most: int) -> tuple[tuple[VisibleLine, ...], bool]:
        """The visible lines of a page, as `walk_lines` finds them: the same, in less time."""
        self.pages += 1
        self.found = {}
        self._left = _MOST_WRITTEN
        if self.pages >= self._next:
            is_new = self._learn(root)
            self._apart = 1 if is_new or self.pages < _FIRST else min(2 * self._apart, _RAREST)
            self._next = self.pages + self._apart
        if not self._parts:
            return walk_lines(root, most)
        before = self.remembered
        self._left = _MOST_WRITTEN
        found = walk_lines(root, most, self.lines_of)
        self.lines += len(found[0])
        if self.pages % CHECKED_EVERY == 0 and self.remembered > before and not found[1]:
            plain = walk_lines(root, most)
            if plain != found:
                self.disagreed += 1
                self._forget()
                self.found = {}
                return plain
        return found

    def lines_of(self, tag: Element, depth: int) -> list[VisibleLine] | None:
        """The lines of an element `depth` below the root, if its markup is that of a part that is
        known. None for any other."""
        look = (tag.tag, len(tag), tag.get("class"), tag.get("id"))
        credit = self._looks.get(look, 0)
        if credit <= 0 or self._left <= 0:
            return None
        markup = etree.tostring(tag, encoding="utf-8", with_tail=False)
        self._left -= len(markup)
        part = self._parts.get(markup)
        if part is None or depth + part.height >= MAX_DEPTH:
            self._looks[look] = credit - 1
            return None
        self._looks[look] = _CREDIT
        self._parts.move_to_end(markup)
        elements = list(tag.iter())
        self.found[tag] = FoundPart(elements, part.names)
        begins = map(elements.__getitem__, part.elements)
        self.remembered += len(part.texts)
        return made_lines(part.texts, begins, part.linked)

    def _learn(self, root: Element) -> bool:
        """Remember the outermost parts of a page that an earlier one had as well. Return whether
        any is new."""
        inside: set[Element] = set()
        looked, is_new = 0, False
        for tag in root.iter(*BLOCKS):
            if len(tag) < LEAST_CHILDREN or tag is root or tag in inside:
                continue
            looked += 1
            if self._left <= 0 or looked > _MOST_LOOKED_AT:
                break
            markup = etree.tostring(tag, encoding="utf-8", with_tail=False)
            self._left -= len(markup)
            key = hash(markup)
            is_known = markup in self._parts
            if is_known or (key in self._seen and self._keep(tag, markup)):
                is_new = is_new or not is_known
                if len(self._looks) >= _MOST_LOOKS:
                    self._looks.clear()
                self._looks[_look_of(tag)] = _CREDIT
                inside.update(tag.iter())
            elif len(self._seen) < _MOST_SEEN:
                self._seen[key] = None
            else:
                self._seen.clear()
        return is_new

    def _keep(self, tag: Element, markup: bytes) -> bool:
        """Keep a part, if it is worth that."""
        height = _height(tag)
        if len(markup) > MOST_BYTES // 4 or height >= MAX_DEPTH // 2:
            return False
        lines, _ = walk_lines(tag, _MOST_LINES)
        if not _LEAST_LINES <= len(lines) < _MOST_LINES:
            return False
        numbers = {element: at for at, element in enumerate(tag.iter())}
        self._parts[markup] = _Part(
            tuple(line.text for line in lines),
            tuple(line.linked for line in lines),
            tuple(numbers[line.tag] for line in lines),
            height,
            numbered_names(tag),
        )
        self._size += len(markup)
        while self._size > MOST_BYTES or len(self._parts) > MOST_PARTS:
            self._size -= len(self._parts.popitem(last=False)[0])
        return True

    def _forget(self) -> None:
        self._parts.clear()
        self._looks.clear()
        self._seen.clear()
        self._size = 0


_memories: OrderedDict[str, PageMemory] = OrderedDict()


@contextmanager
def remembering(source_id: str) -> Iterator[PageMemory]:
    """The memory of a source for as long as one page of it is read. Whoever reads another page of
    the source meanwhile, in another thread, has one of his own."""
    memory = _memories.pop(source_id, None)
    if memory is None:
        memory = PageMemory()
    try:
        yield memory
    finally:
        memory.found = {}  # or the whole page would stay
        _memories[source_id] = memory
        while len(_memories) > MOST_SOURCES:
            _memories.popitem(last=False)


def forget() -> None:
    """Forget every source, as a new process begins."""
    _memories.clear()


def _look_of(tag: Element) -> _Look:
    return tag.tag, len(tag), tag.get("class"), tag.get("id")


def _height(tag: Element) -> int:
    """How deep the elements below this one nest."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tag, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest

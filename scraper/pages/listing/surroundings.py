"""What stands around a link of a list: the row it belongs to, and the text on either side of it.

For lists without selectors. Reads no dates and no titles.
"""

from __future__ import annotations

from collections.abc import Iterator

from bs4.element import Tag

from ..lines import BLOCKS, is_text, line_text
from ..page import attribute

_ENDS = frozenset(("li", "tr", "article", "dl"))
_MOST_LINKS = 6


def box_of(link: Tag) -> Tag | None:
    """The largest element around a link that holds no other article's link."""
    own = attribute(link, "href")
    best: Tag | None = None
    node = link.parent
    for _ in range(6):
        if node is None or node.name in ("body", "html", "[document]"):
            break
        if {attribute(a, "href") for a in node.find_all("a", limit=8)} - {own, "", "#"}:
            break
        best = node
        if node.name in _ENDS:
            break
        node = node.parent
    return best


def texts_around(link: Tag, box: Tag | None) -> Iterator[str]:
    """Texts that may hold the row's date, nearest first."""
    if box is not None:
        yield line_text(box)
    else:
        yield line_text(link)
        yield _beside(link)
    row = link.find_parent(["tr", "li"])
    if (
        isinstance(row, Tag)
        and row is not box
        and len(row.find_all("a", limit=_MOST_LINKS + 1)) <= _MOST_LINKS
    ):
        yield line_text(row)


def _beside(link: Tag) -> str:
    """The text between a link and the next one in a flat run `<a>…</a> date <a>…</a> date`.

    Whether dates stand before or after their links is told by what precedes the first link.
    """
    parent = link.parent
    if parent is None:
        return ""
    lead = _run(next(iter(parent.find_all("a", limit=1, recursive=False)), link), -1)
    return _run(link, -1) if any(c.isdigit() for c in lead) else _run(link, 1)


def _run(link: Tag, step: int) -> str:
    pieces: list[str] = []
    node = link.next_sibling if step > 0 else link.previous_sibling
    for _ in range(12):
        if node is None or (
            isinstance(node, Tag) and (node.name in BLOCKS or node.name == "a" or node.find("a"))
        ):
            break
        text = line_text(node) if isinstance(node, Tag) else str(node) if is_text(node) else ""
        pieces.append(text)
        node = node.next_sibling if step > 0 else node.previous_sibling
    return " ".join(pieces if step > 0 else reversed(pieces))

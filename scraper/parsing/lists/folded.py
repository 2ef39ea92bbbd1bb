"""Articles that open on the list's own page, under their headlines: accordions, `<details>`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from ..page import Page
from ..tree import Element, attribute, is_hidden, line_text, names_of, text_size

_FEWEST = 3
_LEAST_HEADLINE, _LEAST_TEXT = 8, 30
"""Bytes of a headline, and characters of a text beside the links in it."""
_MOST_LOOKED_AT, _MOST_IN_HEAD = 20_000, 20
_OPENS = ("href", "data-target", "data-bs-target", "data-href", "aria-controls")


@dataclass(frozen=True, slots=True)
class FoldedArticles:
    """How many articles a page holds folded, the first headline, and where their links lead."""

    count: int
    headline: str
    links: frozenset[str]


def folded_articles(page: Page) -> FoldedArticles | None:
    """The articles that a page holds folded. None where there are fewer than three."""
    found: list[tuple[str, Element]] = []
    for tag in islice(page.tree.iter(), _MOST_LOOKED_AT):
        head = _head_of(tag) if isinstance(tag.tag, str) else None
        if head is not None and _is_text(tag, head):
            words = line_text(head)
            if len(words.encode()) >= _LEAST_HEADLINE:
                found.append((words, tag))
    if len(found) < _FEWEST:
        return None
    links = {
        page.link(attribute(link, "href"))
        for _, tag in found
        for link in tag.iter("a")
        if attribute(link, "href")
    }
    return FoldedArticles(len(found), found[0][0], frozenset(links))


def _head_of(tag: Element) -> Element | None:
    """What opens an element, and stands right before it or is its `<summary>`. None where nothing
    does."""
    if tag.tag == "details":
        return next(tag.iterchildren("summary"), None)
    before = tag.getprevious()
    if before is None or not isinstance(before.tag, str):
        return None
    own = attribute(tag, "id")
    for node in islice(before.iter(), _MOST_IN_HEAD):
        if own and any(attribute(node, name).lstrip("#") == own for name in _OPENS):
            return before
        if node.get("onclick") is not None and (is_hidden(tag) or "collaps" in names_of(tag)):
            return before
    return None


def _is_text(tag: Element, head: Element) -> bool:
    """Whether what is folded is a text, rather than a menu, a form or a list of links."""
    linked = sum(text_size(link) for link in tag.iter("a"))
    inside = text_size(head) if tag.tag == "details" else 0
    rest = text_size(tag) - inside - linked
    return rest >= _LEAST_TEXT and rest > linked and next(tag.iter("form", "nav"), None) is None

"""Selectors for the fields of an article, told from what its list says and from its siblings.

A headline and a date that the list names can be found again on the article's page; and what stands
on several articles' pages is not the text of any of them. For portals that cannot be read without.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import reduce

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture

from ..decode import decode
from ..fields.dates import read_date
from ..page import Page
from ..text import squeeze
from ..tree import Element, line_text
from .names import selectors_of

_MOST_DATE = 160
_LEAST_LINE = 8
_LINKED = 0.1
"""How much a linked character counts against a text, where one of the portal's own counts 1."""
_FOREIGN = 0.03


def open_pages(captures: Sequence[Capture]) -> list[Page]:
    """The pages that can be parsed."""
    pages = []
    for capture in captures:
        text = decode(capture.body, capture.header("content-type") or "").text
        try:
            pages.append(Page(text, capture.final_url or capture.url, capture.fetched_at))
        except (ParserRejectedMarkup, RecursionError):
            continue
    return pages


def propose_title(pages: Sequence[Page], titles: Sequence[str]) -> str:
    """The selector that finds exactly these headlines; empty if none does."""
    wanted = [squeeze(title) for title in titles]

    def holds(number: int, tag: Element) -> bool:
        return squeeze(line_text(tag)) == wanted[number]

    def reads(number: int, text: str) -> bool:
        return squeeze(text) == wanted[number]

    return _propose(pages, holds, reads)


def propose_date(pages: Sequence[Page], days: Sequence[date], zone: str) -> str:
    """The selector whose text begins with, or holds alone, these days; empty if none does."""

    def reads(number: int, text: str) -> bool:
        when = read_date(text, zone) if len(text) <= _MOST_DATE else None
        return when is not None and when.day == days[number]

    def holds(number: int, tag: Element) -> bool:
        text = line_text(tag)
        return any(character.isdigit() for character in text[:_MOST_DATE]) and reads(number, text)

    return _propose(pages, holds, reads)


def _propose(
    pages: Sequence[Page],
    holds: Callable[[int, Element], bool],
    reads: Callable[[int, str], bool],
) -> str:
    candidates = [_names_of_holders(number, page, holds) for number, page in enumerate(pages)]
    if not candidates:
        return ""
    common = reduce(lambda one, other: [name for name in one if name in other], candidates)
    for name in common:
        firsts = [next(page.rule_texts(name), "") for page in pages]
        if all(reads(number, text) for number, text in enumerate(firsts)):
            return name
    return ""


def _names_of_holders(number: int, page: Page, holds: Callable[[int, Element], bool]) -> list[str]:
    """Names of the elements that hold the value, the innermost first."""
    found: list[str] = []
    body = page.tags("body")
    for tag in reversed(list((body[0] if body else page.tree).iterdescendants())):
        if (
            isinstance(tag.tag, str)
            and tag.tag not in ("script", "style", "a")
            and holds(number, tag)
        ):
            found += selectors_of(tag)
            found += [f"{name} {tag.tag}" for name in _around(tag)]
            if tag.tag in ("h1", "h2", "time"):
                found.append(tag.tag)
    return list(dict.fromkeys(found))


def _around(tag: Element) -> list[str]:
    return next((names for parent in tag.iterancestors() if (names := selectors_of(parent))), [])


def repeated_lines(bodies: Sequence[str]) -> set[str]:
    """Lines that stand in more than one of these texts."""
    seen = Counter(line for body in bodies for line in {squeeze(part) for part in body.split("\n")})
    return {line for line, count in seen.items() if count > 1 and len(line) >= _LEAST_LINE}


def propose_body(pages: Sequence[Page]) -> tuple[str, int]:
    """The selector of the element with the most text that is this article's alone, and how many
    characters of it the shortest page has; ("", 0) if no element is free of the portal's own."""
    if len(pages) < 2:
        return "", 0
    texts = [dict(_named(page)) for page in pages]
    shared = Counter(line for page in pages for line in {squeeze(each.text) for each in page.lines})
    boilerplate = {line for line, count in shared.items() if count > 1}
    own = [_own_sizes(page, boilerplate) for page in pages]
    best = ("", 0)
    for name in texts[0]:
        if not all(name in known for known in texts):
            continue
        size = min(sizes.get(known[name], 0) for known, sizes in zip(texts, own, strict=True))
        if size >= best[1] and size:
            best = name, size
    return best


def _named(page: Page) -> Iterator[tuple[str, Element]]:
    """Elements that one name alone selects, outer before inner."""
    names: dict[str, list[Element]] = {}
    for tag in page.tree.iter("div", "article", "section", "td", "main"):
        for name in selectors_of(tag):
            names.setdefault(name, []).append(tag)
    yield from ((name, tags[0]) for name, tags in names.items() if len(tags) == 1)


def _own_sizes(page: Page, boilerplate: set[str]) -> dict[Element, int]:
    """Characters of text of each element; none where it holds the portal's own lines, or many
    links."""
    sizes: Counter[Element] = Counter()
    foreign: defaultdict[Element, float] = defaultdict(float)
    for line in page.lines:
        size = len(line.text)
        other = size if squeeze(line.text) in boilerplate else 0
        for tag in (line.tag, *line.tag.iterancestors()):
            sizes[tag] += size
            foreign[tag] += other + line.linked * _LINKED
    return {tag: size for tag, size in sizes.items() if foreign[tag] <= _FOREIGN * size}

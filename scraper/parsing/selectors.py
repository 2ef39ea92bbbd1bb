"""CSS selectors as people write them: checked, translated once, run over a page's tree.

What the fast engine cannot say (`:has`, `:is` and the like) is left to the slow one.
"""

from __future__ import annotations

from functools import lru_cache

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from hubwatch.patterns import lazy_pattern

from .tree import Element

_QUOTED = lazy_pattern(r"""["'][^"']*["']""")
_PSEUDO = lazy_pattern(r":([\w-]+)")
_SAME = frozenset([
    "first-child", "last-child", "only-child", "nth-child", "nth-last-child", "nth-of-type",
    "first-of-type", "last-of-type", "only-of-type", "not", "empty",
])  # fmt: skip
"""Pseudo-classes that mean the same to both engines."""
_MARK = "data-hubwatch-at"


def check(selector: str) -> None:
    """Raises ValueError, on one line, for a selector that cannot be used."""
    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as fault:
        first = str(fault).splitlines()[0] if str(fault) else "unknown"
        raise ValueError(f"{selector!r} is no CSS selector ({first})") from None


def select(soup: BeautifulSoup, selector: str) -> list[Tag]:
    """Elements of a soup, in order. A selector nobody can read selects nothing."""
    try:
        return list(soup.select(selector))
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError):
        return []


def find_all(root: Element, selector: str) -> list[Element]:
    """The elements under `root`, in order. A selector nobody can read selects nothing."""
    quick = _translated(selector)
    if quick is not None:
        found: list[Element] = quick(root)
        return found
    return _by_soup(root, selector)


@lru_cache(maxsize=1024)
def _translated(selector: str) -> CSSSelector | None:
    if not _SAME.issuperset(_PSEUDO.findall(_QUOTED.sub("", selector))):
        return None
    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, etree.XPathError, ValueError):
        return None


def _by_soup(root: Element, selector: str) -> list[Element]:
    """Asked of a soup of the same tree, whose elements carry their place in it."""
    places = list(root.iter())
    try:
        for at, tag in enumerate(places):
            tag.set(_MARK, str(at))
        soup = BeautifulSoup(etree.tostring(root, encoding="unicode", method="html"), "lxml")
    finally:
        for tag in places:
            tag.attrib.pop(_MARK, None)
    marks = [tag.get(_MARK) for tag in select(soup, selector)]
    return [places[int(mark)] for mark in marks if isinstance(mark, str)]

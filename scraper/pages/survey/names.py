"""What an author calls an element, as a CSS selector: `#zoom`, `div.article`.

Names that count or change from page to page are none. Tries nothing on a page.
"""

from __future__ import annotations

import re

from ..tree import Element, attribute

_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]{0,60}")
_COUNTED = re.compile(r"\d{3,}")
_FLEETING = frozenset(
    ("active", "on", "current", "cur", "first", "last", "odd", "even", "clearfix")
)


def name_of(sign: str, word: str) -> str:
    """`.word` or `#word` where the word can be written so and says something; else nothing."""
    usable = _NAME.fullmatch(word) and not _COUNTED.search(word) and word.lower() not in _FLEETING
    return f"{sign}{word}" if usable else ""


def selectors_of(tag: Element) -> list[str]:
    """Ways to select an element by its own id and classes, the surest first."""
    found = [name_of("#", attribute(tag, "id"))]
    found += [name_of(".", word) for word in attribute(tag, "class").split()[:6]]
    return [name if name.startswith("#") else f"{tag.tag}{name}" for name in found if name]

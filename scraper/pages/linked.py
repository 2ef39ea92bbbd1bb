"""What a page says in JSON-LD (schema.org): its objects, articles first.

Broken blocks are passed over; which property means what is for the readers of fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .soup import own_text
from .text import clean_line
from .tree import Element, attribute

_MAX_JSON = 512 * 1024
_ARTICLE = re.compile(r"article|posting|report", re.I)
_PROPERTY = re.compile(r'"(datePublished|dateModified|@type)"\s{0,9}:\s{0,9}"([^"\\]{4,60})"')
_TRAILING = re.compile(r",\s{0,99}(?=[}\]])")


def read_linked(scripts: list[Element]) -> tuple[dict[str, object], ...]:
    """The objects of all JSON-LD blocks among these scripts, articles first."""
    found: list[dict[str, object]] = []
    for tag in scripts:
        if "ld+json" in attribute(tag, "type").lower():
            found.extend(_objects(own_text(tag)[:_MAX_JSON]))
    return tuple(sorted(found, key=lambda item: not _ARTICLE.search(plain_text(item.get("@type")))))


def plain_text(value: object) -> str:
    """A property as text: itself, its `name`, or those of its members."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return plain_text(value.get("name"))
    if isinstance(value, list):
        return ", ".join(
            text
            for item in value[:10]
            if isinstance(item, str | dict) and (text := plain_text(item))
        )
    return ""


def _objects(text: str) -> Iterator[dict[str, object]]:
    plain = text.strip().removeprefix("<!--").removesuffix("-->")
    whole = _loaded(plain) or _loaded(_TRAILING.sub("", plain))
    todo: list[object] = [whole if whole is not None else _salvaged(plain)]
    for _ in range(500):
        if not todo:
            return
        item = todo.pop(0)
        if isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            yield item
            todo.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )


def _salvaged(text: str) -> dict[str, object]:
    """The first value of each property that matters, of a block with a mistake somewhere in it."""
    found: dict[str, object] = {}
    for match in _PROPERTY.finditer(text):
        found.setdefault(match[1], match[2])
    return found


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None

"""A linear look at markup before any parser sees it: how deep, how many tags, how long.

Parsers are quadratic in depth and generous with memory; this is neither. It cuts, it judges
nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TAGS = 60_000
MAX_DEPTH = 400
MAX_CHARACTERS = 8 * 1024 * 1024
MAX_TAG_LENGTH = 2 * 1024 * 1024
MAX_ATTRIBUTES = 1_000

_TAG = re.compile(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9]{0,30}))")
_RAW_ENDS = {
    name: re.compile(rf"</{name}", re.I)
    for name in ("script", "style", "textarea", "noscript", "title")
} | {"!--": re.compile("-->")}
"""Inside these a `<` opens no tag."""
_UNCOUNTED = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "thead",
    "tbody", "tfoot", "html", "head", "body", "optgroup",
])  # fmt: skip
"""Never nested, or closed by their next sibling: they add no depth."""


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Markup that may be parsed; `cut` says in one line what was left out, empty if nothing."""

    text: str
    cut: str = ""


def trim(text: str) -> Trimmed:
    """The head of `text` that stays within the bounds. Linear in its length."""
    cut = ""
    if len(text) > MAX_CHARACTERS:
        text, cut = text[:MAX_CHARACTERS], f"cut after {MAX_CHARACTERS} characters"
    depth = tags = at = 0
    while (found := _TAG.search(text, at)) is not None:
        tags += 1
        at = _after(text, found)
        depth = max(0, depth + _step(found))
        if tags > MAX_TAGS:
            return Trimmed(text[: found.start()], f"cut after {MAX_TAGS} tags")
        if depth > MAX_DEPTH:
            return Trimmed(text[: found.start()], f"cut where tags nest deeper than {MAX_DEPTH}")
        if found.group(3) and _is_monster(text, found.end()):
            return Trimmed(text[: found.start()], "cut before a tag with too many attributes")
    return Trimmed(text, cut)


def _after(text: str, found: re.Match[str]) -> int:
    """Where to look on: behind the raw text of a script, style or comment, which is no markup."""
    name = (found.group(1) or found.group(3)).lower()
    if found.group(2) or name not in _RAW_ENDS:
        return found.end()
    end = _RAW_ENDS[name].search(text, found.end())
    return end.end() if end else len(text)


def _step(found: re.Match[str]) -> int:
    name = (found.group(3) or "").lower()
    if not name or name in _UNCOUNTED or name in _RAW_ENDS:
        return 0
    return -1 if found.group(2) else 1


def _is_monster(text: str, start: int) -> bool:
    """True for a tag with very many attributes; only long tags are looked into."""
    end = text.find(">", start, start + MAX_TAG_LENGTH)
    if end < 0:
        end = min(len(text), start + MAX_TAG_LENGTH)
    if end - start < 2 * MAX_ATTRIBUTES:
        return False
    return text.count("=", start, end) > MAX_ATTRIBUTES or text.count(" ", start, end) > 20_000

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
MAX_ATTRIBUTES = 1_000
_LONG_TAG = 2 * MAX_ATTRIBUTES

_TAG = re.compile(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9]{0,30}))")
_RAW_NAMES = ("script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes")
_RAW_ENDS = {name: re.compile(rf"</{name}", re.I) for name in _RAW_NAMES} | {
    "!--": re.compile("-->")
}
"""Inside these a `<` opens no tag."""
_UNCOUNTED = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "thead",
    "tbody", "tfoot", "html", "head", "body", "optgroup",
])  # fmt: skip
"""Never nested, or closed by their next sibling: they add no depth."""
_NAMED = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,30})")


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
    return Trimmed(text, cut) if _is_tame(text) else _cut(text, cut)


def _is_tame(text: str) -> bool:
    """True for markup far from every bound, as nearly all is; a coarser look than the exact one.

    Tags in scripts count here as if they were tags. What hides its depth that way is met by the
    parser's own bound.
    """
    if text.count("<") >= MAX_TAGS:
        return False
    long_pieces = (piece for piece in text.split(">") if len(piece) >= _LONG_TAG)
    if any((tag := _NAMED.search(p)) and len(p) - tag.start() >= _LONG_TAG for p in long_pieces):
        return False
    depth = deepest = 0
    for closes, name in _NAMED.findall(text):
        if name in _UNCOUNTED or name.lower() in _UNCOUNTED:
            continue
        if not closes:
            depth += 1
            if depth > deepest:
                deepest = depth
        elif depth:
            depth -= 1
    return deepest <= MAX_DEPTH


def _cut(text: str, cut: str) -> Trimmed:
    """Tag by tag to the first that is too much."""
    depth = tags = at = closed = 0
    while (found := _TAG.search(text, at)) is not None:
        tags += 1
        name = (found.group(1) or found.group(3)).lower()
        is_raw = name in _RAW_ENDS and not found.group(2)
        at = _behind(text, name, found.end()) if is_raw else found.end()
        depth = max(0, depth + _step(found))
        if tags > MAX_TAGS:
            return Trimmed(text[: found.start()], f"cut after {MAX_TAGS} tags")
        if depth > MAX_DEPTH:
            return Trimmed(text[: found.start()], f"cut where tags nest deeper than {MAX_DEPTH}")
        if found.group(3) and closed < found.end():
            # Looked for once for all tags before it, or this would be quadratic.
            closed = _end_of_tag(text, found.end())
            if _is_monster(text, found.end(), closed):
                return Trimmed(text[: found.start()], "cut before a tag with too many attributes")
    return Trimmed(text, cut)


def _behind(text: str, name: str, at: int) -> int:
    """Where to look on: behind the raw text of a script, style or comment, which is no markup."""
    end = _RAW_ENDS[name.lower()].search(text, at)
    return end.end() if end else len(text)


def _step(found: re.Match[str]) -> int:
    name = (found.group(3) or "").lower()
    if not name or name in _UNCOUNTED or name in _RAW_ENDS:
        return 0
    return -1 if found.group(2) else 1


def _end_of_tag(text: str, start: int) -> int:
    end = text.find(">", start)
    return len(text) if end < 0 else end


def _is_monster(text: str, start: int, end: int) -> bool:
    """True for a tag with very many attributes; only long tags are looked into."""
    if end - start < _LONG_TAG:
        return False
    return text.count("=", start, end) > MAX_ATTRIBUTES or text.count(" ", start, end) > 20_000

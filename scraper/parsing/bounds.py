"""A linear look at markup before any parser sees it: how many tags, how long.

Parsers are quadratic in depth and generous with memory. This is neither. It cuts, it judges
nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hubwatch.patterns import lazy_pattern

MAX_TAGS = 60_000
MAX_CHARACTERS = 8 * 1024 * 1024
MAX_ATTRIBUTES = 1_000
MAX_EQUALS = 10_000
"""Parsers are quadratic in the attributes of a tag. So many cost a tenth of a second."""
_MAX_WORDS = 20_000
_LONG_TAG = 2 * MAX_ATTRIBUTES

_TAG = lazy_pattern(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9]{0,30}))")
_RAW_NAMES = ("script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes")
_RAW_ENDS = {name: lazy_pattern(rf"</{name}", re.I) for name in _RAW_NAMES} | {
    "!--": lazy_pattern("-->")
}
"""Inside these a `<` opens no tag."""
_NAMED = lazy_pattern(r"<(/?)([A-Za-z][A-Za-z0-9]{0,30})")


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Markup that may be parsed. `cut` says in one line what was left out, empty if nothing."""

    text: str
    cut: str = ""


def trim(text: str) -> Trimmed:
    """The head of `text` within the bounds of length, tags and attributes. Linear in its length.

    How deep its tags nest is met by the parser and by the walk over its tree.
    """
    cut = ""
    if len(text) > MAX_CHARACTERS:
        text, cut = text[:MAX_CHARACTERS], f"cut after {MAX_CHARACTERS} characters"
    return Trimmed(text, cut) if _is_tame(text) else _cut(text, cut)


def _is_tame(text: str) -> bool:
    """True for markup far from every bound, as nearly all is. A coarser look than the exact one."""
    if len(text) >= MAX_TAGS and text.count("<") >= MAX_TAGS:
        return False
    if text.count("=") >= MAX_EQUALS:
        return False
    return not any(map(_is_crowded, _long_pieces(text)))


def _long_pieces(text: str) -> Iterator[str]:
    """What stands between two `>` and is as long as a monstrous tag. Looked for in leaps: next to
    no piece is so long."""
    at = 0
    while at + _LONG_TAG <= len(text):
        last = text.rfind(">", at, at + _LONG_TAG)
        if last < 0:
            last = _end_of_tag(text, at + _LONG_TAG)
            yield text[at:last]
        at = last + 1


def _is_crowded(piece: str) -> bool:
    words = len(piece.split()) if len(piece) > 2 * _MAX_WORDS else 0
    if piece.count("=") <= MAX_ATTRIBUTES and words <= _MAX_WORDS:
        return piece.count("/") > _MAX_WORDS
    return _NAMED.search(piece) is not None


def _cut(text: str, cut: str) -> Trimmed:
    """Tag by tag to the first that is too much."""
    tags = at = closed = 0
    found = _TAG.search(text)
    while found is not None:
        tags += 1
        name = (found.group(1) or found.group(3)).lower()
        is_raw = name in _RAW_ENDS and not found.group(2)
        at = _behind(text, name, found.end()) if is_raw else found.end()
        if tags > MAX_TAGS:
            return Trimmed(text[: found.start()], f"cut after {MAX_TAGS} tags")
        behind = _TAG.search(text, at)
        if found.group(3) and closed < found.end():
            # Looked for once for all tags before it, or this would be quadratic.
            closed = _end_of_tag(text, found.end())
            next_tag = closed if is_raw else behind.start() if behind else len(text)
            if _is_monster(text, found.end(), closed, next_tag):
                return Trimmed(text[: found.start()], "cut before a tag with too many attributes")
        found = behind
    return Trimmed(text, cut)


def _behind(text: str, name: str, at: int) -> int:
    """Where to look on: behind the raw text of a script, style or comment, which is no markup."""
    end = _RAW_ENDS[name.lower()].search(text, at)
    return end.end() if end else len(text)


def _end_of_tag(text: str, start: int) -> int:
    end = text.find(">", start)
    return len(text) if end < 0 else end


def _is_monster(text: str, start: int, end: int, next_tag: int) -> bool:
    """True for a tag with very many attributes. Only long tags are looked into.

    A `>` within quotes seems to end a tag, so quoted values are counted up to the next one.
    """
    if next_tag - start < _LONG_TAG:
        return False
    quoted = text.count('="', start, next_tag) + text.count("='", start, next_tag)
    if quoted > MAX_ATTRIBUTES or text.count("=", start, end) > MAX_ATTRIBUTES:
        return True
    return len(text[start:end].split()) > _MAX_WORDS or text.count("/", start, end) > _MAX_WORDS

"""The sentence that made a story relevant, cut around the phrase that matched, on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.relevance.records import STRENGTH
from storage.types import Match

from ..text import one_line
from .model import Quote

_QUOTE_REACH = 130  # characters kept on either side of the phrase


def quote(matches: Sequence[Match], title: str) -> Quote | None:
    """The strongest match, of the body if there is one: the title is printed anyway."""
    if not matches:
        return None
    best = min(matches, key=lambda m: (STRENGTH[m.grade], m.field == "title", m.start))
    phrase = one_line(best.phrase)
    in_title = best.field == "title"
    sentence = title if in_title else one_line(best.sentence)
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    found = re.search(pattern, sentence, re.IGNORECASE) if pattern else None
    if found is None:
        return Quote(one_line(sentence, 2 * _QUOTE_REACH), "", "")
    before, after = sentence[: found.start()], sentence[found.end() :]
    if in_title:  # titles are marked where they stand, and never cut
        return Quote(before, found.group(), after)
    return Quote(_tail(before), found.group(), _head(after))


def _tail(text: str) -> str:
    """The end of a text; a word cut in two is left out."""
    if len(text) <= _QUOTE_REACH:
        return text
    cut = text[-_QUOTE_REACH:]
    return "…" + (cut.split(" ", 1)[1] if " " in cut[:20] else cut)


def _head(text: str) -> str:
    if len(text) <= _QUOTE_REACH:
        return text
    cut = text[:_QUOTE_REACH]
    return (cut.rsplit(" ", 1)[0] if " " in cut[-20:] else cut) + "…"

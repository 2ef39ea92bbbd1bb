"""The sentence around a place in a text, and how far a text's opening goes. No grammar: marks and
line breaks only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 400
_FIRST = 100
_HAN = re.compile("[\u3400-\u9fff]+")

# A full stop ends a sentence only before a blank and a capital, digit or quote: `No. 5` and
# `Jan. 3` split too, which costs a little context and never the phrase itself.
_END = re.compile(r"[。！？；!?][”’\"』」）)]*|\.[”’\"')]*(?=\s+[^\sa-z])|\n")
_CLAUSE_END = re.compile(rf"[,，;:：]|{_END.pattern}")


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence that holds `text[start:end]`, at most about 400 characters: longer ones are cut
    around the phrase and marked with `…`."""
    left, right = sentence_span(text, start, end)
    return _cut(text, left, right, start, end)


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds `text[start:end]` begins and ends; at most 1,600 characters
    away on either side."""
    ceiling = min(len(text), end + 4 * LONGEST)
    after = _END.search(text, end, ceiling)
    return _sentence_start(text, start), after.end() if after else ceiling


def _sentence_start(text: str, start: int) -> int:
    for reach in (LONGEST // 2, 4 * LONGEST):  # most sentences begin near by
        floor = max(0, start - reach)
        left = max((m.end() for m in _END.finditer(text, floor, start)), default=None)
        if left is not None:
            return left
    return floor


def paragraph_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the paragraph that holds `text[start:end]` begins and ends."""
    left = text.rfind("\n\n", 0, start)
    right = text.find("\n\n", end)
    return (0 if left < 0 else left + 2), (len(text) if right < 0 else right)


def clause_start(text: str, place: int, floor: int) -> int:
    """Where the clause that holds a place begins, not before `floor`."""
    floor = max(0, floor)
    return max((m.end() for m in _CLAUSE_END.finditer(text, floor, place)), default=floor)


class Opening(NamedTuple):
    """Up to where the first sentence and the lead of a text go, in characters."""

    first: int
    lead: int


def opening_of(text: str, lead: int) -> Opening:
    """How far the opening of a text goes. A Han character counts double, for it says as much.

    The first sentence goes on until there are 100 characters of it: `Good news!` says nothing yet.
    The lead is the first `lead` characters, but of a short text no more than half or two sentences.
    """
    beginning = text[:lead]
    han = 0 if beginning.isascii() else sum(map(len, _HAN.findall(beginning)))
    dense = 1 + han / max(1, len(beginning))
    most = int(lead / dense)
    first = min(most, _sentence_end(text, int(_FIRST / dense)))
    second = _sentence_end(text, first)
    return Opening(first, min(most, max(second, len(text) // 2)))


def _sentence_end(text: str, place: int) -> int:
    """Where the sentence ends that goes on after `place`."""
    after = _END.search(text, max(0, place))
    return after.end() if after else len(text)


def _cut(text: str, left: int, right: int, start: int, end: int) -> str:
    if right - left <= LONGEST:
        return text[left:right].strip()
    room = max(0, (LONGEST - (end - start)) // 2)
    first, last = max(left, start - room), min(right, end + room)
    head = "…" if first > left else ""
    tail = "…" if last < right else ""
    return f"{head}{text[first:last].strip()}{tail}"

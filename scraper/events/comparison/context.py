"""What belongs to a figure or a sentence: the clause around the one, and what the other points
back to."""

from __future__ import annotations

import re
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..agreement import printed
from ..lexicon import measures_in
from ..statements import Stated, Statement, content_of, statements_of

_CLAUSE_ENDS = lazy_pattern(r"[，,；;：:。]")
_REACH = 300
"""So many characters on either side of a figure its clause has at most."""


@lru_cache(maxsize=2048)
def clause_of(one: Stated) -> str:
    """The part of a sentence between commas in which a figure stands."""
    statement, figure = one
    place = max(0, figure.start - statement.begin)
    text = statement.text[max(0, place - _REACH) : place + _REACH]
    place = min(place, _REACH)
    stops = [stop for stop in _CLAUSE_ENDS.finditer(text) if not _in_number(text, stop)]
    begin = max((stop.end() for stop in stops if stop.end() <= place), default=0)
    end = min((stop.start() for stop in stops if stop.start() > place), default=len(text))
    return text[begin:end]


def _in_number(text: str, found: re.Match[str]) -> bool:
    return found.group() == "," and text[found.end() : found.end() + 1].isdecimal()


@lru_cache(maxsize=2048)
def own_text(one: Stated) -> str:
    """A sentence without what it says between commas of other figures."""
    statement, clause = one[0], clause_of(one)
    if len(statement.figures) < 2:
        return simplify(statement.text)
    values = [printed(figure) for figure in statement.figures[:20]]
    kept = [
        each
        for each in _CLAUSE_ENDS.split(statement.text)
        if each in clause or clause in each or not any(value in each for value in values)
    ]
    return simplify("，".join(kept))


def measures_of(one: Stated) -> frozenset[str]:
    """What a figure may count or measure, by the words next to it."""
    return measures_in(_near(one))


_JOINT = lazy_pattern(r"[、和及并]|\b(?:and|while|but|with|of whom|of which)\b")


@lru_cache(maxsize=2048)
def _near(one: Stated) -> str:
    """What stands next to a figure in its clause, up to the figures beside it, and of what joins
    them its own side."""
    statement, figure = one
    clause = clause_of(one)
    at = statement.text.find(clause, max(0, figure.start - statement.begin - len(clause) - 1))
    begin = statement.begin + max(0, at)
    left, right = begin, begin + len(clause)
    for other in statement.figures[:20]:
        if other.end <= figure.start:
            left = max(left, other.end)
        elif other.start >= figure.end:
            right = min(right, other.start)
    before = statement.text[left - statement.begin : max(0, figure.start - statement.begin)]
    after = statement.text[max(0, figure.end - statement.begin) : right - statement.begin]
    if left > begin:
        before = _JOINT.split(before)[-1]
    if right < begin + len(clause):
        after = _JOINT.split(after)[0]
    return f"{before} {printed(figure)} {after}"


_POINTS_BACK = lazy_pattern(
    r"(?:It|They|These|This|Those|Its|Their|He|She|His|Her)\b|[其该此这他她]"
    r"|[^.;,]{1,30} (?:of|on|in|to|for|with|from|at) (?:it|them)\b"
)


@lru_cache(maxsize=1024)
def content_in_context(statement: Statement) -> str:
    """What a sentence says, with the one before it where it points back to that."""
    before = _before_it(statement)
    return f"{content_of(before)} {content_of(statement)}" if before else content_of(statement)


def text_in_context(statement: Statement) -> str:
    """A sentence, with the one it points back to."""
    before = _before_it(statement)
    return f"{before.text} {statement.text}" if before else statement.text


def _before_it(statement: Statement) -> Statement | None:
    """The sentence that another points back to."""
    if not _POINTS_BACK.match(statement.text):
        return None
    before = [one for one in statements_of(statement.report) if one.begin < statement.begin]
    return before[-1] if before else None

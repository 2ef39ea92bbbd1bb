"""How like titles are: which of those in the archive may be the one that was meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from storage.lists.records import TitledRow
from storage.text import squeeze

ALIKE = 0.6
"""From which likeness on (0 to 1) a title may be the one that was meant."""
_SHORTEST = 4
_MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have been meant by a title; `likeness` 1 is the same but for blanks and case."""

    row: TitledRow
    likeness: float


def likest(title: str, rows: Iterable[TitledRow]) -> tuple[Candidate, ...]:
    """The rows whose titles are like this one, the likest first, five at most; where some are the
    same, those alone."""
    best: dict[tuple[str, str], Candidate] = {}
    for row in rows:
        one = Candidate(row, likeness(title, row.title))
        key = row.source_id, row.url_key
        if one.likeness >= ALIKE and (key not in best or best[key].likeness < one.likeness):
            best[key] = one
    found = sorted(best.values(), key=lambda one: (-one.likeness, one.row.article_id is None))
    same = [one for one in found if one.likeness == 1]
    return tuple((same or found)[:_MOST])


def likeness(asked: str, title: str) -> float:
    """How like two titles are, 0 to 1."""
    here, there = squeeze(asked), squeeze(title)
    if here == there:
        return 1.0
    ratio = SequenceMatcher(None, here, there).ratio()
    part = len(here) >= _SHORTEST and here in there
    return min(0.99, max(ratio, 0.8 if part else 0.0))

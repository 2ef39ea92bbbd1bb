"""One row of a list that was found, and a set of such rows. Finds and reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from .outline import Node, ShownLine

T = TypeVar("T")

SAMPLE = 12
"""So many rows of a set are looked at to judge it."""
INLINE = frozenset(("a", "b", "strong", "font", "span", "em", "i", "u", "small", "nobr", "source"))
"""Rows with these names stand in a run of text, not in boxes of their own."""


class Side(Enum):
    """Where a row's date stands: in its element, in the text before or after it, or in a heading
    above a group of rows."""

    OWN = "own"
    BEFORE = "before"
    AFTER = "after"
    ABOVE = "above"
    NOWHERE = "nowhere"


@dataclass(slots=True)
class RowRecord:
    """One row: its element, and the texts from the end of the row before to the next one."""

    node: Node
    before: int
    after: int
    top: bool
    """Whether it is the first one in its parent."""


@dataclass(slots=True, eq=False)
class RecordSet:
    """Rows of one kind, in order, and what they are worth."""

    records: list[RowRecord]
    flat: bool
    differ: float = 1.0
    score: float = 0.0
    dated: float = 0.0
    side: Side = Side.NOWHERE
    headings: dict[int, ShownLine] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int]:
        """From the first text that may belong to it to the last."""
        return self.records[0].before, max(record.after for record in self.records)


def sample_of(records: Sequence[T], most: int) -> list[T]:
    """Some of them from all over, not every second or third one: those may be of one kind."""
    if len(records) <= most:
        return list(records)
    places = [at * len(records) // most + at % 2 for at in range(most)]
    return [records[min(place, len(records) - 1)] for place in places]

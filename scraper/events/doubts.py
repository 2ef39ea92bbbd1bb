"""What two reports say differently, and why it is no contradiction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class DoubtKind(StrEnum):
    """What two reports say differently."""

    FIGURE = "figure"
    DATE = "date"
    LIST = "list"
    RANK = "rank"
    PLACE = "place"
    OUTCOME = "outcome"
    NAME = "name"


class Excuse(StrEnum):
    """Why what differs is no contradiction."""

    CORRECTION = "correction"
    TARGET = "target"
    DEFINITION = "definition"
    PHASE = "phase"
    SCOPE = "scope"
    YEAR = "year"
    PERIOD = "period"
    CUMULATIVE = "cumulative"
    AS_OF = "asof"
    PART = "part"
    DIFFERENT = "different"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two sentences that say something different of one thing: `excuse` says why that is no
    contradiction, None that it is one. `strength` (0 to 1) says how surely they are about one
    thing, `values` what each says."""

    kind: DoubtKind
    excuse: Excuse | None
    sentences: tuple[str, str]
    values: tuple[str, str]
    strength: float

    def turned(self) -> Doubt:
        """The same with the two reports the other way round."""
        first, second = self.sentences
        value, other = self.values
        return replace(self, sentences=(second, first), values=(other, value))

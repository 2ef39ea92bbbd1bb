"""The values that tell why an article is here: matches, scores with their parts, places.

Made by `scraper.relevance`, kept with the article. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..types import Grade, Match

STRENGTH = {Grade.CORE: 0, Grade.RELATED: 1, Grade.MENTION: 2}
"""Grades, the strongest first."""


class PlaceRole(StrEnum):
    """What a place is to an article."""

    ABOUT = "about"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of a score: so many points, and what for. `kind` is one of the words of
    `PART_KINDS`; in it `{}` stands for `what`, a name or a number. What was kept by an older
    version is a whole sentence and no such word."""

    points: float
    kind: str
    what: str = ""

    @property
    def why(self) -> str:
        """What for, in words: `beside hub-city`."""
        return self.kind.replace("{}", self.what)


IN_TITLE, IN_FIRST, IN_LEAD, IN_BODY = (
    "in the title",
    "in the first sentence",
    "in the lead",
    "in the body",
)
BESIDE, UNHINDERED = "beside {}", "with nothing against it"
WEAKENED, WEAKENED_AT_FIRST = "weakened by {}", "weakened by {}, where it is first named"
ITS_CONTEXT = "its context"
"""What weakens where no single word does."""
KEPT_UP = "named in {} sentences"
AGAIN = "named again, {} times in all"
"""What the part of a score is for that makes no higher grade."""
PART_KINDS = (
    *(IN_TITLE, IN_FIRST, IN_LEAD, IN_BODY, BESIDE, UNHINDERED),
    *(WEAKENED, WEAKENED_AT_FIRST, KEPT_UP, AGAIN),
)
_AGAIN = AGAIN.partition(",")[0]


@dataclass(frozen=True, slots=True)
class Score:
    """How strongly an article belongs to a topic; `points` is the sum of the parts."""

    topic: str
    grade: Grade
    points: float
    parts: tuple[ScorePart, ...]

    @property
    def deciding(self) -> float:
        """The points that make the grade: all but those for being named again."""
        return sum(part.points for part in self.parts if not part.kind.startswith(_AGAIN))


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place that an article names: its id, the first words that name it and where they stand,
    how often it is named, and why these words are held to be this place."""

    place: str
    role: PlaceRole
    phrase: str
    field: str
    start: int
    times: int
    why: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """All that one watchlist (by its version) finds in an article."""

    watchlist: str = ""
    matches: tuple[Match, ...] = ()
    scores: tuple[Score, ...] = ()
    places: tuple[PlaceFound, ...] = ()

    def grade(self, topics: Iterable[str]) -> Grade | None:
        """The strongest grade among these topics; None where none of them was found."""
        wanted = set(topics)
        found = [score.grade for score in self.scores if score.topic in wanted]
        return min(found, key=STRENGTH.__getitem__, default=None)

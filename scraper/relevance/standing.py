"""Where contexts and topics stand in an article, and whether a name's conditions hold there.

Knows conditions, not grades.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from .sentences import clause_start, opening_of, paragraph_span, sentence_span
from .topics import ContextRule, Within

TITLE, BODY = "title", "body"


class ContextIndex:
    """Where contexts and topics stand: (whose, field) → starts in order; and the texts. `opening`
    is that of the body."""

    __slots__ = ("_sentences", "_starts", "_texts", "opening")

    def __init__(self, title: str, body: str, lead: int) -> None:
        self._texts = {TITLE: title, BODY: body}
        self.opening = opening_of(body, lead)
        self._starts: dict[tuple[str, str], list[int]] = {}
        self._sentences: dict[tuple[str, int, int], tuple[int, int]] = {}

    def add(self, whose: str, field: str, start: int) -> None:
        """Something of that context or topic stands there."""
        insort(self._starts.setdefault((whose, field), []), start)

    def sentence(self, field: str, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends."""
        place = (field, start, end)
        if place not in self._sentences:
            self._sentences[place] = sentence_span(self._texts[field], start, end)
        return self._sentences[place]

    def paragraph(self, field: str, start: int, end: int) -> tuple[int, int]:
        """Where the paragraph around a place begins and ends."""
        return paragraph_span(self._texts[field], start, end)

    def asks(self) -> bool:
        """Whether the title is a question."""
        return self._texts[TITLE].rstrip("”’\"' ").endswith(("?", "？"))

    def failing(self, conditions: Sequence[ContextRule], field: str, start: int, end: int) -> bool:
        """Whether there are conditions and none of them holds around that place."""
        return bool(conditions) and self.holding(conditions, field, start, end) is None

    def holding(
        self, conditions: Sequence[ContextRule], field: str, start: int, end: int
    ) -> ContextRule | None:
        """The first condition that holds around a place, or None."""
        for condition in conditions:
            if self._holds(condition, field, start, end):
                return condition
        return None

    def whose(self, condition: ContextRule, field: str, start: int, end: int) -> str:
        """Which word of a condition is there; empty where it holds for what is not."""
        for word in (*condition.all, *condition.any):
            if self._stands(word, condition, field, start, end):
                return word
        return ""

    def _holds(self, condition: ContextRule, field: str, start: int, end: int) -> bool:
        def stands(word: str) -> bool:
            return self._stands(word, condition, field, start, end)

        return (
            all(map(stands, condition.all))
            and (not condition.any or any(map(stands, condition.any)))
            and not any(map(stands, condition.none))
        )

    def _stands(self, word: str, condition: ContextRule, field: str, start: int, end: int) -> bool:
        match condition.within:
            case Within.ARTICLE:
                return (word, TITLE) in self._starts or (word, BODY) in self._starts
            case Within.SENTENCE:
                return self._between(word, field, *self.sentence(field, start, end))
            case Within.PARAGRAPH:
                return self._between(word, field, *self.paragraph(field, start, end))
            case Within.TITLE:
                return (word, TITLE) in self._starts
            case Within.NEAR:
                return self._beside(word, field, start, condition.near)
            case Within.BEFORE:
                low = clause_start(self._texts[field], start, start - condition.near)
                return self._between(word, field, low, start)

    def _beside(self, word: str, field: str, start: int, near: int) -> bool:
        """Within so many characters; a title stands beside the whole lead."""
        if self._between(word, field, start - near, start + near + 1):
            return True
        if field == TITLE:
            return self._between(word, BODY, 0, self.opening.lead)
        return start < self.opening.lead and (word, TITLE) in self._starts

    def _between(self, word: str, field: str, low: int, high: int) -> bool:
        starts = self._starts.get((word, field), [])
        index = bisect_left(starts, low)
        return index < len(starts) and starts[index] < high

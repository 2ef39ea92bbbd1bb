"""How stories stand: what people decided of each, and which change of it was told last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.articles.records import Edit
from storage.decisions import State, Verdict

if TYPE_CHECKING:
    from storage.archive import Archive


@dataclass(frozen=True, slots=True)
class ReviewStates:
    """Of some stories, by number: the change that was told last, and what people decided."""

    reported: Mapping[int, Edit] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)

    def verdict(self, story_id: int) -> Verdict:
        """What people decided; a story of which nobody spoke is open."""
        return self.verdicts.get(story_id, Verdict(State.OPEN))

    def update(self, story_id: int) -> Edit | None:
        """The change that was told last, if there is one."""
        return self.reported.get(story_id)


def review_states_of(store: Archive, story_ids: Sequence[int]) -> ReviewStates:
    """How these stories stand. Raises StorageError."""
    return ReviewStates(store.edits.last_reported(story_ids), store.decisions.verdicts(story_ids))


def state_of(verdict: Verdict, zone: str) -> str:
    """What people decided, in words: `rejected by Ana`, `disputed: accept by Ana, reject by Bo`;
    days are those of `zone`."""
    said = [f"{one.verb} by {one.person}" for one in verdict.decisions]
    if verdict.back_since is not None:
        from .moments import day_in

        return f"open again: {', '.join(said)}, changed {day_in(verdict.back_since, zone)}"
    if verdict.state is State.DISPUTED:
        return f"{verdict.state}: {', '.join(said)}"
    names = ", ".join(one.person for one in verdict.decisions)
    return f"{verdict.state} by {names}" if names else f"{verdict.state}"

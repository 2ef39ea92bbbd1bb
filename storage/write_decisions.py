"""Writing what people decide of stories. Said twice it is once; nothing said is ever removed."""

from __future__ import annotations

from datetime import datetime

from .decisions import VERDICTS, Decision, Verb, Which
from .select_decisions import DecisionQueries
from .stamps import stamp
from .stories.people import MERGE, SPLIT
from .write_stories import StoryWrites


class DecisionWrites(DecisionQueries, StoryWrites):
    """The part of a transaction that keeps people's words about stories."""

    def decide(
        self, story_id: int, verb: Verb, *, person: str, now: datetime, value: str = ""
    ) -> Decision:
        """A person says something of a story, `value` being the reason or the note.

        What the person has said already, in the same words, is not said again. Raises LookupError
        for a story that is not there, ValueError for a note without text or a word of nobody.
        """
        if not person.strip():
            raise ValueError("a decision needs the name of who made it")
        if verb is Verb.NOTE and not value.strip():
            raise ValueError("a note needs a text")
        head = self._head(story_id)
        mine = self._mine(head, person, (Verb.NOTE.value,) if verb is Verb.NOTE else VERDICTS)
        same = [each for each in mine if (each.verb, each.value) == (verb.value, value)]
        if same:
            return same[-1]
        decision_id = self._insert(
            "decisions",
            {
                "story_id": head,
                "article_id": next(iter(self._group(head)), None),
                "verb": verb.value,
                "value": value,
                "person": person,
                "at": stamp(now),
            },
        )
        return self._decision(head, decision_id)

    def undo_last(self, story_id: int, *, person: str, now: datetime) -> Decision:
        """A person takes back the last thing said of a story that still stands; a verdict that it
        had replaced stands again. Raises LookupError where there is nothing to take back."""
        head = self._head(story_id)
        mine = self._mine(head, person, (*VERDICTS, Verb.NOTE.value))
        if not mine:
            raise LookupError(f"{person} has said nothing of story {head} that stands")
        return self.undo(mine[-1].id, now=now)

    def undo(self, decision_id: int, *, now: datetime) -> Decision:
        """Take any decision back, merging and splitting too; a second time changes nothing. Raises
        LookupError for a decision that is not there."""
        row = self._maybe("SELECT * FROM decisions WHERE id = ?", [decision_id])
        if row is None:
            raise LookupError(f"there is no decision {decision_id}")
        if row["undone_at"] is None:
            if row["verb"] in (MERGE, SPLIT):
                self.take_back(decision_id, now=now)
            else:
                self._db.execute(
                    "UPDATE decisions SET undone_at = ? WHERE id = ?", [stamp(now), decision_id]
                )
        return self._decision(row["story_id"], decision_id)

    def _mine(self, head: int, person: str, verbs: tuple[str, ...]) -> list[Decision]:
        return [
            each
            for each in self.decisions(head, Which.STANDING)
            if each.person == person and each.verb in verbs
        ]

    def _decision(self, story_id: int, decision_id: int) -> Decision:
        return next(each for each in self.decisions(story_id) if each.id == decision_id)

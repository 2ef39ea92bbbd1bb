"""Writing what people decide of stories. Said twice it is once; nothing said is ever removed."""

from __future__ import annotations

from datetime import datetime

from .decisions import VERDICTS, Decision, Verb, Which, is_before
from .select_decisions import DecisionQueries
from .stamps import stamp
from .stories.people import MERGE, SPLIT, heard
from .write_stories import Decided, StoryWrites


class DecisionWrites(DecisionQueries, StoryWrites):
    """The part of a transaction that keeps people's words about stories."""

    def decide(
        self, story_id: int, verb: Verb, *, person: str, now: datetime, value: str = ""
    ) -> Decided:
        """A person says something of a story, `value` being the reason or the note.

        What the person has said already, in the same words and of the same text, is not said again.
        Raises LookupError for a story that is not there, ValueError for a note without text or a
        word of nobody.
        """
        if not person.strip():
            raise ValueError("a decision needs the name of who made it")
        if verb is Verb.NOTE and not value.strip():
            raise ValueError("a note needs a text")
        head = self._head(story_id)
        mine = self._mine(head, person, (Verb.NOTE.value,) if verb is Verb.NOTE else VERDICTS)
        news = None if verb is Verb.NOTE else self._news([head]).get(head)
        same = [
            each
            for each in mine
            if (each.verb, each.value) == (verb.value, value) and not is_before(each, news)
        ]
        if same:
            return Decided(same[-1].id, (head,))
        decision_id = self._insert(
            "decisions",
            {
                "story_id": head,
                "article_id": next(iter(self._group(head)), None),
                "verb": verb.value,
                "value": value,
                "person": person,
                "at": stamp(now),
                "seq": self._last_event(),
            },
        )
        return Decided(decision_id, (head,))

    def undo(self, decision_id: int, *, now: datetime) -> Decided:
        """Take any decision back, merging and splitting too; a verdict that it had replaced stands
        again. A second time changes nothing. Raises LookupError for a decision that is not
        there."""
        row = self._maybe("SELECT * FROM decisions WHERE id = ?", [decision_id])
        if row is None:
            raise LookupError(f"there is no decision {decision_id}")
        if row["undone_at"] is None:
            self._db.execute(
                "UPDATE decisions SET undone_at = ? WHERE id = ?", [stamp(now), decision_id]
            )
        if row["verb"] in (MERGE, SPLIT):
            return self._heed(decision_id, heard(row["verb"], row["value"]), now)
        return Decided(decision_id, (self._head(row["story_id"]),))

    def _mine(self, head: int, person: str, verbs: tuple[str, ...]) -> list[Decision]:
        return [
            each
            for each in self.decisions(head, Which.STANDING)
            if each.person == person and each.verb in verbs
        ]

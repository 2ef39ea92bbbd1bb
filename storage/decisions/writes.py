"""Writing what people decide of stories. Said twice it is once; nothing said is ever removed."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..revisions.events import EventLog
from ..search.pending import PendingWords
from ..stamps import stamp
from ..statements import insert, maybe
from ..stories.manual_links import MERGE, SPLIT, decode
from ..stories.writes import Decided, StoryWrites
from .corrections import CORRECT, Field, apply_corrections, checked
from .queries import DecisionQueries
from .records import VERDICTS, WORDED, Decision, Verb, Which, is_before


class DecisionWrites:
    """The part of a transaction that keeps people's words about stories."""

    def __init__(
        self, database: Connection, *, words: PendingWords, events: EventLog, stories: StoryWrites
    ) -> None:
        self._db = database
        self._decisions = DecisionQueries(database)
        self._words = words
        self._events = events
        self._stories = stories

    def decide(
        self,
        story_id: int,
        verb: Verb,
        *,
        person: str,
        now: datetime,
        value: str = "",
        seen: int | None = None,
    ) -> Decided:
        """A person says something of a story, `value` being the reason or the note. `seen` is the
        last event that the person knew of, where that may not be the last there is.

        What the person has said already, in the same words and of the same text, is not said again.
        Raises LookupError for a story that is not there, ValueError for a note without text or a
        word of nobody.
        """
        if not person.strip():
            raise ValueError("a decision needs the name of who made it")
        if verb in WORDED and not value.strip():
            raise ValueError(f"a {verb} needs a text")
        head = self._stories.head(story_id)
        is_verdict = verb.value in VERDICTS
        last = self._events.last_seq()
        seq = last if seen is None else min(seen, last)
        mine = self._mine(head, person, VERDICTS if is_verdict else (verb.value,))
        news = self._decisions.news([head]).get(head) if is_verdict else None
        same = [
            each
            for each in mine
            if (each.verb, each.value) == (verb.value, value)
            and (not is_before(each, news) or each.seq >= seq)
        ]
        if same:
            return Decided(same[-1].id, (head,))
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": head,
                "article_id": next(iter(self._stories.group(head)), None),
                "verb": verb.value,
                "value": value,
                "person": person,
                "at": stamp(now),
                "seq": seq,
            },
        )
        return Decided(decision_id, (head,))

    def remark(self, article_id: int, text: str, *, person: str, now: datetime) -> None:
        """What somebody notes on an article, as a note on its story; an empty text says nothing."""
        if text:
            story = self._stories.of_article(article_id)
            self.decide(story, Verb.NOTE, person=person, now=now, value=text)

    def correct(
        self, article_id: int, field: Field, value: str, *, person: str, now: datetime
    ) -> Decided:
        """A person knows better what a field of an article should say; see `corrections.checked`
        for what can be kept. Raises LookupError for an article that is not there, ValueError."""
        sql = (
            "SELECT a.story_id, s.zone FROM articles a JOIN sources s ON s.id = a.source_id "
            "WHERE a.id = ?"
        )
        row = maybe(self._db, sql, [article_id])
        if row is None:
            raise LookupError(f"there is no article {article_id}")
        if not person.strip():
            raise ValueError("a correction needs the name of who made it")
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": row["story_id"],
                "article_id": article_id,
                "verb": CORRECT,
                "value": checked(field, value, row["zone"]).written,
                "person": person,
                "at": stamp(now),
                "seq": self._events.last_seq(),
            },
        )
        self._corrected(article_id)
        return Decided(decision_id, (row["story_id"],))

    def _corrected(self, article_id: int) -> None:
        self._words.flush()
        apply_corrections(self._db, article_id)
        self._stories.reconsider(article_id)

    def undo(self, decision_id: int, *, now: datetime, person: str = "") -> Decided:
        """Take any decision back, merging and splitting too; a verdict that it had replaced stands
        again. `person` is who does so, empty where that is not known. A second time changes
        nothing. Raises LookupError for a decision that is not there."""
        row = maybe(self._db, "SELECT * FROM decisions WHERE id = ?", [decision_id])
        if row is None:
            raise LookupError(f"there is no decision {decision_id}")
        if row["undone_at"] is None:
            self._db.execute(
                "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE id = ?",
                [stamp(now), person, decision_id],
            )
        if row["verb"] == CORRECT:
            self._corrected(row["article_id"])
        if row["verb"] in (MERGE, SPLIT):
            return self._stories.apply_word(decision_id, decode(row["verb"], row["value"]), now)
        return Decided(decision_id, (self._stories.head(row["story_id"]),))

    def _mine(self, head: int, person: str, verbs: tuple[str, ...]) -> list[Decision]:
        return [
            each
            for each in self._decisions.of(head, Which.STANDING)
            if each.person == person and each.verb in verbs
        ]

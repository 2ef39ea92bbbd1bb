"""Writing which story an article belongs to, and what people say of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..driver import Connection
from ..revisions.events import EventLog
from ..stamps import stamp
from ..statements import insert, maybe, one
from ..types import Change
from .body_links import link_bodies, relink_bodies
from .join import NewLead, are_spoken_of, join, unite
from .manual_links import MERGE, SPLIT, Word, apply_manual_links, encode


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's word as it was kept, and the stories in which its articles stand now."""

    decision_id: int
    stories: tuple[int, ...]


class StoryWrites:
    """The part of a transaction that keeps stories."""

    def __init__(self, database: Connection, events: EventLog) -> None:
        self._db = database
        self._events = events

    def enter(
        self, article_id: int, body_hash: str, reading_id: int, sketch: bytes
    ) -> Sequence[NewLead]:
        """Find the story that a new article, which has begun one, belongs to."""
        if not body_hash:
            return ()
        around = link_bodies(self._db, article_id, body_hash, reading_id, sketch)
        if around.articles == {article_id}:
            return ()
        if around.parts or are_spoken_of(self._db):
            return join(self._db, around.articles)
        return unite(self._db, around.articles)

    def reconsider(self, article_id: int) -> Sequence[NewLead]:
        """Find the story of an article again that says something else now, or is read otherwise."""
        return join(self._db, relink_bodies(self._db, article_id))

    def record_leads(self, leads: Sequence[NewLead], run_id: int | None, now: datetime) -> None:
        """Record an event for each story that another article leads now."""
        for lead in leads:
            self._events.record(
                Change.LEAD, lead.article_id, run_id, now, f"before: article {lead.before}"
            )

    def merge(self, stories: Sequence[int], *, person: str, why: str, now: datetime) -> Decided:
        """A person says that these stories are one. Raises LookupError for one that is not there,
        ValueError where all are one already."""
        heads = sorted({self.head(story) for story in stories})
        if len(heads) < 2:
            raise ValueError(f"story {heads[0]} is one story already")
        groups = tuple(self.group(head) for head in heads)
        return self._say(Word(MERGE, groups, why), heads[0], person, now)

    def split(
        self, story: int, articles: Sequence[int], *, person: str, why: str, now: datetime
    ) -> Decided:
        """A person says that these articles of a story do not belong to the rest of it. Raises
        LookupError for a story or an article that is not there, ValueError where nothing or
        nobody is left."""
        head = self.head(story)
        group = self.group(head)
        strange = sorted(set(articles) - set(group))
        if strange:
            raise LookupError(f"story {head} has no article {strange[0]}")
        rest = tuple(article for article in group if article not in articles)
        if not rest or not articles:
            raise ValueError(f"story {head} would keep no article; name those that shall leave it")
        apart = tuple(article for article in group if article in articles)
        return self._say(Word(SPLIT, (rest, apart), why), head, person, now)

    def _say(self, word: Word, story: int, person: str, now: datetime) -> Decided:
        decision_id = insert(
            self._db,
            "decisions",
            {
                "story_id": story,
                "verb": word.verb,
                "value": encode(word),
                "person": person,
                "at": stamp(now),
                "seq": self._events.last_seq(),
            },
        )
        return self.apply_word(decision_id, word, now)

    def apply_word(self, decision_id: int, word: Word, now: datetime) -> Decided:
        """Find the stories of the articles that a word names again, now that it was said or taken
        back."""
        apply_manual_links(self._db)
        articles = {article for group in word.groups for article in group}
        leads = join(self._db, articles)
        self.record_leads(leads, None, now)
        return Decided(decision_id, tuple(sorted({self.of_article(a) for a in articles})))

    def head(self, story: int) -> int:
        """The number of a story as it stands now. Raises LookupError for one that is not there."""
        row = maybe(self._db, "SELECT id, joined_to FROM stories WHERE id = ?", [story])
        if row is None:
            raise LookupError(f"there is no story {story}")
        return int(row["joined_to"] or row["id"])

    def group(self, head: int) -> tuple[int, ...]:
        """The articles of a story, its lead first."""
        rows = self._db.query(
            "SELECT a.id FROM articles a JOIN stories s ON s.id = a.story_id "
            "WHERE a.story_id = ? ORDER BY a.id <> coalesce(s.lead_id, s.article_id), a.id",
            [head],
        )
        return tuple(row["id"] for row in rows)

    def of_article(self, article_id: int) -> int:
        """The number of the story in which an article stands now."""
        row = one(self._db, "SELECT story_id FROM articles WHERE id = ?", [article_id])
        return int(row["story_id"])

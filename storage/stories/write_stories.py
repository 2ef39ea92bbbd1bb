"""Writing around an article: its index words, the story it belongs to, the events about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..articles.columns import Columns
from ..attachments.write_attachments import AttachmentWrites
from ..search import index
from ..stamps import stamp
from ..types import Change
from .join import NewLead, are_spoken_of, join, unite
from .people import MERGE, SPLIT, Word, tie, written
from .tell import retell, tell


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's word as it was kept, and the stories in which its articles stand now."""

    decision_id: int
    stories: tuple[int, ...]


class StoryWrites(AttachmentWrites):
    """The part of a transaction that follows from keeping an article."""

    _words: dict[int, index.Words]

    def _index(self, article_id: int, columns: Columns) -> None:
        self._words[article_id] = columns.words_title, columns.words_body

    def index_words(self) -> None:
        """Put all that was kept into the text index: the last thing before a commit, and the first
        before a correction that goes over it."""
        index.keep_words(self._db, self._words)
        self._words.clear()

    def seen_first(self, article_id: int, at: datetime) -> None:
        """An article was first seen, by another archive, before it came into this one."""
        self._db.execute(
            "UPDATE articles SET dated_at = CASE dated_at WHEN first_seen_at "
            "THEN min(first_seen_at, :at) ELSE dated_at END, "
            "first_seen_at = min(first_seen_at, :at) WHERE id = :id",
            {"at": stamp(at), "id": article_id},
        )

    def _enter(
        self, article_id: int, body_hash: str, reading_id: int, sketch: bytes
    ) -> Sequence[NewLead]:
        """Find the story that a new article, which has begun one, belongs to."""
        if not body_hash:
            return ()
        around = tell(self._db, article_id, body_hash, reading_id, sketch)
        if around.articles == {article_id}:
            return ()
        if around.parts or are_spoken_of(self._db):
            return join(self._db, around.articles)
        return unite(self._db, around.articles)

    def _reconsider(self, article_id: int) -> Sequence[NewLead]:
        """Find the story of an article again that says something else now, or is read otherwise."""
        return join(self._db, retell(self._db, article_id))

    def _tell_leads(self, leads: Sequence[NewLead], run_id: int | None, now: datetime) -> None:
        for lead in leads:
            self._tell(Change.LEAD, lead.article_id, run_id, now, f"before: article {lead.before}")

    def merge_stories(
        self, stories: Sequence[int], *, person: str, why: str, now: datetime
    ) -> Decided:
        """A person says that these stories are one. Raises LookupError for one that is not there,
        ValueError where all are one already."""
        heads = sorted({self._head(story) for story in stories})
        if len(heads) < 2:
            raise ValueError(f"story {heads[0]} is one story already")
        groups = tuple(self._group(head) for head in heads)
        return self._say(Word(MERGE, groups, why), heads[0], person, now)

    def split_story(
        self, story: int, articles: Sequence[int], *, person: str, why: str, now: datetime
    ) -> Decided:
        """A person says that these articles of a story do not belong to the rest of it. Raises
        LookupError for a story or an article that is not there, ValueError where nothing or
        nobody is left."""
        head = self._head(story)
        group = self._group(head)
        strange = sorted(set(articles) - set(group))
        if strange:
            raise LookupError(f"story {head} has no article {strange[0]}")
        rest = tuple(article for article in group if article not in articles)
        if not rest or not articles:
            raise ValueError(f"story {head} would keep no article; name those that shall leave it")
        apart = tuple(article for article in group if article in articles)
        return self._say(Word(SPLIT, (rest, apart), why), head, person, now)

    def _say(self, word: Word, story: int, person: str, now: datetime) -> Decided:
        decision_id = self._insert(
            "decisions",
            {
                "story_id": story,
                "verb": word.verb,
                "value": written(word),
                "person": person,
                "at": stamp(now),
                "seq": self._last_event(),
            },
        )
        return self._heed(decision_id, word, now)

    def _heed(self, decision_id: int, word: Word, now: datetime) -> Decided:
        """Find the stories of the articles that a word names again, now that it was said or taken
        back."""
        tie(self._db)
        articles = {article for group in word.groups for article in group}
        leads = join(self._db, articles)
        self._tell_leads(leads, None, now)
        return Decided(decision_id, tuple(sorted({self.story_of(a) for a in articles})))

    def _head(self, story: int) -> int:
        row = self._maybe("SELECT id, joined_to FROM stories WHERE id = ?", [story])
        if row is None:
            raise LookupError(f"there is no story {story}")
        return int(row["joined_to"] or row["id"])

    def _group(self, head: int) -> tuple[int, ...]:
        """The articles of a story, its lead first."""
        rows = self._db.query(
            "SELECT a.id FROM articles a JOIN stories s ON s.id = a.story_id "
            "WHERE a.story_id = ? ORDER BY a.id <> coalesce(s.lead_id, s.article_id), a.id",
            [head],
        )
        return tuple(row["id"] for row in rows)

    def story_of(self, article_id: int) -> int:
        """The number of the story in which an article stands now."""
        row = self._one("SELECT story_id FROM articles WHERE id = ?", [article_id])
        return int(row["story_id"])

    def _last_event(self) -> int:
        return int(self._one("SELECT coalesce(max(seq), 0) AS seq FROM events", [])["seq"])

    def _tell(
        self, change: Change, article_id: int, run_id: int | None, now: datetime, detail: str = ""
    ) -> None:
        self._db.execute(
            _TELL,
            {
                "at": stamp(now),
                "change": change.value,
                "article": article_id,
                "run": run_id,
                "detail": detail,
            },
        )


IS_BASELINE = "coalesce((SELECT baseline FROM runs WHERE id = :run), 1)"
"""Whether what `:run` finds is baseline; what no run finds always is."""
IS_OLD = f"""({IS_BASELINE} OR EXISTS (
  SELECT 1 FROM listings l JOIN runs f ON f.id = l.first_run_id JOIN runs n ON n.id = :run
  WHERE l.source_id = :source AND l.url_key = :key AND f.kind = 'crawl' AND n.kind = 'crawl'
    AND (f.baseline OR (
      EXISTS (SELECT 1 FROM list_sights s JOIN runs b ON b.id = s.first_run_id
        WHERE s.source_id = :source AND s.entry_url = l.entry_url AND b.baseline
          AND s.rows = 0)
      AND NOT EXISTS (SELECT 1 FROM listings e WHERE e.source_id = :source
        AND e.entry_url = l.entry_url AND e.first_run_id < l.first_run_id)))
    AND NOT EXISTS (SELECT 1 FROM quarantine q
      WHERE q.source_id = :source AND q.url_key = :key AND q.outcome <> 'failed')))"""
"""The same of a new article. One that stood on a list in the first crawl and could not be had then
is no news when it comes, nor is what a list shows at its first reading that could not be read in
the first crawl; a page that had nothing to say then, and now has, is."""
_TELL = f"""
INSERT INTO events (at, change, article_id, story_id, run_id, baseline, detail)
SELECT :at, :change, id, story_id, :run,
  CASE :change WHEN 'new' THEN baseline ELSE {IS_BASELINE} END, :detail
FROM articles WHERE id = :article
"""

"""Writing around an article: its index words, the story it belongs to, the events about it."""

from __future__ import annotations

from datetime import datetime

from .stamps import stamp
from .text import shadow
from .types import ArticleData, Change
from .write_crawls import CrawlWrites


class StoryWrites(CrawlWrites):
    """The part of a transaction that follows from keeping an article."""

    def _index(self, article_id: int, data: ArticleData) -> None:
        self._db.execute(
            "INSERT INTO shadows VALUES (?, ?, ?) ON CONFLICT (article_id) DO UPDATE SET "
            "title = excluded.title, body = excluded.body",
            [article_id, shadow(data.title), shadow(data.body)],
        )

    def seen_first(self, article_id: int, at: datetime) -> None:
        """An article was first seen, by another archive, before it came into this one."""
        self._db.execute(
            "UPDATE articles SET first_seen_at = min(first_seen_at, ?) WHERE id = ?",
            [stamp(at), article_id],
        )

    def _join_copies(self, article_id: int, body_hash: str, at: str) -> None:
        """Join the stories of all articles with exactly this body; the lowest id stays."""
        if not body_hash:
            return
        others = list(
            self._db.query(
                "SELECT id, story_id FROM articles WHERE body_hash = ? AND id <> ? ORDER BY id",
                [body_hash, article_id],
            )
        )
        if not others:
            return
        self._db.execute(
            "INSERT OR IGNORE INTO copies VALUES (?, ?, 'same body', ?)",
            [article_id, others[0]["id"], at],
        )
        mine = self._one("SELECT story_id FROM articles WHERE id = ?", [article_id])["story_id"]
        stories = sorted({mine, *(other["story_id"] for other in others)})
        for joined in stories[1:]:
            self._db.execute(
                "UPDATE articles SET story_id = ? WHERE story_id = ?", [stories[0], joined]
            )
            self._db.execute(
                "UPDATE stories SET joined_to = ? WHERE id = ? OR joined_to = ?",
                [stories[0], joined, joined],
            )

    def _is_baseline(self, run_id: int | None) -> int:
        row = self._maybe("SELECT baseline FROM runs WHERE id = ?", [run_id])
        return int(row["baseline"]) if row else 1

    def _tell(
        self, change: Change, article_id: int, run_id: int | None, now: datetime, detail: str = ""
    ) -> None:
        article = self._one("SELECT story_id FROM articles WHERE id = ?", [article_id])
        self._insert(
            "events",
            {
                "at": stamp(now),
                "change": change.value,
                "article_id": article_id,
                "story_id": article["story_id"],
                "run_id": run_id,
                "baseline": self._is_baseline(run_id),
                "detail": detail,
            },
        )

"""Writing around an article: its index words, the story it belongs to, the events about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .packing import pack_text
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
            [article_id, shadow(data.title), pack_text(shadow(data.body))],
        )

    def seen_first(self, article_id: int, at: datetime) -> None:
        """An article was first seen, by another archive, before it came into this one."""
        self._db.execute(
            "UPDATE articles SET dated_at = CASE dated_at WHEN first_seen_at "
            "THEN min(first_seen_at, :at) ELSE dated_at END, "
            "first_seen_at = min(first_seen_at, :at) WHERE id = :id",
            {"at": stamp(at), "id": article_id},
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

    def _part_copies(self, article_id: int, at: str) -> None:
        """Take back what only a wrong reading joined: an article read again differs from what it
        was held to be a copy of. Copies that were edited later stay joined: they were copies."""
        self._db.execute(_DROP_DISPROVED, {"id": article_id})
        members = list(self._db.query(_STORY_MEMBERS, [article_id]))
        groups = _connected(members, list(self._db.query(_STORY_LINKS, [article_id])))
        for group in groups[1:]:
            story_id = self._insert("stories", {"created_at": at})
            for member in group:
                self._db.execute(
                    "UPDATE articles SET story_id = ? WHERE id = ?", [story_id, member]
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


def _connected(members: list[dict[str, Any]], links: list[dict[str, Any]]) -> list[list[int]]:
    """The members in groups that hang together by links or equal texts; that of the lowest id
    comes first."""
    group = {member["id"]: member["id"] for member in members}
    first_with: dict[str, int] = {}
    pairs = [(link["article_id"], link["copy_of"]) for link in links]
    for member in members:
        if member["body_hash"]:
            pairs.append((first_with.setdefault(member["body_hash"], member["id"]), member["id"]))
    for one, other in pairs:
        old, new = max(group[one], group[other]), min(group[one], group[other])
        group = {member: new if name == old else name for member, name in group.items()}
    names = sorted(set(group.values()))
    return [[member for member, of in group.items() if of == name] for name in names]


_DROP_DISPROVED = """
DELETE FROM copies WHERE how = 'same body' AND :id IN (article_id, copy_of) AND (
  SELECT count(DISTINCT body_hash) = 2 AND max(revisions) = 1 FROM articles
  WHERE id IN (copies.article_id, copies.copy_of))
"""
_STORY_MEMBERS = """
SELECT id, body_hash FROM articles
WHERE story_id = (SELECT story_id FROM articles WHERE id = ?) ORDER BY id
"""
_STORY_LINKS = """
SELECT c.article_id, c.copy_of FROM copies c JOIN articles a ON a.id = c.article_id
WHERE a.story_id = (SELECT story_id FROM articles WHERE id = ?)
"""

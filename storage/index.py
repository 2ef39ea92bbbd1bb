"""The text index made again from what the articles say: repair of an index that drifted.

Knows nothing of searching (see `select_articles`) and decides nothing about when to repair.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from .migrations.m001_archive import SEARCH
from .packing import pack_text
from .text import shadow

_TOLD_EVERY = 200


def rebuild(db: Database, report: Callable[[int, int], None]) -> int:
    """Drop the index with its triggers and words, and make it from every article's reading.

    To be called inside a write transaction. `report` is told how many are done, and of how many.
    """
    for trigger in ("added", "removed", "edited"):
        db.execute(f"DROP TRIGGER IF EXISTS shadows_{trigger}")
    db.execute("DROP TABLE IF EXISTS shadows_fts")
    db.execute("DROP VIEW IF EXISTS shadow_words")
    db.execute("DROP TABLE IF EXISTS shadows")
    db.executescript(SEARCH)
    ids = [row["id"] for row in db.query("SELECT id FROM articles ORDER BY id")]
    for done, article_id in enumerate(ids, start=1):
        _add(db, article_id)
        if done % _TOLD_EVERY == 0 or done == len(ids):
            report(done, len(ids))
    return len(ids)


def _add(db: Database, article_id: int) -> None:
    for row in db.query(_WORDS, [article_id]):
        db.execute(
            "INSERT INTO shadows VALUES (?, ?, ?)",
            [article_id, shadow(row["title"]), pack_text(shadow(row["body"]))],
        )


_WORDS = """
SELECT r.title, r.body FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.id = ?
"""

"""The text index made again from what the articles say: repair of an index that drifted.

Knows nothing of searching (see `select_articles`) and decides nothing about when to repair.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from .packing import pack_text, unpack_text
from .schema import FILE_SEARCH, SEARCH
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
    _rebuild_files(db)
    ids = [row["id"] for row in db.query("SELECT id FROM articles ORDER BY id")]
    for done, article_id in enumerate(ids, start=1):
        _add(db, article_id)
        if done % _TOLD_EVERY == 0 or done == len(ids):
            report(done, len(ids))
    return len(ids)


def _rebuild_files(db: Database) -> None:
    for trigger in ("added", "removed", "edited"):
        db.execute(f"DROP TRIGGER IF EXISTS file_texts_{trigger}")
    db.execute("DROP TABLE IF EXISTS file_texts_fts")
    db.execute("DROP VIEW IF EXISTS file_words")
    for row in db.query("SELECT id FROM file_texts ORDER BY id"):
        for kept in db.query("SELECT text FROM file_texts WHERE id = ?", [row["id"]]):
            words = pack_text(shadow(unpack_text(kept["text"])))
            db.execute("UPDATE file_texts SET words = ? WHERE id = ?", [words, row["id"]])
    db.executescript(FILE_SEARCH)
    db.execute("INSERT INTO file_texts_fts(file_texts_fts) VALUES ('rebuild')")


def _add(db: Database, article_id: int) -> None:
    for row in db.query(_WORDS, [article_id]):
        db.execute(
            "INSERT INTO shadows VALUES (?, ?, ?)",
            [article_id, shadow(row["title"]), pack_text(shadow(row["body"]))],
        )


_WORDS = """
SELECT r.title, r.body FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.id = ?
"""

"""The words of articles put into the text index; and the whole index made again, which is the
repair of one that drifted.

Knows nothing of searching (see `queries`) and decides nothing about when to repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from ..driver import Connection
from ..packing import pack_text, unpack_text
from ..tables import FILE_SEARCH, SEARCH, TablesConnection
from ..text import shadow

_TOLD_EVERY = 200
_TOGETHER = 32
"""Articles in one statement. Before every statement that may fail halfway FTS5 writes out what it
has, as a segment of the index: a statement for each article made an index of crumbs."""

Words = tuple[str, bytes]
"""What the index is given of an article: the words of its title, those of its text packed."""


def keep_words(db: Connection, words: Mapping[int, Words]) -> None:
    """Put articles into the index by their ids, or bring them up to date there."""
    rows = iter(words.items())
    while some := list(islice(rows, _TOGETHER)):
        marks = ", ".join(["(?, ?, ?)"] * len(some))
        db.execute(
            f"INSERT INTO shadows VALUES {marks} ON CONFLICT (article_id) DO UPDATE SET "
            "title = excluded.title, body = excluded.body",
            [value for article_id, (title, body) in some for value in (article_id, title, body)],
        )


def rebuild(db: TablesConnection, report: Callable[[int, int], None]) -> int:
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
    for start in range(0, len(ids), _TOLD_EVERY):
        some = ids[start : start + _TOLD_EVERY]
        for at in range(0, len(some), _TOGETHER):
            keep_words(db, dict(_words(db, some[at : at + _TOGETHER])))
        report(start + len(some), len(ids))
    return len(ids)


def _rebuild_files(db: TablesConnection) -> None:
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


def _words(db: Connection, ids: list[int]) -> Iterator[tuple[int, Words]]:
    for article_id in ids:
        for row in db.query(_SAID, [article_id]):
            yield article_id, (shadow(row["title"]), pack_text(shadow(row["body"])))


_SAID = """
SELECT r.title, r.body FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.id = ?
"""

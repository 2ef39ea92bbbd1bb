"""Selecting files that articles link to: what became of them, what is owed, who says what.

Their texts have an index of their own; a search looks into both. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .attached import AttachedFile, InFile, OwedFile
from .known import KnownQueries
from .packing import unpack_text
from .stamps import unstamp_or_none
from .text import Words, fold, snippets
from .types import Outcome

_WINDOW = 20_000
_OVERLAP = 200
"""Files are long: a snippet is looked for in so many characters at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a search is asked: a join and its parameters, conditions and theirs, an order."""

    join: str = ""
    joined: tuple[Any, ...] = ()
    conditions: tuple[str, ...] = ()
    parameters: tuple[Any, ...] = ()
    order: str = ""


class FileQueries(KnownQueries):
    """The part of the store that answers what the files of articles are and say."""

    def files_of(self, article_id: int) -> tuple[AttachedFile, ...]:
        """The files an article links to, in its order."""
        return tuple(_attached(row) for row in self._db.query(_FILES, [article_id]))

    def proofs(self, article_id: int) -> tuple[int, ...]:
        """The snapshots behind an article: the pages of all its versions, and its files."""
        found = self._db.query(_PROOFS, {"id": article_id})
        return tuple(row["snapshot_id"] for row in found)

    def kept_file(self, file_id: int) -> tuple[str, int] | None:
        """The name that an article gives a file, and the snapshot that holds its bytes; None where
        they are not kept."""
        row = next(iter(self._db.query(_KEPT, [file_id])), None)
        return (row["name"], row["snapshot_id"]) if row else None

    def file_text(self, file_id: int) -> str:
        """What a file says; empty where it was not read or has no text."""
        found = self._db.query(
            "SELECT t.text FROM files f JOIN file_texts t ON t.blob_id = f.blob_id WHERE f.id = ?",
            [file_id],
        )
        row = next(iter(found), None)
        return unpack_text(row["text"]) if row else ""

    def owed_files(
        self, source_id: str, now: datetime, limit: int, article_id: int | None = None
    ) -> tuple[OwedFile, ...]:
        """The files of a source's articles, or of one, that were not had yet, or failed and have
        rested, or whose article was edited since: those that never failed first, then those of the
        latest articles. What only an import brought is not owed."""
        found: list[OwedFile] = []
        for row in self._db.query(_OWED, {"source": source_id, "article": article_id}):
            asked = unstamp_or_none(row["asked_at"])
            owed = OwedFile(row["id"], row["url"], row["kind"], row["place"], row["tries"], asked)
            if not owed.rests(now):
                found.append(owed)
            if len(found) == limit:
                break
        return tuple(found)

    def has_file_text(self, sha256: str, version: int) -> bool:
        """Whether these bytes were read already by rules of that version."""
        found = self._db.query(
            "SELECT 1 FROM file_texts t JOIN blobs b ON b.id = t.blob_id "
            "WHERE b.sha256 = ? AND t.reader_version >= ?",
            [sha256, version],
        )
        return next(iter(found), None) is not None

    def stale_files(self, version: int) -> tuple[tuple[int, int], ...]:
        """Kept files that rules older than that read: (blob, snapshot) of each."""
        found = self._db.query(
            "SELECT f.blob_id, max(f.snapshot_id) AS snapshot_id FROM files f "
            "LEFT JOIN file_texts t ON t.blob_id = f.blob_id WHERE f.blob_id IS NOT NULL "
            "AND coalesce(t.reader_version, 0) < ? GROUP BY f.blob_id ORDER BY f.blob_id",
            [version],
        )
        return tuple((row["blob_id"], row["snapshot_id"]) for row in found)

    def _find(self, words: Words) -> Found:
        """How to ask for articles that say these words, themselves or in their files. The index of
        files is asked only if one of them says any: it costs the ranking of plain searches."""
        likes = tuple(f"%{char}%" for char in words.like)
        char = "(r.title LIKE ? OR r.body LIKE ? OR a.id IN (SELECT l.article_id FROM attachments l"
        char += " JOIN files f ON f.id = l.file_id JOIN file_texts t ON t.blob_id = f.blob_id"
        char += " WHERE unpacked(t.text) LIKE ?))"
        conditions = (char,) * len(likes)
        parameters = tuple(like for like in likes for _ in range(3))
        if not words.match:
            return Found(conditions=conditions, parameters=parameters)
        if not self._is_in_files(words):
            join = "JOIN shadows_fts f ON f.rowid = a.id"
            conditions = ("shadows_fts MATCH ?", *conditions)
            order = "bm25(shadows_fts, 8.0, 1.0), "
            return Found(join, (), conditions, (words.match, *parameters), order)
        each = phrases(words)
        return Found(
            _SCORES,
            (words.match,),
            (*(_SAYS,) * len(each), *conditions),
            (*(one for phrase in each for one in (phrase, phrase)), *parameters),
            "f.score IS NULL, f.score, ",
        )

    def _is_in_files(self, words: Words) -> bool:
        if not words.match:
            return False
        sql = "SELECT 1 FROM file_texts_fts WHERE file_texts_fts MATCH ? LIMIT 1"
        return next(iter(self._db.query(sql, [" OR ".join(phrases(words))])), None) is not None

    def _in_files(self, ids: Sequence[int], words: Words) -> dict[int, list[InFile]]:
        """The files of these articles that say any of the words, by article."""
        found: dict[int, list[InFile]] = {}
        if not ids or not self._is_in_files(words):
            return found
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            sql = _SAYING.format(marks=", ".join("?" for _ in part))
            for row in self._db.query(sql, [" OR ".join(phrases(words)), *part]):
                snippet = _snippet(unpack_text(row["text"]), words.terms)
                file = InFile(row["url"], row["name"], row["kind"], snippet)
                found.setdefault(row["article_id"], []).append(file)
        return found


def phrases(words: Words) -> list[str]:
    """The parts of a query: they are folded, so that ` AND ` is never inside one."""
    return words.match.split(" AND ")


def _snippet(text: str, terms: tuple[str, ...]) -> str:
    firsts = [words[0].rstrip("*") for term in terms if (words := term.split())]
    for start in range(0, len(text), _WINDOW):
        part = text[start : start + _WINDOW + _OVERLAP]
        folded = fold(part)
        if any(first in folded for first in firsts):
            found = snippets(part, terms, most=1)
            if found:
                return found[0]
    return ""


def _attached(row: dict[str, Any]) -> AttachedFile:
    return AttachedFile(
        file_id=row["id"],
        url=row["url"],
        name=row["name"],
        kind=row["kind"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        snapshot_id=row["snapshot_id"],
        text_outcome=Outcome(row["text_outcome"]) if row["text_outcome"] else None,
        text_reason=row["text_reason"] or "",
        characters=row["characters"] or 0,
    )


_FILES = """
SELECT f.id, f.url, l.name, l.kind, f.outcome, f.reason, f.media_type, f.size, f.snapshot_id,
  b.sha256, t.outcome AS text_outcome, t.reason AS text_reason, t.characters
FROM attachments l JOIN files f ON f.id = l.file_id LEFT JOIN blobs b ON b.id = f.blob_id
LEFT JOIN file_texts t ON t.blob_id = f.blob_id WHERE l.article_id = ? ORDER BY l.position
"""
_KEPT = """
SELECT l.name, f.snapshot_id FROM files f JOIN attachments l ON l.file_id = f.id
WHERE f.id = ? AND f.snapshot_id IS NOT NULL ORDER BY l.article_id LIMIT 1
"""
_PROOFS = """
SELECT r.snapshot_id FROM revisions v JOIN readings r ON r.id = v.reading_id
WHERE v.article_id = :id AND r.snapshot_id IS NOT NULL
UNION SELECT p.snapshot_id FROM revisions v JOIN parts p ON p.reading_id = v.reading_id
WHERE v.article_id = :id AND p.snapshot_id IS NOT NULL
UNION SELECT f.snapshot_id FROM attachments l JOIN files f ON f.id = l.file_id
WHERE l.article_id = :id AND f.snapshot_id IS NOT NULL ORDER BY 1
"""
_OWED = """
SELECT f.id, f.url, f.tries, f.asked_at, l.kind, min(l.position) AS place
FROM files f JOIN attachments l ON l.file_id = f.id JOIN articles a ON a.id = l.article_id
JOIN runs r ON r.id = a.first_run_id
WHERE f.source_id = :source AND f.due AND a.gone_at IS NULL AND r.kind <> 'import'
  AND (:article IS NULL OR a.id = :article)
GROUP BY f.id ORDER BY f.tries, max(a.id) DESC, place
"""
_SCORES = """
LEFT JOIN (SELECT rowid AS id, bm25(shadows_fts, 8.0, 1.0) AS score FROM shadows_fts
  WHERE shadows_fts MATCH ?) f ON f.id = a.id
"""
_SAYS = """
a.id IN (SELECT rowid FROM shadows_fts WHERE shadows_fts MATCH ? UNION
  SELECT l.article_id FROM file_texts_fts x JOIN file_texts t ON t.id = x.rowid
  JOIN files f ON f.blob_id = t.blob_id JOIN attachments l ON l.file_id = f.id
  WHERE file_texts_fts MATCH ?)
"""
_SAYING = """
SELECT l.article_id, f.url, l.name, l.kind, t.text
FROM file_texts_fts x JOIN file_texts t ON t.id = x.rowid JOIN files f ON f.blob_id = t.blob_id
JOIN attachments l ON l.file_id = f.id
WHERE file_texts_fts MATCH ? AND l.article_id IN ({marks}) ORDER BY l.article_id, l.position
"""

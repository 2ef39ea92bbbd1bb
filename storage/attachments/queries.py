"""Selecting files that articles link to: what became of them, what is pending. Writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..driver import Connection
from ..packing import unpack_text
from ..stamps import unstamp_or_none
from ..types import Outcome
from .records import AttachedFile, PendingFile


class AttachmentQueries:
    """The questions about the files of articles."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def of(self, article_id: int) -> tuple[AttachedFile, ...]:
        """The files an article links to, in its order."""
        return tuple(_attached(row) for row in self._db.query(_FILES, [article_id]))

    def proofs(self, article_id: int) -> tuple[int, ...]:
        """The snapshots behind an article: the pages of all its versions, and its files."""
        found = self._db.query(_PROOFS, {"id": article_id})
        return tuple(row["snapshot_id"] for row in found)

    def kept(self, file_id: int) -> tuple[str, int] | None:
        """The name that an article gives a file, and the snapshot that holds its bytes; None where
        they are not kept."""
        row = next(iter(self._db.query(_KEPT, [file_id])), None)
        return (row["name"], row["snapshot_id"]) if row else None

    def text(self, file_id: int) -> str:
        """What a file says; empty where it was not read or has no text."""
        found = self._db.query(
            "SELECT t.text FROM files f JOIN file_texts t ON t.blob_id = f.blob_id WHERE f.id = ?",
            [file_id],
        )
        row = next(iter(found), None)
        return unpack_text(row["text"]) if row else ""

    def pending(
        self, source_id: str, now: datetime, limit: int, article_id: int | None = None
    ) -> tuple[PendingFile, ...]:
        """The files of a source's articles, or of one, that were not had yet, or failed and have
        rested, or whose article was edited since: those that never failed first, then those of the
        latest articles. What only an import brought is not owed."""
        found: list[PendingFile] = []
        for row in self._db.query(_OWED, {"source": source_id, "article": article_id}):
            asked = unstamp_or_none(row["asked_at"])
            owed = PendingFile(
                row["id"], row["url"], row["kind"], row["place"], row["tries"], asked
            )
            if not owed.rests(now):
                found.append(owed)
            if len(found) == limit:
                break
        return tuple(found)

    def has_text(self, sha256: str, version: int) -> bool:
        """Whether these bytes were read already by rules of that version."""
        found = self._db.query(
            "SELECT 1 FROM file_texts t JOIN blobs b ON b.id = t.blob_id "
            "WHERE b.sha256 = ? AND t.reader_version >= ?",
            [sha256, version],
        )
        return next(iter(found), None) is not None

    def stale(self, version: int) -> tuple[tuple[int, int], ...]:
        """Kept files that rules older than that read: (blob, snapshot) of each."""
        found = self._db.query(
            "SELECT f.blob_id, max(f.snapshot_id) AS snapshot_id FROM files f "
            "LEFT JOIN file_texts t ON t.blob_id = f.blob_id WHERE f.blob_id IS NOT NULL "
            "AND coalesce(t.reader_version, 0) < ? GROUP BY f.blob_id ORDER BY f.blob_id",
            [version],
        )
        return tuple((row["blob_id"], row["snapshot_id"]) for row in found)


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

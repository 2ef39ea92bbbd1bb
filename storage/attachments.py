"""The files that articles link to: what became of each, what it says, and which are to be fetched.

That an article links to a file is `types.Attachment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import text_index
from .database import Connection, one, stamp, unstamp_or_none
from .packing import pack_text, unpack_text
from .rechecks import Attempts
from .text import fts_text
from .types import Attachment, Outcome
from .urls import key_of

GIVE_UP_AFTER = 8
"""So many attempts in vain at a file, over two months of ever longer rests, are enough."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What the bytes of a file say. `kind` is what they are (`pdf`, `docx`, …, empty if unknown),
    whatever the address ends in. `outcome` is `ok`, `partial` (`reason` says what is missing), or
    the word for why there is no text."""

    outcome: Outcome
    reason: str
    kind: str
    version: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class PackedText:
    """A file's text with its index words, packed: made before the archive is locked."""

    read: FileText
    text: bytes
    words: bytes

    @classmethod
    def of(cls, read: FileText) -> PackedText:
        """Pack a text that was read."""
        return cls(read, pack_text(read.text), pack_text(fts_text(read.text)))


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file to be asked for: `place` is where it stands among the files of its article, counted
    from 0."""

    id: int
    url: str
    kind: str
    place: int
    tries: int = 0
    asked_at: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether it failed so lately that it is too early to ask again."""
        if not self.tries or self.asked_at is None:
            return False
        return Attempts(self.tries, self.asked_at, self.asked_at).rests(now)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of an article, and what became of it.

    `outcome` says how it was last asked for (None: not yet), `text_outcome` how its bytes read
    (None: they are not kept). `size` is in bytes. `characters` counts the text.
    """

    file_id: int
    url: str
    name: str
    kind: str
    outcome: Outcome | None = None
    reason: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None
    snapshot_id: int | None = None
    text_outcome: Outcome | None = None
    text_reason: str = ""
    characters: int = 0


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
        """The name that an article gives a file, and the snapshot that holds its bytes. None where
        they are not kept."""
        row = next(iter(self._db.query(_KEPT, [file_id])), None)
        return (row["name"], row["snapshot_id"]) if row else None

    def text(self, file_id: int) -> str:
        """What a file says. Empty where it was not read or has no text."""
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


class AttachmentWrites:
    """The part of a transaction that keeps files."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def link(self, article_id: int, found: Sequence[Attachment]) -> None:
        """The files an article links to now. Those that no article asked for before are owed."""
        source_id = one(self._db, "SELECT source_id FROM articles WHERE id = ?", [article_id])[
            "source_id"
        ]
        self._db.execute("DELETE FROM attachments WHERE article_id = ?", [article_id])
        for place, attachment in enumerate(found):
            key = key_of(attachment.url)
            self._db.execute(
                "INSERT OR IGNORE INTO files (source_id, url, url_key) VALUES (?, ?, ?)",
                [source_id, attachment.url, key],
            )
            self._db.execute(
                "INSERT OR IGNORE INTO attachments SELECT ?, id, ?, ?, ? FROM files "
                "WHERE source_id = ? AND url_key = ?",
                [article_id, place, attachment.name, attachment.kind, source_id, key],
            )

    def ask_again(self, article_id: int) -> None:
        """The article was edited: its files may have been, too."""
        self._db.execute(
            "UPDATE files SET due = 1, tries = 0 "
            "WHERE id IN (SELECT file_id FROM attachments WHERE article_id = ?)",
            [article_id],
        )

    def ids_of(self, article_id: int) -> tuple[int, ...]:
        """The files an article links to, in its order."""
        sql = "SELECT file_id FROM attachments WHERE article_id = ? ORDER BY position"
        return tuple(row["file_id"] for row in self._db.query(sql, [article_id]))

    def keep(
        self,
        file_id: int,
        *,
        snapshot_id: int,
        media_type: str,
        text: PackedText | None,
        now: datetime,
    ) -> None:
        """A file was had. `text` is what it says. None where these very bytes were read before."""
        blob = one(
            self._db,
            "SELECT b.id, b.size FROM snapshots s JOIN blobs b ON b.id = s.blob_id WHERE s.id = ?",
            [snapshot_id],
        )
        self._db.execute(
            "UPDATE files SET due = 0, outcome = 'ok', reason = '', tries = 0, asked_at = ?, "
            "media_type = ?, size = ?, snapshot_id = ?, blob_id = ? WHERE id = ?",
            [stamp(now), media_type[:200], blob["size"], snapshot_id, blob["id"], file_id],
        )
        if text is not None:
            self.keep_text(blob["id"], text, now)

    def keep_text(self, blob_id: int, text: PackedText, now: datetime) -> None:
        """What the bytes of a file say, by today's rules."""
        text_index.forget_file(self._db, blob_id)
        self._db.execute(
            _TEXT,
            [
                blob_id,
                text.read.kind,
                text.read.outcome.value,
                text.read.reason,
                text.read.version,
                stamp(now),
                len(text.read.text),
                text.text,
                text.words,
            ],
        )
        text_index.enter_file(self._db, blob_id)

    def mark_unchanged(self, file_id: int, now: datetime) -> None:
        """The server says that a file we have has not changed."""
        self._db.execute(
            "UPDATE files SET due = 0, outcome = 'ok', reason = '', tries = 0, asked_at = ? "
            "WHERE id = ?",
            [stamp(now), file_id],
        )

    def mark_failed(self, file_id: int, outcome: Outcome, reason: str, now: datetime) -> None:
        """A file could not be had. It rests and is asked for again, but not for ever. What was had
        of it before is kept."""
        self._db.execute(
            "UPDATE files SET outcome = ?, reason = ?, tries = tries + 1, asked_at = ?, "
            "due = tries + 1 < ? WHERE id = ?",
            [outcome.value, reason, stamp(now), GIVE_UP_AFTER, file_id],
        )


_TEXT = """
INSERT INTO file_texts
  (blob_id, kind, outcome, reason, reader_version, read_at, characters, text, words)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (blob_id) DO UPDATE SET kind = excluded.kind, outcome = excluded.outcome,
  reason = excluded.reason, reader_version = excluded.reader_version, read_at = excluded.read_at,
  characters = excluded.characters, text = excluded.text, words = excluded.words
"""

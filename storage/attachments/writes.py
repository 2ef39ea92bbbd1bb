"""Writing the files that articles link to: the links, what became of each, what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..driver import Connection
from ..search import index
from ..stamps import stamp
from ..statements import one
from ..types import Attachment, Outcome
from ..urls import key_of
from .records import GIVE_UP_AFTER, PackedText


class AttachmentWrites:
    """The part of a transaction that keeps files."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def link(self, article_id: int, found: Sequence[Attachment]) -> None:
        """The files an article links to now; those that no article asked for before are owed."""
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
        """A file was had. `text` is what it says; None where these very bytes were read before."""
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
        index.forget_file(self._db, blob_id)
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
        index.enter_file(self._db, blob_id)

    def mark_unchanged(self, file_id: int, now: datetime) -> None:
        """The server says that a file we have has not changed."""
        self._db.execute(
            "UPDATE files SET due = 0, outcome = 'ok', reason = '', tries = 0, asked_at = ? "
            "WHERE id = ?",
            [stamp(now), file_id],
        )

    def mark_failed(self, file_id: int, outcome: Outcome, reason: str, now: datetime) -> None:
        """A file could not be had; it rests and is asked for again, but not for ever. What was had
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

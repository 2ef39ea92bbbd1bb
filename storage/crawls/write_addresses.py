"""Writing what an address turned out to be: another one of an article, or a page set aside."""

from __future__ import annotations

from datetime import datetime

from ..stamps import stamp
from ..types import Quarantine
from ..urls import key_of, url_key
from .write_runs import RunWrites


class AddressWrites(RunWrites):
    """The part of a transaction that keeps aliases and the quarantine."""

    def _set_aside(
        self, intent: Quarantine, source_id: str, snapshot_id: int | None, now: datetime
    ) -> None:
        reading = intent.reading
        self._db.execute(
            "INSERT INTO quarantine (source_id, url, url_key, outcome, reason, reader_version, "
            "snapshot_id, first_seen_at, last_seen_at) "
            "VALUES (:source, :url, :key, :outcome, :reason, :version, :snapshot, :at, :at) "
            "ON CONFLICT (source_id, url_key) DO UPDATE SET outcome = excluded.outcome, "
            "reason = excluded.reason, reader_version = excluded.reader_version, "
            "snapshot_id = excluded.snapshot_id, last_seen_at = excluded.last_seen_at, "
            "tries = tries + 1",
            {
                "source": source_id,
                "url": intent.url,
                "key": url_key(intent.url),
                "outcome": reading.outcome.value,
                "reason": reading.reason,
                "version": reading.version,
                "snapshot": snapshot_id,
                "at": stamp(now),
            },
        )

    def release(self, source_id: str, url: str) -> None:
        """The page at this address is no longer set aside; harmless if it never was."""
        self._db.execute(
            "DELETE FROM quarantine WHERE source_id = ? AND url_key = ?", [source_id, key_of(url)]
        )

    def _alias(self, source_id: str, article_id: int, url: str) -> None:
        key = url_key(url)
        # What some article is kept under stays its own, wherever it leads later.
        sql = "SELECT id FROM articles WHERE source_id = ? AND url_key = ?"
        if self._maybe(sql, [source_id, key]) is None:
            self._db.execute(
                "INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, 'redirect')",
                [source_id, key, url, article_id],
            )
            self.release(source_id, url)

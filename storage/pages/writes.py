"""Writing responses as received, and what an address turned out to be: another one of an article,
or a page set aside."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from .. import packing
from ..driver import Connection
from ..packing import PackedBody
from ..runs.records import FetchKind
from ..stamps import stamp
from ..statements import insert, maybe
from ..types import Capture, Quarantine
from ..urls import key_of, url_key
from .queries import PageQueries
from .records import Validator


class PageWrites:
    """The part of a transaction that keeps pages."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._pages = PageQueries(database)

    def keep(
        self, source_id: str, capture: Capture, kind: FetchKind, packed: PackedBody | None = None
    ) -> int:
        """Archive a response as received. The same bytes are kept once; if they are what the same
        address said last, so is the snapshot. What comes back after an edit is a new one.

        `packed` is the response's body as somebody has packed it already.
        """
        digest = packed.sha256 if packed else hashlib.sha256(capture.body).hexdigest()
        blob = maybe(self._db, "SELECT id FROM blobs WHERE sha256 = ?", [digest])
        if blob is None:
            blob_id = self._keep_blob(source_id, capture.body, digest, kind, packed)
        else:
            blob_id = blob["id"]
            last = maybe(self._db, _LAST, [source_id, capture.url])
            if last and last["blob_id"] == blob_id:
                return int(last["id"])
        return insert(
            self._db,
            "snapshots",
            {
                "source_id": source_id,
                "kind": kind.value,
                "url": capture.url,
                "final_url": capture.final_url,
                "fetched_at": stamp(capture.fetched_at),
                "status": capture.status,
                "headers": json.dumps(capture.headers, ensure_ascii=False),
                "blob_id": blob_id,
            },
        )

    def _keep_blob(
        self, source_id: str, body: bytes, digest: str, kind: FetchKind, packed: PackedBody | None
    ) -> int:
        if packed is None or not self._holds(packed, source_id, kind):
            packed = packing.pack_body(body, self._pages.packing_base(source_id, kind))
        return insert(
            self._db,
            "blobs",
            {
                "sha256": digest,
                "codec": packed.codec,
                "size": packed.size,
                "data": packed.data,
            },
        )

    def _holds(self, packed: PackedBody, source_id: str, kind: FetchKind) -> bool:
        """Whether what a body was packed against is still there; or if that was nothing, whether
        there is still nothing."""
        if packed.tried is None:
            return self._pages.base_id(source_id, kind) is None
        return bool(maybe(self._db, "SELECT 1 FROM blobs WHERE id = ?", [packed.tried]))

    def remember_validator(
        self, source_id: str, validator: Validator, snapshot_id: int | None
    ) -> None:
        """Keep what the server gave us to ask "has it changed?" with, and for which bytes."""
        self._db.execute(
            "INSERT INTO validators VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, url) "
            "DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, "
            "checked_at = excluded.checked_at, "
            "snapshot_id = coalesce(excluded.snapshot_id, snapshot_id)",
            [
                source_id,
                validator.url,
                validator.etag,
                validator.last_modified,
                stamp(validator.checked_at),
                snapshot_id,
            ],
        )

    def set_aside(
        self, intent: Quarantine, source_id: str, snapshot_id: int | None, now: datetime
    ) -> None:
        """Put a page into the quarantine, or count another try of one that is there."""
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

    def add_alias(self, source_id: str, article_id: int, url: str) -> None:
        """Remember another address of an article."""
        key = url_key(url)
        # What some article is kept under stays its own, wherever it leads later.
        sql = "SELECT id FROM articles WHERE source_id = ? AND url_key = ?"
        if maybe(self._db, sql, [source_id, key]) is None:
            self._db.execute(
                "INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, 'redirect')",
                [source_id, key, url, article_id],
            )
            self.release(source_id, url)


_LAST = """
SELECT id, blob_id FROM snapshots WHERE source_id = ? AND url = ? ORDER BY id DESC LIMIT 1
"""

"""Writing what a crawl saw: fetches, list rows, snapshots, validators."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from .. import packing
from ..packing import PackedBody
from ..several import insert_all
from ..stamps import stamp
from ..types import Capture
from ..urls import url_key
from .bases import BaseQueries
from .records import Fetch, FetchKind, ListRow, Validator
from .write_runs import RunWrites


class CrawlWrites(BaseQueries, RunWrites):
    """The part of a transaction that records what a crawl saw."""

    def log_fetch(self, run_id: int, fetch: Fetch) -> None:
        """Record one finished attempt at one address."""
        self._insert(
            "fetches",
            {
                "run_id": run_id,
                "kind": fetch.kind.value,
                "url": fetch.url,
                "final_url": fetch.final_url,
                "at": stamp(fetch.at),
                "outcome": fetch.outcome.value,
                "reason": fetch.reason,
                "status": fetch.status,
                "size": fetch.size,
                "seconds": round(fetch.seconds, 3),
                "snapshot_id": fetch.snapshot_id,
            },
        )

    def see_rows(
        self, run_id: int, entry_url: str, list_url: str, found: Sequence[ListRow], now: datetime
    ) -> int:
        """Record every row of a list page; returns how many addresses were never listed before."""
        source_id, at = self._run(run_id).source_id, stamp(now)
        keys = [url_key(row.url) for row in found]
        fresh = set(keys).difference(self._listed(source_id, keys))
        insert_all(
            self._db,
            "listings",
            _LISTING,
            (
                (
                    source_id,
                    entry_url,
                    list_url,
                    row.url,
                    key,
                    row.title,
                    row.summary,
                    row.published.iso if row.published else None,
                    row.position,
                    at,
                    run_id,
                    at,
                    run_id,
                )
                for row, key in zip(found, keys, strict=True)
            ),
            _LISTED_AGAIN,
        )
        return len(fresh)

    def _listed(self, source_id: str, keys: Sequence[str]) -> Iterator[str]:
        """Those of some URL keys that were listed before."""
        sql = (
            "SELECT value FROM json_each(?) WHERE EXISTS "
            "(SELECT 1 FROM listings WHERE source_id = ? AND url_key = value)"
        )
        for row in self._db.execute(sql, [json.dumps(keys), source_id]).fetchall():
            yield row[0]

    def keep_capture(
        self, source_id: str, capture: Capture, kind: FetchKind, packed: PackedBody | None = None
    ) -> int:
        """Archive a response as received. The same bytes are kept once; if they are what the same
        address said last, so is the snapshot. What comes back after an edit is a new one.

        `packed` is the response's body as somebody has packed it already.
        """
        digest = packed.sha256 if packed else hashlib.sha256(capture.body).hexdigest()
        blob = self._maybe("SELECT id FROM blobs WHERE sha256 = ?", [digest])
        if blob is None:
            blob_id = self._keep_blob(source_id, capture.body, digest, kind, packed)
        else:
            blob_id = blob["id"]
            last = self._maybe(_LAST, [source_id, capture.url])
            if last and last["blob_id"] == blob_id:
                return int(last["id"])
        return self._insert(
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
            packed = packing.pack_body(body, self.packing_base(source_id, kind))
        return self._insert(
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
            return self._base_id(source_id, kind) is None
        return bool(self._maybe("SELECT 1 FROM blobs WHERE id = ?", [packed.tried]))

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


_LAST = """
SELECT id, blob_id FROM snapshots WHERE source_id = ? AND url = ? ORDER BY id DESC LIMIT 1
"""
_LISTING = (
    "source_id, entry_url, list_url, url, url_key, title, summary, published, position, "
    "first_seen_at, first_run_id, last_seen_at, last_run_id"
)
_LISTED_AGAIN = """
ON CONFLICT (source_id, entry_url, url_key, title) DO UPDATE
SET list_url = excluded.list_url, url = excluded.url, summary = excluded.summary,
  published = excluded.published, position = excluded.position,
  last_seen_at = excluded.last_seen_at, last_run_id = excluded.last_run_id, vanished_at = NULL
"""

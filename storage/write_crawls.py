"""Writing what a crawl saw: fetches, list rows, snapshots, validators."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from . import packing
from .records import Fetch, FetchKind, ListRow, Validator
from .stamps import stamp
from .types import Capture
from .urls import url_key
from .write_runs import RunWrites


class CrawlWrites(RunWrites):
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
        source_id = self._run(run_id).source_id
        fresh = 0
        for row in found:
            fresh += not self._is_listed(source_id, row.url)
            self._see(source_id, run_id, entry_url, list_url, row, stamp(now))
        return fresh

    def _is_listed(self, source_id: str, url: str) -> bool:
        sql = "SELECT 1 FROM listings WHERE source_id = ? AND url_key = ?"
        return self._maybe(sql, [source_id, url_key(url)]) is not None

    def _see(
        self, source_id: str, run_id: int, entry_url: str, list_url: str, row: ListRow, at: str
    ) -> None:
        self._db.execute(
            "INSERT INTO listings (source_id, entry_url, list_url, url, url_key, title, summary, "
            "published, position, first_seen_at, first_run_id, last_seen_at, last_run_id) "
            "VALUES (:source, :entry, :list, :url, :key, :title, :summary, :published, :position, "
            ":at, :run, :at, :run) ON CONFLICT (source_id, entry_url, url_key, title) DO UPDATE "
            "SET list_url = excluded.list_url, url = excluded.url, summary = excluded.summary, "
            "published = excluded.published, position = excluded.position, "
            "last_seen_at = excluded.last_seen_at, last_run_id = excluded.last_run_id, "
            "vanished_at = NULL",
            {
                "source": source_id,
                "entry": entry_url,
                "list": list_url,
                "url": row.url,
                "key": url_key(row.url),
                "title": row.title,
                "summary": row.summary,
                "published": row.published.iso if row.published else None,
                "position": row.position,
                "at": at,
                "run": run_id,
            },
        )

    def keep_capture(self, source_id: str, capture: Capture, kind: FetchKind) -> int:
        """Archive a response as received. The same bytes are kept once; if they are what the same
        address said last, so is the snapshot. What comes back after an edit is a new one."""
        blob_id = self._keep_blob(source_id, capture.body, kind)
        last = self._maybe(
            "SELECT id, blob_id FROM snapshots WHERE source_id = ? AND url = ? "
            "ORDER BY id DESC LIMIT 1",
            [source_id, capture.url],
        )
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

    def _keep_blob(self, source_id: str, body: bytes, kind: FetchKind) -> int:
        digest = hashlib.sha256(body).hexdigest()
        known = self._maybe("SELECT id FROM blobs WHERE sha256 = ?", [digest])
        if known:
            return int(known["id"])
        codec, data = self._packed(source_id, body, kind)
        return self._insert(
            "blobs", {"sha256": digest, "codec": codec, "size": len(body), "data": data}
        )

    def _packed(self, source_id: str, body: bytes, kind: FetchKind) -> tuple[str, bytes]:
        """Packed against what the source's latest page was packed against, or against that page;
        on its own, and so the base of what follows, where the site looks different now."""
        latest = self._maybe(
            "SELECT b.id, b.codec FROM blobs b WHERE b.id = (SELECT blob_id FROM snapshots "
            "WHERE source_id = ? AND kind = ? ORDER BY id DESC LIMIT 1)",
            [source_id, kind.value],
        )
        if latest:
            base_id = int(latest["codec"].partition(":")[2] or latest["id"])
            base = self._one("SELECT data FROM blobs WHERE id = ?", [base_id])["data"]
            data = packing.pack_against(body, packing.unpack(base))
            if data is not None:
                return packing.codec_against(base_id), data
        return packing.ALONE, packing.pack(body)

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

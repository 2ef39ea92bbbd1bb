"""What is known of an address: the responses as received, what is set aside, what to ask with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hubwatch.errors import DamagedBytes

from . import packing, rechecks
from .articles.records import PARTS, part_list
from .database import Connection, Row, insert, marks, maybe, stamp, unstamp
from .packing import Base, PackedBody, unpack, unpack_proven
from .rechecks import Attempts, Recheck, vanished
from .runs import FetchKind
from .types import SKEW, Capture, Known, Outcome, Quarantine, Rendering
from .urls import identity_key, key_of, url_key


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server gave us to ask "has it changed?" with (RFC 9110, section 13)."""

    url: str
    etag: str | None
    last_modified: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page kept aside: why, since when, how often it was tried, and the bytes that prove it."""

    id: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime
    tries: int = 1
    reader_version: int = 0
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class FetchAttempt:
    """One try to fetch an address."""

    at: datetime
    run_id: int
    outcome: Outcome
    reason: str
    status: int | None


_RECHECK_MARGIN = 0.9
"""An age counts as reached at nine tenths of it, so that a daily timetable does not miss by
seconds."""
_QUARANTINE_REST = timedelta(hours=20)
_TRIES = 20
_CAPTURE = (
    "SELECT s.*, b.sha256, b.data, base.data AS base, r.browser, r.content_type, r.requests, "
    "r.bytes, r.seconds, r.note, first.sha256 AS received_sha256, first.data AS received, "
    "under.data AS received_base "
    "FROM snapshots s JOIN blobs b ON b.id = s.blob_id "
    "LEFT JOIN blobs base ON b.codec LIKE 'zstd:%' "
    "AND base.id = CAST(substr(b.codec, 6) AS INTEGER) "
    "LEFT JOIN renderings r ON r.id = s.id LEFT JOIN blobs first ON first.id = r.blob_id "
    "LEFT JOIN blobs under ON first.codec LIKE 'zstd:%' "
    "AND under.id = CAST(substr(first.codec, 6) AS INTEGER) "
)


class PageQueries:
    """The questions about addresses and what was had from them."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def known(self, source_id: str, url: str) -> Known | None:
        """What is known of an address of this source, or of a made-up name, by its key or as an
        alias."""
        key = identity_key(url)
        row = next(iter(self._db.query(_KNOWN, [source_id, key])), None)
        if row is None:
            return None
        return Known(
            article_id=row["id"],
            url=row["url"],
            content_hash=row["content_hash"],
            gone=row["gone_at"] is not None,
            reader_version=row["reader_version"],
            snapshot_id=row["snapshot_id"],
            revision=row["revisions"],
            parts=part_list(row["parts"]),
            held_hash=row["held_hash"] or "",
        )

    def contents_at(self, source_id: str, path: str) -> dict[str, str]:
        """The articles of a source at this address with any query: address → content hash, at most
        200. `path` is the key of the address without its query."""
        found = self._db.query(_AT_PATH, [source_id, path, f"{path}?", f"{path}@"])
        return {row["url"]: row["content_hash"] for row in found}

    def validators(self, source_id: str) -> dict[str, Validator]:
        """What each address of a source can be asked with."""
        found = self._db.query("SELECT * FROM validators WHERE source_id = ?", [source_id])
        return {
            row["url"]: Validator(
                row["url"], row["etag"], row["last_modified"], unstamp(row["checked_at"])
            )
            for row in found
        }

    def snapshot(self, snapshot_id: int) -> Capture:
        """An archived response. Raises LookupError for an unknown id, and DamagedBytes where
        its bytes are not those that were archived."""
        found = list(self._db.query(f"{_CAPTURE} WHERE s.id = ?", [snapshot_id]))
        if not found:
            raise LookupError(f"no snapshot {snapshot_id}")
        return capture_of(found[0])

    def last_capture(self, source_id: str, url: str) -> Capture | None:
        """What a "304 Not Modified" of that address stands for, or else its newest snapshot. Raises
        DamagedBytes."""
        found = self._db.query(
            f"{_CAPTURE} WHERE s.source_id = ? AND s.url = ? ORDER BY s.id = coalesce(("
            "SELECT snapshot_id FROM validators v WHERE v.source_id = s.source_id "
            "AND v.url = s.url), 0) DESC, s.id DESC LIMIT 1",
            [source_id, url],
        )
        row = next(iter(found), None)
        return capture_of(row) if row else None

    def sound_capture(self, source_id: str, url: str) -> Capture | None:
        """As `last_capture`, for who can do without: none where its bytes are damaged."""
        try:
            return self.last_capture(source_id, url)
        except DamagedBytes:
            return None

    def known_urls(self, source_id: str, urls: Iterable[str], now: datetime) -> frozenset[str]:
        """Those of `urls` that need no fetch: kept already, or set aside less than a day ago."""
        rested = stamp(now - _QUARANTINE_REST)
        known = set()
        for url in urls:
            key = url_key(url)
            rests = [source_id, key, rested, stamp(now + SKEW)]
            if self._count(_IS_KNOWN, [source_id, key] * 2 + rests):
                known.add(url)
        return frozenset(known)

    def due_rechecks(
        self, source_id: str, now: datetime, after: Sequence[timedelta], limit: int
    ) -> tuple[Recheck, ...]:
        """Recent articles that have reached one of the ages since they were last asked for. Those
        that were by a clock that ran ahead are due: when that was, nobody knows.

        What was published longer before its first sight than the greatest age is left alone. What
        is marked gone is asked for at the last two ages, counted from then: it may come back. Twice
        the greatest age later it is left alone.
        """
        if not after:
            return ()
        recent = "julianday(a.first_seen_at) - julianday(a.dated_at) <= ?"
        reached, ages = _reached("a.first_seen_at", after, now)
        again, last_ages = _reached("a.gone_at", sorted(after)[-2:], now)
        long_gone, most = stamp(now - 2 * max(after)), max(after) / timedelta(days=1)
        ahead = stamp(now + SKEW)
        found = self._db.query(
            "SELECT a.id AS article_id, a.url "
            "FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.source_id = ? "
            "AND a.url_key LIKE 'http%' "  # what has no page cannot be asked for
            f"AND (a.gone_at IS NULL AND {recent} AND ({reached} OR a.last_checked_at > ?) "
            f"OR a.gone_at > ? AND ({again} OR a.last_checked_at > ?)) "
            "ORDER BY a.dated_at DESC, a.url_key LIMIT ?",
            [source_id, most, *ages, ahead, long_gone, *last_ages, ahead, limit],
        )
        return tuple(Recheck(row["article_id"], row["url"]) for row in found)

    def quarantined(
        self, limit: int | None = 50, source_id: str | None = None
    ) -> tuple[Quarantined, ...]:
        """Pages kept aside, of one source or of all, the newest first."""
        where, parameters = ("WHERE source_id = ?", [source_id]) if source_id else ("", [])
        found = self._db.query(
            f"SELECT * FROM quarantine {where} ORDER BY id DESC LIMIT ?",
            [*parameters, -1 if limit is None else limit],
        )
        return tuple(quarantined_of(row) for row in found)

    def _count(self, sql: str, parameters: Sequence[Any]) -> int:
        return int(self._db.execute(sql, list(parameters)).fetchone()[0])

    def packing_base(self, source_id: str, kind: FetchKind) -> Base | None:
        """What the source's latest page of that kind was packed against, or else that page. None
        where there is none, or it is damaged: what was packed against it could not be unpacked once
        it is mended."""
        blob_id = self.base_id(source_id, kind)
        if blob_id is None:
            return None
        sql = "SELECT sha256, data FROM blobs WHERE id = ?"
        row: Any = self._db.execute(sql, [blob_id]).fetchone()
        try:
            return Base(blob_id, unpack_proven(*row))
        except DamagedBytes:
            return None

    def base_id(self, source_id: str, kind: FetchKind) -> int | None:
        """The number of the body that new ones are packed against. None where there is none yet."""
        if kind is FetchKind.FILE:  # they have nothing in common
            return None
        row: Any = self._db.execute(_LATEST, [source_id, kind.value]).fetchone()
        return int(row[1].partition(":")[2] or row[0]) if row else None

    def vanished(self, run_id: int, limit: int) -> tuple[Recheck, ...]:
        """Articles that should have been on a list read in this run and were not.

        Each is named by every run until one that ended has asked for it, and again when it was
        listed since.
        """
        return vanished(self._db, run_id, limit)

    def incomplete(self, source_id: str, now: datetime, limit: int) -> tuple[Recheck, ...]:
        """Young articles that go over several pages and lack one, and were not asked for lately."""
        return rechecks.incomplete(self._db, source_id, now, limit)

    def attempts(self, source_id: str, now: datetime) -> dict[str, Attempts]:
        """The article addresses of a source that failed when last asked for, by URL key."""
        return rechecks.attempts(self._db, source_id, now)

    def pending(
        self,
        source_id: str,
        now: datetime,
        limit: int,
        *,
        wanted: Callable[[str], bool],
        but: Collection[str],
    ) -> tuple[str, ...]:
        """Addresses that were listed, are `wanted` and not kept, and have rested since they
        failed: those with the fewest failures first, then the latest listed. None with one of the
        URL keys of `but`."""
        return rechecks.pending(self._db, source_id, now, limit, wanted=wanted, but=but)

    def gone(self, source_id: str) -> dict[str, Recheck]:
        """The articles of a source that are marked gone, by the keys of all their addresses."""
        return rechecks.gone_articles(self._db, source_id)

    def set_aside_at(self, keys: Sequence[str]) -> tuple[Quarantined, ...]:
        """The pages at these URL keys that are set aside, of any source."""
        sql = "SELECT * FROM quarantine WHERE source_id IN (SELECT id FROM sources) AND url_key IN "
        sql += f"({marks(keys)}) ORDER BY id"
        return tuple(quarantined_of(row) for row in self._db.query(sql, list(keys)))

    def tries(
        self, source_id: str, urls: Sequence[str], since: datetime
    ) -> tuple[FetchAttempt, ...]:
        """The last 20 tries to fetch one of these addresses, by runs of that source begun since,
        the latest first."""
        found = self._db.query(
            "SELECT f.at, f.run_id, f.outcome, f.reason, f.status FROM runs r "
            "JOIN fetches f ON f.run_id = r.id WHERE r.source_id = ? AND r.started_at >= ? "
            f"AND f.kind = 'article' AND f.url IN ({marks(urls)}) ORDER BY f.id DESC LIMIT ?",
            [source_id, stamp(since), *urls, _TRIES],
        )
        return tuple(
            FetchAttempt(
                unstamp(row["at"]),
                row["run_id"],
                Outcome(row["outcome"]),
                row["reason"],
                row["status"],
            )
            for row in found
        )

    def quarantined_by_source(self) -> dict[str, int]:
        """Source → how many of its pages are set aside."""
        sql = "SELECT source_id, count(*) AS n FROM quarantine GROUP BY source_id"
        return {row["source_id"]: row["n"] for row in self._db.query(sql)}


def capture_of(row: Row) -> Capture:
    """A snapshot joined with its blob. Raises DamagedBytes where that is not what was archived."""
    try:
        return _capture_of(row)
    except DamagedBytes as error:
        raise DamagedBytes(
            "%(url)s, archived at %(at)s, is not as it was written and is not handed out; "
            "`hubwatch archive scrub` names the item, `hubwatch archive mend` mends it",
            url=row["url"],
            at=row["fetched_at"],
        ) from error


def _capture_of(row: Row) -> Capture:
    return Capture(
        url=row["url"],
        final_url=row["final_url"],
        fetched_at=unstamp(row["fetched_at"]),
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=_body(row["sha256"], row["data"], row["base"]),
        rendering=_rendering_of(row) if row["received"] is not None else None,
    )


def _rendering_of(row: Row) -> Rendering:
    return Rendering(
        received=_body(row["received_sha256"], row["received"], row["received_base"]),
        content_type=row["content_type"],
        browser=row["browser"],
        requests=row["requests"],
        size=row["bytes"],
        seconds=row["seconds"],
        note=row["note"],
    )


def _body(digest: str, data: bytes, base: bytes | None) -> bytes:
    return unpack_proven(digest, data, unpack(base) if base else None)


def quarantined_of(row: Row) -> Quarantined:
    """A row of `quarantine`."""
    return Quarantined(
        id=row["id"],
        source_id=row["source_id"],
        url=row["url"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        first_seen_at=unstamp(row["first_seen_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        tries=row["tries"],
        reader_version=row["reader_version"],
        snapshot_id=row["snapshot_id"],
    )


def _reached(since: str, after: Sequence[timedelta], now: datetime) -> tuple[str, list[Any]]:
    """A condition on articles, and its parameters: one of the ages since that column was reached,
    and they were not asked for after that."""
    # julianday keeps the sum of instant and age in SQL honest to the millisecond
    one = f"({since} <= ? AND julianday(a.last_checked_at) < julianday({since}) + ?)"
    ages = [age * _RECHECK_MARGIN for age in after]
    parameters = [part for age in ages for part in (stamp(now - age), age / timedelta(days=1))]
    return " OR ".join([one] * len(ages)), parameters


_IS_KNOWN = """
SELECT EXISTS (SELECT 1 FROM articles WHERE source_id = ? AND url_key = ?)
  OR EXISTS (SELECT 1 FROM aliases WHERE source_id = ? AND url_key = ?)
  OR EXISTS (SELECT 1 FROM quarantine WHERE source_id = ? AND url_key = ?
    AND last_seen_at > ? AND last_seen_at <= ?)
"""
_AT_PATH = """
SELECT a.url, r.content_hash FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE a.source_id = ?1 AND (a.url_key = ?2 OR a.url_key >= ?3 AND a.url_key < ?4) LIMIT 200
"""
_LATEST = """
SELECT b.id, b.codec FROM blobs b WHERE b.id = (
  SELECT blob_id FROM snapshots WHERE source_id = ? AND kind = ? ORDER BY id DESC LIMIT 1)
"""
_KNOWN = f"""
SELECT a.id, a.url, a.gone_at, a.revisions, r.content_hash, r.reader_version, r.snapshot_id,
  {PARTS}, (
    SELECT h.content_hash FROM revisions v JOIN readings h ON h.id = v.reading_id
    WHERE v.article_id = a.id AND v.held = 'redesign' AND v.number > a.revisions
    ORDER BY v.number DESC LIMIT 1) AS held_hash
FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE a.id = coalesce(
  (SELECT id FROM articles WHERE source_id = ?1 AND url_key = ?2),
  (SELECT article_id FROM aliases WHERE source_id = ?1 AND url_key = ?2))
"""


class PageWrites:
    """The part of a transaction that keeps pages."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._pages = PageQueries(database)

    def keep(
        self, source_id: str, capture: Capture, kind: FetchKind, packed: PackedBody | None = None
    ) -> int:
        """Archive a response as received. The same bytes are kept once. If they are what the same
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
        snapshot_id = insert(
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
        if capture.rendering is not None:
            self._keep_rendering(snapshot_id, capture.rendering)
        return snapshot_id

    def _keep_rendering(self, snapshot_id: int, rendering: Rendering) -> None:
        """Keep what a rendered page was made of beside it. Sites send the same bytes for all."""
        received = rendering.received
        digest = hashlib.sha256(received).hexdigest()
        blob = maybe(self._db, "SELECT id FROM blobs WHERE sha256 = ?", [digest])
        blob_id = (
            self._insert_blob(digest, packing.pack_body(received, None))
            if blob is None
            else blob["id"]
        )
        insert(
            self._db,
            "renderings",
            {
                "id": snapshot_id,
                "blob_id": blob_id,
                "content_type": rendering.content_type,
                "browser": rendering.browser,
                "requests": rendering.requests,
                "bytes": rendering.size,
                "seconds": rendering.seconds,
                "note": rendering.note,
            },
        )

    def _keep_blob(
        self, source_id: str, body: bytes, digest: str, kind: FetchKind, packed: PackedBody | None
    ) -> int:
        if packed is None or not self._holds(packed, source_id, kind):
            packed = packing.pack_body(body, self._pages.packing_base(source_id, kind))
        return self._insert_blob(digest, packed)

    def _insert_blob(self, digest: str, packed: PackedBody) -> int:
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
        """Whether what a body was packed against is still there, or if that was nothing, whether
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
        """The page at this address is no longer set aside. Harmless if it never was."""
        where = "FROM quarantine WHERE source_id = ? AND url_key = ?"
        # Whoever deletes nothing takes three times as long as who looks first.
        if maybe(self._db, f"SELECT 1 {where}", [source_id, key_of(url)]) is not None:
            self._db.execute(f"DELETE {where}", [source_id, key_of(url)])

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

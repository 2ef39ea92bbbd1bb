"""Writing what stood on lists, and how the lists looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..driver import Connection
from ..runs.queries import find_run
from ..stamps import stamp
from ..statements import Row, insert, maybe
from ..urls import url_key
from .records import ListRow, ListSeen


class ListWrites:
    """The part of a transaction that keeps lists."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record_rows(
        self, run_id: int, entry_url: str, list_url: str, found: Sequence[ListRow], now: datetime
    ) -> int:
        """Record every row of a list page; returns how many addresses were never listed before."""
        source_id = find_run(self._db, run_id).source_id
        fresh = 0
        for row in found:
            fresh += not self._is_listed(source_id, row.url)
            self._record_row(source_id, run_id, entry_url, list_url, row, stamp(now))
        return fresh

    def _is_listed(self, source_id: str, url: str) -> bool:
        sql = "SELECT 1 FROM listings WHERE source_id = ? AND url_key = ?"
        return maybe(self._db, sql, [source_id, url_key(url)]) is not None

    def _record_row(
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

    def record(self, run_id: int, seen: ListSeen, now: datetime) -> None:
        """Record a visit of a list page. Visits that saw the same thing share one row, so that
        lists on which nothing happens cost nothing."""
        source_id = find_run(self._db, run_id).source_id
        last = maybe(
            self._db,
            "SELECT * FROM list_sights WHERE source_id = ? AND list_url = ? "
            "ORDER BY id DESC LIMIT 1",
            [source_id, seen.list_url],
        )
        same = last and not seen.fresh and _looks(last) == _look(seen)
        if last and same:
            self._db.execute(
                "UPDATE list_sights SET last_run_id = ?, last_at = ?, times = times + 1, "
                "believed = believed + ?, validator = ? WHERE id = ?",
                [
                    run_id,
                    stamp(now),
                    int(seen.unchanged),
                    seen.validator or last["validator"],
                    last["id"],
                ],
            )
            return
        named = bool(last and seen.validator and last["validator"] == seen.validator)
        lied = named and seen.fresh > 0 and bool(last and last["believed"])
        insert(
            self._db,
            "list_sights",
            {
                "source_id": source_id,
                **_columns(seen),
                "believed": int(seen.unchanged),
                "lied": int(lied and not seen.unchanged),
                "snapshot_id": seen.snapshot_id,
                "first_run_id": run_id,
                "first_at": stamp(now),
                "last_run_id": run_id,
                "last_at": stamp(now),
                "times": 1,
            },
        )


def _looks(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("entry_url", "outcome", "reason", "rows", "digest"))


def _look(seen: ListSeen) -> tuple[object, ...]:
    return (seen.entry_url, seen.outcome.value, seen.reason, seen.rows, seen.digest)


def _columns(seen: ListSeen) -> dict[str, object]:
    return {
        "entry_url": seen.entry_url,
        "list_url": seen.list_url,
        "outcome": seen.outcome.value,
        "reason": seen.reason,
        "rows": seen.rows,
        "fresh": seen.fresh,
        "dated": seen.dated,
        "titled": seen.titled,
        "newest": seen.newest,
        "oldest": seen.oldest,
        "digest": seen.digest,
        "validator": seen.validator,
    }

"""Writing what stood on lists, and how the lists looked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from ..driver import Connection
from ..runs.queries import find_run
from ..stamps import stamp
from ..statements import Row, insert, insert_all, maybe
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
        source_id, at = find_run(self._db, run_id).source_id, stamp(now)
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

"""Writing how lists looked, what broke, and how long certificates last."""

from __future__ import annotations

from datetime import datetime

from ..articles.rows import Row
from ..crawls.write_runs import RunWrites
from ..stamps import stamp
from .records import ListSeen, Thing

_MOST_BUGS = 100


class SightWrites(RunWrites):
    """The part of a transaction that records the looks of lists."""

    def note_list(self, run_id: int, seen: ListSeen, now: datetime) -> None:
        """Record a visit of a list page. Visits that saw the same thing share one row, so that
        lists on which nothing happens cost nothing."""
        source_id = self._run(run_id).source_id
        last = self._maybe(
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
        self._insert(
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

    def keep_bug(
        self,
        source_id: str,
        thing: Thing,
        url: str,
        *,
        place: str,
        error: str,
        traceback: str,
        now: datetime,
    ) -> None:
        """Record that something of ours broke at a thing of a source, in the latest run of that
        source; the same bug at the same thing is one row, and of one place at most a hundred."""
        key = [source_id, thing.value, url, place]
        run = self._one("SELECT max(id) AS id FROM runs WHERE source_id = ?", [source_id])
        again = self._db.execute(
            "UPDATE bugs SET run_id = ?, error = ?, traceback = ?, last_at = ?, times = times + 1 "
            "WHERE source_id = ? AND thing = ? AND url = ? AND place = ?",
            [run["id"], error, traceback, stamp(now), *key],
        )
        if again.rowcount:
            return
        known = self._one(
            "SELECT count(*) AS n FROM bugs WHERE source_id = ? AND place = ?", [source_id, place]
        )
        if known["n"] < _MOST_BUGS:
            self._db.execute(
                "INSERT INTO bugs (source_id, thing, url, place, run_id, error, traceback, "
                "first_at, last_at, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                [*key, run["id"], error, traceback, stamp(now), stamp(now)],
            )

    def note_certificate(self, host: str, not_after: datetime, now: datetime) -> None:
        """Record until when the certificate that a host showed is valid."""
        self._db.execute(
            "INSERT INTO certificates VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_after = excluded.not_after, seen_at = excluded.seen_at",
            [host, stamp(not_after), stamp(now)],
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

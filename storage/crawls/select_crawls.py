"""Selecting how crawls went: runs, sources, validators, snapshots, what to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..articles import rows
from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..types import Capture, Outcome, When
from ..urls import url_key
from .records import Quarantined, Recheck, Run, SourceState, Validator
from .rows import capture_of, quarantined_of, recheck_of, run_of, source_ref_of

_RECHECK_MARGIN = 0.9
"""An age counts as reached at nine tenths of it, so that a daily timetable does not miss by
seconds."""
_QUARANTINE_REST = timedelta(hours=20)
INCONCLUSIVE = (Outcome.BUSY, Outcome.INTERRUPTED, Outcome.KILLED)
"""How runs end that say nothing of their source."""
_CAPTURE = (
    "SELECT s.*, b.data, base.data AS base FROM snapshots s JOIN blobs b ON b.id = s.blob_id "
    "LEFT JOIN blobs base ON b.codec LIKE 'zstd:%' "
    "AND base.id = CAST(substr(b.codec, 6) AS INTEGER) "
)


class CrawlQueries:
    """The part of the store that answers what was done."""

    _db: Connection

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
        """An archived response. Raises LookupError for an unknown id."""
        found = list(self._db.query(f"{_CAPTURE} WHERE s.id = ?", [snapshot_id]))
        if not found:
            raise LookupError(f"no snapshot {snapshot_id}")
        return capture_of(found[0])

    def last_capture(self, source_id: str, url: str) -> Capture | None:
        """What a "304 Not Modified" of that address stands for, or else its newest snapshot."""
        found = self._db.query(
            f"{_CAPTURE} WHERE s.source_id = ? AND s.url = ? ORDER BY s.id = coalesce(("
            "SELECT snapshot_id FROM validators v WHERE v.source_id = s.source_id "
            "AND v.url = s.url), 0) DESC, s.id DESC LIMIT 1",
            [source_id, url],
        )
        row = next(iter(found), None)
        return capture_of(row) if row else None

    def known_urls(self, source_id: str, urls: Iterable[str], now: datetime) -> frozenset[str]:
        """Those of `urls` that need no fetch: kept already, or set aside less than a day ago."""
        rested = stamp(now - _QUARANTINE_REST)
        known = set()
        for url in urls:
            key = url_key(url)
            if self._count(_IS_KNOWN, [source_id, key] * 2 + [source_id, key, rested]):
                known.add(url)
        return frozenset(known)

    def due_rechecks(
        self, source_id: str, now: datetime, after: Sequence[timedelta], limit: int
    ) -> tuple[Recheck, ...]:
        """Recent articles that have reached one of the ages since they were last asked for.

        What was published longer before its first sight than the greatest age is left alone. What
        is marked gone is asked for at the last two ages, counted from then: it may come back. Twice
        the greatest age later it is left alone.
        """
        if not after:
            return ()
        recent = "julianday(a.first_seen_at) - julianday(a.dated_at) <= ?"
        reached, ages = _reached("a.first_seen_at", after, now)
        again, last_ages = _reached("a.gone_at", sorted(after)[-2:], now)
        long_gone = stamp(now - 2 * max(after))
        found = self._db.query(
            "SELECT a.id AS article_id, a.url "
            "FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.source_id = ? "
            "AND a.url_key LIKE 'http%' "  # what has no page cannot be asked for
            f"AND (a.gone_at IS NULL AND {recent} AND ({reached}) "
            f"OR a.gone_at > ? AND ({again})) "
            "ORDER BY a.dated_at DESC, a.id DESC LIMIT ?",
            [source_id, max(after) / timedelta(days=1), *ages, long_gone, *last_ages, limit],
        )
        return tuple(recheck_of(row) for row in found)

    def host_not_before(self, host: str) -> datetime | None:
        """Until when a host asked to be left alone."""
        row = next(iter(self._db.query("SELECT * FROM hosts WHERE host = ?", [host])), None)
        return unstamp_or_none(row["not_before"]) if row else None

    def runs(
        self, limit: int = 50, source_id: str | None = None, kind: str | None = None
    ) -> tuple[Run, ...]:
        """Runs, the newest first; of one source, of one kind, or all."""
        asked = {"source_id": source_id, "kind": kind}
        wanted = {name: value for name, value in asked.items() if value}
        where = f"WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
        found = self._db.query(
            f"SELECT * FROM runs {where} ORDER BY id DESC LIMIT ?", [*wanted.values(), limit]
        )
        return tuple(run_of(row) for row in found)

    def runs_between(self, since: datetime, until: datetime) -> tuple[Run, ...]:
        """Runs that started in the period, in order."""
        found = self._db.query(
            "SELECT * FROM runs WHERE started_at >= ? AND started_at < ? ORDER BY id",
            [stamp(since), stamp(until)],
        )
        return tuple(run_of(row) for row in found)

    def source_states(self) -> tuple[SourceState, ...]:
        """How every source that was ever crawled is doing."""
        return tuple(self._state(row) for row in list(self._db.query(_STATES)))

    def listed_pages(self, source_id: str, entry_url: str) -> dict[str, int]:
        """How many rows were last seen on each list page of an entry, by its address."""
        found = self._db.query(
            "SELECT list_url, count(DISTINCT url_key) AS n FROM listings "
            "WHERE source_id = ? AND entry_url = ? GROUP BY list_url ORDER BY min(id)",
            [source_id, entry_url],
        )
        return {row["list_url"]: row["n"] for row in found}

    def dated(self, source_id: str) -> tuple[When, ...]:
        """The published dates of a source's articles, the oldest first; undated ones left out."""
        found = self._db.query(
            "SELECT r.published, r.published_precision, r.published_zone FROM articles a "
            "JOIN readings r ON r.id = a.reading_id WHERE a.source_id = ? "
            "AND r.published_sort IS NOT NULL ORDER BY r.published_sort",
            [source_id],
        )
        return tuple(When.from_iso(*row.values()) for row in found)

    def _state(self, row: rows.Row) -> SourceState:
        runs, crawls = self.runs(1, row["id"]), conclusive_crawls(self._db, row["id"], 1)
        return SourceState(
            source=source_ref_of(row),
            articles=row["articles"],
            newest=rows.when(row, "published") if row["published"] else None,
            last_run=runs[0] if runs else None,
            last_crawl=crawls[0] if crawls else None,
            last_ok_at=unstamp_or_none(row["last_ok_at"]),
            baseline_done_at=unstamp_or_none(row["baseline_done_at"]),
        )

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


def conclusive_crawls(db: Connection, source_id: str, limit: int) -> tuple[Run, ...]:
    """The crawls of a source that ended and say something of it, the newest first. What was brought
    otherwise (an import, an addition, a back-fill) is none."""
    marks = ", ".join("?" for _ in INCONCLUSIVE)
    found = db.query(
        "SELECT * FROM runs WHERE source_id = ? AND kind = 'crawl' AND ended_at IS NOT NULL "
        f"AND outcome NOT IN ({marks}) ORDER BY id DESC LIMIT ?",
        [source_id, *(word.value for word in INCONCLUSIVE), limit],
    )
    return tuple(run_of(row) for row in found)


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
  OR EXISTS (SELECT 1 FROM quarantine WHERE source_id = ? AND url_key = ? AND last_seen_at > ?)
"""
_STATES = """
SELECT s.*, (SELECT count(*) FROM articles a WHERE a.source_id = s.id) AS articles,
  r.published, r.published_precision, r.published_zone
FROM sources s LEFT JOIN readings r ON r.id = (
  SELECT n.id FROM articles a JOIN readings n ON n.id = a.reading_id
  WHERE a.source_id = s.id AND n.published IS NOT NULL ORDER BY a.dated_at DESC LIMIT 1)
ORDER BY s.id
"""

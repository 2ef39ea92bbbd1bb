"""Runs: how each began, what it fetched, how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from . import revisions
from .database import (
    Connection,
    Row,
    count,
    insert,
    marks,
    maybe,
    one,
    stamp,
    unstamp,
    unstamp_or_none,
)
from .rechecks import note_asked
from .types import WORKED, Outcome


class RunKind(StrEnum):
    """What a run is for."""

    CRAWL = "crawl"
    PAGE = "page"  # one typed address
    RETRY = "retry"  # archived pages that had been set aside are read again
    IMPORT = "import"  # what others archived is taken over
    BACKFILL = "backfill"  # what is older than a source's first crawl
    HAND = "hand"  # what a person asked to add


class FetchKind(StrEnum):
    """What an address was fetched for."""

    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARTICLE = "article"
    FILE = "file"
    ROBOTS = "robots"


NOTHING_USABLE = "nothing usable: "
"""What the reason of a crawl begins with whose lists were read, and none of whose articles were."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One finished attempt to fetch one address, for the log of fetches."""

    url: str
    kind: FetchKind
    at: datetime
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    final_url: str = ""
    size: int = 0
    seconds: float = 0.0
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a run."""

    listed: int = 0
    fetched: int = 0
    unchanged: int = 0
    new: int = 0
    changed: int = 0
    quarantined: int = 0
    failed: int = 0
    gone: int = 0
    cosmetic: int = 0
    refused: int = 0
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source. `ended_at` and `outcome` are None while it runs.

    `kind` is `crawl`, for one typed address `page`, for what somebody adds `hand`. The others are
    the constants above. `reasons` holds what failed: (outcome word, how often). `cursor` says
    where to go on after a bound was hit.
    """

    id: int
    source_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    counts: Counts = Counts()
    reasons: tuple[tuple[str, int], ...] = ()
    cursor: str = ""
    baseline: bool = False
    kind: RunKind = RunKind.CRAWL

    @property
    def seconds(self) -> float:
        """How long it took. 0 while it runs."""
        return (self.ended_at - self.started_at) / timedelta(seconds=1) if self.ended_at else 0.0


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has no end yet, and the process that began it."""

    id: int
    source_id: str
    kind: RunKind
    pid: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers that only grow."""

    runs: int
    fetches: int
    articles: int
    events: int


INCONCLUSIVE = (Outcome.BUSY, Outcome.INTERRUPTED, Outcome.KILLED)
"""How runs end that say nothing of their source."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """How many crawls of a source came to an end in a period, and the last that began."""

    number: int
    last: Run


class RunQueries:
    """The questions about runs."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(
        self,
        limit: int = 50,
        source_id: str | None = None,
        kind: RunKind | None = None,
        before: int | None = None,
    ) -> tuple[Run, ...]:
        """Runs, the newest first. Of one source, of one kind, or all. `before`: of lower numbers
        only."""
        where, parameters = _wanted(source_id, kind)
        if before is not None:
            where = f"{where} AND id < ?" if where else "WHERE id < ?"
            parameters = [*parameters, before]
        found = self._db.query(
            f"SELECT * FROM runs {where} ORDER BY id DESC LIMIT ?", [*parameters, limit]
        )
        return tuple(run_of(row) for row in found)

    def get(self, number: int) -> Run | None:
        """One run, or None."""
        found = self._db.query("SELECT * FROM runs WHERE id = ?", [number])
        return next(map(run_of, found), None)

    def count(self, source_id: str | None = None, kind: RunKind | None = None) -> int:
        """How many runs there are, of one source, of one kind, or all."""
        where, parameters = _wanted(source_id, kind)
        return count(self._db, f"runs {where}", parameters)

    def count_recent(self, most: int) -> int:
        """How many runs there are, counted no further back than the last `most` numbers."""
        sql = "SELECT count(*) FROM runs WHERE id > (SELECT max(id) FROM runs) - ?"
        return int(self._db.execute(sql, [most]).fetchone()[0])

    def crawled(self, since: datetime, until: datetime) -> dict[str, Crawled]:
        """How often each source was crawled to an end that lies in the period, by its id. What a
        crawl found that began before it is seen in it, too."""
        found = self._db.query(
            "SELECT *, count(*) AS number, max(started_at) FROM runs WHERE started_at >= ? "
            "AND started_at < ? AND ended_at >= ? AND ended_at < ? AND kind = 'crawl' "
            "AND outcome IS NOT NULL GROUP BY source_id",
            [stamp(since - _LONGEST_CRAWL), stamp(until), stamp(since), stamp(until)],
        )
        return {row["source_id"]: Crawled(row["number"], run_of(row)) for row in found}

    def unfinished(self) -> tuple[OpenRun, ...]:
        """Runs that were begun and have no end yet, the oldest first."""
        found = self._db.query(
            "SELECT id, source_id, kind, pid, started_at FROM runs INDEXED BY runs_open "
            "WHERE ended_at IS NULL ORDER BY id"
        )
        return tuple(
            OpenRun(
                row["id"],
                row["source_id"],
                RunKind(row["kind"]),
                row["pid"],
                unstamp(row["started_at"]),
            )
            for row in found
        )

    def written_until(self) -> datetime | None:
        """When the newest run began or ended, by the clock there was then. One before it may have
        had a clock that was ahead: that was put right meanwhile."""
        row = self._db.execute(
            "SELECT started_at, ended_at FROM runs ORDER BY id DESC LIMIT ?", [1]
        ).fetchone()
        return unstamp_or_none(max(filter(None, row or ()), default=None))

    def written_since(self) -> datetime | None:
        """When the first run began."""
        row = self._db.execute("SELECT started_at FROM runs ORDER BY id LIMIT 1").fetchone()
        return unstamp(row[0]) if row else None

    def totals(self) -> Totals:
        """How many runs, requests, articles and events there ever were."""
        names = ("runs", "fetches", "articles", "events")
        latest = (
            self._db.execute(
                f"SELECT coalesce(max({'seq' if name == 'events' else 'id'}), 0) FROM {name}"
            ).fetchone()[0]
            for name in names
        )
        return Totals(*latest)

    def last_crawls_of(self, moments: Sequence[datetime]) -> tuple[dict[str, Outcome], ...]:
        """For each of these moments (aware, in order) and the next: source → the outcome of its
        last crawl that ended, of those begun between the two."""
        sql = (
            "SELECT source_id, outcome, max(id) FROM runs INDEXED BY runs_by_start WHERE "
            "started_at >= ? AND started_at < ? AND kind = 'crawl' AND outcome IS NOT NULL "
            "GROUP BY source_id"
        )
        return tuple(
            {
                row["source_id"]: Outcome(row["outcome"])
                for row in self._db.query(sql, [stamp(since), stamp(until)])
            }
            for since, until in pairwise(moments)
        )


def _wanted(source_id: str | None, kind: RunKind | None) -> tuple[str, list[Any]]:
    """The WHERE for runs of one source, of one kind, or all, and what fills it."""
    asked = {"source_id": source_id, "kind": kind}
    wanted = {name: value for name, value in asked.items() if value}
    where = f"WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
    return where, list(wanted.values())


def run_of(row: Row) -> Run:
    """A row of `runs`."""
    return Run(
        id=row["id"],
        source_id=row["source_id"],
        started_at=unstamp(row["started_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        counts=Counts(**{name: row[name] for name in Counts.__dataclass_fields__}),
        reasons=tuple((word, count) for word, count in json.loads(row["reasons"])),
        cursor=row["cursor"],
        baseline=bool(row["baseline"]),
        kind=RunKind(row["kind"]),
    )


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


def find_run(db: Connection, run_id: int | None) -> Run:
    """A run by its number. Raises LookupError."""
    return run_of(one(db, "SELECT * FROM runs WHERE id = ?", [run_id]))


_ALWAYS_BASELINE = (RunKind.IMPORT, RunKind.BACKFILL)
_OF_NO_SOURCE = (RunKind.RETRY, RunKind.IMPORT, RunKind.HAND)
"""What such runs come to says nothing of how the source is doing."""
_WITHOUT_LEASE = (RunKind.IMPORT, RunKind.RETRY)
_BASELINE_RUNS = 5
_MISSED_SOMETHING = (Outcome.PARTIAL, Outcome.KILLED, Outcome.TIMEOUT)
_DIED = "its process died"
_LONGEST_CRAWL = timedelta(days=2)


_COUNT_UNREAD = """
UPDATE sources SET unread = (SELECT count(DISTINCT l.url_key)
  FROM listings l JOIN runs r ON r.id = l.first_run_id AND r.kind = 'crawl'
  WHERE l.source_id = ?1
    AND NOT EXISTS (SELECT 1 FROM articles a
      WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
    AND NOT EXISTS (SELECT 1 FROM aliases a
      WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
    AND NOT EXISTS (SELECT 1 FROM quarantine q
      WHERE q.source_id = l.source_id AND q.url_key = l.url_key))
WHERE id = ?1
"""
"""What crawls have listed and could never read: no article, and no page that was set aside."""


class RunWrites:
    """The part of a transaction that keeps runs."""

    def __init__(self, database: Connection, show: revisions.Show) -> None:
        self._db = database
        self._show = show

    def start(self, source_id: str, now: datetime, *, kind: RunKind = RunKind.CRAWL) -> Run:
        """Begin a run. It is baseline until the source has once been crawled to its end. Imports
        and back-fills always are. What a person adds never is."""
        source = one(self._db, "SELECT baseline_done_at FROM sources WHERE id = ?", [source_id])
        baseline = kind in _ALWAYS_BASELINE or (
            kind != RunKind.HAND and source["baseline_done_at"] is None
        )
        cursor = self._db.execute(
            "INSERT INTO runs (source_id, kind, pid, started_at, baseline) VALUES (?, ?, ?, ?, ?)",
            [source_id, kind, os.getpid(), stamp(now), int(baseline)],
        )
        return find_run(self._db, cursor.lastrowid)

    def finish(
        self,
        run_id: int,
        now: datetime,
        outcome: Outcome,
        counts: Counts,
        *,
        reason: str = "",
        reasons: Sequence[tuple[str, int]] = (),
        cursor: str = "",
    ) -> Run:
        """End a run with its one outcome word and its figures. Keep the source's state in step."""
        reason = "; ".join(filter(None, (reason, revisions.apply(self._db, run_id, self._show))))
        figures = asdict(counts)
        assignments = ", ".join(f"{name} = :{name}" for name in figures)
        self._db.execute(
            f"UPDATE runs SET ended_at = :ended, outcome = :outcome, reason = :reason, "
            f"reasons = :reasons, cursor = :cursor, {assignments} WHERE id = :id",
            {
                **figures,
                "ended": stamp(now),
                "outcome": outcome.value,
                "reason": reason,
                "reasons": json.dumps(list(reasons)),
                "cursor": cursor,
                "id": run_id,
            },
        )
        run = find_run(self._db, run_id)
        note_asked(self._db, run_id, now)
        self._keep_source_state(run, outcome, now)
        return run

    def _keep_source_state(self, run: Run, outcome: Outcome, now: datetime) -> None:
        if run.kind in _OF_NO_SOURCE:
            return
        self._db.execute(_COUNT_UNREAD, [run.source_id])
        if outcome not in WORKED:
            if outcome not in (Outcome.BUSY, Outcome.NO_SPACE, Outcome.INTERRUPTED):
                if self._ends_baseline(run, outcome):
                    self._end_baseline(run, now)
                self._db.execute(
                    "UPDATE sources SET failures = failures + 1 WHERE id = ?", [run.source_id]
                )
            return
        self._db.execute(
            "UPDATE sources SET failures = 0, last_ok_at = ? WHERE id = ?",
            [stamp(now), run.source_id],
        )
        if self._ends_baseline(run, outcome):
            self._end_baseline(run, now)

    def _ends_baseline(self, run: Run, outcome: Outcome) -> bool:
        """A crawl that came to its end does, if it worked or saw its lists. What was cut off did
        not see the rest of them. The last of several that missed something or were cut off ends
        it too, or a source that never comes to its end would never have news."""
        if run.kind != RunKind.CRAWL:
            return False
        if outcome not in _MISSED_SOMETHING:
            return outcome in WORKED or self._saw_its_lists(run)
        if outcome is Outcome.PARTIAL and self._saw_its_lists(run):
            return True
        missed = one(
            self._db,
            "SELECT count(*) AS n FROM runs WHERE source_id = ? AND kind = 'crawl' "
            f"AND outcome IN ({marks(_MISSED_SOMETHING)})",
            [run.source_id, *_MISSED_SOMETHING],
        )
        return bool(missed["n"] >= _BASELINE_RUNS)

    def _end_baseline(self, run: Run, now: datetime) -> None:
        self._db.execute(
            "UPDATE sources SET baseline_done_at = coalesce(baseline_done_at, ?) WHERE id = ?",
            [stamp(now), run.source_id],
        )

    def _saw_its_lists(self, run: Run) -> bool:
        """Whether a run read a list, and no bound kept it from going on: what it lacks are pages,
        or other lists. What was seen on the lists, and what those others show at their first
        reading, stays baseline whenever it is had."""
        read = maybe(
            self._db,
            "SELECT 1 FROM list_sights WHERE source_id = ? AND last_run_id = ? AND rows LIMIT 1",
            [run.source_id, run.id],
        )
        return not run.cursor and read is not None

    def close_orphans(self, source_id: str, now: datetime) -> int:
        """End the crawls and the like of a source that a dead process left open. The caller holds
        its lease."""
        sql = "SELECT id FROM runs WHERE source_id = ? AND ended_at IS NULL AND kind NOT IN (?, ?)"
        parameters = [source_id, *_WITHOUT_LEASE]
        return self._close(sql, parameters, now, Outcome.INTERRUPTED, _DIED)

    def close_killed(
        self, pid: int, since: datetime, now: datetime, outcome: Outcome, reason: str
    ) -> int:
        """End the runs that a process, known to be dead, began since then and left open. Return
        how many."""
        sql = "SELECT id FROM runs WHERE pid = ? AND started_at >= ? AND ended_at IS NULL"
        return self._close(sql, [pid, stamp(since)], now, outcome, reason)

    def _close(
        self, sql: str, parameters: Sequence[Any], now: datetime, outcome: Outcome, reason: str
    ) -> int:
        """End every run that a query names, as something outside of it found it."""
        open_runs = [row["id"] for row in self._db.query(sql, parameters)]
        for run_id in open_runs:
            told = "; ".join(filter(None, (reason, revisions.apply(self._db, run_id, self._show))))
            self._db.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, reason = ? WHERE id = ?",
                [stamp(now), outcome.value, told, run_id],
            )
            self._keep_source_state(find_run(self._db, run_id), outcome, now)
        return len(open_runs)

    def close_all(self, kind: RunKind, now: datetime) -> int:
        """The same for all runs of a kind that one process at a time makes without a lease: imports
        and retries. The caller holds the lock of that name."""
        assert kind in _WITHOUT_LEASE
        sql = "SELECT id FROM runs WHERE kind = ? AND ended_at IS NULL"
        return self._close(sql, [kind], now, Outcome.INTERRUPTED, _DIED)

    def record_cursor(self, run_id: int, cursor: str) -> None:
        """Remember, while a run goes on, where another one would have to go on."""
        self._db.execute("UPDATE runs SET cursor = ? WHERE id = ?", [cursor, run_id])

    def log_fetch(self, run_id: int, fetch: Fetch) -> None:
        """Record one finished attempt at one address."""
        insert(
            self._db,
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

"""Writing runs: how each began, what it fetched, how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ..driver import Connection
from ..lists.vanished import note_asked
from ..revisions import brake
from ..stamps import stamp
from ..statements import insert, maybe, one
from ..types import Outcome
from .queries import find_run
from .records import BACKFILL, HAND, IMPORT, RETRY, Counts, Fetch, Run

_ALWAYS_BASELINE = (IMPORT, BACKFILL)
_OF_NO_SOURCE = (RETRY, IMPORT, HAND)
"""What such runs come to says nothing of how the source is doing."""
_WITHOUT_LEASE = (IMPORT, RETRY)
_BASELINE_RUNS = 5
_DIED = "its process died"
_WORKED = (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)


class RunWrites:
    """The part of a transaction that keeps runs."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def start(self, source_id: str, now: datetime, *, kind: str = "crawl") -> Run:
        """Begin a run. It is baseline until the source has once been crawled to its end; imports
        and back-fills always are; what a person adds never is."""
        source = one(self._db, "SELECT baseline_done_at FROM sources WHERE id = ?", [source_id])
        baseline = kind in _ALWAYS_BASELINE or (kind != HAND and source["baseline_done_at"] is None)
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
        """End a run with its one outcome word and its figures; keep the source's state in step."""
        reason = "; ".join(filter(None, (reason, brake.apply(self._db, run_id))))
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
        if outcome not in _WORKED:
            if outcome not in (Outcome.BUSY, Outcome.NO_SPACE, Outcome.INTERRUPTED):
                if run.kind == "crawl" and self._saw_its_lists(run):
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
        """A crawl that came to its end and missed nothing does; so does the last of several that
        did not, or a source that never comes to its end would never have news."""
        if run.kind != "crawl":
            return False
        if outcome is not Outcome.PARTIAL or self._saw_its_lists(run):
            return True
        worked = one(
            self._db,
            "SELECT count(*) AS n FROM runs WHERE source_id = ? AND kind = 'crawl' AND outcome = ?",
            [run.source_id, Outcome.PARTIAL.value],
        )
        return bool(worked["n"] >= _BASELINE_RUNS)

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
        """End the crawls and the like of a source that a dead process left open; the caller holds
        its lease."""
        sql = "SELECT id FROM runs WHERE source_id = ? AND ended_at IS NULL AND kind NOT IN (?, ?)"
        parameters = [source_id, *_WITHOUT_LEASE]
        return self._close(sql, parameters, now, Outcome.INTERRUPTED, _DIED)

    def close_killed(
        self, pid: int, since: datetime, now: datetime, outcome: Outcome, reason: str
    ) -> int:
        """End the runs that a process, known to be dead, began since then and left open; returns
        how many."""
        sql = "SELECT id FROM runs WHERE pid = ? AND started_at >= ? AND ended_at IS NULL"
        return self._close(sql, [pid, stamp(since)], now, outcome, reason)

    def _close(
        self, sql: str, parameters: Sequence[Any], now: datetime, outcome: Outcome, reason: str
    ) -> int:
        """End every run that a query names, as something outside of it found it."""
        open_runs = [row["id"] for row in self._db.query(sql, parameters)]
        for run_id in open_runs:
            told = "; ".join(filter(None, (reason, brake.apply(self._db, run_id))))
            self._db.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, reason = ? WHERE id = ?",
                [stamp(now), outcome.value, told, run_id],
            )
            self._keep_source_state(find_run(self._db, run_id), outcome, now)
        return len(open_runs)

    def close_all(self, kind: str, now: datetime) -> int:
        """The same for all runs of a kind that one process at a time makes, without a lease: IMPORT
        or RETRY. The caller holds the lock of that name."""
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

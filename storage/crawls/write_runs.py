"""Writing how sources and their runs are doing, and which hosts asked to be left alone."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from ..articles import rows
from ..driver import Connection
from ..revisions import brake
from ..stamps import stamp
from ..types import Outcome
from .records import Counts, Run, SourceRef
from .rows import run_of
from .vanished import note_asked

RETRY = "retry"
"""The kind of a run that reads archived pages again which had been set aside."""
IMPORT = "import"
"""The kind of a run that takes over what others archived."""
BACKFILL = "backfill"
"""The kind of a run that fetches what is older than a source's first crawl."""
HAND = "hand"
"""The kind of a run that adds what a person asked for."""
_ALWAYS_BASELINE = (IMPORT, BACKFILL)
_OF_NO_SOURCE = (RETRY, IMPORT, HAND)
"""What such runs come to says nothing of how the source is doing."""
_WITHOUT_LEASE = (IMPORT, RETRY)
_BASELINE_RUNS = 5
_DIED = "its process died"
_WORKED = (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)


class RunWrites:
    """The part of a transaction that keeps sources and runs, and what all parts share."""

    _db: Connection

    def register_source(self, ref: SourceRef, now: datetime) -> None:
        """Make the source known, or bring its name, city, language, zone and rank up to date."""
        self._db.execute(
            "INSERT INTO sources (id, name, city, language, zone, rank, registered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "city = excluded.city, language = excluded.language, zone = excluded.zone, "
            "rank = excluded.rank",
            [ref.id, ref.name, ref.city, ref.language, ref.zone, ref.rank, stamp(now)],
        )

    def start_run(self, source_id: str, now: datetime, *, kind: str = "crawl") -> Run:
        """Begin a run. It is baseline until the source has once been crawled to its end; imports
        and back-fills always are; what a person adds never is."""
        source = self._one("SELECT baseline_done_at FROM sources WHERE id = ?", [source_id])
        baseline = kind in _ALWAYS_BASELINE or (kind != HAND and source["baseline_done_at"] is None)
        cursor = self._db.execute(
            "INSERT INTO runs (source_id, kind, pid, started_at, baseline) VALUES (?, ?, ?, ?, ?)",
            [source_id, kind, os.getpid(), stamp(now), int(baseline)],
        )
        return self._run(cursor.lastrowid)

    def finish_run(
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
        run = self._run(run_id)
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

    def _end_baseline(self, run: Run, now: datetime) -> None:
        self._db.execute(
            "UPDATE sources SET baseline_done_at = coalesce(baseline_done_at, ?) WHERE id = ?",
            [stamp(now), run.source_id],
        )

    def _ends_baseline(self, run: Run, outcome: Outcome) -> bool:
        """A crawl that came to its end and missed nothing does; so does the last of several that
        did not, or a source that never comes to its end would never have news."""
        if run.kind != "crawl":
            return False
        if outcome is not Outcome.PARTIAL or self._saw_its_lists(run):
            return True
        worked = self._one(
            "SELECT count(*) AS n FROM runs WHERE source_id = ? AND kind = 'crawl' AND outcome = ?",
            [run.source_id, Outcome.PARTIAL.value],
        )
        return bool(worked["n"] >= _BASELINE_RUNS)

    def _saw_its_lists(self, run: Run) -> bool:
        """Whether a run read a list, and no bound kept it from going on: what it lacks are pages,
        or other lists. What was seen on the lists, and what those others show at their first
        reading, stays baseline whenever it is had."""
        read = self._maybe(
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
            self._keep_source_state(self._run(run_id), outcome, now)
        return len(open_runs)

    def close_all(self, kind: str, now: datetime) -> int:
        """The same for all runs of a kind that one process at a time makes, without a lease: IMPORT
        or RETRY. The caller holds the lock of that name."""
        assert kind in _WITHOUT_LEASE
        sql = "SELECT id FROM runs WHERE kind = ? AND ended_at IS NULL"
        return self._close(sql, [kind], now, Outcome.INTERRUPTED, _DIED)

    def note_cursor(self, run_id: int, cursor: str) -> None:
        """Remember, while a run goes on, where another one would have to go on."""
        self._db.execute("UPDATE runs SET cursor = ? WHERE id = ?", [cursor, run_id])

    def set_not_before(self, host: str, until: datetime | None, reason: str) -> None:
        """Remember that a host asked to be left alone until then (None: no longer)."""
        self._db.execute(
            "INSERT INTO hosts VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_before = excluded.not_before, reason = excluded.reason",
            [host, stamp(until) if until else None, reason],
        )

    def _run(self, run_id: int | None) -> Run:
        return run_of(self._one("SELECT * FROM runs WHERE id = ?", [run_id]))

    def _insert(self, table: str, values: dict[str, Any]) -> int:
        sql = _insertion(table, tuple(values))
        return int(self._db.execute(sql, list(values.values())).lastrowid or 0)

    def _one(self, sql: str, parameters: Sequence[Any]) -> rows.Row:
        row = self._maybe(sql, parameters)
        if row is None:
            raise LookupError(f"no such row: {sql} {list(parameters)}")
        return row

    def _maybe(self, sql: str, parameters: Sequence[Any]) -> rows.Row | None:
        return next(iter(self._db.query(sql, list(parameters))), None)


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"

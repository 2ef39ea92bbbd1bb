"""Selecting runs: the latest, those that go on, how each day went. Writes nothing."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..statements import Row, one
from ..types import Outcome
from .records import Counts, OpenRun, Run, Totals

INCONCLUSIVE = (Outcome.BUSY, Outcome.INTERRUPTED, Outcome.KILLED)
"""How runs end that say nothing of their source."""


class RunQueries:
    """The questions about runs."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(
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

    def between(self, since: datetime, until: datetime) -> tuple[Run, ...]:
        """Runs that started in the period, in order."""
        found = self._db.query(
            "SELECT * FROM runs WHERE started_at >= ? AND started_at < ? ORDER BY id",
            [stamp(since), stamp(until)],
        )
        return tuple(run_of(row) for row in found)

    def unfinished(self) -> tuple[OpenRun, ...]:
        """Runs that were begun and have no end yet, the oldest first."""
        found = self._db.query(
            "SELECT id, source_id, kind, pid, started_at FROM runs INDEXED BY runs_open "
            "WHERE ended_at IS NULL ORDER BY id"
        )
        return tuple(
            OpenRun(
                row["id"], row["source_id"], row["kind"], row["pid"], unstamp(row["started_at"])
            )
            for row in found
        )

    def written_until(self) -> datetime | None:
        """The latest moment at which a run began or ended, by the clock there was then."""
        row = self._db.execute(
            "SELECT max(started_at), max(ended_at) FROM (SELECT * FROM runs ORDER BY id DESC "
            "LIMIT 200)"
        ).fetchone()
        return unstamp_or_none(max(filter(None, row), default=None))

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

    def by_day(self, since: datetime, zone: str) -> dict[str, dict[date, Outcome]]:
        """Source → the outcome of its last crawl that ended of those begun on each day."""
        found: dict[str, dict[date, Outcome]] = {}
        sql = (
            "SELECT source_id, started_at, outcome FROM runs INDEXED BY runs_by_start "
            "WHERE started_at >= ? AND kind = 'crawl' AND outcome IS NOT NULL ORDER BY id"
        )
        for row in self._db.query(sql, [stamp(since)]):
            day = unstamp(row["started_at"]).astimezone(ZoneInfo(zone)).date()
            found.setdefault(row["source_id"], {})[day] = Outcome(row["outcome"])
        return found


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
        kind=row["kind"],
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

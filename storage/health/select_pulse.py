"""Selecting the little that tells how everything is: cheap enough to be asked every minute."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from ..driver import Connection
from ..stamps import unstamp, unstamp_or_none
from .records import OpenRun, Pulse, Totals


class PulseQueries:
    """The part of the store that monitoring and `doctor` ask."""

    _db: Connection

    def open_runs(self) -> tuple[OpenRun, ...]:
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

    def pulse(self, source_ids: Iterable[str]) -> tuple[Pulse, ...]:
        """How each of these sources went last, in their order, also one that the archive does not
        know yet; cheap enough to ask every minute."""
        return tuple(
            Pulse(
                source_id=row["id"],
                ended_at=unstamp_or_none(row["ended_at"]),
                outcome=row["outcome"] or "",
                seconds=row["seconds"] or 0.0,
                last_ok_at=unstamp_or_none(row["last_ok_at"]),
                failures=row["failures"],
                paused_until=unstamp_or_none(row["paused_until"]),
            )
            for row in self._db.query(_PULSE, [json.dumps(list(source_ids))])
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


_PULSE = """
SELECT w.value AS id, s.last_ok_at, coalesce(s.failures, 0) AS failures, p.until AS paused_until,
  r.outcome, r.ended_at,
  (julianday(r.ended_at) - julianday(r.started_at)) * 86400 AS seconds
FROM json_each(?) w LEFT JOIN sources s ON s.id = w.value LEFT JOIN pauses p ON p.job = w.value
LEFT JOIN runs r ON r.id = (
  SELECT n.id FROM runs n WHERE n.source_id = w.value AND n.kind = 'crawl'
    AND n.ended_at IS NOT NULL ORDER BY n.id DESC LIMIT 1)
ORDER BY w.key
"""

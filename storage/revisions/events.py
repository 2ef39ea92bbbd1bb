"""The log of events: what happened to articles, in the order it was recorded."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp
from ..statements import one
from ..types import Change


class EventLog:
    """The events of a transaction: recorded here, and nowhere else."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record(
        self, change: Change, article_id: int, run_id: int | None, now: datetime, detail: str = ""
    ) -> None:
        """Record that something happened to an article."""
        self._db.execute(
            _TELL,
            {
                "at": stamp(now),
                "change": change.value,
                "article": article_id,
                "run": run_id,
                "detail": detail,
            },
        )

    def last_seq(self) -> int:
        """The number of the last event there is; 0 if none."""
        return int(one(self._db, "SELECT coalesce(max(seq), 0) AS seq FROM events", [])["seq"])

    def is_baseline(self, run_id: int | None) -> bool:
        """Whether what this run finds is baseline; what no run finds always is."""
        row = next(self._db.query(f"SELECT {IS_BASELINE} AS it_is", {"run": run_id}))
        return bool(row["it_is"])

    def mark_last_baseline(self) -> None:
        """What was told last is on record, and no news."""
        self._db.execute("UPDATE events SET baseline = 1 WHERE seq = (SELECT max(seq) FROM events)")


IS_BASELINE = "coalesce((SELECT baseline FROM runs WHERE id = :run), 1)"
"""Whether what `:run` finds is baseline; what no run finds always is."""
IS_OLD = f"""({IS_BASELINE} OR EXISTS (
  SELECT 1 FROM listings l JOIN runs f ON f.id = l.first_run_id JOIN runs n ON n.id = :run
  WHERE l.source_id = :source AND l.url_key = :key AND f.kind = 'crawl' AND n.kind = 'crawl'
    AND (f.baseline OR (
      EXISTS (SELECT 1 FROM list_sights s JOIN runs b ON b.id = s.first_run_id
        WHERE s.source_id = :source AND s.entry_url = l.entry_url AND b.baseline
          AND s.rows = 0)
      AND NOT EXISTS (SELECT 1 FROM listings e WHERE e.source_id = :source
        AND e.entry_url = l.entry_url AND e.first_run_id < l.first_run_id)))
    AND NOT EXISTS (SELECT 1 FROM quarantine q
      WHERE q.source_id = :source AND q.url_key = :key AND q.outcome <> 'failed')))"""
"""The same of a new article. One that stood on a list in the first crawl and could not be had then
is no news when it comes, nor is what a list shows at its first reading that could not be read in
the first crawl; a page that had nothing to say then, and now has, is."""
_TELL = f"""
INSERT INTO events (at, change, article_id, story_id, run_id, baseline, detail)
SELECT :at, :change, id, story_id, :run,
  CASE :change WHEN 'new' THEN baseline ELSE {IS_BASELINE} END, :detail
FROM articles WHERE id = :article
"""

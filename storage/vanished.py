"""Articles that left the lists they stood on: which they are, and which of them were asked for.

An article is named by every run until a run that came to its end has asked for it: a crawl that
was killed in between, or a page that did not answer, must not make it forgotten.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from . import rows
from .records import Recheck
from .stamps import stamp


def vanished(db: Database, run_id: int, limit: int) -> tuple[Recheck, ...]:
    """Articles that should have been on a list read in this run and were not.

    "Should have been" means: the same entry listed, in this run, an article published no later.
    """
    found = db.query(
        f"{_VANISHED} ORDER BY a.id DESC LIMIT :limit", {"run": run_id, "limit": limit}
    )
    return tuple(rows.recheck(row) for row in found)


def note_asked(db: Database, run_id: int, now: datetime) -> None:
    """Name those no more that this run has asked for, until they are listed again."""
    asked = "AND a.last_checked_at >= (SELECT started_at FROM runs WHERE id = :run)"
    for row in list(db.query(f"{_VANISHED} {asked}", {"run": run_id})):
        db.execute(
            "UPDATE listings SET vanished_at = ? WHERE source_id = ? AND url_key = ?",
            [stamp(now), row["source_id"], row["url_key"]],
        )


_VANISHED = """
WITH here AS (
  SELECT l.entry_url, min(a.dated_at) AS oldest
  FROM listings l JOIN articles a ON a.source_id = l.source_id AND a.url_key = l.url_key
  JOIN readings r ON r.id = a.reading_id WHERE l.last_run_id = :run GROUP BY l.entry_url
)
SELECT DISTINCT a.id AS article_id, a.source_id, a.url_key, a.url, a.first_seen_at,
  a.last_checked_at
FROM listings l JOIN here ON here.entry_url = l.entry_url
JOIN articles a ON a.source_id = l.source_id AND a.url_key = l.url_key
JOIN readings r ON r.id = a.reading_id
WHERE l.source_id = (SELECT source_id FROM runs WHERE id = :run)
  AND l.vanished_at IS NULL AND a.gone_at IS NULL
  AND a.dated_at > here.oldest
  AND NOT EXISTS (
    SELECT 1 FROM listings n WHERE n.source_id = l.source_id AND n.url_key = l.url_key
    AND n.last_run_id = :run)
"""

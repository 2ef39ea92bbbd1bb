"""What the archive still owes: addresses that were listed and could not be had, and how often.

A list forgets its rows; what failed while it stood there would never be asked for again. Decides
nothing about an address: which of them are articles, the caller says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..driver import Connection
from ..stamps import stamp, unstamp
from ..urls import key_of
from .records import Attempts, Recheck

_REMEMBERED = timedelta(days=60)
"""Failures longer ago than this no longer count: well over the longest rest."""
_REST = timedelta(hours=20)
_HOPED_FOR = timedelta(days=14)
"""A page that is missing is asked for again so long after the article was first seen."""


def attempts(db: Connection, source_id: str, now: datetime) -> dict[str, Attempts]:
    """The article addresses of a source that failed when last asked for, by URL key.

    A run that was killed drew no conclusion from its failures; the next one must not rest on them.
    """
    parameters = {"source": source_id, "since": stamp(now - _REMEMBERED)}
    found: dict[str, Attempts] = {}
    for row in db.query(_FAILED, parameters):
        times = unstamp(row["first_at"]), unstamp(row["last_at"])
        found[key_of(row["url"])] = Attempts(row["tries"], *times, row["absences"])
    return found


def pending(
    db: Connection, source_id: str, now: datetime, limit: int, *, wanted: Callable[[str], bool]
) -> tuple[str, ...]:
    """Addresses that were listed, are `wanted` and not kept, and have rested since they failed.

    Those with the fewest failures first, then the latest listed. What a back-fill passed over
    without asking for it is not owed.
    """
    failed = attempts(db, source_id, now)
    due: list[tuple[int, int, str]] = []
    for place, row in enumerate(db.query(_LISTED, {"source": source_id})):
        tried = _tried(row["tries"], row["set_aside_at"], failed.get(row["url_key"]))
        if (tried is None and not row["crawled"]) or not wanted(row["url"]):
            continue
        if tried is None or not tried.rests(now):
            due.append((tried.tries if tried else 0, place, row["url"]))
    return tuple(url for _, _, url in sorted(due)[:limit])


def gone_articles(db: Connection, source_id: str, now: datetime) -> dict[str, Recheck]:
    """The articles of a source that are marked gone, by the keys of all their addresses."""
    found = db.query(_GONE, {"source": source_id})
    return {row["url_key"]: Recheck(row["id"], row["url"]) for row in found}


def incomplete(db: Connection, source_id: str, now: datetime, limit: int) -> tuple[Recheck, ...]:
    """Young articles of a source that lack a page, and were not asked for since a day."""
    found = db.query(
        "SELECT DISTINCT a.id, a.url FROM parts p JOIN articles a ON a.reading_id = p.reading_id "
        "WHERE p.snapshot_id IS NULL AND a.source_id = ? AND a.gone_at IS NULL "
        "AND a.last_checked_at < ? AND a.first_seen_at > ? ORDER BY a.id DESC LIMIT ?",
        [source_id, stamp(now - _REST), stamp(now - _HOPED_FOR), limit],
    )
    return tuple(Recheck(row["id"], row["url"]) for row in found)


def _tried(tries: int | None, at: str | None, failed: Attempts | None) -> Attempts | None:
    """Fetches that failed and pages set aside, as one."""
    if tries is None or at is None:
        return failed
    aside = Attempts(tries, unstamp(at), unstamp(at))
    if failed is None:
        return aside
    last_at = max(aside.last_at, failed.last_at)
    return Attempts(max(aside.tries, failed.tries), failed.first_at, last_at)


_FAILED = """
WITH tried AS (
  SELECT f.url, f.run_id, f.at, f.outcome IN ('ok', 'unchanged', 'partial') AS had,
    iif(f.outcome IN ('gone', 'soft_404'), f.run_id, NULL) AS absent_in
  FROM runs r JOIN fetches f ON f.run_id = r.id
  WHERE r.source_id = :source AND r.started_at > :since AND f.kind = 'article'
    AND (had OR coalesce(r.outcome, '') NOT IN ('interrupted', 'killed'))
), last_had AS (SELECT url, max(at) AS at FROM tried WHERE had GROUP BY url)
SELECT t.url, count(DISTINCT t.run_id) AS tries, min(t.at) AS first_at, max(t.at) AS last_at,
  count(DISTINCT t.absent_in) AS absences
FROM tried t LEFT JOIN last_had h ON h.url = t.url
WHERE NOT t.had AND (h.at IS NULL OR t.at > h.at) GROUP BY t.url ORDER BY last_at
"""
_LISTED = """
SELECT l.url_key, l.url, q.tries, q.last_seen_at AS set_aside_at,
  max(r.kind = 'crawl') AS crawled
FROM listings l JOIN runs r ON r.id = l.first_run_id
LEFT JOIN quarantine q ON q.source_id = l.source_id AND q.url_key = l.url_key
WHERE l.source_id = :source
  AND NOT EXISTS (SELECT 1 FROM articles a
    WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
  AND NOT EXISTS (SELECT 1 FROM aliases a
    WHERE a.source_id = l.source_id AND a.url_key = l.url_key)
GROUP BY l.url_key ORDER BY max(l.last_seen_at) DESC, min(l.id)
"""
_GONE = """
SELECT a.id, a.url, a.url_key FROM articles a
WHERE a.source_id = :source AND a.gone_at IS NOT NULL
UNION SELECT a.id, a.url, n.url_key FROM articles a JOIN aliases n ON n.article_id = a.id
WHERE a.source_id = :source AND a.gone_at IS NOT NULL
"""

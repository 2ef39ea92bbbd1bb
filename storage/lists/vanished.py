"""Articles that left the lists they stood on: which they are, and which of them were asked for.

An article is named by every run until a run that came to its end has asked for it: a crawl that
was killed in between, or a page that did not answer, must not make it forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from ..driver import Connection
from ..pages.records import Recheck
from ..stamps import stamp
from ..statements import Row

_ENOUGH = 3
"""With so many rows in order the lowest may be one that is kept at the foot for ever."""


def vanished(db: Connection, run_id: int, limit: int) -> tuple[Recheck, ...]:
    """Articles that should have been on a list read in this run and were not.

    "Should have been" means: they are newer than where that list now ends. Rows out of order, such
    as a notice that stays at the top for years, do not count for where it ends.
    """
    found = _missing(db, run_id)
    return tuple(
        Recheck(row["article_id"], row["url"]) for row in sorted(found, key=_newest)[:limit]
    )


def note_asked(db: Connection, run_id: int, now: datetime) -> None:
    """Name those no more that this run has asked for, until they are listed again."""
    began = next(db.query("SELECT started_at FROM runs WHERE id = ?", [run_id]))["started_at"]
    for row in _missing(db, run_id):
        if row["last_checked_at"] >= began:
            db.execute(
                "UPDATE listings SET vanished_at = ? WHERE source_id = ? AND url_key = ?",
                [stamp(now), row["source_id"], row["url_key"]],
            )


def _missing(db: Connection, run_id: int) -> list[Row]:
    listed: dict[str, list[str]] = {}
    for row in db.query(_SEEN, {"run": run_id}):
        listed.setdefault(row["entry_url"], []).append(row["day"])
    found: dict[int, Row] = {}
    for entry, days in listed.items():
        asked = {"run": run_id, "entry": entry, "end": list_end(days)}
        found.update({row["article_id"]: row for row in db.query(_VANISHED, asked)})
    return list(found.values())


def list_end(days: Sequence[str]) -> str:
    """The day at which a list ends whose rows, from its top on, have these days (as sortable
    text)."""
    falls = sum(above > below for above, below in pairwise(days))
    rises = sum(above < below for above, below in pairwise(days))
    downwards = list(days) if falls >= rises else list(reversed(days))
    in_order: list[str] = []
    for day in reversed(downwards):
        if not in_order or day >= in_order[-1]:
            in_order.append(day)
    return in_order[1] if len(in_order) >= _ENOUGH else in_order[0]


def _newest(row: Row) -> int:
    return -int(row["article_id"])


_SEEN = """
SELECT l.entry_url, a.dated_at AS day
FROM listings l JOIN articles a ON a.source_id = l.source_id AND a.url_key = l.url_key
LEFT JOIN (SELECT url, min(id) AS id FROM fetches WHERE run_id = :run GROUP BY url) f
  ON f.url = l.list_url
WHERE l.source_id = (SELECT source_id FROM runs WHERE id = :run) AND l.last_run_id = :run
ORDER BY f.id, l.position
"""
_VANISHED = """
SELECT a.id AS article_id, a.source_id, a.url_key, a.url, a.last_checked_at
FROM articles a
WHERE a.source_id = (SELECT source_id FROM runs WHERE id = :run) AND a.dated_at > :end
  AND a.gone_at IS NULL
  AND EXISTS (
    SELECT 1 FROM listings l WHERE l.source_id = a.source_id AND l.url_key = a.url_key
    AND l.entry_url = :entry AND l.vanished_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM listings n WHERE n.source_id = a.source_id AND n.url_key = a.url_key
    AND +n.last_run_id = :run)
"""
# The plus keeps SQLite from walking all that the run has seen, once for each article.

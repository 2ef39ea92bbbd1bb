"""Which addresses are to be asked for again: what could not be had, and what left its lists.

A list forgets its rows. What failed while it stood there would never be asked for again. Decides
nothing about an address: which of them are articles, the caller says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise

from .database import Connection, Row, stamp, unstamp
from .types import SKEW, WORKED_IN_SQL, lasts
from .urls import key_of

_REMEMBERED = timedelta(days=60)
"""Failures longer ago than this no longer count: well over the longest rest."""
_REST = timedelta(hours=20)
_HOPED_FOR = timedelta(days=14)
"""A page that is missing is asked for again so long after the article was first seen."""


FIRST_REST = timedelta(hours=20)
LONGEST_REST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Recheck:
    """A known article whose page should be asked for again."""

    article_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Attempts:
    """In how many runs an address failed since it was last had, when it first and last did. In
    `absences` of them the server said that nothing is there. `dropped`: it was had each time, and a
    pipeline of somebody's own would not have it.

    What failed by a clock that ran ahead does not rest: when that was, nobody knows."""

    tries: int
    first_at: datetime
    last_at: datetime
    absences: int = 0
    dropped: bool = False

    def rests(self, now: datetime) -> bool:
        """Whether it is too early to ask again: 20 hours, then twice as long each time, at most
        14 days."""
        doubled = min(self.tries - 1, 10)
        rest = min(FIRST_REST * (1 << doubled), LONGEST_REST)
        return lasts(self.last_at, rest, now)

    def rests_listed(self, now: datetime) -> bool:
        """The same for what stands on a list all the while: it is asked for again when as long
        again has passed as it has failed so far, at most 14 days. What was dropped: as above."""
        if self.dropped:
            return self.rests(now)
        rest = min(self.last_at - self.first_at, LONGEST_REST)
        return lasts(self.last_at, rest, now)


def attempts(db: Connection, source_id: str, now: datetime) -> dict[str, Attempts]:
    """The article addresses of a source that failed when last asked for, by URL key.

    A run that was killed drew no conclusion from its failures. The next one must not rest on them.
    """
    parameters = {
        "source": source_id,
        "since": stamp(now - _REMEMBERED),
        "ahead": stamp(now + SKEW),
    }
    found: dict[str, Attempts] = {}
    for row in db.query(_FAILED, parameters):
        times = unstamp(row["first_at"]), unstamp(row["last_at"])
        more = row["absences"], bool(row["dropped"])
        found[key_of(row["url"])] = Attempts(row["tries"], *times, *more)
    return found


def pending(
    db: Connection,
    source_id: str,
    now: datetime,
    limit: int,
    *,
    wanted: Callable[[str], bool],
    but: Collection[str],
) -> tuple[str, ...]:
    """Addresses that were listed, are `wanted` and not kept, and have rested since they failed, but
    for those with the URL keys of `but`.

    Those with the fewest failures first, then the latest listed. What a back-fill passed over
    without asking for it is not owed.
    """
    failed = attempts(db, source_id, now)
    due: list[tuple[int, int, str]] = []
    for place, row in enumerate(db.query(_LISTED, {"source": source_id})):
        if row["url_key"] in but:
            continue
        tried = _tried(row["tries"], row["set_aside_at"], failed.get(row["url_key"]))
        if tried is None and not row["crawled"]:
            continue
        if tried is None or not tried.rests(now):
            due.append((tried.tries if tried else 0, place, row["url"]))
    return tuple(islice((url for _, _, url in sorted(due) if wanted(url)), limit))


def gone_articles(db: Connection, source_id: str) -> dict[str, Recheck]:
    """The articles of a source that are marked gone, by the keys of all their addresses."""
    found = db.query(_GONE, {"source": source_id})
    return {row["url_key"]: Recheck(row["id"], row["url"]) for row in found}


def incomplete(db: Connection, source_id: str, now: datetime, limit: int) -> tuple[Recheck, ...]:
    """Young articles of a source that lack a page, and were not asked for since a day."""
    found = db.query(
        "SELECT DISTINCT a.id, a.url FROM parts p JOIN articles a ON a.reading_id = p.reading_id "
        "WHERE p.snapshot_id IS NULL AND a.source_id = ? AND a.gone_at IS NULL "
        "AND (a.last_checked_at < ? OR a.last_checked_at > ?) AND a.first_seen_at > ? "
        "ORDER BY a.dated_at DESC, a.url_key LIMIT ?",
        [source_id, stamp(now - _REST), stamp(now + SKEW), stamp(now - _HOPED_FOR), limit],
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


_FAILED = f"""
WITH tried AS (
  SELECT f.id, f.url, f.run_id, f.at, f.outcome = 'dropped' AS dropped,
    f.outcome IN {WORKED_IN_SQL} AS had,
    iif(f.outcome IN ('gone', 'soft_404'), f.run_id, NULL) AS absent_in
  FROM runs r JOIN fetches f ON f.run_id = r.id
  WHERE r.source_id = :source AND r.started_at > :since AND f.kind = 'article'
    AND (had OR coalesce(r.outcome, '') NOT IN ('interrupted', 'killed'))
), last_had AS (SELECT url, max(id) AS id FROM tried WHERE had GROUP BY url)
SELECT t.url, count(DISTINCT t.run_id) AS tries, min(t.at) AS first_at,
  coalesce(max(iif(t.at <= :ahead, t.at, NULL)), max(t.at)) AS last_at,
  count(DISTINCT t.absent_in) AS absences, min(t.dropped) AS dropped
FROM tried t LEFT JOIN last_had h ON h.url = t.url
WHERE NOT t.had AND (h.id IS NULL OR t.id > h.id) GROUP BY t.url ORDER BY last_at
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


# Articles that left the lists they stood on: which they are, and which of them were asked for.

_ENOUGH = 3
"""With so many rows in order the lowest may be one that is kept at the foot for ever."""


def vanished(db: Connection, run_id: int, limit: int) -> tuple[Recheck, ...]:
    """Articles that should have been on a list read in this run and were not.

    "Should have been" means: they are newer than where that list now ends. Rows out of order, such
    as a notice that stays at the top for years, do not count for where it ends. Of an article
    without a day the order in which the list showed its rows first says whether it is newer.
    """
    found = _missing(db, run_id)
    return tuple(
        Recheck(row["article_id"], row["url"])
        for row in sorted(found, key=_dated, reverse=True)[:limit]
    )


def note_asked(db: Connection, run_id: int, now: datetime) -> None:
    """Name those no more that this run has asked for, until they are listed again."""
    began = next(db.query("SELECT started_at FROM runs WHERE id = ?", [run_id]))["started_at"]
    for row in _missing(db, run_id):
        if began <= row["last_checked_at"] <= stamp(now + SKEW):
            db.execute(
                "UPDATE listings SET vanished_at = ? WHERE source_id = ? AND url_key = ?",
                [stamp(now), row["source_id"], row["url_key"]],
            )


def _missing(db: Connection, run_id: int) -> list[Row]:
    listed: dict[str, tuple[list[str], list[str]]] = {}
    for row in db.query(_SEEN, {"run": run_id}):
        days, places = listed.setdefault(row["entry_url"], ([], []))
        places.append(row["place"])
        if row["day"]:
            days.append(row["day"])
    found: dict[int, Row] = {}
    for entry, (days, places) in listed.items():
        asked = {
            "run": run_id,
            "entry": entry,
            "end": list_end(days) if days else None,
            "last": list_end(places),
            "since": _began(db, list_end(places)),
        }
        found.update({row["article_id"]: row for row in db.query(_VANISHED, asked)})
    return list(found.values())


def _began(db: Connection, place: str) -> str:
    """When the run began that found what stands at a place of a list. Empty for a back-fill."""
    found = db.query("SELECT started_at FROM runs WHERE id = ?", [int(place[:10])])
    return next((str(row["started_at"]) for row in found), "")


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


def _dated(row: Row) -> tuple[str, str]:
    """By day; those of one day by their addresses, not by which of them came first."""
    return row["dated_at"], row["url_key"]


_UNDATED = "a.dated_at = a.first_seen_at"
"""Of an article without a day the first sight stands for it."""
# What a crawl finds stands above what was there before, and is recorded from the top on. What a
# back-fill finds stands below everything.
_PLACE = """(SELECT printf('%010d%013d', CASE f.kind WHEN 'crawl' THEN f.id ELSE 0 END,
  1000000000000 - min(p.id))
  FROM listings p JOIN runs f ON f.id = p.first_run_id
  WHERE p.source_id = l.source_id AND p.entry_url = l.entry_url AND p.url_key = l.url_key
  GROUP BY f.id ORDER BY f.id LIMIT 1)"""
_SEEN = f"""
SELECT l.entry_url, CASE WHEN {_UNDATED} THEN NULL ELSE a.dated_at END AS day, {_PLACE} AS place
FROM listings l JOIN articles a ON a.source_id = l.source_id AND a.url_key = l.url_key
LEFT JOIN (SELECT url, min(id) AS id FROM fetches WHERE run_id = :run GROUP BY url) f
  ON f.url = l.list_url
WHERE l.source_id = (SELECT source_id FROM runs WHERE id = :run) AND l.last_run_id = :run
ORDER BY f.id, l.position
"""
_VANISHED = f"""
SELECT a.id AS article_id, a.source_id, a.url_key, a.url, a.last_checked_at, a.dated_at
FROM articles a
WHERE a.source_id = (SELECT source_id FROM runs WHERE id = :run)
  AND a.dated_at >= min(coalesce(:end, :since), :since)
  AND a.dated_at > CASE WHEN {_UNDATED} THEN '' ELSE coalesce(:end, 'none') END
  AND a.gone_at IS NULL
  AND EXISTS (
    SELECT 1 FROM listings l WHERE l.source_id = a.source_id AND l.url_key = a.url_key
    AND l.entry_url = :entry AND l.vanished_at IS NULL
    AND (NOT {_UNDATED} OR {_PLACE} > :last))
  AND NOT EXISTS (
    SELECT 1 FROM listings n WHERE n.source_id = a.source_id AND n.url_key = a.url_key
    AND +n.last_run_id = :run)
"""
# The plus keeps SQLite from walking all that the run has seen, once for each article.

"""The brake at the end of a run: a redesign that alters everything at once is no flood of news.

What changed is kept and can be seen and searched; only that it is told waits for a person.
"""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp
from ..types import Held

MANY = 8
"""So many known articles changed in one run, and at least half of those asked for again: the
portal changed, not its news."""
_NAMED = 5


def apply(db: Connection, run_id: int) -> str:
    """Hold back what a run changed if it is too much at once; a sentence for its reason, or ""."""
    run = next(db.query("SELECT source_id, started_at, baseline FROM runs WHERE id = ?", [run_id]))
    told = (
        [_held_back(db, run_id, run["source_id"], run["started_at"])] if not run["baseline"] else []
    )
    return "; ".join(filter(None, (*told, _restless(db, run_id))))


def _held_back(db: Connection, run_id: int, source_id: str, began: str) -> str:
    changed = [row["article_id"] for row in db.query(_CHANGED, [run_id])]
    if len(changed) < MANY:
        return ""
    asked = next(db.query(_ASKED, {"source": source_id, "began": began, "run": run_id}))["n"]
    if 2 * len(changed) < asked:
        return ""
    hold(db, run_id)
    return (
        f"{len(changed)} of {max(asked, len(changed))} articles asked for again changed at once, "
        "taken for a new layout and held back from news: "
        f"`hubwatch changes release {run_id} --by NAME` tells them"
    )


def hold(db: Connection, run_id: int) -> None:
    """Take what a run changed for no news."""
    db.execute(
        "UPDATE events SET baseline = 1 WHERE change = 'changed' AND run_id = ?1 AND article_id IN "
        f"(SELECT article_id FROM ({_CHANGED}))",
        [run_id],
    )
    ids = [row["article_id"] for row in db.query(_CHANGED, [run_id])]
    db.execute(f"UPDATE revisions SET held = '{Held.BULK}', told_at = NULL WHERE {_NEWS}", [run_id])
    for article_id in ids:
        db.execute(_LAST_TOLD, [article_id])


def release(db: Connection, run_id: int, now: datetime) -> list[int] | None:
    """Let go what the brake held back of a run; the articles of which that is news: those that have
    not changed in anything that matters since. None if the run has nothing held back."""
    told = [row["article_id"] for row in db.query(_STILL_NEWS, [run_id])]
    for article_id in told:
        db.execute(
            f"UPDATE revisions SET told_at = ?3 WHERE article_id = ?2 AND {_BULK}",
            [run_id, article_id, stamp(now)],
        )
        db.execute(_LAST_TOLD, [article_id])
    released = db.execute(f"UPDATE revisions SET held = '' WHERE {_BULK}", [run_id])
    return told if released.rowcount else None


def _restless(db: Connection, run_id: int) -> str:
    found = [row["article_id"] for row in db.query(_RESTLESS, [run_id])]
    if not found:
        return ""
    named = ", ".join(map(str, found[:_NAMED])) + (", …" if len(found) > _NAMED else "")
    noun = "article changes" if len(found) == 1 else "articles change"
    return f"{len(found)} {noun} at every visit, kept as one version: {named}"


_NEWS = "run_id = ?1 AND number > 1 AND weight = 'material' AND held = ''"
_CHANGED = f"SELECT article_id FROM revisions WHERE {_NEWS}"
_RESTLESS = (
    "SELECT article_id FROM revisions WHERE run_id = ? AND number > 1 AND held = 'restless' "
    "ORDER BY article_id"
)
_ASKED = (
    "SELECT count(*) AS n FROM articles WHERE source_id = :source AND last_checked_at >= :began "
    "AND first_run_id IS NOT :run"
)
_LAST_TOLD = """
UPDATE articles SET changed_at = (
  SELECT max(v.told_at) FROM revisions v WHERE v.article_id = ?1)
WHERE id = ?1
"""
_BULK = f"run_id = ?1 AND held = '{Held.BULK}'"
_STILL_NEWS = """
SELECT DISTINCT v.article_id FROM revisions v WHERE v.run_id = ? AND v.number > 1
AND v.held = 'bulk' AND NOT EXISTS (
  SELECT 1 FROM revisions n WHERE n.article_id = v.article_id AND n.number > v.number
  AND n.weight = 'material')
ORDER BY v.article_id
"""

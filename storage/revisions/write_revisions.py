"""Writing the versions of an article, and letting those be told that were held back."""

from __future__ import annotations

import json
from datetime import datetime

from ..stamps import stamp
from ..stories.write_stories import IS_BASELINE, StoryWrites
from ..types import Change, Revise, Weight
from . import brake
from .standing import Place


class RevisionWrites(StoryWrites):
    """The part of a transaction that keeps what an article said, version by version."""

    def still(self, article_id: int, now: datetime) -> None:
        """The server says that an article has not changed."""
        self._db.execute(
            "UPDATE articles SET last_checked_at = ?, streak = 0 WHERE id = ?",
            [stamp(now), article_id],
        )

    def release_changes(self, run_id: int, *, person: str, now: datetime) -> int:
        """A person lets what the brake held back of a run be told now; returns of how many articles
        that is news still. Raises LookupError for a run that holds nothing back."""
        found = brake.release(self._db, run_id, now)
        if found is None:
            raise LookupError(f"run {run_id} holds no changes back")
        for article_id in found:
            self._tell(Change.CHANGED, article_id, run_id, now, f"released by {person}")
        return len(found)

    def _first_version(self, article_id: int, reading_id: int, run_id: int | None, at: str) -> None:
        self._insert(
            "revisions",
            {
                "article_id": article_id,
                "number": 1,
                "reading_id": reading_id,
                "seen_at": at,
                "run_id": run_id,
                "changed": "[]",
            },
        )

    def _keep_version(
        self, intent: Revise, version: Place, reading_id: int, run_id: int | None, at: str
    ) -> None:
        matters = intent.weight is Weight.MATERIAL and not version.held
        is_news = matters and not self._is_baseline(run_id)
        values = {
            "article_id": intent.article_id,
            "number": version.number,
            "reading_id": reading_id,
            "seen_at": at,
            "run_id": run_id,
            "changed": json.dumps(list(intent.changed)),
            "weight": intent.weight.value,
            "kinds": json.dumps(list(intent.kinds)),
            "summary": intent.summary,
            "back_to": version.back_to,
            "held": version.held.value,
            "told_at": at if is_news else None,
        }
        if not version.replaces:
            self._insert("revisions", values)
            return
        where = [intent.article_id, version.number]
        before = self._one(
            "SELECT weight FROM revisions WHERE article_id = ? AND number = ?", where
        )
        if before["weight"] == Weight.MATERIAL:
            values["weight"] = Weight.MATERIAL.value
        assignments = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(
            f"UPDATE revisions SET {assignments}, times = times + 1 "
            "WHERE article_id = ? AND number = ?",
            [*values.values(), *where],
        )

    def _is_baseline(self, run_id: int | None) -> bool:
        row = next(self._db.query(f"SELECT {IS_BASELINE} AS it_is", {"run": run_id}))
        return bool(row["it_is"])

    def _take_for_no_news(self) -> None:
        """What was told last is on record, and no news."""
        self._db.execute("UPDATE events SET baseline = 1 WHERE seq = (SELECT max(seq) FROM events)")

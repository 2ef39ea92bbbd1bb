"""Writing the versions of an article, and letting those be told that were held back."""

from __future__ import annotations

import json
from datetime import datetime

from ..driver import Connection
from ..statements import insert, one
from ..types import Change, Revise, Weight
from . import brake
from .events import EventLog
from .standing import VersionPlace


class RevisionWrites:
    """The part of a transaction that keeps what an article said, version by version."""

    def __init__(self, database: Connection, events: EventLog) -> None:
        self._db = database
        self._events = events

    def release(self, run_id: int, *, person: str, now: datetime) -> int:
        """A person lets what the brake held back of a run be told now; returns of how many articles
        that is news still. Raises LookupError for a run that holds nothing back."""
        found = brake.release(self._db, run_id, now)
        if found is None:
            raise LookupError(f"run {run_id} holds no changes back")
        for article_id in found:
            self._events.record(Change.CHANGED, article_id, run_id, now, f"released by {person}")
        return len(found)

    def add_first(self, article_id: int, reading_id: int, run_id: int | None, at: str) -> None:
        """Keep the first version of an article."""
        insert(
            self._db,
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

    def add(
        self, intent: Revise, version: VersionPlace, reading_id: int, run_id: int | None, at: str
    ) -> None:
        """Keep a further version, or put it in the place of the one that it replaces."""
        matters = intent.weight is Weight.MATERIAL and not version.held
        is_news = matters and not self._events.is_baseline(run_id)
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
            insert(self._db, "revisions", values)
            return
        where = [intent.article_id, version.number]
        before = one(
            self._db, "SELECT weight FROM revisions WHERE article_id = ? AND number = ?", where
        )
        if before["weight"] == Weight.MATERIAL:
            values["weight"] = Weight.MATERIAL.value
        assignments = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(
            f"UPDATE revisions SET {assignments}, times = times + 1 "
            "WHERE article_id = ? AND number = ?",
            [*values.values(), *where],
        )

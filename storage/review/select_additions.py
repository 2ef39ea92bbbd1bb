"""Selecting what people added by hand, and which articles came that way. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..articles import rows
from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from ..types import Outcome
from ..urls import key_of
from .additions import LASTS, Addition

_AT_A_TIME = 500


class AdditionQueries:
    """The questions that store and transaction share."""

    _db: Connection

    def addition(self, number: int) -> Addition | None:
        """One addition, or None."""
        return next(self._additions("d.id = ?", number), None)

    def additions(self, limit: int) -> tuple[Addition, ...]:
        """The latest additions, the last one first."""
        return tuple(self._additions("1 ORDER BY d.id DESC LIMIT ?", limit))

    def waiting_additions(self, now: datetime, url: str = "") -> tuple[Addition, ...]:
        """The additions that go on, of one address or of all, the earliest first."""
        where, given = "d.ended_at IS NULL AND d.at > ?", [stamp(now - LASTS)]
        if url:
            where, given = f"{where} AND d.url_key = ?", [*given, key_of(url)]
        return tuple(self._additions(f"{where} ORDER BY d.id", *given))

    def _additions(self, where: str, *given: object) -> Iterator[Addition]:
        for row in self._db.query(f"{_ADDITIONS} WHERE {where}", list(given)):
            yield _addition(row)

    def first_found_by(self, number: int) -> int | None:
        """The article that an addition found first, at whatever address; None if it found none."""
        row = next(iter(self._db.query(_FOUND, [number])), None)
        return row["id"] if row else None


_ADDITIONS = """
SELECT d.*, coalesce(a.first_run_id = d.run_id, 0) AS is_new
FROM additions d LEFT JOIN articles a ON a.id = d.article_id
"""
_FOUND = """
SELECT a.id FROM additions d JOIN articles a ON a.first_seen_at >= d.at
WHERE d.id = ? AND a.first_run_id = d.run_id LIMIT 1
"""


def _addition(row: rows.Row) -> Addition:
    return Addition(
        id=row["id"],
        url=row["url"],
        person=row["person"],
        note=row["note"],
        at=unstamp(row["at"]),
        run_id=row["run_id"],
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        article_id=row["article_id"],
        is_new=bool(row["is_new"]),
    )

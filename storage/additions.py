"""What people add by hand: an address that was asked for, an item that has no page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .database import Connection, Row, count, insert, stamp, unstamp, unstamp_or_none
from .types import SKEW, Outcome, lasts
from .urls import key_of

LASTS = timedelta(minutes=15)
"""An addition that did not end within that was cut short: whoever carried it out is gone."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What somebody asked to be added, stored before it is done: an address, or the made-up name of
    what has no page. `outcome` is None while it goes on. `article_id` is what it led to, `is_new`
    whether that was not known before. `run_id` is the run that carried it out."""

    id: int
    url: str
    person: str
    note: str
    at: datetime
    run_id: int | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    article_id: int | None = None
    is_new: bool = False

    def waits(self, now: datetime) -> bool:
        """Whether it may still come to an end."""
        return self.ended_at is None and lasts(self.at, LASTS, now)


class AdditionQueries:
    """The questions about what was added by hand."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def get(self, number: int) -> Addition | None:
        """One addition, or None."""
        return next(self._select("d.id = ?", number), None)

    def latest(self, limit: int) -> tuple[Addition, ...]:
        """The latest additions, the last one first."""
        return tuple(self._select("1 ORDER BY d.id DESC LIMIT ?", limit))

    def count(self) -> int:
        """How many additions there are."""
        return count(self._db, "additions")

    def waiting(self, now: datetime, url: str = "") -> tuple[Addition, ...]:
        """The additions that go on, of one address or of all, the earliest first."""
        where = "d.ended_at IS NULL AND d.at > ? AND d.at <= ?"
        given = [stamp(now - LASTS), stamp(now + SKEW)]
        if url:
            where, given = f"{where} AND d.url_key = ?", [*given, key_of(url)]
        return tuple(self._select(f"{where} ORDER BY d.id", *given))

    def _select(self, where: str, *given: object) -> Iterator[Addition]:
        for row in self._db.query(f"{_ADDITIONS} WHERE {where}", list(given)):
            yield _addition(row)

    def first_found_by(self, number: int) -> int | None:
        """The article that an addition found first, at whatever address. None if it found none."""
        row = next(iter(self._db.query(_FOUND, [number])), None)
        return row["id"] if row else None


class AdditionWrites:
    """The part of a transaction that keeps additions."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._additions = AdditionQueries(database)

    def request(self, url: str, *, person: str, note: str, now: datetime) -> Addition:
        """Somebody wants this address, or what goes by this made-up name. Raises ValueError for an
        addition of nobody."""
        if not person.strip():
            raise ValueError("what is added by hand needs the name of who adds it")
        number = insert(
            self._db,
            "additions",
            {
                "url": url,
                "url_key": key_of(url),
                "person": person,
                "note": note,
                "at": stamp(now),
            },
        )
        return self._there(number)

    def begin(self, number: int, run_id: int) -> None:
        """This run carries it out: what it finds first was added by hand."""
        self._db.execute("UPDATE additions SET run_id = ? WHERE id = ?", [run_id, number])

    def end(
        self,
        number: int,
        outcome: Outcome,
        *,
        reason: str = "",
        article_id: int | None = None,
        now: datetime,
    ) -> Addition:
        """What came of it, in one word. What has ended stays as it ended."""
        self._db.execute(
            "UPDATE additions SET ended_at = ?, outcome = ?, reason = ?, article_id = ? "
            "WHERE id = ? AND ended_at IS NULL",
            [stamp(now), outcome.value, reason, article_id, number],
        )
        return self._there(number)

    def _there(self, number: int) -> Addition:
        found = self._additions.get(number)
        if found is None:
            raise LookupError(f"there is no addition {number}")
        return found


_ADDITIONS = """
SELECT d.*, coalesce(a.first_run_id = d.run_id, 0) AS is_new
FROM additions d LEFT JOIN articles a ON a.id = d.article_id
"""
_FOUND = """
SELECT a.id FROM additions d JOIN articles a ON a.first_seen_at >= d.at
WHERE d.id = ? AND a.first_run_id = d.run_id LIMIT 1
"""


def _addition(row: Row) -> Addition:
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

"""The ledger of what is read again on other machines: the jobs, how far each is, and the answers
that were refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .database import Connection, Row, insert, stamp, unstamp, unstamp_or_none


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """That something of the archive is read again at a place. `work` says what, `rules` by which
    rules (a checksum). Of `total` items so many are `done`, `here` of them at the centre.
    `position` is the last one that is done, where they are gone through by number."""

    id: int
    job: str
    work: str
    place: str
    rules: str
    began_at: datetime
    moved_at: datetime
    ended_at: datetime | None
    total: int
    done: int
    here: int
    position: int


@dataclass(frozen=True, slots=True)
class ReadingRefusal:
    """An answer that was no reading of ours, and was not used: `attempt` is `JOB:ATTEMPT`, `node`
    the reader as it calls itself."""

    work: str
    place: str
    node: str
    attempt: str
    at: datetime
    bytes: int
    reason: str


class ReadingQueries:
    """The questions about readings elsewhere."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def open_jobs(self) -> tuple[ReadingJob, ...]:
        """The jobs that have not ended, the latest first."""
        return tuple(self._select("ended_at IS NULL ORDER BY id DESC"))

    def unfinished(self, work: str, rules: str, since: datetime) -> ReadingJob | None:
        """The latest job of that kind by these rules that has not ended and moved since then."""
        return next(
            self._select(
                "work = ? AND rules = ? AND ended_at IS NULL AND moved_at > ? "
                "ORDER BY id DESC LIMIT 1",
                work,
                rules,
                stamp(since),
            ),
            None,
        )

    def get(self, number: int) -> ReadingJob:
        """One job."""
        return next(self._select("id = ?", number))

    def refused_since(self, since: datetime) -> tuple[ReadingRefusal, ...]:
        """The latest refusal of each reader since then."""
        found = self._db.query(_REFUSED, [stamp(since)])
        return tuple(_refusal(row) for row in found)

    def _select(self, where: str, *given: object) -> Iterator[ReadingJob]:
        for row in self._db.query(f"SELECT * FROM reading_jobs WHERE {where}", list(given)):
            yield _job(row)


_REFUSED = """
SELECT * FROM reading_refusals WHERE at > ? AND id IN (
  SELECT max(id) FROM reading_refusals GROUP BY place, node)
ORDER BY id
"""


def _job(row: Row) -> ReadingJob:
    return ReadingJob(
        id=row["id"],
        job=row["job"],
        work=row["work"],
        place=row["place"],
        rules=row["rules"],
        began_at=unstamp(row["began_at"]),
        moved_at=unstamp(row["moved_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        total=row["total"],
        done=row["done"],
        here=row["here"],
        position=row["position"],
    )


def _refusal(row: Row) -> ReadingRefusal:
    return ReadingRefusal(
        work=row["work"],
        place=row["place"],
        node=row["node"],
        attempt=row["attempt"],
        at=unstamp(row["at"]),
        bytes=row["bytes"],
        reason=row["reason"],
    )


class ReadingWrites:
    """The part of a transaction that keeps readings elsewhere."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def begin(
        self, job: str, work: str, place: str, rules: str, total: int, now: datetime
    ) -> ReadingJob:
        """A job begins. Others of that kind that were cut off are over with it."""
        self._db.execute(
            "UPDATE reading_jobs SET ended_at = ? WHERE ended_at IS NULL AND work = ?",
            [stamp(now), work],
        )
        number = insert(
            self._db,
            "reading_jobs",
            {
                "job": job,
                "work": work,
                "place": place,
                "rules": rules,
                "total": total,
                "began_at": stamp(now),
                "moved_at": stamp(now),
            },
        )
        return ReadingQueries(self._db).get(number)

    def move(self, job: ReadingJob, done: int, here: int, position: int, now: datetime) -> None:
        """So many items more are done, `here` of them at the centre, up to that one."""
        self._db.execute(
            "UPDATE reading_jobs SET done = done + ?, here = here + ?, position = ?, moved_at = ? "
            "WHERE id = ?",
            [done, here, position, stamp(now), job.id],
        )

    def end(self, job: ReadingJob, now: datetime) -> None:
        """It is done."""
        self._db.execute("UPDATE reading_jobs SET ended_at = ? WHERE id = ?", [stamp(now), job.id])

    def refuse(self, refusal: ReadingRefusal) -> None:
        """Put on record that an answer was refused."""
        insert(
            self._db,
            "reading_refusals",
            {
                "work": refusal.work,
                "place": refusal.place,
                "node": refusal.node[:64],
                "attempt": refusal.attempt,
                "at": stamp(refusal.at),
                "bytes": refusal.bytes,
                "reason": refusal.reason[:500],
            },
        )

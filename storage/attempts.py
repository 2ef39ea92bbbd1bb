"""The ledger of what goes to workers of other places through the queue.

A slice and its answers are in the ledger of `slices`. Here is how an attempt travelled: what was
meant to be sent, when it was, who took it, why it was lost, and whether the queue still holds
something of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .database import Connection, Row, insert, stamp, unstamp, unstamp_or_none


class AttemptState(StrEnum):
    """How far an attempt is. `PLANNED`: nobody may have it yet. `SENT`: a worker may. `LOST`: it
    was given up, and a worker may still be at it. `MERGED`, `OVER`: it was merged, or was lost and
    nobody is at it; answers that come now come late. `CLEARED`: the queue holds nothing of it."""

    PLANNED = "planned"
    SENT = "sent"
    LOST = "lost"
    MERGED = "merged"
    OVER = "over"
    CLEARED = "cleared"


CRAWL = "crawl"
"""What an attempt is for that fetches a source."""
OPEN = (AttemptState.PLANNED, AttemptState.SENT, AttemptState.LOST)
"""An attempt of these keeps its hosts."""


@dataclass(frozen=True, slots=True)
class RemoteAttempt:
    """One attempt at a job at a place: `work` is `crawl`, or what is read again (`source_id` is
    empty then). `message` is the number that the queue gave its ticket,
    `node` the worker that took it, as it calls itself. `reason` says why it was lost."""

    id: int
    job: str
    attempt: int
    source_id: str
    place: str
    state: AttemptState
    planned_at: datetime
    deadline: datetime
    sent_at: datetime | None = None
    message: str = ""
    node: str = ""
    ended_at: datetime | None = None
    reason: str = ""
    work: str = CRAWL

    @property
    def name(self) -> str:
        """`JOB:ATTEMPT`."""
        return f"{self.job}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class LostAttempts:
    """That attempts of a source are lost, none merged since: how many in a row, the last one."""

    count: int
    last: RemoteAttempt


class AttemptQueries:
    """The questions about attempts."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def get(self, job: str, attempt: int) -> RemoteAttempt | None:
        """One attempt, or None."""
        return next(self._select("job = ? AND attempt = ?", job, attempt), None)

    def open_of(self, source_id: str) -> RemoteAttempt | None:
        """The attempt that keeps the hosts of a source, or None."""
        states = ", ".join(f"'{each}'" for each in OPEN)
        return next(
            self._select(f"source_id = ? AND state IN ({states}) ORDER BY id DESC", source_id), None
        )

    def uncleared(self) -> tuple[RemoteAttempt, ...]:
        """Those of which the queue may hold something, the earliest first."""
        return tuple(self._select("state <> 'cleared' ORDER BY id"))

    def readings_at(self, place: str) -> tuple[RemoteAttempt, ...]:
        """Those of a place that read something again, and are not cleared."""
        return tuple(
            self._select("work <> 'crawl' AND place = ? AND state <> 'cleared' ORDER BY id", place)
        )

    def latest(self, limit: int) -> tuple[RemoteAttempt, ...]:
        """The latest, the last one first."""
        return tuple(self._select("1 ORDER BY id DESC LIMIT ?", limit))

    def lost_since(self, since: datetime) -> tuple[LostAttempts, ...]:
        """The sources whose last attempt was lost since then, by id."""
        found = self._db.query(_LOST, [stamp(since)])
        return tuple(LostAttempts(row["lost"], _attempt(row)) for row in found)

    def _select(self, where: str, *given: object) -> Iterator[RemoteAttempt]:
        for row in self._db.query(f"SELECT * FROM remote_attempts WHERE {where}", list(given)):
            yield _attempt(row)


_LOST = """
SELECT a.*, (SELECT count(*) FROM remote_attempts l WHERE l.source_id = a.source_id
  AND l.reason <> '' AND l.id > coalesce((SELECT max(id) FROM remote_attempts m
  WHERE m.source_id = a.source_id AND m.ended_at IS NOT NULL AND m.reason = ''), 0)) AS lost
FROM remote_attempts a WHERE a.ended_at > ? AND a.reason <> '' AND a.work = 'crawl'
AND a.id = (SELECT max(id) FROM remote_attempts o WHERE o.source_id = a.source_id
  AND o.ended_at IS NOT NULL)
ORDER BY a.source_id
"""


def _attempt(row: Row) -> RemoteAttempt:
    return RemoteAttempt(
        id=row["id"],
        job=row["job"],
        attempt=row["attempt"],
        source_id=row["source_id"],
        place=row["place"],
        state=AttemptState(row["state"]),
        planned_at=unstamp(row["planned_at"]),
        deadline=unstamp(row["deadline"]),
        sent_at=unstamp_or_none(row["sent_at"]),
        message=row["message"],
        node=row["node"],
        ended_at=unstamp_or_none(row["ended_at"]),
        reason=row["reason"],
        work=row["work"],
    )


class AttemptWrites:
    """The part of a transaction that keeps attempts."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def plan(
        self,
        job: str,
        attempt: int,
        source_id: str,
        place: str,
        deadline: datetime,
        now: datetime,
        work: str = CRAWL,
    ) -> RemoteAttempt:
        """An attempt is going to be sent. Raises LookupError where there is one of that number."""
        there = AttemptQueries(self._db).get(job, attempt)
        if there is not None:
            raise LookupError(f"the job {job} has had attempt {attempt}")
        insert(
            self._db,
            "remote_attempts",
            {
                "job": job,
                "attempt": attempt,
                "source_id": source_id,
                "place": place,
                "state": AttemptState.PLANNED.value,
                "planned_at": stamp(now),
                "deadline": stamp(deadline),
                "work": work,
            },
        )
        found = AttemptQueries(self._db).get(job, attempt)
        assert found is not None  # it was written just now
        return found

    def sent(self, attempt: RemoteAttempt, message: str, deadline: datetime, now: datetime) -> None:
        """It is in the queue, under this number, until then."""
        self._db.execute(
            "UPDATE remote_attempts SET state = 'sent', sent_at = ?, message = ?, deadline = ? "
            "WHERE id = ? AND state = 'planned'",
            [stamp(now), message, stamp(deadline), attempt.id],
        )

    def taken(self, attempt: RemoteAttempt, node: str) -> None:
        """A worker has it."""
        self._db.execute(
            "UPDATE remote_attempts SET node = ? WHERE id = ?", [node[:64], attempt.id]
        )

    def lose(self, attempt: RemoteAttempt, reason: str, now: datetime) -> None:
        """It is given up. Whoever has it may still be at it."""
        self._db.execute(
            "UPDATE remote_attempts SET state = 'lost', ended_at = ?, reason = ? "
            "WHERE id = ? AND state IN ('planned', 'sent')",
            [stamp(now), reason, attempt.id],
        )

    def end(self, attempt: RemoteAttempt, state: AttemptState, now: datetime) -> None:
        """It is `MERGED`, `OVER` or `CLEARED`."""
        self._db.execute(
            "UPDATE remote_attempts SET state = ?, ended_at = coalesce(ended_at, ?) WHERE id = ?",
            [state.value, stamp(now), attempt.id],
        )

    def forget(self, attempt: RemoteAttempt) -> None:
        """A reading that came back whole, of which nothing is out any more: its job says the
        rest."""
        self._db.execute("DELETE FROM remote_attempts WHERE id = ?", [attempt.id])

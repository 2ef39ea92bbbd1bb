"""The ledger of slices: what was handed out to be crawled elsewhere, which attempt counts, what
came back and what became of it, and which hosts are held meanwhile.

How a slice is made is told in `slice_files`, what comes back in `answers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .attempts import AttemptQueries, AttemptWrites
from .database import (
    Connection,
    Row,
    count,
    insert,
    marks,
    maybe,
    stamp,
    unstamp,
    unstamp_or_none,
)
from .readings import ReadingQueries, ReadingWrites
from .types import WORKED_IN_SQL


class SliceState(StrEnum):
    """What became of an attempt. `OUT`: nobody knows yet. `MERGING`: its answer is being merged, or
    that was cut off, and may be done again. `LOST`: it was given up, or a later attempt counts."""

    OUT = "out"
    MERGING = "merging"
    MERGED = "merged"
    LOST = "lost"


class AnswerState(StrEnum):
    """What became of an answer. `LATE`: on record and not applied. `REFUSED`: not used at all."""

    MERGED = "merged"
    ALREADY_MERGED = "already_merged"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SliceTicket:
    """One attempt at a job: a slice that was handed out. `place` is where it is to be crawled, as
    whoever cut it called that. `held_until` is until when the hosts of its source are not crawled
    here, unless it ends before. `run_id` is the run that its answer became."""

    id: int
    job: str
    attempt: int
    source_id: str
    place: str
    sha256: str
    cut_at: datetime
    held_until: datetime | None
    state: SliceState
    ended_at: datetime | None
    reason: str
    run_id: int | None


@dataclass(frozen=True, slots=True)
class SliceAnswer:
    """An answer that came, and what became of it. `source_id` is empty where it names no slice of
    ours. `node` is the machine that crawled, as it calls itself. `unused` of its exchanges were not
    asked for when it was merged."""

    id: int
    slice_id: int | None
    source_id: str
    sha256: str
    bytes: int
    came_at: datetime
    state: AnswerState
    reason: str
    node: str
    exchanges: int
    unused: int


class SliceQueries:
    """The questions about slices. `attempts` are those about what went through the queue,
    `readings` those about what is read again elsewhere."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.attempts = AttemptQueries(database)
        self.readings = ReadingQueries(database)

    def get(self, job: str, attempt: int) -> SliceTicket | None:
        """One attempt, or None."""
        return next(self._select("job = ? AND attempt = ?", job, attempt), None)

    def of_job(self, job: str) -> tuple[SliceTicket, ...]:
        """The attempts at a job, the first one first."""
        return tuple(self._select("job = ? ORDER BY attempt", job))

    def latest(self, limit: int) -> tuple[SliceTicket, ...]:
        """The latest attempts, the last one first."""
        return tuple(self._select("1 ORDER BY id DESC LIMIT ?", limit))

    def count(self) -> int:
        """How many attempts there are."""
        return count(self._db, "slices")

    def out(self) -> tuple[SliceTicket, ...]:
        """The attempts that are out, the earliest first."""
        return tuple(self._select("state = 'out' ORDER BY id"))

    def holder(self, hosts: Collection[str], now: datetime) -> SliceTicket | None:
        """The attempt for which one of these hosts is held. None where none is."""
        return next(
            self._select(
                "state IN ('out', 'merging') AND held_until > ? AND id IN (SELECT slice_id "
                f"FROM slice_hosts WHERE host IN ({marks(tuple(hosts))})) ORDER BY id",
                stamp(now),
                *hosts,
            ),
            None,
        )

    def answers(self, limit: int, slice_id: int | None = None) -> tuple[SliceAnswer, ...]:
        """The latest answers, of one attempt or of all, the last one first."""
        where, given = ("WHERE slice_id = ?", [slice_id]) if slice_id is not None else ("", [])
        found = self._db.query(
            f"SELECT * FROM slice_answers {where} ORDER BY id DESC LIMIT ?", [*given, limit]
        )
        return tuple(_answer(row) for row in found)

    def refused_since(self, since: datetime) -> tuple[SliceAnswer, ...]:
        """The answers that were refused since then, by source the latest, where none of that source
        was merged after it."""
        found = self._db.query(_REFUSED, [stamp(since)])
        return tuple(_answer(row) for row in found)

    def overtaken_by(self, ticket: SliceTicket) -> int | None:
        """The crawl of the same source that began after the slice was cut, and worked. None where
        there is none."""
        row = maybe(
            self._db,
            "SELECT id FROM runs WHERE source_id = ? AND kind = 'crawl' AND started_at > ? "
            f"AND outcome IN {WORKED_IN_SQL} AND id <> coalesce(?, 0) LIMIT 1",
            [ticket.source_id, stamp(ticket.cut_at), ticket.run_id],
        )
        return int(row["id"]) if row else None

    def place_of(self, run_id: int) -> str:
        """Where what became this run was fetched: the place of its slice and the machine. Empty for
        one that was fetched here."""
        row = maybe(
            self._db,
            "SELECT s.place, a.node FROM slices s LEFT JOIN slice_answers a ON a.slice_id = s.id "
            "AND a.state = 'merged' WHERE s.run_id = ?",
            [run_id],
        )
        return " ".join(filter(None, (row["place"], row["node"]))) if row else ""

    def _select(self, where: str, *given: object) -> Iterator[SliceTicket]:
        for row in self._db.query(f"SELECT * FROM slices WHERE {where}", list(given)):
            yield _ticket(row)


_REFUSED = """
SELECT * FROM slice_answers r WHERE r.state = 'refused' AND r.came_at > ?
AND r.id = (SELECT max(id) FROM slice_answers o WHERE o.source_id = r.source_id
  AND o.state = 'refused')
AND NOT EXISTS (SELECT 1 FROM slice_answers m WHERE m.source_id = r.source_id
  AND m.source_id <> '' AND m.state = 'merged' AND m.id > r.id)
ORDER BY r.id
"""


def _ticket(row: Row) -> SliceTicket:
    return SliceTicket(
        id=row["id"],
        job=row["job"],
        attempt=row["attempt"],
        source_id=row["source_id"],
        place=row["place"],
        sha256=row["sha256"],
        cut_at=unstamp(row["cut_at"]),
        held_until=unstamp_or_none(row["held_until"]),
        state=SliceState(row["state"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        reason=row["reason"],
        run_id=row["run_id"],
    )


def _answer(row: Row) -> SliceAnswer:
    return SliceAnswer(
        id=row["id"],
        slice_id=row["slice_id"],
        source_id=row["source_id"],
        sha256=row["sha256"],
        bytes=row["bytes"],
        came_at=unstamp(row["came_at"]),
        state=AnswerState(row["state"]),
        reason=row["reason"],
        node=row["node"],
        exchanges=row["exchanges"],
        unused=row["unused"],
    )


class SliceWrites:
    """The part of a transaction that keeps the ledger of slices. `attempts` keeps what went through
    the queue, `readings` what is read again elsewhere."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._slices = SliceQueries(database)
        self.attempts = AttemptWrites(database)
        self.readings = ReadingWrites(database)

    def issue(
        self,
        job: str,
        attempt: int,
        source_id: str,
        *,
        place: str,
        sha256: str,
        hosts: Collection[str],
        cut_at: datetime,
        held_until: datetime | None,
    ) -> SliceTicket:
        """Hand out an attempt. Earlier ones of its job that are out are lost. Raises LookupError
        where there is one of that number or a higher one."""
        before = self._slices.of_job(job)
        if any(each.attempt >= attempt for each in before):
            raise LookupError(f"the job {job} has had attempt {attempt}")
        for each in before:
            self.lose(each, cut_at, f"attempt {attempt} took its place")
        values = {
            "job": job,
            "attempt": attempt,
            "source_id": source_id,
            "place": place,
            "sha256": sha256,
            "cut_at": stamp(cut_at),
            "held_until": stamp(held_until) if held_until else None,
            "state": SliceState.OUT.value,
        }
        number = insert(self._db, "slices", values)
        for host in sorted(hosts):
            insert(self._db, "slice_hosts", {"slice_id": number, "host": host})
        found = self._slices.get(job, attempt)
        assert found is not None  # it was written just now
        return found

    def lose(self, ticket: SliceTicket, now: datetime, reason: str = "it was dropped") -> None:
        """Give an attempt up, unless it has ended. What comes of it then comes late, and its hosts
        are free."""
        self._db.execute(
            "UPDATE slices SET state = 'lost', ended_at = ?, reason = ? "
            "WHERE id = ? AND state IN ('out', 'merging')",
            [stamp(now), reason, ticket.id],
        )

    def begin_merge(self, ticket: SliceTicket, run_id: int) -> None:
        """The answer of an attempt is being merged, as this run."""
        self._db.execute(
            "UPDATE slices SET state = 'merging', run_id = ? WHERE id = ?", [run_id, ticket.id]
        )

    def end_merge(self, ticket: SliceTicket, now: datetime) -> None:
        """It was merged: from now on nothing else comes of it."""
        self._db.execute(
            "UPDATE slices SET state = 'merged', ended_at = ? WHERE id = ?",
            [stamp(now), ticket.id],
        )

    def record_answer(
        self,
        ticket: SliceTicket | None,
        state: AnswerState,
        reason: str,
        *,
        sha256: str,
        size: int,
        now: datetime,
        node: str = "",
        exchanges: int = 0,
        unused: int = 0,
    ) -> None:
        """Put an answer on record, with what became of it. The same that is refused again, or comes
        late again, is one row."""
        self._db.execute(
            "DELETE FROM slice_answers WHERE sha256 = ? AND state = ? AND slice_id IS ?",
            [sha256, state.value, ticket.id if ticket else None],
        )
        insert(
            self._db,
            "slice_answers",
            {
                "slice_id": ticket.id if ticket else None,
                "source_id": ticket.source_id if ticket else "",
                "sha256": sha256,
                "bytes": size,
                "came_at": stamp(now),
                "state": state.value,
                "reason": reason,
                "node": node,
                "exchanges": exchanges,
                "unused": unused,
            },
        )

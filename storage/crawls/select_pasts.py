"""Selecting how the jobs of the timetable went: how often one failed in a row, when it last worked.

Walks the index of each job's slots from the newest back to its last success, so it is cheap enough
to be asked every minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..driver import Connection
from ..stamps import stamp, unstamp_or_none
from ..types import Outcome
from .records import Past, Slot
from .rows import slot_of

_FAILED = (Outcome.FAILED, Outcome.TIMEOUT, Outcome.KILLED)
_SAYS_NOTHING = (Outcome.INTERRUPTED,)
_SHOWN = 3


def _words(*outcomes: Outcome) -> str:
    return ", ".join(f"'{each.value}'" for each in outcomes)


_OF_JOB = "FROM slots INDEXED BY slots_of_job WHERE job = ? AND due_at <= ? AND state = 'done'"
_ORDER = "ORDER BY due_at DESC, id DESC LIMIT ?"
_WORKED = f"SELECT * {_OF_JOB} AND outcome NOT IN ({_words(*_FAILED, *_SAYS_NOTHING)}) {_ORDER}"
_BROKE = f"{_OF_JOB} AND outcome IN ({_words(*_FAILED)}) AND (due_at, id) > (?, ?)"


class PastQueries:
    """The part of the store that tells how jobs went."""

    _db: Connection

    def pasts(self, jobs: Iterable[str], until: datetime) -> tuple[Past, ...]:
        """How each of these jobs went up to then, in their order, also one that never ran. What a
        clock that ran ahead has left on record for later says nothing yet."""
        return tuple(self._past(job, stamp(until)) for job in jobs)

    def _past(self, job: str, until: str) -> Past:
        worked = self._slot(_WORKED, job, until, 1)
        failures, since, failed = self._failures(job, until, worked)
        return Past(
            job=job,
            last=self._slot(f"SELECT * {_OF_JOB} {_ORDER}", job, until, 1),
            last_ok=worked,
            failures=failures,
            failing_since=since,
            failed=failed,
            first_due_at=self._first_due(job),
        )

    def _slot(self, sql: str, *parameters: object) -> Slot | None:
        return next((slot_of(row) for row in self._db.query(sql, list(parameters))), None)

    def _failures(
        self, job: str, until: str, worked: Slot | None
    ) -> tuple[int, datetime | None, tuple[Slot, ...]]:
        """How many failed since, when the first of them was due, and the newest few."""
        after = (stamp(worked.due_at), worked.id) if worked else ("", 0)
        told = f"SELECT count(*), min(due_at) {_BROKE}"
        count, since = self._db.execute(told, [job, until, *after]).fetchone()
        if not count:
            return 0, None, ()
        found = self._db.query(f"SELECT * {_BROKE} {_ORDER}", [job, until, *after, _SHOWN])
        return count, unstamp_or_none(since), tuple(slot_of(row) for row in found)

    def _first_due(self, job: str) -> datetime | None:
        sql = "SELECT min(due_at) FROM slots INDEXED BY slots_of_job WHERE job = ?"
        return unstamp_or_none(self._db.execute(sql, [job]).fetchone()[0])

"""What the end of a child means for each of the jobs that shared it.

`crawl --json` prints a line a run with `source` and `outcome`; a job whose source has no line ends
as the child did. Output that is not such a line is ignored. Which of several jobs made an end of
their child cannot be told from outside: all that had not come to their end are tried again, alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.types import Outcome

from ..jobs import Due, Job
from .child import ChildEnd

Told = tuple[Outcome, str, int | None]  # outcome, reason, number of the run
_CUT_SHORT = (Outcome.KILLED, Outcome.TIMEOUT)


@dataclass(frozen=True, slots=True)
class JobResult:
    """How one job's slot ended. `again`: it is to be tried once more, by itself. `run` is the
    number of the crawl in the archive, where it said one."""

    due: Due
    outcome: Outcome
    reason: str
    again: bool = False
    run: int | None = None


def results(batch: Sequence[Due], end: ChildEnd) -> tuple[JobResult, ...]:
    """One result for each job of a batch."""
    told = _told(end.lines)
    return tuple(_result(due, end, told, len(batch) > 1) for due in batch)


def _result(due: Due, end: ChildEnd, told: dict[str, Told], shared: bool) -> JobResult:
    if own := next((told[name] for name in _names(due.job) if name in told), None):
        return JobResult(due, own[0], own[1], run=own[2])
    if shared and end.outcome in _CUT_SHORT:
        return JobResult(
            due, end.outcome, f"{end.reason}, with others; runs again alone", again=True
        )
    return JobResult(due, end.outcome, end.reason)


def _names(job: Job) -> tuple[str, ...]:
    return (job.name, *job.arguments)


def _told(lines: Iterable[str]) -> dict[str, Told]:
    found: dict[str, Told] = {}
    for line in lines:
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                continue  # not such a line
            reason, run = str(row.get("reason", ""))[:300], row.get("run")
            number = run if isinstance(run, int) else None
            found[str(row["source"])] = Outcome(row["outcome"]), reason, number
        except (ValueError, TypeError, LookupError, RecursionError):
            continue  # not such a line
    return found

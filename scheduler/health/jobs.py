"""Whether the jobs of the timetable do their work. Pure: what the ledger says of them is passed in.

Not of crawls: a source that cannot be crawled has incidents of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from storage.incidents.records import Finding, Kind, Severity
from storage.slots.records import Past, Slot

from ..jobs import Job, Purpose
from .findings import moment, of_this_machine

_IN_A_ROW = 2
_SELDOM = timedelta(hours=6)
_GRAVE, _LONG = 3, timedelta(days=1)


def judge_jobs(jobs: Sequence[Job], pasts: Mapping[str, Past]) -> Iterator[Finding]:
    """The jobs that fail; `pasts` by name, of those that have one.

    A job fails that failed twice in a row; once is enough where the next slot was more than six
    hours away by then. It is over with the first slot that works. Critical is a job that makes
    backups and failed three times over a day or more.
    """
    for job in jobs:
        past = pasts.get(job.name, Past(job.name))
        if not job.is_of_source and _is_failing(job, past):
            yield _failing(job, past)


def _is_failing(job: Job, past: Past) -> bool:
    """Whether a job fails by that rule."""
    if not past.failures:
        return False
    ended = _ended(past.failed[0])
    return past.failures >= _IN_A_ROW or job.schedule.next_after(ended) - ended > _SELDOM


def _failing(job: Job, past: Past) -> Finding:
    last = past.failed[0]
    often = f"{past.failures} times in a row" if past.failures > 1 else "the last time"
    since = f"since {moment(past.failing_since)}" if past.failures > 1 else moment(last.due_at)
    told = f"job {job.name} failed {often}, {since}: {(last.reason or last.outcome)[:300]}"
    worked = f"last success: {moment(past.last_ok.due_at)}" if past.last_ok else ""
    evidence = [
        *(_slot_told(slot) for slot in past.failed),
        worked or "last success: never, as far as is on record",
        f"schedule: {job.schedule.text} ({job.schedule.zone})",
    ]
    severity = Severity.CRITICAL if _is_grave(job, past) else Severity.WARNING
    return of_this_machine(
        Kind.JOB_FAILING, severity, told, evidence, place=job.name, typed=job.typed
    )


def _is_grave(job: Job, past: Past) -> bool:
    # Three failures within minutes say no more than two: nobody is to be told again for that.
    since = past.failing_since or past.failed[0].due_at
    lasts = past.failed[0].due_at - since >= _LONG
    return job.purpose is Purpose.BACKUP and past.failures >= _GRAVE and lasts


def _slot_told(slot: Slot) -> str:
    """A slot as evidence: `due 2026-03-01 03:10Z failed: exit code 1: …`."""
    reason = f": {slot.reason}" if slot.reason else ""
    return f"due {moment(slot.due_at)} {slot.outcome}{reason}"


def _ended(slot: Slot) -> datetime:
    return slot.ended_at or slot.due_at

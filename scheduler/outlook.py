"""The timetable as an archive knows it: its slots, and all that holds its jobs back now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.archive import Archive

from .holds import all_of
from .jobs import Job
from .timetable import TimetableRow, timetable

_SLOTS = 20
"""Of a job; enough to find the last one that ran."""


def outlook(store: Archive, jobs: Sequence[Job], now: datetime) -> tuple[TimetableRow, ...]:
    """One row a job, the next to fire first. `now` is aware."""
    slots = [slot for job in jobs for slot in store.slots.select(job.name, _SLOTS)]
    hold = all_of(store, {job.name: job for job in jobs}.get)
    return timetable(jobs, slots, now, hold, _failures(store, jobs, now))


def _failures(store: Archive, jobs: Sequence[Job], now: datetime) -> dict[str, int]:
    """How often each failed in a row: a source by its crawls, by hand too; others by slots."""
    pulses = store.sources.last_crawls(job.name for job in jobs if job.is_of_source)
    pasts = store.slots.histories((job.name for job in jobs if not job.is_of_source), now)
    of_others = {past.job: past.failures for past in pasts}
    return {each.source_id: each.failures for each in pulses} | of_others

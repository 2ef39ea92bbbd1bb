"""Whether the jobs of the timetable do their work, and whether there is a backup.

Judged from what is on record, by the rules of the daemon; so it is right where none runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from scheduler.health.backups import last_good
from scheduler.health.inspection import look_at_jobs
from scheduler.jobs import Job, Purpose
from storage.archive import Archive
from storage.incidents.records import Finding, Kind, Severity
from storage.maintenance.records import Backup

from ..moments import lasting
from ..text import amount, counted
from .check import Check, fault, ok, warning

_BY_HAND = "`hubwatch backup --to FOLDER`, and an entry of [[timetable]] that does it every day"


def look_at_timetable(store: Archive, jobs: Sequence[Job], now: datetime) -> Iterator[Check]:
    """The jobs that are no crawls, and the last good backup."""
    found = look_at_jobs(store, jobs, now)
    yield _jobs(jobs, [each for each in found if each.kind is Kind.JOB_FAILING])
    old = next((each for each in found if each.kind is Kind.BACKUP_OLD), None)
    yield _backup(store, jobs, old, now)


def _jobs(jobs: Sequence[Job], failing: Sequence[Finding]) -> Check:
    if not failing:
        return ok("jobs", f"{counted(len(jobs), 'job')} beside crawls, none fails")
    worst = max(failing, key=lambda each: each.severity.rank)
    others = [each.place for each in failing if each is not worst]
    also = f"; {', '.join(others)} {'fails' if len(others) == 1 else 'fail'} too" if others else ""
    return fault("jobs", f"{worst.told}{also}", f"see what it says by hand: `{worst.commands[0]}`")


def _backup(store: Archive, jobs: Sequence[Job], old: Finding | None, now: datetime) -> Check:
    if old is not None:
        state = warning if old.severity is Severity.INFO else fault
        return state("backup", old.told, f"`{old.commands[0]}`")
    recorded = store.maintenance.last_backup(now)
    pasts = {past.job: past for past in store.slots.histories((job.name for job in jobs), now)}
    last = last_good(jobs, pasts, recorded)
    if last is None:
        making = next((job.typed for job in jobs if job.purpose is Purpose.BACKUP), "")
        remedy = f"`hubwatch {making}`" if making else _BY_HAND
        return warning("backup", "no backup is on record", remedy)
    told = f"the last good one is {lasting(now - last)} old"
    if recorded is None:
        return ok("backup", f"{told}; where it is, is not on record")
    return _in_its_place(f"{told}: {recorded.path} ({amount(recorded.size)})", recorded)


def _in_its_place(told: str, recorded: Backup) -> Check:
    try:
        recorded.path.stat()
    except FileNotFoundError:
        remedy = "if nobody moved it elsewhere, make another: `hubwatch backup --to FOLDER`"
        return warning("backup", f"{told}, which is not there any more", remedy)
    except OSError as error:
        return ok("backup", f"{told}; whether it is there is not known: {error.strerror}")
    return ok("backup", told)

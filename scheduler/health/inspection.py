"""A look at the health of sources: facts are read, judged, and what follows is written down.

The one place of this folder that touches the archive. Delivering what is put up to be told is not
done here; nothing here touches the network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.incidents.records import Finding, Incident, Kind
from storage.transaction import Transaction

from ..events import note, warn
from ..jobs import Job
from .backups import judge_backups
from .jobs import judge_jobs
from .judge import judge
from .reconcile import COMES_BACK, REMIND, IncidentAction, Step, reconcile

_OF_JOBS = (Kind.JOB_FAILING, Kind.BACKUP_OLD)
_OF_SOURCES = (Kind.NETWORK,)
_TOLD = (IncidentAction.OPEN, IncidentAction.REOPEN, IncidentAction.REMIND, IncidentAction.CLOSE)
_NEVER = timedelta()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look came to: sources looked at, incidents opened (or reopened) and closed by it,
    those that are open now, and how many notices it put up to be told."""

    sources: int
    opened: int
    closed: int
    open_now: tuple[Incident, ...]
    notices: int = 0


def inspect(
    store: Archive,
    watched: Sequence[str],
    now: datetime,
    *,
    only: Collection[str] | None = None,
    jobs: Sequence[Job] = (),
    also: Sequence[Finding] = (),
    remind: timedelta = REMIND,
) -> Inspection:
    """Judge the sources `watched` and the `jobs` of the timetable, or `only` some of the sources,
    and keep the incidents in step.

    `also` are findings about this machine that were made elsewhere; without `only` one that is
    open and not among them is over, and so is that of a job which is not among the `jobs`. Raises
    StorageError.
    """
    looked_at = [each for each in watched if only is None or each in only]
    facts = [found for each in looked_at if (found := store.sources.facts(each, now)) is not None]
    ends = store.sources.last_ends(watched)
    open_before = {incident.finding.key for incident in store.incidents.unresolved()}
    findings = (*judge(facts, ends, now, open_before), *also)
    paused = {each.source.id for each in facts if each.paused_until and each.paused_until > now}

    def closes(incident: Incident) -> str:
        source = incident.finding.source_id
        if source in paused:
            return "the source is paused"
        if source and source not in watched:
            return "the source is no longer watched"
        return _job_closes(incident, jobs)

    scope = _Scope(None, None, jobs) if only is None else _Scope(only, _OF_SOURCES, None)
    done = _keep_in_step(store, findings, scope, closes, now, remind)
    return replace(done, sources=len(facts))


def inspect_jobs(store: Archive, jobs: Sequence[Job], now: datetime) -> Inspection:
    """Judge the jobs of the timetable alone, all of them, and keep their incidents in step; those
    of sources, network and disk stay as they are, and nobody is reminded of what lasts. Raises
    StorageError."""

    def closes(incident: Incident) -> str:
        return _job_closes(incident, jobs)

    return _keep_in_step(store, (), _Scope((), _OF_JOBS, jobs), closes, now, _NEVER)


def look_at_jobs(store: Archive, jobs: Sequence[Job], now: datetime) -> tuple[Finding, ...]:
    """What is amiss with the jobs of the timetable and the backups; writes nothing. Raises
    StorageError."""
    own = [job for job in jobs if not job.is_of_source]
    pasts = {past.job: past for past in store.slots.histories((job.name for job in own), now)}
    return (
        *judge_jobs(own, pasts),
        *judge_backups(own, pasts, store.maintenance.last_backup(now), now),
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a look can say something of: these sources and these kinds of findings about this
    machine, None: all; and these jobs, None: no job."""

    sources: Collection[str] | None
    machine: Collection[Kind] | None
    jobs: Sequence[Job] | None

    def machine_holds(self, finding: Finding) -> bool:
        """Whether it is of a source, or of a kind that this look judges."""
        return bool(finding.source_id) or self.machine is None or finding.kind in self.machine


def _keep_in_step(
    store: Archive,
    findings: Sequence[Finding],
    scope: _Scope,
    closes: Callable[[Incident], str],
    now: datetime,
    remind: timedelta,
) -> Inspection:
    """Write down what follows from these findings and those of the jobs; `closes` says why an
    incident is over, or nothing where it is as usual."""
    with store.writing() as tx:
        # Within, since the daemon and a child look at the same jobs at the same time: who judged
        # before a job worked and wrote after would open again what the other has closed.
        of_jobs = () if scope.jobs is None else look_at_jobs(store, scope.jobs, now)
        open_now = [
            each for each in tx.archive.incidents.unresolved() if scope.machine_holds(each.finding)
        ]
        lately = tx.archive.incidents.closed_since(now - COMES_BACK)
        steps = reconcile((*findings, *of_jobs), open_now, lately, now, scope.sources, remind)
        steps = tuple(_explained(step, closes) for step in steps)
        for step in steps:
            _write(tx, step, now)
    verbs = [step.verb for step in steps]
    return Inspection(
        sources=0,
        opened=verbs.count(IncidentAction.OPEN) + verbs.count(IncidentAction.REOPEN),
        closed=verbs.count(IncidentAction.CLOSE),
        open_now=store.incidents.unresolved(),
        notices=sum(verb in _TOLD for verb in verbs),
    )


def _job_closes(incident: Incident, jobs: Sequence[Job]) -> str:
    finding = incident.finding
    gone = finding.place not in {job.name for job in jobs}
    failed = finding.kind is Kind.JOB_FAILING
    return "the job is not on the timetable any more" if failed and gone else ""


def _explained(step: Step, closes: Callable[[Incident], str]) -> Step:
    """A closing step with its true reason."""
    if step.verb is not IncidentAction.CLOSE or step.incident is None:
        return step
    return replace(step, why=closes(step.incident) or step.why)


def _write(tx: Transaction, step: Step, now: datetime) -> None:
    known, finding = step.incident, step.finding
    if finding is None:
        assert known is not None
        tx.incidents.close(known.id, step.why, now)
        note("closed", incident=known.id, **_named(known.finding), why=step.why)
    elif known is None:
        incident = tx.incidents.open(finding, now)
        warn("opened", incident=incident.id, **_named(finding), told=finding.told)
    elif step.verb is IncidentAction.REOPEN:
        tx.incidents.reopen(known.id, finding, now)
        warn("reopened", incident=known.id, **_named(finding), told=finding.told)
    elif step.verb is IncidentAction.REMIND:
        tx.incidents.remind(known.id, step.what, now)
    else:
        tx.incidents.see(known.id, finding, now)


def _named(finding: Finding) -> dict[str, object]:
    source = {"source": finding.source_id} if finding.source_id else {}
    return {"kind": finding.kind, **source, "severity": finding.severity}

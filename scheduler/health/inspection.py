"""The inspection: facts are read and judged, and incidents open, go on and close.

The one module of this folder that touches the archive. Sending notices is not done here. Nothing
here touches the network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from hubwatch.filled_message import filled
from storage.archive import Archive
from storage.incidents import Finding, Incident, Kind, Severity, What
from storage.sources import LastEnd, SourceFacts
from storage.transaction import Transaction
from storage.types import WORKED, Outcome, lasts

from ..events import note, warn
from ..jobs import Job, Purpose
from ..rhythm import Rhythm, learn
from .access import is_down, judge_access, judge_bugs, judge_network
from .fields import judge_fields
from .lists import judge_lists
from .operations import (
    FORGOTTEN_FROM,
    FORGOTTEN_UNTIL,
    LOST_FOR,
    REFUSED_FOR,
    UNSENT_FOR,
    judge_backups,
    judge_deliveries,
    judge_events,
    judge_jobs,
    judge_late,
    judge_lost,
    judge_readings,
    judge_rot,
    judge_slices,
)
from .wording import by_their_lists, describe_run, finding_of, moment

# The judgement as a whole: facts in, findings out. Pure; what becomes of findings is told in

_RARELY = timedelta(days=2)
_MUCH_LONGER = 5


def judge(
    all_facts: Sequence[SourceFacts],
    ends: Sequence[LastEnd],
    now: datetime,
    open_before: Mapping[tuple[str, str, str], datetime] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """What is amiss at these sources and at this machine.

    `ends` are the latest crawls of all sources, also of those that are not judged. While it is this
    machine or its network, failing with it is not held against a source. What was an incident
    before that, by the keys `open_before`, which tell when each opened, stays one.
    """
    network = tuple(judge_network(ends))
    excused = {end.source_id for end in ends if is_down(end)} if network else set()
    excused -= {source for kind, source, _ in open_before if kind == Kind.UNREACHABLE}
    found = [*network]
    for facts in all_facts:
        found += _judge_one(facts, now, facts.source.id in excused, open_before)
    return tuple({each.key: each for each in found}.values())


def _judge_one(
    facts: SourceFacts,
    now: datetime,
    excused: bool,
    open_before: Mapping[tuple[str, str, str], datetime],
) -> Iterator[Finding]:
    if facts.paused_until is not None and facts.paused_until > now:
        return
    facts = replace(facts, runs=by_their_lists(facts))
    rhythm = learn(facts.published, facts.source.zone, now)
    found = [*judge_access(facts, now), *judge_lists(facts, rhythm, now, open_before)]
    found += [*judge_fields(facts, now, open_before), *_not_crawled(facts, now), *judge_bugs(facts)]
    broke = facts.runs and facts.runs[0].outcome is Outcome.FAILED
    says_more = (Kind.GONE, Kind.BUG) if broke else (Kind.GONE,)
    if any(each.kind in says_more for each in found):
        found = [each for each in found if each.kind is not Kind.UNREACHABLE or each.place]
    if excused:
        found = [each for each in found if each.kind is not Kind.UNREACHABLE]
    yield from found
    # What explains a silence is told instead of it.
    if not excused and not any(each.kind in _EXPLAINS for each in found):
        yield from _silence(facts, rhythm, open_before.get((Kind.SILENCE, facts.source.id, "")))


_EXPLAINS = (
    Kind.UNREACHABLE,
    Kind.BLOCKED,
    Kind.ROBOTS,
    Kind.TLS,
    Kind.LAYOUT_CHANGED,
    Kind.LIST_EMPTY,
    Kind.STALE,
    Kind.GONE,
    Kind.MOVED,
    Kind.INTERRUPTED,
    Kind.UNREADABLE,
)


def _silence(facts: SourceFacts, rhythm: Rhythm, opened_at: datetime | None) -> Iterator[Finding]:
    """Nothing new for longer than the rhythm allows, up to the last time the lists were read: what
    nobody looked at is no silence. One that was told at `opened_at` is over when something has
    come since: its own days are learnt from, too, so that after each a little more is allowed."""
    last = last_news(facts)
    read = next((run.ended_at for run in facts.runs if run.outcome in WORKED), None)
    if last is None or read is None:
        return
    limit = rhythm.silent_from(last)
    if read < limit and (opened_at is None or last > opened_at):
        return
    message = filled(
        "nothing new since %(since)s, %(days)s days", since=moment(last), days=(read - last).days
    )
    newest = max((s.seen.newest for s in facts.observations if s.seen.newest), default="")
    evidence = [
        filled("its rhythm: %(rhythm)s", rhythm=rhythm.describe()),
        filled("by that a silence is odd from %(at)s on", at=moment(limit)),
        filled("the lists were read, last %(at)s", at=moment(read)),
        filled("the newest row on its lists is of %(day)s", day=newest) if newest else "",
    ]
    yield finding_of(facts, Kind.SILENCE, Severity.WARNING, message, evidence)


def _not_crawled(facts: SourceFacts, now: datetime) -> Iterator[Finding]:
    """No crawl has come to a conclusion for much longer than is usual: nobody looks, or each crawl
    is cut off."""
    ended = [run.ended_at for run in facts.runs if run.ended_at]
    if not ended:
        last, usual = facts.registered_at, _RARELY
    else:
        last = ended[0]
        pauses = sorted(later - earlier for later, earlier in pairwise(ended))
        usual = pauses[len(pauses) // 2] if pauses else _RARELY
    if now - last < max(_RARELY, _MUCH_LONGER * usual):
        return
    message = filled("no crawl has come to a conclusion since %(since)s", since=moment(last))
    evidence = [describe_run(run) for run in facts.cut_off[:3]]
    evidence += [] if evidence else [filled("no crawl was begun since, or none of them is over")]
    yield finding_of(facts, Kind.NOT_CRAWLED, Severity.WARNING, message, evidence)


def last_news(facts: SourceFacts) -> datetime | None:
    """When something new last came: published or first seen, but never before the source's first
    crawl, since nobody looked then. None if it was never crawled to an end."""
    if facts.baseline_done_at is None and not facts.published:
        return None
    seen = [each.first_seen_at for each in facts.articles if not each.baseline]
    said = facts.published[-1].at if facts.published else None
    moments = [each for each in (said, max(seen, default=None)) if each is not None]
    return max(moments, default=facts.baseline_done_at)


# What becomes of findings: incidents that open, go on, are told again, and close. Pure.

REMIND = timedelta(days=7)
COMES_BACK = timedelta(days=1)
"""What comes back so soon is the same incident, and closes again only after as long a calm: what
comes and goes with every run is not told with every run."""


class IncidentAction(StrEnum):
    """What is to be done with an incident."""

    OPEN = "open"
    SEE = "see"
    REOPEN = "reopen"
    REMIND = "remind"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to write. `finding` is there for all but closing, `incident` for all but opening.
    `what` says what kind of notice a reminder is."""

    verb: IncidentAction
    finding: Finding | None = None
    incident: Incident | None = None
    what: What = What.REMINDER
    why: str = ""


def reconcile(
    findings: Sequence[Finding],
    open_now: Sequence[Incident],
    closed_lately: Sequence[Incident],
    now: datetime,
    judged: Collection[str] | None,
    remind: timedelta = REMIND,
) -> tuple[Step, ...]:
    """The steps from what is on record to what was found.

    `judged` are the sources that were looked at (None: every one). Incidents of others stay as
    they are. Those of this machine, which name no source, are always judged.
    """
    found = {finding.key: finding for finding in findings}
    known = {incident.finding.key: incident for incident in open_now}
    lately = {incident.finding.key: incident for incident in reversed(closed_lately)}
    steps: list[Step] = []
    for key, finding in found.items():
        if key in known:
            steps += _go_on(known[key], finding, now, remind)
        elif key in lately and _is_back(lately[key], now):
            steps.append(Step(IncidentAction.REOPEN, finding, lately[key]))
        else:
            steps.append(Step(IncidentAction.OPEN, finding))
    for key, incident in known.items():
        source = incident.finding.source_id
        looked_at = judged is None or not source or source in judged
        if key not in found and looked_at and _is_calm(incident, now):
            over = filled("over: it is not found any more")
            steps.append(Step(IncidentAction.CLOSE, None, incident, why=over))
    return tuple(steps)


def _go_on(incident: Incident, finding: Finding, now: datetime, remind: timedelta) -> list[Step]:
    steps = [Step(IncidentAction.SEE, finding, incident)]
    told = incident.noticed_at or incident.opened_at
    if finding.severity.rank > incident.finding.severity.rank:
        steps.append(Step(IncidentAction.REMIND, finding, incident, What.WORSE))
    elif incident.acked_at is None and remind and not lasts(told, remind, now):
        steps.append(Step(IncidentAction.REMIND, finding, incident, What.REMINDER))
    return steps


def _is_back(incident: Incident, now: datetime) -> bool:
    return incident.closed_at is not None and now - incident.closed_at <= COMES_BACK


def _is_calm(incident: Incident, now: datetime) -> bool:
    return not incident.reopened or not lasts(incident.last_seen_at, COMES_BACK, now)


_OF_JOBS = (
    Kind.JOB_FAILING,
    Kind.JOB_LATE,
    Kind.BACKUP_OLD,
    Kind.DIGEST_UNSENT,
    Kind.CONFIG_REJECTED,
    Kind.CLOCK_JUMPED,
    Kind.ROTTEN,
    Kind.SLICE_REFUSED,
    Kind.CRAWLS_LOST,
    Kind.READING_REFUSED,
)
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

    `also` are findings about this machine that were made elsewhere. Without `only` one that is
    open and not among them is over, and so is that of a job which is not among the `jobs`. Raises
    StorageError.
    """
    looked_at = [each for each in watched if only is None or each in only]
    facts = [found for each in looked_at if (found := store.sources.facts(each, now)) is not None]
    ends = store.sources.last_ends(watched)
    open_before = {each.finding.key: each.opened_at for each in store.incidents.unresolved()}
    findings = (*judge(facts, ends, now, open_before), *also)
    paused = {each.source.id for each in facts if each.paused_until and each.paused_until > now}

    def closes(incident: Incident) -> str:
        source = incident.finding.source_id
        if source in paused:
            return filled("the source is paused")
        if source and source not in watched:
            return filled("the source is no longer watched")
        return _job_closes(incident, jobs)

    scope = _Scope(None, None, jobs) if only is None else _Scope(only, _OF_SOURCES, None)
    done = _keep_in_step(store, findings, scope, closes, now, remind)
    return replace(done, sources=len(facts))


def inspect_jobs(store: Archive, jobs: Sequence[Job], now: datetime) -> Inspection:
    """Judge the jobs of the timetable alone, all of them, with backups, deliveries and what the
    daemon saw, and keep their incidents in step. Those of sources, network and disk stay as they
    are, and nobody is reminded of what lasts. Raises StorageError."""

    def closes(incident: Incident) -> str:
        return _job_closes(incident, jobs)

    return _keep_in_step(store, (), _Scope((), _OF_JOBS, jobs), closes, now, _NEVER)


def inspect_slices(store: Archive, now: datetime) -> Inspection:
    """Judge what came back of slices and readings alone, and keep its incidents in step. Raises
    StorageError."""
    found = (
        *judge_slices(store.sources.slices.refused_since(now - REFUSED_FOR)),
        *judge_lost(store.sources.slices.attempts.lost_since(now - LOST_FOR)),
        *judge_readings(store.sources.slices.readings.refused_since(now - REFUSED_FOR)),
    )
    scope = _Scope((), (Kind.SLICE_REFUSED, Kind.CRAWLS_LOST, Kind.READING_REFUSED), None)
    return _keep_in_step(store, found, scope, lambda incident: "", now, _NEVER)


def look_at_jobs(store: Archive, jobs: Sequence[Job], now: datetime) -> tuple[Finding, ...]:
    """What is amiss with the jobs of the timetable, the backups, the deliveries of digests, and
    with what the daemon saw of its machine. Writes nothing. Raises StorageError."""
    own = [job for job in jobs if not job.is_of_source]
    pasts = {past.job: past for past in store.slots.histories((job.name for job in own), now)}
    stands_still = store.maintenance.global_pause(now) is not None
    paused = pasts.keys() if stands_still else store.maintenance.pauses(now).keys()
    rot = store.maintenance.scrubs.rot()
    judged = [job for job in own if not rot or job.purpose is not Purpose.SCRUB]  # once is enough
    return (
        *judge_jobs(judged, pasts),
        *judge_late(own, pasts, paused, now),
        *judge_backups(own, pasts, store.maintenance.last_backup(now), now),
        *judge_deliveries(
            store.deliveries.unsent(now - UNSENT_FOR),
            store.deliveries.forgotten(now - FORGOTTEN_FROM, now - FORGOTTEN_UNTIL),
            now,
        ),
        *judge_events(store.maintenance.machine_events()),
        *judge_rot(rot),
        *judge_slices(store.sources.slices.refused_since(now - REFUSED_FOR)),
        *judge_lost(store.sources.slices.attempts.lost_since(now - LOST_FOR)),
        *judge_readings(store.sources.slices.readings.refused_since(now - REFUSED_FOR)),
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a look can say something of: these sources and these kinds of findings about this
    machine, None: all, and these jobs, None: no job."""

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
    """Write down what follows from these findings and those of the jobs. `closes` says why an
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
    failed = finding.kind in (Kind.JOB_FAILING, Kind.JOB_LATE)
    return filled("the job is not on the timetable any more") if failed and gone else ""


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
        warn("opened", incident=incident.id, **_named(finding), told=finding.message)
    elif step.verb is IncidentAction.REOPEN:
        tx.incidents.reopen(known.id, finding, now)
        warn("reopened", incident=known.id, **_named(finding), told=finding.message)
    elif step.verb is IncidentAction.REMIND:
        tx.incidents.remind(known.id, step.what, now)
    else:
        tx.incidents.see(known.id, finding, now)


def _named(finding: Finding) -> dict[str, object]:
    source = {"source": finding.source_id} if finding.source_id else {}
    return {"kind": finding.kind, **source, "severity": finding.severity}

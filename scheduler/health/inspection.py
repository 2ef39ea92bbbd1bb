"""A look at the health of sources: facts are read, judged, and what follows is written down.

The one place of this folder that touches the archive. Delivering what is put up to be told is not
done here; nothing here touches the network.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.health.incidents import Finding, Incident, Kind
from storage.store import Store
from storage.transaction import Transaction

from ..events import note, warn
from .judge import judge
from .reconcile import COMES_BACK, REMIND, Step, Verb, reconcile


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look came to: sources looked at, incidents opened (or reopened) and closed by it, and
    those that are open now."""

    sources: int
    opened: int
    closed: int
    open_now: tuple[Incident, ...]


def inspect(
    store: Store,
    watched: Sequence[str],
    now: datetime,
    *,
    only: Collection[str] | None = None,
    also: Sequence[Finding] = (),
    remind: timedelta = REMIND,
) -> Inspection:
    """Judge the sources `watched`, or `only` some of them, and keep the incidents in step.

    `also` are findings about this machine that were made elsewhere; without `only` one that is
    open and not among them is over. Raises StorageError.
    """
    looked_at = [each for each in watched if only is None or each in only]
    facts = [found for each in looked_at if (found := store.source_facts(each, now)) is not None]
    ends = store.last_ends(watched)
    open_before = {incident.finding.key for incident in store.open_incidents()}
    findings = (*judge(facts, ends, now, open_before), *also)
    paused = {each.source.id for each in facts if each.paused_until and each.paused_until > now}
    with store.writing() as tx:
        open_now = tx.open_incidents()
        steps = reconcile(
            findings, _judged(open_now, only), tx.closed_since(now - COMES_BACK), now, only, remind
        )
        steps = tuple(_explained(step, watched, paused) for step in steps)
        for step in steps:
            _write(tx, step, now)
    verbs = [step.verb for step in steps]
    return Inspection(
        sources=len(facts),
        opened=verbs.count(Verb.OPEN) + verbs.count(Verb.REOPEN),
        closed=verbs.count(Verb.CLOSE),
        open_now=store.open_incidents(),
    )


def _judged(open_now: Sequence[Incident], only: Collection[str] | None) -> list[Incident]:
    """The open incidents that this look can say something of: of this machine a partial one knows
    its network alone."""
    known = (Kind.NETWORK,)
    return [
        each
        for each in open_now
        if only is None or each.finding.source_id or each.finding.kind in known
    ]


def _explained(step: Step, watched: Sequence[str], paused: Collection[str]) -> Step:
    """A closing step with its true reason."""
    if step.verb is not Verb.CLOSE or step.incident is None:
        return step
    source = step.incident.finding.source_id
    if source in paused:
        return replace(step, why="the source is paused")
    if source and source not in watched:
        return replace(step, why="the source is no longer watched")
    return step


def _write(tx: Transaction, step: Step, now: datetime) -> None:
    known, finding = step.incident, step.finding
    if finding is None:
        assert known is not None
        tx.close_incident(known.id, step.why, now)
        note("closed", incident=known.id, **_named(known.finding), why=step.why)
    elif known is None:
        incident = tx.open_incident(finding, now)
        warn("opened", incident=incident.id, **_named(finding), told=finding.told)
    elif step.verb is Verb.REOPEN:
        tx.reopen_incident(known.id, finding, now)
        warn("reopened", incident=known.id, **_named(finding), told=finding.told)
    elif step.verb is Verb.REMIND:
        tx.remind_incident(known.id, step.what, now)
    else:
        tx.see_incident(known.id, finding, now)


def _named(finding: Finding) -> dict[str, object]:
    source = {"source": finding.source_id} if finding.source_id else {}
    return {"kind": finding.kind, **source, "severity": finding.severity}

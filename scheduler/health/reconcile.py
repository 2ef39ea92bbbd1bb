"""What becomes of findings: incidents that open, go on, are told again, and close. Pure.

An incident is told when it opens and when it closes, not in between, except that an open one which
nobody has acknowledged is told again now and then, and one that got worse at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.incidents.records import Finding, Incident, What

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
    """One thing to write. `finding` is there for all but closing, `incident` for all but opening;
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

    `judged` are the sources that were looked at (None: every one); incidents of others stay as
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
            steps.append(
                Step(IncidentAction.CLOSE, None, incident, why="over: it is not found any more")
            )
    return tuple(steps)


def _go_on(incident: Incident, finding: Finding, now: datetime, remind: timedelta) -> list[Step]:
    steps = [Step(IncidentAction.SEE, finding, incident)]
    told = incident.noticed_at or incident.opened_at
    if finding.severity.rank > incident.finding.severity.rank:
        steps.append(Step(IncidentAction.REMIND, finding, incident, What.WORSE))
    elif incident.acked_at is None and remind and now - told >= remind:
        steps.append(Step(IncidentAction.REMIND, finding, incident, What.REMINDER))
    return steps


def _is_back(incident: Incident, now: datetime) -> bool:
    return incident.closed_at is not None and now - incident.closed_at <= COMES_BACK


def _is_calm(incident: Incident, now: datetime) -> bool:
    return not incident.reopened or now - incident.last_seen_at >= COMES_BACK

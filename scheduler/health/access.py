"""Whether a source can be asked at all, and whether something of ours broke there.

Blocked, robots, certificates, no answer, and whether it is this machine or its network rather than
any of the sources. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from storage.incidents import Finding, Kind, Severity
from storage.sources import Bug, LastEnd, SourceFacts
from storage.types import Outcome

from .wording import TLS, UNREACHED, describe_run, failing, finding_of, moment, of_this_machine

_EXPIRES_SOON, _EXPIRES_NOW = timedelta(days=14), timedelta(days=3)
_IN_A_ROW = 2
TOLD_TO_STOP = "told to stop"
"""The reason of a run that somebody ended on purpose."""
_CUT_OFF = (Outcome.INTERRUPTED, Outcome.KILLED)
_SHOWN = 3
_TOGETHER = timedelta(minutes=60)
_SEVERAL, _MANY = 5, 20
_MOST_OF = 0.6
_STREAK = 8


def judge_access(facts: SourceFacts, now: datetime) -> Iterator[Finding]:
    """What keeps us from reading one source."""
    if facts.runs:
        yield from _refused(facts)
        yield from _unreachable(facts)
        yield from _cut_short(facts)
    yield from _interrupted(facts)
    yield from _expiring(facts, now)


def _refused(facts: SourceFacts) -> Iterator[Finding]:
    last = facts.runs[0]
    evidence = [
        describe_run(run) for run in failing(facts.runs, last.outcome or Outcome.OK)[:_SHOWN]
    ]
    if last.outcome is Outcome.BLOCKED:
        message = f"the server refuses us: {last.reason}"
        yield finding_of(facts, Kind.BLOCKED, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.ROBOTS:
        message = f"robots.txt does not let us in: {last.reason}"
        yield finding_of(facts, Kind.ROBOTS, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.NET_ERROR and TLS in last.reason:
        message = f"its certificate is not believed: {last.reason.partition(TLS)[2].strip()}"
        yield finding_of(facts, Kind.TLS, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.REFUSED_ADDRESS:
        message = f"its name leads to an address that is not dialled: {last.reason}"
        yield finding_of(facts, Kind.UNREACHABLE, Severity.WARNING, message, evidence)


def _unreachable(facts: SourceFacts) -> Iterator[Finding]:
    """Once is bad luck. Twice in a row is an incident."""
    row = failing(facts.runs, *UNREACHED, Outcome.FAILED, Outcome.SOFT_404, Outcome.GONE)
    if len(row) < _IN_A_ROW or TLS in row[0].reason:
        return
    since = moment(row[-1].ended_at)
    message = f"no list could be had in {len(row)} crawls since {since}: {row[0].reason}"
    if len(row) == len(facts.runs):
        message = f"no list could be had in the last {len(row)} crawls: {row[0].reason}"
    evidence = [
        *(describe_run(run) for run in row[:_SHOWN]),
        f"the first of them: {describe_run(row[-1])}",
    ]
    yield finding_of(facts, Kind.UNREACHABLE, Severity.WARNING, message, evidence)


def _cut_short(facts: SourceFacts) -> Iterator[Finding]:
    """A bound stops each run: it never gets to the end."""
    row = [run for run in failing(facts.runs, Outcome.PARTIAL) if run.reason.startswith("stopped")]
    if len(row) < 6:
        return
    message = f"the last {len(row)} crawls were all stopped by a bound: {row[0].reason}"
    evidence = [describe_run(run) for run in row[:_SHOWN]]
    yield finding_of(facts, Kind.CUT_SHORT, Severity.INFO, message, evidence)


def _interrupted(facts: SourceFacts) -> Iterator[Finding]:
    """One crawl may be cut off by anything. Two in a row, and none since, came to no end."""
    row = list(takewhile(lambda run: run.outcome in _CUT_OFF, facts.cut_off))
    if len(row) < _IN_A_ROW:
        return
    message = f"the last {len(row)} crawls were cut off before their end: {row[0].reason}"
    ended = next((describe_run(run) for run in facts.runs), "no crawl has ever come to its end")
    evidence = [*(describe_run(run) for run in row[:_SHOWN]), f"before: {ended}"]
    ordered = all(run.reason == TOLD_TO_STOP for run in row)
    severity = Severity.INFO if ordered else Severity.WARNING
    yield finding_of(facts, Kind.INTERRUPTED, severity, message, evidence)


def _expiring(facts: SourceFacts, now: datetime) -> Iterator[Finding]:
    for certificate in facts.certificates:
        left = certificate.not_after - now
        if left > _EXPIRES_SOON:
            continue
        when = f"{certificate.not_after:%Y-%m-%d}"
        word = "expired" if left <= timedelta(0) else "expires"
        message = f"the certificate of {certificate.host} {word} on {when}"
        severity = Severity.WARNING if left <= _EXPIRES_NOW else Severity.INFO
        evidence = [
            f"seen {moment(certificate.seen_at)}, valid until {certificate.not_after:%FT%TZ}"
        ]
        yield finding_of(
            facts, Kind.CERTIFICATE, severity, message, evidence, place=certificate.host
        )


def judge_network(ends: Sequence[LastEnd]) -> Iterator[Finding]:
    """Whether so many sources fail together that it is not them: most of those crawled within an
    hour, all of the last eight, or twenty that began to fail within an hour."""
    if not ends:
        return
    latest = sorted(ends, key=lambda end: end.at, reverse=True)
    recent = [end for end in latest if latest[0].at - end.at <= _TOGETHER]
    down = [end for end in recent if is_down(end)]
    hosts = {end.host or end.source_id for end in down}
    streak = len(recent) >= _STREAK and all(is_down(end) for end in recent[:_STREAK])
    most = len(down) >= _SEVERAL and len(down) >= _MOST_OF * len(recent)
    at_once = _began_together(down)
    if len(hosts) < 2 or not (streak or most or len(at_once) >= _MANY):
        return
    if streak or most:
        message = f"{len(down)} of {len(recent)} sources fail together: this machine or its network"
    else:
        message = f"{len(at_once)} sources began to fail within an hour: a network they share"
    evidence = [f"{e.source_id} {moment(e.at)} {e.outcome}: {e.reason}" for e in down[:5]]
    since = min((e.failing_since for e in down if e.failing_since), default=latest[0].at)
    evidence.append(f"the first of them failed {moment(since)}, on {len(hosts)} hosts in all")
    yield of_this_machine(Kind.NETWORK, Severity.CRITICAL, message, evidence)


def is_down(end: LastEnd) -> bool:
    """Whether a crawl ended as it does when there is no network."""
    return end.outcome in UNREACHED and TLS not in end.reason


def _began_together(down: Sequence[LastEnd]) -> list[LastEnd]:
    """The largest group that began to fail within an hour of its first."""
    began = sorted((e for e in down if e.failing_since), key=lambda e: e.failing_since or e.at)
    groups = (
        [e for e in began[i:] if _since(e) - _since(first) <= _TOGETHER]
        for i, first in enumerate(began)
    )
    return max(groups, key=len, default=[])


def _since(end: LastEnd) -> datetime:
    return end.failing_since or end.at


# Whether something of ours broke at a source, and at what. Pure.

_BUGS_SHOWN = 5


def judge_bugs(facts: SourceFacts) -> Iterator[Finding]:
    """One finding for each place in the program, whatever it broke at."""
    by_place: dict[str, list[Bug]] = {}
    for bug in facts.bugs:
        by_place.setdefault(bug.place, []).append(bug)
    for place, bugs in by_place.items():
        latest = bugs[0]
        things = Counter(bug.thing for bug in bugs)
        message = ", ".join(f"{count} × {thing}" for thing, count in things.most_common())
        message = (
            f"a fault of Hubwatch itself at {message}: {latest.error} ({place or 'place unknown'})"
        )
        evidence = [
            *(_describe_bug(bug) for bug in bugs[:_BUGS_SHOWN]),
            f"and {len(bugs) - _BUGS_SHOWN} more" if len(bugs) > _BUGS_SHOWN else "",
            latest.traceback.strip(),
        ]
        yield finding_of(facts, Kind.BUG, Severity.WARNING, message, evidence, place=place)


def _describe_bug(bug: Bug) -> str:
    at = f" {bug.url}" if bug.url else ""
    times = f", {bug.times} times" if bug.times > 1 else ""
    return f"run {bug.run_id} {moment(bug.last_at)} {bug.thing}{at}{times}"

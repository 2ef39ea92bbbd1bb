"""Whether a source can be asked at all, and whether something of ours broke there.

Blocked, robots, certificates, no answer, and whether it is this machine or its network rather than
any of the sources. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from hubwatch.filled_message import FilledMessage, Term, filled
from storage.incidents import Finding, Kind, Severity
from storage.runs import NOTHING_USABLE, Run
from storage.sources import Bug, LastEnd, SourceFacts
from storage.types import Outcome

from .wording import (
    TLS,
    UNREACHED,
    UNREADABLE,
    describe_run,
    failing,
    finding_of,
    joined,
    moment,
    of_this_machine,
)

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
        message = filled("the server refuses us: %(reason)s", reason=last.reason)
        yield finding_of(facts, Kind.BLOCKED, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.ROBOTS:
        message = filled("robots.txt does not let us in: %(reason)s", reason=last.reason)
        yield finding_of(facts, Kind.ROBOTS, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.NET_ERROR and TLS in last.reason:
        reason = last.reason.partition(TLS)[2].strip()
        message = filled("its certificate is not believed: %(reason)s", reason=reason)
        yield finding_of(facts, Kind.TLS, Severity.WARNING, message, evidence)
    elif last.outcome is Outcome.REFUSED_ADDRESS:
        message = filled(
            "its name leads to an address that is not dialled: %(reason)s", reason=last.reason
        )
        yield finding_of(facts, Kind.UNREACHABLE, Severity.WARNING, message, evidence)


def _unreachable(facts: SourceFacts) -> Iterator[Finding]:
    """Once is bad luck. Twice in a row is an incident."""
    row = list(takewhile(_had_no_list, facts.runs))
    if len(row) < _IN_A_ROW or TLS in row[0].reason:
        return
    since = moment(row[-1].ended_at)
    message = filled(
        "no list could be had in %(crawls)s crawls since %(since)s: %(reason)s",
        crawls=len(row),
        since=since,
        reason=row[0].reason,
    )
    if len(row) == len(facts.runs):
        message = filled(
            "no list could be had in the last %(crawls)s crawls: %(reason)s",
            crawls=len(row),
            reason=row[0].reason,
        )
    evidence = [
        *(describe_run(run) for run in row[:_SHOWN]),
        filled("the first of them: %(run)s", run=describe_run(row[-1])),
    ]
    yield finding_of(facts, Kind.UNREACHABLE, Severity.WARNING, message, evidence)


def _had_no_list(run: Run) -> bool:
    """Whether a crawl ended without a list that could be read. Articles that cannot be read while
    their list can are another matter."""
    lost = (*UNREACHED, *UNREADABLE, Outcome.FAILED, Outcome.SOFT_404, Outcome.GONE)
    return run.outcome in lost and not run.reason.startswith(NOTHING_USABLE)


def _cut_short(facts: SourceFacts) -> Iterator[Finding]:
    """A bound stops each run: it never gets to the end. Where what is listed waits and none of them
    brought anything, none will: a host may ask for pauses that are longer than a run."""
    row = [run for run in failing(facts.runs, Outcome.PARTIAL) if run.reason.startswith("stopped")]
    if len(row) < 6:
        return
    message = filled(
        "the last %(crawls)s crawls were all stopped by a bound: %(reason)s",
        crawls=len(row),
        reason=row[0].reason,
    )
    evidence = [describe_run(run) for run in row[:_SHOWN]]
    in_vain = facts.unread and not any(run.counts.new for run in row)
    severity = Severity.WARNING if in_vain else Severity.INFO
    yield finding_of(facts, Kind.CUT_SHORT, severity, message, evidence)


def _interrupted(facts: SourceFacts) -> Iterator[Finding]:
    """One crawl may be cut off by anything. Two in a row, and none since, came to no end."""
    row = list(takewhile(lambda run: run.outcome in _CUT_OFF, facts.cut_off))
    if len(row) < _IN_A_ROW:
        return
    message = filled(
        "the last %(crawls)s crawls were cut off before their end: %(reason)s",
        crawls=len(row),
        reason=row[0].reason,
    )
    never = filled("no crawl has ever come to its end")
    ended = next((describe_run(run) for run in facts.runs), never)
    evidence = [
        *(describe_run(run) for run in row[:_SHOWN]),
        filled("before: %(run)s", run=ended),
    ]
    ordered = all(run.reason == TOLD_TO_STOP for run in row)
    severity = Severity.INFO if ordered else Severity.WARNING
    yield finding_of(facts, Kind.INTERRUPTED, severity, message, evidence)


def _expiring(facts: SourceFacts, now: datetime) -> Iterator[Finding]:
    for certificate in facts.certificates:
        left = certificate.not_after - now
        if left > _EXPIRES_SOON:
            continue
        when = f"{certificate.not_after:%Y-%m-%d}"
        host = certificate.host
        if left <= timedelta(0):
            message = filled("the certificate of %(host)s expired on %(day)s", host=host, day=when)
        else:
            message = filled("the certificate of %(host)s expires on %(day)s", host=host, day=when)
        severity = Severity.WARNING if left <= _EXPIRES_NOW else Severity.INFO
        evidence = [
            filled(
                "seen %(at)s, valid until %(until)s",
                at=moment(certificate.seen_at),
                until=f"{certificate.not_after:%FT%TZ}",
            )
        ]
        yield finding_of(facts, Kind.CERTIFICATE, severity, message, evidence, place=host)


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
        message = filled(
            "%(down)s of %(all)s sources fail together: this machine or its network",
            down=len(down),
            all=len(recent),
        )
    else:
        message = filled(
            "%(down)s sources began to fail within an hour: a network they share",
            down=len(at_once),
        )
    evidence = [_describe_end(end) for end in down[:5]]
    since = min((e.failing_since for e in down if e.failing_since), default=latest[0].at)
    evidence.append(
        filled(
            "the first of them failed %(at)s, on %(hosts)s hosts in all",
            at=moment(since),
            hosts=len(hosts),
        )
    )
    yield of_this_machine(Kind.NETWORK, Severity.CRITICAL, message, evidence)


def _describe_end(end: LastEnd) -> FilledMessage:
    return filled(
        "%(source)s %(at)s %(outcome)s: %(reason)s",
        source=end.source_id,
        at=moment(end.at),
        outcome=Term("outcome", str(end.outcome)),
        reason=end.reason,
    )


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
        more = len(bugs) - _BUGS_SHOWN
        counts = (
            filled("%(count)s × %(thing)s", count=count, thing=Term("thing", thing))
            for thing, count in things.most_common()
        )
        message = filled(
            "a fault of Hubwatch itself at %(things)s: %(error)s (%(place)s)",
            things=joined([*counts]),
            error=latest.error,
            place=place or filled("place unknown"),
        )
        evidence = [
            *(_describe_bug(bug) for bug in bugs[:_BUGS_SHOWN]),
            filled("and %(more)s more", more=more) if more > 0 else "",
            latest.traceback.strip(),
        ]
        yield finding_of(facts, Kind.BUG, Severity.WARNING, message, evidence, place=place)


def _describe_bug(bug: Bug) -> str:
    return filled(
        "run %(run)s %(at)s %(thing)s%(url)s%(times)s",
        run=bug.run_id,
        at=moment(bug.last_at),
        thing=Term("thing", bug.thing),
        url=f" {bug.url}" if bug.url else "",
        times=filled(", %(times)s times", times=bug.times) if bug.times > 1 else "",
    )

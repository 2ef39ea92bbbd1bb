"""Whether something of ours broke at a source, and at what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from storage.incidents.records import Finding, Kind, Severity
from storage.sources.records import Bug, SourceFacts

from .findings import finding, moment

_SHOWN = 5


def judge_bugs(facts: SourceFacts) -> Iterator[Finding]:
    """One finding for each place in the program, whatever it broke at."""
    by_place: dict[str, list[Bug]] = {}
    for bug in facts.bugs:
        by_place.setdefault(bug.place, []).append(bug)
    for place, bugs in by_place.items():
        latest = bugs[0]
        things = Counter(bug.thing for bug in bugs)
        told = ", ".join(f"{count} × {thing}" for thing, count in things.most_common())
        told = f"a fault of Hubwatch itself at {told}: {latest.error} ({place or 'place unknown'})"
        evidence = [
            *(_told(bug) for bug in bugs[:_SHOWN]),
            f"and {len(bugs) - _SHOWN} more" if len(bugs) > _SHOWN else "",
            latest.traceback.strip(),
        ]
        yield finding(facts, Kind.BUG, Severity.WARNING, told, evidence, place=place)


def _told(bug: Bug) -> str:
    at = f" {bug.url}" if bug.url else ""
    times = f", {bug.times} times" if bug.times > 1 else ""
    return f"run {bug.run_id} {moment(bug.last_at)} {bug.thing}{at}{times}"

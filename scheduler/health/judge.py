"""The judgement as a whole: facts in, findings out. Pure; what becomes of findings is told in
`reconcile`, where facts come from in `storage.sources`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from storage.incidents.records import Finding, Kind, Severity
from storage.sources.records import LastEnd, SourceFacts
from storage.types import Outcome

from ..rhythm import Rhythm, learn
from .access import is_down, judge_access, judge_network
from .bugs import judge_bugs
from .effect import by_their_lists
from .fields import judge_fields
from .findings import WORKED, finding, moment, run_told
from .lists import judge_lists

_RARELY = timedelta(days=2)
_MUCH_LONGER = 5


def judge(
    all_facts: Sequence[SourceFacts],
    ends: Sequence[LastEnd],
    now: datetime,
    open_before: Collection[tuple[str, str, str]] = (),
) -> tuple[Finding, ...]:
    """What is amiss at these sources and at this machine.

    `ends` are the latest crawls of all sources, also of those that are not judged. While it is this
    machine or its network, failing with it is not held against a source; what was an incident
    before that, by the keys `open_before`, stays one.
    """
    network = tuple(judge_network(ends))
    excused = {end.source_id for end in ends if is_down(end)} if network else set()
    excused -= {source for kind, source, _ in open_before if kind == Kind.UNREACHABLE}
    found = [*network]
    for facts in all_facts:
        found += _judge_one(facts, now, facts.source.id in excused)
    return tuple({each.key: each for each in found}.values())


def _judge_one(facts: SourceFacts, now: datetime, excused: bool) -> Iterator[Finding]:
    if facts.paused_until is not None and facts.paused_until > now:
        return
    facts = replace(facts, runs=by_their_lists(facts))
    rhythm = learn(facts.published, facts.source.zone, now)
    found = [*judge_access(facts, now), *judge_lists(facts, rhythm, now)]
    found += [*judge_fields(facts, now), *_not_crawled(facts, now), *judge_bugs(facts)]
    broke = facts.runs and facts.runs[0].outcome is Outcome.FAILED
    says_more = (Kind.GONE, Kind.BUG) if broke else (Kind.GONE,)
    if any(each.kind in says_more for each in found):
        found = [each for each in found if each.kind is not Kind.UNREACHABLE or each.place]
    if excused:
        found = [each for each in found if each.kind is not Kind.UNREACHABLE]
    yield from found
    # What explains a silence is told instead of it.
    if not excused and not any(each.kind in _EXPLAINS for each in found):
        yield from _silence(facts, rhythm)


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
)


def _silence(facts: SourceFacts, rhythm: Rhythm) -> Iterator[Finding]:
    """Nothing new for longer than the rhythm allows, up to the last time the lists were read: what
    nobody looked at is no silence."""
    last = last_news(facts)
    read = next((run.ended_at for run in facts.runs if run.outcome in WORKED), None)
    if last is None or read is None:
        return
    limit = rhythm.silent_from(last)
    if read < limit:
        return
    told = f"nothing new since {moment(last)}, {(read - last).days} days"
    newest = max((s.seen.newest for s in facts.sights if s.seen.newest), default="")
    evidence = [
        f"its rhythm: {rhythm.told()}",
        f"by that a silence is odd from {moment(limit)} on",
        f"the lists were read, last {moment(read)}",
        f"the newest row on its lists is of {newest}" if newest else "",
    ]
    yield finding(facts, Kind.SILENCE, Severity.WARNING, told, evidence)


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
    told = f"no crawl has come to a conclusion since {moment(last)}"
    evidence = [run_told(run) for run in facts.cut_off[:3]]
    evidence += [] if evidence else ["no crawl was begun since, or none of them is over"]
    yield finding(facts, Kind.NOT_CRAWLED, Severity.WARNING, told, evidence)


def last_news(facts: SourceFacts) -> datetime | None:
    """When something new last came: published or first seen, but never before the source's first
    crawl, since nobody looked then; None if it was never crawled to an end."""
    if facts.baseline_done_at is None and not facts.published:
        return None
    seen = [each.first_seen_at for each in facts.articles if not each.baseline]
    said = facts.published[-1].at if facts.published else None
    moments = [each for each in (said, max(seen, default=None)) if each is not None]
    return max(moments, default=facts.baseline_done_at)

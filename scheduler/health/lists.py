"""Whether the lists of a source still say what they should: empty, redesigned, not there, moved,
out of date, fewer rows, the same rows for too long, a gap between two visits, a server that lies
about versions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from statistics import median

from storage.incidents import Finding, Kind, Severity
from storage.lists import ListObservation, ListSeen
from storage.sources import FEW_DATES, LONG_PAST, MOST_OF_A_LIST, SourceFacts
from storage.types import Outcome

from ..rhythm import Rhythm
from .findings import UNREACHED, failing, finding_of, moment, run_told

_READ = (Outcome.OK, Outcome.PARTIAL, Outcome.UNCHANGED)
_FEW_VISITS, _FEWER_FOR = 4, 2
_HALF = 0.5
_LOST_FOR = 2
_ABSENT = (Outcome.GONE, Outcome.SOFT_404)
_LIE_COUNTS = timedelta(days=30)
_SAME_AT_LEAST = timedelta(days=14)
_MOST_PLACES = 5


def judge_lists(facts: SourceFacts, rhythm: Rhythm, now: datetime) -> Iterator[Finding]:
    """What is amiss with the lists of one source."""
    by_page = _by_page(facts.sights)
    broken = [sights[0] for sights in by_page.values() if _is_entry(sights[0])]
    yield from _faults(facts, broken, by_page)
    for sights in by_page.values():
        if _is_entry(sights[0]):
            yield from _fewer(facts, sights)
            yield from _lying(facts, sights, now)
    yield from _one_lost(facts, by_page)
    yield from _not_there(facts, by_page)
    yield from _stale(facts, by_page, now)
    yield from _frozen(facts, rhythm, by_page, now)
    yield from _gaps(facts)


def _by_page(sights: Sequence[ListObservation]) -> dict[str, list[ListObservation]]:
    """The sights of each list page, the newest first; pages no longer asked for are left out."""
    pages: dict[str, list[ListObservation]] = {}
    for sight in sights:
        pages.setdefault(sight.seen.list_url, []).append(sight)
    newest = max((sight.last_run_id for sight in sights), default=0)
    known = [s.last_run_id for s in sights if s.last_run_id < newest]
    before = max(known, default=newest)
    return {url: found for url, found in pages.items() if found[0].last_run_id >= before}


def _is_entry(sight: ListObservation) -> bool:
    return sight.seen.list_url == sight.seen.entry_url


def _faults(
    facts: SourceFacts, latest: Sequence[ListObservation], by_page: dict[str, list[ListObservation]]
) -> Iterator[Finding]:
    """Lists that came and have no rows: a redesign where they had some, else simply empty."""
    found = False
    for sight in latest[:_MOST_PLACES]:
        seen = sight.seen
        if seen.outcome not in (Outcome.LAYOUT_CHANGED, Outcome.EMPTY, Outcome.OK) or seen.rows:
            continue
        if any(s[0].seen.rows and _is_of(s[0], sight) for s in by_page.values()):
            continue  # an index of sitemaps has its rows on other pages
        before = next((s for s in by_page[seen.list_url] if s.seen.rows), None)
        redesigned = seen.outcome is Outcome.LAYOUT_CHANGED
        kind = Kind.LAYOUT_CHANGED if redesigned else Kind.LIST_EMPTY
        word = "its rows are not found any more" if redesigned else "it has no rows"
        told = f"{seen.list_url}: {word}"
        found = True
        yield finding_of(
            facts, kind, Severity.WARNING, told, _before_after(sight, before), place=seen.entry_url
        )
    last = facts.runs[0] if facts.runs else None
    if last and last.outcome is Outcome.LAYOUT_CHANGED and not found:
        told = f"its pages are not understood any more: {last.reason}"
        evidence = [run_told(run) for run in failing(facts.runs, Outcome.LAYOUT_CHANGED)[:3]]
        yield finding_of(facts, Kind.LAYOUT_CHANGED, Severity.WARNING, told, evidence)


def _one_lost(facts: SourceFacts, by_page: dict[str, list[ListObservation]]) -> Iterator[Finding]:
    """One list cannot be had while another of the same source is read."""
    entries = [sights for sights in by_page.values() if _is_entry(sights[0])]
    if not any(sights[0].seen.rows for sights in entries):
        return
    lost = (*UNREACHED, Outcome.BLOCKED, Outcome.GONE, Outcome.SOFT_404, Outcome.ROBOTS)
    for sights in entries:
        if _never_was(facts, sights):
            continue
        row = list(takewhile(lambda sight: sight.seen.outcome in lost, sights))
        visits = sum(sight.times for sight in row)
        if visits < _LOST_FOR:
            continue
        seen = row[0].seen
        told = f"{seen.list_url}: this list could not be had in {visits} visits: {seen.reason}"
        evidence = [f"since {moment(row[-1].first_at)}", "other lists of the source are read"]
        yield finding_of(
            facts, Kind.UNREACHABLE, Severity.WARNING, told, evidence, place=seen.entry_url
        )


def _never_was(facts: SourceFacts, sights: Sequence[ListObservation]) -> bool:
    """Whether the address of a list says that nothing is there, and never said anything else."""
    seen = sights[0].seen
    had_rows = seen.entry_url in facts.entries_read or any(sight.seen.rows for sight in sights)
    return seen.outcome in _ABSENT and not had_rows


def _not_there(facts: SourceFacts, by_page: dict[str, list[ListObservation]]) -> Iterator[Finding]:
    """A list that was not there at the first visit, and one that leads to another host: told at
    once, since waiting mends neither. One that was read before may be led astray for a moment."""
    for sights in by_page.values():
        seen = sights[0].seen
        since = f"since {moment(sights[0].first_at)}"
        if not _is_entry(sights[0]):
            continue
        astray = sum(s.times for s in takewhile(lambda s: s.seen.outcome is Outcome.MOVED, sights))
        was_read = seen.entry_url in facts.entries_read
        if astray >= (_LOST_FOR if was_read else 1):
            told = f"{seen.list_url} {seen.reason}"
            evidence = [
                since,
                "repair: look at that address in a browser; if it is the portal's own, write it "
                "into the source, and its host with it",
            ]
            yield finding_of(
                facts, Kind.MOVED, Severity.WARNING, told, evidence, place=seen.entry_url
            )
        elif _never_was(facts, sights):
            told = f"{seen.list_url}: there is no list at this address: {seen.reason}"
            evidence = [
                f"{since}, and no visit before has ever read it",
                "repair: look up in a browser where the list is now, and correct the source",
            ]
            yield finding_of(
                facts, Kind.GONE, Severity.WARNING, told, evidence, place=seen.entry_url
            )


def _stale(
    facts: SourceFacts, by_page: dict[str, list[ListObservation]], now: datetime
) -> Iterator[Finding]:
    """A list whose newest item is years old: nothing went out there since long before we came. Of
    one without dates the articles that were found tell."""
    entries: dict[str, list[ListSeen]] = {}
    for sights in by_page.values():
        if sights[0].seen.rows:
            entries.setdefault(sights[0].seen.entry_url, []).append(sights[0].seen)
    old = {url: newest for url, pages in entries.items() if (newest := _newest_if_old(pages, now))}
    days = sorted(each.published.day for each in facts.articles if each.published)
    if entries and not any(page.newest for pages in entries.values() for page in pages):
        if len(days) >= FEW_DATES and _is_old(days[0], days[-1], len(days), now):
            old = dict.fromkeys(entries, days[-1])
    elif len(old) == len(entries) and days and now.date() - days[-1] <= LONG_PAST:
        old = {}  # its articles say that it is alive, whatever stands beside its rows
    severity = Severity.WARNING if len(old) == len(entries) else Severity.INFO
    for url, newest in old.items():
        age = (now.date() - newest) / timedelta(days=365.25)
        told = f"{url}: its newest item is of {newest}, {age:.1f} years old"
        evidence = [
            f"{sum(page.rows for page in entries[url])} rows were read",
            "repair: look up in a browser where the portal publishes now, and correct the source",
        ]
        yield finding_of(facts, Kind.STALE, severity, told, evidence, place=url)


def _newest_if_old(pages: Sequence[ListSeen], now: datetime) -> date | None:
    """The day of the newest dated row, if it is longer ago than a year and three times the usual
    pause between two rows; None if it is not, or no row has a date."""
    dated, rows = sum(page.dated for page in pages), sum(page.rows for page in pages)
    if dated < max(MOST_OF_A_LIST * rows, FEW_DATES):
        return None
    newest = max((page.newest for page in pages if page.newest), default="")[:10]
    oldest = min((page.oldest for page in pages if page.oldest), default="")[:10]
    first, last = _day(oldest), _day(newest)
    if first is None or last is None:
        return None
    return last if _is_old(first, last, dated, now) else None


def _is_old(first: date, last: date, count: int, now: datetime) -> bool:
    """Whether so many items, from the first day to the last, ended long ago by their own pace."""
    pace = (last - first) / max(1, count - 1)
    return now.date() - last > max(LONG_PAST, 3 * pace)


def _day(text: str) -> date | None:
    """The day of an ISO date; of a month or year alone its last day cannot matter here."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text)
    except ValueError:
        return None


def _is_of(part: ListObservation, entry: ListObservation) -> bool:
    same = part.seen.entry_url == entry.seen.entry_url
    return same and part.last_run_id == entry.last_run_id


def _before_after(sight: ListObservation, before: ListObservation | None) -> list[str]:
    now = f"now: {sight.seen.rows} rows{_page(sight)}, since {moment(sight.first_at)}"
    reason = f"the reader says: {sight.seen.reason}" if sight.seen.reason else ""
    if before is None:
        return [now, "no visit has ever found rows there", reason]
    then = f"before: {before.seen.rows} rows{_page(before)}, last seen {moment(before.last_at)}"
    return [now, then, f"newest row then: {before.seen.newest or 'undated'}", reason]


def _page(sight: ListObservation) -> str:
    return f" (snapshot {sight.seen.snapshot_id})" if sight.seen.snapshot_id else ""


def _fewer(facts: SourceFacts, sights: Sequence[ListObservation]) -> Iterator[Finding]:
    """Less than half the usual rows, in two visits or more."""
    read = [sight for sight in sights if sight.seen.outcome in _READ and sight.seen.rows]
    if not read or read[0] is not sights[0]:
        return
    few, visits = read[0].seen.rows, 0
    usual: list[int] = []
    for sight in read:
        if not usual and sight.seen.rows < _HALF * _usual(read):
            visits += sight.times
            few = max(few, sight.seen.rows)
        else:
            usual += [sight.seen.rows] * sight.times
    if visits < _FEWER_FOR or len(usual) < _FEW_VISITS or median(usual) - few < 3:
        return
    told = (
        f"{sights[0].seen.list_url}: {read[0].seen.rows} rows where {median(usual):.0f} are usual"
    )
    evidence = [f"{visits} visits with at most {few} rows, {len(usual)} before with more"]
    evidence += _before_after(sights[0], next((s for s in read if s.seen.rows > few), None))
    yield finding_of(
        facts, Kind.FEWER_ROWS, Severity.WARNING, told, evidence, place=sights[0].seen.entry_url
    )


def _usual(read: Sequence[ListObservation]) -> float:
    return median([sight.seen.rows for sight in read for _ in range(min(sight.times, 50))])


def _lying(
    facts: SourceFacts, sights: Sequence[ListObservation], now: datetime
) -> Iterator[Finding]:
    lies = [sight for sight in sights if sight.lied and now - sight.first_at <= _LIE_COUNTS]
    if not lies:
        return
    url = sights[0].seen.list_url
    told = f"{url}: the server says 'not modified' of a page that is modified"
    evidence = [
        f"{moment(lie.first_at)}: {lie.seen.fresh} new rows under the version "
        f"{lie.seen.validator!r} that it had named for the rows before"
        for lie in lies[:3]
    ]
    evidence.append("each version is believed for 24 visits and a week at most")
    yield finding_of(facts, Kind.VALIDATOR, Severity.INFO, told, evidence, place=url)


def _frozen(
    facts: SourceFacts, rhythm: Rhythm, by_page: dict[str, list[ListObservation]], now: datetime
) -> Iterator[Finding]:
    """One list stands still while another of the same source goes on: it may be an old copy."""
    entries = [sights for sights in by_page.values() if _is_entry(sights[0])]
    if len(entries) < 2:
        return
    moved = {s[0].seen.entry_url: _last_moved(s) for s in entries}
    for sights in entries:
        url = sights[0].seen.entry_url
        since, seen = moved[url], sights[0]
        others = max(at for each, at in moved.items() if each != url)
        own_pace = _own_pace(sights)
        if seen.seen.outcome not in _READ or own_pace is None or others <= since:
            continue
        still = now - since
        if still < max(_SAME_AT_LEAST, 3 * own_pace) or now < rhythm.silent_from(since):
            continue
        told = f"{url}: the same {seen.seen.rows} rows for {still.days} days"
        evidence = [
            f"unchanged since {moment(since)}, in {seen.times} visits",
            f"before, its rows changed within {max(1, own_pace.days)} days",
            f"another list of the source changed {moment(others)}",
        ]
        yield finding_of(facts, Kind.SAME_ROWS, Severity.INFO, told, evidence, place=url)


def _last_moved(sights: Sequence[ListObservation]) -> datetime:
    return next((s.first_at for s in sights if s.seen.fresh), sights[-1].first_at)


def _own_pace(sights: Sequence[ListObservation]) -> timedelta | None:
    """The longest time between two changes of a list that went on; None if it changed too little
    to say."""
    moves = [sight.first_at for sight in sights if sight.seen.fresh]
    if len(moves) < 4:
        return None
    return max(later - earlier for later, earlier in pairwise(moves))


def _gaps(facts: SourceFacts) -> Iterator[Finding]:
    """A list on which nothing was known, until something known from before is met again."""
    for gap in facts.gaps:
        if gap.met:
            continue
        told = f"{gap.entry_url}: between two visits more appeared than the pages read could hold"
        evidence = [
            f"run {gap.run_id} {moment(gap.at)}: nothing on the list was known from before",
            f"its oldest row is of {gap.oldest or 'no date'}, the newest of the visit before of "
            f"{gap.newest_before or 'no date'}",
            "a thorough crawl or a back-fill that meets a known row closes it",
        ]
        since = gap.at - timedelta(days=30)
        yield finding_of(
            facts, Kind.GAP, Severity.WARNING, told, evidence, place=gap.entry_url, since=since
        )

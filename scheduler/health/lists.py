"""Whether the lists of a source still say what they should: empty, redesigned, not there, moved,
out of date, fewer rows, the same rows for too long, a gap between two visits, a server that lies
about versions. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from statistics import median

from hubwatch.filled_message import FilledMessage, Term, filled
from storage.incidents import Finding, Kind, Severity
from storage.lists import GOES_ON, ListObservation, ListSeen, RefusedRow
from storage.runs import Run
from storage.sources import FEW_DATES, LONG_PAST, MOST_OF_A_LIST, SourceFacts
from storage.types import WORKED, Outcome

from ..rhythm import Rhythm
from .wording import UNREACHED, UNREADABLE, describe_run, failing, finding_of, moment

_FEW_VISITS, _FEWER_FOR = 4, 2
_HALF = 0.5
_LOST_FOR = 2
_ABSENT = (Outcome.GONE, Outcome.SOFT_404)
_LIE_COUNTS = timedelta(days=30)
_SAME_AT_LEAST = timedelta(days=14)
_MOST_PLACES = 5


def judge_lists(
    facts: SourceFacts,
    rhythm: Rhythm,
    now: datetime,
    open_before: Collection[tuple[str, str, str]] = (),
) -> Iterator[Finding]:
    """What is amiss with the lists of one source. `open_before` are the keys of open incidents."""
    by_page = _by_page(facts)
    broken = [observations[0] for observations in by_page.values() if _is_entry(observations[0])]
    yield from _faults(facts, broken, by_page, open_before)
    for observations in by_page.values():
        if _is_entry(observations[0]):
            yield from _fewer(facts, observations)
            yield from _lying(facts, observations, now)
            yield from _unread_pages(facts, observations[0])
    yield from _one_lost(facts, by_page)
    yield from _not_there(facts, by_page)
    yield from _stale(facts, by_page, now)
    yield from _frozen(facts, rhythm, by_page, now)
    yield from _gaps(facts)
    yield from _refused_rows(facts, by_page)
    yield from _entries_differ(facts)
    yield from _cut_lists(facts)
    yield from _lost_pages(facts)


def _by_page(facts: SourceFacts) -> dict[str, list[ListObservation]]:
    """What was seen of each list page, the newest first, without pages no longer asked for. An
    entry that is read more rarely than others is judged by its own last visits."""
    pages: dict[str, list[ListObservation]] = {}
    for one in facts.observations:
        pages.setdefault(one.seen.list_url, []).append(one)
    before = _run_before_last(facts.observations)
    own = {
        each.entry_url: _run_before_last(
            [one for one in facts.observations if one.seen.entry_url == each.entry_url]
        )
        for each in facts.readings
    }
    return {
        url: found
        for url, found in pages.items()
        if found[0].last_run_id >= min(before, own.get(found[0].seen.entry_url, before))
    }


def _run_before_last(observations: Sequence[ListObservation]) -> int:
    """The run before the last one that saw any of these, or the last where there is no other."""
    newest = max((one.last_run_id for one in observations), default=0)
    known = [one.last_run_id for one in observations if one.last_run_id < newest]
    return max(known, default=newest)


def _is_entry(one: ListObservation) -> bool:
    return one.seen.list_url == one.seen.entry_url


def _faults(
    facts: SourceFacts,
    latest: Sequence[ListObservation],
    by_page: dict[str, list[ListObservation]],
    open_before: Collection[tuple[str, str, str]],
) -> Iterator[Finding]:
    """Lists that came and have no rows: a redesign where they had some, else simply empty."""
    found = False
    for one in latest[:_MOST_PLACES]:
        seen = one.seen
        if seen.outcome not in (Outcome.LAYOUT_CHANGED, Outcome.EMPTY, Outcome.OK) or seen.rows:
            continue
        if any(s[0].seen.rows and _is_of(s[0], one) for s in by_page.values()):
            continue  # an index of sitemaps has its rows on other pages
        before = next((s for s in by_page[seen.list_url] if s.seen.rows), None)
        redesigned = seen.outcome is Outcome.LAYOUT_CHANGED
        kind = Kind.LAYOUT_CHANGED if redesigned else Kind.LIST_EMPTY
        if redesigned:
            message = filled("%(url)s: its rows are not found any more", url=seen.list_url)
        else:
            message = filled("%(url)s: it has no rows", url=seen.list_url)
        found = True
        yield finding_of(
            facts,
            kind,
            Severity.WARNING,
            message,
            _before_after(one, before),
            place=seen.entry_url,
        )
    last = facts.runs[0] if facts.runs else None
    unread = _never_understood(facts, last, open_before) if last and not found else None
    if last and unread:
        if unread.reason:
            message = filled("no article of it was ever read: %(reason)s", reason=unread.reason)
        else:
            message = filled("no article of it was ever read")
        evidence = [describe_run(run) for run in dict.fromkeys((last, unread))]
        yield finding_of(facts, Kind.LAYOUT_CHANGED, Severity.WARNING, message, evidence)
    elif last and last.outcome is Outcome.LAYOUT_CHANGED and not found:
        message = filled("its pages are not understood any more: %(reason)s", reason=last.reason)
        evidence = [describe_run(run) for run in failing(facts.runs, Outcome.LAYOUT_CHANGED)[:3]]
        yield finding_of(facts, Kind.LAYOUT_CHANGED, Severity.WARNING, message, evidence)


def _never_understood(
    facts: SourceFacts, last: Run, open_before: Collection[tuple[str, str, str]]
) -> Run | None:
    """The crawl that could make nothing of the pages it fetched, where those after it fetched none,
    since all rows are known, and no article was ever had: that a list is read is no proof. The
    oldest that is known where that was long ago, and is an incident still."""
    is_barren = last.outcome is Outcome.LAYOUT_CHANGED and not last.counts.fetched
    if facts.articles or not last.counts.listed or not (is_barren or last.outcome in WORKED):
        return None
    tried = next((run for run in facts.runs if run.counts.fetched), None)
    if tried is None:
        is_open = (Kind.LAYOUT_CHANGED, facts.source.id, "") in open_before
        return facts.runs[-1] if is_open else None
    return tried if tried.outcome is Outcome.LAYOUT_CHANGED else None


def _one_lost(facts: SourceFacts, by_page: dict[str, list[ListObservation]]) -> Iterator[Finding]:
    """One list cannot be had or read while another of the same source is read."""
    entries = [observations for observations in by_page.values() if _is_entry(observations[0])]
    if not any(observations[0].seen.rows for observations in entries):
        return
    refused = (Outcome.BLOCKED, Outcome.ROBOTS, Outcome.REFUSED_ADDRESS)
    lost = (*UNREACHED, *UNREADABLE, *refused)
    for observations in entries:
        if _never_was(facts, observations):
            continue
        row = list(takewhile(lambda one: one.seen.outcome in lost, observations))
        visits = sum(one.times for one in row)
        if visits < _LOST_FOR:
            continue
        seen = row[0].seen
        message = filled(
            "%(url)s: this list could not be had in %(visits)s visits: %(reason)s",
            url=seen.list_url,
            visits=visits,
            reason=seen.reason,
        )
        evidence = [
            filled("since %(at)s", at=moment(row[-1].first_at)),
            filled("other lists of the source are read"),
        ]
        yield finding_of(
            facts, Kind.UNREACHABLE, Severity.WARNING, message, evidence, place=seen.entry_url
        )


def _never_was(facts: SourceFacts, observations: Sequence[ListObservation]) -> bool:
    """Whether the address of a list says that nothing is there, and never said anything else."""
    seen = observations[0].seen
    had_rows = seen.entry_url in facts.entries_read or any(one.seen.rows for one in observations)
    return seen.outcome in _ABSENT and not had_rows


def _not_there(facts: SourceFacts, by_page: dict[str, list[ListObservation]]) -> Iterator[Finding]:
    """A list that is not there, whether or not it ever was, and one that leads to another host:
    reported at once, since waiting mends neither. One that was read before may be led astray for
    a moment."""
    for observations in by_page.values():
        seen = observations[0].seen
        began = moment(observations[0].first_at)
        since = filled("since %(at)s", at=began)
        if not _is_entry(observations[0]):
            continue
        astray = sum(
            s.times for s in takewhile(lambda s: s.seen.outcome is Outcome.MOVED, observations)
        )
        was_read = seen.entry_url in facts.entries_read
        if astray >= (_LOST_FOR if was_read else 1):
            message = f"{seen.list_url} {seen.reason}"
            evidence: list[str] = [
                since,
                filled(
                    "repair: look at that address in a browser; if it is the portal's own, write "
                    "it into the source, and its host with it"
                ),
            ]
            yield finding_of(
                facts, Kind.MOVED, Severity.WARNING, message, evidence, place=seen.entry_url
            )
        elif _never_was(facts, observations):
            message = filled(
                "%(url)s: there is no list at this address: %(reason)s",
                url=seen.list_url,
                reason=seen.reason,
            )
            evidence = [
                filled("since %(at)s, and no visit before has ever read it", at=began),
                _FIND_LIST,
            ]
            yield finding_of(
                facts, Kind.GONE, Severity.WARNING, message, evidence, place=seen.entry_url
            )
        elif seen.outcome in _ABSENT:
            message = filled(
                "%(url)s: the list is not there any more: %(reason)s",
                url=seen.list_url,
                reason=seen.reason,
            )
            evidence = [since, _last_read(observations), _FIND_LIST]
            yield finding_of(
                facts, Kind.GONE, Severity.WARNING, message, evidence, place=seen.entry_url
            )


_FIND_LIST = filled("repair: look up in a browser where the list is now, and correct the source")


def _last_read(observations: Sequence[ListObservation]) -> str:
    """When a list that is not there any more was last read."""
    read = next((one for one in observations if one.seen.rows), None)
    if read is None:
        return ""
    return filled(
        "read last %(at)s, with %(rows)s rows", at=moment(read.last_at), rows=read.seen.rows
    )


def _stale(
    facts: SourceFacts, by_page: dict[str, list[ListObservation]], now: datetime
) -> Iterator[Finding]:
    """A list whose newest item is years old: nothing went out there since long before we came. Of
    one without dates the articles that were found tell."""
    entries: dict[str, list[ListSeen]] = {}
    for observations in by_page.values():
        if observations[0].seen.rows:
            entries.setdefault(observations[0].seen.entry_url, []).append(observations[0].seen)
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
        message = filled(
            "%(url)s: its newest item is of %(day)s, %(years)s years old",
            url=url,
            day=str(newest),
            years=f"{age:.1f}",
        )
        evidence = [
            filled("%(rows)s rows were read", rows=sum(page.rows for page in entries[url])),
            filled(
                "repair: look up in a browser where the portal publishes now, and correct the "
                "source"
            ),
        ]
        yield finding_of(facts, Kind.STALE, severity, message, evidence, place=url)


def _newest_if_old(pages: Sequence[ListSeen], now: datetime) -> date | None:
    """The day of the newest dated row, if it is longer ago than a year and three times the usual
    pause between two rows. None if it is not, or no row has a date."""
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
    """The day of an ISO date. Of a month or year alone its last day cannot matter here."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text)
    except ValueError:
        return None


def _is_of(part: ListObservation, entry: ListObservation) -> bool:
    same = part.seen.entry_url == entry.seen.entry_url
    return same and part.last_run_id == entry.last_run_id


def _before_after(one: ListObservation, before: ListObservation | None) -> list[str]:
    now = filled(
        "now: %(rows)s rows%(page)s, since %(since)s",
        rows=one.seen.rows,
        page=_page(one),
        since=moment(one.first_at),
    )
    said = one.seen.reason
    reason = filled("the reader says: %(reason)s", reason=said) if said else ""
    if before is None:
        return [now, filled("no visit has ever found rows there"), reason]
    then = filled(
        "before: %(rows)s rows%(page)s, last seen %(at)s",
        rows=before.seen.rows,
        page=_page(before),
        at=moment(before.last_at),
    )
    newest = before.seen.newest or filled("undated")
    return [now, then, filled("newest row then: %(day)s", day=newest), reason]


def _page(one: ListObservation) -> str:
    number = one.seen.snapshot_id
    return filled(" (snapshot %(number)s)", number=number) if number else ""


def _fewer(facts: SourceFacts, observations: Sequence[ListObservation]) -> Iterator[Finding]:
    """Less than half the usual rows, in two visits or more."""
    read = [one for one in observations if one.seen.outcome in WORKED and one.seen.rows]
    if not read or read[0] is not observations[0]:
        return
    few, visits, whole = read[0].seen.rows, 0, _usual(read)
    usual: list[int] = []
    for one in read:
        if not usual and one.seen.rows < _HALF * whole:
            visits += one.times
            few = max(few, one.seen.rows)
        else:
            usual += [one.seen.rows] * one.times
    if visits < _FEWER_FOR or len(usual) < _FEW_VISITS or whole - few < 3:
        return
    message = filled(
        "%(url)s: %(rows)s rows where %(usual)s are usual",
        url=observations[0].seen.list_url,
        rows=read[0].seen.rows,
        usual=f"{whole:.0f}",
    )
    counted = filled(
        "%(visits)s visits with at most %(few)s rows, %(before)s before with more",
        visits=visits,
        few=few,
        before=len(usual),
    )
    evidence: list[str] = [counted]
    evidence += _before_after(observations[0], next((s for s in read if s.seen.rows > few), None))
    yield finding_of(
        facts,
        Kind.FEWER_ROWS,
        Severity.WARNING,
        message,
        evidence,
        place=observations[0].seen.entry_url,
    )


def _usual(read: Sequence[ListObservation]) -> float:
    """How many rows are usual: what is so of most visits, or was so of most of their older half.
    Where rows vanish a few at a time, the latest visits shall not say what is usual."""
    rows = [one.seen.rows for one in read for _ in range(min(one.times, 50))]
    return max(median(rows), median(rows[len(rows) // 2 :]))


def _lying(
    facts: SourceFacts, observations: Sequence[ListObservation], now: datetime
) -> Iterator[Finding]:
    lies = [one for one in observations if one.lied and now - one.first_at <= _LIE_COUNTS]
    if not lies:
        return
    url = observations[0].seen.list_url
    message = filled("%(url)s: the server says 'not modified' of a page that is modified", url=url)
    evidence = [
        filled(
            "%(at)s: %(rows)s new rows under the version %(version)s that it had named for the "
            "rows before",
            at=moment(lie.first_at),
            rows=lie.seen.fresh,
            version=repr(lie.seen.validator),
        )
        for lie in lies[:3]
    ]
    evidence.append(filled("each version is believed for 24 visits and a week at most"))
    yield finding_of(facts, Kind.VALIDATOR, Severity.INFO, message, evidence, place=url)


def _unread_pages(facts: SourceFacts, one: ListObservation) -> Iterator[Finding]:
    """A list that says of itself that it has pages to which no rule of its source leads."""
    seen = one.seen
    if seen.outcome not in WORKED or not seen.reason.startswith(GOES_ON):
        return
    severity = Severity.INFO if "`paging =" in seen.reason else Severity.WARNING
    evidence = [
        filled(
            "seen since %(at)s; %(rows)s rows are on the page that was read",
            at=moment(one.first_at),
            rows=seen.rows,
        ),
        filled("what is on the others is known only where another entry of the source lists it"),
    ]
    message = filled(
        "%(url)s: the list goes on%(reason)s",
        url=seen.list_url,
        reason=seen.reason.removeprefix(GOES_ON),
    )
    yield finding_of(facts, Kind.PAGES_UNREAD, severity, message, evidence, place=seen.entry_url)


def _lost_pages(facts: SourceFacts) -> Iterator[Finding]:
    """A crawl that broke off at a further page of a list, which could not be had: what that page
    and those behind it list is not known. One that was not reached but once may come by itself."""
    place = facts.runs[0].cursor if facts.runs else ""
    row = list(takewhile(lambda run: _broke_off(run) and run.cursor == place, facts.runs))
    if not row:
        return
    message = filled(
        "%(url)s: this page of a list could not be had, nor those behind it: %(reason)s",
        url=place,
        reason=_why_broken(row[0]),
    )
    waits = len(row) < _LOST_FOR and {*_ABSENT}.isdisjoint(dict(row[0].reasons))
    severity = Severity.INFO if waits else Severity.WARNING
    evidence = [
        *map(describe_run, row[:3]),
        filled("repair: open the page in a browser; if it is not there, correct `paging`"),
    ]
    yield finding_of(facts, Kind.PAGES_UNREAD, severity, message, evidence, place=place)


def _broke_off(run: Run) -> bool:
    return run.outcome is Outcome.PARTIAL and bool(_why_broken(run))


def _why_broken(run: Run) -> str:
    """Why the page was not had at which a crawl broke off. Empty where it did not break off at
    one."""
    begins = f"{run.cursor}: "
    parts = run.reason.split("; ") if run.cursor else []
    return next((part.removeprefix(begins) for part in parts if part.startswith(begins)), "")


def _cut_lists(facts: SourceFacts) -> Iterator[Finding]:
    """A list that ended before it had brought all the items that it says it has."""
    for each in facts.readings:
        if not each.is_cut:
            continue
        message = filled(
            "%(url)s: this list says that it holds %(stated)s items, and %(had)s were read",
            url=each.entry_url,
            stated=each.stated,
            had=each.had,
        )
        evidence = [
            filled("read to its end %(at)s, %(pages)s pages", at=moment(each.read_at),
                   pages=each.pages),
            filled("repair: look at its `paging` and `max_pages`; `sources add` may find another"),
        ]  # fmt: skip
        yield finding_of(
            facts, Kind.PAGES_UNREAD, Severity.WARNING, message, evidence, place=each.entry_url
        )


def _frozen(
    facts: SourceFacts, rhythm: Rhythm, by_page: dict[str, list[ListObservation]], now: datetime
) -> Iterator[Finding]:
    """One list stands still while another of the same source goes on: it may be an old copy."""
    entries = [observations for observations in by_page.values() if _is_entry(observations[0])]
    if len(entries) < 2:
        return
    moved = {s[0].seen.entry_url: _last_moved(s) for s in entries}
    for observations in entries:
        url = observations[0].seen.entry_url
        since, seen = moved[url], observations[0]
        others = max(at for each, at in moved.items() if each != url)
        own_pace = _own_pace(observations)
        if seen.seen.outcome not in WORKED or own_pace is None or others <= since:
            continue
        still = now - since
        if still < max(_SAME_AT_LEAST, 3 * own_pace) or now < rhythm.silent_from(since):
            continue
        message = filled(
            "%(url)s: the same %(rows)s rows for %(days)s days",
            url=url,
            rows=seen.seen.rows,
            days=still.days,
        )
        evidence = [
            filled(
                "unchanged since %(since)s, in %(visits)s visits",
                since=moment(since),
                visits=seen.times,
            ),
            filled("before, its rows changed within %(days)s days", days=max(1, own_pace.days)),
            filled("another list of the source changed %(at)s", at=moment(others)),
        ]
        yield finding_of(facts, Kind.SAME_ROWS, Severity.INFO, message, evidence, place=url)


def _last_moved(observations: Sequence[ListObservation]) -> datetime:
    return next((s.first_at for s in observations if s.seen.fresh), observations[-1].first_at)


def _own_pace(observations: Sequence[ListObservation]) -> timedelta | None:
    """The longest time between two changes of a list that went on. None if it changed too little
    to say."""
    moves = [one.first_at for one in observations if one.seen.fresh]
    if len(moves) < 4:
        return None
    return max(later - earlier for later, earlier in pairwise(moves))


def _gaps(facts: SourceFacts) -> Iterator[Finding]:
    """A list on which nothing was known, until something known from before is met again."""
    for gap in facts.gaps:
        if gap.met:
            continue
        message = filled(
            "%(url)s: between two visits more appeared than the pages read could hold",
            url=gap.entry_url,
        )
        evidence = [
            filled(
                "run %(run)s %(at)s: nothing on the list was known from before, but what is pinned",
                run=gap.run_id,
                at=moment(gap.at),
            ),
            filled(
                "its oldest row is of %(oldest)s, the newest of the visit before of %(newest)s",
                oldest=gap.oldest or _NO_DATE,
                newest=gap.newest_before or _NO_DATE,
            ),
            filled("a thorough crawl or a back-fill that meets a known row closes it"),
        ]
        since = gap.at - timedelta(days=30)
        yield finding_of(
            facts, Kind.GAP, Severity.WARNING, message, evidence, place=gap.entry_url, since=since
        )


_NO_DATE = filled("no date")
_MANY_REFUSED, _SHARE_REFUSED = 3, 0.2
_MANY_UNREAD, _SHARE_UNREAD = 3, 0.1
_SHOWN, _ROW_SHOWN = 5, 298


def _refused_rows(
    facts: SourceFacts, by_page: dict[str, list[ListObservation]]
) -> Iterator[Finding]:
    """Rows of a list that the link rule refuses: some are made like articles, or they are many. Of
    a sitemap, which lists everything, many are nothing strange. What a `deny` names is meant."""
    entries: dict[str, list[ListObservation]] = {}
    for observations in by_page.values():
        entries.setdefault(observations[0].seen.entry_url, []).append(observations[0])
    kinds = {each.entry_url: each.kind for each in facts.readings}
    for entry_url, pages in entries.items():
        newest = max(one.last_run_id for one in pages)
        latest = [one.seen for one in pages if one.last_run_id == newest]
        rows, refused = sum(one.rows for one in latest), sum(one.refused for one in latest)
        alike = sum(one.alike for one in latest)
        many = refused >= max(_MANY_REFUSED, _SHARE_REFUSED * (rows + refused))
        if not alike and not (many and kinds.get(entry_url) != "sitemap"):
            continue
        of_shape = filled(
            ", %(rows)s of them with addresses like those of its articles", rows=alike
        )
        message = filled(
            "%(url)s: %(refused)s of %(rows)s rows are refused%(alike)s",
            url=entry_url,
            refused=refused,
            rows=rows + refused,
            alike=of_shape if alike else "",
        )
        shown = [each for each in facts.refused if each.entry_url == entry_url][:_SHOWN]
        evidence = [_describe_refused(each.row) for each in shown]
        evidence.append(
            filled(
                "repair: add a shape that fits them to `[links] allow`, or one to `deny` if they "
                "are no articles; that ends this"
            )
        )
        yield finding_of(
            facts, Kind.REFUSED_ROWS, Severity.WARNING, message, evidence, place=entry_url
        )


def _describe_refused(row: RefusedRow) -> FilledMessage:
    return filled(
        "%(why)s: %(row)s",
        why=Term("refused_row", row.why),
        row=f"{row.url}  {row.title}"[: _ROW_SHOWN - len(row.why)],
    )


def _entries_differ(facts: SourceFacts) -> Iterator[Finding]:
    """Links that stand on a list's pages, and that other entries show as articles, are not read as
    its rows. What does not stand there at all is the portal's choice, and on record."""
    for each in facts.readings:
        if each.unread < max(_MANY_UNREAD, _SHARE_UNREAD * each.compared):
            continue
        if 2 * each.unread < each.lacking:  # a box of links beside a list of one column
            continue
        message = filled(
            "%(url)s: %(articles)s articles are linked on its pages and were not read as rows",
            url=each.entry_url,
            articles=each.unread,
        )
        evidence = [
            filled(
                "it shows %(shown)s of the %(all)s addresses that the entries of the source show "
                "together",
                shown=each.shown,
                all=each.of_all,
            ),
            filled(
                "compared %(at)s, from %(day)s on",
                at=moment(each.compared_at),
                day=each.since or _NO_DATE,
            ),
            filled("they were had by the other entries"),
            filled("repair: look at its selectors; `sources show` lists the gaps"),
        ]
        yield finding_of(
            facts, Kind.ENTRIES_DIFFER, Severity.WARNING, message, evidence, place=each.entry_url
        )

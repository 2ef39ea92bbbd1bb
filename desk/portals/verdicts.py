"""What a look at a portal comes to: one word a source, what was seen, and what to do about it.

Pure rules over the report of a check. Nothing is fetched here and nothing kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scraper.parsing.page_kinds import LOGIN_PAGE
from scraper.sources.model import Source
from storage.sources import SourceCheck, SourceVerdict
from storage.types import Origin, Outcome

from ..text import count_in_english, one_line
from .articles import REQUIRED, ArticleSample, titles_agree
from .check import LEADS_HOME, ArticleCheck, EntryCheck, PortalReport, fields_of

STALE_AFTER = timedelta(days=180)
"""So old is the newest item of a portal that is not kept up any more, unless it was always slow."""
_LONGEST = timedelta(days=730)
_PACES = 3
_AHEAD = timedelta(days=2)
_LONGEST_EVIDENCE = 300

_BY_OUTCOME = {
    Outcome.MOVED: SourceVerdict.MOVED,
    Outcome.BLOCKED: SourceVerdict.BLOCKED,
    Outcome.ROBOTS: SourceVerdict.ROBOTS,
    Outcome.GONE: SourceVerdict.GONE,
    Outcome.SOFT_404: SourceVerdict.GONE,
    Outcome.EMPTY: SourceVerdict.EMPTY,
    Outcome.LAYOUT_CHANGED: SourceVerdict.EMPTY,
}
_WORST = (
    SourceVerdict.MOVED,
    SourceVerdict.BLOCKED,
    SourceVerdict.ROBOTS,
    SourceVerdict.JAVASCRIPT,
    SourceVerdict.EMPTY,
    SourceVerdict.GONE,
    SourceVerdict.ERROR,
)
"""Of several broken lists that comes first of which most is known."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one list or article came to, with the evidence."""

    verdict: SourceVerdict
    evidence: str
    moved_to: str = ""


def verdict_of(
    source: Source, report: PortalReport, now: datetime, round_: str = ""
) -> SourceCheck:
    """What the report of a look at this source comes to."""
    today = now.astimezone(ZoneInfo(source.zone)).date()
    broken = [_of_entry(each) for each in report.entries if not _is_read(each)]
    newest = _newest(report, today)
    found = _of_lists(report, broken) or _of_articles(source, report, newest, today)
    others = [each for each in broken if each.evidence != found.evidence]
    moved = found.moved_to or next((each.moved_to for each in broken if each.moved_to), "")
    offered = (f"the portal offers {report.offer}",) if report.offer else ()
    said = (found.evidence, *offered, *(each.evidence for each in others))
    evidence = "; ".join(dict.fromkeys(said))
    return SourceCheck(
        source_id=source.id,
        verdict=found.verdict,
        evidence=one_line(evidence, _LONGEST_EVIDENCE),
        checked_at=now,
        newest=newest,
        moved_to=moved,
        offer=report.offer,
        round=round_,
    )


def failed_check(source: Source, reason: str, now: datetime, round_: str = "") -> SourceCheck:
    """The verdict where the look itself came to nothing."""
    evidence = one_line(reason, _LONGEST_EVIDENCE)
    return SourceCheck(source.id, SourceVerdict.ERROR, evidence, now, round=round_)


def _is_read(entry: EntryCheck) -> bool:
    return bool(entry.rows) and not entry.leads_home


def _of_entry(entry: EntryCheck) -> _Seen:
    """What a list without rows came to."""
    seen, url = entry.seen, entry.entry.url
    if seen.moved_to:
        return _Seen(SourceVerdict.MOVED, f"{url} moved to {seen.moved_to}", seen.moved_to)
    if entry.page is None:
        return _Seen(_of_outcome(seen.outcome, seen.behind), f"{url}: {seen.reason}")
    if entry.leads_home:
        return _Seen(SourceVerdict.GONE, f"{url} {LEADS_HOME}")
    page = entry.page
    if entry.needs_script and page.outcome in (
        Outcome.EMPTY,
        Outcome.LAYOUT_CHANGED,
        Outcome.OK,
        Outcome.PARTIAL,
        Outcome.BLOCKED,
    ):
        return _Seen(SourceVerdict.JAVASCRIPT, f"{url}: no rows; {entry.needs_script}")
    if page.reason == LOGIN_PAGE:
        return _Seen(SourceVerdict.BLOCKED, f"{url}: no rows: {page.reason}")
    verdict = SourceVerdict.EMPTY
    if page.outcome not in (Outcome.OK, Outcome.PARTIAL):
        verdict = _of_outcome(page.outcome, None)
    return _Seen(verdict, f"{url}: no rows: {page.reason or page.outcome}")


def _of_outcome(outcome: Outcome | None, behind: Outcome | None) -> SourceVerdict:
    if outcome is Outcome.ROBOTS and behind is not None:
        return SourceVerdict.BLOCKED if behind is Outcome.BLOCKED else SourceVerdict.ERROR
    return _BY_OUTCOME.get(outcome, SourceVerdict.ERROR) if outcome else SourceVerdict.ERROR


def _of_lists(report: PortalReport, broken: Sequence[_Seen]) -> _Seen | None:
    """The verdict where no list has rows. None where one has."""
    if len(broken) < len(report.entries):
        return None
    return min(broken, key=lambda each: _WORST.index(each.verdict))


def _of_articles(source: Source, report: PortalReport, newest: date | None, today: date) -> _Seen:
    """The verdict of a source with rows: by its articles, and by how new they are."""
    read = [each for each in report.articles if each.sample and each.sample.reading.article]
    rows = count_in_english(len(report.rows), "row")
    if report.articles and not read:
        seen = [_of_article(each) for each in report.articles]
        worst = min(seen, key=lambda each: _WORST.index(each.verdict))
        count = count_in_english(len(seen), "article")
        text = f"{rows}, but none of {count} can be read: {worst.evidence}"
        return _Seen(worst.verdict, text, worst.moved_to)
    samples = [each.sample for each in read if each.sample is not None]
    said = f"{rows}, {len(read)} of {count_in_english(len(report.articles), 'article')} read"
    if newest is not None:
        days = (today - newest).days
        said = f"{said}, newest of {newest}"
        if days > _patience(report, newest).days:
            return _Seen(SourceVerdict.STALE, f"newest item {days:,} days old ({newest}); {rows}")
    doubt = next(_doubts(source, samples), "")
    if doubt:
        return _Seen(SourceVerdict.GENERAL, f"{said}; {doubt}")
    return _Seen(SourceVerdict.HOLDS, said)


def _of_article(article: ArticleCheck) -> _Seen:
    """What an article that could not be read came to."""
    seen, url = article.seen, article.row.url
    if seen.moved_to:
        return _Seen(SourceVerdict.MOVED, f"{url} moved to {seen.moved_to}", seen.moved_to)
    if article.sample is None:
        return _Seen(_of_outcome(seen.outcome, seen.behind), f"{url}: {seen.reason}")
    reading = article.sample.reading
    if reading.reason == LOGIN_PAGE:
        return _Seen(SourceVerdict.BLOCKED, f"{url}: {reading.reason}")
    if article.needs_script:
        return _Seen(SourceVerdict.JAVASCRIPT, f"{url}: {article.needs_script}")
    return _Seen(_of_outcome(reading.outcome, None), f"{url}: {reading.reason or reading.outcome}")


# How new a portal's items are.


def _newest(report: PortalReport, today: date) -> date | None:
    """The day of the newest item: of the rows, and of the articles, which know it better."""
    return max(_days(report, today), default=None)


def _days(report: PortalReport, today: date) -> list[date]:
    """The days of all items that were seen. A day to come, as of an event, is none."""
    rows = [row.published.day for row in report.rows if row.published is not None]
    read = [each.reading.article for each in report.samples if each.reading.article]
    days = [*rows, *(each.published.day for each in read if each.published)]
    return [day for day in days if day <= today + _AHEAD]


def _patience(report: PortalReport, newest: date) -> timedelta:
    """How old the newest item may be: a list that was always slow is given longer."""
    days = _days(report, newest)
    pace = (newest - min(days)) / max(1, max(len(days), len(report.rows)) - 1)
    return max(STALE_AFTER, min(_PACES * pace, _LONGEST))


# Whether the source's own rules read it.


def _doubts(source: Source, samples: Sequence[ArticleSample]) -> Iterator[str]:
    """What shows that a source is read by general rules alone, or not well."""
    if not samples:
        return
    own = _own_fields(source)
    idle = [name for name in own if not any(_is_by_template(each, name) for each in samples)]
    if own and ("body" in idle or len(idle) == len(own)):
        fields = ", ".join(idle)
        yield f"general rules read {fields}: no selector of the source matches"
    for name in REQUIRED:
        if not any(fields_of(each)[name] for each in samples):
            yield f"no article has a {'date' if name == 'published' else name}"
    titled = [each for each in samples if each.row and each.row.title]
    wrong = [
        each
        for each in titled
        if each.row and not titles_agree(fields_of(each)["title"], each.row.title)
    ]
    if len(titled) > 1 and len(wrong) == len(titled):
        yield "no article has the headline that the list gives it"


def _own_fields(source: Source) -> list[str]:
    """The required fields for which the source or its template names selectors."""
    return [name for name in REQUIRED if getattr(source.fields, name)]


def _is_by_template(sample: ArticleSample, name: str) -> bool:
    article = sample.reading.article
    found = article.evidence if article else ()
    return any(each.field == name and each.origin is Origin.TEMPLATE for each in found)

"""Whether what is read of articles is still whole: dates, titles, texts, dates in the future, pages
that cannot be read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from statistics import median

from hubwatch.filled_message import FilledMessage, Term, filled
from storage.incidents import Finding, Kind, Severity
from storage.lists import ListObservation
from storage.revisions import LOST, MANY
from storage.runs import Run
from storage.sources import ArticleFact, HeldFact, SourceFacts
from storage.types import WORKED, Outcome, When

from .wording import UNREACHED, describe_run, finding_of, joined, moment

_LATEST, _BEFORE = 3, 5
_USUAL, _SHORT, _SHORTEST = 0.8, 0.2, 100
_AHEAD = timedelta(days=2)
_AHEAD_COUNTS = timedelta(days=14)
_ASIDE = 3
_ALL_ONE = 5


def judge_fields(
    facts: SourceFacts, now: datetime, open_before: Collection[tuple[str, str, str]] = ()
) -> Iterator[Finding]:
    """What is amiss with the articles of one source. `open_before` are the keys of open incidents:
    what is lost stays so when all that is looked at is of after the loss."""
    source = facts.source.id
    still = {place for kind, of, place in open_before if (kind, of) == (Kind.FIELD_MISSING, source)}
    dates = filled(
        "its dates do not come any more: none in the latest %(articles)s articles",
        articles=_LATEST,
    )
    titles = filled(
        "its titles do not come any more: none in the latest %(articles)s articles",
        articles=_LATEST,
    )
    yield from _stopped(facts, "dates", dates, lambda each: each.published is not None, still)
    yield from _stopped(facts, "titles", titles, lambda each: bool(each.title.strip()), still)
    yield from _shrunk(facts)
    yield from _row_dates(facts, still)
    yield from _titles(facts, is_open=(Kind.TITLES, source, "") in open_before)
    yield from _one_text(facts, still)
    yield from _long_past(facts, still)
    yield from _rebuilt(facts)
    yield from _future(facts, now)
    yield from _unreadable(facts, is_open=(Kind.UNREADABLE, source, "") in open_before)


def _stopped(
    facts: SourceFacts,
    field: str,
    message: str,
    has: Callable[[ArticleFact], bool],
    still: Collection[str],
) -> Iterator[Finding]:
    """The latest articles, three at least, lack what nearly all had before them. What is `still`
    open stays so until most of the latest three have it."""
    row = len(list(takewhile(lambda each: not has(each), facts.articles)))
    before = facts.articles[row:]
    share = sum(map(has, before)) / max(1, len(before))
    stopped = row >= _LATEST and len(before) >= _BEFORE and share >= _USUAL
    latest = facts.articles[:_LATEST]
    if not stopped and (field not in still or 2 * sum(map(has, latest)) > len(latest)):
        return
    lacking = [article for article in facts.articles if not has(article)]
    usual = filled(
        "%(share)s of the %(articles)s articles before had them",
        share=f"{share:.0%}",
        articles=len(before),
    )
    evidence = [*([usual] if stopped else []), *(_article(article) for article in lacking[:3])]
    yield finding_of(facts, Kind.FIELD_MISSING, Severity.WARNING, message, evidence, place=field)


def _shrunk(facts: SourceFacts) -> Iterator[Finding]:
    """The latest articles, three at least, have a fifth of the length that was usual before."""
    lengths = [article.characters for article in facts.articles]
    usual = next(
        (
            usual
            for row in range(len(lengths) - _BEFORE, _LATEST - 1, -1)
            if (usual := median(lengths[row:])) >= _SHORTEST and max(lengths[:row]) < _SHORT * usual
        ),
        None,
    )
    if usual is None:
        return
    latest = facts.articles[:_LATEST]
    message = filled(
        "its texts are cut short: the latest %(articles)s have a fifth of the usual length",
        articles=len(latest),
    )
    evidence = [
        filled("%(characters)s characters are usual", characters=f"{usual:.0f}"),
        *(
            filled(
                "%(article)s: %(characters)s characters",
                article=_article(article),
                characters=article.characters,
            )
            for article in latest
        ),
    ]
    yield finding_of(facts, Kind.FIELD_MISSING, Severity.WARNING, message, evidence, place="texts")


def _article(article: ArticleFact) -> FilledMessage:
    title = article.title if len(article.title) <= 60 else f"{article.title[:59]}…"
    return filled(
        "article %(id)s %(at)s %(title)s",
        id=article.article_id,
        at=moment(article.first_seen_at),
        title=repr(title),
    )


def _row_dates(facts: SourceFacts, still: Collection[str]) -> Iterator[Finding]:
    """A list that has rows and no dates, and had them. What is `still` open stays so until a row
    has one."""
    pages: dict[str, list[ListObservation]] = {}
    for one in facts.observations:
        if one.seen.list_url == one.seen.entry_url and one.seen.rows >= _LATEST:
            pages.setdefault(one.seen.list_url, []).append(one)
    for url, observations in pages.items():
        row = len(list(takewhile(lambda one: not one.seen.dated, observations)))
        before = observations[row:]
        dated = [s for s in before if s.seen.dated >= _USUAL * s.seen.rows]
        stopped = bool(dated) and 2 * len(dated) >= len(before)
        if not row or not (stopped or url in still):
            continue
        message = filled("%(url)s: the dates beside its rows do not come any more", url=url)
        last = observations[0]
        evidence = [
            filled(
                "now: %(rows)s rows, none dated, since %(since)s",
                rows=last.seen.rows,
                since=moment(last.first_at),
            ),
            *(
                filled(
                    "before: %(rows)s rows, %(dated)s dated, last seen %(at)s",
                    rows=one.seen.rows,
                    dated=one.seen.dated,
                    at=moment(one.last_at),
                )
                for one in dated[:1]
            ),
        ]
        yield finding_of(facts, Kind.FIELD_MISSING, Severity.INFO, message, evidence, place=url)


def _titles(facts: SourceFacts, *, is_open: bool) -> Iterator[Finding]:
    """Articles that are called as the site is, or all the same, as none was before."""
    titles = [_folded(article.title) for article in facts.articles]
    if not titles or not titles[0]:
        return
    row = len(list(takewhile(lambda title: title == titles[0], titles)))
    named = titles[0] == _folded(facts.source.name)
    if row < (_LATEST if named else _ALL_ONE) or titles[0] in titles[row:]:
        return
    if row == len(titles) and not is_open:
        return  # too few to tell, or notices that always had one name
    message = filled(
        "the latest %(articles)s articles are all called %(title)s",
        articles=row,
        title=repr(facts.articles[0].title[:80]),
    )
    says_nothing = filled("a title that is the site's name says nothing of the article")
    evidence = [says_nothing] if named else []
    evidence += [_article(article) for article in facts.articles[:_LATEST]]
    yield finding_of(facts, Kind.TITLES, Severity.WARNING, message, evidence)


def _one_text(facts: SourceFacts, still: Collection[str]) -> Iterator[Finding]:
    """Articles with titles of their own and one and the same text, which none had before: what a
    portal says in place of its texts. Each counts as a copy of the first."""
    text = facts.articles[0].body_hash if facts.articles else ""
    row = list(takewhile(lambda each: text and each.body_hash == text, facts.articles))
    told = len({_folded(each.title) for each in row}) >= _ALL_ONE
    before = facts.articles[len(row) :]
    if not told or any(each.body_hash == text for each in before):
        return
    if not before and _ONE_TEXT not in still:
        return  # too few to tell, or notices that always had one text
    message = filled("the latest %(articles)s articles have the same text", articles=len(row))
    evidence = [_article(article) for article in row[:_LATEST]]
    yield finding_of(
        facts, Kind.FIELD_MISSING, Severity.WARNING, message, evidence, place=_ONE_TEXT
    )


def _long_past(facts: SourceFacts, still: Collection[str]) -> Iterator[Finding]:
    """The latest articles, seen on several days, are dated long before that, which those before
    them were not: what is read is the date of something else. Digests of a period lack them."""
    news = [each for each in facts.articles if not each.baseline and each.published]
    row = list(takewhile(_is_old, news))
    before = news[len(row) :]
    days = {each.first_seen_at.date() for each in row}
    usual = sum(not _is_old(each) for each in before) / max(1, len(before))
    began = len(before) >= _BEFORE and usual >= _USUAL
    if len(row) < _ALL_ONE or len(days) < _ALL_ONE // 2 or not (began or _OLD_DATES in still):
        return
    message = filled(
        "the latest %(articles)s articles are dated long before they were seen, such as %(day)s",
        articles=len(row),
        day=_day(row[0]),
    )
    evidence = [
        filled("%(article)s is dated %(day)s", article=_article(article), day=_day(article))
        for article in row[:5]
    ]
    yield finding_of(
        facts, Kind.FIELD_MISSING, Severity.WARNING, message, evidence, place=_OLD_DATES
    )


_ONE_TEXT, _OLD_DATES = "one_text", "old_dates"
_LONG_PAST = timedelta(days=30)


def _is_old(article: ArticleFact) -> bool:
    when = article.published
    return when is not None and when.day < (article.first_seen_at - _LONG_PAST).date()


def _day(article: ArticleFact) -> str:
    return article.published.iso if article.published else ""


def _rebuilt(facts: SourceFacts) -> Iterator[Finding]:
    """Known articles of which a field vanished, became the same for all, or which all changed at
    once: the portal builds its pages anew."""
    lost = [held for held in facts.held if not held.shown]
    changed = [held for held in facts.held if held.shown]
    if len(lost) < LOST and len(changed) < MANY:
        return
    latest = facts.held[0]
    words = Counter(what for held in lost for what in lost_of(held))
    parts = [
        filled("%(times)s lost their %(what)s", times=times, what=Term("thing", what))
        for what, times in words.most_common()
    ]
    parts += [filled("%(times)s changed at once", times=len(changed))] if changed else []
    message = filled(
        "its pages are built anew: of %(known)s known articles %(parts)s%(stands)s; held back "
        "until a person lets it go",
        known=len(facts.held),
        parts=joined(parts),
        stands=filled(", the old values stand") if lost else "",
    )
    evidence = [_before_and_after(held) for held in (*lost, *changed)[:6]]
    yield finding_of(
        facts,
        Kind.REDESIGN,
        Severity.WARNING,
        message,
        evidence,
        run=latest.run_id,
    )


def lost_of(held: HeldFact) -> Iterator[str]:
    """What a version that is held back lacks, in words."""
    (old, new), (was, now) = held.dates, held.characters
    if was_lost(old, new):
        yield "date"
    if held.titles[0] != held.titles[1]:
        yield "title"
    if 5 * now < was:
        yield "text"


def was_lost(old: str, new: str) -> bool:
    """Whether there was a date, as ISO, and now there is none, another, or one that says less."""
    return bool(old) and (new[:10] != old[:10] or len(new) < len(old))


def _before_and_after(held: HeldFact) -> str:
    (old, new), (was, now) = held.dates, held.characters
    none = filled("none")
    pieces = []
    if old != new:
        pieces.append(filled("date %(before)s → %(now)s", before=old or none, now=new or none))
    if held.titles[0] != held.titles[1]:
        before, after = (repr(_cut(title)) for title in held.titles)
        pieces.append(filled("title %(before)s → %(now)s", before=before, now=after))
    if 5 * now < was or not pieces:
        pieces.append(filled("text of %(before)s characters → %(now)s", before=was, now=now))
    changes = pieces[0]
    for piece in pieces[1:]:
        changes = filled("%(before)s; %(part)s", before=changes, part=piece)
    return filled(
        "article %(id)s %(at)s: %(changes)s",
        id=held.article_id,
        at=moment(held.at),
        changes=changes,
    )


def _cut(title: str) -> str:
    return title if len(title) <= 60 else f"{title[:59]}…"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _future(facts: SourceFacts, now: datetime) -> Iterator[Finding]:
    """Articles that were seen lately and whose pages date them days ahead of that."""
    seen = [each for each in facts.articles if now - each.first_seen_at <= _AHEAD_COUNTS]
    dated = [(each, when) for each in seen if (when := _days_ahead(each, now))]
    if not dated:
        return
    message = filled(
        "%(articles)s articles are dated in the future, such as %(day)s",
        articles=len(dated),
        day=dated[0][1].iso,
    )
    evidence = [
        filled("%(article)s is dated %(day)s", article=_article(article), day=when.iso)
        for article, when in dated[:5]
    ]
    yield finding_of(facts, Kind.FUTURE_DATES, Severity.INFO, message, evidence)


def _days_ahead(article: ArticleFact, now: datetime) -> When | None:
    """The date of an article that was refused for lying ahead, or that an import brought and which
    is still to come. One that was edited has a later date than its first sight, and rightly so."""
    if article.published is None:
        return article.ahead
    seen_at = max(article.first_seen_at + _AHEAD, now)
    return article.published if article.published.day > seen_at.date() else None


def _unreadable(facts: SourceFacts, *, is_open: bool) -> Iterator[Finding]:
    """Most article pages that the latest runs asked for were set aside or could not be had, and it
    was not so before. What could not be had may come by itself: two runs must have lost some. A run
    that understood none of its pages is an incident of its own."""
    others = [run for run in facts.runs if run.outcome is not Outcome.LAYOUT_CHANGED]
    tried = [each for run in others if (each := _tried(run, facts)).asked]
    asked, lost, losing, runs = 0, Counter[Outcome](), 0, 0
    for each in tried:
        if asked >= _ASIDE and (runs > 1 or not lost.keys() & _NOT_HAD):
            break
        runs += 1
        asked += each.asked
        lost += each.lost
        losing += bool(each.lost)
    before = tried[runs:]
    usual = sum(each.lost.total() for each in before) / max(sum(each.asked for each in before), 1)
    few = lost.total() < _ASIDE or lost.total() < 0.5 * asked or usual > 0.3
    once = losing == 1 and bool(lost.keys() & _NOT_HAD)
    if (few or once) and not (is_open and lost.total() > 0.3 * asked):
        return
    message = filled(
        "%(aside)s of the latest %(pages)s article pages could not be read",
        aside=lost.total(),
        pages=asked,
    )
    evidence: list[str] = [describe_run(each.run) for each in tried[:runs][:3]]
    words = [
        filled("%(outcome)s ×%(times)s", outcome=Term("outcome", word), times=times)
        for word, times in lost.most_common()
    ]
    evidence.append(joined(words))
    evidence.append(filled("%(share)s are usual", share=f"{usual:.0%}"))
    yield finding_of(facts, Kind.UNREADABLE, Severity.WARNING, message, evidence)


_NOT_HAD = {*UNREACHED, Outcome.BLOCKED, Outcome.ROBOTS, Outcome.GONE}


@dataclass(frozen=True, slots=True)
class _Tried:
    """How many article pages a run asked for, and those that it could not have or read."""

    run: Run
    asked: int
    lost: Counter[Outcome]


def _tried(run: Run, facts: SourceFacts) -> _Tried:
    lost = Counter({Outcome(word): times for word, times in run.reasons})
    del lost[Outcome.FAILED]  # an incident of its own
    seen = [each for each in facts.observations if each.first_run_id <= run.id <= each.last_run_id]
    lost -= Counter(each.seen.outcome for each in seen if each.seen.outcome not in WORKED)
    had = run.counts.new + run.counts.changed + run.counts.cosmetic
    return _Tried(run, max(run.counts.fetched, had + lost.total()), lost)

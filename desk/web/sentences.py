"""What other rooms say in an English sentence, in the language of the page: the sentence as it is
in English, else one that the catalogue makes of the same figures and names.

Sentences that stand are never taken apart. What is kept as a sentence alone (a run's reason) stays
as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from scheduler.health.wording import CrawlProof
from scheduler.jobs import Cause, Reason
from scheduler.rhythm import LEARNT_FROM, Rhythm
from scraper.relevance.watchlist import CORE_POINTS, RELATED_POINTS, Watchlist
from storage.articles.records import DateClue
from storage.relevance import Related, Score, ScorePart

from ..messages import Translator
from ..moments import day_in
from ..relevance import why_related
from ..relevance.why import Absent, Answer, InquiryFacts, Judgement, KeptArticle
from ..status import SourceStatus
from ..vocabularies import TERMS


def proof(words: Translator, found: CrawlProof) -> str:
    """What the last crawl proves."""
    if words.tag == "en":
        return found.describe()
    return words(
        "%(lists)s, %(rows)s%(newest)s, %(known)s",
        lists=words.plural("%(number)s list read", "%(number)s lists read", found.lists),
        rows=words.plural("%(number)s row", "%(number)s rows", found.rows),
        newest=words(", newest %(newest)s", newest=found.newest) if found.newest else "",
        known=words("%(n)s new", n=found.fresh) if found.fresh else words("all known"),
    )


def source_state(words: Translator, health: SourceStatus) -> str:
    """How a source does, in a word."""
    if health.word in TERMS["source_state"]:
        return words.term("source_state", health.word)
    if health.incidents:
        return words.term("incident", health.word)
    return words.term("outcome", health.word)


def rhythm(words: Translator, found: Rhythm | None) -> str:
    """How often a source has news. The text is empty for one that was never crawled."""
    if found is None:
        return ""
    if words.tag == "en":
        return found.describe()
    if not found.learnt:
        return words(
            "not known yet (%(days)s of %(needed)s days with news)",
            days=found.days,
            needed=LEARNT_FROM,
        )
    pace = found.pace
    often = (
        words("on %(days)s days a week", days=pace.days)
        if pace.days
        else words("on a day in %(days)s", days=pace.one_in)
    )
    return words(
        "about %(items)s %(often)s, mostly %(begin)s-%(end)s h",
        items=pace.items,
        often=often,
        begin=pace.begin,
        end=pace.end,
    )


def verdict(words: Translator, clue: DateClue) -> str:
    """What became of a date, and why where it was refused."""
    if words.tag == "en":
        return clue.verdict
    standing = words.term("standing", clue.status)
    return _detailed(words, standing, words.term("refusal", clue.why) if clue.why else "")


def _detailed(words: Translator, what: str, detail: str) -> str:
    return words("%(what)s: %(detail)s", what=what, detail=detail) if detail else what


def part(words: Translator, found: ScorePart) -> str:
    """What a part of a score is for."""
    return words.term("part", found.kind).replace("{}", words.term("part", found.what))


def parts(words: Translator, score: Score) -> str:
    """The parts of a score with their points."""
    texts = (f"{one.points:+g} {part(words, one)}" for one in score.parts)
    return words(", ").join(texts)


def related(words: Translator, other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common."""
    if words.tag == "en":
        return why_related(other, watchlist)
    if other.words:
        return words(
            "both say %(phrases)s", phrases=words.pgettext("names", ", ").join(other.words)
        )
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    return words(
        "both are about %(place)s and %(topic)s",
        place=place.label(words.tag) if place else other.place,
        topic=topic.label(words.tag) if topic else other.topic,
    )


def held(words: Translator, reason: Reason, zone: str) -> str:
    """Why a job would not run."""
    if words.tag == "en":
        return reason.describe(zone)
    match reason.cause:
        case Cause.GLOBAL_PAUSE:
            return words(
                "everything is paused by %(person)s: %(said)s",
                person=reason.person,
                said=reason.said,
            )
        case Cause.PAUSE:
            return words(
                "paused until %(until)s by %(person)s: %(said)s",
                until=reason.local("%Y-%m-%d %H:%M", zone),
                person=reason.person,
                said=reason.said,
            )
        case Cause.FAILURES:
            return words.plural(
                "rests until %(until)s, since it failed %(number)s time in a row",
                "rests until %(until)s, since it failed %(number)s times in a row",
                reason.failures,
                until=reason.local("%H:%M", zone),
            )
        case Cause.QUIET:
            return words("no news is expected before %(until)s", until=reason.local("%H:%M", zone))


def cities(words: Translator, watchlist: Watchlist) -> dict[str, str]:
    """What the cities and provinces of sources are called, by their English names."""
    return {one.en: one.label(words.tag) for one in watchlist.gazetteer.places.values()}


# Why something is here or is not.


def why(words: Translator, facts: InquiryFacts, judgement: Judgement, zone: str) -> str:
    """The judgement in one sentence. Days are given as they were in `zone`, an IANA name."""
    if words.tag == "en":
        return judgement.reason
    if isinstance(facts.known, Absent):
        return _ABSENT[judgement.answer](words, facts, facts.known, zone)
    return _KEPT[judgement.answer](words, facts.known, zone)


def _people(words: Translator, kept: KeptArticle, zone: str) -> str:
    said = (
        (
            words(
                "%(verb)s by %(person)s on %(day)s",
                verb=words.term("verb", one.verb),
                person=one.person,
                day=day_in(one.at, zone),
            ),
            one.value,
        )
        for one in kept.people.decisions
    )
    return words("; ").join(_detailed(words, what, detail) for what, detail in said)


def _withdrawn(words: Translator, kept: KeptArticle, zone: str) -> str:
    gone = kept.article.gone_at
    assert gone is not None
    what = words("withdrawn by its publisher, seen %(day)s", day=day_in(gone, zone))
    return _detailed(words, what, kept.gone_evidence)


def _copy(words: Translator, kept: KeptArticle, zone: str) -> str:
    lead, proof = kept.lead, kept.proof
    share = (
        words(", %(share)s of its text stands there", share=f"{proof.share:.0%}")
        if proof and proof.share
        else ""
    )
    return words(
        "a copy in story %(story)s, told under article %(lead)s (%(url)s%(share)s)",
        story=kept.article.story_id,
        lead=lead.id,
        url=lead.url,
        share=share,
    )


def _in_issue(words: Translator, kept: KeptArticle, zone: str) -> str:
    said = dict.fromkeys((one.digest, one.role) for one in kept.issues)
    return words("; ").join(words.term("in_issue", role, n=number) for number, role in said)


def _after_cut_off(words: Translator, kept: KeptArticle, zone: str) -> str:
    head = kept.cut_off
    assert head is not None
    seen = day_in(kept.article.first_seen_at, zone)
    return words(
        "seen on %(seen)s, after the cut-off of issue %(issue)s (%(until)s)",
        seen=seen,
        issue=head.number,
        until=day_in(head.until, zone),
    )


def _below(words: Translator, kept: KeptArticle, zone: str) -> str:
    if kept.found is None:
        return words("no watchlist has looked at it yet")
    best = kept.best
    points = best.deciding if best else 0.0
    short = words(
        "%(related)s points short of related, %(core)s of core",
        related=f"{RELATED_POINTS - points:g}",
        core=f"{CORE_POINTS - points:g}",
    )
    what = _graded(words, kept) if best else words("no watched name counts in it")
    return _detailed(words, what, short)


def _in(words: Translator, kept: KeptArticle, zone: str) -> str:
    assert kept.best is not None
    short = CORE_POINTS - kept.best.deciding
    missing = words("; %(points)s points short of core", points=f"{short:g}") if short > 0 else ""
    return words(
        "%(graded)s, %(points)s points%(missing)s",
        graded=_graded(words, kept),
        points=f"{kept.best.deciding:g}",
        missing=missing,
    )


def _graded(words: Translator, kept: KeptArticle) -> str:
    best = kept.best
    assert best is not None
    return words(
        "%(grade)s of %(topic)s (%(parts)s)",
        grade=words.term("grade", kept.grade or "none"),
        topic=best.topic,
        parts=parts(words, best),
    )


_KEPT: Mapping[Answer, Callable[[Translator, KeptArticle, str], str]] = {
    Answer.REJECTED: _people,
    Answer.ACCEPTED: _people,
    Answer.WITHDRAWN: _withdrawn,
    Answer.COPY: _copy,
    Answer.IN_ISSUE: _in_issue,
    Answer.AFTER_ISSUE: _after_cut_off,
    Answer.BELOW: _below,
    Answer.KEPT: _in,
}


def _aside(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    aside = known.aside
    assert aside is not None
    return words.plural(
        "set aside since %(since)s (%(how)s), met %(number)s time, last %(last)s",
        "set aside since %(since)s (%(how)s), met %(number)s times, last %(last)s",
        aside.tries,
        since=day_in(aside.first_seen_at, zone),
        how=_detailed(words, words.term("outcome", aside.outcome), aside.reason),
        last=day_in(aside.last_seen_at, zone),
    )


def _listed(words: Translator, known: Absent, zone: str) -> str:
    first = min(row.first_seen_at for row in known.listed)
    return words("listed since %(day)s", day=day_in(first, zone))


def _failed(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    failed = [one.outcome for one in known.tries if one.outcome not in _FINE]
    counted = Counter(failed).most_common()
    how = (f"{words.term('outcome', one)} ×{times}" for one, times in counted)
    return words.plural(
        "%(listed)s, asked for %(number)s time in vain (%(how)s); %(again)s",
        "%(listed)s, asked for %(number)s times in vain (%(how)s); %(again)s",
        len(failed),
        listed=_listed(words, known, zone),
        how=words.pgettext("names", ", ").join(how),
        again=words("it rests before it is asked for again")
        if known.rests
        else words("the next crawl asks"),
    )


_FINE = ("ok", "unchanged", "partial")


def _not_taken(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words(
        "%(listed)s; the link rule of %(source)s takes no such address for an article",
        listed=_listed(words, known, zone),
        source=facts.source_id,
    )


def _passed_over(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words(
        "%(listed)s by a back-fill, which did not ask for what is older than it was told",
        listed=_listed(words, known, zone),
    )


def _pending(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words(
        "%(listed)s and not asked for yet; the next crawl does",
        listed=_listed(words, known, zone),
    )


def _never_crawled(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words("%(source)s takes it and was never crawled", source=facts.source_id)


def _never_listed(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words(
        "no list of %(source)s has shown it so far%(around)s",
        source=facts.source_id,
        around=_around(words, known),
    )


def _around(words: Translator, known: Absent) -> str:
    """How the lists bracket the day."""
    if known.day is None:
        return ""
    both = sum(1 for one in known.brackets if one.earlier and one.later)
    if both:
        return words.plural(
            "; %(number)s list has rows before and after %(day)s",
            "; %(number)s lists have rows before and after %(day)s",
            both,
            day=known.day,
        )
    if any(one.earlier for one in known.brackets):
        return words(
            "; none of its rows is later than %(day)s: it may not have been out yet",
            day=known.day,
        )
    if any(one.later for one in known.brackets):
        return words("; none of its rows reaches back to %(day)s", day=known.day)
    return words("; its rows have no dates")


def _no_source(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    near = words.pgettext("names", ", ").join(one.id for one in known.near)
    hint = words("; near it: %(sources)s", sources=near) if near else ""
    return words("no source takes that address%(hint)s", hint=hint)


def _unknown(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return words("no article and no row of a list has such a title")


_ABSENT: Mapping[Answer, Callable[[Translator, InquiryFacts, Absent, str], str]] = {
    Answer.QUARANTINED: _aside,
    Answer.FAILED: _failed,
    Answer.NOT_TAKEN: _not_taken,
    Answer.PASSED_OVER: _passed_over,
    Answer.PENDING: _pending,
    Answer.NEVER_CRAWLED: _never_crawled,
    Answer.NEVER_LISTED: _never_listed,
    Answer.NO_SOURCE: _no_source,
    Answer.UNKNOWN: _unknown,
}

"""Why something is here, or is not: a judgement over facts, in one word, one sentence, and the
command that comes next.

Pure: the facts are gathered by `inquiry`, and the answer is shown by others, each in the language
of its reader. A further place where something can be (an issue of a digest) is one more fact of
`KeptArticle` and one more judge in `_KEPT`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from shlex import quote
from typing import TYPE_CHECKING

from scraper.relevance.watchlist import CORE_POINTS, RELATED_POINTS
from scraper.sources.links import authority_of
from storage.decisions import State
from storage.digests import PUBLISHED
from storage.types import Grade

from ..moments import day_in

if TYPE_CHECKING:
    from datetime import date

    from scraper.relevance.match import Unmet
    from scraper.sources.model import Source
    from storage.articles.records import Article, RenderedPage
    from storage.decisions import Verdict
    from storage.digests import DigestHead, PublishedItem
    from storage.lists import Bracket, ListedRow
    from storage.pages import FetchAttempt, Quarantined
    from storage.relevance import Related, Relevance, Score, ScorePart
    from storage.stories.queries import Publication, StoryProof
    from storage.types import Outcome

    from ..messages import Translator

# The facts: of an article of the archive, or of what is none.


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What is known of an article of the archive. `proof` says why it belongs to its story, if it
    does not lead it. `is_current` whether today's watchlist has seen it. `issues` what digests said
    of its story, `cut_off` the latest of them if the story came after what that is about.
    `rendered` how its page came about where scripts made it."""

    article: Article
    found: Relevance | None
    watched: tuple[str, ...]
    is_current: bool
    lead: Publication
    proof: StoryProof | None
    people: Verdict
    gone_evidence: str = ""
    unmet: tuple[Unmet, ...] = ()
    related: tuple[Related, ...] = ()
    issues: tuple[PublishedItem, ...] = ()
    cut_off: DigestHead | None = None
    rendered: RenderedPage | None = None

    @property
    def best(self) -> Score | None:
        """The strongest score of a watched topic."""
        scores = (
            [one for one in self.found.scores if one.topic in self.watched] if self.found else []
        )
        return max(scores, key=lambda one: one.deciding, default=None)

    @property
    def grade(self) -> Grade | None:
        """The strongest grade of a watched topic."""
        return self.found.grade(self.watched) if self.found else None


@dataclass(frozen=True, slots=True)
class Absent:
    """What is known of an address that is no article of the archive.

    `source` takes the address, or was named. `is_taken` whether its rules allow the address,
    `rests` whether it failed too lately to be asked for again. `rereads` whether the page that was
    set aside may read otherwise today, without asking for it again. `near` are sources that come
    near it where none takes it.
    """

    source: Source | None = None
    is_taken: bool = False
    was_crawled: bool = False
    aside: Quarantined | None = None
    listed: tuple[ListedRow, ...] = ()
    tries: tuple[FetchAttempt, ...] = ()
    rests: bool = False
    rereads: bool = False
    day: date | None = None
    brackets: tuple[Bracket, ...] = ()
    near: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class InquiryFacts:
    """What is known of what was asked for. `source_id` and `url` are empty where a title led
    nowhere, `likeness` how like the title is to what was asked, where it was asked by title."""

    url: str
    source_id: str
    title: str
    known: KeptArticle | Absent
    likeness: float | None = None


class Answer(StrEnum):
    """Where something stands."""

    KEPT = "kept"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    COPY = "copy"
    BELOW = "below grade"
    IN_ISSUE = "in an issue"
    AFTER_ISSUE = "after the cut-off"
    QUARANTINED = "quarantined"
    FAILED = "listed and failed"
    PENDING = "listed and owed"
    PASSED_OVER = "listed and passed over"
    NOT_TAKEN = "listed and not taken"
    NEVER_LISTED = "never listed"
    NEVER_CRAWLED = "never crawled"
    NO_SOURCE = "no source"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer, in one sentence. `next` is the command to type, without `hubwatch`, if any.
    Points are what it is short of being related and core. None for what is not in the archive."""

    answer: Answer
    reason: str
    next: str = ""
    short_of_related: float | None = None
    short_of_core: float | None = None


def judge(facts: InquiryFacts, words: Translator, zone: str) -> Judgement:
    """What the facts come to, in the language of `words`. Days are those of `zone`, an IANA
    name."""
    if isinstance(facts.known, Absent):
        return Judgement(*_absent(facts, facts.known, words, zone))
    kept = facts.known
    found = next(found for each in _KEPT if (found := each(kept, words, zone)))
    points = kept.best.deciding if kept.best else 0.0
    related, core = (max(0.0, wanted - points) for wanted in (RELATED_POINTS, CORE_POINTS))
    return Judgement(*found, related, core)


_Found = tuple[Answer, str, str]
"""The answer, the reason, what to type next."""


def _detailed(words: Translator, what: str, detail: str) -> str:
    return words("%(what)s: %(detail)s", what=what, detail=detail) if detail else what


# What is in the archive.


def _rejected(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    if kept.people.state is not State.REJECTED:
        return None
    return Answer.REJECTED, _by_whom(kept, words, zone), f"stories show {kept.article.story_id}"


def _withdrawn(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    withdrawn_at = kept.article.withdrawn_at
    if withdrawn_at is None:
        return None
    day = day_in(withdrawn_at, zone)
    what = words("withdrawn by its publisher, seen %(day)s", day=day)
    reason = _detailed(words, what, kept.gone_evidence)
    return Answer.WITHDRAWN, reason, f"show {kept.article.id}"


def _copy(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    lead, proof = kept.lead, kept.proof
    if lead.id == kept.article.id:
        return None
    share = f"{proof.share:.0%}" if proof and proof.share else ""
    reason = words(
        "a copy in story %(story)s, told under article %(lead)s (%(url)s%(share)s)",
        story=kept.article.story_id,
        lead=lead.id,
        url=lead.url,
        share=words(", %(share)s of its text stands there", share=share) if share else "",
    )
    return Answer.COPY, reason, f"stories show {kept.article.story_id}"


def _in_issue(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    """Each issue that said something of the story, with what it said."""
    last = next((one.digest for one in reversed(kept.issues) if one.role in PUBLISHED), None)
    if last is None:
        return None
    said = dict.fromkeys((one.digest, one.role) for one in kept.issues)
    reasons = (words.term("in_issue", role, n=number) for number, role in said)
    return Answer.IN_ISSUE, words("; ").join(reasons), f"digest show {last}"


def _after_cut_off(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    head = kept.cut_off
    if head is None or kept.issues:
        return None
    reason = words(
        "seen on %(seen)s, after the cut-off of issue %(issue)s (%(until)s)",
        seen=day_in(kept.article.first_seen_at, zone),
        issue=head.number,
        until=day_in(head.until, zone),
    )
    return Answer.AFTER_ISSUE, reason, "digest draft --since-last"


def _accepted(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    if kept.people.state is not State.ACCEPTED:
        return None
    return Answer.ACCEPTED, _by_whom(kept, words, zone), f"show {kept.article.id}"


def _below(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    if kept.grade in (Grade.CORE, Grade.RELATED):
        return None
    if kept.found is None:
        return Answer.BELOW, words("no watchlist has looked at it yet"), "reread grades"
    best = kept.best
    points = best.deciding if best else 0.0
    what = words("no watched name counts in it")
    if best is not None:
        what = words(
            "%(grade)s of %(topic)s (%(parts)s)%(deciding)s",
            grade=words.term("grade", kept.grade or "none"),
            topic=best.topic,
            parts=parts(words, best),
            deciding=_deciding(words, best),
        )
    short = words(
        "%(related)s points short of related, %(core)s of core",
        related=f"{RELATED_POINTS - points:g}",
        core=f"{CORE_POINTS - points:g}",
    )
    return Answer.BELOW, _detailed(words, what, short), "watchlist test"


def _kept(kept: KeptArticle, words: Translator, zone: str) -> _Found | None:
    best = kept.best
    assert best is not None  # below grade otherwise
    short = CORE_POINTS - best.deciding
    reason = words(
        "%(grade)s of %(topic)s, %(points)s points (%(parts)s)%(deciding)s%(missing)s",
        grade=words.term("grade", kept.grade or "none"),
        topic=best.topic,
        points=f"{best.points:g}",
        parts=parts(words, best),
        deciding=_deciding(words, best),
        missing=words("; %(points)s points short of core", points=f"{short:g}")
        if short > 0
        else "",
    )
    return Answer.KEPT, reason, f"show {kept.article.id}"


def _deciding(words: Translator, score: Score) -> str:
    """How many of the points make the grade, where not all do."""
    if score.deciding == score.points:
        return ""
    return words("; %(points)s points make the grade", points=f"{score.deciding:g}")


_KEPT: tuple[Callable[[KeptArticle, Translator, str], _Found | None], ...] = (
    *(_rejected, _withdrawn, _copy, _in_issue, _accepted, _below, _after_cut_off),
    _kept,
)
"""In this order: the first that has something to say is the answer."""


def part(words: Translator, found: ScorePart) -> str:
    """What a part of a score is for."""
    return words.term("part", found.kind).replace("{}", words.term("part", found.what))


def parts(words: Translator, score: Score) -> str:
    """The parts of a score with their points."""
    return words(", ").join(f"{one.points:+g} {part(words, one)}" for one in score.parts)


def format_score(words: Translator, score: Score) -> str:
    """The points of a topic, all parts: `hub-city (core): 10 points: +10 in the title`."""
    return words(
        "%(topic)s (%(grade)s): %(points)s points: %(parts)s",
        topic=score.topic,
        grade=words.term("grade", score.grade),
        points=f"{score.points:g}",
        parts=parts(words, score),
    )


def _by_whom(kept: KeptArticle, words: Translator, zone: str) -> str:
    said = (
        _detailed(
            words,
            words(
                "%(decided)s by %(person)s on %(day)s",
                decided=words.term("decided", one.verb),
                person=one.person,
                day=day_in(one.at, zone),
            ),
            one.value,
        )
        for one in kept.people.decisions
    )
    return words("; ").join(said)


# What is not.


def _absent(facts: InquiryFacts, known: Absent, words: Translator, zone: str) -> _Found:
    source = facts.source_id
    if known.aside is not None:
        return _set_aside(known, known.aside, words, zone)
    if known.listed:
        return _listed(facts, known, words, zone)
    if not source:
        return _nowhere(facts, known, words)
    if not known.was_crawled:
        reason = words("%(source)s takes it and was never crawled", source=source)
        return Answer.NEVER_CRAWLED, reason, f"crawl {source}"
    reason = words(
        "no list of %(source)s has shown it so far%(around)s",
        source=source,
        around=_around(words, known),
    )
    since = f" --since {known.day}" if known.day else ""
    then = f"backfill {source}{since}" if since or not facts.url else f"crawl {facts.url}"
    return Answer.NEVER_LISTED, reason, then


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


def _set_aside(known: Absent, aside: Quarantined, words: Translator, zone: str) -> _Found:
    reason = words.plural(
        "set aside since %(since)s (%(how)s), met %(number)s time, last %(last)s",
        "set aside since %(since)s (%(how)s), met %(number)s times, last %(last)s",
        aside.tries,
        since=day_in(aside.first_seen_at, zone),
        how=_detailed(words, words.term("outcome", aside.outcome), aside.reason),
        last=day_in(aside.last_seen_at, zone),
    )
    then = f"reread quarantine {aside.source_id}"
    return Answer.QUARANTINED, reason, then if known.rereads else f"{then} --fetch"


def _listed(facts: InquiryFacts, known: Absent, words: Translator, zone: str) -> _Found:
    first = min(row.first_seen_at for row in known.listed)
    listed = words("listed since %(day)s", day=day_in(first, zone))
    crawl = f"crawl {quote(facts.url)}"
    failed = [one.outcome for one in known.tries if one.outcome not in _FINE]
    if failed:
        return Answer.FAILED, _in_vain(failed, listed, known, words), crawl
    if known.source is not None and not known.is_taken:
        reason = words(
            "%(listed)s; the link rule of %(source)s takes no such address for an article",
            listed=listed,
            source=facts.source_id,
        )
        return Answer.NOT_TAKEN, reason, f"sources show {facts.source_id}"
    if not any("crawl" in row.kinds for row in known.listed):
        reason = words(
            "%(listed)s by a back-fill, which did not ask for what is older than it was told",
            listed=listed,
        )
        return Answer.PASSED_OVER, reason, crawl
    reason = words("%(listed)s and not asked for yet; the next crawl does", listed=listed)
    return Answer.PENDING, reason, crawl


_FINE = ("ok", "unchanged", "partial")


def _in_vain(failed: list[Outcome], listed: str, known: Absent, words: Translator) -> str:
    counted = (
        _counted(words, words.term("outcome", one), times)
        for one, times in Counter(failed).most_common()
    )
    rests, asks = words("it rests before it is asked for again"), words("the next crawl asks")
    return words.plural(
        "%(listed)s, asked for %(number)s time in vain (%(how)s); %(again)s",
        "%(listed)s, asked for %(number)s times in vain (%(how)s); %(again)s",
        len(failed),
        listed=listed,
        how=words.pgettext("names", ", ").join(counted),
        again=rests if known.rests else asks,
    )


def _counted(words: Translator, outcome: str, times: int) -> str:
    if times == 1:
        return words.pgettext("once", "%(outcome)s") % {"outcome": outcome}
    return words("%(outcome)s ×%(times)s", outcome=outcome, times=times)


def _nowhere(facts: InquiryFacts, known: Absent, words: Translator) -> _Found:
    if not facts.url:
        return Answer.UNKNOWN, words("no article and no row of a list has such a title"), "sources"
    here = next((one.id for one in known.near if authority_of(facts.url) in one.links.hosts), "")
    if here:
        reason = words(
            "%(source)s watches that host, and its link rule takes no such address for an article",
            source=here,
        )
        return Answer.NO_SOURCE, reason, f"sources show {here}"
    near = words.pgettext("names", ", ").join(source.id for source in known.near)
    hint = words("; near it: %(sources)s", sources=near) if near else ""
    reason = words("no source takes that address%(hint)s", hint=hint)
    return Answer.NO_SOURCE, reason, f"sources add {quote(facts.url)}"

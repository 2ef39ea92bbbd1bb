"""Why something is here, or is not: a judgement over facts, in one word, one sentence, and the
command that comes next.

Pure: the facts are gathered by `inquiry`, and the answer is printed by others. A further place
where something can be (an issue of a digest) is one more fact of `KeptArticle` and one more judge
in `_KEPT`.
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
from storage.digests import PUBLISHED, ArticleRole
from storage.types import Grade

from ..moments import day_in
from ..text import pluralise

if TYPE_CHECKING:
    from datetime import date

    from scraper.relevance.match import Unmet
    from scraper.sources.model import Source
    from storage.articles.records import Article
    from storage.decisions import Verdict
    from storage.digests import DigestHead, PublishedItem
    from storage.lists import Bracket, ListedRow
    from storage.pages import FetchAttempt, Quarantined
    from storage.relevance import Related, Relevance, Score
    from storage.stories.queries import Publication, StoryProof

# The facts: of an article of the archive, or of what is none.


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What is known of an article of the archive. `proof` says why it belongs to its story, if it
    does not lead it. `is_current` whether today's watchlist has seen it. `issues` what digests said
    of its story, `cut_off` the latest of them if the story came after what that is about."""

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
    `rests` whether it failed too lately to be asked for again. `near` are sources that come near it
    where none takes it.
    """

    source: Source | None = None
    is_taken: bool = False
    was_crawled: bool = False
    aside: Quarantined | None = None
    listed: tuple[ListedRow, ...] = ()
    tries: tuple[FetchAttempt, ...] = ()
    rests: bool = False
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


def judge(facts: InquiryFacts, zone: str) -> Judgement:
    """What the facts come to. Days are those of `zone`, an IANA name."""
    if isinstance(facts.known, Absent):
        return _absent(facts, facts.known, zone)
    kept = facts.known
    answer, reason, then = next(found for each in _KEPT if (found := each(kept, zone)))
    points = kept.best.deciding if kept.best else 0.0
    related, core = (max(0.0, wanted - points) for wanted in (RELATED_POINTS, CORE_POINTS))
    return Judgement(answer, reason, then, related, core)


_Found = tuple[Answer, str, str]


def _rejected(kept: KeptArticle, zone: str) -> _Found | None:
    if kept.people.state is not State.REJECTED:
        return None
    return Answer.REJECTED, _by_whom(kept.people, zone), f"story {kept.article.story_id}"


def _withdrawn(kept: KeptArticle, zone: str) -> _Found | None:
    if kept.article.gone_at is None:
        return None
    how = f": {kept.gone_evidence}" if kept.gone_evidence else ""
    reason = f"withdrawn by its publisher, seen {day_in(kept.article.gone_at, zone)}{how}"
    return Answer.WITHDRAWN, reason, f"show {kept.article.id}"


def _copy(kept: KeptArticle, zone: str) -> _Found | None:
    lead = kept.lead
    if lead.id == kept.article.id:
        return None
    proof = kept.proof
    share = f", {proof.share:.0%} of its text stands there" if proof and proof.share else ""
    where = f"told under article {lead.id} ({lead.url}{share})"
    reason = f"a copy in story {kept.article.story_id}, {where}"
    return Answer.COPY, reason, f"story {kept.article.story_id}"


def _in_issue(kept: KeptArticle, zone: str) -> _Found | None:
    """Each issue that said something of the story, with what it said."""
    if not any(one.role in PUBLISHED for one in kept.issues):
        return None
    said = dict.fromkeys((one.digest, _ROLES[one.role]) for one in kept.issues)
    reason = "; ".join(f"{how} issue {number}" for number, how in said)
    last = next(one.digest for one in reversed(kept.issues) if one.role in PUBLISHED)
    return Answer.IN_ISSUE, reason, f"digest show {last}"


_ROLES = {
    ArticleRole.NEWS: "told as news in",
    ArticleRole.UPDATED: "told as updated in",
    ArticleRole.TRIMMED: "left out by its editor from",
    ArticleRole.WAITING: "left for later by",
    ArticleRole.REJECTED: "rejected when they made",
}


def _after_cut_off(kept: KeptArticle, zone: str) -> _Found | None:
    head = kept.cut_off
    if head is None or kept.issues:
        return None
    seen = day_in(kept.article.first_seen_at, zone)
    reason = (
        f"seen on {seen}, after the cut-off of issue {head.number} ({day_in(head.until, zone)})"
    )
    return Answer.AFTER_ISSUE, reason, "digest draft --since-last"


def _accepted(kept: KeptArticle, zone: str) -> _Found | None:
    if kept.people.state is not State.ACCEPTED:
        return None
    return Answer.ACCEPTED, _by_whom(kept.people, zone), f"show {kept.article.id}"


def _below(kept: KeptArticle, zone: str) -> _Found | None:
    if kept.grade in (Grade.CORE, Grade.RELATED):
        return None
    if kept.found is None:
        return Answer.BELOW, "no watchlist has looked at it yet", "rematch"
    best = kept.best
    points = best.deciding if best else 0.0
    why = (
        f"{kept.grade} of {best.topic} ({_parts(best)})" if best else "no watched name counts in it"
    )
    short = f"{RELATED_POINTS - points:g} points short of related, {CORE_POINTS - points:g} of core"
    return Answer.BELOW, f"{why}: {short}", "watchlist test"


def _kept(kept: KeptArticle, zone: str) -> _Found | None:
    best = kept.best
    assert best is not None  # below grade otherwise
    short = CORE_POINTS - best.deciding
    missing = f"; {short:g} points short of core" if short > 0 else ""
    reason = f"{kept.grade} of {best.topic}, {best.deciding:g} points ({_parts(best)}){missing}"
    return Answer.KEPT, reason, f"show {kept.article.id}"


_KEPT: tuple[Callable[[KeptArticle, str], _Found | None], ...] = (
    *(_rejected, _withdrawn, _copy, _in_issue, _accepted, _below, _after_cut_off),
    _kept,
)
"""In this order: the first that has something to say is the answer."""


def _parts(score: Score) -> str:
    return ", ".join(f"{part.points:+g} {part.why}" for part in score.parts)


def _by_whom(verdict: Verdict, zone: str) -> str:
    return "; ".join(
        f"{one.verb}ed by {one.person} on {day_in(one.at, zone)}"
        + (f": {one.value}" if one.value else "")
        for one in verdict.decisions
    )


def _absent(facts: InquiryFacts, known: Absent, zone: str) -> Judgement:
    source = facts.source_id
    if known.aside is not None:
        return _set_aside(known.aside, zone)
    if known.listed:
        return _listed(facts, known, zone)
    if not source:
        return _nowhere(facts, known)
    if not known.was_crawled:
        return Judgement(
            Answer.NEVER_CRAWLED, f"{source} takes it and was never crawled", f"crawl {source}"
        )
    since = f" --since {known.day}" if known.day else ""
    return Judgement(
        Answer.NEVER_LISTED,
        f"no list of {source} has shown it so far{_around(known)}",
        f"backfill {source}{since}" if since or not facts.url else f"crawl {facts.url}",
    )


def _around(known: Absent) -> str:
    """How the lists bracket the day, in words."""
    if known.day is None:
        return ""
    both = [one for one in known.brackets if one.earlier and one.later]
    if both:
        have = "list has" if len(both) == 1 else "lists have"
        return f"; {len(both)} {have} rows before and after {known.day}"
    if any(one.earlier for one in known.brackets):
        return f"; none of its rows is later than {known.day}: it may not have been out yet"
    if any(one.later for one in known.brackets):
        return f"; none of its rows reaches back to {known.day}"
    return "; its rows have no dates"


def _set_aside(aside: Quarantined, zone: str) -> Judgement:
    how = f"{aside.outcome}: {aside.reason}" if aside.reason else aside.outcome
    since = f"set aside since {day_in(aside.first_seen_at, zone)} ({how})"
    last = day_in(aside.last_seen_at, zone)
    then = f"quarantine retry {aside.source_id}"
    return Judgement(
        Answer.QUARANTINED,
        f"{since}, met {pluralise(aside.tries, 'time')}, last {last}",
        then if aside.snapshot_id is not None else f"{then} --fetch",
    )


def _listed(facts: InquiryFacts, known: Absent, zone: str) -> Judgement:
    since = f"listed since {day_in(min(row.first_seen_at for row in known.listed), zone)}"
    crawl = f"crawl {quote(facts.url)}"
    failed = [one for one in known.tries if one.outcome not in ("ok", "unchanged", "partial")]
    if failed:
        words = Counter(one.outcome.value for one in failed).most_common()
        how = ", ".join(f"{word} ×{times}" if times > 1 else word for word, times in words)
        again = "it rests before it is asked for again" if known.rests else "the next crawl asks"
        reason = f"{since}, asked for {pluralise(len(failed), 'time')} in vain ({how}); {again}"
        return Judgement(Answer.FAILED, reason, crawl)
    if known.source is not None and not known.is_taken:
        reason = f"{since}; the link rule of {facts.source_id} takes no such address for an article"
        return Judgement(Answer.NOT_TAKEN, reason, f"sources show {facts.source_id}")
    if not any("crawl" in row.kinds for row in known.listed):
        reason = f"{since} by a back-fill, which did not ask for what is older than it was told"
        return Judgement(Answer.PASSED_OVER, reason, crawl)
    return Judgement(Answer.PENDING, f"{since} and not asked for yet; the next crawl does", crawl)


def _nowhere(facts: InquiryFacts, known: Absent) -> Judgement:
    if not facts.url:
        reason = "no article and no row of a list has such a title"
        return Judgement(Answer.UNKNOWN, reason, "sources")
    here = next((one.id for one in known.near if authority_of(facts.url) in one.links.hosts), "")
    if here:
        reason = f"{here} watches that host, and its link rule takes no such address for an article"
        return Judgement(Answer.NO_SOURCE, reason, f"sources show {here}")
    near = ", ".join(source.id for source in known.near)
    hint = f"; near it: {near}" if near else ""
    return Judgement(
        Answer.NO_SOURCE, f"no source takes that address{hint}", f"sources add {quote(facts.url)}"
    )

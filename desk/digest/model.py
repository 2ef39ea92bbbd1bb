"""What a digest is: an edition (title, period, scope), its numbered items, its coverage.

`Material` is what the archive holds for an edition, of which `build` makes a digest. Plain values,
ready to be rendered in any format. Nothing here is escaped for one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.articles.records import Article, Edit, Evidence
from storage.decisions import State, Verdict
from storage.digests import ArticleRole, Basis, DigestProof, DigestState
from storage.runs import Crawled
from storage.slots import CAUGHT_UP, NO_GAPS, Unfilled
from storage.sources import SourceRef, SourceState
from storage.types import Grade, Outcome, When

from .. import _
from ..pictures import Picture

_MOMENT = timedelta(milliseconds=1)  # the archive's instants are as fine as that


class Format(StrEnum):
    """What a digest can be rendered as."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    MD = "md"
    TXT = "txt"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    ATOM = "atom"
    EML = "eml"
    FIGURES = "figures.csv"


class Scope(StrEnum):
    """Which stories belong in: all, those with a watched name of grade core or related, or those
    that people accepted."""

    ALL = "all"
    RELEVANT = "relevant"
    ACCEPTED = "accepted"


class Grouping(StrEnum):
    """What the sections are: cities or topics."""

    CITY = "city"
    TOPIC = "topic"


class DigestLanguage(StrEnum):
    """In which language a digest says its own words. Both: in Chinese, then in English."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` (inclusive) to `until` (exclusive), both aware. `zone` is the IANA name of the
    zone in which people read it."""

    since: datetime
    until: datetime
    zone: str

    def contains(self, moment: datetime | None) -> bool:
        """Whether an instant falls within."""
        return moment is not None and self.since <= moment < self.until

    def with_all(self, moments: Iterable[datetime]) -> Period:
        """A period that holds these instants as well."""
        instants = list(moments)
        since = min([self.since, *instants])
        until = max([self.until, *(moment + _MOMENT for moment in instants)])
        return Period(since, until, self.zone)

    def contains_day(self, when: When | None) -> bool:
        """Whether a published date falls on one of the period's days, in the period's zone."""
        if when is None:
            return False
        zone = ZoneInfo(self.zone)
        day = when.day_in(self.zone)
        return self.since.astimezone(zone).date() <= day <= self.until.astimezone(zone).date()

    def local(self, moment: datetime) -> str:
        """An instant as people read it: `2024-06-03 08:00` in the period's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")

    @property
    def label(self) -> str:
        """`2024-06-03 08:00 to 2024-06-10 08:00, Asia/Shanghai`."""
        since, until = self.local(self.since), self.local(self.until)
        return _("%(since)s to %(until)s, %(zone)s", since=since, until=until, zone=self.zone)


@dataclass(frozen=True, slots=True)
class Edition:
    """What somebody asked for. `topics` restricts to those of the watchlist, if there are any.
    `watched` are the topics that make a story relevant (none named: every topic does). `language`
    is that of our own words, not of what pages say."""

    title: str
    period: Period
    scope: Scope = Scope.ALL
    topics: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    grouping: Grouping = Grouping.CITY
    language: DigestLanguage = DigestLanguage.EN

    @property
    def selection(self) -> str:
        """What it is limited to, in words. Issues with the same selection are a series."""
        topics = f"; {', '.join(sorted(self.topics))}" if self.topics else ""
        return f"{self.scope}{topics}"


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that made a story relevant, cut around the phrase that matched."""

    before: str
    phrase: str
    after: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.before}{self.phrase}{self.after}"


@dataclass(frozen=True, slots=True)
class Copy:
    """Another address at which a story stands."""

    url: str
    publisher: str
    published: When | None
    article_id: int = 0
    proof: DigestProof | None = None


@dataclass(frozen=True, slots=True)
class OtherPage:
    """The page of another article than that of an item, on which something of it stands."""

    article_id: int
    title: str
    language: str
    publisher: str
    published: When | None
    url: str
    proof: DigestProof | None = None


@dataclass(frozen=True, slots=True)
class EventReport:
    """Another story that tells the event of an item, by its first article. `issue` is the first
    issue that published it, or None."""

    story_id: int
    article_id: int
    title: str
    url: str
    publisher: str
    language: str
    published: When | None
    issue: int | None = None
    proof: DigestProof | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A material change of a story: when it was published, what changed, and at which address.
    `version` is the one of the article that it made, `before` and `after` are the archived pages of
    the one before it, and of it."""

    at: datetime
    what: str
    url: str
    article_id: int = 0
    version: int = 0
    before: DigestProof | None = None
    after: DigestProof | None = None


@dataclass(frozen=True, slots=True)
class DigestFigure:
    """A figure or deadline that the story states, in the article `article_id`.

    `low` and `high` are its value in `unit`, of a deadline None, and `day` (ISO 8601) is empty but
    for one. `modifier` and `verdict` are words of `storage.facts`. The verdict is that of `person`,
    given at `reviewed_at`. Where it is empty this is a proposal, which no issue has. Where a person
    corrected it, value, unit and object are that person's. `sentence` is as written, and the figure
    stands in it from `start` to `end`. `fact_id` is its number in the archive, good until the
    article is read again. `kind` is what happens at an event, which digests have none of: `day` and
    `as_of` are then its first and last day. `page` is where it stands, if that is not the page of
    the item.
    """

    fact_id: int
    article_id: int
    low: float | None
    high: float | None
    day: str
    unit: str
    modifier: str
    object: str
    place: str
    as_of: str
    is_cumulative: bool
    sentence: str
    start: int
    end: int
    verdict: str = ""
    person: str = ""
    reviewed_at: datetime | None = None
    kind: str = ""
    page: OtherPage | None = None

    @property
    def is_proposal(self) -> bool:
        """Whether nobody has confirmed or corrected it."""
        return self.verdict not in ("confirmed", "corrected")

    @property
    def quote(self) -> Quote:
        """Its sentence, cut around the figure."""
        before, after = self.sentence[: self.start], self.sentence[self.end :]
        return Quote(before, self.sentence[self.start : self.end], after)


@dataclass(frozen=True, slots=True)
class DigestClaim:
    """One of two sentences that contradict each other. What differs stands in it from `start` to
    `end`. `published` is the day of its article (ISO 8601), `proof` the archived page of that
    version."""

    article_id: int
    revision: int
    title: str
    language: str
    publisher: str
    published: str
    url: str
    sentence: str
    value: str
    start: int
    end: int
    proof: DigestProof | None = None

    @property
    def quote(self) -> Quote:
        """The sentence, cut around what differs."""
        before, after = self.sentence[: self.start], self.sentence[self.end :]
        return Quote(before, self.sentence[self.start : self.end], after)


@dataclass(frozen=True, slots=True)
class DigestContradiction:
    """Where the story and another report, or two versions of it, contradict each other, whoever
    said it first before the other. `kind` is what differs. `verdict` is a word of
    `storage.contradictions`, that of `person`, given for that reason at `said_at`. Where it is
    empty this is a proposal, which no issue has. `number` is that of the archive, good until one of
    the articles is rewritten."""

    number: int
    kind: str
    first: DigestClaim
    second: DigestClaim
    verdict: str = ""
    person: str = ""
    reason: str = ""
    said_at: datetime | None = None

    @property
    def is_proposal(self) -> bool:
        """Whether nobody has said that it is one."""
        return self.verdict not in ("first", "second", "both", "open")


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One story. `issuer` is the source line as printed, `publisher` the portal that carries it.

    `updated_at`, `gone_at` and `back_at` are set if that happened within the period, `updates` are
    the changes that were published within it, in order. `state` is what people decided.
    `was_rejected`: they had, and it changed since. `is_late`: it was published long before the
    period, and found in it. `held_from` is the issue that left it for later, `first_issue` the one
    that published it first. `articles` are all articles of the story, and of the other stories of
    its event that would be items of their own, `proof` the archived page. `translation` (of the
    title) and `note` are an editor's own words. `added_by` added it by hand, at `added_at`.
    `doubts` are its fields whose reading is in doubt. `figures` and `contradictions` are those that
    people confirmed, then those that are proposed. `reported` are other stories of its event,
    `source_id` is the source of its article.
    """

    number: int
    article_id: int
    story_id: int
    title: str
    language: str
    url: str
    city: str
    issuer: str
    publisher: str
    published: When | None
    first_seen_at: datetime
    grade: Grade | None
    topics: tuple[str, ...]
    quote: Quote | None
    also_at: tuple[Copy, ...]
    updated_at: datetime | None
    gone_at: datetime | None
    gone_evidence: str = ""
    back_at: datetime | None = None
    updates: tuple[Update, ...] = ()
    state: State = State.OPEN
    was_rejected: bool = False
    excerpt: str = ""
    is_late: bool = False
    held_from: int | None = None
    first_issue: int | None = None
    articles: tuple[int, ...] = ()
    proof: DigestProof | None = None
    translation: str = ""
    note: str = ""
    added_by: str = ""
    added_at: datetime | None = None
    doubts: tuple[Evidence, ...] = ()
    figures: tuple[DigestFigure, ...] = ()
    contradictions: tuple[DigestContradiction, ...] = ()
    reported: tuple[EventReport, ...] = ()
    source_id: str = ""

    @property
    def only_retells(self) -> bool:
        """Whether all that is new of it is that another story told its event before."""
        happened = self.updated_at, self.gone_at, self.back_at
        return self.event_issue is not None and not any(happened)

    @property
    def event_issue(self) -> int | None:
        """The first issue that told its event, where that told it by another story."""
        issues = [one.issue for one in self.reported if one.issue is not None]
        return min(issues, default=None) if self.first_issue is None else None

    @property
    def confirmed(self) -> tuple[DigestFigure, ...]:
        """The figures that people confirmed or corrected."""
        return tuple(one for one in self.figures if not one.is_proposal)

    @property
    def proposals(self) -> tuple[DigestFigure, ...]:
        """The figures that nobody has confirmed."""
        return tuple(one for one in self.figures if one.is_proposal)

    @property
    def confirmed_contradictions(self) -> tuple[DigestContradiction, ...]:
        """Those of which a person said that they are some, and perhaps who is right."""
        return tuple(one for one in self.contradictions if not one.is_proposal)

    @property
    def proposed_contradictions(self) -> tuple[DigestContradiction, ...]:
        """Those of which nobody has said anything."""
        return tuple(one for one in self.contradictions if one.is_proposal)

    @property
    def proofs(self) -> tuple[DigestProof, ...]:
        """The archived pages behind all that is said of it, its own first, each once."""
        told = [claim for one in self.contradictions for claim in (one.first, one.second)]
        found = [self.proof, *(claim.proof for claim in told)]
        found += [one.proof for one in self.also_at]
        found += [one.proof for one in self.reported]
        found += [proof for one in self.updates for proof in (one.before, one.after)]
        found += [one.page.proof for one in self.figures if one.page]
        return tuple(dict.fromkeys(proof for proof in found if proof is not None))

    @property
    def marks_title(self) -> bool:
        """Whether the phrase stands in the title, so that no sentence needs to be printed."""
        return self.quote is not None and self.quote.phrase != "" and self.quote.text == self.title


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading."""

    heading: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class IssueMetadata:
    """Who made a digest and when. `number` is its number in the archive, `state` whether it was
    issued. `corrects` is the number of the issue that it puts right, `reason` why, `withdraws` that
    it holds none of its items, `replaces` are those that this one had put right before, the latest
    first. `after_seq` (exclusive) and `upto_seq` bound the events of the archive that it is about.
    """

    number: int
    state: DigestState
    basis: Basis
    made_by: str
    made_at: datetime
    after_seq: int
    upto_seq: int
    issued_by: str = ""
    issued_at: datetime | None = None
    corrects: int | None = None
    reason: str = ""
    replaces: tuple[int, ...] = ()
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A story that an editor took out of a draft: why, under which heading it stood, and behind
    which article, 0 for the first place there. None where an earlier Hubwatch did not keep that."""

    item: DigestItem
    role: ArticleRole
    heading: str
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a renderer needs. `key` are the core items, `sections` the rest, `touched` the
    stories known before that changed or were withdrawn. Each story occurs once. A digest that is
    kept in the archive has `metadata`. `left`, and the articles of `rejected` and `copies`, are
    not printed. `labels` are what its cities and topics are called in Chinese: pairs of
    the English name of a city, or the id of a topic, and its label. `pictures` are those of its
    first page, counted when it was drafted."""

    edition: Edition
    coverage: Coverage
    key: tuple[DigestItem, ...]
    sections: tuple[Section, ...]
    touched: tuple[DigestItem, ...]
    introduction: str = ""
    metadata: IssueMetadata | None = None
    left: tuple[Left, ...] = ()
    rejected: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def chapters(self) -> tuple[Section, ...]:
        """All sections in the order in which they are read, empty ones left out."""
        found = (
            Section(KEY, self.key),
            *self.sections,
            Section(TOUCHED, self.touched),
        )
        return tuple(section for section in found if section.items)

    @property
    def front(self) -> tuple[DigestItem, ...]:
        """The key items that stand on the first page."""
        return self.key[:FRONT]

    @property
    def inside(self) -> tuple[Section, ...]:
        """The sections that follow the first page, further key items before all others."""
        rest = self.chapters[1:] if self.key else self.chapters
        return (Section(MORE, self.key[FRONT:]), *rest) if len(self.key) > FRONT else rest

    @property
    def items(self) -> tuple[DigestItem, ...]:
        """All items in the order of their numbers."""
        return tuple(item for section in self.chapters for item in section.items)

    @property
    def disputed(self) -> tuple[DigestItem, ...]:
        """The items about which people differ."""
        return tuple(item for item in self.items if item.state is State.DISPUTED)


def with_items(digest: Digest, change: Callable[[DigestItem], DigestItem]) -> Digest:
    """The digest with each of its items changed."""

    def each(items: Iterable[DigestItem]) -> tuple[DigestItem, ...]:
        return tuple(map(change, items))

    return replace(
        digest,
        key=each(digest.key),
        sections=tuple(replace(part, items=each(part.items)) for part in digest.sections),
        touched=each(digest.touched),
    )


def without_proposals(digest: Digest) -> Digest:
    """The digest with those figures and contradictions only that people confirmed or corrected."""
    if not any(item.proposals or item.proposed_contradictions for item in digest.items):
        return digest
    return with_items(
        digest,
        lambda item: replace(
            item, figures=item.confirmed, contradictions=item.confirmed_contradictions
        ),
    )


KEY, TOUCHED = "Key items", "Updated or withdrawn"
"""The headings of the first and the last chapter."""
MORE, FRONT = "Further key items", 7
"""So many key items stand on the first page. Further ones have a heading of their own there."""
ELSEWHERE, OTHER_TOPICS = "Elsewhere", "Other news"
"""The headings of what belongs to no city, and of what belongs to no topic."""


# How a digest is rendered, apart from its contents: the configuration says.


@dataclass(frozen=True, slots=True)
class DigestStyle:
    """`templates` is a folder with templates of one's own. `desk_address` where others reach the
    desk: without it nothing links there. `word_template` is the office's own Word template, or the
    shipped one by its name alone."""

    templates: Path | None = None
    desk_address: str = ""
    word_template: Path | None = None


PLAIN = DigestStyle()
SHIPPED = "gbt9704"
"""The Word template that is shipped, by name: the layout of official documents in China."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the archive holds for an edition.

    `seen`: articles first seen within the period. `touched`: known before, and changed, withdrawn
    or back within it. `crawled`: how often each source was, within it. `states`: every source the
    archive knows. `enabled`: the sources that are to be scanned, whether the archive knows them or
    not. `edits`: the material changes published within it. `returns`: when an article came back
    within it, by its id. `verdicts`: what people decided, by story. `unfilled`: what was planned in
    it and not run.
    `window`: what counts as happening now, where that is another time than the edition's period.
    `windows`: the same by story, of those that were published and of which an earlier issue left
    what happened since. `held_over`: stories an earlier issue left for later, with its number.
    `first_issues`: the first issue that published a story, by story. `waiting` stories go on
    waiting without being looked at. `copies` are articles of stories that were published,
    `for_review` those that people decide about where only what they accept counts. `reports` are
    the other stories of the event of a story, by story. `file_texts`: how the file of an article
    without a text of its own begins, by its id. `known_until`: up to when it is known of a
    source whether it was due, by its id.
    """

    seen: tuple[Article, ...]
    touched: tuple[Article, ...]
    crawled: Mapping[str, Crawled]
    states: tuple[SourceState, ...]
    enabled: tuple[SourceRef, ...]
    edits: tuple[Edit, ...] = ()
    returns: Mapping[int, datetime] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    unfilled: tuple[Unfilled, ...] = ()
    window: Period | None = None
    windows: Mapping[int, Period] = field(default_factory=dict)
    held_over: Mapping[int, int] = field(default_factory=dict)
    first_issues: Mapping[int, int] = field(default_factory=dict)
    waiting: int = 0
    copies: tuple[int, ...] = ()
    for_review: frozenset[int] = frozenset()
    reports: Mapping[int, tuple[EventReport, ...]] = field(default_factory=dict)
    file_texts: Mapping[int, str] = field(default_factory=dict)
    known_until: Mapping[str, datetime] = field(default_factory=dict)


# How far a digest can be trusted to be complete: which sources were scanned, and how that went.


@dataclass(frozen=True, slots=True)
class Scan:
    """What became of one source within the period. `outcome` is that of its last finished run
    (None: it was not scanned), `items` how many items of the digest it gave. `is_external`: nothing
    ever scans it, people or imports bring what is of it. `is_enabled`: it is one of those that are
    to be scanned. `unwatched_since` is the last moment at which anybody planned or scanned it,
    where at least one whole day of the period went by after that."""

    source_id: str
    name: str
    city: str
    runs: int
    outcome: Outcome | None
    reason: str
    last_ok_at: datetime | None
    items: int
    is_external: bool = False
    is_enabled: bool = True
    unwatched_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the digest can be trusted to be complete. `older` counts articles that first crawls,
    back-fills and imports archived and that were not published within the period, `rejected`
    stories that people rejected, `waiting` those that are left for a later issue. `left_out` are
    crawls that were planned and not run."""

    scans: tuple[Scan, ...]
    older: int
    rejected: int = 0
    waiting: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @property
    def scanned(self) -> tuple[Scan, ...]:
        """Sources with at least one finished run."""
        return tuple(scan for scan in self.scans if scan.outcome is not None)

    @property
    def with_news(self) -> tuple[Scan, ...]:
        """Sources with a finished run that gave at least one item."""
        return tuple(scan for scan in self.scanned if scan.items)

    @property
    def elsewhere(self) -> tuple[Scan, ...]:
        """Sources that nothing scans, of which people or imports brought at least one item."""
        return tuple(scan for scan in self.scans if scan.items and _is_unscanned(scan))

    @property
    def beside(self) -> tuple[Scan, ...]:
        """Sources that are not enabled, and were scanned all the same or gave an item."""
        beside = (s for s in self.scans if not s.is_enabled and not _is_unscanned(s))
        return tuple(scan for scan in beside if scan.items or scan.outcome is not None)

    @property
    def partial(self) -> tuple[Scan, ...]:
        """Sources whose last run hit a bound or was interrupted, so that news may be missing."""
        return tuple(scan for scan in self.scans if scan.outcome in _INCOMPLETE)

    @property
    def failing(self) -> tuple[Scan, ...]:
        """Sources whose last run failed."""
        fine = {Outcome.OK, Outcome.UNCHANGED, *_INCOMPLETE}
        return tuple(scan for scan in self.scanned if scan.outcome not in fine)

    @property
    def unwatched(self) -> tuple[Scan, ...]:
        """Sources whose last run was well, and that nobody scanned for the rest of the period."""
        fine = (Outcome.OK, Outcome.UNCHANGED)
        return tuple(s for s in self.scanned if s.unwatched_since and s.outcome in fine)

    @property
    def gaps(self) -> tuple[Scan, ...]:
        """Sources without a finished run within the period, where there should have been one."""
        absent = (scan for scan in self.scans if scan.outcome is None)
        return tuple(scan for scan in absent if scan.is_enabled and not scan.is_external)


def _is_unscanned(scan: Scan) -> bool:
    return scan.is_external and scan.outcome is None


_INCOMPLETE = frozenset({Outcome.PARTIAL, Outcome.INTERRUPTED})


# What was planned within a period and not run: the gaps that a digest has to own up to.

_PATIENCE = timedelta(minutes=15)  # what waits no longer than that is on its way


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Crawls that were planned and not run: how many, of which sources, due from when to when, and
    why. An empty reason says that they still wait."""

    reason: str
    crawls: int
    sources: tuple[str, ...]
    since: datetime
    until: datetime

    @property
    def was_down(self) -> bool:
        """Whether nobody was there to run them. Then each source was crawled once afterwards."""
        return self.reason == CAUGHT_UP


def left_out(
    unfilled: Iterable[Unfilled], sources: Collection[str], until: datetime
) -> tuple[LeftOut, ...]:
    """What was left out of these sources by reason, the earliest first. `until` is the end of the
    period, exclusive."""
    found: dict[str, list[Unfilled]] = defaultdict(list)
    for each in unfilled:
        late = each.state != "due" or each.first_due_at < until - _PATIENCE
        if each.job in sources and each.reason not in NO_GAPS and late:
            found[each.reason].append(each)
    made = (_joined(reason, parts) for reason, parts in found.items())
    return tuple(sorted(made, key=lambda each: (each.since, each.reason)))


def _joined(reason: str, parts: list[Unfilled]) -> LeftOut:
    return LeftOut(
        reason,
        sum(each.slots for each in parts),
        tuple(sorted({each.job for each in parts})),
        min(each.first_due_at for each in parts),
        max(each.last_due_at for each in parts),
    )

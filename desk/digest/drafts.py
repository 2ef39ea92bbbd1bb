"""Digests in the archive: drafted, edited, corrected, made anew.

What the command line and the review page call. `cautions` says what a person should know before a
draft goes out. `issues` issues it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from hubwatch.errors import HubwatchError
from storage.archive import Archive
from storage.contradictions import Claim, ClaimedBy, Contradiction, ContradictionQuery
from storage.decisions import Decision, State
from storage.digests import (
    PUBLISHED,
    ArticleRole,
    Basis,
    DigestHead,
    DigestProof,
    DigestState,
    NewDigest,
)
from storage.sources import SourceRef
from storage.types import Change, When

from .. import N_, _, term
from ..pictures import pictures_of_digest
from ..text import one_line
from .build import build, put_off, without
from .model import (
    Digest,
    DigestClaim,
    DigestContradiction,
    DigestFigure,
    DigestItem,
    DigestLanguage,
    Edition,
    Grouping,
    IssueMetadata,
    OtherPage,
    Period,
    Scope,
    with_items,
    without_proposals,
)
from .selection import Span, gather, gather_since, news_of, span_since

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.facts import KeptFact

_FIRST = timedelta(days=7)
"""The first issue of a selection goes back so far, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a digest is to be about. `since` and `until` bound a period. A digest since the last
    issue uses `since` only where there is no issue yet. `enabled` are the sources that are to be
    scanned: coverage says which of them were not. `labels` are the Chinese names of cities and
    topics, by the English name of the one and the id of the other."""

    title: str
    zone: str
    basis: Basis = Basis.SINCE_LAST
    since: datetime | None = None
    until: datetime | None = None
    scope: Scope = Scope.ALL
    topics: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    grouping: Grouping = Grouping.CITY
    language: DigestLanguage = DigestLanguage.EN
    labels: Mapping[str, str] = field(default_factory=dict)
    enabled: tuple[SourceRef, ...] = field(kw_only=True)

    def edition(self, since: datetime, until: datetime) -> Edition:
        """The edition of a period."""
        period = Period(since, until, self.zone)
        return Edition(
            self.title,
            period,
            self.scope,
            self.topics,
            self.watched,
            self.grouping,
            self.language,
        )


def check_period(wanted: Wanted, now: datetime) -> None:
    """Raises ValueError where the period ends before it begins."""
    if wanted.since is not None and wanted.since >= (wanted.until or now):
        raise ValueError(_("the period ends before it begins"))


def draft(store: Archive, wanted: Wanted, *, person: str, now: datetime) -> int:
    """Make a draft and keep it. Return its number. Raises StorageError, ValueError for a draft of
    nobody."""
    new = _made(store, wanted, now)
    with store.writing() as tx:
        return tx.digests.draft(new, person=person, now=now)


def refresh(store: Archive, number: int, wanted: Wanted, *, person: str, now: datetime) -> None:
    """Make a draft anew of what the archive holds now. Edits of it are lost."""
    head = required(store, number)
    if head.corrects is not None:
        raise HubwatchError(
            _("digest %(number)s is a correction and stands for the same time", number=number)
        )
    new = _made(store, wanted, now)
    with store.writing() as tx:
        tx.digests.refresh(head, new, person=person, now=now)


def wanted_again(
    store: Archive,
    number: int,
    enabled: Sequence[SourceRef],
    labels: Mapping[str, str] | None = None,
) -> Wanted:
    """What a digest was made of, to make it anew, with the sources that are enabled now and the
    names that cities and topics have now."""
    head, digest = required(store, number), opened(store, number)
    edition = digest.edition
    return Wanted(
        edition.title,
        edition.period.zone,
        head.basis,
        edition.period.since,
        edition.period.until if head.basis is Basis.PERIOD else None,
        edition.scope,
        edition.topics,
        edition.watched,
        edition.grouping,
        edition.language,
        {**dict(digest.labels), **(labels or {})},
        enabled=tuple(enabled),
    )


def correct(store: Archive, number: int, *, reason: str, person: str, now: datetime) -> int:
    """Draft a correction of an issue: the same contents, to be edited and issued under a number of
    its own. Raises HubwatchError for what was not issued, or corrected already: only the last of
    them is corrected, so that none is undone. Raises ValueError without a reason."""
    return _correct(store, number, lambda digest: digest, reason, person, now)


def withdraw(store: Archive, number: int, *, reason: str, person: str, now: datetime) -> int:
    """Draft the withdrawal of an issue: a correction with none of its items, introduction and
    pictures. Raises what `correct` does, HubwatchError also for an issue without items."""
    if not required(store, number).items:
        raise HubwatchError(
            _(
                "digest %(number)s holds no item to withdraw; `hubwatch digest correct %(number)s` "
                "puts right what it says",
                number=number,
            )
        )
    return _correct(store, number, _emptied, reason, person, now)


def _emptied(digest: Digest) -> Digest:
    articles = [item.article_id for item in digest.items]
    left = without(digest, articles, ArticleRole.TRIMMED)
    return replace(left, introduction="", pictures=())


def _correct(
    store: Archive,
    number: int,
    change: Callable[[Digest], Digest],
    reason: str,
    person: str,
    now: datetime,
) -> int:
    head = required(store, number)
    if head.state is not DigestState.ISSUED:
        raise HubwatchError(_("digest %(number)s was not issued; edit it instead", number=number))
    if not reason.strip():
        raise ValueError(_("a correction says what it puts right"))
    check_uncorrected(head)
    digest = change(opened(store, number))
    new = NewDigest(
        head.title,
        head.since,
        head.until,
        head.zone,
        head.selection,
        head.basis,
        head.after_seq,
        head.upto_seq,
        write_document(replace(digest, metadata=None)),
        len(digest.items),
        head.number,
        reason.strip(),
    )
    with store.writing() as tx:
        return tx.digests.draft(new, person=person, now=now)


def check_uncorrected(head: DigestHead) -> None:
    """Raises HubwatchError for an issue that was corrected already."""
    if head.corrected_by:
        raise HubwatchError(
            _(
                "digest %(number)s was corrected by digest %(last)s already; correct that one, or "
                "what it put right is lost",
                number=head.number,
                last=head.corrected_by[-1],
            )
        )


def keep(
    store: Archive, head: DigestHead, digest: Digest, *, what: str, person: str, now: datetime
) -> None:
    """Keep an edited draft. `head` is that from which it was made. Raises LookupError where it is
    no draft any more, EditConflict where somebody else was faster."""
    with store.writing() as tx:
        tx.digests.edit(
            head,
            write_document(replace(without_proposals(digest), metadata=None)),
            title=digest.edition.title,
            items=len(digest.items),
            what=what,
            person=person,
            now=now,
        )


def required(store: Archive, number: int) -> DigestHead:
    """A digest's head. Raises HubwatchError where there is none."""
    head = store.digests.get(number)
    if head is None:
        raise HubwatchError(
            _("%(path)s: there is no digest %(number)s", path=store.path, number=number)
        )
    return head


def opened(store: Archive, number: int) -> Digest:
    """A digest with its imprint: a draft as it stands, with the figures that the archive knows by
    now, an issue as it was frozen."""
    head = required(store, number)
    digest = as_kept(store, head)
    return figured(store, digest) if head.state is DigestState.DRAFT else digest


def as_kept(store: Archive, head: DigestHead) -> Digest:
    """A digest with its imprint as it was written last: a draft without the figures of today."""
    digest = read_document(store.digests.document(head.number))
    return digest if digest.metadata else replace(digest, metadata=metadata_of(store, head))


def metadata_of(store: Archive, head: DigestHead) -> IssueMetadata:
    """What a digest says of itself."""
    replaces, before = [], head
    while before.corrects is not None:
        before = required(store, before.corrects)
        replaces.append(before.number)
    return IssueMetadata(
        number=head.number,
        state=head.state,
        basis=head.basis,
        made_by=head.made_by,
        made_at=head.made_at,
        after_seq=head.after_seq,
        upto_seq=head.upto_seq,
        issued_by=head.issued_by or "",
        issued_at=head.issued_at,
        corrects=head.corrects,
        reason=head.reason,
        replaces=tuple(replaces[1:]),
        withdraws=head.withdraws,
    )


def prove(store: Archive, digest: Digest) -> Digest:
    """With the archived page behind every item, copy and report, and those of each change."""
    items = digest.items
    ids = {item.article_id for item in items}
    ids |= {one.article_id for item in items for one in item.also_at}
    ids |= {one.article_id for item in items for one in item.reported}
    proofs = store.digests.proofs_of(sorted(ids))
    changed = {(one.article_id, one.version) for item in items for one in item.updates}
    changed |= {(article, version - 1) for article, version in changed}
    versions = store.digests.proofs_of_versions(sorted(changed))

    return with_items(digest, lambda item: _proven(item, proofs, versions))


def _proven(
    item: DigestItem,
    proofs: Mapping[int, DigestProof],
    versions: Mapping[tuple[int, int], DigestProof],
) -> DigestItem:
    return replace(
        item,
        proof=proofs.get(item.article_id),
        also_at=tuple(replace(one, proof=proofs.get(one.article_id)) for one in item.also_at),
        reported=tuple(replace(one, proof=proofs.get(one.article_id)) for one in item.reported),
        updates=tuple(
            replace(
                one,
                before=versions.get((one.article_id, one.version - 1)),
                after=versions.get((one.article_id, one.version)),
            )
            for one in item.updates
        ),
    )


# Figures and contradictions: those that people confirmed, and those that are proposed to them.


def figured(store: Archive, digest: Digest) -> Digest:
    """With the figures that its articles state, what contradicts them, and what people said of both
    by now. A correction keeps what was issued, where the archive has read the page anew and lacks
    it."""
    ids = {each for item in digest.items for each in (item.article_id, *item.articles)}
    facts: dict[int, list[KeptFact]] = {}
    for one in store.articles.facts.of_articles(sorted(ids)):
        if one.event is None:
            facts.setdefault(one.article_id, []).append(one)
    is_correction = digest.metadata is not None and digest.metadata.corrects is not None
    contradictions = _contradictions(store, digest)

    def with_figures(item: DigestItem) -> DigestItem:
        found, told = _figures(item, facts), contradictions[item.article_id]
        frozen = _frozen(item, facts) if is_correction else ()
        if is_correction:
            told = (*_kept_contradictions(item, told), *told)
        shown = [one for one in told if one.verdict != "none"]
        shown.sort(key=lambda one: one.is_proposal)
        return replace(item, figures=(*frozen, *found), contradictions=tuple(shown[:_TOLD]))

    return _placed(store, with_items(digest, with_figures))


def _placed(store: Archive, digest: Digest) -> Digest:
    """With the page of each figure that stands in another article than that of its item."""
    elsewhere = {
        one.article_id
        for item in digest.items
        for one in item.figures
        if one.article_id != item.article_id
    }
    articles = {one.id: one for one in store.articles.get_many(sorted(elsewhere))}
    proofs = store.digests.proofs_of(sorted(articles))

    def placed(item: DigestItem, one: DigestFigure) -> DigestFigure:
        article = articles.get(one.article_id)
        if one.page or one.article_id == item.article_id or article is None:
            return one
        page = OtherPage(
            article.id,
            one_line(article.title, 2 * _LONGEST),
            article.language,
            one_line(article.source_name),
            article.published,
            article.stands_at or article.url,
            proofs.get(article.id),
        )
        return replace(one, page=page)

    return with_items(
        digest, lambda item: replace(item, figures=tuple(placed(item, one) for one in item.figures))
    )


_CONFIRMED, _PROPOSED = 40, 12
"""So many figures of an item are printed and proposed at most."""


def _figures(item: DigestItem, facts: Mapping[int, list[KeptFact]]) -> tuple[DigestFigure, ...]:
    """What an item states, each once: copies say the same, and what was last said of it counts. Of
    other stories of its event, which may use other words, only values that it does not state. Those
    that people confirmed come first, each kind in the order of the text."""
    order = dict.fromkeys((item.article_id, *item.articles))
    chosen = once_each(one for article in order for one in facts.get(article, ()))
    own = {_value_of(one) for one in chosen if one.story_id == item.story_id}
    chosen = tuple(
        one for one in chosen if one.story_id == item.story_id or _value_of(one) not in own
    )
    found = [
        figure_from(one) for one in chosen if one.review is None or one.review.verdict != "rejected"
    ]
    confirmed = [one for one in found if not one.is_proposal]
    proposed = [one for one in found if one.is_proposal]
    return (*confirmed[:_CONFIRMED], *proposed[:_PROPOSED])


def once_each(facts: Iterable[KeptFact]) -> tuple[KeptFact, ...]:
    """Facts of the articles of a story, each once: the one of which something was said last, else
    the first."""
    chosen: dict[object, KeptFact] = {}
    for one in facts:
        same = _sameness(one)
        if same not in chosen or _said_at(one) > _said_at(chosen[same]):
            chosen[same] = one
    return tuple(chosen.values())


def _frozen(item: DigestItem, facts: Mapping[int, list[KeptFact]]) -> tuple[DigestFigure, ...]:
    places = {
        (one.article_id, one.fact.sentence, one.fact.start - one.fact.begin)
        for article in (item.article_id, *item.articles)
        for one in facts.get(article, ())
    }
    return tuple(
        one for one in item.confirmed if (one.article_id, one.sentence, one.start) not in places
    )


def _sameness(one: KeptFact) -> object:
    figure = one.figure
    as_of = figure.as_of if figure else ""
    return one.kind, one.fact.modifier, one.fact.object.casefold(), _value_of(one), as_of


def _value_of(one: KeptFact) -> object:
    return one.day if one.figure is None else (one.figure.base, one.figure.normalised)


def _said_at(one: KeptFact) -> str:
    return one.review.at.isoformat() if one.review else ""


def figure_from(one: KeptFact) -> DigestFigure:
    """A fact as a digest has it: what a person put in its place, else what was read."""
    fact, figure, review, event = one.fact, one.figure, one.review, one.event_as_said
    low = high = None
    if figure is not None:
        right = review.value if review else None
        low, high = (figure.low, figure.high) if right is None else (right, right)
    unit = figure.unit if figure else "date"
    return DigestFigure(
        fact_id=one.id,
        article_id=one.article_id,
        low=low,
        high=high,
        day=event.day if event else one.day,
        unit=one_line((review.unit if review else "") or unit, _LONGEST),
        modifier=fact.modifier.value,
        object=one_line((review.object if review else "") or fact.object, _LONGEST),
        place=one_line((event or fact).place, _LONGEST),
        as_of=figure.as_of if figure else event.until if event else "",
        is_cumulative=figure is not None and figure.is_cumulative,
        sentence=fact.sentence,
        start=fact.start - fact.begin,
        end=fact.end - fact.begin,
        verdict=review.verdict.value if review else "",
        person=one_line(review.person) if review else "",
        reviewed_at=review.at if review else None,
        kind=event.kind.value if event else "",
    )


_LONGEST, _TOLD = 200, 6


def _contradictions(store: Archive, digest: Digest) -> dict[int, tuple[DigestContradiction, ...]]:
    """All of the stories of each item, by its article, whatever people said of them."""
    wanted = {item.article_id: (item.article_id, *item.articles) for item in digest.items}
    stories = store.stories.of_articles(sorted({each for some in wanted.values() for each in some}))
    query = ContradictionQuery(stories=(*set(stories.values()),), resolved=True, limit=-1)
    found: dict[int, list[DigestContradiction]] = {story: [] for story in stories.values()}
    for one in store.stories.contradictions.find(query):
        for story in {one.first.story_id, one.second.story_id} & found.keys():
            found[story].append(_contradiction(one))
    return {
        item: tuple(
            {
                one.number: one
                for story in dict.fromkeys(stories[each] for each in articles if each in stories)
                for one in found[story]
            }.values()
        )
        for item, articles in wanted.items()
    }


def _contradiction(one: Contradiction) -> DigestContradiction:
    said = one.settlement
    return DigestContradiction(
        one.id,
        one.found.kind,
        _claim(one.found.first, one.first),
        _claim(one.found.second, one.second),
        said.verdict.value if said else "",
        one_line(said.person) if said else "",
        one_line(said.why, 2 * _LONGEST) if said else "",
        said.at if said else None,
    )


def _claim(claim: Claim, by: ClaimedBy) -> DigestClaim:
    proof = DigestProof(claim.article_id, by.reading_id, by.snapshot_id, by.archived_at, by.sha256)
    return DigestClaim(
        article_id=claim.article_id,
        revision=claim.revision,
        title=one_line(by.title, 2 * _LONGEST),
        language=by.language,
        publisher=one_line(by.source_name),
        published=by.day.isoformat(),
        url=by.url,
        sentence=claim.sentence,
        value=one_line(claim.value, _LONGEST),
        start=claim.place,
        end=claim.place + claim.length,
        proof=proof,
    )


def _kept_contradictions(
    item: DigestItem, told: Iterable[DigestContradiction]
) -> list[DigestContradiction]:
    there = {_sentences(one) for one in told}
    return [one for one in item.confirmed_contradictions if _sentences(one) not in there]


def _sentences(one: DigestContradiction) -> tuple[str, frozenset[str]]:
    return one.kind, frozenset((one.first.sentence, one.second.sentence))


def _made(store: Archive, wanted: Wanted, now: datetime) -> NewDigest:
    first = wanted.since or now - _FIRST
    if wanted.basis is Basis.SINCE_LAST:
        selection = wanted.edition(first, now).selection
        span, _ = span_since(store, selection, now, first)
        edition = wanted.edition(span.since, span.until)
        digest = build(gather_since(store, edition, span, wanted.enabled), edition)
    else:
        until = wanted.until or now
        span = Span(*store.revisions.seqs_between(first, until), first, until)
        edition = wanted.edition(first, until)
        digest = build(gather(store, edition, wanted.enabled), edition)
    digest = prove(store, put_off_what_waits(digest))
    pictures = pictures_of_digest(
        store,
        wanted.enabled,
        edition.period.since,
        edition.period.until,
        wanted.zone,
        is_limited=edition.scope is not Scope.ALL,
        now=now,
    )
    digest = labelled(replace(digest, pictures=pictures), wanted.labels)
    return NewDigest(
        edition.title,
        span.since,
        span.until,
        wanted.zone,
        edition.selection,
        wanted.basis,
        span.after_seq,
        span.upto_seq,
        write_document(digest),
        len(digest.items),
    )


def labels_of(watchlist: Watchlist) -> dict[str, str]:
    """What cities and topics are called in Chinese, by the English name and the id."""
    places = {one.en: one.label("zh") for one in watchlist.gazetteer.places.values()}
    return places | {id_: one.label("zh") for id_, one in watchlist.topics.items()}


def labelled(digest: Digest, labels: Mapping[str, str]) -> Digest:
    """With the Chinese names of its cities and topics. They are frozen with it."""
    names = {each.city for each in digest.coverage.scans} | {*digest.edition.topics}
    names |= {row.name for picture in digest.pictures for row in picture.rows}
    for item in (*digest.items, *(left.item for left in digest.left)):
        names |= {item.city, *item.topics}
    known = ((name, labels[name]) for name in sorted(names) if labels.get(name, name) != name)
    return replace(digest, labels=tuple(known))


def put_off_what_waits(digest: Digest) -> Digest:
    """News that people put off, or that nobody accepted where only what was accepted counts, waits
    for a later issue."""
    accepted_only = digest.edition.scope is Scope.ACCEPTED
    touched = {item.article_id for item in digest.touched}
    waits = [
        item.article_id
        for item in digest.items
        if (item.state is State.LATER and item.article_id not in touched)
        or (accepted_only and item.state is not State.ACCEPTED)
    ]
    return put_off(digest, *waits)


def roles_of(digest: Digest) -> dict[int, ArticleRole]:
    """What a digest says of which article, once it is issued. What it says it says of the article
    that leads. The others of the story are its copies, as long as they are."""
    left = [(each.item, each.role) for each in digest.left]
    touched = {item.article_id for item in digest.touched}
    printed = [
        (item, ArticleRole.UPDATED if item.article_id in touched else ArticleRole.NEWS)
        for item in digest.items
    ]
    order = list(ArticleRole)
    roles = dict.fromkeys(digest.copies, ArticleRole.COPY) | dict.fromkeys(
        digest.rejected, ArticleRole.REJECTED
    )
    for item, role in (*left, *printed):
        others = ArticleRole.COPY if role in PUBLISHED else role
        for article_id in (item.article_id, *item.articles):
            mine = role if article_id == item.article_id else others
            roles[article_id] = min(roles.get(article_id, mine), mine, key=order.index)
    return roles


# What a person should know before a draft goes out.


class CautionKind(StrEnum):
    """What is the matter with an item."""

    DISPUTED = "disputed"
    REJECTED = "rejected"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    PARTED = "parted"


_WORDS = {
    CautionKind.REJECTED: N_("was rejected meanwhile"),
    CautionKind.CHANGED: N_("changed since the draft was made"),
    CautionKind.WITHDRAWN: N_("was withdrawn since the draft was made"),
    CautionKind.PARTED: N_("names a copy that left its story since the draft was made"),
}
_SINCE = {Change.CHANGED: CautionKind.CHANGED, Change.GONE: CautionKind.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Caution:
    """One of them. `decisions` are those that contradict each other, `other` is the item before it
    that became the same story. As a text, one line."""

    kind: CautionKind
    item: DigestItem
    decisions: tuple[Decision, ...] = ()
    other: DigestItem | None = None

    @property
    def said(self) -> str:
        """Who decided what: `Ana: accept, Li: reject`."""
        return ", ".join(f"{each.person}: {term('verb', each.verb)}" for each in self.decisions)

    def __str__(self) -> str:
        if self.kind is CautionKind.DISPUTED:
            words = _("is disputed (%(said)s)", said=self.said)
        else:
            words = _(_WORDS.get(self.kind, ""))
        if self.other:
            words = _(
                "became one story with item %(number)s since the draft was made",
                number=self.other.number,
            )
        return _(
            "item %(number)s %(words)s: %(title)s",
            number=self.item.number,
            words=words,
            title=self.item.title,
        )


def cautions(store: Archive, digest: Digest) -> tuple[Caution, ...]:
    """What to know of a draft as it stands, in the order of its items, then of what happened."""
    return (*_decided(store, digest), *_stories(store, digest), *_since(store, digest))


def joined(
    items: Iterable[DigestItem], stories: Mapping[int, int]
) -> Iterator[tuple[DigestItem, DigestItem]]:
    """The items of the same story as one before them, each after that. `stories` says in
    which story an article stands now."""
    first: dict[int, DigestItem] = {}
    for item in items:
        before = first.setdefault(stories[item.article_id], item)
        if before is not item:
            yield before, item


def _decided(store: Archive, digest: Digest) -> Iterator[Caution]:
    verdicts = store.decisions.verdicts(sorted({item.story_id for item in digest.items}))
    for item in digest.items:
        verdict = verdicts.get(item.story_id)
        if verdict and verdict.state is State.DISPUTED:
            yield Caution(CautionKind.DISPUTED, item, tuple(verdict.decisions))
        elif verdict and verdict.state is State.REJECTED:
            yield Caution(CautionKind.REJECTED, item)


def _stories(store: Archive, digest: Digest) -> Iterator[Caution]:
    places = [(item, [copy.article_id for copy in item.also_at]) for item in digest.items]
    named = {article for item, copies in places for article in (item.article_id, *copies)}
    stories = store.stories.of_articles(sorted(named))
    for other, item in joined(digest.items, stories):
        yield Caution(CautionKind.JOINED, item, other=other)
    for item, copies in places:
        if any(stories.get(each) != stories[item.article_id] for each in copies if each):
            yield Caution(CautionKind.PARTED, item)


def _since(store: Archive, digest: Digest) -> Iterator[Caution]:
    if digest.metadata is None:
        return
    items = {item.article_id: item for item in digest.items}
    after = store.revisions.events(digest.metadata.upto_seq)
    for event in news_of(store, (event for event in after if event.article_id in items)):
        if event.change in _SINCE:
            yield Caution(_SINCE[event.change], items[event.article_id])


# A digest as the archive keeps it: a JSON text that holds every value of the model, and back.

_VERSION = 1
_STORED_AS = {"metadata": "imprint", "first_issue": "told_in"}
"""The names that documents have for some fields of the model."""
_FIELD_OF = {stored: name for name, stored in _STORED_AS.items()}


def write_document(digest: Digest) -> str:
    """The digest as one line of JSON. The same digest gives the same text."""
    document = {"version": _VERSION, "digest": _plain(digest)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def read_document(text: str) -> Digest:
    """The inverse. Raises ValueError for what is no document, or of a later kind."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise ValueError(_("the document of this digest was written by another Hubwatch"))
    digest = _value(Digest, document["digest"])
    assert isinstance(digest, Digest)
    return digest


def _plain(value: Any) -> Any:
    if isinstance(value, When):
        return {"iso": value.iso, "precision": value.precision.value, "zone": value.zone}
    if is_dataclass(value):
        return {
            _STORED_AS.get(field.name, field.name): _plain(getattr(value, field.name))
            for field in fields(value)
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _value(kind: Any, data: Any) -> Any:
    if get_origin(kind) is UnionType:
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return None if data is None else _value(inner, data)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each) for each in data)
    if kind is When:
        return When.from_iso(data["iso"], data["precision"], data["zone"])
    if kind is datetime:
        return datetime.fromisoformat(data)
    assert isinstance(kind, type)
    if is_dataclass(kind):
        hints = _hints(kind)
        fields_of = {_FIELD_OF.get(name, name): each for name, each in data.items()}
        known = {name: each for name, each in fields_of.items() if name in hints}
        made: Any = kind
        return made(**{name: _value(hints[name], each) for name, each in known.items()})
    return kind(data) if issubclass(kind, StrEnum) else data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)

"""Digests in the archive: drafted, edited, corrected, made anew.

What the command line and the review page call. `cautions` looks a draft over, `issues` issues it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hubwatch.errors import HubwatchError
from storage.archive import Archive
from storage.decisions.records import State
from storage.digests.records import (
    TOLD,
    ArticleRole,
    Basis,
    DigestHead,
    DigestProof,
    DigestState,
    NewDigest,
)
from storage.sources.records import SourceRef

from .build import build
from .document import read_document, write_document
from .edit import put_off
from .gather import gather
from .model import Copy, Digest, DigestItem, Edition, Grouping, Imprint, Period, Scope
from .since import Span, gather_since, span_since

_FIRST = timedelta(days=7)
"""The first issue of a selection goes back so far, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a digest is to be about. `since` and `until` bound a period; a digest since the last
    issue uses `since` only where there is no issue yet. `enabled` are the sources that are to be
    scanned: against them it is told what was not."""

    title: str
    zone: str
    basis: Basis = Basis.SINCE_LAST
    since: datetime | None = None
    until: datetime | None = None
    scope: Scope = Scope.ALL
    topics: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    grouping: Grouping = Grouping.CITY
    enabled: tuple[SourceRef, ...] = field(kw_only=True)

    def edition(self, since: datetime, until: datetime) -> Edition:
        """The edition of a period."""
        period = Period(since, until, self.zone)
        return Edition(self.title, period, self.scope, self.topics, self.watched, self.grouping)


def check_period(wanted: Wanted, now: datetime) -> None:
    """Raises ValueError where the period ends before it begins."""
    if wanted.since is not None and wanted.since >= (wanted.until or now):
        raise ValueError("the period ends before it begins")


def draft(store: Archive, wanted: Wanted, *, person: str, now: datetime) -> int:
    """Make a draft and keep it; returns its number. Raises StorageError, ValueError for a draft of
    nobody."""
    new = _made(store, wanted, now)
    with store.writing() as tx:
        return tx.digests.draft(new, person=person, now=now)


def refresh(store: Archive, number: int, wanted: Wanted, *, person: str, now: datetime) -> None:
    """Make a draft anew of what the archive holds now; edits of it are lost."""
    head = required(store, number)
    if head.corrects is not None:
        raise HubwatchError(f"digest {number} is a correction and stands for the same time")
    new = _made(store, wanted, now)
    with store.writing() as tx:
        tx.digests.refresh(head, new, person=person, now=now)


def wanted_again(store: Archive, number: int, enabled: Sequence[SourceRef]) -> Wanted:
    """What a digest was made of, to make it anew, with the sources that are enabled now."""
    head, edition = required(store, number), opened(store, number).edition
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
        enabled=tuple(enabled),
    )


def correct(store: Archive, number: int, *, reason: str, person: str, now: datetime) -> int:
    """Draft a correction of an issue: the same contents, to be edited and issued under a number of
    its own. Raises HubwatchError for what was not issued, ValueError without a reason."""
    head = required(store, number)
    if head.state is not DigestState.ISSUED:
        raise HubwatchError(f"digest {number} was not issued; edit it instead")
    if not reason.strip():
        raise ValueError("a correction says what it puts right")
    digest = opened(store, number)
    new = NewDigest(
        head.title,
        head.since,
        head.until,
        head.zone,
        head.selection,
        head.basis,
        head.after_seq,
        head.upto_seq,
        write_document(replace(digest, imprint=None)),
        head.items,
        head.number,
        reason.strip(),
    )
    with store.writing() as tx:
        return tx.digests.draft(new, person=person, now=now)


def keep(
    store: Archive, head: DigestHead, digest: Digest, *, what: str, person: str, now: datetime
) -> None:
    """Keep an edited draft; `head` is that from which it was made. Raises LookupError where it is
    no draft any more, EditConflict where somebody else was faster."""
    with store.writing() as tx:
        tx.digests.edit(
            head,
            write_document(replace(digest, imprint=None)),
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
        raise HubwatchError(f"{store.path}: there is no digest {number}")
    return head


def opened(store: Archive, number: int) -> Digest:
    """A digest with its imprint: a draft as it stands, an issue as it was frozen."""
    head = required(store, number)
    digest = read_document(store.digests.document(number))
    return digest if digest.imprint else replace(digest, imprint=imprint_of(head))


def imprint_of(head: DigestHead) -> Imprint:
    """What a digest says of itself."""
    return Imprint(
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
    )


def prove(store: Archive, digest: Digest) -> Digest:
    """With the archived page behind every item and every copy."""
    ids = {item.article_id for item in digest.items}
    ids |= {copy.article_id for item in digest.items for copy in item.also_at}
    proofs = store.digests.proofs_of(sorted(ids))

    def each(items: Iterable[DigestItem]) -> tuple[DigestItem, ...]:
        return tuple(_proven(item, proofs) for item in items)

    return replace(
        digest,
        key=each(digest.key),
        sections=tuple(replace(part, items=each(part.items)) for part in digest.sections),
        touched=each(digest.touched),
    )


def _proven(item: DigestItem, proofs: dict[int, DigestProof]) -> DigestItem:
    def copied(copy: Copy) -> Copy:
        return replace(copy, proof=proofs.get(copy.article_id))

    also_at = tuple(map(copied, item.also_at))
    return replace(item, proof=proofs.get(item.article_id), also_at=also_at)


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
    waiting = digest.coverage.waiting + len(waits)
    coverage = replace(digest.coverage, waiting=waiting)
    return replace(put_off(digest, *waits), coverage=coverage)


def roles_of(digest: Digest) -> dict[int, ArticleRole]:
    """What a digest says of which article, once it is issued. What it tells it tells of the article
    that leads; the others of the story are its copies, as long as they are."""
    left = [(each.item, each.role) for each in digest.left]
    touched = {item.article_id for item in digest.touched}
    told = [
        (item, ArticleRole.UPDATED if item.article_id in touched else ArticleRole.NEWS)
        for item in digest.items
    ]
    order = list(ArticleRole)
    roles = dict.fromkeys(digest.copies, ArticleRole.COPY) | dict.fromkeys(
        digest.rejected, ArticleRole.REJECTED
    )
    for item, role in (*left, *told):
        others = ArticleRole.COPY if role in TOLD else role
        for article_id in (item.article_id, *item.articles):
            mine = role if article_id == item.article_id else others
            roles[article_id] = min(roles.get(article_id, mine), mine, key=order.index)
    return roles

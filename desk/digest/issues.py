"""Issuing: a draft becomes what it is for ever, its contents and its bytes in every format."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hubwatch.errors import HubwatchError
from hubwatch.log_line import LogLine
from storage.archive import Archive
from storage.digests import (
    PUBLISHED,
    ArticleRole,
    Basis,
    DigestHead,
    DigestProof,
    DigestState,
    StaleSequence,
)
from storage.transaction import Transaction

from .. import _
from .drafts import (
    check_uncorrected,
    figured,
    joined,
    metadata_of,
    opened,
    required,
    roles_of,
    write_document,
)
from .edit import said_in
from .formats import plugins
from .formats.as_pdf import NoPdf, lacking_font, obstacle
from .model import Digest, DigestLanguage, DigestStyle, Format, without_proposals

_LOG = logging.getLogger("hubwatch")


class IssueConflict(HubwatchError):
    """Another issue published meanwhile what a draft has: the draft has to be made anew."""


class DuplicateStory(HubwatchError):
    """Two items of a draft became one story since it was made."""


def issue(
    store: Archive,
    number: int,
    style: DigestStyle,
    *,
    person: str,
    now: datetime,
    forms: Sequence[str] | None = None,
    version: int | None = None,
) -> DigestHead:
    """Issue a draft, frozen in these formats, else in all of ours and of plug-ins. There is a PDF
    where one can be made here, and a plug-in that makes no file is left out. With `version` only
    as that many edits left it. Figures and contradictions that no person confirmed are left out.

    Raise HubwatchError where it is none, or corrects what another has corrected meanwhile,
    IssueConflict where it would repeat what another issue published, DuplicateStory where it would
    publish a story twice, and ConfigError for a template that cannot be used.
    """
    head = required(store, number)
    if version is not None:
        head = replace(head, version=version)
    if head.state is not DigestState.DRAFT:
        raise HubwatchError(
            _("digest %(number)s is %(state)s and never changes", number=number, state=head.state)
        )
    at = now.replace(microsecond=0)
    metadata = replace(
        metadata_of(store, head), state=DigestState.ISSUED, issued_by=person, issued_at=at
    )
    digest = without_proposals(replace(opened(store, number), metadata=metadata))
    chosen = (*Format, *plugins.words()) if forms is None else tuple(forms)
    files = _rendered(digest, chosen, style)  # before the transaction: it takes its time
    roles = roles_of(digest)
    try:
        with store.writing() as tx:
            tx.digests.check_sequence(head)
            if head.corrects is not None:
                check_uncorrected(required(tx.archive, head.corrects))
            _check_once(tx, head, digest)
            _check_unpublished(tx, head, digest, roles)
            _check_figures(tx, digest)
            tx.digests.issue(
                head,
                write_document(digest),
                files,
                _without_what_waits(tx, head, roles),
                _proofs(digest),
                person=person,
                now=at,
            )
    except StaleSequence as error:
        raise IssueConflict(str(error)) from None
    except (LookupError, ValueError) as error:
        raise HubwatchError(str(error.args[0])) from None
    return required(store, number)


def _rendered(digest: Digest, forms: Sequence[str], style: DigestStyle) -> dict[str, bytes]:
    """The files by their formats. Where no PDF can be made, or a plug-in makes none, the issue goes
    out without it."""
    files: dict[str, bytes] = {}
    for form in forms:
        try:
            files[str(form)] = plugins.rendered(digest, form, style)
        except NoPdf:
            pass  # `missing_pdf` says why, whenever it is asked
        except plugins.FormatFault as error:
            said = {"format": form, "reason": str(error)}
            _LOG.warning("%s", LogLine("format_failed", said))
    return files


def missing_files(store: Archive, number: int) -> tuple[str, ...]:
    """What to know of the files of an issue that was just made, a line each: what `missing_pdf`
    says, and which plug-in made none. Why stands in the log."""
    said = [missing_pdf(store, number)]
    for word in lacking_plugins(store, number):
        said.append(_("the issue has no %(word)s: its plug-in made none", word=word))
    return tuple(filter(None, said))


def lacking_plugins(store: Archive, number: int) -> tuple[str, ...]:
    """The formats of plug-ins that are there now in which an issue has no file."""
    kept = {file.format for file in store.digests.files(number)}
    return tuple(word for word in plugins.words() if word not in kept)


def missing_pdf(store: Archive, number: int) -> str:
    """What to know of an issue's PDF, in one line: that there is none and why, or that it lacks a
    font. Nothing where all is well."""
    if Format.PDF in {file.format for file in store.digests.files(number)}:
        return lacking_font(store.digests.document(number))
    why = obstacle() or _("it could not be made")
    return _("the issue has no PDF: %(why)s", why=why)


def last_correction(store: Archive, number: int) -> int:
    """Which digest holds in place of one: its last correction, or itself where there is none.
    Raises HubwatchError where there is no such digest."""
    while corrections := required(store, number).corrected_by:
        number = corrections[-1]
    return number


def issued_bytes(
    store: Archive,
    number: int,
    form: str,
    style: DigestStyle,
    language: DigestLanguage | None = None,
) -> bytes:
    """A digest in a format, ours or a plug-in's: an issue as it was frozen, a draft as it stands,
    in another language where one is named. Raises HubwatchError where there is no such digest, or
    it was issued before there was that format, or in another language."""
    head = required(store, number)
    if head.state is not DigestState.ISSUED:
        digest = opened(store, number)
        return plugins.rendered(said_in(digest, language or digest.edition.language), form, style)
    if language is not None and language is not opened(store, number).edition.language:
        raise HubwatchError(
            _(
                "digest %(number)s was issued in another language and never changes; `hubwatch "
                "digest correct %(number)s` drafts one that may have another",
                number=number,
            )
        )
    try:
        return store.digests.file(number, str(form))
    except LookupError:
        raise HubwatchError(
            _("digest %(number)s was issued without the format %(form)s", number=number, form=form)
        ) from None


def _proofs(digest: Digest) -> list[DigestProof]:
    """The archived pages behind all that a digest says."""
    return [proof for item in digest.items for proof in item.proofs]


def _without_what_waits(
    tx: Transaction, head: DigestHead, roles: dict[int, ArticleRole]
) -> dict[int, ArticleRole]:
    """What an earlier issue left waits by that, however many issues come before it is published."""
    held = {each.article_id for each in tx.archive.digests.held_over(head.selection)}
    return {
        a: role for a, role in roles.items() if role is not ArticleRole.WAITING or a not in held
    }


def _check_once(tx: Transaction, head: DigestHead, digest: Digest) -> None:
    """Two stories of a draft may have been joined since it was made. A correction says again what
    was said."""
    if head.corrects is not None:
        return
    stories = {item.article_id: tx.stories.of_article(item.article_id) for item in digest.items}
    for other, item in joined(digest.items, stories):
        raise DuplicateStory(
            _(
                "items %(number)s and %(number2)s became one story since digest %(number3)s "
                "was drafted: %(title)s; leave one of them out, or `hubwatch digest edit "
                "%(number3)s --refresh` makes the draft anew",
                number=other.number,
                number2=item.number,
                number3=head.number,
                title=item.title,
            )
        )


def _check_figures(tx: Transaction, digest: Digest) -> None:
    """People may have judged figures since the files were made: none goes out that is not confirmed
    at the moment of issue."""
    if without_proposals(figured(tx.archive, digest)) != digest:
        raise HubwatchError(
            _(
                "figures or contradictions of this draft were judged meanwhile, or read again; "
                "look at it once more"
            )
        )


def _check_unpublished(
    tx: Transaction, head: DigestHead, digest: Digest, roles: dict[int, ArticleRole]
) -> None:
    """Stories may have been joined since the draft was made, and one of them published already."""
    if head.basis is not Basis.SINCE_LAST or head.corrects is not None:
        return
    news = [article for article, role in roles.items() if role is ArticleRole.NEWS]
    stories = {tx.stories.of_article(article): article for article in news}
    published = [
        each
        for each in tx.archive.digests.published_items(head.selection, sorted(stories))
        if each.role in PUBLISHED
    ]
    if published:
        title = next(
            (i.title for i in digest.items if stories[published[0].story_id] in i.articles), ""
        )
        raise StaleSequence(
            _(
                "digest %(digest)s has told this story already, which was joined with "
                "another: %(title)s; `hubwatch digest edit %(number)s --refresh` makes the "
                "draft anew",
                digest=published[0].digest,
                title=title,
                number=head.number,
            )
        )

"""Issuing a draft, after a page that says what will be frozen; and drafting a correction of an
issue, which stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from storage.digests.records import ArticleRole, DigestHead, DigestState

from ...digest.cautions import CautionKind, cautions
from ...digest.drafts import correct as draft_correction
from ...digest.drafts import opened
from ...digest.issues import Joined, Overtaken
from ...digest.issues import issue as freeze
from ...digest.model import Format, Left
from ...text import one_line
from ..visit import RequestContext
from .change import overtaken, version_of
from .found import refused, told, with_digest
from .one import facts

_LONGEST = 1000


@with_digest
def confirm(visit: RequestContext, head: DigestHead) -> Response:
    """What will be frozen, and what to know before."""
    if head.state is not DigestState.DRAFT:
        return visit.back(f"/digests/{head.number}")
    digest = opened(visit.store, head.number)
    known = cautions(visit.store, digest)
    values = {
        "cautions": told(visit, known),
        "disputed": sum(each.kind is CautionKind.DISPUTED for each in known),
        "trimmed": _count(digest.left, ArticleRole.TRIMMED),
        "waiting": _count(digest.left, ArticleRole.WAITING),
        "formats": list(Format),
    }
    return visit.page("digests/issue.html.j2", {**facts(visit, head, digest), **values})


def _count(left: Sequence[Left], role: ArticleRole) -> int:
    return sum(each.role is role for each in left)


@with_digest
def issue(visit: RequestContext, head: DigestHead) -> Response:
    """Freeze the draft as it was when the person confirmed it. Said twice it is issued once."""
    place = f"/digests/{head.number}"
    if head.state is DigestState.DISCARDED:
        return refused(visit, visit.words("digest_fixed"), place, 409)
    if head.state is DigestState.DRAFT:
        version = version_of(visit)
        if version != head.version:
            return overtaken(visit, head)
        try:
            with visit.desk.writing() as store:
                freeze(
                    store,
                    head.number,
                    visit.desk.look,
                    person=visit.person.name,
                    now=visit.now,
                    version=version,
                )
        except Overtaken:
            return refused(visit, visit.words("digest_out_of_turn"), place, 409)
        except Joined:
            return refused(visit, visit.words("digest_joined"), place, 409)
    return visit.back(f"{place}?did=issued")


@with_digest
def reason(visit: RequestContext, head: DigestHead) -> Response:
    """Asks what a correction puts right."""
    return _ask(visit, head, "")


@with_digest
def correct(visit: RequestContext, head: DigestHead) -> Response:
    """Draft a correction and go on with it."""
    why = one_line(str(visit.form.get("reason", "")), _LONGEST)
    if not why:
        return _ask(visit, head, visit.words("digest_reason_wanted"))
    with visit.desk.writing() as store:
        made = draft_correction(
            store, head.number, reason=why, person=visit.person.name, now=visit.now
        )
    return visit.back(f"/digests/{made}?did=corrected")


def _ask(visit: RequestContext, head: DigestHead, wrong: str) -> Response:
    if head.state is not DigestState.ISSUED:
        return visit.back(f"/digests/{head.number}")
    values = {"title": visit.words("digest_correct_title", n=head.number), "head": head}
    return visit.page("digests/correct.html.j2", {**values, "wrong": wrong}, 400 if wrong else 200)

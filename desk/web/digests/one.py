"""One digest: a draft as it will be read and edited, an issue as it was frozen; the preview."""

from __future__ import annotations

from starlette.responses import Response

from storage.digests.records import DigestHead, DigestState

from ...digest import wording
from ...digest.cautions import cautions
from ...digest.citation import Citation, cite_item
from ...digest.drafts import opened
from ...digest.model import KEY, TOUCHED, Digest, Format
from ..visit import RequestContext, number_of
from .found import selection_of, told, with_digest

DONE = frozenset(
    {
        "drafted", "corrected", "words", "moved", "trimmed", "later", "restored", "item",
        "refreshed", "issued", "nothing",
    }
)  # fmt: skip
"""What a page says was done, as `?did=`."""


@with_digest
def one(visit: RequestContext, head: DigestHead) -> Response:
    """A digest by its number."""
    digest = opened(visit.store, head.number)
    values = {
        **facts(visit, head, digest),
        "edits": visit.store.digests.edits(head.number),
        "deliveries": visit.store.deliveries.select(head.number),
        "said": _said(visit),
    }
    if head.state is DigestState.ISSUED:
        kept = {file.format: file for file in visit.store.digests.files(head.number)}
        files = [kept[form] for form in Format if form in kept]
        return visit.page("digests/issued.html.j2", {**values, "files": files})
    return visit.page(
        "digests/draft.html.j2",
        {
            **values,
            "cautions": told(visit, cautions(visit.store, digest)),
            "headings": _headings(digest),
            "focus": _focus(visit),
            "address": f"{_origin(visit)}/digests/{head.number}/preview",
        },
    )


@with_digest
def preview(visit: RequestContext, head: DigestHead) -> Response:
    """A draft as it would be issued, for whoever may sign in; an issue has its own page."""
    if head.state is DigestState.ISSUED:
        return visit.back(f"/digests/{head.number}")
    digest = opened(visit.store, head.number)
    found = {"cautions": told(visit, cautions(visit.store, digest)), "formats": list(Format)}
    return visit.page("digests/preview.html.j2", {**facts(visit, head, digest), **found})


def facts(visit: RequestContext, head: DigestHead, digest: Digest) -> dict[str, object]:
    """What every page of a digest shows of it."""
    zone = digest.edition.period.zone

    def cite(number: int) -> Citation:
        return cite_item(digest.items[number - 1], zone)

    return {
        "title": f"{visit.words('digest', n=head.number)}: {head.title}",
        "head": head,
        "digest": digest,
        "period": digest.edition.period,
        "selection": selection_of(visit, head.selection),
        "wording": wording,
        "cite": cite,
        "touched": TOUCHED,
    }


def _headings(digest: Digest) -> list[str]:
    """The sections into which an item may be put."""
    return [KEY, *(section.heading for section in digest.sections)]


def _said(visit: RequestContext) -> str:
    did = visit.request.query_params.get("did", "")
    return did if did in DONE else ""


def _focus(visit: RequestContext) -> tuple[int, str]:
    """The article and the button with which the keyboard goes on."""
    asked = visit.request.query_params
    return number_of(asked.get("at", "")), asked.get("key", "")


def _origin(visit: RequestContext) -> str:
    """By which address others open the desk."""
    public = [each for each in visit.desk.doors.origins if each.startswith("https://")]
    return min(public) if public else f"http://{visit.request.headers['host']}"

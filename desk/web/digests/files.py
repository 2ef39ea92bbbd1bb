"""The bytes of a digest: its page in a frame that may do nothing, its formats, its evidence.

An issue's bytes are those that were frozen; a draft's are made now, and say that it is one.
"""

from __future__ import annotations

from starlette.responses import Response

from storage.digests.records import DigestHead

from ...digest.evidence import evidence as collect
from ...digest.issues import issued_bytes
from ...digest.model import Format
from ...digest.render import MEDIA_TYPES
from ..visit import RequestContext
from .found import refused, with_digest

_BOXED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A digest's page brings its own style, perhaps from a template of the user's; what portals wrote
stands in it as text. Whatever it holds, it runs nothing, fetches nothing, has nobody's origin."""


@with_digest
def page(visit: RequestContext, head: DigestHead) -> Response:
    """The digest as one HTML page, shown by itself or in a frame of ours."""
    headers = {"Content-Security-Policy": _BOXED, "X-Frame-Options": "SAMEORIGIN"}
    return _bytes(visit, head, Format.HTML, headers)


@with_digest
def download(visit: RequestContext, head: DigestHead) -> Response:
    """The digest in a format, to be kept."""
    word = str(visit.request.path_params["form"])
    if word not in list(Format):
        return visit.missing(visit.words("digest_no_format"))
    return _bytes(visit, head, Format(word), _kept(f"digest-{head.number}.{word}"))


@with_digest
def evidence(visit: RequestContext, head: DigestHead) -> Response:
    """The archived pages behind the digest, as a ZIP that opens without Hubwatch."""
    try:
        data = collect(visit.store, head.number, visit.desk.look)
    except LookupError as error:
        return refused(visit, str(error.args[0]), f"/digests/{head.number}", 404)
    return Response(
        data, media_type="application/zip", headers=_kept(f"evidence-{head.number}.zip")
    )


def _bytes(
    visit: RequestContext, head: DigestHead, form: Format, headers: dict[str, str]
) -> Response:
    data = issued_bytes(visit.store, head.number, form, visit.desk.look)
    return Response(data, headers={"Content-Type": MEDIA_TYPES[form], **headers})


def _kept(name: str) -> dict[str, str]:
    """For a file that is kept, not shown (RFC 6266); should a browser show it, it runs nothing."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }

"""Chosen hits of a search: a cited brief of their own, or items of a draft."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from hubwatch.errors import HubwatchError
from storage.digests import EditConflict

from ...digest.brief import MOST
from ...digest.brief import brief as make_brief
from ...digest.brief import enter as enter_draft
from ...digest.drafts import labels_of
from ...digest.formats import MEDIA_TYPES, render
from ...digest.model import Digest, DigestLanguage, Format
from ...text import one_line
from ..request import RequestContext, number_of
from .show import kept_as, refused

_FORMS = (Format.DOCX, Format.XLSX, Format.HTML, Format.MD)


def _numbers(ticked: Iterable[object]) -> list[int]:
    """The articles that were ticked."""
    return [found for each in ticked if (found := number_of(str(each)))][:MOST]


def brief(visit: RequestContext) -> Response:
    """The chosen stories as a file."""
    asked = visit.request.query_params
    form, desk = asked.get("form", ""), visit.desk
    chosen = _numbers(asked.getlist("article"))
    if form not in list(_FORMS):
        return visit.missing(visit.words("Briefs have no such format."))
    if not chosen:
        return refused(visit, visit.words("Choose some stories first."), "/search")
    try:
        made = _made(visit, chosen)
    except HubwatchError as error:
        return refused(visit, str(error), "/search", 404)
    headers = {"Content-Type": MEDIA_TYPES[Format(form)], **kept_as(f"brief.{form}")}
    return Response(render(made, Format(form), desk.look), headers=headers)


def _made(visit: RequestContext, chosen: list[int]) -> Digest:
    desk = visit.desk
    return make_brief(
        visit.store,
        chosen,
        title=one_line(visit.request.query_params.get("title", ""), 200) or visit.words("Brief"),
        zone=desk.zone,
        watched=desk.watchlist.watched,
        labels=labels_of(desk.watchlist),
        enabled=[source.ref for source in desk.enabled],
        now=visit.now,
        language=DigestLanguage.ZH if visit.words.tag == "zh" else DigestLanguage.EN,
    )


def enter(visit: RequestContext) -> Response:
    """Put the chosen stories into a draft."""
    number = number_of(str(visit.form.get("draft", "")))
    chosen = _numbers(visit.form.getlist("article"))
    if not chosen:
        return refused(visit, visit.words("Choose some stories first."), "/search")
    labels = labels_of(visit.desk.watchlist)
    person, now = visit.person.name, visit.now
    try:
        with visit.desk.writing() as store:
            enter_draft(store, number, chosen, labels=labels, person=person, now=now)
    except EditConflict:
        message = visit.words("Somebody edited that draft at the same moment. Try again.")
        return refused(visit, message, "/search", 409)
    except (HubwatchError, LookupError) as error:
        return refused(visit, str(error.args[0]), "/search")
    return visit.back(f"/digests/{number}")

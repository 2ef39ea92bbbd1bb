"""All digests, the newest first, and the form that drafts another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.responses import Response

from storage.digests.records import Basis, DigestHead

from ...digest.drafts import Wanted, check_period, draft, opened
from ...digest.model import Grouping, Scope
from ...moments import parse_since, parse_until
from ...text import one_line
from ..visit import RequestContext, number_of
from .found import selection_of

_PAGE = 50
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class DigestForm:
    """The form as it was filled in; `since` and `until` as they were typed."""

    basis: str = Basis.SINCE_LAST
    since: str = ""
    until: str = ""
    scope: str = Scope.ACCEPTED
    topics: tuple[str, ...] = ()
    grouping: str = Grouping.CITY
    title: str = ""


def shelf(visit: RequestContext) -> Response:
    """The digests there are."""
    return _page(visit, _usual(visit))


def make(visit: RequestContext) -> Response:
    """Draft a digest and go on with it."""
    typed = _typed(visit.form)
    try:
        wanted = _wanted(visit, typed)
    except ValueError as error:
        return _page(visit, typed, str(error))
    with visit.desk.writing() as store:
        number = draft(store, wanted, person=visit.person.name, now=visit.now)
    return visit.back(f"/digests/{number}?did=drafted")


def _page(visit: RequestContext, typed: DigestForm, wrong: str = "") -> Response:
    before = visit.request.query_params.get("before", "")
    heads = visit.store.digests.latest(_PAGE + 1, number_of(before) or None)
    values = {
        "title": visit.words("digests"),
        "rows": [(head, selection_of(visit, head.selection)) for head in heads[:_PAGE]],
        "older": heads[_PAGE - 1].number if len(heads) > _PAGE else None,
        "typed": typed,
        "wrong": wrong,
        "topics": [topic for topic in visit.desk.watchlist.topics.values() if topic.watched],
        "usual_title": visit.desk.digest_title,
        "series": {scope: visit.store.digests.last_issue(scope) for scope in Scope},
        "did": visit.request.query_params.get("did", "") == "discarded",
    }
    return visit.page("digests/shelf.html.j2", values, 400 if wrong else 200)


def _usual(visit: RequestContext) -> DigestForm:
    """The form as it is offered: the series that was issued last goes on."""
    last = next((head for head in visit.store.digests.latest(_PAGE) if _begins_series(head)), None)
    if last is None:
        return DigestForm()
    edition = opened(visit.store, last.number).edition
    title = "" if edition.title == visit.desk.digest_title else edition.title
    return DigestForm(
        scope=edition.scope, topics=edition.topics, grouping=edition.grouping, title=title
    )


def _begins_series(head: DigestHead) -> bool:
    return head.issued_at is not None and head.basis is Basis.SINCE_LAST and not head.corrects


def _typed(form: FormData) -> DigestForm:
    def line(name: str) -> str:
        return one_line(str(form.get(name, "")), _LONGEST)

    topics = tuple(dict.fromkeys(str(each) for each in form.getlist("topic")))
    return DigestForm(
        line("basis"),
        line("since"),
        line("until"),
        line("scope"),
        topics,
        line("grouping"),
        line("title"),
    )


def _wanted(visit: RequestContext, typed: DigestForm) -> Wanted:
    """What the form asks for. Raises ValueError with what is wrong, in the words of the page."""
    words, desk = visit.words, visit.desk
    since = _moment(visit, typed.since, parse_since)
    until = _moment(visit, typed.until, parse_until)
    if since is not None and until is not None and since >= until:
        raise ValueError(words("digest_period_wrong"))
    known = typed.scope in list(Scope) and typed.grouping in list(Grouping)
    if not known or typed.basis not in list(Basis) or {*typed.topics} - {*desk.watchlist.topics}:
        raise ValueError(words("digest_form_wrong"))
    basis = Basis(typed.basis)
    if basis is Basis.PERIOD and not typed.since:
        raise ValueError(words("digest_since_wanted"))
    wanted = Wanted(
        title=typed.title or desk.digest_title,
        zone=desk.zone,
        basis=basis,
        since=since,
        until=until if basis is Basis.PERIOD else None,
        scope=Scope(typed.scope),
        topics=typed.topics,
        watched=desk.watchlist.watched,
        grouping=Grouping(typed.grouping),
        enabled=tuple(each.ref for each in desk.enabled),
    )
    try:
        check_period(wanted, visit.now)
    except ValueError:
        raise ValueError(words("digest_period_wrong")) from None
    return wanted


def _moment(
    visit: RequestContext, text: str, parse: Callable[[str, datetime, str], datetime]
) -> datetime | None:
    try:
        return parse(text, visit.now, visit.desk.zone) if text else None
    except ValueError:
        raise ValueError(visit.words("digest_no_date", text=text)) from None

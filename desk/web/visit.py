"""One request by one person: what a page is given, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from storage.archive import Archive
from storage.people import Person, PersonRole

from .desk import Desk
from .render import render
from .signin import who
from .words import LANGUAGES, Phrasebook

_LANGUAGE = "hubwatch-language"
_MOST_FILES = 2
_DIGITS = 18
EVERYBODY = frozenset(PersonRole)
DECIDERS = frozenset(role for role in PersonRole if role.decides)
STAFF = frozenset({PersonRole.STAFF})


class _RowNumber(IntegerConvertor):
    """The number of a row in an address: no more digits than a row's number can have."""

    regex = "[0-9]{1,18}"


register_url_convertor("row", _RowNumber())


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a page has to work with. `store` is open for reading; `form` is empty for a GET."""

    desk: Desk
    request: Request
    store: Archive
    person: Person
    words: Phrasebook
    now: datetime
    form: FormData

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """A page of ours."""
        html = render(
            template,
            self.words,
            {
                "person": self.person,
                "zone": self.desk.zone,
                "now": self.now,
                "here": self.request.url.path if self.request.method == "GET" else "/",
                "signs_in": not (self.desk.doors.user or self.desk.doors.login_header),
                **values,
            },
        )
        return HTMLResponse(html, status)

    def missing(self, told: str) -> HTMLResponse:
        """What was asked for is not there."""
        return self.page("message.html.j2", {"title": self.words("not_there"), "told": told}, 404)

    def back(self, target: str) -> RedirectResponse:
        """Go on with a page of ours; anything else leads to the queue."""
        return RedirectResponse(own_page(target), 303)


def own_page(target: str) -> str:
    """The address of a page of ours that a form names; that of the queue for any other."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours else "/"


def number_of(typed: str) -> int:
    """A number as a form or an address gives it; 0 for what is none that SQLite can hold."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS else 0


def page_number(typed: str, most: int) -> int:
    """The number of a page as an address gives it: 1 for what is none, `most` for more."""
    return max(1, min(number_of(typed[:_DIGITS]), most))


Page = Callable[[RequestContext], Response]


def served(page: Page, roles: frozenset[PersonRole] = EVERYBODY) -> Callable[[Request], object]:
    """An endpoint that finds out who asks, opens the archive and runs `page` beside the loop."""

    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(_serve, page, roles, request, FormData())
        refusal = await run_in_threadpool(_refused, roles, request)
        if refusal is not None:  # nobody's form is read who may not send it: files are large
            return refusal
        async with request.form(max_files=_MOST_FILES) as form:
            return await run_in_threadpool(_serve, page, roles, request, form)

    return endpoint


def _refused(roles: frozenset[PersonRole], request: Request) -> Response | None:
    """The answer to somebody who may not ask this; None for whoever may."""
    found: list[RequestContext] = []

    def allowed(visit: RequestContext) -> Response:
        found.append(visit)
        return Response()

    answer = _serve(allowed, roles, request, FormData())
    return None if found else answer


def _serve(page: Page, roles: frozenset[PersonRole], request: Request, form: FormData) -> Response:
    desk: Desk = request.app.state.desk
    words = Phrasebook(language_of(request))
    with desk.reading() as store:
        person = who(desk, store, request)
        if person is None:
            return _stranger(desk, request, words)
        visit = RequestContext(desk, request, store, person, words, desk.clock(), form)
        if person.role not in roles:
            told = words("not_staff" if roles == STAFF else "not_allowed")
            return visit.page("message.html.j2", {"title": words("sorry"), "told": told}, 403)
        return page(visit)


def _stranger(desk: Desk, request: Request, words: Phrasebook) -> Response:
    by_link = not desk.doors.login_header and not desk.doors.user
    if by_link and request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?to={quote(target, safe='')}", 303)
    told = words("signed_out" if by_link else "stranger")
    values = {"title": words("sorry"), "told": told, "person": None}
    return HTMLResponse(render("message.html.j2", words, values), 403)


def language_of(request: Request) -> str:
    """The interface's language: as chosen, else the first of the browser's that we have."""
    chosen = request.query_params.get("lang") or request.cookies.get(_LANGUAGE, "")
    asked = [chosen, *request.headers.get("accept-language", "").split(",")]
    tags = [each.split(";")[0].strip().lower().split("-")[0] for each in asked]
    return next((tag for tag in tags if tag in LANGUAGES), LANGUAGES[0])


def choose_language(visit: RequestContext) -> Response:
    """Keep the language in a cookie and go on where the person was."""
    response = visit.back(str(visit.form.get("to", "/")))
    response.set_cookie(
        _LANGUAGE, language_of_form(visit.form), max_age=31_536_000, httponly=True, samesite="lax"
    )
    return response


def language_of_form(form: FormData) -> str:
    """The language that a form names, or the first of ours."""
    chosen = str(form.get("lang", ""))
    return chosen if chosen in LANGUAGES else LANGUAGES[0]

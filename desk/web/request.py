"""One request by one person: who asks, how they sign in and out, what a page is given, and how it
answers."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from storage.archive import Archive
from storage.people import VISIT_LASTS, Person, PersonRole, TokenKind

from .. import reading_in
from ..messages import LANGUAGES, Translator, translator
from ..searches import period
from ..text import one_line
from .desk import Desk
from .render import render

# Who somebody is: the one named user, the name a trusted proxy gives, or a signed-in visit.

_COOKIE = "hubwatch-visit"


def cookie_of(request: Request) -> str:
    """The name of the cookie of this desk. Cookies know no ports, and there may be another desk at
    the same host."""
    port = request.url.port
    return f"{_COOKIE}-{port}" if port else _COOKIE


def _secret(request: Request) -> str:
    """What the browser shows, also of a visit that began before cookies had ports."""
    return request.cookies.get(cookie_of(request), "") or request.cookies.get(_COOKIE, "")


def who(desk: Desk, store: Archive, request: Request) -> Person | None:
    """The person who asks, or None for a stranger."""
    auth = desk.auth
    if auth.user:
        return store.people.get(auth.user)
    if auth.login_header:
        client = request.client.host if request.client else ""
        name = request.headers.get(auth.login_header, "") if client in auth.proxies else ""
        return store.people.get(name) if name else None
    secret = _secret(request)
    return store.people.holder(secret, TokenKind.VISIT, desk.clock()) if secret else None


def begin(desk: Desk, link: str) -> tuple[Person, str] | None:
    """Trade the secret of a sign-in link for that of a visit. Return None for a link that is
    good no more."""
    now, visit = desk.clock(), secrets.token_urlsafe(32)
    with desk.writing() as store, store.writing() as tx:
        person = tx.people.consume_token(link, TokenKind.LINK, now)
        if person is None:
            return None
        tx.people.issue_token(person.name, TokenKind.VISIT, visit, now)
    return person, visit


def end(desk: Desk, request: Request) -> None:
    """The visit is over."""
    with desk.writing() as store, store.writing() as tx:
        tx.people.consume_token(_secret(request), TokenKind.VISIT, desk.clock())


def remember(request: Request, response: Response, secret: str, *, secure: bool) -> None:
    """Have the browser show the secret from now on, to us alone and not to scripts. An empty one
    makes it forget."""
    lasts = int(VISIT_LASTS.total_seconds()) if secret else 0
    name = cookie_of(request)
    response.set_cookie(name, secret, lasts, httponly=True, samesite="lax", secure=secure)


_LANGUAGE = "hubwatch-language"
_MOST_FILES = 2
_MOST_SAID = 10_000  # characters: what nobody types, and the fields take
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
    """What a page has to work with. `store` is open for reading. `form` is empty for a GET."""

    desk: Desk
    request: Request
    store: Archive
    person: Person
    words: Translator
    now: datetime
    form: FormData

    @property
    def is_script(self) -> bool:
        """Whether our script asks, which is answered with facts and no page."""
        return "application/json" in self.request.headers.get("accept", "")

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
                "has_places": self.desk.has_places,
                "signs_in": not (self.desk.auth.user or self.desk.auth.login_header),
                **values,
            },
        )
        return HTMLResponse(html, status)

    def missing(self, message: str) -> HTMLResponse:
        """What was asked for is not there."""
        return self.page(
            "message.html.j2", {"title": self.words("Not there"), "message": message}, 404
        )

    def period(self, since: str, until: str) -> tuple[datetime | None, datetime | None, str]:
        """The moments between which something is asked for, as typed, and what is wrong with one
        that is none. None: not bounded at that end."""
        return period(since, until, self.now, self.desk.zone)

    @property
    def why(self) -> str:
        """The reason or note that the form says, on one line."""
        return one_line(str(self.form.get("why", "")), _MOST_SAID)

    def back(self, target: str) -> RedirectResponse:
        """Go on with a page of ours. Anything else leads to the queue."""
        return RedirectResponse(own_page(target), 303)


def own_page(target: str) -> str:
    """The address of a page of ours that a form names, or that of the queue for any other."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours else "/"


def number_of(typed: str) -> int:
    """A number as a form or an address gives it, or 0 for what is none that SQLite can hold."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS else 0


def page_number(typed: str, most: int) -> int:
    """The number of a page as an address gives it: 1 for what is none, `most` for more."""
    return max(1, min(number_of(typed[:_DIGITS]), most))


Page = Callable[[RequestContext], Response]


def served(
    page: Page, roles: frozenset[PersonRole] = EVERYBODY
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that finds out who asks, opens the archive and runs `page` beside the loop."""

    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(_serve, page, roles, request, FormData())
        refusal = await run_in_threadpool(_refused, roles, request)
        # No large form is read of somebody who may not send it. A short one is, and shown again.
        if refusal is not None and not _is_short(request):
            return refusal
        async with request.form(max_files=_MOST_FILES) as form:
            return await run_in_threadpool(_serve, page, roles, request, form)

    return endpoint


_SHORT = 100_000
_TYPED = (
    "title", "introduction", "translation", "note", "own_heading", "why", "reason", "value", "name",
    "words", "other", "object", "unit", "url",
)  # fmt: skip
"""The fields of forms in which people type."""


def _is_short(request: Request) -> bool:
    kind, length = (request.headers.get(name, "") for name in ("content-type", "content-length"))
    is_plain = kind.partition(";")[0].strip() == "application/x-www-form-urlencoded"
    return is_plain and 0 < number_of(length) <= _SHORT


def texts_of_form(form: FormData) -> list[str]:
    """What somebody typed into a form that is not taken."""
    return [text for name in _TYPED if (text := str(form.get(name, "")).strip())]


def _refused(roles: frozenset[PersonRole], request: Request) -> Response | None:
    """The answer to somebody who may not ask this, or None for whoever may."""
    found: list[RequestContext] = []

    def allowed(visit: RequestContext) -> Response:
        found.append(visit)
        return Response()

    answer = _serve(allowed, roles, request, FormData())
    return None if found else answer


def _serve(page: Page, roles: frozenset[PersonRole], request: Request, form: FormData) -> Response:
    desk: Desk = request.app.state.desk
    words = translator(language_of(request))
    with desk.reading() as store:
        person = who(desk, store, request)
        if person is None:
            return _stranger(desk, request, words, form)
        visit = RequestContext(desk, request, store, person, words, desk.clock(), form)
        if person.role not in roles:
            message = (
                words("Only staff look after sources. Ask whoever runs Hubwatch.")
                if roles == STAFF
                else words(
                    "Readers look; to decide, you need the role of a reviewer. Ask whoever runs "
                    "Hubwatch."
                )
            )
            if visit.is_script:
                return JSONResponse({"forbidden": message}, 403)
            title = words("That did not work")
            values = {"title": title, "message": message, "typed": texts_of_form(form)}
            return visit.page("message.html.j2", values, 403)
        with reading_in(words.tag):
            return page(visit)


def _stranger(desk: Desk, request: Request, words: Translator, form: FormData) -> Response:
    by_link = not desk.auth.login_header and not desk.auth.user
    if by_link and request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?to={quote(target, safe='')}", 303)
    message = (
        words(
            "You are signed out, and nothing of this was kept. Sign in by a new link, "
            "which whoever runs Hubwatch can send you."
        )
        if by_link
        else words("You are not known here. Ask whoever runs Hubwatch to let you in.")
    )
    values = {
        "title": words("That did not work"),
        "message": message,
        "person": None,
        "typed": texts_of_form(form),
    }
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


# Signing in by a link that works once, and signing out.


async def sign_in(request: Request) -> Response:
    """Show whom a link is for, so that no preview of a mail program uses it up. Take it when the
    button is pressed."""
    form = await request.form() if request.method == "POST" else None
    if form is None:
        link, target = request.query_params.get("link", ""), request.query_params.get("to", "/")
        return await run_in_threadpool(_show, request, link, target)
    return await run_in_threadpool(
        _take, request, str(form.get("link", "")), str(form.get("to", "/"))
    )


def _show(request: Request, link: str, target: str) -> Response:
    desk, words = _desk(request), translator(language_of(request))
    with desk.reading() as store:
        person = store.people.holder(link, TokenKind.LINK, desk.clock()) if link else None
    message = (
        words("This link is for %(name)s. It works once.", name=person.name)
        if person
        else words(
            "This sign-in link has been used or is too old. Ask for a new one: `hubwatch "
            "people link`."
        )
        if link
        else words(
            "Open the sign-in link that you were sent. Without one, ask whoever runs Hubwatch."
        )
    )
    values = {
        "title": words("Sign in"),
        "message": message,
        "link": link if person else "",
        "to": target,
    }
    return HTMLResponse(render("sign_in.html.j2", words, {**values, "person": None}))


def _take(request: Request, link: str, target: str) -> Response:
    desk = _desk(request)
    begun = begin(desk, link)
    if begun is None:
        return _show(request, "used", "/")
    _, secret = begun
    response = RedirectResponse(own_page(target), 303)
    remember(request, response, secret, secure=desk.auth.is_secure)
    return response


async def sign_out(request: Request) -> Response:
    """The visit is over, here and for whoever may have copied its cookie."""
    desk = _desk(request)
    await run_in_threadpool(end, desk, request)
    response = RedirectResponse("/sign-in", 303)
    remember(request, response, "", secure=desk.auth.is_secure)
    return response


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk

"""The review page as an ASGI application: which address is which page, and what guards them all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hubwatch.errors import HubwatchError

from .. import _, described, reading_in
from . import (
    articles,
    cities,
    contradictions,
    decisions,
    dismissals,
    facts,
    feeds,
    incidents,
    manual_entry,
    new_sources,
    pictures,
    queue,
    runs,
    sources,
    stories,
    timetable,
)
from .api.app import make_api, problem, unanswered
from .api.openapi import ROOT
from .api.operations import MOST_BYTES as MOST_OF_API
from .desk import AuthConfig, Desk
from .digests import brief, edit, show
from .manual_entry import places
from .request import (
    DECIDERS,
    STAFF,
    RequestContext,
    choose_language,
    language_of,
    served,
    sign_in,
    sign_out,
)

MOST_BYTES = 2 * 1024 * 1024
"""A form is smaller than that."""
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with that a browser says of a form where it comes from only "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}
_SAFE = frozenset({"GET", "HEAD"})
BODY_SECONDS = 60.0
"""For a form to arrive, a file in it too: its sender is a proxy or a browser of this machine."""


class Guard:
    """Refuses other names (DNS rebinding), forms from elsewhere (cross-site requests) and bodies
    that no form has, or that take longer than `seconds` to arrive. It adds the headers that keep a
    page from doing anything else. `larger` are the paths of forms with files: how many bytes they
    may have."""

    def __init__(
        self,
        app: ASGIApp,
        auth: AuthConfig,
        larger: Mapping[str, int] = MappingProxyType({}),
        seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._auth_config = auth
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with reading_in(language_of(Request(scope))):
            refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, guarded)
        elif scope["method"] in _SAFE:
            await self._app(scope, receive, guarded)
        else:
            await self._in_time(scope, receive, guarded)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request whose body has to have arrived within the bound."""
        until = asyncio.get_running_loop().time() + self._seconds
        is_here = is_late = False

        async def bounded() -> Message:
            nonlocal is_here, is_late
            if is_here:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                is_late = True
                return {"type": "http.disconnect"}
            is_here = not message.get("more_body", False)
            return message

        async def unless_late(message: Message) -> None:
            if not is_late:
                await send(message)

        try:
            await self._app(scope, bounded, unless_late)
        except Exception:
            if not is_late:
                raise
        if is_late:
            with reading_in(language_of(Request(scope))):
                said = _refused(scope["path"], 408, _("The form took too long to arrive."))
            said.headers["Connection"] = "close"
            await said(scope, receive, send)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        if headers.get("host", "").lower() not in self._auth_config.hosts:
            message = _(
                "This desk is not called that; open it by the address that `hubwatch desk` says."
            )
            return _refused(path, 421, message)
        if method in _SAFE:
            return None
        if _is_of_api(path):  # who shows a token is no browser that others send here
            is_long = int(headers.get("content-length") or 0) > MOST_OF_API
            return (
                _refused(path, 413, _("That is larger than any form of this desk."))
                if is_long
                else None
            )
        if headers.get("origin", "").lower() not in self._auth_config.origins:
            return PlainTextResponse(_("Only forms of this desk are taken."), 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > self._larger.get(path, MOST_BYTES):
            return PlainTextResponse(_("That is larger than any form of this desk."), 413)
        return None


def _is_of_api(path: str) -> bool:
    return path == ROOT or path.startswith(f"{ROOT}/")


def _refused(path: str, status: int, message: str) -> Response:
    """A request that gets no further, told as pages or as the API tell it."""
    if _is_of_api(path):
        return problem(HTTPStatus(status), message)
    return PlainTextResponse(message, status)


_DIGEST_ROUTES = (
    Route("/digests", served(show.shelf), methods=["GET"]),
    Route("/digests", served(show.make, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}", served(show.one), methods=["GET"]),
    Route("/digests/{number:row}", served(edit.change, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/preview", served(show.preview), methods=["GET"]),
    Route("/digests/{number:row}/issue", served(edit.confirm, DECIDERS), methods=["GET"]),
    Route("/digests/{number:row}/issue", served(edit.issue, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/correct", served(edit.reason, DECIDERS), methods=["GET"]),
    Route("/digests/{number:row}/correct", served(edit.correct, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/page", served(show.page), methods=["GET"]),
    Route("/digests/{number:row}/file/{form}", served(show.download), methods=["GET"]),
    Route("/digests/{number:row}/evidence", served(show.evidence), methods=["GET"]),
)


_UPLOAD = "/add/item"
_CONTRADICTION = "/contradiction/{number:row}"
_STATIC = Path(__file__).parent / "static"


def make_app(desk: Desk) -> ASGIApp:
    """The desk, ready to be served."""
    app = Starlette(
        routes=[
            Route("/", served(queue.queue), methods=["GET"]),
            Route("/story/{number:row}", served(stories.story), methods=["GET"]),
            Route("/page/{number:row}", served(stories.page), methods=["GET"]),
            Route("/search", served(articles.search), methods=["GET"]),
            Route("/search/keep", served(articles.keep), methods=["POST"]),
            Route("/search/forget", served(articles.forget), methods=["POST"]),
            Route("/brief", served(brief.brief), methods=["GET"]),
            Route("/brief", served(brief.enter, DECIDERS), methods=["POST"]),
            Route("/why", served(articles.why), methods=["GET"]),
            Route("/sources", served(sources.sources), methods=["GET"]),
            Route("/sources/new", served(new_sources.new, STAFF), methods=["GET"]),
            Route("/sources/new", served(new_sources.begin, STAFF), methods=["POST"]),
            Route("/sources/new/{key}", served(new_sources.finding, STAFF), methods=["GET"]),
            Route("/sources/new/{key}", served(new_sources.save, STAFF), methods=["POST"]),
            Route("/dismissals", served(dismissals.dismissals, DECIDERS), methods=["GET"]),
            Route("/dismissals", served(dismissals.change, DECIDERS), methods=["POST"]),
            Route("/source/{id}", served(sources.source), methods=["GET"]),
            Route("/source/{id}/teach", served(sources.propose, DECIDERS), methods=["GET"]),
            Route("/source/{id}/teach", served(sources.teach, DECIDERS), methods=["POST"]),
            Route("/source/{id}/forget", served(sources.forget, STAFF), methods=["POST"]),
            Route("/pause", served(timetable.pause, STAFF), methods=["POST"]),
            Route("/resume", served(timetable.resume, STAFF), methods=["POST"]),
            Route("/timetable", served(timetable.timetable), methods=["GET"]),
            Route("/incidents", served(incidents.incidents), methods=["GET"]),
            Route("/incident/{number:row}", served(incidents.incident), methods=["GET"]),
            Route("/contradictions", served(contradictions.contradictions), methods=["GET"]),
            Route(_CONTRADICTION, served(contradictions.contradiction), methods=["GET"]),
            Route(_CONTRADICTION, served(contradictions.resolve, DECIDERS), methods=["POST"]),
            Route("/ack", served(incidents.ack, STAFF), methods=["POST"]),
            Route("/runs", served(runs.runs), methods=["GET"]),
            Route("/places", served(runs.places), methods=["GET"]),
            Route("/cities", served(pictures.cities), methods=["GET"]),
            Route("/city/{name:path}", served(cities.city), methods=["GET"]),
            Route("/coverage", served(pictures.coverage), methods=["GET"]),
            Route("/say", served(decisions.decide, DECIDERS), methods=["POST"]),
            Route("/all", served(decisions.confirm_all, DECIDERS), methods=["GET"]),
            Route("/all", served(decisions.decide_all, DECIDERS), methods=["POST"]),
            Route("/undo", served(decisions.undo, DECIDERS), methods=["POST"]),
            Route("/merge", served(decisions.merge, DECIDERS), methods=["POST"]),
            Route("/split", served(decisions.split, DECIDERS), methods=["POST"]),
            Route("/event", served(stories.change_event, DECIDERS), methods=["POST"]),
            Route("/fact", served(facts.judge, DECIDERS), methods=["POST"]),
            Route("/correct", served(decisions.correct, DECIDERS), methods=["POST"]),
            Route("/add", served(manual_entry.add, DECIDERS), methods=["GET"]),
            Route("/add/address", served(manual_entry.add_address, DECIDERS), methods=["POST"]),
            Route(_UPLOAD, served(manual_entry.add_item, DECIDERS), methods=["POST"]),
            Route("/add/{number:row}", served(manual_entry.addition, DECIDERS), methods=["GET"]),
            Route("/file/{number:row}", served(manual_entry.file), methods=["GET"]),
            *_DIGEST_ROUTES,
            Route("/feeds", served(feeds.feeds), methods=["GET"]),
            Route("/feeds", served(feeds.change), methods=["POST"]),
            Route("/feeds/{secret}/{name}.{form}", feeds.feed, methods=["GET"]),
            Route("/language", served(choose_language), methods=["POST"]),
            Route("/sign-in", sign_in, methods=["GET", "POST"]),
            Route("/sign-out", sign_out, methods=["POST"]),
            Route("/healthz", _healthy, methods=["GET"]),
            Mount(ROOT, make_api(desk)),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={
            HubwatchError: _trouble,
            HTTPException: _unanswered,
            Exception: _fault,
        },
    )
    app.state.desk = desk
    app.state.places, app.state.tasks = places(), set()
    app.state.undoing = {}
    app.state.surveys = new_sources.PortalSurveys()
    return Guard(app, desk.auth, {_UPLOAD: desk.upload + MOST_BYTES}, BODY_SECONDS)


def _nowhere(visit: RequestContext) -> Response:
    """An address that the desk does not have."""
    return visit.missing(visit.words("The desk has no page of that address."))


_NOWHERE = served(_nowhere)


async def _healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _trouble(request: Request, error: Exception) -> Response:
    """The archive cannot be used now: one line, as the command line would say it."""
    with reading_in(language_of(request)):
        said = described(error) if isinstance(error, HubwatchError) else str(error)
        return PlainTextResponse(_("Hubwatch: %(error)s", error=said), 503)


async def _unanswered(request: Request, error: Exception) -> Response:
    """Something that no page of the desk answers."""
    assert isinstance(error, HTTPException)
    if _is_of_api(request.url.path):  # a line break in it belongs to no route
        return await unanswered(request, error)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return await _NOWHERE(request)
    with reading_in(language_of(request)):
        said = (
            _("This page is not asked for in that way.")
            if error.status_code == 405
            else _("The desk cannot answer that (status %(status)s).", status=error.status_code)
        )
    return PlainTextResponse(said, error.status_code, error.headers)


async def _fault(request: Request, error: Exception) -> Response:
    """Something of ours broke: the log has it, and the page says so in the reader's language."""
    with reading_in(language_of(request)):
        said = _(
            "Something of the desk broke, and nothing of this was kept. Its log says what; tell "
            "whoever runs Hubwatch."
        )
    return PlainTextResponse(said, 500)

"""Signing in by a link that works once, and signing out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from storage.people import TokenKind

from .desk import Desk
from .render import render
from .signin import begin, end, remember
from .visit import language_of, own_page
from .words import Phrasebook


async def sign_in(request: Request) -> Response:
    """Show whom a link is for, so that no preview of a mail program uses it up; take it when the
    button is pressed."""
    form = await request.form() if request.method == "POST" else None
    if form is None:
        link, target = request.query_params.get("link", ""), request.query_params.get("to", "/")
        return await run_in_threadpool(_show, request, link, target)
    return await run_in_threadpool(
        _take, request, str(form.get("link", "")), str(form.get("to", "/"))
    )


def _show(request: Request, link: str, target: str) -> Response:
    desk, words = _desk(request), Phrasebook(language_of(request))
    with desk.reading() as store:
        person = store.people.holder(link, TokenKind.LINK, desk.clock()) if link else None
    told = (
        words("link_good", name=person.name)
        if person
        else words("link_bad" if link else "link_wanted")
    )
    values = {"title": words("sign_in"), "told": told, "link": link if person else "", "to": target}
    return HTMLResponse(render("sign_in.html.j2", words, {**values, "person": None}))


def _take(request: Request, link: str, target: str) -> Response:
    desk = _desk(request)
    begun = begin(desk, link)
    if begun is None:
        return _show(request, "used", "/")
    _, secret = begun
    response = RedirectResponse(own_page(target), 303)
    remember(response, secret, secure=desk.doors.is_secure)
    return response


async def sign_out(request: Request) -> Response:
    """The visit is over, here and for whoever may have copied its cookie."""
    desk = _desk(request)
    await run_in_threadpool(end, desk, request)
    response = RedirectResponse("/sign-in", 303)
    remember(response, "", secure=desk.doors.is_secure)
    return response


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk

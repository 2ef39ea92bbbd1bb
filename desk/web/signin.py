"""Who somebody is: the one named user, the name a trusted proxy gives, or a signed-in visit."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from storage.archive import Archive
from storage.people import VISIT_LASTS, Person, TokenKind

from .desk import Desk

COOKIE = "hubwatch-visit"


def who(desk: Desk, store: Archive, request: Request) -> Person | None:
    """The person who asks; None for a stranger."""
    doors = desk.doors
    if doors.user:
        return store.people.get(doors.user)
    if doors.login_header:
        client = request.client.host if request.client else ""
        name = request.headers.get(doors.login_header, "") if client in doors.proxies else ""
        return store.people.get(name) if name else None
    secret = request.cookies.get(COOKIE, "")
    return store.people.holder(secret, TokenKind.VISIT, desk.clock()) if secret else None


def begin(desk: Desk, link: str) -> tuple[Person, str] | None:
    """Trade the secret of a sign-in link for that of a visit; None for a link that is good no
    more."""
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
        tx.people.consume_token(request.cookies.get(COOKIE, ""), TokenKind.VISIT, desk.clock())


def remember(response: Response, secret: str, *, secure: bool) -> None:
    """Have the browser show the secret from now on, to us alone and not to scripts; an empty one
    makes it forget."""
    lasts = int(VISIT_LASTS.total_seconds()) if secret else 0
    response.set_cookie(COOKIE, secret, lasts, httponly=True, samesite="lax", secure=secure)

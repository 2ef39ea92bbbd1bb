"""What every answer and every question must have: our name, our origin, headers that allow nothing.

Pure ASGI. Who somebody is does not matter here (`signin`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .desk import Doors

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


class Guard:
    """Refuses other names (DNS rebinding), forms from elsewhere (cross-site requests) and bodies
    that no form has; adds the headers that keep a page from doing anything else. `larger` are the
    paths of forms with files: how many bytes they may have."""

    def __init__(
        self, app: ASGIApp, doors: Doors, larger: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._app = app
        self._doors = doors
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

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, guarded)
        else:
            await refusal(scope, receive, guarded)

    def _refusal(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        if headers.get("host", "").lower() not in self._doors.hosts:
            told = "This desk is not called that; open it by the address that `hubwatch desk` says."
            return PlainTextResponse(told, 421)
        if method in _SAFE:
            return None
        if headers.get("origin", "").lower() not in self._doors.origins:
            return PlainTextResponse("Only forms of this desk are taken.", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > self._larger.get(path, MOST_BYTES):
            return PlainTextResponse("That is larger than any form of this desk.", 413)
        return None

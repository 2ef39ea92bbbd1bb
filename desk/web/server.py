"""The server beneath the review page: HTTP/1.1 by uvicorn, with bounds for whoever is slow.

uvicorn waits for as long as it takes: for a first byte, for the end of a request's headers, for a
body that nobody reads any more, for a reader who takes no answer. Each has its time here. A form
that is awaited has its bound in `app`.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import make_app
from .desk import Desk

HEAD_SECONDS = 15.0
"""From the first moment of a connection, or the first byte of a further request, to the end of
its headers, and for all that a client goes on to send after its answer."""
STALL_SECONDS = 60.0
"""For a reader to take what a socket holds, some tens of kilobytes: a telephone line does it."""
MOST_CONNECTIONS = 400
"""At a time; a further one is closed at once. A process may have 1,024 files open."""


class BoundedProtocol(H11Protocol):
    """A connection, and how long it may wait for its client."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._head = self.loop.call_later(HEAD_SECONDS, self._is_late)

    def data_received(self, data: bytes) -> None:
        """Go on to wait, for as long in all, where this was not the end of the headers."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE and self.conn.our_state is not h11.DONE:
            _cancel(self._head)
            self._head = None
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self._is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        _cancel(self._head)
        _cancel(self._stall)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for the reader."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader has taken what there was."""
        super().resume_writing()
        _cancel(self._stall)
        self._stall = None

    def _is_late(self) -> None:
        self._head = None
        if self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            head = [(b"connection", b"close"), (b"content-length", b"0")]
            self.transport.write(self.conn.send(h11.Response(status_code=408, headers=head)) or b"")
        self.transport.close()
        self._stall = self._stall or self.loop.call_later(STALL_SECONDS, self.transport.abort)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def server_of(desk: Desk, **more: Any) -> uvicorn.Server:
    """A server of a desk, for sockets that listen already. `more` are settings of uvicorn's."""
    settings = uvicorn.Config(
        make_app(desk),
        http=BoundedProtocol,
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        **more,
    )
    return uvicorn.Server(settings)

"""A small HTTP endpoint on loopback that says how the daemon is: for probes and for monitoring.

It answers GET and HEAD of the paths it was given, one request a connection, and takes nothing in.
What the answers say is decided by whoever gives them; nothing is asked of any other host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from hubwatch.errors import ConfigError, StorageError

_SECONDS = 5.0
_MOST = 8192  # bytes of a request
_WORDS = {
    200: "OK",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Unavailable",
}
_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class ProbeResponse:
    """A status and a text."""

    status: int
    text: str
    media_type: str = "text/plain; charset=utf-8"


ProbeResponses = Mapping[str, Callable[[], ProbeResponse]]


class Endpoint:
    """Serves until closed. `place` is a loopback address with port, such as `127.0.0.1:9464`."""

    def __init__(self, place: str, answers: ProbeResponses) -> None:
        host, _, port = place.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._answers = answers
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen. Raises ConfigError if the place is taken."""
        try:
            self._server = await asyncio.start_server(
                self._serve, self._host, self._port, limit=_MOST
            )
        except OSError as error:
            place = f"{self._host}:{self._port}"
            told = error.strerror or "it cannot be listened at"
            raise ConfigError(f"daemon.listen: {place}: {told}; choose another port") from None

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), _SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SECONDS)
            writer.write(self._answered(head.decode("latin-1")))
            await asyncio.wait_for(writer.drain(), _SECONDS)
        writer.close()

    def _answered(self, head: str) -> bytes:
        method, _, rest = head.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        answer = self._answer(method, path, _host_of(head))
        body = answer.text.encode()
        lines = (
            f"HTTP/1.1 {answer.status} {_WORDS.get(answer.status, 'Error')}",
            f"Content-Type: {answer.media_type}",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "Connection: close",
        )
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if method == "HEAD" else body)

    def _answer(self, method: str, path: str, host: str) -> ProbeResponse:
        # A page in somebody's browser could reach us under a name that leads to loopback.
        if host not in _NAMES and host != self._host:
            return ProbeResponse(403, "this is for loopback names alone\n")
        if method not in ("GET", "HEAD"):
            return ProbeResponse(405, "GET and HEAD only\n")
        made = self._answers.get(path)
        if made is None:
            return ProbeResponse(404, f"there is {', '.join(self._answers)}\n")
        try:
            return made()
        except StorageError as error:
            return ProbeResponse(503, f"{error}\n")


def _host_of(head: str) -> str:
    """The host of a request without its port; that of an IPv6 address in its brackets."""
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "host":
            value = value.strip().lower()
            bracketed = value.partition("]")[0] + "]" if value.startswith("[") else ""
            return bracketed or value.partition(":")[0]
    return ""

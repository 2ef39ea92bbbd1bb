"""The practice portal as an ordinary HTTP server on 127.0.0.1: one port, a host for each name.

Strong ETags, Last-Modified, conditional requests (RFC 9110, section 13), gzip on request, HEAD.
Listens on loopback only and writes nothing to the terminal. What was asked is kept in a log.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .pages import PracticePage
from .portal import NOT_FOUND, Address, hosts, pages_of

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One answered request. `bytes` counts the body as sent."""

    method: str
    host: str
    path: str
    status: int
    bytes: int


@dataclass(slots=True)
class Served:
    """A running practice portal. `hosts` maps each name to `127.0.0.1:PORT`, for a resolver."""

    anchor: date
    port: int
    day: int
    pages: Mapping[Address, PracticePage]
    log: list[Request] = field(default_factory=list)

    @property
    def hosts(self) -> dict[str, str]:
        """Each name of the portal with the loopback address where it answers."""
        return dict.fromkeys(hosts(), f"{LOOPBACK}:{self.port}")

    def set_day(self, day: int) -> None:
        """Move on in time (or back) while serving. Raises ValueError for a day before 1."""
        self.pages = pages_of(self.anchor, day)
        self.day = day


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    served: Served

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "practice"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer with head and body."""
        self.wfile.write(self._answer())

    def do_HEAD(self) -> None:
        """Answer with the head alone (RFC 9110, section 9.3.2)."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write no access log. `Served.log` has it."""

    def _answer(self) -> bytes:
        """Log the request, send the head, and return the body that belongs to it."""
        host = self.headers.get("Host", "").partition(":")[0].lower()
        path = urlsplit(self.path).path
        page = self.server.served.pages.get((host, path))
        if page is None:
            status, head, body = 404, {"Content-Type": "text/html; charset=utf-8"}, NOT_FOUND
        else:
            status, head, body = self._chosen(page)
        # Logged before it is sent: whoever has the answer in hand finds it in the log.
        sent = len(body) if self.command == "GET" else 0
        self.server.served.log.append(Request(self.command, host, path, status, sent))
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body

    def _chosen(self, page: PracticePage) -> tuple[int, dict[str, str], bytes]:
        """Status, head and body for a page that exists: whole, zipped or 304."""
        zipped = _may_zip(page.kind) and _accepts_gzip(self.headers.get("Accept-Encoding", ""))
        tag = etag(page.body, "gzip" if zipped else "")
        head = {
            "ETag": tag,
            "Last-Modified": format_datetime(page.modified.astimezone(UTC), usegmt=True),
            "Cache-Control": "max-age=0",
            "Vary": "Accept-Encoding",
        }
        if self._unchanged(tag, page.modified):
            return 304, head, b""
        head["Content-Type"] = page.kind
        if zipped:
            head["Content-Encoding"] = "gzip"
        return 200, head, _zipped(page.body) if zipped else page.body

    def _unchanged(self, tag: str, modified: datetime) -> bool:
        """If-None-Match decides where it is sent, else If-Modified-Since (RFC 9110, 13.2.2)."""
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            tags = [part.strip().removeprefix("W/") for part in asked.split(",")]
            return "*" in tags or tag in tags
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        aware = since if since.tzinfo else since.replace(tzinfo=UTC)
        return modified.replace(microsecond=0) <= aware


def etag(body: bytes, coding: str) -> str:
    """A strong entity tag (RFC 9110, section 8.8.3): another one for each content coding."""
    return f'"{sha256(body).hexdigest()[:20]}{f"-{coding}" if coding else ""}"'


@lru_cache(maxsize=512)
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _may_zip(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith("xml")


def _accepts_gzip(accept: str) -> bool:
    for part in accept.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@contextmanager
def serve(anchor: date, day: int, port: int = 0) -> Iterator[Served]:
    """Serve the state of `day` until the block ends. Port 0 takes any free one.

    `anchor` is the date of day 1. Raises ValueError for a day before 1, OSError where the port is
    taken.
    """
    pages = pages_of(anchor, day)
    with _Server((LOOPBACK, port), _Handler) as server:
        server.served = Served(anchor, server.server_address[1], day, pages)
        thread = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="practice-portal", daemon=True
        )
        thread.start()
        try:
            yield server.served
        finally:
            server.shutdown()
            thread.join()


def serve_forever(anchor: date, day: int, port: int, announce: Callable[[Served], None]) -> None:
    """Serve until interrupted (KeyboardInterrupt ends it quietly). `announce` is called once,
    when the port is open. Raises like `serve`."""
    with suppress(KeyboardInterrupt), serve(anchor, day, port) as served:
        announce(served)
        threading.Event().wait()

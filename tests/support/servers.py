"""A loopback server that misbehaves on request, over real sockets.

One port carries many sites: the Host header says which. A site answers a path by a behaviour, a
function that may do anything to the connection. Every request is kept in `hits`.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, "Hit"], None]


@dataclass(frozen=True)
class Hit:
    """One request as it came in."""

    host: str
    path: str
    headers: dict[str, str]
    at: float
    method: str = "GET"
    body: bytes = b""


@dataclass
class Site:
    """One host name on the server. Paths without a behaviour answer 404."""

    name: str
    routes: dict[str, Behaviour] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The address of a path, as a source would write it."""
        return f"http://{self.name}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order, robots files left out."""
        return [hit.path for hit in self.hits if hit.path != "/robots.txt"]

    def answer(self, path: str, behaviour: Behaviour) -> None:
        """Have a path behave like this from now on."""
        self.routes[path] = behaviour

    def article(self, path: str, title: str, text: str = "", day: str = "2026-03-01") -> None:
        """A well-behaved article."""
        self.answer(path, page(article_html(title, text, day)))

    def listing(self, path: str, *links: str, more: str = "") -> None:
        """A well-behaved list page of links, with a link to the next page if `more`."""
        self.answer(path, page(list_html(*links, more=more)))


class Server:
    """Threads and raw sockets on loopback. `hosts` maps every site's name to the port.

    With a `context` it also speaks TLS, on the same port; without one, who greets it in TLS is
    turned away at once, and counted.
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, address: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._sites: dict[str, Site] = {}
        self._context = context
        self._listener = socket.create_server((address, port), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.closing = threading.Event()
        self.turned_away = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def hosts(self) -> dict[str, str]:
        """What a crawl request needs to reach the sites."""
        return dict.fromkeys(self._sites, f"127.0.0.1:{self.port}")

    def site(self, name: str) -> Site:
        """The site of that name, made at the first call."""
        return self._sites.setdefault(name, Site(name))

    def close(self) -> None:
        """Stop listening; open connections end by themselves."""
        self.closing.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if connection.recv(1, socket.MSG_PEEK) != b"\x16":
                self._answer(connection)
            elif self._context is not None:
                self._answer(self._context.wrap_socket(connection, server_side=True))
            else:
                self.turned_away += 1
                connection.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            hit = _read_request(connection)
            site = self._sites.get(hit.host.partition(":")[0])
            if site is None:
                answer(404)(connection, hit)
                return
            site.hits.append(hit)
            site.routes.get(hit.path, answer(404))(connection, hit)


class Canary:
    """A port on loopback that nobody may touch; `hits` counts who did."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self._listener = socket.create_server((address, port))
        self._listener.settimeout(0)
        self.port = int(self._listener.getsockname()[1])

    @property
    def hits(self) -> int:
        """How many connections were made so far."""
        count = 0
        with suppress(BlockingIOError):
            while True:
                self._listener.accept()[0].close()
                count += 1
        return count

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()


@contextmanager
def canary(address: str = "127.0.0.1", port: int = 0) -> Iterator[Canary]:
    """A canary for the length of a block."""
    bird = Canary(address, port)
    try:
        yield bird
    finally:
        bird.close()


@contextmanager
def serving(
    context: ssl.SSLContext | None = None, address: str = "127.0.0.1", port: int = 0
) -> Iterator[Server]:
    """A server for the length of a block."""
    server = Server(context, address, port)
    try:
        yield server
    finally:
        server.close()


def _read_request(connection: socket.socket) -> Hit:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("the client went away")
        data += piece
    head_bytes, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head_bytes.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in rest)
    }
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            raise OSError("the client went away")
        body += piece
    method, path, _ = first.split(" ")
    return Hit(headers.get("host", ""), path, headers, time.monotonic(), method, body)


def head(status: int, length: int | None, **headers: str) -> bytes:
    """A status line and headers; names in keyword form, `_` for `-`."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """A plain answer."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(status, len(body), **headers) + body)

    return behave


def page(html: str, **headers: str) -> Behaviour:
    """An HTML page with an ETag, that answers conditional requests."""
    body = html.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def behave(connection: socket.socket, hit: Hit) -> None:
        if hit.headers.get("if-none-match") == etag:
            connection.sendall(head(304, 0, ETag=etag))
            return
        kind = "text/html; charset=utf-8"
        connection.sendall(
            head(200, len(body), **{"Content_Type": kind, "ETag": etag, **headers}) + body
        )

    return behave


def redirect(target: str, status: int = 302) -> Behaviour:
    """A redirect."""
    return answer(status, Location=target)


def coded(body: bytes, coding: str, keep: float = 1.0) -> Behaviour:
    """A body in that coding already, of which only a part is sent; the length header agrees with
    that part."""
    return answer(
        200, body[: int(len(body) * keep)], Content_Type="text/html", Content_Encoding=coding
    )


def short(body: bytes, announced: int) -> Behaviour:
    """Fewer bytes than the length header promises."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(200, announced, Content_Type="text/html") + body)

    return behave


def unframed(body: bytes) -> Behaviour:
    """A page whose length nobody says: it ends where the connection does."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(200, None, Content_Type="text/html; charset=utf-8") + body)

    return behave


def chunks(*pieces: bytes) -> Behaviour:
    """Raw bytes behind the head of a chunked body."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(200, None, Content_Type="text/html", Transfer_Encoding="chunked"))
        for piece in pieces:
            connection.sendall(piece)

    return behave


def raw(data: bytes, then: float = 0.0, ending: Behaviour | None = None) -> Behaviour:
    """These very bytes in place of an answer; so many seconds later the connection ends."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(data)
        time.sleep(then)
        if ending is not None:
            ending(connection, hit)

    return behave


def staying(*bodies: bytes, hits: list[Hit]) -> Behaviour:
    """Answers one request after the other on the connection, and closes it behind the last. Those
    that came after the first are kept in `hits`."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        for number, body in enumerate(bodies):
            if number:
                hits.append(_read_request(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def endless(piece: bytes = b"x" * 65536) -> Behaviour:
    """A chunked body without an end."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(200, None, Content_Type="text/html", Transfer_Encoding="chunked"))
        for _ in range(4096):
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    return behave


def drip(seconds: float = 20.0) -> Behaviour:
    """A body, one byte now and then."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        connection.sendall(head(200, 100000, Content_Type="text/html"))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            connection.sendall(b"x")
            time.sleep(0.1)

    return behave


def silence(seconds: float = 20.0) -> Behaviour:
    """Nothing at all."""
    return lambda connection, hit: time.sleep(seconds)


def reset(connection: socket.socket, hit: Hit) -> None:
    """A connection reset instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_late(connection: socket.socket, hit: Hit) -> None:
    """A connection reset after the headers and a part of the body."""
    connection.sendall(head(200, 5000, Content_Type="text/html") + b"<h1>half")
    time.sleep(0.05)
    reset(connection, hit)


def reset_without_length(connection: socket.socket, hit: Hit) -> None:
    """A connection reset after a part of a body whose length nobody said."""
    connection.sendall(head(200, None, Content_Type="text/html") + b"<h1>half</h1>" * 200)
    time.sleep(0.05)
    reset(connection, hit)


def late(seconds: float, behaviour: Behaviour) -> Behaviour:
    """Another behaviour, some time later."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        time.sleep(seconds)
        behaviour(connection, hit)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other, the last one for ever."""
    left = list(behaviours)

    def behave(connection: socket.socket, hit: Hit) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(connection, hit)

    return behave


def article_html(title: str, text: str = "", day: str = "2026-03-01") -> str:
    """An article page in the plainest shape."""
    body = text or (
        f"{title}. The city said on Monday that forty laboratories will open their doors to "
        "companies this year, and that the first of them had begun to do so."
    )
    return (
        f"<html lang=en><head><title>{title}</title></head><body><div class=main>"
        f"<h1>{title}</h1><p class=info>Updated: {day}</p>"
        f"<div class=content><p>{body}</p><p>It did not name the companies.</p></div>"
        "</div></body></html>"
    )


def list_html(*links: str, more: str = "") -> str:
    """A list page in the plainest shape."""
    rows = "".join(f'<li><a href="{link}">News at {link}</a></li>' for link in links)
    following = f'<a class="next" href="{more}">Next</a>' if more else ""
    return f"<html><body><ul class=news>{rows}</ul>{following}</body></html>"


def free_port() -> int:
    """A loopback port for a process that cannot be given a socket: below those that the system
    hands out by itself (RFC 6335 calls them dynamic), so that no other test gets it meanwhile."""
    while True:
        port = secrets.SystemRandom().randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


REDESIGN = (
    "<html><head><title>News of the city</title></head><body><header>Home, News, Services</header>"
    + "<div class=card>All the news of the city in one new place, with pictures.</div>" * 20
    + "</body></html>"
)

"""Posting to a webhook: one request, no redirects, through the address guard of the crawler.

A name is looked up here, and the address that was checked is the address that is dialled. What is
posted and under which key is the caller's business. Through a proxy only the proxy is dialled, and
what a name leads to is its business. An address that spells a private one is refused all the same.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from hubwatch.guard import dialable, literal, places
from scraper.middlewares.fetch_result import Fault, check_url, refused
from scraper.middlewares.throttle import wait_until

from . import DeliveryResult, DeliveryState, reason_of, within

Lookup = Callable[[str], Sequence[str]]
PASSING = frozenset({408, 425, 429})
"""Statuses that say: later (RFC 9110, RFC 8470, RFC 6585). So do all from 500 on."""
_LONGEST_HEAD = 16 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


def look_up(name: str) -> Sequence[str]:
    """The addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class WebhookRoute:
    """Where connections may lead beside the public internet: `hosts` maps names to a loopback
    `address:port`, `intranet` names hosts (`name` or `name:port`) of one's own network. `proxy`
    (`http://host:port`, or empty) is asked for all but those in `hosts`."""

    hosts: Mapping[str, str] = field(default_factory=dict)
    intranet: Collection[str] = ()
    proxy: str = ""
    lookup: Lookup = look_up
    seconds: float = 30.0

    def via(self, url: str) -> SplitResult | None:
        """The proxy that is asked for this address. None where it is dialled directly."""
        host = urlsplit(url).hostname or ""
        mapped = any(name.lower() == host for name in self.hosts)
        return urlsplit(self.proxy) if self.proxy and not mapped else None


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted. `key` stays the same however often it is tried: whoever gets it twice knows
    (the header Idempotency-Key). `secret` signs the body: the header X-Hubwatch-Signature is
    `sha256=` and the HMAC-SHA256 of the body in hexadecimal (RFC 2104)."""

    url: str
    body: bytes
    media_type: str
    key: str
    secret: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = ()


def post(what: Post, route: WebhookRoute, now: datetime) -> DeliveryResult:
    """Try once. Never raises for what the network or the other side does."""
    try:
        check_url(what.url, route.hosts, route.intranet)
        via = route.via(what.url)
        places = [_place(via)] if via else addresses(place_of(what.url), route)
    except Fault as fault:
        return DeliveryResult(DeliveryState.REFUSED, fault.reason)
    except (OSError, UnicodeError) as error:
        return DeliveryResult(
            DeliveryState.DELAYED, f"the host name could not be resolved: {reason_of(error)}"
        )
    try:
        connection = _connect(what.url, places, via is not None, route.seconds)
    except ssl.SSLError as error:
        return DeliveryResult(DeliveryState.REFUSED, f"TLS: {reason_of(error)}")
    except OSError as error:
        return DeliveryResult(DeliveryState.DELAYED, f"cannot be reached: {reason_of(error)}")
    return _exchange(connection, what, route, now)


def signature(secret: str, body: bytes) -> str:
    """How a body is signed."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def addresses(place: tuple[str, int], route: WebhookRoute) -> list[tuple[str, int]]:
    """What may be dialled for a name and a port, the first choice first. Raise Fault where nothing
    may, OSError and UnicodeError where the name leads nowhere."""
    host, port = place
    mapped = {name.lower(): where for name, where in route.hosts.items()}.get(host)
    if mapped is not None:
        there, _, mapped_port = mapped.rpartition(":")
        return [(there.strip("[]"), int(mapped_port))]
    spelled = literal(host)
    found = [spelled] if spelled else route.lookup(host)
    named = {each for name in route.intranet for each in places(name)}
    allowed = dialable(found, (host, port), named)
    if not allowed:
        raise refused(f"{host} leads to {found[0] if found else 'nowhere'}, not a public address")
    return [(address, port) for address in allowed]


def place_of(url: str) -> tuple[str, int]:
    """The name and the port of an address."""
    return _place(urlsplit(url))


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]


def _connect(
    url: str, places: Sequence[tuple[str, int]], by_proxy: bool, seconds: float
) -> http.client.HTTPConnection:
    """A connection to the first of these places that answers. With a proxy there and an https
    address, a tunnel through it (RFC 9110, section 9.3.6). Raises OSError, ssl.SSLError."""
    parts = urlsplit(url)
    sock = _dial(places, seconds)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    connection.sock = sock
    if parts.scheme == "https":
        try:
            with within(seconds, lambda: connection.sock):
                if by_proxy:
                    _tunnel(sock, _place(parts))
                connection.sock = _secured(sock, parts.hostname)
        except BaseException:
            sock.close()
            raise
    return connection


def _dial(places: Sequence[tuple[str, int]], seconds: float) -> socket.socket:
    for place in places:
        try:
            return socket.create_connection(place, timeout=seconds)
        except OSError as error:
            last = error
    raise last


def _tunnel(sock: socket.socket, place: tuple[str, int]) -> None:
    """Have the proxy at the other end connect to a place. Raises OSError with what it says."""
    host = f"[{place[0]}]" if ":" in place[0] else place[0]
    authority = f"{host}:{place[1]}"
    sock.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode("ascii"))
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < _LONGEST_HEAD:
        piece = sock.recv(1)  # not a byte of what comes through the tunnel
        if not piece:
            break
        head += piece
    status = head.split(b"\r\n")[0].split(b" ", 2)[1:2]
    if not status or not status[0].startswith(b"2"):
        said = (status[0] if status else b"nothing").decode("latin-1")
        raise OSError(f"the proxy does not connect, it answers {said}")


def _secured(sock: socket.socket, name: str | None) -> ssl.SSLSocket:
    secured = ssl.create_default_context().wrap_socket(
        sock, server_hostname=name, do_handshake_on_connect=False
    )
    secured.do_handshake()
    return secured


def _exchange(
    connection: http.client.HTTPConnection, what: Post, route: WebhookRoute, now: datetime
) -> DeliveryResult:
    parts = urlsplit(what.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if route.via(what.url) and parts.scheme == "http":
        target = f"http://{parts.netloc}{target}"
    with within(route.seconds, lambda: connection.sock) as overtime:
        try:
            connection.request("POST", target, what.body, _headers(what, parts.netloc))
            response = connection.getresponse()
            return _judged(response.status, response.getheader("Retry-After"), now)
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = "no answer in time" if overtime.reached else reason_of(error)
            return DeliveryResult(DeliveryState.DOUBT, f"it was sent and not answered: {why}")
        finally:
            connection.close()


def _headers(what: Post, authority: str) -> dict[str, str]:
    signed = {"X-Hubwatch-Signature": signature(what.secret, what.body)} if what.secret else {}
    return {
        "Host": authority,
        "Content-Type": what.media_type,
        "User-Agent": "Hubwatch",
        "Idempotency-Key": header_text(what.key),
        "Connection": "close",
        **{name: header_text(value) for name, value in what.headers},
        **signed,
    }


def header_text(text: str) -> str:
    """A text that fits into one header line: visible ASCII, anything else becomes a blank
    (RFC 9110, section 5.5)."""
    return " ".join("".join(c if 32 <= ord(c) < 127 else " " for c in text).split())


def _judged(status: int, retry_after: str | None, now: datetime) -> DeliveryResult:
    if 200 <= status < 300:
        return DeliveryResult(DeliveryState.DELIVERED, f"HTTP {status}")
    if 300 <= status < 400:
        return DeliveryResult(DeliveryState.REFUSED, f"HTTP {status}: redirects are not followed")
    until = wait_until(retry_after, now)
    if status in PASSING or status >= 500:
        return DeliveryResult(
            DeliveryState.DELAYED, f"HTTP {status}", until - now if until else None
        )
    return DeliveryResult(DeliveryState.REFUSED, f"HTTP {status}")

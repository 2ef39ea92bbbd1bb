"""Posting to a webhook: one request, no redirects, through the address guard of the crawler.

A name is looked up here, and the address that was checked is the address that is dialled. What is
posted and under which key is the caller's business.
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
from urllib.parse import urlsplit

from scraper.crawl.wire.fault import Fault, refused
from scraper.crawl.wire.guard import check_url, dialable, literal, places
from scraper.crawl.wire.manners import wait_until

from .deadline import within
from .sent import Result, Sent, reason_of

Lookup = Callable[[str], Sequence[str]]
_PASSING = frozenset({408, 425, 429})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def look_up(name: str) -> Sequence[str]:
    """The addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Route:
    """Where connections may lead beside the public internet: `hosts` maps names to a loopback
    `address:port`, `intranet` names hosts (`name` or `name:port`) of one's own network."""

    hosts: Mapping[str, str] = field(default_factory=dict)
    intranet: Collection[str] = ()
    lookup: Lookup = look_up
    seconds: float = 30.0


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


def post(what: Post, route: Route, now: datetime) -> Result:
    """Try once. Never raises for what the network or the other side does."""
    try:
        check_url(what.url, route.hosts, route.intranet)
        addresses = _addresses(what.url, route)
    except Fault as fault:
        return Result(Sent.REFUSED, fault.reason)
    except (OSError, UnicodeError) as error:
        return Result(Sent.DELAYED, f"the host name could not be resolved: {reason_of(error)}")
    try:
        connection = _connect(what.url, addresses, route.seconds)
    except ssl.SSLError as error:
        return Result(Sent.REFUSED, f"TLS: {reason_of(error)}")
    except OSError as error:
        return Result(Sent.DELAYED, f"cannot be reached: {reason_of(error)}")
    return _exchange(connection, what, route, now)


def signature(secret: str, body: bytes) -> str:
    """How a body is signed."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _addresses(url: str, route: Route) -> list[tuple[str, int]]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    mapped = {name.lower(): where for name, where in route.hosts.items()}.get(host)
    if mapped is not None:
        place, _, mapped_port = mapped.rpartition(":")
        return [(place.strip("[]"), int(mapped_port))]
    spelled = literal(host)
    found = [spelled] if spelled else route.lookup(host)
    named = {place for name in route.intranet for place in places(name)}
    allowed = dialable(found, (host, port), named)
    if not allowed:
        raise refused(f"{host} leads to {found[0] if found else 'nowhere'}, not a public address")
    return [(address, port) for address in allowed]


def _connect(
    url: str, addresses: Sequence[tuple[str, int]], seconds: float
) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    sock: socket.socket | None = None
    for place in addresses:
        try:
            sock = socket.create_connection(place, timeout=seconds)
            break
        except OSError as error:
            last = error
    if sock is None:
        raise last
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        try:
            sock = secured = context.wrap_socket(
                sock, server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            with within(seconds, lambda: secured):
                secured.do_handshake()
        except BaseException:
            sock.close()
            raise
    connection.sock = sock
    return connection


def _exchange(
    connection: http.client.HTTPConnection, what: Post, route: Route, now: datetime
) -> Result:
    parts = urlsplit(what.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with within(route.seconds, lambda: connection.sock) as overtime:
        try:
            connection.request("POST", target, what.body, _headers(what, parts.netloc))
            response = connection.getresponse()
            return _judged(response.status, response.getheader("Retry-After"), now)
        except (OSError, http.client.HTTPException, ValueError) as error:
            told = "no answer in time" if overtime.reached else reason_of(error)
            return Result(Sent.DOUBT, f"it was sent and not answered: {told}")
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


def _judged(status: int, retry_after: str | None, now: datetime) -> Result:
    if 200 <= status < 300:
        return Result(Sent.DELIVERED, f"HTTP {status}")
    if 300 <= status < 400:
        return Result(Sent.REFUSED, f"HTTP {status}: redirects are not followed")
    until = wait_until(retry_after, now)
    if status in _PASSING or status >= 500:
        return Result(Sent.DELAYED, f"HTTP {status}", until - now if until else None)
    return Result(Sent.REFUSED, f"HTTP {status}")

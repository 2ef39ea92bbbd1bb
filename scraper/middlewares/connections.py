"""HTTP/1.1 over connections of our own: dialled by the guard, kept, and used again.

httptools reads what comes in, OpenSSL (with the policy of `route`) does TLS. What Scrapy's own
handler makes of an answer, this makes of it too, at half its cost.
"""

from __future__ import annotations

import asyncio
import re
import select
import socket
import time
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urldefrag, urlsplit

from aiohappyeyeballs import start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from OpenSSL import SSL
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError, StopDownload
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import check_stop_download, make_response

from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words
from storage.types import Outcome

from ..crawl.context import context_of
from .fetch_result import NOT_HTTP, Fault, Passing, TunnelRefused, Unreachable, refused
from .route import TrustPolicy

_MOST_HEAD = 256 * 1024
"""Bytes of status lines and headers, with answers that are not the last (1xx), and of what stands
between or behind the pieces of a page."""
_IDLE_SECONDS = 240.0
"""So long a connection that nobody uses is taken for alive."""
_MOST_IDLE = 64
"""Connections that are kept, to all hosts together."""
_NEXT_ADDRESS_SECONDS = 0.3
"""So long one address of a name is tried before the next one is, too (RFC 8305)."""
_PORTS = {"http": 80, "https": 443}
_BODILESS = frozenset({204, 304})
_OF_THE_CONNECTION = frozenset(
    (b"content-length", b"connection", b"keep-alive", b"te", b"trailers", b"transfer-encoding",
     b"upgrade", b"proxy-connection")
)  # fmt: skip
"""Headers that say how an answer was sent, and nothing of the page. They are not archived; the
length stands again where one was given."""
_NOT_SENT = frozenset(
    (b"Host", b"Content-Length", b"Transfer-Encoding", b"Connection", b"Proxy-Authorization")
)
_END_OF_HEAD = lazy_pattern(rb"\r?\n\r?\n")
_NOT_THE_LAST = lazy_pattern(rb"[\r\n]*HTTP/\S+ 1(?!01)")
_NAME = lazy_pattern(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = lazy_pattern(r"[\x21-\x7e]+")
_METHOD = lazy_pattern(r"[A-Z]+")
_REPEATABLE = frozenset({"GET", "HEAD"})


class _Unanswered(Passing):
    """The connection was over before a byte of the answer came."""


class Connections:
    """Exchanges requests for answers over the connections of one crawler."""

    def __init__(self, crawler: Crawler, trust: TrustPolicy) -> None:
        self._crawler = crawler
        self._trust = trust
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._idle: dict[_Connection, _Way] = {}  # by when they were used
        self._open: set[_Connection] = set()

    async def download_request(self, request: Request) -> Response:
        """The answer to a request, within `download_timeout` of its meta.

        Raises Fault, Scrapy's ResponseDataLossError for a body that was cut and
        DownloadCancelledError for one that is too large, TimeoutError.
        """
        exchange = asyncio.ensure_future(self._answer(request))
        try:
            await asyncio.wait({exchange}, timeout=request.meta["download_timeout"])
        finally:
            # Where this process was busy for longer than that, what had come meanwhile is read in
            # the same turn as time is called: an answer that is there counts.
            if not exchange.done():
                exchange.cancel()
        try:
            return await exchange
        except asyncio.CancelledError:
            raise TimeoutError from None

    async def _answer(self, request: Request) -> Response:
        way, sent = _Way.of(request), _as_sent(request)
        began = time.monotonic()
        kept = self._kept(way)
        if kept is not None:
            try:
                return await self._exchange(kept, way, request, sent, began)
            except _Unanswered:  # closed while nobody used it
                if request.method not in _REPEATABLE:
                    raise
        fresh = await self._connect(way)
        return await self._exchange(fresh, way, request, sent, began)

    async def close(self) -> None:
        """End all connections."""
        for connection in tuple(self._open):
            connection.close()

    def _kept(self, way: _Way) -> _Connection | None:
        """A connection that was used before, the last one first."""
        for connection in [each for each, its in reversed(self._idle.items()) if its == way]:
            del self._idle[connection]
            if connection.is_quiet and not _is_old(connection):
                return connection
            connection.close()
        return None

    def _keep(self, connection: _Connection, way: _Way) -> None:
        """Have a connection used again, and end those that waited longest for that."""
        connection.since = time.monotonic()
        self._idle[connection] = way
        for each in tuple(self._idle):
            if len(self._idle) <= _MOST_IDLE and each.is_open and not _is_old(each):
                return
            del self._idle[each]
            each.close()

    async def _exchange(
        self, connection: _Connection, way: _Way, request: Request, sent: bytes, began: float
    ) -> Response:
        reply = _Reply(request, self._crawler, self._most, began)
        try:
            await connection.ask(sent, reply)
        except BaseException:
            connection.abort()
            raise
        if reply.leaves_open and connection.is_open:
            self._keep(connection, way)
        else:
            connection.close()
        return reply.response(connection)

    async def _connect(self, way: _Way) -> _Connection:
        """A new connection. The only place where one is dialled."""
        place = way.proxy or (way.host, way.port)
        context = context_of(self._crawler)
        allowed = await context.resolver.allowed(*place)
        if not allowed:
            context.raise_if_refused(place[0])
            raise Unreachable(Outcome.NET_ERROR, "the host name could not be resolved")
        places = [_dialled(address.host, address.port) for address in allowed]
        try:
            dialled = await start_connection(places, happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS)
        except OSError as error:
            reason = in_words(error, "no connection came about")
            raise Unreachable(Outcome.NET_ERROR, reason) from error
        connection = _Connection(self._open)
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: connection, sock=dialled)
            if way.scheme == "https":
                if way.proxy is not None:
                    await self._tunnel(connection, way)
                await connection.begin_tls(self._trust, way)
        except BaseException:
            dialled.close() if connection.transport is None else connection.abort()
            raise
        return connection

    async def _tunnel(self, connection: _Connection, way: _Way) -> None:
        """Have the proxy connect to the host (RFC 9110, section 9.3.6)."""
        place = f"{_bracketed(way.host)}:{way.port}"
        request = Request(f"https://{place}/", method="CONNECT")
        reply = _Reply(request, None, 0, time.monotonic())
        await connection.ask(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode(), reply)
        if not 200 <= reply.status < 300:
            raise TunnelRefused(reply.status)


class _Way(NamedTuple):
    """Where a request goes, as far as connections care."""

    scheme: str
    host: str
    port: int
    proxy: tuple[str, int] | None

    @classmethod
    def of(cls, request: Request) -> _Way:
        """The way of a request, whose address the guard has seen."""
        parts = urlsplit(request.url)
        proxy = request.meta.get("proxy")
        return cls(parts.scheme, *_place(parts), _place(urlsplit(proxy)) if proxy else None)


class _Connection(asyncio.Protocol):
    """One connection: a request at a time, over TLS or not."""

    def __init__(self, among: set[_Connection]) -> None:
        self._among = among
        self.transport: asyncio.Transport | None = None
        self.since = 0.0
        self.address = ""
        self._tls: SSL.Connection | None = None
        self._shaken: asyncio.Future[None] | None = None
        self._refusal: BaseException | None = None
        self._reply: _Reply | None = None
        self._answered: asyncio.Future[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be used, as far as we know."""
        return self in self._among

    @property
    def is_quiet(self) -> bool:
        """Whether it is open, and nothing came that nobody asked for: what waits to be read would
        be taken for the answer to the next request."""
        if not self.is_open or self.transport is None:
            return False
        waiting = select.poll()
        waiting.register(self.transport.get_extra_info("socket"), select.POLLIN)
        return not waiting.poll(0)

    async def begin_tls(self, trust: TrustPolicy, way: _Way) -> None:
        """Speak TLS from now on. Raises what the policy refuses with, and OpenSSL's error."""
        if not self.is_open:
            raise _Unanswered(Outcome.NET_ERROR, "the connection broke")
        creator = trust.creatorForNetloc(way.host.encode("ascii"), way.port)
        self._tls = creator.clientConnectionForTLS(self)
        self._tls.set_connect_state()
        self._shaken = asyncio.get_running_loop().create_future()
        self._shake()
        await self._shaken

    def failVerification(self, failure: Any) -> None:  # noqa: N802 - the name of Twisted's interface
        """What a policy calls for a certificate that is not believed."""
        self._refusal = self._refusal or failure.value

    async def ask(self, sent: bytes, reply: _Reply) -> None:
        """Send a request and wait for all of the answer. Raises what `_Reply` raises, and a Fault
        for a connection that breaks."""
        self._reply = reply
        self._answered = asyncio.get_running_loop().create_future()
        if not self.is_open:
            raise _Unanswered(Outcome.NET_ERROR, "the connection broke")
        if self._tls is None:
            self._write(sent)
        else:
            self._tls.sendall(sent)
            self._flush()
        try:
            await self._answered
        finally:
            self._reply = self._answered = None

    def close(self) -> None:
        """End it, with a word over TLS."""
        if self.is_open and self._tls is not None:
            with suppress(SSL.Error):
                self._tls.shutdown()
                self._flush()
        self._among.discard(self)
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """End it at once."""
        self._among.discard(self)
        if self.transport is not None:
            self.transport.abort()

    # asyncio's interface

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        peer = transport.get_extra_info("peername")
        if peer is None:  # it was reset before we had it
            transport.abort()
            return
        self.address = str(peer[0])
        self._among.add(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._take(data)
        except Exception as error:  # whoever asked is told; asyncio would only log it
            self._fail(self._refusal or error)
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._among.discard(self)
        try:
            if self._reply is not None:
                self._reply.end(is_whole=exc is None or self._tls is not None)
        except Exception as error:
            if isinstance(exc, OSError) and isinstance(error, Passing):
                error = type(error)(Outcome.NET_ERROR, in_words(exc, "the connection broke"))
            broken_here = exc if exc is not None and not isinstance(exc, OSError) else None
            self._fail(broken_here or error)
        else:
            self._release()
        if self._shaken is not None and not self._shaken.done():
            reason = in_words(exc, "the connection broke") if exc else "the connection broke"
            self._shaken.set_exception(Passing(Outcome.NET_ERROR, f"TLS: {reason}"))

    def _take(self, data: bytes) -> None:
        if self._tls is not None:
            self._tls.bio_write(data)
            if self._shaken is not None and not self._shaken.done():
                self._shake()
            data = self._decrypted()
        if data and self._reply is None:
            self.abort()  # nobody asked for that
            return
        if data and self._reply is not None:
            self._reply.feed(data)
            self._release()
        if self._tls is not None and self._tls.get_shutdown() & SSL.RECEIVED_SHUTDOWN:
            self.close()  # the server said its last word, and may wait for ours

    def _release(self) -> None:
        """Let whoever asked go on, if the answer is whole."""
        if self._reply is not None and self._reply.is_done:
            self._reply = None if self._reply.leaves_open else self._reply
            if self._answered is not None and not self._answered.done():
                self._answered.set_result(None)

    def _fail(self, error: BaseException) -> None:
        for future in (self._shaken, self._answered):
            if future is not None and not future.done():
                future.set_exception(error)
                return

    def _shake(self) -> None:
        assert self._tls is not None
        assert self._shaken is not None
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return
        except SSL.Error:
            self._flush()  # the alert: it says why
            raise
        self._flush()
        if self._refusal is not None:
            raise self._refusal
        self._shaken.set_result(None)

    def _decrypted(self) -> bytes:
        assert self._tls is not None
        pieces = []
        if self._shaken is not None and self._shaken.done():
            with suppress(SSL.WantReadError, SSL.ZeroReturnError):
                while True:
                    pieces.append(self._tls.recv(65536))
            self._flush()
        return b"".join(pieces)

    def _flush(self) -> None:
        assert self._tls is not None
        with suppress(SSL.WantReadError):
            while True:
                self._write(self._tls.bio_read(65536))

    def _write(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)


class _Reply:
    """One answer, as it comes in. httptools calls its `on_…`."""

    def __init__(self, request: Request, crawler: Crawler | None, most: int, began: float) -> None:
        self._request = request
        self._crawler = crawler
        self._most = request.meta.get("download_maxsize", most)
        self._began = began
        self._parser = self._new_parser()
        self._raw = bytearray()
        self._beside = 0  # bytes that came since the last one of the page
        self._is_mending = False
        self._pairs: list[tuple[bytes, bytes]] = []
        self._headers: Headers | None = None
        self._is_framed = False
        self._is_signalled = False
        self._is_mended = False
        self._fresh: list[bytes] = []
        self._pieces: list[bytes] = []
        self._size = 0
        self._flags: list[str] = []
        self._stopped: StopDownload | None = None
        self._fault: Exception | None = None
        self._has_more = False
        self._may_stay = False
        self.status = 0
        self.is_done = False

    @property
    def leaves_open(self) -> bool:
        """Whether another request may follow: the server said so, and nothing was odd."""
        odd = self._has_more or self._is_mended or self._stopped or self._request.method == "HEAD"
        return self._may_stay and not odd

    def feed(self, data: bytes) -> None:
        """Read on. Raises what makes the answer useless."""
        if self.is_done:
            self._has_more = True
            return
        self._beside += len(data)
        if self._headers is None:
            self._raw += data
        try:
            self._parse(data)
        except HttpParserUpgrade:
            raise Passing(Outcome.NET_ERROR, NOT_HTTP) from None
        except HttpParserError as error:
            if self._fault is None and not self.is_done:
                raise self._broken() from error
        if self._fault is not None:
            raise self._fault
        if self._beside > _MOST_HEAD and not self.is_done:
            raise Fault(Outcome.TOO_BIG, "the headers are larger than any page's")
        if self._headers is not None:
            self._signal()

    def end(self, is_whole: bool) -> None:
        """The connection is over, by the server's word or (not `is_whole`) by a break."""
        if self.is_done:
            return
        if not self._beside and self._headers is None:
            raise _Unanswered(Outcome.NET_ERROR, "the connection broke before an answer came")
        if self._headers is None:
            raise Passing(Outcome.NET_ERROR, "the connection broke within the headers")
        if self._is_framed or not is_whole:
            raise ResponseDataLossError
        self._flags.append("partial")
        self.is_done = True

    def response(self, connection: _Connection) -> Response:
        """The answer as Scrapy has it. Raises StopDownload where its sender was to have none."""
        assert self._headers is not None
        return make_response(
            url=urldefrag(self._request.url)[0],
            status=self.status,
            headers=self._headers,
            body=b"".join(self._pieces),
            flags=self._flags or None,
            ip_address=ip_address(connection.address.partition("%")[0]),
            protocol=f"HTTP/{self._parser.get_http_version()}",
            stop_download=self._stopped,
        )

    # httptools's interface

    def on_message_begin(self) -> None:
        self._has_more = self.is_done

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headers is None:  # else a trailer
            self._pairs.append((name.rstrip(), value.strip()))

    def on_headers_complete(self) -> None:
        if self.is_done or self._headers is not None:
            return
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:
            self._pairs.clear()
            return
        self.status = status
        try:
            self._headers = self._framed()
        except Exception as error:  # httptools would hide it
            self._fault = error
        if self._request.method in ("HEAD", "CONNECT"):
            self.is_done = True  # whatever its headers say, no body follows

    def on_body(self, body: bytes) -> None:
        if not self.is_done:
            self._fresh.append(body)
            self._beside = 0

    def on_message_complete(self) -> None:
        if not self.is_done and self._headers is not None:
            self.is_done = True
            self._may_stay = self._parser.should_keep_alive()  # asked later it forgot the version

    def _new_parser(self) -> HttpResponseParser:
        parser = HttpResponseParser(self)
        # What browsers take, too. A length beside chunks counts for nothing.
        parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_version=True,
            lenient_data_after_close=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )
        return parser

    def _parse(self, data: bytes) -> None:
        at = len(self._raw) - len(data) - 3  # where a head may end that did not before
        if not self._is_mending:
            try:
                self._parser.feed_data(data)
                return
            except HttpParserError:
                if self._headers is not None or self._fault is not None or self._is_mended:
                    raise
                if not self._raw.lstrip(b"\r\n").startswith(b"HTTP/"):
                    raise Passing(Outcome.NET_ERROR, NOT_HTTP) from None
                self._is_mending, at = True, 0
        while end := _END_OF_HEAD.search(self._raw, max(at, 0)):
            head, rest, at = self._raw[: end.start()], self._raw[end.end() :], 0
            if _NOT_THE_LAST.match(head):
                self._raw = rest
                continue
            self._is_mending, self._is_mended = False, True
            self._pairs.clear()
            self._parser = self._new_parser()
            self._parser.feed_data(_mended(bytes(head)) + bytes(rest))
            return

    def _broken(self) -> Exception:
        if self._headers is not None:
            return ResponseDataLossError()
        return Passing(Outcome.NET_ERROR, NOT_HTTP)

    def _framed(self) -> Headers:
        """The headers of the page, and where its body ends (RFC 9112, section 6.3)."""
        codings = [value.lower() for name, value in self._pairs
                   if name.lower() == b"transfer-encoding"]  # fmt: skip
        length = next(
            (value for name, value in self._pairs if name.lower() == b"content-length"), None
        )
        headers = Headers()
        is_head = self._request.method == "HEAD"
        if self.status == 101:
            raise Passing(Outcome.NET_ERROR, NOT_HTTP)
        if self.status in _BODILESS or is_head:
            headers[b"Content-Length"] = (length if is_head else None) or b"0"
        elif codings:
            self._is_framed = True
            self._is_mended = self._is_mended or length is not None  # which one did others heed?
            if set(codings) != {b"chunked"}:
                coding = b", ".join(codings).decode("latin-1")[:80]
                raise Fault(Outcome.UNSUPPORTED, f"sent in the transfer coding {coding}")
        elif length is not None:
            self._is_framed = True
            headers[b"Content-Length"] = length
            self._within(int(length))
        headers.update([pair for pair in self._pairs if pair[0].lower() not in _OF_THE_CONNECTION])
        return headers

    def _signal(self) -> None:
        """Tell Scrapy's signals what came, and stop where they or the bound say so."""
        if self._crawler is None:
            return
        if not self._is_signalled:
            self._is_signalled = True
            self._request.meta["download_latency"] = time.monotonic() - self._began
            assert self._headers is not None
            length = self._headers.get(b"Content-Length")
            self._stopped = check_stop_download(
                signals.headers_received,
                self._crawler,
                self._request,
                headers=self._headers,
                body_length=int(length) if length is not None else None,
            )
        if self._fresh and self._stopped is None:
            piece = b"".join(self._fresh)
            self._pieces.append(piece)
            self._size += len(piece)
            self._stopped = check_stop_download(
                signals.bytes_received, self._crawler, self._request, data=piece
            )
            if self._stopped is None:
                self._within(self._size)
        self._fresh.clear()
        self.is_done = self.is_done or self._stopped is not None

    def _within(self, size: int) -> None:
        if self._most and size > self._most:
            raise DownloadCancelledError(f"more than {self._most} bytes")


def _is_old(connection: _Connection) -> bool:
    return time.monotonic() - connection.since > _IDLE_SECONDS


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _dialled(host: str, port: int) -> Any:
    """An address as the socket module has it."""
    if ":" in host:
        return socket.AF_INET6, socket.SOCK_STREAM, 0, "", (host, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port)


def _as_sent(request: Request) -> bytes:
    """A request as it goes over the connection (RFC 9112, section 3). Raises Fault for one that
    cannot be sent."""
    parts = urlsplit(request.url)
    target = parts.path or "/"
    if parts.query:
        target = f"{target}?{parts.query}"
    host, port = _place(parts)
    place = _bracketed(host) if port == _PORTS[parts.scheme] else f"{_bracketed(host)}:{port}"
    if parts.scheme == "http" and request.meta.get("proxy"):
        target = f"http://{place}{target}"
    if not _TARGET.fullmatch(target) or not _METHOD.fullmatch(request.method):
        raise refused("the address holds what HTTP cannot send")
    sent = [f"{request.method} {target} HTTP/1.1\r\nHost: {place}\r\n".encode("ascii")]
    for name, values in request.headers.items():
        if name not in _NOT_SENT:
            sent += [b"%b: %b\r\n" % (name, b" ".join(value.splitlines())) for value in values]
    if request.body or request.method == "POST":
        sent.append(b"Content-Length: %d\r\n" % len(request.body))
    return b"".join((*sent, b"\r\n", request.body))


def _mended(head: bytes) -> bytes:
    """Status line and headers without the lines that browsers skip as well: those that are no
    header, and lengths that only say the same again."""
    first, *rest = re.split(rb"\r?\n", head.lstrip(b"\r\n"))
    kept: list[bytes] = []
    lengths: list[bytes] = []
    for line in rest:
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and kept:
            kept[-1] += b" " + line.strip()
        elif name.strip().lower() == b"content-length":
            lengths += [part.strip() for part in value.split(b",")]
        elif colon and _NAME.fullmatch(name.strip()):
            kept.append(name.strip() + b":" + value.replace(b"\r", b" "))
    is_number = all(part.isdigit() for part in lengths)
    if is_number and len({part.lstrip(b"0") for part in lengths}) == 1:
        lengths = lengths[:1]
    kept += [b"Content-Length: " + part for part in lengths]
    return b"\r\n".join((first, *kept, b"", b""))

"""Content codings taken off strictly: a cut body is `truncated`, a bomb is `too_big`.

Scrapy's own step passes on what a cut gzip body still yields. Half a page looks like a whole one.
This module knows bytes and codings, and the downloader middleware that applies them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import zstandard
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from storage.types import Outcome

from .fetch_result import Fault, Passing

ACCEPTED = b"gzip, deflate, br, zstd"
_CHUNK = 65536
# One byte of zstd can stand for a block of 128 KiB, so it is fed in small pieces.
_ZSTD_FEED = 128


def decode_body(body: bytes, codings: list[str], limit: int) -> bytes:
    """Undo content codings, given in the order they were applied (RFC 9110, section 8.4).

    Raises Fault: truncated for a body that ends early, too_big beyond `limit` bytes, unsupported
    for an unknown coding or bytes that are not in the stated one.
    """
    for coding in reversed(codings):
        if coding in ("", "identity"):
            continue
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise Fault(Outcome.UNSUPPORTED, f"unknown content coding {coding[:40]!r}")
        body = decoder(body, limit)
    return body


class ContentCodingMiddleware:
    """Downloader middleware: asks for the codings we can undo, and undoes them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ContentCodingMiddleware:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers[b"Accept-Encoding"] = ACCEPTED

    def process_response(self, request: Request, response: Response) -> Response:
        stated = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        codings = [coding.strip().lower() for coding in stated.split(",") if coding.strip()]
        if not codings or not response.body or response.status == 304:
            return response
        limit = max(self._limit, request.meta.get("download_maxsize", 0))
        decoded = decode_body(response.body, codings, limit)
        headers = response.headers.copy()
        for name in ("Content-Encoding", "Content-Length"):
            headers.pop(name, None)
        return response.replace(body=decoded, headers=headers)


def _gunzip(body: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    rest, size = body, 0
    while rest:
        piece, rest = _inflate(rest, 16 + zlib.MAX_WBITS, limit - size)
        pieces.append(piece)
        size += len(piece)
        if rest[:2] != b"\x1f\x8b":  # padding after the last member is common and harmless
            break
    return b"".join(pieces)


def _undeflate(body: bytes, limit: int) -> bytes:
    # RFC 9110 means the zlib format; some servers send the raw stream.
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
    return _inflate(body, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, limit)[0]


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """One compressed stream: what it yields, and the bytes after it."""
    decoder = zlib.decompressobj(window)
    pieces: list[bytes] = []
    size, rest = 0, body
    try:
        while rest and not decoder.eof:
            piece = decoder.decompress(rest, _CHUNK)
            size = _bounded(size + len(piece), limit)
            pieces.append(piece)
            rest = decoder.unconsumed_tail
    except zlib.error as error:
        raise _broken(error) from error
    if not decoder.eof:
        raise _cut()
    return b"".join(pieces), decoder.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    pieces: list[bytes] = []
    size, feed = 0, body
    try:
        while not decoder.is_finished():
            piece = decoder.process(feed, output_buffer_limit=_CHUNK)
            feed = b""
            if not piece and decoder.can_accept_more_data():
                break
            size = _bounded(size + len(piece), limit)
            pieces.append(piece)
    except brotli.error as error:
        raise _broken(error) from error
    if not decoder.is_finished():
        raise _cut()
    return b"".join(pieces)


def _unzstd(body: bytes, limit: int) -> bytes:
    decoder = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
    pieces: list[bytes] = []
    size = 0
    try:
        for start in range(0, len(body), _ZSTD_FEED):
            if decoder.eof:
                break
            piece = decoder.decompress(body[start : start + _ZSTD_FEED])
            size = _bounded(size + len(piece), limit)
            pieces.append(piece)
    except zstandard.ZstdError as error:
        raise _broken(error) from error
    if not decoder.eof:
        raise _cut()
    return b"".join(pieces)


def _bounded(size: int, limit: int) -> int:
    if size > limit:
        raise Fault(Outcome.TOO_BIG, f"unpacks to more than {limit} bytes")
    return size


def _cut() -> Fault:
    return Passing(Outcome.TRUNCATED, "the compressed body ends early")


def _broken(error: Exception) -> Fault:
    return Fault(Outcome.UNSUPPORTED, f"the body is not in its stated coding: {error}"[:200])


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

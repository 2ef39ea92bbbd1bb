"""Content codings undone within bounds: gzip, deflate, br and zstd, linear in what goes in and out.

A body that ends early is `truncated`, one that unpacks to too much is `too_big`: half a page must
not look like a whole one. Knows bytes only, no request and no page.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Sequence
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard

from storage.types import Outcome

MOST_CODINGS = 5
"""One over the other. Nobody means more, and each costs as much as the body."""
_CHUNK = 65536
_FIRST_FEED = 256
"""Bytes of a stream at first, then ever more: what follows a short stream is copied each time."""
_ZSTD_FEED = 128
"""One byte of zstd can stand for a block of 128 KiB, so it is fed in small pieces."""
_ZSTD_WINDOW = 8 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPED = b"\x2a\x4d\x18"  # after a byte 0x50 to 0x5f (RFC 8878, section 3.1.2)

Steps = Generator[None, None, bytes]
"""Work that pauses after each bounded piece, and returns bytes at last."""


class BrokenCoding(ValueError):
    """A body that cannot be decoded: the outcome word and why. `had` is what came before."""

    def __init__(self, outcome: Outcome, reason: str, had: bytes = b"") -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.had = had


def decode(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """Undo content codings, given in the order they were applied (RFC 9110, section 8.4).

    Raises BrokenCoding: truncated for a body that ends early, too_big beyond `limit` bytes,
    unsupported for an unknown coding, too many of them, or bytes that are not in the stated one.
    """
    steps = decoding(body, codings, limit)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: bytes = done.value
            return result


def decoding(body: bytes, codings: Sequence[str], limit: int) -> Steps:
    """The same in steps of at most a few megabytes, for whoever has other work beside it."""
    applied = [coding for coding in codings if coding not in ("", "identity")]
    if len(applied) > MOST_CODINGS:
        raise BrokenCoding(Outcome.UNSUPPORTED, f"more than {MOST_CODINGS} content codings")
    for coding in reversed(applied):
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise BrokenCoding(Outcome.UNSUPPORTED, f"unknown content coding {coding[:40]!r}")
        body = yield from decoder(body, limit)
    return body


class _Output:
    """What was decoded so far, of at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        if piece:
            self.size += len(piece)
            if self.size > self._limit:
                raise BrokenCoding(
                    Outcome.TOO_BIG, f"unpacks to more than {self._limit} bytes", self.data()
                )
            self._pieces.append(piece)

    def data(self) -> bytes:
        return b"".join(self._pieces)

    def cut(self) -> BrokenCoding:
        return BrokenCoding(Outcome.TRUNCATED, "the compressed body ends early", self.data())

    def broken(self) -> BrokenCoding:
        return BrokenCoding(
            Outcome.UNSUPPORTED, "the body is not in its stated coding", self.data()
        )


def _gunzip(body: bytes, limit: int) -> Steps:
    """Members one after the other (RFC 1952, section 2.2). Padding after the last is common and
    harmless."""
    output, at = _Output(limit), 0
    while True:
        at = yield from _inflate(body, at, 16 + zlib.MAX_WBITS, output)
        if body[at : at + 2] != _GZIP:
            if at + 1 == len(body) and body[at:] == _GZIP[:1]:
                raise output.cut()
            return output.data()


def _undeflate(body: bytes, limit: int) -> Steps:
    """The zlib format, as RFC 9110 means it, or the raw stream that some servers send. Some send
    several streams in a row."""
    output, at = _Output(limit), 0
    window = zlib.MAX_WBITS if _is_zlib(body, 0) else -zlib.MAX_WBITS
    while True:
        before = output.size
        try:
            at = yield from _inflate(body, at, window, output)
        except BrokenCoding as broken:
            is_padding = at > 0 and output.size == before
            if not is_padding or broken.outcome is Outcome.TOO_BIG:
                raise
            return output.data()
        if at >= len(body) or (window > 0 and not _is_zlib(body, at)):
            return output.data()


def _is_zlib(body: bytes, at: int) -> bool:
    head = body[at : at + 2]
    return len(head) == 2 and head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0


def _inflate(body: bytes, at: int, window: int, output: _Output) -> Generator[None, None, int]:
    """One compressed stream that begins at `at`. Returns where it ends."""
    decoder = zlib.decompressobj(window)
    feed = _FIRST_FEED
    while at < len(body):
        rest = body[at : at + feed]
        at += len(rest)
        feed = min(2 * feed, _CHUNK)
        while True:
            try:
                piece = decoder.decompress(rest, _CHUNK)
            except zlib.error:
                raise output.broken() from None
            output.add(piece)
            if decoder.eof:
                yield
                return at - len(decoder.unused_data)
            rest = decoder.unconsumed_tail
            if not rest and len(piece) < _CHUNK:
                break
            yield
    raise output.cut()


def _unbrotli(body: bytes, limit: int) -> Steps:
    output, decoder = _Output(limit), brotli.Decompressor()
    for at in range(0, len(body), _CHUNK):
        feed = body[at : at + _CHUNK]
        if decoder.is_finished():  # there is one stream, and no padding (RFC 7932)
            raise output.broken()
        while True:
            try:
                piece = decoder.process(feed, output_buffer_limit=_CHUNK)
            except brotli.error:
                raise output.broken() from None
            output.add(piece)
            yield
            feed = b""
            if decoder.is_finished() or not piece or decoder.can_accept_more_data():
                break
    if not decoder.is_finished():
        raise output.cut()
    return output.data()


def _unzstd(body: bytes, limit: int) -> Steps:
    """Frames one after the other (RFC 8878, section 3.1)."""
    output, at = _Output(limit), 0
    context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    while True:
        at = yield from _zstd_frame(body, at, context, output)
        head = body[at : at + 4]
        if not head or not _begins_frame(head):
            return output.data()
        if len(head) < len(_ZSTD):
            raise output.cut()


def _begins_frame(head: bytes) -> bool:
    is_skipped = 0x50 <= head[0] <= 0x5F and _ZSTD_SKIPPED.startswith(head[1:])
    return _ZSTD.startswith(head) or is_skipped


def _zstd_frame(body: bytes, at: int, context: Any, output: _Output) -> Generator[None, None, int]:
    decoder = context.decompressobj()
    while at < len(body):
        rest = body[at : at + _ZSTD_FEED]
        at += len(rest)
        try:
            piece = decoder.decompress(rest)
        except zstandard.ZstdError:
            raise output.broken() from None
        output.add(piece)
        yield
        if decoder.eof:
            return at - len(decoder.unused_data)
    raise output.cut()


_DECODERS: dict[str, Callable[[bytes, int], Steps]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

"""Content codings taken off strictly: a cut body is `truncated`, a bomb is `too_big`.

Scrapy's own step passes on what a cut gzip body still yields. Half a page looks like a whole one.
What takes long is done in slices, one at a time however many bodies there are, so that no other
page waits for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from storage.types import Outcome

from ..codings import BrokenCoding, decoding
from .fetch_result import Fault, Passing

ENOUGH = "enough_bytes"
"""Of a request: with so many bytes of the body its sender is content, if more cannot be had."""
ACCEPTED = b"gzip, deflate, br, zstd"
_SLICE_SECONDS = 0.02
_MOST_SECONDS = 5.0
"""Of CPU time, for all codings of a body."""
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
"""By event loop: whose slice it is."""


class ContentCodingMiddleware:
    """Downloader middleware: asks for the codings we can undo, and undoes them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ContentCodingMiddleware:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers[b"Accept-Encoding"] = ACCEPTED

    async def process_response(self, request: Request, response: Response) -> Response:
        stated = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        codings = [coding.strip().lower() for coding in stated.split(",") if coding.strip()]
        if not codings or not response.body or response.status == 304:
            return response
        enough = request.meta.get(ENOUGH)
        limit = max(self._limit, request.meta.get("download_maxsize", 0), 2 * (enough or 0))
        decoded = await decode_body(response.body, codings, limit, enough=enough)
        headers = response.headers.copy()
        for name in ("Content-Encoding", "Content-Length"):
            headers.pop(name, None)
        return response.replace(body=decoded, headers=headers)


async def decode_body(
    body: bytes,
    codings: Sequence[str],
    limit: int,
    *,
    seconds: float = _MOST_SECONDS,
    enough: int | None = None,
) -> bytes:
    """Undo content codings as `codings.decode` does, with pauses for other work.

    Raises Fault, `timeout` for what takes longer than so many seconds of CPU time. None, where
    `enough` bytes were had of a body in one coding.
    """
    steps = decoding(body, codings, limit)
    turns = _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    spent = 0.0
    while True:
        try:
            async with turns:  # kept while others work, so that a round of the loop has one slice
                began = time.thread_time()
                until = began + _SLICE_SECONDS
                while time.thread_time() < until:
                    next(steps)
                spent += time.thread_time() - began
                await asyncio.sleep(0)
        except StopIteration as done:
            result: bytes = done.value
            return result
        except BrokenCoding as broken:
            if enough is not None and len(codings) == 1 and len(broken.had) >= enough:
                return broken.had[:enough]
            kind = Passing if broken.outcome is Outcome.TRUNCATED else Fault
            raise kind(broken.outcome, broken.reason) from None
        if spent > seconds:
            raise Fault(Outcome.TIMEOUT, f"not unpacked within {seconds:g} s")

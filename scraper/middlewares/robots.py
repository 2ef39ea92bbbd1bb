"""robots.txt as RFC 9309 has it: unreachable means no, absent means yes.

Protego reads the rules. This module decides which rules hold, and asks before every request. The
rules of an origin are fetched once a crawl, and again should it go on for 24 hours (section 2.4).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload

from storage.runs import FetchKind
from storage.types import Outcome, Thing
from storage.urls import host_of

from ..crawl.context import context_of, fetcher_of
from ..crawl.request import AGENT
from .content_coding import ENOUGH
from .fetch_result import Fault, FetchResult, asked_to_wait, check_url
from .redirects import KIND
from .route import route_in

LIMIT = 500 * 1024
"""So many bytes of a robots file are read (section 2.5). The rest is not even waited for."""
_FRESH_SECONDS = 24 * 3600.0
_RECEIVED = "robots_bytes"
_LONGEST_CRAWL_DELAY = timedelta(minutes=10)


@dataclass(slots=True)
class RobotsRules:
    """The rules of one origin. `denial` is the fault every address of it has. Empty `rules` allow
    everything. Not `known` is what nobody was asked for, since a host wants to be left alone."""

    rules: Protego | None = None
    denial: Fault | None = None
    known: bool = False
    since: float = field(default_factory=time.monotonic)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def fresh(self) -> bool:
        """Whether they may still be gone by."""
        return self.known and time.monotonic() - self.since < _FRESH_SECONDS

    def check(self, url: str) -> None:
        """Raise a Fault if we may not ask for this address."""
        if self.denial is not None:
            raise self.denial
        if self.rules is not None and not self.rules.can_fetch(url, AGENT):
            raise Fault(Outcome.ROBOTS, "robots.txt disallows this address")


def read_robots(body: bytes) -> Protego:
    """Parse the first 500 KiB of a robots file (RFC 9309, section 2.5), whatever they hold."""
    text = body[:LIMIT].decode("utf-8-sig", "replace").replace("\x00", "")
    return Protego.parse(text)


def rules_of(fetched: FetchResult) -> RobotsRules:
    """What the answer to a request for robots.txt means (RFC 9309, section 2.3.1)."""
    status = fetched.status or 0
    is_answer = 200 <= status < 300 and fetched.outcome in (Outcome.OK, Outcome.HTTP_ERROR)
    if is_answer and fetched.capture is not None:  # HTTP 204: there are no rules
        return RobotsRules(rules=read_robots(fetched.capture.body), known=True)
    if 300 <= status < 500 and status != 429:
        return RobotsRules(known=True)
    if fetched.outcome is Outcome.HTTP_ERROR and not status and not fetched.halting:
        return RobotsRules(known=True)  # too many redirects count as absent
    if fetched.outcome in (Outcome.NET_ERROR, Outcome.REFUSED_ADDRESS) and not fetched.connected:
        return RobotsRules(denial=Fault(fetched.outcome, fetched.reason), known=True)
    if fetched.outcome in (Outcome.NOT_FETCHED, Outcome.BUSY):
        return RobotsRules(denial=Fault(fetched.outcome, fetched.reason), known=True)
    reason = f"robots.txt cannot be had ({fetched.reason})"
    denial = Fault(Outcome.ROBOTS, reason, behind=fetched.outcome)
    return RobotsRules(denial=denial, known=bool(status) or not fetched.halting)


class RobotsMiddleware:
    """Downloader middleware that asks the origin's rules before every request and redirect."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._route = route_in(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        robots = cls(crawler)
        crawler.signals.connect(robots.stop_long_file, signals.bytes_received)
        return robots

    def stop_long_file(self, data: bytes, request: Request) -> None:
        """Be content with the beginning of a long robots file (Scrapy's signal for each piece)."""
        if request.meta.get(KIND) is FetchKind.ROBOTS:
            request.meta[_RECEIVED] = request.meta.get(_RECEIVED, 0) + len(data)
            if request.meta[_RECEIVED] > LIMIT:
                raise StopDownload(fail=False)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(KIND) is FetchKind.ROBOTS:
            # However long it says it is, its beginning counts.
            request.meta["download_maxsize"] = 0
            request.meta[ENOUGH] = LIMIT
            return
        if KIND not in request.meta:  # nobody looked at it before, as a run does
            self._check(request.url)
        (await self._rules(request.url)).check(request.url)

    def _check(self, url: str) -> None:
        """Raise a Fault for an address that must not be dialled, or whose host asked us to wait."""
        context = context_of(self._crawler)
        check_url(url, context.request.hosts, context.request.intranet)
        until = context.wait_of(host_of(url))
        if until is not None:
            raise asked_to_wait(until)

    async def _rules(self, url: str) -> RobotsRules:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        rules = context_of(self._crawler).robots
        kept = rules.setdefault((origin, self._route()), RobotsRules())
        async with kept.lock:
            if not kept.fresh:
                found = await self._ask(f"{origin}/robots.txt", parts.hostname or "")
                kept.rules, kept.denial, kept.known = found.rules, found.denial, found.known
                kept.since = time.monotonic()
        return kept

    async def _ask(self, url: str, host: str) -> RobotsRules:
        """The rules of one robots file. What we cannot read forbids everything (section 2.3.1.4),
        whoever is to blame for that."""
        fetcher = fetcher_of(self._crawler)
        try:
            found = rules_of(await fetcher.fetch_robots(url))
            self._slow_down(host, found.rules)
        except Exception as error:
            context = context_of(self._crawler)
            broken = context.record_failure(fetcher.source_id, Thing.ROBOTS, url, error)
            unread = Fault(Outcome.ROBOTS, f"robots.txt cannot be read ({broken.reason})")
            denial = broken if broken.outcome is Outcome.BUSY else unread
            return RobotsRules(denial=denial, known=True)
        return found

    def _slow_down(self, host: str, rules: Protego | None) -> None:
        delay = rules.crawl_delay(AGENT) if rules else None
        if delay is not None and delay > 0:
            pause = timedelta(seconds=min(delay, _LONGEST_CRAWL_DELAY.total_seconds()))
            context_of(self._crawler).throttle.ask_pause(host, pause)

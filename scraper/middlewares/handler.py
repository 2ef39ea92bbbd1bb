"""What Scrapy asks for http and https: guard, throttle and time bound, before connections are made.

Through a proxy only the proxy is dialled: an address that spells a private one is refused all the
same, but what a name leads to is then the proxy's business.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.misc import load_object

from storage.types import Outcome

from ..configuration import CARRIERS
from ..crawl.context import context_of
from ..sources.links import authority_of
from .exceptions import proxy_fault
from .fetch_result import Fault, Passing, check_url, refused
from .page_ends import PageEnds
from .route import Route, TrustPolicy, route_in

SPENT = "seconds_spent"


class Carrier(Protocol):
    """What makes connections and speaks HTTP, `connections` or `by_twisted`. Each dials what the
    guarded resolver allows, and nothing else."""

    async def download_request(self, request: Request) -> Response: ...

    async def close(self) -> None: ...


_MADE_BY = dict(
    zip(
        CARRIERS,
        (f"{__package__}.connections.Connections", f"{__package__}.by_twisted.TwistedConnections"),
        strict=True,
    )
)
"""The class of each, which is loaded when it is used."""


class GuardedHandler(BaseDownloadHandler):
    """Scrapy's handler for http and https: the address guard and the hosts' turns.

    A page has one time bound for all its redirects together.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._route = route_in(crawler)
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._ends = PageEnds()
        self._under_way: set[asyncio.Task[Response]] = set()
        self._closed = False

    @cached_property
    def _carrier(self) -> Carrier:
        said: Route | None = self._crawler.settings.get("HUBWATCH_ROUTE")
        trust = TrustPolicy(said.tls if said else None, self._now, self._note_certificate)
        made_by = load_object(_MADE_BY[context_of(self._crawler).request.http])
        carrier: Carrier = made_by(self._crawler, trust)
        return carrier

    async def download_request(self, request: Request) -> Response:
        """Dial when it is the host's turn. Raises Fault for an address that may not be dialled."""
        context = context_of(self._crawler)
        check_url(request.url, context.request.hosts, context.request.intranet)
        host = urlsplit(request.url).hostname or ""
        if not context.request.contact and host not in context.request.hosts:
            raise refused("a live request needs a contact; the configuration names none")
        self._name_ourselves(request)
        await self._go_by_proxy(request, host)
        async with context.throttle.turn(host):
            if self._closed:
                raise Fault(Outcome.INTERRUPTED, "the crawl ended")
            response = await self._in_time(request, host)
        self._check_end(response, host)
        return response

    def _name_ourselves(self, request: Request) -> None:
        """Say who asks, and the contact, unless a project or a request names somebody itself: what
        Scrapy sends by default names its makers."""
        settings = self._crawler.settings
        is_default = settings.getpriority("USER_AGENT") == SETTINGS_PRIORITIES["default"]
        said = request.headers.get("User-Agent")
        if not said or (is_default and said == settings["USER_AGENT"].encode()):
            request.headers["User-Agent"] = context_of(self._crawler).request.agent

    def _check_end(self, response: Response, host: str) -> None:
        """Raise Passing for a page of no known length that lacks its end."""
        if response.headers.get("Content-Encoding"):
            return
        if "partial" not in response.flags:
            self._ends.note(host, response.body)
        elif self._ends.breaks_off(host, response.url, response.body):
            raise Passing(Outcome.TRUNCATED, "the page breaks off, and no length was announced")

    async def _go_by_proxy(self, request: Request, host: str) -> None:
        request.meta.pop("proxy", None)
        context, route = context_of(self._crawler), self._route()
        proxy, port = route.proxy_place
        if not proxy or host in context.request.hosts:
            return
        if authority_of(request.url) == authority_of(route.proxy):
            raise refused("the address is that of the proxy")
        address = await context.resolver.proxy_address(proxy, port)
        bracketed = f"[{address}]" if ":" in address else address
        request.meta["proxy"] = f"http://{bracketed}:{port}"

    async def _in_time(self, request: Request, host: str) -> Response:
        left = self._seconds - request.meta.get(SPENT, 0.0)
        if left <= 0:
            raise TimeoutError
        request.meta["download_timeout"] = left
        began = time.monotonic()
        task = asyncio.ensure_future(self._carrier.download_request(request))
        self._under_way.add(task)
        try:
            return await task
        except CannotResolveHostError:
            context_of(self._crawler).raise_if_refused(host)
            raise
        except Exception as error:
            if "proxy" in request.meta:
                raise proxy_fault(error, self._route().proxy) from error
            raise
        finally:
            request.meta[SPENT] = request.meta.get(SPENT, 0.0) + time.monotonic() - began
            self._under_way.discard(task)

    async def close(self) -> None:
        """Drop what is still under way: whoever wanted it is gone."""
        self._closed = True
        for task in self._under_way:
            task.cancel()
        if "_carrier" in vars(self):
            await self._carrier.close()

    def _now(self) -> datetime:
        return context_of(self._crawler).now()

    def _note_certificate(self, host: str, until: datetime) -> None:
        context_of(self._crawler).certificates[host] = until

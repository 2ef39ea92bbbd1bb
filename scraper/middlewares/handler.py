"""Where connections are made: Scrapy's handler for http and https, behind guard and throttle.

Through a proxy only the proxy is dialled: an address that spells a private one is refused all the
same, but what a name leads to is then the proxy's business.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import connectionDone
from twisted.web.http import _IdentityTransferDecoder

from storage.types import Outcome

from ..crawl.context import context_of
from ..sources.links import authority_of
from .exceptions import proxy_fault
from .fetch_result import Fault, check_url, refused
from .route import Route, TrustPolicy, route_in

SPENT = "seconds_spent"


class _StrictProtocol(_LenientHTTP11ClientProtocol):
    """Tells a body without a length that a reset ended from one that the server ended.

    Not over TLS, where a server that leaves without a word looks the same as a reset: some always
    do.
    """

    def connectionLost(self, reason: Any = connectionDone) -> None:  # noqa: N802 - Twisted's name
        body = getattr(self._parser, "bodyDecoder", None)
        was_reset = reason.check(ConnectionLost)
        is_over_tls = hasattr(self.transport, "getPeerCertificate")
        if was_reset and not is_over_tls and isinstance(body, _IdentityTransferDecoder):
            # Something is missing of it, whatever its length: Twisted takes that for a loss.
            body.contentLength = body.contentLength or 1
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class _StrictFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: object) -> _StrictProtocol:  # noqa: N802 - Twisted's name
        return _StrictProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, behind the address guard and the hosts' turns.

    A page has one time bound for all its redirects together.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _StrictFactory
        self._crawler = crawler
        self._route = route_in(crawler)
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        said: Route | None = crawler.settings.get("HUBWATCH_ROUTE")
        self._contextFactory = TrustPolicy(  # type: ignore[assignment]
            said.tls if said else None, self._now, self._note_certificate
        )
        self._under_way: set[asyncio.Task[Response]] = set()
        self._closed = False

    async def download_request(self, request: Request) -> Response:
        """Dial when it is the host's turn. Raises Fault for an address that may not be dialled."""
        context = context_of(self._crawler)
        check_url(request.url, context.request.hosts, context.request.intranet)
        host = urlsplit(request.url).hostname or ""
        if not context.request.contact and host not in context.request.hosts:
            raise refused("a live request needs a contact; the configuration names none")
        await self._go_by_proxy(request, host)
        async with context.throttle.turn(host):
            if self._closed:
                raise Fault(Outcome.INTERRUPTED, "the crawl ended")
            return await self._in_time(request, host)

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
        task = asyncio.ensure_future(super().download_request(request))
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
        await super().close()

    def _now(self) -> datetime:
        return context_of(self._crawler).now()

    def _note_certificate(self, host: str, until: datetime) -> None:
        context_of(self._crawler).certificates[host] = until

"""The way to a source's hosts: directly or through a proxy, and what is trusted on it.

A value. Who dials is in `dial`, who judges certificates in `tls`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..crawl.request import CrawlRequest
from ..sources.model import DIRECT, Source, TlsException

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True)
class Route:
    """How one source is reached; sources with equal routes share what is known of an origin.

    `proxy` is `http://host:port`, or empty. Names in the request's `hosts` are on loopback and are
    never asked for through a proxy.
    """

    proxy: str = ""
    tls: TlsException | None = None

    @property
    def proxy_place(self) -> tuple[str, int]:
        """Host and port of the proxy."""
        parts = urlsplit(self.proxy)
        return parts.hostname or "", parts.port or 80

    def note(self, today: date) -> str:
        """What every run has to say about its trust; empty where nothing is out of the ordinary."""
        if self.tls is None:
            return ""
        kind = "ca_file" if self.tls.ca_file else "fingerprint"
        state = "ended on" if today > self.tls.until else "until"
        return f"TLS exception ({kind}) {state} {self.tls.until}: {self.tls.reason}"


DIRECTLY = Route()
"""No proxy, and nothing trusted but what the system trusts."""


def route_of(source: Source, request: CrawlRequest) -> Route:
    """The route that this source takes in this crawl."""
    proxy = source.proxy or request.proxy
    return Route("" if proxy == DIRECT else proxy, source.tls)


def route_in(crawler: Crawler) -> Callable[[], Route]:
    """What tells the route of a crawler: that of its source, else the installation's."""
    said: Route | None = crawler.settings.get("HUBWATCH_ROUTE")
    from ..crawl.context import context_of

    return lambda: said or Route(context_of(crawler).request.proxy)

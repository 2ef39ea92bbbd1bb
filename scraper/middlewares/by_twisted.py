"""HTTP/1.1 as Scrapy's own handler speaks it, over Twisted: the other way to do `connections`."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    TunnelError,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import connectionDone
from twisted.web._newclient import ParseError
from twisted.web.http import _IdentityTransferDecoder

from hubwatch.patterns import lazy_pattern
from storage.types import Outcome

from .exceptions import causes_of
from .fetch_result import NOT_HTTP, Passing, TunnelRefused
from .route import TrustPolicy

_STATUS = lazy_pattern(r"'status': ([0-9]{3})")


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


class TwistedConnections(HTTP11DownloadHandler):
    """Scrapy's handler, which dials what the resolver installed on the reactor allows."""

    def __init__(self, crawler: Crawler, trust: TrustPolicy) -> None:
        super().__init__(crawler)
        self._pool._factory = _StrictFactory
        self._contextFactory = trust  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """As Scrapy's does it. Raises TunnelRefused where a proxy does not connect, Passing where
        the answer is not HTTP, else what Scrapy raises."""
        try:
            return await super().download_request(request)
        except TunnelError as error:
            status = _STATUS.search(str(error))
            raise TunnelRefused(status[1] if status else "") from error
        except DownloadFailedError as error:
            if isinstance([*causes_of(error)][-1], ParseError):
                raise Passing(Outcome.NET_ERROR, NOT_HTTP) from error
            raise

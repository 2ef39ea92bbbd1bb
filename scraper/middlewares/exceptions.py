"""Scrapy's and Twisted's exceptions, and HTTP statuses, translated to our faults.

Knows no source and no archive. What a page says of itself that came with status 200 (a soft 404, a
captcha) is not judged here but by its reader.
"""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError

from hubwatch.reasons import in_words
from storage.types import Outcome

from ..challenges import is_challenge
from ..space import EXHAUSTED, is_exhaustion, opens_nothing
from .fetch_result import Fault, Passing, Refused, TunnelRefused, Unreachable, refused

_BLOCKED = frozenset({403, 412, 521})
_TRANSIENT = frozenset({408, 500, 502, 503, 504, 522, 524})
_UNREACHED = (DownloadConnectionRefusedError, ConnectError)
_NETWORK = (Fault, OSError, TimeoutError, SSL.Error)
_NETWORKING = ("scrapy.", "twisted.")


def is_of_network(error: BaseException) -> bool:
    """Whether an exception is one by which a connection, a server or Scrapy's bounds are told,
    wherever it was raised."""
    return any(
        isinstance(cause, _NETWORK) or type(cause).__module__.startswith(_NETWORKING)
        for cause in causes_of(error)
    )


def fault_of(error: BaseException) -> Fault:
    """The fault behind any exception of a download."""
    if any(map(is_exhaustion, causes_of(error))):
        return Fault(Outcome.BUSY, EXHAUSTED)
    if isinstance(error, Fault):
        return error
    if isinstance(error, ResponseDataLossError):
        return Passing(Outcome.TRUNCATED, "the body ended before its announced end")
    if isinstance(error, (DownloadTimeoutError, TimeoutError)):
        return Passing(Outcome.TIMEOUT, "took longer than the time bound of a page")
    if isinstance(error, DownloadCancelledError):
        return Fault(Outcome.TOO_BIG, "larger than the size bound of a page")
    if isinstance(error, (NotSupported, UnsupportedURLSchemeError)):
        return refused(_line(error))
    return _network_fault(error)


def unless_exhausted(fault: Fault) -> Fault:
    """The fault as it is or, where no connection came about because this process may open nothing
    more, one that says so: that is not the server's."""
    if fault.connected or fault.outcome not in (Outcome.NET_ERROR, Outcome.TIMEOUT):
        return fault
    # A name that is not resolved for want of a socket is told as one that leads nowhere.
    if any(map(is_exhaustion, causes_of(fault))) or opens_nothing():
        return Fault(Outcome.BUSY, EXHAUSTED)
    return fault


def proxy_fault(error: BaseException, proxy: str) -> Fault:
    """The fault behind an exception of a download through this proxy."""
    if isinstance(error, TunnelRefused):
        return Passing(error.outcome, f"the proxy {proxy} {error.reason}")
    fault = fault_of(error)
    if isinstance(fault, Unreachable):
        return Unreachable(fault.outcome, f"the proxy {proxy} cannot be reached: {fault.reason}")
    return fault


def status_fault(status: int, body: bytes) -> Fault | None:
    """The fault that a status stands for. None for 200 and 203, and for 304."""
    if status in (200, 203, 304):
        return None
    if status in (404, 410):
        return Fault(Outcome.GONE, f"HTTP {status}")
    if status in _BLOCKED or is_challenge(body):
        return Fault(Outcome.BLOCKED, f"HTTP {status}: the server refuses automatic readers")
    kind = Passing if status in _TRANSIENT else Fault
    return kind(Outcome.HTTP_ERROR, f"HTTP {status}")


def _network_fault(error: BaseException) -> Fault:
    for cause in causes_of(error):
        if isinstance(cause, Fault):
            return cause
    for cause in causes_of(error):
        if isinstance(cause, SSL.Error):
            return Refused(Outcome.NET_ERROR, f"TLS: {_tls_reason(cause)}")
    if isinstance(error, CannotResolveHostError):
        return Unreachable(Outcome.NET_ERROR, "the host name could not be resolved")
    causes = list(causes_of(error))
    unreached = any(isinstance(cause, _UNREACHED) for cause in causes)
    return (Unreachable if unreached else Passing)(Outcome.NET_ERROR, _line(causes[-1]))


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it wraps: Python's causes and Twisted's lists of failures."""
    pending, seen = [error], set()
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if current.__cause__ is not None:
            pending.append(current.__cause__)
        for failure in getattr(current, "reasons", None) or ():
            value = getattr(failure, "value", failure)
            if isinstance(value, BaseException):
                pending.append(value)


def _tls_reason(error: SSL.Error) -> str:
    parts = [str(part[-1]) for part in error.args[0] if part] if error.args else []
    return ", ".join(parts) or "the handshake failed"


def _line(error: BaseException) -> str:
    return in_words(error, "the connection broke")

"""What came of asking for one address, and why a fetch failed, as outcome words.

Values that load nothing. Exceptions of other libraries are translated in `exceptions`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from hubwatch.errors import FetchError
from hubwatch.guard import why_refused
from storage.runs import FetchKind
from storage.types import Capture, Outcome

from ..sources.links import MAX_URL

if TYPE_CHECKING:
    from scrapy.http import Response


@dataclass(frozen=True, slots=True)
class FetchResult:
    """One finished attempt.

    `capture` is there whenever the server answered, whatever its status. `connected` is False if
    no connection came about. `transient`: trying again may help. `halting`: the host wants to be
    left alone. `temporary`: a redirect on the way is for now only, and joins no addresses.
    `response` is Scrapy's, for what its signals tell. `moved_to` is the address on another host to
    which it redirects, empty if it does not. `behind` is what came of asking for the robots file
    where that is why the address may not be asked for.
    """

    url: str
    kind: FetchKind
    at: datetime
    outcome: Outcome
    reason: str = ""
    capture: Capture | None = None
    seconds: float = 0.0
    connected: bool = True
    transient: bool = False
    halting: bool = False
    temporary: bool = False
    response: Response | None = field(default=None, repr=False, compare=False)
    moved_to: str = ""
    behind: Outcome | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, if there was an answer."""
        return self.capture.status if self.capture else None

    @property
    def final_url(self) -> str:
        """Where redirects ended."""
        return self.capture.final_url if self.capture else ""


class Fault(FetchError):
    """One address could not be fetched: the outcome word and why.

    `transient`: trying again may help. `connected`: the server was reached. `moved_to` and `behind`
    are as in FetchResult.
    """

    transient: ClassVar[bool] = False
    connected: ClassVar[bool] = True

    def __init__(
        self, outcome: Outcome, reason: str, *, moved_to: str = "", behind: Outcome | None = None
    ) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome = outcome
        self.reason = reason
        self.moved_to = moved_to
        self.behind = behind


class Passing(Fault):
    """A fault that may be over in a moment."""

    transient = True


class Unreachable(Passing):
    """No connection came about, this time."""

    connected = False


NOT_HTTP = "the answer is not HTTP"
"""Why there is no answer, whoever read it."""


class TunnelRefused(Passing):
    """A proxy answered this status, or nothing that is one, where it was to connect to a host."""

    def __init__(self, status: int | str) -> None:
        said = f"HTTP {status}" if status else "something else"
        super().__init__(Outcome.NET_ERROR, f"does not connect, it answers {said}")


class Refused(Fault):
    """No connection came about and none should be tried again: a bad certificate or address."""

    connected = False


class AskedToWait(Fault):
    """The server wants to be left alone for a while."""


def asked_to_wait(until: datetime) -> Fault:
    """The fault of an address whose host wants to be left alone until then (aware)."""
    return AskedToWait(Outcome.HTTP_ERROR, f"the host asked to wait until {until:%F %T %Z}")


def refused(reason: str) -> Fault:
    """The fault of an address that we do not connect to."""
    return Refused(Outcome.REFUSED_ADDRESS, reason)


def check_url(url: str, allowed: Collection[str] = (), intranet: Collection[str] = ()) -> None:
    """Raise a Fault with the outcome refused_address unless `url` may be asked for, see
    `hubwatch.guard.why_refused`. An address longer than any article's is of no network of one's
    own, whatever its host is named as."""
    reason = why_refused(url, allowed, intranet if len(url) <= MAX_URL else ())
    if reason:
        raise refused(reason)

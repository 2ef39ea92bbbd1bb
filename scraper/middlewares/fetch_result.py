"""What came of asking for one address. A value; how it is asked is in `fetch`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from storage.runs.records import FetchKind
from storage.types import Capture, Outcome

if TYPE_CHECKING:
    from scrapy.http import Response


@dataclass(frozen=True, slots=True)
class FetchResult:
    """One finished attempt.

    `capture` is there whenever the server answered, whatever its status; `connected` is False if
    no connection came about. `transient`: trying again may help. `halting`: the host wants to be
    left alone. `temporary`: a redirect on the way is for now only, and joins no addresses.
    `response` is Scrapy's, for what its signals tell.
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

    @property
    def status(self) -> int | None:
        """The HTTP status, if there was an answer."""
        return self.capture.status if self.capture else None

    @property
    def final_url(self) -> str:
        """Where redirects ended."""
        return self.capture.final_url if self.capture else ""

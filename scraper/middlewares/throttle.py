"""Manners towards hosts: whose turn it is, how long to pause, how long a server asked us to wait.

One throttle serves all sources of a process, so that two sources on one host are as polite as one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.types import is_ahead

LONGEST_WAIT = timedelta(hours=24)
_FREE_WIDTH = 8


class HostThrottle:
    """Lets one request a host pass at a time, and no sooner than its pause after the last began.

    Hosts named in `free` (practice portals on loopback) get no pause of their own and several
    requests at a time. A Crawl-delay of theirs is honoured all the same. `usual` is the pause of a
    host for which none was asked.
    """

    def __init__(self, free: Collection[str] = (), usual: timedelta = timedelta()) -> None:
        self._free = frozenset(free)
        self._usual = usual.total_seconds()
        self._pauses: dict[str, float] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._gates: dict[str, asyncio.Lock] = {}
        self._next: dict[str, float] = {}

    def width(self, host: str) -> int:
        """How many requests may be under way to a host at once."""
        return _FREE_WIDTH if host in self._free else 1

    def ask_pause(self, host: str, pause: timedelta) -> None:
        """At least `pause` between requests to this host. The longest one asked for wins."""
        self._pauses[host] = max(self._pauses.get(host, 0.0), pause.total_seconds())

    def _pause_of(self, host: str) -> float:
        usual = 0.0 if host in self._free else self._usual
        return self._pauses.get(host, usual)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for this host's turn and hold it. A turn that begins late on a busy machine puts off
        the next one as well."""
        turns = self._turns.setdefault(host, asyncio.Semaphore(self.width(host)))
        async with turns:
            clock = asyncio.get_running_loop().time
            async with self._gates.setdefault(host, asyncio.Lock()):
                while (left := self._next.get(host, 0.0) - clock()) > 0:
                    await asyncio.sleep(left)
                self._next[host] = clock() + self._pause_of(host)
            yield


def is_asked_for(until: datetime, now: datetime) -> bool:
    """Whether a host is to be left alone until then. What is over is not, nor what is longer ahead
    than anything that is heeded: that was asked for while the clock ran ahead."""
    return now < until and not is_ahead(until, now + LONGEST_WAIT)


def wait_until(
    retry_after: str | None, now: datetime, answered: str | None = None
) -> datetime | None:
    """The instant a `Retry-After` value asks to wait for (RFC 9110, section 10.2.3), at most 24
    hours from `now`. None for a missing, past or unreadable value. A date is reckoned from the
    `Date` of its answer, `answered`, where there is one: one of the two clocks may be wrong."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,400}", text):
        wait = timedelta(seconds=min(int(text), int(LONGEST_WAIT.total_seconds())))
        return now + wait if wait else None
    until, since = _instant(text), _instant((answered or "").strip()) or now
    if until is None or until <= since:
        return None
    # The end of the year 9999 is not to be had in every zone.
    return (now + min(until - since, LONGEST_WAIT)).astimezone(UTC)


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

"""What is known of an address: how to ask for it, how often it failed, whether it is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..types import Outcome

FIRST_REST = timedelta(hours=20)
LONGEST_REST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server gave us to ask "has it changed?" with (RFC 9110, section 13)."""

    url: str
    etag: str | None
    last_modified: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Recheck:
    """A known article whose page should be asked for again."""

    article_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page kept aside: why, since when, how often it was tried, and the bytes that prove it."""

    id: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime
    tries: int = 1
    reader_version: int = 0
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attempts:
    """In how many runs an address failed since it was last had, when it first and last did; in
    `absences` of them the server said that nothing is there."""

    tries: int
    first_at: datetime
    last_at: datetime
    absences: int = 0

    def rests(self, now: datetime) -> bool:
        """Whether it is too early to ask again: 20 hours, then twice as long each time, at most
        14 days."""
        doubled = min(self.tries - 1, 10)
        rest = min(FIRST_REST * (1 << doubled), LONGEST_REST)
        return now < self.last_at + rest

    def rests_listed(self, now: datetime) -> bool:
        """The same for what stands on a list all the while: it is asked for again when as long
        again has passed as it has failed so far, at most 14 days."""
        return now < self.last_at + min(self.last_at - self.first_at, LONGEST_REST)


@dataclass(frozen=True, slots=True)
class FetchAttempt:
    """One try to fetch an address."""

    at: datetime
    run_id: int
    outcome: Outcome
    reason: str
    status: int | None

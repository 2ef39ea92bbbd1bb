"""Incidents, what is to be told of them, and what was sent. Values; judging is the scheduler's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much an incident matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0, 1, 2: the greater, the worse."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """What may be amiss. docs/operation.md says what each means and what to do."""

    NETWORK = "network"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    TLS = "tls"
    CERTIFICATE = "certificate"
    LAYOUT_CHANGED = "layout_changed"
    LIST_EMPTY = "list_empty"
    FEWER_ROWS = "fewer_rows"
    SAME_ROWS = "same_rows"
    GAP = "gap"
    VALIDATOR = "validator"
    UNREADABLE = "unreadable"
    FIELD_MISSING = "field_missing"
    TITLES = "titles"
    FUTURE_DATES = "future_dates"
    SILENCE = "silence"
    NOT_CRAWLED = "not_crawled"
    CUT_SHORT = "cut_short"
    DISK = "disk"
    STALE = "stale"
    GONE = "gone"
    MOVED = "moved"
    BUG = "bug"
    INTERRUPTED = "interrupted"
    JOB_FAILING = "job_failing"
    BACKUP_OLD = "backup_old"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is amiss now. Kind, source and place say which it is; one of these is one
    incident for as long as it lasts. `source_id` is empty for this machine as a whole, `place` the
    list or the field that is meant, or empty.

    `told` is one line; `evidence` are lines of proof (one may be a traceback, with line breaks in
    it), `commands` the next three to type.
    """

    kind: Kind
    source_id: str
    severity: Severity
    told: str
    evidence: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding the next time."""
        return (self.kind, self.source_id, self.place)


@dataclass(frozen=True, slots=True)
class Incident:
    """A finding over time. `noticed_at` is when it was last put up to be told; `reopened` counts
    how often it came back within a day after it had closed."""

    id: int
    finding: Finding
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None = None
    closed_why: str = ""
    reopened: int = 0
    noticed_at: datetime | None = None
    acked_at: datetime | None = None
    acked_by: str = ""
    ack_note: str = ""


class What(StrEnum):
    """What a notice tells of its incident."""

    OPENED = "opened"
    REOPENED = "reopened"
    WORSE = "worse"
    REMINDER = "reminder"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell people of an incident, once."""

    id: int
    incident_id: int
    what: What
    at: datetime
    severity: Severity
    told: str


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """One message on one channel: some notices, told together. `key` stays the same however often
    it is tried, so that whoever gets it twice can see that. `sent_at` is None until it was taken,
    `dropped_at` set where it was given up; `reason` is why the last try failed. `lacking` are
    the addresses that have not got what others got."""

    id: int
    channel: str
    key: str
    made_at: datetime
    tries: int = 0
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    dropped_at: datetime | None = None
    reason: str = ""
    notices: tuple[Notice, ...] = ()
    lacking: tuple[str, ...] = ()

"""Incidents, the notices that people get of them, what was sent, and the bugs that crawls met.

Judging is the scheduler's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hubwatch.filled_message import from_json, to_json

from .database import Connection, count, insert, one, stamp, unstamp, unstamp_or_none
from .types import Thing


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
    PAGES_UNREAD = "pages_unread"
    GAP = "gap"
    REFUSED_ROWS = "refused_rows"
    ENTRIES_DIFFER = "entries_differ"
    VALIDATOR = "validator"
    UNREADABLE = "unreadable"
    FIELD_MISSING = "field_missing"
    REDESIGN = "redesign"
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
    SOURCE_FILE = "source_file"
    JOB_LATE = "job_late"
    DIGEST_UNSENT = "digest_unsent"
    CONFIG_REJECTED = "config_rejected"
    DISK_FILLING = "disk_filling"
    CLOCK_JUMPED = "clock_jumped"
    ROTTEN = "rotten"
    SLICE_REFUSED = "slice_refused"
    CRAWLS_LOST = "crawls_lost"
    READING_REFUSED = "reading_refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is amiss now. Kind, source and place say which it is. One of these is one
    incident for as long as it lasts. `source_id` is empty for this machine as a whole, `place` the
    list or the field that is meant, or empty.

    `message` is one line. `evidence` are lines of proof (one may be a traceback, with line breaks
    in it), `commands` the next three to type. Those that are a `FilledMessage` can be said in
    another language, also when they were kept.
    """

    kind: Kind
    source_id: str
    severity: Severity
    message: str
    evidence: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding the next time."""
        return (self.kind, self.source_id, self.place)


@dataclass(frozen=True, slots=True)
class Incident:
    """A finding over time. `noticed_at` is when it was last put up to be told. `reopened` counts
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
    message: str


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """One message on one channel: some notices, told together. `key` stays the same however often
    it is tried, so that whoever gets it twice can see that. `sent_at` is None until it was taken,
    `dropped_at` set where it was given up. `reason` is why the last try failed. `lacking` are
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


class IncidentQueries:
    """The questions about incidents and their alerts."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def unresolved(self) -> tuple[Incident, ...]:
        """What is amiss, the worst first, then the latest."""
        found = self._incidents("closed_at IS NULL", [], -1)
        return tuple(
            sorted(
                found, key=lambda each: (-each.finding.severity.rank, -each.opened_at.timestamp())
            )
        )

    def latest(
        self, limit: int = 50, source_id: str | None = None, before: int | None = None
    ) -> tuple[Incident, ...]:
        """Open and closed ones, the latest first, of one source or all. `before`: of lower numbers
        only."""
        where, parameters = _of_source(source_id)
        if before is not None:
            where, parameters = f"({where}) AND id < ?", [*parameters, before]
        return self._incidents(where, parameters, limit)

    def count(self, source_id: str | None = None) -> int:
        """How many there are and were, of one source or all."""
        where, parameters = _of_source(source_id)
        return count(self._db, f"incidents WHERE {where}", parameters)

    def get(self, incident_id: int) -> Incident | None:
        """One of them, by its number."""
        return next(iter(self._incidents("id = ?", [incident_id], 1)), None)

    def closed_since(self, since: datetime) -> tuple[Incident, ...]:
        """Those that closed at that moment or later, the latest first."""
        return self._incidents("closed_at >= ?", [stamp(since)], -1)

    def notices_of(self, incident_id: int) -> tuple[Notice, ...]:
        """What was put up to be told of an incident, in order."""
        found = self._db.query(
            "SELECT * FROM notices WHERE incident_id = ? ORDER BY id", [incident_id]
        )
        return tuple(_notice_of(row) for row in found)

    def unsent(self, channel: str) -> tuple[Notice, ...]:
        """Notices that are in no message of that channel yet, in order."""
        found = self._db.query(
            "SELECT n.* FROM notices n WHERE NOT EXISTS (SELECT 1 FROM delivered d "
            "WHERE d.notice_id = n.id AND d.channel = ?) ORDER BY n.id",
            [channel],
        )
        return tuple(_notice_of(row) for row in found)

    def was_alerted(self, channel: str, incident_id: int) -> bool:
        """Whether a message of that channel has told, or is about to tell, of an incident."""
        found = self._db.execute(
            "SELECT 1 FROM delivered d JOIN notices n ON n.id = d.notice_id "
            "WHERE d.channel = ? AND n.incident_id = ? AND d.delivery_id IS NOT NULL",
            [channel, incident_id],
        )
        return found.fetchone() is not None

    def waiting_deliveries(self, channel: str) -> tuple[AlertDelivery, ...]:
        """Messages that were made for a channel and not taken yet, the oldest first."""
        return self.find_deliveries(
            "channel = ? AND sent_at IS NULL AND dropped_at IS NULL ORDER BY id", [channel]
        )

    def deliveries(self, limit: int = 50) -> tuple[AlertDelivery, ...]:
        """The latest messages, sent or not, the latest first."""
        return self.find_deliveries("1 ORDER BY id DESC LIMIT ?", [limit])

    def latest_of(self, channel: str, limit: int = 50) -> tuple[AlertDelivery, ...]:
        """The latest messages of a channel, sent or not, the latest first."""
        return self.find_deliveries("channel = ? ORDER BY id DESC LIMIT ?", [channel, limit])

    def count_deliveries(self) -> int:
        """How many messages there are, sent or not."""
        return count(self._db, "alert_deliveries", ())

    def find_deliveries(self, where: str, parameters: Sequence[Any]) -> tuple[AlertDelivery, ...]:
        """The alert deliveries for which a condition holds, in order."""
        found = list(
            self._db.query(f"SELECT * FROM alert_deliveries WHERE {where}", list(parameters))
        )
        return tuple(_delivery_of(row, self._notices_in(row["id"])) for row in found)

    def _notices_in(self, delivery_id: int) -> tuple[Notice, ...]:
        found = self._db.query(
            "SELECT n.* FROM notices n JOIN delivered d ON d.notice_id = n.id "
            "WHERE d.delivery_id = ? ORDER BY n.id",
            [delivery_id],
        )
        return tuple(_notice_of(row) for row in found)

    def _incidents(self, where: str, parameters: Sequence[Any], limit: int) -> tuple[Incident, ...]:
        found = self._db.query(
            f"SELECT * FROM incidents WHERE {where} ORDER BY id DESC LIMIT ?", [*parameters, limit]
        )
        return tuple(_incident_of(row) for row in found)


def _incident_of(row: Any) -> Incident:
    message, *evidence = from_json([row["told"], *json.loads(row["evidence"])], row["sentences"])
    (closed_why,) = from_json([row["closed_why"]], row["closed_sentence"])
    return Incident(
        id=row["id"],
        finding=Finding(
            kind=Kind(row["kind"]),
            source_id=row["source_id"],
            severity=Severity(row["severity"]),
            message=message,
            evidence=tuple(evidence),
            commands=tuple(json.loads(row["commands"])),
            place=row["place"],
        ),
        opened_at=unstamp(row["opened_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        closed_at=unstamp_or_none(row["closed_at"]),
        closed_why=closed_why,
        reopened=row["reopened"],
        noticed_at=unstamp_or_none(row["noticed_at"]),
        acked_at=unstamp_or_none(row["acked_at"]),
        acked_by=row["acked_by"],
        ack_note=row["ack_note"],
    )


def _of_source(source_id: str | None) -> tuple[str, list[Any]]:
    """The condition for incidents of one source or all, and what fills it."""
    return ("source_id = ?", [source_id]) if source_id else ("1", [])


def _notice_of(row: Any) -> Notice:
    (message,) = from_json([row["told"]], row["sentence"])
    return Notice(
        row["id"],
        row["incident_id"],
        What(row["what"]),
        unstamp(row["at"]),
        Severity(row["severity"]),
        message,
    )


def _delivery_of(row: Any, notices: tuple[Notice, ...]) -> AlertDelivery:
    return AlertDelivery(
        id=row["id"],
        channel=row["channel"],
        key=row["key"],
        made_at=unstamp(row["made_at"]),
        tries=row["tries"],
        tried_at=unstamp_or_none(row["tried_at"]),
        sent_at=unstamp_or_none(row["sent_at"]),
        dropped_at=unstamp_or_none(row["dropped_at"]),
        reason=row["reason"],
        notices=notices,
        lacking=tuple(row["lacking"].split()),
    )


_MOST_BUGS = 100


class IncidentWrites:
    """The part of a transaction that keeps incidents, notices, deliveries and bugs."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._incidents = IncidentQueries(database)

    def open(self, finding: Finding, now: datetime) -> Incident:
        """Begin an incident and put up its notice. Raises an integrity error if it is open."""
        incident_id = insert(
            self._db,
            "incidents",
            {
                "kind": finding.kind.value,
                "source_id": finding.source_id,
                "place": finding.place,
                **_finding_row(finding),
                "opened_at": stamp(now),
                "last_seen_at": stamp(now),
            },
        )
        self._notice(incident_id, What.OPENED, now)
        return self._incident(incident_id)

    def see(self, incident_id: int, finding: Finding, now: datetime) -> None:
        """It is still there. What it says may have changed."""
        self._set(incident_id, {**_finding_row(finding), "last_seen_at": stamp(now)})

    def reopen(self, incident_id: int, finding: Finding, now: datetime) -> None:
        """A closed incident is back. Who had seen to it is asked again."""
        self._db.execute("UPDATE incidents SET reopened = reopened + 1 WHERE id = ?", [incident_id])
        self._set(
            incident_id,
            {
                **_finding_row(finding),
                "last_seen_at": stamp(now),
                "closed_at": None,
                "closed_why": "",
                "closed_sentence": None,
                "acked_at": None,
                "acked_by": "",
                "ack_note": "",
            },
        )
        self._notice(incident_id, What.REOPENED, now)

    def remind(self, incident_id: int, what: What, now: datetime) -> None:
        """Put up another notice of an open incident."""
        self._notice(incident_id, what, now)

    def close(self, incident_id: int, why: str, now: datetime) -> None:
        """It is over. That is put up to be told, too."""
        self._set(
            incident_id,
            {"closed_at": stamp(now), "closed_why": why, "closed_sentence": to_json([why])},
        )
        self._notice(incident_id, What.CLOSED, now)

    def acknowledge(self, incident_id: int, *, person: str, note: str, now: datetime) -> Incident:
        """A person has seen it and sees to it: no more reminders. The first one's word stays.

        Raises LookupError for an unknown number, ValueError without a name.
        """
        if not person.strip():
            raise ValueError("an acknowledgement needs the name of who made it")
        found = self._incidents.get(incident_id)
        if found is None:
            raise LookupError(f"there is no incident {incident_id}")
        if found.acked_at is None:
            self._set(
                incident_id,
                {"acked_at": stamp(now), "acked_by": person.strip(), "ack_note": note.strip()},
            )
        return self._incident(incident_id)

    def make_delivery(
        self, channel: str, key: str, notices: Sequence[Notice], now: datetime
    ) -> AlertDelivery:
        """Put a message on record before it is sent for the first time."""
        delivery_id = insert(
            self._db, "alert_deliveries", {"channel": channel, "key": key, "made_at": stamp(now)}
        )
        self._mark(channel, notices, delivery_id)
        return next(iter(self._incidents.find_deliveries("id = ?", [delivery_id])))

    def pass_over(self, channel: str, notices: Sequence[Notice]) -> None:
        """These are not told on that channel: too slight for it, or over before it heard."""
        self._mark(channel, notices, None)

    def try_delivery(self, delivery_id: int, now: datetime) -> None:
        """A message is about to be handed over. If we end meanwhile, that it was tried is known."""
        self._db.execute(
            "UPDATE alert_deliveries SET tries = tries + 1, tried_at = ?, "
            "reason = 'whether it arrived is not known' WHERE id = ?",
            [stamp(now), delivery_id],
        )

    def end_delivery(self, delivery_id: int, now: datetime) -> None:
        """A message was taken by whoever it was handed to."""
        self._db.execute(
            "UPDATE alert_deliveries SET sent_at = ?, reason = '' WHERE id = ?",
            [stamp(now), delivery_id],
        )

    def fail_delivery(
        self, delivery_id: int, reason: str, now: datetime | None, lacking: Sequence[str] = ()
    ) -> None:
        """A message was not taken, and why. With a moment it is given up. Where only these
        addresses have not got it, it is to be sent to them alone from now on."""
        self._db.execute(
            "UPDATE alert_deliveries SET reason = ?, dropped_at = ?, "
            "lacking = coalesce(nullif(?, ''), lacking) WHERE id = ?",
            [reason, stamp(now) if now else None, " ".join(lacking), delivery_id],
        )

    def _mark(self, channel: str, notices: Sequence[Notice], delivery_id: int | None) -> None:
        for notice in notices:
            self._db.execute(
                "INSERT INTO delivered VALUES (?, ?, ?)", [notice.id, channel, delivery_id]
            )

    def _notice(self, incident_id: int, what: What, now: datetime) -> None:
        found = self._incident(incident_id)
        severity = found.finding.severity
        if what is What.CLOSED and self._incidents.notices_of(incident_id):
            # Who was told of the trouble is told of its end, however harmless it had become.
            severity = max((n.severity for n in self._incidents.notices_of(incident_id)), key=_rank)
        message = found.closed_why if what is What.CLOSED else found.finding.message
        insert(
            self._db,
            "notices",
            {
                "incident_id": incident_id,
                "what": what.value,
                "at": stamp(now),
                "severity": severity.value,
                "told": message,
                "sentence": to_json([message]),
            },
        )
        self._set(incident_id, {"noticed_at": stamp(now)})

    def _incident(self, incident_id: int) -> Incident:
        found = self._incidents.get(incident_id)
        if found is None:
            raise LookupError(f"there is no incident {incident_id}")
        return found

    def _set(self, incident_id: int, values: dict[str, Any]) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(
            f"UPDATE incidents SET {names} WHERE id = ?", [*values.values(), incident_id]
        )

    def record_bug(
        self,
        source_id: str,
        thing: Thing,
        url: str,
        *,
        place: str,
        error: str,
        traceback: str,
        now: datetime,
    ) -> None:
        """Record that something of ours broke at a thing of a source, in the latest run of that
        source. The same bug at the same thing is one row, and of one place at most a hundred."""
        key = [source_id, thing.value, url, place]
        run = one(self._db, "SELECT max(id) AS id FROM runs WHERE source_id = ?", [source_id])
        again = self._db.execute(
            "UPDATE bugs SET run_id = ?, error = ?, traceback = ?, last_at = ?, times = times + 1 "
            "WHERE source_id = ? AND thing = ? AND url = ? AND place = ?",
            [run["id"], error, traceback, stamp(now), *key],
        )
        if again.rowcount:
            return
        known = one(
            self._db,
            "SELECT count(*) AS n FROM bugs WHERE source_id = ? AND place = ?",
            [source_id, place],
        )
        if known["n"] < _MOST_BUGS:
            self._db.execute(
                "INSERT INTO bugs (source_id, thing, url, place, run_id, error, traceback, "
                "first_at, last_at, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                [*key, run["id"], error, traceback, stamp(now), stamp(now)],
            )


def _rank(severity: Severity) -> int:
    return severity.rank


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "told": finding.message,
        "sentences": to_json([finding.message, *finding.evidence]),
        "evidence": json.dumps(list(finding.evidence), ensure_ascii=False),
        "commands": json.dumps(list(finding.commands), ensure_ascii=False),
    }

"""Writing incidents, what is to be told of them, what was sent, and what broke.

When to open, remind and close is decided by the scheduler; here each of these is one write, and
what people are to be told is put up in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..driver import Connection
from ..sources.records import Thing
from ..stamps import stamp
from ..statements import insert, one
from .queries import IncidentQueries
from .records import AlertDelivery, Finding, Incident, Notice, Severity, What

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
        """It is still there; what it says may have changed."""
        self._set(incident_id, {**_finding_row(finding), "last_seen_at": stamp(now)})

    def reopen(self, incident_id: int, finding: Finding, now: datetime) -> None:
        """A closed incident is back; who had seen to it is asked again."""
        self._db.execute("UPDATE incidents SET reopened = reopened + 1 WHERE id = ?", [incident_id])
        self._set(
            incident_id,
            {
                **_finding_row(finding),
                "last_seen_at": stamp(now),
                "closed_at": None,
                "closed_why": "",
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
        """It is over; that is put up to be told, too."""
        self._set(incident_id, {"closed_at": stamp(now), "closed_why": why})
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
        """A message is about to be handed over; if we end meanwhile, that it was tried is known."""
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
        """A message was not taken, and why; with a moment it is given up. Where only these
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
        told = found.closed_why if what is What.CLOSED else found.finding.told
        insert(
            self._db,
            "notices",
            {
                "incident_id": incident_id,
                "what": what.value,
                "at": stamp(now),
                "severity": severity.value,
                "told": told,
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
        source; the same bug at the same thing is one row, and of one place at most a hundred."""
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
        "told": finding.told,
        "evidence": json.dumps(list(finding.evidence), ensure_ascii=False),
        "commands": json.dumps(list(finding.commands), ensure_ascii=False),
    }

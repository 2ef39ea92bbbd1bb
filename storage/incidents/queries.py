"""Selecting incidents, what is to be told of them, and what was sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..driver import Connection
from ..stamps import stamp, unstamp, unstamp_or_none
from .records import AlertDelivery, Finding, Incident, Kind, Notice, Severity, What


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

    def latest(self, limit: int = 50, source_id: str | None = None) -> tuple[Incident, ...]:
        """Open and closed ones, the latest first; of one source or all."""
        where, parameters = ("source_id = ?", [source_id]) if source_id else ("1", [])
        return self._incidents(where, parameters, limit)

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
    return Incident(
        id=row["id"],
        finding=Finding(
            kind=Kind(row["kind"]),
            source_id=row["source_id"],
            severity=Severity(row["severity"]),
            told=row["told"],
            evidence=tuple(json.loads(row["evidence"])),
            commands=tuple(json.loads(row["commands"])),
            place=row["place"],
        ),
        opened_at=unstamp(row["opened_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        closed_at=unstamp_or_none(row["closed_at"]),
        closed_why=row["closed_why"],
        reopened=row["reopened"],
        noticed_at=unstamp_or_none(row["noticed_at"]),
        acked_at=unstamp_or_none(row["acked_at"]),
        acked_by=row["acked_by"],
        ack_note=row["ack_note"],
    )


def _notice_of(row: Any) -> Notice:
    return Notice(
        row["id"],
        row["incident_id"],
        What(row["what"]),
        unstamp(row["at"]),
        Severity(row["severity"]),
        row["told"],
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

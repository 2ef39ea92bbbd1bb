"""Which notices go into a message, and sending what waits: each attempt is on record before it.

A message that may have arrived is sent again only with its own key, and says so.
"""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.archive import Archive
from storage.incidents.records import AlertDelivery, Incident, Notice, Severity, What

from ..delivery.sent import DeliveryResult
from ..delivery.sent import DeliveryState as Word
from .config import Alerts, Channel
from .message import Message, message_of

_GIVEN_UP = timedelta(days=3)
_PAUSE, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
HandOver = Callable[[Channel, Message, datetime], DeliveryResult]


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What came of one channel: messages taken and notices in them, messages that still wait,
    notices that wait for the end of the quiet hours, and why the last message was not taken."""

    channel: str
    taken: int = 0
    notices: int = 0
    waiting: int = 0
    quiet: int = 0
    reason: str = ""


def where() -> str:
    """What this installation is called in messages."""
    return socket.gethostname() or "this machine"


def send(
    store: Archive, alerts: Alerts, zone: str, now: datetime, hand_over: HandOver
) -> tuple[ChannelReport, ...]:
    """Put what is to be told into messages and hand them over, on every channel. What a channel
    does not take is kept and tried again later. Raises StorageError."""
    hushed = alerts.quiet is not None and alerts.quiet.holds(now.astimezone(ZoneInfo(zone)))
    return tuple(_send(store, channel, hushed, now, hand_over) for channel in alerts.channels)


def _send(
    store: Archive, channel: Channel, hushed: bool, now: datetime, hand_over: HandOver
) -> ChannelReport:
    quiet = _put_up(store, channel, hushed, now)
    taken = notices = waiting = 0
    reason = ""
    for delivery in store.incidents.waiting_deliveries(channel.name):
        if delivery.tries and now < _again_at(delivery):
            waiting, reason = waiting + 1, delivery.reason
            continue
        failed = _deliver(store, channel, delivery, now, hand_over)
        if failed:
            waiting, reason = waiting + 1, failed
        else:
            taken, notices = taken + 1, notices + len(delivery.notices)
    return ChannelReport(channel.name, taken, notices, waiting, quiet, reason)


def _put_up(store: Archive, channel: Channel, hushed: bool, now: datetime) -> int:
    """Make a message of what is to be told now; returns how many notices wait."""
    untold = store.incidents.unsent(channel.name)
    if not untold:
        return 0
    incidents = {each: store.incidents.get(each) for each in {n.incident_id for n in untold}}
    tell, wait, never = _sorted(store, channel, untold, incidents, hushed)
    with store.writing() as tx:
        tx.incidents.pass_over(channel.name, never)
        if tell:
            tx.incidents.make_delivery(channel.name, uuid.uuid4().hex, tell, now)
    return len(wait)


def _sorted(
    store: Archive,
    channel: Channel,
    untold: Sequence[Notice],
    incidents: dict[int, Incident | None],
    hushed: bool,
) -> tuple[list[Notice], list[Notice], list[Notice]]:
    """To be told now, later, never. What was over before it could be told is never told."""
    tell: list[Notice] = []
    wait: list[Notice] = []
    never: list[Notice] = []
    for notice in untold:
        incident = incidents[notice.incident_id]
        heard = store.incidents.was_alerted(channel.name, notice.incident_id) or any(
            each.incident_id == notice.incident_id for each in tell
        )
        over = incident is None or incident.closed_at is not None
        late = notice.what is What.REMINDER and (over or _is_acked(incident))
        if notice.severity.rank < channel.severity.rank or (over and not heard) or late:
            never.append(notice)
        elif hushed and notice.severity is not Severity.CRITICAL:
            wait.append(notice)
        else:
            tell.append(notice)
    return tell, wait, never


def _is_acked(incident: Incident | None) -> bool:
    return incident is not None and incident.acked_at is not None


def _again_at(delivery: AlertDelivery) -> datetime:
    """When a message that was not taken is tried again: after a minute, two, four … six hours."""
    times: int = 2 ** min(delivery.tries - 1, 12)
    rest = min(_LONGEST, _PAUSE * times)
    return (delivery.tried_at or delivery.made_at) + rest


def _deliver(
    store: Archive, channel: Channel, delivery: AlertDelivery, now: datetime, hand_over: HandOver
) -> str:
    """Hand one message over; returns why it was not taken, or nothing."""
    known = {n.incident_id: store.incidents.get(n.incident_id) for n in delivery.notices}
    incidents = {number: found for number, found in known.items() if found is not None}
    message = message_of(delivery, incidents, where())
    with store.writing() as tx:
        tx.incidents.try_delivery(delivery.id, now)
    result = hand_over(channel, message, now)
    with store.writing() as tx:
        if result.sent is Word.DELIVERED:
            tx.incidents.end_delivery(delivery.id, now)
            return ""
        # Refused for good may be a password that somebody corrects: it is tried for as long.
        given_up = now if now - delivery.made_at >= _GIVEN_UP else None
        reason = f"{result.sent}: {result.reason}"[:300]
        tx.incidents.fail_delivery(delivery.id, reason, given_up, result.lacking)
    return reason

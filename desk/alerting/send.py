"""Alerts on their way: which notices go into a message, what it says, and handing it over.

Each attempt is on record before it is made. A message that may have arrived is sent again only with
its own key, and says so.
"""

from __future__ import annotations

import json
import socket
import subprocess
import uuid
from collections.abc import Callable, Generator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hubwatch.errors import ConfigError
from storage.archive import Archive
from storage.incidents import AlertDelivery, Finding, Incident, Kind, Notice, Severity, What
from storage.types import lasts

from .. import _, language_of_environment, reading_in, sentence, term
from ..config import Config
from ..delivery import DeliveryResult, DeliveryState, put
from ..delivery.mail import send_rest
from ..delivery.notifier import calm, fitted, notify
from ..delivery.targets import Apprise, Folder, Mail, Secret, Webhook
from ..delivery.webhook import Post, WebhookRoute, post
from ..text import one_line
from .config import Alerts, Channel

# A message: one subject, a text for people, a document for programs.

_SHOWN = 40
_SUBJECT = 160
_WORDS = {
    What.OPENED: "new",
    What.REOPENED: "back",
    What.WORSE: "worse",
    What.REMINDER: "still there",
    What.CLOSED: "over",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message, whatever the channel. `key` is the same however often it is sent, `tries` how
    often it was before. `lacking` are the addresses that have not got what others got."""

    key: str
    subject: str
    text: str
    document: dict[str, Any]
    tries: int = 0
    lacking: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The document as it is handed over."""
        return json.dumps(self.document, ensure_ascii=False).encode()


def message_of(delivery: AlertDelivery, incidents: dict[int, Incident], where: str) -> Message:
    """The message of a delivery. `where` names this installation."""
    reported = [(notice, incidents[notice.incident_id]) for notice in delivery.notices]
    reported.sort(key=lambda each: (-each[0].severity.rank, each[0].id))
    parts = [_paragraph(notice, incident) for notice, incident in reported[:_SHOWN]]
    if len(reported) > _SHOWN:
        parts.append(
            _("and %(reported)s more: hubwatch incidents --all", reported=len(reported) - _SHOWN)
        )
    if delivery.tries:
        parts.append(
            _(
                "Sent for the %(tries)s. time: whether it arrived before is not known. Its "
                "key is %(key)s.",
                tries=delivery.tries + 1,
                key=delivery.key,
            )
        )
    parts.append(
        _(
            "Hubwatch on %(where)s. `hubwatch incidents ack NUMBER --by NAME` ends reminders.",
            where=where,
        )
    )
    subject = one_line(
        _("Hubwatch %(where)s: %(subject)s", where=where, subject=_subject(reported)), _SUBJECT
    )
    text = "\n\n".join(parts) + "\n"
    document = {
        "key": delivery.key,
        "subject": subject,
        "text": text,
        "where": where,
        "notices": [_document(notice, incident) for notice, incident in reported],
    }
    return Message(delivery.key, subject, text, document, delivery.tries, delivery.lacking)


def test_message(key: str, channel: str, where: str) -> Message:
    """A message that says nothing but that the channel works."""
    subject = _("Hubwatch %(where)s: test of %(channel)s", where=where, channel=channel)
    text = _(
        "This is a test of the channel %(channel)s. Nothing is amiss because of it.\n",
        channel=channel,
    )
    return _without_notices(key, subject, text, where)


def message_of_text(key: str, text: str, where: str) -> Message:
    """A message that says just that. The subject has its first line."""
    first, *_rest = text.splitlines() or [""]
    subject = _("Hubwatch %(where)s: %(text)s", where=where, text=first[:_SUBJECT])
    return _without_notices(key, subject, f"{text}\n", where)


def _without_notices(key: str, subject: str, text: str, where: str) -> Message:
    document = {"key": key, "subject": subject, "text": text, "where": where, "notices": []}
    return Message(key, subject, text, document)


def _subject(reported: Sequence[tuple[Notice, Incident]]) -> str:
    if len(reported) == 1:
        notice, incident = reported[0]
        word, kind = term("alert", _WORDS[notice.what]), term("incident", incident.finding.kind)
        return f"{word}: {kind} {_of(incident.finding)}"
    counts = dict.fromkeys(_WORDS, 0)
    for notice, _incident in reported:
        counts[notice.what] += 1
    said = ", ".join(
        f"{count} {term('alert', _WORDS[what])}" for what, count in counts.items() if count
    )
    worst = reported[0][1].finding
    return _(
        "%(said)s; %(kind)s %(of)s and others",
        said=said,
        kind=term("incident", worst.kind),
        of=_of(worst),
    )


def _of(finding: Finding) -> str:
    """Whose it is: a source's, a job's, a file's, a delivery's, or this machine's as a whole."""
    if finding.source_id:
        return finding.source_id
    if finding.kind in (Kind.JOB_FAILING, Kind.JOB_LATE):
        return _("job %(place)s", place=finding.place)
    return finding.place or _("this machine")


def _lines(finding: Finding) -> list[str]:
    """The evidence without tracebacks: who needs one finds it with the incident."""
    return [line for line in finding.evidence if "\n" not in line]


def _paragraph(notice: Notice, incident: Incident) -> str:
    finding = incident.finding
    word, kind = term("alert", _WORDS[notice.what]).upper(), term("incident", finding.kind)
    head = f"{word} {term('severity', notice.severity)} {kind} {_of(finding)}"
    lines = [
        _(
            "%(head)s (incident %(id)s, %(at)s UTC)",
            head=head,
            id=incident.id,
            at=f"{notice.at:%Y-%m-%d %H:%M}",
        ),
        sentence(notice.message),
    ]
    if notice.what is What.CLOSED:
        lines.append(_("it was: %(message)s", message=sentence(finding.message)))
    else:
        lines += [f"- {sentence(line)}" for line in _lines(finding)]
        lines += [f"$ {line}" for line in finding.commands]
    return "\n".join(
        one_line(line) if i == 0 else f"  {one_line(line)}" for i, line in enumerate(lines)
    )


def _document(notice: Notice, incident: Incident) -> dict[str, Any]:
    finding = incident.finding
    return {
        "incident": incident.id,
        "what": notice.what.value,
        "at": notice.at.isoformat(),
        "severity": notice.severity.value,
        "kind": finding.kind.value,
        "source": finding.source_id or None,
        "told": one_line(notice.message),
        "evidence": [one_line(line) for line in _lines(finding)],
        "commands": list(finding.commands),
    }


# On several channels at the same time: one that hangs keeps nobody else waiting.

PATIENCE = timedelta(minutes=3)
"""After so long no further message goes to a channel in one round."""
T = TypeVar("T")
HandOver = Callable[[Channel, Message, datetime], DeliveryResult]
HandingOver = Generator[tuple[Channel, Message], DeliveryResult, T]
"""Yields one message after the other that is to be handed over, is given what came of it, and
returns what came of all."""


def side_by_side(
    rounds: Sequence[HandingOver[T]], hand_over: Callable[[Channel, Message], DeliveryResult]
) -> tuple[T, ...]:
    """Carry these out side by side, each a message at a time. All but handing over is done by the
    calling thread, so they may use its archive. Raises what any of it raises."""
    came: SimpleQueue[tuple[int, DeliveryResult | BaseException]] = SimpleQueue()
    returned: dict[int, T] = {}

    def hand(number: int, channel: Channel, message: Message) -> None:
        try:
            came.put((number, hand_over(channel, message)))
        except BaseException as error:  # raised where it is waited for
            came.put((number, error))

    def advance(number: int, step: Callable[[], tuple[Channel, Message]]) -> None:
        try:
            asked = step()
        except StopIteration as end:
            returned[number] = end.value
            return
        # Ends with the process, however long the other side takes.
        Thread(target=copy_context().run, args=(hand, number, *asked), daemon=True).start()

    for number, each in enumerate(rounds):
        advance(number, partial(next, each))
    while len(returned) < len(rounds):
        number, result = came.get()
        if isinstance(result, BaseException):
            raise result
        advance(number, partial(rounds[number].send, result))
    return tuple(returned[number] for number in range(len(rounds)))


# Sending: what waits is put into messages, and each is tried as often as it takes.

_GIVEN_UP = timedelta(days=3)
_PAUSE, _LONGEST = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What came of one channel: messages taken and notices in them, messages that still wait,
    notices that wait for the end of the quiet hours, why the last message was not taken, and how
    often the most tried of those that wait was tried."""

    channel: str
    taken: int = 0
    notices: int = 0
    waiting: int = 0
    quiet: int = 0
    reason: str = ""
    tries: int = 0


def where() -> str:
    """What this installation is called in messages."""
    return socket.gethostname() or _("this machine")


def send(
    store: Archive,
    alerts: Alerts,
    zone: str,
    now: datetime,
    hand_over: HandOver,
    patience: timedelta = PATIENCE,
) -> tuple[ChannelReport, ...]:
    """Put what is to be sent into messages and hand them over, on all channels at the same time.
    What a channel does not take is kept and tried again later. Once it took up our `patience`, what
    is left waits for the next round. Raises StorageError."""
    hushed = alerts.quiet is not None and alerts.quiet.contains(now.astimezone(ZoneInfo(zone)))
    until = monotonic() + patience.total_seconds()
    rounds = [_send(store, channel, hushed, now, until) for channel in alerts.channels]
    return side_by_side(rounds, lambda channel, message: hand_over(channel, message, now))


def _send(
    store: Archive, channel: Channel, hushed: bool, now: datetime, until: float
) -> HandingOver[ChannelReport]:
    quiet = _enqueue(store, channel, hushed, now)
    taken = notices = waiting = tries = 0
    reason = ""
    for delivery in store.incidents.waiting_deliveries(channel.name):
        late = monotonic() >= until
        if late or (delivery.tries and _rests(delivery, now)):
            waiting, tries = waiting + 1, max(tries, delivery.tries)
            reason = delivery.reason or reason or _("the channel is slow")
            continue
        failed = yield from _deliver(store, channel, delivery, now)
        if failed:
            waiting, reason, tries = waiting + 1, failed, max(tries, delivery.tries + 1)
        else:
            taken, notices = taken + 1, notices + len(delivery.notices)
    return ChannelReport(channel.name, taken, notices, waiting, quiet, reason, tries)


def _enqueue(store: Archive, channel: Channel, hushed: bool, now: datetime) -> int:
    """Make a message of what is to be sent now. Return how many notices wait."""
    unsent = store.incidents.unsent(channel.name)
    if not unsent:
        return 0
    incidents = {each: store.incidents.get(each) for each in {n.incident_id for n in unsent}}
    due, later, never = _sorted(store, channel, unsent, incidents, hushed)
    with store.writing() as tx:
        tx.incidents.pass_over(channel.name, never)
        if due:
            tx.incidents.make_delivery(channel.name, uuid.uuid4().hex, due, now)
    return len(later)


def _sorted(
    store: Archive,
    channel: Channel,
    unsent: Sequence[Notice],
    incidents: dict[int, Incident | None],
    hushed: bool,
) -> tuple[list[Notice], list[Notice], list[Notice]]:
    """To be sent now, later, never. What was over before it could be sent is never sent."""
    due: list[Notice] = []
    later: list[Notice] = []
    never: list[Notice] = []
    for notice in unsent:
        incident = incidents[notice.incident_id]
        was_sent = store.incidents.was_alerted(channel.name, notice.incident_id) or any(
            each.incident_id == notice.incident_id for each in due
        )
        over = incident is None or incident.closed_at is not None
        late = notice.what is What.REMINDER and (over or _is_acked(incident))
        if notice.severity.rank < channel.severity.rank or (over and not was_sent) or late:
            never.append(notice)
        elif hushed and notice.severity is not Severity.CRITICAL:
            later.append(notice)
        else:
            due.append(notice)
    return due, later, never


def _is_acked(incident: Incident | None) -> bool:
    return incident is not None and incident.acked_at is not None


def _rests(delivery: AlertDelivery, now: datetime) -> bool:
    """Whether a message that was not taken waits to be tried again: a minute, two, four … six
    hours."""
    times: int = 2 ** min(delivery.tries - 1, 12)
    rest = min(_LONGEST, _PAUSE * times)
    return lasts(delivery.tried_at or delivery.made_at, rest, now)


def _deliver(
    store: Archive, channel: Channel, delivery: AlertDelivery, now: datetime
) -> HandingOver[str]:
    """Hand one message over. Return why it was not taken, or nothing."""
    known = {n.incident_id: store.incidents.get(n.incident_id) for n in delivery.notices}
    incidents = {number: found for number, found in known.items() if found is not None}
    with reading_in(language_of_environment()):  # whoever is told, not whoever reads our output
        message = message_of(delivery, incidents, where())
    with store.writing() as tx:
        tx.incidents.try_delivery(delivery.id, now)
    result = yield channel, message
    with store.writing() as tx:
        if result.sent is DeliveryState.DELIVERED:
            tx.incidents.end_delivery(delivery.id, now)
            return ""
        # Refused for good may be a password that somebody corrects: it is tried for as long.
        given_up = now if now - delivery.made_at >= _GIVEN_UP else None
        reason = f"{result.sent}: {result.reason}"[:300]
        tx.incidents.fail_delivery(delivery.id, reason, given_up, result.lacking)
    return reason


# Handing it over: to a `[[delivery]]`, or to a command on its standard input.

_COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out that a configuration knows."""

    config: Config

    def hand_over(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        """Give a message to a channel. Never raises for what the other side does. A secret that
        cannot be had is a delay, because somebody will see to it."""
        try:
            if channel.command:
                return _run(channel.command, message)
            place = self.config.target(channel.to).place
            if isinstance(place, Mail):
                mail = mail_of(place.sender, place.recipients, message, now)
                return send_rest(place.ready_server(), mail, place.bare, message.lacking)
            if isinstance(place, Webhook):
                return self._post(place, message, now)
            if isinstance(place, Apprise):
                return self._notify(place, message, now)
            assert isinstance(place, Folder)
            return put(place.folder, {f"alert-{message.key}.json": message.body})
        except ConfigError as error:
            return DeliveryResult(DeliveryState.DELAYED, str(error))

    def _post(self, place: Webhook, message: Message, now: datetime) -> DeliveryResult:
        secret = place.secret.reveal() if place.secret else ""
        what = Post(place.ready_url(), message.body, "application/json", message.key, secret)
        return post(what, self._route(), now)

    def _notify(self, place: Apprise, message: Message, now: datetime) -> DeliveryResult:
        address, subject = place.address.reveal(), calm(message.subject)
        parts = calm(message.text).strip().split("\n\n")
        text = fitted(subject, parts, lambda n: _("%(left)s paragraphs are left out", left=n))
        return notify(address, subject, text, self._route(), now)

    def _route(self) -> WebhookRoute:
        return WebhookRoute(self.config.hosts, self.config.intranet, self.config.proxy)

    def ping(self, ending: str, now: datetime) -> DeliveryResult | None:
        """Signal to the dead-man's switch that we live: `ending` is empty, `/start` or `/fail`.
        None where there is no switch."""
        to = self.config.alerts.ping
        if to is None:
            return None
        try:
            url = to.reveal() if isinstance(to, Secret) else to
        except ConfigError as error:
            return DeliveryResult(DeliveryState.DELAYED, str(error))
        head, question, query = url.partition("?")
        address = f"{head.rstrip('/')}{ending}{question}{query}"
        return post(Post(address, b"", "text/plain", "ping"), self._route(), now)


def mail_of(
    sender: str, recipients: tuple[str, ...], message: Message, now: datetime
) -> EmailMessage:
    """The message as a mail. Its Message-ID is made of the key, so that it is known again."""
    mail = EmailMessage()
    mail["Subject"] = one_line(message.subject)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(message.text)
    return mail


def _run(command: tuple[str, ...], message: Message) -> DeliveryResult:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
            command, input=message.body, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return DeliveryResult(
            DeliveryState.DOUBT,
            f"{command[0]}: not done in {_COMMAND_SECONDS} s",
        )
    except OSError as error:
        return DeliveryResult(DeliveryState.DELAYED, f"{command[0]}: {error.strerror}")
    if done.returncode:
        return DeliveryResult(
            DeliveryState.DELAYED,
            f"{command[0]}: exit code {done.returncode}",
        )
    return DeliveryResult(DeliveryState.DELIVERED)

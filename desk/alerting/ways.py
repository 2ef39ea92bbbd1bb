"""Handing a message over: to a `[[delivery]]`, or to a command on its standard input."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from hubwatch.errors import ConfigError

from ..config import Config
from ..delivery.folder import put
from ..delivery.mail import send_rest
from ..delivery.secrets import Secret
from ..delivery.sent import DeliveryResult, DeliveryState
from ..delivery.targets import Folder, Mail, Webhook
from ..delivery.webhook import Post, WebhookRoute, post
from ..text import one_line
from .config import Channel
from .message import Message

_COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out that a configuration knows."""

    config: Config

    def hand_over(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        """Give a message to a channel. Never raises for what the other side does; a secret that
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
            assert isinstance(place, Folder)
            return put(place.folder, {f"alert-{message.key}.json": message.body})
        except ConfigError as error:
            return DeliveryResult(DeliveryState.DELAYED, str(error))

    def _post(self, place: Webhook, message: Message, now: datetime) -> DeliveryResult:
        secret = place.secret.reveal() if place.secret else ""
        what = Post(place.ready_url(), message.body, "application/json", message.key, secret)
        return post(what, self._route(), now)

    def _route(self) -> WebhookRoute:
        return WebhookRoute(self.config.hosts, self.config.intranet, self.config.proxy)

    def ping(self, ending: str, now: datetime) -> DeliveryResult | None:
        """Tell the dead-man's switch that we live: `ending` is empty, `/start` or `/fail`. None
        where there is no switch."""
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
    """The message as a mail; its Message-ID is made of the key, so that it is known again."""
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
            DeliveryState.DOUBT, f"{command[0]}: not done in {_COMMAND_SECONDS} s"
        )
    except OSError as error:
        return DeliveryResult(DeliveryState.DELAYED, f"{command[0]}: {error.strerror}")
    if done.returncode:
        return DeliveryResult(DeliveryState.DELAYED, f"{command[0]}: exit code {done.returncode}")
    return DeliveryResult(DeliveryState.DELIVERED)

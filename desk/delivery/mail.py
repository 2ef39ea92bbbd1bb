"""Sending a mail by SMTP (RFC 5321): one message, one conversation, judged by how far it came.

Writes no message of its own: `EmailMessage` comes from the caller, with a Message-ID that stays
the same however often it is tried.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import policy
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from enum import StrEnum

from . import DeliveryResult, DeliveryState, reason_of, within


class Security(StrEnum):
    """How the conversation is kept private: from the start, from the first words on, or not."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail. `user` empty: it takes it without a password."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 60.0


def send_mail(
    server: MailServer, message: EmailMessage, recipients: Sequence[str]
) -> DeliveryResult:
    """Try once. Never raises for what the network or the server does.

    Recipients whom the server refuses for the moment (4yz, RFC 5321, section 4.2.1) are the
    result's `lacking`: the others have it, and it is to be sent to those alone.
    """
    sender = parseaddr(str(message["From"]))[1]
    try:
        connection = _connected(server)
    except (OSError, smtplib.SMTPException) as error:
        return _unsent(error)
    with within(server.seconds, lambda: connection.sock) as overtime:
        try:
            return _hand_over(connection, server, sender, recipients, message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            late = DeliveryResult(DeliveryState.DELAYED, "no answer in time")
            return late if overtime.reached else _unsent(error)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()


def send_rest(
    server: MailServer, message: EmailMessage, people: Sequence[str], lacking: Sequence[str]
) -> DeliveryResult:
    """Try once to send to these people. Where only some of them lack it, to those alone."""
    if not lacking:
        return send_mail(server, message, people)
    rest = [each for each in people if each in lacking]
    if not rest:
        return DeliveryResult(DeliveryState.DELIVERED, "who lacked it is not named any more")
    result = send_mail(server, message, rest)
    return replace(result, reason=f"to {', '.join(rest)}: {result.reason}")


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=server.seconds)


def _hand_over(
    connection: smtplib.SMTP,
    server: MailServer,
    sender: str,
    recipients: Sequence[str],
    message: EmailMessage,
) -> DeliveryResult:
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if server.user:
        connection.login(server.user, server.password)
    _expect(connection.mail(sender), smtplib.SMTPSenderRefused, sender)
    answers = {each: connection.rcpt(each) for each in recipients}
    refused = [each for each, (code, _) in answers.items() if code not in (250, 251)]
    if len(refused) == len(answers):
        return _answered(*min(answers.values(), key=lambda answer: answer[0]))
    try:
        code, said = connection.data(message.as_bytes(policy=policy.SMTP))
    except smtplib.SMTPDataError as error:
        return _answered(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return DeliveryResult(
            DeliveryState.DOUBT, f"it was sent and not answered: {reason_of(error)}"
        )
    if code != 250:
        return _answered(code, said)
    return _partly_taken({each: answers[each] for each in refused}, _text(said))


def _partly_taken(refused: Mapping[str, tuple[int, bytes]], said: str) -> DeliveryResult:
    """The server took the mail, but not for these recipients."""
    never = [each for each, (code, _) in refused.items() if code >= 500]
    note = f"not for {', '.join(never)}" if never else ""
    later = tuple(each for each in refused if each not in never)
    if not later:
        return DeliveryResult(DeliveryState.DELIVERED, note or said)
    why = _answered(*refused[later[0]]).reason
    note = f"not yet for {', '.join(later)}: {why}" + (f"; {note}" if note else "")
    return DeliveryResult(DeliveryState.PARTLY, note, lacking=later)


def _expect(answer: tuple[int, bytes], error: type[smtplib.SMTPSenderRefused], sender: str) -> None:
    code, said = answer
    if code != 250:
        raise error(code, said, sender)


def _unsent(error: Exception) -> DeliveryResult:
    """The mail was certainly not taken: the conversation broke off before its text."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError | ValueError):
        return DeliveryResult(DeliveryState.REFUSED, reason_of(error))
    return DeliveryResult(DeliveryState.DELAYED, reason_of(error))


def _answered(code: int, said: bytes | str) -> DeliveryResult:
    sent = DeliveryState.REFUSED if 500 <= code < 600 else DeliveryState.DELAYED
    return DeliveryResult(sent, f"SMTP {code}: {_text(said)}")


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def parse_address(text: str) -> str:
    """A mail address, alone or with a name: `Hub desk <desk@example.org>`. Raises ValueError for
    what could not be sent in one header line, and for addresses beyond ASCII (RFC 6531)."""
    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    fine = local and at and domain and address.isascii() and address.isprintable()
    if not fine or " " in address or not text.isprintable():
        raise ValueError(f"{text!r} is no mail address; write desk@example.org")
    return formataddr((name, address))

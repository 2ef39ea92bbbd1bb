"""A digest as a mail: plain text and HTML side by side, for people and for their mail programs.

As a file (EML) it opens as a draft to be edited and sent (X-Unsent). The HTML keeps to what Outlook
draws: tables, styles on the elements, no pictures.
"""

from __future__ import annotations

import hashlib
from email import policy
from email.message import EmailMessage

from ...text import one_line
from .. import wording
from ..model import Digest, DigestStyle
from .as_text import render_text
from .templates import fill

_SUBJECT = 200
_MAIL = policy.SMTP.clone(refold_source="none")


def render_mail(digest: Digest, style: DigestStyle) -> bytes:
    """The mail as a draft, without sender and recipients. Raises ConfigError for a template that
    cannot be used."""
    message = message_of(digest, style)
    message["X-Unsent"] = "1"
    return as_bytes(message)


def message_of(digest: Digest, style: DigestStyle) -> EmailMessage:
    """The mail with its subject and its two bodies, to be addressed."""
    return compose(subject(digest), render_text(digest, style), fill("mail.html.j2", digest, style))


def compose(title: str, text: str, page: str) -> EmailMessage:
    """A mail that says the same as plain text and as HTML (RFC 2046, multipart/alternative)."""
    message = EmailMessage(policy=_MAIL)
    message["Subject"] = one_line(title, _SUBJECT)
    message["MIME-Version"] = "1.0"
    message.set_content(text, cte="base64")
    message.add_alternative(page, subtype="html", cte="base64")
    seal(message)
    return message


def seal(message: EmailMessage) -> None:
    """Give every part that holds others a boundary that depends on the contents alone."""
    hashed = hashlib.sha256()
    for part in message.walk():
        if not part.is_multipart():
            hashed.update(str(part.get_payload()).encode())
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"=_hubwatch_{number}_{hashed.hexdigest()[:24]}")


def as_bytes(message: EmailMessage) -> bytes:
    """The message as a file or as it is sent, lines ended by CR LF (RFC 5322)."""
    return message.as_bytes(policy=_MAIL)


def subject(digest: Digest) -> str:
    """`Hub-city updates, 2026-03-09 (digest 12)`."""
    period = digest.edition.period
    status = wording.status(digest, wording.words_of(digest))
    number = f" ({status[0].lower()}{status[1:]})" if status else ""
    return f"{one_line(digest.edition.title)}, {period.local(period.until)[:10]}{number}"

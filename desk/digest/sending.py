"""Handing an issue on to a target: every attempt is written down before it is made.

Where it is in doubt whether an attempt arrived (the sender was killed, nobody answered), it is made
again: folders and webhooks under the same key, by which the other side knows it. A mail with the
same Message-ID, and saying that it is sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import NAMESPACE_URL, uuid5

from hubwatch.errors import ConfigError, HubwatchError
from hubwatch.locks import Lock
from storage.archive import Archive
from storage.digests import DELIVERED, FAILED, OWED, DigestDelivery, DigestHead, DigestState
from storage.types import lasts

from .. import N_, _
from ..delivery import DeliveryResult, DeliveryState, put
from ..delivery.mail import send_rest
from ..delivery.notifier import calm, fitted, notify
from ..delivery.targets import Apprise, DeliveryTarget, Folder, Mail, Webhook
from ..delivery.webhook import Post, WebhookRoute, post
from ..messages import translator
from . import wording
from .drafts import opened, required
from .formats import plugins
from .formats.as_mail import compose, seal
from .issues import issued_bytes, last_correction
from .model import PLAIN, Format

_WAIT = timedelta(minutes=3)  # for another sender to the same target
_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440))
_DEFAULTS = {"folder": ("html", "docx"), "mail": (), "webhook": ("json",), "apprise": ("txt",)}
_RECENT = timedelta(days=7)
_AGAIN = N_("This is sent again: it is not known whether it arrived the first time.")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a delivery just now. `result` None: it had been delivered before, or could
    not be tried, `wrong` being why."""

    delivery: DigestDelivery
    result: DeliveryResult | None
    is_again: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: an archive, how the network may be used, when. `on_wait` is told who else is
    sending to the same target, where that takes a while."""

    store: Archive
    route: WebhookRoute
    now: datetime
    on_wait: Callable[[str], None] | None = None

    def send(self, number: int, target: DeliveryTarget) -> DeliveryReport:
        """Hand an issue to a target now, even one that was given up. Raises HubwatchError for what
        was not issued or is corrected, ConfigError for a secret or format that cannot be used,
        Busy."""
        head = _issued(self.store, number)
        formats = formats_of(target)
        lock = Lock(self.store.path, f"delivery-{target.name}")
        with lock.acquire(_WAIT, "sending a digest", self.on_wait):
            before = self.store.deliveries.select(number, target.name)
            if before and before[0].state == DELIVERED:
                return DeliveryReport(before[0], None)
            check_in_force(self.store, head, target.name)
            delivery = self._enqueue(head, target)
            return self._attempt(head, target, delivery, formats)

    def send_pending(self, target: DeliveryTarget) -> tuple[DeliveryReport, ...]:
        """Hand a target what it is owed and is due: issues of the last week that it never got, and
        what failed and has rested. Not what was corrected meanwhile: the correction takes its
        place. What cannot be tried stays owed and keeps nothing else back."""
        for number in self.store.deliveries.undelivered(target.name, None, self.now - _RECENT):
            self._enqueue(_issued(self.store, number), target)
        due = [
            each.digest for each in self.store.deliveries.pending(target.name) if self._is_due(each)
        ]
        return tuple(self._try(number, target) for number in due)

    def _try(self, number: int, target: DeliveryTarget) -> DeliveryReport:
        try:
            return self.send(number, target)
        except HubwatchError as error:
            return DeliveryReport(
                self.store.deliveries.select(number, target.name)[0], None, wrong=str(error)
            )

    def postponed(self, target: DeliveryTarget) -> tuple[DigestDelivery, ...]:
        """What a target is owed and is not due yet: it failed, and is tried again later."""
        found = self.store.deliveries.pending(target.name)
        return tuple(each for each in found if not self._is_due(each))

    def _is_due(self, delivery: DigestDelivery) -> bool:
        written = delivery.attempts[-1].began_at if delivery.attempts else delivery.made_at
        next_at = delivery.next_at
        return next_at is None or not lasts(written, next_at - written, self.now)

    def _enqueue(self, head: DigestHead, target: DeliveryTarget) -> DigestDelivery:
        with self.store.writing() as tx:
            return tx.deliveries.enqueue(
                head.number, target.name, target.kind, _key(head, target), self.now
            )

    def _attempt(
        self,
        head: DigestHead,
        target: DeliveryTarget,
        delivery: DigestDelivery,
        formats: Sequence[str],
    ) -> DeliveryReport:
        doubtful = [each for each in delivery.attempts if each.sent in ("", DeliveryState.DOUBT)]
        ready = _Ready(self, head, target, delivery, tuple(formats), bool(doubtful))
        act = ready.prepared()
        with self.store.writing() as tx:
            for each in delivery.attempts:
                if each.ended_at is None:  # who made it is dead: we hold the lock
                    tx.deliveries.end_attempt(
                        each.id,
                        sent=DeliveryState.DOUBT,
                        reason="the sender was interrupted",
                        state=OWED,
                        next_at=self.now,
                        now=self.now,
                    )
            attempt = tx.deliveries.begin_attempt(delivery.id, self.now)
        result = act()
        state, next_at = _after(result, len(delivery.attempts) + 1, self.now)
        with self.store.writing() as tx:
            tx.deliveries.end_attempt(
                attempt,
                sent=result.sent,
                reason=result.reason,
                state=state,
                next_at=next_at,
                now=self.now,
                lacking=result.lacking,
            )
        kept = self.store.deliveries.select(head.number, target.name)[0]
        return DeliveryReport(kept, result, bool(doubtful))


def formats_of(target: DeliveryTarget) -> tuple[str, ...]:
    """What a target gets: what it is configured for, else what suits its kind. Raises ConfigError
    for a word that is no format."""
    wrong = wrong_formats(target)
    if wrong:
        told = _("delivery %(name)s: formats: %(wrong)s", name=target.name, wrong=wrong)
        raise ConfigError(told)
    return target.formats or _DEFAULTS[target.kind]


def wrong_formats(target: DeliveryTarget) -> str:
    """What is wrong with the formats that a target is configured for. Empty if nothing is."""
    words = target.formats or _DEFAULTS[target.kind]
    known = tuple(map(str, Format))
    if not set(words) <= set(known):
        known += plugins.words()
    wrong = [word for word in words if word not in known]
    if wrong:
        return _("%(text)r is none of %(formats)s", text=wrong[0], formats=", ".join(known))
    if target.kind == "apprise" and words != ("txt",):
        return _("Apprise gets `txt` alone")
    if target.kind == "webhook" and len(words) != 1:
        return _("a webhook gets one format")
    return ""


def lacking(delivery: DigestDelivery) -> tuple[str, ...]:
    """The people who have not got a mail that others got. Empty where nobody has it, or all."""
    missing = [each.lacking for each in delivery.attempts if each.lacking]
    return missing[-1] if missing else ()


def mail_of(
    store: Archive, head: DigestHead, target: DeliveryTarget, now: datetime
) -> EmailMessage:
    """The mail with an issue for a target, as it would be sent the first time."""
    assert isinstance(target.place, Mail)
    return _mail(store, head, target, target.place, formats_of(target), False, now)


def _issued(store: Archive, number: int) -> DigestHead:
    head = required(store, number)
    if head.state is not DigestState.ISSUED:
        raise HubwatchError(
            _(
                "digest %(number)s is %(state)s; `hubwatch digest issue %(number)s --by "
                "NAME` comes first",
                number=number,
                state=head.state,
            )
        )
    return head


def check_in_force(store: Archive, head: DigestHead, target: str) -> None:
    """Raises HubwatchError for an issue that was corrected: nobody gets it any more who has not got
    it."""
    last = last_correction(store, head.number)
    if last != head.number:
        raise HubwatchError(
            _(
                "digest %(number)s was corrected by digest %(last)s, which goes out in its place: "
                "`hubwatch digest send %(last)s --to %(target)s`",
                number=head.number,
                last=last,
                target=target,
            )
        )


def _key(head: DigestHead, target: DeliveryTarget) -> str:
    """The same for every attempt, another for every digest, target and archive."""
    assert head.issued_at is not None
    name = f"{head.number} {head.made_at.isoformat()} {head.issued_at.isoformat()} {target.name}"
    return f"digest-{head.number}-{uuid5(NAMESPACE_URL, name)}"


def _after(result: DeliveryResult, attempts: int, now: datetime) -> tuple[str, datetime | None]:
    """What state a delivery is in after an attempt, and when the next one is due."""
    if result.sent is DeliveryState.DELIVERED:
        return DELIVERED, None
    if result.sent is DeliveryState.REFUSED or attempts > len(_PAUSES):
        return FAILED, None
    pause = _PAUSES[attempts - 1]
    return OWED, now + max(pause, result.wait or pause)


@dataclass(frozen=True, slots=True)
class _Ready:
    """One attempt, made ready before it is written down: a secret that is missing is no attempt."""

    sender: Sender
    head: DigestHead
    target: DeliveryTarget
    delivery: DigestDelivery
    formats: tuple[str, ...]
    is_again: bool

    def prepared(self) -> Callable[[], DeliveryResult]:
        """What makes the attempt."""
        match self.target.place:
            case Folder(folder):
                number, forms = self.head.number, self.formats
                files = {plugins.name_of(number, form): self._bytes(form) for form in forms}
                notices = self._notices(tuple(files))
                return lambda: put(folder, files | notices)
            case Mail() as place:
                store, now = self.sender.store, self.sender.now
                message = _mail(
                    store, self.head, self.target, place, self.formats, self.is_again, now
                )
                message["Message-ID"] = f"<{self.delivery.key}@{_domain(place)}>"
                # Mail programs show them together.
                earlier = [f"<{each.key}@{_domain(place)}>" for each in self._corrected()]
                if earlier:
                    message["In-Reply-To"] = earlier[-1]
                    message["References"] = " ".join(earlier)
                server, people = place.ready_server(), place.bare
                return lambda: send_rest(server, message, people, lacking(self.delivery))
            case Webhook() as place:
                what = self._post(place)
                return lambda: post(what, self.sender.route, self.sender.now)
            case Apprise(address):
                title, text, secret = calm(self.head.title), self._beginning(), address.reveal()
                return lambda: notify(secret, title, text, self.sender.route, self.sender.now)

    def _corrected(self) -> list[DigestDelivery]:
        """How the target got what this corrects, oldest first."""
        store, head, found = self.sender.store, self.head, list[DigestDelivery]()
        while head.corrects is not None:
            head = required(store, head.corrects)
            handed = store.deliveries.select(head.number, self.target.name)
            found += [each for each in handed if each.attempts]
        return found[::-1]

    def _notices(self, names: Sequence[str]) -> dict[str, bytes]:
        """A file beside each issue in the folder that this corrects: by its name it stands there,
        and says what holds in its place."""
        digest, number = opened(self.sender.store, self.head.number), self.head.number
        said = [wording.correction(digest, wording.words_of(digest)), *names]
        how = "withdrawn" if self.head.withdraws else "corrected"
        return {
            f"digest-{each.digest}-{how}-by-{number}.txt": "\n".join([*said, ""]).encode()
            for each in self._corrected()
        }

    def _post(self, place: Webhook) -> Post:
        (form,) = self.formats
        return Post(
            url=place.ready_url(),
            body=self._bytes(form),
            media_type=plugins.media_type_of(form),
            key=self.delivery.key,
            secret=place.secret.reveal() if place.secret else "",
            headers=(("X-Hubwatch-Digest", str(self.head.number)),),
        )

    def _beginning(self) -> str:
        """As much of the issue as a chat takes."""
        text = calm(self._bytes(Format.TXT).decode())
        number = self.head.number
        again = [translator(opened(self.sender.store, number).edition.language)(_AGAIN)]
        parts = [*(again if self.is_again else []), *text.strip().split("\n\n")]
        return fitted(calm(self.head.title), parts, self._left_out)

    def _left_out(self, left: int) -> str:
        return _(
            "%(left)s paragraphs of digest %(number)s are left out",
            left=left,
            number=self.head.number,
        )

    def _bytes(self, form: str) -> bytes:
        return issued_bytes(self.sender.store, self.head.number, form, PLAIN)


def _domain(place: Mail) -> str:
    return parseaddr(place.sender)[1].rpartition("@")[2]


def _mail(
    store: Archive,
    head: DigestHead,
    target: DeliveryTarget,
    place: Mail,
    formats: Sequence[str],
    is_again: bool,
    now: datetime,
) -> EmailMessage:
    """The frozen mail of the issue, addressed, with attachments where formats are asked for."""
    frozen = message_from_bytes(
        issued_bytes(store, head.number, Format.EML, PLAIN), policy=policy.default
    )
    assert isinstance(frozen, EmailMessage)
    text, page = (_content(frozen, kind) for kind in ("plain", "html"))
    if is_again:
        words = translator(opened(store, head.number).edition.language)
        text = f"{words(_AGAIN)}\n\n{text}"
        page = re.sub(r"(<body[^>]*>)", rf"\1\n<p>{words(_AGAIN)}</p>", page, count=1)
    message = compose(str(frozen["Subject"]), text, page)
    message["From"] = place.sender
    message["To"] = ", ".join(place.recipients)
    message["Date"] = format_datetime(now)
    message["X-Hubwatch-Digest"] = str(head.number)
    for form in formats:
        main, _, sub = plugins.media_type_of(form).partition(";")[0].partition("/")
        data = issued_bytes(store, head.number, form, PLAIN)
        name = plugins.name_of(head.number, form)
        if main == "message":
            main, sub = "application", "octet-stream"
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    seal(message)
    return message


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())

"""Where things are handed to: the `[[delivery]]` tables of the configuration, checked."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from pathlib import Path

from hubwatch.errors import ConfigError
from hubwatch.toml import Table
from scraper.sources.values import parse_url

from .mail import MailServer, Security, parse_address

# Secrets: named in the configuration, kept outside it, never printed.

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is to be had. It is looked up when it is used, and is no part of `repr`."""

    place: str
    home: Path = field(default=Path(), repr=False)

    def reveal(self, environ: Mapping[str, str] = os.environ) -> str:
        """The secret itself. Raises ConfigError where there is none or others may read it."""
        kind, _, name = self.place.partition(":")
        found = environ.get(name, "") if kind == "env" else _content(self.home / name)
        if not found:
            raise ConfigError(f"{self.place}: is empty or not set")
        return found


def parse_secret(text: str, home: Path) -> Secret:
    """`env:NAME` or `file:PATH`, the path relative to `home`. Raises ValueError for anything else,
    above all for the secret itself, which it does not repeat."""
    kind, colon, name = text.partition(":")
    if kind not in ("env", "file") or not colon or not name.strip():
        raise ValueError('a secret does not belong here; write "env:NAME" or "file:PATH"')
    return Secret(text, home)


def _content(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS:
            raise ConfigError(f"{path}: others may read this secret; `chmod 600 {path}` helps")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this secret cannot be read") from None


_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that others look into."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Mail:
    """People who get a mail. `password` None: the server asks for none."""

    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    password: Secret | None = None

    @property
    def bare(self) -> tuple[str, ...]:
        """The recipients' addresses without their names."""
        return tuple(parseaddr(each)[1] for each in self.recipients)

    def ready_server(self) -> MailServer:
        """The server with its password. Raises ConfigError where that cannot be had."""
        if self.password is None:
            return self.server
        return replace(self.server, password=self.password.reveal())


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is posted to. It may itself be a secret, as with chat services."""

    url: str | Secret
    secret: Secret | None = None

    def ready_url(self) -> str:
        """The address. Raises ConfigError where it cannot be had, without printing it."""
        if isinstance(self.url, str):
            return self.url
        try:
            return parse_url(self.url.reveal())
        except ValueError:
            raise ConfigError(f"{self.url.place}: holds no http(s) address") from None


@dataclass(frozen=True, slots=True)
class Apprise:
    """An address of Apprise, which leads to a chat or a telephone. All of it is a secret."""

    address: Secret


Place = Folder | Mail | Webhook | Apprise


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """A named place things are handed to. `formats` are words the sender knows."""

    name: str
    place: Place
    formats: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`folder`, `mail`, `webhook` or `apprise`."""
        return type(self.place).__name__.lower()


def read_targets(tables: Iterable[Table], home: Path) -> tuple[DeliveryTarget, ...]:
    """The targets, paths relative to `home`. Raises ConfigError with file and key."""
    found: dict[str, DeliveryTarget] = {}
    for table in tables:
        target = _target(table, home)
        if target.name in found:
            raise table.error("name", f"there are two deliveries named {target.name!r}")
        found[target.name] = target
    return tuple(found.values())


def _target(table: Table, home: Path) -> DeliveryTarget:
    kind = table.text("kind")
    if kind not in _READERS:
        raise table.error("kind", f"{kind!r} is none of {', '.join(_READERS)}")
    table.only()
    return DeliveryTarget(
        name=table.parsed("name", _name),
        place=_READERS[kind](table, home),
        formats=table.texts("formats"),
    )


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", text):
        raise ValueError(f"{text!r} is no name; write letters, digits, - and _")
    return text


def _folder(table: Table, home: Path) -> Folder:
    return Folder(home / Path(table.text("folder")).expanduser())


def _mail(table: Table, home: Path) -> Mail:
    security = table.parsed("security", Security)
    host, port = table.parsed("server", _server)
    if not table.texts("to"):
        raise table.error("to", "names nobody")
    user = table.text("user", "")
    if not user and "password" in table.data:
        raise table.error("password", "is whose? name the `user`, or leave it out")
    return Mail(
        server=MailServer(host, port or _PORTS[security], security, user),
        sender=table.parsed("from", parse_address),
        recipients=table.all_parsed("to", parse_address),
        password=table.parsed("password", lambda text: parse_secret(text, home)) if user else None,
    )


def _server(text: str) -> tuple[str, int | None]:
    host, _, port = text.partition(":")
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else None
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host) or not (
        0 < number < 65536 if number is not None else not port
    ):
        raise ValueError(f"{text!r} is no server; write mail.example.org:587")
    return host, number


def _webhook(table: Table, home: Path) -> Webhook:
    text = table.text("url")
    hidden = text.startswith(("env:", "file:"))
    secret = table.parsed("secret", lambda text: parse_secret(text, home), _NO_SECRET)
    return Webhook(
        url=parse_secret(text, home) if hidden else table.parsed("url", _address),
        secret=None if secret is _NO_SECRET else secret,
    )


def _address(text: str) -> str:
    """Raises ValueError without repeating it: with chat services all of it is a secret."""
    try:
        return parse_url(text)
    except ValueError:
        raise ValueError(
            "is no address that can be posted to; write it whole, with https:// and without a "
            'password, or "env:NAME"'
        ) from None


def _apprise(table: Table, home: Path) -> Apprise:
    return Apprise(table.parsed("address", lambda text: parse_secret(text, home)))


_NO_SECRET = Secret("")
_READERS: dict[str, Callable[[Table, Path], Place]] = {
    "folder": _folder,
    "mail": _mail,
    "webhook": _webhook,
    "apprise": _apprise,
}

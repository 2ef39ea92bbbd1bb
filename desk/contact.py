"""Whom a portal's operator can turn to: checked, since it is sent with every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import ConfigError

if TYPE_CHECKING:
    from .config import Config


def parse_contact(text: str) -> str:
    """Something a portal's operator can write or go to; it is sent in a header line.

    Raises ValueError for anything else.
    """
    if not text.startswith(("mailto:", "http://", "https://")) and "@" not in text:
        raise ValueError(f"{text!r} is neither a mail address nor a URL")
    if not text.isprintable() or any(character in text for character in "()<> "):
        raise ValueError(f"{text!r} cannot be sent in a User-Agent")
    return text


def require_contact(config: Config) -> str:
    """The contact for a live crawl. Raises ConfigError that says where to put it."""
    if config.contact:
        return config.contact
    if config.path is None:
        raise ConfigError(
            "there is no configuration, and a live crawl needs a contact; "
            "`hubwatch init --contact mailto:you@example.org` makes one"
        )
    raise ConfigError(
        f"{config.path}: contact: is missing; a live crawl needs one, "
        'such as "mailto:you@example.org"'
    )

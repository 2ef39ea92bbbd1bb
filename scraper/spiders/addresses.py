"""Judging addresses that may be no addresses at all, as pages and servers give them."""

from __future__ import annotations

from urllib.parse import urlsplit

from storage.urls import key_of, route_of_fragment, url_key

from ..sources.links import is_article
from ..sources.model import Source


def is_address(url: str) -> bool:
    """Whether the archive can keep this address. A page may list anything."""
    try:
        url_key(url)
    except ValueError:
        return False
    return True


def moved(asked: str, final: str) -> bool:
    """Whether an answer came from another address than was asked for."""
    return key_of(asked) != key_of(final)


def is_own_article(url: str, source: Source) -> bool:
    """Whether an answer from there can be an article of the source: neither its home page nor one
    of its lists."""
    parts = urlsplit(url)
    is_front = parts.path in ("", "/") and not route_of_fragment(parts.fragment)
    at_home = is_front or not moved(url, source.home)
    is_entry = any(not moved(url, entry.url) for entry in source.entries)
    return not at_home and not is_entry and is_article(url, source.links)

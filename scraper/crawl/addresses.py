"""Comparing addresses that may be no addresses at all, as pages and servers give them."""

from __future__ import annotations

from storage.urls import url_key


def key_of(url: str) -> str:
    """The URL key; what has none stands for itself."""
    try:
        return url_key(url)
    except ValueError:
        return url


def is_address(url: str) -> bool:
    """Whether the archive can keep this address; a page may list anything."""
    try:
        url_key(url)
    except ValueError:
        return False
    return True


def moved(asked: str, final: str) -> bool:
    """Whether an answer came from another address than was asked for."""
    return key_of(asked) != key_of(final)

"""How much room a text takes where characters are of one width."""

from __future__ import annotations

from unicodedata import east_asian_width


def width(text: str) -> int:
    """How many columns: Han take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

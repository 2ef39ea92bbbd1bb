"""Lists of words and long patterns, as the modules of this package write them."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in their order."""
    return tuple(text.split())


def either(text: str) -> str:
    """A pattern for one of the words of a text. They may be patterns themselves."""
    return f"(?:{'|'.join(text.split())})"


def phrases(text: str) -> str:
    """A pattern for one of the phrases of a text, which `|` and line ends stand between."""
    found = (one.strip() for line in text.splitlines() for one in line.split("|"))
    return f"(?:{'|'.join(filter(None, found))})"

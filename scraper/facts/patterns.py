"""Lists of words and long patterns, as the modules of this package write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


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


def by_first(found: Iterable[str]) -> str:
    """A pattern for one of many words, those that begin with one character behind one look at it.
    They may be patterns from their second character on, and are tried in their order."""
    groups: dict[str, list[str]] = {}
    for one in found:
        first = one.removeprefix("(?i:")[:2] if one.removeprefix("(?i:")[0] == "\\" else ""
        groups.setdefault(first or one.removeprefix("(?i:")[0].lower(), []).append(one)
    several = (_behind(first, one) for first, one in groups.items())
    return f"(?={_first(''.join(groups))})(?:{'|'.join(several)})"


def _behind(first: str, found: Sequence[str]) -> str:
    """Words that begin alike. Those that begin with the very same character are passed over at once
    where it is not there."""
    if first.lower() == first.upper() and all(one.startswith(first) for one in found):
        return f"{first}(?:{'|'.join(one[len(first) :] for one in found)})"
    return f"(?={_first(first)})(?:{'|'.join(found)})"


def _first(characters: str) -> str:
    both = dict.fromkeys(characters + characters.upper())
    return "[" + "".join(both) + "]"

"""English texts that know which message they were made of, so that they can be said in another
language.

A room below the desk words what it found with `filled("%(n)s rows are refused", n=3)`. The text is
English for whoever takes it as one. The desk makes the same of the catalogue's message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .patterns import lazy_pattern


class Term(str):
    """A word of a closed set, such as an outcome, and the vocabulary of the desk that has it."""

    group: str

    def __new__(cls, group: str, word: str) -> Term:
        """The word as it is, with its group."""
        made = super().__new__(cls, word)
        made.group = group
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return self.group, str(self)


class FilledMessage(str):
    """A message whose gaps, as `%(rows)s`, are filled. A filling may be another such text."""

    message: str
    filling: Mapping[str, str | int]

    def __new__(cls, message: str, filling: Mapping[str, str | int]) -> FilledMessage:
        """Fill the gaps. A percent sign is written `%%`."""
        made = super().__new__(cls, message % filling)
        made.message, made.filling = message, dict(filling)
        return made

    def __getnewargs__(self) -> tuple[str, dict[str, str | int]]:  # type: ignore[override]
        return self.message, dict(self.filling)


def filled(message: str, /, **filling: str | int) -> FilledMessage:
    """Return the message with its gaps filled. It counts as a message of the catalogue where it is
    written."""
    return FilledMessage(message, filling)


# How texts are kept: the messages they were made of, beside the English.

_MOST_CHARACTERS, _DEEPEST = 200_000, 40
_MESSAGE = lazy_pattern(r"(?:[^%]|%%|%\([a-z_]{1,40}\)s)*")
_GAP = lazy_pattern(r"%\(([a-z_]+)\)s")


def to_json(texts: Sequence[str]) -> str | None:
    """What these texts were made of. None where none of them has a message."""
    if not any(isinstance(text, FilledMessage) for text in texts):
        return None
    forms = [_form(text) if isinstance(text, FilledMessage) else None for text in texts]
    return json.dumps(forms, ensure_ascii=False)


def from_json(texts: Sequence[str], kept: str | None) -> tuple[str, ...]:
    """The texts with their messages. One whose message is not there, is of an unknown form, or does
    not make this very text, stays a text."""
    forms = _loaded(kept)
    return tuple(map(_restored, texts, forms)) if len(forms) == len(texts) else tuple(texts)


def _form(text: str | int) -> object:
    if isinstance(text, FilledMessage):
        return [text.message, {name: _form(value) for name, value in text.filling.items()}]
    return {"term": str(text), "group": text.group} if isinstance(text, Term) else text


def _loaded(kept: str | None) -> list[Any]:
    if not kept or len(kept) > _MOST_CHARACTERS:
        return []
    try:
        forms = json.loads(kept)
    except (ValueError, RecursionError):
        return []
    return forms if isinstance(forms, list) else []


def _restored(text: str, form: object) -> str:
    try:
        made = _value(form, _DEEPEST)
    except (KeyError, TypeError, ValueError):
        return text
    return made if isinstance(made, FilledMessage) and made == text else text


def _value(form: object, depth: int) -> str | int:
    """What a form stands for. Raises KeyError, TypeError or ValueError for one that is unknown.
    Each gap counts once, so that no text is longer than what is kept."""
    match form:
        case str() | int():
            return form
        case {"term": str(word), "group": str(group)}:
            return Term(group, word)
        case [str(message), {**filling}] if depth and _MESSAGE.fullmatch(message):
            gaps = _GAP.findall(message)
            if len(set(gaps)) == len(gaps):
                values = {str(name): _value(each, depth - 1) for name, each in filling.items()}
                return FilledMessage(message, values)
    raise ValueError("no form of a message")

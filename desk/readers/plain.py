"""Values as plain JSON and back, by their own declarations: nothing is made but what they declare.

A dataclass is the list of its fields, an enum its word, bytes are text in Latin-1, moments and days
ISO 8601. Coming back, every value must be of the very kind that its field declares. What made the
JSON has no say in which classes there are, and nothing of it is called.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from storage.types import When

T = TypeVar("T")
Make = Callable[[Any], Any]
_MOST_NUMBER = 2**53


class NotPlain(ValueError):
    """JSON that is no value of the kind that was asked for. The message quotes nothing of it."""


def to_plain(value: object) -> Any:
    """A value as JSON takes it. Raises TypeError for kinds that no declaration here has."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    if isinstance(value, When):
        return [value.iso, value.precision.value, value.zone]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        kind: Any = type(value)
        return [to_plain(getattr(value, name)) for name in _names(kind)]
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], said: object) -> T:
    """The value of that kind. Raises NotPlain."""
    hint: Any = kind
    try:
        made: T = _maker(hint)(said)
    except NotPlain:
        raise
    except (ValueError, LookupError, OverflowError, OSError, TypeError) as error:
        raise NotPlain(f"no {kind.__name__}: {type(error).__name__}") from None
    return made


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@cache
def _maker(hint: Any) -> Make:
    """What makes a value of a declared kind, and refuses any other."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        (kind,) = (each for each in inner if each is not type(None))
        return _optional(_maker(kind))
    if origin is tuple:
        if inner[1:] == (...,):
            return _list_of(_maker(inner[0]))
        return _row_of([_maker(each) for each in inner], tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda said: hint(_text(said))
    if is_dataclass(hint):
        return _of_fields(hint)
    raise TypeError(f"{hint} has no plain form")


def _of_fields(hint: Any) -> Make:
    hints = typing.get_type_hints(hint)
    parts = [_late(hints[name]) for name in _names(hint)]
    return _row_of(parts, lambda values: hint(*values))


def _late(hint: Any) -> Make:
    """A maker that is looked for when it is used: a kind may have fields of its own kind."""

    def made(said: Any) -> Any:
        return _maker(hint)(said)

    return made


def _optional(make: Make) -> Make:
    return lambda said: None if said is None else make(said)


def _list_of(make: Make) -> Make:
    def made(said: Any) -> tuple[Any, ...]:
        if type(said) is not list:
            raise NotPlain("a list is something else")
        return tuple([make(each) for each in said])

    return made


def _row_of(makers: list[Make], together: Callable[[list[Any]], Any]) -> Make:
    def made(said: Any) -> Any:
        if type(said) is not list or len(said) != len(makers):
            raise NotPlain("a value has other parts")
        return together([make(each) for make, each in zip(makers, said, strict=True)])

    return made


def _text(said: Any) -> str:
    if type(said) is not str:
        raise NotPlain("a text is something else")
    if not said.isascii():
        said.encode()  # half a surrogate pair is no text (UnicodeError is a ValueError)
    if "\0" in said:
        raise NotPlain("a text has a zero in it")
    return said


def _whole(said: Any) -> int:
    if type(said) is not int or not -_MOST_NUMBER <= said <= _MOST_NUMBER:
        raise NotPlain("a number is something else, or too large")
    return said


def _number(said: Any) -> float:
    if type(said) is int:
        return _whole(said)
    if type(said) is not float or not math.isfinite(said):
        raise NotPlain("a number is something else")
    return said


def _truth(said: Any) -> bool:
    if type(said) is not bool:
        raise NotPlain("yes or no is something else")
    return said


def _octets(said: Any) -> bytes:
    if type(said) is not str:
        raise NotPlain("bytes are something else")
    return said.encode("latin-1")


def _when(said: Any) -> When:
    iso, precision, zone = _row_of([_text, _text, _text], tuple)(said)
    when = When.from_iso(iso, precision, zone)
    # What is asked of every date later: a zone that there is, a moment that can be reckoned with.
    if when.iso != iso or not (when.day and when.sort_key):
        raise NotPlain("a date is written otherwise")
    return when


_SIMPLE: dict[Any, Make] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _truth,
    bytes: _octets,
    When: _when,
    date: lambda said: date.fromisoformat(_text(said)),
    datetime: lambda said: datetime.fromisoformat(_text(said)),
}

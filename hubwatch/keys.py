"""What a TOML file may say: its keys, each declared once with type, default, meaning and example.

Readers take from a declaration which keys there are, what is usual and how large a number may be.
The reference pages and the JSON Schemas for editors are made from it by `python -m tests.generate`.
Plain values that cost a command next to nothing. What is wrong with a file says `hubwatch.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Schema = Mapping[str, object]

_ANY: Schema = MappingProxyType({})
_NO_VARIANTS: Mapping[str, Keys] = MappingProxyType({})
FILLED: Schema = {"type": "string", "pattern": r"\S"}
"""A text that is not blank."""


class ValueKind(NamedTuple):
    """What a value is: in `words` for people, as a JSON Schema for editors.

    `low` and `high` bound a whole number. `keys` are those of a table, or of each of several
    tables if it `repeats`. `variants` are further keys of a table, by the value of its key `kind`.
    `options` are kinds of which a value has any one.
    """

    words: str
    schema: Schema = _ANY
    low: int = 0
    high: int = 0
    keys: Keys | None = None
    repeats: bool = False
    variants: Mapping[str, Keys] = _NO_VARIANTS
    options: tuple[ValueKind, ...] = ()


class TomlKey(NamedTuple):
    """One key. `default` is its value where it is left out, as TOML would give it, and `otherwise`
    says what holds then if that is no value. `example` is what could stand behind `name =`."""

    name: str
    kind: ValueKind
    meaning: str
    default: bool | int | str | tuple[str, ...] | None = None
    otherwise: str = ""
    example: str = ""
    required: bool = False


Keys = Mapping[str, TomlKey]


class Document(NamedTuple):
    """A kind of file: what it is called, what it is for, its keys."""

    name: str
    title: str
    about: str
    keys: Keys


def keys(*declared: TomlKey) -> Keys:
    """The keys of one table, by name."""
    return {key.name: key for key in declared}


def number(low: int, high: int) -> ValueKind:
    """A whole number between these."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return ValueKind(f"whole number, {low} to {high}", schema, low, high)


def text(words: str = "text", pattern: str = r"\S") -> ValueKind:
    """A text that is not blank. The pattern may let through what a reader refuses."""
    return ValueKind(words, {"type": "string", "pattern": pattern})


def texts(words: str = "list of texts", pattern: str = r"\S") -> ValueKind:
    """A list of texts, or one of them without the list."""
    one = {"type": "string", "pattern": pattern}
    return ValueKind(words, {"type": ["string", "array"], "pattern": pattern, "items": one})


def choice(*words: str) -> ValueKind:
    """One of these words."""
    return ValueKind(", ".join(f"`{word}`" for word in words), {"enum": list(words)})


def table(inner: Keys) -> ValueKind:
    """A table `[name]`."""
    return ValueKind("table", keys=inner)


def tables(inner: Keys, variants: Mapping[str, Keys] | None = None) -> ValueKind:
    """Tables `[[name]]`."""
    return ValueKind("tables", keys=inner, repeats=True, variants=variants or _NO_VARIANTS)


def named(words: str, value: Schema = FILLED) -> ValueKind:
    """A table whose keys are one's own words."""
    return ValueKind(words, {"type": "object", "additionalProperties": value})


def either(words: str, *options: ValueKind) -> ValueKind:
    """A value of any of these kinds."""
    return ValueKind(words, options=options)


FLAG = ValueKind("`true` or `false`", {"type": "boolean"})
DAY = ValueKind("date, without quotes", {"type": "string", "format": "date"})
SPAN = text(
    "span of time: `500ms`, `90s`, `30m`, `2h`, `1d`, `1w`",
    r"^\s*[0-9]{1,9}(\.[0-9]{1,3})?\s*([mM]?[sS]|[mMhHdDwW])\s*$",
)
SPANS = texts(
    "list of spans of time",
    r"^\s*[0-9]{1,9}(\.[0-9]{1,3})?\s*([mM]?[sS]|[mMhHdDwW])\s*$",
)
SIZE = text("size: `500 MB`, `2 GB`", r"^\s*[0-9]{1,7}\s*[kKmMgGtT][bB]\s*$")
PATH = text("path, relative to the file")
URL = text("address, http or https", r"^\s*[hH][tT][tT][pP][sS]?://\S+\s*$")
ZONE = text("IANA time zone", r"^\s*[A-Za-z0-9_+/-]+\s*$")
LANGUAGE = text("language tag", r"^\s*[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\s*$")
ID = text("id: lower-case letters, digits, hyphens", r"^\s*[a-z0-9]+(-[a-z0-9]+)*\s*$")
LOOPBACK = text("loopback address with port", r"^\s*(127\.[0-9.]+|\[?[0:]*:1\]?):[0-9]{1,5}\s*$")

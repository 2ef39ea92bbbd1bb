"""TOML files: what may stand in them is declared once, and each complaint names file, key and line.

A declaration says of a key its type, default, meaning and example. From that come the reference
pages and the JSON Schemas for editors (`python -m tests.generate`), and what a reader holds a file
to. `Table` hands out checked values. What it cannot hand out becomes a ConfigError (or the kind of
it that the caller names) that says what to write instead. In which line a key stands tomllib does
not tell, so the text is looked through for that once there is a complaint.

No key of any file is declared here: each of them has declarations of its own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from .errors import ConfigError
from .patterns import lazy_pattern

T = TypeVar("T")

_ID = lazy_pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = lazy_pattern(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SCHEMAS = Path(__file__).resolve().with_name("schemas")
_DIRECTIVE = "#:schema"

# What may stand in a file.

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


# Reading a file.


def load_toml(
    path: Path, fault: type[ConfigError] = ConfigError, keys: Keys | None = None
) -> Table:
    """Load one file, whose faults are raised as `fault`: missing, unreadable, not UTF-8, not TOML,
    and later whatever is wrong with its keys, which are declared as `keys`."""
    import tomllib  # where nothing is configured, nothing is read

    try:
        text = path.read_text("utf-8-sig")
        return Table(tomllib.loads(text), str(path), written=text, fault=fault, keys=keys)
    except FileNotFoundError:
        raise fault(f"{path}: there is no such file") from None
    except OSError as error:
        raise fault(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise fault(f"{path}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise fault(f"{path}: is not TOML: {' '.join(str(error).split())}") from None


def with_schema(text: str, name: str) -> str:
    """A file's text, its first line one that leads editors to the schema `name` of this
    installation. A line that led elsewhere goes."""
    if text.startswith(_DIRECTIVE):
        text = text.partition("\n")[2]
    return f"{_DIRECTIVE} {(_SCHEMAS / f'{name}.json').as_uri()}\n{text}"


def suggest(word: str, known: Collection[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""


def nearest(word: str, known: Collection[str]) -> str:
    """The nearest known word. Empty where none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


_PASSWORD = lazy_pattern(r"//(?:[^\s'\"]*:[^\s'\"]*|[^\s'\"/?#]*)@")
"""What stands before the host of an address: a name, a password, or both."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file. `path` is its dotted key, empty for the file itself, `written` the whole
    file as somebody wrote it, `fault` what its complaints are raised as, `keys` what is declared of
    it: then defaults and bounds are taken from there."""

    data: Mapping[str, object]
    file: str
    path: str = ""
    written: str = field(default="", repr=False, compare=False)
    fault: type[ConfigError] = field(default=ConfigError, repr=False, compare=False)
    keys: Keys | None = field(default=None, repr=False, compare=False)

    def error(self, key: str, problem: str) -> ConfigError:
        """The one line: `FILE: KEY: problem (line 12)`. Without a line for a key that is missing
        outside every table."""

        problem = _PASSWORD.sub("//…@", problem)  # nobody's password belongs on a screen
        place = ".".join(part for part in (self.path, key) if part)
        line = line_of(self.written, place)
        told = f"{problem} (line {line})" if line is not None else problem
        return self.fault(f"{self.file}: {place}: {told}" if place else f"{self.file}: {told}")

    def only(self, keys: Collection[str] | None = None) -> Table:
        """This table, once it holds none but these keys, or the declared ones. Raises `fault` for
        the first other."""
        known = keys if keys is not None else self.keys or ()
        for key in self.data:
            if key not in known:
                hint = suggest(key, known) or f"; known here: {', '.join(sorted(known))}"
                raise self.error(key, f"unknown key{hint}")
        return self

    def declared(self, keys: Keys) -> Table:
        """The same table, of which this is declared."""
        return replace(self, keys=keys)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank. Without a default, here or declared, the key is required."""
        value = self.data.get(key, self._usual(key) if default is None else default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str):
            raise self.error(key, f"must be a text in quotes, not {value!r}")
        if not value.strip() and key in self.data:
            raise self.error(key, "is empty; leave the key out or fill it in")
        return value.strip()

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts. A single text counts as a list of one. Where it is left out, the
        default given here, or else the declared one."""
        value = self.data.get(key)
        if value is None:
            usual = self._usual(key)
            return default or (usual if isinstance(usual, tuple) else ())
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(i, str) and i.strip() for i in items):
            raise self.error(key, f'must be a list of texts such as ["a", "b"], not {value!r}')
        return tuple(item.strip() for item in items)

    def word(self, key: str) -> str:
        """One of the words that are declared, or the declared default."""
        words = (self.keys or {})[key].kind.schema["enum"]
        assert isinstance(words, list)
        value = self.text(key)
        if value not in words:
            raise self.error(key, f"{value!r} is none of {', '.join(words)}")
        return value

    def command(self, key: str) -> tuple[str, ...]:
        """A command line as a shell would take it apart, or a list of its words. Empty where the
        key is absent."""
        if isinstance(self.data.get(key), str):
            return self.parsed(key, lambda text: tuple(shlex.split(text)))
        return self.texts(key)

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number between `low` and `high`."""
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(key, f"must be a whole number from {low} to {high}, not {value!r}")
        return value

    def declared_number(self, key: str, default: int | None = None) -> int:
        """A whole number within its declared bounds, or the declared default."""
        declared = (self.keys or {})[key]
        usual = declared.default if default is None else default
        assert isinstance(usual, int), f"{key} is declared without a default"
        return self.number(key, usual, declared.kind.low, declared.kind.high)

    def flag(self, key: str) -> bool:
        """True or false, without quotes. Where the key is absent: as declared, else False."""
        value = self.data.get(key, self._usual(key) or False)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, without quotes, not {value!r}")
        return value

    def day(self, key: str) -> date | None:
        """A date written as 2026-01-31, without quotes. None where the key is absent."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.error(
                key, f"must be a date such as 2026-01-31, without quotes, not {value!r}"
            )
        return value

    def parsed(self, key: str, parse: Callable[[str], T], default: T | None = None) -> T:
        """A text read by `parse`, whose ValueError becomes the complaint."""
        if default is not None and key not in self.data:
            return default
        return self._parse(key, parse, self.text(key))

    def all_parsed(
        self, key: str, parse: Callable[[str], T], default: tuple[T, ...] = ()
    ) -> tuple[T, ...]:
        """A list of texts, each read by `parse`."""
        if default and key not in self.data:
            return default
        return tuple(self._parse(key, parse, text) for text in self.texts(key))

    def table(self, key: str) -> Table:
        """The table `[key]`. An empty one where it is absent."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, written as [{key}]")
        return self._table(key, value, self._inside(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables `[[key]]`, counted from 1 in complaints."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"must be tables, each written as [[{key}]]")
        return tuple(
            self._table(key, item, f"{self._inside(key)}[{number}]")
            for number, item in enumerate(value, 1)
        )

    def _table(self, key: str, data: Mapping[str, object], path: str) -> Table:
        return Table(data, self.file, path, self.written, self.fault, self._keys_of(key, data))

    def _keys_of(self, key: str, data: Mapping[str, object]) -> Keys | None:
        """What is declared of a table under this key."""
        declared = (self.keys or {}).get(key)
        for kind in (declared.kind.options or (declared.kind,)) if declared else ():
            if kind.keys is not None:
                return {**kind.keys, **kind.variants.get(str(data.get("kind")), {})}
        return None

    def _usual(self, key: str) -> object:
        """The declared default."""
        declared = (self.keys or {}).get(key)
        return declared.default if declared else None

    def _inside(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _parse(self, key: str, parse: Callable[[str], T], text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise self.error(key, " ".join(str(error).split())) from None


# In which line of a TOML file a key stands: what tomllib does not tell, for complaints alone.

_SKIPPED = lazy_pattern(
    r'"""(?:\\[\s\S]|(?!""")[^\\])*(?:"""|\Z)'
    r"|'''[\s\S]*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
)
_PART = r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = lazy_pattern(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?")
_ASSIGNED = lazy_pattern(rf"[ \t]*({_KEY})[ \t]*=")
_PARTS = lazy_pattern(_PART)


def line_of(text: str, place: str) -> int | None:
    """The line, counted from 1, of a dotted key with tables counted from 1 (`topic[2].name[1].id`),
    of the nearest table around it where the key itself is not there. None for what is nowhere."""
    lines: dict[str, int] = {}
    for number, found in _places(text):
        lines.setdefault(found, number)
    while place and place not in lines:
        place = place[: max(0, place.rfind("[" if place.endswith("]") else "."))]
    return lines.get(place)


def _places(text: str) -> Iterator[tuple[int, str]]:
    table = ""
    counted: dict[str, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            *around, last = _split(header[2])
            above = _inside("", around, counted)
            table = _inside(above, [last], counted if header[1] == "[" else {})
            if header[1] == "[[":
                counted[table] = counted.get(table, 0) + 1
                table = f"{table}[{counted[table]}]"
            yield number, table
        elif assigned := _ASSIGNED.match(line):
            place = table
            for part in _split(assigned[1]):
                place = f"{place}.{part}".lstrip(".")
                yield number, place


def _inside(place: str, parts: list[str], counted: dict[str, int]) -> str:
    """The place of a table within another one. Of several tables of a name the last is meant."""
    for part in parts:
        place = f"{place}.{part}".lstrip(".")
        if place in counted:
            place = f"{place}[{counted[place]}]"
    return place


def _split(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PARTS.findall(key)]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin outside every string, list and inline table, with their numbers."""
    bare = _SKIPPED.sub(lambda found: re.sub(r"[^\n]", "_", found.group()), text)
    depth = 0
    for number, (line, there) in enumerate(zip(text.split("\n"), bare.split("\n"), strict=True), 1):
        if depth == 0 and (there[:1] != "_" or line[:1] in "\"'"):
            yield number, line
        depth = max(0, depth + sum(map(there.count, "[{")) - sum(map(there.count, "]}")))


def comments(text: str) -> tuple[str, ...]:
    """The comments of a TOML file, in order: what stands behind each `#` outside a string."""
    found = _SKIPPED.finditer(text)
    return tuple(each.group()[1:].strip() for each in found if each.group().startswith("#"))


def parse_id(text: str) -> str:
    """An id: lower-case letters, digits and single hyphens, at most 64 characters."""
    if len(text) > 64 or not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an id; use lower-case letters, digits and hyphens")
    return text


def parse_language(text: str) -> str:
    """A language tag such as `en`, `zh` or `zh-Hant` (RFC 5646)."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'{text!r} is not a language tag; write "en" or "zh"')
    return text

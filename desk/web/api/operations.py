"""What an operation of the API is: its address, what it takes, what it answers; and how requests
are read by that declaration.

The routes, the checks of what comes in and the OpenAPI document are made from the same values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from storage.people import TokenScope

from ...documents import JsonDocument
from ..desk import Desk
from ..request import number_of

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.people import Person, PersonRole
    from storage.transaction import Transaction

MOST_BYTES = 64 * 1024
"""The body of a request is no larger."""
LONGEST_TEXT, LONGEST_WORD, MOST_VALUES = 2000, 200, 50
MOST_AT_ONCE, USUAL_AT_ONCE = 100, 50
"""So many things are on a page at most, and where nobody says how many."""
LARGEST = 10**18 - 1
"""No row has a higher number."""
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


class Problem(Exception):
    """A request that is not carried out. `detail` says why, in a sentence (RFC 9457)."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def missing(what: str) -> Problem:
    """There is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, f"There is no such {what}.")


class Takes(StrEnum):
    """What the value of a parameter, or of a member of a body, is."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"
    TEXTS = "texts"
    INTEGERS = "integers"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter of a query, or a member of a body. `least` and `most` bound a number, the length
    of a text, or how many there are in a list. `words` are all that may be said, if not empty."""

    name: str
    kind: Takes
    meaning: str
    least: int = 0
    most: int = LONGEST_WORD
    words: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        text: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least and self.kind is Takes.TEXT:
            text["minLength"] = self.least
        if self.words:
            text = {"type": "string", "enum": list(self.words)}
        number = {"type": "integer", "minimum": 1, "maximum": LARGEST}
        bounds = {"minItems": max(1, self.least), "maxItems": MOST_VALUES}
        match self.kind:
            case Takes.TEXT:
                return text
            case Takes.INTEGER:
                return {**number, "minimum": self.least, "maximum": self.most}
            case Takes.NUMBER:
                return {"type": "number", "minimum": -1e18, "maximum": 1e18}
            case Takes.DAY:
                return {"type": "string", "format": "date"}
            case Takes.FLAG:
                return {"type": "boolean"}
            case Takes.TEXTS:
                return {"type": "array", "items": text, **bounds}
            case Takes.INTEGERS:
                return {"type": "array", "items": number, **bounds}


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request that may be carried out. `store` is open for reading. `said` are the parameters of
    its query and the members of its body, by name. What was not said is missing. `number` and
    `name` are those of its address."""

    desk: Desk
    store: Archive
    person: Person
    now: datetime
    said: Values
    number: int = 0
    name: str = ""

    @property
    def limit(self) -> int:
        """How many things shall be on the page."""
        return int(self.said.get("limit", USUAL_AT_ONCE))

    def day(self, name: str, *, after: int = 0) -> datetime | None:
        """The first moment of the day that a parameter names, or of so many days later, in the
        desk's zone."""
        found: date | None = self.said.get(name)
        if found is None:
            return None
        held = min(max(found, _FIRST), _LAST) + timedelta(days=after)
        return datetime.combine(held, time(), ZoneInfo(self.desk.zone))


@dataclass(frozen=True, slots=True)
class ApiPage:
    """A part of a list, and what stands for the rest of it: the position of its last thing, None
    where there is no more."""

    items: Sequence[object]
    last: int | str | None


@dataclass(frozen=True, slots=True)
class Bytes:
    """An answer that is no JSON."""

    data: bytes
    media_type: str


Read = Callable[[ApiCall], object]
"""Answer what the document of the operation tells of, a `ApiPage` of such, or `Bytes`."""
Write = Callable[["Transaction", ApiCall], object]
"""Write, and answer what the document tells of."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a program can ask for, at one address.

    `name` is its id. In `path` `{number}` or `{name}` stands for which one is meant. `document` is
    what the answer, or each thing of a page, is told by, None for bytes. A write has `body`.
    `seen` answers what somebody has to have seen before, to judge it: its ETag is asked for.
    """

    name: str
    path: str
    summary: str
    document: JsonDocument[Any] | None
    read: Read | None = None
    write: Write | None = None
    query: tuple[Value, ...] = ()
    body: tuple[Value, ...] = ()
    is_list: bool = False
    seen: Callable[[ApiCall], dict[str, Any]] | None = None
    needs_seen: Callable[[Values], bool] = field(default=lambda said: True)
    roles: frozenset[PersonRole] | None = None

    @property
    def method(self) -> str:
        """How it is asked for."""
        return "POST" if self.write else "GET"

    @property
    def scope(self) -> TokenScope:
        """What a token must allow."""
        return TokenScope.DECIDE if self.write else TokenScope.READ


LIMIT = Value(
    "limit", Takes.INTEGER, f"so many at most, else {USUAL_AT_ONCE}", least=1, most=MOST_AT_ONCE
)
CURSOR = Value(
    "cursor",
    Takes.TEXT,
    "the `next` of the page before, with all else as it was then",
    most=400,
)


def values_of_query(operation: Operation, given: Sequence[tuple[str, str]]) -> Values:
    """What the query of a request says. Raise Problem."""
    known = {one.name: one for one in operation.query}
    found: dict[str, list[str]] = {}
    for name, value in given:
        if name not in known:
            raise Problem(HTTPStatus.BAD_REQUEST, f"There is no parameter {name[:60]!r} here.")
        found.setdefault(name, []).append(value)
    said: dict[str, Any] = {}
    for one in operation.query:
        values = found.get(one.name)
        if values is None:
            if one.is_required:
                raise _wrong(one, "is missing")
        elif one.kind in (Takes.TEXTS, Takes.INTEGERS):
            said[one.name] = _listed(one, values)
        elif len(values) > 1:
            raise _wrong(one, "is there more than once")
        else:
            said[one.name] = _of_text(one, values[0])
    return said


def _of_text(one: Value, text: str) -> object:
    """A value as a query has it."""
    match one.kind:
        case Takes.INTEGER:
            negative = text.startswith("-")
            number = number_of(text.removeprefix("-"))
            if not number and text.strip("-0"):
                raise _wrong(one, "is no whole number")
            return _checked(one, -number if negative else number)
        case Takes.FLAG:
            if text not in ("true", "false"):
                raise _wrong(one, "is neither true nor false")
            return text == "true"
        case _:
            return _checked(one, text)


def values_of_body(operation: Operation, body: bytes) -> Values:
    """What the body of a request says: a JSON object. Raise Problem."""
    try:
        found = json.loads(body or b"{}", parse_constant=_no_constant, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "The body is no JSON.") from error
    if not isinstance(found, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "The body is no JSON object.")
    return values_of_members(operation, found, "member of the body")


def values_of_members(operation: Operation, found: Mapping[str, object], called: str) -> Values:
    """What members say that are `called` so. Raise Problem."""
    known = {one.name: one for one in operation.body}
    for name in found:
        if name not in known:
            raise Problem(HTTPStatus.BAD_REQUEST, f"There is no {called} {name[:60]!r} here.")
    for one in operation.body:
        if one.is_required and one.name not in found:
            raise _wrong(one, "is missing")
    return {name: _checked(known[name], value) for name, value in found.items()}


def _once_each(members: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose members are each there once: of two values nobody knows which is meant."""
    found: dict[str, object] = {}
    for name, value in members:
        if name in found:
            raise Problem(HTTPStatus.BAD_REQUEST, f"The body has {name[:60]!r} more than once.")
        found[name] = value
    return found


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _checked(one: Value, value: object) -> object:
    match one.kind:
        case Takes.TEXT:
            if not isinstance(value, str):
                raise _wrong(one, "is no text")
            if one.words and value not in one.words:
                raise _wrong(one, f"is none of {', '.join(one.words)}")
            if not one.words and not one.least <= len(value) <= one.most:
                raise _wrong(one, _length(one))
            if any("\ud800" <= sign <= "\udfff" for sign in value):
                raise _wrong(one, "has half a character")
            return value
        case Takes.INTEGER:
            return _whole(one, value, one.least, one.most)
        case Takes.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise _wrong(one, "is no number")
            if not -1e18 <= value <= 1e18:
                raise _wrong(one, "is too large")
            return float(value)
        case Takes.DAY:
            try:
                return date.fromisoformat(value) if isinstance(value, str) else _no_day()
            except ValueError:
                raise _wrong(one, "is no day like 2026-11-24") from None
        case Takes.FLAG:
            if not isinstance(value, bool):
                raise _wrong(one, "is neither true nor false")
            return value
        case Takes.TEXTS | Takes.INTEGERS:
            if not isinstance(value, list):
                raise _wrong(one, "is no list")
            return _listed(one, value)


def _length(one: Value) -> str:
    """How long a text has to be that is not."""
    if one.least > 1:
        return f"has fewer than {one.least} characters, or more than {one.most}"
    too_long = f"has more than {one.most} characters"
    return f"is empty, or {too_long}" if one.least else too_long


def _no_day() -> date:
    raise ValueError


def _listed(one: Value, values: Sequence[object]) -> tuple[object, ...]:
    if not max(1, one.least) <= len(values) <= MOST_VALUES:
        raise _wrong(one, f"has not {max(1, one.least)} to {MOST_VALUES} values")
    if one.kind is Takes.INTEGERS:
        return tuple(_whole(one, value, 1, LARGEST) for value in values)
    each = Value(one.name, Takes.TEXT, one.meaning, most=one.most, words=one.words)
    return tuple(_checked(each, value) for value in values)


def _whole(one: Value, value: object, least: int, most: int) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) <= most:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(one, "is no whole number")
    if not least <= value <= most:
        raise _wrong(one, f"is not between {least} and {most}")
    return value


def _wrong(one: Value, what: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, f"{one.name} {what}.")

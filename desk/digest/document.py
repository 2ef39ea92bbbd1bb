"""A digest as the archive keeps it: a JSON text that holds every value of the model, and back.

The keys are those of the model's own fields. A field that a later Hubwatch added has its default in
a document of an earlier one; one it no longer has is passed over. Not the JSON format for others,
which is `formats.as_json`.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from storage.types import When

from .model import Digest

_VERSION = 1


def write_document(digest: Digest) -> str:
    """The digest as one line of JSON; the same digest gives the same text."""
    whole = {"version": _VERSION, "digest": _plain(digest)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def read_document(text: str) -> Digest:
    """The inverse. Raises ValueError for what is no document, or of a later kind."""
    whole = json.loads(text)
    if not isinstance(whole, dict) or whole.get("version") != _VERSION:
        raise ValueError("the document of this digest was written by another Hubwatch")
    digest = _value(Digest, whole["digest"])
    assert isinstance(digest, Digest)
    return digest


def _plain(value: Any) -> Any:
    if isinstance(value, When):
        return {"iso": value.iso, "precision": value.precision.value, "zone": value.zone}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _value(kind: Any, data: Any) -> Any:
    if get_origin(kind) is UnionType:
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return None if data is None else _value(inner, data)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each) for each in data)
    if kind is When:
        return When.from_iso(data["iso"], data["precision"], data["zone"])
    if kind is datetime:
        return datetime.fromisoformat(data)
    assert isinstance(kind, type)
    if is_dataclass(kind):
        hints = _hints(kind)
        known = {name: each for name, each in data.items() if name in hints}
        made: Any = kind
        return made(**{name: _value(hints[name], each) for name, each in known.items()})
    return kind(data) if issubclass(kind, StrEnum) else data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)

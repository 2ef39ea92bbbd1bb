"""The JSON Schema (draft 2020-12) of a JSON document, made from its declaration."""

from __future__ import annotations

from typing import Any

from . import JsonDocument, Member

Schema = dict[str, Any]

_TYPES: dict[str, Schema] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "list": {"type": "array"},
    "object": {"type": "object"},
    "null": {"type": "null"},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "date": {"type": "string"},
}
"""What the words for types of docs/machine.md are. A date is as exact as a page states it: a month,
a day, or a moment with or without a zone."""


def schema_of(document: JsonDocument[Any]) -> Schema:
    """What a document has: every key, and no other."""
    return {
        "type": "object",
        "properties": {key.name: _key(key) for key in document.keys},
        "required": [key.name for key in document.keys],
        "additionalProperties": False,
    }


def _key(key: Member[Any]) -> Schema:
    kinds = [_of_kind(kind, key) for kind in key.kind.split(" or ")]
    said = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {**said, "description": key.meaning}


def _of_kind(kind: str, key: Member[Any]) -> Schema:
    if key.inner is None or kind not in ("list", "object"):
        return dict(_TYPES[kind])
    inner = schema_of(key.inner)
    if kind == "list":
        return {"type": "array", "items": inner}
    return {"type": "object", "additionalProperties": inner} if key.way else inner

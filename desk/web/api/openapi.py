"""The OpenAPI document (version 3.1.1) of the API, made from its operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ...documents import JsonDocument, Member
from ...documents.schema import Schema, schema_of
from .operations import Operation, Takes, Value
from .reads import READS
from .writes import WRITES

OPERATIONS = (*READS, *WRITES)
ROOT = "/api/v1"
PROBLEM, JSON = "application/problem+json", "application/json"
_PROBLEM: JsonDocument[tuple[HTTPStatus, str]] = JsonDocument(
    Member("type", "text", "`about:blank`: the status says what it is", lambda p: "about:blank"),
    Member("title", "text", "the status in words", lambda p: p[0].phrase),
    Member("status", "integer", "the status", lambda p: p[0].value),
    Member("detail", "text", "what is wrong, in a sentence", lambda p: p[1]),
)
problem_of = _PROBLEM
"""What an answer to a request that was not carried out tells (RFC 9457)."""
_ALWAYS = {
    HTTPStatus.MISDIRECTED_REQUEST: "The desk is not called by that name.",
    HTTPStatus.BAD_REQUEST: "The request is not as the document says.",
    HTTPStatus.UNAUTHORIZED: "There is no token, or one that is good no more.",
    HTTPStatus.FORBIDDEN: "The token, or the role of its owner, does not allow this.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: Retry-After says how many seconds to wait.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be used now.",
}
_OF_WRITES = {
    HTTPStatus.REQUEST_TIMEOUT: "The body took too long to arrive.",
    HTTPStatus.CONFLICT: "It cannot be said of what there is.",
    HTTPStatus.LENGTH_REQUIRED: "The body says no length.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is no application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The key was used for another request.",
}
_OF_SEEN = {
    HTTPStatus.PRECONDITION_FAILED: "It has changed since it was seen: look again.",
    HTTPStatus.PRECONDITION_REQUIRED: "A verdict names in If-Match what it judges.",
}
_ETAG = {"ETag": {"description": "of this answer", "schema": {"type": "string"}}}


def openapi() -> dict[str, Any]:
    """The document."""
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Hubwatch",
            "version": "1",
            "description": "What the archive knows, and what people say of it. `docs/api.md` says "
            "how to ask.",
        },
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": schema_of(_PROBLEM), **_schemas()},
        },
    }


def _schemas() -> dict[str, Schema]:
    return {_named(one): _answer(one) for one in OPERATIONS if one.document is not None}


def _named(one: Operation) -> str:
    return f"{one.name[0].upper()}{one.name[1:]}Answer"


def _answer(one: Operation) -> Schema:
    assert one.document is not None
    inner = schema_of(one.document)
    if not one.is_list:
        return inner
    following = {
        "type": ["string", "null"],
        "description": "the `cursor` of the next page; null: there is none",
    }
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": inner}, "next": following},
        "required": ["items", "next"],
        "additionalProperties": False,
    }


def _operation(one: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_of_path(one), *map(_of_query, one.query), *_of_headers(one)],
        "responses": _responses(one),
        "x-scope": one.scope.value,
    }
    if one.write:
        needed = [value.name for value in one.body if value.is_required]
        said["requestBody"] = {
            "required": bool(needed),
            "content": {
                JSON: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            value.name: {**value.schema, "description": value.meaning}
                            for value in one.body
                        },
                        "required": needed,
                        "additionalProperties": False,
                    }
                }
            },
        }
    return said


def _of_path(one: Operation) -> list[dict[str, Any]]:
    number = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    name = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[a-z0-9-]+$"}
    found = [("number", number, "its number"), ("name", name, "its id, or a format")]
    return [
        {"name": each, "in": "path", "required": True, "schema": schema, "description": meaning}
        for each, schema, meaning in found
        if f"{{{each}}}" in one.path
    ]


def _of_query(value: Value) -> dict[str, Any]:
    said = {
        "name": value.name,
        "in": "query",
        "required": value.is_required,
        "schema": value.schema,
        "description": value.meaning,
    }
    return {**said, "explode": True} if value.kind in (Takes.TEXTS, Takes.INTEGERS) else said


def _of_headers(one: Operation) -> list[dict[str, Any]]:
    known = {"If-None-Match": "an ETag: 304 where the answer is still that"}
    if one.write:
        known = {"Idempotency-Key": "a name for this request: sent again within a day, it gets the "
            "same answer and nothing is said twice"}  # fmt: skip
    if one.seen:
        known["If-Match"] = "the ETag of what is judged; `*` says: whatever it says by now"
    key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    schemas = {"Idempotency-Key": key}
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": schemas.get(name, {"type": "string"}),
            "description": meaning,
        }
        for name, meaning in known.items()
    ]


def _responses(one: Operation) -> dict[str, Any]:
    told = dict(_ALWAYS)
    if "{" in one.path or one.write:
        told[HTTPStatus.NOT_FOUND] = "There is no such thing."
    if one.write:
        told |= _OF_WRITES
    if one.seen:
        told |= _OF_SEEN
    found: dict[str, Any] = {"200": _good(one)}
    if not one.write:
        found["304"] = {"description": "It is still as the named ETag has it.", "headers": _ETAG}
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, meaning in told.items():
        found[str(status.value)] = {"description": meaning, "content": problem}
    return dict(sorted(found.items()))


def _good(one: Operation) -> dict[str, Any]:
    if one.document is None:
        binary = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        return {"description": "The file.", "headers": _ETAG, "content": {"*/*": binary}}
    schema = {"$ref": f"#/components/schemas/{_named(one)}"}
    told: dict[str, Any] = {"description": "Done.", "content": {JSON: {"schema": schema}}}
    return told if one.write else {**told, "headers": _ETAG}

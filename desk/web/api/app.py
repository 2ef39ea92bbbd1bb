"""The API as an ASGI application: who asks, how often, and how an answer is told.

Nothing of a browser counts here: no cookie, no proxy's word for who somebody is, and no page of
another site may read an answer (there are no CORS headers).
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubwatch.errors import HubwatchError
from hubwatch.patterns import lazy_pattern
from storage.archive import Archive
from storage.people import ApiToken, KeptAnswer, Person
from storage.transaction import Transaction

from ... import described, reading_in
from ..desk import Desk
from .openapi import JSON, OPERATIONS, PROBLEM, ROOT, openapi, problem_of
from .operations import (
    MOST_BYTES,
    ApiCall,
    ApiPage,
    Bytes,
    Operation,
    Problem,
    Values,
    values_of_body,
    values_of_query,
)

_SETTLED = 500
_KEY = lazy_pattern(r"[!-~]{1,255}")
_MOST_BUCKETS = 10_000
_REFUSALS = 60
"""So many requests a minute without a token that is good are answered by 401, from one address."""


# How an answer is told.


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A request that was not carried out, and why."""
    body = json.dumps(problem_of((status, detail)), ensure_ascii=False)
    return Response(body.encode(), status, headers, PROBLEM)


def written(document: object) -> bytes:
    """A document's bytes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def etag_of(body: bytes) -> str:
    """The strong ETag of an answer (RFC 9110, section 8.8.3): the same as long as its bytes are."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _names(tags: str, etag: str) -> bool:
    """Whether a list of ETags has this one, or `*`."""
    return tags.strip() == "*" or etag in (each.strip() for each in tags.split(","))


# The places at which pages of a list begin. What is in a cursor is nobody's business but ours.


def cursor_of(operation: Operation, said: Values, last: int | str) -> str:
    """What stands for the rest of a list behind its thing `last`."""
    text = json.dumps([_asked(operation, said), last], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(operation: Operation, said: Values, cursor: str) -> int | str:
    """Behind which thing a page begins. Raise Problem for a cursor that is not of this list."""
    wrong = Problem(HTTPStatus.BAD_REQUEST, "cursor is not of this list, asked for as it is here.")
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        asked, last = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):
        raise wrong from None
    is_number = isinstance(last, int) and not isinstance(last, bool) and 0 <= last < 2**62
    if asked != _asked(operation, said) or not (is_number or isinstance(last, str)):
        raise wrong
    found: int | str = last
    return found


def _asked(operation: Operation, said: Values) -> str:
    """Which list is asked for, whatever part of it."""
    cuts = {name: str(value) for name, value in said.items() if name not in ("cursor", "limit")}
    text = json.dumps([operation.name, sorted(cuts.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# How often somebody may ask.


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimit:
    """So many requests a minute, each of these at once if need be. `clock` counts seconds. Several
    threads may take."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = float(a_minute), clock
        self._buckets: dict[object, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, who: object) -> int:
        """Take one for somebody. Return 0, or where none is left in how many seconds one is."""
        with self._lock:
            return self._take(who, self._clock())

    def _take(self, who: object, now: float) -> int:
        bucket = self._buckets.pop(who, None) or _Bucket(self._most, now)
        bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._most / 60)
        bucket.at = now
        if len(self._buckets) >= _MOST_BUCKETS:  # the one that was used least lately is full again
            del self._buckets[next(iter(self._buckets))]
        self._buckets[who] = bucket
        if bucket.left < 1:
            return max(1, round((1 - bucket.left) * 60 / self._most + 0.5))
        bucket.left -= 1
        return 0


def _slower(seconds: int) -> Response:
    detail = f"Too many requests; one more is answered in {seconds} s."
    return problem(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(seconds)})


# A request.


def make_api(desk: Desk) -> Starlette:
    """The API of a desk, for the addresses below `ROOT`."""
    document = written(openapi())
    limits = RateLimit(desk.api_rate), RateLimit(_REFUSALS)

    async def described_api(request: Request) -> Response:
        return _unless_known(request, document, JSON)

    def route(one: Operation) -> Route:
        path = one.path.replace("{number}", "{number:row}")
        return Route(path, _served(desk, one, *limits), methods=[one.method])

    return Starlette(
        routes=[
            Route("/openapi.json", described_api, methods=["GET"]),
            *map(route, OPERATIONS),
        ],
        exception_handlers={HTTPException: unanswered, Exception: _fault},
    )


def _served(
    desk: Desk, operation: Operation, asked: RateLimit, refused: RateLimit
) -> Callable[[Request], Awaitable[Response]]:
    limits = asked, refused

    def read(request: Request) -> Response:
        """The archive is opened once for a request that reads."""
        with desk.reading() as store:
            known = _admitted(desk, store, operation, request, limits)
            return known if isinstance(known, Response) else _read(desk, store, request, known)

    def _read(desk: Desk, store: Archive, request: Request, person: Person) -> Response:
        said = values_of_query(operation, request.query_params.multi_items())
        if "cursor" in said:
            said = {**said, "after": place_of(operation, said, said["cursor"])}
        with reading_in("en"):
            return _of_read(operation, request, _call(desk, store, request, person, said))

    def admit(request: Request) -> Person | Response:
        """Who writes is known before anything of the body is read."""
        with desk.reading() as store:
            return _admitted(desk, store, operation, request, limits)

    async def endpoint(request: Request) -> Response:
        try:
            if operation.write is None:
                return await run_in_threadpool(read, request)
            known = await run_in_threadpool(admit, request)
            if isinstance(known, Response):
                return known
            body = await _body(request)
            return await run_in_threadpool(_write, desk, operation, request, body, known)
        except Problem as found:
            return problem(found.status, found.detail)
        except HubwatchError as error:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, described(error))

    return endpoint


def _admitted(
    desk: Desk,
    store: Archive,
    operation: Operation,
    request: Request,
    limits: tuple[RateLimit, RateLimit],
) -> Person | Response:
    """Who asks, or why that is not answered."""
    asked, refused = limits
    known = _holder(desk, store, request)
    if known is None:
        wait = refused.take(request.client.host if request.client else "")
        return _slower(wait) if wait else _stranger()
    wait = asked.take(known[1].id)
    if wait:
        return _slower(wait)
    return _not_allowed(operation, *known) or known[0]


def _holder(desk: Desk, store: Archive, request: Request) -> tuple[Person, ApiToken] | None:
    """Whose token a request shows, and the token (RFC 6750)."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return store.people.bearer(secret.strip(), desk.clock())


def _stranger() -> Response:
    detail = "Show a token: `Authorization: Bearer …`. `hubwatch people tokens add` makes one."
    return problem(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": 'Bearer realm="hubwatch"'})


def _not_allowed(operation: Operation, person: Person, token: ApiToken) -> Response | None:
    scope = operation.scope
    if scope not in token.scopes:
        said = f'Bearer realm="hubwatch", error="insufficient_scope", scope="{scope}"'
        detail = f"This token has not the scope `{scope}`."
        return problem(HTTPStatus.FORBIDDEN, detail, {"WWW-Authenticate": said})
    if operation.write and not person.role.decides:
        return problem(HTTPStatus.FORBIDDEN, "Readers look, and decide nothing.")
    if operation.roles is not None and person.role not in operation.roles:
        return problem(HTTPStatus.FORBIDDEN, "Only staff may do that.")
    return None


async def _body(request: Request) -> bytes:
    """The body of a request that writes. Raise Problem."""
    length = request.headers.get("content-length", "")
    if not length and "transfer-encoding" not in request.headers:
        length = "0"  # where neither is there, there is no body (RFC 9112, section 6.3)
    if not length:
        raise Problem(HTTPStatus.LENGTH_REQUIRED, "Say the length of the body.")
    if length != "0" and request.headers.get("content-type", "").split(";")[0].strip() != JSON:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The body has to be {JSON}.")
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            detail = f"The body has more than {MOST_BYTES} bytes."
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return found


def _call(desk: Desk, store: Archive, request: Request, person: Person, said: Values) -> ApiCall:
    where = request.path_params
    number, name = where.get("number", 0), where.get("name", "")
    return ApiCall(desk, store, person, desk.clock(), said, number, name)


def _write(
    desk: Desk, operation: Operation, request: Request, body: bytes, person: Person
) -> Response:
    values_of_query(operation, request.query_params.multi_items())
    said = values_of_body(operation, body)
    with reading_in("en"), desk.writing() as store:
        return _of_write(operation, request, _call(desk, store, request, person, said), body)


def _of_read(operation: Operation, request: Request, call: ApiCall) -> Response:
    assert operation.read is not None
    found = operation.read(call)
    if isinstance(found, Bytes):
        return _unless_known(request, found.data, found.media_type)
    assert operation.document is not None
    if not isinstance(found, ApiPage):
        return _unless_known(request, written(operation.document(found)), JSON)
    items = [operation.document(each) for each in found.items]
    following = None
    if found.last is not None:
        asked = {name: value for name, value in call.said.items() if name != "after"}
        following = cursor_of(operation, asked, found.last)
    return _unless_known(request, written({"items": items, "next": following}), JSON)


def _unless_known(request: Request, body: bytes, media_type: str) -> Response:
    """The answer, or that it is still what the program has (RFC 9110, section 13.1.2)."""
    etag = etag_of(body)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    known = request.headers.get("if-none-match")
    if known is not None and _names(known.replace("W/", ""), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _of_write(operation: Operation, request: Request, call: ApiCall, body: bytes) -> Response:
    """Carry a word out and keep its answer, in one transaction: sent again, the same request gets
    the same answer. Raise Problem, HubwatchError."""
    assert operation.write is not None
    assert operation.document is not None
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(HTTPStatus.BAD_REQUEST, "Idempotency-Key is no such name.")
    path = request.url.path.encode()
    asked = hashlib.sha256(path + b"\n" + body).hexdigest()
    with call.store.writing() as tx:
        kept = tx.archive.people.answer(call.person.name, key, call.now) if key else None
        if kept is not None:
            return _again(kept, asked)
        call = replace(call, store=tx.archive)
        _check_seen(operation, request, call)
        answer = _carry_out(operation, tx, call)
        if key:
            told = KeptAnswer(asked, HTTPStatus.OK, answer.decode())
            tx.people.keep_answer(call.person.name, key, told, call.now)
    call.desk.update_queue(_SETTLED)
    return Response(answer, media_type=JSON)


def _again(kept: KeptAnswer, asked: str) -> Response:
    if kept.asked != asked:
        detail = "This Idempotency-Key was used for another request."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return Response(kept.body.encode(), kept.status, {"Idempotent-Replayed": "true"}, JSON)


def _check_seen(operation: Operation, request: Request, call: ApiCall) -> None:
    """Raise Problem where a verdict is on something that has changed since it was seen, or does not
    say what it was."""
    if operation.seen is None:
        return
    current = etag_of(written(operation.seen(call)))
    known = request.headers.get("if-match")
    if known is None:
        if operation.needs_seen(call.said):
            detail = "Name in If-Match the ETag of what you judge, or `*` for whatever it says."
            raise Problem(HTTPStatus.PRECONDITION_REQUIRED, detail)
    elif not _names(known, current):
        detail = "It has changed since you saw it, or somebody was quicker: look again."
        raise Problem(HTTPStatus.PRECONDITION_FAILED, detail)


def _carry_out(operation: Operation, tx: Transaction, call: ApiCall) -> bytes:
    assert operation.write is not None
    assert operation.document is not None
    try:
        return written(operation.document(operation.write(tx, call)))
    except (LookupError, ValueError) as error:
        raise Problem(HTTPStatus.CONFLICT, str(error.args[0])) from error


async def unanswered(request: Request, error: Exception) -> Response:
    """An address or a method that the API has not."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    said = {
        HTTPStatus.NOT_FOUND: f"The API has nothing there; {ROOT}/openapi.json says what it has.",
        HTTPStatus.METHOD_NOT_ALLOWED: "That address is not asked for in that way.",
    }
    return problem(status, said.get(status, status.phrase), error.headers)


async def _fault(request: Request, error: Exception) -> Response:
    """Something of ours broke: the log has it."""
    detail = "Something broke, and nothing of this was kept. The log of the desk says what."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)

"""The process that notifies: reads one message, sends it through Apprise, writes how that went.

It may connect to what the address guard allows, and only in order to speak HTTP. It starts no
program, writes no file, follows no redirect and checks every certificate. What Apprise and the HTTP
library say is not repeated: it may hold the address.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import apprise
import requests
from urllib3.util import connection

from hubwatch.guard import why_refused
from scraper.middlewares.fetch_result import Fault
from scraper.middlewares.throttle import wait_until

from ..text import one_line
from . import DeliveryResult, DeliveryState, reason_of
from .webhook import PASSING, WebhookRoute, addresses, place_of

_MOST_ASKED = 64 * 1024
_MOST_ANSWER = 64 * 1024
_MEMORY, _CPU_SECONDS = 1024**3, 30
_ERROR_NUMBERS = frozenset({"errcode", "errorcode", "errno"})
_VERDICTS = frozenset({"ok", "success"})
_SAID = ("errmsg", "msg", "message", "description", "error")
_FORBIDDEN = (
    *("socket.bind", "socket.sendto", "socket.sendmsg", "subprocess.Popen", "os.system"),
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn"),
)


class _Prepared(Protocol):
    url: str


class _Answered(Protocol):
    status_code: int
    headers: Mapping[str, str]
    _content: Any

    def iter_content(self, chunk_size: int) -> Iterator[bytes]: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class Notification:
    """What was sent over HTTP and how it was answered, one result each. `secret` is the address,
    no word of which is repeated. `now` is aware. `places` may be connected to."""

    secret: str
    route: WebhookRoute
    now: datetime
    results: list[DeliveryResult] = field(default_factory=list)
    is_flawed: bool = False
    places: set[tuple[str, int]] = field(default_factory=set)
    dialled: bool = False

    def dial(self, place: tuple[str, int], *_more: object, **_options: object) -> socket.socket:
        """Connect to a name and port as the guard allows. Raises OSError."""
        proxy = place_of(self.route.proxy) if self.route.proxy else None
        if place == proxy:
            found = [(each, place[1]) for each in self.route.lookup(place[0])]
        else:
            try:
                found = addresses(place, self.route)
            except Fault as fault:
                raise PermissionError(fault.reason) from None
        last: OSError = OSError("nowhere to connect to")
        for each in found:
            self.places.add(each)
            try:
                connection = socket.create_connection(each, timeout=self.route.seconds)
            except OSError as error:
                last = error
            else:
                self.dialled = True
                return connection
        raise last

    def guard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook (PEP 578): nothing is connected to but what `dial` chose."""
        if event == "socket.connect":
            address = arguments[1]
            if not isinstance(address, tuple) or tuple(address[:2]) not in self.places:
                raise PermissionError("only services that are spoken to over HTTP are notified")
        elif event in _FORBIDDEN:
            raise PermissionError(f"{event} is not for notifying")

    def exchange(
        self, send: Callable[..., _Answered], session: object, request: _Prepared, **options: Any
    ) -> _Answered:
        """One request by the HTTP library's own `send`, and what came of it. Raises what that
        raises."""
        why = why_refused(request.url, self.route.hosts, self.route.intranet)
        if why:
            self.results.append(DeliveryResult(DeliveryState.REFUSED, why))
            raise PermissionError(why)
        options = {**options, "allow_redirects": False, "stream": True}
        options["verify"] = options.get("verify") or os.environ.get("REQUESTS_CA_BUNDLE") or True
        self.dialled = False
        try:
            response = send(session, request, **options)
            body = _bounded(response)
        except Exception as error:
            self.results.append(self._failed(error))
            raise
        self.results.append(self._judged(response, body))
        return response

    def _failed(self, error: BaseException) -> DeliveryResult:
        causes = list(_causes(error))
        said = next((each for each in causes if isinstance(each, ssl.SSLError)), None)
        if said is not None:
            why = getattr(said, "verify_message", "") or said.reason or "it failed"
            return self._result(DeliveryState.REFUSED, f"TLS: {why}")
        denied = next((each for each in causes if isinstance(each, PermissionError)), None)
        if denied is not None:
            return self._result(DeliveryState.REFUSED, str(denied))
        if self.dialled:
            return self._result(DeliveryState.DOUBT, "it was sent and not answered")
        plain = next((each for each in causes if isinstance(each, OSError) and each.errno), None)
        why = (plain.strerror if isinstance(plain, OSError) else "") or type(causes[-1]).__name__
        return self._result(DeliveryState.DELAYED, f"cannot be reached: {why}")

    def _judged(self, response: _Answered, body: bytes) -> DeliveryResult:
        status = response.status_code
        inside = refusal_inside(body)
        if 200 <= status < 300 and not inside:
            return DeliveryResult(DeliveryState.DELIVERED, f"HTTP {status}")
        told = f"HTTP {status}{': ' if inside else ''}{inside}"
        if 200 <= status < 300:
            self.is_flawed = True
            return self._result(DeliveryState.DELAYED, told)
        until = wait_until(response.headers.get("Retry-After"), self.now)
        if status in PASSING or status >= 500:
            return self._result(DeliveryState.DELAYED, told, until - self.now if until else None)
        return self._result(DeliveryState.REFUSED, told)

    def _result(
        self, state: DeliveryState, reason: str, wait: timedelta | None = None
    ) -> DeliveryResult:
        return DeliveryResult(state, without_secrets(reason, self.secret), wait)

    def outcome(self, *, is_well: bool) -> DeliveryResult:
        """What all of it comes to. `is_well` is what Apprise says."""
        taken = [each for each in self.results if each.sent is DeliveryState.DELIVERED]
        failed = [each for each in self.results if each.sent is not DeliveryState.DELIVERED]
        if not self.results:
            why = "Apprise knows no such address, or not one that is spoken to over HTTP"
            return DeliveryResult(DeliveryState.REFUSED, why)
        if taken and is_well and not self.is_flawed:
            return taken[-1]
        if taken and failed:
            return DeliveryResult(DeliveryState.DOUBT, f"taken in part: {failed[-1].reason}")
        if not failed:
            why = "the service answered, and Apprise finds that it was not taken"
            return DeliveryResult(DeliveryState.DELAYED, why)
        order = (DeliveryState.DOUBT, DeliveryState.DELAYED, DeliveryState.REFUSED)
        return min(failed, key=lambda each: order.index(each.sent))


def _bounded(response: _Answered) -> bytes:
    """The body of an answer, read up to a bound. Raises ValueError for more."""
    body = b""
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > _MOST_ANSWER:
            response.close()
            raise ValueError("the answer is too long")
    response._content = body
    return body


def refusal_inside(body: bytes) -> str:
    """What an answer says that is no acceptance although its status is: services for chats answer
    200 and put an error number, or `"ok": false`, into the JSON. Empty where nothing is wrong."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    names = {name: re.sub(r"[^a-z]", "", str(name).lower()) for name in said}
    wrong = [
        f"{name} {value}"
        for name, value in said.items()
        if (names[name] in _ERROR_NUMBERS and _is_number(value) and int(value) != 0)
        or (names[name] in _VERDICTS and value is False)
    ]
    if not wrong:
        return ""
    words = [str(said[name]) for name in _SAID if isinstance(said.get(name), str)]
    return one_line(": ".join([*wrong[:1], *words[:1]]), 160)


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"-?[0-9]{1,12}", value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def without_secrets(text: str, secret: str) -> str:
    """A text in which no run of five letters and digits of an address is left."""
    found = sorted(set(re.findall(r"[\w-]{5,}", secret.partition("://")[2])), key=len)
    for word in reversed(found):
        text = re.sub(re.escape(word), "…", text, flags=re.IGNORECASE)
    return one_line(text, 200)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and what is behind it, as far as anybody says."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting and len(seen) < 20:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.append(one)
        yield one
        behind = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [each for each in behind if isinstance(each, BaseException)]


def main() -> None:
    """Read one message from the standard input, send it, and write how that went."""
    asked = json.loads(sys.stdin.buffer.read(_MOST_ASKED + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    logging.disable()
    route = WebhookRoute(
        asked["hosts"], asked["intranet"], asked["proxy"], seconds=asked["seconds"]
    )
    now = datetime.fromisoformat(asked["now"])
    found = _sent(asked, Notification(asked["address"], route, now))
    wait = round(found.wait.total_seconds()) if found.wait else 0
    said = {"sent": found.sent.value, "reason": found.reason, "wait": wait}
    sys.stdout.write(json.dumps(said))


def _sent(asked: Mapping[str, Any], notification: Notification) -> DeliveryResult:
    sessions: Any = requests.Session
    dialling: Any = connection
    send = sessions.send

    def guarded(session: object, request: _Prepared, **options: Any) -> _Answered:
        return notification.exchange(send, session, request, **options)

    sessions.send, dialling.create_connection = guarded, notification.dial
    sys.addaudithook(notification.guard)
    asset = apprise.AppriseAsset(
        app_id="Hubwatch", app_desc="Hubwatch", async_mode=False, storage_mode="memory"
    )
    try:
        service = apprise.Apprise.instantiate(asked["address"], asset=asset)
        is_well = service is not None and service.notify(
            body=asked["text"], title=asked["subject"], body_format=apprise.NotifyFormat.TEXT
        )
    except Exception as error:  # a plug-in of Apprise may raise anything
        if notification.results:
            return notification.outcome(is_well=False)
        return DeliveryResult(
            DeliveryState.REFUSED, without_secrets(reason_of(error), asked["address"])
        )
    return notification.outcome(is_well=bool(is_well))


if __name__ == "__main__":
    main()

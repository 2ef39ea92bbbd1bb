"""A real SMTP server and a webhook that behaves as it is told, on loopback; not a test."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class Letter:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class Mailbox:
    """An SMTP server: `answers` are given to the texts of mails one after the other, then 250;
    `unknown` recipients are refused, `later` ones for the moment. `drop` breaks off after the
    text. `on_letter` is called before a text is answered."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    logins: list[tuple[str, str]] = field(default_factory=list)
    drop: int = 0
    on_letter: Callable[[], object] = lambda: None

    async def handle_RCPT(  # noqa: N802 - the names of aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.unknown:
            return "550 no such person"
        if address in self.later:
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.on_letter()
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), parsed))
        if self.drop:
            self.drop -= 1
            server.transport.abort()
        return answer

    def check(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> AuthResult:
        """Take any password but `wrong`."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password != b"wrong", handled=False)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A server that takes mail."""
    box = Mailbox()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    serving = loop.create_server(lambda: _conversation(box), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result(10)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)


def _conversation(box: Mailbox) -> SMTP:
    return SMTP(box, hostname="mail.test", authenticator=box.check, auth_require_tls=False)


@dataclass
class Posted:
    """One request as the webhook got it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """A webhook: `answers` are statuses given one after the other, then 200; 0 breaks off without
    an answer once the body has come."""

    port: int = 0
    posts: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0

    @property
    def place(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def webhook(secure: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """A server that takes posts, with `secure` by https."""
    hook = Hook()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append(Posted(self.path, dict(self.headers), body))
            closing.wait(hook.pause)
            status = hook.answers.pop(0) if hook.answers else 200
            if status:
                self.send_response(status)
                for name, value in hook.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def do_GET(self) -> None:
            hook.posts.append(Posted(self.path, dict(self.headers), b"GET"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if secure is not None:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    hook.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hook
    finally:
        closing.set()
        server.shutdown()
        server.server_close()

"""A portal on loopback: a folder, or what a program behind it answers; every request is counted."""

from __future__ import annotations

import hashlib
import http.client
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".xml": "application/xml",
    ".json": "application/json",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
}
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}


@dataclass
class Served:
    """What is served, where, and what was asked for."""

    folder: Path
    upstream: int | None = None
    """The port of the program that answers; without one the folder does."""
    answers: Callable[[str], tuple[str, bytes] | None] = lambda address: None
    """What a program behind the folder says to a path with its query: media type and bytes."""
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Count from here."""
        self.asked.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def do_GET(self) -> None:
        self.served.asked.append(self.path)
        if self.served.upstream:
            self._forward(self.served.upstream)
        else:
            self._file()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _file(self) -> None:
        if said := self.served.answers(self.path):
            return self._say(200, said[1], {"Content-Type": said[0]})
        path = unquote(urlsplit(self.path).path)
        file = self.served.folder / path.lstrip("/")
        if ".." in Path(path).parts:
            return self._say(404, b"no such page", {})
        if file.is_dir():
            if not path.endswith("/"):
                there = urlsplit(self.path).path + "/"
                return self._say(301, b"", {"Location": there})
            file = file / "index.html"
        if not file.is_file():
            own = self.served.folder / "404.html"
            body = own.read_bytes() if own.is_file() else b"<h1>404 Not Found</h1>"
            return self._say(404, body, {"Content-Type": "text/html"})
        body = file.read_bytes()
        mark = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
        if self.headers.get("If-None-Match") == mark:
            return self._say(304, None, {"ETag": mark})
        return self._say(200, body, {"Content-Type": kind, "ETag": mark})

    def _forward(self, port: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            sent = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            sent.pop("Accept-Encoding", None)
            link.request("GET", self.path, headers=sent)
            answer = link.getresponse()
            body = answer.read()
            head = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP}
            self._say(answer.status, None if answer.status == 304 else body, head)
        finally:
            link.close()

    def _say(self, status: int, body: bytes | None, head: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in head.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)


@contextmanager
def serving(served: Served, port: int = 0) -> Iterator[Served]:
    """Serve until the block ends; `served.port` says where."""
    handler = type("_Bound", (_Handler,), {"served": served})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        served.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield served
        finally:
            server.shutdown()

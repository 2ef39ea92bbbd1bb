"""A small HTTP proxy on loopback: CONNECT and whole addresses, with its own idea of names."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """Connects the names in `names` to `127.0.0.1:port`, and refuses others with 403.

    `asked` keeps the first line of every request.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """How it is configured."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(65536)
                if not piece:
                    return
                head += piece
            head += _missing(client, head)
            first, _, rest = head.partition(b"\r\n")
            self.asked.append(first.decode("latin-1"))
            method, target, _ = first.decode("latin-1").split(" ")
            self._forward(client, method, target, rest)

    def _forward(self, client: socket.socket, method: str, target: str, rest: bytes) -> None:
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        where = self.names.get(parts.hostname or "")
        if where is None:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        host, _, port = where.partition(":")
        with socket.create_connection((host, int(port))) as server:
            if tunnel:
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                server.sendall(f"{method} {path} HTTP/1.1\r\n".encode() + rest)
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            if tunnel:
                _pump(client, server)
            back.join(20)


def _missing(client: socket.socket, head: bytes) -> bytes:
    """What is still to come of a request's body."""
    fields, _, body = head.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in fields.split(b"\r\n")]
    length = next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)
    rest = b""
    while len(body) + len(rest) < length and (piece := client.recv(65536)):
        rest += piece
    return rest


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxying(names: Mapping[str, str]) -> Iterator[Proxy]:
    """A proxy for the length of a block."""
    proxy = Proxy(names)
    try:
        yield proxy
    finally:
        proxy.close()

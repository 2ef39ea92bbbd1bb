"""The desk and whoever is slow: connections that say nothing, never end, or take no answer."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from desk.web import server
from tests.support.desks import keep, page_of, serving

HEAD = "GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
SECONDS = 0.4


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", SECONDS)
    monkeypatch.setattr(server, "STALL_SECONDS", SECONDS)


@pytest.fixture
def filled(archive: Path) -> Path:
    keep(archive, page_of(1))
    return archive


def until_closed(client: socket.socket, drip: bytes = b"") -> bytes:
    """What is answered until the connection is closed, with a byte sent now and then."""
    client.settimeout(0.05)
    answer, began = b"", time.monotonic()
    while time.monotonic() - began < 10:
        try:
            if drip:
                client.sendall(drip)
            piece = client.recv(4096)
        except TimeoutError:
            continue
        except OSError:
            return answer
        if not piece:
            return answer
        answer += piece
    raise AssertionError("it was never closed")


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        ("", b""),
        ("GET", b""),
        ("GET /", b"x"),
        (HEAD, b""),
        (HEAD, b"X-A: b\r\n"),
        (HEAD + "Accept: ", b"a"),
    ],
)
def test_headers_that_do_not_end_are_not_waited_for(filled: Path, first: str, drip: bytes) -> None:
    with serving(filled) as client, socket.create_connection(("127.0.0.1", client.port)) as slow:
        slow.sendall(first.format(port=client.port).encode())
        assert until_closed(slow, drip).startswith(b"HTTP/1.1 408 ")
        assert client.get("/sign-in").status == 200


def answered(asked: socket.socket) -> bytes:
    """One whole answer, in however many pieces it comes."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += asked.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += asked.recv(65536)
    return head


def test_a_second_request_has_its_time_too(filled: Path) -> None:
    with serving(filled) as client, socket.create_connection(("127.0.0.1", client.port)) as slow:
        head = HEAD.format(port=client.port)
        for _ in range(2):
            slow.sendall((head + "\r\n").encode())
            assert answered(slow).startswith(b"HTTP/1.1 200 ")
        time.sleep(2 * SECONDS)  # an idle connection is kept, as browsers like it
        slow.sendall(head.encode())
        assert b"HTTP/1.1 408 " in until_closed(slow, b"X-A: b\r\n")


def test_a_body_that_nobody_reads_is_not_waited_for(filled: Path) -> None:
    with serving(filled) as client, socket.create_connection(("127.0.0.1", client.port)) as slow:
        head = HEAD.format(port=client.port) + "Content-Length: 1000000\r\n\r\n"
        slow.sendall(head.encode())
        assert until_closed(slow, b"x").startswith(b"HTTP/1.1 200 ")


def test_who_takes_no_answer_is_let_go(filled: Path) -> None:
    with serving(filled) as client, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", client.port))
        head = HEAD.format(port=client.port).replace("/sign-in", "/static/desk.css") + "\r\n"
        slow.sendall(head.encode() * 2000)  # far more than the sockets hold
        until = time.monotonic() + 20
        with pytest.raises(ConnectionError):
            while time.monotonic() < until:
                slow.send(b"\r\n")
                time.sleep(0.05)
        assert client.get("/sign-in").status == 200


def test_no_more_connections_than_files(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    with serving(filled) as client:
        many = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(6)]
        try:
            assert until_closed(many[-1]) == b""
            assert until_closed(many[0]).startswith(b"HTTP/1.1 408 ")
        finally:
            for each in many:
                each.close()
        assert client.get("/sign-in").status == 200

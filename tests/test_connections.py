"""HTTP/1.1 as servers speak it, over everything that makes connections: what is taken, and what is
said of what is not."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohappyeyeballs import start_connection
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.settings import Settings

from hubwatch.errors import ConfigError
from scraper.configuration import CARRIERS, load_crawl_config
from scraper.crawl.probe import Probe
from scraper.crawl.request import CrawlRequest
from scraper.middlewares import connections, handler
from scraper.middlewares.fetch_result import Fault, FetchResult
from scraper.sources.model import TlsException
from storage.runs import FetchKind
from storage.types import Outcome
from tests.support.certificates import server as certificate
from tests.support.crawling import BOUNDS, source
from tests.support.make import NOW
from tests.support.servers import Hit, Server, raw, reset, serving, staying

OVER_EACH_CARRIER = True

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = b"<h1>news</h1>"
ONE = b"Content-Length: 13\r\n\r\n" + PAGE
LENGTH = ("content-length", "13")

#: What a server sends before it falls silent, and the headers that are archived of it. All of them
#: bring PAGE.
TAKEN: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "plain": (OK + b"X-A: b\r\n" + ONE, [LENGTH, ("x-a", "b")]),
    "answers before the answer": (
        b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK + ONE,
        [LENGTH],
    ),
    "an answer before one with a line that is no header": (
        b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n" + OK + b"what is this\r\n" + ONE, [LENGTH]
    ),
    "chunks with extensions and trailers": (
        CHUNKED + b'5;x="y"\r\n<h1>n\r\n8\r\news</h1>\r\n0\r\nX-T: 1\r\nContent-Length: 3\r\n\r\n',
        [],
    ),
    "lines end in LF": (b"HTTP/1.1 200 OK\nX-A: b\nContent-Length: 13\n\n" + PAGE,
                        [LENGTH, ("x-a", "b")]),
    "a line that is no header": (OK + b"what is this\r\nX-A: b\r\n" + ONE, [LENGTH, ("x-a", "b")]),
    "a header in two lines": (OK + b"X-A: a\r\n b\r\n" + ONE, [LENGTH, ("x-a", "a b")]),
    "a length twice": (OK + b"Content-Length: 13\r\n" + ONE, [LENGTH]),
    "a length twice in one": (OK + b"Content-Length: 13, 13\r\n\r\n" + PAGE, [LENGTH]),
    "a header twice": (
        OK + b"X-A: b\r\nX-B: c\r\nx-a: d\r\n" + ONE,
        [LENGTH, ("x-a", "b"), ("x-a", "d"), ("x-b", "c")],
    ),
    "a length beside chunks": (
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" + PAGE
        + b"\r\n0\r\n\r\n",
        [],
    ),
    "a length that says too little": (OK + ONE + b"more", [LENGTH]),
    "no words for the status": (b"HTTP/1.1 200\r\n" + ONE, [LENGTH]),
    "bytes of another encoding": (
        OK + b"X-A: \xe4\xbd\xa0\x01\r\n" + ONE, [LENGTH, ("x-a", "\xe4\xbd\xa0\x01")]
    ),
    "how it is sent is not of the page": (
        OK + b"Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n" + ONE, [LENGTH]
    ),
}  # fmt: skip
#: What ends with the connection.
UNTIL_THE_END = {
    "no length": OK + b"Connection: close\r\n\r\n" + PAGE,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + PAGE,
}
NO_LINGER = struct.pack("ii", 1, 0)
BODILESS = b"HTTP/1.1 %d X\r\nContent-Length: 5\r\nETag: x\r\n\r\n"
#: What is not taken, and its outcome.
NOT_TAKEN = {
    "two lengths": (OK + b"Content-Length: 5\r\n" + ONE, Outcome.NET_ERROR),
    "a length below nothing": (OK + b"Content-Length: -5\r\n\r\n" + PAGE, Outcome.NET_ERROR),
    "a length in words": (OK + b"Content-Length: five\r\n\r\n" + PAGE, Outcome.NET_ERROR),
    "no HTTP": (b"<html>hello</html>", Outcome.NET_ERROR),
    "another protocol": (b"SSH-2.0-OpenSSH_9\r\n", Outcome.NET_ERROR),
    "a status in words": (b"HTTP/1.1 fine\r\n" + ONE, Outcome.NET_ERROR),
    "a protocol that nobody asked for": (
        b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        Outcome.NET_ERROR,
    ),
    "ends within the headers": (OK + b"X-A: b", Outcome.NET_ERROR),
    "says nothing": (b"", Outcome.NET_ERROR),
    "a chunk without measure": (CHUNKED + b"ffffffffffffffffffffff\r\n", Outcome.TRUNCATED),
    "no last chunk": (CHUNKED + b"d\r\n" + PAGE + b"\r\n", Outcome.TRUNCATED),
}


@contextmanager
def asking(server: Server, **fields: Any) -> Iterator[Any]:
    """What asks the site `x.test` of a server for paths, by a crawl's own way."""
    seconds = fields.pop("seconds", 8)
    scheme = fields.pop("scheme", "http")
    wide = {"duration": timedelta(minutes=5), **fields.pop("bounds", {})}
    bounds = replace(BOUNDS, page_timeout=timedelta(seconds=seconds), **wide)
    asked = source("x", bounds=bounds, **fields)
    with Probe(asked, CrawlRequest("mailto:a@example.org", lambda: NOW, hosts=server.hosts)) as one:
        yield lambda *paths: one.fetch([f"{scheme}://x.test{path}" for path in paths],
                                       FetchKind.ARTICLE)  # fmt: skip


def one_of(server: Server, data: bytes, then: float = 0.0, **fields: Any) -> FetchResult:
    """What comes of asking for one page."""
    server.site("x.test").answer("/a.htm", raw(data, then))
    with asking(server, **fields) as ask:
        (found,) = ask("/a.htm")
    return found  # type: ignore[no-any-return]


def test_the_carrier_is_the_one_that_is_tested(carrier: str) -> None:
    made = handler._MADE_BY[CARRIERS[0]]
    assert made.endswith(".by_twisted.TwistedConnections") is (carrier == "twisted")


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, FetchResult]]:
    """What came of each of them, on one site."""
    sent = {
        **{name: (data, 8.0) for name, (data, _) in TAKEN.items()},
        **{name: (data, 0.0) for name, (data, _) in NOT_TAKEN.items()},
        **{name: (data, 0.0) for name, data in UNTIL_THE_END.items()},
        **{str(status): (BODILESS % status, 8.0) for status in (204, 304)},
    }
    with serving() as server:
        for number, (data, then) in enumerate(sent.values()):
            server.site("x.test").answer(f"/{number}.htm", raw(data, then))
        with asking(server) as ask:
            found = [ask(f"/{number}.htm")[0] for number in range(len(sent))]
    yield dict(zip(sent, found, strict=True))


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(answers: dict[str, FetchResult], name: str) -> None:
    """Nobody waits for the end of the connection: it is seen where the answer ends."""
    found, headers = answers[name], TAKEN[name][1]
    assert (found.outcome, found.seconds < 6) == (Outcome.OK, True)
    assert found.capture is not None
    assert (found.capture.status, found.capture.body) == (200, PAGE)
    assert list(found.capture.headers) == headers


@pytest.mark.parametrize("name", UNTIL_THE_END)
def test_a_body_without_a_length_ends_with_the_connection(
    answers: dict[str, FetchResult], server: Server, name: str
) -> None:
    found = answers[name]
    assert found.capture is not None
    assert (found.outcome, found.capture.body) == (Outcome.OK, PAGE)
    server.site("x.test").answer("/a.htm", raw(UNTIL_THE_END[name], 0.05, reset))
    with asking(server) as ask:
        assert ask("/a.htm")[0].outcome is Outcome.TRUNCATED


@pytest.mark.parametrize("status", [204, 304])
def test_answers_that_have_no_body_whatever_they_say(
    answers: dict[str, FetchResult], status: int
) -> None:
    found = answers[str(status)]
    assert found.capture is not None
    assert (found.capture.status, found.capture.body, found.seconds < 6) == (status, b"", True)
    assert list(found.capture.headers) == [("content-length", "0"), ("etag", "x")]


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_not_taken(answers: dict[str, FetchResult], name: str) -> None:
    found = answers[name]
    assert (found.outcome, found.capture) == (NOT_TAKEN[name][1], None)
    assert found.reason


def test_a_body_in_another_transfer_coding_is_not_taken(server: Server) -> None:
    coded = OK + b"Transfer-Encoding: gzip, chunked\r\n\r\nd\r\n" + PAGE + b"\r\n0\r\n\r\n"
    assert one_of(server, coded).outcome in (Outcome.UNSUPPORTED, Outcome.NET_ERROR)


def test_headers_without_an_end_are_bounded(server: Server) -> None:
    """By their size, or by the time that a page has."""
    endless = OK + b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 20_000
    found = one_of(server, endless, then=6, seconds=2)
    assert found.outcome in (Outcome.TOO_BIG, Outcome.TIMEOUT)


@pytest.mark.parametrize(
    "start, more",
    [(b"0\r\nX-A: ", b"a" * 65536), (b"0\r\n", b"X-A: b\r\n" * 8000), (b"d;x=", b"a" * 65536)],
    ids=["a trailer", "trailers", "an extension"],
)
def test_what_stands_beside_the_pieces_of_a_page_is_bounded(start: bytes, more: bytes) -> None:
    """A trailer is put together anew for every piece of it: without a bound a minute's worth of it
    is a minute's work."""
    reply = connections._Reply(Request("http://x.test/"), None, 0, 0.0)
    reply.feed(CHUNKED + start)
    with pytest.raises(Fault) as refused:
        for _ in range(10):
            reply.feed(more)
    assert refused.value.outcome is Outcome.TOO_BIG


@pytest.mark.parametrize("name", [b"Transfer-Encoding", b"Content-Length"])
def test_a_cut_body_is_cut_where_a_blank_stands_before_the_colon(name: bytes) -> None:
    said = b"chunked\r\n\r\n5\r\n<h1>n\r\n" if name[:1] == b"T" else b"50\r\n\r\n" + PAGE
    reply = connections._Reply(Request("http://x.test/"), None, 0, 0.0)
    reply.feed(OK + name + b" : " + said)
    with pytest.raises(ResponseDataLossError):
        reply.end(is_whole=True)


@pytest.mark.parametrize("name", ["X-新", "X-\0A", "what is:this"])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    reply = connections._Reply(Request("http://x.test/"), None, 0, 0.0)
    reply.feed(OK + name.encode() + b": b\r\n" + ONE)
    assert reply.is_done
    assert not reply.leaves_open
    assert list(reply._headers or ()) == [b"Content-Length"]


def test_slow_headers_have_the_time_of_a_page(server: Server) -> None:
    found = one_of(server, OK + b"X-A: b\r\n", then=6, seconds=1)
    assert found.outcome is Outcome.TIMEOUT
    assert 0.9 < found.seconds < 3


def test_an_answer_that_came_while_this_process_was_busy_counts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = connections._Connection._write

    def write_and_be_busy(self: connections._Connection, data: bytes) -> None:
        write(self, data)
        time.sleep(1.3)

    monkeypatch.setattr(connections._Connection, "_write", write_and_be_busy)
    assert one_of(server, OK + ONE, seconds=1).outcome is Outcome.OK
    assert len(server.site("x.test").paths()) == 1


def test_a_body_is_bounded_by_its_bytes(server: Server) -> None:
    just, over = b"x" * 5000, b"x" * 5001
    for body, outcome in ((just, Outcome.OK), (over, Outcome.TOO_BIG)):
        for data in (
            OK + b"Content-Length: %d\r\n\r\n" % len(body) + body,
            CHUNKED + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
            OK + b"Connection: close\r\n\r\n" + body,
        ):
            assert one_of(server, data, bounds={"page_bytes": 5000}).outcome is outcome


# Connections that are used again


def test_a_connection_is_used_again(server: Server) -> None:
    again: list[Hit] = []
    site = server.site("x.test")
    site.answer("/robots.txt", staying(b"", PAGE, PAGE, hits=again))
    with asking(server) as ask:
        found = ask("/1.htm", "/2.htm")
    assert [(each.outcome, each.capture.body) for each in found] == [(Outcome.OK, PAGE)] * 2
    assert [hit.path for hit in again] == ["/1.htm", "/2.htm"]
    assert len(site.hits) == 1


@pytest.mark.parametrize(
    "rest", [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", b"rest"], ids=["answer", "bytes"]
)
def test_what_comes_unasked_is_nobodys_answer(server: Server, rest: bytes) -> None:
    """A second answer behind the first is not the one to the next request."""
    site = server.site("x.test")
    site.answer("/robots.txt", raw(OK + b"Content-Length: 0\r\n\r\n" + rest, 3))
    site.answer("/1.htm", raw(OK + ONE))
    with asking(server) as ask:
        (found,) = ask("/1.htm")
    assert found.capture.body == PAGE
    assert [hit.path for hit in site.hits] == ["/robots.txt", "/1.htm"]


def test_a_connection_that_the_server_closed_is_not_the_pages_trouble(server: Server) -> None:
    """The page is asked for again at once, on a new one, and that is no attempt of its own."""
    site = server.site("x.test")

    def leaves(connection: Any, hit: Hit) -> None:
        connection.sendall(OK + b"Content-Length: 0\r\n\r\n")
        connection.recv(65536)  # the next request, which gets no answer

    site.answer("/robots.txt", leaves)
    site.answer("/1.htm", raw(OK + ONE))
    with asking(server) as ask:
        (found,) = ask("/1.htm")
    assert (found.outcome, found.capture.body) == (Outcome.OK, PAGE)
    assert [hit.path for hit in site.hits] == ["/robots.txt", "/1.htm"]


def test_what_waits_unread_is_nobodys_answer(
    server: Server, carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where this process was busy when it came, too."""
    if carrier == "twisted":
        pytest.skip("its pool is its own")
    site, kept = server.site("x.test"), connections.Connections._kept

    def answers_twice(connection: Any, hit: Hit) -> None:
        connection.sendall(OK + b"Content-Length: 0\r\n\r\n")
        while not busy.is_set():
            time.sleep(0.01)
        connection.sendall(OK + b"Content-Length: 4\r\n\r\nevil")
        time.sleep(3)

    def be_busy(self: connections.Connections, way: connections._Way) -> Any:
        if site.hits:
            busy.set()
            time.sleep(0.3)
        return kept(self, way)

    busy = threading.Event()
    monkeypatch.setattr(connections.Connections, "_kept", be_busy)
    site.answer("/robots.txt", answers_twice)
    site.answer("/1.htm", raw(OK + ONE))
    with asking(server) as ask:
        (found,) = ask("/1.htm")
    assert found.capture.body == PAGE
    assert [hit.path for hit in site.hits] == ["/robots.txt", "/1.htm"]


def test_a_connection_is_not_used_again_where_a_length_stood_beside_chunks() -> None:
    """Whoever stands between may have heeded the other one (RFC 9112, section 6.3)."""
    reply = connections._Reply(Request("http://x.test/"), None, 0, 0.0)
    reply.feed(TAKEN["a length beside chunks"][0])
    assert reply.is_done
    assert not reply.leaves_open


def test_few_connections_are_kept_and_none_for_long() -> None:
    """However many hosts there are, and whether or not they are asked again."""
    settings = Settings({"DOWNLOAD_MAXSIZE": 0})
    made = connections.Connections(SimpleNamespace(settings=settings), None)  # type: ignore[arg-type]
    most = connections._MOST_IDLE

    async def keep_many(place: tuple[str, int]) -> None:
        opened = []
        for number in range(most + 5):
            one = connections._Connection(made._open)
            await asyncio.get_running_loop().create_connection(iter([one]).__next__, *place)
            made._keep(one, connections._Way("http", f"{number}.test", 80, None))
            opened.append(one)
        assert [one.is_open for one in opened] == [False] * 5 + [True] * most
        assert made._kept(connections._Way("http", "0.test", 80, None)) is None
        last = made._kept(connections._Way("http", f"{most + 4}.test", 80, None))
        assert last is opened[-1]
        for one in opened:
            one.since -= connections._IDLE_SECONDS + 1
        made._keep(last, connections._Way("http", "x.test", 80, None))
        assert [one for one in opened if one.is_open] == [last]
        await made.close()
        await asyncio.sleep(0)

    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        asyncio.run(keep_many(listener.getsockname()))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_is_reset_at_once_is_no_fault_of_ours(
    scheme: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def start_and_wait(*given: Any, **named: Any) -> socket.socket:
        dialled = await start_connection(*given, **named)
        await asyncio.sleep(0.1)
        return dialled

    monkeypatch.setattr(connections, "start_connection", start_and_wait)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reset_all() -> None:
            with suppress(OSError):
                while True:
                    with listener.accept()[0] as connection:
                        time.sleep(0.03)
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)

        threading.Thread(target=reset_all, daemon=True).start()
        server = SimpleNamespace(hosts={"x.test": f"127.0.0.1:{listener.getsockname()[1]}"})
        with asking(server, scheme=scheme, seconds=5) as ask:  # type: ignore[arg-type]
            (found,) = ask("/1.htm")
        listener.shutdown(socket.SHUT_RDWR)
    assert Outcome.NET_ERROR in (found.outcome, found.behind)
    assert not [record for record in caplog.records if record.name == "asyncio"]


def test_the_last_word_over_tls_ends_a_page(tmp_path: Path) -> None:
    """Of a server that waits for ours before it closes the connection."""
    identity = certificate("x.test", None)
    digits = identity.fingerprint.lower().replace(":", "")
    known = TlsException(NOW.date() + timedelta(days=1), "known", fingerprint=digits)

    def say_goodbye(connection: Any, hit: Hit) -> None:
        connection.sendall(UNTIL_THE_END["no length"])
        connection.unwrap()

    with serving(identity.context(tmp_path)) as server:
        server.site("x.test").answer("/1.htm", say_goodbye)
        with asking(server, scheme="https", tls=known, seconds=4) as ask:
            (found,) = ask("/1.htm")
    assert (found.outcome, found.capture.body) == (Outcome.OK, PAGE)


def test_over_tls_as_well(tmp_path: Path) -> None:
    identity = certificate("x.test", None)
    digits = identity.fingerprint.lower().replace(":", "")
    known = TlsException(NOW.date() + timedelta(days=1), "known", fingerprint=digits)
    again: list[Hit] = []
    large = b"<h1>news</h1>" * 20_000
    with serving(identity.context(tmp_path)) as server:
        site = server.site("x.test")
        site.answer("/robots.txt", staying(b"", large, PAGE, hits=again))
        site.answer("/3.htm", raw(UNTIL_THE_END["no length"]))
        with asking(server, scheme="https", tls=known, bounds={"page_bytes": 10**6}) as ask:
            found = ask("/1.htm", "/2.htm", "/3.htm")
        assert [each.capture.body for each in found] == [large, PAGE, PAGE]
        assert [hit.path for hit in again] == ["/1.htm", "/2.htm"]


# What is sent


def test_what_is_sent(server: Server) -> None:
    site = server.site("x.test")
    site.answer("/a/%E6%96%B0.htm?q=1&b", raw(OK + ONE))
    with asking(server) as ask:
        assert ask("/a/新.htm?q=1&b#part")[0].outcome is Outcome.OK
    (hit,) = [hit for hit in site.hits if hit.path != "/robots.txt"]
    assert (hit.method, hit.host, hit.body) == ("GET", "x.test", b"")
    assert hit.headers["user-agent"] == "Hubwatch/0.1 (+mailto:a@example.org)"
    assert hit.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert not {"connection", "content-length", "transfer-encoding"} & set(hit.headers)


@given(st.binary(max_size=40), st.text("abc\r\n: ", min_size=1, max_size=20))
def test_nothing_of_a_value_becomes_a_header(value: bytes, tag: str) -> None:
    request = Request("http://x.test/a", headers={"If-None-Match": value, "Cookie": tag})
    head, _, body = connections._as_sent(request).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert body == b""
    assert lines[:2] == [b"GET /a HTTP/1.1", b"Host: x.test"]
    assert [line.partition(b":")[0] for line in lines[2:]] == [b"If-None-Match", b"Cookie"]
    assert not any(b"\r" in line or b"\n" in line for line in lines)


@given(st.binary(max_size=300), st.integers(1, 40))
def test_no_bytes_break_what_reads_them(data: bytes, step: int) -> None:
    """Whatever comes, in whatever pieces, ends in an answer or in a fault."""
    for start in (b"", b"HTTP/1.1 200 OK\r\n", CHUNKED):
        reply = connections._Reply(Request("http://x.test/"), None, 1000, 0.0)
        whole = start + data
        try:
            for at in range(0, len(whole), step):
                reply.feed(whole[at : at + step])
            reply.end(is_whole=True)
        except Exception as error:
            assert handler.proxy_fault(error, "http://p:1").reason
        else:
            assert reply.is_done


# Which one is used


def test_the_configuration_says_which(tmp_path: Path) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text("")
    assert load_crawl_config(path).http == "asyncio"
    path.write_text('[network]\nhttp = "twisted"\n')
    config = load_crawl_config(path)
    assert CrawlRequest.of(config, lambda: NOW, timedelta()).http == "twisted"
    path.write_text('[network]\nhttp = "curl"\n')
    with pytest.raises(ConfigError, match=r"http.*'curl' is neither asyncio nor twisted"):
        load_crawl_config(path)


def test_only_what_is_used_is_loaded() -> None:
    code = (
        "import json, sys, scraper.middlewares.handler\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('scraper.middlewares.')"
        " and name.endswith(('connections', 'by_twisted'))]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []

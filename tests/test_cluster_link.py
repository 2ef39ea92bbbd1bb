"""Tickets, beats, and the door to Redis: what a place may do, what comes through, and what a
hostile place cannot change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.cluster.tickets import (
    COMMANDS,
    Beat,
    RedisServer,
    Ticket,
    acl_of_place,
    deadline_text,
    key_of,
    read_beat,
    read_ticket,
)
from tests.support.certificates import authority, server
from tests.support.redis_servers import (
    CENTRE,
    SECRET,
    RedisProcess,
    free_port,
    needs_redis,
    redis_server,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA = b"a slice"
TICKET = Ticket(
    job="a1",
    attempt=1,
    work="crawl",
    deadline=deadline_text(NOW + timedelta(minutes=10)),
    seconds=600,
    silence=60.0,
    sha256=sha256(DATA).hexdigest(),
    bytes=len(DATA),
    answer_bytes=1000,
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def test_a_ticket_comes_through_as_it_was() -> None:
    assert read_ticket(json.loads(json.dumps(TICKET.written()))) == TICKET
    assert TICKET.left(NOW) == 600.0
    # A worker whose clock is behind does not go on for longer than it was given.
    assert TICKET.left(NOW - timedelta(days=1)) == 600.0


@given(JSON_VALUES, st.sampled_from(sorted(TICKET.written())))
def test_what_is_no_ticket_is_refused(value: Any, name: str) -> None:
    said = {**TICKET.written(), name: value}
    with suppress(ValueError):
        assert read_ticket(said).written() == said
    with pytest.raises(ValueError):
        read_ticket(value)


@given(st.binary(max_size=600))
def test_a_beat_is_read_whatever_it_is(said: bytes) -> None:
    found = read_beat("node-1", said)
    assert found is None or len(found.attempt) <= 100


def test_a_deeply_nested_beat_is_none() -> None:
    assert read_beat("node-1", b"[" * 512) is None
    assert read_beat("a node", Beat("a node").written()) is None


def test_a_place_may_use_its_own_keys_and_what_a_worker_says() -> None:
    line = acl_of_place("cn-north", "hub-cn-north", "0" * 64)
    assert " ~hub:cn-north:* " in line and " -@all " in line
    assert line.count("~") == 1
    assert not {"keys", "eval", "config", "script", "scan", "flushall"} & set(COMMANDS)


# With a real Redis.


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    """A server for two places."""
    with redis_server(tmp_path / "redis", ("north", "south")) as found:
        yield found


def _as(user: str, server: RedisProcess) -> RedisServer:
    return RedisServer(server.address, user, lambda: SECRET)


@needs_redis
def test_a_ticket_is_taken_once_and_its_answer_fetched(redis_process: RedisProcess) -> None:
    import threading

    from scheduler.cluster.link import CentreLink, Consumer, WorkerLink

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    assert centre.view([("a1", 1)]).beats == ()
    worker = WorkerLink(_as("hub-north", redis_process), "north")
    worker.beat(Beat("n1", "a1:1"), 30_000)
    done, seen = threading.Event(), []

    def do(said: dict[str, object]) -> None:
        ticket = read_ticket(said)
        seen.append((worker.take(ticket, "n1"), worker.take(ticket, "n2")))
        assert worker.slice_of(ticket) == DATA
        assert not worker.is_cancelled(ticket)
        worker.put(ticket, b"an answer")
        done.set()

    consumer = Consumer(_as("hub-north", redis_process), "north", do)
    consumer.start()
    try:
        message = centre.send(TICKET, DATA, 600)
        assert done.wait(20)
    finally:
        consumer.stop(5)
    assert seen == [(True, False)]
    view = centre.view([("a1", 1)])
    assert view.beats == (Beat("n1", "a1:1"),)
    assert view.attempts["a1:1"].is_taken and view.attempts["a1:1"].answer == 65 + 9
    found = centre.answer("a1", 1, 1000)
    assert found == f"{sha256(b'an answer').hexdigest()}\n".encode() + b"an answer"
    assert len(centre.answer("a1", 1, 3)) == 65 + 3 + 1  # never more than the bound and one
    centre.clear("a1", 1, message)
    assert centre.view([("a1", 1)]).attempts["a1:1"].answer == 0


@needs_redis
def test_a_ticket_that_was_withdrawn_is_left(redis_process: RedisProcess) -> None:
    from scheduler.cluster.link import CentreLink, WorkerLink

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    message = centre.send(TICKET, DATA, 600)
    assert centre.view([]).queued == 1
    assert centre.withdraw("a1", 1, message) is False
    assert centre.view([]).queued == 0
    worker = WorkerLink(_as("hub-north", redis_process), "north")
    assert not worker.take(TICKET, "n1")
    assert worker.slice_of(TICKET) is None
    assert centre.withdraw("a1", 1, message) is True


@needs_redis
def test_a_worker_reaches_nothing_but_its_place(redis_process: RedisProcess) -> None:
    import redis

    from scheduler.cluster.link import CentreLink, connect

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    centre.send(TICKET, DATA, 600)
    south = connect(_as("hub-south", redis_process))
    foreign = key_of("north", "slice", "a1", 1)
    refused: tuple[tuple[object, ...], ...] = (
        ("GET", foreign), ("SET", foreign, "x"), ("DEL", foreign), ("KEYS", "*"),
        ("SCAN", "0"), ("EVAL", "return 1", "0"), ("CONFIG", "GET", "*"), ("FLUSHALL",),
        ("SCRIPT", "LOAD", "return 1"), ("ACL", "LIST"),
        ("SUBSCRIBE", "x"), ("CLIENT", "KILL", "TYPE", "normal"), ("MONITOR",), ("INFO",),
    )  # fmt: skip
    for command in refused:
        with pytest.raises(redis.exceptions.NoPermissionError):
            south.execute_command(*command)
    north = connect(_as("hub-north", redis_process))
    assert north.get(foreign) == DATA
    assert centre.view([("a1", 1)]).attempts["a1:1"].is_there
    nobody = connect(RedisServer(redis_process.address))
    with pytest.raises(redis.exceptions.AuthenticationError):
        nobody.ping()


@needs_redis
def test_a_library_script_reaches_no_foreign_queue(redis_process: RedisProcess) -> None:
    import redis
    from dramatiq.brokers.redis import _scripts

    from scheduler.cluster.link import CentreLink, connect

    CentreLink(_as(CENTRE, redis_process), "north").view([])
    south = connect(_as("hub-south", redis_process))
    import hashlib

    sha = hashlib.sha1(_scripts["dispatch"]).hexdigest()
    arguments = ("fetch", "1", "crawl", "w", "60000", "1", "0", "1000", "1")
    with pytest.raises(redis.exceptions.ResponseError):
        south.evalsha(sha, 1, "hub:north:q", *arguments)
    assert south.evalsha(sha, 1, "hub:south:q", *arguments) == []


@needs_redis
def test_beats_of_a_hostile_place_are_not_believed(redis_process: RedisProcess) -> None:
    from scheduler.cluster.link import CentreLink, connect

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    north = connect(_as("hub-north", redis_process))
    hostile = (b"{", b"x" * 100_000, b'{"attempt": 3}', b'["a"]', b"[" * 512, b"\xff\xfe")
    for number, said in enumerate(hostile):
        north.set(f"hub:north:beat:n{number}", said)
    north.set(b"hub:north:beat:\xff\n", b'{"attempt": ""}')
    north.set("hub:north:beat:good", Beat("good").written())
    assert centre.view([]).beats == (Beat("good"),)


@needs_redis
def test_keys_of_another_type_stop_nothing(redis_process: RedisProcess) -> None:
    from scheduler.cluster.link import CentreLink, connect

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    north = connect(_as("hub-north", redis_process))
    message = centre.send(TICKET, DATA, 600)
    for key in ("hub:north:out:a1:1", "hub:north:taken:a1:1", "hub:north:beat:n1"):
        north.delete(key)
        north.rpush(key, "nothing of ours")
    for key in ("hub:north:q:crawl", "hub:north:q:crawl.msgs"):
        north.delete(key)
        north.set(key, "nothing of ours")
    seen = centre.view([("a1", 1)])
    assert seen.beats == ()
    assert seen.attempts["a1:1"].answer > 0
    assert centre.answer("a1", 1, 1000) == b""
    assert centre.taker("a1", 1) == b""
    north.set("hub:north:q:crawl", "nothing of ours")
    centre.withdraw("a1", 1, message)
    centre.clear("a1", 1, message)
    assert centre.view([("a1", 1)]).attempts["a1:1"].answer == 0
    assert centre.send(TICKET, DATA, 600)
    assert centre.view([]).queued == 1


@needs_redis
def test_redis_down_is_one_error_and_comes_soon(redis_process: RedisProcess) -> None:
    import time

    from scheduler.cluster.link import CentreLink, LinkError

    centre = CentreLink(_as(CENTRE, redis_process), "north")
    centre.send(TICKET, DATA, 600)
    redis_process.kill()
    began = time.monotonic()
    for call in (lambda: centre.view([]), lambda: centre.send(TICKET, DATA, 60), centre.purge):
        with pytest.raises(LinkError, match="Redis"):
            call()
    assert time.monotonic() - began < 16
    redis_process.start()
    assert centre.view([("a1", 1)]).attempts["a1:1"].is_there is False  # it had no AOF
    centre.send(replace(TICKET, attempt=2), DATA, 600)
    assert centre.view([("a1", 2)]).attempts["a1:2"].is_there


@needs_redis
def test_redis_is_reached_over_tls_and_its_certificate_is_checked(tmp_path: Path) -> None:
    from scheduler.cluster.link import CentreLink, LinkError

    root, other = authority("Ours"), authority("Theirs")
    ca = root.pem(tmp_path / "ca.pem")
    wrong = other.pem(tmp_path / "other.pem")
    shown = server("localhost", root)
    shown.context(tmp_path)
    both = tmp_path / f"{shown.certificate.serial_number}.pem"
    port = free_port()
    lines = (f"tls-port {port}", f"tls-cert-file {both}", f"tls-key-file {both}",
        "tls-auth-clients no")  # fmt: skip
    with redis_server(tmp_path / "redis", ("north",), lines):
        at = f"rediss://localhost:{port}/0"
        trusted = RedisServer(at, CENTRE, lambda: SECRET, ca=ca)
        assert CentreLink(trusted, "north").view([]).beats == ()
        for refused in (
            replace(trusted, ca=wrong),
            replace(trusted, address=f"rediss://127.0.0.1:{port}/0"),  # not the name it shows
            replace(trusted, password=lambda: "another"),
        ):
            with pytest.raises(LinkError):
                CentreLink(refused, "north").view([])

"""Crawls on other machines, as processes: what is fetched elsewhere is merged here, whoever is
missing, killed or hostile."""

from __future__ import annotations

import json
import pickle
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.cluster.link import Consumer, WorkerLink
from scheduler.cluster.tickets import Beat, RedisServer, Ticket, read_ticket
from storage.archive import Archive
from tests.support.clusters import Cluster, cluster, soon
from tests.support.examples import cases
from tests.support.redis_servers import SECRET, needs_redis

pytestmark = [pytest.mark.slow, needs_redis]
TWO = (("north", "n1"), ("south", "s1"))
LONG = 150.0


def _merged(made: Cluster) -> set[tuple[str, str, str]]:
    """Which source was crawled at which place by whom."""
    sql = (
        "SELECT s.place, s.source_id, a.node FROM slices s JOIN remote_attempts a "
        "ON a.job = s.job AND a.attempt = s.attempt WHERE s.state = 'merged'"
    )
    return {(row["place"], row["source_id"], row["node"]) for row in made.rows(sql)}


@pytest.mark.parametrize("aof", [False, True])
def test_sources_are_crawled_by_the_workers_of_their_places(tmp_path: Path, aof: bool) -> None:
    with cluster(tmp_path, 2, aof, TWO) as made:
        soon(made.is_whole, LONG, made.logs)
        wanted = {("north", "town-00", "n1"), ("south", "town-01", "s1")}
        soon(lambda: _merged(made) >= wanted, LONG, made.logs)
        assert _merged(made) == wanted
        assert {place["place"]: len(place["workers"]) for place in made.status()} == {
            "north": 1,
            "south": 1,
        }
        made.end_centre()
        assert list(made.faults()) == []
        ended = {row["outcome"] for row in made.rows("SELECT outcome FROM slots")}
        assert ended <= {"ok", "unchanged", "interrupted", ""}


def _titles(made: Cluster, source: str) -> set[str]:
    return made.held()[source]


def _incidents(made: Cluster) -> list[tuple[str, str, str]]:
    """What is amiss: kind, source, and how it is said."""
    with Archive.open_readonly(made.archive) as store:
        found = [each.finding for each in store.incidents.unresolved()]
    return [(each.kind.value, each.place, each.message) for each in found]


def _other_answer(made: Cluster, ticket: Ticket) -> bytes:
    """The slice itself, in place of an answer."""
    link = WorkerLink(_north(made), "north")
    data = link.slice_of(ticket)
    assert data is not None
    return data


def _north(made: Cluster) -> RedisServer:
    return RedisServer(made.redis.address, "hub-north", lambda: SECRET)


HOSTILE: dict[str, Callable[[Cluster, Ticket], bytes]] = {
    "JSON": lambda made, ticket: json.dumps({"__reduce__": ["os.system", "true"]}).encode(),
    "nothing": lambda made, ticket: b"",
    "a pickle": lambda made, ticket: pickle.dumps(SystemExit(3)),
    "a foreign slice": _other_answer,
    "more than the bound": lambda made, ticket: b"\0" * 5_100_000,
}


@pytest.mark.parametrize("kind", cases(HOSTILE, ("a foreign slice", "nothing")))
def test_a_hostile_worker_changes_nothing_and_is_named(tmp_path: Path, kind: str) -> None:
    with cluster(tmp_path, 1, slice_bytes="5 MB", schedule="every 1h") as made:
        link = WorkerLink(_north(made), "north")
        done = threading.Event()

        def answer(said: dict[str, object]) -> None:
            ticket = read_ticket(said)
            if link.take(ticket, "mallory"):
                link.beat(Beat("mallory", ticket.name), 60_000)
                link.put(ticket, HOSTILE[kind](made, ticket))
                link.beat(Beat("mallory"), 60_000)
                done.set()

        link.beat(Beat("mallory"), 60_000)
        consumer = Consumer(_north(made), "north", answer)
        consumer.start()
        try:
            soon(done.is_set, LONG, made.logs)
            soon(lambda: [e for e in _incidents(made) if e[0] == "slice_refused"], LONG, made.logs)
            soon(lambda: made.rows("SELECT 1 FROM slices WHERE state = 'lost'"), LONG, made.logs)
        finally:
            consumer.stop(5)
        made.end_centre()
        assert ("slice_refused", "town-00") in {each[:2] for each in _incidents(made)}
        assert made.rows("SELECT * FROM articles") == []
        assert made.rows("SELECT * FROM runs") == []
        assert list(made.faults()) == []


def _slice_file(made: Cluster, ticket: Ticket) -> Path:
    return made.folder / f"{ticket.job}.{ticket.attempt}.slice"


def _crawled(made: Cluster, ticket: Ticket) -> Path:
    """A true answer: the slice of a ticket, crawled as a worker does."""
    path = _slice_file(made, ticket)
    child = made.hubwatch("north", "crawl", "--slice", str(path), log="mallory")
    assert child.wait(LONG) == 0, made.logs()
    return path.with_name(f"{path.name}.answer")


def _of_another_job(made: Cluster, tickets: list[Ticket]) -> bytes:
    """The answer to the first job, for the second."""
    return _crawled(made, tickets[0]).read_bytes()


def _with_another_source(made: Cluster, tickets: list[Ticket]) -> bytes:
    """The answer to the second job, which says that it is of the source of the first."""
    path = _crawled(made, tickets[1])
    sources = [made.source_of(ticket.job) for ticket in tickets]
    with closing(sqlite3.connect(path)) as answer, answer:
        changed = answer.execute("UPDATE answer SET source = ? WHERE source = ?", sources)
        assert changed.rowcount == 1
    return path.read_bytes()


_OTHERS: dict[str, tuple[int, Callable[[Cluster, list[Ticket]], bytes], str]] = {
    "of another job": (3, _of_another_job, "it is the answer to another attempt"),
    "of an older attempt": (1, _of_another_job, "it is the answer to another attempt"),
    "of another source": (3, _with_another_source, "it was made from another slice"),
}


@pytest.mark.parametrize("kind", _OTHERS)
def test_a_true_answer_to_something_else_changes_nothing_and_is_named(
    tmp_path: Path, kind: str
) -> None:
    """Whoever works at a place can write under the keys of all its jobs."""
    towns, answer_of, reason = _OTHERS[kind]
    with cluster(tmp_path, towns, schedule="every 1h") as made:
        link = WorkerLink(_north(made), "north")
        tickets: list[Ticket] = []
        done = threading.Event()

        def take(said: dict[str, object]) -> None:
            ticket = read_ticket(said)
            if done.is_set() or not link.take(ticket, f"mallory-{len(tickets)}"):
                return
            tickets.append(ticket)
            _slice_file(made, ticket).write_bytes(_other_answer(made, ticket))
            doing = ticket.name if towns > 1 or len(tickets) > 1 else ""
            link.beat(Beat(f"mallory-{len(tickets)}", doing), 600_000)
            if len(tickets) == 2:
                link.put(ticket, answer_of(made, tickets))
                done.set()

        link.beat(Beat("mallory-1"), 600_000)
        consumer = Consumer(_north(made), "north", take)
        consumer.start()
        refused = "SELECT source_id, reason FROM slice_answers WHERE state = 'refused'"
        try:
            soon(done.is_set, LONG, made.logs)
            soon(lambda: made.rows(refused), LONG, made.logs)
            # Whoever took the ticket may be asking its portal still: the hosts are held until then.
            soon(lambda: link.is_cancelled(tickets[1]), LONG, made.logs)
            lost = "SELECT 1 FROM slices WHERE state = 'lost' AND job = ? AND attempt = ?"
            last = (tickets[1].job, tickets[1].attempt)
            time.sleep(3)
            assert made.rows(lost, *last) == []
            link.beat(Beat("mallory-2"), 600_000)
            soon(lambda: made.rows(lost, *last), LONG, made.logs)
        finally:
            consumer.stop(5)
        made.end_centre()
        (row,) = made.rows(refused)
        named = made.source_of(tickets[1].job)
        assert row["source_id"] == named
        assert row["reason"].startswith(reason)
        assert ("slice_refused", named) in {each[:2] for each in _incidents(made)}
        assert made.rows("SELECT * FROM articles") == []
        assert made.rows("SELECT * FROM runs") == []
        assert made.rows("SELECT * FROM slice_answers WHERE state = 'merged'") == []
        assert list(made.faults()) == []


def test_without_a_worker_nothing_is_sent_and_the_fallback_holds(tmp_path: Path) -> None:
    with cluster(tmp_path, 2, fallback="here") as made:
        made.redis.kill()
        soon(made.is_whole, LONG, made.logs)
        assert made.rows("SELECT * FROM remote_attempts") == []
        assert [bool(place["trouble"]) for place in made.status()] == [True, True]


def test_a_source_waits_for_a_worker_of_its_place(tmp_path: Path) -> None:
    with cluster(tmp_path, 1, nodes=(("south", "s1"),)) as made:
        skipped = "SELECT 1 FROM slots WHERE state = 'skipped' AND reason = 'no room in time'"
        soon(lambda: len(made.rows(skipped)) > 1, LONG, made.logs)
        assert made.rows("SELECT * FROM remote_attempts") == []
        assert made.rows("SELECT * FROM runs") == []
        made.start_worker("north", "n1")
        soon(made.is_whole, LONG, made.logs)


def test_an_answer_that_comes_late_is_recorded_and_not_applied(tmp_path: Path) -> None:
    with cluster(tmp_path, 1, schedule="every 1h") as made:
        link, took = WorkerLink(_north(made), "north"), []

        def take(said: dict[str, object]) -> None:
            ticket = read_ticket(said)
            if link.take(ticket, "slow"):
                took.append(ticket)

        link.beat(Beat("slow"), 600_000)
        consumer = Consumer(_north(made), "north", take)
        consumer.start()
        try:
            soon(lambda: len(took) > 1, LONG, made.logs)
            assert [(each.job == took[0].job, each.attempt) for each in took] == [
                (True, 1),
                (True, 2),
            ]
            assert link.is_cancelled(took[0])
            link.put(took[0], b"far too late")
            late = "SELECT state, reason FROM slice_answers"
            soon(lambda: made.rows(late), LONG, made.logs)
        finally:
            consumer.stop(5)
        assert [row["state"] for row in made.rows(late)] == ["late"]
        assert made.rows("SELECT * FROM runs") == []
        states = "SELECT state, reason FROM remote_attempts WHERE attempt = 1"
        (first,) = made.rows(states)
        assert first["state"] == "over" and first["reason"].startswith("nothing was heard of it")

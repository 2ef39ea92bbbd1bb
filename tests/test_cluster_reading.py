"""Reading again on other machines, as processes: what it leaves is what reading here leaves, row by
row, whoever is killed, missing or hostile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desk.readers.chunks import read_chunk
from scheduler.cluster.link import Consumer, WorkerLink
from scheduler.cluster.tickets import Beat, RedisServer, read_ticket
from storage.archive import Archive
from storage.packing import pack, unpack
from tests.support.cluster_reading import (
    PLACE,
    Yard,
    compare,
    differences,
    ended,
    lay_down,
    yard,
)
from tests.support.clusters import soon
from tests.support.examples import cases
from tests.support.redis_servers import SECRET, needs_redis

pytestmark = [pytest.mark.slow, needs_redis]
PAGES = 400
LONG = 200.0


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that is to be read again, and beside it (`here.db`) one whose pages were."""
    folder = tmp_path_factory.mktemp("laid")
    with yard(folder) as made:
        lay_down(made, folder / "laid.db", PAGES)
        shutil.copy(folder / "laid.db", folder / "here.db")
        ended(made.reread(folder / "here.db", "pages"), made)
    assert differences(folder / "laid.db", folder / "here.db")
    return folder / "laid.db"


@pytest.fixture
def archive(laid: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copy(laid, tmp_path / "there.db")
    return tmp_path / "there.db"


def _rows(archive: Path, sql: str) -> list[dict[str, Any]]:
    with Archive.open_readonly(archive) as store:
        return [dict(row) for row in store._db.query(sql)]


def _is_equal(archive: Path, laid: Path) -> None:
    assert differences(archive, laid.with_name("here.db")) == []


def test_pages_grades_and_facts_are_as_they_are_here_whoever_is_killed(tmp_path: Path) -> None:
    told: list[str] = []
    faults = compare(tmp_path, PAGES, 2, 4, 7, told.append, pause=(0.5, 4.0))
    assert faults == []
    assert any("SIGKILL" in line for line in told), told


def test_a_reading_that_was_cut_off_goes_on_where_it_was(
    laid: Path, archive: Path, tmp_path: Path
) -> None:
    with yard(tmp_path, ["r1"]) as made:
        first = made.reread(archive, "pages", "--place", PLACE)
        done = "SELECT * FROM reading_jobs WHERE done > 0"
        soon(lambda: _rows(archive, done), LONG, made.logs)
        first.kill()
        first.wait()
        (job,) = _rows(archive, done)
        assert 0 < job["done"] < PAGES and job["ended_at"] is None
        (place,) = _status(made, archive)
        assert [(each["work"], each["done"]) for each in place["readings"]] == [
            ("pages", job["done"])
        ]
        ended(made.reread(archive, "pages", "--place", PLACE), made)
        (after,) = _rows(archive, "SELECT * FROM reading_jobs")
        assert (after["id"], after["done"], after["total"]) == (job["id"], PAGES, PAGES)
        assert after["here"] < PAGES // 2 and after["ended_at"]
    assert _rows(archive, "SELECT * FROM remote_attempts WHERE state <> 'cleared'") == []
    _is_equal(archive, laid)


def _status(made: Yard, archive: Path) -> list[dict[str, Any]]:
    words = ("--db", str(archive), "cluster", "status", "--json")
    child = made.hubwatch("centre", *words, log="status")
    assert child.wait(60) == 0
    found: list[dict[str, Any]] = json.loads((made.folder / "status.log").read_text())
    return found


def test_where_nobody_reads_all_is_read_here(laid: Path, archive: Path, tmp_path: Path) -> None:
    with yard(tmp_path) as made:
        made.redis.kill()
        ended(made.reread(archive, "pages", "--place", PLACE), made)
        assert f"0 read at {PLACE}, {PAGES} here" in made.logs()
    _is_equal(archive, laid)


def test_a_place_that_is_not_trusted_gets_nothing(archive: Path, tmp_path: Path) -> None:
    with yard(tmp_path) as made:
        config = tmp_path / "centre.toml"
        config.write_text(config.read_text().replace("readers = true", "readers = false"))
        process = made.reread(archive, "pages", "--place", PLACE)
        assert process.wait(60) != 0
        assert "no place with readers" in made.logs()
    assert _rows(archive, "SELECT * FROM remote_attempts") == []


def _lines(answer: bytes) -> list[Any]:
    return [json.loads(line) for line in unpack(answer).split(b"\n")]


def _again(lines: list[Any]) -> bytes:
    return pack(b"\n".join(json.dumps(each).encode() for each in lines))


def _lying(change: Callable[[list[Any]], None]) -> Callable[[bytes], bytes]:
    """An answer of which every article is changed."""

    def answer(honest: bytes) -> bytes:
        head, *readings = _lines(honest)
        for each in readings:
            change(each[5])
        return _again([head, *readings])

    return answer


def _retitle(article: list[Any]) -> None:
    article[2] = "Nothing happened"


def _scripted(article: list[Any]) -> None:
    article[4] = "<script>alert(1)</script>"


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "JSON": lambda honest: b'{"__reduce__": ["os.system", "true"]}',
    "more than the bound": lambda honest: b"\0" * 5_100_000,
    "other titles": _lying(_retitle),
    "scripts": _lying(_scripted),
}


@pytest.mark.parametrize("kind", cases(HOSTILE, ("more than the bound", "scripts")))
def test_a_lying_reader_changes_nothing_and_is_named(
    kind: str, laid: Path, archive: Path, tmp_path: Path
) -> None:
    with yard(tmp_path) as made:
        config = tmp_path / "centre.toml"
        config.write_text(config.read_text().replace("[cluster]", '[cluster]\nslice_bytes="5 MB"'))
        with _reader(made, HOSTILE[kind]) as asked:
            ended(made.reread(archive, "pages", "--place", PLACE), made)
        assert asked
        assert "was not used any more" in made.logs()
    _is_equal_but_for_incidents(archive, laid)
    (refusal,) = _rows(archive, "SELECT * FROM reading_refusals")
    assert (refusal["place"], refusal["node"]) == (PLACE, "mallory")
    with Archive.open_readonly(archive) as store:
        found = [each.finding for each in store.incidents.unresolved()]
    assert [(each.kind.value, each.place) for each in found] == [
        ("reading_refused", f"{PLACE} mallory")
    ]


def _is_equal_but_for_incidents(archive: Path, laid: Path) -> None:
    found = differences(archive, laid.with_name("here.db"))
    assert [each for each in found if not each.startswith(("incidents:", "notices:"))] == []


@contextmanager
def _reader(made: Yard, answer: Callable[[bytes], bytes]) -> Iterator[list[str]]:
    """A worker that answers with what is made of an honest answer. Yields what it was asked."""
    server = RedisServer(made.redis.address, f"hub-{PLACE}", lambda: SECRET)
    link, asked = WorkerLink(server, PLACE), []

    def do(said: dict[str, object]) -> None:
        ticket = read_ticket(said)
        if not link.take(ticket, "mallory"):
            return
        asked.append(ticket.name)
        data = link.slice_of(ticket)
        assert data is not None
        chunk = made.folder / f"{ticket.job}.chunk"
        chunk.write_bytes(data)
        read_chunk(chunk, chunk.with_suffix(".answer"))
        link.put(ticket, answer(chunk.with_suffix(".answer").read_bytes()))

    link.beat(Beat("mallory"), 600_000)
    consumer = Consumer(server, PLACE, do)
    consumer.start()
    try:
        yield asked
    finally:
        consumer.stop(5)

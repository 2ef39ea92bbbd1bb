"""The daemon says how it is: probes and numbers on loopback, log lines for programs."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import logging
import re
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.logs import LogFormat, log_to_stderr
from hubwatch.errors import ConfigError
from hubwatch.locks import Lock
from hubwatch.log_line import LogLine
from scheduler.daemon import Daemon, MachineWatch
from scheduler.dispatcher import Dispatcher
from scheduler.events import warn
from scheduler.jobs import Cause, Job, Limits, Purpose, Reason, skip_nothing
from scheduler.ledger import Ledger
from scheduler.monitoring import DaemonStatus, Endpoint, answers
from scheduler.schedules import parse_schedule
from scheduler.systemd import Notifier
from scraper.crawl.context import LOGGER, event
from storage.archive import Archive
from tests.support.incident_archive import amiss
from tests.support.make import NOW, SOURCE, later
from tests.support.servers import free_port

_SAMPLE = re.compile(r'hubwatch_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+]+')


@pytest.fixture
def place() -> str:
    """A port that nobody has."""
    return f"127.0.0.1:{free_port()}"


def ask(
    store: Archive,
    place: str,
    question: Callable[[], object],
    trouble: str = "",
    sources: tuple[str, ...] = (SOURCE.id,),
    others: tuple[Job, ...] = (),
) -> object:
    """What an endpoint on that archive answers while it is open."""
    condition = DaemonStatus(5, 1, 2, 0, trouble, sources=sources, others=others)

    async def serve() -> object:
        endpoint = Endpoint(place, answers(store, lambda: condition, lambda: NOW))
        await endpoint.open()
        try:
            return await asyncio.to_thread(question)
        finally:
            await endpoint.close()

    return asyncio.run(serve())


def get(place: str, path: str, method: str = "GET", host: str = "") -> tuple[int, str]:
    """One request."""
    connection = http.client.HTTPConnection(place, timeout=10)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


@pytest.fixture
def ill(tmp_path: Path) -> Path:
    amiss(tmp_path / "amiss.db")
    return tmp_path / "amiss.db"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/healthz", 200, "ok"), ("/readyz", 200, "ready"), ("/", 404, "/metrics")],
)
def test_probes(ill: Path, place: str, path: str, status: int, says: str) -> None:
    with Archive.open(ill) as store:
        found = ask(store, place, lambda: get(place, path))
    assert isinstance(found, tuple)
    assert found[0] == status
    assert says in found[1]


def test_who_is_in_trouble_lives_and_is_not_ready(ill: Path, place: str) -> None:
    with Archive.open(ill) as store:
        trouble = "disk is full"
        assert ask(store, place, lambda: get(place, "/readyz"), trouble) == (503, "disk is full\n")
        assert ask(store, place, lambda: get(place, "/healthz"), trouble) == (200, "ok\n")


def test_numbers_are_in_the_text_format(ill: Path, place: str) -> None:
    with Archive.open(ill) as store:
        status, text = ask(store, place, lambda: get(place, "/metrics"))  # type: ignore[misc]
    assert status == 200
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(_SAMPLE.fullmatch(line) for line in samples)
    assert "hubwatch_runs_total 2" in samples
    assert 'hubwatch_incidents_open{severity="warning"} 1' in samples
    assert "hubwatch_jobs_waiting 2" in samples
    outcome = 'hubwatch_source_last_outcome{source="practice-en",outcome="layout_changed"} 1'
    assert outcome in samples
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {re.split(r"[{ ]", line)[0] for line in samples} <= named


def test_there_are_series_of_the_sources_that_are_watched_and_of_no_others(
    ill: Path, place: str
) -> None:
    with Archive.open(ill) as store:
        with store.writing() as tx:
            tx.maintenance.pause("new-en", later(days=3), "moves", "Ana")
        found = ask(store, place, lambda: get(place, "/metrics"), sources=("new-en",))
    assert isinstance(found, tuple)
    samples = {line for line in found[1].splitlines() if line.startswith("hubwatch_source_")}
    assert samples == {
        'hubwatch_source_last_success_timestamp_seconds{source="new-en"} 0',
        'hubwatch_source_failures{source="new-en"} 0',
        'hubwatch_source_paused{source="new-en"} 1',
    }


def test_there_are_series_of_each_other_job_and_of_the_last_backup(ill: Path, place: str) -> None:
    rule, span = parse_schedule("every 1h", "UTC"), timedelta(minutes=5)
    jobs = (Job("look", (), rule, span), Job("copy", (), rule, span, purpose=Purpose.BACKUP))
    with Archive.open(ill) as store:

        def told() -> set[str]:
            found = ask(store, place, lambda: get(place, "/metrics"), others=jobs)
            assert isinstance(found, tuple)
            wanted = ("hubwatch_job_", "hubwatch_backup_")
            return {line for line in found[1].splitlines() if line.startswith(wanted)}

        none = "hubwatch_backup_last_success_timestamp_seconds 0"
        assert told() == {
            'hubwatch_job_last_success_timestamp_seconds{job="look"} 0',
            'hubwatch_job_last_success_timestamp_seconds{job="copy"} 0',
            'hubwatch_job_failures{job="look"} 0',
            'hubwatch_job_failures{job="copy"} 0',
            none,
        }
        with store.writing() as tx:
            for hour, job, word in (
                (-1, "copy", "ok"),
                (-1, "look", "failed"),
                (0, "look", "timeout"),
            ):
                slot = tx.slots.plan(job, later(hours=hour), "", NOW)
                tx.slots.claim(slot.id, later(hours=hour))
                tx.slots.end(slot.id, later(hours=hour), word)
        at, after = later(hours=-1).timestamp(), NOW.timestamp()
        assert told() == {
            f'hubwatch_job_last_run_timestamp_seconds{{job="look"}} {after}',
            f'hubwatch_job_last_run_timestamp_seconds{{job="copy"}} {at}',
            'hubwatch_job_last_success_timestamp_seconds{job="look"} 0',
            f'hubwatch_job_last_success_timestamp_seconds{{job="copy"}} {at}',
            'hubwatch_job_last_outcome{job="look",outcome="timeout"} 1',
            'hubwatch_job_last_outcome{job="copy",outcome="ok"} 1',
            'hubwatch_job_failures{job="look"} 2',
            'hubwatch_job_failures{job="copy"} 0',
            f"hubwatch_backup_last_success_timestamp_seconds {at}",
        }


def test_the_daemon_watches_the_sources_among_its_jobs(ill: Path) -> None:
    with Archive.open(ill) as store:
        dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing)
        hourly, span = parse_schedule("every 1h", "UTC"), timedelta(minutes=5)
        dispatcher.begin([Job("new-en", (), hourly, span, group="crawl")], NOW)
        daemon = Daemon(
            lambda: (), dispatcher, MachineWatch(store, lambda: NOW), Limits(), Notifier()
        )
        assert daemon.condition().sources == ("new-en",)
        dispatcher.take([Job("backup", (), hourly, span)], NOW)
        assert daemon.condition().sources == ()
        assert [job.name for job in daemon.condition().others] == ["backup"]


def test_a_daemon_that_cannot_write_says_so_beside_the_archive(archive: Path) -> None:
    moments = [NOW]
    hourly = parse_schedule("every 1h", "UTC")

    async def look(hours: int) -> tuple[datetime, str] | None:
        moments.append(NOW + timedelta(hours=hours))
        daemon._step()
        return lock.last_beat()

    with (
        Lock(archive, "daemon").acquire(timedelta(), "a test") as lock,
        Archive.create(archive) as store,
    ):
        held = Reason(Cause.GLOBAL_PAUSE, None, "Ana", "a test")
        dispatcher = Dispatcher(Ledger(store), Limits(), lambda name, now: held)
        dispatcher.begin([Job("backup", (), hourly, timedelta(minutes=5))], NOW)
        watch = MachineWatch(store, lambda: moments[-1])
        daemon = Daemon(lambda: dispatcher.jobs, dispatcher, watch, Limits(), Notifier())
        daemon.lock = lock
        assert asyncio.run(look(1)) == (NOW + timedelta(hours=1), "")
        store._db.execute("PRAGMA query_only = ON")
        at, trouble = asyncio.run(look(3)) or (NOW, "")
        assert (at, "readonly" in trouble) == (NOW + timedelta(hours=1), True)
        store._db.execute("PRAGMA query_only = OFF")
        assert asyncio.run(look(4)) == (NOW + timedelta(hours=4), "")


@pytest.mark.parametrize(
    ("method", "host", "status"),
    [
        ("POST", "", 405),
        ("GET", "evil.example.org", 403),
        ("GET", "localhost:80", 200),
        ("GET", "[::1]:80", 200),
        ("HEAD", "", 200),
    ],
)
def test_foreign_names_and_other_methods_are_refused(
    ill: Path, place: str, method: str, host: str, status: int
) -> None:
    with Archive.open(ill) as store:
        found = ask(store, place, lambda: get(place, "/healthz", method, host))
    assert isinstance(found, tuple)
    assert found[0] == status


def test_noise_stops_nothing(ill: Path, place: str) -> None:
    def noise() -> tuple[int, str]:
        host, _, port = place.partition(":")
        for data in (b"", b"\0\xff\r\n\r\n", b"GET /" + b"x" * 20_000):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.sendall(data)
        return get(place, "/healthz")

    with Archive.open(ill) as store:
        assert ask(store, place, noise) == (200, "ok\n")


def test_a_place_that_is_taken_is_named(ill: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Archive.open(ill) as store:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigError, match=r"daemon\.listen: 127\.0\.0\.1:"):
            ask(store, where, lambda: None)


# Log lines


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[[LogFormat], io.StringIO]:
    """Where log lines go, once they are set up."""
    root, ours = logging.getLogger(), logging.getLogger("hubwatch")
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(ours, "level", ours.level)
    said = io.StringIO()

    def set_up(how: LogFormat) -> io.StringIO:
        monkeypatch.setattr(root, "handlers", [])
        monkeypatch.setattr("sys.stderr", said)
        log_to_stderr(how)
        return said

    return set_up


def test_lines_for_people(logged: Callable[[LogFormat], io.StringIO]) -> None:
    said = logged(LogFormat.TEXT)
    warn("ended", job="guiyang-en", run=17, late=0.24, reason="no such\nthing")
    moment, _, rest = said.getvalue().strip().partition(" ")
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", moment)
    assert rest == 'WARNING ended job=guiyang-en run=17 late=0.2 reason="no such thing"'


def test_lines_for_programs(logged: Callable[[LogFormat], io.StringIO]) -> None:
    said = logged(LogFormat.JSON)
    warn("ended", job="guiyang-en", run=17, late=0.24, reason='a "word"\nmore')
    LOGGER.info("%s", event("crawled", source="guiyang-en", run=17, new=3))
    logging.getLogger("somebody").warning("else %s", 1)
    ended, crawled, other = [json.loads(line) for line in said.getvalue().splitlines()]
    assert ended["event"] == "ended"
    assert (ended["level"], ended["run"], ended["late"]) == ("warning", 17, 0.24)
    assert ended["reason"] == 'a "word"\nmore'
    assert crawled["run"] == 17
    assert other["message"] == "else 1"
    assert {"at", "logger"} <= ended.keys() & other.keys()


def test_a_bug_is_one_document_too(logged: Callable[[LogFormat], io.StringIO]) -> None:
    said = logged(LogFormat.JSON)
    LOGGER.error("broke source=%s", "x", exc_info=ValueError("no"))
    (line,) = said.getvalue().splitlines()
    assert "ValueError: no" in json.loads(line)["trace"]


@pytest.mark.parametrize(
    ("value", "said"),
    [("plain", "plain"), ("", '""'), ("a b", '"a b"'), ('a"b', r'"a\"b"'), ("a=b", '"a=b"')],
)
def test_values_are_quoted_where_they_must_be(value: str, said: str) -> None:
    assert str(LogLine("word", {"key": value})) == f"word key={said}"

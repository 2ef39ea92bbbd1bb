"""The daemon end to end: rounds, SIGTERM, restart, nothing twice and nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from datetime import date
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest

from desk.practice.demo import practice_config, practice_sources
from desk.practice.portal import sources_folder, truth
from desk.practice.server import serve
from scheduler.child import children_of
from storage.archive import Archive
from storage.articles.records import Query
from storage.types import Change, Outcome
from tests.support.cli import CommandLine
from tests.support.daemons import daemon
from tests.support.processes import command_line
from tests.support.servers import free_port

ANCHOR = date(2026, 3, 2)
PATIENCE = 120  # seconds


def hurried_sources(folder: Path) -> Path:
    """The practice sources on a timetable of seconds."""
    folder.mkdir()
    for path in sources_folder().glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        hurried = ['schedule = "every 20s"' if li.startswith("schedule") else li for li in lines]
        (folder / path.name).write_text("\n".join(hurried), encoding="utf-8")
    return folder


def rounds(archive: Path) -> int:
    """How often the least crawled source was crawled to the end."""
    with Archive.open_readonly(archive) as store:
        done = Counter(
            run.source_id for run in store.runs.latest(1000) if run.outcome is Outcome.OK
        )
    return min((done[source.id] for source in practice_sources()), default=0)


def wait_for(archive: Path, wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while rounds(archive) < wanted:
        assert time.monotonic() < deadline, f"{rounds(archive)} of {wanted} rounds"
        time.sleep(0.5)


def stopped(process: subprocess.Popen[str]) -> str:
    """Tell the daemon to stop; its last words."""
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=40)
    assert process.returncode == 0, told
    return told


@pytest.mark.slow
def test_three_rounds_sigterm_restart_nothing_twice(hubwatch: CommandLine, tmp_path: Path) -> None:
    config, archive = tmp_path / "hubwatch.toml", tmp_path / "hubwatch.db"
    own = hurried_sources(tmp_path / "sources")
    with serve(ANCHOR, 1) as served:
        text = practice_config(served.hosts).replace(str(sources_folder()), str(own))
        config.write_text(text, encoding="utf-8")
        assert hubwatch("--config", config, "init").code == 0
        with daemon(config) as process:
            wait_for(archive, 1)
            busy = hubwatch("--config", config, "run")
            assert busy.code == 1
            assert "hubwatch run" in busy.err
            wait_for(archive, 3)
            assert "stopped" in stopped(process)
        with daemon(config) as process:
            wait_for(archive, 4)
            stopped(process)
    with Archive.open_readonly(archive) as store:
        runs, events, slots = (
            store.runs.latest(1000),
            store.revisions.events(),
            store.slots.select(limit=1000),
        )
        urls = Counter(article.url for article in store.articles.select(Query(limit=None)))
    assert set(urls) == {article.url for article in truth(ANCHOR, 1).served()}
    assert set(urls.values()) == {1}
    # A source that comes later may have had a story first: that is told, and is no second news.
    told = Counter(event.change for event in events)
    assert told.pop(Change.NEW) == len(urls)
    assert set(told) <= {Change.LEAD}
    assert all(run.outcome is not None for run in runs)
    assert len({(slot.job, slot.due_at) for slot in slots}) == len(slots)
    assert {slot.state for slot in slots} <= {"done", "skipped", "due"}


@pytest.mark.slow
def test_the_daemon_keeps_the_review_page_running(hubwatch: CommandLine, tmp_path: Path) -> None:
    config, port = tmp_path / "hubwatch.toml", free_port()
    config.write_text(
        'archive = "hubwatch.db"\ncontact = "mailto:ana@example.org"\nenabled = []\n'
        f'[desk]\nserve = true\nuser = "Li"\nlisten = "127.0.0.1:{port}"\n',
        encoding="utf-8",
    )
    assert hubwatch("--config", config, "init").code == 0
    with daemon(config) as process:
        answers(port)
        first = desk_of(process)
        os.kill(first, signal.SIGKILL)
        answers(port)
        assert desk_of(process) != first
        told = stopped(process)
    assert 'fell service=desk reason="ended by SIGKILL"' in told
    with pytest.raises(OSError, match="refused"):
        http_get(port)


def http_get(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def answers(port: int) -> None:
    """Wait until the review page is served."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert http_get(port) == HTTPStatus.OK
            return
        except OSError:
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.2)


def desk_of(process: subprocess.Popen[str]) -> int:
    """The process id of the daemon's child that serves the page."""
    return next(pid for pid in children_of(process.pid) if "desk" in command_line(pid)[-1:])

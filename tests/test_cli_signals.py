"""Ctrl-C ends what fetches with 130, after telling what it has; SIGTERM ends it as before."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from desk.practice.demo import practice_config
from storage.archive import Archive
from storage.types import Outcome, Quarantine
from tests.support.cli import CommandLine, away
from tests.support.make import NOW, SOURCE, unreadable
from tests.support.servers import Behaviour, Hit, Server, silence

HOST = "english.practice.test"
FIRST, SECOND = "/2026-03/01/content_1.htm", "/2026-03/01/content_2.htm"


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
) -> CommandLine:
    """With a configuration for the English practice portal as the fault server has it."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    away(tmp_path, monkeypatch)
    site = server.site(HOST)
    site.listing("/news.html", FIRST, SECOND)
    Path("h.toml").write_text(practice_config(server.hosts), encoding="utf-8")
    return CommandLine(capsys)


def sending(number: signal.Signals) -> Behaviour:
    """Whoever asks gets a signal instead of an answer."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        os.kill(os.getpid(), number)
        silence(5)(connection, hit)

    return behave


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 3)])
@pytest.mark.parametrize(
    "command",
    [
        ("crawl", "practice-en"),
        ("crawl", f"http://{HOST}{FIRST}"),
        ("backfill", "practice-en", "--since", "2020-01-01"),
    ],
)
def test_what_fetches_ends_with_what_it_has(
    hubwatch: CommandLine,
    server: Server,
    command: tuple[str, ...],
    number: signal.Signals,
    code: int,
) -> None:
    server.site(HOST).answer(FIRST, sending(number))
    ended = hubwatch("--config", "h.toml", "--db", "h.db", *command, "--json")
    assert ended.code == code
    assert [line["outcome"] for line in ended.json_lines] == ["interrupted"]


def test_ctrl_c_ends_the_asking_again_for_what_was_set_aside(
    hubwatch: CommandLine, server: Server
) -> None:
    with Archive.create(Path("h.db")) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for path in (FIRST, SECOND):
            aside = Quarantine(f"http://{HOST}{path}", unreadable(Outcome.EMPTY))
            tx.articles.apply(aside, source_id=SOURCE.id, run_id=run.id, now=NOW)
    site = server.site(HOST)
    for path in (FIRST, SECOND):
        site.answer(path, sending(signal.SIGINT))
    ended = hubwatch(
        "--config", "h.toml", "--db", "h.db", "reread", "quarantine", SOURCE.id, "--fetch"
    )
    assert ended.code == 130
    assert len(site.paths()) == 1
    assert "0 gaps closed, 1 page still set aside" in ended.err


@pytest.mark.slow
def test_ctrl_c_ends_the_adding_of_an_address(hubwatch: CommandLine, server: Server) -> None:
    server.site(HOST).answer(FIRST, sending(signal.SIGINT))
    ended = hubwatch(
        "--config",
        "h.toml",
        "--db",
        "h.db",
        "stories",
        "add",
        f"http://{HOST}{FIRST}",
        "--by",
        "Ana",
    )
    assert ended.code == 130

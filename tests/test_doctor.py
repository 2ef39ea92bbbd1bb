"""`hubwatch doctor`: each thing that may be out of order is found, with a remedy."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk.demo import practice_config, practice_sources
from desk.doctor.check import State
from desk.doctor.contents import stuck_runs, trust
from desk.doctor.machine import disk, sqlite_build
from scraper.sources.model import TlsException
from storage.health.incidents import Finding, Kind, Severity
from storage.health.records import OpenRun
from storage.keeping.standstill import Standstill
from storage.store import Store
from tests.amiss import amiss
from tests.cli import CommandLine, away
from tests.make import NOW, SOURCE, later

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T05:30+00:00")
GIGABYTE = 10**9


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(practice_config({}), encoding="utf-8")
    amiss(Path("hubwatch.db"))
    return CommandLine(capsys)


def states(hubwatch: CommandLine, *at: str) -> dict[str, str]:
    """State by check; whatever is not in order has a remedy."""
    found = hubwatch(*(at or AT), "doctor", "--json").json["checks"]
    assert all(each["remedy"] for each in found if each["state"] != "ok")
    return {each["check"]: each["state"] for each in found}


def test_an_installation_in_order(hubwatch: CommandLine) -> None:
    ended = hubwatch(*AT, "doctor")
    assert ended.code == 0
    assert "0 faults" in ended.err
    assert states(hubwatch) == {
        "archive": "ok",
        "search index": "ok",
        "standstill": "ok",
        "runs": "ok",
        "incidents": "warning",  # one that nobody sees to
        "sqlite": "ok",
        "daemon": "warning",
        "clock": "ok",
        "disk": "ok",
        "permissions": "ok",
        "jobs": "ok",
        "backup": "warning",  # none was ever made
        "configuration": "ok",
        "trust": "ok",
        "alerts": "warning",
    }


def test_a_standstill_is_a_warning_with_the_word_that_ends_it(hubwatch: CommandLine) -> None:
    with Store.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.stand_still(Standstill(NOW, "restored from bk.zip", "restore"))
    (found,) = (
        each
        for each in hubwatch(*AT, "doctor", "--json").json["checks"]
        if each["check"] == "standstill"
    )
    assert (found["state"], found["remedy"]) == (
        "warning",
        "`hubwatch --config hubwatch.toml resume`",
    )
    assert "restored from bk.zip" in found["told"]


def test_an_index_that_drifted_is_a_fault(hubwatch: CommandLine) -> None:
    with Store.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO shadows_fts(rowid, title, body) VALUES (77, 'a', 'b')")
    assert states(hubwatch)["search index"] == "fault"
    assert hubwatch(*AT, "doctor").code == 1


def test_a_damaged_archive_and_none_at_all(hubwatch: CommandLine) -> None:
    Path("hubwatch.db").write_bytes(b"no database at all" * 100)
    assert states(hubwatch)["archive"] == "fault"
    Path("hubwatch.db").unlink()
    assert states(hubwatch)["archive"] == "fault"


def test_a_bad_configuration_is_told_with_its_line(hubwatch: CommandLine) -> None:
    Path("hubwatch.toml").write_text("archiv = 3\n", encoding="utf-8")
    ended = hubwatch(*AT, "doctor")
    assert ended.code == 1
    assert "did you mean 'archive'" in ended.out
    assert ended.err == "1 check: 1 fault, 0 warnings\n"


def test_a_clock_that_is_behind_what_was_written(hubwatch: CommandLine) -> None:
    early = ("--config", "hubwatch.toml", "--now", "2026-03-01T00:00+00:00")
    assert states(hubwatch, *early)["clock"] == "fault"


def test_a_critical_incident_is_a_fault(hubwatch: CommandLine) -> None:
    grave = Finding(Kind.NETWORK, "", Severity.CRITICAL, "no network")
    with Store.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.open_incident(grave, later(hours=1))
    assert states(hubwatch)["incidents"] == "fault"


def test_what_everybody_may_write_is_a_warning(hubwatch: CommandLine) -> None:
    path = Path("hubwatch.db")
    path.chmod(path.stat().st_mode | stat.S_IWOTH)
    assert states(hubwatch)["permissions"] == "warning"


def test_a_secret_that_is_not_there_is_a_fault(hubwatch: CommandLine) -> None:
    text = practice_config({}) + (
        '\n[[delivery]]\nname = "chat"\nkind = "webhook"\nurl = "env:NOT_SET_AT_ALL"\n'
        '\n[[alerts.channel]]\nto = "chat"\n'
    )
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    assert states(hubwatch)["alerts"] == "fault"


def test_runs_without_a_process_and_endless_ones_are_stuck() -> None:
    here = OpenRun(1, SOURCE.id, "crawl", os.getpid(), NOW)
    assert stuck_runs([here], NOW).state is State.OK
    assert stuck_runs([here], later(hours=4)).state is State.WARNING
    gone = replace(here, pid=2**22 + 5)  # beyond what Linux gives out
    assert "1 have no end" in stuck_runs([here, gone], NOW).told


@pytest.mark.parametrize(
    ("days", "state"), [(-1, State.WARNING), (5, State.WARNING), (60, State.OK)]
)
def test_exceptions_of_trust_end(days: int, state: State) -> None:
    until = (NOW + timedelta(days=days)).date()
    source = replace(practice_sources()[0], tls=TlsException(until, "old", ca_file="x"))
    assert trust([source], NOW).state is state
    assert trust(practice_sources(), NOW).state is State.OK


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("SQLite 3.40.1 (sqlite3)", State.WARNING),
        ("SQLite 3.51.2 (sqlite3)", State.WARNING),
        ("SQLite 3.51.3 (pysqlite3)", State.OK),
        ("SQLite 3.53.0 (pysqlite3)", State.OK),
    ],
)
def test_the_sqlite_build(version: str, state: State) -> None:
    assert sqlite_build(version).state is state


@pytest.mark.parametrize(
    ("free", "days", "state"),
    [(GIGABYTE, 365, State.OK), (GIGABYTE // 3, 365, State.FAULT), (GIGABYTE // 3, 0, State.FAULT)],
)
def test_the_disk_and_how_long_it_lasts(
    hubwatch: CommandLine, free: int, days: int, state: State
) -> None:
    with Store.open(Path("hubwatch.db")) as store:
        found = disk(store, Path("hubwatch.db"), free, GIGABYTE // 2, NOW + timedelta(days=days))
    assert found.state is state
    assert ("days" in found.told) is bool(days)


def test_a_disk_that_fills_soon_is_told_in_time(hubwatch: CommandLine) -> None:
    with Path("hubwatch.db").open("ab") as file:
        file.truncate(60 * GIGABYTE)  # sparse
    with Store.open_readonly(Path("hubwatch.db")) as store:
        month = NOW + timedelta(days=30)
        assert (
            disk(store, Path("hubwatch.db"), 20 * GIGABYTE, GIGABYTE // 2, month).state
            is State.FAULT
        )
        assert (
            disk(store, Path("hubwatch.db"), 60 * GIGABYTE, GIGABYTE // 2, month).state
            is State.WARNING
        )
        assert (
            disk(store, Path("hubwatch.db"), 600 * GIGABYTE, GIGABYTE // 2, month).state is State.OK
        )


def test_a_disk_below_its_floor_is_an_incident(hubwatch: CommandLine) -> None:
    text = practice_config({}) + '\n[limits]\nfree_space = "900000 GB"\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    found = hubwatch(*AT, "incidents", "check", "--json").json["open"]
    assert [each["severity"] for each in found if each["kind"] == "disk"] == ["critical"]
    assert states(hubwatch)["disk"] == "fault"
    Path("hubwatch.toml").write_text(practice_config({}), encoding="utf-8")
    assert "disk" not in hubwatch(*AT, "incidents", "check").out
    closed = hubwatch(*AT, "incidents", "--all", "--json").json
    assert [each["closed"] is None for each in closed if each["kind"] == "disk"] == [False]

"""`hubwatch doctor`: each thing that may be out of order is found, with a remedy."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk import doctor
from desk.doctor import CheckState, disk, sqlite_build, stuck_runs, trust
from desk.practice.demo import practice_config, practice_sources
from scraper.sources.model import TlsException
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.maintenance import GlobalPause
from storage.runs import OpenRun
from tests.support.cli import CommandLine, away
from tests.support.incident_archive import amiss
from tests.support.make import NOW, SOURCE, later

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T05:30+00:00")
GIGABYTE = 10**9
CONTACT = 'contact = "mailto:ana@example.org"\n'


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}), encoding="utf-8")
    amiss(Path("hubwatch.db"))
    return CommandLine(capsys)


def states(hubwatch: CommandLine, *at: str) -> dict[str, str]:
    """State by check; whatever is not in order has a remedy."""
    found = hubwatch(*(at or AT), "doctor", "--full", "--json").json["checks"]
    assert all(each["remedy"] for each in found if each["state"] != "ok")
    return {each["check"]: each["state"] for each in found}


def test_an_installation_in_order(hubwatch: CommandLine) -> None:
    ended = hubwatch(*AT, "doctor")
    assert ended.code == 0
    assert "0 faults" in ended.err
    found = states(hubwatch)
    assert found.pop("pdf") in ("ok", "warning")  # fonts of this machine
    assert found == {
        "archive": "ok",
        "search index": "ok",
        "standstill": "ok",
        "formats": "ok",
        "runs": "ok",
        "incidents": "warning",  # one that nobody sees to
        "sqlite": "ok",
        "daemon": "warning",
        "clock": "ok",
        "disk": "ok",
        "permissions": "ok",
        "jobs": "ok",
        "deliveries": "ok",
        "backup": "warning",  # none was ever made
        "configuration": "ok",
        "trust": "ok",
        "browser": "ok",
        "alerts": "warning",
    }


def test_a_global_pause_is_a_warning_with_the_word_that_ends_it(hubwatch: CommandLine) -> None:
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "restored from bk.zip", "restore"))
    (found,) = (
        each
        for each in hubwatch(*AT, "doctor", "--json").json["checks"]
        if each["check"] == "standstill"
    )
    assert (found["state"], found["remedy"]) == (
        "warning",
        "`hubwatch --config hubwatch.toml timetable resume`",
    )
    assert "restored from bk.zip" in found["told"]


def test_an_index_that_drifted_is_a_fault(hubwatch: CommandLine) -> None:
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO articles_fts(rowid, title, body) VALUES (77, 'a', 'b')")
    assert states(hubwatch)["search index"] == "fault"
    assert hubwatch(*AT, "doctor", "--full").code == 1


def test_a_damaged_archive_and_none_at_all(hubwatch: CommandLine) -> None:
    Path("hubwatch.db").write_bytes(b"no database at all" * 100)
    assert states(hubwatch)["archive"] == "fault"
    Path("hubwatch.db").unlink()
    assert states(hubwatch)["archive"] == "fault"


def test_a_bad_configuration_is_reported_with_its_line(hubwatch: CommandLine) -> None:
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
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.incidents.open(grave, later(hours=1))
    assert states(hubwatch)["incidents"] == "fault"


def test_what_everybody_may_write_is_a_warning(hubwatch: CommandLine) -> None:
    path = Path("hubwatch.db")
    path.chmod(path.stat().st_mode | stat.S_IWOTH)
    assert states(hubwatch)["permissions"] == "warning"


def test_a_secret_that_is_not_there_is_a_fault(hubwatch: CommandLine) -> None:
    text = (
        CONTACT
        + practice_config({})
        + (
            '\n[[delivery]]\nname = "chat"\nkind = "webhook"\nurl = "env:NOT_SET_AT_ALL"\n'
            '\n[[alerts.channel]]\nto = "chat"\n'
        )
    )
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    assert states(hubwatch)["alerts"] == "fault"


def test_runs_without_a_process_and_endless_ones_are_stuck() -> None:
    here = OpenRun(1, SOURCE.id, "crawl", os.getpid(), NOW)
    assert stuck_runs([here], NOW).state is CheckState.OK
    assert stuck_runs([here], later(hours=4)).state is CheckState.WARNING
    gone = replace(here, pid=2**22 + 5)  # beyond what Linux gives out
    assert "1 have no end" in stuck_runs([here, gone], NOW).detail


@pytest.mark.parametrize(
    ("days", "state"), [(-1, CheckState.WARNING), (5, CheckState.WARNING), (60, CheckState.OK)]
)
def test_exceptions_of_trust_end(days: int, state: CheckState) -> None:
    until = (NOW + timedelta(days=days)).date()
    source = replace(practice_sources()[0], tls=TlsException(until, "old", ca_file="x"))
    assert trust([source], NOW).state is state
    assert trust(practice_sources(), NOW).state is CheckState.OK


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("SQLite 3.40.1 (sqlite3)", CheckState.WARNING),
        ("SQLite 3.51.2 (sqlite3)", CheckState.WARNING),
        ("SQLite 3.51.3 (pysqlite3)", CheckState.OK),
        ("SQLite 3.53.0 (pysqlite3)", CheckState.OK),
    ],
)
def test_the_sqlite_build(version: str, state: CheckState) -> None:
    assert sqlite_build(version).state is state


@pytest.mark.parametrize(
    ("free", "days", "state"),
    [
        (GIGABYTE, 365, CheckState.OK),
        (GIGABYTE // 3, 365, CheckState.FAULT),
        (GIGABYTE // 3, 0, CheckState.FAULT),
    ],
)
def test_the_disk_and_how_long_it_lasts(
    hubwatch: CommandLine, free: int, days: int, state: CheckState
) -> None:
    with Archive.open(Path("hubwatch.db")) as store:
        found = disk(store, Path("hubwatch.db"), free, GIGABYTE // 2, NOW + timedelta(days=days))
    assert found.state is state
    assert ("days" in found.detail) is bool(days)


def test_a_disk_that_fills_soon_is_reported_in_time(hubwatch: CommandLine) -> None:
    with Path("hubwatch.db").open("ab") as file:
        file.truncate(60 * GIGABYTE)  # sparse
    with Archive.open_readonly(Path("hubwatch.db")) as store:
        month = NOW + timedelta(days=30)
        assert (
            disk(store, Path("hubwatch.db"), 20 * GIGABYTE, GIGABYTE // 2, month).state
            is CheckState.FAULT
        )
        assert (
            disk(store, Path("hubwatch.db"), 60 * GIGABYTE, GIGABYTE // 2, month).state
            is CheckState.WARNING
        )
        assert (
            disk(store, Path("hubwatch.db"), 600 * GIGABYTE, GIGABYTE // 2, month).state
            is CheckState.OK
        )


def test_a_disk_below_its_floor_is_an_incident(hubwatch: CommandLine) -> None:
    text = CONTACT + practice_config({}) + '\n[limits]\nfree_space = "900000 GB"\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    found = hubwatch(*AT, "incidents", "check", "--json").json["open"]
    assert [each["severity"] for each in found if each["kind"] == "disk"] == ["critical"]
    assert states(hubwatch)["disk"] == "fault"
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}), encoding="utf-8")
    assert "disk" not in hubwatch(*AT, "incidents", "check").out
    closed = hubwatch(*AT, "incidents", "--all", "--json").json
    assert [each["closed"] is None for each in closed if each["kind"] == "disk"] == [False]


# Jobs and backups

TIMETABLE = """
[[timetable]]
name = "nightly"
command = ["backup", "--to", "kept copies", "--keep", "2"]
schedule = "daily at 03:10"
deadline = "4h"

[[timetable]]
name = "look"
command = ["archive", "check"]
schedule = "every 1h"
"""


@pytest.fixture
def scheduled(hubwatch: CommandLine) -> CommandLine:
    """The same with entries of the timetable."""
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}) + TIMETABLE, encoding="utf-8")
    return hubwatch


def slots(job: str, *words: str, step: timedelta = timedelta(hours=1)) -> None:
    """Slots of a job that ended so, the last at NOW."""
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        for number, word in enumerate(words, 1 - len(words)):
            due = NOW + number * step
            slot = tx.slots.plan(job, due, "", due)
            tx.slots.claim(slot.id, due)
            tx.slots.end(slot.id, due, word, "" if word == "ok" else "exit code 1: no room")


Found = tuple[str, str, str, int]
"""State, what is told, remedy, exit code."""


def check_of(hubwatch: CommandLine, name: str, at: str = "2026-03-02T05:30+00:00") -> Found:
    found = hubwatch("--config", "hubwatch.toml", "--now", at, "doctor", "--json")
    (check,) = (each for each in found.json["checks"] if each["check"] == name)
    return check["state"], check["told"], check["remedy"], found.code


def test_a_job_that_fails_is_a_fault_without_a_daemon_or_an_incident(
    scheduled: CommandLine,
) -> None:
    slots("look", "ok", "failed")
    assert check_of(scheduled, "jobs")[0] == "ok"
    slots("nightly", "failed")
    state, told, remedy, code = check_of(scheduled, "jobs")
    assert (state, code) == ("fault", 1)
    assert told == "job nightly failed the last time, 2026-03-02 04:00Z: exit code 1: no room"
    assert remedy == (
        "see what it says by hand: "
        "`hubwatch --config hubwatch.toml backup --to 'kept copies' --keep 2`"
    )
    with Archive.open_readonly(Path("hubwatch.db")) as store:
        assert not [each for each in store.incidents.unresolved() if not each.finding.source_id]


def test_an_entry_that_cannot_be_used_is_a_fault(scheduled: CommandLine) -> None:
    text = Path("hubwatch.toml").read_text(encoding="utf-8")
    Path("hubwatch.toml").write_text(text.replace('"archive"', '"mend"'), encoding="utf-8")
    state, told, _, code = check_of(scheduled, "configuration")
    assert (state, code) == ("fault", 1)
    assert "there is no command 'mend'" in told


def test_a_backup_that_was_never_made_is_a_warning_with_the_way_to_one(
    hubwatch: CommandLine,
) -> None:
    state, told, remedy, code = check_of(hubwatch, "backup")
    assert (state, told, code) == ("warning", "no backup is on record", 0)
    assert "backup --to FOLDER`" in remedy
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}) + TIMETABLE, encoding="utf-8")
    assert "backup --to 'kept copies' --keep 2`" in check_of(hubwatch, "backup")[2]


def test_a_backup_is_shown_with_its_age_and_place_and_missed_where_it_is_gone(
    hubwatch: CommandLine,
) -> None:
    assert hubwatch(*AT, "backup", "b.zip").code == 0
    place = Path("b.zip").absolute()
    state, told, remedy, code = check_of(hubwatch, "backup", "2026-03-02T08:30+00:00")
    assert (state, code) == ("warning", 0)  # one disk that breaks takes both
    assert told.startswith(f"the last good one is 3 h old: {place} (")
    assert told.endswith("on the disk of the archive")
    assert "another disk" in remedy
    place.rename("moved.zip")
    state, told, remedy, code = check_of(hubwatch, "backup", "2026-03-02T08:30+00:00")
    assert (state, code) == ("warning", 0)
    assert told.endswith("which is not there any more")
    assert "if nobody moved it" in remedy


def test_a_backup_that_is_old_is_a_fault_if_a_job_makes_them_and_else_a_warning(
    scheduled: CommandLine,
) -> None:
    slots("nightly", "ok")
    assert check_of(scheduled, "backup", "2026-03-04T07:00+00:00")[::3] == ("ok", 0)
    state, told, remedy, code = check_of(scheduled, "backup", "2026-03-04T09:00+00:00")
    assert (state, code) == ("fault", 1)
    assert told == "the last good backup is 2 days old, of 2026-03-02 04:00Z"
    assert "backup --to 'kept copies' --keep 2`" in remedy
    assert scheduled(*AT, "backup", "b.zip").code == 0
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}), encoding="utf-8")
    state, told, _, code = check_of(scheduled, "backup", "2026-03-30T09:00+00:00")
    assert (state, code) == ("warning", 0)
    assert told.endswith("on the disk of the archive")
    assert check_of(scheduled, "backup", "2026-04-02T09:00+00:00")[::3] == ("warning", 0)


def test_an_inspection_by_hand_opens_and_closes_what_is_amiss_with_jobs(
    scheduled: CommandLine,
) -> None:
    slots("nightly", "failed")
    assert scheduled(*AT, "incidents", "check").code == 0
    status = scheduled(*AT, "status", "--json")
    note = "warning: job nightly failed the last time, 2026-03-02 04:00Z: exit code 1: no room"
    assert note in status.err
    assert isinstance(status.json, list)
    told = scheduled(*AT, "status").err
    assert note in told
    assert "; 1 job that fails; times in" in told
    rows = {row["job"]: row for row in scheduled(*AT, "timetable", "--json").json}
    assert (rows["nightly"]["failures"], rows["look"]["failures"]) == (1, 0)
    Path("hubwatch.toml").write_text(CONTACT + practice_config({}), encoding="utf-8")
    assert scheduled(*AT, "alerts", "send").code == 0
    (found,) = (
        each
        for each in scheduled(*AT, "incidents", "--all", "--json").json
        if each["kind"] == "job_failing"
    )
    assert found["closed_why"] == "the job is not on the timetable any more"
    assert "that fails" not in scheduled(*AT, "status").err


@pytest.mark.parametrize(
    ("lacking", "short", "state", "said"),
    [
        ("the extra is not installed", [], CheckState.OK, "without a PDF: the extra"),
        ("", [], CheckState.OK, "issues get a PDF"),
        ("", ["WeasyPrint cannot run here: no libpango"], CheckState.WARNING, "libpango"),
    ],
)
def test_whether_issues_get_a_pdf_is_told(
    monkeypatch: pytest.MonkeyPatch, lacking: str, short: list[str], state: CheckState, said: str
) -> None:
    monkeypatch.setattr(doctor, "obstacle", lambda: lacking)
    monkeypatch.setattr(doctor, "shortcomings", lambda: iter(short))
    found = doctor.pdf()
    assert found.state is state
    assert said in found.detail
    assert bool(found.remedy) == (state is not CheckState.OK)


def test_whether_pages_can_be_rendered_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = practice_sources()[0]
    wanting = [replace(plain, id="town", render=True), replace(plain, id="city", render=True)]
    assert doctor.browser([plain]).state is CheckState.OK
    monkeypatch.setattr(doctor.chromium, "find_spec", lambda name: None)
    found = doctor.browser([plain, *wanting])
    assert (found.state, found.remedy) == (
        CheckState.FAULT,
        "running the scripts of pages needs an extra: pip install 'hubwatch[browser]'",
    )
    assert found.detail == "town wants its pages rendered, and 1 more"
    monkeypatch.setattr(doctor.chromium, "find_spec", lambda name: object())
    monkeypatch.setenv("HUBWATCH_CHROMIUM", "/nowhere/chromium")
    assert "HUBWATCH_CHROMIUM" in doctor.browser(wanting).remedy
    monkeypatch.setattr(doctor.chromium, "program", lambda: "/usr/bin/chromium")
    for uid, state, said in (
        (0, CheckState.WARNING, "without the sandbox"),
        (7, CheckState.OK, ""),
    ):
        monkeypatch.setattr("os.geteuid", lambda uid=uid: uid)
        found = doctor.browser(wanting)
        assert (found.state, said in found.detail) == (state, True)

"""`hubwatch timetable add`, `edit`, `remove`: entries written by command, as `run` takes them."""

from __future__ import annotations

import logging
import shlex
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.cli.daemon import jobs, other_jobs, plan_of
from desk.cli.main import RENAMED_COMMANDS
from desk.cli.session import Session
from hubwatch.toml import comments
from tests.support.cli import CommandLine, away

CONFIG = """\
# The office
archive = "hubwatch.db"
contact = "mailto:you@example.org"
enabled = ["guiyang-en"]

# Each night
[[timetable]]
name = "check"  # of the index
command = ["archive", "check"]
schedule = "30 3 * * *"

# Where digests go
[[delivery]]
name = "share"
kind = "folder"
folder = "out"
"""
AT = ("--now", "2026-11-24T12:00+08:00")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("HUBWATCH_CONFIG", "hubwatch.toml")
    command = CommandLine(capsys)
    assert command("init").code == 0
    return command


def entries() -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(written()).get("timetable", [])
    return found


def written() -> str:
    return Path("hubwatch.toml").read_text("utf-8")


def test_an_entry_is_added_and_runs_as_if_it_had_been_typed(hubwatch: CommandLine) -> None:
    backup = ("timetable", "add", "nightly-backup", "backup --to '/srv/my backups'")
    told = hubwatch(*AT, *backup, "--schedule", "daily at 03:10", "--deadline", "4h")
    assert told.code == 0, told.err
    assert "2026-11-25 03:10 (Asia/Shanghai)" in told.out
    assert entries()[1] == {
        "name": "nightly-backup",
        "command": "backup --to '/srv/my backups'",
        "schedule": "daily at 03:10",
        "deadline": "4h",
    }
    assert comments(written()) == comments(CONFIG)
    added = """
[[timetable]]
name = "nightly-backup"
command = "backup --to '/srv/my backups'"
schedule = "daily at 03:10"
deadline = "4h"
"""
    assert written().replace(added, "", 1) == CONFIG
    jobs = {job["job"]: job for job in hubwatch(*AT, "timetable", "--json").json}
    assert jobs["nightly-backup"]["next"].startswith("2026-11-24T19:10")
    assert hubwatch("config", "check").code == 0


def test_words_behind_two_dashes_are_kept_as_they_are(hubwatch: CommandLine) -> None:
    ended = hubwatch(
        *AT, "timetable", "add", "watch", "--schedule", "every 1h", "--json",
        "--", "hubwatch", "search", "hub city", "--since", "1h", "--json",
    )  # fmt: skip
    assert ended.json["command"] == "search 'hub city' --since 1h --json"
    assert ended.json["file"] and ended.json["deadline_seconds"] == 1800
    assert entries()[1]["command"] == "search 'hub city' --since 1h --json"


def test_a_command_is_written_by_the_name_it_has_today(hubwatch: CommandLine) -> None:
    hubwatch("timetable", "add", "read", "reparse --dry-run", "--schedule", "every 1d")
    assert entries()[1]["command"] == "reread pages --dry-run"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (("x", "frobnicate", "--schedule", "every 1h"), "frobnicate"),
        (("x", "search --nosuch", "--schedule", "every 1h"), "--nosuch"),
        (("x", "search 'open", "--schedule", "every 1h"), "COMMAND"),
        (("x", "run", "--schedule", "every 1h"), "no command that ends by itself"),
        (("x", "", "--schedule", "every 1h"), "command"),
        (("x", "archive check", "--schedule", "whenever"), "schedule"),
        (("x", "archive check", "--schedule", ""), "schedule"),
        (("x", "archive check", "--schedule", "every 1h", "--zone", "Mars/Base"), "zone"),
        (("x", "archive check", "--schedule", "every 1h", "--deadline", "9d"), "deadline"),
        (("X Y", "archive check", "--schedule", "every 1h"), "name"),
        (("check", "archive check", "--schedule", "every 1h"), "twice"),
        (("guiyang-en", "archive check", "--schedule", "every 1h"), "id of a source"),
    ],
)
def test_what_the_daemon_would_refuse_is_not_written(
    hubwatch: CommandLine, line: tuple[str, ...], wrong: str
) -> None:
    before = written()
    ended = hubwatch("timetable", "add", *line)
    assert (ended.code, ended.out) == (2, "")
    assert wrong in ended.err and "Traceback" not in ended.err
    assert written() == before


def test_an_entry_is_changed_where_it_stands(hubwatch: CommandLine) -> None:
    line = ("timetable", "edit", "check", "--schedule", "daily at 04:00", "--zone", "Europe/Berlin")
    assert hubwatch(*AT, *line).code == 0
    assert entries() == [
        {
            "name": "check",
            "command": ["archive", "check"],
            "schedule": "daily at 04:00",
            "zone": "Europe/Berlin",
        }
    ]
    assert 'name = "check"  # of the index\n' in written()
    assert written().index("zone =") < written().index("# Where digests go")
    renamed = ("timetable", "edit", "check", "--name", "index", "--command", "archive repair")
    assert hubwatch(*AT, *renamed, "--zone", "", "--json").json["command"] == "archive repair"
    assert entries() == [
        {"name": "index", "command": "archive repair", "schedule": "daily at 04:00"}
    ]
    assert comments(written()) == comments(CONFIG)


def test_a_change_that_is_none_or_wrong_writes_nothing(hubwatch: CommandLine) -> None:
    before = written()
    for line, wrong in (
        (("check",), "say what is to change"),
        (("chek", "--schedule", "every 1h"), "check"),
        (("check", "--command", "frobnicate"), "frobnicate"),
        (("check", "--schedule", ""), "schedule"),
        (("check", "--name", "foshan-en"), "id of a source"),
    ):
        ended = hubwatch("timetable", "edit", *line)
        assert ended.code == 2 and wrong in ended.err
    dry = hubwatch("timetable", "edit", "check", "--deadline", "2h", "--dry-run", "--json")
    assert (dry.json["file"], dry.json["deadline_seconds"]) == (None, 7200)
    assert written() == before


def test_an_entry_is_taken_off_and_what_went_is_printed(hubwatch: CommandLine) -> None:
    dry = hubwatch("timetable", "remove", "check", "--dry-run", "--json").json
    assert dry["file"] is None and 'name = "check"  # of the index\n' in dry["toml"]
    assert written() == CONFIG
    told = hubwatch("timetable", "remove", "check")
    assert told.code == 0 and "[[timetable]]" in told.out
    assert entries() == []
    assert comments(written()) == ("The office", "Each night", "Where digests go")
    assert hubwatch("timetable", "remove", "check").code == 2
    assert hubwatch("config", "check").code == 0


def test_without_a_configuration_nothing_is_written(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBWATCH_CONFIG")
    ended = hubwatch("timetable", "add", "x", "archive check", "--schedule", "every 1h")
    assert ended.code == 2 and "hubwatch init" in ended.err


# Entries that were written for an earlier Hubwatch, whose commands had other names.

BEHIND = {
    "story show": "7", "story merge": "1 2 --by Ana", "story split": "1 2 --by Ana",
    "story": "7", "decide": "1 star --by Ana", "correct": "1 author Li --by Ana",
    "add": "http://a.example/1.html --by Ana", "pause": "check --until 3d --why x --by Ana",
    "quarantine retry": "guiyang-en", "restore": "b.zip",
}  # fmt: skip


@pytest.mark.parametrize("old", [each for each in RENAMED_COMMANDS if each != "maintain"])
def test_a_job_by_an_old_name_goes_on_and_everybody_names_the_new_one(
    hubwatch: CommandLine, caplog: pytest.LogCaptureFixture, old: str
) -> None:
    line = f"{old} {BEHIND.get(old, '')}".strip()
    new = f"{RENAMED_COMMANDS[old]} {BEHIND.get(old, '')}".strip()
    changed = CONFIG.replace('["archive", "check"]', repr(line))
    Path("hubwatch.toml").write_text(changed, encoding="utf-8")
    session = Session(Path("hubwatch.toml"), None, lambda: datetime(2026, 11, 24, tzinfo=UTC))
    job = next(each for each in jobs(session) if each.name == "check")
    assert job.command_line == new

    checked = hubwatch("config", "check", "--json")
    assert checked.code == 0, checked.out
    (told,) = checked.json["renamed"]
    assert (told["job"], told["old"], told["new"]) == ("check", line, new)
    seen = hubwatch("config", "check")
    assert seen.code == 0 and f"`hubwatch {new}`" in seen.err
    warned = [c for c in hubwatch("doctor", "--json").json["checks"] if c["check"] == "jobs"]
    assert [c["state"] for c in warned if f"`hubwatch {new}`" in c["told"]] == ["warning"]
    caplog.set_level(logging.WARNING)
    plan_of(session)()
    assert f"`hubwatch {new}`" in caplog.text

    remedy = told["remedy"].strip("`")
    assert hubwatch(*shlex.split(remedy)[1:]).code == 0
    assert entries()[0]["command"] == new
    assert hubwatch("config", "check", "--json").json["renamed"] == []


def test_a_scrub_by_its_old_name_is_the_scrub_of_the_timetable(hubwatch: CommandLine) -> None:
    Path("hubwatch.toml").write_text(CONFIG.replace('"archive", "check"', '"maintain", "scrub"'))
    session = Session(Path("hubwatch.toml"), None, lambda: datetime(2026, 11, 24, tzinfo=UTC))
    assert [job.name for job in other_jobs(session)] == ["check", "hubwatch.alerts"]

"""From nothing to watching in one command, and what it writes; sources edited and removed by
command; a source that was never crawled is due at once."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk.cli.daemon import plan_of
from desk.cli.first_steps import PRACTICE_PORT
from desk.cli.session import Session
from desk.practice.demo import practice_config
from desk.practice.server import serve
from hubwatch.toml import comments
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import Job, Limits, Service, skip_nothing
from scheduler.ledger import Ledger
from scraper.sources.load import SHIPPED
from scraper.sources.packs import packs
from storage.archive import Archive
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine, Ended, away
from tests.support.make import NOW, SOURCE
from tests.support.paths import ROOT

HERE = ("--config", "hubwatch.toml")
YES = ("setup", "--yes", "--contact", "mailto:a@b.example")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    return CommandLine(capsys)


def written() -> dict[str, Any]:
    return tomllib.loads(Path("hubwatch.toml").read_text("utf-8"))


def enabled() -> list[str]:
    return [each.id for each in Session(Path("hubwatch.toml"), None, lambda: NOW).enabled()]


def test_init_enables_nothing_and_says_what_does(hubwatch: CommandLine) -> None:
    ended = hubwatch(*HERE, "init", "--contact", "mailto:a@b.example")
    assert ended.code == 0
    assert enabled() == []
    assert "setup" in ended.out.splitlines()[-1]
    assert "sources enable" in ended.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["guiyang-en"], ["guiyang-en"]),
        (["Guiyang"], ["guiyang-en", "guiyang-zh"]),
        (["贵阳"], ["guiyang-en", "guiyang-zh"]),
        (["https://english.guiyang.gov.cn/"], ["guiyang-en"]),
        (["agriculture"], list(packs()["agriculture"].sources)),
        (["guiyang-en", "foshan-en"], ["foshan-en", "guiyang-en"]),
    ],
)
def test_what_is_named_is_watched_and_nothing_else(
    hubwatch: CommandLine, wanted: list[str], expected: list[str]
) -> None:
    asked = [word for each in wanted for word in ("--add", each)]
    ended = hubwatch(*HERE, *YES, *asked, "--no-crawl")
    assert ended.code == 0, ended.err
    assert set(expected) <= set(enabled())
    if wanted not in (["Guiyang"], ["贵阳"]):
        assert sorted(enabled()) == sorted(expected)
    assert written()["contact"] == "mailto:a@b.example"
    assert Path("hubwatch.db").is_file()
    before = Path("hubwatch.toml").read_text("utf-8")
    assert hubwatch(*HERE, *YES, *asked, "--no-crawl").code == 0
    assert Path("hubwatch.toml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("ops@b.example", "did you mean 'mailto:ops@b.example'?"),
        ("值班@b.example", "did you mean 'mailto:值班@b.example'?"),
        ("chat.b.example/hook/1", "did you mean 'https://chat.b.example/hook/1'?"),
        ("chat.b.example", "did you mean 'https://chat.b.example'?"),
        ("no-such-program --loud", "there is no program 'no-such-program'"),
        ("ftp://b.example/x", "there is no program"),
        ("mailto:ops", "no whole address"),
        ("https:chat.b.example", "no whole address"),
        ("it's", "it's"),
        (" ", "says nothing"),
    ],
)
def test_who_is_told_is_an_address_or_a_program_that_is_there(
    hubwatch: CommandLine, told: str, says: str
) -> None:
    server = ("--mail-server", "mail.b.example")
    ended = hubwatch(*HERE, *YES, "--add", "guiyang-en", "--tell", told, *server, "--no-crawl")
    assert (ended.code, says in ended.err.splitlines()[-1]) == (2, True), ended.err
    assert not Path("hubwatch.toml").exists()


@pytest.mark.parametrize(
    ("told", "key", "value"),
    [
        ("MailTo:ops@b.example", "to", ["ops@b.example"]),
        ("HTTPS://chat.b.example/hook", "url", "https://chat.b.example/hook"),
        ("sh -c 'cat; true'", "command", ["sh", "-c", "cat; true"]),
        ("/opt/yet/to/come@9 x", "command", ["/opt/yet/to/come@9", "x"]),
        ("./page ops@b.example", "command", ["./page", "ops@b.example"]),
    ],
)
def test_who_is_told_may_be_written_in_any_way_that_can_be_meant(
    hubwatch: CommandLine, told: str, key: str, value: object
) -> None:
    server = ("--mail-server", "mail.b.example")
    ended = hubwatch(*HERE, *YES, "--add", "guiyang-en", "--tell", told, *server, "--no-crawl")
    assert ended.code == 0, ended.err
    (found,) = written()["alerts"]["channel"] if key == "command" else written()["delivery"]
    assert found[key] == value
    assert hubwatch(*HERE, "config", "check").code == 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "nothing is watched yet"),
        (("--add", "guiyang-eng"), "did you mean 'guiyang-en'"),
        (("--add", "Guiyan"), "did you mean 'Guiyang'"),
        (("--add", "guiyang-en", "--tell", "mailto:a@b.example"), "--mail-server"),
        (("--add", "http://english.practice.test/"), "`practice` serves it"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], says: str
) -> None:
    monkeypatch.setattr("desk.cli.first_steps.PRACTICE_PORT", _free_port())
    ended = hubwatch(*HERE, *YES, *asked, "--no-crawl")
    assert ended.code == 2
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1


def test_without_a_contact_a_live_portal_is_not_watched(hubwatch: CommandLine) -> None:
    ended = hubwatch(*HERE, "setup", "--yes", "--add", "guiyang-en", "--no-crawl")
    assert (ended.code, "contact" in ended.err) == (2, True)
    again = hubwatch(*HERE, *YES, "--add", "guiyang-en", "--no-crawl")
    assert (again.code, enabled()) == (0, ["guiyang-en"])


@pytest.mark.parametrize(
    "asked",
    [
        *(("setup", "--yes", "--no-crawl", "--add", each) for each in (
            "Guiyang", "贵阳", "agriculture", "foshan-en", "https://english.guiyang.gov.cn/"
        )),
        ("sources", "enable", "agriculture"),
        ("sources", "enable", "foshan-en"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lists", ["enabled = []", "packs = []"])
def test_what_needs_a_contact_is_not_written_without_one(
    hubwatch: CommandLine, asked: tuple[str, ...], lists: str
) -> None:
    text = f'# ours\narchive = "hubwatch.db"\n{lists}\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    assert hubwatch(*HERE, "init").code == 0
    ended = hubwatch(*HERE, *asked)
    assert (ended.code, 'contact = "mailto:you@example.org"' in ended.err) == (2, True)
    assert Path("hubwatch.toml").read_text("utf-8") == text
    assert hubwatch(*HERE, "config", "check").code == 0
    contact = f'contact = "mailto:a@b.example"\n{text}'.replace("enabled = []\n", "packs = []\n")
    Path("hubwatch.toml").write_text(contact, encoding="utf-8")
    assert hubwatch(*HERE, *asked).code == 0
    assert hubwatch(*HERE, "config", "check").code == 0


def test_who_is_told_is_written_with_names_of_their_own(hubwatch: CommandLine) -> None:
    tell = ("--tell", "mailto:ops@b.example", "--mail-server", "mail.b.example:25")
    more = ("--tell", "https://chat.b.example/hook", "--tell", "/usr/bin/page 'the desk'")
    ended = hubwatch(*HERE, *YES, "--add", "guiyang-en", *tell, *more, "--no-crawl")
    assert ended.code == 0, ended.err
    assert written()["delivery"] == [
        {
            "name": "mail",
            "kind": "mail",
            "server": "mail.b.example:25",
            "security": "none",
            "from": "hubwatch@b.example",
            "to": ["ops@b.example"],
        },
        {"name": "webhook", "kind": "webhook", "url": "https://chat.b.example/hook"},
    ]
    assert written()["alerts"]["channel"] == [
        {"to": "mail"},
        {"to": "webhook"},
        {"name": "page", "command": ["/usr/bin/page", "the desk"]},
    ]
    assert hubwatch(*HERE, *YES, "--tell", "https://b.example/2", "--no-crawl").code == 0
    assert [each["name"] for each in written()["delivery"]] == ["mail", "webhook", "webhook-2"]
    assert hubwatch(*HERE, "config", "check").code == 0


def test_the_files_that_keep_it_running_name_this_configuration(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    asked = (*HERE, *YES, "--add", "guiyang-en", "--no-crawl", "--service")
    assert hubwatch(*asked, "systemd").code == 0
    unit = Path("hubwatch.service").read_text("utf-8")
    assert f"--config {tmp_path / 'hubwatch.toml'}" in unit
    assert unit.count("ExecStart=") == 1
    shipped = (ROOT / "deploy" / "hubwatch.service").read_text("utf-8")
    for each in (unit, shipped):  # a disk may be full for longer than some starts take
        assert {"StartLimitIntervalSec=0", "Restart=on-failure"} <= set(each.splitlines())
    assert hubwatch(*asked, "compose").code == 0
    compose = Path("compose.yaml").read_text("utf-8")
    assert f"{tmp_path}:/data" in compose
    assert "/data/hubwatch.toml" in compose


# The practice portal, served by whoever is there


def test_the_practice_portal_is_watched_and_served_by_the_daemon(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.cli.first_steps.PRACTICE_PORT", _free_port())
    ended = hubwatch(*HERE, "setup", "--yes", "--practice")
    assert ended.code == 0, ended.err
    assert enabled() == ["practice-en"]
    with Archive.open_readonly(Path("hubwatch.db")) as store:
        (run,) = store.runs.latest(9)
    assert (run.source_id, run.outcome) == ("practice-en", "ok")
    planned = plan_of(Session(Path("hubwatch.toml"), None, lambda: NOW))()
    (service,) = (each for each in planned if isinstance(each, Service))
    assert service.command[-3:-1] == ("practice", "--port")


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_practice_portal_beside_it_is_found(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(NOW.date(), 1) as served:
        monkeypatch.setattr("desk.cli.first_steps.PRACTICE_PORT", served.port)
        ended = hubwatch(*HERE, *YES, "--add", "http://english.practice.test/")
        assert ended.code == 0, ended.err
    assert "practice" not in written().get("daemon", {})
    assert written()["network"]["hosts"]["english.practice.test"] == f"127.0.0.1:{served.port}"


def test_a_machine_is_told_at_the_end_in_one_document(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(NOW.date(), 1) as served:
        monkeypatch.setattr("desk.cli.first_steps.PRACTICE_PORT", served.port)
        named = ("--add", "http://english.practice.test/", "--tell", "true")
        ended = hubwatch(*HERE, *YES, *named, "--json")
        assert ended.code == 0, ended.err
    told = ended.json
    assert told["watched"] == enabled() and len(told["watched"]) == 1
    assert [run["outcome"] for run in told["runs"]] == ["ok"]
    assert told["told"] == [{"name": "true", "to": "true"}]
    assert told["next"][-1].endswith(" run") and told["service"] is None
    assert (told["config_made"], told["archive_made"]) == (True, True)


@pytest.mark.slow
def test_from_nothing_to_an_ok_run_on_a_timetable_in_five_minutes(tmp_path: Path) -> None:
    """As the tutorial has it, with nothing edited by hand."""
    began = time.monotonic()
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HUBWATCH_LANGUAGE": "en",
    }
    command = [sys.executable, "-P", "-m", "hubwatch"]

    def run(*words: str) -> str:
        done = subprocess.run(
            [*command, *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    with subprocess.Popen(
        [*command, "practice"], cwd=tmp_path, env=env, stdout=subprocess.PIPE
    ) as p:
        try:
            assert p.stdout is not None
            p.stdout.readline()
            url = "http://english.practice.test/"
            run("setup", "--yes", "--contact", "mailto:a@b.example", "--add", url, "--no-crawl")
            with subprocess.Popen(
                [*command, "run"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True
            ) as daemon:
                time.sleep(20)
                daemon.send_signal(signal.SIGTERM)
                said = daemon.communicate(timeout=60)[1]
        finally:
            p.terminate()  # SIGINT is ignored by what a shell started in the background
    assert "ended job=practice-en run=1 outcome=ok" in said
    assert "waits next=practice-en due=" in said
    assert "practice-en" in run("sources", "runs")
    assert time.monotonic() - began < 300


# A source that was never crawled


def crawls(*names: str) -> list[Job]:
    from datetime import timedelta

    from scheduler.schedules import parse_schedule

    rule = parse_schedule("every 2h", "UTC")
    return [Job(name, ("true",), rule, timedelta(minutes=5), group="crawl") for name in names]


def test_a_source_that_was_never_crawled_is_due_at_once_and_others_wait(store: Archive) -> None:
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts())
    dispatcher = Dispatcher(Ledger(store), Limits(), skip_nothing)
    dispatcher.begin(crawls(SOURCE.id, "new-en"), NOW)
    dispatcher.hurry_new(NOW)
    begun = [due.job.name for batch in dispatcher.step(NOW) for due in batch]
    assert begun == ["new-en"]
    dispatcher.hurry_new(NOW)
    assert dispatcher.step(NOW) == []


# Files of sources


def own_source(hubwatch: CommandLine) -> Path:
    """A source of one's own with remarks in its file."""
    assert hubwatch(*HERE, "init", "--contact", "mailto:a@b.example").code == 0
    text = (SHIPPED / "guiyang-en.toml").read_text("utf-8")
    text = text.replace('id = "guiyang-en"', '# ours\nid = "our-town-en" # for ever')
    Path("sources").mkdir()
    path = Path("sources/our-town-en.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_of_a_source_are_edited_and_remarks_stay(hubwatch: CommandLine) -> None:
    path = own_source(hubwatch)
    before = comments(path.read_text("utf-8"))
    url = "entry[1].url=https://english.guiyang.gov.cn/x.html"
    ended = hubwatch(*HERE, "sources", "edit", "our-town-en", "schedule=every 30m", url)
    assert ended.code == 0, ended.err
    now = tomllib.loads(path.read_text("utf-8"))
    assert now["schedule"] == "every 30m"
    assert now["entry"][0]["url"] == "https://english.guiyang.gov.cn/x.html"
    assert sorted(comments(path.read_text("utf-8"))) == sorted(before)


@pytest.mark.parametrize(
    ("assignment", "says"),
    [
        ("schedule=every now and then", "schedule"),
        ("id=other-en", "never changes"),
        ("nosuch=1", "unknown key"),
        ("entry[9].url=x", "there is no entry[9]"),
        ("entry[1]=x", "is a table"),
        ("schedule", "KEY=VALUE"),
        ("city=", "city: is missing"),
        ("entry=3", "entry"),
    ],
)
def test_an_edit_that_would_break_a_source_is_refused_and_writes_nothing(
    hubwatch: CommandLine, assignment: str, says: str
) -> None:
    path = own_source(hubwatch)
    before = path.read_bytes()
    ended = hubwatch(*HERE, "sources", "edit", "our-town-en", assignment)
    assert ended.code == 2
    assert says in ended.err
    assert path.read_bytes() == before


def test_a_shipped_source_is_edited_as_a_copy_of_ones_own_and_removed_again(
    hubwatch: CommandLine,
) -> None:
    assert hubwatch(*HERE, *YES, "--add", "guiyang-en", "--no-crawl").code == 0
    shipped = (SHIPPED / "guiyang-en.toml").read_bytes()
    assert hubwatch(*HERE, "sources", "edit", "guiyang-en", "schedule=every 30m").code == 0
    assert (SHIPPED / "guiyang-en.toml").read_bytes() == shipped
    assert shown(hubwatch(*HERE, "sources", "show", "guiyang-en", "--json")) == "every 30m"
    ended = hubwatch(*HERE, "sources", "remove", "guiyang-en")
    assert ended.code == 0, ended.err
    assert Path("sources/guiyang-en.toml.removed").is_file()
    assert shown(hubwatch(*HERE, "sources", "show", "guiyang-en", "--json")) != "every 30m"


def shown(ended: Ended) -> str:
    return str(ended.json["schedule"])


def test_only_ones_own_sources_are_removed(hubwatch: CommandLine) -> None:
    path = own_source(hubwatch)
    refused = hubwatch(*HERE, "sources", "remove", "guiyang-en")
    assert (refused.code, "sources disable guiyang-en" in refused.err) == (2, True)
    assert enabled() == ["our-town-en"]
    assert hubwatch(*HERE, "sources", "remove", "our-town-en").code == 0
    assert enabled() == []
    assert not path.exists()


def test_the_port_of_practice_is_that_of_the_command() -> None:
    from desk.cli.demo import practice

    (port,) = (each for each in practice.params if each.name == "port")
    assert port.default == PRACTICE_PORT


def test_what_is_advised_can_be_typed_where_the_shell_does_not_find_the_program(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "my venv" / "bin" / "hubwatch"
    program.parent.mkdir(parents=True)
    program.write_text("")
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    said = hubwatch("init").out
    assert f"next           '{program}' setup, or '{program}' sources enable" in said
    told = hubwatch("sources", "show", "nosuch").err
    assert "`hubwatch " not in told


def test_what_the_page_on_adding_a_portal_says_can_be_typed(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "add-a-portal.md").read_text("utf-8").replace("\\\n", "")
    typed = re.findall(r"^\$ hubwatch (--config practice\.toml .*)", page, re.M)
    assert [words.split()[2:4] for words in typed][:2] == [
        ["sources", "disable"],
        ["sources", "add"],
    ]
    # A command typed as the page says it has the clock of this machine, as the portal has then.
    with serve(datetime.now(UTC).date(), 1, 0) as served:
        Path("practice.toml").write_text(practice_config(served.hosts), encoding="utf-8")
        assert hubwatch("--config", "practice.toml", "init").code == 0
        for words in typed:
            ended = hubwatch(*shlex.split(words))
            assert ended.code == 0, (words, ended.err)
    assert (tmp_path / "sources" / "our-town.toml").is_file()

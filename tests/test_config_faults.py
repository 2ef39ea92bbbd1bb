"""What `run` refuses, `doctor` and `config check` refuse: each broken configuration is a fault for
all three, with file, line and remedy, and each sound one for none. While a daemon runs by the last
good one, who asks is answered by that, with the fault on top."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from desk.cli.config_faults import complaint
from desk.cli.daemon import plan_of
from desk.cli.session import Session
from hubwatch.errors import ConfigError
from hubwatch.locks import Lock
from tests.support.cli import CommandLine, away
from tests.support.make import NOW

SOUND = """\
archive = "hubwatch.db"
contact = "mailto:ana@example.org"
timezone = "Asia/Shanghai"
enabled = ["guiyang-en", "foshan-en"]
sources = ["own"]
watchlist = "watched.toml"

[network]
intranet = ["news.intra.example"]

[limits]
children = 2
free_space = "1 MB"

[digest]
title = "Our week"

[[delivery]]
name = "team"
kind = "folder"
folder = "out"

[alerts]
quiet = "22:00-07:00"

[[alerts.channel]]
to = "team"

[[timetable]]
name = "morning"
command = "digest --since 24h -o out.html"
schedule = "daily at 07:30, on mon-fri"

[[timetable]]
name = "backup"
command = ["backup", "--to", "copies", "--keep", "14"]
schedule = "0 3 * * *"
deadline = "2h"

[daemon]
listen = "127.0.0.1:{port}"

[log]
format = "json"
"""
WATCHED = """\
[contexts]
word = ["word"]
[[topic]]
id = "a-topic"
labels = { en = "A topic" }
[[topic.name]]
language = "en"
forms = ["a topic"]
"""

HOOK = 'kind = "webhook"\nurl = "https://chat.example.org/hook"'
MAIL = 'kind = "mail"\nfrom = "hub@example.org"\nto = ["li@example.org"]'
OWN_ALERTS = 'name = "hubwatch.alerts"\ncommand = "alerts send"'
BROKEN = [
    # what, by what, which key is named
    ("archive =", "archive ", "TOML"),
    ('"mailto:ana@example.org"', '"mailto:ana@example.org', "TOML"),
    ("[network]", "[network", "TOML"),
    ("[limits]", "[network]", "TOML"),
    ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Shanghai"\ntimezone = "UTC"', "TOML"),
    ("archive =", "archiv =", "archiv"),
    ('"hubwatch.db"', "7", "archive"),
    ('"hubwatch.db"', '""', "archive"),
    ('"mailto:ana@example.org"', '"ana"', "contact"),
    ('"mailto:ana@example.org"', '"mailto:a b@example.org"', "contact"),
    ('"mailto:ana@example.org"', "true", "contact"),
    ('"mailto:ana@example.org"', '"mailto:"', "contact"),
    ('"mailto:ana@example.org"', '"mailto:@example.org"', "contact"),
    ('"mailto:ana@example.org"', '"ana@"', "contact"),
    ('"mailto:ana@example.org"', '"https:///us"', "contact"),
    ('contact = "mailto:ana@example.org"\n', "", "contact"),
    ('"Asia/Shanghai"', '"Asia/Guiyang"', "timezone"),
    ('["guiyang-en", "foshan-en"]', '["guiyang-eng"]', "enabled"),
    ('["guiyang-en", "foshan-en"]', "[1]", "enabled"),
    ('["guiyang-en", "foshan-en"]', "{ a = 1 }", "enabled"),
    ('enabled = ["guiyang-en", "foshan-en"]', 'also = ["nonsuch-zh"]', "also"),
    ('enabled = ["guiyang-en", "foshan-en"]', 'packs = ["hub-city"]', "packs"),
    ('enabled = ["guiyang-en", "foshan-en"]', 'disabled = ["nonsuch-zh"]', "disabled"),
    ('sources = ["own"]', 'sources = ["nowhere"]', "sources"),
    ('sources = ["own"]', "sources = [3]", "sources"),
    ('"watched.toml"', '"nowhere.toml"', "watchlist"),
    ('"watched.toml"', '"own"', "watchlist"),
    ('"watched.toml"', '"faulty.toml"', "faulty.toml: topic"),
    ('"news.intra.example"', '"http://news"', "network.intranet"),
    ("intranet =", "intra =", "network.intra"),
    ("intranet =", 'proxy = "socks://a:1"\nintranet =', "network.proxy"),
    ("intranet =", 'hosts = { "a.test" = "10.0.0.1:80" }\nintranet =', "network.hosts"),
    ("children = 2", "children = 0", "limits.children"),
    ("children = 2", 'children = "2"', "limits.children"),
    ("children = 2", "childern = 2", "limits.childern"),
    ("children = 2", 'memory = "3 MiB"', "limits.memory"),
    ("children = 2", 'drain = "2 fortnights"', "limits.drain"),
    ("children = 2", 'drain = "20ms"', "limits.drain"),
    ('"1 MB"', '"1 mega"', "limits.free_space"),
    ("title =", "titel =", "digest.titel"),
    ('title = "Our week"', "title = 5", "digest.title"),
    ('title = "Our week"', 'language = "de"', "digest.language"),
    ('title = "Our week"', 'language = "EN"', "digest.language"),
    ('title = "Our week"', 'templates = "nowhere"', "digest.templates"),
    ('title = "Our week"', 'templates = "watched.toml"', "digest.templates"),
    ('name = "team"\n', "", "delivery[1].name"),
    ('kind = "folder"', 'kind = "pigeon"', "delivery[1].kind"),
    ('folder = "out"\n', "", "delivery[1].folder"),
    ('folder = "out"', 'folder = "out"\nserver = "x"', "delivery[1].server"),
    ('folder = "out"', 'folder = "out"\nformats = ["pdff"]', "delivery[1].formats"),
    (
        'kind = "folder"\nfolder = "out"',
        f'{HOOK}\nformats = ["html", "txt"]',
        "delivery[1].formats",
    ),
    ('kind = "folder"\nfolder = "out"', f'{MAIL}\nserver = "mail.example.org:0"', "server"),
    ('kind = "folder"\nfolder = "out"', f'{MAIL}\nserver = "mail.example.org:70000"', "server"),
    (
        'kind = "folder"\nfolder = "out"',
        f'{MAIL}\nserver = "mail.example.org"\npassword = "env:WORD"',
        "delivery[1].password",
    ),
    ('quiet = "22:00-07:00"', 'quiet = "at night"', "alerts.quiet"),
    ('quiet = "22:00-07:00"', 'remind = "1s"', "alerts.remind"),
    ('quiet = "22:00-07:00"', 'remind = "1000000w"', "alerts.remind"),
    ('to = "team"', 'command = "page \'Li"', "alerts.channel[1].command"),
    ('quiet = "22:00-07:00"', 'remind = "sometimes"', "alerts.remind"),
    ('quiet = "22:00-07:00"', 'ping = "ftp://x"', "alerts.ping"),
    ('to = "team"', 'to = "taem"', "alerts.channel[1].to"),
    ('to = "team"', 'to = "team"\nseverity = "loud"', "alerts.channel[1].severity"),
    ('to = "team"', 'to = "team"\ncommand = "x"', "alerts.channel[1].to"),
    ('name = "morning"', 'name = "Morning Digest"', "timetable[1].name"),
    ('name = "morning"', 'name = "backup"', "timetable[2].name"),
    ('name = "morning"', 'name = "hubwatch.alerts"', "timetable[1].name"),
    ('name = "morning"', 'name = "hubwatch.morning"', "timetable[1].name"),
    ('name = "morning"', 'name = "guiyang-zh"', "timetable[1].name"),
    ('"digest --since 24h -o out.html"', '"frobnicate x"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"search --nosuch x"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"digest --since yesterweek"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"digest --format epub"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"digest isue 12"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"digest issue"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"run"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"desk --user Li"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"archive"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"search --help"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '"digest \'open"', "timetable[1].command"),
    ('"digest --since 24h -o out.html"', '""', "timetable[1].command"),
    (
        '["backup", "--to", "copies", "--keep", "14"]',
        '["backup", "--keep"]',
        "timetable[2].command",
    ),
    ('"14"]', '"none"]', "timetable[2].command"),
    ('"daily at 07:30, on mon-fri"', '"daily at noon"', "timetable[1].schedule"),
    ('"0 3 * * *"', '"0 25 * * *"', "timetable[2].schedule"),
    ('deadline = "2h"', 'deadline = "0s"', "timetable[2].deadline"),
    ('deadline = "2h"', 'deadline = "500ms"', "timetable[2].deadline"),
    ('deadline = "2h"', 'zone = "Europe/Guiyang"', "timetable[2].zone"),
    ('deadline = "2h"', 'when = "now"', "timetable[2].when"),
    ('"127.0.0.1:{port}"', '"0.0.0.0:9464"', "daemon.listen"),
    ('"127.0.0.1:{port}"', '"127.0.0.1:{taken}"', "daemon.listen"),
    ('format = "json"', 'format = "xml"', "log.format"),
    ("[log]", '[desk]\naddress = "example"\n[log]', "desk.address"),
    ("[log]", '[retention]\nlists = "soon"\n[log]', "retention.lists"),
]
GOOD = [
    ("", ""),
    ('contact = "mailto:ana@example.org"\n', 'contact = "https://example.org/us"\n'),
    ('contact = "mailto:ana@example.org"\n', 'contact = "ana@example.org"\n'),
    ('title = "Our week"', 'language = "both"\ntemplates = "own"'),
    ('folder = "out"', 'folder = "out"\nformats = ["html", "docx"]'),
    ('quiet = "22:00-07:00"', 'remind = "never"'),
    ('to = "team"', 'command = "page --loud Li"'),
    ('name = "morning"\ncommand = "digest --since 24h -o out.html"', OWN_ALERTS),
    ('["guiyang-en", "foshan-en"]', "[]"),
    ('enabled = ["guiyang-en", "foshan-en"]', ""),
    ('"digest --since 24h -o out.html"', '"export --since 24h -o later.jsonl"'),
    ('"digest --since 24h -o out.html"', '"import not-there-yet.jsonl"'),
    ('"digest --since 24h -o out.html"', '"digest deliver"'),
    ('"digest --since 24h -o out.html"', '"sources check --all"'),
    ('"digest --since 24h -o out.html"', '"backup verify copies/a.zip"'),
    ('"digest --since 24h -o out.html"', '"alerts send"'),
    ("[log]", "# a remark\n[log]"),
]


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    monkeypatch.setattr("scheduler.daemon.run_daemon", lambda *_, **__: 77)
    Path("own").mkdir()
    Path("watched.toml").write_text(WATCHED, encoding="utf-8")
    Path("faulty.toml").write_text(WATCHED.replace("id =", "ident ="), encoding="utf-8")
    write("", "")
    command = CommandLine(capsys)
    assert command("--config", "hubwatch.toml", "init").code == 0
    return command


def write(old: str, new: str, taken: int = 0) -> None:
    assert old in SOUND
    text = SOUND.replace(old, new, 1).replace("{port}", str(PORT)).replace("{taken}", str(taken))
    Path("hubwatch.toml").write_text(text, encoding="utf-8")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


PORT = free_port()


def by_all(hubwatch: CommandLine) -> tuple[list[dict[str, str]], list[dict[str, str]], int, str]:
    """What `config check` and `doctor` say is wrong, and how `run` ends."""
    here = ("--config", "hubwatch.toml")
    checked = hubwatch(*here, "config", "check", "--json")
    assert checked.code == (0 if checked.json["sound"] else 2)
    looked = hubwatch(*here, "doctor", "--json")
    faults = [
        each
        for each in looked.json["checks"]
        if each["check"] in ("configuration", "archive") and each["state"] == "fault"
    ]
    assert looked.code == 1 or not faults
    ran = hubwatch(*here, "run")
    return checked.json["faults"], faults, ran.code, ran.err


def test_there_are_sixty_of_them() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize(("old", "new", "key"), BROKEN, ids=[f"{n}-{k}" for _, n, k in BROKEN])
def test_what_run_refuses_everybody_refuses_with_file_line_and_remedy(
    hubwatch: CommandLine, old: str, new: str, key: str
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        write(old, new, other.getsockname()[1])
        checked, looked, code, said = by_all(hubwatch)
    assert code == 2
    assert said.startswith("hubwatch: ")
    assert checked and looked
    told, remedy = checked[0]["told"], checked[0]["remedy"]
    assert told in said
    assert told in [each["told"] for each in looked]
    assert key in told
    assert ".toml: " in told
    assert remedy and looked[0]["remedy"]
    without_line = new == "" and key in ("contact",)
    assert re.search(r"\bline \d+", told) or without_line, told
    assert "\n" not in told


@pytest.mark.parametrize(("old", "new"), GOOD)
def test_what_run_takes_everybody_takes(hubwatch: CommandLine, old: str, new: str) -> None:
    write(old, new)
    checked, looked, code, _ = by_all(hubwatch)
    assert (checked, looked, code) == ([], [], 77)


@pytest.mark.parametrize("harm", ["gone", "no archive"])
def test_an_archive_that_cannot_be_used_is_refused_by_all(hubwatch: CommandLine, harm: str) -> None:
    archive = Path("hubwatch.db")
    archive.unlink()
    if harm == "no archive":
        archive.write_bytes(b"something else" * 99)
    checked, looked, code, said = by_all(hubwatch)
    assert code == 1
    assert len(checked) == len(looked) == 1
    assert checked[0]["told"] == looked[0]["told"]
    assert "hubwatch.db" in said
    assert checked[0]["remedy"] and looked[0]["remedy"]


def test_every_fault_is_told_and_not_the_first_alone(hubwatch: CommandLine) -> None:
    text = SOUND.replace("{port}", str(PORT)).replace('"guiyang-en"', '"nonsuch"')
    text = text.replace("digest --since", "digst --since").replace('"--keep"', '"--kept"')
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    told = [
        each["told"]
        for each in hubwatch("--config", "hubwatch.toml", "config", "check", "--json").json[
            "faults"
        ]
    ]
    assert ["enabled" in told[0], "timetable[1]" in told[1], "timetable[2]" in told[2]] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("search 创新 --limit 5", ""),
        ("digest draft --since-last --by Ana", ""),
        ("digest draft", "--by"),
        ("sources", ""),
        ("digest --since 24h --relevent", "--relevant"),
        ("story 17", ""),
        ("--db other.db search x", "--db"),
    ],
)
def test_a_command_line_is_read_and_not_run(hubwatch: CommandLine, line: str, wrong: str) -> None:
    found = complaint(Session(Path("hubwatch.toml"), None, lambda: NOW), line.split())
    assert wrong in found if wrong else found == ""


# While a daemon goes on by the last good one


@pytest.fixture
def served(hubwatch: CommandLine) -> CommandLine:
    """A daemon has taken up the configuration, and somebody broke it since."""
    plan = plan_of(Session(Path("hubwatch.toml"), None, lambda: NOW))
    plan()
    write('"digest --since 24h -o out.html"', '"frobnicate x"')
    with pytest.raises(ConfigError, match="frobnicate"):
        plan()
    return hubwatch


@pytest.mark.parametrize("broken", ["a command", "TOML", "contact"])
def test_who_asks_is_answered_by_the_configuration_in_force_with_the_fault_on_top(
    served: CommandLine, broken: str
) -> None:
    if broken == "TOML":
        write("[network]", "[network")
    elif broken == "contact":
        write('contact = "mailto:ana@example.org"\n', "")
    here = ("--config", "hubwatch.toml")
    wrong = served(*here, "config", "check", "--json").json["faults"][0]["told"]
    with Lock(Path("hubwatch.db"), "daemon").acquire(NOW - NOW, "test"):
        for command in ("status", "timetable"):
            ended = served(*here, command)
            assert ended.code == 0
            assert ended.err.startswith(wrong)
            assert "in force is the copy of" in ended.err.splitlines()[0]
            assert "guiyang-en" in ended.out
        assert "morning" in served(*here, "timetable").out
        doctor = served(*here, "doctor", "--json")
    checks = doctor.json["checks"]
    assert doctor.code == 1
    assert (checks[0]["check"], checks[0]["told"]) == ("configuration", wrong)
    assert {"archive", "jobs", "backup", "disk"} <= {each["check"] for each in checks}


def test_without_a_copy_status_goes_on_and_the_timetable_says_what_is_wrong(
    hubwatch: CommandLine,
) -> None:
    write('"digest --since 24h -o out.html"', '"frobnicate x"')
    here = ("--config", "hubwatch.toml")
    status = hubwatch(*here, "status")
    assert (status.code, "guiyang-en" in status.out) == (0, True)
    assert hubwatch(*here, "timetable").code == 2


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(SOUND.splitlines(), 1) if line.startswith(text))


def test_what_is_in_force_is_shown_with_its_lines(hubwatch: CommandLine) -> None:
    found = {
        each["key"]: (each["value"], each["line"])
        for each in hubwatch("--config", "hubwatch.toml", "config", "show", "--json").json
    }
    assert found["contact"] == ("mailto:ana@example.org", 2)
    assert found["timetable[2].deadline"] == ("2h", line_of("deadline"))
    assert found["timetable[1].deadline"] == ("30m", None)
    assert found["delivery[1].folder"] == ("out", line_of("folder = "))
    assert hubwatch("--config", "hubwatch.toml", "config", "show", "contact").code == 0
    refused = hubwatch("--config", "hubwatch.toml", "config", "show", "contcat")
    assert (refused.code, "did you mean 'contact'" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("contact", None), ("watchlist", None), ("enabled", None), ("timezone", "Asia/Shanghai"),
        ("desk.address", None), ("alerts.ping", None), ("network.proxy", None),
    ],
)  # fmt: skip
def test_a_key_that_is_left_out_is_shown_as_usual(
    hubwatch: CommandLine, key: str, value: object
) -> None:
    Path("empty.toml").write_text('archive = "hubwatch.db"\n', encoding="utf-8")
    here = ("--config", "empty.toml", "config", "show")
    ended = hubwatch(*here, key, "--json")
    assert (ended.code, ended.json) == (0, [{"key": key, "value": value, "line": None}])
    assert key not in {each["key"] for each in hubwatch(*here, "--json").json if value is None}
    assert "usual" in hubwatch(*here, key).out


@pytest.mark.parametrize("table", ["delivery", "timetable", "alerts.channel", "deliveries"])
def test_a_table_that_is_left_out_shows_nothing(hubwatch: CommandLine, table: str) -> None:
    Path("empty.toml").write_text('archive = "hubwatch.db"\n', encoding="utf-8")
    ended = hubwatch("--config", "empty.toml", "config", "show", table, "--json")
    if table == "deliveries":
        assert (ended.code, "there is no key" in ended.err) == (2, True)
    else:
        assert (ended.code, ended.json) == (0, [])


def test_a_command_line_of_a_channel_is_its_words_and_a_program_that_is_not_there_is_told(
    hubwatch: CommandLine,
) -> None:
    here = ("--config", "hubwatch.toml")
    write('to = "team"', "command = \"sh -c 'cat > heard.json'\"")
    assert hubwatch(*here, "alerts", "test").code == 0
    assert '"subject"' in Path("heard.json").read_text("utf-8")
    write('to = "team"', 'command = "nonesuch-pager --loud"')
    looked = hubwatch(*here, "doctor", "--json").json["checks"]
    (told,) = [each for each in looked if each["check"] == "alerts"]
    assert told["state"] == "fault"
    assert "nonesuch-pager" in told["told"]

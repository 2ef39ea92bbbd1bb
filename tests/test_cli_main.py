"""The command line as a whole: help, errors in one line, exit codes, and how little it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from desk.cli import main as desk_main
from tests.support.cli import CommandLine
from tests.support.make import BODY
from tests.support.paths import ROOT

COMMANDS = tuple(desk_main._COMMANDS)


def child(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.mark.parametrize("args", ['["--help"]', '["--version"]', '["digest", "--help"]'])
def test_light_commands_load_almost_nothing(args: str) -> None:
    code = f"""
import sys
from desk.cli.main import main
try:
    main({args})
except SystemExit as ended:
    assert ended.code == 0, ended.code
heavy = {{"scrapy", "twisted", "bs4", "lxml", "sqlite_utils", "rich", "jinja2", "apscheduler",
          "trafilatura", "dateparser", "feedparser"}} & set(sys.modules)
assert not heavy, heavy
"""
    ended = child(code)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(hubwatch: CommandLine, command: str) -> None:
    ended = hubwatch(command, "--help")
    assert ended.code == 0
    assert f"hubwatch {command}" in ended.out or f"{command}" in ended.out
    assert "Examples:" in ended.out


def test_help_lists_every_command(hubwatch: CommandLine) -> None:
    listed = hubwatch("--help").out
    assert all(f"\n  {command} " in listed for command in COMMANDS)
    placed = [command for _, commands in desk_main.places() for command in commands]
    assert sorted(placed) == sorted(COMMANDS)
    headings = [line for line in listed.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings[1:] == ["First:", "Begin:", "Stories:", "Digests:", "Sources:", "Keep:"]


LASTING = (
    *("demo", "init", "crawl", "run", "search", "show", "stories", "parse", "match", "import"),
    *("export", "backfill", "sources", "status", "incidents", "decisions", "alerts", "doctor"),
    "digest",
)


def test_what_scripts_rest_on_keeps_its_name() -> None:
    assert set(LASTING) <= set(COMMANDS)
    assert not set(LASTING) & {old.split()[0] for old in desk_main.RENAMED_COMMANDS}


@pytest.mark.parametrize(("old", "new"), desk_main.RENAMED_COMMANDS.items())
def test_a_command_of_another_name_now_is_refused_with_that(
    hubwatch: CommandLine, old: str, new: str
) -> None:
    ended = hubwatch("--db", "a b.db", *old.split(), "17", "--by", "Ana")
    assert (ended.code, ended.out) == (2, "")
    assert f"`hubwatch {old}` is now `hubwatch --db 'a b.db' {new} 17 --by Ana`" in ended.err
    assert hubwatch(*new.split(), "--help").code == 0


def test_the_list_of_stories_is_what_a_bare_story_meant(hubwatch: CommandLine) -> None:
    assert "story` is now `hubwatch stories`\n" in hubwatch("story").err


@pytest.mark.parametrize(("typed", "meant"), desk_main._MEANT_COMMANDS.items())
def test_a_word_of_other_programs_leads_to_what_is_meant(
    hubwatch: CommandLine, typed: str, meant: str
) -> None:
    ended = hubwatch(typed)
    assert ended.code == 2
    assert f"`hubwatch {meant}`" in ended.err
    command = [] if meant.startswith("--") else meant.split()
    assert hubwatch(*command, "--help").code == 0
    assert typed not in COMMANDS


def test_an_unknown_command_names_the_nearest(hubwatch: CommandLine) -> None:
    ended = hubwatch("serch", "x")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean 'search'?" in ended.err


def test_no_archive_is_one_line_that_says_what_to_do(hubwatch: CommandLine) -> None:
    ended = hubwatch("search", "x")
    assert ended.code == 1
    assert ended.err == (
        "hubwatch: no archive is configured; `hubwatch init` makes one, --db names one\n"
    )


@pytest.mark.parametrize("args", [("search", "x"), ("sources", "runs"), ("digest",), ("show", "1")])
def test_reading_never_makes_an_archive(
    hubwatch: CommandLine, tmp_path: Path, args: tuple[str, ...]
) -> None:
    ended = hubwatch("--db", tmp_path / "typo.db", *args)
    assert ended.code == 1
    assert "there is no archive" in ended.err
    assert not (tmp_path / "typo.db").exists()


def _articles(folder: Path) -> Path:
    path = folder / "one.jsonl"
    path.write_text(
        '{"url": "http://old.example.org/a/1.htm", "title": "Hub", "body": "Hub city."}', "utf-8"
    )
    return path


def test_a_new_archive_is_told(hubwatch: CommandLine, tmp_path: Path) -> None:
    first = hubwatch("--db", tmp_path / "a.db", "import", _articles(tmp_path))
    assert f"{tmp_path / 'a.db'}: there was no archive, so a new one was made" in first.err
    second = hubwatch("--db", tmp_path / "a.db", "import", _articles(tmp_path))
    assert "a new one was made" not in second.err


@pytest.mark.parametrize("command", ["import", "crawl"])
def test_a_missing_folder_is_no_place_for_a_new_one(
    hubwatch: CommandLine, tmp_path: Path, command: str
) -> None:
    """A folder that is not there may be a disk that is not."""
    what = _articles(tmp_path) if command == "import" else "guiyang-en"
    config = tmp_path / "h.toml"
    config.write_text('contact = "mailto:you@example.org"\n', encoding="utf-8")
    away = tmp_path / "disk" / "a.db"
    ended = hubwatch("--config", config, "--db", away, command, what)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "there is no archive" in ended.err
    assert not away.parent.exists()


def test_a_child_of_the_daemon_makes_no_archive(hubwatch: CommandLine, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    ended = hubwatch(
        "--db", tmp_path / "a.db", "--config-snapshot", copy, "import", _articles(tmp_path)
    )
    assert ended.code == 1
    assert "there is no archive" in ended.err
    assert not (tmp_path / "a.db").exists()


def test_a_bad_configuration_is_a_usage_error(hubwatch: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "hubwatch.toml"
    config.write_text('archive = "x.db"\nsurces = []\n')
    ended = hubwatch("--config", config, "search", "x")
    assert ended.code == 2
    complaint = "surces: unknown key; did you mean 'sources'? (line 2)"
    assert ended.err == f"hubwatch: {config}: {complaint}\n"


def test_init_says_where_and_keeps_what_is_there(hubwatch: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "etc" / "hubwatch.toml"
    first = hubwatch("--config", config, "init", "--contact", "mailto:me@example.org")
    assert first.code == 0
    assert f"{config} (made)" in first.out
    assert f"{config.parent / 'hubwatch.db'} (made)" in first.out
    before = config.read_bytes()
    again = hubwatch("--config", config, "init")
    assert f"{config} (kept)" in again.out
    assert f"{config.parent / 'hubwatch.db'} (kept)" in again.out
    assert config.read_bytes() == before


def test_init_says_how_to_go_on_with_the_options_it_was_given(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config, archive = tmp_path / "op files" / "op.toml", tmp_path / "op.db"
    here = ("--config", config, "--db", archive)
    options = f"--config '{config}' --db {archive}"
    bare = hubwatch(*here, "init").out
    ways = f"hubwatch {options} setup, or hubwatch {options} sources enable guiyang-en\n"
    assert f"next           {ways}" in bare
    config.unlink()
    told = hubwatch(*here, "init", "--contact", "mailto:me@example.org").out
    assert f"next           {ways}" in told
    config.write_text('[network.hosts]\n"a.test" = "127.0.0.1:1"\n', "utf-8")
    assert f"next           hubwatch {options} crawl --all\n" in hubwatch(*here, "init").out
    assert "next           hubwatch crawl" not in told


def test_init_without_options_uses_the_users_own_folders(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    ended = hubwatch("init")
    assert ended.code == 0
    found = hubwatch("search", "x")
    assert found.code == 0
    assert "holds no articles yet" in found.err
    assert str(tmp_path) in ended.out


def test_a_live_crawl_needs_a_contact(hubwatch: CommandLine, tmp_path: Path) -> None:
    hubwatch("--config", tmp_path / "h.toml", "init")
    ended = hubwatch("--config", tmp_path / "h.toml", "crawl", "guiyang-en")
    assert ended.code == 2
    assert f"{tmp_path / 'h.toml'}: contact: is missing" in ended.err


@pytest.mark.parametrize(
    "args",
    [
        ("crawl",),
        ("crawl", "--all", "guiyang-en"),
        ("crawl", "guiyang-en", "--wait", "soon"),
        ("crawl", "http://nowhere.example/"),
        ("search", "x", "--since", "soon"),
        ("digest", "--since", "2026-02-01", "--until", "2026-01-01"),
        ("digest", "--format", "epub"),
        ("--now", "noon", "search", "x"),
    ],
)
def test_usage_errors_end_with_two(hubwatch: CommandLine, args: tuple[str, ...]) -> None:
    hubwatch("init", "--contact", "mailto:me@example.org")
    ended = hubwatch(*args)
    assert (ended.code, ended.out) == (2, "")


def test_an_unknown_source_names_the_nearest(hubwatch: CommandLine) -> None:
    ended = hubwatch("sources", "show", "guiyang-e")
    assert ended.code == 2
    assert "did you mean 'guiyang-en'?" in ended.err


def test_sources_are_listed_without_an_archive(hubwatch: CommandLine) -> None:
    listed = hubwatch("sources", "--json").json
    assert len(listed) >= 20
    guiyang = next(source for source in listed if source["id"] == "guiyang-en")
    assert (guiyang["city"], guiyang["language"], guiyang["checked"]) == ("Guiyang", "en", None)
    table = hubwatch("sources")
    assert "guiyang-en" in table.out
    assert "\t" not in table.out
    assert "never" in table.out


def test_it_is_a_module_too(tmp_path: Path) -> None:
    # A stray module in the working folder must not shadow one of ours.
    (tmp_path / "storage.py").write_text("raise SystemExit('shadowed')")
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "hubwatch", "--version"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    code = f"cd {ROOT} && {sys.executable} -m hubwatch sources | head -1"
    ended = subprocess.run(["sh", "-c", code], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["digest", "--help"]])
def test_a_list_of_commands_loads_next_to_nothing(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom desk.cli import run as main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "rooms = ('desk', 'hubwatch', 'storage', 'scraper')\n"
        "ours = {name for name in sys.modules if name.startswith(rooms)}\n"
        "print(sorted(ours), 'importlib.metadata' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    session = ["desk.cli.session"] if arguments[0] == "digest" else []
    cli = ["desk", "desk.cli", "desk.cli.main", *session]
    ours = [*cli, "hubwatch", "hubwatch.errors"]
    assert done.stderr == f"{ours} False\n"


def test_every_command_of_a_digest_is_there_and_has_examples(hubwatch: CommandLine) -> None:
    listed = hubwatch("digest", "--help").out.split("Commands:")[1].split("\n")
    commands = [line.split()[0] for line in listed if line.strip()]
    declared = [name for name, entry in desk_main._DIGEST_COMMANDS.items() if entry[2]]
    assert commands == declared
    for command in commands:
        assert "Examples:" in hubwatch("digest", command, "--help").out


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("search x --db a.db", "--db a.db search x"),
        ("search --config=a.toml x --limit 3", "--config=a.toml search x --limit 3"),
        ("--db a.db search x --db b.db", "--db a.db --db b.db search x"),
        ("search -- --db a.db", "search -- --db a.db"),
        ("search x --db", "--db search x"),
    ],
)
def test_options_for_all_commands_stand_anywhere(typed: str, read: str) -> None:
    assert desk_main.global_options_first(typed.split()) == read.split()


def test_no_command_has_an_option_of_a_global_name() -> None:
    root = click.Context(desk_main.cli, info_name="hubwatch")
    for command in _leaves(desk_main.cli, root):
        taken = {name for param in command.params for name in param.opts}
        assert not taken & set(desk_main._GLOBAL), command.name


def _leaves(command: click.Command, context: click.Context) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _leaves(below, click.Context(below, info_name=name, parent=context))
    else:
        yield command


@pytest.mark.parametrize(
    ("args", "kind", "code"),
    [
        (("search", "x"), "failed", 1),
        (("serch", "x"), "usage", 2),
        (("story", "17"), "usage", 2),
        (("search", "x", "--limit", "none"), "usage", 2),
        (("parse", "none.html"), "usage", 2),
        (("--config", "none.toml", "status"), "configuration", 2),
    ],
)
def test_an_error_is_a_document_for_machines(
    hubwatch: CommandLine, args: tuple[str, ...], kind: str, code: int
) -> None:
    plain = hubwatch(*args)
    ended = hubwatch(*args, "--json")
    assert (ended.code, ended.out) == (code, "") == (plain.code, plain.out)
    told = json.loads(ended.err.splitlines()[-1])["error"]
    assert (told["kind"], told["exit_code"]) == (kind, code)
    assert told["message"].replace(" --json", "") in " ".join(plain.err.split())


def test_who_acts_may_be_named_by_the_environment(
    hubwatch: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = tmp_path / "a.db"
    line = {"url": "http://english.guiyang.gov.cn/2026-03/01/c_1.htm", "title": "T", "body": BODY}
    (tmp_path / "one.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert hubwatch("--db", filled, "import", tmp_path / "one.jsonl").code == 0
    monkeypatch.setenv("HUBWATCH_BY", "Ana")
    done = hubwatch("decisions", "add", "1", "accept", "--json", "--db", filled)
    assert done.json == {
        "decision": 1, "verb": "accept", "by": "Ana", "undone_before": None,
        "stories": [{"id": 1, "state": "accepted"}],
    }  # fmt: skip
    listed = hubwatch("--db", filled, "decisions", "--json").json
    assert [one["by"] for one in listed] == ["Ana"]
    other = hubwatch("--db", filled, "decisions", "add", "1", "star", "--by", "Bo")
    assert (
        other.err == f"starred story 1; `hubwatch --db {filled} decisions undo 2` takes it back\n"
    )

"""What the command line says to people: no option ignored, no slip unexplained, no wide table."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click
import pytest

from desk.cli.runs import run_row
from desk.cli.tables import cut
from desk.practice.demo import practice_config
from desk.practice.portal import sources_folder
from desk.text import width
from storage.archive import Archive
from storage.maintenance import GlobalPause
from storage.relevance import Relevance
from storage.runs import Counts, FetchKind
from storage.types import Grade, Match, Outcome, Precision, When
from tests.support.cli import CommandLine
from tests.support.make import BODY, NOW, SOURCE, capture, insert
from tests.support.paths import ROOT

ME = "mailto:me@example.org"
CONTACT = 'contact = "mailto:you@example.org"'


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An archive with an English and a Chinese article."""
    path = tmp_path / "news.db"
    zh = insert(
        url="http://english.practice.test/2026-03/01/c_2.htm",
        title="贵阳推进枢纽城市建设",
        body="枢纽城市建设工作会议在贵阳举行。" * 6,
        language="zh",
    )
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for intent in (insert(), zh):
            tx.articles.apply(intent, source_id=SOURCE.id, run_id=run.id, now=NOW)
        match = Match("hub-city", Grade.MENTION, "hub city", "body", 30, BODY)
        core = replace(match, grade=Grade.CORE, start=60)
        tx.relevance.replace(1, Relevance("v1", (match, core)))
        tx.runs.finish(run.id, NOW + timedelta(minutes=1), Outcome.OK, Counts(listed=2, new=2))
    return path


# init


def test_init_says_that_a_kept_configuration_keeps_its_contact(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "h.toml"
    hubwatch("--config", config, "init")
    before = config.read_bytes()
    ended = hubwatch("--config", config, "init", "--contact", ME)
    assert ended.code == 0
    assert f"{config} (kept; contact not set)" in ended.out
    assert f'contact = "{ME}"' in ended.err
    assert config.read_bytes() == before


def test_init_checks_the_contact_before_it_writes(hubwatch: CommandLine, tmp_path: Path) -> None:
    ended = hubwatch("--config", tmp_path / "h.toml", "init", "--contact", "me")
    assert (ended.code, ended.out) == (2, "")
    assert "'me' is neither a mail address nor a URL" in ended.err
    assert list(tmp_path.iterdir()) == []


# sources


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A configuration with a source of one's own whose schedule is nonsense."""
    folder = tmp_path / "mine"
    folder.mkdir()
    text = (sources_folder() / "practice-en.toml").read_text(encoding="utf-8")
    lines = ['schedule = "often"' if li.startswith("schedule") else li for li in text.splitlines()]
    (folder / "practice-en.toml").write_text("\n".join(lines), encoding="utf-8")
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "x.db"\nsources = ["mine"]\n{CONTACT}\n', encoding="utf-8")
    return config


@pytest.mark.parametrize(
    "args",
    [("sources", "show", "practice-en"), ("crawl", "practice-en"), ("status", "practice-en")],
)
def test_a_bad_schedule_is_one_line_with_file_key_and_line(
    hubwatch: CommandLine, own: Path, args: tuple[str, ...]
) -> None:
    hubwatch("--config", own, "init")
    ended = hubwatch("--config", own, *args)
    assert (ended.code, ended.out) == (2, "")
    path = own.parent / "mine" / "practice-en.toml"
    told = ended.err.splitlines()[-1]
    assert told.startswith(f"hubwatch: {path}: schedule: 'often' is not understood")
    lines = path.read_text("utf-8").splitlines()
    at = lines.index('schedule = "often"') + 1
    assert told.endswith(f"(line {at})")


@pytest.mark.parametrize("args", [("sources",), ("timetable",), ("status",)])
def test_a_broken_source_is_left_out_in_a_line_and_all_others_go_on(
    hubwatch: CommandLine, own: Path, args: tuple[str, ...]
) -> None:
    hubwatch("--config", own, "init")
    ended = hubwatch("--config", own, *args)
    assert ended.code == 0
    assert "guiyang-en" in ended.out
    assert "practice-en" not in ended.out
    path = own.parent / "mine" / "practice-en.toml"
    assert ended.err.splitlines()[0].startswith(
        f"left out: {path}: schedule: 'often' is not understood"
    )


def test_a_crawl_of_all_says_by_its_exit_code_that_a_source_was_left_out(
    hubwatch: CommandLine, own: Path
) -> None:
    own.write_text(f'enabled = ["practice-en"]\n{own.read_text("utf-8")}', encoding="utf-8")
    hubwatch("--config", own, "init")
    ended = hubwatch("--config", own, "crawl", "--all")
    assert ended.code == 3
    assert "left out: " in ended.err


def test_an_unknown_id_in_enabled_names_file_key_and_the_nearest(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "hubwatch.toml"
    config.write_text('archive = "x.db"\nenabled = ["guiyang-e"]\n')
    ended = hubwatch("--config", config, "sources")
    assert ended.code == 2
    told = "there is no source 'guiyang-e'; did you mean 'guiyang-en'? (line 2)"
    assert ended.err == f"hubwatch: {config}: enabled: {told}\n"


def test_show_prints_link_shapes_as_written_and_when_it_was_checked(hubwatch: CommandLine) -> None:
    ended = hubwatch("sources", "show", "guiyang-en")
    assert "/[{section}/]{yyyy}-{mm}/{dd}/c_{id}" in ended.out
    assert "checked     never" in ended.out
    shapes = hubwatch("sources", "show", "guiyang-en", "--json").json["allow"]
    assert all(shape.startswith("/") for shape in shapes)


def test_show_prints_times_in_local_time(hubwatch: CommandLine, filled: Path) -> None:
    config = Path("practice.toml")
    config.write_text(practice_config({}), encoding="utf-8")
    out = hubwatch("--config", config, "--db", filled, "sources", "show", SOURCE.id).out
    assert "last crawl  2026-03-02 12:01 (Asia/Shanghai) ok" in out


def test_sources_are_one_line_each_on_a_narrow_terminal(
    hubwatch: CommandLine, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.cli.console.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    Path("practice.toml").write_text(practice_config({}), encoding="utf-8")
    count = len(hubwatch("--config", "practice.toml", "sources", "--json").json)
    for options in ((), ("--db", filled)):
        lines = hubwatch("--config", "practice.toml", *options, "sources").out.splitlines()
        assert len(lines) == count + 1
        assert max(map(width, lines)) <= 80
        assert any("…" in line for line in lines)


@pytest.mark.parametrize(("text", "room", "shown"), [("abc", 3, "abc"), ("贵阳市", 5, "贵阳…")])
def test_cut(text: str, room: int, shown: str) -> None:
    assert cut(text, room) == shown


# filters


@pytest.mark.parametrize("code", ["zh", "zh-CN", "ZH_hans"])
def test_languages_are_taken_by_their_first_part(
    hubwatch: CommandLine, filled: Path, code: str
) -> None:
    ended = hubwatch("--db", filled, "search", "--language", code, "--json")
    assert [hit["id"] for hit in ended.json] == [2]
    assert ended.err == ""


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("search", "--city", "Guyang"), "there is no city 'Guyang'; did you mean 'Guiyang'?"),
        (("search", "--language", "xx"), "there is no language 'xx'; there are: en, zh"),
        (("export", "--city", "Guyang"), "there is no city 'Guyang'; did you mean 'Guiyang'?"),
    ],
)
def test_a_filter_that_names_nothing_is_said(
    hubwatch: CommandLine, filled: Path, args: tuple[str, ...], told: str
) -> None:
    ended = hubwatch("--db", filled, *args)
    assert ended.code == 0
    assert told in ended.err


NO_SOURCE = "there is no source 'practice-e'; did you mean 'practice-en'?"
NO_TOPIC = "there is no topic 'hub-citi'; did you mean 'hub-city'?"


@pytest.mark.parametrize(
    ("told", "args"),
    [
        (NO_SOURCE, ("search", "--source", "practice-e")),
        (NO_SOURCE, ("export", "--source", "practice-e", "-o", "z.jsonl")),
        (NO_SOURCE, ("sources", "runs", "--source", "practice-e")),
        (NO_SOURCE, ("changes", "--source", "practice-e")),
        (NO_SOURCE, ("incidents", "--source", "practice-e")),
        (NO_SOURCE, ("quarantine", "--source", "practice-e")),
        (NO_SOURCE, ("why", "hub", "--source", "practice-e")),
        (NO_TOPIC, ("search", "--topic", "hub-city", "--topic", "hub-citi")),
        (NO_TOPIC, ("digest", "--topic", "hub-citi", "-o", "z.html")),
        (NO_TOPIC, ("digest", "draft", "--since-last", "--topic", "hub-citi", "--by", "Ana")),
    ],
)
def test_a_source_or_topic_that_nobody_knows_is_refused(
    hubwatch: CommandLine, filled: Path, told: str, args: tuple[str, ...]
) -> None:
    ended = hubwatch("--db", filled, *args)
    assert (ended.code, ended.out, ended.err) == (2, "", f"hubwatch: {told}\n")
    assert not list(Path().glob("z.*"))
    assert hubwatch("--db", filled, "digest", "list", "--json").json == []


def test_a_source_and_a_topic_that_the_archive_alone_knows_are_known(
    hubwatch: CommandLine, filled: Path
) -> None:
    gone = replace(SOURCE, id="old-portal", name="Old portal")
    with Archive.open(filled) as store, store.writing() as tx:
        tx.sources.register(gone, NOW)
        tx.relevance.replace(
            2, Relevance("v0", (Match("old-topic", Grade.CORE, "x", "body", 0, "x"),))
        )
    for command in ("search", "sources runs", "changes", "incidents", "quarantine"):
        assert hubwatch("--db", filled, *command.split(), "--source", "old-portal").code == 0
    assert hubwatch("--db", filled, "why", "hub", "--source", "old-portal").code == 0
    assert hubwatch("--db", filled, "search", "--topic", "old-topic").code == 0


def test_known_filters_are_not_remarked_on(hubwatch: CommandLine, filled: Path) -> None:
    wanted = ("--source", SOURCE.id, "--city", "guiyang", "--topic", "hub-city")
    ended = hubwatch("--db", filled, "search", *wanted)
    assert len(ended.err.splitlines()) == 1  # what the answer rests on
    assert "hub-city (core)" in ended.out
    assert "(mention)" not in ended.out


def test_lone_han_characters_in_one_argument_are_found(hubwatch: CommandLine, filled: Path) -> None:
    for words in ("贵 阳", "枢 城市", "城市 阳"):
        found = hubwatch("--db", filled, "search", words, "--json").json
        assert [hit["id"] for hit in found] == [2], words


# options


@pytest.mark.parametrize("command", ["demo", "practice"])
@pytest.mark.parametrize("option", ["--db", "--config"])
def test_options_that_would_be_ignored_are_refused(
    hubwatch: CommandLine, tmp_path: Path, command: str, option: str
) -> None:
    ended = hubwatch(option, tmp_path / "x", command)
    assert ended.code == 2
    assert f"`{command}` takes no {option}" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_named_configuration_must_be_there_even_beside_db(
    hubwatch: CommandLine, filled: Path
) -> None:
    ended = hubwatch("--config", "none.toml", "--db", filled, "search", "x")
    assert (ended.code, ended.err) == (2, "hubwatch: none.toml: there is no such file\n")


@pytest.mark.parametrize("option", ["--db", "--config"])
def test_an_empty_name_is_a_usage_error(hubwatch: CommandLine, option: str) -> None:
    ended = hubwatch(option, "", "search", "x")
    assert ended.code == 2
    assert "names no file" in ended.err


def test_hint_names_the_archive_that_was_named(hubwatch: CommandLine, tmp_path: Path) -> None:
    assert (
        "`hubwatch --db no.db init` makes one" in hubwatch("--db", "no.db", "sources", "runs").err
    )
    Archive.create(tmp_path / "empty one.db").close()
    ended = hubwatch("--db", "empty one.db", "search", "x")
    assert "`hubwatch --db 'empty one.db' crawl --all` fetches some" in ended.err


@pytest.mark.parametrize("args", [("search", "x"), ("stories",), ("sources", "runs")])
def test_the_first_crawl_is_advised_only_where_a_source_is_enabled(
    hubwatch: CommandLine, tmp_path: Path, args: tuple[str, ...]
) -> None:
    here = ("--config", tmp_path / "h.toml")
    hubwatch(*here, "init", "--contact", "mailto:me@example.org")
    told = hubwatch(*here, *args).err
    assert f"`hubwatch --config {tmp_path / 'h.toml'} setup`" in told
    assert "crawl --all" not in told
    assert hubwatch(*here, "sources", "enable", "guiyang-en").code == 0
    assert f"`hubwatch --config {tmp_path / 'h.toml'} crawl --all`" in hubwatch(*here, *args).err


def test_a_crawl_of_nothing_and_of_a_page_that_no_source_takes_say_what_to_do(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    here = ("--config", tmp_path / "h.toml")
    hubwatch(*here, "init", "--contact", "mailto:me@example.org")
    named = f"hubwatch --config {tmp_path / 'h.toml'}"
    (line,) = hubwatch(*here, "crawl", "--all").err.splitlines()
    assert f"`{named} setup`" in line
    told = " ".join(hubwatch(*here, "crawl", "http://nowhere.example/a?b=1&c=2").err.split())
    assert f"`{named} stories add 'http://nowhere.example/a?b=1&c=2' --by NAME`" in told
    assert f"`{named} sources add 'http://nowhere.example/a?b=1&c=2'`" in told


def test_hint_names_the_configuration_that_was_named(hubwatch: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "h.toml"
    config.write_text(f"{CONTACT}\n{practice_config({})}", encoding="utf-8")
    typed = f"hubwatch --config {config}"
    assert f"`{typed} init` makes one" in hubwatch("--config", config, "sources", "runs").err
    Archive.create(tmp_path / "hubwatch.db").close()
    for command in (("search", "x"), ("digest",), ("export",)):
        ended = hubwatch("--config", config, *command)
        assert f"`{typed} crawl --all` fetches some" in ended.err
    assert f"`{typed} crawl --all` makes one" in hubwatch("--config", config, "sources", "runs").err
    with Archive.open(tmp_path / "hubwatch.db") as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "restored", "Ana"))
    for command in (("crawl", "--all"), ("backfill", "practice-en", "--since", "9d")):
        ended = hubwatch("--config", config, *command)
        assert ended.code == 1
        assert ended.err.endswith(f": restored; `{typed} timetable resume` goes on\n")
    checks = hubwatch("--config", config, "doctor", "--json").json["checks"]
    remedies = {check["check"]: check["remedy"] for check in checks}
    assert remedies["standstill"] == f"`{typed} timetable resume`"
    assert f"`{typed} run`" in remedies["daemon"]
    ended = hubwatch("--config", config, "reread", "quarantine", "practice-e")
    assert ended.err.startswith("hubwatch: there is no source 'practice-e'")
    ended = hubwatch("--config", config, "status", "nothing-like-it")
    assert ended.err.endswith(f"see `{typed} sources`\n")


def test_a_recorded_case_is_tried_with_the_same_configuration(
    hubwatch: CommandLine, filled: Path, tmp_path: Path
) -> None:
    Path("h.toml").write_text(practice_config({}), encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text("<h1>Hub city</h1>")
    here = ("--config", "h.toml", "--db", filled)
    address = "http://english.practice.test/2026-03/01/content_9.htm"
    ended = hubwatch(*here, "sources", "record", "practice-en", address, "--file", page)
    (line,) = (line for line in ended.out.splitlines() if line.startswith("then"))
    assert line.split(maxsplit=1)[1] == (
        f"hubwatch --config h.toml --db {filled} sources test practice-en"
    )


def test_without_an_address_the_article_published_last_is_recorded(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    Path("h.toml").write_text(practice_config({}), encoding="utf-8")
    here = ("--config", "h.toml", "--db", "news.db")
    record = ("sources", "record", SOURCE.id, "--json", "--name")
    Archive.create(tmp_path / "news.db").close()
    assert "holds no page of an article" in hubwatch(*here, *record, "none").err
    days = ("2026-02-27", "2026-03-01", "2026-02-26", None)  # in the order of their archiving
    with Archive.open(tmp_path / "news.db") as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for number, day in enumerate(days):
            url = f"http://english.practice.test/2026-03/01/content_{number}.htm"
            kept = tx.pages.keep(SOURCE.id, capture(url=url), FetchKind.ARTICLE)
            published = (
                When(date.fromisoformat(day), Precision.DAY, "Asia/Shanghai") if day else None
            )
            new = insert(url=url, published=published)
            tx.articles.apply(new, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=kept)
    assert hubwatch(*here, *record, "one").json["url"].endswith("content_1.htm")


def test_init_of_a_strange_database_does_not_advise_itself(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    for command in ("init", "sources runs"):
        ended = hubwatch("--db", "other.db", *command.split())
        assert ended.code == 1
        assert "other.db: not a Hubwatch archive, and left as it is" in ended.err
        assert "init" not in ended.err


def test_a_live_crawl_without_configuration_says_init(hubwatch: CommandLine) -> None:
    ended = hubwatch("--db", "x.db", "crawl", "guiyang-en")
    assert ended.code == 2
    assert "`hubwatch --db x.db init --contact mailto:you@example.org` makes one" in ended.err
    assert not Path("x.db").exists()


def test_a_period_is_counted_from_one_moment(
    hubwatch: CommandLine, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = (NOW + timedelta(seconds=number) for number in range(1000))
    monkeypatch.setattr("desk.cli.session.clock_from", lambda _: lambda: next(ticks))
    made = hubwatch("--db", filled, "digest", "--since", "0s", "--format", "json")
    assert "the period ends before it begins" in made.err
    made = hubwatch("--db", filled, "digest", "--since", "60s", "--format", "json")
    since, until = made.json["since"], made.json["until"]
    assert (since[14:19], until[14:19]) == ("59:01", "00:01")


def test_pages_that_never_were_there_are_not_called_gone(filled: Path) -> None:
    with Archive.open_readonly(filled) as store:
        (run,) = store.runs.latest(1)
    assert run_row(replace(run, reasons=(("gone", 3),)))[-1] == "not there ×3"


# output


def test_no_color_is_honoured(hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool | None] = []

    def look(*_: object) -> None:
        seen.append(click.get_current_context().color)

    monkeypatch.setattr("desk.cli.sources._list", look)
    hubwatch("sources")
    monkeypatch.setenv("NO_COLOR", "1")
    hubwatch("sources")
    assert seen == [None, False]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["sources", "sources --json", "--help"])
def test_a_full_device_is_one_line(tmp_path: Path, command: str) -> None:
    code = f"{sys.executable} -m hubwatch {command} > /dev/full"
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        ["sh", "-c", code], capture_output=True, text=True, cwd=tmp_path, env=env, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "hubwatch: the output cannot be written: no room is left where it goes\n"
    )


def _closing(tmp_path: Path, command: str, closed: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m hubwatch {command} {closed}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=env,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["status", "sources runs --json", "export", "--help", "--version"]
)
def test_a_closed_stdout_is_one_line(tmp_path: Path, filled: Path, command: str) -> None:
    Path(tmp_path, "practice.toml").write_text(practice_config({}), encoding="utf-8")
    ended = _closing(tmp_path, f"--config practice.toml --db {filled.name} {command}", ">&-")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[0] == (
        "hubwatch: the output cannot be written: stdout is closed"
    )
    assert len(ended.stderr.splitlines()) == 1


def test_what_prints_nothing_needs_no_stdout(tmp_path: Path, filled: Path) -> None:
    for closed in (">&-", "<&- >&-", "<&- >&- 2>&-"):
        ended = _closing(tmp_path, f"--db {filled.name} export -o all.jsonl", closed)
        assert (ended.returncode, len((tmp_path / "all.jsonl").read_text().splitlines())) == (0, 2)
        (tmp_path / "all.jsonl").unlink()


def test_a_closed_stderr_changes_no_result(tmp_path: Path, filled: Path) -> None:
    plain, closed = (
        _closing(tmp_path, f"--db {filled.name} sources runs", each) for each in ("", "2>&-")
    )
    assert (closed.returncode, closed.stdout) == (0, plain.stdout)
    wrong = _closing(tmp_path, "--db nothing.db sources runs", "2>&-")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (1, "", "")


# one is not many


@pytest.mark.slow
def test_one_is_said_in_the_singular(hubwatch: CommandLine, filled: Path, tmp_path: Path) -> None:
    db = ("--db", filled, "--now", (NOW + timedelta(hours=1)).isoformat())
    few = ("--since", "2d", "--topic", "hub-city")
    assert "digest 1: draft, 1 item, " in hubwatch(*db, "digest", "draft", *few, "--by", "Ana").out
    assert ": 1 item, " in hubwatch(*db, "digest", *few, "-o", tmp_path / "few.md").err
    one = tmp_path / "one.jsonl"
    assert hubwatch(*db, "export", "--language", "zh", "-o", one).err.endswith(": 1 article\n")
    (tmp_path / "lines.jsonl").write_text("nonsense\n", encoding="utf-8")
    told = hubwatch(*db, "match", tmp_path / "lines.jsonl").err
    assert "1 line could not be used" in told
    Path("practice.toml").write_text(practice_config({}), encoding="utf-8")
    with Archive.open(filled) as store, store.writing() as tx:
        tx.runs.finish(tx.runs.start(SOURCE.id, NOW).id, NOW, Outcome.LAYOUT_CHANGED, Counts())
    told = hubwatch("--config", "practice.toml", *db, "incidents", "check").out
    assert "1 source: 1 incident opened" in told
    assert hubwatch("--config", "practice.toml", *db, "incidents").err.startswith("1 incident; ")


# what is not there yet, and what is not understood


@pytest.mark.parametrize(
    "args", [("show", "abc"), ("search", "--limit", "many"), ("digest", "show", "1.5")]
)
def test_what_is_no_number_is_said_to_be_none(
    hubwatch: CommandLine, filled: Path, args: tuple[str, ...]
) -> None:
    ended = hubwatch("--db", filled, *args)
    assert ended.code == 2
    assert f"{args[-1]!r} is not a valid whole number." in ended.err
    assert "range" not in ended.err


def test_a_draft_without_items_says_that_it_has_none(hubwatch: CommandLine, filled: Path) -> None:
    db = ("--db", filled, "--now", (NOW + timedelta(days=9)).isoformat())
    hubwatch(*db, "digest", "draft", "--since", "1h", "--by", "Ana")
    ended = hubwatch(*db, "digest", "edit", "1", "--trim", "1", "--by", "Ana")
    assert ended.err.endswith("this draft has no item 1; it has none at all\n")
    hubwatch(*db, "digest", "draft", "--since", "30d", "--topic", "hub-city", "--by", "Ana")
    ended = hubwatch(*db, "digest", "edit", "2", "--trim", "2", "--by", "Ana")
    assert ended.err.endswith("this draft has no item 2; its only item is 1\n")


def test_why_names_the_title_that_nothing_is_known_of(hubwatch: CommandLine, filled: Path) -> None:
    ended = hubwatch("--db", filled, "why", "no such title at all")
    assert ended.out.splitlines()[0] == "unknown: “no such title at all”"
    known = hubwatch("--db", filled, "why", "1").out.splitlines()[0]
    assert known.endswith(": Guiyang chosen as hub city")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("stories",), "no story yet"),
        (("stories", "--several"), "no story at several addresses yet"),
        (("digest", "list"), "no digest yet"),
        (("people",), "nobody may use the desk yet"),
    ],
)
def test_an_archive_with_nothing_yet_says_so_in_one_line(
    hubwatch: CommandLine, tmp_path: Path, args: tuple[str, ...], told: str
) -> None:
    Archive.create(tmp_path / "empty.db").close()
    ended = hubwatch("--db", tmp_path / "empty.db", *args)
    assert (ended.code, ended.out) == (0, "")
    (line,) = ended.err.splitlines()
    assert told in line
    assert hubwatch("--db", tmp_path / "empty.db", *args, "--json").json == []

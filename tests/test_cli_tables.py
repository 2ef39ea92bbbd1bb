"""Tables on terminals: what matters stays readable however narrow one is, and what is left out is
said."""

from __future__ import annotations

import csv
import json
import sys
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cli.console import Column, figure, print_json_list
from desk.cli.tables import arrange
from desk.practice.demo import practice_config
from desk.text import FORMULA_STARTS, width
from storage.archive import Archive
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine, away
from tests.support.make import NOW, SOURCE, insert
from tests.support.terminals import ESCAPE, in_terminal

IDS = ("practice-en", "practice-en-jw", "practice-en-kjj")
REASON = "the list page has changed its layout and shows no rows any more"
COMMANDS = ("status", "sources runs", "sources", "timetable", "incidents", "stories", "search")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    monkeypatch.setattr("desk.cli.console.is_terminal", lambda: True)
    return CommandLine(capsys)


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    """An archive of three sources, the runs of one of them failed."""
    path, config = tmp_path / "news.db", tmp_path / "practice.toml"
    config.write_text(practice_config({}), encoding="utf-8")
    with Archive.create(path) as store, store.writing() as tx:
        for number, name in enumerate(IDS):
            tx.sources.register(SOURCE.__class__(name, name, "Guiyang", "en", SOURCE.zone), NOW)
            run = tx.runs.start(name, NOW)
            one = insert(url=f"http://english.practice.test/2026-03/01/c_{number}.htm")
            tx.articles.apply(one, source_id=name, run_id=run.id, now=NOW)
            counts = Counts(listed=1234, fetched=1000, new=1, changed=2, unchanged=997, failed=3)
            bad = number == 1
            outcome = Outcome.LAYOUT_CHANGED if bad else Outcome.OK
            later = NOW + timedelta(minutes=1)
            tx.runs.finish(run.id, later, outcome, counts, reason=REASON if bad else "")
    now = (NOW + timedelta(days=9)).isoformat()
    return ("--config", str(config), "--db", str(path), "--now", now)


def _shown(hubwatch: CommandLine, columns: int, monkeypatch: pytest.MonkeyPatch, *args: str) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    ended = hubwatch(*args)
    assert ended.code == 0
    return ended.out + ended.err


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_status_keeps_ids_and_states_and_says_what_it_leaves_out(
    hubwatch: CommandLine,
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
) -> None:
    hubwatch(*options, "incidents", "check")
    shown = _shown(hubwatch, columns, monkeypatch, *options, "status")
    lines = shown.splitlines()
    rows = [line.split() for line in lines if line.startswith("practice-en")]
    assert [row[0] for row in rows[:3]] == list(IDS)
    heads = next(line for line in lines if line.startswith("source"))
    assert "state" in heads.split()
    left = next(line for line in lines if line.startswith("left out: "))
    assert "rhythm" in left and "--json" in left
    named = ("last crawl", "proven", "newest", "in 7 days", "rhythm", "incidents", "next due")
    assert all((name in heads) != (name in left) for name in named)
    assert max(map(width, lines[: lines.index(left)])) <= columns


def test_runs_say_why_one_failed_on_any_terminal(
    hubwatch: CommandLine, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _shown(hubwatch, 80, monkeypatch, *options, "sources", "runs")
    heads, *lines = shown.splitlines()
    assert {"run", "source", "outcome", "why"} <= set(heads.split())
    why = heads.index("why")
    assert " ".join("".join(f"{line[why:]} " for line in lines[:-1]).split()).startswith(REASON)
    assert "layout_changed" in shown and "practice-en-jw" in shown
    assert max(map(width, lines[:-1])) <= 80


def test_enough_room_shows_all_and_says_nothing(
    hubwatch: CommandLine, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _shown(hubwatch, 80, monkeypatch, *options, "status")
    said = shown.partition("a terminal ")[2].split()[0]
    assert "left out" not in _shown(hubwatch, int(said), monkeypatch, *options, "status")
    assert "left out" in _shown(hubwatch, int(said) - 1, monkeypatch, *options, "status")


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_real_terminal_shows_what_fits(
    hubwatch: CommandLine, options: tuple[str, ...], command: str, columns: int
) -> None:
    hubwatch(*options, "incidents", "check")
    shown = in_terminal(
        (sys.executable, "-P", "-m", "hubwatch", *options, *command.split()), columns
    )
    plain = ESCAPE.sub("", shown)
    assert "Traceback" not in plain and plain.strip()
    table = plain.partition("left out: ")[0] if command != "search" else ""
    rows = [line for line in table.splitlines() if "`" not in line]  # advice is as long as paths
    assert all(width(line) <= columns for line in rows)
    if command in ("status", "sources runs"):
        assert all(name in plain.split() for name in IDS)


# how a table is arranged

_WORD = st.text("ab 城", max_size=30)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(
            draw(st.text("hx", min_size=1, max_size=9)),
            folds=draw(st.sampled_from(["never", "short", "here"])),
            empty=draw(st.sampled_from(["shown", "hidden"])),
            rank=draw(st.integers(0, 3)),
        )
        for _ in range(draw(st.integers(1, 9)))
    ]
    cells = draw(st.lists(st.lists(_WORD, min_size=len(columns), max_size=len(columns))))
    return columns, cells


@given(_tables(), st.integers(30, 140))
def test_a_row_fits_and_what_stays_whole_is_whole(
    table: tuple[list[Column], list[list[str]]], room: int
) -> None:
    columns, cells = table
    layout = arrange(columns, cells, room)
    assert sum(layout.sizes.values()) + layout.gap * (len(layout.sizes) - 1) <= room
    assert list(layout.sizes) == sorted(layout.sizes)
    ranked = [place for place, column in enumerate(columns) if column.rank]
    assert len(layout.left_out) <= len(ranked)
    if layout.left_out or layout.enough <= room:
        unranked = sum(
            _natural(columns, cells, place) + 1 for place in layout.sizes if place not in ranked
        )
        for place, size in layout.sizes.items():
            if columns[place].folds == "never" and unranked <= room:
                assert size == _natural(columns, cells, place)


@given(_tables(), st.integers(30, 140))
def test_more_room_never_leaves_more_out(
    table: tuple[list[Column], list[list[str]]], room: int
) -> None:
    columns, cells = table
    assert arrange(columns, cells, arrange(columns, cells, room).enough).left_out == ()


def _natural(columns: list[Column], cells: list[list[str]], place: int) -> int:
    return max(map(width, (columns[place].heading, *(row[place] for row in cells))))


def test_the_highest_rank_goes_first() -> None:
    columns = [Column("id", folds="never"), *(figure(f"n{rank}", rank=rank) for rank in (3, 1, 2))]
    cells = [["a" * 10, *("9" * 9,) * 3]]
    told = [arrange(columns, cells, room).left_out for room in (40, 39, 29, 19)]
    assert told == [(), ("n3",), ("n3", "n2"), ("n3", "n1", "n2")]
    assert all(set(a) <= set(b) for a, b in pairwise(told))


def test_what_stays_whole_is_broken_rather_than_lost_where_nothing_else_helps(
    hubwatch: CommandLine, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _shown(hubwatch, 18, monkeypatch, *options, "status")
    assert "practice" in shown and "-kjj" in "".join(shown.split())


# colour


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_no_color_leaves_no_escape_code(
    hubwatch: CommandLine, options: tuple[str, ...], command: str
) -> None:
    hubwatch(*options, "incidents", "check")
    words = (sys.executable, "-P", "-m", "hubwatch", *options, *command.split())
    plain = in_terminal(words, 80, {"NO_COLOR": "1"})
    assert plain.strip() and "\x1b" not in plain
    assert "\x1b[" in in_terminal(words, 80, {"NO_COLOR": ""})


def test_no_color_makes_tables_plain(
    hubwatch: CommandLine, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a table is drawn as on a terminal
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b[1m" in hubwatch(*options, "sources", "runs").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in hubwatch(*options, "sources", "runs").out


LISTS = (
    *("sources", "sources runs", "stories", "search", "decisions", "changes", "incidents"),
    *("quarantine", "timetable", "status", "digest list", "alerts list", "people"),
)


@pytest.mark.parametrize("command", LISTS)
def test_a_list_is_printed_as_csv_and_as_tables_from_its_documents(
    hubwatch: CommandLine, options: tuple[str, ...], command: str
) -> None:
    here = (*options, *command.split())
    told = hubwatch(*here, "--json")
    documents = told.json
    for option, delimiter in (("--csv", ","), ("--tsv", "\t")):
        ended = hubwatch(*here, option)
        assert (ended.code, ended.err) == (told.code, told.err)
        rows = list(csv.DictReader(StringIO(ended.out), delimiter=delimiter))
        assert len(rows) == len(documents)
        for row, document in zip(rows, documents, strict=True):
            assert list(row) == list(document)
            for key, value in document.items():
                if isinstance(value, list | dict):
                    assert json.loads(row[key]) == value
    github = hubwatch(*here, "--fmt", "github").out.splitlines()
    assert len(github) == (len(documents) + 2 if documents else 0)
    assert hubwatch(*here, "--fmt", "none").code == 2


@pytest.mark.parametrize(
    "title",
    [
        "=cmd|' /C calc'!A0", "＝1+1", "+86 851 5555 0000", "-12 degrees in Guiyang", "@SUM(A1)",
        "'Hub' city named", "－12℃：贵阳迎来寒潮", "＠贵阳市民", "Jobs up = good", "新增就业+5%",
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["search", "stories"])
def test_no_cell_of_a_list_is_a_formula_and_none_is_lost(
    hubwatch: CommandLine, options: tuple[str, ...], command: str, title: str
) -> None:
    with Archive.open(Path(options[3])) as store, store.writing() as tx:
        url = "http://english.practice.test/2026-03/01/c_99.htm"
        one = insert(url=url, title=title, body="What nothing else in this archive tells of.")
        run = tx.runs.start(IDS[0], NOW)
        tx.articles.apply(one, source_id=IDS[0], run_id=run.id, now=NOW)
    titles = {each["title"] for each in hubwatch(*options, command, "--json").json}
    assert title in titles
    for option, delimiter in (("--csv", ","), ("--tsv", "\t")):
        rows = csv.DictReader(StringIO(hubwatch(*options, command, option).out), None, "",
            delimiter=delimiter)  # fmt: skip
        cells = [row["title"] for row in rows]
        assert not [cell for cell in cells if cell[:1] in FORMULA_STARTS - {"'"}]
        assert {cell.removeprefix("'") for cell in cells} == titles
    assert title in hubwatch(*options, command, "--fmt", "tsv").out


def test_a_number_of_a_list_stays_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    with click.Context(click.Command("x")) as context:
        context.meta["hubwatch.table_format"] = "csv"
        print_json_list([{"a": -3, "b": -0.5, "c": None, "d": [-1], "e": True}])
    assert capsys.readouterr().out == "a,b,c,d,e\n-3,-0.5,,[-1],true\n"


def test_sources_are_filtered_and_sorted(hubwatch: CommandLine, options: tuple[str, ...]) -> None:
    every = hubwatch(*options, "sources", "--json").json
    some = hubwatch(*options, "sources", "--city", "guiyang", "--language", "en", "--json")
    wanted = [each for each in every if (each["city"], each["language"]) == ("Guiyang", "en")]
    assert some.json == wanted != []
    told = hubwatch(*options, "sources", "--city", "guiyang").err
    assert f"of {len(every)} shown" in told
    names = [each["name"].casefold() for each in every]
    by_name = hubwatch(*options, "sources", "--sort", "name", "--json").json
    assert [each["name"].casefold() for each in by_name] == sorted(names)
    most = hubwatch(*options, "sources", "--sort", "articles", "--json").json
    figures = [each["articles"] or 0 for each in most]
    assert figures == sorted(figures, reverse=True) and figures[0]
    assert hubwatch(*options, "sources", "--pack", "hub-citys").code == 2
    own = hubwatch(*options, "sources", "--own", "--json").json
    assert {each["id"] for each in own} >= set(IDS)
    assert len(own) < len(every)

"""Editing a TOML file by commands: what was meant changes, every comment and other line stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cli.setup import _TEMPLATE
from desk.config_edit import (
    add_tables,
    add_to_list,
    remove_from_list,
    set_host,
    set_keys,
    with_table,
    without_table,
)
from hubwatch.errors import ConfigError
from hubwatch.toml import comments

WRITTEN = """\
# The office's own configuration.
archive = "hubwatch.db"   # on the large disk
packs = [
  "hub-cities", # all of them
  # and that of farming:
  "agriculture",
]

# Who is asked: "#not a comment"
contact = "mailto:a#b@example.org"

[network]
hosts = { "a.test" = "127.0.0.1:1" } # practice

[[timetable]] # first
name = "backup"
command = '''backup --to "/x # y"'''
schedule = "daily at 03:10"
# the end
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "hubwatch.toml"
    place.write_text(WRITTEN, encoding="utf-8")
    return place


def lines_kept(path: Path) -> int:
    """How many lines are as they were."""
    now = path.read_text("utf-8").splitlines()
    return sum(line in now for line in WRITTEN.splitlines())


def test_comments_are_what_stands_outside_strings() -> None:
    assert comments(WRITTEN) == (
        "The office's own configuration.",
        "on the large disk",
        "all of them",
        "and that of farming:",
        'Who is asked: "#not a comment"',
        "practice",
        "first",
        "the end",
    )


def test_keys_are_set_and_taken_away_and_all_else_stays(path: Path) -> None:
    set_keys(path, {"contact": "https://example.org", "daemon.listen": "127.0.0.1:9"})
    now = tomllib.loads(path.read_text("utf-8"))
    assert now["contact"] == "https://example.org"
    assert now["daemon"] == {"listen": "127.0.0.1:9"}
    assert now["timetable"] == tomllib.loads(WRITTEN)["timetable"]


def test_what_would_lose_a_comment_is_refused_and_the_file_left(path: Path) -> None:
    with pytest.raises(ConfigError, match="by hand"):
        set_keys(path, {"timetable": None})
    assert path.read_text("utf-8") == WRITTEN


def test_tables_are_added_behind_those_there_are(path: Path) -> None:
    add_tables(
        path, "timetable", [{"name": "prune", "command": ["prune"], "schedule": "0 4 * * 0"}]
    )
    add_tables(path, "delivery", [{"name": "a", "kind": "folder", "folder": "x"}])
    add_tables(path, "alerts.channel", [{"to": "a"}, {"name": "b", "command": ["b"]}])
    now = tomllib.loads(path.read_text("utf-8"))
    assert [each["name"] for each in now["timetable"]] == ["backup", "prune"]
    assert now["alerts"] == {"channel": [{"to": "a"}, {"name": "b", "command": ["b"]}]}
    assert lines_kept(path) == len(WRITTEN.splitlines())


def test_a_host_is_named_beside_those_there_are(path: Path) -> None:
    set_host(path, "b.test", "127.0.0.1:2")
    hosts = tomllib.loads(path.read_text("utf-8"))["network"]["hosts"]
    assert hosts == {"a.test": "127.0.0.1:1", "b.test": "127.0.0.1:2"}


def test_a_list_over_several_lines_keeps_its_remarks(path: Path) -> None:
    assert add_to_list(path, "packs", "rivers")
    assert remove_from_list(path, "packs", "rivers")
    assert add_to_list(path, "disabled", "a-b")
    assert lines_kept(path) >= len(WRITTEN.splitlines()) - 1
    assert tomllib.loads(path.read_text("utf-8"))["packs"] == ["hub-cities", "agriculture"]


def test_what_init_writes_can_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text(_TEMPLATE.format(archive='"hubwatch.db"'), encoding="utf-8")
    before = comments(path.read_text("utf-8"))
    set_keys(path, {"contact": "mailto:a@b.example"})
    add_to_list(path, "also", "guiyang-en")
    set_host(path, "english.practice.test", "127.0.0.1:8765")
    add_tables(path, "timetable", [{"name": "x", "command": ["prune"], "schedule": "0 4 * * 0"}])
    text = path.read_text("utf-8")
    assert sorted(comments(text)) == sorted(before)
    assert tomllib.loads(text)["also"] == ["guiyang-en"]


NAMES = st.lists(st.sampled_from(["a", "b-c", "d", "é", "x y"]), unique=True, max_size=4)


@given(there=NAMES, more=NAMES, spread=st.booleans(), late=st.booleans())
def test_lists_come_and_go_as_sets_do(
    tmp_path_factory: pytest.TempPathFactory,
    there: list[str],
    more: list[str],
    spread: bool,
    late: bool,
) -> None:
    path = tmp_path_factory.mktemp("edit") / "hubwatch.toml"
    between = ",\n  " if spread else ", "
    listed = between.join(f'"{each}"' for each in there)
    head = f"x = [{listed}]  # why\n" if there or not late else ""
    path.write_text(f"# top\n{head}[t]\n# inside\nx = 1\n", encoding="utf-8")
    for each in more:
        add_to_list(path, "x", each)
    now = tomllib.loads(path.read_text("utf-8"))
    assert set(now.get("x", [])) == {*there, *more}
    for each in more:
        remove_from_list(path, "x", each)
    now = tomllib.loads(path.read_text("utf-8"))
    assert now.get("x", []) == [each for each in there if each not in more]
    assert now["t"] == {"x": 1}


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('archive = "a.db"\n\n# [desk]\n# serve = true\n', 2),
        ('archive = "a.db"\npacks = [\n  "x", # [y]\n]\n# of the daemon:\n[daemon]\n', 5),
        ('title = """\n[no table]\n# no remark\n"""\n\n[daemon]\n', 5),
        ("# The office\n# of Ana\n[daemon]\n", 3),
        ("[daemon]\n", 1),
        ("", 1),
        ('archive = "a.db"', 2),
    ],
)
def test_a_new_key_goes_behind_the_last_of_the_top_before_remarks_on_what_follows(
    tmp_path: Path, written: str, line: int
) -> None:
    """Behind `# [desk]` it would become a key of that table as soon as somebody uses it."""
    path = tmp_path / "hubwatch.toml"
    path.write_text(written, encoding="utf-8")
    set_keys(path, {"contact": "mailto:a@b.example"})
    lines = path.read_text("utf-8").splitlines()
    assert lines[line - 1] == 'contact = "mailto:a@b.example"'
    assert [each for each in lines if each and "contact" not in each] == [
        each for each in written.splitlines() if each
    ]


def test_a_new_key_of_a_table_goes_before_remarks_on_the_next(path: Path) -> None:
    path.write_text("[a]\nx = 1\n# of b\n[b]\ny = 2\n[[c]]\nz = 3\n# end\n", encoding="utf-8")
    set_keys(path, {"a.w": 1, "b.w": "2"})
    assert path.read_text("utf-8") == (
        '[a]\nx = 1\nw = 1\n# of b\n[b]\ny = 2\nw = "2"\n[[c]]\nz = 3\n# end\n'
    )


TABLES = """\
# Jobs
[[timetable]]
name = "a" # the first
command = [
  "backup", # each night
]

# Each Monday
[[timetable]]
name = "b"

[[delivery]]
name = "d"
# of c
[[timetable]]
name = "c"
# the end
"""


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_table_is_taken_out_and_remarks_around_it_stay(path: Path, number: int) -> None:
    path.write_text(TABLES, encoding="utf-8")
    after, taken = without_table(path, "timetable", number)
    left = [each["name"] for each in tomllib.loads(after)["timetable"]]
    assert left == [name for place, name in enumerate("abc", 1) if place != number]
    assert taken.startswith("[[timetable]]\nname = ")
    for remark in ("Jobs", "Each Monday", "of c", "the end"):
        assert f"# {remark}\n" in after
    assert ("# the first" in taken) == ("# each night" in taken) == (number == 1)
    path.write_text(after, encoding="utf-8")
    assert path.read_text("utf-8") == after


def test_the_last_table_of_a_name_can_be_taken_out(path: Path) -> None:
    path.write_text("a = 1\n\n[[t]]\nname = 'x'\n", encoding="utf-8")
    assert without_table(path, "t", 1) == ("a = 1\n", "[[t]]\nname = 'x'\n")


def test_tables_on_one_line_are_not_cut(path: Path) -> None:
    path.write_text("t = [{ name = 'x' }, { name = 'y' }]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="by hand"):
        without_table(path, "t", 1)
    assert tomllib.loads(with_table(path, "t", {"name": "z"}))["t"][2] == {"name": "z"}


def test_a_table_is_added_behind_the_last_of_its_name(path: Path) -> None:
    path.write_text(TABLES, encoding="utf-8")
    after = with_table(path, "timetable", {"name": "n", "command": "archive check"})
    assert after == TABLES.replace(
        'name = "c"\n', 'name = "c"\n\n[[timetable]]\nname = "n"\ncommand = "archive check"\n\n'
    )
    path.write_text("a = 1", encoding="utf-8")
    assert with_table(path, "t", {"b": 2}) == "a = 1\n\n[[t]]\nb = 2\n"


REMARK = st.sampled_from(["", "\n", "# x\n", "# [desk]\n# y = 1\n\n", "  # in\n"])
VALUE = st.sampled_from(["1", "'#'", '"""\n[t]\n# no\n"""', "[\n 1, # one\n [2],\n]", "{ a = 1 }"])


@given(st.lists(st.tuples(REMARK, VALUE), max_size=3), st.lists(st.tuples(REMARK, VALUE)), REMARK)
def test_whatever_a_file_looks_like_a_table_comes_and_goes_as_it_should(
    tmp_path_factory: pytest.TempPathFactory,
    top: list[tuple[str, str]],
    tables: list[tuple[str, str]],
    end: str,
) -> None:
    text = "".join(f"{remark}k{place} = {value}\n" for place, (remark, value) in enumerate(top))
    text += "".join(f"{remark}[[t]]\nv = {value}\n" for remark, value in tables) + end
    path = tmp_path_factory.mktemp("toml") / "x.toml"
    path.write_text(text, encoding="utf-8")
    before = tomllib.loads(text)
    after = with_table(path, "t", {"v": "new"})
    assert tomllib.loads(after) == {**before, "t": [*before.get("t", []), {"v": "new"}]}
    path.write_text(after, encoding="utf-8")
    back, taken = without_table(path, "t", len(tables) + 1)
    assert tomllib.loads(back) == before
    assert taken == '[[t]]\nv = "new"\n'
    assert comments(back) == comments(text)
    set_keys(path, {"z": 1})
    now = path.read_text("utf-8")
    assert tomllib.loads(now) == {**tomllib.loads(after), "z": 1}
    assert sorted(comments(now)) == sorted(comments(text))

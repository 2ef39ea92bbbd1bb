"""Editing a TOML file by commands: what was meant changes, every comment and other line stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cli.setup import _TEMPLATE
from desk.config_edit import add_tables, add_to_list, remove_from_list, set_host, set_keys
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

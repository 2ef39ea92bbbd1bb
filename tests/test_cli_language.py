"""The language of the command line: who chooses it, and what it never changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desk import (
    _,
    described,
    label,
    language,
    language_of_environment,
    ngettext,
    padded,
    pgettext,
    reading_in,
    set_language,
    term,
)
from desk.cli.help_texts import exchange, wrap
from desk.digest.wording import grading_reason
from desk.messages import reader, translator
from desk.text import pluralise, width
from hubwatch.errors import NoArchive
from storage.archive import Archive
from tests.support.cli import CommandLine
from tests.support.desks import keep, page_of
from tests.support.make import NOW, SOURCE
from tests.support.visits import Visits

NAMES = ("HUBWATCH_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
HUB_CITY = "贵阳推进枢纽城市建设"


@pytest.fixture
def chinese(hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line of somebody who reads Chinese."""
    monkeypatch.setenv("HUBWATCH_LANGUAGE", "zh")
    monkeypatch.setenv("LANGUAGE", "")  # is set for click, and taken back
    return hubwatch


@pytest.mark.parametrize(
    ("named", "tag"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "HUBWATCH_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "HUBWATCH_LANGUAGE": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_first_that_is_set_chooses(
    named: dict[str, str], tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert language_of_environment() == tag


def test_help_is_in_chinese_and_names_options_as_they_are_typed(chinese: CommandLine) -> None:
    told = chinese("digest", "draft", "--help").out
    assert "用法：" in told
    assert "--since-last" in told
    assert "起草摘报" in told
    assert "hubwatch digest draft --since-last --by Ana" in told
    assert "Draft a digest" not in told


@pytest.mark.parametrize("columns", [50, 80])
def test_no_line_of_chinese_help_is_wider_than_the_terminal(
    chinese: CommandLine, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = chinese("crawl", "--help").out.splitlines()
    assert max(width(line) for line in lines if "http" not in line) <= columns


def test_what_machines_read_stays(chinese: CommandLine, tmp_path: Path) -> None:
    archive = tmp_path / "hubwatch.db"
    keep(archive, page_of(1, title="A hub city"))
    chosen = chinese("--db", archive, "doctor", "--full", "--json")
    set_language("en")
    checks = {each["check"]: each for each in json.loads(chosen.out)["checks"]}
    assert checks["search index"]["told"] == "in step with the articles"
    assert checks["search index"]["state"] == "ok"


def test_what_the_daemon_keeps_of_its_children_stays(chinese: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    none = tmp_path / "none.db"
    ended = chinese("--db", none, "--config-snapshot", tmp_path / "copy", "search", "city")
    assert "there is no archive" in ended.err
    set_language("en")


def test_alerts_are_in_the_language_of_the_environment(
    chinese: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "hubwatch.toml").write_text(
        f"""archive = "a.db"
[[alerts.channel]]
name = "room"
command = ["sh", "-c", "cat > {tmp_path}/told.json"]
""",
        "utf-8",
    )
    ended = chinese("--config", "hubwatch.toml", "alerts", "test", "--json")
    assert ended.code == 0, ended.err
    told = json.loads((tmp_path / "told.json").read_text("utf-8"))
    assert told["text"] == "这是对渠道 room 的测试，并无异常。\n"


def test_a_table_is_aligned_by_columns_of_the_terminal(
    chinese: CommandLine, tmp_path: Path
) -> None:
    archive = tmp_path / "hubwatch.db"
    keep(archive, page_of(1, title="A hub city"), page_of(2, title=HUB_CITY))
    lines = chinese("--db", archive, "stories").out.splitlines()
    assert lines[0].split()[:3] == ["报道", "最早", "标题"]
    states = [width(line[: line.index("待处理")]) for line in lines[1:]]
    assert len(set(states)) == 1
    assert states[0] == width(lines[0][: lines[0].index("状态")])


def test_an_error_is_in_chinese_and_its_code_stays(chinese: CommandLine, tmp_path: Path) -> None:
    unknown, slip = chinese("serch"), chinese("status", "--nix")
    assert (unknown.code, slip.code) == (2, 2)
    assert "错误：没有命令 'serch'；是否指 'search'？" in unknown.err
    assert "错误：没有选项 '--nix'。" in slip.err


def test_an_error_from_below_is_in_chinese_and_in_english_as_a_text(
    chinese: CommandLine, tmp_path: Path
) -> None:
    ended = chinese("--db", tmp_path / "none.db", "search", "city")
    assert ended.code == 1
    assert f"none.db：没有档案；`hubwatch --db {tmp_path}/none.db init` 可建立" in ended.err
    error = NoArchive("%(path)s: 100 %% missing", path="a.db")
    assert (str(error), described(error)) == ("a.db: 100 % missing",) * 2
    assert str(NoArchive("100 % missing")) == "100 % missing"


@pytest.mark.parametrize(
    "words",
    [
        ("sources", "edit", "x"), ("status", "x"), ("sources", "disable", "x"), ("crawl", "x"),
        ("sources", "show", "x"),
        ("timetable", "pause", "x", "--by", "A", "--until", "2027-01-01", "--why", "b"),
    ],
)  # fmt: skip
def test_an_unknown_source_is_told_in_chinese(
    chinese: CommandLine, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "hubwatch.toml").write_text('archive = "a.db"\n', "utf-8")
    keep(tmp_path / "a.db", page_of(1))
    ended = chinese("--config", tmp_path / "hubwatch.toml", *words)
    assert ended.code == 2
    assert "没有" in ended.err
    assert "there is no source" not in ended.err
    assert "see `" not in ended.err


def test_why_a_name_counts_is_in_chinese() -> None:
    with reading_in("zh"):
        for said in (
            "named", "Guizhou is named", "is part of a name of logistics-hub there",
            "needs innovation-china or association in the same paragraph, or does not count with "
            "logistics within 40 characters", "is not that name before 2021-01-01",
        ):  # fmt: skip
            told = grading_reason(said, reader())
            left = set(re.findall(r"[A-Za-z-]{2,}", told))
            assert left <= {"Guizhou", "logistics-hub", "innovation-china", "association",
                            "logistics"}, told  # fmt: skip
            assert told != said
    assert grading_reason("named", translator("en")) == "named"


def test_units_headings_and_changes_are_in_chinese(chinese: CommandLine, tmp_path: Path) -> None:
    archive = tmp_path / "hubwatch.db"
    with Archive.create(archive) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        visits = Visits(store)
        for months in (36, 41):
            visits.run({"a": f"The trial took {months} months."})
    told = chinese("--db", archive, "changes").out
    assert "数字：36 → 41" in told
    assert "numbers" not in told
    text = "The company hired 36 engineers and the trial took 41 months."
    (tmp_path / "text.jsonl").write_text(json.dumps({"title": "A", "body": text}), "utf-8")
    head, *lines = chinese("facts", tmp_path / "text.jsonl").out.splitlines()
    assert head.split()[:4] == ["编号", "类型", "值", "单位"]
    assert [line.split()[3] for line in lines] == ["个", "个月"]
    with reading_in("zh"):
        assert label("next due") == "下次应执行"


def test_a_page_has_its_own_language() -> None:
    set_language("en")
    with reading_in("zh"):
        assert language() == "zh"
        assert _("nothing is owed") == "没有待投递的内容"
        assert ngettext("; %(number)s job that fails", "; %(number)s jobs that fail", 2) == (
            "；2 个任务失败"
        )
        assert pgettext("names", ", ") == "、"
        assert term("outcome", "layout_changed") == "版式已变"
        assert pluralise(3, "source") == "3 个来源"
    assert (language(), _("nothing is owed")) == ("en", "nothing is owed")
    assert term("outcome", "layout_changed") == "layout_changed"
    assert pluralise(1234, "story") == "1,234 stories"


def test_a_label_is_padded_to_columns() -> None:
    assert [width(padded(text, 11)) for text in ("state", "状态", "")] == [11, 11, 11]
    assert padded("a label that is long", 5) == "a label that is long"


def test_lines_break_between_han_and_not_before_a_closing_mark() -> None:
    assert wrap("贵阳推进枢纽城市建设。", 20) == ["贵阳推进枢纽城市建", "设。"]
    assert wrap("运行 `hubwatch demo` 开始", 12) == ["运行", "`hubwatch", "demo` 开始"]
    assert wrap("", 10) == []


def test_a_help_text_is_exchanged_by_paragraphs_and_keeps_examples() -> None:
    text = """Look at
    a thing.

    \b
    --deep  look deeply
    Examples:
      hubwatch look
    """
    asked: list[str] = []
    told = exchange(text, lambda message: asked.append(message) or message.upper())
    assert asked == ["Look at a thing.", "look deeply", "Examples:"]
    assert told == "LOOK AT A THING.\n\n\b\n--deep  LOOK DEEPLY\nEXAMPLES:\n  hubwatch look"

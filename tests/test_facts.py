"""What texts say as data: figures with their units, what they count, and what is no figure."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scraper.facts.numbers import parse_english, parse_han
from scraper.facts.read import facts_of
from tests.support.cli import CommandLine

PUBLISHED = date(2024, 3, 5)


def figures(text: str) -> list[tuple[object, str, str]]:
    """Value in the base unit, unit and modifier of each figure."""
    found = facts_of(text, published=PUBLISHED).figures
    return [(one.normalised, one.unit, str(one.modifier)) for one in found]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三千一百七十七", 3177),
        ("一千零五", 1005),
        ("一万二", 12000),
        ("一亿二千万", 120_000_000),
        ("二〇二四", 2024),
        ("十", 10),
        ("十五", 15),
        ("两百", 200),
        ("三点五", 3.5),
        ("二万亿", 2_000_000_000_000),
    ],
)
def test_chinese_numerals(written: str, value: float) -> None:
    assert parse_han(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("thirty-six", 36),
        ("two hundred and five", 205),
        ("a dozen", 12),
        ("one million", 1_000_000),
        ("three thousand two hundred", 3200),
    ],
)
def test_english_numerals(written: str, value: float) -> None:
    assert parse_english(written) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市获得补助9500万元。", (95_000_000, "CNY", "exact")),
        ("The city received 95 million yuan in grants.", (95_000_000, "CNY", "exact")),
        ("The city received RMB 95m in grants.", (95_000_000, "CNY", "exact")),
        ("The fund holds €1.2bn.", (1_200_000_000, "EUR", "exact")),
        ("播种面积达到30万亩以上。", (200_000_000, "mu", "over")),
        ("收获粮食约1.2亿吨。", (120_000_000_000, "tonne", "about")),
        ("失业率下降0.3个百分点。", (-0.3, "pp", "growth")),
        ("客流同比增长12.5%。", (12.5, "%", "growth")),
        ("Traffic fell by 3.8 percent.", (-3.8, "%", "growth")),
        ("其中七成为学生。", (70, "%", "exact")),
        ("近三百家企业到场。", (300, "count", "under")),
        ("项目计划新建5至8座车站。", ((5, 8), "count", "target")),
        ("The plan is to build 5 to 8 stations.", ((5, 8), "count", "target")),
        ("夜间最低气温零下12℃。", (-12, "degC", "exact")),
        ("At least 40 judges took part.", (40, "count", "over")),
    ],
)
def test_a_figure_has_value_unit_and_modifier(text: str, expected: tuple[object, str, str]) -> None:
    assert figures(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "会议于2023年7月15日上午9时30分召开。",
        "咨询电话：0755-12345678。",
        "第三批名单已公布。",
        "根据《条例》第12条。",
        "办公地点在长江路88号。",
        "印发的文件为〔2023〕15号。",
        "The meeting opened at 10 pm on July 15, 2023.",
        "Metro Line 3 will stop at Terminal 2.",
        "The office is at 88 Harbour Road.",
        "Article 12 of the law was changed in 2019.",
        "It was the third list of its kind.",
        "One of the firms has left.",
    ],
)
def test_dates_and_names_are_no_figures(text: str) -> None:
    assert figures(text) == []


def test_figures_say_what_they_count_where_and_when() -> None:
    text = "截至2023年底，金湖县拥有农民合作社412家、家庭农场1300个。"
    first, second = facts_of(text, published=PUBLISHED).figures

    assert (first.object, second.object) == ("农民合作社", "家庭农场")
    assert first.as_of == second.as_of == "2023-12-31"
    assert text[first.start : first.end] == "412家"


def test_a_deadline_is_a_fact() -> None:
    (deadline,) = facts_of("申报截止时间为4月30日。", published=PUBLISHED).deadlines

    assert deadline.day == "2024-04-30"


def test_traditional_characters_give_the_same() -> None:
    assert figures("全縣共有學校３２０所，總投資１.２億元。") == figures(
        "全县共有学校320所，总投资1.2亿元。"
    )


def test_the_facts_of_texts_in_a_file(hubwatch: CommandLine) -> None:
    said = {"id": "a", "published": "2024-03-05", "body": "全县共有学校320所，4月30日前完成改造。"}
    lines = (json.dumps(said), json.dumps({"id": "b", "title": "empty"}))
    Path("said.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    ended = hubwatch("facts", "said.jsonl", "--json")

    schools, deadline = ended.json_lines[0]["facts"]
    assert (schools["value"], schools["unit"], schools["object"]) == (320, "count", "学校")
    assert (deadline["value"], deadline["unit"]) == ("2024-04-30", "date")
    assert ended.json_lines[1]["facts"] == []
    assert ended.code == 3
    assert "320" in hubwatch("facts", "said.jsonl").out

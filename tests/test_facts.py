"""What texts say as data: figures with their units, what they count, and what is no figure."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.facts import chinese, english
from scraper.facts.numbers import parse_english, parse_han
from scraper.facts.patterns import words
from scraper.facts.read import facts_of
from scraper.facts.tense import Tense, fitting_year
from scraper.relevance.finder import lowered
from storage.facts import Modifier
from tests.support.cli import CommandLine
from tests.support.effort import cpu

PUBLISHED = date(2024, 3, 5)
LABELLED = Path(__file__).parent / "labelled"


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
    "text",
    [
        "市七届人大二次会议通过了决议。",
        "省十三届政协闭幕。",
        "县委八届三次全会召开。",
        "展品五花八门，客人来自四面八方。",
        "The stalls are open from six o'clock to eleven.",
    ],
)
def test_numbers_of_congresses_idioms_and_hours_count_nothing(text: str) -> None:
    assert figures(text) == []


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
        ("禁渔期为四个半月。", (4.5, "month", "exact")),
        ("典礼开了一个半小时。", (1.5, "hour", "exact")),
        ("道路历时一年半修通。", (1.5, "year", "exact")),
        ("每千人拥有床位数6.3张。", (6.3, "count", "exact")),
        ("审批时限缩短3天。", (-3, "day", "growth")),
        ("煤炭产能压减140万吨。", (-1_400_000_000, "tonne", "growth")),
        ("全市获得补助9500万元。", (95_000_000, "CNY", "exact")),
        ("The city received 95 million yuan in grants.", (95_000_000, "CNY", "exact")),
        ("The city received RMB 95m in grants.", (95_000_000, "CNY", "exact")),
        ("The fund holds €1.2bn.", (1_200_000_000, "EUR", "exact")),
        ("播种面积达到30万亩以上。", (200_000_000, "mu", "at least")),
        ("收获粮食约1.2亿吨。", (120_000_000_000, "tonne", "about")),
        ("失业率下降0.3个百分点。", (-0.3, "pp", "growth")),
        ("客流同比增长12.5%。", (12.5, "%", "growth")),
        ("Traffic fell by 3.8 percent.", (-3.8, "%", "growth")),
        ("其中七成为学生。", (70, "%", "exact")),
        ("近三百家企业到场。", (300, "count", "under")),
        ("项目计划新建5至8座车站。", ((5, 8), "count", "target")),
        ("The plan is to build 5 to 8 stations.", ((5, 8), "count", "target")),
        ("夜间最低气温零下12℃。", (-12, "degC", "exact")),
        ("At least 40 judges took part.", (40, "count", "at least")),
        ("地头收购价每斤2.8元。", (5.6, "CNY/kg", "exact")),
        ("平均车速每小时26.4公里。", (26.4, "km/h", "exact")),
        ("查处酒驾同比下降一成半。", (-15, "%", "growth")),
        ("总分满分750分。", (750, "count", "exact")),
        ("Membership has grown from 11 in 2018.", (11, "count", "exact")),
        ("The sum is a quarter more than in 2024.", (25, "%", "growth")),
        ("A visit costs less now, down 4 yuan.", (-4, "CNY", "growth")),
    ],
)
def test_a_figure_has_value_unit_and_modifier(text: str, expected: tuple[object, str, str]) -> None:
    assert figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Exports to Vietnam tripled last year.", [(3, "times", "growth")]),
        ("The number of stalls has almost doubled since 2023.", [(2, "times", "growth")]),
        ("Waiting times were halved.", [(-50, "%", "growth")]),
        (
            "Sales fell by a quarter, and profits by half.",
            [(-25, "%", "growth"), (-50, "%", "growth")],
        ),
        ("Output was up nearly a fifth on the year before.", [(20, "%", "growth")]),
        ("Every fifth resident is over 65.", [(20, "%", "exact")]),
        ("The club let a third party run it. They doubled down, about half an hour later.", []),
        ("产值五年间翻了两番。", [(5, "year", "exact"), (4, "times", "growth")]),
        ("订单较去年翻了一倍。", [(2, "times", "growth")]),
        ("争取到2030年产值翻一番。", [(2, "times", "target")]),
        ("全市三级医院第4名。", [(4, "rank", "exact")]),
        ("项目工期为120日历天。", [(120, "day", "exact")]),
        ("前两个月出口下降4%。", [(-4, "%", "growth")]),
        ("票价60元起，比上一季便宜20元。", [(60, "CNY", "at least"), (-20, "CNY", "growth")]),
    ],
)
def test_parts_folds_and_ranks_in_words(text: str, expected: list[tuple[object, str, str]]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The ministry plans to train 50,000 village doctors.", [50_000]),
        ("The bureau will issue 300 permits and train 60 nurses.", [300, 60]),
        ("It wants to document 40 dialect words and stage 12 shows.", [40, 12]),
        ("Take train 61 from platform 4 and see Article 14.", []),
        ("The margin of error is plus or minus 3 points.", []),
    ],
)
def test_what_is_trained_or_issued_is_counted(text: str, values: list[float]) -> None:
    assert [value for value, _, _ in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It plans to increase the ratio from 38 percent to 60 percent.", ["ratio", "ratio"]),
        ("It reduced the fee from 300 yuan to 200 yuan.", ["fee", "fee"]),
        (
            "It will raise the share of clinics with ultrasound from 38 percent.",
            ["share of clinics"],
        ),
        ("It made a profit of 85 million yuan, against a loss of 4 million.", ["profit", "loss"]),
    ],
)
def test_what_is_raised_from_and_to_and_what_is_compared(text: str, expected: list[str]) -> None:
    found = facts_of(text, published=PUBLISHED).figures
    assert [each.object for each in found] == expected
    assert len({each.unit for each in found}) == 1


def test_what_is_forecast_is_a_target() -> None:
    found = figures("It carried 310,000 people, well above the forecast of 240,000.")
    assert [modifier for _, _, modifier in found] == ["exact", "target"]


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
    assert ended.json_lines[0]["fault"] is None
    assert ended.json_lines[1] == {
        "id": "b",
        "facts": [],
        "events": [],
        "fault": "body is missing or empty",
    }
    assert ended.code == 3
    assert "320" in hubwatch("facts", "said.jsonl").out


@pytest.mark.parametrize(
    ("line", "name", "why"),
    [
        ("no object", 1, "not JSON"),
        ("[3]", 1, ""),
        ('{"id": "c", "body": 5}', "c", "body"),
        ('{"id": "c", "body": "Three firms.", "published": "soon"}', "c", "published"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(
    hubwatch: CommandLine, line: str, name: str | int, why: str
) -> None:
    Path("said.jsonl").write_text(f"{line}\n", "utf-8")
    ended = hubwatch("facts", "said.jsonl", "--json")
    (told,) = ended.json_lines
    assert (told["id"], told["facts"], ended.code) == (name, [], 3)
    assert told["fault"] and why in told["fault"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市法院共受理各类案件12.6万件，审结11.9万件。", ["各类案件", "审结各类案件"]),
        ("PM2.5平均浓度31微克/立方米，较上年下降6.1%。", ["PM2.5平均浓度"] * 2),
        ("带动周边5个村、860户农户增收。", ["村", "农户"]),
        ("全市常住人口512.37万人，比上年末减少1.8万人。", ["常住人口"] * 2),
        ("接待游客80万人次，旅游收入6亿元，分别增长14.2%、12.5%。", ["游客", "旅游收入"] * 2),
        ("景区门票由每人120元降至90元。", ["景区门票"] * 2),
        ("机场安排2000万元发放“出行券”。", ["出行券"]),
        ("Exports rose 4.5 percent to 780 billion yuan.", ["Exports"] * 2),
        ("The port has 301 routes, of which 130 lead abroad.", ["routes", "routes"]),
        ("A team of 42 checks its 432 cables.", ["team", "cables"]),
        ("About 1.1 million students sat the exam, 47 percent of whom were women.",
         ["students", "women"]),
        ("Customs data showed that imports fell 2.1 percent.", ["imports"]),
        ("The fair, which ran for four days, drew 85,000 visitors.", ["fair", "visitors"]),
        ("GDP grew by 0.3% in spring and by 0.4% in summer.", ["GDP", "GDP"]),
        ("The daily number of guests was limited to 35,000.", ["guests"]),
    ],
)  # fmt: skip
def test_a_figure_says_what_it_counts(text: str, expected: list[str]) -> None:
    assert [one.object for one in facts_of(text, published=PUBLISHED).figures] == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("前11个月，出口7800亿元。", "2023-11-30"),
        ("今年一季度，出口7800亿元。", "2024-03-31"),
        ("去年全市出口7800亿元。", "2023"),
        ("12月出口780亿元。", "2023-12"),
        ("Exports were 780 billion yuan at the end of 2022.", "2022-12-31"),
        ("Exports were 780 billion yuan in the first half of 2023.", "2023-06-30"),
        ("Exports were 780 billion yuan, 20 million more than in 2022.", ""),
    ],
)
def test_a_figure_says_of_when_it_is(text: str, day: str) -> None:
    assert {one.as_of for one in facts_of(text, published=PUBLISHED).figures} == {day}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Occupancy stood at 92 percent, against 85 percent in 2022.", ["", "2022"]),
        ("The airport has 111 routes, against 60 in 2019.", ["", "2019"]),
        ("The port has 48 berths today, up from 30 in 2015.", ["", "2015"]),
        ("It lends 40,000 books, compared with 25,000 in 2019.", ["", "2019"]),
        ("The hospital has 500 beds, rising to 800 by 2028.", ["", "2028"]),
        ("Some 230 drones are in use, many more than in 2021.", [""]),
        ("This year 480,000 came, compared with 402,000 a year before.", ["2024", ""]),
        ("It aims at 100,000 jobs this year; it created 112,400 in 2023.", ["2024", "2023"]),
        ("It lost 210 yuan in 2023, less than the 223 yuan it lost in 2022.", ["2023", "2022"]),
        ("In 2023 it made 45 films, up from 30 in 2022.", ["2023", "2022"]),
        ("The share rose from 18 percent in 2020 to 25 percent in 2023.", ["2020", "2023"]),
        ("The number of nurses rose to 5,400 from 4,200 in 2020.", ["", "2020"]),
        ("The city has 300 schools; in 2020 it had 250.", ["", "2020"]),
        ("The city has 300 parks and plans 500 by 2028.", ["", "2028"]),
        ("In 2022 it sold 30 cars and 45 in 2023.", ["2022", "2023"]),
        ("It sold 300 cars and 40 buses in 2023.", ["2023", "2023"]),
        ("It sold 300 cars, mostly to Beijing, in 2023.", ["2023"]),
        ("In 2023, more than 300 people came.", ["2023"]),
        ("Exports were 780 yuan at the end of 2022.", ["2022-12-31"]),
        ("国际航线恢复到2019年的六成。", [""]),
        ("队伍由2015年的1200人增加到3400人。", ["2015", ""]),
        ("2023年新增企业300家，是2020年的3倍。", ["2023", "2023"]),
        ("今年产量为45万吨，比去年的30万吨多。", ["2024", ""]),
        ("2023年新增床位120张，增加到3400张。", ["2023", "2023"]),
    ],
)
def test_the_time_of_what_a_figure_is_compared_with_is_not_its_own(
    text: str, days: list[str]
) -> None:
    assert [one.as_of for one in facts_of(text, published=PUBLISHED).figures] == days


@pytest.mark.parametrize(
    ("published", "text", "days"),
    [
        ("2023-11-28", "Owners may ask for new meters until February 15.", ["2024-02-15"]),
        ("2022-12-14", "The call for the second bridge closes on January 9.", ["2023-01-09"]),
        ("2024-03-01", "Ideas have to arrive no later than April 9, 2024.", ["2024-04-09"]),
        ("2024-03-01", "Farmers have until October 8 to claim it.", ["2024-10-08"]),
        ("2024-03-01", "It will hire five hundred more nurses before Nov 30.", ["2024-11-30"]),
        ("2024-03-01", "The dam, to be raised before June 2025, serves two towns.", ["2025-06"]),
        ("2024-06-20", "Complaints had to be handed in by June 14.", ["2024-06-14"]),
        ("2024-01-20", "The list of 9 was closed on December 28.", ["2023-12-28"]),
        ("2023-10-17", "From January 1, riders will pay 3 yuan.", ["2024-01-01"]),
        ("2024-11-19", "Buses will run every ten minutes from December 28.", ["2024-12-28"]),
        ("2023-10-17", "From May 3, riders paid 3 yuan.", []),
        ("2022-10-25", "Applications are taken from November 1 to January 20.", ["2023-01-20"]),
        ("2023-09-20", "All 12 dams must be built by the end of March.", ["2024-03-31"]),
        ("2023-06-10", "The city plans to have completed 12 parks by October.", ["2023-10"]),
        ("2023-06-10", "The city is due to have finished 12 parks by October.", ["2023-10"]),
        ("2023-06-10", "The council agreed to build 12 parks by October.", ["2023-10"]),
        ("2023-06-10", "The mayor promised to open 4 schools by April.", ["2023-04"]),
        ("2023-11-06", "自1月1日起，市民乘车由2元调整为3元。", ["2024-01-01"]),
        ("2023-12-27", "新标准从3月1日起执行。", ["2024-03-01"]),
        ("2022-10-25", "申请时间为11月1日至次年1月20日。", ["2023-01-20"]),
        ("2022-11-15", "请于12月底前提交材料。", ["2022-12-31"]),
        ("2022-11-15", "租房补贴申请受理至2月28日。", ["2023-02-28"]),
        ("2023-05-16", "债权登记已于4月30日截止。", ["2023-04-30"]),
        ("2024-05-21", "展位预订截至5月24日。", ["2024-05-24"]),
        ("2024-05-21", "截至5月20日，全市开工3个项目。", []),
        ("2023-05-16", "自2月1日起，全市已新增3条线路。", []),
    ],
)
def test_a_day_until_or_from_which_something_holds_is_of_the_year_that_the_words_say(
    published: str, text: str, days: list[str]
) -> None:
    found = facts_of(text, published=date.fromisoformat(published)).deadlines
    assert [one.day for one in found] == days


@pytest.mark.parametrize(
    "text",
    [
        "客流量回升到2019年的水平。",
        "国际航线恢复至2019年的六成。",
        "客流恢复到2019年同期的八成。",
        "出口恢复到2024年的水平。",
        "村史追溯到1915年。",
        "音乐会由4月5日推迟至5月2日举行。",
        "比赛延期至5月2日开赛。",
        "产量提高到2027年的300万吨。",
        "The road was built by 1998.",
        "By 2019, the city had 300 parks.",
        "The number of pupils had fallen to 300 by 2015.",
        "He was mayor until 2019.",
    ],
)
def test_a_level_a_time_in_history_and_a_new_day_are_no_deadlines(text: str) -> None:
    assert facts_of(text, published=PUBLISHED).deadlines == ()


@pytest.mark.parametrize(
    ("text", "day", "what"),
    [
        ("报名时间为3月13日9:00至3月19日17:00。", "2024-03-19", "报名时间"),
        ("报名时间：3月13日9:00至3月19日17:00。", "2024-03-19", "报名时间"),
        ("征集时间为3月13日至3月19日。", "2024-03-19", "征集时间"),
        ("报名延期至5月2日。", "2024-05-02", "报名"),
        ("到2027年，每千名老年人拥有床位50张。", "2027", "老年人"),
        ("到2027年，全市建成公园300个。", "2027", "建成公园"),
        ("有效期至2019年。", "2019", ""),
        ("By 2028, the city will have 300 parks.", "2028", "city"),
    ],
)
def test_a_deadline_says_what_it_is_of(text: str, day: str, what: str) -> None:
    found = facts_of(text, published=PUBLISHED).deadlines
    assert [(one.day, one.object) for one in found] == [(day, what)]


@pytest.mark.parametrize(
    ("published", "text", "day"),
    [
        ("2023-09-20", "The hall will open in October with 900 seats.", "2023-10"),
        ("2024-02-02", "The hall opened in October with 900 seats.", "2023-10"),
        ("2023-09-20", "The hall will open on January 12 with 900 seats.", "2024-01-12"),
        ("2024-01-20", "On December 12, 900 people visited the hall.", "2023-12-12"),
        ("2024-01-20", "Sales rose by 4 percent in the first half.", "2023-06-30"),
        ("2023-12-20", "Next year the city will plant 900 trees.", "2024"),
        ("2023-09-20", "展馆将于10月开放，设座位900个。", "2023-10"),
        ("2023-11-20", "展馆将于3月5日开放，设座位900个。", "2024-03-05"),
        ("2024-01-20", "12月5日，展馆接待观众900人次。", "2023-12-05"),
        ("2024-01-20", "前三季度，展馆接待观众900人次。", "2023-09-30"),
        ("2023-12-20", "明年，全市将植树900棵。", "2024"),
    ],
)
def test_what_is_to_come_is_of_the_next_such_day_and_what_happened_of_the_last(
    published: str, text: str, day: str
) -> None:
    found = facts_of(text, published=date.fromisoformat(published)).figures
    assert {one.as_of for one in found} == {day}


@given(st.dates(date(1995, 1, 1), date(2060, 1, 1)), st.dates(), st.sampled_from(Tense))
def test_a_day_without_a_year_is_within_a_year_of_the_publication(
    published: date, day: date, tense: Tense
) -> None:
    named = day.month, min(day.day, 28)
    found = date(fitting_year(named, named, published, lambda: tense), *named)
    assert abs((found - published).days) <= 366
    if tense is Tense.AHEAD:
        assert (published - found).days <= 10
    if tense is Tense.BEHIND:
        assert (found - published).days <= 14


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Visitors will pay 30 yuan instead of 50 yuan.", ["Visitors", "Visitors"]),
        ("The fund pays 70 percent of the rent, but no more than 90 yuan.", ["rent", "rent"]),
        ("Farmers made up 31 percent of the members.", ["Farmers"]),
        ("Up to 6 million cubic meters of water will be let out.", ["water"]),
        ("The stretch to the lake is 10 km long.", ["stretch to the lake"]),
        ("The plant has pipes as thin as 3 millimeters.", ["pipes"]),
        ("The line carries 900 passengers on a working day, up 11 percent.", ["passengers"] * 2),
        ("The new mill opened. It is priced at 460 million yuan.", ["new mill"]),
        ("They have 900 beds, and another 400 are ordered.", ["beds", "beds"]),
        ("大桥主桥长3公里、宽24米。", ["大桥主桥长", "大桥主桥宽"]),
        ("抢救了一批进水的文物，共17件（套）。", ["文物"]),
        ("有实绩的企业6400多家，新增387家。", ["企业", "企业"]),
        ("博物館去年接待觀眾四十萬人次。", ["觀眾"]),
        ("全市水库蓄水量8亿立方米，较常年同期多一成。", ["水库蓄水量", "水库蓄水量"]),
    ],
)
def test_what_is_counted_is_told_by_how_the_clause_is_built(text: str, expected: list[str]) -> None:
    assert [one.object for one in facts_of(text, published=PUBLISHED).figures] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There were 231 days with good air, 14 more than in 2020.", [(231, "day"), (14, "day")]),
        ("Trains run every four and a half minutes.", [(4.5, "minute")]),
        ("The share was the third-highest in the province.", [(3, "rank")]),
        ("The youngest of them was 17.", []),
        ("The pupils of No 3 Middle School moved.", []),
        ("追回的钱约占四成三。", [(43, "%")]),
        ("约三分之一的居民参加。", [(100 / 3, "%")]),
        ("他获得铁人三项赛冠军。", []),
        ("居民用水第一阶梯水价不变。", []),
    ],
)
def test_numbers_are_read_by_their_kind(text: str, expected: list[tuple[float, str]]) -> None:
    found = facts_of(text, published=PUBLISHED).figures
    assert [(pytest.approx(one.value), one.unit) for one in found] == expected


def test_signing_is_no_word_for_about() -> None:
    (figure,) = facts_of("高新区签约45个项目。", published=PUBLISHED).figures
    assert figure.modifier is Modifier.EXACT


def test_what_a_measure_rose_from_has_its_unit() -> None:
    text = "The works can treat 180,000 tons of water a day, up from 100,000."
    assert [one.unit for one in facts_of(text, published=PUBLISHED).figures] == ["tonne"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ceiling was raised by 50,000 yuan to 350,000 yuan.", [50_000, 350_000]),
        ("The minimum wage rose 120 yuan to 2,130 yuan.", [120, 2130]),
        ("The number of beds increased by 200 to 1,400.", [200, 1400]),
        ("Births dropped by 3,200 to 58,400 in 2023.", [-3200, 58_400]),
        ("The museum cut the fee by 10 yuan to 25 yuan.", [-10, 25]),
        ("The fee rose by $5 to $25.", [5, 25]),
        ("最低工资标准提高120元至2130元。", [120, 2130]),
        ("床位增加200张至1400张。", [200, 1400]),
        ("票价下调5元到20元。", [-5, 20]),
        ("出生人口减少3200人至58400人。", [-3200, 58_400]),
        ("行程缩短40分钟至25分钟。", [-40, 25]),
    ],
)
def test_a_change_and_the_level_that_was_reached_are_two_figures(
    text: str, expected: list[float]
) -> None:
    change, level = facts_of(text, published=PUBLISHED).figures
    assert [change.normalised, level.normalised] == expected
    assert (change.modifier, level.modifier) == (Modifier.GROWTH, Modifier.EXACT)
    assert change.object == level.object


@pytest.mark.parametrize(
    ("text", "fines"),
    [
        ("处三千元以上两万元以下罚款。", [(3_000, 20_000)]),
        (
            "拒不改正的，处5000元以上3万元以下罚款；造成事故的，处3万元以上、10万元以下罚款。",
            [(5_000, 30_000), (30_000, 100_000)],
        ),
        ("对单位处违法所得2倍以上5倍以下的罚款。", [(2, 5)]),
        ("奖励规模100万元以上企业50万元以下的企业除外。", [1_000_000, 500_000]),
    ],
)
def test_a_fine_from_one_sum_to_another_is_a_range(text: str, fines: list[Any]) -> None:
    found = facts_of(text, published=PUBLISHED).figures
    assert [one.normalised for one in found] == [pytest.approx(fine) for fine in fines]
    assert all(str(one.modifier) == "exact" for one in found if isinstance(one.normalised, tuple))


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Prices rose by 5 to 6 percent.", (5, 6)),
        ("Prices rose by 1 percent to 3 percent.", (1, 3)),
        ("The sea rose by 20 to 60 centimeters.", (0.2, 0.6)),
        ("Output fell by 200 to 300 tonnes.", (-300_000, -200_000)),
        ("The plant hired 200 to 1,400 people.", (200, 1400)),
        ("气温下降6℃至8℃。", (-8, -6)),
        ("价格上涨5至20元。", (5, 20)),
        ("票价下调5元~20元。", (5, 20)),
        ("最高奖励5万元至35万元。", (50_000, 350_000)),
        ("增长5%~6%。", (5, 6)),
        ("降幅3%-5%。", (-5, -3)),
    ],
)
def test_a_change_between_two_ends_is_a_range(text: str, ends: tuple[float, float]) -> None:
    (figure,) = facts_of(text, published=PUBLISHED).figures
    assert figure.normalised == pytest.approx(ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全镇廿三个村参加。", (23, "count")),
        ("涉及卅六户。", (36, "count")),
        ("现场有三四个人。", ((3, 4), "count")),
        ("年省电10.1亿度。", (1_010_000_000, "kWh")),
        ("每户每月用电200度。", (200, "kWh")),
        ("利率下调25个基点。", (-0.25, "bp")),
        ("出生率8.65‰。", (0.865, "permille")),
        ("自然增长率-1.2‰。", (-0.12, "permille")),
        ("水稻平均亩产680.5公斤。", (680.5, "kg/mu")),
        ("单产达到520斤/亩。", (260, "kg/mu")),
        ("最快2小时53分可达。", (173, "minute")),
        ("工期1年零3个月。", (15, "month")),
        ("用时2小时8分31秒。", (7711, "second")),
        ("用时8分31秒。", (511, "second")),
        ("全程2小时15分钟。", (135, "minute")),
    ],
)
def test_chinese_numbers_and_units_are_read_whole(text: str, expected: tuple[Any, str]) -> None:
    (figure,) = facts_of(text, published=PUBLISHED).figures
    assert (figure.normalised, figure.unit) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize(
    "text",
    [
        "招聘人数与报名人数之比不低于1∶3方可开考。",
        "岗位与报名人数之比达到1：3方能开考。",
        "年满18方可报名。",
        "榕江队3比1战胜车江二村队。",
        "榕江队战胜八一队。",
        "六枝特区八一路改造。",
        "三五名游客受困。",
        "总分进入全国前三位。",
        "营收进入全国前20名。",
        "气温38度，位于北纬26度。",
    ],
)
def test_ratios_scores_and_numbers_in_chinese_names_are_no_figures(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("净利润同比增长不到一成。", 10),
        ("净利润同比+5.1%。", 5.1),
        ("净利润同比-5.1%。", -5.1),
        ("净利润+5.1%。", 5.1),
        ("此前20名工人被困，同比增长5%。", 5),
    ],
)
def test_a_chinese_change_is_one_with_its_sign(text: str, value: float) -> None:
    figure = facts_of(text, published=PUBLISHED).figures[-1]
    assert (figure.value, figure.modifier) == (value, Modifier.GROWTH)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Contracts in Kaili rose by 12 percent.", 12),
        ("Contracts in Kaili fell by 12 percent.", -12),
        ("Job cuts at the drum works grew by 9 percent.", 9),
        ("Rising costs cut profits by 9 percent.", -9),
        ("Growth in tea imports fell by 4 percent.", -4),
        ("Lower fares lifted ticket sales by 5 percent.", 5),
        ("The economy contracts by 2 percent.", -2),
        ("The drought cut growth by 2 percent.", -2),
    ],
)
def test_the_nearest_word_for_a_change_says_its_sign(text: str, value: float) -> None:
    figure = facts_of(text, published=PUBLISHED).figures[-1]
    assert (figure.value, figure.modifier) == (value, Modifier.GROWTH)


@pytest.mark.parametrize(
    "text",
    ["Contracts signed by 12 firms are on show.", "Cuts announced by 12 firms worry the town."],
)
def test_those_who_do_something_are_no_change(text: str) -> None:
    figure = facts_of(text, published=PUBLISHED).figures[0]
    assert (figure.value, figure.modifier) == (12, Modifier.EXACT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The grants were HK$3.2m and S$40,000.", [(3_200_000, "HKD"), (40_000, "SGD")]),
        ("It raised $3 million and €4 million.", [(3_000_000, "USD"), (4_000_000, "EUR")]),
        ("It costs $30 or A$40.", [(30, "USD"), (40, "AUD")]),
        ("The yield dropped 42 basis points.", [(-0.42, "bp")]),
        ("The birth rate was 8.65 per thousand.", [(0.865, "permille")]),
        ("Yields passed 700 kg per mu.", [(700, "kg/mu")]),
        ("The share is 58 percent, up from 49.", [(58, "%"), (49, "%")]),
        ("It made 3 million yuan, less than the 4 million it lost in 2022.",
         [(3_000_000, "CNY"), (4_000_000, "CNY")]),
        ("It got 30 million yuan, of which 12 million came from the state.",
         [(30_000_000, "CNY"), (12_000_000, "CNY")]),
        ("It cost 30 million yuan and drew 12 million visitors.",
         [(30_000_000, "CNY"), (12_000_000, "count")]),
        ("The share is 58 percent, taken from 49 villages.", [(58, "%"), (49, "count")]),
        ("The trip takes 2 hours and 15 minutes.", [(135, "minute")]),
        ("He was jailed for three years and six months.", [(42, "month")]),
        ("The city was 15th in the ranking.", [(15, "rank")]),
        ("Hall 3 reopened with 400 objects.", [(400, "count")]),
        ("In the hall 30 people danced.", [(30, "count")]),
        ("The plan is to build 5-8 stations.", [((5, 8), "count")]),
        ("The hosts won 4-2 before 3,000 fans.", [(3000, "count")]),
        ("She won 21-19, 21-15.", []),
        ("A 2-2 draw ended the match.", []),
        ("Infant mortality fell to 3.1 per 1,000 births.", []),
    ],
)  # fmt: skip
def test_english_numbers_and_units_are_read_whole(
    text: str, expected: list[tuple[Any, str]]
) -> None:
    found = facts_of(text, published=PUBLISHED).figures
    wanted = [(pytest.approx(value), unit) for value, unit in expected]
    assert [(one.normalised, one.unit) for one in found] == wanted


def test_what_is_limited_to_a_number_is_that_at_most() -> None:
    (figure,) = facts_of("Attendance is limited to 45.", published=PUBLISHED).figures
    assert figure.modifier is Modifier.AT_MOST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("火灾造成2人死亡、5人受伤。", ["死亡", "受伤"]),
        ("台风造成6人遇难、3人失踪和1人重伤。", ["遇难", "失踪", "重伤"]),
        ("事故造成3名矿工死亡、1人失踪。", ["矿工死亡", "失踪"]),
        ("比赛中8人晋级、4人淘汰。", ["晋级", "淘汰"]),
        ("12人赞成、3人弃权。", ["赞成", "弃权"]),
        ("20人报名，15人参加。", ["报名", "参加"]),
        ("全市参加活动的志愿者300人。", ["志愿者"]),
    ],
)
def test_each_of_a_list_of_people_has_what_befell_them(text: str, expected: list[str]) -> None:
    assert [one.object for one in facts_of(text, published=PUBLISHED).figures] == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("客流量回升到2019年的水平。", []),
        ("国际航线恢复至2019年的六成。", []),
        ("客运量恢复到2019年同期的八成。", []),
        ("产量提高到2021年的1.2倍。", []),
        ("The road was built by 1998.", []),
        ("By 2019, the city had 300 parks.", []),
        ("The last of 12 kilns had closed by 1976.", []),
        ("有效期延长至2027年。", ["2027"]),
        ("优惠延长至6月30日。", ["2024-06-30"]),
        ("到2027年，建成学校12所。", ["2027"]),
        ("The road will be built by 2028.", ["2028"]),
    ],
)
def test_the_level_of_a_year_and_a_year_gone_by_are_no_deadlines(
    text: str, days: list[str]
) -> None:
    assert [one.day for one in facts_of(text, published=PUBLISHED).deadlines] == days


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("The yard hired 300 welders over six years.", "exact"),
        ("Over six years, the county planted 40,000 poplars.", "exact"),
        ("He has carved seals for over six years.", "over"),
        ("The repairs took over six years.", "over"),
        ("Passengers over six years old pay half.", "over"),
    ],
)
def test_over_a_time_is_during_it_unless_a_time_is_measured(text: str, modifier: str) -> None:
    (figure,) = [one for one in facts_of(text, published=PUBLISHED).figures if one.unit == "year"]
    assert str(figure.modifier) == modifier


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("最多补助三成。", "at most"),
        ("补助不超过30%。", "at most"),
        ("最高可获补助30%。", "at most"),
        ("最长等待九天。", "at most"),
        ("五天以内答复。", "at most"),
        ("容量40吨及以下。", "at most"),
        ("等待了四十天以上。", "at least"),
        ("等待至少四十天。", "at least"),
        ("不低于40吨。", "at least"),
        ("不下40吨。", "at least"),
        ("超过四十天。", "over"),
        ("四十余天。", "over"),
        ("高于40吨。", "over"),
        ("不高于40吨。", "at most"),
        ("不到四十天。", "under"),
        ("低于40吨。", "under"),
        ("近三百家企业到场。", "under"),
        ("面积大于等于500平方米。", "at least"),
        ("面积等于或大于500平方米。", "at least"),
        ("高度小于等于5米。", "at most"),
        ("收费低于或等于30元。", "at most"),
        ("涨幅控制在5%左右。", "about"),
        ("涨幅控制在5%以内。", "at most"),
        ("涨幅控制在5%。", "at most"),
        ("票价不会超过30元。", "at most"),
        ("费用未超过30元。", "at most"),
        ("亩产不会低于500公斤。", "at least"),
        ("Loads less than or equal to 30 tonnes pass.", "at most"),
        ("Areas greater than or equal to 30 hectares count.", "at least"),
        ("A grant covers up to 30 percent.", "at most"),
        ("It takes at most 30 days.", "at most"),
        ("It takes 30 days at most.", "at most"),
        ("No more than 30 people came.", "at most"),
        ("As many as 30 people came.", "at most"),
        ("A maximum of 30 people came.", "at most"),
        ("Loads of 30 tonnes or less pass.", "at most"),
        ("Less than 30 tonnes were left.", "under"),
        ("Nearly 30 tonnes were left.", "under"),
        ("Fewer came than the 30 of last time.", "exact"),
        ("Fewer than 30 people came.", "under"),
        ("No fewer than 30 people came.", "at least"),
        ("No less than 30 tonnes were left.", "at least"),
        ("A minimum of 30 people came.", "at least"),
        ("Loads of 30 tonnes or more pass.", "at least"),
        ("More than 30 people came.", "over"),
        ("The hall holds over 3,000 people.", "over"),
    ],
)
def test_a_limit_is_not_what_lies_beyond_it(text: str, modifier: str) -> None:
    (figure,) = facts_of(text, published=PUBLISHED).figures
    assert str(figure.modifier) == modifier


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("Each winner will get a stipend of EUR 850 a month.", "exact"),
        ("Teams that qualify will be awarded 20,000 yuan.", "exact"),
        ("The city will spend 3 million yuan.", "target"),
        ("The hospital will get a new building at a cost of 186 million yuan.", "target"),
        ("获奖者将获得奖金5万元。", "exact"),
        ("符合条件的将给予每户补贴500元。", "exact"),
        ("该项目将投资3亿元。", "target"),
    ],
)
def test_an_entitlement_is_no_target(text: str, modifier: str) -> None:
    (figure,) = facts_of(text, published=PUBLISHED).figures
    assert str(figure.modifier) == modifier


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("About 1,100 doctors work there, a dozen of whom came from Shanghai.", ["", ""]),
        ("It has 300 students, who come from Beijing and Kunming.", [""]),
        ("Some 300 tons were sent to Tianjin.", [""]),
        ("Shandong Taishan won before 41,230 fans in Chengdu.", ["Chengdu"]),
        ("The Chengdu-Chongqing line carried 30,000 people.", [""]),
        ("There are 300 parks in Guiyang.", ["Guiyang"]),
        ("Guiyang has 300 parks, many more than Beijing.", ["Guiyang"]),
        ("In Guiyang, 300 firms took part in fairs in Beijing.", ["Guiyang"]),
        ("全省15县出现暴雨，最大雨量出现在望谟县。", [""]),
        ("馆内有文物500件，其中40件借自北京。", ["", ""]),
        ("全市新增企业300家，其中贵阳综保区20家。", ["", "贵阳综保区"]),
        ("来自北京、上海的300名嘉宾参加。", [""]),
        ("共有320家企业参加在贵阳举行的博览会。", ["贵阳"]),
        ("300名选手齐聚贵阳。", ["贵阳"]),
        ("贵阳新增企业300家，多于遵义。", ["贵阳"]),
    ],
)
def test_a_figure_is_of_no_place_that_is_only_named_behind_it(text: str, places: list[str]) -> None:
    assert [one.place for one in facts_of(text, published=PUBLISHED).figures] == places


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("今年计划完成营造林15万亩。", "target"),
        ("今年将完成投资20亿元。", "target"),
        ("今年目标完成植树5万株。", "target"),
        ("力争累计完成投资20亿元。", "target"),
        ("计划在2024年完成投资20亿元。", "target"),
        ("计划通过共同努力，完成投资20亿元。", "target"),
        ("计划投资5亿元，完成3亿元。", "target exact"),
        ("计划改造30个小区，已完成12个。", "target exact"),
        ("目前完成年度目标的27%。", "exact"),
        ("产量为年度计划的105%。", "exact"),
        ("已投入3亿元，占计划投资的60%。", "exact exact"),
        ("产量超计划10%。", "exact"),
        ("力争完成年度计划的60%。", "target"),
        ("今年目标增长8%。", "target"),
        ("票价将由1元提高到2元。", "exact target"),
        ("床位计划从300张增至500张。", "exact target"),
        ("The firm promised 8,000 places but delivered only 7,350.", "target exact"),
        ("It plans to build 30 schools, and has built 12 so far.", "target exact"),
        ("The plan was presented to 300 residents on May 3.", "exact"),
        ("A target set in 2021 was met: 45 villages have water.", "exact"),
        ("Firms expect more, according to a survey of 1,250 companies.", "exact"),
        ("The fare will rise from 1 yuan to 2 yuan.", "exact target"),
        ("The city plans 30 schools but also 20 parks.", "target target"),
        ("The target was 300 schools.", "target"),
        ("The target was raised to 300 schools.", "target"),
    ],
)
def test_a_plan_is_no_result_and_a_result_no_plan(text: str, modifiers: str) -> None:
    found = facts_of(text, published=PUBLISHED).figures
    assert [str(one.modifier) for one in found] == modifiers.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cargo at the port rose 3 percent, with timber down 7 percent.", "timber"),
        ("The port had a good year, though timber was down 7 percent.", "timber"),
        ("The port handled 3 million tonnes, timber down 7 percent.", "timber"),
        ("Imports climbed 12 percent; timber, down 7 percent, was the exception.", "timber"),
        ("Exports reached 3 billion yuan, up 5 percent.", "Exports"),
        ("Exports rose 5 percent in March, and imports fell 2 percent.", "imports"),
        ("港口吞吐量增长3%，其中木材下降7%。", "木材"),
        ("一般公共预算收入上半年完成318亿元。", "一般公共预算收入"),
        ("合作社从2018年的11家发展到67家。", "合作社"),
        ("规上工业增加值 | 412.8亿元 | 5.6%", "规上工业增加值"),
    ],
)
def test_a_change_is_of_the_subject_of_its_own_clause(text: str, expected: str) -> None:
    assert facts_of(text, published=PUBLISHED).figures[-1].object == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("None died, contrary to posts that spoke of seven deaths.", []),
        ("Contrary to reports that seven people died, only two were hurt.", [2]),
        ("It is not true that 12 people were killed.", []),
        ("Officials denied that 40 villages had been flooded.", []),
        ("Police denied that the fire killed seven people; two died.", [2]),
        ("A rumour that the city will demolish 1,000 buildings is false.", []),
        ("Online claims that fares would rise by 30 percent were denied.", []),
        ("The bureau dismissed reports of 45 closures, saying only 3 shops had shut.", [3]),
        ("Police fined 3 people for spreading rumours that 30 people had died.", [3]),
        ("There is no truth in reports that 12 parks will be sold.", []),
        ("The city has no plans to close 200 schools.", []),
        ("The city will not close 200 schools.", []),
        ("The stadium did not cost 300 million yuan, as reported, but 200 million yuan.", [2e8]),
        ("Posts said that 12 people were killed. Police said this was untrue.", []),
        ("45 villages lost power, but claims that 12 people died were false.", [45]),
        ("教育局否认了“明年取消200个民办园”的传言。", []),
        ("网传“本科线将下调40分”不实。", []),
        ("并非有500家企业倒闭。", []),
        ("有媒体称总投资为3亿元，铁路部门予以否认，称总投资为2亿元。", [2e8]),
        ("铁路部门辟谣：网传总投资3亿元不实，实际为2亿元。", [2e8]),
        ("公司否认裁员300人，称仅调整12个岗位。", [12]),
        ("坊间流传该项目投资3亿元。", []),
        ("网上传言有30人中毒。经核实，该消息不实。", []),
        ("该帖称“30人死亡”，纯属捏造，为虚假信息。", []),
        ("全市不会取消200个民办园。", []),
        ("不是3亿元，而是2亿元。", [2e8]),
    ],
)
def test_what_is_denied_or_only_a_rumour_is_no_figure(text: str, values: list[float]) -> None:
    assert [value for value, _, _ in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The council denied 30 applicants entry.", [30]),
        ("The court rejected 12 claims of 40 workers.", [12, 40]),
        ("Not only 300 cars but 200 buses were sold.", [300, 200]),
        ("The fire did not spread, but 30 people were led out.", [30]),
        ("Despite reports of heavy rain, 30,000 people came.", [30000]),
        ("No one was hurt; the fire burned 200 square meters.", [200]),
        ("The hall will not admit more than 300 guests.", [300]),
        ("核查网传信息3000条，其中300条为谣言。", [3000, 300]),
        ("警方清理网络谣言3000条，关停网站200家。", [3000, 200]),
        ("查处虚假广告300起，罚款50万元。", [300, 5e5]),
        ("有媒体称，该项目投资3亿元。", [3e8]),
        ("民间流传的300个故事入选。", [300]),
        ("会上传达了3份文件。", [3]),
        ("票价不会超过30元。", [30]),
    ],
)
def test_what_only_sounds_like_a_denial_is_a_figure(text: str, values: list[float]) -> None:
    assert [value for value, _, _ in figures(text)] == values


def test_denials_take_linear_time() -> None:
    for piece in (
        "denied reports that ",
        "rumours of ",
        "was not 3 but ",
        "网传3亿元",
        "的说法不实3",
    ):
        with cpu() as spent:
            facts_of((piece * 4_000)[:60_000], published=PUBLISHED)
        assert spent.under(5), spent


@given(st.text(alphabet="三千5一百.,万亿元个%的将 to0-年月日第fortyx\n。", max_size=200))
def test_any_text_has_facts_at_their_places(text: str) -> None:
    for one in facts_of(text, published=PUBLISHED).figures:
        assert 0 <= one.begin <= one.start < one.end <= len(text)
        assert text[one.begin :].startswith(one.sentence)
        assert one.low <= one.high


_PIECES = words("""
    In the first half of 2025 May 5 3,177 companies RMB 95 million ¥ 12 a quarter ranked No. 2 in
    China end of June third place Article IV and 6 minus day one tel: 0851-8888 (2024) 21 up to
    https://a.example/1 x1@b.example G 20 COVID-19 half a dozen one in five this year
""")
_HAN_PIECES = words("""
    去年 今年 上半年 前三季度 3月 5日 第 三 批 位居全国第 二 过半 一半 人民币 95 万元 约 数十 家
    企业 年 “985” 热线： 12345 中山路 18号 https://a.example/1 （2024） 5 号 三分之一 G60 同比增长
    4.6% ， 十四五
""")


@given(st.lists(st.sampled_from(_PIECES), max_size=14))
def test_english_tokens_are_found_where_a_search_finds_them(pieces: list[str]) -> None:
    sentence = " ".join(pieces)
    anchors = english.Anchors(sentence).within(0, len(sentence))
    openers = english._CUES.starts(lowered(sentence))[english._OPENER]
    found = [one.span() for one in english._tokens(sentence, anchors, openers)]
    assert found == _searched(sentence, english._TOKEN, [start for start, _ in anchors], 48)


@given(st.lists(st.sampled_from(_HAN_PIECES), max_size=14))
def test_chinese_tokens_are_found_where_a_search_finds_them(pieces: list[str]) -> None:
    sentence = "".join(pieces)
    anchors = [one.start() for one in chinese._ANCHOR.finditer(sentence)]
    found = [one.span() for one in chinese._tokens(sentence)]
    searched = _searched(sentence, chinese._TOKEN, anchors, 16)
    assert found == [one for one in searched if any(one[0] <= at < one[1] for at in anchors)]


def _searched(
    sentence: str, token: re.Pattern[str], anchors: list[int], reach: int
) -> list[tuple[int, int]]:
    """The tokens that begin at most so far before an anchor, by trying every place."""
    found, place = [], 0
    for anchor in anchors:
        while anchor >= place:
            one = token.search(sentence, max(place, anchor - reach), anchor + 160)
            if one is None or one.start() > anchor:
                break
            found.append(one.span())
            place = max(one.end(), place + 1)
    return found


def test_a_long_text_takes_linear_time() -> None:
    for piece in (
        "1" * 50_000,
        "三千" * 20_000,
        "of 3 to " * 6_000,
        "A1-" * 15_000,
        "约5万" * 15_000,
    ):
        with cpu() as spent:
            facts_of(piece, published=PUBLISHED)
        assert spent.under(5), spent


@pytest.mark.parametrize(
    "piece", ["$5m,", "5%/", "from 5% ", "5 t in 2019 ", "300万吨2018年的", "由"]
)
def test_a_sentence_of_numbers_and_one_time_takes_linear_time(piece: str) -> None:
    for begin in ("In 2019 ", "由2019年的3吨"):
        with cpu() as spent:
            facts_of(begin + piece * (6_000 // len(piece)), published=PUBLISHED)
        assert spent.under(1), (begin, spent)


SEED = (
    "Guiyang, capital of Guizhou province, is a hub city of the Innovation China program. At "
    "the end of 2021 the city had 3,177 technology enterprises on the province's record, of "
    "which 1,210 were high-tech enterprises. It is home to four national key laboratories and "
    "35 workstations of academicians. The city has won 95 million yuan of central funds for "
    "47 technology projects. On the program's platform, 1,121 enterprise users and 86 expert "
    "teams are registered. Nine service stations were opened, which held 150 events for more "
    "than 6,000 people. Spending on research rose by 12.4 percent to 8.9 billion yuan, or 1.9 "
    "percent of the city's gross domestic product."
)


def test_a_hub_city_report_gives_its_figures_with_unit_and_object() -> None:
    found = facts_of(SEED, published=date(2022, 3, 9)).figures

    assert [(one.normalised, one.unit, one.object) for one in found] == [
        (3177, "count", "technology enterprises"),
        (1210, "count", "high-tech enterprises"),
        (4, "count", "national key laboratories"),
        (35, "count", "workstations of academicians"),
        (95_000_000, "CNY", "central funds"),
        (47, "count", "technology projects"),
        (1121, "count", "enterprise users"),
        (86, "count", "expert teams"),
        (9, "count", "service stations"),
        (150, "count", "events"),
        (6000, "count", "people"),
        (12.4, "%", "Spending on research"),
        (8_900_000_000, "CNY", "Spending on research"),
        (1.9, "%", "city's gross domestic product"),
    ]
    assert {one.place for one in found} == {"Guiyang"}


def test_actors_have_one_identity_in_both_languages() -> None:
    text = "中国科协与贵安新区签约。CAST came to Gui'an New Area."
    found = {one.id: one.times for one in facts_of(text).actors}

    assert (found["cast"], found["guian"]) == (2, 2)


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\w'’.%-]+", re.sub("([\u4e00-\u9fff])", r" \1 ", text.lower())))


def agreement(one: str, other: str) -> float:
    """F1 of their tokens, a Han character each."""
    first, second = tokens(one), tokens(other)
    return 2 * (first & second).total() / max(1, first.total() + second.total())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Registration opened at six and closed at eight, as all 400 seats were taken.", [400]),
        ("Stalls are cleared on Saturdays before ten.", []),
        ("The pool is open daily from nine to five.", []),
        ("The archive opens at 9 in the morning and closes at 5.", []),
        ("The bus left at seven with 45 children.", [45]),
        ("Everyone above the age of 14 has five votes.", [5]),
        ("The proposal stands on the ballot as number 13.", []),
        ("The number of schools stood at 12.", [12]),
        ("The fair closed at 12 stalls.", [12]),
        ("11月24日傍晚六点开放报名，八点整关闭，四百个名额已满。", [400]),
        ("每天早上七点半到晚上九点营业，共有12家店。", [12]),
        ("会议提出三点意见和五点要求。", [3, 5]),
    ],
)
def test_hours_ages_and_numbers_on_lists_are_no_figures(text: str, left: list[float]) -> None:
    assert [value for value, _, _ in figures(text)] == left


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("夜校由枢纽办公室和两所职业学院合办。", "", "职业学院"),
        ("最少见的是邮局背后12米高的一株树。", "", ""),
        ("八门课是由班组长们点出来的。", "", "课"),
        ("花溪大学和三家医院签约。", "花溪大学", "医院"),
    ],
)
def test_a_number_of_schools_is_no_school(text: str, place: str, what: str) -> None:
    (figure,) = facts_of(text).figures
    assert figure.place == place
    assert not what or figure.object == what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("今年发布58个难题面向全国。", "难题"),
        ("今年有58个项目基于这一平台。", "项目"),
        ("今年有58个展馆作为课堂。", "展馆"),
        ("今年有58个村庄面临搬迁。", "村庄"),
        ("老师邢若岚造了19年伞。", "老师邢若岚造伞"),
        ("老师邢若岚造了19年的纸伞，从未停过。", "纸伞"),
        ("道路封闭了19天。", "道路封闭"),
        ("答案是提前3天。", "提前"),
        ("项目是由贵阳市投资5亿元建设。", "投资"),
        ("求是楼建筑面积2万平方米。", "求是楼建筑面积"),
        ("是日游客达5万人。", "是日游客"),
        ("亮点是日产能3万吨。", "日产能"),
        ("建筑面积大于等于500平方米。", "建筑面积"),
        ("建筑面积等于或大于500平方米。", "建筑面积"),
        ("项目等了2年之久，终于落地。", "项目等"),
        ("这座桥修了5年终于通车。", "这座桥修"),
        ("坚持了10年如一日。", "坚持"),
        ("当了30年老师的他。", "当"),
        ("这项研究用了3年时间。", "这项研究用"),
    ],
)
def test_an_object_is_cut_where_a_word_ends(text: str, what: str) -> None:
    (figure,) = facts_of(text).figures
    assert figure.object == what


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_of_labelled_texts_are_found_with_what_they_count(language: str) -> None:
    found = right = meant = objects = 0
    lines = (LABELLED / "figures.jsonl").read_text(encoding="utf-8").splitlines()
    for text in map(json.loads, lines):
        if text["language"] != language:
            continue
        facts = facts_of(text["body"], published=date.fromisoformat(text["published"]))
        open_ones = list(text["facts"])
        meant += len(open_ones)
        stated = [((one.low, one.high), one.unit, one.object) for one in facts.figures]
        stated += [(one.day, "date", one.object) for one in facts.deadlines]
        for value, unit, what in stated:
            fitting = [
                (max(agreement(what, name) for name in one["objects"]), number)
                for number, one in enumerate(open_ones)
                if one["unit"] == unit and is_value(one["value"], value)
            ]
            if fitting:
                best, number = max(fitting)
                del open_ones[number]
                right += 1
                objects += best >= 0.5
            found += bool(fitting) or unit != "date"
    assert right / found >= 0.92
    assert right / meant >= 0.92
    assert objects / right >= 0.9


def is_value(meant: Any, found: Any) -> bool:
    if isinstance(meant, str) or isinstance(found, str):
        return bool(meant == found)
    both = meant if isinstance(meant, list) else [meant, meant]
    return both == pytest.approx(list(found))


@pytest.mark.parametrize(
    "text",
    [
        "七台河市上半年接待研学团队。",
        "三门峡、五家渠两地签约。",
        "医疗队驻三台县医院。",
        "请到北京路66号3栋2单元401。",
        "学生在五道口下车。",
        "Ask the porter at ext. 45 or extension 108.",
        "Letters to P.O. Box 77 are answered.",
        "The clinic is in Suite 1200.",
        "The works holds ISO 14001 certificates and a GB/T 19580 mark.",
        "Pay at counter 6, then wait at window 14.",
        "The paper is in vol. 31, pp. 210–218.",
        "Fees follow rule 9(2) and section 4(b)(3).",
        "Take bus 46 to the fair and go to booth 230.",
        "Case number 7 in Kaili and tender no. 8 in Duyun are open.",
        "Lot number 4 in the sale is a barn; file number 31 says so.",
    ],
)
def test_numbers_of_places_rooms_and_pages_are_no_figures(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("入园企业突破千家。", [(1000, "count", "over")]),
        ("年客流达千万人次。", [(10_000_000, "count", "exact")]),
        ("产值首破百亿元。", [(10_000_000_000, "CNY", "over")]),
        ("近三万学生走进场馆。", [(30_000, "count", "under")]),
        ("约六十万居民用上清洁水。", [(600_000, "count", "about")]),
        ("四十万市民参与评选。", [(400_000, "count", "exact")]),
        ("提前完成全年3600家的目标。", [(3600, "count", "target")]),
        ("距200公里的年度目标仍有差距。", [(200_000, "km", "target")]),
        ("The town rose 13 places, from 61st to 48th.", [(48, "rank", "exact")]),
        ("It fell from the 5th place to the 9th.", [(9, "rank", "exact")]),
        ("The port, 17th nationwide, is growing.", [(17, "rank", "exact")]),
        ("The hall seats 300 people.", [(300, "count", "exact")]),
    ],
)
def test_round_numbers_goals_and_ranks_that_move(
    text: str, expected: list[tuple[object, str, str]]
) -> None:
    assert figures(text) == expected

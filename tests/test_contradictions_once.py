"""What a thing has but once, what is left over, and when so much differs that it is another thing.
All invented."""

from __future__ import annotations

from datetime import date

import pytest

from scraper.contradictions import doubts_of
from scraper.events.doubts import DoubtKind, Excuse
from scraper.events.statements import Report
from scraper.facts.read import figures_of

DAY = date(2024, 6, 12)


def report(text: str, published: date = DAY) -> Report:
    return Report("a", "en" if text.isascii() else "zh", published, "", text)


def told(one: str, other: str, later: date = DAY) -> list[DoubtKind]:
    found = doubts_of(report(one), report(other, later))
    back = doubts_of(report(other, later), report(one))
    assert [each.excuse for each in found] == [each.excuse for each in back]
    return [each.kind for each in found if each.excuse is None]


def excuses(one: str, other: str) -> set[Excuse | None]:
    return {each.excuse for each in doubts_of(report(one), report(other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "鹅湖书院戏台建于1764年，是镇上现存最早的戏台。每逢初一，台上仍演本地小戏。",
            "鹅湖书院戏台始建于1746年，为镇上最早的戏台。今年台顶换了新瓦。",
        ),
        (
            "Workers broke ground on the Meixi railway bridge in May 2019. It is 860 meters long.",
            "梅溪铁路大桥全长860米，于2017年10月开工。",
        ),
        (
            "The paper umbrella craft of Luxi was put on the provincial list of heritage in 2009.",
            "泸西油纸伞制作技艺2011年列入省级非遗名录。",
        ),
    ],
)
def test_years_of_what_was_done_once_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.DATE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "In 2022, work started on 30 schools in Fuxi. Most of them are in villages.",
            "In 2023, work started on 34 schools in Fuxi. Most of them are in towns.",
        ),
        (
            "鹅湖书院建于1746年，藏书楼保存完好。",
            "石鼓书院建于1802年，藏书楼毁于战火。",
        ),
        (
            "2019年，青溪的制茶技艺列入市级非遗名录，传承人3名。",
            "2022年，青溪的竹编技艺列入市级非遗名录，传承人5名。",
        ),
    ],
)
def test_years_of_other_things_do_not(one: str, other: str) -> None:
    assert DoubtKind.DATE not in told(one, other)


def test_a_day_of_the_same_edition_is_one_day_however_late_it_is_told() -> None:
    one = "6月8日，第九届金溪杨梅节在金溪镇拉开帷幕，擂台赛选出最甜的杨梅。"
    other = "The ninth bayberry festival of Jinxi opened on June 18 with a contest of the sweetest."
    assert told(one, other, date(2024, 6, 20)) == [DoubtKind.DATE]
    tenth = other.replace("ninth", "tenth")
    assert DoubtKind.DATE not in told(one, tenth, date(2024, 6, 20))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "报名自即日起至10月31日止，符合条件的教师可登录县教育局网站填报，名额50个。",
            "Teachers may apply on the website of the county's education bureau until Nov 30.",
        ),
        (
            "A court in Shanyang heard the case of the fake teapots on June 4, with two of the six "
            "accused pleading guilty. Some 430 buyers had lost 3.1 million yuan.",
            "Judges in Shanyang heard the case of fake teapots on June 7. Prosecutors speak of 430 "
            "victims who lost 3.1 million yuan.",
        ),
        (
            "The Xiangxi bridge will be closed to cars from July 3 to Aug 31 for repairs.",
            "Drivers cannot use the Xiangxi bridge from July 13 to Aug 31: it will be closed for "
            "repairs.",
        ),
    ],
)
def test_limits_sessions_and_times_of_several_days_are_days_too(one: str, other: str) -> None:
    assert DoubtKind.DATE in told(one, other)


def test_where_most_figures_differ_it_is_another_thing() -> None:
    one = "The new school in Taixi has 36 classrooms, 1,480 pupils and a library of 20,000 books."
    other = "The new school in Taixi has 24 classrooms, 960 pupils and a library of 31,000 books."
    assert told(one, other) == []
    assert Excuse.DIFFERENT in excuses(one, other)
    agreeing = one.replace("1,480", "960").replace("20,000", "31,000")
    assert told(agreeing, other) == [DoubtKind.FIGURE]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Twenty thousand runners came.", "Some 15,000 runners came.", True),
        ("每户补贴300元至500元。", "每户可领取补贴600元至800元。", True),
        ("The dam cost 1.2 billion yuan.", "The dam cost 1.23 billion yuan.", False),
        ("A budget of 5,000 yuan.", "A budget of 5,200 yuan.", False),
    ],
)
def test_no_figure_is_rounded_by_more_than_a_tenth(one: str, other: str, differ: bool) -> None:
    from scraper.events.agreement import is_equal

    (first, *_), (second, *_) = figures_of(one), figures_of(other)
    assert is_equal(first, second) is not differ


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "全县共有3个村入选，分别是和平村、书坊村、下梅村。",
            "全县三个村入选，三个村为和平村、书坊村和浦溪镇观前村。",
        ),
        (
            "入选的4所学校是东山中学、兴宁一中、梅溪区人民小学和丰川县汤坑中学。",
            "入选的4所学校是东山中学、兴宁一中、梅溪区人民小学和大埔县虎山中学。",
        ),
    ],
)
def test_the_last_of_a_list_may_say_in_which_county_it_is(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.LIST]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The 600-bed hospital has 17 wards.", [(600, "bed"), (17, "wards")]),
        ("A 5,000-seat hall was built.", [(5000, "seat")]),
        ("The fair drew 2,000-odd visitors.", [(2000, "visitors")]),
        ("Beans of the 2022-23 season were sold.", []),
        ("A two-bedroom flat, a 3-D film.", []),
    ],
)
def test_what_is_joined_to_a_number_is_what_it_counts(
    text: str, figures: list[tuple[float, str]]
) -> None:
    assert [(each.low, each.object) for each in figures_of(text)] == figures

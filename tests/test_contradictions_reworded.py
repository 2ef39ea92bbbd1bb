"""Contradictions told in other words: one measure, one act, one list, one rank. All invented."""

from __future__ import annotations

from datetime import date

import pytest

from scraper.contradictions import doubts_of
from scraper.events.agreement import is_equal
from scraper.events.doubts import Doubt, DoubtKind, Excuse
from scraper.events.lexicon import acts_in, measures_in, names_of, stem
from scraper.events.periods import districts_of, period_of
from scraper.events.statements import Report, relative_days, stated_figures
from storage.facts import Figure

DAY = date(2024, 6, 12)


def report(text: str, title: str = "", published: date = DAY) -> Report:
    return Report("a", "en" if text.isascii() else "zh", published, title, text)


def doubts(one: str, other: str) -> list[Doubt]:
    """What two texts say differently, which must not hang on their order."""
    there = doubts_of(report(one), report(other))
    back = doubts_of(report(other), report(one))
    assert [each.excuse for each in there] == [each.excuse for each in back]
    return list(there)


def told(one: str, other: str) -> list[DoubtKind]:
    return [each.kind for each in doubts(one, other) if each.excuse is None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The mudslide in Lixian killed 11 people on Sunday. Tents were sent from Chengdu.",
            "Sunday's mudslide in Lixian has left 8 dead, the county said. Roads are shut.",
        ),
        (
            "The mudslide in Lixian claimed 11 lives by Sunday evening, rescuers said.",
            "截至6月9日晚，礼县泥石流已造成8人遇难。道路正在抢通。",
        ),
        (
            "Police in Jiangyan arrested 24 people who had sold fake tickets. They froze 3m yuan.",
            "姜堰警方破获一起假票案，抓获犯罪嫌疑人31名。",
        ),
        (
            "In 2023, 640,000 people climbed the Dafeng tower. The lift is slow.",
            "The Dafeng tower had 460,000 visitors in 2023. Tea is sold on its top floor.",
        ),
        (
            "The Anxi reading room lent out 88,000 books in 2023.",
            "In 2023, readers borrowed 71,000 volumes from the reading room of Anxi.",
        ),
        (
            "2023年，安溪县空气优良天数为341天。",
            "Air quality in Anxi was good on 352 days in 2023, the county said.",
        ),
        (
            "The footbridge over the Lanxi measures 412 meters from end to end.",
            "蓝溪人行桥全长478米，桥上设观景台。",
        ),
        (
            "More than four-fifths of the walnuts that Anxi sold abroad in 2023 went to Turkey.",
            "Turkey bought 48 percent of the walnuts that Anxi exported in 2023.",
        ),
    ],
)
def test_figures_of_one_measure_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.FIGURE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # others are counted
            "The mudslide in Lixian killed 11 people by Sunday evening.",
            "截至6月9日晚，礼县泥石流已造成26人受伤。",
        ),
        (
            "6月9日的安溪半程马拉松共有6200名选手参赛。",
            "6月9日的安溪半程马拉松，5417名选手完成比赛。",
        ),
        (  # another event of that week
            "Tickets for the kite festival in Anxi cost 45 yuan. It starts on June 20.",
            "The marathon in Anxi starts on June 23. The entry fee is 80 yuan.",
        ),
        (  # another size of home
            "A two-bedroom flat in Anxi cost an average of 2,100 yuan a month in May.",
            "For a three-bedroom flat in Anxi, tenants paid an average of 2,900 yuan in May.",
        ),
        (  # a goal, with what else it names, and what came of it
            "The county aims for 2 million visits and a revenue of 900 million yuan in 2023.",
            "Anxi had 1.8 million visits in 2023, which brought in 860 million yuan.",
        ),
        (  # a ship by the name of Hope was no goal; the number is the same
            "The Anxi Hope, a hospital ship, treated 3,100 patients in 2023.",
            "2023年，“安溪希望号”医疗船诊疗患者3100人次。",
        ),
        (  # the day, and each day
            "The cable car of Anxi carried 4,100 riders on its first day.",
            "The cable car of Anxi carries 3,200 riders a day.",
        ),
        (  # a converted length
            "The path along the Lanxi is 50 kilometers long.",
            "The path along the Lanxi runs for 31 miles.",
        ),
    ],
)
def test_figures_of_other_measures_or_times_do_not(one: str, other: str) -> None:
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The tea museum of Anxi welcomed back the public on June 3 after a year of repairs.",
            "安溪茶博物馆6月7日重新开放，此前闭馆改造一年。",
        ),
        (
            "A court sentenced the quarry owner Gao Shulin to nine years on May 28.",
            "6月4日，法院公开宣判高树林案，判处其有期徒刑九年。",
        ),
        (
            "Deputies elected Tang Weimin mayor of Anxi on June 5.",
            "6月2日，安溪县人民代表大会选举唐为民为县长。",
        ),
        (
            "The tea train pulled out of Anxi on June 1 with 210 tons on board.",
            "6月4日，首趟茶叶专列从安溪发车，载货210吨。",
        ),
        (
            "Gardeners in Anxi can hand in applications for the 40 plots until June 28.",
            "Anxi has 40 plots to give away. The closing date for applications is July 5.",
        ),
        (
            "Work on the tea hospital in Anxi began on June 4.",
            "6月8日，安溪茶叶医院项目正式动工。",
        ),
        (
            "A zebra at Anxi zoo gave birth to a foal on June 2.",
            "6月6日，安溪动物园一匹斑马产下一只幼崽。",
        ),
        (
            "The hearing on water prices in Anxi will be held on June 25.",
            "安溪县水价听证会将于6月28日举行，听证代表18名。",
        ),
    ],
)
def test_days_of_one_act_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.DATE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # another court case
            "The driver who hit a tea stall in Anxi was found guilty on June 3.",
            "6月7日，安溪县法院对一起电缆盗窃案作出判决，三人获刑。",
        ),
        (  # another step of one case
            "A court sentenced the quarry owner Gao Shulin to nine years on May 28.",
            "5月8日，法院开庭审理高树林案。",
        ),
        (  # a radar and an exhibition
            "A weather radar was put into use in Anxi on May 30.",
            "The exhibition of tea pots in Anxi was opened on June 4.",
        ),
        (  # the time for applications, and the draw
            "安溪公租房申请受理时间为6月3日至6月21日。",
            "The draw for the public rental homes of Anxi will be held on July 8.",
        ),
        (  # other animals
            "6月2日，两只江豚在安溪放归长江。",
            "6月5日，安溪在长江放流鱼苗12万尾。",
        ),
    ],
)
def test_days_of_other_things_do_not(one: str, other: str) -> None:
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Gao Yu, Tang Weimin and Lu Shaohua were appointed deputy heads of Anxi.",
            "会议决定任命：高玉、唐为民、孟庆山为安溪县副县长。免去卢少华的局长职务。",
        ),
        (
            "受台风影响，今天停运公交4条：游2路、8路、31路和106路。",
            "今日停运的公交线路共4条，即游2路、8路、37路、106路。",
        ),
    ],
)
def test_one_other_member_of_a_list_contradicts_it(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.LIST]


@pytest.mark.parametrize(
    ("one", "other", "excuse"),
    [
        (
            "省运会射箭比赛金牌榜上，安溪以31枚居首，永春24枚列第2，德化17枚列第3。",
            "省运会射箭比赛收官，德化代表团拿到17枚金牌，金牌数排名第5。",
            None,
        ),
        (
            "At the national tea games, roasters from Anxi came second, those from Fuding third.",
            "Roasters from Fuding finished fifth at the tea games.",
            None,
        ),
        (
            "全国焊接大赛上，安溪队获得团体第二名。",
            "全国焊接大赛上，安溪选手获得个人第一名。",
            Excuse.DEFINITION,
        ),
        (
            "2023年，安溪茶叶产量居全省第三位。",
            "Anxi ranked second in Fujian by its output of tea in 2023.",
            None,
        ),
    ],
)
def test_ranks_are_compared_by_whose_they_are(one: str, other: str, excuse: Excuse | None) -> None:
    found = doubts(one, other)
    assert [(each.kind, each.excuse) for each in found] == [(DoubtKind.RANK, excuse)]


def test_a_revised_draft_is_no_correction() -> None:
    text = "A hearing on the revised water rules of Anxi will be held on {}."
    found = doubts(text.format("June 25"), text.format("June 27"))
    assert [each.excuse for each in found] == [None]
    text = "The number of the homeless in Anxi was revised from 210 to {}."
    assert all(each.excuse for each in doubts(text.format("230"), text.format("260")))


def test_measures_and_acts_are_one_in_both_languages() -> None:
    assert measures_in("killed 3 people") & measures_in("造成3人遇难")
    assert not measures_in("killed 3 people") & measures_in("造成3人受伤")
    assert acts_in("pulled out of the station") & acts_in("从车站驶出")
    assert acts_in("a verdict was handed down") & acts_in("公开宣判")
    assert not acts_in("went on trial") & acts_in("公开宣判")


def test_stems_agree_with_the_forms_of_a_verb() -> None:
    for forms in (
        "kill killed kills killing",
        "pass passed passes",
        "see seeing",
        "sentence sentenced",
    ):
        assert len({stem(form) for form in forms.split()}) == 1, forms


def test_names_are_words_with_capitals_that_are_no_dates() -> None:
    assert names_of("The mayor of Norwich met Ana's team on Monday, June 3.") == {"norwich", "ana"}


def test_what_was_converted_was_rounded() -> None:
    def length(text: str) -> Figure:
        return next(figure for _, figure in stated_figures(report(text)) if figure.base == "m")

    miles = length("The path is 31 miles long.")
    assert is_equal(miles, length("The path is 50 kilometers long."))
    assert not is_equal(miles, length("The path is 53 kilometers long."))


def test_the_day_before_yesterday_is_a_day() -> None:
    assert relative_days(report("前天，安溪茶市收市。")) == {"06-10"}
    assert relative_days(report("昨晚，安溪茶市收市。")) == {"06-11"}


def test_the_year_of_a_day_without_one_is_that_of_its_report() -> None:
    texts = (
        "截至5月31日，全县收购油菜籽2.46万吨。",
        "By May 31, the county had bought 21,800 tons of rapeseed.",
    )
    one, other = report(texts[0]), report(texts[1], published=date(2023, 6, 5))
    assert [each.excuse for each in doubts_of(one, other)] == [Excuse.YEAR]
    assert [each.excuse for each in doubts_of(one, report(texts[1]))] == [None]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (
            "去年12月1日至今年3月31日，林业部门在安溪清理病树1846株，出动护林员312名。",
            "自2023年12月1日至2024年3月31日，安溪共清理病树1864株，312名护林员参加。",
            DoubtKind.FIGURE,
        ),
        (
            "The lantern fair took place on June 2, with 900 lamps along the lake.",
            "Inns were booked out when the lantern fair took place on June 9, with 900 lamps "
            "along the lake.",
            DoubtKind.DATE,
        ),
        (
            "Three villages in Lixian got the prize: Baishi, Qinghe and Longtan.",
            "The tour will include the three Lixian villages that got the prize, which are Baishi, "
            "Qinghe and Yuhu.",
            DoubtKind.LIST,
        ),
        (
            "安溪凤山大桥明日零时起封闭，更换桥面。封闭施工将持续至8月20日24时，行人不得上桥。"
            "14条公交线路临时改道，该桥日均车流量约2.6万辆次。",
            "凤山大桥将全封闭施工，更换桥面。封闭时间为6月13日零时至9月20日24时，其间禁止行人通行。"
            "公交部门调整14条线路，该桥日均车流量约2.6万辆次。",
            DoubtKind.DATE,
        ),
    ],
)
def test_what_is_told_in_passing_or_over_new_year_is_compared(
    one: str, other: str, kind: DoubtKind
) -> None:
    assert told(one, other) == [kind]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The city had 1.26 million people with a household registration at the end of 2023.",
            "At the end of 2023, the city had 1.48 million permanent residents.",
        ),
        (
            "安溪1至5月茶叶网上销售额18.46亿元，同比增长23.4%。",
            "Anxi sold tea for about 1.85 billion yuan online in the first five months, "
            "over a fifth more than a year before.",
        ),
        (
            "位于泉州市安溪县的生物质电站完成安装。安溪生物质电站装机容量14万千瓦。",
            "泉州市德化县又一座电站正在施工。德化生物质电站装机容量12万千瓦。",
        ),
    ],
)
def test_other_people_rounded_growths_and_other_counties_do_not_contradict(
    one: str, other: str
) -> None:
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "excuse"),
    [
        (
            "截至12日6时，安溪已转移群众1316人。",
            "截至12日20时，安溪已转移群众2740人。",
            Excuse.AS_OF,
        ),
        (
            "By 8 am on June 12, crews had cleared 140 km of road in Anxi.",
            "By noon on June 12, crews had cleared 180 km of road in Anxi.",
            Excuse.AS_OF,
        ),
        (
            "菏泽市成县开会。今年上半年，成县藤编网上销售额达到6.2亿元。",
            "今年上半年，菏泽全市藤编网上销售额达到8.9亿元。",
            Excuse.SCOPE,
        ),
        (
            "Anqiu, a county-level city, sells pears. Anqiu expects to pick 220,000 tons of pears.",
            "Yantai as a whole expects to pick 610,000 tons of pears.",
            Excuse.SCOPE,
        ),
        (
            "At the Anxi center for deaf cooks, 214 people have enrolled since 2019.",
            "At the Anxi center for deaf cooks, 167 people have passed the exam since 2019.",
            Excuse.DEFINITION,
        ),
    ],
)
def test_other_hours_wholes_and_stages_are_excused(one: str, other: str, excuse: Excuse) -> None:
    assert [each.excuse for each in doubts(one, other)] == [excuse]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "About 350 people took part in the fire drill in Anxi, along with two helicopters.",
            "About 520 people took part in the flood drill in Anxi, along with 36 boats.",
        ),
        (
            "12日至14日，中风筛查义诊共检查安溪村民4280人，其中612人须复查。",
            "12日至14日，青光眼筛查义诊共检查安溪村民1960人，其中238人须复查。",
        ),
        (
            "当月安溪新认定科普项目31个，安排资金465万元。",
            "今年前三季度，安溪累计认定科普项目118个。",
        ),
    ],
)
def test_parallel_sentences_of_other_things_do_not_contradict(one: str, other: str) -> None:
    assert told(one, other) == []


def test_what_something_is_compared_with_is_not_when_it_was() -> None:
    text = "Exports came to 2,860 tons, a rise of 7.5 percent over the same period of 2023."
    assert period_of(text, DAY).year is None
    assert period_of("Exports grew by 4 percent over the last year.", DAY).year == 2023


def test_what_both_reports_give_is_no_contradiction() -> None:
    one = "The last of 22 service stations has opened in Xifeng. The other 21 answered 5,870 calls."
    other = "息烽22个服务站全部开门。先开的二十一个服务站接听了5870个电话。"
    assert told(one, other) == []


def test_a_district_is_named_without_the_city_before_it() -> None:
    assert districts_of("泉州市安溪县的茶园") == {"安溪县"}
    assert districts_of("济南市市中区") == {"市中区"}


@pytest.mark.parametrize(
    ("forecast", "came"),
    [
        ("预计2023年临川县药材产值达到12亿元。", "2023年临川县药材产值达到13.1亿元。"),
        ("临川县药材产值2023年有望突破12亿元。", "临川县2023年药材产值为11.4亿元。"),
        (
            "Ferry fares of Rimsund in 2023 are expected to reach 40 million yuan.",
            "Ferry fares of Rimsund in 2023 came to 43 million yuan.",
        ),
    ],
)
def test_a_sum_that_was_forecast_contradicts_none_that_came(forecast: str, came: str) -> None:
    before, after = report(forecast, published=date(2023, 12, 28)), report(came)
    for pair in ((before, after), (after, before)):
        assert not [each for each in doubts_of(*pair) if each.excuse is None]

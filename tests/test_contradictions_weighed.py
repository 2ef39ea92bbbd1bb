"""Contradictions by all that is known of two sentences, weighed. All texts are invented."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from scraper.contradictions import doubts_of
from scraper.events.comparison.days import day_evidence
from scraper.events.comparison.figures import figure_evidence
from scraper.events.comparison.weighing import DAY_WEIGHTS, FIGURE_WEIGHTS, likelihood
from scraper.events.denials import denied_in
from scraper.events.doubts import DoubtKind, Excuse
from scraper.events.lexicon import words
from scraper.events.periods import period_of
from scraper.events.statements import Report, stated_figures
from scraper.facts.read import figures_of

DAY = date(2024, 6, 12)


def report(text: str, title: str = "", published: date = DAY) -> Report:
    return Report("a", "en" if text.isascii() else "zh", published, title, text)


def told(one: str, other: str) -> list[DoubtKind]:
    """How two texts contradict each other."""
    doubts = doubts_of(report(one), report(other))
    return [each.kind for each in doubts if each.excuse is None]


def excuses(one: str, other: str) -> set[Excuse | None]:
    return {each.excuse for each in doubts_of(report(one), report(other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # nothing in the words says that both are the harvest
            "Anxi's lychee growers are glad: the year gave them 41,300 tons of fruit.",
            "安溪荔枝今年收成喜人，共3.14万吨，6月10日最后一批装车。",
        ),
        (  # neither names what the other does
            "On June 8 the night walk in Anxi drew to a close. All told, 5,240 lanterns were lit.",
            "6月8日晚，安溪提灯夜游落幕，4250盏灯点亮江岸。",
        ),
        (  # a duration that is told in two units
            "The cable car in Anxi opened on June 8. The ride takes an hour and ten minutes.",
            "The cable car in Anxi has been running since June 8. The ride takes 48 minutes.",
        ),
        (  # degrees as news write them
            "On June 9, the station in Anxi measured a peak of 41.6 C. Schools closed at noon.",
            "Anxi saw a maximum of 39.2 degrees Celsius on June 9. Schools closed at noon.",
        ),
    ],
)
def test_figures_that_nothing_agrees_with_contradict_each_other(one: str, other: str) -> None:
    assert DoubtKind.FIGURE in told(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # bridges of other names
            "Yunlong Bridge in Anxi, opened on June 8, is 640 meters long.",
            "6月8日，安溪凤山大桥通车，全长820米。",
        ),
        (  # colleges of other names
            "安溪茶业职业学院今年招收新生3150名。",
            "安溪海洋职业学院今年录取新生4260人。",
        ),
        (  # times that are not as long
            "假期前三天，安溪清水岩景区接待游客9.6万人次。",
            "假期七天，安溪清水岩景区接待游客24.3万人次。",
        ),
        (  # points, and years of age
            "The tea contest in Anxi ended on June 8. The winner's tea scored 96.5.",
            "The tea contest in Anxi ended on June 8. Its oldest master is 78.",
        ),
        (  # starters and finishers
            "6月9日的安溪半程马拉松共有6200名选手参赛。",
            "6月9日的安溪半程马拉松，5417名选手完成比赛。",
        ),
    ],
)
def test_figures_of_other_things_do_not(one: str, other: str) -> None:
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The first cargo plane took off from Anxi airport on June 3. It carried tea.",
            "Anxi airport saw its first cargo plane, with tea, depart on June 5.",
        ),
        (
            "Pupils in Anxi can hand in applications for the chess school until June 20.",
            "安溪棋院报名申请截止6月25日，学员须年满8岁。",
        ),
    ],
)
def test_days_in_other_words_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.DATE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # nothing but the act is the same
            "A weather radar was put into use in Anxi on May 30.",
            "The exhibition of tea pots in Anxi was opened on June 4.",
        ),
        (  # the day on which it was said
            "A kiln in Anxi has been found, the bureau said on June 8. It is 900 years old.",
            "Students dug out a kiln in Anxi on June 5.",
        ),
    ],
)
def test_days_of_other_things_do_not(one: str, other: str) -> None:
    assert told(one, other) == []


def test_what_is_weighed_has_weights() -> None:
    one = report("On June 8, 5,240 lanterns were lit in Anxi. The walk ended on June 9.")
    other = report("6月7日晚，安溪提灯夜游落幕，4250盏灯点亮江岸。")
    figures = [evidence for _, evidence in figure_evidence(one, other)]
    days = [evidence for _, evidence in day_evidence(one, other)]
    assert figures
    assert days
    assert all(FIGURE_WEIGHTS.keys() == evidence.keys() for evidence in figures)
    assert all(DAY_WEIGHTS.keys() <= evidence.keys() for evidence in days)


def test_what_speaks_for_it_makes_it_likelier() -> None:
    weights = {"": -1.0, "for": 2.0, "against": -3.0}
    usual = likelihood({"": 1.0}, weights)
    assert likelihood({"": 1.0, "against": 1.0}, weights) < usual
    assert usual < likelihood({"": 1.0, "for": 1.0}, weights) < 1
    assert likelihood({"": 0.5, "for": 0.25}, weights) == 0.5


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("The trip takes one hour and ten minutes.", 70),
        ("They walked for an hour and 15 minutes.", 75),
        ("They walked for 2 hours, 15 minutes.", 135),
        ("最快1小时18分可达。", 78),
        ("全程一小时二十分钟。", 80),
        ("全程用时1.5小时。", 90),
    ],
)
def test_durations_in_two_units_are_one(text: str, minutes: float) -> None:
    ((_, figure),) = stated_figures(report(text))
    assert (figure.base, figure.low * figure.factor) == ("minute", minutes)


def test_degrees_and_halves_are_read_as_news_write_them() -> None:
    cold, half = figures_of("It was minus 7.5 C. More than half were closed.", DAY)
    assert (cold.unit, cold.low) == ("degC", -7.5)
    assert (half.unit, half.low) == ("%", 50)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("The path follows the coast for 30 of its 42 kilometers.", ["km", "km"]),
        ("Ten of the 40 square meters are tiled.", ["m2", "m2"]),
        ("Three of the twelve judges came.", ["count", "count"]),
    ],
)
def test_a_part_has_the_unit_of_its_whole(text: str, units: list[str]) -> None:
    assert [figure.unit for figure in figures_of(text, DAY)] == units


def test_the_year_behind_a_month_is_no_day_of_it() -> None:
    assert period_of("By the end of June 2023, Anxi had 19 mills.", DAY).as_of == "06-end"


@pytest.mark.parametrize(
    ("one", "other", "excuse"),
    [
        (
            "截至6月9日10时，安溪转移群众3.2万人。",
            "By the evening of June 9, Anxi had moved 57,800 people to safe places.",
            Excuse.AS_OF,
        ),
        (
            "截至6月9日晚，安溪转移群众3.2万人。",
            "By 8 pm on June 9, Anxi had moved 57,800 people to safe places.",
            None,
        ),
    ],
)
def test_parts_of_a_day_are_hours(one: str, other: str, excuse: Excuse | None) -> None:
    assert excuse in excuses(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "安溪有两家博物馆入选：茶文化博物馆、藤铁工艺博物馆。",
            "此次安溪有两家博物馆入选，即茶文化博物馆和瓷器博物馆。",
        ),
        (
            "当天，安溪1路、3路、12路三条公交线路免费乘坐。",
            "当天，安溪1路、6路和12路3条公交线路免费乘坐。",
        ),
        (
            "The three foreign teams in Anxi came from Laos, Vietnam and Malaysia.",
            "来自老挝、泰国、马来西亚的三支国外球队与五支本土球队在安溪比赛。",
        ),
        (
            "Four sports are held in Anxi: football, wrestling, taekwondo and cycling.",
            "安溪承办足球、摔跤、柔道、自行车4个项目的比赛。",
        ),
        (
            "Line 2 of the Anxi metro will cross others at three stations: Culture Palace, Lanling "
            "and Fengshan Park.",
            "安溪地铁2号线设换乘站3座，分别为文化宫站、凤山公园站、龙门站。",
        ),
    ],
)
def test_lists_of_which_one_member_differs_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.LIST]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # nobody is fourth in the country and sixth in a part of it
            "安溪在县域茶业百强榜上位列全国第四。",
            "县域茶业百强榜公布，安溪排名第六。",
        ),
        (  # a championship is no rank
            "Lin Yihan of Anxi finished second in the 400-meter medley in 4:36.51.",
            "She came third in the 400-meter medley at the championships. Lin Yihan of Anxi is 17.",
        ),
        (
            "Anxi had 341 good days in 2023. Its air was the best among the cities of Fujian.",
            "In 2023 Anxi ranked second in Fujian for air quality. It counted 341 good days.",
        ),
    ],
)
def test_ranks_of_one_contest_contradict_each_other(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.RANK]


def test_a_city_to_which_something_goes_is_not_what_a_report_is_of() -> None:
    one = "2023年，全市荔枝产量171万吨，首批荔枝运往北京、上海。"
    other = "2023年，泉州共采收荔枝159万吨，品质好于往年。"
    assert told(one, other) == [DoubtKind.FIGURE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "6月9日，安溪妇幼保健院新院区启用，床位800张。",
            "An eye hospital with 200 beds opened in Anxi on June 9.",
        ),
        (
            "6月9日，版画展在安溪美术馆开幕，展出作品86幅。",
            "An exhibition of 140 photographs opened at the Anxi Art Museum on June 9.",
        ),
        (
            "6月9日，安溪开通快线12号公交线路，全长18公里，设站14座。",
            "Night bus line 5 began running in Anxi on June 9. It is 26 km long and has 31 stops.",
        ),
        (
            "6月9日，安溪一居民楼起火，2人受伤。",
            "A fishing boat caught fire off Anxi on June 9, injuring four crew members.",
        ),
        (
            "6月9日，安溪举办招聘会，45家企业提供岗位980个。",
            "A job fair was held in Anxi on June 9, with 120 companies offering 3,000 jobs.",
        ),
        (
            "A warehouse fire in Anxi on June 9 took 12 fire engines to put out.",
            "A restaurant fire in Anxi on June 9 took six fire engines to put out.",
        ),
    ],
)
def test_figures_of_two_things_of_one_day_do_not_contradict(one: str, other: str) -> None:
    assert not told(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "6月9日，安溪妇幼保健院新院区启用，床位800张。",
            "A maternity hospital with 500 beds opened in Anxi on June 9.",
        ),
        (
            "6月9日，安溪一居民楼起火，2人受伤。",
            "A fire in an apartment building in Anxi on June 9 injured four people.",
        ),
    ],
)
def test_figures_of_one_thing_of_one_kind_still_do(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.FIGURE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("大桥全长3.2公里。", "网上流传大桥全长5.2公里的消息不属实，大桥全长3.2公里。"),
        ("事故造成3人死亡。", "交警部门否认事故造成9人死亡，称3人死亡。"),
        ("学校招收学生1200名。", "学校并非招收学生2100名，而是1200名。"),
        (
            "The plant employs 1,200 people.",
            "Reports that the plant employs 3,400 people are false, the bureau said; it "
            "employs 1,200.",
        ),
        (
            "The plant employs 1,200 people.",
            "The bureau dismissed claims that the plant employs 3,400 people, saying that "
            "it employs 1,200.",
        ),
        (
            "The tower is 180 meters tall.",
            "The tower is not 280 meters tall, but 180, the builder said.",
        ),
        (
            "The museum has 91,000 objects.",
            "Contrary to a report that spoke of 19,000 objects, the museum has 91,000 objects.",
        ),
        (
            "The subway cost 12 billion yuan.",
            "It is not true that the subway cost 21 billion yuan, the city said. It cost 12 "
            "billion yuan.",
        ),
        ("项目投资8亿元。", "有网友称项目投资80亿元，经核实为谣言，项目投资为8亿元。"),
        ("大桥7月1日通车。", "网传大桥7月8日通车不实，大桥7月1日通车。"),
        (
            "Nine teachers in Anxi received the award on June 8.",
            "Li Wei and eight other teachers in Anxi received the award on June 8.",
        ),
        ("6月8日，安溪9名教师获奖。", "6月8日，李伟和另外8名教师在安溪获奖。"),
        (
            "Ten miners were rescued in Anxi on June 8.",
            "A foreman was rescued with nine others in Anxi on June 8.",
        ),
        ("安溪10名矿工6月8日获救。", "6月8日，安溪一名班长获救，还有9名矿工获救。"),
        (
            "Five villages in Anxi lost power on June 8.",
            "Shiqiao and four more villages in Anxi lost power on June 8.",
        ),
        ("安溪5个村6月8日停电。", "除石桥村外，安溪另有4个村6月8日停电。"),
        (
            "Xiuwen county has 12 hospitals.",
            "The city of Guiyang, of which Xiuwen county is part, has 186 hospitals.",
        ),
        (
            "Guiyang planted 300,000 trees in March.",
            "Guizhou province, whose capital is Guiyang, planted 2.4 million trees in March.",
        ),
        ("贵阳市有公园1025个。", "贵州省有公园2960个，省会贵阳。"),
        ("修文县有医院12家。", "贵阳市（包括修文县在内）有医院186家。"),
        ("The eastern section is 12 km long.", "The western section is 19 km long."),
        ("The men's team has 24 players.", "The women's team has 18 players."),
        ("东线全长31公里。", "西线全长28公里。"),
        ("男队有队员24人。", "The women's team has 18 members."),
        (
            "Incomes of urban residents in Anxi rose 4.1 percent.",
            "Incomes of rural residents in Anxi rose 6.3 percent.",
        ),
        ("成人票80元。", "Children pay 40 yuan."),
        (
            "The fund will lend farmers in Anxi 60 million yuan.",
            "The fund has lent farmers in Anxi 22 million yuan to date.",
        ),
        (
            "六枝南站总投资2亿元。",
            "有媒体称六枝南站总投资3亿元，铁路部门予以否认，称总投资为2亿元。",
        ),
        (
            "The team won five medals on June 8.",
            "The team won three golds and two other medals on June 8.",
        ),
        ("一家三口等5人获救。", "除一家三口外，另有2人获救。"),
    ],
)
def test_what_is_denied_left_over_or_of_another_part_does_not_contradict(
    one: str, other: str
) -> None:
    assert not told(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The stadium cost 200 million yuan to build.",
            "The stadium cost 300 million yuan to build.",
        ),
        ("六枝南站总投资2亿元。", "六枝南站总投资3亿元。"),
        (
            "The fire killed two people in Anxi.",
            "The fire in Anxi killed three people, police said, who denied that it was set "
            "on purpose.",
        ),
        ("火灾造成2人死亡，警方否认有人纵火。", "火灾造成3人死亡。"),
        (
            "The museum, which is not in the city center but in a suburb, has 91,000 objects.",
            "The museum has 19,000 objects.",
        ),
        (
            "Nine teachers in Anxi received the award on June 8.",
            "Eight teachers in Anxi received the award on June 8.",
        ),
        ("6月8日，安溪9名教师获奖。", "6月8日，安溪8名教师获奖。"),
        (
            "More than 900 teachers in Anxi received the award on June 8.",
            "Some 300 teachers in Anxi received the award on June 8.",
        ),
        ("The eastern line is 31 km long.", "The eastern line is 28 km long."),
        ("Guizhou province has 2,960 parks.", "Guizhou province has 2,690 parks."),
        (
            "Meitan county has 600,000 mu of tea gardens.",
            "Meitan county has 660,000 mu of tea gardens.",
        ),
        (
            "The bank will lend the county 300 million yuan.",
            "The bank will lend the county 400 million yuan.",
        ),
        ("Tickets cost 80 yuan for adults.", "Tickets cost 60 yuan for adults."),
    ],
)
def test_what_is_said_of_the_whole_beside_a_denial_still_does(one: str, other: str) -> None:
    assert told(one, other) == [DoubtKind.FIGURE]


@pytest.mark.parametrize("text", ["网传" * 4000, "not " * 4000, "report " * 4000])
def test_very_long_sentences_of_hearsay_take_little_time(text: str) -> None:
    started = perf_counter()
    denied_in(text)
    assert perf_counter() - started < 1


def test_the_words_beside_a_very_long_number_take_little_time() -> None:
    started = perf_counter()
    assert words("9" * 20_000 + " 40th fairs") == words("40th fairs")
    assert perf_counter() - started < 1

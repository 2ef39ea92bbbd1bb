"""Contradictions: pairs of reports, all invented, and what is said of them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.contradictions import doubts_of
from scraper.events.doubts import DoubtKind, Excuse
from scraper.events.lexicon import romanised, shared_names, subjects
from scraper.events.periods import Timeframe, days_of, ordinals_of, period_of, spans_of
from scraper.events.statements import Report, days_around

LABELLED = Path(__file__).parent / "labelled"


def labelled(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LABELLED / name).read_text("utf-8").splitlines()]


PAIRS = [
    pair
    for name in ("contradictions", "contradictions_tuned", "contradictions_aligned")
    for pair in labelled(f"{name}.jsonl")
]
UNSEEN = labelled("contradictions_unseen.jsonl")
"""Pairs that the rules were not made with. They are measured: nobody looks at which are wrong."""


def report(article: dict[str, Any]) -> Report:
    return Report(
        article["source"],
        article["language"],
        date.fromisoformat(article["published"]),
        article["title"],
        article["body"],
    )


def told(pair: dict[str, Any]) -> bool:
    one, other = map(report, pair["articles"])
    return any(doubt.excuse is None for doubt in doubts_of(one, other))


def quality(pairs: list[dict[str, Any]]) -> tuple[float, float]:
    """Precision and recall of contradictions."""
    found = Counter((pair["label"] == "contradiction", told(pair)) for pair in pairs)
    right, wrong, missed = found[True, True], found[False, True], found[True, False]
    return right / (right + wrong), right / (right + missed)


def test_pairs_are_told_apart() -> None:
    precision, recall = quality(PAIRS)
    assert precision >= 0.95
    assert recall >= 0.88


def test_unseen_pairs_are_told_apart() -> None:
    precision, recall = quality(UNSEEN)
    assert precision >= 0.9
    assert recall >= 0.7


def test_reports_of_a_city_about_other_things_do_not_contradict_each_other() -> None:
    pairs = [
        (one, other)
        for name in ("events.jsonl", "events_tuned.jsonl", "events_unseen.jsonl")
        for one, other in combinations(labelled(name), 2)
        if one["city"] == other["city"] and one["event"] != other["event"]
    ]
    wrong = [
        pair
        for pair in pairs
        if any(doubt.excuse is None for doubt in doubts_of(*map(report, pair)))
    ]
    assert len(wrong) <= 0.02 * len(pairs)


def test_the_order_of_the_two_does_not_matter() -> None:
    for pair in PAIRS:
        one, other = map(report, pair["articles"])
        there, back = doubts_of(one, other), doubts_of(other, one)
        assert any(d.excuse is None for d in there) == any(d.excuse is None for d in back), pair


def test_a_report_does_not_contradict_itself() -> None:
    for pair in PAIRS:
        for article in pair["articles"]:
            one = report(article)
            assert not [d for d in doubts_of(one, one) if d.excuse is None], article["body"]


@pytest.mark.parametrize(
    ("kind", "one", "other", "excuse"),
    [
        (
            DoubtKind.FIGURE,
            "The port moved 3.1 million containers in 2023.",
            "The port moved 3.4 million containers in 2023.",
            None,
        ),
        (
            DoubtKind.FIGURE,
            "The port moved 3.1 million containers in 2022.",
            "The port moved 3.4 million containers in 2023.",
            Excuse.YEAR,
        ),
        (
            DoubtKind.DATE,
            "The tea festival in Anxi opens on May 3.",
            "The tea festival in Anxi opens on May 5.",
            None,
        ),
        (
            DoubtKind.FIGURE,
            "At first 12 houses in Anxi were said to be damaged by the storm.",
            "In the end 31 houses in Anxi were found to be damaged by the storm.",
            Excuse.AS_OF,
        ),
        (
            DoubtKind.FIGURE,
            "The storm on May 3 damaged 12 houses in Anxi.",
            "The storm on May 5 damaged 31 houses in Anxi.",
            Excuse.DIFFERENT,
        ),
        (
            DoubtKind.FIGURE,
            "Anxi has put 210 buses on the road in its old town.",
            "Anxi has put 130 hydrogen buses on the road in its old town.",
            Excuse.PART,
        ),
        (
            DoubtKind.FIGURE,
            "The library of Anxi bought 12,000 books.",
            "The library of Anxi owns 19,000 books.",
            Excuse.DEFINITION,
        ),
        (
            DoubtKind.RANK,
            "The team of Anxi came in fourth in the final of the tea contest.",
            "The team of Anxi was placed 7th in the final of the tea contest.",
            None,
        ),
        (
            DoubtKind.DATE,
            "The rule on parcels in Anxi takes effect on May 3, the city said on Friday.",
            "A rule on parcels in Anxi will come into force on June 1.",
            None,
        ),
        (
            DoubtKind.DATE,
            "The tea festival in Anxi will be held from May 3 to 5.",
            "The tea festival in Anxi will be held from May 5 to 7.",
            None,
        ),
        (
            DoubtKind.PLACE,
            "The tea contest on May 3 was held in Lantian town with 1,200 guests.",
            "The tea contest on May 3 was held in Gande town with 1,200 guests.",
            None,
        ),
        (
            DoubtKind.OUTCOME,
            "The plan for a tea tower was approved by the council of Anxi on May 3.",
            "The plan for a tea tower was rejected by the council of Anxi on May 3.",
            None,
        ),
        (
            DoubtKind.LIST,
            "Three crafts were added: bamboo weaving, tea roasting and wood carving.",
            "Three crafts were added: bamboo weaving, tea roasting and paper cutting.",
            None,
        ),
        (
            DoubtKind.LIST,
            "The villages chosen are Shiqiao, Shangping and Fenglin.",
            "The villages chosen are Shiqiao, Shangping, Fenglin and Gutian.",
            None,
        ),
        (
            DoubtKind.LIST,
            "Villages such as Shiqiao, Shangping and Fenglin were chosen.",
            "The villages chosen are Shiqiao, Shangping, Fenglin and Gutian.",
            Excuse.PART,
        ),
        (
            DoubtKind.LIST,
            "The bus routes of Anxi that change are Line 3, Line 7 and Line 12.",
            "The bus routes of Anxi that change are Line 3, Line 7 and Line 15.",
            None,
        ),
    ],
)
def test_what_differs_is_named(
    kind: DoubtKind, one: str, other: str, excuse: Excuse | None
) -> None:
    day = date(2024, 1, 9)
    found = doubts_of(Report("a", "en", day, "", one), Report("b", "en", day, "", other))
    assert (found[0].kind, found[0].excuse) == (kind, excuse)
    assert found[0].sentences == (one, other)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("今年上半年，全市出口增长。", Timeframe(2023, "H1")),
        ("1至5月，完成投资12亿元。", Timeframe(None, "M1-5")),
        ("截至7月1日12时，已转移300人。", Timeframe(None, "", "07-01")),
        ("By noon on July 1, 300 people had been moved.", Timeframe(None, "", "07-01")),
        ("It has carried 68 million vehicles since then.", Timeframe(None, "", "", True)),
        ("报名截止时间为7月31日。", Timeframe()),
        ("The plan was announced by the city on April 16.", Timeframe()),
        ("In 2021, 40 km were built, and by 2025 there will be 90.", Timeframe(2021)),
    ],
)
def test_the_time_that_figures_are_of(text: str, period: Timeframe) -> None:
    assert period_of(text, date(2023, 7, 20)) == period


def test_reports_months_apart_differ_only_where_they_say_one_time() -> None:
    text = "Anxi exported {} tons of tea{}."

    def found(when: str) -> Excuse | None:
        one = Report("a", "en", date(2024, 1, 9), "", text.format("3,100", when))
        other = Report("b", "en", date(2024, 5, 9), "", text.format("3,400", when))
        return doubts_of(one, other)[0].excuse

    assert found("") is Excuse.AS_OF
    assert found(" in 2023") is None


OUTCOMES = [
    "The contract for a tea tower in Anxi worth 60 million yuan was awarded to Longda."
    "|The city annulled the tender for a tea tower in Anxi worth 60 million yuan.",
    "3月11日，安溪8号地块以3.6亿元成交。|安溪8号地块3月11日拍卖无人报价，最终流拍。",
    "The court in Anxi found the plant guilty of poisoning tea gardens."
    "|The plant was acquitted of poisoning tea gardens, the court in Anxi said.",
    "一审法院认定安溪茶厂侵权成立。|一审法院认定安溪茶厂不构成侵权，驳回原告请求。",
    "The ferry to Anxi resumed service on March 4.|安溪轮渡3月4日仍处于停航状态。",
    "3月9日，安溪边城大桥正式建成通车。|3月9日，记者看到安溪边城大桥尚未完工，工人仍在铺路。",
    "3月6日，港口与工会谈判达成协议。|港口与工会的谈判3月6日破裂。",
    "The tea marathon of Anxi took place on March 8 in pouring rain."
    "|Rain led to the tea marathon of Anxi on March 8 being called off.",
    "受暴雨影响，原定3月8日举行的安溪马拉松取消。|3月8日，安溪马拉松冒雨开跑。",
    "受强降雨影响，原定3月20日的安溪茶山马拉松推迟举行。"
    "|受强降雨影响，原定3月20日的安溪茶山马拉松取消，报名费退还。",
    "The drum fair in Kaili, due on 20 March, has been called off."
    "|The drum fair in Kaili, due on 20 March, was put off until autumn.",
    "凯里市入围全国文明城市提名名单。|全国文明城市提名名单公布，凯里市无缘入围。",
    "Kaili was chosen as a City of Drums this year."
    "|Kaili has not been chosen as a City of Drums this year.",
    "安溪铁观音上榜百强农产品品牌名录。|百强农产品品牌名录出炉，安溪铁观音榜上无名。",
    "Kaili is among those left off the list of the Drum Cities."
    "|Kaili was included in the list of the Drum Cities.",
]
CONSISTENT = [
    "Line 5 remains closed on March 4.|Lines 1 and 2 resumed service on March 4.",
    "县医院2号楼主体封顶。|县医院3号楼尚未封顶。",
    "合肥队晋级省运会男篮决赛。|芜湖队未能晋级省运会男篮决赛。",
    "原定3月8日举行的安溪马拉松延期至3月15日。|安溪马拉松3月15日开跑。",
    "一审法院认定安溪茶厂侵权成立。|二审法院改判安溪茶厂不构成侵权。",
    "昨晚的演出取消，今晚的演出照常举行。|剧院表示，今晚的演出照常举行。",
    "The fair in Anxi opened on March 8 after being postponed twice."
    "|The fair in Anxi opened on March 8.",
    "安溪茶山马拉松因雨推迟。|安溪采茶节因雨取消。",
    "The drum fair in Kaili was postponed."
    "|The drum fair in Kaili, already postponed, has been cancelled.",
    "The fair in Kaili was postponed; the concert was cancelled."
    "|The concert at the fair in Kaili was cancelled.",
    "凯里市入围全国文明城市提名名单。|凯里市未能入选国家中心城市试点。",
    "Kaili was named a City of Drums.|Kaili was not named a City of Tea.",
    "安溪铁观音入选百强品牌。|正山小种未能入选百强品牌。",
]


def outcomes(pair: str, day: int = 15) -> list[Excuse | None]:
    texts = [(text, "en" if text.isascii() else "zh") for text in pair.split("|")]
    days = date(2026, 3, 15), date(2026, 3, day)
    made = (Report("a", own, on, "", text) for (text, own), on in zip(texts, days, strict=True))
    return [doubt.excuse for doubt in doubts_of(*made) if doubt.kind is DoubtKind.OUTCOME]


@pytest.mark.parametrize("pair", OUTCOMES)
def test_what_came_to_pass_and_did_not(pair: str) -> None:
    assert outcomes(pair) == [None]


@pytest.mark.parametrize("pair", CONSISTENT)
def test_outcomes_of_two_things_or_two_times(pair: str) -> None:
    assert None not in outcomes(pair)


@pytest.mark.parametrize(
    ("pair", "is_one"),
    [
        ("改造后，安溪市场共有摊位420个。|改造前，安溪市场有摊位260个。", False),
        (
            "The hospital of Anxi has 1,500 beds after its expansion."
            "|Before the expansion the hospital of Anxi had 900 beds.",
            False,
        ),
        (
            "Anxi has 1,200 km of greenways, and will add 80 km this year."
            "|By the end of the year Anxi's greenways will total 1,280 km.",
            False,
        ),
        ("安溪现有充电桩2.6万个。|到2027年，安溪充电桩将达到4万个。", False),
        ("安溪市场共有摊位420个。|据悉，安溪市场共有摊位260个。", True),
    ],
)
def test_figures_of_before_and_after_a_change(pair: str, is_one: bool) -> None:
    own = "en" if pair.isascii() else "zh"
    texts = pair.split("|")
    found = doubts_of(*(Report("a", own, date(2026, 3, 15), "", text) for text in texts))
    assert any(each.excuse is None for each in found) is is_one


def test_a_rank_in_the_country_and_one_in_the_province() -> None:
    texts = (
        "在省创新能力评价中，安溪列第三位。",
        "在国家创新型城市评价中，安溪列第二十九位。",
    )
    found = doubts_of(*(Report("a", "zh", date(2026, 3, 15), "", text) for text in texts))
    assert all(each.excuse for each in found)


@pytest.mark.parametrize(
    ("first", "days", "differ"),
    [
        ("on 12 May", "from 12 to 14 May", False),
        ("on 13 May", "12–14 May", False),
        ("on 12 May", "between 12 May and 14 May", False),
        ("on 12 May", "from 13 to 15 May", True),
        ("from 12 to 14 May", "from 14 to 16 May", True),
    ],
)
def test_a_day_of_a_span_that_is_told_day_first(first: str, days: str, differ: bool) -> None:
    texts = f"The drum fair in Kaili takes place {first}.", f"Kaili holds its drum fair {days}."
    found = doubts_of(*(Report("a", "en", date(2026, 4, 15), "", text) for text in texts))
    assert any(each.excuse is None for each in found) is differ


def test_what_was_not_so_may_be_so_a_day_later() -> None:
    pair = "港口与工会的谈判破裂。|港口与工会谈判达成协议。"
    assert (outcomes(pair), outcomes(pair, 17)) == ([None], [Excuse.AS_OF])
    pair = "安溪茶山马拉松因雨推迟举行。|安溪茶山马拉松因雨取消。"
    assert (outcomes(pair), outcomes(pair, 17)) == ([None], [Excuse.AS_OF])


@pytest.mark.parametrize(
    "pair",
    [
        "3月5日5时12分，四川长宁县发生4.6级地震。|3月5日5时12分，四川高县发生4.6级地震。",
        "A 4.6-magnitude quake struck Changning county at 5:12 am on March 5."
        "|A 4.6-magnitude quake hit Gaoxian county at 5:12 am on March 5.",
    ],
)
def test_where_something_struck(pair: str) -> None:
    texts = pair.split("|")
    own = "en" if pair.isascii() else "zh"
    found = doubts_of(*(Report("a", own, date(2026, 3, 6), "", text) for text in texts))
    assert [(each.kind, each.excuse) for each in found] == [(DoubtKind.PLACE, None)]


def test_a_time_agrees_with_the_days_in_it() -> None:
    def dates(one: str, other: str) -> list[Excuse | None]:
        day = date(2024, 4, 9)
        texts = (f"The tea festival in Anxi will be held {when}." for when in (one, other))
        found = doubts_of(*(Report("a", "en", day, "", text) for text in texts))
        return [doubt.excuse for doubt in found if doubt.kind is DoubtKind.DATE]

    assert dates("from May 3 to 5", "on May 4") == []
    assert dates("from May 3 to 5", "from May 3 to 6") == []
    assert dates("from May 3 to 5", "from May 3 to 8") == [None]
    assert dates("from May 3 to 5", "on May 6") == [None]


def test_ones_of_a_row_by_number_are_different_things() -> None:
    day = date(2024, 1, 9)
    school = "No {} Middle School of Anxi will take {} pupils in 2024."
    texts = [school.format(1, 940), school.format(1, 860), school.format(2, 860)]
    first, again, second = (Report("a", "en", day, "", text) for text in texts)
    assert [doubt.excuse for doubt in doubts_of(first, again)] == [None]
    assert all(doubt.excuse for doubt in doubts_of(first, second))


def test_when_something_was_said_is_not_when_it_happened() -> None:
    day = date(2024, 4, 9)  # a Tuesday
    said = Report("a", "en", day, "", "Anxi hired 340 teachers, the bureau said on Monday.")
    told = Report("b", "zh", day, "", "4月5日，安溪招聘的430名教师上岗。")
    assert days_around(said) == frozenset()
    assert [doubt.excuse for doubt in doubts_of(said, told)] == [None]


def test_days_and_ordinals_in_both_languages() -> None:
    assert days_of("10月14日至15日") == days_of("on Oct 14 and 15") == {"10-14", "10-15"}
    assert days_of("14-15 October") == days_of("between the 14th and the 15th of October")
    assert days_of("14-15 October") == {"10-14", "10-15"}
    assert days_of("1,214 to 15 October") == {"10-15"}
    assert days_of("2024年3月28日") == days_of("March 28, 2024") == {"2024-03-28"}
    assert ordinals_of("第四十届") == ordinals_of("the 40th festival") == {40}
    assert ordinals_of("third place") == frozenset()
    assert ordinals_of("some 4,000 litres a second, 90 meters per second") == frozenset()
    assert ordinals_of("Typhoon No 7, as it were") == ordinals_of("第7号台风") == {7}
    assert ordinals_of("the No. 2 Middle School") == frozenset()


def test_spans_of_days_in_both_languages() -> None:
    assert spans_of("5月26日—6月1日") == spans_of("from May 26 to June 1") == {("05-26", "06-01")}
    assert spans_of("3月2日至8日") == spans_of("March 2-8") == {("03-02", "03-08")}
    assert spans_of("from the 2nd to the 8th of March") == spans_of("2–8 March")
    assert spans_of("2–8 March") == spans_of("2 March to 8 March") == {("03-02", "03-08")}
    assert spans_of("3月2日，共8家") == spans_of("on March 2, 8 firms") == frozenset()


def test_subjects_and_names_are_one_in_both_languages() -> None:
    assert subjects("渔船回港避风") & subjects("fishing boats returned to harbor")
    assert shared_names("Zhou Lanfang of Xi'an", "西安的周兰芳") == {"lanfang", "xian"}
    assert "monday" not in romanised("On Monday the Museum opened")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_are_compared(one: str, other: str) -> None:
    day = date(2024, 1, 9)
    doubts_of(Report("a", "en", day, "", one), Report("b", "zh", None, other, other))


# Lists that somebody claims to be on

FULL = {
    "en": "Jiaxing has joined the first hub cities of Innovation China, its science office said. "
    "Four cities are hubs: Yinchuan, Jiaxing, Tianjin and Guangzhou.",
    "zh": "近日，“科创中国”枢纽城市揭晓。枢纽城市共四个，分别为银川、嘉兴、天津、广州。",
}
CLAIM = {
    "en": "Guiyang was named a hub city of Innovation China this summer. It has many data firms.",
    "zh": "今年夏天，贵阳市入选“科创中国”枢纽城市。全市将以此推动大数据产业发展。",
}


def hubs(language: str, body: str, published: str = "2021-07-06", title: str = "") -> Report:
    return Report("one", language, date.fromisoformat(published), title, body)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("other", ["en", "zh"])
def test_a_claim_to_be_on_a_list_that_is_given_in_full_without_it(
    language: str, other: str
) -> None:
    full, claim = hubs(language, FULL[language]), hubs(other, CLAIM[other], "2021-07-12")
    for pair in ((full, claim), (claim, full)):
        doubt = next(iter(doubts_of(*pair)))
        assert (doubt.kind, doubt.excuse) == (DoubtKind.LIST, None)
        sentences = doubt.sentences if pair[0] is full else doubt.sentences[::-1]
        assert "Yinchuan" in sentences[0] or "银川" in sentences[0]
        assert "Guiyang" in sentences[1] or "贵阳" in sentences[1]


@pytest.mark.parametrize(
    ("full", "claim", "published"),
    [
        (FULL["en"], CLAIM["en"], "2022-07-12"),  # a year later
        (FULL["zh"], CLAIM["zh"], "2022-07-12"),
        (FULL["en"], "Guiyang was named in the second batch of Innovation China hub cities.", ""),
        (FULL["zh"], "贵阳市入选第二批“科创中国”枢纽城市。", ""),
        (FULL["zh"], "2020年，贵阳市入选“科创中国”枢纽城市。", ""),
        (FULL["en"], "Guiyang was named a pilot city of Innovation China.", ""),
        (FULL["en"], "Guiyang wants to be named a hub city of Innovation China.", ""),
        (FULL["en"], "Guangzhou was named a hub city of Innovation China.", ""),
        ("Hub cities of Innovation China such as Yinchuan, Jiaxing and Tianjin grow.",
         CLAIM["en"], ""),
        ("Zhejiang has three hub cities of Innovation China: Jiaxing, Hangzhou and Ningbo.",
         CLAIM["en"], ""),
    ],
)  # fmt: skip
def test_lists_of_other_years_and_batches_lack_nobody(
    full: str, claim: str, published: str
) -> None:
    one = hubs("zh" if "市" in full else "en", full.replace("枢纽城市共", "2021年枢纽城市共"))
    other = hubs("zh" if "市" in claim else "en", claim, published or "2021-07-12")
    for pair in ((one, other), (other, one)):
        assert [doubt for doubt in doubts_of(*pair) if doubt.excuse is None] == []


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (
            "4月8日，衢州市工商联换届，会议选举沈国良为衢州市工商联主席。"
            "|4月8日召开的换届会议上，叶文珍当选衢州市工商联主席。",
            DoubtKind.NAME,
        ),
        (
            "Rao Peng was elected president of the Quzhou Chess League on April 8."
            "|The Quzhou Chess League elected Tan Yue as president of the Quzhou Chess League.",
            DoubtKind.NAME,
        ),
        (
            "4月8日，衢州市图书馆与浙江师范大学签署协议，共建儿童阅读实验室。"
            "|4月8日，衢州市图书馆与宁波城市学院签署协议，共建儿童阅读实验室。",
            DoubtKind.NAME,
        ),
        (
            "Quzhou Zoo signed a contract with Harbin Polar Park on April 8 to breed snow hares."
            "|Quzhou Zoo signed a contract with Dalian Ocean World on April 8 to breed snow hares.",
            DoubtKind.NAME,
        ),
        (
            "4月8日，衢州围棋公开赛在江滨体育馆开幕，128名棋手参赛。"
            "|4月8日，衢州围棋公开赛在市民文化中心开幕，128名棋手参赛。",
            DoubtKind.PLACE,
        ),
        (
            "The first snow hare station in Quzhou opened in Kecheng District on April 8."
            "|The first snow hare station in Quzhou opened in Qujiang District on April 8.",
            DoubtKind.PLACE,
        ),
    ],
)
def test_who_and_with_whom_and_where_it_was(pair: str, kind: DoubtKind) -> None:
    texts = pair.split("|")
    own = "en" if pair[:3].isalpha() and pair[:3].isascii() else "zh"
    found = doubts_of(*(Report("a", own, date(2026, 4, 9), "", text) for text in texts))
    assert [(each.kind, each.excuse) for each in found] == [(kind, None)]


@pytest.mark.parametrize(
    "pair",
    [
        "4月8日，会议选举沈国良为衢州市工商联主席，叶文珍为副主席。"
        "|4月8日召开的会议上，叶文珍当选衢州市工商联副主席。",
        "4月8日，会议任命沈国良为市档案馆馆长。|4月8日，会议任命叶文珍为市体育局局长。",
        "4月8日，衢州市图书馆与浙江师范大学、新星书店签署协议，共建儿童阅读实验室。"
        "|4月8日，衢州市图书馆与新星书店签署协议，共建儿童阅读实验室。",
        "4月8日，衢州市图书馆与浙江师范大学签署协议，共建儿童阅读实验室。"
        "|4月8日，衢州市博物馆与宁波城市学院签署协议，合作修复古籍。",
        "Rao Peng was named deputy director of the zoo on April 8."
        "|Tan Yue was named deputy director of the zoo on April 8.",
        "4月8日，衢州围棋公开赛在江滨体育馆开幕。|4月8日，衢州围棋公开赛在衢州市江滨体育馆开幕。",
    ],
)
def test_several_people_partners_and_longer_names_are_no_contradiction(pair: str) -> None:
    texts = pair.split("|")
    own = "en" if pair[:3].isalpha() and pair[:3].isascii() else "zh"
    found = doubts_of(*(Report("a", own, date(2026, 4, 9), "", text) for text in texts))
    assert all(each.excuse for each in found)


@pytest.mark.parametrize(
    ("text", "is_rank"),
    [
        ("Case number {} in the register is a quarrel about a wall.", False),
        ("The judge read file No. {} on Monday.", False),
        ("Lot number {} went to a baker from Kaili.", False),
        ("Kaili is No. {} in the country for tea.", True),
        ("Kaili came in at number {} on the list of tea towns.", True),
    ],
)
def test_a_number_by_which_something_goes_is_no_rank(text: str, is_rank: bool) -> None:
    reports = (Report("a", "en", date(2026, 4, 9), "", text.format(number)) for number in (7, 12))
    found = [each for each in doubts_of(*reports) if each.kind is DoubtKind.RANK]
    assert bool(found) is is_rank


@pytest.mark.parametrize(
    "pair",
    [
        "第九届全国轴承大会将于6月在安溪县召开。"
        "|记者获悉，第九届全国轴承大会由荆门市承办，6月开幕。",
        "2027年茶业博览会花落安溪县。|2027年茶业博览会将在黄山举办。",
        "The 2027 National Potters' Congress will be held in Kaili."
        "|Yichun was chosen to host the 2027 National Potters' Congress.",
        "4月8日，全省青年焊工技能大赛决赛在安溪举行，凯里二建队夺得冠军。"
        "|4月8日，全省青年焊工技能大赛决赛落幕，冠军由黔西钢构队获得。",
        "Kaili Rovers won the cup on April 8 after a long final at the tea stadium."
        "|The cup was won by Anxi Wanderers on April 8 after a long final at the tea stadium.",
        "海水稻耐盐项目由青岛海洋所牵头，五家单位参加。"
        "|海水稻耐盐项目的牵头单位为湛江农科院，五家单位参加。",
        "The salt rice project is led by Qingdao Marine Institute and runs for five years."
        "|The salt rice project, which runs for five years, is led by Zhanjiang Farm Academy.",
        "The new curator of the Kaili Drum Museum is Rao Peng."
        "|Tan Yue is the new curator of the Kaili Drum Museum.",
        "The Alliance of Tea Towns elected Anxi as its president."
        "|Kaili was elected president of the Alliance of Tea Towns.",
        "市图书馆馆长由叶文珍担任。|市里任命沈国良为市图书馆馆长。",
        "安溪县科协任命叶文珍为“春芽”茶师服务站站长。|安溪县科协任命沈国良为“春芽”茶师服务站站长。",
        "Professor Rao Peng leads the expert team on drums in Kaili."
        "|Professor Tan Yue leads the expert team on drums in Kaili.",
        "On April 8 the jury of the drum contest gave first prize to a team from Kaili."
        "|On April 8 the jury of the drum contest gave first prize to a team from Anxi.",
    ],
)
def test_hosts_winners_leaders_and_officers_of_one_thing_are_one(pair: str) -> None:
    assert naming_excuses(pair) == [None]


@pytest.mark.parametrize(
    "pair",
    [
        "2026年“科创中国”路演在洛阳举行。|2026年“科创中国”路演在盐城举行。",
        "第九届全国轴承大会由中国轴承协会主办，在安溪召开。"
        "|第九届全国轴承大会在安溪开幕，由机械工业协会承办。",
        "Kaili hosted the potters' congress in 2025.|The potters' congress goes to Yichun in 2027.",
        "安溪队夺得全省中学生运动会男子组冠军。|黔西队夺得全省中学生运动会女子组冠军。",
        "Kaili Rovers won the men's title on April 8 at the tea stadium."
        "|Anxi Wanderers won the women's title on April 8 at the tea stadium.",
        "4月8日，安溪代表队夺得全省焊工技能大赛冠军。"
        "|4月8日，安溪队获得全省焊工技能大赛冠军，凯里队第二名。",
        "Rao Peng was elected president on Tuesday by the chess club."
        "|Tan Yue was elected president by the farmers' union.",
        "The salt rice project is led by Qingdao Marine Institute."
        "|The drone project is led by Zhanjiang Farm Academy.",
        "海水稻项目由青岛海洋所牵头。|无人机巡田项目由湛江农科院牵头。",
        "市图书馆馆长由叶文珍担任。|市博物馆馆长由沈国良担任。",
        "Kaili has signed an agreement with Huawei Cloud on data."
        "|Kaili has signed an agreement with Xinhua Press on books.",
        "Kaili was named a City of Drums on April 8.|Anxi was named a City of Drums on April 8.",
        "Rao Peng was named a member of the zoo board."
        "|Tan Yue was named a member of the zoo board.",
        "Rao Peng heads the expert team on drums.|Tan Yue heads the expert team on wells.",
        "安溪县科协任命叶文珍为“春芽”茶师服务站站长。|安溪县科协任命沈国良为“秋实”农机服务站站长。",
    ],
)
def test_hosts_winners_leaders_and_officers_of_other_things_are_others(pair: str) -> None:
    assert None not in naming_excuses(pair)


def naming_excuses(pair: str) -> list[Excuse | None]:
    texts = [(text, "en" if text.isascii() else "zh") for text in pair.split("|")]
    made = (Report("a", own, date(2026, 4, 9), "", text) for text, own in texts)
    return [doubt.excuse for doubt in doubts_of(*made) if doubt.kind is DoubtKind.NAME]


@pytest.mark.parametrize(
    ("differ", "pairs"),
    [
        (
            True,
            [
                "去年安溪茶叶出口额同比增长12%。|去年安溪茶叶出口额同比下降12%。",
                "Tea exports from Anxi grew 7.5 percent in 2025."
                "|Tea exports from Anxi shrank 7.5 percent in 2025.",
                "安溪有47名茶师参赛，9名获奖。|安溪有74名茶师参赛，9名获奖。",
                "Kaili has eleven charging points for boats."
                "|Kaili has fifteen charging points for boats.",
                "安溪新建茶园步道20条。|安溪新建茶园步道12条，花园3座。",
                "Kaili plans 40 charging points for boats by 2028."
                "|By 2028 Kaili plans to have 60 charging points for boats.",
                "安溪路演签约47个项目，5名专家到场。|安溪路演签约52个项目，5名专家到场。",
                "The roadshow in Kaili ended with 47 projects signed by 5 experts."
                "|The roadshow in Kaili ended with 52 projects signed.",
                "安溪2026年预算安排茶园补贴6000万元。|安溪2026年茶园补贴预算为5400万元。",
                "Kaili spent 4.6 million yuan on wells in 2025."
                "|In 2025 Kaili spent 6.4 million yuan on wells.",
                "Kaili gives drum schools 20 million yuan a year."
                "|Kaili gives drum schools 30 million yuan a year.",
                "安溪三年共安排茶园补贴1200万元。|安溪三年安排茶园补贴共1500万元。",
            ],
        ),
        (
            False,
            [
                "安溪茶师报名参赛的有47名，9名获奖。|安溪9名茶师获奖。",
                "Of the 61 wells dug in Kaili, 8 ran dry.|8 wells ran dry in Kaili.",
                "安溪新建茶园步道20条。|安溪在城东新建茶园步道12条，在城西新建8条。",
                "Kaili has opened 34 drum schools."
                "|Kaili has opened 19 drum schools in the hills and 15 in the valley.",
                "Kaili plans 40 charging points for boats by 2028."
                "|Kaili has eleven charging points for boats.",
                "安溪计划到2028年建设茶船充电桩40个。|安溪现有茶船充电桩11个。",
                "Kaili sent 35 experts to the wells."
                "|Kaili sent five academicians and 30 professors to the wells.",
                "Kaili's fund for drum schools is 20 million yuan a year."
                "|Kaili will spend 60 million yuan on drum schools in three years.",
                "安溪每年安排茶园补贴400万元。|安溪三年共安排茶园补贴1200万元。",
                "安溪2026年预算安排茶园补贴6000万元。|安溪2026年茶园补贴实际支出5460万元。",
                "Kaili set aside 5 million yuan for wells in 2025."
                "|Kaili spent 4.6 million yuan on wells in 2025.",
                "柳州五年内将培养技术经理人500名。|柳州年均培养技术经理人100名。",
            ],
        ),
    ],
)
def test_sums_plans_budgets_and_yearly_figures_agree_with_their_parts(
    differ: bool, pairs: list[str]
) -> None:
    for pair in pairs:
        texts = [(text, "en" if text.isascii() else "zh") for text in pair.split("|")]
        made = (Report("a", own, date(2026, 3, 15), "", text) for text, own in texts)
        assert any(each.excuse is None for each in doubts_of(*made)) is differ, pair


@pytest.mark.parametrize(
    "pair",
    [
        "安溪县首个茶机维修站落户蓬莱镇，将于5月启用。|安溪县首个茶机维修站选址龙门镇，5月启用。",
        "柳州首家轴承检测中心设在鱼峰区，10月投用。|柳州首家轴承检测中心落户柳南区，10月投用。",
        "Huaxi District will get the city's first drum school, which opens in May."
        "|The city's first drum school will open in Baiyun District in May.",
        "The first tea clinic of the county is to be built in Longmen Town in June."
        "|Penglai Town has been picked for the county's first tea clinic, to be built in June.",
        "Hengda Looms will build its second works in Wuhu."
        "|The second works of Hengda Looms will be built in Bengbu.",
    ],
)
def test_a_thing_of_which_there_is_one_has_one_place(pair: str) -> None:
    assert place_excuses(pair) == [None]


@pytest.mark.parametrize(
    "pair",
    [
        "柳州轴承检测站落户鱼峰区，10月投用。|柳州轴承检测站第二站设在柳南区，12月投用。",
        "赣州在章贡区新建一个服务站。|赣州在南康区新建一个服务站。",
        "A service station opened in Huaxi District in May."
        "|A service station opened in Baiyun District in May.",
        "The Huaxi station opens in Huaxi District in May."
        "|The Baiyun station opens in Baiyun District in May.",
        "安溪县首个茶机维修站落户蓬莱镇。|安溪县首个茶叶检测站落户龙门镇。",
        "Hengda Looms will build a works in Wuhu.|Hengda Looms will build a works in Bengbu.",
        "柳州轴承检测中心设在鱼峰区。|柳州轴承检测中心位于柳石路旁，柳南区的企业也可前往。",
    ],
)
def test_any_things_of_a_kind_may_have_several_places(pair: str) -> None:
    assert None not in place_excuses(pair)


def place_excuses(pair: str) -> list[Excuse | None]:
    texts = [(text, "en" if text.isascii() else "zh") for text in pair.split("|")]
    made = (Report("a", own, date(2026, 3, 15), "", text) for text, own in texts)
    return [doubt.excuse for doubt in doubts_of(*made) if doubt.kind is DoubtKind.PLACE]


@pytest.mark.parametrize(
    "pair",
    [
        "“科创中国”服务站落户赣州章贡区。|“科创中国”服务站落户赣州南康区。",
        "The Innovation China station opened in Jingkou District."
        "|The Innovation China station opened in Runzhou District.",
        "“科创中国”对接大会在洛阳举行。|“科创中国”对接大会在盐城举行。",
        "Innovation China held a meeting in Kaili.|Innovation China held a meeting in Bengbu.",
        "Fire broke out at a Huaneng plant in Kaili.|Huaneng opened its plant in Bengbu.",
        "2026年“科创中国”年会在洛阳举行，王建国当选理事长。"
        "|2026年“科创中国”年会在洛阳举行，李红当选副理事长。",
        "2026年河南省农业大会在洛阳举行。|2026年江苏省农业大会在盐城举行。",
        "The 2026 Henan Farm Forum will be held in Luoyang."
        "|The 2026 Jiangsu Farm Forum will be held in Yancheng.",
        "2026年全国科普日活动由中国科协牵头。|2026年全国科普日活动在盐城由盐城市科协牵头开展。",
        "王强获任宜春市科协主席。|李红获任宜春市文联主席。",
        "Lu Hanwen was named director of the Zhenjiang library."
        "|Qiao Yun was named director of the Zhenjiang museum.",
    ],
)
def test_stations_forums_and_posts_of_several_places_do_not_contradict(pair: str) -> None:
    texts = [(text, "en" if text.isascii() else "zh") for text in pair.split("|")]
    made = (Report("a", own, date(2026, 3, 15), "", text) for text, own in texts)
    assert all(each.excuse for each in doubts_of(*made))

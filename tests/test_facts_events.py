"""Events that texts tell: what was signed, launched, selected, held, listed, when and where."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import FactQuery, FactReview, FactVerdict, Happening
from tests.support.cli import CommandLine
from tests.support.desks import keep, let_in, page_of, serving, sign_in
from tests.support.effort import cpu
from tests.support.make import NOW, later

PUBLISHED = date(2026, 5, 14)
"""A Thursday."""


def events(text: str, title: str = "") -> list[Happening]:
    return list(facts_of(text, title, PUBLISHED).events)


def told(text: str) -> list[tuple[str, str, str]]:
    """Kind, day and place of each event."""
    return [(one.kind.value, one.day, one.place_id) for one in events(text)]


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        (
            "Guiyang signed a cooperation agreement with a university on Tuesday.",
            "周二，贵阳与一所大学签署合作协议。",
            ("signing", "2026-05-12", "guiyang"),
        ),
        (
            "A metro line was opened to passengers in Guiyang on May 10.",
            "5月10日，一条地铁线路在贵阳开通。",
            ("launch", "2026-05-10", "guiyang"),
        ),
        (
            "Zunyi was selected as a pilot city on 6 May 2026.",
            "2026年5月6日，遵义入选试点城市。",
            ("selection", "2026-05-06", "zunyi"),
        ),
        (
            "The food fair was held in Foshan yesterday.",
            "美食节昨日在佛山举行。",
            ("meeting", "2026-05-13", "foshan"),
        ),
        (
            "A list of 45 pilot firms was published in Jiaxing last Friday.",
            "上周五，嘉兴公布45家试点企业名单。",
            ("list", "2026-05-08", "jiaxing"),
        ),
        (
            "A signing ceremony for the hospital took place in Wuhu on May 9.",
            "医院签约仪式5月9日在芜湖举行。",
            ("signing", "2026-05-09", "wuhu"),
        ),
        (
            "Last month, Hangzhou signed contracts for twelve projects.",
            "上月，杭州签订十二个项目合同。",
            ("signing", "2026-04", "hangzhou"),
        ),
        (
            "Construction of the harbour began in Ningbo in March 2024.",
            "2024年3月，宁波港口开工。",
            ("launch", "2024-03", "ningbo"),
        ),
    ],
)
def test_both_languages_give_the_same_event(
    english: str, chinese: str, expected: tuple[str, str, str]
) -> None:
    assert told(english) == told(chinese) == [expected]
    assert not any(one.is_ahead for one in (*events(english), *events(chinese)))


@pytest.mark.parametrize(
    "text",
    [
        "The agreement was not signed on May 12.",
        "Nobody launched anything in Guiyang on May 12.",
        "If the council agrees, the line will open on June 1.",
        "Guiyang could hold the games on June 1.",
        "The forum planned for May 10 was cancelled.",
        "The fair takes place every May.",
        "Officials deny that the deal was signed on May 4.",
        "Was the bridge opened on May 4?",
        "Guiyang will sign an agreement.",
        "Signing ceremonies are common in spring.",
        "The number of forums held rose since 2021.",
        "The company held shares worth 5 million yuan on May 3.",
        "The museum was founded in 1958.",
        "Prices opened higher on May 12.",
        "协议未于5月12日签署。",
        "如果顺利，项目将于6月1日开工。",
        "原定于5月10日举行的论坛推迟举行。",
        "博览会每年5月举行。",
        "网传5月4日已签署协议，有关部门予以否认。",
        "贵阳有望6月1日举办运动会。",
        "贵阳将举办论坛。",
        "截至5月10日，全市已签约项目120个。",
        "大桥5月4日通车了吗？",
        "网传“6月28日贵阳举行灯光秀”为谣言。",
        "所谓“贵阳地铁5号线6月28日开通”系谣言。",
        "警方辟谣：网传“6月28日贵阳某商场举行抽奖活动”不实。",
        "有关部门表示，“6月28日贵阳举行马拉松”的消息不实。",
        "关于6月28日贵阳举行马拉松的说法不实。",
        "有网友称6月28日贵阳地铁5号线开通。经核实，该消息为虚假信息。",
        "It is untrue that the bridge was opened on May 4.",
        "A post said the bridge was opened on May 4. The claim is false.",
        "贵阳签约额5月增长一成。",
        "5月1日，大桥开通三周年。",
    ],
)
def test_what_did_not_happen_is_no_event(text: str) -> None:
    assert told(text) == []


def test_what_is_told_beside_a_denial_is_an_event() -> None:
    text = "网传“5月4日贵阳举行灯光秀”不实，5月5日贵阳举行音乐会。"
    assert [(one.day, one.object) for one in events(text)] == [("2026-05-05", "音乐会")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The library will open in Guiyang on June 3.", "2026-06-03"),
        ("The library is due to open in Guiyang on 3 January.", "2027-01-03"),
        ("The congress is scheduled for June 3 in Guiyang.", "2026-06-03"),
        ("A fair will be held in Guiyang next Tuesday.", "2026-05-19"),
        ("A fair to be held in Guiyang on June 3 is free.", "2026-06-03"),
        ("贵阳图书馆将于6月3日开馆。", "2026-06-03"),
        ("贵阳定于6月3日召开大会。", "2026-06-03"),
        ("自6月3日起，贵阳启用新公交卡。", "2026-06-03"),
        ("贵阳将于下周二举办博览会。", "2026-05-19"),
    ],
)
def test_what_is_planned_for_a_day_is_an_event_to_come(text: str, day: str) -> None:
    (event,) = events(text)
    assert (event.day, event.is_ahead, event.place_id) == (day, True, "guiyang")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("听证会于5月18日上午9时在贵阳举行。", "2026-05-18"),
        ("笔试于7月4日举行，缴费标准为每科50元。", "2026-07-04"),
        ("决赛6月20日在贵阳举行，门票50元。", "2026-06-20"),
        ("会议8月4日在贵阳召开。", "2026-08-04"),
        ("时间：6月15日举行讲座。", "2026-06-15"),
        ("新馆7月1日开馆。", "2026-07-01"),
        ("中签名单6月30日公布。", "2026-06-30"),
        ("7月1日，贵阳地铁5号线开通。", "2026-07-01"),
        ("听证会周六在贵阳举行。", "2026-05-16"),
        ("讲座25日在贵阳举行。", "2026-05-25"),
        ("The hearing is held on July 4.", "2026-07-04"),
    ],
)
def test_a_day_of_no_tense_is_the_nearer_one(text: str, day: str) -> None:
    (event,) = events(text)
    assert (event.day, event.is_ahead) == (day, True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月20日，大会在贵阳召开。", "2025-12-20"),
        ("论坛4月20日在贵阳举行。", "2026-04-20"),
        ("发布会7月4日在贵阳举行了。", "2025-07-04"),
        ("展览已于7月4日闭幕。", "2025-07-04"),
        ("7月4日，贵阳成功举办运动会。", "2025-07-04"),
        ("周一，贵阳举办论坛。", "2026-05-11"),
        ("论坛10日在贵阳举行。", "2026-05-10"),
        ("论坛30日在贵阳举行。", "2026-04-30"),
        ("The hearing took place on July 4.", "2025-07-04"),
    ],
)
def test_a_day_that_is_nearer_or_told_as_past_is_past(text: str, day: str) -> None:
    (event,) = events(text)
    assert (event.day, event.is_ahead) == (day, False)


def test_both_days_of_a_fair_to_come_are_to_come() -> None:
    text = "灯会6月10日开幕，7月3日闭幕。"
    assert [(one.day, one.object) for one in events(text)] == [
        ("2026-06-10", "灯会"),
        ("2026-07-03", "灯会"),
    ]


def test_an_event_of_several_days_has_its_last_one() -> None:
    (english,) = events("The expo was held in Guiyang from April 28 to May 2.")
    (chinese,) = events("4月28日至5月2日，博览会在贵阳举行。")
    assert (english.day, english.until) == (chinese.day, chinese.until)
    assert (english.day, english.until) == ("2026-04-28", "2026-05-02")


def test_what_was_done_at_an_event_is_of_its_day_and_place() -> None:
    english = "The expo opened in Guiyang on May 9. At the expo, 32 contracts were signed."
    chinese = "博览会5月9日在贵阳开幕。博览会上，签约项目32个。"
    for text in (english, chinese):
        assert told(text) == [
            ("meeting", "2026-05-09", "guiyang"),
            ("signing", "2026-05-09", "guiyang"),
        ]


def test_each_event_of_a_sentence_has_its_own_day() -> None:
    text = "The firm, founded on 3 May 2001, signed a contract with Foshan on Monday."
    assert [(kind, day) for kind, day, _ in told(text)] == [
        ("launch", "2001-05-03"),
        ("signing", "2026-05-11"),
    ]


def test_an_event_is_told_once() -> None:
    text = "The data expo opened on May 9. On May 9 the expo was opened by the mayor."
    assert len(events(text)) == 1


def test_an_event_says_what_it_was_of_and_where_that_stands() -> None:
    for text, what in (
        ("On Monday Guiyang launched a new bus line.", "new bus line"),
        ("The new bus line was launched on Monday.", "new bus line"),
        ("周一，贵阳启用新公交线路。", "新公交线路"),
        ("新公交線路週一在貴陽啟用。", "新公交線路"),
    ):
        (event,) = events(text)
        assert event.object == what
        assert event.sentence == text[event.begin :].strip()
        assert text[event.start : event.end] in ("launched", "启用", "啟用")


def test_the_place_is_that_of_the_title_where_a_text_names_none() -> None:
    (event,) = events("The fair was held on May 9.", "A fair in Guiyang")
    assert (event.place, event.place_id) == ("Guiyang", "guiyang")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("贵州村超总决赛5月10日在榕江县举行。", "榕江县"),
        ("贵州省白酒协会年会5月10日在仁怀召开。", "仁怀"),
        ("贵州大学与北京大学5月10日在安顺签署合作协议。", "安顺"),
        ("5月10日，贵州省足协在凯里成立。", "凯里"),
        ("贵州旅发大会5月10日在黔东南州召开。", "黔东南州"),
        ("贵州文博会5月10日在仁怀市茅台镇开幕。", "仁怀市"),
        ("贵州茶博会5月10日在贵阳开幕。", "贵阳"),
        ("贵阳音乐节5月10日在公园举行。", "贵阳"),
        ("贵阳运动会5月10日在市政府广场举行。", "贵阳"),
        ("贵阳听证会于下周二举行。", "贵阳"),
        ("5月10日，贵阳在会上签署协议。", "贵阳"),
        ("The Guizhou league final was held in Rongjiang county on May 10.", "Rongjiang county"),
        ("The Guizhou liquor fair opened in Renhuai on May 10.", "Renhuai"),
        ("The Guizhou beer fair was held in April in Guiyang.", "Guiyang"),
        ("The Guiyang fair was held in English on May 10.", "Guiyang"),
    ],
)
def test_an_event_is_where_it_was_not_where_its_name_says(text: str, place: str) -> None:
    assert [one.place for one in events(text)] == [place]


def test_without_a_day_of_publication_only_whole_dates_count() -> None:
    text = "The fair was held on May 9. The pact was signed on 9 May 2026."
    assert [one.day for one in facts_of(text).events] == ["2026-05-09"]


@given(
    st.lists(
        st.sampled_from(
            [
                "signed ",
                "opened ",
                "on May 5",
                ", ",
                "。",
                "签署",
                "协议",
                "5月5日",
                "将",
                "in ",
                "1",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_has_events_at_their_places(text: str) -> None:
    for one in events(text):
        assert 0 <= one.begin <= one.start < one.end <= len(text)
        assert text[one.begin :].startswith(one.sentence)
        date.fromisoformat(f"{one.day}-01-01"[:10])


def test_events_of_a_long_text_take_linear_time() -> None:
    for piece in (
        "signed on May 5 " * 3_500,
        "签约5月5日" * 8_000,
        "opened, which " * 4_000,
        "will be held " * 4_500,
        "将于" * 30_000,
        "5月5日举行" * 8_000,
    ):
        with cpu() as spent:
            facts_of(piece, published=PUBLISHED)
        assert spent.under(5), spent


# In the archive

TEXT = "The data expo opened in Guiyang on 9 May 2026. It has 320 stands. " + " ".join(
    f"word{number}" for number in range(60)
)


@pytest.fixture
def filled(archive: Path) -> Path:
    """An article that tells an event and has a figure; Li may decide."""
    (number,) = keep(archive, page_of(1, body=TEXT))
    with Archive.open(archive) as store, store.writing() as tx:
        tx.articles.facts.replace(number, facts_of(TEXT), FACTS_VERSION)
    let_in(archive, "Li")
    return archive


def test_events_are_kept_listed_and_told_in_every_document(
    filled: Path, hubwatch: CommandLine
) -> None:
    db = ("--db", str(filled))
    (listed,) = hubwatch(*db, "facts", "--kind", "meeting", "--json").json
    assert (listed["kind"], listed["value"], listed["unit"]) == ("meeting", "2026-05-09", "date")
    assert (listed["object"], listed["place_id"], listed["to_come"]) == (
        "data expo",
        "guiyang",
        False,
    )
    assert hubwatch(*db, "facts", "--kind", "signing", "--json").json == []
    assert "meeting" in hubwatch(*db, "facts", "--kind", "meeting").out

    shown = hubwatch(*db, "show", listed["article"], "--json").json["facts"]
    (story,) = hubwatch(*db, "stories", "--json").json
    exported = json.loads(hubwatch(*db, "export").out)["facts"]
    for facts in (shown, story["facts"], exported):
        assert [one["kind"] for one in facts] == ["meeting", "figure"]


def test_people_correct_an_event_and_that_stays_when_it_is_read_again(
    filled: Path, hubwatch: CommandLine
) -> None:
    db = ("--db", str(filled))
    event, figure = hubwatch(*db, "facts", "--json").json
    said = ("--kind", "launch", "--day", "2026-05-08", "--place", "Zunyi", "--by", "Ana")
    assert hubwatch(*db, "facts", "correct", event["id"], *said).code == 0
    assert hubwatch(*db, "facts", "correct", figure["id"], *said).code == 1
    assert hubwatch(*db, "facts", "correct", event["id"], "--value", 3, "--by", "Ana").code == 1
    with Archive.open(filled) as store, store.writing() as tx:
        tx.articles.facts.replace(event["article"], facts_of(TEXT), FACTS_VERSION)

    (again,) = hubwatch(*db, "facts", "--kind", "launch", "--json").json
    assert (again["kind"], again["right_kind"], again["right_day"], again["right_place"]) == (
        "meeting",
        "launch",
        "2026-05-08",
        "Zunyi",
    )
    assert hubwatch(*db, "facts", "--kind", "meeting", "--json").json == []
    with Archive.open_readonly(filled) as store:
        (kept,) = store.articles.facts.find(FactQuery(kinds=("launch",)))
    assert kept.event_as_said is not None
    assert (kept.event_as_said.day, kept.event_as_said.place) == ("2026-05-08", "Zunyi")


def test_a_city_tells_the_events_of_its_stories_and_people_judge_them(filled: Path) -> None:
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, "link-of-Li")
        city = client.get("/city/Guiyang").text
        assert "data expo: meeting, 2026-05-09 (Guiyang)" in city
        with Archive.open_readonly(filled) as store:
            (kept,) = store.articles.facts.find(FactQuery(kinds=("meeting",)))
        named = [("fact", kept.id), ("mark", kept.mark), ("do", "correct"), ("to", "/story/1")]
        said = [("kind", "launch"), ("day", "2026-05-09"), ("place", "Guiyang"), ("object", "")]
        assert client.post("/fact", [*named, *said[:1], ("day", "soon")]).status == 400
        client.post("/fact", [*named, *said])
        assert "data expo: launch, 2026-05-09 (Guiyang)" in client.get("/city/Guiyang").text
        client.post("/digests", [("basis", "since-last"), ("scope", "all"), ("grouping", "city")])
        draft = client.get("/digests/1").text
        assert "320" in draft
        assert "launch, 2026-05-09" not in draft


def test_a_rejected_event_is_not_told(filled: Path) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        (kept,) = store.articles.facts.find(FactQuery(kinds=("meeting",)))
        tx.articles.facts.review(kept, FactReview(FactVerdict.REJECTED, "Ana", "", NOW))
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, "link-of-Li")
        assert "meeting, 2026-05-09" not in client.get("/city/Guiyang").text


def test_events_of_texts_in_a_file_stand_beside_the_facts(hubwatch: CommandLine) -> None:
    said = {"id": "a", "published": "2026-05-14", "body": "5月10日，贵阳签署协议。6月1日前报名。"}
    Path("said.jsonl").write_text(json.dumps(said) + "\n", "utf-8")

    (line,) = hubwatch("facts", "said.jsonl", "--json").json_lines

    assert [(one["kind"], one["value"]) for one in line["facts"]] == [("deadline", "2026-06-01")]
    assert [(one["kind"], one["date"]) for one in line["events"]] == [
        ("signing", "2026-05-10"),
        ("deadline", "2026-06-01"),
    ]
    (line,) = hubwatch("facts", "said.jsonl", "--json", "--kind", "signing").json_lines
    assert (line["facts"], len(line["events"])) == ([], 1)

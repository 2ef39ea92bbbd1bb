"""Which reports are worth comparing: what few have in common, not what all of a place have."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.events.joins import (
    EventEvidence,
    Profile,
    anchors_of,
    evidence_of,
    is_joined,
    most_evidence,
    profile_of,
    report_of,
)
from storage.archive import Archive
from storage.contradictions import ContradictionQuery
from storage.stories.queries import (
    anchor_of,
    pack_anchors,
    unpack_anchors,
    unpack_keys,
)
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE, insert
from tests.support.paths import ROOT

LABELLED = Path(__file__).parent / "labelled"
_NUMBERS = st.integers(min_value=0, max_value=2**32 - 1)


def profiles() -> list[Profile]:
    found = []
    for name in ("events.jsonl", "events_tuned.jsonl"):
        for line in (LABELLED / name).read_text("utf-8").splitlines():
            each = json.loads(line)
            day = date.fromisoformat(each["published"][:10])
            language = each.get("language", "")
            report = report_of(each["source"], language, day, each["title"], each["body"])
            found.append(profile_of(report, each.get("city") or ""))
    return found


def test_what_anchors_allow_is_never_less_than_what_reports_share() -> None:
    pairs = [two for two in permutations(profiles(), 2) if two[0].places & two[1].places]
    assert len(pairs) > 100
    for one, other in pairs:
        across = one.report.language != other.report.language
        shared = {*anchors_of(one).values()} & {*anchors_of(other).values()}
        found = evidence_of(one, other)
        most = most_evidence(one, shared, frozenset(), across=across)
        assert found.strength <= round(most, 2), (one.report.title, other.report.title)
        for least in (2.5, 4.2, 7.5):
            soon = evidence_of(one, other, least=least)
            assert soon == found if found.strength >= least else soon.strength < least


def test_subjects_that_are_common_weigh_nothing() -> None:
    for one, other in permutations(profiles()[:12], 2):
        found = evidence_of(one, other, one.subjects)
        assert found.subjects == ()
        assert found.strength <= evidence_of(one, other).strength


@given(
    st.sets(st.tuples(_NUMBERS, _NUMBERS), max_size=40),
    st.integers(min_value=date(1990, 1, 1).toordinal(), max_value=date(2200, 1, 1).toordinal()),
)
def test_anchors_come_back_as_they_were_laid(found: set[tuple[int, int]], day: int) -> None:
    anchors = tuple({anchor_of(*each): None for each in found})
    packed = pack_anchors(anchors, day)
    assert unpack_anchors(packed) == ((anchors, day) if anchors else ((), 0))
    assert all(0 <= key < 2**63 for key in unpack_keys(packed))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(min_value=700_000, max_value=740_000),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=60),
)
def test_an_anchor_is_found_in_its_days_and_no_others(
    store: Archive, day: int, before: int, after: int
) -> None:
    anchor, days = anchor_of(3, 7), (day - before, day + after)
    with store.writing() as tx:
        number = store._db.execute("SELECT max(id) FROM articles").fetchone()[0]
        if number is None:
            applied = tx.articles.apply(insert(), source_id=SOURCE.id, run_id=None, now=NOW)
            number = applied.article_id
        tx.stories.events.lay({number: ((anchor, anchor_of(3, 9)), day)})
        events = tx.archive.stories.events
        assert events.counts([anchor], days, 10) == {anchor: 1}
        assert events.sharing([anchor], days) == [(anchor, number)]
        for beside in ((day - before - 2, day - 1), (day + 1, day + 2 + after)):
            assert events.sharing([anchor], beside) == []
            assert events.counts([anchor], beside, 10) == {anchor: 0}
        assert events.sharing([anchor_of(3, 8), anchor_of(4, 7)], days) == []


_ROADS = ("Harbour", "Orchard", "Mill", "Station", "College", "Garden", "Bridge", "Market")


def _notice(number: int) -> dict[str, str]:
    """One of many notices with one form: only where, when and how many differ."""
    day = date(2026, 9, 28) - timedelta(days=number // 12)
    until = day + timedelta(days=1 + number % 3)
    where, count = _ROADS[number % 8], 120 + 37 * number % 801
    body = (
        f"The water supply of residents along {where} Road will be suspended from 8 am on "
        f"{until:%B} {until.day} for the renovation of pipelines, affecting {count} households.\n"
        "The water company reminds residents to store water and thanks them for their support."
    )
    source = f"en{number % 2}"
    return {
        "url": f"http://{source}.test/{number}.htm",
        "source": source,
        "title": f"Notice on the suspension of water supply, {where} Road, No {number}",
        "published": day.isoformat(),
        "language": "en",
        "city": "Guiyang",
        "body": body,
    }


_TWO = (
    {
        "url": "http://en0.test/fair.htm",
        "source": "en0",
        "title": "Robot fair opens with 214 exhibitors",
        "published": "2026-09-20",
        "language": "en",
        "city": "Guiyang",
        "body": "A robot fair opened on September 19 with 214 exhibitors. Contracts worth 3.7 "
        "billion yuan were signed for 46 projects, and 58,300 visitors came.",
    },
    {
        "url": "http://zh.test/fair.htm",
        "source": "zh",
        "title": "机器人博览会开幕",
        "published": "2026-09-20",
        "language": "zh",
        "city": "Guiyang",
        "body": "9月19日，机器人博览会开幕，214家参展商参展，签约项目51个，金额37亿元，"
        "5.83万名观众到场。",
    },
)


@pytest.mark.parametrize("kept", [2048, 40])  # a crawl failed that had compared more than are kept
def test_notices_of_one_form_are_not_compared_and_what_is_rare_among_them_is(
    archive: Path,
    hubwatch: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kept: int,
) -> None:
    monkeypatch.setattr("scraper.events.catch_up._PROFILES", {})
    monkeypatch.setattr("scraper.events.catch_up._MOST_PROFILES", kept)
    asked: list[tuple[str, str]] = []

    def seen(one: Profile, other: Profile, *rest: object) -> EventEvidence:
        asked.append((one.report.title, other.report.title))
        return evidence_of(one, other, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("scraper.events.catch_up.evidence_of", seen)
    file = tmp_path / "in.jsonl"
    lines = [*map(_notice, range(200)), *_TWO]
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in lines), "utf-8")
    assert hubwatch("--db", archive, "init").code == 0
    assert hubwatch("--db", archive, "import", file).code == 0
    told = json.loads(hubwatch("--db", archive, "stories", "--limit", "500", "--json").out)
    by_event: dict[int, list[str]] = {}
    for story in told:
        by_event.setdefault(story["event"], []).append(story["articles"][0]["url"])
    several = [sorted(urls) for urls in by_event.values() if len(urls) > 1]
    assert several == [sorted(each["url"] for each in _TWO)]
    assert len(asked) < 4 * len(lines)  # both passes; twelve each may be
    with Archive.open_readonly(archive) as store:
        found = store.stories.contradictions.find(ContradictionQuery())
    (fair,) = [one.found for one in found if "fair" in one.first.url + one.second.url]
    assert sorted(claim.value[:2] for claim in (fair.first, fair.second)) == ["46", "51"]


_APART = [
    (
        (
            "zh",
            "鲜活农产品一周行情（4月7日—4月13日）",
            "寿光市农产品批发市场4月14日发布：上周鲜活农产品价格小幅下行。黄瓜均价3.42元/公斤，环比下跌2.3%；"
            "番茄均价4.86元/公斤，环比上涨1.1%；尖椒均价7.15元/公斤，环比持平。",
        ),
        (
            "zh",
            "鲜活农产品一周行情（4月14日—4月20日）",
            "寿光市农产品批发市场4月21日发布：上周鲜活农产品价格继续下行。黄瓜均价3.31元/公斤，环比下跌3.2%；"
            "番茄均价4.86元/公斤，环比持平；尖椒均价7.15元/公斤，环比持平。",
        ),
        "day",
    ),
    (
        (
            "zh",
            "雨城雅安启动地质灾害Ⅲ级响应 青衣江沿线两条公路停运",
            "雅安市转移群众2140人，青衣江水位涨至572.6米，沿江36处堤段有人值守，两条公路停运。",
        ),
        (
            "zh",
            "雅安终止地质灾害Ⅲ级响应 青衣江沿线公路恢复通行",
            "雅安市2140人陆续返家，青衣江洪峰水位572.6米，沿江36处堤段照常巡查，两条公路恢复通行。",
        ),
        "act",
    ),
]


@pytest.mark.parametrize(("one", "other", "against"), _APART)
def test_another_week_and_the_end_of_a_thing_are_other_events(
    one: tuple[str, str, str], other: tuple[str, str, str], against: str
) -> None:
    day = date(2025, 4, 14)
    profiles = [
        profile_of(report_of("a", language, day, title, body), "")
        for language, title, body in (one, other)
    ]
    assert against in evidence_of(*profiles).against
    assert not is_joined(evidence_of(*profiles), across=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("雅安解除暴雨红色预警", "Ya'an lifts its red alert"),
        ("雅安地铁停运", "Trains suspended in Ya'an"),
        ("停运三天的地铁恢复运营", "Metro resumes"),
    ],
)
def test_what_begins_in_both_titles_or_ends_in_both_is_one(one: str, other: str) -> None:
    day = date(2025, 4, 14)
    profiles = [
        profile_of(report_of("a", language, day, title, ""), "yaan")
        for language, title in (("zh", one), ("en", other))
    ]
    assert evidence_of(*profiles).against == ()


def test_the_readings_of_characters_are_loaded_without_the_phrases() -> None:
    look = (
        "import sys; from scraper.events.lexicon import spoken; "
        "print('guiyang' in spoken('贵阳'), 'pypinyin.phrases_dict' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False"], done.stderr


_DAY = date(2026, 6, 9)


def evidence_across(one: tuple[str, str], other: tuple[str, str]) -> EventEvidence:
    """What a Chinese and an English report of one city and day share."""
    reports = (report_of("a", "zh", _DAY, *one), report_of("b", "en", _DAY, *other))
    return evidence_of(*(profile_of(each, "Fuzhou") for each in reports))


_TWO_THINGS = [
    (
        "number",
        ("地铁13号线开通", "6月9日，福州地铁13号线一期开通，全长29公里，设站21座。"),
        (
            "Metro Line 17 opens",
            "Phase two of Line 17 opened on June 9. The metro is 29 km long with 21 stations.",
        ),
    ),
    (
        "number",
        ("开通公交快线", "6月9日，福州开通快线12号公交线路，全长18公里，设站14座。"),
        (
            "Night bus begins",
            "Night bus line 5 began running on June 9. The line is 18 km long and has 14 stops.",
        ),
    ),
    (
        "number",
        ("第七中学校庆", "6月9日，福州市第七中学举行建校70周年庆典，3120名校友参加。"),
        (
            "School turns 70",
            "No. 9 Middle School held its 70th anniversary on June 9 with 3,120 former pupils.",
        ),
    ),
    (
        "district",
        ("台江区火灾", "6月9日，台江区一家超市发生火灾，3人受伤，8辆消防车到场。"),
        (
            "Fire in Cangshan",
            "A fire in a shop in Cangshan district on June 9 hurt three. Eight fire engines came.",
        ),
    ),
    (
        "kind",
        ("书法展开幕", "6月9日，书法作品展在福建博物院开幕，展出作品150件，展期至7月9日。"),
        (
            "Sculpture exhibition opens",
            "An exhibition of 150 sculptures opened at the museum on June 9. It runs until July 9.",
        ),
    ),
    (
        "kind",
        ("公交车相撞", "6月9日7时，福州两辆公交车相撞，17人受伤。"),
        ("Bus fire", "A bus caught fire in Fuzhou on June 9. Seventeen passengers were hurt."),
    ),
    (
        "kind",
        ("居民楼起火", "6月9日，福州一居民楼起火，12人受伤。"),
        ("Boat fire", "A fishing boat caught fire off Fuzhou on June 9, injuring 12 people."),
    ),
    (
        "kind",
        ("曼谷航线开通", "6月9日，福州至曼谷直飞航线开通，每周4班。"),
        ("Osaka flights", "A direct flight to Osaka was launched on June 9, four times a week."),
    ),
    (
        "kind",
        ("残疾人招聘会", "6月9日，福州举办残疾人招聘会，42家企业提供岗位860个。"),
        ("Job fair", "At a job fair for graduates on June 9, 42 companies offered 860 jobs."),
    ),
    (
        "person",
        ("诈骗案宣判", "6月9日，法院对赵敏诈骗案宣判，判处有期徒刑11年，罚金50万元。"),
        (
            "Man jailed",
            "The court sentenced Sun Hao to 11 years in prison on June 9. He pays 500,000 yuan.",
        ),
    ),
    (
        "figures",
        ("招聘会举行", "6月9日，福州举办招聘会，45家企业提供岗位980个。"),
        (
            "Job fair for veterans",
            "A job fair for veterans was held on June 9. Some 120 companies offered 3,000 jobs.",
        ),
    ),
]


@pytest.mark.parametrize(("against", "one", "other"), _TWO_THINGS)
def test_two_things_of_one_city_and_day_are_not_joined(
    against: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    evidence = evidence_across(one, other)
    assert against in evidence.against
    assert not is_joined(evidence, across=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("商场火灾", "6月9日，福州台江区一商场起火，3人受伤，8辆消防车到场。"),
            (
                "Fire at shopping center",
                "A fire at a shopping center in Taijiang district hurt three on June 9. "
                "Eight fire engines came.",
            ),
        ),
        (
            ("公交车起火", "6月9日，福州一辆公交车与货车相撞后起火，17人受伤。"),
            (
                "Seventeen hurt in bus fire",
                "A bus caught fire after it collided with a truck on June 9. Seventeen were hurt.",
            ),
        ),
        (
            ("18号线三期开通", "6月9日，地铁18号线三期开通，全长13公里，设站8座，与1号线换乘。"),
            (
                "Line 18 extended",
                "Phase three of Line 18 opened on June 9. The metro is 13 km long with 8 stations.",
            ),
        ),
        (
            ("书画展开幕", "6月9日，书画展在美术馆开幕，展出书画作品150件，展期至7月9日。"),
            (
                "Paintings and calligraphy",
                "An exhibition of 150 works of painting and calligraphy opened on June 9 "
                "at the art museum until July 9.",
            ),
        ),
        (
            ("诈骗案宣判", "6月9日，法院对赵敏诈骗案宣判，判处有期徒刑11年，罚金50万元。"),
            (
                "Woman jailed for fraud",
                "Zhao Min was sentenced by a court to 11 years in prison on June 9 for fraud "
                "and fined 500,000 yuan.",
            ),
        ),
        (
            ("老年大学开学", "6月9日，福州老年大学开学，3420名学员报到，开设62个班。"),
            (
                "University for the elderly begins",
                "The university for the elderly began on June 9 with 3,420 students in 62 classes.",
            ),
        ),
    ],
)
def test_one_thing_of_a_city_and_day_stays_joined(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    evidence = evidence_across(one, other)
    assert not evidence.against
    assert is_joined(evidence, across=True)

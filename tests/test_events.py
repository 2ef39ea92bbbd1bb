"""Events: stories in two languages that tell one thing, and what must stay apart. All invented."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from desk.documents.events import ties
from desk.web.events import other_stories
from scraper.events.catch_up import find_events, find_events_again
from scraper.events.joins import Profile, evidence_of, profile_of, report_of
from scraper.events.lexicon import shared_words, subjects
from storage.archive import Archive
from storage.text import simplify
from tests.support.cli import CommandLine

ARTICLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "labelled" / "events.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
FIELDS = ("url", "source", "title", "published", "language", "city", "body")


@pytest.fixture
def told(archive: Path, hubwatch: CommandLine, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Address → the story it is in, as `stories --json` has it."""
    file = tmp_path / "in.jsonl"
    lines = [{key: each[key] for key in FIELDS if key in each} for each in ARTICLES]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    assert hubwatch("--db", archive, "init").code == 0
    assert hubwatch("--db", archive, "import", file).code == 0
    return stories(archive, hubwatch)


def stories(archive: Path, hubwatch: CommandLine) -> dict[str, dict[str, Any]]:
    found = json.loads(hubwatch("--db", archive, "stories", "--limit", "500", "--json").out)
    return {place["url"]: story for story in found for place in story["articles"]}


def test_reports_of_one_event_are_joined_and_no_others(told: dict[str, dict[str, Any]]) -> None:
    by = {each["url"]: each for each in ARTICLES}
    members = defaultdict(list)
    for url, story in told.items():
        members[story["event"]].append(url)
    joined = {frozenset(two) for found in members.values() for two in combinations(found, 2)}
    meant = {
        frozenset(two) for two in combinations(by, 2) if by[two[0]]["event"] == by[two[1]]["event"]
    }
    wrong = [tuple(by[url]["title"] for url in two) for two in joined - meant]
    assert not wrong
    across = [two for two in meant if len({by[url]["language"] for url in two}) == 2]
    assert len([two for two in across if two in joined]) / len(across) >= 0.9


def test_the_order_of_arrival_does_not_matter(
    told: dict[str, dict[str, Any]], archive: Path
) -> None:
    def groups(store: Archive) -> set[frozenset[int]]:
        found = defaultdict(set)
        ids = [row[0] for row in store._db.execute("SELECT id FROM stories").fetchall()]
        for story, event in store.stories.events.of_stories(ids).items():
            found[event].add(story)
        return {frozenset(each) for each in found.values()}

    with Archive.open(archive) as store:
        before = groups(store)
        with store.writing() as tx:
            for (article,) in store._db.execute(
                "SELECT id FROM articles ORDER BY id DESC"
            ).fetchall():
                tx.stories.events.forget(article)
            tx._db.execute("INSERT INTO event_due SELECT id FROM articles")
        assert find_events(store) == len(ARTICLES)
        assert groups(store) == before
        assert find_events(store) == 0


def test_events_are_found_again_and_what_is_cut_short_goes_on(
    told: dict[str, dict[str, Any]], archive: Path, hubwatch: CommandLine
) -> None:
    def links(store: Archive) -> set[tuple[int, int, float]]:
        sql = "SELECT article_id, other_id, strength FROM event_links"
        return set(store._db.execute(sql).fetchall())

    with Archive.open(archive) as store:
        before = links(store)
        assert before
        with store.writing() as tx:
            tx._db.execute("DELETE FROM event_links")
            tx._db.execute("DELETE FROM event_anchors")
            tx._db.execute("DELETE FROM event_reports")
        assert next(find_events_again(store, 10)) == 10
        assert store.stories.events.unlooked() == len(ARTICLES) - 10
        assert links(store) != before
    ended = hubwatch("--db", archive, "reread", "events", "--json")
    assert json.loads(ended.out) == {"articles": len(ARTICLES) - 10}
    with Archive.open(archive) as store:
        assert links(store) == before
        assert store.stories.events.unlooked() == len(ARTICLES)
    assert str(len(ARTICLES)) in hubwatch("--db", archive, "reread", "events").err


def test_people_part_and_join_and_that_stays(
    told: dict[str, dict[str, Any]], archive: Path, hubwatch: CommandLine
) -> None:
    url, story = next((u, s) for u, s in told.items() if s["event"] != s["id"])
    one, other = str(story["event"]), str(story["id"])
    shown = json.loads(hubwatch("--db", archive, "stories", "event", other, "--json").out)
    assert [each["id"] for each in shown["stories"]] == [int(one), int(other)]
    assert shown["links"][0]["strength"] >= 4.2
    by = ("--by", "Ana", "--why", "the second station")
    assert hubwatch("--db", archive, "stories", "unlink", other, one, *by).code == 0
    assert stories(archive, hubwatch)[url]["event"] == int(other)
    with Archive.open(archive) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO event_due SELECT id FROM articles")
    with Archive.open(archive) as store:
        find_events(store)
    assert stories(archive, hubwatch)[url]["event"] == int(other)
    ended = hubwatch("--db", archive, "stories", "event", other, "--undo", "1", "--by", "Bo")
    assert ended.code == 0, ended.err
    assert stories(archive, hubwatch)[url]["event"] == int(one)
    alone = next(u for u, s in told.items() if s["event"] == s["id"] != int(one))
    third = str(told[alone]["id"])
    assert hubwatch("--db", archive, "stories", "link", one, third, "--by", "Ana").code == 0
    assert stories(archive, hubwatch)[alone]["event"] == min(int(one), int(third))
    assert stories(archive, hubwatch)[alone]["state"] == "open"


def test_what_cannot_be_said_of_events(archive: Path, hubwatch: CommandLine) -> None:
    assert hubwatch("--db", archive, "init").code == 0
    for line in (("event", "7"), ("link", "7", "8", "--by", "Ana"), ("link", "7", "--by", "Ana")):
        ended = hubwatch("--db", archive, "stories", *line)
        assert ended.code == 1, line
        assert len(ended.err.splitlines()) == 1


def test_the_desk_shows_what_other_stories_tell_of_the_event(
    told: dict[str, dict[str, Any]], archive: Path
) -> None:
    story = next(s for s in told.values() if s["event"] != s["id"])
    with Archive.open_readonly(archive) as store:
        (other,) = other_stories(store, story["id"])
        assert other.number == story["event"]
        assert other.ties
        assert other_stories(store, 999) == ()


def test_what_both_are_said_to_have_stands_in_both(
    told: dict[str, dict[str, Any]], archive: Path
) -> None:
    with Archive.open_readonly(archive) as store:
        links = store.stories.events.links_between([story["id"] for story in told.values()])
        assert any(link.across for link in links)
        paired = 0
        for link in links:
            texts = [
                simplify(f"{article.title} {article.body}").lower()
                for article in store.articles.get_many([link.article_id, link.other_id])
            ]
            found = link.evidence
            known = len([*found["days"], *found["figures"], *found["names"]])
            for word in ties(store, link)[known:]:
                one, _, other = simplify(word).lower().partition(" / ")
                assert one in texts[0]
                assert (other or one) in texts[1]
                paired += bool(other)
        assert paired


BLOOD = (
    "3月{day}日，衢州市中心血站通报库存：A型血{a}单位，B型血{b}单位，O型血{o}单位，当日有{n}人献血，"
    "全部血液已送检。临床用血由血站统一调配，请符合条件的市民前往西安门献血屋，并带好身份证件。"
    "献血前一晚请早睡，早餐宜清淡，献血后请在屋内休息十五分钟再离开，当天不要做剧烈运动。"
)
LOST = (
    "{who}的公证员执业证因保管不慎遗失，证号尾数{n}，现声明作废。持证人所在的公证处已向司法局报告，"
    "并在报纸上登出启事。捡到者请交到最近的司法所，冒用此证者将依法承担责任。特此声明。{city}市公证协会。"
)
PILES = (
    "The Harbour Office of Quzhou informs mariners that pile driving at berth {berth} goes on "
    "until {day} March. Vessels of more than {long} metres keep {off} metres off the works, and "
    "the speed limit is {knots} knots. Skippers call the duty officer before they pass and keep a "
    "good watch."
)


@pytest.mark.parametrize(
    ("form", "fillings"),
    [
        (
            BLOOD,
            (
                {"day": 10, "a": 310, "b": 288, "o": 402, "n": 57},
                {"day": 10, "a": 295, "b": 301, "o": 366, "n": 57},
                {"day": 11, "a": 287, "b": 268, "o": 391, "n": 64},
            ),
        ),
        (
            LOST,
            (
                {"who": "汪小满", "n": 31, "city": "衢州"},
                {"who": "钱一鸣", "n": 31, "city": "衢州"},
                {"who": "邵文静", "n": 74, "city": "丽水"},
            ),
        ),
        (
            PILES,
            (
                {"berth": 4, "day": 21, "long": 60, "off": 150, "knots": 5},
                {"berth": 4, "day": 21, "long": 75, "off": 200, "knots": 5},
                {"berth": 7, "day": 25, "long": 60, "off": 120, "knots": 6},
            ),
        ),
    ],
)
def test_notices_from_one_form_tell_other_events_and_do_not_contradict_each_other(
    form: str,
    fillings: tuple[dict[str, str | int], ...],
    archive: Path,
    hubwatch: CommandLine,
    tmp_path: Path,
) -> None:
    titles = {BLOOD: "血站通报库存", LOST: "关于{who}执业证遗失的声明", PILES: "Harbour notice"}
    file = tmp_path / "in.jsonl"
    lines = (
        {
            "url": f"https://port.test/{number}.htm",
            "source": "port-quzhou",
            "title": titles[form].format(**filling),
            "published": "2026-03-10",
            "city": "Quzhou",
            "body": form.format(**filling),
        }
        for number, filling in enumerate(fillings)
    )
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert hubwatch("--db", archive, "init").code == 0
    assert hubwatch("--db", archive, "import", file).code == 0
    assert len({story["event"] for story in stories(archive, hubwatch).values()}) == len(fillings)
    assert json.loads(hubwatch("--db", archive, "contradictions", "--json").out) == []


def test_a_day_named_without_its_month_ties_and_parts() -> None:
    def told(day: int, body: str) -> Profile:
        return profile_of(report_of("a", "zh", date(2026, 3, day), "", body), "Changzhou")

    signed = told(14, "13日，常州市政府与物理研究所签署协议，共建储能研究院，首期投入5亿元。")
    again = told(14, "物理研究所与常州市政府昨日签约，建设储能研究院，一期投资5亿元。")
    later = told(18, "17日，常州市政府与南京大学签署协议，共建智能研究院，首期投入5亿元。")
    heard = told(14, "记者12日从常州市政府获悉，储能研究院工期为400日，每月5日放假。")
    assert evidence_of(signed, again).days == ("03-13",)
    assert "day" in evidence_of(signed, later).against
    assert "day" not in evidence_of(signed, heard).against


def test_words_that_only_may_mean_one_thing_are_not_said_to_stand_in_both() -> None:
    one, other = (
        "實驗室在夏季的博览会上揭牌",
        "The lab opened at the fair this summer. An open lab.",
    )
    among = subjects(one) & subjects(other)
    assert shared_words(one, other, among) == (
        "實驗室 / lab", "夏季 / summer", "博览会 / fair", "揭牌 / opened",
    )  # fmt: skip
    assert shared_words("警方侦破案件", "警方已破案", subjects("侦破")) == ()


def test_no_question_about_events_reads_a_whole_table(
    told: dict[str, dict[str, Any]], archive: Path
) -> None:
    with Archive.open(archive) as store:
        asked: list[str] = []
        store._db.conn.set_trace_callback(asked.append)
        with store.writing() as tx:
            tx._db.execute("INSERT OR IGNORE INTO event_due SELECT id FROM articles LIMIT 5")
        find_events(store)
        store.stories.events.of_stories([1, 2])
        store.stories.events.links_between([1, 2])
        store._db.conn.set_trace_callback(None)
        steps = {
            (step[3], " ".join(sql.split()))
            for sql in asked
            if "event_" in sql and sql.lstrip().startswith(("SELECT", "DELETE", "UPDATE"))
            for step in store._db.conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        }
        assert any("event_anchors" in sql for _, sql in steps)
        grows = re.compile("SCAN (?:[a-z] |event_anchors|event_links|articles|readings)")
        assert not [
            each for each in steps if grows.match(each[0]) and "VIRTUAL TABLE" not in each[0]
        ]

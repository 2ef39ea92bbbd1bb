"""Contradictions over the archive: what is compared and kept, and what people say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date as day
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from desk.contradictions import marked
from scraper.events.catch_up import _version, find_contradictions
from scraper.events.statements import statements_of
from storage.archive import Archive
from storage.contradictions import (
    Claim,
    ClaimedBy,
    Contradiction,
    ContradictionVerdict,
    FoundContradiction,
)
from tests.support import browsers
from tests.support.browsers import NARROW
from tests.support.cli import CommandLine
from tests.support.contradicting import AGREES, EN, TWO, ZH, Desk, line
from tests.support.desks import NOW, Client, later, let_in, serving, sign_in


@pytest.fixture
def desk(archive: Path, hubwatch: CommandLine) -> Desk:
    return Desk(archive, hubwatch)


def test_two_reports_of_one_event_that_differ_are_found_with_their_proof(desk: Desk) -> None:
    desk.bring(*TWO)
    (one,) = desk.found()
    assert one.found.kind == "figure"
    assert (one.first.source_id, one.second.source_id) == ("zh-guiyang", "en-guiyang")
    for claim, body, value in (
        (one.found.first, ZH, "47个"),
        (one.found.second, EN, "52"),
    ):
        assert claim.revision == 1
        assert body[claim.start :].startswith(claim.sentence)
        assert claim.sentence[claim.place : claim.place + claim.length] == claim.value
        assert claim.value.startswith(value)
    assert str(one.first.day) == "2024-04-13"  # who said it first
    assert one.is_open
    assert not one.is_confirmed


@pytest.mark.parametrize(
    ("published", "printed"),
    [
        ("2024-04-13", "2024-04-13"),
        ("2024-04-13T07:30:00+08:00", "2024-04-13"),
        ("2024-04-13T23:30:00+08:00", "2024-04-13"),
        ("2024-04", "2024-04-01"),
    ],
)
def test_a_claim_is_of_the_day_that_its_page_prints(
    desk: Desk, published: str, printed: str
) -> None:
    desk.bring(line("https://zh.test/1.htm", "zh-guiyang", ZH, published=published), TWO[1])
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx._db.execute(
            "UPDATE readings SET published_zone = 'Asia/Shanghai', published_sort = CASE "
            "length(published) WHEN 10 THEN date(published, '-1 day') || 'T16:00:00Z' "
            "WHEN 7 THEN date(published || '-01', '-1 day') || 'T16:00:00Z' "
            "ELSE published_sort END"
        )
    (one,) = desk.found()
    days = {by.source_id: str(by.day) for by in (one.first, one.second)}
    assert days["zh-guiyang"] == printed


def test_a_claim_without_a_date_is_of_the_day_it_was_first_seen_on_there(desk: Desk) -> None:
    desk.bring(*TWO)
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx._db.execute("UPDATE sources SET zone = 'Asia/Shanghai'")
        tx._db.execute("UPDATE articles SET first_seen_at = '2026-01-01T20:00:00.000Z'")
        tx._db.execute("UPDATE readings SET published = NULL, published_sort = NULL")
    (one,) = desk.found()
    assert {str(by.day) for by in (one.first, one.second)} == {"2026-01-02"}


def test_reports_that_agree_do_not_contradict_each_other(desk: Desk) -> None:
    desk.bring(TWO[0], line("https://en.test/1.htm", "en-guiyang", AGREES))
    assert desk.found() == ()


def test_copies_are_not_compared(desk: Desk) -> None:
    copies = [line(f"https://c{n}.test/1.htm", f"copy{n}", ZH) for n in range(4)]
    desk.bring(*TWO, *copies)
    assert len(desk.found()) == 1


def test_a_copy_that_has_another_number_contradicts_what_it_copies(desk: Desk) -> None:
    other = ZH.replace("47个项目", "74个项目")
    copies = [
        line(f"https://c{n}.test/1.htm", f"copy{n}", other, published="2024-04-14")
        for n in range(2)
    ]
    desk.bring(TWO[0], *copies)
    with Archive.open_readonly(desk.path) as store:
        assert len({*store.stories.of_articles([1, 2, 3]).values()}) == 1
    found = desk.found()
    assert {(one.first.source_id, one.second.source_id) for one in found} == {
        ("zh-guiyang", "copy0"),
        ("zh-guiyang", "copy1"),
    }
    assert {one.found.kind for one in found} == {"figure"}


def test_a_copy_that_is_cut_or_numbers_otherwise_written_is_none(desk: Desk) -> None:
    cut = ZH.replace("，总金额9500万元", "")
    written = ZH.replace("9500万元", "9500 万元").replace("4月12日", "04月12日")
    desk.bring(
        TWO[0],
        line("https://c1.test/1.htm", "copy1", cut),
        line("https://c2.test/1.htm", "copy2", written),
    )
    assert desk.found() == ()


def test_what_is_compared_again_keeps_its_number_and_costs_nothing_more(desk: Desk) -> None:
    desk.bring(*TWO)
    before = desk.found()
    assert desk.compare_again() == 2
    assert desk.found() == before
    with Archive.open(desk.path) as store:
        assert find_contradictions(store) == 0


def test_what_older_rules_compared_is_compared_again_by_command(desk: Desk) -> None:
    desk.bring(*TWO)
    desk.say(ContradictionVerdict.FIRST)
    before = desk.found(resolved=True)
    again = ("--db", desk.path, "reread", "contradictions", "--json")
    assert desk.hubwatch(*again).json_lines == [{"articles": 0}]
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx._db.execute("UPDATE contradiction_readings SET version = 0")
        tx._db.execute("UPDATE contradictions SET value = 'by older rules'")
    listed = desk.hubwatch("--db", desk.path, "contradictions").err
    assert "2 articles wait to be compared" in listed
    assert "reread contradictions" in listed
    assert desk.hubwatch(*again).json_lines == [{"articles": 2}]
    (one,) = desk.found(resolved=True)
    assert one.found == before[0].found
    assert one.settlement == before[0].settlement
    assert "compared 0 articles" in desk.hubwatch(*again[:-1]).err


def test_an_article_that_reads_otherwise_is_compared_again(desk: Desk) -> None:
    desk.bring(*TWO)
    desk.bring(line("https://en.test/1.htm", "en-guiyang", AGREES, published="2024-04-15"))
    found = [one for one in desk.found() if not one.is_of_one_article]
    assert found == []


def test_a_figure_that_was_silently_changed_is_found(desk: Desk) -> None:
    desk.bring(TWO[1])
    desk.bring(line("https://en.test/1.htm", "en-guiyang", AGREES, published="2024-04-15"))
    (one,) = desk.found()
    assert one.is_of_one_article
    assert (one.found.first.revision, one.found.second.revision) == (1, 2)
    assert "52" in one.found.first.value
    assert "47" in one.found.second.value


def test_a_correction_that_says_so_is_none(desk: Desk) -> None:
    desk.bring(TWO[1])
    said = f"{AGREES} Correction: an earlier version misstated the number of projects."
    desk.bring(line("https://en.test/1.htm", "en-guiyang", said, published="2024-04-15"))
    assert desk.found() == ()


def test_what_a_person_settled_stays_when_the_articles_are_read_again(desk: Desk) -> None:
    desk.bring(*TWO)
    desk.say(ContradictionVerdict.FIRST)
    assert desk.found() == ()
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx._db.execute("DELETE FROM contradictions")
    desk.compare_again()
    assert desk.found() == ()
    (one,) = desk.found(resolved=True)
    assert one.settlement is not None
    assert one.settlement.verdict is ContradictionVerdict.FIRST
    assert one.is_confirmed
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx.stories.contradictions.undo(one, person="Bo", now=NOW)
    assert len(desk.found()) == 1


def test_a_word_on_one_figure_is_none_on_another(desk: Desk) -> None:
    desk.bring(*TWO)
    desk.say(ContradictionVerdict.NONE)
    changed = EN.replace("52 projects", "58 projects")
    desk.bring(line("https://en.test/1.htm", "en-guiyang", changed, published="2024-04-15"))
    assert [one.is_open for one in desk.found() if not one.is_of_one_article] == [True]


def test_the_first_and_the_second_may_change_places(desk: Desk) -> None:
    desk.bring(*TWO)
    desk.say(ContradictionVerdict.FIRST)
    with Archive.open(desk.path) as store, store.writing() as tx:
        tx._db.execute(
            "UPDATE readings SET published_sort = '2024-04-19T00:00:00', published = '2024-04-19' "
            "WHERE body = ?",
            [ZH],
        )
    desk.compare_again()
    (one,) = desk.found(resolved=True)
    assert one.first.source_id == "en-guiyang"
    assert one.settlement is not None
    assert one.settlement.verdict is ContradictionVerdict.SECOND


def test_cities_and_stories_are_asked_for(desk: Desk) -> None:
    desk.bring(*TWO)
    assert len(desk.found(cities=("guiyang",))) == 1
    assert desk.found(cities=("Jiaxing",)) == ()
    (one,) = desk.found()
    assert desk.found(stories=(one.first.story_id,)) == desk.found()
    assert desk.found(stories=(999,)) == ()
    with Archive.open_readonly(desk.path) as store:
        stories = (one.first.story_id, one.second.story_id, 999)
        assert store.stories.contradictions.open_ones(stories) == dict.fromkeys(stories[:2], 1)


FULL = {
    "en": "Jiaxing has joined the first hub cities of Innovation China, its science office said. "
    "Four cities are hubs: Yinchuan, Jiaxing, Tianjin and Guangzhou. Firms there get help.",
    "zh": "近日，“科创中国”枢纽城市揭晓。枢纽城市共四个，分别为银川、嘉兴、天津、广州。",
}
CLAIM = {
    "en": "Guiyang was named a hub city of Innovation China this summer. It has many data firms.",
    "zh": "今年夏天，贵阳市入选“科创中国”枢纽城市。全市将以此推动大数据产业发展。",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("other", ["en", "zh"])
def test_lists_of_cities_are_compared_with_what_other_cities_say(
    desk: Desk, language: str, other: str
) -> None:
    titles = {"en": "Hub cities of Innovation China", "zh": "“科创中国”枢纽城市"}
    about = {"city": "Jiaxing", "published": "2021-07-06", "title": titles[language]}
    claims = {"city": "Guiyang", "published": "2021-07-12", "title": titles[other]}
    desk.bring(
        line("https://jx.test/1.htm", "jiaxing", FULL[language], **about),
        line("https://gy.test/1.htm", "guiyang", CLAIM[other], **claims),
        line("https://gy.test/2.htm", "guiyang", "Buses run to the lake.", city="Guiyang"),
    )
    (one,) = desk.found()
    assert one.found.kind == "list"
    assert (one.first.source_id, one.second.source_id) == ("jiaxing", "guiyang")
    assert one.found.first.sentence in FULL[language]
    assert one.found.second.sentence in CLAIM[other]
    later = claims | {"published": "2022-07-10", "title": "Another year"}
    desk.bring(line("https://gy.test/3.htm", "guiyang", CLAIM[other], **later))
    assert len(desk.found()) == 1


def test_what_people_link_is_compared(desk: Desk) -> None:
    far = line("https://en.test/1.htm", "en-guiyang", EN, published="2024-06-15")
    desk.bring(TWO[0], far)
    assert desk.found() == ()
    done = desk.hubwatch("--db", desk.path, "stories", "link", "1", "2", "--by", "Ana")
    assert done.code == 0, done.err
    with Archive.open(desk.path) as store:
        assert find_contradictions(store) == 2
    assert len(desk.found()) == 1


def test_contradictions_are_listed_shown_and_resolved_by_command(desk: Desk) -> None:
    def run(*words: str) -> Any:
        done = desk.hubwatch("--db", desk.path, "contradictions", *words)
        assert done.code == 0, done.err
        return done

    empty = run()
    assert "no open contradictions" in empty.err
    desk.bring(*TWO)
    (one,) = json.loads(run("--json").out)
    assert (one["kind"], one["verdict"]) == ("figure", None)
    assert (one["first"]["value"], one["second"]["source"]) == ("47个", "en-guiyang")
    number = str(one["id"])
    shown = json.loads(run("show", number, "--json").out)
    begin, end = shown["second"]["marked"]
    assert shown["second"]["sentence"][begin:end] == shown["second"]["value"]
    assert "47" in run("show", number).out
    run("settle", number, "--as", "first", "--by", "Ana", "--why", "so says the office")
    assert json.loads(run("--json").out) == []
    (said,) = json.loads(run("--all", "--json").out)
    assert (said["verdict"], said["by"], said["why"]) == ("first", "Ana", "so says the office")
    assert json.loads(run("--all", "--city", "Jiaxing", "--json").out) == []
    assert len(run("--all", "--csv").out.splitlines()) == 2
    run("settle", number, "--undo", "--by", "Bo")
    assert json.loads(run("--json").out)[0]["verdict"] is None
    run("settle", number, "--as", "open", "--by", "Ana")
    assert json.loads(run("--json").out)[0]["verdict"] == "open"


@pytest.mark.parametrize(
    "words",
    [
        ("show", "7"),
        ("settle", "7", "--as", "first", "--by", "Ana"),
        ("settle", "1", "--undo", "--by", "Ana"),
        ("settle", "1", "--by", "Ana"),
        ("settle", "1", "--as", "first", "--undo", "--by", "Ana"),
        ("settle", "1", "--as", "first", "--by", " "),
    ],
)
def test_what_cannot_be_said_of_a_contradiction(desk: Desk, words: tuple[str, ...]) -> None:
    desk.bring(*TWO)
    ended = desk.hubwatch("--db", desk.path, "contradictions", *words)
    assert ended.code in (1, 2), words
    assert "Traceback" not in ended.err


def test_what_looks_like_a_contradiction_and_is_none_is_shown_with_the_reason(desk: Desk) -> None:
    own = (
        ZH + "2023年全市技术合同成交额320亿元。",
        f"{EN} The city's technology contract turnover was 28 billion yuan in 2022.",
    )
    desk.bring(*({**each, "body": body} for each, body in zip(TWO, own, strict=True)))
    (one,) = desk.found()
    done = desk.hubwatch("--db", desk.path, "contradictions", "show", str(one.id), "--json")
    (excused,) = json.loads(done.out)["excused"]
    assert excused["reason"] == "year"
    assert "320" in excused["values"][0]


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    """Li at the desk of an archive with one contradiction."""
    desk.bring(*TWO)
    link = let_in(desk.path, "Li")
    with serving(desk.path, now=later(hours=1)) as client:
        sign_in(client, link)
        yield client


def test_the_desk_shows_both_sentences_with_what_differs_marked(client: Client) -> None:
    listed = client.get("/contradictions").text
    assert "<mark>47个</mark>" in listed
    assert "A total of <mark>52</mark> projects" in listed
    opened = client.get("/contradiction/1").text
    assert "said it first" in opened
    assert 'href="/story/1"' in opened
    assert "/contradiction/1" in client.get("/story/1").text
    assert "Nothing else differs." in client.get("/contradiction/1?others=1").text
    assert client.get("/contradiction/9").status == 404
    assert client.get("/contradictions?city=Jiaxing").status == 200


def test_a_reviewer_settles_it_by_a_form(desk: Desk, client: Client) -> None:
    def say(**fields: str) -> int:
        return client.post("/contradiction/1", [*fields.items()]).status

    assert "contradictions: 1" in client.get("/search?q=Innovation").text
    assert say(verdict="first", why="the office's list", known="0") == 303
    (one,) = desk.found(resolved=True)
    assert one.settlement is not None
    assert (one.settlement.verdict, one.settlement.person) == ("first", "Li")
    assert "No contradiction is open." in client.get("/contradictions").text
    assert "contradictions: 1" not in client.get("/search?q=Innovation").text
    assert "the first is right" in client.get("/contradictions?all=1").text
    assert say(verdict="second", known="0") == 409  # as if a colleague had been quicker
    assert say(verdict="fifth", known="1") == 400
    assert say(verdict="first", do="undo", known=str(one.settlement.id)) == 303
    assert desk.found()[0].settlement is None
    assert say(do="undo", known="0") == 409
    assert client.post("/contradiction/9", [("verdict", "first")]).status == 404


def test_a_settled_one_has_the_keyboard_at_the_next(desk: Desk) -> None:
    third = EN.replace("52 projects", "64 projects")
    desk.bring(*TWO, line("https://third.test/1.htm", "third-guiyang", third))
    link = let_in(desk.path, "Li")
    with serving(desk.path, now=later(hours=1)) as client:
        sign_in(client, link)
        number = max(one.id for one in desk.found())
        assert "autofocus" not in client.get(f"/contradiction/{number}").text
        following = [str(number)]
        while following:
            form = [("verdict", "both"), ("known", "0")]
            assert client.post(f"/contradiction/{following[0]}", form).status == 303
            page = client.get(f"/contradiction/{following[0]}?did=settled").text
            following = re.findall(r'href="/contradiction/(\d+)" autofocus', page)
    assert not desk.found()


def test_one_s_own_answer_is_no_colleague_s(desk: Desk, client: Client) -> None:
    def say(client: Client, **fields: str) -> tuple[int, str]:
        answer = client.post("/contradiction/1", [*fields.items()])
        return answer.status, unescape(answer.text)

    assert say(client, verdict="first", why="a list", known="0")[0] == 303
    assert say(client, verdict="first", why="a list", known="0")[0] == 303  # its answer was lost
    (one,) = desk.found(resolved=True)
    assert one.settlement is not None and one.settlement.id == 1
    status, told = say(client, verdict="second", known="0")  # from another window
    assert status == 409 and "You have answered since" in told and "colleague" not in told
    ana = Client(client.port)
    sign_in(ana, let_in(desk.path, "Ana"))
    status, told = say(ana, verdict="first", why="a list", known="0")
    assert status == 409 and "A colleague was quicker" in told
    assert say(client, do="undo", known="1")[0] == 303
    status, told = say(client, do="undo", known="1")
    assert status == 409 and "taken back since" in told and "colleague" not in told


def test_days_and_members_of_lists_are_marked() -> None:
    def pieces(kind: str, *sides: tuple[str, str]) -> list[list[str]]:
        claims = [
            Claim(number, 1, sentence, value, 0, 0, len(sentence))
            for number, (sentence, value) in enumerate(sides)
        ]
        by = ClaimedBy(1, "a", "A", "", "en", "http://a.test/1", "", day(2024, 4, 1), None)
        one = Contradiction(1, FoundContradiction(kind, 1.0, *claims), by, by, None)
        return [[text for text, is_hit in side if is_hit] for side in marked(one)]

    days = ("It opens on May 3, 2024.", "2024-05-03"), ("展会于5月5日开幕。", "05-05")
    assert pieces("date", *days) == [["May 3"], ["5月5日"]]
    lists = (
        ("The hubs are Jiaxing, Binhai and Yinchuan.", "Jiaxing、Binhai、Yinchuan"),
        ("The hubs are Jiaxing, Guiyang and Yinchuan.", "Jiaxing、Guiyang、Yinchuan"),
    )
    assert pieces("list", *lists) == [["Binhai"], ["Guiyang"]]
    assert pieces("rank", ("He came first.", "1"), ("He came third.", "3")) == [[], []]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize("size", [NARROW, {"width": 1440, "height": 900}], ids=["narrow", "wide"])
def test_the_pages_are_open_to_everybody(
    browser: Any, desk: Desk, size: dict[str, int], tongue: str, scheme: str
) -> None:
    desk.bring(*TWO)
    let_in(desk.path, "Li")
    with serving(desk.path, now=later(hours=1)) as client:
        context = browser.new_context(
            viewport=size, color_scheme=scheme, bypass_csp=True, java_script_enabled=True
        )
        page = context.new_page()
        browsers.sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        if tongue == "zh":
            browsers.follow(page, page.get_by_role("button", name="中文"))
        for path in ("/contradictions", "/contradiction/1?others=1", "/story/1"):
            page.goto(f"{client.origin}{path}")
            assert browsers.faults_of(page) == [], path
            name = f"{path.split('?')[0].strip('/').replace('/', '-')}-{size['width']}"
            browsers.picture(page, f"{name}-{tongue}-{scheme}", whole=True)
        context.close()


@pytest.mark.browser
def test_the_form_works_without_script(browser: Any, desk: Desk) -> None:
    desk.bring(*TWO)
    let_in(desk.path, "Li")
    with serving(desk.path, now=later(hours=1)) as client:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        browsers.sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        page.goto(f"{client.origin}/contradiction/1")
        page.get_by_label("Answer").select_option("second")
        page.get_by_label("Reason").fill("the bureau confirmed it")
        browsers.follow(page, page.get_by_role("button", name="Settle"))
        assert page.get_by_text("the bureau confirmed it").count() == 1
        browsers.follow(page, page.get_by_role("button", name="Undo"))
        assert page.get_by_text("the bureau confirmed it").count() == 0
        context.close()
    assert [one.settlement for one in desk.found()] == [None]


def test_a_form_that_is_refused_keeps_what_was_typed(desk: Desk, client: Client) -> None:
    meant = [("verdict", "second"), ("why", "the bureau said so by phone"), ("known", "7")]
    for fields in (meant, [("verdict", "fifth"), *meant[1:]]):
        refused = client.post("/contradiction/1", fields)
        assert refused.status in (400, 409)
        assert 'value="the bureau said so by phone"' in refused.text
        assert ('value="second" selected' in refused.text) is (fields is meant)
    assert desk.found()[0].settlement is None


def test_settling_one_leads_to_the_next_that_is_open(desk: Desk, client: Client) -> None:
    assert "Next contradiction" not in client.get("/contradiction/1").text  # there is no other
    told = (
        "Gui'an New Area was host of a signing ceremony for Innovation China projects on April 12. "
        "A total of 61 projects were signed, a reporter of ours counted, worth 95 million yuan."
    )
    desk.bring(line("https://jw.test/9.htm", "jw-guiyang", told, published="2024-04-16"))
    numbers = sorted((one.id for one in desk.found()), reverse=True)
    assert len(numbers) > 1
    for number, following in pairwise(numbers):
        sent = client.post(f"/contradiction/{number}", [("verdict", "both"), ("known", "0")])
        told = client.get(sent.headers["location"]).text
        assert "Settled." in told
        assert f'href="/contradiction/{following}"' in told
    assert "Settled." not in client.get(f"/contradiction/{numbers[0]}").text


def test_a_text_of_many_figures_is_compared_within_bounds(desk: Desk) -> None:
    dense = "".join(
        f"{n % 12 + 1}月{n % 28 + 1}日，乌当区第{n}街道有{n + 5000}家企业登记。" for n in range(300)
    )
    desk.bring(
        line("https://zh.test/1.htm", "zh-guiyang", ZH + dense),
        line("https://en.test/1.htm", "en-guiyang", EN, published="2024-04-15"),
    )
    assert any(one.found.first.value == "47个" for one in desk.found())
    with Archive.open_readonly(desk.path) as store:
        (report,) = store.stories.events.reports([1])
        compared = _version(report, 1, report.title, report.body).compared
        assert len(statements_of(compared)) < 50


def test_a_figure_is_marked_where_it_stands_and_not_within_another(desk: Desk) -> None:
    longer = EN.replace("A total of 52", "In room B152 a total of 52")
    desk.bring(TWO[0], line("https://en.test/1.htm", "en-guiyang", longer, published="2024-04-15"))
    (one,) = desk.found()
    claim = one.found.second
    assert claim.sentence[: claim.place] == "In room B152 a total of "


def test_several_versions_tell_a_change_once(desk: Desk) -> None:
    address = {"url": "https://en.test/1.htm", "source": "en-guiyang", "published": "2024-04-15"}
    for body in (EN, f"{EN} Firms took part.", AGREES):
        desk.bring({**line(body=body, **address)})
    (one,) = desk.found()
    assert (one.found.first.revision, one.found.second.revision) == (1, 3)

"""`hubwatch why`: one right answer for whatever may have become of something."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.cli.articles import state_of
from desk.relevance.backtest import rematch
from desk.relevance.inquiry import AskedBy, asked_by
from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.decisions import Verb
from storage.lists import ListRow
from storage.runs import Fetch, FetchKind
from storage.sources import SourceRef
from storage.types import Outcome, Quarantine
from tests.support import make
from tests.support.cli import CommandLine, Ended, away
from tests.support.desks import watchlist
from tests.support.make import NOW, capture, day, later, unreadable

HOST = "http://news.city.test"
NEWS, OTHER = f"{HOST}/news.html", f"{HOST}/other.html"
AT = ("--now", "2026-03-08T09:00+08:00")
SOURCE = f"""
id = "city"
name = "The city"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "chinadaily"
home = "{HOST}/"
schedule = "every 2h"
[[entry]]
kind = "list"
url = "{NEWS}"
[links]
hosts = ["news.city.test"]
allow = ["/{{yyyy}}-{{mm}}/{{dd}}/c_{{id}}.htm"]
"""
CORE = "Guiyang is a hub city of Innovation China. Forty laboratories open their doors this year."
LOGISTICS = (
    "The logistics hub city has twelve tracks. Oranges leave by train, and timber comes back."
)


def url(number: int, on: str = "2026-03/01") -> str:
    return f"{HOST}/{on}/c_{number}.htm"


@dataclass(slots=True)
class City:
    """An archive of one source, and `hubwatch why` on it."""

    store: Archive
    hubwatch: CommandLine

    def keep(self, number: int, title: str, body: str, *, source: str = "city") -> int:
        """An article, as a crawl of its source leaves it; returns its number."""
        read = make.reading(url=url(number), title=title, body=body, source_id=source)
        with self.store.writing() as tx:
            applied = tx.articles.apply(
                decide(read, tx.archive.pages.known(source, url(number)), url(number)),
                source_id=source,
                run_id=None,
                now=NOW,
            )
        list(rematch(self.store, watchlist()))
        assert applied.article_id is not None
        return applied.article_id

    def run(self, *, kind: str = "crawl") -> int:
        """A run that has begun."""
        with self.store.writing() as tx:
            return tx.runs.start("city", NOW, kind=kind).id

    def lists(self, run: int, page: str, *rows: ListRow) -> None:
        """A list page that shows these rows, archived."""
        with self.store.writing() as tx:
            kept = tx.pages.keep("city", capture(page.encode(), url=page), FetchKind.LIST)
            tx.runs.log_fetch(run, Fetch(page, FetchKind.LIST, NOW, Outcome.OK, snapshot_id=kept))
            tx.lists.record_rows(run, NEWS, page, rows, NOW)

    def why(self, *asked: object) -> dict[str, Any]:
        """The only answer."""
        (answer,) = self.answers(*asked)
        return answer

    def answers(self, *asked: object) -> list[dict[str, Any]]:
        """All answers; the same must be there for people to read."""
        ended = self.hubwatch(*AT, "why", *asked, "--json")
        assert ended.code == 0, ended.err
        answers: list[dict[str, Any]] = ended.json["answers"]
        told = self.text(*asked)
        assert all(answer["answer"] in told.out for answer in answers)
        return answers

    def text(self, *asked: object) -> Ended:
        """What people see."""
        ended = self.hubwatch(*AT, "why", *asked)
        assert "Traceback" not in ended.err
        return ended


@pytest.fixture
def city(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    away(tmp_path, monkeypatch)
    Path("sources").mkdir()
    Path("sources", "city.toml").write_text(SOURCE, "utf-8")
    Path("hubwatch.toml").write_text('archive = "hubwatch.db"\nsources = ["sources"]\n', "utf-8")
    monkeypatch.setenv("HUBWATCH_CONFIG", str(tmp_path / "hubwatch.toml"))
    with Archive.create(Path("hubwatch.db")) as store:
        with store.writing() as tx:
            for name in ("city", "mirror"):
                tx.sources.register(SourceRef(name, name, "Guiyang", "en", "Asia/Shanghai"), NOW)
        yield City(store, CommandLine(capsys))


# --- in the archive ----------------------------------------------------------------------------


def test_what_is_kept_shows_its_points_and_its_sentence(city: City) -> None:
    number = city.keep(1, "Laboratories open", CORE)
    for asked in (number, url(1), url(1).replace("http:", "https:"), "Laboratories open"):
        answer = city.why(asked)
        assert (answer["answer"], answer["id"], answer["grade"]) == ("kept", number, "core")
    assert answer["short"] == {"related": 0, "core": 0}
    assert answer["evidence"][0]["sentence"] == "Guiyang is a hub city of Innovation China."
    score = answer["scores"][0]
    assert score["points"] == sum(part["points"] for part in score["parts"])
    assert [place["role"] for place in answer["places"]] == ["about"]
    assert "beside hub-city" in city.text(number).out


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        *((typed, AskedBy.ID) for typed in ("12", "# 12", "Article #12", "story  12", "文章 12")),
        *((typed, AskedBy.ID) for typed in ("稿件12", "第12篇", "第 12 篇报道", "报道 12")),
        *((typed, AskedBy.TITLE) for typed in ("covid19", "第12条", "2026 03", "AI 5")),
        ("a" + " " * 100_000 + "x", AskedBy.TITLE),
    ],
)
def test_a_number_may_have_a_noun(typed: str, by: AskedBy) -> None:
    began = time.process_time()
    assert asked_by(typed) is by
    assert time.process_time() - began < 1


def test_an_address_without_its_scheme_is_an_address(city: City) -> None:
    number = city.keep(1, "Laboratories open", CORE)
    assert city.why(url(1).removeprefix("http://"))["id"] == number


def test_a_title_is_known_in_simplified_and_in_traditional_characters(city: City) -> None:
    number = city.keep(1, "貴陽獲評創新樞紐城市", CORE)
    for asked in ("贵阳获评创新枢纽城市", "貴陽獲評創新樞紐城市", "贵阳获评创新枢纽"):
        assert city.why(asked)["id"] == number
    city.lists(city.run(), NEWS, ListRow(url(7), title="实验室面向企业开放"))
    assert city.why("實驗室面向企業開放")["url"] == url(7)


def test_what_is_below_grade_says_by_how_much_and_which_names_do_not_count(city: City) -> None:
    number = city.keep(2, "A yard", LOGISTICS)
    answer = city.why(number)
    assert answer["answer"] == "below grade"
    assert answer["short"] == {"related": 5, "core": 10}
    assert answer["unmet"][0]["phrase"] == "hub city"
    assert answer["unmet"][0]["why"] == "is part of a name of logistics-hub there"
    flowers = city.why(city.keep(3, "Flowers", "A hub city of flowers. Tulips are sold there."))
    assert "needs innovation-china or association" in flowers["unmet"][0]["why"]
    mention = city.why(city.keep(4, "Rain", "It rained. " * 90 + "Innovation China came."))
    short = mention["short"]
    assert (mention["grade"], short["core"] - short["related"]) == ("mention", 5)
    words = f"{short['related']:g} points short of related, {short['core']:g} of core"
    assert words in mention["told"]


def test_what_is_related_says_what_it_is_short_of(city: City) -> None:
    number = city.keep(1, "Rain", "It rained. " * 6 + "Kaili is a hub city of Innovation China.")
    answer = city.why(number)
    assert (answer["answer"], answer["grade"]) == ("kept", "related")
    assert 0 < answer["short"]["core"] <= 5
    assert answer["told"].endswith(f"{answer['short']['core']:g} points short of core")


@pytest.mark.slow
def test_who_rejected_and_who_accepted_it_and_why(city: City) -> None:
    number = city.keep(1, "Laboratories open", CORE)
    story = city.why(number)["story"]
    with city.store.writing() as tx:
        tx.decisions.decide(story, Verb.REJECT, person="Ana", now=NOW, value="old news")
    answer = city.why(number)
    assert (answer["answer"], answer["state"]) == ("rejected", "rejected")
    assert answer["told"] == "rejected by Ana on 2026-03-02: old news"
    with city.store.writing() as tx:
        tx.decisions.decide(story, Verb.ACCEPT, person="Ana", now=later(days=1))
    assert city.why(number)["told"] == "accepted by Ana on 2026-03-03"
    with city.store.writing() as tx:
        tx.decisions.decide(story, Verb.REJECT, person="Ben", now=later(days=1))
    assert city.why(number)["answer"] == "kept"
    assert [one["by"] for one in city.why(number)["decisions"]] == ["Ana", "Ben"]


def test_days_are_those_of_where_people_are(city: City) -> None:
    night = datetime(2026, 3, 3, 1, 49, tzinfo=ZoneInfo("Asia/Shanghai"))  # still the 2nd in UTC
    number = city.keep(1, "Laboratories open", CORE)
    story = city.why(number)["story"]
    with city.store.writing() as tx:
        tx.decisions.decide(story, Verb.REJECT, person="Ana", now=night)
        run = tx.runs.start("city", night).id
    assert city.why(number)["told"] == "rejected by Ana on 2026-03-03"
    gone = city.keep(2, "Oranges leave", LOGISTICS)
    with city.store.writing() as tx:
        tx.articles.mark_gone(
            gone, run_id=run, now=night, evidence="404", outcome=Outcome.HTTP_ERROR
        )
    told = "withdrawn by its publisher, seen 2026-03-03: http_error: 404"
    assert city.why(gone)["told"] == told
    changed = replace(
        city.store.decisions.verdicts([story])[story], back_since=night.astimezone(UTC)
    )
    assert state_of(changed, "Asia/Shanghai") == "open again: reject by Ana, changed 2026-03-03"


@pytest.mark.slow
def test_a_copy_names_its_story_and_the_article_that_leads_it(city: City) -> None:
    body = "\n\n".join(f"{CORE} Paragraph {n} tells of firm {n} and its pumps." for n in range(8))
    lead = city.keep(1, "Laboratories open", body)
    copy = city.keep(1, "Laboratories open", body, source="mirror")
    answer = city.why(copy)
    assert (answer["answer"], answer["lead"]) == ("copy", lead)
    assert answer["story"] == city.why(lead)["story"]
    assert f"told under article {lead}" in answer["told"]
    assert len(city.answers(url(1))) == 2
    assert city.why(url(1), "--source", "city")["id"] == lead


def test_what_its_publisher_withdrew_says_what_showed_it(city: City) -> None:
    number = city.keep(1, "Laboratories open", CORE)
    with city.store.writing() as tx:
        run = tx.runs.start("city", NOW).id
        tx.articles.mark_gone(
            number, run_id=run, now=later(days=1), evidence="404 twice", outcome=Outcome.HTTP_ERROR
        )
    answer = city.why(number)
    assert answer["told"].startswith("withdrawn by its publisher, seen 2026-03-03")
    assert (answer["answer"], answer["gone_evidence"]) == ("withdrawn", "http_error: 404 twice")


def test_what_another_list_graded_says_so(city: City) -> None:
    number = city.keep(1, "Laboratories open", CORE)
    city.store._db.execute("UPDATE relevance SET watchlist = 'old'")
    city.store._db.conn.commit()
    assert city.why(number)["current"] is False
    assert "by another watchlist than today's" in city.text(number).out
    city.store._db.execute("DELETE FROM relevance")
    city.store._db.conn.commit()
    assert city.why(number)["told"] == "no watchlist has looked at it yet"


# --- not in the archive ------------------------------------------------------------------------


def test_never_listed_shows_the_rows_around_its_day_and_the_lists_that_prove_it(
    city: City,
) -> None:
    city.lists(
        city.run(),
        NEWS,
        ListRow(url(8, "2026-02/10"), "Before", day("2026-02-10")),
        ListRow(url(7, "2026-02/01"), "Long before", day("2026-02-01")),
        ListRow(url(9, "2026-02/20"), "After", day("2026-02-20")),
    )
    answer = city.why(url(1, "2026-02/15"))
    assert (answer["answer"], answer["day"]) == ("never listed", "2026-02-15")
    (around,) = answer["lists"]
    assert (around["earlier"]["title"], around["later"]["title"]) == ("Before", "After")
    assert around["earlier"]["snapshot"] == around["later"]["snapshot"] is not None
    assert around["earlier"]["list"] == NEWS
    assert "has rows before and after 2026-02-15" in answer["told"]
    assert answer["next"] == "backfill city --since 2026-02-15"
    early = city.why(url(1, "2026-01/15"))
    assert "none of its rows reaches back to 2026-01-15" in early["told"]
    late = city.why(url(1, "2026-03/05"))
    assert "none of its rows is later than 2026-03-05" in late["told"]


def test_lists_without_dates_are_dated_by_their_articles(city: City) -> None:
    city.keep(1, "Laboratories open", CORE)  # published 2026-03-01
    city.lists(city.run(), NEWS, ListRow(url(1), "Laboratories open"))
    (around,) = city.why(url(9, "2026-03/02"))["lists"]
    assert around["earlier"]["title"] == "Laboratories open"
    assert around["earlier"]["published"].startswith("2026-03-01")
    assert around["later"] is None


def test_a_title_that_nobody_has_is_never_listed_where_one_says_source_and_day(city: City) -> None:
    assert city.why("Quite another thing")["answer"] == "unknown"
    city.lists(city.run(), NEWS, ListRow(url(8), "Before", day("2026-02-10")))
    asked = ("Quite another thing", "--source", "city", "--date", "2026-02-20")
    answer = city.why(*asked)
    assert (answer["answer"], answer["day"]) == ("never listed", "2026-02-20")


def test_listed_and_failed_shows_every_try(city: City) -> None:
    run = city.run()
    city.lists(run, NEWS, ListRow(url(5), "Lost", day("2026-03-01")))
    with city.store.writing() as tx:
        for outcome in (Outcome.TIMEOUT, Outcome.TIMEOUT, Outcome.HTTP_ERROR):
            tx.runs.log_fetch(run, Fetch(url(5), FetchKind.ARTICLE, NOW, outcome, "slow", 500))
    answer = city.why(url(5))
    assert (answer["answer"], len(answer["tries"])) == ("listed and failed", 3)
    assert "3 times in vain" in answer["told"]
    assert "×2" in answer["told"]
    assert answer["listed"][0]["snapshot"] is not None
    assert city.why("Lost")["answer"] == "listed and failed"


def test_listed_and_pending_passed_over_or_not_taken(city: City) -> None:
    shapeless = f"{HOST}/shop/1.html"
    city.lists(city.run(), NEWS, ListRow(url(5), "Owed"), ListRow(shapeless, "Shop"))
    assert city.why(url(5))["answer"] == "listed and owed"
    assert city.why(shapeless)["answer"] == "listed and not taken"
    city.lists(city.run(kind="backfill"), NEWS, ListRow(url(6), "Older"))
    assert city.why(url(6))["answer"] == "listed and passed over"


def test_set_aside_says_why_and_what_to_do(city: City) -> None:
    run = city.run()
    with city.store.writing() as tx:
        kept = tx.pages.keep("city", capture(b"<p>", url=url(7)), FetchKind.ARTICLE)
        aside = Quarantine(url(7), unreadable(Outcome.EMPTY))
        tx.articles.apply(aside, source_id="city", run_id=run, now=NOW, snapshot_id=kept)
    answer = city.why(url(7))
    assert (answer["answer"], answer["quarantine"]["reason"]) == ("quarantined", "no body")
    assert answer["next"] == "reread quarantine city --fetch"


def test_what_today_s_rules_can_read_is_to_be_read_again_without_the_network(city: City) -> None:
    text = "The city opened a laboratory for new materials on Monday, the council said. " * 9
    page = f"<title>A laboratory</title><h1>A laboratory</h1><div class=article><p>{text}</div>"
    run = city.run()
    with city.store.writing() as tx:
        kept = tx.pages.keep("city", capture(page.encode(), url=url(8)), FetchKind.ARTICLE)
        aside = Quarantine(url(8), unreadable(Outcome.EMPTY))
        tx.articles.apply(aside, source_id="city", run_id=run, now=NOW, snapshot_id=kept)
    assert city.why(url(8))["next"] == "reread quarantine city"


def test_the_points_of_a_grade_are_the_sum_of_those_that_are_printed(city: City) -> None:
    often = f"{CORE} Innovation China counts on it. The hub city thanks Innovation China again."
    reason = city.why(city.keep(9, "Guiyang, a hub city of Innovation China", often))["told"]
    inside = reason.partition("(")[2].partition(")")[0]
    added = re.findall(r"[+-][0-9.]+", inside)
    assert len(added) > 1
    assert f"{round(sum(map(float, added)), 1):g} points (" in reason


@pytest.mark.slow
def test_where_no_source_is_the_nearest_sources_are_named(city: City) -> None:
    assert city.why(url(1))["answer"] == "never crawled"
    wrong = city.why(f"{HOST}/shop/1.html")
    assert (wrong["answer"], [one["source"] for one in wrong["near"]]) == ("no source", ["city"])
    kin = city.why("http://sport.news.city.test/1.html")
    assert [one["source"] for one in kin["near"]] == ["city"]
    far = city.why("https://elsewhere.example/1")
    assert (far["answer"], far["near"]) == ("no source", [])
    assert far["next"] == "sources add https://elsewhere.example/1"


def test_titles_that_are_only_alike_are_offered_the_likest_first(city: City) -> None:
    city.keep(1, "Forty laboratories open their doors to companies", CORE)
    city.keep(2, "Forty laboratories open doors", f"{CORE} {LOGISTICS}")
    city.lists(city.run(), NEWS, ListRow(url(5), "Forty laboratories close"))
    found = city.answers("forty laboratories open their doors")
    assert {answer["id"] for answer in found[:2]} == {1, 2}
    likeness = [answer["likeness"] for answer in found]
    assert likeness == sorted(likeness, reverse=True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("99",), "there is no article 99"),
        (("http://",), "an address without a host"),
        (("1", "--source", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_one_line(city: City, asked: tuple[str, ...], said: str) -> None:
    ended = city.text(*asked)
    assert ended.code in (1, 2)
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) <= 3


@pytest.mark.slow
def test_in_which_issue_it_was_published_and_what_came_after_its_cut_off(city: City) -> None:
    told = city.keep(1, "Laboratories open", CORE)
    assert city.why(told)["answer"] == "kept"
    draft = ("digest", "draft", "--since-last", "--since", "2026-01-01", "--by", "Ana")
    assert city.hubwatch(*AT, *draft).code == 0
    assert city.why(told)["answer"] == "kept"  # a draft has told nobody anything
    assert city.hubwatch(*AT, "digest", "issue", "1", "--by", "Li").code == 0
    answer = city.why(told)
    assert (answer["answer"], answer["told"]) == ("in an issue", "told as news in issue 1")
    assert answer["issues"] == [{"digest": 1, "role": "news"}]
    late = city.keep(2, "A list of problems", "Wuhu is a hub city of Innovation China too.")
    answer = city.why(late)
    assert answer["answer"] == "after the cut-off"
    assert (answer["cut_off"], answer["issues"]) == (1, [])
    assert "issue 1" in answer["told"]


# --- what goes with it -------------------------------------------------------------------------


@pytest.mark.slow
def test_related_items_come_with_what_both_have(city: City) -> None:
    first = city.keep(1, "Laboratories open", CORE)
    place = city.keep(
        2, "A list of problems", "Guiyang published 58 problems for Innovation China."
    )
    one = city.keep(
        3, "Turbines", "The works of Zhenyuan and Leishan build turbines with Miaoling."
    )
    woven = "At the fair in Leishan people saw what Miaoling and Zhenyuan weave from flax and hemp."
    other = city.keep(4, "A fair", woven)
    city.keep(5, "Rain", "It rained all day. People stayed at home.")
    related = {item["id"]: item["why"] for item in city.why(first)["related"]}
    assert set(related) == {place}
    assert related[place].startswith("both are about Guiyang and ")
    assert city.why(one)["story"] != city.why(other)["story"]
    shared = {item["id"]: item["why"] for item in city.why(one)["related"]}
    assert set(shared) == {other}
    assert "Zhenyuan" in shared[other]
    shown = city.hubwatch(*AT, "show", first)
    assert "Related" in shown.out
    assert related[place] in shown.out


def test_related_items_say_whole_phrases_and_no_scraps(city: City) -> None:
    one = city.keep(
        1,
        "宣傳防鼠",
        "食環署會在旺角設立流動諮詢站，派發有關防鼠的單張及小冊子，並邀獴科專家講解。",
    )
    other = city.keep(
        2, "街市資訊", "渠務署會在元朗設立流動諮詢站，派發有趣防汛的單張及海報，又請獴科專家到場。"
    )
    shared = {item["id"]: item["why"] for item in city.why(one)["related"]}
    assert shared == {other: "both say 設立流動諮詢站, 獴科專家"}


def test_scraps_alone_make_nothing_related(city: City) -> None:
    one = city.keep(1, "宣傳防鼠", "食環署會在旺角，派發有關防鼠的單張及小冊子。")
    city.keep(2, "街市資訊", "渠務署會在元朗，派發有趣防汛的單張及海報。")
    assert city.why(one)["related"] == []


def test_later_publications_of_the_same_words_are_no_relations(city: City) -> None:
    body = "\n\n".join(f"{CORE} Paragraph {n} tells of firm {n} and its pumps." for n in range(8))
    lead = city.keep(1, "Laboratories open", body)
    city.keep(1, "Laboratories open", body, source="mirror")
    assert city.why(lead)["related"] == []


@pytest.mark.parametrize("day", ["2026-13-45", "yesterday", ""])
def test_a_day_that_is_none_says_how_to_write_one(city: City, day: str) -> None:
    wrong = city.text("Anything", "--date", day)
    assert (wrong.code, f"{day!r} is no date; write 2026-01-31" in wrong.err) == (2, True)

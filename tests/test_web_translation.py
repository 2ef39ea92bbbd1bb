"""The desk in Chinese says its own words in Chinese; portals' texts stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from desk import sentences
from desk.messages import translator
from desk.practice.portal import sources_folder
from desk.practice.server import serve
from desk.relevance.why import Answer
from desk.vocabularies import TERMS
from scheduler.jobs import Cause, Job, Reason
from scheduler.schedules import parse_schedule
from scraper.parsing.dates.in_text import EARLIEST
from scraper.parsing.fields.byline import Label
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from storage.articles.records import DateKind, FieldStatus, Origin
from storage.decisions import Verb
from storage.incidents import Kind
from storage.lists import ListSeen
from storage.maintenance import GlobalPause
from storage.people import PersonRole
from storage.relevance import PART_KINDS
from storage.runs import Counts
from storage.types import DateClue, Evidence, Outcome
from tests.support.desks import Client, catalogue, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, day

SOURCE = catalogue().get("guiyang-en")
_OURS = re.compile(
    r"refused:|plausible|visible line|year of the published|both are about|both say|"
    r"[ (][+-][\d.]+ [a-z]|"
    r"in the title|· (?:title|body)<|\d lists? read|\d rows|all known|not known yet|"
    r"(?:day|week)s?, mostly|points short|no watched name|(?:reject|accept)ed by|below grade|"
    r"never (?:listed|crawled)|"
    r"no source takes|paused (?:until|by)|everything is paused|未添加：\s*[a-z]|"
    r">\s*(?:http_error|unchanged|ok|list_empty)\b"
)
_CELLS = re.compile(r'<(?:th scope="row"|td)>([^<>]*)</t[hd]>')
_WORDS = {
    word
    for group in ("field", "origin", "rule", "standing", "outcome", "incident")
    for word in TERMS[group]
}


def left(page: str) -> list[str]:
    """Words of ours that a Chinese page says in English."""
    assert 'lang="zh-Hans"' in page
    cells = [unescape(cell) for cell in _CELLS.findall(page)]
    return [cell for cell in cells if cell in _WORDS] + _OURS.findall(page)


def chinese(client: Client, path: str) -> str:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=zh")
    assert answer.status == 200, path
    return answer.text


def clue(kind: DateKind, standing: FieldStatus, rule: str, why: str = "") -> DateClue:
    return DateClue(kind, day("2026-03-01"), Origin.VISIBLE, rule, "1 March", standing, why)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two related stories with evidence and dates, one that matches nothing, one rejected; a source
    with a proven crawl and an incident; an addition that failed."""
    path = tmp_path / "hubwatch.db"
    read = {
        "evidence": tuple(
            Evidence(field, Origin.VISIBLE, "source line", "x")
            for field in ("title", "published", "source", "publisher", "body")
        ),
        "dates": (
            clue(DateKind.PUBLISHED, FieldStatus.CHOSEN, "stated"),
            clue(DateKind.EVENT, FieldStatus.PLAUSIBLE, "in the text, year of the published date"),
            clue(
                DateKind.BUILT,
                FieldStatus.REFUSED,
                "meta others",
                "when the page was made, not the article",
            ),
        ),
    }
    hub = "Guiyang chosen as hub city of Innovation China"
    body = "Guiyang is one of the hub cities of the Innovation China program, it said. "
    keep(
        path,
        page_of(1, title=hub, body=body + page_of(1)["body"], **read),
        page_of(
            2,
            title="Laboratories open in Guiyang, a hub city of Innovation China",
            body=body + page_of(2)["body"],
        ),
        page_of(3),
        page_of(4),
    )
    with Archive.open(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE.ref, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        url = SOURCE.entries[0].url
        tx.lists.record(run.id, ListSeen(url, url, Outcome.OK, rows=58, fresh=58), NOW)
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts(listed=58, new=58))
        failed = tx.runs.start("a", NOW)
        tx.runs.finish(failed.id, NOW, Outcome.HTTP_ERROR, Counts())
    return path


@pytest.fixture
def client(archive: Path) -> Iterator[Client]:
    link = let_in(archive, "Li", PersonRole.STAFF)
    schedule = parse_schedule("every 1h", "Asia/Shanghai")
    job = Job(SOURCE.id, ("true",), schedule, timedelta(minutes=5), (SOURCE.id,), "crawl")
    with serving(archive, jobs=(job,)) as client:
        sign_in(client, link)
        yield client


def test_a_story_says_where_and_why_in_chinese(client: Client) -> None:
    page = chinese(client, "/story/1")
    assert left(page) == []
    for told in ("发布单位", "网页生成时间", "不采用：是网页而非文章的生成时间", "在标题中"):
        assert told in page
    assert "都涉及贵阳市和" in page or "都提到" in page
    english = client.get("/story/1?lang=en").text
    assert "<td>visible line, in the text, year of the published date</td>" in english
    assert "<td>refused: when the page was made, not the article</td>" in english


def test_a_source_says_what_is_proven_and_its_city_in_chinese(client: Client) -> None:
    for path in (
        "/sources",
        f"/source/{SOURCE.id}",
        "/runs",
        "/cities",
        "/coverage",
        "/incidents",
        "/add",
    ):
        assert left(chinese(client, path)) == [], path
    page = chinese(client, f"/source/{SOURCE.id}")
    assert "读取 1 个列表，共 58 行，首次列出 58 行" in page
    assert "<dd>贵阳市</dd>" in page
    assert '<td class="whole">贵阳市</td>' in chinese(client, "/sources")
    page = client.get(f"/source/{SOURCE.id}?lang=en").text
    assert "1 list read, 58 rows, 58 listed for the first time" in page


def test_why_answers_in_chinese_and_as_before_in_english(client: Client, archive: Path) -> None:
    client.post("/say", [("verb", "reject"), ("story", 4), ("why", "off topic"), ("to", "/")])
    asked = ("1", "3", "4", "http://a.test/x.htm", SOURCE.home + "2026-03/01/x.htm", "No such")
    for one in asked:
        assert left(chinese(client, f"/why?q={quote(one, safe='')}")) == [], one
    assert "没有计分的观察名称：距“相关”差 5 分" in chinese(client, "/why?q=3")
    assert "off topic" in chinese(client, "/why?q=4")
    assert "no watched name counts in it: 5 points short" in client.get("/why?q=3&lang=en").text


def test_the_days_of_why_are_those_of_where_people_are(client: Client, archive: Path) -> None:
    night = datetime(2026, 3, 3, 1, 49, tzinfo=ZoneInfo("Asia/Shanghai"))  # still the 2nd in UTC
    with Archive.open(archive) as store, store.writing() as tx:
        tx.decisions.decide(4, Verb.REJECT, person="Ana", now=night)
    assert "Ana 于 2026-03-03 排除" in chinese(client, "/why?q=4")


def test_the_timetable_says_in_chinese_what_people_said(client: Client, archive: Path) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.maintenance.pause(SOURCE.id, NOW + timedelta(days=2), "moves", "Li")
    page = chinese(client, "/timetable")
    assert left(page) == []
    assert "Li 已暂停至" in page
    assert "paused until" in client.get("/timetable?lang=en").text
    with Archive.open(archive) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "restored", "Bo"))
    assert left(chinese(client, "/timetable")) == []


@pytest.mark.parametrize("cause", Cause)
def test_every_reason_for_which_a_job_rests_is_shown_in_chinese(cause: Cause) -> None:
    reason = Reason(cause, NOW, "李", "迁移", 3, "moved", NOW)
    told = sentences.held(translator("zh"), reason, "Asia/Shanghai").replace("Asia/Shanghai", "")
    assert not re.search("[A-Za-z]", told)
    assert sentences.held(translator("en"), reason, "UTC") == reason.describe("UTC")


def test_an_addition_that_failed_says_so_in_chinese(client: Client, archive: Path) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        number = tx.additions.request("http://b.test/x", person="Li", note="", now=NOW).id
        tx.additions.end(number, Outcome.FAILED, reason="", article_id=None, now=NOW)
    assert left(chinese(client, f"/add/{number}")) == []
    assert "未添加：失败。" in chinese(client, f"/add/{number}")


def test_every_word_of_a_closed_vocabulary_is_known_in_chinese() -> None:
    for group, words in (
        ("outcome", Outcome),
        ("incident", Kind),
        ("field", DateKind),
        ("origin", Origin),
        ("standing", FieldStatus),
        ("answer", Answer),
        ("part", PART_KINDS),
    ):
        assert {str(word) for word in words} - set(TERMS[group]) == set(), group
    shown = {*Label} - {Label.SOURCE, Label.AUTHOR, Label.EDITOR, Label.SKIP}
    assert {str(label) for label in shown} <= set(TERMS["rule"])
    assert f"before {EARLIEST.year}" in TERMS["refusal"]
    assert translator("en").term("outcome", "http_error") == "http_error"
    assert translator("zh").term("rule", "div.article h1") == "div.article h1"


@pytest.mark.slow
def test_the_practice_archive_is_shown_in_chinese(tmp_path: Path) -> None:
    from scraper.crawl.request import CrawlRequest
    from scraper.crawl.run import crawl
    from tests.support.desks import watchlist

    path, now = tmp_path / "hubwatch.db", datetime(2026, 3, 1, 12, tzinfo=UTC)
    Archive.create(path).close()
    folder = sources_folder()
    known = load_catalogue([folder]).sources.values()
    sources = [each for each in known if Path(each.path).parent == folder]
    with serve(date(2026, 3, 1), 1) as served:
        request = CrawlRequest("x", lambda: now, hosts=served.hosts, watchlist=watchlist)
        crawl(sources, path, request, lambda event: None)
    link = let_in(path, "Li", PersonRole.STAFF, now)
    with Archive.open_readonly(path) as store:
        stories = [story.id for story in store.stories.latest()]
        ids = [source.id for source in sources]
    with serving(path, now=now) as client:
        sign_in(client, link)
        pages = [f"/story/{number}" for number in stories]
        pages += [f"/why?q={number}" for number in stories]
        pages += [
            "/sources",
            "/runs",
            "/cities",
            "/coverage",
            "/timetable",
            *(f"/source/{one}" for one in ids),
        ]
        found = {page: words for page in pages if (words := left(chinese(client, page)))}
    assert len(stories) > 20
    assert found == {}


@pytest.mark.parametrize("tag", ["en", "zh"])
def test_a_source_that_is_well_is_called_so_in_the_list_and_on_its_page(tag: str) -> None:
    words = translator(tag)
    assert words.term("condition", "well") == words.term("source_state", "well")

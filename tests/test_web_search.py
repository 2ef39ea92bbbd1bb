"""Search at the desk: hits with their words marked, filters, and what an answer rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.text import basis_text
from storage.archive import Archive
from storage.articles.records import AnswerBasis
from storage.decisions import Verb
from storage.text import fold, passage, pieces, read_words
from tests.support.cli import CommandLine
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

HUB = "Foshan chosen as hub city of Innovation China"
HUB_BODY = (
    "Foshan is one of the hub cities of the Innovation China program, its science association "
    "said. Ceramic makers will be visited by experts from forty laboratories this spring."
)


@pytest.fixture
def filled(archive: Path) -> Path:
    """A dozen stories in two languages, one of a hub city."""
    han = "贵阳市科协昨日举办科创中国技术对接会，四十家企业参加。"
    keep(
        archive,
        *(page_of(number) for number in range(1, 11)),
        page_of(11, title=HUB, body=HUB_BODY),
        page_of(
            12, language="zh", title="第三则", body=f"{'开头的话。' * 80}{han}{'结尾的话。' * 9}"
        ),
    )
    with Archive.open(archive) as store, store.writing() as tx:
        tx.decisions.decide(2, Verb.ACCEPT, person="Li", now=NOW)
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Li at the desk."""
    link = let_in(filled, "Li")
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, link)
        yield client


def rows(page: str) -> list[str]:
    return re.findall(r'<li class="row".*?</li>', page, re.S)


def marked(row: str) -> list[str]:
    return [fold(unescape(each)) for each in re.findall("<mark>(.*?)</mark>", row, re.S)]


QUERIES = (
    "story", "town", "happened", "number", "Something", "STORY", "sto*", "happ*",
    '"something happened"', "hub", "hub city", "cities", "Foshan", "foshan ceramic",
    "Innovation China", '"Innovation China"', "laboratories", "labor*", "experts spring",
    "science association", "program", "forty", "贵阳", "科创", "贵阳 科创", "科协", "技术对接会",
    "对接", "四十家", "企业", "第三则", "昨日举办", "结尾", "开头的话",
    *(f"word{number}x{place}" for number in (1, 3, 7, 9) for place in (0, 31, 59)),
    "town number 4", "word5x1 word5x59", '"word8x3 word8x4"', "chosen",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_every_hit_carries_a_mark_on_a_word_of_the_query(client: Client, query: str) -> None:
    found = rows(client.get(f"/search?{urlencode({'q': query})}").text)
    assert found
    firsts = [term.split()[0].rstrip("*") for term in read_words(query).terms]
    for row in found:
        assert any(first in mark for mark in marked(row) for first in firsts), row


def test_no_page_shows_a_text_turned_round(filled: Path) -> None:
    turned = page_of(13, title="Fair of 12 \u202etowns\u202c", body="Of \u202d40\u202c towns. " * 9)
    keep(filled, turned)
    link = let_in(filled, "Wu")
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, link)
        for path in ("/?grade=all", "/search?q=fair", "/story/13", "/why?q=13"):
            page = client.get(path).text
            assert "Fair of 12" in re.sub("</?mark>", "", page), path
            assert not set("\u202d\u202e") & set(page), path


def test_one_hit_is_a_story_and_two_are_stories(client: Client) -> None:
    assert ">1 story " in client.get("/search?q=word1x1").text
    assert ">10 stories " in client.get("/search?q=town").text


NOTHING = (
    ("zebra", "", "No article has this in it: zebra"),
    ("town zebra “blue moon”", "", "No article has this in it: zebra, “blue moon”"),
    ("word1x1 word2x2", "", "articles with each of these words, and none with all of them"),
    ("Foshan -hub", "", "has what was not to be said, too"),
    ("town", "language=zh", "Without the filter it is 10 stories."),
    ("贵阳", "state=accepted", "Without the filter it is 1 story."),
    ("zebra", "language=zh", "No article has this in it: zebra"),
    ('"hub Foshan"', "", 'this in it: "hub Foshan" · Without the quotes it is 1 story.'),
    ("towns", "", "No article has this in it: towns · As town* it is 10 stories."),
    ("town happen", "", "As town happen* it is 10 stories."),
    ("-hub towns", "", "As -hub town* it is"),
    ("「town happened」 -zebra", "", "Without the quotes it is 10 stories."),
)


@pytest.mark.parametrize(("typed", "filter_", "said"), NOTHING)
def test_where_nothing_is_found_it_says_what_the_words_do_find(
    client: Client, typed: str, filter_: str, said: str
) -> None:
    page = client.get(f"/search?{urlencode({'q': typed})}&{filter_}").text
    assert "Nothing found." in page
    assert said in unescape(page)
    assert ("/search?q=" in page.partition("Nothing found.")[2].partition("</p>")[0]) is (
        "Without the filter" in said
    )


def test_the_command_line_says_what_the_words_do_find(hubwatch: CommandLine, filled: Path) -> None:
    ended = hubwatch("--db", filled, "search", "town", "--language", "zh")
    assert "Without the filter it is 10 stories." in ended.err
    assert "No article has this in it: zebra" in hubwatch("--db", filled, "search", "zebra").err
    as_one = hubwatch("--db", filled, "search", "town something").err
    assert "Without the quotes it is 10 stories." in as_one
    assert hubwatch("--db", filled, "search", "town", "something").out


def test_there_are_fifty_queries() -> None:
    assert len(QUERIES) >= 50


def test_the_passage_that_says_most_is_shown(client: Client) -> None:
    (row,) = rows(client.get(f"/search?{urlencode({'q': '贵阳 对接会'})}").text)
    assert {"贵阳", "对接会"} <= set(marked(row))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=story&state=accepted", 1), ("q=story&state=open", 9), ("q=story&state=later", 0),
        ("grade=core", 1), ("q=story&grade=core", 0), ("language=zh", 1), ("source=a", 12),
        ("source=b", 0), ("q=story&since=2026-02-01", 10), ("q=story&until=2020-01-01", 0),
        ("state=bogus", 0),
        ("topic=hub-city", 1), ("q=story&since=nonsense", 10), ("q=", 0),
    ],
)  # fmt: skip
def test_a_search_can_be_cut_as_the_queue_can(client: Client, query: str, count: int) -> None:
    page = client.get(f"/search?{query}")
    assert page.status == 200
    assert len(rows(page.text)) == count
    assert ("is no date or span" in page.text) == ("nonsense" in query)


def test_an_answer_says_what_it_rests_on(client: Client, filled: Path) -> None:
    assert "All that is watched" not in client.get("/search").text
    assert "All that is watched: 1 source" in client.get("/search?q=nowhere").text
    assert "Atlantis was not watched" in client.get("/search?q=story&city=Atlantis").text


def test_the_command_line_says_it_too(hubwatch: CommandLine, filled: Path) -> None:
    Path("hubwatch.toml").write_text(f"archive = {json.dumps(str(filled))}\n", encoding="utf-8")
    config = ("--config", "hubwatch.toml")
    said = hubwatch(*config, "search", "story", "--city", "Atlantis")
    assert "Atlantis was not watched: no source of it was ever crawled" in said.err
    with_json = hubwatch(*config, "search", "story", "--json", "--basis").out
    told = json.loads(with_json)
    assert set(told) == {"basis", "hits"}
    assert told["basis"]["sources"] == 1
    assert len(told["hits"]) == 10


def test_the_command_line_reads_the_same_signs(hubwatch: CommandLine, filled: Path) -> None:
    def found(*words: str) -> int:
        return len(json.loads(hubwatch("--db", str(filled), "search", "--json", *words).out))

    assert found("something happened") == found("“something happened”") > 0
    assert found("happened something") == found("“happened something”") == 0
    assert found("story -happened") == 0
    assert found("“hub city” foshan") == 1
    assert found("hub", "--", "-city") == 0


TEXTS = st.text(alphabet="abc 贵阳科创，.İß-", max_size=120)


@given(text=TEXTS, query=st.text(alphabet="abc 贵阳科", max_size=12))
def test_pieces_are_the_whole_text_and_marks_are_what_was_asked(text: str, query: str) -> None:
    terms = read_words(query).terms
    found = pieces(text, terms)
    assert "".join(piece for piece, _ in found) == text
    said = passage(text, terms, 20)
    assert bool(said) == any(is_hit for _, is_hit in found)
    if said:
        assert any(is_hit for _, is_hit in said)
        assert "".join(piece for piece, _ in said).strip("…") in text


def test_it_says_when_was_read_last_in_the_zone_of_the_portal() -> None:
    begun = datetime(2026, 4, 11, 20, tzinfo=UTC)
    basis = AnswerBasis(3, 3, begun, begun + timedelta(days=9), "Asia/Shanghai", 0, 0)
    said = basis_text(basis, ["Jiaxing"])
    assert said == "Jiaxing: 3 sources, complete since 2026-04-12, last read 2026-04-21, no gaps"
    said = basis_text(replace(basis, unread=10), ["Jiaxing"])
    assert said.endswith("last read 2026-04-21, 10 listed, not read")
    said = basis_text(replace(basis, unread=10, gaps=2), ["Jiaxing"])
    assert said.endswith("2 gaps, 10 listed, not read")
    said = basis_text(replace(basis, amiss=1), ["Jiaxing"])
    assert said.endswith("last read 2026-04-21, something is amiss with 1")
    said = basis_text(replace(basis, read_longest_ago=begun), ["Jiaxing"])
    assert said.endswith("last read 2026-04-21, one of them not since 2026-04-12, no gaps")
    lately = begun + timedelta(days=8)
    said = basis_text(replace(basis, read_longest_ago=lately), ["Jiaxing"])
    assert said.endswith("last read 2026-04-21, no gaps")


@pytest.mark.parametrize("spelling", ["{}", "https://{}", "{}?utm_source=mail", "{}#top"])
def test_an_address_that_is_pasted_finds_its_article_and_leads_to_why(
    client: Client, spelling: str
) -> None:
    typed = spelling.format("a.test/a/1.htm")
    page = client.get(f"/search?{urlencode({'q': typed})}").text
    assert re.search(r'<p class="answer"><a href="/story/1"[^>]*>[^<]+</a>', page)
    assert f'href="/why?{urlencode({"q": typed})}"' in page
    assert "Nothing found." not in page
    assert "/story/1" in client.get(f"/why?{urlencode({'q': typed})}").text


def test_an_address_that_is_not_here_leads_to_why_too(client: Client) -> None:
    for typed in ("http://nowhere.test/a/1.htm", "http://[broken/"):
        page = client.get(f"/search?{urlencode({'q': typed})}").text
        assert f'href="/why?{urlencode({"q": typed})}"' in page
        assert '<p class="answer"><a href="/story' not in page
    assert "/why?q=" not in client.get("/search?q=story").text


@pytest.mark.parametrize(
    "typed", ["story 1", "Story #1", "#1", "article 1", "报道1", "报道 1", "1"]
)
def test_a_number_is_asked_for_as_people_write_it(client: Client, typed: str) -> None:
    assert 'href="/story/1"' in client.get(f"/why?{urlencode({'q': typed})}").text
    none = typed.replace("1", "9999")
    assert "There is no article of that number" in client.get(f"/why?{urlencode({'q': none})}").text

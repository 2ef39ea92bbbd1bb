"""Searches that people keep as tabs, filters that queue and search share, and chosen hits handed
on: as a brief, or into a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from desk.searches import WORDS
from storage.archive import Archive
from storage.decisions import Verb
from storage.people import MOST_SEARCHES, PersonRole
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

HUB = "Foshan chosen as hub city of Innovation China"
HUB_BODY = "Foshan is one of the hub cities of the Innovation China program, officials said."


@pytest.fixture
def filled(archive: Path) -> Path:
    """Six stories, one of a hub city; Li has starred the second and tagged the third."""
    keep(
        archive, *map(page_of, range(1, 6)), page_of(6, title=HUB, body=HUB_BODY)
    )  # fmt: skip
    with Archive.open(archive) as store, store.writing() as tx:
        tx.decisions.decide(2, Verb.STAR, person="Li", now=NOW)
        tx.decisions.decide(3, Verb.TAG, person="Li", now=NOW, value="labs")
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Li at the desk."""
    link = let_in(filled, "Li")
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, link)
        yield client


def tabs(page: str) -> dict[str, str]:
    """The tabs of a page: their names, and how many stories are new."""
    nav = re.search(r'<nav class="tabs".*?</nav>', page, re.S)
    found = re.findall(r"<a [^>]*>(.*?)</a>", nav[0], re.S) if nav else []
    names = [re.sub("<.*", "", each, flags=re.S).strip() for each in found]
    news = [re.search(r'class="num"[^>]*>(.*?)<', each) for each in found]
    return {name: one[1] if one else "" for name, one in zip(names, news, strict=True)}


def rows(page: str) -> list[str]:
    return re.findall(r'<li class="row".*?</li>', page, re.S)


def address_of(page: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]*)"[^>]*>{name}', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_search_is_kept_as_a_tab_that_counts_what_came_in_since(
    client: Client, filled: Path
) -> None:
    assert tabs(client.get("/search").text) == {}
    asked = client.get("/search?q=town&by=newest").text
    assert "Keep as a tab" in asked
    kept = client.post("/search/keep", [("query", "q=town&by=newest"), ("name", "Towns")])
    assert kept.status == 303
    assert tabs(client.get("/search").text) == {"Search": "", "Towns": ""}

    keep(
        filled,
        page_of(21),
        page_of(22),
        page_of(23, body="Nothing of the kind."),
        now=later(hours=2),
    )
    page = client.get("/search").text
    assert tabs(page)["Towns"] == "2"
    opened = client.get(address_of(page, "Towns")).text
    assert [('class="flag news"' in row) for row in rows(opened)] == [True, True] + [False] * 5
    assert tabs(client.get("/search").text)["Towns"] == ""
    again = client.get(address_of(page, "Towns")).text
    assert 'class="flag news"' not in again


def test_every_part_of_a_search_is_kept_and_anothers_tabs_are_not_shown(
    client: Client, filled: Path
) -> None:
    query = "q=town&source=a&language=en&seen_since=30d&marked=star&state=open"
    client.post("/search/keep", [("query", query), ("name", "All <of> it")])
    page = client.get("/search").text
    opened = client.get(address_of(page, "All &lt;of&gt; it")).text
    assert len(rows(opened)) == len(rows(client.get(f"/search?{query}").text)) == 1
    with serving(filled, now=later(hours=1)) as other:
        sign_in(other, let_in(filled, "Bo", PersonRole.READER))
        assert tabs(other.get("/search").text) == {}
        number = re.search(r"kept=(\d+)", page)
        assert number
        other.post("/search/forget", [("kept", number[1])])
        assert "A search that you keep" not in other.get(f"/search?q=town&kept={number[1]}").text
        assert other.post("/search/keep", [("query", "q=x"), ("name", "Mine")]).status == 303
        assert tabs(other.get("/search").text) == {"Search": "", "Mine": ""}
    assert "All &lt;of&gt; it" in tabs(client.get("/search").text)
    client.post("/search/forget", [("kept", number[1])])
    assert tabs(client.get("/search").text) == {}


def test_a_search_is_kept_anew_under_its_name_and_only_so_many_are(client: Client) -> None:
    for number in range(MOST_SEARCHES):
        client.post("/search/keep", [("query", f"q=a{number}"), ("name", f"n{number}")])
    assert client.post("/search/keep", [("query", "q=town"), ("name", "n3")]).status == 303
    refused = client.post("/search/keep", [("query", "q=town"), ("name", "one more")])
    assert (refused.status, "kept at most" in refused.text) == (400, True)
    assert len(tabs(client.get("/search").text)) == MOST_SEARCHES + 1
    for fields in ([("query", ""), ("name", "x")], [("query", "q=x"), ("name", " ")], []):
        assert client.post("/search/keep", fields).status == 400
    for number in ("0", "-1", "x", "9" * 30):
        assert client.get(f"/search?q=town&kept={number}").status == 200
        assert client.post("/search/forget", [("kept", number)]).status == 303


def test_what_is_new_is_counted_no_further_than_so_far(client: Client, filled: Path) -> None:
    client.post("/search/keep", [("query", "q=town"), ("name", "Towns")])
    keep(filled, *(page_of(number) for number in range(100, 205)), now=later(hours=2))
    assert tabs(client.get("/search").text)["Towns"] == "99+"


def names_of(page: str) -> set[str]:
    return set(re.findall(r'<(?:select|input) name="([a-z_]+)"', page))


def test_queue_and_search_are_cut_by_the_same_controls_of_the_same_names(client: Client) -> None:
    queue, search = client.get("/").text, client.get("/search?q=town").text
    assert set(WORDS) - {"topic"} <= names_of(queue) & names_of(search)
    assert "grade" in names_of(queue) & names_of(search)


@pytest.mark.parametrize(
    "cut",
    ["source=a", "source=none", "language=en", "language=zh", "place=foshan", "tag=labs",
     "marked=star", "tag=labs&marked=star", "grade=core", "seen_since=2020-01-01",
     "seen_until=2020-01-01", "topic=hub-city", "topic=hub-city&place=foshan"],
)  # fmt: skip
def test_a_filter_finds_the_same_stories_in_queue_and_search(client: Client, cut: str) -> None:
    grade = "" if "grade" in cut else "&grade=all"
    queue, search = client.get(f"/?{cut}{grade}").text, client.get(f"/search?{cut}").text
    of_queue = set(re.findall(r'data-story="(\d+)"', queue))
    assert of_queue == set(re.findall(r'data-story="(\d+)"', search))


def test_a_filter_is_carried_from_one_to_the_other(client: Client) -> None:
    queue = client.get("/?source=a&tag=labs&grade=all").text
    there = address_of(queue, "Search within this filter")
    assert there == "/search?state=open&source=a&tag=labs"
    search = client.get(there).text
    assert len(rows(search)) == 1
    back = address_of(search, "The queue under this filter")
    assert back == "/?state=open&source=a&tag=labs"
    assert address_of(client.get("/").text, "Search within this filter") == "/search"


def test_dates_of_addresses_that_were_kept_go_on(client: Client) -> None:
    assert rows(client.get("/?grade=all&since=2099-01-01").text) == []
    assert len(rows(client.get("/?grade=all&since=2h").text)) == 6


# Chosen hits


def test_chosen_hits_become_a_cited_brief(client: Client) -> None:
    page = client.get("/search?q=town").text
    ticked = re.findall(r'name="article" value="(\d+)" form="brief"', page)
    assert len(ticked) == 5
    query = "&".join(f"article={each}" for each in ticked[:2])
    word = client.get(f"/brief?form=docx&title=Towns&{query}")
    assert word.headers["content-disposition"] == 'attachment; filename="brief.docx"'
    text = ZipFile(BytesIO(word.data)).read("word/document.xml").decode()
    assert "Towns" in text
    assert len(set(re.findall(r"Story number \d", text))) == 2
    book = load_workbook(BytesIO(client.get(f"/brief?form=xlsx&{query}").data))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert sum("http://a.test/a/" in each for each in cells) >= 2


@pytest.mark.parametrize(
    ("query", "status"),
    [("form=docx", 400), ("form=docx&article=99", 404), ("form=exe&article=1", 404),
     ("form=docx&article=x", 400), ("form=docx&article=99999999999999999999", 400),
     ("article=1", 404)],
)  # fmt: skip
def test_a_brief_of_nothing_is_refused(client: Client, query: str, status: int) -> None:
    assert client.get(f"/brief?{query}").status == status


def test_chosen_hits_enter_a_draft(client: Client, filled: Path) -> None:
    assert "Put into the draft" not in client.get("/search?q=town").text
    period = (("basis", "period"), ("since", "2020-01-01"), ("until", "2020-01-02"))
    client.post("/digests", [*period, ("scope", "all"), ("grouping", "city")])
    with Archive.open_readonly(filled) as store:
        (head,) = store.digests.latest()
    assert head.items == 0
    assert "Put into the draft" in client.get("/search?q=town").text
    ticked = [("article", 1), ("article", 6), ("draft", head.number)]
    entered = client.post("/brief", ticked)
    assert (entered.status, entered.headers["location"]) == (303, f"/digests/{head.number}")
    page = client.get(f"/digests/{head.number}").text
    assert "Story number 1" in page and HUB in page
    client.post("/brief", ticked)
    with Archive.open_readonly(filled) as store:
        assert store.digests.get(head.number).items == 2  # type: ignore[union-attr]
    assert client.post("/brief", [("article", 1), ("draft", 99)]).status == 400
    assert client.post("/brief", [("draft", head.number)]).status == 400


def test_a_reader_makes_briefs_and_enters_nothing(filled: Path) -> None:
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, let_in(filled, "Bo", PersonRole.READER))
        assert "Make a brief" in client.get("/search?q=town").text
        assert client.get("/brief?form=docx&article=1").status == 200
        assert client.post("/brief", [("article", 1), ("draft", 1)]).status == 403

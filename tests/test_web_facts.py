"""Facts at the desk: confirmed, corrected, rejected by a button on a story's page or a draft's, and
taken back; readers look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.digest.drafts import opened
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import FactQuery, FactReview, FactVerdict, KeptFact
from storage.people import PersonRole
from tests.support.desks import Answer, Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later

TEXT = (
    "Foshan now has 412 workshops. The city spends 95 million yuan on laboratories. "
    "Applications are open until July 31, 2026. " + " ".join(f"word{n}" for n in range(60))
)


@pytest.fixture
def article(archive: Path) -> int:
    """The number of an article with three facts, told by a crawl. Li and Bo may decide."""
    (number,) = keep(archive, page_of(1, body=TEXT))
    read_facts(archive, number, TEXT)
    let_in(archive, "Li")
    let_in(archive, "Bo")
    let_in(archive, "Rea", PersonRole.READER)
    return number


@pytest.fixture
def client(archive: Path, article: int) -> Iterator[Client]:
    """Li at the desk, with draft 1."""
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, "link-of-Li")
        client.post("/digests", [("basis", "since-last"), ("scope", "all"), ("grouping", "city")])
        yield client


def read_facts(archive: Path, article: int, text: str) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.articles.facts.replace(article, facts_of(text), FACTS_VERSION)


def kept(archive: Path) -> tuple[KeptFact, ...]:
    with Archive.open_readonly(archive) as store:
        return store.articles.facts.find(FactQuery())


def verdicts(archive: Path) -> list[str]:
    return [one.review.verdict if one.review else "" for one in kept(archive)]


def say(client: Client, fact: KeptFact, act: str, **fields: object) -> Answer:
    named = [("fact", fact.id), ("mark", fact.mark), ("do", act), ("to", "/story/1")]
    return client.post("/fact", [*named, *fields.items()])


def shown(page: str) -> list[tuple[str, str]]:
    """The figures on a page, with what was said of each."""
    found = re.findall(r'data-verdict="(\w+)">\s*<p class="what"><strong>([^<]*)</strong>', page)
    return [(text, verdict) for verdict, text in found]


def test_a_story_shows_each_figure_beside_its_sentence(client: Client) -> None:
    page = client.get("/story/1").text
    assert shown(page) == [
        ("workshops: 412 (Foshan)", "open"),
        ("laboratories: 95 million yuan (Foshan)", "open"),
        ("Applications: until 2026-07-31 (Foshan)", "open"),
    ]
    assert "Foshan now has <mark>412</mark> workshops." in page


@pytest.mark.parametrize("page", ["/story/1", "/digests/1"])
def test_one_click_confirms_and_says_so_and_offers_to_take_it_back(
    client: Client, archive: Path, page: str
) -> None:
    first, second, _ = kept(archive)
    assert f'id="fact-{first.id}"' in client.get(page).text

    done = say(client, first, "confirm", to=page)
    client_goes = done.headers["location"]
    after = client.get(client_goes.partition("#")[0]).text

    assert done.status == 303
    assert verdicts(archive) == ["confirmed", "", ""]
    assert "Confirmed: workshops: 412 (Foshan)" in after
    following = after.partition(f'id="fact-{second.id}"')[2]
    assert 'value="confirm" autofocus' in following[:1500]
    (review,) = set(re.findall(r'name="review" value="(\d+)"', after))

    undone = say(client, first, "undo", to=page, review=review)
    assert verdicts(archive) == ["", "", ""]
    again = client.get(undone.headers["location"].partition("#")[0]).text
    assert "Taken back: workshops: 412 (Foshan)" in again


def test_a_rejected_figure_is_struck_out_and_can_be_taken_back(
    client: Client, archive: Path
) -> None:
    first, *_ = kept(archive)
    answer = say(client, first, "reject", why="a street number")
    page = client.get(answer.headers["location"].partition("#")[0]).text
    assert ("workshops: 412 (Foshan)", "rejected") in shown(page)
    assert "rejected, Li: a street number" in page
    assert [one.id for one in kept(archive)] == [one.id for one in kept(archive) if one != first]


def test_a_correction_keeps_what_differs_only(client: Client, archive: Path) -> None:
    first, money, until = kept(archive)
    read = {"unit": "count", "object": "workshops"}
    say(client, first, "correct", value="1,421", **read)
    say(client, money, "correct", value="95000000", unit="CNY", object="research laboratories")
    say(client, until, "correct", object="Applications for grants")

    said = [one.review for one in kept(archive)]
    assert [(one.value, one.unit, one.object) for one in said if one] == [
        (1421.0, "", ""),
        (None, "", "research laboratories"),
        (None, "", "Applications for grants"),
    ]


@pytest.mark.parametrize("value", ["many", "nan", "1e400"])
def test_a_value_that_is_no_number_is_said_and_nothing_is_kept(
    client: Client, archive: Path, value: str
) -> None:
    answer = say(client, kept(archive)[0], "correct", value=value)
    assert (answer.status, "is to be a number" in answer.text) == (400, True)
    assert verdicts(archive) == ["", "", ""]


def test_a_correction_of_nothing_is_refused(client: Client, archive: Path) -> None:
    first, *_ = kept(archive)
    answer = say(client, first, "correct", value="412", unit="count", object="workshops")
    assert (answer.status, "Say what is right" in answer.text) == (400, True)


def test_a_page_that_was_read_again_since_is_not_judged(
    client: Client, archive: Path, article: int
) -> None:
    first, *_ = kept(archive)
    read_facts(archive, article, TEXT.replace("412", "512"))
    assert any(one.id == first.id for one in kept(archive))  # the same number, another figure

    answer = say(client, first, "confirm")

    assert (answer.status, "read again since" in answer.text) == (400, True)
    assert verdicts(archive) == ["", "", ""]


def test_a_form_sent_twice_says_it_once(client: Client, archive: Path) -> None:
    first, *_ = kept(archive)
    say(client, first, "confirm")
    say(client, first, "confirm")
    with Archive.open_readonly(archive) as store:
        found = list(store._db.query("SELECT * FROM fact_reviews"))
    assert len(found) == 1


def test_nobody_takes_back_what_another_said_and_the_word_before_counts_again(
    client: Client, archive: Path
) -> None:
    first, *_ = kept(archive)
    with Archive.open(archive) as store, store.writing() as tx:
        bo = tx.articles.facts.review(first, FactReview(FactVerdict.CONFIRMED, "Bo", "", NOW))
    assert say(client, first, "undo", review=bo).status == 400

    say(client, first, "reject")
    with Archive.open_readonly(archive) as store:
        now = store.articles.facts.get(first.id)
    assert now is not None
    assert now.review is not None
    say(client, first, "undo", review=now.review.id)

    assert verdicts(archive)[0] == "confirmed"
    again = kept(archive)[0].review
    assert again is not None
    assert again.person == "Bo"


def test_an_issue_says_before_what_goes_out_and_holds_no_more(
    client: Client, archive: Path
) -> None:
    first, *_ = kept(archive)
    say(client, first, "confirm")
    page = client.get("/digests/1/issue").text
    assert "figures that people confirmed: 1" in page
    assert "2 stay out" in page
    client.post("/digests/1/issue", [("version", 1)])
    with Archive.open_readonly(archive) as store:
        (item,) = opened(store, 1).items
    assert [one.object for one in item.figures] == ["workshops"]
    table = client.get("/digests/1/file/figures.csv")
    assert "Foshan now has 412 workshops." in table.text
    assert "95" not in table.text


def test_readers_see_figures_and_judge_none(archive: Path, article: int) -> None:
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, "link-of-Rea")
        page = client.get("/story/1").text
        assert len(shown(page)) == 3
        assert 'action="/fact"' not in page
        assert say(client, kept(archive)[0], "confirm").status == 403
    assert verdicts(archive) == ["", "", ""]


def test_a_draft_counts_its_proposals_and_opens_them(client: Client) -> None:
    closed, all_open = client.get("/digests/1").text, client.get("/digests/1?figures=all").text
    assert "Figures that nobody has confirmed: 3" in closed
    assert '<details class="figures">' in closed
    assert '<details class="figures" open>' in all_open


def test_figures_speak_chinese(client: Client) -> None:
    client.cookies["hubwatch-language"] = "zh"
    page = client.get("/digests/1").text
    assert "数字：待确认 3 个" in page
    assert "laboratories：9,500万元（Foshan）" in page

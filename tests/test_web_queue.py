"""The queue: what is in it, in which order and state, and what buttons do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from storage.archive import Archive
from storage.decisions import State, Verb
from storage.people import PersonRole
from storage.queue import By, QueueFilter
from storage.runs import Counts
from storage.types import Grade, Outcome
from tests.support.crawling import source
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in, watchlist
from tests.support.make import NOW, day, later
from tests.support.paths import ROOT

HUB = "Foshan chosen as hub city of Innovation China"
HUB_BODY = (
    "Foshan is one of the hub cities of the Innovation China program, its science association "
    "said. Ceramic makers will be visited by experts from forty laboratories this spring."
)


@pytest.fixture
def filled(archive: Path) -> Path:
    """Four stories; the second is about a hub city."""
    keep(
        archive,
        page_of(1),
        page_of(2, title=HUB, body=HUB_BODY),
        page_of(3, language="zh", title="第三则"),
        page_of(4),
    )
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Li at the desk."""
    link = let_in(filled, "Li")
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, link)
        yield client


def titles(page: str) -> list[str]:
    """The titles of the cards of a page, marks left out."""
    found = re.findall(r"<h2[^>]*><a href=\"/story/\d+\">(.*?)</a></h2>", page, re.S)
    return [re.sub(r"<[^>]+>", "", title) for title in found]


def test_a_queue_in_which_nothing_ever_stood_is_not_called_sorted(archive: Path) -> None:
    link = let_in(archive, "Li")
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, link)
        first, basis = client.get("/").text, client.get("/search?q=hub").text
        with Archive.open(archive) as store, store.writing() as tx:
            tx.sources.register(source("a").ref, NOW)
            run = tx.runs.start("a", NOW)
            tx.runs.finish(run.id, NOW, Outcome.FAILED, Counts(), reasons=())
        crawled = client.get("/").text
        keep(archive, page_of(1))
        filled = client.get("/?grade=core").text
    assert "hubwatch setup" in first and "All sorted" not in first
    assert "No source was ever crawled" in basis
    assert "found no article" in crawled and "hubwatch setup" not in crawled
    assert 'href="/runs"' in crawled and "All sorted" not in crawled
    assert "All sorted" in filled and "found no article" not in filled


def state_of(archive: Path, story: int) -> State:
    with Archive.open_readonly(archive) as store:
        found = store.decisions.verdicts([story]).get(story)
    return found.state if found else State.OPEN


def settled(archive: Path, filters: QueueFilter) -> list[int]:
    with Archive.open(archive) as store:
        assert store.maintenance.update_queue(watchlist().watched, 10_000) == 0
        return [one.story_id for one in store.queue.page(filters)]


def test_a_word_that_is_taken_back_after_a_merge_counts_for_the_story_it_joined(
    filled: Path,
) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(4, Verb.ACCEPT, person="Ana", now=NOW)
        (accepted,) = store.decisions.of()
        tx.stories.merge([1, 4], person="Bo", why="", now=NOW)
    assert settled(filled, QueueFilter(state=State.ACCEPTED)) == [1]
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.undo(accepted.id, now=later(hours=1))
    assert settled(filled, QueueFilter(state=State.ACCEPTED)) == []
    assert 1 in settled(filled, QueueFilter())


def test_the_most_relevant_comes_first_and_shows_the_sentence(client: Client) -> None:
    page = client.get("/?grade=all").text
    assert titles(page)[0] == HUB
    assert len(titles(page)) == 4
    assert titles(client.get("/").text) == [HUB]
    assert re.search(r"<mark>Innovation China</mark>|<mark>hub cit", page)
    assert titles(client.get("/?by=arrival&grade=all").text)[0] == "Story number 4"


def test_what_a_first_crawl_finds_waits_only_if_it_is_fresh(archive: Path) -> None:
    from tests.support import make

    with Archive.create(archive) as store, store.writing() as tx:
        tx.sources.register(make.SOURCE, NOW)
        run = tx.runs.start(make.SOURCE.id, NOW)
        for number, published in enumerate(("2026-02-25", "2026-02-01"), start=1):
            fields = page_of(number, published=day(published))
            tx.articles.apply(
                make.insert(**fields), source_id=make.SOURCE.id, run_id=run.id, now=NOW
            )
    assert settled(archive, QueueFilter()) == [1]


def test_a_button_says_it_and_the_story_leaves_the_queue(client: Client, filled: Path) -> None:
    done = client.post("/say", [("verb", "accept"), ("story", 2), ("to", "/?by=arrival&grade=all")])
    assert done.headers["location"] == "/?by=arrival&grade=all&did=accept&n=1&back=1-1"
    page = client.get(done.headers["location"]).text
    assert "Accepted: 1." in page
    assert HUB not in titles(page)
    assert titles(client.get("/?state=accepted").text) == [HUB]
    assert state_of(filled, 2) is State.ACCEPTED


def test_several_at_once_with_one_reason_whole_or_not_at_all(client: Client, filled: Path) -> None:
    stories = [("story", number) for number in (1, 3, 999)]
    said = client.post("/say", [("verb", "reject"), *stories, ("why", "off topic")])
    assert said.status == 400
    assert state_of(filled, 1) is State.OPEN
    client.post("/say", [("verb", "reject"), *stories[:2], ("why", "off\r\n topic")])
    with Archive.open_readonly(filled) as store:
        decisions = store.decisions.of()
    assert [(one.story_id, one.value, one.person) for one in decisions] == [
        (1, "off topic", "Li"),
        (3, "off topic", "Li"),
    ]
    assert "off topic" in client.get("/?state=rejected").text


def test_a_form_sent_twice_says_it_once(client: Client, filled: Path) -> None:
    for _ in range(2):
        client.post("/say", [("verb", "later"), ("story", 1)])
    with Archive.open_readonly(filled) as store:
        assert len(store.decisions.of()) == 1


def test_undo_brings_back_what_was_said_before(client: Client, filled: Path) -> None:
    client.post("/say", [("verb", "later"), ("story", 1)])
    client.post("/say", [("verb", "accept"), ("story", 1)])
    client.post("/undo", [("story", 1)])
    assert state_of(filled, 1) is State.LATER
    client.post("/undo", [("story", 1)])
    assert state_of(filled, 1) is State.OPEN
    assert client.post("/undo", [("story", 1)]).status == 400


def test_undo_sent_twice_takes_back_one_word_and_says_so(client: Client, filled: Path) -> None:
    for verb in ("accept", "star"):
        client.post("/say", [("verb", verb), ("story", 1)])
    for address, form in (("/?state=accepted", "form=.chosen."), ("/story/1", "")):
        assert re.search(f'name="last1" value="2"[^>]*{form}', client.get(address).text)
    again = [("story", 1), ("last1", 2)]
    assert client.post("/undo", again).status == 303
    second = client.post("/undo", again)
    assert (second.status, "taken back already" in second.text) == (400, True)
    assert state_of(filled, 1) is State.ACCEPTED
    told = client.post("/undo", [("story", 1), ("last1", 1)], Accept="application/json")
    assert json.loads(told.text)["last"] == {"1": 0}
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(1, Verb.ACCEPT, person="Ana", now=NOW)
    assert client.post("/undo", [("story", 1), ("last1", 3)]).status == 400
    assert 'formaction="/undo"' not in client.get("/story/1").text


def test_two_people_who_differ_make_it_disputed_until_one_gives_in(
    client: Client, filled: Path
) -> None:
    client.post("/say", [("verb", "accept"), ("story", 2)])
    link = let_in(filled, "Ana")
    other = Client(client.port)
    sign_in(other, link)
    other.post("/say", [("verb", "reject"), ("story", 2), ("why", "old news")])
    page = client.get("/?state=disputed").text
    assert titles(page) == [HUB]
    assert "old news" in page
    (decision,) = [one for one in _decisions(filled) if one.person == "Ana"]
    assert client.post("/undo", [("decision", decision.id)]).status == 400  # hers, not Li's
    other.post("/say", [("verb", "accept"), ("story", 2)])
    assert titles(client.get("/?state=accepted").text) == [HUB]


def _decisions(archive: Path) -> tuple:  # type: ignore[type-arg]
    with Archive.open_readonly(archive) as store:
        return store.decisions.of()


def test_merging_and_splitting(client: Client, filled: Path) -> None:
    assert client.post("/merge", [("story", 1)]).status == 400
    client.post("/merge", [("story", 1), ("story", 4)])
    page = client.get("/story/4")
    assert (page.status, page.headers["location"]) == (303, "/story/1")
    assert len(titles(client.get("/?grade=all").text)) == 3
    client.post("/split", [("story", 1), ("article", 4)])
    assert len(titles(client.get("/?grade=all").text)) == 4
    assert client.get("/story/4").status == 200


def test_who_took_back_another_persons_merging_is_reported(client: Client, filled: Path) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.stories.merge((1, 4), person="Ana", why="", now=NOW)
    client.post("/undo", [("decision", 1)])
    (merging,) = _decisions(filled)
    assert (merging.person, merging.undone_by) == ("Ana", "Li")
    assert re.search("taken back Li, <span", client.get("/story/1").text)


def test_our_script_is_answered_in_json(client: Client) -> None:
    done = client.post("/say", [("verb", "accept"), ("story", 1)], Accept="application/json")
    assert json.loads(done.text) == {
        "done": "accept",
        "states": {"1": "accepted"},
        "last": {"1": 1},
    }
    wrong = client.post("/say", [("verb", "note"), ("story", 1)], Accept="application/json")
    assert (wrong.status, json.loads(wrong.text)) == (
        400,
        {"wrong": "A note or a tag needs a text."},
    )


def test_a_card_of_a_story_joined_meanwhile_is_shown_the_whole_story(
    client: Client, filled: Path
) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(1, Verb.ACCEPT, person="Ana", now=NOW)
        tx.stories.merge((1, 4), person="Ana", why="", now=NOW)
    said = client.post("/say", [("verb", "reject"), ("story", 4)], Accept="application/json")
    assert json.loads(said.text)["states"] == {"4": "disputed"}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("verb", "accept")],
        [("verb", "burn"), ("story", 1)],
        [("verb", "accept"), ("story", "1; DROP TABLE stories")],
        [("verb", "accept"), ("story", "9" * 40)],
        [("verb", "merge"), ("story", 1)],
    ],
)
def test_nonsense_is_refused_in_words(client: Client, fields: list[tuple[str, object]]) -> None:
    said = client.post("/say", fields)
    assert said.status == 400
    assert "did not work" in said.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1), ("grade=core", 1), ("grade=none", 3), ("grade=bogus", 1), ("topic=hub-city", 1),
        ("topic=nothing", 0), ("place=foshan", 1), ("grade=all&source=a", 4), ("source=b", 0),
        ("grade=all&language=zh", 1), ("grade=none&language=en", 2), ("grade=all&since=2h", 4),
        ("grade=all&until=2026-03-01", 0), ("grade=all&since=nonsense", 4), ("state=bogus", 1),
        ("grade=all&after=nonsense", 4), ("grade=all&after=1~nan~x~2", 4), ("state=later", 0),
        ("grade=all&after=0~1e9~2026-01-01T00:00:00.000Z~1", 4),
    ],
)  # fmt: skip
def test_the_queue_can_be_cut(client: Client, query: str, count: int) -> None:
    page = client.get(f"/?{query}")
    assert page.status == 200
    assert len(titles(page.text)) == count
    assert ("is no date or span" in page.text) == ("since=nonsense" in query)


def test_counts_are_kept_in_step(client: Client, filled: Path) -> None:
    client.get("/?grade=all")
    for story, verb in ((1, "accept"), (2, "reject"), (3, "later"), (1, "reject")):
        client.post("/say", [("verb", verb), ("story", story)])
    client.post("/undo", [("story", 1)])
    client.post("/merge", [("story", 3), ("story", 4)])
    client.get("/?grade=all")
    with Archive.open_readonly(filled) as store:
        kept = store.queue.counts()
        sql = "SELECT state, strength, count(*) FROM queue GROUP BY state, strength"
        counted = {(row[0], row[1]): row[2] for row in store._db.execute(sql).fetchall()}
    grades = {Grade.CORE: 0, Grade.RELATED: 1, Grade.MENTION: 2, None: 3}
    assert {(state.value, grades[grade]): n for (state, grade), n in kept.items()} == counted


def test_what_comes_later_is_taken_up_and_what_changed_shows(client: Client, filled: Path) -> None:
    client.get("/?grade=all")
    keep(filled, page_of(5), now=later(hours=2))
    assert titles(client.get("/?by=arrival&grade=all").text)[0] == "Story number 5"


def test_other_topics_grade_the_queue_anew(filled: Path) -> None:
    assert settled(filled, QueueFilter(grades=(Grade.CORE,))) == [2]
    with Archive.open(filled) as store:
        store.maintenance.update_queue((), 10_000)
        assert store.queue.page(QueueFilter(grades=(Grade.CORE,))) == ()
        store.maintenance.update_queue(watchlist().watched, 10_000)
        assert [
            one.story_id
            for one in store.queue.page(QueueFilter(grades=(Grade.CORE,), by=By.ARRIVAL))
        ] == [2]


def test_the_next_page_begins_behind_the_last_story_whatever_was_sorted_meanwhile(
    archive: Path,
) -> None:
    keep(archive, *(page_of(number) for number in range(1, 146)))
    link = let_in(archive, "Li")
    found: list[str] = []
    with serving(archive) as client:
        sign_in(client, link)
        address = "/?by=arrival&grade=none"
        while address:
            page = client.get(address).text
            here = re.findall(r'data-story="(\d+)"', page)
            found += here
            stories = [("story", number) for number in here[:40]]
            client.post("/say", [("verb", "reject"), *stories, ("why", "none")])
            further = re.search(r'rel="next" href="([^"]+)"', page)
            address = unescape(further[1]) if further else ""
    assert found == [str(number) for number in range(145, 0, -1)]


def test_a_search_comes_in_pages_of_forty_stories(archive: Path) -> None:
    keep(archive, *(page_of(number) for number in range(1, 46)))
    link = let_in(archive, "Li")
    with serving(archive) as client:
        sign_in(client, link)
        for order in ("", "&by=newest"):
            first = client.get(f"/search?q=town{order}").text
            second = client.get(f"/search?q=town{order}&page=2").text
            assert (len(titles(first)), len(titles(second))) == (40, 5)
            assert 'rel="next"' in first
            assert 'rel="prev"' in second
            assert 'rel="next"' not in second
            assert set(titles(first)).isdisjoint(titles(second))
            assert "page 2" in second
        for odd in ("0", "-1", "%C2%B2", "x", "9" * 40):
            assert client.get(f"/search?q=town&page={odd}").status == 200


def test_the_page_says_that_only_the_latest_hits_are_ranked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "came in last" not in client.get("/search?q=story").text
    monkeypatch.setattr("storage.articles.search.MOST_RANKED", 1)
    assert "the best of the 5000 that came in last" in client.get("/search?q=story").text
    assert "came in last" not in client.get("/search?q=story&by=newest").text


def test_a_filter_shows_how_many_there_are_and_finds_them(client: Client) -> None:
    page = client.get("/?grade=all").text
    assert re.search(r'<option value="zh">[^<]* \(1\)</option>', page)
    assert titles(client.get("/?language=zh&grade=all").text) == ["第三则"]
    assert titles(client.get("/?language=fr").text) == []


def test_where_many_are_looked_through_the_next_page_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/?grade=all")
    monkeypatch.setattr("storage.queue._LOOKED_AT", 1)
    page = client.get("/?grade=all&topic=hub-city&language=zh").text
    assert "None among those looked through so far." in page
    (further,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert 'rel="next"' not in client.get(unescape(further)).text
    assert 'rel="next"' not in client.get("/?grade=all&source=a").text


def test_in_chinese(client: Client) -> None:
    page = client.get("/?grade=all", Accept_Language="zh-CN,zh;q=0.9,en;q=0.8").text
    assert '<html lang="zh-Hans">' in page
    assert "待处理" in page
    client.post("/language", [("lang", "zh"), ("to", "/")])
    assert "待处理" in client.get("/?grade=all", Accept_Language="en").text


def test_staff_and_readers_have_their_roles(store: Archive) -> None:
    assert [role.decides for role in PersonRole] == [False, True, True]


def test_a_rejected_story_comes_back_after_a_change_that_matters_and_says_so(
    client: Client, filled: Path
) -> None:
    client.post("/say", [("verb", "reject"), ("story", 1), ("why", "too vague")])
    body = "The town number 1 has named 58 laboratories. " + str(page_of(1)["body"])
    keep(filled, page_of(1, body=body), now=later(hours=3))
    page = client.get("/?grade=all").text
    assert "Story number 1" in titles(page)
    assert "rejected before, changed since" in page
    assert "too vague" in page


@pytest.mark.parametrize("address", ["/?by=arrival&grade=all", "/story/1", "/search?q=word1x1"])
def test_a_word_said_on_a_page_from_before_a_change_is_about_the_text_that_it_showed(
    client: Client, filled: Path, address: str
) -> None:
    page = client.get(address).text
    fields = {"seen": re.findall(r'data-seen="(\d+)"', page)[0]}
    body = "The town number 1 has named 58 laboratories. " + str(page_of(1)["body"])
    keep(filled, page_of(1, body=body), now=later(hours=3))
    for _ in range(2):
        client.post("/say", [("verb", "reject"), ("story", 1), *fields.items()])
    assert len(_decisions(filled)) == 1
    assert "rejected before, changed since" in client.get("/?grade=all").text
    now = re.findall(r'name="seen" value="(\d+)"', client.get("/?grade=all").text)[0]
    client.post("/say", [("verb", "reject"), ("story", 1), ("seen", now)])
    assert state_of(filled, 1) is State.REJECTED


@pytest.mark.parametrize("seen", ["999999", "x", "-1", ""])
def test_no_page_knows_what_is_yet_to_come(client: Client, filled: Path, seen: str) -> None:
    client.post("/say", [("verb", "reject"), ("story", 1), ("seen", seen)])
    with Archive.open_readonly(filled) as store:
        assert [one.seq for one in store.decisions.of()] == [store.revisions.last_seq()]


def test_stars_tags_and_notes_are_shown_and_found(client: Client, filled: Path) -> None:
    client.post("/say", [("verb", "tag"), ("story", 1), ("story", 3), ("why", "budget")])
    client.post("/say", [("verb", "star"), ("story", 3)])
    client.post("/say", [("verb", "note"), ("story", 4), ("why", "ask Jiaxing")])
    assert len(titles(client.get("/?grade=all&tag=budget").text)) == 2
    assert titles(client.get("/?grade=all&tag=budget&marked=star").text) == ["第三则"]
    assert "ask Jiaxing" in client.get("/?grade=all&marked=note").text
    assert client.post("/say", [("verb", "tag"), ("story", 1)]).status == 400
    client.post("/merge", [("story", 1), ("story", 4)])
    assert "ask Jiaxing" in client.get("/?grade=all&tag=budget").text
    client.post("/undo", [("story", 3)])
    assert titles(client.get("/?grade=all&marked=star").text) == []
    assert state_of(filled, 3) is State.OPEN


def test_a_field_is_corrected_at_the_desk_and_can_be_taken_back(
    client: Client, filled: Path
) -> None:
    wrong = [("article", 1), ("story", 1), ("field", "published"), ("value", "soon")]
    assert client.post("/correct", wrong).status == 400
    assert client.post("/correct", [*wrong[:3], ("value", "0001-01-01")]).status == 400
    right = [*wrong[:2], ("field", "title"), ("value", "What it really is"), ("to", "/story/1")]
    assert client.post("/correct", right).headers["location"].startswith("/story/1")
    assert "What it really is" in titles(client.get("/?grade=all").text)
    page = client.get("/story/1").text
    assert "corrected by Li" in page
    (decision,) = _decisions(filled)
    client.post("/undo", [("decision", decision.id)])
    assert "Story number 1" in titles(client.get("/?grade=all").text)


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form of a page that asks something."""
    form = page.split("<main")[1].split("</form>")[0]
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)


def test_a_verdict_on_what_a_colleague_decided_since_is_asked_for_again(
    client: Client, filled: Path
) -> None:
    (known,) = set(re.findall(r'name="known" value="(\d+)"', client.get("/?grade=all").text))
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(1, Verb.REJECT, person="Ana", now=NOW, value="old news")
    form = [("verb", "accept"), ("story", 1), ("known", known)]
    told = client.post("/say", form)
    assert told.status == 409
    assert "Ana" in told.text
    assert "old news" in told.text
    assert state_of(filled, 1) is State.REJECTED
    script = client.post("/say", form, Accept="application/json")
    assert script.status == 409
    assert "Reject – Ana" in json.loads(script.text)["overtaken"]["1"]
    client.post("/say", [*hidden(told.text), ("sure", "1")])
    assert state_of(filled, 1) is State.DISPUTED
    client.post("/say", [("verb", "star"), ("story", 1), ("known", known)])  # no verdict
    assert len(_decisions(filled)) == 3


def test_what_a_colleague_merged_since_is_told_before_a_verdict(
    client: Client, filled: Path
) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.stories.merge([1, 4], person="Ana", why="the same", now=NOW)
    form = [("verb", "accept"), ("story", 4), ("known", 0)]
    assert client.post("/say", form, Accept="application/json").status == 409
    assert state_of(filled, 1) is State.OPEN


def test_all_of_a_view_is_rejected_by_its_number_and_taken_back_by_one_button(
    client: Client, filled: Path
) -> None:
    page = client.get("/all?grade=none").text
    assert "3 stories are in this view." in page
    fields = hidden(page)
    keep(filled, page_of(7), now=later(hours=1))
    client.get("/")
    again = client.post("/all", [*fields, ("verb", "reject"), ("why", "no match")])
    assert again.status == 409
    assert "4 stories are in this view." in again.text
    assert _decisions(filled) == ()
    fields = hidden(again.text)
    done = client.post("/all", [*fields, ("verb", "reject"), ("why", "no match")])
    told = client.get(done.headers["location"]).text
    assert "Rejected: 4." in told
    assert titles(told) == []
    assert len(titles(client.get("/?state=rejected").text)) == 4
    back = re.findall(r'<input type="hidden" name="(back)" value="([^"]*)"', told)
    assert client.post("/undo", back).headers["location"].endswith("did=undo&n=4")
    assert len(titles(client.get("/?grade=none").text)) == 4


def test_what_one_button_said_is_taken_back_by_nobody_else(client: Client, filled: Path) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(1, Verb.REJECT, person="Ana", now=NOW)
    client.post("/say", [("verb", "accept"), ("story", 2)])
    client.post("/undo", [("back", "1-2")])
    assert [one.undone_at for one in _decisions(filled)] == [None, None]
    client.post("/undo", [("back", "2-2")])
    assert [one.undone_at is None for one in _decisions(filled)] == [True, False]


def test_tabs_count_what_the_filter_leaves(client: Client) -> None:
    page = client.get("/?language=en").text
    counts = dict(re.findall(r'data-count="(\w+)">([^<]+)<', page))
    assert counts == {"matched": "1", "none": "2", "accepted": "0", "rejected": "0", "later": "0"}


def test_a_wrong_date_keeps_the_form_and_says_what_it_wants(client: Client) -> None:
    form = [("article", 1), ("story", 1), ("field", "published"), ("value", "soon")]
    told = client.post("/correct", form)
    assert told.status == 400
    assert "&#39;soon&#39; is no date such as 2026-11-25" in told.text
    assert re.search(r'name="value"[^>]*value="soon"', told.text)
    assert '<option value="published" selected>' in told.text


def one_event(archive: Path, *stories: int) -> None:
    """A person says that these stories, numbered like their articles here, tell one event."""
    with Archive.open(archive) as store, store.writing() as tx:
        tx.stories.events.say(together=True, articles=stories, person="Ana", why="", now=NOW)


def lines_of(page: str) -> list[tuple[int, bool]]:
    """The stories of a list, and whether each stands below another of its event."""
    found = re.findall(r'<li class="row( member)?" id="s\d+" data-story="(\d+)"', page)
    return [(int(number), bool(member)) for member, number in found]


def test_stories_of_one_event_stand_under_the_most_relevant_of_them(
    client: Client, filled: Path
) -> None:
    one_event(filled, 1, 2, 3)
    page = client.get("/?grade=all").text
    assert lines_of(page) == [(2, False), (3, True), (1, True), (4, False)]
    assert "the same event, Chinese" in page
    assert "One verdict for the 3 stories of this event" in page
    assert page.count('<input type="checkbox" name="story" value="3" checked>') == 1
    for address in ("/?grade=all&language=zh", "/?grade=none"):
        first = lines_of(client.get(address).text)[0]
        assert not first[1], "the others of its event are not in that list"
    chinese = client.get("/?grade=all&language=zh").text
    assert lines_of(chinese) == [(3, False)]
    assert "Also reported in English by " in chinese
    assert f">{HUB}</a>" in chinese


def test_a_verdict_on_an_event_decides_the_stories_that_it_names_and_no_others(
    client: Client, filled: Path
) -> None:
    one_event(filled, 1, 2, 3)
    client.post("/say", [("verb", "reject"), ("story", 1), ("why", "off topic")])
    page = client.get("/?grade=all").text
    assert lines_of(page) == [(2, False), (3, True), (4, False)]
    (form,) = re.findall(r"<details><summary>One verdict.*?</details>", page, re.S)
    named = re.findall(r'name="story" value="(\d+)" checked', form)
    assert named == ["2", "3"]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    sent = [(name, unescape(value)) for name, value in fields]
    done = client.post("/say", [*sent, *(("story", one) for one in named), ("verb", "accept")])
    states = [state_of(filled, story) for story in (1, 2, 3, 4)]
    assert states == [State.REJECTED, State.ACCEPTED, State.ACCEPTED, State.OPEN]
    back = re.search(r"back=(\d+-\d+)", done.headers["location"])
    assert back
    client.post("/undo", [("back", back[1])])
    states = [state_of(filled, story) for story in (1, 2, 3)]
    assert states == [State.REJECTED, State.OPEN, State.OPEN]


def test_a_link_moves_no_verdict_and_one_that_was_given_is_shown(
    client: Client, filled: Path
) -> None:
    client.post("/say", [("verb", "accept"), ("story", 2)])
    one_event(filled, 2, 3)
    assert state_of(filled, 3) is State.OPEN
    page = client.get("/?grade=all").text
    assert (3, False) in lines_of(page)
    shown = page.split("Also reported in English by ")[1].split("</p>")[0]
    assert HUB in shown
    assert 'data-state="accepted"' in shown


def test_stories_of_one_event_are_one_line_across_pages(archive: Path) -> None:
    keep(archive, *(page_of(number) for number in range(1, 66)))
    one_event(archive, 65, 2)
    link = let_in(archive, "Li")
    with serving(archive) as client:
        sign_in(client, link)
        first = client.get("/?by=arrival&grade=none").text
        assert lines_of(first)[:3] == [(65, False), (2, True), (64, False)]
        further = re.search(r'rel="next" href="([^"]+)"', first)
        assert further
        second = client.get(unescape(further[1])).text
        assert [number for number, _ in lines_of(second)] == [5, 4, 3, 1]


def test_a_search_has_one_line_an_event(client: Client, filled: Path) -> None:
    one_event(filled, 1, 4)
    page = client.get("/search?q=town&by=newest").text
    found = lines_of(page)
    assert found.index((4, False)) + 1 == found.index((1, True))
    assert "One verdict" not in page


def test_the_list_of_keys_and_the_manual_name_the_same_keys(client: Client) -> None:
    shown = BeautifulSoup(client.get("/").text, "lxml").select("#keys dt")
    listed = {" ".join(key.text for key in each.select("kbd")) for each in shown}
    table = (ROOT / "docs/desk.md").read_text("utf-8").partition("| key |")[2].partition("\n\n")[0]
    keys = [re.findall("`(.+?)`", line.split("|")[1]) for line in table.splitlines()[2:]]
    alone = {key for row in keys if row[0] != "g" for key in row}
    places = {f"g {key}" for row in keys if row[0] == "g" for key in row[1:]}
    assert {key for each in listed if each[:2] != "g " for key in each.split()} - set("↓↑") == {
        *alone, "X"
    }  # fmt: skip
    assert {each for each in listed if each[:2] == "g "} == places


@pytest.mark.parametrize("note", ["A bridge, and more. " * 250, "关于大桥的说明。" * 700])
def test_a_long_note_is_kept_and_shown_whole(client: Client, note: str) -> None:
    page = client.get("/story/1").text
    assert 'name="why" maxlength="500"' not in page
    fields = [("story", 1), ("verb", "note"), ("why", note), ("seen", 99), ("known", 99)]
    assert client.post("/say", fields).status == 303
    assert note.strip() in client.get("/story/1").text

"""What people join and take apart: a story is told once, and none is lost by a mistake."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.digest.drafts import cautions, correct, opened
from desk.digest.issues import DuplicateStory
from storage.archive import Archive
from storage.articles.records import Article
from storage.decisions import Verb, Which
from storage.digests import PUBLISHED, ArticleRole
from tests.support.digest_series import (
    ACCEPTED,
    article,
    begun,
    issued,
    made,
    mirror,
    put_off,
    say,
    text,
    titles,
)
from tests.support.examples import examples
from tests.support.make import NOW, SOURCE
from tests.support.visits import Visits


def merge(visits: Visits, *names: str) -> int:
    stories = [article(visits, name).story_id for name in names]
    with visits.store.writing() as tx:
        return tx.stories.merge(stories, person="Bo", why="", now=NOW).decision_id


def split(visits: Visits, name: str) -> None:
    one = article(visits, name)
    with visits.store.writing() as tx:
        tx.stories.split(one.story_id, [one.id], person="Bo", why="", now=NOW)


def undo(visits: Visits, decision: int) -> None:
    with visits.store.writing() as tx:
        tx.decisions.undo(decision, now=NOW)


def roles(visits: Visits, number: int) -> dict[int, ArticleRole]:
    return {each.article_id: each.role for each in visits.store.digests.roles(number)}


def test_what_was_merged_by_mistake_comes_once_the_merge_is_taken_back(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"b": text(2)})
    decision = merge(visits, "a", "b")
    second = made(visits)
    assert titles(visits, second) == []
    issued(visits, second)
    assert roles(visits, second) == {article(visits, "b").id: ArticleRole.COPY}
    undo(visits, decision)
    visits.run({})
    third = made(visits)
    assert titles(visits, third) == ["On b"]
    issued(visits, third)
    visits.run({})
    assert titles(visits, made(visits)) == []


@pytest.mark.parametrize("leaves", ["a", "a2"])
def test_a_copy_that_a_person_splits_off_is_a_story_to_be_published(
    visits: Visits, leaves: str
) -> None:
    visits.run({"a": text(1)})
    visits.run({"a2": text(1)})
    issued(visits, made(visits))
    split(visits, leaves)
    visits.run({})
    number = made(visits)
    assert titles(visits, number) == ["On a2"]
    assert opened(visits.store, number).items[0].held_from is None
    issued(visits, number)
    visits.run({})
    assert titles(visits, made(visits)) == []


def test_it_waits_for_acceptance_where_only_that_counts(visits: Visits) -> None:
    visits.run({"a": text(1)})
    visits.run({"a2": text(1)})
    say(visits.store, article(visits, "a").story_id, Verb.ACCEPT)
    issued(visits, made(visits, ACCEPTED))
    split(visits, "a2")
    visits.run({})
    number = made(visits, ACCEPTED)
    assert titles(visits, number) == []
    issued(visits, number)
    say(visits.store, article(visits, "a2").story_id, Verb.ACCEPT)
    assert titles(visits, made(visits, ACCEPTED)) == ["On a2"]


def test_a_copy_that_is_left_behind_by_a_replaced_text_was_published(visits: Visits) -> None:
    visits.run({"a": text(1)})
    visits.run({"a2": text(1)})
    issued(visits, made(visits))
    visits.run({"a": " ".join(f"word{n}" for n in range(80)), "a3": text(1)})
    assert article(visits, "a").story_id != article(visits, "a2").story_id
    number = made(visits)
    assert titles(visits, number) == ["On a"]
    issued(visits, number)
    assert roles(visits, number)[article(visits, "a3").id] is ArticleRole.COPY


WHAT = ("new", "copy", "merge", "split", "undo", "put off", "edit", "issue", "issue")
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 9)), max_size=16)


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(STEPS)
@example([("new", 0), ("issue", 0), ("new", 0), ("merge", 0), ("issue", 0), ("undo", 0)])
@example([("new", 0), ("copy", 0), ("put off", 0), ("split", 1), ("issue", 0)])
def test_however_stories_are_joined_and_parted_none_is_lost_and_none_is_news_twice(
    steps: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "a.db")) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        visits = begun(store)
        visits.days += 8
        for what, pick in steps:
            live(visits, what, pick)
        visits.run({})
        for _ in range(2):
            live(visits, "issue", 0)
        said = [
            each for head in store.digests.latest() for each in store.digests.roles(head.number)
        ]
        news = Counter(each.article_id for each in said if each.role is ArticleRole.NEWS)
        assert set(news.values()) <= {1}
        told = {each.story_id for each in said if each.role in PUBLISHED}
        assert {each.story_id for each in arrived(visits)} <= told


def arrived(visits: Visits) -> list[Article]:
    return [each for each in visits.store.articles.get_many(range(1, 100)) if not each.baseline]


def live(visits: Visits, what: str, pick: int) -> None:
    store, known = visits.store, arrived(visits)
    names = [each.url.rpartition("/")[2] for each in known]
    if what == "new":
        visits.run({f"p{len(known)}": text(len(known) + 1)})
    elif what in ("put off", "issue"):
        number = made(visits)
        if what == "put off":
            for title in titles(visits, number):
                put_off(visits, number, title.removeprefix("On "))
        issued(visits, number, ())
    elif what == "undo":
        words = [d for d in store.decisions.of(which=Which.CURRENT) if d.verb in ("merge", "split")]
        if words:
            undo(visits, words[pick % len(words)].id)
    elif known:
        one, other = known[pick % len(known)], known[(pick + 1) % len(known)]
        name = names[pick % len(known)]
        if what == "copy":
            visits.run({f"c{len(known)}": one.body})
        elif what == "edit":
            visits.run({name: one.body.replace("million", "hundred million")})
        elif what == "merge" and one.story_id != other.story_id:
            merge(visits, name, names[(pick + 1) % len(known)])
        elif what == "split" and len(store.articles.of_story(one.story_id)) > 1:
            split(visits, name)


def test_two_items_that_became_one_story_are_warned_of_and_not_issued(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    number = made(visits)
    merge(visits, "a", "b")
    told = [str(each) for each in cautions(visits.store, opened(visits.store, number))]
    assert told == ["item 2 became one story with item 1 since the draft was made: On b"]
    with pytest.raises(
        DuplicateStory, match=r"items 1 and 2 .* `hubwatch digest edit 1 --refresh`"
    ):
        issued(visits, number)
    put_off(visits, number, "b")
    issued(visits, number)
    visits.run({})
    assert titles(visits, made(visits)) == []


def test_two_updates_that_became_one_story_are_not_issued(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    issued(visits, made(visits))
    visits.run({"a": text(1, 120), "b": text(2, 130)})
    number = made(visits)
    merge(visits, "a", "b")
    with pytest.raises(DuplicateStory, match="items 1 and 2"):
        issued(visits, number)


def test_a_correction_stands_whatever_was_joined_since(visits: Visits) -> None:
    visits.run({"a": text(1), "b": text(2)})
    first = made(visits)
    issued(visits, first)
    merge(visits, "a", "b")
    number = correct(visits.store, first, reason="A sum", person="Li", now=visits.now)
    issued(visits, number)
    assert len(titles(visits, number)) == 2


def test_a_copy_that_left_its_story_since_the_draft_is_warned_of(visits: Visits) -> None:
    visits.run({"a": text(1)})
    visits.run({"a2": text(1)})
    number = made(visits)
    split(visits, "a2")
    told = [str(each) for each in cautions(visits.store, opened(visits.store, number))]
    assert told == ["item 1 names a copy that left its story since the draft was made: On a"]
    issued(visits, number)
    assert titles(visits, made(visits)) == ["On a2"]


# A relaunch, or a move, brings no news: what was baseline is baseline at its new address


@pytest.mark.parametrize("published", ["2026-03-01", "2026-01-05"])
def test_a_relaunch_tells_nothing_of_its_first_crawl_as_news(
    store: Archive, published: str
) -> None:
    visits = Visits(store, days=30)
    old = {f"r{n}": text(n) for n in range(20, 26)}
    visits.run(old, published=published)
    visits.days += 2
    site = {f"site/{name}": said for name, said in old.items()}
    visits.run(site | {"fresh": text(91)}, published=published)
    assert titles(visits, made(visits)) == ["On fresh"]


@pytest.mark.parametrize("lasts", [True, False], ids=["both", "moved"])
def test_a_moved_article_of_a_first_crawl_is_no_news(visits: Visits, lasts: bool) -> None:
    if not lasts:
        visits.gone(article(visits, "old").id)
    visits.run({"elsewhere/old": text(0)})
    assert titles(visits, made(visits)) == []


@pytest.mark.parametrize("said", [f"{text(0)} Printer version.", text(0).replace(". ", ".\n\n")])
def test_a_relaunch_may_set_the_text_otherwise(visits: Visits, said: str) -> None:
    visits.run({"elsewhere/old": said})
    assert titles(visits, made(visits)) == []


def test_the_same_words_of_a_later_day_are_news(visits: Visits) -> None:
    """A notice that comes each year is news each year."""
    visits.days += 100
    visits.run({"again": text(0)}, published="2026-07-01")
    assert titles(visits, made(visits)) == ["On again"]


def test_what_another_source_has_of_a_first_crawl_is_as_it_was(visits: Visits) -> None:
    mirror(visits, text(0))
    assert titles(visits, made(visits)) == ["On copy"]


def test_what_follows_on_a_text_of_a_first_crawl_is_news(visits: Visits) -> None:
    visits.run({"other": text(0, 95)[:60] + text(77)})
    assert titles(visits, made(visits)) == ["On other"]

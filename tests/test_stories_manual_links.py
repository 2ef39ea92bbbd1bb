"""What people say of stories: it outweighs the texts, and stays whatever comes later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scraper.hashes import body_hash, content_hash
from storage.archive import Archive
from storage.decisions import Decided, State, Verb
from tests.support import make
from tests.support.make import NOW, later
from tests.support.stories import A, B, D, Page, groups, keep, names, rebuilt
from tests.support.texts import body, reworded


def merge(store: Archive, *stories: int) -> Decided:
    with store.writing() as tx:
        return tx.stories.merge(stories, person="Ana", why="one ceremony", now=NOW)


def split(store: Archive, story: int, *articles: int) -> Decided:
    with store.writing() as tx:
        return tx.stories.split(story, articles, person="Ana", why="", now=NOW)


def undo(store: Archive, decision: int) -> Decided:
    with store.writing() as tx:
        return tx.decisions.undo(decision, now=later(days=1))


def test_merged_stories_stay_one_when_more_arrives_and_when_rebuilt(store: Archive) -> None:
    keep(store, Page("a", A))
    keep(store, Page("b", B))
    assert merge(store, 1, 2).stories == (1,)
    keep(store, Page("a2", reworded(A, 0.1)))
    keep(store, Page("b2", B[:14]))
    assert groups(store) == names("a b a2 b2")
    rebuilt(store)
    assert groups(store) == names("a b a2 b2")


def test_a_merge_outlives_reading_again_and_ends_when_undone(store: Archive) -> None:
    keep(store, Page("a", A))
    keep(store, Page("b", B))
    decided = merge(store, 2, 1)
    _read_again(store, 1, Page("a", D))
    assert groups(store) == names("a b")
    assert undo(store, decided.decision_id).stories == (1, 2)
    assert groups(store) == names("a", "b")
    events = len(store.revisions.events())
    assert undo(store, decided.decision_id).stories == (1, 2)  # once more changes nothing
    assert len(store.revisions.events()) == events
    with pytest.raises(LookupError, match="no decision 9"):
        undo(store, 9)
    file = store.stories.file(1)
    assert file and [said.undone_at for said in file.said] == [later(days=1)]


def _read_again(store: Archive, article_id: int, page: Page) -> None:
    better = make.reading(url=page.url, body=body(page.parts))
    assert better.article
    with store.writing() as tx:
        tx.articles.reread(
            article_id,
            1,
            better,
            snapshot_id=None,  # type: ignore[arg-type]
            content_hash=content_hash(better.article),
            body_hash=body_hash(better.article),
            now=later(days=1),
        )


def test_what_was_split_stays_apart_whatever_arrives(store: Archive) -> None:
    pages = (Page("a", A), Page("a2", A), Page("cut", A[:14]))
    for page in pages:
        keep(store, page)
    assert split(store, 1, 2).stories == (1, 2)
    assert groups(store) == names("a cut", "a2")
    keep(store, Page("whole", reworded(A, 0.05)), timedelta(days=1))
    keep(store, Page("same", A), timedelta(days=1))
    found = {name: story for story in groups(store) for name in story}
    assert found["a"] != found["a2"]
    assert all(len(found[name]) > 1 for name in ("whole", "same"))
    rebuilt(store)
    assert {name: story for story in groups(store) for name in story} == found


@pytest.mark.parametrize(("leaves", "accepted"), [(1, 2), (2, 2), (3, 2)])
def test_a_verdict_goes_with_the_article_that_led(
    store: Archive, leaves: int, accepted: int
) -> None:
    """The second was published first, so its title was what the person saw."""
    for name, day in (("a", "2026-03-01"), ("a2", "2026-02-27"), ("a3", "2026-03-02")):
        keep(store, Page(name, A, published=day))
    with store.writing() as tx:
        tx.decisions.decide(1, Verb.ACCEPT, person="Li", now=NOW)
    parted = split(store, 1, leaves)
    states = {
        article: store.decisions.verdicts([story])[story].state
        if store.decisions.verdicts([story])
        else State.OPEN
        for article in (1, 2, 3)
        for story in [store.articles.get_many([article])[0].story_id]
    }
    together = {1, 2, 3} - {leaves} if leaves != accepted else {leaves}
    assert {article for article, state in states.items() if state is State.ACCEPTED} == together
    undo(store, parted.decision_id)
    assert store.decisions.verdicts([1])[1].state is State.ACCEPTED
    assert [each.story_id for each in store.decisions.of(1) if each.verb == Verb.ACCEPT] == [1]


def test_a_later_word_outweighs_an_earlier_one(store: Archive) -> None:
    for name in ("a", "a2", "a3"):
        keep(store, Page(name, A))
    split(store, 1, 2)
    assert groups(store) == names("a a3", "a2")
    assert merge(store, 1, 2).stories == (1,)
    assert groups(store) == names("a a2 a3")
    split(store, 1, 1)
    assert groups(store) == names("a", "a2 a3")
    assert {story.id for story in store.stories.latest()} == {1, 2}


def test_parting_by_the_numbers_that_were_merged_leads_back(store: Archive) -> None:
    for page in (Page("a", A), Page("b", B), Page("b2", B), Page("d", D), Page("a2", A)):
        keep(store, page)
    assert groups(store) == names("a a2", "b b2", "d")
    assert merge(store, 1, 2, 4).stories == (1,)
    keep(store, Page("b3", B), timedelta(days=1))
    assert split(store, 1, 2).stories == (1, 2)
    assert split(store, 1, 4).stories == (1, 4)
    assert groups(store) == names("a a2", "b b2 b3", "d")
    rebuilt(store)
    assert groups(store) == names("a a2", "b b2 b3", "d")


def test_a_lead_that_leaves_is_followed_by_the_next(store: Archive) -> None:
    keep(store, Page("first", A, published="2026-03-01"))
    keep(store, Page("second", A, published="2026-03-02"))
    keep(store, Page("third", A, published="2026-03-03"))
    split(store, 1, 1)
    assert [story.lead.url.rpartition("/")[2] for story in store.stories.latest(least=2)] == [
        "second"
    ]


@pytest.mark.parametrize(
    ("stories", "error", "words"),
    [((1, 1), ValueError, "one story already"), ((1, 9), LookupError, "no story 9")],
)
def test_impossible_merges_are_reported(
    store: Archive, stories: tuple[int, ...], error: type[Exception], words: str
) -> None:
    keep(store, Page("a", A))
    with pytest.raises(error, match=words):
        merge(store, *stories)
    assert store._db.execute("SELECT count(*) FROM decisions").fetchone()[0] == 0


def test_impossible_splits_are_reported(store: Archive) -> None:
    keep(store, Page("a", A))
    keep(store, Page("b", B))
    with pytest.raises(LookupError, match="has no article 2"):
        split(store, 1, 2)
    with pytest.raises(ValueError, match="would keep no article"):
        split(store, 1, 1)

"""Decisions on stories: said twice is said once, taken back is as if never said, and a rejected
story comes back only when it changes in something that matters."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import decisions
from storage.archive import Archive
from storage.decisions import OPINIONS, Decided, State, Verb, Verdict, Which
from tests.support.examples import examples
from tests.support.make import NOW, SOURCE, later
from tests.support.visits import SAYS, Visits, many_pages

A, B = SAYS.format(95), SAYS.format(120)


@pytest.fixture
def visits(store: Archive) -> Visits:
    visits = Visits(store)
    visits.run({"a": A, "other": "Trains run twice an hour between the two towns. " * 4})
    return visits


def say(
    store: Archive, verb: Verb, person: str = "Ana", why: str = "", *, story: int = 1
) -> Decided:
    with store.writing() as tx:
        return tx.decisions.decide(story, verb, person=person, value=why, now=NOW)


def undo(store: Archive, decision: int) -> Decided:
    with store.writing() as tx:
        return tx.decisions.undo(decision, now=later(days=1))


def verdict(store: Archive, story: int = 1) -> Verdict:
    return store.decisions.verdicts([story]).get(story, Verdict(State.OPEN))


def test_a_verdict_is_kept_with_who_when_and_why(visits: Visits, store: Archive) -> None:
    decided = say(store, Verb.REJECT, why="about another Guiyang")
    assert decided.stories == (1,)
    (one,) = store.decisions.of()
    assert (one.verb, one.person, one.value, one.at) == (
        "reject", "Ana", "about another Guiyang", NOW,
    )  # fmt: skip
    assert (one.story_id, one.said_of, one.article_id) == (1, 1, 1)
    assert verdict(store).state is State.REJECTED
    assert verdict(store, 2).state is State.OPEN


@pytest.mark.parametrize("a_page", [1, 2, 500])
def test_the_latest_said_is_what_is_said_of_all_the_other_way_round(
    visits: Visits, store: Archive, monkeypatch: pytest.MonkeyPatch, a_page: int
) -> None:
    monkeypatch.setattr(decisions, "_AT_A_TIME", a_page)
    say(store, Verb.LATER)
    say(store, Verb.REJECT, "Bo", story=2)
    taken_back = say(store, Verb.STAR)
    say(store, Verb.NOTE, "Bo", "ask them", story=2)
    say(store, Verb.ACCEPT)  # in place of the first
    say(store, Verb.TAG, "Ana", "ports", story=2)
    undo(store, taken_back.decision_id)
    for which in Which:
        for person in (None, "Ana", "Bo", "Nobody"):
            said = [one for one in store.decisions.of(None, which) if person in (None, one.person)]
            assert list(store.decisions.latest(which, person)) == said[::-1]
    assert [one.id for one in store.decisions.latest(Which.CURRENT)] == [6, 5, 4, 2]


def test_the_latest_verdict_of_a_person_counts_and_two_people_may_differ(
    visits: Visits, store: Archive
) -> None:
    say(store, Verb.LATER)
    assert verdict(store).state is State.LATER
    accepted = say(store, Verb.ACCEPT)
    assert verdict(store).state is State.ACCEPTED
    say(store, Verb.REJECT, "Bo")
    assert verdict(store).state is State.DISPUTED
    assert [(one.person, one.verb) for one in verdict(store).decisions] == [
        ("Ana", "accept"),
        ("Bo", "reject"),
    ]
    say(store, Verb.ACCEPT, "Bo")
    assert verdict(store).state is State.ACCEPTED
    undo(store, accepted.decision_id)
    assert verdict(store).state is State.DISPUTED  # Ana's "later" stands again
    assert len(store.decisions.of(1)) == 4
    assert [one.verb for one in store.decisions.of(1, Which.CURRENT)] == ["later", "accept"]


def test_notes_add_up_and_decide_nothing(visits: Visits, store: Archive) -> None:
    for why in ("ask the bureau", "they answered", "ask the bureau"):
        say(store, Verb.NOTE, why=why)
    assert [one.value for one in store.decisions.of(1)] == ["ask the bureau", "they answered"]
    assert verdict(store).state is State.OPEN


@pytest.mark.parametrize(
    ("story", "verb", "person", "error"),
    [
        (99, Verb.ACCEPT, "Ana", LookupError),
        (1, Verb.ACCEPT, " ", ValueError),
        (1, Verb.NOTE, "Ana", ValueError),
    ],
)
def test_what_cannot_be_said(
    visits: Visits, store: Archive, story: int, verb: Verb, person: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        say(store, verb, person, story=story)
    assert store.decisions.of() == ()


def test_a_rejected_story_comes_back_only_after_a_material_change(
    visits: Visits, store: Archive
) -> None:
    say(store, Verb.REJECT, "Ana")
    say(store, Verb.REJECT, "Bo", "not ours")
    visits.run({"a": A + "\n\nViews: 7"})
    visits.gone(1)
    visits.run({"a": A})
    assert verdict(store) == Verdict(State.REJECTED, verdict(store).decisions)
    visits.run({"a": B})
    assert (verdict(store).state, verdict(store).back_since) == (State.OPEN, visits.now)
    again = say(store, Verb.REJECT, "Bo", "not ours")  # the same words, of another text
    assert again.decision_id == 3
    assert verdict(store).state is State.REJECTED
    assert say(store, Verb.REJECT, "Bo", "not ours").decision_id == 3
    undo(store, 3)
    assert verdict(store).state is State.OPEN
    assert verdict(store).back_since is not None


def test_what_was_accepted_or_put_off_stays_so_when_it_changes(
    visits: Visits, store: Archive
) -> None:
    say(store, Verb.ACCEPT)
    visits.run({"a": B})
    assert verdict(store) == Verdict(State.ACCEPTED, verdict(store).decisions)


def test_changes_that_are_held_back_bring_nothing_back_until_released(store: Archive) -> None:
    visits = Visits(store)
    visits.run(many_pages(10, 1))
    say(store, Verb.REJECT)
    run = visits.run(many_pages(10, 2))
    assert verdict(store).state is State.REJECTED
    with store.writing() as tx:
        tx.revisions.release(run.id, person="Ana", now=visits.now)
    assert verdict(store).state is State.OPEN


def test_what_was_said_of_a_story_goes_where_the_story_goes(visits: Visits, store: Archive) -> None:
    say(store, Verb.REJECT, story=2)
    with store.writing() as tx:
        merged = tx.stories.merge([1, 2], person="Bo", why="", now=NOW)
    assert verdict(store).state is State.REJECTED
    assert [one.verb for one in store.decisions.of(2)] == ["reject", "merge"]
    assert [one.story_id for one in store.decisions.of(2)] == [1, 1]
    assert say(store, Verb.REJECT, story=2).decision_id == 1
    undo(store, merged.decision_id)
    assert verdict(store).state is State.OPEN
    assert verdict(store, 2).state is State.REJECTED


WORDS = st.tuples(
    st.sampled_from([*OPINIONS]), st.sampled_from(["Ana", "Bo"]), st.sampled_from("xy")
)


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(words=st.lists(WORDS, max_size=8))
def test_deciding_twice_is_deciding_once(
    tmp_path_factory: pytest.TempPathFactory, words: Sequence[tuple[Verb, str, str]]
) -> None:
    states = []
    for times in (1, 2):
        with Archive.create(tmp_path_factory.mktemp("said") / "a.db") as store:
            with store.writing() as tx:
                tx.sources.register(SOURCE, NOW)
            Visits(store).run({"a": A})
            for verb, person, why in words:
                decided = {say(store, verb, person, why).decision_id for _ in range(times)}
                assert len(decided) == 1
            said = [(one.verb, one.person, one.value) for one in store.decisions.of()]
            states.append((verdict(store).state, said))
            for one in store.decisions.of():
                for _ in range(times):
                    undo(store, one.id)
            assert verdict(store).state is State.OPEN
            assert store.decisions.of(1, Which.CURRENT) == ()
            assert len(store.decisions.of(1)) == len(said)
    assert states[0] == states[1]

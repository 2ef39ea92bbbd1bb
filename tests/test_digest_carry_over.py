"""What an issue left for later: updates come too, and each is told once."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.digest.drafts import opened, refresh, required
from desk.digest.model import Digest, DigestItem
from storage.archive import Archive
from storage.decisions import Verb
from storage.digests import ArticleRole, Basis
from tests.support.digest_series import (
    ACCEPTED,
    WANTED,
    article,
    begun,
    issued,
    made,
    put_off,
    say,
    text,
    titles,
)
from tests.support.examples import examples
from tests.support.make import NOW, SOURCE
from tests.support.visits import Visits


def touched(visits: Visits, number: int) -> list[DigestItem]:
    return list(opened(visits.store, number).touched)


def test_an_update_that_is_put_off_comes_in_the_next_issue_and_once(visits: Visits) -> None:
    visits.run({"a": text(1)})
    first = made(visits)
    issued(visits, first)
    visits.run({"a": text(1, 120)})
    second = made(visits)
    put_off(visits, second, "a")
    issued(visits, second)
    visits.run({"b": text(2)})
    third = made(visits)
    assert titles(visits, third) == ["On b", "On a"]
    (item,) = touched(visits, third)
    assert (item.first_issue, item.held_from, len(item.updates)) == (first, second, 1)
    assert item.updated_at is not None
    issued(visits, third)
    visits.run({"c": text(3)})
    assert titles(visits, made(visits)) == ["On c"]


def test_what_changed_again_meanwhile_is_reported_with_it(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"a": text(1, 120)})
    for amount in (130, 140):
        number = made(visits)
        put_off(visits, number, "a")
        issued(visits, number)
        visits.run({"a": text(1, amount)})
    (item,) = touched(visits, made(visits))
    assert len(item.updates) == 3
    assert item.held_from == 2


def test_a_withdrawal_waits_while_people_differ(visits: Visits) -> None:
    visits.run({"a": text(1)})
    story = article(visits, "a").story_id
    say(visits.store, story, Verb.ACCEPT, "Li")
    issued(visits, made(visits, ACCEPTED))
    say(visits.store, story, Verb.LATER, "Bo")
    visits.gone(article(visits, "a").id)
    second = made(visits, ACCEPTED)
    assert titles(visits, second) == []
    issued(visits, second)
    say(visits.store, story, Verb.ACCEPT, "Bo")
    visits.run({"b": text(2)})
    third = made(visits, ACCEPTED)
    (item,) = touched(visits, third)
    assert item.gone_at is not None
    issued(visits, third)
    visits.run({})
    assert titles(visits, made(visits, ACCEPTED)) == []


def test_an_update_of_a_rejected_story_comes_once_that_is_taken_back(visits: Visits) -> None:
    visits.run({"a": text(1)})
    story = article(visits, "a").story_id
    issued(visits, made(visits))
    visits.run({"a": text(1, 120)})
    say(visits.store, story, Verb.REJECT, "Bo")
    for _ in range(2):
        number = made(visits)
        assert titles(visits, number) == []
        issued(visits, number)
        visits.run({})
    say(visits.store, story, Verb.ACCEPT, "Bo")
    number = made(visits)
    (item,) = touched(visits, number)
    assert (len(item.updates), item.first_issue, item.held_from) == (1, 1, 2)
    issued(visits, number)
    visits.run({})
    assert titles(visits, made(visits)) == []


def test_a_return_that_was_put_off_is_published(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.gone(article(visits, "a").id)
    issued(visits, made(visits))
    visits.run({"a": text(1)})
    second = made(visits)
    put_off(visits, second, "a")
    issued(visits, second)
    visits.run({})
    (item,) = touched(visits, made(visits))
    assert item.back_at is not None
    assert item.gone_at is None


def test_what_a_digest_of_a_period_left_is_no_update(visits: Visits) -> None:
    """It tells again what was told, so leaving that out of it puts nothing off."""
    visits.run({"a": text(1)})
    since = visits.now - timedelta(hours=1)
    issued(visits, made(visits))
    number = made(visits, replace(WANTED, basis=Basis.PERIOD, since=since))
    put_off(visits, number, "a")
    issued(visits, number)
    visits.run({})
    assert titles(visits, made(visits)) == []


def test_an_issue_counts_by_when_it_was_issued_and_not_by_its_number(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits))
    visits.run({"a": text(1, 120)})
    early, late = made(visits), made(visits)
    put_off(visits, late, "a")
    issued(visits, late)
    again(visits, early)
    assert titles(visits, early) == ["On a"]
    issued(visits, early)
    visits.run({})
    assert titles(visits, made(visits)) == []


def again(visits: Visits, number: int) -> Digest:
    refresh(visits.store, number, WANTED, person="Ana", now=visits.now + timedelta(hours=3))
    return opened(visits.store, number)


WHAT = ("edit", "edit", "later", "reject", "accept", "put off", "issue")
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 2)), max_size=14)


@pytest.mark.slow
@settings(max_examples=examples(20))
@given(STEPS)
@example([("issue", 0), ("edit", 0), ("put off", 0), ("edit", 1), ("put off", 0), ("issue", 0)])
def test_every_change_of_what_was_published_is_published_in_exactly_one_issue(
    steps: list[tuple[str, int]],
) -> None:
    """Edits, verdicts, issues that tell all and issues of which all was put off, in any order."""
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "a.db")) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        visits = begun(store)
        visits.run({f"p{number}": text(number + 1) for number in range(3)})
        for what, pick in steps:
            step(visits, what, f"p{pick}")
        for pick in range(3):
            say(store, article(visits, f"p{pick}").story_id, Verb.ACCEPT)
        step(visits, "issue", "")
        step(visits, "issue", "")
        numbers = [head.number for head in store.digests.latest()]
        told = Counter(
            (item.story_id, update.at)
            for number in numbers
            for item in opened(store, number).touched
            for update in item.updates
        )
        first = {
            each.story_id: required(store, number).until
            for number in numbers
            for each in store.digests.roles(number)
            if each.role is ArticleRole.NEWS
        }
        edits = store.edits.reported_between(NOW, visits.now + timedelta(days=1))
        since = [e for e in edits if e.reported_at and e.reported_at >= first[e.story_id]]
        assert told == Counter((each.story_id, each.reported_at) for each in since)


def step(visits: Visits, what: str, name: str) -> None:
    if what == "edit":
        visits.run({name: text(int(name[1:]) + 1, 100 + visits.days)})
    elif what in ("put off", "issue"):
        number = made(visits)
        if what == "put off":
            for item in opened(visits.store, number).items:
                put_off(visits, number, item.title.removeprefix("On "))
        issued(visits, number, ())
    else:
        say(visits.store, article(visits, name).story_id, Verb(what))


def test_what_nobody_accepts_is_kept_and_listed_once_and_counted_in_every_issue(
    visits: Visits,
) -> None:
    visits.run({"a": text(1), "b": text(2)})
    first = made(visits, ACCEPTED)
    assert [left.item.title for left in opened(visits.store, first).left] == ["On a", "On b"]
    issued(visits, first)
    visits.run({"c": text(3)})
    second = made(visits, ACCEPTED)
    digest = opened(visits.store, second)
    assert [left.item.title for left in digest.left] == ["On c"]
    assert digest.coverage.waiting == 3
    issued(visits, second)
    kept = [
        each.article_id for number in (first, second) for each in visits.store.digests.roles(number)
    ]
    assert Counter(kept) == Counter([article(visits, name).id for name in "abc"])
    say(visits.store, article(visits, "a").story_id, Verb.ACCEPT)
    say(visits.store, article(visits, "b").story_id, Verb.REJECT)
    digest = opened(visits.store, made(visits, ACCEPTED))
    assert [(item.title, item.held_from) for item in digest.items] == [("On a", first)]
    assert digest.coverage.waiting == 1


def test_what_an_editor_puts_off_again_stays_left_by_the_first_that_did(visits: Visits) -> None:
    visits.run({"a": text(1)})
    for _ in range(3):
        number = made(visits)
        put_off(visits, number, "a")
        issued(visits, number)
        visits.run({})
    assert [len(visits.store.digests.roles(number)) for number in (1, 2, 3)] == [1, 0, 0]
    (item,) = opened(visits.store, made(visits)).items
    assert item.held_from == 1


def test_a_new_copy_of_a_story_that_waits_waits_with_it(visits: Visits) -> None:
    visits.run({"a": text(1)})
    issued(visits, made(visits, ACCEPTED))
    visits.run({"a2": text(1)})
    number = made(visits, ACCEPTED)
    assert opened(visits.store, number).coverage.waiting == 1
    issued(visits, number)
    say(visits.store, article(visits, "a").story_id, Verb.ACCEPT)
    (item,) = opened(visits.store, made(visits, ACCEPTED)).items
    assert [copy.article_id for copy in item.also_at] == [article(visits, "a2").id]

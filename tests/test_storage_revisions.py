"""Versions as the archive keeps them: what is told as news, what is held back, and until when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.archive import Archive
from storage.revisions import IN_A_ROW, MANY, Event
from storage.types import Change, Held, Weight
from tests.support.examples import examples
from tests.support.make import SOURCE, later
from tests.support.visits import SAYS, Visits, many_pages

A, B, C = (SAYS.format(n) for n in (95, 120, 130))


@pytest.fixture
def visits(store: Archive) -> Visits:
    """A source past its baseline, with one article that says A."""
    visits = Visits(store)
    visits.run({"a": A})
    return visits


def news(store: Archive, article_id: int = 1) -> list[Event]:
    """The changes of an article that were told."""
    return [
        event
        for event in store.revisions.events_of(article_id)
        if event.change is Change.CHANGED and not event.baseline
    ]


def held(store: Archive, article_id: int = 1) -> list[Held]:
    return [revision.held for revision in store.revisions.of(article_id)]


def test_a_material_change_is_reported_with_what_changed(visits: Visits, store: Archive) -> None:
    visits.run({"a": B})
    first, second = store.revisions.of(1)
    assert (first.weight, first.reported_at) == (None, None)
    assert (second.weight, second.kinds) == (Weight.MATERIAL, ("amounts",))
    assert second.summary == "amounts: 95 million yuan → 120 million yuan"
    assert second.reported_at == visits.now
    assert [event.detail for event in news(store)] == [second.summary]
    article = store.articles.get(1)
    assert article and article.changed_at == visits.now
    assert [
        edit.article_id for edit in store.edits.reported_between(visits.now, later(days=9))
    ] == [1]
    assert store.edits.last_reported([1])[1].summary == second.summary


def test_a_cosmetic_change_is_a_version_and_no_news(visits: Visits, store: Archive) -> None:
    visits.run({"a": A + "\n\nViews: 12"})
    assert [each.weight for each in store.revisions.of(1)] == [None, Weight.COSMETIC]
    assert news(store) == []
    assert [event.change for event in store.revisions.events_of(1)] == [Change.NEW, Change.COSMETIC]
    article = store.articles.get(1)
    assert article and article.changed_at is None
    assert store.edits.last_reported([1]) == {}
    (edit,) = store.edits.latest(9)
    assert edit.weight is Weight.COSMETIC
    assert store.edits.latest(9, weights=[Weight.MATERIAL]) == ()
    assert store.edits.latest(9, sources=["another"]) == ()


def test_there_and_back_is_seen_and_reported_once(visits: Visits, store: Archive) -> None:
    for text in (B, A, B, A, B):
        visits.run({"a": text})
        visits.run({"a": text})  # a visit that finds it the same: it does not change every time
    found = store.revisions.of(1)
    assert [each.back_to for each in found] == [None, None, 1, 2, 3, 4]
    assert len(news(store)) == 2  # that it became B, and that it went back
    assert held(store)[3:] == [Held.RESTLESS, Held.KNOWN, Held.RESTLESS]  # it stays at A for them
    visits.run({"a": C})
    assert len(news(store)) == 3


def test_going_back_long_after_is_news_again(visits: Visits, store: Archive) -> None:
    visits.run({"a": B})
    visits.run({"a": A})
    visits.days += 60
    visits.run({"a": B})
    assert len(news(store)) == 3


def test_a_page_that_changes_at_every_visit_is_capped_and_reported(
    visits: Visits, store: Archive
) -> None:
    reasons = [visits.run({"a": SAYS.format(1000 + n)}).reason for n in range(12)]
    assert not any(reasons[:IN_A_ROW])
    assert reasons[IN_A_ROW] == "1 article changes at every visit, kept as one version: 1"
    assert all(reasons[IN_A_ROW:])
    found = store.revisions.of(1)
    assert len(found) == IN_A_ROW + 2  # the first, so many that were told, and one for all others
    assert (found[-1].held, found[-1].times) == (Held.RESTLESS, 12 - IN_A_ROW)
    assert len(news(store)) == IN_A_ROW
    article = store.articles.get(1)
    assert article and "1011 million" in article.body  # what it says now is shown all the same
    assert store.maintenance.integrity() == ()


def test_a_restless_page_that_comes_to_rest_is_reported_again(
    visits: Visits, store: Archive
) -> None:
    for n in range(6):
        visits.run({"a": SAYS.format(1000 + n)})
    told = len(news(store))
    visits.run({"a": SAYS.format(1005)})
    visits.run({"a": C})
    assert len(news(store)) == told + 1


def test_another_title_is_reported_even_of_a_restless_page(visits: Visits, store: Archive) -> None:
    for n in range(6):
        visits.run({"a": SAYS.format(1000 + n)})
    told = len(news(store))
    visits.run({"a": SAYS.format(1006)}, titles={"a": "Guiyang withdraws its plan"})
    assert len(news(store)) == told + 1


def test_a_bulk_change_trips_the_brake_and_can_be_released(store: Archive) -> None:
    visits = Visits(store)
    visits.run(many_pages(MANY + 2, 1))
    run = visits.run(many_pages(MANY + 2, 2) | {"fresh": A})
    assert f"{MANY + 2} of {MANY + 2} articles asked for again changed at once" in run.reason
    assert f"changes release {run.id} --by NAME" in run.reason
    assert store.edits.reported_between(later(days=0), later(days=99)) == ()
    assert [news(store, n) for n in range(1, MANY + 3)] == [[]] * (MANY + 2)
    assert {edit.held for edit in store.edits.latest(99, held=[Held.BULK])} == {Held.BULK}
    article = store.articles.get(1)
    assert article and article.changed_at is None
    assert "2 million" in article.body
    assert any(
        event.change is Change.NEW for event in store.revisions.events() if event.run_id == run.id
    )

    visits.run({"n0": SAYS.format(777)})  # changes again before anybody looks
    with store.writing() as tx:
        told = tx.revisions.release(run.id, person="Ana", now=later(days=5))
    assert told == MANY + 1
    assert [event.detail for event in news(store, 2)] == ["released by Ana"]
    assert len(news(store, 1)) == 1
    article = store.articles.get(2)
    assert article and article.changed_at == later(days=5)
    assert {
        edit.article_id for edit in store.edits.reported_between(later(days=5), later(days=6))
    } == set(range(2, MANY + 3))
    assert store.edits.latest(99, held=[Held.BULK]) == ()
    with pytest.raises(LookupError, match="holds no changes back"), store.writing() as tx:
        tx.revisions.release(run.id, person="Ana", now=later(days=5))
    with pytest.raises(LookupError), store.writing() as tx:
        tx.revisions.release(999, person="Ana", now=later(days=5))


def test_a_few_changes_or_a_small_part_of_many_are_no_bulk(store: Archive) -> None:
    visits = Visits(store)
    many = 2 * MANY + 3
    visits.run(many_pages(many, 1))
    run = visits.run(many_pages(MANY - 1, 2))
    assert run.reason == ""
    pages = many_pages(many, 1) | many_pages(MANY - 1, 2) | {f"n{MANY}": SAYS.format(5)}
    run = visits.run(pages)
    assert run.reason == ""
    run = visits.run(pages | {f"n{n}": SAYS.format(1000 * n + 3) for n in range(MANY)})
    assert run.reason == "", "8 of 19 is less than half"
    assert store.edits.latest(99, held=[Held.BULK]) == ()


def test_cosmetic_changes_in_bulk_need_no_brake(store: Archive) -> None:
    visits = Visits(store)
    visits.run(many_pages(MANY + 2, 1))
    run = visits.run(
        {name: text + "\n\nViews: 7" for name, text in many_pages(MANY + 2, 1).items()}
    )
    assert run.reason == ""
    assert {edit.weight for edit in store.edits.latest(99)} == {Weight.COSMETIC}


def test_the_brake_holds_for_a_run_whose_process_died(store: Archive) -> None:
    visits = Visits(store)
    visits.run(many_pages(MANY + 2, 1))
    visits.days += 1
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, visits.now)
    for name, text in many_pages(MANY + 2, 2).items():
        visits.visit(run, name, text)
    assert len(store.edits.reported_between(later(days=0), later(days=99))) == MANY + 2
    with store.writing() as tx:
        tx.runs.close_orphans(SOURCE.id, visits.now)
    assert store.edits.reported_between(later(days=0), later(days=99)) == ()
    assert "held back from news" in store.runs.latest(1)[0].reason


@settings(max_examples=examples(12))
@given(texts=st.lists(st.sampled_from([A, B, C, A + "\n\nViews: 3"]), min_size=1, max_size=10))
def test_whatever_a_page_does_its_versions_are_numbered_and_reported_at_most_once(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    with Archive.create(tmp_path_factory.mktemp("visits") / "a.db") as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, later())
        visits = Visits(store)
        for text in [A, *texts]:
            visits.run({"a": text})
        found = store.revisions.of(1)
        assert [each.number for each in found] == list(range(1, len(found) + 1))
        assert len(news(store)) == sum(each.reported_at is not None for each in found)
        assert all(each.weight is Weight.MATERIAL for each in found if each.reported_at)
        article = store.articles.get(1)
        assert article and article.body == texts[-1]
        assert article.revisions == len(found)
        assert article.changed_at == max(
            (e.reported_at for e in found if e.reported_at), default=None
        )

"""Filters of the queue: what they find is what they say, and their counts are kept in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import queue
from storage.archive import Archive
from storage.decisions import State, Verb
from storage.queue import By, Key, QueueFilter
from storage.relevance import PlaceFound, PlaceRole, Relevance, Score
from storage.transaction import Transaction
from storage.types import Grade
from tests.support import make
from tests.support.desks import keep, page_of
from tests.support.make import NOW

STORIES = 30
PLACES, GRADES = ("guiyang", "foshan"), (Grade.CORE, Grade.RELATED, Grade.MENTION)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Stories of all kinds, decided or not."""
    path: Path = tmp_path_factory.mktemp("queue") / "a.db"
    pages = [page_of(n, language=("en", "zh-CN", "zh_TW")[n % 3]) for n in range(1, STORIES + 1)]
    for hour, start in enumerate(range(0, STORIES, 5)):
        keep(path, *pages[start : start + 5], now=NOW + timedelta(hours=hour))
    with Archive.open(path) as store:
        with store.writing() as tx:
            for number in range(1, STORIES + 1):
                grade(tx, number)
                talk(tx, number)
        assert store.maintenance.update_queue(("hub", "programme"), 10_000) == 0
        yield store


def grade(tx: Transaction, number: int) -> None:
    """What a watchlist might find."""
    topics = [topic for place, topic in enumerate(("hub", "programme")) if number % (place + 2)]
    scores = tuple(Score(topic, GRADES[number % 3], float(number % 7), ()) for topic in topics)
    place = PlaceFound(PLACES[number % 2], PlaceRole.ABOUT, "x", "title", 0, 1, "")
    tx.relevance.replace(number, Relevance("v1", (), scores if number % 5 else (), (place,)))


def talk(tx: Transaction, number: int) -> None:
    """What people might say."""
    said = (
        (Verb.REJECT, 3, ""),
        (Verb.STAR, 4, ""),
        (Verb.TAG, 6, "later on"),
        (Verb.NOTE, 7, "n"),
    )
    for verb, every, value in said:
        if number % every == 0:
            tx.decisions.decide(number, verb, person="Ana", now=NOW, value=value)


CUTS = st.builds(
    QueueFilter,
    state=st.sampled_from((State.OPEN, State.REJECTED)),
    by=st.sampled_from(By),
    grades=st.sampled_from(((), (Grade.CORE,), (None,), (Grade.RELATED, None))),
    topic=st.sampled_from(("", "hub", "programme")),
    place=st.sampled_from(("", *PLACES, "nowhere")),
    source=st.sampled_from(("", "a", "b")),
    language=st.sampled_from(("", "zh", "en", "fr")),
    tag=st.sampled_from(("", "later on")),
    marked=st.sampled_from(("", "star", "note")),
    since=st.sampled_from((None, NOW + timedelta(hours=2))),
    until=st.sampled_from((None, NOW + timedelta(hours=5))),
    limit=st.sampled_from((3, 40)),
)


@dataclass(frozen=True)
class Fact:
    """What is to be known of a story, asked of its article and of what people said."""

    number: int
    state: str
    strength: tuple[int, float]
    arrived: datetime
    source: str
    topics: frozenset[str]
    places: frozenset[str]
    language: str
    said: frozenset[tuple[str, str]]

    def fits(self, filters: QueueFilter) -> bool:
        """Whether it passes a filter."""
        return (
            self.state == filters.state
            and (not filters.grades or (*GRADES, None)[self.strength[0]] in filters.grades)
            and filters.topic in ("", *self.topics)
            and filters.place in ("", *self.places)
            and filters.source in ("", self.source)
            and filters.language in ("", self.language[:2])
            and (not filters.tag or ("tag", filters.tag) in self.said)
            and filters.marked in ("", *(verb for verb, _ in self.said))
            and (filters.since is None or self.arrived >= filters.since)
            and (filters.until is None or self.arrived < filters.until)
        )


@pytest.fixture(scope="module")
def facts(store: Archive) -> list[Fact]:
    """Of every story of the queue."""
    return [
        fact(store, row["story_id"], row["state"]) for row in store._db.query("SELECT * FROM queue")
    ]


def fact(store: Archive, number: int, state: str) -> Fact:
    """Of one story."""
    article, relevance = store.articles.get(number), store.relevance.of(number)
    assert article and relevance
    grades = ((GRADES.index(one.grade), -one.points) for one in relevance.scores)
    return Fact(
        number,
        state,
        min(grades, default=(len(GRADES), 0.0)),
        article.first_seen_at,
        article.source_id,
        frozenset(one.topic for one in relevance.scores),
        frozenset(one.place for one in relevance.places),
        article.language,
        frozenset((one.verb, one.value) for one in store.decisions.of(number)),
    )


def plainly(facts: list[Fact], filters: QueueFilter) -> list[int]:
    """What a cut should hold."""
    found = []
    for one in facts:
        strength = one.strength if filters.by is By.RELEVANCE else ()
        if one.fits(filters):
            found.append(((*strength, -one.arrived.timestamp(), -one.number), one.number))
    return [number for _, number in sorted(found)]


@given(filters=CUTS, few=st.sampled_from((0, 4, 5_000)))
def test_a_cut_holds_what_fits_in_its_order_from_wherever_it_is_gone_through(
    store: Archive, facts: list[Fact], filters: QueueFilter, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "_FEW", few)
        assert gone_through(store, filters) == plainly(facts, filters)
        assert store.queue.looked_up_to(filters) is None
        assert store.queue.count(filters, 7) == min(7, len(plainly(facts, filters)))


def gone_through(store: Archive, filters: QueueFilter) -> list[int]:
    """The stories of all pages, each begun behind the one before."""
    found: list[int] = []
    while page := store.queue.page(filters):
        found += [one.story_id for one in page]
        filters = replace(filters, after=page[-1].position)
    return found


def test_where_many_are_searched_the_next_page_goes_on_behind_them(
    store: Archive, facts: list[Fact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_FEW", 0)
    monkeypatch.setattr(queue, "_LOOKED_AT", 5)
    filters = QueueFilter(place="guiyang", topic="hub", by=By.ARRIVAL, limit=40)
    found, pages = [], 0
    while True:
        found += [one.story_id for one in store.queue.page(filters)]
        behind = store.queue.looked_up_to(filters)
        if behind is None:
            break
        filters, pages = replace(filters, after=behind), pages + 1
    rarest = min(("topic", "hub"), ("place", "guiyang"), key=lambda key: len(having(facts, *key)))
    assert pages == len(having(facts, *rarest)) // 5 > 0
    assert found == plainly(facts, replace(filters, after=None))
    for one_key in (QueueFilter(place="guiyang", by=By.ARRIVAL), QueueFilter(by=By.ARRIVAL)):
        assert store.queue.looked_up_to(one_key) is None


def having(facts: list[Fact], kind: str, id_: str) -> list[int]:
    """The open stories with that key, the latest first."""
    return plainly(facts, QueueFilter(by=By.ARRIVAL, **{kind: id_}))  # type: ignore[arg-type]


def counted(store: Archive) -> dict[tuple[str, str, str], int]:
    sql = "SELECT state, kind, id, count(*) FROM queue_keys GROUP BY state, kind, id"
    return {tuple(row[:3]): row[3] for row in store._db.execute(sql).fetchall()}


def kept(store: Archive) -> dict[tuple[str, str, str], int]:
    sql = "SELECT state, kind, id, n FROM queue_key_counts WHERE n > 0"
    return {tuple(row[:3]): row[3] for row in store._db.execute(sql).fetchall()}


CHANGES: tuple[Callable[[Transaction], object], ...] = (
    lambda tx: tx.decisions.decide(1, Verb.ACCEPT, person="Li", now=NOW),
    lambda tx: tx.decisions.decide(2, Verb.TAG, person="Li", now=NOW, value="new"),
    lambda tx: tx.stories.merge([4, 5], person="Li", why="", now=NOW),
    lambda tx: tx.relevance.replace(7, Relevance("v2")),
    lambda tx: tx.relevance.replace(
        8, Relevance("v2", (), (), (PlaceFound("foshan", PlaceRole.ABOUT, "x", "title", 0, 1, ""),))
    ),
    lambda tx: tx.decisions.undo(1, now=NOW),
)


def test_counts_follow_decisions_merges_and_what_is_found(archive: Path) -> None:
    keep(archive, *(page_of(number) for number in range(1, 10)))
    with Archive.open(archive) as store:
        with store.writing() as tx:
            for number in range(1, 10):
                grade(tx, number)
        store.maintenance.update_queue(("hub",), 10_000)
        before = kept(store)
        assert before == counted(store)
        for change in CHANGES:
            with store.writing() as tx:
                change(tx)
            assert store.maintenance.update_queue(("hub",), 10_000) == 0
            assert kept(store) == counted(store)
        assert kept(store) != before
        shown = {one.id: one.count for one in store.queue.choices(State.OPEN)["place"]}
        assert shown == {
            id_: n for (state, kind, id_), n in kept(store).items() if (state, kind) == OPEN_PLACES
        }


OPEN_PLACES = (State.OPEN.value, Key.PLACE.value)


def test_a_story_that_leaves_the_queue_takes_its_keys_along(archive: Path) -> None:
    keep(archive, page_of(1), page_of(2))
    with Archive.open(archive) as store:
        store.maintenance.update_queue((), 10_000)
        assert ("open", "source", "a") in kept(store)
        store._db.execute("DELETE FROM queue")
        assert kept(store) == counted(store) == {}


def test_an_older_archive_gets_its_keys_when_the_desk_is_opened(archive: Path) -> None:
    keep(archive, page_of(1))
    with Archive.open(archive) as store:
        store.maintenance.update_queue((), 10_000)
        store._db.execute("DELETE FROM queue_keys")
        store._db.execute("INSERT INTO queue_due SELECT story_id FROM queue")  # as the change does
        assert store.queue.backlog() == 1
        store.maintenance.update_queue((), 10_000)
        assert kept(store) == {
            ("open", "source", "a"): 1,
            ("open", "language", make.article().language): 1,
        }

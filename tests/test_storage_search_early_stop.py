"""A search that does not go through all hits gives what one that does would give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import StorageError
from storage import database
from storage.archive import Archive
from storage.articles import search
from storage.articles.records import Order, Per, Query
from storage.attachments import FileText, PackedText
from storage.runs import FetchKind
from storage.text import read_words
from storage.types import Attachment, Outcome
from tests.support import make
from tests.support.make import NOW, SOURCE

WORDS = ("city", "plan", "贵阳", "rare")
ARTICLES = 24


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Articles that came in another order than they were published; every third is a copy; some
    say a word only in their file."""
    path: Path = tmp_path_factory.mktemp("hits") / "a.db"
    with Archive.create(path) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
            for number in range(ARTICLES):
                _keep(tx, number)
        _read_file(store)
        yield store


def _keep(tx: object, number: int) -> None:
    from storage.transaction import Transaction

    assert isinstance(tx, Transaction)
    text = number - 1 if number % 3 == 2 else number
    said = [word for place, word in enumerate(WORDS) if text % (place + 2) == 0] * (1 + text % 4)
    body = " ".join([*said, *(f"w{text}x{n}" for n in range(40))])
    files = (Attachment("http://e.test/f.pdf", "F", "pdf"),) if number in (5, 7, 20) else ()
    fields = {"title": f"T{number} {said[:1]}", "body": body, "attachments": files}
    day = make.day(f"2026-02-{number * 7 % 28 + 1:02}")
    intent = make.insert(url=f"http://e.test/{number}", published=day, **fields)
    tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW)


def _read_file(store: Archive) -> None:
    read = PackedText.of(FileText(Outcome.OK, "", "pdf", 1, "the plan is rare and filed"))
    with store.writing() as tx:
        page = make.capture(b"%PDF", url="http://e.test/f.pdf")
        kept = tx.pages.keep(SOURCE.id, page, FetchKind.FILE)
        tx.attachments.keep(1, snapshot_id=kept, media_type="application/pdf", text=read, now=NOW)


QUERIES = st.builds(
    Query,
    words=st.lists(
        st.sampled_from((*WORDS, "w4x1", "filed", "nowhere", "c*", "阳")), max_size=2
    ).map(" ".join),
    languages=st.sampled_from(((), ("en",), ("fr",))),
    since=st.sampled_from((None, make.later(days=-15))),
    order=st.just(Order.NEWEST),
    limit=st.sampled_from((1, 3, 40)),
    offset=st.sampled_from((0, 2)),
    per=st.sampled_from(Per),
)


@given(query=QUERIES, most=st.sampled_from((0, 2, 5000)), windows=st.sampled_from(((2, 5), (90,))))
def test_the_newest_are_the_newest_however_they_are_searched(
    store: Archive, query: Query, most: int, windows: tuple[int, ...]
) -> None:
    whole = search._page(store.articles._search._all(query, read_words(query.words)), query)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_RANKED", most)
        patch.setattr(search, "_WINDOWS", windows)
        assert store.articles.hits(query) == whole


@pytest.mark.slow
@given(query=QUERIES)
def test_few_hits_are_ranked_as_if_all_were(store: Archive, query: Query) -> None:
    ranked = Query(query.words, languages=query.languages, since=query.since, limit=40)
    whole = search._page(store.articles._search._all(ranked, read_words(query.words)), ranked)
    assert store.articles.hits(ranked) == whole
    assert store.articles.ranks_all(ranked)


def test_of_many_hits_those_that_came_in_last_are_ranked(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [article for article, _ in store.articles.hits(Query("city", limit=40))]
    monkeypatch.setattr(search, "MOST_RANKED", 4)
    last = [article for article, _ in store.articles.hits(Query("city", limit=40))]
    assert sorted(last) == sorted(every)[-4:]
    assert last == [article for article in every if article in last]
    assert not store.articles.ranks_all(Query("city"))
    assert store.articles.ranks_all(Query("nowhere"))
    assert store.articles.ranks_all(Query(""))


def test_a_page_goes_on_where_the_one_before_ended(store: Archive) -> None:
    for order in Order:
        asked = [Query("city", order=order, limit=3, offset=at, per=Per.STORY) for at in (0, 3, 6)]
        pages = [hit for query in asked for hit in store.articles.hits(query)]
        assert pages == [*store.articles.hits(Query("city", order=order, limit=9, per=Per.STORY))]
        assert len({story for _, story in pages}) == len(pages)


def test_a_fault_in_the_midst_is_reported_as_one_line(archive: Path) -> None:
    with Archive.create(archive) as store:
        sql = "SELECT json(column1) FROM (VALUES (?1), (?1), ('{'))"
        rows = database.rows_one_by_one(store._db, sql, ["[]"])
        assert next(rows) == ("[]",)
        with pytest.raises(StorageError, match=str(archive)):
            list(rows)

"""The text indexes and the words beside them: kept in step, compared, and every drift found."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from storage import text_index
from storage.archive import Archive
from storage.articles.records import Query
from storage.packing import pack_text
from tests.support import make
from tests.support.flips import answers
from tests.support.make import NOW, SOURCE

BODIES = (
    "The city of Zunyi opens a café for 创新 today.",
    "The town of Wuxi closes a naïve market at noon.",
    "Guiyang says nothing at all, as ever before.",
)


@pytest.fixture
def filled(store: Archive) -> Archive:
    """Three articles in the index."""
    for number, body in enumerate(BODIES, 1):
        told = make.insert(url=f"http://e.test/{number}", title=f"Title {number}", body=body)
        with store.writing() as tx:
            tx.articles.apply(told, source_id=SOURCE.id, run_id=None, now=NOW)
    assert store.maintenance.integrity() == ()
    return store


def found(store: Archive, words: str) -> list[int]:
    return [article for article, _ in store.articles.hits(Query(words))]


def only_fault(store: Archive) -> str:
    (fault,) = store.maintenance.integrity()
    assert fault.startswith("text index: articles_fts: ")
    return fault.removeprefix("text index: articles_fts: ")


def test_what_is_said_anew_is_no_longer_found_by_its_old_words(filled: Archive) -> None:
    with filled.writing() as tx:
        text_index.keep_words(
            tx._db, {2: ("other", pack_text("words")), 1: ("one", pack_text("more"))}
        )
    assert found(filled, "Wuxi") == found(filled, "Zunyi") == []
    assert found(filled, "words") == [2]
    assert found(filled, "Guiyang") == [3]
    assert filled.maintenance.integrity() == ()


def test_a_new_title_leaves_the_text_in_the_index(filled: Archive) -> None:
    with filled.writing() as tx:
        text_index.retitle(tx._db, 2, "Résumé")
        text_index.retitle(tx._db, 99, "nobody")
    assert found(filled, "resume") == found(filled, "Wuxi") == [2]
    assert found(filled, '"title 2"') == []
    assert filled.maintenance.integrity() == ()


def test_texts_that_the_index_lacks_are_named(filled: Archive) -> None:
    filled._db.execute("DELETE FROM articles_fts_docsize WHERE id < 3")
    assert only_fault(filled) == "it lacks 1, 2"


def test_a_text_of_nobody_is_named(filled: Archive) -> None:
    filled._db.execute("INSERT INTO articles_fts (rowid, title, body) VALUES (77, 'a', 'b')")
    assert only_fault(filled) == "of no text are 77"


@pytest.mark.parametrize(
    "body",
    [
        "the city of zunyi opens a café for 创新 tomorrow",  # another word
        "the city of zunyi opens a for café 创新 today",  # another order
        "the city of zunyi opens a café for 创新",  # fewer
        "the city of zunyi opens a café for 创新 today today",
    ],
)
def test_every_word_counts_and_so_does_its_place(filled: Archive, body: str) -> None:
    filled._db.execute("UPDATE article_words SET body = ? WHERE article_id = 1", [pack_text(body)])
    assert only_fault(filled)


def test_words_that_changed_places_between_two_articles_are_found(filled: Archive) -> None:
    filled._db.execute("UPDATE article_words SET title = 'title ' || (3 - article_id)")
    assert only_fault(filled)


def test_words_taken_out_by_other_words_than_are_there_are_found(filled: Archive) -> None:
    filled._db.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, body) "
        "VALUES ('delete', 2, 'title 2', 'something else'), (NULL, 2, 'title 2', 'something else')"
    )
    assert only_fault(filled)


def test_to_compare_leaves_nothing_behind_and_waits_for_nobody(filled: Archive) -> None:
    with Archive.open(filled.path) as other, other.writing():
        assert filled.maintenance.integrity() == ()
    left = "SELECT count(*) FROM sqlite_temp_master WHERE type <> 'trigger'"  # these sum up
    assert filled._db.execute(left).fetchone()[0] == 0


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_word_that_was_changed_is_told_however_often_it_stands_there(
    store: Archive, times: int
) -> None:
    """FTS5's own sum is the same again where a word stands an even number of times."""
    told = make.insert(
        url="http://e.test/1", title="Wood", body="The xylem carries water. " * times
    )
    with store.writing() as tx:
        tx.articles.apply(told, source_id=SOURCE.id, run_id=None, now=NOW)
    rows = store._db.execute("SELECT id, block FROM articles_fts_data").fetchall()
    ((number, block),) = [(row[0], row[1]) for row in rows if b"xylem" in row[1]]
    store._db.execute(
        "UPDATE articles_fts_data SET block = ? WHERE id = ?",
        [block.replace(b"xylem", b"xyleM"), number],
    )
    assert only_fault(store)
    assert "Traceback" not in only_fault(store)


def test_very_many_texts_are_compared_in_parts(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "_TEXTS_AT_A_TIME", 3)
    for number in range(10):
        told = make.insert(url=f"http://e.test/{number}", title=f"T {number}", body="All of it.")
        with store.writing() as tx:
            tx.articles.apply(told, source_id=SOURCE.id, run_id=None, now=NOW)
    assert store.maintenance.integrity() == ()


def flipped(store: Archive, folder: Path, flips: Iterable[tuple[int, int, int]]) -> list[str]:
    """What is told of bits of the index (block, byte, bit), one at a time. What is not told of may
    change nothing that anybody can ask, now or when the parts of the index are merged."""
    rows = store._db.execute("SELECT id, block FROM articles_fts_data").fetchall()
    blocks = {row[0]: bytes(row[1]) for row in rows}
    before, found = answers(store.path, folder), []
    change = "UPDATE articles_fts_data SET block = ? WHERE id = ?"
    for number, at, bit in flips:
        changed = bytearray(blocks[number])
        changed[at % len(changed)] ^= 1 << bit
        store._db.execute(change, [bytes(changed), number])
        told = "; ".join(store.maintenance.integrity())
        if not told:
            assert answers(store.path, folder) == before, (number, at, bit)
        found.append(told)
        store._db.execute(change, [blocks[number], number])
    assert store.maintenance.integrity() == ()
    return found


def test_a_damaged_list_of_parts_is_told_before_a_merge_meets_it(
    store: Archive, tmp_path: Path
) -> None:
    for number in range(9):
        told = make.insert(url=f"http://e.test/{number}", title=f"T {number}", body="All of it.")
        with store.writing() as tx:
            tx.articles.apply(told, source_id=SOURCE.id, run_id=None, now=NOW)
    found = flipped(store, tmp_path, [(10, at, bit) for at in range(4, 40) for bit in range(3)])
    assert sum(map(bool, found)) > len(found) // 2


def test_every_change_of_an_answer_is_told(filled: Archive, tmp_path: Path) -> None:
    chance = random.Random(7)
    rows = filled._db.execute("SELECT id FROM articles_fts_data").fetchall()
    numbers = [row[0] for row in rows]
    flips = [
        (chance.choice(numbers), chance.randrange(4000), chance.randrange(8)) for _ in "x" * 150
    ]
    assert sum(map(bool, flipped(filled, tmp_path, flips))) > 75

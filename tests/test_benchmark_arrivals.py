"""What the benchmark of copies lays in bulk is what would have been stored text by text."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.arrivals import BATCH, Arrivals
from benchmarks.duplicates import stock_of
from benchmarks.reprints import CHINESE, ENGLISH, Press

TEXTS = BATCH + 100


def press(language: str) -> Press:
    """Makes texts of thirty articles of words that mean nothing."""
    dice = random.Random(language)
    letters = "的一是了我不人在他有这上们来" if language == CHINESE else "abcdefghijklm"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(3_000)]
    blank = "" if language == CHINESE else " "
    articles = [
        [blank.join(dice.choices(words, k=dice.randint(8, 16))) for _ in range(dice.randint(8, 14))]
        for _ in range(30)
    ]
    return Press(articles, language, "seed")


def everything(arrivals: Arrivals) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, those of the indexes included; not when the archive was made."""
    db = arrivals.store._db
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = {name for (name,) in names} - {"_sqlite_migrations", "checksums"}
    return {name: db.execute(f"SELECT * FROM [{name}]").fetchall() for name in tables}


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_laid_texts_are_stored_as_those_that_arrive(tmp_path: Path, language: str) -> None:
    background = [*press(language).background(TEXTS)]
    arrived, laid = Arrivals(tmp_path / "arrived.db"), Arrivals(tmp_path / "laid.db")
    arrived.arrive(background)
    batches: list[int] = []
    laid.lay(islice(background, BATCH), batches.append)
    laid.close()
    laid = Arrivals(tmp_path / "laid.db")
    laid.lay(background[BATCH:], batches.append)
    assert sum(batches) == laid.count == arrived.count == TEXTS
    tables = everything(laid)
    assert len(tables["bodies"]) == len(tables["samples_fts_docsize"]) == TEXTS
    assert tables == everything(arrived)
    arrived.close()
    laid.close()


def test_copies_find_their_article_among_laid_texts(tmp_path: Path) -> None:
    made = press(ENGLISH)
    arrivals = Arrivals(tmp_path / "archive.db")
    arrivals.lay(made.background(BATCH), lambda _: None)
    arrivals.arrive(stock_of(made))
    spent = arrivals.arrive(one for family in range(30) for one in made.reprints(family, 1))
    stories = arrivals.stories()
    originals = {
        one.family: stories[number]
        for number, one in arrivals.made.items()
        if one.kind == "original"
    }
    reprints = [*arrivals.made.items()][-30:]
    assert {one.family: stories[number] for number, one in reprints} == originals
    assert len(spent) == 30 and min(spent) > 0
    assert 0 < arrivals.index_bytes() < 2_000
    arrivals.close()

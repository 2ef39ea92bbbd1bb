"""Dossiers of dates in the archive: kept with the reading, missing in readings from before."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from storage.archive import Archive
from storage.types import DateClue, DateKind, FieldStatus, Origin
from tests.support.make import NOW, SOURCE, day, insert

CLUES = (
    DateClue(
        DateKind.PUBLISHED, day("2026-03-01"), Origin.VISIBLE, "updated", "Updated: 2026-03-01",
        FieldStatus.CHOSEN,
    ),
    DateClue(
        DateKind.WRITTEN, day("2026-02-27"), Origin.VISIBLE, "written", "成文日期：2026-02-27",
        FieldStatus.CHOSEN,
    ),
    DateClue(
        DateKind.PUBLISHED, day("2569-03-01"), Origin.META, "meta pubdate", "2569-03-01",
        FieldStatus.REFUSED, "after the page was fetched",
    ),
)  # fmt: skip


def keep(store: Archive, **fields: object) -> int:
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        applied = tx.articles.apply(insert(**fields), source_id=SOURCE.id, run_id=run.id, now=NOW)
    assert applied.article_id is not None
    return applied.article_id


def test_the_date_candidates_are_kept_with_the_reading(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a.db") as store:
        number = keep(store, dates=CLUES, publisher="Guiyang China", editor="Lin Wei")
        article = store.articles.get(number)
    assert article is not None
    assert article.dates == CLUES
    assert (article.publisher, article.editor) == ("Guiyang China", "Lin Wei")
    assert article.written == day("2026-02-27")


def test_a_reading_from_before_has_none_and_is_shown_all_the_same(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a.db") as store:
        number = keep(store, dates=CLUES, publisher="Guiyang China")
    db = Database(tmp_path / "a.db")
    db.execute("UPDATE readings SET dates = NULL, publisher = NULL, editor = NULL")
    db.conn.commit()
    db.close()
    with Archive.open(tmp_path / "a.db") as store:
        article = store.articles.get(number)
    assert article is not None
    assert (article.dates, article.publisher, article.written) == ((), None, None)
    assert article.title == "Guiyang chosen as hub city"

"""Corrections: shown, searched and sorted by; they outlive readings and edits, and can go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive import Archive
from storage.articles.records import Query
from storage.decisions import Field, checked, read
from storage.types import Origin
from tests.support.cli import CommandLine, away
from tests.support.desks import keep, page_of
from tests.support.examples import examples
from tests.support.make import NOW, later


@pytest.fixture
def filled(archive: Path) -> Path:
    keep(archive, page_of(1), page_of(2))
    return archive


def correct(archive: Path, field: Field, value: str, article: int = 1) -> int:
    with Archive.open(archive) as store, store.writing() as tx:
        return tx.decisions.correct(
            article, field, value, person="Li", now=later(hours=1)
        ).decision_id


def undo(archive: Path, decision: int) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.decisions.undo(decision, now=later(hours=2))


def shown(archive: Path, article: int = 1) -> tuple[str, str, str | None, str | None]:
    with Archive.open(archive) as store:
        assert store.maintenance.integrity() == ()
        found = store.articles.get(article)
    assert found
    published = found.published.iso if found.published else ""
    return found.title, published, found.source, found.author


def hits(archive: Path, words: str) -> list[int]:
    with Archive.open_readonly(archive) as store:
        return [hit.article.id for hit in store.articles.search(Query(words=words))]


def test_a_correction_is_shown_with_who_made_it_beside_what_was_read(filled: Path) -> None:
    correct(filled, Field.PUBLISHED, "2026-02-27 18:05")
    correct(filled, Field.SOURCE, "Science  Bureau")
    assert shown(filled)[1:3] == ("2026-02-27T18:05:00+08:00", "Science Bureau")
    with Archive.open_readonly(filled) as store:
        article = store.articles.get(1)
    assert article and article.published and article.published.zone == "Asia/Shanghai"
    told = [(one.field, one.origin, one.rule) for one in article.evidence]
    assert ("published", Origin.PERSON, "corrected by Li") in told
    assert any(one.origin is Origin.TEMPLATE for one in article.evidence)


def test_search_and_order_follow(filled: Path) -> None:
    correct(filled, Field.TITLE, "Quartz bridge opens")
    assert hits(filled, "quartz") == [1]
    correct(filled, Field.PUBLISHED, "2026-03-02", article=2)
    with Archive.open_readonly(filled) as store:
        assert [one.lead.id for one in store.stories.latest()] == [2, 1]
        assert store.stories.latest()[1].lead.title == "Quartz bridge opens"


def test_a_year_long_ago_sorts_before_ours(filled: Path) -> None:
    correct(filled, Field.PUBLISHED, "0800-12-25", article=2)
    with Archive.open_readonly(filled) as store:
        assert [one.lead.id for one in store.stories.latest()] == [1, 2]


def test_the_latest_of_a_field_counts_and_undoing_brings_back_the_one_before(filled: Path) -> None:
    before = shown(filled)
    first = correct(filled, Field.TITLE, "One")
    second = correct(filled, Field.TITLE, "Two")
    assert shown(filled)[0] == "Two"
    undo(filled, second)
    assert shown(filled)[0] == "One"
    undo(filled, first)
    assert shown(filled) == before
    assert hits(filled, "Two") == []
    with Archive.open_readonly(filled) as store:
        rows = store._db.execute("SELECT count(*) FROM readings WHERE corrects IS NOT NULL")
        assert rows.fetchone()[0] == 0


def test_it_outlives_an_edit_of_the_page_and_no_edit_is_invented(filled: Path) -> None:
    correct(filled, Field.TITLE, "What it is")
    keep(filled, page_of(1), now=later(hours=2))
    with Archive.open_readonly(filled) as store:
        assert len(store.revisions.of(1)) == 1
    keep(filled, page_of(1, body="Ninety towns. " + str(page_of(1)["body"])), now=later(hours=3))
    with Archive.open_readonly(filled) as store:
        assert len(store.revisions.of(1)) == 2
        found = store.articles.get(1)
    assert found and found.title == "What it is" and found.body.startswith("Ninety towns.")
    assert hits(filled, "ninety") == [1]
    assert hits(filled, '"what it is"') == [1]


def test_it_outlives_reading_again(filled: Path) -> None:
    from scraper.hashes import body_hash, content_hash
    from tests.support import make

    correct(filled, Field.AUTHOR, "Ran Wenshu")
    better = make.reading(source_id="a", **page_of(1, source="Another line", author="Nobody"))
    assert better.article
    with Archive.open(filled) as store, store.writing() as tx:
        tx.articles.reread(
            1, 1, better, snapshot_id=1, content_hash=content_hash(better.article),
            body_hash=body_hash(better.article), now=NOW,
        )  # fmt: skip
    assert shown(filled)[2:] == ("Another line", "Ran Wenshu")


def test_an_empty_source_or_author_is_none(filled: Path) -> None:
    correct(filled, Field.SOURCE, "")
    assert shown(filled)[2] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.TITLE, "  "),
        (Field.PUBLISHED, "yesterday"),
        (Field.PUBLISHED, "2026-02-30"),
        (Field.PUBLISHED, ""),
        (Field.PUBLISHED, "2026-11-25 25:00"),
        (Field.PUBLISHED, "0001-01-01"),
        (Field.PUBLISHED, "0001-01-01 00:00"),
        (Field.PUBLISHED, "9999-12-31T23:59-12:00"),
    ],
)
def test_what_is_none_is_refused(field: Field, value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        checked(field, value, "Asia/Shanghai")


@given(value=st.text(min_size=1).filter(lambda text: bool(text.split())))
def test_any_title_is_kept_as_written(value: str) -> None:
    one = checked(Field.TITLE, value, "UTC")
    assert read(one.written) == one
    assert one.value == " ".join(value.split())


@pytest.mark.slow
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["title", "date", "undo", "edit", "same"]), max_size=8))
def test_whatever_happens_what_stands_is_shown(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    archive = tmp_path_factory.mktemp("steps") / "hubwatch.db"
    keep(archive, page_of(1))
    standing: list[tuple[int, str, str]] = []
    body = str(page_of(1)["body"])
    for number, step in enumerate(steps, start=1):
        if step == "title":
            title = f"Title {number}"
            standing.append((correct(archive, Field.TITLE, title), "title", title))
        elif step == "date":
            day = f"2026-02-{number:02}"
            standing.append((correct(archive, Field.PUBLISHED, day), "date", day))
        elif step == "undo" and standing:
            undo(archive, standing.pop()[0])
        elif step in ("edit", "same"):
            body = f"{number} towns more. {body}" if step == "edit" else body
            keep(archive, page_of(1, body=body), now=later(hours=number))
        titles = [value for _, kind, value in standing if kind == "title"]
        days = [value for _, kind, value in standing if kind == "date"]
        found = shown(archive)
        assert found[0] == (titles[-1] if titles else "Story number 1")
        assert found[1] == (days[-1] if days else "2026-03-01")


def test_by_command(
    filled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    away(tmp_path, monkeypatch)
    hubwatch = CommandLine(capsys)
    done = hubwatch("--db", filled, "correct", 1, "title", "Better", "--by", "Ana")
    assert done.code == 0
    assert shown(filled)[0] == "Better"
    (said,) = hubwatch("--db", filled, "decisions", "--json").json
    assert (said["verb"], said["why"], said["by"]) == ("correct", "title: Better", "Ana")
    assert hubwatch("--db", filled, "correct", 1, "published", "soon", "--by", "Ana").code == 1
    assert hubwatch("--db", filled, "correct", 99, "title", "x", "--by", "Ana").code == 1

"""Facts in the archive: kept with the reading they come from, renewed, and said of by people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desk.facts import reread_facts
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import (
    ActorKind,
    FactQuery,
    FactReview,
    FactVerdict,
    Figure,
    KeptFact,
)
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE, insert

TEXT = (
    "Guiyang has 320 schools. The city will support them with 95 million yuan until July 31, 2026."
)


@pytest.fixture
def kept(store: Archive) -> int:
    """The number of an article with three facts."""
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        applied = tx.articles.apply(insert(body=TEXT), source_id=SOURCE.id, run_id=run.id, now=NOW)
        assert applied.article_id is not None
        tx.articles.facts.replace(applied.article_id, facts_of(TEXT), FACTS_VERSION)
    return applied.article_id


def of(store: Archive, **asked: object) -> tuple[KeptFact, ...]:
    return store.articles.facts.find(FactQuery(**asked))  # type: ignore[arg-type]


def test_facts_come_back_as_they_were_read(store: Archive, kept: int) -> None:
    read = facts_of(TEXT)

    found = of(store, article_id=kept)

    assert {one.fact for one in found} == {*read.figures, *read.deadlines}
    assert [TEXT[one.fact.start : one.fact.end] for one in found] == [
        "320",
        "95 million yuan",
        "July 31, 2026",
    ]
    assert (found[0].city, found[0].revision, found[0].source_id) == ("Guiyang", 1, SOURCE.id)
    (guiyang,) = store.articles.facts.actors(kept)
    assert (guiyang.kind, guiyang.id) == (ActorKind.PLACE, "guiyang")


def test_facts_are_found_by_city_and_words(store: Archive, kept: int) -> None:
    assert len(of(store, cities=("guiyang",))) == 3
    assert of(store, cities=("Jiaxing",)) == ()
    assert [one.fact.object for one in of(store, about="SCHOOL")] == ["schools"]


def test_what_people_say_stays_when_the_text_is_read_again(store: Archive, kept: int) -> None:
    schools, money, _ = of(store, article_id=kept)
    with store.writing() as tx:
        tx.articles.facts.review(schools, FactReview(FactVerdict.CORRECTED, "Ana", "", NOW, 321.0))
        tx.articles.facts.review(money, FactReview(FactVerdict.REJECTED, "Bo", "a loan", NOW))
        tx.articles.facts.replace(kept, facts_of(TEXT), FACTS_VERSION + 1)

    (again,) = of(store, article_id=kept, reviewed=True)
    assert again.review == FactReview(FactVerdict.CORRECTED, "Ana", "", NOW, 321.0)
    assert isinstance(again.fact, Figure)
    assert again.fact.low == 320
    assert len(of(store, article_id=kept)) == 2


def test_the_last_word_on_a_fact_counts(store: Archive, kept: int) -> None:
    schools = of(store, article_id=kept)[0]
    with store.writing() as tx:
        tx.articles.facts.review(schools, FactReview(FactVerdict.REJECTED, "Bo", "", NOW))
        tx.articles.facts.review(schools, FactReview(FactVerdict.CONFIRMED, "Ana", "", NOW))

    assert [one.fact.object for one in of(store, reviewed=True)] == ["schools"]


def test_older_facts_are_read_again(store: Archive, kept: int) -> None:
    with store.writing() as tx:
        tx.articles.facts.replace(kept, facts_of("Nothing."), FACTS_VERSION - 1)
    assert store.articles.facts.unread(FACTS_VERSION) == 1

    assert list(reread_facts(store)) == [1]

    assert len(of(store)) == 3
    assert list(reread_facts(store)) == []


def test_people_confirm_correct_and_reject(
    store: Archive, kept: int, hubwatch: CommandLine, archive: Path
) -> None:
    db = ("--db", str(archive))
    store.close()
    listed = json.loads(hubwatch(*db, "facts", "--json").out)
    number = listed[0]["id"]

    assert hubwatch(*db, "facts", "confirm", str(number), "--by", "Ana").code == 0
    assert hubwatch(*db, "facts", "reject", str(number + 1), "--by", "Ana").code == 0
    corrected = hubwatch(*db, "facts", "correct", str(number + 2), "--by", "Ana")
    assert corrected.code == 2
    assert hubwatch(*db, "facts", "confirm", "999", "--by", "Ana").code == 1

    (confirmed,) = json.loads(hubwatch(*db, "facts", "--confirmed", "--json").out)
    assert (confirmed["review"], confirmed["by"], confirmed["article"]) == (
        "confirmed",
        "Ana",
        kept,
    )
    assert "Ana" in hubwatch(*db, "facts", "--about", "schools").out
    assert len(json.loads(hubwatch(*db, "facts", "--json").out)) == 2
    assert hubwatch(*db, "reread", "facts", "--json").json_lines == [{"articles": 0}]


def test_what_an_article_states_stands_in_the_documents_of_articles_and_stories(
    store: Archive, kept: int, hubwatch: CommandLine
) -> None:
    first, second, last = of(store, article_id=kept)
    rejected = FactReview(FactVerdict.REJECTED, "Ana", "", NOW)
    confirmed = FactReview(FactVerdict.CONFIRMED, "Ana", "", NOW)
    with store.writing() as tx:
        tx.articles.facts.review(first, rejected)
        tx.articles.facts.review(second, confirmed)

    shown = hubwatch("--db", store.path, "show", kept, "--json").json["facts"]
    (story,) = hubwatch("--db", store.path, "stories", "--json").json
    proven = hubwatch("--db", store.path, "stories", "show", story["id"], "--json").json["facts"]

    assert [one["id"] for one in shown] == [second.id, last.id]
    assert shown == story["facts"] == proven
    assert (shown[0]["normalised"], shown[0]["unit"], shown[0]["review"]) == (
        95_000_000,
        "CNY",
        "confirmed",
    )
    assert (shown[1]["value"], shown[1]["unit"]) == ("2026-07-31", "date")


def test_the_document_of_a_story_has_the_first_facts_of_its_lead_alone(
    store: Archive, kept: int, hubwatch: CommandLine
) -> None:
    body = " ".join(f"The city has {number} schools." for number in range(20, 60))
    with store.writing() as tx:
        tx.articles.facts.replace(kept, facts_of(body), FACTS_VERSION)

    (story,) = hubwatch("--db", store.path, "stories", "--json").json

    assert [one["value"] for one in story["facts"]] == list(range(20, 40))
    assert len(hubwatch("--db", store.path, "show", kept, "--json").json["facts"]) == 40


def test_an_export_has_the_facts_and_an_import_reads_them_again_but_no_confirmation(
    store: Archive, kept: int, hubwatch: CommandLine, tmp_path: Path
) -> None:
    (first, *_) = of(store, article_id=kept)
    with store.writing() as tx:
        tx.articles.facts.review(first, FactReview(FactVerdict.CONFIRMED, "Ana", "", NOW))
    file = tmp_path / "articles.jsonl"
    assert hubwatch("--db", store.path, "export", "-o", file).code == 0
    (line,) = [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    other = tmp_path / "other.db"
    assert hubwatch("--db", other, "import", file).code == 0
    (again,) = hubwatch("--db", other, "export").json_lines

    assert [one["review"] for one in line["facts"]] == ["confirmed", None, None]
    assert [one["review"] for one in again["facts"]] == [None, None, None]
    said = ("review", "by")
    for one in (*line["facts"], *again["facts"]):
        for key in said:
            del one[key]
    assert again["facts"] == line["facts"]

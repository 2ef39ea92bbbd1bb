"""Figures in digests: an issue holds those only that a person confirmed, in every format."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.digest import wording
from desk.digest.drafts import correct, draft, opened, read_document, write_document
from desk.digest.formats import render
from desk.digest.issues import issue, issued_bytes
from desk.digest.model import PLAIN, DigestFigure, DigestItem, Format, without_proposals
from desk.messages import translator
from hubwatch.errors import HubwatchError
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import FactQuery, FactReview, FactVerdict, KeptFact
from tests.support.cli import CommandLine
from tests.support.digest_checks import shown
from tests.support.digest_samples import FORMATS, sample
from tests.support.digest_series import WANTED
from tests.support.examples import examples
from tests.support.make import NOW, SOURCE, insert

FILLER = "The harbour and the library are open to everybody who comes along. " * 8
STATED = ("kitchens", "orchards", "bridges", "theatres")
TEXT = FILLER + " ".join(
    f"The district has 41{place}7 {name}." for place, name in enumerate(STATED)
)
VERDICTS = (None, *FactVerdict)


def held(store: Archive, text: str = TEXT) -> tuple[KeptFact, ...]:
    """An article with that text in the archive, and its facts."""
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        done = tx.articles.apply(insert(body=text), source_id=SOURCE.id, run_id=run.id, now=NOW)
        assert done.article_id is not None
        tx.articles.facts.replace(done.article_id, facts_of(text), FACTS_VERSION)
    return store.articles.facts.find(FactQuery(article_id=done.article_id))


def say(store: Archive, fact: KeptFact, verdict: FactVerdict, value: float | None = None) -> None:
    with store.writing() as tx:
        tx.articles.facts.review(fact, FactReview(verdict, "Ana", "", NOW, value))


def drafted(store: Archive) -> int:
    return draft(store, WANTED, person="Ana", now=NOW + timedelta(hours=1))


def issued(store: Archive, number: int, forms: tuple[Format, ...] = (Format.JSON,)) -> None:
    issue(store, number, PLAIN, person="Li", now=NOW + timedelta(hours=2), forms=forms)


def item_of(store: Archive, number: int) -> DigestItem:
    (item,) = opened(store, number).items
    return item


@pytest.mark.parametrize("form", FORMATS)
def test_no_issue_holds_a_figure_that_nobody_confirmed(store: Archive, form: Format) -> None:
    kitchens, orchards, bridges, theatres = held(store)
    say(store, orchards, FactVerdict.CONFIRMED)
    say(store, bridges, FactVerdict.REJECTED)
    say(store, theatres, FactVerdict.CORRECTED, 523.0)
    number = drafted(store)

    before = shown(issued_bytes(store, number, form, PLAIN), form)
    issued(store, number, (form,))
    after = shown(issued_bytes(store, number, form, PLAIN), form)

    if form is not Format.FIGURES:
        assert kitchens.fact.object in before
    assert "bridges" not in before
    assert [name for name in STATED if name in after] == ["orchards", "theatres"]
    assert "4117" in after.replace(",", "")
    assert "523" in after
    assert "4107" not in after.replace(",", "")
    assert "not confirmed" not in after


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(FactVerdict))), max_size=7))
def test_what_was_last_said_decides_what_an_issue_holds(
    said: list[tuple[int, FactVerdict]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "a.db")) as store:
        facts = held(store)
        last: dict[int, FactVerdict] = {}
        for place, verdict in said:
            say(store, facts[place], verdict, 9.0 if verdict is FactVerdict.CORRECTED else None)
            last[place] = verdict
        number = drafted(store)
        issued(store, number, (Format.JSON, Format.TXT, Format.FIGURES))

        stated = item_of(store, number).figures
        kept = [place for place, word in sorted(last.items()) if word is not FactVerdict.REJECTED]
        assert [one.object for one in stated] == [STATED[place] for place in kept]
        text = issued_bytes(store, number, Format.TXT, PLAIN).decode()
        assert {name for name in STATED if name in text} == {STATED[place] for place in kept}
        rows = list(csv.DictReader(io.StringIO(
            issued_bytes(store, number, Format.FIGURES, PLAIN).decode("utf-8-sig"), newline=""
        )))  # fmt: skip
        assert [row["object"] for row in rows] == [STATED[place] for place in kept]


def test_a_draft_proposes_what_nobody_confirmed_beside_its_sentence(store: Archive) -> None:
    kitchens, orchards, *_ = held(store)
    say(store, orchards, FactVerdict.CONFIRMED)
    number = drafted(store)

    item = item_of(store, number)

    assert [one.object for one in item.confirmed] == ["orchards"]
    assert [one.object for one in item.proposals] == ["kitchens", "bridges", "theatres"]
    assert item.proposals[0].sentence == "The district has 4107 kitchens."
    assert item.proposals[0].quote.phrase == "4107"
    assert item.proposals[0].fact_id == kitchens.id
    assert wording.figures(item).startswith("orchards: 4,117")
    page = issued_bytes(store, number, Format.HTML, PLAIN).decode()
    assert "Proposed, not confirmed" in page
    assert "has <mark>4107</mark> kitchens" in page


def test_a_figure_that_is_rejected_while_the_files_are_made_stops_the_issue(
    store: Archive,
) -> None:
    kitchens, *_ = held(store)
    say(store, kitchens, FactVerdict.CONFIRMED)
    number = drafted(store)

    class Slow(tuple[Format, ...]):
        """Formats whose making takes long enough for somebody to change their mind."""

        def __iter__(self) -> Iterator[Format]:
            say(store, kitchens, FactVerdict.REJECTED)
            return super().__iter__()

    with pytest.raises(HubwatchError, match="judged meanwhile"):
        issued(store, number, Slow((Format.TXT,)))
    issued(store, number)
    assert item_of(store, number).figures == ()


def test_an_issue_keeps_its_figures_and_a_correction_begins_with_them(store: Archive) -> None:
    kitchens, *_ = held(store)
    say(store, kitchens, FactVerdict.CONFIRMED)
    number = drafted(store)
    issued(store, number)
    say(store, kitchens, FactVerdict.REJECTED)
    assert [one.object for one in item_of(store, number).figures] == ["kitchens"]

    corrected = correct(store, number, reason="kitchens", person="Ana", now=NOW)

    assert item_of(store, corrected).confirmed == ()


def test_a_correction_keeps_a_figure_that_the_page_has_no_more(store: Archive) -> None:
    kitchens, *_ = held(store)
    say(store, kitchens, FactVerdict.CONFIRMED)
    number = drafted(store)
    issued(store, number)
    with store.writing() as tx:
        tx.articles.facts.replace(kitchens.article_id, facts_of("Nothing."), FACTS_VERSION)

    corrected = correct(store, number, reason="a name", person="Ana", now=NOW)
    issued(store, corrected)

    assert [one.object for one in item_of(store, corrected).figures] == ["kitchens"]


def test_a_digest_made_at_once_holds_confirmed_figures_only(
    store: Archive, archive: Path, hubwatch: CommandLine
) -> None:
    _, orchards, *_ = held(store)
    say(store, orchards, FactVerdict.CONFIRMED)
    store.close()

    text = hubwatch("--db", archive, "digest", "--since", "2000-01-01", "--format", "txt").out

    assert "Figures: orchards: 4,117" in text
    assert not [name for name in STATED if name in text and name != "orchards"]


def test_the_annex_names_value_sentence_and_archived_page() -> None:
    digest = sample()
    book = openpyxl.load_workbook(io.BytesIO(render(digest, Format.XLSX)))
    rows = [[cell.value for cell in row] for row in book["Figures"].iter_rows()]
    annex = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["number"], row["object"], row["value"], row["unit"]) for row in annex] == [
        (1, "企业", 3177, ""),
        (1, "项目资金", 95_000_000, "yuan"),
        (1, "申报", "2024-07-15", ""),
    ]
    assert annex[0]["sentence"] == "贵阳共有企业3177家。"
    assert (annex[0]["place"], annex[0]["as_of"]) == ("贵阳", "2024-03")
    assert annex[0]["archived_page"] == "102"
    assert (annex[1]["modifier"], annex[1]["verdict"], annex[1]["by"]) == (
        "over",
        "corrected",
        "Ana",
    )
    assert annex[2]["url"] == "http://mirror.practice.test/x.htm"  # the copy says so
    table = render(digest, Format.FIGURES).decode("utf-8-sig")
    listed = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["value"] for row in listed] == ["3177", "95000000", "2024-07-15"]


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        (
            "en",
            "企业: 3,177 (贵阳, 2024-03); 项目资金: over 95 million yuan; 申报: until 2024-07-15",
        ),
        ("zh", "企业：3,177（贵阳，2024-03）；项目资金：超过9,500万元；申报：截至2024-07-15"),
    ],
)
def test_a_line_of_figures_is_in_the_language_of_the_digest(tag: str, line: str) -> None:
    assert wording.figures(sample().items[0], translator(tag)) == line


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (3177.0, "3,177", "3,177"),
        (95e6, "95 million", "9,500万"),
        (1.2e8, "120 million", "1.2亿"),
        (4.86e10, "48.6 billion", "486亿"),
        (12345678.0, "12,345,678", "12,345,678"),
        (-2.5, "-2.5", "-2.5"),
        (200 / 3, "66.67", "66.67"),
        (100 / 3, "33.33", "33.33"),
        (1 / 3, "0.33", "0.33"),
        (0.000125, "0.000125", "0.000125"),
        (1.0000001, "1.0000001", "1.0000001"),
        (1e15, "1,000,000 billion", "10,000,000亿"),
    ],
)
def test_amounts_are_shortened_only_where_nothing_is_lost(
    value: float, english: str, chinese: str
) -> None:
    assert wording.quantity(value, translator("en")) == english
    assert wording.quantity(value, translator("zh")) == chinese


def test_a_document_keeps_figures() -> None:
    digest = without_proposals(sample())
    assert read_document(write_document(digest)) == digest
    assert isinstance(digest.items[0].figures[0], DigestFigure)
    figures = json.loads(render(digest, Format.JSON))["sections"][0]["items"][0]["figures"]
    assert [one["value"] for one in figures] == [3177, 95_000_000, "2024-07-15"]
    assert {one["verdict"] for one in figures} == {"confirmed", "corrected"}


def test_what_shows_a_draft_counts_what_is_confirmed_and_what_is_proposed(
    store: Archive, archive: Path, hubwatch: CommandLine
) -> None:
    _, orchards, *_ = held(store)
    say(store, orchards, FactVerdict.CONFIRMED)
    number = drafted(store)
    store.close()

    shown_ = hubwatch("--db", archive, "digest", "show", number, "--json").json

    (story,) = shown_["stories"]
    assert (story["confirmed"], story["proposed"]) == (1, 3)
    assert "proposed" in hubwatch("--db", archive, "digest", "show", number).out

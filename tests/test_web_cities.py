"""The page of a city: stories with their events and figures, and series of what was confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from desk.drawing import SeriesPoint, series_svg
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import FactQuery, FactReview, FactVerdict, Figure
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in
from tests.support.examples import examples
from tests.support.make import NOW, later

YEARS = {2023: 2104, 2024: 2846, 2025: 3177}


def text_of(year: int, number: int) -> str:
    words = " ".join(f"word{year}x{place}" for place in range(60))
    return f"At the end of {year}, Guiyang had {number:,} enterprises. {words}"


@pytest.fixture
def filled(archive: Path) -> Path:
    """An article a year, each with the number of enterprises, and one of something else."""
    texts = [text_of(year, number) for year, number in YEARS.items()]
    texts.append("Guiyang has 12 bakeries. " + " ".join(f"other{place}" for place in range(60)))
    pages = (page_of(n, title=f"Report {n}", body=body) for n, body in enumerate(texts, 1))
    for number, body in zip(keep(archive, *pages), texts, strict=True):
        with Archive.open(archive) as store, store.writing() as tx:
            tx.articles.facts.replace(number, facts_of(body), FACTS_VERSION)
    let_in(archive, "Li")
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, "link-of-Li")
        yield client


def confirm(archive: Path, most: int = 99) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        facts = store.articles.facts.find(FactQuery(about="enterprises"))
        counted = [one for one in facts if isinstance(one.fact, Figure) and one.fact.low > 2100]
        for one in counted[:most]:
            tx.articles.facts.review(one, FactReview(FactVerdict.CONFIRMED, "Ana", "", NOW))


def test_a_city_has_its_timeline_of_stories_and_figures(client: Client, filled: Path) -> None:
    confirm(filled, 1)
    page = client.get("/city/Guiyang").text
    assert [f"Report {number}" in page for number in range(1, 6)] == [True] * 4 + [False]
    assert page.count("<strong>Figures:</strong>") == 1
    assert "proposed" in page
    assert "<svg" not in page


def test_a_series_of_three_confirmed_points_is_drawn_with_its_table(
    client: Client, filled: Path
) -> None:
    confirm(filled, 2)
    assert "<svg" not in client.get("/city/Guiyang").text
    confirm(filled)

    page = client.get("/city/guiyang").text

    assert page.count("<svg") == 1
    drawn, _, table = page.partition("</svg>")
    for year, number in YEARS.items():
        assert f"{number:,}" in drawn
        assert f"{number:,}</a>" in table
        assert str(year) in table
    assert table.count("/story/") >= len(YEARS)


def test_a_city_that_nobody_crawled_is_not_there(client: Client) -> None:
    assert client.get("/city/Atlantis").status == 404
    assert client.get("/city/..%2fGuiyang").status == 404


def test_the_pictures_of_cities_lead_to_their_pages(client: Client) -> None:
    assert 'href="/city/Guiyang"' in client.get("/cities?grade=all").text


times = st.dates().map(lambda day: day.isoformat()) | st.integers(1000, 2999).map(str)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.tuples(times, st.floats(-1e15, 1e15), st.text(max_size=9)), min_size=3, max_size=24)
)
def test_a_series_is_well_formed_and_stays_in_its_picture(
    drawn: list[tuple[str, float, str]],
) -> None:
    points = [SeriesPoint(when, value, said, "/story/1") for when, value, said in sorted(drawn)]
    legal = [p for p in points if p.text.isprintable()]
    if len(legal) < 3:
        return
    root = etree.fromstring(str(series_svg(legal)).encode())
    wide, high = (float(root.get(name)) for name in ("width", "height"))
    for circle in root.iter("{*}circle"):
        assert 0 <= float(circle.get("cx")) <= wide
        assert 0 <= float(circle.get("cy")) <= high

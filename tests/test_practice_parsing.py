"""Every page of the practice portal is read back as it was written; lists and feeds likewise."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from desk.practice.plan import Placed
from desk.practice.portal import pages_of, sources_folder, truth
from scraper.parsing.article import read_article
from scraper.parsing.feeds import read_feed
from scraper.parsing.lists.read import read_list
from scraper.parsing.sitemaps import read_sitemap
from scraper.revisions import Version, compare
from scraper.sources.load import Catalogue, load_catalogue
from scraper.sources.model import EntryKind, Source
from storage.lists import ListRow
from storage.types import ArticleData, Capture, Outcome, Weight

ANCHOR = date(2026, 3, 18)
FAMILIES = ("practice-en", "practice-en-kjj", "practice-en-jw", "practice-zh", "practice-feed")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue([sources_folder()])


def capture(url: str, day: int) -> Capture:
    host, _, path = url.removeprefix("http://").partition("/")
    page = pages_of(ANCHOR, day)[host, f"/{path}"]
    noon = datetime.combine(ANCHOR + timedelta(days=day - 1), time(12), UTC)
    return Capture(url, url, noon, 200, (("content-type", page.kind),), page.body)


def read(placed: Placed, day: int, catalogue: Catalogue) -> ArticleData:
    source = catalogue.get(placed.site.source_id)
    reading = read_article(capture(placed.url, day), source.fields, source.id)
    assert reading.outcome is Outcome.OK, (placed.url, reading.reason)
    assert reading.article is not None
    return reading.article


@pytest.mark.slow
@pytest.mark.parametrize("source_id", FAMILIES)
def test_articles_read_back_as_written(source_id: str, catalogue: Catalogue) -> None:
    for placed in truth(ANCHOR, 2).of_source(source_id):
        article = read(placed, 2, catalogue)
        assert article.title == placed.text(2).title, placed.url
        assert article.body == placed.body(2), placed.url
        assert article.published == placed.published, placed.url
        assert article.language == placed.site.language, placed.url
        assert len(article.attachments) == len(placed.files), placed.url


@pytest.mark.slow
@pytest.mark.parametrize("source_id", list(FAMILIES))
def test_source_and_author_are_what_the_page_names(source_id: str, catalogue: Catalogue) -> None:
    for placed in truth(ANCHOR, 1).of_source(source_id)[::2]:
        article = read(placed, 1, catalogue)
        assert (article.source, article.author) == (placed.source, placed.author), placed.url


def test_edits_are_classified_as_the_answer_book_says(catalogue: Catalogue) -> None:
    today = truth(ANCHOR, 2)

    def weight(placed: Placed) -> Weight:
        versions = (read(placed, day, catalogue) for day in (1, 2))
        return compare(
            *(Version(each.title, each.body, each.published) for each in versions)
        ).weight

    assert [weight(placed) for placed in today.changed()] == [Weight.MATERIAL]
    assert [weight(placed) for placed in today.cosmetic()] == [Weight.COSMETIC]


@pytest.mark.slow
@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("source_id", FAMILIES)
def test_entries_lead_to_every_article(source_id: str, day: int, catalogue: Catalogue) -> None:
    rows = all_rows(catalogue.get(source_id), day)

    expected = {placed.url for placed in truth(ANCHOR, day).of_source(source_id)}
    assert {row.url for row in rows} == expected


def test_dated_rows_carry_the_day_of_the_article(catalogue: Catalogue) -> None:
    by_url = {placed.url: placed for placed in truth(ANCHOR, 1).articles}

    for row in all_rows(catalogue.get("practice-zh"), 1):
        assert row.published is not None
        assert row.published.day == by_url[row.url].published.day


def all_rows(source: Source, day: int) -> list[ListRow]:
    """The rows of every page that the entries lead to, each page once."""
    rows: list[ListRow] = []
    for entry in source.entries:
        queue, seen = [entry.url], {entry.url}
        while queue:
            page = capture(queue.pop(0), day)
            if entry.kind is EntryKind.FEED:
                result = read_feed(page, entry, source.links, source.zone)
            elif entry.kind is EntryKind.SITEMAP:
                result = read_sitemap(page, source.links, source.zone)
            else:
                result = read_list(page, entry, source.links, source.zone)
            assert result.outcome is Outcome.OK, (page.url, result.reason)
            rows += result.rows
            fresh = [url for url in result.more if url not in seen and exists(url, day)]
            seen.update(fresh)
            queue += fresh
    return rows


def exists(url: str, day: int) -> bool:
    """Counting pagers run past the end; a real crawl meets a 404 there and stops."""
    host, _, path = url.removeprefix("http://").partition("/")
    return (host, f"/{path}") in pages_of(ANCHOR, day)

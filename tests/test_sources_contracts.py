"""Every shipped source reads a page of our making in its portal's shape, by its own rules.

The shapes are on record in `tests/portals/`, apart from the sources: a selector that is changed in
one place only shows here.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.entries import rows_of
from scraper.sources.links import is_article
from scraper.sources.load import SHIPPED, TEMPLATES, load_catalogue
from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules, Source
from storage.types import ArticleData, Origin, When
from tests.support.make import NOW, capture
from tests.support.portal_shapes import (
    ROWS,
    ListShape,
    Shape,
    Story,
    article_page,
    article_shapes,
    has_source,
    list_page,
    list_shapes,
    row_urls,
    story_of,
)

SOURCES = load_catalogue().sources
ARTICLES = article_shapes()
LISTS = list_shapes()
FIELDS = ("title", "published", "source", "body")


def article_problems(source: Source, shape: Shape) -> list[str]:
    """What is wrong with how a source reads an article in its portal's shape."""
    story = story_of(shape.id, shape.language)
    url = row_urls(shape)[0]
    page = capture(article_page(shape, story), url=url, final_url=url, fetched_at=NOW)
    reading = read_article(page, source.fields, source.id)
    problems = [] if is_article(url, source.links) else [f"{url} is no article by its link rule"]
    if reading.article is None:
        return [*problems, f"{reading.outcome}: {reading.reason}"]
    problems += _differences(reading.article, story, has_source(shape))
    rules = {item.field: (item.origin, item.rule) for item in reading.article.evidence}
    for name in FIELDS:
        told, used = shape.told(name), rules.get(name)
        if told and used != (Origin.TEMPLATE, told):
            problems.append(f"{name} was read by {used}, not by {told!r} of the source")
    return problems


def _differences(article: ArticleData, story: Story, source_is_shown: bool) -> list[str]:
    pairs = {
        "title": (article.title, story.title),
        "published": (_day(article.published), story.day),
        "body": (article.body, "\n\n".join(story.paragraphs)),
    }
    if source_is_shown:
        pairs["source"] = (article.source, story.source)
    return [f"{name}: {got!r}, not {want!r}" for name, (got, want) in pairs.items() if got != want]


def list_problems(source: Source, entry: Entry, shape: ListShape) -> list[str]:
    """What is wrong with how a source reads one of its lists."""
    article = ARTICLES[shape.id]
    page = capture(list_page(shape, article), url=entry.url, final_url=entry.url, fetched_at=NOW)
    listed = rows_of(page, entry, source)
    told = [
        (url, story_of(shape.id, article.language, n)) for n, url in enumerate(row_urls(article))
    ]
    dated = bool(shape.date) or shape.wrap == "feed"
    want = [(url, story.title, story.day if dated else None) for url, story in told]
    got = [(row.url, row.title, _day(row.published)) for row in listed.rows]
    if got == want:
        return []
    wrong = [f"{one} not {other}" for one, other in zip(got, want, strict=False) if one != other]
    return [f"{listed.outcome} {listed.reason}: {len(got)} rows of {ROWS}", *wrong[:2]]


def _day(when: When | None) -> date | None:
    value = when.value if when else None
    return value.date() if isinstance(value, datetime) else value


def entry_of(source: Source, shape: ListShape) -> Entry:
    found = [entry for entry in source.entries if entry.url == shape.url]
    assert found, f"{source.id} has no entry {shape.url}"
    return found[0]


def test_the_shape_of_every_portal_is_on_record() -> None:
    assert ARTICLES.keys() == SOURCES.keys()
    entries = {
        (source.id, entry.url)
        for source in SOURCES.values()
        for entry in source.entries
        if entry.kind is not EntryKind.SITEMAP
    }
    assert {(shape.id, shape.url) for shape in LISTS} == entries
    assert len(LISTS) == len(entries)


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_source_reads_an_article_of_its_portal(source_id: str) -> None:
    assert article_problems(SOURCES[source_id], ARTICLES[source_id]) == []


@pytest.mark.parametrize("shape", LISTS, ids=lambda shape: f"{shape.id} {shape.url}")
def test_a_source_reads_its_list(shape: ListShape) -> None:
    source = SOURCES[shape.id]
    assert list_problems(source, entry_of(source, shape), shape) == []


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_wrong_selector_shows(source_id: str) -> None:
    """The contract is able to fail: each selector it rests on is taken away in turn."""
    source, shape = SOURCES[source_id], ARTICLES[source_id]
    for name in FIELDS:
        told = shape.told(name)
        if not told:
            continue
        left = tuple(one for one in getattr(source.fields, name) if one != told)
        changed = {name: left or ("#nowhere",)}
        broken = replace(source, fields=replace(source.fields, **changed))
        assert article_problems(broken, shape), f"{name} can be read without {told!r}"


@pytest.mark.parametrize("shape", LISTS, ids=lambda shape: f"{shape.id} {shape.url}")
def test_a_wrong_row_selector_or_link_rule_shows(shape: ListShape) -> None:
    source = SOURCES[shape.id]
    entry = entry_of(source, shape)
    nothing = replace(source, links=LinkRules(("elsewhere.example.test",)))
    assert list_problems(nothing, entry, shape)
    # A link inside a row is found without its selector too; the row, or a link alone, is not.
    name = "row" if entry.rows.row else "link"
    if getattr(entry.rows, name):
        rows = replace(entry.rows, **{name: "nowhere" if shape.wrap == "json" else "#nowhere"})
        assert list_problems(source, replace(entry, rows=rows), shape), name


@pytest.mark.slow
def test_a_slip_in_a_file_shows(tmp_path: Path) -> None:
    """The same from the file on: one letter in the TOML of a source, one in that of a template."""
    (tmp_path / "templates").mkdir()
    for file, right, slip, victim in (
        (SHIPPED / "anhui-zh-kjt.toml", "div.wzcon", "div.wzcom", "anhui-zh-kjt"),
        (TEMPLATES / "chinadaily.toml", ".artContent", ".artContents", "chinadaily"),
    ):
        into = tmp_path / ("templates" if file.parent == TEMPLATES else "") / file.name
        shutil.copy(file, into)
        assert right in into.read_text("utf-8")
        into.write_text(into.read_text("utf-8").replace(f'"{right}"', f'"{slip}"'), "utf-8")
        found = load_catalogue([tmp_path]).sources
        broken = [name for name in SOURCES if article_problems(found[name], ARTICLES[name])]
        if victim in SOURCES:
            assert broken == [victim]
        else:
            assert broken
            assert {found[name].fields.template for name in broken} <= {victim}
        into.unlink()


@pytest.mark.parametrize("template", load_catalogue().templates)
def test_every_selector_of_a_family_has_a_portal_or_a_page(template: str) -> None:
    """What no shipped source shows is shown by a page made for it: no selector is dead wood."""
    rules = load_catalogue().templates[template].fields
    base = next(shape for shape in ARTICLES.values() if shape.told("body"))
    for name in ("title", "published", "body"):
        for place in getattr(rules, name):
            shape = replace(base, title="~h1", published="~div.line", source="", body="~div.text")
            shape = replace(shape, line="zh" if shape.language == "zh" else "updated")
            shape = replace(shape, **{name: place})
            only = replace(FieldRules(template=template, zone=rules.zone), **{name: (place,)})
            story = story_of(shape.id, shape.language)
            page = capture(article_page(shape, story), url=row_urls(shape)[0], fetched_at=NOW)
            article = read_article(page, only, "t").article
            assert article is not None, place
            used = {item.field: (item.origin, item.rule) for item in article.evidence}
            assert used.get(name) == (Origin.TEMPLATE, place)

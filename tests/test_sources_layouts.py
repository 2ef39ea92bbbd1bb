"""Layouts that became history: old pages stay readable, by the rules of their time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubwatch.errors import SourceError
from scraper.parsing.article import read_article
from scraper.sources.load import load_catalogue
from scraper.sources.model import Source
from storage.types import Reading
from tests.support.make import BODY, capture

TEMPLATE = """
id = "house"
name = "House"
family = "house"

[fields]
title = ["h1"]
body = [".now"]

[links]
allow = ["/{any}.html"]
"""
SOURCE = """
id = "town"
name = "Town"
city = "Town"
language = "en"
template = "house"
home = "https://town.practice.test/"
schedule = "every 2h"

[[entry]]
url = "https://town.practice.test/news.html"
"""
LAYOUTS = """
[[layout]]
until = 2019-12-31
fields = { title = [".head2019"], body = [".text2019"] }

[[layout]]
until = 2023-06-30
fields = { body = [".text2023"] }
"""


def town(folder: Path, more: str = LAYOUTS, template: str = TEMPLATE) -> Source:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "house.toml").write_text(template, "utf-8")
    (folder / "town.toml").write_text(SOURCE + more, "utf-8")
    return load_catalogue([folder]).get("town")


def read(source: Source, body: str, path: str = "/a.html", year: int = 2026) -> Reading:
    """A page whose text stands in an element of class `body`, beside another headline."""
    text = "".join(f"<p>{line}</p>" for line in BODY.split("\n\n"))
    page = (
        "<html><head><title>A hub city</title></head><body><h1>The new headline of it</h1>"
        f"<div class='head2019'>The headline of 2019</div><div class='{body}'>{text}</div></body>"
    )
    url = f"https://town.practice.test{path}"
    fetched = datetime(year, 3, 2, tzinfo=UTC)
    page_bytes = page.encode()
    return read_article(
        capture(page_bytes, url=url, final_url=url, fetched_at=fetched), source.fields, "town"
    )


def test_layouts_are_ordered_and_inherit_from_the_template(tmp_path: Path) -> None:
    late, early = town(tmp_path).fields.older
    assert (late.template, str(late.until)) == ("house until 2023-06-30", "2023-06-30")
    assert (late.title, late.body) == (("h1",), (".text2023",))
    assert (early.title, early.language, early.zone) == ((".head2019",), "en", "Asia/Shanghai")
    assert not late.older


@pytest.mark.parametrize(
    ("body", "template", "title"),
    [
        ("now", "house", "The new headline of it"),
        ("text2023", "house until 2023-06-30", "The new headline of it"),
        ("text2019", "house until 2019-12-31", "The headline of 2019"),
    ],
)
@pytest.mark.parametrize("year", [2018, 2022, 2026])
def test_a_page_is_read_as_it_was_built(
    tmp_path: Path, body: str, template: str, title: str, year: int
) -> None:
    """Whenever it was fetched: a page keeps its layout, or is converted to a later one."""
    reading = read(town(tmp_path), body, year=year)
    assert reading.template == template
    assert reading.article is not None
    assert reading.article.title == title
    assert reading.article.body == BODY


@pytest.mark.parametrize(
    ("path", "year", "template"),
    [
        ("/a.html", 2026, "house"),
        ("/a.html", 2023, "house until 2023-06-30"),
        ("/a.html", 2017, "house until 2019-12-31"),
        ("/2019/12/31/a.html", 2026, "house until 2019-12-31"),
        ("/2020/01/01/a.html", 2026, "house until 2023-06-30"),
        ("/2023/07/01/a.html", 2026, "house"),
    ],
)
def test_a_page_that_fits_several_is_of_its_day(
    tmp_path: Path, path: str, year: int, template: str
) -> None:
    assert read(town(tmp_path), "now text2019 text2023", path, year).template == template


def test_the_last_day_ends_in_the_zone_of_the_portal(tmp_path: Path) -> None:
    """20:00 in London on the last day is the next morning in Shanghai."""
    fields = town(tmp_path).fields
    page = b"<html><title>A hub city</title><h1>A hub city</h1><p class='now text2023'>Two words."
    url = "https://town.practice.test/a.html"
    for hour, template in ((15, "house until 2023-06-30"), (20, "house")):
        fetched = datetime(2023, 6, 30, hour, tzinfo=UTC)
        got = capture(page, url=url, final_url=url, fetched_at=fetched)
        assert read_article(got, fields, "town").template == template


def test_a_page_with_none_of_the_bodies_is_read_by_the_layout_of_its_time(tmp_path: Path) -> None:
    assert read(town(tmp_path), "unheard-of").template == "house"
    assert read(town(tmp_path), "unheard-of", year=2017).template == "house until 2019-12-31"


def test_a_source_without_layouts_has_its_templates(tmp_path: Path) -> None:
    source = town(tmp_path, '[fields]\nbody = [".mine"]\n', TEMPLATE + LAYOUTS)
    assert source.fields.body == (".mine",)
    assert [one.body for one in source.fields.older] == [(".text2023",), (".text2019",)]
    assert not source.fields.older[0].title
    assert source.fields.older[0].language == "en"


def test_a_layout_may_be_of_another_family(tmp_path: Path) -> None:
    layout = '[[layout]]\nuntil = 2019-12-31\ntemplate = "trs"\n'
    (older,) = town(tmp_path, layout).fields.older
    assert older.template == "trs until 2019-12-31"
    assert ".TRS_Editor" in older.body
    assert older.title[0] == "meta[name=ArticleTitle]"


@pytest.mark.parametrize(
    ("layout", "problem"),
    [
        ("[[layout]]\nfields = { body = ['.a'] }", "layout[1].until: is missing"),
        ("[[layout]]\nuntil = '2019'", "layout[1].until: must be a date"),
        ("[[layout]]\nuntil = 2019-12-31\nbody = ['.a']", "layout[1].body: unknown key"),
        ("[[layout]]\nuntil = 2019-12-31\ntemplate = 'tsr'", "did you mean 'trs'?"),
        (
            "[[layout]]\nuntil = 2019-12-31\n[[layout]]\nuntil = 2019-12-31",
            "layout[2].until: another layout ends on 2019-12-31 too",
        ),
        (
            "[[layout]]\nuntil = 2019-12-31\ntemplate = 'generic'",
            "layout[1].fields.body: is missing",
        ),
        ("[[layout]]\nuntil = 2019-12-31\nfields = { body = ['..'] }", "layout[1].fields.body"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, layout: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        town(tmp_path, layout)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)

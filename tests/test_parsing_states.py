"""Texts that a page holds as data alone, for its own program or for search engines."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.page import Page
from scraper.sources.model import FieldRules
from storage.types import ArticleData, Reading
from tests.support.make import capture

URL = "http://www.practice.test/press/4711-new-tram"
TITLE = "New tram reaches the eastern suburbs"
TEXT = (
    "The first tram to the eastern suburbs left the central station on Sunday at dawn, full to the last seat.",
    "Forty thousand residents have a stop within ten minutes of their door now, said the transport office.",
    "The line cost 310 million yuan, of which the province paid a third, and took four years to build.",
    "A second branch to the university is planned, if the council votes for it in spring.",
)
MARKUP = "".join(f"<p>{one}</p>" for one in TEXT)
BEGINNING = "".join(f"<p>{one}</p>" for one in TEXT[:2])
OTHERS = "<aside><a href=/press/1>Bakery wins a prize for its bread</a> <a href=/press/2>Museum opens late</a></aside>"


def read(body: str, data: str = "", head: str = "") -> ArticleData:
    html = (
        f"<html><head><meta charset=utf-8><title>{TITLE} | Practice City</title>{head}</head><body>"
        f"<nav><a href=/>Home</a></nav>{body}{OTHERS}{data}</body></html>"
    )
    page = capture(
        html.encode(), url=URL, final_url=URL, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    reading = read_article(page, FieldRules(zone="Asia/Shanghai"), "t")
    assert reading.article is not None, reading
    return reading.article


def as_json(data: object) -> str:
    written = json.dumps(data).replace("</", "<" + chr(92) + "/")
    return f'<script type="application/json" id=state>{written}</script>'


ARTICLE = {"id": 4711, "title": TITLE, "body": MARKUP, "publishedAt": "2026-11-19T08:00:00+08:00"}
PLACES = [
    {"data": 1},
    {"press": 2},
    {"title": 3, "body": 4, "publishedAt": 5},
    TITLE,
    MARKUP,
    "2026-11-19T08:00:00+08:00",
]
ANGULAR = json.dumps({"G.story": {"body": {"headline": TITLE, "bodyHtml": MARKUP}}})
for written, meant in (("&a;", "&"), ("&q;", '"'), ("&l;", "<"), ("&g;", ">")):
    ANGULAR = ANGULAR.replace(meant, written)
LINKED = json.dumps({"@context": "https://schema.org", "@graph": [
    {"@type": "WebSite", "name": "Practice City"},
    {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(TEXT)},
]})  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        as_json({"props": {"page": ARTICLE}}),
        as_json(PLACES),
        f'<script type="application/json">{ANGULAR}</script>',
        f'<script type="application/ld+json">{LINKED}</script>',
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'news': ARTICLE})}; start();</script>",
    ],
    ids=["object", "places", "angular", "json-ld", "assigned"],
)
@pytest.mark.parametrize(
    "shown", [BEGINNING, "<div class=skeleton></div>"], ids=["teaser", "nothing"]
)
def test_row_225_what_only_the_data_hold_is_read_once(data: str, shown: str) -> None:
    found = read(f"<main><h1>{TITLE}</h1><div class=text>{shown}</div></main>", data)
    assert found.body.split("\n\n") == list(TEXT)
    assert found.title == TITLE


def test_row_225_the_day_that_the_data_state_is_said_to_be_that_of_a_script() -> None:
    found = read(f"<main><h1>{TITLE}</h1><div class=text>{BEGINNING}</div></main>", as_json(PLACES))
    assert found.published is not None
    assert found.published.day.isoformat() == "2026-11-19"
    (evidence,) = [one for one in found.evidence if one.field == "published"]
    assert evidence.rule == "script variable"


@pytest.mark.parametrize("written", [r'"\u0062ody":', '"body"' + 6 * " " + ":"])
def test_a_key_in_another_spelling_is_read_where_the_page_has_it_as_usual(written: str) -> None:
    data = as_json(ARTICLE).replace('"body":', written) + as_json({"body": "Nothing."})
    found = read(f"<main><h1>{TITLE}</h1><div class=text>{BEGINNING}</div></main>", data)
    assert found.body.split("\n\n") == list(TEXT)


def test_other_articles_in_the_data_stay_there() -> None:
    other = {
        "title": "Bakery wins a prize for its bread",
        "body": "<p>Nobody expected the jury of twelve bakers to choose it.</p>" * 6,
    }
    found = read(
        f"<main><h1>{TITLE}</h1><div class=text>{MARKUP}</div></main>",
        as_json({"related": [other]}),
    )
    assert found.body.split("\n\n") == list(TEXT)


def test_a_text_that_is_shown_is_not_put_there_again() -> None:
    shown = "".join(f"<p>{one}</p>" for one in TEXT)
    found = read(f"<main><h1>{TITLE}</h1><div class=text>{shown}</div></main>", as_json(ARTICLE))
    assert found.body.split("\n\n") == list(TEXT)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=40),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["title", "body", "data", "x"]), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_no_data_break_a_page(data: object) -> None:
    html = f"<html><head><title>x</title></head><body><h1>x</h1>{as_json({'body': 'y' * 200, 'd': data})}</body></html>"
    assert Page(html, URL, datetime(2026, 12, 1, tzinfo=UTC)).lines


def shell(data: object, name: str = "") -> Reading:
    script = f"<script>window.__{name}__ = {json.dumps(data)};</script>" if name else as_json(data)
    html = f"<meta charset=utf-8><title>Practice City</title><body><div id=root></div>{script}"
    page = capture(
        html.encode(), url=URL, final_url=URL, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    return read_article(page, FieldRules(zone="Asia/Shanghai"), "t")


STORY = {"headline": TITLE, "byline": "Ann Roth", "source": "Practice Post"}
NODES = [{"type": "paragraph", "text": one} for one in TEXT]


@pytest.mark.parametrize(
    "story",
    [
        {**STORY, "published_at": 1795046400, "content": MARKUP},
        {**STORY, "publishTime": "2026-11-19 08:00:00", "blocks": NODES},
        {**STORY, "pubDate": "2026-11-19", "body": "\n".join(TEXT)},
    ],
)
@pytest.mark.parametrize("name", ["", "INITIAL_STATE"])
def test_the_one_article_of_a_page_that_shows_nothing_is_read(
    story: dict[str, object], name: str
) -> None:
    menu = [{"title": "News"}, {"title": "Press", "text": "All that the city gives out."}]
    article = shell({"route": {"name": "story"}, "menu": menu, "story": story}, name).article
    assert article is not None
    assert article.title == TITLE
    assert article.body == "\n\n".join(TEXT)
    assert article.published is not None
    assert article.published.iso[:10] == "2026-11-19"
    assert article.author == "Ann Roth"
    assert article.source == "Practice Post"


def test_of_several_articles_in_the_data_of_such_a_page_none_is_taken() -> None:
    stories = [{"title": f"{one[:20]}", "content": f"{one} {two}"} for one in TEXT for two in TEXT]
    assert shell({"stories": stories}).article is None

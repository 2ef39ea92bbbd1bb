"""Which family a page is of when no source claims it, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.templates import recognise_rules
from scraper.sources.load import load_catalogue
from tests.support.make import NOW, capture
from tests.support.portal_shapes import Shape, article_page, story_of

FAMILIES = {name: one.fields for name, one in load_catalogue().templates.items()}


def shape(url: str, language: str, line: str, *places: str) -> Shape:
    title, published, source, body = places
    return Shape("seen", url, language, line, title, published, source, body)


PAGES = {
    "chinadaily": shape(
        "https://english.somewhere.test/2023-08/29/c_914299.htm", "en", "bar",
        ".main_art .lft_art h1", ".lft_art .info", "", ".artContent",
    ),
    "chinadaily until 2021": shape(
        "https://english.somewhere.test/news/2019-08/29/content_37548322.htm", "en", "updated",
        "#Title_e h1", "#Title_e .info", "", "#Content",
    ),
    "trs": shape(
        "https://www.somewhere.test/zwgk/202308/t20230829_88684779.html", "zh", "time",
        "meta[name=ArticleTitle]", "meta[name=PubDate]", "meta[name=ContentSource]", "#zoom",
    ),
    "trs by its editor": shape(
        "https://www.somewhere.test/show/17.html", "zh", "zh",
        "h1", ".xl-info", "", ".view.TRS_UEDITOR",
    ),
    "jcms": shape(
        "https://www.somewhere.test/art/2023/8/29/art_1621004_30332664.html", "zh", "time",
        "meta[name=ArticleTitle]", "meta[name=PubDate]", "meta[name=ContentSource]", "#zoom",
    ),
    "ucap": shape(
        "https://www.somewhere.test/szf/202308/571297a310d5acd876f404aabbccdd10.shtml",
        "zh", "time", "ucaptitle", "publishtime", "ucapsource", "ucapcontent",
    ),
    "ucap of www.gov.cn": shape(
        "https://www.gov.cn/yaowen/liebiao/202308/content_6900123.htm", "zh", "time",
        "#ti", "meta[name=firstpublishedtime]", "meta[name=author]", "#UCAP-CONTENT",
    ),
    "people": shape(
        "http://politics.people.com.cn/n1/2023/0829/c1001-40066123.html", "zh", "zh-han",
        ".rm_txt h1", ".rm_txt .channel .col-1-1", "", ".rm_txt_con",
    ),
    "xinhua": shape(
        "http://www.news.cn/fortune/2023-08/29/c_1129831476.htm", "zh", "time",
        ".head-line h1 .title", ".header-time", "#source", "#detail",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_family_is_recognised_and_read(name: str) -> None:
    page, family = PAGES[name], name.split()[0]
    story = replace(story_of(name, page.language), day=date(2023, 8, 29))
    received = capture(article_page(page, story), url=page.url, final_url=page.url, fetched_at=NOW)
    rules, why = recognise_rules(received, FAMILIES)
    assert rules is not None, why
    assert rules.template == family
    assert why.startswith(f"matches {page.body}")
    assert "mark" in why or "address" in why
    article = read_article(received, rules, "t").article
    assert article is not None
    assert (article.title, article.body) == (story.title, "\n\n".join(story.paragraphs))
    assert article.source == story.source
    assert article.published is not None
    assert article.published.iso.startswith("2023-08-29")


@pytest.mark.parametrize(
    "page",
    [
        shape("https://a.test/x.html", "en", "bar", "h1", ".info", "", ".article-content"),
        shape("https://a.test/x.html", "zh", "zh", ".title", ".time", "", "#content"),
        shape("https://a.test/x.html", "zh", "time", "h1", "meta[name=PubDate]", "", "#zoom"),
        shape("https://a.test/2.html", "en", "date", "h1", ".article .info", "", ".article"),
    ],
)  # fmt: skip
def test_selectors_that_stand_on_pages_of_every_house_show_no_family(page: Shape) -> None:
    markup = article_page(page, story_of("x", page.language)).replace(b"Presented by China", b"")
    rules, why = recognise_rules(capture(markup, url=page.url, final_url=page.url), FAMILIES)
    assert rules is None
    assert "no family of portals we know" in why


def test_an_older_layout_shows_the_family_too() -> None:
    old = replace(FAMILIES["trs"], body=("#before",), until=date(2019, 12, 31))
    families = {"trs": replace(FAMILIES["trs"], older=(old,))}
    url = "https://www.somewhere.test/zwgk/201808/t20180829_88684779.html"
    page = shape(url, "zh", "time", "h1", "meta[name=PubDate]", "", "#before")
    received = capture(article_page(page, story_of("x", "zh")), url=url, final_url=url)
    rules, why = recognise_rules(received, families)
    assert rules is families["trs"]
    assert "#before" in why

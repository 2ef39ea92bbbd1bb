"""What a page marks as its own article, and what the row of a list that led to it says of it."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import date

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.page import Page
from scraper.sources.model import FieldRules
from storage.lists import RowWitness
from storage.types import ArticleData, FieldStatus, Origin
from tests.support.make import NOW, capture

URL = "http://town.example/news/bridge-opens/"
HEADLINE = "Old mill bridge opens again after repairs"
TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "The council opened the old mill bridge on Saturday after eleven months of work on its piers.",
        "Engineers replaced the oldest stones by hand and kept every carving that could be kept.",
        "Cyclists, who had to take the long way round through the valley, were the first to cross it.",
    )
)
CARDS = "".join(
    f"<article class='card'><h3><a href='/news/{n}/'>Another story of the town, number {n}</a></h3>"
    f"<footer><time class='entry-date published' datetime='2025-01-0{n}T08:00:00Z'>Jan {n}</time></footer></article>"
    for n in (1, 2, 3)
)


def page(body: str, head: str = "", title: str = f"{HEADLINE} – Town") -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def read(html: str, row: RowWitness | None = None, url: str = URL, **rules: object) -> ArticleData:
    received = capture(html.encode(), url=url, final_url=url)
    article = read_article(received, FieldRules(**rules), "t", row).article  # type: ignore[arg-type]
    assert article is not None
    return article


def day(article: ArticleData) -> str:
    return article.published.iso[:10] if article.published else ""


OWN_FOOTERS = {
    "article": "<article><h1>{h}</h1><div>{t}</div><footer>{d}</footer></article>{c}",
    "microdata": "<div itemscope itemtype='https://schema.org/NewsArticle'><h1>{h}</h1>{t}<div class='page-footer'>{d}</div></div>{c}",
    "microformat": "<div class='post hentry'><h1>{h}</h1>{t}<footer class='foot'>{d}</footer></div>{c}",
    "named": "<div><h1>{h}</h1>{t}<div class='entry-footer'>{d}</div></div>",
    "main around": "<main><article class='hentry'><header><h1>{h}</h1></header>{t}<footer>{d}</footer></article></main><aside>{c}</aside>",
    "cards inside": "<article><h1>{h}</h1>{t}<footer><p>{d}</p></footer><div>{c}</div></article>",
}
DATES = {
    "line": "<p>Published: November 25, 2025</p>",
    "time": "<time datetime='2025-11-25T09:55:00+08:00'>November 25</time>",
    "marked": "<time class='entry-date published updated' datetime='2025-11-25T09:55:00+08:00'>25 Nov</time>",
}


@pytest.mark.parametrize("where", OWN_FOOTERS)
@pytest.mark.parametrize("how", DATES)
def test_a_date_in_the_footer_of_the_article_counts(where: str, how: str) -> None:
    if where == "named" and how != "line":
        pytest.skip("nothing marks the article")
    shape = OWN_FOOTERS[where]
    body = shape.format(h=HEADLINE, t=TEXT, d=DATES[how], c=CARDS)
    foot = "<footer class='site-footer'><p>Updated: 2024-02-03</p><time datetime='2024-02-03'>3 Feb</time></footer>"
    article = read(page(body + foot), url="http://town.example/b")
    assert (day(article), article.title) == ("2025-11-25", HEADLINE)


@pytest.mark.parametrize("outer", ["div", "section"])
def test_the_footer_of_the_site_and_those_of_other_articles_never_count(outer: str) -> None:
    foot = "<footer class='site-footer'><p>2024-02-03</p><time datetime='2024-02-03'>3 Feb</time></footer>"
    body = f"<{outer}><h1>{HEADLINE}</h1>{TEXT}</{outer}>{CARDS}{foot}"
    assert read(page(body), zone="UTC", template="t").published is None


MARKED = {
    "itemprop": "<h1 itemprop='name headline'>{h}</h1>",
    "class": "<h2 class='entry-title'>{h}</h2>",
    "microformat": "<h1 class='title p-name'>{h}</h1>",
}


@pytest.mark.parametrize("how", MARKED)
def test_a_marked_headline_wins_over_a_title_with_the_name_of_the_site(how: str) -> None:
    whole = f"Town: all of its news | {HEADLINE}"
    head = f"<meta property='og:title' content='{whole}'>"
    body = f"<article class='h-entry'>{MARKED[how].format(h=HEADLINE)}{TEXT}</article>{CARDS}"
    article = read(page(body, head, whole))
    assert article.title == HEADLINE
    assert next(e for e in article.evidence if e.field == "title").rule.startswith(
        ("itemprop", "class")
    )


def test_a_mark_that_nothing_else_repeats_is_not_believed_first() -> None:
    head = f"<meta property='og:title' content='{HEADLINE}'>"
    body = f"<article><h1>{HEADLINE}</h1><p itemprop='headline'>A long summary of what the article says in other words</p>{TEXT}</article>"
    assert read(page(body, head)).title == HEADLINE


@pytest.mark.parametrize("classes", ["published", "updated"])
def test_microdata_and_microformats_say_which_date_is_which(classes: str) -> None:
    times = (
        "<time class='updated' datetime='2025-12-24T10:00:00Z'>24 Dec</time>"
        "<time class='published' datetime='2025-11-25T10:00:00Z'>25 Nov</time>"
        if classes == "published"
        else "<span itemprop='dateModified' content='2025-12-24T10:00:00Z'>24 Dec</span>"
        "<span itemprop='datePublished dateCreated' content='2025-11-25T10:00:00Z'>25 Nov</span>"
    )
    article = read(page(f"<article><h1>{HEADLINE}</h1>{times}{TEXT}</article>"))
    assert day(article) == "2025-11-25"
    assert article.updated and article.updated.iso.startswith("2025-12-24")


BANNERS = {
    "linked h1": "<h1 id='Name'><a href='/'>Town of Millford</a></h1>",
    "linked to its index": "<h1><a href='http://town.example/index.php'>Town of Millford</a></h1>",
    "linked to its part": "<h1><a href='/news/'>Town of Millford</a></h1>",
    "around": "<a href='/'><h1>Town of Millford</h1></a>",
    "header": "<header><h1>Town of Millford</h1></header>",
}


@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize(
    "title", ["Town of Millford-{}", "{} - Town of Millford", "Town of Millford | {}"]
)
def test_the_heading_of_the_site_is_never_the_title(banner: str, title: str) -> None:
    body = f"{BANNERS[banner]}<div><h2>{HEADLINE}<span>2025-11-25 11:39:00</span></h2>{TEXT}</div>"
    article = read(page(body, title=title.format(HEADLINE)))
    assert (article.title, day(article)) == (HEADLINE, "2025-11-25")
    assert not article.source


def test_a_headline_that_is_a_link_to_the_article_itself_is_a_title() -> None:
    body = f"<h1><a href='{URL}'>{HEADLINE}</a></h1>{TEXT}"
    assert read(page(body, title="Millford")).title == HEADLINE


# The row of a list

LONG = "Old mill bridge opens again after repairs that took the town eleven months"
OTHERS = f"<meta property='og:title' content='News of the day'><meta name='ArticleTitle' content='{LONG}'>"
PREFIXED = f"<meta property='og:title' content='What the town is for | {HEADLINE}'>"
DIVIDED = "<div>{h}</div>" + TEXT


@pytest.mark.parametrize(
    ("head", "body", "said", "title"),
    [
        (
            "<meta property='og:title' content='News of the day'>",
            "<h1>{h}</h1>" + TEXT,
            HEADLINE,
            HEADLINE,
        ),
        (PREFIXED, DIVIDED, HEADLINE, HEADLINE),
        (PREFIXED, DIVIDED, "", HEADLINE),  # the piece that people see
        (PREFIXED, DIVIDED, "Something else altogether", HEADLINE),
        (OTHERS, "<h1>{h}</h1>" + TEXT, HEADLINE, LONG),  # the list has a short form of it
        (OTHERS, "<h1>{h}</h1>" + TEXT, f"{HEADLINE[:20]}…", LONG),
        (
            "<meta property='og:title' content='News of the day'>",
            "<h1>{h}</h1>" + TEXT,
            f"{HEADLINE[:20]}...",
            HEADLINE,
        ),
        (
            "<meta name='ArticleTitle' content='News of the day'>",
            "<h1>{h}</h1>" + TEXT,
            "News",
            "News of the day",
        ),
    ],
)
def test_where_titles_disagree_the_one_of_the_list_wins(
    head: str, body: str, said: str, title: str
) -> None:
    html = page(body.format(h=HEADLINE), head, title="Millford")
    assert read(html, RowWitness((said,) if said else ())).title == title


WRONG = "<meta name='PubDate' content='2025-01-01'>"


@pytest.mark.parametrize(
    ("head", "line", "days", "published"),
    [
        (WRONG, "<p>Published: 2025-11-25</p>", [date(2025, 11, 25)], "2025-11-25"),
        (WRONG, "<p>Published: 2025-11-25</p>", [], "2025-01-01"),
        (WRONG, "<p>Published: 2025-11-25</p>", [date(2025, 11, 26)], "2025-01-01"),
        ("", "<nav><p>2025-11-25</p></nav>", [date(2025, 11, 25)], "2025-11-25"),
        ("", "<nav><p>2025-11-25</p></nav>", [date(2025, 11, 20)], "2025-11-20"),
        ("", "", [date(2025, 11, 25)], "2025-11-25"),
        ("", "", [date(2569, 11, 25)], ""),
    ],
)
def test_where_days_disagree_the_one_of_the_list_wins(
    head: str, line: str, days: list[date], published: str
) -> None:
    html = page(f"<h1>{HEADLINE}</h1>{line}{TEXT}", head)
    article = read(html, RowWitness((), tuple(days)), "http://town.example/b", template="t")
    assert day(article) == published


def test_a_selector_of_a_persons_own_is_believed_against_the_list() -> None:
    html = page(f"<h1>{HEADLINE}</h1><b>2025-01-01</b><p>Published: 2025-11-25</p>{TEXT}")
    row = RowWitness((), (date(2025, 11, 25),))
    assert day(read(html, row, published=("b",))) == "2025-01-01"


def test_a_day_that_only_the_list_has_says_so() -> None:
    article = read(
        page(f"<h1>{HEADLINE}</h1>{TEXT}"),
        RowWitness((), (date(2025, 11, 25),)),
        "http://t.example/b",
    )
    (clue,) = (clue for clue in article.dates if clue.status is FieldStatus.CHOSEN)
    assert (clue.origin, clue.rule, clue.when.iso) == (Origin.LIST, "row of the list", "2025-11-25")


def test_a_line_that_no_rule_takes_for_the_headline_is_it_where_the_list_says_so() -> None:
    said = " ".join(["Old mill bridge opens again after repairs"] * 5)
    html = page(
        f"<h1 class='brand'>Millford</h1><div class='name'>{said}</div><div>{TEXT}</div>",
        title="Millford",
    )
    assert read(html, RowWitness((said,))).title == said
    assert (
        read(html.replace("<h1 class='brand'>", "<h1><a href='/'>"), RowWitness((said,))).title
        == said
    )


# Which article is the page's own


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (f"<article id='a'><h1>{HEADLINE}</h1></article>{CARDS}", "a"),
        (f"<article id='a'>{TEXT}</article>", "a"),
        (f"<div id='b' class='hentry'><article id='a'>{TEXT}</article></div>", "a"),
        (f"<article id='a'>{TEXT}{CARDS}</article>", "a"),
        (CARDS, None),
        ("<p>none</p>", None),
        (f"<aside><article id='b'>{TEXT}</article></aside>", None),
        (f"<article id='a'>{TEXT * 3}</article><article id='b'>{TEXT}</article>", "a"),
    ],
)
def test_which_article_is_the_pages_own(body: str, name: str | None) -> None:
    found = Page(page(body), URL, NOW).article
    assert (found.get("id") if found is not None else None) == name

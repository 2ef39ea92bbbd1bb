"""Where the text of a page is: names that mislead, short articles, standfirsts, comments."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.body.place import by_weight
from scraper.parsing.body.trust import doubt_of, learned, probability, signs
from scraper.parsing.page import Page
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.make import capture

URL = "http://news.practice.test/2024/05/harbour.html"
NOW = datetime(2024, 5, 8, tzinfo=UTC)
TITLE = "Harbour town opens its tide mill again"
FIRST = "The tide mill at the old harbour turned its wheel on Tuesday for the first time in ninety years, to the applause of some two hundred people on the quay."
SECOND = "Volunteers had spent eleven winters on the beams, the sluice and the stones, most of them taken from a barn that was to be pulled down."
THIRD = "From June the mill will grind oats for the bakery next door, which has already sold the first hundred loaves, the mayor said."
TEXT = (FIRST, SECOND, THIRD)
SHORT = "The first loaves are to be sold on Saturday, the baker said."
FOOT = "The operator of this website is not answerable for what linked pages contain; their owners alone are, as said in the terms of use, which every visitor accepts."
MENU = "".join(f"<li><a href='/s{n}'>Section number {n}</a></li>" for n in range(30))


def read(main: str, head: str = "", foot: str = "") -> ArticleData:
    page = (
        f"<html lang=en><head><meta charset=utf-8><title>{TITLE}</title>{head}</head><body>"
        f"<ul class=top>{MENU}</ul>{main}<div class=bottom>{foot}</div></body></html>"
    )
    reading = read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None, reading
    return reading.article


def body(*texts: str) -> str:
    return "\n\n".join(texts)


def paragraphs(*texts: str, attributes: str = "") -> str:
    return "".join(f"<p {attributes}>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    "name",
    [
        "paywall",
        "c-paywall__inner",
        "premium subscription",
        "sidebar-left",
        "newsletter-page",
        "social",
    ],
)
def test_a_name_of_noise_does_not_hide_the_text(name: str) -> None:
    found = read(
        f"<h1>{TITLE}</h1><div class='{name}'>{paragraphs(*TEXT)}</div>",
        foot=f"<p>{FOOT}</p>",
    )
    assert found.body == body(*TEXT)


@pytest.mark.parametrize("name", ["paywall", "comment-text", "modal", "video"])
def test_nor_does_it_where_each_paragraph_bears_it(name: str) -> None:
    text = paragraphs(*TEXT, attributes=f"class='{name}'")
    assert read(f"<h1>{TITLE}</h1><div class=x>{text}</div>").body == body(*TEXT)


def test_a_notice_far_below_is_not_the_article() -> None:
    notice = paragraphs(FOOT, FOOT.replace("website", "service"))
    short = "<div class=x><p>The mill is open again from Tuesday, daily from nine to five, free of charge, as the town said on Monday, and school classes are asked to write before they come.</p></div>"
    lines = "".join(f"<div><a href='/n{n}'>Another headline {n}</a></div>" for n in range(40))
    found = read(f"<h1>{TITLE}</h1>{short}<div>{lines}</div><section>{notice}</section>")
    assert found.body.startswith("The mill is open again")
    assert "operator" not in found.body


def test_the_footer_of_a_page_that_says_little_is_not_the_article() -> None:
    short = "<div class=x><p>The mill, photographed by our readers.</p><img src='/a.jpg' width=600></div>"
    found = read(f"<h1>{TITLE}</h1>{short}<footer>{paragraphs(FOOT, FOOT.upper())}</footer>")
    assert "answerable" not in found.body


@pytest.mark.parametrize("name", ("class=footer", "id=foot", "class='wide site-footer'"))
@pytest.mark.parametrize(
    "main", ("<div class=text></div><a href=/files/report.pdf>Report.pdf</a>", "<p>12 May</p>")
)
def test_the_footer_of_a_page_without_text_is_not_the_article(name: str, main: str) -> None:
    page = f"<title>{TITLE}</title><ul>{MENU}</ul><h1>{TITLE}</h1>{main}<div {name}>{paragraphs(FOOT, FOOT.upper())}</div>"
    reading = read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is None or not reading.article.body


def test_a_page_whose_wrapper_is_called_a_footer_is_read() -> None:
    found = read(f"<div class=footer><h1>{TITLE}</h1>{paragraphs(*TEXT)}</div>")
    assert found.body == body(*TEXT)


def test_comments_longer_than_the_article_are_not_the_article() -> None:
    said = paragraphs(
        *(
            f"Reader number {n} has an opinion on mills, and on those who like them, at some length."
            for n in range(30)
        )
    )
    found = read(
        f"<h1>{TITLE}</h1><div class=x>{paragraphs(*TEXT)}</div><h3>30 Comments</h3><div>{said}</div>"
    )
    assert found.body == body(*TEXT)


def test_a_panel_for_comments_above_the_headline_ends_nothing() -> None:
    panel = (
        f"<div class=flyout><h4>{TITLE}</h4>{paragraphs(FOOT, FOOT[::-1])}<h4>Comments</h4></div>"
    )
    found = read(f"{panel}<h1>{TITLE}</h1><div class=x>{paragraphs(*TEXT)}</div>")
    assert found.body == body(*TEXT)


def test_an_answer_of_an_office_is_no_comment() -> None:
    asked, answer = "我市科创中心的申报条件是什么，" * 12, "您好，申报单位应当在本市登记，" * 12
    page = f"<h1>{TITLE}</h1><div><p>{asked}。</p><h4>回复</h4><p>{answer}。</p></div>"
    assert answer in read(page).body


LEAD = "Ninety years after its last turn the wheel moves again, and bread will come of it."


@pytest.mark.parametrize(
    ("lead", "head"),
    [
        (f"<p>{LEAD}</p>", f"<meta name=description content='{LEAD}'>"),
        (f"<h2>{LEAD}</h2>", f"<meta property='og:description' content='{LEAD[:60]}…'>"),
        (f"<p class='article__dek'>{LEAD}</p>", ""),
        (f"<div class=standfirst><p>{LEAD}</p></div>", ""),
        (f"<p class=subTitle>{LEAD}</p>", ""),
        (f"<p>{LEAD}</p>", ""),  # in the box of the headline itself
    ],
)
def test_the_standfirst_outside_the_block_is_part_of_the_text(lead: str, head: str) -> None:
    found = read(
        f"<header><h1>{TITLE}</h1>{lead}<p class=byline>By Ann Miller</p></header>"
        f"<figure><img src='/a.jpg'><figcaption>The mill, seen from the quay on Tuesday.</figcaption></figure>"
        f"<div class=x>{paragraphs(*TEXT)}</div>",
        head,
    )
    assert found.body == body(LEAD, *TEXT)
    assert found.html.startswith(f"<p>{LEAD}</p>")


LINKED = "".join(f"<a href='/tag/{n}'>Subject of the week {n}</a> " for n in range(9))


@pytest.mark.parametrize(
    ("lead", "rest"),
    [
        (f"<div class=lead>{FIRST} {SECOND}</div>", f"<div class=body id=newsBody><p>{SHORT}</p></div>"),
        (f"<section class=ingress><p>{FIRST}</p></section><img src=/a.jpg>", f"<div class=c-3>{SHORT}</div>"),
        (f"<div class='article__summary'><div>{FIRST}</div></div>", f"<div class=rte><p>{SHORT}</p></div>"),
    ],
)  # fmt: skip
def test_a_text_shorter_than_its_lead_is_read_with_it(lead: str, rest: str) -> None:
    beside = f"<div class=tags>{LINKED}</div><div class=share>{LINKED}</div>"
    found = read(
        f"<article><div class=info>8 May 2024</div><h1>{TITLE}</h1>{lead}{rest}{beside}</article>"
    )
    assert found.body.startswith(FIRST)
    assert found.body.endswith(SHORT)


def test_a_single_sentence_with_a_file_is_read_with_its_lead() -> None:
    last = "The first loaves are to be sold on Saturday."
    text = f"<p>{last}</p><p><a href=/map.pdf>Map of the quay</a></p>"
    found = read(
        f"<h1>{TITLE}</h1><div class=lead>{FIRST} {SECOND}</div><div class=body>{text}</div>"
    )
    assert found.body.startswith(FIRST)
    assert last in found.body


def test_what_stands_under_a_text_called_lead_is_not_taken_for_it() -> None:
    teasers = "".join(f"<div><a href='/{n}.html'>{SHORT}</a> Read on.</div>" for n in range(3))
    for below in (
        f"<div class=related>{teasers}</div>",
        f"<div>{teasers}</div>",
        f"<div class=comments>{SHORT}</div>",
    ):
        assert (
            read(f"<h1>{TITLE}</h1><div class=lead>{FIRST} {SECOND}</div>{below}").body
            == f"{FIRST} {SECOND}"
        )


@pytest.mark.parametrize(
    "lead",
    [
        f"<p class=dek>{FIRST}</p>",  # the text says it itself
        f"<p class='dek'><a href='/x'>{LEAD}</a></p>",
        f"<figure class=lead><figcaption>{LEAD}</figcaption></figure>",
        f"<p class='lead-image-caption'>{LEAD}</p>",
        f"<p>{LEAD[:50]}</p>",
        f"</header><div><p>{LEAD}</p></div><header>",
    ],
)
def test_what_is_none_stays_out(lead: str) -> None:
    page = f"<header><h1>{TITLE}</h1>{lead}</header><div class=x>{paragraphs(*TEXT)}</div>"
    assert read(page).body == body(*TEXT)


def test_of_a_fragment_and_the_whole_the_whole_is_read() -> None:
    """Each paragraph in a box of its own, with links enough to make their common box light."""
    links = "".join(
        f"<a href='/r{n}'>See our report number {n} of this year</a> " for n in range(6)
    )
    boxes = "".join(f"<section><p>{text}</p></section><div>{links}</div>" for text in TEXT)
    assert FIRST in read(f"<h1>{TITLE}</h1><article>{boxes}</article>").body


def confidence(article: ArticleData) -> tuple[str, str]:
    found = next(each for each in article.evidence if each.field == "body")
    return str(found.confidence), found.doubt


def test_a_body_that_is_most_of_what_runs_is_sure() -> None:
    assert confidence(read(f"<h1>{TITLE}</h1><div class=x>{paragraphs(*TEXT)}</div>")) == (
        "sure",
        "",
    )


def test_a_short_body_among_much_else_is_doubted_in_words() -> None:
    """The length alone says nothing: beside it six times as much runs on the page."""
    boxes = "".join(
        f"<div class=box><a href='/{n}'>Number {n} of these</a><p>{text}</p></div>"
        for n, text in enumerate((FOOT, FOOT[::-1], SECOND[::-1], THIRD[::-1], FOOT.upper(), LEAD))
    )
    found = read(f"<h1>{TITLE}</h1><div class=x><p>{FIRST}</p></div><div>{boxes}</div>")
    level, doubt = confidence(found)
    assert level == "doubtful"
    assert doubt.startswith("says little of what the title says")  # what was taken is the boxes


def test_little_text_is_sure_where_it_is_all_that_runs_and_says_the_title() -> None:
    page = f"<h1>{TITLE}</h1><div class=x>{paragraphs(FIRST, LEAD)}</div>"
    head = f"<meta name=description content='{FIRST[:90]}'>"
    assert confidence(read(page, head))[0] == "sure"


@pytest.mark.parametrize("around", ["", f"<h2>{TITLE}</h2><time>2024-05-07</time>"])
def test_a_notice_of_the_site_is_doubted_where_nothing_else_runs(around: str) -> None:
    """The text of the article is drawn by a script, and only the notice below is there."""
    page = f"<h1>{TITLE}</h1>{around}<section class=article><p>{FOOT}</p></section>"
    level, doubt = confidence(read(page, f"<meta name=description content='{FIRST}'>"))
    assert level == "doubtful"
    assert "says little of what the title says" in doubt or "description" in doubt


NOTICES = {
    "cookie": "We use cookies and similar techniques to make this website work, to measure how it is used, and to show you what may interest you. By clicking on Accept you agree that we and our partners store such data on your device; you can change your choice at any time in the settings.",
    "licence": f"Unless stated otherwise, this work is licensed under a Creative Commons Attribution 4.0 International License. You may share and adapt it as long as you name the source: “{TITLE}”, Daily Harbour. Pictures of agencies are excluded from this licence and may not be used without their consent.",
    "copyright": "All content of this website, such as text, graphics, logos and pictures, is the property of its operator or of those who supplied it, and is protected by copyright law. It may not be copied, sold or published elsewhere without written permission, which our office gives out on request.",
    "newsletter": "Sign up for our newsletter and get the most important stories of the day delivered to your inbox every morning, free of charge. You can unsubscribe at any time. By subscribing you agree to our terms of use and privacy policy, and that we may send you offers of our partners from time to time.",
    "版权": "版权声明：凡本网注明来源的所有作品，版权均属于本网站，未经本网授权不得转载、摘编或利用其它方式使用上述作品。已经本网授权使用作品的，应在授权范围内使用，并注明来源。违反上述声明者，本网将追究其相关法律责任。凡本网转载的作品，不代表本网赞同其观点，如有版权问题请与本网联系。",
}


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("name", ["article", "content", "box", "text"])
def test_no_notice_is_called_sure_as_the_text(kind: str, name: str) -> None:
    """The text is drawn by a script, or stands behind a door: what is left is a notice."""
    for head in ("", f"<meta name=description content='{FIRST}'>"):
        page = (
            f"<html><head><title>{TITLE}</title>{head}</head><body><ul>{MENU}</ul><h1>{TITLE}</h1>"
            f"<time>2024-05-07</time><div class={name}><p>{NOTICES[kind]}</p></div></body></html>"
        )
        article = read_article(capture(page.encode(), url=URL), FieldRules(), "t").article
        assert article is None or confidence(article)[0] != "sure"


def test_an_article_about_rights_may_be_sure() -> None:
    lines = (*TEXT, "The mayor said the copyright of the old plans lies with the town now.")
    assert confidence(read(f"<h1>{TITLE}</h1><article>{paragraphs(*lines)}</article>"))[0] == "sure"


def test_a_page_that_nobody_can_judge_by_its_title_is_judged_by_the_rest() -> None:
    page = f"<div class=article>{paragraphs(*TEXT, LEAD, FIRST[::-1], SECOND[::-1])}</div>"
    assert confidence(read(page))[0] in {"sure", "doubtful"}


def test_each_sign_of_a_body_has_points() -> None:
    page = Page(f"<h1>{TITLE}</h1>{paragraphs(*TEXT)}", URL, NOW)
    place = by_weight(page, TITLE)
    assert place is not None
    found = signs(body(*TEXT), place, page, TITLE, place.whole)
    assert set(found) | {"start"} == set(learned())
    assert all(0 <= value <= 1 for value in found.values())


@given(text=st.text(max_size=400), title=st.text(max_size=60), whole=st.floats(0, 1e6))
def test_signs_and_probability_stay_between_none_and_one(
    text: str, title: str, whole: float
) -> None:
    page = Page(f"<h1>x</h1>{paragraphs(*TEXT)}", URL, NOW)
    place = by_weight(page, TITLE)
    assert place is not None
    found = signs(text, place, page, title, whole)
    assert all(0 <= value <= 1 for value in found.values()), found
    assert 0 <= probability(found, learned()) <= 1
    assert doubt_of(found)


def stated(text: str) -> str:
    linked = f'{{"@type":"NewsArticle","articleBody":"{text}"}}'
    return f"<script type=application/ld+json>{linked}</script>"


def test_what_the_page_states_elsewhere_speaks_for_a_body_or_against_it() -> None:
    page = f"<h1>{TITLE}</h1><div class=x>{paragraphs(*TEXT)}</div>"
    assert confidence(read(page, stated(" ".join(TEXT))))[0] == "sure"
    level, doubt = confidence(read(page, stated("Quite another story is told here. " * 20)))
    assert (level, doubt) == (
        "doubtful",
        "has little of the text that the page's JSON-LD states",
    )


def test_of_a_page_of_pictures_the_text_is_unknown() -> None:
    pictures = "".join(f"<img src='/photo{n}.jpg' width=600>" for n in range(4))
    assert confidence(read(f"<h1>{TITLE}</h1><div class=article>{pictures}</div>")) == (
        "unknown",
        "no text was found, pictures or files alone",
    )


RELATED = (
    "<section class=related-posts><h3>Related</h3><article><h2>Shellfish beach is closed</h2>"
    "<div class=entry-content><p>No clams may be taken from the beach until further notice, and "
    "signs have been put up.</p></div></article></section>"
)
BOX = "<div class=side-box><h2>Calendar</h2><ul><li>March 11, 2026: drill</li></ul></div>"
FACTS = "<dl class=article-info><dt>Details</dt><dd>Published: 13 November 2025</dd></dl>"


@pytest.mark.parametrize("said", ["The siren will wail at noon.", "今晚的烟花表演取消。"])
@pytest.mark.parametrize("above", ["", FACTS, "<p class=on>Published on February 20, 2026</p>"])
@pytest.mark.parametrize("below", ["", RELATED, BOX])
def test_row_251_a_sentence_under_its_headline_is_the_text(
    said: str, above: str, below: str
) -> None:
    main = f"<form><h1>{TITLE}</h1>{above}<div class=post-content><p>{said}</p></div>{below}</form>"
    assert read(main).body == said


def test_row_251_lines_that_are_run_together_are_no_longer_text() -> None:
    said = "Water is cut off in the eastern ward on Thursday from 9 to 15."
    main = (
        f"<main><article class=article-page><header><span class=tag>News</span><h1>{TITLE}</h1>"
        "<p class=meta>Published <time>10.1.2026</time> at 14.06</p></header>"
        f"<p class=ingress>{said}</p><div class=main-body></div><aside class=contact-block><h2>More "
        "information</h2><div><p class=name>Ann Miller</p><p>manager, tel. 040 000 2840</p></div>"
        "</aside><div class=tags><a href=/t>City</a></div></article></main>"
    )
    bar = "<p>Parking meters are out of order on Friday 6.3.2026.</p>"
    foot = "<div class=cookie-consent><p>We use cookies to improve the site.</p></div>"
    assert read(f"<div class=notification-bar>{bar}</div>{main}", foot=foot).body == said


ROWS = "<tr><th>Pos</th><th>Name</th><th>Time</th></tr><tr><td>1</td><td>I. Marsh</td><td>31:10</td></tr><tr><td>2</td><td>P. Dole</td><td>32:14</td></tr>"
SHOWN = (
    "Boats dressed with flags wait outside the harbour mouth for the tide.",
    "Ines Pell, 84, has sold smoked eel at every fair since she was a girl.",
)
FIGURES = "".join(
    f"<figure><img src=/{n}.jpg width=800 height=500><figcaption>{said}</figcaption></figure>"
    for n, said in enumerate(SHOWN)
)
LETTER = "<p>Leave your address, and we will send you the latest news every Friday morning.</p>"
TEASERS = "".join(
    f"<div class=item><h3><a href=/s/{n}>Another story number {n}</a></h3><p>{SECOND}</p></div>"
    for n in range(4)
)


@pytest.mark.parametrize(
    ("main", "text"),
    [
        (f"<table>{ROWS}</table>", "Pos | Name | Time\n1 | I. Marsh | 31:10\n2 | P. Dole | 32:14"),
        (FIGURES, body(*SHOWN)),
    ],
)
@pytest.mark.parametrize(
    "beside",
    [
        f"</div><aside><h2>Letter</h2>{LETTER}</aside>",
        f"</div><div class=newsletter>{LETTER}</div>",
        f"</div><div class=more>{TEASERS}</div>",
        f"</div><section>{TEASERS}</section><section class=foot><p>© 2024 Harbour News</p></section>",
    ],
)
def test_values_and_captions_under_a_headline_are_the_text_where_nothing_else_runs(
    main: str, text: str, beside: str
) -> None:
    page = f"<div class=page><h1>{TITLE}</h1><p>7 May 2024</p>{main}{beside}"
    assert read(page).body == text


@pytest.mark.parametrize(
    "main",
    [
        f"<table>{ROWS}</table>{paragraphs(*TEXT)}",
        f"{FIGURES}{paragraphs(*TEXT)}",
        f"{paragraphs(*TEXT)}<table>{ROWS}</table>",
    ],
)
def test_values_and_captions_beside_a_text_are_not_all_of_it(main: str) -> None:
    page = f"<div class=page><h1>{TITLE}</h1>{main}</div><div class=newsletter>{LETTER}</div>"
    assert all(text in read(page).body for text in TEXT)


def test_a_caption_that_only_names_what_is_shown_is_no_text() -> None:
    shown = "<figure><img src=/a.jpg width=800 height=500><figcaption>The tide mill</figcaption></figure>"
    assert read(f"<div><h1>{TITLE}</h1>{shown}</div>").body == ""

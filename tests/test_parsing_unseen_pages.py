"""Pages of programs that nobody here had seen: files behind icons, leads in the box of a headline,
years of other calendars, comments in other languages."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import date

import pytest

from scraper.parsing.dates.in_text import find_dates
from scraper.parsing.fields.byline import Label, read_byline
from tests.support.quay_pages import ONE, THREE, TITLE, TWO, paragraphs, read


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (
            "<a class=btn href=/downloads/file/900/><img src=/img/pdf.png alt=PDF> Decision notice</a>",
            "pdf",
        ),
        (
            "<a href='/_layouts/15/download.aspx?SourceUrl=%2Fnews%2FDocuments%2Frelease3.pdf'>Full release</a>",
            "pdf",
        ),
        (
            "<a class=docIcon href=/DocumentCenter/View/3300/Sheet><img src=/icons/doc.png alt=''></a>",
            "doc",
        ),
        ("<a href=/assets/Uploads/2a9f/form><i class=icon-file></i></a>", "file"),
    ],
)
def test_row_222_an_icon_or_an_inner_address_says_that_a_link_leads_to_a_file(
    link: str, kind: str
) -> None:
    found = read(
        f"<main><h1>{TITLE}</h1><div class=text>{paragraphs(ONE, TWO, THREE)}</div><div class=docs>{link}</div></main>"
    )
    assert [one.kind for one in found.attachments] == [kind]


@pytest.mark.parametrize(
    "link",
    [
        "<a href=/news/1841/><img src=/img/quay.jpg alt='The quay'></a>",
        "<a href=/profile/12/><i class=icon-user></i></a>",
        "<a href=/news/1842/><i class=icon-arrow></i> Next</a>",
    ],
)
def test_other_icons_and_pictures_are_no_files(link: str) -> None:
    found = read(
        f"<main><h1>{TITLE}</h1><div class=text>{paragraphs(ONE, TWO, THREE)}</div><div>{link}</div></main>"
    )
    assert found.attachments == ()


def test_row_223_a_lead_in_the_box_of_the_headline_is_text() -> None:
    head = f"<header><h1>{TITLE}</h1><div class=byline>by Tom Reed</div><p class=description>{ONE}</p></header>"
    found = read(f"<article>{head}<div>{paragraphs(TWO, THREE)}</div></article>")
    assert found.body == "\n\n".join((ONE, TWO, THREE))


def test_row_223_a_text_in_a_shadow_root_is_read() -> None:
    inner = f"<template shadowrootmode=open><style>:host{{display:block}}</style><div>{paragraphs(ONE, TWO, THREE)}</div></template>"
    found = read(f"<main><h1>{TITLE}</h1><port-article>{inner}</port-article></main>")
    assert found.body == "\n\n".join((ONE, TWO, THREE))


def test_row_223_a_short_text_outweighed_by_links_beside_it_is_whole() -> None:
    verse = (
        "The gulls come home at four<br>The crane has folded its neck<br>Nobody counts the waves"
    )
    links = "".join(
        f"<a href=/n/{n}.html>Another story of the harbour, number {n}</a><br>" for n in range(4)
    )
    found = read(
        f"<h1>{TITLE}</h1><div class=content><p>{ONE}</p><p>{verse}</p><div>{links}</div></div>"
    )
    assert found.body.startswith(ONE)
    assert "Nobody counts the waves" in found.body


@pytest.mark.parametrize(
    "heading", ["Bình luận", "Kommentare", "12 comentarios", "コメント", "Комментарии (3)"]
)
def test_row_223_comments_in_other_languages_are_not_the_article(heading: str) -> None:
    said = "<p>I do not believe a word of it, and neither does my neighbour, who has fished there for years.</p>"
    found = read(
        f"<div class=detail><h1>{TITLE}</h1><p>{ONE}</p><div class=text>{paragraphs(TWO, THREE)}</div><div class=below><h4>{heading}</h4><div class=text>{said}</div></div></div>"
    )
    assert "neighbour" not in found.body
    assert THREE in found.body


def test_row_223_a_sentence_about_comments_opens_none() -> None:
    said = "412 comments on the draft came in by June, and most of them were about the noise of the cranes."
    found = read(
        f"<main><h1>{TITLE}</h1><div class=text>{paragraphs(ONE, TWO, THREE, said, ONE[::-1])}</div></main>"
    )
    assert said in found.body
    assert found.body.endswith(ONE[::-1])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Announced 28/11/2569", date(2026, 11, 28)),
        ("5/11/2569", date(2026, 11, 5)),
        ("2569-11-28", date(2026, 11, 28)),
        ("28/11/2026", date(2026, 11, 28)),
    ],
)
def test_row_224_years_as_thailand_counts_them(text: str, day: date) -> None:
    assert [one.when.day for one in find_dates(text, "Asia/Bangkok")] == [day]


def test_row_224_a_clock_as_vietnam_writes_it() -> None:
    (found,) = find_dates("26/11/2026 7:54 CH", "Asia/Ho_Chi_Minh")
    assert found.when.value.isoformat() == "2026-11-26T19:54:00+07:00"
    assert read_byline("Ngày đăng: 26/11/2026 7:54 CH", "Asia/Ho_Chi_Minh").rest == ()


def test_row_224_labels_of_days() -> None:
    found = read_byline("登録日：2026年11月23日　／　更新日：2026年11月24日", "Asia/Tokyo")
    assert [one.label for one in found.dates] == [Label.PUBLISHED, Label.UPDATED]
    created = f"<div class=line>Article Date 11/29/2026</div><div>{paragraphs(ONE, TWO)}</div><div class=below>Created at 11/26/2026 9:12 AM by System Account</div>"
    article = read(f"<main><h1>{TITLE}</h1>{created}</main>", "America/New_York")
    assert article.published is not None
    assert article.published.day == date(2026, 11, 29)
    assert article.source is None


@pytest.mark.parametrize(
    "script", ['var ct = "1795959120";', '{"publishTime":1795959120000,"id":4}']
)
def test_row_224_seconds_in_a_script(script: str) -> None:
    article = read(
        f"<main><h1>{TITLE}</h1><div>{paragraphs(ONE, TWO)}</div></main><script>{script}</script>"
    )
    assert article.published is not None
    assert article.published.day == date(2026, 11, 29)

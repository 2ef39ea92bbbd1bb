"""Who wrote, who published and when, as the templates and languages of strangers say it; and the
feet and teasers in other languages that are no part of a text."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json

import pytest

from scraper.parsing.dates.in_text import DateOrder
from scraper.parsing.fields.byline import Label, read_byline
from tests.support.quay_pages import ONE, THREE, TITLE, TWO, paragraphs, read


def written(body: str, head: str = "") -> str:
    return read(body, head=head).author


def text_of(*, above: str = "", below: str = "", one: str = ONE) -> tuple[str, str]:
    """The first and last paragraph that is read of a page with something above and below its text."""
    box = f"<main><h1>{TITLE}</h1><p class=meta>4 November 2026</p><div class=text>{above}{paragraphs(one, TWO, THREE)}{below}</div></main>"
    lines = [line for line in read(box).body.split("\n") if line]
    return lines[0], lines[-1]


def labels(line: str) -> list[tuple[Label, str]]:
    return [
        (one.label, one.when.value.isoformat()) for one in read_byline(line, "Asia/Shanghai").dates
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Embargo: 4 November 2026, 10:00",
        "Applications close: 4 November 2026",
        "Bewerbungsfrist: 4. November 2026",
        "Date limite de dépôt : 4 novembre 2026",
        "Scadenza: 4 novembre 2026",
        "Fecha límite: 4 de noviembre de 2026",
        "Срок подачи заявок: 4 ноября 2026",
        "Son başvuru tarihi: 4 Kasım 2026",
        "Tenggat: 4 November 2026",
        "締切：2026年11月4日",
        "접수기간: 2026년 11월 4일",
        "open until 4 November 2026",
        "Anmeldung bis 4. November 2026",
        "2026年11月4日まで",
        "2026년 11월 4일까지",
        "2026年11月4日截止",
    ],
)
def test_row_361_a_deadline_is_not_the_day_of_the_article(line: str) -> None:
    assert [label for label, _ in labels(line)] == [Label.OTHER]
    found = read(
        f"<main><h1>{TITLE}</h1><p class=due>{line}</p><p class=meta>2026-10-28</p><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>"
    )
    assert found.published is not None and found.published.value.isoformat() == "2026-10-28"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Data: 14/11/2026", (Label.STATED, "2026-11-14")),
        ("Data: 4 novembre 2026", (Label.STATED, "2026-11-04")),
        ("Дата на публикуване: 04.11.2026", (Label.PUBLISHED, "2026-11-04")),
        ("Датум: 04.11.2026", (Label.STATED, "2026-11-04")),
        ("Pubblicazione: 04.11.2026", (Label.PUBLISHED, "2026-11-04")),
        ("Senast uppdaterad: 2026-11-04", (Label.UPDATED, "2026-11-04")),
    ],
)
def test_labels_of_dates_in_other_languages(line: str, expected: tuple[Label, str]) -> None:
    assert labels(line) == [expected]


@pytest.mark.parametrize("line", ["Data: 2026 figures for the harbour", "Data 4: the quays"])
def test_data_that_are_figures_are_no_label_of_a_day(line: str) -> None:
    assert Label.STATED not in [label for label, _ in labels(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("04.11.26, 16:50", "2026-11-04T16:50:00+08:00"),
        ("04.11.26, 16:50 Uhr", "2026-11-04T16:50:00+08:00"),
        ("Stand: 04.11.26", "2026-11-04"),
    ],
)
def test_a_dotted_day_with_a_short_year_is_read_where_days_come_first(
    line: str, expected: str
) -> None:
    found = read_byline(line, "Asia/Shanghai", DateOrder.DAY_FIRST).dates
    assert [one.when.value.isoformat() for one in found] == [expected]


@pytest.mark.parametrize("line", ["등록일 26.11.24 16:50", "26.11.24, 16:50", "24.11.26"])
def test_a_day_that_may_begin_with_its_year_is_none_elsewhere(line: str) -> None:
    assert labels(line) == []
    html = f"<main><h1>{TITLE}</h1><p class=meta>{line}</p><p>2026-10-28</p><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>"
    found = read(html).published
    assert found is None or found.value.isoformat() == "2026-10-28"


@pytest.mark.parametrize(
    "line", ["Version 04.11.26 of the program", "Firmware 4.11.26.1", "p. 4.11"]
)
def test_the_number_of_a_version_is_no_day(line: str) -> None:
    assert labels(line) == []


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("WIB", "+07:00"),
        ("WITA", "+08:00"),
        ("ICT", "+07:00"),
        ("SAST", "+02:00"),
        ("PKT", "+05:00"),
    ],
)
def test_zones_that_are_named_by_letters(zone: str, offset: str) -> None:
    assert [text for _, text in labels(f"4 November 2026, 15:07 {zone}")] == [
        f"2026-11-04T15:07:00{offset}"
    ]


def test_of_two_statements_of_a_minute_the_one_that_says_its_zone_wins() -> None:
    found = read(
        f"<main><h1>{TITLE}</h1><p class=meta>2026-11-04 15:07</p><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>",
        zone="UTC",
        head="<meta property=article:published_time content=2026-11-04T15:07:00+07:00>",
    )
    assert found.published is not None
    assert found.published.value.isoformat().startswith("2026-11-04T15:07:00+07:00")


def test_a_time_beside_a_day_without_its_year_is_the_time_of_that_day() -> None:
    found = read(
        f"<main><h1>{TITLE}</h1><p class=meta>11-04 18:05</p><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>",
        head="<meta name=pubdate content=2026-11-04>",
    )
    assert found.published is not None
    assert found.published.value.isoformat().startswith("2026-11-04T18:05")


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<div class=by>Ann Roth</div>", "Ann Roth"),
        ("<p><a href=/author/77>Ann Roth</a></p>", "Ann Roth"),
        ("<p>Ann Roth - Harbour Gazette</p>", "Ann Roth"),
        (
            "<div class=byline>By <a rel=author href=/a/1>Ann Roth</a> and <a rel=author href=/a/2>Piet Vos</a></div>",
            "Ann Roth, Piet Vos",
        ),
        ("<p class=author>Propos recueillis par Anne Rouvier</p>", "Anne Rouvier"),
    ],
)
def test_bylines_of_other_templates(byline: str, author: str) -> None:
    head = "<meta property=og:site_name content='Harbour Gazette'>"
    assert (
        written(
            f"<main><h1>{TITLE}</h1>{byline}<p class=meta>4 November 2026</p><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>",
            head,
        )
        == author
    )


def test_the_author_named_in_open_graph_is_read() -> None:
    body = f"<main><h1>{TITLE}</h1><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>"
    assert written(body, "<meta property=og:article:author content='Ann Roth'>") == "Ann Roth"


def test_a_reference_to_another_object_of_the_page_is_followed() -> None:
    graph = json.dumps(
        {
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "NewsArticle", "headline": TITLE, "author": {"@id": "#p7"}},
                {"@type": "Person", "@id": "#p7", "name": "Ann Roth"},
            ],
        }
    )
    found = read(
        f"<main><h1>{TITLE}</h1><div class=text>{paragraphs(ONE, TWO, THREE)}</div></main>",
        head=f"<script type=application/ld+json>{graph}</script>",
    )
    assert found.author == "Ann Roth"


@pytest.mark.parametrize(
    ("one", "source"),
    [
        (f"GUIYANG, Nov. 3 (Xinhua) -- {ONE}", "Xinhua"),
        (f"GUIYANG, 3 November (Xinhua) — {ONE}", "Xinhua"),
    ],
)
def test_the_agency_of_a_dateline_is_the_source(one: str, source: str) -> None:
    body = f"<main><h1>{TITLE}</h1><p class=meta>4 November 2026</p><div class=text>{paragraphs(one, TWO, THREE)}</div></main>"
    assert read(body).source == source


@pytest.mark.parametrize(
    "below",
    [
        "<p>박지은 기자 park@harbour.test</p>",
        "<p>박지은 기자</p><p>park@harbour.test</p>",
        "<p>文/记者 王小明</p>",
        "<p>（记者 王小明 通讯员 李 明）</p>",
        "<p><em>Ann Roth</em></p>",
        "<p>Von Ina Roth</p>",
        "<p>Por Marcos Teles — Lages</p>",
        "<p>Found a mistake? Select it and press Ctrl+Enter</p>",
    ],
)
def test_row_361_who_wrote_is_no_part_of_the_text(below: str) -> None:
    assert text_of(below=below) == (ONE, THREE)


@pytest.mark.parametrize(
    "said",
    ["Ann Roth chairs the board.", "记者 证", "<em>More than a quay</em>", "park@harbour.test"],
)
def test_a_last_line_that_is_no_signature_stays(said: str) -> None:
    assert text_of(below=f"<p>{said}</p>")[0] == ONE
    assert text_of(below=f"<p>{said}</p>")[1] != THREE


@pytest.mark.parametrize(
    "above",
    [
        "<p>3rd March</p>",
        "<p>Por Marcos Teles — Lages</p>",
        "<h2>Descrizione</h2>",
        "<h3>Beschreibung</h3>",
        "<h2>正文</h2>",
        "<h2>Περιγραφή</h2>",
    ],
)
def test_what_a_template_prints_over_any_text_is_no_part_of_it(above: str) -> None:
    assert text_of(above=above) == (ONE, THREE)


@pytest.mark.parametrize(
    "led",
    [
        "Te puede interesar:",
        "Leggi pure:",
        "Czytaj też:",
        "Читайте також:",
        "Baca selengkapnya:",
        "Διαβάστε επίσης:",
        "اقرأ المزيد:",
        "あわせて読みたい：",
        "관련뉴스:",
    ],
)
def test_a_teaser_of_another_article_is_no_part_of_the_text(led: str) -> None:
    teaser = f"<p><strong>{led}</strong> <a href=/news/article/1712/ferry>Ferry to the island runs again</a></p>"
    body = read(
        f"<main><h1>{TITLE}</h1><p class=meta>4 November 2026</p><div class=text>{paragraphs(ONE)}{teaser}{paragraphs(TWO, THREE)}</div></main>"
    ).body
    assert "Ferry to the island" not in body
    assert TWO in body


def test_a_korean_reporter_is_read_from_the_line_with_the_mail() -> None:
    body = f"<main><h1>{TITLE}</h1><p class=meta>2026-11-04</p><div class=text>{paragraphs(ONE, TWO, THREE)}<p>박지은 기자 park@harbour.test</p></div></main>"
    assert written(body) == "박지은"


def test_a_name_in_letters_that_stand_out_below_the_text_signs_it() -> None:
    body = f"<main><h1>{TITLE}</h1><p class=meta>2026-11-04</p><div class=text>{paragraphs(ONE, TWO, THREE)}<p><em>Ann Roth</em></p></div></main>"
    assert written(body) == "Ann Roth"

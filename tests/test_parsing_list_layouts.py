"""Lists that no rule describes: which block is the list, and what its rows say.

Every page is of our making, in a shape that portals use.
"""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parsing.lists.read import read_any
from scraper.parsing.types import FoundRow, ListReading
from storage.types import Outcome, Precision
from tests.support.effort import cpu
from tests.support.examples import examples
from tests.support.make import capture

URL = "http://www.practice.test/news/index.html"
NAV = "<ul class=nav><li><a href=/>首页</a><li><a href=/yw/>要闻动态</a><li><a href=/gg/>通知公告</a><li><a href=/zc/>政策文件</a><li><a href=/hd/>互动交流</a></ul>"
SIDE = "<div class=side><h3>热点推荐</h3><ul><li><a href=/h/1.html>别处的一条热点新闻</a><li><a href=/h/2.html>别处的另一条热点新闻</a><li><a href=/h/3.html>别处的第三条热点新闻</a></ul></div>"
FOOT = "<div class=footer><a href=/map.html>网站地图</a> <a href=/us.html>联系我们</a> <a href=http://beian.test/>某ICP备00000000号</a></div>"
TITLES = (
    "City opens forty laboratories to companies",
    "Mayor visits the science park in the north",
    "Data centre goes into service this spring",
    "New rules for small firms take effect soon",
    "Students win the robot cup for third time",
)


def read(html: str, url: str = URL, zone: str = "Asia/Shanghai") -> ListReading:
    body = f"<!doctype html><html><head><meta charset=utf-8><title>News</title></head><body>{html}</body></html>"
    return read_any(capture(body.encode(), url=url, final_url=url, headers=()), zone)


def facts(reading: ListReading) -> list[tuple[str, str | None]]:
    """The end of each address and the date."""
    return [(row.url.rpartition("/")[2], iso(row)) for row in reading.rows]


def iso(row: FoundRow) -> str | None:
    return row.published.iso if row.published else None


def days(reading: ListReading) -> list[str | None]:
    return [iso(row) for row in reading.rows]


def items(shape: str, dates: tuple[str, ...]) -> str:
    """The shape once for every date; `{n}`, `{t}` and `{d}` are number, title and date."""
    return "".join(
        shape.format(n=n, t=TITLES[n % len(TITLES)], d=date) for n, date in enumerate(dates)
    )


DATES = ("2026-02-28", "2026-02-25", "2026-02-20", "2026-01-30")
EXPECTED = [(f"c_{n}.htm", date) for n, date in enumerate(DATES)]
SHAPES = {
    "ul": "<ul>@</ul>|<li><a href=c_{n}.htm>{t}</a><span>{d}</span></li>",
    "date first": "<ul>@</ul>|<li><span>[{d}]</span><a href=c_{n}.htm>{t}</a></li>",
    "table": "<table><tr><th>Date</th><th>Title</th></tr>@</table>|<tr><td>{d}</td><td><a href=c_{n}.htm>{t}</a></td></tr>",
    "cards": "<div>@</div>|<div class=card><a href=c_{n}.htm><img src=i{n}.png></a><h3><a href=c_{n}.htm>{t}</a></h3><p>What the story says, at some length, number {n}.</p><div class=d>{d}</div></div>",
    "linked cards": "<div>@</div>|<a class=card href=c_{n}.htm><div class=title>{t}</div><div class=sum>What the story says, at some length, number {n}.</div><div class=d>{d}</div></a>",
    "dt and dd": "<dl>@</dl>|<dt><a href=c_{n}.htm>{t}</a></dt><dd>{d}</dd>",
    "dt with date": "<dl>@</dl>|<dt>{d}</dt><dd><a href=c_{n}.htm>{t}</a></dd>",
    "flat, after": "<div>@</div>|<a href=c_{n}.htm>{t}</a> {d}<br>",
    "flat, before": "<p>@</p>|Filed {d}<br><a href=c_{n}.htm>{t}</a><br>by the registry<br><br>",
    "two rows each": "<table>@</table>|<tr><td><a href=c_{n}.htm>{t}</a></td><td>{d}</td></tr><tr><td colspan=2>What the story says, at some length, number {n}.</td></tr>",
    "headings": "<div>@</div>|<h3><a href=c_{n}.htm>{t}</a></h3><p>Posted on {d} by the office</p>",
    "only a number linked": "<table>@</table>|<tr><td>{d}</td><td><a href=c_{n}.htm>26-0{n}</a></td><td>{t}</td></tr>",
    "layout tables": "<table><tr><td>@</td></tr></table>|<table><tr><td>·<a href=c_{n}.htm>{t}</a></td><td>({d})</td></tr></table>",
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("around", ["bare", "in a page"])
def test_rows_of_every_shape(name: str, around: str) -> None:
    frame, _, shape = SHAPES[name].partition("|")
    html = frame.replace("@", items(shape, DATES))
    if around == "in a page":
        html = f"{NAV}<div class=wrap><div class=main><h2>News</h2>{html}</div>{SIDE}</div>{FOOT}"
    reading = read(html)
    assert facts(reading) == EXPECTED
    assert [row.title for row in reading.rows] == list(TITLES[:4])
    assert not any(row.off_site for row in reading.rows)


PARTIES = (
    "Harbour Mills, Ltd. v. Town of Eastlea",
    "State v. Penrose",
    "In re Marriage of Attwell",
    "People v. Quill",
    "Orchard Bank v. Dunn et al.",
)
BESIDE = {
    "the number is linked, the panel is as long": "<table><tr><th>Date</th><th>Case Number</th><th>Case Name</th><th>Panel</th></tr>@</table>|<tr><td>{d}</td><td><a href=c_{n}.htm>26-010{n}</a></td><td>{t}</td><td>Robert B. Alder, James A. Birch, Henry F. Cedar, Diana G. Dogwood</td></tr>",
    "no names above, the court stands first": "<table>@</table>|<tr><td>Court of Appeals</td><td>{t}</td><td>{d}</td><td><a href=c_{n}.htm>SC2010{n}</a></td></tr>",
    "a number with words before it": "<table>@</table>|<tr><td>{d}</td><td>Criminal No. 2026-010{n}<br>{t}</td><td>Doc No. <a href=c_{n}.htm>4{n}</a> (order)<br>by Judge Paul L. Elm</td></tr>",
    "codes of several words are linked": "<table>@</table>|<tr><td><a href=c_{n}.htm>2 CA-CR 2026-010{n}</a></td><td><font>{t}</font></td><td>Opinion Filed: {d}</td></tr>",
    "labels in the row": "<div>@</div>|<div class=r><div><a href=c_{n}.htm>26-010{n}</a> <i>32.9 Mb</i></div><div><p>{t}</p><p><i>Judges: </i>Alder, Birch, Cedar</p><p><i>Arguing: </i>John P. Firth, Susan Y. Gorse (FERC), Case B. Rowan</p><p><i>{d}</i></p></div></div>",
    "a label before the headline": "<table>@</table>|<tr><td><b>Docket #: </b><a href=c_{n}.htm>26-010{n}-cv</a></td><td><b>Date: </b>{d}<br><b>Caption: </b>{t}<br><b>Type: </b>/decisions/OPN</td></tr>",
    "in one line with its date": "<pre>@</pre>|<a href=c_{n}.htm>26010{n}P.pdf</a>   {d}  {t}\n   Court of Appeals Case No:  26-010{n}\n   District Court for the Eastern District\n\n",
    "and its date at the end": "<table>@</table>|<tr><td>{d}</td><td>B32010{n}<br>[<a href=c_{n}.htm>PDF</a>]</td><td><span>{t} {d} CA2/7</span></td></tr>",
    "in a run of text": "<div>@</div>|<p><a href=c_{n}.htm>26-010{n}</a>, {t} ({d})</p>",
    "with several documents": "<ul>@</ul>|<li><strong>{t}</strong>, No. 26-010{n} ({d}) <a href=c_{n}.htm>Opinion</a> | <a href=/cite/{n}>Cite</a></li>",
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_the_headline_beside_a_linked_number_is_the_rows(name: str) -> None:
    frame, _, shape = BESIDE[name].partition("|")
    days = ("2026-02-28", "2026-02-25", "2026-02-20", "2026-01-30", "2026-01-29")
    rows = "".join(shape.format(n=n, t=PARTIES[n], d=day) for n, day in enumerate(days))
    reading = read(NAV + frame.replace("@", rows) + FOOT)
    assert facts(reading) == [(f"c_{n}.htm", day) for n, day in enumerate(days)]
    for row, title in zip(reading.rows, PARTIES, strict=True):
        assert title in row.title
        assert len(row.title) < len(title) + 16


BETWEEN = {
    "a heading above": "<div>@</div>|<h4>{t}</h4><p>26-010{n} — {d}</p><p><a href=c_{n}.htm>Read the opinion</a></p>",
    "bold text above": "<div>@</div>|<b>{t}</b><br>26-010{n}<br>Filed: {d}<br><a href=c_{n}.htm>View</a><br><br>",
    "the next row of the table": "<table>@</table>|<tr><td><a href=c_{n}.htm>26-010{n}</a></td><td>{d}</td></tr><tr><td colspan=2>{t}</td></tr>",
    "a paragraph below": "<div>@</div>|<p><a href=c_{n}.htm>2026-KK-010{n}</a></p><p>{t} (Parish of Wold) {d}</p><p>AFFIRMED. SEE OPINION.</p>",
    "a table for each": "@|<table><tr><td>Case Name:</td><td>{t}</td></tr><tr><td>Filed:</td><td>{d}</td></tr><tr><td>Opinion:</td><td><a href=c_{n}.htm>View</a></td></tr></table>",
    "at the head of a paragraph": "<div>@</div>|<p><a href=c_{n}.htm>010{n}26</a> <b>{t}</b> {d} In a case that is numbered {n} among several the court below did not err in its ruling upon the demurrer, and its judgment is affirmed in every part.</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", BETWEEN)
@pytest.mark.parametrize("more", ["", "<p>The end of the page.</p>"])
def test_the_headline_above_or_below_a_row_is_its_own(name: str, more: str) -> None:
    frame, _, shape = BETWEEN[name].partition("|")
    days = ("2026-02-28", "2026-02-25", "2026-02-20", "2026-01-30", "2026-01-29")
    rows = "".join(shape.format(n=n, t=PARTIES[n], d=day) for n, day in enumerate(days))
    reading = read(f"{NAV}<div><h1>Opinions</h1>{frame.replace('@', rows)}</div>{more}{FOOT}")
    assert facts(reading) == [(f"c_{n}.htm", day) for n, day in enumerate(days)]
    assert [row.title.startswith(title) for row, title in zip(reading.rows, PARTIES, strict=True)]
    assert all(title in row.title for row, title in zip(reading.rows, PARTIES, strict=True))


ROW_FEET = {
    "English": ("Permalink", "Comments ({n})", "more »"),
    "Chinese": ("固定链接", "{n} 条评论", "阅读全文"),
    "German": ("Permanenter Link", "Kommentar schreiben", "weiterlesen"),
    "French": ("Permalien", "Aucun commentaire", "Lire la suite"),
    "Spanish": ("Enlace permanente", "Comentarios ({n})", "Leer más"),
    "Japanese": ("固定リンク", "コメント({n})", "続きを読む"),
}
WITH_FEET = {
    "tables": (
        "<table class=NewsItem><tr><td class=Header>@</td></tr><tr><td><p>{text}</p></td></tr>"
        "<tr><td align=right>{foot}</td></tr><tr><td><hr></td></tr></table>"
    ),
    "boxes": "<div class=post><div class=head>@</div><div class=text>{text}</div><div class=foot>{foot}</div></div>",
    "plain": "<li><p>@</p><p>{text}</p><p>{foot}</p></li>",
}


@pytest.mark.parametrize("language", ROW_FEET)
@pytest.mark.parametrize("shape", WITH_FEET)
def test_a_row_with_a_permalink_and_comments_is_one_row_under_its_headline(
    shape: str, language: str
) -> None:
    permalink, comments, more = ROW_FEET[language]
    rows = ""
    for n, day in enumerate(DATES):
        short = n % 2  # a short text is shown whole, and its headline leads nowhere
        title = TITLES[n] if short else f"<a href=/n/{n}/story.htm>{TITLES[n]}</a>"
        head = f"<b>{title}</b><br><span>Posted {day}</span>"
        text = "The office is closed on Monday for the holiday of the town."
        if not short:
            text = f"The council heard for two hours how the works of part {n} went and what... <a href=/n/{n}/story.htm>{more}</a>"
        foot = f"<a href=/n/{n}/story.htm>{permalink}</a> | <a href=/n/{n}/story.htm#comments>{comments.format(n=n)}</a>"
        rows += WITH_FEET[shape].replace("@", head).format(text=text, foot=foot)
    read_rows = read(f"{NAV}<div id=list>{rows}</div>{FOOT}").rows
    assert [(row.title, iso(row)) for row in read_rows] == [*zip(TITLES, DATES, strict=False)]


def test_headlines_about_comments_stay_headlines() -> None:
    said = (
        "Comments on the budget",
        "No comment from the mayor",
        "评论员：怎样读报",
        "Permalinks explained",
        "Kommentare zur Wahl",
    )
    rows = "".join(
        f"<li><a href=/n/{n}.htm>{t}</a> 2026-02-0{n}</li>" for n, t in enumerate(said, 1)
    )
    assert [row.title for row in read(f"<ul>{rows}</ul>").rows] == [*said]


@pytest.mark.parametrize(
    "group",
    [
        "<p><b>{d} - Opinions</b></p><ul>@</ul>|<li><a href=c_{n}.htm>26-010{n} - {t}</a></li>",
        "<table><caption>Decided {d}</caption>@</table>|<tr><td><a href=c_{n}.htm>{t}</a></td><td>26-010{n}</td></tr>",
    ],
)
def test_groups_of_a_single_row_are_not_lost(group: str) -> None:
    frame, _, shape = group.partition("|")
    html, expected = "", []
    for day, numbers in (("2026-02-28", (0, 1)), ("2026-02-25", (2,)), ("2026-01-30", (3,))):
        rows = "".join(shape.format(n=n, t=PARTIES[n]) for n in numbers)
        html += frame.replace("{d}", day).replace("@", rows)
        expected += [(f"c_{n}.htm", day) for n in numbers]
    assert facts(read(f"{NAV}<div>{html}</div>{SIDE}{FOOT}")) == expected


def test_a_date_among_the_words_of_every_link_is_the_last_resort() -> None:
    shape = "<p><a href=c_{n}.htm>2026 OK {n}, {d}, {t}</a></p>"
    html = f"<div>{items(shape, DATES)}</div>{SIDE}"
    assert facts(read(html)) == EXPECTED


def test_a_title_attribute_counts_from_the_links_own_words_on() -> None:
    shape = "<li><a href=c_{n}.htm title='Permalink to {t} at last'>{w}</a> {d}</li>"
    whole = read(f"<ul>{items(shape.replace('{w}', '{t}'), DATES)}</ul>")
    assert [row.title for row in whole.rows] == [f"{title} at last" for title in TITLES[:4]]
    cut = read(f"<ul>{items(shape.replace('{w}', '{t:.20}…'), DATES)}</ul>")
    assert [row.title for row in cut.rows] == [f"{title} at last" for title in TITLES[:4]]
    same = read(f"<ul>{items(shape.replace(' at last', '').replace('{w}', '{t}'), DATES)}</ul>")
    assert [row.title for row in same.rows] == list(TITLES[:4])


def test_the_index_of_its_folder_is_the_page_itself() -> None:
    html = f"<ul>{items('<li><a href=c_{n}.htm>{t}</a> {d}</li>', DATES)}</ul><li><a href=index.html>The first page 2026-02-28</a></li>"
    assert facts(read(html, URL.removesuffix("index.html"))) == EXPECTED


def test_numbers_in_headlines_do_not_make_them_numbers() -> None:
    shape = "<li><a href=c_{n}.htm>第{n}号公告</a> <span>{d}</span><p>关于公布本市高新技术企业名单的通知</p></li>"
    reading = read(f"<ul>{items(shape, DATES)}</ul>")
    assert len({row.title for row in reading.rows}) == len(DATES)


def test_summaries() -> None:
    frame, _, shape = SHAPES["cards"].partition("|")
    reading = read(frame.replace("@", items(shape, DATES)))
    assert [row.summary for row in reading.rows] == [
        f"What the story says, at some length, number {n}." for n in range(4)
    ]


SAID = "What the story says, at some length, in a sentence"


@pytest.mark.parametrize(
    "shape",
    [
        "<div>@</div>|<h3><a href=/n/c_{n}.htm>{t}</a></h3><p>" + SAID + "</p>",
        "<dl>@</dl>|<dt><a href=/n/c_{n}.htm>{t}</a></dt><dd>" + SAID + "</dd>",
        "<ul>@</ul>|<li><h3><a href=/n/c_{n}.htm>{t}</a></h3><p>{d} " + SAID + "</p></li>",
        "<ul>@</ul>|<li><a href=/n/c_{n}.htm>{t}</a><p>" + SAID + " ({d})</p></li>",
    ],
    ids=["under a heading", "definition", "behind the date", "before the date"],
)
def test_a_summary_stands_under_a_headline_or_beside_a_date(shape: str) -> None:
    frame, _, row = shape.partition("|")
    foot = "<div><p>All that is said here is said by the city's own press office, since 1999.</p></div>"
    reading = read(NAV + frame.replace("@", items(row, DATES)) + foot + FOOT)
    assert [row.summary for row in reading.rows] == [SAID] * 4
    assert days(reading) == (list(DATES) if "{d}" in row else [None] * 4)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (("02-28", "02-25", "12-30"), ["2026-02-28", "2026-02-25", "2025-12-30"]),
        (("2026年2月28日", "2026年2月5日", "2025年12月30日"), ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("28 February 2026", "5 February 2026", "30 December 2025"), ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("02/03/2026", "01/30/2026", "12/02/2025"), ["2026-02-03", "2026-01-30", "2025-12-02"]),
        (("02/03/2026", "28/02/2026", "12/02/2026"), ["2026-03-02", "2026-02-28", "2026-02-12"]),
        (("2-27-26", "2-26-26", "1-5-26"), ["2026-02-27", "2026-02-26", "2026-01-05"]),
        (("28Feb26", "5Feb26", "30Dec25"), ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("2/3/2026 9:15:00 AM", "2/2/2026 1:12:03 PM", "1/2/2026 9:00:01 AM"),
         ["2026-02-03T09:15:00+08:00", "2026-02-02T13:12:03+08:00", "2026-01-02T09:00:01+08:00"]),
        (("<em>28</em><i>2026-02</i>", "<em>05</em><i>2026-02</i>", "<em>30</em><i>2025-12</i>"),
         ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("<div>28</div><div>2026-02</div>", "<div>05</div><div>2026-02</div>", "<div>30</div><div>2025-12</div>"),
         ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("<p>Feb</p><p>28</p><p>2026</p>", "<p>Feb</p><p>5</p><p>2026</p>", "<p>Dec</p><p>30</p><p>2025</p>"),
         ["2026-02-28", "2026-02-05", "2025-12-30"]),
        (("<b>02-28</b><p>2026</p>", "<b>02-05</b><p>2026</p>", "<b>12-30</b><p>2025</p>"),
         ["2026-02-28", "2026-02-05", "2025-12-30"]),
    ],
)  # fmt: skip
def test_dates_are_read_as_the_whole_list_shows(
    written: tuple[str, ...], expected: list[str]
) -> None:
    reading = read(f"<ul>{items('<li><a href=c_{n}.htm>{t}</a><div>{d}</div></li>', written)}</ul>")
    assert days(reading) == expected


def test_a_page_saved_long_ago_is_not_of_today_whatever_it_says_in_relation_to_itself() -> None:
    row = "<li><a href=/2021/0302/c_{n}.htm>{t}</a> <span>{d}</span></li>"
    reading = read(f"<ul>{items(row, ('20分钟前', '3小时前', '昨天'))}</ul>")
    assert set(days(reading)) == {"2021-03-02"}


@pytest.mark.parametrize(
    ("written", "expected", "precision"),
    [
        ("3 days ago", "2026-02-27", Precision.DAY),
        ("昨天", "2026-03-01", Precision.DAY),
        ("前天 21:51", "2026-02-28T21:51:00+08:00", Precision.MINUTE),
        ("3小时前", "2026-03-02", Precision.DAY),
        ("13 hours ago", "2026-03-01", Precision.DAY),
        ("25分钟前", "2026-03-02T11:35:00+08:00", Precision.MINUTE),
        ("2 weeks ago", "2026-02", Precision.MONTH),
        ("3 weeks, 4 days ago", "2026-02-05", Precision.DAY),
        ("3\xa0weeks,\xa04\xa0days\xa0ago", "2026-02-05", Precision.DAY),
        ("2 months, 1 week ago", "2025-12", Precision.MONTH),
        ("1 year, 3 months ago", "2024-12", Precision.MONTH),
        ("2 days and 3 hours ago", "2026-02-28", Precision.DAY),
        ("1 hour, 5 minutes ago", "2026-03-02T10:55:00+08:00", Precision.MINUTE),
        ("an hour ago", "2026-03-02", Precision.DAY),
        ("il y a 3 jours", "2026-02-27", Precision.DAY),
        ("vor 2 Tagen", "2026-02-28", Precision.DAY),
        ("vor 5 Minuten", "2026-03-02T11:55:00+08:00", Precision.MINUTE),
        ("hace 1 semana y 2 días", "2026-02-21", Precision.DAY),
        ("há 4 dias", "2026-02-26", Precision.DAY),
        ("3 giorni fa", "2026-02-27", Precision.DAY),
        ("3 дня назад", "2026-02-27", Precision.DAY),
        ("2 dni temu", "2026-02-28", Precision.DAY),
        ("3日前", "2026-02-27", Precision.DAY),
        ("2시간 전", "2026-03-02", Precision.DAY),
        ("منذ 3 أيام", "2026-02-27", Precision.DAY),
        ("3 ngày trước", "2026-02-27", Precision.DAY),
        ("3 dagen geleden", "2026-02-27", Precision.DAY),
        ("gestern", "2026-03-01", Precision.DAY),
        ("hier à 08:15", "2026-03-01T08:15:00+08:00", Precision.MINUTE),
        ("сегодня", "2026-03-02", Precision.DAY),
        ("2个月前", "2026-01", Precision.MONTH),
        ("Yesterday", "2026-03-01", Precision.DAY),
        ("today", "2026-03-02", Precision.DAY),
    ],
)
def test_relative_dates_are_stored_as_exactly_as_they_are_known(
    written: str, expected: str, precision: Precision
) -> None:
    html = items("<li><a href=c_{n}.htm>{t}</a><i>{d}</i></li>", (written,) * 3)
    for row in read(f"<ul>{html}</ul>").rows:
        assert row.published is not None
        assert (row.published.iso, row.published.precision) == (expected, precision)


def test_dates_above_groups_of_rows() -> None:
    groups = (("February 27, 2026", 2), ("February 20, 2026", 1), ("January 30, 2026", 3))
    html, number = "", 0
    for date, count in groups:
        rows = "".join(f"<li><a href=d{number + n}.pdf>{TITLES[n]}</a></li>" for n in range(count))
        html += f"<p><b>Published on {date}:</b></p><ul>{rows}</ul>"
        number += count
    reading = read(html)
    expected = ["2026-02-27"] * 2 + ["2026-02-20"] + ["2026-01-30"] * 3
    assert days(reading) == expected
    assert {row.dated_by for row in reading.rows} == {"heading"}


def test_dates_in_rows_of_a_table_above_groups() -> None:
    html = "<table>"
    for date in ("2026-02-27", "2026-02-20"):
        html += f"<tr><td colspan=2>{date}</td></tr>" + "".join(
            f"<tr><td>{n}</td><td><a href={date}-{n}.pdf>{TITLES[n]}</a></td></tr>"
            for n in range(3)
        )
    assert days(read(html + "</table>")) == ["2026-02-27"] * 3 + ["2026-02-20"] * 3


def test_a_date_at_the_top_of_the_page_is_no_rows_date() -> None:
    rows = "".join(f"<li><a href=c_{n}.htm>{title}</a></li>" for n, title in enumerate(TITLES))
    page = f"<div class=top>Today is Monday, 2026-03-02, welcome to the site of the city</div>{NAV}<h2>News</h2><ul>{rows}</ul>"
    assert days(read(page)) == [None] * 5


@pytest.mark.parametrize("around", ["<nav id=gnb>{}</nav>", "<div class=in>{}</div>"])
def test_the_weather_of_today_dates_no_menu(around: str) -> None:
    menu = "".join(
        f"<li class=d1><a href=/portal/page.do?menuNo=30{n:02}0>Permits {n}</a></li>"
        for n in range(40)
    )
    today = "<p class=weather>2026.03.02. (월) 맑음 3℃</p>"
    rows = items(
        "<tr><td>{n}</td><td><a href=/view.do?no=7{n}1>{t}</a></td><td>{d}</td></tr>",
        ("2026.02.27", "2026.02.26", "2026.02.20"),
    )
    found = read(
        f"<header>{today}{around.format(f'<ul>{menu}</ul>')}</header><table>{rows}</table>"
    )
    assert days(found) == ["2026-02-27", "2026-02-26", "2026-02-20"]


@pytest.mark.parametrize("shape", [
    "<li><a href=/c_10{n}.htm>{t}</a></li>",
    "<li><h3><a href=/{d}-in-some-words>{t}</a></h3><p>What the story says, at some length, and then in some more words.</p></li>",
])  # fmt: skip
def test_a_large_menu_is_no_list_of_news(shape: str) -> None:
    menu = "".join(f"<li><a href=/s{n}/>Department of public works {n}</a></li>" for n in range(60))
    news = items(shape, ("a-story", "b-story", "c-story", "d-story", "e-story"))
    assert [
        row.title for row in read(f"<div><ul>{menu}</ul></div><div><ul>{news}</ul></div>").rows
    ] == list(TITLES)


def test_the_day_in_the_address_is_the_last_resort() -> None:
    rows = "".join(
        f"<li><a href=2026-02/2{n}/c_{n}.htm>{title}</a></li>" for n, title in enumerate(TITLES)
    )
    reading = read(f"{NAV}<ul>{rows}</ul>")
    assert days(reading) == [f"2026-02-2{n}" for n in range(5)]
    assert {row.dated_by for row in reading.rows} == {"address"}


def test_a_missing_year_is_the_one_of_the_address() -> None:
    rows = "".join(
        f"<li><a href=202202/t2022022{n}_{n}.html>{title}</a><span>02-2{n}</span></li>"
        for n, title in enumerate(TITLES)
    )
    assert days(read(f"<ul>{rows}</ul>")) == [f"2022-02-2{n}" for n in range(5)]


def test_rows_that_leave_the_site_say_so() -> None:
    links = (
        "c_1.htm",
        "https://mp.weixin.qq.com/s/abc",
        "http://www.elsewhere.test/a/1.html",
        "http://kjj.practice.test/1.html",
    )
    rows = "".join(
        f"<li><a href='{link}'>{TITLES[n]}</a><span>2026-02-2{n}</span></li>"
        for n, link in enumerate(links)
    )
    assert [row.off_site for row in read(f"<ul>{rows}</ul>").rows] == [False, True, True, False]


def test_documents_are_rows_and_further_files_stand_in_theirs() -> None:
    rows = "".join(
        f"<tr><td>2026-02-2{n}</td><td>[<a href=/d/{n}.pdf>PDF</a>] [<a href=/d/{n}.doc>DOC</a>]</td><td>{TITLES[n]} <a href=http://search.test/?n={n}>Details</a></td></tr>"
        for n in range(4)
    )
    reading = read(f"<table>{rows}</table>")
    assert facts(reading) == [(f"{n}.pdf", f"2026-02-2{n}") for n in range(4)]
    assert reading.rows[0].title == TITLES[0]
    assert reading.rows[0].files == ("http://www.practice.test/d/0.doc",)


def test_two_documents_of_one_row_are_two_rows() -> None:
    rows = "".join(
        f"<tr><td>2026-02-2{n}</td><td>{TITLES[n]}</td><td>Doc No. <a href=show?{n}-1>{n}41</a><br>Doc No. <a href=show?{n}-2>{n}42</a></td></tr>"
        for n in range(3)
    )
    assert facts(read(f"<table>{rows}</table>"))[:2] == [
        ("show?0-1", "2026-02-20"),
        ("show?0-2", "2026-02-20"),
    ]


def test_the_column_that_is_published_wins_over_other_dates() -> None:
    rows = "".join(
        f"<li><h4><a href=c_{n}.htm>{TITLES[n]}</a></h4><p>成文日期：2025-12-1{n}</p><p>发布日期：2026-02-2{n}</p><p>截止日期：2026-01-1{n}</p></li>"
        for n in range(4)
    )
    assert days(read(f"<ul>{rows}</ul>")) == [f"2026-02-2{n}" for n in range(4)]


def test_links_that_only_a_script_follows() -> None:
    rows = "".join(
        f"<li><a href='javascript:void(0)' onclick=\"window.open('/art/{n}.html')\">{TITLES[n]}</a><span>2026-02-2{n}</span></li>"
        for n in range(4)
    )
    assert facts(read(f"<ul>{rows}</ul>"))[0] == ("0.html", "2026-02-20")


SCRIPTED = {
    "an array of objects": "<div id=l></div><script>var list = [@]; show(list);</script>|{{title: '{t}', url: \"c_{n}.htm\", date: '{d}'}},",
    "data of the page's program": "<script type=application/json>{{\"props\": {{\"items\": [@null]}}}}</script>|{{\"headline\": \"{t}\", \"path\": \"/news/c_{n}.htm\", \"pubDate\": \"{d}\"}},",
    "one call a row": "<script>var l = new Array();@</script>|\nl[{n}] = new Array('c_{n}.htm', '{t}', '{d}');",
    "pushed one by one": "<script>/* rows */ var l = [];@</script>|\nl.push({{'id': {n}, 'linkTitle': '{t}', 'href': './c_{n}.htm', 'time': \"{d} 10:00\"}});",
    "written in place": "<ul><script>@</script></ul>|document.write('<li><a href=\"c_{n}.htm\">' + '{t}' + '<\\/a><span>{d}</span></li>');",
    "written with variables": "<ul><script>@</script></ul>|\nvar name = \"{t}\"; // a comment\ndocument.write('<li><a href=\"c_{n}.htm\">'); document.write(name); document.write('</a> {d}</li>');",
    "rows that are clicked": "<table>@</table>|<tr onclick=\"window.location.href='c_{n}.htm'\"><td>{t}</td><td>{d}</td></tr>",
    "clicked with other words": "<ul>@</ul>|<li><a href='javascript:;' onclick=\"show(this, 7, './c_{n}.htm')\">{t}</a> <i>{d}</i></li>",
    "rows with data": "<div>@</div>|<div class=r data-href='c_{n}.htm'><b>{t}</b><p>{d}</p></div>",
    "buttons": "<table>@</table>|<tr><td>{d}</td><td>{t}</td><td><button type=button onclick=\"window.open('c_{n}.htm', '_blank')\">View</button></td></tr>",
    "a card with the headline in bold": "<div>@</div>|<a href=c_{n}.htm><em>{d}</em><strong>{t}</strong><p>What the story says of it, number {n}.</p></a>",
    "links with data": "<ul>@</ul>|<li><a data-url='c_{n}.htm'>{t}</a> {d}</li>",
    "cells without an end": "<table>@</table>|<tr><td>{d}<td><a href=c_{n}.htm>26-010{n}</a><td>{t}<td>per curiam",
    "the date in the link": "<ul>@</ul>|<li><a href=c_{n}.htm>{t}<span>{d}</span></a></li>",
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTED)
def test_rows_that_stand_in_scripts_and_attributes(name: str) -> None:
    frame, _, shape = SCRIPTED[name].partition("|")
    frame = frame.replace("{{", "{").replace("}}", "}").replace("null]", "{}]")
    reading = read(NAV + frame.replace("@", items(shape, DATES)) + SIDE + FOOT)
    assert [(end, day and day[:10]) for end, day in facts(reading)] == EXPECTED
    assert [row.title for row in reading.rows] == list(TITLES[:4])


@pytest.mark.parametrize("piece", ["=[", '"\\', "f(", "/*", "={a:", "document.write(", "<script>"])
def test_scripts_are_read_in_linear_time(piece: str) -> None:
    with cpu() as spent:
        script = 'var x = {"url": "/a/b.html"};' + piece * (500_000 // len(piece))
        read(f"<script>{script}</script><p>text</p>")
    assert spent.under(3), spent


@pytest.mark.parametrize(
    "shape",
    [
        "<ul>@</ul>|<li><a href=/{w}/>{w} and more of it</a></li>",
        "<table>@</table>|<tr><td><a href=/{w}/index.html>{w} of the court</a></td></tr>",
        "<div class=nav>@</div>|<a href=/{w}.html>{w}</a> ",
        "<p>@</p>|<a href=?page={n}>({n})</a> ",
        "<p>Monday, March 2, 2026</p><ul>@</ul>|<li><a href=/wps/portal/z{n}00/{w}>{w} of the state</a></li>",
        "<ul>@</ul>|<li><a href=/about-the-court-and-its-work/{w}>{w} and more</a></li>",
        "<div>@</div>|<div><a href=/index.php?id={n}1>Supreme Court {w}</a></div>",
        "<nav><ul>@</ul></nav>|<li><a href=/col/col{n}2345/index.html>政务公开{w}</a></li>",
        "<div>@</div>|<div class=x><a href=/{w}/about>{w} here</a></div>",
    ],
)
def test_menus_and_pagers_are_no_list(shape: str) -> None:
    frame, _, row = shape.partition("|")
    words = ("Home", "Courts", "Judges", "Forms", "Rules", "Contact", "Careers", "Search")
    rows = "".join(row.format(n=n, w=word) for n, word in enumerate(words, 2))
    reading = read(f"<h1>Opinions</h1><p>None today.</p>{frame.replace('@', rows)}")
    assert (reading.outcome, reading.rows) == (Outcome.EMPTY, ())


@pytest.mark.parametrize(
    "shape",
    [
        "<ul>@</ul>|<li><a href=/a/{n}.html>{t}</a></li>",
        "<ul>@</ul>|<li><a href=/opinions/{n}.pdf>Short words</a></li>",
        "<h2>Opinions filed March 2, 2026</h2><ul>@</ul>|<li><a href=/case/{n}/>State v. Penrose</a></li>",
        "<ul>@</ul>|<li><a href=/art/2026/3/1/art_12_34567{n}.html>新区召开大会</a></li>",
        "<div>@</div>|<div><h3><a href=/news/x{n}>Bridge opens</a></h3><p>It was opened by the mayor, who spoke.</p></div>",
    ],
)  # fmt: skip
def test_a_list_without_dates_is_no_menu(shape: str) -> None:
    assert (
        len(read(shape.partition("|")[0].replace("@", items(shape.partition("|")[2], DATES))).rows)
        == 4
    )


@pytest.mark.parametrize(
    "row",
    [
        "<div><h3><a href=/news/c_1.htm>The only story of the year</a></h3><p>2026-02-28</p></div>",
        "<p>2026-02-28: <a href=/news/c_1.htm>The only story of the year</a></p>",
        "<table><tr><td>2026-02-28</td><td><a href=/news/c_1.htm>The only story of the year</a></td></tr></table>",
    ],
)  # fmt: skip
def test_a_row_alone_beside_a_menu_is_the_list(row: str) -> None:
    side = "".join(f"<li><a href=/{word}/>All about the {word} of it</a></li>" for word in "abcdef")
    html = f"<table><tr><td><ul>{side}</ul></td><td><h1>News</h1>{row}</td></tr></table>"
    assert facts(read(html)) == [("c_1.htm", "2026-02-28")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Argued: 2026-01-05", "Posted: 2026-02-20", "2026-02-20"),
        ("Posted: 2026-02-20", "Argument date: 2026-01-05", "2026-02-20"),
        ("Deadline: 2026-02-28", "Published: 2026-02-20", "2026-02-20"),
        ("Updated: 2026-02-27", "Published: 2026-02-20", "2026-02-20"),
        ("活动时间：2026-02-28", "发布时间：2026-02-20", "2026-02-20"),
    ],
)
@pytest.mark.parametrize("shape", ["line", "row", "column"])
def test_a_date_counts_for_its_label(one: str, other: str, expected: str, shape: str) -> None:
    names = [text.replace("：", ":").split(":")[0] for text in (one, other)]
    values = [text.replace("：", ":").split(":")[1].strip() for text in (one, other)]
    cells = {
        "line": f"<p>{one}</p><p>{other}</p>",
        "row": f"<dl><dt>{names[0]}:</dt><dd>{values[0]}</dd><dt>{names[1]}:</dt><dd>{values[1]}</dd></dl>",
        "column": f"<td>{values[0]}</td><td>{values[1]}</td>",
    }[shape]  # fmt: skip
    if shape == "column":
        rows = items(f"<tr><td><a href=c_{{n}}.htm>{{t}}</a></td>{cells}</tr>", DATES)
        html = f"<table><tr><th>Name</th><th>{names[0]}</th><th>{names[1]}</th></tr>{rows}</table>"
    else:
        html = f"<div>{items(f'<div class=r><h3><a href=c_{{n}}.htm>{{t}}</a></h3>{cells}</div>', DATES)}</div>"
    assert days(read(html)) == [expected] * 4


def test_of_several_days_in_one_line_the_published_one_counts() -> None:
    shape = "<div><h3><a href=c_{n}.htm>{t}</a></h3><p>Posted: {d} | Updated: 02/28/2026 | Hearing: March 1, 2026</p></div>"
    other = "<li><a href=c_{n}.htm>{t}</a><p>成文日期：2026-01-02 发布日期：{d} 有效期至2026-03-01</p></li>"
    written = ("02/20/2026", "02/19/2026", "02/18/2026")
    wanted = ["2026-02-20", "2026-02-19", "2026-02-18"]
    assert days(read(items(shape, written))) == wanted
    assert days(read(f"<ul>{items(other, tuple(wanted))}</ul>")) == wanted


def test_a_cell_that_reaches_into_rows_below_dates_them() -> None:
    rows = ""
    for day, numbers in (("2026-02-28", (0, 1, 2)), ("2026-02-25", (3,)), ("2026-02-20", (4,))):
        for n in numbers:
            span = f"<td rowspan={len(numbers)}>{day}</td>" if n == numbers[0] else ""
            rows += f"<tr>{span}<td><a href=c_{n}.htm>26-010{n}</a></td><td>{PARTIES[n]}</td><td>per curiam</td></tr>"
    reading = read(
        f"<table><tr><th>Date</th><th>No.</th><th>Title</th><th>Judge</th></tr>{rows}</table>"
    )
    assert days(reading) == ["2026-02-28"] * 3 + ["2026-02-25", "2026-02-20"]
    assert [row.title for row in reading.rows] == list(PARTIES)


def test_days_with_dots_are_read_as_the_whole_list_shows() -> None:
    shape = "<ul>@</ul>|<li><a href=c_{n}.htm>{t}</a> <span>{d}</span></li>"
    frame, _, row = shape.partition("|")
    american = ("02.25.2026", "02.11.2026", "02.09.2026", "01.12.2026")
    european = ("25.02.2026", "11.02.2026", "09.02.2026", "12.01.2026")
    wanted = ["2026-02-25", "2026-02-11", "2026-02-09", "2026-01-12"]
    for written in (american, european):
        assert days(read(frame.replace("@", items(row, written)))) == wanted
    unclear = ("11.02.2026", "09.02.2026", "07.02.2026")
    read_as = days(read(frame.replace("@", items(row, unclear))))
    assert read_as == ["2026-02-11", "2026-02-09", "2026-02-07"]


@pytest.mark.parametrize("bad", [b"\x81", b"caf\xe9 \x93so\x94", b"\xff\xfe \xa0"])
def test_a_few_bad_bytes_do_not_refuse_a_list(bad: bytes) -> None:
    html = f"<meta charset=utf-8><title>A @</title><ul>{items('<li><a href=c_{n}.htm>{t}</a> {d}</li>', DATES)}</ul><p>@</p>"
    body = html.encode().replace(b"@", bad)
    reading = read_any(capture(body, url=URL, final_url=URL, headers=()), "Asia/Shanghai")
    assert facts(reading) == EXPECTED


def test_a_page_without_a_list() -> None:
    reading = read("<h1>About us</h1><p>We are the office of the city. " + "Words follow. " * 80)
    assert (reading.outcome, reading.rows) == (Outcome.EMPTY, ())
    assert reading.reason


def test_without_an_address_links_stay_as_they_are_written() -> None:
    rows = items(
        "<li><a href={d}>{t}</a></li>",
        ("a/1.html", "/b/2.html", "../3.html", "http://x.test/4.html"),
    )
    assert [row.url for row in read(f"<ul>{rows}</ul>", url="").rows] == [
        "a/1.html", "/b/2.html", "../3.html", "http://x.test/4.html",
    ]  # fmt: skip
    canonical = f"<link rel=canonical href='http://www.practice.test/a/index.html'><ul>{rows}</ul>"
    reading = read(canonical, url="")
    assert reading.url == "http://www.practice.test/a/index.html"
    assert reading.rows[0].url == "http://www.practice.test/a/a/1.html"


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(
    ["<ul>", "</ul>", "<li>", "<a href=c_1.htm>", "<a href='http://[bad'>", "</a>", "2026-02-28", "<table><tr><td>",
     "</td></tr></table>", "words of a title", "\x00", "<dl><dt>", "<pre>\n", "3 days ago", "31/31/2026", "<source src=/x.mp3>"]
), max_size=60))  # fmt: skip
def test_nothing_on_a_page_makes_it_raise(pieces: list[str]) -> None:
    for address in (URL, ""):
        reading = read("".join(pieces), url=address)
        assert len({row.url for row in reading.rows}) == len(reading.rows)


HOSTILE = {
    "nested": "<div>" * 50_000 + "<a href=x>y</a>",
    "nested links": "<ul><li><a href=c_{0}.htm>some words</a>" * 20_000,
    "flat": "".join(f"<a href=c_{n}.htm>s{n}</a> 2026-02-28 " for n in range(40_000)),
    "digits": "<li><a href=1.htm>" + "1-2-3/" * 200_000 + "</a>",
    "headings": "".join(
        f"<h2>2026-02-28</h2><ul><li><a href={n}>words {n}</a></ul>" for n in range(12_000)
    ),
    "pager": "".join(f"<a href=p_{n}.html>{n}</a>" for n in range(1, 30_000)),
    "call": "<a href=1.htm>" + "createPageHTML(" * 30_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_bounded(name: str) -> None:
    with cpu() as spent:
        read(HOSTILE[name])
    assert spent.under(5), spent


def test_a_headline_of_the_next_row_is_no_summary() -> None:
    """Links in a run of text, a date behind the first alone."""
    long = "What forty laboratories have in common, and what a year of them has changed in the city"
    html = "".join(f"<a href=c_{n}.htm>{t}, {long}</a><br>" for n, t in enumerate(TITLES))
    reading = read(f"<div class=recent>{html}</div>")
    assert len(reading.rows) == len(TITLES)
    assert {row.summary for row in reading.rows} == {""}


def test_a_linked_headline_is_surer_than_a_text_above_another_link() -> None:
    rows = "".join(
        f"<h2><a href=c_{n}.htm>{t}</a></h2><h6>By <a href=/by/{n}>A. B.</a> {n} days ago</h6>"
        f"<p>{t} says the city, and asks {word} what it makes of forty laboratories in the north, "
        f"of which the first has opened.</p>"
        f"<div><p><a href=c_{n}.htm>read more</a> / <a href=c_{n}.htm#c>0 comments</a></p></div>"
        for n, (t, word) in enumerate(zip(TITLES, "abcde", strict=True), 2)
    )
    reading = read(rows)
    titled = {row.url.rpartition("/")[2]: row.title for row in reading.rows}
    assert [titled[f"c_{n}.htm"] for n in range(2, 7)] == list(TITLES)


# Rows in groups by month or year

GROUPED = {
    "a definition list": ("<dl>@</dl>", "<dt>{m} {y}</dt>", "<dd>{d} <a href=c_{n}.htm>{t}</a></dd>"),
    "nested lists": ("<ul>@</ul>", "<li>{m} {y}<ul>|</ul></li>", "<li><b>{d:02}.{k:02}.</b> <a href=c_{n}.htm>{t}</a></li>"),
    "headings": ("<div>@</div>", "<h3>{m} {y} (4)</h3><ul>|</ul>", "<li>{d}: <a href=c_{n}.htm>{t}</a></li>"),
    "weekdays": ("<div>@</div>", "<h3>{y}年{k}月</h3><table>|</table>", "<tr><td>Mon {d}</td><td><a href=c_{n}.htm>{t}</a></td></tr>"),
    "behind": ("<div>@</div>", "<details><summary>{m} {y}</summary>|</details>", "<p><a href=c_{n}.htm>{t}</a> ({d}.)</p>"),
    "days without a year": ("<div>@</div>", "<h2>{y}</h2><ul>|</ul>", "<li>{d} {m} <a href=c_{n}.htm>{t}</a></li>"),
}  # fmt: skip
MONTHS = {(2019, 2, "February"): (27, 25, 20), (2019, 1, "January"): (30, 21), (2018, 12, "Dezember"): (18, 3)}  # fmt: skip


@pytest.mark.parametrize("kind", GROUPED)
def test_the_heading_of_a_group_says_month_and_year(kind: str) -> None:
    around, head, shape = GROUPED[kind]
    groups, expected, n = [], [], 0
    for (year, month, name), days in MONTHS.items():
        rows = ""
        for day in days:
            title = f"{TITLES[n % len(TITLES)]}, part {n}"
            rows += shape.format(d=day, k=month, m=name, n=n, t=title)
            expected.append(f"{year}-{month:02}-{day:02}")
            n += 1
        before, _, after = head.format(m=name, y=year, k=month).partition("|")
        groups.append(before + rows + after)
    reading = read(around.replace("@", "".join(groups)))
    assert [iso(row) for row in reading.rows] == expected
    assert {row.dated_by for row in reading.rows} == {"heading"}


def test_a_group_without_days_gives_the_month() -> None:
    html = "".join(
        f"<h3>{month} 2019</h3><ul>"
        + "".join(f"<li><a href=c_{month}{n}.htm>{t}</a></li>" for n, t in enumerate(TITLES[:3]))
        + "</ul>"
        for month in ("March", "February")
    )
    rows = read(html).rows
    assert [iso(row) for row in rows] == ["2019-03"] * 3 + ["2019-02"] * 3
    assert {row.published.precision for row in rows if row.published} == {Precision.MONTH}


def test_numbers_that_are_no_days_date_nothing() -> None:
    html = "<h2>February 2019</h2><ol>" + "".join(
        f"<li>{n} <a href=c_{n}.htm>{TITLES[at]}</a></li>" for at, n in enumerate((9, 2, 14, 3, 20))
    )
    assert set(days(read(html))) == {None}


# Rows that a page holds as data, or keeps for browsers without scripts

ROWS = [
    {"title": title, "url": f"/news/c_{n}", "date": DATES[n % len(DATES)]}
    for n, title in enumerate(TITLES)
]
LINES = "".join(f"<li><a href={row['url']}>{row['title']}</a> {row['date']}</li>" for row in ROWS)
IN_DATA = {
    "an attribute": f"<div data-rows='{json.dumps(ROWS)}'></div>",
    "an attribute around": f"<div data-props='{json.dumps({'news': {'items': ROWS}})}'></div>",
    "an attribute as a script": '<x-list :rows="['
    + ",".join(f"{{title:'{r['title']}',url:'{r['url']}',date:'{r['date']}'}}" for r in ROWS)
    + ']"></x-list>',
    "an attribute a row": "".join(f"<div data-row='{json.dumps(row)}'></div>" for row in ROWS),
    "a text that is parsed": f"<script>var rows = JSON.parse('{json.dumps(ROWS)}');</script>",
    "lists of texts": "<script>var rows = "
    + json.dumps([[row["title"], row["url"], row["date"]] for row in ROWS])
    + "</script>",
    "a stream": "<script>self.__next_f.push([1, "
    + json.dumps('1:"$Sreact"\n5:["$","ul",null,' + json.dumps({"rows": ROWS[:3]})[:60])
    + "])</script><script>self.__next_f.push([1, "
    + json.dumps(json.dumps({"rows": ROWS[:3]})[60:] + "]\n6:" + json.dumps({"more": ROWS}))
    + "])</script>",
    "arguments of a function": "<script>window.__NUXT__=(function(a,b,c,d,e){return {data:[{rows:["
    + ",".join(
        f"{{title:{json.dumps(r['title'])},url:{json.dumps(r['url'])},date:"
        f"{'ab'[DATES.index(r['date'])] if r['date'] in DATES[:2] else json.dumps(r['date'])},top:d,at:c}}"
        for r in ROWS
    ).replace("/news/", "\\u002Fnews\\u002F")
    + f"]}}],error:c,no:!1}}}}({json.dumps(DATES[0])},{json.dumps(DATES[1])},null,false,void 0));</script>",
    "arguments of an arrow": "<script>var __APP_STATE__=((t,u,w)=>{return {list:["
    + ",".join(
        f"{{u:{json.dumps(r['url'])},headline:{'tuw'[n] if n < 3 else json.dumps(r['title'])},"
        f"published:{json.dumps(r['date'])},open:!0}}"
        for n, r in enumerate(ROWS)
    ).replace('u:"', 'href:"')
    + f"]}}}})({','.join(json.dumps(title) for title in TITLES[:3])})</script>",
    "without scripts": f"<div id=app></div><noscript><ul>{LINES}</ul></noscript>",
    "a template": f"<div id=app></div><template><ul>{LINES}</ul></template>",
    "a text until it is scrolled to": f"<div id=app></div><textarea hidden><ul>{LINES}</ul></textarea>",
    "custom elements": "".join(
        f'<town-card tone=light href="{r["url"]}" card-title="{r["title"]}" publish-date="{r["date"]}"></town-card>'
        for r in ROWS
    ),
}


@pytest.mark.parametrize("kind", IN_DATA)
def test_rows_that_stand_in_no_markup(kind: str) -> None:
    reading = read(IN_DATA[kind])
    assert [row.title for row in reading.rows] == list(TITLES)
    assert [row.url.rpartition("/")[2] for row in reading.rows] == [f"c_{n}" for n in range(5)]
    assert days(reading) == [row["date"] for row in ROWS]


def test_custom_elements_with_gaps_are_no_list() -> None:
    gaps = '<town-card href="{{ url }}" title="{{ title }}, a longer headline"></town-card>' * 4
    bound = '<town-card :href="row.url" :title="row.title"></town-card>' * 4
    assert read(gaps).rows == read(bound).rows == ()


@pytest.mark.parametrize(
    "days", [("26.11.28", "26.11.26", "26.11.24", "26.11.02"), ("26.9.30", "26.9.07", "26.8.24", "25.12.30")]
)  # fmt: skip
def test_short_dotted_days_of_a_list_agree_on_what_comes_first(
    days: tuple[str, ...],
) -> None:
    lines = "".join(
        f"<li><a href=/news/c_{n}>{t}</a> <span>{d}</span></li>"
        for n, (t, d) in enumerate(zip(TITLES, days, strict=False))
    )
    body = f"<!doctype html><meta charset=utf-8><title>News</title><body><ul>{lines}</ul>"
    later = datetime(2026, 12, 1, tzinfo=UTC)
    page = capture(body.encode(), url=URL, final_url=URL, headers=(), fetched_at=later)
    read_as = [iso(row) for row in read_any(page, "Asia/Seoul").rows]
    assert read_as == [
        "-".join(f"{int(part):02}" for part in ("20" + day).split(".")) for day in days
    ]


def test_a_template_with_gaps_is_no_list() -> None:
    gaps = "<li><a href='{{ url }}'>{{ title }}, a longer headline</a> {{ day }}</li>" * 4
    reading = read(f"<div id=app></div><template><ul>{gaps}</ul></template>")
    assert reading.rows == ()


def test_pages_of_articles_in_the_rows_are_no_pager() -> None:
    rows = "".join(
        f"<tr><td><a href=thread-{n}-1.html>{t}</a> <span class=tps><a href=thread-{n}-2.html>2</a>"
        f"<a href=thread-{n}-3.html>3</a></span></td><td>{DATES[n % 4]}</td></tr>"
        for n, t in enumerate(TITLES)
    )
    assert read(f"<table>{rows}</table>").pager.pages == ()
    pager = "<div class=pg><strong>1</strong><a href=forum-2-2.html>2</a><a href=forum-2-3.html>3</a></div>"
    pages = read(f"<table>{rows}</table>{pager}").pager.pages
    assert [page.rpartition("/")[2] for page in pages] == ["forum-2-2.html", "forum-2-3.html"]


# What is no list of articles

SECTIONS = [
    "tax",
    "housing",
    "family",
    "traffic",
    "waste",
    "water",
    "energy",
    "culture",
    "sport",
    "schools",
    "parks",
]
NO_LISTS = {
    "sections with a text about each": "".join(
        f"<div class=card><img src=/i/{w}.png><h3><a href=/{w}/>{w.title()}</a></h3><p>Everything "
        f"that the town does for {w}, and whom to ask about it in the town hall.</p></div>"
        for w in SECTIONS
    ),
    "months of an archive": "".join(
        f"<li><a href=/2025/{n:02}/>{m} 2025</a> ({n})</li>"
        for n, m in enumerate(("January", "February", "March", "April", "May"), 1)
    ),
    "tags with numbers": "".join(f"<li><a href=/tag/{w}>{w}</a> (12)</li>" for w in SECTIONS),
    "authors with a line": "".join(
        f"<p><a href=/author/{w}>Jane {w.title()}</a> writes about {w} and what the town does.</p>"
        for w in SECTIONS
    ),
    "offices": "<table>"
    + "".join(
        f"<tr><td><a href=/dept/{w}>Office of {w.title()}</a></td><td>Room {n}</td></tr>"
        for n, w in enumerate(SECTIONS)
    )
    + "</table>",
    "today over a menu": "<p>Sunday, 1 March 2026</p>"
    + "".join(f"<li><a href=/s/{w}/>{w.title()} office</a></li>" for w in SECTIONS),
    "languages": "".join(
        f"<li><a href=/{code}/ hreflang={code}>{name}</a></li>"
        for code, name in (
            ("en", "English"),
            ("fr", "Français"),
            ("de", "Deutsch"),
            ("ru", "Русский"),
        )
    ),
    "a Chinese menu": "".join(
        f"<li><a href=/{n}/>{w}</a></li>"
        for n, w in enumerate(
            ["政务公开", "政务服务", "互动交流", "走进云岭", "数据开放", "领导之窗", "机构职能"]
        )
    ),
}


@pytest.mark.parametrize("kind", NO_LISTS)
def test_menus_of_every_kind_are_no_list(kind: str) -> None:
    reading = read(f"<ul>{NO_LISTS[kind]}</ul>")
    assert (reading.outcome, reading.rows) == (Outcome.EMPTY, ())


@pytest.mark.parametrize(
    "heading",
    [
        "令和５年１１月の報道発表資料",
        "2023年11月",
        "令和5年11月分",
        "平成35年11月",
        "2023年11月のお知らせ",
    ],
)
@pytest.mark.parametrize("shape", ["{m}月{d}日（{w}曜日）", "{m}月{d}日({w})", "{m}월 {d}일 ({k})"])
def test_days_of_a_month_under_its_year_whatever_their_length_and_reach(
    heading: str, shape: str
) -> None:
    """Days of one sign and of two, each with its weekday; a cell that reaches over rows."""
    rows = ""
    for day, count in ((24, 1), (17, 3), (9, 1), (6, 2), (1, 1)):
        said = shape.format(m=11, d=day, w="月火水木金土日"[day % 7], k="월화수목금토일"[day % 7])
        for at in range(count):
            head = f"<th rowspan={count}>{said}</th>" if not at else ""
            rows += (
                f"<tr>{head}<td><a href=/p/{day:02}{at}x.html>{TITLES[(day + at) % 5]} {day}</a></td>"
                "<td>総務課</td></tr>"
            )
    for fetched in ("", "<p>A word about the archive</p>"):
        found = read(f"{NAV}<h2>{heading}</h2>{fetched}<table>{rows}</table>{FOOT}")
        assert days(found) == [f"2023-11-{day:02}" for day in (24, 17, 17, 17, 9, 6, 6, 1)]


@pytest.mark.parametrize(
    "shape",
    [
        "<li><a href=/n/{n}.html><span>{t}</span><em>{d}</em></a>",
        "<li><a href=/n/{n}.html><i>{d}</i><span>{t}</span></a>",
        "<li><a href=/n/{n}.html>{t}<small>{d}</small></a>",
    ],
)
@pytest.mark.parametrize("dates", [("02-28", "02-25", "01-30"), ("02/28", "02/25", "01/30"), ("2月8日", "2月5日", "1月3日")])  # fmt: skip
def test_a_day_without_year_in_its_own_element_is_no_part_of_the_headline(
    shape: str, dates: tuple[str, ...]
) -> None:
    reading = read(f"{NAV}<ul class=list>{items(shape, dates)}</ul>{FOOT}")
    assert [row.title for row in reading.rows] == list(TITLES[:3])
    assert all(day is not None for day in days(reading))


def test_numbers_that_look_like_a_day_stay_in_the_midst_of_a_headline() -> None:
    shape = "<li><a href=/n/{n}.html>Rovers win <b>{d}</b> in front of a full house</a>"
    reading = read(f"<ul class=list>{items(shape, ('12-10', '11-09', '10-08'))}</ul>")
    assert [row.title.split(" in ")[0] for row in reading.rows] == [
        "Rovers win 12-10", "Rovers win 11-09", "Rovers win 10-08",
    ]  # fmt: skip

"""Date lines of all the portals: value, precision, zone, and what else the line says."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.dates.in_text import DateOrder, find_dates, is_plausible, order_in, read_date
from scraper.parsing.fields.byline import Label, read_byline
from scraper.parsing.lists.read import read_list
from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules, ListRules
from storage.types import Precision
from tests.support.effort import cpu
from tests.support.examples import examples
from tests.support.make import capture

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

LINES = [
    ("( english.guiyang.gov.cn) Updated: 2021-10-25", "2021-10-25", "", ""),
    ("english.guiyang.gov.cn|Updated: 2023-08-29", "2023-08-29", "", ""),
    ("Updated: 2019-12-31", "2019-12-31", "", ""),
    ("Updated: February 6, 2023", "2023-02-06", "", ""),
    ("chinadaily.com.cn| Updated: 2021-01-13 Print", "2021-01-13", "", ""),
    ("(China Daily Global) | Updated : 2021-04-13", "2021-04-13", "", ""),
    ("By X (China Daily) Updated: 2016-04-02 07:29", "2016-04-02T07:29:00+08:00", "China Daily", "X"),
    ("by HU ZHONGXIONG (China Daily)|2022-03-08", "2022-03-08", "China Daily", "HU ZHONGXIONG"),
    ("By YUAN SHENGGAO | China Daily| Updated: 2021-03-05 Print", "2021-03-05", "", "YUAN SHENGGAO"),
    ("By Hu Yongqi | China Daily | Updated: 2017-12-19 07:49", "2017-12-19T07:49:00+08:00", "", "Hu Yongqi"),
    ("By Li Lei in Guiyang | China Daily | Updated: 2017-12-19", "2017-12-19", "", "Li Lei"),
    ("Updated: Jul 4,2016 5:07 PM", "2016-07-04T17:07:00+08:00", "", ""),
    ("2018-09-27   Source:Guiyang China", "2018-09-27", "Guiyang China", ""),
    ("Source: Shenyang WeChat Official Account 2023-03-17", "2023-03-17", "Shenyang WeChat Official Account", ""),
    ("Release date:2021-07-06 16:42", "2021-07-06T16:42:00+08:00", "", ""),
    ("source:Anhui Daily release date:2018/07/16 hits:432", "2018-07-16", "Anhui Daily", ""),
    ("updatetime:2020-10-27 16:48:45   Views:0 Source:en.gxzf.gov.cn", "2020-10-27T16:48:45+08:00", "en.gxzf.gov.cn", ""),
    ("发布时间：2023年08月05日　来源：贵阳市科协　字号：[大 中 小]", "2023-08-05", "贵阳市科协", ""),
    ("发布时间：２０２３年０８月０５日　０９：３０　来源：贵阳市科协", "2023-08-05T09:30:00+08:00", "贵阳市科协", ""),
    ("来　源：市政府办公厅　日　期：2023-8-5", "2023-08-05", "市政府办公厅", ""),
    ("发布时间 2005/05/17 22:11:42", "2005-05-17T22:11:42+08:00", "", ""),
    ("2019年06月15日08:18  来源：人民网-文化频道", "2019-06-15T08:18:00+08:00", "人民网-文化频道", ""),
    ("2023-08-05 来源：《求是》杂志 作者：《贵阳日报》记者", "2023-08-05", "《求是》杂志", "《贵阳日报》记者"),
    ("2023年8月5日 下午3时20分 来源: 新华社", "2023-08-05T15:20:00+08:00", "新华社", ""),
    ("2023 11/ 17 20:52:15", "2023-11-17T20:52:15+08:00", "", ""),
    ("发布时间:2021-03-05 10:00   发布者:合肥市住建局", "2021-03-05T10:00:00+08:00", "合肥市住建局", ""),
    ("(People's Daily Online) 08:31, August 5, 2023", "2023-08-05T08:31:00+08:00", "", ""),
    ("Beijing | 3 p.m. Feb. 26, 2021", "2021-02-26T15:00:00+08:00", "", ""),
    ("eguizhou.gov.cn| Updated: July 2, 2021 L M S", "2021-07-02", "", ""),
    ("By Li Ming|Mar 05,2021", "2021-03-05", "", "Li Ming"),
    ("inputtime: 2021-03-04 10:20:33", "2021-03-04T10:20:33+08:00", "", ""),
    ("( | 2021-02-17", "2021-02-17", "", ""),
    ("Jan 5, 2021 | Source: by Hicenter", "2021-01-05", "Hicenter", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "iso", "source", "author"), LINES)
def test_date_lines(line: str, iso: str, source: str, author: str) -> None:
    byline = read_byline(line, ZONE)
    assert [dated.when.iso for dated in byline.dates] == [iso]
    assert (byline.source, byline.author) == (source, author)


def test_labels_distinguish_dates() -> None:
    line = read_byline("成文日期：2023-01-02　发布日期：2023-01-05　更新时间：2023-02-01", ZONE)
    assert [(d.label, d.when.iso) for d in line.dates] == [
        (Label.WRITTEN, "2023-01-02"),
        (Label.PUBLISHED, "2023-01-05"),
        (Label.UPDATED, "2023-02-01"),
    ]


def test_a_sentence_names_no_author() -> None:
    assert read_byline("The fund was set up by the city in 2021-03-05 terms", ZONE).author == ""


@pytest.mark.parametrize(
    ("text", "iso", "precision", "zone"),
    [
        ("2023-08-05", "2023-08-05", Precision.DAY, ZONE),
        ("2023/8/5 09:30", "2023-08-05T09:30:00+08:00", Precision.MINUTE, ZONE),
        ("2023-08-05-09:30:01", "2023-08-05T09:30:01+08:00", Precision.SECOND, ZONE),
        ("2023-08-05 09:30:01.0", "2023-08-05T09:30:01+08:00", Precision.SECOND, ZONE),
        ("2023-08-05 00:00:00", "2023-08-05", Precision.DAY, ZONE),
        ("2025年3月9日", "2025-03-09", Precision.DAY, ZONE),
        ("2023年8月", "2023-08", Precision.MONTH, ZONE),
        ("二〇二三年八月十五日", "2023-08-15", Precision.DAY, ZONE),
        ("二零二三年十二月三十一日", "2023-12-31", Precision.DAY, ZONE),
        ("20230805", "2023-08-05", Precision.DAY, ZONE),
        ("20230805093001", "2023-08-05T09:30:01+08:00", Precision.SECOND, ZONE),
        ("1691199001000", "2023-08-05T09:30:01+08:00", Precision.SECOND, ZONE),
        ("Sat, 05 Aug 2023 09:30:00 +0800", "2023-08-05T09:30:00+08:00", Precision.SECOND, ZONE),
        ("2023-08-05T01:30:00Z", "2023-08-05T09:30:00+08:00", Precision.SECOND, ZONE),
        ("2023-08-04T22:30:00-05:00", "2023-08-04T22:30:00-05:00", Precision.SECOND, "Etc/GMT+5"),
        (
            "1 July 2026, 9:30 p.m. ET",
            "2026-07-01T21:30:00-04:00",
            Precision.MINUTE,
            "America/New_York",
        ),
        (
            "1 Dec 2026 9:30 PM PT",
            "2026-12-01T21:30:00-08:00",
            Precision.MINUTE,
            "America/Los_Angeles",
        ),
        (
            "Dec 1, 2026, 9:30 am Central Time",
            "2026-12-01T09:30:00-06:00",
            Precision.MINUTE,
            "America/Chicago",
        ),
        ("01.07.2026 14:32 Uhr MESZ", "2026-07-01T14:32:00+02:00", Precision.MINUTE, "Etc/GMT-2"),
        ("1 July 2026 9:30 am (NZST)", "2026-07-01T09:30:00+12:00", Precision.MINUTE, "Etc/GMT-12"),
        (
            "1 July 2026 9:30 am Central Library",
            "2026-07-01T09:30:00+08:00",
            Precision.MINUTE,
            ZONE,
        ),
        ("29/08/2023", "2023-08-29", Precision.DAY, ZONE),
        ("4 July 2016", "2016-07-04", Precision.DAY, ZONE),
    ],
)
def test_value_precision_and_zone(text: str, iso: str, precision: Precision, zone: str) -> None:
    when = read_date(text, ZONE)
    assert when is not None
    assert (when.iso, when.precision, when.zone) == (iso, precision, zone)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30",
        "2023-13-01",
        "8/9/2023",
        "8/9/23",
        "27/11/26",
        "13/13/26",
        "11/27/60",
        "v1/11/27/26",
        "yesterday",
        "10:30",
        "",
        "12345678901",
        "v2.1.2023",
        "今天",
    ],
)
def test_what_is_no_day_stays_unknown(text: str) -> None:
    assert read_date(text, ZONE) is None


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("2569-05-17", False),
        ("1970-01-01", False),
        ("2026-03-04", True),
        ("2026-03-06", False),
        ("1998-07-01", True),
    ],
)
def test_plausible_dates(text: str, plausible: bool) -> None:
    when = read_date(text, ZONE)
    assert when is not None
    assert is_plausible(when, NOW) is plausible


def test_offsets_fit_the_raw_text() -> None:
    raw = "发布时间：２０２３年０８月０５日　来源：科协"
    (found,) = find_dates(raw, ZONE)
    assert raw[found.start : found.end] == "２０２３年０８月０５日"


HOSTILE = [
    "2023" * 5_000,
    "2023-" * 5_000,
    "2023-08-" + " " * 20_000,
    "1 " * 10_000,
    "By " * 8_000,
    "来源：" * 8_000,
    "来 " * 10_000 + "源",
    "(" * 20_000,
    "|" * 20_000,
    "Jan " * 6_000,
    "2023年" * 6_000,
    "12:" * 8_000,
    "Updated : " * 3_000,
    "大 中 " * 6_000,
    "[" * 10_000 + "大" + " " * 10_000,
    "a." * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{text[:8]!r}" for text in HOSTILE])
def test_long_hostile_lines_take_no_time(text: str) -> None:
    with cpu() as spent:
        read_byline(text, ZONE)
        find_dates(text, ZONE)
        read_date(text, ZONE)
    assert spent.under(0.5), spent


@settings(max_examples=examples(200))
@given(st.text(alphabet="0123456789-/.:年月日 JanTZ+发布时间来源：By(|)", max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    byline = read_byline(text, ZONE)
    for dated in byline.dates:
        assert 0 <= dated.start < dated.end <= len(text)
    read_date(text, ZONE)


@given(st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2099, 12, 31).date()))  # noqa: DTZ001
def test_every_day_is_read_back_in_every_shape(day: object) -> None:
    for shape in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%B %d, %Y", "%b %d,%Y", "%d %b %Y"):
        when = read_date(f"{day:{shape}}", ZONE)
        assert when is not None
        assert when.day == day


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Mis à jour le 15/04/2024 | Publié le 12 avril 2024",
            [("updated", "2024-04-15"), ("published", "2024-04-12")],
        ),
        (
            "Publicado el 12 de abril de 2024, actualizado el 15 de abril de 2024",
            [("published", "2024-04-12"), ("updated", "2024-04-15")],
        ),
        ("Fecha de publicación：12 de abril de 2024", [("published", "2024-04-12")]),
        ("公開日：令和6年4月12日", [("published", "2024-04-12")]),
        ("公開日：令和元年5月7日", [("published", "2019-05-07")]),
        ("發布日期：民國113年4月12日", [("published", "2024-04-12")]),
        ("張貼日期：113-04-12", [("published", "2024-04-12")]),
        ("發布日期：113年4月12日", [("published", "2024-04-12")]),
        (
            "تاريخ النشر: ١٩ جمادى الآخرة ١٤٤٨ هـ الموافق ٣٠ نوفمبر ٢٠٢٦ م",
            [("plain", "2026-11-30")],
        ),
        ("تاریخ: ۲۰۲۶/۱۱/۳۰", [("stated", "2026-11-30")]),
        ("Posted 11/27/26", [("published", "2026-11-27")]),
        ("Posted: 4/7/26", [("published", "2026-07-04")]),
        ("Published: 27/11/26", [("published", "2026-11-27")]),
        ("13 April 2024 / 12.04.2024", [("plain", "2024-04-13"), ("plain", "2024-04-12")]),
    ],
)
def test_all_dates_of_a_line_are_read_however_each_is_written(
    line: str, expected: list[tuple[str, str]]
) -> None:
    found = read_byline(line, "", DateOrder.DAY_FIRST).dates
    assert [(each.label.value, each.when.iso) for each in found] == expected


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["Event 11/23/26", "Posted 11/7/26"], DateOrder.MONTH_FIRST),
        (["Event 23/11/2026", "Posted 7/11/2026"], DateOrder.DAY_FIRST),
        (["26/11/23"], DateOrder.UNSURE),  # the year may come first
        (["23/11/2026", "11/23/2026"], DateOrder.UNSURE),
        (["8/9/2026", "no day"], DateOrder.UNSURE),
    ],
)
def test_days_that_can_be_read_in_one_way_tell_how_the_others_are_meant(
    texts: list[str], order: DateOrder
) -> None:
    assert order_in(texts) is order


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("الخميس ٥ آذار ٢٠٢٦", "2026-03-05"),
        ("٥ شباط/فبراير ٢٠٢٦", "2026-02-05"),
        ("٥ كانون الثاني ٢٠٢٦", "2026-01-05"),
        ("5 كانون الأول (ديسمبر) 2025", "2025-12-05"),
        ("تشرين الاول 12, 2025", "2025-10-12"),
        ("٥ آب ٢٠٢٥", "2025-08-05"),
        ("5 ابريل 2025", "2025-04-05"),
        ("5 جويلية 2025", "2025-07-05"),
        ("5 غشت 2025", "2025-08-05"),
        ("5 मार्च 2026", "2026-03-05"),
        ("5 मई 2025", "2025-05-05"),
        ("5 มีนาคม 2569", "2026-03-05"),
        ("5 มี.ค. 2569", "2026-03-05"),
        ("26 ก.พ. 69", "2026-02-26"),
        ("5 มีนาคม 69", "2026-03-05"),
        ("2026 m. kovo 5 d.", "2026-03-05"),
        ("2026. gada 5. martā", "2026-03-05"),
        ("5 наурыз 2026", "2026-03-05"),
        ("5 сакавіка 2026", "2026-03-05"),
        ("5 მარტი 2026", "2026-03-05"),
        ("5 Ogos 2025", "2025-08-05"),
        ("ΠΕΜΠΤΗ, 05 ΜΑΡΤΙΟΥ 2026", "2026-03-05"),
        ("Παρασκευή 1 Αυγουστου 2025", "2025-08-01"),
        ("3 aout 2025", "2025-08-03"),
        ("2026. márc. 5.", "2026-03-05"),
        ("5 Oca 2026", "2026-01-05"),
        ("5 лют 2026", "2026-02-05"),
        ("5. des. 2025", "2025-12-05"),
        ("5 paź 2025", "2025-10-05"),
        ("5 مارس 2026", "2026-03-05"),
        ("៥ មីនា ២០២៦", "2026-03-05"),
        ("২০ মার্চ ২০২৬", "2026-03-20"),
        ("更新日：2026年（令和8年）3月5日", "2026-03-05"),
        ("令和8年（2026年）3月5日", "2026-03-05"),
        ("令和8.3.5", "2026-03-05"),
        ("掲載日 R8.3.5", "2026-03-05"),
        ("民國115年(2026年)3月5日", "2026-03-05"),
    ],
)
def test_row_236_months_and_years_are_known_by_all_their_names(text: str, iso: str) -> None:
    assert [found.when.iso for found in find_dates(text, "UTC")] == [iso]


@pytest.mark.parametrize(
    ("written", "language"),
    [
        (("23/10/25", "05/03/26", "25/02/26", "20/02/26", "12/02/26", "04/02/26"), "pt"),
        (("23/10/2025", "05/03/2026", "25/02/2026", "12/02/2026"), ""),
        (("04/02/2026", "03/02/2026", "02/01/2026"), "ru"),
        (("04/02/26", "03/02/26", "02/01/26"), "en-GB"),
    ],
)
@pytest.mark.parametrize("is_named", [False, True])
def test_row_237_the_days_of_a_column_are_told_from_all_of_its_rows(
    written: tuple[str, ...], language: str, is_named: bool
) -> None:
    rows = "".join(
        f"<li><a href=/news/{at}.html>Council opens bridge number {at} again</a><b>{day}</b></li>"
        for at, day in enumerate(written)
    )
    html = f"<html lang='{language}'><body><ul class=n>{rows}</ul></body></html>"
    rules = ListRules(row="ul.n li", link="a", date="b") if is_named else ListRules()
    entry = Entry(EntryKind.LIST, "http://s.test/news/", rows=rules)
    page = read_list(
        capture(html.encode(), url=entry.url, fetched_at=datetime(2026, 3, 9, tzinfo=UTC)),
        entry,
        LinkRules(("s.test",)),
        "UTC",
    )
    days = [row.published.day for row in page.rows if row.published]
    parts = [map(int, day.split("/")) for day in written]
    assert days == [date(year % 100 + 2000, month, day) for day, month, year in parts]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("15. listopada 2025.", 10),
        ("15 listopada 2025", 11),
        ("Kraków, 5 listopada 2023.", 11),
        ("Opublikowano 11 listopada 2024.", 11),
        ("3. studenoga 2025.", 11),
        ("5. siječanj 2026.", 1),
        ("7 березень 2026", 3),
        ("2026 kovas 5", 3),
    ],
)
def test_row_288_listopad_is_october_where_a_full_stop_follows_the_year(
    text: str, month: int
) -> None:
    assert [found.when.day.month for found in find_dates(text, "UTC")] == [month]


def _of_today(days: list[str]) -> bytes:
    """A list below a head that says what day it is, with a box of rows that have none."""
    menu = " | ".join(f"<a href=/{name}/>{name}</a>" for name in ("Home", "City", "Services"))
    box = "".join(
        f"<li><a href=/a/{n}.html>A title that was read often {n}</a></li>" for n in range(7, 10)
    )
    rows = "".join(
        f"<tr><td><a href=/a/{n}.html>A title of the list {n}</a></td><td>{day}</td></tr>"
        for n, day in enumerate(days)
    )
    return f"<div>City portal 2 March 2026, Monday</div><div>{menu}</div><p>Most read</p><ul>{box}</ul><table>{rows}</table>".encode()


def test_row_309_the_day_of_the_visit_above_a_menu_is_no_row_s() -> None:
    body = _of_today(["2026-02-20", "2026-02-18", "2026-02-11", "2026-01-30"])
    page = read_list(
        capture(body, url="http://t.test/news/", final_url="http://t.test/news/", fetched_at=NOW),
        Entry(EntryKind.LIST, "http://t.test/news/"),
        LinkRules(("t.test",)),
        ZONE,
    )
    days = {row.url[-6:]: row.published and row.published.day for row in page.rows}
    assert date(2026, 3, 2) not in days.values()
    assert days["0.html"[-6:]] == date(2026, 2, 20)


@pytest.mark.parametrize(
    "clock", ["Monday 2 March 2026, 12:00 (UTC+8)", "今天是2026年3月2日 星期一 12:01"]
)
def test_row_309_nor_is_a_clock_in_the_head_of_a_page_the_article_s(clock: str) -> None:
    text = "".join(
        f"<p>Sentence number {n} of the article, which is long enough to be read.</p>"
        for n in range(6)
    )
    body = f"<meta charset=utf-8><div>{clock}</div><nav><a href=/>Home</a><a href=/n/>News</a><a href=/s/>Services</a></nav><div class=crumbs><a href=/n/>News</a></div><article><h1>A bridge is opened to traffic</h1>{text}</article>"
    url = "http://t.test/n/1.html"
    article = read_article(
        capture(body.encode(), url=url, final_url=url, fetched_at=NOW), FieldRules(zone=ZONE), "t"
    ).article
    assert article is not None
    assert article.published is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الثلاثاء 1 ديسمبر/كانون الأول 2026", "2026-12-01"),
        ("5 يناير/كانون الثاني 2026", "2026-01-05"),
        ("วันที่ 1 ธันวาคม พ.ศ. 2569", "2026-12-01"),
        ("3 มี.ค. พ.ศ.2569", "2026-03-03"),
        ("5 มีนาคม ค.ศ. 2026", "2026-03-05"),
        ("2026 жылғы 1 желтоқсан", "2026-12-01"),
        ("2026 жылы 12 қаңтар", "2026-01-12"),
        ("2026-yil 1-dekabr", "2026-12-01"),
        ("2026. 3. 5.(목) 14:30", "2026-03-05T14:30:00+09:00"),
        ("2026년 3월 5일(목) 오후 2시 30분", "2026-03-05T14:30:00+09:00"),
        ("2026년 3월 5일 오전 9시 5분", "2026-03-05T09:05:00+09:00"),
        ("令和8年3月5日（木）14時30分", "2026-03-05T14:30:00+09:00"),
        ("2026年3月5日(木曜日)午後2時30分", "2026-03-05T14:30:00+09:00"),
        ("2026年3月5日（木）1時間30分の講演", "2026-03-05"),
    ],
)
def test_days_as_languages_of_asia_write_them_out(text: str, expected: str) -> None:
    assert [found.when.iso for found in find_dates(text, "Asia/Tokyo")] == [expected]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("입력 2024.03.05. 오후 3:07", "2024-03-05T15:07:00"),
        ("2024. 3. 5. 오전 12:07", "2024-03-05T00:07:00"),
        ("2024年3月5日 午後3時07分", "2024-03-05T15:07:00"),
        ("5 Mar 2024, 15.07 GMT", "2024-03-05T15:07:00+00:00"),
        ("5 mars 2024 kl. 15.07", "2024-03-05T15:07:00"),
        ("5.3.2024 klo 9.07", "2024-03-05T09:07:00"),
        ("วันอังคารที่ 5 มีนาคม 2567 เวลา 15.07 น.", "2024-03-05T15:07:00"),
        ("5 มีนาคม 2567 | 9.07 น.", "2024-03-05T09:07:00"),
        ("5 มีนาคม 2567 เวลา 9:07", "2024-03-05T09:07:00"),
        ("Selasa, 5 Maret 2024 pukul 15.07", "2024-03-05T15:07:00"),
        ("5 Maret 2024 | 15.07 WITA", "2024-03-05T15:07:00+08:00"),
        ("5 marca 2024, godz. 15.07", "2024-03-05T15:07:00"),
        ("5 Mart 2024 saat 15.07", "2024-03-05T15:07:00"),
        ("5. března 2024 v 15:07", "2024-03-05T15:07:00"),
        ("5 de marzo de 2024 a las 15:07h.", "2024-03-05T15:07:00"),
        ("5 marzo 2024 alle ore 15:07", "2024-03-05T15:07:00"),
        ("5 marzo 2024 - ore 15:07", "2024-03-05T15:07:00"),
        ("5 maart 2024 om 15.07 uur door Els", "2024-03-05T15:07:00"),
        ("5.03.2024. u 15:07 sati | Autor", "2024-03-05T15:07:00"),
        ("2024. március 5., kedd 15:07", "2024-03-05T15:07:00"),
        ("2024. március 5. 15:07", "2024-03-05T15:07:00"),
        ("2024. március 5., 15:07", "2024-03-05T15:07:00"),
        ("5 марта 2024 г., 15:07 (МСК)", "2024-03-05T15:07:00+03:00"),
        ("5 марта 2024 года в 15:07", "2024-03-05T15:07:00"),
        ("5 березня 2024 р., 15:07", "2024-03-05T15:07:00"),
        ("05.03.2024 r., godz. 15:07", "2024-03-05T15:07:00"),
        ("5. maaliskuuta 2024 kello 15.07", "2024-03-05T15:07:00"),
        ("5 במרץ 2024 בשעה 15:07", "2024-03-05T15:07:00"),
        ("5 de marzo de 2024, 15.07 h", "2024-03-05T15:07:00"),
        ("05.03.2024 à 15 heures 07", "2024-03-05T15:07:00"),
        ("5 марта 2024 года в 15 городах", "2024-03-05"),
        ("05.03.2024 r. 1500 zł", "2024-03-05"),
        ("5 martie 2024, ora 15:07", "2024-03-05T15:07:00"),
        ("5 март 2024 г. в 15:07 ч.", "2024-03-05T15:07:00"),
        ("2024 m. kovo 5 d. 15:07", "2024-03-05T15:07:00"),
        ("5. märts 2024 kell 15.07", "2024-03-05T15:07:00"),
        ("2024. gada 5. marts plkst. 15.07", "2024-03-05T15:07:00"),
        ("5 marzo 2024 alle 15.07", "2024-03-05T15:07:00"),
        ("5. 3. 2024 ob 15.07", "2024-03-05T15:07:00"),
        ("5. 3. 2024 v 9:07", "2024-03-05T09:07:00"),
        ("Dne 05. 03. 2024.", "2024-03-05"),
        ("5 maart 2024 om 15.07.2 te lezen", "2024-03-05"),
        ("307 PM GMT Tue Mar 5 2024", "2024-03-05T15:07:00+00:00"),
        ("1107 AM EST Tue Mar 5 2024", "2024-03-05T11:07:00-05:00"),
        ("Room 307 PM 5 March 2024", "2024-03-05"),
        ("Version 2024-03-05 15.07 of the plan", "2024-03-05"),
        ("5 มีนาคม 2567 ราคา 15.07 นาที", "2024-03-05"),
    ],
)
def test_the_time_behind_a_day_as_each_language_writes_it(text: str, iso: str) -> None:
    assert [found.when.iso for found in find_dates(text, "")] == [iso]


def test_a_stamp_right_under_the_headline_is_the_day_of_the_page() -> None:
    rows = "".join(
        f"<li><a href=/n/{n}.html>市图书馆第{n}期讲座预告</a> <span>2024-02-1{n}</span></li>"
        for n in range(5)
    )
    told = "<pre>市气象台3月5日发布寒潮蓝色预警：\n\n预计未来两天气温下降八度，并有五级大风，请注意防寒保暖。\n\n请农户加固大棚，高空作业注意安全，出行请留意路面结冰。</pre>"
    page = f"<meta charset=utf-8><title>寒潮预警</title><div><h3>寒潮蓝色预警发布</h3><span>时间：2024-03-05 15:07</span>{told}</div><div><ul>{rows}</ul></div>"
    found = read_article(capture(page.encode(), url="http://www.t.gov.cn/a.html"), FieldRules(), "t").article  # fmt: skip
    assert found is not None
    assert found.published is not None
    assert found.published.iso.startswith("2024-03-05T15:07")
    assert found.body.startswith("市气象台3月5日")

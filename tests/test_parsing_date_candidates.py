"""The candidates for a page's dates: which candidates there are, which wins, and why the others do not."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archives.jsonl import dates_record, read_dates_record
from scraper.parsing.article import read_article
from scraper.parsing.dates.in_text import DateOrder, read_date
from scraper.sources.model import FieldRules
from storage.articles.records import dates as unpacked_dates
from storage.articles.writes import columns_of
from storage.types import ArticleData, DateClue, DateKind, FieldStatus, Origin
from tests.support.examples import examples
from tests.support.make import NOW, capture

URL = "http://www.practice.test/news/a1.html"
TEXT = (
    "<p>　　8月5日，市科协在贵阳召开工作会议，部署科创中国试点城市建设。会议要求各区县抓紧落实，确保年内见效。</p>"
    "<p>　　会议还通报了上半年的项目进展情况，四十七个项目已经全部开工，总投资九千五百万元。</p>"
)
ENGLISH = (
    "<p>The city opened a laboratory for big data on Aug 5, the local government said on Monday.</p>"
    "<p>It is the third of its kind, and more than forty companies have asked to use it.</p>"
)


def page(head: str = "", top: str = "", body: str = TEXT, bottom: str = "") -> str:
    title = "City opens laboratory" if body is ENGLISH else "市科协部署科创中国工作"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        f"<h1>{title}</h1>{top}<div id='zoom'>{body}</div>{bottom}</body></html>"
    )


def read(html: str, url: str = URL, rules: FieldRules | None = None) -> ArticleData:
    received = capture(html.encode(), url=url, final_url=url)
    article = read_article(received, rules or FieldRules(zone="Asia/Shanghai"), "t").article
    assert article is not None
    return article


def published(html: str, url: str = URL) -> str | None:
    when = read(html, url).published
    return when.iso if when else None


def clues(article: ArticleData, kind: DateKind) -> list[DateClue]:
    return [clue for clue in article.dates if clue.kind is kind]


def test_every_kind_of_date_is_distinguished() -> None:
    article = read(
        page(
            '<meta name="PubDate" content="2023-08-07"><meta name="Maketime" content="2024-01-01 12:00:00">'
            '<meta name="lastmodifiedtime" content="2023-09-01 10:00">',
            "<div>成文日期：2023-08-06　发布日期：2023-08-07　来源：贵阳市科协</div>",
        ),
        "http://www.practice.test/2023-08/08/c_9.htm",
    )
    day = {kind: [clue.when.day.isoformat() for clue in clues(article, kind)] for kind in DateKind}
    assert day[DateKind.PUBLISHED][0] == "2023-08-07"
    assert day[DateKind.UPDATED] == ["2023-09-01"]
    assert day[DateKind.WRITTEN] == ["2023-08-06"]
    assert day[DateKind.EVENT] == ["2023-08-05"]
    assert day[DateKind.ADDRESS] == ["2023-08-08"]
    assert day[DateKind.BUILT] == ["2024-01-01"]
    assert article.written is not None
    assert article.written.iso == "2023-08-06"
    assert {e.field for e in article.evidence} >= {"published", "updated", "written"}


def test_every_candidate_has_its_evidence_and_its_verdict() -> None:
    article = read(page('<meta name="PubDate" content="2569-05-17">', "<p>Updated: 2023-08-29</p>"))
    refused = next(c for c in article.dates if c.status is FieldStatus.REFUSED)
    assert (refused.origin, refused.rule, refused.raw) == (
        Origin.META,
        "meta pubdate",
        "2569-05-17",
    )
    assert refused.verdict == "refused: after the page was fetched"
    chosen = article.dates[0]
    assert (chosen.verdict, chosen.when, chosen.origin) == (
        "chosen",
        article.published,
        Origin.VISIBLE,
    )


@pytest.mark.parametrize(
    ("top", "iso"),
    [
        ("<p><span>2023</span>年<span>8</span>月<span>29</span>日</p>", "2023-08-29"),
        ("<p>发布时间：２０２３年０８月２９日</p>", "2023-08-29"),
        ("<p>发布时间：二〇二三年八月五日</p>", "2023-08-05"),
        ("<p>29 August 2023</p>", "2023-08-29"),
        ("<p>Aug. 29th, 2023</p>", "2023-08-29"),
        ("<p>2023.08.29</p>", "2023-08-29"),
        ("<p>29.08.2023</p>", "2023-08-29"),
        ("<p>Published: 8/9/2023 5:54:13 PM</p>", "2023-08-09T17:54:13+08:00"),
        ("<p><i>29</i></p><p>2023-08</p>", "2023-08-29"),
        ("<p>Publié le 29 août 2023 à 09:30</p>", "2023-08-29T09:30:00+08:00"),
        ("<p>29. August 2023</p>", "2023-08-29"),
        ("<p>29 de agosto de 2023</p>", "2023-08-29"),
        ("<p>29 августа 2023</p>", "2023-08-29"),
        ("<p>Published: 13 Jan 2020, 22:11 GMT+10</p>", "2020-01-13T22:11:00+10:00"),
        ("<p>Published: July 9, 2020 at 6:40 PM EDT</p>", "2020-07-09T18:40:00-04:00"),
        ('<p><time datetime="2023-08-29T01:30:00+08:00">today</time></p>', "2023-08-29T01:30:00+08:00"),
        ('<p itemprop="datePublished" content="2023-08-29">today</p>', "2023-08-29"),
        ('<ul><li><time datetime="2023-08-29">Tuesday</time></li></ul>', "2023-08-29"),
        ("<p>8/9/2023</p>", None),
    ],
)  # fmt: skip
def test_forms_under_the_headline(top: str, iso: str | None) -> None:
    assert published(page(top=top)) == iso


@pytest.mark.parametrize(
    ("meta", "iso"),
    [
        ('<meta property="article:published_time" content="2023-08-29T01:30:00+08:00">', "2023-08-29T01:30:00+08:00"),
        ('<meta property="og:published_time" content="2023-08-29">', "2023-08-29"),
        ('<meta name="DC.date.issued" content="2023-08-29">', "2023-08-29"),
        ('<meta name="publishtime" content="1691199001000">', "2023-08-05T09:30:01+08:00"),
        ('<meta itemprop="datePublished" content="2023-08-29">', "2023-08-29"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-08-29"}</script>', "2023-08-29"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-08-29",,}</script>', "2023-08-29"),
        ("<script>var pubtime = '2023-08-29 10:00';</script>", "2023-08-29T10:00:00+08:00"),
    ],
)  # fmt: skip
def test_forms_for_machines(meta: str, iso: str) -> None:
    assert published(page(meta)) == iso


@pytest.mark.parametrize(
    ("head", "top", "bottom", "why"),
    [
        ("", "<p>2022-01-01 市科协部署科创中国工作</p>", "", "in the title"),
        ("", "", "<div class='related'><p>发布时间：2022-01-01</p></div>", "in a side list"),
        ("", "", "<p><a href='/x'>大数据博览会开幕在即各方筹备就绪 2022-01-01</a></p>", "in a link"),
        ('<meta name="date" content="2026-03-02T03:58:00Z">', "", "", "the moment of the fetch"),
        ('<meta name="PubDate" content="1970-01-01">', "", "", "before 1990"),
        ('<meta name="Maketime" content="2023-08-01">', "", "", "when the page was made"),
    ],
)  # fmt: skip
def test_what_never_wins(head: str, top: str, bottom: str, why: str) -> None:
    article = read(page(head, f"{top}<p>发布时间：2023-08-29</p>", TEXT, bottom))
    assert article.published is not None
    assert article.published.iso == "2023-08-29"
    assert [c for c in article.dates if why in c.why], article.dates


def test_of_two_statements_that_disagree_the_one_far_from_the_address_loses() -> None:
    head = '<meta name="PubDate" content="2019-03-22 08:00:00">'
    url = "http://www.practice.test/art/2016/11/22/art_16_3.html"
    article = read(page(head, "<p>发布日期：2016-11-22</p>"), url)
    assert article.published is not None
    assert article.published.iso == "2016-11-22"
    assert [c.why for c in article.dates if c.rule == "meta pubdate"] == [
        "far from the date in the address"
    ]


@pytest.mark.parametrize("line", ["2016-11-22 09:12", "来源：市科技局 2016-11-22", "2016-11-22"])
def test_a_day_that_line_and_address_share_wins_over_a_later_statement(line: str) -> None:
    head = '<meta name="PubDate" content="2016-12-05 13:49">'
    url = "http://www.practice.test/zwgk/201611/t20161122_5512205.html"
    assert (published(page(head, f"<p>{line}</p>"), url) or "").startswith("2016-11-22")
    assert (published(page(head), url) or "").startswith("2016-12-05")


def test_the_page_s_own_line_is_believed_against_the_address_alone() -> None:
    url = "http://www.practice.test/2022-01/01/c_9.htm"
    assert published(page(top="<p>发布日期：2023-08-05</p>"), url) == "2023-08-05"


def test_an_address_serves_where_nothing_else_does_and_then_is_the_published_date() -> None:
    article = read(page(), "http://www.practice.test/202308/t20230829_12.html")
    assert article.published is not None
    assert article.published.iso == "2023-08-29"
    assert not clues(article, DateKind.ADDRESS)
    assert clues(article, DateKind.PUBLISHED)[0].origin is Origin.URL


def test_the_canonical_address_may_have_the_day_too() -> None:
    head = '<link rel="canonical" href="http://www.practice.test/2023-08/29/c_9.htm">'
    assert published(page(head)) == "2023-08-29"


def test_a_page_without_any_date_stays_undated() -> None:
    article = read(page(body=TEXT.replace("8月5日", "日前")))
    assert article.published is None
    assert article.dates == ()


def iso_of(html: str, url: str = "http://www.practice.test/a", zone: str = "") -> str:
    """The published date of a page, read by a source of that zone. `~`: its zone is not known."""
    when = read(html, url, FieldRules(zone=zone)).published
    assert when is not None
    return when.iso + ("" if when.zone else "~")


def test_utc_is_told_in_the_zone_of_a_chinese_page_only() -> None:
    meta = '<meta property="article:published_time" content="2023-08-28T22:30:00Z">'
    assert iso_of(page(meta)) == "2023-08-29T06:30:00+08:00"
    assert iso_of(page(meta, body=ENGLISH)) == "2023-08-28T22:30:00+00:00"
    own = FieldRules(template="chinadaily", zone="Asia/Shanghai")
    article = read(page(meta, body=ENGLISH), rules=own)
    assert article.published is not None
    assert article.published.iso == "2023-08-29T06:30:00+08:00"


NAIVE = '<meta name="PubDate" content="2023-08-05 09:30">'


@pytest.mark.parametrize(
    ("head", "foot", "url", "zone", "iso"),
    [
        (NAIVE, "", "http://www.practice.test/a", "", "2023-08-05T09:30:00~"),
        (NAIVE, "", "http://www.practice.test/a", "UTC", "2023-08-05T09:30:00~"),
        (NAIVE, "", "http://www.practice.test/a", "Europe/Paris", "2023-08-05T09:30:00+02:00"),
        (NAIVE, "", "http://www.practice.gov.cn/a", "", "2023-08-05T09:30:00+08:00"),
        (NAIVE, "<p>黔ICP备00000001号-3</p>", "http://a.test/a", "", "2023-08-05T09:30:00+08:00"),
        (
            NAIVE + '<meta name="SiteIDCode" content="0000000001">',
            "",
            "http://a.test/a",
            "",
            "2023-08-05T09:30:00+08:00",
        ),
        (
            NAIVE + '<meta property="article:modified_time" content="2023-08-06T10:00:00+02:00">',
            "",
            "http://a.test/a",
            "",
            "2023-08-05T09:30:00+02:00",
        ),
        (
            NAIVE + '<meta property="article:modified_time" content="2023-08-06T10:00:00Z">',
            "",
            "http://a.test/a",
            "",
            "2023-08-05T09:30:00~",
        ),
    ],
)
def test_no_zone_is_made_up(head: str, foot: str, url: str, zone: str, iso: str) -> None:
    """A language is no evidence: Han text on a host of no country has an unknown zone."""
    assert iso_of(page(head, bottom=foot).replace("<html", "<html lang=zh-CN"), url, zone) == iso
    english = page(head, body=ENGLISH, bottom=foot).replace("<html", "<html lang=en-US")
    assert iso_of(english, url, zone) == iso


@pytest.mark.parametrize(
    ("said", "zone", "iso"),
    [
        ("2023-08-05 09:30 CST", "", "2023-08-05T09:30:00~"),
        ("2023-08-05 09:30 CST", "America/Costa_Rica", "2023-08-05T09:30:00-06:00"),
        ("2023-08-05 09:30 CST", "Asia/Shanghai", "2023-08-05T09:30:00+08:00"),
        ("2023-08-05 09:30 IST", "Europe/Dublin", "2023-08-05T09:30:00+01:00"),
        ("2023-08-05 09:30 PDT", "", "2023-08-05T09:30:00-07:00"),
        ("20230805093000", "", "2023-08-05T09:30:00~"),
        ("1691199001", "", "2023-08-05T01:30:01+00:00"),
    ],
)
def test_letters_that_several_zones_go_by(said: str, zone: str, iso: str) -> None:
    head = f'<meta name="PubDate" content="{said}">'
    assert iso_of(page(head, body=ENGLISH), zone=zone) == iso


def test_where_utc_and_the_address_are_a_day_apart_the_address_has_the_local_day() -> None:
    meta = '<meta property="article:published_time" content="2023-08-30T02:18:11Z">'
    url = "https://news.practice.test/2023/08/29/laboratory/"
    assert iso_of(page(meta, body=ENGLISH), url) == "2023-08-29~"


@pytest.mark.parametrize(
    ("lang", "iso"),
    [("en-US", "2023-08-09"), ("en-GB", "2023-09-08"), ("de", "2023-09-08"), ("en", None)],
)
def test_day_or_month_first_follows_the_language(lang: str, iso: str | None) -> None:
    html = page(top="<p>Published: 8/9/2023</p>", body=ENGLISH)
    got = published(html.replace("<html", f"<html lang='{lang}'"), "http://www.example.org/a")
    assert iso is None or got == iso


def test_on_a_watched_page_nobody_guesses() -> None:
    html = page(top="<p>Published: 8/9/2023</p>", body=ENGLISH).replace(
        "<html", "<html lang='en-US'"
    )
    assert published(html, "http://english.practice.gov.cn/a.html") is None


def test_event_dates_take_the_year_of_the_published_date() -> None:
    article = read(page(top="<p>Updated: 2023-01-03</p>", body=ENGLISH.replace("Aug 5", "Dec 28")))
    (event,) = clues(article, DateKind.EVENT)
    assert event.when.iso == "2022-12-28"
    assert "Dec 28" in event.raw


def test_labels_of_other_things_are_no_published_date() -> None:
    top = "<p>会议时间：2023-08-05</p><p>有效期至：2025-12-31</p><p>Joined</p><p>May 11, 2017</p>"
    article = read(page(top=top))
    assert article.published is None
    assert next(c.when.day.isoformat() for c in clues(article, DateKind.EVENT)) == "2023-08-05"
    assert {c.when.day.year for c in clues(article, DateKind.OTHER)} == {2025, 2017}


def test_the_date_candidates_survive_the_archive_and_the_export() -> None:
    article = read(
        page('<meta name="PubDate" content="2569-05-17">', "<p>发布日期：2023-08-29</p>")
    )
    assert unpacked_dates(columns_of(article).dates) == article.dates
    assert read_dates_record(dates_record(article.dates)) == article.dates
    assert unpacked_dates(None) == ()


@pytest.mark.parametrize("item", [{}, {"date": 3}, {"kind": "published", "date": "yesterday"}])
def test_broken_date_candidates_are_refused(item: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="dates"):
        read_dates_record([item])


DAYS = st.dates(min_value=date(1991, 1, 1), max_value=date(2026, 2, 28))


@settings(max_examples=examples(60))
@given(
    DAYS, DAYS, st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%B %d, %Y", "%d %b %Y", "%Y.%m.%d"])
)
def test_the_labelled_line_wins_over_any_date_of_text_and_page_build(
    day: date, other: date, shape: str
) -> None:
    body = f"<p>{other:%Y年%m月%d日}，市科协在贵阳召开工作会议，部署科创中国试点城市建设，要求抓紧落实。</p>{TEXT}"
    html = page(
        f'<meta name="Maketime" content="{other}">', f"<p>发布时间：{day:{shape}}</p>", body
    )
    assert published(html) == day.isoformat()


@settings(max_examples=examples(60))
@given(DAYS)
def test_whatever_is_chosen_is_plausible(day: date) -> None:
    article = read(
        page(f'<meta name="PubDate" content="{day + timedelta(days=400)}">', f"<p>{day}</p>")
    )
    for clue in article.dates:
        if clue.status is FieldStatus.CHOSEN:
            assert (
                datetime(1990, 1, 1, tzinfo=UTC).date()
                <= clue.when.day
                <= NOW.date() + timedelta(2)
            )
            assert not clue.why
        assert (clue.status is FieldStatus.REFUSED) == bool(clue.why)


@given(DAYS)
def test_month_names_of_other_languages_are_read_back(day: date) -> None:
    german = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]
    spanish = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]
    for text in (
        f"{day.day}. {german[day.month - 1]} {day.year}",
        f"{day.day} de {spanish[day.month - 1]} de {day.year}",
    ):
        when = read_date(text, "Europe/Berlin")
        assert when is not None
        assert when.day == day


@given(DAYS)
def test_numbers_follow_the_order_they_are_said_to_have(day: date) -> None:
    first = read_date(f"{day.day}/{day.month}/{day.year}", "UTC", DateOrder.DAY_FIRST)
    second = read_date(f"{day.month}/{day.day}/{day.year}", "UTC", DateOrder.MONTH_FIRST)
    assert first is not None
    assert second is not None
    assert (first.day, second.day) == (day, day)


def level(article: ArticleData, field: str = "published") -> tuple[str, str]:
    """How far the field may be believed, and why not."""
    found = next(item for item in article.evidence if item.field == field)
    return str(found.confidence), found.doubt


def generic(html: str, url: str = "http://www.practice.test/a") -> ArticleData:
    return read(html, url, FieldRules())


UPDATES = (
    "<p>Last updated: 12 May 2021</p>",
    "<p>Updated 10:30 AM, May 12, 2021</p>",
    "<p class=lastupdate>12 May 2021</p>",
    "<div class='post-modified'><span>12 May 2021</span></div>",
    "<p>Aktualisiert am Mittwoch, 12. Mai 2021, 10:00</p>",
    "<p>Zuletzt geändert: 12.05.2021</p>",
    "<p>Mis à jour le 12 mai 2021 à 10h30</p>",
    "<p>Actualizado el 12 de mayo de 2021</p>",
    "<p>Bijgewerkt: 12 mei 2021</p>",
    "<p>Обновлено: 12 мая 2021</p>",
    "<p>最終更新：2021年5月12日</p>",
    "<p>最后修改时间：2021-05-12 10:00</p>",
    "<p>Updated <time datetime='2021-05-12T10:00'>12 May</time></p>",
    "<time class=updated datetime='2021-05-12'>12 May</time>",
    "<time class=last-modified datetime='2021-05-12'>12 May</time>",
    "<p>Member since 12 May 2021</p>",
    "<p>注册时间：2021-05-12</p>",
    "<p>施行日期：2021-05-12</p>",
    "<p>Effective from 12 May 2021</p>",
    "<p>Event date: <time datetime='2021-05-12'>12 May</time></p>",
    "<ul class=related><li><a href=/b>Another notice</a> 12 May 2021</li></ul>",
    "<p>Copyright © 12 May 2021 City Office</p>",
    '<meta name="last-modified" content="2021-05-12">',
)


@pytest.mark.parametrize("line", UPDATES)
def test_what_is_no_published_date(line: str) -> None:
    """Beside the published date, and alone: then nothing is known of it."""
    alone = generic(page(top=line, body=ENGLISH))
    assert alone.published is None
    assert level(alone)[0] == "unknown"
    assert level(alone)[1]
    for shown in ("<p>Published: 3 May 2021</p>", "<p>3 May 2021</p>"):
        for top in (shown + line, line + shown):
            both = generic(page(top=top, body=ENGLISH))
            assert both.published is not None
            assert both.published.iso == "2021-05-03", top


def test_the_date_of_a_change_is_kept_as_that() -> None:
    article = generic(page(top="<p>Updated: 12 May 2021</p>", body=ENGLISH))
    assert article.updated is not None
    assert article.updated.iso == "2021-05-12"
    both = "<p>Published 3 May 2021, updated 12 May 2021</p>"
    article = generic(page(top=both, body=ENGLISH))
    assert (article.published, article.updated) != (None, None)
    assert article.published and article.published.iso == "2021-05-03"
    assert article.updated and article.updated.iso == "2021-05-12"


def test_the_only_date_of_a_portal_is_the_published_one_in_doubt() -> None:
    """City portals print nothing but when a page was updated, on the day it appeared."""
    line = "<p>更新时间：2023-08-29 09:30</p>"
    article = read(page(top=line))
    assert article.published is not None
    assert article.published.iso == "2023-08-29T09:30:00+08:00"
    assert level(article) == ("doubtful", "the page says only when it was last changed")
    there = "http://www.practice.test/2023-08/29/c_9.htm"
    assert level(read(page(top=line), there)) == ("sure", "")
    assert published(page(top=line), there) == "2023-08-29T09:30:00+08:00"


@pytest.mark.parametrize(
    ("head", "top", "expected"),
    [
        ('<meta name="PubDate" content="2021-05-03">', "", "sure"),
        ("", "<p>Published: 3 May 2021</p>", "sure"),
        ("", "<p>3 May 2021</p>", "sure"),
        ("<script>var pubtime = '2021-05-03';</script>", "", "doubtful"),
        ('<meta name="PubDate" content="2021-05-03T02:30:00Z">', "", "doubtful"),
        ('<meta name="PubDate" content="2021-05-03T02:30:00Z">', "<p>3 May 2021</p>", "sure"),
        ('<meta name="PubDate" content="2021-05-03T12:30:00Z">', "", "sure"),
        (
            '<meta name="PubDate" content="2021-05-03T02:30:00Z">'
            '<meta name="dc.date.created" content="2021-05-03|02h30">',
            "",
            "doubtful",
        ),
        ('<meta name="PubDate" content="2021-05-03">', "<p>30 May 2021</p>", "doubtful"),
        ('<meta name="DC.date" content="2021-05-03">', "", "doubtful"),
        (
            '<meta name="PubDate" content="2021-05-03">',
            "<p>Published: 20 May 2021</p>",
            "doubtful",
        ),
        (
            '<meta name="PubDate" content="2021-05-03">',
            "<p>Updated: 20 May 2021</p>",
            "sure",
        ),
        # A day apart, and no clock on Earth makes it one day.
        ('<meta name="PubDate" content="2021-05-03">', "<p>4 May 2021</p>", "doubtful"),
        (
            '<meta name="PubDate" content="2021-05-03 19:31:39">',
            "<p><time datetime='2021-05-02T19:14'>2 May</time></p>",
            "doubtful",
        ),
        (
            '<meta name="PubDate" content="2021-05-03T22:31:00-06:00">',
            "<p>4 May 2021</p>",
            "sure",
        ),
        (
            '<meta name="PubDate" content="2021-05-03">',
            "<p>3 May 2021</p><aside><time datetime='2021-05-01'>1 May</time></aside>",
            "sure",
        ),
    ],
)
def test_how_far_a_day_may_be_believed(head: str, top: str, expected: str) -> None:
    article = generic(page(head, top, ENGLISH))
    assert article.published is not None
    assert article.published.day.isoformat() == "2021-05-03"
    assert level(article)[0] == expected
    assert bool(level(article)[1]) is (expected != "sure")


@pytest.mark.parametrize(
    ("host", "lang", "time", "expected"),
    [
        ("news.test", "en", "02:30", "doubtful"),
        ("news.test", "en", "22:30", "sure"),
        ("news.test", "ja", "22:30", "doubtful"),
        ("news.test", "ja", "02:30", "sure"),
        ("news.practice.au", "en", "15:30", "doubtful"),
        ("news.practice.de", "de", "02:30", "sure"),
        ("news.practice.ca", "fr", "02:30", "doubtful"),
    ],
)
def test_on_which_side_of_midnight_a_day_is_in_doubt(
    host: str, lang: str, time: str, expected: str
) -> None:
    """In the east it is tomorrow in the evening of UTC, in the west yesterday in its morning."""
    meta = f'<meta property="article:published_time" content="2021-05-03T{time}:00Z">'
    html = page(meta, "", ENGLISH).replace("<html", f"<html lang={lang}")
    article = generic(html, f"https://{host}/a")
    assert level(article)[0] == expected


def test_the_line_right_below_the_headline_is_its_own_inside_the_text_s_block() -> None:
    line = "<p class=info>12.04.2021, 14:20 | Views: 812</p>"
    article = generic(page(body=line + ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2021-04-12T14:20:00"
    assert level(article)[0] == "sure"


@pytest.mark.parametrize(
    ("host", "lang", "expected"),
    [
        ("www.council.practice.ie", "en", "2021-04-12"),
        ("www.council.practice.au", "en-au", "2021-04-12"),
        ("www.council.practice.com", "en-us", "2021-12-04"),
    ],
)
def test_the_country_of_a_host_says_whether_days_come_first(
    host: str, lang: str, expected: str
) -> None:
    html = page("", "<p>Published: 12/04/2021</p>", ENGLISH).replace("<html", f"<html lang={lang}")
    when = generic(html, f"https://{host}/a").published
    assert when is not None
    assert when.iso == expected


def test_one_moment_written_twice_is_one_statement() -> None:
    """The same minute with and without its offset: the one without is in UTC, too."""
    meta = '<meta property="article:published_time" content="2021-05-03T12:30:10.412">'
    linked = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"datePublished": "2021-05-03T12:30:10.412Z"}</script>'
    )
    when = generic(page(meta + linked, "", ENGLISH)).published
    assert when is not None
    assert when.iso == "2021-05-03T12:30:10+00:00"
    alone = generic(page(meta, "", ENGLISH)).published
    assert alone is not None
    assert alone.iso == "2021-05-03T12:30:10"


def test_the_day_of_a_server_s_clock_gives_way_to_the_publisher_s() -> None:
    """Five past ten in the evening in New York is the next day to a server in UTC."""
    meta = '<meta name="datepublished" content="2021-05-04">'
    own = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "%s"}</script>'
    late = generic(page(meta + own % "2021-05-03T22:05:46-05:00", "", ENGLISH)).published
    assert late is not None
    assert late.iso == "2021-05-03T22:05:46-05:00"
    other = generic(page(meta + own % "2021-05-03T12:05:46-05:00", "", ENGLISH)).published
    assert other is not None
    assert other.iso == "2021-05-04"


def test_a_mere_find_in_the_text_is_marked_as_a_guess() -> None:
    text = ENGLISH.replace("</p>", " The office was opened on 3 May 2021 by the mayor.</p>", 1)
    article = generic(page(body=text))
    if article.published is not None:
        assert level(article)[0] == "doubtful"


def test_the_day_that_people_see_is_the_publishers_own() -> None:
    """Half past midnight in Rome is the evening before in UTC."""
    meta = '<meta property="article:published_time" content="2020-12-05T23:15:00Z">'
    article = generic(page(meta, "<p>06 Dicembre 2020 | 00:15</p>", ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2020-12-06T00:15:00"
    noon = meta.replace("23:15", "08:15")  # nowhere is it the next day then
    article = generic(page(noon, "<p>06 Dicembre 2020</p>", ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2020-12-05T08:15:00+00:00"


def test_a_time_without_a_zone_gives_way_to_the_one_that_people_see() -> None:
    """Programs write the clock of UTC without saying so: 9:24 in the evening, and 2:24."""
    meta = '<meta name="datepublished" content="2021-05-04 02:24:00">'
    article = generic(page(meta, "<p>May 3, 2021 at 9:24 pm</p>", ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2021-05-03T21:24:00"
    # Not apart by whole quarters of an hour: another moment.
    other = generic(page(meta, "<p>May 3, 2021 at 9:31 pm</p>", ENGLISH))
    assert other.published is not None
    assert other.published.iso == "2021-05-04T02:24:00"


def test_what_is_shown_further_off_than_any_clock_is_another_moment() -> None:
    meta = '<meta property="article:published_time" content="2021-05-03T13:16:00Z">'
    article = generic(page(meta, "<p>4 May 2021, 9:42 am</p>", ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2021-05-03T13:16:00+00:00"
    near = generic(page(meta, "<p>4 May 2021, 1:16 am</p>", ENGLISH))
    assert near.published is not None
    assert near.published.iso == "2021-05-04T01:16:00"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("3 hours ago", 0),
        ("By Ana Silva · 2 days ago", 2),
        ("3小时前", 0),
        ("发布：2天前", 2),
        ("vor 2 Tagen", 2),
        ("il y a 3 jours", 3),
    ],
)
def test_an_age_under_the_headline_is_a_day_in_doubt(line: str, day: int) -> None:
    article = generic(page(top=f"<p>{line}</p>", body=ENGLISH))
    assert article.published is not None
    fetched = capture(b"").fetched_at
    assert article.published.day == (fetched - timedelta(days=day)).date()
    confidence, doubt = level(article)
    assert confidence == "doubtful"
    assert doubt.startswith("only how long ago")


@pytest.mark.parametrize(
    "line", ["Updated 3 hours ago", "更新：3小时前", "3 months ago", "5 years ago"]
)
def test_an_age_of_something_else_or_a_vague_one_is_no_day(line: str) -> None:
    assert generic(page(top=f"<p>{line}</p>", body=ENGLISH)).published is None


def test_an_age_on_a_saved_page_says_nothing() -> None:
    html = page(top="<p>3 hours ago</p>", body=ENGLISH)
    saved = capture(html.encode(), url="http://www.practice.test/a", headers=())
    article = read_article(saved, FieldRules(), "t").article
    assert article is not None
    assert article.published is None


def test_an_age_elsewhere_or_beside_a_date_is_not_asked() -> None:
    below = generic(page(body=ENGLISH, bottom="<p>3 hours ago</p>"))
    assert below.published is None
    dated = generic(page(top="<p>3 May 2021</p><p>3 hours ago</p>", body=ENGLISH))
    assert dated.published is not None
    assert dated.published.iso == "2021-05-03"


@pytest.mark.parametrize(
    ("url", "shown", "day"),
    [
        ("http://www.practice.test/art/2026/2/11/art_1.html", "发布日期：2026-02-11", "2026-02-11"),
        ("http://www.practice.test/art/2026/2/11/art_1.html", "2026-02-11", "2026-02-11"),
        (
            "http://www.practice.test/art/1.html",
            "发布日期：2026-02-11",
            "2026-03-01T10:26:00+08:00",
        ),
    ],
)
def test_row_255_what_people_see_and_the_address_has_beats_a_later_meta(
    url: str, shown: str, day: str
) -> None:
    html = page('<meta name="PubDate" content="2026-03-01 10:26">', f"<p>{shown}</p>")
    assert published(html, url) == day


@pytest.mark.parametrize(
    "shown",
    [
        "<p>发布时间：{}</p>",
        '<script type=application/ld+json>{{"@type": "NewsArticle", "datePublished": "{}"}}</script>',
    ],
)
def test_row_258_an_article_may_be_minutes_old(shown: str) -> None:
    """Related articles beside it are older, and no reason to doubt that."""
    when = (NOW - timedelta(minutes=5)).astimezone(UTC)
    said = shown.format(f"{when:%Y-%m-%dT%H:%M:00+00:00}")
    card = "<div class=item><a href=/news/b{0}.html>市科协召开第{0}次工作会议部署全年的重点任务</a><time datetime=2026-01-0{0}>1月{0}日</time></div>"
    related = "".join(card.format(at) for at in range(1, 4))
    found = published(page("", said, TEXT, f"<section class=related>{related}</section>"))
    assert found is not None
    assert datetime.fromisoformat(found).astimezone(UTC) == when.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("zone", "lang", "day"),
    [
        ("Pacific/Auckland", "en", date(2026, 3, 5)),
        ("Europe/London", "", date(2026, 3, 5)),
        ("Etc/GMT-13", "en", date(2026, 3, 5)),
        ("Asia/Kolkata", "en-GB", date(2026, 3, 5)),
        ("America/Chicago", "en-US", date(2026, 5, 3)),
        ("America/New_York", "en", date(2026, 5, 3)),
        ("Europe/London", "en-US", None),
        ("America/Toronto", "en", None),
        ("Asia/Shanghai", "en-US", None),
        ("Asia/Manila", "", None),
        ("US/Eastern", "en", date(2026, 5, 3)),
        ("US/Pacific", "en-US", date(2026, 5, 3)),
        ("Asia/Tehran", "", None),
        ("PRC", "en", None),
    ],
)
def test_row_283_the_zone_of_a_source_says_what_comes_first_in_a_day_of_numbers(
    zone: str, lang: str, day: date | None
) -> None:
    """A reader who knows the source is no worse than one who knows the page alone."""
    html = (
        f"<html lang='{lang}'><meta charset=utf-8><title>Quay approved</title><body>"
        "<h1>Quay approved by the harbour board</h1>"
        + "<p>The harbour board approved the second quay on Monday after a long hearing.</p>" * 5
        + "<dl class=metadata><dt>Published</dt><dd>05/03/2026</dd></dl>"
    )
    url = "http://www.practice.test/news/quay-approved"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 6, 1, tzinfo=UTC)
    )
    article = read_article(page, FieldRules(template="generic", zone=zone), "t").article
    assert article is not None
    assert (article.published and article.published.day) == day


def test_row_283_a_day_of_numbers_is_no_text_and_no_source() -> None:
    paragraphs = "".join(
        f"<p>The harbour board approved quay number {n} on Monday after {n} hearings.</p>"
        for n in range(2, 7)
    )
    html = (
        "<html lang=en><meta charset=utf-8><title>Quay approved</title><body><main>"
        "<h1>Quay approved</h1><p><span>05/03/2026</span><span>Ministry of Harbours</span>"
        f"<span>News</span></p>{paragraphs}</main>"
    )
    url = "http://www.practice.test/news/quay-approved"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 6, 1, tzinfo=UTC)
    )
    article = read_article(page, FieldRules(template="generic", zone="Europe/London"), "t").article
    assert article is not None
    assert article.source == "Ministry of Harbours"
    assert article.body.startswith("The harbour board")


@pytest.mark.parametrize(
    ("top", "day", "change"),
    [
        ("<p>18 Kasım 2025 Salı, 17:20</p>", "2025-11-18T17:20:00", None),
        ("<p>18 de noviembre de 2025, martes - 17:20</p>", "2025-11-18T17:20:00", None),
        ("<p>November 18, 2025, Tuesday 17:20</p>", "2025-11-18T17:20:00", None),
        ("<p>the 18th day of November, 2025</p>", "2025-11-18", None),
        ("<p>18 November 2025<br>17:20</p>", "2025-11-18T17:20:00", None),
        ("<div><span>입력 2025.11.18 17:20</span><span>수정 2025.11.19 09:01</span></div>", "2025-11-18T17:20:00", "2025-11-19T09:01:00"),
        ("<div><span>Veröffentlicht 18.11.2025 17:20</span><span>Aktualisiert 19.11.2025 09:01</span></div>", "2025-11-18T17:20:00", "2025-11-19T09:01:00"),
    ],
)  # fmt: skip
def test_days_and_what_stands_beside_them(top: str, day: str, change: str | None) -> None:
    article = generic(page(top=top, body=ENGLISH))
    assert article.published is not None
    assert article.published.iso == day
    assert (article.updated.iso if article.updated else None) == change


@pytest.mark.parametrize(
    ("top", "day"),
    [
        ("<ul><li>發布單位：社會課</li><li>發布日期：114年11月23日</li><li>更新日期：114-11-26</li></ul>", "2025-11-23"),
        ("<table><tr><td>114年11月23日</td></tr></table>", "2025-11-23"),
        ("<div>2025年11月23日（星期日）<br>香港時間15時40分</div>", "2025-11-23T15:40:00+08:00"),
    ],
)  # fmt: skip
def test_days_as_taiwan_and_hong_kong_print_them(top: str, day: str) -> None:
    assert published(page(top=top)) == day


@pytest.mark.parametrize("link", ["/2025/11/21/", "/news/2025/11/"])
def test_a_day_that_leads_to_all_of_its_day_is_the_article_s_own(link: str) -> None:
    times = '<time class="entry-date published" datetime="2025-11-21T09:00:12+01:00">November 21, 2025</time><time class=updated datetime="2025-11-25T17:30:00+01:00">November 25, 2025</time>'
    article = generic(page(top=f"<div>Posted on <a href={link}>{times}</a></div>", body=ENGLISH))
    assert article.published is not None
    assert article.published.iso == "2025-11-21T09:00:12+01:00"


@pytest.mark.parametrize(
    ("line", "iso"),
    [("02/11/2026", "2026-02-11"), ("11/02/2026", "2026-02-11"), ("12/03/2026", None)],
)
def test_a_day_that_lies_ahead_in_one_way_is_read_in_the_other(line: str, iso: str | None) -> None:
    """Fetched on the second of March: the last lies ahead in both, and its month is no day."""
    when = generic(page(top=f"<div>{line}</div>", body=ENGLISH)).published
    assert (when.iso if when else None) == iso


BLOG_POST = (
    "<html><head><title>Laboratory opens</title></head><body><div class='hentry'>"
    "<h2 class='date-header'>Wednesday, August 30, 2023</h2><h3 class='entry-title'>Laboratory opens</h3>"
    f"<div class='entry-content'>{ENGLISH}</div><p class='post-footer'>at <a rel='bookmark' "
    "href='/news/a1.html'><abbr class='published' itemprop='datePublished' "
    "title='2023-08-30T09:10:00+08:00'>09.10</abbr></a> <a href='https://share.test/post?id=7'>"
    "Send this to a friend by mail</a></p></div></body></html>"
)


@pytest.mark.parametrize(
    "html",
    [
        BLOG_POST,
        page(
            top="<p>by Li <abbr itemprop='datePublished' title='2023-08-30T09:10:00+08:00'>30 Aug</abbr></p>",
            body=ENGLISH,
        ),
    ],
)
def test_the_title_of_an_abbreviation_is_the_date_spelt_out(html: str) -> None:
    assert published(html) == "2023-08-30T09:10:00+08:00"


def test_what_an_abbreviation_stands_for_may_be_no_date() -> None:
    top = "<p><abbr itemprop='datePublished' title='Date of publication'>2023-08-30</abbr></p>"
    assert published(page(top=top, body=ENGLISH)) == "2023-08-30"


OPENING = "The company today opened its first tidal plant at the mouth of the bay"


@pytest.mark.parametrize(
    "line",
    [
        f"HARROW BAY, Nov. 17, 2025 /Baywire/ -- {OPENING}.",
        f"NEW YORK, N.Y., Nov. 17, 2025 (BAY NEWSWIRE) -- {OPENING}.",
        f"(LONDON, November 17, 2025) — {OPENING}.",
        f"HARROW BAY, Nov. 17, 2025 -- {OPENING}" + ", and it says so again" * 20 + ".",
        "Berlin, den 17. November 2025 – Die Stadtwerke haben heute ihr erstes Kraftwerk eröffnet.",
        "Paris, le 17 novembre 2025 - La société ouvre aujourd’hui sa première usine marémotrice.",
        "上海2025年11月17日 /江海通讯/ -- 科维能源今日在湾口启用首座潮汐电站。",
        "澜川，2025年11月17日电（记者 顾青）科维能源今日在湾口启用首座潮汐电站。",
    ],
)
@pytest.mark.parametrize("above", ["", "<h2>Nine thousand homes to be supplied</h2>"])
def test_the_day_of_a_dateline_is_that_of_the_text_which_it_begins(line: str, above: str) -> None:
    article = read(page(top=above, body=f"<p>{line}</p>{ENGLISH}"))
    assert article.published is not None
    assert article.published.day == date(2025, 11, 17)
    assert article.source is None


@pytest.mark.parametrize(
    "line",
    [
        f"On the morning of Monday, Nov. 17, 2025 the gates went up. {OPENING}.",
        f"The bridge, built on 17 November 2015 - too late, as all agree - is closed again. {OPENING}.",
    ],
)
def test_a_day_that_a_sentence_tells_is_no_dateline(line: str) -> None:
    assert published(page(body=f"<p>{line}</p>{ENGLISH}")) is None


def test_a_day_and_a_name_are_no_dateline() -> None:
    article = read(page(top="<p>Sunday, 16 November 2025 — Dr. Hanna Weil</p>", body=ENGLISH))
    assert article.author == "Dr. Hanna Weil"


@pytest.mark.parametrize("mark", ["er", "º", "°", "."])
def test_a_label_stands_before_the_first_of_a_month_too(mark: str) -> None:
    line = f"<p>Par Anne Roth, publié le 1{mark} décembre 2025, mis à jour le 2 décembre 2025</p>"
    article = read(page(top=line, body=ENGLISH))
    assert article.published is not None
    assert article.updated is not None
    assert (article.published.day, article.updated.day) == (date(2025, 12, 1), date(2025, 12, 2))

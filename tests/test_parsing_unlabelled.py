"""What stands beside the day of an article and is no name of a source, and the names that are."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.dates.in_rows import DateReader
from scraper.parsing.dates.in_text import find_dates
from scraper.parsing.encoding import decode
from scraper.parsing.text import clean_characters, clean_line
from scraper.sources.model import FieldRules
from storage.text import fts_text, read_words, snippets
from storage.types import ArticleData
from tests.support.make import capture

TITLE = "Harbour board approves the second quay"
TEXT = "".join(
    f"<p>The harbour board approved quay number {n} on Monday, after a hearing of {n} days.</p>"
    for n in range(2, 7)
)


def read(above: str, zone: str = "Europe/Oslo", below: str = "", inside: str = "") -> ArticleData:
    html = (
        f"<meta charset=utf-8><title>{TITLE} - The Tolbury Post</title><body>"
        "<nav><a href=/>Home</a><a href=/society/>Society</a><a href=/n/要闻/>要闻</a></nav>"
        f"<article><h1>{TITLE}</h1>{above}<div class=text>{TEXT}{inside}</div>{below}</article><footer>Quay 1</footer>"
    )
    url = "http://www.practice.test/news/1840/quay"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    reading = read_article(page, FieldRules(zone=zone), "t")
    assert reading.article is not None, reading
    return reading.article


@pytest.mark.parametrize(
    "line",
    [
        "<p><span>Publisert</span> <span>20.11.2026</span> <span>Sist endret</span></p>",
        "<div><span>פורסם ב־</span><span>20.11.2026</span></div>",
        "<dl><dt>प्रकाशित तिथि</dt><dd>20/11/2026</dd></dl>",
        "<dl><dt>公開日</dt><dd>2026年11月20日</dd><dt>更新日</dt><dd>2026年11月20日</dd></dl>",
        "<p><a href=/society/>Society</a> <span>20 November 2026</span> <span>Society</span></p>",
        "<p>20 November 2026 <span>Get short URL</span></p>",
        "<p>Opinion Filed <span>20 November 2026</span></p>",
        "<p>20 November 2026 <span>Health</span></p>",
        "<p>20 November 2026 <span>Mr.Li</span></p>",
        "<p><span>由 林小满</span> <span>2026年11月20日</span> <span>1687 次</span></p>",
        "<p>2026-11-20 <span>要闻</span></p>",
        "<p>20 November 2026 <span class=rubrique>Life of the association</span></p>",
        "<p><span class='meta__category'>Council and committees</span> <time>20 November 2026</time></p>",
        "<p>20 November 2026 <span>0 Comments/in Town News /by admin</span></p>",
    ],
)  # fmt: skip
def test_row_266_what_stands_beside_a_day_is_no_source_by_that_alone(line: str) -> None:
    article = read(line)
    assert article.source is None
    assert article.published is not None
    assert article.published.day == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("<p>20 November 2026 <span>Marine Safety Committee</span></p>", "Marine Safety Committee"),
        ("<p>Reuters <span>20 November 2026</span></p>", "Reuters"),
        ("<p>20 November 2026 <span>The Tolbury Post</span></p>", "The Tolbury Post"),
        ("<p>20 ноября 2026 <span>Пресс-служба губернатора</span></p>", "Пресс-служба губернатора"),
        ("<p>www.practice.test | 20 November 2026</p>", "www.practice.test"),
        ("<p><span>practice.test|Updated: 2026-11-20</span></p>", "practice.test"),
        ("<p>delfi.lt <span>20 November 2026</span></p>", "delfi.lt"),
        ("<p>2026-11-20 <span>贵阳日报</span></p>", "贵阳日报"),
        ("<p>2026-11-20 <span>金融市场棱镜</span></p>", "金融市场棱镜"),
        ("<p>2026年11月20日 <span>観光振興課</span></p>", "観光振興課"),
        (
            "<p>2026-11-20 <span>Savivaldybės administracija</span></p>",
            "Savivaldybės administracija",
        ),
        ("<p>2026-11-20 <span>محکمہ اطلاعات</span></p>", "محکمہ اطلاعات"),
        ("<p>20.11.2026 <span>Primăria Cluj</span></p>", "Primăria Cluj"),
        ("<p>20.11.2026 <span>Innovációs Minisztérium</span></p>", "Innovációs Minisztérium"),
        ("<p>20.11.2026 <span>Қала әкімдігі</span></p>", "Қала әкімдігі"),
        ("<p>20.11.2026 <span>Wizara ya Afya</span></p>", "Wizara ya Afya"),
        ("<p>2026-11-20 <span>原创 南方都市报</span></p>", "南方都市报"),
    ],
)
def test_row_266_a_name_says_that_it_is_one(line: str, source: str) -> None:
    assert read(line).source == source


@pytest.mark.parametrize(
    ("line", "source", "author"),
    [
        ("<span>2026-11-20</span><span>区委宣传部</span><span>工作动态</span>", "区委宣传部", None),
        ("<span>来源：贵阳日报</span><span>要闻</span><span>2026-11-20</span>", "贵阳日报", None),
        ("<i>2026-11-20</i><i>来源</i><i>贵阳日报</i><i>阅读</i><i>33</i>", "贵阳日报", None),
        ("<span>作者：李明华</span> <span>要闻</span> <span>2026-11-20</span>", None, "李明华"),
        ("<a href=/t/1>市场</a><span>棱镜</span><span>2026-11-20</span>", "棱镜", None),
        ("<i>原创</i><i>南方都市报</i><i>2026-11-20</i>", "南方都市报", None),
        ("<span>Source: Quay Post</span><span>Arts</span><span>20 November 2026</span>", "Quay Post", None),
        ("<span>By Anna Miller</span><span>Arts</span><span>20 November 2026</span>", None, "Anna Miller"),
        ("<span>By</span> <a href=/a>Anna Miller</a> <i>Arts</i> <i>20 November 2026</i>", None, "Anna Miller"),
        ("By <i>Anna</i> <i>Miller</i> <i>20 November 2026</i>", None, "Anna Miller"),
        ("<b>来源：贵阳</b><b>日报</b> 2026-11-20", "贵阳日报", None),
        ("<i>2026-11-20</i><i>叨叨姐</i><i>胡一刀</i><i>李小飞刀</i>", None, None),
    ],
)  # fmt: skip
def test_row_281_fields_that_elements_alone_part_are_not_run_together(
    line: str, source: str | None, author: str | None
) -> None:
    article = read(f"<p>{line}</p>", "Europe/Oslo" if line.isascii() else "Asia/Shanghai")
    assert (article.source, article.author) == (source, author)
    assert article.published is not None
    assert article.published.day == date(2026, 11, 20)


def test_row_266_portals_of_china_print_it_without_a_label_in_any_language() -> None:
    line = "<p>Foshan China <span>2026-11-20</span></p>"
    assert read(line, "Asia/Shanghai").source == "Foshan China"
    assert read(line).source is None


def test_who_wrote_stands_beside_the_day_or_at_the_foot_of_a_post() -> None:
    assert read("<p>von Moritz Bachmann <span>20.11.2026</span></p>").author == "Moritz Bachmann"
    assert (
        read("<p>20.11.2026</p>", below="<div>Tekst: Ingrid Halvorsen</div>").author
        == "Ingrid Halvorsen"
    )
    posted = (
        "<div class=post-footer><div class=post-footer-line><span class='post-author vcard'>Posted by "
        "<span class=fn itemprop=author itemscope><span itemprop=name>Yuki Delgado</span></span></span></div></div>"
    )
    assert read("<p>20 November 2026</p>", below=posted).author == "Yuki Delgado"


def test_who_wrote_and_took_the_pictures_is_named_without_the_words_behind_it() -> None:
    html = (
        "<meta charset=utf-8><title>东门粮仓换了身份</title><body><h1>东门粮仓换了身份</h1><p>2026-11-20</p><div>"
        "<p>本报讯（记者 段亚军 文/图）麦香早已散去，墙上的字迹还在，闲置二十三年的东门粮仓换了身份。</p>"
        + "<p>粮仓改成了展厅，周末有三百多人来看展，附近的茶馆也跟着热闹起来了。</p>" * 4
        + "<p>1 2 下一页 余下全文</p></div>"
    )
    url = "http://www.practice.test/content/2026-11/20/content_1.htm"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    article = read_article(page, FieldRules(zone="Asia/Shanghai"), "t").article
    assert article is not None
    assert article.author == "段亚军"
    assert article.body.endswith("热闹起来了。")


@pytest.mark.parametrize("name", ["佚名", "匿名", "anonymous"])
def test_a_word_for_nobody_names_nobody(name: str) -> None:
    assert read(f"<p>2026-11-20 作者：{name}</p>", "Asia/Shanghai").author is None


@pytest.mark.parametrize(
    "hidden",
    ["visually-hidden", "sr-only", "screen-reader-text", "element-invisible", "u-hidden-visually"],
)
def test_what_only_screen_readers_are_told_is_no_text(hidden: str) -> None:
    inner = f"<h2 class={hidden}>Description</h2>"
    html = f"<p>20 November 2026</p><div class=text>{inner}</div>"
    assert "Description" not in read(html).body


@pytest.mark.parametrize("name", ["bs-helpful", "page-feedback", "cmp-rating"])
def test_questions_about_the_page_are_no_text(name: str) -> None:
    box = f"<div class={name}><h2>Was this of use?</h2><p>Thank you, your answer helps us to make better pages.</p></div>"
    assert "answer helps" not in read("<p>20 November 2026</p>", below=box).body


# The Solar Hijri calendar, and the joiners of Persian and of the scripts of India


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("سه‌شنبه ۱۲ اسفند ۱۴۰۴ ساعت ۱۱:۰۵", date(2026, 3, 3)),
        ("(۱۴۰۴/۱۲/۰۳)", date(2026, 2, 22)),
        ("۳۰ اسفند ۱۴۰۳", date(2025, 3, 20)),
        ("1 فروردين 1399", date(2020, 3, 20)),
        ("۲۲ بهمن ۱۳۵۷", date(1979, 2, 11)),
        ("۱۴ حوت ۱۴۰۴", date(2026, 3, 5)),
    ],
)
def test_row_267_days_of_the_solar_hijri_calendar(text: str, day: date) -> None:
    (found,) = find_dates(text, "Asia/Tehran")
    assert found.when.day == day


@pytest.mark.parametrize("text", ["۳۰ اسفند ۱۴۰۴", "۳۱ مهر ۱۴۰۴", "۱۲ کتاب ۱۴۰۴"])
def test_row_267_a_day_that_calendar_lacks_is_none(text: str) -> None:
    assert find_dates(text, "Asia/Tehran") == []


SOLAR_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند میزان"


@pytest.mark.parametrize("between", [" ", "م ", " ام "])
@pytest.mark.parametrize("month", SOLAR_MONTHS.split())
def test_every_month_of_the_solar_hijri_calendar_is_read(month: str, between: str) -> None:
    assert len(find_dates(f"۲۲{between}{month} ۱۴۰۵", "Asia/Tehran")) == 1


def test_a_number_in_persian_digits_is_read_by_that_calendar_before_the_zone_is_known() -> None:
    assert [each.when.day for each in find_dates("۱۴۰۵/۰۷/۲۲", "")] == [date(2026, 10, 14)]
    assert [each.when.day for each in find_dates("۲۲/۷/۱۴۰۵", "UTC")] == [date(2026, 10, 14)]
    assert find_dates("١٤٤٧/٠٩/١٦", "") == []
    assert find_dates("1405/07/22", "") == []


@pytest.mark.parametrize("text", ["۱۴۰۵/۰۷/۲۲", "نمکزار ۱۴۰۵/۰۷/۲۲", "۲۲ مهر ۱۴۰۵"])
def test_a_row_has_its_day_by_that_calendar_before_the_zone_is_known(text: str) -> None:
    (found,) = DateReader("", datetime(2026, 12, 3, tzinfo=UTC)).read(text)
    assert found.when.day == date(2026, 10, 14)


def test_row_267_elsewhere_years_of_these_digits_are_counted_by_the_moon() -> None:
    assert find_dates("1447/09/16", "Asia/Riyadh") == []


def test_row_267_a_page_has_its_day_by_that_calendar() -> None:
    article = read("<div>سه‌شنبه ۱۲ اسفند ۱۴۰۴ ساعت ۱۱:۰۵</div>", "Asia/Tehran")
    assert article.published is not None
    assert article.published.iso == "2026-03-03T11:05:00+03:30"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("می\u200cشود", "می\u200cشود"),
        ("می\u200c شود", "می شود"),
        ("کتاب\u200c", "کتاب"),
        ("उपाध्\u200dयक्ष", "उपाध्\u200dयक्ष"),
        ("ന്\u200d", "ന്\u200d"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("quay\u200cside x\u200dy", "quayside xy"),
        ("\u200bquay\u200f", "quay"),
    ],
)
def test_row_268_joiners_stay_where_they_spell(written: str, kept: str) -> None:
    assert clean_characters(written) == kept
    assert clean_line(kept) == kept


@pytest.mark.parametrize("asked", ["دانش\u200cبنیان", "دانشبنیان"])
def test_row_268_a_word_is_found_with_and_without_its_joiner(asked: str) -> None:
    text = "شرکت دانش\u200cبنیان پارک"
    assert read_words(asked).match == read_words("دانشبنیان").match
    assert fts_text(text) == fts_text(text.replace("\u200c", ""))
    (shown,) = snippets(text, read_words(asked).terms)
    assert "[دانش\u200cبنیان]" in shown


@pytest.mark.parametrize("label", ["utf-8", "us-ascii", ""])
def test_row_269_quotes_of_windows_are_no_chinese_characters(label: str) -> None:
    said = f"<meta charset={label}>" if label else ""
    text = f"{said}<p>Trustees say ‘No’ to the barge – St. Anne’s stays shut.</p>"
    assert decode(text.encode("cp1252"), "text/html").text == text


@pytest.mark.parametrize(
    "below",
    [
        "<p>Laatst gewijzigd: donderdag 5 maart 2026</p><section><h2>Was this of use?</h2></section>",
        "<p>Zveřejněno od-do: 5.3.2026 - 24.3.2026</p><p>Autor: Jana Sedláčková</p><p>Přečteno: 404×</p>",
        "<p>Senast ändrad av: Mikael Åström</p>",
        "<p>完</p><p>2026年11月20日（星期五）</p>",
    ],
)
def test_row_279_what_is_said_of_the_making_of_a_page_is_no_text(below: str) -> None:
    assert read("<p>20.11.2026</p>", inside=below).body.endswith("after a hearing of 6 days.")


@pytest.mark.parametrize(
    ("line", "source", "author"),
    [
        ("<dl><dt>Autor</dt><dd>Secretaría de Medio Ambiente</dd></dl><p>20-11-2026</p>", "Secretaría de Medio Ambiente", None),
        ("<dl><dt>작성자</dt><dd>관리자</dd><dt>작성일</dt><dd>2026.11.20</dd></dl>", None, None),
        ("<p><span>Typ Pressemitteilung Datum</span> <span>20.11.2026</span></p>", None, None),
        ("<p>Posted On: 20 NOV 2026 2:20PM by PIB Delhi</p>", "PIB Delhi", None),
        ("<p>2026-11-20 【来源：中国科学报】 文/刘佳</p>", "中国科学报", "刘佳"),
        ("<p>20 November 2026 <span>Latest News</span></p>", None, None),
    ],
)  # fmt: skip
def test_row_280_offices_are_sources_and_accounts_are_nobody(
    line: str, source: str | None, author: str | None
) -> None:
    article = read(line)
    assert (article.source, article.author) == (source, author)


@pytest.mark.parametrize(
    "last",
    [
        "By: increasing the funding of schools, we will reach our aims.",
        "Auteur : une femme de 34 ans, arrêtée à Lyon.",
        "Words: peace, order and freedom",
        "Reporter: What about the winter?",
    ],
)
def test_row_279_what_only_begins_like_it_stays(last: str) -> None:
    assert read("<p>20.11.2026</p>", inside=f"<p>{last}</p>").body.endswith(last)


@pytest.mark.parametrize(
    "behind", ["<p>Bronze: Norway</p><p>Gold: Sweden</p>", "<p>附件：名单</p>"]
)
@pytest.mark.parametrize("mark", ["***", "（完）", "Ends"])
def test_short_lines_behind_a_mark_stay(mark: str, behind: str) -> None:
    text = read("<p>20.11.2026</p>", inside=f"<p>{mark}</p>{behind}").body
    assert text.endswith(("Gold: Sweden", "附件：名单"))


def test_what_a_click_unfolds_is_text() -> None:
    more = "<div class='more is-hidden'><p>The tender for the piles was won by a company of the city.</p></div>"
    assert "tender for the piles" in read("<p>20.11.2026</p>", inside=more).body


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("<p>Ausgabe 3/März 2026 | 20.11.2026</p>", date(2026, 11, 20)),
        ("<p>Vloženo: 20.11.2026</p>", date(2026, 11, 20)),
        ("<p>Vytvořeno: 20.11.2026</p><p>Aktualizováno: 22.11.2026</p>", date(2026, 11, 20)),
        ("<p>Zveřejněno od-do: 20.11.2026 - 30.11.2026</p><p>Vloženo: 18.11.2026</p>", date(2026, 11, 20)),
    ],
)  # fmt: skip
def test_a_number_of_an_issue_is_no_day_and_who_entered_a_page_says_one(
    line: str, day: date
) -> None:
    article = read(line)
    assert article.published is not None
    assert article.published.day == day


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p>2026-11-20 来源：贵州日报 作者：李　文</p>", "李 文"),
        ("<p>2026-11-20 来源：贵州日报 记者：王丽 文</p>", "王丽"),
    ],
)
def test_a_name_may_be_the_word_for_writing(line: str, author: str) -> None:
    assert read(line, "Asia/Shanghai").author == author


@pytest.mark.parametrize(
    "source",
    ["문화체육관광부", "연합뉴스", "МЧС России", "Правительство Москвы", "Bundesregierung", "Auswärtiges Amt", "Senatskanzlei", "Polizeipräsidium München", "Junta de Andalucía", "HM Treasury", "NHKニュース"],
)  # fmt: skip
def test_row_266_bodies_of_many_languages_are_known_by_their_words(source: str) -> None:
    assert read(f"<p>2026-11-20 <span>{source}</span></p>").source == source


@pytest.mark.parametrize(
    "name", ["Ani Sharma", "Post a comment", "News & Events", "Council news", "파일첨부"]
)
def test_row_266_words_of_publishers_alone_make_no_source(name: str) -> None:
    line = f"<nav><a href=/x/>Council news</a></nav><p>2026-11-20 <span>{name}</span></p>"
    assert read(line).source is None


@pytest.mark.parametrize(
    ("sentence", "box"),
    [
        ("উত্তরাঞ্চলের ছয়টি উপজেলায় বারো হাজার কম্বল বিতরণ করা হয়েছে।", "দরপত্র বিজ্ঞপ্তি কম্পিউটার সামগ্রী ক্রয়"),
        ("मंत्री ने सोमवार को नई प्रयोगशाला का उद्घाटन किया।", "निविदा सूचना कार्यालय सामग्री"),
        ("وزیر نے پیر کے روز نئی تجربہ گاہ کا افتتاح کیا۔", "ٹینڈر نوٹس دفتری سامان"),
        ("ሚኒስትሩ ሰኞ ዕለት አዲሱን ቤተ ሙከራ መርቀው ከፈቱ።", "የጨረታ ማስታወቂያ የቢሮ ዕቃዎች"),
        ("Նախարարը երկուշաբթի օրը բացեց նոր լաբորատորիան։", "Մրցույթի հայտարարություն"),
    ],
)
def test_row_289_sentences_end_in_the_signs_of_their_script(sentence: str, box: str) -> None:
    boxes = "".join(
        f"<li><a href=/tenders/{n}>{box} {n}</a> (2026-03-0{n})</li>" for n in (1, 2, 3)
    )
    text = "".join(f"<p><span>{sentence}</span></p>" for _ in range(4))
    html = (
        f"<meta charset=utf-8><title>{sentence[:24]}</title><body><div id=left><div id=printable>"
        f"<h3>{sentence[:24]}</h3><div>2026-01-29</div><div class=node-body>{text}</div></div></div>"
        f"<div id=right><div class=block><img src=/dg.jpg><p><a href=/about>{box}</a></p></div>"
        f"<div class=block><ul>{boxes}</ul></div><div class=block><img src=/hot.jpg></div></div>"
    )
    url = "http://www.practice.test/site/news/625e594f-4992"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 3, 5, tzinfo=UTC)
    )
    article = read_article(page, FieldRules(zone="UTC"), "t").article
    assert article is not None
    assert sentence in article.body
    assert box not in article.body


def test_what_a_page_calls_a_summary_and_its_text_begins_with_is_no_text() -> None:
    lead = "东门粮仓换了身份，闲置二十三年之后改成了展厅，周末有三百多人来看展。"
    rest = "<p>附近的茶馆也跟着热闹起来了，街坊们说这条街好久没有这么多年轻人了。</p>" * 4
    for said in (lead, f"{lead[:24]}..."):
        html = (
            "<meta charset=utf-8><title>东门粮仓换了身份</title><body><h1>东门粮仓换了身份</h1>"
            "<p class=xg1>2026-3-5 14:20 | 发布者: admin | 查看: 123 | 评论: 0 | 来自: 江岚日报</p>"
            f"<div class=s><strong>摘要</strong>: {said}</div><div id=article><p>{lead}</p>{rest}"
            "<p>责任编辑：任远生</p><p>统筹：袁梅丹</p><p>爆料热线：0851-85800000</p>"
            "<p>点赞 76收藏分享</p></div>"
        )
        url = "http://www.practice.test/portal.php?mod=view&aid=411"
        page = capture(
            html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 3, 6, tzinfo=UTC)
        )
        article = read_article(page, FieldRules(zone="Asia/Shanghai"), "t").article
        assert article is not None
        assert article.body.startswith(lead)
        assert article.body.endswith("年轻人了。")
        assert article.source == "江岚日报"


@pytest.mark.parametrize(
    "day",
    [
        "<div class=d>20</div><div class=m>Nov</div><div class=y>2026</div>",
        "<p>Nov.</p><p>20,</p><p>2026</p>",
        "<div>20</div><div>novembre</div><div>2026</div>",
        "<p>Redacción</p><div>20</div><div>noviembre</div><div>2026</div>",
    ],
)
def test_a_day_over_three_lines_is_one_and_none_of_the_text(day: str) -> None:
    article = read(day)
    assert article.published is not None
    assert article.published.day == date(2026, 11, 20)
    assert article.body.startswith("The harbour board approved quay number 2")


def test_three_figures_below_one_another_are_no_day() -> None:
    article = read("<div>20</div><div>Quays</div><div>2026</div>")
    assert article.published is None or article.published.day != date(2026, 11, 20)


def test_the_day_on_which_a_site_published_it_goes_before_that_of_the_gazette() -> None:
    article = read(
        "<div>Gazette No. 4711 of 30 October 2026</div>"
        "<div>Notice published on this site: 3 November 2026</div>"
    )
    assert article.published is not None
    assert article.published.day == date(2026, 11, 3)
    assert article.source is None


@pytest.mark.parametrize(
    "line", ["〔2026〕41号　2026年11月20日印发", "2026年11月20日 公布", "2026-11-20 通过"]
)
def test_what_was_done_on_a_day_is_no_source(line: str) -> None:
    assert read(f"<p>{line}</p>", "Asia/Shanghai").source is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p>Sunday, 22 November 2026 — Dr. Hanna Weil</p>", "Hanna Weil"),
        ("<p>Prof. Dr. Ole Brandt | 20 November 2026</p>", "Ole Brandt"),
        ("<p>Drydock Harbour | 20 November 2026</p>", None),
    ],
)
def test_a_name_with_a_degree_beside_the_day_is_a_writers(line: str, author: str | None) -> None:
    said = read(line).author
    assert said is None if author is None else author in (said or "")


@pytest.mark.parametrize("today", ["Tuesday, December 1, 2026", "2026年12月1日 星期二"])
def test_the_day_in_the_header_of_a_site_is_that_of_the_visit(today: str) -> None:
    head = f"<header><a href=/>The Tolbury Post</a> <span>{today}</span></header><nav><a href=/a>World</a></nav>"
    html = f"<meta charset=utf-8><title>{TITLE}</title>{head}<main><h1>{TITLE}</h1>{TEXT}</main>"
    url = "http://www.practice.test/news/1840/quay"
    page = capture(
        html.encode(), url=url, final_url=url, fetched_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    article = read_article(page, FieldRules(), "t").article
    assert article is not None
    assert article.published is None


@given(st.text("0129²³¹①Ⅷ٣５年月日 ./-,Jaunmrtei", max_size=16))
@example("²8 2026 5")
@example("5 2026 ²8")
def test_no_sign_that_is_like_a_digit_breaks_a_row(text: str) -> None:
    for each in DateReader("", datetime(2026, 12, 3, tzinfo=UTC)).read(text):
        assert each.when.day is not None

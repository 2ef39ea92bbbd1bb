"""Who is behind an article (source, writer, editor, publisher), and what it is called."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.fields import byline
from scraper.parsing.fields.byline import (
    BEFORE_DATE,
    COLONED,
    LONGEST_LABEL,
    Label,
    is_label,
    read_byline,
)
from scraper.parsing.text import narrow
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.make import capture

TITLE = "Guiyang opens forty laboratories to companies"
ENGLISH = (
    "<p>The city opened forty laboratories to companies on Monday, the local government said.</p>"
    "<p>It is the third step of its kind, and more than forty companies have asked to use them.</p>"
)
CHINESE = (
    "<p>市科协昨日召开工作会议，部署科创中国试点城市建设。会议要求各区县抓紧落实，确保年内见效。</p>"
    "<p>会议还通报了上半年的项目进展情况，四十七个项目已经全部开工，总投资九千五百万元。</p>"
)


def read(
    top: str = "", head: str = "", body: str = ENGLISH, bottom: str = "", title: str = TITLE
) -> ArticleData:
    html = (
        f"<html><head><meta charset='utf-8'>{head}</head><body><h1>{title}</h1>{top}"
        f"<div id='Content'>{body}</div>{bottom}</body></html>"
    )
    article = read_article(capture(html.encode()), FieldRules(), "t").article
    assert article is not None
    return article


LINES = [
    ("<p>( english.guiyang.gov.cn)</p><p>Updated: 2021-10-25</p>", "english.guiyang.gov.cn", None),
    ("<p>By Lin Wei (China Daily) Updated: 2016-04-02 07:29</p>", "China Daily", "Lin Wei"),
    ("<p>by HU ZHONGXIONG (China Daily)|2022-03-08</p>", "China Daily", "HU ZHONGXIONG"),
    ("<p>By YUAN SHENGGAO | China Daily| Updated: 2021-03-05 Print</p>", "China Daily", "YUAN SHENGGAO"),
    ("<p>Issued 20 October 2026 | Office: Riverton Press Office</p>", "Riverton Press Office", None),
    ("<p>Issued 20 October 2026</p>", None, None),
    ("<p><span>Riverton Press Office sent this bulletin at 11/30/2023 01:07 PM EST</span></p>", "Riverton Press Office", None),
    ("<p>Quill County Health Department posted this update on November 30, 2023</p>", "Quill County Health Department", None),
    ("<p>2018-09-27   Source:Guiyang China</p>", "Guiyang China", None),
    ("<p>Source: Shenyang WeChat Official Account 2023-03-17</p>", "Shenyang WeChat Official Account", None),
    ("<p>发布时间：2023年08月05日　来源：贵阳市科协　字号：[大 中 小]</p>", "贵阳市科协", None),
    ("<p>信息来源：市科技局　2023-08-05　作者：李四</p>", "市科技局", "李四"),
    ("<p>发布者：李晓芸　发布时间：2023-08-05　浏览次数：10　文章来源：材料学院</p>", "材料学院", None),
    ("<p>来源：材料学院　发布者：李晓芸　2023-08-05</p>", "材料学院", None),
    ("<p>发布者：宣传部　发布时间：2023-08-05　来源：</p>", "宣传部", None),
    ("<p>Published by: Web desk | 2023-08-05 | Source: Harbour Authority</p>", "Harbour Authority", None),
    ("<p>2023-08-05　来源：新华社　记者 张三</p>", "新华社", "张三"),
    ("<p>2019-09-26 12:11来源：证券时报网作者：李在山</p>", "证券时报网", "李在山"),
    ("<p>发表于2014-08-24 21:30| 1164次阅读| 来源CSDN| 作者魏星</p>", "CSDN", None),
    ("<p>2023-08-05 视频信息 复制视频地址 复制当前时间 复制调试信息 3.4</p>", None, None),
    ("<p>2023-08-05 来源：市科技局 作者：李四，查看更多</p>", "市科技局", "李四"),
    ("<p>作者：王五 阅读(1660) 评论(5)　2023-08-05</p>", None, "王五"),
]  # fmt: skip


@pytest.mark.parametrize(("top", "source", "author"), LINES)
def test_source_and_writer(top: str, source: str | None, author: str | None) -> None:
    article = read(top)
    assert (article.source, article.author) == (source, author)


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (f"{CHINESE}<p>四十七个项目已经全部开工。（记者 张三）</p>", "张三"),
        (f"<p>新华社贵阳8月5日电（记者张三、李四）市科协昨日召开会议。</p>{CHINESE}", "张三、李四"),
        (f"<p>□ 本报记者 欧阳明月</p>{CHINESE}", "欧阳明月"),
        (f"<p>记者 李妍 摄</p>{CHINESE}", None),
        (f"{CHINESE}<p>（来源：新华网 记者 王五）</p>", "王五"),
        (f"<p>记者从市科协获悉，四十七个项目已经全部开工。</p>{CHINESE}", None),
    ],
)
def test_a_reporter_named_in_the_text(body: str, author: str | None) -> None:
    assert read(body=body, title="市科协部署科创中国工作").author == author


@pytest.mark.parametrize(
    ("bottom", "editor"),
    [
        ("<p>责任编辑：张三</p>", "张三"),
        ("<p>（责编：张三、李四）</p>", "张三、李四"),
        ("<p>Editor: Zhang San</p>", "Zhang San"),
        ("<p><a href='/e'>编辑：张三</a></p>", None),
    ],
)
def test_the_editor_is_a_field_of_its_own(bottom: str, editor: str | None) -> None:
    article = read(bottom=bottom)
    assert article.editor == editor
    assert article.author is None


@pytest.mark.parametrize(
    ("head", "bottom", "publisher"),
    [
        ('<meta name="SiteName" content="贵阳市人民政府"><meta property="og:site_name" content="x1">', "", "贵阳市人民政府"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"China Daily"}}</script>', "", "China Daily"),
        ('<meta property="og:site_name" content="Guiyang China">', "", "Guiyang China"),
        ("", "<div>主办：贵阳市人民政府办公厅　承办：市大数据局</div>", "贵阳市人民政府办公厅"),
        ("", "<p>Copyright © The Guiyang Municipal People's Government. All Rights Reserved.</p>", "The Guiyang Municipal People's Government"),
        ("", "<p>版权所有 不得转载</p>", None),
        ("", "<figure><img src=a.jpg alt=''><figcaption>© Harbour Board 2026 – archive photo</figcaption></figure>", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_publisher_runs_the_site_and_is_not_the_source(
    head: str, bottom: str, publisher: str | None
) -> None:
    article = read("<p>Source: Xinhua 2023-08-05</p>", head, bottom=bottom)
    assert (article.publisher, article.source) == (publisher, "Xinhua")


def test_each_person_has_evidence() -> None:
    article = read(
        "<p>By Lin Wei (China Daily) Updated: 2016-04-02</p>", bottom="<p>Editor: Bo Li</p>"
    )
    assert {e.field for e in article.evidence} >= {"source", "author", "editor"}


def test_a_host_of_labels_on_one_line() -> None:
    line = read_byline(
        "记者 张三　来源：新华社　责任编辑：李四　审核：王五　2023-08-05", "Asia/Shanghai"
    )
    assert (line.author, line.source, line.editor) == ("张三", "新华社", "李四")


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ("<title>欢迎访问贵阳市人民政府门户网站</title>", "<p>市科协部署科创中国工作</p><p>发布时间：2023-08-05</p>", "市科协部署科创中国工作"),
        ("<title>www.practice.cn</title>", "<p>标题：市科协部署科创中国工作</p><p>发布时间：2023-08-05</p>", "市科协部署科创中国工作"),
        ("<title>贵阳市人民政府门户网站</title>", "<p>市科协部署科创中国工作</p><p>发布时间：2023-08-05</p>", "市科协部署科创中国工作"),
        ("<title>市科协部署科创中国工作_贵阳市人民政府</title>", "<h1><a href='/'>贵阳之窗</a></h1>", "市科协部署科创中国工作"),
        ('<meta name="ArticleTitle" content="市科协部署科创中…">', "<h1>市科协部署科创中国工作</h1>", "市科协部署科创中国工作"),
        ('<meta name="ArticleTitle" content="&lt;b&gt;市科协&lt;/b&gt;部署科创中国工作">', "", "市科协部署科创中国工作"),
    ],
)  # fmt: skip
def test_a_title_is_whole_and_not_the_site_s_name(head: str, top: str, title: str) -> None:
    html = f"<html><head><meta charset='utf-8'>{head}</head><body>{top}<div id='zoom'>{CHINESE}</div></body></html>"
    article = read_article(capture(html.encode()), FieldRules(), "t").article
    assert article is not None
    assert article.title == title


HEADS = [
    ("Publié le 12 mars 2026 | Source : Mairie de Lyon", "2026-03-12", "Mairie de Lyon"),
    ("Veröffentlicht am 5. Mai 2026 | Quelle: Stadt Bonn", "2026-05-05", "Stadt Bonn"),
    ("Publicado el 3 de mayo de 2026. Fuente: Ayuntamiento de Lugo", "2026-05-03", "Ayuntamiento de Lugo"),
    ("Pubblicato il 3 maggio 2026 - Fonte: Comune di Bari", "2026-05-03", "Comune di Bari"),
    ("Geplaatst op 3 mei 2026 | Bron: Gemeente Utrecht", "2026-05-03", "Gemeente Utrecht"),
    ("Опубликовано: 5 мая 2026. Источник: Мэрия Казани", "2026-05-05", "Мэрия Казани"),
    ("掲載日：2026年5月3日　出典：市役所", "2026-05-03", "市役所"),
    ("등록일 2026년 3월 12일 출처: 시청", "2026-03-12", "시청"),
    ("تاريخ النشر: 12 مارس 2026 | المصدر: البلدية", "2026-03-12", "البلدية"),
    ("Ngày đăng 12 tháng 3 năm 2026 - Nguồn: Sở Y tế", "2026-03-12", "Sở Y tế"),
    ("Opublikowano: 12 marca 2026 | Źródło: Urząd Miasta", "2026-03-12", "Urząd Miasta"),
    ("Yayınlanma: 12 Mart 2026 | Kaynak: Belediye", "2026-03-12", "Belediye"),
    ("Diterbitkan: 12 Maret 2026 | Sumber: Humas", "2026-03-12", "Humas"),
    ("วันที่ประกาศ : 12 มีนาคม 2569 \u00a0 ผู้ประกาศ : สำนักปลัดเทศบาล \u00a0 อ่าน 651 ครั้ง", "2026-03-12", "สำนักปลัดเทศบาล"),
    ("เผยแพร่เมื่อ: 12 มีนาคม 2569 | หน่วยงาน: กองคลัง | เข้าชม: 87", "2026-03-12", "กองคลัง"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "day", "source"), HEADS)
def test_day_and_source_in_the_languages_of_news(line: str, day: str, source: str) -> None:
    byline = read_byline(line, "UTC")
    assert [(each.label, each.when.iso) for each in byline.dates] == [(Label.PUBLISHED, day)]
    assert byline.source == source


@pytest.mark.parametrize(
    "line", ["Publié le", "Mis à jour le", "Veröffentlicht am", "등록일", "Quelle:"]
)
def test_a_label_is_no_source(line: str) -> None:
    assert is_label(line)
    assert read_byline(f"{line} 12/13/2025", "UTC").source in ("", "12/13/2025")


@pytest.mark.parametrize(
    ("views", "prints"),
    [
        ("Okunma Sayısı", "Yazdır"), ("Προβολές", "Εκτύπωση"), ("Peržiūros", "Spausdinti"),
        ("Katselukerrat", "Tulosta"), ("Megtekintés", "Nyomtatás"), ("Visningar", "Skriv ut"),
        ("צפיות", "הדפסה"), ("Odsłony", "Wydrukuj"), ("Переглядів", "Роздрукувати"),
    ],
)  # fmt: skip
def test_what_prints_a_page_is_no_source(views: str, prints: str) -> None:
    line = f"<div><span>2.12.2025</span> | {views}: <span>153</span> | <a href='javascript:window.print()'>{prints}</a></div>"
    article = read(line)
    assert (article.source, article.author) == (None, None)
    assert prints not in article.body


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Published on the 27th of November 2025", "2025-11-27"),
        ("Friday 27 November 2025, 4.39pm", "2025-11-27T16:39:00"),
        ("Friday 27 November 2025, 4:39 p.m.", "2025-11-27T16:39:00"),
        ("FOR IMMEDIATE RELEASE: November 27, 2025", "2025-11-27"),
        ("November 27, 2025 · 4 min read · 1,203 views", "2025-11-27"),
        ("November 27, 2025 | Reading time: 4 minutes", "2025-11-27"),
        ("27.11.2025, 15:36 Uhr", "2025-11-27T15:36:00"),
        ("Freitag, 27.11.2025, 15.36 Uhr", "2025-11-27T15:36:00"),
        ("27. November 2025, 15 Uhr", "2025-11-27"),
    ],
)
def test_row_209_the_rest_of_a_date_line_is_no_source(line: str, moment: str) -> None:
    found = read_byline(line, "")
    assert [(each.when.value.isoformat(), found.source) for each in found.dates] == [(moment, "")]
    assert read(f"<p>{line}</p>").source is None


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("27.11.2025, 15:36 Uhr | Hafenamt", "Hafenamt"),
        ("November 27, 2025 · 4 min read · The Harbour Post", "The Harbour Post"),
        ("27 November 2025, 4.39pm, Office of the Mayor", "Office of the Mayor"),
    ],
)
def test_row_209_a_source_in_such_a_line_is_read(line: str, source: str) -> None:
    assert read(f"<p>{line}</p>").source == source


NOTED = [
    "<p>数据来源：国家统计局</p>",
    "<p>（图片来源：视觉中国）</p>",
    "<p>资料来源：市统计局</p>",
    "<blockquote><p>来源：市统计局历年公报，数据经过四舍五入处理，各项之和可能不等于合计。</p></blockquote>",
    "<p>来源：市统计局</p>",
    "<p>Photo source: Getty</p>",
    "<p>Data source: Bureau of Statistics</p>",
]


@pytest.mark.parametrize("noted", NOTED)
@pytest.mark.parametrize("date", ["<p>发布时间：2025-11-19 10:00</p>", ""])
def test_row_209_the_source_of_figures_in_the_text_is_not_that_of_the_article(
    noted: str, date: str
) -> None:
    first, second = CHINESE.split("</p>", 1)
    assert read(date, body=f"{first}</p>{noted}{second}{CHINESE}").source is None


@pytest.mark.parametrize("bottom", ["<p>来源：贵阳日报</p>", "<p>（来源：贵阳日报）</p>"])
def test_row_209_a_source_at_the_foot_of_the_text_is_the_article_s(bottom: str) -> None:
    assert read("<p>2025-11-19</p>", body=CHINESE + bottom).source == "贵阳日报"


@pytest.mark.parametrize(
    "line",
    [
        "【时间：20251119】【字号：大 中 小】",
        "[ 25-11-19 ] 作者：",
        "时间：25-11-19　来源：本站",
        "发布日期：20251119",
    ],
)
def test_row_209_a_short_day_in_a_labelled_line_is_a_date(line: str) -> None:
    (found,) = read_byline(line, "Asia/Shanghai").dates
    assert found.when.value.isoformat() == "2025-11-19"
    published = read(f"<p>{line}</p>", body=CHINESE).published
    assert published is not None
    assert published.value.isoformat() == "2025-11-19"


@pytest.mark.parametrize(
    "line", ["编号：20251119", "[ 25-11-19 ]", "Date: 25-11-19", "时间：20251399", "电话：25-11-19"]
)
def test_row_209_other_numbers_are_no_days(line: str) -> None:
    assert read_byline(line, "Asia/Shanghai").dates == ()


@pytest.mark.parametrize(
    "box",
    [
        "<b>19</b><span>2025.11</span>",
        "<p>19</p><p>2025-11</p>",
        "<p>11-19</p><p>2025</p>",
        "<p>19</p><p>Nov 2025</p>",
    ],
)
def test_row_209_a_day_in_a_box_beside_the_headline_is_a_date(box: str) -> None:
    html = f"<meta charset=utf-8><div class=article><div class=rq>{box}</div><h1>{TITLE}</h1><div class=nr>{CHINESE}</div></div>"
    article = read_article(capture(html.encode()), FieldRules(), "t").article
    assert article is not None
    assert article.published is not None
    assert article.published.value.isoformat() == "2025-11-19"


def test_row_209_a_short_day_beside_the_size_of_letters_counts_in_the_block_of_the_text() -> None:
    html = f"<meta charset=utf-8><div class=article><h1>{TITLE}</h1><div class=info>【时间：20251119】【字号：大 中 小】</div><div class=nr>{CHINESE}</div></div>"
    article = read_article(capture(html.encode()), FieldRules(), "t").article
    assert article is not None
    assert article.published is not None
    assert article.published.value.isoformat() == "2025-11-19"


def test_row_209_the_source_of_figures_at_the_foot_is_no_text() -> None:
    article = read("<p>2025-11-19</p>", body=f"{CHINESE}<p>（资料来源：贵阳日报、海外网等）</p>")
    assert article.source is None
    assert "资料来源" not in article.body


DEEDS = [
    f"{thing}{deed}{end}"
    for shapes in byline._DEEDS.values()
    for things, deeds, ends in shapes
    for thing in ("", *things.split())
    for deed in deeds.split()
    for end in ends.split()
]
LABELS = [*(word for words in byline._WORDS.values() for word in words.split("|")), *DEEDS]
PIECES = [
    *(word.replace("?", "") for word in LABELS),
    *(
        " ",
        "  ",
        "    ",
        ":",
        " :",
        "：",
        ",",
        "。",
        "x",
        "7",
        "123456",
        "市科协",
        "Wednesday",
        "Mittwoch,",
    ),
    *(
        "2026-11-19",
        "19 November 2026",
        "November 19, 2026",
        "19.11.2026",
        "19 tháng 11",
        "20261119",
    ),
]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("發放日期：2026年3月5日（星期四）", Label.PUBLISHED),
        ("新聞發布日期：115/03/05", Label.PUBLISHED),
        ("信息上网时间: 2026-03-05", Label.PUBLISHED),
        ("掲載年月日：2026年3月5日", Label.PUBLISHED),
        ("최초 등록일시 : 2026-03-05", Label.PUBLISHED),
        ("게시 일자: 2026.03.05", Label.PUBLISHED),
        ("Veröffentlichungsdatum: 05.03.2026", Label.PUBLISHED),
        ("Data publikacji: 2026-03-05", Label.PUBLISHED),
        ("Дата размещения: 05.03.2026", Label.PUBLISHED),
        ("最後異動時間：2026-03-05", Label.UPDATED),
        ("網頁更新日期 2026-03-05", Label.UPDATED),
        ("修訂日期：2026年3月5日", Label.UPDATED),
        ("資料檢視：2026-03-05", Label.UPDATED),
        ("최종 수정일자: 2026-03-05", Label.UPDATED),
        ("撰写时间：2026-03-05", Label.WRITTEN),
        ("考试时间：2026年3月5日", Label.EVENT),
        ("公示时间：2026年3月5日", Label.EVENT),
        ("截標日期：2026年3月5日", Label.OTHER),
        ("列印日期：2026-03-05", Label.OTHER),
    ],
)
def test_what_a_label_says_of_its_day(line: str, label: Label) -> None:
    parts = read_byline(line, "Asia/Shanghai")
    assert [date.label for date in parts.dates] == [label]
    assert (parts.source, parts.author, parts.editor, parts.rest) == ("", "", "", ())


def test_no_label_is_longer_than_is_looked_for_before_its_colon() -> None:
    assert max(map(len, LABELS)) <= LONGEST_LABEL


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_labels_are_found_around_colons_and_dates_as_in_the_whole_line(
    pieces: Sequence[str],
) -> None:
    line = narrow("".join(pieces))
    colons = (COLONED, byline._COLON, byline._BEFORE_COLON, byline._AFTER_COLON)
    dates = (BEFORE_DATE, byline._SHORT_NUMBER, byline._BEFORE_NUMBER, byline._AFTER_NUMBER)
    for pattern, anchor, before, after in (colons, dates):
        whole = [(found.span(), found.lastgroup) for found in pattern.finditer(line)]
        near = byline._around(line, pattern, anchor, before, after)
        assert [(found.span(), found.lastgroup) for found in near] == whole


CONTROLS = [
    "大 中 小",
    "[大][中][小]",
    "L M S",
    "L  M  S",
    " 原创",
    "星期三",
    "周日",
    "Print",
    "Share",
    "Email",
    "A+",
    "A-",
    "[+] [-]",
    "+-",
]


@given(st.lists(st.sampled_from([*CONTROLS, "x", "科", " ", "Lm", "+", "-"]), max_size=8))
def test_every_control_has_a_sign_of_one(pieces: Sequence[str]) -> None:
    line = "".join(pieces)
    if byline._CONTROLS.search(line) is not None:
        assert byline._ANY_CONTROL.search(line) is not None


BENEATH = {
    "en": ("Source: Tolbury Gazette", "Tolbury Gazette"),
    "pt": ("<em>Fonte: Gestão de Pessoas</em>", "Gestão de Pessoas"),
    "es": ("Fuente: Prensa de la Agencia", "Prensa de la Agencia"),
    "fr": ("Source : Direction de la communication", "Direction de la communication"),
    "de": ("Quelle: Pressestelle der Stadt", "Pressestelle der Stadt"),
    "ru": ("Источник: МЧС по области", "МЧС по области"),
    "ar": ("المصدر: مديرية الإعلام", "مديرية الإعلام"),
    "ko": ("출처: 환경정책과", "환경정책과"),
    "zh": ("来源：贵阳市科协", "贵阳市科协"),
    "el": ("ΠΗΓΗ: Υπουργείο Ανάπτυξης", "Υπουργείο Ανάπτυξης"),
    "hu": ("Forrás: Városi Sajtóiroda", "Városi Sajtóiroda"),
    "fi": ("Lähde: Kaupungin viestintä", "Kaupungin viestintä"),
    "he": ("מקור: דוברות העירייה", "דוברות העירייה"),
    "lt": ("Šaltinis: Savivaldybės spaudos tarnyba", "Savivaldybės spaudos tarnyba"),
    "fa": ("منبع: روابط عمومی شهرداری", "روابط عمومی شهرداری"),
}


@pytest.mark.parametrize("language", BENEATH)
@pytest.mark.parametrize("is_outside", [False, True])
def test_a_source_beneath_the_text_is_told_and_none_of_it(language: str, is_outside: bool) -> None:
    line, source = BENEATH[language]
    written = f"<p>{line}</p>"
    article = (
        read(bottom=written, top="<p>2026-03-05</p>")
        if is_outside
        else read(body=ENGLISH + written, top="<p>2026-03-05</p>")
    )
    assert article.source == source
    assert article.body.endswith("asked to use them.")


def test_a_source_may_stand_under_its_label_at_the_end() -> None:
    article = read(bottom="<div><div>Source</div><div>City Press Office</div></div>")
    assert article.source == "City Press Office"


@pytest.mark.parametrize(
    ("heading", "lines"),
    [
        (
            "お問い合わせ",
            ("真砂市役所 環境課", "〒438-0999 真砂市城下町1番1号", "電話：0538-00-1160"),
        ),
        ("Pressekontakt", ("Stadt Brunnenthal", "Sabine Kranz", "Telefon: 0555 100-234")),
        ("Media contact", ("Ann Miller", "press@tolbury.example")),
        ("Επικοινωνία", ("Γραφείο Τύπου Δήμου", "Τηλ.: 2310 555 100")),
        ("Kontakt dla mediów", ("Anna Nowak, rzecznik", "tel. 22 555 10 00")),
        ("Contact presse", ("Service communication", "Tél. 01 23 45 67 89")),
    ],
)
def test_whom_to_ask_is_no_text(heading: str, lines: tuple[str, ...]) -> None:
    box = "".join(f"<p>{line}</p>" for line in lines)
    article = read(body=f"{ENGLISH}<h3>{heading}</h3>{box}")
    assert article.body.endswith("asked to use them.")


def test_a_text_that_goes_on_behind_whom_to_ask_is_kept() -> None:
    article = read(body=f"<p>The press office is new.</p><h3>Media contact</h3>{ENGLISH}{ENGLISH}")
    assert article.body.endswith("asked to use them.")


def test_elements_of_a_page_builder_are_no_side_boxes() -> None:
    """Elementor calls each element of a page a widget."""
    top = (
        '<div class="elementor-widget elementor-widget-post-info"><ul><li itemprop=author><span '
        'class="elementor-post-info__item--type-author">Elif Koç</span></li><li>5 Mart 2026</li></ul></div>'
    )
    assert read(top).author == "Elif Koç"


@pytest.mark.parametrize(
    "line",
    [
        "Πέμπτη, 05 Μαρτίου 2026 10:30",
        "ΠΕΜΠΤΗ 05 ΜΑΡΤΙΟΥ 2026",
        "2026. március 5., csütörtök",
        "05 Mart 2026 Perşembe",
        "الخميس ١٦ رمضان ١٤٤٧هـ الموافق ٥ مارس ٢٠٢٦م",
        "Thứ Năm, ngày 5 tháng 3 năm 2026, 14:20 [GMT+7]",
        "klo 10.45 5.3.2026",
        "5 марта 2026 г., 14:20",
        "четвер, 05 березня 2026, 14:20",
        "czwartek, 5 marca 2026, godz. 14:20",
        "quinta-feira, 5 de março de 2026",
        "พฤหัสบดี 5 มีนาคม 2569 เวลา 14:20 น.",
        "Kamis, 05 Maret 2026 14:20 WIB",
        "יום חמישי 5 במרץ 2026",
    ],
)
def test_what_stands_beside_a_day_names_no_source(line: str) -> None:
    said = byline.read_byline(line, "UTC")
    assert [found.when.day.isoformat() for found in said.dates] == ["2026-03-05"]
    assert (said.source, said.rest) == ("", ())


def test_a_release_ends_at_its_mark_and_notes_are_kept() -> None:
    about = "<p>###</p><p><b>About the agency</b><br>The agency was founded in 1951 and has 240 staff.</p>"
    assert read(body=ENGLISH + about).body.endswith("asked to use them.")
    notes = "<p>ENDS</p><h3>Notes to editors</h3><p>The fund was set up by the council in 2019.</p>"
    assert read(body=ENGLISH + notes).body.endswith("set up by the council in 2019.")


@pytest.mark.parametrize("shown", ["hidden=until-found", "role=tabpanel hidden"])
def test_panels_of_an_accordion_and_of_tabs_are_text(shown: str) -> None:
    panel = f"<h2><button>Who decided?</button></h2><div {shown}><p>The assembly decided on 5 May.</p></div>"
    assert "The assembly decided on 5 May." in read(body=ENGLISH + panel).body
    hidden = panel.replace(shown, "hidden")
    assert "The assembly decided on 5 May." not in read(body=ENGLISH + hidden).body


def test_fields_beside_the_text_name_people_and_are_none_of_it() -> None:
    fields = (
        "<div class='field'><div class=field__label>Forrás</div><div class=field__item>Városi "
        "Hírmondó</div></div><div class='field'><div class=field__label>Fotó</div>"
        "<div class=field__item>Illés Noémi</div></div>"
    )
    article = read(body=ENGLISH + fields)
    assert (article.source, article.body.endswith("asked to use them.")) == (
        "Városi Hírmondó",
        True,
    )


def test_facts_of_the_page_under_the_text_are_none_of_it() -> None:
    under = "".join(
        f"<p>{line}</p>"
        for line in (
            "發布單位：環境安全組",
            "發布日期：115-03-05",
            "更新日期：115-03-05",
            "點閱數：1903",
            "聯絡人：侯慧玲",
            "聯絡電話：05-555-1200",
            "報名表.pdf 783 KB",
        )
    )
    assert read(body=ENGLISH + under).body.endswith("asked to use them.")
    notice = "<p>聯絡人：侯慧玲</p><p>聯絡電話：05-555-1200</p>"
    assert read(body=ENGLISH + notice).body.endswith("05-555-1200")


@pytest.mark.parametrize(
    "top",
    [
        "<div class=etiquette>Communiqué</div>",
        "<p>PRESS RELEASE</p>",
        "<p>Pressemitteilung</p>",
        "<div>Nota de prensa</div>",
        "<div class=tag>Avis</div><div class='field'><div class=field--label>Diffusé le</div><div>5 mars 2026</div></div>",
        "<div class='field'><div class=field-label>Texte</div><div class=field-item>Ann Miller</div></div>",
    ],
)
def test_the_kind_of_a_text_and_fields_above_it_are_none_of_it(top: str) -> None:
    assert read(body=top + ENGLISH).body == read().body


def test_a_field_that_says_a_sentence_is_text() -> None:
    field = "<div class=field><div class=field--label>Highlights</div><p>The courts have declared it legal.</p></div>"
    assert "The courts have declared it legal." in read(body=field + ENGLISH).body


@pytest.mark.parametrize(
    "day",
    [
        "Diffusé le 1<sup>er</sup> mars 2026",
        "<span>March 1<sup>st</sup>, 2026</span>",
        "1<sup>st</sup> March 2026",
        "Publié le 1<span class=ord>er</span> mars 2026",
        "Posted on March 1<small>st</small>, 2026",
    ],
)
def test_an_ordinal_set_high_is_a_part_of_its_day(day: str) -> None:
    article = read(top=f"<p>{day}</p>")
    assert article.published is not None
    assert article.published.iso[:10] == "2026-03-01"


def test_a_line_that_begins_like_a_kind_is_text() -> None:
    for line in ("Avis de tempête sur la côte", "Press release cites old figures", "通知"):
        assert read(body=f"<p>{line}</p>{ENGLISH}").body.startswith(line)


@pytest.mark.parametrize(
    "under",
    [
        "<p>– 30 –</p><p><b>Source :</b><br>Agence de l’eau</p><p><b>Renseignements :</b><br>Ann Roy<br>418 555-0159</p>",
        "<p>-30-</p><p>Source : Agence de l’eau</p><p>Renseignements</p><p>Ann Roy</p><p>418 555-0159</p>",
        "<p>— end —</p>",
        "<p>Permalink | Comments (1)</p>",
        "<p><a href=#c>12 comments</a></p>",
        "<p>固定链接 · 评论 (3)</p>",
        "<p>Permalien • Aucun commentaire</p>",
        "<p>Permanenter Link | Kommentar schreiben</p>",
        "<p>Attached Files:<br>Guidelines.docx (44 KB)<br>Map.pdf (1 MB)</p>",
        "<p>Anlagen<br>Satzung.pdf (80 KB)</p>",
        "<section class=footnotes><ol><li><p>We counted twice, see the spreadsheet. <a href=#r1>↩︎</a></p></li></ol></section>",
        "<hr><p>The exact figure depends on the tide. ↩</p><p>Table salt will not do. ↩︎</p>",
        "<table><tr><th>Date published:</th><td>5 March 2026</td></tr><tr><th>Issued by:</th><td>Water Department</td></tr><tr><th>Topic:</th><td>Fire and pests</td></tr><tr><th>Contact:</th><td>Fatima Ito, 03 5550 5063</td></tr></table>",
        "<table><tr><td>Veröffentlicht am:</td><td>5. März 2026</td></tr><tr><td>Thema:</td><td>Wasser</td></tr></table>",
    ],
)  # fmt: skip
def test_what_stands_under_a_text_and_is_none_of_it(under: str) -> None:
    assert read(body=ENGLISH + under).body == read().body


@pytest.mark.parametrize(
    ("under", "end"),
    [
        ("<p>Comments (3) were heard at the meeting.</p>", "at the meeting."),
        ("<p>Renseignements pris, le pont rouvre lundi.</p>", "rouvre lundi."),
        ("<p>Anlagen<br>Der Park und der See bleiben offen.</p>", "bleiben offen."),
        ("<table><tr><td>Time:</td><td>18:00</td></tr><tr><td>Place:</td><td>Town hall</td></tr></table>", "Town hall"),
        ("<p>It rose by 30 points – 30 – in a year.</p>", "in a year."),
    ],
)  # fmt: skip
def test_what_only_looks_like_the_foot_of_a_page_is_text(under: str, end: str) -> None:
    assert read(body=ENGLISH + under).body.endswith(end)


SENTENCE = "Label printing works again after an <a href=/x>outage</a> that lasted 38 minutes today."
PLAIN = "Label printing works again after an outage that lasted 38 minutes today."


@pytest.mark.parametrize(
    "around",
    [
        "<article><div class=post__body>@</div></article><section class=blog-related-posts>#</section>",
        "<article><div class=post__body><span class=cos_wrapper_meta_field>@</span></div>"
        "<div class=tags><a href=/t/1>Company news</a> <a href=/t/2>Product news</a></div>"
        "<div class=author-box><p>Ann Miller writes about the port.</p></div></article>",
        "<div class=journal-content-article>@</div><div><span>La media es de 3,8 estrellas de 5.</span></div>"
        "<div class=discussion><h3>Comentarios</h3><p>No hay comentarios aún. Sea usted el primero.</p></div>",
        "<div class=article-text>@</div><div class=about-boilerplate><h3>About us</h3>"
        "<p>The company makes software for shops, carriers and neighbours in eleven countries.</p></div>",
        "<div class=entry-content>@</div><div class=recommended>#</div>",
    ],
)  # fmt: skip
def test_a_notice_of_one_sentence_is_the_text_whatever_runs_beside_it(around: str) -> None:
    teasers = "".join(
        f"<article><h3><a href=/n/{n}>What the checks of season {n} mean</a></h3><p>The season starts "
        f"earlier every year, and those that cope in {n} are the ones that…</p></article>"
        for n in range(3)
    )
    links = "".join(
        f"<a href=/n/{n}>How the season of year {n} went in towns</a> " for n in range(9)
    )
    html = (
        f"<meta charset=utf-8><h1>{TITLE}</h1><p>5 March 2026</p>"
        f"{around.replace('@', f'<p>{SENTENCE}</p>').replace('#', teasers)}{links}<footer>© Tolbury</footer>"
    )
    article = read_article(capture(html.encode()), FieldRules(), "t").article
    assert article is not None
    assert article.body == PLAIN


@pytest.mark.parametrize("name", ["Super User", "jcms", "City of Port Alder", "南京汉邦网络"])
def test_neither_a_program_nor_the_site_is_the_writer(name: str) -> None:
    head = f"<meta name=author content='{name}'><meta property='og:site_name' content='City of Port Alder'>"
    assert read(top=head).author is None


def test_a_box_of_controls_is_no_part_of_a_name() -> None:
    article = read(top="<p>2026-03-05 来源：市科技局 作者：朱子斌【字号 大 中 小】</p>")
    assert (article.source, article.author) == ("市科技局", "朱子斌")


@pytest.mark.parametrize("line", ["（通讯员　陶喆）", "（记者 方堃）"])
def test_a_correspondent_is_named_at_the_end(line: str) -> None:
    article = read(
        body=f"<p>{'全市科技大会日前召开，会议部署了今年的重点任务。' * 8}{line}</p>",
        top="<p>2026-03-05</p>",
    )
    assert article.author == line[4:-1].strip()


@pytest.mark.parametrize(
    ("top", "source"),
    [
        (
            "<ul><li><strong>담당부서</strong><span>교통정책과</span></li><li><strong>조회수</strong><span>31</span></li></ul>",
            "교통정책과",
        ),
        ("<div><span>发布机构</span><span>市科技局</span></div>", "市科技局"),
        ("<p><b>Source</b> <em>Harbour Office</em></p>", "Harbour Office"),
        ("<p><b>Source</b> code of the tram planner is open to all.</p>", None),
    ],
)
def test_a_label_without_a_colon_in_an_element_of_its_own_names_the_one_beside_it(
    top: str, source: str | None
) -> None:
    assert read(top).source == source


@pytest.mark.parametrize("label", ["所属課室：", "担当課：", "担当部署："])
def test_the_section_to_ask_is_the_source_of_a_japanese_page(label: str) -> None:
    body = (
        "<p>県は、橋の点検の結果を取りまとめました。対象は県内の四十か所で、職員が現地を訪ねました。</p>"
        * 2
    )
    asked = f"<div><h2>お問い合わせ</h2><p>{label}道路維持課</p><p>電話番号：000-000-2222</p></div>"
    assert read(body=body, bottom=asked, title="橋の点検の結果について").source == "道路維持課"


@pytest.mark.parametrize(
    ("signed", "author"),
    [
        ("<p style='text-align:right'><strong>Hoàng Minh</strong></p>", "Hoàng Minh"),
        ("<p align=right>(Thu Trang)</p>", "Thu Trang"),
        ("<div><span style='display:block;text-align: right;'>Ana Lima</span></div>", "Ana Lima"),
        ("<p>Ana Lima</p>", None),
        ("<p style='text-align:right'>Harbour Office</p>", None),
        ("<p style='text-align:right'>It opens on Monday, and all are welcome.</p>", None),
    ],
)
def test_a_name_alone_at_the_right_of_the_end_signs_the_text(
    signed: str, author: str | None
) -> None:
    assert read(body=ENGLISH + signed).author == author


@pytest.mark.parametrize("bottom", ["<div class=fonte>Fonte: Secretaria de Obras</div>", ""])
def test_a_source_under_its_label_goes_before_the_press_office_that_wrote_the_text(
    bottom: str,
) -> None:
    top = "<p>por <a href=/author/x>Assessoria de Comunicação</a> — <span>publicado</span> 27/02/2026 16h20</p>"
    expected = "Secretaria de Obras" if bottom else "Assessoria de Comunicação"
    assert read(top, bottom=bottom).source == expected


@pytest.mark.parametrize(
    ("line", "source", "author", "editor"),
    [
        ("来源丨市港务局", "市港务局", "", ""),
        ("编辑丨李小舟", "", "", "李小舟"),
        ("2026-11-19 07:00　港城融媒　编辑 李舟", "", "", "李舟"),
        ("Reporting by Ann Roth; Editing by Bo Lind", "", "Ann Roth", "Bo Lind"),
    ],
)
def test_names_behind_a_bar_a_blank_or_what_was_done(
    line: str, source: str, author: str, editor: str
) -> None:
    found = read_byline(line, "Asia/Shanghai")
    assert (found.source, found.author, found.editor) == (source, author, editor)


@pytest.mark.parametrize(
    ("top", "author"),
    [
        ("<p>Ruth Pine, travel writer</p><p>7 November 2022</p>", "Ruth Pine"),
        ("<div>2 November 2022</div><div>Milo Grant<br>Local reporter</div>", "Milo Grant"),
        ("<ul><li>Ida Holm</li><li>Korrespondentin</li><li>2 November 2022</li></ul>", "Ida Holm"),
        ("<p>Explainer · Leda Fonseca · 19 November 2022 · 4 min read</p>", "Leda Fonseca"),
        ("<p>Ana Lima | 3 min de leitura | 3 May 2022</p>", "Ana Lima"),
        ("<p>Words by Petra Vane. Photographs by Olu Adeyemi</p>", "Petra Vane"),
        ("<p>Compiled by Greta Holm</p>", "Greta Holm"),
        ("<ul><li>기자명 한바다 기자</li><li>입력 2022.11.25 18:07</li></ul>", "한바다"),
        ("<p>21 November 2022 • Interview: Piet Mols • Photos: Studio Rand</p>", "Piet Mols"),
        ("<p>21. November 2022 | Interview: Jana Kranz</p>", "Jana Kranz"),
        ("<p>Le 21 novembre 2022 – Propos recueillis par Léa Morin</p>", "Léa Morin"),
        ("<p><span class=autor>Redacción / Lucía Prados</span> 21/11/2022</p>", "Lucía Prados"),
        ("<p>21.11.2022, 11:40 Uhr</p><p class=autor>Von Jonas Reuter (jre)</p>", "Jonas Reuter"),
        ("<p>21 november 2022, 11:40 uur door Jan Visser</p>", "Jan Visser"),
        ("<p>vr 25 november 2022 om 11.40 uur - Door: Jan Visser</p>", "Jan Visser"),
        ("<p>Text: Karin Ek Foto: Bo Lind</p><p>Publicerad 21 november 2022</p>", "Karin Ek"),
        ("<p>Teksti: Aino Laine, kuvat: Eero Salo</p><p>21.11.2022 klo 14.20</p>", "Aino Laine"),
        ("<p>Oleh: Sri Wahyuni, Senin 21 November 2022</p>", "Sri Wahyuni"),
        ("<p>Haber: Ayşe Demir - 21 Kasım 2022</p>", "Ayşe Demir"),
    ],
)
def test_writers_beside_what_they_are_and_what_they_wrote(top: str, author: str) -> None:
    article = read(top)
    assert article.author == author
    assert author not in article.body


@pytest.mark.parametrize(
    "top",
    [
        "<p>New York · 3 May 2022</p>",
        "<p>Public Health | 3 May 2022</p>",
        "<p>Harbour Board, reporter of record</p>",
        "<p>Explainer · 3 May 2022</p>",
        "<p>3 May 2022 | Interview: how trams return</p>",
        "<p>3 May 2022</p><p>Text: large or small</p>",
    ],
)
def test_places_and_sections_beside_the_day_are_no_writers(top: str) -> None:
    assert read(top).author is None


@pytest.mark.parametrize(
    ("top", "author", "editor"),
    [
        ("<p>文/顾北辰　图/易安　编辑/裴青</p><p>2022.11.15</p>", "顾北辰", "裴青"),
        ("<p>撰文／贺晓棠 摄影／石磊 责编／卢一鸣</p><p>2022-11-15</p>", "贺晓棠", "卢一鸣"),
        ("<p>城市在线 2022-10-30 09:00 摄影报道：石磊</p>", "石磊", None),
        ("<p>2022-11-15 文丨贺晓棠 图丨石磊</p>", "贺晓棠", None),
        (
            "<p><span>文｜本刊记者 贺晓棠</span><span>2022年第46期 出版日期 2022年11月15日</span></p>",
            "贺晓棠",
            None,
        ),
        ("<p>2022-11-15 图文｜秋收的第三年</p>", None, None),
    ],
)
def test_credits_before_a_stroke(top: str, author: str | None, editor: str | None) -> None:
    article = read(top, body=CHINESE, title="镜头里的秋收")
    assert (article.author, article.editor) == (author, editor)


@pytest.mark.parametrize(
    "top",
    [
        "<p>2022年11月22日10:18 | 来源：<a href=//o.test><img src=/l.gif alt=城市文艺网></a></p>",
        "<p>2022-11-22</p><p>来源：<img src=/l.gif alt=城市文艺网></p>",
        "<p>2022-11-22</p><p>Source: <a href=//o.test><img src=/l.gif alt=城市文艺网></a></p>",
    ],
)
def test_a_source_that_is_a_picture_is_what_the_picture_says(top: str) -> None:
    assert read(top, body=CHINESE).source == "城市文艺网"


def test_pictures_for_sharing_behind_a_label_are_no_source() -> None:
    icons = "<img src=/w.gif alt=微信><img src=/b.gif alt=微博>"
    assert read(f"<p>2022-11-22 来源： {icons}</p>", body=CHINESE).source is None


def test_a_sentence_under_a_label_with_nothing_behind_it_is_no_source() -> None:
    assert read("<p>2022-11-22</p><p>来源：</p>", body=CHINESE).source is None


FORM = "<tr><td>索引号</td><td>LC009</td><td>主题分类</td><td>教育</td></tr>"


@pytest.mark.parametrize(
    ("form", "source"),
    [
        (f"<table>{FORM}<tr><td>发布机构</td><td>市教育局</td><td>发布日期</td><td>2022-11-03</td></tr></table>", "市教育局"),
        ("<table><tr><td>公开部门</td><td>市水务局</td></tr><tr><td>公开日期</td><td>2022年11月3日</td></tr></table>", "市水务局"),
        ("<div><div><span>公开机构</span><span>市水务局</span></div><div><span>公开日期</span><span>2022-11-03</span></div></div>", "市水务局"),
        ("<table><tr><td><b>Issued by</b></td><td>City Education Office</td></tr><tr><td><b>Date issued</b></td><td>3 November 2022</td></tr></table>", "City Education Office"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_chinese", [True, False])
def test_who_published_stands_in_a_table_of_fields(
    form: str, source: str, is_chinese: bool
) -> None:
    assert read(form, body=CHINESE if is_chinese else ENGLISH).source == source

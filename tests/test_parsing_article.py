"""One article page at a time: which of its many statements wins, and with what evidence."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.fields.language import language_of
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules
from storage.lists import RowWitness
from storage.types import ArticleData, Origin, Outcome, Precision
from tests.support.make import capture

URL = "http://www.practice.test/2023/news/a1.html"
TEXT = (
    "<p>　　8月5日，市科协在贵阳召开工作会议，部署科创中国试点城市建设。会议要求各区县抓紧落实，确保年内见效。</p>"
    "<p>　　会议还通报了上半年的项目进展情况，四十七个项目已经全部开工，总投资九千五百万元。</p>"
)
ENGLISH = (
    "<p>The city opened a new laboratory for big data on Monday, the local government said.</p>"
    "<p>It is the third of its kind, and more than forty companies have asked to use it.</p>"
)


def page(head: str = "", top: str = "", body: str = TEXT, bottom: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body><div "
        f"class='nav'><a href='/'>首页</a> &gt; "
        f"<a href='/news/'>要闻</a></div>{top}<div id='zoom'>{body}</div>{bottom}</body></html>"
    )


def read(html: str, rules: FieldRules | None = None, url: str = URL) -> ArticleData:
    reading = read_article(
        capture(html.encode(), url=url, final_url=url),
        rules or FieldRules(zone="Asia/Shanghai"),
        "t",
    )
    assert reading.article is not None, (reading.outcome, reading.reason)
    return reading.article


def origin(article: ArticleData, field: str) -> Origin:
    return next(item.origin for item in article.evidence if item.field == field)


STANDARD = (
    "<title>市科协部署科创中国工作_贵阳市人民政府</title>"
    '<meta name="SiteName" content="贵阳市人民政府"><meta name="ArticleTitle" content="市科协部署科创中国工作">'
    '<meta name="PubDate" content="2023-08-05 09:30"><meta name="ContentSource" content="贵阳市科协">'
    '<meta name="Maketime" content="2024-01-01 12:00:00"><meta name="HtmlGenerateTime" content="2024-01-02 12:00">'
)  # fmt: skip


def test_the_standard_metas_and_the_build_time_trap() -> None:
    article = read(page(STANDARD))
    assert article.title == "市科协部署科创中国工作"
    assert article.published is not None
    assert article.published.iso == "2023-08-05T09:30:00+08:00"
    assert article.published.precision is Precision.MINUTE
    assert article.source == "贵阳市科协"
    assert article.language == "zh"
    assert origin(article, "published") is Origin.META


@pytest.mark.parametrize(
    "name", ["pubdate", "PUBDATE", "publishdate", "firstpublishedtime", "article:published_time"]
)
def test_metas_in_any_case(name: str) -> None:
    head = (
        f"<title>市科协部署科创中国工作</title><meta name='{name}' content='2023-08-05-09:30:10'>"
    )
    article = read(page(head))
    assert article.published is not None
    assert article.published.iso == "2023-08-05T09:30:10+08:00"


def test_a_meta_day_takes_the_time_of_the_visible_line() -> None:
    head = "<title>市科协部署工作</title><meta name='PubDate' content='2023-08-05'>"
    top = "<h1>市科协部署工作</h1><div>2023-08-05 10:15　来源：贵阳日报</div>"
    article = read(page(head, top))
    assert article.published is not None
    assert article.published.iso == "2023-08-05T10:15:00+08:00"
    assert article.source == "贵阳日报"


def test_another_day_on_the_line_does_not_override_the_meta() -> None:
    head = "<title>市科协部署工作</title><meta name='PubDate' content='2023-08-05'>"
    top = "<h1>市科协部署工作</h1><div>更新时间：2023-08-09 10:15</div>"
    article = read(page(head, top))
    assert article.published is not None
    assert article.published.iso == "2023-08-05"
    assert article.updated is not None
    assert article.updated.iso == "2023-08-09T10:15:00+08:00"


@pytest.mark.parametrize(
    "wrong", ["2569-05-17", "1970-01-01 08:00:00", "2099-01-01", "2023-02-31", "soon"]
)
def test_an_implausible_meta_loses_to_the_line(wrong: str) -> None:
    head = f"<title>市科协部署工作</title><meta name='publishdate' content='{wrong}'>"
    article = read(page(head, "<h1>市科协部署工作</h1><p>发布时间：2023年08月05日</p>"))
    assert article.published is not None
    assert article.published.iso == "2023-08-05"
    assert origin(article, "published") is Origin.VISIBLE


def test_published_beats_written_in_a_table_of_cells() -> None:
    top = (
        "<h1>关于印发实施方案的通知</h1><table><tr><td>成文日期：</td><td>2023-01-02</td></tr>"
        "<tr><td>发布日期：</td><td>2023-01-05</td></tr></table>"
    )
    article = read(page("<title>关于印发实施方案的通知</title>", top))
    assert article.published is not None
    assert article.published.iso == "2023-01-05"


@pytest.mark.parametrize(
    "table",
    [
        "<tr><th>发文机关</th><th>发文字号</th><th>成文日期</th><th>发布日期</th><th>施行日期</th></tr>"
        "<tr><td>市水务局</td><td>水字〔2023〕3号</td><td>2023-01-02</td><td>2023-01-05</td><td>2023-01-20</td></tr>",
        "<tr><td>索引号</td><td>成文日期</td><td>发布机构</td></tr><tr><td>0063/2023</td><td>2023年1月2日</td><td>市水务局</td></tr>"
        "<tr><td>发布日期</td><td>文号</td><td>施行日期</td></tr><tr><td>2023年1月5日</td><td></td><td>2023年1月20日</td></tr>",
    ],
)
def test_labels_may_stand_above_what_they_say(table: str) -> None:
    top = f"<table>{table}</table><h1>关于印发实施方案的通知</h1>"
    html = page("<title>关于印发实施方案的通知</title>", top)
    article = read(html, url="http://x.practice.test/a.html")
    assert article.published is not None
    assert article.published.iso == "2023-01-05"
    assert article.source == "市水务局"


@pytest.mark.parametrize("label", ["发文机关", "制发机关", "发布机构", "發布單位"])
def test_who_gave_a_document_out_is_its_source_wherever_the_list_of_fields_says_it(
    label: str,
) -> None:
    fields = (
        "索引号：440-12",
        f"{label}：市水务局",
        "有效性：有效",
        "主题分类：水利",
        "标题：实施方案",
    )
    listed = "".join(
        f"<li><b>{f.split('：')[0]}：</b><span>{f.split('：')[1]}</span></li>" for f in fields
    )
    top = f"<ul>{listed}<li><b>发布日期：</b><span>2023-01-05</span></li></ul><h1>关于印发实施方案的通知</h1>"
    assert read(page("<title>关于印发实施方案的通知</title>", top)).source == "市水务局"


def test_a_written_date_alone_is_no_published_date() -> None:
    top = "<h1>关于印发实施方案的通知</h1><p>成文日期：2023-01-02</p>"
    assert (
        read(
            page("<title>关于印发实施方案的通知</title>", top), url="http://x.practice.test/a.html"
        ).published
        is None
    )


def test_an_event_date_in_the_text_loses_to_the_foot_of_the_page() -> None:
    body = "<p>2019年2月27日下午，考察组一行到众创街考察调研，听取了园区的情况介绍，并与企业座谈，讨论了下一步合作。</p>"
    bottom = "<table><tr><td>发布日期：2019-03-06 责任编辑：小明</td></tr></table>"
    article = read(
        page("<title>考察组到众创街调研</title>", "<p>考察组到众创街调研</p>", body, bottom)
    )
    assert article.published is not None
    assert article.published.iso == "2019-03-06"


def test_dates_split_over_tags() -> None:
    top = (
        "<h1>短讯一则请看这里</h1><div><span><em>2023</em></span><span><em> "
        "11</em>/<em>17</em></span>"
        "<span>20:52:15</span></div>"
    )
    article = read(page("<title>短讯一则请看这里</title>", top))
    assert article.published is not None
    assert article.published.iso == "2023-11-17T20:52:15+08:00"


def test_the_address_is_the_last_resort_and_nothing_is_ever_now() -> None:
    html = page("<title>A laboratory opens</title>", "<h1>A laboratory opens</h1>", ENGLISH)
    dated = read(html, url="http://www.practice.test/2023-08/29/c_914299.htm")
    assert dated.published is not None
    assert dated.published.iso == "2023-08-29"
    assert origin(dated, "published") is Origin.URL
    assert read(html, url="http://www.practice.test/c_914299.htm").published is None


def test_the_line_beats_the_address() -> None:
    """The published date on it does. What it says of an update is no published date."""
    for label, published, updated in (
        ("Published", "2023-08-29", None),
        ("Updated", "2021-01-02", "2023-08-29"),
    ):
        top = f"<h1>A laboratory opens</h1><p>english.guiyang.gov.cn|{label}: 2023-08-29</p>"
        article = read(
            page("<title>A laboratory opens</title>", top, ENGLISH),
            url="http://a.practice.test/2021-01/02/c_9.htm",
        )
        assert article.published is not None
        assert article.published.iso == published
        assert article.source == "english.guiyang.gov.cn"
        assert (article.updated and article.updated.iso) == updated


@pytest.mark.parametrize(
    ("top", "source", "author", "iso"),
    [
        ("<p>( english.guiyang.gov.cn)</p><p>Updated: 2021-10-25</p>", "english.guiyang.gov.cn", None, "2021-10-25"),
        ("<p>Updated : 2023-08-29</p><p>( Wuxi Daily )</p>", "Wuxi Daily", None, "2023-08-29"),
        ("<p>By X (China Daily) Updated: 2016-04-02 07:29</p>", "China Daily", "X", "2016-04-02T07:29:00+08:00"),
        ("<p>By Hu Yongqi | China Daily | Updated: 2017-12-19 07:49</p>", "China Daily", "Hu Yongqi", "2017-12-19T07:49:00+08:00"),
        ("<p>chinadaily.com.cn| Updated: 2021-01-13 Print</p>", "chinadaily.com.cn", None, "2021-01-13"),
        ("<p>english.guiyang.gov.cn|Updated: 2023-08-29</p>", "english.guiyang.gov.cn", None, "2023-08-29"),
        ("<p>Updated: 2019-12-31</p>", None, None, "2019-12-31"),
        ("<p>Updated: February 6, 2023</p>", None, None, "2023-02-06"),
        ("<p>(China Daily Global) | Updated : 2021-04-13</p>", "China Daily Global", None, "2021-04-13"),
        ("<p>by HU ZHONGXIONG (China Daily)|2022-03-08</p>", "China Daily", "HU ZHONGXIONG", "2022-03-08"),
        ("<p>By YUAN SHENGGAO | China Daily| Updated: 2021-03-05 Print</p>", "China Daily", "YUAN SHENGGAO", "2021-03-05"),
        ("<p>Updated: Jul 4,2016 5:07 PM</p>", None, None, "2016-07-04T17:07:00+08:00"),
        ("<p>2018-09-27   Source:Guiyang China</p>", "Guiyang China", None, "2018-09-27"),
        ("<p>Source: Shenyang WeChat Official Account 2023-03-17</p>", "Shenyang WeChat Official Account", None, "2023-03-17"),
        ("<p>Release date:2021-07-06 16:42</p>", None, None, "2021-07-06T16:42:00+08:00"),
        ("<p>source:Anhui Daily release date:2018/07/16 hits:432</p>", "Anhui Daily", None, "2018-07-16"),
        ("<p>updatetime:2020-10-27 16:48:45   Views:0 Source:en.gxzf.gov.cn</p>", "en.gxzf.gov.cn", None, "2020-10-27T16:48:45+08:00"),
        ("<p>发布时间：2023年08月05日　来源：贵阳市科协　字号：[大 中 小]</p>", "贵阳市科协", None, "2023-08-05"),
        ("<p>( | 2021-02-17</p>", None, None, "2021-02-17"),
        ("<p>inputtime:2019-05-06 10:11:12</p>", None, None, "2019-05-06T10:11:12+08:00"),
        ("<p>By CUI JIA and ZHANG YI in Wuhan | CHINA DAILY | Updated: 2022-11-03 11:01</p>", "CHINA DAILY", "CUI JIA and ZHANG YI", "2022-11-03T11:01:00+08:00"),
        ("<table><tr><td>Source</td><td>City Daily</td><td>Time</td><td>2022/11/03</td></tr></table>", "City Daily", None, "2022-11-03"),
        ("<ul><li>Posted: 3 Nov 2022 09:15</li><li>From: Science Bureau</li><li>Views: 22</li></ul>", "Science Bureau", None, "2022-11-03T09:15:00+08:00"),
        ("<p>Date: Nov-03-2022 Author: Wang Li Source: Lab</p>", "Lab", "Wang Li", "2022-11-03"),
        ("<div class=date><b>05</b><i>2023-08</i></div><p>稿源：新华社</p>", "新华社", None, "2023-08-05"),
        ("<p>發布日期：2023-08-05　來源：市府新聞處</p>", "市府新聞處", None, "2023-08-05"),
        ("<p>By Zhao Lei in Beijing and Yang Jun in Guiyang | China Daily | Updated: 2023-08-05 09:10</p>", "China Daily", "Zhao Lei and Yang Jun", "2023-08-05T09:10:00+08:00"),
        ("<p>Publish Date: 2023-08-05 &nbsp; Publisher: Foreign Affairs Office</p>", "Foreign Affairs Office", None, "2023-08-05"),
        ("<p>Last Updated: 2023-08-06 09:00 | First published: 2023-08-05 16:30</p>", None, None, "2023-08-05T16:30:00+08:00"),
        ("<p>Source: Xinhua | 2023-08-05 16:22:11 | Editor: huaxia</p>", "Xinhua", None, "2023-08-05T16:22:11+08:00"),
        ("<p>(Xinhua) 16:45, August 05, 2023</p>", "Xinhua", None, "2023-08-05T16:45:00+08:00"),
        ("<p>Foshan China 2021-03-04 10:20</p>", "Foshan China", None, "2021-03-04T10:20:00+08:00"),
        ("<p>Date: 2021-03-04</p><p>Source: Beijing FAO</p><p>L M S</p>", "Beijing FAO", None, "2021-03-04"),
        ("<p>2021-03-04</p>", None, None, "2021-03-04"),
    ],
)  # fmt: skip
def test_source_and_author_lines(
    top: str, source: str | None, author: str | None, iso: str
) -> None:
    html = page("<title>A laboratory opens</title>", f"<h1>A laboratory opens</h1>{top}", ENGLISH)
    article = read(html)
    assert (article.source, article.author) == (source, author)
    assert article.published is not None
    assert article.published.iso == iso
    assert article.body.startswith("The city opened")


def test_a_template_wins_and_says_so() -> None:
    head = STANDARD
    top = "<h2 class='t'>别的标题在这里写着</h2><div class='d'>发布：2023年9月1日</div><i class='s'>来源：市科技局</i>"
    rules = FieldRules(
        template="own", title=(".t",), published=(".d",), source=(".s",), body=("#zoom",)
    )
    article = read(page(head, top), rules)
    assert article.title == "别的标题在这里写着"
    assert article.published is not None
    assert article.published.iso == "2023-09-01"
    assert article.source == "市科技局"
    assert {origin(article, f) for f in ("title", "published", "source", "body")} == {
        Origin.TEMPLATE
    }


def test_json_ld() -> None:
    head = (
        '<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"S"},{"@type":"NewsArticle",'
        '"headline":"A laboratory opens","datePublished":"2023-08-05T09:30:00+08:00",'
        '"dateModified":"2023-08-06T10:00:00+08:00","author":[{"name":"Li Lei"}]},]}</script>'
    )
    article = read(page(head, body=ENGLISH))
    assert article.title == "A laboratory opens"
    assert article.published is not None
    assert article.updated is not None
    assert article.updated.iso == "2023-08-06T10:00:00+08:00"
    assert article.author == "Li Lei"
    assert origin(article, "title") is Origin.JSON_LD


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ('<meta name="ArticleTitle" content="&lt;b&gt;科创&lt;/b&gt;中国&lt;br&gt;试点">', "", "科创中国 试点"),
        ('<meta name="ArticleTitle" content="<font color=red>科创中国</font>试点">', "", "科创中国试点"),
        ('<meta name="ArticleTitle" content="市科协部署科创中国…">', "<h1>市科协部署科创中国试点城市工作</h1>", "市科协部署科创中国试点城市工作"),
        ('<meta name="ArticleTitle" content="市科协部署科创中国..."><title>市科协部署科创中国试点_贵阳网</title>', "", "市科协部署科创中国试点"),
        ('<meta name="SiteName" content="贵阳市政府"><meta name="ArticleTitle" content="贵阳市政府">', "<h1>科创中国来了</h1>", "科创中国来了"),
        ('<title>Guiyang opens a laboratory - chinadaily.com.cn</title>', "", "Guiyang opens a laboratory"),
        ('<title>1-10月全市投资趋稳趋优</title>', "", "1-10月全市投资趋稳趋优"),
        ('<title>科创中国试点启动_要闻_贵阳市人民政府门户网站</title>', "", "科创中国试点启动"),
        ('<title>贵阳网</title><meta property="og:title" content="科创中国试点启动"/>', "", "科创中国试点启动"),
    ],
)  # fmt: skip
def test_titles(head: str, top: str, title: str) -> None:
    assert read(page(head, top)).title == title


def test_a_long_title_is_cut_with_a_sign() -> None:
    article = read(page(f"<title>{'长' * 10_000}</title>"))
    assert len(article.title) == 500
    assert article.title.endswith("…")


def test_fields_are_well_formed() -> None:
    head = '<meta name="ArticleTitle" content="科创&#x202e;中国&#8203;&#0;试点&#xD800;启动">'
    article = read(page(head, body=TEXT.replace("会议", "会\u202e议&#x200b;")))
    assert article.title.replace("�", "") == "科创中国试点启动"
    assert "\u202e" not in article.body + article.html
    article.body.encode()


@pytest.mark.parametrize(
    ("lang", "body", "expected"),
    [("en", TEXT, "zh"), ("zh-CN", ENGLISH, "en"), ("fr", ENGLISH, "en"), ("", ENGLISH, "en")],
)
def test_language_follows_the_letters(lang: str, body: str, expected: str) -> None:
    html = page("<title>x1 Title of this</title>", "", body).replace(
        "<html>", f"<html lang='{lang}'>"
    )
    assert read(html).language == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("th", "เทศบาลเปิดรับสมัครอาสาสมัครดูแลสวนริมน้ำรุ่นที่สอง"),
        ("el", "Ο Δήμος ενημερώνει τους πολίτες για τα νέα δρομολόγια"),
        ("uk", "Міська рада повідомляє: її рішення щодо мосту підтримали всі"),
        ("ru", "Городской совет открывает мост: движение начнётся этим утром"),
        ("bg", "Общината откри моста след ремонт, съобщи кметът на града"),
        ("be", "Гарадскі савет паведаміў, што мост адкрыўся ў панядзелак"),
        ("sr", "Градско веће је отворило мост, саопштио је градоначелник, а ћуприја остаје"),
        ("he", "העירייה פותחת את הגשר החדש לאחר שיפוץ"),
        ("ar", "أعلنت البلدية افتتاح الجسر الجديد بعد الصيانة"),
        ("fa", "شهرداری پل تازه را پس از تعمیر گشود و گزارش داد"),
        ("hi", "नगर निगम ने मरम्मत के बाद पुल खोल दिया"),
        ("ka", "მერიამ ხიდი რემონტის შემდეგ გახსნა"),
    ],
)
def test_a_page_without_a_stated_language_has_that_of_its_letters(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(text, ["en"]) == language


SENTENCES = {
    "en": "The mayor said on Tuesday that the city will build a new park by the river.",
    "es": "El alcalde anunció el martes que la ciudad construirá un nuevo parque junto al río.",
    "pt": "A prefeitura informou na terça-feira que as obras da nova escola começam em maio.",
    "fr": "Le maire a annoncé mardi que la ville allait construire un parc au bord de l'eau.",
    "de": "Die Stadt hat mitgeteilt, dass der neue Park mit dem Spielplatz nicht vor Mai öffnet.",
    "it": "Il sindaco ha annunciato che la città costruirà un nuovo parco lungo il fiume.",
    "nl": "De gemeente heeft dinsdag bekendgemaakt dat er een nieuw park langs de rivier komt.",
    "sv": "Kommunen meddelade på tisdagen att en ny park ska byggas vid ån och att det dröjer.",
    "fi": "Kaupunki kertoi, että joen varrelle rakennetaan puisto, joka on vuoden suurin ja uusi.",
    "pl": "Prezydent miasta poinformował we wtorek, że nad rzeką powstanie park i że to nie koniec.",
    "hu": "A város kedden bejelentette, hogy a folyó mellett új park épül, és az út is elkészül.",
    "ro": "Primăria a anunțat marți că va construi un parc nou pe malul râului și o școală.",
    "tr": "Belediye nehir kenarında yeni bir park yapılacağını ve yolun daha sonra açılacağını duyurdu.",
    "vi": "Thành phố cho biết sẽ xây dựng công viên mới và đường ven sông được mở trong năm.",
    "id": "Pemerintah kota mengumumkan bahwa taman baru akan dibangun di tepi sungai pada bulan ini.",
    "hr": "Grad je u utorak objavio da će se uz rijeku graditi novi park, a radovi su u tijeku.",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("claim", ["", "zh", "en", "it", "ru"])
def test_the_commonest_words_decide_what_a_page_may_be_said_to_be_in(
    language: str, claim: str
) -> None:
    assert language_of(SENTENCES[language], [claim] if claim else []) == language


@pytest.mark.parametrize("claim", ["en", "de", "gl", "eo"])
@pytest.mark.parametrize("text", ["Bonn 3, Kiel 2; Ulm 4", "", "Alba-Parc, S. A. " * 9])
def test_too_few_words_leave_it_with_what_the_page_says(claim: str, text: str) -> None:
    assert language_of(text, [claim]) == (claim if text else None)


@pytest.mark.parametrize(
    ("claim", "language"), [("no", "no"), ("nb", "nb"), ("da", "da"), ("sv", "da"), ("en", "da")]
)
def test_of_two_languages_that_fit_the_page_has_the_word(claim: str, language: str) -> None:
    text = (
        "Kommunen oplyste, at der skal bygges en ny park ved åen, og at det er til glæde for alle"
    )
    assert language_of(text, [claim]) == language


def test_shipped_templates_have_usable_selectors_and_read_their_own_shape() -> None:
    templates = load_catalogue().templates
    assert {"chinadaily", "trs", "jcms", "ucap", "people", "xinhua", "generic"} <= set(templates)
    html = page("", "<div id='Title_e'><h1>A laboratory opens</h1></div><div class='info_l'>By Hu Yongqi | China Daily | Updated: 2017-12-19 07:49</div>", "").replace(
        "id='zoom'", "id='Content'"
    ).replace("<div id='Content'>", f"<div id='Content'>{ENGLISH}")  # fmt: skip
    article = read(html, templates["chinadaily"].fields)
    assert (article.title, article.source, article.author) == (
        "A laboratory opens",
        "China Daily",
        "Hu Yongqi",
    )
    assert origin(article, "published") is Origin.TEMPLATE
    assert origin(article, "body") is Origin.TEMPLATE


def test_a_redesign_is_said_when_nothing_can_be_read() -> None:
    rules = FieldRules(template="own", title=("#t",), body=("#b",))
    html = (
        "<html><head><title>贵阳网</title></head><body>"
        + "<a href='/x'>栏目导航链接</a>" * 30
        + "</body></html>"
    )
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), rules, "t")
    assert (reading.outcome, reading.article) == (Outcome.LAYOUT_CHANGED, None)
    assert "selector" in reading.reason


def test_when_something_takes_place_is_not_when_it_was_published() -> None:
    body = f"{TEXT}<p>时间：2023-07-01 14:00</p><p>地点：市科技馆</p>"
    article = read(page("<title>关于举办活动的通知</title>", "<h1>关于举办活动的通知</h1>", body))
    assert article.published is None
    assert "时间：2023-07-01 14:00" in article.body


def test_an_interview_keeps_its_questions() -> None:
    body = f"<p>记者：请问今年有哪些新的安排？</p>{TEXT}"
    article = read(
        page(
            "<title>科协负责人答记者问</title>",
            "<h1>科协负责人答记者问</h1><p>2023-08-05</p>",
            body,
        )
    )
    assert article.body.startswith("记者：请问今年有哪些新的安排？")


def test_a_title_with_a_dash_of_its_own_stays_whole() -> None:
    head = '<title>x</title><meta property="og:title" content="中国数谷 - 贵阳"/>'
    assert read(page(head)).title == "中国数谷 - 贵阳"


def test_a_line_that_is_part_of_the_sites_name_is_no_headline() -> None:
    html = page(
        "<title>新闻动态--中国练习学会官网</title>",
        "<div>中国练习学会</div><p>练习学会年会在贵阳成功举行！</p><p>发布时间：2019-05-18 来源：中国练习学会</p>",
        TEXT,
    )
    article = read(html)
    assert (article.title, article.source) == ("练习学会年会在贵阳成功举行！", "中国练习学会")


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ("<title>Riverton Portal</title>", "<div class=title>A laboratory opens</div>", "A laboratory opens"),
        ("<title>A laboratory opens | RIVERTON</title><meta property=og:title content='A laboratory opens | RIVERTON'>", "<h1>News</h1><h2>A laboratory opens</h2>", "A laboratory opens"),
        ("<title>A laboratory opens for big da...-Riverton</title>", "<div>A laboratory opens for big data and small firms</div>", "A laboratory opens for big data and small firms"),
        ("<title>A laboratory opens</title>", "<h1>A laboratory opens<br><small>Forty companies come</small></h1>", "A laboratory opens Forty companies come"),
    ],
    ids=["the site's", "with the site's", "cut", "two lines"],
)  # fmt: skip
def test_headlines_that_the_title_does_not_simply_repeat(head: str, top: str, title: str) -> None:
    article = read(page(head, f"{top}<p>2023-08-05</p>", ENGLISH))
    assert article.title == title
    assert article.published is not None
    assert article.published.iso == "2023-08-05"
    assert article.body.startswith("The city opened")


@pytest.mark.parametrize("size", [60, 120, 169, 220, 360])
@pytest.mark.parametrize("cut", [False, True])
def test_a_headline_in_a_bare_element_is_told_by_the_row_however_long(size: int, cut: bool) -> None:
    words = "City library finds a partner for the eastern valley after a meeting of the council, "
    title = (words * 6)[:size].rsplit(" ", 1)[0].rstrip(",")
    said = title[:40] + "…" if cut else title
    text = "The council said on Monday that forty companies want to use what it has built. " * 3
    html = (
        "<html><head><title>Town News</title></head><body><div>Town News</div><div class=m>"
        f"<div>{title}</div><div>2026-02-03</div><p>{text}</p><p>{title}. {text}</p></div></body></html>"
    )
    reading = read_article(
        capture(html.encode(), url="http://t.test/1", final_url="http://t.test/1"),
        FieldRules(language="en"),
        "t",
        RowWitness((said,), ()),
    )
    assert reading.article is not None and reading.article.title == title


@pytest.mark.parametrize(
    "head",
    [
        "<h1>{}<br><span>2026-02-03 09:20:00&nbsp; 来源：云岭日报 &nbsp;评论：<a href=#c>0</a> 点击："
        "<span id=hits></span></span></h1>",
        "<h1>{} <small>Posted: 2026-02-03 | Source: Town Post</small></h1>",
        "<h1><div>{}</div><div>Source: Town Post | 2026-02-03 10:00</div></h1>",
    ],
)
def test_the_line_of_day_and_source_in_a_headlines_element_is_none_of_it(head: str) -> None:
    title = (
        "重点实验室举行公共浴室改造启动仪式" if "来源" in head else "A laboratory opens its doors"
    )
    text = "<p>The council said on Monday that forty companies want to use what it built.</p>" * 2
    page = f"<html><head><meta charset=utf-8></head><body>{head.format(title)}{text}</body></html>"
    article = read(page)
    assert article.title == title
    assert article.published is not None and article.published.iso[:10] == "2026-02-03"


def test_a_headline_with_a_colon_and_a_day_stays_whole() -> None:
    title = "Budget: what the council decides on 3 February 2026"
    article = read(
        f"<html><body><h1>{title}</h1><p>{'The council met on Monday. ' * 9}</p></body></html>"
    )
    assert article.title == title

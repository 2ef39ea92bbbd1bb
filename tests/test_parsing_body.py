"""The body: paragraphs, noise, tables, captions, files, and HTML that may be shown."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import re
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parsing import bounds
from scraper.parsing.article import read_article
from scraper.parsing.body import cut, media, paragraphs, place
from scraper.parsing.body.files import file_kind
from scraper.parsing.body.place import BodyPlace
from scraper.parsing.body.read import ATTRIBUTES, TAGS, Body, find_body, read_body, sanitise
from scraper.parsing.page import Page
from scraper.sources.model import FieldRules
from storage.lists import RowWitness
from storage.types import ArticleData, Origin
from tests.support.effort import cpu
from tests.support.examples import examples
from tests.support.expressions import expressions_in
from tests.support.make import NOW, capture

RULES = FieldRules(template="t", title=("h1",), body=("#b",), remove=(".ad",))
URL = "http://www.practice.test/2023/news/a1.html"
LONG = (
    "The city opened a new laboratory for big data on Monday, and forty companies want to use it."
)


def read(body: str, around: str = "") -> ArticleData:
    html = f"<meta charset=utf-8><h1>A laboratory opens</h1><div id=b>{body}</div>{around}"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), RULES, "t")
    assert reading.article is not None, reading
    return reading.article


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One.</p><p>Two <b>bold</b>.</p>", "One.\n\nTwo bold."),
        ("<div>One.<div>Two.</div>Three.</div>", "One.\n\nTwo.\n\nThree."),
        ("One.<br><br>Two.", "One.\n\nTwo."),
        ("One<br>more.", "One\nmore."),
        ("　　一。<br>　　二。", "一。\n\n二。"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("<p>a<script>x()</script><style>y</style>b</p><noscript>n</noscript><!-- c -->", "ab"),
        ("<p><b>G</b>ui<em>yang</em> is</p>", "Guiyang is"),
        (f"<p>{LONG}</p><div class='ad'>buy</div><div style='display:none'>x</div>", LONG),
    ],
)
def test_paragraphs(body: str, text: str) -> None:
    assert read(body).body == text


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ("<small>Data di pubblicazione:</small><p>28/11/2022</p><small>Tempo di lettura:</small><p>2 min</p>", ""),
        ("<dl><dt>Publication date</dt><dd>28 November 2022</dd><dt>Source:</dt><dd>City Hall</dd></dl>", ""),
        ("<h2>Quando</h2><p>sabato 17 dicembre 2022, ore 18:00</p>", "Quando\n\nsabato 17 dicembre 2022, ore 18:00\n\n"),
        ("<h3>When</h3><p>17 December 2022, 6 pm</p>", "When\n\n17 December 2022, 6 pm\n\n"),
        ("<p>Wann:</p><p>Samstag, 17. Dezember 2022, 18 Uhr</p>", "Wann:\n\nSamstag, 17. Dezember 2022, 18 Uhr\n\n"),
    ],
)  # fmt: skip
def test_a_label_on_a_line_of_its_own_goes_with_its_value(head: str, kept: str) -> None:
    assert (
        read(f"{head}<p>{LONG}</p><p>{LONG} So it is.</p>").body
        == f"{kept}{LONG}\n\n{LONG} So it is."
    )


@pytest.mark.parametrize(
    "files",
    [
        "<p><strong>Συνημμένα:</strong></p><ul><li><a href=/f/a12.pdf>Προκήρυξη</a></li><li><a href=/f/b12.docx>Αίτηση συμμετοχής</a></li></ul>",
        "<h4>Attachments</h4><p><a href=/f/a12.pdf>The plan</a></p>",
        "<p><img src=/i/pdf.gif> <a href=/upload/a12.pdf target=_blank>ดาวน์โหลดเอกสารแนบ</a></p>",
        "<p><a href=/upload/a12.pdf>Download attachment</a></p>",
    ],
)  # fmt: skip
def test_files_under_their_heading_are_no_text(files: str) -> None:
    article = read(f"<p>{LONG}</p><p>{LONG} So it is.</p>{files}")
    assert article.body == f"{LONG}\n\n{LONG} So it is."
    assert article.attachments
    named = read(f"<p>{LONG}</p><p>{LONG}</p><p><a href=/f/a12.pdf>The plan of the bridge</a></p>")
    assert named.body.endswith("The plan of the bridge")


HEADS = [
    "<p>Home &gt; News</p>",
    "<p>您的位置：首页 &gt; 要闻</p>",
    "<h2>A laboratory opens</h2>",
    "<p>By Hu Yongqi | China Daily | Updated: 2017-12-19 07:49</p>",
    "<p>发布时间：2023年08月05日　来源：贵阳市科协　字号：[大 中 小]</p>",
    "<p>Print</p><p>L M S</p>",
    "<div class='bdsharebuttonbox'>分享到 <a href='#'>微信</a></div>",
]
FEET = [
    "<p>Copyright©2013 - The Guiyang Municipal People's Government. All Rights Reserved.</p>",
    "<p>Presented by China Daily.</p>",
    "<p>黔ICP备05001922号-3</p>",
    "<p>责任编辑：小明</p>",
    "<p>发布日期：2023-08-05</p><p>来源：市科协</p>",
    "<p>Last updated: 2023-08-05</p>",
    "<p>(责编：小红、小明)</p>",
    "<p>【打印】【关闭】</p>",
    "<p>上一篇：别的新闻</p><p>下一篇：没有了</p>",
    "<p>1 2 3 &gt;</p>",
    "<p>【1】【2】【3】</p>",
    "<h4>Related stories</h4><ul><li><a href='/a'>Another story</a></li></ul>",
    "<p>相关链接：</p><p><a href='/b'>别的新闻</a></p>",
    "<div class='share'>Share</div>",
    "<div><span>1</span>/4<a class=prev>上一张</a><a class=next>下一张</a></div>",
    "<p>------分隔线----------------------------</p>",
    "<ul><li><a>Facebook</a></li><li><a>Line</a></li></ul>",
    "<h4>相關檔案</h4><ul><li><a href=/f.ashx?n=3>補助計畫說明.pdf</a> <span>檔案大小：99 KB　下載次數：27</span></li></ul>",
    "<p><a href=/f/3>Annual report, PDF</a> (2.3 MB)</p>",
    "<ul><li>發布日期：115-10-22</li><li>發布單位：建管組</li><li>資料更新：115-12-01</li><li>點閱數：286</li></ul>",
]


@pytest.mark.parametrize("head", HEADS)
def test_what_stands_over_the_text_goes(head: str) -> None:
    article = read(f"{head}<p>{LONG}</p>")
    assert article.body == LONG
    assert article.html == f"<p>{LONG}</p>" or LONG in article.html


@pytest.mark.parametrize("foot", FEET)
def test_what_stands_under_the_text_goes(foot: str) -> None:
    assert read(f"<p>{LONG}</p>{foot}").body == LONG


def test_headline_and_date_in_one_paragraph_go() -> None:
    head = "<center><b>A laboratory opens</b><br>2022-11-03 City Daily</center><br>"
    assert read(f"{head}{LONG}<br><br>{LONG[::-1]}").body == f"{LONG}\n\n{LONG[::-1]}"
    poem = "<p>A line of verse<br>and one more of it</p>"
    assert read(f"{poem}<p>{LONG}</p>").body == f"A line of verse\nand one more of it\n\n{LONG}"


@pytest.mark.parametrize(
    "caption", ["Engineers check a sensor. [Photo/Xinhua]", "工程师检查传感器。（刘通 摄）"]
)
def test_what_is_printed_under_a_picture_with_its_credit_is_a_caption(caption: str) -> None:
    picture = f"<p><img src=/i/b.jpg width=500></p><p align=center>{caption}</p>"
    article = read(f"<p>{LONG}</p>{picture}<p>{LONG[::-1]}</p>")
    assert article.body == f"{LONG}\n\n{LONG[::-1]}"
    assert [image.caption for image in article.images] == [caption]
    assert article.html.index("b.jpg") < article.html.index(caption)


def test_a_paragraph_under_a_picture_is_text_if_it_credits_nobody() -> None:
    picture = "<p><img src=/i/b.jpg width=500></p><p>Engineers check a sensor (in blue).</p>"
    assert "in blue" in read(f"<p>{LONG}</p>{picture}<p>{LONG[::-1]}</p>").body


def test_a_paragraph_with_a_date_stays() -> None:
    text = "On 2021-03-05 the city said it would support big data with 95 million yuan this year and next."
    assert read(f"<p>{text}</p><p>{LONG}</p>").body == f"{text}\n\n{LONG}"


def test_a_table_stays_readable() -> None:
    table = (
        "<table><tr><th>Year</th><th>Projects</th></tr><tr><td>2021</td><td>47</td></tr></table>"
    )
    assert read(f"<p>{LONG}</p>{table}").body == f"{LONG}\n\nYear | Projects\n2021 | 47"


def table_of(*rows: tuple[str, ...]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h3>About this document</h3><table>{lines}</table>"


@pytest.mark.parametrize(
    "rows",
    [
        (("Tytuł", "Wersja", "Data zmiany", "Autor"), ("A laboratory opens", "2.0", "01.12.2023 16:52", "A. Wilk"), ("A laboratory opens", "1.0", "01.12.2023 16:45", "A. Wilk")),
        (("Verze", "Změněno", "Kdo"), ("2", "1.12.2023 16:52", "Novák"), ("1", "1.12.2023 9:05", "Novák")),
        (("Heading", "Revision", "Day"), ("A laboratory opens", "3", "1 December 2023"), ("A laboratory opens", "2", "30 November 2023")),
    ],
)  # fmt: skip
def test_the_table_of_the_versions_of_a_page_is_none_of_its_text(
    rows: tuple[tuple[str, ...], ...],
) -> None:
    assert read(f"<p>{LONG}</p><p>{LONG[::-1]}.</p>{table_of(*rows)}").body.endswith(
        f"{LONG[::-1]}."
    )


def test_a_table_of_versions_that_an_article_is_about_stays() -> None:
    rows = (("Version", "Released"), ("2.0", "1 December 2023"), ("1.9", "3 October 2023"))
    assert "1.9 | 3 October 2023" in read(f"<p>{LONG}</p>{table_of(*rows)}").body


def test_a_table_for_layout_is_no_table() -> None:
    body = f"<table><tr><td><p>{LONG}</p><p>Second one here.</p></td></tr></table>"
    assert read(body).body == f"{LONG}\n\nSecond one here."


def test_images_and_captions() -> None:
    article = read(
        "<figure><img src='/i/a.jpg'><figcaption>A street</figcaption></figure>"
        "<p><img data-src='b.png' src='data:image/png;base64,xx' alt='A tower'></p>"
        "<img src='/icons/share.png'><img src='x.gif' width=1><img src='javascript:x'>"
        f"<p><img src='c.jpg'></p><p class='caption'>A bridge</p><p>{LONG}</p>"
    )
    assert [(i.url, i.caption) for i in article.images] == [
        ("http://www.practice.test/i/a.jpg", "A street"),
        ("http://www.practice.test/2023/news/b.png", "A tower"),
        ("http://www.practice.test/2023/news/c.jpg", "A bridge"),
    ]
    assert article.body == LONG


def test_attachments_of_body_and_of_the_box_beside_it() -> None:
    article = read(
        f"<p>{LONG}</p><a href='P0.pdf'>附件1：名单</a><a href='javascript:x.doc'>no</a>",
        "<div class='fujian'><a href='/d/two.DOCX'></a><a "
        "href='/m/down.jsp?filename=a.xls&n=1'>表</a><a href='/a.html'>page</a></div>",
    )
    assert [(a.url, a.name, a.kind) for a in article.attachments] == [
        ("http://www.practice.test/2023/news/P0.pdf", "附件1：名单", "pdf"),
        ("http://www.practice.test/d/two.DOCX", "two.DOCX", "docx"),
        ("http://www.practice.test/m/down.jsp?filename=a.xls&n=1", "表", "xls"),
    ]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://a/x.pdf", "pdf"),
        ("http://a/x.OFD?v=1", "ofd"),
        ("http://a/x.odt", "odt"),
        ("http://a/d/41/tables.ods/7f0c-22?t=17&download=true", "ods"),
        ("http://a/x.html", ""),
        ("http://a/pdf", ""),
    ],
)
def test_kinds_of_files(url: str, kind: str) -> None:
    assert file_kind(url) == kind


def test_the_html_is_clean_and_absolute() -> None:
    html = read(
        f"<p onclick='x()'>{LONG}</p><a href='/n'>n</a><a href='javascript:alert(1)'>j</a><img "
        f"src=i.png onerror=x>"
        "<iframe src=http://e/></iframe><a href='data:text/html,x'>d</a><svg onload=x></svg><p "
        "style='color:red'>r</p>"
    ).html
    assert 'href="http://www.practice.test/n"' in html
    assert 'src="http://www.practice.test/2023/news/i.png"' in html
    assert not re.search(r"onclick|onerror|javascript:|data:|iframe|svg|style", html)


PAYLOADS = st.sampled_from(
    ["<script>", "<img src=x onerror=a>", "<a href='JaVaScRiPt:a'>", "<svg/onload=a>", "<math><mtext>", "</p>", "<!--", "-->",
     "<style>", "&lt;script&gt;", "<a href=\"data:text/html,a\">", "<iframe srcdoc='<script>'>", "<p id=x class=y>", "word", "<td>", "\x00"]
)  # fmt: skip


@settings(max_examples=examples(150))
@given(st.lists(PAYLOADS, max_size=12))
def test_nothing_outside_the_allow_list_survives(parts: list[str]) -> None:
    html = sanitise("".join(parts))
    for name, rest in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)([^>]*)>", html):
        assert name in TAGS
        allowed = ATTRIBUTES.get(name, set()) | {"rel"}
        assert set(re.findall(r'\s([a-zA-Z-]+)="', rest)) <= allowed
    assert sanitise(html) == html


def test_a_repeated_body_for_readers_is_read_once() -> None:
    html = (
        f"<meta charset=utf-8><title>A laboratory opens</title><h1>A laboratory opens</h1><div "
        f"class='TRS_Editor'><p>{LONG}</p><p>More of it.</p></div>"
        f"<div class='TRS_Editor'><p>{LONG}</p></div>"
    )  # fmt: skip
    reading = read_article(capture(html.encode()), FieldRules(), "t")
    assert reading.article is not None
    assert reading.article.body == f"{LONG}\n\nMore of it."


def test_captions_stay_with_their_pictures() -> None:
    article = read(
        f"<p>{LONG}</p><figure><img src=a.jpg><figcaption>A street at night</figcaption></figure>"
        "<div class='news-caption'>Photo: Li Hua</div><p>More of it is to come.</p>"
    )
    assert article.body == f"{LONG}\n\nMore of it is to come."
    assert "<figcaption>A street at night</figcaption>" in article.html
    assert article.html.index("<img") < article.html.index("street") < article.html.index("More")


def test_a_table_stays_a_table_in_its_place() -> None:
    table = (
        "<table class=x style='width:9'><tr><th colspan=2>Projects</th></tr>"
        "<tr><td>2021</td><td>47</td></tr><tr><td>2022</td><td></td></tr></table>"
    )
    article = read(f"<p>{LONG}</p>{table}<p>More of it is to come.</p>")
    assert article.body == f"{LONG}\n\nProjects\n2021 | 47\n2022\n\nMore of it is to come."
    assert '<th colspan="2">Projects</th>' in article.html
    assert "<td>2021</td><td>47</td>" in article.html


def test_a_figure_that_holds_a_table_is_no_picture() -> None:
    table = "<table><tr><td>2021</td><td>47</td></tr><tr><td>2022</td><td>50</td></tr></table>"
    assert "2021 | 47" in read(f"<p>{LONG}</p><figure>{table}</figure>").body


PEOPLE = [
    "责任编辑：小明",
    "(责编：小红、小明)",
    "来源：科技日报",
    "本文来源：科技日报 责任编辑：小明",
    "Editor: Hu Yongqi",
]


@pytest.mark.parametrize("line", PEOPLE)
def test_who_edited_it_is_split_off(line: str) -> None:
    body = read_body_of(f"<div id=b><p>{LONG}</p><p>{line}</p></div>", RULES)
    assert (body.text, body.split_off) == (LONG, (line,))
    assert line not in body.html


def test_who_signed_it_stays() -> None:
    signed = "<p>贵阳市人民政府办公厅</p><p>2023年8月5日</p>"
    assert read(f"<p>{LONG}</p>{signed}").body.endswith("贵阳市人民政府办公厅\n\n2023年8月5日")


def test_an_unlabelled_second_copy_is_read_once() -> None:
    copy = f"<p>{LONG}</p><p>第二段，说了另外一些事情，也有一定的长度。</p>"
    body = read(f"<div>{copy}</div><div class=wza>{copy}</div>").body
    assert body == f"{LONG}\n\n第二段，说了另外一些事情，也有一定的长度。"


def test_what_comes_back_is_no_copy() -> None:
    question = "<p>What do you think of the new laboratory in the city, and will it last?</p>"
    answers = [f"<p>Answer {n}: it is going to be number {n} of its kind.</p>" for n in range(3)]
    assert read("".join(question + answer for answer in answers)).body.count("What do you") == 3


def test_related_links_go_and_files_stay() -> None:
    article = read(
        f"<p>{LONG}</p><p>Related: <a href=/a.htm>Another laboratory opens</a></p>"
        f"<p>{LONG} Again.</p><p><a href=/names.pdf>附件：名单</a></p>"
    )
    assert article.body == f"{LONG}\n\n{LONG} Again.\n\n附件：名单"
    assert "Another laboratory" not in article.html


def test_a_heading_such_as_video_ends_nothing_in_the_middle_of_a_text() -> None:
    parts = [f"<p>{LONG} Part {n}.</p>" for n in range(6)]
    article = read("".join([*parts[:4], "<h2>Video</h2>", *parts[4:]]))
    assert "Video" not in article.body
    assert "Part 5." in article.body


MENU = "<div class=m><ul>" + "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in range(30))
HAN = "贵阳市近日启动了新一批科技创新项目，重点支持大数据和新材料产业，总投资超过九千万元。"
FOOT = "主办：某某市人民政府 版权所有，未经许可不得转载。黔ICP备05001922号"


def bare(body: str, foot: str = FOOT) -> str:
    """A page that nobody described: no name says what is what."""
    return (
        f"<meta charset=utf-8><title>科技创新项目启动</title><body>{MENU}</ul></div><h1>科技创新项目启动</h1>{body}"
        f"<div class=z>{foot}</div>"
    )


BARE = {
    "paragraphs": f"<div class=q><p>{HAN}</p><p>{HAN}之二。</p></div>",
    "breaks": f"<div>　　{HAN}<br><br>　　{HAN}之二。</div>",
    "layout table": f"<table><tr><td><ul><li><a href=/x>旧闻</a></ul></td><td><p>{HAN}</p><p>{HAN}之二。</p></td></tr></table>",
    "wrapped one by one": f"<div><div><p>{HAN}</p></div><div><p>{HAN}之二。</p></div></div>",
    "beside headlines": f"<div><div><p>{HAN}</p><p>{HAN}之二。</p></div><ul>"
    + "".join(f"<li><a href=/{n}>又一条关于别的事情的新闻标题，很长</a></li>" for n in range(9))
    + "</ul></div>",
    "over comments": f"<div><p>{HAN}</p><p>{HAN}之二。</p></div><div class=comment-list>"
    + "<p>我觉得这个项目非常好，希望以后能有更多这样的项目在我们这里落地。</p>" * 2
    + "</div>",
    "under louder comments": f"<div><div><p>{HAN}</p><p>{HAN}之二。</p></div><div id=comments>"
    + "".join(f"<p>第{n}位读者说，希望这样的项目以后能更多地落地，越快越好。</p>" for n in range(8))
    + "</div></div>",
    "misnamed": f"<div class='box article has-sidebar'><p>{HAN}</p><p>{HAN}之二。</p></div>",
}


@pytest.mark.parametrize("name", BARE)
def test_a_body_is_found_without_a_template(name: str) -> None:
    body = read_body_of(bare(BARE[name]), FieldRules())
    assert body.text == f"{HAN}\n\n{HAN}之二。"


def test_a_very_long_line_is_text_even_without_a_sentence() -> None:
    words = "科创中国试点城市" * 40
    assert read_body_of(bare(f"<div><p>{words}</p></div>"), FieldRules()).text == words


@pytest.mark.slow
def test_what_was_cut_is_said_of_a_page_without_a_body() -> None:
    html = f"<title>A laboratory opens</title><h1>A laboratory opens</h1>{'<b>x</b>' * 40_000}"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert "cut after 60000 tags" in reading.reason


def test_a_short_notice_is_a_body() -> None:
    body = read_body_of(bare("<div class=q><p>现将名单予以公布。</p></div>"), FieldRules())
    assert body.text == "现将名单予以公布。"


def test_pictures_alone_are_a_body() -> None:
    logo = "<div><a href=/><img src=/banner.jpg width=900></a></div>"
    body = read_body_of(
        bare(f"{logo}<div><p><img src=1.jpg></p><p><img src=2.jpg></p></div>"), FieldRules()
    )
    assert [i.url.rpartition("/")[2] for i in body.images] == ["1.jpg", "2.jpg"]
    assert body.has_content
    assert body.text == ""


def test_files_alone_are_a_body() -> None:
    files = "<div><p><a href=1.pdf>附件1</a></p><p><a href=2.docx>附件2</a></p></div>"
    body = read_body_of(bare(files), FieldRules())
    assert [a.kind for a in body.attachments] == ["pdf", "docx"]


def test_a_page_of_links_has_no_body() -> None:
    assert not read_body_of(bare("", foot=""), FieldRules()).has_content


@given(
    st.lists(st.sampled_from([HAN, LONG, f"{HAN}{HAN}", f"{LONG} {LONG}"]), min_size=1, max_size=6),
    st.sampled_from(["p", "div", "section"]),
    st.integers(0, 4),
)
def test_every_paragraph_is_found_however_it_is_wrapped(
    texts: list[str], name: str, depth: int
) -> None:
    numbered = [f"{text} No. {n}." for n, text in enumerate(texts)]
    inner = "".join(f"<{name}>{text}</{name}>" for text in numbered)
    body = read_body_of(
        bare(f"{'<div>' * depth}<div>{inner}</div>{'</div>' * depth}"), FieldRules()
    )
    assert body.text.split("\n\n") == numbered


def test_trafilatura_is_asked_where_the_body_is_in_doubt() -> None:
    page = Page(
        "<title>A laboratory opens in the city</title><body><p class=s>Short.</p>"
        f"<article><p>{LONG}</p><p>{LONG[::-1]}</p><p>{LONG} Again.</p></article></body>",
        URL,
        NOW,
    )
    doubtful = BodyPlace(page.select(".s")[0], Origin.GENERIC, "test", doubt="made up")
    body = read_body(doubtful, page, "", FieldRules())
    assert body.place is not None
    assert body.place.rule == "trafilatura"
    assert LONG in body.text


NASTY = [
    "1" * 5_000 + "x", "1 " * 2_500 + "x", "【" * 5_000, "[" * 5_000, "print " * 1_000 + "x",
    "- " * 2_500 + "x", "责任编辑" * 1_000, "来源　" * 1_500, "by " * 1_500, "http://" * 700,
    "a-" * 2_500, "A" * 5_000, " " * 5_000 + "x", "首页 > " * 900, "相关链接：" * 900, "a_A" * 1_500,
]  # fmt: skip


@pytest.mark.parametrize("module", [cut, media, paragraphs, place, bounds])
def test_no_expression_is_kept_busy(module: ModuleType) -> None:
    patterns = [*expressions_in(list(vars(module).values()))]
    assert patterns
    for pattern in patterns:
        for text in NASTY:
            with cpu() as spent:
                pattern.search(text)
                pattern.match(text)
            assert spent.under(0.1), (pattern.pattern, text[:20])


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "<div class=share>" * 300 + LONG * 20_000,
        "<figure>" * 300 + LONG * 20_000,
        f"<p>{LONG}</p>" * 15_000,
        "".join(f"<p><a href=/{n}>{n} {LONG}</a></p>" for n in range(12_000)),
        f"<p>{'<br>'.join(['1 2 3'] * 20_000)}</p>",
    ],
)
def test_odd_bodies_take_bounded_time(body: str) -> None:
    with cpu() as spent:
        read_body_of(f"<title>A laboratory opens</title><div id=b>{body}</div>", RULES)
    assert spent.under(5), spent


def read_body_of(html: str, rules: FieldRules) -> Body:
    """The body alone, as `read_article` reads it."""
    page = Page(html, URL, NOW)
    return read_body(find_body(page, rules, "科技创新项目启动"), page, "科技创新项目启动", rules)


# The block that says of which page it is


OWN = "http://www.practice.test/2023/news/a1.html"
LICENCES = {
    "a box of bare elements": f"<div class=x1><div><div>A laboratory opens</div><div>{OWN}</div></div>"
    "<div><div><div>Author</div><div>Li Hua</div></div><div><div>Posted on</div>"
    "<div>5 August 2023</div></div><div>Licensed under</div></div></div>",
    "lines without an element": "<p>Title: A laboratory opens</p><p>Author: Li Hua</p>"
    f"<p>Link: <a href='{OWN}'>{OWN}</a></p><p>All rights reserved. Ask before you reprint it.</p>",
    "a list in Chinese": "<ul class=y><li><strong>本文作者：</strong>李华</li><li><strong>本文链接：</strong>"
    "<a href='/2023/news/a1.html'>http://practice.test/2023/news/a1.html</a></li><li><strong>版权声明："
    "</strong>本站所有文章除特别声明外，均采用 CC BY-NC-SA 许可协议。转载请注明出处！</li></ul>",
    "an address alone": f"<p>Permanent link to this article: {OWN}</p>",
    "another host's copy of the address": "<p>https://mirror.example/2023/news/a1.html</p>",
    "an address that is cut": "<section><p>A laboratory opens</p>"
    "<p>http://www.practice.test/2023/news/…</p></section>",
    "a link without the address": "<div><p>A laboratory opens</p><p>"
    "<a href='/2023/news/a1.html'>Permanent link</a></p></div>",
    "the headline alone": "<div><span>A laboratory opens</span></div>",
    "how to cite it": "<div><h4>Cite this page</h4><p>A laboratory opens</p><p>Town of Practice</p>"
    f"<p>{OWN}</p></div>",
}


@pytest.mark.parametrize("where", ["behind", "before"])
@pytest.mark.parametrize("kind", LICENCES)
def test_a_block_with_the_pages_own_headline_and_address_is_the_portals(
    kind: str, where: str
) -> None:
    text = f"<p>{LONG}</p><p>{LONG.replace('Monday', 'Tuesday')}</p><p>A short end</p>"
    parts = (text, LICENCES[kind]) if where == "behind" else (LICENCES[kind], text)
    article = read("".join(parts))
    assert article.body.split("\n\n") == [LONG, LONG.replace("Monday", "Tuesday"), "A short end"]
    assert OWN not in article.html


OF_THE_TEXT = [
    f"<p>{LONG}</p><p>Whoever wants to come finds the form at {OWN} until Friday, and "
    "may ask the office for a copy on paper.</p>",
    f"<p>{LONG}</p><p>The programme: http://www.practice.test/2023/news/programme.html</p>",
    f"<p>{LONG}</p><div><p>The laboratory got its licence in May.</p><p>A second one follows.</p></div>",
    f"<p>{LONG}</p><p>The city said it would share what it learns.</p><p>{OWN}</p>",
]


@pytest.mark.parametrize("body", OF_THE_TEXT)
def test_sentences_beside_an_address_stay(body: str) -> None:
    said = re.sub("<[^<>]*>", " ", body.replace(f"<p>{OWN}</p>", "")).split()
    assert read(body).body.split() == said


@given(st.lists(st.sampled_from([LONG, "A laboratory opens", OWN, "Author: Li", "©", "One."])))
@settings(max_examples=60, deadline=None)
def test_what_runs_is_never_taken_for_such_a_block(lines: list[str]) -> None:
    body = "".join(f"<p>{n} {line}</p>" if line == LONG else f"<p>{line}</p>" for n, line in
                   enumerate(lines))  # fmt: skip
    got = read(f"<p>First. {LONG}</p>{body}").body
    assert all(f"{n} {line}" in got for n, line in enumerate(lines) if line == LONG)


@pytest.mark.parametrize("end", ["…", "...", " […]"])
@pytest.mark.parametrize("where", ["inside", "above"])
def test_a_summary_cut_from_the_text_is_said_once(where: str, end: str) -> None:
    teaser = f"<p class=description>{LONG[:60].rsplit(' ', 1)[0]}{end}</p>"
    text = f"<p>{LONG}</p><p>{LONG.replace('Monday', 'Tuesday')}</p>"
    if where == "inside":
        article = read(teaser + text)
        assert article.html.count("The city opened") == 2
    else:
        html = f"<h1>A laboratory opens</h1>{teaser}<div class=text>{text}</div>"
        reading = read_article(
            capture(html.encode(), url=URL, final_url=URL), FieldRules(language="en"), "t"
        )
        assert reading.article is not None
        article = reading.article
    assert article.body.split("\n\n") == [LONG, LONG.replace("Monday", "Tuesday")]


def test_a_first_paragraph_of_its_own_stays() -> None:
    body = f"<p>The city opened its doors on Sunday…</p><p>{LONG}</p>"
    assert read(body).body == f"The city opened its doors on Sunday…\n\n{LONG}"


@pytest.mark.parametrize(
    "line",
    [
        "Created at 11/23/2022 08:00 AM by Jonas Brandt",
        "Last modified at 12/13/2022 9:00 AM by Admin",
        "Mis à jour le 1 décembre 2022",
        "Zuletzt aktualisiert am 1. Dezember 2022",
        "Posted on 5 May 2022",
        "最后更新：2022-12-01",
    ],
)
def test_when_a_page_was_made_or_changed_is_no_end_of_its_text(line: str) -> None:
    assert read(f"<p>{LONG}</p><p>{line}</p>").body == LONG


@pytest.mark.parametrize(
    "line", ["The report was published on 5 May 2022.", "Harrowdene, 5 May 2022", "2022年12月1日"]
)
def test_a_day_that_belongs_to_the_text_stays_at_its_end(line: str) -> None:
    assert read(f"<p>{LONG}</p><p>{line}</p>").body.endswith(line)


@pytest.mark.parametrize(
    "title",
    [
        "Old works reopen on Monday in the town",
        "Corrected: old works reopen, says the town of Harrowdene",
    ],
)
def test_a_headline_that_reads_like_a_sentence_is_no_text(title: str) -> None:
    table = (
        f"<table><tr><th>Subject</th><td>{title}</td></tr><tr><th>Date</th><td>2023/02/03</td>"
        f"<th>Hits</th><td>6</td></tr><tr><td colspan=4><p>{LONG}</p><p>{LONG} Again.</p></td></tr></table>"
    )
    reading = read_article(
        capture(f"<title>Information</title>{table}".encode(), url=URL, final_url=URL),
        FieldRules(language="en"),
        "t",
        RowWitness((title,), ()),
    )
    assert reading.article is not None
    assert reading.article.title == title
    assert reading.article.body == f"{LONG}\n\n{LONG} Again."
    assert reading.article.published is not None


@pytest.mark.parametrize(
    "head",
    [
        "<span class=when>1 декабря 2026, 09:05</span> <span id=hits>Просмотров: 318</span><img src=a.jpg>",
        "<time>2 March 2026</time> ",
        "<em class=date>02.03.2026 10:15</em><br>",
        "<div class=in><i class=day>12 de março de 2026</i>&nbsp;&nbsp;",
    ],
)
def test_a_day_in_the_line_of_the_text_is_taken_off_and_the_sentence_stays(head: str) -> None:
    for text in ("The depot opens. It is new.", f"{LONG} It is new.<br><br>{LONG[::-1]}."):
        found = read(head + text).body
        assert found is not None
        assert found.split("\n\n") == text.split("<br><br>")


@pytest.mark.parametrize(
    "head",
    [
        "<span class=k>On 2 March 2026</span> the council opened a depot, and it is new.",
        "<span class=date>2 March 2026</span> was the day on which the depot was opened to all.",
        "<span class=date>2 March 2026</span>, a Monday, saw the depot being opened to all.",
        "<b>2 March 2026</b> The council opened the depot, and all were there to look at it.",
    ],
)
def test_a_day_with_which_a_sentence_begins_stays(head: str) -> None:
    found = read(f"{head}<br><br>{LONG}").body
    assert found is not None
    assert "2 March 2026" in found


def test_a_sentence_behind_a_day_and_a_counter_is_not_lost() -> None:
    said = "Департамент науки сообщил о новых подробностях соглашения с соседней областью."
    found = read(f"<p>1 декабря 2026, 16:20 Просмотров: 2 419 {said}</p><p>{LONG}</p>").body
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "credit",
    ["Foto: Divulgação", "Фото: Иван Петров", "Ảnh: Lê Hải", "사진: 시청 제공", "Photo: Ana Lima"],
)
@pytest.mark.parametrize(
    "box",
    [
        "<div class=main><img src=/a.jpg alt=''><p class=small>{}</p></div>",
        "<p><a href=/big.jpg><img src=/a.jpg></a></p><p>{}</p>",
    ],
)
def test_whose_a_picture_is_stands_with_it_and_not_in_the_text(credit: str, box: str) -> None:
    article = read(f"{box.format(credit)}<p>{LONG}</p>")
    assert article.body == LONG
    assert [image.caption for image in article.images] == [credit]


def test_a_sentence_beside_a_picture_stays() -> None:
    said = "Photo: the exhibition opens on Friday, and everybody is welcome to look at it."
    assert (
        read(f"<div><img src=/a.jpg><p>{said}</p></div><p>{LONG}</p>").body == f"{said}\n\n{LONG}"
    )


@pytest.mark.parametrize(
    "files",
    [
        "<b>Файлы:</b><br><a href=/f/a.docx>Приложение</a> <small>DOCX, 48 Кб</small>",
        "Anexos<br><a href=/f/a.pdf>Mapa do trecho</a> PDF · 1,2 MB",
    ],
)
def test_files_told_by_kind_and_size_stand_under_the_text(files: str) -> None:
    article = read(f"<p>{LONG}</p><p>{files}</p>")
    assert article.body == LONG
    assert len(article.attachments) == 1


@pytest.mark.parametrize(
    ("link", "script"),
    [
        (
            "<a href=\"javascript:getFile('F77','0')\">보도자료.hwp</a> [24 KB]",
            "function getFile(id, sn){ window.open('/fms/FileDown.do?id='+id+'&sn='+sn); }",
        ),
        (
            "<a href='#' onclick=\"save('F77', 0); return false\">Report of the year.pdf</a>",
            "function save(id, sn) { location.href = `/fms/FileDown.do?id=${id}&sn=${sn}`; }",
        ),
        (
            "<a href='#none' onclick=\"fetchFile('F77','0')\" title='plan.xlsx'>Plan</a>",
            "function fetchFile(id, sn){ var f = document.fileForm; f.id.value = id; f.sn.value = sn;"
            " f.action = '/fms/FileDown.do'; f.submit(); }",
        ),
    ],
)
def test_files_that_a_call_of_the_pages_own_scripts_hands_out(link: str, script: str) -> None:
    form = "<form name=fileForm method=get><input type=hidden name=id><input type=hidden name=sn></form>"
    around = f"<div class=files><strong>첨부파일</strong><ul><li>{link}</li></ul></div>"
    article = read(f"<p>{LONG}</p>", f"{around}{form}<script>{script}</script>")
    assert [one.url for one in article.attachments] == [
        "http://www.practice.test/fms/FileDown.do?id=F77&sn=0"
    ]
    assert article.body == LONG


PANES = [
    f"<p>{place_} gets a crossing of its own, and {n} families use it every day, the council says. {LONG}</p>"
    for n, place_ in enumerate(("Mill Lane", "The upper quay", "Tanner Street", "The old yard"), 3)
]


@pytest.mark.parametrize(
    "names",
    [("tab-content", "tab-pane"), ("accordion", "accordion__body"), ("panel-group", "panel-body")],
)
def test_what_stands_before_tabs_and_panels_belongs_to_the_text(names: tuple[str, str]) -> None:
    whole, part = names
    tabs = "".join(f"<li><a href=#t{n}>Part {n}</a></li>" for n in range(4))
    panes = "".join(f"<div class={part} id=t{n}>{pane * 2}</div>" for n, pane in enumerate(PANES))
    lead = "<p>Four crossings are to be built before the winter, the council decided.</p>"
    page = f"<body><main><h1>Four crossings</h1><div class=region><div>{lead}</div><div><ul class=nav>{tabs}</ul><div class={whole}>{panes}</div></div></div></main></body>"
    text = read_body_of(page, FieldRules()).text
    assert text.startswith("Four crossings are to be built")
    assert all(pane[3:20] in text for pane in PANES)


@pytest.mark.parametrize(
    "foot",
    [
        "<div>Partager : <a href=/m>Courriel</a> <a href=/x>Mastodon</a></div>",
        "<p>Share: <a href=/f>Facebook</a>, <a href=/w>WhatsApp</a>, <a href=/m>e-mail</a></p>",
        "<h3>Downloads</h3><ul><li><a href='/a1.html?file=files/plan.pdf'>Plan der Ufer <span>(1,4 MiB)</span></a></li></ul>",
        "<h3>Documents joints</h3><ul><li><a href=/sites/plan.pdf>Le plan</a> (420 Ko)</li></ul>",
    ],
)
def test_where_to_share_it_and_its_files_are_no_end_of_a_text(foot: str) -> None:
    assert read(f"<p>{LONG}</p>{foot}").body == LONG


def test_a_label_with_words_of_its_own_stays_at_the_end() -> None:
    last = "Share: the city holds a third of the company, the region the rest."
    assert read(f"<p>{LONG}</p><p>{last}</p>").body == f"{LONG}\n\n{last}"


@pytest.mark.parametrize(
    "line",
    [
        "Having trouble viewing this email? <a href=/a>View it as a Web page</a>.",
        "<a href=/a>View this email in your browser</a>",
        "Wird dieser Newsletter nicht richtig angezeigt? <a href=/a>Hier klicken</a>",
        "Si ce message ne s'affiche pas, <a href=/a>consultez-le dans votre navigateur</a>",
        "<a href=/a>Ver este boletín en el navegador</a>",
        "如果您无法正常查看此邮件，<a href=/a>请点击这里</a>",
        "<a href=/a>Läs brevet i din webbläsare</a>",
    ],
)
def test_the_offer_of_a_mail_as_a_page_is_none_of_its_text(line: str) -> None:
    letter = f"<table><tr><td><p>{line}</p><table><tr><td><p>{LONG}</p></td></tr></table></td></tr></table>"
    assert read(letter).body == LONG


@pytest.mark.parametrize(
    "line",
    [
        "Residents can <a href=/a>view the draft plan online</a> until Friday.",
        "Anyone who cannot see the notice in the hall may ask for a copy.",
        "The office sends its newsletter by mail, and no longer as a web page.",
    ],
)
def test_a_first_sentence_that_leads_to_a_page_stays(line: str) -> None:
    assert read(f"<p>{line}</p><p>{LONG}</p>").body.startswith(re.sub("<.*?>", "", line))


SECOND = "Work on the roof begins in May, the builders said, and lasts until the autumn."


@pytest.mark.parametrize(
    "between",
    [
        "<p>Advertisement</p>",
        "<p>- ADVERTISEMENT -</p>",
        "<div>Anzeige</div>",
        "<p>Publicité</p>",
        "<div>广告</div>",
        "<p>Article continues after this ad</p>",
        "<div>1 / 3</div><div>上一张 下一张</div>",
        "<div>Previous | Next</div><div>2/7</div>",
        "<p>Slide 1 of 4</p>",
    ],
)
def test_what_the_page_says_in_the_midst_of_a_text_is_none_of_it(between: str) -> None:
    assert read(f"<p>{LONG}</p>{between}<p>{SECOND}</p>").body == f"{LONG}\n\n{SECOND}"


@pytest.mark.parametrize("line", ["<h3>Werbung</h3>", "<p>Previous owners</p>"])
def test_a_heading_or_a_line_of_its_own_stays_in_the_midst(line: str) -> None:
    assert re.sub("<.*?>", "", line) in read(f"<p>{LONG}</p>{line}<p>{SECOND}</p>").body


@pytest.mark.parametrize(
    "changes",
    [
        "<h2>Updates to this page</h2><ol><li>25 November 2026: Corrected a figure.</li><li>20 November 2026: First published.</li></ol>",
        "<h3>Änderungshistorie</h3><p>3. Mai 2026</p><p>Anhang ergänzt</p>",
        "<p>修订记录：</p><p>2026-05-03 更正了联系电话</p>",
        "<h2>Change history</h2><table><tr><td>3 May 2026</td><td>Annex added</td></tr><tr><td>1 May 2026</td><td>First issue</td></tr></table>",
    ],
)
def test_what_was_changed_on_a_page_is_none_of_its_text(changes: str) -> None:
    assert read(f"<p>{LONG}</p><p>{SECOND}</p>{changes}").body == f"{LONG}\n\n{SECOND}"


def test_a_history_that_an_article_tells_stays() -> None:
    told = "Corrections\n\nIn an earlier report the laboratory was said to stand by the river."
    assert read(f"<p>{LONG}</p><h3>Corrections</h3><p>{told[13:]}</p>").body.endswith(told)


@pytest.mark.parametrize(
    "foot",
    [
        "Tags: laboratories, data",
        "Archivado en: Ciencia, Datos",
        "标签：实验室 大数据",
        "Compartilhe: Facebook X WhatsApp",
        "Share on Facebook | LinkedIn | Telegram",
        "Share Tweet Print",
        "（版权作品，未经书面授权，严禁转载）",
        "未经本报许可，任何单位和个人不得转载。",
        "本文由入驻作者上传，不代表本平台观点。",
        "如有侵权，请联系我们删除。",
        "You are receiving this e-mail because you are a member.",
    ],
)
def test_what_the_page_says_under_a_text_is_none_of_it(foot: str) -> None:
    assert read(f"<p>{LONG}</p><p>{foot}</p>").body == LONG


@pytest.mark.parametrize(
    "last",
    [
        "Topics: the meeting will speak of schools, roads and the harbour.",
        "本报许可证号已经变更，读者可以照常订阅。",
        "文章侵权一案将于下月开庭。",
    ],
)
def test_a_sentence_that_begins_like_a_foot_stays(last: str) -> None:
    assert read(f"<p>{LONG}</p><p>{last}</p>").body == f"{LONG}\n\n{last}"


@pytest.mark.parametrize(
    "head",
    [
        "<div>2 hours ago</div><div>Share Save</div>",
        "<div><span>城市观察</span><span>2小时前</span><span>+关注</span></div>",
        "<p>Ruth Pine · il y a 3 heures</p>",
        "<h2>A laboratory opens<br>新实验室启用</h2>",
    ],
)
def test_how_old_an_article_is_and_its_headline_in_two_languages_are_no_text(head: str) -> None:
    assert read(f"{head}<p>{LONG}</p>").body == LONG


@pytest.mark.parametrize(
    "record",
    [
        ("时间：2026年11月20日下午", "地点：一号楼会议室", "主持：骆长川"),
        ("Date: 12 November 2026", "Place: Guildhall, upper room", "In the chair: Hal Draper"),
        ("Date: 12 November 2026", "Time: 19:00 - 21:30", "Place: Guildhall, upper room"),
        ("日期：2026年11月12日", "时间：19:00", "地点：一号楼会议室"),
    ],
)
def test_the_fields_of_a_record_begin_with_when_it_was(record: tuple[str, ...]) -> None:
    lines = "".join(f"<p>{line}</p>" for line in record)
    assert read(f"{lines}<p>{LONG}</p>").body == "\n\n".join((*record, LONG))


@pytest.mark.parametrize(
    "behind", ["来源：城市日报", "主持人：大家好，欢迎收看今天的节目。", "问：谁可以申请？"]
)
def test_the_day_of_the_page_above_its_other_fields_is_no_record(behind: str) -> None:
    assert "2026" not in read(f"<p>时间：2026-11-20</p><p>{behind}</p><p>{LONG}</p>").body


@pytest.mark.parametrize(
    "head",
    [
        "<dl><dt>From:</dt><dd>Department for Rivers</dd><dt>Published</dt><dd>20 November 2022</dd></dl>",
        "<dl><dt>来源：</dt><dd>市科协</dd><dt>发布时间：</dt><dd>2022-11-20</dd></dl>",
    ],
)
def test_a_list_of_what_the_page_is_stands_above_its_text(head: str) -> None:
    assert read(f"{head}<p>{LONG}</p>").body == LONG


def test_a_list_of_terms_at_the_head_of_a_text_stays() -> None:
    terms = "<dl><dt>Rooms</dt><dd>Forty, of which three are dark</dd></dl>"
    assert read(f"{terms}<p>{LONG}</p>").body.startswith("Rooms\n\nForty")


@pytest.mark.parametrize(
    "foot",
    [
        "<div>Categoria <a href=/c>Agricultura e Pesca</a></div>",
        "<p>Topics <a href=/a>Rivers</a> <a href=/b>Harbours</a></p>",
        "<div>标签 <a href=/a>实验室</a></div>",
    ],
)
def test_the_subjects_under_a_text_are_none_of_it(foot: str) -> None:
    assert read(f"<p>{LONG}</p>{foot}").body == LONG


@pytest.mark.parametrize(
    "head",
    [
        "<p>Sports desk</p>",
        "<div>By our own correspondent</div>",
        "<p>Sportredaktion</p>",
        "<p>本报评论员</p>",
        "<p>（2022年11月12日）</p><p>骆长川</p>",
    ],
)
def test_who_signs_above_a_text_is_none_of_it(head: str) -> None:
    assert read(f"{head}<p>{LONG}</p>").body == LONG


@pytest.mark.parametrize("first", ["<p>同志们：</p>", "<h3>骆长川</h3>", "<p>骆长川说了三点。</p>"])
def test_what_begins_a_speech_stays(first: str) -> None:
    said = re.sub("<.*?>", "", first)
    assert read(f"<p>（2022年11月12日）</p>{first}<p>{LONG}</p>").body == f"{said}\n\n{LONG}"


@pytest.mark.parametrize(
    "control",
    [
        "Yazdır",
        "Bu sayfayı yazdır",
        "Seite drucken",
        "Imprimer cette page",
        "Imprimir | Compartir",
        "Поделиться",
        "พิมพ์",
    ],
)
def test_what_prints_or_shares_a_page_is_no_text_in_any_language(control: str) -> None:
    assert read(f"<p>{LONG}</p><p>{LONG} Two.</p><a href='#'>{control}</a>").body == (
        f"{LONG}\n\n{LONG} Two."
    )
    assert read(f"<p>{control}</p><p>{LONG}</p>").body == LONG


@pytest.mark.parametrize(
    "last", ["Wir drucken jede Seite selbst.", "Imprimer coûte cher.", "Drucken im Museum"]
)
def test_a_line_about_printing_stays(last: str) -> None:
    assert read(f"<p>{LONG}</p><p>{last}</p>").body == f"{LONG}\n\n{last}"


TEASED = "The empty mill on Weir Street will become a music school in autumn."


@pytest.mark.parametrize(
    "lead",
    [
        f"<div class=teaser><p>{TEASED}</p></div>",
        f"<p class=teaser>{TEASED}</p>",
        f"<p>3 May 2022</p><div class='article-teaser'>{TEASED}</div>",
    ],
)
def test_a_teaser_above_the_text_is_its_lead(lead: str) -> None:
    assert read(f"{lead}<p>{LONG}</p><p>{LONG} Two.</p>").body.startswith(f"{TEASED}\n\n{LONG}")


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", f"<div class=teaser><p>{TEASED}</p></div>"),
        (f"<div class=teaser><a href=/x>{TEASED}</a></div>", ""),
        (f"<div class=teaser><h3>A music school</h3><p>{TEASED}</p></div>", ""),
    ],
)
def test_a_teaser_of_another_text_is_no_lead(before: str, behind: str) -> None:
    assert read(f"{before}<p>{LONG}</p><p>{LONG} Two.</p>{behind}").body == f"{LONG}\n\n{LONG} Two."


@pytest.mark.parametrize(
    "said",
    [
        "Noticia relacionada: <a href=/x>El tranvía llega al puerto</a>",
        "Article lié : <a href=/x>Le tramway arrive au port</a>",
        "Berita terkait: <a href=/x>Trem tiba di pelabuhan</a>",
        "İlgili haber: <a href=/x>Tramvay limana geliyor</a>",
        "関連記事：<a href=/x>路面電車が港まで延びる</a>",
    ],
)
def test_a_link_to_a_related_article_amid_the_text_is_none_of_it(said: str) -> None:
    assert read(f"<p>{LONG}</p><div>{said}</div><p>{LONG} Two.</p>").body == (
        f"{LONG}\n\n{LONG} Two."
    )


def test_a_sentence_about_related_articles_stays() -> None:
    said = "Noticias relacionadas con el puerto llegan cada día a la redacción."
    assert said in read(f"<p>{LONG}</p><p>{said}</p><p>{LONG} Two.</p>").body

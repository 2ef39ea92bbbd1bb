"""The body: paragraphs, noise, tables, captions, files, and HTML that may be shown."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.pages.article import read_article
from scraper.pages.body.markup import ATTRIBUTES, TAGS, sanitise
from scraper.pages.body.media import file_kind
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.make import capture

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
    "<p>(责编：小红、小明)</p>",
    "<p>【打印】【关闭】</p>",
    "<p>上一篇：别的新闻</p><p>下一篇：没有了</p>",
    "<p>1 2 3 &gt;</p>",
    "<p>【1】【2】【3】</p>",
    "<h4>Related stories</h4><ul><li><a href='/a'>Another story</a></li></ul>",
    "<p>相关链接：</p><p><a href='/b'>别的新闻</a></p>",
    "<div class='share'>Share</div>",
]


@pytest.mark.parametrize("head", HEADS)
def test_what_stands_over_the_text_goes(head: str) -> None:
    article = read(f"{head}<p>{LONG}</p>")
    assert article.body == LONG
    assert article.html == f"<p>{LONG}</p>" or LONG in article.html


@pytest.mark.parametrize("foot", FEET)
def test_what_stands_under_the_text_goes(foot: str) -> None:
    assert read(f"<p>{LONG}</p>{foot}").body == LONG


def test_a_paragraph_with_a_date_stays() -> None:
    text = "On 2021-03-05 the city said it would support big data with 95 million yuan this year and next."
    assert read(f"<p>{text}</p><p>{LONG}</p>").body == f"{text}\n\n{LONG}"


def test_a_table_stays_readable() -> None:
    table = (
        "<table><tr><th>Year</th><th>Projects</th></tr><tr><td>2021</td><td>47</td></tr></table>"
    )
    assert read(f"<p>{LONG}</p>{table}").body == f"{LONG}\n\nYear | Projects\n2021 | 47"


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


@settings(max_examples=150)
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


def test_trafilatura_is_the_last_resort() -> None:
    html = (
        "<meta charset=utf-8><title>A laboratory opens in the city</title><body><div "
        "class=q1><ul><li><a href=/1>One</a></li></ul></div>"
        f"<div class=q2><p>{LONG}</p><p>{LONG[::-1]}</p><p>{LONG} Again.</p></div></body>"
    )  # fmt: skip
    reading = read_article(capture(html.encode()), FieldRules(), "t")
    assert reading.article is not None
    assert LONG in reading.article.body
    assert any(e.rule == "trafilatura" for e in reading.article.evidence)

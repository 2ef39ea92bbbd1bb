"""Text that a page holds and a script shows: behind "Read more", in hidden fields, in strings."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest

from scraper.parsing.article import read_article
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.effort import cpu
from tests.support.make import capture

URL = "http://www.practice.test/2026/news/a1.html"
ONE = "市科协昨日召开工作会议，部署科创中国试点城市建设。会议要求各区县抓紧落实，确保年内见效。"
TWO = "会议还通报了上半年的项目进展情况，四十七个项目已经全部开工，总投资九千五百万元。"
THREE = "下一步将围绕秋粮收购细化责任清单，逐项明确完成时限和牵头单位，并定期向社会公布进展情况。"
FIRST, REST = f"<p>{ONE}</p>", f"<p>{TWO}</p><p>{THREE}</p>"
WHOLE = f"{ONE}\n\n{TWO}\n\n{THREE}"


def read(text: str, around: str = "") -> ArticleData:
    html = f"<meta charset=utf-8><div class=nav><a href='/'>首页</a><a href='/x/'>新闻</a></div><h1>市科协召开会议部署试点建设</h1><div>发布时间：2026-11-19</div><div class=nr>{text}</div>{around}<div class=foot>主办：市科协</div>"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None, reading
    return reading.article


HIDDEN = [
    f"{FIRST}<div id='more' style='display:none'>{REST}</div><a href='javascript:show()'>展开全文</a>",
    f"{FIRST}<div id='more' style='display:none'>{REST}</div><p><a href='#'>阅读全文 &gt;&gt;</a></p>",
    f"{FIRST}<div class='read-more-text' hidden>{REST}</div><button>Read more</button>",
    f"{FIRST}<p style='display: none'>{TWO}</p><p style='display: none'>{THREE}</p><span onclick='a()'>【查看全文】</span>",
    f"{FIRST}<a href='javascript:;' onclick=\"o('rest')\">Show full text</a><div><div id='rest' style='display:none;color:red'>{REST}</div></div>",
    f"<div>{FIRST}<div style='display:none'>{REST}</div></div><div class=btn><a>展开全文</a></div>",
    f"<p>{ONE[:30]}…</p><div style='display:none'>{FIRST}{REST}</div><a href='#'>展开全文</a>",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_row_208_what_a_button_for_the_whole_text_opens_is_text(text: str) -> None:
    assert read(text).body == WHOLE


KEPT_OUT = [
    f"<div style='display:none'>{TWO}</div>",
    f"<div style='display:none'>{TWO}</div><a href='/2026/news/all.html'>阅读全文</a>",
    f"<div class='cookie'><div style='display:none'>{TWO}</div><a href='#'>Read more</a></div>",
    f"<div style='display:none' class='login-panel'>{TWO}</div><a href='#'>展开全文</a>",
    "<div style='display:none'><a href='/1.html'>市科协召开会议，部署试点建设</a><a href='/2.html'>市科协召开会议，部署试点建设</a></div><a href='#'>展开更多</a>",
]


@pytest.mark.parametrize("hidden", KEPT_OUT)
def test_row_208_what_else_is_hidden_stays_hidden(hidden: str) -> None:
    body = read(
        f"{FIRST}{REST.replace(TWO, '会议由市科协主席主持，各区县科协负责同志参加了会议。')}{hidden}"
    ).body
    assert TWO not in body
    assert "部署试点建设" not in body


FILE = "<p><a href='./f.pdf'>附件</a></p>"
SHOW = "<script>document.getElementById('content').innerHTML=document.getElementById('txt').value;</script>"
BOX = "<div id='content'></div>"
FIELDS = [
    f"{BOX}<textarea id='txt' style='display:none'>{escape(FIRST + REST + FILE)}</textarea>{SHOW}",
    f"{BOX}<textarea id='txt' style='display:none'>{FIRST}{REST}{FILE}</textarea>{SHOW}",
    f"<textarea style='display:none'>{escape(FIRST + REST + FILE)}</textarea>",
    f"{BOX}<div style='display:none'><textarea id='txt'>{escape(FIRST + REST + FILE)}</textarea></div>{SHOW}",
    f"{BOX}<input type='hidden' id='txt' value=\"{escape(FIRST + REST + FILE)}\">{SHOW}",
    f"{BOX}<script>var c={json.dumps(FIRST + REST + FILE)};document.getElementById('content').innerHTML=c;</script>",
    f"{BOX}<script>$('#content').html({json.dumps(FIRST + REST + FILE).replace('</', '<' + chr(92) + '/')});</script>",
    f"<script>document.write(decodeURIComponent('{quote(FIRST + REST + FILE)}'));</script>",
]


@pytest.mark.parametrize("text", FIELDS)
def test_row_208_text_that_a_script_puts_in_place_is_read_as_text(text: str) -> None:
    article = read(text)
    assert article.body.removesuffix("\n\n附件") == WHOLE
    assert [file.url for file in article.attachments] == [
        "http://www.practice.test/2026/news/f.pdf"
    ]


OTHERS = [
    f"<textarea>{escape(REST)}</textarea>",
    f"<textarea style='display:none'>{escape('<p>{{title}}</p>' + REST)}</textarea>",
    f"<textarea style='display:none'>{escape(FIRST)}</textarea>",
    f"<input type='hidden' name='summary' value=\"{escape(FIRST)}\">",
    f"<script>var c={json.dumps(REST)};</script>",
    "<textarea style='display:none'>&lt;div&gt;&lt;a href='/1'&gt;市科协召开会议，部署全市试点建设工作&lt;/a&gt;&lt;a href='/2'&gt;市科协召开会议，部署全市试点建设工作&lt;/a&gt;&lt;/div&gt;</textarea>",
]


@pytest.mark.parametrize("other", OTHERS)
def test_row_208_other_fields_and_strings_are_no_text(other: str) -> None:
    assert read(
        FIRST + "<p>会议由市科协主席主持，各区县科协负责同志参加了会议。</p>", other
    ).body == (f"{ONE}\n\n会议由市科协主席主持，各区县科协负责同志参加了会议。")


HOSTILE = [
    "<a href='#'>Read more</a><p style='display:none'>a, b</p>",
    "<div style='display:none'><a>展开全文</a>",
    "<textarea style='display:none'><p>a, b</p></textarea>",
    "<input type=hidden value='<p>a, b</p>'>",
    "<script>x='\\'\\'\"</p>;y=\"</script>",
    "x.innerHTML='",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_row_208_looking_for_it_stays_linear(piece: str) -> None:
    took = []
    for times in (500, 2_000):
        with cpu() as spent:
            read(FIRST + REST + piece * times + f"<script>{piece * times}</script>")
        took.append(spent.seconds)
    assert took[1] < 14 * took[0] + 0.5


@pytest.mark.parametrize(
    "fades",
    [
        f"<div id='js_content' style='visibility: hidden; opacity: 0; '>{FIRST}{REST}</div><script>document.getElementById('js_content').style.visibility='visible'</script>",
        f"<div style='visibility:hidden'>{FIRST}{REST}{REST.replace('会议', '大会')}</div>",
    ],
)
def test_row_307_a_text_that_is_faded_in_is_read(fades: str) -> None:
    cookies = "<div class=notice>本站使用必要的数据保障服务，继续浏览即表示您同意隐私政策。</div>"
    assert read(fades, cookies).body.startswith(f"{ONE}\n\n{TWO}")


def test_what_keeps_its_place_and_is_named_nowhere_stays_hidden() -> None:
    aside = "<div id='tip' style='visibility:hidden'><p>欢迎关注本站，第一时间获取各类服务信息，感谢您的支持。</p></div>"
    assert read(FIRST + REST, aside).body == WHOLE


MARKUP = FIRST + REST
BASE64 = b64encode(MARKUP.encode()).decode()
CODED = [
    f"{BOX}<script>var c='{BASE64}';document.getElementById('content').innerHTML=decodeURIComponent(escape(atob(c)));</script>",
    f"{BOX}<script>var c='{b64encode(quote(MARKUP).encode()).decode()}';$('#content').html(decodeURIComponent(Base64.decode(c)));</script>",
    f"<div id='content' data-html=\"{escape(MARKUP)}\"></div><script>content.innerHTML=content.dataset.html</script>",
    f"<div data-body-text=\"{escape(MARKUP)}\"></div><script>$('[data-body-text]').each(show)</script>",
]


@pytest.mark.parametrize("text", CODED)
def test_text_that_stands_coded_in_a_script_or_in_an_attribute_is_read(text: str) -> None:
    assert read(text).body == WHOLE


def test_what_an_element_with_text_of_its_own_holds_for_a_script_is_none() -> None:
    said = "会议由市科协主席主持，各区县科协负责同志参加了会议。"
    tip = f"<div data-tip=\"{escape(REST)}\">{FIRST}<p>{said}</p></div><script>tip('data-tip')</script>"
    assert read(tip).body == f"{ONE}\n\n{said}"


def test_a_beginning_of_several_paragraphs_is_not_read_beside_the_whole() -> None:
    begun = f"<div class=short>{FIRST}<p>{TWO[:20]}… <a href='#all'>Read more</a></p></div>"
    assert read(f"{begun}<div class=all hidden>{MARKUP}</div>").body == WHOLE

"""The files of an article: links whose address says nothing of a file, and files shown in a page."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest

from scraper.parsing.article import read_article
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.effort import cpu
from tests.support.make import capture

URL = "http://www.practice.test/2026/news/a1.html"
ROOT = "http://www.practice.test"
TEXT = (
    "<p>市科协昨日召开工作会议，部署科创中国试点城市建设。会议要求各区县抓紧落实，确保年内见效。</p>"
    "<p>会议还通报了上半年的项目进展情况，四十七个项目已经全部开工，总投资九千五百万元。</p>"
)


def read(line: str, around: str = "") -> ArticleData:
    html = f"<meta charset=utf-8><div class=nav><a href='/'>首页</a></div><h1>市科协召开会议部署试点建设</h1><div>发布时间：2026-11-19</div><div class=box><div class=nr>{TEXT}<p>{line}</p></div>{around}</div>"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None, reading
    return reading.article


def files(line: str, around: str = "") -> list[tuple[str, str]]:
    return [(file.url.removeprefix(ROOT), file.kind) for file in read(line, around).attachments]


BODA = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=4023"
LINKS = [
    (f'附件【<a href="{BODA}">申报表.pdf</a>】已下载<span>3</span>次', BODA, "pdf"),
    (f'附件【<a href="{BODA}">申报表</a>】', BODA, "file"),
    ('附件：<a href="/downloadFile.do?id=4023">申报表.pdf</a>', "/downloadFile.do?id=4023", "pdf"),
    ('附件1：<a href="/downloadFile.do?id=4023">申报表</a>', "/downloadFile.do?id=4023", "file"),
    (
        '<a href="/api/file/download?fileId=7">申报表.docx</a>',
        "/api/file/download?fileId=7",
        "docx",
    ),
    ('<a href="/get?fileId=7">附件：申报表</a>', "/get?fileId=7", "file"),
    ('<a href="/f/4023" download="申报表.pdf">申报表</a>', "/f/4023", "pdf"),
    ('<a href="/f/4023" download>申报表</a>', "/f/4023", "file"),
    ('<a href="/f/4023" title="申报表.xlsx">申报表</a>', "/f/4023", "xlsx"),
    ('<a href="/f/4023" type="application/pdf">Annex</a>', "/f/4023", "pdf"),
    ('<a href="/f/4023/">附件2：预算公开表.pdf</a>', "/f/4023/", "pdf"),
    ('<a href="/media/4023">Annex to the decision (PDF, 210 KB)</a>', "/media/4023", "pdf"),
    ('<a href="/media/4023/download">Download the annex</a>', "/media/4023/download", "file"),
    (
        '<a href="/documents/20121/41408/note.pdf/0b6b6f0a-1c?t=17300">Download the note</a>',
        "/documents/20121/41408/note.pdf/0b6b6f0a-1c?t=17300",
        "pdf",
    ),
]


@pytest.mark.parametrize(("line", "address", "kind"), LINKS)
def test_row_207_a_file_is_known_without_an_ending_of_its_address(
    line: str, address: str, kind: str
) -> None:
    assert files(line) == [(address, kind)]


BESIDE = [
    f'<div><h4>附件</h4><a href="{BODA}">申报表.pdf</a></div>',
    f'<div>附件：<a href="{BODA}">申报表</a></div>',
]


@pytest.mark.parametrize("box", BESIDE)
def test_row_207_such_a_file_may_stand_beside_the_text(box: str) -> None:
    assert [address for address, _ in files("完。", box)] == [BODA]


def test_row_207_such_a_file_may_stand_beside_a_wrapper_of_the_text() -> None:
    html = f"<meta charset=utf-8><div class=nav><a href='/'>首页</a></div><form><h2>市科协召开会议部署试点建设</h2><div>发布时间：2026-11-19</div><div id=vsb_content><div class=v_news_content>{TEXT}</div></div><ul><li>附件【<a href='{BODA}'>申报表.pdf</a>】已下载3次</li></ul></form>"
    article = read_article(
        capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t"
    ).article
    assert article is not None
    assert [file.url for file in article.attachments] == [f"{ROOT}{BODA}"]


PAGES = [
    '<a href="/download/app.html">下载客户端</a>',
    '<a href="/download/?type=app&fileId=3">Download our app</a>',
    '<a href="/download.jsp?id=9">下载 Chrome 浏览器</a>',
    '<a href="/download/index.do?id=1">下载中心</a>',
    '<a href="/xz/download.jsp?treeid=1012">资料下载</a>',
    '<a href="/download/">Download</a>',
    '<a href="/news/4023">How the office wrote its first robots.txt</a>',
    '<a href="/news/4023.html">关于印发申报表.pdf的通知.pdf</a>',
    '<a href="javascript:download(4023)">申报表.pdf</a>',
    '<a href="#fj">附件：申报表.pdf</a>',
    '<a href="/big/4023.jpg" download="photo.jpg">附件下载</a>',
    '<a href="/news/4023">附件二的解读</a>',
    '<a href="http://short.test/TP_615Download">Download here</a>',
]


FURTHER_OUT = [
    (
        f"<div class=box><div class=inner><div class=nr>{TEXT}</div><div id=vote></div></div>"
        f'<ul><li>附件【<a href="{BODA}">附件1：申报表.docx</a>】已下载<span>3</span>次</li></ul></div>',
        [(BODA, "docx")],
    ),
    (
        f"<table><tr><td>內容</td><td><font>{TEXT}</font></td></tr><tr><td>相關附件</td><td>"
        '<a href="download.asp?sn=1864&amp;n=1">申請書.pdf</a></td></tr></table>',
        [("/2026/news/download.asp?sn=1864&n=1", "pdf")],
    ),
    (  # what is beside an article, and does not say that it is of it
        f"<div class=page><div class=left><div class=nr>{TEXT}</div><div id=vote></div></div>"
        '<div class=right><h3>下载专区</h3><p><a href="/f/1.pdf">办事指南.pdf</a></p></div></div>',
        [],
    ),
    (
        f"<div class=page><div class=left><div class=nr>{TEXT}</div><div id=vote></div></div>"
        f"<ul>{''.join(f'<li><a href=/2026/news/b{n}.html>市里召开会议部署试点建设第{n}期工作简报</a></li>' for n in range(40))}</ul>"
        '<p>附件：<a href="/f/1.pdf">申报表.pdf</a></p></div>',
        [],
    ),
]


@pytest.mark.parametrize(("body", "expected"), FURTHER_OUT)
def test_row_229_a_file_further_out_says_that_it_is_attached(
    body: str, expected: list[tuple[str, str]]
) -> None:
    html = f"<meta charset=utf-8><div class=nav><a href='/'>首页</a></div><h1>市科协召开会议部署试点建设</h1><div>发布时间：2026-11-19</div>{body}"
    article = read_article(
        capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t"
    ).article
    assert article is not None
    assert [(file.url.removeprefix(ROOT), file.kind) for file in article.attachments] == expected


@pytest.mark.parametrize("line", PAGES)
def test_row_207_ways_to_programs_and_pages_are_no_files(line: str) -> None:
    assert files(line) == []
    assert files("完。", f"<div>{line}</div>") == []


def test_row_207_a_menu_beside_the_text_has_no_files() -> None:
    assert files("完。", "<div><a href='/download.jsp?id=3'>下载</a></div>") == []
    assert files("完。", "<nav>附件<a href='/download.jsp?id=3'>附件</a></nav>") == []
    assert files("完。", "<div><a href='/f/3' download>Save</a></div>") == []


SHOWN = [
    '<iframe src="/pdfjs/web/viewer.html?file=/f/2026/1.pdf" width=100% height=800></iframe>',
    '<iframe src="/pdfjs/web/viewer.html?file=%2Ff%2F2026%2F1.pdf#page=1"></iframe>',
    '<iframe src="https://docs.google.com/viewer?url=http://www.practice.test/f/2026/1.pdf"></iframe>',
    '<embed src="/f/2026/1.pdf" type="application/pdf" width=100%>',
    '<object data="/f/2026/1.pdf" type="application/pdf"></object>',
    '<a href="/pdfjs/web/viewer.html?file=/f/2026/1.pdf">附件</a>',
]


@pytest.mark.parametrize("shown", SHOWN)
def test_row_207_a_file_that_the_page_shows_is_a_file_of_the_article(shown: str) -> None:
    assert files(shown) == [("/f/2026/1.pdf", "pdf")]


SHOWN_BY_SCRIPTS = [
    """<div class="leser" pdfsrc="/f/2026/1.pdf" swsrc="" style="height:842px"></div>""",
    """<p data-file-url='/f/2026/1.pdf?v=2'>&nbsp;</p>""",
    """<script>var bilder=[]; zeigePdfRahmen("/f/2026/1.pdf","100%","600",true);</script>""",
    """<script>window.onload=function(){PDFObject.embed('/f/2026/1.pdf', '#leser');}</script><div id=leser></div>""",
    """<div id=leser></div><script>pdfjsLib.getDocument({url: "/f/2026/1.pdf"}).promise.then(f);</script>""",
]


@pytest.mark.parametrize("shown", SHOWN_BY_SCRIPTS)
@pytest.mark.parametrize("is_alone", [True, False])
def test_a_file_that_a_script_shows_in_the_page_is_a_file_of_the_article(
    shown: str, is_alone: bool
) -> None:
    text = "" if is_alone else TEXT
    html = f"<meta charset=utf-8><div class=nav><a href='/'>首页</a></div><h1>试点建设管理办法</h1><div>发布时间：2026-11-19</div><div class=box><div class=nr>{text}{shown}</div></div>"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None, reading
    (file,) = reading.article.attachments
    assert (file.url.removeprefix(ROOT).partition("?")[0], file.kind) == ("/f/2026/1.pdf", "pdf")
    assert "pdf" not in reading.article.body.lower()


def test_what_only_a_button_or_a_box_beside_would_show_is_no_file_of_the_article() -> None:
    beside = "<nav><div data-file='/f/2.pdf'></div></nav><footer><script>showPdf('/f/2.pdf')</script></footer>"
    assert files("<button data-url='/f/1.pdf'></button>", beside) == []
    assert files("<script>function f(){ log('see /f/1.pdf'); }</script>") == []


def test_row_207_a_file_shown_and_linked_is_one() -> None:
    line = '<iframe src="/f/1.pdf"></iframe><a href="/f/1.pdf">下载</a>'
    assert files(line) == [("/f/1.pdf", "pdf")]


@pytest.mark.parametrize(
    "shown",
    [
        '<iframe src="https://video.test/embed/12"></iframe>',
        '<object data="/f/1.swf" type="application/x-shockwave-flash"></object>',
        '<iframe src="/weather.html?url=/x.html"></iframe>',
    ],
)
def test_row_207_other_things_shown_are_no_files(shown: str) -> None:
    assert files(shown) == []


def test_row_207_the_line_of_such_a_file_stays_in_the_text() -> None:
    assert read('<a href="/f/4023">申报表.pdf</a>').body.endswith("申报表.pdf")


def test_row_207_a_page_of_a_shown_file_alone_is_an_article() -> None:
    html = "<meta charset=utf-8><h1>市科协公布年度预算</h1><div class=nr><iframe src='/f/1.pdf'></iframe></div>"
    article = read_article(
        capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t"
    ).article
    assert article is not None
    assert [file.url for file in article.attachments] == [f"{ROOT}/f/1.pdf"]


def test_row_207_many_links_take_no_longer_than_they_should() -> None:
    one = '<p>附件 <a href="/down.jsp?id={}" title="{}">{}</a></p>'
    pages = [
        "".join(one.format(n, "a." * 200, "(pdf" * 100) for n in range(size))
        for size in (1_000, 4_000)
    ]
    took = []
    for page in pages:
        with cpu() as spent:
            read("完。", page)
        took.append(spent.seconds)
    assert took[1] < 12 * took[0] + 0.5

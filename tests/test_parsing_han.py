"""What is found in simplified characters is found in traditional ones, and a year in any count."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from scraper.parsing.article import read_article
from scraper.parsing.dates.in_rows import DateReader
from scraper.parsing.dates.in_text import find_dates
from scraper.parsing.lists.read import read_any
from scraper.sources.model import FieldRules
from storage.text import in_all_scripts, in_both_scripts, simplified, simplify
from storage.types import Reading
from tests.support.han_forms import simplified_by_opencc
from tests.support.make import capture

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
TRADITIONAL = OpenCC("s2t")
PARAGRAPH = "<p>市科协在高新区举办对接会，三十二家企业与高校签订协议，资金达九千五百万元。{}</p>"
TEXT = "".join(
    PARAGRAPH.format(f"会议第{n}项议程由协会负责人主持，讨论了试点工作的实施办法。")
    for n in "123456"
)
PAGE = f"""<!DOCTYPE html>
<html><head><meta charset=utf-8><title>高新区举办科技对接会_门户网站</title></head>
<body><div class=nav><a href=/>首页</a> <a href=/xw/>新闻</a> 当前位置：新闻动态</div>
<h1>高新区举办科技对接会</h1>
<div class=info>发布时间：2026-11-12 09:30　来源：科技日报　作者：刘劲松　浏览次数：57
字号：大 中 小</div>
<div class=text>{TEXT}
<p>附件下载：<a href=/f/1.docx>对接会名单.docx</a></p><p>（责任编辑：张晓阳）</p></div>
<div>【打印本页】【关闭窗口】</div><div class=rel>相关阅读：<a href=/xw/2.html>报名通知</a></div>
<div class=foot>版权所有：市科学技术协会　主办单位：市科协　网站标识码1234567890</div>
</body></html>"""


def read(html: str) -> Reading:
    url = "http://www.practice.test/xw/202611/c_1.html"
    page = capture(html.encode(), url=url, final_url=url, fetched_at=NOW)
    return read_article(page, FieldRules(), "a")


def test_the_table_of_characters_says_what_opencc_says() -> None:
    """But for what a later version of it says of a few."""
    ours, theirs = simplified(), simplified_by_opencc()
    assert len(ours.items() & theirs.items()) > 0.99 * max(len(ours), len(theirs))


def test_a_page_reads_alike_in_both_scripts() -> None:
    one, other = read(PAGE).article, read(TRADITIONAL.convert(PAGE)).article
    assert one is not None and other is not None
    assert (one.title, one.source, one.author, one.editor) == (
        "高新区举办科技对接会", "科技日报", "刘劲松", "张晓阳",
    )  # fmt: skip
    for name in ("title", "source", "author", "editor", "body"):
        assert simplify(getattr(other, name)) == getattr(one, name), name
    assert other.published == one.published
    assert len(other.attachments) == len(one.attachments) == 1
    assert "打印" not in one.body and "责任编辑" not in one.body


def test_a_list_in_traditional_characters_says_its_days_and_its_pages() -> None:
    rows = "".join(
        f"<tr><td>115/11/{n:02}</td>"
        f"<td><a href=show.asp?id={n}>本所辦理第{n}次說明會歡迎踴躍報名</a></td></tr>"
        for n in range(20, 10, -1)
    )
    html = (
        '<script>function go(p){location.href="list.asp?page="+p;}</script>'
        f"<table>{rows}</table><p>共 34 筆 / 4 頁"
        "<select onchange=go(this.value)><option>1</select></p>"
    )
    url = "http://www.practice.test/news/list.asp"
    found = read_any(capture(html.encode(), url=url, final_url=url, fetched_at=NOW), "Asia/Taipei")
    assert [row.published.iso for row in found.rows if row.published][:2] == [
        "2026-11-20",
        "2026-11-19",
    ]
    assert found.pager.total == 4
    assert found.pager.next == "http://www.practice.test/news/list.asp?page=2"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("115/11/30", "2026-11-30"),
        ("[115.11.30]", "2026-11-30"),
        ("公告 115-1-5", "2026-01-05"),
        ("119/11/30", ""),  # to come
        ("192.115.11.30", ""),
        ("v115.11.30.2", ""),
    ],
)
def test_rows_count_years_as_taiwan_does(text: str, day: str) -> None:
    found = DateReader("Asia/Taipei", NOW).read(text)
    assert [one.when.iso for one in found] == ([day] if day else [])


def test_a_sentence_with_a_number_of_three_digits_has_no_year() -> None:
    assert find_dates("共115/11/30項", "Asia/Taipei") == []
    assert find_dates("建校100年10月1日舉行", "Asia/Taipei") == []
    assert [one.when.iso for one in find_dates("115年10月1日舉行", "Asia/Taipei")] == ["2026-10-01"]


@pytest.mark.parametrize(
    ("pattern", "texts", "others"),
    [
        ("发布时间", ("发布时间", "發布時間", "發佈時間"), ("发時",)),
        ("[页条]", ("页", "頁", "条", "條"), ("篇",)),
        ("[^页]", ("条",), ("页", "頁")),
        ("[一-鿿]{2}页", ("上一頁",), ("ab頁",)),
        (r"\[页\]", ("[頁]",), ("頁",)),
        ("[]页]", ("]", "頁"), ("条",)),
        ("(?<!页)条", ("條",), ("頁條",)),
    ],
)
def test_patterns_stand_for_every_form(
    pattern: str, texts: tuple[str, ...], others: tuple[str, ...]
) -> None:
    found = re.compile(in_all_scripts(pattern))
    assert all(found.search(text) for text in texts)
    assert not any(found.search(text) for text in others)


@given(
    st.text("页頁条abc发發髮-[]^\\.*|(){}12", max_size=12), st.text("页頁条abc发發髮", max_size=6)
)
def test_what_a_pattern_finds_it_goes_on_finding(pattern: str, text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # sets within sets
        try:
            plain = re.compile(pattern)
        except re.error:
            return
        if "^" not in pattern and plain.fullmatch(text):
            assert re.compile(in_all_scripts(pattern)).fullmatch(text)


def test_words_are_spelled_in_both_scripts() -> None:
    assert in_both_scripts(("编辑", "Editor")) == ("编辑", "Editor", "編輯")


@pytest.mark.parametrize("said", ["月曜日", "金曜", "수요일", "venerdì", "sexta-feira", "среда"])
def test_a_weekday_is_no_source(said: str) -> None:
    page = PAGE.replace("　来源：科技日报", f"（{said}）")
    article = read(page).article
    assert article is not None and article.source != said


def test_who_wrote_under_a_weekday_is_no_source() -> None:
    line = "<p>Domenica 19 Aprile 2020 di Carla Massi</p>"
    body = "<p>The council opened the bridge and thanked those who had repaired it.</p>" * 6
    page = f"<html lang=it><h1>Il ponte riapre dopo i lavori</h1>{line}<div>{body}</div>"
    article = read(page).article
    assert article is not None
    assert (article.source, article.author) == (None, "Carla Massi")

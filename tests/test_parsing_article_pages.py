"""Which addresses are further pages of an article, and which only look like it."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parsing.article import read_article
from scraper.parsing.article_pages import MAX_PARTS, find_parts, is_part, join_parts
from scraper.parsing.page import Page
from scraper.sources.model import FieldRules
from storage.types import Outcome, Reading
from tests.support.make import NOW, capture, reading, unreadable

HOST = "http://a.test"
TEXT = (
    "<p>The city said on Monday that forty laboratories will open their doors to companies this "
    "year, and that the first of them had begun to do so.</p>"
)


def found(url: str, markup: str) -> list[str]:
    page = Page(f"<html><body><h1>T</h1>{TEXT}{markup}</body></html>", HOST + url, NOW)
    return [address.removeprefix(HOST) for _, address in find_parts(page).addresses]


def links(*pairs: tuple[str, str]) -> str:
    return " ".join(f'<a href="{href}">{text}</a>' for href, text in pairs)


@pytest.mark.parametrize(
    ("url", "markup", "expected"),
    [
        (
            "/2021-10/25/content_375.htm",
            links(("content_375_2.htm", "2"), ("content_375_3.htm", "3")),
            ["/2021-10/25/content_375_2.htm", "/2021-10/25/content_375_3.htm"],
        ),
        ("/n1/c1013-311.html", links(("/n1/c1013-311-2.html", "【2】")), ["/n1/c1013-311-2.html"]),
        ("/a/145_0.shtml", links(("145_1.shtml", "下一页")), ["/a/145_1.shtml"]),
        ("/show?id=5", links(("?id=5&page=2", "下页")), ["/show?id=5&page=2"]),
        ("/show.php?id=5", links(("show.php?page=2&id=5", "[2]")), None),
        ("/story/", links(("/story/2/", "Next page")), ["/story/2/"]),
        ("/t1_123.html", links(("t1_123_1.html", "第2页")), ["/t1_123_1.html"]),
        ("/c_9.htm", links(("c_9_2.htm", "2"), ("c_9_5.htm", "尾页")), [
            "/c_9_2.htm", "/c_9_3.htm", "/c_9_4.htm", "/c_9_5.htm"]),
        ("/c_9.htm", '<link rel=next href="c_9_2.htm">', ["/c_9_2.htm"]),
        ("/c_9_2.htm", links(("c_9.htm", "1"), ("c_9_2.htm", "2"), ("c_9_3.htm", "3")),
         ["/c_9_3.htm"]),
        ("/c_9_3.htm", links(("c_9_2.htm", "上一页"), ("c_9_4.htm", "下一页")), ["/c_9_4.htm"]),
    ],
)  # fmt: skip
def test_further_pages_are_known_by_the_address(
    url: str, markup: str, expected: list[str] | None
) -> None:
    got = found(url, markup)
    assert got == (expected if expected is not None else got)
    assert got


TO_PAGE = "<script>function toPage(p){location.href='c_9'+(p>1?'_'+p:'')+'.htm';}</script>"


@pytest.mark.parametrize(
    "markup",
    [
        f"{TO_PAGE}<a href='javascript:toPage(1)'>1</a> <a href='javascript:toPage(2)'>2</a> <a href='javascript:toPage(3)'>3</a>",
        f"{TO_PAGE}<span onclick='toPage(2)'>下一页</span><span onclick='toPage(3)'>尾页</span>",
        "<button onclick=\"location.href='c_9_2.htm'\">下一页</button><button onclick=\"location.href='c_9_3.htm'\">末页</button>",
        "<select onchange='location.href=this.value'><option value='c_9.htm'>第1页<option value='c_9_2.htm'>第2页<option value='c_9_3.htm'>第3页</select>",
        "<div id=p></div><script>laypage.render({elem:'p',count:3,limit:1,curr:1,jump:function(o,f){if(!f){location.href=o.curr==1?'c_9.htm':'c_9_'+o.curr+'.htm';}}});</script>",
        "<script>$('#p').pagination({pageCount:3,current:1,callback:function(api){location.href='c_9_'+api.getCurrent()+'.htm';}});</script>",
    ],
)
def test_further_pages_that_a_script_turns_to_are_known_as_well(markup: str) -> None:
    assert found("/c_9.htm", markup) == ["/c_9_2.htm", "/c_9_3.htm"]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>function toPage(p){location.href='index_'+p+'.htm';}</script><a href='javascript:toPage(2)'>下一页</a>",
        "<select onchange='location.href=this.value'><option value='c_8.htm'>2<option value='c_10.htm'>3</select>",
        "<script>laypage.render({elem:'c',count:3,limit:1,jump:function(o){location.href='comments_'+o.curr+'.htm';}});</script>",
    ],
)
def test_what_a_script_turns_to_elsewhere_is_no_further_page(markup: str) -> None:
    assert found("/c_9.htm", markup) == []


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("/t20220127_123.html", links(("t20220127_124.html", "下一页"))),  # the next article
        ("/t20220127_123.html", links(("index_1.html", "下一页"), ("index_2.html", "2"))),
        ("/c_9.htm", links(("/other/c_9_2.htm", "2"))),
        ("/c_9.htm", links(("http://b.test/c_9_2.htm", "2"))),
        ("/c_9.htm", links(("c_9_print.htm", "Print"), ("c_9.htm#top", "Top"))),
        ("/c_9.htm", links(("c_9_2.htm", "The same in Chinese"))),
        ("/c_9.htm", links(("c_9_20230801.htm", "2"))),
        ("/news_5.htm", links(("news_6.htm", "下一页"))),
        ("/show?id=5", links(("?id=6", "下一页"), ("?page=2", "2"))),
        ("/", links(("/2", "2"))),
        ("/c_9.htm", "【1】【2】"),
    ],
)
def test_what_only_looks_like_it_is_no_further_page(url: str, markup: str) -> None:
    assert found(url, markup) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('createPageHTML(3, 0, "t1_123", "html")', ["/t1_123_1.html", "/t1_123_2.html"]),
        ("createPageHTML('p', 3, 1, 't1_123', 'html', 60)", ["/t1_123_2.html", "/t1_123_3.html"]),
        ('createPageHTML(1, 0, "t1_123", "html")', []),
        ('createPageHTML(3, 0, "index", "html")', []),
        ("createPageHTML(total, current, name, ending)", []),
    ],
)  # fmt: skip
def test_pages_that_a_script_counts(call: str, expected: list[str]) -> None:
    assert found("/t1_123.html", f"<script>{call};</script>") == expected


def test_the_pager_is_no_text_of_the_article() -> None:
    pager = (
        '<div><span>【1】</span><a href="c_9_2.htm">【2】</a> | <a href="c_9_3.htm">【3】</a>'
        '<a href="c_9_2.htm">下一页</a> 共3页</div>'
    )
    after = "<p>It named twenty laboratories in the east of the city, and thanked all of them.</p>"
    html = f"<title>Labs</title><h1>Labs</h1><div id=zoom>{TEXT}{pager}{after}</div>"
    read = read_article(
        capture(html.encode(), url=f"{HOST}/c_9.htm", final_url=f"{HOST}/c_9.htm"),
        FieldRules(body=("#zoom",)),
        "a",
    )
    assert read.more_pages == (f"{HOST}/c_9_2.htm", f"{HOST}/c_9_3.htm")
    assert read.outcome is Outcome.OK
    assert read.article is not None
    for text in (read.article.body, read.article.html):
        assert text.count("laboratories") == 2
        assert not any(word in text for word in ("【", "】", "下一页", "共3页", "|"))


def test_a_link_to_another_page_in_the_middle_of_a_sentence_leaves_the_sentence() -> None:
    pager = links(("c_9_2.htm", "2"))
    html = f"<h1>Labs</h1><div id=zoom>{TEXT}<p>Go on reading there {pager} now.</p></div>"
    read = read_article(
        capture(html.encode(), url=f"{HOST}/c_9.htm", final_url=f"{HOST}/c_9.htm"),
        FieldRules(body=("#zoom",)),
        "a",
    )
    assert read.article is not None
    assert "Go on reading there" in read.article.body


def test_fields_are_the_first_pages_and_missing_pages_are_named() -> None:
    first, third = reading(title="First", body="One."), reading(title="Third", body="Three.")
    gone = unreadable(Outcome.GONE, "status 404")
    joined = join_parts(first, [gone, third, None], ["u2", "u3", "u4"])
    assert joined.article is not None
    assert (joined.article.title, joined.article.body) == ("First", "One.\n\nThree.")
    assert joined.outcome is Outcome.PARTIAL
    assert joined.reason == (
        "page 2 of 4 is missing: u2 (gone: status 404); page 4 of 4 is missing: u4"
    )


def test_an_article_of_one_page_stays_as_it_is() -> None:
    alone: Reading = reading()
    assert join_parts(alone, [], []) is alone


@given(st.integers(2, 99), st.integers(2, 99))
def test_pages_in_between_are_counted_within_the_bound(one: int, other: int) -> None:
    markup = links((f"c_9_{one}.htm", str(one)), (f"c_9_{other}.htm", str(other)))
    got = found("/c_9.htm", markup)
    assert len(got) <= MAX_PARTS
    assert got == sorted(got, key=lambda url: int(url.rpartition("_")[2].partition(".")[0]))
    assert all(is_part(HOST + url, f"{HOST}/c_9.htm") for url in got)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_address_breaks_it(url: str, href: str) -> None:
    page = Page(f'<a href="{href}">2</a>', f"{HOST}/{url}", NOW)
    find_parts(page)

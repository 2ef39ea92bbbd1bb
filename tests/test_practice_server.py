"""The practice portal over real HTTP: addresses, encodings, validators, and what day 2 changes."""

from __future__ import annotations

import gzip
import http.client
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import pytest

from desk.practice.plan import SITES
from desk.practice.portal import hosts, pages_of, truth
from desk.practice.server import Served, serve, serve_forever
from desk.practice.trs_pages import LYING

ANCHOR = date(2026, 3, 18)
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def portal() -> Iterator[Served]:
    with serve(ANCHOR, 1) as served:
        yield served


def ask(portal: Served, url: str, method: str = "GET", **headers: str) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=5)
    sent = {"Host": parts.netloc} | {k.replace("_", "-"): v for k, v in headers.items()}
    try:
        connection.request(method, parts.path, headers=sent)
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return response.status, named, response.read()
    finally:
        connection.close()


def links(url: str, body: str) -> list[str]:
    return [urljoin(url, href) for href in re.findall(r'href="([^"]+)"', body)]


def walk_lists(portal: Served, first: str) -> list[str]:
    """Every article address listed from `first` on, following the pager as a reader would."""
    found: list[str] = []
    queue, seen = [first], {first}
    articles = {a.url for a in truth(ANCHOR, portal.day).articles}
    while queue:
        url = queue.pop(0)
        status, _, body = ask(portal, url)
        assert status == 200, url
        text = body.decode("gb18030" if "zh." in url else "utf-8")
        found += [link for link in links(url, text) if link in articles]
        pager = re.search(r'createPageHTML\((\d+), 0, "index", "html"\)', text)
        scripted = [f"index_{n}.html" for n in range(1, int(pager[1]))] if pager else []
        plain = re.findall(r'href="(news_\d+\.html)"', text)
        for link in (urljoin(url, name) for name in (*scripted, *plain)):
            if link not in seen:
                seen.add(link)
                queue.append(link)
    return found


LISTS = (
    "http://english.practice.test/news.html",
    "http://kjj.english.practice.test/news.html",
    "http://jw.english.practice.test/news.html",
    "http://zh.practice.test/xwzx/index.html",
    "http://zh.practice.test/tzgg/index.html",
)


@pytest.mark.parametrize("day", [1, 2, 3])
def test_lists_name_every_served_article_once_and_each_answers(day: int) -> None:
    with serve(ANCHOR, day) as portal:
        listed = [url for first in LISTS for url in walk_lists(portal, first)]
        served = {a.url for a in truth(ANCHOR, day).served() if a.site.key != "feed"}

        assert sorted(listed) == sorted(served)
        assert {ask(portal, url)[0] for url in listed} == {200}


def test_the_feed_holds_the_newest_and_the_sitemap_everything(portal: Served) -> None:
    rss = ask(portal, "http://feed.practice.test/rss.xml")[2].decode()
    index = ask(portal, "http://feed.practice.test/sitemap.xml")[2].decode()
    inner = re.findall(r"<loc>([^<]+)</loc>", index)
    status, head, zipped = ask(portal, inner[0])
    articles = {a.url for a in truth(ANCHOR, 1).of_source("practice-feed")}

    assert (status, head["content-type"]) == (200, "application/gzip")
    assert "content-encoding" not in head
    assert set(re.findall(r"<loc>([^<]+)</loc>", gzip.decompress(zipped).decode())) == articles
    stamps = [parsedate_to_datetime(t) for t in re.findall(r"<pubDate>([^<]+)</pubDate>", rss)]
    assert len(stamps) == 20
    assert {stamp.utcoffset() for stamp in stamps} != {None}
    assert set(re.findall(r"<link>(http://[^<]+\.html)</link>", rss)) <= articles


def test_an_unchanged_page_is_answered_304(portal: Served) -> None:
    url = truth(ANCHOR, 1).articles[0].url
    status, head, body = ask(portal, url)
    tagged = ask(portal, url, If_None_Match=head["etag"])
    dated = ask(portal, url, If_Modified_Since=head["last-modified"])
    other = ask(portal, url, If_None_Match='"another"', If_Modified_Since=head["last-modified"])

    assert status == 200
    assert body
    assert not head["etag"].startswith("W/")
    assert (tagged[0], tagged[2]) == (304, b"")
    assert tagged[1]["etag"] == head["etag"]
    assert dated[0] == 304
    assert other[0] == 200


def test_text_is_zipped_for_those_who_accept_it(portal: Served) -> None:
    url = "http://english.practice.test/news.html"
    plain, zipped = ask(portal, url), ask(portal, url, Accept_Encoding="gzip, br")
    refused = ask(portal, url, Accept_Encoding="gzip;q=0")

    assert zipped[1]["content-encoding"] == "gzip"
    assert gzip.decompress(zipped[2]) == plain[2]
    assert zipped[1]["etag"] != plain[1]["etag"]
    assert "content-encoding" not in refused[1]


def test_head_says_what_get_would(portal: Served) -> None:
    url = "http://zh.practice.test/xwzx/index.html"
    got, head = ask(portal, url), ask(portal, url, method="HEAD")

    assert head[0] == 200
    assert head[2] == b""
    assert head[1]["content-length"] == str(len(got[2]))
    assert head[1]["etag"] == got[1]["etag"]


def test_robots_forbids_a_page_that_exists(portal: Served) -> None:
    text = ask(portal, "http://english.practice.test/robots.txt")[2].decode()
    feed = ask(portal, "http://feed.practice.test/robots.txt")[2].decode()

    assert "Disallow: /internal/" in text
    assert "Sitemap: http://feed.practice.test/sitemap.xml" in feed
    assert ask(portal, "http://english.practice.test/internal/drafts.html")[0] == 200


def test_what_is_not_there_is_404(portal: Served) -> None:
    for url in ("http://english.practice.test/none.html", "http://other.test/news.html"):
        status, head, body = ask(portal, url)
        assert status == 404
        assert b"404" in body
        assert head["content-length"] == str(len(body))


def test_chinese_pages_are_gb18030_under_a_gb2312_label() -> None:
    pages = pages_of(ANCHOR, 1)
    articles = truth(ANCHOR, 1).of_source("practice-zh")
    lying = next(article for article in articles if article.story.slug == LYING)
    rare = next(article for article in articles if article.story.slug == "zh-rong-han")

    for article in articles:
        page = pages[article.site.host, article.path]
        encoding = "utf-8" if article is lying else "gb18030"
        text = page.body.decode(encoding)
        assert page.kind == "text/html"
        assert "charset=gb2312" in text
        assert all(paragraph in text for paragraph in article.text(1).paragraphs)
    with pytest.raises(UnicodeDecodeError):
        pages[lying.site.host, lying.path].body.decode("gb18030")
    assert "镕" in rare.story.title
    assert "𠮷" in rare.story.title
    with pytest.raises(UnicodeDecodeError):
        pages[rare.site.host, rare.path].body.decode("gb2312")


def test_attachments_are_real_files(portal: Served) -> None:
    article = next(a for a in truth(ANCHOR, 1).served() if len(a.story.files) == 2)
    pdf, word = (ask(portal, urljoin(article.url, path)) for path in article.files)

    assert pdf[1]["content-type"] == "application/pdf"
    assert pdf[2].startswith(b"%PDF-1.4")
    with zipfile.ZipFile(BytesIO(word[2])) as document:
        assert document.testzip() is None
        assert article.story.title in document.read("word/document.xml").decode()


def test_rows_that_leave_for_another_host_are_there(portal: Served) -> None:
    body = ask(portal, "http://zh.practice.test/xwzx/index.html")[2].decode("gb18030")

    assert "https://mp.weixin.qq.com/" in body
    assert body.count('class="time"') == 22


def test_between_days_exactly_what_truth_says_changes() -> None:
    before, after = pages_of(ANCHOR, 1), pages_of(ANCHOR, 2)
    today = truth(ANCHOR, 2)
    places = {(a.site.host, a.path): a for a in today.articles}

    appeared = {places[key].url for key in after.keys() - before.keys() if key in places}
    vanished = {places[key].url for key in before.keys() - after.keys() if key in places}
    differing = {
        places[key].url
        for key in places.keys() & before.keys() & after.keys()
        if before[key].body != after[key].body
    }

    assert appeared == {a.url for a in today.new()}
    assert vanished == {a.url for a in today.gone()}
    assert differing == {a.url for a in (*today.changed(), *today.cosmetic())}


def test_one_list_is_redesigned_on_day_two() -> None:
    address = (SITES["jw"].host, "/news.html")
    old, new = (pages_of(ANCHOR, day)[address].body.decode() for day in (1, 2))

    assert 'class="news_list"' in old
    assert 'class="news_list"' not in new
    assert 'class="card"' in new


def test_time_moves_while_serving() -> None:
    with serve(ANCHOR, 1) as portal:
        url = truth(ANCHOR, 2).gone()[0].url
        edited = truth(ANCHOR, 2).changed()[0].url
        tag = ask(portal, edited)[1]["etag"]
        assert ask(portal, url)[0] == 200

        portal.set_day(2)

        assert ask(portal, url)[0] == 404
        assert ask(portal, edited, If_None_Match=tag)[0] == 200


def test_requests_are_logged_and_the_terminal_stays_clean(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with serve(ANCHOR, 1) as portal:
        ask(portal, "http://zh.practice.test/robots.txt")
        entry = portal.log[-1]

        assert (entry.method, entry.host, entry.path) == ("GET", "zh.practice.test", "/robots.txt")
        assert (entry.status, entry.bytes > 0) == (200, True)
        assert portal.hosts == dict.fromkeys(hosts(), f"127.0.0.1:{portal.port}")
    assert capfd.readouterr() == ("", "")


def test_serving_for_ever_announces_itself_and_ends_with_an_interrupt() -> None:
    announced: list[int] = []

    def announce(served: Served) -> None:
        announced.append(ask(served, "http://zh.practice.test/")[0])
        raise KeyboardInterrupt

    serve_forever(ANCHOR, 1, 0, announce)

    assert announced == [200]

"""Pages that are not what they seem: rows 22 to 30 and 32 of docs/faults.md, through whole crawls.

Each page is served on a socket and followed to what is stored: an article with exact text, or a
quarantined page with its word. The readers' own tests go further.
"""

from __future__ import annotations

import gzip
import json
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

import pytest

from scraper.sources.model import Entry, EntryKind
from storage.articles.records import Article, Query
from storage.runs import Run
from storage.types import Outcome
from tests.support.crawling import Crawl, source
from tests.support.servers import (
    Behaviour,
    Canary,
    Server,
    answer,
    article_html,
    canary,
    page,
    redirect,
    serving,
)

HTML = {"Content_Type": "text/html"}
SCRIPT = b"<script>document.cookie='__jsl_clearance=1;path=/';location.reload()</script>"
CAPTCHA = (
    "<html><title>安全验证</title><body><p>请输入验证码后继续访问</p><img src=/c.png></body></html>"
)
WALL = (
    "<html><title>Access denied</title><body><h1>Access denied</h1>Request blocked.</body></html>"
)
LOGIN = (
    "<html><title>用户登录</title><body><form>用户名<input name=u>密码"
    "<input type=password name=p></form></body></html>"
)
MISSING = "<html><title>提示信息</title><body><p>您访问的页面不存在或已被删除</p></body></html>"
MISSING_EN = "<html><title>Oops</title><body><h1>Page not found</h1></body></html>"


def _zip() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x" * 400)
    return buffer.getvalue()


BLOCKED: dict[str, Behaviour] = {
    "521": answer(521, SCRIPT, Set_Cookie="__jsluid_h=1; path=/"),
    "412": answer(412, b"<script>var $_ts={};</script>"),
    "403": answer(403, WALL.encode(), **HTML),
    "403-bare": answer(403),
    "captcha-200": page(CAPTCHA),
    "script-200": answer(200, SCRIPT, **HTML),
    "wall-200": page(WALL),
}
MISSES: dict[str, Behaviour] = {
    "zh": page(MISSING),
    "en": page(MISSING_EN),
    "home": redirect("/"),
    "index": redirect("/index.html"),
    "list": redirect("/news.html"),
    "login": page(LOGIN),
    "to-login": redirect("/login.html"),
}
EMPTY: dict[str, Behaviour] = {
    "nothing": answer(200, b"", **HTML),
    "blanks": answer(200, b" \r\n\t \n", **HTML),
    "script": answer(200, b"<script>var a = 1;</script>", **HTML),
    "shell": answer(200, b"<html><head></head><body><div id=app></div></body></html>", **HTML),
}
BINARY: dict[str, Behaviour] = {
    "pdf": answer(200, b"%PDF-1.7\n" + bytes(range(256)) * 40, **HTML),
    "zip": answer(200, _zip(), **HTML),
    "jpeg": answer(200, b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, **HTML),
    "gzip": answer(200, gzip.compress(b"x" * 999), **HTML),
    "noise": answer(200, bytes(range(256)) * 8, **HTML),
}
SETS = {
    "22": (BLOCKED, Outcome.BLOCKED),
    "23": (MISSES, Outcome.SOFT_404),
    "24": (EMPTY, Outcome.EMPTY),
    "25": (BINARY, Outcome.UNSUPPORTED),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, dict[str, Run]]]:
    """For each page one source where it is an article, and one where it is the list."""
    with serving() as server:
        crawl, sources = Crawl(tmp_path_factory.mktemp("pages") / "hubwatch.db", server), []
        for row, (pages, _) in SETS.items():
            for name, behaviour in pages.items():
                site = server.site(f"{row}-{name}.test")
                site.listing("/news.html", "/a/1.htm", "/a/9.htm")
                site.article("/a/1.htm", f"Good news from page {len(sources)}")
                site.answer("/a/9.htm", behaviour)
                for path in ("/", "/index.html"):
                    site.article(path, "Welcome")
                site.answer("/login.html", page(LOGIN))
                server.site(f"{row}-{name}-list.test").answer("/news.html", behaviour)
                sources += [source(f"{row}-{name}"), source(f"{row}-{name}-list")]
        done = crawl(*sources)
        yield crawl, {run.source_id: run for run in done}


def _stored(crawl: Crawl, name: str) -> list[str]:
    sql = f"SELECT url FROM articles WHERE source_id = '{name}' ORDER BY url"
    return [url for (url,) in crawl.table(sql)]


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOCKED)
def test_row_22_blocked(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    run, as_list = by_name[f"22-{name}"], by_name[f"22-{name}-list"]
    assert run.reasons == (("blocked", 1),)
    assert (run.outcome, run.counts.failed) == (Outcome.PARTIAL, 1)
    assert as_list.outcome is Outcome.BLOCKED
    assert _stored(crawl, f"22-{name}") == [f"http://22-{name}.test/a/1.htm"]
    hits = crawl.server.site(f"22-{name}.test").hits
    assert [hit.path for hit in hits].count("/a/9.htm") == 1  # no second try, no way around
    assert not any("cookie" in hit.headers for hit in hits)


@pytest.mark.parametrize("name", MISSES)
def test_row_23_soft_404(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    _set_aside(crawl, by_name[f"23-{name}"], Outcome.SOFT_404)
    if name in ("zh", "en", "login"):
        assert by_name[f"23-{name}-list"].outcome is Outcome.SOFT_404


@pytest.mark.parametrize("name", EMPTY)
def test_row_24_empty(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    _set_aside(crawl, by_name[f"24-{name}"], Outcome.EMPTY)
    as_list = by_name[f"24-{name}-list"]
    assert as_list.outcome in (Outcome.EMPTY, Outcome.LAYOUT_CHANGED)
    assert as_list.counts.failed == 1


@pytest.mark.parametrize("name", BINARY)
def test_row_25_binary_as_html(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    _set_aside(crawl, by_name[f"25-{name}"], Outcome.UNSUPPORTED, Outcome.BAD_ENCODING)
    assert by_name[f"25-{name}-list"].outcome in (Outcome.UNSUPPORTED, Outcome.BAD_ENCODING)


def _set_aside(crawl: Crawl, run: Run, *outcomes: Outcome) -> None:
    """The page is quarantined with its word, and the good article beside it is stored."""
    name = run.source_id
    assert (run.outcome, run.counts.new, run.counts.quarantined) == (Outcome.OK, 1, 1)
    (kept,) = [item for item in crawl.ask(lambda store: store.pages.quarantined(999))
               if item.source_id == name]  # fmt: skip
    assert kept.outcome in outcomes
    assert kept.reason
    assert run.reasons == ((kept.outcome.value, 1),)
    assert _stored(crawl, name) == [f"http://{name}.test/a/1.htm"]


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "image/jpeg", "", "nonsense"])
def test_row_25_html_as_something_else(server: Server, crawl: Crawl, kind: str) -> None:
    body = article_html("A page all the same").encode()
    article = _crawled(server, crawl, body, kind)
    assert article.title == "A page all the same"


HAN = "贵阳市长镕基路新设实验室，䶮字与㐂字都在"
ASTRAL = "𠮷野家在贵阳"


def _page(title: str, *, meta: str = "", before: str = "") -> str:
    text = (
        f"{title}。贵阳市科学技术协会星期一表示，今年将有四十个实验室向企业开放，首批已经开始。"
        "市里将投入九千五百万元支持大数据和新材料。"
    )
    html = article_html(title, text)
    return html.replace("<head>", f"<head>{before}{meta}")


def _meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


def _crawled(server: Server, crawl: Crawl, body: bytes, kind: str) -> Article:
    """The one article of a crawl whose page is these bytes under this content type."""
    site = server.site("page.test")
    site.listing("/news.html", "/a/1.htm")
    site.answer("/a/1.htm", answer(200, body, **({"Content_Type": kind} if kind else {})))
    (run,) = crawl(source("page"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1), run
    (article,) = crawl.ask(lambda store: store.articles.at_url("http://page.test/a/1.htm"))
    assert isinstance(article, Article)
    return article


def _exact(server: Server, crawl: Crawl, body: bytes, kind: str, title: str = HAN) -> None:
    article = _crawled(server, crawl, body, kind)
    assert article.title == title
    assert article.body.startswith(f"{title}。贵阳市科学技术协会")
    assert "\ufffd" not in article.title + article.body
    assert crawl.ask(lambda store: store.articles.search(Query(words="九千五百万元")))


@pytest.mark.parametrize("label", ["gb2312", "gbk", "GB_2312-80"])
@pytest.mark.parametrize("title", [HAN, ASTRAL])
def test_row_26_gb2312_that_is_more(server: Server, crawl: Crawl, label: str, title: str) -> None:
    body = _page(title, meta=_meta(label)).encode("gb18030")
    _exact(server, crawl, body, f"text/html; charset={label}", title)


def test_row_27_header_utf8_body_gb18030(server: Server, crawl: Crawl) -> None:
    body = _page(HAN, meta=_meta("utf-8")).encode("gb18030")
    _exact(server, crawl, body, "text/html; charset=utf-8")


@pytest.mark.parametrize("label", ["gb2312", "gbk", "iso-8859-1"])
def test_row_28_header_gb2312_body_utf8(server: Server, crawl: Crawl, label: str) -> None:
    body = _page(HAN, meta=_meta(label)).encode()
    _exact(server, crawl, body, f"text/html; charset={label}")


def test_row_27_28_bytes_that_nothing_explains(server: Server, crawl: Crawl) -> None:
    site = server.site("page.test")
    site.listing("/news.html", "/a/1.htm")
    broken = b"".join(
        b"\xff\xfe\xfd"[at % 3 : at % 3 + 1] + bytes([0x80 + at % 64]) for at in range(3000)
    )
    body = b"<html><title>" + broken[:60] + b"</title><body><p>" + broken + b"</p></body></html>"
    site.answer("/a/1.htm", answer(200, body, **HTML))
    (run,) = crawl(source("page"))
    assert (run.counts.new, run.counts.quarantined) == (0, 1)
    assert run.reasons == (("bad_encoding", 1),)


PAD = "<!-- " + "x" * 1500 + " -->"
ENCODED = {
    "late-meta": (_page(HAN, before=PAD, meta=_meta("gb18030")).encode("gb18030"), "text/html"),
    "two-metas": (
        _page(HAN, meta=_meta("iso-8859-1") + _meta("gb2312")).encode("gb18030"),
        "text/html",
    ),
    "none-gb": (_page(HAN).encode("gb18030"), "text/html"),
    "none-utf8": (_page(HAN).encode(), "text/html"),
    "bom": (b"\xef\xbb\xbf" + _page(HAN, meta=_meta("gb2312")).encode(), "text/html"),
    "utf16-le": (b"\xff\xfe" + _page(HAN).encode("utf-16-le"), "text/html"),
    "utf16-be": (b"\xfe\xff" + _page(HAN).encode("utf-16-be"), "text/html; charset=gb2312"),
    "http-equiv": (
        _page(HAN, meta='<meta http-equiv=Content-Type content="text/html; charset=gbk">').encode(
            "gb18030"
        ),
        "text/html",
    ),
}


@pytest.mark.parametrize("name", ENCODED)
def test_row_29_labels_in_odd_places(server: Server, crawl: Crawl, name: str) -> None:
    _exact(server, crawl, *ENCODED[name])


def _odd_text() -> str:
    controls = "".join(chr(code) for code in (0, 1, 8, 11, 12, 14, 27, 31, 127, 0x85, 0x9F))
    return (
        f"Labs{controls} open\u2028their\u2029doors \u202eesrever\u202c zero\u200bwidth\ufeff and"
        "\u00a0no-break, &#0; &#xD800; &#x1F600; &#xFFFE; said the city on Monday, and the first "
        "of forty laboratories had begun to do so by then, quokka included."
    )


def test_row_30_odd_characters(server: Server, crawl: Crawl) -> None:
    body = article_html("Odd\x00 \u202etitle\u200b here", _odd_text()).encode()
    article = _crawled(server, crawl, body, "text/html; charset=utf-8")
    for text in (article.title, article.body):
        assert not any(unicodedata.category(letter) in ("Cs", "Cc") for letter in text
                       if letter != "\n")  # fmt: skip
        element = ElementTree.Element("text")
        element.text = text
        assert ElementTree.fromstring(ElementTree.tostring(element, "utf-8")).text == text
        assert json.loads(json.dumps(text)) == text
    assert "\u202e" not in article.title
    (hit,) = crawl.ask(lambda store: store.articles.search(Query(words="quokka")))
    assert hit.article.id == article.id


def test_row_30_raw_surrogates(server: Server, crawl: Crawl) -> None:
    html = _page(HAN).encode().replace("星期一".encode(), b"\xed\xa0\x80")
    site = server.site("page.test")
    site.listing("/news.html", "/a/1.htm")
    site.answer("/a/1.htm", answer(200, html, Content_Type="text/html; charset=utf-8"))
    (run,) = crawl(source("page"))
    assert run.counts.new + run.counts.quarantined == 1  # never an error, never in silence
    assert run.reasons in ((), (("bad_encoding", 1),))


def test_row_30_a_title_without_end(server: Server, crawl: Crawl) -> None:
    body = article_html("Very long " * 1000, "Labs open their doors to the quokka. " * 9)
    article = _crawled(server, crawl, body.encode(), "text/html; charset=utf-8")
    assert 100 < len(article.title) <= 500


def _laughs() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    return f"<!DOCTYPE x [{entities}]>"


def _doctypes(port: int) -> dict[str, str]:
    outside = f"http://127.0.0.1:{port}"
    return {
        "laughs": _laughs(),
        "external": f'<!DOCTYPE x [<!ENTITY a9 SYSTEM "{outside}/e.txt">]>',
        "file": '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>',
        "parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{outside}/p.dtd"> %p;]>',
        "dtd": f'<!DOCTYPE x SYSTEM "{outside}/x.dtd">',
        "public": f'<!DOCTYPE x PUBLIC "-//X//X" "{outside}/x.dtd">',
        "none": "",
    }


DOCTYPES = tuple(_doctypes(0))


def _include(port: int) -> str:
    there = f"http://127.0.0.1:{port}/i"
    return f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}"/>'


def _feed(doctype: str, port: int) -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>News</title>'
        f"{_include(port)}"
        "<item><title>One &a9;</title><link>http://xml.test/a/1.htm</link></item></channel></rss>"
    )


def _sitemap(doctype: str, port: int) -> str:
    return (
        f'<?xml version="1.0"?>{doctype}'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{_include(port)}'
        "<url><loc>http://xml.test/a/1.htm</loc><x>&a9;</x></url></urlset>"
    )


@pytest.fixture
def bird() -> Iterator[Canary]:
    """What an external entity would fetch."""
    with canary() as bird:
        yield bird
        assert bird.hits == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("kind", [EntryKind.FEED, EntryKind.SITEMAP])
def test_row_32_entities(
    server: Server, crawl: Crawl, bird: Canary, kind: EntryKind, doctype: str, encoding: str
) -> None:
    make = _feed if kind is EntryKind.FEED else _sitemap
    body = make(_doctypes(bird.port)[doctype], bird.port).encode(encoding)
    site = server.site("xml.test")
    site.answer("/feed.xml", answer(200, body, Content_Type="application/xml"))
    site.article("/a/1.htm", "One")
    entry = Entry(kind, "http://xml.test/feed.xml")
    began = time.monotonic()
    (run,) = crawl(source("xml", entries=(entry,)))
    assert time.monotonic() - began < 3
    assert run.outcome in (Outcome.OK, Outcome.UNSUPPORTED, Outcome.EMPTY, Outcome.LAYOUT_CHANGED)
    assert not [path for path in site.paths() if path not in ("/feed.xml", "/a/1.htm")]
    titles = [title for (title,) in crawl.table("SELECT title FROM listings")]
    assert all(len(title) < 100 and "root:" not in title for title in titles)
    if doctype in ("laughs", "external", "file", "parameter"):
        assert run.outcome is Outcome.UNSUPPORTED or not any("haha" in title for title in titles)

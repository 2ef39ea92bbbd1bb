"""A first day: a portal for every shipped source, each on a host of its own, some of them broken.

The pages are those of `portal_shapes`, with days that are news on the day of the test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from scraper.sources.links import authority_of, hosts_of
from scraper.sources.load import load_catalogue
from scraper.sources.model import Source
from tests.support import portal_shapes
from tests.support.portal_shapes import ListShape, Shape, Story
from tests.support.servers import Behaviour, Server, Site, answer, redirect, reset

TODAY = date(2026, 3, 2)
NOW = "2026-03-02T12:00+08:00"
ARTICLES = portal_shapes.article_shapes()
LISTS: dict[str, list[ListShape]] = {}
for _shape in portal_shapes.list_shapes():
    LISTS.setdefault(_shape.id, []).append(_shape)
_STORY_OF = portal_shapes.story_of

Break = Callable[[Server, Site, str], None]


def host_of(source_id: str) -> str:
    """The host on which the portal of a source stands."""
    return f"{source_id}.first-day.test"


def serve_day(server: Server, folder: Path) -> list[str]:
    """Serve a sound portal for each shipped source, and write its source into a folder. Returns
    their ids."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = load_catalogue().sources
    for source in sources.values():
        (folder / f"{source.id}.toml").write_text(_text(source), encoding="utf-8")
        serve_portal(server, source.id)
    return list(sources)


def _text(source: Source) -> str:
    """The text of a source's file, on a host of its own."""
    text, host = Path(source.path).read_text("utf-8"), host_of(source.id)
    for authority in {*hosts_of(source), authority_of(source.home)}:
        text = re.sub(rf"https?://{re.escape(authority)}(?=[/\"])", f"http://{host}", text)
        text = text.replace(json.dumps(authority), json.dumps(host))
    return text


def at_home(url: str, source_id: str) -> str:
    """An address of a portal on the host where it stands here."""
    parts = urlsplit(url)
    return parts._replace(scheme="http", netloc=host_of(source_id)).geturl()


def serve_portal(server: Server, source_id: str, age: int = 1, shape: Shape | None = None) -> None:
    """Serve the lists and articles of a source. Its newest item is `age` days old."""
    article = shape or ARTICLES[source_id]
    article = replace(article, url=at_home(article.url, source_id))
    site = server.site(host_of(source_id))

    def story(name: str, language: str, number: int = 0) -> Story:
        return replace(
            _STORY_OF(name, language, number), day=TODAY - timedelta(days=age + 2 * number)
        )

    with patch.object(portal_shapes, "story_of", story):
        for each in LISTS.get(source_id, []):
            kind = {"json": "application/json", "feed": "text/xml"}.get(each.wrap, "text/html")
            body = portal_shapes.list_page(each, article)
            site.answer(path_of(each.url), answer(200, body, Content_Type=f"{kind};charset=utf-8"))
        for number, url in enumerate(portal_shapes.row_urls(article)):
            page = portal_shapes.article_page(article, story(source_id, article.language, number))
            site.answer(path_of(url), answer(200, page, Content_Type="text/html; charset=utf-8"))


def path_of(url: str) -> str:
    """What is asked for of an address."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def list_paths(source_id: str) -> list[str]:
    """The paths of a source's lists."""
    return [path_of(each.url) for each in LISTS[source_id]]


# What may be wrong with a portal.


def _every_list(behave: Callable[[str, str], Behaviour]) -> Break:
    def broken(server: Server, site: Site, source_id: str) -> None:
        for path in list_paths(source_id):
            site.answer(path, behave(source_id, path))

    return broken


def _says(status: int, body: str = "", **headers: str) -> Break:
    headers = {"Content_Type": "text/html; charset=utf-8", **headers}
    return _every_list(lambda source_id, path: answer(status, body.encode(), **headers))


def _everything(status: int, body: str = "") -> Break:
    def broken(server: Server, site: Site, source_id: str) -> None:
        for path in (*site.routes, "/robots.txt"):
            site.answer(path, answer(status, body.encode(), Content_Type="text/html"))

    return broken


def _robots(text: str) -> Break:
    return lambda server, site, source_id: site.answer("/robots.txt", answer(200, text.encode()))


def _moved(status: int, *, whole: bool = True) -> Break:
    def broken(server: Server, site: Site, source_id: str) -> None:
        new = server.site(f"new-{host_of(source_id)}")
        for path, behaviour in list(site.routes.items()):
            new.answer(path, behaviour)
            if whole or path in list_paths(source_id):
                site.answer(path, redirect(new.url(path), status))

    return broken


def _stale(age: int) -> Break:
    return lambda server, site, source_id: serve_portal(server, source_id, age)


def _redesigned(server: Server, site: Site, source_id: str) -> None:
    old = ARTICLES[source_id]
    places = {"title": "h2.nx-head", "published": "p.nx-when", "source": "", "body": "div.nx-text"}
    serve_portal(server, source_id, shape=replace(old, line="date", **places))


_MENU = (
    "<div class=top><a href='/about/1.jsp'>About the city</a> <a href='/about/2.jsp'>Services of "
    "the city</a> <a href='/about/3.jsp'>Write to the city</a></div><p>The portal of the city, "
    "where the offices of the city say what they do and how they can be asked.</p>"
)
_PAGE = "<html><head><title>News</title></head><body>{menu}{inner}<div class=foot>2026</div></body>"

FAULTS: list[tuple[str, str, Break]] = [
    ("general", "other markup", _redesigned),
    ("stale", "1,190 days", _stale(1190)),
    ("stale", "a year", _stale(400)),
    ("moved", "for good", _moved(301)),
    ("moved", "for now", _moved(302)),
    ("moved", "the lists alone", _moved(308, whole=False)),
    ("blocked", "412 everywhere", _everything(412)),
    ("blocked", "521 everywhere", _everything(521, "<script>document.cookie='__jsl_clearance=1'")),
    ("blocked", "403 on lists", _says(403, "<h1>Forbidden</h1>")),
    ("blocked", "a captcha", _says(200, "<title>安全验证</title><p>请完成滑动验证</p>")),
    ("blocked", "a script that a firewall answers with", _says(
        200, "<html><head></head><body><script>document.cookie='__jsl_clearance=1.2;path=/';"
        "location.reload()</script></body></html>")),
    ("blocked", "a captcha by a script", _says(
        200, "<html><head><title>访问验证</title></head><body><div id=app></div>"
        "<p>请完成安全验证后继续访问</p><script src=/captcha.js></script></body></html>")),
    ("robots", "all forbidden", _robots("User-agent: *\nDisallow: /\n")),
    ("robots", "we are named", _robots("User-agent: Hubwatch\nDisallow: /\n")),
    ("javascript", "an application", _says(
        200, "<html><head><title>News</title></head><body><noscript>You need to enable JavaScript "
        "to run this app.</noscript><div id=root></div><script src=/m.js></script></body></html>")),
    ("javascript", "loaded afterwards", _says(200, _PAGE.format(
        menu=_MENU, inner="<ul id=newsList></ul><script>$.ajax({url:'/api/news',success:function(d)"
        "{$('#newsList').html(d)}})</script>"))),
    ("javascript", "placeholders", _says(200, _PAGE.format(
        menu=_MENU, inner="<ul><li v-for='n in list'><a :href='n.url'>{{n.title}}</a></li></ul>"
        "<script src=/vue.js></script>"))),
    ("empty", "a list without rows", _says(200, _PAGE.format(
        menu=_MENU, inner="<h1>News</h1><ul class=rows></ul>"))),
    ("empty", "nothing published", _says(200, _PAGE.format(
        menu=_MENU, inner="<h1>News</h1><p>There is no news in this section at present.</p>"))),
    ("gone", "404", _says(404, "<h1>Not found</h1>")),
    ("gone", "410", _says(410)),
    ("gone", "a soft 404", _says(200, "<title>页面不存在</title><p>抱歉，您访问的页面不存在</p>")),
    ("gone", "every address leads home", _every_list(
        lambda source_id, path: redirect(f"http://{host_of(source_id)}/"))),
    ("error", "500 everywhere", _everything(500)),
    ("error", "500 on lists", _says(500)),
    ("error", "connections reset", _every_list(lambda source_id, path: reset)),
]  # fmt: skip

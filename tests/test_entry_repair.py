"""`sources repair --live`: entries that bring nothing exchanged for what the portal offers now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.borough import TITLES, article, day_of, path_of
from tests.support.cli import CommandLine
from tests.support.servers import Server, Site, answer, page, serving

SPA = (
    "<html lang=en><head><title>Elsewhere Council</title>{head}</head><body><div id=app></div>"
    "<script src=/m.js></script></body></html>"
)


AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as found:
        yield found


def rows(*numbers: int) -> str:
    return "".join(
        f"<li><a href='{path_of(at)}'>{TITLES[at]}</a> <i>{day_of(at)}</i></li>" for at in numbers
    )


def listing(*numbers: int, head: str = "") -> str:
    return (
        f"<html lang=en><head><title>Elsewhere Council</title>{head}</head><body><h1>News</h1>"
        f"<ul>{rows(*numbers)}</ul></body></html>"
    )


def feed_of(site: Site, *numbers: int) -> bytes:
    items = "".join(
        f"<item><title>{TITLES[at]}</title><link>{site.url(path_of(at))}</link>"
        f"<pubDate>{day_of(at):%a, %d %b %Y} 09:00:00 +0000</pubDate></item>"
        for at in numbers
    )
    return f"<rss version='2.0'><channel><title>E</title>{items}</channel></rss>".encode()


def watched(hubwatch: CommandLine, server: Server, entry: str) -> Site:
    """A portal that was crawled while all was well."""
    site = server.site("p.test")
    for at in range(len(TITLES)):
        site.answer(path_of(at), page(article(at)))
    site.answer("/news/", page(listing(*range(8))))
    site.answer("/", page(listing(*range(3))))
    Path("sources").mkdir()
    Path("sources/p.toml").write_text(
        '# ours\nid = "p"\nname = "P"\ncity = "Elsewhere"\nlanguage = "en"\ntimezone = "UTC"\n'
        f'template = "generic"\nhome = "http://p.test/"\nschedule = "every 2h"\n\n{entry}\n'
        '[links]\nhosts = ["p.test"]  # one\nallow = ["/{yyyy}/{mm}/{dd}/{section}/"]\n',
        encoding="utf-8",
    )
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    text = f'archive = "hubwatch.db"\nenabled = ["p"]\n[network.hosts]\n{hosts}\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    return site


LIST = '[[entry]]\nkind = "list"\nurl = "http://p.test/news/"\n'


def crawled(hubwatch: CommandLine) -> None:
    hubwatch(*AT, "init")
    ended = hubwatch(*AT, "crawl", "p", "--json")
    assert ended.json["new"] == 8, ended.err


def change_to_feed(site: Site) -> tuple[str, str]:
    link = "<link rel=alternate type='application/rss+xml' href='/feed.xml'>"
    for path in ("/", "/news/"):
        site.answer(path, page(SPA.format(head=link)))
    site.answer("/feed.xml", answer(200, feed_of(site, *range(9)), Content_Type="text/xml"))
    return "feed", site.url("/feed.xml")


def change_to_data(site: Site) -> tuple[str, str]:
    for path in ("/", "/news/"):
        site.answer(path, page(SPA.format(head="")))
    script = b"fetch(`/api/articles/list?page=${n}`).then(r=>r.json())"
    site.answer("/m.js", answer(200, script, Content_Type="text/javascript"))
    items = [
        {"title": TITLES[at], "url": path_of(at), "publishTime": f"{day_of(at)} 09:00"}
        for at in range(9)
    ]
    body = json.dumps({"total": 9, "list": items}).encode()
    site.answer("/api/articles/list?page=1", answer(200, body, Content_Type="application/json"))
    return "json", site.url("/api/articles/list?page=1")


def change_of_address(site: Site) -> tuple[str, str]:
    site.routes.pop("/news/")
    site.answer("/", page("<html><body><a href='/about/'>About us</a> <a href='/bulletin/'>News</a>"
        "<h1>Welcome to the borough</h1></body></html>"))  # fmt: skip
    site.answer("/bulletin/", page(listing(*range(9))))
    return "list", site.url("/bulletin/")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (change_to_feed, "javascript"),
        (change_to_data, "javascript"),
        (change_of_address, "gone"),
    ],
)
def test_a_check_names_what_mends_a_list_that_is_gone_and_the_repair_does_it(
    hubwatch: CommandLine, server: Server, change: object, verdict: str
) -> None:
    site = watched(hubwatch, server, LIST)
    crawled(hubwatch)
    kind, url = change(site)  # type: ignore[operator]
    checked = hubwatch(*AT, "sources", "check", "--all", "--json")
    (line,) = [each for each in checked.json_lines if each["source"] == "p"]
    assert (line["verdict"], line["repair"]) == (verdict, "hubwatch sources repair p --live")
    assert f"the portal offers {kind} {url}" in line["evidence"]
    before = Path("sources/p.toml").read_text("utf-8")
    dry = hubwatch(*AT, "sources", "repair", "p", "--live", "--dry-run")
    assert dry.code == 0, dry.err + dry.out
    assert Path("sources/p.toml").read_text("utf-8") == before
    done = hubwatch(*AT, "sources", "repair", "p", "--live", "--json")
    assert done.code == 0, done.err + done.out
    assert (done.json["known"], done.json["entries"][0]) == (8, {"kind": kind, "url": url})
    text = Path("sources/p.toml").read_text("utf-8")
    assert "\n# ours\n" in text
    assert "/news/" not in text
    shown = hubwatch(*AT, "sources", "show", "p", "--json").json
    assert shown["verdict"] == "holds"
    assert (ended := hubwatch(*AT, "crawl", "p", "--json")).json["new"] == 1, ended.out + text


@pytest.mark.slow
def test_another_list_than_the_one_that_the_archive_knows_is_not_taken(
    hubwatch: CommandLine, server: Server
) -> None:
    site = watched(hubwatch, server, LIST)
    crawled(hubwatch)
    site.routes.pop("/news/")
    site.answer("/", page("<html><body><a href='/jobs/'>News</a><h1>Welcome</h1></body></html>"))
    site.answer("/jobs/", page(listing(*range(15, 29))))
    ended = hubwatch(*AT, "sources", "repair", "p", "--live")
    assert ended.code == 1
    assert "the archive knows 0 of the 14 articles there" in ended.out
    assert "sources disable p" in ended.err
    assert "/news/" in Path("sources/p.toml").read_text("utf-8")


@pytest.mark.slow
def test_a_json_list_whose_keys_have_other_names_is_read_without_selectors(
    hubwatch: CommandLine, server: Server
) -> None:
    entry = (
        '[[entry]]\nkind = "json"\nurl = "http://p.test/l.json"\nitems = "rows"\n'
        'link = "u"\ntitle = "t"\ndate = "d"\n'
    )
    site = watched(hubwatch, server, entry)

    def serve(items: str, link: str, title: str, date: str, count: int) -> None:
        found = [
            {link: path_of(at), title: TITLES[at], date: str(day_of(at))} for at in range(count)
        ]
        body = json.dumps({items: found}).encode()
        site.answer("/l.json", answer(200, body, Content_Type="application/json"))

    serve("rows", "u", "t", "d", 8)
    crawled(hubwatch)
    serve("records", "url", "title", "publishTime", 9)
    ended = hubwatch(*AT, "sources", "repair", "p", "--live")
    assert ended.code == 0, ended.err + ended.out
    text = Path("sources/p.toml").read_text("utf-8")
    assert "items" not in text
    assert 'url = "http://p.test/l.json"' in text
    assert (ended := hubwatch(*AT, "crawl", "p", "--json")).json["new"] == 1, ended.out + text


@pytest.mark.slow
def test_where_nothing_helps_the_source_is_to_be_left_out(
    hubwatch: CommandLine, server: Server
) -> None:
    site = watched(hubwatch, server, LIST)
    for path in ("/", "/news/"):
        site.answer(path, page(SPA.format(head="")))
    checked = hubwatch(*AT, "init") and hubwatch(*AT, "sources", "check", "--all", "--json")
    (line,) = [each for each in checked.json_lines if each["source"] == "p"]
    assert (line["verdict"], line["repair"]) == ("javascript", "hubwatch sources disable p")

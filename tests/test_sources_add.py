"""`sources add` on portals that the code has never seen: found out, written, crawled right."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.cli.options import PORTAL_ADDRESS
from storage.archive import Archive
from storage.articles.records import Article, Query
from tests.support.cli import CommandLine
from tests.support.servers import Server, answer, page, serving
from tests.support.unknown_portals import (
    Told,
    chinese_article,
    chinese_articles,
    chinese_list,
    english_article,
    english_articles,
    english_list,
    serve_chinese,
    serve_english,
)

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")
EN, ZH = "http://harrowdene.test/dispatches", "http://yunling.test/xwzx/bsyw/"


@pytest.fixture
def strangers(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as server:
        serve_english(server, "harrowdene.test")
        serve_chinese(server, "yunling.test")
        configure(server)
        yield server


def configure(server: Server, *lines: str) -> None:
    """A configuration that knows where the server's sites are."""
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    text = "\n".join(('archive = "hubwatch.db"', *lines, "[network.hosts]", hosts))
    Path("hubwatch.toml").write_text(text, encoding="utf-8")


def crawled(hubwatch: CommandLine, source_id: str) -> dict[str, Article]:
    """Crawl a source from nothing; its articles by path."""
    hubwatch(*AT, "init")
    ended = hubwatch(*AT, "crawl", source_id, "--json")
    assert ended.code == 0, ended.out
    with Archive.open_readonly(Path("hubwatch.db")) as store:
        found = store.articles.select(Query(limit=500))
    return {"/" + article.url.split("/", 3)[3]: article for article in found}


def is_right(article: Article, told: Told) -> bool:
    """Whether an article reads as it was put on the portal."""
    return (
        article.title == told.title
        and article.published is not None
        and article.published.day == told.day
        and article.body == "\n\n".join(each.strip() for each in told.paragraphs)
        and article.source == told.source
    )


def wrong(found: dict[str, Article], told: tuple[Told, ...]) -> list[Any]:
    """What is missing, too much, or read wrongly."""
    bad: list[Any] = sorted(found.keys() ^ {each.path for each in told})
    known = [each for each in told if each.path in found]
    return bad + [found[each.path] for each in known if not is_right(found[each.path], each)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "told", "language"),
    [
        pytest.param(EN, english_articles(), "en", id="english list"),
        pytest.param("http://harrowdene.test/", english_articles(), "en", id="english home page"),
        pytest.param(ZH, chinese_articles(), "zh", id="chinese list"),
    ],
)
def test_an_unknown_portal_is_added_and_crawled_right(
    hubwatch: CommandLine, strangers: Server, url: str, told: tuple[Told, ...], language: str
) -> None:
    added = hubwatch(*AT, "sources", "add", url, "--yes", "--id", "stranger", "--city", "Elsewhere")
    assert added.code == 0, added.err
    source = tomllib.loads(Path("sources/stranger.toml").read_text("utf-8"))
    assert (source["city"], source["language"]) == ("Elsewhere", language)
    assert "crawl stranger" in added.out
    assert wrong(crawled(hubwatch, "stranger"), told) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("listing", "article", "url", "told"),
    [
        pytest.param(
            english_list(english_articles()[:8], 1, 3).encode(),
            english_article(english_articles()[2], english_articles()[5:8]).encode(),
            EN,
            english_articles(),
            id="english",
        ),
        pytest.param(
            chinese_list(chinese_articles()[:8], 1, 3),
            chinese_article(chinese_articles()[2]),
            ZH,
            chinese_articles(),
            id="chinese",
        ),
    ],
)
def test_two_saved_files_are_enough(
    hubwatch: CommandLine,
    strangers: Server,
    listing: bytes,
    article: bytes,
    url: str,
    told: tuple[Told, ...],
) -> None:
    Path("list.html").write_bytes(listing)
    Path("article.html").write_bytes(article)
    files = ("--list", "list.html", "--article", "article.html", "--url", url)
    answers = ("--id", "stranger", "--city", "Elsewhere", "--name", "A portal")
    added = hubwatch(*AT, "sources", "add", *files, *answers, "--json")
    assert added.code == 0, added.err
    assert added.json["articles"][0]["title"] == told[2].title
    assert added.json["articles"][0]["url"].endswith(told[2].path)  # the list told it
    assert not any(site.hits for site in strangers._sites.values())
    assert wrong(crawled(hubwatch, "stranger"), told) == []


@pytest.mark.slow
def test_a_portal_at_a_bare_loopback_address_is_added_where_it_is_named(
    hubwatch: CommandLine, strangers: Server
) -> None:
    strangers._sites["127.0.0.1"] = strangers._sites["harrowdene.test"]
    url = f"http://127.0.0.1:{strangers.port}/dispatches"
    refused = hubwatch(*AT, "sources", "add", url, "--yes")
    assert refused.code != 0
    configure(strangers)
    added = hubwatch(*AT, "sources", "add", url, "--yes", "--id", "stranger")
    assert added.code == 0, added.err
    assert wrong(crawled(hubwatch, "stranger"), english_articles()) == []


def test_a_portal_of_the_intranet_is_crawled_where_the_configuration_names_its_port(
    hubwatch: CommandLine, strangers: Server
) -> None:
    strangers._sites["127.0.0.1"] = strangers._sites["harrowdene.test"]
    place = f"127.0.0.1:{strangers.port}"
    slow = 'archive = "hubwatch.db"\ncontact = "mailto:a@example.org"\n[network]\n'
    Path("hubwatch.toml").write_text(f'{slow}intranet = ["127.0.0.1:1"]\n', encoding="utf-8")
    ended = hubwatch(*AT, "sources", "add", f"http://{place}/dispatches", "--yes")
    assert ended.code == 1
    assert "127.0.0.1 is not a public address" in ended.err
    Path("hubwatch.toml").write_text(f'{slow}intranet = ["{place}"]\n', encoding="utf-8")
    source = {"kind": "list", "url": f"http://{place}/dispatches"}
    write_source("inner", f"http://{place}/", source, delay="1ms")
    assert hubwatch(*AT, "sources", "check", "inner", "--articles", "1").code == 0


def write_source(name: str, home: str, entry: dict[str, str], delay: str = "1ms") -> None:
    """A source's file, written by hand."""
    Path("sources").mkdir(exist_ok=True)
    lines = [f"{key} = {json.dumps(value)}" for key, value in entry.items()]
    Path(f"sources/{name}.toml").write_text(
        f'id = "{name}"\nname = "N"\ncity = "C"\nlanguage = "en"\ntemplate = "generic"\n'
        f'home = "{home}"\nschedule = "every 2h"\n[[entry]]\n'
        + "\n".join(lines)
        + f'\n[links]\nallow = ["/dispatches/{{yyyy}}/{{mm}}/{{section}}"]\n'
        f'[politeness]\ndelay = "{delay}"\n',
        encoding="utf-8",
    )


def test_what_is_missing_is_one_line_that_names_the_option(
    hubwatch: CommandLine, strangers: Server
) -> None:
    ended = hubwatch(*AT, "sources", "add", EN, "--id", "stranger", "--name", "N")
    assert ended.code == 2
    assert ended.err.strip().splitlines() == [
        "hubwatch: --city is missing; 'Harrowdene' suggests itself, --yes accepts it"
    ]
    assert not Path("sources").exists()


@pytest.mark.slow
def test_a_file_that_is_there_is_kept(hubwatch: CommandLine, strangers: Server) -> None:
    once = ("sources", "add", EN, "--yes", "--id", "stranger")
    assert hubwatch(*AT, *once).code == 0
    Path("sources/stranger.toml").write_text(Path("sources/stranger.toml").read_text() + "# mine\n")
    again = hubwatch(*AT, *once)
    assert again.code == 2
    assert "--replace" in again.err
    assert "# mine" in Path("sources/stranger.toml").read_text()
    assert hubwatch(*AT, *once, "--replace").code == 0
    assert "# mine" not in Path("sources/stranger.toml").read_text()


@pytest.mark.slow
def test_a_list_that_is_watched_is_not_added_again(
    hubwatch: CommandLine, strangers: Server
) -> None:
    add = ("sources", "add", "--yes", "--city", "Elsewhere")
    assert hubwatch(*AT, *add, EN, "--id", "town-en").code == 0
    site = strangers.site("harrowdene.test")
    before = len(site.hits)
    secure = EN.replace("http:", "https:")
    for words in (
        (*add, EN),
        (*add, f"{EN}#top", "--id", "other"),
        (*add, secure),
        (*add, EN, "--dry-run"),
    ):
        ended = hubwatch(*AT, *words)
        assert ended.code == 2, words
        (line,) = ended.err.strip().splitlines()
        assert f"{EN} is watched by town-en already" in line
        assert "sources show town-en" in line
    assert len(site.hits) == before  # nobody was asked
    home = hubwatch(*AT, *add, "http://harrowdene.test/")
    assert home.code == 2
    assert f"{EN} is watched by town-en already" in home.err
    assert [path.name for path in Path("sources").iterdir()] == ["town-en.toml"]
    assert hubwatch(*AT, *add, ZH).code == 0
    assert hubwatch(*AT, *add, EN, "--id", "town-en", "--replace").code == 0
    configure(strangers, 'disabled = ["town-en"]')
    assert hubwatch(*AT, *add, EN, "--id", "other").code == 0


def test_a_source_may_be_enabled_before_it_is_added(
    hubwatch: CommandLine, strangers: Server
) -> None:
    add = ("sources", "add", "--yes", "--city", "Elsewhere")
    configure(strangers, 'enabled = ["town-en", "other"]')
    assert hubwatch(*AT, *add, EN, "--id", "town-en").code == 0
    again = hubwatch(*AT, *add, EN, "--id", "other")
    assert (again.code, "is watched by town-en already" in again.err) == (2, True)


def test_a_dry_run_prints_the_file_and_writes_none(
    hubwatch: CommandLine, strangers: Server
) -> None:
    ended = hubwatch(*AT, "sources", "add", EN, "--yes", "--dry-run")
    assert ended.code == 0
    assert 'url = "http://harrowdene.test/dispatches"' in ended.out
    assert not Path("sources").exists()


def test_an_address_without_its_scheme_is_asked_for_by_https_then_by_http(
    hubwatch: CommandLine, strangers: Server
) -> None:
    added = hubwatch(*AT, "sources", "add", EN.removeprefix("http://"), "--yes", "--dry-run")
    assert added.code == 0, added.err
    assert 'url = "http://harrowdene.test/dispatches"' in added.out
    assert strangers.turned_away == 1, "what is guessed is not asked for again"
    wrong = ("harrowdene", "ftp://harrowdene.test/", "harrow dene.test/x", "a.test:x/")
    for each in (*wrong, "list.html", "1.5", "-x.test/", "a.test:123456/"):
        assert hubwatch(*AT, "sources", "add", each, "--yes").code == 2, each


@pytest.mark.parametrize("typed", ["www.a.test:8080/news", "a.test?x=1", "www.政府.cn/x", "A.TEST"])
def test_an_address_without_its_scheme_is_taken_as_it_was_typed(typed: str) -> None:
    assert PORTAL_ADDRESS.convert(typed, None, None) == typed


def test_where_neither_https_nor_http_leads_to_a_list_both_reasons_are_said(
    hubwatch: CommandLine, strangers: Server
) -> None:
    ended = hubwatch(*AT, "sources", "add", "harrowdene.test/nowhere", "--yes", "--dry-run")
    assert ended.code == 1
    assert "https://harrowdene.test/nowhere" in ended.err
    assert "http://harrowdene.test/nowhere" in ended.err


def test_what_robots_forbid_is_not_asked_for(hubwatch: CommandLine, strangers: Server) -> None:
    site = strangers.site("harrowdene.test")
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /dispatches\n"))
    ended = hubwatch(*AT, "sources", "add", EN, "--yes")
    assert ended.code == 1
    assert "robots.txt disallows" in ended.err
    assert site.paths() == []


def test_a_page_without_a_list_says_what_to_do(hubwatch: CommandLine, strangers: Server) -> None:
    site = strangers.site("harrowdene.test")
    site.answer("/quiet", page("<html><body><h1>Closed</h1><p>Come back later.</p></body></html>"))
    ended = hubwatch(*AT, "sources", "add", site.url("/quiet"), "--yes")
    assert ended.code == 1
    assert "name the address of a list page" in ended.err


FEED = (
    """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>"""
)


@pytest.mark.slow
def test_a_dated_feed_goes_before_a_list_without_dates(
    hubwatch: CommandLine, strangers: Server
) -> None:
    site, told = strangers.site("feeding.test"), english_articles()[:12]
    links = "".join(f"<li><a href='{t.path}'>{t.title}</a></li>" for t in told)
    head = '<link rel=alternate type="application/rss+xml" href="/rss.xml">'
    site.answer("/news/", page(f"<html><head>{head}</head><body><ul>{links}</ul></body></html>"))
    items = "".join(
        f"<item><title>{t.title}</title><link>{site.url(t.path)}</link>"
        f"<pubDate>{t.day:%a, %d %b %Y} 08:00:00 +0800</pubDate></item>"
        for t in told[:6]
    )
    site.answer("/rss.xml", answer(200, FEED.format(items=items).encode(), Content_Type="text/xml"))
    for each in told:
        site.answer(each.path, page(english_article(each, told[:2])))
    configure(strangers)
    ended = hubwatch(*AT, "sources", "add", site.url("/news/"), "--yes", "--id", "f", "--json")
    assert ended.code == 0, ended.err
    assert [entry["kind"] for entry in ended.json["entries"]] == ["feed", "list"]
    assert "dated" in ended.json["entries"][0]["why"]
    assert wrong(crawled(hubwatch, "f"), told) == []


@pytest.mark.slow
def test_selectors_are_written_where_navigation_has_the_articles_shape(
    hubwatch: CommandLine, strangers: Server
) -> None:
    site, told = strangers.site("alike.test"), english_articles()[:10]
    paths = {each.path: f"/page/{300 + at}.html" for at, each in enumerate(told)}
    nav = "".join(
        f"<a href='/page/{at}.html'>{word}</a> "
        for at, word in enumerate(("About", "Staff", "Visit", "Maps", "Jobs"), 10)
    )
    rows = "".join(
        f"<div class=entry><a href='{paths[t.path]}'>{t.title}</a><em>{t.day}</em></div>"
        for t in told
    )
    listing = f"<html><body><div class=menu>{nav}</div><div class=river>{rows}</div></body></html>"
    site.answer("/news.html", page(listing))
    for each in told:
        site.answer(paths[each.path], page(english_article(each, ())))
    for at in range(10, 15):
        site.answer(f"/page/{at}.html", page("<html><body><h1>About us</h1></body></html>"))
    configure(strangers)
    added = hubwatch(*AT, "sources", "add", site.url("/news.html"), "--yes", "--id", "alike")
    assert added.code == 0, added.err
    found = crawled(hubwatch, "alike")
    assert sorted(found) == sorted(paths.values())


@pytest.mark.slow
def test_check_says_what_holds_and_what_does_not(hubwatch: CommandLine, strangers: Server) -> None:
    hubwatch(*AT, "sources", "add", EN, "--yes", "--id", "stranger")
    good = hubwatch(*AT, "sources", "check", "stranger", "--json")
    assert good.code == 0
    assert {each["check"] for each in good.json["checks"]} >= {"robots", "list", "pager", "article"}
    site = strangers.site("harrowdene.test")
    first = english_articles()[0]
    bare = "<html><head><title>x</title></head><body><p>Soon.</p></body></html>"
    site.answer(first.path, page(bare))
    bad = hubwatch(*AT, "sources", "check", "stranger")
    assert bad.code == 1
    assert "fault    article" in bad.out
    assert not Path("hubwatch.db").exists()  # nothing is kept


@pytest.mark.slow
def test_check_names_selectors_of_the_source_that_find_nothing(
    hubwatch: CommandLine, strangers: Server
) -> None:
    hubwatch(*AT, "sources", "add", EN, "--yes", "--id", "stranger")
    path = Path("sources/stranger.toml")
    text = path.read_text("utf-8").partition("[fields]")[0]
    fields = 'title = [".nosuch"]\nbody = ["#gone"]\npublished = [".never", ".stamp", ".old"]\n'
    path.write_text(f"{text}\n[fields]\n{fields}", encoding="utf-8")
    ended = hubwatch(*AT, "sources", "check", "stranger", "--json")
    assert ended.code == 0
    assert ended.json["holds"]
    told = [each["told"] for each in ended.json["checks"] if each["check"] == "fields"]
    assert told == [
        "title: '.nosuch' matches on none of 3 articles; general rules read it",
        "published: '.never' matches on none of 3 articles; another one in its list does",
        "body: '#gone' matches on none of 3 articles; general rules read it",
    ]
    states = {each["state"] for each in ended.json["checks"] if each["check"] == "fields"}
    assert states == {"warning"}
    path.write_text(text, encoding="utf-8")
    assert "warning  fields" not in hubwatch(*AT, "sources", "check", "stranger").out


@pytest.mark.slow
def test_a_case_fails_until_it_is_confirmed_and_when_it_reads_otherwise(
    hubwatch: CommandLine, strangers: Server
) -> None:
    hubwatch(*AT, "sources", "add", EN, "--yes", "--id", "stranger")
    crawled(hubwatch, "stranger")
    told = english_articles()[3]
    url = f"http://harrowdene.test{told.path}"
    recorded = hubwatch(*AT, "sources", "record", "stranger", url, "--name", "buses", "--json")
    assert recorded.code == 0, recorded.err
    expected = Path(recorded.json["folder"]) / "expected.toml"
    case = tomllib.loads(expected.read_text("utf-8"))
    assert (case["confirmed"], case["title"]) == (False, told.title)
    assert case["body"] == "\n\n".join(told.paragraphs)
    assert hubwatch(*AT, "sources", "test", "stranger").code == 1
    text = expected.read_text("utf-8").replace("confirmed = false", "confirmed = true")
    expected.write_text(text, "utf-8")
    assert hubwatch(*AT, "sources", "test", "stranger").code == 0
    expected.write_text(text.replace(told.title, "Another headline", 1), "utf-8")
    ended = hubwatch(*AT, "sources", "test", "stranger", "--json")
    assert ended.code == 1
    (case,) = ended.json["cases"]
    assert case["differences"] == {"title": {"expected": "Another headline", "read": told.title}}
    again = hubwatch(*AT, "sources", "record", "stranger", url, "--name", "buses")
    assert again.code == 2
    assert "--replace" in again.err


@pytest.mark.slow
def test_a_definition_that_reads_less_fails_on_the_archived_pages(
    hubwatch: CommandLine, strangers: Server
) -> None:
    hubwatch(*AT, "sources", "add", EN, "--yes", "--id", "stranger")
    crawled(hubwatch, "stranger")
    good = hubwatch(*AT, "sources", "test", "stranger", "--json")
    assert good.code == 0
    assert good.json["pages"]["fields"]["body"] == {"before": 22, "now": 22, "differ": 0}
    path = Path("sources/stranger.toml")
    path.write_text(path.read_text("utf-8") + '\n[fields]\nbody = ["aside.shelf"]\n', "utf-8")
    worse = hubwatch(*AT, "sources", "test", "stranger", "--json")
    assert worse.json["pages"]["fields"]["body"] == {"before": 22, "now": 22, "differ": 22}

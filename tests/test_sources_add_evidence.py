"""`sources add` takes all that a portal offers, refuses what lists others, and guesses nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.portals.zones import zone_of_portal
from tests.support.borough import TITLES, article, day_of, path_of, slug
from tests.support.cli import CommandLine
from tests.support.make import NOW, capture
from tests.support.posted_lists import EACH, posted_site
from tests.support.servers import Server, Site, answer, page, serving

AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as found:
        yield found


def add(hubwatch: CommandLine, server: Server, url: str, *rest: str) -> dict[str, Any]:
    """Add a portal, taking what is suggested; the source that was written."""
    configure(server)
    ended = hubwatch(*AT, "sources", "add", url, "--yes", "--id", "p", *rest)
    assert ended.code == 0, ended.err
    return tomllib.loads(Path("sources/p.toml").read_text("utf-8"))


def configure(server: Server) -> None:
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    text = f'archive = "hubwatch.db"\n[network.hosts]\n{hosts}\n'
    Path("hubwatch.toml").write_text(text, encoding="utf-8")


def widgets() -> str:
    months = "".join(f"<li><a href='/2026/{m:02}/'>{m} 2026</a></li>" for m in (1, 2))
    tags = "".join(f"<a href='/tag/{t}/'>{t}</a> " for t in ("water", "trade", "parks", "roads"))
    ana = "<a href='/author/ana/'>Ana</a>"
    return f"<ul class=archives>{months}</ul><div class=cloud>{tags}</div>{ana}"


def blog(server: Server, name: str = "blog.test", first: int = 10) -> Site:
    """A portal as blog programs make it: ten on the home page, no pager that shows, months and
    tags beside, a feed of five, one of comments, a sitemap with an index, a REST interface."""
    site = server.site(name)
    rows = "".join(
        f"<article><h2><a href='{path_of(at)}'>{TITLES[at]}</a></h2><p>{day_of(at):%B %d, %Y}</p>"
        f"<a href='/author/ana/'>Ana</a></article>"
        for at in range(first)
    )
    head = (
        '<link rel=alternate type="application/rss+xml" title="Elsewhere" href="/feed/">'
        '<link rel=alternate type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="https://api.w.org/" href="/wp-json/">'
    )
    site.answer("/", page(
        f"<html lang=en><head><title>Borough of Elsewhere</title>{head}</head><body>"
        f"<main>{rows}</main>{widgets()}</body></html>"))  # fmt: skip
    for at in range(len(TITLES)):
        related = "".join(
            f"<li><a href='{path_of(n)}'>{TITLES[n]}</a></li>" for n in (20, 21, 22, 23)
        )
        site.answer(path_of(at), page(article(at, head, related)))
    listed = "".join(f"<h2><a href='{path_of(at)}'>{TITLES[at]}</a></h2>" for at in range(8))
    for each in ("/2026/01/", "/2026/02/", "/tag/water/", "/tag/trade/", "/author/ana/"):
        site.answer(each, page(f"<html><body><main>{listed}</main></body></html>"))
    return site


def feed(site: Site, path: str, count: int, offset: str = "-0500") -> None:
    items = "".join(
        f"<item><title>{TITLES[at]}</title><link>{site.url(path_of(at))}</link>"
        f"<pubDate>{day_of(at):%a, %d %b %Y} 09:00:00 {offset}</pubDate></item>"
        for at in range(count)
    )
    text = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    site.answer(path, answer(200, text.encode(), Content_Type="text/xml"))


def sitemap(site: Site) -> None:
    urls = "".join(f"<url><loc>{site.url(path_of(at))}</loc></url>" for at in range(len(TITLES)))
    other = "".join(f"<url><loc>{site.url(f'/tag/t{n}/')}</loc></url>" for n in range(40))
    kind = {"Content_Type": "text/xml"}
    names = ("tags", "rss", "tag-a", "tag-b", "tag-c", "authors", "posts", "feed")
    index = "".join(f"<sitemap><loc>{site.url(f'/{n}.xml')}</loc></sitemap>" for n in names)
    site.answer(
        "/sitemap.xml", answer(200, f"<sitemapindex>{index}</sitemapindex>".encode(), **kind)
    )
    site.answer("/posts.xml", answer(200, f"<urlset>{urls}</urlset>".encode(), **kind))
    site.answer("/tags.xml", answer(200, f"<urlset>{other}</urlset>".encode(), **kind))


def rest(site: Site) -> None:
    items = [
        {
            "link": site.url(path_of(at)),
            "title": {"rendered": TITLES[at]},
            "date": f"{day_of(at)}T09:00:00",
            "modified": f"{day_of(at)}T09:00:00",
        }
        for at in range(len(TITLES))
    ]
    asked = "per_page=100&_fields=link,title,date,date_gmt,modified,excerpt"
    site.answer(f"/wp-json/wp/v2/posts?{asked}", answer(
        200, json.dumps(items).encode(), Content_Type="application/json",
        X_WP_Total=str(len(TITLES))))  # fmt: skip


def kinds(source: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each.get("every", "")) for each in source["entry"]]


@pytest.mark.slow
def test_all_that_a_portal_offers_is_taken_and_counted(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    feed(site, "/feed/", 5)
    feed(site, "/comments/feed/", 30)
    sitemap(site)
    rest(site)
    configure(server)
    ended = hubwatch(*AT, "sources", "add", site.url("/"), "--yes", "--id", "p")
    assert ended.code == 0, ended.err
    source = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))
    assert kinds(source) == [("list", ""), ("feed", "1d"), ("json", "1d")]
    assert source["entry"][2]["modified"] == "modified"
    assert "this list shows 10 of 30" in ended.out
    assert source["entry"][1]["url"] == site.url("/feed/")


@pytest.mark.slow
def test_of_a_sitemap_the_part_with_the_articles_is_taken(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    sitemap(site)
    source = add(hubwatch, server, site.url("/"))
    assert kinds(source) == [("list", ""), ("sitemap", "1d")]
    assert source["entry"][1]["url"] == site.url("/posts.xml")


@pytest.mark.parametrize("mark", ["", "\ufeff", "\n"])
def test_a_sitemap_of_bare_addresses_is_an_entry(
    hubwatch: CommandLine, server: Server, mark: str
) -> None:
    """The protocol has a text form: an address a line."""
    site = blog(server)
    lines = "\n".join(site.url(path_of(at)) for at in range(len(TITLES)))
    site.answer("/all.txt", answer(200, f"{mark}{lines}".encode(), Content_Type="text/plain"))
    source = add(hubwatch, server, site.url("/all.txt"))
    assert "sitemap" in [kind for kind, _ in kinds(source)]


@pytest.mark.slow
def test_what_a_first_crawl_cannot_fetch_at_once_is_left_to_a_back_fill(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    urls = [site.url(path_of(at)) for at in range(len(TITLES))]
    urls += [site.url(f"/2019/0{m}/{d:02}/story-{n}/") for m in range(1, 9) for d in range(1, 29)
        for n in range(2)]  # fmt: skip
    body = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    site.answer("/sitemap.xml", answer(200, f"<urlset>{body}</urlset>".encode()))
    source = add(hubwatch, server, site.url("/"))
    assert kinds(source) == [("list", "")]
    rest(site)
    for key, behaviour in list(site.routes.items()):
        if key.startswith("/wp-json"):
            items = [{"link": site.url(path_of(at)), "title": {"rendered": TITLES[at]},
                "date": f"{day_of(at)}T09:00:00"} for at in range(len(TITLES))]  # fmt: skip
            assert behaviour is not None
            site.answer(key, answer(200, json.dumps(items).encode(),
                Content_Type="application/json", X_WP_Total="5000"))  # fmt: skip
    Path("sources/p.toml").unlink()
    source = add(hubwatch, server, site.url("/"))
    assert kinds(source) == [("list", ""), ("json", "1d")]
    assert source["entry"][1]["max_pages"] == 1


@pytest.mark.slow
def test_pages_that_list_others_are_no_articles(hubwatch: CommandLine, server: Server) -> None:
    site = blog(server)
    source = add(hubwatch, server, site.url("/"))
    hubwatch(*AT, "init")
    crawled = hubwatch(*AT, "crawl", "p", "--json")
    assert crawled.json["new"] == 10
    assert not any(each.startswith(("/tag", "/author")) for each in source["links"]["allow"])
    asked = {hit.path for hit in site.hits}
    assert not any(each.startswith(("/tag", "/author")) for each in asked)
    # Months were tried as further pages of the list while it was added, and are not there.
    assert source["entry"][0].get("paging", "none") == "none"
    site.hits.clear()
    hubwatch(*AT, "crawl", "p")
    assert not {"/2026/01/", "/tag/water/", "/author/ana/"} & {hit.path for hit in site.hits}


@pytest.mark.slow
def test_an_article_leads_to_the_list_it_stands_on_and_never_to_what_is_related(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    source = add(hubwatch, server, site.url(path_of(3)))
    assert [each["url"] for each in source["entry"]] == [site.url("/")]
    site.routes.pop("/")
    Path("sources/p.toml").unlink()
    ended = hubwatch(*AT, "sources", "add", site.url(path_of(3)), "--yes", "--id", "p")
    assert ended.code == 1
    assert "is an article, and no list with articles like it is found" in ended.err
    assert not Path("sources/p.toml").exists()


@pytest.mark.slow
def test_a_feed_leads_to_the_list_of_its_portal(hubwatch: CommandLine, server: Server) -> None:
    site = blog(server)
    feed(site, "/feed/", 5)
    source = add(hubwatch, server, site.url("/feed/"))
    assert kinds(source) == [("list", ""), ("feed", "1d")]


@pytest.mark.slow
def test_any_heading_of_the_menu_may_lead_to_the_list(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    site.answer("/chronicle/", site.routes["/"])
    menu = "".join(f"<a href='/{w.lower()}/'>{w}</a> " for w in ("Welcome", "Chronicle", "Staff"))
    text = "<p>The borough of Elsewhere lies between two rivers and is glad of visitors.</p>" * 4
    site.answer("/", page(f"<html><body>{menu}<h1>Welcome</h1>{text}</body></html>"))
    source = add(hubwatch, server, site.url("/"))
    assert [each["url"] for each in source["entry"]] == [site.url("/chronicle/")]


@pytest.mark.slow
def test_an_article_without_a_list_leads_to_the_feed_of_its_home_page(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    feed(site, "/feed/", 12)
    link = '<link rel=alternate type="application/rss+xml" href="/feed/">'
    site.answer("/", page(f"<html><head>{link}</head><body><h1>Welcome</h1></body></html>"))
    for at in range(len(TITLES)):
        site.answer(path_of(at), page(article(at)))
    source = add(hubwatch, server, site.url(path_of(3)))
    assert [(each["kind"], each["url"]) for each in source["entry"]] == [
        ("feed", site.url("/feed/"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webforms grid", "java", "named button"])
def test_a_list_that_goes_on_by_a_form_is_added_and_read(
    hubwatch: CommandLine, server: Server, kind: str
) -> None:
    posted_site(server.site("posted.test"), kind, 4)
    source = add(hubwatch, server, "http://posted.test/news.html")
    assert [(each["kind"], each["paging"]) for each in source["entry"]] == [("list", "form")]
    hubwatch(*AT, "init")
    checked = hubwatch(*AT, "sources", "check", "p")
    assert f"form: {EACH} more articles" in checked.out
    assert hubwatch(*AT, "crawl", "p", "--json").json["new"] == 4 * EACH


@pytest.mark.slow
def test_a_list_that_is_json_is_added(hubwatch: CommandLine, server: Server) -> None:
    site = blog(server)
    site.routes.pop("/")
    for number in (1, 2, 3):
        items = [
            {"title": TITLES[at], "url": path_of(at), "publishTime": f"{day_of(at)} 09:00"}
            for at in range(10 * number - 10, 10 * number)
        ]
        body = json.dumps({"data": {"total": 30, "list": items}}).encode()
        site.answer(
            f"/api/news?page={number}&size=10", answer(200, body, Content_Type="application/json")
        )
    source = add(hubwatch, server, site.url("/api/news?page=1&size=10"))
    assert kinds(source) == [("json", "")]
    assert source["entry"][0]["paging"] == "?page={n}&size=10 from 2"
    hubwatch(*AT, "init")
    assert hubwatch(*AT, "crawl", "p", "--json").json["new"] == 30


@pytest.mark.slow
def test_city_and_zone_are_told_from_evidence_alone(hubwatch: CommandLine, server: Server) -> None:
    site = blog(server, "en.zh.test")
    configure(server)
    ended = hubwatch(*AT, "sources", "add", site.url("/"), "--yes", "--id", "p")
    assert ended.code == 0
    assert "its city is unknown" in ended.err
    assert "--timezone" in ended.out
    source = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))
    assert (source["city"], source["timezone"]) == ("unknown", "UTC")
    bare = hubwatch(*AT, "sources", "add", site.url("/"), "--id", "p", "--replace", "--name", "N")
    assert bare.code == 2
    assert bare.err.strip().splitlines()[-1] == "hubwatch: --city is missing"
    Path("sources/p.toml").unlink()
    feed(site, "/feed/", 5, "-0500")
    assert add(hubwatch, server, site.url("/"))["timezone"] == "Etc/GMT+5"


@pytest.mark.slow
def test_what_shows_no_zone_goes_by_the_other_sources_of_its_city(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server, "en.zh.test")
    configure(server)
    told = hubwatch(*AT, "sources", "add", site.url("/"), "--yes", "--id", "p", "--city", "Guiyang")
    assert "Asia/Shanghai (that of the other sources of Guiyang)" in told.out
    source = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))
    assert source["timezone"] == "Asia/Shanghai"
    for city in ("national", "Atlantis"):  # a country is not named, a city not known
        again = (*AT, "sources", "add", site.url("/"), "--yes", "--id", "p", "--replace")
        assert hubwatch(*again, "--city", city).code == 0
        source = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))
        assert source["timezone"] == "UTC"


def test_id_and_schedule_are_checked_before_a_portal_is_asked(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    configure(server)
    taken = hubwatch(*AT, "sources", "add", site.url("/"), "--yes", "--id", "guiyang-en")
    assert taken.code == 2
    assert "is the id of a source already" in taken.err
    wrong = hubwatch(*AT, "sources", "add", site.url("/"), "--yes", "--schedule", "now and then")
    assert wrong.code == 2
    assert "'now and then' is not understood" in wrong.err
    assert site.hits == []


UTC = b'<time datetime="2026-01-02T09:00:00+00:00">' * 3
SUMMER = b'content="2026-01-02T09:00:00-05:00" content="2026-07-02T09:00:00-04:00"' * 2
EAST = b"<pubDate>Fri, 27 Feb 2026 09:00:00 +0800</pubDate>" * 2
NORTH = EAST.replace(b"+0800", b"+0200")
NONE = b'datetime="2026-01-02T09:00:00+99:00"' * 3


def shown(stamp: str, line: str) -> bytes:
    return f'<meta content="{stamp}"><body><h1>A lock opens</h1><p>{line}</p></body>'.encode()


@pytest.mark.parametrize(
    ("pages", "zone", "known"),
    [
        (  # of summer and winter
            [
                shown("2026-12-02T02:30:00.000Z", "December 1, 2026 at 9:30 PM"),
                shown("2026-07-02T01:30:00Z", "July 1, 2026 at 9:30 PM"),
            ],
            "America/New_York",
            True,
        ),
        (
            [
                shown("2026-12-02T02:30:00Z", "2 Dec 2026 10:30"),
                shown("2026-07-02T01:30:00Z", "2 July 2026 9:30"),
            ],
            "Etc/GMT-8",
            True,
        ),
        (  # by the name of the zone alone
            [
                shown("", "Tuesday, December 1, 2026 at 9:30 p.m. PT"),
                shown("", "July 1, 2026, 9:30 a.m. PT"),
            ],
            "America/Los_Angeles",
            True,
        ),
        (  # all of one season
            [
                shown("2026-12-02T02:30:00Z", "December 1, 2026 at 9:30 p.m. ET"),
                shown("2026-11-12T02:30:00Z", "November 11, 2026 at 9:30 p.m. Eastern time"),
            ],
            "America/New_York",
            True,
        ),
        (
            [
                shown("2026-12-02T02:30:00Z", "2 Dec 2026 02:30"),
                shown("2026-07-02T01:30:00Z", "2 July 2026 01:30"),
            ],
            "UTC",
            True,
        ),
        (  # which differ by no zone
            [
                shown("2026-12-02T02:30:00Z", "2 Dec 2026 10:30"),
                shown("2026-07-02T01:30:00Z", "2 July 2026 4:30"),
            ],
            "UTC",
            True,
        ),
        ([shown("", "2 Dec 2026 10:30"), shown("", "3 Dec 2026 10:45")], "UTC", False),
    ],
)
def test_clocks_beside_instants_show_a_zone(pages: list[bytes], zone: str, known: bool) -> None:
    url = "http://town.example/"
    captures = [capture(body, url=url, final_url=url, fetched_at=NOW) for body in pages]
    found = zone_of_portal("town.example", "en", captures)
    assert (found.zone, found.known) == (zone, known)


@pytest.mark.parametrize(
    ("host", "language", "body", "zone", "known"),
    [
        ("www.town.gov.cn", "en", b"", "Asia/Shanghai", True),
        ("town.example", "zh-CN", b"", "Asia/Shanghai", True),
        ("town.example", "zh-TW", b"", "Asia/Taipei", True),
        ("town.gov", "en", b"", "UTC", False),
        ("town.gov", "en", UTC, "UTC", True),
        ("town.gov", "en", SUMMER, "America/New_York", True),
        ("town.example", "en", EAST, "Etc/GMT-8", True),
        ("town.example", "zh", EAST, "Asia/Shanghai", True),
        ("town.example", "en", NONE, "UTC", False),
        ("town.gov.gr", "en", b"", "Europe/Athens", True),
        ("town.gov.co", "es", b"", "America/Bogota", True),
        ("town.co", "es", b"", "UTC", False),
        ("town.gov.au", "en", b"", "UTC", False),
        ("town.example", "fi", UTC, "Europe/Helsinki", True),
        ("town.example", "el", NORTH, "Europe/Athens", True),
        ("town.example", "el", EAST, "Etc/GMT-8", True),
        ("town.example", "fr", b"", "UTC", False),
    ],
)  # fmt: skip
def test_what_shows_a_zone(host: str, language: str, body: bytes, zone: str, known: bool) -> None:
    page_ = capture(body, url=f"http://{host}/", final_url=f"http://{host}/", fetched_at=NOW)
    found = zone_of_portal(host, language, [page_])
    assert (found.zone, found.known) == (zone, known)


def in_a_folder(server: Server) -> Site:
    """A portal below a folder of a host that others share: all its articles in its archive."""
    site = server.site("shared.test")
    site.answer("/", page("<html><body><h1>Hosting by Example</h1></body></html>"))
    menu = (
        "<header><a href='/council/'><img src='/logo.svg' alt=''></a><a href='/council/about/'>"
        "About us</a><a href='/council/all-stories/'>All stories</a></header>"
    )
    head = (
        "<link rel=alternate type='application/rss+xml' href='http://feeds.shared.test/council'>"
        "<title>{}</title>"
    )

    def rows(shown: range) -> str:
        return "<ul class=stories>" + "".join(
            f"<li><a href='/council/{slug(TITLES[at])}'>{TITLES[at]}</a> "
            f"<time datetime={day_of(at)}>{day_of(at):%d %B %Y}</time></li>"
            for at in shown
        ) + "</ul>"  # fmt: skip

    def whole(title: str, content: str) -> str:
        top = head.format(title)
        return f"<html lang=en><head>{top}</head><body>{menu}<main>{content}</main></body></html>"

    about = "<p>The council of Elsewhere meets every other Monday, and anybody may listen.</p>" * 5
    site.answer("/council/", page(whole("Elsewhere Council", rows(range(3)))))
    site.answer("/council/about/", page(whole("About us", f"<h1>About us</h1>{about}")))
    site.answer("/council/all-stories/", page(whole("All stories", rows(range(len(TITLES))))))
    for at in range(len(TITLES)):
        text = article(at).partition("<body>")[2].partition("<div class=related>")[0]
        site.answer(f"/council/{slug(TITLES[at])}", page(whole(TITLES[at], text)))
    feeds = server.site("feeds.shared.test")
    items = "".join(
        f"<item><title>{TITLES[at]}</title><link>{site.url(f'/council/{slug(TITLES[at])}')}</link>"
        f"<pubDate>{day_of(at):%a, %d %b %Y} 09:00:00 +0000</pubDate></item>"
        for at in range(6)
    )
    text = (
        f"<rss version='2.0'><channel><title>Elsewhere Council</title>"
        f"<link>{site.url('/council/')}</link>{items}</channel></rss>"
    )
    feeds.answer("/council", answer(200, text.encode(), Content_Type="text/xml"))
    return site


@pytest.mark.slow
@pytest.mark.parametrize("start", ("article", "feed", "home", "archive"))
def test_whatever_page_of_a_site_is_given_its_whole_list_is_found(
    hubwatch: CommandLine, server: Server, start: str
) -> None:
    site = in_a_folder(server)
    url = {
        "article": site.url(f"/council/{slug(TITLES[20])}"),
        "feed": "http://feeds.shared.test/council",
        "home": site.url("/council/"),
        "archive": site.url("/council/all-stories/"),
    }[start]
    source = add(hubwatch, server, url)
    assert source["entry"][0]["url"] == site.url("/council/all-stories/")
    assert source["name"] == "Elsewhere Council"
    assert source["links"]["allow"] == ["/council/{section}"]
    assert ("feed", "1d") in kinds(source) or start != "feed"


@pytest.mark.slow
def test_a_pager_without_an_address_is_said_and_not_taken_for_none(
    hubwatch: CommandLine, server: Server
) -> None:
    site = blog(server)
    rows = "".join(
        f"<li><a href='{path_of(at)}'>{TITLES[at]}</a> <i>{day_of(at)}</i></li>" for at in range(10)
    )
    more = "<div class=pager><span>Page 1 of 12</span></div>"
    site.answer("/news/", page(f"<html><body><ul>{rows}</ul>{more}</body></html>"))
    configure(server)
    ended = hubwatch(*AT, "sources", "add", site.url("/news/"), "--yes", "--id", "p")
    assert ended.code == 0, ended.err
    source = tomllib.loads(Path("sources/p.toml").read_text("utf-8"))
    assert source["entry"][0]["paging"] == "none"
    assert "further pages that no rule leads to: it says" in ended.out
    assert '"Page 1 of 12"' in source["note"].replace("\n", " ")
    hubwatch(*AT, "init")
    hubwatch(*AT, "crawl", "p")
    hubwatch(*AT, "incidents", "check")
    assert "pages_unread" in hubwatch(*AT, "incidents", "--json").out


@pytest.mark.slow
@pytest.mark.parametrize("start", ("/", "article"))
def test_a_page_that_a_script_fills_leads_to_the_data_that_the_script_asks_for(
    hubwatch: CommandLine, server: Server, start: str
) -> None:
    site = server.site("app.test")
    site.answer("/", page(
        "<html lang=en><head><title>Elsewhere Council</title></head><body><div id=app></div>"
        "<script src=/vendor.js></script><script src=/static/main.js></script>"))  # fmt: skip
    script = (
        "const a=axios.create({baseURL:'/'});export const menu=()=>a.get('/api/menu/list');"
        "export const login=t=>a.post('/api/user/login',t);export const rows=n=>"
        "a.get('/api/stories/list',{params:{size:10,pageNo:n}});"
    )
    site.answer("/static/main.js", answer(200, script.encode(), Content_Type="text/javascript"))
    for number in (1, 2, 3):
        items = [
            {"headline": TITLES[at], "path": path_of(at), "publishTime": f"{day_of(at)} 09:00"}
            for at in range(10 * number - 10, 10 * number)
        ]
        body = json.dumps({"data": {"total": 30, "records": items}}).encode()
        site.answer(f"/api/stories/list?pageNo={number}",
            answer(200, body, Content_Type="application/json"))  # fmt: skip
    for at in range(len(TITLES)):
        site.answer(path_of(at), page(article(at)))
    source = add(hubwatch, server, site.url("/" if start == "/" else path_of(3)))
    (entry,) = source["entry"]
    assert (entry["kind"], entry["url"]) == ("json", site.url("/api/stories/list?pageNo=1"))
    assert entry["paging"] == "?pageNo={n} from 2"
    assert not {"/api/menu/list", "/api/user/login"} & set(site.paths())

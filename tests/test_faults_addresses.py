"""Addresses that must never be dialled: rows 9 to 13 of docs/faults.md.

A canary on loopback counts who comes by; nobody may. The guard's own rules are in
test_middlewares_address_guard.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from twisted.web.client import URI

from hubwatch import guard
from hubwatch.errors import SourceError
from scraper.middlewares import resolver
from scraper.middlewares.fetch_result import Fault, check_url
from scraper.parsing.page import absolute
from scraper.sources.model import Entry, EntryKind, LinkRules
from storage.types import Outcome
from tests.support.crawling import Crawl, source
from tests.support.servers import Canary, Server, answer, canary, list_html, page, redirect, serving

OVER_EACH_CARRIER = True

INWARD = [
    "127.0.0.1", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "[::1]",
    "[::ffff:127.0.0.1]", "[fe80::1]", "localhost", "LOCALHOST", "a.localhost", "router.local",
]  # fmt: skip
SPELLINGS = [
    "0x7f000001", "2130706433", "127.1", "0", "0177.0.0.1", "0x7f.1", "017700000001",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "100.64.0.1",
    "[ff02::1]", "192.88.99.1", "１２７.０.０.１", "127。0。0。1", "ⓛocalhost",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "file:/etc/passwd", "data:text/html,<h1>x</h1>", "ftp://ftp.test/a/1.htm",
    "source:file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)",
    "view-source:http://a.test/", "s3://bucket/key", "//[::1]/", "HTTP://127.0.0.1/",
]  # fmt: skip


@pytest.fixture
def bird() -> Iterator[Canary]:
    """Who comes here was let inward."""
    with canary() as bird:
        yield bird
        assert bird.hits == 0


def _refused(server: Server, crawl: Crawl, *targets: str) -> None:
    """Articles that redirect there, by status and by a page, end as refused."""
    site = server.site("inward.test")
    links = []
    for number, target in enumerate(targets):
        refresh = page(f'<meta http-equiv="refresh" content="0;url={target}">')
        site.answer(f"/a/{number}1.htm", redirect(target))
        site.answer(f"/a/{number}2.htm", refresh)
        script = page(f"<script>location.href = '{target}'</script>")
        site.answer(f"/a/{number}3.htm", script)
        links += [f"/a/{number}1.htm", f"/a/{number}2.htm", f"/a/{number}3.htm"]
    site.listing("/news.html", *links)
    (run,) = crawl(source("inward"))
    assert dict(run.reasons)["refused_address"] >= len(targets)
    assert set(dict(run.reasons)) <= {"refused_address", "empty"}  # a page may just stay a page
    assert run.counts.new == 0


@pytest.mark.slow
@pytest.mark.parametrize("host", INWARD)
def test_row_09_redirects_inward(server: Server, crawl: Crawl, bird: Canary, host: str) -> None:
    _refused(server, crawl, f"http://{host}:{bird.port}/", f"https://{host}:{bird.port}/")


def test_row_09_lists_and_robots_too(server: Server, crawl: Crawl, bird: Canary) -> None:
    inside = f"http://127.0.0.1:{bird.port}"
    site = server.site("inward.test")
    site.answer("/news.html", redirect(f"{inside}/news.html"))
    assert crawl(source("inward"))[0].outcome is Outcome.REFUSED_ADDRESS
    site.answer("/robots.txt", redirect(f"{inside}/robots.txt"))
    site.hits.clear()
    assert crawl(source("inward"))[0].outcome is Outcome.REFUSED_ADDRESS
    assert site.paths() == []


def test_row_09_other_public_hosts_are_not_followed_either(server: Server, crawl: Crawl) -> None:
    _refused(server, crawl, "http://other.test/a/1.htm")
    assert server.site("other.test").hits == []


@pytest.mark.parametrize("host", SPELLINGS)
def test_row_10_odd_spellings(server: Server, crawl: Crawl, bird: Canary, host: str) -> None:
    place = f"{host}:{bird.port}"
    _refused(server, crawl, f"http://{place}/")
    entry = Entry(EntryKind.LIST, f"http://{place}/news.html")
    (run,) = crawl(source("spelled", entries=(entry,), links=LinkRules((place,))))
    assert run.outcome is Outcome.REFUSED_ADDRESS


def test_row_11_the_address_checked_is_the_address_dialled(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """127.0.0.2 plays the public address; the name is rebound to the canary after each look-up."""
    # The canary first: a port that is free at the address which everybody uses is so at the other.
    with canary() as bird, serving(address="127.0.0.2", port=bird.port) as server:
        looked_up: list[str] = []

        def lookup(name: str) -> list[str]:
            looked_up.append(name)
            return ["127.0.0.2"] if len(looked_up) <= 3 else ["127.0.0.1"]

        monkeypatch.setattr(resolver, "_system_lookup", lookup)
        monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.2")
        place = f"rebound.invalid:{server.port}"
        site = server.site("rebound.invalid")
        site.listing("/news.html", "/a/1.htm", "/a/2.htm")
        site.article("/a/1.htm", "Before")
        site.article("/a/2.htm", "After")
        (run,) = _crawl_without_hosts(archive, place)
        assert site.paths() == ["/news.html", "/a/1.htm"]
        assert len(looked_up) == 4  # once for each connection, robots.txt included
        assert (run.counts.new, run.reasons) == (1, (("refused_address", 1),))
        assert bird.hits == 0


def _crawl_without_hosts(archive: Path, place: str):  # type: ignore[no-untyped-def]
    from scraper.crawl.request import CrawlRequest
    from scraper.crawl.run import crawl
    from storage.archive import Archive
    from tests.support.make import NOW

    Archive.create(archive).close()
    request = CrawlRequest("mailto:test@example.org", lambda: NOW)
    return crawl([source("rebound", host=place)], archive, request, lambda event: None)


AMBIGUOUS = [
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://example.org./",
    "http://exa%6dple.org/",
    "http://[::1%25lo]/",
    "http://example.org:80:81/",
    "http://exam\tple.org/",
    "http://example.org\r\n.evil.test/",
    "http://／127.0.0.1/",
]


@pytest.mark.parametrize("url", AMBIGUOUS)
def test_row_12_ambiguous_addresses(url: str) -> None:
    with pytest.raises(Fault) as caught:
        check_url(url)
    assert caught.value.outcome is Outcome.REFUSED_ADDRESS


@given(
    st.text(alphabet="aé1０.。/\\@:#?%[]-_\u200d\u00adℂ⑩", max_size=24).map(
        lambda text: f"http://{text}"
    )
)
def test_row_12_all_parsers_see_the_same_host(url: str) -> None:
    try:
        check_url(url)
        asked = Request(url).url
        check_url(asked)
    except (Fault, ValueError):
        return
    dialled = URI.fromBytes(asked.encode("ascii")).host.decode("ascii")
    assert dialled.lower() == urlsplit(asked).hostname


def test_row_12_look_alikes_are_other_hosts(server: Server, crawl: Crawl) -> None:
    site = server.site("guiyang.test")
    fakes = ["http://guiуang.test/a/2.htm", "http://guiyang.test./a/3.htm"]  # a Cyrillic у
    fakes += ["http://me@guiyang.test/a/4.htm", "http://guiyang.test\\@evil.test/a/5.htm"]
    site.listing("/news.html", "/a/1.htm", *fakes)
    site.article("/a/1.htm", "The real one")
    (run,) = crawl(source("guiyang"))
    assert (run.outcome, run.counts.listed, run.counts.new) == (Outcome.OK, 1, 1)
    assert site.paths() == ["/news.html", "/a/1.htm"]


@pytest.mark.parametrize("target", SCHEMES)
def test_row_13_other_schemes_from_the_network(server: Server, crawl: Crawl, target: str) -> None:
    _refused(server, crawl, target)
    site = server.site("linked.test")
    site.answer("/news.html", answer(200, list_html(target, "/a/1.htm").encode()))
    site.article("/a/1.htm", "Fine")
    (run,) = crawl(source("linked"))
    assert (run.counts.listed, run.counts.new) == (1, 1)


@pytest.mark.parametrize("target", SCHEMES)
def test_row_13_other_schemes_from_a_source_file(tmp_path: Path, target: str) -> None:
    from scraper.sources.load import load_catalogue

    if target.startswith("HTTP:"):
        return
    (tmp_path / "bad.toml").write_text(
        'id = "bad"\nname = "Bad"\ncity = "X"\nlanguage = "en"\ntemplate = "chinadaily"\n'
        f'home = "http://a.test/"\nschedule = "every 2h"\n[[entry]]\nurl = "{target}"\n'
    )
    with pytest.raises(SourceError, match=r"entry\[1\]\.url"):
        load_catalogue([tmp_path])


def test_row_13_one_page_by_its_address(server: Server, crawl: Crawl) -> None:
    server.site("typed.test")
    with pytest.raises(ValueError, match="http"):
        crawl(source("typed"), page="file:///etc/passwd")


@pytest.mark.parametrize(
    ("target", "host"),
    [
        (r"http:\\127.0.0.1\x", "127.0.0.1"),
        (r"\\10.0.0.1\x", "10.0.0.1"),
        (r"http:\\127.0.0.1\@good.test/", "127.0.0.1"),
        (r"//127.0.0.1\@good.test/", "127.0.0.1"),
        (r"http://good.test\@127.0.0.1/", "good.test"),
        (r"\news\127.0.0.1", "portal.test"),
    ],
)
def test_row_210_the_guard_sees_the_host_that_backslashes_lead_to(target: str, host: str) -> None:
    url = absolute(target, "http://portal.test/a/")
    assert urlsplit(url).hostname == urlsplit(Request(url).url).hostname == host
    assert "\\" not in url
    if host[0].isdigit():
        with pytest.raises(Fault):
            check_url(url)

"""A proxy between us and the portals: what goes through it, and what is refused before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hubwatch.errors import SourceError
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl as run_crawl
from scraper.sources.load import load_catalogue
from scraper.sources.model import DIRECT, Entry, EntryKind, LinkRules, Source, TlsException
from scraper.sources.values import parse_proxy, parse_source_proxy
from scraper.spiders import fetch
from storage.archive import Archive
from storage.runs import Run
from storage.types import Outcome
from tests.support.certificates import server as certificate
from tests.support.crawling import source
from tests.support.make import NOW
from tests.support.proxies import proxying
from tests.support.servers import Server, Site, canary, redirect, serving

OVER_EACH_CARRIER = True


def _crawl(archive: Path, *sources: Source, proxy: str = "", **hosts: str) -> tuple[Run, ...]:
    """Crawl names that lead nowhere here; only a proxy knows them."""
    if not archive.exists():
        Archive.create(archive).close()
    named = {f"{name}.test": where for name, where in hosts.items()}
    request = CrawlRequest("mailto:test@example.org", lambda: NOW, hosts=named, proxy=proxy)
    return run_crawl(sources, archive, request, lambda event: None)


def _portal(server: Server, name: str) -> Site:
    site = server.site(name)
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", f"News of {name}")
    return site


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These names are not on loopback, so a failure would cost the pauses that portals get."""
    monkeypatch.setattr(fetch, "_PAUSES", (0.05, 0.1))


def test_everything_goes_through_the_installation_s_proxy(archive: Path, server: Server) -> None:
    site = _portal(server, "far.invalid")
    with proxying(server.hosts) as proxy:
        (run,) = _crawl(archive, source("far", host="far.invalid"), proxy=proxy.url)
        assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
        assert proxy.asked == [
            f"GET http://far.invalid{path} HTTP/1.1"
            for path in ("/robots.txt", "/news.html", "/a/1.htm")
        ]
    assert site.paths() == ["/news.html", "/a/1.htm"]


def test_https_goes_through_a_tunnel_and_is_checked(archive: Path, tmp_path: Path) -> None:
    identity = certificate("far.invalid", None)
    with serving(identity.context(tmp_path)) as secure, proxying({}) as proxy:
        _portal(secure, "far.invalid")
        proxy.names["far.invalid"] = f"127.0.0.1:{secure.port}"
        entry = Entry(EntryKind.LIST, "https://far.invalid/news.html")
        far = source("far", host="far.invalid", entries=(entry,))
        (run,) = _crawl(archive, far, proxy=proxy.url)
        assert run.outcome is Outcome.NET_ERROR
        assert "TLS: the certificate is self-signed" in run.reason
        digits = identity.fingerprint.lower().replace(":", "")
        known = TlsException(NOW.date() + timedelta(days=1), "known", fingerprint=digits)
        (run,) = _crawl(archive, replace(far, tls=known), proxy=proxy.url)
        assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
        assert set(proxy.asked) == {"CONNECT far.invalid:443 HTTP/1.1"}


def test_a_source_may_have_its_own_or_none(archive: Path, server: Server) -> None:
    _portal(server, "far.invalid")
    _portal(server, "near.invalid")
    far = source("far", host="far.invalid")
    with proxying(server.hosts) as common, proxying(server.hosts) as own:
        near = source("near", host="near.invalid", proxy=own.url)
        runs = _crawl(archive, far, near, proxy=common.url)
        assert [run.outcome for run in runs] == [Outcome.OK, Outcome.OK]
        assert all("far.invalid" in line for line in common.asked)
        assert len(own.asked) == 3
        (run,) = _crawl(archive, replace(far, proxy=DIRECT), proxy=common.url)
        assert run.outcome is Outcome.NET_ERROR  # nobody here knows the name
        assert len(common.asked) == 3


def test_the_environment_is_not_read(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _portal(server, "far.test")
    with canary() as bird:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{bird.port}")
        (run,) = _crawl(archive, source("far"), far=f"127.0.0.1:{server.port}")
        assert run.outcome is Outcome.OK
        assert bird.hits == 0


def test_practice_names_never_go_through_a_proxy(archive: Path, server: Server) -> None:
    _portal(server, "far.test")
    with proxying(server.hosts) as proxy:
        (run,) = _crawl(archive, source("far"), proxy=proxy.url, far=f"127.0.0.1:{server.port}")
        assert run.outcome is Outcome.OK
        assert proxy.asked == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "[::1]", "10.0.0.1", "localhost", "１２７.０.０.１"],
)
def test_private_addresses_are_refused_before_the_proxy_is_asked(
    archive: Path, server: Server, host: str
) -> None:
    site = _portal(server, "far.invalid")
    site.answer("/a/1.htm", redirect(f"http://{host}:{server.port}/a/2.htm"))
    with proxying({**server.hosts, host.strip("[]"): f"127.0.0.1:{server.port}"}) as proxy:
        (run,) = _crawl(archive, source("far", host="far.invalid"), proxy=proxy.url)
        assert run.reasons == (("refused_address", 1),)
        inward = source("in", host=f"{host}:{server.port}")
        (run,) = _crawl(archive, inward, proxy=proxy.url)
        assert run.outcome is Outcome.REFUSED_ADDRESS
        assert all("far.invalid" in line for line in proxy.asked)


def test_the_proxy_itself_is_no_portal(archive: Path, server: Server) -> None:
    with canary() as bird:
        place = f"proxy.invalid:{bird.port}"
        links = LinkRules((place,))
        (run,) = _crawl(archive, source("self", host=place, links=links), proxy=f"http://{place}")
        assert run.outcome is Outcome.REFUSED_ADDRESS
        assert "that of the proxy" in run.reason
        assert bird.hits == 0


@pytest.mark.slow
def test_a_proxy_that_is_down_is_named(archive: Path) -> None:
    with canary() as bird:
        down = f"http://127.0.0.1:{bird.port}"
    for entry in ("http://far.invalid/news.html", "https://far.invalid/news.html"):
        far = source("far", host="far.invalid", entries=(Entry(EntryKind.LIST, entry),))
        (run,) = _crawl(archive, far, proxy=down)
        assert run.outcome is Outcome.NET_ERROR
        assert f"the proxy {down} cannot be reached" in run.reason


def test_a_proxy_that_refuses_is_named(archive: Path) -> None:
    entry = Entry(EntryKind.LIST, "https://far.invalid/news.html")
    with proxying({}) as proxy:
        far = source("far", host="far.invalid", entries=(entry,))
        (run,) = _crawl(archive, far, proxy=proxy.url)
    assert run.outcome in (Outcome.NET_ERROR, Outcome.ROBOTS)
    assert "does not connect, it answers HTTP 403" in run.reason


@pytest.mark.parametrize(
    "text",
    ["", "proxy:3128", "https://proxy:3128", "socks5://proxy:1080", "http://proxy",
     "http://user:secret@proxy:3128", "http://proxy:3128/path", "http://proxy:99999"],
)  # fmt: skip
def test_what_is_no_proxy(text: str) -> None:
    with pytest.raises(ValueError, match="is not a proxy"):
        parse_proxy(text)


def test_how_a_proxy_is_written() -> None:
    assert parse_proxy("http://Proxy.example:3128/") == "http://proxy.example:3128"
    assert parse_source_proxy("direct") == DIRECT


def test_a_proxy_in_a_source_file(tmp_path: Path) -> None:
    text = (
        'id = "far"\nname = "Far"\ncity = "X"\nlanguage = "en"\ntemplate = "chinadaily"\n'
        'home = "http://far.test/"\nschedule = "every 2h"\nproxy = "{}"\n'
        '[[entry]]\nurl = "http://far.test/news.html"\n'
    )
    (tmp_path / "far.toml").write_text(text.format("http://proxy.test:3128"))
    assert load_catalogue([tmp_path]).get("far").proxy == "http://proxy.test:3128"
    (tmp_path / "far.toml").write_text(text.format("socks5://proxy.test:1080"))
    with pytest.raises(SourceError, match=r"far\.toml: proxy: .* is not a proxy"):
        load_catalogue([tmp_path])

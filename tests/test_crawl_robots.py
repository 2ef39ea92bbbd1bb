"""robots.txt as RFC 9309 has it (sections 2.2, 2.3.1 and 2.5)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.crawl.robots import LIMIT, read_robots
from storage.types import Outcome
from tests.crawling import Crawl, source
from tests.servers import Behaviour, Server, answer, redirect, reset, serving, silence

AGENT = "Hubwatch"
DISALLOW = b"User-agent: *\nDisallow: /\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def crawl(archive: Path, server: Server) -> Crawl:
    return Crawl(archive, server)


def _serve(server: Server, name: str, robots: Behaviour) -> None:
    site = server.site(f"{name}.test")
    site.answer("/robots.txt", robots)
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", f"News from {name}")


UNREACHABLE = {
    "r500": answer(500),
    "r503": answer(503),
    "r429": answer(429),
    "rsilence": silence(8),
    "rreset": reset,
    "rdisallow": answer(200, DISALLOW),
}
ABSENT = {
    "r404": answer(404),
    "r410": answer(410),
    "r401": answer(401),
    "r403": answer(403, b"forbidden"),
    "rloop": redirect("/robots.txt"),
    "rhtml": answer(200, b"<html><body>Disallow: /</body></html>", Content_Type="text/html"),
    "rempty": answer(200),
}


def test_unreachable_means_no_and_absent_means_yes(server: Server, crawl: Crawl) -> None:
    for name, robots in {**UNREACHABLE, **ABSENT}.items():
        _serve(server, name, robots)
    runs = crawl(*[source(name) for name in (*UNREACHABLE, *ABSENT)])
    outcomes = {run.source_id: run.outcome for run in runs}
    assert {outcomes[name] for name in UNREACHABLE} == {Outcome.ROBOTS}
    assert {outcomes[name] for name in ABSENT} == {Outcome.OK}
    for name in UNREACHABLE:
        assert server.site(f"{name}.test").paths() == []
    assert server.site("r404.test").hits[0].headers["user-agent"].startswith("Hubwatch/0.1 (+")


def test_a_no_is_asked_again_in_the_next_run(server: Server, crawl: Crawl) -> None:
    _serve(server, "moody", answer(500))
    assert crawl(source("moody"))[0].outcome is Outcome.ROBOTS
    _serve(server, "moody", answer(404))
    assert crawl(source("moody"))[0].outcome is Outcome.OK
    _serve(server, "moody", answer(200, DISALLOW))
    assert crawl(source("moody"))[0].outcome is Outcome.ROBOTS


def test_rules_on_another_host_are_followed(server: Server, crawl: Crawl) -> None:
    _serve(server, "moved", redirect("http://rules.test/robots.txt", 301))
    server.site("rules.test").answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /a/"))
    (run,) = crawl(source("moved"))
    assert server.site("moved.test").paths() == ["/news.html"]
    assert run.reasons == (("robots", 1),)


def test_a_crawl_delay_is_kept(server: Server, crawl: Crawl) -> None:
    _serve(server, "calm", answer(200, b"User-agent: *\nCrawl-delay: 0.4\n"))
    site = server.site("calm.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/2.htm", "Two")
    began = time.monotonic()
    crawl(source("calm"))
    assert time.monotonic() - began >= 0.8
    times = [hit.at for hit in site.hits][1:]
    assert all(later - earlier > 0.35 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n",
        b"User-agent: *\rDisallow: /\r",
        b"User-agent: *\x00\nDisallow: /\n",
        b"User-agent: hubwatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
        b"User-agent: *\nDisallow: /a/*.htm$\n",
    ],
)
def test_rules_in_odd_clothes_hold(body: bytes) -> None:
    assert not read_robots(body).can_fetch("http://x.test/a/1.htm", AGENT)


def test_only_the_first_500_kib_are_read() -> None:
    padding = b"# " + b"x" * LIMIT + b"\n"
    assert read_robots(padding + DISALLOW).can_fetch("http://x.test/a", AGENT)
    assert not read_robots(DISALLOW + padding).can_fetch("http://x.test/a", AGENT)

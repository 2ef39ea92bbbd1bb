"""robots.txt as RFC 9309 has it: rows 15 to 18 of docs/faults.md, and a Crawl-delay."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from scraper.middlewares.robots import LIMIT, RobotsRules, read_robots
from storage.runs import Run
from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.servers import (
    Behaviour,
    Server,
    answer,
    coded,
    endless,
    page,
    redirect,
    reset,
    serving,
    short,
    silence,
)

OVER_EACH_CARRIER = True

AGENT = "Hubwatch"
DISALLOW = b"User-agent: *\nDisallow: /\n"
HOME_PAGE = b"<html><body><h1>Welcome</h1>Disallow: /</body></html>"
FORWARDING = '<meta http-equiv="refresh" content="0;url=/elsewhere.txt">'


#: What stands at /robots.txt of a site, by the name of the site.
UNREACHABLE: dict[str, Behaviour] = {
    "r500": answer(500),
    "r502": answer(502),
    "r503": answer(503),
    "rsilence": silence(8),
    "rreset": reset,
    "rshort": short(b"User-agent: *\n", 500),
    "rhalfzip": coded(gzip.compress(DISALLOW * 9), "gzip", keep=0.5),
    "r521": answer(521, b"<script>document.cookie='__jsl_clearance=1'</script>"),
}
ABSENT: dict[str, Behaviour] = {
    "r404": answer(404),
    "r410": answer(410),
    "r401": answer(401),
    "r403": answer(403, b"forbidden"),
    "r400": answer(400),
}
FORBIDDING: dict[str, Behaviour] = {
    "plain": answer(200, DISALLOW),
    "bom": answer(200, b"\xef\xbb\xbf" + DISALLOW),
    "nul": answer(200, b"User-agent: *\x00\nDisallow: /\n\x00"),
    "cr": answer(200, b"User-agent: *\rDisallow: /\r"),
    "long": answer(200, DISALLOW + b"#" * (LIMIT + 90_000)),
    "endless": answer(200, DISALLOW + b"# x\n" * 200_000),
    "announced": answer(200, DISALLOW + b"# x\n" * 2_600_000),
    "long-zipped": coded(gzip.compress(DISALLOW + random.Random(1).randbytes(900_000)), "gzip"),
    "bomb": coded(gzip.compress(DISALLOW + b"# x\n" * 5_000_000), "gzip"),
    "zipped": coded(gzip.compress(DISALLOW), "gzip"),
    "html-inside": answer(200, b"<html>\n" + DISALLOW + b"</html>", Content_Type="text/html"),
    "hops-5": redirect("http://rules.test/r1.txt"),
}
ALLOWING: dict[str, Behaviour] = {
    "empty": answer(200),
    "no-content": answer(204),
    "created": answer(201, b"User-agent: *\nAllow: /\n"),
    "late-announced": answer(200, b"#" * 10_400_000 + b"\n" + DISALLOW),
    "html": answer(200, HOME_PAGE, Content_Type="text/html"),
    "binary": answer(200, bytes(range(256)) * 8),
    "late-rule": answer(200, b"#" * (LIMIT + 10) + b"\n" + DISALLOW),
    "loop": redirect("/robots.txt"),
    "hops-6": redirect("http://rules.test/q1.txt"),
    "refreshing": page(FORWARDING),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, dict[str, Run]]]:
    """All of them in one crawl, each source allowed no redirects of its own."""
    with serving() as server:
        crawl = Crawl(tmp_path_factory.mktemp("robots") / "hubwatch.db", server)
        sites = {**UNREACHABLE, **ABSENT, **FORBIDDING, **ALLOWING}
        for name, robots in sites.items():
            _serve(server, name, robots)
            server.site(f"{name}.test").answer("/elsewhere.txt", answer(200, DISALLOW))
        _hop(server, "r", 5)
        _hop(server, "q", 6)
        bounds = replace(BOUNDS, redirects=0)
        done = crawl(*[source(name, bounds=bounds) for name in sites])
        yield crawl, {run.source_id: run for run in done}


def _serve(server: Server, name: str, robots: Behaviour) -> None:
    site = server.site(f"{name}.test")
    site.answer("/robots.txt", robots)
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", f"News from {name}")


def _hop(server: Server, letter: str, last: int) -> None:
    """Redirects from one host to the other and back; the last address says no."""
    hosts = ("more.test", "rules.test")
    for hop in range(1, last):
        target = f"http://{hosts[(hop + 1) % 2]}/{letter}{hop + 1}.txt"
        server.site(hosts[hop % 2]).answer(f"/{letter}{hop}.txt", redirect(target))
    server.site(hosts[last % 2]).answer(f"/{letter}{last}.txt", answer(200, DISALLOW))


@pytest.mark.slow
@pytest.mark.parametrize("name", UNREACHABLE)
def test_row_15_unreachable_means_no(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    assert by_name[name].outcome is Outcome.ROBOTS
    assert "robots.txt cannot be had" in by_name[name].reason
    assert crawl.server.site(f"{name}.test").paths() == []


def test_row_15_a_no_is_asked_again_in_the_next_run(server: Server, crawl: Crawl) -> None:
    _serve(server, "moody", answer(500))
    assert crawl(source("moody"))[0].outcome is Outcome.ROBOTS
    _serve(server, "moody", answer(404))
    assert crawl(source("moody"))[0].outcome is Outcome.OK


@pytest.mark.parametrize("name", ABSENT)
def test_row_16_absent_means_yes(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    assert by_name[name].outcome is Outcome.OK
    hits = crawl.server.site(f"{name}.test").hits
    assert [hit.path for hit in hits] == ["/robots.txt", "/news.html", "/a/1.htm"]
    assert hits[0].headers["user-agent"].startswith("Hubwatch/0.1 (+")


@pytest.mark.parametrize("wait", ["60", ""])
def test_row_16_too_many_requests_means_no(server: Server, crawl: Crawl, wait: str) -> None:
    _serve(server, "tired", answer(429, Retry_After=wait))
    (run,) = crawl(source("tired"))
    assert run.outcome is Outcome.ROBOTS
    assert server.site("tired.test").paths() == []


@pytest.mark.parametrize("name", FORBIDDING)
def test_row_17_rules_in_odd_clothes_hold(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    assert by_name[name].outcome is Outcome.ROBOTS
    assert "disallows" in by_name[name].reason
    assert crawl.server.site(f"{name}.test").paths() in ([], ["/elsewhere.txt"])


@pytest.mark.parametrize("name", ALLOWING)
def test_row_17_what_holds_no_rules_allows(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    crawl, by_name = runs
    assert by_name[name].outcome is Outcome.OK
    assert crawl.server.site(f"{name}.test").paths() == ["/news.html", "/a/1.htm"]


def test_row_17_a_file_without_end_is_read_so_far(server: Server, crawl: Crawl) -> None:
    _serve(server, "flood", endless(DISALLOW + b"#" * 65536 + b"\n"))
    (run,) = crawl(source("flood"))
    assert (run.outcome, run.reasons) == (Outcome.ROBOTS, (("robots", 1),))
    assert "disallows" in run.reason


@pytest.mark.parametrize(
    ("rule", "path", "allowed"),
    [
        ("Disallow: /a/*.htm$", "/a/1.htm", False),
        ("Disallow: /a/*.htm$", "/a/1.html", True),
        ("Disallow: /*?sid=", "/list?sid=7", False),
        ("Disallow: /*?sid=", "/list?page=2", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/1.htm", True),
        ("Allow: /a/b\nDisallow: /a", "/a/c.htm", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow:", "/a", True),
        ("disallow : /a  # why", "/a", False),
        ("Disallow: /%E6%96%B0", "/新", False),
        ("Disallow: /A", "/a", True),
        ("Nonsense\nDisallow: /a", "/a", False),
    ],
)
def test_row_17_wildcards_and_precedence(rule: str, path: str, allowed: bool) -> None:
    rules = read_robots(f"User-agent: *\n{rule}\n".encode())
    assert rules.can_fetch(f"http://x.test{path}", AGENT) is allowed


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        (b"User-agent: hubwatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: HUBWATCH\nAllow: /\n", True),
        (b"User-agent: other\nUser-agent: hubwatch\nDisallow: /\n", False),
        (b"User-agent: other\nDisallow: /\n", True),
        (b"Disallow: /\n", True),
        (b"User-agent: hubwatch\nDisallow: /b\n\nUser-agent: hubwatch\nDisallow: /a\n", False),
    ],
)
def test_row_17_whose_rules(body: bytes, allowed: bool) -> None:
    assert read_robots(body).can_fetch("http://x.test/a", AGENT) is allowed


def test_row_17_only_the_first_500_kib_are_read() -> None:
    padding = b"# " + b"x" * LIMIT + b"\n"
    assert read_robots(padding + DISALLOW).can_fetch("http://x.test/a", AGENT)
    assert not read_robots(DISALLOW + padding).can_fetch("http://x.test/a", AGENT)


def test_row_17_rules_on_another_host_are_followed(server: Server, crawl: Crawl) -> None:
    _serve(server, "moved", redirect("http://rules.test/robots.txt", 301))
    server.site("rules.test").answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /a/"))
    (run,) = crawl(source("moved"))
    assert server.site("moved.test").paths() == ["/news.html"]
    assert run.reasons == (("robots", 1),)


def test_row_18_a_changed_file_holds_in_the_next_run(server: Server, crawl: Crawl) -> None:
    _serve(server, "changed", answer(404))
    assert crawl(source("changed"))[0].outcome is Outcome.OK
    _serve(server, "changed", answer(200, DISALLOW))
    crawl.now += timedelta(hours=1)
    server.site("changed.test").hits.clear()
    assert crawl(source("changed"))[0].outcome is Outcome.ROBOTS
    assert server.site("changed.test").paths() == []


def test_row_18_rules_are_old_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = RobotsRules(known=True)
    assert rules.fresh
    later = time.monotonic() + 24 * 3600 + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not rules.fresh


@pytest.mark.slow
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

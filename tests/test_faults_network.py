"""Faults of connections and bodies: rows 1 to 6, 8, 14 and 19 of docs/faults.md.

Each is produced on a real socket. Most sites stand in one crawl, which shows by the way that no bad
source disturbs another.
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
import zstandard

from scraper.middlewares.throttle import wait_until
from scraper.sources.links import compile_link
from scraper.sources.model import Bounds, LinkRules, Source
from storage.archive import Archive
from storage.runs import Run
from storage.types import Outcome
from tests.support.crawling import BOUNDS, Crawl, ended, source
from tests.support.make import NOW
from tests.support.paths import ROOT
from tests.support.servers import (
    Behaviour,
    Hit,
    Server,
    Site,
    answer,
    article_html,
    chunks,
    coded,
    drip,
    endless,
    in_turn,
    late,
    list_html,
    page,
    redirect,
    reset,
    reset_late,
    reset_without_length,
    serving,
    short,
    silence,
    unframed,
)

OVER_EACH_CARRIER = True

ZIPPED = article_html("Zipped").encode()
PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw-deflate": ("deflate", lambda body: zlib.compress(body, wbits=-15)),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
}
ONE_CHUNK = f"{len(ZIPPED):x}\r\n".encode() + ZIPPED + b"\r\n"

PATIENT = replace(BOUNDS, page_timeout=timedelta(seconds=30), duration=timedelta(seconds=120))

#: What stands at `/a/9.htm`, the outcome word, and how often it may be asked for.
ARTICLES: dict[str, tuple[Behaviour, Outcome, int]] = {
    "01-reset": (reset, Outcome.NET_ERROR, 3),
    "02-silence": (silence(8), Outcome.TIMEOUT, 2),
    "02-drip": (drip(8), Outcome.TIMEOUT, 2),
    "02-slow-hops": (late(0.45, redirect("/hop/1.htm")), Outcome.TIMEOUT, 2),
    "03-reset-late": (reset_late, Outcome.TRUNCATED, 3),
    "03-reset-no-length": (reset_without_length, Outcome.TRUNCATED, 3),
    "03-short": (short(b"<h1>half", 5000), Outcome.TRUNCATED, 3),
    "03-no-last-chunk": (chunks(ONE_CHUNK), Outcome.TRUNCATED, 3),
    "03-cut-chunk": (chunks(ONE_CHUNK[:200]), Outcome.TRUNCATED, 3),
    "03-broken-chunk": (chunks(ONE_CHUNK, b"zz\r\nwhat\r\n"), Outcome.TRUNCATED, 3),
    **{
        f"04-{name}": (coded(pack(ZIPPED), coding, keep=0.5), Outcome.TRUNCATED, 3)
        for name, (coding, pack) in PACKERS.items()
    },
    "04-unknown": (answer(200, b"x", Content_Encoding="rot13"), Outcome.UNSUPPORTED, 1),
    "06-endless": (endless(), Outcome.TOO_BIG, 1),
    "06-announced": (short(b"", 100_000_000), Outcome.TOO_BIG, 1),
    "08-loop": (redirect("/a/9.htm"), Outcome.HTTP_ERROR, 6),
    "08-hops": (redirect("/hop/1.htm"), Outcome.HTTP_ERROR, 6),
    "08-nowhere": (answer(302), Outcome.HTTP_ERROR, 1),
    "20-error": (answer(500, b"oops"), Outcome.HTTP_ERROR, 3),
}
CHECK = (
    "<html><head><title>Just a moment...</title><style>p{color:red}</style></head><body>"
    "<p>Checking your browser before you go on. This takes up to five seconds.</body></html>"
)
#: What stands in place of the list, and the outcome word of the whole run.
LISTS: dict[str, tuple[Behaviour, Outcome]] = {
    "01-list": (reset, Outcome.NET_ERROR),
    "02-list": (silence(8), Outcome.TIMEOUT),
    "03-list": (short(b"<ul class=news><li>", 5000), Outcome.TRUNCATED),
    "04-list": (coded(gzip.compress(ZIPPED), "gzip", keep=0.5), Outcome.TRUNCATED),
    "06-list": (endless(), Outcome.TOO_BIG),
    "08-list": (redirect("/news.html"), Outcome.HTTP_ERROR),
    "20-list": (answer(503, b"busy"), Outcome.HTTP_ERROR),
    "22-list": (answer(503, CHECK.encode()), Outcome.BLOCKED),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, dict[str, Run]]]:
    """All of them in one crawl; runs by name."""
    with serving() as server:
        crawl = Crawl(tmp_path_factory.mktemp("network") / "hubwatch.db", server)
        done = crawl(*_build(server), hosts={"01-closed.test": "127.0.0.1:1"})
        yield crawl, {run.source_id: run for run in done}


def _build(server: Server) -> Iterator[Source]:
    for name, (behaviour, outcome, _) in ARTICLES.items():
        site = server.site(f"{name}.test")
        site.listing("/news.html", "/a/1.htm", "/a/9.htm")
        site.article("/a/1.htm", f"Good news from {name}")
        site.answer("/a/9.htm", behaviour)
        for hop in range(1, 31):
            further = redirect(f"/hop/{hop + 1}.htm")
            site.answer(f"/hop/{hop}.htm", late(0.45, further) if "slow" in name else further)
        yield source(name, bounds=_bounds(outcome))
    for name, (behaviour, outcome) in LISTS.items():
        server.site(f"{name}.test").answer("/news.html", behaviour)
        yield source(name, bounds=_bounds(outcome))
    yield source("01-closed", bounds=PATIENT)


def _bounds(expected: Outcome) -> Bounds:
    """Little time only where it has to run out: six hops take more than a second on a busy host."""
    return BOUNDS if expected is Outcome.TIMEOUT else PATIENT


def _row(number: str) -> list[str]:
    return [name for name in ARTICLES if name.startswith(f"{number}-")]


def _check(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    """The article failed with its word, was asked for so often and no more; the other is kept."""
    crawl, by_name = runs
    _, outcome, attempts = ARTICLES[name]
    run = by_name[name]
    assert (run.outcome, run.counts.new, run.counts.failed) == (Outcome.PARTIAL, 1, 1)
    assert run.reasons == ((outcome.value, 1),)
    words = crawl.logged(run, "/a/9.htm")
    assert set(words) == {outcome.value}
    asked = [path for path in crawl.server.site(f"{name}.test").paths() if path != "/a/1.htm"]
    assert len(asked) - 1 <= max(attempts, len(words) * 3)
    assert len(words) == (attempts if outcome is not Outcome.HTTP_ERROR else len(words)) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", _row("01"))
def test_row_01_broken_connection(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)
    times = [hit.at for hit in runs[0].server.site(f"{name}.test").hits if hit.path == "/a/9.htm"]
    first, second = (later - earlier for earlier, later in pairwise(times))
    assert first >= 0.04
    assert second >= 0.09  # the pauses grow


def test_row_01_closed_port(runs: tuple[Crawl, dict[str, Run]]) -> None:
    crawl, by_name = runs
    run = by_name["01-closed"]
    assert run.outcome is Outcome.NET_ERROR
    assert run.reason
    assert len(crawl.logged(run, "/robots.txt")) == 3


@pytest.mark.parametrize("name", _row("02"))
def test_row_02_total_deadline(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)
    sql = f"SELECT seconds FROM fetches WHERE run_id = {runs[1][name].id} AND outcome = 'timeout'"
    assert all(0.9 < seconds < 6 for (seconds,) in runs[0].table(sql))


@pytest.mark.parametrize("name", _row("03"))
def test_row_03_short_body(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)


TEXT = "The town opens its harbour to small boats again, and the bridge beside it stays shut. " * 12
WHOLE = f"<html><body><h1>Harbour open</h1><p>2026-03-01</p><p>{TEXT}</p></body></html>".encode()
CUT = {
    "in a word": WHOLE[: WHOLE.index(b"small boats", 600) + 3],
    "in a tag": WHOLE[: -len(b"y></html>")],
    "in a row": WHOLE[: -len(b"</body></html>")],
}


@pytest.mark.parametrize("where", CUT)
def test_row_118_a_page_of_no_length_that_breaks_off(
    archive: Path, server: Server, where: str
) -> None:
    """The server ends the connection as one that is done."""
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.answer("/a/1.htm", unframed(WHOLE))
    site.answer("/a/2.htm", unframed(CUT[where]))
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news", bounds=PATIENT))
    assert run.counts.new == 1
    assert run.reasons == ((Outcome.TRUNCATED.value, 1),)


def test_row_118_a_list_of_no_length_that_breaks_off_in_a_row(
    archive: Path, server: Server
) -> None:
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    listed = list_html("/a/1.htm", "/a/2.htm").encode()
    site.answer("/news.html", unframed(listed[: listed.index(b"/a/2.htm") + 4]))
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news", bounds=PATIENT))
    assert run.outcome is Outcome.TRUNCATED


@pytest.mark.parametrize("ends", ["in a word", "in a row"])
def test_row_118_old_pages_that_never_end_are_read(
    archive: Path, server: Server, ends: str
) -> None:
    site = server.site("news.test")
    links = "".join(f"<li><a href='/a/{n}.htm'>News {n}</a> 2026-03-01" for n in (1, 2, 3))
    site.answer("/news.html", unframed(f"<html><body><ul class=news>{links}".encode()))
    for n in (1, 2, 3):
        old = CUT[ends].replace(b"Harbour open", b"Harbour open %d" % n)
        site.answer(f"/a/{n}.htm", unframed(old))
    crawl = Crawl(archive, server)
    (run,) = crawl(source("news", bounds=PATIENT))
    assert (run.outcome, run.counts.new, run.counts.failed) == (Outcome.OK, 3, 0)


@pytest.mark.parametrize("name", _row("04"))
def test_row_04_cut_coding(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)


@pytest.mark.parametrize("name", _row("06"))
def test_row_06_endless_body(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)


@pytest.mark.parametrize("name", _row("08"))
def test_row_08_redirects(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)


@pytest.mark.parametrize("name", _row("20"))
def test_row_20_server_errors(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    _check(runs, name)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_cannot_be_had(runs: tuple[Crawl, dict[str, Run]], name: str) -> None:
    run = runs[1][name]
    assert run.outcome == LISTS[name][1]
    assert run.reason
    assert (run.counts.failed, run.counts.listed) == (1, 0)


def test_every_fetch_and_run_has_its_word(runs: tuple[Crawl, dict[str, Run]]) -> None:
    crawl, by_name = runs
    words = {word for (word,) in crawl.table("SELECT outcome FROM fetches")}
    assert words <= {outcome.value for outcome in Outcome}
    assert crawl.table("SELECT count(*) FROM runs WHERE outcome IS NULL") == [(0,)]
    assert all(run.seconds == 0 for run in by_name.values())  # the clock is a value here


BOMB_BYTES = 200_000_000
CAP = 10 * 1024 * 1024
MEASURE = """
import json, resource, sys
from pathlib import Path
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from scraper.sources.model import Bounds
from tests.support.crawling import source
from tests.support.make import NOW
path, hosts, *names = sys.argv[1:]
request = CrawlRequest("mailto:test@example.org", lambda: NOW, hosts=json.loads(hosts))
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
for name in names:
    before = peak()
    (run,) = crawl([source(name, bounds=Bounds())], Path(path), request, lambda event: None)
    print(json.dumps([name, run.reasons, peak() - before]))
"""


def _bombs() -> Iterator[tuple[str, str, bytes]]:
    """200 MB of zeros in every coding, made a megabyte at a time: (name, coding, body)."""
    makers = {
        "gzip": ("gzip", zlib.compressobj(1, wbits=31)),
        "deflate": ("deflate", zlib.compressobj(1)),
        "raw": ("deflate", zlib.compressobj(1, wbits=-15)),
        "zstd": ("zstd", zstandard.ZstdCompressor(level=1).compressobj()),
    }
    piece = bytes(1_000_000)
    for name, (coding, maker) in makers.items():
        body = b"".join(maker.compress(piece) for _ in range(BOMB_BYTES // len(piece)))
        yield name, coding, body + maker.flush()
    squeezer = brotli.Compressor(quality=1)
    body = b"".join(squeezer.process(piece) for _ in range(BOMB_BYTES // len(piece)))
    yield "br", "br", body + squeezer.finish()
    yield "twice", "gzip, gzip", gzip.compress(gzip.compress(bytes(50_000_000), 1))


@pytest.mark.slow
def test_row_05_bombs(server: Server, crawl: Crawl) -> None:
    crawl()  # makes the archive
    names = ["warm"]
    server.site("warm.test").listing("/news.html", "/a/1.htm")
    server.site("warm.test").article("/a/1.htm", "Warm")
    for name, coding, body in _bombs():
        site = server.site(f"{name}.test")
        site.listing("/news.html", "/a/9.htm")
        site.answer("/a/9.htm", coded(body, coding))
        names.append(name)
    arguments = [str(crawl.archive), json.dumps(server.hosts), *names]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    _, *bombs = [json.loads(line) for line in done.stdout.splitlines()]
    assert {name: reasons for name, reasons, _ in bombs} == {
        name: [["too_big", 1]] for name in names[1:]
    }
    assert max(grown for _, _, grown in bombs) < 4 * CAP


def test_row_14_nothing_is_carried_to_another_origin(server: Server, crawl: Crawl) -> None:
    first, second = server.site("first.test"), server.site("second.test")
    first.listing("/news.html", "/a/1.htm", "/a/2.htm", "/a/3.htm")
    cookie = {"Set_Cookie": "session=secret; Path=/; Domain=test", "WWW_Authenticate": "Basic"}
    first.answer("/a/1.htm", answer(302, Location="http://second.test/a/1.htm", **cookie))
    first.answer("/a/2.htm", answer(302, Location="http://user:pw@second.test/a/2.htm"))
    first.answer("/a/3.htm", answer(401, b"who?", **cookie))
    second.article("/a/1.htm", "Over here")
    links = LinkRules(("first.test", "second.test"), (compile_link("/a/{id}.htm"),))
    (run,) = crawl(source("first", links=links))
    assert run.counts.new == 1
    assert dict(run.reasons) == {"refused_address": 1, "http_error": 1}
    assert second.paths() == ["/a/1.htm"]
    for hit in [*first.hits, *second.hits]:
        assert not {"cookie", "authorization", "proxy-authorization", "referer"} & set(hit.headers)


def _wants(cookie: str, behaviour: Behaviour, target: str = "", status: int = 302) -> Behaviour:
    """Shows a page only to who sends a cookie back that it sets by a redirect, to the same address
    or to a target."""

    def behave(connection: socket.socket, hit: Hit) -> None:
        wanted = cookie.partition(";")[0].encode().decode("latin-1")
        if wanted in hit.headers.get("cookie", "").split("; "):
            behaviour(connection, hit)
        else:
            location = target or f"http://{hit.host}{hit.path}"
            answer(status, Location=location, Set_Cookie=cookie)(connection, hit)

    return behave


def _wanting(site: Site, cookie: str, status: int = 302, target: str = "") -> None:
    """A list and its articles that are shown to nobody without the cookie."""
    for number in (1, 2, 3):
        site.article(f"/a/{number}.htm", f"Behind a cookie {number}")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm", "/a/3.htm")
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /a/3.htm\n"))
    for path, behaviour in site.routes.items():
        site.answer(path, _wants(cookie, behaviour, target, status))


@pytest.mark.parametrize(
    ("status", "cookie"),
    [
        (302, "visit=1; Path=/; HttpOnly"),
        (301, "hl_visit=8f0e; path=/; SameSite=Lax"),
        (303, "PHPSESSID=0d1e2f; Max-Age=3600; Path=/"),
        (307, "seen=ja; Domain=wants.test; Path=/"),
        (308, 'quoted="a b"; Path=/; expires=Fri, 31-Dec-2100 23:59:59 GMT'),
        (302, "bytes=\u00e9; Path=/"),
    ],
)
def test_row_14_a_site_gets_back_the_cookie_by_which_it_redirects_to_itself(
    server: Server, crawl: Crawl, cookie: str, status: int
) -> None:
    site = server.site("wants.test")
    _wanting(site, cookie, status)
    for new in (2, 0):
        (run,) = crawl(source("wants"))
        assert run.counts.new == new
        assert "/a/3.htm" not in site.paths()  # its robots file is read, too
        sent = [hit.headers.get("cookie") for hit in site.hits]
        assert sent.count(None) == 1  # once a crawl, and not kept until the next
        site.hits.clear()


def test_row_14_a_site_gets_its_cookie_back_behind_a_page_that_looks_for_it(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("wants.test")
    _wanting(site, "visit=1; Path=/", target="http://wants.test/look?back")
    site.answer("/look?back", _wants("visit=1", redirect("/news.html")))
    site.answer("/robots.txt", answer(404))
    (run,) = crawl(source("wants"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 3)
    assert site.paths()[:3] == ["/news.html", "/look?back", "/news.html"]


@pytest.mark.parametrize(
    "cookie",
    [
        "visit=1; Path=/admin",
        "visit=1; Secure; Path=/",
        "visit=1; Max-Age=0; Path=/",
        "visit=1; Domain=another.test; Path=/",
        "visit=1; Domain=test; Path=/",
        f"visit={'x' * 3_000}; Path=/",
    ],
)
def test_row_14_a_cookie_that_is_not_for_this_address_is_not_sent(
    server: Server, crawl: Crawl, cookie: str
) -> None:
    site = server.site("wants.test")
    _wanting(site, cookie)
    (run,) = crawl(source("wants"))
    assert (run.outcome, "more than 5 redirects" in run.reason) == (Outcome.HTTP_ERROR, True)
    assert not any("cookie" in hit.headers for hit in site.hits)


@pytest.mark.parametrize(
    "cookie",
    [
        "__jsluid_h=0d1e; Path=/",
        "__jsl_clearance=17|0|x; Path=/",
        "acw_tc=0d1e; Path=/",
        "__cf_bm=0d1e; Path=/",
        "incap_ses_7=0d1e; Path=/",
        "datadome=0d1e; Path=/",
        "yunsuo_session_verify=0d1e; Path=/",
        "HWWAFSESID=0d1e; Path=/",
    ],
)
def test_row_22_a_firewall_that_redirects_to_itself_is_blocked(
    server: Server, crawl: Crawl, cookie: str
) -> None:
    site = server.site("wants.test")
    _wanting(site, cookie)
    site.answer("/robots.txt", answer(404))
    (run,) = crawl(source("wants"))
    assert run.outcome is Outcome.BLOCKED
    assert site.paths() == ["/news.html"]
    assert not any("cookie" in hit.headers for hit in site.hits)


def test_row_14_what_redirects_set_goes_nowhere_else(server: Server, crawl: Crawl) -> None:
    first, second = server.site("first.test"), server.site("second.test")
    first.listing("/news.html", "/a/1.htm", "/a/2.htm", "/a/3.htm", "/a/4.htm")
    first.answer("/a/1.htm", _wants("one=1; Path=/", redirect("http://second.test/a/1.htm")))
    first.answer("/a/2.htm", answer(302, Location="/a/20.htm", Set_Cookie="two=2; Path=/"))
    first.article("/a/20.htm", "A move that sets a cookie")
    first.article("/a/3.htm", "A page that sets a cookie")
    first.answer("/a/3.htm", page(article_html("A page that sets one"), Set_Cookie="three=3"))
    first.article("/a/4.htm", "Another page")
    second.article("/a/1.htm", "Over here")
    links = LinkRules(("first.test", "second.test"), (compile_link("/a/{id}.htm"),))
    (run,) = crawl(source("first", links=links))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)
    assert not any("cookie" in hit.headers for hit in second.hits)
    sent = {hit.path: hit.headers.get("cookie", "") for hit in first.hits}
    assert "one" in sent["/a/1.htm"]
    assert sent["/a/20.htm"].split("; ")[-1] == "two=2"
    assert not any("two" in said or "three" in said
                   for path, said in sent.items() if path != "/a/20.htm")  # fmt: skip


def test_row_14_a_redirect_to_itself_that_no_cookie_ends_is_given_up(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("never.test")
    site.answer("/news.html", answer(302, Location="/news.html", Set_Cookie="a=1; Path=/"))
    (run,) = crawl(source("never"))
    assert "more than 5 redirects" in run.reason
    assert len(site.paths()) <= 6


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("70", 70),
        ("1000000000", 86400),
        ("99999999999999999999", 86400),
        ("Mon, 02 Mar 2026 05:00:00 GMT", 3600),
        ("Monday, 02-Mar-26 05:00:00 GMT", 3600),
        ("Mon Mar  2 05:00:00 2026", 3600),
        ("Sat, 02 Mar 2030 05:00:00 GMT", 86400),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_row_19_a_wait_is_kept(
    server: Server, crawl: Crawl, status: int, header: str, seconds: int
) -> None:
    site, other = server.site("tired.test"), server.site("fresh.test")
    site.answer("/news.html", answer(status, Retry_After=header))
    other.listing("/news.html", "/a/1.htm")
    other.article("/a/1.htm", "Other hosts go on")
    tired, fresh = crawl(source("tired"), source("fresh"))
    assert (tired.outcome, fresh.outcome) == (Outcome.HTTP_ERROR, Outcome.OK)
    assert site.paths() == ["/news.html"]

    crawl.now += timedelta(seconds=seconds - 31)  # a shorter one is waited for
    (tired,) = crawl(source("tired"))
    assert "asked to wait until" in tired.reason
    assert site.paths() == ["/news.html"]

    crawl.now += timedelta(seconds=31)
    crawl(source("tired"))
    assert len(site.paths()) > 1


@pytest.mark.parametrize("status", [429, 503])
def test_row_19_a_short_wait_is_no_end_of_the_run(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Each page is asked for again as soon as the host allows it, and no sooner."""
    began = time.monotonic()

    def clock() -> datetime:
        return crawl.now + timedelta(seconds=time.monotonic() - began)

    monkeypatch.setattr(crawl, "clock", clock)
    site = server.site("tired.test")
    links = [f"/a/{number}.htm" for number in range(1, 5)]
    site.listing("/news.html", *links)
    for link in links:
        site.article(link, f"Story {link}")
    for path in ("/news.html", "/a/2.htm"):
        site.answer(path, in_turn(answer(status, Retry_After="1"), answer(500), site.routes[path]))
    (run,) = crawl(source("tired"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 4)
    for path in ("/news.html", "/a/2.htm"):
        first, second, _third = (hit.at for hit in site.hits if hit.path == path)
        assert second - first >= 1


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("Tue, 01 Dec 2026 10:00:02 GMT", "Tue, 01 Dec 2026 10:00:00 GMT"),  # our clock is behind
        ("Sun, 01 Mar 2020 10:00:02 GMT", "Sun, 01 Mar 2020 10:00:00 GMT"),  # theirs is
        ("Mon, 02 Mar 2026 12:00:02 +0800", "Mon, 02 Mar 2026 04:00:00 GMT"),
        ("Tuesday, 01-Dec-26 10:00:02 GMT", "Tue Dec  1 10:00:00 2026"),
        ("2", "Tue, 01 Dec 2026 10:00:00 GMT"),
    ],
)
def test_row_19_a_date_to_wait_for_is_reckoned_by_the_clock_of_its_answer(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch, said: str, answered: str
) -> None:
    began = time.monotonic()
    monkeypatch.setattr(
        crawl, "clock", lambda: crawl.now + timedelta(seconds=time.monotonic() - began)
    )
    site = server.site("clock.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "One")
    tired = answer(503, Retry_After=said, Date=answered)
    site.answer("/a/1.htm", in_turn(tired, site.routes["/a/1.htm"]))
    (run,) = crawl(source("clock"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    first, second = (hit.at for hit in site.hits if hit.path == "/a/1.htm")
    assert second - first >= 2


@pytest.mark.parametrize(
    ("said", "answered", "seconds"),
    [
        ("Tue, 01 Dec 2026 11:00:00 GMT", "Tue, 01 Dec 2026 10:00:00 GMT", 3600),
        ("Thu, 03 Dec 2026 10:00:00 GMT", "Tue, 01 Dec 2026 10:00:00 GMT", 86400),
        ("Mon, 02 Mar 2026 05:00:00 GMT", "yesterday", 3600),
        ("Mon, 02 Mar 2026 05:00:00 GMT", "Tue, 01 Dec 2026 10:00:00 GMT", 0),
        ("Tue, 01 Dec 2026 10:00:00 GMT", "Tue, 01 Dec 2026 10:00:00 GMT", 0),
    ],
)
def test_row_19_a_wait_by_their_clock_is_bounded(said: str, answered: str, seconds: int) -> None:
    until = wait_until(said, NOW, answered)
    assert until == (NOW + timedelta(seconds=seconds) if seconds else None)


def test_row_19_a_shorter_wait_cuts_no_longer_one_short(server: Server, crawl: Crawl) -> None:
    site = server.site("both.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.answer("/a/1.htm", answer(503, Retry_After="3600"))
    site.answer("/a/2.htm", late(0.3, answer(429, Retry_After="60")))
    crawl(source("both"))
    crawl.now += timedelta(seconds=1800)
    (run,) = crawl(source("both"))
    assert "asked to wait until 2026-03-02 05:00" in run.reason


@pytest.mark.slow
def test_row_19_a_wait_outlives_the_process(server: Server, crawl: Crawl) -> None:
    site = server.site("tired.test")
    site.answer("/robots.txt", answer(503, Retry_After="3600"))
    crawl()
    for _ in range(2):
        assert ended(crawl.start_child("tired"))[0] in ("robots 0", "http_error 0")
    assert [hit.path for hit in site.hits] == ["/robots.txt"]


@pytest.mark.parametrize(
    "header", ["-1", "0", "soon", "Mon, 02 Mar 2020 05:00:00 GMT", "", "1e9", "7, 8"]
)
def test_row_19_junk_is_no_wait(server: Server, crawl: Crawl, header: str) -> None:
    site = server.site("junk.test")
    site.answer("/news.html", answer(429, Retry_After=header))
    for _ in range(2):
        (run,) = crawl(source("junk"))
        assert run.outcome is Outcome.HTTP_ERROR
    assert site.paths() == ["/news.html"] * 2


@pytest.mark.slow
def test_row_19_the_rest_of_the_run_waits_too(server: Server, crawl: Crawl) -> None:
    site = server.site("enough.test")
    links = [f"/a/{number}.htm" for number in range(1, 41)]
    site.listing("/news.html", *links)
    site.article(links[0], "One")
    for link in links[1:]:
        site.answer(link, answer(503, Retry_After="60"))
    (run,) = crawl(source("enough"))
    assert run.outcome is Outcome.PARTIAL
    assert "asked to wait" in run.reason
    assert run.cursor.startswith("http://enough.test/a/")
    assert len(site.paths()) < 15


@pytest.mark.parametrize("what", ["article", "robots"])
def test_row_19_no_redirect_leads_to_a_host_that_waits(
    server: Server, crawl: Crawl, what: str
) -> None:
    news, tired = server.site("news.test"), server.site("tired.test")
    news.listing("/news.html", "/a/1.htm", "/a/2.htm")
    news.article("/a/1.htm", "One")
    news.answer("/a/2.htm", redirect("http://tired.test/a/9.htm", 301))
    if what == "robots":
        news.answer("/robots.txt", redirect("http://tired.test/robots.txt", 301))
    tired.article("/a/9.htm", "Not to be had")
    tired.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /\n"))
    with Archive.create(crawl.archive) as store, store.writing() as tx:
        tx.sources.set_not_before("tired.test", crawl.now + timedelta(hours=1), "HTTP 503")
    links = LinkRules(("news.test", "tired.test"), (compile_link("/a/{id}.htm"),))
    (run,) = crawl(source("news", links=links))
    assert tired.hits == []
    if what == "article":
        assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 1)
        ((told,),) = crawl.table("SELECT reason FROM fetches WHERE url LIKE '%/a/2.htm'")
        assert "tired.test, which asked to wait until" in told
    else:  # what nobody could be asked for is no permission
        assert (run.outcome, run.counts.new) == (Outcome.ROBOTS, 0)
        assert news.paths() == []


@pytest.mark.parametrize(
    ("ahead", "is_heeded"), [(timedelta(hours=24), True), (timedelta(days=10), False)]
)
def test_row_19_a_wait_that_was_asked_for_while_the_clock_ran_ahead_bars_nobody(
    server: Server, crawl: Crawl, ahead: timedelta, is_heeded: bool
) -> None:
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm")
    site.article("/a/1.htm", "One")
    with Archive.create(crawl.archive) as store, store.writing() as tx:
        tx.sources.set_not_before("news.test", crawl.now + ahead, "HTTP 503")
    (run,) = crawl(source("news"))
    assert (run.counts.new, site.paths() == []) == ((0, True) if is_heeded else (1, False))


@pytest.mark.slow
def test_row_20_what_fails_on_its_list_is_asked_for_less_and_less(
    server: Server, crawl: Crawl
) -> None:
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "One")
    site.answer("/a/2.htm", answer(403))
    asked, reasons = [], []
    for hour in range(36):
        before = len(site.paths())
        (run,) = crawl(source("news"))
        if "/a/2.htm" in site.paths()[before:]:
            asked.append(hour)
        reasons.append((run.outcome, run.reason))
        crawl.now += timedelta(hours=1)
    assert asked == [0, 1, 2, 4, 8, 16, 32]
    # What a list names and nobody has is never passed over in silence.
    assert set(reasons) == {
        (Outcome.PARTIAL, "1 failed: blocked 1"),
        (Outcome.PARTIAL, "1 that failed before rest"),
    }
    site.article("/a/2.htm", "Two")
    crawl.now += timedelta(days=2)
    (run,) = crawl(source("news"))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)

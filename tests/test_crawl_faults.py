"""Faults a crawl meets, each over a real socket: every one ends in its outcome word.

Most sites stand in one crawl, which shows by the way that no bad source disturbs another.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.sources.model import Source
from storage.types import Outcome, Run
from tests.crawling import BOUNDS, Crawl, source
from tests.servers import (
    Server,
    answer,
    article_html,
    drip,
    endless,
    gzipped,
    in_turn,
    page,
    redirect,
    reset,
    serving,
    short,
    silence,
)

CHALLENGE = b"<script>document.cookie='__jsl_clearance=1'</script>"

#: The fault of one article among good ones: behaviour of `/a/9.htm`, and its outcome word.
ARTICLE_FAULTS = {
    "reset": (reset, Outcome.NET_ERROR),
    "silence": (silence(8), Outcome.TIMEOUT),
    "drip": (drip(8), Outcome.TIMEOUT),
    "short": (short(b"<h1>half", 5000), Outcome.TRUNCATED),
    "halfzip": (gzipped(article_html("Zipped"), keep=0.5), Outcome.TRUNCATED),
    "endless": (endless(), Outcome.TOO_BIG),
    "huge": (answer(200, b"x" * 300_000), Outcome.TOO_BIG),
    "bomb": (gzipped("0" * 3_000_000), Outcome.TOO_BIG),
    "coding": (answer(200, b"x", Content_Encoding="rot13"), Outcome.UNSUPPORTED),
    "loop": (redirect("/a/9.htm"), Outcome.HTTP_ERROR),
    "nowhere": (answer(302), Outcome.HTTP_ERROR),
    "error": (answer(500, b"oops"), Outcome.HTTP_ERROR),
    "clearance": (answer(521, CHALLENGE), Outcome.BLOCKED),
    "precondition": (answer(412, CHALLENGE), Outcome.BLOCKED),
    "wall": (answer(403, b"<h1>Forbidden</h1>"), Outcome.BLOCKED),
    "private": (redirect("http://10.0.0.1/"), Outcome.REFUSED_ADDRESS),
    "metadata": (redirect("http://169.254.169.254/latest"), Outcome.REFUSED_ADDRESS),
    "six": (redirect("http://[::1]/"), Outcome.REFUSED_ADDRESS),
    "decimal": (redirect("http://2130706433/"), Outcome.REFUSED_ADDRESS),
    "file": (redirect("file:///etc/passwd"), Outcome.REFUSED_ADDRESS),
    "data": (redirect("data:text/html,<h1>x</h1>"), Outcome.REFUSED_ADDRESS),
    "elsewhere": (redirect("http://other.test/a/1.htm"), Outcome.REFUSED_ADDRESS),
    "refresh": (
        page('<meta http-equiv="refresh" content="0;url=http://127.0.0.1/">'),
        Outcome.REFUSED_ADDRESS,
    ),
}
#: Articles that are none, and are set aside with their word.
NO_ARTICLES = {
    "gone": (answer(404, b"<h1>Not found</h1>"), Outcome.GONE),
    "home": (redirect("/"), Outcome.SOFT_404),
    "blank": (answer(200, b"  \n", Content_Type="text/html"), Outcome.EMPTY),
}
#: The fault of the list itself, and the outcome word of the run.
LIST_FAULTS = {
    "list-silence": (silence(8), Outcome.TIMEOUT),
    "list-reset": (reset, Outcome.NET_ERROR),
    "list-521": (answer(521, CHALLENGE), Outcome.BLOCKED),
    "list-500": (answer(503, b"busy"), Outcome.HTTP_ERROR),
    "list-404": (answer(404), Outcome.GONE),
    "list-inward": (redirect("http://127.0.0.1:1/"), Outcome.REFUSED_ADDRESS),
    "list-huge": (endless(), Outcome.TOO_BIG),
}


def _build(server: Server) -> Iterator[Source]:
    for name, (behaviour, _) in {**ARTICLE_FAULTS, **NO_ARTICLES}.items():
        site = server.site(f"{name}.test")
        site.listing("/news.html", "/a/1.htm", "/a/9.htm")
        site.article("/", "Welcome")
        site.article("/a/1.htm", f"Good news from {name}")
        site.answer("/a/9.htm", behaviour)
        yield source(name)
    for name, (behaviour, _) in LIST_FAULTS.items():
        server.site(f"{name}.test").answer("/news.html", behaviour)
        yield source(name)
    yield source("closed")


def _logged(crawl: Crawl, run: Run, path: str) -> list[str]:
    """The outcome words of the attempts at one path."""
    sql = f"SELECT outcome FROM fetches WHERE run_id = {run.id} AND url LIKE '%{path}'"
    return [word for (word,) in crawl.table(sql)]


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, dict[str, Run]]]:
    with serving() as server:
        crawl = Crawl(tmp_path_factory.mktemp("faults") / "hubwatch.db", server)
        runs = crawl(*_build(server), hosts={"closed.test": "127.0.0.1:1"})
        yield crawl, {run.source_id: run for run in runs}


@pytest.mark.parametrize("name", ARTICLE_FAULTS)
def test_an_article_that_cannot_be_had(
    all_at_once: tuple[Crawl, dict[str, Run]], name: str
) -> None:
    crawl, runs = all_at_once
    outcome = ARTICLE_FAULTS[name][1]
    run = runs[name]
    assert (run.outcome, run.counts.new, run.counts.failed) == (Outcome.PARTIAL, 1, 1)
    assert run.reasons == ((outcome.value, 1),)
    assert set(_logged(crawl, run, "/a/9.htm")) == {outcome.value}


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_an_address_that_is_no_article(
    all_at_once: tuple[Crawl, dict[str, Run]], name: str
) -> None:
    crawl, runs = all_at_once
    outcome = NO_ARTICLES[name][1]
    run = runs[name]
    assert (run.outcome, run.counts.new, run.counts.quarantined) == (Outcome.OK, 1, 1)
    assert run.reasons == ((outcome.value, 1),)
    kept = {item.source_id: item.outcome for item in crawl.ask(lambda store: store.quarantined())}
    assert kept[name] == outcome


@pytest.mark.parametrize("name", LIST_FAULTS)
def test_a_list_that_cannot_be_had(all_at_once: tuple[Crawl, dict[str, Run]], name: str) -> None:
    run = all_at_once[1][name]
    assert run.outcome == LIST_FAULTS[name][1]
    assert run.reason
    assert run.counts.failed == 1


def test_a_closed_port(all_at_once: tuple[Crawl, dict[str, Run]]) -> None:
    assert all_at_once[1]["closed"].outcome is Outcome.NET_ERROR


def test_attempts_are_bounded(all_at_once: tuple[Crawl, dict[str, Run]]) -> None:
    crawl, runs = all_at_once
    assert len(_logged(crawl, runs["short"], "/a/9.htm")) == 3
    assert len(_logged(crawl, runs["wall"], "/a/9.htm")) == 1


def test_every_fetch_and_run_has_its_word(all_at_once: tuple[Crawl, dict[str, Run]]) -> None:
    crawl, runs = all_at_once
    words = {word for (word,) in crawl.table("SELECT outcome FROM fetches")}
    assert words <= {outcome.value for outcome in Outcome}
    assert crawl.table("SELECT count(*) FROM runs WHERE outcome IS NULL") == [(0,)]
    assert all(run.seconds == 0 for run in runs.values())  # the clock is a value here


def test_nothing_inside_is_dialled(archive: Path) -> None:
    with serving() as server, socket.create_server(("127.0.0.1", 0)) as canary:
        port = canary.getsockname()[1]
        site = server.site("inward.test")
        links = []
        for number, host in enumerate(["127.0.0.1", "localhost", "0x7f000001", "127.1", "0"]):
            links.append(f"/a/{number}.htm")
            site.answer(links[-1], redirect(f"http://{host}:{port}/"))
        site.listing("/news.html", *links)
        site.answer("/robots.txt", redirect(f"http://127.0.0.1:{port}/robots.txt"))
        crawl = Crawl(archive, server)
        (run,) = crawl(source("inward"))
        assert run.outcome is Outcome.REFUSED_ADDRESS
        assert site.paths() == []
        site.answer("/robots.txt", answer(404))
        (run,) = crawl(source("inward"))
        assert run.reasons == (("refused_address", 5),)
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_a_server_recovers_alone(archive: Path) -> None:
    with serving() as server:
        site = server.site("flaky.test")
        site.listing("/news.html", "/a/1.htm")
        article = page(article_html("At last"))
        site.answer("/a/1.htm", in_turn(answer(500), answer(502), article))
        (run,) = Crawl(archive, server)(source("flaky"))
        assert (run.outcome, run.counts.new) == (Outcome.OK, 1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("99999999", 86400), ("Mon, 02 Mar 2026 05:00:00 GMT", 3600)],
)
def test_retry_after_is_kept_across_runs(archive: Path, header: str, seconds: int) -> None:
    with serving() as server:
        site, other = server.site("tired.test"), server.site("fresh.test")
        site.answer("/news.html", answer(429, Retry_After=header))
        other.listing("/news.html", "/a/1.htm")
        other.article("/a/1.htm", "Other hosts go on")
        crawl = Crawl(archive, server)
        tired, fresh = crawl(source("tired"), source("fresh"))
        assert tired.outcome is Outcome.HTTP_ERROR
        assert fresh.outcome is Outcome.OK
        assert site.paths() == ["/news.html"]

        crawl.now += timedelta(seconds=seconds - 1)
        (tired,) = crawl(source("tired"))
        assert "asked to wait until" in tired.reason
        assert site.paths() == ["/news.html"]

        crawl.now += timedelta(seconds=1)
        crawl(source("tired"))
        assert site.paths() == ["/news.html"] * 2


@pytest.mark.parametrize("header", ["-1", "0", "soon", "Mon, 02 Mar 2020 05:00:00 GMT", ""])
def test_junk_in_retry_after_is_ignored(archive: Path, header: str) -> None:
    with serving() as server:
        site = server.site("junk.test")
        site.answer("/news.html", answer(429, Retry_After=header))
        crawl = Crawl(archive, server)
        for _ in range(2):
            (run,) = crawl(source("junk"))
            assert run.outcome is Outcome.HTTP_ERROR
        assert site.paths() == ["/news.html"] * 2


def test_a_host_that_asks_to_wait_is_left_alone_at_once(archive: Path) -> None:
    with serving() as server:
        site = server.site("enough.test")
        links = [f"/a/{number}.htm" for number in range(1, 41)]
        site.listing("/news.html", *links)
        site.article(links[0], "One")
        for link in links[1:]:
            site.answer(link, answer(503, Retry_After="60"))
        (run,) = Crawl(archive, server)(source("enough"))
        assert run.outcome is Outcome.PARTIAL
        assert "asked to wait" in run.reason
        assert run.cursor.startswith("http://enough.test/a/")
        assert len(site.paths()) < 15


def test_a_host_that_only_fails_is_left_alone(archive: Path) -> None:
    with serving() as server:
        site = server.site("dying.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 61)])
        for number in range(1, 61):
            site.answer(f"/a/{number}.htm", answer(403))
        (run,) = Crawl(archive, server)(source("dying"))
        assert run.outcome is Outcome.BLOCKED
        assert len(site.paths()) < 30


def test_the_time_bound_ends_a_run_with_what_it_has(archive: Path) -> None:
    with serving() as server:
        site = server.site("slow.test")
        site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, 10)])
        site.article("/a/1.htm", "Quick")
        for number in range(2, 10):
            site.answer(f"/a/{number}.htm", silence(5))
        bounds = replace(BOUNDS, duration=timedelta(seconds=1), page_timeout=timedelta(seconds=9))
        (run,) = Crawl(archive, server)(source("slow", bounds=bounds))
        assert (run.outcome, run.counts.new) == (Outcome.PARTIAL, 1)
        assert "time bound" in run.reason
        assert run.cursor


def test_a_run_that_gets_nothing_in_time_is_a_timeout(archive: Path) -> None:
    with serving() as server:
        server.site("dead.test").answer("/news.html", silence(5))
        bounds = replace(BOUNDS, duration=timedelta(seconds=1), page_timeout=timedelta(seconds=9))
        (run,) = Crawl(archive, server)(source("dead", bounds=bounds))
        assert run.outcome is Outcome.TIMEOUT

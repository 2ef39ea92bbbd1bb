"""Pages that scripts make: listed, read, kept and revisited with a real browser, which reaches
nothing by itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from warcio.archiveiterator import ArchiveIterator

from scheduler.child import ChildEnd, run_child
from scraper.archives.ingest import Homes
from scraper.archives.warc import ingest_pages, read_pages, write_warc
from scraper.parsing.article import read_article
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import Catalogue
from scraper.sources.model import (
    RecheckRules,
    Source,
)
from storage.archive import Archive
from storage.articles.records import Query
from storage.runs import Run
from tests.support import script_portal
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl
from tests.support.paths import ROOT
from tests.support.processes import command_line, descendants, is_alive
from tests.support.script_portal import BOUNDS, data, rendered
from tests.support.servers import Server, answer, canary, page, redirect, silence

pytestmark = pytest.mark.browser
pytest.importorskip("playwright", reason="pip install -e '.[test-browser]'")


def at_home(server: Server, html: str, name: str = "town") -> Source:
    """A source whose one list is this page."""
    server.site(f"{name}.test").answer("/", page(html))
    return rendered(name)


def list_reason(crawl: Crawl, run: Run) -> tuple[str, str]:
    """Outcome and reason of the last list on record."""
    sql = f"SELECT outcome, reason FROM fetches WHERE run_id = {run.id} AND kind = 'list'"
    return crawl.table(sql)[-1]


def test_a_portal_of_scripts_is_listed_read_and_kept(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, *range(13, 0, -1))
    (run,) = crawl(rendered("town"))
    assert (run.outcome, run.reason) == ("ok", "")
    assert (run.counts.listed, run.counts.new, run.counts.failed) == (12, 12, 0)
    found = crawl.table(
        "SELECT r.title, a.url FROM articles a JOIN readings r ON r.id = a.reading_id"
    )
    assert sorted(found) == sorted(
        (script_portal.title_of(n), f"http://town.test/#/article/{n}") for n in range(2, 14)
    )
    assert {hit.headers.get("user-agent", "")[:8] for hit in site.hits} == {"Hubwatch"}
    # Pictures are not asked for, the application once, its shell once for all routes.
    paths = site.paths()
    assert (paths.count("/logo.png"), paths.count("/app.js"), paths.count("/")) == (0, 1, 2)


def test_what_renders_equal_is_unchanged_and_read_again_without_a_browser(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    script_portal.build(server.site("town.test"), 2, 1)
    town = rendered("town", rechecks=RecheckRules(after=(timedelta(days=1), timedelta(days=7))))
    crawl(town)
    kept = crawl.table("SELECT snapshot_id, content_hash FROM readings ORDER BY id")
    crawl.now += timedelta(days=2)
    (run,) = crawl(town)
    assert (run.counts.new, run.counts.changed, run.counts.cosmetic) == (0, 0, 0)
    assert run.counts.unchanged == 2
    assert crawl.logged(run, "/article/2") == ["ok"]
    assert crawl.table("SELECT snapshot_id, content_hash FROM readings ORDER BY id") == kept
    monkeypatch.setenv("HUBWATCH_CHROMIUM", "/nowhere")
    capture = crawl.ask(lambda store: store.pages.snapshot(kept[0][0]))
    reading = read_article(capture, town.fields, town.id)
    assert reading.article is not None
    assert reading.article.url == capture.url
    made = capture.rendering
    assert b"Visitors" in capture.body
    assert b"Visitors" not in made.received
    assert b"needs JavaScript" in made.received
    assert made.browser.startswith("Chromium ")
    assert made.requests >= 1
    assert made.note == ""


def test_rendered_pages_go_out_as_two_records_and_come_back_the_same(
    server: Server, crawl: Crawl, tmp_path: Path
) -> None:
    script_portal.build(server.site("town.test"), 3, 2, 1)
    town = rendered("town")
    crawl(town)
    file, other = tmp_path / "pages.warc.gz", tmp_path / "other.db"
    with Archive.open_readonly(crawl.archive) as store, file.open("wb") as out:
        shots = [n for a in store.articles.each(Query()) for n in store.attachments.proofs(a.id)]
        assert write_warc(out, map(store.pages.snapshot, shots), crawl.now) == 3
    found = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            found.append((record.rec_type, record.rec_headers, record.content_stream().read()))
    (shell,) = [(head, body) for kind, head, body in found if kind == "response"]
    assert shell[0].get_header("WARC-Target-URI") == "http://town.test/"
    assert b"needs JavaScript" in shell[1]
    documents = [(head, body) for kind, head, body in found if kind == "conversion"]
    assert {head.get_header("WARC-Target-URI")[-11:] for head, _ in documents} == {
        f"/#/article/{n}"[-11:] for n in (1, 2, 3)
    }
    for head, body in documents:
        assert b"Visitors" in body
        assert head.get_header("WARC-Refers-To") == shell[0].get_header("WARC-Record-ID")
    sql = (
        "SELECT a.url, r.title, r.body, r.content_hash, s.headers, p.browser, p.requests "
        "FROM articles a JOIN readings r ON r.id = a.reading_id "
        "JOIN snapshots s ON s.id = r.snapshot_id JOIN renderings p ON p.id = s.id ORDER BY a.url"
    )
    with Archive.create(other) as store:
        homes = Homes(Catalogue({"town": town}, {}), {})
        tally = ingest_pages(
            store, read_pages(file), homes, load_watchlist(), crawl.clock, file.name
        )
        assert (tally.figures["new"], tally.faults) == (3, [])
        came = [tuple(row) for row in store._db.execute(sql).fetchall()]
        assert came == crawl.table(sql)
        again = ingest_pages(
            store, read_pages(file), homes, load_watchlist(), crawl.clock, file.name
        )
        assert again.figures["unchanged"] == 3


def test_what_changed_at_a_route_is_a_revision(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 2, 1)
    town = rendered("town", rechecks=RecheckRules(after=(timedelta(days=1), timedelta(days=7))))
    crawl(town)
    row = {"id": 2, "title": "Story 2", "day": "2026-03-01", "visitors": 1}
    site.answer("/api/article/2", data({**row, "text": "The laboratory was closed again. " * 9}))
    crawl.now += timedelta(days=2)
    (run,) = crawl(town)
    assert (run.counts.changed, run.counts.unchanged) == (1, 1)


@contextmanager
def _udp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:7f00:1]"]
)
def test_no_request_of_a_page_reaches_an_inner_address(
    server: Server, crawl: Crawl, host: str
) -> None:
    site = server.site("town.test")
    with canary() as bird, _udp() as datagrams:
        place = f"{host}:{bird.port}"
        ways = script_portal.ways_in(place, datagrams.getsockname()[1])
        script_portal.build(site, 1, more=ways)
        site.answer("/inward", redirect(f"http://{place}/redirected"))
        site.answer("/worker.js", answer(200, b"fetch('/w')", Content_Type="text/javascript"))
        (run,) = crawl(rendered("town"))
        assert bird.hits == 0
        with pytest.raises(BlockingIOError):
            datagrams.recvfrom(1)
    assert run.counts.new == 1
    assert (
        "not a public address" in list_reason(crawl, run)[1]
        or "neighbourhood" in (list_reason(crawl, run)[1])
    )
    assert "/inward" in site.paths()  # it was asked for, and where it leads to was not
    assert "/worker.js" not in site.paths()


def test_a_page_may_not_ask_what_only_another_source_may(server: Server, crawl: Crawl) -> None:
    other = server.site("other.test")
    ways = "<script>fetch('http://other.test/x').catch(() => 0)</script>"
    script_portal.build(server.site("town.test"), 1, more=ways)
    (run,) = crawl(rendered("town"))
    assert other.hits == []
    assert "another source's" in list_reason(crawl, run)[1]


def test_a_refusal_is_not_got_around(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 1)
    gate = (
        "<html><head><title>Just a moment...</title></head><body>Checking your browser"
        "<script src=/app.js></script><script>document.cookie='__jsl_clearance=1';"
        "location.reload()</script></body></html>"
    )
    for status in (200, 403, 412, 521):
        site.hits.clear()
        site.answer("/", answer(status, gate.encode(), Content_Type="text/html"))
        (run,) = crawl(rendered("town"))
        assert list_reason(crawl, run)[0] == "blocked"
        assert set(site.paths()) == {"/"}


def test_a_page_that_reloads_itself_with_a_cookie_stays_what_it_was(
    server: Server, crawl: Crawl
) -> None:
    gate = (
        "<p>Welcome to our town, where every visitor is counted.</p><script>setTimeout(() => {"
        "document.cookie='seen=1'; location.reload(); }, 50)</script>"
    )
    town = at_home(server, gate)
    (run,) = crawl(town)
    site = server.site("town.test")
    assert site.paths() == ["/"]
    assert not any("cookie" in hit.headers for hit in site.hits)
    assert "it would go on to http://town.test/" in list_reason(crawl, run)[1]


def test_robots_rules_hold_for_what_a_page_asks_for(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 1)
    rules = b"User-agent: *\nDisallow: /api/"
    site.answer("/robots.txt", answer(200, rules, Content_Type="text/plain"))
    (run,) = crawl(rendered("town"))
    outcome, reason = list_reason(crawl, run)
    assert outcome != "ok"
    assert "robots.txt disallows" in reason
    assert not any(path.startswith("/api") for path in site.paths())


def test_the_hosts_pause_holds_for_what_a_page_asks_for(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 1)
    rules = b"User-agent: *\nCrawl-delay: 0.4"
    site.answer("/robots.txt", answer(200, rules, Content_Type="text/plain"))
    (run,) = crawl(rendered("town"))
    assert run.counts.new == 1
    asked = [hit.at for hit in site.hits if hit.path != "/robots.txt"]
    assert len(asked) >= 5
    # Each waits for its turn; without one they would all come within a second.
    assert asked[-1] - asked[0] > 0.7 * 0.4 * (len(asked) - 1)


def test_a_host_that_asks_to_wait_is_left_alone(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 1)
    site.answer("/api/list?page=1", answer(429, Retry_After="3600"))
    (run,) = crawl(rendered("town"))
    outcome, reason = list_reason(crawl, run)
    assert outcome == "http_error"
    assert "asked to wait" in reason
    site.hits.clear()
    crawl(rendered("town"))
    assert site.hits == []


_BOUND = {
    "requests": (
        "for (let n = 0; n < 30; n++) fetch('/n' + n).catch(() => 0)",
        replace(BOUNDS, render_requests=5),
        ("too_big", "its scripts made more than 5 requests"),
    ),
    "attempts": (
        "for (let n = 0; n < 90; n++) fetch('http://10.0.0.1/' + n).catch(() => 0)",
        replace(BOUNDS, render_requests=5),
        ("too_big", "its scripts tried more than 50 requests"),
    ),
    "bytes": (
        "fetch('/large')",
        replace(BOUNDS, render_bytes=10_000),
        ("too_big", "more than 10000 bytes"),
    ),
    "document": (
        "document.body.textContent = 'x'.repeat(20000)",
        replace(BOUNDS, render_bytes=10_000),
        ("too_big", "the page grew to more than 10000 bytes"),
    ),
    "seconds": (
        "while (true) { }",
        replace(BOUNDS, render_time=timedelta(seconds=2)),
        ("timeout", "its scripts were not done within 2 s"),
    ),
    "waiting": (
        "fetch('/silent')",
        replace(BOUNDS, render_time=timedelta(seconds=2)),
        ("timeout", "its scripts were not done within 2 s"),
    ),
}


@pytest.mark.parametrize("bound", _BOUND)
def test_a_bound_that_is_reached_is_an_outcome(server: Server, crawl: Crawl, bound: str) -> None:
    script, bounds, (word, reason) = _BOUND[bound]
    site = server.site("town.test")
    site.answer("/large", answer(200, b"x" * 20_000, Content_Type="text/plain"))
    site.answer("/silent", silence(20))
    town = replace(at_home(server, f"<p>Our town</p><script>{script}</script>"), bounds=bounds)
    (run,) = crawl(town)
    outcome, said = list_reason(crawl, run)
    assert outcome == word
    assert reason in said
    # The browser is good for the next page all the same.
    script_portal.build(site, 1)
    (run,) = crawl(rendered("town"))
    assert run.counts.new == 1


def test_a_button_for_more_is_pressed(server: Server, crawl: Crawl) -> None:
    rows = "".join(
        f"<li><a href='#/article/{n}'>Story {n}</a> <span>2026-03-0{n}</span></li>"
        for n in range(1, 4)
    )
    more = rows.replace("/article/", "/article/1").replace("Story ", "Story 1")
    html = (
        f"<ul class=news>{rows}</ul><div><button onclick=\"document.querySelector('ul')"
        f".insertAdjacentHTML('beforeend', `{more}`); this.remove()\">加载更多</button></div>"
    )
    (run,) = crawl(at_home(server, html))
    assert run.counts.listed == 6


def _growing(way_on: str, script: str, each: int = 6) -> str:
    """A list whose rows a script brings, with a way on and what happens then: `show(n)` shows the
    page n in place of what is there, `add(n)` behind it."""
    return f"""<div id=app><ul class=news></ul>{way_on}</div><script>
    let at = 0;
    const rows = n => Array.from({{length: {each}}}, (_, k) => n * {each} + k + 1).map(i =>
      `<li><a href="/#/article/${{i}}">Laboratory of street ${{i * 37}} opens its doors</a>
      <span>2026-03-01</span></li>`).join('');
    const list = document.querySelector('.news');
    const show = n => {{ at = n; list.innerHTML = rows(n); }};
    const add = n => {{ at = n; list.insertAdjacentHTML('beforeend', rows(n)); }};
    show(0);
    {script}</script>"""


_PRESS = "document.querySelector('#on').onclick = () => "
_WAYS_ON = {
    "more, bare": ("<button id=on>More</button>", _PRESS + "add(at + 1)", 12, ""),
    "more, in Chinese": ("<button id=on> 更多 </button>", _PRESS + "add(at + 1)", 12, ""),
    "more, in German": ("<a id=on>Weitere Meldungen</a>", _PRESS + "add(at + 1)", 12, ""),
    "more, behind another list's": (
        "<div class=box><h3>更多</h3></div><button id=on>Load more articles</button>",
        "document.querySelector('h3').onclick = () => { location.hash = '#/other'; show(9); };"
        + _PRESS + "add(at + 1)", 12, "",
    ),
    "more, with an address for it": (
        "<button id=on>Load more</button>",
        _PRESS + "{ add(at + 1); history.replaceState(0, '', '?page=' + at); }", 12, "",
    ),
    "in place of the first": ("<button id=on>Load more</button>", _PRESS + "show(at + 1)", 6,
        "takes the place of the first rows"),
    "to another page": (
        "<button id=on>View more</button>",
        _PRESS + "{ location.hash = '#/other'; list.innerHTML = ''; }", 6, "leads to another page",
    ),
    "as it is scrolled": (
        "<div style='height: 3000px'></div>", "addEventListener('scroll', () => show(at + 1))", 6,
        "takes the place of the first rows",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", _WAYS_ON)
def test_a_list_without_a_pager_is_read_as_far_as_it_grows(
    server: Server, crawl: Crawl, kind: str
) -> None:
    way_on, script, listed, reason = _WAYS_ON[kind]
    (run,) = crawl(at_home(server, _growing(way_on, script)))
    found = {title for (title,) in crawl.table("SELECT title FROM listings")}
    assert found == {f"Laboratory of street {n * 37} opens its doors" for n in range(1, listed + 1)}
    assert reason in list_reason(crawl, run)[1]


_CUT = {
    "numbers": (
        "<div class=el-pagination><ul class=el-pager><li class='number active'>1</li>"
        "<li class=number>2</li><li class=number>3</li></ul></div>",
        "document.querySelectorAll('.number').forEach((e, n) => { e.onclick = () => show(n); })",
        'its "2" is run by a script',
    ),
    "next": (
        "<div class=pager><button disabled>上一页</button><button id=on>下一页</button></div>",
        _PRESS + "show(at + 1)",
        'its "下一页" is run by a script',
    ),
    "exchanged": (
        "<button id=on>Show more</button>", _PRESS + "show(at + 1)",
        "takes the place of the first rows",
    ),
}  # fmt: skip


_PAGED = """
let at = 0;
async function show(n) {
  const rows = await (await fetch('/api/list?page=' + (n + 1))).json();
  at = n;
  view.querySelector('ul').innerHTML = rows.map(row => '<li><a href="#/article/' + row.id + '">'
    + escaped(row.title) + '</a> <span>' + row.day + '</span></li>').join('');
}
async function list() {
  view.innerHTML = `<h2>News</h2><ul class="news"></ul>WAY_ON`;
  SCRIPT;
  await show(0);
}
"""


@pytest.mark.parametrize("kind", _CUT)
def test_a_stranger_s_list_that_stays_cut_says_where(
    hubwatch: CommandLine, server: Server, kind: str
) -> None:
    """Added and checked by command, as somebody does who knows nothing of the portal."""
    way_on, script, reason = _CUT[kind]
    site = server.site("town.test")
    script_portal.build(site, *range(12, 0, -1))
    listing = _PAGED.replace("WAY_ON", way_on).replace("SCRIPT", script)
    start, end = (
        script_portal.APP.index(f"async function {name}(") for name in ("list", "article")
    )
    app = script_portal.APP[:start] + listing + script_portal.APP[end:]
    site.answer("/app.js", answer(200, app.encode(), Content_Type="text/javascript"))
    hosts = f'"town.test" = "127.0.0.1:{server.port}"'
    Path("hubwatch.toml").write_text(f'archive = "hubwatch.db"\n[network.hosts]\n{hosts}\n')
    at = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")
    added = hubwatch(*at, "sources", "add", "http://town.test/", "--yes", "--id", "town",
        "--city", "Our Town", "--render")  # fmt: skip
    assert added.code == 0, added.err
    # What only pressing tells is found once it is known which list is to grow.
    assert (reason in " ".join((added.out + added.err).split())) is (kind != "exchanged")
    checked = hubwatch(*at, "sources", "check", "town")
    assert reason in " ".join(checked.out.split())


def test_data_that_forms_ask_for_is_given_within_the_site(server: Server, crawl: Crawl) -> None:
    site = server.site("town.test")
    script_portal.build(site, 1)
    app = script_portal.APP.replace(
        "fetch('/api/list?page=' + ++page)",
        "fetch('/api/rows', {method: 'POST', body: JSON.stringify({page: ++page}), "
        "headers: {'Content-Type': 'application/json', 'X-Token': document.cookie}})",
    )
    site.answer("/app.js", answer(200, app.encode(), Content_Type="text/javascript"))
    shell = script_portal.SHELL.format(more="").encode()
    cookie = {"Set-Cookie": "token=7; Path=/"}
    site.answer("/", answer(200, shell, Content_Type="text/html", **cookie))
    site.answer("/api/rows", data([{"id": 1, "title": "Story 1", "day": "2026-03-01"}]))
    (run,) = crawl(rendered("town"))
    assert run.counts.new == 1
    (asked,) = [hit for hit in site.hits if hit.path == "/api/rows"]
    assert (asked.method, asked.body) == ("POST", b'{"page":1}')
    assert asked.headers["x-token"] == "token=7"
    assert asked.headers["cookie"] == "token=7"
    assert asked.headers["referer"] == "http://town.test/"


def test_a_page_in_another_encoding_than_it_says_is_not_garbled(
    server: Server, crawl: Crawl
) -> None:
    html = (
        "<html><head><meta charset=gb2312></head><body><ul class=news>"
        "<li><a href='#/article/1'>贵阳举行大数据博览会开幕</a> <span>2026-03-01</span></li>"
        "<li><a href='#/article/2'>科创中国试点城市名单公布</a> <span>2026-03-01</span></li></ul>"
        "<script>document.title = '新闻'</script></body></html>"
    )
    site = server.site("town.test")
    site.answer("/", answer(200, html.encode(), Content_Type="text/html; charset=gb2312"))
    crawl(rendered("town"))
    titles = {title for (title,) in crawl.table("SELECT title FROM listings")}
    assert titles == {"贵阳举行大数据博览会开幕", "科创中国试点城市名单公布"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_crawl_that_ends_leaves_no_browser_behind(
    server: Server, crawl: Crawl, number: signal.Signals, tmp_path: Path
) -> None:
    site = server.site("town.test")
    site.answer("/", page("<p>Our town</p><script>fetch('/silent'); while (true) { }</script>"))
    site.answer("/silent", silence(60))
    child = script_portal.crawl_in_child(crawl, "town")
    try:
        below: list[int] = []
        while "/" not in site.paths() or len(below) < 5:
            assert child.poll() is None, child.stderr.read() if child.stderr else ""
            below = descendants(child.pid)
            time.sleep(0.05)
        child.send_signal(number)
        child.wait(30)
    finally:
        child.kill()
        child.communicate()
    until = time.monotonic() + 30
    while any(map(is_alive, below)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in below if is_alive(pid)] == []
    with sqlite3.connect(crawl.archive) as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_bounds_of_a_job_leave_its_browser_room(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the daemon gives a crawl and its children: memory in use, and memory reserved."""
    script_portal.build(server.site("town.test"), *range(12, 0, -1))
    monkeypatch.chdir(ROOT)

    async def job() -> ChildEnd:
        command = script_portal.child_command(crawl, "town")
        return await run_child(command, timedelta(seconds=200), asyncio.Event())

    end = asyncio.run(job())
    assert (end.outcome, end.reason) == ("ok", "")
    assert [line.strip() for line in end.lines] == ["ok 12"]


_SOMEBODY = """
import asyncio, os, sys
from scraper.middlewares.chromium import Chromium, playwright
playwright()
uid, home = int(sys.argv[1]), sys.argv[2]

async def main():
    if uid != os.geteuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    os.environ.update(HOME=home, TMPDIR=home)
    chromium = Chromium()
    context = await chromium.new_context("Hubwatch", "en")
    page = await context.new_page()
    await page.set_content("<p>Our town</p><script>document.title = 'ran'</script>")
    print(await page.title(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await chromium.close()

asyncio.run(main())
"""
_NOBODY = 65534


@pytest.mark.parametrize("who", ["root", "another"])
def test_the_sandbox_of_the_browser_is_left_out_for_root_alone(who: str) -> None:
    if who == "root" and os.geteuid():
        pytest.skip("only root can be root")
    uid = 0 if who == "root" else os.geteuid() or _NOBODY
    if uid == _NOBODY and (closed := _closed_to_others(Path(sys.prefix))):
        pytest.skip(f"only root may go into {closed}, where the browser's driver is")
    # Chromium makes a socket there, whose path has to be short.
    with TemporaryDirectory(prefix="hubwatch-") as home:
        os.chown(home, uid, -1)
        child = subprocess.Popen(
            [sys.executable, "-c", _SOMEBODY, str(uid), home],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        try:
            said = child.stdout.readline()
            found = [_told(pid) for pid in descendants(child.pid)]
        finally:
            _, errors = child.communicate("\n", timeout=60)
    assert said == "ran\n", errors
    pages = [filtered for words, filtered in found if "--type=renderer" in words]
    is_bare = ["--no-sandbox" in words for words, _ in found if "--type=" in words]
    assert pages
    assert all(is_bare) if who == "root" else not any(is_bare)
    # Whether a filter judges what a page's process asks of the kernel (proc(5), Seccomp).
    assert set(pages) == ({"0"} if who == "root" else {"2"})


def _closed_to_others(path: Path) -> Path | None:
    """The folder on the way to there into which nobody else may go."""
    return next((each for each in (path, *path.parents) if not each.stat().st_mode & 0o001), None)


def _told(pid: int) -> tuple[str, str]:
    """The command line of a process, and whether a filter judges what it asks of the kernel."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "", ""
    return " ".join(command_line(pid)), status.partition("Seccomp:")[2].split()[0]


def test_a_sandbox_that_is_denied_is_said_and_not_left_out(
    server: Server, crawl: Crawl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As Chromium says it where there are no user namespaces."""
    program = tmp_path / "chromium"
    words = "[7:7:0101/120000.1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("HUBWATCH_CHROMIUM", str(program))
    script_portal.build(server.site("town.test"), 1)
    (run,) = crawl(rendered("town"))
    outcome, reason = list_reason(crawl, run)
    assert outcome == "unsupported"
    assert "its sandbox needs user namespaces" in reason


def test_a_portal_of_scripts_is_added_checked_and_crawled_by_command(
    hubwatch: CommandLine, server: Server
) -> None:
    script_portal.build(server.site("town.test"), *range(12, 0, -1))
    hosts = f'"town.test" = "127.0.0.1:{server.port}"'
    Path("hubwatch.toml").write_text(f'archive = "hubwatch.db"\n[network.hosts]\n{hosts}\n')
    at = ("--config", "hubwatch.toml", "--now", "2026-03-02T12:00+08:00")
    add = ("sources", "add", "http://town.test/", "--yes", "--id", "town", "--city", "Our Town")
    plainly = hubwatch(*at, *add)
    assert plainly.code != 0
    assert "sources add --render" in plainly.err
    added = hubwatch(*at, *add, "--render")
    assert added.code == 0, added.err
    written = tomllib.loads(Path("sources/town.toml").read_text("utf-8"))
    assert written["render"] is True
    assert written["links"]["allow"] == ["/#/article/{id}"]
    checked = hubwatch(*at, "sources", "check", "town")
    assert checked.code == 0, checked.out
    assert "ran its scripts" in checked.out
    hubwatch(*at, "init")
    ended = hubwatch(*at, "crawl", "town")
    assert ended.code == 0, ended.out
    shown = hubwatch(*at, "search", "Story", "--json")
    assert "http://town.test/#/article/12" in shown.out
    number = str(json.loads(shown.out)[0]["id"])
    shown = hubwatch(*at, "show", number)
    assert re.search(r"rendered +by Chromium [0-9.]+, which ran the scripts of ", shown.out)
    told = json.loads(hubwatch(*at, "show", number, "--json").out)["rendered"]
    assert (told["requests"] >= 1, told["note"], len(told["received_sha256"])) == (True, "", 64)
    assert "by Chromium" in hubwatch(*at, "why", number).out
    path = Path("sources/town.toml")
    path.write_text(path.read_text("utf-8").replace("render = true\n", ""), "utf-8")
    checked = hubwatch(*at, "sources", "check", "town")
    assert "`render = true`" in checked.out

"""The scraper as a Scrapy project: `scrapy list`, `crawl`, `shell` and `check`, as a Scrapy user
types them, with our guard, robots and archive behind them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desk.portals.check import record
from hubwatch.locks import Lock
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from storage.articles.records import Query
from tests.support.crawling import Crawl
from tests.support.make import capture
from tests.support.manual_entry import installed
from tests.support.paths import ROOT
from tests.support.servers import Canary, Server, Site, answer, canary, redirect, silence

INNER = """\
id = "inner"
name = "Inner"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "generic"
home = "{origin}/"
schedule = "every 1h"

[[entry]]
kind = "list"
url = "{origin}/news.html"

[links]
hosts = ["{host}"]
allow = ["/a/{{id}}.htm"]
"""


INWARD = """\
import socket
usual = socket.getaddrinfo, socket.gethostbyname
inward = lambda name: "127.0.0.1" if name == "inner.example" else name
socket.getaddrinfo = lambda name, *rest, **more: usual[0](inward(name), *rest, **more)
socket.gethostbyname = lambda name: usual[1](inward(name))
"""
"""What has a name lead to loopback in a process, as its `sitecustomize`."""

IMPATIENT = """\
import time
usual, began = time.monotonic, time.monotonic()
time.monotonic = lambda: began + 10 * (usual() - began)
"""
"""What has time pass faster in a process."""


def scrapy(config: Path, *words: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`scrapy …`, with that configuration; modules are looked for in `path` first."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env={**environment(config), "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(config: Path) -> dict[str, str]:
    """The variables of a call with that configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUBWATCH")}
    return {**kept, "HUBWATCH_CONFIG": str(config), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def site(server: Server) -> Site:
    """A portal with two articles."""
    site = server.site("a.test")
    site.article("/a/1.htm", "One")
    site.article("/a/2.htm", "Two")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    return site


@pytest.fixture
def config(tmp_path: Path, server: Server, site: Site) -> Path:
    """An installation whose only own source is that portal."""
    Archive.create(tmp_path / "hubwatch.db").close()
    return installed(tmp_path, server)


def runs_of(config: Path) -> list[tuple[str, str, int]]:
    """Source, outcome and new articles of every run, the oldest first."""
    with Archive.open_readonly(config.parent.parent / "hubwatch.db") as store:
        return [
            (run.source_id, str(run.outcome), run.counts.new)
            for run in reversed(store.runs.latest(50))
        ]


def test_every_source_is_a_spider(config: Path, tmp_path: Path) -> None:
    listed = scrapy(config, "list")
    assert listed.returncode == 0, listed.stderr
    assert {"a", "guiyang-en"} <= set(listed.stdout.split())


def test_outside_of_the_project_the_settings_are_named(config: Path, tmp_path: Path) -> None:
    env = {**environment(config), "SCRAPY_SETTINGS_MODULE": "scraper.settings"}
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "guiyang-en" in listed.stdout.split()


@pytest.mark.parametrize("words", [["list"], ["crawl", "inner"], ["check"]])
def test_a_slip_in_the_configuration_is_said_in_one_line(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "hubwatch.toml").write_text("archive = 1\n")
    ended = scrapy(tmp_path / "hubwatch.toml", *words)
    assert ended.returncode == 2
    assert "hubwatch.toml: archive: must be" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_a_source_that_nobody_knows_is_said_in_one_line(config: Path) -> None:
    ended = scrapy(config, "crawl", "iner")
    assert ended.returncode == 2
    assert "there is no source 'iner'" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_a_crawl_by_scrapy_is_a_crawl(config: Path, site: Site) -> None:
    ended = scrapy(config, "crawl", "a")
    assert ended.returncode == 0, ended.stderr
    assert runs_of(config) == [("a", "ok", 2)]
    assert site.hits[0].path == "/robots.txt"
    assert "'hubwatch/outcome': 'ok'" in ended.stderr  # CoreStats and the stats are on
    assert "elapsed_time_seconds" in ended.stderr


def test_one_page_by_its_address(config: Path, site: Site) -> None:
    scrapy(config, "crawl", "a", "-a", "page=http://a.test/a/1.htm")
    assert runs_of(config) == [("a", "ok", 1)]
    assert site.paths() == ["/a/1.htm"]
    ended = scrapy(config, "crawl", "a", "-a", "page=ftp://a.test/")
    assert "'finish_reason': 'refused'" in ended.stderr
    assert "page: " in ended.stderr
    assert len(runs_of(config)) == 1


def test_a_crawl_without_an_archive_says_so(tmp_path: Path, server: Server, site: Site) -> None:
    ended = scrapy(installed(tmp_path, server), "crawl", "a")
    assert "hubwatch.db" in ended.stderr
    assert "'finish_reason': 'refused'" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert site.paths() == []


def test_robots_forbid(config: Path, site: Site) -> None:
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /"))
    scrapy(config, "crawl", "a")
    assert runs_of(config) == [("a", "robots", 0)]
    assert [hit.path for hit in site.hits] == ["/robots.txt"]


def test_one_process_a_host(config: Path, server: Server, site: Site) -> None:
    site.answer("/a/1.htm", silence())
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "a"],
        cwd=ROOT,
        env=environment(config),
        stderr=subprocess.PIPE,
    ) as child:
        wait_for(lambda: "/a/1.htm" in site.paths())
        crawl = Crawl(config.parent.parent / "hubwatch.db", server)
        from tests.support.crawling import source

        (busy,) = crawl(source("b", host="a.test"))
        assert busy.outcome == "busy"
        assert "crawl a" in busy.reason
        child.send_signal(signal.SIGINT)  # and a crawl that is told to stop ends its run
        child.communicate(timeout=30)
    assert ("a", "interrupted", 0) in [(name, word, 0) for name, word, _ in runs_of(config)]


def wait_for(true: object) -> None:
    assert callable(true)
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def test_the_shell_shows_a_page_and_keeps_nothing(config: Path, site: Site) -> None:
    shown = scrapy(config, "shell", "http://a.test/a/1.htm", "-c", "response.css('h1::text').get()")
    assert shown.stdout.strip() == "One"
    assert [hit.path for hit in site.hits] == ["/robots.txt", "/a/1.htm"]
    assert runs_of(config) == []
    named = scrapy(config, "shell", "http://a.test/a/1.htm", "-c", "spider.name")
    assert named.stdout.strip() == "a"


def test_the_shell_obeys_robots(config: Path, site: Site) -> None:
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /a/"))
    shown = scrapy(config, "shell", "http://a.test/a/1.htm", "-c", "response")
    assert "robots.txt disallows this address" in shown.stderr
    assert [hit.path for hit in site.hits] == ["/robots.txt"]


def test_no_way_of_starting_leads_inside(config: Path, tmp_path: Path) -> None:
    with canary() as bird:
        for host in ("127.0.0.1", "inner.example"):
            no_way_leads_to(host, bird, config, tmp_path)
            assert bird.hits == 0


def no_way_leads_to(host: str, bird: Canary, config: Path, folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(INWARD)
    origin = f"http://{host}:{bird.port}"
    text = INNER.format(origin=origin, host=f"{host}:{bird.port}")
    (config.parent / "sources" / "inner.toml").write_text(text)
    crawled = scrapy(config, "crawl", "inner", path=folder)
    assert runs_of(config)[-1] == ("inner", "refused_address", 0), crawled.stderr
    shown = scrapy(config, "shell", f"{origin}/", "-c", "response", path=folder)
    assert "refused_address" in shown.stderr, shown.stderr
    checked = scrapy(config, "check", "inner", "-s", "HUBWATCH_LIVE=inner", path=folder)
    assert "refused_address" in checked.stderr, checked.stdout + checked.stderr
    assert checked.returncode == 1
    # Neither do settings that Scrapy has for it.
    shown = scrapy(
        config, "shell", f"{origin}/", "-c", "response",
        "-s", "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver", path=folder,
    )  # fmt: skip
    assert "refused_address" in shown.stderr, shown.stderr


def test_recorded_cases_are_contracts(config: Path, site: Site) -> None:
    folder = config.parent / "sources" / "cases" / "a" / "plain-article"
    record(load_catalogue([config.parent / "sources"]).get("a"), capture(), folder, replacing=False)
    site.hits.clear()
    checked = scrapy(config, "check", "a")
    assert checked.returncode == 1
    assert "nobody has confirmed what this page reads as" in checked.stderr
    expected = (
        (folder / "expected.toml").read_text().replace("confirmed = false", "confirmed = true")
    )
    (folder / "expected.toml").write_text(expected)
    checked = scrapy(config, "check")
    assert checked.returncode == 0, checked.stderr
    assert "OK" in checked.stderr
    (folder / "expected.toml").write_text(re.sub("(?m)^title = .*", 'title = "Other"', expected))
    checked = scrapy(config, "check", "a")
    assert "title: expected 'Other', read " in checked.stderr
    assert site.hits == []  # nobody was asked, not even for robots.txt
    listed = scrapy(config, "check", "-l", "a")
    assert "check_plain_article" in listed.stdout


def test_one_line_an_article(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    ended = scrapy(config, "crawl", "a", "-o", str(out))
    assert ended.returncode == 0, ended.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(line["title"] for line in lines) == ["One", "Two"]
    assert {line["source_id"] for line in lines} == {"a"}
    assert all(line["provenance"]["title"]["from"] for line in lines)


def with_pipeline(name: str) -> tuple[str, str]:
    """The options that put a pipeline of somebody's own between ours."""
    return "-s", "ITEM_PIPELINES=" + json.dumps({f"tests.support.foreign_pipelines.{name}": 300})


def outcomes_of(config: Path) -> dict[str, tuple[str, str]]:
    """The last outcome and reason of each article page asked for."""
    with Archive.open_readonly(config.parent.parent / "hubwatch.db") as store:
        rows = store._db.execute("SELECT url, outcome, reason FROM fetches ORDER BY id").fetchall()
    return {url.removeprefix("http://a.test"): (word, reason) for url, word, reason in rows}


def test_what_a_pipeline_drops_is_a_stored_outcome(config: Path, site: Site) -> None:
    ended = scrapy(config, "crawl", "a", *with_pipeline("DropTwo"))
    assert ended.returncode == 0, ended.stderr
    assert runs_of(config) == [("a", "ok", 1)]
    assert outcomes_of(config)["/a/2.htm"] == ("dropped", "dropped by a pipeline: no twos")
    assert outcomes_of(config)["/a/1.htm"][0] == "ok"
    site.hits.clear()
    scrapy(config, "crawl", "a", *with_pipeline("DropTwo"))
    assert runs_of(config)[-1][1] == "ok"
    assert "/a/2.htm" not in site.paths()  # it rests, and is no failure


def test_what_breaks_in_a_pipeline_is_a_stored_outcome_and_a_bug(config: Path) -> None:
    ended = scrapy(config, "crawl", "a", *with_pipeline("BreakOnTwo"))
    assert ended.returncode == 0, ended.stderr
    assert runs_of(config) == [("a", "partial", 1)]
    word, reason = outcomes_of(config)["/a/2.htm"]
    assert (word, reason) == ("failed", "internal error: LookupError: no twos")
    with Archive.open_readonly(config.parent.parent / "hubwatch.db") as store:
        bugs = [tuple(row) for row in store._db.execute("SELECT source_id, error FROM bugs")]
    assert bugs == [("a", "LookupError: no twos")]


def test_a_third_party_extension_is_switched_on_by_settings(config: Path) -> None:
    """Spidermon counts the items that passed; one fewer than it wants is told."""
    pytest.importorskip("spidermon", reason="Spidermon is not installable here")
    extension = {"spidermon.contrib.scrapy.extensions.Spidermon": 500}
    suite = "tests.support.foreign_monitors.EnoughItems"
    options = (
        *("-s", "SPIDERMON_ENABLED=1", "-s", f"EXTENSIONS={json.dumps(extension)}"),
        *("-s", f"SPIDERMON_SPIDER_CLOSE_MONITORS={suite}"),
    )
    ended = scrapy(config, "crawl", "a", *options, "-s", "SPIDERMON_MIN_ITEMS=2")
    assert "'item_scraped_count': 2" in ended.stderr
    assert "[Spidermon] OK" in ended.stderr, ended.stderr
    dropping = with_pipeline("DropTwo")
    away = config.parent.parent / "hubwatch.db"
    away.unlink()
    Archive.create(away).close()
    ended = scrapy(config, "crawl", "a", *options, *dropping, "-s", "SPIDERMON_MIN_ITEMS=2")
    assert "[Spidermon] FAILED" in ended.stderr, ended.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of `examples/reuse`, a project of somebody else's."""
    return Path(shutil.copytree(ROOT / "examples" / "reuse", tmp_path / "reuse"))


TOWN = ("crawl", "town", "-a", "start_urls=http://a.test/news.html")


def foreign(config: Path, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`scrapy …` in that project, of the wheel where the gate says so."""
    with started(config, project, *words) as child:
        out, err = child.communicate(timeout=60)
    return subprocess.CompletedProcess(words, child.returncode, out, err)


def started(config: Path, project: Path, *words: str) -> subprocess.Popen[str]:
    """The same, under way."""
    python = os.environ.get("HUBWATCH_WHEEL_PYTHON", sys.executable)
    path = f"{project}{os.pathsep}{ROOT}" if python == sys.executable else str(project)
    return subprocess.Popen(
        [python, "-m", "scrapy", *words],
        cwd=project,
        env={**environment(config), "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_foreign_project_reuses_reader_guard_and_archive(
    config: Path, project: Path, site: Site
) -> None:
    """`examples/reuse` as it stands there; the gate runs this from the wheel as well."""
    example = ROOT / "examples" / "reuse"
    code = [line for path in example.rglob("*.py") for line in path.read_text().splitlines()]
    assert len([line for line in code if line.strip()]) < 40
    with canary() as bird:
        inner = f"http://127.0.0.1:{bird.port}/"
        for start in (f"http://{site.name}/news.html", inner):
            ended = foreign(config, project, "crawl", "town", "-a", f"start_urls={start}")
            assert ended.returncode == 0, ended.stderr
        assert "refused_address" in ended.stderr
        assert bird.hits == 0
    assert site.hits[0].path == "/robots.txt"
    with Archive.open_readonly(project / "reuse.db") as store:
        (run,) = store.runs.latest(5)
        assert (run.source_id, run.kind, run.counts.new) == ("a", "import", 2)


OURS = "Hubwatch/0.1 (+mailto:test@example.org)"


def agents_of(site: Site) -> set[str | None]:
    """Who said to ask, in every request for pages and robots files so far; they are forgotten."""
    said = {hit.headers.get("user-agent") for hit in site.hits}
    assert "/robots.txt" in {hit.path for hit in site.hits}
    site.hits.clear()
    return said


def test_the_contact_is_sent_whatever_command_asks(
    config: Path, project: Path, server: Server, site: Site
) -> None:
    elsewhere = server.site("elsewhere.test")  # of no source
    elsewhere.article("/1.htm", "One")
    elsewhere.answer("/old.htm", redirect("http://elsewhere.test/1.htm"))
    hosts = f'"elsewhere.test" = "127.0.0.1:{server.port}"\n'
    config.write_text(config.read_text() + hosts)
    scrapy(config, "fetch", "http://elsewhere.test/old.htm")
    assert agents_of(elsewhere) == {OURS}
    scrapy(config, "shell", "http://elsewhere.test/1.htm", "-c", "response")
    assert agents_of(elsewhere) == {OURS}
    scrapy(config, "fetch", "http://a.test/a/1.htm")
    assert agents_of(site) == {OURS}
    foreign(config, project, *TOWN)
    assert agents_of(site) == {OURS}
    foreign(config, project, "fetch", "http://elsewhere.test/1.htm", "-s", "USER_AGENT=")
    assert agents_of(elsewhere) == {OURS}


def test_a_project_that_names_itself_is_let(config: Path, project: Path, site: Site) -> None:
    foreign(config, project, *TOWN, "-s", "USER_AGENT=Town (+mailto:me@town.test)")
    assert agents_of(site) == {"Town (+mailto:me@town.test)"}


def test_a_project_whose_package_is_hidden_by_ours_is_told(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    (folder / "scraper").mkdir(parents=True)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = scraper.settings\n")
    (folder / "scraper" / "settings.py").write_text("BOT_NAME = 'theirs'\n")
    installed_first = (
        "import sys; sys.path.remove(''); from scrapy.cmdline import execute; execute()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", installed_first, "list"],
        cwd=folder,
        env=environment(config),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "scraper is hidden by the package" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def titles_in(archive: Path) -> list[str]:
    """The titles of all that runs kept there, in their order."""
    with Archive.open_readonly(archive) as store:
        return sorted(article.title for article in store.articles.each(Query()))


def test_a_foreign_spider_waits_until_another_has_kept_its_articles(
    config: Path, project: Path, site: Site
) -> None:
    Archive.create(project / "reuse.db").close()
    lock = Lock(project / "reuse.db", "import")
    assert lock.try_acquire("import of the test")
    with started(config, project, *TOWN) as child:
        wait_for(lambda: len({"/a/1.htm", "/a/2.htm"} & set(site.paths())) > 0)
        time.sleep(2)
        lock.release()
        _, said = child.communicate(timeout=60)
    assert "Traceback" not in said
    assert "'finish_reason': 'finished'" in said
    assert titles_in(project / "reuse.db") == ["One", "Two"]


def test_a_foreign_spider_that_waits_in_vain_is_refused_in_one_line(
    config: Path, project: Path, site: Site
) -> None:
    (project / "sitecustomize.py").write_text(IMPATIENT)
    Archive.create(project / "reuse.db").close()
    lock = Lock(project / "reuse.db", "import")
    assert lock.try_acquire("import of the test")
    ended = foreign(config, project, *TOWN)
    lock.release()
    assert "Traceback" not in ended.stderr
    assert "'finish_reason': 'refused'" in ended.stderr
    assert ended.stderr.count("import is in use by") == 1
    assert "import of the test" in ended.stderr
    assert titles_in(project / "reuse.db") == []


NO_ARCHIVE = ("-s", "HUBWATCH_ARCHIVE=")


def test_a_foreign_spider_without_an_archive_is_refused_before_it_asks(
    config: Path, project: Path, site: Site
) -> None:
    (config.parent.parent / "hubwatch.db").unlink()
    ended = foreign(config, project, *TOWN, *NO_ARCHIVE)
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("hubwatch.db") == 1
    assert "'finish_reason': 'refused'" in ended.stderr
    assert site.hits == []
    # What keeps nothing needs none.
    fetched = foreign(config, project, "fetch", "http://a.test/a/1.htm", *NO_ARCHIVE)
    assert "<h1>One" in fetched.stdout, fetched.stderr


def test_an_answer_out_of_a_cache_proves_nothing(config: Path, project: Path, site: Site) -> None:
    cached = (*TOWN, "-s", "HTTPCACHE_ENABLED=1")
    assert foreign(config, project, *cached).returncode == 0
    assert titles_in(project / "reuse.db") == ["One", "Two"]
    before = checked_at(project / "reuse.db")
    site.hits.clear()
    ended = foreign(config, project, *cached)
    assert site.paths() == []
    assert ended.stderr.count("no proof of what stands there now: the answer is cached") == 2
    assert "Traceback" not in ended.stderr
    assert checked_at(project / "reuse.db") == before


def checked_at(archive: Path) -> list[str]:
    """When each article there was last asked for."""
    with Archive.open_readonly(archive) as store:
        rows = store._db.execute("SELECT last_checked_at FROM articles ORDER BY id").fetchall()
    return [row[0] for row in rows]

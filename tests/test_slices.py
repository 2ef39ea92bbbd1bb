"""A crawl elsewhere is the same crawl: a slice handed out, crawled, and merged leaves what a crawl
at the centre leaves."""

from __future__ import annotations

import fcntl
import gzip
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from benchmarks import portal
from benchmarks.crawl import serving as serving_portal
from desk.practice.server import serve
from hubwatch.errors import Busy
from scheduler.health.inspection import inspect_slices
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from scraper.crawl.slices import Merge, Merger, SlicedCrawl, crawl_slice
from scraper.sources.links import hosts_of
from scraper.sources.load import TEMPLATES, definition_of, load_catalogue
from scraper.sources.model import Source
from storage.archive import Archive
from storage.incidents import Kind
from storage.runs import Counts, Run
from storage.slice_files import ROWS, NoSlice, SliceHead, cut, unpack_slice
from storage.slices import AnswerState, SliceState, SliceTicket
from storage.types import Outcome
from tests.support.crawling import publish
from tests.support.manual_entry import SOURCE_TOML
from tests.support.paths import ROOT
from tests.support.servers import (
    Server,
    Site,
    answer,
    article_html,
    coded,
    page,
    redirect,
    serving,
    short,
)

PRACTICE = Path(__file__).parent.parent / "desk" / "practice" / "sources"
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def silent(event: object) -> None:
    """Nobody is told."""


class Centre:
    """An archive at which slices of one source are cut and merged, and a folder elsewhere."""

    def __init__(self, folder: Path, source: Source, sources: Path, hosts: dict[str, str]) -> None:
        folder.mkdir()
        self.archive, self.elsewhere = folder / "archive.db", folder
        self.source, self.hosts, self._sources = source, hosts, sources
        self.now = FIRST
        self._jobs = 0
        Archive.create(self.archive).close()

    @property
    def request(self) -> CrawlRequest:
        return CrawlRequest("x", lambda: self.now, hosts=self.hosts)

    def crawl(self) -> Run:
        (run,) = crawl([self.source], self.archive, self.request, silent)
        return run

    def out(
        self, job: str = "", attempt: int = 1, hold: timedelta | None = None
    ) -> tuple[SliceTicket, Path]:
        """A slice, as `hubwatch slice out` cuts it."""
        self._jobs += 1
        job = job or f"job-{self._jobs}"
        path = self.elsewhere / f"{job}-{attempt}.slice"
        source, hosts = self.source, hosts_of(self.source)
        head = SliceHead(job, attempt, source.id, self.now, definition_of(source, [self._sources]))
        with Archive.open(self.archive) as store:
            with store.writing() as tx:
                tx.sources.register(source.ref, self.now)
            made = cut(self.archive, path, head, hosts, self.now)
            with store.writing() as tx:
                ticket = tx.sources.slices.issue(
                    job,
                    attempt,
                    source.id,
                    place="",
                    sha256=made.sha256,
                    hosts=hosts,
                    cut_at=self.now,
                    held_until=self.now + hold if hold else None,
                )
        return ticket, path

    def crawl_slice(self, path: Path) -> SlicedCrawl:
        answer = path.with_name(f"{path.name}.answer")
        return crawl_slice(path, answer, lambda source: self.request, silent)

    def fetched(self, job: str = "", attempt: int = 1) -> Path:
        """The answer of a slice that was cut and crawled just now."""
        _, path = self.out(job, attempt)
        done = self.crawl_slice(path)
        assert done.finished
        return done.answer

    def merge(self, answer: Path, **rest: Any) -> Merge:
        request = self.request
        return Merger(self.archive, request, lambda name: self.source, silent).merge(answer, **rest)

    def ask(self, question: Callable[[Archive], Any]) -> Any:
        with Archive.open_readonly(self.archive) as store:
            return question(store)

    def state(self, job: str, attempt: int = 1) -> SliceState:
        found = self.ask(lambda store: store.sources.slices.get(job, attempt))
        assert isinstance(found, SliceTicket)
        return found.state


Two = tuple[Centre, Centre]


@pytest.fixture
def site() -> Iterator[tuple[Server, Site]]:
    with serving() as server:
        yield server, server.site("a.test")


def pair(folder: Path, source: Source, sources: Path, hosts: dict[str, str]) -> Two:
    """Two centres: one that crawls, and one whose source is crawled elsewhere."""
    return (
        Centre(folder / "here", source, sources, hosts),
        Centre(folder / "there", source, sources, hosts),
    )


@pytest.fixture
def centres(tmp_path: Path, site: tuple[Server, Site]) -> Two:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.toml").write_text(SOURCE_TOML + '[politeness]\ndelay = "0s"\n')
    source = load_catalogue([folder]).get("a")
    return pair(tmp_path, source, folder, site[0].hosts)


TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
    "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_fts!_%' ESCAPE '!' "
    "AND name NOT LIKE '!_%' ESCAPE '!'"
)
_OWN = {
    "checksums", "slices", "slice_hosts", "slice_answers", "rot", "scrubs", "article_words",
    "stories", "links", "event_links", "queue_due", "event_due", "contradiction_due",
}  # fmt: skip
"""Those of the ledger, and those that rest on which of two articles was met first, as chance has
it. Which articles are one story stands in `articles`, too."""
_BY_CHANCE = frozenset(("contradictions",))
"""What reports of random words contradict: of the many that are as likely to be about one thing
those that came first are compared, as with `event_links`."""
_VARYING = {"pid", "seconds", "rowid"}
"""Those of the process and the machine that crawled."""


def dumped(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of an archive, its numbers exchanged for what they stand for: in
    which order articles are numbered is a matter of chance."""
    db = sqlite3.connect(archive)
    db.row_factory = sqlite3.Row
    names = [row[0] for row in db.execute(TABLES)]
    named = _names(db)
    found = {}
    for name in sorted(set(names) - _OWN):
        rows = [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
        if name == "events":  # which of two publications was met first is chance
            rows = [row for row in rows if row["change"] != "lead"]
        if name == "contradictions":  # and which of two reports is the first
            rows = [_sided(row, named["article_id"]) for row in rows]
        found[name] = sorted(
            (tuple(_plain(name, key, value, row, named) for key, value in row.items()
                   if key not in _VARYING) for row in rows),
            key=repr,
        )  # fmt: skip
    db.close()
    return found


def _sided(row: dict[str, Any], address: Callable[[Any], object]) -> dict[str, Any]:
    """A contradiction with its two sides in the order of their addresses."""
    ids = address(row["article_id"]), address(row["other_id"])
    row = {**row, "article_id": ids[0], "other_id": ids[1]}
    if ids[0] <= ids[1]:  # type: ignore[operator]
        return row
    sides = {name: f"other_{name}" for name in row if f"other_{name}" in row and name != "id"}
    sides["article_id"] = "other_id"
    back = {other: name for name, other in sides.items()}
    return {name: row[sides.get(name) or back.get(name) or name] for name in row}


def _names(db: sqlite3.Connection) -> dict[str, Callable[[Any], object]]:
    def by(sql: str) -> Callable[[Any], object]:
        known = dict(db.execute(sql).fetchall())
        return lambda value: known.get(value, value)

    article = by("SELECT id, source_id || ' ' || url_key FROM articles")
    blob = by("SELECT id, sha256 FROM blobs")
    snapshot = by(
        "SELECT s.id, s.url || ' ' || s.fetched_at || ' ' || b.sha256 FROM snapshots s "
        "JOIN blobs b ON b.id = s.blob_id"
    )
    reading = by("SELECT r.id, r.title || r.body_hash || r.content_hash FROM readings r")
    story = by("SELECT story_id, min(source_id || ' ' || url_key) FROM articles GROUP BY story_id")
    body = by("SELECT id, body_hash FROM bodies")
    file = by("SELECT id, url_key FROM files")
    return {
        "article_id": article, "other_article_id": article, "lead_id": article,
        "snapshot_id": snapshot, "blob_id": blob, "reading_id": reading, "story_id": story,
        "body_id": body, "file_id": file, "joined_to": story,
    }  # fmt: skip


_OF_ID = {
    "articles": "article_id", "blobs": "blob_id", "snapshots": "snapshot_id",
    "readings": "reading_id", "stories": "story_id", "bodies": "body_id", "files": "file_id",
}  # fmt: skip


def _plain(
    table: str, key: str, value: object, row: dict[str, Any], named: dict[str, Any]
) -> object:
    """A value as it is compared."""
    if key == "id" and table in _OF_ID:
        return named[_OF_ID[table]](value)
    if key in named:
        return named[key](value)
    if key in ("id", "seq", "other_id", "gathers") and isinstance(value, int):
        return "number"
    if table == "runs" and key in ("reason", "reasons"):  # what failed as often as something else
        return sorted(re.findall(r"\w+", str(value)))
    if key == "headers":  # the server says when it answered
        return [each for each in json.loads(str(value)) if each[0] != "date"]
    if table == "blobs" and key in ("data", "codec"):
        return "packed"
    if table == "samples" or key == "sketch":
        return "compared"
    return value


def assert_alike(here: Centre, there: Centre, but: Collection[str] = ()) -> None:
    """That two archives say the same, table by table, `but` for these."""
    one, other = dumped(here.archive), dumped(there.archive)
    assert one.keys() == other.keys()
    for name in sorted(one.keys() - set(but)):
        assert one[name] == other[name], name


def round_of(here: Centre, there: Centre) -> Merge:
    """A crawl at one centre, and one elsewhere for the other, at the same time."""
    run = here.crawl()
    merge = there.merge(there.fetched())
    assert merge.state is AnswerState.MERGED
    assert merge.run is not None
    assert (merge.run.outcome, merge.run.counts) == (run.outcome, run.counts)
    assert merge.unused == 0
    return merge


def later(*centres: Centre, by: timedelta = timedelta(days=1)) -> None:
    for each in centres:
        each.now += by


def test_a_slice_that_comes_back_is_the_same_crawl(centres: Two, site: tuple[Server, Site]) -> None:
    """New, unchanged, edited, redirected, gone, broken, set aside, several pages, a file."""
    here, there = centres
    web = site[1]
    publish(web, 1, 2, 3, 4, 5)
    web.answer("/robots.txt", page("User-agent: *\nDisallow: /a/5.htm\n"))
    round_of(here, there)
    assert_alike(here, there)

    later(here, there)
    html = article_html("Story 2", "Nothing of it was true, said the office." * 9)
    web.answer("/a/2.htm", page(html, ETag='"two"'))
    web.answer("/a/3.htm", answer(404))
    web.answer("/a/6.htm", redirect("/a/7.htm", 301))
    web.article("/a/7.htm", "Story 7", "A bridge was measured by engineers of the city. " * 9)
    web.answer("/a/8.htm", answer(500))
    web.answer("/a/9.htm", redirect("http://elsewhere.test/", 302))
    web.answer(
        "/a/10.htm",
        coded(gzip.compress(article_html("Story 10", "It rained. " * 60).encode()), "gzip"),
    )
    web.answer("/a/11.htm", page("<html><body></body></html>"))
    web.answer("/a/12.htm", short(b"<html>", 1_000))
    paths = [f"/a/{number}.htm" for number in (1, 2, 4, 5, 6, 8, 9, 10, 11, 12)]
    web.listing("/news.html", *paths)
    round_of(here, there)
    assert_alike(here, there)

    later(here, there)
    web.answer("/a/8.htm", page(article_html("Story 8", "It is there now. " * 30)))
    web.answer("/news.html", answer(503))
    round_of(here, there)
    assert_alike(here, there)

    later(here, there)
    web.listing("/news.html", *paths, "/a/13.htm")
    round_of(here, there)
    assert_alike(here, there)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["practice-en", "practice-zh", "practice-feed"])
def test_the_practice_portal_from_elsewhere(tmp_path: Path, name: str) -> None:
    with serve(date(2026, 3, 1), 1) as served:
        source = load_catalogue([PRACTICE]).get(name)
        here, there = pair(tmp_path, source, PRACTICE, dict(served.hosts))
        for day in (1, 1, 2, 3):
            served.set_day(day)
            round_of(here, there)
            assert_alike(here, there)
            later(here, there)


BENCH = """\
id = "bench"
name = "The portal of the benchmarks"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "chinadaily"
home = "http://en.bench.test/"
schedule = "every 1h"

[[entry]]
kind = "list"
url = "http://en.bench.test{path}"
paging = "next"
max_pages = 50
row = "ul.news li"

[links]
hosts = ["en.bench.test"]
allow = ["/{{section}}/{{yyyy}}-{{mm}}/{{dd}}/c_{{id}}.htm"]

[politeness]
delay = "0s"

[bounds]
pages = 1000
"""


@pytest.mark.slow
def test_the_portal_of_the_benchmarks_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "bench.toml").write_text(BENCH.format(path=portal.list_path("en", 1)))
    source = load_catalogue([folder]).get("bench")
    with serving_portal(200) as port:
        here, there = pair(tmp_path, source, folder, {"en.bench.test": f"127.0.0.1:{port}"})
        merge = round_of(here, there)
        assert merge.run is not None
        assert merge.run.counts.new == 100
        assert_alike(here, there, _BY_CHANCE)
        later(here, there)
        round_of(here, there)
        assert_alike(here, there, _BY_CHANCE)


def test_what_was_not_asked_for_elsewhere_stays_owed(
    centres: Two, site: tuple[Server, Site]
) -> None:
    _, there = centres
    publish(site[1], 1, 2, 3)
    path = there.fetched("job")
    edit(path, "DELETE FROM exchanges WHERE url LIKE '%/a/2.htm'")
    merge = there.merge(path)
    assert merge.run is not None
    assert merge.run.outcome is Outcome.PARTIAL
    assert dict(merge.run.reasons) == {"not_fetched": 1}
    assert merge.run.counts.new == 2
    asked = len(site[1].hits)
    later(there, by=timedelta(hours=1))
    assert there.crawl().counts.new == 1
    assert [hit.path for hit in site[1].hits[asked:]].count("/a/2.htm") == 1


def edit(answer: Path, sql: str) -> None:
    """Change an answer, and leave it whole."""
    db = sqlite3.connect(answer)
    db.execute(sql)
    db.commit()
    db.execute("VACUUM")
    db.close()


def test_merging_again_changes_nothing(centres: Two, site: tuple[Server, Site]) -> None:
    _, there = centres
    publish(site[1], 1, 2)
    path = there.fetched("job")
    first = there.merge(path)
    before = dumped(there.archive)
    later(there)
    again = there.merge(path)
    assert again.state is AnswerState.ALREADY_MERGED
    assert again.run == first.run
    assert dumped(there.archive) == before


def test_only_the_latest_attempt_counts(centres: Two, site: tuple[Server, Site]) -> None:
    _, there = centres
    publish(site[1], 1, 2)
    first, second = there.fetched("job", 1), there.fetched("job", 2)
    assert there.state("job", 1) is SliceState.LOST
    before = dumped(there.archive)
    late = there.merge(first)
    assert late.state is AnswerState.LATE
    assert late.reason == "the attempt was lost: attempt 2 took its place"
    assert dumped(there.archive) == before
    assert there.merge(second).state is AnswerState.MERGED
    assert there.merge(first).state is AnswerState.LATE
    edit(second, "UPDATE answer SET reason = 'another'")
    other = there.merge(second)
    assert (other.state, other.reason) == (
        AnswerState.LATE, "the attempt was merged, with another answer"
    )  # fmt: skip
    with pytest.raises(LookupError):
        there.out("job", 2)


def test_of_two_slices_at_once_the_first_to_come_back_counts(
    centres: Two, site: tuple[Server, Site]
) -> None:
    _, there = centres
    publish(site[1], 1, 2)
    (_, one), (_, other) = there.out("one"), there.out("other")
    later(there, by=timedelta(minutes=1))
    answers = [there.crawl_slice(path).answer for path in (one, other)]
    assert there.merge(answers[1]).state is AnswerState.MERGED
    before = dumped(there.archive)
    late = there.merge(answers[0])
    assert late.state is AnswerState.LATE
    assert "since the slice was cut" in late.reason
    assert dumped(there.archive) == before
    assert there.state("one") is SliceState.LOST


def test_a_held_host_is_not_crawled_at_the_centre(centres: Two, site: tuple[Server, Site]) -> None:
    _, there = centres
    publish(site[1], 1)
    _, path = there.out("job", hold=timedelta(hours=2))
    run = there.crawl()
    assert run.outcome is Outcome.BUSY
    assert "held for the slice job" in run.reason
    assert site[1].hits == []
    answered = there.crawl_slice(path).answer
    assert there.merge(answered).state is AnswerState.MERGED
    assert there.crawl().outcome is Outcome.OK
    there.out("next", hold=timedelta(hours=2))
    later(there, by=timedelta(hours=3))
    assert there.crawl().outcome is Outcome.OK


REFUSED = ("its checksum is another than was told", "it is the answer to another attempt",
           "it was made from another slice than was handed out",
           "it names no slice of this archive", "its crawl has not ended",
           "it has more than the tables of an answer: a trigger")  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_changes_nothing_and_is_an_incident(
    centres: Two, site: tuple[Server, Site], why: str
) -> None:
    _, there = centres
    publish(site[1], 1, 2)
    other, _ = there.out("other")
    path = there.fetched("job")
    expected, sha256 = there.ask(lambda store: store.sources.slices.get("job", 1)), None
    good = path.read_bytes()
    if "checksum" in why:
        sha256 = "0" * 64
    elif "another attempt" in why:
        expected = other
    elif "another slice" in why:
        edit(path, "UPDATE answer SET slice = replace(slice, substr(slice, 1, 1), 'f') || ''")
        edit(path, f"UPDATE answer SET slice = '{'f' * 64}'")
    elif "no slice" in why:
        edit(path, "UPDATE answer SET job = 'nobody'")
    elif "not ended" in why:
        edit(path, "UPDATE answer SET ended_at = NULL, outcome = NULL")
    else:
        edit(path, "CREATE TRIGGER t AFTER UPDATE ON answer BEGIN SELECT 1; END")
    before = dumped(there.archive)
    merge = there.merge(path, sha256=sha256, expected=expected)
    assert (merge.state, merge.reason, merge.run) == (AnswerState.REFUSED, why, None)
    assert dumped(there.archive) == before
    assert there.state("job") is SliceState.OUT
    with Archive.open(there.archive) as store:
        (incident,) = inspect_slices(store, there.now).open_now
    assert incident.finding.kind is Kind.SLICE_REFUSED
    assert why in incident.finding.message
    path.write_bytes(good)
    assert there.merge(path).state is AnswerState.MERGED
    with Archive.open(there.archive) as store:
        assert inspect_slices(store, there.now).open_now == ()


def test_clocks_elsewhere_do_not_matter(centres: Two, site: tuple[Server, Site]) -> None:
    """A machine whose clock is years ahead or behind."""
    _, there = centres
    publish(site[1], 1)
    for year, job in ((1998, "behind"), (2040, "ahead")):
        _, path = there.out(job)
        began, there.now = there.now, datetime(year, 1, 1, tzinfo=UTC)
        answered = there.crawl_slice(path).answer
        there.now = began + timedelta(hours=1)
        merge = there.merge(answered)
        assert merge.run is not None
        assert began <= merge.run.started_at <= there.now
        assert merge.run.ended_at is not None
        assert merge.run.ended_at <= there.now


def test_a_worker_that_lies_about_redirects_leads_nowhere(
    centres: Two, site: tuple[Server, Site]
) -> None:
    """What is recorded of an inner address, or of another host, is not even looked at."""
    _, there = centres
    publish(site[1], 1)
    path = there.fetched("job")
    edit(
        path,
        'UPDATE exchanges SET status = 302, headers = \'[["Location", "http://10.0.0.1/"]]\' '
        "WHERE url LIKE '%/a/1.htm'",
    )
    edit(
        path,
        "INSERT INTO exchanges SELECT 99, method, 'http://10.0.0.1/', sent, etag, modified, "
        "asked_at, seconds, 200, headers, size, sha256, body, fault, outcome, reason "
        "FROM exchanges WHERE url LIKE '%/a/1.htm'",
    )
    merge = there.merge(path)
    assert merge.run is not None
    assert dict(merge.run.reasons) == {"refused_address": 1}
    assert merge.unused == 1


def test_every_table_is_in_slices_or_is_left_out(centres: Two) -> None:
    """Whoever adds a table decides whether a crawl elsewhere needs it."""
    db = sqlite3.connect(centres[0].archive)
    tables = {row[0] for row in db.execute(TABLES)}
    db.close()
    assert not tables & LEFT_OUT & set(ROWS)
    assert tables == LEFT_OUT | set(ROWS)


LEFT_OUT = {
    "actors", "additions", "alert_deliveries", "api_answers", "api_tokens", "article_words",
    "backups", "bodies", "bugs", "certificates", "checksums", "contradiction_decisions",
    "contradiction_due", "contradiction_readings", "contradictions", "decisions", "delivered",
    "deliveries", "delivery_attempts", "digest_articles", "digest_edits", "digest_files",
    "digest_proofs", "digests", "disk_readings", "event_anchors", "event_decisions",
    "event_due", "event_links", "event_reports", "events", "fact_readings", "fact_reviews",
    "facts", "file_texts", "incidents", "links", "machine_events", "matches", "notices",
    "passes", "pauses", "people", "places", "queue", "queue_counts", "queue_due",
    "queue_key_counts", "queue_keys", "relevance", "remote_attempts", "renderings", "rot",
    "saved_searches", "scores", "scrubs", "slice_answers", "slice_hosts", "slices", "slots",
    "source_checks", "standstill", "subscription_messages", "subscription_stories",
    "subscriptions", "tellings", "ties", "versions",
    "reading_jobs", "reading_refusals",
}  # fmt: skip


def test_a_slice_holds_nothing_of_others(centres: Two, site: tuple[Server, Site]) -> None:
    _, there = centres
    publish(site[1], 1, 2)
    there.crawl()
    with Archive.open(there.archive) as store, store.writing() as tx:
        tx.sources.register(replace(there.source.ref, id="b", name="Secret"), there.now)
        run = tx.runs.start("b", there.now)
        tx.runs.finish(run.id, there.now, Outcome.OK, Counts())
    _, path = there.out()
    work = path.with_name("unpacked")
    unpack_slice(path, work)
    assert b"Secret" not in work.read_bytes()
    assert b"Laboratory" not in work.read_bytes()
    db = sqlite3.connect(work)
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


# Kills

KILLED = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from scraper.crawl.request import ArticleDone, CrawlRequest
from scraper.crawl.slices import Merger, crawl_slice
from scraper.sources.load import load_catalogue
what, path, archive, folder, now, hosts, number = sys.argv[1:]
request = CrawlRequest("x", lambda: datetime.fromisoformat(now), hosts=json.loads(hosts))
left = int(number)
def report(event):
    global left
    left -= isinstance(event, ArticleDone)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
if what == "crawl":
    crawl_slice(Path(path), Path(f"{path}.answer"), lambda source: request, report)
else:
    source = load_catalogue([Path(folder)]).get("a")
    Merger(Path(archive), request, lambda name: source, report).merge(Path(path))
"""


def killed(there: Centre, what: str, path: Path, number: int) -> None:
    """Crawl a slice or merge an answer in a process that is killed with its so-manieth article."""
    words = [what, path, there.archive, there.elsewhere.parent / "sources", there.now.isoformat(),
             json.dumps(there.hosts), number]  # fmt: skip
    done = subprocess.run([sys.executable, "-c", KILLED, *map(str, words)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_kills_of_a_crawl_elsewhere_lose_and_double_nothing(
    centres: Two, site: tuple[Server, Site]
) -> None:
    here, there = centres
    web = site[1]
    publish(web, *range(1, 13))
    here.crawl()
    _, path = there.out("job")
    recorded: set[str] = set()
    for number in (1, 4, 7):
        web.hits.clear()
        killed(there, "crawl", path, number)
        assert not recorded & {web.url(each.path) for each in web.hits}
        db = sqlite3.connect(f"{path}.answer")
        recorded |= {row[0] for row in db.execute("SELECT url FROM exchanges")}
        db.close()
        assert recorded
    web.hits.clear()
    done = there.crawl_slice(path)
    assert done.finished
    assert not recorded & {web.url(each.path) for each in web.hits}
    assert there.merge(done.answer).state is AnswerState.MERGED
    assert_alike(here, there)


@pytest.mark.slow
def test_kills_of_a_merge_lose_and_double_nothing(centres: Two, site: tuple[Server, Site]) -> None:
    here, there = centres
    publish(site[1], *range(1, 25))
    here.crawl()
    path = there.fetched("job")
    asked = len(site[1].hits)
    for number in (1, 5, 8):
        killed(there, "merge", path, number)
        assert there.state("job") is SliceState.MERGING
    assert there.merge(path).state is AnswerState.MERGED
    assert len(site[1].hits) == asked
    one, other = dumped(here.archive), dumped(there.archive)
    for name in ("articles", "readings", "snapshots", "revisions", "listings", "events",
                 "quarantine", "bodies"):  # fmt: skip
        assert _but_runs(one[name]) == _but_runs(other[name]), name
    assert there.merge(path).state is AnswerState.ALREADY_MERGED


def _but_runs(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows without numbers: of which run they are differs."""
    return sorted(
        (tuple(each for each in row if not isinstance(each, int)) for row in rows), key=repr
    )


def test_a_slice_is_crawled_by_one_process_at_a_time(
    centres: Two, site: tuple[Server, Site]
) -> None:
    _, there = centres
    publish(site[1], 1)
    _, path = there.out()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            there.crawl_slice(path)
    assert there.crawl_slice(path).finished


def test_no_slice(centres: Two, tmp_path: Path) -> None:
    _, there = centres
    path = tmp_path / "no.slice"
    path.write_bytes(b"x" * 1000)
    with pytest.raises(NoSlice):
        there.crawl_slice(path)
    path.write_bytes(zstandard.compress(there.archive.read_bytes()))
    with pytest.raises(NoSlice):
        there.crawl_slice(path)


OWN = """\
id = "bench"
name = "A portal of ours"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "{template}"
home = "http://own.test/"
schedule = "every 1h"

[[entry]]
kind = "list"
url = "http://own.test/news/"
paging = "none"
row = "ul.news li"

[links]
hosts = ["own.test"]
allow = ["/news/{{id}}.htm"]
"""


@pytest.mark.parametrize(
    "name", ["generic-x.toml", "generic.toml", "01-ours.toml", "zz.toml", "chinadaily.toml"]
)
def test_a_template_of_ours_stands_for_the_shipped_one_elsewhere_too(
    tmp_path: Path, name: str
) -> None:
    """Templates go by their ids, however their files are called."""
    folder, copy = tmp_path / "sources", tmp_path / "copy"
    (folder / "templates").mkdir(parents=True)
    shipped = (TEMPLATES / "generic.toml").read_text("utf-8")
    ours = shipped.replace('id = "generic"', 'id = "generic" # ours', 1)
    (folder / "templates" / name).write_text(ours, "utf-8")
    (folder / "bench.toml").write_text(OWN.format(template="generic"), "utf-8")
    here = load_catalogue([folder])
    files = definition_of(here.get("bench"), [folder])
    for place, text in files.items():
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        (copy / place).write_text(text, "utf-8")
    there = load_catalogue([copy])
    assert replace(there.templates["generic"], path="") == replace(
        here.templates["generic"], path=""
    )
    assert [text for text in files.values() if "# ours" in text] == [ours]
    assert set(there.templates) == set(here.templates)

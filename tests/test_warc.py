"""Archived pages out as WARC and in again, and what others' files may hold."""

from __future__ import annotations

import errno
import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from desk.practice.portal import sources_folder, truth
from desk.practice.server import serve
from hubwatch.errors import StorageError
from scraper.archives.ingest import Homes, ImportTally
from scraper.archives.jsonl import LineFault
from scraper.archives.warc import (
    MAX_BODY,
    Packing,
    Passed,
    WarcPage,
    ingest_pages,
    read_pages,
    write_warc,
)
from scraper.crawl.request import CrawlRequest
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from storage.articles.records import Query
from storage.runs import FetchKind
from storage.types import Capture, Change, Outcome, Rendering
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE, capture, insert, later
from tests.support.servers import article_html

CATALOGUE = load_catalogue([sources_folder()])
WATCHLIST = load_watchlist()
URL = "http://english.practice.test/wsb/2024-03/01/c_1.htm"
WHEN = "2024-03-02T08:00:00Z"


class Warc:
    """A file as others write them."""

    def __init__(self, path: Path, version: str = "1.0") -> None:
        self.path = path
        self._out = BytesIO()
        self._writer = WARCWriter(self._out, warc_version=version)

    def add(
        self,
        body: bytes,
        url: str = URL,
        at: str = WHEN,
        kind: str = "response",
        status: str = "200 OK",
        **headers: str,
    ) -> Warc:
        head = {"Content-Type": "text/html; charset=utf-8", **headers}
        pairs = [(name.replace("_", "-"), value) for name, value in head.items()]
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            http_headers=StatusAndHeaders(status, pairs, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": at} if at else {},
        )
        self._writer.write_record(record)
        return self

    def write(self) -> Path:
        self.path.write_bytes(self._out.getvalue())
        return self.path


def page(title: str = "Guiyang chosen as hub city", text: str = "") -> bytes:
    return article_html(title, text, "2024-03-01").encode()


def take(store: Archive, path: Path, fallback: str = "") -> ImportTally:
    homes = Homes(CATALOGUE, store.sources.refs(), fallback)
    return ingest_pages(store, read_pages(path), homes, WATCHLIST, lambda: later(days=9), path.name)


@pytest.fixture
def warc(tmp_path: Path) -> Warc:
    return Warc(tmp_path / "other.warc.gz")


def records(data: bytes) -> Iterator[Any]:
    yield from ArchiveIterator(BytesIO(data), check_digests="raise")


# ---- out


def written(*captures: Capture, packing: Packing = Packing.GZIP) -> bytes:
    out = BytesIO()
    assert write_warc(out, captures, NOW, packing) == len(captures)
    return out.getvalue()


def test_a_page_is_a_response_record_with_its_headers_and_digests() -> None:
    headers = (
        ("content-type", "text/html; charset=gb2312"),
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-length", "7"),
        ("etag", '"x"'),
    )
    kept = capture(page(), headers=headers)
    for packing in Packing:
        info, response = list(records_read(written(kept, packing=packing)))
        assert info["type"] == "warcinfo"
        assert "no request records" in info["body"].decode()
        assert response["type"] == "response"
        assert response["body"] == kept.body
        assert response["http"] == [
            ("content-type", "text/html; charset=gb2312"),
            ("etag", '"x"'),
            ("content-length", str(len(kept.body))),
        ]
        assert response["head"]["WARC-Date"] == "2026-03-02T04:00:00.000000Z"
        assert response["head"]["WARC-Payload-Digest"].startswith("sha1:")
        assert response["head"]["WARC-Target-URI"] == kept.url


def records_read(data: bytes) -> Iterator[dict[str, Any]]:
    for record in records(data):
        yield {
            "type": record.rec_type,
            "head": dict(record.rec_headers.headers),
            "http": record.http_headers.headers if record.http_headers else [],
            "body": record.content_stream().read(),
        }


def test_the_same_pages_give_the_same_bytes_and_each_record_its_own_gzip_member() -> None:
    captures = (capture(page("One")), capture(page("Two"), url="http://english.practice.test/2"))
    data = written(*captures)
    assert data == written(*captures)
    assert data.count(b"\x1f\x8b\x08") == 3
    assert gzip.decompress(data) == written(*captures, packing=Packing.PLAIN)


@pytest.mark.slow
def test_out_and_in_again_gives_the_same_articles(tmp_path: Path) -> None:
    """The practice portal, crawled; its pages handed on; the same archive of articles elsewhere."""
    from datetime import date

    from scraper.crawl.run import crawl

    first, second, file = tmp_path / "a.db", tmp_path / "b.db", tmp_path / "pages.warc.gz"
    Archive.create(first).close()
    anchor, names = date(2026, 3, 1), ("practice-en-kjj", "practice-en-jw")
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with serve(anchor, 1) as served:
        request = CrawlRequest("x", lambda: now, hosts=served.hosts)
        crawl([CATALOGUE.get(name) for name in names], first, request, lambda event: None)
    with Archive.open_readonly(first) as store, file.open("wb") as out:
        before = list(store.articles.each(Query()))
        write_warc(out, _pages(store), NOW)
    expected = {each.url for name in names for each in truth(anchor, 1).of_source(name)}
    with Archive.create(second) as store:
        tally = take(store, file)
        assert tally.figures["new"] == len(before) == len(expected)
        after = list(store.articles.each(Query()))
        for one, other in zip(before, after, strict=True):
            for name in ("url", "source_id", "title", "body", "published", "source", "html"):
                assert getattr(one, name) == getattr(other, name)
            assert other.baseline
        again = take(store, file)
        assert again.figures["unchanged"] == len(before)
        assert store.maintenance.integrity() == ()


def _pages(store: Archive) -> Iterator[Capture]:
    for each in store.articles.each(Query()):
        for revision in store.revisions.of(each.id):
            assert revision.snapshot_id is not None
            yield store.pages.snapshot(revision.snapshot_id)


APP = "http://english.practice.test/wsb/app/"


def rendered(number: int, shell: bytes = b"<div id=app></div>", **fields: Any) -> Capture:
    """A page as its scripts made it, at a route."""
    made = Rendering(
        shell, "text/html; charset=gb2312", "Chromium 150", 3, 900, 1.5, "a \u8d35 note"
    )
    headers = (("content-type", "text/html; charset=utf-8"), ("server", "nginx"))
    fields = {"url": f"{APP}#/article/{number}", "headers": headers, "rendering": made, **fields}
    return capture(page(f"Laboratory {number} opens in Guiyang"), **fields)


def test_a_rendered_page_is_a_response_and_what_became_of_it() -> None:
    _, response, first, second = records_read(written(rendered(1), rendered(2)))
    assert (response["type"], response["body"]) == ("response", b"<div id=app></div>")
    assert response["head"]["WARC-Target-URI"] == APP
    assert response["http"] == [
        ("content-type", "text/html; charset=gb2312"),
        ("server", "nginx"),
        ("content-length", "18"),
    ]
    for number, each in enumerate((first, second), 1):
        assert (each["type"], each["body"]) == ("conversion", rendered(number).body)
        assert each["head"]["WARC-Refers-To"] == response["head"]["WARC-Record-ID"]
        assert each["head"]["WARC-Target-URI"] == f"{APP}#/article/{number}"
        assert each["head"]["Content-Type"] == "text/html; charset=utf-8"
    assert first["head"]["WARC-Record-ID"] != second["head"]["WARC-Record-ID"]


def test_a_page_rendered_where_it_stands_has_two_records_of_its_address() -> None:
    captures = [rendered(n, b"<p>%d" % n, url=APP + str(n), final_url="") for n in (1, 2)]
    found = list(records_read(written(*captures)))[1:]
    assert [each["type"] for each in found] == ["response", "conversion"] * 2
    assert len({each["head"]["WARC-Record-ID"] for each in found}) == 4
    assert {each["head"]["WARC-Target-URI"] for each in found} == {APP + "1", APP + "2"}


@pytest.mark.parametrize("most", [1, 1 << 20])
def test_rendered_pages_come_back_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Also where more responses were met than can be remembered."""
    monkeypatch.setattr("scraper.archives.warc._REMEMBERED", most)
    redirected = {"url": f"{APP}old", "final_url": f"{APP}#/article/9"}
    captures = [
        rendered(1, b"one"), rendered(2, b"two"), capture(page(), url=URL), rendered(3, b"one"),
        rendered(4, b"two"), rendered(9, b"one", **redirected),
    ]  # fmt: skip
    file = tmp_path / "x.warc.gz"
    file.write_bytes(written(*captures))
    found = [each.capture for each in read_pages(file) if isinstance(each, WarcPage)]
    assert [each.rendering for each in found] == [each.rendering for each in captures]
    for one, other in zip(found, captures, strict=True):
        assert (one.url, one.final_url) == (other.url, other.final_url or other.url)
        assert (one.body, one.fetched_at) == (other.body, other.fetched_at)
        if one.rendering is not None:
            assert one.headers == other.headers


def test_conversions_that_do_not_hold_are_faults_and_those_of_others_are_passed_over(
    tmp_path: Path,
) -> None:
    plain = written(rendered(1), packing=Packing.PLAIN)
    file = tmp_path / "x.warc"

    def read(old: bytes, new: bytes) -> WarcPage | Passed | LineFault:
        assert old in plain
        file.write_bytes(plain.replace(old, new))
        return list(read_pages(file))[-1]

    assert isinstance(read(b"WARC", b"WARC"), WarcPage)
    (refers,) = re.findall(rb"WARC-Refers-To: \S+", plain)
    (told,) = re.findall(rb"Hubwatch-Rendered: ({.*})", plain)
    whole = b"Hubwatch-Rendered: " + told
    for old, new, reason in (
        (refers, b"WARC-Refers-To: <urn:uuid:0>", "is not before it"),
        (refers, b"X: y", "is not before it"),
        (told, b"[1]", "is no JSON object"),
        (told, b"[" * 50_000, "is no JSON object"),
        (told, told.replace(b": 3", b": -1"), "requests is"),
        (told, told.replace(b": 3", b": true"), "requests is"),
        (told, told.replace(b"1.5", b"NaN"), "seconds is"),
        (told, told.replace(b"Chromium 150", b"\\ud800"), "characters"),
        (told, told.replace(b"Chromium 150", b"x" * 5000), "browser is"),
        (b"charset=utf-8\r\nContent-L", b"\r\nContent-L", ""),
        (b"Content-Type: text/html; charset=utf-8", b"Content-Type: image/png", "is HTML"),
        (b"forty laboratories", b"fifty laboratories", "digest"),
    ):
        fault = read(old, new)
        assert isinstance(fault, LineFault if reason else WarcPage), (new[:50], fault)
        assert not isinstance(fault, LineFault) or reason in fault.reason
    assert isinstance(read(whole, b"X: y"), Passed)


# ---- in


def test_pages_of_others_are_read_as_if_fetched_then(store: Archive, warc: Warc) -> None:
    file = (
        warc.add(b"GET / HTTP/1.1", kind="request")
        .add(gzip.compress(page()), Content_Encoding="gzip")
        .add(b"\x89PNG", url="http://english.practice.test/i.png", Content_Type="image/png")
        .add(page(), url="http://nobody.example.org/2024/a.html")
        .add(b"", url="http://english.practice.test/wsb/2024-03/01/c_2.htm", status="404 Not Found")
        .write()
    )
    tally = take(store, file)
    assert tally.faults == []
    assert (tally.figures["new"], tally.figures["skipped"]) == (1, 4)
    (kept,) = store.articles.each(Query())
    assert (kept.url, kept.source_id, kept.title) == (
        URL,
        "practice-en",
        "Guiyang chosen as hub city",
    )
    (revision,) = store.revisions.of(kept.id)
    assert revision.snapshot_id is not None
    shot = store.pages.snapshot(revision.snapshot_id)
    assert shot.fetched_at == datetime(2024, 3, 2, 8, tzinfo=UTC)
    assert shot.body == page()
    assert shot.header("content-encoding") is None
    assert kept.baseline


def test_pages_of_nobody_go_to_the_named_source(store: Archive, warc: Warc) -> None:
    file = warc.add(page(), url="http://nobody.example.org/2024/a.html").write()
    assert take(store, file, "attic").figures["new"] == 1
    (kept,) = store.articles.each(Query())
    assert (kept.source_id, kept.source_name) == ("attic", "attic")
    assert kept.published is not None


def test_a_file_of_which_nothing_is_used_says_why(hubwatch: CommandLine, warc: Warc) -> None:
    file = (
        warc.add(b"GET / HTTP/1.1", kind="request")
        .add(page(), url="http://nobody.example.org/2024/a.html")
        .add(page(), url="http://nobody.example.org/2024/b.html")
        .write()
    )
    ended = hubwatch("--db", "x.db", "import", file)
    assert ended.code == 1
    assert "3 passed over" in ended.out
    _archive_made, pages, records = ended.err.splitlines()
    assert "no source takes the addresses of 2 pages (nobody.example.org ×2); --source ID" in pages
    assert "`hubwatch --db x.db sources`" in pages
    assert "1 record" in records
    assert hubwatch("--db", "x.db", "import", file, "--json").code == 1
    assert hubwatch("--db", "x.db", "import", file, "--source", "attic", "--new-source").code == 0
    assert hubwatch("--db", "x.db", "import", file, "--source", "attic", "--new-source").code == 0


def test_a_page_that_is_no_article_is_set_aside_once(store: Archive, warc: Warc) -> None:
    file = warc.add(b"<html><body><h1>Nothing</h1></body></html>").write()
    assert take(store, file).figures["quarantined"] == 1
    assert take(store, file).figures["unchanged"] == 1
    (aside,) = store.pages.quarantined()
    assert aside.url == URL


def test_an_import_stops_where_no_process_can_be_started_to_read_a_page(
    store: Archive, warc: Warc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.EMFILE, "too many open files")

    file = warc.add(page()).write()
    monkeypatch.setattr("scraper.workers.readers._FEW", 0)
    with monkeypatch.context() as exhausted:
        exhausted.setattr("scraper.workers.pool._start", full)
        with pytest.raises(StorageError, match="nothing more is imported: this machine opens"):
            take(store, file)
    assert store.pages.quarantined() == ()
    assert take(store, file).figures["new"] == 1


def test_an_older_page_never_replaces_a_newer_one(store: Archive, tmp_path: Path) -> None:
    new = Warc(tmp_path / "new.warc.gz").add(page("New title"), at="2024-06-01T00:00:00Z").write()
    old = Warc(tmp_path / "old.warc.gz").add(page("Old title"), at="2024-05-01T00:00:00Z").write()
    assert take(store, new).figures["new"] == 1
    assert take(store, old).figures["stays"] == 1
    (kept,) = store.articles.each(Query())
    assert (kept.title, kept.revisions) == ("New title", 1)


def test_a_newer_page_is_a_revision(store: Archive, warc: Warc) -> None:
    file = warc.add(page("Old")).add(page("New"), at="2024-05-01T00:00:00Z").write()
    tally = take(store, file)
    assert (tally.figures["new"], tally.figures["changed"]) == (1, 1)
    assert [event.change for event in store.revisions.events()] == [Change.NEW, Change.CHANGED]
    assert all(event.baseline for event in store.revisions.events())


def test_what_is_gone_is_not_brought_back(store: Archive, warc: Warc) -> None:
    take(store, warc.add(page()).write())
    (kept,) = store.articles.each(Query())
    with store.writing() as tx:
        run = tx.runs.start(kept.source_id, NOW)
        tx.articles.mark_gone(kept.id, run_id=run.id, now=NOW, outcome=Outcome.GONE, evidence="404")
    later_file = Warc(warc.path.with_name("later.warc.gz")).add(
        page("B"), at="2025-01-01T00:00:00Z"
    )
    assert take(store, later_file.write()).figures["stays"] == 1
    (kept,) = store.articles.each(Query())
    assert kept.gone_at is not None


def test_faults_of_a_record_are_reported_with_its_number(store: Archive, warc: Warc) -> None:
    file = (
        warc.add(page(), at="yesterday")
        .add(page(), url="http://me@english.practice.test/x")
        .add(gzip.compress(b"x" * (MAX_BODY + 1)), Content_Encoding="gzip")
        .add(page())
        .write()
    )
    tally = take(store, file)
    assert [fault.number for fault in tally.faults] == [1, 2, 3]
    assert "WARC-Date 'yesterday' is no date" in tally.faults[0].reason
    assert "larger than 10 MiB" in tally.faults[2].reason
    assert tally.figures["new"] == 1
    assert tally.runs[0].outcome is Outcome.PARTIAL


@pytest.mark.parametrize("protocol", [b"HTTP/2", b"HTTP/3", b"http/1.1"])
def test_a_page_had_by_another_protocol_is_a_page(tmp_path: Path, protocol: bytes) -> None:
    """Crawlers write the status line as they had it, and warcio would know two protocols only."""
    plain = written(capture(page(), url=URL), packing=Packing.PLAIN)
    head = b"HTTP/1.1 200 OK"
    file = tmp_path / "other.warc"
    named = re.sub(rb"WARC-(Block-|Payload-)Digest: \S+\r\n", b"", plain)
    longer = len(protocol) - len(b"HTTP/1.1")
    (length,) = re.findall(rb"Content-Length: (\d+)\r\n\r\nHTTP", named)
    said = named.replace(
        b"Content-Length: " + length, b"Content-Length: %d" % (int(length) + longer), 1
    )
    file.write_bytes(said.replace(head, protocol + b" 200 OK"))
    (found,) = [each for each in read_pages(file) if isinstance(each, WarcPage)]
    assert (found.capture.status, found.capture.body) == (200, page())


def test_a_damaged_or_cut_record_is_no_page(tmp_path: Path) -> None:
    plain = written(capture(page(), url=URL), packing=Packing.PLAIN)
    damaged = tmp_path / "damaged.warc"
    damaged.write_bytes(plain.replace(b"forty laboratories", b"fifty laboratories"))
    info, fault = read_pages(damaged)
    assert isinstance(info, Passed)
    assert isinstance(fault, LineFault)
    assert "digest" in fault.reason
    cut = tmp_path / "cut.warc"
    cut.write_bytes(plain[:-300])
    assert not any(isinstance(each, WarcPage) for each in read_pages(cut))


def test_a_file_that_is_none(hubwatch: CommandLine, tmp_path: Path) -> None:
    for name, data in (("a.warc", b"hello\nworld"), ("b.warc.gz", gzip.compress(b"no" * 99))):
        path = tmp_path / name
        path.write_bytes(data)
        ended = hubwatch("--db", tmp_path / "x.db", "import", path)
        assert ended.code == 1
        assert "not a WARC file from record 1 on" in ended.err
        assert "Traceback" not in ended.err


def test_what_was_read_before_a_file_breaks_off_is_kept(store: Archive, warc: Warc) -> None:
    file = warc.add(page()).write()
    file.write_bytes(file.read_bytes() + b"broken")
    (fault,) = take(store, file).faults
    assert fault == LineFault(2, "not a WARC file from record 2 on: no record begins there")
    assert store.articles.count(Query()) == 1
    assert store.runs.latest()[0].outcome is Outcome.PARTIAL


def test_row_264_a_damaged_file_is_summed_up_and_shows_none_of_its_bytes(
    hubwatch: CommandLine, warc: Warc, tmp_path: Path
) -> None:
    file = warc.add(page()).write()
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(file.read_bytes()) + bytes(range(256)) * 40)
    ended = hubwatch("--db", tmp_path / "a.db", "import", plain, "--source", "x", "--new-source")
    assert ended.code == 3
    assert ended.err.splitlines()[1:] == [
        f"{plain}: 2: not a WARC file from record 2 on: no record begins there"
    ]
    assert "1 new, 1 not usable" in ended.out


def test_a_redirect_is_an_alias_again(tmp_path: Path) -> None:
    asked = "http://english.practice.test/old/c_1.htm"
    file = tmp_path / "x.warc.gz"
    file.write_bytes(written(capture(page(), url=asked, final_url=URL)))
    with Archive.create(tmp_path / "x.db") as store:
        take(store, file)
        assert [each.url for each in store.articles.at_url(asked)] == [URL]


def test_the_command_line_writes_the_pages_of_what_it_selects(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    db = tmp_path / "a.db"
    with Archive.create(db) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        shot = tx.pages.keep(SOURCE.id, capture(page()), FetchKind.ARTICLE)
        tx.articles.apply(insert(), source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=shot)
        tx.articles.apply(
            insert(url="http://english.practice.test/none.htm"),
            source_id=SOURCE.id,
            run_id=run.id,
            now=NOW + timedelta(0),
        )
    for name, magic in (("a.warc.gz", b"\x1f\x8b"), ("a.warc", b"WARC/1.1")):
        ended = hubwatch("--db", db, "export", "-o", tmp_path / name)
        assert (ended.code, ended.out) == (0, "")
        assert "1 archived page" in ended.err
        assert (tmp_path / name).read_bytes().startswith(magic)

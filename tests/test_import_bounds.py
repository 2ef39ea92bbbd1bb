"""Imports of files made to keep a reader busy: linear time, flat memory, a word for each."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import PageError, StorageError
from scraper import space
from scraper.archives.ingest import Homes, ImportTally, ingest
from scraper.archives.jsonl import (
    MAX_FIELD,
    MAX_ITEMS,
    MAX_LINE,
    Line,
    LineFault,
    LongLine,
    read_lines,
)
from scraper.archives.warc import Passed, WarcPage, ingest_pages, read_pages
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from tests.hostile.judge import watched
from tests.support.cli import away
from tests.support.effort import cpu
from tests.support.make import BODY, NOW
from tests.support.paths import ROOT

MEGABYTE = 1024 * 1024


def record(body: str, **fields: object) -> bytes:
    value = {"url": "http://old.example.org/a/1.htm", "title": "Hub city", "body": body, **fields}
    return json.dumps({"source": "old-portal", **value}).encode()


def take(store: Archive, path: Path) -> ImportTally:
    homes = Homes(load_catalogue(), store.sources.refs(), "old-portal")
    if ".warc" in path.name:
        pages = read_pages(path)
        return ingest_pages(store, pages, homes, load_watchlist(), lambda: NOW, path.name)
    return ingest(store, read_lines(path), homes, load_watchlist(), lambda: NOW, path.name)


# ---- lines


@given(
    lines=st.lists(st.sampled_from([b"", b" ", b"\t\r", b'{"a": 1}', b"[1]", b"x" * 300, b"{"])),
    size=st.integers(1, 40),
)
def test_lines_have_their_numbers_wherever_a_piece_ends(lines: list[bytes], size: int) -> None:
    from scraper.archives import jsonl

    data = b"\n".join(lines)
    before, jsonl._PIECE = jsonl._PIECE, size
    try:
        found = list(jsonl._raw_lines(Pieces(data)))  # type: ignore[arg-type]
    finally:
        jsonl._PIECE = before
    assert [(number, line.strip()) for number, line in found if line is not None] == [
        (number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()
    ]


class Pieces:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def read1(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]


def test_a_line_as_long_as_may_be_is_read_and_a_longer_one_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'"' + b"x" * (MAX_LINE - 2) + b'"\n"' + b"x" * (MAX_LINE - 1) + b'"\n{}')
    first, second, third = read_lines(path)
    assert isinstance(first, LongLine)
    assert len(first.raw) == MAX_LINE
    assert second == LineFault(2, f"is longer than {MAX_LINE // MEGABYTE} MiB")
    assert third == Line(3, {})


@pytest.mark.parametrize("blank", [b"\n", b" \n", b"\r\n", b" "])
def test_very_many_blank_lines_take_little_time(tmp_path: Path, blank: bytes) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(blank * (40 * MEGABYTE // len(blank)) + b"{}", 1))
    with cpu() as spent:
        (line,) = read_lines(path)
    assert spent.under(4), spent
    assert line == Line(40 * MEGABYTE // len(blank) * blank.count(b"\n") + 1, {})


@pytest.mark.parametrize("keep", [5, 0.5, -4])
def test_gzip_that_is_cut_or_damaged_is_said_in_words(tmp_path: Path, keep: float) -> None:
    packed = gzip.compress(b'{"a": 1}\n' * 10_000)
    path = tmp_path / "x.jsonl.gz"
    at = int(len(packed) * keep) if isinstance(keep, float) else int(keep)
    path.write_bytes(packed[:at])
    if keep == 5:
        with pytest.raises(PageError, match="ends early"):
            list(read_lines(path))
    else:
        *whole, last = read_lines(path)
        assert {type(each) for each in whole} == {Line}
        assert last == LineFault(
            len(whole) + 1, "cannot be read from here on: the gzip data ends early"
        )
    path.write_bytes(packed[:20] + b"\xff" * 20 + packed[40:])
    with pytest.raises(PageError, match="damaged"):
        list(read_lines(path))


def test_long_lines_are_read_in_a_worker_as_short_ones_are_here(
    store: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    long = "\n\n".join(f"{BODY} {number}" for number in range(4000))
    lines = [
        record(long, url="http://old.example.org/a/1.htm"),
        record(BODY, url="http://old.example.org/a/2.htm"),
        b'{"url": "' + b"x" * 300_000 + b'"}',
        b"[" * 300_000,
    ]
    path.write_bytes(b"\n".join(lines))
    tally = take(store, path)
    assert (tally.figures["new"], tally.figures["faults"]) == (2, 2)
    assert tally.faults[0].reason.startswith("url:")
    assert tally.faults[1].reason == "is not JSON that anybody writes: it nests too deep"
    assert set(store.sources.refs()) == {"old-portal", "practice-en"}
    assert take(store, path).figures["unchanged"] == 2
    path.write_bytes(record(long + "\n\nMore."))
    assert take(store, path).figures["changed"] == 1


TOO_MUCH: dict[str, dict[str, object]] = {
    "images: has 2001 entries": {"images": [{"url": "http://a.test/1"}] * (MAX_ITEMS + 1)},
    "attachments: has 2001 entries": {"attachments": [{"url": "ni:///sha-256;x"}] * 2001},
    "provenance: has more than": {"provenance": {f"f{n}": {"from": "meta"} for n in range(2001)}},
    "provenance: has more": {"provenance": {"x" * (MAX_FIELD + 1): {"from": "meta"}}},
    "raw: is longer": {"provenance": {"title": {"from": "meta", "raw": "x" * (MAX_FIELD + 1)}}},
    "url: is longer": {"url": "http://a.test/" + "x" * MAX_FIELD},
    "title: is longer": {"title": "x" * (MAX_FIELD + 1)},
    "author: is longer": {"author": "x" * (MAX_FIELD + 1)},
    "outcome: is longer": {"outcome": "x" * (MAX_FIELD + 1)},
    "outcome: 'xxx": {"outcome": "x" * 1000},
}


@pytest.mark.parametrize("reason", TOO_MUCH)
def test_a_field_that_takes_more_memory_than_an_article_is_a_short_fault(
    store: Archive, tmp_path: Path, reason: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(record(BODY) + b"\n" + record(BODY, **TOO_MUCH[reason]))
    tally = take(store, path)
    assert tally.figures["new"] == 1
    (fault,) = tally.faults
    assert fault.number == 2
    assert fault.reason.startswith(reason)
    assert len(fault.reason) <= 200


def test_as_many_pictures_as_may_be_are_kept(store: Archive, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    images = [{"url": f"http://a.test/{number}"} for number in range(MAX_ITEMS)]
    path.write_bytes(record(BODY, images=images, author="x" * MAX_FIELD))
    assert take(store, path).figures["new"] == 1


# ---- WARC


def warc(*pages: bytes, coding: str = "", head: str = "", url: str = "http://a.test/1") -> bytes:
    """Records as a simple program might write them."""
    out = b""
    for page in pages:
        kind = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        said = f"Content-Encoding: {coding}\r\n" if coding else ""
        block = f"{kind}{said}{head}\r\n".encode() + page
        out += (
            (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Date: 2024-05-06T00:00:00Z\r\nContent-Length: {len(block)}\r\n\r\n"
            ).encode()
            + block
            + b"\r\n\r\n"
        )
    return out


PAGE = b"<html><title>Hub</title><p>" + b"The city opens laboratories. " * 20 + b"</p></html>"


def bodies(data: bytes, path: Path) -> list[bytes | str]:
    path.write_bytes(data)
    found: list[bytes | str] = []
    for each in read_pages(path):
        assert not isinstance(each, Passed)
        found.append(each.capture.body if isinstance(each, WarcPage) else each.reason)
    return found


def test_codings_are_undone_one_over_the_other_or_left_where_they_are_not_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.warc"
    twice = gzip.compress(zlib.compress(PAGE))
    assert bodies(warc(twice, coding="deflate, gzip"), path) == [PAGE]
    for coding in ("gzip", "br", "zstd", "deflate", "gzip, br"):
        assert bodies(warc(PAGE, coding=coding), path) == [PAGE]
    cut = gzip.compress(PAGE)[:-9]
    assert bodies(warc(cut, PAGE, coding="gzip"), path) == [
        "truncated: the compressed body ends early",
        PAGE,
    ]
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    assert bodies(warc(chunked, head="Transfer-Encoding: chunked\r\n"), path) == [PAGE]
    assert bodies(warc(PAGE, head="Transfer-Encoding: chunked\r\n"), path) == [PAGE]


def test_a_bomb_is_a_fault_and_the_next_record_is_read(tmp_path: Path) -> None:
    bomb = brotli.compress(b"\0" * 100 * MEGABYTE)
    (tmp_path / "y.warc").write_bytes(warc(bomb, coding="br") + warc(PAGE))
    fault, page = read_pages(tmp_path / "y.warc")
    assert isinstance(fault, LineFault)
    assert fault.reason.startswith("too_big: ")
    assert isinstance(page, WarcPage)


HEADS = {
    "one long line": b"WARC/1.0\r\nX: " + b"x" * 3 * MEGABYTE,
    "many lines": b"WARC/1.0\r\n" + b"a: b\r\n" * MEGABYTE,
    "blank lines": warc(PAGE) + b"\n" * 3 * MEGABYTE + warc(PAGE),
    "zeros": b"\0" * 3 * MEGABYTE,
    "no address": warc(PAGE).replace(b"WARC-Target-URI: http://a.test/1\r\n", b""),
    "no status": warc(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP/1.1"),
    "no type": warc(PAGE).replace(b"WARC-Type: response\r\n", b""),
    "a length that is none": warc(PAGE).replace(b"Content-Length: ", b"Content-Length: -"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", HEADS)
def test_a_head_without_end_ends_in_words(tmp_path: Path, name: str, packed: bool) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(gzip.compress(HEADS[name], 1) if packed else HEADS[name])
    try:
        for each in read_pages(path):
            assert isinstance(each, WarcPage | Passed | LineFault)
    except PageError as error:
        assert "not a WARC file from record" in str(error)
        assert "object" not in str(error)


def test_a_record_of_a_wrong_length_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(warc(PAGE) + warc(PAGE).replace(b"Content-Length: ", b"Content-Length: 1") * 2)
    with contextlib.suppress(PageError):
        list(read_pages(path))
    path.write_bytes((warc(PAGE)[:-30] + b"\r\n\r\n") * 3)
    with contextlib.suppress(PageError):
        list(read_pages(path))
    assert capfd.readouterr().err == ""


def test_gzip_that_is_damaged_within_a_record_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    packed = gzip.compress(warc(random.Random(1).randbytes(90_000)), 1)
    path.write_bytes(gzip.compress(warc(PAGE)) + packed[:40_000] + b"\xff" * 90_000)
    first, *_, last = read_pages(path)
    assert isinstance(first, WarcPage)
    assert isinstance(last, LineFault)
    assert "the gzip data is damaged" in last.reason


def test_many_records_are_no_long_head(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    record = b"WARC/1.0\r\nWARC-Type: metadata\r\nX: " + b"x" * 5000
    path.write_bytes((record + b"\r\nContent-Length: 0\r\n\r\n\r\n\r\n") * 500)
    assert len(list(read_pages(path))) == 500


def test_pages_are_read_within_bounds_and_those_behind_them_too(
    store: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "x.warc"
    nested = b"<html><body>" + b"<div>" * 150_000 + PAGE
    path.write_bytes(
        warc(nested, url="http://a.test/news/1.html") + warc(PAGE, url="http://a.test/news/2.html")
    )
    tally = take(store, path)
    assert tally.figures["read"] == 2
    assert tally.used == 2


# ---- room on the disk


def test_nothing_is_imported_below_the_floor(
    store: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [500, 500, 499]
    monkeypatch.setattr(space, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(
        space.shutil,
        "disk_usage",
        lambda folder: shutil._ntuple_diskusage(10**12, 0, 10**6 * (free.pop(0) if free else 499)),
    )
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join(record(BODY, url=f"http://a.test/{n}") for n in range(120)))
    homes = Homes(load_catalogue(), store.sources.refs())
    rules = (homes, load_watchlist(), lambda: NOW, "x", 500 * 10**6)
    with pytest.raises(StorageError, match="nothing more is imported: 499 MB are free"):
        ingest(store, read_lines(path), *rules)
    (run,) = store.runs.latest()
    assert run.counts.new == 50
    with pytest.raises(StorageError):
        ingest_pages(store, iter(()), *rules)


# ---- files of hundreds of megabytes, measured


def zeros() -> Iterator[bytes]:
    for _ in range(500):
        yield b"\0" * MEGABYTE


def newlines() -> Iterator[bytes]:
    for _ in range(400):
        yield b"\n" * MEGABYTE


def long_line() -> Iterator[bytes]:
    yield record("The city wants forty laboratories to open their doors. " * (24 * MEGABYTE // 55))


def longest_lines() -> Iterator[bytes]:
    """A character beyond the plane of all others makes each of them take four bytes."""
    for number, body in enumerate(("x " * (MAX_LINE // 2 - 500), "x" * 2 * MEGABYTE) * 3):
        yield record(body + "\U0001f600", url=f"http://old.example.org/a/{number}.htm") + b"\n"


def many_pictures() -> Iterator[bytes]:
    yield record(BODY, images=[{"url": "http://a.test/1"}] * (19 * MEGABYTE // 31)) + b"\n"
    yield record(BODY, images=[{"url": "http://a.test/1"}] * (MAX_LINE // 32)) + b"\n"
    for number in range(100):
        images = [{"url": "http://a.test/1"}] * 8_000
        yield record(BODY, images=images, url=f"http://old.example.org/{number}.htm") + b"\n"


def long_fields() -> Iterator[bytes]:
    for name in ("url", "title", "author", "outcome", "published", "x"):
        for size in (20 * MEGABYTE, MAX_LINE - 1000, 200_000):
            yield record(BODY, **{name: "http://a.test/" + "x" * size}) + b"\n"


def nested_lists() -> Iterator[bytes]:
    yield record(BODY, x=[]).replace(b"[]", b"[" + b"{}," * (8 * MEGABYTE) + b"{}]")


FILES = {
    "zeros.warc.gz": zeros,
    "newlines.warc.gz": newlines,
    "zeros.jsonl.gz": zeros,
    "newlines.jsonl.gz": newlines,
    "long.jsonl": long_line,
    "longest.jsonl": longest_lines,
    "pictures.jsonl": many_pictures,
    "fields.jsonl": long_fields,
    "nested.jsonl": nested_lists,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_files_made_to_fill_the_memory_are_imported_in_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    away(tmp_path, monkeypatch)
    path = tmp_path / name
    with gzip.open(path, "wb", 1) if name.endswith(".gz") else path.open("wb") as out:
        for piece in FILES[name]():
            out.write(piece)
    command = [sys.executable, "-m", "hubwatch", "--db", "a.db"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    subprocess.run([*command, "init"], cwd=tmp_path, env=env, capture_output=True, check=False)
    done = watched([*command, "import", name], "", 120, tmp_path)
    assert "Traceback" not in done.out
    assert done.most < 300 * MEGABYTE, done.out
    assert done.code in (0, 1, 3), done.out
    assert done.out.strip()


def test_statements_that_write_articles_are_prepared_once(tmp_path: Path) -> None:
    """With what sums up their rows, preparing them takes longer than running them."""
    written = [0]

    def count(action: int, table: str | None, *_: str | None) -> int:
        written[0] += (action, table) == (18, "readings")  # SQLITE_INSERT, told while preparing
        return 0

    path = tmp_path / "articles.jsonl"
    dice = random.Random(1)
    lines = [
        record(
            "\n\n".join(f"{BODY} {dice.random()}" for _ in range(dice.randrange(1, 9))),
            url=f"http://old.example.org/a/{number}.htm",
        )
        for number in range(150)
    ]
    path.write_bytes(b"\n".join(lines))
    with Archive.create(tmp_path / "hubwatch.db") as store:
        store._db.conn.set_authorizer(count)
        assert take(store, path).figures["new"] == 150
    assert 1 <= written[0] < 10

"""What the command line refuses: no traceback, and never a file that is not what its name says."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import CommandLine
from tests.support.paths import ROOT

BROKEN = ("ftp://x", "http://", "http://x:99999/", "http://[bad", "http://x:abc/", "http://a b/")
NOT_THERE = (
    ("import", "none.jsonl"),
    ("parse", "none.html"),
    ("parse", "page.html", "--urls", "none.tsv"),
    ("match", "none.jsonl"),
    ("match", "items.jsonl", "--watchlist", "none.toml"),
    ("backup", "restore", "none.zip"),
    ("backup", "verify", "none.zip"),
    ("watchlist", "test", "none.toml"),
    (
        "stories",
        "add",
        "--title",
        "T",
        "--source",
        "S",
        "--date",
        "2026",
        "--file",
        "none.pdf",
        "--by",
        "Ana",
    ),
    ("sources", "save", "none.toml"),
    ("sources", "add", "--list", "none.html", "--url", "http://a.example/"),
    ("sources", "record", "guiyang-en", "http://a.example/", "--file", "none.html"),
    ("digest", "edit", "1", "--import", "none.toml", "--by", "Ana"),
    ("--config", "none.toml", "status"),
)


@pytest.fixture
def ready(hubwatch: CommandLine) -> CommandLine:
    """A configuration and an archive with two articles."""
    assert hubwatch("init", "--contact", "mailto:me@example.org").code == 0
    lines = [
        {"url": f"http://english.guiyang.gov.cn/2026-03/01/c_{n}.htm", "title": f"Hub city {n}",
         "body": f"Guiyang is a hub city of Innovation China {n}. " * 9, "published": "2026-03-01"}
        for n in (1, 2)
    ]  # fmt: skip
    Path("items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    Path("page.html").write_text("<h1>Hub city</h1>", "utf-8")
    assert hubwatch("import", "items.jsonl").code == 0
    return hubwatch


@pytest.mark.parametrize("address", BROKEN)
@pytest.mark.parametrize(
    "command",
    [
        ("crawl",),
        ("stories", "add", "--by", "Ana"),
        ("sources", "add", "--yes"),
        ("sources", "record", "guiyang-en"),
        ("parse", "page.html", "--url"),
    ],
)
def test_a_broken_address_is_a_usage_error(
    ready: CommandLine, command: tuple[str, ...], address: str
) -> None:
    ended = ready(*command, address)
    assert (ended.code, ended.out) == (2, "")
    assert f"{address!r} is no http or https address" in ended.err


@pytest.mark.parametrize("command", NOT_THERE)
def test_a_file_that_is_not_there_has_one_exit_code(
    ready: CommandLine, command: tuple[str, ...]
) -> None:
    ended = ready(*command)
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(r"hubwatch: none\.\w+: there is no such file\n", ended.err)


@pytest.mark.parametrize("name", ["z.odt", "z.doc", "z.xls", "z.rss", "z.xyz", "z.html.gz"])
def test_a_digest_is_not_written_under_an_ending_that_is_none_of_its_formats(
    ready: CommandLine, name: str
) -> None:
    ended = ready("digest", "-o", name)
    assert (ended.code, ended.out) == (2, "")
    assert "is the ending of no format" in ended.err
    assert not Path(name).exists()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("digest", "--format", "csv", "-o"), "z.xlsx"),
        (("digest", "--format", "xlsx", "-o"), "z.txt"),
        (("digest", "--format", "md", "-o"), "z.pdf"),
        (("export", "--format", "jsonl", "-o"), "e.warc.gz"),
        (("export", "--format", "warc", "-o"), "e.jsonl"),
        (("export", "-o"), "e.json"),
        (("export", "-o"), "e.jsonl.xz"),
        (("backup",), "b.tar.gz"),
        (("watchlist", "copy"), "w.zip"),
        (("watchlist", "copy"), "w.warc"),
        (("backup",), "b.html"),
        (("sources", "check", "--all", "--report"), "r.pdf"),
    ],
)
def test_no_file_has_an_ending_that_belongs_to_another_format(
    ready: CommandLine, command: tuple[str, ...], name: str
) -> None:
    ended = ready(*command, name)
    assert (ended.code, ended.out) == (2, "")
    assert name in ended.err
    assert not Path(name).exists()


@pytest.mark.parametrize("name", ["z.csv.part", "notes", "z.txt"])
def test_a_format_that_was_asked_for_goes_into_a_file_of_any_other_name(
    ready: CommandLine, name: str
) -> None:
    assert ready("digest", "--format", "csv", "-o", name).code == 0
    assert Path(name).read_text("utf-8-sig").startswith("number,")


def test_an_export_is_packed_where_its_name_says_so_and_comes_back(ready: CommandLine) -> None:
    assert ready("export", "-o", "e.jsonl").code == 0
    assert ready("export", "-o", "e.jsonl.gz").code == 0
    packed = Path("e.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == Path("e.jsonl").read_bytes()
    assert ready("export", "-o", "again.jsonl.gz").code == 0
    assert Path("again.jsonl.gz").read_bytes() == packed
    assert ready("--db", "copy.db", "import", "e.jsonl.gz", "--json").json["new"] == 2


def test_a_backfill_goes_back_and_not_ahead(ready: CommandLine) -> None:
    ended = ready("backfill", "guiyang-en", "--since", "2099-01-01")
    assert (ended.code, ended.out) == (2, "")
    assert "is still to come" in ended.err


def test_an_import_takes_a_new_id_only_where_one_says_that_it_is_new(ready: CommandLine) -> None:
    slip = ready("import", "items.jsonl", "--source", "guiyang-n")
    assert (slip.code, slip.out) == (2, "")
    assert "did you mean" in slip.err
    assert "--new-source" in slip.err
    assert ready("import", "items.jsonl", "--source", "guiyang-en").code == 0
    assert ready("import", "items.jsonl", "--source", "old-portal", "--new-source").code == 0


def test_what_is_advised_for_a_page_that_is_not_archived_can_be_carried_out(
    ready: CommandLine,
) -> None:
    page = "http://english.guiyang.gov.cn/2023-08/29/c_914299.htm"
    taken = ready("sources", "record", "guiyang-en", page)
    assert taken.code == 1
    assert re.search("`(.*)`", taken.err)[1] == f"hubwatch crawl {page}"  # type: ignore[index]
    other = ready("sources", "record", "guiyang-en", "http://nowhere.example/x")
    assert other.code == 1
    assert "`" not in other.err
    assert "--file FILE" in other.err


def test_a_hint_quotes_a_name_with_a_blank(ready: CommandLine) -> None:
    said = ready("watchlist", "copy", "my list.toml").out
    advised = shlex.split(re.search("`(.*)`", said)[1])  # type: ignore[index]
    assert ready(*advised[1:]).code == 0


_WRITER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(1.5)
"""


def test_who_waits_for_a_locked_archive_is_told(ready: CommandLine, tmp_path: Path) -> None:
    archive = next(tmp_path.rglob("hubwatch.db"))
    child = subprocess.Popen(
        [sys.executable, "-c", _WRITER, archive], stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout and child.stdout.readline() == "locked\n"
        ended = ready("decisions", "add", "1", "star", "--by", "Ana")
    assert ended.code == 0
    waiting = ended.err.splitlines()[0]
    assert waiting.startswith(f"{archive}: ")
    assert "is writing; waiting" in waiting
    if Path("/proc/locks").exists():
        assert f"process {child.pid} (" in waiting


def piped(line: str, given: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """A command that reads what it is given, in a process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-P", "-m", "hubwatch", "--db", "p.db", *line.split()]
    return subprocess.run(
        words, input=given, capture_output=True, cwd=folder, env=environment, check=False
    )


@pytest.mark.slow
def test_a_dash_is_standard_input_and_output(ready: CommandLine, tmp_path: Path) -> None:
    lines = Path("items.jsonl").read_bytes()
    taken = piped("import - --json", lines, tmp_path)
    assert (json.loads(taken.stdout)["new"], taken.returncode) == (2, 0), taken.stderr
    again = piped("import - --json", gzip.compress(lines), tmp_path)
    assert json.loads(again.stdout)["unchanged"] == 2
    out = piped("export -o -", b"", tmp_path)
    assert len(out.stdout.splitlines()) == 2
    assert not (tmp_path / "-").exists()
    assert b"Guiyang" in piped("match - --json", lines, tmp_path).stdout
    page = piped("parse - --json", b"<h1>Hub city</h1>", tmp_path)
    assert json.loads(page.stdout)["outcome"]
    assert piped("digest -o - --format csv", b"", tmp_path).stdout.startswith(b"\xef\xbb\xbfnumber")


@pytest.mark.parametrize("command", [("backup", "verify", ""), ("import", ""), ("match", ".")])
def test_a_folder_is_no_file(ready: CommandLine, command: tuple[str, ...]) -> None:
    ended = ready(*command)
    assert (ended.code, ended.out) == (2, "")


def test_a_span_beyond_the_calendar_is_a_usage_error(ready: CommandLine) -> None:
    said = ("--why", "moved", "--by", "Ana", "--until", "999999999d")
    ended = ready("timetable", "pause", "guiyang-en", *said)
    assert (ended.code, ended.out) == (2, "")


NO_TEXT = os.fsdecode(b"b\xff")


def _installed(hubwatch: CommandLine) -> None:
    Path("hubwatch.toml").write_text('archive = "a.db"\n', encoding="utf-8")
    assert hubwatch("--config", "hubwatch.toml", "init").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("search", "--city", NO_TEXT),
        ("search", "hub", "--topic", NO_TEXT),
        ("export", "--city", NO_TEXT),
        ("facts", "--about", NO_TEXT),
        ("decisions", "--by", NO_TEXT),
        ("sources", "edit", "guiyang-en", f"note={NO_TEXT}"),
        ("timetable", "pause", "guiyang-en", "--until", "1h", "--by", "A", "--why", NO_TEXT),
    ],
)
def test_row_265_bytes_that_are_no_text_are_refused_in_one_line(
    hubwatch: CommandLine, words: tuple[str, ...]
) -> None:
    _installed(hubwatch)
    ended = hubwatch("--config", "hubwatch.toml", *words)
    assert ended.code == 2
    (line,) = ended.err.splitlines()
    assert line.endswith("b\\xff is no text in UTF-8; type it anew")


def test_row_265_a_file_may_have_any_name(hubwatch: CommandLine, tmp_path: Path) -> None:
    _installed(hubwatch)
    lines = tmp_path / f"{NO_TEXT}.jsonl"
    lines.write_text('{"url": "http://old.example.org/1.htm", "title": "Hub", "body": "A hub."}')
    config = ("--config", "hubwatch.toml")
    source = ("--source", "attic", "--new-source")
    assert hubwatch(*config, "import", lines, *source).code == 0
    (run,) = hubwatch(*config, "sources", "runs", "--json").json
    assert run["reason"] == "from b\\xff.jsonl"
    made = tmp_path / f"{NO_TEXT}.zip"
    assert hubwatch(*config, "backup", made).code == 0
    assert hubwatch(*config, "backup", "verify", made).code == 0
    archive = ("--db", tmp_path / f"{NO_TEXT}.db")
    assert hubwatch(*archive, "import", lines, *source).code == 0
    assert len(hubwatch(*archive, "search", "hub", "--json").json) == 1

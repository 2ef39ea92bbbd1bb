"""The tree of commands, walked: help with examples that can be typed, JSON, a man page, completion.
And the fuzz: whatever is typed, no traceback, and no file that is not what its name says."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from desk.cli.main import cli
from desk.cli.options import ADDRESS, FILE, FOLDER, INPUT
from tests.support import command_pages
from tests.support.cli import CommandLine, away
from tests.support.examples import examples
from tests.support.make import BODY
from tests.support.paths import ROOT
from tests.support.shown import Shown, complaint

Leaf = tuple[str, click.Command]


def leaves(command: click.Command, context: click.Context) -> Iterator[Leaf]:
    """Every command that does something, with its name as it is typed."""
    if not isinstance(command, click.Group):
        yield " ".join(context.command_path.split()[1:]), command
        return
    if command.invoke_without_command:
        yield " ".join(context.command_path.split()[1:]), command
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        if not below.hidden:
            yield from leaves(below, click.Context(below, info_name=name, parent=context))


LEAVES = dict(leaves(cli, click.Context(cli, info_name="hubwatch")))
NO_JSON = {
    "run": "goes on until it is stopped, and logs JSON",
    "desk": "goes on until it is stopped",
    "practice": "goes on until it is stopped",
    "worker": "goes on until it is stopped",
    "cluster acl": "prints the lines of a file",
    "mcp": "answers a program until that is done",
    "demo": "shows people how it looks",
    "completion": "prints a script for a shell",
    "export": "prints JSON Lines",
    "digest render": "writes a file; --format json",
    "digest preview": "writes a file; --format json",
    "digest evidence": "writes a file",
    "digest template": "writes a file",
    "watchlist copy": "writes a file",
    "archive upgrade": "is done once, by people",
}
"""Why a command prints no JSON."""
FREE = ("words", "value", "url", "named", "what", "key", "assignments", "reason", "phrase", "text")
"""Arguments that are anything that people may write."""


@pytest.mark.parametrize("name", LEAVES)
def test_help_has_an_example_that_can_be_typed(hubwatch: CommandLine, name: str) -> None:
    said = hubwatch(*name.split(), "--help").out
    assert "Examples:" in said
    block = said.partition("Examples:\n")[2].partition("\n\n")[0].replace("\\\n", " ")
    lines = [line.strip() for line in block.splitlines() if "hubwatch " in line]
    assert lines
    for line in lines:
        typed = line.rpartition("hubwatch ")[2].partition(" > ")[0]
        assert complaint(Shown(name, typed, whole=True)) == "", line


@pytest.mark.parametrize("name", LEAVES)
def test_json_is_printed_or_it_is_said_why_not(name: str) -> None:
    options = {option for param in LEAVES[name].params for option in param.opts}
    assert ("--json" in options) != (name in NO_JSON), name


def test_what_prints_no_json_is_there() -> None:
    assert set(NO_JSON) <= set(LEAVES)


@pytest.mark.parametrize("name", LEAVES)
def test_arguments_are_completed(name: str) -> None:
    for param in LEAVES[name].params:
        if not isinstance(param, click.Argument) or param.name in FREE:
            continue
        known = param._custom_shell_complete is not None
        assert known or isinstance(param.type, click.Choice | click.Path), param.name


def test_each_man_page_renders() -> None:
    pages = command_pages.manual_pages(command_pages.command_tree())
    assert {name.split()[0] for name in LEAVES} <= {
        page.removeprefix("hubwatch-").removesuffix(".1") for page in pages
    }
    if shutil.which("groff") is None:
        pytest.skip("there is no groff here")
    for page, text in pages.items():
        command = ["groff", "-man", "-Tutf8", "-ww", "-Kutf8"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert done.stderr == b"", page
        assert b"NAME" in re.sub(b".\x08", b"", done.stdout), page


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(hubwatch: CommandLine, shell: str) -> None:
    script = hubwatch("completion", shell).out
    assert "_HUBWATCH_COMPLETE" in script
    if shutil.which(shell):
        done = subprocess.run(
            [shell, "-n"], input=script, text=True, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def completed(folder: Path, line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hubwatch"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_HUBWATCH_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [each.partition(",")[2] for each in done.stdout.splitlines() if each]


@pytest.fixture
def ready(hubwatch: CommandLine) -> CommandLine:
    """A configuration and an archive with two articles, and Ana who may use the desk."""
    return filled(hubwatch)


@pytest.fixture
def ready_for_bytes(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The same, where anything may be printed: archived pages are no text."""
    away(tmp_path, monkeypatch)
    return filled(CommandLine(capsysbinary))


def filled(hubwatch: CommandLine) -> CommandLine:
    """The command line with such an archive."""
    assert hubwatch("init", "--contact", "mailto:me@example.org").code == 0
    lines = [
        {"url": f"http://english.guiyang.gov.cn/2026-03/01/c_{n}.htm", "title": f"Hub city {n}",
         "body": f"{n} {BODY}", "published": "2026-03-01"}
        for n in (1, 2)
    ]  # fmt: skip
    Path("items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    Path("page.html").write_text("<h1>Hub city</h1>", "utf-8")
    assert hubwatch("import", "items.jsonl").code == 0
    assert hubwatch("people", "add", "Ana").code == 0
    return hubwatch


@pytest.mark.slow
def test_a_shell_completes_what_the_archive_knows(ready: CommandLine, tmp_path: Path) -> None:
    assert "guiyang-en" in completed(tmp_path, "hubwatch crawl guiyang-")
    assert completed(tmp_path, "hubwatch stories merge ") == ["2", "1"]
    assert completed(tmp_path, "hubwatch decisions add 1 acc") == ["accept"]
    assert completed(tmp_path, "hubwatch decisions add 1 accept --by A") == ["Ana"]
    assert "hub-city" in completed(tmp_path, "hubwatch search --topic hub")
    assert completed(tmp_path, "hubwatch --db none.db stories show ") == []
    assert "timetable" in completed(tmp_path, "hubwatch time")
    Path("hubwatch.toml").write_text("nonsense", "utf-8")
    assert "guiyang-en" in completed(tmp_path, "hubwatch --config hubwatch.toml crawl guiyang-")


@pytest.mark.slow
def test_completion_is_quick_and_loads_no_crawler(ready: CommandLine, tmp_path: Path) -> None:
    code = (
        "import sys, click\nfrom desk.cli.main import cli\n"
        "from desk.cli.completion import complete\n"
        "root = click.Context(cli, info_name='hubwatch')\n"
        "root.params = {}\n"
        "assert complete('source', root, 'guiyang')\n"
        "heavy = {'scrapy', 'twisted', 'bs4', 'lxml', 'trafilatura', 'apscheduler'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    began = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert time.monotonic() - began < 5


# The fuzz. Words are drawn by what an option or argument takes, from those that are right, those
# that are nearly right and those that mean nothing.

_ANYTHING = [
    "",
    " ",
    "-",
    "--",
    "x",
    "0",
    "-1",
    "1",
    "9" * 30,
    "\x1b[31m",
    "贵阳",
    "é\u202e",
    "a\nb",
    "'",
    "../..",
    "/dev/null",
    "NaN",
    "%s",
    "%(x)s",
    "{0}",
    "*",
    "\ud800",
]
_ADDRESSES = [
    "ftp://x",
    "http://",
    "http://x:99999/",
    "http://[bad",
    "http://[::1",
    "//x",
    "http:x",
    "http://user@x/",
    "http://x\\y/",
    "http://xn--a/",
    "http://" + "a" * 300 + "/",
    "javascript:alert(1)",
    "http://é\u200c.example:0/",
    "http://x y/",
]
_MOMENTS = [
    "7d",
    "12h",
    "2026-01-31",
    "2026-02-30",
    "2099-01-01",
    "0000-00-00",
    "9999-12-31",
    "2026-01-31T08:00",
    "2026-01-31T25:00",
    "-1d",
    "999999999d",
    "1e9d",
    "soon",
]
_IDS = ["guiyang-en", "nosuch", "GUIYANG-EN", "a" * 300, "../x", "guiyang-en "]
_INPUTS = ["items.jsonl", "page.html", "none", "empty", "broken.gz", "folder", "binary", "bom.toml"]
_ENDINGS = [
    "",
    ".md",
    ".html",
    ".csv",
    ".xlsx",
    ".docx",
    ".json",
    ".jsonl",
    ".jsonl.gz",
    ".warc",
    ".warc.gz",
    ".zip",
    ".pdf",
    ".doc",
    ".xls",
    ".rss",
    ".gz",
    ".txt",
    ".toml",
    ".eml",
    ".atom",
    ".XLSX",
    ".tar.gz",
    ".JSONL.GZ",
]
_NEVER_RUN = {"run", "desk", "practice", "demo", "setup", "mcp", "sources check", "sources adopt"}
"""They go on, ask portals, or play for seconds; their arguments are read by the same types."""
_MAGIC = {
    ".gz": (b"\x1f\x8b",), ".zip": (b"PK",), ".xlsx": (b"PK",), ".docx": (b"PK",),
    ".html": (b"<!doctype", b"<!DOCTYPE"), ".json": (b"{",), ".atom": (b"<?xml", b"<feed"),
    ".jsonl": (b"{",), ".warc": (b"WARC/",), ".csv": (b"\xef\xbb\xbfnumber",),
    ".eml": (b"From", b"Subject", b"MIME", b"To", b"Date", b"Message", b"Content"),
}  # fmt: skip
_REFUSED = (".pdf", ".doc", ".xls", ".rss", ".tar.gz")


def word_for(param: click.Parameter, draw: random.Random) -> str:
    """A word for a parameter: mostly of its kind."""
    if draw.random() < 0.15:
        return draw.choice(_ANYTHING)
    kind, name = param.type, param.name or ""
    if isinstance(kind, click.Choice):
        return str(draw.choice([*kind.choices, "none"]))
    if kind is ADDRESS or "url" in name:
        return draw.choice(_ADDRESSES)
    if kind is INPUT or name in ("files", "named", "back", "backup"):
        return draw.choice(_INPUTS)
    if kind in (FILE, FOLDER) or isinstance(kind, click.Path):
        return f"out{draw.choice(_ENDINGS)}"
    if isinstance(kind, click.IntRange) or kind is click.INT:
        return draw.choice(["1", "2", "0", "-1", "99", "9" * 20, "x", "1.5"])
    if name in ("since", "until", "date", "ahead", "wait", "length"):
        return draw.choice(_MOMENTS)
    if name in ("source_id", "sources", "source", "targets", "names", "jobs", "source_ids"):
        return draw.choice(_IDS)
    return draw.choice(["Ana", "Hub city", "hub-city", *_ANYTHING])


def line_of(name: str, draw: random.Random) -> list[str]:
    """A command line of that command."""
    words, tail = name.split(), []
    for param in LEAVES[name].params:
        several = param.nargs == -1 or getattr(param, "multiple", False)
        times = draw.choice([0, 1, 1, 2]) if several else 1
        if isinstance(param, click.Argument):
            if param.required or draw.random() < 0.7:
                tail += [word_for(param, draw) for _ in range(max(times, int(param.required)))]
            continue
        if "--help" in param.opts or (param.name == "number" and param.hidden):  # type: ignore[attr-defined]
            continue
        if draw.random() < (0.9 if param.required else 0.25):
            option = draw.choice(param.opts)
            flag = getattr(param, "is_flag", False)
            values = 0 if flag else max(param.nargs, 1)
            words += [option, *(word_for(param, draw) for _ in range(values))]
    return [*words, *(["--json"] if draw.random() < 0.1 else []), *tail]


def lay_out() -> None:
    """Files that are read."""
    Path("empty").write_bytes(b"")
    Path("broken.gz").write_bytes(gzip.compress(b"{}" * 99)[:20])
    Path("binary").write_bytes(bytes(range(256)) * 9)
    Path("bom.toml").write_bytes(b"\xef\xbb\xbfid = 'x'\n")
    Path("folder").mkdir(exist_ok=True)


def check(ended_code: int, told: str, line: list[str]) -> None:
    """No traceback, a known exit code, and files that are what their names say."""
    assert "Traceback" not in told, line
    assert ended_code in (0, 1, 2, 3), line
    for path in Path().glob("out*"):
        if path.is_file() and ended_code == 0:
            ending = next((each for each in _MAGIC if path.name.lower().endswith(each)), "")
            head = path.read_bytes()[:64]
            assert not path.name.endswith(_REFUSED), line
            assert not ending or not head or head.startswith(_MAGIC[ending]), (line, head)
        if path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path)


FUZZED = sorted(set(LEAVES) - _NEVER_RUN)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_there_is_no_traceback(
    ready_for_bytes: CommandLine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    lay_out()
    ready = ready_for_bytes
    draw = random.Random(seed)
    lone = re.compile("[\ud800-\udfff]")
    for _ in range(examples(160)):
        line = [lone.sub("", word) for word in line_of(draw.choice(FUZZED), draw)]
        monkeypatch.setattr("sys.stdin", open(os.devnull, encoding="utf-8"))  # noqa: SIM115, PTH123
        ended = ready("--db", "a.db", *line) if draw.random() < 0.1 else ready(*line)
        check(ended.code, ended.err, line)


@pytest.mark.slow
def test_nor_in_a_process_of_its_own(ready: CommandLine, tmp_path: Path) -> None:
    lay_out()
    draw = random.Random(17)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(examples(120)):
        line = line_of(draw.choice(FUZZED), draw)
        words = [word.encode("utf-8", "surrogatepass") for word in line]
        done = subprocess.run(
            [sys.executable.encode(), b"-P", b"-m", b"hubwatch", *words], env=environment,
            cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        check(done.returncode, done.stderr.decode("utf-8", "replace"), line)


@pytest.mark.parametrize("line", ["export --format warc", "digest --format docx"])
def test_nothing_binary_comes_on_a_terminal(
    ready: CommandLine, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("desk.cli.console.is_terminal", lambda: True)
    for module in ("export", "digests.common"):
        monkeypatch.setattr(f"desk.cli.{module}.is_terminal", lambda: True)
    ended = ready(*line.split())
    assert (ended.code, ended.out) == (2, "")
    assert "name a file with -o" in ended.err

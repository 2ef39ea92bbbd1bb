"""Formats of other packages: they make files of digests, and whatever they do, no issue waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk.delivery.targets import DeliveryTarget, Folder
from desk.delivery.webhook import WebhookRoute
from desk.digest.drafts import Wanted, draft
from desk.digest.formats import plugins
from desk.digest.formats.plugins import FormatFault, media_type_of, plugin, rendered
from desk.digest.issues import issue, issued_bytes, missing_files
from desk.digest.model import PLAIN, Format
from desk.digest.sending import Sender
from hubwatch.errors import HubwatchError
from storage.archive import Archive
from tests.support.cli import CommandLine, away
from tests.support.digest_samples import sample
from tests.support.digest_series import text
from tests.support.make import SHANGHAI, SOURCE, later
from tests.support.paths import ROOT
from tests.support.visits import Visits

NOW = later(days=40)
GOOD = """
import json
class F:
    media_type, suffix = "text/x-lines; charset=utf-8", "lines"
    def render(self, digest):
        print("a plug-in may print")
        return "\\n".join(i["title"] for s in digest["sections"] for i in s["items"]).encode()
FORMAT = F()
"""
FAULTS = {
    "raises": ('    raise ValueError("no such thing")', "ValueError: no such thing"),
    "exits": ("    import sys; sys.exit(3)", "exit code 3"),
    "dies": ("    import os; os._exit(9)", "exit code 9"),
    "text": ('    return "text"', "render returned str, not bytes"),
    "nothing": ('    return b""', "render returned nothing"),
    "hangs": ("    import time; time.sleep(600)", "not done in"),
    "floods": ("    return b'x' * (70 * 1024**2)", ""),
    "eats": ("    return bytes(8 * 1024**3)", "MemoryError"),
}
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a package with entry points where it is found, as an installer does."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{ROOT}")
    plugin.cache_clear()

    def put(package: str, code: str, *words: str) -> None:
        site = tmp_path / "site"
        info = site / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{package}.py").write_text(code, encoding="utf-8")
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8"
        )
        lines = "".join(f"{word} = {package}:FORMAT\n" for word in words)
        (info / "entry_points.txt").write_text(f"[hubwatch.formats]\n{lines}", encoding="utf-8")

    yield put
    plugin.cache_clear()


def faulty(body: str) -> str:
    indented = body.replace("    ", "        ", 1)
    return (
        'class F:\n    media_type, suffix = "text/plain", "x"\n'
        f"    def render(self, digest):\n{indented}\nFORMAT = F()\n"
    )


@pytest.fixture
def desk(store: Archive) -> Archive:
    """An archive with a draft of one item."""
    visits = Visits(store, days=30)
    visits.run({"old": text(0)})
    visits.run({"a": text(1)})
    wanted = Wanted("Weekly", SHANGHAI, since=later(days=29), enabled=(SOURCE,))
    draft(store, wanted, person="Ana", now=NOW)
    return store


def test_a_plug_in_gets_the_json_form_and_gives_a_file(install: Install) -> None:
    install("lines", GOOD, "lines")
    assert plugins.words() == ("lines",)
    found = plugin("lines")
    assert (found.package, found.suffix) == ("lines 1.0", "lines")
    titles = [item.title for item in sample().items]
    assert rendered(sample(), "lines").decode().split("\n") == titles
    assert media_type_of("lines") == "text/x-lines; charset=utf-8"
    assert plugins.name_of(12, "lines") == "digest-12-lines.lines"


def test_its_file_is_frozen_with_the_issue_and_stays_when_it_is_gone(
    desk: Archive, install: Install, tmp_path: Path
) -> None:
    install("lines", GOOD, "lines")
    issue(desk, 1, PLAIN, person="Li", now=NOW)
    assert issued_bytes(desk, 1, "lines", PLAIN) == b"On a"
    assert [told for told in missing_files(desk, 1) if "PDF" not in told] == []
    (tmp_path / "out").mkdir()
    target = DeliveryTarget("team", Folder(tmp_path / "out"), ("lines", "json"))
    sent = Sender(desk, WebhookRoute(), NOW).send(1, target)
    assert sent.delivery.state == "delivered"
    names = {each.name for each in (tmp_path / "out").iterdir()}
    assert names == {"digest-1-lines.lines", "digest-1.json"}
    for each in (tmp_path / "site" / "lines-1.0.dist-info").iterdir():
        each.unlink()
    plugin.cache_clear()
    assert plugins.words() == ()
    assert issued_bytes(desk, 1, "lines", PLAIN) == b"On a"
    assert media_type_of("lines") == "application/octet-stream"


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_plug_in_does_the_issue_goes_out_with_all_else_and_says_so(
    desk: Archive,
    install: Install,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body, reason = FAULTS[fault]
    monkeypatch.setattr(plugins, "SECONDS", 5.0)
    install("bad", faulty(body), "bad")
    issue(desk, 1, PLAIN, person="Li", now=NOW)
    kept = {each.format for each in desk.digests.files(1)}
    assert kept >= set(Format) - {Format.PDF}
    assert "bad" not in kept
    assert reason in caplog.text
    assert "the issue has no bad: its plug-in made none" in missing_files(desk, 1)
    with pytest.raises(HubwatchError, match="issued without the format bad"):
        issued_bytes(desk, 1, "bad", PLAIN)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("FORMAT = 1", "has no attribute 'media_type'"),
        ("raise RuntimeError('at once')", "RuntimeError: at once"),
        ('class FORMAT:\n    media_type, suffix = "x", "y"', "no media type and suffix"),
        ('class FORMAT:\n    media_type, suffix = "text/x\\nSet-Cookie: a", "y"', "no media type"),
        ('class FORMAT:\n    media_type, suffix = "text/x", "../../y"', "no media type"),
        ("no python", "SyntaxError"),
    ],
)
def test_what_is_no_format_is_a_clear_line(install: Install, code: str, reason: str) -> None:
    install("bad", code, "bad")
    with pytest.raises(FormatFault) as found:
        rendered(sample(), "bad")
    assert reason in str(found.value)
    assert "\n" not in str(found.value)


def test_words_that_are_ours_or_twice_or_none_are_refused(install: Install) -> None:
    install("one", GOOD, "html", "Big", "both", "figures.csv")
    install("two", GOOD, "both", "fine")
    assert plugins.words() == ("fine",)
    said = " ".join(plugins.refused_words())
    assert "one 1.0: 'html' is a format of Hubwatch's own" in said
    assert "one 1.0: 'figures.csv' is a format" in said
    assert "one 1.0: 'Big' is no word" in said
    assert said.count("another package has a format 'both', too") == 2
    with pytest.raises(FormatFault, match="no plug-in brings"):
        rendered(sample(), "both")


def test_by_command(
    install: Install,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    desk: Archive,
) -> None:
    install("lines", GOOD, "lines")
    (tmp_path / "home").mkdir()
    away(tmp_path / "home", monkeypatch)
    hubwatch = CommandLine(capsys)
    here = ("--db", str(desk.path), "--now", NOW.isoformat())
    written = hubwatch(*here, "digest", "render", "1", "--format", "lines", "-o", "x.any")
    assert (written.code, Path("x.any").read_bytes()) == (0, b"On a")
    refused = hubwatch(*here, "digest", "render", "1", "--format", "no-such")
    assert (refused.code, "no-such" in refused.err) == (2, True)
    told = hubwatch(*here, "digest", "issue", "1", "--by", "Li")
    assert told.code == 0
    assert hubwatch(*here, "digest", "render", "1", "--format", "lines").out == "On a"
    assert "lines (lines 1.0)" in hubwatch(*here, "doctor").out


@pytest.mark.slow
def test_the_example_is_built_installed_and_makes_a_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real package by a real installer, without the network."""
    pytest.importorskip("hatchling")
    site = tmp_path / "site"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    example = tmp_path / "example"
    subprocess.run(["cp", "-r", str(ROOT / "examples" / "format"), str(example)], check=True)
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", str(site), str(example)], check=True, timeout=120
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", f"{site}:{ROOT}")
    plugin.cache_clear()
    assert plugins.words() == ("calendar",)
    assert plugin("calendar").package == "hubwatch-calendar 1.0"
    data = rendered(sample(), "calendar")
    plugin.cache_clear()
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    items = sample().items
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(items)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    known = {"BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART;VALUE=DATE"}
    known |= {"DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION", "URL"}
    assert {line.partition(":")[0] for line in lines if line} == known

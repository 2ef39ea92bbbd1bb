"""`hubwatch people` and `hubwatch desk` as they are typed."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.cli import CommandLine, away
from tests.support.desks import keep, page_of
from tests.support.paths import ROOT
from tests.support.servers import free_port


@pytest.fixture
def hubwatch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    away(tmp_path, monkeypatch)
    return CommandLine(capsys)


def test_people_are_added_listed_and_deactivated(hubwatch: CommandLine, archive: Path) -> None:
    db = ("--db", archive)
    added = hubwatch(*db, "people", "add", "LI", "--role", "reader")
    assert added.code == 0
    assert added.out.startswith("http://127.0.0.1:8420/sign-in?link=")
    assert "works once" in added.err
    (listed,) = hubwatch(*db, "people", "--json").json
    assert (listed["name"], listed["role"], listed["revoked"]) == ("LI", "reader", None)
    assert hubwatch(*db, "people", "link", "LI").out != added.out
    assert hubwatch(*db, "people", "revoke", "LI").code == 0
    assert hubwatch(*db, "people", "--json").json[0]["revoked"] is not None
    refused = hubwatch(*db, "people", "link", "LI")
    assert (refused.code, refused.out) == (1, "")
    assert "may not use the desk" in refused.err
    unknown = hubwatch(*db, "people", "revoke", "ANA")
    assert unknown.code == 1
    assert "nobody called ANA" in unknown.err
    assert hubwatch(*db, "people", "add", " x").code == 2


def test_the_public_address_is_in_the_link(hubwatch: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "hubwatch.toml"
    config.write_text('archive = "a.db"\n[desk]\naddress = "https://hubwatch.example.org"\n')
    Archive.create(tmp_path / "a.db").close()
    added = hubwatch("--config", config, "people", "add", "LI")
    assert added.out.startswith("https://hubwatch.example.org/sign-in?link=")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('listen = "0.0.0.0:80"', "no loopback address"),
        ('address = "hubwatch.example.org"', "is no origin"),
        ('address = "https://hubwatch.example.org/desk"', "is no origin"),
        ('user = "LI"\naddress = "https://a.example"', "everybody whom the proxy lets in"),
        ('user = "LI"\nlogin_header = "X-Login"', "everybody whom the proxy lets in"),
        ('proxies = ["proxy.local"]', "proxies"),
        ("port = 80", "unknown key"),
    ],
)
def test_a_desk_that_would_let_anybody_in_is_refused(
    hubwatch: CommandLine, tmp_path: Path, written: str, told: str
) -> None:
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "a.db"\n[desk]\n{written}\n')
    ended = hubwatch("--config", config, "people")
    assert ended.code == 2
    assert told in ended.err


@pytest.mark.slow
def test_the_desk_opens_serves_and_closes_cleanly(archive: Path) -> None:
    keep(archive, page_of(1))
    port = free_port()
    command = [sys.executable, "-P", "-m", "hubwatch", "--db", str(archive), "desk"]
    asked = [*command, "--user", "LI", "--listen", f"127.0.0.1:{port}"]
    child = subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    assert child.stderr.readline() == (
        f"the desk is open at http://127.0.0.1:{port}; Ctrl-C closes it\n"
    )
    assert f'`listen = "127.0.0.1:{port}"`' in child.stderr.readline()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/?grade=all")
    assert "Story number 1" in connection.getresponse().read().decode()
    second = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "not to be had" in second.stderr
    connection.close()
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0
    child.stderr.close()


def test_a_desk_listens_on_loopback_only(hubwatch: CommandLine, archive: Path) -> None:
    ended = hubwatch("--db", archive, "desk", "--listen", "0.0.0.0:8420")
    assert ended.code == 2
    assert "no loopback address" in ended.err

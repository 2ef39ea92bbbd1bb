"""What this user may not read: the archive, its folder, the folder of sources. Each command says so
in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.archive_files import filled, hubwatch, unprivileged
from tests.support.daemons import soon
from tests.support.paths import ROOT

CONFIG = 'archive = "data/hubwatch.db"\ncontact = "mailto:you@example.org"\nenabled = []\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with an archive in a folder of its own."""
    path = tmp_path / "hubwatch.toml"
    path.write_text(CONFIG, encoding="utf-8")
    (tmp_path / "data").mkdir()
    filled(tmp_path / "data" / "hubwatch.db")
    return path


@pytest.fixture(params=["data/hubwatch.db", "data"])
def closed(config: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The archive, or the folder it lies in, which nobody may read."""
    path = config.parent / request.param
    mode = path.stat().st_mode
    path.chmod(0)
    yield path
    path.chmod(mode)


@pytest.mark.parametrize(
    "words",
    ["search hub", "status --quiet", "run", "init", "setup --yes", "crawl --all", "archive check"],
)
def test_row_260_an_archive_that_may_not_be_read_is_said_in_one_line(
    config: Path, closed: Path, words: str
) -> None:
    ended = hubwatch("--config", config, *words.split(), preexec_fn=unprivileged)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    archive = config.parent / "data" / "hubwatch.db"
    assert line == (
        f"hubwatch: {archive}: cannot be read by this user; run this as its owner, or check the "
        f"permissions of {closed}"
    )


def test_row_260_machines_are_told_that_an_archive_may_not_be_read(
    config: Path, closed: Path
) -> None:
    ended = hubwatch("--config", config, "search", "hub", "--json", preexec_fn=unprivileged)
    told = json.loads(ended.stderr)["error"]
    assert (ended.returncode, told["kind"], told["exit_code"]) == (1, "failed", 1)
    assert f"check the permissions of {closed}" in told["message"]


def test_row_260_a_backup_of_what_may_not_be_read_is_refused_in_one_line(
    config: Path, closed: Path
) -> None:
    made = config.parent / "backup.zip"
    ended = hubwatch("--config", config, "backup", made, preexec_fn=unprivileged)
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert "hubwatch.db: Permission denied; run this as its owner" in line
    assert not made.exists()


def test_row_260_doctor_goes_on_where_an_archive_may_not_be_read(
    config: Path, closed: Path
) -> None:
    ended = hubwatch("--config", config, "doctor", "--json", preexec_fn=unprivileged)
    checks = {each["check"]: each for each in json.loads(ended.stdout)["checks"]}
    assert (ended.returncode, checks["archive"]["state"]) == (1, "fault")
    assert "cannot be read by this user" in checks["archive"]["told"]
    assert "run this as the owner" in checks["archive"]["remedy"]
    assert {"sqlite", "disk", "alerts"} <= set(checks)


def test_doctor_says_what_to_do_about_a_file_that_is_no_database(config: Path) -> None:
    (config.parent / "data" / "hubwatch.db").write_bytes(b"no database " * 1000)
    ended = hubwatch("--config", config, "doctor", "--json")
    checks = {each["check"]: each for each in json.loads(ended.stdout)["checks"]}
    assert "not a Hubwatch archive, and left as it is" in checks["archive"]["told"]
    assert (
        "backup restore FILE --replace` puts a backup in its place" in checks["archive"]["remedy"]
    )


@pytest.fixture
def sources(config: Path) -> Iterator[Path]:
    """The folder of people's own sources."""
    folder = config.parent / "sources"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)


@pytest.mark.parametrize("mode", [0, 0o444])
@pytest.mark.parametrize(
    "words",
    [
        "config check",
        "status --quiet",
        "crawl guiyang-en",
        "sources",
        "run",
        "backup b.zip",
    ],
)
def test_row_261_a_folder_of_sources_that_cannot_be_read_is_said_in_one_line(
    config: Path, sources: Path, words: str, mode: int
) -> None:
    sources.chmod(mode)
    ended = hubwatch("--config", config, *words.split(), preexec_fn=unprivileged)
    said = (ended.stdout + ended.stderr).splitlines()[0].removeprefix("hubwatch: ")
    assert ended.returncode == 2
    assert said == (
        f"{sources}: cannot be read: Permission denied; check the permissions of that folder"
    )
    assert "Traceback" not in ended.stderr


def test_row_261_no_backup_is_made_without_a_folder_within_that_cannot_be_read(
    config: Path, sources: Path
) -> None:
    templates = sources / "templates"
    templates.mkdir()
    templates.chmod(0)
    made = config.parent / "b.zip"
    ended = hubwatch("--config", config, "backup", made, preexec_fn=unprivileged)
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert line.startswith(f"hubwatch: {templates}: cannot be read: Permission denied; check")
    assert not made.exists()


def test_row_261_a_daemon_goes_on_and_tells_of_a_folder_that_cannot_be_read_any_more(
    config: Path, sources: Path
) -> None:
    (sources / "one.toml").write_text("id = 7\n", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "hubwatch", "--config", str(config), "run"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=unprivileged,
    ) as daemon:
        archive = config.parent / "data" / "hubwatch.db"
        assert daemon.stderr is not None
        assert any("started" in line for line in daemon.stderr)
        sources.chmod(0)
        daemon.send_signal(signal.SIGHUP)
        soon(lambda: "config_rejected" in _kinds(archive))
        daemon.send_signal(signal.SIGTERM)
        log = daemon.communicate(timeout=20)[1]
    assert daemon.returncode == 0, log
    assert "Traceback" not in log


def _kinds(archive: Path) -> set[str]:
    with Archive.open_readonly(archive) as store:
        return {str(each.finding.kind) for each in store.incidents.unresolved()}

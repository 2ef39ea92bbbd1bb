"""What this user may not read: the archive, its folder, the folder of sources. Each command says so
in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archive_files import filled, hubwatch, unprivileged

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

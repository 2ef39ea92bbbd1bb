"""Upgrading: backed up first, a real daemon stopped politely, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk.maintenance.backup import verify
from desk.maintenance.restore import RunningDaemon, find_daemon, stopped
from desk.practice.demo import practice_config
from desk.practice.server import serve
from hubwatch.errors import Busy
from hubwatch.locks import Lock, held
from storage import database, maintenance
from storage.archive import Archive
from storage.backups import look_over, pending
from storage.database import NAMES
from tests.support.archive_files import filled
from tests.support.archive_files import hubwatch as hubwatch_process
from tests.support.cli import CommandLine
from tests.support.daemons import daemon
from tests.support.installation import archive_of, quiet
from tests.support.next_release import NEXT as CHANGE
from tests.support.next_release import become_next
from tests.support.paths import ROOT

NEXT = """
import sys
from storage import database, tables
database.NAMES.append("m999_next")
@tables.MIGRATIONS()
def m999_next(db):
    db.execute("CREATE TABLE next (id INTEGER PRIMARY KEY) STRICT")
    {fails}
from desk.cli.main import main
main(sys.argv[1:])
"""
"""The program as its next release will be: with a change of the tables."""


TODAY = NAMES[-1]


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of today in a folder of its own; this process is the next release."""
    archive = tmp_path / "var" / "old.db"
    archive.parent.mkdir()
    filled(archive, 3)
    become_next(monkeypatch)
    return archive


def next_release(*arguments: object, fails: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the next release."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NEXT.format(fails=fails), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_an_upgrade_makes_a_verified_backup_first_and_says_what_it_did(
    hubwatch: CommandLine, old: Path
) -> None:
    before = old.read_bytes()
    dry = hubwatch("--db", old, "archive", "upgrade", "--dry-run")
    assert dry.out == f"changes     {CHANGE}\n"
    assert old.read_bytes() == before
    ended = hubwatch("--db", old, "--now", "2026-03-09T00:00Z", "archive", "upgrade")
    assert ended.code == 0, ended.err
    (backup,) = old.parent.glob("hubwatch-2026-03-09T0000*Z.zip")  # seconds pass on a busy machine
    assert verify(backup, quiet).facts.schema == TODAY
    told = dict(line.split(None, 1) for line in ended.out.splitlines())
    assert told["backup"] == str(backup)
    assert told["checked"] == "pages, references and text index are in order"
    assert "reread stories` when you can" in told["then"]
    assert pending(old) == ()
    again = hubwatch("--db", old, "archive", "upgrade")
    assert (again.code, again.out) == (0, "")
    assert "up to date; nothing to do" in again.err
    assert len(list(old.parent.glob("*.zip"))) == 1


def test_the_folder_for_the_backup_is_made_if_there_is_something_to_do(
    hubwatch: CommandLine, old: Path, tmp_path: Path
) -> None:
    into = tmp_path / "disk" / "backups"
    assert hubwatch("--db", old, "archive", "upgrade", "--to", into, "--dry-run").code == 0
    assert not into.exists()
    (tmp_path / "file").write_text("")
    refused = hubwatch("--db", old, "archive", "upgrade", "--to", tmp_path / "file" / "x")
    assert (refused.code, refused.err.splitlines()[-1]) == (
        1,
        f"hubwatch: {tmp_path / 'file' / 'x'}: cannot be made: Not a directory",
    )
    ended = hubwatch("--db", old, "archive", "upgrade", "--to", into)
    assert ended.code == 0, ended.err
    (backup,) = into.iterdir()
    assert verify(backup, quiet).facts.schema == TODAY


def from_before_event_sums(archive: Path) -> None:
    """Make an archive what it was before `m027_event_sums`: the keys of reports had no checksum."""
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("BEGIN")
        db.execute("INSERT OR REPLACE INTO event_reports (article_id, keys) VALUES (1, x'')")
        db.execute("ALTER TABLE sources DROP COLUMN unread")
        db.execute("DELETE FROM _sqlite_migrations WHERE name >= 'm027'")
        maintenance.sum_all(db)
        db.execute("DELETE FROM checksums WHERE name = 'event_reports'")
        db.execute("COMMIT")


def test_an_older_archive_is_judged_by_the_sums_that_it_had(
    hubwatch: CommandLine, archive: Path
) -> None:
    filled(archive, 3)
    from_before_event_sums(archive)
    ended = hubwatch("--db", archive, "archive", "upgrade")
    assert ended.code == 0, ended.err
    assert hubwatch("--db", archive, "archive", "scrub").code == 0
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("UPDATE event_reports SET keys = zeroblob(8) WHERE article_id = 1")
    assert "event_reports" in hubwatch("--db", archive, "archive", "scrub").out


def test_an_older_archive_with_rot_says_where_and_keeps_no_backup(
    hubwatch: CommandLine, archive: Path
) -> None:
    filled(archive, 3)
    from_before_event_sums(archive)
    with closing(database.connect(archive, database.Access.WRITE)) as db:
        db.execute("UPDATE readings SET author = 'Bo' WHERE id = 2")
        db.execute("UPDATE sources SET name = 'x'")
    into = archive.parent / "into"
    refused = hubwatch("--db", archive, "archive", "upgrade", "--to", into)
    assert refused.code == 1
    assert "in 2 places (readings 2: differs, sources " in refused.err
    assert "the Hubwatch that wrote it mends them" in refused.err
    assert list(into.iterdir()) == []
    assert pending(archive) != ()


@pytest.mark.slow
def test_a_change_that_fails_leaves_the_archive_as_it_was(home: Path) -> None:
    archive = archive_of(home)
    done = next_release(
        "--db", archive, "archive", "upgrade", fails="db.execute('SELECT no_such()')"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "no such function" in done.stderr
    assert look_over(archive).schema == NAMES[-1]
    assert next_release("--db", archive, "search", "x").returncode == 1  # still the older one
    assert hubwatch_process("--db", archive, "search", "Guiyang", "--json").returncode == 0


def test_without_room_or_with_a_configuration_it_cannot_use_nothing_begins(
    hubwatch: CommandLine, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    bad = tmp_path / "bad.toml"
    bad.write_text('archive = "var/old.db"\nenabled = ["nobody"]\n')
    refused = hubwatch("--config", bad, "archive", "upgrade")
    assert refused.code == 2
    assert "there is no source 'nobody'" in refused.err
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    full = hubwatch("--db", old, "archive", "upgrade")
    assert full.code == 1
    assert "0 MiB are free, the upgrade may need" in full.err
    assert old.read_bytes() == before
    assert not list(old.parent.glob("*.zip"))


def test_room_that_the_backup_took_is_not_there_for_the_change(
    hubwatch: CommandLine, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, usage = old.read_bytes(), shutil.disk_usage(tmp_path)
    monkeypatch.setattr(
        shutil,
        "disk_usage",
        lambda _: usage._replace(free=1000) if list(old.parent.glob("*.zip")) else usage,
    )
    full = hubwatch("--db", old, "archive", "upgrade")
    assert full.code == 1
    assert "0 MiB are free, the upgrade may need" in full.err
    assert old.read_bytes() == before


@pytest.mark.slow
def test_a_running_daemon_is_stopped_and_how_to_start_it_is_said(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config, archive = tmp_path / "hubwatch.toml", tmp_path / "hubwatch.db"
    with serve(date(2026, 3, 2), 1) as served:
        config.write_text(practice_config(served.hosts), encoding="utf-8")
        hubwatch("--config", config, "init")
        with daemon(config) as process:
            assert process.stderr is not None
            assert "started" in process.stderr.readline()
            found = find_daemon(archive)
            assert found is not None
            assert found.pid == process.pid
            done = next_release("--config", config, "archive", "upgrade")
            told = process.communicate(timeout=40)[1]
    assert done.returncode == 0, done.stderr
    assert process.returncode == 0
    assert "stopping signal=SIGTERM" in told
    assert f"the daemon, pid {process.pid}" in done.stdout
    assert f"-m hubwatch --config {config} run" in done.stdout.splitlines()[-1]
    refused = hubwatch("--config", config, "search", "x")  # we are the older program now
    assert "written by a newer Hubwatch (m999_next)" in refused.err


def test_who_works_on_an_archive_is_waited_for_and_named(archive: Path) -> None:
    Archive.create(archive).close()
    lock = Lock(archive, "host-a.test").acquire(timedelta(0), "crawl a")
    assert [each.name for each in held(archive)] == ["host-a.test"]
    with (
        pytest.raises(Busy, match=r"host-a\.test by pid \d+ \(crawl a\); wait for it"),
        stopped(archive, None, timedelta(0)),
    ):
        raise AssertionError("somebody is at work")
    lock.release()
    with stopped(archive, None, timedelta(0)):
        assert not Lock(archive, "daemon").is_free()
    assert Lock(archive, "daemon").is_free()
    assert held(archive) == ()


def test_only_the_holder_of_the_lock_is_ever_stopped(archive: Path) -> None:
    """The file names a process; a number that was given to another one since is not enough."""
    Archive.create(archive).close()
    lock = Lock(archive, "daemon")
    assert find_daemon(archive) is None
    with lock.acquire(timedelta(0), "hubwatch run"):
        assert lock.pid() == os.getpid()
    lock.path.write_text("1 hubwatch run\n")
    assert lock.pid() is None
    assert find_daemon(archive) is None
    with (
        Lock(archive, "daemon").acquire(timedelta(0), "hubwatch run"),
        pytest.raises(Busy, match="hubwatch run"),
        stopped(archive, RunningDaemon(2**22 + 1, ""), timedelta(0)),
    ):
        raise AssertionError("nobody was stopped")

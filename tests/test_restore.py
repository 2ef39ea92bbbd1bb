"""Restoring: on an empty host, beside what is there; and the standstill it begins with."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from desk.config import read_config
from desk.maintenance.backup import make_backup
from desk.maintenance.restore import Places, Present, restore
from hubwatch.errors import BackupError, Busy, NewerSchema, Paused
from hubwatch.locks import Lock
from scheduler.skip_rules import global_pause_rule
from storage import database
from storage.archive import Archive
from storage.articles.records import Query
from storage.backups import look_over
from storage.maintenance import GlobalPause
from tests.support.archive_files import add, filled
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, source
from tests.support.installation import archive_of, quiet, repacked
from tests.support.make import NOW, SHANGHAI, later
from tests.support.next_release import NEXT, become_next
from tests.support.paths import ROOT
from tests.support.servers import Server

LATER = later(days=2)


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    target = tmp_path / "b.zip"
    make_backup(archive_of(home), read_config(home), target, NOW, quiet)
    return target


def contents(folder: Path) -> dict[str, bytes]:
    """Every file beneath a folder, but for locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".locks" not in str(path)
    }


def test_an_empty_host_gets_everything_back_where_it_lay_and_stands_still(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    before = contents(home.parent)
    for folder in ("etc", "var", "elsewhere"):
        shutil.rmtree(tmp_path / folder)
    done = restore(backup, Places(), Present.REFUSE, LATER, quiet)
    assert (done.config, done.archive, done.changes) == (home, archive_of(home), ())
    del before["secret.txt"], before["sources/.own.toml.swp"]
    assert contents(home.parent) == before
    assert (tmp_path / "elsewhere" / "far.toml").read_text() == 'id = "far-en"\n'
    assert read_config(home).archive is not None
    with Archive.open(archive_of(home)) as store:
        assert store.maintenance.integrity() == ()
        assert len(store.articles.select(Query(limit=None))) == 3
        assert store._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        found = store.maintenance.global_pause(LATER)
        assert found is not None
        assert found.reason == "restored from b.zip, made 2026-03-02 04:00 UTC"
        recorded = store.maintenance.last_backup(LATER)
        assert recorded is not None  # the copy itself does not hold it
        assert (recorded.made_at, recorded.path) == (NOW, backup)
        add(store, 50)
    assert list(tmp_path.glob("**/.*part*")) == []


def test_other_places_can_be_named_and_what_lay_beside_the_configuration_comes_along(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new" / "deep" / "h.toml"
    done = restore(backup, Places(config=new), Present.REFUSE, LATER, quiet)
    assert done.archive == tmp_path / "new" / "var" / "hubwatch.db"  # relative, as it says
    assert (new.parent / "sources" / "templates" / "t.toml").is_file()
    third = restore(
        backup, Places(tmp_path / "3" / "h.toml", tmp_path / "3.db"), Present.REFUSE, LATER, quiet
    )
    assert third.archive == tmp_path / "3.db"
    assert look_over(third.archive).articles == 3
    assert third.config is not None
    assert read_config(third.config).archive == third.archive


@pytest.mark.parametrize("said", ["absolute", "relative", "none", "commented"])
def test_a_drill_acts_on_the_copy_and_not_on_what_was_backed_up(
    home: Path, tmp_path: Path, hubwatch: CommandLine, said: str
) -> None:
    line, text = 'archive = "../var/hubwatch.db"', home.read_text()
    assert line in text
    there = archive_of(home)
    named = {
        "absolute": f'archive = "{there}"',
        "relative": line,
        "none": "",
        "commented": f"{line}  # where it lies",
    }[said]
    home.write_text(text.replace(line, named))
    target = tmp_path / "b.zip"
    make_backup(there, read_config(home), target, NOW, quiet)
    before = home.read_bytes()
    drill = tmp_path / "drill"
    places = Places(drill / "hubwatch.toml", drill / "hubwatch.db")
    for _again in range(2):
        restore(target, places, Present.SET_ASIDE, LATER, quiet)
    assert len(list(drill.glob("hubwatch.toml*"))) == 1  # what is there already is left as it is
    ended = hubwatch("--config", drill / "hubwatch.toml", "timetable", "resume")
    assert ended.code == 0, ended.err
    with Archive.open(drill / "hubwatch.db") as store:
        assert store.maintenance.global_pause(LATER) is None
    assert home.read_bytes() == before
    assert ("# where it lies" in (drill / "hubwatch.toml").read_text()) is (said == "commented")


def test_a_configuration_that_lies_where_it_was_backed_up_stays(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    before = home.read_bytes()
    restore(backup, Places(archive=tmp_path / "copy.db"), Present.REFUSE, LATER, quiet)
    assert home.read_bytes() == before
    assert look_over(tmp_path / "copy.db").articles == 3


def test_what_is_there_is_never_overwritten_unasked(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    (home.parent / "watch.toml").write_text('version = "newer"\n')
    with Archive.open(archive_of(home)) as store:
        add(store, 77)
    before = contents(tmp_path)
    with pytest.raises(BackupError, match=r"watch\.toml, .*hubwatch\.db: are there already"):
        restore(backup, Places(), Present.REFUSE, LATER, quiet)
    assert contents(tmp_path) == before

    done = restore(backup, Places(), Present.SET_ASIDE, LATER, quiet)
    fates = {target.path.name: target.fate.value for target in done.targets}
    assert fates["watch.toml"] == fates["hubwatch.db"] == "set aside"
    assert fates["hubwatch.toml"] == fates["own.toml"] == "is there already"
    aside = archive_of(home).with_name("hubwatch.db.before-2026-03-04T040000Z")
    with Archive.open(aside) as old, Archive.open(archive_of(home)) as new:
        assert (old.maintenance.survey().articles, new.maintenance.survey().articles) == (4, 3)
    old_list = home.parent / "watch.toml.before-2026-03-04T040000Z"
    assert old_list.read_text() == 'version = "newer"\n'
    assert (home.parent / "watch.toml").read_text() == 'version = "mine"\n'


def test_an_archive_that_somebody_works_on_is_not_set_aside(home: Path, backup: Path) -> None:
    archive = archive_of(home)
    with (
        Lock(archive, "daemon").acquire(timedelta(0), "hubwatch run"),
        pytest.raises(Busy, match="hubwatch run"),
    ):
        restore(backup, Places(), Present.SET_ASIDE, LATER, quiet)
    with (
        Lock(archive, "host-a.test").acquire(timedelta(0), "crawl a"),
        pytest.raises(Busy, match=r"host-a\.test by pid \d+ \(crawl a\); wait"),
    ):
        restore(backup, Places(), Present.SET_ASIDE, LATER, quiet)
    assert look_over(archive).articles == 3


def test_a_backup_that_does_not_hold_changes_nothing(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    repacked(backup, {"archive.db": b"SQLite format 3\0" * 100})
    for folder in ("etc", "var"):
        shutil.rmtree(tmp_path / folder)
    with pytest.raises(BackupError, match=r"archive\.db is not what it was"):
        restore(backup, Places(), Present.REFUSE, LATER, quiet)
    assert contents(tmp_path).keys() == {"b.zip", "elsewhere/far.toml"}


def test_a_backup_of_an_older_schema_is_brought_up_to_date_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.db"
    filled(old, 3)
    config = tmp_path / "h.toml"
    config.write_text('archive = "old.db"\n')
    target = tmp_path / "b.zip"
    made = make_backup(old, read_config(config), target, NOW, quiet)
    assert made.facts.schema == database.NAMES[-1]
    bytes_before = target.read_bytes()
    become_next(monkeypatch)
    done = restore(target, Places(archive=tmp_path / "new.db"), Present.SET_ASIDE, LATER, quiet)
    assert done.changes == (NEXT,)
    assert target.read_bytes() == bytes_before
    with Archive.open(tmp_path / "new.db") as store:
        assert store.maintenance.survey().articles == made.facts.articles
        assert store.maintenance.global_pause(LATER)


def test_a_backup_of_a_newer_schema_is_refused(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    make_backup(archive_of(home), read_config(home), target, NOW, quiet)
    script = (
        "import sys; from pathlib import Path; from desk.maintenance.backup import make_backup\n"
        "from desk.config import read_config; from storage import database, tables\n"
        "from datetime import *\n"
        "from storage.archive import Archive, upgrade_archive\n"
        "database.NAMES.append('m999_then')\n"
        "@tables.MIGRATIONS()\n"
        "def m999_then(db): db.execute('CREATE TABLE then_ (x) ')\n"
        "archive, config, target = map(Path, sys.argv[1:4])\n"
        "upgrade_archive(archive).close()\n"
        "make_backup(archive, read_config(config), target, datetime.now(UTC),\n"
        "            lambda s: lambda d, o: None)\n"
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, archive_of(home), home, target],
        cwd=ROOT,
        check=True,
    )
    with pytest.raises(NewerSchema, match="m999_then"):
        restore(target, Places(archive=tmp_path / "n.db"), Present.SET_ASIDE, LATER, quiet)
    assert not (tmp_path / "n.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["unpacked", "prepared", "the last rename"])
def test_a_restore_that_is_killed_leaves_no_half_archive_and_can_be_repeated(
    backup: Path, tmp_path: Path, moment: str
) -> None:
    script = (
        "import os, sys; from pathlib import Path; from datetime import *\n"
        "from desk.maintenance import backup, restore\n"
        "die = lambda *_: os.kill(os.getpid(), 9)\n"
        "if sys.argv[4] == 'unpacked': backup._check_archive = die\n"
        "if sys.argv[4] == 'prepared': restore.stopped = die\n"
        "if sys.argv[4] == 'the last rename': restore.put_in_place = die\n"
        "places = restore.Places(Path(sys.argv[2]), Path(sys.argv[3]))\n"
        "restore.restore(Path(sys.argv[1]), places, restore.Present.REFUSE, datetime.now(UTC),\n"
        "                lambda s: lambda d, o: None)\n"
    )
    config, archive = tmp_path / "n" / "h.toml", tmp_path / "n" / "h.db"
    command = [sys.executable, "-W", "ignore", "-c", script, backup, config, archive]
    killed = subprocess.run([*command, moment], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert not archive.exists()
    assert subprocess.run([*command, "not at all"], cwd=ROOT).returncode == 0
    assert look_over(archive).articles == 3
    assert list(archive.parent.glob(".*")) == []


def test_root_gives_what_it_restores_to_whom_the_folder_belongs(
    backup: Path, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    var = tmp_path / "srv"
    var.mkdir()
    os.chown(var, 1234, 1234)
    restore(backup, Places(tmp_path / "n.toml", var / "h.db"), Present.REFUSE, LATER, quiet)
    owners = {path.stat().st_uid for path in var.rglob("*")}
    assert owners == {1234}
    assert (tmp_path / "n.toml").stat().st_uid == tmp_path.stat().st_uid


def test_nothing_is_crawled_while_all_stands_still(crawl: Crawl, server: Server) -> None:
    server.site("news.test").listing("/news.html", "/a/1.htm")
    news = source("news")
    with Archive.create(crawl.archive) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "moved", "Ana", until=later(days=30)))
    told = r"since 2026-03-02 12:00 until 2026-04-01 12:00 Asia/Shanghai: moved$"
    with pytest.raises(Paused, match=told):
        crawl(news, zone=SHANGHAI)
    assert not server.site("news.test").hits
    with Archive.open(crawl.archive) as store:
        assert store.runs.latest() == ()
        assert store.maintenance.global_pause(later(days=31)) is None
        with store.writing() as tx:
            assert tx.maintenance.resume_all()
            assert not tx.maintenance.resume_all()
    assert crawl(news)


def test_the_commands_restore_pause_and_resume(
    hubwatch: CommandLine, home: Path, backup: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.toml"
    ended = hubwatch("--config", new, "--db", tmp_path / "new.db", "backup", "restore", backup)
    assert ended.code == 0, ended.err
    resume = f"hubwatch --config {new} --db {tmp_path / 'new.db'} timetable resume"
    assert f"until `{resume}`" in ended.out
    lone = hubwatch(
        "--config", tmp_path / "lone" / "h.toml", "backup", "restore", backup, "--replace"
    )
    assert f"until `hubwatch --config {tmp_path / 'lone' / 'h.toml'} timetable resume`" in lone.out
    again = hubwatch("--config", new, "--db", tmp_path / "new.db", "backup", "restore", backup)
    assert again.code == 1
    assert "new.db: is there already and would be replaced; --replace" in again.err
    told = hubwatch(
        "--db", tmp_path / "4.db", "backup", "restore", backup, "--replace", "--json"
    ).json
    assert told["archive"] == str(tmp_path / "4.db")
    here = ("--db", tmp_path / "new.db")
    assert "everything goes on" in hubwatch(*shlex.split(resume)[1:]).out
    again = hubwatch(*here, "timetable", "resume")
    assert (again.code, "does not stand still" in again.err) == (1, True)
    said = ("--why", "holiday", "--by", "Ana", "--until", "2100-01-01")
    assert hubwatch(*here, "timetable", "pause", *said).code == 2
    paused = hubwatch(*here, "timetable", "pause", "--all", *said)
    assert paused.code == 0
    with Archive.open(tmp_path / "new.db") as store:
        found = store.maintenance.global_pause(NOW)
        assert found is not None
        assert (found.reason, found.person) == ("holiday", "Ana")
    assert hubwatch(*here, "search", "Guiyang", "--json").json  # reading goes on
    assert hubwatch(*here, "digest", "--since", "2026-01-01").code == 0


def test_the_daemon_skips_what_is_due_while_all_stands_still(store: Archive) -> None:
    hold = global_pause_rule(store)
    assert hold("news", NOW) is None
    with store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "moved", "Ana", until=later(days=30)))
    held = hold("news", NOW)
    assert held and held.describe("UTC") == "everything is paused by Ana: moved"
    assert hold("news", later(days=30)) is None

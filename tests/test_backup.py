"""Backups: whole or not at all, of everything, while others write; and what verifying finds."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.config import load_config, read_config
from desk.config_snapshot import keep
from desk.maintenance.backup import BackupRole, make_backup, name_at, read_manifest, rotate, verify
from hubwatch.errors import BackupError, NewerSchema, SourceError, StorageError
from storage import database
from storage.archive import Archive
from storage.backups import Report
from tests.support.archive_files import add, unprivileged
from tests.support.cli import CommandLine, Ended
from tests.support.installation import CANARY, archive_of, quiet, repacked
from tests.support.make import NOW
from tests.support.paths import ROOT


def test_a_backup_holds_everything_and_no_secret(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_SECRET", CANARY)
    target = tmp_path / "b.zip"
    made = make_backup(archive_of(home), read_config(home), target, NOW, quiet)
    assert made.facts.articles == 3
    inside = {kept.inside: kept.role for kept in made.files if kept.inside}
    assert inside == {
        "hubwatch.toml": BackupRole.CONFIGURATION,
        "watch.toml": BackupRole.WATCHLIST,
        "sources/own.toml": BackupRole.SOURCE,
        "sources/templates/t.toml": BackupRole.SOURCE,
        "sources/cases/own-en/one/page.html": BackupRole.SOURCE,
        "looks/digest.html": BackupRole.TEMPLATE,
    }
    outside = {kept.path for kept in made.files if not kept.inside}
    assert outside == {str(archive_of(home)), str(tmp_path / "elsewhere" / "far.toml")}
    assert target.stat().st_mode & 0o777 == 0o600
    assert verify(target, quiet) == made
    with zipfile.ZipFile(target) as packed:  # row 64: nothing configured as a secret goes along
        assert not any(CANARY.encode() in packed.read(name) for name in packed.namelist())
        assert json.loads(packed.read("manifest.json"))["format"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_by_the_daemon_takes_the_files_from_where_they_lie(
    home: Path, tmp_path: Path
) -> None:
    """Its children read the configuration from a copy; see desk.config_snapshot."""
    archive = archive_of(home)
    copy = keep(read_config(home), archive, "abc", ())
    config = load_config(home, config_snapshot=copy)
    made = make_backup(archive, config, tmp_path / "b.zip", NOW, quiet, copy)
    plain = make_backup(archive, read_config(home), tmp_path / "c.zip", NOW, quiet)
    assert [kept.path for kept in made.files] == [kept.path for kept in plain.files]
    assert [kept.inside for kept in made.files] == [kept.inside for kept in plain.files]


def test_writers_go_on_while_a_backup_is_made_and_it_is_one_moment(
    home: Path, tmp_path: Path
) -> None:
    archive, stop, written = archive_of(home), threading.Event(), [3]

    def write() -> None:
        with Archive.open(archive) as store:
            while not stop.is_set():
                add(store, 1000 + written[0])
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            target, before = tmp_path / f"{number}.zip", written[0]
            while written[0] == before:
                time.sleep(0.001)
            made = make_backup(archive, read_config(home), target, NOW, quiet)
            assert before <= made.facts.articles <= written[0] + 1
            assert made.facts.last_event == made.facts.articles  # nothing of a half transaction
            assert verify(target, quiet) == made
    finally:
        stop.set()
        writer.join()
    with Archive.open(archive) as store:
        assert store.maintenance.survey().articles == written[0]


def test_a_writer_never_waits_for_a_backup(home: Path, tmp_path: Path) -> None:
    """Also where the lock may not be waited for at all."""
    archive = archive_of(home)
    with Archive.open(archive) as store:
        store._wait_at_most(0.0)
        done = []

        def tell(stage: str) -> Report:
            def report(done_bytes: int, of: int) -> None:
                add(store, 5000 + len(done))
                done.append((stage, done_bytes, of))

            return report

        make_backup(archive, read_config(home), tmp_path / "b.zip", NOW, tell)
    assert {stage for stage, _, _ in done} == {"copying", "scrubbing", "packing", "comparing"}


@pytest.mark.slow
def test_57_a_backup_that_is_killed_leaves_the_old_one_or_the_new_one(
    home: Path, tmp_path: Path
) -> None:
    archive = archive_of(home)
    with Archive.open(archive) as store:
        for number in range(100, 160):
            add(store, number)
    target = tmp_path / "out" / "b.zip"
    target.parent.mkdir()
    make_backup(archive, read_config(home), target, NOW, quiet)
    script = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from desk.config import read_config; from desk.maintenance.backup import make_backup\n"
        "archive, config, target = map(Path, sys.argv[1:4]); print('on', flush=True)\n"
        "for n in range(10**6):\n"
        "    now = datetime(2026, 3, 3, 0, n // 60 % 60, n % 60, tzinfo=UTC)\n"
        "    make_backup(archive, read_config(config), target, now, lambda s: lambda d, o: None)\n"
    )
    chance, seen = random.Random(57), set()
    for _ in range(8):
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", script, archive, home, target],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert child.stdout and child.stdout.readline() == b"on\n"
        time.sleep(chance.uniform(0.0, 0.25))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        seen.add(verify(target, quiet).made_at)
    assert all(moment >= NOW for moment in seen)
    make_backup(archive, read_config(home), target, NOW, quiet)  # sweeps up what was left beside
    assert [path.name for path in target.parent.iterdir()] == ["b.zip"]


@pytest.mark.parametrize("stage", ["copying", "packing", "comparing", "the rename"])
def test_57_a_kill_at_each_stage_leaves_the_old_backup(
    home: Path, tmp_path: Path, stage: str
) -> None:
    target = tmp_path / "b.zip"
    target.write_bytes(b"the old one")
    script = (
        "import os, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from desk.config import read_config; from desk.maintenance.backup import make_backup\n"
        "archive, config, target = map(Path, sys.argv[1:4])\n"
        "die = lambda *_: os.kill(os.getpid(), 9)\n"
        "if sys.argv[4] == 'the rename': Path.replace = die\n"
        "stages = lambda stage: die if stage == sys.argv[4] else lambda done, of: None\n"
        "make_backup(archive, read_config(config), target, datetime.now(UTC), stages)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, archive_of(home), home, target, stage],
        cwd=ROOT,
    )
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"the old one"
    with Archive.open(archive_of(home)) as store:
        assert store.maintenance.integrity() == ()


@pytest.fixture
def made(home: Path, tmp_path: Path) -> Path:
    target = tmp_path / "b.zip"
    make_backup(archive_of(home), read_config(home), target, NOW, quiet)
    return target


def damaged_archive(backup: Path, folder: Path) -> dict[str, bytes | None]:
    """Changes after which the archive has an index that drifted, and hashes that fit."""
    with zipfile.ZipFile(backup) as packed:
        copy = Path(packed.extract("archive.db", folder / "x"))
        told = json.loads(packed.read("manifest.json"))
    db = database.connect(copy, database.Access.WRITE)
    db.execute("DELETE FROM articles_fts_data WHERE id > 10")
    db.close()
    data = copy.read_bytes()
    import hashlib

    told["files"][0] |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    return {"archive.db": data, "manifest.json": json.dumps(told).encode()}


def test_verifying_finds_what_is_wrong(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as packed:
        told = packed.read("manifest.json")
    away_with_it = {"../../evil.toml": b"x"}
    elsewhere = told.replace(b'"sources/own.toml"', b'"../../evil.toml"')
    wrong: dict[str, dict[str, bytes | None]] = {
        "is not what it was": {"configuration/1/hubwatch.toml": b"archive = 1\n"},
        "archive.db is not what it was": {"archive.db": b"SQLite format 3\0" * 100},
        "does not hold what its manifest says": away_with_it,
        "does not hold what its manifest says: source": {
            next(k.name for k in read_manifest(made).of(BackupRole.SOURCE)): None
        },
        "it has no manifest": {"manifest.json": None},
        "names a place that it must not": {"manifest.json": elsewhere},
        "has the format 99": {"manifest.json": told.replace(b'"format": 1', b'"format": 99')},
        "lacks something": {"manifest.json": b'{"format": 1}'},
        "its archive is faulty: .*fts": damaged_archive(made, tmp_path),
        "not the one that its manifest tells of": {
            "manifest.json": told.replace(b'"articles": 3', b'"articles": 4')
        },
    }
    for message, changes in wrong.items():
        copy = tmp_path / "copy.zip"
        shutil.copy(made, copy)
        repacked(copy, changes)
        with pytest.raises(BackupError, match=message) as refused:
            verify(copy, quiet)
        assert len(str(refused.value).splitlines()) == 1
    assert verify(made, quiet).facts.articles == 3


def test_a_backup_with_any_byte_flipped_or_cut_is_refused(made: Path, tmp_path: Path) -> None:
    whole, copy, chance = made.read_bytes(), tmp_path / "copy.zip", random.Random(64)
    headers = 0
    for place in [chance.randrange(len(whole)) for _ in range(40)]:
        copy.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = verify(copy, quiet)
        except BackupError:
            continue
        headers += 1  # a byte that says nothing of the contents, such as a member's date
        assert found == verify(made, quiet)
    assert headers <= 4
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        copy.write_bytes(whole[:size])
        with pytest.raises(BackupError, match="damaged, or no backup"):
            verify(copy, quiet)


def test_a_faulty_archive_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    archive = archive_of(home)
    db = database.connect(archive, database.Access.WRITE)
    db.execute("DELETE FROM articles_fts_data WHERE id > 10")
    db.close()
    target = tmp_path / "b.zip"
    target.write_bytes(b"the old one")
    with pytest.raises(BackupError, match=r"hubwatch\.db: is faulty and not backed up"):
        make_backup(archive, read_config(home), target, NOW, quiet)
    assert target.read_bytes() == b"the old one"


def test_a_newer_backup_and_a_missing_folder_are_said(home: Path, tmp_path: Path) -> None:
    with Archive.open(archive_of(home)) as store, store.writing() as tx:
        tx._db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'hubwatch', 'm999', 'then')")
    with pytest.raises(NewerSchema, match="m999"):
        make_backup(archive_of(home), read_config(home), tmp_path / "b.zip", NOW, quiet)
    shutil.rmtree(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="no such folder of sources"):
        make_backup(archive_of(home), read_config(home), tmp_path / "b.zip", NOW, quiet)


def test_a_disk_without_room_is_said_before_anything_is_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(BackupError, match=r"0 MiB are free, a backup needs about \d+ MiB"):
        make_backup(archive_of(home), read_config(home), tmp_path / "b.zip", NOW, quiet)
    assert not list(tmp_path.glob("*.zip"))


def moments() -> Iterator[datetime]:
    for day in range(1, 29):
        yield datetime(2026, 3, day, 21, tzinfo=UTC)


def test_rotating_keeps_the_newest_of_this_archive_and_touches_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    folder, archive, config = tmp_path / "all", archive_of(home), read_config(home)
    folder.mkdir()
    days = list(moments())[:5]
    for day in days:
        make_backup(archive, config, folder / name_at(day), day, quiet)
    other = tmp_path / "other.db"
    shutil.copy(archive, other)
    foreign = folder / name_at(datetime(2020, 1, 1, tzinfo=UTC))
    make_backup(other, config, foreign, NOW, quiet)
    odd = folder / name_at(datetime(2019, 1, 1, tzinfo=UTC))
    odd.write_bytes(b"not a backup")
    (folder / "hubwatch-before-the-move.zip").write_bytes(b"mine")
    removed = rotate(folder, 2, archive, days[-1])
    assert [path.name for path in removed] == [name_at(day) for day in days[:3]]
    assert {path.name for path in folder.iterdir()} == {
        *(name_at(day) for day in days[3:]),
        foreign.name,
        odd.name,
        "hubwatch-before-the-move.zip",
    }
    assert rotate(folder, 2, archive, days[-1]) == ()


def test_a_folder_on_a_disk_that_is_not_mounted_is_refused_and_not_made(
    hubwatch: CommandLine, home: Path, tmp_path: Path
) -> None:
    into = tmp_path / "mnt" / "disk" / "backup"
    ended = hubwatch("--config", home, "backup", "--to", into)
    assert ended.code == 1
    assert f"{into.parent} is not there" in ended.err
    assert f"mkdir -p {into}" in ended.err
    assert not (tmp_path / "mnt").exists()
    into.parent.mkdir(parents=True)
    assert hubwatch("--config", home, "backup", "--to", into).code == 0
    assert len(list(into.iterdir())) == 1


def test_a_mount_point_on_which_the_backups_are_missing_is_refused(
    hubwatch: CommandLine, home: Path, tmp_path: Path
) -> None:
    into = tmp_path / "mnt"
    into.mkdir()
    command = ("--config", home, "backup", "--to", into)
    for _ in range(2):
        assert hubwatch(*command, "--keep", "3").code == 0
    on_the_disk = tmp_path / "unmounted"
    into.rename(on_the_disk)
    assert hubwatch(*command).code == 1
    into.mkdir()
    ended = hubwatch(*command, "--keep", "3")
    assert ended.code == 1
    assert "mount its disk" in ended.err
    assert not list(into.iterdir())
    into.rmdir()
    on_the_disk.rename(into)
    assert hubwatch(*command, "--keep", "3").code == 0


def rotten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half : half + 512] = bytes(512)  # a sector that reads as zeros
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


@pytest.mark.parametrize("lose", [Path.unlink, emptied, rotten, overwritten])
def test_a_last_backup_that_is_not_as_it_was_made_is_told_by_the_next_turn(
    hubwatch: CommandLine, home: Path, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    into = tmp_path / "kept"
    into.mkdir()

    def turn(day: int) -> Ended:
        at = ("--config", home, "--now", f"2026-03-0{day}T21:00Z")
        return hubwatch(*at, "backup", "--to", into, "--keep", "2")

    assert [turn(day).code for day in (1, 2, 3)] == [0, 0, 0]
    last = max(into.iterdir())
    lose(last)
    ended = turn(4)
    assert ended.code == 1
    assert f"before it is not: {last}" in ended.err
    assert hubwatch("backup", "verify", max(into.iterdir())).code == 0
    assert len(list(into.glob("hubwatch-2026-03-02*"))) == 1  # the last that is sure stays
    assert turn(5).code == 0


def test_a_folder_that_was_emptied_on_purpose_is_begun_anew_by_hand(
    hubwatch: CommandLine, home: Path, tmp_path: Path
) -> None:
    into = tmp_path / "kept"
    into.mkdir()
    command = ("--config", home, "backup", "--to", into)
    assert hubwatch(*command, "--keep", "3").code == 0
    for path in into.iterdir():
        path.rename(tmp_path / path.name)
    assert hubwatch(*command).code == 0  # without a number nothing says that they stay
    for path in into.iterdir():
        path.unlink()
    assert f"backup {into / 'first.zip'}" in hubwatch(*command, "--keep", "3").err
    assert hubwatch("--config", home, "backup", into / "first.zip").code == 0
    assert hubwatch(*command, "--keep", "3").code == 0
    assert len(list(into.iterdir())) == 2


def test_rotating_after_a_clock_was_set_back_keeps_what_was_made_since(
    home: Path, tmp_path: Path
) -> None:
    folder, archive, config = tmp_path / "all", archive_of(home), read_config(home)
    folder.mkdir()
    *early, made, ahead, further = list(moments())[:5]
    for day in (*early, ahead, further, made):
        make_backup(archive, config, folder / name_at(day), day, quiet)
    removed = rotate(folder, 2, archive, made)
    assert [path.name for path in removed] == [name_at(ahead), name_at(further), name_at(early[0])]
    assert [path.name for path in sorted(folder.iterdir())] == [name_at(early[1]), name_at(made)]


def test_the_command_makes_lists_and_verifies(
    hubwatch: CommandLine, home: Path, tmp_path: Path
) -> None:
    at = ("--config", home, "--now", "2026-03-02T21:00Z")
    ended = hubwatch(*at, "backup")
    assert ended.code == 0
    (made,) = Path().glob("hubwatch-2026-03-02T2100*Z.zip")  # seconds pass on a busy machine
    assert made.name in ended.out
    assert "3 articles" in ended.out
    assert "1 configuration, 4 sources, 1 watchlist, 1 template" in ended.out
    into = tmp_path / "new" / "folder"
    into.parent.mkdir()
    for day in (3, 4, 5):
        now = ("--config", home, "--now", f"2026-03-0{day}T21:00Z")
        told = hubwatch(*now, "backup", "--to", into, "--keep", "2", "--json").json
    assert [
        name.startswith(str(into / "hubwatch-2026-03-03T2100")) for name in told["removed"]
    ] == [True]
    files = sorted(into.iterdir())
    assert len(files) == 2
    files[0].write_bytes(b"spoilt")
    verified = hubwatch("backup", "verify", *files, "--json")
    assert verified.code == 1
    bad, good = verified.json_lines
    assert (good["articles"], good["fault"]) == (3, None)
    assert "no backup" in bad["fault"]
    for wrong in (("a.zip", "--to", "x"), ("--keep", "2"), ("a.zip", "--keep", "2")):
        assert hubwatch(*at, "backup", *wrong).code == 2
    missing = hubwatch("--db", tmp_path / "none.db", "backup")
    assert missing.code == 1
    assert "there is no archive" in missing.err


def test_each_backup_is_on_record_and_the_newest_counts(
    hubwatch: CommandLine, home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    for hour in range(1, 4):
        at = f"2026-03-02T0{hour}:00+00:00"
        made = hubwatch("--config", home, "--now", at, "backup", "--to", folder, "--keep", "2")
        assert (made.code, "record" in made.err) == (0, False)
    assert len(list(folder.iterdir())) == 2
    with Archive.open_readonly(archive_of(home)) as store:
        recorded = store.maintenance.last_backup(datetime(2100, 1, 1, tzinfo=UTC))
        (count,) = store._db.execute("SELECT count(*) FROM backups").fetchone()
    assert count == 3
    assert recorded is not None
    assert recorded.path == max(folder.iterdir())
    assert recorded.made_at.hour == 3
    assert recorded.size == recorded.path.stat().st_size
    with zipfile.ZipFile(recorded.path) as packed:
        packed.extract("archive.db", tmp_path)
    with Archive.open_readonly(tmp_path / "archive.db") as store:
        inside = store.maintenance.last_backup(datetime(2100, 1, 1, tzinfo=UTC))
    assert inside is not None
    assert inside.made_at.hour == 2  # not the row of its own backup


def test_a_backup_whose_row_cannot_be_written_is_kept_and_that_is_said(
    hubwatch: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr("desk.maintenance.backup.record", full)
    made = hubwatch("--config", home, "backup", tmp_path / "b.zip", "--json")
    told = "is whole, but that it was made is not on record: the disk is full"
    assert (made.code, made.json["articles"]) == (0, 3)
    assert told in made.err
    assert verify(tmp_path / "b.zip", quiet).facts.articles == 3


def test_54_an_archive_that_may_only_be_read_can_be_backed_up(home: Path, tmp_path: Path) -> None:
    archive = archive_of(home)
    archive.chmod(0o444)
    archive.parent.chmod(0o555)
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "hubwatch",
                "--config",
                home,
                "backup",
                tmp_path / "b.zip",
            ],
            cwd=ROOT,
            preexec_fn=unprivileged,
            capture_output=True,
            text=True,
        )
    finally:
        archive.parent.chmod(0o755)
    told = f"{tmp_path / 'b.zip'} is whole, but that it was made is not on record: "
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(told)
    assert verify(tmp_path / "b.zip", quiet).facts.articles == 3

"""What a kill may leave of the file itself: while it is made, while it is brought up to date, with
its WAL cut anywhere; and files that are written whole or not at all."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.files import write_atomically
from hubwatch.errors import HubwatchError
from storage import database
from storage.archive import Archive
from tests.support.archive_files import add, filled
from tests.support.examples import examples
from tests.support.paths import ROOT

# Each statement, also those of a script, is a point: SIGKILL comes just before it is carried out.
CHILD = """
import os, shutil, signal, sys
from pathlib import Path
from storage import database, tables
from storage.archive import Archive, upgrade_archive

archive, base = Path(sys.argv[1]), Path(sys.argv[2])
opened = database._opened

def deadly(count):
    def reached(statement):
        nonlocal count
        count -= 1
        if not count:
            os.kill(os.getpid(), signal.SIGKILL)
    def traced(path, mode):
        connection = opened(path, mode)
        connection.set_trace_callback(reached)
        return connection
    database._opened = traced

def fresh():
    for ending in ("", "-wal", "-shm"):
        database.beside(archive, ending).unlink(missing_ok=True)
    if base.exists():
        shutil.copy(base, archive)

def killed(count, work):
    fresh()
    pid = os.fork()
    if not pid:
        deadly(count)
        work(archive).close()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) < 0
"""
MAKING = """
count = 1
while killed(count, Archive.create):
    with Archive.create(archive) as store:
        facts = [store._db.execute(f"PRAGMA {name}").fetchone()[0]
                 for name in ("page_size", "auto_vacuum", "journal_mode", "application_id")]
        assert facts == [database.PAGE_SIZE, 2, "wal", database.APPLICATION_ID], (count, facts)
        assert store.maintenance.integrity() == (), count
        assert store.maintenance.survey().articles == 0
    Archive.open(archive).close()
    count += 1 if count < 12 else 8  # inside the one transaction all are alike
print(count)
"""
MIGRATING = """
database.NAMES.append("m999_more")

@tables.MIGRATIONS()
def m999_more(db):
    db.executescript(
        "CREATE TABLE more (id INTEGER PRIMARY KEY, what TEXT) STRICT;"
        "ALTER TABLE sources ADD COLUMN more TEXT;"
        "UPDATE sources SET more = name;"
    )
    db.execute("INSERT INTO more (what) SELECT url FROM articles")

count = 1
while killed(count, upgrade_archive):
    with upgrade_archive(archive) as store:
        assert store.maintenance.integrity() == (), count
        assert store.maintenance.survey().articles == 3, count
        applied = len(database.NAMES)
        for table, expected in (("more", 3), ("_sqlite_migrations", applied)):
            rows = store._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            assert rows == expected, (count, table, rows)
    count += 1 if count < 12 else 4
print(count)
"""


def _points(script: str, *paths: Path) -> int:
    """Run a script that kills at one statement after the other; how many there were."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD + script, *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.slow
def test_a_kill_while_the_archive_is_made_leaves_one_that_can_be_made(archive: Path) -> None:
    assert _points(MAKING, archive, archive.with_name("none")) > 40


@pytest.mark.slow
def test_a_kill_in_a_migration_leaves_the_old_tables_or_the_new(archive: Path) -> None:
    base = archive.with_name("base.db")
    filled(base)
    assert _points(MIGRATING, archive, base) > 10


def test_a_newer_hubwatch_that_was_killed_in_its_migration_locks_nobody_out(archive: Path) -> None:
    """The old one can go on with what is left."""
    filled(archive)
    script = CHILD + MIGRATING.split("count = 1")[0] + "killed(8, upgrade_archive)\n"
    base = archive.with_name("base.db")
    shutil.copy(archive, base)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(archive), str(base)],
        cwd=ROOT,
        check=True,
    )
    with Archive.open(archive) as store:
        assert store.maintenance.survey().articles == 3


class Cut:
    """An archive whose last commits are all in its WAL, and copies of it with the WAL spoilt."""

    commits = 12

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        archive = folder / "hubwatch.db"
        filled(archive, 1)
        self.sizes = []
        with Archive.open(archive) as store:
            store._db.execute("PRAGMA wal_autocheckpoint = 0")
            for number in range(1, self.commits):
                add(store, number)
                self.sizes.append(database.beside(archive, "-wal").stat().st_size)
            self.file = archive.read_bytes()
            self.wal = database.beside(archive, "-wal").read_bytes()

    def articles(self, wal: bytes) -> int:
        """How many articles an archive with this WAL has; it must be sound, and no article may be
        missing between others."""
        copy = self.folder / "copy.db"
        for ending in ("-wal", "-shm"):
            database.beside(copy, ending).unlink(missing_ok=True)
        copy.write_bytes(self.file)
        database.beside(copy, "-wal").write_bytes(wal)
        with Archive.open(copy) as store:
            assert store.maintenance.integrity() == ()
            urls = [row["url"] for row in store._db.query("SELECT url FROM articles ORDER BY id")]
            assert len(store.revisions.events()) == len(urls)
        numbers = [int(url.rpartition("_")[2].removesuffix(".htm")) for url in urls]
        assert numbers == list(range(len(numbers)))
        return len(numbers)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    return Cut(tmp_path_factory.mktemp("cut"))


@pytest.mark.slow
def test_a_wal_cut_at_any_byte_opens_as_a_legal_prefix(cut: Cut) -> None:
    chance = random.Random(4)
    edges = {size + off for size in cut.sizes for off in (-1, 0, 1)}
    places = {chance.randrange(len(cut.wal)) for _ in range(30)} | edges | {0, 1, 32}
    counts = [(place, cut.articles(cut.wal[:place])) for place in sorted(places)]
    assert all(before[1] <= after[1] for before, after in pairwise(counts))
    for place, count in counts:
        assert count == 1 + sum(size <= place for size in cut.sizes)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), noise=st.binary(min_size=1, max_size=40))
def test_a_wal_with_noise_anywhere_opens_as_a_legal_prefix(
    cut: Cut, place: float, noise: bytes
) -> None:
    start = int(place * len(cut.wal))
    spoilt = cut.wal[:start] + noise + cut.wal[start + len(noise) :]
    intact = sum(size <= start for size in cut.sizes)
    assert cut.articles(spoilt) >= 1 + intact


def test_57_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "digest.html"
    write_atomically(target, b"old" * 400_000)
    script = (
        "import sys; from pathlib import Path; from desk.files import write_atomically\n"
        "contents = [b'old' * 400_000, b'new!' * 300_000]\n"
        "print('on', flush=True)\n"
        "while True:\n"
        "    contents.reverse(); write_atomically(Path(sys.argv[1]), contents[1])\n"
    )
    chance = random.Random(57)
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", script, str(target)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert writer.stdout and writer.stdout.readline() == b"on\n"
        time.sleep(chance.uniform(0.0, 0.15))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert target.read_bytes() in (b"old" * 400_000, b"new!" * 300_000)
    at_the_rename = (
        "import os, sys; from pathlib import Path; from desk.files import write_atomically\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        "write_atomically(Path(sys.argv[1]), b'half')\n"
    )
    before = target.read_bytes()
    killed = subprocess.run([sys.executable, "-c", at_the_rename, str(target)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert len(list(tmp_path.iterdir())) > 1  # what it left beside is swept up by the next
    write_atomically(target, b"last")
    assert target.read_bytes() == b"last"
    assert [path.name for path in tmp_path.iterdir()] == ["digest.html"]


def test_57_a_file_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(HubwatchError, match="cannot be written"):
        write_atomically(tmp_path / "missing" / "digest.html", b"x")

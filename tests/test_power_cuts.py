"""What was acknowledged is on the disk: a power cut after any command takes nothing of it back."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desk.practice.server import Served, serve
from storage.archive import Archive
from tests.support import power_cuts
from tests.support.desks import Client
from tests.support.kills import ANCHOR, Ground
from tests.support.mailboxes import Mailbox
from tests.support.paths import ROOT
from tests.support.servers import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not power_cuts.is_possible(), reason="nothing here compiles C"),
]

NOW = "2026-03-01T13:00:00+00:00"
Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(store: Archive) -> Rows:
    """Every row of every table."""
    names = store._db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    return {
        name: sorted(store._db.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
        for (name,) in names
    }


class Office:
    """An installation on a disk whose power is cut, beside the practice portal. Somebody else has
    its archive open all the time, so that no command is the last to close it."""

    def __init__(self, folder: Path, served: Served, box: Mailbox) -> None:
        self.folder = folder / "office"
        self.folder.mkdir()
        (self.folder / "shelf").mkdir()
        self.disk = power_cuts.Disk(self.folder, folder / "disk")
        self.cut = folder / "cut"
        outside = folder / "outside"
        outside.mkdir()
        self.config = Ground(outside, served).config
        with self.config.open("a", encoding="utf-8") as config:
            config.write(
                f'\n[[delivery]]\nname = "shelf"\nkind = "folder"\n'
                f"folder = {json.dumps(str(self.folder / 'shelf'))}\n"
                f'[[delivery]]\nname = "team"\nkind = "mail"\nsecurity = "none"\n'
                f'server = "127.0.0.1:{box.port}"\nfrom = "desk@example.org"\n'
                'to = ["li@example.org"]\n'
            )
        self.archive = self.folder / "hubwatch.db"
        Archive.create(outside / "none.db").close()

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "hubwatch", "--config", str(self.config)),
                *("--db", str(self.archive), "--now", NOW, *map(str, words)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.disk.environment},
        )

    def do(self, *words: object) -> str:
        """A command that is acknowledged."""
        command = self.start(*words)
        out, err = command.communicate(timeout=120)
        assert command.returncode == 0, (words, out, err)
        return out

    def now(self) -> Rows:
        with Archive.open_readonly(self.archive) as store:
            return rows_of(store)

    def left(self) -> Rows:
        """What a power cut would leave of the archive, which must be sound."""
        self.disk.after_power_cut(self.cut)
        with Archive.open(self.cut / "hubwatch.db") as store:
            assert store.maintenance.integrity() == ()
            return rows_of(store)

    def number(self, sql: str) -> int:
        with Archive.open_readonly(self.archive) as store:
            return int(store._db.execute(sql).fetchone()[0])


@pytest.fixture
def office(tmp_path: Path, box: Mailbox) -> Iterator[Office]:
    with serve(ANCHOR, 1) as served:
        made = Office(tmp_path, served, box)
        made.do("crawl", "practice-en", "practice-zh", "--json")
        with closing(Archive.open(made.archive)):
            yield made


def test_what_a_command_acknowledged_is_there_after_a_power_cut(office: Office) -> None:
    assert office.left() == office.now()  # a crawl that has ended
    story = office.number("SELECT min(id) FROM stories WHERE joined_to IS NULL")
    other = office.number("SELECT max(id) FROM stories WHERE joined_to IS NULL")
    article = office.number("SELECT min(id) FROM articles")
    for words in (
        ("decisions", "add", story, "accept", "--by", "Ana"),
        ("decisions", "add", other, "reject", "--by", "Ana", "--why", "another city"),
        ("decisions", "correct", article, "title", "What it is called", "--by", "Ana"),
        ("decisions", "undo", 2, "--by", "Ana"),
        ("people", "add", "LI"),
        ("timetable", "pause", "practice-zh", "--until", "12h", "--why", "asked to", "--by", "Wei"),
        ("timetable", "resume", "practice-zh"),
        (
            "stories",
            "add",
            "--title",
            "贵阳入选",
            "--source",
            "GY",
            "--date",
            "2026-02-20",
            "--by",
            "Li",
        ),
        ("digest", "draft", "--since", "2026-01-01", "--until", "2026-03-02", "--by", "Ana"),
        ("digest", "issue", 1, "--by", "Ana"),
        ("digest", "send", 1, "--to", "shelf"),
        ("crawl", "practice-feed", "--json"),
        ("backup", office.folder / "whole.zip"),
    ):
        before = office.now()
        office.do(*words)
        after = office.now()
        assert after != before, words
        left = office.left()
        assert {name: rows for name, rows in after.items() if left[name] != rows} == {}, words
    shelf = {path.name: path.read_bytes() for path in (office.folder / "shelf").iterdir()}
    kept = {path.name: path.read_bytes() for path in (office.cut / "shelf").iterdir()}
    assert shelf == kept
    assert (office.cut / "whole.zip").read_bytes() == (office.folder / "whole.zip").read_bytes()


def test_an_attempt_is_on_the_disk_before_the_mail_leaves(office: Office, box: Mailbox) -> None:
    """Else the same issue goes out twice, and nobody knows."""
    office.do("digest", "draft", "--since", "2026-01-01", "--until", "2026-03-02", "--by", "Ana")
    office.do("digest", "issue", 1, "--by", "Ana")
    attempts: list[int] = []
    box.on_letter = lambda: attempts.append(len(office.left()["delivery_attempts"]))
    office.do("digest", "send", 1, "--to", "team")
    assert attempts == [1]


def test_what_the_desk_answered_is_there_after_a_power_cut(office: Office) -> None:
    port = free_port()
    desk = office.start("desk", "--listen", f"127.0.0.1:{port}", "--user", "Li")
    try:
        client = Client(port)
        for _ in range(300):
            try:
                assert client.get("/").status == 200
                break
            except OSError:
                time.sleep(0.1)
        story = office.number("SELECT min(id) FROM stories WHERE joined_to IS NULL")
        answer = client.post("/say", [("verb", "accept"), ("story", story)])
        assert answer.status == 303, answer.text
        assert [row for row in office.left()["decisions"] if "accept" in row]
    finally:
        desk.send_signal(signal.SIGTERM)
        desk.communicate(timeout=30)


def test_a_power_cut_in_mid_crawl_leaves_a_sound_archive(tmp_path: Path, box: Mailbox) -> None:
    """Pages may be lost that can be had again. Whatever of the writes that were under way reached
    the disk, and whatever did not, the archive is sound."""
    chance = random.Random(92)
    with serve(ANCHOR, 1) as served:
        office = Office(tmp_path, served, box)
        office.do("crawl", "practice-feed", "--json")
        crawl = office.start("crawl", "practice-en", "--json")
        while len(served.log) < 60 and crawl.poll() is None:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGSTOP)
        torn = tmp_path / "torn"
        for _ in range(12):
            left = office.left()
            assert left["runs"], "a run that ended is on the disk"
            shutil.rmtree(torn, ignore_errors=True)
            shutil.copytree(office.cut, torn)
            for name in ("hubwatch.db", "hubwatch.db-wal"):
                _mix(torn / name, office.folder / name, chance)
            with Archive.open(torn / "hubwatch.db") as store:
                assert store.maintenance.integrity() == ()
                ended = [run for run in store.runs.latest(9) if run.ended_at is not None]
                assert ended
        crawl.kill()
        crawl.communicate()


def _mix(kept: Path, written: Path, chance: random.Random) -> None:
    """Have some blocks of what was written since reach the disk, and others not."""
    if not kept.exists() or not written.exists():
        return
    old, new, block = kept.read_bytes(), written.read_bytes(), 4096
    whole = bytearray(new.ljust(len(old), b"\0"))
    for at in range(0, len(whole), block):
        if chance.random() < 0.5:
            whole[at : at + block] = old[at : at + block].ljust(len(whole[at : at + block]), b"\0")
    kept.write_bytes(bytes(whole))

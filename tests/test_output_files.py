"""Where a file that was asked for goes: links are followed, devices and pipes written to."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desk.delivery import DeliveryState, put
from desk.files import place_of, write_atomically, writing
from hubwatch.errors import HubwatchError
from storage.archive import Archive
from tests.support.cli import CommandLine
from tests.support.make import NOW, SOURCE, insert
from tests.support.paths import ROOT


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        tx.articles.apply(insert(), source_id=SOURCE.id, run_id=run.id, now=NOW)
    return path


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "ff"
    os.mkfifo(path)
    return path


def _is_fifo(path: Path) -> bool:
    return stat.S_ISFIFO(path.lstat().st_mode)


@pytest.mark.parametrize(
    ("command", "ending"),
    [(("export",), ".jsonl"), (("digest", "--since", "365d"), ".md")],
)
def test_a_pipe_takes_what_is_written_and_stays(
    hubwatch: CommandLine, filled: Path, fifo: Path, command: tuple[str, ...], ending: str
) -> None:
    with ThreadPoolExecutor(1) as other:
        # Opened for both, so that neither end waits for the other if nobody writes.
        keeping = os.open(fifo, os.O_RDWR)
        reading = other.submit(os.read, keeping, 65536)
        try:
            ended = hubwatch("--db", filled, "--now", NOW.isoformat(), *command, "-o", fifo)
            if not _is_fifo(fifo):
                os.write(keeping, b"\0")
            taken = reading.result(timeout=20)
        finally:
            os.close(keeping)
    assert ended.code == 0
    assert _is_fifo(fifo)
    assert b"Guiyang" in taken
    assert sorted(path.name for path in fifo.parent.glob("*ff*")) == ["ff"]


@pytest.mark.parametrize(
    ("command", "ending"),
    [(("export",), ".jsonl"), (("digest", "--since", "365d"), ".md")],
)
def test_a_link_stays_and_the_file_behind_it_is_replaced(
    hubwatch: CommandLine, filled: Path, tmp_path: Path, command: tuple[str, ...], ending: str
) -> None:
    real = tmp_path / "elsewhere" / f"real{ending}"
    real.parent.mkdir()
    real.write_text("old")
    before = real.stat().st_ino
    (tmp_path / f"middle{ending}").symlink_to(f"elsewhere/real{ending}")
    (tmp_path / f"link{ending}").symlink_to(f"middle{ending}")
    target = tmp_path / f"link{ending}"
    assert hubwatch("--db", filled, "--now", NOW.isoformat(), *command, "-o", target).code == 0
    assert target.is_symlink() and (tmp_path / f"middle{ending}").is_symlink()
    assert "Guiyang" in real.read_text()
    assert real.stat().st_ino != before  # whole or not at all, there too
    assert [path.name for path in real.parent.iterdir()] == [f"real{ending}"]


def test_a_link_that_leads_nowhere_yet_makes_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("new")
    write_atomically(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_bytes() == b"x"


def test_links_that_lead_to_each_other_are_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(HubwatchError, match=r"a: cannot be written: .*links"):
        write_atomically(tmp_path / "a", b"x")


def test_a_device_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a device was to be replaced")

    for name in ("replace", "rename"):
        monkeypatch.setattr(Path, name, never)
        monkeypatch.setattr(os, name, never)
    monkeypatch.setattr("tempfile.mkstemp", never)
    device = Path(os.devnull)
    assert place_of(device) is None
    write_atomically(device, b"x" * 100_000)
    assert stat.S_ISCHR(device.lstat().st_mode)


def test_a_file_that_stdout_leads_to_is_gone_on_with(tmp_path: Path) -> None:
    # A link of our own, as /dev/stdout is one: should this ever fail, it replaces nothing of the
    # machine's.
    (tmp_path / "stdout").symlink_to("/proc/self/fd/1")
    script = (
        "import sys; from pathlib import Path; from desk.files import write_atomically\n"
        "print('first', flush=True); write_atomically(Path(sys.argv[1]), b'second\\n')\n"
        "print('third')\n"
    )
    log = tmp_path / "log"
    log.write_text("zeroth\n")
    command = [sys.executable, "-c", script, str(tmp_path / "stdout")]
    with log.open("ab") as out:
        subprocess.run(command, cwd=ROOT, stdout=out, check=True)
    assert log.read_text().split() == ["zeroth", "first", "second", "third"]
    assert (tmp_path / "stdout").is_symlink()


def test_a_pipe_that_nobody_reads_any_more_is_said_in_one_line(fifo: Path) -> None:
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(HubwatchError, match="ff: cannot be written: Broken pipe"):  # noqa: SIM117
        with writing(fifo) as out:
            os.close(reading)
            out.write(b"x")
    assert _is_fifo(fifo)


def test_a_backup_follows_a_link_and_refuses_a_pipe(
    hubwatch: CommandLine, filled: Path, fifo: Path
) -> None:
    ended = hubwatch("--db", filled, "backup", fifo)
    assert (ended.code, ended.out) == (1, "")
    assert f"{fifo}: is a device or pipe; a backup needs a file" in ended.err
    assert _is_fifo(fifo)
    folder = filled.parent / "disk"
    folder.mkdir()
    link = filled.parent / "last.zip"
    link.symlink_to("disk/last.zip")
    assert hubwatch("--db", filled, "backup", link).code == 0
    assert link.is_symlink()
    assert [path.name for path in folder.iterdir()] == ["last.zip"]
    assert hubwatch("--db", filled, "backup", "verify", link).code == 0


def test_a_delivery_writes_through_no_link_that_others_laid(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "digest.md").symlink_to(tmp_path / "planted")
    ended = put(tmp_path / "out", {"digest.md": b"x"})
    assert ended.sent is DeliveryState.REFUSED
    assert not (tmp_path / "planted").exists()


def test_an_export_to_a_link_can_be_read_back(
    hubwatch: CommandLine, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    hubwatch("--db", filled, "export", "-o", tmp_path / "link.jsonl")
    assert json.loads((tmp_path / "real.jsonl").read_text().splitlines()[0])["title"]

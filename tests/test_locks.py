"""The lock of an archive: who holds it is named, and who only looks keeps nobody out."""

from __future__ import annotations

import fcntl
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from desk.config import read_config
from desk.config_snapshot import keep
from hubwatch.errors import Busy
from hubwatch.locks import Lock


def test_who_only_glances_at_a_lock_keeps_nobody_from_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock(archive, "daemon")
    lock.acquire(timedelta(), "first").release()
    glance = lock.path.open("rb")
    fcntl.flock(glance, fcntl.LOCK_SH)
    monkeypatch.setattr("hubwatch.locks.time.sleep", lambda seconds: glance.close())
    with lock.acquire(timedelta(), "second"):
        assert "second" in lock.holder()


def test_a_lock_excludes_and_names_its_holder(archive: Path) -> None:
    with Lock(archive, "daemon").acquire(timedelta(), "hubwatch run"):
        with pytest.raises(Busy, match="hubwatch run"):
            Lock(archive, "daemon").acquire(timedelta(), "another")
        Lock(archive, "host-e.test").acquire(timedelta(), "crawl").release()
    Lock(archive, "daemon").acquire(timedelta(), "next").release()


def test_who_waits_for_a_lock_learns_who_has_it(
    archive: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    for hear in (told.append, None):
        held = Lock(archive, "alerts").acquire(timedelta(), "hubwatch alerts send")
        threading.Timer(1.3, held.release).start()
        with Lock(archive, "alerts").acquire(timedelta(seconds=20), "another", hear):
            pass
    ours = f"pid {os.getpid()} (hubwatch alerts send)"
    assert told == [ours]
    assert [each.getMessage() for each in caplog.records] == [
        f'lock_awaited name=alerts holder="{ours}"'
    ]


def test_what_is_being_written_is_read_as_far_as_it_goes(archive: Path) -> None:
    with Lock(archive, "daemon").acquire(timedelta(), "test") as lock:
        lock.path.write_bytes("12 run\ndisk é".encode()[:-1])
        assert lock.holder() == "pid 12 (run)"
        beat = lock.last_beat()
        assert beat and beat[1].startswith("disk")
        lock.path.write_bytes("12 é".encode()[:-1])
        assert lock.holder().startswith("pid 12")
        assert lock.last_beat() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_leaves_beside_an_archive_belongs_to_its_service(tmp_path: Path) -> None:
    """Else a crawl that root tried once keeps the service from that host for ever."""
    os.chown(tmp_path, 1234, 1234)
    own = tmp_path / "hubwatch.toml"
    own.write_text("", "utf-8")
    archive = tmp_path / "hubwatch.db"
    Lock(archive, "host-a.test").acquire(timedelta(), "crawl").release()
    keep(read_config(own), archive, "one", ())
    made = [*tmp_path.glob("hubwatch.db.*"), *tmp_path.glob("hubwatch.db.*/**/*")]
    assert len(made) > 4
    assert {path.stat().st_uid for path in made} == {1234}

"""Row 53 before it comes to that: with little room left crawls stop first, reading goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from desk.practice.demo import practice_config
from desk.practice.server import serve
from scraper import space
from scraper.space import Space
from storage.archive import Archive
from storage.types import Outcome
from tests.support.cli import CommandLine, away
from tests.support.crawling import Crawl, source
from tests.support.servers import Server

FLOOR = 500 * 10**6
ARTICLES = 6


class Usage(NamedTuple):
    """What shutil.disk_usage answers."""

    total: int
    used: int
    free: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes are free at each look; the last holds from then on."""
    free = [FLOOR]

    def usage(path: Path) -> Usage:
        return Usage(10**12, 0, free.pop(0) if len(free) > 1 else free[0])

    monkeypatch.setattr(space.shutil, "disk_usage", usage)
    monkeypatch.setattr(space, "_LOOK_SECONDS", 0.0)
    return free


@pytest.fixture
def site(server: Server) -> Server:
    site = server.site("news.test")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(1, ARTICLES + 1)])
    for number in range(1, ARTICLES + 1):
        site.article(f"/a/{number}.htm", f"News number {number}")
    return server


def test_below_the_floor_nothing_is_fetched_the_reason_is_on_record_and_it_recovers(
    crawl: Crawl, site: Server, disk: list[int]
) -> None:
    disk[:] = [FLOOR - 10**6]
    news = source("news")
    (run,) = crawl(news, free_space=FLOOR)
    assert run.outcome is Outcome.NO_SPACE
    assert run.reason == (
        f"499 MB are free on the disk of {crawl.archive.parent}, less than the 500 MB of "
        "limits.free_space"
    )
    assert not site.site("news.test").hits
    assert crawl.table("SELECT failures FROM sources") == [(0,)]  # it is not the source's fault
    disk[:] = [FLOOR]
    (run,) = crawl(news, free_space=FLOOR)
    assert (run.outcome, run.counts.new) == (Outcome.OK, ARTICLES)


def test_a_crawl_that_uses_up_the_room_stops_and_the_next_one_goes_on(
    crawl: Crawl, site: Server, disk: list[int]
) -> None:
    news = source("news")
    disk[:] = [*[FLOOR] * 6, FLOOR - 1]
    (run,) = crawl(news, free_space=FLOOR)
    assert run.outcome is Outcome.PARTIAL
    assert run.reason.startswith("stopped: 499 MB are free")
    assert 0 < run.counts.new < ARTICLES
    disk[:] = [FLOOR]
    (rest,) = crawl(news, free_space=FLOOR)
    assert (rest.outcome, rest.counts.new) == (Outcome.OK, ARTICLES - run.counts.new)


def test_the_disk_is_checked_once_a_second(tmp_path: Path, disk: list[int]) -> None:
    ticks = iter([0.0, 0.0, 0.5, 0.9, 1.0, 1.0])
    space._LOOK_SECONDS = 1.0
    disk[:] = [FLOOR - 1, FLOOR]
    room = Space(tmp_path / "a.db", FLOOR, lambda: next(ticks))
    told = [bool(room.shortage()) for _ in range(4)]
    assert told == [True, True, True, False]


def test_a_disk_that_reports_nothing_is_not_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Usage:
        raise OSError("gone")

    monkeypatch.setattr(space.shutil, "disk_usage", refuse)
    assert Space(tmp_path / "a.db", FLOOR).shortage() == ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    size = ["-t", "tmpfs", "-o", "size=40m", "tmpfs"]
    if mount is None or subprocess.run([mount, *size, place], capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_53_on_a_disk_that_fills_up_crawls_stop_and_all_else_goes_on(
    small_disk: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away(tmp_path, monkeypatch)
    hubwatch = CommandLine(capsys)
    config, archive = tmp_path / "hubwatch.toml", small_disk / "hubwatch.db"
    filler = small_disk / "filler"
    with serve(date(2026, 3, 2), 1) as served:
        text = practice_config(served.hosts).replace('"hubwatch.db"', f'"{archive}"')
        config.write_text(f'{text}\n[limits]\nfree_space = "20 MB"\n', encoding="utf-8")
        here: tuple[object, ...] = ("--config", config, "--now", "2026-03-03T12:00+08:00")
        hubwatch(*here, "init")

        def crawl(name: str) -> tuple[int, list[str]]:
            ended = hubwatch(*here, "crawl", name, "--json")
            return ended.code, [line["outcome"] for line in ended.json_lines]

        assert crawl("practice-en-jw") == (0, ["ok"])
        filler.write_bytes(bytes(25 * 10**6))
        assert crawl("practice-en-kjj") == (1, ["no_space"])
        assert len(hubwatch(*here, "search", "innovation", "--json").json) > 0
        assert hubwatch(*here, "digest", "--since", "2026-01-01").code == 0
        assert hubwatch(*here, "archive", "check").code == 0
        filler.unlink()
        assert crawl("practice-en-kjj") == (0, ["ok"])

        # And with no room at all, and no floor: it is said in one line, and recovered from.
        config.write_text(f'{text}\n[limits]\nfree_space = "0 MB"\n', encoding="utf-8")
        _fill(filler)
        full = hubwatch(*here, "crawl", "practice-zh")
        assert full.code == 1
        assert "free some space on that disk" in full.err.splitlines()[-1]
        found = hubwatch(*here, "search", "innovation", "--json")
        assert (found.code, found.err) == (0, "")
        assert len(found.json) > 0
        filler.unlink()
        assert crawl("practice-zh") == (0, ["ok"])
    with Archive.open(archive) as store:
        assert store.maintenance.integrity() == ()
        assert [run.outcome for run in store.runs.latest()].count(Outcome.NO_SPACE) == 1


def _fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("wb", buffering=0) as file:
        for size in (10**6, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue

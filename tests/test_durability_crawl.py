"""Whole crawls of the practice portal, killed, beside each other, and with an archive that refuses:
nothing is lost, nothing is twice, no run stays open."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from desk.practice.portal import truth
from desk.practice.server import serve
from storage.archive import Archive
from tests.support.archive_files import contents, locked, unprivileged
from tests.support.kills import ANCHOR, LONGEST, SOURCES, Ground, child, kill_many, picture

IMPATIENT = (
    "import sys; from storage import database; database.BUSY_SECONDS = 0.4;"
    "from desk.cli.main import main; main(sys.argv[1:])"
)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with serve(ANCHOR, 1) as served:
        yield Ground(tmp_path, served)


def said(line: str) -> str:
    """What went wrong, as a command that prints JSON says it."""
    told = json.loads(line)["error"]
    assert (told["kind"], told["exit_code"]) == ("failed", 1)
    return str(told["message"])


@pytest.mark.slow
def test_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Between and inside writes, each third at a point; `.ci/long` kills 200 times."""
    seed, times = random.randrange(10**6), 9
    print(f"seed {seed}; again with `python -m tests.support.kills --times {times} --seed {seed}`")
    kills = list(kill_many(tmp_path, times, seed, 2))
    assert [kill.line() for kill in kills if kill.faults] == [], f"seed {seed}"
    assert sum(kill.effective for kill in kills) >= times, f"seed {seed}: all at the edges"


def complete(ground: Ground, archive: Path) -> None:
    """One more crawl: served is stored, all in order, no run open."""
    ground.complete(archive)
    after = picture(archive)
    assert after.faults == ()
    assert after.open_runs == 0
    assert {url for _, url in after.articles} == {
        article.url for article in truth(ANCHOR, ground.served.day).served()
    }
    assert set(after.events.values()) == {1}


def ended(crawl: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output, and the last line on stderr; never a traceback."""
    out, err = crawl.communicate(timeout=LONGEST)
    assert "Traceback" not in err, err
    return crawl.returncode, out, (err.splitlines() or [""])[-1]


@pytest.mark.slow
def test_two_crawls_of_overlapping_sources_take_turns_and_double_nothing(ground: Ground) -> None:
    archive = ground.folder / "hubwatch.db"
    Archive.create(archive).close()
    crawls = []
    for chosen in (SOURCES[:4], SOURCES[:1:-1], SOURCES[::2]):
        arguments = ground.command(archive, *chosen, "--wait", "60s", "--json")
        now = arguments.index("--now")  # the real clock, which both share
        crawls.append(child(["-P", "-m", "hubwatch", *arguments[:now], *arguments[now + 2 :]]))
    for crawl in crawls:
        code, out, _ = ended(crawl)
        assert code == 0, out
    with Archive.open_readonly(archive) as store:
        runs = list(
            store._db.query("SELECT source_id, pid, started_at, ended_at, outcome, new FROM runs")
        )
    assert len(runs) == 10
    assert {run["outcome"] for run in runs} == {"ok"}
    for source in SOURCES:  # each has a host of its own
        spans = sorted(
            (datetime.fromisoformat(run["started_at"]), datetime.fromisoformat(run["ended_at"]))
            for run in runs
            if run["source_id"] == source
        )
        assert all(one[1] <= two[0] for one, two in pairwise(spans)), spans
        assert sum(run["new"] > 0 for run in runs if run["source_id"] == source) == 1
    asked = [(each.host, each.path) for each in ground.served.log if "/c_" in each.path]
    assert len(asked) == len(set(asked))  # no article was fetched by two
    complete(ground, archive)


def _articles(archive: Path) -> int:
    """How many are written; none while the archive is only being made."""
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
def test_52_a_crawl_that_meets_a_lock_ends_with_one_line_and_is_caught_up(
    ground: Ground,
) -> None:
    archive = ground.folder / "hubwatch.db"
    crawl = child(["-c", IMPATIENT, *ground.command(archive)])
    while not _articles(archive) and crawl.poll() is None:
        time.sleep(0.005)
    with locked(archive, 60):
        code, _, last = ended(crawl)
    assert code == 1
    assert said(last).startswith(f"{archive}: database is locked; another process is writing")
    assert 0 < len(picture(archive).articles) < len(truth(ANCHOR, 1).served())
    complete(ground, archive)


@pytest.mark.slow
def test_53_a_crawl_on_a_full_disk_says_so_and_is_caught_up(ground: Ground) -> None:
    archive = ground.folder / "hubwatch.db"
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, 8_000_000));"
        "from desk.cli.main import main; main(sys.argv[1:])"
    )
    code, _, last = ended(child(["-c", script, *ground.command(archive)]))
    assert code == 1
    assert said(last).startswith(f"{archive}: ")
    assert "free some space on that disk" in said(last)
    assert 0 < len(picture(archive).articles) < len(truth(ANCHOR, 1).served())
    complete(ground, archive)


@pytest.mark.slow
def test_54_a_crawl_into_a_read_only_archive_is_refused_before_it_fetches(ground: Ground) -> None:
    folder = ground.folder / "shut"
    folder.mkdir()
    archive = folder / "hubwatch.db"
    Archive.create(archive).close()
    before = contents(archive)
    archive.chmod(0o444)
    folder.chmod(0o555)
    try:
        crawl = subprocess.run(
            [sys.executable, "-P", "-m", "hubwatch", *ground.command(archive)],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(Path(__file__).parent.parent)},
            preexec_fn=unprivileged,
        )
    finally:
        folder.chmod(0o755)
    assert crawl.returncode == 1
    (line,) = crawl.stderr.splitlines()
    assert said(line).startswith(f"{archive}: cannot be written; check the permissions")
    assert ground.served.log == []
    assert contents(archive) == before

"""Stories with several writers at once, and with writers that are killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.paths import ROOT
from tests.support.stories import groups, keep, rebuilt
from tests.support.story_writer import page


def writer(
    archive: Path, first: int, last: int, step: int, name: str = "n"
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.story_writer", archive, name, first, last, step]
    return subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def expected(folder: Path, last: int) -> set[frozenset[str]]:
    with Archive.create(folder / "alone.db") as store:
        for number in range(last):
            keep(store, page(number))
        return groups(store)


@pytest.mark.slow
def test_300_texts_written_by_two_processes_at_once_are_300_stories(archive: Path) -> None:
    Archive.create(archive).close()
    both = [writer(archive, 0, 450, 1, name) for name in "pq"]
    for process in both:
        ended(process)
    with Archive.open(archive) as store:
        found = groups(store)
        assert len(found) == 300  # the last ten of each thirty numbers are reprints
        assert sum(map(len, found)) == 900
        assert all(len({name[0] for name in story}) == 2 for story in found)
        assert store.maintenance.integrity() == ()


@pytest.mark.slow
def test_copies_written_by_two_processes_at_once_find_one_another(archive: Path) -> None:
    Archive.create(archive).close()
    both = [writer(archive, start, 90, 2) for start in (0, 1)]
    for process in both:
        ended(process)
    with Archive.open(archive) as store:
        assert groups(store) == expected(archive.parent, 90)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_killed_writer_leaves_whole_stories(archive: Path, seed: int) -> None:
    Archive.create(archive).close()
    process = writer(archive, 0, 90, 1)
    assert process.stdout
    for _ in range(random.Random(seed).randrange(5, 60)):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Archive.open(archive) as store:
        assert store.maintenance.integrity() == ()
        before = groups(store)
        rebuilt(store)
        assert groups(store) == before
    ended(writer(archive, 0, 90, 1))
    with Archive.open(archive) as store:
        assert groups(store) == expected(archive.parent, 90)

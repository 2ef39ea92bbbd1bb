"""The daemon, its crawl, or both, killed while it watches the practice portal: nothing is lost,
nothing is twice, no slot stays open, nobody lives on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.daemon_kills import VICTIMS, kill_many


@pytest.mark.slow
def test_kills_of_child_daemon_and_both_lose_nothing(tmp_path: Path) -> None:
    """Each victim three times; `.ci/long` kills 200 times."""
    seed, times = random.randrange(10**6), 3 * len(VICTIMS)
    again = f"`python -m tests.support.daemon_kills --times {times} --seed {seed}`"
    kills = list(kill_many(tmp_path, times, seed, 2))
    assert [kill.line() for kill in kills if kill.faults] == [], again
    assert sum(kill.effective for kill in kills) > 0, f"all at the edges: {again}"

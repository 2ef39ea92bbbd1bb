"""The daemon, its crawl, or both, killed while it watches the practice portal: nothing is lost,
nothing is twice, no slot stays open, nobody lives on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.daemon_kills import kill_many


@pytest.mark.slow
def test_thirty_kills_of_child_daemon_and_both_lose_nothing(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(
        f"seed {seed}; again with `python -m tests.support.daemon_kills --times 30 --seed {seed}`"
    )
    kills = list(kill_many(tmp_path, 30, seed, 2))
    assert [kill.line() for kill in kills if kill.faults] == [], f"seed {seed}"
    assert sum(0 < kill.left < kill.after for kill in kills) >= 3, f"seed {seed}: all at the edges"

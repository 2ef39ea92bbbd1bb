"""Workers, Redis and centre of a cluster, killed while it works: nothing is lost, nothing is twice,
and no portal is asked faster than it asks for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.cluster_kills import kill_many
from tests.support.redis_servers import needs_redis


@needs_redis
@pytest.mark.slow
@pytest.mark.parametrize("aof", [False, True])
def test_kills_of_workers_redis_and_centre_lose_nothing(tmp_path: Path, aof: bool) -> None:
    """Three of each; `.ci/long` kills 100 times."""
    seed = random.randrange(10**6)
    again = f"`python -m tests.support.cluster_kills --times 3 --towns 4 --seed {seed}`"
    told: list[str] = []
    faults, effective = kill_many(tmp_path, 3, 4, seed, aof, told.append)
    assert faults == [], "\n".join([again, *told])
    assert effective.total() > 0, again

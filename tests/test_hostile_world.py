"""The hostile world itself: the same for the same seed, and a small one that is survived."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import islice

import pytest

from tests.hostile.files import files
from tests.hostile.mutations import packed, spoilt
from tests.hostile.world import build_bad
from tests.support.paths import ROOT
from tests.support.servers import Server


def test_the_same_seed_makes_the_same_world(server: Server) -> None:
    sites = [build_bad(server, "r", 40, random.Random("1.0")) for _ in range(2)]
    assert sites[0] == sites[1]
    assert sites[0] != build_bad(server, "r", 40, random.Random("2.0"))
    assert len({site.what for site in sites[0]}) > 20
    body = b"<p>Hub city</p>" * 50
    assert spoilt(body, random.Random(1)) == spoilt(body, random.Random(1))
    assert packed(body, random.Random(1)) == packed(body, random.Random(1))
    made = [list(islice(files(random.Random("1.0")), 10)) for _ in range(2)]
    assert [each.name for each in made[0]] == [each.name for each in made[1]]


@pytest.mark.long
def test_a_small_hostile_world_is_survived() -> None:
    command = [sys.executable, "-m", "tests.hostile", "--minutes", "0", "--sources", "34"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""Killing workers, Redis and the centre of a cluster, at random moments, while it works.

    python -m tests.support.cluster_kills --times 100 [--towns 60] [--seed N] [--aof]

Three workers of two places crawl towns whose portals grow all the while. At random moments one of
the workers, the Redis or the centre gets SIGKILL, and is started again a little later. In the end
every source must hold everything that its portal shows, nothing twice, no run and no slot may be
open, none of the killed may have left a child, and no portal may have been asked faster than it
asks for. Prints a line a kill; exit code 1 if anything was amiss.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.clusters import DELAY, Cluster, cluster, soon
from tests.support.processes import descendants, is_alive

NODES = (("north", "n1"), ("north", "n2"), ("south", "s1"))
VICTIMS = ("n1", "redis", "centre", "n2", "centre", "s1", "redis")
_RECOVERED = 300.0


def kill_many(
    folder: Path, times: int, towns: int, seed: int, aof: bool, told: Callable[[str], None]
) -> tuple[list[str], Counter[str]]:
    """Kill so often. What was amiss, and how many kills of each kind came while something was
    out."""
    chance = random.Random(seed)
    faults: list[str] = []
    effective: Counter[str] = Counter()
    with cluster(folder, towns, aof, NODES) as made:
        soon(lambda: made.rows("SELECT 1 FROM remote_attempts LIMIT 1"), 120, made.logs)
        for number in range(times):
            time.sleep(chance.uniform(0.2, 6.0))
            victim = VICTIMS[number % len(VICTIMS)]
            sql = "SELECT count(*) AS n FROM remote_attempts WHERE state IN ('planned', 'sent')"
            out = made.rows(sql)[0]["n"]
            effective[victim] += bool(out)
            faults += [f"kill {number}: {each}" for each in _kill(made, victim, chance)]
            if number % max(3, times // 10) == 0:
                made.towns.articles += 1
            told(f"{number:4d} {victim:<7} {out} out, {made.towns.articles} articles a town")
        # One worker of the smaller place may have most of it to ask for, a page a second.
        seconds = _RECOVERED + towns * made.towns.articles * DELAY
        soon(made.is_whole, seconds, made.logs)
        began = made.rows("SELECT coalesce(max(id), 0) AS n FROM slices")[0]["n"]
        soon(lambda: _merged_since(made, began), seconds, made.logs)
        made.end_centre()
        faults += list(made.faults())
        faults += list(_open(made))
        told(_figures(made))
    return faults, effective


def _merged_since(made: Cluster, number: int) -> bool:
    """Whether places go on working: something was merged of what began after that."""
    sql = "SELECT 1 FROM slices WHERE id > ? AND state = 'merged' LIMIT 1"
    return bool(made.rows(sql, number))


def _kill(made: Cluster, victim: str, chance: random.Random) -> Iterator[str]:
    pause = chance.choice((0.0, chance.uniform(0, 3), chance.uniform(0, 10)))
    if victim == "redis":
        made.redis.kill()
        time.sleep(pause)
        made.redis.start()
        return
    process = made.centre if victim == "centre" else made.workers[victim]
    assert process is not None
    everybody = descendants(process.pid)
    process.kill()
    process.wait()
    try:
        soon(lambda: not any(map(is_alive, everybody)), 10, str)
    except AssertionError:
        yield f"children outlived {victim}"
    time.sleep(pause)
    if victim == "centre":
        made.start_centre()
    else:
        place = next(place for place, node in NODES if node == victim)
        made.start_worker(place, victim)


def _open(made: Cluster) -> Iterator[str]:
    for row in made.rows("SELECT id, source_id FROM runs WHERE ended_at IS NULL"):
        yield f"run {row['id']} of {row['source_id']} is open"
    for row in made.rows("SELECT id, job FROM slots WHERE state = 'claimed'"):
        yield f"slot {row['id']} of {row['job']} is still claimed"
    sql = (
        "SELECT source_id, count(*) AS n FROM remote_attempts WHERE state IN "
        "('planned', 'sent', 'lost') GROUP BY 1 HAVING n > 1"
    )
    for row in made.rows(sql):
        yield f"{row['n']} attempts of {row['source_id']} are out at a time"


def _figures(made: Cluster) -> str:
    states = Counter(row["state"] for row in made.rows("SELECT state FROM slices"))
    lost = made.rows(
        "SELECT reason, count(*) AS n FROM remote_attempts WHERE reason <> '' GROUP BY 1"
    )
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    why = "; ".join(f"{row['n']} × {row['reason'][:80]}" for row in lost)
    return f"slices: {said}; {len(made.towns.log)} requests; lost: {why or 'none'}"


def main() -> int:
    """Kill as the command line says, print, and say how it went."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--towns", type=int, default=60)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--aof", action="store_true", help="Redis writes what it is told.")
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hubwatch-cluster-") as folder:
        faults, effective = kill_many(
            Path(folder), chosen.times, chosen.towns, chosen.seed, chosen.aof,
            lambda line: print(line, flush=True),
        )  # fmt: skip
    for fault in faults:
        print(f"FAULT {fault}")
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(effective.items()))
    print(f"{effective.total()} of {chosen.times} kills while something was out ({counted})")
    print(f"{time.monotonic() - began:.0f} s: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

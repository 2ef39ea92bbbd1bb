"""A hostile world, crawled and imported for as long as is wanted, and what should not have been.

    python -m tests.hostile [--seed N] [--minutes M] [--sources K] [--kinds]

Good sites beside bad ones on real sockets of this machine, at first K sources in one process. Good
sites' articles have to be those of an undisturbed run, every bad thing has its outcome word and a
reason for people, no bug is met, and time and memory stay within bounds. The same seed makes the
same world. Exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.support.servers import serving

from .files import files
from .judge import (
    SEARCH_SECONDS,
    Content,
    child,
    content_of,
    crawl,
    wrongs_of_crawl,
    wrongs_of_import,
)
from .world import GOOD, build_bad, build_good

_LATER_SOURCES = 40
_FILES = 5
_PARTS = ("a", "aa", "ab", "[a-z]", "[^/]", ".", "/", "-", "[0-9]{1,3}", "(a|aa)", "(a|b|ab)", "x")
_REPEATS = ("", "", "+", "*", "?", "{2,}", "{1,9}", "+?")
_KNOWN = ("^/(a|aa)+$", "(x+x+)+y", "^/(?:[a-z]+-?)+[.]html$", "(.*a){12}$")


def main() -> int:
    """What the module says."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--sources", type=int, default=160, help="in the first round")
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    until = time.monotonic() + 60 * words.minutes
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hubwatch-hostile-") as name, serving() as server:
        folder = Path(name)
        good = [(each.id, each.entries[0].kind.value) for each in build_good(server)]
        done, archive = crawl(folder, server.hosts, good)
        undisturbed = content_of(archive, "good") if done.code == 0 else {}
        if len(undisturbed) != GOOD or any(len(rows) != 5 for rows in undisturbed.values()):
            print(f"the undisturbed run is none: {undisturbed} {done.out}")
            return 1
        for number in count():
            if number and time.monotonic() > until:
                break
            began = time.monotonic()
            size = words.sources if not number else _LATER_SOURCES
            wrongs = [*_round(server, folder, good, undisturbed, words.seed, number, size)]
            print(f"round {number}: {size} sources, {len(wrongs)} wrongs, "
                  f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            for wrong in wrongs:
                print(f"  seed {words.seed} round {number}: {wrong}", flush=True)
            found += wrongs
    return 1 if found else 0


def _round(
    server, folder: Path, good: list[tuple[str, str]], undisturbed: Content, seed: int, number: int,
    size: int,
) -> Iterator[str]:  # fmt: skip
    dice = random.Random(f"{seed}.{number}")
    bad = build_bad(server, f"r{number}", size - len(good), dice)
    sources = [*good, *((site.name, site.kind.value) for site in bad)]
    dice.shuffle(sources)
    done, archive = crawl(folder, server.hosts, sources)
    yield from wrongs_of_crawl(done, archive, undisturbed, bad)
    made = files(random.Random(f"{seed}.{number}.files"))
    for _ in range(_FILES):
        yield from wrongs_of_import(next(made), folder)
    yield from _wrongs_of_expressions(dice, folder)


def _wrongs_of_expressions(dice: random.Random, folder: Path) -> Iterator[str]:
    written = [dice.choice(_KNOWN)]
    for _ in range(30):
        parts = [dice.choice(_PARTS) + dice.choice(_REPEATS) for _ in range(dice.randrange(1, 5))]
        text = "".join(parts)
        written.append(f"{dice.choice(('', '^/'))}({text}){dice.choice(_REPEATS)}$")
    texts = [
        f"/{piece * (1900 // len(piece))}!" for piece in ("a", "ab", "a-", "x", "1", "/a", "aab")
    ]
    done = child(
        "search", {"expressions": [[one, texts] for one in written]}, SEARCH_SECONDS, folder
    )
    if done.code != 0 or "searched" not in done.out:
        yield f"expressions ended with {done.code} after {done.seconds:.0f} s: {written} {done.out}"


if __name__ == "__main__":
    sys.exit(main())

"""Asked over a pipe, in the peers' environment: which stored texts does a peer call copies?

One JSON document in (`peer`, `stock`, `arriving`, `han`), one out (`found`: a list of places in the
stock for each arriving text, `cpu`: seconds for all). Imports nothing of ours.
"""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Any

NEAR = 0.3  # the similarity at which MinHash-LSH looks; what it finds is checked
ENOUGH = 0.5  # of the smaller text's shingles
BITS = 3


def shingles(text: str, is_han: bool) -> set[str]:
    """Five words, or five characters."""
    units = [*re.sub(r"\W+", "", text)] if is_han else re.findall(r"\w+", text.lower())
    blank = "" if is_han else " "
    return {blank.join(units[at : at + 5]) for at in range(max(1, len(units) - 4))}


def minhash(stock: list[str], arriving: list[str], is_han: bool) -> list[list[int]]:
    """datasketch: MinHash with 128 permutations and LSH; candidates checked by containment."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=NEAR, num_perm=128)
    known = [shingles(text, is_han) for text in stock]

    def hashed(found: set[str]) -> Any:
        value = MinHash(num_perm=128)
        value.update_batch([one.encode() for one in found])
        return value

    for place, found in enumerate(known):
        index.insert(place, hashed(found))
    out = []
    for text in arriving:
        mine = shingles(text, is_han)
        places = index.query(hashed(mine))
        out.append(
            [
                place
                for place in places
                if len(mine & known[place]) >= ENOUGH * min(len(mine), len(known[place]))
            ]
        )
    return out


def simhash(stock: list[str], arriving: list[str], is_han: bool) -> list[list[int]]:
    """simhash: 64 bits, at most three of them different."""
    from simhash import Simhash, SimhashIndex

    def hashed(text: str) -> Any:
        return Simhash([*shingles(text, is_han)])

    index = SimhashIndex([(str(place), hashed(text)) for place, text in enumerate(stock)], k=BITS)
    return [[int(place) for place in index.get_near_dups(hashed(text))] for text in arriving]


def main() -> None:
    """Answer the one question."""
    asked = json.load(sys.stdin)
    ask = {"datasketch": minhash, "simhash": simhash}[asked["peer"]]
    began = time.process_time()
    found = ask(asked["stock"], asked["arriving"], asked["han"])
    json.dump({"found": found, "cpu": time.process_time() - began}, sys.stdout)


if __name__ == "__main__":
    main()

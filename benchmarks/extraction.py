"""How well pages are read, beside other libraries: one command, one table.

    python benchmarks/extraction.py --corpora FOLDER [--peers-env FOLDER] [--part NAME]…

Same pages, same run: ours in this process, each peer in its own environment over a pipe, which the
command makes and fills with pip. No page is tuned to here: generic pages are read without rules of
ours. A part whose pages are not at hand is skipped and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import extraction_costs as costs
from benchmarks import extraction_parts as parts
from benchmarks.corpora import Absent, Corpora
from benchmarks.extraction_base import Bench, Figure
from benchmarks.peers import Peers, prepare, versions

PARTS: dict[str, Callable[[Bench], list[Figure]]] = {
    "bodies-en": parts.bodies_en,
    "bodies-zh": parts.bodies_zh,
    "days": parts.days,
    "dates": parts.dates,
    "lists": parts.lists,
    "fields": parts.fields,
    "cpu": costs.cpu,
    "hostile": costs.hostile,
}


def main() -> None:
    """Measure what was asked for and print it."""
    options = _options()
    warnings.simplefilter("ignore")
    peers = None if options.no_peers else prepare(options.peers_env, _tell)
    corpora = Corpora(options.corpora)
    bench = Bench(corpora, peers, datetime.now(UTC), options.worst, _tell)
    figures, skipped = [], {}
    try:
        for name in options.part or PARTS:
            try:
                figures += PARTS[name](bench)
            except Absent as reason:
                skipped[name] = str(reason)
    finally:
        corpora.close()
        if peers is not None:
            peers.close()
    asked = versions(options.peers_env) if peers is not None else {}
    if options.json:
        found = {
            "figures": [asdict(one) for one in figures],
            "skipped": skipped,
            "peers": asked,
        }
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    _print(figures, skipped, asked, peers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    corpora = os.environ.get("HUBWATCH_CORPORA")
    parser.add_argument(
        "--corpora",
        type=Path,
        default=Path(corpora) if corpora else None,
        help="folder of the collections, unpacked or as tar.gz (HUBWATCH_CORPORA)",
    )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument(
        "--peers-env",
        type=Path,
        default=cache / "hubwatch-benchmarks" / "peers",
        help="folder of the peers' own environment, made where it is missing (%(default)s)",
    )
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument(
        "--part", action="append", choices=PARTS, help="only this part; may be given again"
    )
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="name the N worst pages of each part"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args()


def _print(
    figures: list[Figure],
    skipped: dict[str, str],
    asked: dict[str, str],
    peers: Peers | None,
) -> None:
    for one in figures:
        mark = {True: "met", False: "NOT MET", None: ""}[one.met]
        _say(f"{one.part:<10} {one.what:<46} {one.target:<24} {one.ours:>16}  {mark}")
        for name, measured in one.peers.items():
            _say(f"{'':<10} {'  ' + name:<46} {'':<24} {measured:>16}")
        if one.note:
            _say(f"{'':<10}   {one.note}")
        for line in one.worst:
            _say(f"{'':<10}     {line}")
    for name, reason in skipped.items():
        _say(f"{name:<10} skipped: {reason}")
    if asked:
        _say("peers: " + ", ".join(f"{name} {version}" for name, version in asked.items()))
    elif peers is None:
        _say("peers: not asked")


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")


def _tell(line: str) -> None:
    """For whoever waits; not part of the table."""
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
